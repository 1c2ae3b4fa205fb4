/*
 * Rules that refuse a host with the first answers of the probes refuse it after measuring, in the same words: on
 * made-up hosts with random settings, for all rulesets that are built in and for those of the tests.
 *
 * _GNU_SOURCE: nftw.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "fake_qemu_host.h"
#include "random.h"
#include "runtime/cli/measure.h"
#include "runtime/cli/rulesets.h"
#include "runtime/tool/inputs.h"
#include "tests/trial.h"
#include "tests/untried.h"

/* What a QEMU does when it is started on trial. */
#define RUNS                                                                                                           \
    "echo \"{\\\"QMP\\\": {}}\"; echo \"{\\\"return\\\": {\\\"status\\\": \\\"x\\\"}, \\\"id\\\": \\\"status\\\"}\"; " \
    "exit 85"
#define FAILS "echo qemu: it does not run >&2; exit 1"

/* Settings of one host, each NAME=VALUE. */
enum { SETTINGS = 64, SETTING_SIZE = 128 };
struct settings {
    char items[SETTINGS][SETTING_SIZE];
    size_t count;
};

/* The result of a ruleset for some inputs. */
struct result {
    struct inputs *inputs;
    int code; /* that of `muster argv` */
    char *messages;
    char *words; /* the command line, a line for each argument */
};

/* ---- hosts ------------------------------------------------------------------------------------------------------ */

/* A host whose QEMU prints what one of tests/hosts printed, but for its accelerators. */
static struct muster_probe_context host(const char *sysname, const char *machine, const char *build,
                                        const char *accelerators, const char *trial) {
    static unsigned number;
    static struct fake_kernel kernel = {0, 12, 0};
    char name[32], script[4 * PATH_MAX];
    snprintf(name, sizeof name, "qemu-%u", number++);
    snprintf(script, sizeof script,
             "case \"$1 $2\" in --version*) cat '%s/version' ;; -machine*) cat '%s/session' ;; '-accel help') "
             "printf '%%s\\n' %s ;; *) %s ;; esac\n",
             fake_host(build), fake_host(build), accelerators, trial);
    struct muster_probe_context context = fake_linux(fake_script(name, script));
    context.sysname = sysname;
    context.machine = machine;
    context.data = &kernel;
    return context;
}

/* ---- settings --------------------------------------------------------------------------------------------------- */

static void add_setting(struct settings *settings, const char *name, const char *value) {
    CU_ASSERT_FATAL(settings->count < SETTINGS);
    int length = snprintf(settings->items[settings->count++], SETTING_SIZE, "%s=%s", name, value);
    CU_ASSERT_FATAL(length < SETTING_SIZE);
}

/* A random value of a type, as people write it. */
static void random_value(const struct muster_ruleset *rules, const struct muster_type *type, uint64_t *seed,
                         char text[SETTING_SIZE]) {
    static const char *const versions[] = {"4.2.0", "5.2.0", "7.2.0", "11.1.0"};
    static const int64_t numbers[] = {1, 512, 3072, 3073, 4096, 8192};
    int64_t number = numbers[roll(seed, sizeof numbers / sizeof *numbers)];
    if (type->or_unknown && roll(seed, 6) == 0)
        snprintf(text, SETTING_SIZE, "unknown");
    else if (type->n_members > 0)
        snprintf(
            text, SETTING_SIZE, "%s",
            muster_text(rules, MUSTER_SECTION(rules, members,
                                              struct muster_member)[type->first_member + roll(seed, type->n_members)]
                                   .name));
    else if (type->kind == MUSTER_VERSION)
        snprintf(text, SETTING_SIZE, "%s", versions[roll(seed, sizeof versions / sizeof *versions)]);
    else
        snprintf(text, SETTING_SIZE, "%lld", (long long)(number > type->hi ? type->hi : number));
}

/* Texts have a value nearly always, so that there is a command line; the rest mostly what it has by itself. */
static void random_settings(const struct muster_ruleset *rules, uint64_t *seed, struct settings *settings) {
    *settings = (struct settings){.count = 0};
    for (uint32_t i = 0; i < rules->inputs.count; i++) {
        const struct muster_input *input = muster_input_at(rules, i);
        const struct muster_type *type = muster_type_at(rules, input->type);
        const char *name = muster_text(rules, input->name);
        char text[SETTING_SIZE];
        bool is_text = type->kind == MUSTER_TEXT || type->kind == MUSTER_PATH;
        if (is_text ? input->source == MUSTER_FROM_PROBE || roll(seed, 40) == 0 : roll(seed, 8) != 0)
            continue;
        snprintf(text, sizeof text, "%s", type->kind == MUSTER_PATH ? "/srv/x" : "x");
        if (!is_text)
            random_value(rules, type, seed, text);
        add_setting(settings, name, text);
    }
}

/* ---- before and after ------------------------------------------------------------------------------------------- */

