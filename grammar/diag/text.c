/*
 * Prints diagnostics as text with caret lines.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "grammar/diag/diag.h"
#include "runtime/base/character.h"

/* Limit on the part of a source line that is shown: a window around the caret. */
enum { WINDOW = 100, BEFORE_CARET = 40 };

enum style { PLAIN, BOLD, RED, MAGENTA, CYAN, GREEN };

static void paint(const struct diagnostics *diagnostics, enum style style, FILE *stream) {
    static const char *const codes[] = {"\33[0m", "\33[1m", "\33[1;31m", "\33[1;35m", "\33[1;36m", "\33[1;32m"};
    if (diagnostics->in_color)
        fputs(codes[style], stream);
}

static bool continues(char byte) {
    return ((unsigned char)byte & 0xc0u) == 0x80u;
}

static void print_source(const struct diagnostics *diagnostics, struct span span, FILE *stream) {
    const struct source *source = &diagnostics->sources->items[span.file];
    struct place place = source_place(source, span.begin);
    size_t length;
    const char *line = source_line(source, place.line, &length);
    size_t caret = span.begin - source->line_starts[place.line - 1];
    size_t from = length > WINDOW && caret > BEFORE_CARET ? caret - BEFORE_CARET : 0;
    while (from > 0 && continues(line[from]))
        from--;
    size_t to = length - from > WINDOW ? from + WINDOW : length;
    while (to < length && continues(line[to]))
        to++;
    size_t last = span.end > span.begin ? caret + (span.end - span.begin) : caret + 1;
    if (last > to)
        last = to;

    fprintf(stream, "%5zu | %s", place.line, from > 0 ? "..." : "");
    print_part(line + from, to - from, stream);
    fprintf(stream, "%s\n      | %s", to < length ? "..." : "", from > 0 ? "   " : "");
    for (size_t i = from; i < caret && i < length; i++)
        if (!continues(line[i]))
            putc(' ', stream);
    paint(diagnostics, GREEN, stream);
    putc('^', stream);
    for (size_t i = caret + 1; i < last; i++)
        if (!continues(line[i]))
            putc('~', stream);
    paint(diagnostics, PLAIN, stream);
    putc('\n', stream);
}

static void print_label(const struct diagnostics *diagnostics, enum style style, const char *label, FILE *stream) {
    paint(diagnostics, style, stream);
    fprintf(stream, "%s:", label);
    paint(diagnostics, PLAIN, stream);
}

/* `code`: that of a finding; NULL for a note. */
static void print_located(const struct diagnostics *diagnostics, struct span span, enum diag_level level,
                          const char *text, const char *code, FILE *stream) {
    static const struct {
        const char *name;
        enum style style;
    } labels[] = {[DIAG_ERROR] = {"error", RED}, [DIAG_WARNING] = {"warning", MAGENTA}, [DIAG_NOTE] = {"note", CYAN}};
    bool has_file = span.file < diagnostics->sources->count;
    bool has_place = has_file && span.end > span.begin;
    if (has_file || code)
        paint(diagnostics, BOLD, stream);
    if (has_file) {
        const struct source *source = &diagnostics->sources->items[span.file];
        struct place place = source_place(source, span.begin);
        print_text(source->name, stream);
        putc(':', stream);
        if (has_place)
            fprintf(stream, "%zu:%zu:", place.line, place.column);
        putc(' ', stream);
    } else if (code) {
        fputs("musterc: ", stream);
    }
    print_label(diagnostics, labels[level].style, labels[level].name, stream);
    putc(' ', stream);
    if (code)
        paint(diagnostics, BOLD, stream);
    print_text(text, stream);
    if (code)
        paint(diagnostics, PLAIN, stream);
    if (code)
        fprintf(stream, " [%s]", code);
    putc('\n', stream);
    if (has_place)
        print_source(diagnostics, span, stream);
}

/* Prints the witnesses; the first one with its command line. */
static void print_witnesses(const struct diagnostics *diagnostics, const struct diag *diag, FILE *stream) {
    for (size_t i = 0; i < diag->witnesses.count; i++) {
        print_label(diagnostics, CYAN, i == 0 ? "such a host" : "another", stream);
        putc('\n', stream);
        diag_print_witness(diag->witnesses.items[i], "    ", i == 0, stream);
    }
    if (diag->n_more_regions > 0)
        fprintf(stream, "and %s%zu more region%s\n", diag->has_uncounted_regions ? "at least " : "",
                diag->n_more_regions, diag->n_more_regions == 1 ? "" : "s");
    else if (diag->has_uncounted_regions)
        fputs("and more regions\n", stream);
}

static void print_more(const char *what, size_t count, FILE *stream) {
    if (count > DIAG_MAX)
        fprintf(stream, "musterc: there are more %s than these %d\n", what, DIAG_MAX);
}

void diag_print(const struct diagnostics *diagnostics, FILE *stream) {
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diag *diag = diagnostics->items[i];
        print_located(diagnostics, diag->span, diag->level, diag->text, diag_kind(diag->code)->code, stream);
        for (size_t k = 0; k < diag->notes.count; k++)
            print_located(diagnostics, diag->notes.items[k].span, DIAG_NOTE, diag->notes.items[k].text, NULL, stream);
        print_witnesses(diagnostics, diag, stream);
        if (diag->help) {
            print_label(diagnostics, GREEN, "help", stream);
            putc(' ', stream);
            print_text(diag->help, stream);
            putc('\n', stream);
        }
    }
    print_more("errors", diagnostics->n_errors > DIAG_MAX ? diagnostics->n_errors : diagnostics->n_raised, stream);
    print_more("warnings", diagnostics->n_warnings, stream);
    print_more("notes", diagnostics->n_notes, stream);
}
