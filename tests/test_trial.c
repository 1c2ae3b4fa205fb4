/*
 * Tests of the trial start of QEMU: what it concludes, when it is made at all, and what is remembered of it.
 *
 * _GNU_SOURCE: nftw, setgroups.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>

#include "fake_qemu_host.h"

static const char *const kvm_arguments[] = {"-accel", "kvm", "-cpu", "host", "-M", "microvm,pit=off", NULL};
static const char *const other_arguments[] = {"-accel", "kvm,dirty-ring-size=4096", "-M", "pc", NULL};
static const char *const hvf_arguments[] = {"-M", "pc", "-accel", "hvf", NULL};

#define ARGUMENTS " -accel kvm -cpu host -M microvm,pit=off"
#define OURS " -S -nodefaults -no-user-config -no-reboot -display none -qmp stdio"
#define GUEST " -bios /proc/self/fd/4 -device isa-debug-exit,iobase=0x501,iosize=1"
#define STARTED "-accel kvm -cpu host -M microvm,pit=off" OURS GUEST

/* What a QEMU says over QMP that is asked for its state; and how it ends when its guest got to its end. */
#define GREETS "echo \"{\\\"QMP\\\": {}}\"; "
#define STATE                                                                                                          \
    GREETS                                                                                                             \
    "cat >/dev/null; echo \"{\\\"return\\\": {\\\"status\\\": \\\"prelaunch\\\"}, \\\"id\\\": \\\"status\\\"}\"; "
#define ANSWERS STATE "exit 85"

/* A host on which KVM says yes, with a QEMU that does this when it is started. */
static struct muster_probe_context host_with(const char *name, const char *commands) {
    char script[2048];
    snprintf(script, sizeof script, "case $2 in help) echo kvm; echo hvf ;; *) %s ;; esac\n", commands);
    return fake_linux(fake_script(name, script));
}

/* What a new prober finds, with nothing left behind. */
static struct muster_finding try_it(const struct muster_probe_context *context, const char *const *arguments) {
    struct muster_finding finding;
    int before = fake_descriptors();
    struct muster_prober *prober = muster_prober_new(context);
    CU_ASSERT_PTR_NOT_NULL_FATAL(prober);
    enum muster_reason reason = muster_probe_trial(prober, arguments, &finding);
    muster_prober_free(prober);
    CU_ASSERT_EQUAL(reason, finding.reason);
    CU_ASSERT_EQUAL(reason == MUSTER_REASON_NONE, finding.why[0] == '\0');
    CU_ASSERT_EQUAL(fake_descriptors(), before);
    CU_ASSERT_TRUE(fake_no_child());
    return finding;
}

static void check_trial(const struct muster_probe_context *context, const char *value, const char *why) {
    struct muster_finding finding = try_it(context, kvm_arguments);
    CU_ASSERT_STRING_EQUAL(finding.value, value);
    CU_ASSERT_STRING_EQUAL(finding.why, why);
}

/* ---- what is concluded ------------------------------------------------------------------------------------------ */

