/*
 * Memory that is freed all at once. Each arena is named by how long what is in it lives; nothing is freed one by one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ARENA_H
#define ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

struct arena;

/* Running out of memory ends the program with a message and exit code 2: a compiler has nothing better to do. */
void out_of_memory(void) __attribute__((noreturn));
struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Gives all of its memory back but what serves for the next small things. */
void arena_clear(struct arena *arena);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of `length` bytes, with a NUL byte behind them. */
char *arena_copy(struct arena *arena, const char *text, size_t length);

/* printf into the arena. */
char *arena_print(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprint(struct arena *arena, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/*
 * A growing array: makes room for one more element of `size` bytes. `items` and `capacity` are updated; the old block
 * stays in the arena. Use the macro: ARENA_PUSH(arena, list, element) for a struct with items, count, capacity.
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size);

#define ARENA_PUSH(arena, list, element)                                                                               \
    ((list)->items = (list)->count < (list)->capacity ? (list)->items                                                  \
                                                      : arena_grow((arena), (list)->items, (list)->count,              \
                                                                   &(list)->capacity, sizeof *(list)->items),          \
     (list)->items[(list)->count++] = (element))

/* Makes room for `more` elements; and puts so many behind the others. */
void *arena_reserve(struct arena *arena, void *items, size_t count, size_t *capacity, size_t more, size_t size);

#define ARENA_APPEND(arena, list, elements, more)                                                                      \
    do {                                                                                                               \
        size_t arena_more = (more);                                                                                    \
        if (arena_more == 0)                                                                                           \
            break;                                                                                                     \
        if (arena_more > (list)->capacity - (list)->count)                                                             \
            (list)->items = arena_reserve((arena), (list)->items, (list)->count, &(list)->capacity, arena_more,        \
                                          sizeof *(list)->items);                                                      \
        memcpy((list)->items + (list)->count, (elements), arena_more * sizeof *(list)->items);                         \
        (list)->count += arena_more;                                                                                   \
    } while (0)

#endif
