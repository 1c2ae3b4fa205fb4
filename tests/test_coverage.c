/*
 * Which rows hosts and examples reach. Hosts are held against the plain evaluator; examples, whose hosts are a set,
 * against what every single one of these hosts reaches. On rulesets by hand and on random ones; the seed is printed,
 * MUSTER_SEED and MUSTER_COUNT in the environment choose others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "all_hosts.h"
#include "gen/audit/coverage.h"
#include "trials.h"

struct totals {
    size_t n_hosts, n_refused, n_examples, n_reached, n_missed, n_refusing;
};

/* ---- one host --------------------------------------------------------------------------------------------------- */

/* The row that the plain evaluator finds, by table. */
struct plain {
    enum verdict verdict;
    const struct stage *stage;
    const struct row *row;
    const struct restriction *restriction;
    int64_t *values;
};

static struct plain evaluate(struct arena *arena, const struct space *space, const struct host *host) {
    const struct model *model = space->compiled->model;
    struct plain plain = {.values = arena_alloc(arena, (model->variables.count + 1) * sizeof *plain.values)};
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i];
        plain.values[input->index] = is_fixed(input) ? MUSTER_UNSET : variable_value(input, host->codes[i]);
    }
    plain.verdict = eval_host(model, plain.values, &plain.stage, &plain.row, &plain.restriction);
    return plain;
}

/* All marks of one table are the row that the plain evaluator finds, or none. */
static bool same_rows(const struct coverage *coverage, const struct table *table, const struct row *row) {
    for (size_t i = 0; i < table->n_rows; i++)
        if ((coverage->model_rows[table->index][i] == REACH_YES) != (row == &table->rows[i]))
            return false;
    return true;
}

static bool check_host(struct space *space, const struct host *host, const struct coverage *coverage,
                       struct totals *totals) {
    const struct model *model = space->compiled->model;
    struct arena *arena = arena_new();
    struct plain plain = evaluate(arena, space, host);
    bool good = true, refused = plain.verdict != VERDICT_DECIDED;
    totals->n_hosts++;
    totals->n_refused += refused;
    for (size_t i = 0; i < model->stages.count && good; i++) {
        const struct stage *stage = &model->stages.items[i];
        const struct row *row = NULL;
        if (!stage->table || stage->table->overridden)
            continue;
        if (!refused)
            eval_stage(stage, plain.values, &row);
        else if (!plain.restriction && plain.stage == stage)
            row = plain.row;
        good = same_rows(coverage, stage->table, row);
    }
    for (size_t i = 0; i < model->restrictions.count && good; i++) {
        bool reached = coverage->restrictions[i] == REACH_YES;
        good = &model->restrictions.items[i] == plain.restriction ? reached : !reached || plain.restriction;
    }
    for (size_t i = 0; i < model->warnings.count && good; i++)
        good = (coverage->warnings[i] == REACH_YES) ==
               (!refused && eval_cond(model->warnings.items[i].cond, plain.values));
    arena_free(arena);
    return good;
}

/* ---- one example ------------------------------------------------------------------------------------------------ */

static bool belongs(const struct space *space, const struct example *example, const struct host *host) {
    const struct model *model = space->compiled->model;
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i];
        int64_t value = example->values[input->index];
        if (value != MUSTER_UNSET && variable_code(input, value) != host->codes[i])
            return false;
    }
    return true;
}

/* Rejections over inputs refuse it, so that it is none of the hosts that an example stands for. */
static bool is_impossible(const struct coverage *coverage) {
    const struct model *model = coverage->model;
    for (size_t i = 0; i < model->restrictions.count; i++)
        if (!model->restrictions.items[i].over_decisions && coverage->restrictions[i] == REACH_YES)
            return true;
    return false;
}

/* Takes away what this host does not reach. */
static void meet(struct coverage *all, const struct coverage *one, bool is_first, bool also_rows) {
    const struct model *model = all->model;
    for (size_t t = 0; t < all->n_tables && also_rows; t++)
        for (size_t i = 0; i < all->tables[t].n_rows; i++)
            if (is_first || one->tables[t].rows[i].reach == REACH_NOT)
                all->tables[t].rows[i].reach = one->tables[t].rows[i].reach;
    for (size_t i = 0; i < model->restrictions.count; i++)
        if (is_first || one->restrictions[i] == REACH_NOT)
            all->restrictions[i] = one->restrictions[i];
    for (size_t i = 0; i < model->warnings.count && also_rows; i++)
        if (is_first || one->warnings[i] == REACH_NOT)
            all->warnings[i] = one->warnings[i];
}

