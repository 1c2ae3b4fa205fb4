/*
 * The tables under construction: a growing list per section, shared strings, and finally the block of memory that
 * runtime/lib/muster_tables.h describes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TABLES_H
#define TABLES_H

#include "gen/model/model.h"
#include "muster.h"

struct tables {
    struct arena *arena;
    struct muster_ruleset head;
/* NOLINTBEGIN(bugprone-macro-parentheses): a type cannot be in parentheses */
#define LIST(section, element)                                                                                         \
    struct {                                                                                                           \
        element *items;                                                                                                \
        size_t count, capacity;                                                                                        \
    } section;
    MUSTER_SECTIONS(LIST)
#undef LIST
    /* NOLINTEND(bugprone-macro-parentheses) */
    uint32_t *slots; /* hash table: offsets of strings and their suffixes */
    size_t n_slots, n_taken;
};

struct tables *tables_new(struct arena *arena);

/* The offset of a NUL-terminated string. That of NULL and "" is 0. */
uint32_t tables_text(struct tables *tables, const char *text);

/* The same for `length` bytes without NUL. */
uint32_t tables_bytes(struct tables *tables, const char *text, size_t length);

/* Appends words to `words`; returns their offset. */
uint32_t tables_words(struct tables *tables, const uint32_t *words, size_t count);

/* The same, but may return the offset of existing equal words. */
uint32_t tables_shared_words(struct tables *tables, const uint32_t *words, size_t count);

/* Packs all sections into one block. */
struct muster_ruleset *tables_pack(struct tables *tables);

#endif
