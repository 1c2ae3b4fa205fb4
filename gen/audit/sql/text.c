/*
 * Pieces of SQL: names, texts, numbers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gen/audit/sql/internal.h"
#include "gen/report/markup.h"

static void append(struct sql *sql, const char *text, size_t length) {
    if (sql->too_long || length > SQL_MAX_BYTES - sql->text.count) {
        sql->too_long = true;
        return;
    }
    ARENA_APPEND(sql->arena, &sql->text, text, length);
}

void sql_put(struct sql *sql, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    append(sql, text, length < 0 ? 0 : (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

/* What a function for streams writes. */
static void append_printed(struct sql *sql, void (*print)(const char *text, FILE *out), const char *text) {
    char *printed = NULL;
    size_t length = 0;
    FILE *out = sql->too_long ? NULL : open_memstream(&printed, &length);
    if (!out)
        return;
    print(text, out);
    if (fclose(out) == 0)
        append(sql, printed, length);
    free(printed);
}

void sql_put_name(struct sql *sql, const char *name) {
    append(sql, "\"", 1);
    append_printed(sql, print_sql_name, name);
    append(sql, "\"", 1);
}

void sql_put_object(struct sql *sql, const struct sql_name *name) {
    if (name->schema) {
        sql_put_name(sql, name->schema);
        append(sql, ".", 1);
    }
    sql_put_name(sql, name->name);
}

void sql_put_text(struct sql *sql, const char *text) {
    append(sql, "'", 1);
    append_printed(sql, print_sql_text, text);
    append(sql, "'", 1);
}

void sql_put_comment(struct sql *sql, const char *text) {
    append_printed(sql, print_text, text);
}

void sql_put_number(struct sql *sql, int64_t value) {
    sql_put(sql, "%" PRId64, value);
}

void sql_put_version(struct sql *sql, int64_t version) {
    long long major = (long long)(version >> 40), minor = (long long)(version >> 20 & MUSTER_VERSION_MAX),
              patch = (long long)(version & MUSTER_VERSION_MAX);
    sql_put(sql, "%" PRId64 " /* %lld.%lld.%lld */", version, major, minor, patch);
}

void sql_put_value(struct sql *sql, const struct variable *variable, int64_t value) {
    const struct type *type = &variable->type;
    if (type->kind == MUSTER_BOOL)
        sql_put(sql, value ? "TRUE" : "FALSE");
    else if (type->kind == MUSTER_VERSION)
        sql_put_version(sql, value);
    else if (type->n_members == 0)
        sql_put_number(sql, value);
    else if (type->numeric)
        sql_put_number(sql, type->members[value].number);
    else
        sql_put_text(sql, type->members[value].name);
}

const char *sql_place(struct sql *sql, struct span span) {
    const struct source *source = &sql->model->sources->items[span.file];
    return arena_print(sql->arena, "%s:%zu", source->name, source_line_number(source, span.begin));
}
