/*
 * Characters of strangers' text: one at a time, and printed so that they do no harm.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CHARACTER_H
#define CHARACTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What stands for a byte that is no UTF-8. */
#define CHARACTER_NONE UINT32_C(0xfffd)

/* The next character of a text that is not empty, and how many bytes it takes: 1 for a byte that is no UTF-8. */
size_t character_read(const char *text, size_t length, uint32_t *character);

/* Characters that steer a terminal, or turn the direction of what it shows. */
bool character_steers(uint32_t character);

/*
 * Prints rule text, and whatever else a message quotes, so that nothing in it reaches the terminal but letters: what
 * steers, and bytes that are no UTF-8, become '?', line ends and tabs a blank.
 */
void print_part(const char *text, size_t length, FILE *stream);
void print_text(const char *text, FILE *stream);

#endif
