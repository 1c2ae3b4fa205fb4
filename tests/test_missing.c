/*
 * Facts and parameters without a value, as a C program meets them: what is required, in which places of the rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compiled.h"

/* Which inputs are missing, by name, with blanks between. */
struct names {
    const struct muster_ruleset *rules;
    char text[256];
};

static void see_missing(void *context, uint32_t input) {
    struct names *names = context;
    size_t length = strlen(names->text);
    snprintf(names->text + length, sizeof names->text - length, "%s%s", length > 0 ? " " : "",
             muster_text(names->rules, muster_input_at(names->rules, input)->name));
}

/* A ruleset, its facts at their defaults, and its parameters. */
struct bench {
    struct compiled compiled;
    const struct muster_ruleset *rules;
    struct muster_params *params;
    int64_t facts[8];
};

static void open_bench(struct bench *bench, const char *text) {
    compile_sound(&bench->compiled, text, TO_TABLES);
    bench->rules = bench->compiled.rules;
    size_t size = muster_params_size(bench->rules);
    bench->params = muster_params_init(malloc(size), size, bench->rules);
    CU_ASSERT_FATAL(bench->params != NULL && bench->rules->n_facts <= 8);
    muster_facts_init(bench->rules, bench->facts);
}

static void close_bench(struct bench *bench) {
    free(bench->params);
    compiled_free(&bench->compiled);
}

static uint32_t named(const struct bench *bench, const char *name) {
    return muster_find_input(bench->rules, name, strlen(name));
}

/* Sets a fact, or a parameter that is not text, to a value as people write it. */
static void give(struct bench *bench, const char *name, const char *text) {
    uint32_t input = named(bench, name);
    int64_t value = 0;
    CU_ASSERT_EQUAL(muster_parse_value(bench->rules, input, text, strlen(text), &value, NULL), MUSTER_OK);
    if (input < bench->rules->n_facts)
        bench->facts[input] = value;
    else
        CU_ASSERT_EQUAL(muster_set_value(bench->params, input, value, NULL), MUSTER_OK);
}

/* The status of muster_argv, and the parameters that are missing. Room or no room makes no difference. */
static void expect(struct bench *bench, enum muster_status status, const char *missing) {
    struct names names = {.rules = bench->rules};
    struct muster_error error = {0};
    const char *argv[64];
    char buffer[4096];
    enum muster_status found =
        muster_argv(bench->rules, bench->facts, bench->params, argv, 64, buffer, sizeof buffer, NULL, &error);
    if (found != status)
        printf("\nstatus %d, expected %d\n", (int)found, (int)status);
    CU_ASSERT_EQUAL(found, status);
    found = muster_argv(bench->rules, bench->facts, bench->params, NULL, 0, NULL, 0, NULL, &error);
    CU_ASSERT_EQUAL(found, status == MUSTER_OK ? MUSTER_E_SPACE : status);
    found = muster_missing(bench->rules, bench->facts, bench->params, see_missing, &names, &error);
    CU_ASSERT_EQUAL(found, status == MUSTER_E_MISSING ? MUSTER_OK : status);
    if (strcmp(names.text, missing) != 0)
        printf("\nmissing: '%s', expected '%s'\n", names.text, missing);
    CU_ASSERT_STRING_EQUAL(names.text, missing);
}

/* ---- facts ------------------------------------------------------------------------------------------------------ */

static void test_facts(void) {
    struct bench bench;
    struct muster_error error;
    char words[128];
    open_bench(&bench, "ruleset t;\nfact tri : bool or unknown from caller;\nfact plain : bool from caller;\n"
                       "fact idle : { a, b };\nfact written : int 1..9;\nfact promised : bool;\n"
                       "promise it: promised or not promised;\n"
                       "argv { run --a when tri == yes and plain; \"$written\" when plain; }\n");
    CU_ASSERT_EQUAL(bench.facts[0], MUSTER_UNSET);
    CU_ASSERT_EQUAL(bench.facts[1], 0);
    CU_ASSERT_TRUE(muster_fact_is_used(bench.rules, 0) && muster_fact_is_used(bench.rules, 1));
    CU_ASSERT_FALSE(muster_fact_is_used(bench.rules, 2));
    CU_ASSERT_TRUE(muster_fact_is_used(bench.rules, 3));
    CU_ASSERT_FALSE(muster_fact_is_used(bench.rules, 4));
    CU_ASSERT_EQUAL(muster_facts_check(bench.rules, bench.facts, &error), MUSTER_E_FACT);
    CU_ASSERT_EQUAL(error.input, 0);
    muster_error_text(bench.rules, &error, words, sizeof words);
    CU_ASSERT_STRING_EQUAL(words, "the fact 'tri' is not set");
    give(&bench, "tri", "unknown");
    CU_ASSERT_EQUAL(muster_facts_check(bench.rules, bench.facts, &error), MUSTER_E_FACT);
    CU_ASSERT_EQUAL(error.input, 3);
    give(&bench, "written", "4");
    CU_ASSERT_EQUAL(muster_facts_check(bench.rules, bench.facts, &error), MUSTER_OK);
    expect(&bench, MUSTER_OK, "");
    bench.facts[2] = 7; /* no value of its type, though nothing uses it */
    CU_ASSERT_EQUAL(muster_facts_check(bench.rules, bench.facts, &error), MUSTER_E_FACT);
    CU_ASSERT_EQUAL(error.input, 2);
    close_bench(&bench);
}

