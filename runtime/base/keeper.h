/*
 * A process that watches another one for a third: it notices the end of its child and the end of its caller, whichever
 * comes first, also on systems that cannot signal the death of a parent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_KEEPER_H
#define MUSTER_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Waits until the child ends (true, with its status as of waitpid) or until `life` is at its end (false): a descriptor
 * whose other end only the caller holds, and to which nothing is written. Also false, with errno, where this fails.
 * Takes the signal SIGCHLD for itself. Async-signal-safe.
 */
bool keeper_wait(pid_t child, int life, int *status);

/*
 * Lets the kernel kill this process with SIGKILL when its parent ends; Linux only. False if `parent` is no longer the
 * parent, on all systems. A later change of the user, or a program with the bit set-user-ID, undoes it.
 */
bool keeper_end_with(pid_t parent);

/* Closes every descriptor from `first` on. */
void keeper_close_from(int first);

#endif
