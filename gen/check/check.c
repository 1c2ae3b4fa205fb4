/*
 * The order of the checks, and functions that all checks share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/check/check.h"

#include "gen/check/internal.h"
#include "gen/model/space.h"

/* Limits on the steps of one question and of all questions together. A step may allocate about 20 bytes permanently. */
enum { QUESTION_STEPS = 1 << 23, ALL_STEPS = 1 << 25 };

/* ---- questions -------------------------------------------------------------------------------------------------- */

void checker_new_budget(struct checker *checker) {
    size_t used = checker->granted - hosts_left(checker->hosts);
    checker->work -= used < checker->work ? used : checker->work;
    checker->granted = checker->work < QUESTION_STEPS ? checker->work : QUESTION_STEPS;
    hosts_budget(checker->hosts, checker->granted);
}

void checker_not_proven(struct checker *checker, struct span span, const char *what) {
    struct diag *diag = REPORT(checker, NOT_PROVEN, span, "%s was not proven: it would take more than %zu steps", what,
                               checker->granted);
    diag_help(checker->diagnostics, diag, "split this table into smaller ones, or test fewer columns");
}

bool *checker_no_inputs(const struct checker *checker) {
    return arena_alloc(checker->arena, checker->model->n_inputs + 1);
}

static void mark_cone(const struct checker *checker, struct cone *cone, bool *inputs) {
    cone_finish(checker->arena, cone);
    for (size_t i = 0; i < cone->n_inputs; i++)
        inputs[cone->inputs[i]->input] = true;
}

void checker_mark_cond(const struct checker *checker, const struct cond *cond, bool *inputs) {
    struct cone *cone = cone_new(checker->arena, checker->model);
    cone_add_cond(cone, cond);
    mark_cone(checker, cone, inputs);
}

void checker_mark(const struct checker *checker, const struct variable *variable, bool *inputs) {
    struct cone *cone = cone_new(checker->arena, checker->model);
    cone_add(cone, variable);
    mark_cone(checker, cone, inputs);
}

hostset checker_accepted(struct checker *checker, hostset set, hostset *space) {
    bool *inputs = checker_no_inputs(checker);
    if (set == HOSTS_NONE || set == HOSTS_UNKNOWN)
        return *space = set;
    hosts_tested(checker->hosts, set, inputs);
    *space = meaning_accepted(checker->meaning, inputs);
    return hosts_and(checker->hosts, set, *space);
}

bool checker_is_base(const struct checker *checker, struct span span) {
    return checker->model->is_base && checker->model->is_base[span.file];
}

/* ---- findings --------------------------------------------------------------------------------------------------- */

static const char *cells_words(struct arena *arena, uint64_t cells) {
    return cells == UINT64_MAX ? "more than 10^19" : arena_print(arena, "%llu", (unsigned long long)cells);
}

const char *checker_share(struct checker *checker, hostset set, hostset space, const bool *inputs) {
    uint64_t cells = hosts_count(checker->hosts, set, inputs), all = hosts_count(checker->hosts, space, inputs);
    return arena_print(checker->arena, "%s of %s cases", cells_words(checker->arena, cells),
                       cells_words(checker->arena, all));
}

/* All hosts that satisfy the assumptions and rejections, and with `accepted` also have a command line. */
static hostset whole_space(struct checker *checker, bool accepted) {
    bool *inputs = checker_no_inputs(checker);
    for (size_t i = 0; i < checker->model->n_inputs; i++)
        inputs[i] = true;
    return accepted ? meaning_accepted(checker->meaning, inputs) : meaning_possible(checker->meaning, inputs);
}

bool checker_witness(struct checker *checker, struct diag *diag, hostset set, hostset space, enum shown shown) {
    const struct axes axes = axes_of(checker->model);
    hostset left = set, within = hosts_or(checker->hosts, set, hosts_not(checker->hosts, space));
    hostset possible = whole_space(checker, false),
            accepted = shown == SHOWN_ANY ? HOSTS_NONE : whole_space(checker, true);
    if (set == HOSTS_NONE || set == HOSTS_UNKNOWN || within == HOSTS_UNKNOWN)
        return false;
    for (size_t n = 0; left != HOSTS_NONE && diag->n_more_regions < MAX_MORE_REGIONS; n++) {
        struct region region;
        bool good = region_next(checker->arena, &axes, checker->hosts, set, within, &left, &region);
        hostset box = hosts_box(checker->hosts, (const bool *const *)region.codes);
        bool is_accepted = hosts_and(checker->hosts, box, accepted) != HOSTS_NONE;
        if (n < MAX_REGIONS)
            witness_fill(checker, &region, is_accepted ? accepted : possible, is_accepted && shown == SHOWN_ARGV,
                         diag_witness(checker->diagnostics, diag));
        else
            diag->n_more_regions++;
        if (!good)
            break;
    }
    diag->has_uncounted_regions = left != HOSTS_NONE;
    return true;
}

