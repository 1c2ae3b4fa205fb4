/*
 * Prints the syntax tree, for developers: `musterc debug --ast`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef AST_DUMP_H
#define AST_DUMP_H

#include <stdio.h>

#include "grammar/ast.h"

/* A line for each node: its kind, its parts that are words, and its position. Children are indented. */
void ast_dump(FILE *out, const struct sources *sources, const struct ast_declaration *declaration);

#endif
