/*
 * The report: one page of HTML that needs nothing else, no network and no other file. It can be read without
 * JavaScript; with it hosts can be tried and tables filtered. Same rules, same bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdio.h>

#include "gen/audit/diff/diff.h"
#include "gen/audit/graph.h"
#include "gen/audit/matrix/matrix.h"

/* `tables`: the compiled rules, with which the page tries hosts; NULL of a library, which has no command line. */
void matrix_html(struct arena *arena, const struct matrix *matrix, const struct muster_ruleset *tables, FILE *out);

/* The same of what a change changes. `tables`: of both sides; one that is NULL cannot be tried. */
void diff_html(struct arena *arena, const struct diff *diff, const struct muster_ruleset *const tables[N_SIDES],
               FILE *out);

#endif
