/*
 * Collects and packs the tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/tables.h"

#include <string.h>

/* Strings share suffixes up to this length, and whole strings of any length. */
enum { MAX_TAIL = 32 };

/* Shared lists of words are searched in this many words. */
enum { SHARING_LIMIT = 1024 };

struct tables *tables_new(struct arena *arena) {
    struct tables *tables = arena_alloc(arena, sizeof *tables);
    tables->arena = arena;
    ARENA_PUSH(arena, &tables->text, '\0');
    return tables;
}

/* ---- strings ----------------------------------------------------------------------------------------------------- */

/* Hashes from the end, so that one pass over a string yields the hashes of all its suffixes. */
static uint64_t hash_byte(uint64_t hash, char byte) {
    return (hash ^ (unsigned char)byte) * UINT64_C(1099511628211);
}

static bool is_at(const struct tables *tables, uint32_t at, const char *text, size_t length) {
    return at + length < tables->text.count && tables->text.items[at + length] == '\0' &&
           memcmp(tables->text.items + at, text, length) == 0;
}

/* The slot of an existing string, or the free slot for a new one. */
static uint32_t *find_text(const struct tables *tables, uint64_t hash, const char *text, size_t length) {
    size_t at = (size_t)(hash ^ hash >> 32) & (tables->n_slots - 1);
    while (tables->slots[at] && !is_at(tables, tables->slots[at], text, length))
        at = (at + 1) & (tables->n_slots - 1);
    return &tables->slots[at];
}

/* Enters the string from `from` to `end`, exclusive, and its suffixes. */
static void enter_text(struct tables *tables, size_t from, size_t end) {
    uint64_t hash = 0;
    for (size_t at = end; at-- > from;) {
        hash = hash_byte(hash, tables->text.items[at]);
        if (at > from && end - at > MAX_TAIL)
            continue;
        uint32_t *slot = find_text(tables, hash, tables->text.items + at, end - at);
        if (*slot) /* keeps the first offset of a string, so that equal runs have equal words */
            continue;
        *slot = (uint32_t)at;
        tables->n_taken++;
    }
}

/* Makes space for the entries of one more string. */
static void widen(struct tables *tables) {
    enum { FIRST_SLOTS = 4096 };
    if ((tables->n_taken + MAX_TAIL + 1) * 4 < tables->n_slots * 3)
        return;
    tables->n_slots = tables->n_slots ? tables->n_slots * 2 : FIRST_SLOTS;
    tables->slots = arena_alloc(tables->arena, tables->n_slots * sizeof *tables->slots);
    tables->n_taken = 0;
    for (size_t from = 1, end; from < tables->text.count; from = end + 1) {
        end = from + strlen(tables->text.items + from);
        enter_text(tables, from, end);
    }
}

uint32_t tables_bytes(struct tables *tables, const char *text, size_t length) {
    uint64_t hash = 0;
    if (length == 0)
        return 0;
    for (size_t i = length; i-- > 0;)
        hash = hash_byte(hash, text[i]);
    widen(tables);
    uint32_t found = *find_text(tables, hash, text, length);
    if (found)
        return found;
    size_t at = tables->text.count;
    ARENA_APPEND(tables->arena, &tables->text, text, length);
    ARENA_PUSH(tables->arena, &tables->text, '\0');
    enter_text(tables, at, at + length);
    return (uint32_t)at;
}

uint32_t tables_text(struct tables *tables, const char *text) {
    return text ? tables_bytes(tables, text, strlen(text)) : 0;
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

uint32_t tables_words(struct tables *tables, const uint32_t *words, size_t count) {
    uint32_t at = (uint32_t)tables->words.count;
    ARENA_APPEND(tables->arena, &tables->words, words, count);
    return at;
}

uint32_t tables_shared_words(struct tables *tables, const uint32_t *words, size_t count) {
    if (count == 0)
        return 0;
    size_t end = tables->words.count < SHARING_LIMIT ? tables->words.count : SHARING_LIMIT;
    for (size_t at = 0; at + count <= end; at++)
        if (memcmp(&tables->words.items[at], words, count * sizeof *words) == 0)
            return (uint32_t)at;
    return tables_words(tables, words, count);
}

struct muster_ruleset *tables_pack(struct tables *tables) {
    enum { ALIGN = 8 };
    for (size_t i = 0; i < MUSTER_SPARE; i++)
        ARENA_PUSH(tables->arena, &tables->words, 0);
    for (size_t i = 0; i < MUSTER_PAD; i++)
        ARENA_PUSH(tables->arena, &tables->text, '\0');
    size_t size = sizeof tables->head;
#define PLACE(section, element)                                                                                        \
    size = (size + ALIGN - 1) / ALIGN * ALIGN;                                                                         \
    tables->head.section = (struct muster_span){(uint32_t)size, (uint32_t)tables->section.count};                      \
    size += tables->section.count * sizeof(element);
    MUSTER_SECTIONS(PLACE)
#undef PLACE
    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    tables->head.magic = MUSTER_TABLES_MAGIC;
    tables->head.version = MUSTER_TABLES_VERSION;
    tables->head.size = (uint32_t)size;
    char *block = arena_alloc(tables->arena, size);
    memcpy(block, &tables->head, sizeof tables->head);
#define COPY(section, element)                                                                                         \
    if (tables->section.count)                                                                                         \
        memcpy(block + tables->head.section.offset, tables->section.items, tables->section.count * sizeof(element));
    MUSTER_SECTIONS(COPY)
#undef COPY
    return (struct muster_ruleset *)(void *)block;
}
