/*
 * Conditions in SQL. What may be unknown is asked for that first, so that no comparison with NULL ever counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/sql/internal.h"

/* ---- joining ----------------------------------------------------------------------------------------------------- */

struct joined {
    const char *word;
    sql_put_operand *put;
    const void *context;
};

/* Halves, so that parentheses are as deep as the logarithm; SQLite takes a thousand operators in a row, no more. */
static void put_range(struct sql *sql, const struct joined *joined, size_t from, size_t to) {
    enum { MAX_IN_A_ROW = 16 };
    if (sql->too_long)
        return;
    if (to - from <= MAX_IN_A_ROW) {
        for (size_t i = from; i < to; i++) {
            if (i > from)
                sql_put(sql, " %s ", joined->word);
            joined->put(sql, joined->context, i);
        }
        return;
    }
    size_t middle = from + (to - from) / 2;
    sql_put(sql, "(");
    put_range(sql, joined, from, middle);
    sql_put(sql, ") %s (", joined->word);
    put_range(sql, joined, middle, to);
    sql_put(sql, ")");
}

void sql_put_joined(struct sql *sql, const char *word, size_t count, sql_put_operand *put, const void *context) {
    const struct joined joined = {word, put, context};
    put_range(sql, &joined, 0, count);
}

/* ---- tests ------------------------------------------------------------------------------------------------------- */

static bool is_given(const struct variable *variable) {
    return variable->optional && variable_is_text(variable);
}

static bool is_boolean(const struct variable *variable) {
    return variable->type.kind == MUSTER_BOOL || is_given(variable);
}

static void put_column(struct sql *sql, const struct variable *variable) {
    if (variable->hidden)
        sql_put(sql, "\"row %zu\"", variable->table->index + 1);
    else
        sql_put_name(sql, variable->name);
}

static void put_constant(struct sql *sql, const struct variable *variable, int64_t value) {
    if (variable->hidden)
        sql_put_number(sql, value + 1); /* rows count from 1 */
    else
        sql_put_value(sql, variable, value);
}

static bool has_all_known(const struct variable *variable, const struct valueset *set) {
    return set->count > 0 && set->items[0].low <= variable->type.low &&
           set->items[set->count - 1].high >= variable->type.high && set->count == 1;
}

bool sql_is_always(const struct variable *variable, const struct valueset *set) {
    return has_all_known(variable, set) && (!variable->type.or_unknown || set->unknown);
}

struct test {
    const struct variable *variable;
    const struct valueset *set;
};

/* "x" = 'a' or "x" IN ('a', 'b'): values of which there are few. */
static void put_members(struct sql *sql, const struct test *test) {
    const struct type *type = &test->variable->type;
    bool several = test->set->count > 1 || test->set->items[0].low < test->set->items[0].high, any = false;
    put_column(sql, test->variable);
    sql_put(sql, several ? " IN (" : " = ");
    for (size_t i = 0; i < test->set->count && !sql->too_long; i++)
        for (int64_t value = test->set->items[i].low; value <= test->set->items[i].high; value++) {
            if (value < type->low || value > type->high)
                continue;
            sql_put(sql, any ? ", " : "");
            any = true;
            put_constant(sql, test->variable, value);
        }
    sql_put(sql, several ? ")" : "");
}

static void put_bound(struct sql *sql, const struct variable *variable, const char *relation, int64_t value) {
    put_column(sql, variable);
    sql_put(sql, " %s ", relation);
    put_constant(sql, variable, value);
}

/* One interval of numbers or versions; of a version the end that people know. */
static void put_interval(struct sql *sql, const void *context, size_t index) {
    const struct test *test = context;
    const struct variable *variable = test->variable;
    const struct type *type = &variable->type;
    struct interval interval = test->set->items[index];
    bool has_low = interval.low > type->low, has_high = interval.high < type->high;
    if (interval.low == interval.high) {
        put_bound(sql, variable, "=", interval.low);
        return;
    }
    if (!has_low && !has_high) {
        put_column(sql, variable);
        sql_put(sql, " IS NOT NULL");
        return;
    }
    sql_put(sql, has_low && has_high ? "(" : "");
    if (has_low)
        put_bound(sql, variable, ">=", interval.low);
    sql_put(sql, has_low && has_high ? " AND " : "");
    if (has_high && type->kind == MUSTER_VERSION)
        put_bound(sql, variable, "<", interval.high + 1);
    else if (has_high)
        put_bound(sql, variable, "<=", interval.high);
    sql_put(sql, has_low && has_high ? ")" : "");
}

