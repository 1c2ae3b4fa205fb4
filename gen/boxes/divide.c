/*
 * Chooses how to divide the space of boxes by one column: with few boxes on both sides, and equally many on each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/internal.h"

#include <string.h>

enum {
    WORD = 64,
    MAX_SAMPLE = 128, /* size of the sample of boxes */
    MAX_TRIED = 8,    /* number of cells that are tried as one side */
};

struct boxes_division {
    const struct boxes *boxes;
    uint32_t *parents; /* union-find by class: a class that must be on the same side; itself: the representative */
    uint32_t *weights; /* by representative: the number of boxes that have a cell there */
    uint64_t *side;
    /* Of the current division. */
    const struct column *column;
    const uint64_t *space;
    const uint64_t *cells[MAX_SAMPLE]; /* cells of the sample that the column restricts */
    size_t n_cells, n_whole;           /* and the number of cells that it does not restrict */
};

struct boxes_division *boxes_new_division(struct arena *arena, const struct boxes *boxes) {
    struct boxes_division *division = arena_alloc(arena, sizeof *division);
    size_t max = 1;
    for (size_t i = 0; i < boxes->n_columns; i++)
        max = boxes->columns[i].n_classes > max ? boxes->columns[i].n_classes : max;
    division->boxes = boxes;
    division->parents = arena_alloc(arena, max * sizeof *division->parents);
    division->weights = arena_alloc(arena, max * sizeof *division->weights);
    division->side = arena_alloc(arena, (max + WORD - 1) / WORD * sizeof *division->side);
    return division;
}

static bool is_restricted(const struct boxes_division *division, const uint64_t *mask) {
    for (size_t i = 0; i < division->column->words; i++)
        if (division->space[i] & ~mask[i])
            return true;
    return false;
}

/* Takes an evenly distributed sample of the boxes. */
static void sample_boxes(struct boxes_division *division, size_t column, const uint32_t *boxes, size_t n_boxes) {
    size_t step = (n_boxes + MAX_SAMPLE - 1) / MAX_SAMPLE;
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

/* ---- sides without common boxes ---------------------------------------------------------------------------------- */

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

/* Puts all classes of a cell on the same side. */
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

/* The last representative in the space. */
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

/* Adds joined classes to the side until it has half of the boxes. False if all classes are joined. */
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
            /* The representative precedes the classes that are joined with it. */
            bool taken = first == class ? boxes * 2 < division->n_cells && class != last : on_side(division, first);
            if (!taken)
                continue;
            boxes += first == class ? division->weights[first] : 0;
            division->side[word] |= rest & -rest;
        }
    return true;
}

/* ---- sides with a minimal number of common boxes ----------------------------------------------------------------- */

/* The cost of a division: the sum of the squared fractions of boxes on each side; 1/2 to 2. */
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
    double min = 3;
    for (size_t i = 0; i < division->n_cells; i += step) {
        double cost = cost_of(division, division->cells[i]);
        if (cost < min) {
            best = division->cells[i];
            min = cost;
        }
    }
    for (size_t word = 0; word < division->column->words; word++)
        division->side[word] = best[word] & division->space[word];
}

/* Makes the smaller part the side. */
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
    sample_boxes(division, column, boxes, n_boxes);
    if (!divide_joined(division))
        divide_by_cell(division);
    choose_smaller(division);
    *side = division->side;
    return cost_of(division, division->side);
}
