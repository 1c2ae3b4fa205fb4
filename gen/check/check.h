/*
 * The checks of a model: each host has exactly one result, promises hold, and nothing is redundant.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CHECK_H
#define CHECK_H

#include "gen/model/model.h"

/* CHECK_ANSWERS leaves out checks that results do not depend on, so that rules with a broken promise can be tried. */
enum check_scope { CHECK_ALL, CHECK_ANSWERS };

/* Runs the checks of the scope whose prerequisites hold. */
void check_model(struct model *model, enum check_scope scope, struct diagnostics *diagnostics);

/* The answer to model->question, evaluated on all hosts that have a command line. */
enum answer { ANSWER_SOME, ANSWER_ALWAYS, ANSWER_NEVER, ANSWER_NOT_PROVEN };

struct ask_answer {
    enum answer answer;
    uint64_t cells, all; /* the number of cells in which it holds, and of all cells; UINT64_MAX: that many or more */
    struct {
        struct diag_witness **items;
        size_t count, capacity;
    } witnesses; /* one per region, up to MAX_REGIONS */
    size_t n_regions;
    bool has_uncounted_regions; /* and there are more regions than n_regions */
};

/* The model must be sound and checked. The answer is allocated in the model's arena. */
struct ask_answer check_ask(struct model *model, struct diagnostics *diagnostics);

#endif
