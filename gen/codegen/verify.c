/*
 * Compares the tables, as libmuster evaluates them, with the reference evaluator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/verify.h"

#include <stdlib.h>
#include <string.h>

#include "gen/check/witness.h"
#include "gen/model/eval.h"
#include "gen/model/space.h"

/*
 * Limit on the work of the comparison in steps, and a minimal number of steps per host; it takes about a second.
 * Compares all hosts if the limit allows it, else a sample that takes half of it.
 */
#define MAX_WORK ((size_t)1 << 31)
enum { HOST_WORK = 4096 };

struct verifier {
    const struct model *model;
    const struct muster_ruleset *rules;
    struct diagnostics *diagnostics;
    struct arena *arena; /* for the whole comparison */
    struct muster_params *params;
    const char **texts;       /* by input: values of string parameters */
    const char **short_texts; /* the same, but short enough for all constraints; NULL: none was found */
    int64_t *numbers;         /* by input: values of other parameters */
    int64_t *values;          /* by variable */
    int64_t *facts;
    uint64_t seed;
    struct arena *scratch;                 /* reset for each host */
    const struct variable **decisions;     /* by decision of the tables */
    const struct restriction *restriction; /* the restriction that rejects the current host, if no row does */
    const struct stage *stage;             /* the stage that does not decide, or NULL */
    const struct row *row;
    size_t next_warning;
    bool warnings_differ;
};

static bool failed(struct verifier *verifier, const char *what) {
    const char *host = "";
    for (size_t i = 0; i < verifier->model->n_facts; i++) {
        const struct variable *fact = verifier->model->inputs[i];
        host = arena_print(verifier->diagnostics->arena, "%s%s%s = %s", host, i ? ", " : "", fact->name,
                           value_text(verifier->diagnostics->arena, &fact->type, verifier->values[fact->index]));
    }
    diag_add(verifier->diagnostics, DIAG_CODE_MISMATCH, SPAN_FILE(0),
             "the tables and the plain evaluation differ in %s for %s; nothing was written", what, host);
    return false;
}

/* ---- parameters: a valid value for each -------------------------------------------------------------------------- */

static bool try_text(struct verifier *verifier, size_t input, const char *text) {
    if (muster_set_text(verifier->params, (uint32_t)input, text, strlen(text), NULL) != MUSTER_OK)
        return false;
    verifier->texts[input] = text;
    return true;
}

static void choose_text(struct verifier *verifier, size_t input) {
    static const char *const candidates[] = {"/a,b c:=%d/'x'", "/a,b", "/a", "a,b", "a"};
    const struct variable *variable = verifier->model->inputs[input];
    if (variable->pattern) {
        char first = variable->type.kind == MUSTER_PATH ? '/' : 0;
        const char *example = pattern_example(verifier->arena, variable->pattern, NULL, first);
        if (example)
            try_text(verifier, input, example);
    }
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++)
        if (!muster_is_set(verifier->params, (uint32_t)input))
            try_text(verifier, input, candidates[i]);
}

/* A string within all constraints of the parameter, for hosts on which the usual one is too long. */
static void choose_short_text(struct verifier *verifier, size_t input) {
    const struct variable *variable = verifier->model->inputs[input];
    const char *usual = verifier->texts[input];
    const char *shorter = witness_text(verifier->arena, verifier->model, variable);
    if (!usual || !try_text(verifier, input, shorter))
        return;
    verifier->short_texts[input] = shorter;
    try_text(verifier, input, usual);
}

static void choose_number(struct verifier *verifier, size_t input) {
    const struct type *type = &verifier->model->inputs[input]->type;
    const int64_t candidates[] = {type->high,
                                  type->low,
                                  0,
                                  INT64_C(1) << 10,
                                  INT64_C(1) << 20,
                                  INT64_C(1) << 30,
                                  INT64_C(1) << 40,
                                  type->high - type->high % (INT64_C(1) << 30)};
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++)
        if (muster_set_value(verifier->params, (uint32_t)input, candidates[i], NULL) == MUSTER_OK) {
            verifier->numbers[input] = candidates[i];
            return;
        }
}

