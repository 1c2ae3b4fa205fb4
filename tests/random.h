/*
 * Random numbers that are the same everywhere: splitmix64, by Sebastiano Vigna.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <stdint.h>
#include <stdlib.h>

static inline uint64_t next_random(uint64_t *seed) {
    uint64_t value = *seed += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

/* From 0 to sides - 1. */
static inline unsigned roll(uint64_t *seed, unsigned sides) {
    return sides ? (unsigned)(next_random(seed) >> 33) % sides : 0;
}

/* A number that the environment may set, else this one. */
static inline uint64_t number_from(const char *name, uint64_t otherwise) {
    const char *given = getenv(name);
    return given && given[0] ? strtoull(given, NULL, 0) : otherwise;
}

#endif
