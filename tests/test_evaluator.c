/*
 * The reference evaluator, and what it finds: gaps, overlaps, examples; the texts of rows, and their evidence.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compiled.h"
#include "gen/model/row_text.h"

/* ---- the reference evaluator ----------------------------------------------------------------------------------------
 */

static void test_evaluator(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset plain;\nfact b : bool;\nfact i : int 0..100;\n"
                  "decide which : { low, odd, high } first by i | b {\n    < 10 | * => low;\n    < 50 | yes => odd;\n"
                  "    else => high;\n}\n"
                  "let nice = which == odd implies i > 20;\n"
                  "decide last : { x, y } by which | nice {\n    low | * => x;\n    odd | yes => reject \"no\";\n"
                  "    high | * => y;\n}\nlet end = last == x;\n",
                  TO_MODEL);
    static const struct {
        int64_t b, i, which, nice, last, end;
        enum verdict verdict;
        const char *stage;
    } rows[] = {
        {0, 9, 0, 1, 0, 1, VERDICT_DECIDED, NULL},
        {1, 9, 0, 1, 0, 1, VERDICT_DECIDED, NULL},
        {0, 10, 2, 1, 1, 0, VERDICT_DECIDED, NULL},
        {1, 50, 2, 1, 1, 0, VERDICT_DECIDED, NULL},
        {1, 49, 1, 1, MUSTER_UNSET, MUSTER_UNSET, VERDICT_REJECTED, "last"},
        {1, 20, 1, 0, MUSTER_UNSET, MUSTER_UNSET, VERDICT_GAP, "last"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t values[16];
        const struct stage *stage = NULL;
        const struct row *row = NULL;
        values[find_variable(&compiled, "b")->index] = rows[i].b;
        values[find_variable(&compiled, "i")->index] = rows[i].i;
        CU_ASSERT_EQUAL(eval_all(compiled.model, values, &stage, &row), rows[i].verdict);
        CU_ASSERT_EQUAL(values[find_variable(&compiled, "which")->index], rows[i].which);
        CU_ASSERT_EQUAL(values[find_variable(&compiled, "nice")->index], rows[i].nice);
        CU_ASSERT_EQUAL(values[find_variable(&compiled, "last")->index], rows[i].last);
        CU_ASSERT_EQUAL(values[find_variable(&compiled, "end")->index], rows[i].end);
        if (rows[i].stage)
            CU_ASSERT_STRING_EQUAL(stage->table->outcomes[0]->name, rows[i].stage);
        CU_ASSERT_EQUAL(row != NULL, rows[i].verdict == VERDICT_REJECTED);
    }
    compiled_free(&compiled);
}

/* What the check says of tables, with their counts. */
static void test_findings(void) {
    struct compiled compiled;
    compile_text(&compiled,
                 "ruleset findings;\nfact e : { x, y, z } or unknown;\nfact i : int 0..9;\n"
                 "decide gappy : bool by e | i {\n    x, y | * => yes;\n    z | 2 .. 4 => no;\n}\n"
                 "decide twice : bool by e | i {\n    x | * => yes;\n    * | < 5 => no;\n    not x | >= 5 => no;\n}\n"
                 "argv { run when gappy; twice when twice; }\n"
                 "example \"not looked at\" { e = x; } => not gappy;\n",
                 TO_CHECKS);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 2);
    const struct diag *gap = find_diag(&compiled, DIAG_CODE_GAP, 4);
    if (!gap)
        unit_give_up("gap is missing");
    const struct diag *overlap = find_diag(&compiled, DIAG_CODE_OVERLAP, 10);
    if (!overlap)
        unit_give_up("overlap is missing");
    CU_ASSERT_STRING_EQUAL(gap->text, "no row of 'gappy' fits e = z or unknown, i at most 1 or from 5");
    CU_ASSERT_STRING_EQUAL(gap->notes.items[0].text, "no row in 5 of 12 cases");
    CU_ASSERT_STRING_EQUAL(overlap->text, "two rows of 'twice' fit e = x, i at most 4");
    CU_ASSERT_STRING_EQUAL(overlap->notes.items[2].text, "both rows in 2 of 12 cases");
    compiled_free(&compiled);
}

