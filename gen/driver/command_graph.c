/*
 * `musterc graph`: the dependencies of inputs, decisions and the command line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/graph.h"
#include "gen/driver/musterc.h"

struct result {
    struct arena *arena;
    const struct graph *graph;
};

static void write_dot(const void *result, FILE *out) {
    const struct result *all = result;
    graph_dot(all->arena, all->graph, out);
}

static int run(const struct options *options) {
    struct compilation compilation;
    compilation_start(&compilation, options);
    if (!compile_for_answers(&compilation, options->files[0], NULL))
        return compilation_end(&compilation, EXIT_OK);
    const struct result result = {compilation.arena, graph_of(compilation.arena, compilation.model)};
    return compilation_end(&compilation, write_result(options, &compilation, 1, &result, EXIT_OK));
}

const struct command graph_command = {
    .name = "graph",
    .arguments = "FILE",
    .summary = "write the dependency graph for Graphviz",
    .operands = "",
    .codes = USUAL_CODES,
    .run = run,
    .takes = TAKES_OUTPUT,
    .formats = {{"dot", write_dot, 0}},
};
