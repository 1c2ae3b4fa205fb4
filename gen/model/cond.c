/*
 * Builds conditions from tests and other conditions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/model/cond.h"

static struct cond *new_cond(struct arena *arena, enum cond_kind kind) {
    struct cond *cond = arena_alloc(arena, sizeof *cond);
    cond->kind = kind;
    return cond;
}

const struct cond *cond_test(struct arena *arena, const struct variable *variable, struct valueset set) {
    struct cond *test = new_cond(arena, COND_TEST);
    test->variable = variable;
    test->set = set;
    return test;
}

const struct cond *cond_never(struct arena *arena) {
    return new_cond(arena, COND_OR);
}

bool cond_is_never(const struct cond *cond) {
    return cond && cond->kind == COND_OR && cond->operands.count == 0;
}

const struct cond *cond_all(struct arena *arena, const struct conds *conds) {
    struct cond *all = new_cond(arena, COND_AND);
    for (size_t i = 0; i < conds->count; i++) {
        const struct cond *cond = conds->items[i];
        if (cond_is_never(cond))
            return cond;
        if (cond && (all->operands.count == 0 || all->operands.items[all->operands.count - 1] != cond))
            ARENA_PUSH(arena, &all->operands, cond);
    }
    return all->operands.count == 0 ? NULL : all->operands.count == 1 ? all->operands.items[0] : all;
}

const struct cond *cond_any(struct arena *arena, const struct conds *conds) {
    struct cond *any = new_cond(arena, COND_OR);
    for (size_t i = 0; i < conds->count; i++) {
        const struct cond *cond = conds->items[i];
        if (!cond)
            return NULL;
        if (!cond_is_never(cond) && (any->operands.count == 0 || any->operands.items[any->operands.count - 1] != cond))
            ARENA_PUSH(arena, &any->operands, cond);
    }
    return any->operands.count == 1 ? any->operands.items[0] : any;
}

const struct cond *cond_both(struct arena *arena, const struct cond *a, const struct cond *b) {
    const struct cond *both[] = {a, b};
    if (!a || !b)
        return a ? a : b;
    return cond_all(arena, &(struct conds){.items = both, .count = 2});
}

const struct cond *cond_negation(struct arena *arena, const struct cond *cond) {
    if (!cond)
        return cond_never(arena);
    if (cond_is_never(cond))
        return NULL;
    if (cond->kind == COND_NOT)
        return cond->operands.items[0];
    struct cond *negation = new_cond(arena, COND_NOT);
    ARENA_PUSH(arena, &negation->operands, cond);
    return negation;
}
