/*
 * Sets of values as ascending intervals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/model/valueset.h"

#include <string.h>

#include "muster.h"

void valueset_add(struct arena *arena, struct valueset *set, int64_t low, int64_t high) {
    size_t from = 0, above = set->count; /* binary search for the first interval that reaches low - 1 */
    while (from < above) {
        size_t middle = from + (above - from) / 2;
        if (set->items[middle].high + 1 < low)
            from = middle + 1;
        else
            above = middle;
    }
    size_t to = from; /* from..to are merged into the new one */
    for (; to < set->count && set->items[to].low <= high + 1; to++) {
        low = set->items[to].low < low ? set->items[to].low : low;
        high = set->items[to].high > high ? set->items[to].high : high;
    }
    if (from == to)
        ARENA_PUSH(arena, set, ((struct interval){0}));
    size_t rest = from == to ? set->count - 1 - from : set->count - to;
    size_t next = from == to ? from : to;
    memmove(&set->items[from + 1], &set->items[next], rest * sizeof *set->items);
    if (from < to)
        set->count -= to - from - 1;
    set->items[from] = (struct interval){low, high};
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
    size_t from = 0, to = set->count; /* binary search for the first interval that ends at or after the value */
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (set->items[middle].high < value)
            from = middle + 1;
        else
            to = middle;
    }
    return from < set->count && set->items[from].low <= value;
}
