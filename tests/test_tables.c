/*
 * The tables of small rulesets: what muster_decide and muster_argv make of them against the plain evaluator, in all
 * cells; how large questions are asked; what is refused; how much space is asked for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "small_tables.h"

/* ---- questions of all sizes ------------------------------------------------------------------------------------- */

static const char *bool_facts(struct arena *arena, unsigned count) {
    const char *text = "ruleset sizes;\n";
    for (unsigned i = 0; i < count; i++)
        text = arena_print(arena, "%sfact f%u : bool;\n", text, i);
    return text;
}

/* "f0 | f1 | f2" */
static const char *joined(struct arena *arena, unsigned from, unsigned count, const char *between) {
    const char *text = "";
    for (unsigned i = from; i < from + count; i++)
        text = arena_print(arena, "%s%sf%u", text, i > from ? between : "", i);
    return text;
}

static void test_wide_table(void) {
    enum { COLUMNS = 12, ROWS = 90 };
    struct arena *arena = arena_new();
    uint64_t seed = 7;
    const char *text = bool_facts(arena, COLUMNS);
    text = arena_print(arena, "%sdecide d : { a, b, c, d }, n : int 0..100 first by %s {\n", text,
                       joined(arena, 0, COLUMNS, " | "));
    for (unsigned i = 0; i < ROWS; i++) {
        for (unsigned k = 0; k < COLUMNS; k++) {
            static const char *const cells[] = {"yes", "no", "*", "*", "*"};
            text = arena_print(arena, "%s%s%s", text, k ? " | " : "    ", cells[roll(&seed, COUNT(cells))]);
        }
        text = arena_print(arena, "%s => %c, %u;\n", text, "abcd"[roll(&seed, 4)], i % 7 * 10);
    }
    text = arena_print(arena, "%s    else => d, 100;\n}\nargv { run $d $n; }\n", text);
    expect_sound(text, 1 << COLUMNS);
    arena_free(arena);
}

/* Rows of a table without `first`, none over another, all columns asked by one of them. */
static void test_ladder(void) {
    enum { COLUMNS = 12 };
    struct arena *arena = arena_new();
    const char *text = arena_print(arena, "%sdecide n : int 0..99 by %s {\n", bool_facts(arena, COLUMNS),
                                   joined(arena, 0, COLUMNS, " | "));
    for (unsigned i = 0; i <= COLUMNS; i++) {
        for (unsigned k = 0; k < COLUMNS; k++)
            text = arena_print(arena, "%s%s%s", text, k ? " | " : "    ", k < i ? "yes" : k == i ? "no" : "*");
        text = arena_print(arena, "%s => %u;\n", text, i);
    }
    text = arena_print(arena, "%s}\nargv { run $n; last when n in { 3 .. 5, >= 11 }; }\n", text);
    expect_sound(text, 1 << COLUMNS);
    arena_free(arena);
}

/* Where the value of an input comes from reaches whoever measures: of facts and of parameters. */
static void test_sources(void) {
    static const struct {
        const char *name, *probe;
        enum muster_source source;
    } expected[] = {{"a", "", MUSTER_FROM_CALLER},
                    {"b", "b", MUSTER_FROM_PROBE},
                    {"c", "cpus", MUSTER_FROM_CALLER_ELSE_PROBE},
                    {"p", "", MUSTER_FROM_NOWHERE},
                    {"q", "q", MUSTER_FROM_PROBE},
                    {"r", "place", MUSTER_FROM_PROBE},
                    {"s", "s", MUSTER_FROM_CALLER_ELSE_PROBE}};
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset sources;\nfact a : bool from caller;\nfact b : bool from probe;\n"
                  "fact c : int 1..9 from caller else probe cpus;\nparam p : path;\nparam q : path from probe;\n"
                  "param r : path optional from probe place;\nparam s : int 1..9 from caller else probe;\n"
                  "argv { run $p $q $s; more when a and b and c > 2; $r when given r; }\n",
                  TO_TABLES);
    for (size_t i = 0; i < COUNT(expected); i++) {
        const struct muster_input *input =
            muster_input_at(compiled.rules, find_input(compiled.rules, expected[i].name));
        CU_ASSERT_EQUAL(input->source, expected[i].source);
        CU_ASSERT_STRING_EQUAL(muster_text(compiled.rules, input->probe), expected[i].probe);
    }
    compiled_free(&compiled);
}

