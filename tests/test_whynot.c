/*
 * The smallest changes after which another row would decide, against brute force: all hosts of rulesets by hand, of
 * random ones and of the baseline are decided, and the nearest ones where the rules say something else are looked for
 * one by one. The seed is printed; MUSTER_SEED and MUSTER_COUNT in the environment choose others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "all_hosts.h"
#include "runtime/tool/whynot.h"
#include "trials.h"

/* ---- by brute force --------------------------------------------------------------------------------------------- */

enum { FAR = 1000 };

static size_t distance(const struct space *space, const struct host *a, const struct host *b) {
    size_t count = 0;
    for (size_t i = 0; i < space->n_inputs; i++)
        count += a->codes[i] != b->codes[i];
    return count;
}

/* The same row: in the same place, with the same decisions; or the same value of a derived condition. */
static bool says_same(const struct space *space, uint32_t decision, const struct host *a, const struct host *b) {
    uint32_t table = muster_decision_at(space->rules, decision)->table;
    if (table == MUSTER_NONE)
        return a->values[decision] == b->values[decision];
    const struct muster_row *row = muster_row_at(space->rules, a->rows[decision]);
    const struct muster_row *other = muster_row_at(space->rules, b->rows[decision]);
    bool same = row->file == other->file && row->line == other->line;
    for (uint32_t i = 0; i < TABLES(space->rules)[table].n_decisions; i++)
        same = same && a->values[decision + i] == b->values[decision + i];
    return same;
}

/* How far the nearest accepted host is where something else is said; SIZE_MAX for `decision`: any accepted one. */
static size_t nearest(const struct space *space, uint32_t decision, const struct host *host) {
    size_t least = FAR;
    for (size_t i = 0; i < space->n_hosts; i++) {
        const struct host *other = &space->hosts[i];
        if (other->is_accepted && (decision == MUSTER_NONE || !says_same(space, decision, host, other))) {
            size_t far = distance(space, host, other);
            least = far < least ? far : least;
        }
    }
    return least;
}

/* How many different answers there are at that distance. */
static size_t n_others(const struct space *space, uint32_t decision, const struct host *host, size_t far) {
    const struct host **found = calloc(space->n_hosts, sizeof(struct host *));
    size_t count = 0;
    for (size_t i = 0; i < space->n_hosts && found; i++) {
        const struct host *other = &space->hosts[i];
        bool is_new =
            other->is_accepted && distance(space, host, other) == far && !says_same(space, decision, host, other);
        for (size_t k = 0; k < count && is_new; k++)
            is_new = !says_same(space, decision, found[k], other);
        if (is_new)
            found[count++] = other;
    }
    free(found);
    return count;
}

/* ---- comparing -------------------------------------------------------------------------------------------------- */

/* The edges of what a change says of one value, and the value that it names. */
static int64_t edge(const struct space *space, const struct whynot_value *value, size_t which) {
    const struct muster_asked *asked = &ASKED(space->rules)[value->asked];
    const struct variable *input = space->compiled->model->inputs[asked->input];
    if (which == 0 || !variable_is_ordered(input) || value->value == MUSTER_UNKNOWN)
        return value->value;
    if (which == 1)
        return variable_value(input, value->first);
    return value->last + 1 < input->n_codes ? variable_value(input, value->last + 1) - 1 : input->type.high;
}

/* After the change the said row decides, whichever of the said values is taken. */
static bool check_change(struct space *space, uint32_t decision, const struct host *host, const struct whynot *answer,
                         const struct whynot_change *change) {
    bool good = true;
    for (size_t which = 0; which < 3 && good; which++) {
        struct host changed = *host;
        good = set_host(space, host);
        for (size_t i = 0; i < answer->n_inputs && good; i++) {
            uint32_t input = whynot_input(space->rules, &change->values[i]);
            good = set_input(space, input, edge(space, &change->values[i], which)) &&
                   (i == 0 || input > whynot_input(space->rules, &change->values[i - 1]));
        }
        good = good && decide(space, &changed) == MUSTER_OK;
        if (good && decision != MUSTER_NONE && change->row == MUSTER_NONE)
            good = changed.values[decision] == !host->values[decision];
        else if (good && decision != MUSTER_NONE) {
            struct host said = changed;
            said.rows[decision] = change->row;
            good = !says_same(space, decision, host, &changed) && says_same(space, decision, &changed, &said);
        }
    }
    return good;
}

