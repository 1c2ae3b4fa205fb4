/*
 * An explanation of a command line, for people and as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/explain_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/shell.h"

/* ---- finding out ------------------------------------------------------------------------------------------------ */

static void see_note(void *context, size_t argument, const struct muster_note *note) {
    struct findings *findings = context;

    if (findings->n_remarks < findings->rules->notes.count)
        findings->remarks[findings->n_remarks++] = (struct remark){argument, note};
}

static void see_warning(void *context, const struct muster_warning *warning) {
    struct findings *findings = context;

    findings->warnings[findings->n_warnings++] = warning;
}

static bool allocate(struct findings *findings) {
    const struct muster_ruleset *rules = findings->rules;

    findings->values = calloc((size_t)rules->decisions.count + 1, sizeof *findings->values);
    findings->rows = calloc((size_t)rules->decisions.count + 1, sizeof *findings->rows);
    findings->missing = calloc((size_t)rules->inputs.count + 1, sizeof *findings->missing);
    findings->remarks = calloc((size_t)rules->notes.count + 1, sizeof *findings->remarks);
    findings->warnings = calloc((size_t)rules->warnings.count + 1, sizeof *findings->warnings);
    findings->whynots = calloc((size_t)rules->decisions.count + 1, sizeof *findings->whynots);
    findings->evidence = explain_evidence_room(rules);
    if (findings->values && findings->rows && findings->missing && findings->remarks && findings->warnings &&
        findings->whynots && findings->evidence)
        return true;
    inputs_say(findings->inputs, strerror(ENOMEM));
    return false;
}

static void release(struct findings *findings) {
    free(findings->values);
    free(findings->rows);
    free(findings->missing);
    free(findings->remarks);
    free(findings->warnings);
    free(findings->whynots);
    free(findings->evidence);
    argv_free(&findings->argv);
}

/* What the rules say, but for what would have to be otherwise; the same codes. */
static int find_answers(struct findings *findings) {
    const struct muster_ruleset *rules = findings->rules;
    const int64_t *facts = inputs_facts(findings->inputs);
    const struct muster_params *params = inputs_params(findings->inputs);
    struct muster_error *error = &findings->error;
    struct muster_space needed;
    enum muster_status status;

    status = muster_decide(rules, facts, params, findings->values, findings->rows, error);
    if (status == MUSTER_OK || status == MUSTER_E_MISSING) { /* a decision that the command line may not need */
        findings->n_missing = inputs_missing(findings->inputs, findings->missing, rules->inputs.count);
        status = muster_argv(rules, facts, params, NULL, 0, NULL, 0, &needed, error);
    }
    if (status == MUSTER_OK || status == MUSTER_E_SPACE || status == MUSTER_E_MISSING)
        *error = (struct muster_error){0};
    else
        return inputs_failed(findings->inputs, error);
    muster_warnings(rules, facts, params, see_warning, findings, NULL);
    if (findings->n_missing > 0)
        return 0;
    findings->program = inputs_program(findings->inputs);
    muster_argv_notes(rules, facts, params, see_note, findings, NULL);
    return inputs_argv(findings->inputs, &findings->argv);
}

