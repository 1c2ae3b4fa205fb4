/*
 * Folded decisions against brute force: on random rulesets every host finds its answer in the rows and no other one, no
 * row can be dropped, none widened, and the numbers of cases and the rules are right; also from other columns than
 * those of the rules, and where these are not enough.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "brute.h"
#include "gen/audit/matrix/matrix.h"
#include "trials.h"

struct trial {
    struct maker maker;
    struct arena *arena;
    struct compiled compiled;
    unsigned weights[MAX_SUBJECTS][MAX_ATOMS + 1]; /* by input, by atom: how many codes are in it */
    const bool *narrowed;                          /* by cell: the hosts that are asked for; or NULL */
    char wrong[400];                               /* what, if anything */
};

struct totals {
    size_t n_sound, n_folded, n_rows, n_rejecting, n_merged, n_cells, n_narrowed, n_enough, n_too_few, n_unset;
    size_t n_unproven[2];
};

/* ---- what the compiler calls by number, as brute force has it --------------------------------------------------- */

static unsigned width(const struct subject *subject) {
    return subject->n_atoms + subject->or_unknown;
}

static unsigned find_subject(const struct maker *maker, const struct variable *variable) {
    for (unsigned i = 0; i < maker->n_subjects; i++)
        if (strcmp(maker->subjects[i].name, variable->name) == 0)
            return i;
    return MAX_SUBJECTS;
}

/* What the variable has in a cell: an atom, or NO_VALUE, which is less than 0. */
static int state_of(const struct trial *trial, const struct cell *cell, const struct variable *variable) {
    signed char state = cell->state[find_subject(&trial->maker, variable)];
    return state < 0 ? NO_VALUE : (unsigned char)state;
}

/* The atoms that a code has a part of. Neither need be the finer ones. */
static uint32_t atoms_of(const struct subject *subject, const struct variable *variable, size_t code) {
    int64_t low = variable_value(variable, code), high;
    uint32_t atoms = 0;
    if (low == MUSTER_UNKNOWN)
        return UINT32_C(1) << subject->n_atoms;
    if (subject->kind == OF_TEXT)
        return code == 0 ? UINT32_C(1) << subject->n_atoms : 1;
    if (subject_has_members(subject))
        return UINT32_C(1) << code;
    if (variable->type.numeric)
        low = high = variable->type.members[code].number;
    else
        high = code + 1 < variable->n_codes ? variable_value(variable, code + 1) - 1 : variable->type.high;
    for (unsigned i = 0; i < subject->n_atoms; i++)
        if (high >= subject->low[i] && low <= subject->high[i])
            atoms |= UINT32_C(1) << i;
    return atoms;
}

/* An interval counts where it begins, so that the numbers of several atoms add up. */
static void weigh(struct trial *trial) {
    memset(trial->weights, 0, sizeof trial->weights);
    for (unsigned i = 0; i < trial->maker.n_inputs; i++) {
        const struct subject *subject = &trial->maker.subjects[i];
        const struct variable *variable = find_variable(&trial->compiled, subject->name);
        for (size_t code = 0; code < variable_n_codes(variable); code++) {
            uint32_t atoms = atoms_of(subject, variable, code);
            unsigned first = 0;
            while (!(atoms >> first & 1))
                first++;
            trial->weights[i][first]++;
        }
        if (variable_n_codes(variable) == 0)
            trial->weights[i][0] = 1;
    }
}

/* ---- answers by brute force ------------------------------------------------------------------------------------- */

/* What comes out for a cell: values by outcome, or a message; nothing if it is not asked about. */
struct verdict_of_cell {
    bool any;
    const char *reject;
    int values[MAX_OUTCOMES];
    const struct row_plan *rule;
};

static const struct stage_plan *find_stage(const struct maker *maker, unsigned subject) {
    for (unsigned i = 0; i < maker->n_stages; i++) {
        const struct table_plan *table = maker->stages[i].table;
        for (unsigned k = 0; table && k < table->n_outcomes; k++)
            if (table->outcomes[k] == subject)
                return &maker->stages[i];
        if (!table && maker->stages[i].let == subject)
            return &maker->stages[i];
    }
    return NULL;
}

