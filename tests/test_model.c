/*
 * Meaning: sets of values, names, what a ruleset's text comes to, spaces of hosts, and the plain evaluator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compiled.h"
#include "gen/model/row_text.h"
#include "gen/model/symbols.h"

/* ---- sets of values --------------------------------------------------------------------------------------------- */

enum { DOMAIN = 12 };

/* The same as bits: value i is bit i, unknown the bit behind the last. */
static uint32_t bits_of(const struct valueset *set) {
    uint32_t bits = 0;
    for (int64_t i = 0; i < DOMAIN; i++)
        bits |= (uint32_t)valueset_has(set, i) << i;
    return bits | (uint32_t)valueset_has(set, MUSTER_UNKNOWN) << DOMAIN;
}

/* Ascending, and apart. */
static bool is_tidy(const struct valueset *set) {
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i].low > set->items[i].high || (i > 0 && set->items[i].low <= set->items[i - 1].high + 1))
            return false;
    return true;
}

static uint32_t add_random(struct arena *arena, uint64_t *seed, struct valueset *set) {
    int64_t low = roll(seed, DOMAIN), high = low + roll(seed, (unsigned)(DOMAIN - low));
    valueset_add(arena, set, low, high);
    return ((UINT32_C(2) << high) - 1) & ~((UINT32_C(1) << low) - 1);
}

static void test_random_sets(void) {
    const uint32_t all = (UINT32_C(1) << DOMAIN) - 1, unknown = UINT32_C(1) << DOMAIN;
    uint64_t seed = number_from("MUSTER_SEED", 20240229);
    printf("\nseed %llu (MUSTER_SEED)\n", (unsigned long long)seed);
    for (size_t round = 0; round < 5000; round++) {
        struct arena *arena = arena_new();
        struct valueset sets[2] = {{.unknown = roll(&seed, 2)}, {.unknown = roll(&seed, 2)}};
        uint32_t bits[2];
        for (size_t i = 0; i < 2; i++) {
            bits[i] = sets[i].unknown ? unknown : 0;
            for (unsigned n = roll(&seed, 5); n > 0; n--)
                bits[i] |= add_random(arena, &seed, &sets[i]);
            CU_ASSERT_TRUE(is_tidy(&sets[i]));
            CU_ASSERT_EQUAL(bits_of(&sets[i]), bits[i]);
        }
        struct valueset others = valueset_complement(arena, &sets[0], 0, DOMAIN - 1, true);
        CU_ASSERT_EQUAL(bits_of(&others), (all | unknown) & ~bits[0]);
        CU_ASSERT_TRUE(is_tidy(&others));
        others = valueset_complement(arena, &sets[0], 0, DOMAIN - 1, false);
        CU_ASSERT_EQUAL(bits_of(&others), all & ~bits[0]);
        valueset_unite(arena, &sets[0], &sets[1]);
        CU_ASSERT_EQUAL(bits_of(&sets[0]), bits[0] | bits[1]);
        CU_ASSERT_TRUE(is_tidy(&sets[0]));
        arena_free(arena);
    }
}

