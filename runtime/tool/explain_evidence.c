/*
 * What is known of the row that decided: that it is proven, and what the rules' evidence says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/explain_parts.h"

#include <stdlib.h>
#include <string.h>

static const char proven[] = "proven", not_tried[] = "not tried", between[] = "; ";

static const struct muster_evidence *evidence_at(const struct findings *findings, uint32_t index) {
    return &MUSTER_SECTION(findings->rules, evidence, struct muster_evidence)[index];
}

static const char *text_at(const struct findings *findings, uint32_t index) {
    return muster_text(findings->rules, evidence_at(findings, index)->text);
}

/* The first text about a row, or behind the last one. */
static uint32_t first_of(const struct findings *findings, uint32_t row) {
    uint32_t low = 0;
    uint32_t high = findings->rules->evidence.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (evidence_at(findings, middle)->row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_about(const struct findings *findings, uint32_t index, uint32_t row) {
    return index < findings->rules->evidence.count && evidence_at(findings, index)->row == row;
}

static bool has_evidence(const struct findings *findings) {
    return (findings->rules->known & MUSTER_HAS_EVIDENCE) != 0;
}

static bool is_proven(const struct findings *findings) {
    return (findings->rules->known & MUSTER_PROVEN) != 0;
}

char *explain_evidence_room(const struct muster_ruleset *rules) {
    const struct muster_evidence *evidence = MUSTER_SECTION(rules, evidence, struct muster_evidence);
    size_t size = sizeof proven + sizeof between + sizeof not_tried;

    for (uint32_t i = 0; i < rules->evidence.count; i++)
        size += strlen(muster_text(rules, evidence[i].text)) + sizeof between;
    return malloc(size);
}

void explain_text_evidence(FILE *out, const struct findings *findings, uint32_t row) {
    uint32_t first = first_of(findings, row);
    char *end = findings->evidence;

    if (!has_evidence(findings))
        return;
    end = stpcpy(end, is_proven(findings) ? proven : "");
    for (uint32_t i = first; is_about(findings, i, row); i++)
        end = stpcpy(stpcpy(end, end > findings->evidence ? between : ""), text_at(findings, i));
    if (!is_about(findings, first, row))
        stpcpy(stpcpy(end, end > findings->evidence ? between : ""), not_tried);
    explain_labelled(out, "evidence:", findings->evidence);
}

void explain_json_evidence(FILE *out, const struct findings *findings, uint32_t row) {
    uint32_t first = first_of(findings, row);

    if (!has_evidence(findings))
        return;
    fprintf(out, ", \"proven\": %s, \"evidence\": [", is_proven(findings) ? "true" : "false");
    for (uint32_t i = first; is_about(findings, i, row); i++) {
        fputs(i > first ? ", " : "", out);
        show_json_string(out, text_at(findings, i));
    }
    fputc(']', out);
}