static bool check_answer(struct space *space, uint32_t decision, const struct host *host, const struct whynot *answer) {
    size_t least = nearest(space, decision, host);
    bool good = true;
    space->n_asked++;
    if (answer->n_inputs == 0) {
        space->n_none++;
        return least > answer->n_through && least > WHYNOT_MAX_INPUTS && answer->n_changes == 0 &&
               (!answer->is_whole || least == FAR);
    }
    space->n_found++;
    if (answer->n_inputs != least || !answer->is_whole || answer->n_changes == 0 ||
        (answer->n_more > 0 && answer->n_changes < WHYNOT_MAX_SHOWN))
        return false;
    for (size_t i = 0; i < answer->n_changes && good; i++)
        good = check_change(space, decision, host, answer, &answer->changes[i]);
    return good &&
           (decision == MUSTER_NONE || answer->n_changes + answer->n_more == n_others(space, decision, host, least));
}

/* All that is asked about one host. False after a line that says what is wrong. */
static bool check_host(struct space *space, const struct host *host) {
    struct whynot answer = {0};
    bool good = set_host(space, host);
    uint32_t decision = host->is_accepted ? 0 : MUSTER_NONE;
    struct whynot_search *search = whynot_new(space->rules, space->facts, space->params);
    if (!search)
        exit(2);
    if (!host->is_accepted) {
        whynot_refusal(search, &answer);
        good = good && check_answer(space, MUSTER_NONE, host, &answer);
    }
    while (good && host->is_accepted && decision < space->rules->decisions.count) {
        uint32_t table = muster_decision_at(space->rules, decision)->table;
        whynot_decision(search, decision, &answer);
        good = check_answer(space, decision, host, &answer);
        decision += !good ? 0 : table == MUSTER_NONE ? 1 : TABLES(space->rules)[table].n_decisions;
    }
    if (!good)
        printf("\nhost %zu, decision %d: %zu inputs, %zu looked through, %zu + %zu changes; by brute force %zu\n",
               (size_t)(host - space->hosts), (int)decision, answer.n_inputs, answer.n_through, answer.n_changes,
               answer.n_more, nearest(space, decision, host));
    whynot_free(search);
    return good;
}

/* Checks so many hosts, chosen at random; all of them for 0. */
static bool check_hosts(struct space *space, uint64_t *seed, size_t count) {
    bool good = true;
    for (size_t i = 0; i < (count ? count : space->n_hosts) && good; i++)
        good = check_host(space, &space->hosts[count ? roll(seed, (unsigned)space->n_hosts) : i]);
    return good;
}

/* ---- by hand ---------------------------------------------------------------------------------------------------- */

static void check_text(const char *text, size_t n_found) {
    struct compiled compiled;
    struct space space;
    compile_sound(&compiled, text, TO_TABLES);
    CU_ASSERT_TRUE_FATAL(space_start(&space, &compiled));
    CU_ASSERT_TRUE(check_hosts(&space, NULL, 0));
    CU_ASSERT_TRUE(space.n_found >= n_found);
    space_end(&space);
    compiled_free(&compiled);
}

/* An assumption ties a fact that the table asks to one that it does not ask, and that one to a third. */
static void tied_facts(void) {
    check_text(
        "ruleset r; fact a : bool; fact b : bool; fact c : bool; fact d : bool; fact e : { x, y, z } or unknown;\n"
        "assume a implies b; assume b implies c; assume d or e != y;\n"
        "decide p : { one, two } by a { yes => one; no => two; }\n"
        "decide q : { one, two, three } by e { x => one;\n y, unknown => two;\n z => three; }\n"
        "argv { run; $p when d; $q; }",
        1);
}

