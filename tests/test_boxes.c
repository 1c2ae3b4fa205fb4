/*
 * Tests of wide tables: overlaps and what is left out of random small ones, cell by cell, and large ones of which the
 * answer is known.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/boxes.h"
#include "random.h"
#include "unit.h"

#include <string.h>

enum { MAX_COLUMNS = 6, MAX_BOXES = 20, MAX_CODES = 6 };

#define ENOUGH ((size_t)10000000)

/* A small table; cells as bits. */
struct table {
    struct arena *arena;
    struct boxes *boxes;
    size_t n_columns, n_boxes, widths[MAX_COLUMNS];
    unsigned cells[MAX_BOXES][MAX_COLUMNS];
};

static void put_cell(struct table *table, size_t box, size_t column, unsigned cell) {
    table->cells[box][column] = cell;
    boxes_clear(table->boxes, box, column);
    for (size_t code = 0; code < table->widths[column]; code++)
        if (cell >> code & 1)
            boxes_put(table->boxes, box, column, code);
}

static struct table new_table(uint64_t *seed) {
    struct table table = {.arena = arena_new(), .n_columns = roll(seed, MAX_COLUMNS + 1)};
    table.n_boxes = roll(seed, 2) ? roll(seed, MAX_BOXES + 1) : roll(seed, 4);
    unsigned most = 1 + roll(seed, 4);
    for (size_t i = 0; i < table.n_columns; i++)
        table.widths[i] = 1 + roll(seed, most);
    if (table.n_columns)
        table.widths[0] = 1 + roll(seed, MAX_CODES);
    table.boxes = boxes_new(table.arena, table.widths, table.n_columns, table.n_boxes);
    for (size_t box = 0; box < table.n_boxes; box++)
        for (size_t i = 0; i < table.n_columns; i++)
            table.cells[box][i] = (1U << table.widths[i]) - 1;
    return table;
}

/* Rows that have nothing to do with each other; the fewer cells they restrict, the more they cover. */
static struct table random_table(uint64_t *seed) {
    struct table table = new_table(seed);
    unsigned restricted = 1 + roll(seed, 5);
    for (size_t box = 0; box < table.n_boxes; box++)
        for (size_t i = 0; i < table.n_columns; i++)
            if (roll(seed, 6) < restricted)
                put_cell(&table, box, i, roll(seed, 20) ? 1 + roll(seed, table.cells[box][i]) : 0);
    return table;
}

/* Divides one of the boxes so far in two, by a column where it has several codes. */
static void divide_box(struct table *table, uint64_t *seed, size_t box) {
    size_t parent = roll(seed, (unsigned)box), column = roll(seed, (unsigned)table->n_columns);
    unsigned cell = table->cells[parent][column];
    unsigned part = cell & roll(seed, 1U << table->widths[column]);
    if (part == cell)
        part = 0;
    for (size_t i = 0; i < table->n_columns; i++)
        put_cell(table, box, i, table->cells[parent][i]);
    put_cell(table, box, column, part);
    put_cell(table, parent, column, cell & ~part);
}

/* Rows that cover everything once; then perhaps some of them are made wider or narrower. */
static struct table divided_table(uint64_t *seed) {
    struct table table = new_table(seed);
    if (table.n_columns == 0)
        return table;
    for (size_t box = 1; box < table.n_boxes; box++)
        divide_box(&table, seed, box);
    for (unsigned changes = table.n_boxes ? roll(seed, 4) : 0; changes--;) {
        size_t box = roll(seed, (unsigned)table.n_boxes), column = roll(seed, (unsigned)table.n_columns);
        put_cell(&table, box, column, table.cells[box][column] ^ roll(seed, 1U << table.widths[column]));
    }
    return table;
}

static bool box_is_empty(const struct table *table, size_t box) {
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->cells[box][i] == 0)
            return true;
    return false;
}

static bool boxes_meet(const struct table *table, size_t a, size_t b) {
    for (size_t i = 0; i < table->n_columns; i++)
        if ((table->cells[a][i] & table->cells[b][i]) == 0)
            return false;
    return true;
}

static bool box_has(const struct table *table, size_t box, const size_t *codes) {
    for (size_t i = 0; i < table->n_columns; i++)
        if ((table->cells[box][i] >> codes[i] & 1) == 0)
            return false;
    return true;
}

static bool some_box_has(const struct table *table, const size_t *codes) {
    for (size_t box = 0; box < table->n_boxes; box++)
        if (box_has(table, box, codes))
            return true;
    return false;
}

static bool next_cell(const struct table *table, size_t *codes) {
    for (size_t i = 0; i < table->n_columns; i++) {
        if (++codes[i] < table->widths[i])
            return true;
        codes[i] = 0;
    }
    return false;
}

static bool is_covered(const struct table *table) {
    size_t codes[MAX_COLUMNS] = {0};
    do
        if (!some_box_has(table, codes))
            return false;
    while (next_cell(table, codes));
    return true;
}

