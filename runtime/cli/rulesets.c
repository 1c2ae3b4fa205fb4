/*
 * The rulesets that are built into muster.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/cli/rulesets.h"

#include "rules/baseline.h"
#include "rules/microvm.h"

const struct named_ruleset rulesets[MAX_RULESETS] = {
    {"microvm", microvm_ruleset},
    {"baseline", baseline_ruleset},
};
