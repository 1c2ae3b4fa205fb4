/*
 * Why not: from the codes of a host to the nearest hosts where the rules decide otherwise.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/whynot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/lib/evaluate.h"
#include "runtime/tool/whynot_bearing.h"

struct whynot_search {
    const struct muster_ruleset *rules;
    struct bearing *bearing;
    uint32_t own[MUSTER_MAX_VARS];   /* the host's codes; beyond the inputs, scratch */
    uint32_t codes[MUSTER_MAX_VARS]; /* those of the host at hand */
    uint32_t *rows;                  /* by decision, of the host at hand */
    bool *seen;                      /* by row, or by value of a derived condition: it is known already */
    uint32_t *others;                /* the rows that decide after the smallest changes */
    size_t left;                     /* evaluations */
    size_t n_questions;              /* that may still come */
};

/* What is asked, and how far it got. */
struct question {
    struct whynot_search *search;
    uint32_t decision; /* MUSTER_NONE: whether the host is accepted */
    uint32_t row;      /* what decides on the host itself; of a derived condition, its value */
    uint32_t *inputs;  /* in `asked`: what may be changed, in the order of `inputs` */
    size_t n_inputs;
    size_t granted; /* evaluations */
    size_t level;   /* how many inputs are changed at once */
    uint32_t chosen[WHYNOT_MAX_INPUTS];
    bool answered; /* for a refusal: the chosen inputs have their change */
    struct whynot *answer;
};

static const struct muster_asked *asked_at(const struct whynot_search *search, uint32_t index) {
    return &ASKED(search->rules)[index];
}

static bool is_text(const struct muster_ruleset *rules, const struct muster_asked *asked) {
    uint32_t kind = TYPES(rules)[INPUTS(rules)[asked->input].type].kind;

    return kind == MUSTER_TEXT || kind == MUSTER_PATH;
}

/* Codes are intervals; those of a text only say whether it is given. */
static bool is_ordered(const struct muster_ruleset *rules, const struct muster_asked *asked) {
    return asked->first_cut != MUSTER_NONE && !is_text(rules, asked);
}

static uint32_t width(const struct muster_asked *asked) {
    return asked->n_codes + asked->unknown;
}

/* ---- making and asking ------------------------------------------------------------------------------------------ */

/* A table is one question, and so is a derived condition. */
static size_t count_questions(const struct muster_ruleset *rules) {
    size_t count = 0;

    for (uint32_t i = 0; i < rules->decisions.count; i++) {
        const struct muster_decision *decision = muster_decision_at(rules, i);
        count += decision->table == MUSTER_NONE || TABLES(rules)[decision->table].first_decision == i;
    }
    return count;
}

struct whynot_search *whynot_new(const struct muster_ruleset *rules, const int64_t *facts,
                                 const struct muster_params *params) {
    struct whynot_search *search = calloc(1, sizeof *search);
    uint64_t packed;

    if (!search)
        return NULL;
    search->rules = rules;
    search->left = WHYNOT_EVALUATIONS;
    search->n_questions = count_questions(rules);
    search->bearing = bearing_new(rules);
    search->rows = calloc((size_t)rules->decisions.count + 1, sizeof *search->rows);
    search->seen = calloc((size_t)rules->rows.count + 2, sizeof *search->seen);
    search->others = calloc((size_t)rules->rows.count + 2, sizeof *search->others);
    if (search->bearing && search->rows && search->seen && search->others &&
        muster_encode(rules, facts, params, search->own, &packed, NULL) == MUSTER_OK) {
        memcpy(search->codes, search->own, sizeof search->codes);
        return search;
    }
    whynot_free(search);
    return NULL;
}

void whynot_free(struct whynot_search *search) {
    if (!search)
        return;
    bearing_free(search->bearing);
    free(search->rows);
    free(search->seen);
    free(search->others);
    free(search);
}

/* Decides about the codes at hand. False if the rules refuse them. */
static bool evaluate(struct whynot_search *search) {
    const struct muster_ruleset *rules = search->rules;

    return muster_take_steps(rules, DECIDE_STEPS(rules), rules->decide_steps.count, search->codes, search->rows,
                             NULL) == MUSTER_OK;
}

/* The row that decides on the codes at hand, or the value of a derived condition. */
static uint32_t outcome(const struct question *question) {
    const struct whynot_search *search = question->search;
    const struct muster_decision *decision;

    if (question->decision == MUSTER_NONE)
        return MUSTER_NONE;
    decision = muster_decision_at(search->rules, question->decision);
    return decision->table == MUSTER_NONE ? search->codes[decision->var] : search->rows[question->decision];
}

