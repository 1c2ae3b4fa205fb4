/*
 * Finds overlapping boxes. For each set of codes that a column's cells have, computes the boxes that meet it, as bits;
 * the intersection of these over all cells of a box are the boxes that overlap it. The boxes are ordered so that most
 * words are zero, and head words have one bit per non-zero word. Columns with more classes than a word has bits are
 * approximated by groups of classes; their candidates are compared recheck.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/internal.h"

#include <stdlib.h>
#include <string.h>

enum { WORD = 64 };

/* Limit on the memory for these sets. Columns without space are only compared for candidates. */
#define MAX_BYTES ((size_t)64 * 1024 * 1024)

/* The boxes that meet the sets of one column; boxes are numbered by their places in the order. */
struct met {
    size_t column;
    uint64_t *boxes; /* by set: head words, then the words of the boxes */
};

struct overlaps {
    struct boxes *boxes;
    struct arena *scratch;
    uint32_t *order; /* places to boxes */
    size_t n_words;  /* of a set of boxes */
    size_t n_heads;  /* number of head words */
    struct met *met;
    size_t n_met;
    const uint64_t **limits; /* the sets of boxes that meet the cells of the current box */
    size_t n_limits;
    size_t *recheck; /* columns that are compared recheck for candidates */
    size_t n_recheck;
    size_t *earlier; /* buffer for the earlier boxes that overlap the current one */
    struct boxes_pair *pairs;
    size_t max_pairs, n_pairs;
    size_t count; /* the number of all pairs */
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
        overlaps->recheck[overlaps->n_recheck++] = at;
}

/* Processes columns with few sets first, while there is space. */
static void find_all_met(struct overlaps *overlaps) {
    const struct boxes *boxes = overlaps->boxes;
    size_t room = MAX_BYTES / ((overlaps->n_heads + overlaps->n_words) * sizeof(uint64_t)), max = 1;
    for (size_t i = 0; i < boxes->n_columns; i++)
        max = boxes->columns[i].sets.count > max ? boxes->columns[i].sets.count : max;
    for (size_t from = 2; from <= max; from *= 8)
        for (size_t i = 0; i < boxes->n_columns; i++)
            if (boxes->columns[i].sets.count >= from && boxes->columns[i].sets.count < from * 8)
                find_met_if_room(overlaps, i, &room);
}

/* ---- overlaps of one box ----------------------------------------------------------------------------------------- */

static void find_limits(struct overlaps *overlaps, size_t box) {
    const uint32_t *sets = &overlaps->boxes->sets[box * overlaps->boxes->n_columns];
    size_t n_all = overlaps->n_heads + overlaps->n_words;
    overlaps->n_limits = 0;
    for (size_t i = 0; i < overlaps->n_met; i++)
        if (sets[overlaps->met[i].column])
            overlaps->limits[overlaps->n_limits++] = &overlaps->met[i].boxes[sets[overlaps->met[i].column] * n_all];
}

/* The intersection of a word over all limits. */
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
    for (size_t i = 0; i < overlaps->n_recheck; i++)
        if (!cells_meet(overlaps->boxes, a, b, overlaps->recheck[i]))
            return false;
    return true;
}

/* The boxes in a word that may overlap the current box, without the places from `end` on. */
static uint64_t candidates(const struct overlaps *overlaps, size_t word, size_t end) {
    uint64_t bits = limited(overlaps, overlaps->n_heads + word);
    return end - word * WORD < WORD ? bits & ((UINT64_C(1) << end % WORD) - 1) : bits;
}

/* The number of boxes before a place that overlap the box there. Adjacent places read the same words. */
static size_t count_before(struct overlaps *overlaps, size_t place) {
    size_t count = 0, box = overlaps->order[place];
    find_limits(overlaps, box);
    for (size_t head = 0; head * WORD * WORD < place; head++)
        for (uint64_t rest = limited(overlaps, head); rest; rest &= rest - 1) {
            size_t word = head * WORD + (size_t)__builtin_ctzll(rest);
            if (word * WORD >= place)
                break;
            uint64_t bits = candidates(overlaps, word, place);
            for (; overlaps->n_recheck && bits; bits &= bits - 1)
                count += boxes_meet(overlaps, overlaps->order[word * WORD + (size_t)__builtin_ctzll(bits)], box);
            count += (size_t)__builtin_popcountll(bits);
        }
    return count;
}

static int compare_numbers(const void *a, const void *b) {
    const size_t *number_a = a, *number_b = b;
    return (*number_a > *number_b) - (*number_a < *number_b);
}

/* Adds the pairs of a box and earlier boxes of the table that overlap it, while there is space for pairs. */
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
    for (size_t i = 0; i < count && overlaps->n_pairs < overlaps->max_pairs; i++)
        overlaps->pairs[overlaps->n_pairs++] = (struct boxes_pair){overlaps->earlier[i], box};
}

static void find_pairs(struct overlaps *overlaps, bool any) {
    const struct boxes *boxes = overlaps->boxes;
    for (size_t i = 0; i < boxes->n_live && !(any && overlaps->count); i++)
        overlaps->count += count_before(overlaps, i);
    size_t wanted = overlaps->count < overlaps->max_pairs ? overlaps->count : overlaps->max_pairs;
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
    overlaps->recheck = arena_alloc(scratch, boxes->n_columns * sizeof *overlaps->recheck);
    overlaps->earlier = arena_alloc(scratch, boxes->n_live * sizeof *overlaps->earlier);
    find_all_met(overlaps);
    find_pairs(overlaps, any);
    arena_free(scratch);
}

size_t boxes_overlaps(struct boxes *boxes, struct boxes_pair *pairs, size_t max_pairs) {
    boxes_complete(boxes);
    struct overlaps overlaps = {.boxes = boxes, .pairs = pairs, .max_pairs = max_pairs};
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
