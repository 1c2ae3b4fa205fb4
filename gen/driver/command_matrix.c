/*
 * `musterc matrix`: decisions as minimal tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gen/audit/matrix/matrix.h"
#include "gen/driver/musterc.h"
#include "gen/page/page.h"

/* The width of text that is not for a terminal; the limits of COLUMNS. */
enum { USUAL_WIDTH = 100, MIN_WIDTH = 40, MAX_WIDTH = 10000 };

static size_t clamp_width(unsigned long width) {
    return width < MIN_WIDTH ? MIN_WIDTH : width > MAX_WIDTH ? MAX_WIDTH : width;
}

/* COLUMNS, or the width of the terminal. */
static size_t text_width(const FILE *out) {
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    if (out != stdout)
        return USUAL_WIDTH;
    if (columns && columns[0] >= '1' && columns[0] <= '9')
        return clamp_width(strtoul(columns, NULL, 10));
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return clamp_width(size.ws_col);
    return USUAL_WIDTH;
}

struct result {
    struct compilation compilation;
    const struct matrix *matrix;
};

static void write_text(const void *result, FILE *out) {
    const struct result *all = result;
    matrix_text(all->compilation.arena, all->matrix, text_width(out), out);
}

static void write_markdown(const void *result, FILE *out) {
    const struct result *all = result;
    matrix_markdown(all->compilation.arena, all->matrix, out);
}

static void write_csv(const void *result, FILE *out) {
    const struct result *all = result;
    matrix_csv(all->compilation.arena, all->matrix, out);
}

static void write_json(const void *result, FILE *out) {
    const struct result *all = result;
    matrix_json(all->compilation.arena, all->matrix, out);
}

static void write_html(const void *result, FILE *out) {
    const struct result *all = result;
    matrix_html(all->compilation.arena, all->matrix, all->compilation.rules, out);
}

static int run(const struct options *options) {
    struct result result;
    struct compilation *compilation = &result.compilation;
    compilation_start(compilation, options);
    if (!compile_for_answers(compilation, options->files[0], options->question))
        return compilation_end(compilation, is_usage_error(compilation, options) ? EXIT_USAGE : EXIT_OK);
    const struct matrix_request request = {.decisions = options->words,
                                           .n_decisions = options->n_words,
                                           .columns = options->columns,
                                           .where = options->question};
    result.matrix = matrix_of(compilation->arena, compilation->model, &request, &compilation->diagnostics);
    if (!result.matrix || (options->format->traits & NEEDS_TABLES && !compilation_lower(compilation)))
        return compilation_end(compilation, EXIT_USAGE);
    int code = result.matrix->not_proven ? EXIT_UNPROVEN : EXIT_OK;
    return compilation_end(compilation, write_result(options, compilation, 1, &result, code));
}

const struct command matrix_command = {
    .name = "matrix",
    .arguments = "FILE [DECISION...] [--where CONDITION] [--columns NAME,...]",
    .summary = "print decisions as minimal tables",
    .operands = "  DECISION                a decision or a let condition (all)\n",
    .codes = USUAL_CODES "  3  analysis incomplete; a decision is omitted\n",
    .run = run,
    .takes = TAKES_OUTPUT | TAKES_WORDS | TAKES_WHERE | TAKES_COLUMNS,
    .formats = {{"text", write_text, 0},
                {"markdown", write_markdown, 0},
                {"csv", write_csv, 0},
                {"json", write_json, 0},
                {"html", write_html, NEEDS_TABLES}},
};
