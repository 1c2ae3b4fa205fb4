/*
 * Memory that is freed all at once: a list of blocks, the newest of which has room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 };

struct block {
    struct block *older;
    size_t used, size;
    alignas(max_align_t) char memory[];
};

struct arena {
    struct block *newest;
};

void out_of_memory(void) {
    fputs("musterc: out of memory\n", stderr);
    exit(2);
}

static void *claim(void *memory) {
    if (!memory)
        out_of_memory();
    return memory;
}

struct arena *arena_new(void) {
    return claim(calloc(1, sizeof(struct arena)));
}

static void free_blocks(struct block *block) {
    while (block) {
        struct block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_free(struct arena *arena) {
    if (!arena)
        return;
    free_blocks(arena->newest);
    free(arena);
}

void arena_clear(struct arena *arena) {
    struct block *newest = arena->newest;
    if (!newest)
        return;
    free_blocks(newest->older);
    newest->older = NULL;
    newest->used = 0;
}

static size_t aligned(size_t size) {
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        size = SIZE_MAX / 2; /* cannot be had: claim says so */
    return (size + align - 1) / align * align;
}

/* What is large has a block of its own, behind the one that has room; new memory for it comes zeroed. */
static void *alloc_large(struct arena *arena, size_t size) {
    struct block *block = claim(calloc(1, sizeof *block + size));
    struct block **place = arena->newest ? &arena->newest->older : &arena->newest;
    block->used = block->size = size;
    block->older = *place;
    *place = block;
    return block->memory;
}

void *arena_alloc(struct arena *arena, size_t size) {
    size = aligned(size);
    struct block *block = arena->newest;
    if (!block || block->size - block->used < size) {
        if (size > BLOCK_SIZE / 2)
            return alloc_large(arena, size);
        block = claim(malloc(sizeof *block + BLOCK_SIZE));
        block->used = 0;
        block->size = BLOCK_SIZE;
        block->older = arena->newest;
        arena->newest = block;
    }
    void *memory = block->memory + block->used;
    block->used += size;
    return memset(memory, 0, size); /* here and not before: pages that nobody asks for are not touched */
}

char *arena_copy(struct arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *arena_vprint(struct arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    size_t size = length < 0 ? 1 : (size_t)length + 1;
    char *text = arena_alloc(arena, size);
    vsnprintf(text, size, format, again);
    va_end(again);
    return text;
}

char *arena_print(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprint(arena, format, arguments);
    va_end(arguments);
    return text;
}

/* What was given out last can have more where it stands, if there is room behind it. */
static bool extend(struct arena *arena, const void *items, size_t size, size_t wider) {
    struct block *block = arena->newest;
    if (!block || (const char *)items + aligned(size) != block->memory + block->used ||
        block->size - block->used < aligned(wider) - aligned(size))
        return false;
    arena_alloc(arena, aligned(wider) - aligned(size));
    return true;
}

void *arena_reserve(struct arena *arena, void *items, size_t count, size_t *capacity, size_t more, size_t size) {
    enum { FIRST_BYTES = 64 };
    if (more <= *capacity - count)
        return items;
    size_t wider = *capacity ? *capacity * 2 : FIRST_BYTES / size + 1;
    if (wider < count + more)
        wider = count + more;
    if (!items || !extend(arena, items, *capacity * size, wider * size)) {
        void *memory = arena_alloc(arena, wider * size);
        if (items)
            memcpy(memory, items, count * size);
        items = memory;
    }
    *capacity = wider;
    return items;
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size) {
    return arena_reserve(arena, items, count, capacity, 1, size);
}
