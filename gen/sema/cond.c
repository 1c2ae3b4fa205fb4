/*
 * Resolves conditions: names to variables, comparisons to the sets of values that they accept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/sema/internal.h"

struct variable *look_up_variable(struct builder *builder, struct ast_name name) {
    struct named *named = look_up(builder, &builder->names, name, "fact, parameter or decision");
    if (!named)
        return NULL;
    if (!named->variable) {
        REPORT(builder, TYPE, name.span, "'%s' is a string; it fills placeholders and cannot be used in a condition",
               name.text);
        return NULL;
    }
    named->variable->used = true;
    return named->variable;
}

static const struct cond *resolve_question(struct builder *builder, const struct ast_cond *written) {
    struct variable *variable = look_up_variable(builder, written->name);
    if (!variable)
        return NULL;
    if (variable_is_text(variable)) {
        struct diag *diag = REPORT(builder, TEXT_ASKED, written->name.span,
                                   "'%s' is a string and cannot be used in a condition", variable->name);
        if (variable->optional)
            diag_help(builder->diagnostics, diag, "test whether it is given: given %s", variable->name);
        else
            diag_help(builder->diagnostics, diag,
                      "conditions test what has finitely many cases: yes or no, members of an "
                      "enumeration, ranges of numbers and versions");
        return NULL;
    }
    struct valueset set = {0};
    bool ok = true;
    if (written->kind == AST_COND_COMPARE) {
        ok = resolve_relation(builder, variable, written->relation, &written->value, &set);
    } else if (written->kind == AST_COND_IN) {
        ok = resolve_cell(builder, variable, written->cell, &set);
    } else if (variable->type.kind == MUSTER_BOOL) {
        valueset_add(builder->arena, &set, 1, 1);
    } else {
        struct diag *diag = REPORT(builder, TYPE, written->name.span, "'%s' is not yes or no", variable->name);
        diag_help(builder->diagnostics, diag, "compare it with a value: %s == ...", variable->name);
        ok = false;
    }
    return ok ? cond_test(builder->arena, variable, set) : NULL;
}

static const struct cond *resolve_given(struct builder *builder, const struct ast_cond *written) {
    struct variable *variable = look_up_variable(builder, written->name);
    if (!variable || variable->type.broken)
        return NULL;
    if (!variable->optional) {
        bool is_param = variable->kind == VARIABLE_PARAM;
        struct diag *diag = is_param
                                ? REPORT(builder, TYPE, written->name.span, "'%s' is always given", variable->name)
                                : REPORT(builder, TYPE, written->name.span, "'%s' is no parameter", variable->name);
        if (is_param)
            diag_help(builder->diagnostics, diag, "declare it with 'optional' if it can be omitted");
        else if (variable->type.or_unknown)
            diag_help(builder->diagnostics, diag, "test whether it is known: %s != unknown", variable->name);
        return NULL;
    }
    struct valueset set = {0};
    valueset_add(builder->arena, &set, variable_is_text(variable) ? 1 : variable->type.low, variable->type.high);
    return cond_test(builder->arena, variable, set);
}

static const struct cond *resolve_emitted(struct builder *builder, const struct ast_cond *written) {
    if (builder->allows_argv) {
        builder->tests_argv = true;
        return resolve_emits(builder, written);
    }
    struct diag *diag =
        REPORT(builder, TYPE, written->span, "'%s' cannot be used here, because the command line depends on it",
               written->kind == AST_COND_EMITS ? "emits" : "count");
    diag_help(builder->diagnostics, diag, "use it in promise, warn, reject ... when, example, or musterc ask");
    return NULL;
}

const struct cond *negate(struct builder *builder, const struct cond *cond) {
    struct cond *negated = arena_alloc(builder->arena, sizeof *negated);
    negated->kind = COND_NOT;
    ARENA_PUSH(builder->arena, &negated->operands, cond);
    return negated;
}

static const struct cond *resolve_connective(struct builder *builder, const struct ast_cond *written,
                                             enum cond_kind kind) {
    struct cond *cond = arena_alloc(builder->arena, sizeof *cond);
    cond->kind = kind;
    bool ok = true;
    for (size_t i = 0; i < written->operands.count; i++) {
        const struct cond *operand = resolve_cond(builder, written->operands.items[i]);
        ok = ok && operand;
        if (operand && written->kind == AST_COND_IMPLIES && i == 0)
            operand = negate(builder, operand);
        ARENA_PUSH(builder->arena, &cond->operands, operand);
    }
    return ok ? cond : NULL;
}

const struct cond *resolve_cond(struct builder *builder, const struct ast_cond *written) {
    if (!written)
        return NULL;
    switch (written->kind) {
    case AST_COND_NAME:
    case AST_COND_COMPARE:
    case AST_COND_IN:
        return resolve_question(builder, written);
    case AST_COND_GIVEN:
        return resolve_given(builder, written);
    case AST_COND_EMITS:
    case AST_COND_COUNT:
        return resolve_emitted(builder, written);
    case AST_COND_NOT:
        return resolve_connective(builder, written, COND_NOT);
    case AST_COND_AND:
        return resolve_connective(builder, written, COND_AND);
    case AST_COND_OR:
    case AST_COND_IMPLIES:
        return resolve_connective(builder, written, COND_OR);
    }
    return NULL;
}
