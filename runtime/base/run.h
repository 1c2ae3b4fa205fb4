/*
 * Run an external program, or a function in a child process, for a limited time, and leave nothing behind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_RUN_H
#define MUSTER_RUN_H

#include <stddef.h>

/* More output than this on stdout or stderr, or than there is room for if that is more, is a flood: the program is
 * killed. */
#define RUN_OUTPUT_MAX ((size_t)65536)

/* The longest stdin: a pipe takes so much at once, also where the user has many of them. */
#define RUN_INPUT_MAX ((size_t)4096)

/* The descriptor of the one file that a program may be given. */
enum { RUN_FILE = 4 };

enum run_end {
    RUN_EXITED,      /* number: the exit status, or what the function returned */
    RUN_SIGNALLED,   /* number: the signal */
    RUN_NOT_STARTED, /* number: errno of execve */
    RUN_TIMED_OUT,   /* number: the time allowed, in milliseconds */
    RUN_FLOODED,     /* number: the bytes allowed */
    RUN_NO_PROCESS,  /* number: errno of a call of ours, no program was run */
};

struct run_result {
    enum run_end end;
    int number;
    size_t out;   /* bytes of stdout that were kept, at most `out_size` of the request */
    size_t error; /* bytes of stderr that were kept */
};

struct run_request {
    const char *const *argv; /* argv[0] is a path, PATH is not searched; NULL: `call` is called */
    int (*call)(void *data); /* in the child: only async-signal-safe functions, and no return value over INT_MAX / 2 */
    void *data;
    unsigned timeout_ms;
    const char *input; /* stdin, at most RUN_INPUT_MAX bytes, then its end; NULL: empty */
    const int *file;   /* an open file, which the program gets as RUN_FILE; NULL: none */
    char *out;         /* stdout, without a NUL byte; may be NULL with size 0 */
    size_t out_size;
    char *error; /* stderr */
    size_t error_size;
};

/*
 * Runs it, in a process group of its own, which is killed when the program has ended or is stopped, so nothing that it
 * started stays; what leaves the group on purpose is beyond reach. All children are reaped. Does not allocate.
 */
struct run_result run_limited(const struct run_request *request);

#endif
