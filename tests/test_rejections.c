/*
 * Hosts and inputs that the tables of small rulesets reject, in tables and outside of them; warnings; parameters that
 * need not be given; tables that inherit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "small_tables.h"

/* ---- refusals by rows ------------------------------------------------------------------------------------------- */

static const char rejecting[] = "ruleset rejecting;\n"
                                "fact os : { linux, macos, windows } or unknown;\n"
                                "fact kvm : bool;\n"
                                "decide base : { a, b } by os {\n"
                                "    linux   => a;\n"
                                "    macos   => b;\n"
                                "    windows => reject \"not on Windows\";\n"
                                "    unknown => reject \"\";\n"
                                "}\n"
                                "decide early : { x, y } by kvm { yes => x; no => y; }\n"
                                "let is_a = base == a;\n"
                                "decide late : { m, n } by base | kvm {\n"
                                "    a | *   => m;\n"
                                "    b | no  => n;\n"
                                "    b | yes => reject \"never both\";\n"
                                "}\n"
                                "argv { run $base $early $late; only when is_a; }\n";

static void test_rejects(void) {
    static const struct {
        int64_t facts[2];
        const char *reject;
        int32_t base, is_a, late; /* of an odd order of decisions nothing is asked here */
    } rows[] = {
        {{0, 1}, NULL, 0, 1, 0},
        {{1, 0}, NULL, 1, 0, 1},
        {{1, 1}, "never both", 1, 0, -1},
        {{2, 0}, "not on Windows", -1, -1, -1},
        {{MUSTER_UNKNOWN, 1}, "refused", -1, -1, -1},
    };
    struct compiled compiled;
    compile_sound(&compiled, rejecting, TO_TABLES);
    const struct muster_ruleset *rules = compiled.rules;
    uint32_t base = muster_find_decision(rules, "base", 4), late = muster_find_decision(rules, "late", 4);
    uint32_t is_a = muster_find_decision(rules, "is_a", 4);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct muster_error error = {0};
        int32_t values[4];
        uint32_t by[4];
        const char *argv[8];
        char text[64];
        enum muster_status expected = rows[i].reject ? MUSTER_E_REJECTED : MUSTER_OK;
        CU_ASSERT_EQUAL(muster_decide(rules, rows[i].facts, NULL, values, by, &error), expected);
        CU_ASSERT_EQUAL(values[base], rows[i].base);
        CU_ASSERT_EQUAL(values[late], rows[i].late);
        CU_ASSERT_TRUE(values[is_a] == rows[i].is_a || (rows[i].reject && values[is_a] == -1));
        CU_ASSERT_NOT_EQUAL(by[base], MUSTER_NONE);
        CU_ASSERT_EQUAL(by[is_a], MUSTER_NONE);
        CU_ASSERT_EQUAL(muster_argv(rules, rows[i].facts, NULL, argv, 8, NULL, 0, NULL, &error), expected);
        if (!rows[i].reject)
            continue;
        muster_error_text(rules, &error, text, sizeof text);
        CU_ASSERT_STRING_EQUAL(text, rows[i].reject);
        CU_ASSERT_EQUAL(muster_argv_uses(rules, rows[i].facts, NULL, 0, &error), -1);
        CU_ASSERT_EQUAL(error.status, MUSTER_E_REJECTED);
    }
    compiled_free(&compiled);
}

/* ---- bad facts -------------------------------------------------------------------------------------------------- */