static void test_about(void) {
    static const struct {
        const char *arguments[5];
        enum muster_probe_id probe;
    } cases[] = {
        {{"-accel", "kvm"}, MUSTER_PROBE_KVM_STATE},
        {{"-M", "pc", "-accel", "hvf"}, MUSTER_PROBE_HVF_STATE},
        {{"-accel", "kvm,x=y"}, MUSTER_PROBE_KVM_STATE},
        {{"-accel", "kvmx"}, MUSTER_PROBE_NONE},
        {{"-accel", "kv"}, MUSTER_PROBE_NONE},
        {{"-accel", "tcg", "-accel", "kvm"}, MUSTER_PROBE_NONE},
        {{"-accel"}, MUSTER_PROBE_NONE},
        {{"-accel", ""}, MUSTER_PROBE_NONE},
        {{"-M", "kvm"}, MUSTER_PROBE_NONE},
        {{NULL}, MUSTER_PROBE_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CU_ASSERT_EQUAL(muster_probe_trial_about(cases[i].arguments), cases[i].probe);
}

static void test_success(void) {
    char expected[512];
    struct muster_probe_context context = host_with("good", ANSWERS);
    struct muster_finding finding = try_it(&context, kvm_arguments);
    CU_ASSERT_STRING_EQUAL(finding.value, "usable");
    snprintf(expected, sizeof expected, "trial start: %s" ARGUMENTS, fake_path("good"));
    CU_ASSERT_STRING_EQUAL(finding.source, expected);
    CU_ASSERT_EQUAL(fake_runs("good", STARTED), 1);
    context.sysname = "Darwin";
    finding = try_it(&context, hvf_arguments);
    CU_ASSERT_STRING_EQUAL(finding.value, "usable");
    CU_ASSERT_EQUAL(fake_runs("good", "-M pc -accel hvf" OURS GUEST), 1);
}

/* What QEMU is told, and the file that it is given. */
static void test_session(void) {
    struct muster_probe_context context =
        host_with("told", "cat > @/told.input; wc -c < /proc/self/fd/4 > @/told.size; "
                          "tail -c 16 /proc/self/fd/4 | head -c 5 > @/told.vector; "
                          "ls /proc/$$/fd > @/told.open; exit 1");
    char text[512] = "";
    try_it(&context, kvm_arguments);
    static const struct {
        const char *name, *content;
    } files[] = {
        {"told.input", "{\"execute\": \"qmp_capabilities\"}\n{\"execute\": \"query-status\", \"id\": \"status\"}\n"
                       "{\"execute\": \"cont\", \"id\": \"cont\"}\n"},
        {"told.size", "65536\n"},
        {"told.vector", "\xea"},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        FILE *file = fopen(fake_path(files[i].name), "r");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
        CU_ASSERT_STRING_EQUAL(text, files[i].content);
    }
}

/* On aarch64 the guest shuts itself down, and QEMU says so. */
static void test_aarch64(void) {
#define SHUTDOWN(reason)                                                                                               \
    "echo \"{\\\"event\\\": \\\"SHUTDOWN\\\", \\\"data\\\": {\\\"reason\\\": \\\"" reason "\\\"}}\"; "
    static const struct {
        const char *commands, *value;
    } cases[] = {
        {STATE SHUTDOWN("guest-shutdown"), "usable"},
        {STATE SHUTDOWN("guest-shutdown") "exit 85", "broken"},
        {STATE SHUTDOWN("guest-reset"), "broken"},
        {STATE "exit 0", "broken"},
        {STATE "exit 85", "broken"},
        {GREETS SHUTDOWN("guest-shutdown"), "broken"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct muster_probe_context context = host_with("arm", cases[i].commands);
        context.machine = "aarch64";
        CU_ASSERT_STRING_EQUAL(try_it(&context, kvm_arguments).value, cases[i].value);
    }
    CU_ASSERT_EQUAL(fake_runs("arm", "-accel kvm -cpu host -M microvm,pit=off" OURS " -kernel /proc/self/fd/4"), 6);
}

/* Where no guest is known, QEMU is told to quit. */
static void test_no_guest(void) {
    struct muster_probe_context context = host_with("other-arch", GREETS "grep -q quit && echo \"{\\\"return\\\": "
                                                                         "{\\\"status\\\": \\\"x\\\"}, \\\"id\\\": "
                                                                         "\\\"status\\\"}\"");
    context.machine = "riscv64";
    CU_ASSERT_STRING_EQUAL(try_it(&context, kvm_arguments).value, "usable");
    CU_ASSERT_EQUAL(fake_runs("other-arch", "-accel kvm -cpu host -M microvm,pit=off" OURS), 1);
}

static void test_failures(void) {
    static const struct {
        const char *commands, *why;
    } cases[] = {
        {"echo qemu-system-x86_64: error: failed to set MSR 0x10a >&2; echo /usr/bin/qemu-kvm: kvm.c:3121: Assertion "
         "failed. >&2; kill -ABRT $$",
         "a trial start failed: error: failed to set MSR 0x10a; kvm.c:3121: Assertion failed. (it was ended by signal "
         "6)"},
        {GREETS "echo qemu-system-x86_64: unsupported machine type >&2; echo Use -machine help >&2; exit 1",
         "a trial start failed: unsupported machine type; Use -machine help"},
        {"printf \"\\\\nqemu: warning: slow\\\\nqemu: no\\\\033[1m KVM\\\\r\\\\n\\\\nqemu: no\\\\033[1m KVM\\\\n\" "
         ">&2; "
         "exit 1",
         "a trial start failed: no?[1m KVM"},
        {"echo error of ours: no memory >&2; exit 3", "a trial start failed: error of ours: no memory"},
        {"exit 3", "a trial start failed: it exited with status 3 and said nothing"},
        {"exit 0", "a trial start failed: it did not answer over QMP"},
        {GREETS "exit 0", "a trial start failed: it did not answer over QMP"},
        {"echo nonsense; echo qemu: hello >&2", "a trial start failed: hello (it did not answer over QMP)"},
        {STATE "echo nonsense", "a trial start failed: it did not answer over QMP"},
        {STATE "echo nonsense; exit 85", "a trial start failed: it exited with status 85 and said nothing"},
        {STATE "exit 1", "a trial start failed: QEMU ended with status 1, but not because its guest did"},
        {STATE "exit 0", "a trial start failed: QEMU ended with status 0, but not because its guest did"},
        {STATE "echo qemu: shut down >&2",
         "a trial start failed: shut down (QEMU ended with status 0, but not because its guest did)"},
        {STATE "echo qemu: no more KVM >&2; exit 1", "a trial start failed: no more KVM"},
        {GREETS "exit 85", "a trial start failed: it exited with status 85 and said nothing"},
        {GREETS "echo \"{\\\"error\\\": {\\\"desc\\\": \\\"no\\\"}, \\\"id\\\": \\\"status\\\"}\"",
         "a trial start failed: it did not answer over QMP"},
        {"kill -KILL $$", "a trial start failed: it was ended by signal 9"},
        {"cat /dev/zero", "a trial start failed: it wrote more than 65536 bytes and was killed"},
        {"cat /dev/zero >&2", "a trial start failed: it wrote more than 65536 bytes and was killed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct muster_probe_context context = host_with("bad", cases[i].commands);
        check_trial(&context, "broken", cases[i].why);
    }
}

static void test_time_out(void) {
    struct muster_probe_context context = host_with("hangs", GREETS "sleep 60 & echo $! > @/grandchild; wait");
    context.timeout_ms = 3 * SHORT_MS;
    check_trial(&context, "broken", "a trial start failed: it gave no answer in 900 ms and was killed");
    CU_ASSERT_TRUE(fake_is_gone("grandchild"));
    context = host_with("hangs", STATE "echo qemu: KVM: entry failed >&2; sleep 60 & echo $! > @/grandchild; wait");
    context.timeout_ms = 3 * SHORT_MS;
    check_trial(
        &context, "broken",
        "a trial start failed: KVM: entry failed (QEMU answers, but its guest under kvm did not finish within 900 ms)");
    CU_ASSERT_TRUE(fake_is_gone("grandchild"));
}

static void test_long_words(void) {
    struct muster_probe_context context = host_with(
        "talks", "for i in 1 2 3 4 5 6 7 8 9; do echo qemu: $i is a long line of some eighty bytes, which says "
                 "what nobody wants to read >&2; done; exit 1");
    struct muster_finding finding = try_it(&context, kvm_arguments);
    CU_ASSERT_PTR_NOT_NULL(strstr(finding.why, "; 4 is a long line"));
    CU_ASSERT_STRING_EQUAL(finding.why + strlen(finding.why) - 3, "...");
    CU_ASSERT_TRUE(strlen(finding.why) < sizeof finding.why);
}

/* A host that is a virtual machine itself, and says so in /proc/cpuinfo. */
static void test_nested(void) {
    static const char advice[] =
        "a trial start failed: failed to set MSR 0x10a; this host is a virtual machine itself: "
        "use one whose nested virtualization works, or live with emulation";
    struct muster_probe_context context = host_with("nested", "echo qemu: failed to set MSR 0x10a >&2; exit 1");
    fake_file("vm/proc/cpuinfo", "processor : 0\nflags : fpu hypervisor vmx\n");
    fake_file("vm/dev/kvm", "");
    check_trial(&context, "broken", "a trial start failed: failed to set MSR 0x10a");
    context.root = fake_path("vm");
    context.cache = fake_path("nested-cache");
    check_trial(&context, "broken", advice);
    check_trial(&context, "broken", advice);
    CU_ASSERT_EQUAL(fake_runs("nested", STARTED), 2);
    /* What is not about KVM gets no such advice. */
    struct muster_probe_context other = host_with("other", "echo qemu: unsupported machine type >&2; exit 1");
    other.root = fake_path("vm");
    check_trial(&other, "broken", "a trial start failed: unsupported machine type");
}

/* ---- when it is made -------------------------------------------------------------------------------------------- */

static void test_only_if_usable(void) {
    struct fake_kernel denied = {EACCES, 12, 0};
    struct muster_probe_context context = host_with("not-asked", ANSWERS);
    struct muster_finding finding = try_it(&context, hvf_arguments);
    CU_ASSERT_STRING_EQUAL(finding.value, "absent");
    CU_ASSERT_EQUAL(finding.reason, MUSTER_REASON_OTHER_HOST);
    context.data = &denied;
    finding = try_it(&context, kvm_arguments);
    CU_ASSERT_STRING_EQUAL(finding.value, "denied");
    CU_ASSERT_EQUAL(fake_runs("not-asked", NULL), 0);
}

static void test_not_started(void) {
    struct muster_probe_context context = host_with("goes", "exit 0");
    struct muster_prober *prober = muster_prober_new(&context);
    struct muster_finding finding;
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_KVM_STATE, NULL), MUSTER_REASON_NONE);
    unlink(fake_path("goes"));
    CU_ASSERT_EQUAL(muster_probe_trial(prober, kvm_arguments, &finding), MUSTER_REASON_ABSENT);
    CU_ASSERT_STRING_EQUAL(finding.value, "failed");
    muster_prober_free(prober);
}

static void test_wrong_use(void) {
    static const char *const tcg[] = {"-accel", "tcg", NULL};
    const char *many[100] = {"-accel", "kvm"};
    char text[5000];
    struct muster_finding finding;
    struct muster_probe_context context = host_with("not-asked", ANSWERS);
    struct muster_prober *prober = muster_prober_new(&context);
    CU_ASSERT_EQUAL(muster_probe_trial(prober, tcg, &finding), MUSTER_REASON_FAILED);
    CU_ASSERT_STRING_EQUAL(finding.value, "unknown");
    CU_ASSERT_EQUAL(muster_probe_trial(NULL, kvm_arguments, &finding), MUSTER_REASON_FAILED);
    CU_ASSERT_EQUAL(muster_probe_trial(NULL, kvm_arguments, NULL), MUSTER_REASON_FAILED);
    for (size_t i = 2; i < 99; i++)
        many[i] = "x";
    CU_ASSERT_EQUAL(muster_probe_trial(prober, many, &finding), MUSTER_REASON_FAILED);
    CU_ASSERT_STRING_EQUAL(finding.value, "failed");
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    many[2] = text;
    many[3] = NULL;
    CU_ASSERT_EQUAL(muster_probe_trial(prober, many, &finding), MUSTER_REASON_FAILED);
    muster_prober_free(prober);
}

/* ---- the prober's memory ---------------------------------------------------------------------------------------- */

static void test_memory(void) {
    struct muster_finding finding;
    struct muster_probe_context context = host_with("remembered", "exit 1");
    struct muster_prober *prober = muster_prober_new(&context);
    int listed = 1; /* QEMU was asked for its accelerators */
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(muster_probe_trial(prober, kvm_arguments, &finding), MUSTER_REASON_BROKEN);
    CU_ASSERT_EQUAL(fake_runs("remembered", NULL), listed + 1);
    /* The probe itself goes on saying what stands without a trial. */
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_KVM_STATE, &finding), MUSTER_REASON_NONE);
    CU_ASSERT_STRING_EQUAL(finding.value, "usable");
    /* Other arguments are another question. */
    CU_ASSERT_EQUAL(muster_probe_trial(prober, other_arguments, NULL), MUSTER_REASON_BROKEN);
    CU_ASSERT_EQUAL(muster_probe_trial(prober, other_arguments, NULL), MUSTER_REASON_BROKEN);
    CU_ASSERT_EQUAL(fake_runs("remembered", NULL), listed + 2);
    /* What has no part in it is reset. */
    muster_probe_reset(prober, MUSTER_PROBE_QEMU_VERSION);
    muster_probe_reset(prober, MUSTER_PROBE_HVF_STATE);
    CU_ASSERT_EQUAL(muster_probe_trial(prober, other_arguments, NULL), MUSTER_REASON_BROKEN);
    CU_ASSERT_EQUAL(fake_runs("remembered", NULL), listed + 2);
    /* The probe, and one that it asks. */
    host_with("remembered", ANSWERS);
    muster_probe_reset(prober, MUSTER_PROBE_KVM_STATE);
    CU_ASSERT_EQUAL(muster_probe_trial(prober, other_arguments, NULL), MUSTER_REASON_NONE);
    CU_ASSERT_EQUAL(fake_runs("remembered", NULL), listed + 3);
    muster_probe_reset(prober, MUSTER_PROBE_KVM);
    CU_ASSERT_EQUAL(muster_probe_trial(prober, other_arguments, NULL), MUSTER_REASON_NONE);
    CU_ASSERT_EQUAL(fake_runs("remembered", NULL), listed + 4);
    muster_prober_free(prober);
}

