/*
 * Checks of assumptions, rejections, examples, promises and warnings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/check/internal.h"
#include "gen/model/eval.h"

static void note_reason(struct checker *checker, struct diag *diag, const char *words, const struct meta *meta) {
    if (meta->reason)
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "%s: %s%s%s%s", words, meta->reason, meta->see ? " (" : "",
                  meta->see ? meta->see : "", meta->see ? ")" : "");
}

/* ---- assumptions and rejections --------------------------------------------------------------------------------- */

static const char *restriction_words(const struct restriction *restriction) {
    return restriction->is_assumption ? "assumption" : "rejection";
}

/* Restrictions over inputs first. Those over decisions apply only to hosts that the others leave. */
static const struct restriction **inputs_first(struct checker *checker) {
    const struct model *model = checker->model;
    const struct restriction **order = arena_alloc(checker->arena, (model->restrictions.count + 1) * sizeof *order);
    size_t count = 0;
    for (int over_decisions = 0; over_decisions <= 1; over_decisions++)
        for (size_t i = 0; i < model->restrictions.count; i++)
            if (model->restrictions.items[i].over_decisions == over_decisions)
                order[count++] = &model->restrictions.items[i];
    return order;
}

/* The hosts of a set that a restriction does not exclude. */
static hostset not_excluded(struct checker *checker, hostset set, const struct restriction *restriction) {
    return hosts_minus(checker->hosts, set, meaning_cond(checker->meaning, restriction->cond));
}

/*
 * Marks a minimal set of restrictions before `last` that excludes all hosts together with it, and returns their number.
 * Adds restrictions in order until no host is left; the last one added is then needed, and the search continues with
 * those before it.
 */
static size_t find_needed(struct checker *checker, const struct restriction *const *order, size_t last, bool *needed) {
    hostset left = not_excluded(checker, HOSTS_ALL, order[last]); /* hosts that the needed restrictions leave */
    size_t end = last, count = 0;
    while (left != HOSTS_NONE && left != HOSTS_UNKNOWN) {
        hostset among = left;
        size_t i = 0;
        for (; i < end; i++) {
            among = not_excluded(checker, among, order[i]);
            if (among == HOSTS_NONE)
                break;
        }
        if (i == end) /* the budget is exceeded */
            return count;
        needed[i] = true;
        count++;
        left = not_excluded(checker, left, order[i]);
        end = i;
    }
    return count;
}

/* Reports that this restriction and earlier ones exclude all hosts; names only the earlier ones that are needed. */
static void report_empty(struct checker *checker, const struct restriction *const *order, size_t last) {
    const struct restriction *restriction = order[last];
    bool *needed = arena_alloc(checker->arena, last + 1);
    bool alone = find_needed(checker, order, last, needed) == 0;
    struct diag *diag = REPORT(checker, ASSUMPTION, restriction->cond_span,
                               alone ? restriction->is_assumption ? "this assumption is unsatisfiable"
                                                                  : "this rejection refuses every host"
                                     : "this %s and others leave no host",
                               restriction_words(restriction));
    for (size_t i = 0; i < last; i++)
        if (needed[i])
            diag_note(checker->diagnostics, diag, order[i]->cond_span, "together with this %s",
                      restriction_words(order[i]));
}

/*
 * Decisions have no meaning on impossible hosts. A restriction over decisions must therefore exclude a possible host.
 */
static void check_idle_restriction(struct checker *checker, const struct restriction *restriction) {
    hostset refused = meaning_cond(checker->meaning, restriction->cond);
    if (restriction->over_decisions) {
        bool *inputs = checker_no_inputs(checker);
        checker_mark_cond(checker, restriction->cond, inputs);
        refused = hosts_and(checker->hosts, refused, meaning_possible(checker->meaning, inputs));
    }
    if (refused == HOSTS_UNKNOWN)
        checker_not_proven(checker, restriction->cond_span,
                           arena_print(checker->arena, "whether this %s meets a host", restriction_words(restriction)));
    if (refused == HOSTS_NONE)
        REPORT(checker, IDLE, restriction->cond_span,
               restriction->is_assumption ? "this assumption excludes no host" : "this rejection never applies");
}

/*
 * Runs first for restrictions over inputs, which the tables rely on, and again for those over decisions once the tables
 * are sound.
 */
static void check_some_restrictions(struct checker *checker, bool over_decisions) {
    const struct restriction *const *order = (const struct restriction *const *)inputs_first(checker);
    hostset left = HOSTS_ALL;
    for (size_t i = 0; i < checker->model->restrictions.count && left != HOSTS_NONE; i++) {
        const struct restriction *restriction = order[i];
        if (restriction->over_decisions && !over_decisions)
            return;
        checker_new_budget(checker);
        hostset before = left;
        left = not_excluded(checker, left, restriction);
        if (left == HOSTS_NONE)
            report_empty(checker, order, i);
        else if (left == HOSTS_UNKNOWN && before != HOSTS_UNKNOWN)
            checker_not_proven(checker, restriction->cond_span,
                               arena_print(checker->arena, "whether this %s and those before it leave a host",
                                           restriction_words(restriction)));
        else if (restriction->over_decisions == over_decisions)
            check_idle_restriction(checker, restriction);
    }
}

