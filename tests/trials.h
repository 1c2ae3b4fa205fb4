/*
 * Random rulesets, tried one after the other until one fails. MUSTER_SEED and MUSTER_COUNT in the environment choose
 * the first seed and the number of rulesets; a failure prints the seed that repeats it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_TRIALS_H
#define TESTS_TRIALS_H

#include <inttypes.h>

#include "compiled.h"
#include "random_rules.h"

/* Tries one ruleset; `totals` is the caller's. Returns false after a message. */
typedef bool try_seed(uint64_t seed, void *totals);

/*
 * Tries `count` rulesets by default, from the seed `first` on. Returns how many were tried; 0 after a failure, which is
 * a failure of the test.
 */
static inline uint64_t try_seeds(uint64_t first, uint64_t count, try_seed *try, void *totals) {
    first = number_from("MUSTER_SEED", first);
    count = number_from("MUSTER_COUNT", count);
    printf("\nseed %" PRIu64 " (MUSTER_SEED), %" PRIu64 " rulesets (MUSTER_COUNT)\n", first, count);
    for (uint64_t seed = first; seed < first + count; seed++) {
        bool good = try(seed, totals);
        CU_ASSERT_TRUE(good);
        if (!good) {
            printf("MUSTER_SEED=%" PRIu64 " MUSTER_COUNT=1\n", seed);
            return 0;
        }
    }
    return count;
}

/* Compiles the ruleset that make_ruleset wrote, with a condition of `musterc ask` or NULL. */
static inline void compile_made(struct compiled *compiled, const struct maker *maker, const char *question,
                                enum depth depth) {
    const struct rule_file files[] = {{"test.muster", maker->texts[0]}, {"base.muster", maker->texts[1]}};
    compile_asked(compiled, files, maker->extends ? 2 : 1, question, depth);
}

static inline void print_made(const struct maker *maker) {
    printf("\n%s\n", maker->texts[0]);
    if (maker->texts[1])
        printf("base.muster:\n%s\n", maker->texts[1]);
}

static inline void free_made(struct maker *maker) {
    free(maker->texts[0]);
    free(maker->texts[1]);
    arena_free(maker->arena);
}

/* Keeps the first fault of a trial in `wrong`; returns false. */
static inline __attribute__((format(printf, 3, 4))) bool keep_fault(char *wrong, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (!wrong[0])
        vsnprintf(wrong, size, format, arguments);
    va_end(arguments);
    return false;
}

#define fail(trial, ...) keep_fault((trial)->wrong, sizeof(trial)->wrong, __VA_ARGS__)

#endif
