/*
 * Patterns of text parameters: a regular language, compiled to a small deterministic automaton.
 *
 * A pattern matches a whole text, byte by byte. It is written in UTF-8, and made of
 *
 *     a           a character that means itself; one beyond ASCII is the sequence of its bytes
 *     \.          the character itself, where it would mean something else: . [ ] ( ) { } * + ? | ^ $ - \
 *     .           any byte but the control bytes 0x00 to 0x1f and 0x7f
 *     [a-z0-9_]   one of these ASCII characters; `-` itself stands first or last, or as \-
 *     [^a-z]      any byte but these and the control bytes
 *     ( )         a group
 *     a|b         one or the other; either may be empty
 *     * + ? {n} {n,} {n,m}   repeats the character, class or group before it; n and m are at most 4096
 *
 * No pattern matches a text with a control byte in it, and each matches some text. Everything else is an error: among
 * others `^` and `$` as anchors (a pattern is anchored anyway), a repetition right behind a repetition (which is "lazy"
 * elsewhere), `[` in a class (which names classes elsewhere), and \d and the like.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PATTERN_H
#define PATTERN_H

#include "runtime/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The limits that messages name; beyond them a pattern is refused. */
#define PATTERN_MAX_LENGTH 16384 /* bytes of the pattern as it is written */
#define PATTERN_MAX_REPEAT 4096  /* n and m */
#define PATTERN_MAX_DEPTH 100    /* of parentheses */
#define PATTERN_MAX_STATES 8192  /* of the automaton, the dead one included, before equal states are merged */

/*
 * The least automaton of the language: no two states and no two classes do the same, and the numbers depend on nothing
 * but the texts that match. State 0 is dead, state 1 starts; class 0 is that of the control bytes and of all others
 * that never match, and always leads to state 0.
 */
struct pattern {
    uint32_t n_classes, n_states;
    unsigned char classes[256]; /* the class of each byte */
    uint32_t *next;             /* [state * n_classes + class] */
    unsigned char *accept;      /* [state]: 1 if a text may end here */
    size_t max_length;          /* most bytes of a match, SIZE_MAX if there is no most */
};

struct pattern_error {
    size_t at;           /* byte in the pattern; 0 where it is about the pattern as a whole */
    const char *message; /* constant */
};

/*
 * Compiles `length` bytes of pattern. The result lives in the arena, which gets nothing else; NULL and `error` on
 * failure. Time and memory are bounded for any input (about half a second and 100 MB).
 */
const struct pattern *pattern_compile(struct arena *arena, const char *text, size_t length,
                                      struct pattern_error *error);

bool pattern_match(const struct pattern *pattern, const char *text, size_t length);

/*
 * Whether it is certain that no text matches both. The search is given up with false after four million pairs of
 * states, which only pairs of very large patterns have.
 */
bool pattern_disjoint(const struct pattern *a, const struct pattern *b);

/* A text made of parts, one after the other: constant ones, and any that match a pattern. */
struct pattern_part {
    const char *text; /* or NULL: */
    size_t length;
    const struct pattern *pattern;
};

/*
 * Whether it is certain that no text is made of the one sequence of parts and of the other. `steps` is how many pairs
 * of states may still be looked at, and becomes less; at its end nothing is certain.
 */
bool pattern_parts_disjoint(const struct pattern_part *a, size_t n_a, const struct pattern_part *b, size_t n_b,
                            size_t *steps);

/*
 * A shortest text that matches, is UTF-8, has no byte that `avoided` marks (NULL: any will do), and begins with `first`
 * unless that is 0. The same every time, of lower-case letters where it can be. NULL if there is none.
 */
const char *pattern_example(struct arena *arena, const struct pattern *pattern, const bool *avoided, char first);

#endif
