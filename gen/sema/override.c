/*
 * Overrides: tables that replace tables of the base, and the rows that they inherit.
 *
 * An overridden table that is inherited from stays in the model with one hidden decision: the number of its row. The
 * override has that decision as its last column, and a row that inherits is expanded to one row per value of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/sema/internal.h"

/* ---- the overridden table ---------------------------------------------------------------------------------------- */

static struct written_table *find_written(const struct builder *builder, const struct table *table) {
    for (size_t i = 0; i < builder->tables.count; i++)
        if (builder->tables.items[i]->table == table)
            return builder->tables.items[i];
    return NULL;
}

static void refuse_name(struct builder *builder, struct ast_name name, size_t layer, const struct symbol *symbol) {
    struct diag *diag =
        REPORT(builder, OVERRIDE, name.span, "no table of the extended ruleset decides '%s'", name.text);
    if (symbol) {
        diag_note(builder->diagnostics, diag, symbol->span, "'%s' is declared here", name.text);
        return;
    }
    struct symbols decisions = {0};
    for (size_t i = 0; i < builder->tables.count; i++) {
        const struct table *table = builder->tables.items[i]->table;
        for (size_t k = 0; k < table->n_outcomes && layer_of(builder, table->span) < layer; k++)
            if (!symbols_find(&decisions, table->outcomes[k]->name))
                symbols_add(builder->arena, &decisions, table->outcomes[k]->name, table->span, NULL);
    }
    const char *nearest =
        diag_is_full(builder->diagnostics) ? NULL : symbols_nearest(builder->arena, &decisions, name.text, NULL);
    if (nearest)
        diag_help(builder->diagnostics, diag, "did you mean '%s'?", nearest);
}

/* The table of a base that has a decision of this name, or NULL after a message. */
static struct written_table *find_base_table(struct builder *builder, struct ast_name name, size_t layer) {
    const struct symbol *symbol = symbols_find(&builder->names, name.text);
    const struct named *named = symbol ? symbol->meaning : NULL;
    struct table *table = named && named->variable ? named->variable->table : NULL;
    struct written_table *found = table ? find_written(builder, table) : NULL;
    if (!symbol && may_be_skipped(builder, name.text))
        return NULL;
    if (found && layer_of(builder, table->span) < layer)
        return found;
    if (found && found->replaced) {
        struct diag *diag = REPORT(builder, DUPLICATE, name.span, "'%s' is overridden twice", name.text);
        diag_note(builder->diagnostics, diag, symbol->span, "the first one");
        return NULL;
    }
    refuse_name(builder, name, layer, symbol);
    return NULL;
}

static const char *outcome_names(struct builder *builder, const struct table *table) {
    enum { SHOWN = 8 };
    const char *list = "";
    for (size_t i = 0; i < table->n_outcomes && i < SHOWN; i++)
        list = arena_print(builder->arena, "%s%s%s", list, i ? ", " : "", table->outcomes[i]->name);
    return arena_print(builder->arena, "%s%s", list, table->n_outcomes > SHOWN ? ", ..." : "");
}

struct written_table *find_replaced(struct builder *builder, const struct ast_declaration *declaration) {
    const struct ast_table *written = declaration->table;
    size_t layer = layer_of(builder, declaration->span);
    if (layer == 0) {
        struct span word = {declaration->span.file, declaration->span.begin, declaration->span.begin + 8};
        struct diag *diag =
            REPORT(builder, OVERRIDE, word, "this ruleset extends none, so there is nothing to override");
        diag_help(builder->diagnostics, diag, "begin the file with: ruleset NAME extends \"FILE\";");
        return NULL;
    }
    struct written_table *found = find_base_table(builder, written->outcomes.items[0].name, layer);
    if (!found)
        return NULL;
    bool same = found->table->n_outcomes == written->outcomes.count;
    for (size_t i = 0; same && i < written->outcomes.count; i++)
        same = strcmp(written->outcomes.items[i].name.text, found->table->outcomes[i]->name) == 0;
    if (same)
        return found;
    struct diag *diag = REPORT(builder, OVERRIDE, declaration->name.span,
                               "an override has the decisions of the table that it replaces, in the same order: %s",
                               outcome_names(builder, found->table));
    diag_note(builder->diagnostics, diag, found->table->span, "that table");
    return NULL;
}

/* ---- equal types ------------------------------------------------------------------------------------------------- */

static bool same_bound(bool has, const struct ast_value *value, bool other_has, const struct ast_value *other) {
    return has == other_has && (!has || value->number == other->number);
}

