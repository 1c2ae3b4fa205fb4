/*
 * The decision matrix: which decisions, from which columns, over which hosts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/matrix/matrix.h"

#include <string.h>

#include "gen/audit/matrix/internal.h"
#include "gen/model/space.h"
#include "runtime/base/nearest.h"

/* Steps over sets of hosts for one decision, and for all of them together; a step may leave some 20 bytes. */
enum { DECISION_STEPS = 1 << 23, ALL_STEPS = 1 << 25 };

struct maker {
    struct arena *arena;
    const struct model *model;
    const struct matrix_request *request;
    struct diagnostics *diagnostics;
    struct meaning *meaning;
    struct axes columns;
    bool *wanted;          /* by variable: it is to be folded */
    size_t steps, granted; /* left for all decisions; what the one at hand got */
    size_t work;           /* left for comparing with the evaluator */
    struct matrix *matrix;
};

#define REPORT(maker, code, ...) diag_add((maker)->diagnostics, DIAG_CODE_##code, SPAN_NOWHERE, __VA_ARGS__)

/* ---- names ------------------------------------------------------------------------------------------------------ */

static bool is_decided(const struct variable *variable) {
    return variable->kind == VARIABLE_DECISION || variable->kind == VARIABLE_LET;
}

static struct variable *find_variable(const struct model *model, const char *name) {
    for (size_t i = 0; i < model->variables.count; i++)
        if (!model->variables.items[i]->hidden && strcmp(model->variables.items[i]->name, name) == 0)
            return model->variables.items[i];
    return NULL;
}

/* `only_decided`: a decision or derived condition was meant. */
static void report_unknown(struct maker *maker, const char *name, bool only_decided) {
    const struct model *model = maker->model;
    const char **names = arena_alloc(maker->arena, (model->variables.count + 1) * sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < model->variables.count; i++) {
        const struct variable *variable = model->variables.items[i];
        if (!variable->hidden && (!only_decided || is_decided(variable)))
            names[count++] = variable->name;
    }
    struct diag *diag =
        only_decided ? REPORT(maker, UNKNOWN_NAME, "nothing that these rules decide is called '%s'", name)
                     : REPORT(maker, UNKNOWN_NAME, "no column is called '%s': nothing of that name is declared", name);
    const char *nearest = nearest_name(name, names, count);
    if (nearest)
        diag_help(maker->diagnostics, diag, "did you mean '%s'?", nearest);
}

static bool want_decision(struct maker *maker, const char *name) {
    struct variable *variable = find_variable(maker->model, name);
    if (!variable) {
        report_unknown(maker, name, true);
        return false;
    }
    if (!is_decided(variable)) {
        struct diag *diag = REPORT(maker, UNKNOWN_NAME, "'%s' is an input: rules ask it, but do not decide it", name);
        diag_note(maker->diagnostics, diag, variable->span, "declared here");
        return false;
    }
    maker->wanted[variable->index] = true;
    return true;
}

static bool add_column(struct maker *maker, const char *name) {
    struct variable *variable = find_variable(maker->model, name);
    if (!variable) {
        report_unknown(maker, name, false);
        return false;
    }
    if (variable_is_text(variable) && !variable->optional) {
        struct diag *diag =
            REPORT(maker, TEXT_ASKED, "'%s' is a text, by which nothing is decided: it cannot be a column", name);
        diag_note(maker->diagnostics, diag, variable->span, "declared here");
        return false;
    }
    for (size_t i = 0; i < maker->columns.count; i++)
        if (maker->columns.items[i] == variable)
            return true;
    ARENA_PUSH(maker->arena, &maker->columns, variable);
    return true;
}

/* "a, b": blanks around names do not matter. */
static bool read_columns(struct maker *maker) {
    bool good = true;
    for (const char *at = maker->request->columns; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        size_t before = strspn(at, " \t"), length = strcspn(at + before, ",");
        while (length > 0 && strchr(" \t", at[before + length - 1]))
            length--;
        good = add_column(maker, arena_copy(maker->arena, at + before, length)) && good;
    }
    return good;
}

static bool read_request(struct maker *maker) {
    const struct model *model = maker->model;
    bool good = true;
    maker->wanted = arena_alloc(maker->arena, model->variables.count + 1);
    for (size_t i = 0; i < model->variables.count && maker->request->n_decisions == 0; i++)
        maker->wanted[i] = is_decided(model->variables.items[i]) && !model->variables.items[i]->hidden;
    for (size_t i = 0; i < maker->request->n_decisions; i++)
        good = want_decision(maker, maker->request->decisions[i]) && good;
    return read_columns(maker) && good;
}

/* ---- one decision ----------------------------------------------------------------------------------------------- */

/* The hosts that there are, as far as they bear on outcomes and columns, and those that are asked for of them. */
static hostset find_space(struct maker *maker, struct variable *const *outcomes, size_t n_outcomes) {
    const struct model *model = maker->model;
    bool *inputs = arena_alloc(maker->arena, model->n_inputs + 1);
    const struct cond *where = maker->request->where ? model->question : NULL;
    struct cone *cone = cone_new(maker->arena, model);
    for (size_t i = 0; i < n_outcomes; i++)
        cone_add(cone, outcomes[i]);
    for (size_t i = 0; i < maker->columns.count; i++)
        cone_add(cone, maker->columns.items[i]);
    cone_add_cond(cone, where);
    cone_finish(maker->arena, cone);
    for (size_t i = 0; i < cone->n_inputs; i++)
        inputs[cone->inputs[i]->input] = true;
    hostset space = meaning_possible(maker->meaning, inputs);
    return where ? hosts_and(meaning_hosts(maker->meaning), space, meaning_cond(maker->meaning, where)) : space;
}