/* The texts about a row of the tables, "; " between them. */
static const char *evidence_of(const struct compiled *compiled, uint32_t row) {
    const struct muster_evidence *evidence = MUSTER_SECTION(compiled->rules, evidence, struct muster_evidence);
    const char *words = "";
    for (uint32_t i = 0; i < compiled->rules->evidence.count; i++)
        if (evidence[i].row == row)
            words = arena_print(compiled->arena, "%s%s%s", words, *words ? "; " : "",
                                muster_text(compiled->rules, evidence[i].text));
    return words;
}

static void test_evidence(void) {
    struct compiled compiled;
    struct comparison comparison;
    compile_sound(&compiled,
                  "ruleset known;\nfact a : bool;\nfact b : bool;\nassume a or b;\n"
                  "decide d : { x, y, z } by a | b {\n    yes | yes => x;\n    yes | no => y;\n    no | * => z;\n}\n"
                  "decide e : bool by d { x => yes; not x => no; }\nargv { run $d; $e; }\n"
                  "evidence e { \"not x => no\" : \"last\", \"tried\"; }\nevidence d { \"no | * => z\" : \"tried\", "
                  "\"again\"; }\n"
                  "evidence d { \"yes | yes => x\" : \"first\"; }\n",
                  TO_TABLES);
    compare_start(&comparison, &compiled);
    expect_agreement(&comparison, 4);
    compare_end(&comparison);
    CU_ASSERT_EQUAL(compiled.rules->known, MUSTER_HAS_EVIDENCE | MUSTER_PROVEN);
    CU_ASSERT_EQUAL(compiled.rules->evidence.count, 5);
    uint32_t first = MUSTER_SECTION(compiled.rules, tables, struct muster_table)
                         [muster_decision_at(compiled.rules, muster_find_decision(compiled.rules, "d", 1))->table]
                             .first_row;
    CU_ASSERT_STRING_EQUAL(evidence_of(&compiled, first), "first");
    CU_ASSERT_STRING_EQUAL(evidence_of(&compiled, first + 1), "");
    CU_ASSERT_STRING_EQUAL(evidence_of(&compiled, first + 2), "tried; again");
    CU_ASSERT_STRING_EQUAL(evidence_of(&compiled, first + 4), "last; tried");
    const struct muster_evidence *evidence = MUSTER_SECTION(compiled.rules, evidence, struct muster_evidence);
    for (uint32_t i = 1; i < compiled.rules->evidence.count; i++)
        CU_ASSERT_TRUE(evidence[i - 1].row <= evidence[i].row);
    compiled_free(&compiled);
}

/* Nothing is said of proofs where nobody has tried anything; and where a proof is missing, nothing of proofs. */
static void test_proven(void) {
    static const char rules[] = "ruleset r;\nfact a : bool;\ndecide d : { x, y } by a { yes => x; no => y; }\n"
                                "argv { run $d; }\npromise p: d == x implies a;\n";
    static const struct {
        const char *more;
        uint32_t known;
        enum check_scope scope;
    } cases[] = {
        {"", 0, CHECK_ALL},
        {"evidence d { }\n", 0, CHECK_ALL},
        {"evidence d { \"gone\" : \"tried\"; }\n", MUSTER_HAS_EVIDENCE | MUSTER_PROVEN, CHECK_ALL},
        {"evidence d { \"no => y\" : \"tried\"; }\n", MUSTER_HAS_EVIDENCE | MUSTER_PROVEN, CHECK_ANSWERS},
        {"evidence d { \"no => y\" : \"tried\"; }\npromise broken: d == x;\n", MUSTER_HAS_EVIDENCE, CHECK_ANSWERS},
        {"evidence d { \"no => y\" : \"tried\"; }\nexample \"wrong\" { a = yes; } => d == y;\n", MUSTER_HAS_EVIDENCE,
         CHECK_ANSWERS},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct compiled compiled;
        struct arena *arena = arena_new();
        compile_sound(&compiled, arena_print(arena, "%s%s", rules, cases[i].more), TO_MODEL);
        check_model(compiled.model, cases[i].scope, &compiled.diagnostics);
        CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
        compiled.rules = lower_model(compiled.arena, compiled.model, &compiled.diagnostics);
        CU_ASSERT_PTR_NOT_NULL(compiled.rules);
        CU_ASSERT_TRUE(compiled.rules && compiled.rules->known == cases[i].known);
        compiled_free(&compiled);
        arena_free(arena);
    }
}

