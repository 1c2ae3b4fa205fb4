/*
 * Checks of the ruleset as a whole: unused declarations, and a missing command line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/check/internal.h"

static const char *kind_words(const struct variable *variable) {
    switch (variable->kind) {
    case VARIABLE_FACT:
        return "fact";
    case VARIABLE_PARAM:
        return "parameter";
    case VARIABLE_DECISION:
        return "decision";
    case VARIABLE_LET:
        break;
    }
    return "condition";
}

void check_unused(struct checker *checker) {
    if (!checker->model->has_argv)
        return; /* a library; its declarations are for other files */
    for (size_t i = 0; i < checker->model->variables.count; i++) {
        const struct variable *variable = checker->model->variables.items[i];
        if (!variable->used && !variable->hidden && !checker_is_base(checker, variable->span))
            REPORT(checker, UNUSED, variable->span, "nothing uses the %s '%s'", kind_words(variable), variable->name);
    }
}

void check_has_argv(struct checker *checker) {
    if (!checker->model->is_library && !checker->model->has_argv)
        REPORT(checker, EMPTY, SPAN_FILE(0), "the ruleset has no argv");
}
