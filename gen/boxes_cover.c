/*
 * Whether boxes leave anything out. Boxes are counted first: if their cells are too few, halving the space again and
 * again finds one that is in none; if they are exactly as many as there are and no boxes overlap, nothing is left out.
 * Otherwise a cell that is in no box is searched for, by dividing the space as boxes_divide says. A box that what is
 * left of the space restricts in one column only takes its codes of that column away; and where all boxes that a column
 * restricts lack a code, only the others matter.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "boxes_parts.h"

#include <string.h>

enum { WORD = 64 };

struct cover {
    const struct boxes *boxes;
    size_t steps; /* left of the budget */
    struct arena *scratch;
    size_t *begins; /* by column: where its words begin in a space */
    size_t n_words; /* of a space: the classes of all columns, as bits */
    struct {
        uint32_t *items;
        size_t count, capacity;
    } lists; /* boxes and columns of the spaces being looked at, those of the innermost last */
    struct {
        uint64_t *items;
        size_t count, capacity;
    } spaces;
    /* What one look at the boxes of a space finds out, by column. */
    double *weights;  /* how much the column restricts boxes, short ones counting most */
    uint64_t *joined; /* like a space: what restricted cells accept */
    uint32_t *restricting;
    struct boxes_division *division;
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

/* The first cell of a space. */
static void first_codes(const struct cover *cover, const uint64_t *space, size_t *codes) {
    for (size_t i = 0; i < cover->boxes->n_columns; i++) {
        const uint64_t *words = space + cover->begins[i];
        size_t word = 0;
        while (!words[word])
            word++;
        codes[i] = cover->boxes->columns[i].code_of[word * WORD + (size_t)__builtin_ctzll(words[word])];
    }
}

/* ---- counting --------------------------------------------------------------------------------------------------- */

