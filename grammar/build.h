/*
 * Builds nodes of the syntax tree for the actions of parser.y. All nodes are in the scanner's arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BUILD_H
#define BUILD_H

#include "grammar/scanner.h"

/* The value of a token or of a nonterminal: %token and %type of parser.y name its member. */
union syntax_value {
    struct ast_name name;
    struct ast_value value;
    struct ast_string *string;
    struct ast_declaration *declaration;
    struct ast_member member;
    ast_members members;
    struct ast_type type;
    struct ast_range range;
    struct ast_input *input;
    struct ast_limit limit;
    struct ast_meta meta;
    struct ast_outcome outcome;
    struct ast_table *table;
    struct ast_row *row;
    struct ast_cell cell;
    ast_cells cells;
    ast_values values;
    ast_names names;
    struct ast_test test;
    struct ast_cond *cond;
    struct ast_block *block;
    struct ast_statement *statement;
    struct ast_arg arg;
    struct ast_list *list;
    struct ast_item item;
    enum ast_relation relation;
    enum ast_repeat repeat;
    struct ast_property property;
    struct ast_evidence *evidence;
    struct ast_reference reference;
    ast_references references;
    struct ast_pattern *pattern;
    struct ast_pattern_part pattern_part;
};

struct ast_declaration *build_declaration(struct scanner *scanner, enum ast_kind kind, struct span span);
/* A decision from its outcomes, its columns, and the table of its rows. */
struct ast_declaration *build_decision(struct scanner *scanner, const struct ast_table *outcomes, ast_names columns,
                                       struct ast_table *rows);
struct ast_value build_word(struct ast_name name);
struct ast_value build_placeholder(struct ast_name name);
struct ast_value build_string(struct ast_string *string);
struct ast_cond *build_cond(struct scanner *scanner, enum ast_cond_kind kind, struct span span);
/* `left` and `right`, connected by `kind`. */
struct ast_cond *build_connective(struct scanner *scanner, enum ast_cond_kind kind, struct ast_cond *left,
                                  struct ast_cond *right);
/* Adds `more` to `into`; reports a second 'because' or 'see'. */
void build_meta(struct scanner *scanner, struct ast_meta *into, const struct ast_meta *more, struct span span);
/* A test without operands. */
struct ast_test build_test(enum ast_test_kind kind, struct span span);

#endif
