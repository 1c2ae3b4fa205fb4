/*
 * Whether boxes cover the space. Counts their cells first: if there are fewer than the space has, halving the space
 * repeatedly finds an uncovered cell. If there are exactly as many and no boxes overlap, the boxes cover the space.
 * Otherwise boxes_search looks for an uncovered cell.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/internal.h"

#include <string.h>

enum { WORD = 64 };

struct cover {
    const struct boxes *boxes;
    size_t steps; /* the remaining budget */
    struct arena *scratch;
    size_t *begins; /* by column: where its words begin in a space */
    size_t n_words; /* of a space: sets of classes of all columns, as bits */
};

static bool spend(struct cover *cover, size_t steps) {
    bool enough = cover->steps >= steps;
    cover->steps = enough ? cover->steps - steps : 0;
    return enough;
}

static void fill_space(const struct cover *cover, uint64_t *space) {
    for (size_t i = 0; i < cover->boxes->n_columns; i++)
        memcpy(space + cover->begins[i], cover->boxes->columns[i].masks,
               cover->boxes->columns[i].words * sizeof *space);
}

/* ---- counting --------------------------------------------------------------------------------------------------- */

/* Numbers of cells have as many digits as the number of all cells, and one more for sums over boxes. */
struct counting {
    struct cover *cover;
    size_t n_digits;
    uint32_t *sum, *number;
    uint64_t *space;
    size_t *left;    /* by column: the number of classes in the space */
    uint32_t *boxes; /* boxes that have a cell in the space */
    size_t n_boxes;
};

