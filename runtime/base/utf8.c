/*
 * Is a text valid UTF-8?
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/utf8.h"

/* Length of the well-formed sequence at the start of the text (Unicode 15, table 3-7), 0 if there is none. */
static size_t utf8_sequence(const unsigned char *at, size_t left) {
    unsigned char first = at[0];
    if (first < 0x80)
        return 1;
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || left < length)
        return 0;
    unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if (at[i] < 0x80 || at[i] > 0xbf)
            return 0;
    return length;
}

size_t utf8_check(const char *text, size_t length) {
    size_t at = 0;
    while (at < length) {
        size_t step = utf8_sequence((const unsigned char *)text + at, length - at);
        if (step == 0)
            return at;
        at += step;
    }
    return length;
}

bool utf8_turns(const char *sequence, size_t length) {
    const unsigned char *at = (const unsigned char *)sequence;
    if (length == 2)
        return at[0] == 0xd8 && at[1] == 0x9c; /* U+061C */
    if (length != 3)
        return false;
    return (at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0x8e || at[2] == 0x8f)) || /* U+200E, U+200F */
           (at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0xa8 && at[2] <= 0xae) ||   /* U+2028 to U+202E */
           (at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9) ||   /* U+2066 to U+2069 */
           (at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf);                      /* U+FEFF */
}
