/*
 * Diagnostics that no rule file brings about yet, made by hand: levels, limits, and witnesses in all formats.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <unistd.h>

#include "gen/report/report.h"
#include "runtime/tool/settings.h"
#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct fixture {
    struct arena *arena;
    struct sources sources;
    struct diag_selection selection;
    struct diagnostics diagnostics;
};

static void start(struct fixture *fixture) {
    *fixture = (struct fixture){.arena = arena_new()};
    fixture->sources.arena = fixture->arena;
    fixture->diagnostics.arena = fixture->arena;
    fixture->diagnostics.sources = &fixture->sources;
    fixture->diagnostics.selection = &fixture->selection;
}

/* What a function prints, in the arena. */
struct printing {
    FILE *stream;
    char *text;
    size_t length;
};

static void printing_start(struct printing *printing) {
    *printing = (struct printing){0};
    printing->stream = open_memstream(&printing->text, &printing->length);
    if (!printing->stream)
        unit_give_up("no memory");
}

static const char *printing_end(struct printing *printing, struct arena *arena) {
    fclose(printing->stream);
    const char *text = arena_copy(arena, printing->text, printing->length);
    free(printing->text);
    return text;
}

static void expect_text(const char *expected, const char *actual) {
    CU_ASSERT_STRING_EQUAL(actual, expected);
    if (strcmp(actual, expected) != 0)
        printf("\n--- expected\n%s--- actual\n%s---\n", expected, actual);
}

/* ---- levels ----------------------------------------------------------------------------------------------------- */

static void test_levels(void) {
    static const struct {
        struct diag_selection selection;
        enum diag_code code;
        enum diag_level level;
    } rows[] = {
        {{.all = false}, DIAG_CODE_GAP, DIAG_ERROR},
        {{.all = false}, DIAG_CODE_UNUSED, DIAG_WARNING},
        {{.all = false}, DIAG_CODE_MISSING_REASON, DIAG_OFF},
        {{.all = true}, DIAG_CODE_MISSING_REASON, DIAG_WARNING},
        {{.all = true, .raises_all = true}, DIAG_CODE_MISSING_REASON, DIAG_ERROR},
        {{.raises_all = true}, DIAG_CODE_MISSING_REASON, DIAG_OFF},
        {{.raises_all = true}, DIAG_CODE_UNUSED, DIAG_ERROR},
        {{.raises_all = true, .raised[DIAG_CODE_UNUSED] = DIAG_NO}, DIAG_CODE_UNUSED, DIAG_WARNING},
        {{.raised[DIAG_CODE_UNUSED] = DIAG_YES}, DIAG_CODE_UNUSED, DIAG_ERROR},
        {{.raised[DIAG_CODE_UNUSED] = DIAG_YES}, DIAG_CODE_IDLE, DIAG_WARNING},
        {{.raised[DIAG_CODE_UNUSED] = DIAG_YES, .shown[DIAG_CODE_UNUSED] = DIAG_NO}, DIAG_CODE_UNUSED, DIAG_OFF},
        {{.all = true, .shown[DIAG_CODE_MISSING_REASON] = DIAG_NO}, DIAG_CODE_MISSING_REASON, DIAG_OFF},
        {{.shown[DIAG_CODE_MISSING_REASON] = DIAG_YES}, DIAG_CODE_MISSING_REASON, DIAG_WARNING},
        {{.shown[DIAG_CODE_GAP] = DIAG_NO, .raised[DIAG_CODE_GAP] = DIAG_NO}, DIAG_CODE_GAP, DIAG_ERROR},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct diagnostics diagnostics = {.selection = &rows[i].selection};
        CU_ASSERT_EQUAL(diag_level(&diagnostics, rows[i].code), rows[i].level);
        CU_ASSERT_EQUAL(diag_is_on(&diagnostics, rows[i].code), rows[i].level != DIAG_OFF);
    }
    struct diagnostics plain = {0};
    for (size_t i = 0; i < DIAG_N_CODES; i++)
        CU_ASSERT_EQUAL(diag_level(&plain, (enum diag_code)i), diag_kind((enum diag_code)i)->level);
}

