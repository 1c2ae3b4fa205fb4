/*
 * Becoming another user, for good, as `sudo -u USER` would.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_USER_H
#define MUSTER_USER_H

#include <pwd.h>
#include <stdbool.h>

/* The user of that name; NULL after a message that begins with `program`. Valid until the next call. */
const struct passwd *user_find(const char *program, const char *name);

/*
 * Gives this process, which is root's, the user's number and groups, and an environment without what is root's own.
 * False after a message; the process is then in no state to go on.
 */
bool user_become(const char *program, const struct passwd *user);

#endif
