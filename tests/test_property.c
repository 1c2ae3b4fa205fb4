/*
 * Random rulesets: what the check says about gaps and overlaps against a count that this file makes by itself, the
 * decisions of the tables against its own evaluation, and the tables' decisions and command lines against the
 * compiler's plain evaluator. The seed is printed; MUSTER_SEED and MUSTER_COUNT in the environment choose others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compiled.h"
#include "random_rules.h"

/* The check reports so many overlaps per table; what has no value stands behind a gap or a refusal. */
enum { MOST_PAIRS = 8, NO_VALUE = -1 };

/* ---- brute force --------------------------------------------------------------------------------------------------
 */

static bool has_values(const struct expr *expr, const int *state) {
    if (expr->kind == TEST)
        return state[expr->subject] != NO_VALUE;
    return has_values(expr->left, state) && (!expr->right || has_values(expr->right, state));
}

static bool holds(const struct expr *expr, const int *state) {
    switch (expr->kind) {
    case TEST:
        return expr->mask >> state[expr->subject] & 1;
    case NOT:
        return !holds(expr->left, state);
    case AND:
        return holds(expr->left, state) && holds(expr->right, state);
    case OR:
        return holds(expr->left, state) || holds(expr->right, state);
    case IMPLIES:
        break;
    }
    return !holds(expr->left, state) || holds(expr->right, state);
}

/* The first row that fits, and what else fits; MOST_ROWS if none does. */
static unsigned brute_row(struct table_plan *table, const int *state) {
    unsigned first = MOST_ROWS;
    for (unsigned i = 0; i < table->n_rows; i++) {
        bool fits = !table->rows[i].is_else || first == MOST_ROWS;
        for (unsigned k = 0; k < table->n_columns && !table->rows[i].is_else; k++)
            fits = fits && table->rows[i].cells[k] >> state[table->columns[k]] & 1;
        if (!fits)
            continue;
        if (first == MOST_ROWS)
            first = i;
        else if (!table->first)
            table->overlaps[first][i] = true;
    }
    table->has_gap = table->has_gap || first == MOST_ROWS;
    return first;
}

/* Gives every subject its value, NO_VALUE behind a gap or a refusal. Whether a row refuses. */
static bool brute_host(struct maker *maker, int *state) {
    bool refused = false;
    for (unsigned i = 0; i < maker->n_stages; i++) {
        const struct stage_plan *stage = &maker->stages[i];
        struct table_plan *table = stage->table;
        if (!table) {
            state[stage->let] = has_values(stage->cond, state) ? holds(stage->cond, state) : NO_VALUE;
            continue;
        }
        bool has_all = true;
        for (unsigned k = 0; k < table->n_columns; k++)
            has_all = has_all && state[table->columns[k]] != NO_VALUE;
        unsigned row = has_all ? brute_row(table, state) : MOST_ROWS;
        bool decides = row != MOST_ROWS && !table->rows[row].rejects;
        refused = refused || (row != MOST_ROWS && !decides);
        for (unsigned k = 0; k < table->n_outcomes; k++)
            state[table->outcomes[k]] = decides ? (int)table->rows[row].results[k] : NO_VALUE;
    }
    return refused;
}

static bool next_cell(const struct maker *maker, int *state) {
    for (unsigned i = 0; i < maker->n_inputs; i++) {
        unsigned count = maker->subjects[i].n_atoms + maker->subjects[i].or_unknown;
        state[i] = (state[i] + 1) % (int)count;
        if (state[i] != 0)
            return true;
    }
    return false;
}

static size_t line_of(const struct compiled *compiled, struct span span) {
    return source_place(&compiled->sources.items[span.file], span.begin).line;
}

/* Whether the check reports just what brute force has found for one table. */
static bool same_findings(const struct compiled *compiled, const struct table_plan *table, size_t *n_findings) {
    unsigned n_pairs = 0, n_reported = 0;
    bool good = (find_diag(compiled, DIAG_CODE_GAP, table->line) != NULL) == table->has_gap;
    for (unsigned i = 0; i < table->n_rows; i++)
        for (unsigned k = 0; k < table->n_rows; k++)
            n_pairs += table->overlaps[i][k];
    for (size_t i = 0; i < compiled->diagnostics.count; i++) {
        const struct diag *diag = compiled->diagnostics.items[i];
        size_t second = line_of(compiled, diag->span);
        if (diag->code != DIAG_CODE_OVERLAP || second < table->rows[0].line ||
            second > table->rows[table->n_rows - 1].line)
            continue;
        size_t first = line_of(compiled, diag->notes.items[0].span);
        n_reported++;
        good = good && table->overlaps[first - table->rows[0].line][second - table->rows[0].line];
    }
    *n_findings += table->has_gap + n_reported;
    return good && n_reported == (n_pairs < MOST_PAIRS ? n_pairs : MOST_PAIRS);
}

static bool check_agrees(struct maker *maker, const struct compiled *compiled) {
    int state[MOST_SUBJECTS] = {0};
    size_t n_findings = 0;
    bool good = true;
    do
        brute_host(maker, state);
    while (next_cell(maker, state));
    for (unsigned i = 0; i < maker->n_stages; i++)
        if (maker->stages[i].table)
            good = same_findings(compiled, maker->stages[i].table, &n_findings) && good;
    return good && compiled->diagnostics.n_errors == n_findings;
}

/* ---- the tables ---------------------------------------------------------------------------------------------------
 */

