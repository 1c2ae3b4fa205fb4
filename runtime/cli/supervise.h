/*
 * Starting a command line: in place of this process, or, where namespaces have to be made or the user changed, as a
 * child that ends with this process.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_SUPERVISE_H
#define MUSTER_SUPERVISE_H

#include <sys/types.h>

/*
 * Starts a command line (with its closing NULL), with umask 007. What `unshare` and, for root, `sudo -u` at its front
 * would do is done here (wrappers.h). Without these the program takes the place of this process, and the call returns
 * only where that fails. With them this process stays: it passes signals on, waits for the program, and returns its
 * exit status, or 128 and the signal that ended it.
 *
 * On Linux the program is killed when this process ends, or when `parent` does, which is this process's parent since it
 * began; see keeper_end_with for the exceptions.
 *
 * Where nothing was started: after a message that begins with `program`, 2, or the exit code of launch().
 */
int supervise(const char *program, const char *const *argv, pid_t parent);

#endif
