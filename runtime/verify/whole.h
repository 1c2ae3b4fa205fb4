/*
 * Files written whole or not at all.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_WHOLE_H
#define MUSTER_VERIFY_WHOLE_H

#include <stdbool.h>
#include <stdio.h>

struct whole {
    const char *file;   /* as it was named */
    const char *target; /* what it is, behind links */
    char *beside;       /* what is written meanwhile; NULL: the target itself */
    FILE *stream;
};

/* A terminal, a pipe, a device: it is written to, nothing takes its place, and it is not read before. */
bool whole_is_special(const char *file);

/* Something to write to, and its end; both end the program where that fails, and leave the file as it was. */
FILE *whole_open(struct whole *whole, const char *file);
void whole_close(struct whole *whole);

#endif
