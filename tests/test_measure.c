/*
 * Measuring a host for a ruleset: parameters from probes, and when QEMU is started on trial.
 *
 * _GNU_SOURCE: nftw.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "fake_qemu_host.h"
#include "runtime/cli/measure.h"
#include "runtime/tool/inputs.h"
#include "tests/trial.h"

/* How a QEMU that is tried ends when its guest got to its end. */
#define RUNS                                                                                                           \
    "echo \"{\\\"QMP\\\": {}}\"; echo \"{\\\"return\\\": {\\\"status\\\": \\\"x\\\"}, \\\"id\\\": \\\"status\\\"}\"; " \
    "exit 85"

#define OURS                                                                                                           \
    " -S -nodefaults -no-user-config -no-reboot -display none -qmp stdio -bios /proc/self/fd/4 -device "               \
    "isa-debug-exit,iobase=0x501,iosize=1"

/* Inputs of the test's ruleset, and a host to measure for them. */
struct bench {
    struct muster_probe_context context;
    struct inputs *inputs;
    FILE *messages;
    char *said;
    size_t said_length;
    char qemu[32];
};

/* A host whose QEMU, a new one for each bench, lists both accelerators and does this when it is tried. */
static void open_bench(struct bench *bench, const char *commands) {
    static unsigned number;
    char script[1024];
    *bench = (struct bench){.said = NULL};
    snprintf(bench->qemu, sizeof bench->qemu, "qemu-%u", number++);
    snprintf(script, sizeof script, "case $2 in help) echo kvm; echo hvf ;; *) %s ;; esac\n", commands);
    bench->context = fake_linux(fake_script(bench->qemu, script));
    bench->messages = open_memstream(&bench->said, &bench->said_length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench->messages);
    bench->inputs = inputs_new(trial_ruleset, "test", bench->messages);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench->inputs);
}

static void close_bench(struct bench *bench) {
    inputs_free(bench->inputs);
    fclose(bench->messages);
    free(bench->said);
    CU_ASSERT_TRUE(fake_no_child());
}

/* Measures, after these settings, which end with a NULL. */
static void measure_with(struct bench *bench, const char *const *settings) {
    struct muster_prober *prober = muster_prober_new(&bench->context);
    CU_ASSERT_PTR_NOT_NULL_FATAL(prober);
    for (; settings != NULL && *settings != NULL; settings++)
        CU_ASSERT_TRUE(inputs_set(bench->inputs, *settings));
    measure(bench->inputs, prober, NULL);
    muster_prober_free(prober);
}

static uint32_t named(const char *name) {
    return muster_find_input(trial_ruleset, name, strlen(name));
}

static void check_text(const struct bench *bench, const char *name, const char *expected) {
    const char *found = inputs_text(bench->inputs, named(name));
    if (found == NULL || strcmp(found, expected) != 0)
        printf("\n%s: %s, expected %s\n", name, found != NULL ? found : "nothing", expected);
    CU_ASSERT_TRUE(found != NULL && strcmp(found, expected) == 0);
}

/* How often QEMU was started on trial, with any arguments. */
static int tried(const struct bench *bench) {
    return fake_runs(bench->qemu, NULL) - fake_runs(bench->qemu, "-accel help");
}

/* ---- the trial -------------------------------------------------------------------------------------------------- */

static void test_works(void) {
    struct bench bench;
    char expected[256];
    open_bench(&bench, RUNS);
    measure_with(&bench, NULL);
    check_text(&bench, "kvm", "usable");
    check_text(&bench, "again", "usable");
    check_text(&bench, "old", "usable");
    snprintf(expected, sizeof expected, "trial start: %s -accel kvm -cpu host -M microvm", fake_path(bench.qemu));
    CU_ASSERT_STRING_EQUAL(inputs_origin(bench.inputs, named("kvm"))->source, expected);
    CU_ASSERT_PTR_NULL(inputs_origin(bench.inputs, named("kvm"))->why);
    CU_ASSERT_EQUAL(fake_runs(bench.qemu, "-accel kvm -cpu host -M microvm" OURS), 1);
    CU_ASSERT_EQUAL(tried(&bench), 1);
    close_bench(&bench);
}

