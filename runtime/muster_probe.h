/*
 * libmuster: measure the host. Each probe answers one question about the host or about its QEMU, as text in the
 * spelling of facts files, and says where the answer came from and, where it is no or unknown, why.
 *
 * A prober remembers what it found, failures included, so each probe runs at most once until it is reset, however
 * many threads ask at once: the first one probes, the others wait for it.
 *
 * Ownership: memory is allocated only by muster_prober_new (and by the first muster_prober_default) and freed by
 * muster_prober_free. A finding is copied to the caller.
 * Threads: every function may be called from any thread; only muster_prober_free must be the last call for its prober.
 * fork: a child made while another thread was probing must not use the parent's probers, it makes a new one.
 * Programs that are run: in a process group of their own, with an empty stdin, LC_ALL=C and no descriptor of the
 * caller; they are killed with their group after the time allowed or too much output, and always reaped. The caller's
 * signal handlers, and whether it ignores or reaps SIGCHLD, make no difference. As usual in C, no other thread may
 * change the environment meanwhile.
 * Errors: there are none to handle. A question that could not be answered has the value "no" or "unknown" and a reason.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_PROBE_H
#define MUSTER_PROBE_H

#include <stddef.h>

#include "muster.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Every probe: its id in capitals, its name, what it tells, and its source. A probe asks only probes above it.
 *
 * host_os             linux, macos, unknown                        uname
 * host_arch           x86_64, aarch64, unknown                     uname
 * qemu                yes, no: there is a QEMU to run              the path given, or PATH
 * qemu_accelerators   names with commas between, may be empty      QEMU -accel help
 * qemu_version        A.B.C, unknown                               QEMU --version
 * kvm                 yes, no                                      /dev/kvm, its API version, and QEMU -accel help
 * hvf                 yes, no                                      sysctl kern.hv_support, and QEMU -accel help
 * hwaccel             yes, no                                      kvm on linux, hvf on macos
 * tsc_deadline        yes, no                                      /proc/cpuinfo, sysctl machdep.cpu.features
 * fast_balloon        yes, no                                      hwaccel, on linux x86_64 tsc_deadline too
 * io_uring            yes, no                                      /proc/sys/kernel/io_uring_disabled, io_uring_setup
 * unshare             yes, no                                      unshare --pid --fork -- true
 *
 * kvm says that the kernel answers and that QEMU was built for it. It does not say that a guest runs: on some hosts
 * that are virtual machines themselves it does not.
 */
#define MUSTER_PROBE_LIST(X)                                                                                           \
    X(HOST_OS, host_os, "operating system of the host")                                                                \
    X(HOST_ARCH, host_arch, "architecture of the host")                                                                \
    X(QEMU, qemu, "a QEMU for the guest's architecture is installed")                                                  \
    X(QEMU_ACCELERATORS, qemu_accelerators, "accelerators that QEMU was built with")                                   \
    X(QEMU_VERSION, qemu_version, "version of QEMU")                                                                   \
    X(KVM, kvm, "KVM can be used, by the host and by QEMU")                                                            \
    X(HVF, hvf, "the Hypervisor framework of macOS can be used, by the host and by QEMU")                              \
    X(HWACCEL, hwaccel, "the host's own hardware acceleration can be used")                                            \
    X(TSC_DEADLINE, tsc_deadline, "the CPU has the TSC-deadline timer")                                                \
    X(FAST_BALLOON, fast_balloon, "guest memory can be taken back fast")                                               \
    X(IO_URING, io_uring, "the kernel lets this process use io_uring")                                                 \
    X(UNSHARE, unshare, "a program can be started in namespaces of its own")

#define MUSTER_PROBE_ENUM_(id, name, title) MUSTER_PROBE_##id,
enum muster_probe_id {
    MUSTER_PROBE_LIST(MUSTER_PROBE_ENUM_) MUSTER_PROBE_COUNT,
    MUSTER_PROBE_NONE = -1, /* there is no such probe */
    MUSTER_PROBE_ALL = -2,  /* for muster_probe_reset */
};
#undef MUSTER_PROBE_ENUM_

/* Every reason for a "no" or "unknown": its id in capitals, its name for machines, what it means. */
#define MUSTER_REASON_LIST(X)                                                                                          \
    X(NONE, none, "none: the answer is yes, or a value")                                                               \
    X(ABSENT, absent, "a file, device or program is not there")                                                        \
    X(DENIED, denied, "it is there, but this user may not use it")                                                     \
    X(DISABLED, disabled, "it was switched off on this host")                                                          \
    X(SANDBOXED, sandboxed, "a sandbox around this process forbids it")                                                \
    X(UNSUPPORTED, unsupported, "the CPU or the kernel does not have it")                                              \
    X(WRONG_VERSION, wrong_version, "it speaks another version of the interface")                                      \
    X(NOT_IN_QEMU, not_in_qemu, "this QEMU was built without it")                                                      \
    X(TIMED_OUT, timed_out, "no answer in the time allowed")                                                           \
    X(FAILED, failed, "a program or a system call failed")                                                             \
    X(NOT_UNDERSTOOD, not_understood, "the answer is not one that is known")                                           \
    X(OTHER_HOST, other_host, "it does not exist on hosts of this kind")

