/*
 * Programs at the front of a command line that only prepare the start of the rest: unshare and sudo. What they do can
 * be done by who starts the command line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_WRAPPERS_H
#define MUSTER_WRAPPERS_H

#include <stdbool.h>
#include <stddef.h>

struct wrappers {
    int namespaces;   /* flags of unshare(2) */
    bool forks;       /* unshare --fork */
    const char *user; /* sudo -u; NULL: none */
    size_t words;     /* how many words they take; 0: nothing was recognised */
};

/*
 * Reads `unshare OPTION… [--]` and, where `root`, `sudo -u USER [--]` at the front of a command line (with its closing
 * NULL). A wrapper is recognised only by its plain name and only if each of its words is known to mean what is done in
 * its place; else it is part of the command line that remains. On systems other than Linux nothing is recognised.
 */
struct wrappers wrappers_read(const char *const *argv, bool root);

#endif