static void test_looked_up(void) {
    struct compiled compiled;
    struct arena *arena = arena_new();
    const char *text = arena_print(arena, "%sargv { run; some when %s; all when %s; }\n", bool_facts(arena, 10),
                                   joined(arena, 0, 10, " or "), joined(arena, 0, 10, " and "));
    compile_sound(&compiled, text, TO_TABLES);
    CU_ASSERT_EQUAL(compiled.rules->argv_steps.count, 0);
    CU_ASSERT_TRUE(compiled.rules->lookups.count > 0);
    compiled_free(&compiled);
    expect_sound(text, 1 << 10);
    arena_free(arena);
}

/* More than 1024 cases: a diagram is walked. */
static void test_walked(void) {
    struct compiled compiled;
    struct arena *arena = arena_new();
    const char *text = arena_print(arena, "%sargv { run; some when %s; few when f3 and f5; all when %s; }\n",
                                   bool_facts(arena, 12), joined(arena, 0, 12, " or "), joined(arena, 0, 12, " and "));
    compile_sound(&compiled, text, TO_TABLES);
    CU_ASSERT_TRUE(compiled.rules->argv_steps.count > 0);
    compiled_free(&compiled);
    expect_sound(text, 1 << 12);
    arena_free(arena);
}

/* More than 65,536 cases: decisions are asked. */
static void test_by_decisions(void) {
    struct compiled compiled;
    struct comparison comparison;
    struct arena *arena = arena_new();
    const char *text =
        arena_print(arena,
                    "%slet left = %s;\nlet right = %s;\n"
                    "decide both : { none, one, two } by left | right { no | no => none; yes | no => one; "
                    "no | yes => one; yes | yes => two; }\n"
                    "argv { run $both; left when left and not right; two when both == two or f0; }\n",
                    bool_facts(arena, 18), joined(arena, 0, 9, " and "), joined(arena, 9, 9, " or "));
    compile_sound(&compiled, text, TO_TABLES);
    CU_ASSERT_TRUE(compiled.rules->argv_steps.count > 1);
    compare_start(&comparison, &compiled);
    comparison.seed = 11;
    CU_ASSERT_TRUE(compare_cells(&comparison, 2000));
    for (size_t i = 0; i < 18; i++)
        comparison.facts[i] = 1;
    CU_ASSERT_STRING_EQUAL(line_of(arena, compiled.rules, comparison.facts, NULL), "run two two");
    comparison.facts[8] = 0;
    CU_ASSERT_STRING_EQUAL(line_of(arena, compiled.rules, comparison.facts, NULL), "run one two");
    for (size_t i = 0; i < 18; i++)
        comparison.facts[i] = i < 9;
    CU_ASSERT_STRING_EQUAL(line_of(arena, compiled.rules, comparison.facts, NULL), "run one left two");
    verify_tables(compiled.model, compiled.rules, &compiled.diagnostics);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    compare_end(&comparison);
    compiled_free(&compiled);
    arena_free(arena);
}

static void test_too_large(void) {
    struct compiled compiled;
    struct arena *arena = arena_new();
    compile_text(&compiled,
                 arena_print(arena, "%sargv { run when %s; }\n", bool_facts(arena, 17), joined(arena, 0, 17, " or ")),
                 TO_TABLES);
    CU_ASSERT_PTR_NULL(compiled.rules);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 1);
    CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_LIMIT, 0));
    compiled_free(&compiled);
    arena_free(arena);
}

/* ---- command lines to the letter -------------------------------------------------------------------------------- */

static const char written[] =
    "ruleset written;\n" FORMATS "fact on : bool;\n"
    "fact off : bool;\n"
    "fact count : int -5..1000000;\n"
    "fact qemu : version;\n"
    "fact odd : { plain, comma as \"a,b\", both as \"c:d,e\\\\\" };\n"
    "param name : text max 40;\n"
    "param size : int 0..1125899906842624 default 1048576;\n"
    "param since : version default 8.2.1;\n"
    "param mode : { slow, fast as \"f,t\" } default slow;\n"
    "param loud : bool default no;\n"
    "let id = \"id-$name\";\n"
    "argv {\n"
    "    run 0700 4KiB -5 \"$$x\";\n"
    "    \"$count/$qemu\" $on $odd;\n"
    "    -c { $name, n = $name, both = \"<$name|$name>\" };\n"
    "    -x { $name, inner = as comma { $name, deep = as colon { $name, odd = $odd } } };\n"
    "    -k { first = $name, $name };\n"
    "    -c { };\n"
    "    -c { a when on, b when off, c when on, k = v when off };\n"
    "    -c { when on { x } else { y, z when off }, last };\n"
    "    -c { when off { }, \"\", \"\" when on };\n"
    "    -x { nothing = as comma { a when off }, something = as comma { } };\n"
    "    -c { $size, \"${size:KiB}K\", $since, $mode, $loud };\n"
    "    $id \"$id,$id\" -c { $id };\n"
    "    quick when mode == fast; noisy when loud and on;\n"
    "    when size >= 2097152 { large; } else when size > 1048576 { medium; } else { small; }\n"
    "}\n";

