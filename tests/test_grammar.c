/*
 * Reading: memory, places in texts, what the parser makes of rule texts and where, how it goes on after errors, and
 * nearest names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compiled.h"

/* ---- places ----------------------------------------------------------------------------------------------------- */

static void load(struct compiled *compiled, const char *text, size_t length) {
    const char *problem = NULL;
    uint32_t file = 0;
    *compiled = (struct compiled){.arena = arena_new()};
    compiled->sources.arena = compiled->arena;
    const char *folder = compiled_folder(compiled->arena), *path = compiled_path(compiled->arena, folder, "t");
    compiled_write(path, text, length);
    bool is_loaded = source_load(&compiled->sources, path, &file, &problem);
    unlink(path);
    rmdir(folder);
    CU_ASSERT_TRUE_FATAL(is_loaded);
    CU_ASSERT_EQUAL(compiled->sources.items[0].length, length);
    CU_ASSERT_EQUAL(compiled->sources.items[0].text[length], '\0');
}

static void expect_place(const struct compiled *compiled, size_t offset, size_t line, size_t column) {
    struct place place = source_place(&compiled->sources.items[0], offset);
    CU_ASSERT_EQUAL(place.line, line);
    CU_ASSERT_EQUAL(place.column, column);
}

static void expect_line(const struct compiled *compiled, size_t line, const char *expected) {
    size_t length = 0;
    const char *text = source_line(&compiled->sources.items[0], line, &length);
    CU_ASSERT_EQUAL_FATAL(length, strlen(expected));
    CU_ASSERT_NSTRING_EQUAL(text, expected, length);
}

static void test_places(void) {
    static const char text[] = "ab\n\nc\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z\nlast";
    struct compiled compiled;
    load(&compiled, text, strlen(text));
    CU_ASSERT_EQUAL(compiled.sources.items[0].n_lines, 4);
    expect_place(&compiled, 0, 1, 1);
    expect_place(&compiled, 2, 1, 3); /* the line's end belongs to it */
    expect_place(&compiled, 3, 2, 1);
    expect_place(&compiled, 4, 3, 1);
    expect_place(&compiled, 5, 3, 2);
    expect_place(&compiled, 7, 3, 3);
    expect_place(&compiled, 10, 3, 4);
    expect_place(&compiled, 14, 3, 5);
    expect_place(&compiled, 16, 4, 1);
    expect_place(&compiled, 20, 4, 5);
    expect_line(&compiled, 1, "ab");
    expect_line(&compiled, 2, "");
    expect_line(&compiled, 4, "last");
    compiled_free(&compiled);
    load(&compiled, "", 0);
    CU_ASSERT_EQUAL(compiled.sources.items[0].n_lines, 1);
    expect_place(&compiled, 0, 1, 1);
    expect_line(&compiled, 1, "");
    compiled_free(&compiled);
    load(&compiled, "x\n", 2);
    expect_place(&compiled, 1, 1, 2);
    expect_place(&compiled, 2, 2, 1);
    expect_line(&compiled, 1, "x");
    expect_line(&compiled, 2, "");
    compiled_free(&compiled);
}

static void test_loading(void) {
    struct compiled compiled;
    const char *problem = NULL;
    uint32_t file = 7;
    char *text = malloc(200001);
    if (!text)
        unit_give_up("text is missing");
    memset(text, 'x', 200000);
    text[100000] = '\n';
    load(&compiled, text, 200000);
    free(text);
    expect_place(&compiled, 199999, 2, 99999);
    CU_ASSERT_FALSE(source_load(&compiled.sources, "/nonexistent/rules", &file, &problem));
    CU_ASSERT_STRING_EQUAL(problem, "cannot be opened: No such file or directory");
    CU_ASSERT_FALSE(source_load(&compiled.sources, "/", &file, &problem));
    CU_ASSERT_STRING_EQUAL(problem, "is a folder, not a rule file");
    CU_ASSERT_EQUAL(compiled.sources.count, 1);
    compiled_free(&compiled);
}

/* ---- trees ------------------------------------------------------------------------------------------------------ */

static const struct ast_declaration *declaration_of(const struct compiled *compiled, size_t index) {
    CU_ASSERT_TRUE_FATAL(index < compiled->program->declarations.count);
    return compiled->program->declarations.items[index];
}

