/*
 * The library by itself, on the generated baseline: names, values, what parameters take and refuse and in which words,
 * what an argv uses and what is noted of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/baseline.h"
#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct muster_ruleset *const rules = baseline_ruleset;

static uint32_t input_of(const char *name) {
    uint32_t input = muster_find_input(rules, name, strlen(name));
    CU_ASSERT_NOT_EQUAL_FATAL(input, MUSTER_NONE);
    return input;
}

static void expect_text(const struct muster_error *error, const char *expected) {
    char text[300];
    size_t length = muster_error_text(rules, error, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, expected);
    CU_ASSERT_EQUAL(length, strlen(expected));
    if (strcmp(text, expected) != 0)
        printf("\n'%s', not '%s'\n", expected, text);
}

/* Parameters in memory of their own, exactly as much as they ask for. */
static struct muster_params *new_params(void) {
    size_t size = muster_params_size(rules);
    struct muster_params *params = muster_params_init(malloc(size), size, rules);
    CU_ASSERT_PTR_NOT_NULL_FATAL(params);
    return params;
}

static enum muster_status set(struct muster_params *params, const char *name, const char *text,
                              struct muster_error *error) {
    return muster_set_text(params, input_of(name), text, strlen(text), error);
}

/* linux, x86_64, kvm, and a network. */
static struct baseline_facts some_host(void) {
    struct baseline_facts facts;
    muster_facts_init(rules, facts.value);
    facts.guest_arch = BASELINE_ARCH_X86_64;
    facts.host_os = BASELINE_SYSTEM_LINUX;
    facts.kvm = 1;
    facts.hvf = facts.tsc_deadline = facts.io_uring = facts.unshare = 0;
    facts.qemu_version = MUSTER_PACK_VERSION(9, 2, 0);
    facts.allow_network = 1;
    return facts;
}

