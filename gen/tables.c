/*
 * The tables while they are made.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* memmem */
#include "tables.h"

#include <string.h>

/* As long as all text is shorter than this, a text that stands in another one is found and shared. */
enum { SHARING_LIMIT = 1 << 16 };

struct tables *tables_new(struct arena *arena) {
    struct tables *tables = arena_alloc(arena, sizeof *tables);
    tables->arena = arena;
    ARENA_PUSH(arena, &tables->text, '\0');
    return tables;
}

uint32_t tables_bytes(struct tables *tables, const char *text, size_t length, bool terminated) {
    if (length == 0)
        return 0;
    char *wanted = arena_copy(tables->arena, text, length);
    const char *found = NULL;
    if (tables->text.count < SHARING_LIMIT)
        found = memmem(tables->text.items, tables->text.count, wanted, length + terminated);
    if (found)
        return (uint32_t)(found - tables->text.items);
    uint32_t at = (uint32_t)tables->text.count;
    for (size_t i = 0; i < length + terminated; i++)
        ARENA_PUSH(tables->arena, &tables->text, wanted[i]);
    return at;
}

uint32_t tables_text(struct tables *tables, const char *text) {
    return text ? tables_bytes(tables, text, strlen(text), true) : 0;
}

uint32_t tables_words(struct tables *tables, const uint32_t *words, size_t count) {
    uint32_t at = (uint32_t)tables->words.count;
    for (size_t i = 0; i < count; i++)
        ARENA_PUSH(tables->arena, &tables->words, words[i]);
    return at;
}

const struct muster_ruleset *tables_pack(struct tables *tables) {
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
    return (const struct muster_ruleset *)(const void *)block;
}