enum { THREADS = 64 };

struct crowd {
    struct muster_prober *prober;
    pthread_barrier_t start;
    bool mixed; /* half of them with other arguments, and resets */
};

static void *try_in_a_crowd(void *data) {
    struct crowd *crowd = data;
    pthread_barrier_wait(&crowd->start);
    for (int i = 0; i < (crowd->mixed ? 4 : 1); i++) {
        struct muster_finding finding;
        muster_probe_trial(crowd->prober, crowd->mixed && i % 2 ? other_arguments : kvm_arguments, &finding);
        if (strcmp(finding.value, "broken") != 0)
            return data;
        if (crowd->mixed)
            muster_probe_reset(crowd->prober, MUSTER_PROBE_KVM_STATE);
    }
    return NULL;
}

static void crowd_tries(struct crowd *crowd, const struct muster_probe_context *context, unsigned count) {
    pthread_t threads[THREADS];
    int before = fake_descriptors();
    crowd->prober = muster_prober_new(context);
    CU_ASSERT_PTR_NOT_NULL_FATAL(crowd->prober);
    pthread_barrier_init(&crowd->start, NULL, count);
    for (unsigned i = 0; i < count; i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, try_in_a_crowd, crowd), 0);
    for (unsigned i = 0; i < count; i++) {
        void *wrong = NULL;
        pthread_join(threads[i], &wrong);
        CU_ASSERT_PTR_NULL(wrong);
    }
    pthread_barrier_destroy(&crowd->start);
    muster_prober_free(crowd->prober);
    CU_ASSERT_EQUAL(fake_descriptors(), before);
    CU_ASSERT_TRUE(fake_no_child());
}

