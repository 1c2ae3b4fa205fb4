/*
 * What the checks of decision tables share: a table with what is known of it so far.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CHECK_TABLES_H
#define CHECK_TABLES_H

#include "gen/boxes/boxes.h"
#include "gen/check/internal.h"

struct subject {
    struct checker *checker;
    const struct table *table;
    const char *name;
    bool *inputs;   /* all that bear on it */
    hostset space;  /* the hosts that there are, as far as these tell */
    bool is_direct; /* its columns are inputs that nothing narrows: by itself is the whole truth */
    bool exclusive; /* no two rows fit one host */
    size_t n_rows;  /* without those that take what is left */
    bool has_else;
    bool has_empty;           /* a cell takes nothing */
    struct boxes_pair *pairs; /* of rows that may overlap */
    size_t n_pairs;
    enum boxes_answer covers; /* the rows, without an else */
    size_t *left_out;         /* by column: codes that no row has */
};

/* ---- tables.c ---- */

/* All rows that were made of one row of the text: from `first` to the returned one, exclusive. */
size_t written_end(const struct table *table, size_t first);

/* Where one of these rows fits, or decides: `of` is meaning_fits or meaning_decides. */
hostset rows_set(struct subject *subject, size_t from, size_t to,
                 hostset (*of)(struct meaning *, const struct table *, const struct row *));

/* ---- rows.c ---- */

/* Rows that test a fact, none of which names unknown, while some row takes unknown without a word: a trap. */
void check_silent_unknown(struct subject *subject);

/* Rows that decide for no host, cells that change nothing, and how much an 'else' takes. For tables without errors. */
void check_rows_in_vain(struct subject *subject);

void check_reasons(struct subject *subject);
void check_values(struct subject *subject);

/* ---- left_out.c ---- */

/* Hosts that the rows leave out, around subject->left_out. The table's columns are inputs that nothing narrows. */
hostset left_out_box(struct subject *subject);

#endif
