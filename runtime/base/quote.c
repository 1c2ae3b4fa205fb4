/*
 * Words of strangers in messages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/quote.h"

#include <stdio.h>
#include <string.h>

/* The longest text, in bytes, that a message repeats. */
enum { QUOTED_BYTES = 200 };

static int is_printable(char c) {
    return c >= 0x20 && c < 0x7f;
}

const char *quote_text(const char *text, size_t length, char buffer[QUOTE_MAX]) {
    size_t shown = length < QUOTED_BYTES ? length : QUOTED_BYTES;
    size_t at = 0;

    buffer[at++] = '"';
    for (size_t i = 0; i < shown; i++) {
        if (is_printable(text[i]))
            buffer[at++] = text[i];
        else
            at += (size_t)snprintf(buffer + at, QUOTE_MAX - at, "\\x%02x", (unsigned char)text[i]);
    }
    snprintf(buffer + at, QUOTE_MAX - at, "\"%s", shown < length ? "..." : "");
    return buffer;
}

const char *quote_word(const char *word, char buffer[QUOTE_MAX]) {
    size_t length = 0;

    while (is_printable(word[length]))
        length++;
    return length > 0 && word[length] == '\0' ? word : quote_text(word, strlen(word), buffer);
}