/* The row that refuses is that of the replaced table where the answer is inherited. */
static const char *refusal(struct trial *trial, const struct table_plan *table, unsigned row, const struct cell *cell) {
    const struct row_plan *plan = &table->rows[row];
    bool inherits = false;
    for (unsigned k = 0; k < table->n_outcomes; k++)
        inherits = inherits || plan->inherits[k];
    if (plan->rejects)
        return arena_print(trial->arena, "row %u of %s", row, trial->maker.subjects[table->outcomes[0]].name);
    return inherits && table->base ? refusal(trial, table->base, first_row(table->base, cell), cell) : NULL;
}

static struct verdict_of_cell judge(struct trial *trial, const struct folded *folded, size_t index) {
    const struct cell *cell = &trial->maker.world->cells[index];
    struct verdict_of_cell verdict = {.any = false};
    const struct stage_plan *stage = find_stage(&trial->maker, find_subject(&trial->maker, folded->outcomes[0]));
    if (!is_possible(cell) || (trial->narrowed && !trial->narrowed[index]))
        return verdict;
    if (stage->table) {
        if (!has_columns(stage->table, cell))
            return verdict;
        unsigned row = first_row(stage->table, cell);
        verdict.rule = &stage->table->rows[row];
        verdict.reject = refusal(trial, stage->table, row, cell);
    }
    verdict.any = true;
    for (size_t i = 0; i < folded->n_outcomes && !verdict.reject; i++) {
        verdict.values[i] = state_of(trial, cell, folded->outcomes[i]);
        verdict.any = verdict.any && verdict.values[i] != NO_VALUE;
    }
    return verdict;
}

static bool says(const struct trial *trial, const struct folded *folded, const struct fold_row *row,
                 const struct verdict_of_cell *verdict) {
    if (row->reject || verdict->reject)
        return row->reject && verdict->reject && strcmp(row->reject, verdict->reject) == 0;
    for (size_t i = 0; i < folded->n_outcomes; i++) {
        const struct subject *subject = &trial->maker.subjects[find_subject(&trial->maker, folded->outcomes[i])];
        if (!(atoms_of(subject, folded->outcomes[i], (size_t)row->results[i]) >> verdict->values[i] & 1))
            return false;
    }
    return true;
}

/* ---- rows by brute force ---------------------------------------------------------------------------------------- */

/* By row, by column: the atoms. */
struct masks {
    uint32_t items[MAX_SUBJECTS];
};

/* Codes of one atom belong to a cell together: nothing tells them apart. */
static bool read_masks(struct trial *trial, const struct folded *folded, const struct fold_row *row,
                       struct masks *masks) {
    for (size_t i = 0; i < folded->columns.count; i++) {
        const struct variable *column = folded->columns.items[i];
        const struct subject *subject = &trial->maker.subjects[find_subject(&trial->maker, column)];
        uint32_t in = 0, out = 0;
        for (size_t code = 0; code < variable_n_codes(column); code++)
            *(!row->codes[i] || row->codes[i][code] ? &in : &out) |= atoms_of(subject, column, code);
        masks->items[i] = in;
        if (in & out)
            return fail(trial, "a cell of '%s' has a part of an interval that nothing cuts", column->name);
        if (!in || (row->codes[i] && !out))
            return fail(trial, "a cell of '%s' has no condition, or no value", column->name);
    }
    return true;
}

static bool fits(const struct trial *trial, const struct folded *folded, const struct masks *masks,
                 const struct cell *cell, size_t but) {
    for (size_t i = 0; i < folded->columns.count; i++) {
        int state = state_of(trial, cell, folded->columns.items[i]);
        if (i != but && (state == NO_VALUE || !(masks->items[i] >> state & 1)))
            return false;
    }
    return true;
}