/* The variable is known, and has a value of the set: some, but not all. */
static void put_known(struct sql *sql, const struct test *test) {
    if (is_boolean(test->variable)) {
        sql_put(sql, valueset_has(test->set, 1) ? "" : "NOT ");
        put_column(sql, test->variable);
    } else if (test->variable->type.n_members > 0) {
        put_members(sql, test);
    } else {
        sql_put(sql, test->set->count > 1 ? "(" : "");
        sql_put_joined(sql, "OR", test->set->count, put_interval, test);
        sql_put(sql, test->set->count > 1 ? ")" : "");
    }
}

void sql_put_test(struct sql *sql, const struct variable *variable, const struct valueset *set) {
    const struct test test = {variable, set};
    bool may_be_unknown = variable->type.or_unknown, unknown = may_be_unknown && set->unknown;
    bool all = has_all_known(variable, set), none = set->count == 0;
    if (none && !unknown) {
        sql_put(sql, "FALSE");
    } else if (none || all) {
        if (!may_be_unknown || (all && unknown)) {
            sql_put(sql, "TRUE");
            return;
        }
        put_column(sql, variable);
        sql_put(sql, none ? " IS NULL" : " IS NOT NULL");
    } else if (!may_be_unknown) {
        put_known(sql, &test);
    } else {
        sql_put(sql, "(");
        put_column(sql, variable);
        sql_put(sql, unknown ? " IS NULL OR " : " IS NOT NULL AND ");
        put_known(sql, &test);
        sql_put(sql, ")");
    }
}

/* ---- conditions -------------------------------------------------------------------------------------------------- */

static void put_operand(struct sql *sql, const void *context, size_t index) {
    const struct cond *cond = context;
    sql_put_cond(sql, cond->operands.items[index]);
}

static void put_one_if(struct sql *sql, const void *context, size_t index) {
    const struct cond *cond = context;
    sql_put(sql, "CASE WHEN ");
    sql_put_cond(sql, cond->operands.items[index]);
    sql_put(sql, " THEN 1 ELSE 0 END");
}

/* How many operands hold is one of these numbers. */
static void put_count(struct sql *sql, const struct cond *cond) {
    bool any = false;
    for (size_t i = 0; i <= cond->operands.count && !any; i++)
        any = valueset_has(&cond->set, (int64_t)i);
    if (!any) {
        sql_put(sql, "FALSE");
        return;
    }
    sql_put(sql, "(");
    sql_put_joined(sql, "+", cond->operands.count, put_one_if, cond);
    sql_put(sql, cond->operands.count == 0 ? "0) IN (" : ") IN (");
    const char *between = "";
    for (size_t i = 0; i <= cond->operands.count && !sql->too_long; i++) {
        if (!valueset_has(&cond->set, (int64_t)i))
            continue;
        sql_put(sql, "%s%zu", between, i);
        between = ", ";
    }
    sql_put(sql, ")");
}

void sql_put_cond(struct sql *sql, const struct cond *cond) {
    if (sql->too_long)
        return;
    if (!cond) {
        sql_put(sql, "TRUE");
        return;
    }
    switch (cond->kind) {
    case COND_TEST:
        sql_put_test(sql, cond->variable, &cond->set);
        return;
    case COND_NOT:
        sql_put(sql, "NOT (");
        sql_put_cond(sql, cond->operands.items[0]);
        sql_put(sql, ")");
        return;
    case COND_COUNT:
        put_count(sql, cond);
        return;
    case COND_AND:
    case COND_OR:
        if (cond->operands.count == 0) {
            sql_put(sql, cond->kind == COND_AND ? "TRUE" : "FALSE");
            return;
        }
        sql_put(sql, "(");
        sql_put_joined(sql, cond->kind == COND_AND ? "AND" : "OR", cond->operands.count, put_operand, cond);
        sql_put(sql, ")");
        return;
    }
}
