/*
 * Names and what they stand for: a hash table that lives in an arena and keeps the order of declaration.
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

/* NULL if there is none of that name. */
struct symbol *symbols_find(const struct symbols *symbols, const char *name);

/* The name must be new. The returned pointer holds until the next one is added. */
struct symbol *symbols_add(struct arena *arena, struct symbols *symbols, const char *name, struct span span,
                           void *meaning);

/* The name that is most like this one, or NULL; and if asked, whether it hardly can be another (nearest.h). */
const char *symbols_nearest(struct arena *arena, const struct symbols *symbols, const char *name, bool *certain);

#endif
