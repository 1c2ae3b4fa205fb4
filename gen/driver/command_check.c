/*
 * `musterc check`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/driver/musterc.h"

/* The worse of two exit codes: an incomplete analysis is less severe than an error. */
static int worse(int code, int other) {
    static const int ranks[] = {[EXIT_OK] = 0, [EXIT_UNPROVEN] = 1, [EXIT_FINDINGS] = 2, [EXIT_USAGE] = 3};
    return ranks[other] > ranks[code] ? other : code;
}

static int code_of(const struct compilation *compilation) {
    int code = compilation_code(compilation);
    bool unproven = compilation->diagnostics.found[DIAG_CODE_NOT_PROVEN] > 0;
    return code == EXIT_OK && unproven ? EXIT_UNPROVEN : code;
}

static int run(const struct options *options) {
    struct arena *arena = arena_new();
    struct compilation *compilations = arena_alloc(arena, options->n_files * sizeof *compilations);
    int code = EXIT_OK;
    for (size_t i = 0; i < options->n_files; i++) {
        compilation_start(&compilations[i], options);
        compile(&compilations[i], options->files[i], CHECK_ALL);
        code = worse(code, code_of(&compilations[i]));
    }
    struct destination destination;
    if (options->format->traits & TO_STDERR && !options->output)
        compilation_report(compilations, options->n_files, options->format, stderr);
    else if (!destination_open(&destination, compilations, options->n_files, options))
        code = EXIT_USAGE;
    else {
        compilation_report(compilations, options->n_files, options->format, destination.stream);
        code = destination_close(&destination, arena, code);
    }
    for (size_t i = 0; i < options->n_files; i++)
        arena_free(compilations[i].arena);
    arena_free(arena);
    return code;
}

const struct command check_command = {
    .name = "check",
    .arguments = "FILE...",
    .summary = "check rule files and report all findings",
    .operands = "",
    .codes = "  0  no errors\n"
             "  1  errors in the rules\n"
             "  2  usage or I/O error\n"
             "  3  no errors found, but the analysis is incomplete\n",
    .run = run,
    .takes = TAKES_REPORT | TAKES_MANY_FILES,
    .formats = {REPORT_FORMATS},
};
