/*
 * Resolves decision tables: outcomes, columns and rows. Sorts tables by the order of evaluation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/sema/internal.h"

/*
 * The members of a numeric decision are the numbers in its rows, in ascending order, and those of the table that it
 * inherits from.
 */
static void number_members(struct builder *builder, const struct ast_table *written, size_t outcome,
                           const struct type *inherited, struct type *type) {
    size_t n_inherited = inherited ? inherited->n_members : 0;
    type->members = arena_alloc(builder->arena, (n_inherited + written->rows.count + 1) * sizeof *type->members);
    if (n_inherited > 0)
        memcpy(type->members, inherited->members, n_inherited * sizeof *type->members);
    type->n_members = n_inherited;
    type->members_incomplete = inherited && inherited->members_incomplete;
    for (size_t i = 0; i < written->rows.count; i++) {
        const struct ast_row *row = written->rows.items[i];
        if (outcome >= row->results.count || row->results.items[outcome].kind != AST_INT)
            continue; /* reported with the row */
        const struct ast_value *value = &row->results.items[outcome];
        if (value->number < type->low || value->number > type->high) {
            REPORT(builder, RANGE, value->span, "'%s' is outside the type's range", value->text);
            type->members_incomplete = true;
            continue;
        }
        size_t place = 0;
        while (place < type->n_members && type->members[place].number < value->number)
            place++;
        if (place < type->n_members && type->members[place].number == value->number)
            continue;
        memmove(&type->members[place + 1], &type->members[place], (type->n_members - place) * sizeof *type->members);
        const char *text =
            value->has_unit ? arena_print(builder->arena, "%lld", (long long)value->number) : value->text;
        type->members[place] = (struct member){.name = text, .text = text, .number = value->number};
        type->n_members++;
    }
    type->members_incomplete = type->members_incomplete || written->has_broken_rows;
    type->kind = MUSTER_ENUM;
    type->numeric = true;
    type->low = 0;
    type->high = (int64_t)type->n_members - 1;
}

static void check_size(struct builder *builder, struct span span, size_t count, size_t max, const char *what) {
    if (count > max)
        REPORT(builder, LIMIT, span, "this table has more than %zu %s", max, what);
}

/* Records the decisions of a table with errors, so that their uses are not reported as undeclared. */
static void skip_outcomes(struct builder *builder, const struct ast_table *written) {
    for (size_t i = 0; i < written->outcomes.count; i++)
        skip_words(builder, written->outcomes.items[i].name.span);
}

static bool can_be_decided(enum muster_kind kind) {
    switch (kind) {
    case MUSTER_BOOL:
    case MUSTER_ENUM:
    case MUSTER_INT:
        return true;
    case MUSTER_VERSION:
    case MUSTER_TEXT:
    case MUSTER_PATH:
        break;
    }
    return false;
}

static void refuse_outcome(struct builder *builder, const struct ast_outcome *outcome, struct type *type) {
    REPORT(builder, TYPE, outcome->type.span, "a decision is yes or no, a member of an enumeration, or a number");
    *type = (struct type){.kind = MUSTER_BOOL, .broken = true};
}

static struct variable *resolve_outcome(struct builder *builder, struct written_table *written, size_t index) {
    const struct ast_table *from = written->declaration->table;
    const struct ast_outcome *outcome = &from->outcomes.items[index];
    struct variable *variable = arena_alloc(builder->arena, sizeof *variable);
    variable->kind = VARIABLE_DECISION;
    variable->name = outcome->name.text;
    variable->title = ast_plain_text(outcome->title, builder->diagnostics);
    variable->span = outcome->name.span;
    variable->table = written->table;
    variable->default_value = MUSTER_UNSET;
    variable->type.broken = !resolve_type(builder, &outcome->type, &variable->type);
    if (variable->type.broken)
        variable->type.kind = MUSTER_BOOL;
    else if (variable->type.or_unknown || !can_be_decided(variable->type.kind))
        refuse_outcome(builder, outcome, &variable->type);
    else if (variable->type.kind == MUSTER_INT)
        number_members(builder, from, index,
                       written->inherits && written->replaced ? &written->replaced->table->outcomes[index]->type : NULL,
                       &variable->type);
    return variable;
}