static void test_broken(void) {
    static const char *const settings[] = {"old=usable", NULL};
    struct bench bench;
    open_bench(&bench, "echo qemu: no KVM today >&2; exit 1");
    measure_with(&bench, settings);
    check_text(&bench, "kvm", "broken");
    check_text(&bench, "again", "broken");
    /* What is given stays. */
    check_text(&bench, "old", "usable");
    CU_ASSERT_STRING_EQUAL(inputs_origin(bench.inputs, named("kvm"))->why, "a trial start failed: no KVM today");
    CU_ASSERT_TRUE(inputs_complete(bench.inputs));
    CU_ASSERT_EQUAL(tried(&bench), 1);
    close_bench(&bench);
}

/* A fact that cannot say broken has no value then, and that is said. */
static void test_no_such_value(void) {
    struct bench bench;
    open_bench(&bench, "echo qemu: no KVM today >&2; exit 1");
    measure_with(&bench, NULL);
    CU_ASSERT_FALSE(inputs_complete(bench.inputs));
    fflush(bench.messages);
    CU_ASSERT_STRING_EQUAL(bench.said,
                           "test: no value for the fact old (the rules have no value for \"broken\"); give it in "
                           "a facts file or with --set NAME=VALUE\n");
    close_bench(&bench);
}

/* A host that says that it has both. What is found broken gives way to the other one, which is tried then. */
static void test_one_after_the_other(void) {
    static const char *const settings[] = {"old=usable", NULL};
    struct bench bench;
    open_bench(&bench, "case $2 in kvm) exit 1 ;; *) " RUNS " ;; esac");
    bench.context.sysname = "FreeBSD";
    measure_with(&bench, settings);
    check_text(&bench, "kvm", "broken");
    check_text(&bench, "hvf", "usable");
    CU_ASSERT_EQUAL(fake_runs(bench.qemu, "-accel hvf -cpu host -M microvm" OURS), 1);
    CU_ASSERT_EQUAL(tried(&bench), 2);
    close_bench(&bench);
    open_bench(&bench, "exit 1");
    bench.context.sysname = "FreeBSD";
    measure_with(&bench, settings);
    check_text(&bench, "kvm", "broken");
    check_text(&bench, "hvf", "broken");
    CU_ASSERT_EQUAL(tried(&bench), 2);
    close_bench(&bench);
}