static void test_once(void) {
    struct crowd crowd = {.mixed = false};
    struct muster_probe_context context = host_with("tried-once", "sleep 0.2; exit 1");
    crowd_tries(&crowd, &context, THREADS);
    CU_ASSERT_EQUAL(fake_runs("tried-once", STARTED), 1);
}

static void test_mixed_crowd(void) {
    struct crowd crowd = {.mixed = true};
    struct muster_probe_context context = host_with("tried-often", "exit 1");
    context.cache = fake_path("crowd-cache");
    crowd_tries(&crowd, &context, 8);
    CU_ASSERT_TRUE(fake_runs("tried-often", STARTED) >= 1);
}

/* A command of the shell's, made of texts of this test. */
static void run_shell(const char *command) {
    CU_ASSERT_EQUAL(system(command), 0); /* NOLINT(cert-env33-c) */
}

/* ---- the cache file --------------------------------------------------------------------------------------------- */

/* A host whose start, device and files a test can change. */
static struct muster_probe_context changing_host(const char *name, const char *commands) {
    struct muster_probe_context context = host_with(name, commands);
    context.cache = fake_path("cache");
    context.root = fake_path("root");
    fake_file("root/proc/sys/kernel/random/boot_id", "first\n");
    fake_file("root/dev/kvm", "");
    return context;
}

