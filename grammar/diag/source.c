/*
 * Reads source texts; computes lines and columns.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grammar/diag/source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool read_all(struct arena *arena, FILE *stream, char **text, size_t *length, const char **problem) {
    size_t capacity = 1 << 14;
    char *buffer = arena_alloc(arena, capacity + 1);
    *length = 0;
    for (;;) {
        size_t got = fread(buffer + *length, 1, capacity - *length, stream);
        *length += got;
        if (ferror(stream)) {
            *problem = arena_print(arena, "cannot be read: %s", strerror(errno));
            return false;
        }
        if (*length < capacity)
            break;
        if (capacity > SOURCE_MAX_BYTES) {
            *problem = arena_print(arena, "is larger than %zu MiB, the limit of a rule file", SOURCE_MAX_BYTES >> 20);
            return false;
        }
        char *wider = arena_alloc(arena, capacity * 2 + 1);
        memcpy(wider, buffer, capacity);
        capacity *= 2;
        buffer = wider;
    }
    buffer[*length] = '\0';
    *text = buffer;
    return true;
}

static void find_lines(struct arena *arena, struct source *source) {
    size_t lines = 1;
    for (size_t i = 0; i < source->length; i++)
        lines += source->text[i] == '\n';
    uint32_t *starts = arena_alloc(arena, lines * sizeof *starts);
    size_t line = 0;
    starts[line++] = 0;
    for (size_t i = 0; i < source->length; i++)
        if (source->text[i] == '\n')
            starts[line++] = (uint32_t)(i + 1);
    source->line_starts = starts;
    source->n_lines = lines;
}

static uint32_t add(struct sources *sources, struct source source) {
    find_lines(sources->arena, &source);
    ARENA_PUSH(sources->arena, sources, source);
    return (uint32_t)sources->count - 1;
}

bool source_load(struct sources *sources, const char *name, uint32_t *file, const char **problem) {
    bool is_stdin = strcmp(name, "-") == 0;
    struct source source = {.name = is_stdin ? "<stdin>" : name};
    struct stat status;
    FILE *stream = is_stdin ? stdin : fopen(name, "rb");
    if (!stream) {
        *problem = arena_print(sources->arena, "cannot be opened: %s", strerror(errno));
        return false;
    }
    bool ok = true;
    if (!is_stdin && fstat(fileno(stream), &status) == 0 && S_ISDIR(status.st_mode)) {
        *problem = "is a folder, not a rule file";
        ok = false;
    }
    char *text = NULL;
    ok = ok && read_all(sources->arena, stream, &text, &source.length, problem);
    if (!is_stdin)
        fclose(stream);
    if (!ok)
        return false;
    source.text = text;
    *file = add(sources, source);
    return true;
}

uint32_t source_add(struct sources *sources, const char *name, const char *text) {
    return add(sources, (struct source){.name = name, .text = text, .length = strlen(text)});
}

size_t source_line_number(const struct source *source, size_t offset) {
    size_t low = 0, high = source->n_lines;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

struct place source_place(const struct source *source, size_t offset) {
    struct place place = {.line = source_line_number(source, offset), .column = 1};
    for (size_t i = source->line_starts[place.line - 1]; i < offset && i < source->length; i++)
        place.column += ((unsigned char)source->text[i] & 0xc0u) != 0x80u;
    return place;
}

const char *source_line(const struct source *source, size_t line, size_t *length) {
    size_t begin = source->line_starts[line - 1];
    size_t end = line < source->n_lines ? source->line_starts[line] - 1 : source->length;
    *length = end - begin;
    return source->text + begin;
}

const char *source_words(struct arena *arena, const struct source *source, struct span span) {
    const char *text = source->text;
    char *words = arena_alloc(arena, span.end - span.begin + 1);
    size_t length = 0;
    bool quoted = false, apart = false;
    for (size_t at = span.begin; at < span.end; at++) {
        if (!quoted && text[at] == '#')
            while (at < span.end && text[at] != '\n')
                at++;
        if (!quoted && strchr(" \t\r\n", text[at])) {
            apart = true;
            continue;
        }
        if (apart && length > 0)
            words[length++] = ' ';
        apart = false;
        if (quoted && text[at] == '\\')
            words[length++] = text[at++];
        else if (text[at] == '"')
            quoted = !quoted;
        words[length++] = text[at];
    }
    return words;
}
