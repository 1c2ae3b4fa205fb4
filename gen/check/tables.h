/*
 * Private header of the checks of decision tables: a table, and the results about it so far.
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
    bool *inputs;   /* all inputs that the table depends on */
    hostset space;  /* the possible hosts, as far as these inputs restrict them */
    bool is_direct; /* its columns are independent, unrestricted inputs: the results of the table alone are exact */
    bool exclusive; /* no host matches two rows */
    size_t n_rows;  /* without the else row */
    bool has_else;
    bool has_empty;           /* a cell accepts no value */
    struct boxes_pair *pairs; /* rows that may overlap */
    size_t n_pairs;
    enum boxes_answer covers; /* whether the rows cover all combinations, without an else row */
    size_t *left_out;         /* by column: a code of the gap that was found */
};

/* ---- tables.c ---- */

/* The rows of the model that result from one row of the file: from `first` up to, not including, the returned one. */
size_t written_end(const struct table *table, size_t first);

/* The union of the hosts of these rows; `of` is meaning_fits or meaning_decides. */
hostset rows_set(struct subject *subject, size_t from, size_t to,
                 hostset (*of)(struct meaning *, const struct table *, const struct row *));

/* ---- rows.c ---- */

/* Reports columns that can be unknown where no row names unknown, although a row accepts it implicitly. */
void check_silent_unknown(struct subject *subject);

/* Reports unreachable rows, redundant cells, and the share of an 'else'. The table must have no errors. */
void check_redundancy(struct subject *subject);

void check_reasons(struct subject *subject);
void check_values(struct subject *subject);

/* ---- left_out.c ---- */

/* A box of the gap around subject->left_out. The table must be direct. */
hostset left_out_box(struct subject *subject);

#endif
