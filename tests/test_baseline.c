/*
 * The compiled baseline against the hand-written one, on the whole fact space; and the promises of muster_argv about
 * space and allocation. The hand-written one itself is held against the 64 cells of tests/golden.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cells.h"
#include "unit.h"

#include <errno.h>
#include <libconfig.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CELLS = 27648,
    BUFFER_SIZE = 4096,
    GUARD = 64, /* bytes, or slots, that must stay as they are on each side of what was given */
    GUARD_BYTE = 0xa5,
};

struct argv {
    const char *slots[HANDWRITTEN_MAX_ARGUMENTS + 1];
    char buffer[BUFFER_SIZE];
    size_t count;
};

static struct cell_space space;
static alignas(max_align_t) unsigned char params_memory[CELL_PARAM_SETS][BASELINE_PARAMS_SIZE];
static struct muster_params *params[CELL_PARAM_SETS];

/* ---- helpers ---------------------------------------------------------------------------------------------------- */

static bool prepare(void) {
    bool fine = cells_prepare(&space);
    for (size_t set = 0; fine && set < CELL_PARAM_SETS; set++) {
        params[set] = muster_params_init(params_memory[set], sizeof params_memory[set], baseline_ruleset);
        fine = params[set] != NULL && cells_set_params(params[set], set);
    }
    return fine;
}

static void argv_by_hand(const struct cell *cell, size_t set, struct argv *argv) {
    const struct handwritten_params *by_hand = cells_params_by_hand(set);
    size_t most = handwritten_most_bytes(by_hand);
    if (most > sizeof argv->buffer) {
        fprintf(stderr, "BUFFER_SIZE is too small for parameter set %zu\n", set);
        abort();
    }
    argv->count = handwritten_argv(&cell->by_hand, by_hand, argv->slots, argv->buffer);
}

/* True if both are the same; else says on stdout where they first differ. */
static bool same_argv(const char *const *actual, size_t count, const struct argv *expected) {
    for (size_t i = 0; i < count || i < expected->count; i++) {
        const char *left = i < expected->count ? expected->slots[i] : "(nothing)";
        const char *right = i < count ? actual[i] : "(nothing)";
        if (i >= count || i >= expected->count || strcmp(left, right) != 0) {
            printf("\n  argument %zu\n  expected %s\n  actual   %s\n", i, left, right);
            return false;
        }
    }
    return actual[count] == NULL;
}

