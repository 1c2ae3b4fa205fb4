/*
 * Patterns: whether two sequences of constant strings and patterns match a common string. Traverses both in parallel
 * without compiling them to DFAs, so that the cost is the number of pairs of places that are visited.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/pattern/pattern.h"

#include <string.h>

/* Limit on the pairs of places of one query; each takes one bit. */
#define MAX_PLACES ((size_t)1 << 26)

struct sequence {
    const struct pattern_part *parts;
    size_t count;
    size_t *first; /* by part: the number of its first place; after the last part: the number of all places */
};

/* A position: in a constant string before a byte, in a pattern at a state, or after the last part. */
struct place {
    size_t part, at;
};

static struct sequence sequence_new(struct arena *arena, const struct pattern_part *parts, size_t count) {
    struct sequence sequence = {.parts = parts, .count = count};
    sequence.first = arena_alloc(arena, (count + 2) * sizeof *sequence.first);
    for (size_t i = 0; i < count; i++)
        sequence.first[i + 1] = sequence.first[i] + (parts[i].text ? parts[i].length : parts[i].pattern->n_states);
    sequence.first[count + 1] = sequence.first[count] + 1;
    return sequence;
}

/* The place where a part begins; skips empty constant strings. */
static struct place begin(const struct sequence *sequence, size_t part) {
    while (part < sequence->count && sequence->parts[part].text && sequence->parts[part].length == 0)
        part++;
    return (struct place){part, part < sequence->count && !sequence->parts[part].text};
}

static bool is_end(const struct sequence *sequence, struct place place) {
    return place.part == sequence->count;
}

/* Whether the string of a pattern may end here, so that the next part begins. */
static bool may_end(const struct sequence *sequence, struct place place) {
    if (is_end(sequence, place))
        return false;
    const struct pattern_part *part = &sequence->parts[place.part];
    return !part->text && part->pattern->accept[place.at];
}

/* Advances by one byte; false if the byte does not match. */
static bool step(const struct sequence *sequence, struct place *place, unsigned char byte) {
    if (is_end(sequence, *place))
        return false;
    const struct pattern_part *part = &sequence->parts[place->part];
    if (part->text && (unsigned char)part->text[place->at] != byte)
        return false;
    if (part->text) {
        *place = place->at + 1 == part->length ? begin(sequence, place->part + 1)
                                               : (struct place){place->part, place->at + 1};
        return true;
    }
    place->at = part->pattern->next[place->at * part->pattern->n_classes + part->pattern->classes[byte]];
    return place->at != 0;
}

static void mark_texts(const struct sequence *sequence, bool own[256]) {
    for (size_t i = 0; i < sequence->count; i++)
        for (size_t k = 0; sequence->parts[i].text && k < sequence->parts[i].length; k++)
            own[(unsigned char)sequence->parts[i].text[k]] = true;
}

static bool same_classes(const struct sequence *sequence, size_t byte, size_t other) {
    for (size_t i = 0; i < sequence->count; i++)
        if (!sequence->parts[i].text &&
            sequence->parts[i].pattern->classes[byte] != sequence->parts[i].pattern->classes[other])
            return false;
    return true;
}

/* Selects one byte from each set of bytes that no part of either sequence distinguishes. */
static size_t choose_bytes(const struct sequence *a, const struct sequence *b, unsigned char bytes[256]) {
    bool own[256] = {false};
    size_t count = 0;
    mark_texts(a, own);
    mark_texts(b, own);
    for (size_t byte = 0; byte < 256; byte++) {
        size_t i = own[byte] ? count : 0;
        while (i < count && (own[bytes[i]] || !same_classes(a, byte, bytes[i]) || !same_classes(b, byte, bytes[i])))
            i++;
        if (i == count)
            bytes[count++] = (unsigned char)byte;
    }
    return count;
}

struct pair {
    struct place a, b;
};

struct search {
    struct arena *arena;
    struct sequence a, b;
    unsigned char *seen; /* bits */
    struct {
        struct pair *items;
        size_t count, capacity;
    } waiting;
};

static void visit(struct search *search, struct place a, struct place b) {
    size_t index =
        (search->a.first[a.part] + a.at) * search->b.first[search->b.count + 1] + search->b.first[b.part] + b.at;
    if (search->seen[index / 8] >> index % 8 & 1)
        return;
    search->seen[index / 8] |= (unsigned char)(1u << index % 8);
    ARENA_PUSH(search->arena, &search->waiting, ((struct pair){a, b}));
}

/* True if the two cannot reach their ends with the same string. */
static bool search_all(struct search *search, size_t *steps) {
    unsigned char bytes[256] = {0};
    const size_t n_bytes = choose_bytes(&search->a, &search->b, bytes);
    visit(search, begin(&search->a, 0), begin(&search->b, 0));
    while (search->waiting.count > 0) {
        const struct pair pair = search->waiting.items[--search->waiting.count];
        if ((is_end(&search->a, pair.a) && is_end(&search->b, pair.b)) || *steps == 0)
            return false;
        --*steps;
        if (may_end(&search->a, pair.a))
            visit(search, begin(&search->a, pair.a.part + 1), pair.b);
        if (may_end(&search->b, pair.b))
            visit(search, pair.a, begin(&search->b, pair.b.part + 1));
        for (size_t i = 0; i < n_bytes; i++) {
            struct pair next = pair;
            if (step(&search->a, &next.a, bytes[i]) && step(&search->b, &next.b, bytes[i]))
                visit(search, next.a, next.b);
        }
    }
    return true;
}

bool pattern_parts_disjoint(const struct pattern_part *a, size_t n_a, const struct pattern_part *b, size_t n_b,
                            size_t *steps) {
    struct arena *scratch = arena_new();
    struct search search = {.arena = scratch, .a = sequence_new(scratch, a, n_a), .b = sequence_new(scratch, b, n_b)};
    size_t places = search.a.first[n_a + 1], others = search.b.first[n_b + 1];
    bool is_disjoint = false;
    if (places <= MAX_PLACES / others) {
        search.seen = arena_alloc(scratch, places * others / 8 + 1);
        is_disjoint = search_all(&search, steps);
    }
    arena_free(scratch);
    return is_disjoint;
}
