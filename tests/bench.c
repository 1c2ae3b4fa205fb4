/*
 * How fast the compiled baseline is, as a ratio to the hand-written one. Both decide and write the same argv from the
 * same facts and from parameters that are already checked and escaped, into the caller's memory. The hand-written one
 * copies every argument; the compiled one points into its tables for arguments without a parameter.
 *
 *     bench [SEED]            times, in interleaved rounds; SEED picks the random cells
 *     bench count WHAT CALLS  makes so many calls and prints nothing: for bench-ir.sh, which counts their instructions
 *     bench tables            the size of the tables in bytes: for bench.sh
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cells.h"

#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    RANDOM_CELLS = 1024, /* a power of 2; more than a branch predictor learns by heart */
    ROUNDS = 201,        /* odd, so that one is in the middle */
    CALLS = 4096,        /* of each kind in a round; a multiple of RANDOM_CELLS */
};

struct bench {
    struct muster_params *params;
    const struct handwritten_params *by_hand;
    struct cell fixed;
    struct cell random[RANDOM_CELLS];
    size_t sum; /* of all results, so that no call is for nothing */
    const char *argv[BASELINE_ARGV_SLOTS];
    char buffer[BASELINE_ARGV_SIZE];
    alignas(max_align_t) unsigned char memory[BASELINE_PARAMS_SIZE];
};

/* ---- what is measured ------------------------------------------------------------------------------------------- */

static size_t call_nothing(struct bench *bench, const struct cell *cell) {
    (void)bench;
    (void)cell;
    return 0;
}

static size_t call_tables(struct bench *bench, const struct cell *cell) {
    struct muster_space needed;
    enum muster_status status = baseline_argv(&cell->facts, bench->params, bench->argv, BASELINE_ARGV_SLOTS,
                                              bench->buffer, sizeof bench->buffer, &needed, NULL);
    return status == MUSTER_OK ? needed.arguments : 0;
}

static size_t call_by_hand(struct bench *bench, const struct cell *cell) {
    return handwritten_argv(&cell->by_hand, bench->by_hand, bench->argv, bench->buffer);
}

static size_t call_set_params(struct bench *bench, const struct cell *cell) {
    (void)cell;
    bench->params = muster_params_init(bench->memory, sizeof bench->memory, baseline_ruleset);
    return bench->params != NULL && cells_set_params(bench->params, 0);
}

enum { NOTHING, TABLES_FIXED, BY_HAND_FIXED, TABLES_RANDOM, BY_HAND_RANDOM, SET_PARAMS, KINDS };

static const struct kind {
    const char *name;
    size_t (*call)(struct bench *bench, const struct cell *cell);
    bool random;
} kinds[KINDS] = {
    [NOTHING] = {"nothing", call_nothing, false},
    [TABLES_FIXED] = {"tables-fixed", call_tables, false},
    [BY_HAND_FIXED] = {"by-hand-fixed", call_by_hand, false},
    [TABLES_RANDOM] = {"tables-random", call_tables, true},
    [BY_HAND_RANDOM] = {"by-hand-random", call_by_hand, true},
    [SET_PARAMS] = {"set-params", call_set_params, false},
};

static void make_calls(struct bench *bench, const struct kind *kind, size_t calls) {
    const struct cell *cells = kind->random ? bench->random : &bench->fixed;
    const size_t mask = kind->random ? RANDOM_CELLS - 1 : 0;
    for (size_t i = 0; i < calls; i++)
        bench->sum += kind->call(bench, &cells[i & mask]);
}

/* ---- time ------------------------------------------------------------------------------------------------------- */

static double nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

struct quartiles {
    double low, middle, high;
};

static struct quartiles quartiles_of(const double values[static ROUNDS]) {
    double sorted[ROUNDS];
    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, ROUNDS, sizeof sorted[0], compare);
    return (struct quartiles){sorted[ROUNDS / 4], sorted[ROUNDS / 2], sorted[ROUNDS - 1 - ROUNDS / 4]};
}

