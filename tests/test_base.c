/*
 * The helpers of runtime/base: memory, and names for "did you mean".
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compiled.h"
#include "runtime/base/nearest.h"

/* ---- memory ----------------------------------------------------------------------------------------------------- */

static void test_arena(void) {
    struct arena *arena = arena_new();
    struct {
        size_t *items;
        size_t count, capacity;
    } list = {0};
    for (size_t size = 0; size < 300; size++) {
        unsigned char *memory = arena_alloc(arena, size);
        CU_ASSERT_EQUAL((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            CU_ASSERT_EQUAL(memory[i], 0);
        memset(memory, 0xff, size);
    }
    char *large = arena_alloc(arena, 1 << 20);
    CU_ASSERT_TRUE(large[0] == 0 && large[(1 << 20) - 1] == 0);
    memset(large, 0xff, 1 << 20);
    CU_ASSERT_STRING_EQUAL(arena_copy(arena, "abcdef", 3), "abc");
    CU_ASSERT_STRING_EQUAL(arena_copy(arena, "", 0), "");
    CU_ASSERT_STRING_EQUAL(arena_print(arena, "%s-%d", "x", 7), "x-7");
    CU_ASSERT_EQUAL(strlen(arena_print(arena, "%0200000d", 1)), 200000);
    for (size_t i = 0; i < 5000; i++)
        ARENA_PUSH(arena, &list, i * i);
    for (size_t i = 0; i < 5000; i++)
        CU_ASSERT_EQUAL(list.items[i], i * i);
    arena_free(arena);
    arena_free(NULL);
}

/* ---- nearest names ---------------------------------------------------------------------------------------------- */

static void test_nearest(void) {
    static const char *const names[] = {"host_os", "host_arch", "kvm", "io_uring", "qemu_version", "a"};
    static const struct {
        const char *typed, *meant;
    } rows[] = {
        {"host_so", "host_os"},
        {"hostos", "host_os"},
        {"host_arhc", "host_arch"},
        {"kmv", "kvm"},
        {"kv", "kvm"},
        {"io-uring", "io_uring"},
        {"qemu_verson", "qemu_version"},
        {"elephant", NULL},
        {"", NULL},
        {"b", NULL},
        {"host_os", "host_os"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *found = nearest_name(rows[i].typed, names, COUNT(names));
        CU_ASSERT_STRING_EQUAL(found ? found : "nothing", rows[i].meant ? rows[i].meant : "nothing");
    }
    CU_ASSERT_PTR_NULL(nearest_name("x", NULL, 0));
    static const struct {
        const char *typed;
        bool is_certain;
    } certain[] = {{"hostos", true},  {"host_so", true}, {"kmv", false},        {"io_urng", true},
                   {"host_1", false}, {"kvms", true},    {"quemu_vers", false}, {"elephant", false}};
    for (size_t i = 0; i < COUNT(certain); i++)
        CU_ASSERT_EQUAL(nearest_is_certain(certain[i].typed, names, COUNT(names)), certain[i].is_certain);
    static const char *const twins[] = {"disk1", "disk2"};
    CU_ASSERT_FALSE(nearest_is_certain("disk3", twins, COUNT(twins)));
    CU_ASSERT_TRUE(nearest_is_certain("disc1", twins, COUNT(twins)));
}

int main(void) {
    static const struct unit_test tests[] = {
        {"arenas", test_arena},
        {"nearest names", test_nearest},
    };
    return unit_main("base", tests, COUNT(tests));
}
