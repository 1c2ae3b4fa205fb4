/*
 * Values of variables and their codes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/model/model.h"

bool variable_is_text(const struct variable *variable) {
    return variable->type.kind == MUSTER_TEXT || variable->type.kind == MUSTER_PATH;
}

bool variable_is_input(const struct variable *variable) {
    switch (variable->kind) {
    case VARIABLE_FACT:
    case VARIABLE_PARAM:
        return true;
    case VARIABLE_DECISION:
    case VARIABLE_LET:
        break;
    }
    return false;
}

bool variable_is_ordered(const struct variable *variable) {
    return variable->type.kind == MUSTER_INT || variable->type.kind == MUSTER_VERSION;
}

size_t variable_n_codes(const struct variable *variable) {
    return variable->n_codes + variable->type.or_unknown;
}

size_t variable_code(const struct variable *variable, int64_t value) {
    if (value == MUSTER_UNKNOWN)
        return variable->n_codes;
    if (!variable_is_ordered(variable))
        return (size_t)value;
    size_t code = 0;
    while (code < variable->cuts.count && variable->cuts.items[code] <= value)
        code++;
    return code;
}

int64_t variable_value(const struct variable *variable, size_t code) {
    if (code == variable->n_codes)
        return MUSTER_UNKNOWN;
    if (!variable_is_ordered(variable))
        return (int64_t)code;
    return code == 0 ? variable->type.low : variable->cuts.items[code - 1];
}

const char *value_text(struct arena *arena, const struct type *type, int64_t value) {
    if (value == MUSTER_UNKNOWN)
        return "unknown";
    if (type->kind == MUSTER_VERSION)
        return arena_print(arena, "%lld.%lld.%lld", (long long)(value >> 40),
                           (long long)(value >> 20 & MUSTER_VERSION_MAX), (long long)(value & MUSTER_VERSION_MAX));
    if (type->n_members > 0)
        return type->members[value].name;
    return arena_print(arena, "%lld", (long long)value);
}
