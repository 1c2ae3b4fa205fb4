/*
 * The checks, by looking through all cases of each question with the plain evaluator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "check.h"

#include "eval.h"
#include "space.h"

struct checker {
    struct arena *arena;
    struct model *model;
    struct diagnostics *diagnostics;
    size_t work; /* steps taken so far */
};

#define REPORT(checker, code, span, ...) diag_add((checker)->diagnostics, DIAG_CODE_##code, (span), __VA_ARGS__)

/* "guest_arch = unknown, accel = hvf": what a case is, as far as the table asks. */
static const char *describe(struct checker *checker, struct variable *const *variables, size_t count,
                            const int64_t *values) {
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_print(checker->arena, "%s%s%s = %s", text, i ? ", " : "", variables[i]->name,
                           value_text(checker->arena, &variables[i]->type, values[variables[i]->index]));
    return text;
}

/* The host behind a case, where the table asks more than facts. */
static void note_host(struct checker *checker, struct diag *diag, const struct table *table, const struct cone *cone,
                      const int64_t *values) {
    bool direct = true;
    for (size_t i = 0; i < table->n_columns; i++)
        direct = direct && table->columns[i]->kind <= VARIABLE_PARAM;
    if (direct)
        return;
    struct variable **inputs = arena_alloc(checker->arena, (cone->n_inputs + 1) * sizeof *inputs);
    for (size_t i = 0; i < cone->n_inputs; i++)
        inputs[i] = checker->model->variables.items[cone->inputs[i]->index];
    diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "such a host: %s",
              describe(checker, inputs, cone->n_inputs, values));
}

struct gap {
    size_t cases;
    int64_t *values; /* of the first case */
};

struct overlap {
    size_t first, second; /* rows */
    size_t cases;
    int64_t *values;
};

enum { MAX_OVERLAPS = 8 }; /* pairs of rows that are reported per table */

struct findings {
    struct gap gap;
    struct overlap overlaps[MAX_OVERLAPS];
    size_t n_overlaps;
};

static int64_t *keep_values(struct checker *checker, const int64_t *values) {
    size_t count = checker->model->variables.count;
    int64_t *copy = arena_alloc(checker->arena, (count + 1) * sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = values[i];
    return copy;
}

static void count_overlap(struct checker *checker, struct findings *findings, size_t first, size_t second,
                          const int64_t *values) {
    for (size_t i = 0; i < findings->n_overlaps; i++) {
        struct overlap *overlap = &findings->overlaps[i];
        if (overlap->first == first && overlap->second == second) {
            overlap->cases++;
            return;
        }
    }
    if (findings->n_overlaps < MAX_OVERLAPS)
        findings->overlaps[findings->n_overlaps++] = (struct overlap){first, second, 1, keep_values(checker, values)};
}

/* Looks at one case of a table: which rows fit? */
static void look_at_case(struct checker *checker, const struct table *table, const int64_t *values,
                         struct findings *findings) {
    size_t fits = SIZE_MAX;
    for (size_t i = 0; i < table->n_columns; i++)
        if (values[table->columns[i]->index] == MUSTER_UNSET)
            return; /* an earlier table has no answer here, or refuses the host */
    bool has_else = table->n_rows > 0 && table->rows[table->n_rows - 1].is_else;
    for (size_t i = 0; i < table->n_rows; i++) {
        if (!eval_row(table, &table->rows[i], values))
            continue;
        if (fits != SIZE_MAX)
            count_overlap(checker, findings, fits, i, values);
        else
            fits = i;
        if (table->first)
            return;
    }
    if (fits == SIZE_MAX && !has_else && findings->gap.cases++ == 0)
        findings->gap.values = keep_values(checker, values);
}

static void report_findings(struct checker *checker, const struct table *table, const struct cone *cone,
                            const struct findings *findings, size_t cases) {
    const char *name = table->outcomes[0]->name;
    if (findings->gap.cases > 0) {
        struct diag *diag = REPORT(checker, GAP, table->span, "no row of '%s' fits %s", name,
                                   describe(checker, table->columns, table->n_columns, findings->gap.values));
        note_host(checker, diag, table, cone, findings->gap.values);
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "%zu of %zu cases %s no row", findings->gap.cases, cases,
                  findings->gap.cases == 1 ? "has" : "have");
        diag_help(checker->diagnostics, diag, "add a row for %s, or an 'else' row for all that are left",
                  findings->gap.cases == 1 ? "it" : "them");
    }
    for (size_t i = 0; i < findings->n_overlaps; i++) {
        const struct overlap *overlap = &findings->overlaps[i];
        struct diag *diag = REPORT(checker, OVERLAP, table->rows[overlap->second].span, "two rows of '%s' fit %s", name,
                                   describe(checker, table->columns, table->n_columns, overlap->values));
        diag_note(checker->diagnostics, diag, table->rows[overlap->first].span, "the other row");
        note_host(checker, diag, table, cone, overlap->values);
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "%zu of %zu cases %s both rows", overlap->cases, cases,
                  overlap->cases == 1 ? "has" : "have");
        if (i == 0)
            diag_help(checker->diagnostics, diag, "narrow one of them, or let the order decide: first by");
    }
}

static void eval_cone(const struct cone *cone, int64_t *values, const struct table *until) {
    for (size_t i = 0; i < cone->n_stages; i++) {
        const struct row *row;
        if (until && cone->stages[i]->table == until)
            return;
        eval_stage(cone->stages[i], values, &row);
    }
}