static void print_ratio(const char *name, double times[KINDS][ROUNDS], size_t tables, size_t by_hand) {
    double ratio[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++)
        ratio[i] = times[tables][i] / times[by_hand][i];
    struct quartiles of_tables = quartiles_of(times[tables]);
    struct quartiles of_by_hand = quartiles_of(times[by_hand]);
    struct quartiles both = quartiles_of(ratio);
    printf("%-14s %8.1f ns %10.1f ns %8.2f   (%.2f to %.2f)\n", name, of_tables.middle, of_by_hand.middle, both.middle,
           both.low, both.high);
}

static void measure(struct bench *bench, uint64_t seed) {
    static double times[KINDS][ROUNDS];
    for (size_t kind = 0; kind < KINDS; kind++)
        make_calls(bench, &kinds[kind], CALLS); /* warms up */
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t kind = TABLES_FIXED; kind < KINDS; kind++) {
            double start = nanoseconds();
            make_calls(bench, &kinds[kind], CALLS);
            times[kind][round] = (nanoseconds() - start) / CALLS;
        }
    }
    printf("Decide and emit, time of one call; medians of %d rounds of %d calls, in turn.\n", ROUNDS, CALLS);
    printf("%-14s %11s %13s %8s   %s\n", "", "tables", "by hand", "ratio", "(half of the rounds)");
    print_ratio("fixed cell", times, TABLES_FIXED, BY_HAND_FIXED);
    print_ratio("random cells", times, TABLES_RANDOM, BY_HAND_RANDOM);
    printf("The ratio is to be at most 2. Seed of the random cells: %" PRIu64 ".\n", seed);
    printf("Checking and setting the eight parameters: %.1f ns.\n", quartiles_of(times[SET_PARAMS]).middle);
}

/* ---- the program ------------------------------------------------------------------------------------------------ */

/* SplitMix64: a sequence that is the same on every machine. */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static bool prepare(struct bench *bench, uint64_t seed) {
    struct cell_space space;
    if (!cells_prepare(&space) || !cells_make_fixed(&space, &bench->fixed))
        return false;
    for (size_t i = 0; i < RANDOM_CELLS; i++)
        cells_make(&space, (size_t)(next_random(&seed) % cells_count()), &bench->random[i]);
    bench->by_hand = cells_params_by_hand(0);
    return handwritten_most_bytes(bench->by_hand) <= sizeof bench->buffer && call_set_params(bench, NULL) == 1 &&
           call_tables(bench, &bench->fixed) == call_by_hand(bench, &bench->fixed);
}

static int count(struct bench *bench, const char *what, const char *calls) {
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(what, kinds[i].name) == 0) {
            make_calls(bench, &kinds[i], strtoul(calls, NULL, 10));
            return 0;
        }
    }
    fprintf(stderr, "bench: nothing to count is called %s\n", what);
    return 2;
}

int main(int argc, char **argv) {
    static struct bench bench;
    bool counts = argc == 4 && strcmp(argv[1], "count") == 0;
    bool tables = argc == 2 && strcmp(argv[1], "tables") == 0;
    char *end = NULL;
    uint64_t seed = argc == 2 && !tables ? strtoull(argv[1], &end, 10) : 1;

    if ((!counts && argc > 2) || (end != NULL && *end != '\0')) {
        fprintf(stderr, "usage: bench [SEED] | bench count WHAT CALLS | bench tables\n");
        return 2;
    }
    if (!prepare(&bench, seed)) {
        fprintf(stderr, "bench: the compiled ruleset and the hand-written C do not go together\n");
        return 1;
    }
    if (counts)
        return count(&bench, argv[2], argv[3]);
    if (tables) {
        printf("%zu\n", (size_t)baseline_ruleset->size);
        return 0;
    }
    measure(&bench, seed);
    return 0;
}