#define MUSTER_REASON_ENUM_(id, name, meaning) MUSTER_REASON_##id,
enum muster_reason { MUSTER_REASON_LIST(MUSTER_REASON_ENUM_) MUSTER_REASON_COUNT };
#undef MUSTER_REASON_ENUM_

/* All texts are valid UTF-8 without control bytes, whatever the host said, and are cut with "..." if too long. */
struct muster_finding {
    enum muster_reason reason; /* MUSTER_REASON_NONE unless the value is no, unknown or empty */
    char value[128];           /* yes, no, unknown, linux, x86_64, 7.2.22, tcg,kvm, ... */
    char source[256];          /* where it came from: files, calls, commands */
    char why[384];             /* a sentence, and what to do where that is certain; "" with MUSTER_REASON_NONE */
};

/*
 * Where a prober looks. Start from muster_probe_defaults, which is the host itself, and change what is to be another.
 * The texts are copied by muster_prober_new. The functions stand in for calls of the kernel, NULL is the real call;
 * `data` is passed to them. They are called on the thread that probes, or, where said, in a forked child of it, where
 * only async-signal-safe functions may be called.
 */
struct muster_probe_context {
    const char *root;         /* put before /proc/... and /dev/...; "" */
    const char *qemu;         /* the QEMU binary; without a slash it is searched in `path`; NULL: by guest_arch */
    const char *guest_arch;   /* x86_64 or aarch64; NULL: the host's */
    const char *path;         /* folders with colons between; an empty or relative one counts from the current folder;
                                 NULL: the PATH of the environment */
    const char *sysctl;       /* /usr/sbin/sysctl */
    const char *unshare;      /* /usr/bin/unshare */
    const char *true_program; /* /usr/bin/true */
    const char *cache;        /* folder of the cache file; "": none;
                                 NULL: $XDG_CACHE_HOME/muster, else $HOME/.cache/muster */
    const char *sysname;      /* NULL: as uname says */
    const char *machine;      /* NULL: as uname says */
    unsigned timeout_ms;      /* for each program and each call in a child; 0: 5000 */
    int (*kvm_access)(const char *device, void *data);      /* 0 if it may be read and written, else an errno */
    int (*kvm_api_version)(const char *device, void *data); /* the version, or minus an errno; in a child */
    int (*io_uring_errno)(void *data);                      /* errno of io_uring_setup(0, NULL); in a child */
    void *data;
};

extern MUSTER_API const struct muster_probe_context muster_probe_defaults;

struct muster_prober;

/* A prober; `context` may be NULL for muster_probe_defaults. NULL if there is no memory. Nothing is probed yet. */
MUSTER_API struct muster_prober *muster_prober_new(const struct muster_probe_context *context);

/* NULL is allowed. */
MUSTER_API void muster_prober_free(struct muster_prober *prober);

/* The one prober of the process, with muster_probe_defaults; never to be freed. NULL if there is no memory. */
MUSTER_API struct muster_prober *muster_prober_default(void);

/*
 * What the probe found: remembered, or found out now, which may take the time allowed for a program, twice for those
 * that ask QEMU. Returns the reason; `finding` may be NULL.
 */
MUSTER_API enum muster_reason muster_probe(struct muster_prober *prober, enum muster_probe_id probe,
                                           struct muster_finding *finding);

/*
 * Forgets what a probe, or MUSTER_PROBE_ALL, found, and what other probes concluded from it. A thread that is probing
 * meanwhile still gets its answer, but that answer is not remembered.
 */
MUSTER_API void muster_probe_reset(struct muster_prober *prober, enum muster_probe_id probe);

/*
 * The absolute path of the QEMU that is asked, symbolic links not followed; NULL if none was found. A path once found
 * stays the same, also over a reset; it lives as long as the prober.
 */
MUSTER_API const char *muster_probe_qemu(struct muster_prober *prober);

/* The probe with a name of `length` bytes, or MUSTER_PROBE_NONE. */
MUSTER_API enum muster_probe_id muster_probe_find(const char *name, size_t length);

/* Name and title of a probe, name and meaning of a reason; "" for a number that is none. They live for ever. */
MUSTER_API const char *muster_probe_name(enum muster_probe_id probe);
MUSTER_API const char *muster_probe_title(enum muster_probe_id probe);
MUSTER_API const char *muster_reason_name(enum muster_reason reason);
MUSTER_API const char *muster_reason_meaning(enum muster_reason reason);

#ifdef __cplusplus
}
#endif
#endif
