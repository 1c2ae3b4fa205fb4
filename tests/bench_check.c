/*
 * How checking scales: overlaps and completeness of wide tables, as a ratio to comparing all pairs of rows. The tables
 * are made from a seed: the space is divided again and again, a row that is not yet divided, chosen by chance, into two
 * by a random part of the codes of a random column, until there are enough; then the rows are put in a random order.
 * They are disjoint and leave nothing out. In some tables a tenth of the rows is then widened: one to three of the
 * cells that restrict the row are opened to all codes.
 *
 *     bench_check [SEED]
 *
 * What is timed includes putting the cells into the table; the yardstick has them before it starts. The exit status is
 * 1 if an answer is wrong, whatever the times.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "boxes.h"
#include "random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_COLUMNS = 64, ENOUGH = 50 * 1000 * 1000, MOST_PAIRS = 1000 };

struct table {
    size_t n_rows, n_columns, widths[MOST_COLUMNS];
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
    uint64_t held[MOST_COLUMNS];
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

static struct table make_table(uint64_t seed, size_t n_rows, size_t n_columns, unsigned widened) {
    struct table table = {.n_rows = n_rows, .n_columns = n_columns};
    table.cells = calloc(n_rows * n_columns, sizeof *table.cells);
    if (!table.cells)
        exit(2);
    for (size_t i = 0; i < n_columns; i++) {
        table.widths[i] = 2 + roll(&seed, 7);
        table.cells[i] = all_codes(&table, i);
    }
    for (size_t row = 1; row < n_rows; row++)
        divide_row(&table, &seed, row);
    shuffle_rows(&table, &seed);
    for (size_t row = 0; row < n_rows * widened / 100; row++)
        widen_row(&table, &seed, row);
    return table;
}

/* ---- what is measured ------------------------------------------------------------------------------------------- */

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

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
    uint64_t seed0 = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    static const struct { size_t r, c; unsigned w; } cases[] = {{10000,30,0},{10000,30,10},{1500,15,0},{1500,15,10}};
    for (size_t k = 0; k < 4; k++) {
        struct table t = make_table(seed0, cases[k].r, cases[k].c, cases[k].w);
        for (int rep = 0; rep < 3; rep++) {
        double t0 = milliseconds();
        size_t naive = rep ? 0 : overlaps_by_pairs(&t);
        double t1 = milliseconds();
        struct arena *arena = arena_new();
        struct boxes *b = boxes_new(arena, t.widths, t.n_columns, t.n_rows);
        for (size_t r = 0; r < t.n_rows; r++)
            for (size_t c = 0; c < t.n_columns; c++) {
                uint64_t m = t.cells[r * t.n_columns + c];
                if (m == all_codes(&t, c)) continue;
                boxes_clear(b, r, c);
                for (; m; m &= m - 1) boxes_put(b, r, c, (size_t)__builtin_ctzll(m));
            }
        double t2 = milliseconds();
        static struct boxes_pair pairs[MOST_PAIRS];
        size_t n = boxes_overlaps(b, pairs, MOST_PAIRS);
        double t3 = milliseconds();
        size_t codes[MOST_COLUMNS];
        enum boxes_answer a = boxes_cover(b, ENOUGH, codes);
        double t4 = milliseconds();
        arena_free(arena);
        printf("%zux%zu %u%%: naive %.2f (%zu) fill %.2f overlaps %.2f (%zu) cover %.2f (%d) ratio %.1f\n", t.n_rows, t.n_columns, cases[k].w, t1-t0, naive, t2-t1, t3-t2, n, t4-t3, (int)a, (t1-t0)/(t4-t1));
        }
        free(t.cells);
    }
}
