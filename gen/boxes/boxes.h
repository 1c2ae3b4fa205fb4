/*
 * Boxes in a product of finite columns: what the rows of a wide table are. Which of them overlap, and whether they
 * leave anything out, both exactly; by bit-sets, by counting, and by dividing the space, without diagrams.
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

/* `widths`: how many codes each column has, 1 or more; copied. A box has all codes of all columns to begin with. */
struct boxes *boxes_new(struct arena *arena, const size_t *widths, size_t n_columns, size_t n_boxes);

/*
 * Takes all codes out of one cell of a box, and puts one in; best cell by cell, and not after the first question. A box
 * with an empty cell has nothing in it.
 */
void boxes_clear(struct boxes *boxes, size_t box, size_t column);
void boxes_put(struct boxes *boxes, size_t box, size_t column, size_t code);

struct boxes_pair {
    size_t first, second; /* first < second */
};

/*
 * The pairs of boxes that have a cell in common, in ascending order by the second and then the first: as many as
 * `pairs` has room for, and how many there are in all.
 */
size_t boxes_overlaps(struct boxes *boxes, struct boxes_pair *pairs, size_t most);

enum boxes_answer { BOXES_COVER, BOXES_LEAVE_OUT, BOXES_NOT_PROVEN };

/*
 * Whether the boxes together are the whole product. If not, `codes`, by column, becomes a cell that they leave out.
 * Gives up after so many steps: one looks at a word of one box, which is a few cells; some thirty million take a
 * second.
 */
enum boxes_answer boxes_cover(struct boxes *boxes, size_t steps, size_t *codes);

#endif
