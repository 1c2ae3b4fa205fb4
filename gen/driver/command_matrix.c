/*
 * `musterc matrix`: what is decided, as tables of few and general rows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gen/audit/matrix/matrix.h"
#include "gen/driver/musterc.h"
#include "gen/page/page.h"

/* The width of text that is not for a terminal, and the least and greatest that somebody may ask for. */
enum { USUAL_WIDTH = 100, MIN_WIDTH = 40, MAX_WIDTH = 10000 };

static size_t good_width(unsigned long width) {
    return width < MIN_WIDTH ? MIN_WIDTH : width > MAX_WIDTH ? MAX_WIDTH : width;
}

/* COLUMNS, else that of the terminal. */
static size_t text_width(const struct destination *destination) {
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    if (destination->stream != stdout)
        return USUAL_WIDTH;
    if (columns && columns[0] >= '1' && columns[0] <= '9')
        return good_width(strtoul(columns, NULL, 10));
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return good_width(size.ws_col);
    return USUAL_WIDTH;
}

static void write_matrix(const struct compilation *compilation, const struct matrix *matrix,
                         const struct destination *destination, enum output_format format) {
    struct arena *arena = compilation->arena;
    FILE *out = destination->stream;
    switch (format) {
    case FORMAT_MARKDOWN:
        matrix_markdown(arena, matrix, out);
        break;
    case FORMAT_CSV:
        matrix_csv(arena, matrix, out);
        break;
    case FORMAT_JSON:
        matrix_json(arena, matrix, out);
        break;
    case FORMAT_HTML:
        matrix_html(arena, matrix, compilation->rules, out);
        break;
    case FORMAT_TEXT:
    case FORMAT_SHELL:
    case FORMAT_DOT:
    case FORMAT_SQL:
    case FORMAT_NUL:
    case FORMAT_SARIF:
    case N_FORMATS:
        matrix_text(arena, matrix, text_width(destination), out);
        break;
    }
}

int run_matrix(const struct options *options) {
    struct compilation compilation;
    struct destination destination;
    compilation_start(&compilation, options);
    if (!compile_for_answers(&compilation, options->files[0], options->question))
        return compilation_end(&compilation, FORMAT_TEXT,
                               is_called_wrongly(&compilation, options) ? EXIT_USAGE : EXIT_OK);
    const struct matrix_request request = {.decisions = options->words,
                                           .n_decisions = options->n_words,
                                           .columns = options->columns,
                                           .where = options->question};
    const struct matrix *matrix = matrix_of(compilation.arena, compilation.model, &request, &compilation.diagnostics);
    if (!matrix || (options->format == FORMAT_HTML && !compilation_lower(&compilation)))
        return compilation_end(&compilation, FORMAT_TEXT, EXIT_USAGE);
    int code = EXIT_USAGE;
    if (destination_open(&destination, &compilation, 1, options)) {
        write_matrix(&compilation, matrix, &destination, options->format);
        code = destination_close(&destination, compilation.arena, matrix->not_proven ? EXIT_UNPROVEN : EXIT_OK);
    }
    return compilation_end(&compilation, FORMAT_TEXT, code);
}
