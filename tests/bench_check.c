/*
 * How checking scales: overlaps and completeness of wide tables, as a ratio to comparing all pairs of rows. The tables
 * are made from a seed. Their columns have 2 to 8 codes. The space is divided again and again: a row, chosen by chance,
 * gives a random part of its codes in a random column to a new row, until there are enough rows; then they are put in a
 * random order. They are disjoint and leave nothing out. In some tables a tenth of the rows is then widened: one to
 * three of the cells that restrict such a row are opened to all codes. From one table a row is taken away.
 *
 *     bench_check [SEED]
 *
 * What is timed includes putting the cells into the table; the yardstick has them before it starts. The exit status is
 * 1 if an answer is wrong, whatever the times.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/boxes.h"
#include "random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MAX_COLUMNS = 64,
    MAX_ROUNDS = 21,
    MAX_PAIRS = 1000,
    STEPS = 50 * 1000 * 1000,
};

static const struct kind {
    size_t n_rows, n_columns;
    unsigned widened; /* rows of 100 */
    bool missing;     /* a row */
    size_t rounds;    /* an odd number, so that one is in the middle */
} kinds[] = {
    {10000, 30, 0, false, 5}, {10000, 30, 0, true, 5},   {10000, 30, 10, false, 5},
    {1500, 15, 0, false, 21}, {1500, 15, 10, false, 21},
};

struct table {
    size_t n_rows, n_columns, widths[MAX_COLUMNS];
    uint64_t *cells; /* by row, by column: codes as bits */
};

/* ---- making a table --------------------------------------------------------------------------------------------- */

static uint64_t all_codes(const struct table *table, size_t column) {
    return table->widths[column] < 64 ? (UINT64_C(1) << table->widths[column]) - 1 : UINT64_MAX;
}

static void put_row(struct table *table, size_t row, const uint64_t *cells) {
    memcpy(table->cells + row * table->n_columns, cells, table->n_columns * sizeof *cells);
}

/* Divides a row, the other half of which becomes `row`. */
static void divide_row(struct table *table, uint64_t *seed, size_t row) {
    uint64_t *parent, *cell, part;
    do {
        parent = table->cells + roll(seed, (unsigned)row) * table->n_columns;
        cell = parent + roll(seed, (unsigned)table->n_columns);
        part = *cell & next_random(seed);
    } while (part == 0 || part == *cell);
    put_row(table, row, parent);
    table->cells[row * table->n_columns + (size_t)(cell - parent)] = part;
    *cell &= ~part;
}

static void shuffle_rows(struct table *table, uint64_t *seed) {
    uint64_t held[MAX_COLUMNS];
    for (size_t row = table->n_rows; row-- > 1;) {
        uint64_t *here = table->cells + row * table->n_columns;
        uint64_t *there = table->cells + roll(seed, (unsigned)row + 1) * table->n_columns;
        memcpy(held, here, table->n_columns * sizeof *held);
        memmove(here, there, table->n_columns * sizeof *held);
        memcpy(there, held, table->n_columns * sizeof *held);
    }
}

static void widen_row(struct table *table, uint64_t *seed, size_t row) {
    uint64_t *cells = table->cells + row * table->n_columns;
    for (unsigned times = 1 + roll(seed, 3); times--;) {
        size_t column;
        do
            column = roll(seed, (unsigned)table->n_columns);
        while (cells[column] == all_codes(table, column));
        cells[column] = all_codes(table, column);
    }
}

static struct table make_table(const struct kind *kind, uint64_t seed) {
    struct table table = {.n_rows = kind->n_rows, .n_columns = kind->n_columns};
    table.cells = calloc(table.n_rows * table.n_columns, sizeof *table.cells);
    if (!table.cells)
        exit(2);
    for (size_t i = 0; i < table.n_columns; i++) {
        table.widths[i] = 2 + roll(&seed, 7);
        table.cells[i] = all_codes(&table, i);
    }
    for (size_t row = 1; row < table.n_rows; row++)
        divide_row(&table, &seed, row);
    shuffle_rows(&table, &seed);
    for (size_t row = 0; row < table.n_rows * kind->widened / 100; row++)
        widen_row(&table, &seed, row);
    table.n_rows -= kind->missing;
    return table;
}

/* ---- what is measured ------------------------------------------------------------------------------------------- */

/* The yardstick: how many pairs of rows overlap. */
static size_t overlaps_by_pairs(const struct table *table) {
    size_t count = 0;
    for (size_t second = 1; second < table->n_rows; second++)
        for (size_t first = 0; first < second; first++) {
            const uint64_t *a = table->cells + first * table->n_columns, *b = table->cells + second * table->n_columns;
            size_t column = 0;
            while (column < table->n_columns && a[column] & b[column])
                column++;
            count += column == table->n_columns;
        }
    return count;
}

