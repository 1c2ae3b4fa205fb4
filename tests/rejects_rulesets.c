/*
 * The rulesets of a muster for tests: one that refuses hosts, for tests/cli/refusals.sh, and one that tests parameters,
 * for tests/cli/missing.sh.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/cli/rulesets.h"

#include "tests/needs.h"
#include "tests/rejects.h"

const struct named_ruleset rulesets[MAX_RULESETS] = {
    {"rejects", rejects_ruleset},
    {"needs", needs_ruleset},
};
