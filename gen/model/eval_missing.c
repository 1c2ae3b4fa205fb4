/*
 * The reference evaluator for hosts with parameters that are not given: finds those that a command line requires,
 * literally from the model.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/model/eval.h"

enum truth { FALSE, TRUE, OPEN };

struct missing {
    const struct model *model;
    int64_t *values; /* by variable index; MUSTER_UNSET: undetermined */
    const char *const *texts;
    bool *needs;  /* by variable index: whether its value is needed */
    bool *needed; /* by input */
};

/* ---- three-valued results ---------------------------------------------------------------------------------------- */

/* The number of a variable's codes that are in a set. */
static size_t n_accepted(const struct variable *variable, const struct valueset *set) {
    size_t count = 0;
    for (size_t code = 0; code < variable_n_codes(variable); code++)
        count += valueset_has(set, variable_value(variable, code));
    return count;
}

static enum truth truth_of_test(const struct missing *missing, const struct variable *variable,
                                const struct valueset *set) {
    int64_t value = missing->values[variable->index];
    if (value != MUSTER_UNSET)
        return valueset_has(set, value);
    size_t count = n_accepted(variable, set);
    return count == 0 ? FALSE : count == variable_n_codes(variable) ? TRUE : OPEN;
}

/* Whether all numbers from `low` to `high` are in a set, none, or some. */
static enum truth truth_of_count(const struct valueset *set, size_t low, size_t high) {
    size_t count = 0;
    for (size_t i = low; i <= high; i++)
        count += valueset_has(set, (int64_t)i);
    return count == 0 ? FALSE : count == high - low + 1 ? TRUE : OPEN;
}

static enum truth truth_of(const struct missing *missing, const struct cond *cond) {
    size_t any[3] = {0};
    if (!cond)
        return TRUE;
    if (cond->kind == COND_TEST)
        return truth_of_test(missing, cond->variable, &cond->set);
    for (size_t i = 0; i < cond->operands.count; i++)
        any[truth_of(missing, cond->operands.items[i])]++;
    switch (cond->kind) {
    case COND_NOT:
        return any[OPEN] ? OPEN : any[FALSE] ? TRUE : FALSE;
    case COND_AND:
        return any[FALSE] ? FALSE : any[OPEN] ? OPEN : TRUE;
    case COND_OR:
        return any[TRUE] ? TRUE : any[OPEN] ? OPEN : FALSE;
    case COND_COUNT:
        return truth_of_count(&cond->set, any[TRUE], any[TRUE] + any[OPEN]);
    case COND_TEST:
        break;
    }
    return OPEN;
}

/* Whether a row matches. */
static enum truth row_fits(const struct missing *missing, const struct table *table, const struct row *row) {
    enum truth fits = TRUE;
    for (size_t i = 0; row->cells && i < table->n_columns; i++) {
        enum truth cell = truth_of_test(missing, table->columns[i], &row->cells[i]);
        if (cell == FALSE)
            return FALSE;
        fits = cell == OPEN ? OPEN : fits;
    }
    return fits;
}

/* The row that matches for all missing values: TRUE; FALSE if no row can match, else OPEN. */
static enum truth find_row(const struct missing *missing, const struct table *table, const struct row **row) {
    *row = NULL;
    for (size_t i = 0; i < table->n_rows; i++) {
        enum truth fits = row_fits(missing, table, &table->rows[i]);
        *row = fits == TRUE ? &table->rows[i] : NULL;
        if (fits != FALSE)
            return fits;
    }
    return FALSE;
}

/* ---- needed variables -------------------------------------------------------------------------------------------- */

static void need_cond(struct missing *missing, const struct cond *cond);

/*
 * Marks the columns that the result of an undetermined table depends on: those without a value, in rows that may match.
 */
static void need_columns(struct missing *missing, const struct table *table) {
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct row *row = &table->rows[i];
        enum truth fits = row_fits(missing, table, row);
        if (fits == TRUE) /* later rows make no difference */
            return;
        if (fits == FALSE)
            continue;
        for (size_t k = 0; k < table->n_columns; k++)
            if (truth_of_test(missing, table->columns[k], &row->cells[k]) == OPEN)
                missing->needs[table->columns[k]->index] = true;
    }
}

static void need_variable(struct missing *missing, const struct variable *variable) {
    if (missing->values[variable->index] == MUSTER_UNSET)
        missing->needs[variable->index] = true;
}

static void need_cond(struct missing *missing, const struct cond *cond) {
    if (truth_of(missing, cond) != OPEN)
        return;
    if (cond->kind == COND_TEST)
        need_variable(missing, cond->variable);
    for (size_t i = 0; i < cond->operands.count; i++)
        need_cond(missing, cond->operands.items[i]);
}

/* Evaluates a condition, and marks what its result depends on. */
static bool holds(struct missing *missing, const struct cond *cond) {
    need_cond(missing, cond);
    return truth_of(missing, cond) == TRUE;
}

