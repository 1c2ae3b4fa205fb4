/*
 * Names: finding facts, parameters and decisions by theirs, and the nearest one to a misspelt name.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "runtime/base/nearest.h"
#include "runtime/lib/evaluate.h"

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

RARE uint32_t muster_find_input(const struct muster_ruleset *rules, const char *name, size_t length) {
    for (uint32_t i = 0; i < rules->inputs.count; i++)
        if (is_name(rules, INPUTS(rules)[i].name, name, length))
            return i;
    return MUSTER_NONE;
}

RARE uint32_t muster_find_decision(const struct muster_ruleset *rules, const char *name, size_t length) {
    for (uint32_t i = 0; i < rules->decisions.count; i++)
        if (is_name(rules, DECISIONS(rules)[i].name, name, length))
            return i;
    return MUSTER_NONE;
}

RARE uint32_t muster_nearest_input(const struct muster_ruleset *rules, const char *name, size_t length) {
    uint32_t best = MUSTER_NONE;
    size_t best_slips = SIZE_MAX;
    for (uint32_t i = 0; i < rules->inputs.count; i++) {
        const char *known = TEXT(rules) + INPUTS(rules)[i].name;
        size_t slips = nearest_slips(name, length, known, strlen(known));
        if (slips < best_slips) {
            best = i;
            best_slips = slips;
        }
    }
    return best;
}
