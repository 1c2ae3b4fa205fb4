/*
 * `musterc explain`: the facts and decisions of a host, each with its reason and the smallest change that would alter
 * it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/driver/musterc.h"
#include "runtime/tool/explain.h"

struct result {
    struct inputs *inputs;
    int *code;
};

static void write_text(const void *result, FILE *out) {
    const struct result *all = result;
    *all->code = explain(out, SHOW_TEXT, all->inputs);
}

static void write_json(const void *result, FILE *out) {
    const struct result *all = result;
    *all->code = explain(out, SHOW_JSON, all->inputs);
}

static int run(const struct options *options) {
    struct compilation compilation;
    if (!compile_for_facts(&compilation, options))
        return compilation_end(&compilation, EXIT_OK);
    int code = EXIT_USAGE;
    const struct result result = {load_inputs(&compilation, options), &code};
    struct destination destination;
    if (result.inputs && destination_open(&destination, &compilation, 1, options)) {
        options->format->write(&result, destination.stream);
        if (code == EXIT_USAGE)
            destination_abandon(&destination);
        else
            code = destination_close(&destination, compilation.arena, code);
    }
    inputs_free(result.inputs);
    return compilation_end(&compilation, code);
}

const struct command explain_command = {
    .name = "explain",
    .arguments = "FILE [--facts FILE] [--config FILE] [--set NAME=VALUE]",
    .summary = "explain the decisions for given facts, and the smallest change that would alter each",
    .operands = "",
    .codes = "  0  success\n"
             "  1  errors in the rules, or the rules refuse the host\n"
             "  2  usage or I/O error, or a fact is missing\n",
    .run = run,
    .takes = TAKES_OUTPUT | TAKES_FACTS,
    .formats = {{"text", write_text, 0}, {"json", write_json, 0}},
};
