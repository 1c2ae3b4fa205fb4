/*
 * Tests of sets of hosts: every operation on random sets over small spaces, cell by cell; and what takes large ones.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/proof/hostset.h"
#include "random.h"
#include "unit.h"

#include <string.h>

enum { MAX_INPUTS = 5, MAX_CELLS = 1024, TRIALS = 1500 };

/* A space, and the same sets twice: as diagrams, and as a list of what is in them. */
struct space {
    struct arena *arena;
    struct hosts *hosts;
    size_t n_inputs, widths[MAX_INPUTS], n_cells;
    uint64_t *seed;
};

struct pair {
    hostset set;
    bool in[MAX_CELLS];
};

static void split_cell(const struct space *space, size_t cell, size_t *codes) {
    for (size_t i = 0; i < space->n_inputs; i++) {
        codes[i] = cell % space->widths[i];
        cell /= space->widths[i];
    }
}

static struct space random_space(uint64_t *seed) {
    struct space space = {.arena = arena_new(), .n_inputs = roll(seed, MAX_INPUTS + 1), .n_cells = 1, .seed = seed};
    for (size_t i = 0; i < space.n_inputs; i++) {
        space.widths[i] = 1 + roll(seed, 4);
        space.n_cells *= space.widths[i];
    }
    space.hosts = hosts_new(space.arena, space.widths, space.n_inputs);
    return space;
}

/* Random cells of a box, in the arena; now and then an empty one, or NULL. */
static const bool *const *random_box(const struct space *space) {
    const bool **codes = arena_alloc(space->arena, MAX_INPUTS * sizeof *codes);
    for (size_t i = 0; i < space->n_inputs; i++) {
        if (roll(space->seed, 3) == 0)
            continue;
        bool *cell = arena_alloc(space->arena, space->widths[i] * sizeof *cell);
        for (size_t code = 0; code < space->widths[i]; code++)
            cell[code] = roll(space->seed, 3) > 0;
        codes[i] = cell;
    }
    return codes;
}

static bool box_has(const struct space *space, const bool *const *box, size_t cell) {
    size_t codes[MAX_INPUTS];
    split_cell(space, cell, codes);
    for (size_t i = 0; i < space->n_inputs; i++)
        if (box[i] && !box[i][codes[i]])
            return false;
    return true;
}

static struct pair pair_of_box(const struct space *space) {
    const bool *const *box = random_box(space);
    struct pair pair = {hosts_box(space->hosts, box), {false}};
    for (size_t cell = 0; cell < space->n_cells; cell++)
        pair.in[cell] = box_has(space, box, cell);
    return pair;
}

static struct pair random_pair(const struct space *space) {
    struct pair pair = pair_of_box(space);
    for (unsigned i = roll(space->seed, 5); i--;) {
        struct pair more = pair_of_box(space);
        pair.set = hosts_or(space->hosts, pair.set, more.set);
        for (size_t cell = 0; cell < space->n_cells; cell++)
            pair.in[cell] |= more.in[cell];
    }
    return pair;
}

static bool same(const struct space *space, hostset set, const bool *in) {
    size_t codes[MAX_INPUTS];
    bool is = true;
    for (size_t cell = 0; cell < space->n_cells; cell++) {
        split_cell(space, cell, codes);
        is = is && hosts_has(space->hosts, set, codes) == in[cell];
    }
    return is;
}

static void each_space(void (*check)(const struct space *space)) {
    uint64_t seed = 20;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct space space = random_space(&seed);
        check(&space);
        arena_free(space.arena);
    }
}

/* ---- against lists of cells ------------------------------------------------------------------------------------- */