static void multiply(uint32_t *number, size_t n_digits, uint64_t factor) {
    uint64_t carry = 0;
    for (size_t i = 0; i < n_digits; i++) {
        carry += number[i] * factor;
        number[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static void add(uint32_t *sum, const uint32_t *number, size_t n_digits) {
    uint64_t carry = 0;
    for (size_t i = 0; i < n_digits; i++) {
        carry += (uint64_t)sum[i] + number[i];
        sum[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static int compare(const uint32_t *a, const uint32_t *b, size_t n_digits) {
    for (size_t i = n_digits; i--;)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static size_t count_both(const uint64_t *a, const uint64_t *b, size_t n_words) {
    size_t bits = 0;
    for (size_t i = 0; i < n_words; i++)
        bits += (size_t)__builtin_popcountll(a[i] & b[i]);
    return bits;
}

/* The number of classes that a cell has in the space. */
static size_t count_cell(const struct counting *counting, size_t box, size_t column) {
    const struct cover *cover = counting->cover;
    const struct column *of = &cover->boxes->columns[column];
    const struct cell_set *set = boxes_set(cover->boxes, box, column);
    if (set == of->sets.items)
        return counting->left[column];
    if (counting->left[column] == of->n_classes)
        return set->n_classes;
    return count_both(set->words, counting->space + cover->begins[column], of->words);
}

/* The number of cells of the space that a box has. SIZE_MAX: that of the whole space. */
static void count_box(struct counting *counting, size_t box) {
    uint64_t factor = 1;
    memset(counting->number, 0, counting->n_digits * sizeof *counting->number);
    counting->number[0] = 1;
    for (size_t i = 0; i < counting->cover->boxes->n_columns; i++) {
        size_t count = box == SIZE_MAX ? counting->left[i] : count_cell(counting, box, i);
        if (factor * count > UINT32_MAX) {
            multiply(counting->number, counting->n_digits, factor);
            factor = 1;
        }
        factor *= count;
    }
    multiply(counting->number, counting->n_digits, factor);
}

/* Compares the sum of the boxes' cells with the number of cells of the space. */
static int compare_cells(struct counting *counting) {
    memset(counting->sum, 0, counting->n_digits * sizeof *counting->sum);
    for (size_t i = 0; i < counting->n_boxes; i++) {
        count_box(counting, counting->boxes[i]);
        add(counting->sum, counting->number, counting->n_digits);
    }
    count_box(counting, SIZE_MAX);
    return compare(counting->sum, counting->number, counting->n_digits);
}

/* Whether all boxes have all classes of the column that are in the space. */
static bool is_plain(const struct counting *counting, size_t column) {
    for (size_t i = 0; i < counting->n_boxes; i++)
        if (count_cell(counting, counting->boxes[i], column) != counting->left[column])
            return false;
    return true;
}

/* Keeps the first half of the classes of a column in the space, and stores the other half in `half`. */
static void halve(struct counting *counting, size_t column, uint64_t *half) {
    uint64_t *space = counting->space + counting->cover->begins[column];
    size_t keep = counting->left[column] / 2;
    for (size_t i = 0; i < counting->cover->boxes->columns[column].words; i++) {
        half[i] = space[i];
        for (; half[i] && keep; keep--)
            half[i] &= half[i] - 1;
        space[i] &= ~half[i];
    }
    counting->left[column] /= 2;
}

/* Removes boxes that have no cell in the space any more. */
static void drop_boxes(struct counting *counting, size_t column) {
    size_t kept = 0;
    for (size_t i = 0; i < counting->n_boxes; i++)
        if (count_cell(counting, counting->boxes[i], column))
            counting->boxes[kept++] = counting->boxes[i];
    counting->n_boxes = kept;
}

/* Halves the space until one cell is left. The boxes have too few cells for the space, and so for one of its halves. */
static bool find_by_counting(struct counting *counting) {
    struct cover *cover = counting->cover;
    for (size_t i = 0; i < cover->boxes->n_columns; i++) {
        const struct column *column = &cover->boxes->columns[i];
        uint64_t *half = arena_alloc(cover->scratch, column->words * sizeof *half);
        while (counting->n_boxes && counting->left[i] > 1 && !is_plain(counting, i)) {
            if (!spend(cover, counting->n_boxes * cover->boxes->n_columns))
                return false;
            size_t left = counting->left[i];
            halve(counting, i, half);
            if (compare_cells(counting) >= 0) {
                memcpy(counting->space + cover->begins[i], half, column->words * sizeof *half);
                counting->left[i] = left - counting->left[i];
            }
            drop_boxes(counting, i);
        }
    }
    return true;
}

/* The first cell of the space. */
static void first_codes(const struct counting *counting, size_t *codes) {
    const struct cover *cover = counting->cover;
    for (size_t i = 0; i < cover->boxes->n_columns; i++)
        codes[i] = boxes_first_code(&cover->boxes->columns[i], counting->space + cover->begins[i]);
}

static struct counting new_counting(struct cover *cover) {
    const struct boxes *boxes = cover->boxes;
    struct counting counting = {.cover = cover, .n_boxes = boxes->n_live};
    size_t bits = 32 + 1;
    counting.left = arena_alloc(cover->scratch, boxes->n_columns * sizeof *counting.left);
    for (size_t i = 0; i < boxes->n_columns; i++) {
        counting.left[i] = boxes->columns[i].n_classes;
        for (size_t classes = counting.left[i]; classes > 1; classes -= classes / 2)
            bits++;
    }
    counting.n_digits = bits / 32 + 1;
    counting.sum = arena_alloc(cover->scratch, counting.n_digits * sizeof *counting.sum);
    counting.number = arena_alloc(cover->scratch, counting.n_digits * sizeof *counting.number);
    counting.space = arena_alloc(cover->scratch, cover->n_words * sizeof *counting.space);
    fill_space(cover, counting.space);
    counting.boxes = arena_alloc(cover->scratch, boxes->n_live * sizeof *counting.boxes);
    memcpy(counting.boxes, boxes->live, boxes->n_live * sizeof *counting.boxes);
    return counting;
}

/* ---- combination ------------------------------------------------------------------------------------------------- */

static struct cover new_cover(struct boxes *boxes, size_t steps) {
    struct cover cover = {.boxes = boxes, .steps = steps, .scratch = arena_new()};
    cover.begins = arena_alloc(cover.scratch, boxes->n_columns * sizeof *cover.begins);
    for (size_t i = 0; i < boxes->n_columns; i++) {
        cover.begins[i] = cover.n_words;
        cover.n_words += boxes->columns[i].words;
    }
    return cover;
}

static enum boxes_answer find_answer(struct cover *cover, bool disjoint, size_t *codes) {
    if (!spend(cover, cover->boxes->n_live * cover->boxes->n_columns))
        return BOXES_NOT_PROVEN;
    struct counting counting = new_counting(cover);
    if (compare_cells(&counting) >= 0)
        return disjoint ? BOXES_COVER : boxes_search(cover->scratch, cover->boxes, cover->steps, codes);
    if (!find_by_counting(&counting))
        return BOXES_NOT_PROVEN;
    first_codes(&counting, codes);
    return BOXES_LEAVE_OUT;
}

enum boxes_answer boxes_cover(struct boxes *boxes, size_t steps, size_t *codes) {
    boxes_complete(boxes);
    struct cover cover = new_cover(boxes, steps);
    enum boxes_answer answer = find_answer(&cover, boxes_disjoint(boxes), codes);
    arena_free(cover.scratch);
    return answer;
}
