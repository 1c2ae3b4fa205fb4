/*
 * The tables of random rulesets against brute force: rejections, warnings, decisions, command lines, and the parameters
 * that are missing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/verify.h"
#include "property.h"

/* ---- the tables ------------------------------------------------------------------------------------------------- */

/* A value of an atom: its least, its greatest, or one between. */
static int64_t value_in(struct maker *maker, const struct subject *subject, int atom) {
    if (atom == (int)subject->n_atoms)
        return MUSTER_UNKNOWN;
    int64_t low = subject->low[atom], high = subject->high[atom];
    switch (roll(&maker->seed, 3)) {
    case 0:
        return low;
    case 1:
        return high;
    default:
        return low + (int64_t)(next_random(&maker->seed) % ((uint64_t)(high - low) + 1));
    }
}

/* What libmuster is given and gives. */
struct launch {
    struct trial *trial;
    const struct muster_ruleset *rules;
    struct muster_params *params;
    int64_t facts[MAX_SUBJECTS];
    struct setting setting;
    uint32_t inputs[MAX_SUBJECTS], decisions[MAX_SUBJECTS];
    const char **argv;
    char *buffer;
    size_t slots, size;
    uint32_t warned;  /* by warning */
    size_t n_limited; /* hosts that a limit refuses */
};

static bool set_inputs(struct launch *launch, const struct cell *cell) {
    static const char *const texts[][4] = {{"a,b", "", "a:b\\=,", ",,,,,,,,"},
                                           {"/", "/a,b:c\\d e", "/x", "/a=b"},
                                           {"A", "ID", "XYZ", "Q"},
                                           {"0", "10", "007", "999"}};
    struct maker *maker = &launch->trial->maker;
    for (unsigned i = 0; i < maker->n_inputs; i++) {
        const struct subject *subject = &maker->subjects[i];
        bool is_unset = cell->state[i] == (int)subject->n_atoms;
        uint32_t input = launch->inputs[i];
        enum muster_status status = MUSTER_OK;
        if (subject->kind == OF_TEXT) {
            const char *text = texts[i + 4 - maker->n_inputs][roll(&maker->seed, 4)];
            launch->setting.texts[i] = text;
            if (is_unset)
                muster_unset(launch->params, input);
            else
                status = muster_set_text(launch->params, input, text, strlen(text), NULL);
        } else {
            int64_t value = launch->setting.values[i] = value_in(maker, subject, cell->state[i]);
            if (input < launch->rules->n_facts)
                launch->facts[input] = value;
            else
                status = muster_set_value(launch->params, input, value, NULL);
        }
        if (status != MUSTER_OK)
            return fail(launch->trial, "'%s' cannot be set: %d", subject->name, (int)status);
    }
    return true;
}

static bool check_decisions(struct launch *launch, const struct cell *cell) {
    struct maker *maker = &launch->trial->maker;
    int32_t values[MAX_SUBJECTS];
    struct muster_error error;
    enum muster_status status = muster_decide(launch->rules, launch->facts, launch->params, values, NULL, &error);
    if (status != (is_accepted(cell) ? MUSTER_OK : MUSTER_E_REJECTED))
        return fail(launch->trial, "muster_decide says %d for %s host", (int)status,
                    is_accepted(cell) ? "an accepted" : "a refused");
    for (unsigned i = maker->n_inputs; i < maker->n_subjects && status == MUSTER_OK; i++)
        if (values[launch->decisions[i]] != cell->state[i])
            return fail(launch->trial, "'%s' is decided as %d, not %d", maker->subjects[i].name,
                        (int)values[launch->decisions[i]], (int)cell->state[i]);
    return true;
}

static void see_warning(void *context, const struct muster_warning *warning) {
    struct launch *launch = context;
    const struct sayings *warnings = &launch->trial->maker.warnings;
    for (unsigned i = 0; i < warnings->count; i++)
        if (strcmp(muster_text(launch->rules, warning->text), warnings->items[i].label) == 0)
            launch->warned ^= UINT32_C(1) << i;
}

static bool is_refused_by(const struct launch *launch, const struct limit_plan *limit,
                          const struct muster_error *error) {
    return error->status == MUSTER_E_VALUE && error->refusal == MUSTER_REFUSED_LENGTH &&
           error->input == launch->inputs[limit->subject] && error->limit == limit->max;
}