static void test_bad_facts(void) {
    static const int64_t values[] = {MUSTER_UNKNOWN,
                                     MUSTER_UNSET,
                                     INT64_MAX,
                                     INT64_MIN + 2,
                                     -1,
                                     2,
                                     3,
                                     4,
                                     100,
                                     101,
                                     INT64_C(1) << 32,
                                     -(INT64_C(1) << 32),
                                     (INT64_C(1) << 32) + 1,
                                     INT64_C(1) << 62};
    static const char *const texts[] = {
        "ruleset bad;\nfact a : bool;\nfact b : { x, y, z };\nfact c : { x, y, z } or unknown;\nfact d : int 1..100;\n"
        "fact e : version 7.0 ..< 9.0 or unknown;\nfact f : int 1..100;\nfact g : version 1.0 .. 2.0;\n"
        "decide t : { p, q } by b | d { x, y | * => p; z | < 50 => q; z | >= 50 => p; }\n"
        "argv { run $t $f $g; a when a; c when c != y; e when e < 8.0; }\n",
        /* the same, and a refusal, so that the steps are walked */
        "ruleset bad;\nfact a : bool;\nfact b : { x, y, z };\nfact c : { x, y, z } or unknown;\nfact d : int 1..100;\n"
        "fact e : version 7.0 ..< 9.0 or unknown;\nfact f : int 1..100;\nfact g : version 1.0 .. 2.0;\n"
        "decide t : { p, q } by b | d { x, y | * => p; z | < 50 => q; z | >= 50 => reject \"no\"; }\n"
        "argv { run $t $f $g; a when a; c when c != y; e when e < 8.0; }\n",
    };
    const int64_t good[] = {0, 0, 0, 1, MUSTER_PACK_VERSION(8, 0, 0), 1, MUSTER_PACK_VERSION(1, 0, 0)};
    for (size_t text = 0; text < COUNT(texts); text++) {
        struct compiled compiled;
        compile_sound(&compiled, texts[text], TO_TABLES);
        for (size_t i = 0; i < COUNT(good) * COUNT(values); i++) {
            const size_t fact = i / COUNT(values);
            const int64_t value = values[i % COUNT(values)];
            const struct muster_type *type =
                muster_type_at(compiled.rules, muster_input_at(compiled.rules, (uint32_t)fact)->type);
            bool fits = value == MUSTER_UNKNOWN ? type->or_unknown : value >= type->lo && value <= type->hi;
            int64_t facts[COUNT(good)];
            struct muster_error error = {0};
            memcpy(facts, good, sizeof facts);
            facts[fact] = value;
            enum muster_status status = muster_argv(compiled.rules, facts, NULL, NULL, 0, NULL, 0, NULL, &error);
            bool is_expected = fits ? status == MUSTER_E_SPACE
                                    : status == MUSTER_E_FACT && error.input == fact &&
                                          (error.refusal == MUSTER_REFUSED_NOT) == (value == MUSTER_UNSET);
            if (!is_expected)
                printf("\nfact %zu = %lld: status %d\n", fact, (long long)value, (int)status);
            CU_ASSERT_TRUE(is_expected);
            status = muster_facts_check(compiled.rules, facts, &error);
            CU_ASSERT_EQUAL(status, fits ? MUSTER_OK : MUSTER_E_FACT);
            /* Decisions ask fewer facts. */
            status = muster_decide(compiled.rules, facts, NULL, NULL, NULL, &error);
            CU_ASSERT_TRUE(status == MUSTER_OK || (!fits && status == MUSTER_E_FACT && error.input == fact));
            if (!fits && (fact == 1 || fact == 3))
                CU_ASSERT_EQUAL(status, MUSTER_E_FACT);
        }
        compiled_free(&compiled);
    }
}