static void test_counts(void) {
    struct fixture fixture;
    start(&fixture);
    struct diagnostics *diagnostics = &fixture.diagnostics;
    fixture.selection.raised[DIAG_CODE_IDLE] = DIAG_YES;
    diag_add(diagnostics, DIAG_CODE_GAP, SPAN_NOWHERE, "an error");
    diag_add(diagnostics, DIAG_CODE_IDLE, SPAN_NOWHERE, "a warning that became an error");
    diag_add(diagnostics, DIAG_CODE_UNUSED, SPAN_NOWHERE, "a warning");
    diag_add_at(diagnostics, DIAG_CODE_DEAD_ROW, DIAG_NOTE, SPAN_NOWHERE, "a warning that became a note");
    diag_add_at(diagnostics, DIAG_CODE_PROMISE, DIAG_NOTE, SPAN_NOWHERE, "an error that became a note");
    diag_add_at(diagnostics, DIAG_CODE_IDLE, DIAG_NOTE, SPAN_NOWHERE, "a note, whatever was raised");
    diag_add_at(diagnostics, DIAG_CODE_UNUSED, DIAG_ERROR, SPAN_NOWHERE, "no more than a warning");
    CU_ASSERT_EQUAL(diagnostics->count, 7);
    CU_ASSERT_EQUAL(diagnostics->n_errors, 1);
    CU_ASSERT_EQUAL(diagnostics->n_raised, 1);
    CU_ASSERT_EQUAL(diagnostics->n_warnings, 2);
    CU_ASSERT_EQUAL(diagnostics->n_notes, 3);
    CU_ASSERT_EQUAL(diagnostics->found[DIAG_CODE_IDLE], 1);
    CU_ASSERT_EQUAL(diagnostics->found[DIAG_CODE_PROMISE], 0);
    CU_ASSERT_EQUAL(diagnostics->found[DIAG_CODE_UNUSED], 2);

    struct diag *off = diag_add(diagnostics, DIAG_CODE_MISSING_REASON, SPAN_NOWHERE, "nothing");
    diag_note(diagnostics, off, SPAN_NOWHERE, "nothing");
    diag_help(diagnostics, off, "nothing");
    diag_fix(diagnostics, off, SPAN_FILE(0), "nothing");
    diag_witness(diagnostics, off)->region = "nothing";
    CU_ASSERT_EQUAL(diagnostics->count, 7);
    CU_ASSERT_EQUAL(diagnostics->found[DIAG_CODE_MISSING_REASON], 0);
    CU_ASSERT_PTR_NULL(off->help);
    struct printing printing;
    printing_start(&printing);
    diag_print(diagnostics, printing.stream);
    expect_text("musterc: error: an error [gap]\n"
                "musterc: error: a warning that became an error [idle]\n"
                "musterc: warning: a warning [unused]\n"
                "musterc: note: a warning that became a note [dead-row]\n"
                "musterc: note: an error that became a note [promise]\n"
                "musterc: note: a note, whatever was raised [idle]\n"
                "musterc: warning: no more than a warning [unused]\n",
                printing_end(&printing, fixture.arena));
    arena_free(fixture.arena);
}

static void test_limits(void) {
    struct fixture fixture;
    start(&fixture);
    struct diagnostics *diagnostics = &fixture.diagnostics;
    const size_t each = (size_t)3 * DIAG_MAX;
    fixture.selection.raised[DIAG_CODE_IDLE] = DIAG_YES;
    for (size_t i = 0; i < each; i++) {
        diag_help(diagnostics, diag_add(diagnostics, DIAG_CODE_IDLE, SPAN_NOWHERE, "raised"), "nothing");
        diag_add(diagnostics, DIAG_CODE_UNUSED, SPAN_NOWHERE, "warning");
        diag_add_at(diagnostics, DIAG_CODE_DEAD_ROW, DIAG_NOTE, SPAN_NOWHERE, "note");
    }
    CU_ASSERT_EQUAL(diagnostics->count, each);
    CU_ASSERT_EQUAL(diagnostics->n_errors, 0);
    CU_ASSERT_EQUAL(diagnostics->n_raised, each);
    CU_ASSERT_FALSE(diag_is_full(diagnostics));
    struct printing printing;
    printing_start(&printing);
    diag_print(diagnostics, printing.stream);
    const char *text = printing_end(&printing, fixture.arena);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "musterc: there are more errors than these 100\n"
                                        "musterc: there are more warnings than these 100\n"
                                        "musterc: there are more notes than these 100\n"));
    arena_free(fixture.arena);
}

