/*
 * An explanation in about ten lines: the first decision of the ruleset and its reason, what the rules give up on this
 * host, warnings, and the command line.
 *
 * The rules say what is given up: the rows, statements and items that they tag `given_up`. The first table of a ruleset
 * is the one that the explanation begins with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/explain_parts.h"

#include <string.h>

static const char tag[] = "given_up";

/* "machine = pc, timers = legacy": all decisions of a table. */
static void table_words(const struct findings *findings, uint32_t first, char *buffer, size_t size) {
    uint32_t count = explain_together(findings, first);
    char value[TEXT_MAX];
    size_t length = 0;

    for (uint32_t i = first; i < first + count && length < size; i++) {
        explain_decided(findings, i, value, sizeof value);
        length += (size_t)snprintf(buffer + length, size - length, "%s%s = %s", i > first ? ", " : "",
                                   muster_text(findings->rules, muster_decision_at(findings->rules, i)->name), value);
    }
}

/* "LABEL TEXT", further lines below the text. */
static void line(FILE *out, const char *label, const char *text) {
    fprintf(out, "%s ", label);
    explain_wrap(out, strlen(label) + 1, 4, text);
}

/* The first decision that a table makes, or the end of the decisions. */
static uint32_t first_table(const struct findings *findings) {
    uint32_t i = 0;

    while (i < findings->rules->decisions.count && muster_decision_at(findings->rules, i)->table == MUSTER_NONE)
        i++;
    return i;
}

static bool is_reached(const struct findings *findings, uint32_t index) {
    return findings->rows[index] != MUSTER_NONE && findings->values[index] >= 0;
}

static bool is_given_up(const struct findings *findings, uint32_t row) {
    return inputs_has_tag(muster_text(findings->rules, muster_row_at(findings->rules, row)->tags), tag);
}

/* Whether a row decides otherwise than the one that decided on this host. */
static bool is_other(const struct findings *findings, uint32_t first, uint32_t row) {
    const uint32_t *words = MUSTER_SECTION(findings->rules, words, uint32_t);
    uint32_t count = explain_together(findings, first);

    for (uint32_t i = 0; i < count; i++)
        if ((int32_t)words[muster_row_at(findings->rules, row)->first + i] != findings->values[first + i])
            return true;
    return false;
}

/* The first small change after which a row without the tag decides otherwise; n_changes if there is none. */
static size_t regaining(const struct findings *findings, uint32_t first) {
    const struct whynot *whynot = &findings->whynots[first];

    for (size_t i = 0; i < whynot->n_changes; i++)
        if (!is_given_up(findings, whynot->changes[i].row) && is_other(findings, first, whynot->changes[i].row))
            return i;
    return whynot->n_changes;
}

/* The facts whose change would give back what the first table gives up: "kvm = absent: there is no /dev/kvm". */
static void text_facts(FILE *out, const struct findings *findings, uint32_t first) {
    const struct whynot *whynot = &findings->whynots[first];
    size_t change = regaining(findings, first);
    char words[2 * TEXT_MAX];

    for (size_t i = 0; i < whynot->n_inputs && change < whynot->n_changes; i++) {
        uint32_t input = whynot_input(findings->rules, &whynot->changes[change].values[i]);
        const char *why = inputs_origin(findings->inputs, input)->why;
        const char *value = inputs_text(findings->inputs, input);
        char origin[TEXT_MAX];
        inputs_origin_text(findings->inputs, input, origin, sizeof origin);
        snprintf(words, sizeof words, "%s = %s: %s", explain_name(findings, input), value ? value : "-",
                 why ? why : origin);
        line(out, "   ", words);
    }
}

static void text_headline(FILE *out, const struct findings *findings, uint32_t first) {
    const struct muster_ruleset *rules = findings->rules;
    const char *title = muster_text(rules, muster_decision_at(rules, first)->title);
    const struct muster_row *row = muster_row_at(rules, findings->rows[first]);
    char words[2 * TEXT_MAX];
    size_t length;

    table_words(findings, first, words, TEXT_MAX);
    length = strlen(words);
    snprintf(words + length, sizeof words - length, "%s%s%s (%s:%u)", *title ? " (" : "", title, *title ? ")" : "",
             muster_text(rules, row->file), row->line);
    line(out, "Decided:", words);
    if (*muster_text(rules, row->reason))
        line(out, "    because", muster_text(rules, row->reason));
    if (is_given_up(findings, findings->rows[first]))
        text_facts(out, findings, first);
}

