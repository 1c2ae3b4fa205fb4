/*
 * Which boxes overlap: for each set of codes that cells have, the boxes that meet it, as bits; what all cells of a box
 * are met by is what overlaps the box. Columns with more classes than bits of a word are looked at by groups of
 * classes, and what is found so is looked at again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "boxes_parts.h"

#include <string.h>

enum {
    WORD = 64,
    BLOCK = 4, /* words of boxes that are looked at together */
};

/* What the sets of boxes may take. A column for which there is no room is left to the second look. */
#define MOST_BYTES ((size_t)64 * 1024 * 1024)

/* The boxes that meet the sets of one column; boxes are numbered by their places in boxes->live. */
struct met {
    size_t column;
    uint64_t *boxes; /* by set, so many words each */
    size_t *counts;  /* by set */
};

struct overlaps {
    struct boxes *boxes;
    struct arena *scratch;
    size_t n_words; /* of a set of boxes; a multiple of BLOCK */
    struct met *met;
    size_t n_met;
    const uint64_t **limits; /* the sets of boxes that meet the cells of one box; the smallest first */
    size_t n_limits;
    size_t *again; /* columns that need a second look */
    size_t n_again;
    struct boxes_pair *pairs;
    size_t most, count;
    bool any; /* whether there is one is all that is asked */
};

/* ---- the boxes that meet a set ---------------------------------------------------------------------------------- */

static size_t group_of(const struct column *column, size_t class) {
    return column->n_classes <= WORD ? class : class * WORD / column->n_classes;
}

static size_t n_groups(const struct column *column) {
    return column->n_classes <= WORD ? column->n_classes : WORD;
}

static uint64_t groups_of(const struct column *column, const struct cell_set *set) {
    if (column->n_classes <= WORD)
        return set->words[0];
    uint64_t groups = 0;
    for (size_t word = 0; word < column->words; word++)
        for (uint64_t rest = set->words[word]; rest; rest &= rest - 1)
            groups |= UINT64_C(1) << group_of(column, word * WORD + (size_t)__builtin_ctzll(rest));
    return groups;
}

static void unite(uint64_t *words, const uint64_t *more, size_t count) {
    for (size_t i = 0; i < count; i++)
        words[i] |= more[i];
}

/* By group: the boxes whose cells have one of its codes. */
static uint64_t *boxes_by_group(const struct overlaps *overlaps, size_t at, const uint64_t *groups) {
    const struct boxes *boxes = overlaps->boxes;
    size_t n_words = overlaps->n_words, count = n_groups(&boxes->columns[at]);
    uint64_t *by_group = arena_alloc(overlaps->scratch, count * n_words * sizeof *by_group);
    uint64_t *everywhere = arena_alloc(overlaps->scratch, n_words * sizeof *everywhere);
    for (size_t i = 0; i < boxes->n_live; i++) {
        uint32_t set = boxes->sets[boxes->live[i] * boxes->n_columns + at];
        uint64_t bit = UINT64_C(1) << i % WORD;
        if (set == 0)
            everywhere[i / WORD] |= bit;
        else
            for (uint64_t rest = groups[set]; rest; rest &= rest - 1)
                by_group[(size_t)__builtin_ctzll(rest) * n_words + i / WORD] |= bit;
    }
    for (size_t group = 0; group < count; group++)
        unite(&by_group[group * n_words], everywhere, n_words);
    return by_group;
}

static size_t count_bits(const uint64_t *words, size_t count) {
    size_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits += (size_t)__builtin_popcountll(words[i]);
    return bits;
}

static void find_met(struct overlaps *overlaps, size_t at) {
    const struct column *column = &overlaps->boxes->columns[at];
    size_t n_words = overlaps->n_words;
    uint64_t *groups = arena_alloc(overlaps->scratch, column->sets.count * sizeof *groups);
    for (size_t set = 0; set < column->sets.count; set++)
        groups[set] = groups_of(column, &column->sets.items[set]);
    const uint64_t *by_group = boxes_by_group(overlaps, at, groups);
    struct met met = {.column = at};
    met.boxes = arena_alloc(overlaps->scratch, column->sets.count * n_words * sizeof *met.boxes);
    met.counts = arena_alloc(overlaps->scratch, column->sets.count * sizeof *met.counts);
    for (size_t set = 1; set < column->sets.count; set++) {
        uint64_t *mine = &met.boxes[set * n_words];
        for (uint64_t rest = groups[set]; rest; rest &= rest - 1)
            unite(mine, &by_group[(size_t)__builtin_ctzll(rest) * n_words], n_words);
        met.counts[set] = count_bits(mine, n_words);
    }
    overlaps->met[overlaps->n_met++] = met;
}

static void find_met_if_room(struct overlaps *overlaps, size_t at, size_t *room) {
    const struct column *column = &overlaps->boxes->columns[at];
    size_t needed = column->sets.count + n_groups(column) + 1;
    bool fits = needed <= *room;
    if (fits) {
        find_met(overlaps, at);
        *room -= needed;
    }
    if (!fits || column->n_classes > WORD)
        overlaps->again[overlaps->n_again++] = at;
}

/* Columns with few sets first, as far as there is room. */
static void find_all_met(struct overlaps *overlaps) {
    const struct boxes *boxes = overlaps->boxes;
    size_t room = MOST_BYTES / (overlaps->n_words * sizeof(uint64_t)), most = 1;
    for (size_t i = 0; i < boxes->n_columns; i++)
        most = boxes->columns[i].sets.count > most ? boxes->columns[i].sets.count : most;
    for (size_t from = 2; from <= most; from *= 8)
        for (size_t i = 0; i < boxes->n_columns; i++)
            if (boxes->columns[i].sets.count >= from && boxes->columns[i].sets.count < from * 8)
                find_met_if_room(overlaps, i, &room);
}

