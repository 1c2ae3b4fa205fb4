/*
 * Lowers conditions to diagrams, and places in rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/codegen/lower.h"
#include "gen/model/eval.h"
#include "gen/model/space.h"

/* A condition with more cases of inputs is evaluated over decisions instead. */
enum { COMPOSE_LIMIT = 1 << 16 };

uint32_t lower_line(struct lowering *lowering, struct span span) {
    return (uint32_t)source_line_number(&lowering->model->sources->items[span.file], span.begin);
}

/*
 * The name of a file. In built rulesets it is relative to the folder of the main file, so that tables are reproducible.
 */
uint32_t lower_file(struct lowering *lowering, struct span span) {
    const char *main_name = lowering->model->sources->items[0].name;
    const char *name = lowering->model->sources->items[span.file].name;
    const char *slash = strrchr(main_name, '/');
    size_t folder = slash ? (size_t)(slash - main_name) + 1 : 0;
    if (lowering->model->names_as_given)
        return tables_text(lowering->tables, name);
    if (strncmp(name, main_name, folder) == 0)
        return tables_text(lowering->tables, name + folder);
    slash = strrchr(name, '/');
    return tables_text(lowering->tables, slash ? slash + 1 : name);
}

void lower_check_fact(struct lowering *lowering, const struct variable *fact) {
    uint64_t **weights = &lowering->weights[lowering->vars[fact->index]];
    if (!*weights)
        *weights = arena_alloc(lowering->scratch, variable_n_codes(fact) * sizeof **weights);
}

/* ---- over the variables that a condition names: their codes are given -------------------------------------------- */