/* What stands in the file at a span. */
static void expect_span(const struct compiled *compiled, struct span span, const char *expected) {
    const char *text =
        arena_copy(compiled->arena, compiled->sources.items[span.file].text + span.begin, span.end - span.begin);
    CU_ASSERT_STRING_EQUAL(text, expected);
    if (strcmp(text, expected) != 0)
        printf("\n'%s', not '%s'\n", expected, text);
}

static void test_tree(void) {
    static const char text[] =
        "ruleset t \"\xc3\xa9\";\n"
        "# a comment with \xe2\x82\xac\n"
        "fact os \"the system\" : { linux, mac/os-x.2 as \"m\" } or unknown default linux from probe;\n"
        "let both = not os == linux and (os or x in { 1 .. 3, not 7 });\n"
        "decide a : bool, b : Kind first by os | both {\n"
        "    good: linux | * => yes, one because \"so\" see \"there\" tag x tag y;\n"
        "    not (linux, unknown) | yes => reject \"no\";\n"
        "    else => no, two because why;\n"
        "}\n"
        "argv { -M { $os, k = as colon { v } when both }; when both { a; } else when os { b; } }\n";
    struct compiled compiled;
    compile_sound(&compiled, text, TO_TREE);
    const struct ast_declaration *fact = declaration_of(&compiled, 1);
    CU_ASSERT_EQUAL(declaration_of(&compiled, 0)->kind, AST_RULESET);
    expect_span(&compiled, declaration_of(&compiled, 0)->span, "ruleset t \"\xc3\xa9\";");
    CU_ASSERT_EQUAL(fact->kind, AST_FACT);
    expect_span(&compiled, fact->name.span, "os");
    expect_span(&compiled, fact->input->title->span, "\"the system\"");
    expect_span(&compiled, fact->input->type.span, "{ linux, mac/os-x.2 as \"m\" } or unknown");
    CU_ASSERT_EQUAL(fact->input->type.members.count, 2);
    CU_ASSERT_STRING_EQUAL(fact->input->type.members.items[1].name.text, "mac/os-x.2");
    CU_ASSERT_TRUE(fact->input->type.or_unknown && fact->input->has_default);
    CU_ASSERT_EQUAL(fact->input->source, AST_FROM_PROBE);
    const struct ast_cond *cond = declaration_of(&compiled, 2)->cond;
    CU_ASSERT_EQUAL(cond->kind, AST_COND_AND);
    CU_ASSERT_EQUAL(cond->operands.count, 2);
    CU_ASSERT_EQUAL(cond->operands.items[0]->kind, AST_COND_NOT);
    expect_span(&compiled, cond->operands.items[0]->span, "not os == linux");
    expect_span(&compiled, cond->operands.items[1]->span, "(os or x in { 1 .. 3, not 7 })");
    CU_ASSERT_EQUAL(cond->operands.items[1]->kind, AST_COND_OR);
    const struct ast_cell *cell = cond->operands.items[1]->operands.items[1]->cell;
    CU_ASSERT_EQUAL(cell->tests.count, 2);
    CU_ASSERT_EQUAL(cell->tests.items[0].kind, AST_TEST_RANGE);
    CU_ASSERT_EQUAL(cell->tests.items[1].kind, AST_TEST_NOT);
    const struct ast_table *table = declaration_of(&compiled, 3)->table;
    CU_ASSERT_TRUE(table->first);
    CU_ASSERT_EQUAL(table->outcomes.count, 2);
    CU_ASSERT_EQUAL(table->columns.count, 2);
    CU_ASSERT_EQUAL_FATAL(table->rows.count, 3);
    CU_ASSERT_STRING_EQUAL(table->rows.items[0]->label.text, "good");
    CU_ASSERT_EQUAL(table->rows.items[0]->cells.items[1].tests.items[0].kind, AST_TEST_ANY);
    CU_ASSERT_EQUAL(table->rows.items[0]->meta.tags.count, 2);
    expect_span(&compiled, table->rows.items[1]->cells.items[0].span, "not (linux, unknown)");
    CU_ASSERT_PTR_NOT_NULL(table->rows.items[1]->reject);
    CU_ASSERT_TRUE(table->rows.items[2]->is_else);
    CU_ASSERT_STRING_EQUAL(table->rows.items[2]->meta.because_name.text, "why");
    const struct ast_block *argv = declaration_of(&compiled, 4)->argv;
    CU_ASSERT_EQUAL_FATAL(argv->statements.count, 2);
    const struct ast_statement *machine = argv->statements.items[0], *when = argv->statements.items[1];
    CU_ASSERT_EQUAL(machine->args.count, 2);
    CU_ASSERT_EQUAL(machine->args.items[0].kind, AST_ARG_OPTION);
    expect_span(&compiled, machine->args.items[1].span, "{ $os, k = as colon { v } when both }");
    const struct ast_item *item = &machine->args.items[1].list->items.items[1];
    CU_ASSERT_TRUE(item->is_pair && item->nested && item->when);
    CU_ASSERT_STRING_EQUAL(item->format.text, "colon");
    CU_ASSERT_EQUAL(machine->args.items[1].list->items.items[0].value.kind, AST_PLACEHOLDER);
    CU_ASSERT_EQUAL(when->then_block->statements.count, 1);
    CU_ASSERT_EQUAL(when->else_block->statements.count, 1);
    CU_ASSERT_PTR_NOT_NULL(when->else_block->statements.items[0]->then_block);
    CU_ASSERT_PTR_NULL(when->else_block->statements.items[0]->else_block);
    compiled_free(&compiled);
}

