/*
 * The table of hosts: what its columns must be, and how the view reads them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <strings.h>

#include "gen/audit/sql/internal.h"

static const char *const version_parts[] = {"major", "minor", "patch"};

static const char *part_name(struct sql *sql, const struct variable *variable, size_t part) {
    return arena_print(sql->arena, "%s_%s", variable->name, version_parts[part]);
}

/* What is taken where the column is NULL, as the ruleset's programs take it; MUSTER_UNSET: nothing. */
static int64_t default_of(const struct variable *variable) {
    if (variable->type.or_unknown)
        return MUSTER_UNSET; /* NULL is unknown */
    if (variable->default_value == MUSTER_UNSET && variable->kind == VARIABLE_FACT &&
        variable->type.kind == MUSTER_BOOL && variable->source == AST_FROM_CALLER)
        return 0;
    return variable->default_value;
}

/* ---- the table, for those who have none -------------------------------------------------------------------------- */

static void put_member_list(struct sql *sql, const struct variable *variable) {
    for (size_t i = 0; i < variable->type.n_members && !sql->too_long; i++) {
        sql_put(sql, i > 0 ? ", " : "");
        sql_put_value(sql, variable, (int64_t)i);
    }
}

/* NOT NULL, unless NULL means unknown or not given; and the default, of a version that of one part. */
static void put_null(struct sql *sql, const struct variable *variable, size_t part) {
    int64_t value = default_of(variable);
    if (variable->type.or_unknown || variable_is_text(variable))
        return;
    sql_put(sql, " NOT NULL");
    if (value == MUSTER_UNSET)
        return;
    sql_put(sql, " DEFAULT ");
    if (variable->type.kind == MUSTER_VERSION)
        sql_put_number(sql, value >> (40 - 20 * part) & MUSTER_VERSION_MAX);
    else
        sql_put_value(sql, variable, value);
}

static void put_about(struct sql *sql, const struct variable *variable, bool is_last) {
    const char *null = variable->optional ? "NULL: not given" : variable->type.or_unknown ? "NULL: unknown" : NULL;
    sql_put(sql, is_last ? "" : ",");
    if (variable->title || null)
        sql_put(sql, "  -- ");
    if (variable->title)
        sql_put_comment(sql, variable->title);
    sql_put(sql, "%s%s\n", variable->title && null ? "; " : "", null ? null : "");
}

static void put_version_columns(struct sql *sql, const struct variable *variable, bool is_last) {
    for (size_t part = 0; part < 3; part++) {
        const char *name = part_name(sql, variable, part);
        sql_put(sql, "--|     ");
        sql_put_name(sql, name);
        sql_put(sql, " INTEGER");
        put_null(sql, variable, part);
        sql_put(sql, " CHECK (");
        sql_put_name(sql, name);
        sql_put(sql, " BETWEEN 0 AND %lld)", (long long)MUSTER_VERSION_MAX);
        if (part < 2)
            sql_put(sql, ",\n");
        else
            put_about(sql, variable, is_last);
    }
}

static void put_type(struct sql *sql, const struct variable *variable) {
    const struct type *type = &variable->type;
    bool is_int = type->kind == MUSTER_INT;
    sql_put(sql, type->kind == MUSTER_BOOL ? " BOOLEAN" : is_int ? " BIGINT" : " TEXT");
    put_null(sql, variable, 0);
    if (variable_is_text(variable))
        return;
    sql_put(sql, " CHECK (");
    sql_put_name(sql, variable->name);
    if (is_int) {
        sql_put(sql, " BETWEEN ");
        sql_put_number(sql, type->low);
        sql_put(sql, " AND ");
        sql_put_number(sql, type->high);
    } else {
        sql_put(sql, " IN (");
        put_member_list(sql, variable);
        sql_put(sql, ")");
    }
    sql_put(sql, ")");
}

/* The key is a column that is there for a fact. */
static bool is_input_column(struct sql *sql, const char *name) {
    for (size_t i = 0; i < sql->model->n_inputs; i++) {
        const struct variable *input = sql->model->inputs[i];
        bool is_version = input->type.kind == MUSTER_VERSION, found = false;
        for (size_t part = 0; part < 3 && is_version; part++)
            found = found || strcasecmp(part_name(sql, input, part), name) == 0;
        if (sql->asked[input->index] && (found || (!is_version && strcasecmp(input->name, name) == 0)))
            return true;
    }
    return false;
}

