/*
 * Programs that run beside us: started in process groups of their own, talked to, and gone when we are.
 *
 * runtime/base/run.c runs one program to its end; here several run at once, and are talked to meanwhile. Each is known
 * to the list `running` until it is killed, which happens at the end of the program at the latest.
 *
 * Between us and each program is a keeper, which leads the program's group. It kills the group when we end, also where
 * we are killed, and else ends as its program did.
 *
 * _GNU_SOURCE: pipe2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "runtime/verify/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/base/keeper.h"
#include "runtime/verify/pool.h"

extern char **environ;

enum { RUNNING_MAX = 1024, TICK_MS = 50 };

static pid_t running[RUNNING_MAX];
static int life[2] = {-1, -1}; /* a pipe that keepers read; only we can write to it, and never do */
static volatile sig_atomic_t caught;
static bool ending; /* exit was called because of the signal */

int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the end of us ---------------------------------------------------------------------------------------------- */

void child_kill_all(void) {
    for (size_t i = 0; i < RUNNING_MAX; i++) {
        if (running[i] > 0) {
            kill(-running[i], SIGKILL);
            while (waitpid(running[i], NULL, 0) < 0 && errno == EINTR) {
            }
            running[i] = 0;
        }
    }
}

static void catch_signal(int number) {
    caught = number;
}

