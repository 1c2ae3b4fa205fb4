/*
 * Rules as sets of hosts. All results are cached.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/proof/meaning.h"

#include <string.h>

/* A set that is not computed yet. */
#define NOT_COMPUTED (UINT32_MAX - 1)

struct table_meaning {
    bool exclusive;
    hostset evaluable;
    hostset *fits, *decides; /* by row */
    size_t n_taken;          /* `taken` includes this many rows */
    hostset taken;           /* the hosts that match one of them */
};

struct meaning {
    struct arena *arena;
    const struct model *model;
    struct hosts *hosts;
    size_t n_axes;
    const hostset *const *code_sets; /* NULL: inputs and axes are the same */
    hostset *decided;                /* by variable */
    hostset **members;               /* by variable and value, for decisions and derived conditions */
    struct table_meaning *tables;    /* by table */
    hostset *allowed;                /* by restriction */
};

static hostset *uncomputed(struct meaning *meaning, size_t count) {
    hostset *sets = arena_alloc(meaning->arena, (count + 1) * sizeof *sets);
    for (size_t i = 0; i < count; i++)
        sets[i] = NOT_COMPUTED;
    return sets;
}

struct meaning *meaning_new(struct arena *arena, const struct model *model) {
    size_t *widths = arena_alloc(arena, (model->n_inputs + 1) * sizeof *widths);
    for (size_t i = 0; i < model->n_inputs; i++) {
        size_t codes = variable_n_codes(model->inputs[i]);
        widths[i] = codes ? codes : 1;
    }
    return meaning_over(arena, model, hosts_new(arena, widths, model->n_inputs), model->n_inputs, NULL);
}

struct meaning *meaning_over(struct arena *arena, const struct model *model, struct hosts *hosts, size_t n_axes,
                             const hostset *const *code_sets) {
    struct meaning *meaning = arena_alloc(arena, sizeof *meaning);
    *meaning =
        (struct meaning){.arena = arena, .model = model, .hosts = hosts, .n_axes = n_axes, .code_sets = code_sets};
    meaning->decided = uncomputed(meaning, model->variables.count);
    meaning->members = arena_alloc(arena, (model->variables.count + 1) * sizeof *meaning->members);
    meaning->allowed = uncomputed(meaning, model->restrictions.count);
    meaning->tables = arena_alloc(arena, (model->tables.count + 1) * sizeof *meaning->tables);
    for (size_t i = 0; i < model->tables.count; i++) {
        size_t rows = model->tables.items[i]->n_rows;
        meaning->tables[i] = (struct table_meaning){.evaluable = NOT_COMPUTED, .taken = HOSTS_NONE};
        meaning->tables[i].fits = uncomputed(meaning, rows);
        meaning->tables[i].decides = uncomputed(meaning, rows);
    }
    return meaning;
}

struct hosts *meaning_hosts(const struct meaning *meaning) {
    return meaning->hosts;
}

/* ---- variables -------------------------------------------------------------------------------------------------- */

static bool *accepted_codes(struct meaning *meaning, const struct variable *variable, const struct valueset *set) {
    size_t count = variable_n_codes(variable);
    bool *codes = arena_alloc(meaning->arena, count + 1);
    for (size_t i = 0; i < count; i++)
        codes[i] = valueset_has(set, variable_value(variable, i));
    return codes;
}

static hostset input_value(struct meaning *meaning, const struct variable *input, const bool *codes) {
    hostset result = HOSTS_NONE;
    if (!meaning->code_sets)
        return hosts_where(meaning->hosts, input->input, codes);
    for (size_t i = 0; i < variable_n_codes(input); i++)
        if (codes[i])
            result = hosts_or(meaning->hosts, result, meaning->code_sets[input->input][i]);
    return result;
}

/* Where a condition holds, if all variables that it tests have a value. */
static hostset holds(struct meaning *meaning, const struct cond *cond);

/*
 * Where the number of operands that hold is in the condition's set. Counts only up to where further operands change
 * nothing.
 */
