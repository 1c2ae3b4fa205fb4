/*
 * Writes the tables as C: a source file of constant data, and a header with typed views of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMIT_H
#define EMIT_H

#include <stdio.h>

#include "muster.h"
#include "runtime/base/arena.h"

/* `main_name` is the file name of the main rule file, for comments. */
void emit_header(struct arena *arena, FILE *out, const struct muster_ruleset *rules, const char *main_name);

/*
 * A hash of everything in the header that affects programs: names, values, sizes and order, but not comments. Rules
 * with equal fingerprints can replace each other without compiling the program again.
 */
uint64_t header_fingerprint(struct arena *arena, const struct muster_ruleset *rules);

/* `header_name` is the header that the source includes. */
void emit_source(struct arena *arena, FILE *out, const struct muster_ruleset *rules, const char *main_name,
                 const char *header_name);

/* Writes text inside a comment, so that it cannot end the comment or begin another one. */
void emit_comment(FILE *out, const char *words);

#endif