/* Tries with a new prober; how often QEMU was started so far. */
static int starts(const struct muster_probe_context *context, const char *name, const char *value) {
    struct muster_finding finding = try_it(context, kvm_arguments);
    CU_ASSERT_STRING_EQUAL(finding.value, value);
    return fake_runs(name, STARTED);
}

static void test_cache(void) {
    char expected[512];
    struct muster_probe_context context = changing_host("kept", ANSWERS);
    CU_ASSERT_EQUAL(starts(&context, "kept", "usable"), 1);
    CU_ASSERT_EQUAL(starts(&context, "kept", "usable"), 1);
    struct muster_finding finding = try_it(&context, kvm_arguments);
    snprintf(expected, sizeof expected, "trial start, from the cache: %s" ARGUMENTS, fake_path("kept"));
    CU_ASSERT_STRING_EQUAL(finding.source, expected);
    /* Another QEMU in its place, which fails: that is kept, too, with its words. */
    changing_host("kept", "echo qemu: no KVM today >&2; exit 1");
    CU_ASSERT_EQUAL(starts(&context, "kept", "broken"), 2);
    CU_ASSERT_EQUAL(starts(&context, "kept", "broken"), 2);
    check_trial(&context, "broken", "a trial start failed: no KVM today");
    /* Touched. */
    static const struct timespec long_ago[2] = {{1000000000, 1}, {1000000000, 1}};
    CU_ASSERT_EQUAL(utimensat(AT_FDCWD, fake_path("kept"), long_ago, 0), 0);
    CU_ASSERT_EQUAL(starts(&context, "kept", "broken"), 3);
    CU_ASSERT_EQUAL(starts(&context, "kept", "broken"), 3);
    /* Other arguments. */
    try_it(&context, other_arguments);
    CU_ASSERT_EQUAL(fake_runs("kept", STARTED), 3);
    try_it(&context, other_arguments);
    CU_ASSERT_EQUAL(starts(&context, "kept", "broken"), 3);
}