/* Nothing is started that the rules would not start, or that somebody vouches for. */
static void test_not_tried(void) {
    static const char *const settings[][3] = {
        {"refuse=yes"}, {"silent=yes"}, {"kvm=usable", "again=usable"}, {"kvm=absent"}, {"kvm=denied"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        struct bench bench;
        open_bench(&bench, "exit 1");
        if (i == 2)
            CU_ASSERT_TRUE(inputs_set(bench.inputs, "old=usable"));
        measure_with(&bench, settings[i]);
        CU_ASSERT_EQUAL(tried(&bench), 0);
        close_bench(&bench);
    }
}

static void test_static_layers(void) {
    static struct fake_kernel kernel = {EACCES, 12, EINVAL};
    struct bench bench;
    open_bench(&bench, RUNS);
    bench.context.data = &kernel;
    measure_with(&bench, NULL);
    check_text(&bench, "kvm", "denied");
    CU_ASSERT_EQUAL(tried(&bench), 0);
    close_bench(&bench);
}

/* A parameter that is not set is blank; a given one is there, and conditions know which is which. */
static void test_blanks(void) {
    static const char *const settings[] = {"title=x", "second=/srv/b", NULL};
    static const char *const more[] = {"memory=64", NULL};
    struct bench bench;
    open_bench(&bench, RUNS);
    measure_with(&bench, settings);
    CU_ASSERT_EQUAL(fake_runs(bench.qemu, "-accel kvm -cpu host,-svm -M microvm,size=M" OURS), 1);
    measure_with(&bench, more);
    CU_ASSERT_EQUAL(fake_runs(bench.qemu, "-accel kvm -cpu host,-svm -M microvm,size=64M" OURS), 1);
    CU_ASSERT_EQUAL(tried(&bench), 2);
    close_bench(&bench);
}

/* ---- what is tagged --------------------------------------------------------------------------------------------- */

static void check_tagged(const struct bench *bench, const char *tag, const char *expected) {
    char words[512] = "";
    struct argv argv;
    bool any = inputs_tagged(bench->inputs, tag, &argv);
    for (size_t i = 0; i < argv.count; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s", i > 0 ? " " : "", argv.arguments[i]);
    CU_ASSERT_STRING_EQUAL(words, expected);
    CU_ASSERT_EQUAL(any, expected[0] != '\0');
    CU_ASSERT_TRUE(!any || argv.arguments[argv.count] == NULL);
    argv_free(&argv);
}

static void test_tagged(void) {
    struct bench bench;
    open_bench(&bench, RUNS);
    check_tagged(&bench, "trial", ""); /* facts are missing */
    measure_with(&bench, NULL);
    check_tagged(&bench, "wrapper", "nice");
    check_tagged(&bench, "program", fake_path(bench.qemu));
    check_tagged(&bench, "other", "-name kvm,,hvf");
    check_tagged(&bench, "trial", "-accel kvm -cpu host -M microvm");
    check_tagged(&bench, "nothing", "");
    check_tagged(&bench, "tria", "");
    CU_ASSERT_TRUE(inputs_set(bench.inputs, "refuse=yes"));
    check_tagged(&bench, "trial", "");
    close_bench(&bench);
}

/* ---- parameters from probes ------------------------------------------------------------------------------------- */

static void test_parameters(void) {
    static const char *const settings[] = {"listed=mine", NULL};
    char origin[64];
    struct bench bench;
    open_bench(&bench, RUNS);
    measure_with(&bench, settings);
    check_text(&bench, "qemu_path", fake_path(bench.qemu));
    inputs_origin_text(bench.inputs, named("qemu_path"), origin, sizeof origin);
    CU_ASSERT_STRING_EQUAL(origin, "probe");
    CU_ASSERT_STRING_EQUAL(inputs_origin(bench.inputs, named("qemu_path"))->source, fake_path(bench.qemu));
    check_text(&bench, "listed", "mine");
    close_bench(&bench);
}

/* What a probe finds is checked as what people give; what is missing says why. */
static void test_refused_parameters(void) {
    static const char *const settings[] = {"memory=1", "disk=/d", "old=absent", NULL};
    struct bench bench;
    struct argv argv;
    open_bench(&bench, RUNS);
    bench.context.qemu = fake_script("odd", "echo kvm-2\n");
    measure_with(&bench, settings);
    CU_ASSERT_PTR_NULL(inputs_text(bench.inputs, named("listed")));
    CU_ASSERT_EQUAL(inputs_argv(bench.inputs, &argv), 2);
    fflush(bench.messages);
    CU_ASSERT_STRING_EQUAL(bench.said,
                           "test: no value for the parameter listed (its accelerators: the parameter 'listed' does not "
                           "match the pattern [a-z,]+); give it in the group params of a file or with --set "
                           "NAME=VALUE\n");
    argv_free(&argv);
    close_bench(&bench);
    open_bench(&bench, RUNS);
    bench.context.qemu = fake_path("absent");
    measure_with(&bench, settings);
    CU_ASSERT_PTR_NULL(inputs_text(bench.inputs, named("qemu_path")));
    CU_ASSERT_PTR_NOT_NULL(strstr(inputs_origin(bench.inputs, named("qemu_path"))->why, "there is no file "));
    close_bench(&bench);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"a trial that works", test_works},
        {"a trial that fails", test_broken},
        {"rules that cannot say so", test_no_such_value},
        {"one after the other", test_one_after_the_other},
        {"not tried", test_not_tried},
        {"the layers before", test_static_layers},
        {"blanks", test_blanks},
        {"what is tagged", test_tagged},
        {"parameters", test_parameters},
        {"parameters that are refused", test_refused_parameters},
    };
    fake_begin();
    return unit_main("measure", tests, sizeof tests / sizeof tests[0]);
}