static hostset count_holds(struct meaning *meaning, const struct cond *cond) {
    struct hosts *hosts = meaning->hosts;
    size_t max = cond->operands.count, last = max;
    while (last > 0 && valueset_has(&cond->set, (int64_t)last - 1) == valueset_has(&cond->set, (int64_t)max))
        last--;
    hostset *exactly = arena_alloc(meaning->arena, (last + 1) * sizeof *exactly); /* [k]: k operands hold */
    hostset result = HOSTS_NONE, below = HOSTS_NONE;
    if (last > 0)
        exactly[0] = HOSTS_ALL;
    for (size_t i = 0; i < max; i++) {
        hostset one = holds(meaning, cond->operands.items[i]);
        for (size_t k = i + 2 < last ? i + 2 : last; k-- > 0;) {
            hostset stays = hosts_minus(hosts, exactly[k], one);
            exactly[k] = k == 0 ? stays : hosts_or(hosts, stays, hosts_and(hosts, exactly[k - 1], one));
        }
    }
    for (size_t k = 0; k < last; k++) {
        below = hosts_or(hosts, below, exactly[k]);
        if (valueset_has(&cond->set, (int64_t)k))
            result = hosts_or(hosts, result, exactly[k]);
    }
    if (valueset_has(&cond->set, (int64_t)max))
        result = hosts_or(hosts, result, hosts_not(hosts, below));
    return result;
}

static hostset holds(struct meaning *meaning, const struct cond *cond) {
    struct hosts *hosts = meaning->hosts;
    hostset result;
    if (!cond)
        return HOSTS_ALL;
    switch (cond->kind) {
    case COND_TEST:
        return meaning_value(meaning, cond->variable, &cond->set);
    case COND_NOT:
        return hosts_not(hosts, holds(meaning, cond->operands.items[0]));
    case COND_AND:
        result = HOSTS_ALL;
        for (size_t i = 0; i < cond->operands.count && result != HOSTS_NONE; i++)
            result = hosts_and(hosts, result, holds(meaning, cond->operands.items[i]));
        return result;
    case COND_OR:
        result = HOSTS_NONE;
        for (size_t i = 0; i < cond->operands.count && result != HOSTS_ALL; i++)
            result = hosts_or(hosts, result, holds(meaning, cond->operands.items[i]));
        return result;
    case COND_COUNT:
        return count_holds(meaning, cond);
    }
    return HOSTS_UNKNOWN;
}

/* Where a variable has a value, or all variables that a condition tests have one. */
static hostset variable_decided(struct meaning *meaning, const struct variable *variable);

static hostset cond_decided(struct meaning *meaning, const struct cond *cond) {
    if (!cond)
        return HOSTS_ALL;
    if (cond->kind == COND_TEST)
        return variable_decided(meaning, cond->variable);
    hostset result = HOSTS_ALL;
    for (size_t i = 0; i < cond->operands.count; i++)
        result = hosts_and(meaning->hosts, result, cond_decided(meaning, cond->operands.items[i]));
    return result;
}

hostset meaning_cond(struct meaning *meaning, const struct cond *cond) {
    return hosts_and(meaning->hosts, holds(meaning, cond), cond_decided(meaning, cond));
}

static hostset table_decided(struct meaning *meaning, const struct table *table) {
    hostset result = HOSTS_NONE;
    for (size_t i = 0; i < table->n_rows; i++)
        if (!table->rows[i].reject)
            result = hosts_or(meaning->hosts, result, meaning_decides(meaning, table, &table->rows[i]));
    return result;
}

static hostset variable_decided(struct meaning *meaning, const struct variable *variable) {
    hostset *known = &meaning->decided[variable->index];
    if (*known != NOT_COMPUTED)
        return *known;
    switch (variable->kind) {
    case VARIABLE_FACT:
    case VARIABLE_PARAM:
        *known = HOSTS_ALL;
        break;
    case VARIABLE_LET:
        *known = cond_decided(meaning, variable->cond);
        break;
    case VARIABLE_DECISION:
        *known = table_decided(meaning, variable->table);
        break;
    }
    return *known;
}