/* For numeric decisions. */
static bool same_range(const struct ast_range *a, const struct ast_range *b) {
    bool same_high = a->has_high == b->has_high;
    if (a->has_high && b->has_high)
        same_high = a->high.number - a->half_open == b->high.number - b->half_open;
    return same_high && same_bound(a->has_low, &a->low, b->has_low, &b->low);
}

static bool same_members(const struct type *a, const struct type *b) {
    bool same = a->kind == b->kind && a->n_members == b->n_members;
    for (size_t i = 0; same && i < a->n_members; i++)
        same =
            strcmp(a->members[i].name, b->members[i].name) == 0 && strcmp(a->members[i].text, b->members[i].text) == 0;
    return same;
}

bool same_outcomes(struct builder *builder, const struct written_table *written) {
    const struct written_table *replaced = written->replaced;
    for (size_t i = 0; i < written->table->n_outcomes; i++) {
        const struct ast_outcome *outcome = &written->declaration->table->outcomes.items[i];
        const struct ast_outcome *other = &replaced->declaration->table->outcomes.items[i];
        const struct type *type = &written->table->outcomes[i]->type, *base = &replaced->table->outcomes[i]->type;
        if (type->broken || base->broken)
            continue;
        bool same = type->numeric && base->numeric ? same_range(&outcome->type.range, &other->type.range)
                                                   : type->numeric == base->numeric && same_members(type, base);
        if (same)
            continue;
        struct diag *diag =
            REPORT(builder, OVERRIDE, outcome->type.span,
                   "'%s' has another type than in the table that this one takes the place of", outcome->name.text);
        diag_note(builder->diagnostics, diag, other->type.span, "its type there");
        return false;
    }
    return true;
}

/* ---- tables that stay -------------------------------------------------------------------------------------------- */

/* Cannot be a name in rules. Unique even if a table is overridden repeatedly. */
static const char *hidden_name(struct builder *builder, const struct written_table *written) {
    const char *name = written->table->outcomes[0]->name;
    for (const struct written_table *at = written; at; at = at->replaced)
        name = arena_print(builder->arena, "%s.replaced", name);
    return name;
}

void select_replaced(struct builder *builder) {
    struct model *model = builder->model;
    for (size_t i = builder->tables.count; i-- > 0;) {
        struct written_table *written = builder->tables.items[i];
        const struct written_table *by = written->replaced_by;
        if (!by)
            continue;
        written->is_left_out = by->is_left_out || !by->inherits;
        if (written->is_left_out)
            continue;
        struct variable *hidden = arena_alloc(builder->arena, sizeof *hidden);
        *hidden = (struct variable){.kind = VARIABLE_DECISION,
                                    .index = model->variables.count,
                                    .name = hidden_name(builder, written),
                                    .title = "which row of the replaced table fits",
                                    .span = written->table->span,
                                    .used = true,
                                    .hidden = true,
                                    .default_value = MUSTER_UNSET,
                                    .table = written->table};
        ARENA_PUSH(builder->arena, &model->variables, hidden);
        written->hidden = hidden;
        written->table->index = model->tables.count;
        ARENA_PUSH(builder->arena, &model->tables, written->table);
    }
}

/* ---- inheriting -------------------------------------------------------------------------------------------------- */

static struct valueset all_values(struct builder *builder, const struct variable *variable) {
    struct valueset set = {0};
    if (!variable)
        return set; /* an unresolved column */
    valueset_add(builder->arena, &set, variable->type.low, variable->type.high);
    set.unknown = variable->type.or_unknown;
    return set;
}

/* The value that a row of the overridden table yields, as a value of the override's decision. */
static int64_t inherited_value(const struct type *type, const struct type *base, int64_t value) {
    if (!base->numeric || value < 0 || (size_t)value >= base->n_members)
        return value;
    for (size_t i = 0; i < type->n_members; i++)
        if (type->members[i].number == base->members[value].number)
            return (int64_t)i;
    return value;
}

static bool row_inherits(const struct table *table, const struct row *row) {
    for (size_t i = 0; row->results && i < table->n_outcomes; i++)
        if (row->results[i] == MUSTER_UNSET)
            return true;
    return false;
}

