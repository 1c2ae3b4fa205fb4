/*
 * Writes the data about required parameters: which parameters without a value the rules test on the way to a command
 * line. The runtime reads it only if a tested parameter has no value.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/codegen/lower.h"

struct needs_words {
    uint32_t *items;
    size_t count, capacity;
};

struct needs {
    struct lowering *lowering;
    struct needs_words words;
    struct diagrams *diagrams; /* of tables with columns that may have no value */
    bool *open;                /* by variable index: whether it may have no value */
    bool *read;                /* by variable index: inputs whose code the runtime must provide */
    bool any;                  /* whether anything that may have no value is tested */
};

static void put(struct needs *needs, uint32_t word) {
    ARENA_PUSH(needs->lowering->scratch, &needs->words, word);
}

static void put_op(struct needs *needs, uint32_t op, size_t operand) {
    put(needs, op | (uint32_t)operand << MUSTER_NEED_SHIFT);
}

/* ---- conditions ------------------------------------------------------------------------------------------------- */

static bool is_open(const struct needs *needs, const struct cond *cond) {
    if (!cond)
        return false;
    if (cond->kind == COND_TEST)
        return needs->open[cond->variable->index];
    for (size_t i = 0; i < cond->operands.count; i++)
        if (is_open(needs, cond->operands.items[i]))
            return true;
    return false;
}

/* The accepted codes of a test as ranges. Tests that accept all or no codes are constants, which need no value. */
static void put_test(struct needs *needs, const struct cond *cond) {
    const struct variable *variable = cond->variable;
    size_t begin = needs->words.count, n_codes = variable_n_codes(variable), n_taken = 0, n_ranges = 0;
    bool before = false;
    put(needs, 0);
    put(needs, needs->lowering->vars[variable->index]);
    for (size_t code = 0; code < n_codes; code++) {
        bool takes = valueset_has(&cond->set, variable_value(variable, code));
        n_taken += takes;
        n_ranges += takes && !before;
        if (takes && !before)
            put(needs, (uint32_t)code);
        if (takes && !before)
            put(needs, (uint32_t)code);
        if (takes)
            needs->words.items[needs->words.count - 1] = (uint32_t)code;
        before = takes;
    }
    if (n_taken > 0 && n_taken < n_codes) {
        needs->words.items[begin] = MUSTER_COND_TEST | (uint32_t)n_ranges << MUSTER_NEED_SHIFT;
        needs->read[variable->index] = true;
        needs->any = needs->any || needs->open[variable->index];
        return;
    }
    needs->words.count = begin;
    put_op(needs, n_taken > 0 ? MUSTER_COND_ALL : MUSTER_COND_ANY, 0);
}

/* The accepted counts of a condition as ranges, up to the number of operands. */
static void put_counts(struct needs *needs, const struct cond *cond) {
    size_t begin = needs->words.count;
    int64_t n_operands = (int64_t)cond->operands.count;
    put(needs, 0);
    for (size_t i = 0; i < cond->set.count; i++) {
        const struct interval *interval = &cond->set.items[i];
        if (interval->high < 0 || interval->low > n_operands)
            continue;
        put(needs, interval->low < 0 ? 0 : (uint32_t)interval->low);
        put(needs, interval->high > n_operands ? (uint32_t)n_operands : (uint32_t)interval->high);
        needs->words.items[begin]++;
    }
}

