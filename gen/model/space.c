/*
 * Enumerates hosts for the reference evaluator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/model/space.h"

struct cone *cone_new(struct arena *arena, const struct model *model) {
    struct cone *cone = arena_alloc(arena, sizeof *cone);
    cone->model = model;
    cone->has = arena_alloc(arena, model->variables.count + 1);
    return cone;
}

static void cone_add_table(struct cone *cone, const struct table *table) {
    for (size_t i = 0; i < table->n_outcomes; i++)
        cone->has[table->outcomes[i]->index] = true;
    for (size_t i = 0; i < table->n_columns; i++)
        cone_add(cone, table->columns[i]);
}

void cone_add(struct cone *cone, const struct variable *variable) {
    if (cone->has[variable->index])
        return;
    cone->has[variable->index] = true;
    switch (variable->kind) {
    case VARIABLE_FACT:
    case VARIABLE_PARAM:
        break;
    case VARIABLE_LET:
        cone_add_cond(cone, variable->cond);
        break;
    case VARIABLE_DECISION:
        cone_add_table(cone, variable->table);
        break;
    }
}

void cone_add_cond(struct cone *cone, const struct cond *cond) {
    if (!cond)
        return;
    if (cond->kind == COND_TEST)
        cone_add(cone, cond->variable);
    for (size_t i = 0; i < cond->operands.count; i++)
        cone_add_cond(cone, cond->operands.items[i]);
}

void cone_finish(struct arena *arena, struct cone *cone) {
    const struct model *model = cone->model;
    cone->inputs = arena_alloc(arena, (model->n_inputs + 1) * sizeof *cone->inputs);
    for (size_t i = 0; i < model->n_inputs; i++)
        if (cone->has[model->inputs[i]->index])
            cone->inputs[cone->n_inputs++] = model->inputs[i];
    cone->stages = arena_alloc(arena, (model->stages.count + 1) * sizeof *cone->stages);
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct stage *stage = &model->stages.items[i];
        const struct variable *variable = stage->table ? stage->table->outcomes[0] : stage->variable;
        if (cone->has[variable->index])
            cone->stages[cone->n_stages++] = stage;
    }
}

size_t cond_work(const struct cond *cond) {
    size_t work = 1;
    for (size_t i = 0; cond && i < cond->operands.count; i++)
        work += cond_work(cond->operands.items[i]);
    return work;
}

size_t table_work(const struct table *table) {
    return 1 + table->n_rows * (1 + table->n_columns);
}

size_t cone_work(const struct cone *cone) {
    size_t work = 1;
    for (size_t i = 0; i < cone->n_stages; i++) {
        const struct stage *stage = cone->stages[i];
        work += stage->table ? table_work(stage->table) : cond_work(stage->variable->cond);
    }
    return work;
}

static bool is_fixed(const int64_t *fixed, const struct variable *variable) {
    return fixed && fixed[variable->index] != MUSTER_UNSET;
}

size_t cone_cases(const struct cone *cone, const int64_t *fixed) {
    size_t cases = 1;
    for (size_t i = 0; i < cone->n_inputs; i++) {
        size_t codes = is_fixed(fixed, cone->inputs[i]) ? 1 : variable_n_codes(cone->inputs[i]);
        if (cases > SPACE_LIMIT / codes)
            return (size_t)SPACE_LIMIT + 1;
        cases *= codes;
    }
    return cases;
}

void walk_start(struct arena *arena, struct walk *walk, const struct cone *cone, const int64_t *fixed) {
    size_t count = cone->model->variables.count;
    *walk = (struct walk){.cone = cone, .fixed = fixed};
    walk->codes = arena_alloc(arena, (cone->n_inputs + 1) * sizeof *walk->codes);
    walk->values = arena_alloc(arena, (count + 1) * sizeof *walk->values);
    for (size_t i = 0; i < count; i++)
        walk->values[i] = MUSTER_UNSET;
    for (size_t i = 0; i < cone->n_inputs; i++) {
        const struct variable *input = cone->inputs[i];
        walk->values[input->index] = is_fixed(fixed, input) ? fixed[input->index] : variable_value(input, 0);
    }
}

bool walk_next(struct walk *walk) {
    for (size_t i = walk->cone->n_inputs; i-- > 0;) {
        const struct variable *input = walk->cone->inputs[i];
        if (is_fixed(walk->fixed, input))
            continue;
        walk->codes[i] = (walk->codes[i] + 1) % variable_n_codes(input);
        walk->values[input->index] = variable_value(input, walk->codes[i]);
        if (walk->codes[i] != 0)
            return true;
    }
    return false;
}
