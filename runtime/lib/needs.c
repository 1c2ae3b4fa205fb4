/*
 * What a command line waits for. Conditions have three answers here, since a parameter that they test may have no
 * value: where the answer is the same for all its values, it is not needed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/lib/evaluate.h"

/* The code of a variable without a value. */
#define OPEN UINT32_MAX

enum answer { NO, YES, NO_ANSWER };

struct needs {
    const struct muster_ruleset *rules;
    const struct muster_params *params;
    const uint32_t *words; /* from the first one about needs */
    uint32_t *codes;
    uint32_t *rows; /* by decision, or NULL */
    bool *wanted;   /* by variable: it must have a value and has none */
    enum needs_of of;
    struct muster_error refusal; /* of the first table that refuses the host */
};

static bool is_set(const struct needs *needs, uint32_t input) {
    int64_t value = needs->params ? needs->params->values[input - needs->rules->n_facts]
                                  : INPUTS(needs->rules)[input].default_value;
    return value != MUSTER_UNSET;
}

/* ---- conditions ------------------------------------------------------------------------------------------------- */

/* A condition as it is written: its operator, and where its operands begin. */
struct cond {
    uint32_t op, count;
    const uint32_t *operands;
};

static struct cond read_cond(const uint32_t *at) {
    struct cond cond = {*at & MUSTER_NEED_MASK, *at >> MUSTER_NEED_SHIFT, at + 1};
    if (cond.op == MUSTER_COND_COUNT) /* behind its ranges */
        cond.operands += 1 + 2 * (size_t)at[1];
    return cond;
}

static bool in_ranges(const uint32_t *ranges, size_t count, uint32_t value) {
    for (size_t i = 0; i < count; i++)
        if (value >= ranges[2 * i] && value <= ranges[2 * i + 1])
            return true;
    return false;
}

/* Whether all numbers from `low` to `high` are in the ranges, or none. */
static enum answer count_answer(const uint32_t *ranges, uint32_t low, uint32_t high) {
    uint32_t taken = 0;
    for (uint32_t i = low; i <= high; i++)
        taken += in_ranges(ranges + 1, ranges[0], i);
    return taken == 0 ? NO : taken == high - low + 1 ? YES : NO_ANSWER;
}

/* The answer of a condition; *at goes behind it. They are nested no deeper than rules can be written. */
static enum answer weigh(const struct needs *needs, const uint32_t **at) {
    const uint32_t *from = *at;
    struct cond cond = read_cond(from);
    uint32_t answers[3] = {0};
    *at = cond.operands;
    if (cond.op == MUSTER_COND_TEST) {
        uint32_t code = needs->codes[from[1]];
        *at += 1 + 2 * (size_t)cond.count;
        return code == OPEN ? NO_ANSWER : in_ranges(from + 2, cond.count, code) ? YES : NO;
    }
    for (uint32_t i = 0; i < cond.count; i++)
        answers[weigh(needs, at)]++;
    if (cond.op == MUSTER_COND_NOT)
        return answers[NO_ANSWER] ? NO_ANSWER : answers[NO] ? YES : NO;
    if (cond.op == MUSTER_COND_COUNT)
        return count_answer(from + 1, answers[YES], answers[YES] + answers[NO_ANSWER]);
    if (cond.op == MUSTER_COND_ANY)
        return answers[YES] ? YES : answers[NO_ANSWER] ? NO_ANSWER : NO;
    return answers[NO] ? NO : answers[NO_ANSWER] ? NO_ANSWER : YES;
}

/* Where a condition has no answer: what is tested there and has no value is wanted. */
static void want(struct needs *needs, const uint32_t **at) {
    struct cond cond = read_cond(*at);
    const uint32_t *end = *at;
    if (weigh(needs, &end) == NO_ANSWER) {
        if (cond.op == MUSTER_COND_TEST)
            needs->wanted[cond.operands[0]] = true;
        for (uint32_t i = 0; cond.op != MUSTER_COND_TEST && i < cond.count; i++)
            want(needs, &cond.operands);
    }
    *at = end;
}

/* The same for a condition that is evaluated; returns its answer. */
static enum answer take(struct needs *needs, const uint32_t **at) {
    const uint32_t *from = *at;
    enum answer answer = weigh(needs, at);
    if (answer == NO_ANSWER)
        want(needs, &from);
    return answer;
}

/* ---- decisions -------------------------------------------------------------------------------------------------- */

