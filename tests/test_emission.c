/*
 * What a command line emits: the uses of options against the plain evaluator in all cases, and emitted texts that are
 * compared with each other and with globs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fnmatch.h>

#include "compiled.h"
#include "gen/model/cond.h"
#include "gen/sema/emission.h"

/* ---- sequences of texts and patterns ---------------------------------------------------------------------------- */

enum { MAX_PARTS = 4 };

/* A sequence, and the same as the text of one pattern. */
struct sequence {
    struct pattern_part parts[MAX_PARTS];
    size_t count;
    const char *text;
};

static struct sequence random_sequence(struct arena *arena, uint64_t *seed) {
    static const char *const patterns[] = {"a*", "[ab]{1,3}", "b|", "(ab)*", "a|bb", "[^a]", ".*", "ab?a", "(a|ba){2}"};
    static const char *const texts[] = {"", "a", "b", "ab", "ba", "aab", "c"};
    struct sequence sequence = {.count = roll(seed, MAX_PARTS + 1), .text = ""};
    for (size_t i = 0; i < sequence.count; i++) {
        const char *text = texts[roll(seed, COUNT(texts))];
        sequence.parts[i] = (struct pattern_part){.text = text, .length = strlen(text)};
        if (roll(seed, 2)) {
            struct pattern_error error;
            text = patterns[roll(seed, COUNT(patterns))];
            sequence.parts[i] = (struct pattern_part){.pattern = pattern_compile(arena, text, strlen(text), &error)};
        }
        sequence.text = arena_print(arena, "%s(%s)", sequence.text, text);
    }
    return sequence;
}

static void test_sequences(void) {
    uint64_t seed = number_from("MUSTER_SEED", 20240301);
    size_t n_disjoint = 0;
    printf("\nseed %llu (MUSTER_SEED)\n", (unsigned long long)seed);
    for (size_t round = 0; round < 2000; round++) {
        struct arena *arena = arena_new();
        struct sequence a = random_sequence(arena, &seed), b = random_sequence(arena, &seed);
        struct pattern_error error;
        const struct pattern *whole_a = pattern_compile(arena, a.text, strlen(a.text), &error);
        const struct pattern *whole_b = pattern_compile(arena, b.text, strlen(b.text), &error);
        size_t steps = 1 << 20;
        bool is_disjoint = pattern_disjoint(whole_a, whole_b);
        if (pattern_parts_disjoint(a.parts, a.count, b.parts, b.count, &steps) != is_disjoint) {
            printf("\n'%s' and '%s'\n", a.text, b.text);
            CU_FAIL("sequences and patterns disagree");
        }
        n_disjoint += is_disjoint;
        arena_free(arena);
    }
    CU_ASSERT_TRUE(n_disjoint > 200 && n_disjoint < 1800);
}

static void test_steps(void) {
    struct arena *arena = arena_new();
    struct pattern_error error;
    struct pattern_part a = {.pattern = pattern_compile(arena, "a{100}", 6, &error)};
    struct pattern_part b = {.pattern = pattern_compile(arena, "a{99}", 5, &error)};
    size_t steps = 1000, few = 50, none = 0;
    CU_ASSERT_TRUE(pattern_parts_disjoint(&a, 1, &b, 1, &steps));
    CU_ASSERT_TRUE(steps < 1000);
    CU_ASSERT_FALSE(pattern_parts_disjoint(&a, 1, &b, 1, &few));
    CU_ASSERT_EQUAL(few, 0);
    CU_ASSERT_FALSE(pattern_parts_disjoint(&a, 1, &b, 1, &none));
    arena_free(arena);
}

/* ---- uses of options -------------------------------------------------------------------------------------------- */