/* What is said about hosts and command lines. */
static void test_claims(void) {
    static const char text[] = "ruleset t extends \"base.muster\";\n"
                               "assume known: a != unknown because \"so\";\n"
                               "assume given given;\n"
                               "reject \"never\" when emits -x (v, \"a-*\", k = *, \"k k\" = 0700) and not emits --;\n"
                               "warn \"careful\" when (count -x (on) >= 2);\n"
                               "promise wired: every -d.in, -e.\"the key\" names -f.addr.path-2 see \"there\";\n"
                               "promise unique -f.id;\n"
                               "promise unique: unique implies every == names;\n"
                               "admit wired because broken;\n"
                               "override decide a : bool by b { * => inherit; else => reject \"no\"; }\n"
                               "param p : path optional;\n"
                               "evidence evidence { \"* => x\" : \"one\", \"two\"; \"else => y\": \"three\"; }\n";
    struct compiled compiled;
    struct arena *arena = arena_new();
    const struct rule_file files[] = {{"t.muster", text}, {"base.muster", "ruleset base;\n"}};
    compile_files(&compiled, files, 2, TO_TREE);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    CU_ASSERT_EQUAL_FATAL(compiled.program->declarations.count, 13);
    expect_span(&compiled, declaration_of(&compiled, 1)->extends->span, "\"base.muster\"");
    CU_ASSERT_EQUAL(declaration_of(&compiled, 2)->kind, AST_ASSUME);
    CU_ASSERT_STRING_EQUAL(declaration_of(&compiled, 2)->name.text, "known");
    expect_span(&compiled, declaration_of(&compiled, 2)->cond->span, "a != unknown");
    CU_ASSERT_PTR_NULL(declaration_of(&compiled, 3)->name.text);
    CU_ASSERT_EQUAL(declaration_of(&compiled, 3)->cond->kind, AST_COND_GIVEN);
    CU_ASSERT_STRING_EQUAL(declaration_of(&compiled, 3)->cond->name.text, "given");
    const struct ast_declaration *reject = declaration_of(&compiled, 4), *warn = declaration_of(&compiled, 5);
    CU_ASSERT_EQUAL(reject->kind, AST_REJECT);
    const struct ast_cond *emits = reject->cond->operands.items[0];
    CU_ASSERT_EQUAL(emits->kind, AST_COND_EMITS);
    expect_span(&compiled, emits->option.span, "-x");
    CU_ASSERT_EQUAL_FATAL(emits->pattern->parts.count, 4);
    expect_span(&compiled, emits->pattern->span, "(v, \"a-*\", k = *, \"k k\" = 0700)");
    const struct ast_pattern_part *parts = emits->pattern->parts.items;
    CU_ASSERT_TRUE(!parts[0].has_key && parts[0].value.kind == AST_WORD);
    CU_ASSERT_TRUE(!parts[1].has_key && parts[1].value.kind == AST_STRING);
    CU_ASSERT_TRUE(parts[2].has_key && parts[2].key.kind == AST_WORD && parts[2].value.kind == AST_STAR);
    CU_ASSERT_TRUE(parts[3].has_key && parts[3].key.kind == AST_STRING && parts[3].value.kind == AST_INT);
    CU_ASSERT_PTR_NULL(reject->cond->operands.items[1]->operands.items[0]->pattern);
    CU_ASSERT_EQUAL(warn->kind, AST_WARN);
    CU_ASSERT_EQUAL(warn->cond->kind, AST_COND_COUNT);
    CU_ASSERT_EQUAL(warn->cond->relation, AST_GE);
    CU_ASSERT_EQUAL(warn->cond->value.number, 2);
    const struct ast_declaration *wired = declaration_of(&compiled, 6);
    CU_ASSERT_EQUAL(wired->promise, AST_PROMISE_NAMES);
    CU_ASSERT_EQUAL_FATAL(wired->references.count, 2);
    expect_span(&compiled, wired->references.items[0].option.span, "-d");
    expect_span(&compiled, wired->references.items[0].key.span, "in");
    CU_ASSERT_STRING_EQUAL(wired->references.items[1].option.text, "-e");
    CU_ASSERT_EQUAL(wired->references.items[1].key.kind, AST_STRING);
    expect_span(&compiled, wired->references.items[1].span, "-e.\"the key\"");
    CU_ASSERT_EQUAL_FATAL(wired->targets.count, 1);
    CU_ASSERT_STRING_EQUAL(wired->targets.items[0].key.text, "addr.path-2");
    expect_span(&compiled, wired->meta.see->span, "\"there\"");
    CU_ASSERT_EQUAL(declaration_of(&compiled, 7)->promise, AST_PROMISE_UNIQUE);
    CU_ASSERT_PTR_NULL(declaration_of(&compiled, 7)->name.text);
    CU_ASSERT_EQUAL(declaration_of(&compiled, 8)->promise, AST_PROMISE_COND);
    CU_ASSERT_STRING_EQUAL(declaration_of(&compiled, 8)->name.text, "unique");
    CU_ASSERT_EQUAL(declaration_of(&compiled, 9)->kind, AST_ADMIT);
    const struct ast_declaration *table = declaration_of(&compiled, 10);
    CU_ASSERT_TRUE(table->table->overrides);
    expect_span(&compiled, table->span, "override decide a : bool by b { * => inherit; else => reject \"no\"; }");
    CU_ASSERT_EQUAL(table->table->rows.items[0]->results.items[0].kind, AST_INHERIT);
    expect_span(&compiled, declaration_of(&compiled, 11)->input->optional.span, "optional");
    const struct ast_declaration *evidence = declaration_of(&compiled, 12);
    CU_ASSERT_EQUAL(evidence->kind, AST_EVIDENCE);
    CU_ASSERT_STRING_EQUAL(evidence->name.text, "evidence");
    CU_ASSERT_EQUAL_FATAL(evidence->evidence.count, 2);
    expect_span(&compiled, evidence->evidence.items[0].row->span, "\"* => x\"");
    CU_ASSERT_EQUAL_FATAL(evidence->evidence.items[0].texts.count, 2);
    expect_span(&compiled, evidence->evidence.items[0].texts.items[1]->span, "\"two\"");
    expect_span(&compiled, evidence->evidence.items[1].row->span, "\"else => y\"");
    compiled_free(&compiled);
    arena_free(arena);
}

