/*
 * Enumerates hosts for the reference evaluator: the inputs that a question depends on, and all their cases.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SPACE_H
#define SPACE_H

#include "gen/model/model.h"

/* Limit on the cases that are enumerated for one question; above it the result is "not proven". */
enum { SPACE_LIMIT = 1 << 22 };

/* Limit on the steps (see cond_work) that one stage of the compiler takes for all its questions: some seconds. */
#define WORK_LIMIT ((size_t)1 << 30)

/* The inputs and stages that something depends on. */
struct cone {
    const struct model *model;
    bool *has; /* by variable index */
    const struct variable **inputs;
    size_t n_inputs;
    const struct stage **stages; /* in order of evaluation */
    size_t n_stages;
};

struct cone *cone_new(struct arena *arena, const struct model *model);
void cone_add(struct cone *cone, const struct variable *variable);
void cone_add_cond(struct cone *cone, const struct cond *cond);

/* Computes inputs and stages; nothing may be added afterwards. */
void cone_finish(struct arena *arena, struct cone *cone);

/* The approximate number of steps to evaluate a condition, a table, and all stages of a cone for one case. */
size_t cond_work(const struct cond *cond);
size_t table_work(const struct table *table);
size_t cone_work(const struct cone *cone);

/* The number of cases, or SPACE_LIMIT + 1 if it exceeds the limit. */
size_t cone_cases(const struct cone *cone, const int64_t *fixed);

/* Iterates over cases. Values by variable index are the smallest value of each interval. */
struct walk {
    const struct cone *cone;
    const int64_t *fixed; /* by variable index: inputs that keep their value; or NULL */
    size_t *codes;
    int64_t *values;
};

void walk_start(struct arena *arena, struct walk *walk, const struct cone *cone, const int64_t *fixed);

/* Advances to the next case; false after the last one. */
bool walk_next(struct walk *walk);

#endif
