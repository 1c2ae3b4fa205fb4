/*
 * Becoming another program.
 *
 * execvp would hand a file without "#!" to a shell, which reads it as it likes; so PATH is searched here and execve
 * has the last word.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/quote.h"
#include "runtime/tool/show.h"

extern char **environ;

int launch_look_at(const char *path) {
    struct stat status;

    if (stat(path, &status) != 0)
        return errno == ENOENT || errno == ENOTDIR ? LAUNCH_NOT_FOUND : LAUNCH_CANNOT_START;
    if (!S_ISREG(status.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
        return LAUNCH_CANNOT_START;
    return 0;
}

/* One folder of PATH, of `length` bytes; an empty one is the current folder. */
static int look_in(const char *folder, size_t length, const char *name, char *found, size_t size) {
    int written = snprintf(found, size, "%.*s%s%s", (int)length, folder, length > 0 ? "/" : "./", name);

    return written < 0 || (size_t)written >= size ? LAUNCH_NOT_FOUND : launch_look_at(found);
}

int launch_find(const char *name, char *found, size_t size) {
    const char *path = getenv("PATH");
    char usual[PATH_MAX];
    int code = LAUNCH_NOT_FOUND;

    if (strchr(name, '/'))
        return (size_t)snprintf(found, size, "%s", name) < size ? launch_look_at(found) : LAUNCH_NOT_FOUND;
    if (*name == '\0')
        return LAUNCH_NOT_FOUND;
    if (!path) {
        size_t length = confstr(_CS_PATH, usual, sizeof usual);
        path = length > 0 && length <= sizeof usual ? usual : "/bin:/usr/bin";
    }
    for (;;) {
        size_t length = strcspn(path, ":");
        int here = length < PATH_MAX ? look_in(path, length, name, found, size) : LAUNCH_NOT_FOUND;
        if (here == 0)
            return 0;
        if (here == LAUNCH_CANNOT_START)
            code = here; /* go on: a later folder may have one that can be started */
        if (path[length] == '\0')
            return code;
        path += length + 1;
    }
}

static int not_found(const char *program, const char *name) {
    char words[QUOTE_MAX];

    fprintf(stderr, "%s: %s: not found%s\n", program, quote_word(name, words), strchr(name, '/') ? "" : " on PATH");
    return LAUNCH_NOT_FOUND;
}

int launch(const char *program, const char *const *argv) {
    char path[2 * PATH_MAX];
    char words[QUOTE_MAX];
    int code = launch_find(argv[0], path, sizeof path);
    const char *shown;
    int error;

    if (code == LAUNCH_NOT_FOUND)
        return not_found(program, argv[0]);
    if (code != 0) {
        fprintf(stderr, "%s: %s: " LAUNCH_NO_PROGRAM "\n", program, quote_word(argv[0], words));
        return code;
    }
    umask(007);
    execve(path, (char *const *)argv, environ);
    error = errno;
    shown = quote_word(path, words);
    if (error == ENOEXEC) {
        fprintf(stderr, "%s: %s: neither a program of this machine nor a script that begins with #!\n", program, shown);
    } else if (error == ENOENT) {
        fprintf(stderr, "%s: %s: the interpreter that it names is not found\n", program, shown);
        return LAUNCH_NOT_FOUND;
    } else {
        fprintf(stderr, "%s: %s: %s\n", program, shown, strerror(error));
    }
    return LAUNCH_CANNOT_START;
}