static void test_written(void) {
    struct compiled compiled;
    compile_sound(&compiled, written, TO_TABLES);
    struct muster_params *params = new_params(&compiled);
    const int64_t facts[] = {1, 0, -5, MUSTER_PACK_VERSION(7, 2, 0), 2};
    CU_ASSERT_EQUAL(set_text(&compiled, params, "name", "a,b:c\\", NULL), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, facts, params),
                           "run 0700 4096 -5 $x -5/7.2.0 yes c:d,e\\ "
                           "-c a,,b:c\\,n=a,,b:c\\,both=<a,,b:c\\|a,,b:c\\> "
                           "-x a,b\\:c\\\\:inner~a,,b\\:c\\\\,deep=a,,b\\\\\\:c\\\\\\\\\\:odd~c\\\\\\:d,,e\\\\\\\\ "
                           "-k first=a,,b:c\\,a,,b:c\\ "
                           "-c  -c a,c -c x,last -c , -x nothing~:something~ "
                           "-c 1048576,1024K,8.2.1,slow,no "
                           "id-a,b:c\\ id-a,b:c\\,id-a,b:c\\ -c id-a,,b:c\\ small");
    const int64_t others[] = {0, 1, 1000000, MUSTER_PACK_VERSION(0, 0, 1048575), 1};
    CU_ASSERT_EQUAL(set_text(&compiled, params, "name", "", NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(set_value(&compiled, params, "size", 2096128, NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(set_value(&compiled, params, "since", MUSTER_PACK_VERSION(10, 0, 3), NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(set_value(&compiled, params, "mode", 1, NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(set_value(&compiled, params, "loud", 1, NULL), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, others, params),
                           "run 0700 4096 -5 $x 1000000/0.0.1048575 no a,b "
                           "-c ,n=,both=<|> "
                           "-x :inner~,deep=\\:odd~a,,b "
                           "-k first=, "
                           "-c  -c b,k=v -c y,z,last -c  -x nothing~a:something~ "
                           "-c 2096128,2047K,10.0.3,f,,t,yes "
                           "id- id-,id- -c id- quick medium");
    compiled_free(&compiled);
}

static void test_written_everywhere(void) {
    struct compiled compiled;
    struct comparison comparison;
    struct arena *arena = arena_new();
    /* A number may be no multiple of its unit in some cell: then there is no command line to compare. */
    static const char with_unit[] = "${size:KiB}";
    const char *unit = strstr(written, with_unit);
    const char *text = arena_print(arena, "%.*s${size}%s", (int)(unit - written), written, unit + strlen(with_unit));
    static const char *const names[] = {"",
                                        ",",
                                        "a,b:c\\",
                                        "\\:,,:\\",
                                        "plain",
                                        "0123456789012345678901234567890123456789",
                                        ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,",
                                        "\xc3\xa9,\xe2\x82\xac:"};
    compile_sound(&compiled, text, TO_TABLES);
    for (size_t i = 0; i < COUNT(names); i++) {
        compare_start(&comparison, &compiled);
        CU_ASSERT_TRUE(compare_set_text(&comparison, "name", names[i]));
        comparison.seed = i;
        CU_ASSERT_TRUE(compare_all(&comparison));
        CU_ASSERT_TRUE(comparison.n_cells > 100);
        compare_end(&comparison);
    }
    compiled_free(&compiled);
    arena_free(arena);
}

/* The same parameter bare and escaped, with the same text around it: two ways to write it. */
static void test_bare_and_escaped(void) {
    struct compiled compiled;
    compile_sound(
        &compiled,
        "ruleset bare;\n" FORMATS "param name : text max 9;\nparam other : text max 9;\n"
        "argv { $name -c { $name } \"$name.$name\" -c { \"$name.$name\" } -x { $name } -c { $other } $other; }\n",
        TO_TABLES);
    struct muster_params *params = new_params(&compiled);
    CU_ASSERT_EQUAL(set_text(&compiled, params, "name", "a,b:", NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(set_text(&compiled, params, "other", ",:", NULL), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, NULL, params),
                           "a,b: -c a,,b: a,b:.a,b: -c a,,b:.a,,b: -x a,b\\: -c ,,: ,:");
    compiled_free(&compiled);
}

static void test_notes(void) {
    struct compiled compiled;
    struct comparison comparison;
    compile_sound(
        &compiled,
        "ruleset notes;\n" FORMATS "fact on : bool;\nparam name : text max 9 default \"x\";\n"
        "argv { run; first because \"one\"; -c { a tag t, b when on because \"two\", $name see \"three\" }; }\n",
        TO_TABLES);
    compare_start(&comparison, &compiled);
    CU_ASSERT_TRUE(compare_all(&comparison));
    CU_ASSERT_EQUAL(comparison.n_cells, 2);
    CU_ASSERT_EQUAL(comparison.n_notes, 3 + 4);
    compare_end(&comparison);
    compiled_free(&compiled);
}

/* ---- parameters ------------------------------------------------------------------------------------------------- */

static void test_limits(void) {
    struct compiled compiled;
    struct muster_error error = {0};
    compile_sound(&compiled,
                  "ruleset limits;\nfact os : { linux, macos } or unknown;\nfact small : bool;\n"
                  "decide tight : bool by small { yes => yes; no => no; }\n"
                  "param path : path max 10 max 6 when os == macos max 4 when tight;\nargv { run $path; }\n",
                  TO_TABLES);
    struct muster_params *params = new_params(&compiled);
    const int64_t linux_host[] = {0, 0}, macos[] = {1, 0}, unknown[] = {MUSTER_UNKNOWN, 0}, tight[] = {0, 1};
    const int64_t both[] = {1, 1}, bad[] = {1, MUSTER_UNSET};
    CU_ASSERT_EQUAL(set_text(&compiled, params, "path", "/234567890x", &error), MUSTER_E_VALUE);
    expect_error(&compiled, &error, "the parameter 'path' is longer than 10 bytes");
    CU_ASSERT_FALSE(muster_is_set(params, 2));
    CU_ASSERT_EQUAL(set_text(&compiled, params, "path", "/234567", &error), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, linux_host, params), "run /234567");
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, unknown, params), "run /234567");
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, macos, params),
                           "the parameter 'path' is longer than 6 bytes, the most when os == macos");
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, tight, params),
                           "the parameter 'path' is longer than 4 bytes, the most when tight");
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, bad, params), "the fact 'small' is not set");
    CU_ASSERT_EQUAL(set_text(&compiled, params, "path", "/23456", &error), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, macos, params), "run /23456");
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, both, params),
                           "the parameter 'path' is longer than 4 bytes, the most when tight");
    CU_ASSERT_EQUAL(set_text(&compiled, params, "path", "/234", &error), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, both, params), "run /234");
    compiled_free(&compiled);
}

