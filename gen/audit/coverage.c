/*
 * What examples reach, by sets of hosts, and what hosts reach, by the tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/coverage.h"

#include "gen/model/eval.h"
#include "gen/proof/meaning.h"
#include "runtime/lib/evaluate.h"

/* Steps over sets of hosts that one example may take, and all of them together. */
enum { EXAMPLE_STEPS = 1 << 23, EXAMPLES_STEPS = 1 << 25 };

struct coverage *coverage_new(struct arena *arena, const struct model *model) {
    struct coverage *coverage = arena_alloc(arena, sizeof *coverage);
    *coverage = (struct coverage){.arena = arena, .model = model};
    coverage->model_rows = arena_alloc(arena, (model->tables.count + 1) * sizeof *coverage->model_rows);
    for (size_t i = 0; i < model->tables.count; i++)
        coverage->model_rows[i] =
            arena_alloc(arena, (model->tables.items[i]->n_rows + 1) * sizeof **coverage->model_rows);
    coverage->restrictions = arena_alloc(arena, (model->restrictions.count + 1) * sizeof *coverage->restrictions);
    coverage->warnings = arena_alloc(arena, (model->warnings.count + 1) * sizeof *coverage->warnings);
    return coverage;
}

static void reach(enum reach *known, enum reach now) {
    if (now > *known)
        *known = now;
}

const struct table *coverage_heir(const struct model *model, const struct table *table) {
    for (size_t i = 0; i < model->tables.count; i++) {
        const struct table *heir = model->tables.items[i];
        if (heir->n_columns > 0 && heir->columns[heir->n_columns - 1] == table->outcomes[0])
            return heir;
    }
    return NULL;
}

bool coverage_inherits(const struct table *heir, const struct row *row) {
    return row->cells && row->cell_tests[heir->n_columns - 1];
}

/* ---- examples --------------------------------------------------------------------------------------------------- */

struct examination {
    struct coverage *coverage;
    struct meaning *meaning;
    struct hosts *hosts;
    hostset refused;  /* by rows */
    hostset accepted; /* not refused by rows, nor by rejections over decisions */
    hostset example;
};

/*
 * Where a row decides on an accepted host, or refuses one; a row of an overridden table only where one that inherits it
 * does.
 */
static hostset used(struct examination *examination, const struct table *table, const struct row *row) {
    const struct table *heir = table->overridden ? coverage_heir(examination->coverage->model, table) : NULL;
    hostset result = HOSTS_NONE;
    if (!heir && row->reject)
        return meaning_decides(examination->meaning, table, row);
    if (!heir)
        return hosts_and(examination->hosts, meaning_decides(examination->meaning, table, row), examination->accepted);
    for (size_t i = 0; i < heir->n_rows; i++)
        if (coverage_inherits(heir, &heir->rows[i]) &&
            valueset_has(&heir->rows[i].cells[heir->n_columns - 1], row - table->rows))
            result = hosts_or(examination->hosts, result, used(examination, heir, &heir->rows[i]));
    return result;
}

/* Whether every host of the example is in a set. */
static enum reach within(const struct examination *examination, hostset hosts, hostset set) {
    hostset outside = hosts_minus(examination->hosts, hosts, set);
    return outside == HOSTS_NONE ? REACH_YES : outside == HOSTS_UNKNOWN ? REACH_UNPROVEN : REACH_NOT;
}

/* All model rows of one that is written, which decides where any of them does. */
static void examine_rows(struct examination *examination, const struct table *table) {
    enum reach *rows = examination->coverage->model_rows[table->index];
    for (size_t first = 0, end; first < table->n_rows; first = end) {
        hostset set = HOSTS_NONE;
        for (end = first; end < table->n_rows && table->rows[end].written == table->rows[first].written; end++)
            set = hosts_or(examination->hosts, set, used(examination, table, &table->rows[end]));
        reach(&rows[first], within(examination, examination->example, set));
    }
}

/* The hosts that have the values of an example, whether the rules accept them or not. */
static hostset hosts_of(struct examination *examination, const struct example *example) {
    const struct model *model = examination->coverage->model;
    hostset hosts = HOSTS_ALL;
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i];
        int64_t value = example->values[input->index];
        if (value == MUSTER_UNSET)
            continue;
        bool *codes = arena_alloc(examination->coverage->arena, variable_n_codes(input) + 1);
        codes[variable_code(input, value)] = true;
        hosts = hosts_and(examination->hosts, hosts, hosts_where(examination->hosts, i, codes));
    }
    return hosts;
}

