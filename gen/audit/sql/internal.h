/*
 * What the files sql*.c share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SQL_PARTS_H
#define SQL_PARTS_H

#include <stdio.h>

#include "gen/audit/sql/sql.h"

/* A statement that is longer is of no use to any database. */
enum { SQL_MAX_BYTES = 16 << 20 };

/* The longest name that PostgreSQL does not cut. */
enum { SQL_MAX_NAME = 63 };

struct sql_name {
    const char *schema; /* or NULL */
    const char *name;
};

struct sql {
    struct arena *arena;
    const struct model *model;
    struct diagnostics *diagnostics;
    struct buffer text;
    bool too_long; /* nothing is added any more */
    struct sql_name table, view;
    struct {
        const char **items;
        size_t count, capacity;
    } keys;
    bool *asked;    /* by variable: something asks it */
    bool *may_lack; /* by variable: a decision or derived condition without a value on hosts that rows refuse */
    size_t *level;  /* by variable: 0 of an input; else one more than the highest of what it asks */
    size_t n_levels;
    const struct variable **seen_by; /* by variable: the last derived condition in which it was looked at */
};

/* ---- writing ---- */

void sql_put(struct sql *sql, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sql_put_name(struct sql *sql, const char *name); /* "name" */
void sql_put_object(struct sql *sql, const struct sql_name *name);
void sql_put_text(struct sql *sql, const char *text);   /* 'text' */
void sql_put_number(struct sql *sql, int64_t value);    /* of an integer */
void sql_put_version(struct sql *sql, int64_t version); /* a packed one, as the view has it */
void sql_put_comment(struct sql *sql, const char *text);

/* A value of a decision, or of an input. */
void sql_put_value(struct sql *sql, const struct variable *variable, int64_t value);

/* "rules.muster:12", and as a text. */
const char *sql_place(struct sql *sql, struct span span);

/* ---- names ---- */

/* Reads the request. False after a message on stderr. */
bool sql_read_request(struct sql *sql, const struct sql_request *request);

/* No two columns have one name, and none has one too long. False after a diagnostic. */
bool sql_check_names(struct sql *sql);

/* "accel_rule": which rule decided a table. */
const char *sql_rule_name(struct sql *sql, const struct table *table);

/* ---- conditions: true or false on every host whose inputs are valid, never NULL ---- */

void sql_put_test(struct sql *sql, const struct variable *variable, const struct valueset *set);
bool sql_is_always(const struct variable *variable, const struct valueset *set);
void sql_put_cond(struct sql *sql, const struct cond *cond);

/* Any number of operands between "AND", "OR" or "+", so that no engine has to go deep. */
typedef void sql_put_operand(struct sql *sql, const void *context, size_t index);
void sql_put_joined(struct sql *sql, const char *word, size_t count, sql_put_operand *put, const void *context);

/* ---- inputs ---- */

void sql_put_table(struct sql *sql);  /* the table as it is expected, in comments */
void sql_put_inputs(struct sql *sql); /* the first part of the view: whether they are valid, and their values */

#endif
