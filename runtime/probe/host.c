/*
 * Probes of the host: what it is, and what follows from that; io_uring and namespaces.
 *
 * _GNU_SOURCE: syscall.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include "runtime/probe/internal.h"

/* ---- what the host is ------------------------------------------------------------------------------------------- */

struct spelling {
    const char *said; /* in lower case */
    const char *value;
};

static const struct spelling systems[] = {{"linux", "linux"}, {"darwin", "macos"}, {NULL, NULL}};
static const struct spelling machines[] = {
    {"x86_64", "x86_64"}, {"amd64", "x86_64"}, {"arm64", "aarch64"}, {"aarch64", "aarch64"}, {NULL, NULL}};

static void from_uname(struct probe_answer *answer, const struct spelling *known, const char *said, const char *what) {
    for (; known->said != NULL; known++) {
        if (probe_same_word(said, known->said)) {
            probe_found(answer, known->value);
            return;
        }
    }
    probe_because(answer, "unknown", MUSTER_REASON_NOT_UNDERSTOOD, "uname says that the %s is \"%s\"; no rule knows it",
                  what, said);
}

static void no_uname(struct probe_answer *answer) {
    probe_because(answer, "unknown", MUSTER_REASON_FAILED, "uname failed: %s (errno %d)", probe_errno(errno), errno);
}

void probe_host_os(struct muster_prober *prober, struct probe_answer *answer) {
    struct utsname names;
    const char *given = prober->context.sysname;
    probe_source(answer, given != NULL ? "given by the caller" : "uname -s");
    if (given == NULL && uname(&names) < 0) {
        no_uname(answer);
        return;
    }
    from_uname(answer, systems, given != NULL ? given : names.sysname, "operating system");
}

void probe_host_arch(struct muster_prober *prober, struct probe_answer *answer) {
    struct utsname names;
    const char *given = prober->context.machine;
    probe_source(answer, given != NULL ? "given by the caller" : "uname -m");
    if (given == NULL && uname(&names) < 0) {
        no_uname(answer);
        return;
    }
    from_uname(answer, machines, given != NULL ? given : names.machine, "architecture");
}

/* ---- what follows ----------------------------------------------------------------------------------------------- */

void probe_hwaccel(struct muster_prober *prober, struct probe_answer *answer) {
    struct probe_answer host;
    probe_ask(prober, MUSTER_PROBE_HOST_OS, &host);
    if (strcmp(host.finding.value, "linux") == 0) {
        probe_ask(prober, MUSTER_PROBE_KVM, answer);
    } else if (strcmp(host.finding.value, "macos") == 0) {
        probe_ask(prober, MUSTER_PROBE_HVF, answer);
    } else {
        probe_source(answer, "%s", host.finding.source);
        probe_because(answer, "no", MUSTER_REASON_OTHER_HOST, "no accelerator is known for this host; %s",
                      host.finding.why);
    }
    answer->flags = 0;
}

/* On linux x86_64 the missing TSC-deadline timer marks nested virtualization, where ballooning is slow. */
static void balloon_on_x86_64(struct muster_prober *prober, struct probe_answer *answer, const char *hwaccel_source) {
    struct probe_answer timer;
    probe_ask(prober, MUSTER_PROBE_TSC_DEADLINE, &timer);
    probe_source(answer, "%s; %s", timer.finding.source, hwaccel_source);
    if (strcmp(timer.finding.value, "yes") == 0) {
        probe_found(answer, "yes");
    } else {
        probe_because(answer, "no", timer.finding.reason,
                      "acceleration without the TSC-deadline timer marks slow nested virtualization; %s",
                      timer.finding.why);
    }
}

void probe_fast_balloon(struct muster_prober *prober, struct probe_answer *answer) {
    struct probe_answer hwaccel;
    probe_ask(prober, MUSTER_PROBE_HWACCEL, &hwaccel);
    if (strcmp(hwaccel.finding.value, "yes") != 0) {
        *answer = hwaccel;
        return;
    }
    probe_source(answer, "%s", hwaccel.finding.source);
    if (probe_is(prober, MUSTER_PROBE_HOST_OS, "macos") || probe_is(prober, MUSTER_PROBE_HOST_ARCH, "aarch64"))
        probe_found(answer, "yes");
    else if (probe_is(prober, MUSTER_PROBE_HOST_ARCH, "x86_64"))
        balloon_on_x86_64(prober, answer, hwaccel.finding.source);
    else
        probe_because(answer, "no", MUSTER_REASON_OTHER_HOST, "nothing is known of ballooning on this architecture");
}

/* ---- io_uring --------------------------------------------------------------------------------------------------- */

/* io_uring_setup, which has this number on every architecture. */
enum { CALL_IO_URING_SETUP = 425 };