static bool asks(struct compiled *compiled, const char *question) {
    compile_sound(compiled, "ruleset r;\nfact a : bool;\n", TO_TREE);
    return program_add_query(compiled->program, compiled->arena, &compiled->sources, question, &compiled->diagnostics);
}

static void test_questions(void) {
    static const struct {
        const char *question, *message;
        size_t line, column;
    } wrong[] = {
        {"", "the condition ends here in the middle of something", 1, 1},
        {"a and", "the condition ends here in the middle of something", 1, 5},
        {"a;", "unexpected ';'", 1, 2},
        {"a\n  b", "unexpected 'b'", 2, 3},
        {"a and b or c", "'and' and 'or' are mixed", 1, 9},
        {"fact b : bool;", "unexpected 'b'", 1, 6},
        {"\xff", "not valid UTF-8; a rule file is UTF-8 text", 1, 1},
        {"\"", "the closing '\"' of this string is missing: a string ends on its line", 1, 1},
    };
    struct compiled compiled;
    CU_ASSERT_TRUE(asks(&compiled, " a implies\n emits -x (k = v) # so"));
    const struct ast_declaration *question = declaration_of(&compiled, 2);
    CU_ASSERT_EQUAL(question->kind, AST_QUESTION);
    CU_ASSERT_EQUAL(question->cond->kind, AST_COND_IMPLIES);
    expect_span(&compiled, question->span, "a implies\n emits -x (k = v)");
    CU_ASSERT_STRING_EQUAL(compiled.sources.items[question->span.file].name, "<question>");
    compiled_free(&compiled);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        CU_ASSERT_FALSE(asks(&compiled, wrong[i].question));
        CU_ASSERT_EQUAL_FATAL(compiled.diagnostics.count, 1);
        const struct diag *diag = compiled.diagnostics.items[0];
        struct place place = source_place(&compiled.sources.items[diag->span.file], diag->span.begin);
        CU_ASSERT_STRING_EQUAL(diag->text, wrong[i].message);
        CU_ASSERT_TRUE(diag->span.file == 1 && place.line == wrong[i].line && place.column == wrong[i].column);
        CU_ASSERT_EQUAL(compiled.program->declarations.count, 2);
        compiled_free(&compiled);
    }
}

