/*
 * The probes of the CPU: its TSC-deadline timer, without which a microvm guest must keep the old timers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "runtime/probe/internal.h"

/* ---- linux: /proc/cpuinfo --------------------------------------------------------------------------------------- */

/* A real /proc/cpuinfo has its first flags in the first few KiB; an endless file is not read for ever. */
enum { CPUINFO_MAX = 1 << 20, WORD_MAX = 32 };

enum place { AT_KEY, IN_FLAGS, IN_OTHER };

/* Reads a cpuinfo byte by byte, so that it does not matter how long lines are or where the blocks end. */
struct cpuinfo {
    const char *wanted;
    enum place place;
    char word[WORD_MAX]; /* the key, or a word of the flags; longer ones are none that is looked for */
    size_t length;
    bool found;
    bool ended; /* the first line of flags is over */
};

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

static bool word_is(const struct cpuinfo *state, const char *word) {
    return state->length == strlen(word) && memcmp(state->word, word, state->length) == 0;
}

static void add_byte(struct cpuinfo *state, char byte) {
    if (state->length < WORD_MAX) {
        state->word[state->length] = byte;
        state->length++;
    }
}

static void end_word(struct cpuinfo *state) {
    state->found = state->found || (state->place == IN_FLAGS && word_is(state, state->wanted));
    state->length = 0;
}

static void take_byte(struct cpuinfo *state, char byte) {
    if (byte == '\n') {
        end_word(state);
        state->ended = state->place == IN_FLAGS;
        state->place = AT_KEY;
    } else if (state->place == AT_KEY && byte == ':') {
        state->place = word_is(state, "flags") ? IN_FLAGS : IN_OTHER;
        state->length = 0;
    } else if (state->place == IN_FLAGS && is_blank(byte)) {
        end_word(state);
    } else if (state->place != IN_OTHER && !is_blank(byte)) {
        add_byte(state, byte);
    }
}

/* Reads until the first flags are over. False with errno if the file could not be read. */
static bool read_cpuinfo(struct cpuinfo *state, int descriptor) {
    char block[4096];
    size_t total = 0;
    while (!state->ended && total < CPUINFO_MAX) {
        ssize_t got = probe_read(descriptor, block, sizeof block);
        if (got < 0)
            return false;
        if (got == 0) {
            bool in_flags = state->place == IN_FLAGS;
            end_word(state);
            state->ended = in_flags;
            break;
        }
        total += (size_t)got;
        for (ssize_t i = 0; i < got && !state->ended; i++)
            take_byte(state, block[i]);
    }
    return true;
}

/* Opens and reads a cpuinfo, looking for a flag. False with errno if it could not be read. */
static bool look_at_cpuinfo(struct cpuinfo *state, const char *path, const char *flag) {
    *state = (struct cpuinfo){.wanted = flag, .place = AT_KEY};
    int descriptor = probe_open(path);
    bool done = descriptor >= 0 && read_cpuinfo(state, descriptor);
    int number = errno;
    if (descriptor >= 0)
        close(descriptor);
    errno = number;
    return done;
}

bool probe_cpu_has(struct muster_prober *prober, const char *flag) {
    char path[PATH_MAX];
    struct cpuinfo state;
    return probe_path(prober, "/proc/cpuinfo", path) && look_at_cpuinfo(&state, path, flag) && state.found;
}

static void on_linux(struct muster_prober *prober, struct probe_answer *answer) {
    char path[PATH_MAX];
    struct cpuinfo state;
    if (!probe_path(prober, "/proc/cpuinfo", path)) {
        probe_because(answer, "no", MUSTER_REASON_FAILED, "the path of cpuinfo below the root folder is too long");
        return;
    }
    probe_source(answer, "%s", path);
    bool done = look_at_cpuinfo(&state, path, "tsc_deadline_timer");
    int number = errno;
    if (!done) {
        probe_because(answer, "no",
                      number == ENOENT   ? MUSTER_REASON_ABSENT
                      : number == EACCES ? MUSTER_REASON_DENIED
                                         : MUSTER_REASON_FAILED,
                      "%s cannot be read: %s (errno %d)", path, probe_errno(number), number);
    } else if (state.found) {
        probe_found(answer, "yes");
    } else if (state.ended) {
        probe_because(answer, "no", MUSTER_REASON_UNSUPPORTED,
                      "the flags of the CPU have no tsc_deadline_timer; AMD has it in few models, and a hypervisor "
                      "outside may hide it");
    } else {
        probe_because(answer, "no", MUSTER_REASON_NOT_UNDERSTOOD, "%s has no line of flags", path);
    }
}

/* ---- macos: sysctl ---------------------------------------------------------------------------------------------- */

/* Whether a text contains another, which is in lower case, letter case ignored. */
static bool contains(const char *text, const char *part) {
    size_t length = strlen(part);
    for (; *text != '\0'; text++) {
        size_t same = 0;
        while (same < length && probe_lower(text[same]) == part[same])
            same++;
        if (same == length)
            return true;
    }
    return false;
}

static void on_macos(struct muster_prober *prober, struct probe_answer *answer) {
    const char *sysctl = prober->context.sysctl;
    const char *const argv[] = {sysctl, "-n", "machdep.cpu.features", NULL};
    char *out = prober->rooms[ROOM_TSC_DEADLINE];
    probe_source(answer, "%s -n machdep.cpu.features", sysctl);
    if (!probe_run(prober, answer, "no", argv, out))
        return;
    if (contains(out, "tsc_deadline") || contains(out, "tscdead")) {
        probe_found(answer, "yes");
    } else {
        probe_because(answer, "no", MUSTER_REASON_UNSUPPORTED,
                      "machdep.cpu.features has neither TSC_DEADLINE nor TSCDEAD");
        /* XNU's own name of the bit: CPUID_FEATURE_TSCTMR in osfmk/i386/cpuid.h. */
        answer->flags = contains(out, "tsctmr") ? PROBE_HAS_TSCTMR : 0;
    }
}

void probe_tsc_deadline(struct muster_prober *prober, struct probe_answer *answer) {
    struct probe_answer arch;
    probe_ask(prober, MUSTER_PROBE_HOST_ARCH, &arch);
    if (strcmp(arch.finding.value, "x86_64") != 0) {
        probe_source(answer, "host_arch");
        probe_because(answer, "no", MUSTER_REASON_OTHER_HOST, "only x86_64 has the TSC-deadline timer, this host is %s",
                      arch.finding.value);
    } else if (probe_is(prober, MUSTER_PROBE_HOST_OS, "linux")) {
        on_linux(prober, answer);
    } else if (probe_is(prober, MUSTER_PROBE_HOST_OS, "macos")) {
        on_macos(prober, answer);
    } else {
        probe_source(answer, "host_os");
        probe_because(answer, "no", MUSTER_REASON_OTHER_HOST, "it is not known how to ask this operating system");
    }
}

void probe_tsc_deadline_timer(struct muster_prober *prober, struct probe_answer *answer) {
    probe_ask(prober, MUSTER_PROBE_TSC_DEADLINE, answer);
    bool by_other_name = (answer->flags & PROBE_HAS_TSCTMR) != 0;
    answer->flags = 0;
    if (by_other_name) {
        probe_found(answer, "yes");
    } else if (answer->finding.reason == MUSTER_REASON_UNSUPPORTED && probe_is(prober, MUSTER_PROBE_HOST_OS, "macos")) {
        probe_because(answer, "no", MUSTER_REASON_UNSUPPORTED,
                      "machdep.cpu.features has neither TSC_DEADLINE nor TSCDEAD nor TSCTMR");
    }
}