static const char line_rules[] =
    "ruleset line;\n"
    "format commas { between \",\"; assign \"=\"; escape \",\" as \",,\"; }\nformat inner { between \";\"; }\n"
    "option -a, -b, -c : commas;\noption -n : once;\noption -on, -off;\n"
    "fact f : bool;\nfact g : { x, y, z as \"zz\" };\nfact n : int 1..9;\nparam p : text matching \"[a-z]{1,8}\";\n"
    "decide d : { one, two }\nby g | f {\n    x | * => one;\n    y | yes => two;\n    y | no => one;\n    z | * => "
    "two;\n}\n"
    "decide s : { on as \"-on\", off as \"-off\" } by f { yes => on; no => off; }\n"
    "decide m : int 1..20 by f { yes => 10; no => 20; }\n"
    "let both = \"$g$p$g\";\n"
    "argv {\n"
    "    start $n -a { k = v, \"$g-$d\" when f, $d = \"$n$f\", when g == x { i = $p, when d == one { j } } else { h = "
    "$m } };\n"
    "    when f { -n -b { $both } when g != y; } else { -n; -c { q = as inner { $g, 1 } }; }\n"
    "    $s when d == two;\n"
    "    -b word when not f;\n"
    "    \"-n\" when g == z;\n"
    "}\n";

/* A text as it would come out of a parameter p that is "abc". */
static void append_text(struct arena *arena, struct buffer *out, const struct emitted *text, const int64_t *values) {
    for (size_t i = 0; i < text->text.count; i++) {
        const struct piece *piece = &text->text.items[i];
        const char *word = piece->text ? arena_copy(arena, piece->text, piece->length) : "abc";
        if (!piece->text && !variable_is_text(piece->variable))
            word = value_text(arena, &piece->variable->type, values[piece->variable->index]);
        for (; *word; word++)
            ARENA_PUSH(arena, out, *word);
    }
}

/* Exactly one of the texts is there. */
static void print_one(struct arena *arena, struct buffer *out, const struct emitted_list *texts,
                      const int64_t *values) {
    size_t count = 0;
    for (size_t i = 0; i < texts->count; i++) {
        if (!eval_cond(texts->items[i].guard, values))
            continue;
        append_text(arena, out, &texts->items[i], values);
        count++;
    }
    CU_ASSERT_EQUAL(count, 1);
}

static void print_list(struct arena *arena, struct buffer *out, const struct emission *list, const int64_t *values) {
    bool any = false;
    for (size_t i = 0; i < list->entries.count; i++) {
        const struct entry *entry = &list->entries.items[i];
        if (!eval_cond(entry->guard, values))
            continue;
        if (any)
            ARENA_PUSH(arena, out, list->format->between[0]);
        any = true;
        if (entry->has_key) {
            print_one(arena, out, &entry->keys, values);
            ARENA_PUSH(arena, out, '=');
        }
        if (entry->nested)
            print_list(arena, out, entry->nested, values);
        else
            print_one(arena, out, &entry->values, values);
    }
}

/* The command line again, but for what belongs to no option. */
static struct arguments print_line(struct arena *arena, const struct emissions *emissions, const int64_t *values) {
    struct arguments arguments = {0};
    for (size_t i = 0; i < emissions->count; i++) {
        const struct emission *emission = &emissions->items[i];
        struct buffer option = {0}, list = {0};
        if (!eval_cond(emission->guard, values))
            continue;
        for (const char *at = emission->option; *at; at++)
            ARENA_PUSH(arena, &option, *at);
        ARENA_PUSH(arena, &arguments, option);
        print_list(arena, &list, emission, values);
        if (emission->entries.count > 0)
            ARENA_PUSH(arena, &arguments, list);
    }
    return arguments;
}