/* A diagram whose nodes have their first child for no value: OPEN + 1 is 0. */
static uint32_t ask_open(const struct needs *needs, uint32_t root) {
    while (!(root & MUSTER_LEAF)) {
        const uint32_t *node = DIAGRAMS(needs->rules) + root;
        root = node[1 + (uint32_t)(needs->codes[node[0]] + 1)];
    }
    return root & ~MUSTER_LEAF;
}

static bool is_open(uint32_t answer) {
    return answer >= MUSTER_OPEN && answer != MUSTER_GAP;
}

/* What a table without an answer depends on is wanted where it has no value. */
static void want_columns(struct needs *needs, uint32_t root) {
    uint32_t answer = ask_open(needs, root);
    if (!is_open(answer))
        return;
    const uint32_t *list = needs->words + (answer & ~MUSTER_OPEN);
    for (uint32_t i = 1; i <= list[0]; i++)
        needs->wanted[list[i]] = needs->wanted[list[i]] || needs->codes[list[i]] == OPEN;
}

static void refuse(struct needs *needs, struct muster_error error) {
    if (needs->refusal.status == MUSTER_OK)
        needs->refusal = error;
}

static void decide_table(struct needs *needs, const struct muster_step *step, uint32_t root) {
    const struct muster_ruleset *rules = needs->rules;
    const struct muster_table *table = &TABLES(rules)[step->table];
    uint32_t answer;
    for (uint32_t i = 0; i < table->n_decisions; i++)
        needs->codes[step->var + i] = OPEN;
    if (needs->refusal.status != MUSTER_OK) /* it may ask for what is not decided */
        return;
    answer = root == MUSTER_NONE ? muster_ask(DIAGRAMS(rules), step->root, needs->codes) : ask_open(needs, root);
    if (is_open(answer))
        return;
    if (answer == MUSTER_GAP) {
        refuse(needs, (struct muster_error){.status = MUSTER_E_GAP, .table = step->table});
        return;
    }
    uint32_t index = table->first_row + answer;
    const struct muster_row *row = &ROWS(rules)[index];
    for (uint32_t i = 0; needs->rows && i < table->n_decisions; i++)
        needs->rows[table->first_decision + i] = index;
    if (row->reject)
        refuse(needs, (struct muster_error){.status = MUSTER_E_REJECTED, .table = step->table, .row = index});
    for (uint32_t i = 0; i < table->n_decisions && !row->reject; i++)
        needs->codes[step->var + i] = WORDS(rules)[row->first + i];
}

static const struct muster_step *step_of(const struct needs *needs, uint32_t stage) {
    return &DECIDE_STEPS(needs->rules)[needs->words[1] + stage];
}

static void decide_stages(struct needs *needs) {
    for (uint32_t i = 0; i < needs->words[0]; i++) {
        const struct muster_step *step = step_of(needs, i);
        uint32_t place = needs->words[MUSTER_NEEDS_HEAD + i];
        if (step->table != MUSTER_NONE) {
            decide_table(needs, step, place);
            continue;
        }
        const uint32_t *at = needs->words + place;
        enum answer answer = weigh(needs, &at);
        needs->codes[step->var] = answer == NO_ANSWER ? OPEN : answer;
    }
}

/* Who wants a decision wants what it depends on; each stage comes after what it asks. */
static void want_behind(struct needs *needs) {
    for (uint32_t i = needs->words[0]; i-- > 0;) {
        const struct muster_step *step = step_of(needs, i);
        uint32_t place = needs->words[MUSTER_NEEDS_HEAD + i];
        uint32_t n_vars = step->table == MUSTER_NONE ? 1 : TABLES(needs->rules)[step->table].n_decisions;
        bool wanted = false;
        for (uint32_t k = 0; k < n_vars; k++)
            wanted = wanted || needs->wanted[step->var + k];
        if (!wanted || place == MUSTER_NONE)
            continue;
        const uint32_t *at = needs->words + place;
        if (step->table == MUSTER_NONE)
            want(needs, &at);
        else
            want_columns(needs, place);
    }
}

/* ---- needs ------------------------------------------------------------------------------------------------------ */

/* Only decisions are asked for: all of them. */
static void want_decisions(struct needs *needs) {
    for (uint32_t i = 0; i < needs->rules->decisions.count; i++) {
        uint32_t var = DECISIONS(needs->rules)[i].var;
        needs->wanted[var] = needs->codes[var] == OPEN;
    }
}

static void take_limit(struct needs *needs, uint32_t input, const uint32_t **at) {
    int64_t length = needs->params ? needs->params->values[input - needs->rules->n_facts] : MUSTER_UNSET;
    if (length > (int64_t) * (*at)++)
        take(needs, at);
    else
        weigh(needs, at);
}

