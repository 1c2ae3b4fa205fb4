/*
 * Becoming another program: searched on PATH by us, started with execve, never by a shell.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_LAUNCH_H
#define MUSTER_LAUNCH_H

#include <stddef.h>

/* What a file that cannot be started lacks, for messages. */
#define LAUNCH_NO_PROGRAM "found, but not a file that this user may execute"

#define LAUNCH_CANNOT_START 126
#define LAUNCH_NOT_FOUND 127

/*
 * The file that a program's name stands for, as env(1) finds it: with a slash the name itself, else the first
 * executable file of that name on PATH. 0 with the path in `found`, or the exit code that says why not.
 */
int launch_find(const char *name, char *found, size_t size);

/* Whether a file, not searched, can be started: 0, or the exit code that says why not, with errno set. */
int launch_look_at(const char *path);

/*
 * Starts a command line (with its closing NULL) in place of this process, with umask 007. Returns only where that
 * fails: after a message that begins with `program`, the exit code.
 */
int launch(const char *program, const char *const *argv);

#endif