static void declare_outcomes(struct builder *builder, struct written_table *written) {
    struct model *model = builder->model;
    struct table *table = written->table;
    for (size_t i = 0; i < table->n_outcomes; i++) {
        struct variable *variable = table->outcomes[i];
        struct ast_name name = {variable->name, variable->span};
        if (declare_name(builder, &builder->names, name, "decision", name_variable(builder, variable))) {
            variable->index = model->variables.count;
            ARENA_PUSH(builder->arena, &model->variables, variable);
        } else if (i == 0) {
            written->is_left_out = true;
        }
    }
    table->index = model->tables.count;
    ARENA_PUSH(builder->arena, &model->tables, table);
}

/* Makes the names of the overridden table refer to the decisions of the override. */
static void replace_names(struct builder *builder, struct written_table *written) {
    struct model *model = builder->model;
    struct table *table = written->table, *replaced = written->replaced->table;
    for (size_t i = 0; i < table->n_outcomes; i++) {
        struct symbol *symbol = symbols_find(&builder->names, table->outcomes[i]->name);
        symbol->span = table->outcomes[i]->span;
        symbol->meaning = name_variable(builder, table->outcomes[i]);
        table->outcomes[i]->index = replaced->outcomes[i]->index;
        model->variables.items[table->outcomes[i]->index] = table->outcomes[i];
    }
    table->index = replaced->index;
    table->overrides = true;
    model->tables.items[table->index] = table;
    written->replaced->replaced_by = written;
}

static bool inherits(const struct ast_table *table) {
    for (size_t i = 0; table->overrides && i < table->rows.count; i++)
        for (size_t k = 0; k < table->rows.items[i]->results.count; k++)
            if (table->rows.items[i]->results.items[k].kind == AST_INHERIT)
                return true;
    return false;
}

void resolve_table_header(struct builder *builder, const struct ast_declaration *declaration) {
    const struct ast_table *from = declaration->table;
    struct table *table = arena_alloc(builder->arena, sizeof *table);
    struct written_table *written = arena_alloc(builder->arena, sizeof *written);
    *written = (struct written_table){.declaration = declaration, .table = table, .inherits = inherits(from)};
    table->span = declaration->name.span;
    table->first = from->first;
    table->n_outcomes = from->outcomes.count;
    size_t n_columns = from->columns.count + written->inherits;
    check_size(builder, table->span, n_columns, MAX_COLUMNS, "columns");
    check_size(builder, table->span, from->outcomes.count, MAX_COLUMNS, "decisions");
    check_size(builder, table->span, from->rows.count, MAX_ROWS, "rows");
    bool is_sound = n_columns <= MAX_COLUMNS && table->n_outcomes <= MAX_COLUMNS && from->rows.count <= MAX_ROWS;
    if (is_sound && from->overrides)
        is_sound = (written->replaced = find_replaced(builder, declaration)) != NULL;
    if (!is_sound) {
        skip_outcomes(builder, from);
        return;
    }
    table->outcomes = arena_alloc(builder->arena, table->n_outcomes * sizeof(struct variable *));
    for (size_t i = 0; i < table->n_outcomes; i++)
        table->outcomes[i] = resolve_outcome(builder, written, i);
    if (!written->replaced)
        declare_outcomes(builder, written);
    else if (same_outcomes(builder, written))
        replace_names(builder, written);
    else
        return;
    ARENA_PUSH(builder->arena, &builder->tables, written);
}

static bool names_unknown(const struct ast_cell *cell) {
    for (size_t i = 0; i < cell->tests.count; i++) {
        const struct ast_test *test = &cell->tests.items[i];
        if (test->kind == AST_TEST_NOT ? names_unknown(test->inner)
                                       : test->kind == AST_TEST_VALUE && test->value.kind == AST_UNKNOWN)
            return true;
    }
    return false;
}