/* Where a decision has the value of one of its members. */
static hostset member_decided(struct meaning *meaning, const struct variable *variable, size_t member) {
    const struct table *table = variable->table;
    hostset **sets = &meaning->members[variable->index];
    if (!*sets)
        *sets = uncomputed(meaning, variable->n_codes);
    if ((*sets)[member] != NOT_COMPUTED)
        return (*sets)[member];
    size_t outcome = 0;
    while (table->outcomes[outcome] != variable)
        outcome++;
    hostset result = HOSTS_NONE;
    for (size_t i = 0; i < table->n_rows; i++)
        if (!table->rows[i].reject && table->rows[i].results[outcome] == (int64_t)member)
            result = hosts_or(meaning->hosts, result, meaning_decides(meaning, table, &table->rows[i]));
    return (*sets)[member] = result;
}

static hostset let_value(struct meaning *meaning, const struct variable *let, const struct valueset *set) {
    bool yes = valueset_has(set, 1), no = valueset_has(set, 0);
    hostset **kept = &meaning->members[let->index];
    if (!*kept) {
        *kept = uncomputed(meaning, 1);
        (*kept)[0] = meaning_cond(meaning, let->cond);
    }
    hostset decided = variable_decided(meaning, let);
    return yes && no ? decided : yes ? (*kept)[0] : no ? hosts_minus(meaning->hosts, decided, (*kept)[0]) : HOSTS_NONE;
}

static hostset decision_value(struct meaning *meaning, const struct variable *variable, const struct valueset *set) {
    hostset result = HOSTS_NONE;
    bool all = true;
    for (size_t i = 0; i < variable->n_codes; i++)
        all = all && valueset_has(set, (int64_t)i);
    if (all)
        return variable_decided(meaning, variable);
    for (size_t i = 0; i < variable->n_codes; i++)
        if (valueset_has(set, (int64_t)i))
            result = hosts_or(meaning->hosts, result, member_decided(meaning, variable, i));
    return result;
}

hostset meaning_value(struct meaning *meaning, const struct variable *variable, const struct valueset *set) {
    switch (variable->kind) {
    case VARIABLE_FACT:
    case VARIABLE_PARAM:
        return input_value(meaning, variable, accepted_codes(meaning, variable, set));
    case VARIABLE_LET:
        return let_value(meaning, variable, set);
    case VARIABLE_DECISION:
        return decision_value(meaning, variable, set);
    }
    return HOSTS_UNKNOWN;
}