/* ---- witnesses -------------------------------------------------------------------------------------------------- */

#define ODD "a \"quoted\" \\ word, \303\274\342\202\254"

static void fill(struct arena *arena, struct diag_witness *witness) {
    static const struct diag_setting settings[] = {
        {"os", "\"linux\"", "\"linux\"", NULL, false},
        {"kvm", "true", "true", NULL, false},
        {"qemu_version", "\"9.1.0\"", "\"9.1.0\"", "any from 9.1.0 to 9.1.x", false},
        {"tsc_deadline", "\"unknown\"", "null", NULL, false},
        {"a_fact_with_a_long_name", "true", "true", NULL, false},
        {"another_fact_with_a_long_name", "false", "false", NULL, false},
        {"cores", "8589934592L", "8589934592", "5 or more \33[31m\n", false},
        {"title", "\"a \\\"quoted\\\" \\\\ word, \303\274\342\202\254\"",
         "\"a \\\"quoted\\\" \\\\ word, \303\274\342\202\254\"", NULL, true},
    };
    static const char title[] = "--title=" ODD;
    static const char *const argv[] = {
        "run", "", "it's", title, "two\nlines \33[31m", "a-word-that-is-rather-long-but-not-more", "-x", "y"};
    witness->region = "os = linux, kvm = yes, any qemu_version from 9.1.0 to 9.1.x, "
                      "tsc_deadline = unknown, a_fact_with_a_long_name = yes \33[31m";
    for (size_t i = 0; i < COUNT(settings); i++)
        ARENA_PUSH(arena, &witness->settings, settings[i]);
    witness->has_argv = true;
    for (size_t i = 0; i < COUNT(argv); i++)
        ARENA_PUSH(arena, &witness->argv, argv[i]);
}

static const char printed[] =
    "    # os = linux, kvm = yes, any qemu_version from 9.1.0 to 9.1.x, tsc_deadline = unknown,\n"
    "    # a_fact_with_a_long_name = yes ?[31m\n"
    "    facts: { os = \"linux\"; kvm = true; qemu_version = \"9.1.0\";  # any from 9.1.0 to 9.1.x\n"
    "             tsc_deadline = \"unknown\"; a_fact_with_a_long_name = true;\n"
    "             another_fact_with_a_long_name = false; cores = 8589934592L;  # 5 or more ?[31m \n"
    "           };\n"
    "    params: { title = \"a \\\"quoted\\\" \\\\ word, \303\274\342\202\254\"; };\n"
    "    # argv: run '' 'it'\\''s' '--title=a \"quoted\" \\ word, \303\274\342\202\254' 'two lines ?[31m'\n"
    "    #       a-word-that-is-rather-long-but-not-more -x y\n";

static void test_witness_text(void) {
    struct arena *arena = arena_new();
    struct diag_witness witness = {0};
    fill(arena, &witness);
    struct printing printing;
    printing_start(&printing);
    diag_print_witness(&witness, "    ", true, printing.stream);
    expect_text(printed, printing_end(&printing, arena));

    witness = (struct diag_witness){.region = "every host"};
    printing_start(&printing);
    diag_print_witness(&witness, "", true, printing.stream);
    expect_text("# every host\n", printing_end(&printing, arena));
    arena_free(arena);
}

