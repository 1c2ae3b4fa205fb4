/*
 * Memory that is freed all at once: a list of blocks, the newest of which has room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "arena.h"

#include <stdalign.h>
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

static void *claim(size_t size) {
    void *memory = calloc(1, size);
    if (!memory) {
        fputs("musterc: out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

struct arena *arena_new(void) {
    return claim(sizeof(struct arena));
}

void arena_free(struct arena *arena) {
    if (!arena)
        return;
    for (struct block *block = arena->newest; block;) {
        struct block *older = block->older;
        free(block);
        block = older;
    }
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t size) {
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        size = SIZE_MAX / 2; /* cannot be had: claim says so */
    size = (size + align - 1) / align * align;
    struct block *block = arena->newest;
    if (!block || block->size - block->used < size) {
        size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = claim(sizeof *block + capacity);
        block->size = capacity;
        block->older = arena->newest;
        arena->newest = block;
    }
    void *memory = block->memory + block->used;
    block->used += size;
    return memory;
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

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity)
        return items;
    size_t wider = *capacity ? *capacity * 2 : 8;
    void *memory = arena_alloc(arena, wider * size);
    if (count)
        memcpy(memory, items, count * size);
    *capacity = wider;
    return memory;
}