size_t meaning_codes(struct meaning *meaning, const struct variable *variable, hostset set, bool *codes) {
    size_t count = 0;
    bool is_known = true;
    for (size_t code = 0; code < variable_n_codes(variable); code++) {
        int64_t value = variable_value(variable, code);
        struct valueset one = {.unknown = value == MUSTER_UNKNOWN};
        if (!one.unknown)
            valueset_add(meaning->arena, &one, value, value);
        hostset some = hosts_and(meaning->hosts, set, meaning_value(meaning, variable, &one));
        is_known = is_known && some != HOSTS_UNKNOWN;
        codes[code] = some != HOSTS_NONE;
        count += codes[code];
    }
    return is_known ? count : 0;
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

void meaning_exclusive(struct meaning *meaning, const struct table *table) {
    meaning->tables[table->index].exclusive = true;
}

hostset meaning_evaluable(struct meaning *meaning, const struct table *table) {
    struct table_meaning *known = &meaning->tables[table->index];
    if (known->evaluable != NOT_COMPUTED)
        return known->evaluable;
    hostset result = HOSTS_ALL;
    for (size_t i = 0; i < table->n_columns; i++)
        result = hosts_and(meaning->hosts, result, variable_decided(meaning, table->columns[i]));
    return known->evaluable = result;
}

hostset meaning_fits(struct meaning *meaning, const struct table *table, const struct row *row) {
    hostset *known = &meaning->tables[table->index].fits[row - table->rows];
    if (*known != NOT_COMPUTED)
        return *known;
    hostset result = meaning_evaluable(meaning, table);
    for (size_t i = 0; i < table->n_columns && row->cells && result != HOSTS_NONE; i++)
        if (row->cell_tests[i])
            result = hosts_and(meaning->hosts, result, meaning_value(meaning, table->columns[i], &row->cells[i]));
    return *known = result;
}

/* The hosts that match a row before this one. */
static hostset taken_before(struct meaning *meaning, const struct table *table, size_t row) {
    struct table_meaning *known = &meaning->tables[table->index];
    if (known->n_taken > row) {
        known->n_taken = 0;
        known->taken = HOSTS_NONE;
    }
    for (; known->n_taken < row; known->n_taken++)
        known->taken =
            hosts_or(meaning->hosts, known->taken, meaning_fits(meaning, table, &table->rows[known->n_taken]));
    return known->taken;
}

hostset meaning_decides(struct meaning *meaning, const struct table *table, const struct row *row) {
    struct table_meaning *known = &meaning->tables[table->index];
    size_t index = (size_t)(row - table->rows);
    if (known->decides[index] != NOT_COMPUTED)
        return known->decides[index];
    hostset result = meaning_fits(meaning, table, row);
    if (row->is_else || !known->exclusive)
        result = hosts_minus(meaning->hosts, result, taken_before(meaning, table, index));
    return known->decides[index] = result;
}

/* ---- possible and accepted hosts --------------------------------------------------------------------------------- */

static hostset restriction_allowed(struct meaning *meaning, size_t index) {
    if (meaning->allowed[index] == NOT_COMPUTED)
        meaning->allowed[index] =
            hosts_not(meaning->hosts, meaning_cond(meaning, meaning->model->restrictions.items[index].cond));
    return meaning->allowed[index];
}

/* Whether the set tests a marked input. If so, marks all inputs that it tests. */
static bool tests_marked(struct meaning *meaning, hostset set, bool *inputs) {
    if (set == HOSTS_ALL)
        return false;
    if (set == HOSTS_NONE || set == HOSTS_UNKNOWN)
        return true;
    size_t count = meaning->n_axes;
    bool *evaluable = arena_alloc(meaning->arena, count + 1);
    bool shared = false;
    hosts_tested(meaning->hosts, set, evaluable);
    for (size_t i = 0; i < count; i++)
        shared = shared || (evaluable[i] && inputs[i]);
    for (size_t i = 0; i < count && shared; i++)
        inputs[i] = inputs[i] || evaluable[i];
    return shared;
}

/* Where no row of the table rejects. */
static hostset table_accepts(struct meaning *meaning, const struct table *table) {
    hostset refused = HOSTS_NONE;
    for (size_t i = 0; i < table->n_rows; i++)
        if (table->rows[i].reject)
            refused = hosts_or(meaning->hosts, refused, meaning_decides(meaning, table, &table->rows[i]));
    return hosts_not(meaning->hosts, refused);
}

/* Intersects the sets that test marked inputs, until no further set does. */
static hostset closure(struct meaning *meaning, const hostset *sets, size_t count, bool *inputs) {
    bool *in = arena_alloc(meaning->arena, count + 1);
    hostset result = HOSTS_ALL;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < count; i++) {
            if (in[i] || !tests_marked(meaning, sets[i], inputs))
                continue;
            in[i] = more = true;
            result = hosts_and(meaning->hosts, result, sets[i]);
        }
    }
    return result;
}

static hostset narrowed(struct meaning *meaning, bool *inputs, bool accepted) {
    const struct model *model = meaning->model;
    size_t count = 0;
    hostset *sets = arena_alloc(meaning->arena, (model->restrictions.count + model->tables.count + 1) * sizeof *sets);
    for (size_t i = 0; i < model->restrictions.count; i++)
        if (accepted || !model->restrictions.items[i].over_decisions)
            sets[count++] = restriction_allowed(meaning, i);
    for (size_t i = 0; i < model->tables.count && accepted; i++)
        sets[count++] = table_accepts(meaning, model->tables.items[i]);
    return closure(meaning, sets, count, inputs);
}

hostset meaning_possible(struct meaning *meaning, bool *inputs) {
    return narrowed(meaning, inputs, false);
}

hostset meaning_accepted(struct meaning *meaning, bool *inputs) {
    return narrowed(meaning, inputs, true);
}
