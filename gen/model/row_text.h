/*
 * The text of a row, by which rules, reports and evidence name it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ROW_TEXT_H
#define ROW_TEXT_H

#include "gen/model/model.h"

/*
 * The row as written, but on one line, with single blanks and without its label and the text after its results: cells
 * are separated by " | ", tests of a cell by ", ", then " => " and the results separated by ", ", or `reject "..."`;
 * `else => ...` for an else row. Two rows of a table that may both decide never have equal texts.
 */
const char *row_text(struct arena *arena, const struct row *row);

/* The same for an unresolved row. */
const char *row_text_written(struct arena *arena, const struct ast_row *row);

#endif