/* A parameter that decisions ask. */
static void test_asked_parameter(void) {
    struct compiled compiled;
    struct muster_error error;
    int32_t value;
    compile_sound(&compiled,
                  "ruleset asked;\nfact on : bool;\nparam size : int 0..100;\n"
                  "decide big : bool by size { < 50 => no; >= 50 => yes; }\nargv { run; on when on; big when big; }\n",
                  TO_TABLES);
    struct muster_params *params = new_params(&compiled);
    const int64_t facts[] = {1};
    CU_ASSERT_EQUAL(muster_decide(compiled.rules, facts, NULL, &value, NULL, &error), MUSTER_E_MISSING);
    CU_ASSERT_EQUAL(value, -1);
    expect_error(&compiled, &error, "the parameter 'size' is not set, and the rules test it on this host");
    CU_ASSERT_EQUAL(muster_argv(compiled.rules, facts, params, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_MISSING);
    CU_ASSERT_EQUAL(error.input, 1);
    CU_ASSERT_EQUAL(muster_set_value(params, 1, 50, NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(muster_decide(compiled.rules, facts, params, &value, NULL, &error), MUSTER_OK);
    CU_ASSERT_EQUAL(value, 1);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, facts, params), "run on big");
    compiled_free(&compiled);
}

/* ---- refusals outside of tables, warnings, what need not be given ----------------------------------------------- */

static const char refusing[] =
    "ruleset refusing;\n" FORMATS "fact os : { linux, macos, windows };\nfact on : bool;\nfact cpus : int 0..64;\n"
    "param disk : path optional;\nparam port : int 1..65535 optional;\nparam size : int 0..4096 default 8;\n"
    "assume some_cpu: cpus >= 1 because \"nothing runs nowhere\" see \"the manual\";\n"
    "let strange = os == windows and on;\nassume not strange;\n"
    "reject \"not this\" when os == macos and given disk and port == unknown;\n"
    "decide how : { fast, slow } by os | on | cpus {\n"
    "    linux | yes | * => fast;\n    linux | no | * => slow;\n    macos | * | < 2 => reject \"too small\";\n"
    "    macos | * | >= 2 => fast;\n    windows | no | * => slow;\n}\n"
    "decide other : bool by how { fast => yes; slow => no; }\n"
    "let both = other and on;\n"
    "reject \"\" when how == slow and given port because \"slow ports\";\n"
    "warn \"slow\" when how == slow because \"you asked for it\" see \"a page\";\nwarn \"few\" when cpus < 4;\n"
    "argv { run; -c { $size, disk = $disk when given disk };\n"
    "    when given port { port $port; } else { none; } other when other; both when both; }\n";

struct seen {
    const struct muster_ruleset *rules;
    char words[64];
};

static void see_warning(void *context, const struct muster_warning *warning) {
    struct seen *seen = context;
    size_t length = strlen(seen->words);
    snprintf(seen->words + length, sizeof seen->words - length, "%s.%s.%s ", muster_text(seen->rules, warning->text),
             muster_text(seen->rules, warning->reason), muster_text(seen->rules, warning->see));
}

static struct muster_params *given(struct compiled *compiled, bool disk, bool port) {
    struct muster_params *params = new_params(compiled);
    if (disk)
        CU_ASSERT_EQUAL(set_text(compiled, params, "disk", "/a,b", NULL), MUSTER_OK);
    if (port)
        CU_ASSERT_EQUAL(set_value(compiled, params, "port", 80, NULL), MUSTER_OK);
    return params;
}

static void test_refusals(void) {
    static const struct {
        int64_t facts[3];
        bool disk, port;
        bool refused;
        const char *line;  /* or the words of the refusal */
        int32_t how, both; /* what was decided all the same */
        const char *warnings;
    } rows[] = {
        {{0, 1, 8}, false, false, false, "run -c 8 none other both", 0, 1, ""},
        {{0, 1, 8}, true, false, false, "run -c 8,disk=/a,,b none other both", 0, 1, ""},
        {{0, 1, 2}, false, true, false, "run -c 8 port 80 other both", 0, 1, "few.. "},
        {{0, 0, 3}, true, false, false, "run -c 8,disk=/a,,b none", 1, 0, "slow.you asked for it.a page few.. "},
        {{0, 0, 3}, false, true, true, "refused", 1, 0, ""},
        {{0, 1, 0}, false, false, true, "nothing runs nowhere", 0, 1, ""},
        {{0, 0, 0}, false, true, true, "nothing runs nowhere", 1, 0, ""},
        {{1, 0, 0}, true, false, true, "nothing runs nowhere", -1, -1, ""}, /* a row refuses it too */
        {{1, 0, 1}, false, false, true, "too small", -1, -1, ""},
        {{1, 0, 1}, true, false, true, "not this", -1, -1, ""},
        {{1, 0, 2}, true, true, false, "run -c 8,disk=/a,,b port 80 other", 0, 0, "few.. "},
        {{2, 1, 4}, false, false, true, "outside what the rules assume: not strange", -1, -1, ""},
    };
    struct compiled compiled;
    compile_sound(&compiled, refusing, TO_TABLES);
    const struct muster_ruleset *rules = compiled.rules;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct muster_params *params = given(&compiled, rows[i].disk, rows[i].port);
        struct muster_error error = {0};
        int32_t values[4];
        struct seen seen = {rules, ""};
        enum muster_status expected = rows[i].refused ? MUSTER_E_REJECTED : MUSTER_OK;
        CU_ASSERT_EQUAL(muster_decide(rules, rows[i].facts, params, values, NULL, &error), expected);
        CU_ASSERT_EQUAL(values[muster_find_decision(rules, "how", 3)], rows[i].how);
        CU_ASSERT_EQUAL(values[muster_find_decision(rules, "both", 4)], rows[i].both);
        CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, rules, rows[i].facts, params), rows[i].line);
        CU_ASSERT_EQUAL(muster_warnings(rules, rows[i].facts, params, see_warning, &seen, &error), expected);
        CU_ASSERT_STRING_EQUAL(seen.words, rows[i].warnings);
        if (rows[i].refused)
            expect_error(&compiled, &error, rows[i].line);
    }
    verify_tables(compiled.model, rules, &compiled.diagnostics);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    compiled_free(&compiled);
}

