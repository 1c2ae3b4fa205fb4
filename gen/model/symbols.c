/*
 * A symbol table with open addressing by the FNV-1a hash of the name.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/model/symbols.h"

#include <string.h>

#include "runtime/base/nearest.h"

static size_t hash_name(const char *name) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32);
}

/* The slot of the name, or the free slot for it. */
static size_t *find_slot(const struct symbols *symbols, const char *name) {
    size_t at = hash_name(name) & (symbols->n_slots - 1);
    while (symbols->slots[at] && strcmp(symbols->items[symbols->slots[at] - 1].name, name) != 0)
        at = (at + 1) & (symbols->n_slots - 1);
    return &symbols->slots[at];
}

struct symbol *symbols_find(const struct symbols *symbols, const char *name) {
    if (symbols->n_slots == 0)
        return NULL;
    size_t slot = *find_slot(symbols, name);
    return slot ? &symbols->items[slot - 1] : NULL;
}

static void widen(struct arena *arena, struct symbols *symbols) {
    symbols->n_slots = symbols->n_slots ? symbols->n_slots * 2 : 64;
    symbols->slots = arena_alloc(arena, symbols->n_slots * sizeof *symbols->slots);
    for (size_t i = 0; i < symbols->count; i++)
        *find_slot(symbols, symbols->items[i].name) = i + 1;
}

struct symbol *symbols_add(struct arena *arena, struct symbols *symbols, const char *name, struct span span,
                           void *meaning) {
    if (symbols->count * 2 >= symbols->n_slots)
        widen(arena, symbols);
    ARENA_PUSH(arena, symbols, ((struct symbol){name, span, meaning}));
    *find_slot(symbols, name) = symbols->count;
    return &symbols->items[symbols->count - 1];
}

/* Limit on the names that are compared for a suggestion, which takes long. */
enum { MAX_CANDIDATES = 2000 };

const char *symbols_nearest(struct arena *arena, const struct symbols *symbols, const char *name, bool *certain) {
    if (symbols->count > MAX_CANDIDATES)
        return NULL;
    const char **names = arena_alloc(arena, (symbols->count + 1) * sizeof *names);
    for (size_t i = 0; i < symbols->count; i++)
        names[i] = symbols->items[i].name;
    if (certain)
        *certain = nearest_is_certain(name, names, symbols->count);
    return nearest_name(name, names, symbols->count);
}