static void test_set_ends(void) {
    const int64_t low = INT64_MIN + 2, high = INT64_MAX - 1;
    struct arena *arena = arena_new();
    struct valueset set = {0};
    valueset_add(arena, &set, low, low);
    valueset_add(arena, &set, high, high);
    CU_ASSERT_EQUAL(set.count, 2);
    struct valueset others = valueset_complement(arena, &set, low, high, true);
    CU_ASSERT_EQUAL(others.count, 1);
    CU_ASSERT_EQUAL(others.items[0].low, low + 1);
    CU_ASSERT_EQUAL(others.items[0].high, high - 1);
    valueset_unite(arena, &set, &others);
    CU_ASSERT_EQUAL(set.count, 1);
    CU_ASSERT_TRUE(set.unknown);
    others = valueset_complement(arena, &set, low, high, true);
    CU_ASSERT_TRUE(others.count == 0 && !others.unknown);
    arena_free(arena);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static void test_symbols(void) {
    struct arena *arena = arena_new();
    struct symbols symbols = {0};
    CU_ASSERT_PTR_NULL(symbols_find(&symbols, "anything"));
    for (size_t i = 0; i < 1000; i++) {
        char *name = arena_print(arena, "name%zu", i);
        CU_ASSERT_PTR_NULL(symbols_find(&symbols, name));
        CU_ASSERT_STRING_EQUAL(symbols_add(arena, &symbols, name, SPAN_NOWHERE, name)->name, name);
    }
    for (size_t i = 0; i < 1000; i++) {
        struct symbol *symbol = symbols_find(&symbols, arena_print(arena, "name%zu", i));
        CU_ASSERT_PTR_EQUAL_FATAL(symbol, &symbols.items[i]);
        CU_ASSERT_PTR_EQUAL(symbol->meaning, symbol->name);
    }
    CU_ASSERT_PTR_NULL(symbols_find(&symbols, "name"));
    CU_ASSERT_PTR_NULL(symbols_find(&symbols, "name1000"));
    CU_ASSERT_STRING_EQUAL(symbols_nearest(arena, &symbols, "nmae77", NULL), "name77");
    CU_ASSERT_PTR_NULL(symbols_nearest(arena, &symbols, "something", NULL));
    arena_free(arena);
}

/* ---- types ------------------------------------------------------------------------------------------------------ */

static void test_inputs(void) {
    struct compiled compiled;
    compile_sound(
        &compiled,
        "ruleset types \"What types there are\";\n"
        "fact later : Arch or unknown default unknown from probe host_arch;\n"
        "enum Arch { x86_64, arm as \"aarch64\" \"sixty-four bits\", }\n"
        "param p \"a text\" : text matching \"[a-c]{2,7}\" default \"ab\";\n"
        "fact a \"a title\" : bool default yes from caller;\nfact b : int 0 ..< 10 from probe;\n"
        "fact c : int <= 5;\nfact d : int >= 4KiB default 8KiB;\nfact e : version 7.0 ..< 9.2;\n"
        "fact f : version >= 8.0 default 8.1.2;\nfact h : Arch from caller else probe x;\n"
        "param q : path max 12 max 7 when a;\nparam r : path from probe;\nparam s : text max 5 matching \"a*\";\n"
        "param t : path optional from caller else probe x;\nparam u : int 1..9 default 3 from probe x;\n"
        "decide n : int 0..100 by a { yes => 64; no => 7; }\nlet l = a and n > 7;\n",
        TO_MODEL);
    const struct model *model = compiled.model;
    CU_ASSERT_STRING_EQUAL(model->name, "types");
    CU_ASSERT_STRING_EQUAL(model->title, "What types there are");
    CU_ASSERT_EQUAL(model->n_facts, 8);
    CU_ASSERT_EQUAL(model->n_inputs, 14);
    CU_ASSERT_STRING_EQUAL(model->inputs[0]->name, "later");
    CU_ASSERT_STRING_EQUAL(model->inputs[1]->name, "a");
    CU_ASSERT_STRING_EQUAL(model->inputs[8]->name, "p");
    const struct variable *later = find_variable(&compiled, "later"), *a = find_variable(&compiled, "a");
    CU_ASSERT_TRUE(later->type.or_unknown);
    CU_ASSERT_EQUAL(later->default_value, MUSTER_UNKNOWN);
    CU_ASSERT_EQUAL(later->source, AST_FROM_PROBE);
    CU_ASSERT_STRING_EQUAL(later->probe, "host_arch");
    CU_ASSERT_STRING_EQUAL(later->type.members[1].name, "arm");
    CU_ASSERT_STRING_EQUAL(later->type.members[1].text, "aarch64");
    CU_ASSERT_STRING_EQUAL(later->type.members[1].title, "sixty-four bits");
    CU_ASSERT_EQUAL(a->default_value, 1);
    CU_ASSERT_STRING_EQUAL(a->title, "a title");
    CU_ASSERT_EQUAL(a->source, AST_FROM_CALLER);
    CU_ASSERT_EQUAL(find_variable(&compiled, "b")->type.high, 9);
    CU_ASSERT_STRING_EQUAL(find_variable(&compiled, "b")->probe, "b");
    CU_ASSERT_EQUAL(find_variable(&compiled, "c")->type.high, 5);
    CU_ASSERT_EQUAL(find_variable(&compiled, "c")->type.low, INT64_MIN + 2);
    CU_ASSERT_EQUAL(find_variable(&compiled, "d")->type.low, 4096);
    CU_ASSERT_EQUAL(find_variable(&compiled, "d")->default_value, 8192);
    CU_ASSERT_EQUAL(find_variable(&compiled, "e")->type.low, MUSTER_PACK_VERSION(7, 0, 0));
    CU_ASSERT_EQUAL(find_variable(&compiled, "e")->type.high, MUSTER_PACK_VERSION(9, 2, 0) - 1);
    CU_ASSERT_EQUAL(find_variable(&compiled, "e")->default_value, MUSTER_UNSET);
    CU_ASSERT_EQUAL(find_variable(&compiled, "f")->default_value, MUSTER_PACK_VERSION(8, 1, 2));
    CU_ASSERT_EQUAL(find_variable(&compiled, "h")->source, AST_FROM_CALLER_ELSE_PROBE);
    CU_ASSERT_EQUAL(find_variable(&compiled, "p")->max_length, 7);
    CU_ASSERT_STRING_EQUAL(find_variable(&compiled, "p")->default_text, "ab");
    CU_ASSERT_EQUAL(find_variable(&compiled, "q")->max_length, 12);
    CU_ASSERT_EQUAL(find_variable(&compiled, "q")->limits.count, 1);
    CU_ASSERT_EQUAL(find_variable(&compiled, "q")->limits.items[0].max, 7);
    CU_ASSERT_STRING_EQUAL(find_variable(&compiled, "q")->limits.items[0].words, "a");
    CU_ASSERT_EQUAL(find_variable(&compiled, "q")->source, AST_FROM_NOWHERE);
    CU_ASSERT_EQUAL(find_variable(&compiled, "r")->max_length, 4095);
    CU_ASSERT_EQUAL(find_variable(&compiled, "r")->source, AST_FROM_PROBE);
    CU_ASSERT_STRING_EQUAL(find_variable(&compiled, "r")->probe, "r");
    CU_ASSERT_TRUE(find_variable(&compiled, "t")->optional);
    CU_ASSERT_EQUAL(find_variable(&compiled, "t")->source, AST_FROM_CALLER_ELSE_PROBE);
    CU_ASSERT_STRING_EQUAL(find_variable(&compiled, "t")->probe, "x");
    CU_ASSERT_EQUAL(find_variable(&compiled, "u")->default_value, 3);
    CU_ASSERT_EQUAL(find_variable(&compiled, "s")->max_length, 5);
    const struct type *n = &find_variable(&compiled, "n")->type;
    CU_ASSERT_TRUE(n->numeric);
    CU_ASSERT_EQUAL(n->n_members, 2);
    CU_ASSERT_EQUAL(n->members[0].number, 7);
    CU_ASSERT_STRING_EQUAL(n->members[1].text, "64");
    CU_ASSERT_STRING_EQUAL(value_text(compiled.arena, n, 1), "64");
    CU_ASSERT_STRING_EQUAL(value_text(compiled.arena, &later->type, MUSTER_UNKNOWN), "unknown");
    CU_ASSERT_STRING_EQUAL(value_text(compiled.arena, &a->type, 0), "no");
    compiled_free(&compiled);
}

static void test_included(void) {
    static const struct rule_file files[] = {
        {"main.muster", "ruleset main;\ninclude \"one.muster\";\ninclude \"two.muster\";\nfact m : bool;\n"},
        {"one.muster", "library one;\ninclude \"two.muster\";\nfact f : Colour;\n"},
        {"two.muster", "library two;\nenum Colour { red, green }\n"},
        {"circle.muster", "ruleset circle;\nfact c : bool;\ninclude \"back.muster\";\n"},
        {"back.muster", "library back;\ninclude \"circle.muster\";\n"},
        {"lost.muster", "ruleset lost;\ninclude \"nowhere.muster\";\n"},
    };
    struct compiled compiled;
    compile_files(&compiled, files, 3, TO_MODEL);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    CU_ASSERT_EQUAL(compiled.sources.count, 3);
    CU_ASSERT_EQUAL(find_variable(&compiled, "f")->type.n_members, 2);
    compiled_free(&compiled);
    compile_files(&compiled, files + 3, 2, TO_MODEL);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 1);
    CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_INCLUDE, 2));
    compiled_free(&compiled);
    compile_files(&compiled, files + 5, 1, TO_MODEL);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 1);
    CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_UNREADABLE, 2));
    compiled_free(&compiled);
}