static void choose_parameters(struct verifier *verifier) {
    for (size_t i = verifier->model->n_facts; i < verifier->model->n_inputs; i++) {
        const struct variable *variable = verifier->model->inputs[i];
        bool is_text = variable_is_text(variable);
        if (is_text)
            choose_text(verifier, i);
        else
            choose_number(verifier, i);
        if (variable->default_text && !verifier->texts[i])
            verifier->texts[i] = variable->default_text;
        if (variable->limits.count > 0)
            choose_short_text(verifier, i);
    }
}

/* ---- one host --------------------------------------------------------------------------------------------------- */

static bool same_values(const struct verifier *verifier, const int32_t *values) {
    for (uint32_t i = 0; i < verifier->rules->decisions.count; i++)
        if (values[i] != verifier->values[verifier->decisions[i]->index])
            return false;
    return true;
}

static bool same_decisions(struct verifier *verifier, enum verdict verdict) {
    const struct muster_ruleset *rules = verifier->rules;
    struct muster_error error;
    int32_t *values = arena_alloc(verifier->scratch, (rules->decisions.count + 1) * sizeof *values);
    enum muster_status status = muster_decide(rules, verifier->facts, verifier->params, values, NULL, &error);
    if (verdict == VERDICT_REJECTED) {
        const char *words = verifier->restriction ? verifier->restriction->message : verifier->row->reject;
        const char *reported =
            status == MUSTER_E_REJECTED ? muster_text(rules, muster_row_at(rules, error.row)->reject) : "";
        return strcmp(reported, words[0] ? words : "refused") == 0 &&
               (verifier->stage || same_values(verifier, values));
    }
    if (verdict != VERDICT_DECIDED)
        return status == MUSTER_E_GAP;
    return status == MUSTER_OK && same_values(verifier, values);
}

/* Checks that this is the next warning that holds. */
static void on_warning(void *context, const struct muster_warning *warning) {
    struct verifier *verifier = context;
    const struct model *model = verifier->model;
    size_t index = (size_t)(warning - MUSTER_SECTION(verifier->rules, warnings, struct muster_warning));
    for (; verifier->next_warning < index; verifier->next_warning++)
        if (eval_cond(model->warnings.items[verifier->next_warning].cond, verifier->values))
            verifier->warnings_differ = true;
    if (!eval_cond(model->warnings.items[index].cond, verifier->values))
        verifier->warnings_differ = true;
    verifier->next_warning = index + 1;
}

static bool same_warnings(struct verifier *verifier, enum verdict verdict) {
    const struct model *model = verifier->model;
    verifier->next_warning = 0;
    verifier->warnings_differ = false;
    enum muster_status status =
        muster_warnings(verifier->rules, verifier->facts, verifier->params, on_warning, verifier, NULL);
    if (verdict != VERDICT_DECIDED)
        return status != MUSTER_OK && verifier->next_warning == 0;
    for (; verifier->next_warning < model->warnings.count; verifier->next_warning++)
        if (eval_cond(model->warnings.items[verifier->next_warning].cond, verifier->values))
            return false;
    return status == MUSTER_OK && !verifier->warnings_differ;
}

/* Whether the tables report the constraint that the reference evaluator found. */
static bool same_limit(const struct verifier *verifier, const struct limit *limit, size_t input,
                       const struct muster_error *error) {
    return error->status == MUSTER_E_VALUE && error->refusal == MUSTER_REFUSED_LENGTH && error->input == input &&
           error->limit == (uint64_t)limit->max &&
           strcmp(muster_text(verifier->rules, error->condition), limit->words) == 0;
}

/* `texts`: the strings that are set. Also compares refusals because of a constraint. */
static bool same_argv(struct verifier *verifier, enum verdict verdict, const char *const *texts) {
    const struct muster_ruleset *rules = verifier->rules;
    struct muster_space needed;
    struct muster_error error = {.status = MUSTER_OK};
    size_t input;
    enum muster_status status =
        muster_argv(rules, verifier->facts, verifier->params, NULL, 0, NULL, 0, &needed, &error);
    if (verdict != VERDICT_DECIDED)
        return status == (verdict == VERDICT_REJECTED ? MUSTER_E_REJECTED : MUSTER_E_GAP);
    const struct limit *limit = eval_exceeded_limit(verifier->model, verifier->values, texts, &input);
    if (limit)
        return same_limit(verifier, limit, input, &error);
    if (status == MUSTER_E_MISSING)
        return true; /* no valid value was found for a parameter; decisions are compared */
    if (status != MUSTER_E_SPACE)
        return false;
    const char **argv = arena_alloc(verifier->scratch, (needed.arguments + 1) * sizeof *argv);
    char *buffer = arena_alloc(verifier->scratch, needed.bytes + 1);
    status = muster_argv(rules, verifier->facts, verifier->params, argv, needed.arguments + 1, buffer, needed.bytes,
                         &needed, NULL);
    struct arguments plain = eval_argv(verifier->scratch, verifier->model, verifier->values, texts);
    if (status != MUSTER_OK || plain.count != needed.arguments)
        return false;
    for (size_t i = 0; i < plain.count; i++)
        if (strlen(argv[i]) != plain.items[i].count ||
            memcmp(argv[i], plain.items[i].items ? plain.items[i].items : "", plain.items[i].count) != 0)
            return false;
    return true;
}

