/*
 * The view: a part for the table's columns, two for each level of decisions that ask those of lower levels, one for
 * refusals, and what is shown of all that.
 *
 * Each part is materialized. Else an engine would put one into the other, and with it each question into each of its
 * uses, so that the statement grew exponentially with the number of levels.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/sql/internal.h"

/* ---- what asks what ---------------------------------------------------------------------------------------------- */

struct asking {
    size_t level;  /* the highest of what is asked */
    bool may_lack; /* some of it may have no value */
};

static void ask(struct sql *sql, const struct variable *variable, struct asking *asking) {
    size_t level = sql->level[variable->index];
    sql->asked[variable->index] = true;
    asking->level = level > asking->level ? level : asking->level;
    asking->may_lack = asking->may_lack || sql->may_lack[variable->index];
}

static void ask_cond(struct sql *sql, const struct cond *cond, struct asking *asking) {
    if (!cond)
        return;
    if (cond->kind == COND_TEST)
        ask(sql, cond->variable, asking);
    for (size_t i = 0; i < cond->operands.count; i++)
        ask_cond(sql, cond->operands.items[i], asking);
}

/*
 * On some host the table has no row, or one that rejects. Where the rules refuse hosts for their inputs it need not
 * have a row for these.
 */
static bool may_not_decide(const struct model *model, const struct table *table) {
    bool may = table->unproven, is_total = table->n_rows > 0 && table->rows[table->n_rows - 1].is_else;
    for (size_t i = 0; i < model->restrictions.count && !may; i++)
        may = !is_total && !model->restrictions.items[i].over_decisions;
    for (size_t i = 0; i < table->n_rows && !may; i++)
        may = table->rows[i].reject != NULL;
    return may;
}

static void look_at_stage(struct sql *sql, const struct stage *stage) {
    struct asking asking = {0};
    for (size_t i = 0; stage->table && i < stage->table->n_columns; i++)
        ask(sql, stage->table->columns[i], &asking);
    if (!stage->table)
        ask_cond(sql, stage->variable->cond, &asking);
    size_t n_decided = stage->table ? stage->table->n_outcomes : 1;
    for (size_t i = 0; i < n_decided; i++) {
        const struct variable *decided = stage->table ? stage->table->outcomes[i] : stage->variable;
        sql->level[decided->index] = asking.level + 1;
        sql->may_lack[decided->index] = asking.may_lack || (stage->table && may_not_decide(sql->model, stage->table));
    }
    sql->n_levels = asking.level + 1 > sql->n_levels ? asking.level + 1 : sql->n_levels;
}

/* Stages stand in an order in which each comes after what it asks. */
static void look_at_model(struct sql *sql) {
    const struct model *model = sql->model;
    struct asking ignored = {0};
    sql->asked = arena_alloc(sql->arena, model->variables.count + 1);
    sql->may_lack = arena_alloc(sql->arena, model->variables.count + 1);
    sql->level = arena_alloc(sql->arena, (model->variables.count + 1) * sizeof *sql->level);
    sql->seen_by = arena_alloc(sql->arena, (model->variables.count + 1) * sizeof(struct variable *));
    for (size_t i = 0; i < model->stages.count; i++)
        look_at_stage(sql, &model->stages.items[i]);
    for (size_t i = 0; i < model->restrictions.count; i++)
        ask_cond(sql, model->restrictions.items[i].cond, &ignored);
}

static size_t level_of(const struct sql *sql, const struct stage *stage) {
    return sql->level[(stage->table ? stage->table->outcomes[0] : stage->variable)->index];
}

/* ---- which row fits ---------------------------------------------------------------------------------------------- */

/* "WHEN accel IS NULL OR ... THEN NULL": nothing is decided where something that is asked has no value. */
static void put_lacking(struct sql *sql, const struct variable *variable, bool *any) {
    if (!sql->may_lack[variable->index])
        return;
    sql_put(sql, *any ? " OR " : "            WHEN ");
    *any = true;
    if (variable->hidden)
        sql_put(sql, "\"row %zu\"", variable->table->index + 1);
    else
        sql_put_name(sql, variable->name);
    sql_put(sql, " IS NULL");
}