static void check_operations(const struct space *space) {
    struct pair a = random_pair(space), b = random_pair(space);
    bool both[MAX_CELLS], any[MAX_CELLS], only_a[MAX_CELLS], not_a[MAX_CELLS];
    for (size_t cell = 0; cell < space->n_cells; cell++) {
        both[cell] = a.in[cell] && b.in[cell];
        any[cell] = a.in[cell] || b.in[cell];
        only_a[cell] = a.in[cell] && !b.in[cell];
        not_a[cell] = !a.in[cell];
    }
    struct hosts *hosts = space->hosts;
    CU_ASSERT_TRUE(same(space, a.set, a.in));
    CU_ASSERT_TRUE(same(space, hosts_and(hosts, a.set, b.set), both));
    CU_ASSERT_TRUE(same(space, hosts_or(hosts, a.set, b.set), any));
    CU_ASSERT_TRUE(same(space, hosts_minus(hosts, a.set, b.set), only_a));
    CU_ASSERT_TRUE(same(space, hosts_not(hosts, a.set), not_a));
    /* Equal sets are equal numbers, whatever they were made by. */
    CU_ASSERT_EQUAL(hosts_minus(hosts, a.set, b.set), hosts_and(hosts, hosts_not(hosts, b.set), a.set));
    CU_ASSERT_EQUAL(hosts_or(hosts, hosts_and(hosts, a.set, b.set), hosts_minus(hosts, a.set, b.set)), a.set);
    CU_ASSERT_EQUAL(hosts_not(hosts, hosts_not(hosts, a.set)), a.set);
    CU_ASSERT_EQUAL(a.set == HOSTS_NONE, memchr(a.in, 1, space->n_cells) == NULL);
    CU_ASSERT_EQUAL(a.set == HOSTS_ALL, memchr(a.in, 0, space->n_cells) == NULL);
}

static void check_where(const struct space *space) {
    for (size_t input = 0; input < space->n_inputs; input++) {
        bool codes[4];
        const bool *box[MAX_INPUTS] = {NULL};
        for (size_t code = 0; code < 4; code++)
            codes[code] = roll(space->seed, 2);
        box[input] = codes;
        CU_ASSERT_EQUAL(hosts_where(space->hosts, input, codes), hosts_box(space->hosts, box));
    }
}

/* Two cells that differ in forgotten inputs only are the same. */
static size_t without(const struct space *space, size_t cell, const bool *forgotten) {
    size_t codes[MAX_INPUTS], rest = 0, step = 1;
    split_cell(space, cell, codes);
    for (size_t i = 0; i < space->n_inputs; step *= space->widths[i++])
        rest += forgotten[i] ? 0 : codes[i] * step;
    return rest;
}

static void check_forget(const struct space *space) {
    struct pair a = random_pair(space);
    bool forgotten[MAX_INPUTS], asked[MAX_INPUTS] = {false}, any[MAX_CELLS] = {false}, in[MAX_CELLS];
    for (size_t i = 0; i < MAX_INPUTS; i++)
        forgotten[i] = roll(space->seed, 2);
    for (size_t cell = 0; cell < space->n_cells; cell++)
        any[without(space, cell, forgotten)] |= a.in[cell];
    for (size_t cell = 0; cell < space->n_cells; cell++)
        in[cell] = any[without(space, cell, forgotten)];
    hostset rest = hosts_forget(space->hosts, a.set, forgotten);
    CU_ASSERT_TRUE(same(space, rest, in));
    hosts_tested(space->hosts, rest, asked);
    for (size_t i = 0; i < space->n_inputs; i++)
        CU_ASSERT_FALSE(asked[i] && forgotten[i]);
}

static bool matters(const struct space *space, const bool *in, size_t input) {
    bool only[MAX_INPUTS] = {false};
    only[input] = true;
    for (size_t cell = 0; cell < space->n_cells; cell++)
        if (in[cell] != in[without(space, cell, only)])
            return true;
    return false;
}

