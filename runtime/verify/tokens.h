/*
 * Does a QEMU know every option, driver, property and value of a command line, by what it says of itself?
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_TOKENS_H
#define MUSTER_VERIFY_TOKENS_H

#include <stddef.h>

#include "runtime/verify/snapshot.h"

/* What it does not know: sentences. */
struct tokens {
    const char **findings;
    size_t count;
};

/* Looks at the arguments behind the program's name, argv[1] and on. */
struct tokens tokens_check(struct snapshot *snapshot, const char *const *argv);

/* The argument of the last such option in the command line, and its place in argv; NULL: there is none. */
const char *tokens_argument(struct snapshot *snapshot, const char *const *argv, const char *option, size_t *place);

/* Accelerators that are hardware, and so may be missing where others have them. */
int tokens_is_hardware(const char *accelerator);

#endif
