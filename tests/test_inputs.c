/*
 * Facts and parameters from files, --set and probes: which one wins, what is remembered, what is refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rules/baseline.h"
#include "runtime/tool/inputs.h"
#include "runtime/tool/settings.h"
#include "runtime/tool/show.h"
#include "unit.h"

/* Inputs of the baseline whose messages can be read. */
struct bench {
    struct inputs *inputs;
    FILE *messages;
    char *said;
    size_t said_length;
    size_t seen; /* what was asked about already */
};

static void open_bench(struct bench *bench) {
    *bench = (struct bench){0};
    bench->messages = open_memstream(&bench->said, &bench->said_length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench->messages);
    bench->inputs = inputs_new(baseline_ruleset, "test", bench->messages);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench->inputs);
}

static void close_bench(struct bench *bench) {
    inputs_free(bench->inputs);
    fclose(bench->messages);
    free(bench->said);
}

/* What was said since the last call. */
static bool said(struct bench *bench, const char *words) {
    bool found;

    fflush(bench->messages);
    found = strstr(bench->said + bench->seen, words) != NULL;
    if (!found)
        printf("\nexpected: %s\nsaid: %s\n", words, bench->said + bench->seen);
    bench->seen = bench->said_length;
    return found;
}

static uint32_t named(const char *name) {
    return muster_find_input(baseline_ruleset, name, strlen(name));
}

static int64_t fact(const struct bench *bench, const char *name) {
    return inputs_facts(bench->inputs)[named(name)];
}

static const char *text(const struct bench *bench, const char *name) {
    const char *found = inputs_text(bench->inputs, named(name));

    return found ? found : "(none)";
}

/* Loads a file with this text. */
static bool load(struct bench *bench, const char *content, size_t length) {
    char path[] = "/tmp/test_inputs.XXXXXX";
    int descriptor = mkstemp(path);
    bool good;

    CU_ASSERT_FATAL(descriptor >= 0);
    CU_ASSERT_EQUAL(write(descriptor, content, length), (ssize_t)length);
    close(descriptor);
    good = inputs_load(bench->inputs, path);
    unlink(path);
    return good;
}

static bool load_text(struct bench *bench, const char *content) {
    return load(bench, content, strlen(content));
}

static const char all_facts[] = "facts: { guest_arch = \"x86_64\"; host_os = \"linux\"; kvm = true; hvf = false;\n"
                                "tsc_deadline = true; io_uring = true; unshare = false; qemu_version = \"9.1.9\"; };\n";

/* ---- sources ---------------------------------------------------------------------------------------------------- */

static void defaults(void) {
    struct bench bench;

    open_bench(&bench);
    CU_ASSERT_EQUAL(fact(&bench, "allow_network"), 0);
    CU_ASSERT_STRING_EQUAL(text(&bench, "allow_network"), "no");
    CU_ASSERT_EQUAL(inputs_origin(bench.inputs, named("allow_network"))->kind, ORIGIN_DEFAULT);
    CU_ASSERT_EQUAL(fact(&bench, "kvm"), MUSTER_UNSET);
    CU_ASSERT_EQUAL(fact(&bench, "qemu_version"), MUSTER_UNSET);
    CU_ASSERT_EQUAL(inputs_origin(bench.inputs, named("kvm"))->kind, ORIGIN_NONE);
    CU_ASSERT_PTR_NULL(inputs_text(bench.inputs, named("vm_id")));
    close_bench(&bench);
}

static void later_wins(void) {
    struct bench bench;

    open_bench(&bench);
    CU_ASSERT(load_text(&bench, "params: {\n memory_mb = 512; vm_id = \"one\"; };"));
    CU_ASSERT_STRING_EQUAL(text(&bench, "memory_mb"), "512");
    CU_ASSERT_EQUAL(inputs_origin(bench.inputs, named("memory_mb"))->kind, ORIGIN_FILE);
    CU_ASSERT_EQUAL(inputs_origin(bench.inputs, named("memory_mb"))->line, 2);
    CU_ASSERT(load_text(&bench, "params: { memory_mb = 1024; };"));
    CU_ASSERT_STRING_EQUAL(text(&bench, "memory_mb"), "1024");
    CU_ASSERT_STRING_EQUAL(text(&bench, "vm_id"), "one");
    CU_ASSERT(inputs_set(bench.inputs, "memory_mb=2048"));
    CU_ASSERT_STRING_EQUAL(text(&bench, "memory_mb"), "2048");
    CU_ASSERT_EQUAL(inputs_origin(bench.inputs, named("memory_mb"))->kind, ORIGIN_SET);
    CU_ASSERT(!inputs_set(bench.inputs, "memory_mb=0"));
    CU_ASSERT(said(&bench, "memory_mb"));
    CU_ASSERT_STRING_EQUAL(text(&bench, "memory_mb"), "2048");
    close_bench(&bench);
}

