/*
 * `musterc explain`: the facts and decisions of a host, by rules as they stand, each with its reason and with what
 * would have to be otherwise.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/driver/musterc.h"
#include "runtime/tool/explain.h"

int run_explain(const struct options *options) {
    struct compilation compilation;
    if (!compile_for_facts(&compilation, options))
        return compilation_end(&compilation, FORMAT_TEXT, EXIT_OK);
    struct inputs *inputs = load_inputs(&compilation, options);
    struct destination destination;
    int code = EXIT_USAGE;
    if (inputs && destination_open(&destination, &compilation, 1, options)) {
        code = explain(destination.stream, options->format == FORMAT_JSON ? SHOW_JSON : SHOW_TEXT, inputs);
        if (code == EXIT_USAGE)
            destination_abandon(&destination);
        else
            code = destination_close(&destination, compilation.arena, code);
    }
    inputs_free(inputs);
    return compilation_end(&compilation, FORMAT_TEXT, code);
}
