/*
 * The text of a row: what rules, reports and evidence call it by.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ROW_TEXT_H
#define ROW_TEXT_H

#include "gen/model/model.h"

/*
 * The row as it is written, but on one line, with single blanks and without its label and what stands behind its
 * results: cells between " | ", the tests of a cell between ", ", then " => " and the results between ", ", or
 * `reject "..."`; `else => ...` for an else row. Two rows of one table that may both decide never have the same text.
 */
const char *row_text(struct arena *arena, const struct row *row);

/* The same of one that was not resolved. */
const char *row_text_written(struct arena *arena, const struct ast_row *row);

#endif
