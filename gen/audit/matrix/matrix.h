/*
 * The decision matrix of a ruleset: all its decisions folded, in the order in which they are evaluated.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MATRIX_H
#define MATRIX_H

#include <stdio.h>

#include "gen/audit/fold/fold.h"

struct matrix {
    const struct model *model;
    const char *where; /* the condition that narrows it, as given; or NULL */
    struct {
        struct folded **items; /* those whose state is FOLD_DONE */
        size_t count, capacity;
    } items;
    bool not_proven; /* some decision could not be folded; that was said */
    struct {
        struct folded **items;
        size_t count, capacity;
    } left_out; /* these */
};

/* What is wanted of it. */
struct matrix_request {
    const char *const *decisions; /* by name; none: all */
    size_t n_decisions;
    const char *columns; /* names with commas between, or NULL */
    const char *where;   /* model->question holds there; or NULL */
};

/* NULL after a diagnostic. Everything that was folded is held against the plain evaluator. */
struct matrix *matrix_of(struct arena *arena, const struct model *model, const struct matrix_request *request,
                         struct diagnostics *diagnostics);

/* `width`: columns of the terminal, or 0 for lines as long as they come. */
void matrix_text(struct arena *arena, const struct matrix *matrix, size_t width, FILE *out);
void matrix_markdown(struct arena *arena, const struct matrix *matrix, FILE *out);
void matrix_csv(struct arena *arena, const struct matrix *matrix, FILE *out);
void matrix_json(struct arena *arena, const struct matrix *matrix, FILE *out);

#endif
