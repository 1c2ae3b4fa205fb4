/*
 * Builds conditions from tests and other conditions. NULL as an operand or a result means "always"; cond_never() never
 * holds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COND_H
#define COND_H

#include "gen/model/model.h"

/* Holds where the variable has a value in the set. */
const struct cond *cond_test(struct arena *arena, const struct variable *variable, struct valueset set);

const struct cond *cond_both(struct arena *arena, const struct cond *a, const struct cond *b);
const struct cond *cond_negation(struct arena *arena, const struct cond *cond);
const struct cond *cond_never(struct arena *arena);
bool cond_is_never(const struct cond *cond);

/*
 * Conjunction or disjunction of any number of conditions, as one node: the depth of a condition does not grow with
 * them.
 */
struct conds {
    const struct cond **items;
    size_t count, capacity;
};
const struct cond *cond_all(struct arena *arena, const struct conds *conds);
const struct cond *cond_any(struct arena *arena, const struct conds *conds);

#endif
