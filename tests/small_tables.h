/*
 * Tables of small rulesets, compiled and compared with the reference evaluator; for the tests of tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SMALL_TABLES_H
#define TESTS_SMALL_TABLES_H

#include "compiled.h"
#include "gen/codegen/verify.h"

#define FORMATS                                                                                                        \
    "format comma { between \",\"; assign \"=\"; escape \",\" as \",,\"; }\n"                                          \
    "format colon { between \":\"; assign \"~\"; escape \":\" as \"\\\\:\"; escape \"\\\\\" as \"\\\\\\\\\"; }\n"      \
    "format keyval { between \",\"; assign \"=\"; escape \",\" as \",,\"; refuse_first \",\"; }\n"                     \
    "format words { between \" \"; assign \"=\"; refuse \" \" \"\\\"\"; }\n"                                           \
    "option -c : comma repeated;\noption -k : keyval repeated;\noption -w : words once;\noption -x : colon "           \
    "repeated;\n"

static inline void expect_agreement(struct comparison *comparison, size_t n_cells) {
    struct compiled compiled = *comparison->compiled;
    CU_ASSERT_TRUE(compare_all(comparison));
    CU_ASSERT_EQUAL(comparison->n_cells, n_cells);
    verify_tables(compiled.model, compiled.rules, &compiled.diagnostics);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
}

/* Compiles, compares all cells with the parameters at their defaults, and with other values of the intervals. */
static inline void expect_sound(const char *text, size_t n_cells) {
    struct compiled compiled;
    compile_sound(&compiled, text, TO_TABLES);
    for (uint64_t seed = 0; seed < 3; seed++) {
        struct comparison comparison;
        compare_start(&comparison, &compiled);
        comparison.seed = seed;
        expect_agreement(&comparison, n_cells);
        compare_end(&comparison);
    }
    compiled_free(&compiled);
}

/* The command line as one text, a blank between two arguments. */
static inline const char *line_of(struct arena *arena, const struct muster_ruleset *rules, const int64_t *facts,
                                  const struct muster_params *params) {
    struct muster_space needed;
    struct muster_error error;
    enum muster_status status = muster_argv(rules, facts, params, NULL, 0, NULL, 0, &needed, &error);
    if (status != MUSTER_E_SPACE) {
        char *text = arena_alloc(arena, 256);
        muster_error_text(rules, &error, text, 256);
        return text;
    }
    const char **argv = arena_alloc(arena, (needed.arguments + 1) * sizeof *argv);
    char *buffer = arena_alloc(arena, needed.bytes + 1);
    CU_ASSERT_EQUAL(
        muster_argv(rules, facts, params, argv, needed.arguments + 1, buffer, needed.bytes, &needed, &error),
        MUSTER_OK);
    const char *line = "";
    for (size_t i = 0; i < needed.arguments; i++)
        line = arena_print(arena, "%s%s%s", line, i ? " " : "", argv[i]);
    return line;
}

static inline struct muster_params *new_params(struct compiled *compiled) {
    size_t size = muster_params_size(compiled->rules);
    return muster_params_init(arena_alloc(compiled->arena, size), size, compiled->rules);
}

static inline enum muster_status set_text(const struct compiled *compiled, struct muster_params *params,
                                          const char *name, const char *text, struct muster_error *error) {
    return muster_set_text(params, find_input(compiled->rules, name), text, strlen(text), error);
}

static inline enum muster_status set_value(const struct compiled *compiled, struct muster_params *params,
                                           const char *name, int64_t value, struct muster_error *error) {
    return muster_set_value(params, find_input(compiled->rules, name), value, error);
}

static inline void expect_error(const struct compiled *compiled, const struct muster_error *error,
                                const char *expected) {
    char text[256];
    muster_error_text(compiled->rules, error, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, expected);
    if (strcmp(text, expected) != 0)
        printf("\n'%s', not '%s'\n", expected, text);
}

#endif