/* Marks the dependencies of decisions, last decision first, because each depends only on earlier ones. */
static void need_dependencies(struct missing *missing) {
    for (size_t i = missing->model->stages.count; i-- > 0;) {
        const struct stage *stage = &missing->model->stages.items[i];
        bool is_needed = !stage->table && missing->needs[stage->variable->index];
        for (size_t k = 0; stage->table && k < stage->table->n_outcomes; k++)
            is_needed = is_needed || missing->needs[stage->table->outcomes[k]->index];
        if (is_needed && stage->table)
            need_columns(missing, stage->table);
        else if (is_needed)
            need_cond(missing, stage->variable->cond);
    }
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

static void need_template(struct missing *missing, const struct template *template) {
    for (size_t i = 0; i < template->count; i++) {
        const struct variable *variable = template->items[i].variable;
        if (template->items[i].text)
            continue;
        if (!variable_is_text(variable))
            need_variable(missing, variable);
        else if (!variable->optional && !missing->texts[variable->input])
            missing->needed[variable->input] = true;
    }
}

static void need_list(struct missing *missing, const struct list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct item *item = &list->items[i];
        bool is_written = holds(missing, item->when);
        bool is_not = truth_of(missing, item->when) == FALSE;
        if (item->then_list && is_written)
            need_list(missing, item->then_list);
        if (item->then_list && is_not && item->else_list)
            need_list(missing, item->else_list);
        if (item->then_list || !is_written)
            continue;
        if (item->has_key)
            need_template(missing, &item->key);
        if (item->nested)
            need_list(missing, item->nested);
        else
            need_template(missing, &item->value);
    }
}

static void need_block(struct missing *missing, const struct block *block) {
    for (size_t i = 0; i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        bool is_written = holds(missing, statement->when);
        bool is_not = truth_of(missing, statement->when) == FALSE;
        if (statement->then_block && is_written)
            need_block(missing, statement->then_block);
        if (statement->then_block && is_not && statement->else_block)
            need_block(missing, statement->else_block);
        for (size_t k = 0; !statement->then_block && is_written && k < statement->arguments.count; k++) {
            if (statement->arguments.items[k].list)
                need_list(missing, statement->arguments.items[k].list);
            else
                need_template(missing, &statement->arguments.items[k].text);
        }
    }
}

/* ---- all stages -------------------------------------------------------------------------------------------------- */

/*
 * Computes all decisions that can be computed. Returns the verdict of the first table that rejects the host, and its
 * row.
 */
static enum verdict decide(struct missing *missing, const struct row **refusing) {
    enum verdict verdict = VERDICT_DECIDED;
    for (size_t i = 0; i < missing->model->stages.count; i++) {
        const struct stage *stage = &missing->model->stages.items[i];
        const struct row *row;
        if (!stage->table) {
            enum truth truth = truth_of(missing, stage->variable->cond);
            missing->values[stage->variable->index] = truth == OPEN ? MUSTER_UNSET : truth;
            continue;
        }
        for (size_t k = 0; k < stage->table->n_outcomes; k++)
            missing->values[stage->table->outcomes[k]->index] = MUSTER_UNSET;
        if (verdict != VERDICT_DECIDED)
            continue;
        enum truth found = find_row(missing, stage->table, &row);
        if (found == FALSE || (found == TRUE && row->reject)) {
            verdict = found == FALSE ? VERDICT_GAP : VERDICT_REJECTED;
            *refusing = row;
        }
        for (size_t k = 0; found == TRUE && !row->reject && k < stage->table->n_outcomes; k++)
            missing->values[stage->table->outcomes[k]->index] = row->results[k];
    }
    return verdict;
}

static const struct restriction *find_restriction(struct missing *missing, bool over_decisions) {
    for (size_t i = 0; i < missing->model->restrictions.count; i++) {
        const struct restriction *restriction = &missing->model->restrictions.items[i];
        if (restriction->over_decisions == over_decisions && holds(missing, restriction->cond))
            return restriction;
    }
    return NULL;
}

/* Marks the dependencies of tables that may reject the host; with `all`, of all tables. */
static void need_tables(struct missing *missing, bool all) {
    for (size_t i = 0; i < missing->model->stages.count; i++) {
        const struct stage *stage = &missing->model->stages.items[i];
        bool may_fail = stage->table && stage->table->unproven;
        for (size_t k = 0; stage->table && k < stage->table->n_rows; k++)
            may_fail = may_fail || stage->table->rows[k].reject;
        if (!stage->table && all)
            need_variable(missing, stage->variable);
        else if (stage->table && (may_fail || (all && !stage->table->overridden)))
            need_variable(missing, stage->table->outcomes[0]);
    }
}

static void need_argv(struct missing *missing) {
    const struct model *model = missing->model;
    for (size_t i = model->n_facts; i < model->n_inputs; i++)
        for (size_t k = 0; k < model->inputs[i]->limits.count; k++)
            if (missing->texts[i] && (int64_t)strlen(missing->texts[i]) > model->inputs[i]->limits.items[k].max)
                need_cond(missing, model->inputs[i]->limits.items[k].when);
    for (size_t i = 0; i < model->warnings.count; i++)
        need_cond(missing, model->warnings.items[i].cond);
    need_block(missing, &model->argv);
}

enum verdict eval_missing(struct arena *arena, const struct model *model, int64_t *values, const char *const *texts,
                          bool decisions, bool *needed, const struct restriction **restriction,
                          const struct row **row) {
    struct missing state = {model, values, texts, arena_alloc(arena, model->variables.count + 1), needed};
    struct missing *missing = &state;
    *row = NULL;
    enum verdict verdict = decide(missing, row);
    *restriction = find_restriction(missing, false);
    if (!*restriction && verdict == VERDICT_DECIDED)
        *restriction = find_restriction(missing, true);
    if (*restriction || verdict != VERDICT_DECIDED)
        return *restriction ? VERDICT_REJECTED : verdict;
    need_tables(missing, decisions);
    if (!decisions)
        need_argv(missing);
    need_dependencies(missing);
    for (size_t i = model->n_facts; i < model->n_inputs; i++)
        if (missing->needs[model->inputs[i]->index])
            needed[i] = true;
    return VERDICT_DECIDED;
}