/* The same of all that a derived condition asks, each once. */
static void put_lacking_cond(struct sql *sql, const struct cond *cond, const struct variable *let, bool *any) {
    if (!cond || sql->too_long)
        return;
    if (cond->kind == COND_TEST && sql->seen_by[cond->variable->index] != let) {
        sql->seen_by[cond->variable->index] = let;
        put_lacking(sql, cond->variable, any);
    }
    for (size_t i = 0; i < cond->operands.count; i++)
        put_lacking_cond(sql, cond->operands.items[i], let, any);
}

struct cells {
    const struct table *table;
    const struct row *row;
    size_t *columns; /* those whose cell is not '*' */
};

static void put_cell(struct sql *sql, const void *context, size_t index) {
    const struct cells *cells = context;
    size_t column = cells->columns[index];
    sql_put_test(sql, cells->table->columns[column], &cells->row->cells[column]);
}

static void put_row(struct sql *sql, const struct table *table, size_t index, size_t *columns) {
    const struct row *row = &table->rows[index];
    const struct cells cells = {table, row, columns};
    size_t count = 0;
    for (size_t i = 0; row->cells && i < table->n_columns; i++)
        if (!sql_is_always(table->columns[i], &row->cells[i]))
            columns[count++] = i;
    sql_put(sql, "            WHEN ");
    sql_put_joined(sql, "AND", count, put_cell, &cells);
    sql_put(sql, "%s THEN %zu\n", count == 0 ? "TRUE" : "", index + 1);
}

/* The number of the row that fits, from 1. */
static void put_table_row(struct sql *sql, const struct table *table) {
    size_t *columns = arena_alloc(sql->arena, (table->n_columns + 1) * sizeof *columns);
    bool any = false;
    sql_put(sql, ",\n        -- ");
    sql_put_comment(sql, table->overridden ? "a table that another takes the place of" : table->outcomes[0]->name);
    sql_put(sql, ": ");
    sql_put_comment(sql, sql_place(sql, table->span));
    sql_put(sql, "\n        CASE\n");
    for (size_t i = 0; i < table->n_columns && !sql->too_long; i++)
        put_lacking(sql, table->columns[i], &any);
    sql_put(sql, any ? " THEN NULL\n" : "");
    for (size_t i = 0; i < table->n_rows && !sql->too_long; i++)
        put_row(sql, table, i, columns);
    if (table->n_rows == 0)
        sql_put(sql, "            WHEN FALSE THEN 0\n");
    sql_put(sql, "        END AS \"row %zu\"", table->index + 1);
}

static void put_let(struct sql *sql, const struct variable *variable) {
    bool any = false;
    sql_put(sql, ",\n        -- ");
    sql_put_comment(sql, variable->name);
    sql_put(sql, ": ");
    sql_put_comment(sql, sql_place(sql, variable->span));
    sql_put(sql, "\n        CASE\n");
    put_lacking_cond(sql, variable->cond, variable, &any);
    sql_put(sql, any ? " THEN NULL\n" : "");
    sql_put(sql, "            WHEN ");
    sql_put_cond(sql, variable->cond);
    sql_put(sql, " THEN TRUE\n            ELSE FALSE\n        END AS ");
    sql_put_name(sql, variable->name);
}

/* ---- what rows decide -------------------------------------------------------------------------------------------- */

/* "WHEN "row 3" IN (1, 4) THEN 'virt'" for one value; false if no row has it. */
static bool put_rows_of(struct sql *sql, const struct table *table, size_t outcome, int64_t value) {
    bool any = false;
    for (size_t i = 0; i < table->n_rows && !sql->too_long; i++) {
        const struct row *row = &table->rows[i];
        if (row->reject || row->results[outcome] != value)
            continue;
        if (any)
            sql_put(sql, ", %zu", i + 1);
        else
            sql_put(sql, "            WHEN \"row %zu\" IN (%zu", table->index + 1, i + 1);
        any = true;
    }
    if (!any)
        return false;
    sql_put(sql, ") THEN ");
    sql_put_value(sql, table->outcomes[outcome], value);
    sql_put(sql, "\n");
    return true;
}

static void put_outcome(struct sql *sql, const struct table *table, size_t outcome) {
    const struct type *type = &table->outcomes[outcome]->type;
    bool any = false;
    sql_put(sql, ",\n        CASE\n");
    for (size_t value = 0; value < type->n_members && !sql->too_long; value++)
        any = put_rows_of(sql, table, outcome, (int64_t)value) || any;
    if (!any)
        sql_put(sql, "            WHEN FALSE THEN %s\n",
                type->kind == MUSTER_BOOL ? "FALSE"
                : type->numeric           ? "0"
                                          : "''");
    sql_put(sql, "        END AS ");
    sql_put_name(sql, table->outcomes[outcome]->name);
}