static void test_examples(void) {
    struct compiled compiled;
    compile_text(&compiled,
                 "ruleset examples;\nfact b : bool;\nfact i : int 0..9;\n"
                 "decide d : { x, y } by b | i {\n    yes | * => x;\n    no | < 5 => x;\n    no | >= 5 => y;\n}\n"
                 "argv { run $d; }\n"
                 "example \"good\" { b = yes; } => d == x;\nexample \"open\" { i = 7; } => d == y;\n"
                 "example \"closed\" { i = 7; b = no; } => d == y;\nexample \"wrong\" { i = 4; b = no; } => d == y;\n",
                 TO_CHECKS);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 2);
    CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_EXAMPLE, 11));
    CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_EXAMPLE, 13));
    compiled_free(&compiled);
}

/* Every form that a cell or result can have, each under a text that names its row. */
static void test_row_texts(void) {
    static const char *const wanted[] = {
        "x | 1 .. 3 | * => one, 1024", "x, z | 4 ..< 8, 9 | not 9.* => two, 1",
        "not (x, y) | not (>= 5) | < 9.2.0, unknown => one, 007",
        "not z | 1KiB | not (>= 8.0, not unknown) => reject \"a; \\\"b\\\" costs $$5\\n\\tbecause\\\\\"",
        "else => two, 1"};
    struct compiled compiled;
    compile_text(&compiled,
                 "ruleset r;\nfact e : { x, y, z };\nfact n : int 0..2048;\nfact v : version or unknown;\n"
                 "decide p : { one, two }, q : int 0..2000 by e | n | v {\n"
                 "  x|1..3  |*=>one,1024 because \"so\";\n"
                 "  top:x ,z# few\n|4 ..<8,   9|not 9.* =>two , 1\n see \"there\" tag t;\n"
                 "  not(x,y)|not(>=5)|<9.2.0,unknown=>one,007;\n"
                 "  not (z) | 1KiB | not(>=8.0,not (unknown)) => reject \"a; \\\"b\\\" costs $$5\\n\tbecause\\\\\";\n"
                 "  rest : else=>two,1 because \"x\"; }\nargv { run; $p $q; }",
                 TO_MODEL);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    const struct table *table = find_variable(&compiled, "p")->table;
    CU_ASSERT_EQUAL_FATAL(table->n_rows, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++)
        CU_ASSERT_STRING_EQUAL(row_text(compiled.arena, &table->rows[i]), wanted[i]);
    compiled_free(&compiled);
}

/* A row that inherits is several rows with one text. */
static void test_inherited_texts(void) {
    struct compiled compiled;
    static const struct rule_file files[] = {
        {"test.muster", "ruleset r extends \"base.muster\";\noverride decide d : { x, y } by a {\n"
                        "    yes  =>  inherit;\n    else => y;\n}\n"},
        {"base.muster", "ruleset b;\nfact a : bool;\nfact b : bool;\ndecide d : { x, y } by a | b {\n"
                        "    * | yes => x;\n    *   | no => y;\n}\nargv { run $d; }\n"}};
    compile_files(&compiled, files, COUNT(files), TO_MODEL);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    const struct table *table = find_variable(&compiled, "d")->table, *base = table->columns[1]->table;
    CU_ASSERT_EQUAL_FATAL(table->n_rows, 3);
    CU_ASSERT_STRING_EQUAL(row_text(compiled.arena, &table->rows[0]), "yes => inherit");
    CU_ASSERT_STRING_EQUAL(row_text(compiled.arena, &table->rows[1]), "yes => inherit");
    CU_ASSERT_STRING_EQUAL(row_text(compiled.arena, &table->rows[2]), "else => y");
    CU_ASSERT_STRING_EQUAL(row_text(compiled.arena, &base->rows[1]), "* | no => y");
    compiled_free(&compiled);
}

static void expect_evidence(const struct row *row, const char *const *texts, size_t count) {
    CU_ASSERT_EQUAL_FATAL(row->evidence.count, count);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_STRING_EQUAL(row->evidence.items[i], texts[i]);
}