/* ---- extensions ------------------------------------------------------------------------------------------------- */

static const struct rule_file layers[] = {
    {"top.muster", "ruleset top \"The last\" extends \"middle.muster\";\ninclude \"kinds.muster\";\nfact w : bool;\n"
                   "override decide m : Kind, n : int 0..100 by w | x {\n    yes | * => inherit, 7;\n"
                   "    no | p => three, inherit;\n    else => inherit, inherit see \"here\";\n}\n"
                   "override decide alone : bool by k { yes => no; no => yes; }\n"},
    {"middle.muster", "ruleset middle extends \"base.muster\";\nfact z : bool;\n"
                      "override decide m : Kind, n : int 0..100 by z | k {\n"
                      "    yes | yes => inherit, 50 because \"mine\";\n    yes | no => two, inherit;\n"
                      "    else => inherit, inherit;\n}\n"},
    {"base.muster",
     "ruleset base;\ninclude \"kinds.muster\";\nfact x : { p, q, r } or unknown;\nfact k : bool;\n"
     "decide m : Kind, n : int 0..100 by x | k {\n    p | yes => one, 10 because \"p yes\" see \"there\";\n"
     "    p | no => two, 20;\n    q | * => reject \"never q\";\n    else => three, 5 because \"rest\";\n}\n"
     "decide alone : bool by later { yes => yes; no => no; }\nlet later = m == one;\n"
     "argv { run $m $n $alone when later or not alone; run $n; }\n"},
    {"kinds.muster", "library kinds;\nenum Kind { one, two, three }\n"},
};

enum { ONE, TWO, THREE };

/* The layers above in plain C. */
static bool decided(int64_t x, int64_t k, int64_t z, int64_t w, int64_t *m, int64_t *n) {
    if (x == 1 && (w == 1 || z == 0 || z == 1))
        return false;
    *m = x == 0 && k == 1 ? ONE : x == 0 ? TWO : THREE;
    *n = x == 0 && k == 1 ? 10 : x == 0 ? 20 : 5;
    if (z == 1 && k == 1)
        *n = 50;
    if (z == 1 && k == 0)
        *m = TWO;
    if (w == 1)
        *n = 7;
    else if (x == 0)
        *m = THREE;
    return true;
}

static void test_inherited(void) {
    struct compiled compiled;
    compile_files(&compiled, layers, COUNT(layers), TO_TABLES);
    if (!compiled.rules) {
        diag_print(&compiled.diagnostics, stdout);
        CU_FAIL_FATAL("the extension does not compile");
    }
    const struct variable *m = find_variable(&compiled, "m"), *n = find_variable(&compiled, "n");
    CU_ASSERT_EQUAL(n->type.n_members, 5);
    for (int64_t x = -1; x < 3; x++)
        for (unsigned bits = 0; bits < 8; bits++) {
            int64_t values[16], kind = 0, number = 0, k = bits & 1, z = bits >> 1 & 1, w = bits >> 2;
            const struct stage *stage;
            const struct row *row;
            values[find_variable(&compiled, "x")->index] = x < 0 ? MUSTER_UNKNOWN : x;
            values[find_variable(&compiled, "k")->index] = k;
            values[find_variable(&compiled, "z")->index] = z;
            values[find_variable(&compiled, "w")->index] = w;
            enum verdict verdict = eval_all(compiled.model, values, &stage, &row);
            CU_ASSERT_EQUAL(verdict == VERDICT_DECIDED, decided(x, k, z, w, &kind, &number));
            if (verdict == VERDICT_DECIDED) {
                CU_ASSERT_EQUAL(values[m->index], kind);
                CU_ASSERT_EQUAL(n->type.members[values[n->index]].number, number);
            } else {
                CU_ASSERT_EQUAL(verdict, VERDICT_REJECTED);
                CU_ASSERT_STRING_EQUAL(row->reject, "never q");
            }
        }
    struct comparison comparison;
    compare_start(&comparison, &compiled);
    CU_ASSERT_TRUE(compare_all(&comparison));
    compare_end(&comparison);
    compiled_free(&compiled);
}

