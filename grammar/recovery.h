/*
 * Syntax errors: the interface between the parser and recovery.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "grammar/scanner.h"

/* Limit on the expected tokens that a message names. */
enum { MAX_EXPECTED = 4 };

/* An unexpected token, and the expected ones. */
struct syntax_error {
    struct span span;
    bool is_end, is_word, is_option, is_reserved;
    bool wants_word, wants_text, wants_declaration, wants_reference, wants_semicolon;
    const char *expected[MAX_EXPECTED];
    size_t n_expected; /* of all expected tokens */
};

void recovery_report(struct scanner *scanner, const struct syntax_error *error);

/* Reports a construct that is reserved for a later version. */
void recovery_reserved(struct scanner *scanner, struct span span, const char *what);

/*
 * Skips the rest of a broken declaration (depth 0), row or statement (depth: open braces around it), beginning with the
 * token that was read last. Returns the token to continue with.
 */
int recovery_skip(struct scanner *scanner, void *lexer, int token, struct span broken, int depth,
                  union syntax_value *value, struct span *span);

#endif
