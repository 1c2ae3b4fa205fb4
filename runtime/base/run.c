/*
 * Run an external program, or a function in a child process, for a limited time, and leave nothing behind.
 *
 * Two processes are made. The keeper is our child and leads the process group; the worker is the keeper's child and
 * becomes the program. The keeper waits for the worker, reports how it ended, and then stays until it is killed with
 * the whole group. What this buys: a caller that ignores SIGCHLD or reaps every child cannot lose the exit status; the
 * number of the group cannot be used again before the group is killed; and a worker that the kernel cannot kill (stuck
 * in a driver) does not hold the caller, because the keeper can be killed and reaped.
 *
 * The keeper also watches the caller: when that ends, however it does, the control is closed, and the keeper kills the
 * group. Should someone kill the keeper as well, Linux kills the worker.
 *
 * The caller may have many threads, so after fork only async-signal-safe functions are called.
 *
 * _GNU_SOURCE: pipe2, _Fork.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "runtime/base/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/base/keeper.h"

extern char **environ;

/* How long the group may take to die after SIGKILL. Only a process stuck in the kernel takes any time at all. */
enum { RUN_GRACE_MS = 1000 };

/* What keeper and worker report, in this order of importance. */
struct report {
    int32_t end; /* enum run_end */
    int32_t number;
};

/* ---- descriptors ------------------------------------------------------------------------------------------------ */

/* Both ends of what connects us with the keeper; index 0 is ours, but for the input, which is all written at once. */
struct channels {
    int input[2]; /* -1 and -1 where there is none */
    int out[2];
    int error[2];
    int control[2];
};

static void close_pair(int pair[2]) {
    for (int i = 0; i < 2; i++) {
        if (pair[i] >= 0) {
            close(pair[i]);
            pair[i] = -1;
        }
    }
}

