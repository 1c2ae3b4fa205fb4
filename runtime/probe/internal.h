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
#include "runtime/base/run.h"
#include "runtime/probe/cache.h"

/* What a probe tells other probes beside its finding. */
enum {
    PROBE_QEMU_HAS_KVM = 1, /* qemu_accelerators */
    PROBE_QEMU_HAS_HVF = 2,
    PROBE_QEMU_HAS_TCG = 4,
    PROBE_HOST_CAN = 1,   /* kvm and hvf: only QEMU is in the way, if anything is */
    PROBE_HAS_TSCTMR = 1, /* tsc_deadline: a Mac has it by this name */
};

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
enum probe_room {
    ROOM_ACCELERATORS,
    ROOM_VERSION,
    ROOM_HVF,
    ROOM_TSC_DEADLINE,
    ROOM_TRIAL_KVM,
    ROOM_TRIAL_HVF,
    ROOM_COUNT
};

/* Room for what QEMU says of itself: its lists of machines and of some devices, some 70 KiB today. */
enum { PROBE_SESSION_MAX = 1 << 18 };

/* The arguments of a trial as one text; see trial.c. */
enum { PROBE_TRIAL_TEXT_MAX = 4096 };

struct probe_trial_slot {
    struct probe_slot slot;
    char arguments[PROBE_TRIAL_TEXT_MAX];
};

enum probe_trial { TRIAL_KVM, TRIAL_HVF, TRIAL_COUNT };

struct muster_prober {
    struct muster_probe_context context; /* its texts are copies, behind the prober; none is NULL but qemu, guest_arch,
                                            path, sysname and machine */
    pthread_mutex_t lock;                /* of the slots */
    pthread_cond_t changed;              /* a slot is no longer running */
    struct probe_slot slots[MUSTER_PROBE_COUNT];
    char qemu[PATH_MAX]; /* "" until found; written once, by the probe qemu */
    struct probe_trial_slot trials[TRIAL_COUNT];
    char rooms[ROOM_COUNT][RUN_OUTPUT_MAX + 1];
    char session[PROBE_SESSION_MAX + 1];
};

typedef void probe_function(struct muster_prober *prober, struct probe_answer *answer);

#define PROBE_DECLARE(id, name, title) probe_function probe_##name;
MUSTER_PROBE_LIST(PROBE_DECLARE)
#undef PROBE_DECLARE

/* Another probe's answer, through the prober's memory. */
void probe_ask(struct muster_prober *prober, enum muster_probe_id probe, struct probe_answer *answer);

/*
 * Takes a slot: true if this thread is to find the answer out, and then to give it to probe_put; false with the answer
 * that is known. With a trial's slot, only the same arguments have the same answer. The thread cannot be cancelled in
 * between; `cancelling` is for probe_put.
 */
bool probe_take(struct muster_prober *prober, struct probe_slot *slot, const char *arguments,
                struct probe_answer *answer, int *cancelling);
void probe_put(struct muster_prober *prober, struct probe_slot *slot, const struct probe_answer *answer,
               int cancelling);

/* Whether another probe's value is this text. */
bool probe_is(struct muster_prober *prober, enum muster_probe_id probe, const char *value);

/* ---- texts (text.c) --------------------------------------------------------------------------------- */

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

/* ---- files and programs (text.c) -------------------------------------------------------------------- */

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

/* The same with a text for stdin, and room for `size` bytes of stdout and a NUL byte. */
bool probe_talk(const struct muster_prober *prober, struct probe_answer *answer, const char *value,
                const char *const argv[], const char *input, char *out, size_t size);

/* Why a run gave no answer: the value and the reason. `what` was run, `error` is its stderr or "". */
void probe_no_answer(struct probe_answer *answer, const char *value, const char *what, struct run_result result,
                     const char *error);

/*
 * The same for a call in a child: true with what it returned. `what` names it for the reason.
 */
bool probe_call(const struct muster_prober *prober, struct probe_answer *answer, const char *value, const char *what,
                int (*call)(void *data), void *data, int *returned);

/* ---- asking QEMU (qemu.c) ---------------------------------------------------------------------------- */

/* Reads an answer into the finding. True if the cache shall hold `keep`, which the same function reads. */
typedef bool probe_reader(struct probe_answer *answer, const char *text, char keep[CACHE_ANSWER_MAX + 1]);

/* A question to QEMU. */
struct probe_question {
    const char *words; /* as a person would type it, after the binary */
    const char *const *arguments;
    const char *input; /* stdin, or NULL */
    probe_reader *read;
    const char *otherwise; /* the value if there is no answer */
    bool of_kernel;        /* the answer depends on the kernel, too */
};

enum { PROBE_ARGUMENTS_MAX = 64 };

/* Asks the cache, or else QEMU, which has `size` bytes of room at `out`. */
void probe_ask_qemu(struct muster_prober *prober, struct probe_answer *answer, const struct probe_question *question,
                    char *out, size_t size);

/* ---- acceleration (kvm.c) ------------------------------------------------------------------------------ */

/* Yes if QEMU lists the accelerator that has this flag, else no with the reason. `before` is an earlier source. */
void probe_accelerator(struct muster_prober *prober, struct probe_answer *answer, unsigned flag, const char *name,
                       const char *before);

/* Whether the CPU of this linux x86_64 host has a flag, a word of /proc/cpuinfo (cpu.c). */
bool probe_cpu_has(struct muster_prober *prober, const char *flag);

/* ---- keys of the cache (key.c) ----------------------------------------------------------------------- */

/* Adds the start of the host, on which the kernel depends. */
bool probe_key_kernel(const struct muster_prober *prober, struct cache_key *key);

/* Adds the user, and what the user may do with a device. */
bool probe_key_user(struct cache_key *key, const char *device);

#endif