static void put_cond(struct needs *needs, const struct cond *cond) {
    if (!cond) {
        put_op(needs, MUSTER_COND_ALL, 0);
        return;
    }
    switch (cond->kind) {
    case COND_TEST:
        put_test(needs, cond);
        return;
    case COND_NOT:
        put_op(needs, MUSTER_COND_NOT, 1);
        break;
    case COND_AND:
        put_op(needs, MUSTER_COND_ALL, cond->operands.count);
        break;
    case COND_OR:
        put_op(needs, MUSTER_COND_ANY, cond->operands.count);
        break;
    case COND_COUNT:
        put_op(needs, MUSTER_COND_COUNT, cond->operands.count);
        put_counts(needs, cond);
        break;
    }
    for (size_t i = 0; i < cond->operands.count; i++)
        put_cond(needs, cond->operands.items[i]);
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

/* Begins a part that depends on a condition; end_when completes it. NULL: always. */
static size_t begin_when(struct needs *needs, const struct cond *cond, bool negated) {
    size_t begin = needs->words.count;
    if (!cond)
        return begin;
    put_op(needs, MUSTER_NEED_WHEN, 0);
    if (negated)
        put_op(needs, MUSTER_COND_NOT, 1);
    put_cond(needs, cond);
    return begin;
}

/* `body`: where the words of the part begin. If it is empty, the condition matters only if it may have no value. */
static void end_when(struct needs *needs, const struct cond *cond, size_t begin, size_t body) {
    if (!cond)
        return;
    if (needs->words.count == body && !is_open(needs, cond))
        needs->words.count = begin;
    else
        needs->words.items[begin] |= (uint32_t)(needs->words.count - body) << MUSTER_NEED_SHIFT;
}

static void put_template(struct needs *needs, const struct template *template) {
    for (size_t i = 0; i < template->count; i++) {
        const struct variable *variable = template->items[i].variable;
        bool is_form;
        if (template->items[i].text || variable->kind == VARIABLE_FACT || variable->optional)
            continue;
        is_form = variable->kind == VARIABLE_PARAM && variable->type.n_members == 0;
        if (!is_form && !needs->open[variable->index])
            continue;
        put_op(needs, is_form ? MUSTER_NEED_FORM : MUSTER_NEED_VALUE, needs->lowering->vars[variable->index]);
        needs->read[variable->index] = needs->read[variable->index] || !is_form;
        needs->any = needs->any || !is_form;
    }
}

static void put_list(struct needs *needs, const struct list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct item *item = &list->items[i];
        size_t begin = begin_when(needs, item->when, false), body = needs->words.count;
        if (item->then_list)
            put_list(needs, item->then_list);
        if (item->has_key)
            put_template(needs, &item->key);
        if (item->nested)
            put_list(needs, item->nested);
        else if (!item->then_list)
            put_template(needs, &item->value);
        end_when(needs, item->when, begin, body);
        if (!item->else_list)
            continue;
        begin = begin_when(needs, item->when, true);
        body = needs->words.count;
        put_list(needs, item->else_list);
        end_when(needs, item->when, begin, body);
    }
}

static void put_block(struct needs *needs, const struct block *block) {
    for (size_t i = 0; i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        size_t begin = begin_when(needs, statement->when, false), body = needs->words.count;
        if (statement->then_block)
            put_block(needs, statement->then_block);
        for (size_t k = 0; !statement->then_block && k < statement->arguments.count; k++) {
            if (statement->arguments.items[k].list)
                put_list(needs, statement->arguments.items[k].list);
            else
                put_template(needs, &statement->arguments.items[k].text);
        }
        end_when(needs, statement->when, begin, body);
        if (!statement->else_block)
            continue;
        begin = begin_when(needs, statement->when, true);
        body = needs->words.count;
        put_block(needs, statement->else_block);
        end_when(needs, statement->when, begin, body);
    }
}

/* ---- evaluation before the command line -------------------------------------------------------------------------- */

static void put_restrictions(struct needs *needs, bool over_decisions) {
    const struct model *model = needs->lowering->model;
    for (size_t i = 0; i < model->restrictions.count; i++) {
        if (model->restrictions.items[i].over_decisions != over_decisions)
            continue;
        put_op(needs, MUSTER_NEED_REFUSE, needs->lowering->restriction_tables[i]);
        put_cond(needs, model->restrictions.items[i].cond);
    }
}

/* Tables that may reject a host are evaluated for every command line. */
static void put_rejecting_tables(struct needs *needs) {
    const struct model *model = needs->lowering->model;
    put_op(needs, MUSTER_NEED_TABLES, 0);
    for (size_t i = 0; i < model->tables.count; i++) {
        const struct variable *outcome = model->tables.items[i]->outcomes[0];
        if (needs->open[outcome->index] && lower_may_fail(model->tables.items[i]))
            put_op(needs, MUSTER_NEED_VALUE, needs->lowering->vars[outcome->index]);
    }
}

static void put_limits(struct needs *needs) {
    const struct model *model = needs->lowering->model;
    for (size_t i = model->n_facts; i < model->n_inputs; i++)
        for (size_t k = 0; k < model->inputs[i]->limits.count; k++) {
            const struct limit *limit = &model->inputs[i]->limits.items[k];
            if (!is_open(needs, limit->when))
                continue;
            put_op(needs, MUSTER_NEED_LIMIT, i);
            put(needs, (uint32_t)limit->max);
            put_cond(needs, limit->when);
        }
}

static void put_warnings(struct needs *needs) {
    const struct model *model = needs->lowering->model;
    for (size_t i = 0; i < model->warnings.count; i++) {
        const struct cond *cond = model->warnings.items[i].cond;
        size_t begin = begin_when(needs, cond, false);
        end_when(needs, cond, begin, needs->words.count);
    }
}

