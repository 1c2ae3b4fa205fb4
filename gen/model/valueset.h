/*
 * Sets of values of one fact or decision: what a cell of a table accepts. Intervals of raw values (a member's index,
 * a number, a packed version), and unknown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VALUESET_H
#define VALUESET_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/arena.h"

struct interval {
    int64_t low, high; /* both belong to it */
};

struct valueset {
    struct interval *items; /* ascending, apart by at least one value */
    size_t count, capacity;
    bool unknown;
};

void valueset_add(struct arena *arena, struct valueset *set, int64_t low, int64_t high);
void valueset_unite(struct arena *arena, struct valueset *set, const struct valueset *more);

/* Everything in low..high that is not in the set, and unknown if it may be and is not in the set. */
struct valueset valueset_complement(struct arena *arena, const struct valueset *set, int64_t low, int64_t high,
                                    bool or_unknown);
bool valueset_has(const struct valueset *set, int64_t value); /* MUSTER_UNKNOWN asks for unknown */

#endif