/* Rows that decided and are tagged; of the first table the reason was printed already. */
static void text_given_up_rows(FILE *out, const struct findings *findings, uint32_t headline) {
    const struct muster_ruleset *rules = findings->rules;
    char words[3 * TEXT_MAX], change[TEXT_MAX];

    for (uint32_t i = 0; i < rules->decisions.count; i += explain_together(findings, i)) {
        const char *reason;
        size_t length, which;
        if (!is_reached(findings, i) || !is_given_up(findings, findings->rows[i]))
            continue;
        reason = i == headline ? "" : muster_text(rules, muster_row_at(rules, findings->rows[i])->reason);
        which = regaining(findings, i);
        table_words(findings, i, words, TEXT_MAX);
        length = strlen(words);
        change[0] = '\0';
        if (which < findings->whynots[i].n_changes)
            explain_change_words(findings, &findings->whynots[i], which, i, change, sizeof change);
        snprintf(words + length, sizeof words - length, "%s%s%s%s", *reason ? ": " : "", reason,
                 *change ? "; with " : "", change);
        line(out, "Given up:", words);
    }
}

static void text_given_up_arguments(FILE *out, const struct findings *findings) {
    const struct muster_ruleset *rules = findings->rules;
    char words[2 * TEXT_MAX];

    for (size_t i = 0; i < findings->n_remarks; i++) {
        const struct muster_note *note = findings->remarks[i].note;
        size_t option = explain_option_of(findings, findings->remarks[i].argument);
        const char *reason = muster_text(rules, note->reason);
        if (!inputs_has_tag(muster_text(rules, note->tag), tag) || option >= findings->argv.count)
            continue;
        snprintf(words, sizeof words, "%s (%s:%u)%s%s", findings->argv.arguments[option],
                 muster_text(rules, note->file), note->line, *reason ? ": " : "", reason);
        line(out, "Given up:", words);
    }
}

static void text_warnings(FILE *out, const struct findings *findings) {
    char words[2 * TEXT_MAX];

    for (size_t i = 0; i < findings->n_warnings; i++) {
        const char *reason = muster_text(findings->rules, findings->warnings[i]->reason);
        snprintf(words, sizeof words, *reason ? "%s (%s)" : "%s%s",
                 muster_text(findings->rules, findings->warnings[i]->text), reason);
        line(out, "Warning:", words);
    }
}

/* The command line as `muster argv` prints it, or why there is none. */
static void text_command_line(FILE *out, const struct findings *findings) {
    char words[TEXT_MAX];

    if (findings->error.status != MUSTER_OK) {
        inputs_error_text(findings->inputs, &findings->error, words, sizeof words);
        line(out, "No command line:", words);
        if (findings->error.status == MUSTER_E_REJECTED)
            explain_text_whynot(out, findings, findings->rules->decisions.count, "lets the rules accept the host");
    } else if (findings->n_missing > 0) {
        explain_missing_words(findings, words, sizeof words);
        line(out, "The command line waits for", words);
    } else {
        fprintf(out, "Command line, %zu words:\n", findings->argv.count);
        show_argv(out, SHOW_SHELL, &findings->argv);
    }
}

void explain_text_brief(FILE *out, const struct findings *findings) {
    const struct muster_ruleset *rules = findings->rules;
    uint32_t headline = first_table(findings);
    char words[TEXT_MAX];

    snprintf(words, sizeof words, "%s%s%s", muster_text(rules, rules->name), rules->title ? ": " : "",
             muster_text(rules, rules->title));
    line(out, "Ruleset", words);
    if (findings->error.status == MUSTER_OK) {
        if (headline < rules->decisions.count && is_reached(findings, headline))
            text_headline(out, findings, headline);
        text_given_up_rows(out, findings, headline);
        text_given_up_arguments(out, findings);
    }
    text_warnings(out, findings);
    text_command_line(out, findings);
    fputs("All facts, decisions and reasons: the same command without --brief.\n"
          "The decisions for every host, as a page: musterc matrix FILE.muster --format html -o PAGE.html\n",
          out);
}