/* ---- stages ----------------------------------------------------------------------------------------------------- */

/* Finds the variables that may have no value: parameters, and everything that depends on them. */
static void find_open(struct needs *needs) {
    const struct model *model = needs->lowering->model;
    for (size_t i = model->n_facts; i < model->n_inputs; i++)
        needs->open[model->inputs[i]->index] = !variable_is_text(model->inputs[i]) && !model->inputs[i]->optional;
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct stage *stage = &model->stages.items[i];
        bool open = !stage->table && is_open(needs, stage->variable->cond);
        for (size_t k = 0; stage->table && k < stage->table->n_columns; k++)
            open = open || needs->open[stage->table->columns[k]->index];
        for (size_t k = 0; stage->table && k < stage->table->n_outcomes; k++)
            needs->open[stage->table->outcomes[k]->index] = open;
        if (!stage->table)
            needs->open[stage->variable->index] = open;
    }
}

/* For the answers of one table: its tested columns, and lists of columns by offset. */
struct column_lists {
    struct needs *needs;
    uint64_t **tests; /* by column: rows whose cell does not accept every value; NULL: it always has a value */
    uint32_t *slots;  /* hash table of lists by offset; 0: free */
    size_t n_slots, count;
};

/* The slot of an existing list, or the free slot for a new one. */
static uint32_t *find_slot(const struct column_lists *lists, uint32_t place) {
    const uint32_t *words = lists->needs->words.items, *list = words + place;
    size_t size = (1 + (size_t)list[0]) * sizeof *list;
    uint64_t hash = UINT64_C(14695981039346656037);
    for (uint32_t i = 0; i <= list[0]; i++)
        hash = (hash ^ list[i]) * UINT64_C(1099511628211);
    size_t at = (size_t)(hash ^ hash >> 32) & (lists->n_slots - 1);
    while (lists->slots[at] &&
           (words[lists->slots[at]] != list[0] || memcmp(words + lists->slots[at], list, size) != 0))
        at = (at + 1) & (lists->n_slots - 1);
    return &lists->slots[at];
}

static void widen(struct column_lists *lists) {
    const uint32_t *old = lists->slots;
    size_t n_old = lists->n_slots;
    lists->n_slots = n_old ? 2 * n_old : 64;
    lists->slots = arena_alloc(lists->needs->lowering->scratch, lists->n_slots * sizeof *lists->slots);
    for (size_t i = 0; i < n_old; i++)
        if (old[i])
            *find_slot(lists, old[i]) = old[i];
}

static uint64_t *find_tests(struct arena *arena, const struct table *table, size_t column) {
    uint64_t *rows = arena_alloc(arena, (table->n_rows / 64 + 1) * sizeof *rows);
    for (size_t code = 0; code < variable_n_codes(table->columns[column]); code++) {
        int64_t value = variable_value(table->columns[column], code);
        for (size_t row = 0; row < table->n_rows; row++)
            if (table->rows[row].cells && !valueset_has(&table->rows[row].cells[column], value))
                rows[row / 64] |= UINT64_C(1) << (row % 64);
    }
    return rows;
}

/* Whether a row that may match tests the column. Rows after one that certainly matches make no difference. */
static bool any_tests(const struct table *table, const uint64_t *certain, const uint64_t *possible,
                      const uint64_t *tests) {
    for (size_t i = 0; i <= table->n_rows / 64; i++) {
        uint64_t first = certain[i] & (~certain[i] + 1); /* the lowest bit */
        if (possible[i] & tests[i] & (first - 1))
            return true;
        if (first)
            return false;
    }
    return false;
}

/* The answer that lists the columns without a value on which the matching row depends. */
static uint32_t open_answer(void *context, const struct table *table, const uint64_t *certain,
                            const uint64_t *possible) {
    struct column_lists *lists = context;
    struct needs *needs = lists->needs;
    uint32_t place = (uint32_t)needs->words.count;
    put(needs, 0);
    for (size_t i = 0; i < table->n_columns; i++)
        if (lists->tests[i] && any_tests(table, certain, possible, lists->tests[i]))
            put(needs, needs->lowering->vars[table->columns[i]->index]);
    needs->words.items[place] = (uint32_t)(needs->words.count - place) - 1;
    if (lists->count * 2 >= lists->n_slots)
        widen(lists);
    uint32_t *slot = find_slot(lists, place);
    if (*slot) { /* equal lists are shared */
        needs->words.count = place;
        return MUSTER_OPEN | *slot;
    }
    lists->count++;
    *slot = place;
    return MUSTER_OPEN | place;
}

