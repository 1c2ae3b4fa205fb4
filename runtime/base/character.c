/*
 * Characters of strangers' text, one at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/character.h"

#include <string.h>

#include "runtime/base/utf8.h"

size_t character_read(const char *text, size_t length, uint32_t *character) {
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    unsigned char first = (unsigned char)*text;
    size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (size > length || utf8_check(text, size) != size) {
        *character = CHARACTER_NONE;
        return 1;
    }
    *character = first & masks[size];
    for (size_t i = 1; i < size; i++)
        *character = *character << 6 | ((unsigned char)text[i] & 0x3fu);
    return size;
}

bool character_steers(uint32_t character) {
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x061c ||
           (character >= 0x200e && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0xfeff;
}

void print_part(const char *text, size_t length, FILE *stream) {
    for (size_t at = 0, size; at < length; at += size) {
        uint32_t character;
        size = character_read(text + at, length - at, &character);
        bool valid = character != CHARACTER_NONE || size > 1;
        if (valid && !character_steers(character))
            fwrite(text + at, 1, size, stream);
        else
            putc(text[at] == '\t' || text[at] == '\n' ? ' ' : '?', stream);
    }
}

void print_text(const char *text, FILE *stream) {
    print_part(text, strlen(text), stream);
}