/* One need that is no refusal; *at goes behind it. */
static void take_need(struct needs *needs, uint32_t op, uint32_t operand, const uint32_t **at) {
    switch (op) {
    case MUSTER_NEED_VALUE:
        needs->wanted[operand] = needs->wanted[operand] || needs->codes[operand] == OPEN;
        break;
    case MUSTER_NEED_FORM:
        if (needs->of == NEEDS_OF_ALL && !is_set(needs, operand - 1))
            needs->wanted[operand] = true;
        break;
    case MUSTER_NEED_LIMIT:
        take_limit(needs, operand, at);
        break;
    case MUSTER_NEED_WHEN:
        if (take(needs, at) != YES)
            *at += operand;
        break;
    default:
        break;
    }
}

static enum muster_status take_needs(struct needs *needs, struct muster_error *error) {
    const uint32_t *at = needs->words + MUSTER_NEEDS_HEAD + needs->words[0];
    for (;;) {
        uint32_t op = *at & MUSTER_NEED_MASK, operand = *at++ >> MUSTER_NEED_SHIFT;
        if (op == MUSTER_NEED_END)
            return MUSTER_OK;
        if (op == MUSTER_NEED_LINE && needs->of == NEEDS_OF_DECISIONS) {
            want_decisions(needs);
            return MUSTER_OK;
        }
        if (op == MUSTER_NEED_TABLES && needs->refusal.status != MUSTER_OK)
            return muster_fail(error, needs->refusal);
        if (op != MUSTER_NEED_REFUSE)
            take_need(needs, op, operand, &at);
        else if (take(needs, &at) == YES)
            return muster_fail(error, (struct muster_error){.status = MUSTER_E_REJECTED,
                                                            .table = operand,
                                                            .row = TABLES(needs->rules)[operand].first_row});
    }
}

/* The first parameter that is wanted; none: MUSTER_NONE. */
static uint32_t first_wanted(const struct needs *needs) {
    for (uint32_t i = needs->rules->n_facts; i < needs->rules->inputs.count; i++)
        if (needs->wanted[i + 1])
            return i;
    return MUSTER_NONE;
}

RARE enum muster_status needs_find(const struct muster_ruleset *rules, const int64_t *facts,
                                   const struct muster_params *params, enum needs_of of, uint32_t *codes,
                                   uint32_t *rows, bool *wanted, struct muster_error *error) {
    uint32_t own_codes[MUSTER_MAX_VARS];
    bool own_wanted[MUSTER_MAX_VARS];
    uint64_t packed;
    struct needs needs = {.rules = rules,
                          .params = params,
                          .words = WORDS(rules) + rules->needs,
                          .codes = codes ? codes : own_codes,
                          .rows = rows,
                          .wanted = wanted ? wanted : own_wanted,
                          .of = of};
    enum muster_status status = muster_encode(rules, facts, params, needs.codes, &packed, error);
    if (status != MUSTER_OK)
        return status;
    for (uint32_t i = 0; i < rules->n_vars; i++)
        needs.wanted[i] = false;
    for (uint32_t i = 0; i < rules->asked.count; i++)
        if (muster_is_open(rules, params, &ASKED(rules)[i]))
            needs.codes[ASKED(rules)[i].var] = OPEN;
    decide_stages(&needs);
    status = take_needs(&needs, error);
    if (status != MUSTER_OK)
        return status;
    want_behind(&needs);
    uint32_t first = first_wanted(&needs);
    if (first == MUSTER_NONE)
        return MUSTER_OK;
    return muster_fail(error, (struct muster_error){.status = MUSTER_E_MISSING, .input = first, .form = MUSTER_NONE});
}

/* ---- for callers --------------------------------------------------------------------------------------------------
 */

RARE enum muster_status muster_missing(const struct muster_ruleset *rules, const int64_t *facts,
                                       const struct muster_params *params, void (*see)(void *context, uint32_t input),
                                       void *context, struct muster_error *error) {
    bool wanted[MUSTER_MAX_VARS], open = muster_has_open(rules, params);
    enum muster_status status = open ? needs_find(rules, facts, params, NEEDS_OF_ALL, NULL, NULL, wanted, error)
                                     : muster_argv(rules, facts, params, NULL, 0, NULL, 0, NULL, error);
    if (status != MUSTER_OK && status != MUSTER_E_MISSING && status != MUSTER_E_SPACE)
        return status;
    for (uint32_t i = rules->n_facts; i < rules->inputs.count; i++)
        if (open ? wanted[i + 1]
                 : !(params && muster_is_set(params, i)) && muster_argv_uses(rules, facts, params, i, NULL) > 0)
            see(context, i);
    return MUSTER_OK;
}
