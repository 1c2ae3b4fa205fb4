/*
 * Prints a witness as a facts file, which users can load to reproduce a finding.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "grammar/diag/diag.h"
#include "runtime/base/character.h"
#include "runtime/base/shell.h"

enum { WIDTH = 100 };

/* A group or comment that is wrapped between its parts. */
struct layout {
    FILE *stream;
    const char *indent, *begin; /* of the lines after the first */
    size_t first, used;         /* columns: of `begin`, and of the current line */
};

static size_t columns(const char *text, size_t length) {
    size_t count = 0;
    for (size_t at = 0; at < length; count++) {
        uint32_t character;
        at += character_read(text + at, length - at, &character);
    }
    return count;
}

static struct layout layout_start(FILE *stream, const char *indent, const char *head, const char *begin) {
    fprintf(stream, "%s%s", indent, head);
    return (struct layout){stream, indent, begin, strlen(indent) + strlen(begin), strlen(indent) + strlen(head)};
}

static void break_line(struct layout *layout) {
    fprintf(layout->stream, "\n%s%s", layout->indent, layout->begin);
    layout->used = layout->first;
}

/* Begins a part of `wide` columns: after a blank, or on a new line if it does not fit. */
static void begin_part(struct layout *layout, size_t wide) {
    if (layout->used + 1 + wide > WIDTH && layout->used > layout->first)
        break_line(layout);
    putc(' ', layout->stream);
    layout->used += 1 + wide;
}

/* The length of a comment's part that stays on one line: up to a comma, or if that does not fit, up to a blank. */
static size_t part_length(const char *text, size_t room) {
    const char *comma = strstr(text, ", ");
    size_t length = comma ? (size_t)(comma - text) + 1 : strlen(text);
    return columns(text, length) <= room ? length : strcspn(text, " ");
}

static void print_comment(const char *text, const char *indent, FILE *stream) {
    struct layout layout = layout_start(stream, indent, "#", "#");
    while (*text) {
        size_t length = part_length(text, WIDTH - layout.first - 1);
        begin_part(&layout, columns(text, length));
        print_part(text, length, stream);
        text += length;
        text += *text == ' ';
    }
    putc('\n', stream);
}

/* Prints a group of settings. A comment ends its line. */
static void print_group(const struct diag_witness *witness, bool params, const char *indent, FILE *stream) {
    struct layout layout = {0};
    bool commented = false;
    for (size_t i = 0; i < witness->settings.count; i++) {
        const struct diag_setting *setting = &witness->settings.items[i];
        if (setting->is_param != params)
            continue;
        if (!layout.stream)
            layout = layout_start(stream, indent, params ? "params: {" : "facts: {", params ? "         " : "        ");
        else if (commented)
            break_line(&layout);
        begin_part(&layout, columns(setting->name, strlen(setting->name)) + strlen(" = ;") +
                                columns(setting->text, strlen(setting->text)));
        print_text(setting->name, stream);
        fputs(" = ", stream);
        print_text(setting->text, stream);
        putc(';', stream);
        commented = setting->comment != NULL;
        if (!commented)
            continue;
        fputs("  # ", stream);
        print_text(setting->comment, stream);
    }
    if (!layout.stream)
        return;
    if (commented) /* on the line below the closing brace */
        fprintf(stream, "\n%s%*s", indent, (int)strlen(layout.begin) - 1, "");
    fputs(commented ? "};\n" : " };\n", stream);
}

static void print_argv(const struct diag_witness *witness, const char *indent, FILE *stream) {
    struct layout layout = layout_start(stream, indent, "# argv:", "#      ");
    for (size_t i = 0; i < witness->argv.count; i++) {
        char *word = NULL;
        size_t length = 0;
        FILE *memory = open_memstream(&word, &length);
        if (!memory)
            break;
        shell_write_word(memory, witness->argv.items[i], i == 0);
        if (fclose(memory) == 0) {
            begin_part(&layout, columns(word, length));
            print_part(word, length, stream);
        }
        free(word);
    }
    putc('\n', stream);
}

void diag_print_witness(const struct diag_witness *witness, const char *indent, bool with_argv, FILE *stream) {
    if (witness->region)
        print_comment(witness->region, indent, stream);
    print_group(witness, false, indent, stream);
    print_group(witness, true, indent, stream);
    if (with_argv && witness->has_argv)
        print_argv(witness, indent, stream);
}
