/*
 * A bar on stderr that shows how far we are, where that is a terminal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/progress.h"

#include <stdio.h>
#include <unistd.h>

enum { WIDTH = 30 };

void progress_show(const char *title, size_t done, size_t count, size_t refused) {
    static const char full[] = "##############################";
    static const char rest[] = "..............................";
    int filled = count ? (int)(done * WIDTH / count) : WIDTH;

    if (!title || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s [%.*s%.*s] %zu of %zu", title, filled, full, WIDTH - filled, rest, done, count);
    if (refused)
        fprintf(stderr, ", %zu not started", refused);
    fflush(stderr);
}

void progress_clear(const char *title) {
    if (title && isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}