static void probes_fill_gaps(void) {
    struct bench bench;
    const struct origin *origin;

    open_bench(&bench);
    CU_ASSERT(inputs_set(bench.inputs, "kvm=yes"));
    CU_ASSERT(inputs_given(bench.inputs, named("kvm")));
    inputs_probed(bench.inputs, named("kvm"), "no", "/dev/kvm", "not there");
    CU_ASSERT_EQUAL(fact(&bench, "kvm"), 1);

    CU_ASSERT(!inputs_given(bench.inputs, named("hvf")));
    inputs_probed(bench.inputs, named("hvf"), "no", "sysctl", "this is no macOS");
    origin = inputs_origin(bench.inputs, named("hvf"));
    CU_ASSERT_EQUAL(fact(&bench, "hvf"), 0);
    CU_ASSERT_EQUAL(origin->kind, ORIGIN_PROBE);
    CU_ASSERT_STRING_EQUAL(origin->source, "sysctl");
    CU_ASSERT_STRING_EQUAL(origin->why, "this is no macOS");

    inputs_probed(bench.inputs, named("qemu_version"), "9.2", "qemu", "");
    CU_ASSERT_EQUAL(fact(&bench, "qemu_version"), MUSTER_PACK_VERSION(9, 2, 0));
    CU_ASSERT_PTR_NULL(inputs_origin(bench.inputs, named("qemu_version"))->why);
    close_bench(&bench);
}

static void strange_findings(void) {
    struct bench bench;

    open_bench(&bench);
    inputs_probed(bench.inputs, named("guest_arch"), "riscv64", "uname", "");
    CU_ASSERT_EQUAL(fact(&bench, "guest_arch"), MUSTER_UNKNOWN);
    CU_ASSERT_STRING_EQUAL(inputs_origin(bench.inputs, named("guest_arch"))->why,
                           "the rules have no value for \"riscv64\"");
    inputs_probed(bench.inputs, named("host_os"), "unknown", "uname", "no answer");
    CU_ASSERT_EQUAL(fact(&bench, "host_os"), MUSTER_UNKNOWN);
    CU_ASSERT_STRING_EQUAL(inputs_origin(bench.inputs, named("host_os"))->why, "no answer");
    inputs_probed(bench.inputs, named("kvm"), "perhaps", "/dev/kvm", "");
    CU_ASSERT_EQUAL(fact(&bench, "kvm"), MUSTER_UNSET);
    inputs_probed(bench.inputs, named("hvf"), NULL, NULL, "no such probe");
    CU_ASSERT_EQUAL(fact(&bench, "hvf"), MUSTER_UNSET);
    CU_ASSERT(!inputs_complete(bench.inputs));
    CU_ASSERT(said(&bench, "kvm (the rules have no value for \"perhaps\"), hvf (no such probe), tsc_deadline"));
    close_bench(&bench);
}

/* ---- evaluation ------------------------------------------------------------------------------------------------- */

static void missing_parameters(void) {
    struct bench bench;
    struct argv argv;
    uint32_t missing[32];

    open_bench(&bench);
    CU_ASSERT(!inputs_complete(bench.inputs));
    CU_ASSERT(load_text(&bench, all_facts));
    CU_ASSERT(inputs_complete(bench.inputs));
    CU_ASSERT_EQUAL(inputs_missing(bench.inputs, missing, 32), 7);
    CU_ASSERT(inputs_set(bench.inputs, "allow_network=yes"));
    CU_ASSERT_EQUAL(inputs_missing(bench.inputs, missing, 2), 8);
    CU_ASSERT_EQUAL(missing[0], named("vm_id"));
    CU_ASSERT_EQUAL(missing[1], named("memory_mb"));
    CU_ASSERT_EQUAL(inputs_argv(bench.inputs, &argv), 2);
    CU_ASSERT(said(&bench, "vm_id"));
    CU_ASSERT_PTR_NULL(argv.arguments);
    close_bench(&bench);
}