/* Words of the language are names where they can be. */
static void test_words(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset fact; fact ruleset : bool; fact probe : { first, by, as_, max } from probe probe;\n"
                  "let let = probe == first; argv { fact argv; -- a -x --long-option /dev/vda 0700 9.2 $probe; }\n",
                  TO_TREE);
    CU_ASSERT_EQUAL(compiled.program->declarations.count, 5);
    const struct ast_block *argv = declaration_of(&compiled, 4)->argv;
    CU_ASSERT_EQUAL_FATAL(argv->statements.count, 2);
    CU_ASSERT_STRING_EQUAL(argv->statements.items[0]->args.items[1].value.text, "argv");
    const struct ast_statement *statement = argv->statements.items[1];
    CU_ASSERT_EQUAL_FATAL(statement->args.count, 8);
    CU_ASSERT_STRING_EQUAL(statement->args.items[0].option.text, "--");
    CU_ASSERT_STRING_EQUAL(statement->args.items[2].option.text, "-x");
    CU_ASSERT_STRING_EQUAL(statement->args.items[4].value.text, "/dev/vda");
    CU_ASSERT_EQUAL(statement->args.items[5].value.kind, AST_INT);
    CU_ASSERT_EQUAL(statement->args.items[6].value.kind, AST_VERSION);
    CU_ASSERT_EQUAL(statement->args.items[7].value.kind, AST_PLACEHOLDER);
    compiled_free(&compiled);
}

/* ---- texts and numbers ------------------------------------------------------------------------------------------ */

static const struct ast_string *string_in(struct compiled *compiled, const char *written) {
    struct arena *arena = arena_new();
    compile_text(compiled, arena_print(arena, "let s = %s;\n", written), TO_TREE);
    arena_free(arena);
    return compiled->program->declarations.count > 0 ? declaration_of(compiled, 0)->let_text : NULL;
}

static void test_strings(void) {
    struct compiled compiled;
    const struct ast_string *string = string_in(&compiled, "\"a\\\"\\\\\\n\\t$$b\"");
    CU_ASSERT_EQUAL_FATAL(string->pieces.count, 1);
    CU_ASSERT_STRING_EQUAL(string->pieces.items[0].literal, "a\"\\\n\t$b");
    CU_ASSERT_EQUAL(string->pieces.items[0].length, 7);
    compiled_free(&compiled);
    string = string_in(&compiled, "\"\"");
    CU_ASSERT_EQUAL(string->pieces.count, 0);
    compiled_free(&compiled);
    string = string_in(&compiled, "\"\xc3\xa9$a-${b_2:MiB}$$${c.d}e$f\"");
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    CU_ASSERT_EQUAL_FATAL(string->pieces.count, 8);
    CU_ASSERT_STRING_EQUAL(string->pieces.items[0].literal, "\xc3\xa9");
    CU_ASSERT_STRING_EQUAL(string->pieces.items[1].placeholder.text, "a");
    expect_span(&compiled, string->pieces.items[1].placeholder.span, "a");
    CU_ASSERT_STRING_EQUAL(string->pieces.items[2].literal, "-");
    expect_span(&compiled, string->pieces.items[3].placeholder.span, "b_2");
    expect_span(&compiled, string->pieces.items[3].unit.span, "MiB");
    CU_ASSERT_STRING_EQUAL(string->pieces.items[4].literal, "$");
    CU_ASSERT_STRING_EQUAL(string->pieces.items[5].placeholder.text, "c.d");
    CU_ASSERT_PTR_NULL(string->pieces.items[5].unit.text);
    CU_ASSERT_STRING_EQUAL(string->pieces.items[6].literal, "e");
    CU_ASSERT_STRING_EQUAL(string->pieces.items[7].placeholder.text, "f");
    compiled_free(&compiled);
}