static void test_extended(void) {
    struct compiled compiled;
    compile_files(&compiled, layers, COUNT(layers), TO_MODEL);
    const struct model *model = compiled.model;
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    CU_ASSERT_STRING_EQUAL(model->name, "top");
    CU_ASSERT_STRING_EQUAL(model->title, "The last");
    CU_ASSERT_EQUAL_FATAL(compiled.sources.count, 4);
    CU_ASSERT_FALSE(model->is_base[0]);
    CU_ASSERT_TRUE(model->is_base[1] && model->is_base[2] && model->is_base[3]);
    CU_ASSERT_EQUAL_FATAL(model->tables.count, 4);
    const struct variable *m = find_variable(&compiled, "m"), *alone = find_variable(&compiled, "alone");
    /* In the place of the first one, in whose rows the others have left theirs. */
    CU_ASSERT_PTR_EQUAL(m->table, model->tables.items[0]);
    CU_ASSERT_PTR_EQUAL(alone->table, model->tables.items[1]);
    CU_ASSERT_EQUAL(alone->table->n_columns, 1);
    const struct table *middle = m->table->columns[2]->table, *base = middle->columns[2]->table;
    CU_ASSERT_TRUE(m->table->columns[2]->hidden && middle->columns[2]->hidden && !m->hidden);
    CU_ASSERT_TRUE(!m->table->overridden && middle->overridden && base->overridden);
    CU_ASSERT_EQUAL(base->n_rows, 4);
    CU_ASSERT_EQUAL(middle->n_rows, 12);
    CU_ASSERT_EQUAL(m->table->n_rows, 36);
    CU_ASSERT_EQUAL(middle->n_outcomes, 1);
    CU_ASSERT_EQUAL(m->table->columns[2]->type.n_members, 12);
    CU_ASSERT_EQUAL(m->table->columns[2]->n_codes, 12);
    for (size_t i = 0; i < 12; i++) {
        CU_ASSERT_EQUAL(middle->rows[i].written, i / 4);
        CU_ASSERT_EQUAL(middle->rows[i].results[0], (int64_t)i);
        CU_ASSERT_PTR_NULL(middle->rows[i].reject);
        CU_ASSERT_EQUAL(m->table->rows[i].reject != NULL, i % 4 == 2);
    }
    CU_ASSERT_STRING_EQUAL(m->table->rows[0].meta.reason, "mine");
    CU_ASSERT_STRING_EQUAL(m->table->rows[8].meta.reason, "p yes");
    CU_ASSERT_STRING_EQUAL(m->table->rows[8].meta.see, "there");
    CU_ASSERT_STRING_EQUAL(m->table->rows[32].meta.see, "here");
    CU_ASSERT_TRUE(m->table->rows[35].is_else);
    compiled_free(&compiled);
}

/* What is replaced and not inherited from is gone, with what it alone was there for. */
static void test_replaced(void) {
    static const struct rule_file files[] = {
        {"top.muster",
         "ruleset top extends \"middle.muster\";\noverride decide d : bool by a { yes => no; no => yes; }\n"},
        {"middle.muster", "ruleset middle extends \"base.muster\";\noverride decide d : bool by a { * => inherit; }\n"},
        {"base.muster", "ruleset base;\nfact a : bool;\nfact v : int 0..9;\n"
                        "decide d : bool by v { < 3 => yes; else => no; }\nargv { run when d; }\n"},
    };
    struct compiled compiled;
    compile_files(&compiled, files, COUNT(files), TO_MODEL);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    CU_ASSERT_EQUAL(compiled.model->tables.count, 1);
    CU_ASSERT_EQUAL(compiled.model->variables.count, 3);
    CU_ASSERT_EQUAL(find_variable(&compiled, "v")->cuts.count, 0);
    CU_ASSERT_FALSE(find_variable(&compiled, "v")->used);
    CU_ASSERT_EQUAL(find_variable(&compiled, "d")->table->n_rows, 2);
    compiled_free(&compiled);
}

/* ---- what is said of all hosts ---------------------------------------------------------------------------------- */

