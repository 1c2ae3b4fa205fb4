/*
 * Sets of values of one variable: what a cell accepts. They consist of intervals of raw values (index of a member,
 * number, packed version) and unknown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VALUESET_H
#define VALUESET_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/base/arena.h"

struct interval {
    int64_t low, high; /* inclusive */
};

struct valueset {
    struct interval *items; /* ascending and not adjacent */
    size_t count, capacity;
    bool unknown;
};

void valueset_add(struct arena *arena, struct valueset *set, int64_t low, int64_t high);
void valueset_unite(struct arena *arena, struct valueset *set, const struct valueset *more);

/*
 * All values in low..high that are not in the set, and unknown if the variable can be unknown and the set does not
 * contain it.
 */
struct valueset valueset_complement(struct arena *arena, const struct valueset *set, int64_t low, int64_t high,
                                    bool or_unknown);
bool valueset_has(const struct valueset *set, int64_t value); /* MUSTER_UNKNOWN: whether the set contains unknown */

#endif
