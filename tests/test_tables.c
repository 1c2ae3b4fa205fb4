/*
 * The tables of small rulesets: what muster_decide and muster_argv make of them against the plain evaluator, in all
 * cells; how large questions are asked; what is refused; how much space is asked for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compiled.h"
#include "gen/codegen/verify.h"

#define FORMATS                                                                                                        \
    "format comma { between \",\"; assign \"=\"; escape \",\" as \",,\"; }\n"                                          \
    "format colon { between \":\"; assign \"~\"; escape \":\" as \"\\\\:\"; escape \"\\\\\" as \"\\\\\\\\\"; }\n"      \
    "format keyval { between \",\"; assign \"=\"; escape \",\" as \",,\"; refuse_first \",\"; }\n"                     \
    "format words { between \" \"; assign \"=\"; refuse \" \" \"\\\"\"; }\n"                                           \
    "option -c : comma repeated;\noption -k : keyval repeated;\noption -w : words once;\noption -x : colon "           \
    "repeated;\n"

/* ---- what several cases need ------------------------------------------------------------------------------------ */

static void expect_agreement(struct comparison *comparison, size_t n_cells) {
    struct compiled compiled = *comparison->compiled;
    CU_ASSERT_TRUE(compare_all(comparison));
    CU_ASSERT_EQUAL(comparison->n_cells, n_cells);
    verify_tables(compiled.model, compiled.rules, &compiled.diagnostics);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
}

/* Compiles, compares all cells with the parameters at their defaults, and with other values of the intervals. */
static void expect_sound(const char *text, size_t n_cells) {
    struct compiled compiled;
    compile_sound(&compiled, text, TO_TABLES);
    for (uint64_t seed = 0; seed < 3; seed++) {
        struct comparison comparison;
        compare_start(&comparison, &compiled);
        comparison.seed = seed;
        expect_agreement(&comparison, n_cells);
        compare_end(&comparison);
    }
    compiled_free(&compiled);
}

/* The command line as one text, a blank between two arguments. */
static const char *line_of(struct arena *arena, const struct muster_ruleset *rules, const int64_t *facts,
                           const struct muster_params *params) {
    struct muster_space needed;
    struct muster_error error;
    enum muster_status status = muster_argv(rules, facts, params, NULL, 0, NULL, 0, &needed, &error);
    if (status != MUSTER_E_SPACE) {
        char *text = arena_alloc(arena, 256);
        muster_error_text(rules, &error, text, 256);
        return text;
    }
    const char **argv = arena_alloc(arena, (needed.arguments + 1) * sizeof *argv);
    char *buffer = arena_alloc(arena, needed.bytes + 1);
    CU_ASSERT_EQUAL(
        muster_argv(rules, facts, params, argv, needed.arguments + 1, buffer, needed.bytes, &needed, &error),
        MUSTER_OK);
    const char *line = "";
    for (size_t i = 0; i < needed.arguments; i++)
        line = arena_print(arena, "%s%s%s", line, i ? " " : "", argv[i]);
    return line;
}

static struct muster_params *new_params(struct compiled *compiled) {
    size_t size = muster_params_size(compiled->rules);
    return muster_params_init(arena_alloc(compiled->arena, size), size, compiled->rules);
}

static enum muster_status set_text(const struct compiled *compiled, struct muster_params *params, const char *name,
                                   const char *text, struct muster_error *error) {
    return muster_set_text(params, find_input(compiled->rules, name), text, strlen(text), error);
}

static enum muster_status set_value(const struct compiled *compiled, struct muster_params *params, const char *name,
                                    int64_t value, struct muster_error *error) {
    return muster_set_value(params, find_input(compiled->rules, name), value, error);
}

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

static void expect_error(const struct compiled *compiled, const struct muster_error *error, const char *expected) {
    char text[256];
    muster_error_text(compiled->rules, error, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, expected);
    if (strcmp(text, expected) != 0)
        printf("\n'%s', not '%s'\n", expected, text);
}

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
        {"rows that refuse", test_rejects},
        {"written to the letter", test_written},
        {"written in every cell", test_written_everywhere},
        {"bare and escaped", test_bare_and_escaped},
        {"notes", test_notes},
        {"limits that hold on some hosts", test_limits},
        {"parameters that are missing", test_missing},
        {"values that are refused", test_refused_values},
        {"units", test_units},
        {"bad facts", test_bad_facts},
        {"a parameter that is asked", test_asked_parameter},
        {"refusals outside of tables", test_refusals},
        {"refusals that were changed", test_verify_refusals},
        {"what need not be given", test_optional},
        {"tables that inherit", test_inherited},
        {"a gap in a replaced table", test_inherited_gap},
        {"space", test_space},
        {"tables that were changed", test_verify},
    };
    return unit_main("tables", tests, COUNT(tests));
}