static void test_claims(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset claims;\nfact a : bool;\nfact i : int 0..9;\n"
                  "reason why \"Because\" see \"there\";\nformat f { between \",\"; assign \"=\"; repeat_keys; }\n"
                  "option -x, -y : f repeated tag t;\noption -z : once;\n"
                  "decide d : { u, v } by a { yes => u; no => v; }\nlet far = near;\nlet near = d == u;\n"
                  "assume known: a or   i < 3 # a comment\n    or i == 7;\nassume a implies i > 1 because why;\n"
                  "reject \"inputs\" when a and i == 5;\nreject \"decided\" when far because why;\n"
                  "reject \"emitted\" when emits -x;\nwarn \"careful\" when d == v tag t;\n"
                  "promise plain: a implies d == u because \"so\";\npromise count -x <= 1;\n"
                  "promise not count -x > 1;\n"
                  "promise ids: every -x.id, -q.\"a b\" names -y.id.more;\npromise unique -y.id;\n"
                  "admit ids because \"known\";\n"
                  "argv { -x { id = k } word -z; -q as f { b }; }\n",
                  TO_MODEL);
    const struct model *model = compiled.model;
    CU_ASSERT_EQUAL_FATAL(model->restrictions.count, 5);
    const struct restriction *said = model->restrictions.items;
    static const struct {
        bool is_assumption, over_decisions;
        const char *message;
    } restrictions[] = {{true, false, "outside what the rules assume: a or i < 3 or i == 7"},
                        {true, false, "Because"},
                        {false, false, "inputs"},
                        {false, true, "decided"},
                        {false, true, "emitted"}};
    for (size_t i = 0; i < COUNT(restrictions); i++) {
        CU_ASSERT_EQUAL(said[i].is_assumption, restrictions[i].is_assumption);
        CU_ASSERT_EQUAL(said[i].over_decisions, restrictions[i].over_decisions);
        CU_ASSERT_STRING_EQUAL(said[i].message, restrictions[i].message);
    }
    CU_ASSERT_STRING_EQUAL(said[0].label, "known");
    CU_ASSERT_STRING_EQUAL(said[1].meta.see, "there");
    int64_t values[8] = {0};
    values[find_variable(&compiled, "i")->index] = 5;
    CU_ASSERT_TRUE(eval_cond(said[0].cond, values) && !eval_cond(said[1].cond, values));
    values[find_variable(&compiled, "a")->index] = 1;
    CU_ASSERT_TRUE(!eval_cond(said[0].cond, values) && eval_cond(said[2].cond, values));
    CU_ASSERT_EQUAL_FATAL(model->warnings.count, 1);
    CU_ASSERT_STRING_EQUAL(model->warnings.items[0].message, "careful");
    CU_ASSERT_STRING_EQUAL(model->warnings.items[0].meta.tags, "t");
    CU_ASSERT_EQUAL_FATAL(model->promises.count, 5);
    const struct promise *promises = model->promises.items;
    CU_ASSERT_STRING_EQUAL(promises[0].label, "plain");
    CU_ASSERT_STRING_EQUAL(promises[0].meta.reason, "so");
    CU_ASSERT_TRUE(!promises[0].is_count && promises[1].is_count && !promises[2].is_count);
    CU_ASSERT_PTR_NULL(promises[0].admit);
    CU_ASSERT_EQUAL(promises[3].kind, AST_PROMISE_NAMES);
    CU_ASSERT_EQUAL_FATAL(promises[3].references.count, 2);
    CU_ASSERT_STRING_EQUAL(promises[3].references.items[1].option, "-q");
    CU_ASSERT_STRING_EQUAL(promises[3].references.items[1].key, "a b");
    CU_ASSERT_STRING_EQUAL(promises[3].targets.items[0].key, "id.more");
    CU_ASSERT_PTR_NOT_NULL_FATAL(promises[3].admit);
    CU_ASSERT_STRING_EQUAL(promises[3].admit->meta.reason, "known");
    CU_ASSERT_EQUAL(promises[4].kind, AST_PROMISE_UNIQUE);
    CU_ASSERT_PTR_NULL(model->is_base);
    CU_ASSERT_EQUAL_FATAL(model->options.count, 3);
    CU_ASSERT_STRING_EQUAL(model->options.items[1]->name, "-y");
    CU_ASSERT_EQUAL(model->options.items[1]->repeat, AST_REPEATED);
    CU_ASSERT_EQUAL(model->options.items[2]->repeat, AST_ONCE);
    CU_ASSERT_TRUE(model->options.items[0]->format->repeat_keys);
    CU_ASSERT_EQUAL(source_place(&compiled.sources.items[0], model->options.items[2]->span.begin).line, 7);
    const struct argument *arguments = model->argv.items[0].arguments.items;
    CU_ASSERT_TRUE(arguments[0].is_option && arguments[0].option == model->options.items[0]);
    CU_ASSERT_TRUE(!arguments[1].is_option && arguments[1].option == model->options.items[0]);
    CU_ASSERT_TRUE(!arguments[2].is_option && !arguments[2].option);
    CU_ASSERT_TRUE(arguments[3].is_option && arguments[3].option == model->options.items[2]);
    CU_ASSERT_TRUE(model->argv.items[1].arguments.items[0].is_option);
    CU_ASSERT_PTR_NULL(model->argv.items[1].arguments.items[0].option);
    compiled_free(&compiled);
}

static void test_question(void) {
    struct compiled compiled;
    compile_sound(&compiled, "ruleset asked;\nfact v : version or unknown;\nargv { run -x; }\n", TO_TREE);
    CU_ASSERT_TRUE_FATAL(program_add_query(compiled.program, compiled.arena, &compiled.sources, "v >= 9.2 or emits -x",
                                           &compiled.diagnostics));
    compiled.model = model_build(compiled.arena, &compiled.sources, compiled.program, &compiled.diagnostics);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    CU_ASSERT_PTR_NOT_NULL(compiled.model->question);
    CU_ASSERT_EQUAL(compiled.model->question_span.file, 1);
    CU_ASSERT_EQUAL(compiled.model->question_span.end, 20);
    CU_ASSERT_EQUAL(find_variable(&compiled, "v")->n_codes, 2); /* cut at the question's constants too */
    compiled_free(&compiled);
    compile_sound(&compiled, "ruleset asked;\nfact v : bool;\nargv { run; }\n", TO_TREE);
    CU_ASSERT_TRUE_FATAL(
        program_add_query(compiled.program, compiled.arena, &compiled.sources, "v and w", &compiled.diagnostics));
    compiled.model = model_build(compiled.arena, &compiled.sources, compiled.program, &compiled.diagnostics);
    const struct diag *diag = find_diag(&compiled, DIAG_CODE_UNKNOWN_NAME, 1);
    if (!diag)
        unit_give_up("diag is missing");
    CU_ASSERT_TRUE(diag->span.file == 1 && diag->span.begin == 6 && diag->span.end == 7);
    compiled_free(&compiled);
}

