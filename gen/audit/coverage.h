/*
 * Which rows of a ruleset its examples or given hosts reach, and which rejections and warnings.
 *
 * A row is reached where it decides on a host that the rules accept, or refuses a host; a rejection, an assumption and
 * a warning where they speak. A host that is refused reaches what refuses it, and nothing else. An example stands for
 * many hosts as long as it leaves facts open: it reaches what every one of them does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COVERAGE_H
#define COVERAGE_H

#include "gen/model/model.h"

/* REACH_UNPROVEN: whether it is was too much to be looked through. */
enum reach { REACH_NOT, REACH_UNPROVEN, REACH_YES };

/* A row as it is written, whatever it became by inheriting. */
struct coverage_row {
    const struct row *row;
    enum reach reach;
};

struct coverage_count {
    size_t all, reached, unproven;
};

struct coverage_table {
    const struct table *table;
    const struct table *decides; /* the same; of one that is overridden, what stands in its place */
    const char *names;           /* "machine, timers" */
    struct coverage_row *rows;
    size_t n_rows;
    struct coverage_count count;
};

struct coverage {
    struct arena *arena;
    const struct model *model;
    enum reach **model_rows; /* by table and row of the model */
    enum reach *restrictions, *warnings;
    /* what coverage_finish adds, in the order of the rules */
    struct coverage_table *tables;
    size_t n_tables;
    struct coverage_count count;
};

/* Nothing is reached yet. The model is sound and was checked. */
struct coverage *coverage_new(struct arena *arena, const struct model *model);

/* Adds all examples of the rules. */
void coverage_add_examples(struct coverage *coverage);

/* Adds a host, by the tables of the same model; the error if it has no decisions, though the rules do not refuse it. */
enum muster_status coverage_add_host(struct coverage *coverage, const struct muster_ruleset *rules,
                                     const int64_t *facts, const struct muster_params *params,
                                     struct muster_error *error);

/* Counts rows as they are written. */
void coverage_finish(struct coverage *coverage);

/* Rounded down, so that 100 is all of them; of nothing, 100. */
unsigned coverage_percent(const struct coverage_count *count);

/* The table that stands in the place of an overridden one and inherits from it; or NULL. */
const struct table *coverage_heir(const struct model *model, const struct table *table);

/* The row was made of one that inherits, for one row of the table that it inherits from. */
bool coverage_inherits(const struct table *heir, const struct row *row);

#endif
