/*
 * Evaluation: facts to codes, codes through decision diagrams to decisions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/lib/evaluate.h"

static RARE enum muster_status bad_input(const struct muster_ruleset *rules, uint32_t input, int64_t value,
                                         struct muster_error *error) {
    struct muster_error what = {.status = MUSTER_E_FACT, .input = input};
    if (value != MUSTER_UNSET) {
        uint32_t kind = TYPES(rules)[INPUTS(rules)[input].type].kind;
        bool ordered = kind == MUSTER_INT || kind == MUSTER_VERSION;
        what.refusal = ordered && value != MUSTER_UNKNOWN ? MUSTER_REFUSED_RANGE : MUSTER_REFUSED_TYPE;
    }
    return muster_fail(error, what);
}

static inline uint32_t interval(const int64_t *cuts, uint32_t n_codes, int64_t value) {
    uint32_t code = 0;
    while (code + 1 < n_codes && cuts[code] <= value)
        code++;
    return code;
}

/* The code of one input's value. */
static enum muster_status encode_one(const struct muster_ruleset *rules, const struct muster_asked *asked,
                                     int64_t value, uint32_t *codes, uint64_t *packed, struct muster_error *error) {
    uint32_t code = asked->n_codes;
    if (value != MUSTER_UNKNOWN || !asked->unknown) {
        if (value == MUSTER_UNSET && asked->input >= rules->n_facts)
            value = value < asked->lo ? asked->lo : value; /* needs_find tells whether it matters */
        if (value < asked->lo || value > asked->hi)
            return bad_input(rules, asked->input, value, error);
        code = asked->first_cut == MUSTER_NONE ? (uint32_t)value
                                               : interval(CUTS(rules) + asked->first_cut, asked->n_codes, value);
    }
    codes[asked->var] = code;
    *packed += WEIGHTS(rules)[asked->first_weight + code];
    return MUSTER_OK;
}

/* The inputs from `asked` on, one by one. */
static enum muster_status encode_rest(const struct muster_ruleset *rules, const struct muster_asked *asked,
                                      const int64_t *facts, const struct muster_params *params, uint32_t *codes,
                                      uint64_t *packed, struct muster_error *error) {
    const struct muster_asked *end = ASKED(rules) + rules->asked.count;
    enum muster_status status = MUSTER_OK;
    for (; asked < end && status == MUSTER_OK; asked++) {
        uint32_t input = asked->input;
        int64_t value;
        if (input < rules->n_facts)
            value = facts[input];
        else
            value = params ? params->values[input - rules->n_facts] : INPUTS(rules)[input].default_value;
        status = encode_one(rules, asked, value, codes, packed, error);
    }
    return status;
}

enum muster_status muster_encode(const struct muster_ruleset *rules, const int64_t *facts,
                                 const struct muster_params *params, uint32_t *codes, uint64_t *packed,
                                 struct muster_error *error) {
    codes[0] = 0;
    *packed = 0;
    return encode_rest(rules, ASKED(rules), facts, params, codes, packed, error);
}

enum muster_status muster_pack(const struct muster_ruleset *rules, const int64_t *facts,
                               const struct muster_params *params, uint32_t *codes, uint64_t *packed,
                               struct muster_error *error) {
    const struct muster_asked *asked = ASKED(rules), *plain_end = asked + rules->n_plain;
    const uint64_t *weights = WEIGHTS(rules);
    uint64_t sum = 0;
    for (; asked < plain_end; asked++) {
        uint64_t code = (uint64_t)facts[asked->input];
        if (code >= asked->n_codes) { /* few are: unknown, or no value of the type */
            if ((int64_t)code != MUSTER_UNKNOWN || !asked->unknown)
                return bad_input(rules, asked->input, (int64_t)code, error);
            code = asked->n_codes;
        }
        sum += weights[asked->first_weight + code];
    }
    codes[0] = 0;
    *packed = sum;
    return encode_rest(rules, asked, facts, params, codes, packed, error);
}

