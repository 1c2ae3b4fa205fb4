/*
 * `musterc argv`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "../runtime/inputs.h"
#include "../runtime/show.h"
#include "musterc.h"
#include "output.h"

static bool load_inputs(struct inputs *inputs, const struct options *options) {
    static const char order[] = "cfs"; /* the later wins */
    bool good = true;
    for (const char *kind = order; *kind; kind++)
        for (size_t i = 0; i < options->n_inputs; i++)
            if (options->input_kinds[i] == *kind)
                good =
                    (*kind == 's' ? inputs_set(inputs, options->inputs[i]) : inputs_load(inputs, options->inputs[i])) &&
                    good;
    return good;
}

static enum show_format show_format(enum output_format format) {
    return format == FORMAT_JSON ? SHOW_JSON : format == FORMAT_NUL ? SHOW_NUL : SHOW_SHELL;
}

/* To a file, which appears whole or not at all, or to standard output. */
static int write_argv(struct arena *arena, const char *path, enum show_format format, const struct argv *argv) {
    struct output output;
    if (!path || strcmp(path, "-") == 0) {
        show_argv(stdout, format, argv);
        return close_stdout(EXIT_GOOD);
    }
    if (!output_open(arena, &output, path))
        return EXIT_TROUBLE;
    show_argv(output.stream, format, argv);
    return output_commit(arena, &output, 1) ? EXIT_GOOD : EXIT_TROUBLE;
}

static bool argv_output_is_free(struct compilation *compilation, const struct options *options) {
    size_t count = 0;
    const char **names =
        arena_alloc(compilation->arena, (compilation->sources.count + options->n_inputs + 1) * sizeof *names);
    for (size_t i = 0; i < compilation->sources.count; i++)
        names[count++] = compilation->sources.items[i].name;
    for (size_t i = 0; i < options->n_inputs; i++)
        if (options->input_kinds[i] != 's')
            names[count++] = options->inputs[i];
    return strcmp(options->output, "-") == 0 || output_is_free(compilation->arena, options->output, names, count);
}

int run_argv(const struct options *options) {
    struct compilation compilation;
    compilation_start(&compilation, options);
    compile(&compilation, options->files[0]);
    if (!compilation.rules || !is_accepted(&compilation)) {
        if (is_sound(&compilation))
            diag_add(&compilation.diagnostics, DIAG_CODE_EMPTY, SPAN_FILE(0), "a library has no command line");
        return compilation_end(&compilation, FORMAT_TEXT, EXIT_GOOD);
    }
    struct inputs *inputs = inputs_new(compilation.rules, "musterc", stderr);
    struct argv argv = {0};
    int code = EXIT_TROUBLE;
    bool good = !options->output || argv_output_is_free(&compilation, options);
    if (good && inputs && load_inputs(inputs, options) && inputs_complete(inputs))
        code = inputs_argv(inputs, &argv);
    if (code == EXIT_GOOD) {
        inputs_warn(inputs);
        code = write_argv(compilation.arena, options->output, show_format(options->format), &argv);
    }
    argv_free(&argv);
    inputs_free(inputs);
    return compilation_end(&compilation, FORMAT_TEXT, code);
}
