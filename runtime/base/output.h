/*
 * Files written whole or not at all: first beside their place, then renamed; of a file that would stay the same only
 * the time changes. Behind a link it is what the link leads to; what is no file, such as a pipe or /dev/null, is
 * written to.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "runtime/base/arena.h"

struct output {
    const char *path, *target; /* as given; what it leads to */
    FILE *stream;              /* write here */
    char *text;
    size_t length;
};

/* A message of the program's own to stderr, "musterc: ...", whatever characters it quotes. */
void complain(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* False after a message if the path is one of these files, which are still to be read. */
bool output_is_free(struct arena *arena, const char *path, const char *const *names, size_t count);

/* Opens a stream into memory. False after a message to stderr. */
bool output_open(struct arena *arena, struct output *output, const char *path);

/*
 * Writes several finished files: all temporary files first, then all names, so that a full disk leaves what was there.
 * They are renamed in their order and then touched in reverse: each is newer than what was read, whether or not its
 * bytes changed, and none is older than one behind it, so that tools that compare times find nothing left to do. False
 * after a message to stderr. Frees the outputs either way.
 */
bool output_commit(struct arena *arena, struct output *outputs, size_t count);

/* Forgets what was written. */
void output_discard(struct output *output);

#endif
