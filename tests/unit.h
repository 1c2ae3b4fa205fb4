/*
 * Unit tests: a test program is one table of cases, run by CUnit in its basic mode. The last line of the output is
 * "N passed, N failed[, N skipped]", which tests/summary adds up over all programs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <CUnit/Basic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct unit_test {
    const char *name;
    void (*run)(void);
};

/* What unit_skip has counted so far, and the case that it counted last. */
struct unit_skips {
    size_t count;
    const CU_Test *last;
};

static inline struct unit_skips *unit_skips(void) {
    static struct unit_skips skips;
    return &skips;
}

/* Said by a case that cannot be tried here, which then returns; it counts as skipped, once, and not as passed. */
static inline void unit_skip(const char *why) {
    struct unit_skips *skips = unit_skips();
    const CU_Test *test = CU_get_current_test();
    printf("\nskipped: %s: %s\n", test != NULL ? test->pName : "?", why);
    if (test == NULL || test != skips->last)
        skips->count++;
    skips->last = test;
}

/* Ends the program: without this a case, and what comes after it, makes no sense. */
static inline _Noreturn void unit_give_up(const char *what) {
    printf("\n%s\n0 passed, 1 failed\n", what);
    exit(1);
}

/* Registers the cases; 0 if CUnit took them all. */
static inline int unit_register(const char *suite, const struct unit_test *tests, size_t count) {
    if (CU_initialize_registry() != CUE_SUCCESS)
        return -1;
    CU_pSuite cases = CU_add_suite(suite, NULL, NULL);
    for (size_t i = 0; cases != NULL && i < count; i++)
        if (CU_add_test(cases, tests[i].name, tests[i].run) == NULL)
            return -1;
    return cases != NULL ? 0 : -1;
}

/* Runs the cases, prints the closing line, returns the exit status of the program: 0 if none failed. */
static inline int unit_main(const char *suite, const struct unit_test *tests, size_t count) {
    /* By lines, so that a case may fork without its child printing the buffer again. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (unit_register(suite, tests, count) != 0) {
        printf("%s: %s\n0 passed, 1 failed\n", suite, CU_get_error_msg());
        return 1;
    }
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_ErrorCode error = CU_basic_run_tests();
    size_t run = CU_get_number_of_tests_run();
    size_t failed = CU_get_number_of_tests_failed();
    size_t skipped = unit_skips()->count;
    CU_cleanup_registry();
    if (error != CUE_SUCCESS || run != count) {
        printf("%s: %zu of %zu cases were run\n", suite, run, count);
        failed++;
        run = run > failed ? run : failed;
    }
    size_t passed = run > failed + skipped ? run - failed - skipped : 0;
    if (skipped > 0)
        printf("\n%zu passed, %zu failed, %zu skipped\n", passed, failed, skipped);
    else
        printf("\n%zu passed, %zu failed\n", passed, failed);
    return failed > 0;
}

#endif
