/*
 * Tests of the probes that ask QEMU, and of the prober's memory. The cache file is tested in test_cache.c.
 *
 * _GNU_SOURCE: nftw.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "fake_qemu_host.h"

/* ---- builds of QEMU --------------------------------------------------------------------------------------------- */

static void test_builds(void) {
    static const struct {
        const char *build, *version, *accelerators;
    } cases[] = {
        {"qemu-5.2", "5.2.0", "tcg,xen,kvm"},  {"qemu-7.2", "7.2.22", "tcg,kvm"},
        {"qemu-7.2-aarch64", "7.2.22", "tcg"}, {"qemu-10.0", "10.0.2", "tcg,kvm"},
        {"qemu-macos", "9.1.2", "hvf,tcg"},    {"qemu-11.1", "11.1.2", "tcg,mshv,nitro,kvm"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct muster_probe_context context = fake_linux(fake_recorded("qemu", cases[i].build));
        fake_check(&context, MUSTER_PROBE_QEMU_VERSION, cases[i].version, MUSTER_REASON_NONE);
        fake_check(&context, MUSTER_PROBE_QEMU_ACCELERATORS, cases[i].accelerators, MUSTER_REASON_NONE);
    }
}

static void test_versions(void) {
    static const struct {
        const char *said, *value;
    } cases[] = {
        {"QEMU emulator version 8.0", "8.0.0"},
        {"QEMU emulator version 8.0.", "8.0.0"},
        {"QEMU emulator version 8.0.x", "8.0.0"},
        {"QEMU emulator version 8.0.94-rc4", "8.0.94"},
        {"QEMU emulator version 9.2.0.1", "9.2.0"},
        {"warning: old host\nxQEMU emulator version 007.02.1 (x)", "7.2.1"},
        {"QEMU emulator version x QEMU emulator version 6.1.0", "6.1.0"},
        {"QEMU emulator version 999999.0.999999", "999999.0.999999"},
        {"QEMU emulator version 1000000.0.0", NULL},
        {"QEMU emulator version 8.0.99999999999999999999999999", NULL},
        {"QEMU emulator version 8", NULL},
        {"QEMU emulator version 8.", NULL},
        {"QEMU emulator version -8.0.0", NULL},
        {"qemu emulator version 8.0.0", NULL},
        {"QEMU emulator  version 8.0.0", NULL},
        {"nonsense", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char script[256];
        snprintf(script, sizeof script, "printf '%%s\\n' '%s'\n", cases[i].said);
        struct muster_probe_context context = fake_linux(fake_script("qemu", script));
        fake_check(&context, MUSTER_PROBE_QEMU_VERSION, cases[i].value != NULL ? cases[i].value : "unknown",
                   cases[i].value != NULL ? MUSTER_REASON_NONE : MUSTER_REASON_NOT_UNDERSTOOD);
    }
}

static void test_accelerators(void) {
    static const struct {
        const char *said, *value;
    } cases[] = {
        {"Accelerators supported in QEMU binary:\\n tcg \\n\\tKVM\\r\\n\\n", "tcg,kvm"},
        {"ACCELERATOR list\\nkvm", "kvm"},
        {"Possible:\\nkvm", "possible:,kvm"},
        {"tcg", "tcg"},
        {"Accelerators supported in QEMU binary:\\n", NULL},
        {"\\n \\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char script[256];
        snprintf(script, sizeof script, "printf '%s'\n", cases[i].said);
        struct muster_probe_context context = fake_linux(fake_script("qemu", script));
        fake_check(&context, MUSTER_PROBE_QEMU_ACCELERATORS, cases[i].value != NULL ? cases[i].value : "",
                   cases[i].value != NULL ? MUSTER_REASON_NONE : MUSTER_REASON_NOT_UNDERSTOOD);
    }
}

static void test_long_lists(void) {
    /* More than the value can show: whole names are shown, and kvm behind them counts all the same. */
    struct muster_probe_context context =
        fake_linux(fake_script("qemu", "for i in 1 2 3 4 5 6 7 8 9; do echo accel-of-some-length-$i; done\n"
                                       "echo kvm\n"));
    struct muster_finding finding = fake_find(&context, MUSTER_PROBE_QEMU_ACCELERATORS);
    CU_ASSERT_EQUAL(finding.reason, MUSTER_REASON_NONE);
    CU_ASSERT_STRING_EQUAL(finding.value, "accel-of-some-length-1,accel-of-some-length-2,accel-of-some-length-3,"
                                          "accel-of-some-length-4,accel-of-some-length-5,...");
    fake_check(&context, MUSTER_PROBE_KVM, "yes", MUSTER_REASON_NONE);
    context = fake_linux(fake_script("qemu", "head -c 60000 /dev/zero | tr '\\0' x; echo; echo kvm\n"));
    fake_check(&context, MUSTER_PROBE_QEMU_ACCELERATORS, "", MUSTER_REASON_NOT_UNDERSTOOD);
    fake_check(&context, MUSTER_PROBE_KVM, "no", MUSTER_REASON_NOT_UNDERSTOOD);
}

/* ---- QEMUs that misbehave --------------------------------------------------------------------------------------- */

static void test_misbehaving(void) {
    static const struct {
        const char *script;
        unsigned timeout_ms;
        enum muster_reason reason;
    } cases[] = {
        {"sleep 60\n", SHORT_MS, MUSTER_REASON_TIMED_OUT},
        {"exec >&- 2>&-; sleep 60\n", SHORT_MS, MUSTER_REASON_TIMED_OUT},
        {"sleep 60 & echo $! > @/grandchild; wait\n", 3 * SHORT_MS, MUSTER_REASON_TIMED_OUT},
        {"cat /dev/zero\n", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {"cat /dev/zero >&2\n", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {"echo QEMU emulator version 8.0.0; echo kvm; kill -SEGV $$\n", AMPLE_MS, MUSTER_REASON_FAILED},
        {"echo QEMU emulator version 8.0.0; echo kvm; exit 1\n", AMPLE_MS, MUSTER_REASON_FAILED},
        {"echo 'qemu: cannot open shared object file' >&2; exit 127\n", AMPLE_MS, MUSTER_REASON_FAILED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct muster_probe_context context = fake_linux(fake_script("qemu", cases[i].script));
        context.timeout_ms = cases[i].timeout_ms;
        fake_check(&context, MUSTER_PROBE_QEMU_VERSION, "unknown", cases[i].reason);
        fake_check(&context, MUSTER_PROBE_QEMU_ACCELERATORS, "", cases[i].reason);
        fake_check(&context, MUSTER_PROBE_KVM, "no", cases[i].reason);
    }
    CU_ASSERT_TRUE(fake_is_gone("grandchild"));
    struct muster_probe_context context = fake_linux(fake_bytes("qemu", "\177GARBAGE", 8, 0755));
    fake_check(&context, MUSTER_PROBE_QEMU_VERSION, "unknown", MUSTER_REASON_FAILED);
}

static void test_reason_text(void) {
    struct muster_probe_context context =
        fake_linux(fake_script("qemu", "printf '\\n  bad \\033[1m luck\\nsecond line\\n' >&2; exit 3\n"));
    struct muster_finding finding = fake_find(&context, MUSTER_PROBE_QEMU_VERSION);
    char expected[256];
    snprintf(expected, sizeof expected, "%s exited with status 3: bad ?[1m luck", fake_path("qemu"));
    CU_ASSERT_STRING_EQUAL(finding.why, expected);
    snprintf(expected, sizeof expected, "%s --version", fake_path("qemu"));
    CU_ASSERT_STRING_EQUAL(finding.source, expected);
}

static void test_grandchild_after_answer(void) {
    /* The answer is whole when QEMU has ended, so it is taken; who still holds the pipe is killed. */
    struct muster_probe_context context =
        fake_linux(fake_script("qemu", "echo QEMU emulator version 8.2.1\nsleep 60 & echo $! > @/holder\n"));
    fake_check(&context, MUSTER_PROBE_QEMU_VERSION, "8.2.1", MUSTER_REASON_NONE);
    CU_ASSERT_TRUE(fake_is_gone("holder"));
}

/* ---- finding the binary ----------------------------------------------------------------------------------------- */

static void check_found(const struct muster_probe_context *context, const char *path) {
    struct muster_prober *prober = muster_prober_new(context);
    CU_ASSERT_PTR_NOT_NULL_FATAL(prober);
    const char *found = muster_probe_qemu(prober);
    CU_ASSERT_PTR_NOT_NULL(found);
    CU_ASSERT_STRING_EQUAL(found != NULL ? found : "", path);
    muster_prober_free(prober);
}

static void test_search(void) {
    char folders[1024];
    struct muster_probe_context context = fake_linux(NULL);
    fake_file("a/other", "");
    fake_file("b/qemu-system-x86_64", "not executable\n");
    fake_file("c/qemu-system-x86_64/file", "");
    fake_script("d/qemu-system-x86_64", "");
    fake_script("e/qemu-system-x86_64", "");
    fake_script("e/qemu-system-aarch64", "");
    fake_script("e/qemu-kvm", "");
    snprintf(folders, sizeof folders, "/nowhere:%s:%s:%s:%s:%s", fake_path("a"), fake_path("b"), fake_path("c"),
             fake_path("d"), fake_path("e"));
    context.path = folders;
    check_found(&context, fake_path("d/qemu-system-x86_64"));
    context.guest_arch = "aarch64";
    check_found(&context, fake_path("e/qemu-system-aarch64"));
    context.guest_arch = NULL;
    context.machine = "arm64";
    check_found(&context, fake_path("e/qemu-system-aarch64"));
    context.guest_arch = "x86_64";
    check_found(&context, fake_path("d/qemu-system-x86_64"));
    context.qemu = "qemu-kvm";
    check_found(&context, fake_path("e/qemu-kvm"));
    context.qemu = "qemu-none";
    fake_check(&context, MUSTER_PROBE_QEMU, "no", MUSTER_REASON_ABSENT);
    context.qemu = fake_path("none");
    fake_check(&context, MUSTER_PROBE_QEMU, "no", MUSTER_REASON_ABSENT);
    context.qemu = fake_path("b/qemu-system-x86_64");
    fake_check(&context, MUSTER_PROBE_QEMU, "no", MUSTER_REASON_DENIED);
    context.qemu = fake_path("c/qemu-system-x86_64");
    fake_check(&context, MUSTER_PROBE_QEMU, "no", MUSTER_REASON_DENIED);
    context.qemu = NULL;
    context.path = fake_path("b");
    fake_check(&context, MUSTER_PROBE_QEMU, "no", MUSTER_REASON_DENIED);
    context.path = "";
    fake_check(&context, MUSTER_PROBE_QEMU_VERSION, "unknown", MUSTER_REASON_ABSENT);
}

static void test_search_from_here(void) {
    static const char *const paths[] = {"", ":/nowhere", "/nowhere:", "/nowhere::/nowhere", "/nowhere:.", "../here"};
    char here[PATH_MAX];
    char expected[2 * PATH_MAX];
    struct muster_probe_context context = fake_linux(NULL);
    fake_script("here/qemu-system-x86_64", "");
    if (getcwd(here, sizeof here) == NULL || chdir(fake_path("here")) != 0) {
        CU_FAIL("the folder cannot be changed");
        return;
    }
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        context.path = paths[i];
        struct muster_prober *prober = muster_prober_new(&context);
        const char *found = muster_probe_qemu(prober);
        CU_ASSERT_TRUE(found != NULL && found[0] == '/' && access(found, X_OK) == 0);
        muster_prober_free(prober);
    }
    context.path = NULL;
    context.qemu = "./qemu-system-x86_64";
    snprintf(expected, sizeof expected, "%s/./qemu-system-x86_64", fake_path("here"));
    check_found(&context, expected);
    CU_ASSERT_EQUAL(chdir(here), 0);
}

/* ---- the prober's memory ---------------------------------------------------------------------------------------- */

enum { THREADS = 64 };

struct crowd {
    struct muster_prober *prober;
    pthread_barrier_t start;
    unsigned threads; /* at most THREADS */
    bool reset;
};

static void *ask_everything(void *data) {
    struct crowd *crowd = data;
    pthread_barrier_wait(&crowd->start);
    for (int i = 0; i < MUSTER_PROBE_COUNT; i++) {
        struct muster_finding finding;
        enum muster_probe_id probe = (enum muster_probe_id)i;
        enum muster_reason reason = muster_probe(crowd->prober, probe, &finding);
        if (reason != finding.reason || (probe == MUSTER_PROBE_KVM && strcmp(finding.value, "yes") != 0) ||
            (probe == MUSTER_PROBE_QEMU_VERSION && strcmp(finding.value, "7.2.22") != 0))
            return data;
        if (crowd->reset)
            muster_probe_reset(crowd->prober, i % 3 == 0 ? MUSTER_PROBE_ALL : probe);
    }
    return NULL;
}

static void crowd_asks(struct crowd *crowd, const struct muster_probe_context *context) {
    pthread_t threads[THREADS];
    int before = fake_descriptors();
    crowd->prober = muster_prober_new(context);
    CU_ASSERT_PTR_NOT_NULL_FATAL(crowd->prober);
    pthread_barrier_init(&crowd->start, NULL, crowd->threads);
    for (unsigned i = 0; i < crowd->threads; i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, ask_everything, crowd), 0);
    for (unsigned i = 0; i < crowd->threads; i++) {
        void *wrong = NULL;
        pthread_join(threads[i], &wrong);
        CU_ASSERT_PTR_NULL(wrong);
    }
    pthread_barrier_destroy(&crowd->start);
    muster_prober_free(crowd->prober);
    CU_ASSERT_EQUAL(fake_descriptors(), before);
    CU_ASSERT_TRUE(fake_no_child());
}

/* The arguments of the session that tells what QEMU was built with. */
#define SESSION "-machine none -S -display none -nodefaults -no-user-config -qmp stdio"

static void test_once(void) {
    struct crowd crowd = {.threads = THREADS};
    struct muster_probe_context context = fake_linux(fake_recorded("asked-once", "qemu-7.2"));
    unlink(fake_path("unshare.runs"));
    crowd_asks(&crowd, &context);
    CU_ASSERT_EQUAL(fake_runs("asked-once", "--version"), 1);
    CU_ASSERT_EQUAL(fake_runs("asked-once", "-accel help"), 1);
    CU_ASSERT_EQUAL(fake_runs("asked-once", SESSION), 1);
    CU_ASSERT_EQUAL(fake_runs("asked-once", NULL), 3);
    CU_ASSERT_EQUAL(fake_runs("unshare", NULL), 2); /* by unshare, and by namespaces */
}

static void test_once_on_mac(void) {
    struct crowd crowd = {.threads = THREADS};
    struct muster_probe_context context = fake_linux(fake_recorded("asked-once-there", "qemu-7.2"));
    unlink(fake_path("sysctl.runs"));
    context.sysname = "Darwin";
    crowd_asks(&crowd, &context);
    CU_ASSERT_EQUAL(fake_runs("sysctl", "-n kern.hv_support"), 1);
    CU_ASSERT_EQUAL(fake_runs("sysctl", "-n machdep.cpu.features"), 1);
    CU_ASSERT_EQUAL(fake_runs("sysctl", NULL), 2);
}

static void test_reset_in_a_crowd(void) {
    struct crowd crowd = {.threads = 8, .reset = true};
    struct muster_probe_context context = fake_linux(fake_recorded("asked-often", "qemu-7.2"));
    context.cache = fake_path("crowd-cache");
    crowd_asks(&crowd, &context);
    CU_ASSERT_TRUE(fake_runs("asked-often", NULL) >= 2);
}

static void test_failure_is_remembered(void) {
    struct muster_finding finding;
    struct muster_probe_context context = fake_linux(fake_script("remembered", "exit 1\n"));
    struct muster_prober *prober = muster_prober_new(&context);
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_QEMU_VERSION, &finding), MUSTER_REASON_FAILED);
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_HWACCEL, &finding), MUSTER_REASON_FAILED);
    fake_recorded("remembered", "qemu-7.2");
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_QEMU_VERSION, &finding), MUSTER_REASON_FAILED);
    CU_ASSERT_EQUAL(fake_runs("remembered", NULL), 2);
    /* One is reset, the others stay. */
    muster_probe_reset(prober, MUSTER_PROBE_QEMU_VERSION);
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_QEMU_VERSION, &finding), MUSTER_REASON_NONE);
    CU_ASSERT_STRING_EQUAL(finding.value, "7.2.22");
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_HWACCEL, &finding), MUSTER_REASON_FAILED);
    /* What was concluded from a probe goes with it. */
    muster_probe_reset(prober, MUSTER_PROBE_QEMU_ACCELERATORS);
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_HWACCEL, &finding), MUSTER_REASON_NONE);
    CU_ASSERT_EQUAL(fake_runs("remembered", NULL), 4);
    muster_probe_reset(prober, MUSTER_PROBE_ALL);
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_QEMU_VERSION, NULL), MUSTER_REASON_NONE);
    CU_ASSERT_EQUAL(fake_runs("remembered", NULL), 5);
    muster_prober_free(prober);
}

