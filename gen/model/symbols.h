/*
 * A symbol table: a hash table in an arena that keeps the order of declaration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include "grammar/diag/source.h"

struct symbol {
    const char *name;
    struct span span;
    void *meaning;
};

struct symbols {
    struct symbol *items; /* in the order of declaration */
    size_t count, capacity;
    size_t *slots; /* index + 1 */
    size_t n_slots;
};

/* NULL if the name is not in the table. */
struct symbol *symbols_find(const struct symbols *symbols, const char *name);

/* The name must be new. The returned pointer is valid until the next symbol is added. */
struct symbol *symbols_add(struct arena *arena, struct symbols *symbols, const char *name, struct span span,
                           void *meaning);

/*
 * The most similar name, or NULL; *certain (unless `certain` is NULL): whether it is almost certainly the intended one
 * (nearest.h).
 */
const char *symbols_nearest(struct arena *arena, const struct symbols *symbols, const char *name, bool *certain);

#endif
