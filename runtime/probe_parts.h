/*
 * What the probes share: the prober, how a probe says its answer, and how it runs a program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_PROBE_PARTS_H
#define MUSTER_PROBE_PARTS_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "muster_probe.h"
#include "run.h"

/* What a probe tells other probes beside its finding. */
enum { PROBE_QEMU_HAS_KVM = 1, PROBE_QEMU_HAS_HVF = 2 };

struct probe_answer {
    struct muster_finding finding;
    unsigned flags;
};

enum probe_state { PROBE_IDLE, PROBE_RUNNING, PROBE_KNOWN };

struct probe_slot {
    enum probe_state state;
    bool stale; /* reset while running: the answer is not to be remembered */
    struct probe_answer answer;
};

/* Room for the output of each program whose output is read; each belongs to the one thread that runs that probe. */
enum probe_room { ROOM_ACCELERATORS, ROOM_VERSION, ROOM_HVF, ROOM_TSC_DEADLINE, ROOM_COUNT };

struct muster_prober {
    struct muster_probe_context context; /* its texts are copies, behind the prober; none is NULL but qemu, guest_arch,
                                            path, sysname and machine */
    pthread_mutex_t lock;                /* of the slots */
    pthread_cond_t changed;              /* a slot is no longer running */
    struct probe_slot slots[MUSTER_PROBE_COUNT];
    char qemu[PATH_MAX]; /* "" until found; written once, by the probe qemu */
    char rooms[ROOM_COUNT][RUN_OUTPUT_MAX + 1];
};

typedef void probe_function(struct muster_prober *prober, struct probe_answer *answer);

#define PROBE_DECLARE(id, name, title) probe_function probe_##name;
MUSTER_PROBE_LIST(PROBE_DECLARE)
#undef PROBE_DECLARE

/* Another probe's answer, through the prober's memory. */
void probe_ask(struct muster_prober *prober, enum muster_probe_id probe, struct probe_answer *answer);

/* Whether another probe's value is this text. */
bool probe_is(struct muster_prober *prober, enum muster_probe_id probe, const char *value);

/* ---- texts (probe_text.c) --------------------------------------------------------------------------------- */

#if defined(__GNUC__)
#define PROBE_PRINTS(text, first) __attribute__((format(printf, text, first)))
#else
#define PROBE_PRINTS(text, first)
#endif

/* Writes a text that is valid UTF-8 without control bytes and fits; what is too long is cut and ends with "...". */
void probe_print(char *buffer, size_t size, const char *format, ...) PROBE_PRINTS(3, 4);

/* Sets the source. */
void probe_source(struct probe_answer *answer, const char *format, ...) PROBE_PRINTS(2, 3);

/* Sets the value, with no reason. */
void probe_found(struct probe_answer *answer, const char *value);

/* Sets the value and why it is not the other one. */
void probe_because(struct probe_answer *answer, const char *value, enum muster_reason reason, const char *format, ...)
    PROBE_PRINTS(4, 5);

/* An errno in words that do not depend on the locale. */
const char *probe_errno(int number);

/* ASCII only, whatever the locale says. */
char probe_lower(char byte);
bool probe_same_word(const char *text, const char *lower_case_word);

/* ---- files and programs (probe_text.c) -------------------------------------------------------------------- */

/* The path of a file of the host, below the root of the context. False if it is too long. */
bool probe_path(const struct muster_prober *prober, const char *file, char path[PATH_MAX]);

/* Opens a file for reading; never waits for a writer. -1 with errno. */
int probe_open(const char *path);

/* read, not ended by signals. */
ssize_t probe_read(int descriptor, char *buffer, size_t size);

enum { PROBE_ERROR_TEXT = 512 };

/*
 * Runs a program for a probe, and if it exits with 0 returns true, with its stdout and a NUL byte in `out` (which is a
 * room, or NULL if not wanted). Otherwise the answer gets `value` and the reason.
 */
bool probe_run(const struct muster_prober *prober, struct probe_answer *answer, const char *value,
               const char *const argv[], char *out);

/*
 * The same for a call in a child: true with what it returned. `what` names it for the reason.
 */
bool probe_call(const struct muster_prober *prober, struct probe_answer *answer, const char *value, const char *what,
                int (*call)(void *data), void *data, int *returned);

#endif