static void test_path_is_remembered(void) {
    struct muster_finding finding;
    struct muster_probe_context context = fake_linux(fake_path("late"));
    struct muster_prober *prober = muster_prober_new(&context);
    CU_ASSERT_PTR_NULL(muster_probe_qemu(prober));
    fake_recorded("late", "qemu-7.2");
    CU_ASSERT_PTR_NULL(muster_probe_qemu(prober));
    muster_probe_reset(prober, MUSTER_PROBE_QEMU);
    const char *path = muster_probe_qemu(prober);
    CU_ASSERT_PTR_NOT_NULL(path);
    CU_ASSERT_STRING_EQUAL(path != NULL ? path : "", fake_path("late"));
    unlink(fake_path("late"));
    muster_probe_reset(prober, MUSTER_PROBE_ALL);
    CU_ASSERT_PTR_NULL(muster_probe_qemu(prober));
    CU_ASSERT_EQUAL(muster_probe(prober, MUSTER_PROBE_QEMU_VERSION, &finding), MUSTER_REASON_ABSENT);
    muster_prober_free(prober);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"builds of QEMU", test_builds},
        {"versions", test_versions},
        {"accelerators", test_accelerators},
        {"long lists", test_long_lists},
        {"QEMUs that misbehave", test_misbehaving},
        {"text of a reason", test_reason_text},
        {"grandchild after the answer", test_grandchild_after_answer},
        {"search on PATH", test_search},
        {"search from the current folder", test_search_from_here},
        {"once, with 64 threads", test_once},
        {"once, with 64 threads on a Mac", test_once_on_mac},
        {"reset by many threads", test_reset_in_a_crowd},
        {"failures are remembered", test_failure_is_remembered},
        {"the path is remembered", test_path_is_remembered},
    };
    fake_begin();
    return unit_main("probe_qemu", tests, sizeof tests / sizeof tests[0]);
}