/* ---- against looking at every cell ------------------------------------------------------------------------------ */

static void check_overlaps(const struct table *table, size_t most) {
    struct boxes_pair pairs[MAX_BOXES * MAX_BOXES];
    size_t count = boxes_overlaps(table->boxes, pairs, most), right = 0;
    for (size_t second = 0; second < table->n_boxes; second++)
        for (size_t first = 0; first < second; first++) {
            if (box_is_empty(table, first) || box_is_empty(table, second) || !boxes_meet(table, first, second))
                continue;
            CU_ASSERT_TRUE(right >= most || (pairs[right].first == first && pairs[right].second == second));
            right++;
        }
    CU_ASSERT_EQUAL(count, right);
}

static enum boxes_answer check_cover(const struct table *table, size_t steps) {
    size_t codes[MAX_COLUMNS];
    enum boxes_answer answer = boxes_cover(table->boxes, steps, codes);
    if (answer == BOXES_COVER)
        CU_ASSERT_TRUE(is_covered(table));
    if (answer != BOXES_LEAVE_OUT)
        return answer;
    for (size_t i = 0; i < table->n_columns; i++)
        if (codes[i] >= table->widths[i]) {
            CU_FAIL("a code that there is not");
            return answer;
        }
    CU_ASSERT_FALSE(some_box_has(table, codes));
    return answer;
}

/* With each budget the answer is right or "not proven", and from some budget on it is there. */
static void check_budgets(const struct table *table) {
    bool proven = false;
    for (size_t steps = 0; steps < ENOUGH; steps = steps * 2 + 1) {
        bool now = check_cover(table, steps) != BOXES_NOT_PROVEN;
        CU_ASSERT_TRUE(now || !proven);
        proven = now;
    }
}

static void check_tables(struct table (*make)(uint64_t *seed), int trials) {
    uint64_t seed = 21;
    size_t covered = 0, left_out = 0;
    for (int trial = 0; trial < trials; trial++) {
        struct table table = make(&seed);
        if (roll(&seed, 2))
            check_overlaps(&table, roll(&seed, 2) ? SIZE_MAX : roll(&seed, 5));
        enum boxes_answer answer = check_cover(&table, ENOUGH);
        CU_ASSERT_NOT_EQUAL(answer, BOXES_NOT_PROVEN);
        covered += answer == BOXES_COVER;
        left_out += answer == BOXES_LEAVE_OUT;
        if (trial % 16 == 0)
            check_budgets(&table);
        check_overlaps(&table, SIZE_MAX);
        arena_free(table.arena);
    }
    CU_ASSERT_TRUE(covered > 100 && left_out > 100);
}

static void test_random(void) {
    check_tables(random_table, 6000);
}

static void test_divided(void) {
    check_tables(divided_table, 6000);
}

/* ---- large ones ------------------------------------------------------------------------------------------------- */

enum { WIDE = 16400, MANY_ROWS = 10000 };

static void put_range(struct boxes *boxes, size_t box, size_t column, size_t from, size_t to) {
    boxes_clear(boxes, box, column);
    for (size_t code = from; code <= to; code++)
        boxes_put(boxes, box, column, code);
}

/* Squares of 100 by 100, ten thousand of them; the column between them says nothing. */
static struct boxes *new_squares(struct arena *arena) {
    struct boxes *boxes = boxes_new(arena, (const size_t[]){MANY_ROWS, 7, MANY_ROWS}, 3, MANY_ROWS);
    for (size_t i = 0; i < MANY_ROWS; i++) {
        put_range(boxes, i, 0, i / 100 * 100, i / 100 * 100 + 99);
        put_range(boxes, i, 2, i % 100 * 100, i % 100 * 100 + 99);
    }
    return boxes;
}

static void test_squares(void) {
    struct arena *arena = arena_new();
    struct boxes *boxes = new_squares(arena);
    size_t codes[3];
    CU_ASSERT_EQUAL(boxes_overlaps(boxes, NULL, 0), 0);
    CU_ASSERT_EQUAL(boxes_cover(boxes, ENOUGH, codes), BOXES_COVER);
    arena_free(arena);
}

static void test_squares_too_wide(void) {
    struct arena *arena = arena_new();
    struct boxes *boxes = new_squares(arena);
    struct boxes_pair pairs[2];
    size_t codes[3];
    put_range(boxes, 4242, 0, 4200, 4300); /* meets that beside it */
    put_range(boxes, 17, 2, 1650, 1799);   /* and this one, too */
    CU_ASSERT_EQUAL(boxes_overlaps(boxes, pairs, 2), 2);
    CU_ASSERT_TRUE(pairs[0].first == 16 && pairs[0].second == 17);
    CU_ASSERT_TRUE(pairs[1].first == 4242 && pairs[1].second == 4342);
    CU_ASSERT_EQUAL(boxes_cover(boxes, ENOUGH, codes), BOXES_COVER);
    arena_free(arena);
}