static void command_line(void) {
    struct bench bench;
    struct argv argv;

    open_bench(&bench);
    CU_ASSERT(load_text(&bench, all_facts));
    CU_ASSERT(load_text(&bench, "params: { vm_id = \"vm1\"; memory_mb = 512; kernel_dir = \"/k\";\n"
                                "overlay_image = \"/a,b\"; cmd_socket = \"/c\"; event_socket = \"/e\";\n"
                                "qmp_socket = \"/q\"; };"));
    CU_ASSERT_EQUAL(inputs_argv(bench.inputs, &argv), 0);
    CU_ASSERT_FATAL(argv.count > 10);
    CU_ASSERT_STRING_EQUAL(argv.arguments[0], "qemu-system-x86_64");
    CU_ASSERT_STRING_EQUAL(argv.arguments[2], "guest=vm1");
    CU_ASSERT_STRING_EQUAL(argv.arguments[argv.count - 1], "unix:/q,server=on,wait=off");
    CU_ASSERT_PTR_NULL(argv.arguments[argv.count]);
    CU_ASSERT_EQUAL(inputs_program(bench.inputs), 0);
    argv_free(&argv);
    CU_ASSERT(inputs_set(bench.inputs, "unshare=yes"));
    CU_ASSERT(inputs_set(bench.inputs, "qemu_vm_user=yes"));
    CU_ASSERT_EQUAL(inputs_argv(bench.inputs, &argv), 0);
    CU_ASSERT_FATAL(inputs_program(bench.inputs) < argv.count);
    CU_ASSERT_STRING_EQUAL(argv.arguments[inputs_program(bench.inputs)], "qemu-system-x86_64");
    argv_free(&argv);
    close_bench(&bench);
}

/* What an error says names where the value came from. */
static void errors_name_origins(void) {
    struct bench bench;
    struct muster_error error = {.status = MUSTER_E_VALUE, .refusal = MUSTER_REFUSED_LENGTH, .limit = 103};
    char words[1024];

    open_bench(&bench);
    CU_ASSERT(inputs_set(bench.inputs, "cmd_socket=/run/c"));
    error.input = named("cmd_socket");
    error.condition = 0;
    inputs_error_text(bench.inputs, &error, words, sizeof words);
    CU_ASSERT(strncmp(words, "--set: ", 7) == 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(words, "cmd_socket"));
    CU_ASSERT_PTR_NOT_NULL(strstr(words, "baseline.muster:"));
    CU_ASSERT_EQUAL(inputs_failed(bench.inputs, &error), 2);
    close_bench(&bench);
}

/* ---- settings files --------------------------------------------------------------------------------------------- */

/* The number that a file's setting `n` has, after libconfig has read it. */
static bool number(const char *spelling, long long *value, int *type) {
    char content[128];
    char path[] = "/tmp/test_inputs.XXXXXX";
    int descriptor = mkstemp(path);
    config_t config;
    bool good;

    CU_ASSERT_FATAL(descriptor >= 0);
    snprintf(content, sizeof content, "n = %s;", spelling);
    CU_ASSERT_EQUAL(write(descriptor, content, strlen(content)), (ssize_t)strlen(content));
    close(descriptor);
    good = settings_read(&config, path, "test", stdout);
    unlink(path);
    if (good) {
        const config_setting_t *setting = config_lookup(&config, "n");
        *type = config_setting_type(setting);
        *value = config_setting_get_int64(setting);
        config_destroy(&config);
    }
    return good;
}

static void numbers(void) {
    static const struct {
        const char *spelling;
        long long value;
    } cases[] = {
        {"0", 0},
        {"512", 512},
        {"-512", -512},
        {"+512", 512},
        {"010", 10},
        {"0x200", 512},
        {"0x200L", 512},
        {"2147483647", INT32_MAX},
        {"2147483648", 2147483648LL},
        {"-2147483648", INT32_MIN},
        {"-2147483649", -2147483649LL},
        {"4294967808", 4294967808LL},
        {"4294967808L", 4294967808LL},
        {"4294967808LL", 4294967808LL},
        {"0xffffffff", 4294967295LL},
        {"0x7fffffffffffffff", INT64_MAX},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775807", -INT64_MAX},
    };
    static const char *const too_great[] = {"9223372036854775808",   "-9223372036854775809", "18446744073709552128",
                                            "18446744073709552128L", "0xffffffffffffffff",   "0x10000000000000200"};
    long long value = 0;
    int type = 0;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT(number(cases[i].spelling, &value, &type));
        CU_ASSERT_EQUAL(value, cases[i].value);
        if (value != cases[i].value)
            printf("\n%s is read as %lld\n", cases[i].spelling, value);
    }
    for (size_t i = 0; i < sizeof too_great / sizeof *too_great; i++)
        CU_ASSERT(!number(too_great[i], &value, &type));
    CU_ASSERT(number("1.5e3", &value, &type));
    CU_ASSERT_EQUAL(type, CONFIG_TYPE_FLOAT);
    CU_ASSERT(number("4294967808.0", &value, &type));
    CU_ASSERT_EQUAL(type, CONFIG_TYPE_FLOAT);
}

