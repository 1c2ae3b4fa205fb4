/*
 * libmuster: measure the host. Each probe answers one question about the host or about its QEMU, as text in the
 * spelling of facts files, and says where the answer came from and, where it is no or unknown, why.
 *
 * A prober remembers what it found, failures included, so each probe runs at most once until it is reset, however
 * many threads ask at once: the first one probes, the others wait for it.
 *
 * Ownership: the memory of a prober is allocated by muster_prober_new (and by the first muster_prober_default) and
 * freed by muster_prober_free; what reading QEMU's JSON takes is freed at once. A finding is copied to the caller.
 * Threads: every function may be called from any thread; only muster_prober_free must be the last call for its prober.
 * fork: a child made while another thread was probing must not use the parent's probers, it makes a new one.
 * Programs that are run: in a process group of their own, with no stdin of the caller's, LC_ALL=C and no descriptor of
 * the caller; they are killed with their group after the time allowed or too much output, and always reaped. The
 * caller's signal handlers, and whether it ignores or reaps SIGCHLD, make no difference. As usual in C, no other thread
 * may change the environment meanwhile. Errors: there are none to handle. A question that could not be answered has the
 * value "no" or "unknown" and a reason.
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
 * Every probe: its id in capitals, its name, its values, and their source. The order gives the numbers of
 * muster_probe_id, which programs were compiled with: new probes go to the end.
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
 * namespaces          yes, no                                      the same with --net, --mount, --uts and --ipc, too
 * kvm_state           usable, absent, denied, failed, not_in_qemu  as kvm, which layer says no
 * hvf_state           the same                                     as hvf
 * tsc_deadline_timer  yes, no                                      as tsc_deadline, also where XNU calls it TSCTMR
 * qemu_features       names with commas between, may be empty      QEMU -machine none -qmp stdio
 * qemu_tcg            yes, no                                      QEMU -accel help, and whether QEMU starts at all
 * qemu_microvm        yes, no: the machine type                    qemu_features, as all below
 * qemu_pc             yes, no: the machine type
 * qemu_virt           yes, no: the machine type
 * qemu_virtio_mmio    yes, no: virtio-{blk,net,serial,balloon}-device
 * qemu_virtio_pci     yes, no: virtio-{blk,net,serial,balloon}-pci
 * qemu_virtio_rng     yes, no: virtio-rng-device and virtio-rng-pci, for the transports of these that there are
 * qemu_io_uring       yes, no: aio=io_uring
 * qemu_seccomp        yes, no: -sandbox
 * qemu_exit_with_parent  yes, no: -run-with exit-with-parent
 * qemu_path           the absolute path of QEMU, may be empty      as qemu
 *
 * kvm and kvm_state say that the kernel answers and that QEMU was built for it. They do not say that a guest runs: on
 * some hosts that are virtual machines themselves it does not. That takes a trial; see muster_probe_trial.
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
    X(UNSHARE, unshare, "a program can be started in namespaces of its own")                                           \
    X(NAMESPACES, namespaces, "a program can be started in all namespaces that keep it apart")                         \
    X(KVM_STATE, kvm_state, "whether KVM can be used, and why not")                                                    \
    X(HVF_STATE, hvf_state, "whether the Hypervisor framework of macOS can be used, and why not")                      \
    X(TSC_DEADLINE_TIMER, tsc_deadline_timer, "the CPU has the TSC-deadline timer, by whatever name")                  \
    X(QEMU_FEATURES, qemu_features, "what QEMU was built with, as far as probes ask for it")                           \
    X(QEMU_TCG, qemu_tcg, "QEMU can emulate the guest's CPU")                                                          \
    X(QEMU_MICROVM, qemu_microvm, "QEMU has the machine type microvm")                                                 \
    X(QEMU_PC, qemu_pc, "QEMU has the machine type pc")                                                                \
    X(QEMU_VIRT, qemu_virt, "QEMU has the machine type virt")                                                          \
    X(QEMU_VIRTIO_MMIO, qemu_virtio_mmio, "QEMU has the virtio devices for MMIO")                                      \
    X(QEMU_VIRTIO_PCI, qemu_virtio_pci, "QEMU has the virtio devices for PCI")                                         \
    X(QEMU_VIRTIO_RNG, qemu_virtio_rng, "QEMU has the virtio device for random numbers")                               \
    X(QEMU_IO_URING, qemu_io_uring, "QEMU was built with io_uring")                                                    \
    X(QEMU_SECCOMP, qemu_seccomp, "QEMU can confine itself with -sandbox")                                             \
    X(QEMU_EXIT_WITH_PARENT, qemu_exit_with_parent, "QEMU can end together with the process that started it")          \
    X(QEMU_PATH, qemu_path, "the absolute path of QEMU")

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
    X(OTHER_HOST, other_host, "it does not exist on hosts of this kind")                                               \
    X(BROKEN, broken, "it answers, but a guest cannot be started with it")

#define MUSTER_REASON_ENUM_(id, name, meaning) MUSTER_REASON_##id,
enum muster_reason { MUSTER_REASON_LIST(MUSTER_REASON_ENUM_) MUSTER_REASON_COUNT };
#undef MUSTER_REASON_ENUM_

/* All texts are valid UTF-8 without control bytes, whatever the host said, and are cut with "..." if too long. */
struct muster_finding {
    enum muster_reason reason; /* MUSTER_REASON_NONE where the answer is yes, usable, or a value that was found */
    char value[4096];          /* yes, no, unknown, linux, x86_64, 7.2.22, tcg,kvm, ...; a path has room in it */
    char source[256];          /* where it came from: files, calls, commands */
    char why[512];             /* a sentence, and what to do where that is certain; "" with MUSTER_REASON_NONE */
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

/*
 * The fact that a trial start of QEMU with these arguments tells about, by their -accel: MUSTER_PROBE_KVM_STATE,
 * MUSTER_PROBE_HVF_STATE, or MUSTER_PROBE_NONE where it is another accelerator, or none. `arguments` end with a NULL.
 */
MUSTER_API enum muster_probe_id muster_probe_trial_about(const char *const *arguments);

/*
 * What that probe says, and if it is "usable" what a trial says: the very QEMU is started with these arguments
 * (-accel, -cpu, -M and the like, no guest), paused, greets and answers over QMP, and is told to quit. If that fails,
 * the value is "broken", and the reason MUSTER_REASON_BROKEN with QEMU's own words. muster_probe goes on saying what
 * stands without a trial.
 *
 * A trial takes what a start takes, at most the time allowed for a program. The prober remembers the last one for each
 * accelerator, until the probe is reset; both results are also kept in the cache file, for this QEMU with these
 * arguments, as long as the host is not started again and the user and the user's groups stay the same. A trial that
 * ran out of time, or out of the host's memory and the like, is not kept there.
 */
MUSTER_API enum muster_reason muster_probe_trial(struct muster_prober *prober, const char *const *arguments,
                                                 struct muster_finding *finding);

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