static int real_io_uring_errno(void *data) {
    (void)data;
#if defined(__linux__)
    long ring = syscall(CALL_IO_URING_SETUP, 0U, NULL);
    return ring < 0 ? errno : 0;
#else
    return ENOSYS;
#endif
}

/* The number in the file, or -1: an old kernel has no such file, and then nothing is switched off. */
static int io_uring_disabled(const char *path) {
    char text[16];
    int descriptor = probe_open(path);
    if (descriptor < 0)
        return -1;
    ssize_t length = probe_read(descriptor, text, sizeof text);
    close(descriptor);
    bool one_digit = length == 1 || (length > 1 && text[1] == '\n');
    return one_digit && text[0] >= '0' && text[0] <= '9' ? text[0] - '0' : -1;
}

static void judge_io_uring(struct probe_answer *answer, int number, int disabled) {
    if (number == EINVAL || number == EFAULT) {
        probe_found(answer, "yes");
    } else if (number == ENOSYS) {
        probe_because(answer, "no", MUSTER_REASON_UNSUPPORTED,
                      "the kernel has no io_uring (Linux has it since 5.1), or a sandbox pretends so");
    } else if (number == EPERM && disabled == 1) {
        probe_because(answer, "no", MUSTER_REASON_DENIED,
                      "kernel.io_uring_disabled is 1 and this process is not in the group kernel.io_uring_group");
    } else if (number == EPERM) {
        probe_because(answer, "no", MUSTER_REASON_SANDBOXED,
                      "a sandbox forbids io_uring_setup, as the seccomp profiles of container engines do");
    } else if (number == 0) {
        probe_because(answer, "no", MUSTER_REASON_NOT_UNDERSTOOD,
                      "io_uring_setup took arguments that no kernel takes; something stands in for it");
    } else {
        probe_because(answer, "no", MUSTER_REASON_FAILED, "io_uring_setup failed: %s (errno %d)", probe_errno(number),
                      number);
    }
}

void probe_io_uring(struct muster_prober *prober, struct probe_answer *answer) {
    char path[PATH_MAX];
    if (!probe_is(prober, MUSTER_PROBE_HOST_OS, "linux")) {
        probe_source(answer, "host_os");
        probe_because(answer, "no", MUSTER_REASON_OTHER_HOST, "only Linux has io_uring");
        return;
    }
    int disabled = probe_path(prober, "/proc/sys/kernel/io_uring_disabled", path) ? io_uring_disabled(path) : -1;
    if (disabled == 2) {
        probe_source(answer, "%s", path);
        probe_because(answer, "no", MUSTER_REASON_DISABLED,
                      "kernel.io_uring_disabled is 2; root can allow it: sysctl kernel.io_uring_disabled=0");
        return;
    }
    /* In a child: a seccomp filter may kill the process that asks. */
    int (*call)(void *) = prober->context.io_uring_errno;
    int number = 0;
    probe_source(answer, "io_uring_setup(0, NULL)");
    if (probe_call(prober, answer, "no", "io_uring_setup", call != NULL ? call : real_io_uring_errno,
                   prober->context.data, &number))
        judge_io_uring(answer, number, disabled);
}

/* ---- namespaces ------------------------------------------------------------------------------------------------- */

/* Whether a program can be started behind `unshare` and these options, which `words` has as a person would type them.
 */
static void try_unshare(struct muster_prober *prober, struct probe_answer *answer, const char *const argv[],
                        const char *words) {
    if (probe_is(prober, MUSTER_PROBE_HOST_OS, "macos")) {
        probe_source(answer, "host_os");
        probe_because(answer, "no", MUSTER_REASON_OTHER_HOST, "macOS has no namespaces");
        return;
    }
    probe_source(answer, "%s %s %s", prober->context.unshare, words, prober->context.true_program);
    if (probe_run(prober, answer, "no", argv, NULL)) {
        probe_found(answer, "yes");
    } else if (strstr(answer->finding.why, "Operation not permitted") != NULL) {
        struct muster_finding said = answer->finding;
        probe_because(answer, "no", MUSTER_REASON_DENIED,
                      "a PID namespace needs root (CAP_SYS_ADMIN), which a container takes away; %s", said.why);
    }
}

void probe_unshare(struct muster_prober *prober, struct probe_answer *answer) {
    const char *const argv[] = {prober->context.unshare, "--pid", "--fork", "--", prober->context.true_program, NULL};
    try_unshare(prober, answer, argv, "--pid --fork --");
}

void probe_namespaces(struct muster_prober *prober, struct probe_answer *answer) {
    const char *const argv[] = {
        prober->context.unshare,      "--pid", "--net", "--mount", "--uts", "--ipc", "--fork", "--",
        prober->context.true_program, NULL};
    try_unshare(prober, answer, argv, "--pid --net --mount --uts --ipc --fork --");
}
