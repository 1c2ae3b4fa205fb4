/*
 * `musterc argv`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/driver/musterc.h"
#include "runtime/tool/show.h"

static void write_shell(const void *argv, FILE *out) {
    show_argv(out, SHOW_SHELL, argv);
}

static void write_json(const void *argv, FILE *out) {
    show_argv(out, SHOW_JSON, argv);
}

static void write_nul(const void *argv, FILE *out) {
    show_argv(out, SHOW_NUL, argv);
}

static int run(const struct options *options) {
    struct compilation compilation;
    if (!compile_for_facts(&compilation, options))
        return compilation_end(&compilation, EXIT_OK);
    struct inputs *inputs = load_inputs(&compilation, options);
    struct argv argv = {0};
    int code = inputs ? inputs_argv(inputs, &argv) : EXIT_USAGE;
    if (code == EXIT_OK) {
        inputs_warn(inputs);
        code = write_result(options, &compilation, 1, &argv, EXIT_OK);
    }
    argv_free(&argv);
    inputs_free(inputs);
    return compilation_end(&compilation, code);
}

const struct command argv_command = {
    .name = "argv",
    .arguments = "FILE [--facts FILE] [--config FILE] [--set NAME=VALUE]",
    .summary = "print the command line for given facts and parameters, without compiling",
    .operands = "",
    .codes = "  0  success\n"
             "  1  errors in the rules, or the rules refuse the host\n"
             "  2  usage or I/O error, or a value is missing\n",
    .run = run,
    .takes = TAKES_OUTPUT | TAKES_FACTS,
    .formats = {{"shell", write_shell, 0}, {"json", write_json, 0}, {"nul", write_nul, 0}},
};
