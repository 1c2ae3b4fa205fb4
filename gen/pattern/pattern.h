/*
 * Patterns of string parameters: regular expressions, compiled to small DFAs.
 *
 * A pattern matches a whole string, byte by byte. It is written in UTF-8, and consists of
 *
 *     a           the character itself; a character beyond ASCII is the sequence of its bytes
 *     \.          the character itself, where it would have a meaning: . [ ] ( ) { } * + ? | ^ $ - \
 *     .           any byte except the control bytes 0x00 to 0x1f and 0x7f
 *     [a-z0-9_]   one of these ASCII characters; `-` itself is first or last, or written \-
 *     [^a-z]      any byte except these and the control bytes
 *     ( )         a group
 *     a|b         one or the other; either may be empty
 *     * + ? {n} {n,} {n,m}   repeats the character, class or group before it; n and m are at most 4096
 *
 * No pattern matches a string with a control byte, and each matches some string. Everything else is an error, for
 * example: `^` and `$` as anchors (patterns are always anchored), a repetition directly after a repetition ("lazy" in
 * other dialects), `[` in a class (it names classes in other dialects), and \d and the like.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PATTERN_H
#define PATTERN_H

#include "runtime/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits that error messages name. A pattern that exceeds one is rejected. */
#define PATTERN_MAX_LENGTH 16384 /* bytes of the pattern in the rule file */
#define PATTERN_MAX_REPEAT 4096  /* n and m */
#define PATTERN_MAX_DEPTH 100    /* nested parentheses */
#define PATTERN_MAX_STATES 8192  /* of the DFA before minimisation, including the dead state */

/*
 * The minimal DFA of the language: no two states and no two classes are equivalent, and the numbering depends only on
 * the language. State 0 is the dead state, state 1 the start; class 0 contains the control bytes and all other bytes
 * that never match, and always leads to state 0.
 */
struct pattern {
    uint32_t n_classes, n_states;
    unsigned char classes[256]; /* by byte */
    uint32_t *next;             /* [state * n_classes + class] */
    unsigned char *accept;      /* [state]: 1 if a string may end here */
    size_t max_length;          /* length of the longest match in bytes, SIZE_MAX if unbounded */
};

struct pattern_error {
    size_t at;           /* offset in the pattern; 0 if the error concerns the whole pattern */
    const char *message; /* a string literal */
};

/*
 * Compiles `length` bytes of pattern. The result is allocated in the arena, and nothing else is; NULL and `error` on
 * failure. Time and memory are bounded for any input (about half a second and 100 MB).
 */
const struct pattern *pattern_compile(struct arena *arena, const char *text, size_t length,
                                      struct pattern_error *error);

bool pattern_match(const struct pattern *pattern, const char *text, size_t length);

/*
 * Whether it is certain that no string matches both. Returns false after four million pairs of states, which only very
 * large patterns have.
 */
bool pattern_disjoint(const struct pattern *a, const struct pattern *b);

/* A part of a sequence: a constant string, or any string that matches a pattern. */
struct pattern_part {
    const char *text; /* or NULL: */
    size_t length;
    const struct pattern *pattern;
};

/*
 * Whether it is certain that no string matches both sequences of parts. `steps` is the remaining budget in pairs of
 * states, and is reduced; when it is used up, the result is false.
 */
bool pattern_parts_disjoint(const struct pattern_part *a, size_t n_a, const struct pattern_part *b, size_t n_b,
                            size_t *steps);

/*
 * A shortest string that matches, is UTF-8, has no byte that `avoided` marks (NULL: none are), and begins with `first`
 * unless that is 0. Deterministic; prefers lower-case letters. NULL if there is none.
 */
const char *pattern_example(struct arena *arena, const struct pattern *pattern, const bool *avoided, char first);

#endif
