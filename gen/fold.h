/*
 * A decision as a table of few and general rows: what its rules say, folded until no row can be dropped and none can be
 * widened. Its columns are variables that it can be told from: those of the rules, earlier decisions among them, or
 * others that are asked for. What these never come to together on any host does not matter, and makes rows simpler.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FOLD_H
#define FOLD_H

#include "meaning.h"
#include "region.h"

struct fold_row {
    bool **codes;           /* by column, by code; NULL: any */
    const int64_t *results; /* one value per outcome; NULL if it rejects: */
    const char *reject;     /* the message */
    const struct row *
        *rules; /* those rows of the table that decide in it, in their order; none of a derived condition */
    size_t n_rules;
    uint64_t cells; /* hosts in it, of the space that was asked for; rows may overlap where they agree */
};

enum fold_state {
    FOLD_DONE,
    FOLD_NOT_PROVEN,     /* the budget did not do */
    FOLD_COLUMNS_TOO_FEW /* `missing` bears on it, too */
};

struct folded {
    enum fold_state state;
    const struct variable *missing;
    const struct table *table; /* or NULL: */
    const struct variable *let;
    struct variable **outcomes; /* those that were asked for; of a derived condition itself */
    size_t n_outcomes;
    struct axes columns; /* those on which some row has a condition */
    struct {
        struct fold_row *items;
        size_t count, capacity;
    } rows;
    uint64_t cells; /* hosts in the space that was asked for, by the inputs behind the outcomes */
};

/*
 * Folds outcomes of one table, or one derived condition, over the hosts of `space`. `columns`: what to tell it from;
 * NULL: what the rules ask. The budget of the meaning's hosts is the caller's.
 */
struct folded *fold(struct arena *arena, const struct model *model, struct meaning *meaning, hostset space,
                    struct variable *const *outcomes, size_t n_outcomes, const struct axes *columns);

#endif
