/*
 * Tests of the probes that ask a QEMU over QMP what it was built with.
 *
 * _GNU_SOURCE: nftw.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "fake_qemu_host.h"

#define SESSION "-machine none -S -display none -nodefaults -no-user-config -qmp stdio"

#define MMIO "virtio-blk-device,virtio-net-device,virtio-serial-device,virtio-balloon-device"
#define PCI "virtio-blk-pci,virtio-net-pci,virtio-serial-pci,virtio-balloon-pci"
#define VIRTIO MMIO ",virtio-rng-device," PCI ",virtio-rng-pci"

/* All that ask the session and nothing else. */
static const enum muster_probe_id asking[] = {
    MUSTER_PROBE_QEMU_MICROVM,     MUSTER_PROBE_QEMU_PC,         MUSTER_PROBE_QEMU_VIRT,
    MUSTER_PROBE_QEMU_VIRTIO_MMIO, MUSTER_PROBE_QEMU_VIRTIO_PCI, MUSTER_PROBE_QEMU_VIRTIO_RNG,
    MUSTER_PROBE_QEMU_IO_URING,    MUSTER_PROBE_QEMU_SECCOMP,    MUSTER_PROBE_QEMU_EXIT_WITH_PARENT,
};

enum { ASKING = sizeof asking / sizeof asking[0] };

/* A host with a QEMU that lists tcg and does this when it is asked over QMP. */
static struct muster_probe_context host_with(const char *name, const char *commands) {
    char script[2048];
    snprintf(script, sizeof script, "case $1 in -accel) echo tcg ;; -machine) %s ;; esac\n", commands);
    return fake_linux(fake_script(name, script));
}

/* A host with a QEMU that says what a recorded one said, edited by sed. */
static struct muster_probe_context edited(const char *build, const char *edit) {
    char commands[1024];
    snprintf(commands, sizeof commands, "sed '%s' '%s/session'", edit, fake_host(build));
    return host_with("edited", commands);
}

/* ---- what is read ----------------------------------------------------------------------------------------------- */

