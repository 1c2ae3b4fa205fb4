/*
 * The generated tables of the baseline against the plain evaluation of its rule file: every decision and every argument
 * in all 27,648 cells. The fact space is that of cells.c, with six versions, so that also values inside an interval and
 * at its ends are tried, not only the one that the compiler takes for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "gen/check/check.h"
#include "gen/model/eval.h"
#include "unit.h"

enum { CELLS = 27648 };

/* Values that need escaping, so that both sides have something to do. */
static const char *const texts[] = {[BASELINE_PARAM_VM_ID] = "vm-1.a",
                                    [BASELINE_PARAM_KERNEL_DIR] = "/srv/my images,x",
                                    [BASELINE_PARAM_OVERLAY_IMAGE] = "/run/a,b/over lay.qcow2",
                                    [BASELINE_PARAM_CMD_SOCKET] = "/run/a,b/cmd",
                                    [BASELINE_PARAM_EVENT_SOCKET] = "/run/a,,b/event",
                                    [BASELINE_PARAM_QMP_SOCKET] = "/run/,/qmp",
                                    [BASELINE_PARAM_GVPROXY_SOCKET] = "/run/a,b/proxy"};
static const int64_t memory_mb = 768;

struct oracle {
    struct arena *arena;
    struct sources sources;
    struct diagnostics diagnostics;
    struct model *model;
    struct muster_params *params;
    alignas(max_align_t) unsigned char memory[BASELINE_PARAMS_SIZE];
};

static bool load(struct oracle *oracle) {
    const char *folder = getenv("srcdir");
    oracle->arena = oracle->sources.arena = oracle->diagnostics.arena = arena_new();
    oracle->diagnostics.sources = &oracle->sources;
    const char *name = arena_print(oracle->arena, "%s/rules/baseline.muster", folder ? folder : ".");
    struct program *program = program_load(oracle->arena, &oracle->sources, name, &oracle->diagnostics);
    if (program)
        oracle->model = model_build(oracle->arena, &oracle->sources, program, &oracle->diagnostics);
    diag_print(&oracle->diagnostics, stderr);
    oracle->params = muster_params_init(oracle->memory, sizeof oracle->memory, baseline_ruleset);
    bool set = muster_set_value(oracle->params, BASELINE_PARAM_MEMORY_MB, memory_mb, NULL) == MUSTER_OK;
    for (uint32_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i])
            set = muster_set_text(oracle->params, i, texts[i], strlen(texts[i]), NULL) == MUSTER_OK && set;
    return set && oracle->model && oracle->diagnostics.n_errors == 0;
}

/* The values of all variables of the model for a cell, worked out by the plain evaluator. */
static bool evaluate(const struct oracle *oracle, const struct cell *cell, int64_t *values) {
    const struct model *model = oracle->model;
    const struct stage *stage;
    const struct row *row;
    for (size_t i = 0; i < model->n_inputs; i++)
        values[model->inputs[i]->index] = i < model->n_facts ? cell->facts.value[i] : memory_mb;
    return eval_all(model, values, &stage, &row) == VERDICT_DECIDED;
}

static bool same_decisions(const struct oracle *oracle, const struct cell *cell, const int64_t *values) {
    struct baseline_decisions decisions;
    const uint32_t count = baseline_ruleset->decisions.count;
    size_t compared = 0;
    if (baseline_decide(&cell->facts, oracle->params, &decisions, NULL) != MUSTER_OK)
        return false;
    for (size_t i = 0; i < oracle->model->variables.count; i++) {
        const struct variable *variable = oracle->model->variables.items[i];
        uint32_t index = muster_find_decision(baseline_ruleset, variable->name, strlen(variable->name));
        if (index == MUSTER_NONE)
            continue;
        compared++;
        if (decisions.value[index] != values[i])
            return false;
    }
    return compared == count;
}

static bool same_argv(const struct oracle *oracle, struct arena *arena, const struct cell *cell,
                      const int64_t *values) {
    const char *argv[BASELINE_ARGV_SLOTS];
    static char buffer[BASELINE_ARGV_SIZE];
    struct muster_space needed;
    if (baseline_argv(&cell->facts, oracle->params, argv, BASELINE_ARGV_SLOTS, buffer, sizeof buffer, &needed, NULL) !=
        MUSTER_OK)
        return false;
    struct arguments plain = eval_argv(arena, oracle->model, values, texts);
    bool same = plain.count == needed.arguments;
    for (size_t i = 0; i < plain.count && same; i++)
        same =
            strlen(argv[i]) == plain.items[i].count && memcmp(argv[i], plain.items[i].items, plain.items[i].count) == 0;
    return same;
}

static void test_all_cells(void) {
    static struct oracle oracle;
    struct cell_space space;
    size_t compared = 0;
    bool ready = load(&oracle) && cells_prepare(&space);
    CU_ASSERT_TRUE_FATAL(ready);
    int64_t *values = arena_alloc(oracle.arena, oracle.model->variables.count * sizeof *values);
    for (size_t number = 0; number < cells_count(); number++) {
        struct arena *arena = arena_new();
        struct cell cell;
        cells_make(&space, number, &cell);
        bool same = evaluate(&oracle, &cell, values) && same_decisions(&oracle, &cell, values) &&
                    same_argv(&oracle, arena, &cell, values);
        arena_free(arena);
        compared += same;
        if (!same && compared == number) {
            char text[512];
            cells_describe(number, text, sizeof text);
            fprintf(stderr, "tables and plain evaluation differ for %s\n", text);
        }
    }
    CU_ASSERT_EQUAL(compared, CELLS);
    arena_free(oracle.arena);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"tables and plain evaluation agree in all 27,648 cells", test_all_cells},
    };
    return unit_main("oracle", tests, sizeof tests / sizeof tests[0]);
}
