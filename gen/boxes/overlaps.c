/*
 * Which boxes overlap: for each set of codes that cells have, the boxes that meet it, as bits; what all cells of a box
 * are met by is what overlaps the box. The boxes are put in an order in which most of these words are zero, and a bit
 * for each word says whether it is. Columns with more classes than bits of a word are looked at by groups of classes,
 * and what is found so is looked at again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/internal.h"

#include <stdlib.h>
#include <string.h>

enum { WORD = 64 };

/* What the sets of boxes may take. A column for which there is no room is left to the second look. */
#define MAX_BYTES ((size_t)64 * 1024 * 1024)

/* The boxes that meet the sets of one column; boxes are numbered by their places in the order. */
struct met {
    size_t column;
    uint64_t *boxes; /* by set, so many words each: first which of the others are not zero, then these */
};

struct overlaps {
    struct boxes *boxes;
    struct arena *scratch;
    uint32_t *order; /* the boxes */
    size_t n_words;  /* of a set of boxes */
    size_t n_heads;  /* words that say which of them are not zero */
    struct met *met;
    size_t n_met;
    const uint64_t **limits; /* the sets of boxes that meet the cells of one box */
    size_t n_limits;
    size_t *again; /* columns that need a second look */
    size_t n_again;
    size_t *earlier; /* room for the boxes before one that overlap it */
    struct boxes_pair *pairs;
    size_t most, n_pairs;
    size_t count; /* of all pairs */
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
        uint32_t set = boxes->sets[overlaps->order[i] * boxes->n_columns + at];
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

static void find_met(struct overlaps *overlaps, size_t at) {
    const struct column *column = &overlaps->boxes->columns[at];
    size_t n_words = overlaps->n_words, n_all = overlaps->n_heads + n_words;
    uint64_t *groups = arena_alloc(overlaps->scratch, column->sets.count * sizeof *groups);
    for (size_t set = 0; set < column->sets.count; set++)
        groups[set] = groups_of(column, &column->sets.items[set]);
    const uint64_t *by_group = boxes_by_group(overlaps, at, groups);
    struct met met = {at, arena_alloc(overlaps->scratch, column->sets.count * n_all * sizeof *met.boxes)};
    for (size_t set = 1; set < column->sets.count; set++) {
        uint64_t *heads = &met.boxes[set * n_all], *mine = heads + overlaps->n_heads;
        for (uint64_t rest = groups[set]; rest; rest &= rest - 1)
            unite(mine, &by_group[(size_t)__builtin_ctzll(rest) * n_words], n_words);
        for (size_t i = 0; i < n_words; i++)
            heads[i / WORD] |= (uint64_t)(mine[i] != 0) << i % WORD;
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
    size_t room = MAX_BYTES / ((overlaps->n_heads + overlaps->n_words) * sizeof(uint64_t)), most = 1;
    for (size_t i = 0; i < boxes->n_columns; i++)
        most = boxes->columns[i].sets.count > most ? boxes->columns[i].sets.count : most;
    for (size_t from = 2; from <= most; from *= 8)
        for (size_t i = 0; i < boxes->n_columns; i++)
            if (boxes->columns[i].sets.count >= from && boxes->columns[i].sets.count < from * 8)
                find_met_if_room(overlaps, i, &room);
}

/* ---- one box after the other ------------------------------------------------------------------------------------ */

static void find_limits(struct overlaps *overlaps, size_t box) {
    const uint32_t *sets = &overlaps->boxes->sets[box * overlaps->boxes->n_columns];
    size_t n_all = overlaps->n_heads + overlaps->n_words;
    overlaps->n_limits = 0;
    for (size_t i = 0; i < overlaps->n_met; i++)
        if (sets[overlaps->met[i].column])
            overlaps->limits[overlaps->n_limits++] = &overlaps->met[i].boxes[sets[overlaps->met[i].column] * n_all];
}

/* A word that all limits leave of all ones. */
static uint64_t limited(const struct overlaps *overlaps, size_t word) {
    uint64_t bits = UINT64_MAX;
    for (size_t i = 0; bits && i < overlaps->n_limits; i++)
        bits &= overlaps->limits[i][word];
    return bits;
}

static bool cells_meet(const struct boxes *boxes, size_t a, size_t b, size_t column) {
    const uint64_t *mask_a = boxes_mask(boxes, a, column), *mask_b = boxes_mask(boxes, b, column);
    for (size_t i = 0; i < boxes->columns[column].words; i++)
        if (mask_a[i] & mask_b[i])
            return true;
    return false;
}

static bool boxes_meet(const struct overlaps *overlaps, size_t a, size_t b) {
    for (size_t i = 0; i < overlaps->n_again; i++)
        if (!cells_meet(overlaps->boxes, a, b, overlaps->again[i]))
            return false;
    return true;
}

/* The boxes of a word that may overlap a box, all but those from the place `behind` on. */
static uint64_t candidates(const struct overlaps *overlaps, size_t word, size_t behind) {
    uint64_t bits = limited(overlaps, overlaps->n_heads + word);
    return behind - word * WORD < WORD ? bits & ((UINT64_C(1) << behind % WORD) - 1) : bits;
}

/* How many boxes before a place in the order overlap the one there. Neighbours look at the same words. */
static size_t count_before(struct overlaps *overlaps, size_t place) {
    size_t count = 0, box = overlaps->order[place];
    find_limits(overlaps, box);
    for (size_t head = 0; head * WORD * WORD < place; head++)
        for (uint64_t rest = limited(overlaps, head); rest; rest &= rest - 1) {
            size_t word = head * WORD + (size_t)__builtin_ctzll(rest);
            if (word * WORD >= place)
                break;
            uint64_t bits = candidates(overlaps, word, place);
            for (; overlaps->n_again && bits; bits &= bits - 1)
                count += boxes_meet(overlaps, overlaps->order[word * WORD + (size_t)__builtin_ctzll(bits)], box);
            count += (size_t)__builtin_popcountll(bits);
        }
    return count;
}

static int compare_numbers(const void *a, const void *b) {
    const size_t *number_a = a, *number_b = b;
    return (*number_a > *number_b) - (*number_a < *number_b);
}

/* The boxes that come before a box in the table and overlap it, as far as there is room for pairs. */
static void note_pairs(struct overlaps *overlaps, size_t box) {
    size_t count = 0, all = overlaps->boxes->n_live;
    find_limits(overlaps, box);
    for (size_t word = 0; word < overlaps->n_words; word++)
        for (uint64_t bits = candidates(overlaps, word, all); bits; bits &= bits - 1) {
            size_t other = overlaps->order[word * WORD + (size_t)__builtin_ctzll(bits)];
            if (other < box && boxes_meet(overlaps, other, box))
                overlaps->earlier[count++] = other;
        }
    qsort(overlaps->earlier, count, sizeof *overlaps->earlier, compare_numbers);
    for (size_t i = 0; i < count && overlaps->n_pairs < overlaps->most; i++)
        overlaps->pairs[overlaps->n_pairs++] = (struct boxes_pair){overlaps->earlier[i], box};
}

static void find_pairs(struct overlaps *overlaps, bool any) {
    const struct boxes *boxes = overlaps->boxes;
    for (size_t i = 0; i < boxes->n_live && !(any && overlaps->count); i++)
        overlaps->count += count_before(overlaps, i);
    size_t wanted = overlaps->count < overlaps->most ? overlaps->count : overlaps->most;
    for (size_t i = 0; overlaps->n_pairs < wanted; i++)
        note_pairs(overlaps, boxes->live[i]);
}

static void find_overlaps(struct overlaps *overlaps, bool any) {
    const struct boxes *boxes = overlaps->boxes;
    if (boxes->n_live < 2)
        return;
    struct arena *scratch = overlaps->scratch = arena_new();
    overlaps->order = arena_alloc(scratch, boxes->n_live * sizeof *overlaps->order);
    memcpy(overlaps->order, boxes->live, boxes->n_live * sizeof *overlaps->order);
    boxes_order(scratch, boxes, overlaps->order, boxes->n_live);
    overlaps->n_words = (boxes->n_live + WORD - 1) / WORD;
    overlaps->n_heads = (overlaps->n_words + WORD - 1) / WORD;
    overlaps->met = arena_alloc(scratch, boxes->n_columns * sizeof *overlaps->met);
    overlaps->limits = arena_alloc(scratch, boxes->n_columns * sizeof *overlaps->limits);
    overlaps->again = arena_alloc(scratch, boxes->n_columns * sizeof *overlaps->again);
    overlaps->earlier = arena_alloc(scratch, boxes->n_live * sizeof *overlaps->earlier);
    find_all_met(overlaps);
    find_pairs(overlaps, any);
    arena_free(scratch);
}

size_t boxes_overlaps(struct boxes *boxes, struct boxes_pair *pairs, size_t most) {
    boxes_complete(boxes);
    struct overlaps overlaps = {.boxes = boxes, .pairs = pairs, .most = most};
    find_overlaps(&overlaps, false);
    boxes->overlaps = overlaps.count ? SOME_OVERLAPS : NO_OVERLAPS;
    return overlaps.count;
}

bool boxes_disjoint(struct boxes *boxes) {
    if (boxes->overlaps == OVERLAPS_UNKNOWN) {
        struct overlaps overlaps = {.boxes = boxes};
        find_overlaps(&overlaps, true);
        boxes->overlaps = overlaps.count ? SOME_OVERLAPS : NO_OVERLAPS;
    }
    return boxes->overlaps == NO_OVERLAPS;
}