/* ---- refusals ---------------------------------------------------------------------------------------------------- */

/* A message, and the place of what says it. */
struct refusal {
    const char *message;
    struct span span;
};
struct refusals {
    struct refusal *items;
    size_t count, capacity;
};

static void put_refusal(struct sql *sql, struct refusals *refusals, const char *message, struct span span) {
    ARENA_PUSH(sql->arena, refusals, ((struct refusal){message, span}));
    sql_put(sql, " THEN %zu\n", refusals->count);
}

static void put_restrictions(struct sql *sql, bool over_decisions, struct refusals *refusals) {
    for (size_t i = 0; i < sql->model->restrictions.count && !sql->too_long; i++) {
        const struct restriction *restriction = &sql->model->restrictions.items[i];
        if (restriction->over_decisions != over_decisions)
            continue;
        sql_put(sql, "            WHEN ");
        sql_put_cond(sql, restriction->cond);
        put_refusal(sql, refusals, restriction->message, restriction->span);
    }
}

static void put_rejecting_rows(struct sql *sql, const struct table *table, struct refusals *refusals) {
    for (size_t i = 0; i < table->n_rows && !sql->too_long; i++) {
        if (!table->rows[i].reject)
            continue;
        sql_put(sql, "            WHEN \"row %zu\" = %zu", table->index + 1, i + 1);
        put_refusal(sql, refusals, table->rows[i].reject, table->rows[i].span);
    }
    if (!table->unproven)
        return;
    sql_put(sql, "            WHEN \"row %zu\" IS NULL", table->index + 1);
    put_refusal(sql, refusals, arena_print(sql->arena, "no row of '%s' fits", table->outcomes[0]->name), table->span);
}

/* The number of the first refusal, in the order in which the ruleset's programs refuse. */
static void put_refusals(struct sql *sql, struct refusals *refusals) {
    sql_put(sql, ",\n        CASE\n");
    put_restrictions(sql, false, refusals);
    for (size_t i = 0; i < sql->model->stages.count && !sql->too_long; i++)
        if (sql->model->stages.items[i].table)
            put_rejecting_rows(sql, sql->model->stages.items[i].table, refusals);
    put_restrictions(sql, true, refusals);
    sql_put(sql, refusals->count == 0 ? "            WHEN FALSE THEN 0\n" : "");
    sql_put(sql, "        END AS \"muster refusal\"");
}

/* ---- what is shown ----------------------------------------------------------------------------------------------- */

static void put_refused(struct sql *sql, const struct refusals *refusals, const char *name, bool place) {
    sql_put(sql, ",\n    CASE\n        WHEN \"muster invalid\" IS NOT NULL THEN NULL\n");
    for (size_t i = 0; i < refusals->count && !sql->too_long; i++) {
        const struct refusal *refusal = &refusals->items[i];
        sql_put(sql, "        WHEN \"muster refusal\" = %zu THEN ", i + 1);
        sql_put_text(sql, place ? sql_place(sql, refusal->span) : refusal->message);
        sql_put(sql, "\n");
    }
    sql_put(sql, "        ELSE CAST(NULL AS TEXT)\n    END AS %s", name);
}

static void put_shown(struct sql *sql, const char *name) {
    sql_put(sql, ",\n    CASE WHEN \"muster invalid\" IS NULL THEN ");
    sql_put_name(sql, name);
    sql_put(sql, " END AS ");
    sql_put_name(sql, name);
}

static void put_rule(struct sql *sql, const struct table *table) {
    sql_put(sql, ",\n    CASE\n        WHEN \"muster invalid\" IS NOT NULL THEN NULL\n");
    for (size_t i = 0; i < table->n_rows && !sql->too_long; i++) {
        sql_put(sql, "        WHEN \"row %zu\" = %zu THEN ", table->index + 1, i + 1);
        sql_put_text(sql, sql_place(sql, table->rows[i].span));
        sql_put(sql, "\n");
    }
    sql_put(sql, "        ELSE CAST(NULL AS TEXT)\n    END AS ");
    sql_put_name(sql, sql_rule_name(sql, table));
}

