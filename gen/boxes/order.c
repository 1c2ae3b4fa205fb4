/*
 * Orders boxes so that those that have nothing in common tend to be far apart: divides them recursively by the column
 * that distinguishes max of them, and puts those on both sides between the others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/internal.h"

#include <string.h>

enum {
    MIN_SORTED = 64, /* lists of this length are not sorted: they fit into one word */
    MAX_SAMPLE = 32, /* size of the sample that selects the column */
    MAX_DEPTH = 48,  /* limit on the recursion; more hardly improves the order */
};

struct ordering {
    const struct boxes *boxes;
    struct boxes_division *division;
    uint64_t *joined;    /* of one column: the union of cells */
    uint32_t *others[2]; /* boxes on both sides, and on the other one */
};

/* Unites the cells of every `step`-th box in a column. */
static void join_cells(struct ordering *ordering, const uint32_t *list, size_t count, size_t step, size_t column) {
    size_t n_words = ordering->boxes->columns[column].words;
    memset(ordering->joined, 0, n_words * sizeof *ordering->joined);
    for (size_t i = 0; i < count; i += step) {
        const uint64_t *mask = boxes_mask(ordering->boxes, list[i], column);
        for (size_t word = 0; word < n_words; word++)
            ordering->joined[word] |= mask[word];
    }
}

/* The number of boxes in the sample whose cell is smaller than the union of the sample's cells. */
static size_t count_restricted(struct ordering *ordering, const uint32_t *list, size_t count, size_t step,
                               size_t column) {
    size_t restricted = 0;
    join_cells(ordering, list, count, step, column);
    for (size_t i = 0; i < count; i += step) {
        const uint64_t *mask = boxes_mask(ordering->boxes, list[i], column);
        uint64_t differ = 0;
        for (size_t word = 0; word < ordering->boxes->columns[column].words; word++)
            differ |= mask[word] ^ ordering->joined[word];
        restricted += differ != 0;
    }
    return restricted;
}

/* The column that restricts max boxes of the sample; SIZE_MAX if none does. */
static size_t best_column(struct ordering *ordering, const uint32_t *list, size_t count) {
    size_t best = SIZE_MAX, max = 0, step = (count + MAX_SAMPLE - 1) / MAX_SAMPLE;
    for (size_t column = 0; column < ordering->boxes->n_columns; column++) {
        size_t restricted = count_restricted(ordering, list, count, step, column);
        if (restricted > max) {
            best = column;
            max = restricted;
        }
    }
    return best;
}

struct groups {
    size_t counts[3];
};

static struct groups divide_list(struct ordering *ordering, uint32_t *list, size_t count, size_t column) {
    join_cells(ordering, list, count, 1, column);
    const uint64_t *side;
    boxes_divide(ordering->division, column, ordering->joined, list, count, &side);
    struct groups groups = {{0}};
    for (size_t i = 0; i < count; i++) {
        const uint64_t *mask = boxes_mask(ordering->boxes, list[i], column);
        uint64_t in = 0, out = 0;
        for (size_t word = 0; word < ordering->boxes->columns[column].words; word++) {
            in |= mask[word] & side[word];
            out |= mask[word] & ~side[word];
        }
        if (in && out)
            ordering->others[0][groups.counts[1]++] = list[i];
        else if (out)
            ordering->others[1][groups.counts[2]++] = list[i];
        else
            list[groups.counts[0]++] = list[i];
    }
    memcpy(list + groups.counts[0], ordering->others[0], groups.counts[1] * sizeof *list);
    memcpy(list + groups.counts[0] + groups.counts[1], ordering->others[1], groups.counts[2] * sizeof *list);
    return groups;
}

static void order_list(struct ordering *ordering, uint32_t *list, size_t count, size_t depth) {
    if (count <= MIN_SORTED || depth == 0)
        return;
    size_t column = best_column(ordering, list, count);
    if (column == SIZE_MAX)
        return;
    struct groups groups = divide_list(ordering, list, count, column);
    for (size_t i = 0; i < 3; list += groups.counts[i++])
        if (groups.counts[i] < count)
            order_list(ordering, list, groups.counts[i], depth - 1);
}

void boxes_order(struct arena *scratch, const struct boxes *boxes, uint32_t *list, size_t count) {
    size_t words = 1;
    for (size_t i = 0; i < boxes->n_columns; i++)
        words = boxes->columns[i].words > words ? boxes->columns[i].words : words;
    struct ordering ordering = {.boxes = boxes, .division = boxes_new_division(scratch, boxes)};
    ordering.joined = arena_alloc(scratch, words * sizeof *ordering.joined);
    for (size_t i = 0; i < 2; i++)
        ordering.others[i] = arena_alloc(scratch, count * sizeof *ordering.others[i]);
    order_list(&ordering, list, count, MAX_DEPTH);
}