static void texts(void) {
    static const char nul[] = "params: {\n vm_id = \"a\0b\"; };";
    struct bench bench;

    open_bench(&bench);
    CU_ASSERT(!load(&bench, nul, sizeof nul - 1));
    CU_ASSERT(said(&bench, ":2: a NUL byte"));
    CU_ASSERT(!load_text(&bench, "params: {\n vm_id = \"a\\x00b\"; };"));
    CU_ASSERT(said(&bench, ":2: \\x00 would end the string here"));
    CU_ASSERT(!load_text(&bench, "# one\n@include \"/etc/passwd\"\n"));
    CU_ASSERT(said(&bench, ":2: @include is turned off"));
    CU_ASSERT(!load_text(&bench, "params: { vm_id = \"a"));
    CU_ASSERT(said(&bench, ":1: this string has no end"));
    CU_ASSERT(!load_text(&bench, "\n/* *"));
    CU_ASSERT(said(&bench, ":2: this comment has no end"));
    CU_ASSERT_STRING_EQUAL(text(&bench, "vm_id"), "(none)");
    CU_ASSERT(load_text(&bench, ""));
    CU_ASSERT(load_text(&bench, "params: { vm_id = \"a-5\"; }; # 99999999999999999999 @include \\x00"));
    CU_ASSERT_STRING_EQUAL(text(&bench, "vm_id"), "a-5");
    close_bench(&bench);
}

/* One run tells every error of a file and takes none of the wrong values. */
static void every_error(void) {
    struct bench bench;

    open_bench(&bench);
    CU_ASSERT(!load_text(&bench, "facts: {\n kmv = true;\n hvf = 1;\n};\nparams: {\n memory_mb = 4294967808;\n"
                                 " vm_id = \"good\";\n};\nother = 1;\n"));
    fflush(bench.messages);
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.said, ":2: "));
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.said, "did you mean kvm?"));
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.said, ":3: hvf: a number stands here"));
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.said, ":6: "));
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.said, ":9: other is not known here"));
    CU_ASSERT_PTR_NULL(inputs_text(bench.inputs, named("memory_mb")));
    CU_ASSERT_STRING_EQUAL(text(&bench, "vm_id"), "good");
    close_bench(&bench);
}

/* ---- showing ---------------------------------------------------------------------------------------------------- */

static char *shown(enum show_format format, const char *const *words, size_t count, size_t *length) {
    struct argv argv = {.arguments = calloc(count + 1, sizeof(char *)), .count = count};
    char *text_of = NULL;
    FILE *out = open_memstream(&text_of, length);

    CU_ASSERT_FATAL(out && argv.arguments);
    for (size_t i = 0; i < count; i++)
        argv.arguments[i] = words[i];
    show_argv(out, format, &argv);
    fclose(out);
    argv_free(&argv);
    return text_of;
}

static void formats(void) {
    static const char *const words[] = {"A=b", "", "it's", "a b", "c=d", "\n\t\x01\"\\", "-x,y=z:/@%+_."};
    static const char *const keyword[] = {"if", "if"};
    size_t length;
    char *text_of = shown(SHOW_SHELL, words, 7, &length);

    CU_ASSERT_STRING_EQUAL(text_of, "'A=b' '' 'it'\\''s' 'a b' c=d '\n\t\x01\"\\' -x,y=z:/@%+_.\n");
    free(text_of);
    text_of = shown(SHOW_JSON, words, 7, &length);
    CU_ASSERT_STRING_EQUAL(text_of, "[\"A=b\", \"\", \"it's\", \"a b\", \"c=d\", \"\\n\\t\\u0001\\\"\\\\\", "
                                    "\"-x,y=z:/@%+_.\"]\n");
    free(text_of);
    text_of = shown(SHOW_NUL, words, 3, &length);
    CU_ASSERT_EQUAL(length, 10);
    CU_ASSERT_EQUAL(memcmp(text_of, "A=b\0\0it's", 10), 0);
    free(text_of);
    text_of = shown(SHOW_SHELL, keyword, 2, &length);
    CU_ASSERT_STRING_EQUAL(text_of, "'if' if\n");
    free(text_of);
    text_of = shown(SHOW_JSON, words, 0, &length);
    CU_ASSERT_STRING_EQUAL(text_of, "[]\n");
    free(text_of);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"the rules' defaults", defaults},
        {"the later wins", later_wins},
        {"probes fill what is not given", probes_fill_gaps},
        {"findings that the rules have no value for", strange_findings},
        {"missing parameters", missing_parameters},
        {"a command line", command_line},
        {"errors name the origin", errors_name_origins},
        {"numbers of a settings file", numbers},
        {"texts of a settings file", texts},
        {"every error of a file", every_error},
        {"forms of a command line", formats},
    };

    return unit_main("inputs", tests, sizeof tests / sizeof *tests);
}
