/*
 * Spaces of hosts: what a question depends on, and every case of that, one after the other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SPACE_H
#define SPACE_H

#include "gen/model/model.h"

/* The most cases that are looked through for one question; beyond it the answer is "not proven". */
enum { SPACE_LIMIT = 1 << 22 };

/* The most steps (see cond_work) that one stage of the compiler takes over all its questions: some seconds. */
#define WORK_LIMIT ((size_t)1 << 30)

/* The inputs and stages behind something. */
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

/* Fills in inputs and stages; nothing is added afterwards. */
void cone_finish(struct arena *arena, struct cone *cone);

/* Steps that evaluating takes, roughly: of a condition, of a table, and of all stages of a cone for one case. */
size_t cond_work(const struct cond *cond);
size_t table_work(const struct table *table);
size_t cone_work(const struct cone *cone);

/* How many cases there are; SPACE_LIMIT + 1 if it is more than the limit. */
size_t cone_cases(const struct cone *cone, const int64_t *fixed);

/* One case after another: values by variable index hold the least value of each interval. */
struct walk {
    const struct cone *cone;
    const int64_t *fixed; /* by variable index: inputs that do not move; or NULL */
    size_t *codes;
    int64_t *values;
};

void walk_start(struct arena *arena, struct walk *walk, const struct cone *cone, const int64_t *fixed);

/* Goes to the next case; false after the last. */
bool walk_next(struct walk *walk);

#endif