struct cond_question {
    const struct cond *cond;
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

/* The variables that a condition names directly. */
static const struct variable **direct_variables(struct lowering *lowering, const struct cond *cond, size_t *count) {
    size_t n_variables = lowering->model->variables.count;
    bool *seen = arena_alloc(lowering->scratch, n_variables + 1);
    const struct variable **direct = arena_alloc(lowering->scratch, (n_variables + 1) * sizeof *direct);
    *count = list_direct(cond, seen, direct, 0);
    return direct;
}

/* Marks the stages that must be evaluated before a condition over decisions. */
void lower_mark_needed(struct lowering *lowering, const struct variable *variable) {
    struct cone *cone = cone_new(lowering->scratch, lowering->model);
    cone_add(cone, variable);
    cone_finish(lowering->scratch, cone);
    for (size_t i = 0; i < cone->n_stages; i++)
        lowering->stage_needed[cone->stages[i] - lowering->model->stages.items] = true;
}

static int64_t *no_values(struct lowering *lowering) {
    size_t n_variables = lowering->model->variables.count;
    int64_t *values = arena_alloc(lowering->scratch, (n_variables + 1) * sizeof *values);
    for (size_t i = 0; i < n_variables; i++)
        values[i] = MUSTER_UNSET;
    return values;
}

static uint32_t lower_cond_direct(struct lowering *lowering, struct diagrams *diagrams, const struct cond *cond,
                                  const struct variable *const *variables, size_t count) {
    uint32_t *vars = arena_alloc(lowering->scratch, (count + 1) * sizeof *vars);
    for (size_t i = 0; i < count; i++)
        vars[i] = lowering->vars[variables[i]->index];
    struct cond_question question = {.cond = cond, .variables = variables, .vars = vars, .count = count};
    question.values = no_values(lowering);
    return diagram_of_function(diagrams, vars, count, answer_cond, &question);
}

/* ---- over inputs: decisions are traced back to inputs, stage by stage -------------------------------------------- */

/* The answer of a stage without a row. */
enum { UNDECIDED = MUSTER_GAP - 1 };

struct traced_question {
    const struct lowering *lowering;
    const struct cond *cond;   /* or: */
    const struct stage *stage; /* the row of a table, or the value of a derived condition */
    const struct variable **direct;
    size_t n_direct;
    int64_t *values; /* by variable index */
};

/* The value of a variable for given codes of inputs. */
static int64_t traced_value(const struct lowering *lowering, const struct variable *variable, const uint32_t *codes) {
    if (variable_is_input(variable))
        return variable_value(variable, codes[lowering->vars[variable->index]]);
    size_t stage = lowering->stage_of[variable->index];
    uint32_t answer = diagram_answer(lowering->trial, lowering->stage_roots[stage] - 1, codes);
    const struct table *table = lowering->model->stages.items[stage].table;
    if (answer == UNDECIDED)
        return MUSTER_UNSET;
    return table ? table->rows[answer].results[lowering->outcome_of[variable->index]] : answer;
}

static uint32_t answer_traced(void *context, const uint32_t *codes) {
    const struct traced_question *question = context;
    const struct row *row;
    for (size_t i = 0; i < question->n_direct; i++)
        question->values[question->direct[i]->index] = traced_value(question->lowering, question->direct[i], codes);
    if (question->cond)
        return eval_cond(question->cond, question->values);
    const struct stage *stage = question->stage;
    if (eval_stage(stage, question->values, &row) != VERDICT_DECIDED)
        return UNDECIDED;
    return stage->table ? (uint32_t)(row - stage->table->rows) : (uint32_t)question->values[stage->variable->index];
}

static void trace_stage(struct lowering *lowering, size_t index);

/* The diagram of a traced question, over the inputs that make a difference to the variables that it names. */
static uint32_t trace(struct lowering *lowering, struct diagrams *diagrams, struct traced_question *question) {
    const struct model *model = lowering->model;
    bool *tested = arena_alloc(lowering->scratch, lowering->n_vars);
    uint32_t *vars = arena_alloc(lowering->scratch, (model->n_inputs + 1) * sizeof *vars);
    size_t count = 0;
    for (size_t i = 0; i < question->n_direct; i++) {
        const struct variable *variable = question->direct[i];
        if (variable_is_input(variable)) {
            tested[lowering->vars[variable->index]] = true;
            continue;
        }
        size_t stage = lowering->stage_of[variable->index];
        trace_stage(lowering, stage);
        diagram_mark(lowering->trial, lowering->stage_roots[stage] - 1, tested);
    }
    for (size_t i = 0; i < model->n_inputs; i++)
        if (tested[lowering->vars[model->inputs[i]->index]])
            vars[count++] = lowering->vars[model->inputs[i]->index];
    question->lowering = lowering;
    question->values = no_values(lowering);
    return diagram_of_function(diagrams, vars, count, answer_traced, question);
}

static void trace_stage(struct lowering *lowering, size_t index) {
    const struct stage *stage = &lowering->model->stages.items[index];
    if (lowering->stage_roots[index])
        return;
    struct traced_question question = {.stage = stage};
    if (stage->table) {
        question.direct = (const struct variable **)stage->table->columns;
        question.n_direct = stage->table->n_columns;
    } else {
        question.direct = direct_variables(lowering, stage->variable->cond, &question.n_direct);
    }
    lowering->stage_roots[index] = trace(lowering, lowering->trial, &question) + 1;
}

/* Adds to the work of all conditions; false if the limit would be exceeded. */
static bool charge_work(struct lowering *lowering, size_t cases, size_t work) {
    if (cases > (WORK_LIMIT - lowering->work) / work)
        return false;
    lowering->work += cases * work;
    return true;
}

/* Traces a question back to inputs. False if they have too many cases. */
static bool lower_traced(struct lowering *lowering, struct diagrams *diagrams, struct traced_question *question,
                         uint32_t *root) {
    struct cone *cone = cone_new(lowering->scratch, lowering->model);
    cone_add_cond(cone, question->cond);
    cone_finish(lowering->scratch, cone);
    size_t cases = cone_cases(cone, NULL);
    if (cases > COMPOSE_LIMIT || !charge_work(lowering, cases, cone_work(cone) + cond_work(question->cond)))
        return false;
    *root = trace(lowering, diagrams, question);
    return true;
}

/* Reports why a condition cannot be lowered. */
static uint32_t refuse_cond(struct lowering *lowering, size_t cases, struct span span) {
    if (cases > COMPOSE_LIMIT) {
        struct diag *diag = diag_add(lowering->diagnostics, DIAG_CODE_LIMIT, span,
                                     "this condition, with those around it, has more than %d cases", COMPOSE_LIMIT);
        diag_help(lowering->diagnostics, diag, "let a table decide part of it, and ask for that decision");
    } else if (!lowering->work_exceeded) {
        diag_add(lowering->diagnostics, DIAG_CODE_LIMIT, span,
                 "from here on, the conditions of this ruleset are too many and too large to be looked through");
        lowering->work_exceeded = true;
    }
    return MUSTER_LEAF;
}

uint32_t lower_cond(struct lowering *lowering, struct diagrams *diagrams, const struct cond *cond, struct span span) {
    struct traced_question question = {.cond = cond};
    uint32_t root;
    question.direct = direct_variables(lowering, cond, &question.n_direct);
    if (lower_traced(lowering, diagrams, &question, &root))
        return root;
    size_t cases = 1;
    for (size_t i = 0; i < question.n_direct; i++) {
        size_t codes = variable_n_codes(question.direct[i]);
        cases = cases > COMPOSE_LIMIT / codes ? (size_t)COMPOSE_LIMIT + 1 : cases * codes;
    }
    if (cases > COMPOSE_LIMIT || !charge_work(lowering, cases, cond_work(cond)))
        return refuse_cond(lowering, cases, span);
    for (size_t i = 0; i < question.n_direct; i++)
        lower_mark_needed(lowering, question.direct[i]);
    return lower_cond_direct(lowering, diagrams, cond, question.direct, question.n_direct);
}
