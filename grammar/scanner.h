/*
 * What the scanner keeps while it reads one file, shared with the parser.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SCANNER_H
#define SCANNER_H

#include "grammar/ast.h"

union PARSE_STYPE;

/* Braces and parentheses in each other; deeper, no person reads it, and the parser's stack is bounded by it. */
enum { SCANNER_MAX_NESTING = 100 };

struct scanner {
    struct arena *arena;
    const struct source *source;
    struct diagnostics *diagnostics;
    uint32_t file;
    uint32_t offset;          /* of the next byte */
    int braces, parens;       /* open ones */
    bool stopped;             /* nesting went over the limit: the rest of the file is not read */
    int statement_depth;      /* parser: braces open around the statements that are being read */
    struct span last, before; /* the token that was read last, and the one before it */
    int closing;              /* so many '}' are read before the text goes on: the parser missed them */
    bool begins_question;     /* the token that lets a question begin comes first */
    bool is_question;
    struct ast_file *result;
};

/* Turns the bytes between the quotes of a text into pieces; reports what is wrong in it. */
struct ast_string *scanner_string(struct scanner *scanner, const char *text, size_t length, struct span span);

/* Reads a number, version or series as written; reports one that is too large. */
void scanner_number(struct scanner *scanner, const char *text, size_t length, struct span span,
                    struct ast_value *value);

/* The next token: what the parser calls. */
int scanner_next(union PARSE_STYPE *value, struct span *span, void *lexer);

/* Goes back to an earlier place in the text; `closing` missing '}' come first. */
void scanner_rewind(struct scanner *scanner, void *lexer, uint32_t offset, int closing);

#endif
