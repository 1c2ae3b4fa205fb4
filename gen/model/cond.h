/*
 * Conditions made of tests and of other conditions. NULL as an operand or a result is "always", and cond_never() holds
 * nowhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COND_H
#define COND_H

#include "gen/model/model.h"

/* The variable has a value of the set. */
const struct cond *cond_test(struct arena *arena, const struct variable *variable, struct valueset set);

const struct cond *cond_both(struct arena *arena, const struct cond *a, const struct cond *b);
const struct cond *cond_negation(struct arena *arena, const struct cond *cond);
const struct cond *cond_never(struct arena *arena);
bool cond_is_never(const struct cond *cond);

/* The same of any number, side by side: what walks through a condition goes no deeper for more of them. */
struct conds {
    const struct cond **items;
    size_t count, capacity;
};
const struct cond *cond_all(struct arena *arena, const struct conds *conds);
const struct cond *cond_any(struct arena *arena, const struct conds *conds);

#endif