/* Why a question is not looked through, or NULL. */
static const char *too_much(struct checker *checker, size_t cases, size_t work) {
    if (cases > SPACE_LIMIT)
        return arena_print(checker->arena, "it depends on more than %d cases", SPACE_LIMIT);
    if (cases > (WORK_LIMIT - checker->work) / work)
        return arena_print(checker->arena, "its %zu cases would take too long, after what was looked through before",
                           cases);
    checker->work += cases * work;
    return NULL;
}

static void check_table(struct checker *checker, struct table *table) {
    struct cone *cone = cone_new(checker->arena, checker->model);
    for (size_t i = 0; i < table->n_columns; i++)
        cone_add(cone, table->columns[i]);
    cone_finish(checker->arena, cone);
    size_t cases = cone_cases(cone, NULL);
    const char *reason = too_much(checker, cases, cone_work(cone) + table_work(table));
    if (reason) {
        table->unproven = true;
        REPORT(checker, NOT_PROVEN, table->span, "whether each host has exactly one row of '%s' was not proven: %s",
               table->outcomes[0]->name, reason);
        return;
    }
    struct findings findings = {0};
    struct walk walk;
    walk_start(checker->arena, &walk, cone, NULL);
    do {
        eval_cone(cone, walk.values, table);
        look_at_case(checker, table, walk.values, &findings);
    } while (walk_next(&walk));
    report_findings(checker, table, cone, &findings, cases);
}

static void check_example(struct checker *checker, const struct example *example) {
    struct cone *cone = cone_new(checker->arena, checker->model);
    cone_add_cond(cone, example->cond);
    cone_finish(checker->arena, cone);
    const char *reason =
        too_much(checker, cone_cases(cone, example->values), cone_work(cone) + cond_work(example->cond));
    if (reason) {
        REPORT(checker, NOT_PROVEN, example->span, "whether this example holds was not proven: %s", reason);
        return;
    }
    struct walk walk;
    walk_start(checker->arena, &walk, cone, example->values);
    do {
        eval_cone(cone, walk.values, NULL);
        if (eval_cond(example->cond, walk.values))
            continue;
        struct diag *diag =
            REPORT(checker, EXAMPLE, example->cond_span, "the example '%s' does not hold", example->name);
        size_t count = 0;
        struct variable **seen = arena_alloc(checker->arena, (checker->model->variables.count + 1) * sizeof *seen);
        for (size_t i = 0; i < cone->n_inputs; i++)
            seen[count++] = checker->model->variables.items[cone->inputs[i]->index];
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "such a host: %s",
                  describe(checker, seen, count, walk.values));
        count = 0;
        for (size_t i = 0; i < checker->model->variables.count; i++) {
            struct variable *variable = checker->model->variables.items[i];
            if (cone->has[i] && variable->kind == VARIABLE_DECISION && walk.values[i] != MUSTER_UNSET)
                seen[count++] = variable;
        }
        if (count > 0)
            diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "it gets: %s",
                      describe(checker, seen, count, walk.values));
        return;
    } while (walk_next(&walk));
}

/* Rows that test a fact, none of which names unknown, while some row takes unknown without a word: a trap. */
static void check_silent_unknown(struct checker *checker, const struct table *table) {
    for (size_t column = 0; column < table->n_columns; column++) {
        const struct variable *variable = table->columns[column];
        bool tested = false, named = false, silent = false;
        for (size_t i = 0; i < table->n_rows; i++) {
            const struct row *row = &table->rows[i];
            tested = tested || (!row->is_else && row->cell_tests[column]);
            named = named || (!row->is_else && row->cell_says_unknown[column]);
            silent = silent || row->is_else || row->cells[column].unknown;
        }
        if (!variable->type.or_unknown || !tested || named || !silent)
            continue;
        struct diag *diag = REPORT(checker, SILENT_UNKNOWN, table->span,
                                   "the table of '%s' tests '%s', but takes unknown only by '*', 'not' or 'else'",
                                   table->outcomes[0]->name, variable->name);
        diag_help(checker->diagnostics, diag, "say in a row what happens when '%s' is unknown", variable->name);
    }
}

static const char *kind_words(const struct variable *variable) {
    switch (variable->kind) {
    case VARIABLE_FACT:
        return "fact";
    case VARIABLE_PARAM:
        return "parameter";
    case VARIABLE_DECISION:
        return "decision";
    case VARIABLE_LET:
        break;
    }
    return "condition";
}

static void check_unused(struct checker *checker) {
    if (!checker->model->has_argv)
        return; /* a library: others use it */
    for (size_t i = 0; i < checker->model->variables.count; i++) {
        const struct variable *variable = checker->model->variables.items[i];
        if (!variable->used)
            REPORT(checker, UNUSED, variable->span, "nothing uses the %s '%s'", kind_words(variable), variable->name);
    }
}

void check_model(struct model *model, struct diagnostics *diagnostics) {
    struct checker checker = {.arena = arena_new(), .model = model, .diagnostics = diagnostics};
    for (size_t i = 0; i < model->tables.count; i++) {
        check_silent_unknown(&checker, model->tables.items[i]);
        check_table(&checker, model->tables.items[i]);
    }
    size_t errors = diagnostics->n_errors;
    for (size_t i = 0; i < model->examples.count && errors == 0; i++)
        check_example(&checker, &model->examples.items[i]);
    check_unused(&checker);
    if (!model->is_library && !model->has_argv)
        REPORT(&checker, EMPTY, SPAN_FILE(0), "the ruleset has no argv");
    arena_free(checker.arena);
}