/* Rows that an override inherits are several for one that is written. */
static bool is_same(const struct question *question, uint32_t a, uint32_t b) {
    const struct muster_ruleset *rules = question->search->rules;
    const struct muster_row *row, *other;
    uint32_t table;

    if (a == b || question->decision == MUSTER_NONE)
        return a == b;
    table = muster_decision_at(rules, question->decision)->table;
    if (table == MUSTER_NONE)
        return false;
    row = muster_row_at(rules, a);
    other = muster_row_at(rules, b);
    return row->file == other->file && row->line == other->line &&
           memcmp(WORDS(rules) + row->first, WORDS(rules) + other->first,
                  TABLES(rules)[table].n_decisions * sizeof(uint32_t)) == 0;
}

/* ---- codes and values ------------------------------------------------------------------------------------------- */

/*
 * The other codes of an input, the nearest first: the value that is shown is then the one at the edge. Upwards, then
 * downwards, at last unknown.
 */
static uint32_t other_code(const struct whynot_search *search, const struct muster_asked *asked, uint32_t index) {
    uint32_t own = search->own[asked->var];

    if (!is_ordered(search->rules, asked) || own == asked->n_codes)
        return index + (index >= own);
    if (index < asked->n_codes - 1 - own)
        return own + 1 + index;
    return index < asked->n_codes - 1 ? asked->n_codes - 2 - index : asked->n_codes;
}

/* The least and the greatest value of an interval. */
static int64_t low_of(const struct muster_ruleset *rules, const struct muster_asked *asked, uint32_t code) {
    return code == 0 ? asked->lo : CUTS(rules)[asked->first_cut + code - 1];
}

static int64_t high_of(const struct muster_ruleset *rules, const struct muster_asked *asked, uint32_t code) {
    return code + 1 == asked->n_codes ? asked->hi : CUTS(rules)[asked->first_cut + code] - 1;
}

static bool is_version(const struct muster_ruleset *rules, const struct muster_asked *asked) {
    return TYPES(rules)[INPUTS(rules)[asked->input].type].kind == MUSTER_VERSION;
}

/* 9.1.0 for 9.2.0, 8.0.0 for 9.0.0, 9.2.3 for 9.2.4: the begin of the last series below a version, or the last one. */
static int64_t version_below(int64_t version) {
    const int64_t patch = 1, minor = INT64_C(1) << 20, major = INT64_C(1) << 40;

    return version % minor ? version - patch : version % major ? version - minor : version - major;
}

/* The value of a range that is nearest to the host's own, or that people know. */
static int64_t value_at_edge(const struct muster_ruleset *rules, const struct muster_asked *asked, uint32_t first,
                             uint32_t last, bool from_below) {
    const int64_t one = MUSTER_PACK_VERSION(1, 0, 0); /* nobody has a 0.0.0 */
    int64_t low = low_of(rules, asked, first), high = high_of(rules, asked, last), edge = high;

    if (from_below || last + 1 == asked->n_codes)
        return is_version(rules, asked) && low == 0 && high >= one ? one : low;
    if (is_version(rules, asked))
        edge = version_below(high + 1);
    return edge < low ? low : edge;
}

static struct whynot_value value_of(const struct question *question, uint32_t index, uint32_t first, uint32_t last) {
    const struct whynot_search *search = question->search;
    const struct muster_asked *asked = asked_at(search, index);
    struct whynot_value value = {.asked = index, .first = first, .last = last, .value = first};
    uint32_t own = search->own[asked->var];

    if (is_text(search->rules, asked))
        value.value = first == 0 ? MUSTER_UNKNOWN : MUSTER_UNSET;
    else if (first == asked->n_codes)
        value.value = MUSTER_UNKNOWN;
    else if (is_ordered(search->rules, asked))
        value.value = value_at_edge(search->rules, asked, first, last, own < first);
    return value;
}

/* ---- looking ---------------------------------------------------------------------------------------------------- */

/* Whether the budget has one more evaluation. */
static bool may_evaluate(struct question *question) {
    if (question->granted == 0)
        return false;
    question->granted--;
    return true;
}

/*
 * The codes next to the changed one, away from the host's own, with which the outcome stays the same. Where two ranges
 * are changed neither is widened: the words would be about all pairs, of which not all were tried.
 */
