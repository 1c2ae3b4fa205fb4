/*
 * What the parts of the pattern compiler hand to each other: text -> tree -> automaton -> least automaton.
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
 * The tree. NODE_BLANK, which matches the empty text only, is at the root or is one of the children of a NODE_CHOICE;
 * every other node matches some text that is not empty. Each node matches something, so the lengths are exact.
 */
enum node_kind { NODE_BLANK, NODE_BYTES, NODE_SEQUENCE, NODE_CHOICE, NODE_REPEAT };

struct node {
    enum node_kind kind;
    uint32_t set;              /* NODE_BYTES: in `sets` */
    size_t least, most;        /* NODE_REPEAT: how often; most may be PATTERN_UNBOUNDED */
    size_t shortest, longest;  /* bytes of a match; longest may be PATTERN_UNBOUNDED */
    struct node *first, *last; /* children */
    struct node *next;         /* the next child of the same parent */
};

struct byte_sets {
    struct byte_set *items;
    size_t count, capacity;
};

struct syntax {
    const struct node *root;
    struct byte_sets sets;
};

/* Depth of the tree is at most three per parenthesis, so it may be walked by recursion. */
bool pattern_parse(struct arena *arena, const char *text, size_t length, struct syntax *syntax,
                   struct pattern_error *error);

/* Fills all of `pattern` but max_length. States and classes may still be equal. */
bool pattern_determine(struct arena *arena, const struct syntax *syntax, struct pattern *pattern,
                       struct pattern_error *error);

/* Merges equal states and equal classes of `from`, and numbers them anew; fills all of `to` but max_length. */
void pattern_minimise(struct arena *arena, struct arena *scratch, const struct pattern *from, struct pattern *to);

#endif
