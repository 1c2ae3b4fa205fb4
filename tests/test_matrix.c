/*
 * The matrix against the reference evaluator: the whole baseline through the JSON of its matrix; and rows that were
 * folded wrongly are detected.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>

#include "compiled.h"
#include "gen/audit/matrix/internal.h"

/* ---- the baseline, as programs read it -------------------------------------------------------------------------- */

static int64_t json_version(const json_t *value) {
    long long major = 0, minor = 0, patch = 0;
    sscanf(json_string_value(value), "%lld.%lld.%lld", &major, &minor, &patch);
    return MUSTER_PACK_VERSION(major, minor, patch);
}

/* Whether a value of the model is the one that JSON has: null for unknown, an object for an interval of versions. */
static bool json_is(const json_t *value, const struct variable *variable, int64_t raw) {
    if (json_is_null(value))
        return raw == MUSTER_UNKNOWN;
    if (json_is_boolean(value))
        return variable->type.kind == MUSTER_BOOL && raw == json_is_true(value);
    if (json_is_string(value))
        return raw != MUSTER_UNKNOWN && strcmp(variable->type.members[raw].name, json_string_value(value)) == 0;
    const json_t *from = json_object_get(value, "from"), *below = json_object_get(value, "below");
    CU_ASSERT_TRUE_FATAL(json_is_string(from) && below);
    return raw != MUSTER_UNKNOWN && raw >= json_version(from) && (json_is_null(below) || raw < json_version(below));
}

static const struct variable *named(const struct compiled *compiled, const json_t *object) {
    return find_variable(compiled, json_string_value(json_object_get(object, "name")));
}

static bool json_row_fits(const struct compiled *compiled, const json_t *columns, const json_t *row,
                          const int64_t *values) {
    size_t i, k;
    const json_t *cell, *value, *cells = json_object_get(row, "cells");
    json_array_foreach(cells, i, cell) {
        const struct variable *column = named(compiled, json_array_get(columns, i));
        bool any = json_is_null(cell);
        json_array_foreach(cell, k, value) any = any || json_is(value, column, values[column->index]);
        if (!any)
            return false;
    }
    return true;
}

/* At least one row fits, and all that fit have the results of the reference evaluator. */
static bool json_decides(const struct compiled *compiled, const json_t *decision, const int64_t *values) {
    const json_t *row, *outcome, *outcomes = json_object_get(decision, "outcomes");
    size_t i, k;
    bool any = false;
    json_array_foreach(json_object_get(decision, "rows"), i, row) {
        if (!json_row_fits(compiled, json_object_get(decision, "columns"), row, values))
            continue;
        any = true;
        json_array_foreach(outcomes, k, outcome) {
            const struct variable *variable = named(compiled, outcome);
            if (!json_is(json_array_get(json_object_get(row, "results"), k), variable, values[variable->index]))
                return false;
        }
    }
    return any;
}

/* The values of a fact that are tried: those of the table from which the baseline was written. */
static size_t values_to_try(const struct variable *fact, int64_t *values) {
    const int64_t versions[] = {MUSTER_UNKNOWN,
                                MUSTER_PACK_VERSION(7, 2, 22),
                                MUSTER_PACK_VERSION(8, 0, 0),
                                MUSTER_PACK_VERSION(9, 1, 9),
                                MUSTER_PACK_VERSION(9, 2, 0),
                                MUSTER_PACK_VERSION(10, 0, 2)};
    size_t count = 0;
    if (fact->type.kind == MUSTER_VERSION) {
        memcpy(values, versions, sizeof versions);
        return COUNT(versions);
    }
    for (; count < fact->type.n_members; count++)
        values[count] = (int64_t)count;
    if (fact->type.or_unknown)
        values[count++] = MUSTER_UNKNOWN;
    return count;
}

static void load_baseline(struct compiled *compiled) {
    const char *folder = getenv("srcdir");
    *compiled = (struct compiled){.arena = arena_new()};
    compiled->sources.arena = compiled->diagnostics.arena = compiled->arena;
    compiled->diagnostics.sources = &compiled->sources;
    const char *name = arena_print(compiled->arena, "%s/rules/baseline.muster", folder ? folder : ".");
    compiled->program = program_load(compiled->arena, &compiled->sources, name, &compiled->diagnostics);
    CU_ASSERT_PTR_NOT_NULL_FATAL(compiled->program);
    compiled->model = model_build(compiled->arena, &compiled->sources, compiled->program, &compiled->diagnostics);
    check_model(compiled->model, CHECK_ALL, &compiled->diagnostics);
}

