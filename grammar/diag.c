/*
 * Collecting diagnostics and printing them as text with caret lines.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "diag.h"

#include <string.h>

#include "../runtime/utf8.h"

/* How much of a source line is shown; of a longer one, a window around the caret. */
enum { WINDOW = 100, BEFORE_CARET = 40 };

static const struct {
    const char *name;
    enum diag_level level;
} codes[DIAG_N_CODES] = {
#define DIAGNOSTIC(identifier, code, level, summary) {code, DIAG_##level},
#include "diag.def"
#undef DIAGNOSTIC
};

struct diag *diag_add(struct diagnostics *diagnostics, enum diag_code code, struct span span, const char *format, ...) {
    enum diag_level level = codes[code].level;
    if ((level == DIAG_ERROR ? diagnostics->n_errors++ : diagnostics->n_warnings++) >= DIAG_MOST) {
        if (!diagnostics->beyond)
            diagnostics->beyond = arena_alloc(diagnostics->arena, sizeof *diagnostics->beyond);
        return diagnostics->beyond;
    }
    struct diag *diag = arena_alloc(diagnostics->arena, sizeof *diag);
    diag->code = code;
    diag->level = level;
    diag->span = span;
    va_list arguments;
    va_start(arguments, format);
    diag->text = arena_vprint(diagnostics->arena, format, arguments);
    va_end(arguments);
    ARENA_PUSH(diagnostics->arena, diagnostics, diag);
    return diag;
}

bool diag_is_full(const struct diagnostics *diagnostics) {
    return diagnostics->n_errors >= DIAG_MOST;
}

void diag_note(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *format, ...) {
    if (diag == diagnostics->beyond)
        return;
    struct diag_note note = {.span = span};
    va_list arguments;
    va_start(arguments, format);
    note.text = arena_vprint(diagnostics->arena, format, arguments);
    va_end(arguments);
    ARENA_PUSH(diagnostics->arena, &diag->notes, note);
}

void diag_help(struct diagnostics *diagnostics, struct diag *diag, const char *format, ...) {
    if (diag == diagnostics->beyond)
        return;
    va_list arguments;
    va_start(arguments, format);
    diag->help = arena_vprint(diagnostics->arena, format, arguments);
    va_end(arguments);
}

struct diag_witness *diag_witness(struct diagnostics *diagnostics, struct diag *diag) {
    struct diag_witness *witness = arena_alloc(diagnostics->arena, sizeof *witness);
    if (diag != diagnostics->beyond)
        ARENA_PUSH(diagnostics->arena, &diag->witnesses, witness);
    return witness;
}

void diag_fix(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *text) {
    if (diag == diagnostics->beyond)
        return;
    diag->fix = arena_alloc(diagnostics->arena, sizeof *diag->fix);
    *diag->fix = (struct diag_fix){.span = span, .text = text};
}

/* Characters that steer a terminal, or turn the direction of what it shows. */
static bool steers(uint32_t character) {
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x061c ||
           (character >= 0x200e && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0xfeff;
}

/*
 * Prints rule text, and whatever else a message quotes, so that nothing in it reaches the terminal but letters: what
 * steers, and bytes that are no UTF-8, become '?', line ends and tabs a blank.
 */
static void print_safe(const char *text, size_t length, FILE *stream) {
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    for (size_t at = 0; at < length;) {
        unsigned char first = (unsigned char)text[at];
        size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        bool valid = size <= length - at && utf8_check(text + at, size) == size;
        uint32_t character = first & masks[size];
        for (size_t i = 1; valid && i < size; i++)
            character = character << 6 | ((unsigned char)text[at + i] & 0x3fu);
        size = valid ? size : 1;
        if (valid && !steers(character))
            fwrite(text + at, 1, size, stream);
        else
            putc(first == '\t' || first == '\n' ? ' ' : '?', stream);
        at += size;
    }
}

static bool continues(char byte) {
    return ((unsigned char)byte & 0xc0u) == 0x80u;
}

static void print_source(const struct source *source, struct span span, FILE *stream) {
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
    print_safe(line + from, to - from, stream);
    fprintf(stream, "%s\n      | %s", to < length ? "..." : "", from > 0 ? "   " : "");
    for (size_t i = from; i < caret && i < length; i++)
        if (!continues(line[i]))
            putc(' ', stream);
    putc('^', stream);
    for (size_t i = caret + 1; i < last; i++)
        if (!continues(line[i]))
            putc('~', stream);
    putc('\n', stream);
}

void diag_print_text(const char *text, FILE *stream) {
    print_safe(text, strlen(text), stream);
}

static void print_located(const struct diagnostics *diagnostics, struct span span, const char *label, const char *text,
                          const char *code, FILE *stream) {
    bool has_file = span.file < diagnostics->sources->count;
    bool has_place = has_file && span.end > span.begin;
    if (has_file) {
        const struct source *source = &diagnostics->sources->items[span.file];
        struct place place = source_place(source, span.begin);
        diag_print_text(source->name, stream);
        putc(':', stream);
        if (has_place)
            fprintf(stream, "%zu:%zu:", place.line, place.column);
        putc(' ', stream);
    } else if (code) {
        fputs("musterc: ", stream);
    }
    fprintf(stream, "%s: ", label);
    diag_print_text(text, stream);
    if (code)
        fprintf(stream, " [%s]", code);
    putc('\n', stream);
    if (has_place)
        print_source(&diagnostics->sources->items[span.file], span, stream);
}

void diag_print(const struct diagnostics *diagnostics, FILE *stream) {
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diag *diag = diagnostics->items[i];
        print_located(diagnostics, diag->span, diag->level == DIAG_ERROR ? "error" : "warning", diag->text,
                      codes[diag->code].name, stream);
        for (size_t k = 0; k < diag->notes.count; k++)
            print_located(diagnostics, diag->notes.items[k].span, "note", diag->notes.items[k].text, NULL, stream);
        if (diag->help) {
            fputs("help: ", stream);
            diag_print_text(diag->help, stream);
            putc('\n', stream);
        }
    }
    if (diagnostics->n_errors > DIAG_MOST)
        fprintf(stream, "musterc: there are more errors than these %d\n", DIAG_MOST);
    if (diagnostics->n_warnings > DIAG_MOST)
        fprintf(stream, "musterc: there are more warnings than these %d\n", DIAG_MOST);
}
