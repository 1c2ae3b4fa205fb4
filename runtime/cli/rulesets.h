/*
 * The rulesets that are built into muster.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_RULESETS_H
#define MUSTER_RULESETS_H

#include "muster.h"

struct named_ruleset {
    const char *name;
    const struct muster_ruleset *rules;
};

/* The first is the default; one without a name is the end. */
enum { MAX_RULESETS = 8 };
extern const struct named_ruleset rulesets[MAX_RULESETS];

#endif
