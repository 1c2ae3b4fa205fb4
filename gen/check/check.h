/*
 * The checks: every host has exactly one answer, what is promised holds, and nothing is there in vain.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CHECK_H
#define CHECK_H

#include "gen/model/model.h"

/* All checks; or those only without which there are no answers, so that rules can be tried out that break a promise. */
enum check_scope { CHECK_ALL, CHECK_ANSWERS };

/* Runs every check of the scope that the model is sound enough for. */
void check_model(struct model *model, enum check_scope scope, struct diagnostics *diagnostics);

/* The answer to model->question, which is asked of all hosts that get a command line. */
enum answer { ANSWER_SOME, ANSWER_ALWAYS, ANSWER_NEVER, ANSWER_NOT_PROVEN };

struct ask_answer {
    enum answer answer;
    uint64_t cells, all; /* cells in which it holds, of all; UINT64_MAX: that many or more */
    struct {
        struct diag_witness **items;
        size_t count, capacity;
    } witnesses; /* one for each region, the first MAX_REGIONS */
    size_t n_regions;
    bool has_uncounted_regions; /* and there are more than these */
};

/* The model is sound and was checked. All of the answer lives in the model's arena. */
struct ask_answer check_ask(struct model *model, struct diagnostics *diagnostics);

#endif