static void test_bad_strings(void) {
    static const struct {
        const char *written;
        size_t column; /* of `let s = ` and what follows */
    } rows[] = {
        {"\"a\\x\"", 11},  {"\"a$\"", 11},        {"\"$1\"", 10},      {"\"${a\"", 10},   {"\"${}\"", 10},
        {"\"${a:}\"", 10}, {"\"ab${a:MiB\"", 12}, {"\"never ends", 9}, {"\"ends\\\"", 9}, {"\"\xc3\xa9\\q\"", 11},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compiled compiled;
        string_in(&compiled, rows[i].written);
        const struct diag *diag = find_diag(&compiled, DIAG_CODE_STRING, 1);
        if (!diag)
            unit_give_up("diag is missing");
        CU_ASSERT_EQUAL(source_place(&compiled.sources.items[0], diag->span.begin).column, rows[i].column);
        CU_ASSERT_EQUAL(find_diag(&compiled, DIAG_CODE_STRING, 0), diag);
        compiled_free(&compiled);
    }
}

static void test_numbers(void) {
    static const struct {
        const char *written;
        enum ast_value_kind kind;
        int64_t number;
        unsigned components;
        bool has_unit;
    } rows[] = {
        {"0", AST_INT, 0, 0, false},
        {"0700", AST_INT, 700, 0, false},
        {"-17", AST_INT, -17, 0, false},
        {"9223372036854775806", AST_INT, INT64_MAX - 1, 0, false},
        {"-9223372036854775806", AST_INT, INT64_MIN + 2, 0, false},
        {"4KiB", AST_INT, 4096, 0, true},
        {"-3MiB", AST_INT, -3145728, 0, true},
        {"8GiB", AST_INT, INT64_C(8589934592), 0, true},
        {"8388607TiB", AST_INT, INT64_C(8388607) << 40, 0, true},
        {"9.2", AST_VERSION, MUSTER_PACK_VERSION(9, 2, 0), 2, false},
        {"9.2.1048575", AST_VERSION, MUSTER_PACK_VERSION(9, 2, 1048575), 3, false},
        {"09.02.003", AST_VERSION, MUSTER_PACK_VERSION(9, 2, 3), 3, false},
        {"9.*", AST_SERIES, MUSTER_PACK_VERSION(9, 0, 0), 1, false},
        {"9.2.*", AST_SERIES, MUSTER_PACK_VERSION(9, 2, 0), 2, false},
        {"9.2.7.*", AST_SERIES, MUSTER_PACK_VERSION(9, 2, 7), 3, false},
    };
    static const char *const refused[] = {"9223372036854775807",
                                          "-9223372036854775807",
                                          "8388608TiB",
                                          "99999999999999999999999",
                                          "1048576.0",
                                          "1.2.1048576",
                                          "1.2.3.4",
                                          "1.2.3.4.*",
                                          "4kB",
                                          "12abc"};
    struct arena *arena = arena_new();
    struct compiled compiled;
    for (size_t i = 0; i < COUNT(rows); i++) {
        compile_sound(&compiled, arena_print(arena, "let l = x == %s;\n", rows[i].written), TO_TREE);
        const struct ast_value *value = &declaration_of(&compiled, 0)->cond->value;
        CU_ASSERT_EQUAL(value->kind, rows[i].kind);
        CU_ASSERT_EQUAL(value->number, rows[i].number);
        CU_ASSERT_EQUAL(value->components, rows[i].components);
        CU_ASSERT_EQUAL(value->has_unit, rows[i].has_unit);
        CU_ASSERT_STRING_EQUAL(value->text, rows[i].written);
        expect_span(&compiled, value->span, rows[i].written);
        compiled_free(&compiled);
    }
    for (size_t i = 0; i < COUNT(refused); i++) {
        compile_text(&compiled, arena_print(arena, "let l = x == %s;\n", refused[i]), TO_TREE);
        CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 1);
        CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_NUMBER, 1));
        compiled_free(&compiled);
    }
    arena_free(arena);
}

/* ---- errors ----------------------------------------------------------------------------------------------------- */

static void expect_lines(const char *text, const size_t *lines, size_t count) {
    struct compiled compiled;
    compile_text(&compiled, text, TO_TREE);
    CU_ASSERT_EQUAL(compiled.diagnostics.count, count);
    if (compiled.diagnostics.count != count)
        diag_print(&compiled.diagnostics, stdout);
    for (size_t i = 0; i < count && i < compiled.diagnostics.count; i++)
        CU_ASSERT_EQUAL(source_place(&compiled.sources.items[0], compiled.diagnostics.items[i]->span.begin).line,
                        lines[i]);
    compiled_free(&compiled);
}