/* Refusals and warnings that were changed are noticed; so is a rejection whose rows change places. */
static void test_verify_refusals(void) {
    for (int change = 0; change < 3; change++) {
        struct compiled compiled;
        compile_sound(&compiled, refusing, TO_TABLES);
        struct muster_ruleset *rules = arena_alloc(compiled.arena, compiled.rules->size);
        memcpy(rules, compiled.rules, compiled.rules->size);
        struct muster_step *steps = (struct muster_step *)(void *)((char *)rules + rules->decide_steps.offset);
        struct muster_warning *warnings = (struct muster_warning *)(void *)((char *)rules + rules->warnings.offset);
        struct muster_row *table = (struct muster_row *)(void *)((char *)rules + rules->rows.offset);
        if (change == 0)
            steps[0].root = MUSTER_LEAF | 1; /* never refuses */
        else if (change == 1)
            warnings[1].root = MUSTER_LEAF;
        else
            table[0].reject = table[2].reject; /* other words */
        verify_tables(compiled.model, rules, &compiled.diagnostics);
        CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 1);
        CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_MISMATCH, 0));
        compiled_free(&compiled);
    }
}

static void test_optional(void) {
    struct compiled compiled;
    compile_sound(&compiled, refusing, TO_TABLES);
    const struct muster_ruleset *rules = compiled.rules;
    const int64_t facts[] = {0, 1, 8};
    struct muster_params *params = given(&compiled, true, true);
    uint32_t disk = find_input(rules, "disk"), port = find_input(rules, "port"), size = find_input(rules, "size");
    struct muster_error error;
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, rules, facts, NULL), "the parameter 'size' is not set, and the "
                                                                        "command line needs it");
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, rules, facts, params), "run -c 8,disk=/a,,b port 80 other both");
    CU_ASSERT_EQUAL(muster_set_value(params, port, MUSTER_UNKNOWN, NULL), MUSTER_OK);
    CU_ASSERT_FALSE(muster_is_set(params, port));
    muster_unset(params, disk);
    CU_ASSERT_FALSE(muster_is_set(params, disk));
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, rules, facts, params), "run -c 8 none other both");
    CU_ASSERT_EQUAL(muster_set_value(params, port, 1, NULL), MUSTER_OK);
    CU_ASSERT_TRUE(muster_is_set(params, port));
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, rules, facts, params), "run -c 8 port 1 other both");
    CU_ASSERT_EQUAL(muster_set_value(params, size, MUSTER_UNKNOWN, &error), MUSTER_E_VALUE);
    expect_error(&compiled, &error, "the parameter 'size' must be a number from 0 to 4096");
    CU_ASSERT_EQUAL(muster_set_value(params, disk, MUSTER_UNKNOWN, &error), MUSTER_E_VALUE);
    CU_ASSERT_EQUAL(muster_set_value(params, port, MUSTER_UNSET, &error), MUSTER_E_VALUE);
    CU_ASSERT_TRUE(muster_is_set(params, port));
    CU_ASSERT_EQUAL(muster_parse_value(rules, port, "unknown", 7, &(int64_t){0}, &error), MUSTER_E_VALUE);
    muster_unset(params, size);
    CU_ASSERT_EQUAL(muster_argv(rules, facts, params, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_MISSING);
    CU_ASSERT_EQUAL(error.input, size);
    CU_ASSERT_EQUAL(muster_input_at(rules, size)->is_param, MUSTER_PARAM);
    CU_ASSERT_EQUAL(muster_input_at(rules, disk)->is_param, MUSTER_OPTIONAL_PARAM);
    CU_ASSERT_EQUAL(muster_input_at(rules, 0)->is_param, MUSTER_FACT);
    compiled_free(&compiled);
}

