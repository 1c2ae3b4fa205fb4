/*
 * Starting command lines, paused, several at a time, and quitting them over QMP.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_START_H
#define MUSTER_VERIFY_START_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/verify/snapshot.h"

/* One command line to be started. */
struct start {
    const char **argv; /* made with the scratch template; argv[0] is the QEMU; ends with NULL */
    bool accepted;
    const char *words; /* why not, in QEMU's words where it has any */
};

struct starting {
    struct snapshot *snapshot; /* of the QEMU, for the syntax of its options */
    size_t jobs;               /* how many at a time */
    int timeout_ms;            /* for each */
    const char *title;         /* for the progress bar; NULL: none */
};

void start_all(const struct starting *starting, struct start *starts, size_t count);

#endif
