/*
 * The rulesets of a muster that has only the one that refuses hosts: for tests/cli/refusals.sh.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rulesets.h"

#include "tests/rejects.h"

const struct named_ruleset rulesets[MOST_RULESETS] = {
    {"rejects", rejects_ruleset},
};