static void test_cache_of_host(void) {
    struct muster_probe_context context = changing_host("hosted", ANSWERS);
    CU_ASSERT_EQUAL(starts(&context, "hosted", "usable"), 1);
    /* The host was started again. */
    fake_file("root/proc/sys/kernel/random/boot_id", "second\n");
    CU_ASSERT_EQUAL(starts(&context, "hosted", "usable"), 2);
    CU_ASSERT_EQUAL(starts(&context, "hosted", "usable"), 2);
    /* The device has other permissions, or is another one. */
    CU_ASSERT_EQUAL(chmod(fake_path("root/dev/kvm"), 0600), 0);
    CU_ASSERT_EQUAL(starts(&context, "hosted", "usable"), 3);
    CU_ASSERT_EQUAL(starts(&context, "hosted", "usable"), 3);
    CU_ASSERT_EQUAL(rename(fake_file("root/dev/new", ""), fake_path("root/dev/kvm")), 0);
    CU_ASSERT_EQUAL(starts(&context, "hosted", "usable"), 4);
    CU_ASSERT_EQUAL(starts(&context, "hosted", "usable"), 4);
}

static void test_cache_of_user(void) {
    gid_t before[256];
    int count = getgroups(256, before);
    gid_t others[2] = {4321, 1234};
    gid_t turned[2] = {1234, 4321};
    if (count < 0 || setgroups(2, others) != 0) {
        unit_skip("changing one's groups takes root");
        return;
    }
    struct muster_probe_context context = changing_host("mine", ANSWERS);
    CU_ASSERT_EQUAL(starts(&context, "mine", "usable"), 1);
    CU_ASSERT_EQUAL(setgroups(2, turned), 0);
    CU_ASSERT_EQUAL(starts(&context, "mine", "usable"), 1);
    CU_ASSERT_EQUAL(setgroups(1, others), 0);
    CU_ASSERT_EQUAL(starts(&context, "mine", "usable"), 2);
    CU_ASSERT_EQUAL(starts(&context, "mine", "usable"), 2);
    CU_ASSERT_EQUAL(setgroups((size_t)count, before), 0);
}

