/*
 * Patterns: compilation, and queries on the DFA.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/pattern/internal.h"

/* Limit on the pairs of states that pattern_disjoint visits. */
enum { MAX_PAIRS = 4 * 1024 * 1024 };

const struct pattern *pattern_compile(struct arena *arena, const char *text, size_t length,
                                      struct pattern_error *error) {
    struct arena *scratch = arena_new();
    struct syntax syntax;
    struct pattern wide = {0}, *pattern = NULL;
    if (pattern_parse(scratch, text, length, &syntax, error) && pattern_determine(scratch, &syntax, &wide, error)) {
        pattern = arena_alloc(arena, sizeof *pattern);
        pattern->max_length = syntax.root->longest;
        pattern_minimise(arena, scratch, &wide, pattern);
    }
    arena_free(scratch);
    return pattern;
}

bool pattern_match(const struct pattern *pattern, const char *text, size_t length) {
    uint32_t state = 1;
    for (size_t i = 0; i < length && state; i++)
        state = pattern->next[(size_t)state * pattern->n_classes + pattern->classes[(unsigned char)text[i]]];
    return pattern->accept[state];
}

struct pair {
    uint32_t a, b;
};

struct pairs {
    struct pair *items;
    size_t count, capacity;
};

/* Lists the pairs of classes that have a byte in common. */
static size_t pair_classes(const struct pattern *a, const struct pattern *b, struct pair pairs[256]) {
    size_t count = 0;
    for (size_t byte = 0; byte < 256; byte++) {
        struct pair pair = {.a = a->classes[byte], .b = b->classes[byte]};
        size_t i = 0;
        while (i < count && (pairs[i].a != pair.a || pairs[i].b != pair.b))
            i++;
        if (i == count)
            pairs[count++] = pair;
    }
    return count;
}

bool pattern_disjoint(const struct pattern *a, const struct pattern *b) {
    struct pair classes[256] = {{0, 0}};
    const size_t n_classes = pair_classes(a, b, classes);
    struct arena *scratch = arena_new();
    unsigned char *seen = arena_alloc(scratch, (size_t)a->n_states * b->n_states / 8 + 1);
    struct pairs waiting = {0};
    struct pair pair = {1, 1};
    bool is_disjoint = !a->accept[1] || !b->accept[1];
    size_t n_pairs = 1;
    ARENA_PUSH(scratch, &waiting, pair);
    while (is_disjoint && waiting.count) {
        struct pair from = waiting.items[--waiting.count];
        for (size_t i = 0; i < n_classes && is_disjoint; i++) {
            struct pair to = {.a = a->next[(size_t)from.a * a->n_classes + classes[i].a],
                              .b = b->next[(size_t)from.b * b->n_classes + classes[i].b]};
            size_t index = (size_t)to.a * b->n_states + to.b;
            if (!to.a || !to.b || seen[index / 8] >> index % 8 & 1)
                continue;
            seen[index / 8] |= (unsigned char)(1u << index % 8);
            is_disjoint = !(a->accept[to.a] && b->accept[to.b]) && n_pairs++ < MAX_PAIRS;
            ARENA_PUSH(scratch, &waiting, to);
        }
    }
    arena_free(scratch);
    return is_disjoint;
}
