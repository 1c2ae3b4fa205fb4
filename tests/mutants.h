/*
 * Mutants: rule files with one thing in them changed at random.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MUTANTS_H
#define TESTS_MUTANTS_H

#include "gen/model/model.h"
#include "random.h"

/* What is changed: a cell of a table, what a row decides, a word of a condition; or a table becomes facts. */
enum mutation { MUTATE_CELL, MUTATE_RESULT, MUTATE_WORD, MUTATE_ROLE, N_MUTATIONS };

struct mutant {
    uint32_t file; /* of the model's sources */
    char *text;    /* which then reads like this; in the arena */
};

/* False if there is nothing of that kind to change. The mutant may well be broken. */
bool mutate(struct arena *arena, const struct model *model, enum mutation mutation, uint64_t *seed,
            struct mutant *mutant);

#endif
