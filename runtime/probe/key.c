/*
 * What the keys of the cache hold beside QEMU itself: the kernel, as long as it runs, and the user.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/probe/internal.h"

bool probe_key_kernel(const struct muster_prober *prober, struct cache_key *key) {
    char path[PATH_MAX];
    char boot[64] = "";
    int descriptor = probe_path(prober, "/proc/sys/kernel/random/boot_id", path) ? probe_open(path) : -1;
    if (descriptor >= 0) {
        ssize_t length = probe_read(descriptor, boot, sizeof boot - 1);
        close(descriptor);
        boot[length > 0 ? length : 0] = '\0';
        boot[strcspn(boot, "\n")] = '\0';
    }
    return cache_key_text(key, "boot", boot);
}

static int compare_groups(const void *left, const void *right) {
    gid_t a = *(const gid_t *)left;
    gid_t b = *(const gid_t *)right;
    return (a > b) - (a < b);
}

/* Who is in more groups than this keeps no answers. */
enum { GROUPS_MAX = 512 };

bool probe_key_user(struct cache_key *key, const char *device) {
    gid_t groups[GROUPS_MAX];
    char number[32];
    int count = getgroups(GROUPS_MAX, groups);
    if (count < 0)
        return false;
    snprintf(number, sizeof number, "%ju %ju", (uintmax_t)geteuid(), (uintmax_t)getegid());
    bool good = cache_key_text(key, "user", number);
    qsort(groups, (size_t)count, sizeof groups[0], compare_groups);
    for (int i = 0; i < count && good; i++) {
        snprintf(number, sizeof number, "%ju", (uintmax_t)groups[i]);
        good = cache_key_text(key, "group", number);
    }
    return good && cache_key_device(key, device);
}
