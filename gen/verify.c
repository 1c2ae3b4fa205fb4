/*
 * Comparing the tables, as the library evaluates them, with the plain evaluator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "eval.h"
#include "space.h"

/* Up to so many hosts are compared one by one; of more, a sample of at most this size. A second for a launcher. */
enum { MOST_HOSTS = 1 << 15, CANDIDATE_SIZE = 256 };

struct verifier {
    const struct model *model;
    const struct muster_ruleset *rules;
    struct diagnostics *diagnostics;
    struct arena *arena; /* for all of it */
    struct muster_params *params;
    const char **texts; /* by input: the values of text parameters */
    int64_t *numbers;   /* by input: those of others */
    int64_t *values;    /* by variable */
    int64_t *facts;
    uint64_t seed;
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

/* ---- parameters: some value that each takes --------------------------------------------------------------------- */

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
        char *shortest = arena_alloc(verifier->arena, CANDIDATE_SIZE + 1);
        if (pattern_shortest(variable->pattern, shortest, CANDIDATE_SIZE) <= CANDIDATE_SIZE)
            try_text(verifier, input, shortest);
    }
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++)
        if (!muster_is_set(verifier->params, (uint32_t)input))
            try_text(verifier, input, candidates[i]);
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
    }
}

/* ---- one host --------------------------------------------------------------------------------------------------- */

static bool same_decisions(struct verifier *verifier, enum verdict verdict, const struct row *plain_row) {
    const struct muster_ruleset *rules = verifier->rules;
    struct muster_error error;
    int32_t *values = arena_alloc(verifier->arena, (rules->decisions.count + 1) * sizeof *values);
    enum muster_status status = muster_decide(rules, verifier->facts, verifier->params, values, NULL, &error);
    if (verdict == VERDICT_REJECTED)
        return status == MUSTER_E_REJECTED && strcmp(muster_text(rules, muster_row_at(rules, error.row)->reject),
                                                     plain_row->reject[0] ? plain_row->reject : "refused") == 0;
    if (verdict != VERDICT_DECIDED)
        return status == MUSTER_E_GAP;
    if (status != MUSTER_OK)
        return false;
    for (uint32_t i = 0; i < rules->decisions.count; i++) {
        const char *name = muster_text(rules, muster_decision_at(rules, i)->name);
        for (size_t k = 0; k < verifier->model->variables.count; k++) {
            const struct variable *variable = verifier->model->variables.items[k];
            if (strcmp(variable->name, name) == 0 && values[i] != verifier->values[k])
                return false;
        }
    }
    return true;
}

static bool same_argv(struct verifier *verifier, enum verdict verdict) {
    const struct muster_ruleset *rules = verifier->rules;
    struct muster_space needed;
    enum muster_status status = muster_argv(rules, verifier->facts, verifier->params, NULL, 0, NULL, 0, &needed, NULL);
    if (verdict != VERDICT_DECIDED)
        return status == (verdict == VERDICT_REJECTED ? MUSTER_E_REJECTED : MUSTER_E_GAP);
    if (status == MUSTER_E_MISSING)
        return true; /* a parameter for which no value was found; decisions were compared */
    if (status != MUSTER_E_SPACE)
        return false;
    const char **argv = arena_alloc(verifier->arena, (needed.arguments + 1) * sizeof *argv);
    char *buffer = arena_alloc(verifier->arena, needed.bytes + 1);
    status = muster_argv(rules, verifier->facts, verifier->params, argv, needed.arguments + 1, buffer, needed.bytes,
                         &needed, NULL);
    struct arguments plain = eval_argv(verifier->arena, verifier->model, verifier->values, verifier->texts);
    if (status != MUSTER_OK || plain.count != needed.arguments)
        return false;
    for (size_t i = 0; i < plain.count; i++)
        if (strlen(argv[i]) != plain.items[i].count ||
            memcmp(argv[i], plain.items[i].items ? plain.items[i].items : "", plain.items[i].count) != 0)
            return false;
    return true;
}

static bool compare_host(struct verifier *verifier) {
    const struct model *model = verifier->model;
    const struct stage *stage = NULL;
    const struct row *row = NULL;
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i];
        bool is_text = variable_is_text(input);
        if (i < model->n_facts)
            verifier->facts[i] = verifier->values[input->index];
        else if (!is_text && muster_set_value(verifier->params, (uint32_t)i, verifier->values[input->index], NULL))
            verifier->values[input->index] = verifier->numbers[i]; /* not a multiple of its unit */
    }
    enum verdict verdict = eval_all(model, verifier->values, &stage, &row);
    struct arena *arena = verifier->arena;
    verifier->arena = arena_new();
    bool same = same_decisions(verifier, verdict, row) ? same_argv(verifier, verdict) || failed(verifier, "the argv")
                                                       : failed(verifier, "the decisions");
    arena_free(verifier->arena);
    verifier->arena = arena;
    return same;
}

/* splitmix64, by Sebastiano Vigna: small, and the same everywhere. */
static uint64_t next_random(struct verifier *verifier) {
    uint64_t value = verifier->seed += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
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

/* Fewer where each of them takes long. */
static size_t most_hosts(const struct model *model, const struct muster_ruleset *rules) {
    size_t work = rules->size;
    for (size_t i = 0; i < model->tables.count; i++)
        work += table_work(model->tables.items[i]);
    size_t hosts = WORK_LIMIT / work;
    return hosts < MOST_HOSTS ? hosts : MOST_HOSTS;
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

void verify_tables(const struct model *model, const struct muster_ruleset *rules, struct diagnostics *diagnostics) {
    struct verifier state = {.model = model, .rules = rules, .diagnostics = diagnostics, .arena = arena_new()};
    struct verifier *verifier = &state;
    size_t size = muster_params_size(rules);
    verifier->params = muster_params_init(arena_alloc(verifier->arena, size), size, rules);
    verifier->texts = arena_alloc(verifier->arena, (model->n_inputs + 1) * sizeof *verifier->texts);
    verifier->numbers = arena_alloc(verifier->arena, (model->n_inputs + 1) * sizeof *verifier->numbers);
    verifier->facts = arena_alloc(verifier->arena, (model->n_facts + 1) * sizeof *verifier->facts);
    choose_parameters(verifier);
    struct cone *cone = cone_new(verifier->arena, model);
    for (size_t i = 0; i < model->n_inputs; i++)
        if (!variable_is_text(model->inputs[i]))
            cone_add(cone, model->inputs[i]);
    cone_finish(verifier->arena, cone);
    if (diagnostics->n_errors == 0) {
        size_t hosts = most_hosts(model, rules);
        if (cone_cases(cone, NULL) <= hosts)
            compare_all(verifier, cone);
        else
            compare_sample(verifier, cone, hosts);
    }
    arena_free(verifier->arena);
}
