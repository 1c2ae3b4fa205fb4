/*
 * What the parts of the checker of wide tables share: a table of boxes, once it is complete.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BOXES_PARTS_H
#define BOXES_PARTS_H

#include "gen/boxes/boxes.h"

/* What a cell accepts. Equal ones of a column are one; the first of each column is everything. */
struct cell_set {
    uint64_t *words; /* a bit for each code; in a complete table for each class */
    uint32_t hash;
    uint32_t n_classes; /* that belong to it */
};

struct column {
    size_t width, words; /* of a set */
    struct {
        struct cell_set *items;
        size_t count, capacity;
    } sets;
    uint32_t *slots; /* hash table of sets, + 1 */
    size_t n_slots;
    /* Codes that no box tells apart are one class. */
    size_t n_classes;
    size_t *code_of; /* by class: its first code */
    uint64_t *masks; /* of the sets, one after the other */
};

struct boxes {
    struct arena *arena;
    struct column *columns;
    size_t n_columns, n_boxes;
    uint32_t *sets; /* by box, by column: which of the column's sets */
    /* The cell that is being filled; its set is still to be found. */
    uint64_t *open;
    size_t open_box, open_column; /* SIZE_MAX: none */
    bool complete;
    uint32_t *live; /* the boxes in which there is anything */
    size_t n_live;
    enum { OVERLAPS_UNKNOWN, NO_OVERLAPS, SOME_OVERLAPS } overlaps;
};

/* Divides the codes into classes; from here on nothing is put any more. */
void boxes_complete(struct boxes *boxes);

/* Whether no box has a cell in common with another; the table is complete. */
bool boxes_disjoint(struct boxes *boxes);

struct boxes_division;

struct boxes_division *boxes_new_division(struct arena *arena, const struct boxes *boxes);

/*
 * Divides a space by a column: one side, which is some of the classes that the space has of it, not all, and not more
 * than the others; it stays until the next division. The column restricts some of the boxes, all of which have a class
 * there. The less boxes are on both sides, and the more alike these are, the less it costs: from 1/2 to 2, and 1 if
 * nothing but a few boxes is gained.
 */
double boxes_divide(struct boxes_division *division, size_t column, const uint64_t *space, const uint32_t *boxes,
                    size_t n_boxes, const uint64_t **side);

/* Searches for a cell that is in no box; otherwise like boxes_cover. */
enum boxes_answer boxes_search(struct arena *scratch, const struct boxes *boxes, size_t steps, size_t *codes);

/* Puts boxes that are alike together. */
void boxes_order(struct arena *scratch, const struct boxes *boxes, uint32_t *list, size_t count);

/* The classes of a cell, as bits. */
static inline const uint64_t *boxes_mask(const struct boxes *boxes, size_t box, size_t column) {
    const struct column *of = &boxes->columns[column];
    return &of->masks[boxes->sets[box * boxes->n_columns + column] * of->words];
}

/* The set of the cell of a box. */
static inline const struct cell_set *boxes_set(const struct boxes *boxes, size_t box, size_t column) {
    return &boxes->columns[column].sets.items[boxes->sets[box * boxes->n_columns + column]];
}

/* The first code of the classes, of which there are some. */
static inline size_t boxes_first_code(const struct column *column, const uint64_t *words) {
    size_t word = 0;
    while (!words[word])
        word++;
    return column->code_of[word * 64 + (size_t)__builtin_ctzll(words[word])];
}

#endif
