/*
 * Which parameters a random ruleset needs on a host where some are not set, by brute force: written from the
 * description of the language alone, as brute.h is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BRUTE_MISSING_H
#define TESTS_BRUTE_MISSING_H

#include "brute.h"

struct brute_missing {
    bool refused;                 /* whatever the missing values are */
    bool line[MAX_SUBJECTS];      /* by input: the command line needs it */
    bool decisions[MAX_SUBJECTS]; /* some decision does */
};

/* `unset`, by input: parameters that have no value; of others the cell's. `texts`, by input: those that are set. */
struct brute_missing brute_missing(struct world *world, const struct cell *cell, const bool *unset,
                                   const char *const *texts);

#endif
