/*
 * `musterc diff`: what another ruleset says otherwise, and of which hosts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/diff.h"
#include "gen/driver/musterc.h"
#include "gen/page/page.h"

static void print_findings(const struct compilation *compilations) {
    for (size_t side = 0; side < N_SIDES; side++)
        diag_print(&compilations[side].diagnostics, stderr);
}

static void write_diff(const struct compilation *compilations, const struct diff *diff, enum output_format format,
                       FILE *out) {
    struct arena *arena = compilations[NEW_SIDE].arena;
    const struct diagnostics *runs[N_SIDES] = {&compilations[OLD_SIDE].diagnostics,
                                               &compilations[NEW_SIDE].diagnostics};
    const struct report report = {.arena = arena, .runs = runs, .n_runs = N_SIDES};
    const struct muster_ruleset *const tables[N_SIDES] = {compilations[OLD_SIDE].rules, compilations[NEW_SIDE].rules};
    if (format == FORMAT_HTML)
        diff_html(arena, diff, tables, out);
    else if (format == FORMAT_JSON)
        diff_json(arena, diff, &report, out);
    else if (format == FORMAT_MARKDOWN)
        diff_markdown(arena, diff, out);
    else
        diff_text(arena, diff, out);
}

static int diff_code(const struct diff *diff) {
    return !diff || diff->not_proven ? EXIT_USAGE : diff_is_empty(diff) ? EXIT_OK : EXIT_FINDINGS;
}

/* Only JSON has something to say where rules are broken; else nothing is written then. */
static int show_diff(struct compilation *compilations, const struct diff *diff, const struct options *options) {
    struct destination destination;
    if (options->format != FORMAT_JSON) {
        print_findings(compilations);
        if (!diff)
            return EXIT_USAGE;
    }
    if (!destination_open(&destination, compilations, N_SIDES, options))
        return EXIT_USAGE;
    write_diff(compilations, diff, options->format, destination.stream);
    return destination_close(&destination, compilations[NEW_SIDE].arena, diff_code(diff));
}

int run_diff(const struct options *options) {
    struct compilation compilations[N_SIDES];
    struct diff *diff = NULL;
    bool good = true;
    if (strcmp(options->files[OLD_SIDE], "-") == 0 && strcmp(options->files[NEW_SIDE], "-") == 0) {
        fputs("musterc: OLD and NEW cannot both be standard input\n", stderr);
        return EXIT_USAGE;
    }
    for (size_t side = 0; side < N_SIDES; side++) {
        compilation_start(&compilations[side], options);
        good = compile_for_answers(&compilations[side], options->files[side],
                                   side == NEW_SIDE ? options->question : NULL) &&
               good;
    }
    if (good)
        diff = diff_of(compilations[NEW_SIDE].arena, compilations[OLD_SIDE].model, compilations[NEW_SIDE].model,
                       options->question, &compilations[NEW_SIDE].diagnostics);
    /* A page has the tables of both sides, with which hosts are tried. */
    for (size_t side = 0; side < N_SIDES && diff && options->format == FORMAT_HTML; side++)
        if (!compilation_lower(&compilations[side]))
            diff = NULL;
    int code = show_diff(compilations, diff, options);
    for (size_t side = 0; side < N_SIDES; side++)
        arena_free(compilations[side].arena);
    return code;
}
