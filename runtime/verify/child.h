/*
 * Programs that run beside us: started in process groups of their own, talked to, and gone when we are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_CHILD_H
#define MUSTER_VERIFY_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What a program wrote; what is over the limit is counted and thrown away. */
struct heard {
    char *text; /* ends with a NUL byte */
    size_t length;
    size_t room;
    size_t most;
    bool flooded;
};

/* Adds bytes to it. */
void heard_add(struct heard *heard, const char *bytes, size_t count);

struct child {
    pid_t pid; /* 0: none */
    int in;    /* ours to write to its stdin; -1: it has an empty one */
    int out;   /* ours to read from; -1: at the end */
    int error;
    struct heard out_heard;
    struct heard error_heard;
    bool ended;
    int status; /* as of waitpid, once it has ended */
};

/* Milliseconds of a clock that only goes on. */
int64_t now_ms(void);

/*
 * Starts a program by its path, with a stdin to write to or an empty one. What it writes is kept up to `out_max` and
 * `error_max` bytes. False with errno.
 */
bool child_start(struct child *child, const char *const *argv, bool with_stdin, size_t out_max, size_t error_max);

/* Takes what the program wrote, and whether it has ended; never waits. */
void child_look(struct child *child);

/* Waits until there is something to look at, at most so long. Ends the program on ctrl-C and its like. */
void child_wait(struct child *child, int64_t until_ms);

/* Waits for the program's end, at most until then. False: it runs on. */
bool child_finish(struct child *child, int64_t until_ms);

/* Kills the program with its group, reaps it, and forgets it. What was heard stays. */
void child_kill(struct child *child);

/* Gives back what was heard, too. */
void child_free(struct child *child);

/* From now on ctrl-C, SIGTERM and SIGHUP end the program as soon as `child_interrupted` is asked. */
void child_watch_signals(void);
void child_interrupted(void);

/* For atexit: kills all that runs; ends as the signal would have, if one came. */
void child_kill_all(void);
void child_end_by_signal(void);

#endif