/* Every cell is in a row that says what comes out, and in none that says something else. */
static bool check_cells(struct trial *trial, const struct folded *folded, const struct masks *masks) {
    const struct world *world = trial->maker.world;
    for (size_t i = 0; i < world->n_cells; i++) {
        struct verdict_of_cell verdict = judge(trial, folded, i);
        bool any = !verdict.any;
        for (size_t k = 0; k < folded->rows.count && verdict.any; k++) {
            if (!fits(trial, folded, &masks[k], &world->cells[i], SIZE_MAX))
                continue;
            any = true;
            if (!says(trial, folded, &folded->rows.items[k], &verdict))
                return fail(trial, "row %zu says something else than the rules for cell %zu", k, i);
        }
        if (!any)
            return fail(trial, "no row of '%s' fits cell %zu", folded->outcomes[0]->name, i);
    }
    return true;
}

/* Some cell has its answer from this row only. */
static bool is_needed(struct trial *trial, const struct folded *folded, const struct masks *masks, size_t row) {
    const struct world *world = trial->maker.world;
    for (size_t i = 0; i < world->n_cells; i++) {
        size_t n = 0;
        if (!judge(trial, folded, i).any || !fits(trial, folded, &masks[row], &world->cells[i], SIZE_MAX))
            continue;
        for (size_t k = 0; k < folded->rows.count; k++)
            n += fits(trial, folded, &masks[k], &world->cells[i], SIZE_MAX);
        if (n == 1)
            return true;
    }
    return false;
}

/* Whether a column of a row could have this atom, too: some host then comes in, and none with another answer. */
static bool is_too_narrow(struct trial *trial, const struct folded *folded, const struct masks *masks, size_t row,
                          size_t column, unsigned atom) {
    const struct world *world = trial->maker.world;
    unsigned subject = find_subject(&trial->maker, folded->columns.items[column]);
    bool any = false;
    for (size_t i = 0; i < world->n_cells; i++) {
        const struct cell *cell = &world->cells[i];
        struct verdict_of_cell verdict = judge(trial, folded, i);
        if (!verdict.any || cell->state[subject] != (int)atom || !fits(trial, folded, &masks[row], cell, column))
            continue;
        any = true;
        if (!says(trial, folded, &folded->rows.items[row], &verdict))
            return false;
    }
    return any;
}

/* Whether a column of a row could be without a condition. */
static bool is_idle(struct trial *trial, const struct folded *folded, const struct masks *masks, size_t row,
                    size_t column) {
    const struct world *world = trial->maker.world;
    for (size_t i = 0; i < world->n_cells; i++) {
        struct verdict_of_cell verdict = judge(trial, folded, i);
        if (verdict.any && fits(trial, folded, &masks[row], &world->cells[i], column) &&
            !says(trial, folded, &folded->rows.items[row], &verdict))
            return false;
    }
    return true;
}

static bool check_least(struct trial *trial, const struct folded *folded, const struct masks *masks) {
    for (size_t k = 0; k < folded->rows.count; k++) {
        if (!is_needed(trial, folded, masks, k))
            return fail(trial, "row %zu can be dropped", k);
        for (size_t i = 0; i < folded->columns.count; i++) {
            const struct subject *subject =
                &trial->maker.subjects[find_subject(&trial->maker, folded->columns.items[i])];
            if (!folded->rows.items[k].codes[i])
                continue;
            if (is_idle(trial, folded, masks, k, i))
                return fail(trial, "row %zu needs no condition on '%s'", k, subject->name);
            for (unsigned atom = 0; atom < width(subject); atom++)
                if (!(masks[k].items[i] >> atom & 1) && is_too_narrow(trial, folded, masks, k, i, atom))
                    return fail(trial, "'%s' of row %zu can be widened", subject->name, k);
        }
    }
    return true;
}