static void resolve_cells(struct builder *builder, const struct table *table, const struct ast_row *written,
                          struct row *row) {
    if (written->cells.count != table->n_columns) {
        struct span span = span_join(written->cells.items[0].span, written->cells.items[written->cells.count - 1].span);
        REPORT(builder, ARITY, span, "this row has %s, but the table has %s",
               counted(builder, written->cells.count, "cell"), counted(builder, table->n_columns, "column"));
        return;
    }
    row->cells = arena_alloc(builder->arena, table->n_columns * sizeof *row->cells);
    row->cell_spans = arena_alloc(builder->arena, table->n_columns * sizeof *row->cell_spans);
    row->cell_names_unknown = arena_alloc(builder->arena, table->n_columns);
    row->cell_tests = arena_alloc(builder->arena, table->n_columns);
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct ast_cell *cell = &written->cells.items[i];
        if (!table->columns[i])
            continue;
        resolve_cell(builder, table->columns[i], cell, &row->cells[i]);
        row->cell_spans[i] = cell->span;
        row->cell_names_unknown[i] = names_unknown(cell);
        row->cell_tests[i] = cell->tests.items[0].kind != AST_TEST_ANY;
    }
}

static void refuse_inherit(struct builder *builder, struct span span) {
    struct diag *diag = REPORT(builder, OVERRIDE, span,
                               "'inherit' asks the table that an override takes the place of, "
                               "but this is no override");
    diag_help(builder->diagnostics, diag, "it belongs to 'override decide', in a ruleset that extends another");
}

static void resolve_results(struct builder *builder, const struct table *table, bool overrides,
                            const struct ast_row *written, struct row *row) {
    if (written->reject) {
        row->reject = ast_plain_text(written->reject, builder->diagnostics);
        return;
    }
    if (written->results.count != table->n_outcomes) {
        struct span span =
            span_join(written->results.items[0].span, written->results.items[written->results.count - 1].span);
        REPORT(builder, ARITY, span, "this row has %s, but the table has %s",
               counted(builder, written->results.count, "result"), counted(builder, table->n_outcomes, "decision"));
        return;
    }
    row->results = arena_alloc(builder->arena, table->n_outcomes * sizeof *row->results);
    for (size_t i = 0; i < table->n_outcomes; i++) {
        const struct ast_value *value = &written->results.items[i];
        if (value->kind != AST_INHERIT)
            resolve_value(builder, &table->outcomes[i]->type, value, &row->results[i]);
        else if (overrides)
            row->results[i] = MUSTER_UNSET; /* set by inherit_rows */
        else
            refuse_inherit(builder, value->span);
    }
}

static void resolve_columns(struct builder *builder, const struct ast_table *written, struct table *table) {
    table->n_columns = written->columns.count;
    table->columns = arena_alloc(builder->arena, table->n_columns * sizeof(struct variable *));
    for (size_t i = 0; i < table->n_columns; i++) {
        struct ast_name name = written->columns.items[i];
        struct variable *variable = look_up_variable(builder, name);
        if (variable && (variable_is_text(variable))) {
            REPORT(builder, TEXT_ASKED, name.span, "'%s' is a string and cannot be used in a condition",
                   variable->name);
            variable = NULL;
        }
        for (size_t k = 0; k < i && variable; k++)
            if (table->columns[k] == variable)
                REPORT(builder, DUPLICATE, name.span, "'%s' is a column twice", variable->name);
        table->columns[i] = variable;
    }
}