static void test_optional(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset optional;\nparam t : text max 9 optional;\nparam p : path optional;\n"
                  "param e : { red, green } optional;\nparam i : int 1..9 optional;\nparam n : int 1..9;\n"
                  "let lt = given t;\nlet le = given e;\nlet li = given i and i > 5;\nlet ln = i != 3;\n"
                  "decide d : bool by e { red => yes; green, unknown => no; }\n"
                  "argv { a $t when lt; b $e when le; c $i when li; d $p when ln and given p and d; e $n; }\n",
                  TO_MODEL);
    const struct variable *t = find_variable(&compiled, "t"), *e = find_variable(&compiled, "e");
    const struct variable *i = find_variable(&compiled, "i"), *n = find_variable(&compiled, "n");
    CU_ASSERT_TRUE(t->optional && e->optional && i->optional && find_variable(&compiled, "p")->optional);
    CU_ASSERT_FALSE(n->optional || n->type.or_unknown);
    CU_ASSERT_EQUAL(variable_n_codes(t), 2);
    CU_ASSERT_EQUAL(variable_n_codes(e), 3);
    CU_ASSERT_EQUAL(variable_code(t, 1), 1);
    CU_ASSERT_EQUAL(variable_value(t, 1), 1);
    CU_ASSERT_EQUAL(variable_code(e, MUSTER_UNKNOWN), 2);
    CU_ASSERT_EQUAL(e->default_value, MUSTER_UNKNOWN);
    CU_ASSERT_EQUAL(n->default_value, MUSTER_UNSET);
    int64_t values[16] = {0};
    const struct cond *given_t = find_variable(&compiled, "lt")->cond, *given_e = find_variable(&compiled, "le")->cond;
    CU_ASSERT_FALSE(eval_cond(given_t, values));
    CU_ASSERT_TRUE(eval_cond(given_e, values));
    values[t->index] = 1;
    values[e->index] = values[i->index] = MUSTER_UNKNOWN;
    CU_ASSERT_TRUE(eval_cond(given_t, values));
    CU_ASSERT_FALSE(eval_cond(given_e, values));
    CU_ASSERT_FALSE(eval_cond(find_variable(&compiled, "li")->cond, values));
    CU_ASSERT_TRUE(eval_cond(find_variable(&compiled, "ln")->cond, values));
    values[i->index] = 6;
    CU_ASSERT_TRUE(eval_cond(find_variable(&compiled, "li")->cond, values));
    compiled_free(&compiled);
}

/* ---- conditions ------------------------------------------------------------------------------------------------- */

#define V(a, b, c) MUSTER_PACK_VERSION(a, b, c)