static bool check_run_time(struct launch *launch, size_t index) {
    struct trial *trial = launch->trial;
    struct cell *cell = &trial->maker.world->cells[index];
    struct muster_space needed;
    struct muster_error error = {0};
    if (!set_inputs(launch, cell) || !check_decisions(launch, cell))
        return false;
    enum muster_status status = muster_argv(launch->rules, launch->facts, launch->params, launch->argv, launch->slots,
                                            launch->buffer, launch->size, &needed, &error);
    const struct limit_plan *limit =
        is_accepted(cell) ? brute_limit(trial->maker.world, cell, launch->setting.texts) : NULL;
    if (limit && !is_refused_by(launch, limit, &error))
        return fail(trial, "a text of '%s' longer than %u bytes is not refused",
                    trial->maker.subjects[limit->subject].name, limit->max);
    launch->n_limited += limit != NULL;
    if (!limit && status != (is_accepted(cell) ? MUSTER_OK : MUSTER_E_REJECTED))
        return fail(trial, "muster_argv says %d for %s host", (int)status,
                    is_accepted(cell) ? "an accepted" : "a refused");
    if (status == MUSTER_OK && !same_line(trial, index, &launch->setting, launch->argv, needed.arguments))
        return false;
    launch->warned = 0;
    status = muster_warnings(launch->rules, launch->facts, launch->params, see_warning, launch, NULL);
    if (status != (is_accepted(cell) ? MUSTER_OK : MUSTER_E_REJECTED))
        return fail(trial, "muster_warnings says %d", (int)status);
    for (unsigned i = 0; i < trial->maker.warnings.count; i++) {
        bool wanted = is_accepted(cell) && holds(trial->maker.world, cell, trial->maker.warnings.items[i].cond);
        if ((launch->warned >> i & 1) != wanted)
            return fail(trial, "the warning '%s' speaks %s", trial->maker.warnings.items[i].label,
                        wanted ? "not where it should" : "where it should not");
    }
    return true;
}

/* ---- parameters that are not set -------------------------------------------------------------------------------- */

static void see_missing(void *context, uint32_t input) {
    bool *missing = context;
    missing[input] = true;
}

/* Takes the values of some parameters away. */
static void unset_some(struct launch *launch, bool *unset) {
    struct maker *maker = &launch->trial->maker;
    for (unsigned i = 0; i < maker->n_inputs; i++) {
        const struct subject *subject = &maker->subjects[i];
        unset[i] = subject->role == PARAM && !subject->optional && roll(&maker->seed, 2);
        if (unset[i])
            muster_unset(launch->params, launch->inputs[i]);
    }
}

/* The inputs that are named as missing, and no others. */
static bool same_names(struct launch *launch, const bool *needed) {
    const struct maker *maker = &launch->trial->maker;
    bool missing[2 * MAX_SUBJECTS] = {false};
    enum muster_status status =
        muster_missing(launch->rules, launch->facts, launch->params, see_missing, missing, NULL);
    if (status != MUSTER_OK)
        return fail(launch->trial, "muster_missing says %d", (int)status);
    for (unsigned i = 0; i < maker->n_inputs; i++)
        if (missing[launch->inputs[i]] != needed[i])
            return fail(launch->trial, "'%s' is missing, or is not", maker->subjects[i].name);
    return true;
}

static bool any_input(const struct maker *maker, const bool *needed) {
    for (unsigned i = 0; i < maker->n_inputs; i++)
        if (needed[i])
            return true;
    return false;
}

static bool asks_line(const struct expr *expr) {
    return expr && (expr->kind == EMITS || expr->kind == TIMES || asks_line(expr->left) || asks_line(expr->right));
}

/* Conditions about the command line are only compared with the plain evaluation, as every compilation does it. */
static bool says_of_line(const struct maker *maker) {
    bool any = false;
    for (unsigned i = 0; i < maker->restrictions.count; i++)
        any = any || asks_line(maker->restrictions.items[i].cond);
    for (unsigned i = 0; i < maker->warnings.count; i++)
        any = any || asks_line(maker->warnings.items[i].cond);
    return any;
}

/* The texts that are still set, by input. */
static void remaining_texts(const struct launch *launch, const char **texts) {
    const struct maker *maker = &launch->trial->maker;
    for (unsigned i = 0; i < maker->n_inputs; i++)
        if (maker->subjects[i].role == PARAM && muster_is_set(launch->params, launch->inputs[i]))
            texts[i] = launch->setting.texts[i];
}