/* Stores what a row decides; or says that it refuses the host. */
static enum muster_status take_row(const struct muster_ruleset *rules, const struct muster_step *step, uint32_t answer,
                                   uint32_t *codes, uint32_t *rows, struct muster_error *error) {
    const struct muster_table *table = &TABLES(rules)[step->table];
    if (answer == MUSTER_GAP)
        return muster_fail(error, (struct muster_error){.status = MUSTER_E_GAP, .table = step->table});
    uint32_t index = table->first_row + answer;
    const struct muster_row *row = &ROWS(rules)[index];
    for (uint32_t i = 0; rows && i < table->n_decisions; i++)
        rows[table->first_decision + i] = index;
    if (row->reject)
        return muster_fail(error,
                           (struct muster_error){.status = MUSTER_E_REJECTED, .table = step->table, .row = index});
    const uint32_t *values = &WORDS(rules)[row->first];
    for (uint32_t i = 0; i < table->n_decisions; i++)
        codes[step->var + i] = values[i];
    return MUSTER_OK;
}

enum muster_status muster_take_steps(const struct muster_ruleset *rules, const struct muster_step *steps, size_t count,
                                     uint32_t *codes, uint32_t *rows, struct muster_error *error) {
    const uint32_t *diagrams = DIAGRAMS(rules);
    enum muster_status first = MUSTER_OK;
    for (const struct muster_step *end = steps + count; steps < end; steps++) {
        uint32_t answer = muster_ask(diagrams, steps->root, codes);
        if (steps->table == MUSTER_NONE) {
            codes[steps->var] = answer;
            continue;
        }
        enum muster_status status = take_row(rules, steps, answer, codes, rows, first ? NULL : error);
        first = first ? first : status;
        if (status != MUSTER_OK && TABLES(rules)[steps->table].n_decisions > 0)
            break; /* later steps may ask for what is now not decided */
    }
    return first;
}

static __attribute__((noinline)) enum muster_status decide(const struct muster_ruleset *rules, const int64_t *facts,
                                                           const struct muster_params *params, uint32_t *codes,
                                                           uint32_t *rows, struct muster_error *error) {
    uint64_t packed;
    enum muster_status status = muster_encode(rules, facts, params, codes, &packed, error);
    if (status == MUSTER_OK)
        status = muster_take_steps(rules, DECIDE_STEPS(rules), rules->decide_steps.count, codes, rows, error);
    return status;
}

enum muster_status muster_decide(const struct muster_ruleset *rules, const int64_t *facts,
                                 const struct muster_params *params, int32_t *values, uint32_t *rows,
                                 struct muster_error *error) {
    uint32_t codes[MUSTER_MAX_VARS];
    const struct muster_decision *decisions = DECISIONS(rules);
    for (uint32_t i = 0; i < rules->decisions.count; i++) {
        codes[decisions[i].var] = UINT32_MAX;
        if (rows)
            rows[i] = MUSTER_NONE;
    }
    enum muster_status status = muster_has_open(rules, params)
                                    ? needs_find(rules, facts, params, NEEDS_OF_DECISIONS, codes, rows, NULL, error)
                                    : decide(rules, facts, params, codes, rows, error);
    for (uint32_t i = 0; values && i < rules->decisions.count; i++)
        values[i] = (int32_t)codes[decisions[i].var]; /* UINT32_MAX: -1 */
    return status;
}

RARE enum muster_status muster_warnings(const struct muster_ruleset *rules, const int64_t *facts,
                                        const struct muster_params *params,
                                        void (*see)(void *context, const struct muster_warning *warning), void *context,
                                        struct muster_error *error) {
    uint32_t codes[MUSTER_MAX_VARS];
    const struct muster_warning *warning = WARNINGS(rules), *end = warning + rules->warnings.count;
    enum muster_status status = MUSTER_OK;
    if (muster_has_open(rules, params))
        status = needs_find(rules, facts, params, NEEDS_OF_LINE, NULL, NULL, NULL, error);
    if (status == MUSTER_OK)
        status = decide(rules, facts, params, codes, NULL, error);
    for (; status == MUSTER_OK && warning < end; warning++)
        if (muster_ask(DIAGRAMS(rules), warning->root, codes))
            see(context, warning);
    return status;
}
