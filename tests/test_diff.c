/*
 * Comparisons against brute force: rulesets of which one thing was changed at random, and unlike ones, are evaluated on
 * every host by the plain evaluator, and `musterc diff` has to say of each what changed there, and of no other. The
 * seed is printed; MUSTER_SEED and MUSTER_COUNT in the environment choose others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "brute.h"
#include "gen/audit/diff/diff.h"
#include "mutants.h"
#include "trials.h"

/* A ruleset as written: its main file, and one that it needs, or NULL. */
struct rules {
    const char *names[2], *texts[2];
};

/* How often each host is evaluated, with other numbers and texts: a line differs if it does with any of these. */
enum { N_FILLINGS = 3 };

struct side {
    const struct model *model;
    int64_t *values;    /* by variable */
    const char **texts; /* by input */
    bool exists, possible;
    const char *refusal;             /* NULL: it is accepted */
    const struct variable **inputs;  /* by axis: what the side has there; or NULL */
    const struct variable **decided; /* by input: what the other side decides, and this one asks; or NULL */
};

struct trial {
    struct arena *arena, *cell_arena;
    uint64_t seed;
    struct compiled compiled[N_SIDES];
    struct diff *diff;
    struct side sides[N_SIDES];
    size_t *codes; /* by axis: the host at hand */
    int n_rounds;  /* so often both sides are evaluated until each has what the other decides */
    char wrong[500];
};

struct totals {
    size_t n_diffs, n_different, n_broken, n_cells, n_changed, by_kind[CHANGE_WARNING + 1], by_mutation[N_MUTATIONS];
};

static const char *or_none(const char *text) {
    return text ? text : "nothing";
}