static void check_questions(const struct space *space) {
    struct pair a = random_pair(space);
    bool asked[MAX_INPUTS] = {false}, counted[MAX_INPUTS];
    uint64_t cells = 1, in = 0;
    hosts_tested(space->hosts, a.set, asked);
    for (size_t i = 0; i < space->n_inputs; i++) {
        CU_ASSERT_EQUAL(asked[i], matters(space, a.in, i));
        counted[i] = asked[i] || roll(space->seed, 2);
        cells *= counted[i] ? space->widths[i] : 1;
    }
    for (size_t cell = 0; cell < space->n_cells; cell++)
        in += a.in[cell];
    CU_ASSERT_EQUAL(hosts_count(space->hosts, a.set, counted) * (space->n_cells / cells), in);
    if (a.set == HOSTS_NONE)
        return;
    size_t codes[MAX_INPUTS];
    hosts_pick(space->hosts, a.set, codes);
    for (size_t i = 0; i < space->n_inputs; i++)
        codes[i] = codes[i] == SIZE_MAX ? roll(space->seed, (unsigned)space->widths[i]) : codes[i];
    CU_ASSERT_TRUE(hosts_has(space->hosts, a.set, codes));
}

static void check_boxes(const struct space *space) {
    struct pair a = random_pair(space);
    const bool *const *box = random_box(space);
    bool has = true;
    for (size_t cell = 0; cell < space->n_cells; cell++)
        has = has && (a.in[cell] || !box_has(space, box, cell));
    CU_ASSERT_EQUAL(hosts_has_box(space->hosts, a.set, box), has);
    CU_ASSERT_TRUE(hosts_has_box(space->hosts, hosts_box(space->hosts, box), box));
}

/* The codes of one input that a box may have to lie in a set are those that it may have alone. */
static void check_fitting(const struct space *space) {
    struct pair a = random_pair(space);
    const bool *const *box = random_box(space);
    size_t input = roll(space->seed, (unsigned)space->n_inputs), width = space->widths[input];
    const bool **alone = arena_alloc(space->arena, MAX_INPUTS * sizeof *alone);
    bool *fits = arena_alloc(space->arena, width), *one = arena_alloc(space->arena, width);
    memcpy(alone, box, space->n_inputs * sizeof *alone);
    alone[input] = NULL;
    if (hosts_box(space->hosts, alone) == HOSTS_NONE)
        return;
    memset(fits, true, width);
    hosts_fitting(space->hosts, a.set, box, input, fits);
    alone[input] = one;
    for (size_t code = 0; code < width; code++) {
        one[code] = true;
        CU_ASSERT_EQUAL(fits[code], hosts_has_box(space->hosts, a.set, alone));
        one[code] = false;
    }
}

static void test_operations(void) {
    each_space(check_operations);
}

static void test_where(void) {
    each_space(check_where);
}

static void test_forget(void) {
    each_space(check_forget);
}

static void test_questions(void) {
    each_space(check_questions);
}

static void test_boxes(void) {
    each_space(check_boxes);
}

static void test_fitting(void) {
    each_space(check_fitting);
}

/* ---- budget ----------------------------------------------------------------------------------------------------- */

/* With any budget an answer is the right one or none, and a larger one gives it. */
static void check_budget(const struct space *space) {
    struct pair a = random_pair(space), b = random_pair(space);
    hostset right = hosts_minus(space->hosts, b.set, a.set);
    struct hosts *fresh = hosts_new(space->arena, space->widths, space->n_inputs);
    hosts_budget(fresh, roll(space->seed, 40));
    const bool *const *box = random_box(space);
    hostset set = hosts_not(fresh, hosts_box(fresh, box));
    hosts_budget(space->hosts, SIZE_MAX);
    hostset whole = hosts_not(space->hosts, hosts_box(space->hosts, box));
    size_t codes[MAX_INPUTS];
    for (size_t cell = 0; set != HOSTS_UNKNOWN && cell < space->n_cells; cell++) {
        split_cell(space, cell, codes);
        CU_ASSERT_EQUAL(hosts_has(fresh, set, codes), hosts_has(space->hosts, whole, codes));
    }
    hosts_budget(space->hosts, 0);
    hostset now = hosts_minus(space->hosts, b.set, a.set);
    CU_ASSERT_TRUE(now == right || now == HOSTS_UNKNOWN);
}