static void test_missing(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset missing;\n" FORMATS "fact on : bool;\nparam one : text max 9;\nparam two : path;\n"
                  "param three : int 0..9;\nparam preset : text max 9 default \"p,q\";\n"
                  "argv { run; -c { a, $one when on }; $two when not on; -c { $preset, $preset } $three when on; }\n",
                  TO_TABLES);
    struct muster_params *params = new_params(&compiled);
    const int64_t on[] = {1}, off[] = {0};
    struct muster_error error;
    CU_ASSERT_TRUE(muster_is_set(params, find_input(compiled.rules, "preset")));
    CU_ASSERT_FALSE(muster_is_set(params, find_input(compiled.rules, "one")));
    CU_ASSERT_EQUAL(muster_argv(compiled.rules, on, NULL, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_MISSING);
    CU_ASSERT_EQUAL(error.input, find_input(compiled.rules, "one"));
    expect_error(&compiled, &error, "the parameter 'one' is not set, and the command line needs it");
    CU_ASSERT_EQUAL(muster_argv(compiled.rules, off, params, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_MISSING);
    CU_ASSERT_EQUAL(error.input, find_input(compiled.rules, "two"));
    CU_ASSERT_EQUAL(muster_argv_uses(compiled.rules, on, NULL, find_input(compiled.rules, "one"), NULL), 1);
    CU_ASSERT_EQUAL(muster_argv_uses(compiled.rules, on, NULL, find_input(compiled.rules, "two"), NULL), 0);
    CU_ASSERT_EQUAL(muster_argv_uses(compiled.rules, off, NULL, find_input(compiled.rules, "two"), NULL), 1);
    CU_ASSERT_EQUAL(muster_argv_uses(compiled.rules, off, NULL, find_input(compiled.rules, "three"), NULL), 0);
    CU_ASSERT_EQUAL(set_text(&compiled, params, "two", "/x", NULL), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, off, params), "run -c a /x");
    CU_ASSERT_EQUAL(set_text(&compiled, params, "one", "1,", NULL), MUSTER_OK);
    CU_ASSERT_EQUAL(muster_argv(compiled.rules, on, params, NULL, 0, NULL, 0, NULL, &error), MUSTER_E_MISSING);
    CU_ASSERT_EQUAL(error.input, find_input(compiled.rules, "three"));
    CU_ASSERT_EQUAL(set_value(&compiled, params, "three", 3, NULL), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, on, params), "run -c a,1,, -c p,,q,p,,q 3");
    compiled_free(&compiled);
}

