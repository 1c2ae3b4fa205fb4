/*
 * Builds nodes of the syntax tree for the actions of parser.y.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grammar/build.h"

#include <string.h>

struct ast_declaration *build_declaration(struct scanner *scanner, enum ast_kind kind, struct span span) {
    struct ast_declaration *declaration = arena_alloc(scanner->arena, sizeof *declaration);
    declaration->kind = kind;
    declaration->span = span;
    return declaration;
}

struct ast_declaration *build_decision(struct scanner *scanner, const struct ast_table *outcomes, ast_names columns,
                                       struct ast_table *rows) {
    struct ast_declaration *declaration = build_declaration(scanner, AST_DECIDE, outcomes->outcomes.items[0].name.span);
    declaration->name = outcomes->outcomes.items[0].name;
    declaration->table = rows;
    memcpy(&rows->outcomes, &outcomes->outcomes, sizeof outcomes->outcomes);
    rows->columns = columns;
    return declaration;
}

struct ast_value build_word(struct ast_name name) {
    return (struct ast_value){.kind = AST_WORD, .span = name.span, .text = name.text};
}

struct ast_value build_placeholder(struct ast_name name) {
    return (struct ast_value){.kind = AST_PLACEHOLDER, .span = name.span, .text = name.text};
}

struct ast_value build_string(struct ast_string *string) {
    return (struct ast_value){.kind = AST_STRING, .span = string->span, .string = string};
}

struct ast_cond *build_cond(struct scanner *scanner, enum ast_cond_kind kind, struct span span) {
    struct ast_cond *cond = arena_alloc(scanner->arena, sizeof *cond);
    cond->kind = kind;
    cond->span = span;
    return cond;
}

struct ast_cond *build_connective(struct scanner *scanner, enum ast_cond_kind kind, struct ast_cond *left,
                                  struct ast_cond *right) {
    struct ast_cond *cond = build_cond(scanner, kind, span_join(left->span, right->span));
    ARENA_PUSH(scanner->arena, &cond->operands, left);
    ARENA_PUSH(scanner->arena, &cond->operands, right);
    return cond;
}

void build_meta(struct scanner *scanner, struct ast_meta *into, const struct ast_meta *more, struct span span) {
    bool because = more->because || more->because_name.text;
    if (because && (into->because || into->because_name.text))
        diag_add(scanner->diagnostics, DIAG_CODE_SYNTAX, span, "a second 'because'");
    if (more->see && into->see)
        diag_add(scanner->diagnostics, DIAG_CODE_SYNTAX, span, "a second 'see'");
    if (because) {
        into->because = more->because;
        into->because_name = more->because_name;
    }
    if (more->see)
        into->see = more->see;
}

struct ast_test build_test(enum ast_test_kind kind, struct span span) {
    return (struct ast_test){.kind = kind, .span = span};
}