/* Numbers of cells have as many digits as that of all cells, and one more for sums over boxes. */
struct counting {
    struct cover *cover;
    size_t n_digits;
    uint32_t *sum, *number;
    uint64_t *space;
    size_t *left;    /* by column: how many classes the space has */
    uint32_t *boxes; /* those that have a cell in the space */
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

/* How many classes a cell has in the space. */
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

/* How many cells of the space a box has; SIZE_MAX stands for all of the space. */
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

/* How many cells the boxes have, each counted for itself, compared with the cells of the space. */
static int compare_cells(struct counting *counting) {
    memset(counting->sum, 0, counting->n_digits * sizeof *counting->sum);
    for (size_t i = 0; i < counting->n_boxes; i++) {
        count_box(counting, counting->boxes[i]);
        add(counting->sum, counting->number, counting->n_digits);
    }
    count_box(counting, SIZE_MAX);
    return compare(counting->sum, counting->number, counting->n_digits);
}

/* Whether all boxes have all classes of the column that are left. */
static bool is_plain(const struct counting *counting, size_t column) {
    for (size_t i = 0; i < counting->n_boxes; i++)
        if (count_cell(counting, counting->boxes[i], column) != counting->left[column])
            return false;
    return true;
}

/* Leaves the first half of the classes of a column in the space, and puts the other half there. */
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

/* Drops boxes that have nothing in the column any more. */
static void drop_boxes(struct counting *counting, size_t column) {
    size_t kept = 0;
    for (size_t i = 0; i < counting->n_boxes; i++)
        if (count_cell(counting, counting->boxes[i], column))
            counting->boxes[kept++] = counting->boxes[i];
    counting->n_boxes = kept;
}

/* Halves the space until one cell is left. The boxes have too few cells for it, and then for one of its halves. */
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

/* ---- searching -------------------------------------------------------------------------------------------------- */

/* A part of the space, and what matters of the boxes in it. */
struct part {
    size_t space; /* where its words begin in cover->spaces */
    size_t boxes; /* where those that have a cell in it begin in cover->lists */
    size_t n_boxes;
    size_t columns; /* and the columns that may restrict one */
    size_t n_columns;
};

static uint64_t *space_of(const struct cover *cover, const struct part *part, size_t column) {
    return cover->spaces.items + part->space + cover->begins[column];
}

static struct part new_part(struct cover *cover, size_t n_boxes, size_t n_columns) {
    struct part part = {cover->spaces.count, cover->lists.count, n_boxes, cover->lists.count + n_boxes, n_columns};
    cover->spaces.count += cover->n_words;
    cover->lists.count += n_boxes + n_columns;
    while (cover->spaces.count > cover->spaces.capacity)
        cover->spaces.items = arena_grow(cover->scratch, cover->spaces.items, cover->spaces.capacity,
                                         &cover->spaces.capacity, sizeof *cover->spaces.items);
    while (cover->lists.count > cover->lists.capacity)
        cover->lists.items = arena_grow(cover->scratch, cover->lists.items, cover->lists.capacity,
                                        &cover->lists.capacity, sizeof *cover->lists.items);
    return part;
}

static void drop_part(struct cover *cover, const struct part *part) {
    cover->spaces.count = part->space;
    cover->lists.count = part->boxes;
}

static struct part copy_part(struct cover *cover, const struct part *part) {
    struct part copy = new_part(cover, part->n_boxes, part->n_columns);
    uint32_t *lists = cover->lists.items;
    uint64_t *spaces = cover->spaces.items;
    memcpy(spaces + copy.space, spaces + part->space, cover->n_words * sizeof *spaces);
    memcpy(lists + copy.boxes, lists + part->boxes, copy.n_boxes * sizeof *lists);
    memcpy(lists + copy.columns, lists + part->columns, copy.n_columns * sizeof *lists);
    return copy;
}

static struct part whole_part(struct cover *cover) {
    const struct boxes *boxes = cover->boxes;
    struct part part = new_part(cover, boxes->n_live, boxes->n_columns);
    fill_space(cover, cover->spaces.items + part.space);
    memcpy(cover->lists.items + part.boxes, boxes->live, boxes->n_live * sizeof *boxes->live);
    for (size_t i = 0; i < boxes->n_columns; i++)
        cover->lists.items[part.columns + i] = (uint32_t)i;
    return part;
}

/* Finds the columns that restrict a box in what is left of the space: SIZE_MAX if the box is not there at all. */
static size_t find_restricting(const struct cover *cover, const struct part *part, size_t box) {
    const struct boxes *boxes = cover->boxes;
    const uint32_t *sets = &boxes->sets[box * boxes->n_columns], *columns = cover->lists.items + part->columns;
    size_t count = 0;
    for (size_t i = 0; i < part->n_columns; i++) {
        const struct column *column = &boxes->columns[columns[i]];
        const uint64_t *mask = &column->masks[sets[columns[i]] * column->words];
        const uint64_t *space = space_of(cover, part, columns[i]);
        uint64_t in = 0, out = 0;
        for (size_t word = 0; word < column->words; word++) {
            in |= space[word] & mask[word];
            out |= space[word] & ~mask[word];
        }
        if (!in)
            return SIZE_MAX;
        if (out)
            cover->restricting[count++] = columns[i];
    }
    return count;
}

static void take_away(const struct cover *cover, const struct part *part, size_t box, size_t column) {
    uint64_t *space = space_of(cover, part, column);
    const uint64_t *mask = boxes_mask(cover->boxes, box, column);
    for (size_t word = 0; word < cover->boxes->columns[column].words; word++)
        space[word] &= ~mask[word];
}

static void note_restricted(struct cover *cover, size_t box, size_t count) {
    double weight = 1;
    for (size_t i = 0; i < count; i++)
        weight /= 2;
    for (size_t i = 0; i < count; i++) {
        size_t column = cover->restricting[i];
        const uint64_t *mask = boxes_mask(cover->boxes, box, column);
        uint64_t *joined = cover->joined + cover->begins[column];
        cover->weights[column] += weight;
        for (size_t word = 0; word < cover->boxes->columns[column].words; word++)
            joined[word] |= mask[word];
    }
}

static void begin_look(struct cover *cover, const struct part *part) {
    const uint32_t *columns = cover->lists.items + part->columns;
    for (size_t i = 0; i < part->n_columns; i++) {
        size_t words = cover->boxes->columns[columns[i]].words;
        memset(cover->joined + cover->begins[columns[i]], 0, words * sizeof *cover->joined);
        cover->weights[columns[i]] = 0;
    }
}

enum look { LOOK_AGAIN, LOOK_DONE, LOOK_COVERED };

/* Drops boxes and columns that do not matter any more, and notes the rest. */
static enum look look_at_boxes(struct cover *cover, struct part *part) {
    uint32_t *boxes = cover->lists.items + part->boxes, *columns = cover->lists.items + part->columns;
    size_t kept = 0, n_columns = 0;
    bool changed = false;
    begin_look(cover, part);
    for (size_t i = 0; i < part->n_boxes; i++) {
        size_t count = find_restricting(cover, part, boxes[i]);
        if (count == 0)
            return LOOK_COVERED;
        if (count == SIZE_MAX)
            continue;
        if (count == 1) {
            take_away(cover, part, boxes[i], cover->restricting[0]);
            changed = true;
            continue;
        }
        note_restricted(cover, boxes[i], count);
        boxes[kept++] = boxes[i];
    }
    part->n_boxes = kept;
    if (changed)
        return LOOK_AGAIN;
    for (size_t i = 0; i < part->n_columns; i++)
        if (cover->weights[columns[i]] > 0)
            columns[n_columns++] = columns[i];
    part->n_columns = n_columns;
    return LOOK_DONE;
}

/*
 * Codes that no box has that the column restricts leave more out than others do: whether there are some. They are all
 * that is left of the column then, and it restricts no box any more.
 */
static bool lacks_codes(const struct cover *cover, const struct part *part, size_t column) {
    uint64_t *space = space_of(cover, part, column);
    const uint64_t *joined = cover->joined + cover->begins[column];
    uint64_t lacking = 0;
    size_t n_words = cover->boxes->columns[column].words;
    for (size_t word = 0; word < n_words; word++)
        lacking |= space[word] & ~joined[word];
    if (!lacking)
        return false;
    for (size_t word = 0; word < n_words; word++)
        space[word] &= ~joined[word];
    return true;
}

/* Leaves out what lacks codes; whether there was anything to leave out. */
static bool narrow_part(struct cover *cover, struct part *part) {
    const uint32_t *columns = cover->lists.items + part->columns;
    bool narrowed = false;
    for (size_t i = 0; i < part->n_columns; i++)
        narrowed |= lacks_codes(cover, part, columns[i]);
    return narrowed;
}

static size_t best_column(const struct cover *cover, const struct part *part) {
    const uint32_t *columns = cover->lists.items + part->columns;
    size_t best = columns[0];
    for (size_t i = 1; i < part->n_columns; i++)
        if (cover->weights[columns[i]] > cover->weights[best])
            best = columns[i];
    return best;
}

static enum boxes_answer search(struct cover *cover, struct part *part, size_t *codes);

/* Divides the space, searches the smaller part, and leaves the larger one. */
static enum boxes_answer search_smaller(struct cover *cover, struct part *part, size_t *codes) {
    size_t column = best_column(cover, part), n_words = cover->boxes->columns[column].words;
    const uint64_t *smaller = boxes_divide(cover->division, column, space_of(cover, part, column),
                                           cover->lists.items + part->boxes, part->n_boxes);
    struct part child = copy_part(cover, part);
    memcpy(space_of(cover, &child, column), smaller, n_words * sizeof *smaller);
    for (size_t word = 0; word < n_words; word++)
        space_of(cover, part, column)[word] &= ~smaller[word];
    enum boxes_answer answer = search(cover, &child, codes);
    drop_part(cover, &child);
    return answer;
}

static enum boxes_answer search(struct cover *cover, struct part *part, size_t *codes) {
    for (;;) {
        if (!spend(cover, 1 + part->n_boxes * part->n_columns))
            return BOXES_NOT_PROVEN;
        enum look look = look_at_boxes(cover, part);
        if (look == LOOK_COVERED)
            return BOXES_COVER;
        if (part->n_boxes == 0) {
            first_codes(cover, cover->spaces.items + part->space, codes);
            return BOXES_LEAVE_OUT;
        }
        if (look == LOOK_AGAIN || narrow_part(cover, part))
            continue;
        enum boxes_answer answer = search_smaller(cover, part, codes);
        if (answer != BOXES_COVER)
            return answer;
    }
}

/* ---- both ------------------------------------------------------------------------------------------------------- */

static struct cover new_cover(struct boxes *boxes, size_t steps) {
    struct cover cover = {.boxes = boxes, .steps = steps, .scratch = arena_new()};
    cover.begins = arena_alloc(cover.scratch, boxes->n_columns * sizeof *cover.begins);
    for (size_t i = 0; i < boxes->n_columns; i++) {
        cover.begins[i] = cover.n_words;
        cover.n_words += boxes->columns[i].words;
    }
    return cover;
}

static enum boxes_answer search_all(struct cover *cover, size_t *codes) {
    const struct boxes *boxes = cover->boxes;
    cover->weights = arena_alloc(cover->scratch, boxes->n_columns * sizeof *cover->weights);
    cover->joined = arena_alloc(cover->scratch, cover->n_words * sizeof *cover->joined);
    cover->restricting = arena_alloc(cover->scratch, boxes->n_columns * sizeof *cover->restricting);
    cover->division = boxes_new_division(cover->scratch, boxes);
    struct part part = whole_part(cover);
    return search(cover, &part, codes);
}

static enum boxes_answer find_answer(struct cover *cover, bool disjoint, size_t *codes) {
    if (!spend(cover, cover->boxes->n_live * cover->boxes->n_columns))
        return BOXES_NOT_PROVEN;
    struct counting counting = new_counting(cover);
    if (compare_cells(&counting) >= 0)
        return disjoint ? BOXES_COVER : search_all(cover, codes);
    if (!find_by_counting(&counting))
        return BOXES_NOT_PROVEN;
    first_codes(cover, counting.space, codes);
    return BOXES_LEAVE_OUT;
}

enum boxes_answer boxes_cover(struct boxes *boxes, size_t steps, size_t *codes) {
    boxes_complete(boxes);
    struct cover cover = new_cover(boxes, steps);
    enum boxes_answer answer = find_answer(&cover, boxes_disjoint(boxes), codes);
    arena_free(cover.scratch);
    return answer;
}
