/*
 * `musterc sql`: the decisions as a view, for whom an inventory of hosts is in a database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/sql/sql.h"
#include "gen/driver/musterc.h"

int run_sql(const struct options *options) {
    const struct sql_request request = {options->table, options->view, options->columns};
    struct compilation compilation;
    struct destination destination;
    struct buffer text;
    bool usable = true;
    compilation_start(&compilation, options);
    if (!compile_for_answers(&compilation, options->files[0], NULL) ||
        !sql_of(compilation.arena, compilation.model, &request, &compilation.diagnostics, &text, &usable))
        return compilation_end(&compilation, FORMAT_TEXT, usable ? EXIT_OK : EXIT_USAGE);
    int code = EXIT_USAGE;
    if (destination_open(&destination, &compilation, 1, options)) {
        fwrite(text.items, 1, text.count, destination.stream);
        code = destination_close(&destination, compilation.arena, EXIT_OK);
    }
    return compilation_end(&compilation, FORMAT_TEXT, code);
}
