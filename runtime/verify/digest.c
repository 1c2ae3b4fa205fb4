/*
 * Has anything changed in the command lines that a row takes part in?
 *
 * The digest is FNV-1a: it is to notice edits, not to withstand anybody.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/digest.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/verify/pool.h"

static const uint64_t beginning = 0xCBF29CE484222325;

static uint64_t add(uint64_t digest, const void *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        digest = (digest ^ ((const unsigned char *)bytes)[i]) * 0x100000001B3;
    return digest;
}

static uint64_t add_number(uint64_t digest, uint64_t number) {
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
    return add(digest, bytes, sizeof bytes);
}

static uint64_t digest_line(const struct line *line) {
    uint64_t digest = beginning;
    for (size_t i = 0; i < line->n_argv; i++)
        digest = add(digest, line->argv[i], strlen(line->argv[i]) + 1);
    return digest;
}

static int compare(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

uint64_t digest_row(const struct ruleset *ruleset, size_t row) {
    uint64_t *lines = pool_take((ruleset->n_lines + 1) * sizeof *lines);
    uint64_t digest = beginning;
    size_t count = 0;

    for (size_t i = 0; i < ruleset->n_lines; i++)
        if (cases_has_row(&ruleset->lines[i], row))
            lines[count++] = digest_line(&ruleset->lines[i]);
    qsort(lines, count, sizeof *lines, compare);
    for (size_t i = 0; i < count; i++)
        digest = add_number(digest, lines[i]);
    return digest;
}
