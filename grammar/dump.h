/*
 * Prints the syntax tree, for developers: `musterc debug --ast`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef AST_DUMP_H
#define AST_DUMP_H

#include <stdio.h>

#include "grammar/ast.h"

/*
 * A line for each node: its kind, its parts that are words, and its position. Children are indented. Control characters
 * of strings become '?'. `arena` is for texts in between.
 */
void ast_dump(struct arena *arena, FILE *out, const struct sources *sources, const struct ast_declaration *declaration);

#endif
