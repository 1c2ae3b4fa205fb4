/*
 * Names in the database: those that were asked for, and those that rules bring.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "gen/audit/sql/internal.h"
#include "gen/model/symbols.h"
#include "runtime/base/character.h"
#include "runtime/base/output.h"

/* ---- the request ------------------------------------------------------------------------------------------------- */

/* What the view calls its own parts begins with this; a table of such a name would be hidden by them. */
static const char own_prefix[] = "muster ";

/* False after a message: "--view takes a name of at most 63 bytes, not ..." */
static bool is_name(struct sql *sql, const char *option, const char *name) {
    size_t length = strlen(name);
    const char *problem = NULL;
    if (length == 0)
        problem = "is empty";
    else if (length > SQL_MAX_NAME)
        problem = "is longer than the 63 bytes that PostgreSQL takes";
    else if (strncasecmp(name, own_prefix, strlen(own_prefix)) == 0)
        problem = "begins as the view's own parts do";
    for (size_t at = 0, size; at < length && !problem; at += size) {
        uint32_t character;
        size = character_read(name + at, length - at, &character);
        if (character_steers(character) || (character == CHARACTER_NONE && size == 1))
            problem = "has characters that are no letters";
    }
    if (problem)
        complain(sql->arena, "%s: the name '%s' %s", option, name, problem);
    return !problem;
}

/* "schema.name" */
static bool read_object(struct sql *sql, const char *option, const char *words, struct sql_name *object) {
    const char *dot = strchr(words, '.');
    object->name = dot ? dot + 1 : words;
    object->schema = dot ? arena_copy(sql->arena, words, (size_t)(dot - words)) : NULL;
    return (!object->schema || is_name(sql, option, object->schema)) && is_name(sql, option, object->name);
}

static bool read_keys(struct sql *sql, const char *words) {
    while (*words) {
        size_t length = strcspn(words, ",");
        const char *name = arena_copy(sql->arena, words, length);
        if (!is_name(sql, "--columns", name))
            return false;
        for (size_t i = 0; i < sql->keys.count; i++)
            if (strcasecmp(sql->keys.items[i], name) == 0) {
                complain(sql->arena, "--columns: '%s' stands there twice", name);
                return false;
            }
        ARENA_PUSH(sql->arena, &sql->keys, name);
        words += length;
        if (*words == ',' && !*++words)
            return is_name(sql, "--columns", "");
    }
    return true;
}

bool sql_read_request(struct sql *sql, const struct sql_request *request) {
    sql->view = (struct sql_name){.name = sql->model->name};
    if (!read_object(sql, "--table", request->table ? request->table : "hosts", &sql->table) ||
        !(request->view ? read_object(sql, "--view", request->view, &sql->view)
                        : is_name(sql, "ruleset", sql->model->name)) ||
        !read_keys(sql, request->keys ? request->keys : "host"))
        return false;
    const char *schemas[] = {sql->table.schema, sql->view.schema};
    bool same_schema = !schemas[0] || !schemas[1] || strcasecmp(schemas[0], schemas[1]) == 0;
    if (!same_schema || strcasecmp(sql->table.name, sql->view.name) != 0)
        return true;
    complain(sql->arena, "the view cannot be called '%s' as its table is; --view gives it another name",
             sql->view.name);
    return false;
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

const char *sql_rule_name(struct sql *sql, const struct table *table) {
    return arena_print(sql->arena, "%s_rule", table->outcomes[0]->name);
}

/* SQLite takes capital and small letters for the same, and gives no column the name of a truth value, even in quotes.
 */
static bool add_name(struct sql *sql, struct symbols *names, const char *name, struct span span) {
    if (strlen(name) > SQL_MAX_NAME) {
        diag_add(sql->diagnostics, DIAG_CODE_NAME, span,
                 "the column '%s' would have a name of %zu bytes; PostgreSQL takes %d", name, strlen(name),
                 SQL_MAX_NAME);
        return false;
    }
    if (strcasecmp(name, "true") == 0 || strcasecmp(name, "false") == 0) {
        diag_add(sql->diagnostics, DIAG_CODE_NAME, span, "SQLite has no column of the name '%s'", name);
        return false;
    }
    char *folded = arena_copy(sql->arena, name, strlen(name));
    for (char *at = folded; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    const struct symbol *other = symbols_find(names, folded);
    if (!other) {
        symbols_add(sql->arena, names, folded, span, NULL);
        return true;
    }
    struct diag *diag =
        diag_add(sql->diagnostics, DIAG_CODE_DUPLICATE, span, "a second column would be called '%s'", name);
    if (other->span.end > 0)
        diag_note(sql->diagnostics, diag, other->span, "the first one");
    return false;
}

static bool is_asked_input(const struct sql *sql, const struct variable *variable) {
    return sql->asked[variable->index] && variable_is_input(variable);
}

/* What the view's parts have: inputs, decisions, derived conditions. */
static bool check_variables(struct sql *sql) {
    struct symbols names = {0};
    bool good = true;
    for (size_t i = 0; i < sql->model->variables.count; i++) {
        const struct variable *variable = sql->model->variables.items[i];
        bool is_decided = sql->level[i] > 0 && !variable->hidden;
        if (is_decided || is_asked_input(sql, variable))
            good = add_name(sql, &names, variable->name, variable->span) && good;
    }
    return good;
}

/* Columns of the table. */
static bool check_inputs(struct sql *sql) {
    static const char *const parts[] = {"major", "minor", "patch"};
    struct symbols names = {0};
    bool good = true;
    for (size_t i = 0; i < sql->model->n_inputs; i++) {
        const struct variable *input = sql->model->inputs[i];
        bool is_version = input->type.kind == MUSTER_VERSION;
        if (!is_asked_input(sql, input))
            continue;
        for (size_t part = 0; part < (is_version ? 3 : 1); part++) {
            const char *name = is_version ? arena_print(sql->arena, "%s_%s", input->name, parts[part]) : input->name;
            good = add_name(sql, &names, name, input->span) && good;
        }
    }
    return good;
}

/* Columns of the view. */
static bool check_view(struct sql *sql) {
    static const char *const own[] = {"invalid", "refused", "refused_rule"};
    struct symbols shown = {0};
    bool good = true;
    for (size_t i = 0; i < sql->keys.count; i++)
        good = add_name(sql, &shown, sql->keys.items[i], (struct span){0}) && good;
    for (size_t i = 0; i < 3; i++)
        good = add_name(sql, &shown, own[i], (struct span){0}) && good;
    for (size_t i = 0; i < sql->model->stages.count; i++) {
        const struct stage *stage = &sql->model->stages.items[i];
        if (!stage->table) {
            good = add_name(sql, &shown, stage->variable->name, stage->variable->span) && good;
            continue;
        }
        if (stage->table->overridden)
            continue;
        for (size_t k = 0; k < stage->table->n_outcomes; k++)
            good = add_name(sql, &shown, stage->table->outcomes[k]->name, stage->table->outcomes[k]->span) && good;
        good = add_name(sql, &shown, sql_rule_name(sql, stage->table), stage->table->outcomes[0]->span) && good;
    }
    return good;
}

bool sql_check_names(struct sql *sql) {
    return check_variables(sql) && check_inputs(sql) && check_view(sql);
}