/* The first key is what tells hosts apart. */
static void put_key_columns(struct sql *sql, bool more) {
    size_t last = sql->keys.count;
    while (last > 0 && is_input_column(sql, sql->keys.items[last - 1]))
        last--;
    for (size_t i = 0; i < last; i++) {
        if (is_input_column(sql, sql->keys.items[i]))
            continue;
        sql_put(sql, "--|     ");
        sql_put_name(sql, sql->keys.items[i]);
        sql_put(sql, " TEXT%s%s\n", i == 0 ? " PRIMARY KEY" : "", i + 1 < last || more ? "," : "");
    }
}

void sql_put_table(struct sql *sql) {
    size_t n_asked = 0, n_put = 0;
    for (size_t i = 0; i < sql->model->n_inputs; i++)
        n_asked += sql->asked[sql->model->inputs[i]->index];
    sql_put(sql, "--| CREATE TABLE ");
    sql_put_object(sql, &sql->table);
    sql_put(sql, " (\n");
    put_key_columns(sql, n_asked > 0);
    for (size_t i = 0; i < sql->model->n_inputs && !sql->too_long; i++) {
        const struct variable *input = sql->model->inputs[i];
        if (!sql->asked[input->index])
            continue;
        bool is_last = ++n_put == n_asked;
        if (input->type.kind == MUSTER_VERSION) {
            put_version_columns(sql, input, is_last);
            continue;
        }
        sql_put(sql, "--|     ");
        sql_put_name(sql, input->name);
        put_type(sql, input);
        put_about(sql, input, is_last);
    }
    sql_put(sql, "--| );\n");
}

/* ---- reading it -------------------------------------------------------------------------------------------------- */

/* Always with the table's name before it: SQLite takes a quoted name that is no column for a text. */
static void put_column(struct sql *sql, const char *name) {
    sql_put(sql, "h.");
    sql_put_name(sql, name);
}

/* The column, or the default where it is NULL. */
static void put_raw(struct sql *sql, const struct variable *variable) {
    int64_t value = default_of(variable);
    if (value == MUSTER_UNSET) {
        put_column(sql, variable->name);
        return;
    }
    sql_put(sql, "COALESCE(");
    put_column(sql, variable->name);
    sql_put(sql, ", ");
    sql_put_value(sql, variable, value);
    sql_put(sql, ")");
}

static void put_packed(struct sql *sql, const struct variable *variable) {
    static const char *const factors[] = {" * 1099511627776 + ", " * 1048576 + ", ""};
    for (size_t part = 0; part < 3; part++) {
        sql_put(sql, "CAST(");
        put_column(sql, part_name(sql, variable, part));
        sql_put(sql, " AS BIGINT)%s", factors[part]);
    }
}

/* All three parts are NULL. */
static void put_no_version(struct sql *sql, const struct variable *variable) {
    for (size_t part = 0; part < 3; part++) {
        sql_put(sql, part > 0 ? " AND " : "");
        put_column(sql, part_name(sql, variable, part));
        sql_put(sql, " IS NULL");
    }
}

/* "WHEN ... THEN 'kvm has no such value'" for each way in which an input can be none. */
static void put_invalid(struct sql *sql, const struct variable *variable, const char *what) {
    sql_put(sql, " THEN ");
    sql_put_text(sql, arena_print(sql->arena, "%s %s", variable->name, what));
    sql_put(sql, "\n");
}

static void put_missing(struct sql *sql, const struct variable *variable) {
    if (variable->type.or_unknown || variable_is_text(variable) || default_of(variable) != MUSTER_UNSET)
        return;
    sql_put(sql, "            WHEN ");
    if (variable->type.kind == MUSTER_VERSION) {
        put_no_version(sql, variable);
    } else {
        put_column(sql, variable->name);
        sql_put(sql, " IS NULL");
    }
    put_invalid(sql, variable, "is missing");
}

