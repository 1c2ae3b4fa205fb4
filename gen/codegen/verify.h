/*
 * The compiler's distrust of itself: what the tables answer is compared with the plain evaluator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "gen/model/model.h"

/* Tries the defaults of parameters: patterns, limits and formats may refuse them. */
void verify_defaults(const struct model *model, const struct muster_ruleset *rules, struct diagnostics *diagnostics);

/*
 * Compares decisions and command lines of all hosts where there are few, else of a seeded sample. A difference is
 * reported as an error.
 */
void verify_tables(const struct model *model, const struct muster_ruleset *rules, struct diagnostics *diagnostics);

#endif
