/*
 * The part of an explanation that says what would have to be otherwise, for people and as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "runtime/tool/explain_parts.h"

/* ---- finding out ------------------------------------------------------------------------------------------------ */

uint32_t explain_together(const struct findings *findings, uint32_t index) {
    uint32_t table = muster_decision_at(findings->rules, index)->table;

    return table == MUSTER_NONE ? 1 : MUSTER_SECTION(findings->rules, tables, struct muster_table)[table].n_decisions;
}

/* A parameter that must be set to be tested, and is not. */
static bool is_open(const struct findings *findings, uint32_t input) {
    const struct muster_ruleset *rules = findings->rules;
    const struct muster_input *declared = muster_input_at(rules, input);
    uint32_t kind = muster_type_at(rules, declared->type)->kind;

    return declared->is_param == MUSTER_PARAM && kind != MUSTER_TEXT && kind != MUSTER_PATH &&
           !muster_is_set(inputs_params(findings->inputs), input);
}

bool explain_has_whynot(const struct findings *findings, uint32_t index) {
    const struct muster_ruleset *rules = findings->rules;
    const uint32_t *words = MUSTER_SECTION(rules, words, uint32_t);

    if (index == rules->decisions.count) { /* whether the host is accepted depends on all of them */
        for (uint32_t i = rules->n_facts; i < rules->inputs.count; i++)
            if (is_open(findings, i))
                return false;
        return true;
    }
    for (uint32_t i = 0; i < muster_decision_at(rules, index)->n_facts; i++)
        if (is_open(findings, words[muster_decision_at(rules, index)->first_fact + i]))
            return false;
    return findings->values[index] >= 0;
}

