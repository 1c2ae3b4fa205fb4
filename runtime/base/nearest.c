/*
 * "Did you mean": optimal string alignment distance.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/nearest.h"

#include <stdint.h>
#include <string.h>

#include "runtime/base/rare.h"

enum { LONGEST = 64, MIN_CERTAIN = 4 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static RARE size_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t rows[3][LONGEST + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

RARE size_t nearest_slips(const char *name, size_t length, const char *other, size_t other_length) {
    size_t longer = length > other_length ? length : other_length;
    if (length == 0 || other_length == 0 || longer > LONGEST)
        return SIZE_MAX;
    size_t slips = distance(name, length, other, other_length);
    return slips <= longer / 3 ? slips : SIZE_MAX;
}

RARE const char *nearest_name(const char *name, const char *const *candidates, size_t count) {
    const char *best = NULL;
    size_t best_slips = SIZE_MAX, length = strlen(name);
    for (size_t i = 0; i < count; i++) {
        size_t slips = nearest_slips(name, length, candidates[i], strlen(candidates[i]));
        if (slips < best_slips) {
            best = candidates[i];
            best_slips = slips;
        }
    }
    return best;
}

RARE bool nearest_is_certain(const char *name, const char *const *candidates, size_t count) {
    size_t n_near = 0, length = strlen(name);
    for (size_t i = 0; i < count; i++)
        n_near += nearest_slips(name, length, candidates[i], strlen(candidates[i])) <= 1;
    return length >= MIN_CERTAIN && n_near == 1;
}
