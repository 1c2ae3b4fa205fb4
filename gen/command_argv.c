/*
 * `musterc argv`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "../runtime/inputs.h"
#include "../runtime/show.h"
#include "musterc.h"

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

static int write_argv(struct compilation *compilation, const struct options *options, const struct argv *argv) {
    struct destination destination;
    if (!destination_open(&destination, compilation, 1, options))
        return EXIT_TROUBLE;
    show_argv(destination.stream, show_format(options->format), argv);
    return destination_close(&destination, compilation->arena, EXIT_GOOD);
}

int run_argv(const struct options *options) {
    struct compilation compilation;
    compilation_start(&compilation, options);
    compile(&compilation, options->files[0]);
    if (!compilation.rules || !is_accepted(&compilation)) {
        if (is_accepted(&compilation))
            diag_add(&compilation.diagnostics, DIAG_CODE_EMPTY, SPAN_FILE(0), "a library has no command line");
        return compilation_end(&compilation, FORMAT_TEXT, EXIT_GOOD);
    }
    struct inputs *inputs = inputs_new(compilation.rules, "musterc", stderr);
    struct argv argv = {0};
    int code = EXIT_TROUBLE;
    if (inputs && load_inputs(inputs, options) && inputs_complete(inputs))
        code = inputs_argv(inputs, &argv);
    if (code == EXIT_GOOD) {
        inputs_warn(inputs);
        code = write_argv(&compilation, options, &argv);
    }
    argv_free(&argv);
    inputs_free(inputs);
    return compilation_end(&compilation, FORMAT_TEXT, code);
}