static void widen(struct question *question, struct whynot_value *value, uint32_t row) {
    struct whynot_search *search = question->search;
    const struct muster_asked *asked = asked_at(search, value->asked);
    uint32_t code = value->first, own = search->own[asked->var];
    bool upwards = own == asked->n_codes || own < code;

    while ((upwards ? code + 1 < asked->n_codes : code > 0) && may_evaluate(question)) {
        code += upwards ? 1 : UINT32_MAX;
        search->codes[asked->var] = code;
        if (!evaluate(search) || !is_same(question, outcome(question), row))
            break;
        value->first = upwards ? value->first : code;
        value->last = upwards ? code : value->last;
    }
    search->codes[asked->var] = upwards ? value->first : value->last;
    *value = value_of(question, value->asked, value->first, value->last);
}

/* Keeps the change at hand, after which `row` decides. */
static void keep(struct question *question, uint32_t row) {
    const struct whynot_search *search = question->search;
    struct whynot *answer = question->answer;
    struct whynot_change *change = &answer->changes[answer->n_changes];
    struct whynot_value *range = NULL;
    size_t n_ranges = 0;

    answer->n_inputs = question->level;
    if (answer->n_changes == WHYNOT_MAX_SHOWN) {
        answer->n_more++;
        return;
    }
    answer->n_changes++;
    for (size_t i = 0; i < question->level; i++) {
        const struct muster_asked *asked = asked_at(search, question->chosen[i]);
        uint32_t code = search->codes[asked->var];
        change->values[i] = value_of(question, question->chosen[i], code, code);
        if (is_ordered(search->rules, asked) && code < asked->n_codes) {
            range = &change->values[i];
            n_ranges++;
        }
    }
    if (n_ranges == 1)
        widen(question, range, row);
    change->row =
        question->decision != MUSTER_NONE && muster_decision_at(search->rules, question->decision)->table != MUSTER_NONE
            ? row
            : MUSTER_NONE;
}

/* Whether this outcome was found before. */
static bool is_known(const struct question *question, uint32_t row) {
    const struct whynot_search *search = question->search;
    size_t count = question->answer->n_changes + question->answer->n_more;

    if (question->decision == MUSTER_NONE)
        return question->answered;
    for (size_t i = 0; i < count; i++)
        if (is_same(question, search->others[i], row))
            return true;
    return false;
}

/* Looks at the codes at hand. False at the end of the budget. */
static bool look(struct question *question) {
    struct whynot_search *search = question->search;
    size_t count = question->answer->n_changes + question->answer->n_more;
    uint32_t row;

    if (!may_evaluate(question))
        return false;
    if (!evaluate(search))
        return true;
    row = outcome(question);
    if (question->decision != MUSTER_NONE && (is_same(question, row, question->row) || search->seen[row]))
        return true;
    if (question->decision != MUSTER_NONE)
        search->seen[row] = true;
    if (is_known(question, row))
        return true;
    if (question->decision != MUSTER_NONE)
        search->others[count] = row;
    else
        question->answered = true;
    keep(question, row);
    return true;
}

/* Tries all other codes of the chosen inputs from number `at` on. */
static bool vary(struct question *question, size_t at) {
    struct whynot_search *search = question->search;
    const struct muster_asked *asked;
    bool good = true;

    if (at == question->level)
        return look(question);
    asked = asked_at(search, question->chosen[at]);
    for (uint32_t i = 0; i + 1 < width(asked) && good && !question->answered; i++) {
        search->codes[asked->var] = other_code(search, asked, i);
        good = vary(question, at + 1);
    }
    search->codes[asked->var] = search->own[asked->var];
    return good;
}

/* Chooses inputs from number `from` on for what is still open from `at` on; at most WHYNOT_MAX_INPUTS deep. */
static bool choose(struct question *question, size_t at, size_t from) {
    bool good = true;

    if (at == question->level) {
        question->answered = false;
        return vary(question, 0);
    }
    for (size_t i = from; i + question->level - at <= question->n_inputs && good; i++) {
        question->chosen[at] = question->inputs[i];
        good = choose(question, at + 1, i + 1);
    }
    return good;
}

/* One input, then two, then three, until something is found; each question has its share of the budget. */
static void search_levels(struct question *question) {
    struct whynot_search *search = question->search;
    struct whynot *answer = question->answer;
    size_t granted = search->left / (search->n_questions ? search->n_questions : 1);
    bool good = true;

    *answer = (struct whynot){0};
    search->n_questions -= search->n_questions > 0;
    question->granted = granted;
    while (good && answer->n_inputs == 0 && answer->n_through < WHYNOT_MAX_INPUTS &&
           answer->n_through < question->n_inputs) {
        question->level = answer->n_through + 1;
        good = choose(question, 0, 0);
        answer->n_through += good;
    }
    answer->is_whole = good && (answer->n_inputs > 0 || answer->n_through == question->n_inputs);
    search->left -= granted - question->granted;
}

