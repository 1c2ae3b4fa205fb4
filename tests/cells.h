/*
 * The baseline's whole fact space, one cell after another, and sets of parameters; each in two shapes: for the compiled
 * ruleset and for the hand-written C.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CELLS_H
#define CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handwritten.h"
#include "rules/baseline.h"

enum { CELL_FACTS = 12, CELL_MAX_VALUES = 6, CELL_PARAMS = 8, CELL_PARAM_SETS = 2 };

/* The facts as the ruleset numbers them: where each stands, and what its values are. */
struct cell_space {
    uint32_t input[CELL_FACTS];
    int64_t value[CELL_FACTS][CELL_MAX_VALUES];
};

struct cell {
    struct baseline_facts facts;
    struct handwritten_facts by_hand;
};

/* Asks the ruleset by name for every fact and value. False, after a line on stderr, if it does not know one. */
bool cells_prepare(struct cell_space *space);

/* How many cells there are: the product of the facts' numbers of values. */
size_t cells_count(void);

/* The cell of a number below cells_count(). */
void cells_make(const struct cell_space *space, size_t number, struct cell *cell);

/* A cell of nothing but unset facts and the value 0 by hand; cells_set then sets one fact by name, false if unknown. */
void cells_clear(struct cell *cell);
bool cells_set(const struct cell_space *space, struct cell *cell, const char *fact, const char *value);

/* The facts of a cell in words, for messages. */
void cells_describe(size_t number, char *buffer, size_t size);

/* linux, x86_64, kvm, tsc_deadline, io_uring, unshare, allow_network, 9.1.9, and no to the rest: what is measured. */
bool cells_make_fixed(const struct cell_space *space, struct cell *cell);

/* Set 0 is plain; set 1 has blanks and commas in every path, and longer texts. */
const struct handwritten_params *cells_params_by_hand(size_t set);

/* Sets the eight parameters of a set. False, after a line on stderr, if one is refused. */
bool cells_set_params(struct muster_params *params, size_t set);

#endif
