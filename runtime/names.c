/*
 * Names: finding facts, parameters and decisions by theirs, and the nearest one to a misspelt name.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "evaluate.h"

enum { LONGEST_NAME = 64 };

enum muster_status muster_check(const struct muster_ruleset *rules) {
    if (!rules || rules->magic != MUSTER_TABLES_MAGIC || rules->version != MUSTER_TABLES_VERSION ||
        rules->n_vars > MUSTER_MAX_VARS)
        return MUSTER_E_VERSION;
    return MUSTER_OK;
}

const char *muster_text(const struct muster_ruleset *rules, uint32_t offset) {
    return TEXT(rules) + offset;
}

const struct muster_input *muster_input_at(const struct muster_ruleset *rules, uint32_t input) {
    return &INPUTS(rules)[input];
}

const struct muster_decision *muster_decision_at(const struct muster_ruleset *rules, uint32_t decision) {
    return &DECISIONS(rules)[decision];
}

const struct muster_row *muster_row_at(const struct muster_ruleset *rules, uint32_t row) {
    return &ROWS(rules)[row];
}

const struct muster_type *muster_type_at(const struct muster_ruleset *rules, uint32_t type) {
    return &TYPES(rules)[type];
}

static bool is_name(const struct muster_ruleset *rules, uint32_t text, const char *name, size_t length) {
    const char *known = TEXT(rules) + text;
    return strlen(known) == length && memcmp(known, name, length) == 0;
}

uint32_t muster_find_input(const struct muster_ruleset *rules, const char *name, size_t length) {
    for (uint32_t i = 0; i < rules->inputs.count; i++)
        if (is_name(rules, INPUTS(rules)[i].name, name, length))
            return i;
    return MUSTER_NONE;
}

uint32_t muster_find_decision(const struct muster_ruleset *rules, const char *name, size_t length) {
    for (uint32_t i = 0; i < rules->decisions.count; i++)
        if (is_name(rules, DECISIONS(rules)[i].name, name, length))
            return i;
    return MUSTER_NONE;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Letters too many, too few, or changed, between names of at most LONGEST_NAME bytes (Levenshtein's distance). */
static size_t slips(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t row[LONGEST_NAME + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(changed, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_length];
}

uint32_t muster_nearest_input(const struct muster_ruleset *rules, const char *name, size_t length) {
    uint32_t best = MUSTER_NONE;
    size_t best_slips = SIZE_MAX;
    if (length == 0 || length > LONGEST_NAME)
        return MUSTER_NONE;
    for (uint32_t i = 0; i < rules->inputs.count; i++) {
        const char *known = TEXT(rules) + INPUTS(rules)[i].name;
        size_t known_length = strlen(known);
        if (known_length > LONGEST_NAME)
            continue;
        size_t found = slips(name, length, known, known_length);
        size_t longer = known_length > length ? known_length : length;
        if (found < best_slips && found < longer && found <= longer / 3 + 1) {
            best = i;
            best_slips = found;
        }
    }
    return best;
}