/* How many combinations of the inputs that count the marked cells have. */
static uint64_t count_cases(struct trial *trial, const struct folded *folded, const bool *marked) {
    const struct maker *maker = &trial->maker;
    const struct world *world = maker->world;
    bool *seen = arena_alloc(trial->arena, world->n_cells);
    uint64_t sum = 0;
    for (size_t i = 0; i < world->n_cells; i++) {
        size_t key = 0;
        uint64_t product = 1;
        for (size_t k = 0; k < folded->inputs.count && marked[i]; k++) {
            unsigned input = find_subject(maker, folded->inputs.items[k]);
            key = key * width(&maker->subjects[input]) + (size_t)world->cells[i].state[input];
            product *= trial->weights[input][world->cells[i].state[input]];
        }
        sum += marked[i] && !seen[key] ? product : 0;
        seen[key] = seen[key] || marked[i];
    }
    return sum;
}

static bool check_rules(struct trial *trial, const struct folded *folded, const struct masks *masks, size_t index) {
    const struct fold_row *row = &folded->rows.items[index];
    const struct world *world = trial->maker.world;
    size_t n_found = 0;
    struct {
        const struct row_plan *items[MAX_ROWS];
        size_t count;
    } rules = {.count = 0};
    for (size_t i = 0; i < world->n_cells; i++) {
        struct verdict_of_cell verdict = judge(trial, folded, i);
        size_t at = 0;
        if (!verdict.any || !verdict.rule || !fits(trial, folded, &masks[index], &world->cells[i], SIZE_MAX))
            continue;
        while (at < rules.count && rules.items[at] != verdict.rule)
            at++;
        rules.items[at] = verdict.rule;
        rules.count += at == rules.count;
    }
    for (size_t i = 0; i < row->n_rules; i++) {
        const struct span span = row->rules[i]->span;
        size_t line = source_place(&trial->compiled.sources.items[span.file], span.begin).line, at = 0;
        while (at < rules.count && (rules.items[at]->line != line || rules.items[at]->file != span.file))
            at++;
        if (at == rules.count)
            return fail(trial, "the rule in line %zu decides nothing in row %zu", line, index);
        /* Of one that inherits there may be several; they stand side by side. */
        n_found += i == 0 || row->rules[i - 1]->written != row->rules[i]->written;
    }
    return n_found == rules.count || fail(trial, "row %zu has %zu rules, not %zu", index, n_found, rules.count);
}

static bool check_numbers(struct trial *trial, const struct folded *folded, const struct masks *masks) {
    const struct world *world = trial->maker.world;
    bool *answered = arena_alloc(trial->arena, world->n_cells), *others = arena_alloc(trial->arena, world->n_cells);
    for (size_t i = 0; i < world->n_cells; i++) {
        answered[i] = judge(trial, folded, i).any;
        others[i] = is_possible(&world->cells[i]) && !answered[i] && (!trial->narrowed || trial->narrowed[i]);
    }
    uint64_t all = count_cases(trial, folded, answered), unset = count_cases(trial, folded, others);
    if (folded->cells != all || folded->unset != unset)
        return fail(trial, "%llu cases and %llu, not %llu and %llu", (unsigned long long)folded->cells,
                    (unsigned long long)folded->unset, (unsigned long long)all, (unsigned long long)unset);
    for (size_t k = 0; k < folded->rows.count; k++) {
        for (size_t i = 0; i < world->n_cells; i++)
            others[i] = answered[i] && fits(trial, folded, &masks[k], &world->cells[i], SIZE_MAX);
        uint64_t cases = count_cases(trial, folded, others);
        if (folded->rows.items[k].cells != cases)
            return fail(trial, "row %zu has %llu cases, not %llu", k, (unsigned long long)folded->rows.items[k].cells,
                        (unsigned long long)cases);
        if (folded->table && !check_rules(trial, folded, masks, k))
            return false;
    }
    return true;
}

static bool check_folded(struct trial *trial, const struct folded *folded, struct totals *totals) {
    struct masks *masks = arena_alloc(trial->arena, (folded->rows.count + 1) * sizeof *masks);
    if (folded->state != FOLD_DONE)
        return fail(trial, "'%s' is not folded", folded->outcomes[0]->name);
    for (size_t i = 0; i < folded->rows.count; i++)
        if (!read_masks(trial, folded, &folded->rows.items[i], &masks[i]))
            return false;
    totals->n_folded++;
    totals->n_rows += folded->rows.count;
    for (size_t i = 0; i < folded->rows.count; i++) {
        totals->n_rejecting += folded->rows.items[i].reject != NULL;
        totals->n_merged += folded->rows.items[i].n_rules > 1;
    }
    totals->n_cells += trial->maker.world->n_cells;
    return check_cells(trial, folded, masks) && check_least(trial, folded, masks) &&
           check_numbers(trial, folded, masks);
}

