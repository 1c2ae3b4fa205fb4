/*
 * A process that watches another one for a third.
 *
 * _GNU_SOURCE: syscall.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "runtime/base/keeper.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

static void wake(int number) {
    (void)number;
}

/* Blocks SIGCHLD, so that it arrives only inside pselect; `before` is the mask without it. */
static void hold_child_signal(sigset_t *before) {
    struct sigaction action;
    sigset_t child;
    memset(&action, 0, sizeof action);
    action.sa_handler = wake;
    sigemptyset(&action.sa_mask);
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, before);
    sigdelset(before, SIGCHLD);
}

bool keeper_wait(pid_t child, int life, int *status) {
    sigset_t before;
    hold_child_signal(&before);
    for (;;) {
        pid_t ended = waitpid(child, status, WNOHANG);
        if (ended == child)
            return true;
        if (ended < 0 && errno != EINTR)
            return false;
        fd_set watched;
        char byte;
        FD_ZERO(&watched);
        FD_SET(life, &watched);
        int ready = pselect(life + 1, &watched, NULL, NULL, NULL, &before);
        if (ready < 0 && errno != EINTR)
            return false;
        if (ready > 0 && read(life, &byte, 1) <= 0 && errno != EINTR)
            return false;
    }
}

bool keeper_end_with(pid_t parent) {
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    /* The parent may have ended before the call. */
    return getppid() == parent;
}

void keeper_close_from(int first) {
#if defined(SYS_close_range)
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0)
        return;
#endif
    /* An older kernel: up to the limit, but not for minutes where that is a thousand million. */
    struct rlimit limit;
    rlim_t end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? limit.rlim_cur : 65536;
    for (int i = first; (rlim_t)i < end; i++)
        close(i);
}
