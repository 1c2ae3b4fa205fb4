/*
 * `musterc argv`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/driver/musterc.h"
#include "runtime/tool/show.h"

static enum show_format show_format(enum output_format format) {
    return format == FORMAT_JSON ? SHOW_JSON : format == FORMAT_NUL ? SHOW_NUL : SHOW_SHELL;
}

static int write_argv(struct compilation *compilation, const struct options *options, const struct argv *argv) {
    struct destination destination;
    if (!destination_open(&destination, compilation, 1, options))
        return EXIT_USAGE;
    show_argv(destination.stream, show_format(options->format), argv);
    return destination_close(&destination, compilation->arena, EXIT_OK);
}

int run_argv(const struct options *options) {
    struct compilation compilation;
    if (!compile_for_facts(&compilation, options))
        return compilation_end(&compilation, FORMAT_TEXT, EXIT_OK);
    struct inputs *inputs = load_inputs(&compilation, options);
    struct argv argv = {0};
    int code = inputs ? inputs_argv(inputs, &argv) : EXIT_USAGE;
    if (code == EXIT_OK) {
        inputs_warn(inputs);
        code = write_argv(&compilation, options, &argv);
    }
    argv_free(&argv);
    inputs_free(inputs);
    return compilation_end(&compilation, FORMAT_TEXT, code);
}