/* ---- all decisions, and where a condition holds ----------------------------------------------------------------- */

/* Each decision stands in the matrix once. */
static bool check_matrix(struct trial *trial, const char *where, struct totals *totals) {
    const struct maker *maker = &trial->maker;
    const struct matrix_request request = {.where = where};
    size_t n_decided = 0, n_shown = 0;
    weigh(trial);
    const struct matrix *matrix =
        matrix_of(trial->arena, trial->compiled.model, &request, &trial->compiled.diagnostics);
    if (!matrix || matrix->not_proven)
        return fail(trial, "no matrix");
    for (size_t i = 0; i < matrix->items.count; i++) {
        n_shown += matrix->items.items[i]->n_outcomes;
        if (!check_folded(trial, matrix->items.items[i], totals))
            return false;
    }
    for (unsigned i = maker->n_inputs; i < maker->n_subjects; i++)
        n_decided += find_stage(maker, i) != NULL;
    return n_shown == n_decided || fail(trial, "%zu decisions are shown, not %zu", n_shown, n_decided);
}

static bool asks_argv(const struct expr *expr) {
    if (!expr || expr->kind == TEST)
        return false;
    return expr->kind == EMITS || expr->kind == TIMES || asks_argv(expr->left) || asks_argv(expr->right);
}

static bool check_narrowed(struct trial *trial, struct totals *totals) {
    const struct maker *maker = &trial->maker;
    struct world *world = maker->world;
    bool *narrowed = arena_alloc(trial->arena, world->n_cells);
    if (!maker->question_text || (maker->refuses && asks_argv(maker->question)))
        return true; /* brute force says nothing of the command line where some decision has no value */
    for (size_t i = 0; i < world->n_cells; i++)
        narrowed[i] =
            has_values(world, &world->cells[i], maker->question) && holds(world, &world->cells[i], maker->question);
    struct compiled plain = trial->compiled;
    struct rule_file files[] = {{"test.muster", maker->texts[0]}, {"base.muster", maker->texts[1]}};
    compile_asked(&trial->compiled, files, maker->extends ? 2 : 1, maker->question_text, TO_CHECKS);
    trial->narrowed = narrowed;
    bool good = trial->compiled.model && trial->compiled.diagnostics.n_errors == 0
                    ? check_matrix(trial, maker->question_text, totals)
                    : fail(trial, "the question does not compile");
    if (!good) {
        char before[sizeof trial->wrong];
        memcpy(before, trial->wrong, sizeof before);
        trial->wrong[0] = '\0';
        fail(trial, "where %s: %.250s", maker->question_text, before);
    }
    trial->narrowed = NULL;
    totals->n_narrowed++;
    compiled_free(&trial->compiled);
    trial->compiled = plain;
    return good;
}

/* ---- other columns ---------------------------------------------------------------------------------------------- */

/* Whether cells that are alike in these columns, and in those of `more`, always have the same answer. */
static bool tells_apart(struct trial *trial, const struct folded *folded, const struct axes *columns,
                        const struct axes *more) {
    const struct world *world = trial->maker.world;
    for (size_t a = 0; a < world->n_cells; a++) {
        struct verdict_of_cell one = judge(trial, folded, a);
        for (size_t b = 0; b < a && one.any; b++) {
            struct verdict_of_cell other = judge(trial, folded, b);
            bool same = other.any;
            for (size_t i = 0; i < columns->count + more->count && same; i++) {
                unsigned subject = find_subject(&trial->maker, i < columns->count ? columns->items[i]
                                                                                  : more->items[i - columns->count]);
                same = world->cells[a].state[subject] == world->cells[b].state[subject];
            }
            if (same && (!one.reject != !other.reject || (one.reject && strcmp(one.reject, other.reject) != 0) ||
                         (!one.reject && memcmp(one.values, other.values, sizeof one.values) != 0)))
                return false;
        }
    }
    return true;
}

