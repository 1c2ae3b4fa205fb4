/*
 * The rulesets of a muster that has only the one with wrappers: for tests/cli/ends.sh.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/cli/rulesets.h"

#include "tests/wrapped.h"

const struct named_ruleset rulesets[MAX_RULESETS] = {
    {"wrapped", wrapped_ruleset},
};
