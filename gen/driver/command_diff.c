/*
 * `musterc diff`: the differences between two rulesets, and on which hosts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/diff.h"
#include "gen/driver/musterc.h"
#include "gen/page/page.h"

struct result {
    struct compilation compilations[N_SIDES];
    const struct diff *diff; /* NULL where the rules have errors */
};

static void write_text(const void *result, FILE *out) {
    const struct result *all = result;
    diff_text(all->compilations[NEW_SIDE].arena, all->diff, out);
}

static void write_markdown(const void *result, FILE *out) {
    const struct result *all = result;
    diff_markdown(all->compilations[NEW_SIDE].arena, all->diff, out);
}

static void write_json(const void *result, FILE *out) {
    const struct result *all = result;
    struct arena *arena = all->compilations[NEW_SIDE].arena;
    const struct diagnostics *runs[N_SIDES] = {&all->compilations[OLD_SIDE].diagnostics,
                                               &all->compilations[NEW_SIDE].diagnostics};
    diff_json(arena, all->diff, &(struct report){.arena = arena, .runs = runs, .n_runs = N_SIDES}, out);
}

static void write_html(const void *result, FILE *out) {
    const struct result *all = result;
    const struct muster_ruleset *const tables[N_SIDES] = {all->compilations[OLD_SIDE].rules,
                                                          all->compilations[NEW_SIDE].rules};
    diff_html(all->compilations[NEW_SIDE].arena, all->diff, tables, out);
}

static void compare(struct result *result, const struct options *options) {
    struct compilation *old = &result->compilations[OLD_SIDE], *new = &result->compilations[NEW_SIDE];
    compilation_start(old, options);
    compilation_start(new, options);
    bool good = compile_for_answers(old, options->files[OLD_SIDE], NULL);
    if (!compile_for_answers(new, options->files[NEW_SIDE], options->question) || !good)
        return;
    result->diff = diff_of(new->arena, old->model, new->model, options->question, &new->diagnostics);
    if (result->diff && options->format->traits & NEEDS_TABLES && !(compilation_lower(old) && compilation_lower(new)))
        result->diff = NULL;
}

static int diff_code(const struct diff *diff) {
    return !diff || diff->not_proven ? EXIT_USAGE : diff_is_empty(diff) ? EXIT_OK : EXIT_FINDINGS;
}

static int show(const struct result *result, const struct options *options) {
    if (!(options->format->traits & WRITES_FINDINGS)) {
        for (size_t side = 0; side < N_SIDES; side++)
            diag_print(&result->compilations[side].diagnostics, stderr);
        if (!result->diff)
            return EXIT_USAGE;
    }
    return write_result(options, result->compilations, N_SIDES, result, diff_code(result->diff));
}

static int run(const struct options *options) {
    struct result result = {.diff = NULL};
    if (strcmp(options->files[OLD_SIDE], "-") == 0 && strcmp(options->files[NEW_SIDE], "-") == 0) {
        fputs("musterc: OLD and NEW cannot both be standard input\n", stderr);
        return EXIT_USAGE;
    }
    compare(&result, options);
    int code = show(&result, options);
    for (size_t side = 0; side < N_SIDES; side++)
        arena_free(result.compilations[side].arena);
    return code;
}

const struct command diff_command = {
    .name = "diff",
    .arguments = "OLD NEW [--where CONDITION]",
    .summary = "show what differs between two rulesets, and on which hosts",
    .operands =
        "  OLD, NEW                rule files; a decision RULESET_FACT of one gives the fact FACT of the other, if\n"
        "                          that one is named RULESET\n",
    .codes = "  0  no differences\n"
             "  1  differences\n"
             "  2  usage or I/O error, errors in the rules, or comparison incomplete\n",
    .run = run,
    .takes = TAKES_OUTPUT | NEEDS_TWO_FILES | TAKES_WHERE_NEW,
    .formats = {{"text", write_text, 0},
                {"markdown", write_markdown, 0},
                {"json", write_json, WRITES_FINDINGS},
                {"html", write_html, NEEDS_TABLES}},
};