static bool is_same(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- one host ---------------------------------------------------------------------------------------------------- */

/* What a text parameter is set to: what its pattern takes, and what formats have to escape. */
static const char *some_text(const struct variable *input, int filling) {
    static const char *const texts[][N_FILLINGS + 1] = {{"text", "a:b\\=,", "x", ",,,,,,"},
                                                        {"path", "/a,b:c\\d e", "/x", "/a=b"},
                                                        {"id", "A", "ID", "XYZ"},
                                                        {"nr", "0", "10", "007"}};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (strcmp(input->name, texts[i][0]) == 0)
            return texts[i][filling + 1];
    return input->type.kind == MUSTER_PATH ? "/some,where" : "vm-1.a";
}

/* "f1 (old)" is f1 of that side, where the other side's is something else. */
static bool is_axis_of(const struct variable *axis, const char *name, size_t side) {
    const char *suffixes[] = {" (old)", " (new)"};
    size_t length = strlen(name);
    return strncmp(axis->name, name, length) == 0 &&
           (axis->name[length] == '\0' || strcmp(axis->name + length, suffixes[side]) == 0);
}

static const struct variable *find_named(const struct model *model, const char *name) {
    for (size_t i = 0; i < model->variables.count; i++)
        if (strcmp(model->variables.items[i]->name, name) == 0)
            return model->variables.items[i];
    return NULL;
}

/* What another ruleset calls by this one's name and the input's says what that is. */
static const struct variable *find_statement(const struct trial *trial, size_t side, const struct variable *input) {
    const struct model *model = trial->sides[side].model, *other = trial->sides[!side].model;
    return strcmp(model->name, other->name) == 0
               ? NULL
               : find_named(other, arena_print(trial->arena, "%s_%s", model->name, input->name));
}

/* Which axis is which input, and which input is what the other side decides: all of it by name. */
static void find_inputs(struct trial *trial, size_t index) {
    const struct axes *axes = &trial->diff->axes;
    struct side *side = &trial->sides[index];
    const struct model *other = trial->sides[!index].model;
    side->inputs = arena_alloc(trial->arena, (axes->count + 1) * sizeof *side->inputs);
    side->decided = arena_alloc(trial->arena, (side->model->n_inputs + 1) * sizeof *side->decided);
    for (size_t i = 0; i < side->model->n_inputs; i++) {
        const struct variable *input = side->model->inputs[i];
        bool is_axis = false;
        side->decided[i] = find_statement(trial, index, input);
        for (size_t k = 0; k < axes->count && !side->decided[i]; k++)
            if (is_axis_of(axes->items[k], input->name, index)) {
                side->inputs[k] = input;
                is_axis = true;
            }
        if (!is_axis && !side->decided[i])
            side->decided[i] = find_named(other, input->name);
        if (side->decided[i])
            trial->n_rounds = 3;
    }
}

/* The same value for either side; false if this one has none like it. */
static bool set_value(struct side *side, const struct variable *input, const struct variable *axis, size_t code,
                      int64_t value, int filling) {
    if (!input)
        return true;
    if (variable_is_text(input)) {
        bool is_given = code == 1 || !axis->optional;
        side->values[input->index] = input->optional ? is_given : 0;
        side->texts[input->input] = is_given ? some_text(input, filling) : NULL;
        return is_given || input->optional;
    }
    if (value != MUSTER_UNKNOWN && input->type.n_members > 0) {
        const char *name = axis->type.members[value].name;
        for (value = 0; value < (int64_t)input->type.n_members; value++)
            if (strcmp(input->type.members[value].name, name) == 0)
                break;
    }
    side->values[input->index] = value;
    return value == MUSTER_UNKNOWN ? input->type.or_unknown : value >= input->type.low && value <= input->type.high;
}

static void evaluate(struct side *side) {
    const struct stage *stage;
    const struct row *row;
    const struct restriction *restriction;
    enum verdict verdict = eval_host(side->model, side->values, &stage, &row, &restriction);
    side->refusal = restriction ? restriction->message : verdict == VERDICT_DECIDED ? NULL : row ? row->reject : "?";
    side->possible = !restriction || restriction->over_decisions;
}

/* What a side asks and the other decides, as far as that is known by now; false if the side has no such value. */
static bool set_decided(struct side *side, const struct side *other) {
    bool good = true;
    for (size_t i = 0; i < side->model->n_inputs; i++) {
        const struct variable *input = side->model->inputs[i], *decision = side->decided[i];
        if (!decision)
            continue;
        int64_t value = MUSTER_UNSET, decided = other->values[decision->index];
        for (size_t k = 0; k < input->type.n_members && decided != MUSTER_UNSET; k++)
            if (strcmp(input->type.members[k].name, decision->type.members[decided].name) == 0)
                value = (int64_t)k;
        side->values[input->index] = value;
        good = good && value != MUSTER_UNSET;
    }
    return good;
}

/* Both sides see the host with the codes that the trial has. */
static void show_host(struct trial *trial, int filling) {
    const struct axes *axes = &trial->diff->axes;
    uint64_t none = 0, *seed = filling == 0 ? &none : &trial->seed;
    for (size_t side = 0; side < N_SIDES; side++) {
        for (size_t i = 0; i < trial->sides[side].model->variables.count; i++)
            trial->sides[side].values[i] = MUSTER_UNSET;
        trial->sides[side].exists = true;
    }
    for (size_t i = 0; i < axes->count; i++) {
        const struct variable *axis = axes->items[i];
        int64_t value = variable_is_text(axis) ? 0 : value_of_code(axis, trial->codes[i], seed);
        for (size_t side = 0; side < N_SIDES; side++)
            trial->sides[side].exists =
                set_value(&trial->sides[side], trial->sides[side].inputs[i], axis, trial->codes[i], value, filling) &&
                trial->sides[side].exists;
    }
    bool has_decided[N_SIDES] = {true, true};
    for (int round = 0; round < trial->n_rounds; round++)
        for (size_t side = 0; side < N_SIDES; side++) {
            has_decided[side] = set_decided(&trial->sides[side], &trial->sides[!side]);
            evaluate(&trial->sides[side]);
        }
    for (size_t side = 0; side < N_SIDES; side++)
        trial->sides[side].exists = trial->sides[side].exists && has_decided[side];
}

static bool lines_differ(struct trial *trial) {
    struct arguments lines[N_SIDES];
    for (size_t side = 0; side < N_SIDES; side++)
        lines[side] =
            eval_argv(trial->cell_arena, trial->sides[side].model, trial->sides[side].values, trial->sides[side].texts);
    bool differ = lines[OLD_SIDE].count != lines[NEW_SIDE].count;
    for (size_t i = 0; i < lines[OLD_SIDE].count && !differ; i++) {
        const struct buffer *a = &lines[OLD_SIDE].items[i], *b = &lines[NEW_SIDE].items[i];
        differ = a->count != b->count || (a->count > 0 && memcmp(a->items, b->items, a->count) != 0);
    }
    arena_clear(trial->cell_arena);
    return differ;
}

/* ---- what is said of it ------------------------------------------------------------------------------------------ */

static bool in_regions(const struct trial *trial, const struct change *change) {
    for (size_t i = 0; i < change->regions.count; i++) {
        bool has = true;
        for (size_t k = 0; k < trial->diff->axes.count && has; k++)
            has = !change->regions.items[i].codes[k] || change->regions.items[i].codes[k][trial->codes[k]];
        if (has)
            return true;
    }
    return false;
}

/* The changes of one kind and name that are said of the host; the last of them. */
static size_t find_changes(const struct trial *trial, enum change_kind kind, const char *name,
                           const struct change **found) {
    size_t count = 0;
    for (size_t i = 0; i < trial->diff->changes.count; i++) {
        const struct change *change = &trial->diff->changes.items[i];
        if (change->kind != kind || (name && strcmp(change->name, name) != 0) ||
            !hosts_has(trial->diff->hosts, change->set, trial->codes))
            continue;
        *found = change;
        count++;
    }
    return count;
}

/* One answer for each side: exactly one change says so where they are unlike, and none where they are not. */
static bool check_answer(struct trial *trial, enum change_kind kind, const char *name, const char *was,
                         const char *is) {
    const struct change *change = NULL;
    size_t count = find_changes(trial, kind, name, &change);
    if (is_same(was, is))
        return count == 0 || fail(trial, "'%s' is said to change from %s to %s, and is %s", name,
                                  or_none(change->values[OLD_SIDE]), or_none(change->values[NEW_SIDE]), or_none(is));
    if (count != 1)
        return fail(trial, "'%s' changes from %s to %s, and that is said %zu times", name, or_none(was), or_none(is),
                    count);
    return (is_same(change->values[OLD_SIDE], was) && is_same(change->values[NEW_SIDE], is)) ||
           fail(trial, "'%s' changes from %s to %s, not from %s to %s", name, or_none(was), or_none(is),
                or_none(change->values[OLD_SIDE]), or_none(change->values[NEW_SIDE]));
}

static const char *decided(const struct side *side, const struct variable *decision) {
    int64_t value = side->values[decision->index];
    return value == MUSTER_UNSET ? NULL : decision->type.members[value].name;
}

static bool check_decisions(struct trial *trial, bool *any) {
    const struct side *was = &trial->sides[OLD_SIDE], *is = &trial->sides[NEW_SIDE];
    for (size_t i = 0; i < is->model->variables.count; i++) {
        const struct variable *decision = is->model->variables.items[i], *old_one = NULL;
        for (size_t k = 0; k < was->model->variables.count && decision->kind == VARIABLE_DECISION; k++)
            if (strcmp(was->model->variables.items[k]->name, decision->name) == 0)
                old_one = was->model->variables.items[k];
        if (decision->hidden || !old_one || old_one->kind != VARIABLE_DECISION)
            continue;
        const char *before = decided(was, old_one), *now = decided(is, decision);
        bool both = was->possible && is->possible && before && now;
        if (!check_answer(trial, CHANGE_DECISION, decision->name, both ? before : NULL, both ? now : NULL))
            return false;
        *any = *any || (both && strcmp(before, now) != 0);
    }
    return true;
}

static bool warns(const struct side *side, const char *message) {
    for (size_t i = 0; i < side->model->warnings.count; i++)
        if (strcmp(side->model->warnings.items[i].message, message) == 0 &&
            eval_cond(side->model->warnings.items[i].cond, side->values))
            return true;
    return false;
}

static bool check_warnings(struct trial *trial, bool both, bool *any) {
    size_t unlike = 0;
    const struct change *change;
    for (size_t side = 0; side < N_SIDES && both; side++) {
        const struct model *model = trial->sides[side].model;
        for (size_t i = 0; i < model->warnings.count; i++) {
            const char *message = model->warnings.items[i].message;
            bool is_new = true;
            for (size_t k = 0; k < i; k++)
                is_new = is_new && strcmp(model->warnings.items[k].message, message) != 0;
            unlike += is_new && warns(&trial->sides[side], message) && !warns(&trial->sides[!side], message);
        }
    }
    *any = *any || unlike > 0;
    size_t said = find_changes(trial, CHANGE_WARNING, NULL, &change);
    return said == unlike || fail(trial, "%zu warnings change, and %zu are said to", unlike, said);
}

/* A command line that is the same with some texts in its holes may differ with others. */
static bool check_lines(struct trial *trial, bool both, bool *any) {
    const struct change *change;
    bool differ = false, said = find_changes(trial, CHANGE_ARGUMENT, NULL, &change) > 0;
    for (int filling = 0; filling < N_FILLINGS && both && !differ; filling++) {
        show_host(trial, filling);
        differ = lines_differ(trial);
    }
    *any = *any || differ;
    return said == differ || fail(trial, "the command lines %s",
                                  differ ? "differ, and that is not said" : "are the same, and are said to differ");
}

static bool check_regions(struct trial *trial) {
    for (size_t i = 0; i < trial->diff->changes.count; i++) {
        const struct change *change = &trial->diff->changes.items[i];
        bool has = hosts_has(trial->diff->hosts, change->set, trial->codes);
        if (!change->has_more_regions && has != in_regions(trial, change))
            return fail(trial, "a host is %s change %zu, '%s', but %s its regions", has ? "in" : "not in", i,
                        change->name, has ? "not in" : "in");
    }
    return true;
}

static bool check_host(struct trial *trial, uint64_t *n_changed, uint64_t *n_compared) {
    const struct side *was = &trial->sides[OLD_SIDE], *is = &trial->sides[NEW_SIDE];
    bool any, said = hosts_has(trial->diff->hosts, trial->diff->set, trial->codes);
    show_host(trial, 0);
    if (!was->exists || !is->exists)
        return !said || fail(trial, "a change is said of a host that only one side has");
    bool both = !was->refusal && !is->refusal;
    any = !is_same(was->refusal, is->refusal);
    if (!check_answer(trial, CHANGE_REFUSAL, "refusal", was->refusal, is->refusal) || !check_decisions(trial, &any) ||
        !check_warnings(trial, both, &any) || !check_lines(trial, both, &any))
        return false;
    bool compared = was->possible || is->possible || any;
    *n_changed += any;
    *n_compared += compared;
    if (said != any)
        return fail(trial, "a host %s, and that is %ssaid", any ? "changes" : "does not change", said ? "" : "not ");
    if (compared != hosts_has(trial->diff->hosts, trial->diff->compared, trial->codes))
        return fail(trial, "a host is %scompared", compared ? "not " : "");
    return !compared || check_regions(trial);
}

/* ---- all hosts --------------------------------------------------------------------------------------------------- */

static bool next_host(struct trial *trial) {
    const struct axes *axes = &trial->diff->axes;
    for (size_t i = axes->count; i-- > 0;) {
        size_t width = variable_n_codes(axes->items[i]);
        trial->codes[i] = width ? (trial->codes[i] + 1) % width : 0;
        if (trial->codes[i] != 0)
            return true;
    }
    return false;
}

/* What a witness shows: it has a command line on both sides, and these differ. */
static bool check_witnesses(struct trial *trial) {
    for (size_t i = 0; i < trial->diff->changes.count; i++) {
        const struct change *change = &trial->diff->changes.items[i];
        const struct diag_witness *was = change->witnesses[OLD_SIDE], *is = change->witnesses[NEW_SIDE];
        bool accepted = was->has_argv && is->has_argv;
        if (change->kind == CHANGE_ARGUMENT && !accepted)
            return fail(trial, "the witness of '%s' has no command line", change->name);
        if (change->kind == CHANGE_REFUSAL &&
            (was->has_argv != !change->values[OLD_SIDE] || is->has_argv != !change->values[NEW_SIDE]))
            return fail(trial, "the witness of a refusal is refused where it should not be, or not where it should");
        if (!was->region || was->settings.count > trial->sides[OLD_SIDE].model->n_inputs)
            return fail(trial, "the witness of '%s' is in no region", change->name);
    }
    return true;
}

static void print_host(const struct trial *trial) {
    const struct axes *axes = &trial->diff->axes;
    for (size_t i = 0; i < axes->count; i++)
        printf("%s=%s ", axes->items[i]->name,
               variable_is_text(axes->items[i])
                   ? (trial->codes[i] ? "given" : "")
                   : value_text(trial->arena, &axes->items[i]->type, variable_value(axes->items[i], trial->codes[i])));
    puts("");
}

static bool check_hosts(struct trial *trial, struct totals *totals) {
    uint64_t n_changed = 0, n_compared = 0;
    do {
        totals->n_cells++;
        if (!check_host(trial, &n_changed, &n_compared)) {
            print_host(trial);
            return false;
        }
    } while (next_host(trial));
    totals->n_changed += n_changed;
    if (n_changed != trial->diff->cells || n_compared != trial->diff->all)
        return fail(trial, "%llu of %llu cases, not %llu of %llu", (unsigned long long)trial->diff->cells,
                    (unsigned long long)trial->diff->all, (unsigned long long)n_changed,
                    (unsigned long long)n_compared);
    return check_witnesses(trial);
}

static bool check_diff(struct trial *trial, struct totals *totals) {
    trial->diff = diff_of(trial->arena, trial->compiled[OLD_SIDE].model, trial->compiled[NEW_SIDE].model, NULL,
                          &trial->compiled[NEW_SIDE].diagnostics);
    if (!trial->diff)
        return fail(trial, "they cannot be compared");
    if (trial->diff->not_proven)
        return fail(trial, "not proven");
    trial->codes = arena_alloc(trial->arena, (trial->diff->axes.count + 1) * sizeof *trial->codes);
    for (size_t side = 0; side < N_SIDES; side++) {
        const struct model *model = trial->compiled[side].model;
        trial->sides[side] = (struct side){.model = model};
        trial->sides[side].values = arena_alloc(trial->arena, (model->variables.count + 1) * sizeof(int64_t));
        trial->sides[side].texts = arena_alloc(trial->arena, (model->n_inputs + 1) * sizeof(char *));
    }
    trial->n_rounds = 1;
    find_inputs(trial, OLD_SIDE);
    find_inputs(trial, NEW_SIDE);
    totals->n_diffs++;
    totals->n_different += !diff_is_empty(trial->diff);
    for (size_t i = 0; i < trial->diff->changes.count; i++)
        totals->by_kind[trial->diff->changes.items[i].kind]++;
    return check_hosts(trial, totals);
}

/* ---- rulesets ---------------------------------------------------------------------------------------------------- */

/* False if it is broken in a way that leaves no answers. */
static bool compile_rules(struct compiled *compiled, const struct rules *rules) {
    const struct rule_file files[] = {{rules->names[0], rules->texts[0]}, {rules->names[1], rules->texts[1]}};
    compile_files(compiled, files, rules->texts[1] ? 2 : 1, TO_MODEL);
    if (compiled->model && compiled->diagnostics.n_errors == 0)
        check_model(compiled->model, CHECK_ANSWERS, &compiled->diagnostics);
    return compiled->model && compiled->diagnostics.n_errors == 0 &&
           compiled->diagnostics.found[DIAG_CODE_NOT_PROVEN] == 0;
}

static bool compare_rules(const struct rules *old_rules, const struct rules *new_rules, uint64_t seed,
                          struct totals *totals, bool *is_compared) {
    struct trial trial = {.arena = arena_new(), .cell_arena = arena_new(), .seed = seed};
    bool sound = compile_rules(&trial.compiled[OLD_SIDE], old_rules);
    sound = compile_rules(&trial.compiled[NEW_SIDE], new_rules) && sound;
    bool good = !sound || check_diff(&trial, totals);
    totals->n_broken += !sound;
    *is_compared = sound;
    if (!good) {
        for (int i = 0; i < 2; i++)
            printf("\n--- %d\n%s\n+++ %d\n%s\n", i, or_none(old_rules->texts[i]), i, or_none(new_rules->texts[i]));
        diag_print(&trial.compiled[NEW_SIDE].diagnostics, stdout);
        printf("%s\n", trial.wrong);
        if (trial.diff)
            diff_text(trial.arena, trial.diff, stdout);
    }
    for (size_t side = 0; side < N_SIDES; side++)
        compiled_free(&trial.compiled[side]);
    arena_free(trial.arena);
    arena_free(trial.cell_arena);
    return good;
}

/* Up to so many mutants of the ruleset; how many of them could be compared is added up in totals. */
static bool try_mutants(const struct rules *rules, size_t count, uint64_t *seed, struct totals *totals) {
    static const enum mutation kinds[] = {MUTATE_CELL,   MUTATE_CELL,   MUTATE_CELL, MUTATE_CELL,
                                          MUTATE_RESULT, MUTATE_RESULT, MUTATE_WORD, MUTATE_ROLE};
    struct compiled plain;
    struct arena *arena = arena_new();
    bool sound = compile_rules(&plain, rules), good = true;
    for (size_t i = 0; i < count && sound && good; i++) {
        struct mutant mutant;
        struct rules changed = *rules;
        bool is_compared = false;
        enum mutation kind = kinds[roll(seed, COUNT(kinds))];
        if (!mutate(arena, plain.model, kind, seed, &mutant))
            continue;
        for (size_t k = 0; k < 2 && changed.texts[k]; k++)
            if (strcmp(strrchr(plain.sources.items[mutant.file].name, '/') + 1, changed.names[k]) == 0)
                changed.texts[k] = mutant.text;
        bool is_back = roll(seed, 2) == 0;
        size_t before = totals->n_different;
        good = compare_rules(is_back ? &changed : rules, is_back ? rules : &changed, *seed, totals, &is_compared);
        totals->by_mutation[kind] += totals->n_different > before;
    }
    compiled_free(&plain);
    arena_free(arena);
    return good;
}

static bool make_rules(struct arena *arena, uint64_t seed, struct rules *rules) {
    struct maker maker = {.arena = arena, .seed = seed};
    make_ruleset(&maker);
    *rules = (struct rules){{"test.muster", "base.muster"}, {NULL, NULL}};
    for (int i = 0; i < 2; i++)
        if (maker.texts[i])
            rules->texts[i] = arena_copy(arena, maker.texts[i], strlen(maker.texts[i]));
    free(maker.texts[0]);
    free(maker.texts[1]);
    return maker.world->n_cells <= MAX_CELLS;
}

static void print_totals(const struct totals *totals) {
    printf("%zu compared, %zu of them different, %zu broken; %zu hosts, %zu changed; changes: %zu refusals, "
           "%zu decisions, %zu arguments, %zu warnings\n",
           totals->n_diffs, totals->n_different, totals->n_broken, totals->n_cells, totals->n_changed,
           totals->by_kind[CHANGE_REFUSAL], totals->by_kind[CHANGE_DECISION], totals->by_kind[CHANGE_ARGUMENT],
           totals->by_kind[CHANGE_WARNING]);
}

/* ---- cases ------------------------------------------------------------------------------------------------------- */

enum { FIRST_SEED = 20250301, MUTANTS_OF_EACH = 8, MUTANTS_OF_BASELINE = 8 };

static bool try_mutants_of(uint64_t seed, void *totals) {
    struct arena *arena = arena_new();
    struct rules rules;
    uint64_t own = seed;
    bool good = !make_rules(arena, seed, &rules) || try_mutants(&rules, MUTANTS_OF_EACH, &own, totals);
    arena_free(arena);
    return good;
}

static void test_mutants(void) {
    enum { ENOUGH = 1000 }; /* mutants that could be compared */
    struct totals totals = {0};
    try_seeds(FIRST_SEED, 300, try_mutants_of, &totals);
    print_totals(&totals);
    for (int kind = CHANGE_REFUSAL; kind <= CHANGE_WARNING && totals.n_diffs >= ENOUGH; kind++)
        CU_ASSERT_TRUE(totals.by_kind[kind] > 0);
    static const char *const names[] = {"cells", "results", "words", "roles"};
    for (int kind = 0; kind < N_MUTATIONS; kind++) {
        printf("%zu different by mutated %s\n", totals.by_mutation[kind], names[kind]);
        CU_ASSERT_TRUE(totals.n_diffs < ENOUGH || totals.by_mutation[kind] > 0);
    }
}

static bool try_unlike(uint64_t seed, void *totals) {
    struct arena *arena = arena_new();
    struct rules old_rules, new_rules;
    bool is_compared;
    bool good = !make_rules(arena, seed, &old_rules) || !make_rules(arena, seed + 1, &new_rules) ||
                compare_rules(&old_rules, &new_rules, seed, totals, &is_compared);
    arena_free(arena);
    return good;
}

/* Rulesets with nothing in common but some names. */
static void test_unlike_rulesets(void) {
    struct totals totals = {0};
    try_seeds(FIRST_SEED, 100, try_unlike, &totals);
    print_totals(&totals);
}

/* "f0 == yes", "not d3 == blue". */
static const char *some_condition(struct arena *arena, const struct model *model, uint64_t *seed) {
    const struct variable *variable;
    do
        variable = model->variables.items[roll(seed, (unsigned)model->variables.count)];
    while (variable->hidden || variable->type.n_members == 0 || variable->type.numeric);
    return arena_print(arena, "%s%s == %s", roll(seed, 2) ? "not " : "", variable->name,
                       variable->type.members[roll(seed, (unsigned)variable->type.n_members)].name);
}

/* The same rules under another name, with conditions that say what facts of the first are; NULL if there is none. */
static const char *state_facts(struct arena *arena, const struct rules *rules, uint64_t *seed) {
    static const char head[] = "ruleset random;";
    const char *text = NULL;
    struct compiled plain;
    if (compile_rules(&plain, rules) && rules->texts[0] && strncmp(rules->texts[0], head, sizeof head - 1) == 0)
        for (size_t i = 0; i < plain.model->n_facts; i++) {
            const struct variable *fact = plain.model->inputs[i];
            if (fact->type.kind == MUSTER_BOOL && (!text || roll(seed, 2)))
                text = arena_print(arena, "%slet random_%s = %s;\n", text ? text : "", fact->name,
                                   some_condition(arena, plain.model, seed));
        }
    compiled_free(&plain);
    return text ? arena_print(arena, "ruleset other;%s%s", rules->texts[0] + sizeof head - 1, text) : NULL;
}

static bool try_stated(uint64_t seed, void *totals) {
    struct arena *arena = arena_new();
    struct rules rules, stating;
    uint64_t own = seed;
    bool is_compared, good = true, fits = make_rules(arena, seed, &rules) && !rules.texts[1];
    const char *text = fits ? state_facts(arena, &rules, &own) : NULL;
    stating = rules;
    stating.texts[0] = text;
    if (text)
        good = compare_rules(seed % 2 ? &rules : &stating, seed % 2 ? &stating : &rules, own, totals, &is_compared);
    arena_free(arena);
    return good;
}

/* Rulesets of which one decides facts of the other. */
static void test_stated_facts(void) {
    struct totals totals = {0};
    uint64_t count = try_seeds(FIRST_SEED, 200, try_stated, &totals);
    print_totals(&totals);
    CU_ASSERT_TRUE(count < 200 || (totals.n_different > 10 && totals.by_kind[CHANGE_DECISION] > 10));
}

static const char *read_rules(struct arena *arena, const char *name) {
    const char *folder = getenv("srcdir"), *problem;
    struct sources sources = {.arena = arena};
    uint32_t file;
    if (!source_load(&sources, arena_print(arena, "%s/rules/%s", folder ? folder : ".", name), &file, &problem))
        unit_give_up(problem);
    return sources.items[file].text;
}

static void test_baseline_mutants(void) {
    struct arena *arena = arena_new();
    const struct rules rules = {{"baseline.muster", "qemu.muster"},
                                {read_rules(arena, "baseline.muster"), read_rules(arena, "qemu.muster")}};
    /* Each takes as long as many random ones do. */
    uint64_t asked = number_from("MUSTER_COUNT", 0), count = asked ? 1 + asked / 20 : MUTANTS_OF_BASELINE;
    uint64_t seed = number_from("MUSTER_SEED", FIRST_SEED);
    struct totals totals = {0};
    CU_ASSERT_TRUE(try_mutants(&rules, count, &seed, &totals));
    print_totals(&totals);
    CU_ASSERT_TRUE(totals.n_different > 0 || count < MUTANTS_OF_BASELINE);
    arena_free(arena);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"mutants of random rulesets", test_mutants},
        {"unlike random rulesets", test_unlike_rulesets},
        {"facts that the other side states", test_stated_facts},
        {"mutants of the baseline", test_baseline_mutants},
    };
    return unit_main("diff", tests, COUNT(tests));
}