static void test_recovery(void) {
    static const char several[] = "ruleset several;\n"
                                  "fact : bool;\n"
                                  "fact a : bool;\n"
                                  "let b = a and or a;\n"
                                  "decide c : bool by a {\n"
                                  "    yes => yes\n"
                                  "    no => no;\n"
                                  "    yes | => no;\n"
                                  "    no => yes;\n"
                                  "}\n"
                                  "argv {\n"
                                  "    run = 7;\n"
                                  "    run $;\n"
                                  "    when a { x; ] y; }\n"
                                  "    z;\n"
                                  "}\n"
                                  "format f { between; }\n"
                                  "enum E { one, two }\n"
                                  "reason;\n";
    static const size_t lines[] = {2, 4, 6, 8, 12, 13, 14, 17, 19};
    struct compiled compiled;
    expect_lines(several, lines, COUNT(lines));
    compile_text(&compiled, several, TO_TREE);
    /* What is good around the errors is read. */
    CU_ASSERT_EQUAL(declaration_of(&compiled, 1)->kind, AST_FACT);
    CU_ASSERT_EQUAL(declaration_of(&compiled, 2)->kind, AST_DECIDE);
    const struct ast_table *table = declaration_of(&compiled, 2)->table;
    CU_ASSERT_TRUE_FATAL(table->rows.count > 0);
    expect_span(&compiled, table->rows.items[table->rows.count - 1]->span, "no => yes;");
    CU_ASSERT_TRUE(table->has_broken_rows);
    compiled_free(&compiled);
}

static void test_small_errors(void) {
    static const struct {
        const char *text;
        enum diag_code code;
        size_t line;
    } rows[] = {
        {"", DIAG_CODE_EMPTY, 1},
        {"# only a comment", DIAG_CODE_EMPTY, 1},
        {"fact a : bool", DIAG_CODE_SYNTAX, 1},
        {"fact a : bool\nfact b : bool;\n", DIAG_CODE_SYNTAX, 1},
        {"ruleset r;\nfact when : bool;\n", DIAG_CODE_NAME, 2},
        {"let a = b and c or d;\n", DIAG_CODE_MIXED, 1},
        {"let a = b or c and d;\n", DIAG_CODE_MIXED, 1},
        {"document a : json { b };\n", DIAG_CODE_RESERVED, 1},
        {"let a = any b in c : b;\n", DIAG_CODE_RESERVED, 1},
        {"promise every -x names -y.id;\n", DIAG_CODE_SYNTAX, 1},
        {"assume a\npromise b;\n", DIAG_CODE_SYNTAX, 1},
        {"promise emits -x (*);\n", DIAG_CODE_SYNTAX, 1},
        {"param a : path optional optional;\n", DIAG_CODE_SYNTAX, 1},
        {"argv { each x in y { a; } }\n", DIAG_CODE_RESERVED, 1},
        {"\nfact \xff : bool;\n", DIAG_CODE_ENCODING, 2},
        {"\n\nlet a = \"\n;\n", DIAG_CODE_STRING, 3},
        {"fact \xe2\x82\xac : bool;\n", DIAG_CODE_SYNTAX, 1},
        {"argv {\n    a;\nfact b : bool;\n", DIAG_CODE_SYNTAX, 3},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compiled compiled;
        compile_text(&compiled, rows[i].text, TO_TREE);
        bool is_expected =
            compiled.diagnostics.n_errors == 1 && compiled.diagnostics.items[0]->code == rows[i].code &&
            source_place(&compiled.sources.items[0], compiled.diagnostics.items[0]->span.begin).line == rows[i].line;
        if (!is_expected) {
            printf("\nrow %zu:\n", i);
            diag_print(&compiled.diagnostics, stdout);
        }
        CU_ASSERT_TRUE(is_expected);
        compiled_free(&compiled);
    }
}