static void test_budget(void) {
    each_space(check_budget);
}

static void test_unknown(void) {
    struct arena *arena = arena_new();
    struct hosts *hosts = hosts_new(arena, (const size_t[]){3, 3}, 2);
    const bool codes[] = {true, false, true};
    const bool *box[] = {codes, codes};
    bool inputs[] = {true, true};
    hostset first = hosts_where(hosts, 0, codes);
    hosts_budget(hosts, 0);
    CU_ASSERT_EQUAL(hosts_where(hosts, 1, codes), HOSTS_UNKNOWN);
    CU_ASSERT_EQUAL(hosts_box(hosts, box), HOSTS_UNKNOWN);
    CU_ASSERT_EQUAL(hosts_not(hosts, first), HOSTS_UNKNOWN);
    CU_ASSERT_EQUAL(hosts_forget(hosts, first, inputs), HOSTS_UNKNOWN);
    hosts_budget(hosts, SIZE_MAX);
    CU_ASSERT_EQUAL(hosts_and(hosts, HOSTS_NONE, HOSTS_UNKNOWN), HOSTS_UNKNOWN);
    CU_ASSERT_EQUAL(hosts_or(hosts, HOSTS_UNKNOWN, HOSTS_ALL), HOSTS_UNKNOWN);
    CU_ASSERT_EQUAL(hosts_minus(hosts, HOSTS_UNKNOWN, HOSTS_ALL), HOSTS_UNKNOWN);
    CU_ASSERT_EQUAL(hosts_not(hosts, HOSTS_UNKNOWN), HOSTS_UNKNOWN);
    CU_ASSERT_EQUAL(hosts_forget(hosts, HOSTS_UNKNOWN, inputs), HOSTS_UNKNOWN);
    CU_ASSERT_EQUAL(hosts_count(hosts, HOSTS_UNKNOWN, inputs), UINT64_MAX);
    CU_ASSERT_FALSE(hosts_has(hosts, HOSTS_UNKNOWN, (const size_t[]){0, 0}));
    CU_ASSERT_FALSE(hosts_has_box(hosts, HOSTS_UNKNOWN, box));
    CU_ASSERT_NOT_EQUAL(hosts_not(hosts, first), HOSTS_UNKNOWN);
    arena_free(arena);
}

/* Pairs of inputs far apart in the order that must be equal: the diagram doubles with each pair. */
static void test_blow_up(void) {
    enum { PAIRS = 40, INPUTS = 2 * PAIRS };
    size_t widths[INPUTS];
    for (size_t i = 0; i < INPUTS; i++)
        widths[i] = 2;
    struct arena *arena = arena_new();
    struct hosts *hosts = hosts_new(arena, widths, INPUTS);
    const bool no[] = {true, false}, yes[] = {false, true};
    hosts_budget(hosts, 1000000);
    hostset set = HOSTS_ALL;
    for (size_t i = 0; i < PAIRS; i++) {
        hostset same_no = hosts_and(hosts, hosts_where(hosts, i, no), hosts_where(hosts, PAIRS + i, no));
        hostset same_yes = hosts_and(hosts, hosts_where(hosts, i, yes), hosts_where(hosts, PAIRS + i, yes));
        set = hosts_and(hosts, set, hosts_or(hosts, same_no, same_yes));
    }
    CU_ASSERT_EQUAL(set, HOSTS_UNKNOWN);
    arena_free(arena);
}

/* ---- large ------------------------------------------------------------------------------------------------------ */

enum { MANY_INPUTS = 512, MANY_CODES = 16400 };

