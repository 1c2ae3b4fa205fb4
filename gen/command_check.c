/*
 * `musterc check`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "musterc.h"
#include "output.h"

/* Of several files the worst counts: what could not be looked through is less than an error. */
static int worse(int code, int other) {
    static const int ranks[] = {[EXIT_GOOD] = 0, [EXIT_UNPROVEN] = 1, [EXIT_FINDINGS] = 2, [EXIT_TROUBLE] = 3};
    return ranks[other] > ranks[code] ? other : code;
}

static int code_of(const struct compilation *compilation) {
    int code = compilation_code(compilation);
    bool unproven = compilation->diagnostics.found[DIAG_CODE_NOT_PROVEN] > 0;
    return code == EXIT_GOOD && unproven ? EXIT_UNPROVEN : code;
}

/* To a file, which appears whole or not at all. */
static bool write_report(struct arena *arena, const struct compilation *compilations, const struct options *options) {
    struct output output;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < options->n_files; i++)
        capacity += compilations[i].sources.count;
    const char **names = arena_alloc(arena, (capacity + 1) * sizeof *names);
    for (size_t i = 0; i < options->n_files; i++)
        for (size_t k = 0; k < compilations[i].sources.count; k++)
            names[count++] = compilations[i].sources.items[k].name;
    if (!output_is_free(arena, options->output, names, count) || !output_open(arena, &output, options->output))
        return false;
    compilation_report(compilations, options->n_files, options->format, output.stream);
    return output_commit(arena, &output, 1);
}

int run_check(const struct options *options) {
    struct arena *arena = arena_new();
    struct compilation *compilations = arena_alloc(arena, options->n_files * sizeof *compilations);
    int code = EXIT_GOOD;
    for (size_t i = 0; i < options->n_files; i++) {
        compilation_start(&compilations[i], options);
        compile(&compilations[i], options->files[i]);
        code = worse(code, code_of(&compilations[i]));
    }
    if (!options->output || strcmp(options->output, "-") == 0)
        code = compilation_show(compilations, options->n_files, options->format, code);
    else if (!write_report(arena, compilations, options))
        code = EXIT_TROUBLE;
    for (size_t i = 0; i < options->n_files; i++)
        arena_free(compilations[i].arena);
    arena_free(arena);
    return code;
}