static struct coverage *of_host(struct arena *arena, struct space *space, const struct host *host) {
    struct coverage *coverage = coverage_new(arena, space->compiled->model);
    CU_ASSERT_TRUE_FATAL(set_host(space, host));
    CU_ASSERT_EQUAL_FATAL(coverage_add_host(coverage, space->rules, space->facts, space->params, NULL), MUSTER_OK);
    coverage_finish(coverage);
    return coverage;
}

/* What all hosts of an example reach; if none of them is possible, the rejections that all of them meet. */
static struct coverage *by_hosts(struct arena *arena, struct space *space, const struct example *example) {
    struct coverage *possible = coverage_new(arena, space->compiled->model);
    struct coverage *refused = coverage_new(arena, space->compiled->model);
    size_t n_possible = 0, n_refused = 0;
    coverage_finish(possible);
    coverage_finish(refused);
    for (size_t i = 0; i < space->n_hosts; i++) {
        struct arena *scratch = arena_new();
        if (belongs(space, example, &space->hosts[i])) {
            const struct coverage *one = of_host(scratch, space, &space->hosts[i]);
            if (is_impossible(one))
                meet(refused, one, n_refused++ == 0, false);
            else
                meet(possible, one, n_possible++ == 0, true);
        }
        arena_free(scratch);
    }
    return n_possible > 0 ? possible : refused;
}

static bool same_reach(const struct coverage *a, const struct coverage *b, struct totals *totals) {
    bool same = a->n_tables == b->n_tables;
    for (size_t t = 0; t < a->n_tables && same; t++)
        for (size_t i = 0; i < a->tables[t].n_rows && same; i++) {
            same = a->tables[t].rows[i].reach == b->tables[t].rows[i].reach;
            totals->n_reached += a->tables[t].rows[i].reach == REACH_YES;
            totals->n_missed += a->tables[t].rows[i].reach == REACH_NOT;
        }
    for (size_t i = 0; i < a->model->restrictions.count && same; i++) {
        same = a->restrictions[i] == b->restrictions[i];
        totals->n_refusing += a->restrictions[i] == REACH_YES;
    }
    for (size_t i = 0; i < a->model->warnings.count && same; i++)
        same = a->warnings[i] == b->warnings[i];
    return same;
}

static bool check_example(struct space *space, size_t index, struct totals *totals) {
    struct arena *arena = arena_new();
    struct model alone = *space->compiled->model;
    struct coverage *coverage = coverage_new(arena, &alone);
    alone.examples.items += index;
    alone.examples.count = 1;
    coverage_add_examples(coverage);
    coverage_finish(coverage);
    bool same = same_reach(coverage, by_hosts(arena, space, &alone.examples.items[0]), totals);
    totals->n_examples++;
    if (!same)
        printf("\nthe example '%s' reaches something else than its hosts\n", alone.examples.items[0].name);
    arena_free(arena);
    return same;
}

/* ---- rulesets --------------------------------------------------------------------------------------------------- */

static bool check_all(const struct compiled *compiled, struct totals *totals) {
    struct space space;
    bool good = true;
    if (!space_start(&space, compiled))
        return true;
    for (size_t i = 0; i < space.n_hosts && good; i++) {
        struct arena *arena = arena_new();
        good = check_host(&space, &space.hosts[i], of_host(arena, &space, &space.hosts[i]), totals);
        if (!good)
            printf("\nhost %zu reaches something else than the plain evaluator says\n", i);
        arena_free(arena);
    }
    for (size_t i = 0; i < compiled->model->examples.count && good; i++)
        good = check_example(&space, i, totals);
    space_end(&space);
    return good;
}

