/*
 * The folder in which command lines find what they name: a disk, a kernel, sockets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_SCRATCH_H
#define MUSTER_VERIFY_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Makes the folder, below TMPDIR or /tmp. */
void scratch_make(void);

/* For atexit: removes it with all that is in it. */
void scratch_remove(void);

/* Its path: absolute, short, and of characters that nobody escapes. */
const char *scratch_folder(void);

/*
 * The folder that command lines are made with. It does not exist: each start gets one of its own in its place.
 */
const char *scratch_template(void);

/* A place for one start at a time, with its number; all files in it are as new. Returns its folder. */
const char *scratch_place(size_t number);

/* The text with the place's folder instead of the template, and the other way round. */
char *scratch_into(const char *text, const char *folder);
char *scratch_out_of(const char *text, const char *folder);

/*
 * A value for a parameter of that name below the template, for those names that we have something for; else NULL.
 * `path`: whether its type is a path. `arch`: the guest's.
 */
const char *scratch_value(const char *parameter, bool path, const char *arch);

#endif
