/*
 * Errors of syntax, between the parser and recovery.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "grammar/scanner.h"

/* So many tokens are named that could have stood there; more are no help. */
enum { MAX_EXPECTED = 4 };

/* A token that cannot stand where it does, and what could. */
struct syntax_error {
    struct span span;
    bool is_end, is_word, is_option, is_reserved;
    bool wants_word, wants_text, wants_declaration, wants_reference, wants_semicolon;
    const char *expected[MAX_EXPECTED];
    size_t n_expected; /* all of them */
};

void recovery_report(struct scanner *scanner, const struct syntax_error *error);

/* Reports a construct that is reserved for a later version. */
void recovery_reserved(struct scanner *scanner, struct span span, const char *what);

/*
 * Skips what is left of a broken declaration (depth 0), row or statement (depth: braces open around it), beginning
 * with the token that was read last. Returns the token to go on with.
 */
int recovery_skip(struct scanner *scanner, void *lexer, int token, struct span broken, int depth,
                  union syntax_value *value, struct span *span);

#endif