static void examine_restrictions(struct examination *examination, bool over_decisions, hostset hosts) {
    const struct model *model = examination->coverage->model;
    for (size_t i = 0; i < model->restrictions.count; i++) {
        const struct restriction *restriction = &model->restrictions.items[i];
        if (restriction->over_decisions != over_decisions)
            continue;
        hostset met = meaning_cond(examination->meaning, restriction->cond);
        if (over_decisions)
            met = hosts_minus(examination->hosts, met, examination->refused);
        reach(&examination->coverage->restrictions[i], within(examination, hosts, met));
    }
}

static void examine(struct examination *examination, const struct example *example, hostset possible) {
    struct coverage *coverage = examination->coverage;
    const struct model *model = coverage->model;
    hostset all = hosts_of(examination, example);
    examine_restrictions(examination, false, all);
    examination->example = hosts_and(examination->hosts, all, possible);
    if (examination->example == HOSTS_NONE)
        return;
    for (size_t i = 0; i < model->tables.count; i++)
        examine_rows(examination, model->tables.items[i]);
    examine_restrictions(examination, true, examination->example);
    for (size_t i = 0; i < model->warnings.count; i++) {
        hostset warned = meaning_cond(examination->meaning, model->warnings.items[i].cond);
        reach(&coverage->warnings[i],
              within(examination, examination->example, hosts_and(examination->hosts, warned, examination->accepted)));
    }
}

/* Which hosts rows refuse, and which are left. */
static void find_accepted(struct examination *examination) {
    const struct model *model = examination->coverage->model;
    hostset refused = HOSTS_NONE;
    for (size_t i = 0; i < model->tables.count; i++)
        for (size_t k = 0; k < model->tables.items[i]->n_rows; k++)
            if (model->tables.items[i]->rows[k].reject)
                refused = hosts_or(
                    examination->hosts, refused,
                    meaning_decides(examination->meaning, model->tables.items[i], &model->tables.items[i]->rows[k]));
    examination->refused = refused;
    for (size_t i = 0; i < model->restrictions.count; i++)
        if (model->restrictions.items[i].over_decisions)
            refused = hosts_or(examination->hosts, refused,
                               meaning_cond(examination->meaning, model->restrictions.items[i].cond));
    examination->accepted = hosts_not(examination->hosts, refused);
}

void coverage_add_examples(struct coverage *coverage) {
    const struct model *model = coverage->model;
    struct examination examination = {.coverage = coverage, .meaning = meaning_new(coverage->arena, model)};
    bool *inputs = arena_alloc(coverage->arena, model->n_inputs + 1);
    size_t left = EXAMPLES_STEPS, granted = EXAMPLE_STEPS;
    examination.hosts = meaning_hosts(examination.meaning);
    memset(inputs, true, model->n_inputs);
    hosts_budget(examination.hosts, granted);
    hostset possible = meaning_possible(examination.meaning, inputs);
    find_accepted(&examination);
    for (size_t i = 0; i < model->examples.count; i++) {
        left -= granted - hosts_left(examination.hosts);
        granted = left < EXAMPLE_STEPS ? left : EXAMPLE_STEPS;
        hosts_budget(examination.hosts, granted);
        examine(&examination, &model->examples.items[i], possible);
    }
}

/* ---- hosts ------------------------------------------------------------------------------------------------------ */

/* What one host meets. */
struct visit {
    const struct model *model;
    size_t *rows;                    /* by table of the model: the row that fits; SIZE_MAX: none was looked for */
    bool *restrictions;              /* those that refuse it */
    const struct table **tables;     /* of the model, in the order in which they are evaluated */
    size_t *order;                   /* of restrictions, the same: those over inputs, those over decisions */
    size_t n_tables, n_restrictions; /* so many are behind us */
    bool is_refused;                 /* by anything */
    const struct table *refused_by;  /* the table of the row that refuses it */
};