/*
 * The diagram of a table whose columns may have no value; MUSTER_NONE if all have one, so that the ordinary step
 * suffices.
 */
static uint32_t open_table(struct needs *needs, const struct table *table) {
    struct lowering *lowering = needs->lowering;
    uint32_t *columns = arena_alloc(lowering->scratch, (table->n_columns + 1) * sizeof *columns);
    bool *open = arena_alloc(lowering->scratch, table->n_columns + 1);
    struct column_lists lists = {.needs = needs};
    lists.tests = arena_alloc(lowering->scratch, (table->n_columns + 1) * sizeof *lists.tests);
    struct open_columns open_columns = {open, open_answer, &lists};
    uint32_t root = MUSTER_LEAF;
    if (!needs->open[table->outcomes[0]->index])
        return MUSTER_NONE;
    for (size_t i = 0; i < table->n_columns; i++) {
        columns[i] = lowering->vars[table->columns[i]->index];
        open[i] = needs->open[table->columns[i]->index];
        lists.tests[i] = open[i] ? find_tests(lowering->scratch, table, i) : NULL;
        needs->read[table->columns[i]->index] = true;
    }
    needs->any = true;
    if (!diagram_of_open_table(needs->diagrams, table, columns, &open_columns, &root))
        diag_add(lowering->diagnostics, DIAG_CODE_LIMIT, table->span,
                 "the table of '%s' is too intricate where parameters are not set: its diagram has more than a million "
                 "nodes, or takes more than 256 MiB to build",
                 table->outcomes[0]->name);
    return root & MUSTER_LEAF ? root : root + (uint32_t)lowering->diagrams->words.count;
}

static void put_stages(struct needs *needs) {
    struct lowering *lowering = needs->lowering;
    const struct model *model = lowering->model;
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct stage *stage = &model->stages.items[i];
        uint32_t place = stage->table ? open_table(needs, stage->table) : (uint32_t)needs->words.count;
        needs->words.items[MUSTER_NEEDS_HEAD + i] = place;
        if (!stage->table)
            put_cond(needs, stage->variable->cond);
    }
}

/* Appends the nodes to the other diagrams, which are complete. */
static void append_diagrams(struct needs *needs) {
    struct diagrams *from = needs->diagrams, *to = needs->lowering->diagrams;
    uint32_t base = (uint32_t)to->words.count;
    for (size_t at = 0; at < from->words.count;) {
        uint32_t var = from->words.items[at++];
        ARENA_PUSH(to->arena, &to->words, var);
        for (uint32_t i = 0; i < from->widths[var]; i++, at++) {
            uint32_t child = from->words.items[at];
            ARENA_PUSH(to->arena, &to->words, child & MUSTER_LEAF ? child : child + base);
        }
    }
}

void lower_needs(struct lowering *lowering) {
    const struct model *model = lowering->model;
    struct needs state = {.lowering = lowering};
    struct needs *needs = &state;
    uint32_t *widths = arena_alloc(lowering->scratch, MUSTER_MAX_VARS * sizeof *widths);
    for (size_t i = 0; i < model->variables.count; i++)
        widths[lowering->vars[i]] = lowering->widths[lowering->vars[i]] + 1;
    needs->diagrams = diagrams_new(lowering->scratch, widths);
    needs->open = arena_alloc(lowering->scratch, model->variables.count + 1);
    needs->read = arena_alloc(lowering->scratch, model->variables.count + 1);
    find_open(needs);
    put(needs, (uint32_t)model->stages.count);
    put(needs, (uint32_t)lowering->first_stage_step);
    for (size_t i = 0; i < model->stages.count; i++)
        put(needs, 0);
    put_restrictions(needs, false);
    put_rejecting_tables(needs);
    put_restrictions(needs, true);
    put_op(needs, MUSTER_NEED_LINE, 0);
    put_limits(needs);
    put_warnings(needs);
    put_block(needs, &model->argv);
    put_op(needs, MUSTER_NEED_END, 0);
    put_stages(needs);
    lowering->tables->head.needs = MUSTER_NONE;
    if (!needs->any || lowering->diagnostics->n_errors > 0)
        return;
    append_diagrams(needs);
    for (size_t i = 0; i < model->n_inputs; i++)
        if (needs->read[model->inputs[i]->index])
            lower_check_fact(lowering, model->inputs[i]);
    lowering->tables->head.needs = tables_words(lowering->tables, needs->words.items, needs->words.count);
}
