/*
 * A bar on stderr that shows how far we are, where that is a terminal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_PROGRESS_H
#define MUSTER_VERIFY_PROGRESS_H

#include <stddef.h>

/* A title of NULL shows nothing. */
void progress_show(const char *title, size_t done, size_t count, size_t refused);
void progress_clear(const char *title);

#endif