/* Rows that refuse, rejections over decisions, an optional parameter, derived conditions, tables above tables. */
static void refusals(void) {
    check_text("ruleset r; fact a : bool; fact b : bool; fact e : { x, y, z } or unknown;\n"
               "param path : path optional; param n : int 1..9 optional; param nr : text matching \"[0-9]+\";\n"
               "decide p : { one, two } by a | e { yes | x, y => one;\n yes | z => reject \"no z\";\n"
               "yes | unknown => two;\n no | * => two; }\n"
               "let both = p == one and b; let some = given path or given n;\n"
               "reject \"too much\" when both and given path; reject \"small\" when given n and b;\n"
               "decide q : { u, v, w } by both | some { yes | yes => u;\n yes | no => v;\n no | * => w; }\n"
               "argv { run; $p; $q; $nr; -x $path when given path; -n $n when given n; }",
               1);
}

/* Numbers and versions, known or not; ranges that several codes share. */
static void ranges(void) {
    check_text("ruleset r; fact n : int 0..100; fact v : version or unknown; fact b : bool;\n"
               "decide p : { low, middle, high } by n { < 10 => low;\n 10..50 => middle;\n > 50 => high; }\n"
               "decide q : { old, new, none } by v | b { < 8.0 | * => old;\n 8.0 ..< 9.2 | yes => new;\n"
               "8.0 ..< 9.2 | no => old;\n >= 9.2 | * => new;\n unknown | * => none; }\n"
               "let odd = n in { 3, 7, 30 } and v >= 8.1.5;\n"
               "argv { run; $p; $q; odd when odd; }",
               1);
}

/* What takes two changes, three, and more than are looked for; and what nothing changes. */
static void far_away(void) {
    check_text("ruleset r; fact a : bool; fact b : bool; fact c : bool; fact d : bool; fact e : bool;\n"
               "decide two : { x, y } by a | b { yes | yes => x;\n else => y; }\n"
               "decide three : { x, y } by a | b | c { yes | yes | yes => x;\n else => y; }\n"
               "decide four : { x, y } by a | b | c | d { yes | yes | yes | yes => x;\n else => y; }\n"
               "decide none : { x } by a { * => x; }\n"
               "argv { run; $two; $three; $four; $none; five when e; }",
               1);
}

/* A row that an override inherits is one row, whichever row of the replaced table it stands for. */
static void inherited(void) {
    static const struct rule_file files[] = {
        {"test.muster", "ruleset t extends \"base.muster\";\nfact b : bool;\n"
                        "override decide p : { one, two, three } by b { yes => inherit;\n no => three; }\n"},
        {"base.muster", "ruleset base; fact a : { x, y, z }; fact c : bool;\n"
                        "decide p : { one, two, three } by a | c { x | * => one;\n y | * => two;\n z | yes => two;\n"
                        "z | no => reject \"no\"; }\nargv { run; $p; }\n"}};
    struct compiled compiled;
    struct space space;
    compile_files(&compiled, files, COUNT(files), TO_TABLES);
    if (!compiled.rules)
        diag_print(&compiled.diagnostics, stdout);
    CU_ASSERT_TRUE_FATAL(compiled.rules && space_start(&space, &compiled));
    CU_ASSERT_TRUE(check_hosts(&space, NULL, 0));
    CU_ASSERT_TRUE(space.n_found > 5);
    space_end(&space);
    compiled_free(&compiled);
}

/* ---- words and limits ------------------------------------------------------------------------------------------- */

/* The answer about the first decision, with all facts 0 and no parameters but those set. */
static struct whynot answer_of(const struct compiled *compiled, const int64_t *facts) {
    struct whynot_search *search = whynot_new(compiled->rules, facts, NULL);
    struct whynot answer;
    CU_ASSERT_PTR_NOT_NULL_FATAL(search);
    whynot_decision(search, 0, &answer);
    whynot_free(search);
    return answer;
}