static bool has_unset(struct trial *trial, const struct folded *folded, const struct variable *column) {
    const struct world *world = trial->maker.world;
    unsigned subject = find_subject(&trial->maker, column);
    for (size_t i = 0; i < world->n_cells; i++)
        if (judge(trial, folded, i).any && world->cells[i].state[subject] == NO_VALUE)
            return true;
    return false;
}

/* With what is said to be missing the columns do, and without any one of that they do not. */
static bool check_missing(struct trial *trial, const struct folded *folded, const struct axes *columns) {
    if (tells_apart(trial, folded, columns, &(struct axes){0}))
        return fail(trial, "the columns are said to be too few for '%s'", folded->outcomes[0]->name);
    if (!tells_apart(trial, folded, columns, &folded->missing))
        return fail(trial, "more is missing to tell '%s'", folded->outcomes[0]->name);
    for (size_t i = 0; i < folded->missing.count; i++) {
        struct axes rest = {0};
        for (size_t k = 0; k < folded->missing.count; k++)
            if (k != i)
                ARENA_PUSH(trial->arena, &rest, folded->missing.items[k]);
        if (tells_apart(trial, folded, columns, &rest))
            return fail(trial, "'%s' is not needed to tell '%s'", folded->missing.items[i]->name,
                        folded->outcomes[0]->name);
    }
    return true;
}

static bool check_columns(struct trial *trial, struct variable *const *outcomes, size_t n_outcomes,
                          struct totals *totals) {
    const struct model *model = trial->compiled.model;
    struct meaning *meaning = meaning_new(trial->arena, model);
    struct axes columns = {0};
    bool *inputs = arena_alloc(trial->arena, model->n_inputs + 1);
    memset(inputs, true, model->n_inputs);
    for (size_t i = 0; i < model->variables.count; i++) {
        struct variable *variable = model->variables.items[i];
        bool is_own = false;
        for (size_t k = 0; k < n_outcomes; k++)
            is_own = is_own || outcomes[k] == variable;
        if (!is_own && !variable->hidden && variable_n_codes(variable) > 0 && roll(&trial->maker.seed, 2))
            ARENA_PUSH(trial->arena, &columns, variable);
    }
    struct folded *folded =
        fold(trial->arena, model, meaning, meaning_possible(meaning, inputs), outcomes, n_outcomes, &columns);
    for (size_t i = 0; i < columns.count; i++)
        if (has_unset(trial, folded, columns.items[i])) {
            totals->n_unset++;
            return (folded->state == FOLD_COLUMN_UNSET && has_unset(trial, folded, folded->missing.items[0])) ||
                   fail(trial, "'%s' has not always a value", columns.items[i]->name);
        }
    totals->n_too_few += folded->state == FOLD_COLUMNS_TOO_FEW;
    totals->n_enough += folded->state == FOLD_DONE;
    return folded->state == FOLD_COLUMNS_TOO_FEW ? check_missing(trial, folded, &columns)
                                                 : check_folded(trial, folded, totals);
}

/* Of tables one outcome by itself, too. */
static bool check_other_columns(struct trial *trial, struct totals *totals) {
    const struct model *model = trial->compiled.model;
    weigh(trial);
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct stage *stage = &model->stages.items[i];
        if (stage->table && stage->table->overridden)
            continue;
        size_t count = stage->table ? 1 + roll(&trial->maker.seed, (unsigned)stage->table->n_outcomes) : 1;
        if (!check_columns(trial, stage->table ? stage->table->outcomes : &stage->variable, count, totals))
            return false;
    }
    return true;
}

/* ---- budgets that end ------------------------------------------------------------------------------------------- */

