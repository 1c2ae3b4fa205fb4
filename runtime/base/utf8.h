/*
 * Is a text valid UTF-8? Used by the library, and by the scanner of rule files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The first byte that is no part of a well-formed sequence, or `length`. */
size_t utf8_check(const char *text, size_t length);

/* Whether a well-formed sequence only says how the characters around it are laid out, and could misplace them. */
bool utf8_turns(const char *sequence, size_t length);

#endif
