/*
 * Sets of values as ascending intervals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "valueset.h"

#include "../runtime/muster.h"

void valueset_add(struct arena *arena, struct valueset *set, int64_t low, int64_t high) {
    struct valueset result = {.unknown = set->unknown};
    bool placed = false;
    for (size_t i = 0; i < set->count; i++) {
        struct interval old = set->items[i];
        bool touches = old.low <= high + 1 && low <= old.high + 1;
        if (touches) {
            low = old.low < low ? old.low : low;
            high = old.high > high ? old.high : high;
            continue;
        }
        if (!placed && old.low > high) {
            ARENA_PUSH(arena, &result, ((struct interval){low, high}));
            placed = true;
        }
        ARENA_PUSH(arena, &result, old);
    }
    if (!placed)
        ARENA_PUSH(arena, &result, ((struct interval){low, high}));
    *set = result;
}

void valueset_unite(struct arena *arena, struct valueset *set, const struct valueset *more) {
    for (size_t i = 0; i < more->count; i++)
        valueset_add(arena, set, more->items[i].low, more->items[i].high);
    set->unknown = set->unknown || more->unknown;
}

struct valueset valueset_complement(struct arena *arena, const struct valueset *set, int64_t low, int64_t high,
                                    bool or_unknown) {
    struct valueset result = {.unknown = or_unknown && !set->unknown};
    int64_t next = low;
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].low > next)
            ARENA_PUSH(arena, &result, ((struct interval){next, set->items[i].low - 1}));
        next = set->items[i].high + 1;
    }
    if (next <= high)
        ARENA_PUSH(arena, &result, ((struct interval){next, high}));
    return result;
}

bool valueset_has(const struct valueset *set, int64_t value) {
    if (value == MUSTER_UNKNOWN)
        return set->unknown;
    for (size_t i = 0; i < set->count; i++)
        if (value >= set->items[i].low && value <= set->items[i].high)
            return true;
    return false;
}

bool valueset_empty(const struct valueset *set) {
    return set->count == 0 && !set->unknown;
}