static enum fold_state fold_with(struct trial *trial, struct meaning *meaning, size_t steps, const struct stage *stage,
                                 const struct axes *columns) {
    const struct model *model = trial->compiled.model;
    bool *inputs = arena_alloc(trial->arena, model->n_inputs + 1);
    memset(inputs, true, model->n_inputs);
    hosts_budget(meaning_hosts(meaning), steps);
    struct variable *const *outcomes = stage->table ? stage->table->outcomes : &stage->variable;
    return fold(trial->arena, model, meaning, meaning_possible(meaning, inputs), outcomes,
                stage->table ? stage->table->n_outcomes : 1, columns)
        ->state;
}

/*
 * With a budget that ends, and after one that ended, the result is the same or "not proven": it never says that rules
 * or columns are to blame.
 */
static bool check_budgets(struct trial *trial, struct totals *totals) {
    static const size_t budgets[] = {1, 30, 100, 300, 1000, 3000};
    enum { ENOUGH = 1 << 24 };
    const struct model *model = trial->compiled.model;
    const struct axes none = {0};
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct stage *stage = &model->stages.items[i];
        const struct axes *columns = roll(&trial->maker.seed, 2) ? &none : NULL;
        enum fold_state whole = fold_with(trial, meaning_new(trial->arena, model), ENOUGH, stage, columns);
        struct meaning *meaning = meaning_new(trial->arena, model);
        size_t first = budgets[roll(&trial->maker.seed, COUNT(budgets))];
        for (int again = 0; again < 2; again++) {
            enum fold_state state = fold_with(trial, meaning, again ? ENOUGH : first, stage, columns);
            totals->n_unproven[again] += state == FOLD_NOT_PROVEN;
            if (state != whole && state != FOLD_NOT_PROVEN)
                return fail(trial, "with %zu steps the state is %d, not %d", again ? (size_t)ENOUGH : first, (int)state,
                            (int)whole);
        }
    }
    return true;
}

/* ---- random rulesets -------------------------------------------------------------------------------------------- */

static bool try_ruleset(struct trial *trial, struct totals *totals) {
    struct maker *maker = &trial->maker;
    make_ruleset(maker);
    compile_made(&trial->compiled, maker, NULL, TO_CHECKS);
    if (!trial->compiled.model || trial->compiled.diagnostics.n_errors > 0)
        return true;
    totals->n_sound++;
    return check_matrix(trial, NULL, totals) && check_narrowed(trial, totals) && check_other_columns(trial, totals) &&
           check_budgets(trial, totals);
}

static bool try_one(uint64_t seed, void *totals) {
    struct trial trial = {.maker = {.arena = arena_new(), .seed = seed}, .arena = arena_new()};
    bool good = try_ruleset(&trial, totals);
    if (!good) {
        print_made(&trial.maker);
        diag_print(&trial.compiled.diagnostics, stdout);
        puts(trial.wrong);
    }
    compiled_free(&trial.compiled);
    free_made(&trial.maker);
    arena_free(trial.arena);
    return good;
}

static void test_random_rulesets(void) {
    struct totals totals = {0};
    uint64_t count = try_seeds(20240229, 300, try_one, &totals);
    printf("%zu sound; %zu decisions folded, %zu rows: %zu reject, %zu are of several rules; %zu cells\n",
           totals.n_sound, totals.n_folded, totals.n_rows, totals.n_rejecting, totals.n_merged, totals.n_cells);
    printf("%zu not proven with small budgets, %zu after these\n", totals.n_unproven[0], totals.n_unproven[1]);
    printf("%zu narrowed; other columns: %zu enough, %zu too few, %zu unset\n", totals.n_narrowed, totals.n_enough,
           totals.n_too_few, totals.n_unset);
    if (count >= 100)
        CU_ASSERT_TRUE(totals.n_sound > count / 4 && totals.n_rejecting > 0 && totals.n_merged > 0 &&
                       totals.n_enough > 0 && totals.n_too_few > 0 && totals.n_unproven[0] > 0 &&
                       totals.n_unproven[1] > 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"random rulesets", test_random_rulesets},
    };
    return unit_main("fold", tests, COUNT(tests));
}