/* Calls `holds` for every cell; names the first few cells for which it is false. */
static void check_every_cell(size_t set, bool (*holds)(const struct cell *cell, size_t set)) {
    size_t wrong = 0;
    for (size_t number = 0; number < cells_count() && wrong < 5; number++) {
        struct cell cell;
        cells_make(&space, number, &cell);
        if (!holds(&cell, set)) {
            char facts[400];
            cells_describe(number, facts, sizeof facts);
            printf("  in cell %zu, parameter set %zu: %s\n", number, set, facts);
            wrong++;
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

/* ---- the hand-written reference --------------------------------------------------------------------------------- */

static void test_size_of_space(void) {
    CU_ASSERT_EQUAL(cells_count(), CELLS);
}

/* The stated bounds hold; the one of arguments is reached. */
static void test_bounds_by_hand(void) {
    size_t most_arguments = 0;
    size_t over = 0;
    for (size_t number = 0; number < cells_count(); number++) {
        struct cell cell;
        struct argv argv;
        cells_make(&space, number, &cell);
        for (size_t set = 0; set < CELL_PARAM_SETS; set++) {
            argv_by_hand(&cell, set, &argv);
            const char *last = argv.slots[argv.count - 1];
            size_t bytes = (size_t)(last + strlen(last) + 1 - argv.buffer);
            most_arguments = argv.count > most_arguments ? argv.count : most_arguments;
            over += bytes > handwritten_most_bytes(cells_params_by_hand(set));
        }
    }
    CU_ASSERT_EQUAL(most_arguments, HANDWRITTEN_MAX_ARGUMENTS);
    CU_ASSERT_EQUAL(over, 0);
}

static bool read_facts(const config_t *config, struct cell *cell) {
    const config_setting_t *facts = config_lookup(config, "facts");
    cells_clear(cell);
    if (facts == NULL || config_setting_length(facts) != CELL_FACTS)
        return false;
    for (unsigned i = 0; i < CELL_FACTS; i++) {
        const config_setting_t *fact = config_setting_get_elem(facts, i);
        const char *value = config_setting_get_string(fact);
        if (value == NULL)
            value = config_setting_get_bool(fact) ? "yes" : "no";
        if (!cells_set(&space, cell, config_setting_name(fact), value))
            return false;
    }
    return true;
}

/* The golden parameters hold no comma, so they need no escaping. They live as long as the configuration. */
static bool read_text(const config_t *config, const char *path, struct handwritten_text *text) {
    if (config_lookup_string(config, path, &text->text) != CONFIG_TRUE || strchr(text->text, ',') != NULL)
        return false;
    text->length = strlen(text->text);
    return true;
}

static bool read_params(const config_t *config, char memory[static 16], struct handwritten_params *by_hand) {
    int memory_mb = 0;
    if (config_lookup_int(config, "params.memory_mb", &memory_mb) != CONFIG_TRUE)
        return false;
    by_hand->memory_mb.text = memory;
    by_hand->memory_mb.length = (size_t)snprintf(memory, 16, "%d", memory_mb);
    return read_text(config, "params.vm_id", &by_hand->vm_id) &&
           read_text(config, "params.kernel_dir", &by_hand->kernel_dir) &&
           read_text(config, "params.overlay_image", &by_hand->overlay_image) &&
           read_text(config, "params.cmd_socket", &by_hand->cmd_socket) &&
           read_text(config, "params.event_socket", &by_hand->event_socket) &&
           read_text(config, "params.qmp_socket", &by_hand->qmp_socket) &&
           read_text(config, "params.gvproxy_socket", &by_hand->gvproxy_socket);
}

/* A file of one argument a line into an argv. */
static bool read_argv(const char *path, struct argv *argv) {
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    size_t size = fread(argv->buffer, 1, sizeof argv->buffer, file);
    fclose(file);
    argv->count = 0;
    char *line = argv->buffer;
    for (size_t i = 0; i < size && argv->count < HANDWRITTEN_MAX_ARGUMENTS; i++) {
        if (argv->buffer[i] == '\n') {
            argv->buffer[i] = '\0';
            argv->slots[argv->count++] = line;
            line = argv->buffer + i + 1;
        }
    }
    argv->slots[argv->count] = NULL;
    return size > 0 && size < sizeof argv->buffer && line == argv->buffer + size;
}

static bool golden_cell_holds(const char *folder, unsigned number) {
    char path[512];
    char memory[16];
    struct cell cell;
    struct handwritten_params by_hand;
    struct argv expected;
    config_t config;

    config_init(&config);
    snprintf(path, sizeof path, "%s/tests/golden/cell-%02u.cfg", folder, number);
    bool fine = config_read_file(&config, path) == CONFIG_TRUE && read_facts(&config, &cell) &&
                read_params(&config, memory, &by_hand);
    if (!fine)
        printf("\n%s cannot be read\n", path);
    snprintf(path, sizeof path, "%s/tests/golden/cell-%02u.argv", folder, number);
    if (fine && !read_argv(path, &expected)) {
        printf("\n%s cannot be read\n", path);
        fine = false;
    }
    if (fine) {
        struct argv actual;
        actual.count = handwritten_argv(&cell.by_hand, &by_hand, actual.slots, actual.buffer);
        fine = same_argv(actual.slots, actual.count, &expected);
        if (!fine)
            printf("  in %s\n", path);
    }
    config_destroy(&config);
    return fine;
}

static void test_golden_by_hand(void) {
    const char *folder = getenv("srcdir");
    if (folder == NULL) {
        CU_FAIL("the environment variable srcdir must name the folder of the sources");
        return;
    }
    for (unsigned number = 1; number <= 64; number++)
        CU_ASSERT(golden_cell_holds(folder, number));
}

/* ---- the compiled ruleset, every cell --------------------------------------------------------------------------- */

static bool same_as_by_hand(const struct cell *cell, size_t set) {
    struct argv actual, expected;
    struct muster_space needed;
    struct muster_error error;
    argv_by_hand(cell, set, &expected);
    enum muster_status status = baseline_argv(&cell->facts, params[set], actual.slots, HANDWRITTEN_MAX_ARGUMENTS + 1,
                                              actual.buffer, sizeof actual.buffer, &needed, &error);
    if (status != MUSTER_OK) {
        char text[256];
        muster_error_text(baseline_ruleset, &error, text, sizeof text);
        printf("\nstatus %d: %s\n", (int)status, text);
        return false;
    }
    return same_argv(actual.slots, needed.arguments, &expected);
}

static void test_every_cell_plain(void) {
    check_every_cell(0, same_as_by_hand);
}

static void test_every_cell_commas(void) {
    check_every_cell(1, same_as_by_hand);
}

/* ---- space ------------------------------------------------------------------------------------------------------ */

/* Given memory with guards on both sides. */
struct arena {
    char bytes[GUARD + BUFFER_SIZE + GUARD];
    const char *slots[GUARD + HANDWRITTEN_MAX_ARGUMENTS + 1 + GUARD];
};

static const char slot_guard[] = "nothing was written here";

static void set_guards(struct arena *arena, size_t bytes, size_t slots) {
    memset(arena->bytes, GUARD_BYTE, GUARD);
    memset(arena->bytes + GUARD + bytes, GUARD_BYTE, GUARD);
    for (size_t i = 0; i < GUARD; i++) {
        arena->slots[i] = slot_guard;
        arena->slots[GUARD + slots + i] = slot_guard;
    }
}

static bool guards_stand(const struct arena *arena, size_t bytes, size_t slots) {
    bool stand = true;
    for (size_t i = 0; i < GUARD; i++) {
        stand = stand && (unsigned char)arena->bytes[i] == GUARD_BYTE &&
                (unsigned char)arena->bytes[GUARD + bytes + i] == GUARD_BYTE && arena->slots[i] == slot_guard &&
                arena->slots[GUARD + slots + i] == slot_guard;
    }
    return stand;
}

/* Asks for the argv with so much space; false if more was written to, or the answer or the space needed is not so. */
static bool answers(struct arena *arena, const struct cell *cell, size_t set, size_t bytes, size_t slots,
                    enum muster_status status, struct muster_space expected) {
    struct muster_space needed = {0, 0};
    set_guards(arena, bytes, slots);
    enum muster_status actual = baseline_argv(&cell->facts, params[set], arena->slots + GUARD, slots,
                                              arena->bytes + GUARD, bytes, &needed, NULL);
    if (actual != status || needed.arguments != expected.arguments || needed.bytes != expected.bytes) {
        printf("\nwith %zu bytes, %zu slots: status %d, needed %zu bytes, %zu arguments\n", bytes, slots, (int)actual,
               needed.bytes, needed.arguments);
        return false;
    }
    if (!guards_stand(arena, bytes, slots)) {
        printf("\nwith %zu bytes, %zu slots: written beyond\n", bytes, slots);
        return false;
    }
    return true;
}

/* Each argument lies in the ruleset or, with its NUL, in the buffer. */
static bool arguments_lie_well(const struct arena *arena, struct muster_space needed) {
    uintptr_t rules = (uintptr_t)baseline_ruleset;
    uintptr_t buffer = (uintptr_t)(arena->bytes + GUARD);
    for (size_t i = 0; i < needed.arguments; i++) {
        uintptr_t first = (uintptr_t)arena->slots[GUARD + i];
        uintptr_t last = first + strlen(arena->slots[GUARD + i]);
        bool in_rules = first >= rules && last < rules + baseline_ruleset->size;
        bool in_buffer = first >= buffer && last < buffer + needed.bytes;
        if (!in_rules && !in_buffer) {
            printf("\nargument %zu lies elsewhere\n", i);
            return false;
        }
    }
    return true;
}

static bool space_is_exact(const struct cell *cell, size_t set) {
    static struct arena arena;
    struct argv expected;
    struct muster_space needed = {0, 0};
    argv_by_hand(cell, set, &expected);
    enum muster_status status = baseline_argv(&cell->facts, params[set], NULL, 0, NULL, 0, &needed, NULL);
    if (status != MUSTER_E_SPACE || needed.arguments != expected.count || needed.bytes == 0 ||
        needed.bytes > BUFFER_SIZE) {
        printf("\nwith no space: status %d, needed %zu bytes, %zu arguments\n", (int)status, needed.bytes,
               needed.arguments);
        return false;
    }
    size_t slots = needed.arguments + 1;
    return answers(&arena, cell, set, needed.bytes, slots, MUSTER_OK, needed) && arguments_lie_well(&arena, needed) &&
           same_argv((const char *const *)(arena.slots + GUARD), needed.arguments, &expected) &&
           answers(&arena, cell, set, needed.bytes - 1, slots, MUSTER_E_SPACE, needed) &&
           answers(&arena, cell, set, needed.bytes, slots - 1, MUSTER_E_SPACE, needed);
}

static void test_space(void) {
    for (size_t set = 0; set < CELL_PARAM_SETS; set++)
        check_every_cell(set, space_is_exact);
}

/* However little there is: nothing is written beyond, and the space needed is the same. */
static void test_any_little_space(void) {
    static struct arena arena;
    struct cell cell;
    struct muster_space needed;
    CU_ASSERT_FATAL(cells_make_fixed(&space, &cell));
    CU_ASSERT_EQUAL(baseline_argv(&cell.facts, params[1], NULL, 0, NULL, 0, &needed, NULL), MUSTER_E_SPACE);
    CU_ASSERT_FATAL(needed.bytes <= BUFFER_SIZE && needed.arguments <= HANDWRITTEN_MAX_ARGUMENTS);
    size_t slots = needed.arguments + 1;
    for (size_t bytes = 0; bytes < needed.bytes; bytes++)
        CU_ASSERT(answers(&arena, &cell, 1, bytes, slots, MUSTER_E_SPACE, needed));
    for (size_t fewer = 0; fewer < slots; fewer++)
        CU_ASSERT(answers(&arena, &cell, 1, needed.bytes, fewer, MUSTER_E_SPACE, needed));
}

/* ---- allocation ------------------------------------------------------------------------------------------------- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Volatile: the compiler knows what strdup and malloc do, and does not expect them to come back here. */
static volatile size_t allocations;

#if defined(__GLIBC__) && !defined(SANITIZED)
/* glibc's own names of its allocator: the functions below stand before it and count. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

__attribute__((visibility("default"))) void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

__attribute__((visibility("default"))) void *realloc(void *memory, size_t size) {
    allocations++;
    return __libc_realloc(memory, size);
}

__attribute__((visibility("default"))) void *aligned_alloc(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}

__attribute__((visibility("default"))) int posix_memalign(void **memory, size_t alignment, size_t size) {
    allocations++;
    *memory = __libc_memalign(alignment, size);
    return *memory == NULL ? ENOMEM : 0;
}
#endif

/* True if an allocation inside the C library is counted. */
static bool allocations_are_seen(void) {
    size_t before = allocations;
    char *volatile copy = strdup("counted"); /* volatile too, or the call is left out */
    bool seen = copy != NULL && strcmp(copy, "counted") == 0 && allocations > before;
    free(copy);
    return seen;
}

static void test_no_allocation(void) {
#if !defined(__GLIBC__) || defined(SANITIZED)
    unit_skip("the C library is not glibc, or a sanitizer has its own malloc");
    return;
#endif
    if (!allocations_are_seen()) {
        const char *preload = getenv("LD_PRELOAD");
        if (preload != NULL && preload[0] != '\0') /* as under valgrind */
            unit_skip("a preloaded library has its own malloc");
        else
            CU_FAIL("malloc is not counted");
        return;
    }
    static struct argv argv;
    static alignas(max_align_t) unsigned char memory[BASELINE_PARAMS_SIZE];
    size_t failed = 0;
    size_t before = allocations;
    struct muster_params *fresh = muster_params_init(memory, sizeof memory, baseline_ruleset);
    failed += fresh == NULL || !cells_set_params(fresh, 1);
    for (size_t number = 0; failed == 0 && number < cells_count(); number++) {
        struct cell cell;
        struct baseline_decisions decisions;
        struct muster_space needed;
        cells_make(&space, number, &cell);
        failed += baseline_decide(&cell.facts, fresh, &decisions, NULL) != MUSTER_OK;
        failed += baseline_argv(&cell.facts, fresh, argv.slots, HANDWRITTEN_MAX_ARGUMENTS + 1, argv.buffer,
                                sizeof argv.buffer, &needed, NULL) != MUSTER_OK;
    }
    size_t after = allocations;
    CU_ASSERT_EQUAL(failed, 0);
    CU_ASSERT_EQUAL(after - before, 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"the fact space has 27,648 cells", test_size_of_space},
        {"by hand: stated bounds", test_bounds_by_hand},
        {"by hand: the 64 golden cells", test_golden_by_hand},
        {"every cell, plain parameters", test_every_cell_plain},
        {"every cell, blanks and commas in paths", test_every_cell_commas},
        {"space: exactly what is needed", test_space},
        {"space: any less", test_any_little_space},
        {"no allocation", test_no_allocation},
    };
    if (!prepare()) {
        printf("0 passed, 1 failed\n");
        return 1;
    }
    return unit_main("baseline", tests, sizeof tests / sizeof tests[0]);
}
