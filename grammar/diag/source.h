/*
 * Source texts and places in them. A place is a pair of byte offsets in one file; lines and columns are found when
 * somebody wants to read them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/arena.h"

/* The largest rule file; positions are 32 bits wide, and nobody reviews a larger one. */
#define SOURCE_MAX_BYTES ((size_t)16 * 1024 * 1024)

struct span {
    uint32_t file; /* index in struct sources */
    uint32_t begin, end;
};

struct source {
    const char *name; /* as given on the command line, or made from it and an include */
    const char *text; /* NUL-terminated */
    size_t length;
    const uint32_t *line_starts;
    size_t n_lines;
};

struct sources {
    struct arena *arena;
    const char *const *folders; /* where files are looked for that are not beside those that name them */
    size_t n_folders;
    struct source *items;
    size_t count, capacity;
};

/*
 * Reads a whole file ("-" is standard input) and gives it the next index. On failure returns false and says why in
 * *problem (words for a person, in the arena).
 */
bool source_load(struct sources *sources, const char *name, uint32_t *file, const char **problem);

/* A text that stands in no file, as a source of that name. Returns its index. */
uint32_t source_add(struct sources *sources, const char *name, const char *text);

struct place {
    size_t line, column; /* from 1; columns count characters */
};

struct place source_place(const struct source *source, size_t offset);

/* Only the line: it does not take longer in a long line. */
size_t source_line_number(const struct source *source, size_t offset);

/* The text of a line (from 1) without its newline. */
const char *source_line(const struct source *source, size_t line, size_t *length);

/* What stands at a span on one line, without comments and whole. */
const char *source_words(struct arena *arena, const struct source *source, struct span span);

#endif
