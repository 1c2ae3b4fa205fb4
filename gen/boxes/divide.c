/*
 * How to divide the space of boxes by one column: so that few boxes are on both sides, and about as many on either.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/internal.h"

#include <string.h>

enum {
    WORD = 64,
    MAX_ASKED = 128, /* boxes that have a say */
    MAX_TRIED = 8,   /* cells that are tried as one side */
};

struct boxes_division {
    const struct boxes *boxes;
    uint32_t *parents; /* by class: one that is on the same side; itself: none before it */
    uint32_t *weights; /* by class that is its own parent: how many boxes have a cell there */
    uint64_t *side;
    /* Of the division at hand. */
    const struct column *column;
    const uint64_t *space;
    const uint64_t *cells[MAX_ASKED]; /* that the column restricts */
    size_t n_cells, n_whole;          /* and how many it does not */
};

struct boxes_division *boxes_new_division(struct arena *arena, const struct boxes *boxes) {
    struct boxes_division *division = arena_alloc(arena, sizeof *division);
    size_t most = 1;
    for (size_t i = 0; i < boxes->n_columns; i++)
        most = boxes->columns[i].n_classes > most ? boxes->columns[i].n_classes : most;
    division->boxes = boxes;
    division->parents = arena_alloc(arena, most * sizeof *division->parents);
    division->weights = arena_alloc(arena, most * sizeof *division->weights);
    division->side = arena_alloc(arena, (most + WORD - 1) / WORD * sizeof *division->side);
    return division;
}

static bool is_restricted(const struct boxes_division *division, const uint64_t *mask) {
    for (size_t i = 0; i < division->column->words; i++)
        if (division->space[i] & ~mask[i])
            return true;
    return false;
}

/* Some of the cells that the column restricts, evenly from all of them. */
static void ask_boxes(struct boxes_division *division, size_t column, const uint32_t *boxes, size_t n_boxes) {
    size_t step = (n_boxes + MAX_ASKED - 1) / MAX_ASKED;
    division->n_cells = division->n_whole = 0;
    for (size_t begin = 0; begin < step && division->n_cells == 0; begin++)
        for (size_t i = begin; i < n_boxes; i += step) {
            const uint64_t *mask = boxes_mask(division->boxes, boxes[i], column);
            if (is_restricted(division, mask))
                division->cells[division->n_cells++] = mask;
            else
                division->n_whole++;
        }
}

/* ---- sides without a box on both -------------------------------------------------------------------------------- */

static uint32_t find_first(const struct boxes_division *division, uint32_t class) {
    uint32_t *parents = division->parents;
    while (parents[class] != class)
        class = parents[class] = parents[parents[class]];
    return class;
}

static uint32_t first_class(const struct boxes_division *division, const uint64_t *cell) {
    size_t word = 0;
    while (!(cell[word] & division->space[word]))
        word++;
    return (uint32_t)(word * WORD + (size_t)__builtin_ctzll(cell[word] & division->space[word]));
}

/* All classes of a cell are on the same side. */
static void join_cell(struct boxes_division *division, const uint64_t *cell) {
    uint32_t first = find_first(division, first_class(division, cell));
    for (size_t word = 0; word < division->column->words; word++)
        for (uint64_t rest = cell[word] & division->space[word]; rest; rest &= rest - 1) {
            uint32_t other = find_first(division, (uint32_t)(word * WORD + (size_t)__builtin_ctzll(rest)));
            if (other < first) {
                division->parents[first] = other;
                first = other;
            } else
                division->parents[other] = first;
        }
}

static void join_cells(struct boxes_division *division) {
    for (uint32_t class = 0; class < division->column->n_classes; class ++) {
        division->parents[class] = class;
        division->weights[class] = 0;
    }
    for (size_t i = 0; i < division->n_cells; i++)
        join_cell(division, division->cells[i]);
    for (size_t i = 0; i < division->n_cells; i++)
        division->weights[find_first(division, first_class(division, division->cells[i]))]++;
}

/* The last class of the space that is its own parent. */
static size_t last_first(const struct boxes_division *division) {
    size_t last = 0;
    for (size_t word = 0; word < division->column->words; word++)
        for (uint64_t rest = division->space[word]; rest; rest &= rest - 1) {
            size_t class = word * WORD + (size_t)__builtin_ctzll(rest);
            last = division->parents[class] == class ? class : last;
        }
    return last;
}

static bool on_side(const struct boxes_division *division, size_t class) {
    return division->side[class / WORD] >> class % WORD & 1;
}

/* Takes joined classes on the side until half of the boxes are there. False if all classes are joined. */
static bool divide_joined(struct boxes_division *division) {
    size_t boxes = 0;
    join_cells(division);
    size_t last = last_first(division);
    if (first_class(division, division->space) == last)
        return false;
    memset(division->side, 0, division->column->words * sizeof *division->side);
    for (size_t word = 0; word < division->column->words; word++)
        for (uint64_t rest = division->space[word]; rest; rest &= rest - 1) {
            size_t class = word * WORD + (size_t)__builtin_ctzll(rest);
            size_t first = find_first(division, (uint32_t) class);
            /* The first one of joined classes comes before the others. */
            bool taken = first == class ? boxes * 2 < division->n_cells && class != last : on_side(division, first);
            if (!taken)
                continue;
            boxes += first == class ? division->weights[first] : 0;
            division->side[word] |= rest & -rest;
        }
    return true;
}

/* ---- sides with as few boxes on both as possible ---------------------------------------------------------------- */

/* What dividing so costs: which part of the boxes is on this side, and which on the other, squared; 1/2 to 2. */
static double cost_of(const struct boxes_division *division, const uint64_t *side) {
    double here = 0, there = 0, all = (double)(division->n_cells + division->n_whole);
    for (size_t i = 0; i < division->n_cells; i++) {
        uint64_t in = 0, out = 0;
        for (size_t word = 0; word < division->column->words; word++) {
            uint64_t cell = division->cells[i][word] & division->space[word];
            in |= cell & side[word];
            out |= cell & ~side[word];
        }
        here += in != 0;
        there += out != 0;
    }
    here = (here + (double)division->n_whole) / all;
    there = (there + (double)division->n_whole) / all;
    return here * here + there * there;
}

static void divide_by_cell(struct boxes_division *division) {
    size_t step = (division->n_cells + MAX_TRIED - 1) / MAX_TRIED;
    const uint64_t *best = division->cells[0];
    double least = 3;
    for (size_t i = 0; i < division->n_cells; i += step) {
        double cost = cost_of(division, division->cells[i]);
        if (cost < least) {
            best = division->cells[i];
            least = cost;
        }
    }
    for (size_t word = 0; word < division->column->words; word++)
        division->side[word] = best[word] & division->space[word];
}

/* Makes the side the smaller one. */
static void choose_smaller(struct boxes_division *division) {
    size_t here = 0, all = 0;
    for (size_t word = 0; word < division->column->words; word++) {
        here += (size_t)__builtin_popcountll(division->side[word]);
        all += (size_t)__builtin_popcountll(division->space[word]);
    }
    for (size_t word = 0; here > all - here && word < division->column->words; word++)
        division->side[word] = division->space[word] & ~division->side[word];
}

double boxes_divide(struct boxes_division *division, size_t column, const uint64_t *space, const uint32_t *boxes,
                    size_t n_boxes, const uint64_t **side) {
    division->column = &division->boxes->columns[column];
    division->space = space;
    ask_boxes(division, column, boxes, n_boxes);
    if (!divide_joined(division))
        divide_by_cell(division);
    choose_smaller(division);
    *side = division->side;
    return cost_of(division, division->side);
}