static void visit_start(struct arena *arena, struct visit *visit, const struct model *model) {
    size_t n_tables = 0, n_restrictions = 0;
    *visit = (struct visit){.model = model};
    visit->rows = arena_alloc(arena, (model->tables.count + 1) * sizeof *visit->rows);
    visit->restrictions = arena_alloc(arena, model->restrictions.count + 1);
    visit->tables = arena_alloc(arena, (model->tables.count + 1) * sizeof *visit->tables);
    visit->order = arena_alloc(arena, (model->restrictions.count + 1) * sizeof *visit->order);
    for (size_t i = 0; i < model->tables.count; i++)
        visit->rows[i] = SIZE_MAX;
    for (size_t i = 0; i < model->stages.count; i++)
        if (model->stages.items[i].table)
            visit->tables[n_tables++] = model->stages.items[i].table;
    for (int over_decisions = 0; over_decisions <= 1; over_decisions++)
        for (size_t i = 0; i < model->restrictions.count; i++)
            if (model->restrictions.items[i].over_decisions == over_decisions)
                visit->order[n_restrictions++] = i;
}

/* A step with a table. `row`: which of its rows fits. */
static void visit_table(struct visit *visit, bool stands_alone, size_t row, bool refuses) {
    visit->is_refused = visit->is_refused || refuses;
    if (stands_alone) {
        visit->restrictions[visit->order[visit->n_restrictions++]] = refuses;
        return;
    }
    const struct table *table = visit->tables[visit->n_tables++];
    visit->rows[table->index] = row;
    if (refuses)
        visit->refused_by = table;
}

/*
 * Takes the steps of all decisions one by one, up to a row that refuses the host; or to a table without a row for it,
 * which is nothing wrong where the host was refused before.
 */
static enum muster_status visit_all(struct visit *visit, const struct muster_ruleset *rules, uint32_t *codes,
                                    uint32_t *rows, struct muster_error *error) {
    for (uint32_t i = 0; i < rules->decide_steps.count && !visit->refused_by; i++) {
        const struct muster_step *step = &DECIDE_STEPS(rules)[i];
        enum muster_status status = muster_take_steps(rules, step, 1, codes, rows, error);
        if (status != MUSTER_OK && status != MUSTER_E_REJECTED)
            return visit->is_refused ? MUSTER_OK : status;
        if (step->table == MUSTER_NONE)
            continue;
        const struct muster_table *table = &TABLES(rules)[step->table];
        bool stands_alone = table->n_decisions == 0;
        size_t row = stands_alone ? 0 : rows[table->first_decision] - table->first_row;
        visit_table(visit, stands_alone, row, status == MUSTER_E_REJECTED);
    }
    return MUSTER_OK;
}

/* Marks a row, and the rows that it inherits from. */
static void reach_row(struct coverage *coverage, const struct visit *visit, const struct table *table) {
    const struct table *next = table;
    while (next) {
        const struct row *row = &next->rows[visit->rows[next->index]];
        reach(&coverage->model_rows[next->index][visit->rows[next->index]], REACH_YES);
        const struct table *base = coverage_inherits(next, row) ? next->columns[next->n_columns - 1]->table : NULL;
        next = base && base->overridden && coverage_heir(visit->model, base) == next ? base : NULL;
    }
}

struct warned {
    struct coverage *coverage;
    const struct muster_ruleset *rules;
};

static void see_warning(void *context, const struct muster_warning *warning) {
    const struct warned *warned = context;
    warned->coverage->warnings[warning - WARNINGS(warned->rules)] = REACH_YES;
}

/* A host that is refused reaches what refuses it first: rejections over inputs, or a row, or those over decisions. */
static void keep_visit(struct coverage *coverage, const struct visit *visit) {
    const struct model *model = coverage->model;
    bool early = false;
    for (size_t i = 0; i < model->restrictions.count; i++)
        early = early || (visit->restrictions[i] && !model->restrictions.items[i].over_decisions);
    for (size_t i = 0; i < model->restrictions.count; i++)
        if (visit->restrictions[i] && (!early || !model->restrictions.items[i].over_decisions))
            reach(&coverage->restrictions[i], REACH_YES);
    if (visit->refused_by && !early)
        reach_row(coverage, visit, visit->refused_by);
    for (size_t i = 0; i < visit->n_tables && !visit->is_refused; i++)
        if (!visit->tables[i]->overridden)
            reach_row(coverage, visit, visit->tables[i]);
}

