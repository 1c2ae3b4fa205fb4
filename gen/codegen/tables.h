/*
 * The tables while they are made: a growing list per section, texts shared, and at the end the block of memory that
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
/* NOLINTBEGIN(bugprone-macro-parentheses): a type cannot stand in parentheses */
#define LIST(section, element)                                                                                         \
    struct {                                                                                                           \
        element *items;                                                                                                \
        size_t count, capacity;                                                                                        \
    } section;
    MUSTER_SECTIONS(LIST)
#undef LIST
    /* NOLINTEND(bugprone-macro-parentheses) */
    uint32_t *slots; /* hash table: where texts and their ends begin */
    size_t n_slots, n_taken;
};

struct tables *tables_new(struct arena *arena);

/* Where a text stands, NUL-terminated. NULL and "" are 0. */
uint32_t tables_text(struct tables *tables, const char *text);

/* The same for a text of `length` bytes, none of them NUL. */
uint32_t tables_bytes(struct tables *tables, const char *text, size_t length);

/* Puts words at the end of `words` and returns where they begin. */
uint32_t tables_words(struct tables *tables, const uint32_t *words, size_t count);

/* The same, but words that stand there already may serve: for lists that nothing tells apart by their place. */
uint32_t tables_shared_words(struct tables *tables, const uint32_t *words, size_t count);

/* The finished block. */
struct muster_ruleset *tables_pack(struct tables *tables);

#endif