static void test_uses(void) {
    struct compiled compiled;
    compile_sound(&compiled, line_rules, TO_MODEL);
    const struct model *model = compiled.model;
    struct arena *arena = compiled.arena;
    const struct emissions *emissions = emissions_of(arena, model);
    const char *texts[] = {NULL, NULL, NULL, "abc"};
    struct cone *cone = cone_new(arena, model);
    for (size_t i = 0; i < model->n_inputs; i++)
        if (!variable_is_text(model->inputs[i]))
            cone_add(cone, model->inputs[i]);
    for (size_t i = 0; i < model->variables.count; i++)
        if (!variable_is_input(model->variables.items[i]))
            cone_add(cone, model->variables.items[i]);
    cone_finish(arena, cone);
    struct walk walk;
    walk_start(arena, &walk, cone, NULL);
    do {
        const struct stage *stage;
        const struct row *row;
        CU_ASSERT_EQUAL(eval_all(model, walk.values, &stage, &row), VERDICT_DECIDED);
        struct arguments all = eval_argv(arena, model, walk.values, texts);
        struct arguments found = print_line(arena, emissions, walk.values);
        CU_ASSERT_EQUAL_FATAL(found.count + 2, all.count);
        for (size_t i = 0; i < found.count; i++) {
            const char *argument = arena_copy(arena, found.items[i].items, found.items[i].count);
            CU_ASSERT_STRING_EQUAL(argument, arena_copy(arena, all.items[i + 2].items, all.items[i + 2].count));
        }
    } while (walk_next(&walk));
    compiled_free(&compiled);
}

/* The one use of an option. */
static const struct emission *find_use(const struct emissions *emissions, const char *option) {
    for (size_t i = 0; i < emissions->count; i++)
        if (strcmp(emissions->items[i].option, option) == 0)
            return &emissions->items[i];
    CU_FAIL_FATAL("no such use");
    return NULL;
}

static void test_texts(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset texts;\nformat commas { between \",\"; assign \"=\"; escape \",\" as \",,\"; }\n"
                  "format colon { assign \":\"; }\n"
                  "option -a, -b, -c : commas repeated;\noption -d : colon once;\noption -e : commas;\n"
                  "fact f : bool;\nfact v : version;\nparam p : path;\nparam n : int 0..4096;\n"
                  "argv {\n    -a { $p, \"${p}x\", \"${n:KiB}\", \"${n:KiB}$n\", $v, \"\" };\n"
                  "    -b \"one,,two,k=v,,w,=\";\n    -c { \"key=$p\" };\n    -d \"chardev:c0\";\n"
                  "    -z { x } when f;\n    -e word;\n}\n",
                  TO_TREE);
    compiled.model = model_build(compiled.arena, &compiled.sources, compiled.program, &compiled.diagnostics);
    struct arena *arena = compiled.arena;
    const struct emissions *emissions = emissions_of(arena, compiled.model);
    static const char *const words[] = {"$p", "${p}x", "${n:KiB}", "${n:KiB}$n", "$v", ""};
    const struct emission *a = find_use(emissions, "-a"), *b = find_use(emissions, "-b");
    CU_ASSERT_EQUAL_FATAL(a->entries.count, COUNT(words));
    for (size_t i = 0; i < COUNT(words); i++)
        CU_ASSERT_STRING_EQUAL(emitted_words(arena, &a->entries.items[i].values.items[0]), words[i]);
    CU_ASSERT_PTR_NULL(a->guard);
    CU_ASSERT_EQUAL(a->declared->repeat, AST_REPEATED);
    /* A list in one text: the text, its parts, and those of them that are pairs. */
    static const struct {
        const char *key, *value;
    } parts[] = {{NULL, "one,,two,k=v,,w,="},
                 {"one,,two,k", "v,,w,="},
                 {NULL, "one,two"},
                 {NULL, "k=v,w"},
                 {"k", "v,w"},
                 {NULL, "="},
                 {"", ""}};
    CU_ASSERT_EQUAL_FATAL(b->entries.count, COUNT(parts));
    for (size_t i = 0; i < COUNT(parts); i++) {
        const struct entry *entry = &b->entries.items[i];
        CU_ASSERT_EQUAL_FATAL(entry->has_key, parts[i].key != NULL);
        CU_ASSERT_STRING_EQUAL(emitted_words(arena, &entry->values.items[0]), parts[i].value);
        if (entry->has_key)
            CU_ASSERT_STRING_EQUAL(emitted_words(arena, &entry->keys.items[0]), parts[i].key);
    }
    const struct emission *c = find_use(emissions, "-c"), *d = find_use(emissions, "-d");
    CU_ASSERT_EQUAL_FATAL(c->entries.count, 2);
    CU_ASSERT_STRING_EQUAL(emitted_words(arena, &c->entries.items[1].keys.items[0]), "key");
    CU_ASSERT_STRING_EQUAL(emitted_words(arena, &c->entries.items[1].values.items[0]), "$p");
    CU_ASSERT_EQUAL_FATAL(d->entries.count, 2);
    CU_ASSERT_STRING_EQUAL(emitted_words(arena, &d->entries.items[1].keys.items[0]), "chardev");
    CU_ASSERT_EQUAL(find_use(emissions, "-e")->entries.count, 1);
    CU_ASSERT_PTR_NULL(find_use(emissions, "-z")->declared);
    compiled_free(&compiled);
}