/* 0, 1 or 2 as `explain` returns it; everything to be shown is in `findings` unless it is 2. */
static int find_out(struct findings *findings) {
    int code = find_answers(findings);

    return code != 2 && explain_find_whynots(findings) ? code : 2;
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

static const char *title_of(const struct findings *findings, uint32_t input) {
    return muster_text(findings->rules, muster_input_at(findings->rules, input)->title);
}

/* Whether the command line would contain a parameter without a value. */
static bool is_missing(const struct findings *findings, uint32_t input) {
    for (size_t i = 0; i < findings->n_missing; i++)
        if (findings->missing[i] == input)
            return true;
    return false;
}

/* What stands behind a value: where it came from, and why it is no or not known. */
static void origin_words(const struct findings *findings, uint32_t input, char *buffer, size_t size) {
    const struct origin *origin = inputs_origin(findings->inputs, input);

    if (origin->kind == ORIGIN_NONE && !is_missing(findings, input) &&
        muster_input_at(findings->rules, input)->is_param == MUSTER_OPTIONAL_PARAM) {
        snprintf(buffer, size, *title_of(findings, input) ? "not given: %s" : "not given", title_of(findings, input));
        return;
    }
    if (origin->kind == ORIGIN_NONE) {
        snprintf(buffer, size,
                 is_missing(findings, input) ? "not set, and the command line waits for it: %s"
                                             : "not set, not needed here: %s",
                 title_of(findings, input));
        return;
    }
    if (origin->kind == ORIGIN_PROBE) {
        snprintf(buffer, size, origin->why ? "%s (probed: %s)" : "%sprobed: %s", origin->why ? origin->why : "",
                 origin->source ? origin->source : "");
        return;
    }
    inputs_origin_text(findings->inputs, input, buffer, size);
}

/* Facts or parameters, one a line: name, value, origin. */
static void text_inputs(FILE *out, const struct findings *findings, uint32_t first, uint32_t end) {
    char words[TEXT_MAX];
    size_t name_width = 0;
    size_t value_width = 1;

    for (uint32_t i = first; i < end; i++) {
        const char *value = inputs_text(findings->inputs, i);
        size_t length = strlen(explain_name(findings, i));
        name_width = length > name_width ? length : name_width;
        length = value ? strlen(value) : 0;
        value_width = length > value_width && length <= 40 ? length : value_width;
    }
    for (uint32_t i = first; i < end; i++) {
        const char *value = inputs_text(findings->inputs, i);
        size_t column = 4 + name_width + 2 + value_width + 2;
        value = value ? value : "-";
        fprintf(out, "    %-*s  %-*s  ", (int)name_width, explain_name(findings, i), (int)value_width, value);
        origin_words(findings, i, words, sizeof words);
        explain_wrap(out, strlen(value) > value_width ? column + strlen(value) - value_width : column, column, words);
    }
}

/* "no" or "microvm", or why there is no value: a row refused the host before, or a parameter is missing. */
void explain_decided(const struct findings *findings, uint32_t index, char *buffer, size_t size) {
    const struct muster_decision *decision = muster_decision_at(findings->rules, index);

    if (findings->values[index] < 0)
        snprintf(buffer, size, findings->error.status == MUSTER_OK ? "not decided" : "not reached");
    else
        muster_value_text(findings->rules, decision->type, findings->values[index], buffer, size);
}

/* "kvm = no, host_os = linux": what the decision depends on, as it is on this host. */
static void depends_words(const struct findings *findings, const struct muster_decision *decision, char *buffer,
                          size_t size) {
    const uint32_t *words = MUSTER_SECTION(findings->rules, words, uint32_t);
    size_t length = 0;

    buffer[0] = '\0';
    for (uint32_t i = 0; i < decision->n_facts && length < size; i++) {
        uint32_t input = words[decision->first_fact + i];
        const char *value = inputs_text(findings->inputs, input);
        length += (size_t)snprintf(buffer + length, size - length, "%s%s = %s", i ? ", " : "",
                                   explain_name(findings, input), value ? value : "-");
    }
}

static void text_row(FILE *out, const struct findings *findings, uint32_t index) {
    const struct muster_row *row = muster_row_at(findings->rules, index);
    const char *label = muster_text(findings->rules, row->label);

    fprintf(out, "        %s:%u%s%s\n", muster_text(findings->rules, row->file), row->line, *label ? ", row " : "",
            label);
    explain_labelled(out, "because", muster_text(findings->rules, row->reason));
    explain_labelled(out, "see", muster_text(findings->rules, row->see));
    explain_text_evidence(out, findings, index);
}

/* A derived condition, or all outcomes of a table; the number of decisions that were shown. */
static uint32_t text_decision(FILE *out, const struct findings *findings, uint32_t index) {
    const struct muster_decision *decision = muster_decision_at(findings->rules, index);
    uint32_t count = explain_together(findings, index);
    char words[TEXT_MAX];

    fputs("    ", out);
    for (uint32_t i = 0; i < count; i++) {
        explain_decided(findings, index + i, words, sizeof words);
        fprintf(out, "%s%s = %s", i ? ", " : "",
                muster_text(findings->rules, muster_decision_at(findings->rules, index + i)->name), words);
    }
    fputc('\n', out);
    if (findings->rows[index] != MUSTER_NONE && findings->values[index] >= 0) {
        text_row(out, findings, findings->rows[index]);
    } else {
        fprintf(out, "        %s:%u\n", muster_text(findings->rules, decision->file), decision->line);
        /* It is the reason for yes. */
        if (findings->values[index] > 0) {
            explain_labelled(out, "because", muster_text(findings->rules, decision->reason));
            explain_labelled(out, "see", muster_text(findings->rules, decision->see));
        }
    }
    depends_words(findings, decision, words, sizeof words);
    explain_labelled(out, "here:", words);
    if (findings->error.status == MUSTER_OK && explain_has_whynot(findings, index))
        explain_text_whynot(out, findings, index,
                            decision->table == MUSTER_NONE ? "turns it" : "lets another row decide");
    return count;
}

static void text_decisions(FILE *out, const struct findings *findings) {
    uint32_t i = 0;

    fputs("\nDecisions\n", out);
    while (i < findings->rules->decisions.count)
        i += text_decision(out, findings, i);
}

static bool is_option(const struct findings *findings, size_t argument) {
    const char *word = argument < findings->argv.count ? findings->argv.arguments[argument] : "";

    return word[0] == '-' && strcmp(word, "--") != 0;
}

size_t explain_option_of(const struct findings *findings, size_t argument) {
    bool follows = argument > 0 && argument != findings->program && !is_option(findings, argument);

    return follows && is_option(findings, argument - 1) ? argument - 1 : argument;
}

/* An option and what follows it, cut to fit a line. */
static void text_argument(FILE *out, const struct findings *findings, size_t first) {
    const char *const *arguments = findings->argv.arguments;
    char words[TEXT_MAX];

    snprintf(words, sizeof words, "%s", arguments[first]);
    if (is_option(findings, first) && first + 1 < findings->argv.count && first + 1 != findings->program &&
        !is_option(findings, first + 1))
        snprintf(words, sizeof words, "%s %s", arguments[first], arguments[first + 1]);
    if (strlen(words) > EXPLAIN_WIDTH - 4)
        memcpy(words + EXPLAIN_WIDTH - 7, "...", 4);
    fprintf(out, "    %s\n", words);
}

static void text_remarks(FILE *out, const struct findings *findings) {
    size_t shown = SIZE_MAX;

    if (findings->n_remarks > 0)
        fputs("\nRemarks of the rules on the command line\n", out);
    for (size_t i = 0; i < findings->n_remarks; i++) {
        const struct muster_note *note = findings->remarks[i].note;
        size_t first = explain_option_of(findings, findings->remarks[i].argument);
        if (first != shown) {
            shown = first;
            text_argument(out, findings, first);
        }
        fprintf(out, "        %s:%u\n", muster_text(findings->rules, note->file), note->line);
        explain_labelled(out, "because", muster_text(findings->rules, note->reason));
        explain_labelled(out, "see", muster_text(findings->rules, note->see));
        explain_labelled(out, "tagged", muster_text(findings->rules, note->tag));
    }
}

static void text_warnings(FILE *out, const struct findings *findings) {
    if (findings->n_warnings > 0)
        fputs("\nWarnings\n", out);
    for (size_t i = 0; i < findings->n_warnings; i++) {
        const struct muster_warning *warning = findings->warnings[i];
        fputs("    ", out);
        explain_wrap(out, 4, 4, muster_text(findings->rules, warning->text));
        fprintf(out, "        %s:%u\n", muster_text(findings->rules, warning->file), warning->line);
        explain_labelled(out, "because", muster_text(findings->rules, warning->reason));
        explain_labelled(out, "see", muster_text(findings->rules, warning->see));
    }
}

/* Where a line of the command line begins: at the program, at each of its options, and after a "--". */
static bool begins_line(const struct findings *findings, size_t argument) {
    const char *const *arguments = findings->argv.arguments;

    if (argument == findings->program || strcmp(arguments[argument - 1], "--") == 0)
        return true;
    return arguments[argument][0] == '-' && (argument > findings->program || findings->program == SIZE_MAX);
}

/* One option a line, and still what a shell reads back. */
static void text_argv(FILE *out, const struct findings *findings) {
    fputs("\nCommand line\n    ", out);
    for (size_t i = 0; i < findings->argv.count; i++) {
        bool is_option = findings->program == SIZE_MAX || i > findings->program;
        if (i > 0)
            fputs(begins_line(findings, i) ? (is_option ? " \\\n        " : " \\\n    ") : " ", out);
        shell_write_word(out, findings->argv.arguments[i], i == 0);
    }
    fputc('\n', out);
}

void explain_missing_words(const struct findings *findings, char *buffer, size_t size) {
    size_t length = 0;

    buffer[0] = '\0';
    for (size_t i = 0; i < findings->n_missing && length < size; i++)
        length += (size_t)snprintf(buffer + length, size - length, "%s%s", i ? ", " : "",
                                   explain_name(findings, findings->missing[i]));
}

static void text_all(FILE *out, const struct findings *findings) {
    const struct muster_ruleset *rules = findings->rules;
    char words[TEXT_MAX];

    snprintf(words, sizeof words, "%s%s%s", muster_text(rules, rules->name), rules->title ? ": " : "",
             muster_text(rules, rules->title));
    fputs("Ruleset ", out);
    explain_wrap(out, 8, 4, words);
    fputs("\nFacts\n", out);
    text_inputs(out, findings, 0, rules->n_facts);
    if (rules->inputs.count > rules->n_facts) {
        fputs("\nParameters\n", out);
        text_inputs(out, findings, rules->n_facts, rules->inputs.count);
    }
    text_decisions(out, findings);
    text_warnings(out, findings);
    if (findings->error.status != MUSTER_OK) {
        inputs_error_text(findings->inputs, &findings->error, words, sizeof words);
        fputs("\nNo command line\n    ", out);
        explain_wrap(out, 4, 4, words);
        if (findings->error.status == MUSTER_E_REJECTED) {
            explain_labelled(out, "see", muster_text(rules, muster_row_at(rules, findings->error.row)->see));
            if (explain_has_whynot(findings, rules->decisions.count))
                explain_text_whynot(out, findings, rules->decisions.count, "lets the rules accept the host");
        }
    } else if (findings->n_missing > 0) {
        explain_missing_words(findings, words, sizeof words);
        fputs("\nCommand line\n    waits for ", out);
        explain_wrap(out, 14, 4, words);
    } else {
        text_remarks(out, findings);
        text_argv(out, findings);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static void json_inputs(FILE *out, const struct findings *findings, const char *name, uint32_t first, uint32_t end) {
    fprintf(out, "  \"%s\": {", name);
    for (uint32_t i = first; i < end; i++) {
        fputs(i > first ? ",\n    " : "\n    ", out);
        show_json_input(out, findings->inputs, i);
    }
    fputs("\n  },\n", out);
}

static void json_decision(FILE *out, const struct findings *findings, uint32_t index) {
    const struct muster_ruleset *rules = findings->rules;
    const struct muster_decision *decision = muster_decision_at(rules, index);
    bool has_row = findings->rows[index] != MUSTER_NONE && findings->values[index] >= 0;
    const struct muster_row *row = has_row ? muster_row_at(rules, findings->rows[index]) : NULL;
    bool is_bool = muster_type_at(rules, decision->type)->kind == MUSTER_BOOL;
    char words[TEXT_MAX];

    fputs("{\"name\": ", out);
    show_json_string(out, muster_text(rules, decision->name));
    fputs(", \"value\": ", out);
    explain_decided(findings, index, words, sizeof words);
    if (findings->values[index] < 0)
        fputs("null", out);
    else if (is_bool)
        fputs(findings->values[index] ? "true" : "false", out);
    else
        show_json_string(out, words);
    explain_json_member(out, "file", muster_text(rules, row ? row->file : decision->file));
    fprintf(out, ", \"line\": %u", row ? row->line : decision->line);
    explain_json_member(out, "row", row ? muster_text(rules, row->label) : NULL);
    explain_json_member(out, "because", muster_text(rules, row ? row->reason : decision->reason));
    explain_json_member(out, "see", muster_text(rules, row ? row->see : decision->see));
    if (row)
        explain_json_evidence(out, findings, findings->rows[index]);
    fputc('}', out);
}

static void json_remarks(FILE *out, const struct findings *findings) {
    fputs("  \"remarks\": [", out);
    for (size_t i = 0; i < findings->n_remarks; i++) {
        const struct muster_note *note = findings->remarks[i].note;
        fprintf(out, "%s\n    {\"argument\": %zu", i ? "," : "", findings->remarks[i].argument);
        explain_json_member(out, "file", muster_text(findings->rules, note->file));
        fprintf(out, ", \"line\": %u", note->line);
        explain_json_member(out, "because", muster_text(findings->rules, note->reason));
        explain_json_member(out, "see", muster_text(findings->rules, note->see));
        explain_json_member(out, "tags", muster_text(findings->rules, note->tag));
        fputc('}', out);
    }
    fputs(findings->n_remarks ? "\n  ],\n" : "],\n", out);
}

static void json_warnings(FILE *out, const struct findings *findings) {
    fputs("  \"warnings\": [", out);
    for (size_t i = 0; i < findings->n_warnings; i++) {
        const struct muster_warning *warning = findings->warnings[i];
        fputs(i ? ",\n    {\"text\": " : "\n    {\"text\": ", out);
        show_json_string(out, muster_text(findings->rules, warning->text));
        explain_json_member(out, "file", muster_text(findings->rules, warning->file));
        fprintf(out, ", \"line\": %u", warning->line);
        explain_json_member(out, "because", muster_text(findings->rules, warning->reason));
        explain_json_member(out, "see", muster_text(findings->rules, warning->see));
        fputc('}', out);
    }
    fputs(findings->n_warnings ? "\n  ],\n" : "],\n", out);
}

static void json_all(FILE *out, const struct findings *findings) {
    const struct muster_ruleset *rules = findings->rules;
    char words[TEXT_MAX];

    fputs("{\n  \"ruleset\": ", out);
    show_json_string(out, muster_text(rules, rules->name));
    fputs(",\n", out);
    json_inputs(out, findings, "facts", 0, rules->n_facts);
    json_inputs(out, findings, "params", rules->n_facts, rules->inputs.count);
    fputs("  \"decisions\": [", out);
    for (uint32_t i = 0; i < rules->decisions.count; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        json_decision(out, findings, i);
    }
    fputs("\n  ],\n", out);
    explain_json_whynots(out, findings);
    fputs("  \"missing\": [", out);
    for (size_t i = 0; i < findings->n_missing; i++) {
        fputs(i ? ", " : "", out);
        show_json_string(out, explain_name(findings, findings->missing[i]));
    }
    fputs("],\n", out);
    json_warnings(out, findings);
    json_remarks(out, findings);
    fputs("  \"refused\": ", out);
    inputs_error_text(findings->inputs, &findings->error, words, sizeof words);
    show_json_text(out, findings->error.status != MUSTER_OK ? words : NULL);
    fputs(",\n  \"argv\": ", out);
    if (findings->argv.count > 0)
        show_argv(out, SHOW_JSON, &findings->argv);
    else
        fputs("null\n", out);
    fputs("}\n", out);
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

int explain(FILE *out, enum show_format format, struct inputs *inputs) {
    struct findings findings = {.inputs = inputs, .rules = inputs_rules(inputs)};
    int code = 2;

    if (allocate(&findings))
        code = find_out(&findings);
    if (code != 2 && format == SHOW_JSON)
        json_all(out, &findings);
    else if (code != 2 && format == SHOW_BRIEF)
        explain_text_brief(out, &findings);
    else if (code != 2)
        text_all(out, &findings);
    release(&findings);
    return code;
}
