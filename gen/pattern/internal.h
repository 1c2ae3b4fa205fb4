/*
 * Private header of gen/pattern: pattern -> syntax tree -> DFA -> minimal DFA.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PATTERN_PARTS_H
#define PATTERN_PARTS_H

#include "gen/pattern/pattern.h"

#define PATTERN_TEXT(number) PATTERN_TEXT_OF(number)
#define PATTERN_TEXT_OF(number) #number

#define PATTERN_TOO_MANY_STATES "the pattern needs more than " PATTERN_TEXT(PATTERN_MAX_STATES) " states"
#define PATTERN_TOO_COMPLEX "the pattern is too complex to compile; write its repetitions more simply"

#define PATTERN_UNBOUNDED SIZE_MAX

struct byte_set {
    uint64_t bits[4];
};

static inline bool byte_set_has(const struct byte_set *set, unsigned byte) {
    return set->bits[byte / 64] >> byte % 64 & 1;
}

static inline void byte_set_add(struct byte_set *set, unsigned byte) {
    set->bits[byte / 64] |= UINT64_C(1) << byte % 64;
}

/*
 * The syntax tree. NODE_BLANK matches only the empty string, and is the root or a child of a NODE_CHOICE; every other
 * node also matches a string that is not empty. Each node matches something, so that the lengths are exact.
 */
enum node_kind { NODE_BLANK, NODE_BYTES, NODE_SEQUENCE, NODE_CHOICE, NODE_REPEAT };

struct node {
    enum node_kind kind;
    uint32_t set;              /* NODE_BYTES: in `sets` */
    size_t min, max;           /* NODE_REPEAT: the number of repetitions; max may be PATTERN_UNBOUNDED */
    size_t shortest, longest;  /* of a match, in bytes; longest may be PATTERN_UNBOUNDED */
    struct node *first, *last; /* children */
    struct node *next;         /* the next sibling */
};

struct byte_sets {
    struct byte_set *items;
    size_t count, capacity;
};

struct syntax {
    const struct node *root;
    struct byte_sets sets;
};

/* The depth of the tree is at most three per parenthesis, so that recursion is safe. */
bool pattern_parse(struct arena *arena, const char *text, size_t length, struct syntax *syntax,
                   struct pattern_error *error);

/* Fills all members of `pattern` except max_length. States and classes may still be equivalent. */
bool pattern_determine(struct arena *arena, const struct syntax *syntax, struct pattern *pattern,
                       struct pattern_error *error);

/* Merges equivalent states and classes of `from`, and renumbers them. Fills all members of `to` except max_length. */
void pattern_minimise(struct arena *arena, struct arena *scratch, const struct pattern *from, struct pattern *to);

#endif
