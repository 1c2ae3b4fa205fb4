/*
 * What all parts of the lowering need: conditions as diagrams, and places in the rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "eval.h"
#include "lower.h"
#include "space.h"

/* A condition over more cases of inputs than this is asked of decisions instead. */
enum { COMPOSE_LIMIT = 1 << 16 };

uint32_t lower_line(struct lowering *lowering, struct span span) {
    return (uint32_t)source_line_number(&lowering->model->sources->items[span.file], span.begin);
}

/* The file's name, relative to the folder of the main one, so that it says the same wherever it is built. */
uint32_t lower_file(struct lowering *lowering, struct span span) {
    const char *main_name = lowering->model->sources->items[0].name;
    const char *name = lowering->model->sources->items[span.file].name;
    const char *slash = strrchr(main_name, '/');
    size_t folder = slash ? (size_t)(slash - main_name) + 1 : 0;
    if (strncmp(name, main_name, folder) == 0)
        return tables_text(lowering->tables, name + folder);
    slash = strrchr(name, '/');
    return tables_text(lowering->tables, slash ? slash + 1 : name);
}

void lower_ask(struct lowering *lowering, const struct variable *fact) {
    uint64_t **weights = &lowering->weights[lowering->vars[fact->index]];
    if (!*weights)
        *weights = arena_alloc(lowering->scratch, variable_n_codes(fact) * sizeof **weights);
}

struct cond_question {
    const struct cond *cond;
    const struct cone *cone; /* NULL: the values of decisions are given */
    const struct variable *const *variables;
    const uint32_t *vars;
    size_t count;
    int64_t *values; /* by variable index */
};

static uint32_t answer_cond(void *context, const uint32_t *codes) {
    const struct cond_question *question = context;
    for (size_t i = 0; i < question->count; i++)
        question->values[question->variables[i]->index] =
            variable_value(question->variables[i], codes[question->vars[i]]);
    for (size_t i = 0; question->cone && i < question->cone->n_stages; i++) {
        const struct row *row;
        eval_stage(question->cone->stages[i], question->values, &row);
    }
    return eval_cond(question->cond, question->values);
}

static size_t list_direct(const struct cond *cond, bool *seen, const struct variable **list, size_t count) {
    if (cond->kind == COND_TEST && !seen[cond->variable->index]) {
        seen[cond->variable->index] = true;
        list[count++] = cond->variable;
    }
    for (size_t i = 0; i < cond->operands.count; i++)
        count = list_direct(cond->operands.items[i], seen, list, count);
    return count;
}

/* Marks the stages that must have run before a condition over decisions can be asked. */
void lower_need(struct lowering *lowering, const struct variable *variable) {
    struct cone *cone = cone_new(lowering->scratch, lowering->model);
    cone_add(cone, variable);
    cone_finish(lowering->scratch, cone);
    for (size_t i = 0; i < cone->n_stages; i++)
        lowering->stage_needed[cone->stages[i] - lowering->model->stages.items] = true;
}

static uint32_t lower_cond_over(struct lowering *lowering, struct diagrams *diagrams, const struct cond *cond,
                                const struct cone *cone, const struct variable *const *variables, size_t count) {
    size_t n_variables = lowering->model->variables.count;
    uint32_t *vars = arena_alloc(lowering->scratch, (count + 1) * sizeof *vars);
    for (size_t i = 0; i < count; i++)
        vars[i] = lowering->vars[variables[i]->index];
    struct cond_question question = {.cond = cond, .cone = cone, .variables = variables, .vars = vars, .count = count};
    question.values = arena_alloc(lowering->scratch, (n_variables + 1) * sizeof *question.values);
    for (size_t i = 0; i < n_variables; i++)
        question.values[i] = MUSTER_UNSET;
    return diagram_of_function(diagrams, vars, count, answer_cond, &question);
}

/* Takes so much of the work that all conditions together may cost; false if not so much is left. */
static bool take_work(struct lowering *lowering, size_t cases, size_t work) {
    if (cases > (WORK_LIMIT - lowering->work) / work)
        return false;
    lowering->work += cases * work;
    return true;
}

uint32_t lower_cond(struct lowering *lowering, struct diagrams *diagrams, const struct cond *cond, struct span span) {
    const struct model *model = lowering->model;
    struct cone *cone = cone_new(lowering->scratch, model);
    cone_add_cond(cone, cond);
    cone_finish(lowering->scratch, cone);
    size_t work = cond_work(cond);
    if (cone_cases(cone, NULL) <= COMPOSE_LIMIT && take_work(lowering, cone_cases(cone, NULL), cone_work(cone) + work))
        return lower_cond_over(lowering, diagrams, cond, cone, cone->inputs, cone->n_inputs);
    bool *seen = arena_alloc(lowering->scratch, model->variables.count + 1);
    const struct variable **direct = arena_alloc(lowering->scratch, (model->variables.count + 1) * sizeof *direct);
    size_t count = list_direct(cond, seen, direct, 0), cases = 1;
    for (size_t i = 0; i < count; i++) {
        size_t codes = variable_n_codes(direct[i]);
        cases = cases > COMPOSE_LIMIT / codes ? (size_t)COMPOSE_LIMIT + 1 : cases * codes;
    }
    if (cases <= COMPOSE_LIMIT && !take_work(lowering, cases, work)) {
        if (!lowering->too_much_work)
            diag_add(lowering->diagnostics, DIAG_CODE_LIMIT, span,
                     "from here on, the conditions of this ruleset are too many and too large to be looked through");
        lowering->too_much_work = true;
        return MUSTER_LEAF;
    }
    if (cases > COMPOSE_LIMIT) {
        struct diag *diag = diag_add(lowering->diagnostics, DIAG_CODE_LIMIT, span,
                                     "this condition, with those around it, has more than %d cases", COMPOSE_LIMIT);
        diag_help(lowering->diagnostics, diag, "let a table decide part of it, and ask for that decision");
        return MUSTER_LEAF;
    }
    for (size_t i = 0; i < count; i++)
        lower_need(lowering, direct[i]);
    return lower_cond_over(lowering, diagrams, cond, NULL, direct, count);
}