/* Sets all strings that have conditional constraints; false if one has no value. */
static bool set_texts(struct verifier *verifier, const char *const *texts) {
    bool good = true;
    for (size_t i = verifier->model->n_facts; i < verifier->model->n_inputs; i++)
        if (verifier->model->inputs[i]->limits.count > 0 && muster_is_set(verifier->params, (uint32_t)i))
            good = texts[i] &&
                   muster_set_text(verifier->params, (uint32_t)i, texts[i], strlen(texts[i]), NULL) == MUSTER_OK &&
                   good;
    return good;
}

/* Where a constraint refuses the usual strings, there is no command line; compares the one with short strings. */
static bool same_short_argv(struct verifier *verifier, enum verdict verdict) {
    const struct model *model = verifier->model;
    size_t input;
    if (verdict != VERDICT_DECIDED || !eval_exceeded_limit(model, verifier->values, verifier->texts, &input))
        return true;
    const char **texts = arena_alloc(verifier->scratch, (model->n_inputs + 1) * sizeof *texts);
    for (size_t i = 0; i < model->n_inputs; i++)
        texts[i] = model->inputs[i]->limits.count > 0 ? verifier->short_texts[i] : verifier->texts[i];
    bool same = !set_texts(verifier, texts) || same_argv(verifier, verdict, texts);
    set_texts(verifier, verifier->texts);
    return same;
}

/* Gives a parameter the value of the current host, unless it has it already. */
static void set_parameter(struct verifier *verifier, size_t input) {
    const struct variable *variable = verifier->model->inputs[input];
    int64_t *value = &verifier->values[variable->index];
    struct muster_params *params = verifier->params;
    if (!variable_is_text(variable)) {
        if (*value != verifier->numbers[input] && muster_set_value(params, (uint32_t)input, *value, NULL) == MUSTER_OK)
            verifier->numbers[input] = *value;
        else
            *value = verifier->numbers[input]; /* not a multiple of its unit */
    } else if (variable->optional) {
        bool is_set = muster_is_set(params, (uint32_t)input);
        if (is_set && !*value)
            muster_unset(params, (uint32_t)input);
        if (!is_set && *value && verifier->texts[input])
            try_text(verifier, input, verifier->texts[input]);
        *value = muster_is_set(params, (uint32_t)input);
    }
}