/* ---- all checks -------------------------------------------------------------------------------------------------- */

static void checker_start(struct checker *checker, struct model *model, struct diagnostics *diagnostics) {
    struct arena *arena = arena_new();
    *checker = (struct checker){.arena = arena, .model = model, .diagnostics = diagnostics, .work = ALL_STEPS};
    checker->meaning = meaning_new(arena, model);
    checker->hosts = meaning_hosts(checker->meaning);
    checker->granted = hosts_left(checker->hosts);
}

/* The prerequisites of a check, in ascending order. */
enum need { NEEDS_NAMES, NEEDS_HOSTS, NEEDS_TABLES, NEEDS_ACCEPTED };

static const struct {
    void (*run)(struct checker *checker);
    enum need needs;
    bool narrows; /* later checks rely on it: if it reports an error, those with stronger prerequisites are skipped */
    enum check_scope scope;
} checks[] = {
    {check_restrictions, NEEDS_NAMES, true, CHECK_ANSWERS}, {check_tables, NEEDS_HOSTS, true, CHECK_ANSWERS},
    {check_examples, NEEDS_TABLES, false, CHECK_ALL},       {check_acceptance, NEEDS_TABLES, true, CHECK_ANSWERS},
    {check_promises, NEEDS_ACCEPTED, false, CHECK_ALL},     {check_warnings, NEEDS_ACCEPTED, false, CHECK_ALL},
    {check_argv, NEEDS_ACCEPTED, false, CHECK_ANSWERS},     {check_unused, NEEDS_NAMES, false, CHECK_ANSWERS},
    {check_has_argv, NEEDS_NAMES, false, CHECK_ANSWERS},
};

static bool is_clean(const struct diagnostics *diagnostics) {
    return diagnostics->n_errors == 0 && diagnostics->found[DIAG_CODE_NOT_PROVEN] == 0;
}

/*
 * Evidence is shown together with the result "proven". If there is evidence, checks outside the scope therefore also
 * run, but their findings are discarded.
 */
void check_model(struct model *model, enum check_scope scope, struct diagnostics *diagnostics) {
    struct checker checker;
    enum need sound = NEEDS_ACCEPTED;
    checker_start(&checker, model, diagnostics);
    struct diagnostics silent = {.arena = checker.arena, .sources = diagnostics->sources};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        size_t errors = diagnostics->n_errors;
        bool is_in_scope = checks[i].scope >= scope;
        if (checks[i].needs > sound || !(is_in_scope || model->has_evidence))
            continue;
        checker.diagnostics = is_in_scope ? diagnostics : &silent;
        checks[i].run(&checker);
        if (checks[i].narrows && diagnostics->n_errors > errors)
            sound = checks[i].needs;
    }
    model->proven = is_clean(diagnostics) && is_clean(&silent);
    arena_free(checker.arena);
}

struct ask_answer check_ask(struct model *model, struct diagnostics *diagnostics) {
    struct checker checker;
    struct ask_answer answer = {.answer = ANSWER_NOT_PROVEN};
    checker_start(&checker, model, diagnostics);
    checker_new_budget(&checker);
    bool *inputs = checker_no_inputs(&checker);
    checker_mark_cond(&checker, model->question, inputs);
    hostset space = meaning_accepted(checker.meaning, inputs);
    hostset set = hosts_and(checker.hosts, space, meaning_cond(checker.meaning, model->question));
    if (set != HOSTS_UNKNOWN) {
        struct diag found = {0};
        checker_witness(&checker, &found, set, space, SHOWN_ARGV);
        answer.answer = set == HOSTS_NONE ? ANSWER_NEVER : set == space ? ANSWER_ALWAYS : ANSWER_SOME;
        answer.cells = hosts_count(checker.hosts, set, inputs);
        answer.all = hosts_count(checker.hosts, space, inputs);
        for (size_t i = 0; i < found.witnesses.count; i++)
            ARENA_PUSH(model->arena, &answer.witnesses, found.witnesses.items[i]);
        answer.n_regions = found.witnesses.count + found.n_more_regions;
        answer.has_uncounted_regions = found.has_uncounted_regions;
    }
    arena_free(checker.arena);
    return answer;
}