static bool open_pipe(int pair[2]) {
#if defined(__linux__)
    return pipe2(pair, O_CLOEXEC) == 0;
#else
    return pipe(pair) == 0 && fcntl(pair[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(pair[1], F_SETFD, FD_CLOEXEC) == 0;
#endif
}

static bool open_control(int pair[2]) {
#if defined(__linux__)
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0;
#else
    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && fcntl(pair[0], F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(pair[1], F_SETFD, FD_CLOEXEC) == 0;
#endif
}

static bool do_not_block(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

static void close_channels(struct channels *channels) {
    close_pair(channels->input);
    close_pair(channels->out);
    close_pair(channels->error);
    close_pair(channels->control);
}

/* A pipe with the whole text in it, and nobody who could write more. */
static bool fill_input(int pair[2], const char *text) {
    size_t length = strlen(text);
    if (length > RUN_INPUT_MAX) {
        errno = EMSGSIZE;
        return false;
    }
    if (!open_pipe(pair) || !do_not_block(pair[1]))
        return false;
    while (length > 0) {
        ssize_t done = write(pair[1], text, length);
        if (done < 0 && errno != EINTR)
            return false;
        text += done > 0 ? done : 0;
        length -= done > 0 ? (size_t)done : 0;
    }
    close(pair[1]);
    pair[1] = -1;
    return true;
}

static bool open_channels(const struct run_request *request, struct channels *channels) {
    *channels = (struct channels){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    if ((request->input == NULL || fill_input(channels->input, request->input)) && open_pipe(channels->out) &&
        open_pipe(channels->error) && open_control(channels->control) && do_not_block(channels->out[0]) &&
        do_not_block(channels->error[0]) && do_not_block(channels->control[0]))
        return true;
    int saved = errno;
    close_channels(channels);
    errno = saved;
    return false;
}

/* ---- in the child ----------------------------------------------------------------------------------------------- */

enum { KEEPER_CONTROL = RUN_FILE - 1 };

/* Makes descriptors 0, 1, 2, the control and the file the only ones. */
static bool arrange_descriptors(const struct run_request *request, const struct channels *channels) {
    /* First all out of the way of 0 to 4, in case the caller runs with some of these closed. */
    int out = fcntl(channels->out[1], F_DUPFD, 10);
    int error = fcntl(channels->error[1], F_DUPFD, 10);
    int control = fcntl(channels->control[1], F_DUPFD, 10);
    int input = channels->input[0] >= 0 ? fcntl(channels->input[0], F_DUPFD, 10) : open("/dev/null", O_RDONLY);
    int file = request->file != NULL ? fcntl(*request->file, F_DUPFD, 10) : -1;
    if (out < 0 || error < 0 || control < 0 || input < 0 || dup2(input, 0) < 0 || dup2(out, 1) < 0 ||
        dup2(error, 2) < 0 || dup2(control, KEEPER_CONTROL) < 0)
        return false;
    if (request->file != NULL && (file < 0 || dup2(file, RUN_FILE) < 0))
        return false;
    keeper_close_from(request->file != NULL ? RUN_FILE + 1 : RUN_FILE);
    return fcntl(KEEPER_CONTROL, F_SETFD, FD_CLOEXEC) == 0;
}

/* Handlers and ignored signals of the caller are not the program's. */
static void reset_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    for (int i = 1; i < NSIG; i++)
        sigaction(i, &action, NULL);
    sigprocmask(SIG_SETMASK, &action.sa_mask, NULL);
}

/*
 * Makes LC_ALL=C without allocating: the new text takes the place of another locale variable. Where there is none, the
 * locale is C already.
 */
static void use_c_locale(void) {
    static char text[] = "LC_ALL=C";
    bool found = false;
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        if (strncmp(*entry, "LC_ALL=", 7) == 0) {
            *entry = text;
            found = true;
        }
    }
    for (char **entry = environ; !found && entry != NULL && *entry != NULL; entry++) {
        if (strncmp(*entry, "LC_", 3) == 0 || strncmp(*entry, "LANG=", 5) == 0) {
            *entry = text;
            found = true;
        }
    }
}

static void send_report(int control, enum run_end end, int number) {
    struct report report = {(int32_t)end, (int32_t)number};
    while (write(control, &report, sizeof report) < 0 && errno == EINTR) {
    }
}

static _Noreturn void be_worker(const struct run_request *request, pid_t keeper) {
    if (!keeper_end_with(keeper))
        _exit(127);
    if (request->argv == NULL) {
        send_report(KEEPER_CONTROL, RUN_EXITED, request->call(request->data));
        _exit(0);
    }
    use_c_locale();
    /* execve writes to no argument, though its type does not say so. */
    execve(request->argv[0], (char *const *)request->argv, environ);
    send_report(KEEPER_CONTROL, RUN_NOT_STARTED, errno);
    _exit(127);
}

/* _Fork runs no handlers of pthread_atfork, which belong to the caller. ThreadSanitizer must see a fork to follow it.
 */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PLAIN_FORK fork
#endif
#elif defined(__SANITIZE_THREAD__)
#define PLAIN_FORK fork
#endif
#if defined(__GLIBC__) && !defined(PLAIN_FORK)
#if __GLIBC_PREREQ(2, 34)
#define PLAIN_FORK _Fork
#endif
#endif
#if !defined(PLAIN_FORK)
#define PLAIN_FORK fork
#endif

static void keeper_report(pid_t worker) {
    int status = 0;
    if (!keeper_wait(worker, KEEPER_CONTROL, &status))
        send_report(KEEPER_CONTROL, RUN_NO_PROCESS, errno);
    else if (WIFSIGNALED(status))
        send_report(KEEPER_CONTROL, RUN_SIGNALLED, WTERMSIG(status));
    else
        send_report(KEEPER_CONTROL, RUN_EXITED, WEXITSTATUS(status));
}

static _Noreturn void be_keeper(const struct run_request *request, const struct channels *channels) {
    setpgid(0, 0);
    reset_signals();
    if (!arrange_descriptors(request, channels)) {
        send_report(channels->control[1], RUN_NO_PROCESS, errno);
        _exit(127);
    }
    pid_t keeper = getpid();
    pid_t worker = PLAIN_FORK();
    if (worker == 0)
        be_worker(request, keeper);
    signal(SIGPIPE, SIG_IGN); /* a report to a caller that has ended must not end us before the group */
    if (worker < 0)
        send_report(KEEPER_CONTROL, RUN_NO_PROCESS, errno);
    else
        keeper_report(worker);
    /* Holds the group's number until we are killed, or until the caller is gone and the control closed with it. */
    char byte;
    while (read(KEEPER_CONTROL, &byte, 1) < 0 && errno == EINTR) {
    }
    kill(0, SIGKILL);
    _exit(127);
}

/* ---- in the caller ---------------------------------------------------------------------------------------------- */

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int at_most_int(int64_t number) {
    return number < INT_MAX ? (int)number : INT_MAX;
}

/* Starts the keeper; all signals are blocked meanwhile, so that no handler of the caller runs in the child. */
static pid_t start_keeper(const struct run_request *request, const struct channels *channels) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t keeper = PLAIN_FORK();
    if (keeper == 0)
        be_keeper(request, channels);
    int saved = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (keeper > 0) {
        /* Keeper and caller both do this, so that it is done whoever comes first. */
        setpgid(keeper, keeper);
    }
    errno = saved;
    return keeper;
}

/* One stream of output. */
struct stream {
    int descriptor; /* -1: at its end */
    char *text;
    size_t size;
    size_t kept;
    size_t seen;
};

static size_t allowed(const struct stream *stream) {
    return stream->size > RUN_OUTPUT_MAX ? stream->size : RUN_OUTPUT_MAX;
}

/* Takes what is there, without waiting. False when it is too much. */
static bool take_output(struct stream *stream) {
    char chunk[4096];
    while (stream->descriptor >= 0) {
        ssize_t got = read(stream->descriptor, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        if (got <= 0) {
            stream->descriptor = -1;
            return true;
        }
        size_t room = stream->size - stream->kept;
        size_t count = (size_t)got < room ? (size_t)got : room;
        if (count > 0) {
            memcpy(stream->text + stream->kept, chunk, count);
            stream->kept += count;
        }
        stream->seen += (size_t)got;
        if (stream->seen > allowed(stream))
            return false;
    }
    return true;
}

/* Reports that came over the control. The first one counts, but the keeper's tells that the worker has ended. */
struct reports {
    struct report first;
    size_t bytes;
    char partial[2 * sizeof(struct report)];
};

/* True when the run is over, with the result. */
static bool take_reports(const struct run_request *request, int control, struct reports *reports,
                         struct run_result *result) {
    ssize_t got = read(control, reports->partial + reports->bytes, sizeof reports->partial - reports->bytes);
    if (got < 0)
        return !(errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK);
    reports->bytes += (size_t)got;
    if (got > 0 && reports->bytes < sizeof(struct report))
        return false;
    if (reports->bytes < sizeof(struct report)) {
        /* The keeper was killed by someone else. */
        *result = (struct run_result){RUN_NO_PROCESS, ECHILD, 0, 0};
        return true;
    }
    memcpy(&reports->first, reports->partial, sizeof reports->first);
    bool second_comes =
        reports->first.end == RUN_NOT_STARTED || (request->argv == NULL && reports->first.end == RUN_EXITED);
    if (got > 0 && second_comes && reports->bytes < sizeof reports->partial)
        return false;
    result->end = (enum run_end)reports->first.end;
    result->number = reports->first.number;
    return true;
}

/* Follows the run until it ends, is too long, or says too much. */
static void follow(const struct run_request *request, const struct channels *channels, struct stream streams[2],
                   struct run_result *result) {
    int64_t deadline = now_ms() + request->timeout_ms;
    struct reports reports = {{0, 0}, 0, {0}};
    for (;;) {
        int64_t left = deadline - now_ms();
        if (left <= 0) {
            *result = (struct run_result){RUN_TIMED_OUT, at_most_int(request->timeout_ms), 0, 0};
            return;
        }
        struct pollfd waits[3] = {
            {channels->control[0], POLLIN, 0}, {streams[0].descriptor, POLLIN, 0}, {streams[1].descriptor, POLLIN, 0}};
        int ready = poll(waits, 3, at_most_int(left));
        if (ready < 0 && errno != EINTR) {
            *result = (struct run_result){RUN_NO_PROCESS, errno, 0, 0};
            return;
        }
        if (ready <= 0)
            continue;
        /* The reports first: what the worker wrote before it ended is in the pipes by then. */
        bool over = waits[0].revents != 0 && take_reports(request, channels->control[0], &reports, result);
        for (int i = 0; i < 2; i++) {
            if (!take_output(&streams[i])) {
                *result = (struct run_result){RUN_FLOODED, at_most_int((int64_t)allowed(&streams[i])), 0, 0};
                return;
            }
        }
        if (over)
            return;
    }
}

/*
 * Kills the group and reaps the keeper, and what else of the group became our child because we adopt orphans. Bounded:
 * a process that even SIGKILL does not end is left to init.
 */
static void end_group(pid_t keeper) {
    int64_t deadline = now_ms() + RUN_GRACE_MS;
    struct timespec pause = {0, 50000};
    kill(-keeper, SIGKILL);
    for (;;) {
        pid_t reaped = waitpid(-keeper, NULL, WNOHANG);
        if (reaped < 0 && errno != EINTR)
            return;
        if (reaped == 0) {
            if (now_ms() > deadline)
                return;
            nanosleep(&pause, NULL);
            pause.tv_nsec = pause.tv_nsec < 5000000 ? pause.tv_nsec * 2 : pause.tv_nsec;
        }
    }
}

struct run_result run_limited(const struct run_request *request) {
    struct run_result result = {RUN_NO_PROCESS, 0, 0, 0};
    struct channels channels;
    if (!open_channels(request, &channels)) {
        result.number = errno;
        return result;
    }
    pid_t keeper = start_keeper(request, &channels);
    if (keeper < 0) {
        result.number = errno;
        close_channels(&channels);
        return result;
    }
    close_pair(channels.input);
    close(channels.out[1]);
    close(channels.error[1]);
    close(channels.control[1]);
    channels.out[1] = channels.error[1] = channels.control[1] = -1;
    struct stream streams[2] = {{channels.out[0], request->out, request->out_size, 0, 0},
                                {channels.error[0], request->error, request->error_size, 0, 0}};
    follow(request, &channels, streams, &result);
    end_group(keeper);
    close_channels(&channels);
    result.out = streams[0].kept;
    result.error = streams[1].kept;
    return result;
}