/* The marked inputs that have another value at all, in the order of `inputs`. */
static void list_inputs(struct question *question, const bool *marked) {
    const struct whynot_search *search = question->search;

    for (uint32_t i = 0; i < search->rules->asked.count; i++) {
        size_t at = question->n_inputs;
        if (!marked[i] || width(asked_at(search, i)) < 2)
            continue;
        for (; at > 0 && asked_at(search, question->inputs[at - 1])->input > asked_at(search, i)->input; at--)
            question->inputs[at] = question->inputs[at - 1];
        question->inputs[at] = i;
        question->n_inputs++;
    }
}

static void ask(struct whynot_search *search, uint32_t decision, struct whynot *answer) {
    uint32_t inputs[MUSTER_MAX_VARS];
    struct question question = {.search = search, .decision = decision, .inputs = inputs, .answer = answer};

    if (decision == MUSTER_NONE) {
        list_inputs(&question, bearing_refusals(search->bearing));
        search->n_questions = 1;
    } else {
        list_inputs(&question, bearing_on(search->bearing, muster_decision_at(search->rules, decision)->var));
        evaluate(search);
        question.row = outcome(&question);
    }
    memset(search->seen, 0, ((size_t)search->rules->rows.count + 2) * sizeof *search->seen);
    search_levels(&question);
}

void whynot_decision(struct whynot_search *search, uint32_t decision, struct whynot *answer) {
    ask(search, decision, answer);
}

void whynot_refusal(struct whynot_search *search, struct whynot *answer) {
    ask(search, MUSTER_NONE, answer);
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

uint32_t whynot_input(const struct muster_ruleset *rules, const struct whynot_value *value) {
    return ASKED(rules)[value->asked].input;
}

/* A version as people say it: 9.2 for 9.2.0. Any other value as rules write it. */
static void short_text(const struct muster_ruleset *rules, uint32_t type, int64_t value, char *buffer, size_t size) {
    muster_value_text(rules, type, value, buffer, size);
    if (TYPES(rules)[type].kind == MUSTER_VERSION && (value & MUSTER_VERSION_MAX) == 0)
        *strrchr(buffer, '.') = '\0';
}

void whynot_range_text(const struct muster_ruleset *rules, const struct whynot_value *value, char *buffer,
                       size_t size) {
    const struct muster_asked *asked = &ASKED(rules)[value->asked];
    uint32_t type = INPUTS(rules)[asked->input].type;
    char from[80], to[80];
    int64_t low, high;
    bool version = is_version(rules, asked);

    buffer[0] = '\0';
    if (!is_ordered(rules, asked) || value->first == asked->n_codes)
        return;
    low = low_of(rules, asked, value->first);
    high = high_of(rules, asked, value->last);
    short_text(rules, type, low, from, sizeof from);
    short_text(rules, type, version && high < asked->hi ? high + 1 : high, to, sizeof to);
    if (low == high)
        return;
    if (low == asked->lo && high == asked->hi)
        snprintf(buffer, size, "any that is %s",
                 INPUTS(rules)[asked->input].is_param == MUSTER_OPTIONAL_PARAM ? "given" : "known");
    else if (high == asked->hi)
        snprintf(buffer, size, "from %s", from);
    else if (low == asked->lo)
        snprintf(buffer, size, "%s %s", version ? "below" : "at most", to);
    else
        snprintf(buffer, size, "from %s to %s%s", from, version ? "below " : "", to);
}

size_t whynot_value_text(const struct muster_ruleset *rules, const struct whynot_value *value, char *buffer,
                         size_t size) {
    const struct muster_input *input = muster_input_at(rules, whynot_input(rules, value));
    const char *name = muster_text(rules, input->name);
    char words[256], range[256];

    muster_value_text(rules, input->type, value->value, words, sizeof words);
    if (value->value == MUSTER_UNSET)
        return (size_t)snprintf(buffer, size, "%s = given", name);
    if (value->value == MUSTER_UNKNOWN && input->is_param == MUSTER_OPTIONAL_PARAM)
        return (size_t)snprintf(buffer, size, "%s = not given", name);
    whynot_range_text(rules, value, range, sizeof range);
    return (size_t)snprintf(buffer, size, range[0] ? "%s = %s (%s)" : "%s = %s", name, words, range);
}