/* Where nothing is missing, the command line is that of the whole host. */
static bool check_without(struct launch *launch, size_t index, struct totals *totals) {
    struct trial *trial = launch->trial;
    struct cell *cell = &trial->maker.world->cells[index];
    struct muster_space needed;
    bool unset[MAX_SUBJECTS] = {false};
    unset_some(launch, unset);
    const char *texts[MAX_SUBJECTS] = {0};
    remaining_texts(launch, texts);
    struct brute_missing brute = brute_missing(trial->maker.world, cell, unset, texts);
    bool missing = any_input(&trial->maker, brute.line), undecided = any_input(&trial->maker, brute.decisions);
    enum muster_status wanted = brute.refused ? MUSTER_E_REJECTED : missing ? MUSTER_E_MISSING : MUSTER_OK;
    bool over_limit = !brute.refused && is_accepted(cell) && brute_limit(trial->maker.world, cell, texts);
    enum muster_status status = muster_argv(launch->rules, launch->facts, launch->params, launch->argv, launch->slots,
                                            launch->buffer, launch->size, &needed, NULL);
    /* A text over its limit may be reported first. */
    if (over_limit && status == MUSTER_E_VALUE)
        wanted = MUSTER_E_VALUE;
    if (status != wanted || (brute.refused && is_accepted(cell)) || (over_limit && status == MUSTER_OK))
        return fail(trial, "without some parameters muster_argv says %d, not %d", (int)status, (int)wanted);
    if (status == MUSTER_OK &&
        (!is_accepted(cell) || !same_line(trial, index, &launch->setting, launch->argv, needed.arguments)))
        return fail(trial, "the command line depends on a parameter that is not missing");
    if (!brute.refused && !over_limit && !same_names(launch, brute.line))
        return false;
    wanted = brute.refused ? MUSTER_E_REJECTED : undecided ? MUSTER_E_MISSING : MUSTER_OK;
    status = muster_decide(launch->rules, launch->facts, launch->params, NULL, NULL, NULL);
    if (status != wanted)
        return fail(trial, "without some parameters muster_decide says %d, not %d", (int)status, (int)wanted);
    totals->n_refused += brute.refused && any_input(&trial->maker, unset);
    totals->n_missing += missing;
    totals->n_tested +=
        !brute.refused && !missing && launch->rules->needs != MUSTER_NONE && any_input(&trial->maker, unset);
    return true;
}

bool check_tables_in_use(struct trial *trial, struct totals *totals) {
    const struct muster_ruleset *rules = trial->compiled.rules;
    const struct maker *maker = &trial->maker;
    struct launch launch = {.trial = trial, .rules = rules};
    size_t size = muster_params_size(rules);
    launch.params = muster_params_init(malloc(size), size, rules);
    launch.slots = rules->most_arguments + MUSTER_SPARE + 1;
    launch.size = 1 << 20;
    launch.argv = malloc(launch.slots * sizeof *launch.argv);
    launch.buffer = malloc(launch.size);
    if (!launch.params || !launch.argv || !launch.buffer)
        exit(2);
    for (unsigned i = 0; i < maker->n_subjects; i++) {
        const char *name = maker->subjects[i].name;
        if (i < maker->n_inputs)
            launch.inputs[i] = find_input(rules, name);
        else
            launch.decisions[i] = muster_find_decision(rules, name, strlen(name));
    }
    bool good = true;
    for (size_t i = 0; i < maker->world->n_cells && good; i++)
        good = check_run_time(&launch, i) && (says_of_line(maker) || check_without(&launch, i, totals));
    totals->n_cells += maker->world->n_cells;
    totals->n_limited += launch.n_limited;
    free(launch.params);
    free(launch.argv);
    free(launch.buffer);
    return good;
}

/* All that compiled.h compares: with little space and much, the bounds of both, notes. */
bool compare_closely(struct trial *trial) {
    struct comparison comparison;
    compare_start(&comparison, &trial->compiled);
    comparison.seed = trial->maker.seed | 1;
    bool good = compare_set_text(&comparison, "text", "a:b\\=,") &&
                compare_set_text(&comparison, "path", "/a,b:c\\d e") && compare_set_text(&comparison, "id", "ID") &&
                compare_set_text(&comparison, "nr", "10") && compare_cells(&comparison, 20);
    compare_end(&comparison);
    return good || fail(trial, "the tables differ from the plain evaluation");
}

/* What musterc does before it writes tables: sound rules have no mismatch. */
bool are_verified(struct trial *trial) {
    struct diagnostics *diagnostics = &trial->compiled.diagnostics;
    verify_tables(trial->compiled.model, trial->compiled.rules, diagnostics);
    return diagnostics->n_errors == 0 || fail(trial, "musterc reports a mismatch");
}

bool same_block(struct trial *trial) {
    const struct muster_ruleset *rules = trial->compiled.rules;
    struct compiled again;
    compile_made(&again, &trial->maker, NULL, TO_TABLES);
    bool same = again.rules && again.rules->size == rules->size && memcmp(again.rules, rules, rules->size) == 0;
    compiled_free(&again);
    return same || fail(trial, "the second compilation differs");
}
