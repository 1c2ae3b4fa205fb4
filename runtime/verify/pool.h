/*
 * Memory that lives as long as the program, and texts in it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_POOL_H
#define MUSTER_VERIFY_POOL_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define POOL_PRINTS(text, first) __attribute__((format(printf, text, first)))
#else
#define POOL_PRINTS(text, first)
#endif

/* Memory of zeros; where there is none the program ends. Nothing is given back one by one. */
void *pool_take(size_t size);
char *pool_copy(const char *text, size_t length);
char *pool_print(const char *format, ...) POOL_PRINTS(1, 2);

/* An array that grows: room for one element more behind `count` elements. Call it before each one is added. */
void *pool_grow(void *array, size_t count, size_t size);

/* "muster-verify: MESSAGE" on stderr, and the end of the program with 2; what it started and made goes with it. */
_Noreturn void die(const char *format, ...) POOL_PRINTS(1, 2);

/* Whether a text may be shown as it is: UTF-8 without control characters. */
bool pool_is_clean(const char *text, size_t length);

/* The text as it may be shown: itself, or a clean copy. */
const char *pool_shown(const char *text);

/*
 * Words of strangers as one line that is valid UTF-8 without control bytes; each byte that is neither becomes "?", line
 * ends and tabs blanks, and what is longer than `most` bytes is cut with "...".
 */
char *pool_clean(const char *text, size_t length, size_t most);

#endif