/* On an error a parameter keeps what it had, in all its places. */
static void test_refused_values(void) {
    struct compiled compiled;
    struct muster_error error;
    compile_sound(&compiled,
                  "ruleset refused;\n" FORMATS
                  "format no_ones { between \",\"; refuse \"1\"; }\nparam n : int -99..4096;\n"
                  "param t : text max 20;\n"
                  "argv {\n    $n as no_ones { $n };\n    $t -c { $t } -k { $t } -w { $t };\n}\n",
                  TO_TABLES);
    struct muster_params *params = new_params(&compiled);
    CU_ASSERT_EQUAL(set_value(&compiled, params, "n", 20, &error), MUSTER_OK);
    CU_ASSERT_EQUAL(set_text(&compiled, params, "t", "a=b", &error), MUSTER_OK);
    CU_ASSERT_EQUAL(set_value(&compiled, params, "n", 12, &error), MUSTER_E_VALUE);
    expect_error(&compiled, &error,
                 "the parameter 'n' holds '1', which cannot be written in the format no_ones (used at test.muster:14)");
    CU_ASSERT_EQUAL(set_value(&compiled, params, "n", 4097, &error), MUSTER_E_VALUE);
    expect_error(&compiled, &error, "the parameter 'n' must be a number from -99 to 4096");
    CU_ASSERT_EQUAL(set_text(&compiled, params, "t", "a,b", &error), MUSTER_E_VALUE);
    expect_error(&compiled, &error,
                 "the parameter 't' holds ',', which cannot be written in the format keyval (used at test.muster:15)");
    CU_ASSERT_EQUAL(error.at, 1);
    CU_ASSERT_EQUAL(set_text(&compiled, params, "t", "ab c", &error), MUSTER_E_VALUE);
    CU_ASSERT_EQUAL(error.at, 2);
    expect_error(
        &compiled, &error,
        "the parameter 't' holds a blank, which cannot be written in the format words (used at test.muster:15)");
    CU_ASSERT_EQUAL(set_text(&compiled, params, "n", "12", &error), MUSTER_E_VALUE);
    CU_ASSERT_EQUAL(set_value(&compiled, params, "t", 1, &error), MUSTER_E_VALUE);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, NULL, params), "20 20 a=b -c a=b -k a=b -w a=b");
    compiled_free(&compiled);
}

static void test_units(void) {
    struct compiled compiled;
    struct muster_error error;
    compile_sound(&compiled,
                  "ruleset units;\nparam size : int -1TiB..8TiB;\n"
                  "argv { \"$size ${size:KiB} ${size:MiB}\"; \"${size:GiB} ${size:TiB}\" when size >= 1TiB; }\n",
                  TO_TABLES);
    struct muster_params *params = new_params(&compiled);
    CU_ASSERT_EQUAL(set_value(&compiled, params, "size", (INT64_C(1) << 40) + 1, &error), MUSTER_E_VALUE);
    CU_ASSERT_EQUAL(error.refusal, MUSTER_REFUSED_UNIT);
    expect_error(&compiled, &error, "the parameter 'size' is not a multiple of 1024 (used at test.muster:3)");
    CU_ASSERT_EQUAL(set_value(&compiled, params, "size", INT64_C(1) << 42, &error), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, NULL, params),
                           "4398046511104 4294967296 4194304 4096 4");
    CU_ASSERT_EQUAL(set_value(&compiled, params, "size", -(INT64_C(1) << 40), &error), MUSTER_OK);
    CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, NULL, params),
                           "-1099511627776 -1073741824 -1048576");
    compiled_free(&compiled);
}