/* The first answers: each probe asked once, and no trial. */
static void take_first_answers(struct inputs *inputs, struct muster_prober *prober) {
    const struct muster_ruleset *rules = inputs_rules(inputs);
    for (uint32_t i = 0; i < rules->inputs.count; i++) {
        const struct muster_input *input = muster_input_at(rules, i);
        const char *name = muster_text(rules, input->probe);
        struct muster_finding finding;
        if (inputs_given(inputs, i) ||
            (input->source != MUSTER_FROM_PROBE && input->source != MUSTER_FROM_CALLER_ELSE_PROBE))
            continue;
        name = *name ? name : muster_text(rules, input->name);
        enum muster_probe_id probe = muster_probe_find(name, strlen(name));
        if (probe == MUSTER_PROBE_NONE) {
            inputs_probed(inputs, i, NULL, NULL, "this muster has no probe for it");
            continue;
        }
        muster_probe(prober, probe, &finding);
        inputs_probed(inputs, i, finding.value, finding.source, finding.why);
    }
}

static struct result find_result(const struct muster_ruleset *rules, struct muster_prober *prober,
                                 const struct settings *settings, bool measured) {
    struct result result = {.code = 2};
    size_t length, words_length;
    FILE *messages = open_memstream(&result.messages, &length);
    FILE *words = open_memstream(&result.words, &words_length);
    struct argv argv = {0};
    CU_ASSERT_FATAL(messages != NULL && words != NULL);
    result.inputs = inputs_new(rules, "test", messages);
    CU_ASSERT_PTR_NOT_NULL_FATAL(result.inputs);
    for (size_t i = 0; i < settings->count; i++)
        inputs_set(result.inputs, settings->items[i]);
    if (measured)
        measure(result.inputs, prober, NULL);
    else
        take_first_answers(result.inputs, prober);
    if (inputs_complete(result.inputs))
        result.code = inputs_argv(result.inputs, &argv);
    for (size_t i = 0; i < argv.count; i++)
        fprintf(words, "%s\n", argv.arguments[i]);
    argv_free(&argv);
    fclose(messages);
    fclose(words);
    return result;
}

static void free_result(struct result *result) {
    inputs_free(result->inputs);
    free(result->messages);
    free(result->words);
}

/* Whether a fact became `untried`. */
static bool any_untried(const struct result *result) {
    const struct muster_ruleset *rules = inputs_rules(result->inputs);
    for (uint32_t i = 0; i < rules->n_facts; i++) {
        const char *text = inputs_text(result->inputs, i);
        if (text && strcmp(text, "untried") == 0 && inputs_origin(result->inputs, i)->kind == ORIGIN_PROBE)
            return true;
    }
    return false;
}

/* How often each case came up: a property of cases that do not occur says nothing. */
struct tally {
    unsigned refused, untried, broken;
};

static bool compare(const struct result *before, const struct result *after, struct tally *tally) {
    bool same = after->code == before->code && strcmp(after->messages, before->messages) == 0;
    bool same_line = same && strcmp(after->words, before->words) == 0;
    tally->refused += before->code == 1;
    tally->untried += any_untried(after);
    tally->broken += before->code == 0 && !same_line;
    if (before->code == 1)
        return same && !any_untried(after);
    return !any_untried(after) || after->code != 1;
}

static void try_settings(const struct muster_ruleset *rules, struct muster_prober *prober, uint64_t *seed,
                         struct tally *tally) {
    struct settings settings;
    random_settings(rules, seed, &settings);
    struct result before = find_result(rules, prober, &settings, false);
    struct result after = find_result(rules, prober, &settings, true);
    bool good = compare(&before, &after, tally);
    if (!good) {
        printf("\n%s:", muster_text(rules, rules->name));
        for (size_t i = 0; i < settings.count; i++)
            printf(" %s", settings.items[i]);
        printf("\nfirst answers: %d %s\nmeasured: %d %s\n", before.code, before.messages, after.code, after.messages);
    }
    CU_ASSERT(good);
    free_result(&before);
    free_result(&after);
}