bool explain_find_whynots(struct findings *findings) {
    const struct muster_ruleset *rules = findings->rules;
    struct whynot_search *search = whynot_new(rules, inputs_facts(findings->inputs), inputs_params(findings->inputs));
    uint32_t i = 0;

    if (!search) {
        inputs_say(findings->inputs, strerror(ENOMEM));
        return false;
    }
    if (findings->error.status == MUSTER_E_REJECTED) {
        if (explain_has_whynot(findings, rules->decisions.count))
            whynot_refusal(search, &findings->whynots[rules->decisions.count]);
    } else
        for (; i < rules->decisions.count; i += explain_together(findings, i))
            if (explain_has_whynot(findings, i))
                whynot_decision(search, i, &findings->whynots[i]);
    whynot_free(search);
    return true;
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

/* Adds to a text, which is cut to `size` bytes. */
__attribute__((format(printf, 4, 5))) static size_t append(char *buffer, size_t size, size_t length, const char *format,
                                                           ...) {
    va_list arguments;

    if (length >= size)
        return length;
    va_start(arguments, format);
    length += (size_t)vsnprintf(buffer + length, size - length, format, arguments);
    va_end(arguments);
    return length;
}

/* The value that a decision has after a change: a row's, or that of a derived condition, which turns. */
static int32_t changed_value(const struct findings *findings, const struct whynot_change *change, uint32_t first,
                             uint32_t index) {
    if (change->row == MUSTER_NONE)
        return !findings->values[index];
    return (int32_t)MUSTER_SECTION(findings->rules, words,
                                   uint32_t)[muster_row_at(findings->rules, change->row)->first + index - first];
}

void explain_change_words(const struct findings *findings, const struct whynot *whynot, size_t which, uint32_t first,
                          char *buffer, size_t size) {
    const struct muster_ruleset *rules = findings->rules;
    const struct whynot_change *change = &whynot->changes[which];
    bool refused = first == rules->decisions.count;
    uint32_t count = refused ? 0 : explain_together(findings, first);
    char words[TEXT_MAX];
    size_t length = 0;

    for (size_t i = 0; i < whynot->n_inputs; i++) {
        whynot_value_text(rules, &change->values[i], words, sizeof words);
        length = append(buffer, size, length, "%s%s", i ? " and " : "", words);
    }
    length = append(buffer, size, length, refused ? ": the rules accept the host" : ":");
    for (uint32_t i = first; i < first + count; i++) {
        const struct muster_decision *decision = muster_decision_at(rules, i);
        muster_value_text(rules, decision->type, changed_value(findings, change, first, i), words, sizeof words);
        length =
            append(buffer, size, length, "%s %s = %s", i > first ? "," : "", muster_text(rules, decision->name), words);
    }
    if (change->row != MUSTER_NONE)
        append(buffer, size, length, " (%s:%u)", muster_text(rules, muster_row_at(rules, change->row)->file),
               muster_row_at(rules, change->row)->line);
}

static const char *facts_words(size_t count, char buffer[64]) {
    snprintf(buffer, 64, count == 1 ? "one fact" : "%zu facts", count);
    return buffer;
}

void explain_text_whynot(FILE *out, const struct findings *findings, uint32_t first, const char *goal) {
    const struct whynot *whynot = &findings->whynots[first];
    char words[TEXT_MAX], count[64];

    for (size_t i = 0; i < whynot->n_changes; i++) {
        explain_change_words(findings, whynot, i, first, words, sizeof words);
        explain_labelled(out, "with", words);
    }
    if (whynot->n_more > 0) {
        snprintf(words, sizeof words, "%zu more such change%s of %s", whynot->n_more, whynot->n_more == 1 ? "" : "s",
                 facts_words(whynot->n_inputs, count));
        explain_labelled(out, "and", words);
    }
    if (whynot->n_inputs == 0 && whynot->n_through > 0 && !whynot->is_whole) {
        snprintf(words, sizeof words, "change of up to %s %s", facts_words(whynot->n_through, count), goal);
        explain_labelled(out, "no", words);
    } else if (whynot->n_inputs == 0 && whynot->is_whole) {
        snprintf(words, sizeof words, "change of facts %s", goal);
        explain_labelled(out, "no", words);
    }
    if (!whynot->is_whole && (whynot->n_inputs > 0 || whynot->n_through < WHYNOT_MAX_INPUTS)) {
        snprintf(words, sizeof words, "all changes of %s were looked through",
                 facts_words(whynot->n_through + 1, count));
        explain_labelled(out, "not", words);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

/* A value as JSON: a boolean, a number, a string; null for unknown, for not given, and for a text. */
static void json_value(FILE *out, const struct muster_ruleset *rules, uint32_t type, int64_t value) {
    uint32_t kind = muster_type_at(rules, type)->kind;
    char words[TEXT_MAX];

    muster_value_text(rules, type, value, words, sizeof words);
    if (value == MUSTER_UNKNOWN || value == MUSTER_UNSET)
        fputs("null", out);
    else if (kind == MUSTER_BOOL)
        fputs(value ? "true" : "false", out);
    else if (kind == MUSTER_INT)
        fputs(words, out);
    else
        show_json_string(out, words);
}

static void json_changed_value(FILE *out, const struct findings *findings, const struct whynot_value *value) {
    const struct muster_ruleset *rules = findings->rules;
    uint32_t input = whynot_input(rules, value);
    char words[TEXT_MAX];

    fputs("{\"name\": ", out);
    show_json_string(out, explain_name(findings, input));
    fputs(", \"value\": ", out);
    json_value(out, rules, muster_input_at(rules, input)->type, value->value);
    whynot_value_text(rules, value, words, sizeof words);
    explain_json_member(out, "words", words);
    fputc('}', out);
}

static void json_change(FILE *out, const struct findings *findings, uint32_t first, size_t which) {
    const struct muster_ruleset *rules = findings->rules;
    const struct whynot *whynot = &findings->whynots[first];
    const struct whynot_change *change = &whynot->changes[which];
    const struct muster_row *row = change->row != MUSTER_NONE ? muster_row_at(rules, change->row) : NULL;
    uint32_t count = first == rules->decisions.count ? 0 : explain_together(findings, first);

    fputs("\n      {\"with\": [", out);
    for (size_t i = 0; i < whynot->n_inputs; i++) {
        fputs(i ? ", " : "", out);
        json_changed_value(out, findings, &change->values[i]);
    }
    fputs("], \"decisions\": {", out);
    for (uint32_t i = first; i < first + count; i++) {
        const struct muster_decision *decision = muster_decision_at(rules, i);
        fputs(i > first ? ", " : "", out);
        show_json_string(out, muster_text(rules, decision->name));
        fputs(": ", out);
        json_value(out, rules, decision->type, changed_value(findings, change, first, i));
    }
    fputc('}', out);
    explain_json_member(out, "file", row ? muster_text(rules, row->file) : NULL);
    fprintf(out, row ? ", \"line\": %u" : ", \"line\": null", row ? row->line : 0);
    explain_json_member(out, "row", row ? muster_text(rules, row->label) : NULL);
    fputc('}', out);
}

/* Of the table or derived condition whose first decision this is; behind the last one, of the refusal. */
static void json_whynot(FILE *out, const struct findings *findings, uint32_t first) {
    const struct muster_ruleset *rules = findings->rules;
    const struct whynot *whynot = &findings->whynots[first];
    uint32_t count = first == rules->decisions.count ? 0 : explain_together(findings, first);

    fputs("    {\"decisions\": [", out);
    for (uint32_t i = first; i < first + count; i++) {
        fputs(i > first ? ", " : "", out);
        show_json_string(out, muster_text(rules, muster_decision_at(rules, i)->name));
    }
    fprintf(out, whynot->n_inputs ? "], \"fewest\": %zu" : "], \"fewest\": null", whynot->n_inputs);
    fprintf(out, ", \"lookedThrough\": %zu, \"complete\": %s, \"changes\": [", whynot->n_through,
            whynot->is_whole ? "true" : "false");
    for (size_t i = 0; i < whynot->n_changes; i++) {
        fputs(i ? "," : "", out);
        json_change(out, findings, first, i);
    }
    fprintf(out, "%s], \"more\": %zu}", whynot->n_changes ? "\n    " : "", whynot->n_more);
}

void explain_json_whynots(FILE *out, const struct findings *findings) {
    uint32_t end = findings->rules->decisions.count;
    uint32_t i = findings->error.status == MUSTER_E_REJECTED ? end : 0;

    fputs("  \"whyNot\": [\n", out);
    if (findings->error.status == MUSTER_E_REJECTED)
        json_whynot(out, findings, end);
    for (uint32_t n = 0; i < end; i += explain_together(findings, i)) {
        fputs(n++ ? ",\n" : "", out);
        json_whynot(out, findings, i);
    }
    fputs("\n  ],\n", out);
}
