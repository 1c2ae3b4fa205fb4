/*
 * Verification of the tables: compares them with the reference evaluator before they are written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "gen/model/model.h"

/* Checks the defaults of parameters, which patterns, constraints and formats may refuse. */
void verify_defaults(const struct model *model, const struct muster_ruleset *rules, struct diagnostics *diagnostics);

/*
 * Compares decisions and command lines, on all hosts if there are few, else on a sample with a fixed seed. A difference
 * is an error.
 */
void verify_tables(const struct model *model, const struct muster_ruleset *rules, struct diagnostics *diagnostics);

#endif