/* ---- space ------------------------------------------------------------------------------------------------------ */

/* Whatever room there is, the same is needed, and nothing is written beyond the room. */
static void test_space(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset space;\n" FORMATS "fact on : bool;\nfact n : int 0..9;\nparam name : text max 20;\n"
                  "argv { run -c { $name, n = $n } end; one two three four five when on; \"<$name>\" last; }\n",
                  TO_TABLES);
    struct muster_params *params = new_params(&compiled);
    CU_ASSERT_EQUAL(set_text(&compiled, params, "name", "a,b", NULL), MUSTER_OK);
    for (int64_t on = 0; on < 2; on++) {
        const int64_t facts[] = {on, 7};
        const char *expected =
            on ? "run -c a,,b,n=7 end one two three four five <a,b> last" : "run -c a,,b,n=7 end <a,b> last";
        const size_t arguments = on ? 11 : 6, bytes = strlen("a,,b,n=7") + 1 + strlen("<a,b>") + 1;
        CU_ASSERT_STRING_EQUAL(line_of(compiled.arena, compiled.rules, facts, params), expected);
        for (size_t slots = 0; slots < arguments + 12; slots++)
            for (size_t size = 0; size < bytes + 100; size += size < bytes + 2 ? 1 : 13) {
                struct fenced fenced = fenced_new(slots, size);
                struct muster_space needed = {0};
                enum muster_status status =
                    muster_argv(compiled.rules, facts, params, fenced.argv, slots, fenced.buffer, size, &needed, NULL);
                bool is_enough = slots > arguments && size >= bytes;
                bool is_expected = status == (is_enough ? MUSTER_OK : MUSTER_E_SPACE) && fenced_holds(&fenced) &&
                                   needed.arguments == arguments && needed.bytes == bytes &&
                                   (!is_enough || !fenced.argv[arguments]);
                if (!is_expected)
                    printf("\n%zu slots, %zu bytes: status %d, %zu and %zu\n", slots, size, (int)status,
                           needed.arguments, needed.bytes);
                CU_ASSERT_TRUE(is_expected);
                fenced_free(&fenced);
            }
    }
    compiled_free(&compiled);
}

/* ---- the compiler's own check ----------------------------------------------------------------------------------- */

/* Tables that were changed behind its back are noticed. */
static void test_verify(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset verify;\nfact os : { linux, macos };\n"
                  "decide d : { a, b } by os { linux => a; macos => b; }\nargv { run $d; }\n",
                  TO_TABLES);
    struct muster_ruleset *rules = arena_alloc(compiled.arena, compiled.rules->size);
    memcpy(rules, compiled.rules, compiled.rules->size);
    verify_tables(compiled.model, rules, &compiled.diagnostics);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    uint32_t *words = (uint32_t *)(void *)((char *)rules + rules->words.offset);
    words[ROWS(rules)[1].first] = 0;
    verify_tables(compiled.model, rules, &compiled.diagnostics);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 1);
    CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_MISMATCH, 0));
    compiled_free(&compiled);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"a table of 12 columns and 91 rows", test_wide_table},
        {"a ladder of 13 rows", test_ladder},
        {"where the values of inputs come from", test_sources},
        {"evidence", test_evidence},
        {"what is called proven", test_proven},
        {"a question that is looked up", test_looked_up},
        {"a question that is walked", test_walked},
        {"a question to decisions", test_by_decisions},
        {"a question that is too large", test_too_large},
        {"written to the letter", test_written},
        {"written in every cell", test_written_everywhere},
        {"bare and escaped", test_bare_and_escaped},
        {"notes", test_notes},
        {"limits that hold on some hosts", test_limits},
        {"parameters that are missing", test_missing},
        {"values that are refused", test_refused_values},
        {"units", test_units},
        {"space", test_space},
        {"tables that were changed", test_verify},
    };
    return unit_main("tables", tests, COUNT(tests));
}