static void test_many_inputs(void) {
    static size_t widths[MANY_INPUTS], codes[MANY_INPUTS];
    static bool inputs[MANY_INPUTS];
    for (size_t i = 0; i < MANY_INPUTS; i++) {
        widths[i] = 2;
        inputs[i] = true;
    }
    struct arena *arena = arena_new();
    struct hosts *hosts = hosts_new(arena, widths, MANY_INPUTS);
    const bool no[] = {true, false};
    hostset set = HOSTS_ALL;
    for (size_t i = 0; i < MANY_INPUTS; i++)
        set = hosts_and(hosts, set, hosts_where(hosts, i, no));
    CU_ASSERT_EQUAL(hosts_count(hosts, set, inputs), 1);
    CU_ASSERT_EQUAL(hosts_count(hosts, HOSTS_ALL, inputs), UINT64_MAX);
    CU_ASSERT_EQUAL(hosts_count(hosts, hosts_not(hosts, set), inputs), UINT64_MAX);
    hosts_pick(hosts, hosts_not(hosts, set), codes);
    CU_ASSERT_FALSE(hosts_has(hosts, set, codes));
    CU_ASSERT_EQUAL(hosts_forget(hosts, set, inputs), HOSTS_ALL);
    for (size_t i = 63; i < MANY_INPUTS; i++)
        inputs[i] = false;
    hostset few = hosts_where(hosts, 0, no);
    CU_ASSERT_EQUAL(hosts_count(hosts, few, inputs), UINT64_C(1) << 62);
    inputs[63] = true;
    CU_ASSERT_EQUAL(hosts_count(hosts, few, inputs), UINT64_C(1) << 63);
    arena_free(arena);
}

static void test_many_codes(void) {
    static bool even[MANY_CODES], low[MANY_CODES], odd[MANY_CODES];
    for (size_t i = 0; i < MANY_CODES; i++) {
        even[i] = i % 2 == 0;
        odd[i] = !even[i];
        low[i] = i < MANY_CODES / 2;
    }
    struct arena *arena = arena_new();
    struct hosts *hosts = hosts_new(arena, (const size_t[]){MANY_CODES, MANY_CODES}, 2);
    const bool *box[] = {low, even}, *quarter[] = {odd, even};
    bool inputs[] = {true, true};
    hostset set = hosts_or(hosts, hosts_where(hosts, 1, even), hosts_where(hosts, 0, low));
    CU_ASSERT_EQUAL(hosts_count(hosts, set, inputs), UINT64_C(3) * (MANY_CODES / 2) * (MANY_CODES / 2));
    CU_ASSERT_TRUE(hosts_has_box(hosts, set, box));
    CU_ASSERT_TRUE(hosts_has_box(hosts, set, quarter));
    CU_ASSERT_FALSE(hosts_has_box(hosts, hosts_not(hosts, set), quarter));
    CU_ASSERT_EQUAL(hosts_not(hosts, hosts_where(hosts, 0, even)), hosts_where(hosts, 0, odd));
    CU_ASSERT_EQUAL(hosts_forget(hosts, set, (const bool[]){true, false}), HOSTS_ALL);
    arena_free(arena);
}

static void test_no_inputs(void) {
    struct arena *arena = arena_new();
    struct hosts *hosts = hosts_new(arena, NULL, 0);
    CU_ASSERT_EQUAL(hosts_box(hosts, NULL), HOSTS_ALL);
    CU_ASSERT_EQUAL(hosts_not(hosts, HOSTS_ALL), HOSTS_NONE);
    CU_ASSERT_EQUAL(hosts_count(hosts, HOSTS_ALL, NULL), 1);
    CU_ASSERT_EQUAL(hosts_count(hosts, HOSTS_NONE, NULL), 0);
    CU_ASSERT_TRUE(hosts_has(hosts, HOSTS_ALL, NULL));
    arena_free(arena);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"and, or, minus, not", test_operations},
        {"where", test_where},
        {"forget", test_forget},
        {"asked, count, pick", test_questions},
        {"boxes", test_boxes},
        {"what fits a box", test_fitting},
        {"a budget", test_budget},
        {"unknown stays unknown", test_unknown},
        {"a diagram too large", test_blow_up},
        {"many inputs", test_many_inputs},
        {"many codes", test_many_codes},
        {"no inputs", test_no_inputs},
    };
    return unit_main("hostset", tests, sizeof tests / sizeof tests[0]);
}