static void test_all_rulesets(void) {
    const struct muster_probe_context hosts[] = {
        host("Linux", "x86_64", "qemu-7.2", "kvm tcg", RUNS),
        host("Linux", "x86_64", "qemu-7.2", "kvm", FAILS),
        host("Darwin", "arm64", "qemu-7.2-aarch64", "hvf tcg", RUNS),
        host("Darwin", "arm64", "qemu-7.2-aarch64", "hvf tcg", FAILS),
        host("FreeBSD", "amd64", "qemu-10.0", "kvm hvf tcg", RUNS),
        host("FreeBSD", "amd64", "qemu-10.0", "kvm hvf tcg", FAILS),
    };
    uint64_t seed = number_from("MUSTER_SEED", 4);
    uint64_t count = number_from("MUSTER_COUNT", 200);
    const struct muster_ruleset *rules[MAX_RULESETS + 2] = {trial_ruleset, untried_ruleset};
    size_t n_rules = 2;
    struct tally tally = {0};
    printf("\nMUSTER_SEED=%llu MUSTER_COUNT=%llu\n", (unsigned long long)seed, (unsigned long long)count);
    for (size_t i = 0; i < MAX_RULESETS && rulesets[i].name; i++)
        rules[n_rules++] = rulesets[i].rules;
    for (size_t h = 0; h < sizeof hosts / sizeof *hosts; h++) {
        struct muster_prober *prober = muster_prober_new(&hosts[h]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(prober);
        for (size_t r = 0; r < n_rules; r++)
            for (uint64_t i = 0; i < count; i++)
                try_settings(rules[r], prober, &seed, &tally);
        muster_prober_free(prober);
    }
    if (count >= 60)
        CU_ASSERT(tally.refused > 20 && tally.untried > 20 && tally.broken > 20);
    printf("%u refused, %u with an accelerator that was not tried, %u decided anew\n", tally.refused, tally.untried,
           tally.broken);
}

/* ---- one Mac ---------------------------------------------------------------------------------------------------- */

static void add_microvm(struct settings *settings) {
    static const char *const given[] = {"vm_id=vm1",       "kernel_dir=/k", "overlay_image=/o", "cmd_socket=/c",
                                        "event_socket=/e", "qmp_socket=/q", "gvproxy_socket=/g"};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        snprintf(settings->items[settings->count++], SETTING_SIZE, "%s", given[i]);
}

static const struct muster_ruleset *microvm(void) {
    for (size_t i = 0; i < MAX_RULESETS && rulesets[i].name; i++)
        if (strcmp(rulesets[i].name, "microvm") == 0)
            return rulesets[i].rules;
    unit_give_up("there is no ruleset microvm");
}

/* A Mac whose HVF works, and more memory than the rules allow with it. */
static void test_mac(void) {
    struct muster_probe_context mac = host("Darwin", "arm64", "qemu-7.2-aarch64", "hvf tcg", RUNS);
    struct muster_prober *prober = muster_prober_new(&mac);
    struct settings settings = {.count = 0};
    uint32_t hvf = muster_find_input(microvm(), "hvf", 3);
    CU_ASSERT_PTR_NOT_NULL_FATAL(prober);
    add_microvm(&settings);
    add_setting(&settings, "memory_mb", "4096");
    struct result measured = find_result(microvm(), prober, &settings, true);
    CU_ASSERT_EQUAL(measured.code, 1);
    CU_ASSERT_STRING_EQUAL(inputs_text(measured.inputs, hvf), "usable");
    add_setting(&settings, "hvf", "usable");
    struct result given = find_result(microvm(), prober, &settings, true);
    CU_ASSERT_EQUAL(given.code, 1);
    CU_ASSERT_STRING_EQUAL(measured.messages, given.messages);
    CU_ASSERT_PTR_NOT_NULL(strstr(measured.messages, "with the Hypervisor framework a guest of the architecture "
                                                     "aarch64 may have 3072 MiB at most"));
    free_result(&measured);
    free_result(&given);
    muster_prober_free(prober);
}

/* ---- what `untried` changes ------------------------------------------------------------------------------------- */

/* Measures the rules of the tests with one plan: the exit code, the value of kvm, and the command line. */
static void check_plan(struct muster_prober *prober, const char *plan, int code, const char *kvm, const char *words) {
    struct settings settings = {.count = 0};
    add_setting(&settings, "plan", plan);
    struct result result = find_result(untried_ruleset, prober, &settings, true);
    CU_ASSERT_EQUAL(result.code, code);
    CU_ASSERT_STRING_EQUAL(inputs_text(result.inputs, muster_find_input(untried_ruleset, "kvm", 3)), kvm);
    CU_ASSERT_STRING_EQUAL(result.words, words);
    free_result(&result);
}

/* A value that would change what the first answers decided is not used. */
static void test_untried(void) {
    struct muster_probe_context linux_host = host("Linux", "x86_64", "qemu-7.2", "kvm tcg", RUNS);
    struct muster_prober *prober = muster_prober_new(&linux_host);
    CU_ASSERT_PTR_NOT_NULL_FATAL(prober);
    check_plan(prober, "fast", 0, "usable", "run\n-accel\nkvm\n");
    check_plan(prober, "slow", 0, "untried", "run\n-accel\ntcg\n");
    check_plan(prober, "refuse", 1, "usable", "");
    check_plan(prober, "strict", 0, "usable", "run\n-accel\ntcg\n");
    check_plan(prober, "other", 0, "usable", "run\n-accel\ntcg\n");
    muster_prober_free(prober);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"refused by the first answers: refused after measuring, in the same words", test_all_rulesets},
        {"a Mac with too much memory", test_mac},
        {"untried", test_untried},
    };
    fake_begin();
    return unit_main("refusals", tests, sizeof tests / sizeof tests[0]);
}