/* One condition about the version v, the number i, the member e or the boolean b: where it holds. */
static void test_conditions(void) {
    static const struct {
        const char *cond;
        int64_t yes[4], no[4]; /* values of the variable that it asks; the last is repeated */
    } rows[] = {
        {"v < 8.0", {0, V(7, 2, 5), V(7, 1048575, 1048575)}, {V(8, 0, 0), V(9, 0, 0), MUSTER_UNKNOWN}},
        {"v <= 8.0.0", {0, V(8, 0, 0)}, {V(8, 0, 1), MUSTER_UNKNOWN}},
        {"v > 8.0.0", {V(8, 0, 1), V(99, 0, 0)}, {V(8, 0, 0), MUSTER_UNKNOWN}},
        {"v >= 8.0", {V(8, 0, 0), V(9, 2, 0)}, {V(7, 9, 9), MUSTER_UNKNOWN}},
        {"v == 8.0.1", {V(8, 0, 1)}, {V(8, 0, 0), V(8, 0, 2), MUSTER_UNKNOWN}},
        {"v != 8.0.1", {V(8, 0, 0), V(8, 0, 2), MUSTER_UNKNOWN}, {V(8, 0, 1)}},
        {"v == unknown", {MUSTER_UNKNOWN}, {0, V(8, 0, 0)}},
        {"v != unknown", {0, V(8, 0, 0)}, {MUSTER_UNKNOWN}},
        {"v == 9.1.*", {V(9, 1, 0), V(9, 1, 1048575)}, {V(9, 0, 1048575), V(9, 2, 0), MUSTER_UNKNOWN}},
        {"v == 9.*", {V(9, 0, 0), V(9, 1048575, 0)}, {V(8, 9, 9), V(10, 0, 0), MUSTER_UNKNOWN}},
        {"v != 9.*", {V(8, 9, 9), V(10, 0, 0), MUSTER_UNKNOWN}, {V(9, 0, 0), V(9, 3, 3)}},
        {"v == 9.1.4.*", {V(9, 1, 4)}, {V(9, 1, 3), V(9, 1, 5), MUSTER_UNKNOWN}},
        {"v in { 8.0 ..< 9.2 }", {V(8, 0, 0), V(9, 1, 9)}, {V(7, 9, 9), V(9, 2, 0), MUSTER_UNKNOWN}},
        {"v in { 8.0 .. 9.2.0 }", {V(8, 0, 0), V(9, 2, 0)}, {V(9, 2, 1), MUSTER_UNKNOWN}},
        {"v in { < 8.0, 9.1.*, unknown }", {0, V(9, 1, 7), MUSTER_UNKNOWN}, {V(8, 0, 0), V(9, 2, 0)}},
        {"v in { not 9.1.* }", {0, V(9, 2, 0), MUSTER_UNKNOWN}, {V(9, 1, 0)}},
        {"v in { not (< 8.0, 9.1.*) }", {V(8, 0, 0), V(9, 2, 0), MUSTER_UNKNOWN}, {0, V(9, 1, 0)}},
        {"v in { not (>= 8.0, unknown) }", {0, V(7, 9, 9)}, {V(8, 0, 0), MUSTER_UNKNOWN}},
        {"not v < 8.0", {V(8, 0, 0), MUSTER_UNKNOWN}, {0, V(7, 9, 9)}},
        {"i < -3", {-100, -4}, {-3, 100, MUSTER_UNKNOWN}},
        {"i in { -3 .. 3, 50 ..< 52 }", {-3, 0, 3, 51}, {-4, 4, 52, MUSTER_UNKNOWN}},
        {"i >= 100", {100}, {99, MUSTER_UNKNOWN}},
        {"i != 0", {-1, 1, MUSTER_UNKNOWN}, {0}},
        {"e == red", {0}, {1, 2, MUSTER_UNKNOWN}},
        {"e != red", {1, 2, MUSTER_UNKNOWN}, {0}},
        {"e in { red, \"blue\" }", {0, 2}, {1, MUSTER_UNKNOWN}},
        {"e in { not red }", {1, 2, MUSTER_UNKNOWN}, {0}},
        {"b", {1}, {0}},
        {"not b", {0}, {1}},
        {"b == no", {0}, {1}},
        {"b != no", {1}, {0}},
        {"b implies b", {0, 1}, {-99}},
        {"b implies not b", {0}, {1}},
        {"not (b and not b)", {0, 1}, {-99}},
        {"(b or not b) and b", {1}, {0}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compiled compiled;
        struct arena *arena = arena_new();
        compile_sound(
            &compiled,
            arena_print(arena,
                        "ruleset conditions;\nfact v : version or unknown;\nfact i : int -100..100 or unknown;\n"
                        "fact e : { red, green, blue } or unknown;\nfact b : bool;\nlet l = %s;\n",
                        rows[i].cond),
            TO_MODEL);
        const char letter[] = {rows[i].cond[strspn(rows[i].cond, "not (")], '\0'};
        const struct variable *asked = find_variable(&compiled, letter), *let = find_variable(&compiled, "l");
        for (size_t k = 0; k < 4; k++) {
            int64_t values[8] = {0};
            /* What is not given is 0, which then is one of the values before it or harmless for them. */
            bool is_given = k == 0 || rows[i].yes[k] != 0;
            values[asked->index] = rows[i].yes[k];
            CU_ASSERT_TRUE(!is_given || eval_cond(let->cond, values));
            values[asked->index] = rows[i].no[k];
            is_given = (k == 0 || rows[i].no[k] != 0) && rows[i].no[k] != -99;
            CU_ASSERT_TRUE(!is_given || !eval_cond(let->cond, values));
            if (CU_get_number_of_failures() > 0 && k == 3)
                printf("\n%s\n", rows[i].cond);
        }
        compiled_free(&compiled);
        arena_free(arena);
    }
}

static void expect_cuts(const struct compiled *compiled, const char *name, const int64_t *cuts, size_t count) {
    const struct variable *variable = find_variable(compiled, name);
    CU_ASSERT_EQUAL_FATAL(variable->cuts.count, count);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL(variable->cuts.items[i], cuts[i]);
    CU_ASSERT_EQUAL(variable->n_codes, count + 1);
    CU_ASSERT_EQUAL(variable_n_codes(variable), count + 1 + variable->type.or_unknown);
    for (size_t code = 0; code < variable_n_codes(variable); code++)
        CU_ASSERT_EQUAL(variable_code(variable, variable_value(variable, code)), code);
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(variable_code(variable, cuts[i]), i + 1);
        CU_ASSERT_EQUAL(variable_code(variable, cuts[i] - 1), i);
    }
    CU_ASSERT_EQUAL(variable_code(variable, variable->type.low), 0);
    CU_ASSERT_EQUAL(variable_code(variable, variable->type.high), count);
}

static void test_cuts(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset cuts;\nfact v : version or unknown;\nfact w : version 8.0 ..< 10.0;\nfact i : int 0..100;\n"
                  "fact j : int 0..100;\nfact k : int 0..100;\nfact m : int 0..100;\n"
                  "decide d : { a, b, c } by v | i {\n    unknown, < 8.0 | * => a;\n    8.0 ..< 9.2 | < 50 => b;\n"
                  "    8.0 ..< 9.2 | >= 50 => c;\n    >= 9.2 | * => a;\n}\n"
                  "let a = w == 9.1.* or w < 9.0;\nlet b = w >= 8.0;\n"
                  "let c = j in { 0, 5, 7 .. 100 };\nlet e = k in { not (3 ..< 6) } and k < 4;\nlet f = m <= 100;\n"
                  "example \"one\" { i = 70; m = 42; } => i > 50;\n",
                  TO_MODEL);
    expect_cuts(&compiled, "v", (const int64_t[]){V(8, 0, 0), V(9, 2, 0)}, 2);
    expect_cuts(&compiled, "w", (const int64_t[]){V(9, 0, 0), V(9, 1, 0), V(9, 2, 0)}, 3);
    expect_cuts(&compiled, "i", (const int64_t[]){50, 51, 70, 71}, 4);
    expect_cuts(&compiled, "j", (const int64_t[]){1, 5, 6, 7}, 4);
    expect_cuts(&compiled, "k", (const int64_t[]){3, 4, 6}, 3);
    expect_cuts(&compiled, "m", (const int64_t[]){42, 43}, 2);
    compiled_free(&compiled);
}

