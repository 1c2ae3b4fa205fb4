/*
 * A decision as a table of few and general rows: what its rules say, folded until no row can be dropped and none can be
 * widened. Its columns are variables that it can be told from: those of the rules, earlier decisions among them, or
 * others that are asked for. What these never come to together on any host does not matter, and makes rows simpler.
 *
 * Cells are counted as everywhere: a cell is one combination of codes of the inputs behind the outcomes and columns. A
 * cell is in a row if some host of the space has it, and its columns fit the row.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FOLD_H
#define FOLD_H

#include "gen/proof/meaning.h"
#include "gen/proof/region.h"

struct fold_row {
    bool **codes;             /* by column, by code; NULL: any */
    const int64_t *results;   /* one value per outcome; NULL if it rejects: */
    const char *reject;       /* the message */
    const struct row **rules; /* those of the table that decide somewhere in it, in their order; none of a let */
    size_t n_rules;
    uint64_t cells; /* rows may overlap where they agree, so that these add up to more than there are */
};

enum fold_state {
    FOLD_DONE,
    FOLD_NOT_PROVEN,      /* the budget did not do */
    FOLD_WRONG,           /* rows and rules do not mean the same: an error of the compiler */
    FOLD_COLUMNS_TOO_FEW, /* with those in `missing`, too, they would do; each of these is needed */
    FOLD_COLUMN_UNSET     /* the one in `missing` has no value on hosts on which the outcomes have */
};

struct folded {
    enum fold_state state;
    struct axes missing;
    const struct table *table; /* or NULL: */
    const struct variable *let;
    struct variable **outcomes; /* those that were asked for; of a derived condition itself */
    size_t n_outcomes;
    struct axes columns; /* those on which some row has a condition */
    struct {
        struct fold_row *items;
        size_t count, capacity;
    } rows;
    struct axes inputs; /* what cells are combinations of: the inputs behind outcomes and columns */
    uint64_t cells;     /* of the space that was asked for, as far as there is an answer */
    uint64_t unset;     /* and as far as there is none: rows that reject refuse what the rules ask */
};

/* What the rules ask, as far as people can name it: a table that is replaced stands for its own columns. */
struct axes fold_columns(struct arena *arena, const struct model *model, const struct table *table,
                         const struct variable *let);

/*
 * Folds outcomes of one table, or one derived condition, over the hosts of `space`. `columns`: what to tell it from;
 * NULL: what the rules ask. The budget of the meaning's hosts is the caller's; what is done over columns may take as
 * much again.
 */
struct folded *fold(struct arena *arena, const struct model *model, struct meaning *meaning, hostset space,
                    struct variable *const *outcomes, size_t n_outcomes, const struct axes *columns);

#endif