static void put_decisions(struct sql *sql) {
    for (size_t i = 0; i < sql->model->stages.count && !sql->too_long; i++) {
        const struct stage *stage = &sql->model->stages.items[i];
        if (!stage->table)
            put_shown(sql, stage->variable->name);
        else if (!stage->table->overridden) {
            for (size_t k = 0; k < stage->table->n_outcomes; k++)
                put_shown(sql, stage->table->outcomes[k]->name);
            put_rule(sql, stage->table);
        }
    }
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

static void put_head(struct sql *sql) {
    const struct source *main_file = &sql->model->sources->items[0];
    sql_put(sql, "-- What ");
    sql_put_comment(sql, main_file->name);
    sql_put(sql, " decides for each host of a table. Made by musterc sql; make it again when the rules change.\n"
                 "--\n"
                 "-- The table, for those who have none: the lines behind --| make it. NULL is unknown, or not given.\n"
                 "--\n");
    sql_put_table(sql);
    sql_put(sql, "\n");
}

/* Opens a part that takes everything of the one before it, and adds to it. */
static void open_part(struct sql *sql, const char *name) {
    sql_put(sql, "), \"muster %s\" AS MATERIALIZED (\n    SELECT s.*", name);
}

static void close_part(struct sql *sql, const char *before) {
    sql_put(sql, "\n    FROM \"muster %s\" AS s\n", before);
}

/* Returns the name of the last part. */
static const char *put_levels(struct sql *sql) {
    const char *before = "inputs";
    for (size_t level = 1; level <= sql->n_levels && !sql->too_long; level++) {
        const char *rows = arena_print(sql->arena, "rows %zu", level);
        const char *values = arena_print(sql->arena, "values %zu", level);
        open_part(sql, rows);
        for (size_t i = 0; i < sql->model->stages.count; i++) {
            const struct stage *stage = &sql->model->stages.items[i];
            if (level_of(sql, stage) != level)
                continue;
            if (stage->table)
                put_table_row(sql, stage->table);
            else
                put_let(sql, stage->variable);
        }
        close_part(sql, before);
        open_part(sql, values);
        for (size_t i = 0; i < sql->model->stages.count; i++) {
            const struct stage *stage = &sql->model->stages.items[i];
            bool shows = stage->table && !stage->table->overridden && level_of(sql, stage) == level;
            for (size_t k = 0; shows && k < stage->table->n_outcomes; k++)
                put_outcome(sql, stage->table, k);
        }
        close_part(sql, rows);
        before = values;
    }
    return before;
}

static void put_view(struct sql *sql) {
    struct refusals refusals = {0};
    sql_put(sql, "CREATE VIEW ");
    sql_put_object(sql, &sql->view);
    sql_put(sql, " AS\nWITH \"muster inputs\" AS MATERIALIZED (\n");
    sql_put_inputs(sql);
    const char *last = put_levels(sql);
    open_part(sql, "refusals");
    put_refusals(sql, &refusals);
    close_part(sql, last);
    sql_put(sql, ")\nSELECT\n");
    for (size_t i = 0; i < sql->keys.count; i++) {
        sql_put(sql, "    \"key %zu\" AS ", i + 1);
        sql_put_name(sql, sql->keys.items[i]);
        sql_put(sql, ",\n");
    }
    sql_put(sql, "    \"muster invalid\" AS \"invalid\"");
    put_refused(sql, &refusals, "\"refused\"", false);
    put_refused(sql, &refusals, "\"refused_rule\"", true);
    put_decisions(sql);
    sql_put(sql, "\nFROM \"muster refusals\";\n");
}

bool sql_of(struct arena *arena, const struct model *model, const struct sql_request *request,
            struct diagnostics *diagnostics, struct buffer *text, bool *usable) {
    struct sql sql = {.arena = arena, .model = model, .diagnostics = diagnostics};
    *usable = sql_read_request(&sql, request);
    if (!*usable)
        return false;
    look_at_model(&sql);
    if (!sql_check_names(&sql))
        return false;
    put_head(&sql);
    put_view(&sql);
    *text = sql.text;
    if (sql.too_long)
        diag_add(diagnostics, DIAG_CODE_LIMIT, SPAN_FILE(0), "as SQL these rules would be longer than %d MiB",
                 SQL_MAX_BYTES >> 20);
    return !sql.too_long;
}
