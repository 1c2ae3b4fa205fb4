/*
 * Why QEMU did not start, in its own words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_START_WORDS_H
#define MUSTER_VERIFY_START_WORDS_H

#include <stdbool.h>

#include "runtime/verify/child.h"

/* Of a program that has ended; `asked`: by us. The scratch folder is left out of the words. */
const char *start_words(const struct child *child, bool asked, const char *folder);

/* Of one that takes too long. */
const char *start_words_late(const struct child *child, int timeout_ms, const char *folder);

#endif