static void check_words(const char *rules, int64_t fact, const char *const *words) {
    struct compiled compiled;
    char text[200];
    compile_sound(&compiled, rules, TO_TABLES);
    struct whynot answer = answer_of(&compiled, &fact);
    for (size_t i = 0; i < answer.n_changes; i++) {
        whynot_value_text(compiled.rules, &answer.changes[i].values[0], text, sizeof text);
        CU_ASSERT_STRING_EQUAL(text, words[i] ? words[i] : "nothing more");
        if (!words[i])
            break;
    }
    CU_ASSERT_PTR_NULL(words[answer.n_changes]);
    compiled_free(&compiled);
}

static void words(void) {
    static const char versions[] =
        "ruleset r; fact v : version or unknown;\ndecide p : { a, b, c, d } by v { < 8.0 => a;\n"
        "8.0 ..< 9.2.1 => b;\n >= 9.2.1 => c;\n unknown => d; }\nlet x = v >= 8.1; let y = v >= 10.0;\n"
        "argv { run; $p; x when x; y when y; }";
    static const char numbers[] = "ruleset r; fact n : int 0..99;\ndecide p : { a, b, c, d } by n { < 8 => a;\n"
                                  "8 => b;\n 9..20 => c;\n > 20 => d; }\nargv { run; $p; }";
    check_words(versions, MUSTER_PACK_VERSION(8, 0, 3),
                (const char *const[]){"v = 9.2.1 (from 9.2.1)", "v = 7.0.0 (below 8.0)", "v = unknown", NULL});
    check_words(versions, MUSTER_UNKNOWN,
                (const char *const[]){"v = 7.0.0 (below 8.0)", "v = 9.2.0 (from 8.0 to below 9.2.1)",
                                      "v = 9.2.1 (from 9.2.1)", NULL});
    check_words(
        versions, MUSTER_PACK_VERSION(11, 0, 0),
        (const char *const[]){"v = 9.2.0 (from 8.0 to below 9.2.1)", "v = 7.0.0 (below 8.0)", "v = unknown", NULL});
    check_words(numbers, 8,
                (const char *const[]){"n = 9 (from 9 to 20)", "n = 21 (from 21)", "n = 7 (at most 7)", NULL});
    check_words(numbers, 30, (const char *const[]){"n = 20 (from 9 to 20)", "n = 8", "n = 7 (at most 7)", NULL});
    check_words("ruleset r; fact n : int 0..9 or unknown;\nlet p = n == unknown;\nargv { run; p when p; }",
                MUSTER_UNKNOWN, (const char *const[]){"n = 0 (any that is known)", NULL});
    check_words("ruleset r; fact f : bool; param n : int 1..9 optional;\nlet p = given n;\n"
                "argv { run; p when p; f when f; }",
                0, (const char *const[]){"n = 1 (any that is given)", NULL});
    check_words("ruleset r; fact f : bool; param t : path optional;\nlet p = given t;\n"
                "argv { run; p when p; f when f; }",
                0, (const char *const[]){"t = given", NULL});
}

/* More rows than are shown are counted. */
static void many_rows(void) {
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset r; fact f : { a, b, c, d, e, g, h, i };\ndecide p : { x, y } by f { a => x;\n b => y;\n"
                  "c => x;\n d => y;\n e => x;\n g => y;\n h => x;\n i => y; }\nargv { run; $p; }",
                  TO_TABLES);
    struct whynot answer = answer_of(&compiled, (const int64_t[]){0});
    CU_ASSERT_EQUAL(answer.n_changes, WHYNOT_MAX_SHOWN);
    CU_ASSERT_EQUAL(answer.n_more, 2);
    CU_ASSERT_TRUE(answer.is_whole);
    compiled_free(&compiled);
}