static void set_all(struct muster_params *params) {
    static const char *const paths[] = {"kernel_dir",   "overlay_image", "cmd_socket",
                                        "event_socket", "qmp_socket",    "gvproxy_socket"};
    CU_ASSERT_EQUAL(set(params, "vm_id", "vm", NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(muster_set_value(params, BASELINE_PARAM_MEMORY_MB, 256, NULL), MUSTER_OK);
    for (size_t i = 0; i < COUNT(paths); i++)
        CU_ASSERT_EQUAL(set(params, paths[i], "/x,y", NULL), MUSTER_OK);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static void test_names(void) {
    CU_ASSERT_EQUAL(muster_check(rules), MUSTER_OK);
    for (uint32_t i = 0; i < rules->inputs.count; i++) {
        const char *name = muster_text(rules, muster_input_at(rules, i)->name);
        CU_ASSERT_EQUAL(muster_find_input(rules, name, strlen(name)), i);
        CU_ASSERT_EQUAL(muster_nearest_input(rules, name, strlen(name)), i);
        CU_ASSERT_EQUAL(muster_find_input(rules, name, strlen(name) - 1), MUSTER_NONE);
        CU_ASSERT_EQUAL(muster_input_at(rules, i)->is_param, i >= rules->n_facts);
    }
    for (uint32_t i = 0; i < rules->decisions.count; i++) {
        const char *name = muster_text(rules, muster_decision_at(rules, i)->name);
        CU_ASSERT_EQUAL(muster_find_decision(rules, name, strlen(name)), i);
    }
    CU_ASSERT_EQUAL(muster_find_input(rules, "", 0), MUSTER_NONE);
    CU_ASSERT_EQUAL(muster_find_input(rules, "accel", 5), MUSTER_NONE);
    CU_ASSERT_EQUAL(muster_find_decision(rules, "kvm", 3), MUSTER_NONE);
    CU_ASSERT_EQUAL(muster_find_input(rules, "kvmlike", 3), input_of("kvm"));
    CU_ASSERT_EQUAL(input_of("vm_id"), BASELINE_PARAM_VM_ID);
    CU_ASSERT_STRING_EQUAL(muster_text(rules, rules->name), "baseline");
    CU_ASSERT_STRING_EQUAL(muster_text(rules, 0), "");
}

static void test_nearest(void) {
    static const struct {
        const char *typed, *meant;
    } rows[] = {
        {"host_so", "host_os"},
        {"hosts_os", "host_os"},
        {"memory", "memory_mb"},
        {"memroy_mb", "memory_mb"},
        {"kmv", "kvm"},
        {"qemu_verison", "qemu_version"},
        {"cmd_sokcet", "cmd_socket"},
        {"evnt_socket", "event_socket"},
        {"vmid", "vm_id"},
        {"zzzzzzzz", NULL},
        {"", NULL},
        {"q", NULL},
    };
    char longer[200];
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t found = muster_nearest_input(rules, rows[i].typed, strlen(rows[i].typed));
        const char *name = found == MUSTER_NONE ? "nothing" : muster_text(rules, muster_input_at(rules, found)->name);
        CU_ASSERT_STRING_EQUAL(name, rows[i].meant ? rows[i].meant : "nothing");
    }
    memset(longer, 'k', sizeof longer);
    CU_ASSERT_EQUAL(muster_nearest_input(rules, longer, sizeof longer), MUSTER_NONE);
}

static void test_check(void) {
    struct muster_ruleset other = *rules;
    CU_ASSERT_EQUAL(muster_check(NULL), MUSTER_E_VERSION);
    other.magic++;
    CU_ASSERT_EQUAL(muster_check(&other), MUSTER_E_VERSION);
    other = *rules;
    other.version++;
    CU_ASSERT_EQUAL(muster_check(&other), MUSTER_E_VERSION);
    other = *rules;
    other.n_vars = MUSTER_MAX_VARS + 1;
    CU_ASSERT_EQUAL(muster_check(&other), MUSTER_E_VERSION);
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static void test_parse(void) {
    static const struct {
        const char *input, *text;
        int64_t value;
        enum muster_refusal refusal;
    } rows[] = {
        {"kvm", "yes", 1, MUSTER_REFUSED_NOT},
        {"kvm", "true", 1, MUSTER_REFUSED_NOT},
        {"kvm", "no", 0, MUSTER_REFUSED_NOT},
        {"kvm", "false", 0, MUSTER_REFUSED_NOT},
        {"kvm", "1", 0, MUSTER_REFUSED_TYPE},
        {"kvm", "Yes", 0, MUSTER_REFUSED_TYPE},
        {"kvm", "unknown", 0, MUSTER_REFUSED_TYPE},
        {"kvm", "", 0, MUSTER_REFUSED_TYPE},
        {"host_os", "linux", BASELINE_SYSTEM_LINUX, MUSTER_REFUSED_NOT},
        {"host_os", "macos", BASELINE_SYSTEM_MACOS, MUSTER_REFUSED_NOT},
        {"host_os", "unknown", MUSTER_UNKNOWN, MUSTER_REFUSED_NOT},
        {"host_os", "linu", 0, MUSTER_REFUSED_TYPE},
        {"host_os", "linuxx", 0, MUSTER_REFUSED_TYPE},
        {"host_os", "0", 0, MUSTER_REFUSED_TYPE},
        {"guest_arch", "aarch64", BASELINE_ARCH_AARCH64, MUSTER_REFUSED_NOT},
        {"memory_mb", "1", 1, MUSTER_REFUSED_NOT},
        {"memory_mb", "1048576", 1048576, MUSTER_REFUSED_NOT},
        {"memory_mb", "00256", 256, MUSTER_REFUSED_NOT},
        {"memory_mb", "0", 0, MUSTER_REFUSED_RANGE},
        {"memory_mb", "-0", 0, MUSTER_REFUSED_RANGE},
        {"memory_mb", "-1", 0, MUSTER_REFUSED_RANGE},
        {"memory_mb", "1048577", 0, MUSTER_REFUSED_RANGE},
        {"memory_mb", "9223372036854775806", 0, MUSTER_REFUSED_RANGE},
        {"memory_mb", "9223372036854775807", 0, MUSTER_REFUSED_TYPE},
        {"memory_mb", "99999999999999999999", 0, MUSTER_REFUSED_TYPE},
        {"memory_mb", "1.5", 0, MUSTER_REFUSED_TYPE},
        {"memory_mb", "12 ", 0, MUSTER_REFUSED_TYPE},
        {"memory_mb", "+1", 0, MUSTER_REFUSED_TYPE},
        {"memory_mb", "-", 0, MUSTER_REFUSED_TYPE},
        {"memory_mb", "", 0, MUSTER_REFUSED_TYPE},
        {"qemu_version", "7.2", MUSTER_PACK_VERSION(7, 2, 0), MUSTER_REFUSED_NOT},
        {"qemu_version", "7.2.5", MUSTER_PACK_VERSION(7, 2, 5), MUSTER_REFUSED_NOT},
        {"qemu_version", "0.0.0", 0, MUSTER_REFUSED_NOT},
        {"qemu_version", "1048575.1048575.1048575",
         MUSTER_PACK_VERSION(MUSTER_VERSION_MAX, MUSTER_VERSION_MAX, MUSTER_VERSION_MAX), MUSTER_REFUSED_NOT},
        {"qemu_version", "unknown", MUSTER_UNKNOWN, MUSTER_REFUSED_NOT},
        {"qemu_version", "1048576.0", 0, MUSTER_REFUSED_TYPE},
        {"qemu_version", "7", 0, MUSTER_REFUSED_TYPE},
        {"qemu_version", "7.", 0, MUSTER_REFUSED_TYPE},
        {"qemu_version", ".7", 0, MUSTER_REFUSED_TYPE},
        {"qemu_version", "7..2", 0, MUSTER_REFUSED_TYPE},
        {"qemu_version", "7.2.5.1", 0, MUSTER_REFUSED_TYPE},
        {"qemu_version", "7.2.5 ", 0, MUSTER_REFUSED_TYPE},
        {"qemu_version", "v7.2", 0, MUSTER_REFUSED_TYPE},
        {"vm_id", "vm", 0, MUSTER_REFUSED_TYPE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct muster_error error = {0};
        int64_t value = 4711;
        enum muster_status status =
            muster_parse_value(rules, input_of(rows[i].input), rows[i].text, strlen(rows[i].text), &value, &error);
        bool is_taken = rows[i].refusal == MUSTER_REFUSED_NOT;
        bool is_expected = is_taken ? status == MUSTER_OK && value == rows[i].value
                                    : status == MUSTER_E_VALUE && error.refusal == rows[i].refusal && value == 4711 &&
                                          error.input == input_of(rows[i].input);
        if (!is_expected)
            printf("\n%s '%s': status %d, %lld\n", rows[i].input, rows[i].text, (int)status, (long long)value);
        CU_ASSERT_TRUE(is_expected);
    }
}

static void expect_round_trip(uint32_t input, int64_t value) {
    char text[64];
    int64_t again = 4711;
    uint32_t type = muster_input_at(rules, input)->type;
    size_t length = muster_value_text(rules, type, value, text, sizeof text);
    CU_ASSERT_EQUAL(length, strlen(text));
    CU_ASSERT_EQUAL(muster_parse_value(rules, input, text, length, &again, NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(again, value);
    for (size_t size = 0; size <= length + 1; size++) {
        char cut[64];
        memset(cut, '#', sizeof cut);
        CU_ASSERT_EQUAL(muster_value_text(rules, type, value, size ? cut : NULL, size), length);
        CU_ASSERT_TRUE(size == 0 || (strncmp(cut, text, size - 1) == 0 && cut[size - 1] == '\0'));
        CU_ASSERT_EQUAL(cut[size], '#');
    }
}

static void test_round_trip(void) {
    static const int64_t numbers[] = {1, 9, 10, 99999, 1048576};
    static const int64_t versions[] = {0,
                                       1,
                                       MUSTER_PACK_VERSION(0, 1, 0),
                                       MUSTER_PACK_VERSION(9, 2, 0),
                                       MUSTER_PACK_VERSION(10, 20, 30),
                                       MUSTER_PACK_VERSION(MUSTER_VERSION_MAX, MUSTER_VERSION_MAX, MUSTER_VERSION_MAX)};
    char text[8];
    for (uint32_t i = 0; i < rules->n_facts; i++) {
        const struct muster_type *type = muster_type_at(rules, muster_input_at(rules, i)->type);
        for (uint32_t member = 0; member < type->n_members; member++)
            expect_round_trip(i, member);
        if (type->or_unknown)
            expect_round_trip(i, MUSTER_UNKNOWN);
    }
    for (size_t i = 0; i < COUNT(numbers); i++)
        expect_round_trip(BASELINE_PARAM_MEMORY_MB, numbers[i]);
    for (size_t i = 0; i < COUNT(versions); i++)
        expect_round_trip(input_of("qemu_version"), versions[i]);
    CU_ASSERT_EQUAL(muster_value_text(rules, muster_input_at(rules, 0)->type, MUSTER_UNSET, text, sizeof text), 0);
    CU_ASSERT_STRING_EQUAL(text, "");
    CU_ASSERT_EQUAL(muster_value_text(rules, muster_input_at(rules, 0)->type, 99, text, sizeof text), 1);
    CU_ASSERT_STRING_EQUAL(text, "?");
}

/* ---- facts ------------------------------------------------------------------------------------------------------ */

static void test_facts(void) {
    struct baseline_facts facts;
    struct muster_error error;
    muster_facts_init(rules, facts.value);
    CU_ASSERT_EQUAL(facts.allow_network, 0);
    CU_ASSERT_EQUAL(facts.force_emulation, 0);
    CU_ASSERT_EQUAL(facts.kvm, MUSTER_UNSET);
    CU_ASSERT_EQUAL(facts.host_os, MUSTER_UNSET);
    CU_ASSERT_EQUAL(muster_facts_check(rules, facts.value, &error), MUSTER_E_FACT);
    expect_text(&error, "the fact 'guest_arch' is not set");
    facts = some_host();
    CU_ASSERT_EQUAL(muster_facts_check(rules, facts.value, &error), MUSTER_OK);
    facts.kvm = MUSTER_UNKNOWN;
    CU_ASSERT_EQUAL(muster_facts_check(rules, facts.value, &error), MUSTER_E_FACT);
    expect_text(&error, "the fact 'kvm' must be yes or no");
    CU_ASSERT_EQUAL(muster_decide(rules, facts.value, NULL, NULL, NULL, &error), MUSTER_E_FACT);
    expect_text(&error, "the fact 'kvm' must be yes or no");
    facts = some_host();
    facts.host_os = 2;
    CU_ASSERT_EQUAL(muster_decide(rules, facts.value, NULL, NULL, NULL, &error), MUSTER_E_FACT);
    expect_text(&error, "the fact 'host_os' must be one of linux, macos, unknown");
    facts = some_host();
    facts.qemu_version = -1;
    CU_ASSERT_EQUAL(muster_facts_check(rules, facts.value, &error), MUSTER_E_FACT);
    expect_text(&error, "the fact 'qemu_version' must be a version A.B.C, or unknown");
    CU_ASSERT_EQUAL(muster_decide(rules, facts.value, NULL, NULL, NULL, NULL), MUSTER_E_FACT);
}

static void test_decide(void) {
    struct baseline_facts facts = some_host();
    struct baseline_decisions decisions;
    struct muster_error error;
    CU_ASSERT_EQUAL(baseline_decide(&facts, NULL, &decisions, &error), MUSTER_OK);
    CU_ASSERT_EQUAL(decisions.accel, BASELINE_ACCEL_KVM);
    CU_ASSERT_EQUAL(decisions.machine, BASELINE_MACHINE_MICROVM);
    CU_ASSERT_EQUAL(decisions.timers, BASELINE_TIMERS_LEGACY);
    CU_ASSERT_EQUAL(decisions.network, 1);
    CU_ASSERT_EQUAL(decisions.reconnect, BASELINE_RECONNECT_MILLISECONDS);
    facts.force_emulation = 1;
    facts.qemu_version = MUSTER_UNKNOWN;
    CU_ASSERT_EQUAL(muster_decide(rules, facts.value, NULL, decisions.value, NULL, NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(decisions.accel, BASELINE_ACCEL_TCG);
    CU_ASSERT_EQUAL(decisions.machine, BASELINE_MACHINE_PC);
    CU_ASSERT_EQUAL(decisions.reconnect, BASELINE_RECONNECT_NEVER);
}

/* ---- parameters ------------------------------------------------------------------------------------------------- */

static void test_refused_texts(void) {
    static const struct {
        const char *input, *text;
        size_t length; /* 0: up to the NUL byte */
        enum muster_refusal refusal;
        size_t at;
        const char *words;
    } rows[] = {
        {"kernel_dir", "", 0, MUSTER_REFUSED_EMPTY, 0,
         "the parameter 'kernel_dir' is empty; it must be an absolute path"},
        {"kernel_dir", "boot", 0, MUSTER_REFUSED_RELATIVE, 0,
         "the parameter 'kernel_dir' is not an absolute path; it must begin with /"},
        {"kernel_dir", "/a\nb", 0, MUSTER_REFUSED_CONTROL, 2,
         "the parameter 'kernel_dir' holds a control character at byte 3"},
        {"kernel_dir", "/\0", 2, MUSTER_REFUSED_CONTROL, 1,
         "the parameter 'kernel_dir' holds a control character at byte 2"},
        {"kernel_dir", "/\x7f", 0, MUSTER_REFUSED_CONTROL, 1,
         "the parameter 'kernel_dir' holds a control character at byte 2"},
        {"kernel_dir",
         "/\xc2\x9b"
         "31m",
         0, MUSTER_REFUSED_CONTROL, 1, "the parameter 'kernel_dir' holds a control character at byte 2"},
        {"kernel_dir", "/\xff", 0, MUSTER_REFUSED_UTF8, 1, "the parameter 'kernel_dir' is not valid UTF-8 at byte 2"},
        {"cmd_socket",
         "/2345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567",
         0, MUSTER_REFUSED_NOT, 0, NULL},
        {"cmd_socket",
         "/2345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
         "8",
         0, MUSTER_REFUSED_LENGTH, 0, "the parameter 'cmd_socket' is longer than 107 bytes"},
        {"vm_id", "a b", 0, MUSTER_REFUSED_PATTERN, 1,
         "the parameter 'vm_id' does not match the pattern [A-Za-z0-9._-]{1,64}"},
        {"vm_id", "", 0, MUSTER_REFUSED_PATTERN, 0,
         "the parameter 'vm_id' does not match the pattern [A-Za-z0-9._-]{1,64}"},
        {"vm_id", "0123456789012345678901234567890123456789012345678901234567890123", 0, MUSTER_REFUSED_NOT, 0, NULL},
        {"vm_id", "01234567890123456789012345678901234567890123456789012345678901234", 0, MUSTER_REFUSED_LENGTH, 0,
         "the parameter 'vm_id' is longer than 64 bytes"},
        {"memory_mb", "256", 0, MUSTER_REFUSED_TYPE, 0, "the parameter 'memory_mb' must be a number from 1 to 1048576"},
    };
    struct muster_params *params = new_params();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct muster_error error = {0};
        uint32_t input = input_of(rows[i].input);
        size_t length = rows[i].length ? rows[i].length : strlen(rows[i].text);
        enum muster_status status = muster_set_text(params, input, rows[i].text, length, &error);
        CU_ASSERT_EQUAL(status, rows[i].words ? MUSTER_E_VALUE : MUSTER_OK);
        if (!rows[i].words)
            continue;
        CU_ASSERT_EQUAL(error.refusal, rows[i].refusal);
        CU_ASSERT_EQUAL(error.input, input);
        CU_ASSERT_TRUE(rows[i].refusal == MUSTER_REFUSED_LENGTH || error.at == rows[i].at);
        expect_text(&error, rows[i].words);
        CU_ASSERT_EQUAL(muster_set_text(params, input, rows[i].text, length, NULL), MUSTER_E_VALUE);
    }
    free(params);
}

static void test_refused_values(void) {
    static const int64_t values[] = {0, -1, 1048577, INT64_MAX, INT64_MIN + 2, MUSTER_UNKNOWN, MUSTER_UNSET};
    struct muster_params *params = new_params();
    struct muster_error error;
    for (size_t i = 0; i < COUNT(values); i++) {
        CU_ASSERT_EQUAL(muster_set_value(params, BASELINE_PARAM_MEMORY_MB, values[i], &error), MUSTER_E_VALUE);
        expect_text(&error, "the parameter 'memory_mb' must be a number from 1 to 1048576");
        CU_ASSERT_FALSE(muster_is_set(params, BASELINE_PARAM_MEMORY_MB));
    }
    CU_ASSERT_EQUAL(muster_set_value(params, BASELINE_PARAM_VM_ID, 1, &error), MUSTER_E_VALUE);
    expect_text(&error, "the parameter 'vm_id' must be a text");
    CU_ASSERT_EQUAL(muster_set_value(params, BASELINE_PARAM_KERNEL_DIR, 1, &error), MUSTER_E_VALUE);
    expect_text(&error, "the parameter 'kernel_dir' must be an absolute path");
    free(params);
}

/* Table 3-7 of the Unicode standard, at its edges. */
static void test_utf8(void) {
    static const struct {
        const char *text;
        size_t bad; /* where it goes wrong; 0: nowhere */
    } rows[] = {
        {"/\xc2\xa0", 0},
        {"/\xdf\xbf", 0},
        {"/\xe0\xa0\x80", 0},
        {"/\xed\x9f\xbf", 0},
        {"/\xee\x80\x80", 0},
        {"/\xef\xbf\xbf", 0},
        {"/\xf0\x90\x80\x80", 0},
        {"/\xf4\x8f\xbf\xbf", 0},
        {"/\xc0\x80", 1},
        {"/\xc1\xbf", 1},
        {"/\xe0\x9f\xbf", 1},
        {"/\xed\xa0\x80", 1},
        {"/\xf0\x8f\xbf\xbf", 1},
        {"/\xf4\x90\x80\x80", 1},
        {"/\xf5\x80\x80\x80", 1},
        {"/\x80", 1},
        {"/\xc2", 1},
        {"/\xe2\x82", 1},
        {"/\xf0\x9f\x98", 1},
        {"/ab\xc2/", 3},
        {"/\xe2\x82\xac\xe2\x82", 4},
        {"/\xe2\x82/", 1},
        {"/\xf0\x9f\x98/", 1},
        {"/\xfe", 1},
    };
    struct muster_params *params = new_params();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct muster_error error = {0};
        enum muster_status status = set(params, "kernel_dir", rows[i].text, &error);
        bool is_expected =
            rows[i].bad ? status == MUSTER_E_VALUE && error.refusal == MUSTER_REFUSED_UTF8 && error.at == rows[i].bad
                        : status == MUSTER_OK;
        if (!is_expected)
            printf("\nrow %zu: status %d at %zu\n", i, (int)status, error.at);
        CU_ASSERT_TRUE(is_expected);
    }
    free(params);
}

static const char *argument_after(const char *const *argv, const char *option) {
    for (; argv[0] && argv[1]; argv++)
        if (strcmp(argv[0], option) == 0)
            return argv[1];
    return "";
}

enum { SLOTS = 200, BYTES = 8192 };

static void expect_kernel(const struct muster_params *params, const char *expected) {
    const char *argv[SLOTS];
    static char buffer[BYTES];
    struct baseline_facts facts = some_host();
    CU_ASSERT_EQUAL(baseline_argv(&facts, params, argv, SLOTS, buffer, BYTES, NULL, NULL), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(argument_after(argv, "-kernel"), expected);
}

static void test_set_again(void) {
    struct muster_params *params = new_params();
    struct muster_error error;
    CU_ASSERT_FALSE(muster_is_set(params, BASELINE_PARAM_KERNEL_DIR));
    set_all(params);
    CU_ASSERT_TRUE(muster_is_set(params, BASELINE_PARAM_KERNEL_DIR));
    expect_kernel(params, "/x,y/vmlinuz-x86_64");
    CU_ASSERT_EQUAL(set(params, "kernel_dir", "/a/longer/folder than before", NULL), MUSTER_OK);
    expect_kernel(params, "/a/longer/folder than before/vmlinuz-x86_64");
    CU_ASSERT_EQUAL(set(params, "kernel_dir", "/", NULL), MUSTER_OK);
    expect_kernel(params, "//vmlinuz-x86_64");
    CU_ASSERT_EQUAL(set(params, "kernel_dir", "relative", &error), MUSTER_E_VALUE);
    expect_kernel(params, "//vmlinuz-x86_64");
    CU_ASSERT_EQUAL(set(params, "kernel_dir", "/b", NULL), MUSTER_OK);
    expect_kernel(params, "/b/vmlinuz-x86_64");
    free(params);
}

/* The text is copied, and only `length` bytes of it are read. */
static void test_copied(void) {
    struct muster_params *params = new_params();
    char *text = malloc(5);
    if (!text)
        unit_give_up("text is missing");
    set_all(params);
    memcpy(text, "/copy", 5);
    CU_ASSERT_EQUAL(muster_set_text(params, BASELINE_PARAM_KERNEL_DIR, text, 5, NULL), MUSTER_OK);
    memset(text, '#', 5);
    free(text);
    expect_kernel(params, "/copy/vmlinuz-x86_64");
    free(params);
}

static void test_memory(void) {
    size_t size = muster_params_size(rules);
    void *memory = malloc(BASELINE_PARAMS_SIZE);
    if (!memory)
        unit_give_up("memory is missing");
    CU_ASSERT_TRUE(size <= BASELINE_PARAMS_SIZE);
    CU_ASSERT_PTR_NULL(muster_params_init(memory, size - 1, rules));
    CU_ASSERT_PTR_NULL(muster_params_init(memory, 0, rules));
    CU_ASSERT_PTR_NULL(muster_params_init(NULL, size, rules));
    memset(memory, 0xff, BASELINE_PARAMS_SIZE); /* nothing may be taken for granted */
    struct muster_params *params = muster_params_init(memory, BASELINE_PARAMS_SIZE, rules);
    CU_ASSERT_PTR_NOT_NULL_FATAL(params);
    for (uint32_t i = rules->n_facts; i < rules->inputs.count; i++)
        CU_ASSERT_FALSE(muster_is_set(params, i));
    set_all(params);
    expect_kernel(params, "/x,y/vmlinuz-x86_64");
    free(memory);
}

/* The buffer needs no alignment. */
static void test_odd_buffers(void) {
    struct muster_params *params = new_params();
    struct baseline_facts facts = some_host();
    const char *argv[SLOTS];
    static char buffer[BYTES + 16];
    set_all(params);
    for (size_t offset = 0; offset < 16; offset++) {
        struct muster_space needed = {0};
        CU_ASSERT_EQUAL(baseline_argv(&facts, params, argv, SLOTS, buffer + offset, BYTES, &needed, NULL), MUSTER_OK);
        CU_ASSERT_STRING_EQUAL(argument_after(argv, "-initrd"), "/x,y/initramfs-x86_64");
        CU_ASSERT_STRING_EQUAL(argument_after(argv, "-m"), "256M");
        CU_ASSERT_PTR_NULL(argv[needed.arguments]);
    }
    free(params);
}

/* ---- errors ----------------------------------------------------------------------------------------------------- */

static void test_errors(void) {
    static const struct {
        enum muster_status status;
        const char *words;
    } rows[] = {
        {MUSTER_OK, "no error"},
        {MUSTER_E_VERSION, "the ruleset was compiled for another version of libmuster"},
        {MUSTER_E_SPACE, "the space for the command line is too small"},
    };
    struct baseline_facts facts = some_host();
    struct muster_error error;
    char text[300];
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_text(&(struct muster_error){.status = rows[i].status}, rows[i].words);
    CU_ASSERT_EQUAL(muster_argv(rules, facts.value, NULL, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_MISSING);
    expect_text(&error, "the parameter 'vm_id' is not set, and the command line needs it");
    size_t length = muster_error_text(rules, &error, NULL, 0);
    for (size_t size = 1; size <= length + 1; size++) {
        memset(text, '#', sizeof text);
        CU_ASSERT_EQUAL(muster_error_text(rules, &error, text, size), length);
        CU_ASSERT_EQUAL(strlen(text), size - 1);
        CU_ASSERT_EQUAL(text[size], '#');
    }
}

static void test_host_limits(void) {
    struct muster_params *params = new_params();
    struct baseline_facts facts = some_host();
    struct muster_error error;
    char path[106];
    memset(path, 'a', sizeof path);
    path[0] = '/';
    set_all(params);
    CU_ASSERT_EQUAL(muster_set_text(params, BASELINE_PARAM_QMP_SOCKET, path, 104, NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(baseline_argv(&facts, params, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_SPACE);
    facts.host_os = BASELINE_SYSTEM_MACOS;
    CU_ASSERT_EQUAL(baseline_argv(&facts, params, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_VALUE);
    expect_text(&error, "the parameter 'qmp_socket' is longer than 103 bytes, the most when host_os == macos");
    CU_ASSERT_EQUAL(muster_argv_uses(rules, facts.value, params, BASELINE_PARAM_VM_ID, &error), -1);
    CU_ASSERT_EQUAL(muster_set_text(params, BASELINE_PARAM_QMP_SOCKET, path, 103, NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(baseline_argv(&facts, params, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_SPACE);
    free(params);
}

/* ---- what stands in the argv ------------------------------------------------------------------------------------ */

static void test_uses(void) {
    struct baseline_facts facts = some_host();
    struct muster_error error;
    for (uint32_t i = rules->n_facts; i < rules->inputs.count; i++)
        CU_ASSERT_EQUAL(muster_argv_uses(rules, facts.value, NULL, i, &error), 1);
    facts.allow_network = 0;
    CU_ASSERT_EQUAL(muster_argv_uses(rules, facts.value, NULL, BASELINE_PARAM_GVPROXY_SOCKET, &error), 0);
    CU_ASSERT_EQUAL(muster_argv_uses(rules, facts.value, NULL, BASELINE_PARAM_VM_ID, &error), 1);
    CU_ASSERT_EQUAL(muster_argv_uses(rules, facts.value, NULL, input_of("kvm"), &error), 0);
    facts.kvm = 7;
    CU_ASSERT_EQUAL(muster_argv_uses(rules, facts.value, NULL, BASELINE_PARAM_VM_ID, &error), -1);
    expect_text(&error, "the fact 'kvm' must be yes or no");
}

struct seen {
    size_t program, n_programs, n_notes, last;
    bool is_ordered;
};

static void see(void *context, size_t argument, const struct muster_note *note) {
    struct seen *seen = context;
    seen->n_notes++;
    seen->is_ordered = seen->is_ordered && argument >= seen->last;
    seen->last = argument;
    if (strcmp(muster_text(rules, note->tag), "program") == 0) {
        seen->program = argument;
        seen->n_programs++;
    }
}

/* The argument that is tagged `program` is QEMU's binary, whatever starts it. */
static void test_program(void) {
    struct muster_params *params = new_params();
    set_all(params);
    for (unsigned host = 0; host < 3 * 3 * 16; host++) {
        static const int64_t arches[] = {BASELINE_ARCH_X86_64, BASELINE_ARCH_AARCH64, MUSTER_UNKNOWN};
        static const int64_t systems[] = {BASELINE_SYSTEM_LINUX, BASELINE_SYSTEM_MACOS, MUSTER_UNKNOWN};
        struct baseline_facts facts = some_host();
        struct seen seen = {.is_ordered = true};
        struct muster_space needed = {0};
        const char *argv[SLOTS];
        static char buffer[BYTES];
        facts.guest_arch = arches[host % 3];
        facts.host_os = systems[host / 3 % 3];
        facts.unshare = host / 9 & 1;
        facts.qemu_vm_user = host / 9 >> 1 & 1;
        facts.allow_network = host / 9 >> 2 & 1;
        facts.kvm = host / 9 >> 3 & 1;
        CU_ASSERT_EQUAL(baseline_argv(&facts, params, argv, SLOTS, buffer, BYTES, &needed, NULL), MUSTER_OK);
        CU_ASSERT_EQUAL(muster_argv_notes(rules, facts.value, params, see, &seen, NULL), MUSTER_OK);
        CU_ASSERT_EQUAL(seen.n_programs, 1);
        CU_ASSERT_TRUE(seen.n_notes > 4 && seen.is_ordered && seen.last < needed.arguments);
        CU_ASSERT_STRING_EQUAL(argv[seen.program], facts.guest_arch == BASELINE_ARCH_AARCH64 ? "qemu-system-aarch64"
                                                                                             : "qemu-system-x86_64");
        struct seen unset = {.is_ordered = true};
        CU_ASSERT_EQUAL(muster_argv_notes(rules, facts.value, NULL, see, &unset, NULL), MUSTER_OK);
        CU_ASSERT_EQUAL(unset.program, seen.program);
    }
    free(params);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"names", test_names},
        {"nearest names", test_nearest},
        {"rulesets that are none", test_check},
        {"values that people write", test_parse},
        {"values there and back", test_round_trip},
        {"facts", test_facts},
        {"decisions without parameters", test_decide},
        {"texts that are refused", test_refused_texts},
        {"values that are refused", test_refused_values},
        {"UTF-8", test_utf8},
        {"parameters that are set again", test_set_again},
        {"texts are copied", test_copied},
        {"memory of parameters", test_memory},
        {"buffers at odd places", test_odd_buffers},
        {"errors in words", test_errors},
        {"limits of some hosts", test_host_limits},
        {"parameters that an argv uses", test_uses},
        {"the argument that is the program", test_program},
    };
    return unit_main("evaluate", tests, COUNT(tests));
}