static void put_wrong_version(struct sql *sql, const struct variable *variable) {
    const struct type *type = &variable->type;
    sql_put(sql, "NOT (");
    put_no_version(sql, variable);
    sql_put(sql, ") AND (");
    for (size_t part = 0; part < 3; part++) {
        const char *name = part_name(sql, variable, part);
        sql_put(sql, part > 0 ? " OR " : "");
        put_column(sql, name);
        sql_put(sql, " IS NULL OR ");
        put_column(sql, name);
        sql_put(sql, " <> CAST(");
        put_column(sql, name);
        sql_put(sql, " AS BIGINT) OR CAST(");
        put_column(sql, name);
        sql_put(sql, " AS BIGINT) NOT BETWEEN 0 AND %lld", (long long)MUSTER_VERSION_MAX);
    }
    if (type->low > 0 || type->high < MUSTER_PACK_VERSION(MUSTER_VERSION_MAX, MUSTER_VERSION_MAX, MUSTER_VERSION_MAX)) {
        sql_put(sql, " OR ");
        put_packed(sql, variable);
        sql_put(sql, " NOT BETWEEN ");
        sql_put_version(sql, type->low);
        sql_put(sql, " AND ");
        sql_put_version(sql, type->high);
    }
    sql_put(sql, ")");
}

static void put_wrong_number(struct sql *sql, const struct variable *variable) {
    sql_put(sql, "(CAST(");
    put_column(sql, variable->name);
    sql_put(sql, " AS BIGINT) NOT BETWEEN ");
    sql_put_number(sql, variable->type.low);
    sql_put(sql, " AND ");
    sql_put_number(sql, variable->type.high);
    sql_put(sql, " OR ");
    put_column(sql, variable->name);
    sql_put(sql, " <> CAST(");
    put_column(sql, variable->name);
    sql_put(sql, " AS BIGINT))");
}

/* NULL is none of these: a comparison with it does not count, and put_missing has seen to it. */
static void put_wrong(struct sql *sql, const struct variable *variable) {
    if (variable_is_text(variable))
        return;
    sql_put(sql, "            WHEN ");
    if (variable->type.kind == MUSTER_VERSION) {
        put_wrong_version(sql, variable);
    } else {
        put_column(sql, variable->name);
        sql_put(sql, " IS NOT NULL AND ");
        if (variable->type.kind == MUSTER_INT) {
            put_wrong_number(sql, variable);
        } else {
            put_column(sql, variable->name);
            sql_put(sql, " NOT IN (");
            put_member_list(sql, variable);
            sql_put(sql, ")");
        }
    }
    put_invalid(sql, variable, "has no such value");
}

static void put_value_of(struct sql *sql, const struct variable *variable) {
    int64_t value = default_of(variable);
    if (variable_is_text(variable)) {
        put_column(sql, variable->name);
        sql_put(sql, " IS NOT NULL");
    } else if (variable->type.kind == MUSTER_BOOL) {
        put_raw(sql, variable);
        sql_put(sql, " = TRUE");
    } else if (variable->type.kind == MUSTER_VERSION) {
        sql_put(sql, "CASE WHEN ");
        put_no_version(sql, variable);
        sql_put(sql, " THEN ");
        if (value == MUSTER_UNSET)
            sql_put(sql, "NULL");
        else
            sql_put_version(sql, value);
        sql_put(sql, " ELSE ");
        put_packed(sql, variable);
        sql_put(sql, " END");
    } else {
        sql_put(sql, "CAST(");
        put_raw(sql, variable);
        sql_put(sql, variable->type.kind == MUSTER_INT ? " AS BIGINT)" : " AS TEXT)");
    }
}

void sql_put_inputs(struct sql *sql) {
    bool any = false;
    sql_put(sql, "    SELECT\n");
    for (size_t i = 0; i < sql->keys.count; i++) {
        sql_put(sql, "        ");
        put_column(sql, sql->keys.items[i]);
        sql_put(sql, " AS \"key %zu\",\n", i + 1);
    }
    for (size_t i = 0; i < sql->model->n_inputs && !sql->too_long; i++) {
        const struct variable *input = sql->model->inputs[i];
        if (!sql->asked[input->index])
            continue;
        any = any || !variable_is_text(input);
        sql_put(sql, "        ");
        put_value_of(sql, input);
        sql_put(sql, " AS ");
        sql_put_name(sql, input->name);
        sql_put(sql, ",\n");
    }
    sql_put(sql, any ? "        CASE\n" : "        CAST(NULL AS TEXT) AS \"muster invalid\"\n");
    for (size_t i = 0; i < sql->model->n_inputs && !sql->too_long; i++) {
        if (!sql->asked[sql->model->inputs[i]->index])
            continue;
        put_missing(sql, sql->model->inputs[i]);
        put_wrong(sql, sql->model->inputs[i]);
    }
    sql_put(sql, any ? "        END AS \"muster invalid\"\n" : "");
    sql_put(sql, "    FROM ");
    sql_put_object(sql, &sql->table);
    sql_put(sql, " AS h\n");
}