void child_watch_signals(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action;

    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = catch_signal;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        /* What the caller ignores, as nohup does, stays ignored. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
    /* A program that does not read what we write is told of by write. */
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

void child_interrupted(void) {
    if (!caught)
        return;
    ending = true;
    exit(128 + caught);
}

void child_end_by_signal(void) {
    struct sigaction action;

    if (!ending)
        return;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_DFL;
    sigaction(caught, &action, NULL);
    raise(caught);
}

/* ---- start ------------------------------------------------------------------------------------------------------ */

static void close_one(int *descriptor) {
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

static void close_pair(int pair[2]) {
    close_one(&pair[0]);
    close_one(&pair[1]);
}

static bool open_pipe(int pair[2]) {
#if defined(__linux__)
    return pipe2(pair, O_CLOEXEC) == 0;
#else
    return pipe(pair) == 0 && fcntl(pair[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(pair[1], F_SETFD, FD_CLOEXEC) == 0;
#endif
}

/* The pipes of a program; `told` takes the reason where it cannot be started. */
struct pipes {
    int in[2], out[2], error[2], told[2];
};

static void reset_signals(void) {
    struct sigaction action;

    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_DFL;
    for (int i = 1; i < NSIG; i++)
        sigaction(i, &action, NULL);
    sigprocmask(SIG_SETMASK, &action.sa_mask, NULL);
}

static _Noreturn void tell(int told, int number) {
    while (write(told, &number, sizeof number) < 0 && errno == EINTR) {
    }
    _exit(127);
}

/* The program gets no descriptor but 0, 1 and 2. */
static _Noreturn void become(const char *const *argv, const struct pipes *pipes, pid_t keeper) {
    int empty = pipes->in[0] >= 0 ? pipes->in[0] : open("/dev/null", O_RDONLY);

    if (!keeper_end_with(keeper))
        _exit(127);
    if (empty >= 0 && dup2(empty, 0) >= 0 && dup2(pipes->out[1], 1) >= 0 && dup2(pipes->error[1], 2) >= 0)
        execve(argv[0], (char *const *)argv, environ); /* it writes to no argument, though its type does not say so */
    tell(pipes->told[1], errno);
}

/* Ends as the program did, without another core dump. */
static _Noreturn void end_as(int status) {
    struct rlimit none = {0, 0};

    if (WIFSIGNALED(status)) {
        setrlimit(RLIMIT_CORE, &none);
        raise(WTERMSIG(status));
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 127);
}

static _Noreturn void keep(const char *const *argv, const struct pipes *pipes) {
    pid_t keeper = getpid();
    pid_t program;
    int status = 0;

    setpgid(0, 0);
    reset_signals();
    program = fork();
    if (program == 0)
        become(argv, pipes, keeper);
    if (program < 0)
        tell(pipes->told[1], errno);
    dup2(life[0], 0);
    keeper_close_from(1);
    if (!keeper_wait(program, 0, &status))
        kill(0, SIGKILL);
    end_as(status);
}

static pid_t *free_place(void) {
    for (size_t i = 0; i < RUNNING_MAX; i++)
        if (running[i] == 0)
            return &running[i];
    die("more than %d programs at once", RUNNING_MAX);
}

/* 0, or why the program could not be started: the child tells over a pipe that execve closes. */
static int wait_for_exec(int told) {
    int number = 0;
    ssize_t got;
    while ((got = read(told, &number, sizeof number)) < 0 && errno == EINTR) {
    }
    return got == (ssize_t)sizeof number ? number : 0;
}

static bool open_pipes(struct pipes *pipes, bool with_stdin) {
    return (life[0] >= 0 || open_pipe(life)) && (!with_stdin || open_pipe(pipes->in)) && open_pipe(pipes->out) &&
           open_pipe(pipes->error) && open_pipe(pipes->told);
}

bool child_start(struct child *child, const char *const *argv, bool with_stdin, size_t out_max, size_t error_max) {
    struct pipes pipes = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    int number = 0;
    pid_t *place = free_place();

    *child = (struct child){0, -1, -1, -1, {.most = out_max}, {.most = error_max}, false, 0};
    if (open_pipes(&pipes, with_stdin) && (child->pid = fork()) == 0)
        keep(argv, &pipes);
    if (child->pid <= 0) {
        number = errno;
        child->pid = 0;
    } else {
        setpgid(child->pid, child->pid); /* both do it, so that it is done whoever comes first */
        *place = child->pid;
        close_one(&pipes.told[1]);
        number = wait_for_exec(pipes.told[0]);
    }
    child->in = pipes.in[1];
    child->out = pipes.out[0];
    child->error = pipes.error[0];
    pipes.in[1] = pipes.out[0] = pipes.error[0] = -1;
    close_pair(pipes.in);
    close_pair(pipes.out);
    close_pair(pipes.error);
    close_pair(pipes.told);
    if (number != 0) {
        child_kill(child);
        errno = number;
        return false;
    }
    /* Who answers and does not read must not hold us. */
    if (child->in >= 0)
        fcntl(child->in, F_SETFL, O_NONBLOCK);
    fcntl(child->out, F_SETFL, O_NONBLOCK);
    fcntl(child->error, F_SETFL, O_NONBLOCK);
    return true;
}

/* ---- while it runs ---------------------------------------------------------------------------------------------- */

void heard_add(struct heard *heard, const char *bytes, size_t count) {
    if (count > heard->most - heard->length) {
        heard->flooded = true;
        count = heard->most - heard->length;
    }
    if (heard->length + count + 1 > heard->room) {
        size_t room = heard->length + count + 1 + heard->room;
        char *larger = realloc(heard->text, room);
        if (!larger)
            die("no memory");
        heard->text = larger;
        heard->room = room;
    }
    memcpy(heard->text + heard->length, bytes, count);
    heard->length += count;
    heard->text[heard->length] = '\0';
}

static void take_output(int *descriptor, struct heard *heard) {
    char bytes[65536];
    /* A program that never stops to write is not to hold us. */
    for (int i = 0; *descriptor >= 0 && i < 64; i++) {
        ssize_t got = read(*descriptor, bytes, sizeof bytes);
        if (got > 0)
            heard_add(heard, bytes, (size_t)got);
        else if (got == 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK))
            close_one(descriptor);
        else if (errno != EINTR)
            return;
    }
}

static void forget(pid_t pid) {
    for (size_t i = 0; i < RUNNING_MAX; i++)
        if (running[i] == pid)
            running[i] = 0;
}

/* Whether it has ended; it stays a zombie, so that its number stays that of the group until that is killed. */
static void look_for_end(struct child *child) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (child->pid > 0 && !child->ended && waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == child->pid)
        child->ended = true;
}

void child_look(struct child *child) {
    look_for_end(child);
    take_output(&child->out, &child->out_heard);
    take_output(&child->error, &child->error_heard);
}

void child_wait(struct child *child, int64_t until_ms) {
    struct pollfd waits[2] = {{child->out, POLLIN, 0}, {child->error, POLLIN, 0}};
    int64_t left = until_ms - now_ms();

    child_interrupted();
    poll(waits, 2, left < 0 ? 0 : left < TICK_MS ? (int)left : TICK_MS);
    child_interrupted();
    child_look(child);
}

bool child_finish(struct child *child, int64_t until_ms) {
    child_look(child);
    while (!child->ended && now_ms() < until_ms)
        child_wait(child, until_ms);
    return child->ended;
}

/* ---- its end ---------------------------------------------------------------------------------------------------- */

void child_kill(struct child *child) {
    if (child->pid > 0) {
        kill(-child->pid, SIGKILL);
        kill(child->pid, SIGKILL); /* if it is too young to have the group */
        while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR) {
        }
        forget(child->pid);
        child->pid = 0;
        take_output(&child->out, &child->out_heard);
        take_output(&child->error, &child->error_heard);
    }
    close_one(&child->in);
    close_one(&child->out);
    close_one(&child->error);
}

void child_free(struct child *child) {
    child_kill(child);
    free(child->out_heard.text);
    free(child->error_heard.text);
    child->out_heard.text = child->error_heard.text = NULL;
}