static void test_squares_and_a_hole(void) {
    struct arena *arena = arena_new();
    struct boxes *boxes = new_squares(arena);
    size_t codes[3];
    put_range(boxes, 4242, 2, 4200, 4298);
    CU_ASSERT_EQUAL(boxes_cover(boxes, ENOUGH, codes), BOXES_LEAVE_OUT);
    CU_ASSERT_TRUE(codes[0] / 100 == 42 && codes[1] < 7 && codes[2] == 4299);
    arena_free(arena);
}

/* Ranges that lie in each other. */
static void test_nested(void) {
    struct arena *arena = arena_new();
    size_t codes[2];
    struct boxes *boxes = boxes_new(arena, (const size_t[]){WIDE, 3}, 2, 300);
    for (size_t i = 0; i < 300; i++) {
        put_range(boxes, i, 0, 0, WIDE - 1 - 50 * i);
        put_range(boxes, i, 1, i % 2, i % 2);
    }
    CU_ASSERT_EQUAL(boxes_overlaps(boxes, NULL, 0), 22350); /* 150 rows each are alike in the second column */
    CU_ASSERT_EQUAL(boxes_cover(boxes, ENOUGH, codes), BOXES_LEAVE_OUT);
    CU_ASSERT_TRUE(codes[1] == 2 || codes[0] > WIDE - 51);
    arena_free(arena);
}

/* Two rows for each code of one column divide the codes of another, by chance; one is had by both. */
static void test_scattered_codes(void) {
    enum { PAIRS = 100, ROWS = 2 * PAIRS, CODES = 2000 };
    struct arena *arena = arena_new();
    size_t codes[2];
    struct boxes *boxes = boxes_new(arena, (const size_t[]){CODES, PAIRS}, 2, ROWS);
    for (size_t box = 0; box < ROWS; box++) {
        uint64_t seed = 22 + box / 2;
        put_range(boxes, box, 1, box / 2, box / 2);
        boxes_clear(boxes, box, 0);
        for (size_t code = 0; code < CODES; code++)
            if (roll(&seed, 2) == box % 2 || (box < 2 && code == 1234))
                boxes_put(boxes, box, 0, code);
    }
    struct boxes_pair pair;
    CU_ASSERT_EQUAL(boxes_overlaps(boxes, &pair, 1), 1);
    CU_ASSERT_TRUE(pair.first == 0 && pair.second == 1);
    CU_ASSERT_EQUAL(boxes_cover(boxes, ENOUGH, codes), BOXES_COVER);
    arena_free(arena);
}

/* All rows overlap, and there are too many pairs to list. */
static void test_many_overlaps(void) {
    enum { ROWS = 3000, COLUMNS = 64 };
    struct arena *arena = arena_new();
    uint64_t seed = 23;
    size_t widths[COLUMNS], codes[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        widths[i] = 3;
    struct boxes *boxes = boxes_new(arena, widths, COLUMNS, ROWS);
    for (size_t i = 0; i < ROWS; i++)
        put_range(boxes, i, roll(&seed, COLUMNS), 1, 1 + roll(&seed, 2));
    struct boxes_pair pairs[3];
    CU_ASSERT_EQUAL(boxes_overlaps(boxes, pairs, 3), (size_t)ROWS * (ROWS - 1) / 2);
    CU_ASSERT_TRUE(pairs[0].first == 0 && pairs[0].second == 1);
    CU_ASSERT_TRUE(pairs[2].first == 1 && pairs[2].second == 2);
    CU_ASSERT_EQUAL(boxes_cover(boxes, ENOUGH, codes), BOXES_LEAVE_OUT);
    for (size_t i = 0; i < COLUMNS; i++)
        CU_ASSERT_EQUAL(codes[i], 0);
    arena_free(arena);
}

static void test_no_columns(void) {
    struct arena *arena = arena_new();
    struct boxes *none = boxes_new(arena, NULL, 0, 0), *two = boxes_new(arena, NULL, 0, 2);
    struct boxes_pair pair;
    CU_ASSERT_EQUAL(boxes_overlaps(none, NULL, 0), 0);
    CU_ASSERT_EQUAL(boxes_cover(none, ENOUGH, NULL), BOXES_LEAVE_OUT);
    CU_ASSERT_EQUAL(boxes_overlaps(two, &pair, 1), 1);
    CU_ASSERT_TRUE(pair.first == 0 && pair.second == 1);
    CU_ASSERT_EQUAL(boxes_cover(two, ENOUGH, NULL), BOXES_COVER);
    arena_free(arena);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"rows by chance", test_random},
        {"rows by division", test_divided},
        {"wide columns", test_squares},
        {"wide columns that overlap", test_squares_too_wide},
        {"wide columns and a hole", test_squares_and_a_hole},
        {"ranges in each other", test_nested},
        {"scattered codes", test_scattered_codes},
        {"all rows overlap", test_many_overlaps},
        {"no columns", test_no_columns},
    };
    return unit_main("boxes", tests, sizeof tests / sizeof tests[0]);
}
