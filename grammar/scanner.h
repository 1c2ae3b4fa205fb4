/*
 * The state of the scanner for one file, shared with the parser.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SCANNER_H
#define SCANNER_H

#include "grammar/ast.h"

union syntax_value;

/* Limit on the nesting of braces and parentheses, which also bounds the parser's stack. */
enum { SCANNER_MAX_NESTING = 100 };

struct scanner {
    struct arena *arena;
    const struct source *source;
    struct diagnostics *diagnostics;
    uint32_t file;
    uint32_t offset;          /* of the next byte */
    int braces, parens;       /* number of open ones */
    bool stopped;             /* the nesting limit was exceeded; the rest of the file is not read */
    int statement_depth;      /* set by the parser: open braces around the current statements */
    struct span last, before; /* the last token, and the one before it */
    bool is_reserved;         /* the last token is a reserved keyword */
    int closing;              /* missing '}' that are returned before the text continues */
    bool begins_question;     /* the token QUESTION is returned first */
    bool is_question;
    struct ast_file *result;
};

/* Splits the contents of a quoted string into pieces; reports errors in it. */
struct ast_string *scanner_string(struct scanner *scanner, const char *text, size_t length, struct span span);

/* Parses a number, version or series; reports one that is too large. */
void scanner_number(struct scanner *scanner, const char *text, size_t length, struct span span,
                    struct ast_value *value);

/* The next token, for the parser. */
int scanner_next(union syntax_value *value, struct span *span, void *lexer);

/* Continues at an earlier offset, after `closing` missing '}'. */
void scanner_rewind(struct scanner *scanner, void *lexer, uint32_t offset, int closing);

#endif