static void report_not_proven(struct maker *maker, struct folded *folded) {
    struct diag *diag =
        diag_add(maker->diagnostics, DIAG_CODE_NOT_PROVEN, folded_span(folded),
                 "'%s' was not folded: it would take more than %zu steps, or more rows than anybody reads",
                 folded_names(maker->arena, folded), maker->granted);
    diag_help(maker->diagnostics, diag, "ask for fewer hosts with --where, or for other columns with --columns");
    maker->matrix->not_proven = true;
    ARENA_PUSH(maker->arena, &maker->matrix->left_out, folded);
}

static void report_columns(struct maker *maker, const struct folded *folded) {
    struct arena *arena = maker->arena;
    const char *names = folded_names(arena, folded);
    if (folded->state == FOLD_COLUMN_UNSET) {
        const struct variable *column = folded->missing.items[0];
        struct diag *diag = REPORT(maker, COLUMNS, "'%s' cannot be told from '%s', which has no value on some hosts",
                                   names, column->name);
        diag_note(maker->diagnostics, diag, column->span, "rows here refuse them, or those of what it asks");
        diag_help(maker->diagnostics, diag, "take another column, or leave these hosts out with --where");
        return;
    }
    struct diag *diag =
        REPORT(maker, COLUMNS, "'%s' cannot be told from %s alone", names, axes_names(arena, &maker->columns, ", "));
    diag_help(maker->diagnostics, diag, "with %s, too, it can: --columns %s,%s",
              axes_names(arena, &folded->missing, ", "), axes_names(arena, &maker->columns, ","),
              axes_names(arena, &folded->missing, ","));
}

static void report_mismatch(struct maker *maker, const struct folded *folded, const char *host) {
    diag_add(maker->diagnostics, DIAG_CODE_MISMATCH, folded_span(folded),
             "'%s' as folded and the plain evaluation differ%s%s; nothing was written",
             folded_names(maker->arena, folded), host ? " for " : "", host ? host : "");
}

static bool is_own_column(struct maker *maker, struct variable *const *outcomes, size_t n_outcomes) {
    for (size_t i = 0; i < n_outcomes; i++)
        for (size_t k = 0; k < maker->columns.count; k++)
            if (maker->columns.items[k] == outcomes[i]) {
                REPORT(maker, COLUMNS, "'%s' is what is decided: it cannot be a column of itself", outcomes[i]->name);
                return true;
            }
    return false;
}

/* False after an error. */
static bool fold_decision(struct maker *maker, struct variable *const *outcomes, size_t n_outcomes) {
    struct hosts *hosts = meaning_hosts(maker->meaning);
    const char *host = NULL;
    if (is_own_column(maker, outcomes, n_outcomes))
        return false;
    maker->granted = maker->steps < DECISION_STEPS ? maker->steps : DECISION_STEPS;
    hosts_budget(hosts, maker->granted);
    struct folded *folded = fold(maker->arena, maker->model, maker->meaning, find_space(maker, outcomes, n_outcomes),
                                 outcomes, n_outcomes, maker->request->columns ? &maker->columns : NULL);
    maker->steps -= maker->granted - hosts_left(hosts);
    switch (folded->state) {
    case FOLD_NOT_PROVEN:
        report_not_proven(maker, folded);
        return true;
    case FOLD_COLUMNS_TOO_FEW:
    case FOLD_COLUMN_UNSET:
        report_columns(maker, folded);
        return false;
    case FOLD_WRONG:
        report_mismatch(maker, folded, NULL);
        return false;
    case FOLD_DONE:
        break;
    }
    if (!matrix_verify(maker->model, folded, maker->request->where, &maker->work, maker->arena, &host)) {
        report_mismatch(maker, folded, host);
        return false;
    }
    ARENA_PUSH(maker->arena, &maker->matrix->items, folded);
    return true;
}

/* Outcomes of one table that are wanted stand together. */
static bool fold_stage(struct maker *maker, const struct stage *stage) {
    size_t count = 0, all = stage->table ? stage->table->n_outcomes : 1;
    struct variable *const *outcomes = stage->table ? stage->table->outcomes : &stage->variable;
    struct variable **wanted = arena_alloc(maker->arena, (all + 1) * sizeof(struct variable *));
    for (size_t i = 0; i < all; i++)
        if (maker->wanted[outcomes[i]->index])
            wanted[count++] = outcomes[i];
    return count == 0 || fold_decision(maker, wanted, count);
}

struct matrix *matrix_of(struct arena *arena, const struct model *model, const struct matrix_request *request,
                         struct diagnostics *diagnostics) {
    struct maker maker = {.arena = arena,
                          .model = model,
                          .request = request,
                          .diagnostics = diagnostics,
                          .meaning = meaning_new(arena, model),
                          .steps = ALL_STEPS,
                          .work = MATRIX_WORK,
                          .matrix = arena_alloc(arena, sizeof(struct matrix))};
    bool good = read_request(&maker);
    *maker.matrix = (struct matrix){.model = model, .where = request->where};
    for (size_t i = 0; i < model->tables.count; i++) /* the checks have shown that their rows overlap nowhere */
        if (!model->tables.items[i]->first && !model->tables.items[i]->unproven)
            meaning_exclusive(maker.meaning, model->tables.items[i]);
    for (size_t i = 0; i < model->stages.count && good; i++)
        good = fold_stage(&maker, &model->stages.items[i]);
    return good ? maker.matrix : NULL;
}