static void test_evidence(void) {
    struct compiled compiled;
    compile_text(
        &compiled,
        "ruleset r;\nevidence e { \"else => x, no\" : \"first\"; }\nfact a : bool;\n"
        "decide d : { x, y }, e : bool by a {\n    yes => y, yes;\n    else => x, no;\n}\n"
        "evidence d { \"else => x, no\" : \"second\", \"$$ \\\"\", \"second\"; }\n"
        "evidence e { \"else => x, no\" : \"first\", \"third\"; \"no => x, no\" : \"stale\"; }\nargv { run $d; }\n",
        TO_MODEL);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_warnings, 1);
    CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_STALE_EVIDENCE, 9));
    CU_ASSERT_TRUE(compiled.model->has_evidence);
    const struct table *table = find_variable(&compiled, "d")->table;
    expect_evidence(&table->rows[0], NULL, 0);
    expect_evidence(&table->rows[1], (const char *const[]){"first", "second", "$ \"", "third"}, 4);
    CU_ASSERT_FALSE(find_variable(&compiled, "d")->table->outcomes[1]->used); /* evidence uses nothing */
    compiled_free(&compiled);
}

/* A name means the table that it means where the evidence stands; what is inherited was not tried. */
static void test_inherited_evidence(void) {
    struct compiled compiled;
    static const struct rule_file files[] = {
        {"test.muster", "ruleset r extends \"base.muster\";\noverride decide d : { x, y } by a {\n"
                        "    yes  =>  inherit;\n    else => y;\n}\noverride decide e : { x, y } by a { * => y; }\n"
                        "evidence d { \"yes => inherit\" : \"new\"; \"* | yes => x\" : \"stale\"; }\n"
                        "evidence f { \"* => x\" : \"added\"; }\n"},
        {"base.muster", "ruleset b;\nfact a : bool;\nfact b : bool;\ndecide d : { x, y } by a | b {\n"
                        "    * | yes => x;\n    *   | no => y;\n}\ndecide e : { x, y } by a { yes => x; no => y; }\n"
                        "decide f : { x, y } by a { * => x; }\n"
                        "evidence d { \"* | yes => x\" : \"old\"; }\nevidence e { \"yes => x\" : \"replaced\"; }\n"
                        "evidence f { \"* => x\" : \"base\"; }\nargv { run $d $e $f; }\n"}};
    compile_files(&compiled, files, COUNT(files), TO_MODEL);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    CU_ASSERT_EQUAL(compiled.diagnostics.found[DIAG_CODE_STALE_EVIDENCE], 1);
    const struct table *table = find_variable(&compiled, "d")->table, *base = table->columns[1]->table;
    expect_evidence(&table->rows[0], (const char *const[]){"new"}, 1);
    expect_evidence(&table->rows[1], (const char *const[]){"new"}, 1);
    expect_evidence(&table->rows[2], NULL, 0);
    expect_evidence(&base->rows[0], (const char *const[]){"old"}, 1);
    expect_evidence(&find_variable(&compiled, "e")->table->rows[0], NULL, 0);
    expect_evidence(&find_variable(&compiled, "f")->table->rows[0], (const char *const[]){"base", "added"}, 2);
    compiled_free(&compiled);
}

static void test_much_evidence(void) {
    enum { N_EVIDENCE = 256 };
    struct compiled compiled;
    struct arena *arena = arena_new();
    const char *text = "ruleset r;\nfact a : bool;\ndecide d : { x } by a { * => x; }\nevidence d { \"* => x\" : \"0\"";
    for (unsigned i = 1; i < N_EVIDENCE; i++)
        text = arena_print(arena, "%s, \"%u\"", text, i);
    const char *end = "; }\nargv { run $d; }\n";
    compile_sound(&compiled, arena_print(arena, "%s%s", text, end), TO_MODEL);
    CU_ASSERT_EQUAL(find_variable(&compiled, "d")->table->rows[0].evidence.count, N_EVIDENCE);
    compiled_free(&compiled);
    compile_text(&compiled, arena_print(arena, "%s, \"one\", \"more\"%s", text, end), TO_MODEL);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 1);
    const struct diag *diag = find_diag(&compiled, DIAG_CODE_LIMIT, 4);
    if (!diag)
        unit_give_up("too much evidence is not found");
    CU_ASSERT_STRING_EQUAL(diag->text, "more than 256 texts of evidence for one row");
    compiled_free(&compiled);
    arena_free(arena);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"the texts of rows", test_row_texts},
        {"evidence", test_evidence},
        {"evidence in extensions", test_inherited_evidence},
        {"much evidence", test_much_evidence},
        {"the texts of rows that inherit", test_inherited_texts},
        {"the reference evaluator", test_evaluator},
        {"gaps and overlaps", test_findings},
        {"examples", test_examples},
    };
    return unit_main("evaluator", tests, COUNT(tests));
}
