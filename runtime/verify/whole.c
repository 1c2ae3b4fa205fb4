/*
 * Files written whole or not at all: beside their place, and then renamed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _XOPEN_SOURCE 700 /* realpath, mkstemp */
#include "runtime/verify/whole.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/verify/pool.h"

bool whole_is_special(const char *file) {
    struct stat status;
    return stat(file, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

static _Noreturn void fail(const struct whole *whole, int number) {
    if (whole->beside)
        unlink(whole->beside);
    die("%s: %s", whole->file, strerror(number));
}

/* Where it is behind links, which stay links; a file that is to be made has only its name. */
static const char *target_of(const char *file) {
    char *path = realpath(file, NULL);
    const char *target = path ? pool_copy(path, strlen(path)) : file;
    free(path);
    return target;
}

/* As a file that is opened anew would have it. */
static mode_t usual_mode(void) {
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

FILE *whole_open(struct whole *whole, const char *file) {
    struct stat status;
    int descriptor;

    *whole = (struct whole){file, target_of(file), NULL, NULL};
    if (whole_is_special(file)) {
        whole->stream = fopen(whole->target, "w");
    } else if (stat(whole->target, &status) == 0 && S_ISDIR(status.st_mode)) {
        fail(whole, EISDIR);
    } else {
        char *name = pool_print("%s.XXXXXX", whole->target);
        descriptor = mkstemp(name);
        if (descriptor < 0)
            fail(whole, errno);
        whole->beside = name;
        whole->stream = fchmod(descriptor, usual_mode()) == 0 ? fdopen(descriptor, "w") : NULL;
    }
    if (!whole->stream)
        fail(whole, errno);
    return whole->stream;
}

void whole_close(struct whole *whole) {
    bool failed = ferror(whole->stream) != 0;
    int number = failed ? EIO : 0;

    if (fclose(whole->stream) != 0 && !failed)
        number = errno;
    if (number == 0 && whole->beside && rename(whole->beside, whole->target) != 0)
        number = errno;
    if (number != 0)
        fail(whole, number);
}
