/*
 * Questions of a comparison: their budgets, and what answers depend on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/diff/internal.h"

void comparison_ask(struct comparison *comparison) {
    size_t used = comparison->granted - hosts_left(comparison->sides.hosts);
    comparison->work -= used < comparison->work ? used : comparison->work;
    comparison->granted = comparison->work < QUESTION_STEPS ? comparison->work : QUESTION_STEPS;
    hosts_budget(comparison->sides.hosts, comparison->granted);
}

bool *comparison_no_marks(const struct comparison *comparison, size_t side) {
    return arena_alloc(comparison->arena, comparison->sides.models[side]->variables.count + 1);
}

void comparison_mark(const struct variable *variable, bool *asked) {
    if (asked[variable->index])
        return;
    asked[variable->index] = true;
    switch (variable->kind) {
    case VARIABLE_FACT:
    case VARIABLE_PARAM:
        break;
    case VARIABLE_LET:
        comparison_mark_cond(variable->cond, asked);
        break;
    case VARIABLE_DECISION:
        for (size_t i = 0; i < variable->table->n_columns; i++)
            comparison_mark(variable->table->columns[i], asked);
        break;
    }
}

void comparison_mark_cond(const struct cond *cond, bool *asked) {
    if (!cond)
        return;
    if (cond->kind == COND_TEST)
        comparison_mark(cond->variable, asked);
    for (size_t i = 0; i < cond->operands.count; i++)
        comparison_mark_cond(cond->operands.items[i], asked);
}
