/*
 * Boxes in a product of finite columns: the rows of a wide table. Finds exactly which boxes overlap, and whether they
 * leave a cell uncovered, with bit sets, by counting and by dividing the space; without diagrams.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BOXES_H
#define BOXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/arena.h"

struct boxes;

/*
 * `widths`: the number of codes of each column, 1 or more; it is copied. Initially a box has all codes of all columns.
 */
struct boxes *boxes_new(struct arena *arena, const size_t *widths, size_t n_columns, size_t n_boxes);

/*
 * boxes_clear removes all codes from one cell of a box, boxes_put adds one. Filling cell by cell is fastest. Neither
 * may be called after the first query. A box with an empty cell contains nothing.
 */
void boxes_clear(struct boxes *boxes, size_t box, size_t column);
void boxes_put(struct boxes *boxes, size_t box, size_t column, size_t code);

struct boxes_pair {
    size_t first, second; /* first < second */
};

/*
 * The pairs of boxes that have a cell in common, in ascending order by the second and then the first. Stores as many as
 * `pairs` has space for; returns the number of all pairs.
 */
size_t boxes_overlaps(struct boxes *boxes, struct boxes_pair *pairs, size_t max_pairs);

enum boxes_answer { BOXES_COVER, BOXES_LEAVE_OUT, BOXES_NOT_PROVEN };

/*
 * Whether the boxes cover the whole product. If not, `codes`, by column, becomes an uncovered cell. `steps` is the
 * budget: a step examines a word of one box, which is a few cells; some thirty million take a second.
 */
enum boxes_answer boxes_cover(struct boxes *boxes, size_t steps, size_t *codes);

#endif