/* What another start may not run into is not kept. */
static void test_not_kept(void) {
    static const struct {
        const char *commands;
        unsigned timeout_ms;
    } cases[] = {
        {"sleep 60", SHORT_MS},
        {"cat /dev/zero", AMPLE_MS},
        {"kill -KILL $$", AMPLE_MS},
        {"kill -TERM $$", AMPLE_MS},
        {"echo qemu: cannot set up guest memory: Cannot allocate memory >&2; exit 1", AMPLE_MS},
        {"echo qemu: ioctl KVM_CREATE_VM failed: 16 Device or resource busy >&2; exit 1", AMPLE_MS},
        {"rm -f @/fleeting; exit 1", AMPLE_MS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int time = 0; time < 2; time++) {
            struct muster_probe_context context = fake_linux(fake_path("fleeting"));
            if (time == 0 || i == 6)
                context = changing_host("fleeting", cases[i].commands);
            context.cache = fake_path("cache");
            context.root = fake_path("root");
            context.timeout_ms = cases[i].timeout_ms;
            int so_far = fake_runs("fleeting", STARTED);
            CU_ASSERT_EQUAL(starts(&context, "fleeting", "broken"), so_far + 1);
        }
    }
}

/* A guest that did not finish may only have been slow: that is kept, but for an hour. */
static void test_kept_for_an_hour(void) {
    char command[1024];
    struct muster_probe_context context = changing_host("slow", STATE "sleep 60");
    context.timeout_ms = 3 * SHORT_MS;
    CU_ASSERT_EQUAL(starts(&context, "slow", "broken"), 1);
    CU_ASSERT_EQUAL(starts(&context, "slow", "broken"), 1);
    check_trial(&context, "broken",
                "a trial start failed: QEMU answers, but its guest under kvm did not finish within 900 ms");
    static const long shifts[] = {-3600, +3600};
    for (size_t i = 0; i < 2; i++) {
        /* As if it had been written an hour earlier, or the clock had been set back. */
        snprintf(command, sizeof command,
                 "cd '%s' && for f in $(grep -l '^program .*/slow$' answer-*); do "
                 "t=$(sed -n 's/^broken \\([0-9]*\\) .*/\\1/p' $f); [ -z \"$t\" ] || "
                 "sed -i \"s/^broken $t/broken $((t + %ld))/\" $f; done",
                 fake_path("cache"), shifts[i]);
        run_shell(command);
        CU_ASSERT_EQUAL(starts(&context, "slow", "broken"), (int)i + 2);
    }
}