static void test_nesting(void) {
    struct compiled compiled;
    struct arena *arena = arena_new();
    for (size_t depth = 1600; depth > 0; depth /= 2) {
        char *open = arena_alloc(arena, depth + 1), *close = arena_alloc(arena, depth + 1);
        memset(open, '(', depth);
        memset(close, ')', depth);
        compile_text(&compiled, arena_print(arena, "let a = %sb%s;\n", open, close), TO_TREE);
        CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, depth > 100);
        CU_ASSERT_EQUAL(find_diag(&compiled, DIAG_CODE_NESTING, 1) != NULL, depth > 100);
        compiled_free(&compiled);
    }
    arena_free(arena);
}

/* Errors beyond the limit are not kept, and reading stops. */
static void test_many_errors(void) {
    struct compiled compiled;
    struct arena *arena = arena_new();
    const char *text = "";
    for (unsigned i = 0; i < 300; i++)
        text = arena_print(arena, "%sfact : bool;\n", text);
    compile_text(&compiled, text, TO_TREE);
    CU_ASSERT_TRUE(compiled.diagnostics.n_errors >= DIAG_MAX);
    CU_ASSERT_TRUE(compiled.diagnostics.count <= (size_t)2 * DIAG_MAX);
    CU_ASSERT_TRUE(diag_is_full(&compiled.diagnostics));
    compiled_free(&compiled);
    arena_free(arena);
}

/* Pieces of rule text in any order: read or refused, and every message points into the text. */
static void test_noise(void) {
    static const char *const pieces[] = {"ruleset r;",
                                         "fact a",
                                         ":",
                                         "bool",
                                         ";",
                                         "{",
                                         "}",
                                         "(",
                                         ")",
                                         "decide d : bool by a",
                                         "argv {",
                                         "when a",
                                         "else",
                                         "yes => no;",
                                         "*",
                                         "|",
                                         "=>",
                                         "\"text $a\"",
                                         "\"",
                                         "$a",
                                         "-opt",
                                         "9.2.*",
                                         "1 .. 2",
                                         "not",
                                         "and",
                                         "or",
                                         "in {",
                                         "as",
                                         "\n",
                                         "\n\n",
                                         "let l = a",
                                         "implies",
                                         "reject",
                                         "#",
                                         "\xc3\xa9",
                                         "format f {",
                                         "between \",\";",
                                         ",",
                                         "=",
                                         "example \"x\" {",
                                         "because",
                                         "enum E { x, y }",
                                         "promise",
                                         "assume a;",
                                         "warn \"x\" when",
                                         "emits -opt (",
                                         "count -opt >",
                                         "given",
                                         "every -opt.a",
                                         "names",
                                         "unique -opt.b",
                                         "admit x;",
                                         "evidence a {",
                                         "\"* => x\" : \"y\";",
                                         "optional",
                                         "override",
                                         "inherit",
                                         "extends \"x\"",
                                         "param p : path",
                                         "unknown",
                                         "..<",
                                         "<",
                                         "12",
                                         "12KiB"};
    uint64_t seed = number_from("MUSTER_SEED", 20240229);
    size_t n_sound = 0, n_broken = 0;
    printf("\nseed %llu (MUSTER_SEED)\n", (unsigned long long)seed);
    for (size_t round = 0; round < 1500; round++) {
        struct compiled compiled;
        struct arena *arena = arena_new();
        const char *text = "";
        for (unsigned count = roll(&seed, 40); count > 0; count--)
            text = arena_print(arena, "%s%s ", text, pieces[roll(&seed, COUNT(pieces))]);
        compile_text(&compiled, text, TO_TABLES);
        size_t length = compiled.sources.items[0].length;
        for (size_t i = 0; i < compiled.diagnostics.count; i++) {
            const struct diag *diag = compiled.diagnostics.items[i];
            CU_ASSERT_TRUE(diag->span.begin <= diag->span.end && diag->span.end <= length && diag->text[0]);
        }
        n_sound += compiled.diagnostics.n_errors == 0;
        n_broken += compiled.diagnostics.n_errors > 0;
        compiled_free(&compiled);
        arena_free(arena);
    }
    CU_ASSERT_TRUE(n_broken > n_sound);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"lines and columns", test_places},
        {"loading", test_loading},
        {"trees", test_tree},
        {"assumptions, promises and their like", test_claims},
        {"questions", test_questions},
        {"words of the language as names", test_words},
        {"texts", test_strings},
        {"bad texts", test_bad_strings},
        {"numbers and versions", test_numbers},
        {"several errors", test_recovery},
        {"single errors", test_small_errors},
        {"nesting", test_nesting},
        {"many errors", test_many_errors},
        {"noise", test_noise},
    };
    return unit_main("grammar", tests, COUNT(tests));
}
