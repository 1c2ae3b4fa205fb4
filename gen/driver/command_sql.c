/*
 * `musterc sql`: the decisions as an SQL view over a table of hosts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/sql/sql.h"
#include "gen/driver/musterc.h"

static void write_sql(const void *result, FILE *out) {
    const struct buffer *text = result;
    fwrite(text->items, 1, text->count, out);
}

static int run(const struct options *options) {
    const struct sql_request request = {options->table, options->view, options->columns};
    struct compilation compilation;
    struct buffer text;
    bool usable = true;
    compilation_start(&compilation, options);
    if (!compile_for_answers(&compilation, options->files[0], NULL) ||
        !sql_of(compilation.arena, compilation.model, &request, &compilation.diagnostics, &text, &usable))
        return compilation_end(&compilation, usable ? EXIT_OK : EXIT_USAGE);
    return compilation_end(&compilation, write_result(options, &compilation, 1, &text, EXIT_OK));
}

const struct command sql_command = {
    .name = "sql",
    .arguments = "FILE [--table NAME] [--view NAME] [--columns NAME,...]",
    .summary = "write the decisions as an SQL view over a table of hosts",
    .operands = "",
    .codes = USUAL_CODES,
    .run = run,
    .takes = TAKES_OUTPUT | TAKES_NAMES,
    .formats = {{"sql", write_sql, 0}},
};
