/*
 * Words of strangers in messages: nothing in them may steer a terminal, or begin a line of its own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_QUOTE_H
#define MUSTER_QUOTE_H

#include <stddef.h>

/* Room for a text that quote_text or quote_word writes. */
#define QUOTE_MAX 1024

/* Any text in double quotes, bytes that are not printable ASCII as \xHH, cut if it is long. */
const char *quote_text(const char *text, size_t length, char buffer[QUOTE_MAX]);

/* A word of a command line, or the name of a file: itself if it is printable ASCII, else quoted. */
const char *quote_word(const char *word, char buffer[QUOTE_MAX]);

#endif