/* ---- parameters ------------------------------------------------------------------------------------------------- */

/* Values come and go; a default that was taken away counts as missing, too. */
static void test_set_and_unset(void) {
    struct bench bench;
    open_bench(&bench, "ruleset t;\nfact on : bool default no;\nparam p : { a, b };\nparam d : int 1..9 default 2;\n"
                       "argv { run; when on { --p when p == a; --d when d > 4; } }\n");
    expect(&bench, MUSTER_OK, "");
    give(&bench, "on", "yes");
    expect(&bench, MUSTER_E_MISSING, "p");
    CU_ASSERT_EQUAL(muster_argv(bench.rules, bench.facts, NULL, NULL, 0, NULL, 0, NULL, NULL), MUSTER_E_MISSING);
    give(&bench, "p", "a");
    expect(&bench, MUSTER_OK, "");
    muster_unset(bench.params, named(&bench, "d"));
    expect(&bench, MUSTER_E_MISSING, "d");
    muster_unset(bench.params, named(&bench, "p"));
    expect(&bench, MUSTER_E_MISSING, "p d");
    give(&bench, "on", "no");
    expect(&bench, MUSTER_OK, "");
    CU_ASSERT_EQUAL(muster_argv(bench.rules, bench.facts, NULL, NULL, 0, NULL, 0, NULL, NULL), MUSTER_E_SPACE);
    close_bench(&bench);
}

/* Three answers: the order of the parts makes no difference, and a test that all values pass needs none. */
static void test_conditions(void) {
    struct bench bench;
    open_bench(&bench, "ruleset t;\nfact a : bool default no;\nfact b : bool default yes;\n"
                       "param p : { x, y, z };\nparam q : int 0..99;\n"
                       "argv {\n    run;\n    --1 when p == x and a;\n    --2 when b or q > 4;\n"
                       "    --3 when p in { x, y, z };\n    --4 when a and not (p == y or q == 7);\n"
                       "    --5 when p == x implies b;\n}\n");
    expect(&bench, MUSTER_OK, "");
    give(&bench, "b", "no");
    expect(&bench, MUSTER_E_MISSING, "p q");
    give(&bench, "q", "7");
    expect(&bench, MUSTER_E_MISSING, "p");
    give(&bench, "b", "yes");
    expect(&bench, MUSTER_OK, "");
    give(&bench, "a", "yes"); /* the fourth is no, as q is 7 */
    expect(&bench, MUSTER_E_MISSING, "p");
    close_bench(&bench);
}

/* A count has an answer if it has the same one for every number that it can be. */
static void test_counts(void) {
    struct bench bench;
    open_bench(&bench, "ruleset t;\nfact one : bool default no;\nfact two : bool default no;\nparam p : { x, y };\n"
                       "option -d : repeated;\n"
                       "reject \"three\" when count -d >= 3;\nwarn \"some\" when emits -d;\n"
                       "argv { run; -d 1 when one; -d 2 when two; when one { -d 3 when p == x; } }\n");
    expect(&bench, MUSTER_OK, "");
    give(&bench, "two", "yes");
    expect(&bench, MUSTER_OK, "");
    give(&bench, "one", "yes");
    expect(&bench, MUSTER_E_MISSING, "p");
    give(&bench, "p", "x");
    expect(&bench, MUSTER_E_REJECTED, "");
    give(&bench, "p", "y");
    expect(&bench, MUSTER_OK, "");
    close_bench(&bench);
}

