/*
 * Memory that lives as long as the program, and texts in it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/pool.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/utf8.h"

/* A piece of memory; its bytes follow. */
struct piece {
    struct piece *next;
    max_align_t bytes[];
};

/* All of them, given back by the end of the program. */
static struct piece *pieces;

void *pool_take(size_t size) {
    struct piece *piece = size < SIZE_MAX - sizeof *piece ? calloc(1, sizeof *piece + size) : NULL;
    if (!piece)
        die("no memory");
    piece->next = pieces;
    pieces = piece;
    return piece->bytes;
}

char *pool_copy(const char *text, size_t length) {
    char *copy = pool_take(length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *pool_print(const char *format, ...) {
    va_list arguments;
    char *text;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        die("a text cannot be written");
    text = pool_take((size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

/* Rooms are powers of two, so that the number of elements says how much room there is. */
void *pool_grow(void *array, size_t count, size_t size) {
    void *larger;

    if (count > 0 && (count & (count - 1)) != 0)
        return array;
    if (count > SIZE_MAX / 4 / size)
        die("no memory");
    larger = pool_take((count ? 2 * count : 1) * size);
    if (count)
        memcpy(larger, array, count * size);
    return larger;
}

/* ---- strangers' words ------------------------------------------------------------------------------------------- */

/* How many bytes at the begin of a text are one character that may be shown as it is; 0: its first byte may not. */
static size_t shown_character(const char *text, size_t length) {
    unsigned char first = (unsigned char)text[0];
    size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    /* U+0080 to U+009F are control characters, too. */
    bool control = first < 0x20 || first == 0x7F || (first == 0xC2 && length > 1 && (unsigned char)text[1] < 0xA0);

    return control || size > length || utf8_check(text, size) < size || utf8_turns(text, size) ? 0 : size;
}

void die(const char *format, ...) {
    char message[8192]; /* there may be no memory */
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fputs("muster-verify: ", stderr);
    for (const char *at = message; *at;) {
        size_t size = shown_character(at, strlen(at));
        if (size)
            fwrite(at, 1, size, stderr);
        else
            fputc('?', stderr);
        at += size ? size : 1;
    }
    fputc('\n', stderr);
    exit(2);
}

bool pool_is_clean(const char *text, size_t length) {
    for (size_t i = 0, size; i < length; i += size)
        if ((size = shown_character(text + i, length - i)) == 0)
            return false;
    return true;
}

const char *pool_shown(const char *text) {
    size_t length = strlen(text);
    return pool_is_clean(text, length) ? text : pool_clean(text, length, length);
}

char *pool_clean(const char *text, size_t length, size_t most) {
    char *clean = pool_take(most + 4);
    size_t used = 0;

    for (size_t i = 0; i < length;) {
        size_t size = shown_character(text + i, length - i);
        if (used + (size ? size : 1) > most) {
            for (const char *dots = "..."; *dots; dots++)
                clean[used++] = *dots;
            break;
        }
        if (!size) {
            clean[used++] = strchr("\n\r\t", text[i]) && text[i] ? ' ' : '?';
            i++;
        }
        for (; size > 0; size--)
            clean[used++] = text[i++];
    }
    return clean;
}