/* Texts with very many members together stay as they are. */
static void test_too_many_texts(void) {
    struct compiled compiled;
    const char *rules = "ruleset many;\noption -a, -b;\n", *names = "", *more = "";
    struct arena *arena = arena_new();
    for (size_t i = 0; i < 13; i++) {
        rules = arena_print(arena, "%sfact f%zu : bool;\n", rules, i);
        names = i < 12 ? arena_print(arena, "%s$f%zu", names, i) : names;
        more = arena_print(arena, "%s$f%zu", more, i);
    }
    rules = arena_print(arena, "%sargv { -a \"%s$f3\"; -b \"%s\"; }\n", rules, names, more);
    compile_sound(&compiled, rules, TO_MODEL);
    const struct emissions *emissions = emissions_of(arena, compiled.model);
    const struct emitted_list *all = &emissions->items[0].entries.items[0].values;
    CU_ASSERT_EQUAL_FATAL(all->count, 4096);
    CU_ASSERT_FALSE(emitted_is_open(&all->items[0]));
    CU_ASSERT_STRING_EQUAL(emitted_words(arena, &all->items[1]), "nonononononononononono"
                                                                 "yesno");
    all = &emissions->items[1].entries.items[0].values;
    CU_ASSERT_EQUAL_FATAL(all->count, 1);
    CU_ASSERT_TRUE(emitted_is_open(&all->items[0]));
    compiled_free(&compiled);
    arena_free(arena);
}

/* ---- comparisons ------------------------------------------------------------------------------------------------ */

static const char text_inputs[] =
    "ruleset texts;\nformat commas { between \";\"; }\noption -t : commas;\n"
    "param p : text matching \"[a-z]{1,8}\";\nparam q : text matching \"[a-z]{1,8}\";\n"
    "param big : text matching \"[A-Z]+\";\nparam any : text max 20;\nparam path : path;\nparam n : int 0..4096;\n"
    "param z : int -5..5;\nfact v : version;\n";

/* Builds the two texts, as written between quotes, into the command line. */
static void compile_texts(struct compiled *compiled, const char *a, const char *b) {
    struct arena *arena = arena_new();
    compile_sound(compiled, arena_print(arena, "%sargv { -t { \"%s\", \"%s\" }; }\n", text_inputs, a, b), TO_MODEL);
    arena_free(arena);
}

