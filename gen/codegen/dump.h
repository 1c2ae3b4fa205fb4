/*
 * Prints the compiled tables, for developers: `musterc debug --diagrams` and `--runs`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TABLES_DUMP_H
#define TABLES_DUMP_H

#include <stdio.h>

#include "muster.h"
#include "runtime/base/arena.h"

/* The steps of the evaluation, each with its decision diagram. */
void tables_dump_diagrams(struct arena *arena, FILE *out, const struct muster_ruleset *rules);

/* The command line: each chunk with its selector and the run of each value of it. */
void tables_dump_runs(struct arena *arena, FILE *out, const struct muster_ruleset *rules);

#endif