/* What is printed is a facts file, and its values are what was meant. */
static void test_witness_loads(void) {
    struct arena *arena = arena_new();
    struct diag_witness witness = {0};
    fill(arena, &witness);
    char path[] = "/tmp/muster-test-XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!file)
        unit_give_up("no temporary file");
    diag_print_witness(&witness, "  ", true, file);
    CU_ASSERT_EQUAL(fclose(file), 0);
    config_t config;
    if (settings_read(&config, path, "test", stdout)) {
        int kvm = 0;
        long long cores = 0;
        const char *title = "", *os = "";
        config_lookup_bool(&config, "facts.kvm", &kvm);
        config_lookup_int64(&config, "facts.cores", &cores);
        config_lookup_string(&config, "facts.os", &os);
        config_lookup_string(&config, "params.title", &title);
        CU_ASSERT_TRUE(kvm);
        CU_ASSERT_EQUAL(cores, 8589934592LL);
        CU_ASSERT_STRING_EQUAL(os, "linux");
        CU_ASSERT_STRING_EQUAL(title, ODD);
        CU_ASSERT_EQUAL(config_setting_length(config_lookup(&config, "facts")), 7);
        config_destroy(&config);
    } else {
        CU_FAIL("the witness does not load");
    }
    unlink(path);
    arena_free(arena);
}

static void test_finding_text(void) {
    struct fixture fixture;
    start(&fixture);
    struct diagnostics *diagnostics = &fixture.diagnostics;
    struct diag *diag = diag_add(diagnostics, DIAG_CODE_GAP, SPAN_NOWHERE, "no row fits");
    fill(fixture.arena, diag_witness(diagnostics, diag));
    struct diag_witness *second = diag_witness(diagnostics, diag);
    fill(fixture.arena, second);
    second->region = "kvm = no";
    second->settings.count = 2;
    diag->n_more_regions = 3;
    diag_help(diagnostics, diag, "add a row");
    struct printing printing;
    printing_start(&printing);
    diag_print(diagnostics, printing.stream);
    expect_text(arena_print(fixture.arena,
                            "musterc: error: no row fits [gap]\n"
                            "such a host:\n%s"
                            "another:\n"
                            "    # kvm = no\n"
                            "    facts: { os = \"linux\"; kvm = true; };\n"
                            "and 3 more regions\n"
                            "help: add a row\n",
                            printed),
                printing_end(&printing, fixture.arena));
    arena_free(fixture.arena);
}

static void test_finding_documents(void) {
    struct fixture fixture;
    start(&fixture);
    struct diagnostics *diagnostics = &fixture.diagnostics;
    struct diag *diag = diag_add(diagnostics, DIAG_CODE_GAP, SPAN_NOWHERE, "no row fits \377 \33");
    struct diag_witness *witness = diag_witness(diagnostics, diag);
    fill(fixture.arena, witness);
    witness->region = "kvm = no";
    witness->argv.count = 5;
    diag->n_more_regions = 1;
    const char *object = "{\n"
                         "%*s  \"region\": \"kvm = no\",\n"
                         "%*s  \"facts\": {\n";
    const struct diagnostics *const runs[] = {diagnostics};
    const struct report report = {.arena = fixture.arena, .runs = runs, .n_runs = 1};
    struct printing printing;
    printing_start(&printing);
    report_json(&report, printing.stream);
    const char *text = printing_end(&printing, fixture.arena);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"message\": \"no row fits \\ufffd \\u001b\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, arena_print(fixture.arena, object, 8, "", 8, "")));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "            \"tsc_deadline\": null,\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "            \"cores\": 8589934592\n"
                                        "          },\n"
                                        "          \"params\": {\n"
                                        "            \"title\": \"a \\\"quoted\\\" \\\\ word, \303\274\342\202\254\"\n"
                                        "          },\n"
                                        "          \"argv\": [\n"
                                        "            \"run\",\n"
                                        "            \"\",\n"
                                        "            \"it's\",\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "            \"two\\nlines \\u001b[31m\"\n          ]\n        }\n      ],\n"
                                        "      \"moreRegions\": 1,\n"
                                        "      \"allRegionsCounted\": true\n"));
    printing_start(&printing);
    report_sarif(&report, printing.stream);
    text = printing_end(&printing, fixture.arena);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"properties\": {\n            \"witnesses\": [\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"locations\": [],\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"moreRegions\": 1,\n"));
    arena_free(fixture.arena);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"what options choose", test_levels},
        {"what counts", test_counts},
        {"most that are kept", test_limits},
        {"a witness as text", test_witness_text},
        {"a witness is a facts file", test_witness_loads},
        {"a finding with witnesses as text", test_finding_text},
        {"a finding with witnesses for programs", test_finding_documents},
    };
    return unit_main("diag", tests, COUNT(tests));
}