void check_restrictions(struct checker *checker) {
    check_some_restrictions(checker, false);
}

/* Reports that rows reject all hosts that the restrictions leave. */
static void report_refused(struct checker *checker) {
    const struct model *model = checker->model;
    const struct restriction *last =
        model->restrictions.count ? &model->restrictions.items[model->restrictions.count - 1] : NULL;
    struct diag *diag = NULL;
    enum { MAX_ROWS_SHOWN = 4 };
    size_t shown = 0;
    if (last)
        diag = REPORT(checker, ASSUMPTION, last->cond_span, "this %s and rows of tables together refuse every host",
                      restriction_words(last));
    for (size_t t = 0; t < model->tables.count; t++)
        for (size_t i = 0; i < model->tables.items[t]->n_rows && shown < MAX_ROWS_SHOWN; i++) {
            const struct row *row = &model->tables.items[t]->rows[i];
            if (!row->reject)
                continue;
            shown++;
            if (diag)
                diag_note(checker->diagnostics, diag, row->span, "this row refuses hosts");
            else
                diag = REPORT(checker, ASSUMPTION, row->span, "this row and others refuse every host");
        }
}

/* Checks that some host has a command line; the later checks analyse only such hosts. */
void check_acceptance(struct checker *checker) {
    size_t errors = checker->diagnostics->n_errors;
    bool *inputs = checker_no_inputs(checker);
    check_some_restrictions(checker, true);
    if (checker->diagnostics->n_errors > errors)
        return;
    checker_new_budget(checker);
    for (size_t i = 0; i < checker->model->n_inputs; i++)
        inputs[i] = true;
    if (meaning_accepted(checker->meaning, inputs) == HOSTS_NONE)
        report_refused(checker);
}

/* ---- examples --------------------------------------------------------------------------------------------------- */

static hostset example_hosts(struct checker *checker, const struct example *example, bool *inputs) {
    hostset hosts = HOSTS_ALL;
    for (size_t i = 0; i < checker->model->n_inputs; i++) {
        const struct variable *input = checker->model->inputs[i];
        int64_t value = example->values[input->index];
        if (value == MUSTER_UNSET)
            continue;
        bool *codes = arena_alloc(checker->arena, variable_n_codes(input) + 1);
        codes[variable_code(input, value)] = true;
        inputs[i] = true;
        hosts = hosts_and(checker->hosts, hosts, hosts_where(checker->hosts, i, codes));
    }
    return hosts;
}

static void list_tested(const struct cond *cond, bool *seen) {
    if (!cond)
        return;
    if (cond->kind == COND_TEST)
        seen[cond->variable->index] = true;
    for (size_t i = 0; i < cond->operands.count; i++)
        list_tested(cond->operands.items[i], seen);
}

/* Adds the decisions that the hosts of a set have, as far as the condition depends on them. */
static void note_decisions(struct checker *checker, struct diag *diag, const struct cond *cond, hostset set) {
    const struct model *model = checker->model;
    bool *seen = arena_alloc(checker->arena, model->variables.count + 1);
    const char *text = "";
    enum { MAX_SHOWN = 8 };
    size_t shown = 0;
    list_tested(cond, seen);
    for (size_t i = 0; i < model->variables.count && shown < MAX_SHOWN; i++) {
        const struct variable *variable = model->variables.items[i];
        if (!seen[i] || variable_is_input(variable))
            continue;
        bool *codes = arena_alloc(checker->arena, variable_n_codes(variable) + 1);
        if (meaning_codes(checker->meaning, variable, set, codes) > 0 && ++shown)
            text = arena_print(checker->arena, "%s%s%s", text, text[0] ? ", " : "",
                               codes_words(checker->arena, variable, codes));
    }
    if (text[0])
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "such hosts get: %s", text);
}

static void check_example(struct checker *checker, const struct example *example) {
    checker_new_budget(checker);
    bool *inputs = checker_no_inputs(checker);
    hostset hosts = example_hosts(checker, example, inputs);
    checker_mark_cond(checker, example->cond, inputs);
    hostset space = meaning_possible(checker->meaning, inputs);
    hosts = hosts_and(checker->hosts, hosts, space);
    hostset bad = hosts_minus(checker->hosts, hosts, meaning_cond(checker->meaning, example->cond));
    if (hosts == HOSTS_NONE) {
        struct diag *diag = REPORT(checker, EXAMPLE, example->span, "the example '%s' matches no host", example->name);
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE,
                  "assumptions and rejections leave none that has these values");
        return;
    }
    if (bad == HOSTS_UNKNOWN)
        checker_not_proven(checker, example->span, "whether this example holds");
    if (bad == HOSTS_UNKNOWN || bad == HOSTS_NONE)
        return;
    struct diag *diag = REPORT(checker, EXAMPLE, example->cond_span, "the example '%s' does not hold", example->name);
    note_decisions(checker, diag, example->cond, bad);
    checker_witness(checker, diag, bad, space, SHOWN_ARGV);
}