/* Which rows a host reaches is known only if no decision waits for a parameter, and none could change a refusal. */
static enum muster_status check_parameters(const struct muster_ruleset *rules, const int64_t *facts,
                                           const struct muster_params *params, struct muster_error *error) {
    if (!muster_has_open(rules, params))
        return MUSTER_OK;
    enum muster_status status = needs_find(rules, facts, params, NEEDS_OF_DECISIONS, NULL, NULL, NULL, error);
    for (uint32_t i = 0; status == MUSTER_E_REJECTED && i < rules->asked.count; i++) {
        struct muster_error missing = {.status = MUSTER_E_MISSING, .input = ASKED(rules)[i].input, .form = MUSTER_NONE};
        if (muster_is_open(rules, params, &ASKED(rules)[i]))
            return muster_fail(error, missing);
    }
    return status;
}

enum muster_status coverage_add_host(struct coverage *coverage, const struct muster_ruleset *rules,
                                     const int64_t *facts, const struct muster_params *params,
                                     struct muster_error *error) {
    uint32_t codes[MUSTER_MAX_VARS];
    uint32_t *rows = arena_alloc(coverage->arena, ((size_t)rules->decisions.count + 1) * sizeof *rows);
    struct visit visit;
    struct warned warned = {coverage, rules};
    uint64_t packed;
    enum muster_status status = check_parameters(rules, facts, params, error);
    if (status == MUSTER_OK)
        status = muster_encode(rules, facts, params, codes, &packed, error);
    if (status != MUSTER_OK)
        return status;
    visit_start(coverage->arena, &visit, coverage->model);
    status = visit_all(&visit, rules, codes, rows, error);
    if (status != MUSTER_OK)
        return status;
    keep_visit(coverage, &visit);
    return visit.is_refused ? MUSTER_OK : muster_warnings(rules, facts, params, see_warning, &warned, error);
}

/* ---- counting --------------------------------------------------------------------------------------------------- */

static void count_one(struct coverage_count *count, enum reach reach) {
    count->all++;
    count->reached += reach == REACH_YES;
    count->unproven += reach == REACH_UNPROVEN;
}

/* What decides in the end: of an overridden table, the one in its place. */
static const struct table *last_heir(const struct coverage *coverage, const struct table *table) {
    const struct table *heir;
    while (table->overridden && (heir = coverage_heir(coverage->model, table)))
        table = heir;
    return table;
}

static const char *names_of(const struct coverage *coverage, const struct table *table) {
    const struct table *decides = last_heir(coverage, table);
    const char *names = "";
    for (size_t i = 0; i < decides->n_outcomes; i++)
        names = arena_print(coverage->arena, "%s%s%s", names, i ? ", " : "", decides->outcomes[i]->name);
    return table->overridden ? arena_print(coverage->arena, "%s (overridden)", names) : names;
}

static void finish_table(struct coverage *coverage, const struct table *table, struct coverage_table *finished) {
    const enum reach *reached = coverage->model_rows[table->index];
    *finished = (struct coverage_table){
        .table = table, .decides = last_heir(coverage, table), .names = names_of(coverage, table)};
    finished->rows = arena_alloc(coverage->arena, (table->n_rows + 1) * sizeof *finished->rows);
    for (size_t i = 0; i < table->n_rows; i++) {
        if (i == 0 || table->rows[i].written != table->rows[i - 1].written)
            finished->rows[finished->n_rows++] = (struct coverage_row){.row = &table->rows[i]};
        reach(&finished->rows[finished->n_rows - 1].reach, reached[i]);
    }
    for (size_t i = 0; i < finished->n_rows; i++) {
        count_one(&finished->count, finished->rows[i].reach);
        count_one(&coverage->count, finished->rows[i].reach);
    }
}

static bool is_before(const struct table *a, const struct table *b) {
    return a->span.file != b->span.file ? a->span.file < b->span.file : a->span.begin < b->span.begin;
}

void coverage_finish(struct coverage *coverage) {
    const struct model *model = coverage->model;
    const struct table **tables = arena_alloc(coverage->arena, (model->tables.count + 1) * sizeof *tables);
    for (size_t i = 0; i < model->tables.count; i++) {
        size_t at = i;
        for (; at > 0 && is_before(model->tables.items[i], tables[at - 1]); at--)
            tables[at] = tables[at - 1];
        tables[at] = model->tables.items[i];
    }
    coverage->tables = arena_alloc(coverage->arena, (model->tables.count + 1) * sizeof *coverage->tables);
    for (size_t i = 0; i < model->tables.count; i++)
        finish_table(coverage, tables[i], &coverage->tables[coverage->n_tables++]);
}

unsigned coverage_percent(const struct coverage_count *count) {
    return count->all ? (unsigned)(count->reached * 100 / count->all) : 100;
}
