/*
 * Programs at the front of a command line that only prepare the start of the rest.
 *
 * _GNU_SOURCE: flags of unshare(2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "runtime/cli/wrappers.h"

#include <string.h>

#if defined(__linux__)
#include <sched.h>

/* Options of unshare without values; the manual page unshare(1) has more. */
static const struct {
    const char *name;
    int flag; /* 0: --fork */
} options[] = {
    {"--fork", 0},           {"--ipc", CLONE_NEWIPC}, {"--mount", CLONE_NEWNS},
    {"--net", CLONE_NEWNET}, {"--pid", CLONE_NEWPID}, {"--uts", CLONE_NEWUTS},
};

static bool read_option(const char *word, struct wrappers *read) {
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (strcmp(word, options[i].name) == 0) {
            read->namespaces |= options[i].flag;
            read->forks |= options[i].flag == 0;
            return true;
        }
    }
    return false;
}

/* Without --fork, --pid would make a namespace for children of the program and not for the program. */
static bool read_unshare(const char *const *argv, struct wrappers *wrappers) {
    struct wrappers read = *wrappers;
    size_t words = 1;

    if (!argv[0] || strcmp(argv[0], "unshare") != 0)
        return false;
    while (argv[words] && strcmp(argv[words], "--") != 0 && read_option(argv[words], &read))
        words++;
    if (argv[words] && strcmp(argv[words], "--") == 0)
        words++;
    else if (argv[words] && argv[words][0] == '-')
        return false;
    if (!argv[words] || ((read.namespaces & CLONE_NEWPID) && !read.forks))
        return false;
    read.words += words;
    *wrappers = read;
    return true;
}

/* sudo takes "#7" for the number of a user, and NAME=VALUE after its options for its environment. */
static bool read_sudo(const char *const *argv, struct wrappers *wrappers) {
    size_t words = 3;

    if (!argv[0] || strcmp(argv[0], "sudo") != 0 || !argv[1] || strcmp(argv[1], "-u") != 0 || !argv[2] ||
        argv[2][0] == '#' || !argv[3])
        return false;
    if (strcmp(argv[3], "--") == 0)
        words++;
    if (!argv[words] || argv[words][0] == '-' || strchr(argv[words], '='))
        return false;
    wrappers->user = argv[2];
    wrappers->words += words;
    return true;
}

struct wrappers wrappers_read(const char *const *argv, bool root) {
    struct wrappers wrappers = {0};

    read_unshare(argv, &wrappers);
    if (root)
        read_sudo(argv + wrappers.words, &wrappers);
    return wrappers;
}
#else
struct wrappers wrappers_read(const char *const *argv, bool root) {
    (void)argv;
    (void)root;
    return (struct wrappers){0};
}
#endif