/* splitmix64, by Sebastiano Vigna: small and portable. */
static uint64_t next_random(struct verifier *verifier) {
    uint64_t value = verifier->seed += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

/* ---- the same host with some parameters not given ---------------------------------------------------------------- */

static void on_missing(void *context, uint32_t input) {
    bool *missing = context;
    missing[input] = true;
}

/* Removes the values of some required parameters, also from `values` and `texts`. */
static void unset_parameters(struct verifier *verifier, int64_t *values, const char **texts) {
    const struct model *model = verifier->model;
    for (size_t i = model->n_facts; i < model->n_inputs; i++) {
        if (model->inputs[i]->optional || next_random(verifier) & 1)
            continue;
        muster_unset(verifier->params, (uint32_t)i);
        texts[i] = NULL;
        values[model->inputs[i]->index] = MUSTER_UNSET;
    }
}

static void restore_parameters(struct verifier *verifier) {
    const struct model *model = verifier->model;
    for (size_t i = model->n_facts; i < model->n_inputs; i++) {
        if (model->inputs[i]->optional || muster_is_set(verifier->params, (uint32_t)i))
            continue;
        if (!variable_is_text(model->inputs[i]))
            muster_set_value(verifier->params, (uint32_t)i, verifier->numbers[i], NULL);
        else if (verifier->texts[i])
            try_text(verifier, i, verifier->texts[i]);
    }
}

static bool any_of(const bool *flags, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (flags[i])
            return true;
    return false;
}

/* Compares the missing parameters of decisions and of the command line with those of the reference evaluator. */
static bool same_missing(struct verifier *verifier, int64_t *values, const char *const *texts) {
    const struct model *model = verifier->model;
    const struct muster_ruleset *rules = verifier->rules;
    const struct restriction *restriction;
    const struct row *row;
    bool *decisions = arena_alloc(verifier->scratch, model->n_inputs + 1);
    bool *needed = arena_alloc(verifier->scratch, model->n_inputs + 1);
    bool *found = arena_alloc(verifier->scratch, model->n_inputs + 1);
    eval_missing(verifier->scratch, model, values, texts, true, decisions, &restriction, &row);
    enum verdict verdict = eval_missing(verifier->scratch, model, values, texts, false, needed, &restriction, &row);
    enum muster_status decided = muster_decide(rules, verifier->facts, verifier->params, NULL, NULL, NULL);
    enum muster_status found_any = muster_missing(rules, verifier->facts, verifier->params, on_missing, found, NULL);
    enum muster_status written = muster_argv(rules, verifier->facts, verifier->params, NULL, 0, NULL, 0, NULL, NULL);
    enum muster_status refused = verdict == VERDICT_GAP ? MUSTER_E_GAP : MUSTER_E_REJECTED;
    if (verdict != VERDICT_DECIDED)
        return found_any == refused && decided == refused && written == refused;
    size_t input;
    if (written == MUSTER_E_VALUE) /* a string that exceeds a constraint is reported first */
        return eval_exceeded_limit(model, verifier->values, texts, &input) != NULL;
    return found_any == MUSTER_OK && memcmp(found, needed, model->n_inputs) == 0 &&
           (decided == MUSTER_E_MISSING) == any_of(decisions, model->n_inputs) &&
           (written == MUSTER_E_MISSING) == any_of(needed, model->n_inputs);
}

/* If nothing is missing, the command line must be that of the host with all values. */
static bool compare_without(struct verifier *verifier, enum verdict verdict) {
    const struct model *model = verifier->model;
    int64_t *values = arena_alloc(verifier->scratch, (model->variables.count + 1) * sizeof *values);
    const char **texts = arena_alloc(verifier->scratch, (model->n_inputs + 1) * sizeof *texts);
    memcpy(values, verifier->values, model->variables.count * sizeof *values);
    memcpy(texts, verifier->texts, model->n_inputs * sizeof *texts);
    unset_parameters(verifier, values, texts);
    bool same = same_missing(verifier, values, texts);
    if (same && verdict == VERDICT_DECIDED &&
        muster_argv(verifier->rules, verifier->facts, verifier->params, NULL, 0, NULL, 0, NULL, NULL) !=
            MUSTER_E_MISSING)
        same = same_argv(verifier, verdict, texts);
    restore_parameters(verifier);
    return same;
}

static bool compare_host(struct verifier *verifier) {
    const struct model *model = verifier->model;
    const char *differ = NULL;
    for (size_t i = 0; i < model->n_facts; i++)
        verifier->facts[i] = verifier->values[model->inputs[i]->index];
    for (size_t i = model->n_facts; i < model->n_inputs; i++)
        set_parameter(verifier, i);
    enum verdict verdict = eval_host(model, verifier->values, &verifier->stage, &verifier->row, &verifier->restriction);
    if (!same_decisions(verifier, verdict))
        differ = "the decisions";
    else if (!same_argv(verifier, verdict, verifier->texts) || !same_short_argv(verifier, verdict))
        differ = "the argv";
    else if (model->warnings.count > 0 && !same_warnings(verifier, verdict))
        differ = "the warnings";
    else if (verifier->rules->needs != MUSTER_NONE && !compare_without(verifier, verdict))
        differ = "what is missing";
    arena_clear(verifier->scratch);
    return !differ || failed(verifier, differ);
}

static void compare_all(struct verifier *verifier, const struct cone *cone) {
    struct walk walk;
    walk_start(verifier->arena, &walk, cone, NULL);
    verifier->values = walk.values;
    do {
        if (!compare_host(verifier))
            return;
    } while (walk_next(&walk));
}

static void compare_sample(struct verifier *verifier, const struct cone *cone, size_t hosts) {
    struct walk walk;
    walk_start(verifier->arena, &walk, cone, NULL);
    verifier->values = walk.values;
    for (size_t i = 0; i < hosts; i++) {
        for (size_t k = 0; k < cone->n_inputs; k++) {
            const struct variable *input = cone->inputs[k];
            walk.values[input->index] =
                variable_value(input, (size_t)(next_random(verifier) % variable_n_codes(input)));
        }
        if (!compare_host(verifier))
            return;
    }
}

static size_t max_hosts(const struct model *model, const struct muster_ruleset *rules) {
    size_t work = HOST_WORK + rules->size;
    for (size_t i = 0; i < model->tables.count; i++)
        work += table_work(model->tables.items[i]);
    return MAX_WORK / work;
}

void verify_defaults(const struct model *model, const struct muster_ruleset *rules, struct diagnostics *diagnostics) {
    enum { WORDS_SIZE = 512 };
    struct arena *arena = arena_new();
    size_t size = muster_params_size(rules);
    struct muster_params *params = muster_params_init(arena_alloc(arena, size), size, rules);
    for (size_t i = model->n_facts; i < model->n_inputs; i++) {
        const struct variable *variable = model->inputs[i];
        struct muster_error error;
        enum muster_status status = MUSTER_OK;
        if (variable->default_text)
            status =
                muster_set_text(params, (uint32_t)i, variable->default_text, strlen(variable->default_text), &error);
        else if (variable->default_value != MUSTER_UNSET)
            status = muster_set_value(params, (uint32_t)i, variable->default_value, &error);
        if (status == MUSTER_OK)
            continue;
        char words[WORDS_SIZE];
        muster_error_text(rules, &error, words, sizeof words);
        diag_add(diagnostics, DIAG_CODE_RANGE, variable->span, "this default is refused: %s", words);
    }
    arena_free(arena);
}

static void find_decisions(struct verifier *verifier) {
    const struct muster_ruleset *rules = verifier->rules;
    const struct model *model = verifier->model;
    verifier->decisions = arena_alloc(verifier->arena, (rules->decisions.count + 1) * sizeof *verifier->decisions);
    for (uint32_t i = 0; i < rules->decisions.count; i++)
        for (size_t k = 0; k < model->variables.count; k++)
            if (strcmp(model->variables.items[k]->name, muster_text(rules, muster_decision_at(rules, i)->name)) == 0)
                verifier->decisions[i] = model->variables.items[k];
}

void verify_tables(const struct model *model, const struct muster_ruleset *rules, struct diagnostics *diagnostics) {
    struct verifier state = {.model = model, .rules = rules, .diagnostics = diagnostics, .arena = arena_new()};
    struct verifier *verifier = &state;
    size_t size = muster_params_size(rules);
    verifier->params = muster_params_init(arena_alloc(verifier->arena, size), size, rules);
    verifier->texts = arena_alloc(verifier->arena, (model->n_inputs + 1) * sizeof *verifier->texts);
    verifier->short_texts = arena_alloc(verifier->arena, (model->n_inputs + 1) * sizeof *verifier->short_texts);
    verifier->numbers = arena_alloc(verifier->arena, (model->n_inputs + 1) * sizeof *verifier->numbers);
    verifier->facts = arena_alloc(verifier->arena, (model->n_facts + 1) * sizeof *verifier->facts);
    verifier->scratch = arena_new();
    find_decisions(verifier);
    choose_parameters(verifier);
    struct cone *cone = cone_new(verifier->arena, model);
    for (size_t i = 0; i < model->n_inputs; i++)
        if (!variable_is_text(model->inputs[i]) || model->inputs[i]->optional)
            cone_add(cone, model->inputs[i]);
    cone_finish(verifier->arena, cone);
    if (diagnostics->n_errors == 0) {
        size_t hosts = max_hosts(model, rules);
        if (cone_cases(cone, NULL) <= hosts)
            compare_all(verifier, cone);
        else
            compare_sample(verifier, cone, hosts / 2);
    }
    arena_free(verifier->scratch);
    arena_free(verifier->arena);
}
