/*
 * Starting a command line, and staying with what was started.
 *
 * In a PID namespace of its own a program would be the process with the number 1, for which the kernel drops every
 * signal that it does not handle, SIGTERM too, and which has to reap what others leave. So the first process there is
 * our own, and the program its child. When that first process ends, the kernel kills all others of the namespace; and
 * it ends with us.
 *
 *     muster ── (first process of the PID namespace) ── program
 *
 * Both wait in the same way: signals that another process sent are passed on, those of the terminal reach the program
 * without us, as it is in our process group.
 *
 * _GNU_SOURCE: unshare, sigwaitinfo.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "runtime/cli/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#endif

#include "runtime/base/keeper.h"
#include "runtime/cli/user.h"
#include "runtime/cli/wrappers.h"
#include "runtime/tool/launch.h"

enum { NOTHING_STARTED = 2 };

#if defined(__linux__)
static int cannot(const char *program, const char *what) {
    fprintf(stderr, "%s: %s: %s\n", program, what, strerror(errno));
    return NOTHING_STARTED;
}

/* A start: the program, and state for the processes in between. */
struct start {
    const char *program;
    const char *const *argv;
    const struct passwd *user; /* NULL: as it is */
    bool first;                /* a PID namespace needs its first process */
    int life[2];               /* a pipe: the end for writing is open as long as the supervisor is there */
    sigset_t watched;          /* signals that are passed on, and SIGCHLD */
    sigset_t before;           /* the mask that the program gets */
    struct sigaction child;    /* and what it does with SIGCHLD */
};

/* ---- waiting ---------------------------------------------------------------------------------------------------- */

/* SIGTSTP and its like stay as they are: the terminal stops the program and us, and SIGCONT lets both go on. */
static void hold_signals(struct start *start) {
    static const int passed_on[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD};
    struct sigaction usual;

    sigemptyset(&start->watched);
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
        sigaddset(&start->watched, passed_on[i]);
    /* Where SIGCHLD is ignored there is no status of children. */
    memset(&usual, 0, sizeof usual);
    usual.sa_handler = SIG_DFL;
    sigemptyset(&usual.sa_mask);
    sigaction(SIGCHLD, &usual, &start->child);
    sigprocmask(SIG_BLOCK, &start->watched, &start->before);
}

static void release_signals(const struct start *start) {
    sigaction(SIGCHLD, &start->child, NULL);
    sigprocmask(SIG_SETMASK, &start->before, NULL);
}

/* Reaps all that has ended. True if the child is among it, with its exit code. */
static bool has_ended(pid_t child, int *code) {
    bool ended = false;
    int status;

    for (pid_t reaped; (reaped = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (reaped == child) {
            *code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            ended = true;
        }
    }
    return ended;
}

/*
 * SI_USER and its like are not positive: another process sent the signal. What the kernel sends for the terminal, the
 * program has received too, unless it is in a session of its own; a hangup goes to the leader of the session only.
 */
static bool is_for_child(const struct start *start, int number, const siginfo_t *info) {
    return start->user || info->si_code <= 0 || (number == SIGHUP && getsid(0) == getpid());
}

/* Stays until the child ends, and returns its exit code. */
static int stay_with(pid_t child, const struct start *start) {
    int code = 0;

    while (!has_ended(child, &code)) {
        siginfo_t info;
        int number = sigwaitinfo(&start->watched, &info);
        if (number > 0 && number != SIGCHLD && is_for_child(start, number, &info))
            kill(child, number);
    }
    return code;
}

/* ---- in the child ----------------------------------------------------------------------------------------------- */

/* The kernel kills this process when its parent ends. False if the supervisor has ended already. */
static bool end_with_supervisor(const struct start *start) {
    struct pollfd life = {start->life[0], POLLIN, 0};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return poll(&life, 1, 0) == 0;
}

/* The user is changed first: that undoes what ends us with our parent. Another user gets no descriptor of root's. */
static _Noreturn void become(const struct start *start) {
    if (start->user && !user_become(start->program, start->user))
        _exit(NOTHING_STARTED);
    if (!end_with_supervisor(start))
        _exit(NOTHING_STARTED);
    if (start->user)
        keeper_close_from(3);
    release_signals(start);
    _exit(launch(start->program, start->argv));
}

/* The first process of a PID namespace. No signal can end it as it ended the program, so it exits with the code. */
static _Noreturn void be_first(const struct start *start) {
    pid_t child;

    if (!end_with_supervisor(start))
        _exit(NOTHING_STARTED);
    child = fork();
    if (child == 0)
        become(start);
    _exit(child > 0 ? stay_with(child, start) : cannot(start->program, "fork"));
}

/* ---- in the supervisor ------------------------------------------------------------------------------------------ */

/* What is mounted in a namespace of its own is seen only there, as with unshare(1). */
static bool make_namespaces(const char *program, int namespaces) {
    if (namespaces && unshare(namespaces) != 0) {
        cannot(program, "unshare: cannot create namespaces");
        return false;
    }
    if ((namespaces & CLONE_NEWNS) && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        cannot(program, "unshare --mount: cannot make mounts private");
        return false;
    }
    return true;
}

/* The child is PID 1 of a new PID namespace, if one was made. */
static int start_child(struct start *start) {
    pid_t child;

    if (pipe2(start->life, O_CLOEXEC) != 0)
        return cannot(start->program, "pipe");
    hold_signals(start);
    child = fork();
    if (child < 0)
        return cannot(start->program, "fork");
    if (child == 0) {
        close(start->life[1]);
        if (start->user)
            setsid(); /* root's terminal is not the other user's: a program could type into root's shell */
        if (start->first)
            be_first(start);
        become(start);
    }
    close(start->life[0]);
    return stay_with(child, start);
}

static int start_wrapped(const struct wrappers *wrappers, struct start *start) {
    if (wrappers->user && !(start->user = user_find(start->program, wrappers->user)))
        return NOTHING_STARTED;
    if (!make_namespaces(start->program, wrappers->namespaces))
        return NOTHING_STARTED;
    start->first = (wrappers->namespaces & CLONE_NEWPID) != 0;
    return wrappers->forks || wrappers->user ? start_child(start) : launch(start->program, start->argv);
}
#endif

int supervise(const char *program, const char *const *argv, pid_t parent) {
    if (!keeper_end_with(parent)) {
        fprintf(stderr, "%s: the parent process has exited; nothing was started\n", program);
        return NOTHING_STARTED;
    }
#if defined(__linux__)
    struct wrappers wrappers = wrappers_read(argv, geteuid() == 0);
    if (wrappers.words > 0) {
        struct start start = {.program = program, .argv = argv + wrappers.words};
        return start_wrapped(&wrappers, &start);
    }
#endif
    return launch(program, argv);
}