/* ---- one box after the other ------------------------------------------------------------------------------------ */

/* The sets of boxes that meet the cells of a box, those that say most first. */
static void find_limits(struct overlaps *overlaps, size_t i) {
    const struct boxes *boxes = overlaps->boxes;
    const uint32_t *sets = &boxes->sets[boxes->live[i] * boxes->n_columns];
    size_t counts[BLOCK] = {0};
    overlaps->n_limits = 0;
    for (size_t m = 0; m < overlaps->n_met; m++) {
        const struct met *met = &overlaps->met[m];
        uint32_t set = sets[met->column];
        if (set == 0)
            continue;
        const uint64_t *limit = &met->boxes[set * overlaps->n_words];
        size_t count = met->counts[set], at = overlaps->n_limits++;
        /* Only the first few are put in order: mostly these leave nothing. */
        if (at >= BLOCK && count < counts[BLOCK - 1]) {
            overlaps->limits[at] = overlaps->limits[BLOCK - 1];
            at = BLOCK - 1;
        }
        for (; at > 0 && at < BLOCK && counts[at - 1] > count; at--) {
            counts[at] = counts[at - 1];
            overlaps->limits[at] = overlaps->limits[at - 1];
        }
        overlaps->limits[at] = limit;
        if (at < BLOCK)
            counts[at] = count;
    }
}

static bool cells_meet(const struct boxes *boxes, size_t a, size_t b, size_t column) {
    const uint64_t *words_a = boxes_set(boxes, a, column)->words, *words_b = boxes_set(boxes, b, column)->words;
    for (size_t i = 0; i < boxes->columns[column].words; i++)
        if (words_a[i] & words_b[i])
            return true;
    return false;
}

static bool boxes_meet(const struct overlaps *overlaps, size_t a, size_t b) {
    for (size_t i = 0; i < overlaps->n_again; i++)
        if (!cells_meet(overlaps->boxes, a, b, overlaps->again[i]))
            return false;
    return true;
}

static void add_pairs(struct overlaps *overlaps, size_t i, size_t word, uint64_t bits) {
    const struct boxes *boxes = overlaps->boxes;
    if (overlaps->n_again == 0 && overlaps->count >= overlaps->most) {
        overlaps->count += (size_t)__builtin_popcountll(bits);
        return;
    }
    for (; bits; bits &= bits - 1) {
        size_t first = boxes->live[word * WORD + (size_t)__builtin_ctzll(bits)];
        if (!boxes_meet(overlaps, first, boxes->live[i]))
            continue;
        if (overlaps->count < overlaps->most)
            overlaps->pairs[overlaps->count] = (struct boxes_pair){first, boxes->live[i]};
        overlaps->count++;
    }
}

/* The pairs of a box with earlier ones. */
static void find_pairs(struct overlaps *overlaps, size_t i) {
    find_limits(overlaps, i);
    for (size_t word = 0; word * WORD < i; word += BLOCK) {
        uint64_t bits[BLOCK];
        memset(bits, 0xff, sizeof bits);
        for (size_t limit = 0; limit < overlaps->n_limits; limit++) {
            const uint64_t *words = overlaps->limits[limit] + word;
            for (size_t k = 0; k < BLOCK; k++)
                bits[k] &= words[k];
            if (!(bits[0] | bits[1] | bits[2] | bits[3]))
                break;
        }
        for (size_t k = 0; k < BLOCK && (word + k) * WORD < i; k++) {
            if (i / WORD == word + k)
                bits[k] &= (UINT64_C(1) << i % WORD) - 1;
            if (bits[k])
                add_pairs(overlaps, i, word + k, bits[k]);
        }
    }
}

static void find_overlaps(struct overlaps *overlaps) {
    const struct boxes *boxes = overlaps->boxes;
    size_t block = (size_t)BLOCK * WORD;
    overlaps->scratch = arena_new();
    overlaps->n_words = (boxes->n_live + block - 1) / block * BLOCK;
    overlaps->met = arena_alloc(overlaps->scratch, boxes->n_columns * sizeof *overlaps->met);
    overlaps->limits = arena_alloc(overlaps->scratch, boxes->n_columns * sizeof *overlaps->limits);
    overlaps->again = arena_alloc(overlaps->scratch, boxes->n_columns * sizeof *overlaps->again);
    find_all_met(overlaps);
    for (size_t i = 1; i < boxes->n_live && !(overlaps->any && overlaps->count); i++)
        find_pairs(overlaps, i);
    arena_free(overlaps->scratch);
}

size_t boxes_overlaps(struct boxes *boxes, struct boxes_pair *pairs, size_t most) {
    boxes_complete(boxes);
    struct overlaps overlaps = {.boxes = boxes, .pairs = pairs, .most = most};
    if (boxes->n_live > 1)
        find_overlaps(&overlaps);
    boxes->overlaps = overlaps.count ? SOME_OVERLAPS : NO_OVERLAPS;
    return overlaps.count;
}

bool boxes_disjoint(struct boxes *boxes) {
    if (boxes->overlaps == OVERLAPS_UNKNOWN) {
        struct overlaps overlaps = {.boxes = boxes, .any = true};
        if (boxes->n_live > 1)
            find_overlaps(&overlaps);
        boxes->overlaps = overlaps.count ? SOME_OVERLAPS : NO_OVERLAPS;
    }
    return boxes->overlaps == NO_OVERLAPS;
}
