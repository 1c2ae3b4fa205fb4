/*
 * Hardware that this machine cannot give a QEMU, and what takes its place.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_REPLACE_H
#define MUSTER_VERIFY_REPLACE_H

#include <stddef.h>

#include "runtime/verify/start.h"

/* What was found out about one accelerator with one CPU model and one machine. */
struct replacement {
    const char *key;
    const char *accel; /* arguments of -accel and -cpu to take; NULL: what is there can be used */
    const char *cpu;
    const char *said; /* in words; NULL: nothing is replaced */
    const char *why;  /* what QEMU said without it */
};

struct replacer {
    struct starting starting; /* how trials are started */
    struct replacement *replacements;
    size_t count;
};

/*
 * The command line as it can be started on this machine: itself, or one with another accelerator or CPU model, and then
 * `said` tells which.
 */
const char **replace_hardware(struct replacer *replacer, const char **argv, const char **said);

#endif