static void test_compare(void) {
    static const struct {
        const char *a, *b;
        enum sameness sameness;
    } rows[] = {
        {"", "", SAME},
        {"a", "a", SAME},
        {"a", "b", DIFFERENT},
        {"a", "", DIFFERENT},
        {"$p", "$p", SAME},
        {"x-$p", "x-$p", SAME},
        {"${p}$n", "${p}$n", SAME},
        {"${n:KiB}", "$n", NOT_CERTAIN},
        {"$p", "$q", NOT_CERTAIN},
        {"$p", "$big", DIFFERENT},
        {"x$p", "y$q", DIFFERENT},
        {"$p-x", "$q-y", DIFFERENT},
        {"$p", "$p-", DIFFERENT},
        {"$p$q", "$p-$q", DIFFERENT},
        {"$p$q", "$q$p", NOT_CERTAIN},
        {"a$p", "$p", DIFFERENT},
        {"a$p", "$q", NOT_CERTAIN},
        {"hd0", "$p", DIFFERENT},
        {"hd", "$p", NOT_CERTAIN},
        {"abcdefghi", "$p", DIFFERENT},
        {"$any", "x", NOT_CERTAIN},
        {"$path", "x", DIFFERENT},
        {"$path", "/x", NOT_CERTAIN},
        {"$n", "12", NOT_CERTAIN},
        {"$n", "012", DIFFERENT},
        {"$n", "-1", DIFFERENT},
        {"$z", "-1", NOT_CERTAIN},
        {"$z", "x", DIFFERENT},
        {"$v", "9.2", DIFFERENT},
        {"$v", "9.2.0", NOT_CERTAIN},
        {"q$p.x", "q$q.x", NOT_CERTAIN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compiled compiled;
        compile_texts(&compiled, rows[i].a, rows[i].b);
        const struct emission *use = &emissions_of(compiled.arena, compiled.model)->items[0];
        struct comparer *comparer = comparer_new(compiled.arena);
        const struct emitted *a = &use->entries.items[0].values.items[0], *b = &use->entries.items[1].values.items[0];
        if (emitted_compare(comparer, a, b) != rows[i].sameness)
            printf("\n'%s' and '%s': %d\n", rows[i].a, rows[i].b, emitted_compare(comparer, a, b));
        CU_ASSERT_EQUAL(emitted_compare(comparer, a, b), rows[i].sameness);
        CU_ASSERT_EQUAL(emitted_compare(comparer, b, a), rows[i].sameness);
        CU_ASSERT_EQUAL(emitted_compare(comparer, a, a), SAME);
        compiled_free(&compiled);
    }
}

static void test_globs(void) {
    static const struct {
        const char *text, *glob;
        enum sameness sameness;
    } rows[] = {
        {"", "", SAME},
        {"", "*", SAME},
        {"virtio-blk-pci", "virtio-*-pci", SAME},
        {"virtio-blk-pci", "virtio-*-device", DIFFERENT},
        {"virtio-pci", "virtio-*-pci", DIFFERENT},
        {"aXbXc", "*X*X*", SAME},
        {"aXbc", "*X*X*", DIFFERENT},
        {"abab", "*ab", SAME},
        {"a*b", "a*b", SAME},
        {"$p", "*", SAME},
        {"$p", "**", SAME},
        {"x-$p-y", "x-*-y", SAME},
        {"x-$p-y", "x*y", SAME},
        {"x-$p-y", "x-*z", DIFFERENT},
        {"x-$p-y", "x-a-y", NOT_CERTAIN},
        {"x-$p-y", "x-A-y", DIFFERENT},
        {"x-$p-y", "*b-y", NOT_CERTAIN},
        {"unix:$path", "none", DIFFERENT},
        {"$path/vmlinuz", "*/vmlinuz", SAME},
        {"$path", "relative", DIFFERENT},
        {"$path", "/*", SAME},
        {"$path", "/dev/*", NOT_CERTAIN},
        {"x:$path,", "x*:/*", SAME},
        {"${n}M", "512M", NOT_CERTAIN},
        {"${n}M", "G", DIFFERENT},
        {"${n}M", "-1M", DIFFERENT},
        {"${n}M", "99999M", DIFFERENT},
        {"${n}M", "99999*", NOT_CERTAIN},
        {"$z", "-7", DIFFERENT},
        {"x$z", "x101", DIFFERENT},
        {"${n:KiB}", "1", NOT_CERTAIN},
        {"${n:KiB}", "9", DIFFERENT},
        {"a\\n$p", "a*b", NOT_CERTAIN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compiled compiled;
        compile_texts(&compiled, rows[i].text, "");
        const struct emission *use = &emissions_of(compiled.arena, compiled.model)->items[0];
        enum sameness sameness =
            emitted_match(comparer_new(compiled.arena), &use->entries.items[0].values.items[0], rows[i].glob);
        if (sameness != rows[i].sameness)
            printf("\n'%s' and '%s': %d\n", rows[i].text, rows[i].glob, sameness);
        CU_ASSERT_EQUAL(sameness, rows[i].sameness);
        compiled_free(&compiled);
    }
}

/* ---- questions -------------------------------------------------------------------------------------------------- */

static const char asked_rules[] =
    "ruleset asked;\n"
    "format commas { between \",\"; assign \"=\"; escape \",\" as \",,\"; }\n"
    "option -dev, -cpu, -none : commas;\noption -quiet, -serial;\n"
    "fact f : bool;\nfact g : { x, y, z };\nfact n : int 0..3;\nparam p : path;\n"
    "decide bus : { mmio as \"device\", pci } by g { x => pci; y, z => mmio; }\n"
    "argv {\n    start -quiet when f;\n"
    "    -dev { \"blk-$bus\", id = a, queue = 1 when n > 1, when f { thread = own } else { thread = none } };\n"
    "    when g != x { -dev { \"net-$bus\", id = $g } when n > 0; } else { -dev { \"net-$bus\", mac }; }\n"
    "    -dev \"blk-pci,id=last\" when n == 3;\n"
    "    -cpu { host, \"$g-$f\" = $bus };\n"
    "    -serial word when f; -serial \"unix:$p\" when not f;\n"
    "}\n";

/* A question, and globs of which each must fit an item of one list, so often in a command line. */
static const struct asked {
    const char *question, *option, *globs;
    size_t least, most;
} asked[] = {
    {"emits -dev", "-dev", "", 1, 99},
    {"emits -quiet", "-quiet", "", 1, 99},
    {"emits -none", "-none", "", 1, 99},
    {"emits -dev (id = a)", "-dev", "id=a", 1, 99},
    {"emits -dev (id = y)", "-dev", "id=y", 1, 99},
    {"emits -dev (id = x)", "-dev", "id=x", 1, 99},
    {"emits -dev (id = *)", "-dev", "id=*", 1, 99},
    {"emits -dev (id)", "-dev", "id", 1, 99},
    {"emits -dev (mac)", "-dev", "mac", 1, 99},
    {"emits -dev (mac = *)", "-dev", "mac=*", 1, 99},
    {"emits -dev (\"blk-*\", thread = own)", "-dev", "blk-*|thread=own", 1, 99},
    {"emits -dev (\"blk-device\", thread = own, queue = 1)", "-dev", "blk-device|thread=own|queue=1", 1, 99},
    {"emits -dev (\"net-device\", thread = own)", "-dev", "net-device|thread=own", 1, 99},
    {"emits -dev (\"*-pci\")", "-dev", "*-pci", 1, 99},
    {"emits -dev (\"*-pci\", id = last)", "-dev", "*-pci|id=last", 1, 99},
    {"emits -cpu (\"z-yes\" = device)", "-cpu", "z-yes=device", 1, 99},
    {"emits -cpu (\"z-yes\" = *)", "-cpu", "z-yes=*", 1, 99},
    {"emits -serial (word)", "-serial", "word", 1, 99},
    {"emits -serial (\"unix:*\")", "-serial", "unix:*", 1, 99},
    {"emits -serial (\"*\")", "-serial", "*", 1, 99},
    {"count -dev == 2", "-dev", "", 2, 2},
    {"count -dev > 2", "-dev", "", 3, 99},
    {"count -dev <= 1", "-dev", "", 0, 1},
    {"count -dev (\"*-device\") >= 2", "-dev", "*-device", 2, 99},
    {"count -dev (\"*-device\") < 1", "-dev", "*-device", 0, 0},
    {"count -dev (id = *) < 3", "-dev", "id=*", 0, 2},
    {"count -none >= 0", "-none", "", 0, 99},
    {"count -none > 0", "-none", "", 1, 99},
};

/* Whether an item of a list, which separates with commas, fits; a glob without a key wants an item without one. */
static bool list_has(struct arena *arena, const char *list, const char *glob) {
    char *copy = arena_copy(arena, list, strlen(list)), *rest = NULL;
    for (char *item = strtok_r(copy, ",", &rest); item; item = strtok_r(NULL, ",", &rest))
        if (fnmatch(glob, item, 0) == 0 && (strchr(glob, '=') != NULL) == (strchr(item, '=') != NULL))
            return true;
    return false;
}

static bool list_has_all(struct arena *arena, const char *list, const char *globs) {
    char *copy = arena_copy(arena, globs, strlen(globs)), *rest = NULL;
    for (char *glob = strtok_r(copy, "|", &rest); glob; glob = strtok_r(NULL, "|", &rest))
        if (!list_has(arena, list, glob))
            return false;
    return true;
}

/* How often the command line has the option with such a list. */
static size_t count_lists(struct arena *arena, const struct arguments *all, const struct asked *question) {
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const char *option = arena_copy(arena, all->items[i].items, all->items[i].count), *list = "";
        if (i + 1 < all->count)
            list = arena_copy(arena, all->items[i + 1].items, all->items[i + 1].count);
        count += strcmp(option, question->option) == 0 && list_has_all(arena, list, question->globs);
    }
    return count;
}

static void test_questions(void) {
    struct arena *arena = arena_new();
    const char *rules = asked_rules;
    for (size_t i = 0; i < COUNT(asked); i++)
        rules = arena_print(arena, "%spromise %s;\n", rules, asked[i].question);
    struct compiled compiled;
    compile_sound(&compiled, rules, TO_MODEL);
    const struct model *model = compiled.model;
    const char *texts[] = {NULL, NULL, NULL, "/socket"};
    struct cone *cone = cone_new(arena, model);
    cone_add(cone, find_variable(&compiled, "f"));
    cone_add(cone, find_variable(&compiled, "n"));
    cone_add(cone, find_variable(&compiled, "bus"));
    cone_finish(arena, cone);
    struct walk walk;
    size_t n_yes = 0, n_no = 0;
    walk_start(arena, &walk, cone, NULL);
    do {
        const struct stage *stage;
        const struct row *row;
        CU_ASSERT_EQUAL(eval_all(model, walk.values, &stage, &row), VERDICT_DECIDED);
        struct arguments all = eval_argv(arena, model, walk.values, texts);
        for (size_t i = 0; i < COUNT(asked); i++) {
            size_t count = count_lists(arena, &all, &asked[i]);
            bool expected = count >= asked[i].least && count <= asked[i].most;
            if (eval_cond(model->promises.items[i].cond, walk.values) != expected) {
                printf("\n%s\n", asked[i].question);
                CU_FAIL("the question and the command line disagree");
            }
            *(expected ? &n_yes : &n_no) += 1;
        }
    } while (walk_next(&walk));
    CU_ASSERT_TRUE(n_yes > 100 && n_no > 100);
    compiled_free(&compiled);
    arena_free(arena);
}

static void test_bad_questions(void) {
    static const struct {
        const char *question;
        enum diag_code code;
        const char *text;
    } rows[] = {
        {"emits -sreial", DIAG_CODE_UNKNOWN_NAME, "no option '-sreial' is declared or in the command line"},
        {"emits -serial (\"unix:/x\")", DIAG_CODE_TEXT_ASKED, "whether 'unix:$p' is 'unix:/x' depends on a parameter"},
        {"emits -serial (\"unix:*x\")", DIAG_CODE_TEXT_ASKED, "whether 'unix:$p' is 'unix:*x' depends on a parameter"},
        {"emits -serial (\"unix:x\")", DIAG_N_CODES, NULL},
        {"emits -serial (\"$p\")", DIAG_CODE_HOLE, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compiled compiled;
        struct arena *arena = arena_new();
        compile_text(&compiled, arena_print(arena, "%spromise %s;\n", asked_rules, rows[i].question), TO_MODEL);
        const struct diag *diag = find_diag(&compiled, rows[i].code, 0);
        CU_ASSERT_EQUAL(compiled.diagnostics.n_errors, rows[i].code != DIAG_N_CODES);
        CU_ASSERT_EQUAL(diag != NULL, rows[i].code != DIAG_N_CODES);
        if (diag && rows[i].text)
            CU_ASSERT_STRING_EQUAL(diag->text, rows[i].text);
        compiled_free(&compiled);
        arena_free(arena);
    }
}

/* ---- conditions ------------------------------------------------------------------------------------------------- */

static void test_conditions(void) {
    struct arena *arena = arena_new();
    struct variable variable = {.index = 0};
    struct cond is = {.kind = COND_TEST, .variable = &variable};
    valueset_add(arena, &is.set, 1, 1);
    const struct cond *never = cond_never(arena), *isnt = cond_negation(arena, &is);
    CU_ASSERT_PTR_EQUAL(cond_both(arena, NULL, &is), &is);
    CU_ASSERT_PTR_EQUAL(cond_both(arena, &is, NULL), &is);
    CU_ASSERT_PTR_EQUAL(cond_both(arena, &is, &is), &is);
    CU_ASSERT_PTR_NULL(cond_both(arena, NULL, NULL));
    CU_ASSERT_TRUE(cond_is_never(cond_both(arena, &is, never)));
    CU_ASSERT_TRUE(cond_is_never(cond_both(arena, never, &is)));
    CU_ASSERT_TRUE(cond_is_never(cond_both(arena, NULL, never)));
    const struct cond *some[] = {never, &is, &is, never, isnt}, *always[] = {&is, NULL};
    CU_ASSERT_TRUE(cond_is_never(cond_any(arena, &(struct conds){.items = some, .count = 1})));
    CU_ASSERT_TRUE(cond_is_never(cond_any(arena, &(struct conds){0})));
    CU_ASSERT_PTR_EQUAL(cond_any(arena, &(struct conds){.items = some, .count = 4}), &is);
    CU_ASSERT_PTR_NULL(cond_any(arena, &(struct conds){.items = always, .count = 2}));
    CU_ASSERT_PTR_EQUAL(cond_all(arena, &(struct conds){.items = always, .count = 2}), &is);
    CU_ASSERT_PTR_NULL(cond_all(arena, &(struct conds){0}));
    CU_ASSERT_TRUE(cond_is_never(cond_all(arena, &(struct conds){.items = some, .count = 5})));
    CU_ASSERT_TRUE(cond_is_never(cond_negation(arena, NULL)));
    CU_ASSERT_PTR_NULL(cond_negation(arena, never));
    CU_ASSERT_PTR_EQUAL(cond_negation(arena, isnt), &is);
    for (int64_t value = 0; value < 2; value++) {
        CU_ASSERT_EQUAL(eval_cond(isnt, &value), value == 0);
        CU_ASSERT_FALSE(eval_cond(cond_both(arena, &is, isnt), &value));
        CU_ASSERT_TRUE(eval_cond(cond_any(arena, &(struct conds){.items = some, .count = 5}), &value));
        CU_ASSERT_FALSE(eval_cond(never, &value));
    }
    arena_free(arena);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"sequences against patterns", test_sequences},
        {"steps that are left", test_steps},
        {"uses of options in all cases", test_uses},
        {"texts and their parts", test_texts},
        {"too many texts", test_too_many_texts},
        {"texts compared", test_compare},
        {"globs", test_globs},
        {"questions against the command line", test_questions},
        {"questions without an answer", test_bad_questions},
        {"conditions", test_conditions},
    };
    return unit_main("emission", tests, COUNT(tests));
}