/* ---- tables that inherit ---------------------------------------------------------------------------------------- */

static const struct rule_file inheriting[] = {
    {"top.muster",
     "ruleset top extends \"middle.muster\";\nfact y : bool;\n"
     "override decide d : { a, b, c }, e : bool by y | os {\n"
     "    yes | linux => c, inherit;\n    yes | macos => inherit, yes;\n    no | * => inherit, inherit;\n}\n"},
    {"middle.muster",
     "ruleset middle extends \"base.muster\";\nfact z : bool;\n"
     "override decide d : { a, b, c }, e : bool by z { yes => inherit, no; no => inherit, inherit; }\n"},
    {"base.muster", "ruleset base;\nfact os : { linux, macos };\nfact x : bool;\n"
                    "decide d : { a, b, c }, e : bool by os | x {\n    linux | yes => a, yes because \"of this\";\n"
                    "    linux | no => b, no;\n    macos | yes => reject \"not there\";\n"
                    "    macos | no => a, no;\n}\n"
                    "argv { run $d; extra when e; }\n"},
};

static void test_inherited(void) {
    struct compiled compiled;
    compile_files(&compiled, inheriting, COUNT(inheriting), TO_TABLES);
    diag_print(&compiled.diagnostics, stdout);
    CU_ASSERT_EQUAL_FATAL(compiled.diagnostics.n_errors, 0);
    const struct muster_ruleset *rules = compiled.rules;
    CU_ASSERT_EQUAL(rules->decisions.count, 2);
    CU_ASSERT_EQUAL(rules->tables.count, 3);
    struct comparison comparison;
    compare_start(&comparison, &compiled);
    expect_agreement(&comparison, 16);
    compare_end(&comparison);
    compiled_free(&compiled);
}

/* Where a replaced table has no row, that is said of what is decided in its place; nothing is walked out of bounds. */
static void test_inherited_gap(void) {
    struct compiled compiled;
    compile_files(&compiled, inheriting, COUNT(inheriting), TO_MODEL);
    CU_ASSERT_EQUAL_FATAL(compiled.diagnostics.n_errors, 0);
    for (size_t i = 0; i < compiled.model->tables.count; i++) {
        struct table *table = compiled.model->tables.items[i];
        table->unproven = true;
        if (table->n_rows == 4) /* the one of the base */
            table->n_rows--;
    }
    compiled.rules = lower_model(compiled.arena, compiled.model, &compiled.diagnostics);
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled.rules);
    const int64_t gap[] = {1, 0, 0, 0}, none[] = {0, 1, 0, 0};
    struct muster_error error;
    int32_t values[2];
    uint32_t rows[2];
    CU_ASSERT_EQUAL(muster_decide(compiled.rules, gap, NULL, values, rows, &error), MUSTER_E_GAP);
    expect_error(&compiled, &error, "no row fits this host in the table of 'd' at base.muster:4");
    CU_ASSERT_EQUAL(values[0], -1);
    CU_ASSERT_EQUAL(muster_argv(compiled.rules, gap, NULL, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_GAP);
    CU_ASSERT_EQUAL(muster_decide(compiled.rules, none, NULL, values, rows, &error), MUSTER_OK);
    CU_ASSERT_EQUAL(values[0], 0);
    CU_ASSERT_STRING_EQUAL(muster_text(compiled.rules, muster_row_at(compiled.rules, rows[0])->file), "top.muster");
    CU_ASSERT_STRING_EQUAL(muster_text(compiled.rules, muster_row_at(compiled.rules, rows[0])->reason), "of this");
    compiled_free(&compiled);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"rows that refuse", test_rejects},
        {"bad facts", test_bad_facts},
        {"a parameter that is asked", test_asked_parameter},
        {"refusals outside of tables", test_refusals},
        {"refusals that were changed", test_verify_refusals},
        {"what need not be given", test_optional},
        {"tables that inherit", test_inherited},
        {"a gap in a replaced table", test_inherited_gap},
    };
    return unit_main("rejections", tests, COUNT(tests));
}
