/*
 * `musterc graph`: what depends on what.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/graph.h"
#include "gen/driver/musterc.h"

int run_graph(const struct options *options) {
    struct compilation compilation;
    struct destination destination;
    compilation_start(&compilation, options);
    if (!compile_for_answers(&compilation, options->files[0], NULL))
        return compilation_end(&compilation, FORMAT_TEXT, EXIT_OK);
    const struct graph *graph = graph_of(compilation.arena, compilation.model);
    int code = EXIT_USAGE;
    if (destination_open(&destination, &compilation, 1, options)) {
        graph_dot(compilation.arena, graph, destination.stream);
        code = destination_close(&destination, compilation.arena, EXIT_OK);
    }
    return compilation_end(&compilation, FORMAT_TEXT, code);
}
