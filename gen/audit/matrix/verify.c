/*
 * Folded decisions, held against the plain evaluator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/matrix/internal.h"
#include "gen/model/eval.h"
#include "gen/model/space.h"

struct comparison {
    const struct model *model;
    const struct folded *folded;
    const struct cond *narrowed; /* hosts are looked at where it holds; or NULL */
    bool *bears;                 /* by restriction: it says which hosts there are */
    struct cone *cone;
};

/* What is behind one condition, by itself. */
static struct cone *cone_of(struct arena *arena, const struct model *model, const struct cond *cond) {
    struct cone *cone = cone_new(arena, model);
    cone_add_cond(cone, cond);
    cone_finish(arena, cone);
    return cone;
}

static bool shares_input(const struct cone *cone, const struct cone *other) {
    for (size_t i = 0; i < other->n_inputs; i++)
        if (cone->has[other->inputs[i]->index])
            return true;
    return false;
}

/* Adds restrictions over inputs that have to do with what is in the cone, until no further one has. */
static void add_restrictions(struct arena *arena, struct comparison *comparison) {
    const struct model *model = comparison->model;
    comparison->bears = arena_alloc(arena, model->restrictions.count + 1);
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < model->restrictions.count; i++) {
            const struct restriction *restriction = &model->restrictions.items[i];
            if (restriction->over_decisions || comparison->bears[i] ||
                !shares_input(comparison->cone, cone_of(arena, model, restriction->cond)))
                continue;
            comparison->bears[i] = more = true;
            cone_add_cond(comparison->cone, restriction->cond);
        }
    }
}

/* Whether the host at hand is one of those that were folded. */
static bool is_looked_at(const struct comparison *comparison, const int64_t *values) {
    const struct model *model = comparison->model;
    for (size_t i = 0; i < model->restrictions.count; i++)
        if (comparison->bears[i] && eval_cond(model->restrictions.items[i].cond, values))
            return false;
    return eval_has_values(comparison->narrowed, values) && eval_cond(comparison->narrowed, values);
}

static bool row_fits(const struct folded *folded, const struct fold_row *row, const int64_t *values) {
    for (size_t i = 0; i < folded->columns.count; i++) {
        const struct variable *column = folded->columns.items[i];
        int64_t value = values[column->index];
        if (value == MUSTER_UNSET || (row->codes[i] && !row->codes[i][variable_code(column, value)]))
            return false;
    }
    return true;
}

static bool row_agrees(const struct folded *folded, const struct fold_row *row, enum verdict verdict,
                       const struct row *decides, const int64_t *values) {
    if (verdict == VERDICT_REJECTED)
        return row->reject && strcmp(row->reject, decides->reject) == 0;
    for (size_t i = 0; i < folded->n_outcomes; i++)
        if (row->reject || row->results[i] != values[folded->outcomes[i]->index])
            return false;
    return true;
}

/* Some row fits, and all that do say what the evaluator says. Hosts without an answer are nobody's concern. */
static bool compare_host(const struct comparison *comparison, int64_t *values) {
    const struct folded *folded = comparison->folded;
    enum verdict verdict = VERDICT_UPSTREAM;
    const struct row *decides = NULL;
    for (size_t i = 0; i < comparison->cone->n_stages; i++) {
        const struct stage *stage = comparison->cone->stages[i];
        const struct row *row;
        enum verdict one = eval_stage(stage, values, &row);
        if (folded->table ? stage->table == folded->table : stage->variable == folded->let) {
            verdict = one;
            decides = row;
        }
    }
    if (verdict == VERDICT_UPSTREAM || verdict == VERDICT_GAP || !is_looked_at(comparison, values))
        return true;
    bool any = false;
    for (size_t i = 0; i < folded->rows.count; i++) {
        const struct fold_row *row = &folded->rows.items[i];
        if (!row_fits(folded, row, values))
            continue;
        any = true;
        if (!row_agrees(folded, row, verdict, decides, values))
            return false;
    }
    return any;
}

static const char *host_words(struct arena *arena, const struct cone *cone, const int64_t *values) {
    const char *words = "";
    for (size_t i = 0; i < cone->n_inputs; i++)
        words = arena_print(arena, "%s%s%s = %s", words, i ? ", " : "", cone->inputs[i]->name,
                            value_text(arena, &cone->inputs[i]->type, values[cone->inputs[i]->index]));
    return words;
}

bool matrix_verify(const struct model *model, const struct folded *folded, bool narrowed, size_t *work,
                   struct arena *arena, const char **host) {
    struct comparison comparison = {.model = model, .folded = folded, .narrowed = narrowed ? model->question : NULL};
    comparison.cone = cone_new(arena, model);
    for (size_t i = 0; i < folded->n_outcomes; i++)
        cone_add(comparison.cone, folded->outcomes[i]);
    for (size_t i = 0; i < folded->columns.count; i++)
        cone_add(comparison.cone, folded->columns.items[i]);
    cone_add_cond(comparison.cone, comparison.narrowed);
    add_restrictions(arena, &comparison);
    cone_finish(arena, comparison.cone);
    size_t cases = cone_cases(comparison.cone, NULL);
    size_t each = cone_work(comparison.cone) + folded->rows.count * (1 + folded->columns.count);
    if (cases > SPACE_LIMIT || each > *work / cases)
        return true;
    *work -= each * cases;
    struct walk walk;
    walk_start(arena, &walk, comparison.cone, NULL);
    do {
        if (!compare_host(&comparison, walk.values)) {
            *host = host_words(arena, comparison.cone, walk.values);
            return false;
        }
    } while (walk_next(&walk));
    return true;
}