static json_t *read_matrix(struct compiled *compiled) {
    const struct matrix_request request = {.columns = NULL};
    const struct matrix *matrix = matrix_of(compiled->arena, compiled->model, &request, &compiled->diagnostics);
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    CU_ASSERT_TRUE_FATAL(matrix && out);
    matrix_json(compiled->arena, matrix, out);
    fclose(out);
    json_t *document = json_loadb(text, size, 0, NULL);
    free(text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(document);
    return document;
}

/* The number of cells in which every decision is that of the reference evaluator; `n_cells`: the number of all. */
static size_t compare_cells_of(const struct compiled *compiled, const json_t *decisions, size_t *n_cells) {
    enum { MAX_FACTS = 16, MAX_VALUES = 6 };
    const struct model *model = compiled->model;
    int64_t tried[MAX_FACTS][MAX_VALUES];
    int64_t *values = arena_alloc(compiled->arena, model->variables.count * sizeof *values);
    size_t counts[MAX_FACTS], n_good = 0;
    CU_ASSERT_TRUE_FATAL(model->n_facts <= MAX_FACTS);
    *n_cells = 1;
    for (size_t i = 0; i < model->n_facts; i++)
        *n_cells *= counts[i] = values_to_try(model->inputs[i], tried[i]);
    for (size_t cell = 0; cell < *n_cells; cell++) {
        const struct stage *stage;
        const struct row *row;
        for (size_t i = 0, rest = cell; i < model->n_facts; rest /= counts[i++])
            values[model->inputs[i]->index] = tried[i][rest % counts[i]];
        bool good = eval_all(model, values, &stage, &row) == VERDICT_DECIDED;
        for (size_t i = 0; i < json_array_size(decisions) && good; i++)
            good = json_decides(compiled, json_array_get(decisions, i), values);
        n_good += good;
    }
    return n_good;
}

static void test_whole_baseline(void) {
    enum { CELLS = 27648, DECISIONS = 13, MACHINE_ROWS = 8 };
    struct compiled compiled;
    size_t i, n_cells, n_machine = 0;
    load_baseline(&compiled);
    json_t *document = read_matrix(&compiled);
    const json_t *decision, *decisions = json_object_get(document, "decisions");
    CU_ASSERT_EQUAL(json_array_size(decisions), DECISIONS);
    json_array_foreach(decisions, i, decision) if (json_array_size(json_object_get(decision, "outcomes")) == 3)
        n_machine = json_array_size(json_object_get(decision, "rows"));
    CU_ASSERT_TRUE(n_machine > 0 && n_machine <= MACHINE_ROWS);
    size_t n_good = compare_cells_of(&compiled, decisions, &n_cells);
    printf("\n%zu of %zu cells are the same; %zu rows for the machine\n", n_good, n_cells, n_machine);
    CU_ASSERT_TRUE(n_good == CELLS && n_cells == CELLS);
    json_decref(document);
    compiled_free(&compiled);
}

/* ---- the verification of what was folded ----------------------------------------------------------------------------
 */

static const char small_rules[] = "ruleset small;\n"
                                  "fact a : { x, y, z } or unknown from caller;\n"
                                  "fact n : int 0..100;\n"
                                  "assume not (a == y and n < 10);\n"
                                  "decide d : { u, v } by a | n {\n"
                                  "    x, unknown | *     => u;\n"
                                  "    y          | < 50  => u;\n"
                                  "    y          | >= 50 => v;\n"
                                  "    z          | *     => reject \"no z\";\n"
                                  "}\n"
                                  "argv { run $d; }\n";

/* Whether the evaluator agrees; and that it has not looked without work to do it. */
static bool is_verified(const struct compiled *compiled, const struct folded *folded, const char **host) {
    size_t none = 0, work = MATRIX_WORK;
    *host = NULL;
    CU_ASSERT_TRUE(matrix_verify(compiled->model, folded, false, &none, compiled->arena, host));
    bool same = matrix_verify(compiled->model, folded, false, &work, compiled->arena, host);
    CU_ASSERT_TRUE(work < MATRIX_WORK);
    return same;
}

/* Each row in turn says something else, asks too little, or is missing: that is found, but where it says the same. */
static void test_distrust(void) {
    struct compiled compiled;
    const char *host;
    const int64_t other[] = {1};
    compile_sound(&compiled, small_rules, TO_CHECKS);
    struct matrix *matrix =
        matrix_of(compiled.arena, compiled.model, &(struct matrix_request){.columns = NULL}, &compiled.diagnostics);
    CU_ASSERT_TRUE_FATAL(matrix && matrix->items.count == 1);
    struct folded *folded = matrix->items.items[0];
    CU_ASSERT_TRUE(is_verified(&compiled, folded, &host));
    CU_ASSERT_PTR_NULL(host);
    for (size_t i = 0; i < folded->rows.count; i++) {
        struct fold_row *row = &folded->rows.items[i], kept = *row, last = folded->rows.items[folded->rows.count - 1];
        row->results = kept.results && kept.results[0] == 0 ? other : (const int64_t[]){0};
        row->reject = NULL;
        CU_ASSERT_FALSE(is_verified(&compiled, folded, &host));
        CU_ASSERT_PTR_NOT_NULL(host);
        *row = kept;
        row->codes = arena_alloc(compiled.arena, folded->columns.count * sizeof *row->codes);
        CU_ASSERT_FALSE(is_verified(&compiled, folded, &host));
        *row = last;
        folded->rows.count--;
        CU_ASSERT_FALSE(is_verified(&compiled, folded, &host));
        folded->rows.count++;
        *row = kept;
    }
    CU_ASSERT_TRUE(is_verified(&compiled, folded, &host));
    compiled_free(&compiled);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"the whole baseline through its JSON", test_whole_baseline},
        {"what is folded wrongly is found out", test_distrust},
    };
    return unit_main("matrix", tests, COUNT(tests));
}