static void test_builds(void) {
    static const struct {
        const char *build, *features;
    } cases[] = {
        {"qemu-5.2", "microvm,pc," VIRTIO ",aio=io_uring,-sandbox"},
        {"qemu-7.2", "microvm,pc," VIRTIO ",aio=io_uring,-sandbox"},
        {"qemu-7.2-aarch64", "virt," VIRTIO ",aio=io_uring,-sandbox"},
        {"qemu-10.0", "microvm,pc," VIRTIO ",aio=io_uring,-sandbox"},
        {"qemu-11.1", "microvm,pc," VIRTIO ",aio=io_uring,-sandbox,-run-with exit-with-parent"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct muster_probe_context context = fake_linux(fake_recorded("qemu", cases[i].build));
        fake_check(&context, MUSTER_PROBE_QEMU_FEATURES, cases[i].features, MUSTER_REASON_NONE);
        fake_check(&context, MUSTER_PROBE_QEMU_TCG, "yes", MUSTER_REASON_NONE);
    }
}

/* What each probe says of a QEMU, in the order of `asking`: y or n. */
static void check_probes(const struct muster_probe_context *context, const char *expected) {
    for (int i = 0; i < ASKING; i++)
        fake_check(context, asking[i], expected[i] == 'y' ? "yes" : "no",
                   expected[i] == 'y' ? MUSTER_REASON_NONE : MUSTER_REASON_NOT_IN_QEMU);
}

static void test_probes(void) {
    static const struct {
        const char *build, *edit, *expected;
    } cases[] = {
        {"qemu-5.2", "", "yynyyyyyn"},
        {"qemu-7.2-aarch64", "", "nnyyyyyyn"},
        {"qemu-11.1", "", "yynyyyyyy"},
        /* A build without PCI devices, and one without those for MMIO: the random number device goes with them. */
        {"qemu-11.1", "s/.*\"id\":\"\\(virtio-[a-z]*-pci\\)\".*/{\"id\":\"\\1\",\"error\":{}}/", "yynynyyyy"},
        {"qemu-11.1", "s/.*\"id\":\"\\(virtio-[a-z]*-device\\)\".*/{\"id\":\"\\1\",\"error\":{}}/", "yynnyyyyy"},
        {"qemu-11.1", "s/.*\"id\":\"\\(virtio-rng-pci\\)\".*/{\"id\":\"\\1\",\"error\":{}}/", "yynyynyyy"},
        {"qemu-11.1", "s/.*\"id\":\"\\(virtio-[^\"]*\\)\".*/{\"id\":\"\\1\",\"error\":{}}/", "yynnnnyyy"},
        /* aio=io_uring is no value, as old and new QEMUs say it; anything else is no yes. */
        {"qemu-11.1",
         "s/Could not open .*\"/Parameter '\"'\"'aio'\"'\"' does not accept value '\"'\"'io_uring'\"'\"'\"/",
         "yynyyynyy"},
        {"qemu-11.1", "s/Could not open .*\"/Invalid parameter '\"'\"'io_uring'\"'\"'\"/", "yynyyynyy"},
        {"qemu-11.1", "s/.*\"id\":\"aio=io_uring\".*/{\"id\":\"aio=io_uring\",\"return\":{}}/", "yynyyynyy"},
        /* Without seccomp, and with nothing but the option -run-with. */
        {"qemu-11.1", "s/.*\"id\":\"-sandbox\".*/{\"id\":\"-sandbox\",\"error\":{\"desc\":\"invalid option name\"}}/",
         "yynyyyyny"},
        {"qemu-11.1", "s/exit-with-parent\",\"type/exit-with-others\",\"type/", "yynyyyyyn"},
        {"qemu-11.1", "s/\"alias\":\"pc\"/\"alias\":\"personal\"/", "ynnyyyyyy"},
        {"qemu-11.1", "s/\"name\":\"microvm\"/\"name\":\"microvm-2\"/", "nynyyyyyy"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct muster_probe_context context = edited(cases[i].build, cases[i].edit);
        check_probes(&context, cases[i].expected);
    }
}

static void test_reasons(void) {
    struct muster_probe_context context =
        edited("qemu-7.2", "s/.*\"id\":\"\\(virtio-[bn][a-z]*-pci\\)\".*/{\"id\":\"\\1\",\"error\":{}}/");
    struct muster_finding finding = fake_find(&context, MUSTER_PROBE_QEMU_VIRT);
    char expected[512];
    CU_ASSERT_STRING_EQUAL(finding.why, "this QEMU has no machine type virt");
    snprintf(expected, sizeof expected, "%s -machine none -qmp stdio", fake_path("edited"));
    CU_ASSERT_STRING_EQUAL(finding.source, expected);
    finding = fake_find(&context, MUSTER_PROBE_QEMU_VIRTIO_PCI);
    CU_ASSERT_STRING_EQUAL(finding.why, "this QEMU has no virtio-blk-pci, virtio-net-pci, virtio-balloon-pci");
    finding = fake_find(&context, MUSTER_PROBE_QEMU_EXIT_WITH_PARENT);
    CU_ASSERT_STRING_EQUAL(finding.why, "this QEMU has no -run-with exit-with-parent");
    context = edited("qemu-7.2", "/virtio-net-pci/d");
    finding = fake_find(&context, MUSTER_PROBE_QEMU_IO_URING);
    CU_ASSERT_STRING_EQUAL(finding.why,
                           "QEMU could not be asked: it does not answer when it is asked for virtio-net-pci");
}

/* ---- QEMUs that misbehave --------------------------------------------------------------------------------------- */

#define GREETING "echo \"{\\\"QMP\\\": {}}\"; "

static void test_misbehaving(void) {
    static const struct {
        const char *commands;
        unsigned timeout_ms;
        enum muster_reason reason;
    } cases[] = {
        {"sleep 60", SHORT_MS, MUSTER_REASON_TIMED_OUT},
        {GREETING "cat >/dev/null; sleep 60", SHORT_MS, MUSTER_REASON_TIMED_OUT},
        {"cat /dev/zero", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {GREETING "cat /dev/zero | tr \"\\\\0\" \" \"", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {GREETING "kill -ABRT $$", AMPLE_MS, MUSTER_REASON_FAILED},
        {GREETING "exit 1", AMPLE_MS, MUSTER_REASON_FAILED},
        {GREETING, AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {"exit 0", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {"cat", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {"echo nonsense", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {"echo [1, 2]", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {GREETING "echo nonsense", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {GREETING GREETING, AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {GREETING "printf \"{\\\"id\\\": \\\"machines\\\", \"", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {GREETING "head -c 60000 /dev/zero | tr \"\\\\0\" \"[\"", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
        {"printf \"{\\\"QMP\\\": \\\"\\\\377\\\"}\"", AMPLE_MS, MUSTER_REASON_NOT_UNDERSTOOD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct muster_probe_context context = host_with("qemu", cases[i].commands);
        context.timeout_ms = cases[i].timeout_ms;
        fake_check(&context, MUSTER_PROBE_QEMU_FEATURES, "", cases[i].reason);
        fake_check(&context, MUSTER_PROBE_QEMU_VIRTIO_RNG, "no", cases[i].reason);
        fake_check(&context, MUSTER_PROBE_QEMU_TCG, "no", cases[i].reason);
    }
    struct muster_probe_context context = fake_linux(fake_path("absent"));
    fake_check(&context, MUSTER_PROBE_QEMU_FEATURES, "", MUSTER_REASON_ABSENT);
    fake_check(&context, MUSTER_PROBE_QEMU_PC, "no", MUSTER_REASON_ABSENT);
}

/* Replies of strange types are no answers of ours, and nothing that crashes. */
static void test_strange_replies(void) {
    static const char *const edits[] = {
        "s/\"return\":\\[.*\\],\"id\":\"machines\"/\"return\":{\"name\":[]},\"id\":\"machines\"/",
        "s/\"return\":\\[.*\\],\"id\":\"machines\"/\"return\":[1,null,{\"name\":2},[]],\"id\":\"machines\"/",
        "s/\"id\":\"aio=io_uring\",\"error\":{.*}/\"id\":\"aio=io_uring\",\"error\":[]}/",
        "s/\"id\":\"aio=io_uring\",\"error\":{.*}/\"id\":\"aio=io_uring\",\"error\":{\"desc\":3}}/",
        "s/\"return\":\\[.*\\],\"id\":\"-run-with/\"return\":3,\"id\":\"-run-with/",
        "s/\"return\":\\[.*\\],\"id\":\"-run/\"return\":[{\"parameters\":\"exit-with-parent\"}],\"id\":\"-run/",
    };
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        struct muster_probe_context context = edited("qemu-11.1", edits[i]);
        struct muster_finding finding = fake_find(&context, MUSTER_PROBE_QEMU_FEATURES);
        CU_ASSERT_EQUAL(finding.reason, MUSTER_REASON_NONE);
        bool all = strcmp(finding.value, "microvm,pc," VIRTIO ",aio=io_uring,-sandbox,-run-with exit-with-parent") == 0;
        CU_ASSERT_FALSE(all);
    }
}

static void test_tcg(void) {
    struct muster_finding finding;
    struct muster_probe_context context =
        fake_linux(fake_script("qemu", "case $1 in -accel) echo kvm ;; *) exit 1 ;; esac\n"));
    finding = fake_check(&context, MUSTER_PROBE_QEMU_TCG, "no", MUSTER_REASON_NOT_IN_QEMU);
    CU_ASSERT_STRING_EQUAL(finding.why, "this QEMU was built without tcg; it has kvm");
    context = host_with("qemu", "echo \"fatal: could not load module\" >&2; exit 1");
    finding = fake_check(&context, MUSTER_PROBE_QEMU_TCG, "no", MUSTER_REASON_FAILED);
    char expected[512];
    snprintf(expected, sizeof expected, "QEMU lists tcg, but: %s exited with status 1: fatal: could not load module",
             fake_path("qemu"));
    CU_ASSERT_STRING_EQUAL(finding.why, expected);
}

/* ---- memory and cache ------------------------------------------------------------------------------------------- */

static void test_one_session(void) {
    struct muster_probe_context context = fake_linux(fake_recorded("asked-once", "qemu-7.2"));
    struct muster_prober *prober = muster_prober_new(&context);
    CU_ASSERT_PTR_NOT_NULL_FATAL(prober);
    for (int i = 0; i < ASKING; i++)
        muster_probe(prober, asking[i], NULL);
    CU_ASSERT_EQUAL(fake_runs("asked-once", NULL), 1);
    muster_probe_reset(prober, MUSTER_PROBE_QEMU_PC);
    muster_probe(prober, MUSTER_PROBE_QEMU_PC, NULL);
    CU_ASSERT_EQUAL(fake_runs("asked-once", NULL), 1);
    muster_probe_reset(prober, MUSTER_PROBE_QEMU_FEATURES);
    for (int i = 0; i < ASKING; i++)
        muster_probe(prober, asking[i], NULL);
    CU_ASSERT_EQUAL(fake_runs("asked-once", SESSION), 2);
    muster_prober_free(prober);
}

/* Asks with a new prober, from the cache or not. */
static void check_cached(const struct muster_probe_context *context, const char *name, int runs) {
    struct muster_finding finding = fake_find(context, MUSTER_PROBE_QEMU_FEATURES);
    CU_ASSERT_EQUAL(finding.reason, MUSTER_REASON_NONE);
    CU_ASSERT_EQUAL(fake_runs(name, NULL), runs);
}

static void test_cache(void) {
    static const char *const builds[] = {"qemu-5.2", "qemu-7.2-aarch64", "qemu-11.1"};
    for (size_t i = 0; i < sizeof builds / sizeof builds[0]; i++) {
        char name[32];
        snprintf(name, sizeof name, "kept-%zu", i);
        struct muster_probe_context context = fake_linux(fake_recorded(name, builds[i]));
        context.cache = fake_path("cache");
        struct muster_finding asked = fake_find(&context, MUSTER_PROBE_QEMU_FEATURES);
        struct muster_finding kept = fake_find(&context, MUSTER_PROBE_QEMU_FEATURES);
        CU_ASSERT_STRING_EQUAL(asked.value, kept.value);
        CU_ASSERT_EQUAL(fake_runs(name, NULL), 1);
        CU_ASSERT_PTR_NOT_NULL(strstr(kept.source, ", from the cache"));
    }
}

static void test_cache_key(void) {
    struct muster_probe_context context = fake_linux(fake_recorded("keyed", "qemu-7.2"));
    context.cache = fake_path("cache");
    context.root = fake_path("root");
    fake_file("root/proc/sys/kernel/random/boot_id", "first\n");
    check_cached(&context, "keyed", 1);
    check_cached(&context, "keyed", 1);
    /* Another start of the host, whose kernel may be another one. */
    fake_file("root/proc/sys/kernel/random/boot_id", "second\n");
    check_cached(&context, "keyed", 2);
    check_cached(&context, "keyed", 2);
    /* Another binary in the same place. */
    fake_recorded("keyed", "qemu-7.2");
    check_cached(&context, "keyed", 3);
    check_cached(&context, "keyed", 3);
    /* What failed is not kept. */
    fake_script("keyed", "exit 1\n");
    fake_check(&context, MUSTER_PROBE_QEMU_FEATURES, "", MUSTER_REASON_FAILED);
    fake_check(&context, MUSTER_PROBE_QEMU_FEATURES, "", MUSTER_REASON_FAILED);
    CU_ASSERT_EQUAL(fake_runs("keyed", NULL), 5);
}

/* ---- the path --------------------------------------------------------------------------------------------------- */

static void test_path(void) {
    struct muster_probe_context context = fake_linux(fake_recorded("qemu", "qemu-7.2"));
    fake_check(&context, MUSTER_PROBE_QEMU_PATH, fake_path("qemu"), MUSTER_REASON_NONE);
    context.qemu = fake_path("absent");
    fake_check(&context, MUSTER_PROBE_QEMU_PATH, "", MUSTER_REASON_ABSENT);
    context.qemu = fake_script("q\xff"
                               "emu",
                               "");
    fake_check(&context, MUSTER_PROBE_QEMU_PATH, "", MUSTER_REASON_NOT_UNDERSTOOD);
    fake_check(&context, MUSTER_PROBE_QEMU, "yes", MUSTER_REASON_NONE);
}

/* As long as a path can be. */
static void test_long_path(void) {
    char path[PATH_MAX];
    char script[] = "exit 0\n";
    size_t length = (size_t)snprintf(path, sizeof path, "%s", fake_path("long"));
    mkdir(path, 0755);
    while (length + 202 < sizeof path) {
        length += (size_t)snprintf(path + length, sizeof path - length, "/%0200d", 1);
        mkdir(path, 0755);
    }
    snprintf(path + length, sizeof path - length, "/%0*d", (int)(sizeof path - length - 2), 1);
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(script, file);
    fclose(file);
    chmod(path, 0755);
    CU_ASSERT_EQUAL(strlen(path), PATH_MAX - 1);
    struct muster_probe_context context = fake_linux(path);
    fake_check(&context, MUSTER_PROBE_QEMU_PATH, path, MUSTER_REASON_NONE);
}

/* ---- a real one ------------------------------------------------------------------------------------------------- */

static void test_real(void) {
    static const char *const usual[] = {"qemu-system-x86_64", "qemu-system-aarch64"};
    static const enum muster_probe_id machines[] = {MUSTER_PROBE_QEMU_PC, MUSTER_PROBE_QEMU_VIRT};
    bool found = false;
    for (size_t i = 0; i < 2; i++) {
        struct muster_probe_context context = muster_probe_defaults;
        context.cache = "";
        context.qemu = usual[i];
        context.timeout_ms = AMPLE_MS;
        if (strcmp(fake_find(&context, MUSTER_PROBE_QEMU).value, "yes") != 0)
            continue;
        found = true;
        fake_check(&context, machines[i], "yes", MUSTER_REASON_NONE);
        fake_check(&context, machines[1 - i], "no", MUSTER_REASON_NOT_IN_QEMU);
        fake_check(&context, MUSTER_PROBE_QEMU_VIRTIO_PCI, "yes", MUSTER_REASON_NONE);
        fake_check(&context, MUSTER_PROBE_QEMU_TCG, "yes", MUSTER_REASON_NONE);
    }
    if (!found)
        unit_skip("no QEMU is installed");
}

int main(void) {
    static const struct unit_test tests[] = {
        {"builds of QEMU", test_builds},
        {"each probe", test_probes},
        {"reasons", test_reasons},
        {"QEMUs that misbehave", test_misbehaving},
        {"strange replies", test_strange_replies},
        {"tcg", test_tcg},
        {"one session for all", test_one_session},
        {"kept in the cache", test_cache},
        {"the key of the cache", test_cache_key},
        {"the path", test_path},
        {"the longest path", test_long_path},
        {"a real QEMU", test_real},
    };
    fake_begin();
    return unit_main("probe_features", tests, sizeof tests / sizeof tests[0]);
}