/* Refusals of every kind, by hosts that are told and by such as stand for many. */
static void by_hand(void) {
    struct totals totals = {0};
    struct compiled compiled;
    compile_sound(&compiled,
                  "ruleset r; fact a : bool; fact b : bool; fact e : { x, y, z } or unknown;\n"
                  "param path : path optional; assume a or e != z; reject \"so\" when e == y and b;\n"
                  "decide p : { one, two } by a | e { yes | x, y => one;\n yes | z => reject \"no z\";\n"
                  "yes | unknown => two;\n no | * => two; }\n"
                  "let both = p == one and b; reject \"too much\" when both and given path; warn \"b\" when b;\n"
                  "decide q : { u, v } first by both | e { yes | x => u;\n * | x, y => v;\n else => u; }\n"
                  "argv { run; $p; $q; -x $path when given path; }\n"
                  "example \"1\" { a = yes; e = x; b = yes; } => p == one;\n"
                  "example \"2\" { a = yes; e = z; } => not b or b;\n"
                  "example \"3\" { e = unknown; } => p == two;\n"
                  "example \"4\" { a = no; e = z; } => p == two or p == one;\n"
                  "example \"5\" { b = yes; a = no; } => p == two;\n"
                  "example \"6\" { a = no; b = no; e = x; } => q == v;\n",
                  TO_MODEL);
    compiled.rules = lower_model(compiled.arena, compiled.model, &compiled.diagnostics);
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled.rules);
    CU_ASSERT_TRUE(check_all(&compiled, &totals));
    CU_ASSERT_EQUAL(totals.n_examples, 6);
    CU_ASSERT_EQUAL(totals.n_reached, 5);
    CU_ASSERT_EQUAL(totals.n_refusing, 1);
    compiled_free(&compiled);
}

/* A row that inherits counts once; a row of the overridden table where it is inherited. */
static void inherited(void) {
    static const struct rule_file files[] = {
        {"test.muster", "ruleset t extends \"base.muster\";\nfact b : bool;\n"
                        "override decide p : { one, two, three } by b { yes => inherit;\n no => three; }\n"
                        "example \"inherits\" { b = yes; a = y; } => p == two;\n"
                        "example \"inherits a refusal\" { b = yes; a = z; c = no; } => c == no;\n"
                        "example \"does not inherit\" { b = no; a = x; } => p == three;\n"
                        "example \"one of several rows\" { b = yes; c = yes; } => c == yes;\n"},
        {"base.muster", "ruleset base; fact a : { x, y, z }; fact c : bool;\n"
                        "decide p : { one, two, three } by a | c { x | * => one;\n y | * => two;\n z | yes => two;\n"
                        "z | no => reject \"no\"; }\nargv { run; $p; }\n"}};
    struct totals totals = {0};
    struct compiled compiled;
    compile_files(&compiled, files, COUNT(files), TO_MODEL);
    CU_ASSERT_TRUE_FATAL(compiled.model && compiled.diagnostics.n_errors == 0);
    compiled.rules = lower_model(compiled.arena, compiled.model, &compiled.diagnostics);
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled.rules);
    CU_ASSERT_TRUE(check_all(&compiled, &totals));
    struct coverage *coverage = coverage_new(compiled.arena, compiled.model);
    coverage_add_examples(coverage);
    coverage_finish(coverage);
    CU_ASSERT_EQUAL(coverage->count.all, 6);
    CU_ASSERT_EQUAL(coverage->count.reached, 4); /* both rows above; y and the refusal below */
    CU_ASSERT_EQUAL(coverage_percent(&coverage->count), 66);
    compiled_free(&compiled);
}

static void percentages(void) {
    CU_ASSERT_EQUAL(coverage_percent(&(struct coverage_count){0}), 100);
    CU_ASSERT_EQUAL(coverage_percent(&(struct coverage_count){.all = 1000, .reached = 999}), 99);
    CU_ASSERT_EQUAL(coverage_percent(&(struct coverage_count){.all = 1000, .reached = 1000}), 100);
    CU_ASSERT_EQUAL(coverage_percent(&(struct coverage_count){.all = 3, .reached = 0}), 0);
}

static bool try_one(uint64_t seed, void *totals) {
    struct maker maker = {.arena = arena_new(), .seed = seed};
    struct compiled compiled;
    bool good = true;
    make_ruleset(&maker);
    compile_made(&compiled, &maker, NULL, TO_TABLES);
    if (compiled.rules)
        good = check_all(&compiled, totals);
    if (!good)
        print_made(&maker);
    compiled_free(&compiled);
    free_made(&maker);
    return good;
}

static void random_rulesets(void) {
    struct totals totals = {0};
    uint64_t count = try_seeds(20240229, 150, try_one, &totals);
    printf("%zu hosts, %zu refused; %zu examples reach %zu rows and %zu not\n", totals.n_hosts, totals.n_refused,
           totals.n_examples, totals.n_reached, totals.n_missed);
    if (count >= 100)
        CU_ASSERT_TRUE(totals.n_refused > 0 && totals.n_examples > 0 && totals.n_reached > 0 && totals.n_missed > 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"refusals", by_hand},
        {"rows that are inherited", inherited},
        {"percentages", percentages},
        {"random rulesets", random_rulesets},
    };
    return unit_main("coverage", tests, COUNT(tests));
}
