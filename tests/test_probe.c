/*
 * Tests of the probes of the host, on hosts that the tests make up or restate (tests/hosts).
 * QEMU is tested in test_probe_qemu.c, the cache file in test_cache.c.
 *
 * _GNU_SOURCE: nftw.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "fake_qemu_host.h"

/* ---- hosts that are made up ------------------------------------------------------------------------------------- */

static struct muster_probe_context linux_host(void) {
    return fake_linux(fake_recorded("qemu", "qemu-7.2"));
}

/* A Mac: sysctl prints files of a folder of tests/hosts, and fails where there is none. */
static struct muster_probe_context mac(const char *folder, const char *machine) {
    char script[PATH_MAX + 128];
    struct muster_probe_context context = linux_host();
    snprintf(script, sizeof script, "cat '%s'/\"$2\" || { echo \"sysctl: unknown oid '$2'\" >&2; exit 1; }\n",
             fake_host(folder));
    context.root = fake_path("no-root");
    context.qemu = fake_recorded("qemu", "qemu-macos");
    context.sysctl = fake_script("sysctl", script);
    context.sysname = "Darwin";
    context.machine = machine;
    return context;
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

/* Programs were compiled with these numbers. A new probe is a new line at the end. */
static void test_numbers(void) {
    static const char *const names[] = {
        "host_os",
        "host_arch",
        "qemu",
        "qemu_accelerators",
        "qemu_version",
        "kvm",
        "hvf",
        "hwaccel",
        "tsc_deadline",
        "fast_balloon",
        "io_uring",
        "unshare",
        "namespaces",
        "kvm_state",
        "hvf_state",
        "tsc_deadline_timer",
        "qemu_features",
        "qemu_tcg",
        "qemu_microvm",
        "qemu_pc",
        "qemu_virt",
        "qemu_virtio_mmio",
        "qemu_virtio_pci",
        "qemu_virtio_rng",
        "qemu_io_uring",
        "qemu_seccomp",
        "qemu_exit_with_parent",
        "qemu_path",
    };
    CU_ASSERT_EQUAL_FATAL(MUSTER_PROBE_COUNT, sizeof names / sizeof names[0]);
    for (int i = 0; i < MUSTER_PROBE_COUNT; i++)
        CU_ASSERT_STRING_EQUAL(muster_probe_name((enum muster_probe_id)i), names[i]);
}

static void test_names(void) {
    for (int i = 0; i < MUSTER_PROBE_COUNT; i++) {
        const char *name = muster_probe_name((enum muster_probe_id)i);
        CU_ASSERT_NOT_EQUAL(name[0], '\0');
        CU_ASSERT_NOT_EQUAL(muster_probe_title((enum muster_probe_id)i)[0], '\0');
        CU_ASSERT_EQUAL((int)muster_probe_find(name, strlen(name)), i);
        CU_ASSERT_EQUAL(muster_probe_find(name, strlen(name) - 1), MUSTER_PROBE_NONE);
    }
    CU_ASSERT_EQUAL(muster_probe_find("kvmxyz", 3), MUSTER_PROBE_KVM);
    CU_ASSERT_EQUAL(muster_probe_find("", 0), MUSTER_PROBE_NONE);
    CU_ASSERT_STRING_EQUAL(muster_probe_name(MUSTER_PROBE_NONE), "");
    CU_ASSERT_STRING_EQUAL(muster_probe_title(MUSTER_PROBE_COUNT), "");
    CU_ASSERT_STRING_EQUAL(muster_reason_name(MUSTER_REASON_TIMED_OUT), "timed_out");
    CU_ASSERT_NOT_EQUAL(muster_reason_meaning(MUSTER_REASON_TIMED_OUT)[0], '\0');
    CU_ASSERT_STRING_EQUAL(muster_reason_name(MUSTER_REASON_COUNT), "");
}

static void test_wrong_use(void) {
    struct muster_finding finding;
    struct muster_prober *prober = muster_prober_new(NULL);
    CU_ASSERT_NOT_EQUAL(muster_probe(prober, MUSTER_PROBE_NONE, &finding), MUSTER_REASON_NONE);
    CU_ASSERT_STRING_EQUAL(finding.value, "unknown");
    CU_ASSERT_NOT_EQUAL(muster_probe(NULL, MUSTER_PROBE_KVM, NULL), MUSTER_REASON_NONE);
    CU_ASSERT_PTR_NULL(muster_probe_qemu(NULL));
    muster_probe_reset(prober, MUSTER_PROBE_NONE);
    muster_probe_reset(NULL, MUSTER_PROBE_ALL);
    muster_prober_free(prober);
    muster_prober_free(NULL);
}

static void test_uname(void) {
    static const struct {
        const char *sysname, *machine, *os, *arch;
    } cases[] = {
        {"Linux", "x86_64", "linux", "x86_64"},
        {"linux", "AMD64", "linux", "x86_64"},
        {"Darwin", "arm64", "macos", "aarch64"},
        {"DARWIN", "aarch64", "macos", "aarch64"},
        {"FreeBSD", "amd64", "unknown", "x86_64"},
        {"Linux", "riscv64", "linux", "unknown"},
        {"", "", "unknown", "unknown"},
        {"Linux2", "x86_64h", "unknown", "unknown"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct muster_probe_context context = linux_host();
        context.sysname = cases[i].sysname;
        context.machine = cases[i].machine;
        bool os = strcmp(cases[i].os, "unknown") != 0;
        bool arch = strcmp(cases[i].arch, "unknown") != 0;
        struct muster_finding finding = fake_check(&context, MUSTER_PROBE_HOST_OS, cases[i].os,
                                                   os ? MUSTER_REASON_NONE : MUSTER_REASON_NOT_UNDERSTOOD);
        CU_ASSERT_TRUE(os || strstr(finding.why, cases[i].sysname) != NULL);
        finding = fake_check(&context, MUSTER_PROBE_HOST_ARCH, cases[i].arch,
                             arch ? MUSTER_REASON_NONE : MUSTER_REASON_NOT_UNDERSTOOD);
        CU_ASSERT_TRUE(arch || strstr(finding.why, cases[i].machine) != NULL);
    }
}

static void test_hostile_text(void) {
    struct muster_probe_context context = linux_host();
    context.sysname = "a\nb\033[31m\xff\xc3\xa9\xc2\x9b";
    struct muster_finding finding = fake_find(&context, MUSTER_PROBE_HOST_OS);
    CU_ASSERT_PTR_NOT_NULL(strstr(finding.why, "\"a?b?[31m?\xc3\xa9??\""));
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    context.sysname = text;
    finding = fake_find(&context, MUSTER_PROBE_HOST_OS);
    CU_ASSERT_EQUAL(strlen(finding.why), sizeof finding.why - 1);
    CU_ASSERT_STRING_EQUAL(finding.why + sizeof finding.why - 4, "...");
}

/* ---- whole hosts ------------------------------------------------------------------------------------------------ */

struct expectation {
    enum muster_probe_id probe;
    const char *value;
    enum muster_reason reason;
};

static void check_all(const struct muster_probe_context *context, const struct expectation *expected, size_t count) {
    for (size_t i = 0; i < count; i++)
        fake_check(context, expected[i].probe, expected[i].value, expected[i].reason);
}

#define CHECK_ALL(context, expected) check_all(&(context), expected, sizeof(expected) / sizeof(expected)[0])

static void test_linux_intel(void) {
    static const struct expectation expected[] = {
        {MUSTER_PROBE_HOST_OS, "linux", MUSTER_REASON_NONE},
        {MUSTER_PROBE_HOST_ARCH, "x86_64", MUSTER_REASON_NONE},
        {MUSTER_PROBE_QEMU, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_QEMU_ACCELERATORS, "tcg,kvm", MUSTER_REASON_NONE},
        {MUSTER_PROBE_QEMU_VERSION, "7.2.22", MUSTER_REASON_NONE},
        {MUSTER_PROBE_KVM, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_HVF, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_HWACCEL, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_TSC_DEADLINE, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_FAST_BALLOON, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_IO_URING, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_UNSHARE, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_KVM_STATE, "usable", MUSTER_REASON_NONE},
        {MUSTER_PROBE_HVF_STATE, "absent", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_TSC_DEADLINE_TIMER, "yes", MUSTER_REASON_NONE},
    };
    struct muster_probe_context context = linux_host();
    CHECK_ALL(context, expected);
}

static void test_linux_amd(void) {
    static const struct expectation expected[] = {
        {MUSTER_PROBE_KVM, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_TSC_DEADLINE, "no", MUSTER_REASON_UNSUPPORTED},
        {MUSTER_PROBE_TSC_DEADLINE_TIMER, "no", MUSTER_REASON_UNSUPPORTED},
        {MUSTER_PROBE_FAST_BALLOON, "no", MUSTER_REASON_UNSUPPORTED},
    };
    struct muster_probe_context context = linux_host();
    context.root = fake_host("linux-amd");
    CHECK_ALL(context, expected);
}

static void test_linux_arm64(void) {
    static const struct expectation expected[] = {
        {MUSTER_PROBE_HOST_ARCH, "aarch64", MUSTER_REASON_NONE},
        {MUSTER_PROBE_KVM, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_HWACCEL, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_TSC_DEADLINE, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_TSC_DEADLINE_TIMER, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_FAST_BALLOON, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_IO_URING, "yes", MUSTER_REASON_NONE},
    };
    struct muster_probe_context context = linux_host();
    context.root = fake_host("linux-arm64");
    context.machine = "aarch64";
    CHECK_ALL(context, expected);
}

static void test_linux_container(void) {
    static const struct expectation expected[] = {
        {MUSTER_PROBE_KVM, "no", MUSTER_REASON_ABSENT},
        {MUSTER_PROBE_HWACCEL, "no", MUSTER_REASON_ABSENT},
        {MUSTER_PROBE_TSC_DEADLINE, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_FAST_BALLOON, "no", MUSTER_REASON_ABSENT},
        {MUSTER_PROBE_IO_URING, "no", MUSTER_REASON_SANDBOXED},
        {MUSTER_PROBE_UNSHARE, "no", MUSTER_REASON_DENIED},
        {MUSTER_PROBE_KVM_STATE, "absent", MUSTER_REASON_ABSENT},
    };
    struct fake_kernel kernel = {0, 12, EPERM};
    struct muster_probe_context context = linux_host();
    context.root = fake_host("linux-container");
    context.unshare = fake_script("unshare", "echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1\n");
    context.data = &kernel;
    CHECK_ALL(context, expected);
}

static void test_macos_intel(void) {
    static const struct expectation expected[] = {
        {MUSTER_PROBE_HOST_OS, "macos", MUSTER_REASON_NONE},
        {MUSTER_PROBE_KVM, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_HVF, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_HWACCEL, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_TSC_DEADLINE, "no", MUSTER_REASON_UNSUPPORTED},
        {MUSTER_PROBE_FAST_BALLOON, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_IO_URING, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_UNSHARE, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_KVM_STATE, "absent", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_HVF_STATE, "usable", MUSTER_REASON_NONE},
        {MUSTER_PROBE_TSC_DEADLINE_TIMER, "yes", MUSTER_REASON_NONE},
    };
    struct muster_probe_context context = mac("macos-intel", "x86_64");
    CHECK_ALL(context, expected);
    context = mac("macos-intel-deadline", "x86_64");
    fake_check(&context, MUSTER_PROBE_TSC_DEADLINE, "yes", MUSTER_REASON_NONE);
    fake_check(&context, MUSTER_PROBE_TSC_DEADLINE_TIMER, "yes", MUSTER_REASON_NONE);
}

static void test_macos_arm64(void) {
    static const struct expectation expected[] = {
        {MUSTER_PROBE_HOST_ARCH, "aarch64", MUSTER_REASON_NONE},
        {MUSTER_PROBE_HVF, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_HWACCEL, "yes", MUSTER_REASON_NONE},
        {MUSTER_PROBE_TSC_DEADLINE, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_FAST_BALLOON, "yes", MUSTER_REASON_NONE},
    };
    struct muster_probe_context context = mac("macos-arm64", "arm64");
    CHECK_ALL(context, expected);
    context.qemu = fake_recorded("qemu", "qemu-7.2");
    fake_check(&context, MUSTER_PROBE_HVF, "no", MUSTER_REASON_NOT_IN_QEMU);
    fake_check(&context, MUSTER_PROBE_HVF_STATE, "not_in_qemu", MUSTER_REASON_NOT_IN_QEMU);
}

static void test_macos_sysctl(void) {
    static const struct {
        const char *script;
        const char *hvf;
        enum muster_reason hvf_reason;
        const char *state;
        const char *timer;
        enum muster_reason timer_reason;
    } cases[] = {
        {"echo 0", "no", MUSTER_REASON_UNSUPPORTED, "absent", "no", MUSTER_REASON_UNSUPPORTED},
        {"printf ' 1 \\n\\n'", "yes", MUSTER_REASON_NONE, "usable", "no", MUSTER_REASON_UNSUPPORTED},
        {"echo 10", "no", MUSTER_REASON_UNSUPPORTED, "absent", "no", MUSTER_REASON_UNSUPPORTED},
        {"echo fpu tscdead sse", "no", MUSTER_REASON_UNSUPPORTED, "absent", "yes", MUSTER_REASON_NONE},
        {"echo 'fpu Tsc_Deadline_Timer'", "no", MUSTER_REASON_UNSUPPORTED, "absent", "yes", MUSTER_REASON_NONE},
        {"echo 1 tsc_deadline; exit 1", "no", MUSTER_REASON_FAILED, "failed", "no", MUSTER_REASON_FAILED},
        {"kill -KILL $$", "no", MUSTER_REASON_FAILED, "failed", "no", MUSTER_REASON_FAILED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct muster_probe_context context = mac("macos-intel", "x86_64");
        context.sysctl = fake_script("sysctl", cases[i].script);
        fake_check(&context, MUSTER_PROBE_HVF, cases[i].hvf, cases[i].hvf_reason);
        fake_check(&context, MUSTER_PROBE_HVF_STATE, cases[i].state, cases[i].hvf_reason);
        fake_check(&context, MUSTER_PROBE_TSC_DEADLINE, cases[i].timer, cases[i].timer_reason);
    }
    struct muster_probe_context context = mac("macos-intel", "x86_64");
    context.sysctl = fake_path("absent-sysctl");
    fake_check(&context, MUSTER_PROBE_HVF, "no", MUSTER_REASON_ABSENT);
    fake_check(&context, MUSTER_PROBE_TSC_DEADLINE, "no", MUSTER_REASON_ABSENT);
}

static void test_unknown_os(void) {
    static const struct expectation expected[] = {
        {MUSTER_PROBE_HWACCEL, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_TSC_DEADLINE, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_FAST_BALLOON, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_IO_URING, "no", MUSTER_REASON_OTHER_HOST},
        {MUSTER_PROBE_UNSHARE, "yes", MUSTER_REASON_NONE},
    };
    struct muster_probe_context context = linux_host();
    context.sysname = "FreeBSD";
    CHECK_ALL(context, expected);
}

/* ---- the layers of KVM ------------------------------------------------------------------------------------------ */

static int hanging_kvm(const char *device, void *data) {
    (void)device;
    (void)data;
    while (pause() < 0) {
    }
    return 12;
}

static int crashing_kvm(const char *device, void *data) {
    (void)device;
    (void)data;
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
    return 12;
}

static void test_kvm_layers(void) {
    static const struct {
        struct fake_kernel kernel;
        enum muster_reason reason;
        const char *state;
    } cases[] = {
        {{EACCES, 12, 0}, MUSTER_REASON_DENIED, "denied"},
        {{EPERM, 12, 0}, MUSTER_REASON_DENIED, "denied"},
        {{EIO, 12, 0}, MUSTER_REASON_FAILED, "failed"},
        {{0, 11, 0}, MUSTER_REASON_WRONG_VERSION, "failed"},
        {{0, 0, 0}, MUSTER_REASON_WRONG_VERSION, "failed"},
        {{0, 13, 0}, MUSTER_REASON_WRONG_VERSION, "failed"},
        {{0, -ENODEV, 0}, MUSTER_REASON_ABSENT, "absent"},
        {{0, -ENXIO, 0}, MUSTER_REASON_ABSENT, "absent"},
        {{0, -EPERM, 0}, MUSTER_REASON_DENIED, "denied"},
        {{0, -EACCES, 0}, MUSTER_REASON_DENIED, "denied"},
        {{0, -ENOTTY, 0}, MUSTER_REASON_NOT_UNDERSTOOD, "failed"},
        {{0, -EBUSY, 0}, MUSTER_REASON_FAILED, "failed"},
    };
    struct muster_probe_context context = linux_host();
    int before = fake_runs("qemu", NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake_kernel kernel = cases[i].kernel;
        context.data = &kernel;
        struct muster_finding kvm = fake_check(&context, MUSTER_PROBE_KVM, "no", cases[i].reason);
        struct muster_finding state = fake_check(&context, MUSTER_PROBE_KVM_STATE, cases[i].state, cases[i].reason);
        CU_ASSERT_STRING_EQUAL(state.why, kvm.why);
        CU_ASSERT_STRING_EQUAL(state.source, kvm.source);
    }
    /* A layer that fails ends the probe: QEMU is not asked. */
    CU_ASSERT_EQUAL(fake_runs("qemu", NULL), before);
}

/* Only QEMU is in the way: no device is absent then, and nothing is denied to this user. */
static void test_kvm_without_qemu(void) {
    struct muster_probe_context context = linux_host();
    context.qemu = fake_path("no-qemu");
    fake_check(&context, MUSTER_PROBE_KVM_STATE, "failed", MUSTER_REASON_ABSENT);
    context.qemu = fake_file("not-executable", "");
    fake_check(&context, MUSTER_PROBE_KVM_STATE, "failed", MUSTER_REASON_DENIED);
    context.qemu = fake_script("without-kvm", "echo Accelerators supported in QEMU binary:; echo tcg\n");
    struct muster_finding finding =
        fake_check(&context, MUSTER_PROBE_KVM_STATE, "not_in_qemu", MUSTER_REASON_NOT_IN_QEMU);
    CU_ASSERT_STRING_EQUAL(finding.why, "this QEMU was built without kvm; it has tcg");
}

static void test_kvm_real_call(void) {
    struct muster_probe_context context = linux_host();
    /* A plain file where the device should be: the real calls say that it is none. */
    context.kvm_access = NULL;
    context.kvm_api_version = NULL;
    fake_file("plain/dev/kvm", "");
    context.root = fake_path("plain");
    fake_check(&context, MUSTER_PROBE_KVM, "no", MUSTER_REASON_NOT_UNDERSTOOD);
}

static void test_kvm_really_denied(void) {
    if (geteuid() == 0) {
        unit_skip("root may read every file, so a denied one needs another user");
        return;
    }
    struct muster_probe_context context = linux_host();
    context.kvm_access = NULL;
    fake_bytes("denied/dev/kvm", "", 0, 0400);
    context.root = fake_path("denied");
    fake_check(&context, MUSTER_PROBE_KVM, "no", MUSTER_REASON_DENIED);
}

static void test_kvm_broken_module(void) {
    struct muster_probe_context context = linux_host();
    context.timeout_ms = SHORT_MS;
    context.kvm_api_version = hanging_kvm;
    fake_check(&context, MUSTER_PROBE_KVM, "no", MUSTER_REASON_TIMED_OUT);
    context.timeout_ms = AMPLE_MS;
    context.kvm_api_version = crashing_kvm;
    fake_check(&context, MUSTER_PROBE_KVM, "no", MUSTER_REASON_FAILED);
}

static void test_kvm_and_qemu(void) {
    struct muster_probe_context context = linux_host();
    context.qemu = fake_recorded("qemu", "qemu-7.2-aarch64");
    struct muster_finding finding = fake_check(&context, MUSTER_PROBE_KVM, "no", MUSTER_REASON_NOT_IN_QEMU);
    CU_ASSERT_PTR_NOT_NULL(strstr(finding.why, "it has tcg"));
    context.qemu = fake_path("absent-qemu");
    fake_check(&context, MUSTER_PROBE_KVM, "no", MUSTER_REASON_ABSENT);
    context.qemu = fake_script("qemu", "exit 1\n");
    fake_check(&context, MUSTER_PROBE_KVM, "no", MUSTER_REASON_FAILED);
}

/* ---- /proc/cpuinfo ---------------------------------------------------------------------------------------------- */

static void check_cpuinfo(const char *text, size_t length, const char *value, enum muster_reason reason) {
    struct muster_probe_context context = linux_host();
    fake_bytes("cpu/proc/cpuinfo", text, length, 0644);
    context.root = fake_path("cpu");
    fake_check(&context, MUSTER_PROBE_TSC_DEADLINE, value, reason);
}

static void test_cpuinfo(void) {
    static const struct {
        const char *text, *value;
        enum muster_reason reason;
    } cases[] = {
        {"flags\t\t: fpu tsc_deadline_timer aes\n", "yes", MUSTER_REASON_NONE},
        {"flags: tsc_deadline_timer", "yes", MUSTER_REASON_NONE},
        {"flags\t\t:\ttsc_deadline_timer\r\n", "yes", MUSTER_REASON_NONE},
        {"flags\t\t: fpu xtsc_deadline_timer tsc_deadline_timer2\n", "no", MUSTER_REASON_UNSUPPORTED},
        {"flags\t\t: fpu\nflags\t\t: tsc_deadline_timer\n", "no", MUSTER_REASON_UNSUPPORTED},
        {"flags\t\t: fpu", "no", MUSTER_REASON_UNSUPPORTED},
        {"vmx flags\t: tsc_deadline_timer\n", "no", MUSTER_REASON_NOT_UNDERSTOOD},
        {"model name\t: flags : tsc_deadline_timer\n", "no", MUSTER_REASON_NOT_UNDERSTOOD},
        {"bugs: tsc_deadline_timer\nflags\t: tsc_deadline_timer\n", "yes", MUSTER_REASON_NONE},
        {"tsc_deadline_timer\n", "no", MUSTER_REASON_NOT_UNDERSTOOD},
        {"", "no", MUSTER_REASON_NOT_UNDERSTOOD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_cpuinfo(cases[i].text, strlen(cases[i].text), cases[i].value, cases[i].reason);
    struct muster_probe_context context = linux_host();
    context.root = fake_path("no-root");
    fake_check(&context, MUSTER_PROBE_TSC_DEADLINE, "no", MUSTER_REASON_ABSENT);
}

static void test_long_cpuinfo(void) {
    static char text[3 * 4096];
    static const char flag[] = " tsc_deadline_timer ";
    /* The word in every place around the end of the first block that is read, then far behind it. */
    for (size_t at = 4096 - 24; at < 4096 + 4; at++) {
        memset(text, 'x', sizeof text);
        memcpy(text, "flags\t\t: ", 9);
        memcpy(text + at, flag, sizeof flag - 1);
        check_cpuinfo(text, sizeof text, "yes", MUSTER_REASON_NONE);
    }
    memset(text, '\n', sizeof text);
    memcpy(text + 10000, "flags: tsc_deadline_timer\n", 26);
    check_cpuinfo(text, sizeof text, "yes", MUSTER_REASON_NONE);
}

/* ---- io_uring and namespaces ------------------------------------------------------------------------------------ */

static void test_io_uring(void) {
    static const struct {
        const char *disabled;
        int number;
        const char *value;
        enum muster_reason reason;
    } cases[] = {
        {"0\n", EINVAL, "yes", MUSTER_REASON_NONE},      {"0\n", EFAULT, "yes", MUSTER_REASON_NONE},
        {"1\n", EINVAL, "yes", MUSTER_REASON_NONE},      {"1\n", EPERM, "no", MUSTER_REASON_DENIED},
        {"0\n", EPERM, "no", MUSTER_REASON_SANDBOXED},   {"0\n", ENOSYS, "no", MUSTER_REASON_UNSUPPORTED},
        {"2\n", EINVAL, "no", MUSTER_REASON_DISABLED},   {"2", EINVAL, "no", MUSTER_REASON_DISABLED},
        {"0\n", 0, "no", MUSTER_REASON_NOT_UNDERSTOOD},  {"0\n", ENOMEM, "no", MUSTER_REASON_FAILED},
        {"nonsense", EINVAL, "yes", MUSTER_REASON_NONE}, {"", EINVAL, "yes", MUSTER_REASON_NONE},
        {"22\n", EINVAL, "yes", MUSTER_REASON_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake_kernel kernel = {0, 12, cases[i].number};
        struct muster_probe_context context = linux_host();
        fake_file("uring/proc/sys/kernel/io_uring_disabled", cases[i].disabled);
        context.root = fake_path("uring");
        context.data = &kernel;
        fake_check(&context, MUSTER_PROBE_IO_URING, cases[i].value, cases[i].reason);
    }
}

static int killing_filter(void *data) {
    (void)data;
    signal(SIGSYS, SIG_DFL);
    raise(SIGSYS);
    return EINVAL;
}

static void test_io_uring_filter(void) {
    struct muster_probe_context context = linux_host();
    context.io_uring_errno = killing_filter;
    fake_check(&context, MUSTER_PROBE_IO_URING, "no", MUSTER_REASON_SANDBOXED);
}

static void test_unshare(void) {
    static const struct {
        const char *script, *value;
        enum muster_reason reason;
    } cases[] = {
        {"[ \"$*\" = '--pid --fork -- /bin/something' ]\n", "yes", MUSTER_REASON_NONE},
        {"exit 1\n", "no", MUSTER_REASON_FAILED},
        {"echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1\n", "no", MUSTER_REASON_DENIED},
        {"kill -TERM $$\n", "no", MUSTER_REASON_FAILED},
    };
    struct muster_probe_context context = linux_host();
    context.true_program = "/bin/something";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        context.unshare = fake_script("unshare", cases[i].script);
        fake_check(&context, MUSTER_PROBE_UNSHARE, cases[i].value, cases[i].reason);
    }
    context.unshare = fake_path("absent-unshare");
    fake_check(&context, MUSTER_PROBE_UNSHARE, "no", MUSTER_REASON_ABSENT);
    context.unshare = fake_script("unshare", "sleep 60\n");
    context.timeout_ms = SHORT_MS;
    fake_check(&context, MUSTER_PROBE_UNSHARE, "no", MUSTER_REASON_TIMED_OUT);
}

/* ---- this host -------------------------------------------------------------------------------------------------- */

static void test_this_host(void) {
    /* What comes out depends on where the tests run; that something does, and that nothing is left, must hold. */
    struct muster_probe_context context = muster_probe_defaults;
    context.cache = "";
    for (int i = 0; i < MUSTER_PROBE_COUNT; i++) {
        struct muster_finding finding = fake_find(&context, (enum muster_probe_id)i);
        /* Lists and paths are empty where there is a reason, such as no QEMU. */
        CU_ASSERT_TRUE(finding.value[0] != '\0' || finding.reason != MUSTER_REASON_NONE);
    }
    CU_ASSERT_PTR_NOT_NULL(muster_prober_default());
    CU_ASSERT_PTR_EQUAL(muster_prober_default(), muster_prober_default());
}

int main(void) {
    static const struct unit_test tests[] = {
        {"numbers", test_numbers},
        {"names", test_names},
        {"wrong use", test_wrong_use},
        {"uname", test_uname},
        {"hostile text", test_hostile_text},
        {"Linux on Intel", test_linux_intel},
        {"Linux on AMD", test_linux_amd},
        {"Linux on arm64", test_linux_arm64},
        {"container without /dev/kvm", test_linux_container},
        {"macOS on Intel", test_macos_intel},
        {"macOS on arm64", test_macos_arm64},
        {"sysctl of macOS", test_macos_sysctl},
        {"another operating system", test_unknown_os},
        {"layers of KVM", test_kvm_layers},
        {"KVM without a QEMU that has it", test_kvm_without_qemu},
        {"real call of KVM", test_kvm_real_call},
        {"file of KVM that is denied", test_kvm_really_denied},
        {"broken module of KVM", test_kvm_broken_module},
        {"KVM and QEMU", test_kvm_and_qemu},
        {"cpuinfo", test_cpuinfo},
        {"long cpuinfo", test_long_cpuinfo},
        {"io_uring", test_io_uring},
        {"io_uring under a killing filter", test_io_uring_filter},
        {"unshare", test_unshare},
        {"this host", test_this_host},
    };
    fake_begin();
    return unit_main("probe", tests, sizeof tests / sizeof tests[0]);
}