/* A value of an atom: its least, its greatest, or one between. */
static int64_t value_in(struct maker *maker, const struct subject *subject, int atom) {
    if (atom == (int)subject->n_atoms)
        return MUSTER_UNKNOWN;
    int64_t low = subject->low[atom], high = subject->high[atom];
    switch (roll(&maker->seed, 3)) {
    case 0:
        return low;
    case 1:
        return high;
    default:
        return low + (int64_t)(next_random(&maker->seed) % ((uint64_t)(high - low) + 1));
    }
}

/* muster_decide against the evaluation above. */
static bool decides_alike(struct maker *maker, const struct compiled *compiled, struct muster_params *params) {
    const struct muster_ruleset *rules = compiled->rules;
    int state[MOST_SUBJECTS] = {0};
    int64_t facts[MOST_SUBJECTS];
    int32_t values[MOST_SUBJECTS];
    bool good = true;
    do {
        struct muster_error error;
        for (unsigned i = 0; i < maker->n_inputs; i++) {
            int64_t value = value_in(maker, &maker->subjects[i], state[i]);
            uint32_t input = find_input(rules, maker->subjects[i].name);
            if (input < rules->n_facts)
                facts[input] = value;
            else
                good = good && muster_set_value(params, input, value, NULL) == MUSTER_OK;
        }
        bool refused = brute_host(maker, state);
        enum muster_status status = muster_decide(rules, facts, params, values, NULL, &error);
        good = good && status == (refused ? MUSTER_E_REJECTED : MUSTER_OK);
        for (unsigned i = maker->n_inputs; i < maker->n_subjects && status == MUSTER_OK; i++) {
            uint32_t decision = muster_find_decision(rules, maker->subjects[i].name, strlen(maker->subjects[i].name));
            good = good && decision != MUSTER_NONE && values[decision] == state[i];
        }
    } while (good && next_cell(maker, state));
    return good;
}

static bool tables_agree(struct maker *maker, const struct compiled *compiled, size_t *n_compared) {
    static const char *const texts[] = {"a,b", "", "a:b\\=,", ",,,,,,,,", "x y/z"};
    struct comparison comparison;
    compare_start(&comparison, compiled);
    comparison.seed = maker->seed | 1;
    bool good = compare_set_text(&comparison, "text", texts[roll(&maker->seed, COUNT(texts))]) &&
                compare_set_text(&comparison, "path", roll(&maker->seed, 2) ? "/" : "/a,b:c\\d e");
    good = good && decides_alike(maker, compiled, comparison.params) && compare_all(&comparison);
    *n_compared += comparison.n_cells;
    compare_end(&comparison);
    return good;
}

static bool same_block(const struct muster_ruleset *rules, const char *text) {
    struct compiled again;
    compile_text(&again, text, TO_TABLES);
    bool same = again.rules && again.rules->size == rules->size && memcmp(again.rules, rules, rules->size) == 0;
    compiled_free(&again);
    return same;
}

struct totals {
    size_t n_sound, n_cells, n_gaps, n_overlaps;
};

static void count_findings(const struct compiled *compiled, struct totals *totals) {
    totals->n_sound += compiled->rules != NULL;
    totals->n_gaps += find_diag(compiled, DIAG_CODE_GAP, 0) != NULL;
    totals->n_overlaps += find_diag(compiled, DIAG_CODE_OVERLAP, 0) != NULL;
}

/* One ruleset. NULL, or what is wrong. */
static const char *try_ruleset(struct maker *maker, struct totals *totals) {
    struct compiled compiled;
    const char *wrong = NULL;
    make_ruleset(maker);
    compile_text(&compiled, maker->text, TO_TABLES);
    count_findings(&compiled, totals);
    if (!check_agrees(maker, &compiled))
        wrong = "the check differs from brute force";
    else if (compiled.diagnostics.n_errors == 0 && !compiled.rules)
        wrong = "no tables";
    else if (compiled.rules && !tables_agree(maker, &compiled, &totals->n_cells))
        wrong = "the tables differ";
    else if (compiled.rules && !same_block(compiled.rules, maker->text))
        wrong = "the second compilation differs";
    if (wrong)
        diag_print(&compiled.diagnostics, stdout);
    compiled_free(&compiled);
    return wrong;
}

static void test_random_rulesets(void) {
    uint64_t seed = number_from("MUSTER_SEED", 20240229), count = number_from("MUSTER_COUNT", 300);
    struct totals totals = {0};
    printf("\nseed %llu (MUSTER_SEED), %llu rulesets (MUSTER_COUNT)\n", (unsigned long long)seed,
           (unsigned long long)count);
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t maker_seed = seed + i;
        struct maker maker = {.arena = arena_new(), .seed = maker_seed};
        const char *wrong = try_ruleset(&maker, &totals);
        if (wrong)
            printf("\n%s\n%s with MUSTER_SEED=%llu MUSTER_COUNT=1\n", maker.text, wrong,
                   (unsigned long long)maker_seed);
        CU_ASSERT_PTR_NULL(wrong);
        free(maker.text);
        arena_free(maker.arena);
        if (wrong)
            return;
    }
    printf("%zu sound, %zu with gaps, %zu with overlaps; %zu cells compared\n", totals.n_sound, totals.n_gaps,
           totals.n_overlaps, totals.n_cells);
    if (count >= 100)
        CU_ASSERT_TRUE(totals.n_sound > count / 3 && totals.n_gaps > 0 && totals.n_overlaps > 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"random rulesets", test_random_rulesets},
    };
    return unit_main("property", tests, COUNT(tests));
}