void resolve_table_rows(struct builder *builder, const struct ast_declaration *declaration) {
    size_t next = builder->n_tables_read;
    if (next == builder->tables.count || builder->tables.items[next]->declaration != declaration)
        return; /* the header has an error */
    builder->n_tables_read++;
    if (builder->tables.items[next]->is_left_out)
        return;
    const struct ast_table *written = declaration->table;
    struct table *table = builder->tables.items[next]->table;
    struct symbols labels = {0};
    resolve_columns(builder, written, table);
    table->n_rows = written->rows.count;
    table->rows = arena_alloc(builder->arena, (table->n_rows + 1) * sizeof *table->rows);
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct ast_row *from = written->rows.items[i];
        struct row *row = &table->rows[i];
        row->from = from;
        row->span = from->span;
        row->written = i;
        row->is_else = from->is_else;
        row->label = from->label.text;
        if (row->label)
            declare_name(builder, &labels, from->label, "row", row);
        if (from->is_else && i + 1 < table->n_rows)
            REPORT(builder, SYNTAX, from->span, "'else' matches what no other row matches, so it is the last row");
        if (!from->is_else)
            resolve_cells(builder, table, from, row);
        resolve_results(builder, table, written->overrides, from, row);
        row->meta = resolve_meta(builder, &from->meta);
    }
    if (table->n_rows == 0 && !written->has_broken_rows)
        REPORT(builder, EMPTY, table->span, "the table of '%s' has no row", declaration->name.text);
}

/* ---- the order of evaluation: each table and let after its dependencies ------------------------------------------ */

enum mark { UNSEEN, OPEN, DONE };

struct sorter {
    struct builder *builder;
    enum mark *marks; /* by variable; a table uses the mark of its first outcome */
    const struct variable **trail;
    size_t n_trail;
    bool circular;
};

static void visit(struct sorter *sorter, const struct variable *variable);

static void visit_cond(struct sorter *sorter, const struct cond *cond) {
    if (!cond)
        return;
    if (cond->kind == COND_TEST)
        visit(sorter, cond->variable);
    for (size_t i = 0; i < cond->operands.count; i++)
        visit_cond(sorter, cond->operands.items[i]);
}

static void report_cycle(struct sorter *sorter, const struct variable *again) {
    struct builder *builder = sorter->builder;
    size_t from = sorter->n_trail;
    while (from > 0 && sorter->trail[from - 1] != again)
        from--;
    from = from ? from - 1 : 0;
    const char *circle = "";
    enum { SHOWN = 8 };
    for (size_t i = from; i < sorter->n_trail && i < from + SHOWN; i++)
        circle = arena_print(builder->arena, "%s%s -> ", circle, sorter->trail[i]->name);
    struct diag *diag = REPORT(builder, CYCLE, again->span, "'%s' depends on itself: %s%s%s", again->name, circle,
                               sorter->n_trail - from > SHOWN ? "... -> " : "", again->name);
    for (size_t i = from + 1; i < sorter->n_trail && i < from + SHOWN; i++)
        diag_note(builder->diagnostics, diag, sorter->trail[i]->span, "by way of '%s'", sorter->trail[i]->name);
    sorter->circular = true;
}

static void visit(struct sorter *sorter, const struct variable *variable) {
    if (variable_is_input(variable) || sorter->circular)
        return;
    struct table *table = variable->table;
    const struct variable *first = table ? table->outcomes[0] : variable;
    enum mark *mark = &sorter->marks[first->index];
    if (*mark == OPEN)
        report_cycle(sorter, first);
    if (*mark != UNSEEN)
        return;
    *mark = OPEN;
    sorter->trail[sorter->n_trail++] = first;
    for (size_t i = 0; table && i < table->n_columns; i++)
        if (table->columns[i])
            visit(sorter, table->columns[i]);
    if (!table)
        visit_cond(sorter, variable->cond);
    sorter->n_trail--;
    *mark = DONE;
    struct model *model = sorter->builder->model;
    struct stage stage = {.table = table, .variable = table ? NULL : model->variables.items[variable->index]};
    ARENA_PUSH(model->arena, &model->stages, stage);
}

void resolve_stages(struct builder *builder) {
    struct model *model = builder->model;
    size_t count = model->variables.count;
    struct sorter sorter = {.builder = builder};
    sorter.marks = arena_alloc(builder->arena, (count + 1) * sizeof *sorter.marks);
    sorter.trail = arena_alloc(builder->arena, (count + 1) * sizeof *sorter.trail);
    for (size_t i = 0; i < count; i++)
        visit(&sorter, model->variables.items[i]);
}