void check_examples(struct checker *checker) {
    for (size_t i = 0; i < checker->model->examples.count; i++)
        check_example(checker, &checker->model->examples.items[i]);
}

/* ---- promises --------------------------------------------------------------------------------------------------- */

/* "admitted here because: REASON (SEE)" */
static void note_place(struct checker *checker, struct diag *diag, struct span span, const char *words,
                       const struct meta *meta) {
    const char *see = meta->reason ? meta->see : NULL;
    diag_note(checker->diagnostics, diag, span, "%s here%s%s%s%s%s", words, meta->reason ? " because: " : "",
              meta->reason ? meta->reason : "", see ? " (" : "", see ? see : "", see ? ")" : "");
}

void checker_note_promise(struct checker *checker, struct diag *diag, const struct promise *promise) {
    bool is_there = promise->cond_span.begin == diag->span.begin && promise->cond_span.file == diag->span.file;
    if (is_there)
        note_reason(checker, diag, "promised because", &promise->meta);
    else
        note_place(checker, diag, promise->cond_span, "promised", &promise->meta);
    if (promise->admit)
        note_place(checker, diag, promise->admit->span, "admitted", &promise->admit->meta);
}

static const char *promise_words(struct checker *checker, const struct promise *promise) {
    return promise->label ? arena_print(checker->arena, "the promise '%s'", promise->label) : "this promise";
}

/* Whether a host breaks the promise, or this is not proven. Either is reported. */
static bool check_condition(struct checker *checker, const struct promise *promise) {
    bool *inputs = checker_no_inputs(checker);
    checker_mark_cond(checker, promise->cond, inputs);
    hostset space = meaning_accepted(checker->meaning, inputs);
    hostset bad = hosts_minus(checker->hosts, space, meaning_cond(checker->meaning, promise->cond));
    const char *words = promise_words(checker, promise);
    if (bad == HOSTS_UNKNOWN)
        checker_not_proven(checker, promise->cond_span, arena_print(checker->arena, "whether %s holds", words));
    if (bad == HOSTS_UNKNOWN || bad == HOSTS_NONE)
        return bad == HOSTS_UNKNOWN;
    struct diag *diag = diag_add_at(checker->diagnostics, promise->is_count ? DIAG_CODE_COUNT : DIAG_CODE_PROMISE,
                                    promise->admit ? DIAG_NOTE : DIAG_ERROR, promise->cond_span, "%s is broken", words);
    checker_note_promise(checker, diag, promise);
    note_decisions(checker, diag, promise->cond, bad);
    diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "broken in %s", checker_share(checker, bad, space, inputs));
    checker_witness(checker, diag, bad, space, SHOWN_ARGV);
    return true;
}

static bool is_broken(struct checker *checker, const struct promise *promise) {
    switch (promise->kind) {
    case AST_PROMISE_COND:
        return check_condition(checker, promise);
    case AST_PROMISE_NAMES:
    case AST_PROMISE_UNIQUE:
        return check_references(checker, promise);
    }
    return true;
}

static void check_promise(struct checker *checker, const struct promise *promise) {
    checker_new_budget(checker);
    bool broken = is_broken(checker, promise);
    if (broken || !promise->admit)
        return;
    struct diag *diag = REPORT(checker, ADMIT, promise->admit->span, "%s holds, so nothing is to be admitted",
                               promise_words(checker, promise));
    diag_note(checker->diagnostics, diag, promise->span, "promised here");
    diag_help(checker->diagnostics, diag, "take this 'admit' out");
}

void check_promises(struct checker *checker) {
    for (size_t i = 0; i < checker->model->promises.count; i++)
        check_promise(checker, &checker->model->promises.items[i]);
}

void check_warnings(struct checker *checker) {
    for (size_t i = 0; i < checker->model->warnings.count; i++) {
        const struct warning *warning = &checker->model->warnings.items[i];
        checker_new_budget(checker);
        bool *inputs = checker_no_inputs(checker);
        checker_mark_cond(checker, warning->cond, inputs);
        hostset met = hosts_and(checker->hosts, meaning_accepted(checker->meaning, inputs),
                                meaning_cond(checker->meaning, warning->cond));
        if (met == HOSTS_UNKNOWN)
            checker_not_proven(checker, warning->span, "whether a host meets this warning");
        else if (met == HOSTS_NONE)
            REPORT(checker, IDLE, warning->span, "this warning never applies");
    }
}