static void test_tables(void) {
    struct bench bench;
    int32_t values[3];
    uint32_t rows[3];
    struct muster_error error;
    open_bench(&bench, "ruleset t;\nfact on : bool default no;\nparam p : { x, y };\nparam q : bool;\n"
                       "decide a : { s, t, u } by on | p | q {\n    no | * | * => s;\n    yes | x | * => t;\n"
                       "    yes | y | no => u;\n    yes | y | yes => t;\n}\n"
                       "decide b : { s, t } first by p | on {\n    x | yes => s;\n    * | no => t;\n    else => t;\n}\n"
                       "decide c : { s, t } by p { x => s; y => t; }\n"
                       "argv { run --a $a; when on { --b $b; } }\n");
    expect(&bench, MUSTER_OK, "");
    CU_ASSERT_EQUAL(muster_decide(bench.rules, bench.facts, bench.params, values, rows, &error), MUSTER_E_MISSING);
    CU_ASSERT_EQUAL(error.input, named(&bench, "p"));
    CU_ASSERT_TRUE(values[0] == 0 && values[1] == 1 && values[2] == -1);
    CU_ASSERT_TRUE(rows[0] != MUSTER_NONE && rows[1] != MUSTER_NONE && rows[2] == MUSTER_NONE);
    give(&bench, "on", "yes");
    expect(&bench, MUSTER_E_MISSING, "p q");
    give(&bench, "p", "x");
    expect(&bench, MUSTER_OK, "");
    CU_ASSERT_EQUAL(muster_decide(bench.rules, bench.facts, bench.params, values, rows, &error), MUSTER_OK);
    CU_ASSERT_TRUE(values[0] == 1 && values[1] == 0 && values[2] == 0);
    give(&bench, "p", "y");
    expect(&bench, MUSTER_E_MISSING, "q");
    close_bench(&bench);
}

/* A host that is refused for all values of what is missing is refused; and else the warnings want their answer. */
static void test_refusals(void) {
    struct bench bench;
    struct muster_error error;
    char words[128];
    open_bench(&bench, "ruleset t;\nfact on : bool default no;\nfact off : bool default no;\nparam p : { x, y };\n"
                       "param t : text max 9 max 3 when p == x;\nreject \"one\" when on and p == x;\n"
                       "reject \"two\" when off;\nwarn \"three\" when p == y and on;\nargv { run; }\n");
    expect(&bench, MUSTER_OK, "");
    give(&bench, "off", "yes");
    expect(&bench, MUSTER_E_REJECTED, "");
    give(&bench, "on", "yes");
    expect(&bench, MUSTER_E_REJECTED, "");
    muster_argv(bench.rules, bench.facts, bench.params, NULL, 0, NULL, 0, NULL, &error);
    muster_error_text(bench.rules, &error, words, sizeof words);
    CU_ASSERT_STRING_EQUAL(words, "two");
    give(&bench, "off", "no");
    expect(&bench, MUSTER_E_MISSING, "p");
    CU_ASSERT_EQUAL(muster_warnings(bench.rules, bench.facts, bench.params, NULL, NULL, &error), MUSTER_E_MISSING);
    muster_error_text(bench.rules, &error, words, sizeof words);
    CU_ASSERT_STRING_EQUAL(words, "the parameter 'p' is not set, and the rules test it on this host");
    give(&bench, "on", "no");
    CU_ASSERT_EQUAL(muster_set_text(bench.params, named(&bench, "t"), "abc", 3, NULL), MUSTER_OK);
    expect(&bench, MUSTER_OK, "");
    CU_ASSERT_EQUAL(muster_set_text(bench.params, named(&bench, "t"), "abcd", 4, NULL), MUSTER_OK);
    expect(&bench, MUSTER_E_MISSING, "p");
    give(&bench, "p", "y");
    expect(&bench, MUSTER_OK, "");
    close_bench(&bench);
}

/* A row that inherits needs what the row needs from which it inherits. */
static void test_override(void) {
    static const struct rule_file files[] = {
        {"test.muster", "ruleset t extends \"base.muster\";\nfact own : bool default no;\n"
                        "override decide a : { s, t } by own { yes => s; no => inherit; }\n"},
        {"base.muster", "ruleset base;\nparam p : { x, y };\n"
                        "decide a : { s, t } by p { x => s; y => t; }\nargv { run --a $a; }\n"}};
    struct bench bench;
    compile_files(&bench.compiled, files, 2, TO_TABLES);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench.compiled.rules);
    bench.rules = bench.compiled.rules;
    size_t size = muster_params_size(bench.rules);
    bench.params = muster_params_init(malloc(size), size, bench.rules);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench.params);
    muster_facts_init(bench.rules, bench.facts);
    expect(&bench, MUSTER_E_MISSING, "p");
    give(&bench, "own", "yes");
    expect(&bench, MUSTER_OK, "");
    close_bench(&bench);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"facts", test_facts},
        {"values that come and go", test_set_and_unset},
        {"conditions", test_conditions},
        {"counts", test_counts},
        {"tables", test_tables},
        {"refusals, warnings, limits", test_refusals},
        {"a table that is overridden", test_override},
    };
    return unit_main("missing", tests, COUNT(tests));
}