static struct boxes *fill(struct arena *arena, const struct table *table) {
    struct boxes *boxes = boxes_new(arena, table->widths, table->n_columns, table->n_rows);
    for (size_t row = 0; row < table->n_rows; row++)
        for (size_t column = 0; column < table->n_columns; column++) {
            uint64_t rest = table->cells[row * table->n_columns + column];
            if (rest == all_codes(table, column))
                continue;
            boxes_clear(boxes, row, column);
            for (; rest; rest &= rest - 1)
                boxes_put(boxes, row, column, (size_t)__builtin_ctzll(rest));
        }
    return boxes;
}

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

enum { BY_PAIRS, FILLING, OVERLAPS, COVER, CHECKING, TIMES };

struct results {
    double times[TIMES][MAX_ROUNDS];
    size_t by_pairs, overlaps, codes[MAX_COLUMNS];
    enum boxes_answer answer;
};

static void measure(const struct table *table, size_t round, struct results *results) {
    static struct boxes_pair pairs[MAX_PAIRS];
    double begin = milliseconds();
    results->by_pairs = overlaps_by_pairs(table);
    double after_pairs = milliseconds();
    struct arena *arena = arena_new();
    struct boxes *boxes = fill(arena, table);
    double after_filling = milliseconds();
    results->overlaps = boxes_overlaps(boxes, pairs, MAX_PAIRS);
    double after_overlaps = milliseconds();
    results->answer = boxes_cover(boxes, STEPS, results->codes);
    double after_cover = milliseconds();
    arena_free(arena);
    results->times[BY_PAIRS][round] = after_pairs - begin;
    results->times[FILLING][round] = after_filling - after_pairs;
    results->times[OVERLAPS][round] = after_overlaps - after_filling;
    results->times[COVER][round] = after_cover - after_overlaps;
    results->times[CHECKING][round] = after_cover - after_pairs;
}

/* ---- what is said ----------------------------------------------------------------------------------------------- */

static int compare_times(const void *a, const void *b) {
    const double *time_a = a, *time_b = b;
    return (*time_a > *time_b) - (*time_a < *time_b);
}

static double median(double *times, size_t count) {
    qsort(times, count, sizeof *times, compare_times);
    return times[count / 2];
}

static bool is_left_out(const struct table *table, const size_t *codes) {
    for (size_t row = 0; row < table->n_rows; row++) {
        size_t column = 0;
        while (column < table->n_columns && table->cells[row * table->n_columns + column] >> codes[column] & 1)
            column++;
        if (column == table->n_columns)
            return false;
    }
    return true;
}

static bool is_right(const struct kind *kind, const struct table *table, const struct results *results) {
    if (results->overlaps != results->by_pairs || (kind->widened == 0 && results->overlaps))
        return false;
    if (kind->missing)
        return results->answer == BOXES_LEAVE_OUT && is_left_out(table, results->codes);
    return results->answer == BOXES_COVER || (kind->widened && results->answer == BOXES_NOT_PROVEN);
}

static bool run(const struct kind *kind, uint64_t seed) {
    static const char *const answers[] = {"nothing left out", "something left out", "not proven"};
    static struct results results;
    struct table table = make_table(kind, seed);
    for (size_t round = 0; round < kind->rounds; round++)
        measure(&table, round, &results);
    double times[TIMES];
    for (size_t i = 0; i < TIMES; i++)
        times[i] = median(results.times[i], kind->rounds);
    bool right = is_right(kind, &table, &results);
    printf("%5zu x %zu %9zu %9.2f %9.2f %9.2f %9.2f %9.2f %7.1f  %s%s\n", table.n_rows, table.n_columns,
           results.overlaps, times[BY_PAIRS], times[FILLING], times[OVERLAPS], times[COVER], times[CHECKING],
           times[BY_PAIRS] / times[CHECKING], answers[results.answer], right ? "" : ": WRONG");
    fflush(stdout);
    free(table.cells);
    return right;
}

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    bool right = true;
    printf("Overlaps and completeness of tables, medians in milliseconds, seed %llu:\n", (unsigned long long)seed);
    printf("%10s %9s %9s %9s %9s %9s %9s %7s  %s\n", "table", "overlaps", "by pairs", "filling", "overlaps", "cover",
           "in all", "ratio", "answer");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        right = run(&kinds[i], seed) && right;
    return !right;
}