/* ---- spaces ----------------------------------------------------------------------------------------------------- */

static size_t walked(struct arena *arena, const struct cone *cone, const int64_t *fixed) {
    struct walk walk;
    size_t count = 0;
    walk_start(arena, &walk, cone, fixed);
    do
        count++;
    while (walk_next(&walk));
    return count;
}

static void test_cones(void) {
    struct compiled compiled;
    compile_sound(
        &compiled,
        "ruleset cones;\nfact a : bool;\nfact b : { x, y, z } or unknown;\nfact i : int 0..9;\nfact u : bool;\n"
        "decide d : bool, e : bool by a | i { * | < 3 => yes, no; * | >= 3 => no, no; }\n"
        "let l = d and b == x;\ndecide last : bool by l { * => yes; }\n",
        TO_MODEL);
    static const struct {
        const char *name;
        size_t n_inputs, n_stages, cases;
    } rows[] = {{"a", 1, 0, 2}, {"b", 1, 0, 4},  {"i", 1, 0, 2},    {"d", 2, 1, 4},
                {"e", 2, 1, 4}, {"l", 3, 2, 16}, {"last", 3, 3, 16}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cone *cone = cone_new(compiled.arena, compiled.model);
        cone_add(cone, find_variable(&compiled, rows[i].name));
        cone_finish(compiled.arena, cone);
        CU_ASSERT_EQUAL(cone->n_inputs, rows[i].n_inputs);
        CU_ASSERT_EQUAL(cone->n_stages, rows[i].n_stages);
        CU_ASSERT_EQUAL(cone_cases(cone, NULL), rows[i].cases);
        CU_ASSERT_EQUAL(walked(compiled.arena, cone, NULL), rows[i].cases);
    }
    struct cone *cone = cone_new(compiled.arena, compiled.model);
    int64_t fixed[16];
    for (size_t i = 0; i < COUNT(fixed); i++)
        fixed[i] = MUSTER_UNSET;
    fixed[find_variable(&compiled, "b")->index] = MUSTER_UNKNOWN;
    cone_add(cone, find_variable(&compiled, "last"));
    cone_finish(compiled.arena, cone);
    CU_ASSERT_EQUAL(cone_cases(cone, fixed), 4);
    CU_ASSERT_EQUAL(walked(compiled.arena, cone, fixed), 4);
    CU_ASSERT_FALSE(cone->has[find_variable(&compiled, "u")->index]);
    CU_ASSERT_TRUE(cone->has[find_variable(&compiled, "e")->index]);
    compiled_free(&compiled);
}

static void test_too_many_cases(void) {
    struct compiled compiled;
    struct arena *arena = arena_new();
    /* Which of so many facts are the same as others cannot be told with few nodes, if the others come behind them. */
    const char *text = "ruleset many;\n", *all = "";
    for (unsigned i = 0; i < 48; i++)
        text = arena_print(arena, "%sfact f%u : bool;\n", text, i);
    for (unsigned i = 0; i < 24; i++) {
        text = arena_print(arena, "%slet same%u = (f%u and f%u) or not (f%u or f%u);\n", text, i, i, i + 24, i, i + 24);
        all = arena_print(arena, "%s%ssame%u", all, i ? " and " : "", i);
    }
    text =
        arena_print(arena, "%slet all = %s;\ndecide d : bool by all { yes => no; }\nargv { run when d; }\n", text, all);
    compile_text(&compiled, text, TO_CHECKS);
    struct cone *cone = cone_new(compiled.arena, compiled.model);
    cone_add(cone, find_variable(&compiled, "d"));
    cone_finish(compiled.arena, cone);
    CU_ASSERT_EQUAL(cone_cases(cone, NULL), (size_t)SPACE_LIMIT + 1);
    CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, 0);
    CU_ASSERT_PTR_NOT_NULL(find_diag(&compiled, DIAG_CODE_NOT_PROVEN, 0));
    CU_ASSERT_TRUE(find_variable(&compiled, "d")->table->unproven);
    compiled_free(&compiled);
    arena_free(arena);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"random sets", test_random_sets},
        {"sets at the ends of the numbers", test_set_ends},
        {"symbols", test_symbols},
        {"types and inputs", test_inputs},
        {"included files", test_included},
        {"extensions", test_extended},
        {"inherited rows", test_inherited},
        {"replaced tables", test_replaced},
        {"assumptions, promises and their like", test_claims},
        {"questions", test_question},
        {"optional parameters", test_optional},
        {"conditions", test_conditions},
        {"cuts", test_cuts},
        {"cones", test_cones},
        {"too many cases", test_too_many_cases},
    };
    return unit_main("model", tests, COUNT(tests));
}