/* What the budget does not reach is not said to be looked through. */
static void budget(void) {
    struct compiled compiled;
    char *text = NULL;
    size_t size;
    FILE *rules = open_memstream(&text, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(rules);
    fputs("ruleset r; fact a : int 0..2000; fact b : int 0..2000;\n"
          "decide p : { x, y } by a | b { 1999 | 1999 => x;\n else => y; }\nargv { run; $p;\n",
          rules);
    for (int i = 0; i < 600; i++)
        fprintf(rules, "x%d when a == %d; y%d when b == %d;\n", i, 3 * i + 1, i, 3 * i + 1);
    fputs("}\n", rules);
    fclose(rules);
    compile_sound(&compiled, text, TO_TABLES);
    struct whynot answer = answer_of(&compiled, (const int64_t[]){0, 0});
    CU_ASSERT_EQUAL(answer.n_inputs, 0);
    CU_ASSERT_EQUAL(answer.n_through, 1);
    CU_ASSERT_FALSE(answer.is_whole);
    answer = answer_of(&compiled, (const int64_t[]){1999, 0});
    CU_ASSERT_EQUAL(answer.n_inputs, 1);
    CU_ASSERT_TRUE(answer.is_whole);
    compiled_free(&compiled);
    free(text);
}

/* ---- the baseline, and random rulesets -------------------------------------------------------------------------- */

static void baseline(void) {
    const char *srcdir = getenv("srcdir");
    struct compiled compiled = {.arena = arena_new()};
    uint64_t seed = number_from("MUSTER_SEED", 7);
    struct space space;
    compiled.sources.arena = compiled.diagnostics.arena = compiled.arena;
    compiled.diagnostics.sources = &compiled.sources;
    compiled.program = program_load(compiled.arena, &compiled.sources,
                                    compiled_path(compiled.arena, srcdir ? srcdir : "..", "rules/baseline.muster"),
                                    &compiled.diagnostics);
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled.program);
    compiled.model = model_build(compiled.arena, &compiled.sources, compiled.program, &compiled.diagnostics);
    compiled.rules = lower_model(compiled.arena, compiled.model, &compiled.diagnostics);
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled.rules);
    CU_ASSERT_TRUE_FATAL(space_start(&space, &compiled));
    CU_ASSERT_EQUAL(space.n_hosts, 18432);
    CU_ASSERT_TRUE(check_hosts(&space, &seed, 100));
    printf("\nbaseline: %zu questions, %zu answered\n", space.n_asked, space.n_found);
    space_end(&space);
    compiled_free(&compiled);
}

struct totals {
    size_t n_sound, n_found, n_none;
};

static bool try_one(uint64_t seed, void *all) {
    struct totals *totals = all;
    struct maker maker = {.arena = arena_new(), .seed = seed};
    struct compiled compiled;
    struct space space;
    bool good = true;
    make_ruleset(&maker);
    compile_made(&compiled, &maker, NULL, TO_TABLES);
    if (compiled.rules && space_start(&space, &compiled)) {
        good = check_hosts(&space, &maker.seed, 20);
        totals->n_sound++;
        totals->n_found += space.n_found;
        totals->n_none += space.n_none;
        space_end(&space);
    }
    if (!good)
        print_made(&maker);
    compiled_free(&compiled);
    free_made(&maker);
    return good;
}

static void random_rulesets(void) {
    struct totals totals = {0};
    uint64_t count = try_seeds(20240229, 150, try_one, &totals);
    printf("%zu sound; %zu answers, %zu without a change\n", totals.n_sound, totals.n_found, totals.n_none);
    if (count >= 100)
        CU_ASSERT_TRUE(totals.n_sound > count / 4 && totals.n_found > totals.n_sound && totals.n_none > 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"facts that assumptions tie", tied_facts},
        {"refusals and parameters", refusals},
        {"numbers and versions", ranges},
        {"several changes at once", far_away},
        {"rows that are inherited", inherited},
        {"the words of a value", words},
        {"more rows than are shown", many_rows},
        {"the end of the budget", budget},
        {"the baseline", baseline},
        {"random rulesets", random_rulesets},
    };
    return unit_main("whynot", tests, COUNT(tests));
}
