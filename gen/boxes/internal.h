/*
 * Private header of gen/boxes: a complete table of boxes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BOXES_PARTS_H
#define BOXES_PARTS_H

#include "gen/boxes/boxes.h"

/* The contents of a cell. Equal sets of a column are shared; the first set of each column contains everything. */
struct cell_set {
    uint64_t *words; /* one bit per code; in a complete table, per class */
    uint32_t hash;
    uint32_t n_classes; /* number of classes in the set */
};

struct column {
    size_t width, words; /* of a set */
    struct {
        struct cell_set *items;
        size_t count, capacity;
    } sets;
    uint32_t *slots; /* hash table of sets, + 1 */
    size_t n_slots;
    /* Codes that no box distinguishes are one class. */
    size_t n_classes;
    size_t *code_of; /* by class: its first code */
    uint64_t *masks; /* the words of all sets, consecutively */
};

struct boxes {
    struct arena *arena;
    struct column *columns;
    size_t n_columns, n_boxes;
    uint32_t *sets; /* by box and column: index of the column's set */
    /* The cell that is being filled, and has no set yet. */
    uint64_t *open;
    size_t open_box, open_column; /* SIZE_MAX: none */
    bool complete;
    uint32_t *live; /* boxes that are not empty */
    size_t n_live;
    enum { OVERLAPS_UNKNOWN, NO_OVERLAPS, SOME_OVERLAPS } overlaps;
};

/* Divides codes into classes. The boxes must not change afterwards. */
void boxes_complete(struct boxes *boxes);

/* Whether no two boxes have a cell in common; the table must be complete. */
bool boxes_disjoint(struct boxes *boxes);

struct boxes_division;

struct boxes_division *boxes_new_division(struct arena *arena, const struct boxes *boxes);

/*
 * Divides a space by a column. *side becomes a proper subset of the column's classes in the space, at most half of
 * them; it is valid until the next division. The column must restrict some of the boxes, and each box must have a class
 * there. Returns the cost, from 1/2 to 2: lower if fewer boxes are on both sides, and the sides are more equal; 1 if
 * the division only separates a few boxes.
 */
double boxes_divide(struct boxes_division *division, size_t column, const uint64_t *space, const uint32_t *boxes,
                    size_t n_boxes, const uint64_t **side);

/* Searches for an uncovered cell; otherwise like boxes_cover. */
enum boxes_answer boxes_search(struct arena *scratch, const struct boxes *boxes, size_t steps, size_t *codes);

/* Sorts boxes so that similar ones are adjacent. */
void boxes_order(struct arena *scratch, const struct boxes *boxes, uint32_t *list, size_t count);

/* The classes of a cell, as bits. */
static inline const uint64_t *boxes_mask(const struct boxes *boxes, size_t box, size_t column) {
    const struct column *of = &boxes->columns[column];
    return &of->masks[boxes->sets[box * boxes->n_columns + column] * of->words];
}

/* The set of a cell. */
static inline const struct cell_set *boxes_set(const struct boxes *boxes, size_t box, size_t column) {
    return &boxes->columns[column].sets.items[boxes->sets[box * boxes->n_columns + column]];
}

/* The first code of a non-empty set of classes. */
static inline size_t boxes_first_code(const struct column *column, const uint64_t *words) {
    size_t word = 0;
    while (!words[word])
        word++;
    return column->code_of[word * 64 + (size_t)__builtin_ctzll(words[word])];
}

#endif