/* Adds a cell of the hidden decision's column, the last one. */
static void add_cell(struct builder *builder, const struct table *table, struct row *row, struct valueset set,
                     bool tests) {
    size_t last = table->n_columns - 1;
    struct valueset *cells = arena_alloc(builder->arena, table->n_columns * sizeof *cells);
    bool *names_unknown = arena_alloc(builder->arena, table->n_columns);
    bool *cell_tests = arena_alloc(builder->arena, table->n_columns);
    for (size_t i = 0; i < last; i++) {
        cells[i] = row->cells ? row->cells[i] : all_values(builder, table->columns[i]);
        names_unknown[i] = row->cells && row->cell_names_unknown[i];
        cell_tests[i] = row->cells && row->cell_tests[i];
    }
    cells[last] = set;
    cell_tests[last] = tests;
    row->cells = cells;
    row->cell_names_unknown = names_unknown;
    row->cell_tests = cell_tests;
}

/* The row restricted to hosts on which the overridden table selects row `index`. */
static struct row inherited_row(struct builder *builder, const struct table *table, struct row row,
                                const struct written_table *replaced, size_t index) {
    const struct row *base = &replaced->table->rows[index];
    struct valueset set = {0};
    valueset_add(builder->arena, &set, (int64_t)index, (int64_t)index);
    add_cell(builder, table, &row, set, true);
    if (!row.meta.reason)
        row.meta.reason = base->meta.reason;
    if (!row.meta.see)
        row.meta.see = base->meta.see;
    int64_t *results = arena_alloc(builder->arena, table->n_outcomes * sizeof *results);
    for (size_t i = 0; i < table->n_outcomes; i++) {
        const struct variable *outcome = table->outcomes[i], *other = replaced->table->outcomes[i];
        results[i] = row.results[i];
        if (results[i] == MUSTER_UNSET)
            results[i] = base->results ? inherited_value(&outcome->type, &other->type, base->results[i]) : 0;
    }
    row.results = base->reject ? NULL : results;
    row.reject = base->reject;
    return row;
}

static void inherit(struct builder *builder, const struct written_table *written) {
    struct table *table = written->table;
    const struct table *base = written->replaced->table;
    struct variable **columns = arena_alloc(builder->arena, (table->n_columns + 1) * sizeof(struct variable *));
    if (table->n_columns > 0)
        memcpy(columns, table->columns, table->n_columns * sizeof(struct variable *));
    columns[table->n_columns++] = written->replaced->hidden;
    table->columns = columns;
    size_t count = 0;
    for (size_t i = 0; i < table->n_rows; i++)
        count += row_inherits(table, &table->rows[i]) ? base->n_rows : 1;
    if (count > MAX_ROWS) {
        REPORT(builder, LIMIT, table->span, "with the rows that it inherits, this table has more than %d rows",
               MAX_ROWS);
        table->n_rows = 0;
        return;
    }
    struct row *rows = arena_alloc(builder->arena, (count + 1) * sizeof *rows);
    size_t used = 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        struct row *row = &table->rows[i];
        bool expands = row_inherits(table, row);
        for (size_t k = 0; expands && k < base->n_rows; k++)
            rows[used++] = inherited_row(builder, table, *row, written->replaced, k);
        if (expands)
            continue;
        if (row->cells)
            add_cell(builder, table, row, all_values(builder, written->replaced->hidden), false);
        rows[used++] = *row;
    }
    table->rows = rows;
    table->n_rows = used;
}

/* Gives the overridden table the hidden decision as its only outcome. */
static void hide(struct builder *builder, const struct written_table *written) {
    struct table *table = written->table;
    struct type *type = &written->hidden->type;
    *type = (struct type){.kind = MUSTER_ENUM, .n_members = table->n_rows, .high = (int64_t)table->n_rows - 1};
    type->members = arena_alloc(builder->arena, (table->n_rows + 1) * sizeof *type->members);
    for (size_t i = 0; i < table->n_rows; i++) {
        const char *name = arena_print(builder->arena, "%zu", i + 1);
        type->members[i] = (struct member){.name = name, .text = name};
    }
}

static void decide_rows(struct builder *builder, const struct written_table *written) {
    struct table *table = written->table;
    table->n_outcomes = 1;
    table->outcomes = arena_alloc(builder->arena, sizeof(struct variable *));
    table->outcomes[0] = written->hidden;
    table->overridden = true;
    for (size_t i = 0; i < table->n_rows; i++) {
        table->rows[i].results = arena_alloc(builder->arena, sizeof *table->rows[i].results);
        table->rows[i].results[0] = (int64_t)i;
        table->rows[i].reject = NULL;
    }
}

void inherit_rows(struct builder *builder) {
    for (size_t i = 0; i < builder->tables.count; i++) {
        const struct written_table *written = builder->tables.items[i];
        if (!written->replaced || !written->inherits || written->is_left_out)
            continue;
        hide(builder, written->replaced);
        inherit(builder, written);
        decide_rows(builder, written->replaced);
    }
}
