/*
 * Source texts and places in them. A place is a pair of byte offsets in one file; lines and columns are computed for
 * output only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/arena.h"

/* Limit on the size of a rule file. Positions have 32 bits. */
#define SOURCE_MAX_BYTES ((size_t)16 * 1024 * 1024)

struct span {
    uint32_t file; /* index in struct sources */
    uint32_t begin, end;
};

struct source {
    const char *name; /* as given on the command line, or derived from it and an include */
    const char *text; /* NUL-terminated */
    size_t length;
    const uint32_t *line_starts;
    size_t n_lines;
};

struct sources {
    struct arena *arena;
    const char *const *folders; /* further folders in which included files are searched */
    size_t n_folders;
    struct source *items;
    size_t count, capacity;
};

/*
 * Reads a whole file ("-": standard input) and assigns it the next index. On failure returns false with a reason for
 * messages in *problem (in the arena).
 */
bool source_load(struct sources *sources, const char *name, uint32_t *file, const char **problem);

/* Adds a text that is not in a file as a source. Returns its index. */
uint32_t source_add(struct sources *sources, const char *name, const char *text);

struct place {
    size_t line, column; /* from 1; columns are counted in characters */
};

struct place source_place(const struct source *source, size_t offset);

/* Only the line; its cost does not depend on the length of the line. */
size_t source_line_number(const struct source *source, size_t offset);

/* The text of a line (from 1) without its newline. */
const char *source_line(const struct source *source, size_t line, size_t *length);

/* The text of a span on one line, complete and without comments. */
const char *source_words(struct arena *arena, const struct source *source, struct span span);

#endif