/* Text in the cache file that this muster would not have written is not believed. */
static void test_strange_cache(void) {
    static const char *const edits[] = {
        "s/^usable$/broken /",  "s/^usable$/broken/",       "s/^usable$/usables/",
        "s/^usable$/unusable/", "s/^usable$/broken\\nx y/",
    };
    struct muster_probe_context context = changing_host("doubted", ANSWERS);
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        char command[1024];
        starts(&context, "doubted", "usable");
        /* The length in the file is put right, so that only the text is wrong. */
        snprintf(command, sizeof command,
                 "cd '%s' && for f in $(grep -l 'question trial.*' answer-*); do sed -i '%s' $f; "
                 "n=$(sed '1,/^answer /d; /^end$/d' $f | wc -c); sed -i \"s/^answer .*/answer $n/\" $f; done",
                 fake_path("cache"), edits[i]);
        run_shell(command);
        int so_far = fake_runs("doubted", STARTED);
        CU_ASSERT_EQUAL(starts(&context, "doubted", "usable"), so_far + 1);
    }
}

/* ---- a real one ------------------------------------------------------------------------------------------------- */

static void test_real(void) {
    static const char *const nonsense[] = {"-accel", "kvm", "-M", "no-such-machine", NULL};
    static const char *const sensible[] = {"-accel", "kvm", "-cpu", "host", NULL};
    struct muster_probe_context context = muster_probe_defaults;
    context.cache = fake_path("real-cache");
    context.timeout_ms = AMPLE_MS;
    if (strcmp(fake_find(&context, MUSTER_PROBE_KVM_STATE).value, "usable") != 0) {
        unit_skip("KVM or QEMU is not usable here");
        return;
    }
    struct muster_finding finding = try_it(&context, nonsense);
    CU_ASSERT_STRING_EQUAL(finding.value, "broken");
    CU_ASSERT_PTR_NOT_NULL(strstr(finding.why, "unsupported machine type"));
    /* Whether a guest starts is for this host to say; the cache must then say the same. */
    if (strcmp(fake_find(&context, MUSTER_PROBE_HOST_ARCH).value, "x86_64") != 0)
        return;
    struct muster_finding first = try_it(&context, sensible);
    struct muster_finding second = try_it(&context, sensible);
    CU_ASSERT_TRUE(first.reason == MUSTER_REASON_NONE || first.reason == MUSTER_REASON_BROKEN);
    CU_ASSERT_STRING_EQUAL(first.value, second.value);
    CU_ASSERT_STRING_EQUAL(first.why, second.why);
}

/* Who makes a trial is killed, and QEMU hangs. */
static void test_killed(void) {
    struct muster_probe_context context =
        host_with("stuck", "sleep 60 & echo $! > @/stuck.child; echo $$ > @/stuck.number; sleep 60; sleep 60");
    pid_t caller = fork();
    context.timeout_ms = 60000;
    if (caller == 0) {
        try_it(&context, kvm_arguments);
        _exit(0);
    }
    CU_ASSERT_TRUE(fake_number("stuck.number") > 1);
    kill(caller, SIGKILL);
    CU_ASSERT_EQUAL(waitpid(caller, NULL, 0), caller);
    CU_ASSERT_TRUE(fake_is_gone("stuck.number"));
    CU_ASSERT_TRUE(fake_is_gone("stuck.child"));
}

int main(void) {
    static const struct unit_test tests[] = {
        {"what it is about", test_about},
        {"success", test_success},
        {"what QEMU is told", test_session},
        {"aarch64", test_aarch64},
        {"no guest", test_no_guest},
        {"failures", test_failures},
        {"no answer in time", test_time_out},
        {"many words", test_long_words},
        {"nested host", test_nested},
        {"only where all layers say yes", test_only_if_usable},
        {"QEMU is gone", test_not_started},
        {"wrong use", test_wrong_use},
        {"the prober's memory", test_memory},
        {"once, with 64 threads", test_once},
        {"many threads, other arguments, resets", test_mixed_crowd},
        {"kept in the cache", test_cache},
        {"cache: another host", test_cache_of_host},
        {"cache: another user", test_cache_of_user},
        {"cache: what is not kept", test_not_kept},
        {"cache: for an hour", test_kept_for_an_hour},
        {"cache: strange text", test_strange_cache},
        {"its caller is killed", test_killed},
        {"a real QEMU", test_real},
    };
    fake_begin();
    return unit_main("trial", tests, sizeof tests / sizeof tests[0]);
}
