/*
 * A decision matrix for programs: what it takes to evaluate each row, and what is responsible for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/json.h"
#include "gen/audit/matrix/internal.h"

/* ---- values ----------------------------------------------------------------------------------------------------- */

static const char *kind_name(const struct variable *variable) {
    if (variable->type.numeric)
        return "int";
    switch (variable->type.kind) {
    case MUSTER_BOOL:
        return "bool";
    case MUSTER_ENUM:
        return "enum";
    case MUSTER_INT:
        return "int";
    case MUSTER_VERSION:
        return "version";
    case MUSTER_TEXT:
    case MUSTER_PATH:
        break;
    }
    return "text";
}

/* Unknown, and what is not given, is null; of a text true stands for given. */
static void write_value(struct arena *arena, struct json *json, const char *key, const struct variable *variable,
                        int64_t value) {
    if (value == MUSTER_UNKNOWN)
        json_raw(json, key, "null");
    else if (variable_is_text(variable) || variable->type.kind == MUSTER_BOOL)
        json_bool(json, key, value != 0);
    else if (variable->type.numeric || variable->type.kind == MUSTER_INT)
        json_raw(json, key, value_text(arena, &variable->type, value));
    else
        json_text(json, key, value_text(arena, &variable->type, value));
}

/* An interval from a code to another: the last number belongs to it; a version below which it ends does not. */
static void write_interval(struct arena *arena, struct json *json, const struct variable *variable, size_t first,
                           size_t last) {
    bool is_end = last + 1 == variable->n_codes, is_version = variable->type.kind == MUSTER_VERSION;
    int64_t behind = is_end ? 0 : variable_value(variable, last + 1);
    json_open(json, NULL, '{');
    write_value(arena, json, "from", variable, variable_value(variable, first));
    if (!is_version)
        write_value(arena, json, "to", variable, is_end ? variable->type.high : behind - 1);
    else if (is_end)
        json_raw(json, "below", "null");
    else
        write_value(arena, json, "below", variable, behind);
    json_close(json, '{');
}

/* The values with these codes; NULL: all. Intervals that touch are one. */
static void write_codes(struct arena *arena, struct json *json, const struct variable *variable, const bool *codes) {
    for (size_t i = 0; i < variable_n_codes(variable); i++) {
        size_t last = i;
        if (codes && !codes[i])
            continue;
        if (!variable_is_ordered(variable) || i == variable->n_codes) {
            write_value(arena, json, NULL, variable, variable_value(variable, i));
            continue;
        }
        while (last + 1 < variable->n_codes && (!codes || codes[last + 1]))
            last++;
        write_interval(arena, json, variable, i, last);
        i = last;
    }
}

/* ---- parts of a decision ---------------------------------------------------------------------------------------- */

static void write_place(struct json *json, const struct sources *sources, struct span span) {
    json_text(json, "file", sources->items[span.file].name);
    json_number(json, "line", source_line_number(&sources->items[span.file], span.begin));
}

static void write_variable(struct arena *arena, struct json *json, const struct variable *variable) {
    static const char *const roles[] = {
        [VARIABLE_FACT] = "fact", [VARIABLE_PARAM] = "param", [VARIABLE_DECISION] = "decision", [VARIABLE_LET] = "let"};
    json_open(json, NULL, '{');
    json_text(json, "name", variable->name);
    json_text(json, "title", variable->title);
    json_text(json, "role", roles[variable->kind]);
    json_text(json, "kind", kind_name(variable));
    json_open(json, "values", '[');
    write_codes(arena, json, variable, NULL);
    json_close(json, '[');
    json_close(json, '{');
}

static void write_variables(struct arena *arena, struct json *json, const char *key, struct variable *const *items,
                            size_t count) {
    json_open(json, key, '[');
    for (size_t i = 0; i < count; i++)
        write_variable(arena, json, items[i]);
    json_close(json, '[');
}

static void write_rule(struct arena *arena, struct json *json, const struct model *model,
                       const struct shown_rule *rule) {
    json_open(json, NULL, '{');
    write_place(json, model->sources, rule->span);
    json_text(json, "label", rule->label);
    json_text(json, "text", rule_words(arena, model->sources, rule));
    json_text(json, "reason", rule->meta.reason);
    json_text(json, "see", rule->meta.see);
    json_text(json, "tags", rule->meta.tags);
    if (rule->row && model->has_evidence) {
        json_open(json, "evidence", '[');
        for (size_t i = 0; i < rule->row->evidence.count; i++)
            json_text(json, NULL, rule->row->evidence.items[i]);
        json_close(json, '[');
    }
    if (rule->inherits) {
        json_open(json, "inherits", '{');
        write_place(json, model->sources, rule->inherits->span);
        json_close(json, '{');
    } else {
        json_raw(json, "inherits", "null");
    }
    json_close(json, '{');
}

static void write_row(struct arena *arena, struct json *json, const struct model *model, const struct folded *folded,
                      const struct fold_row *row) {
    struct shown_rules rules = shown_rules(arena, folded, row);
    json_open(json, NULL, '{');
    json_open(json, "cells", '[');
    for (size_t i = 0; i < folded->columns.count; i++) {
        if (!row->codes[i]) {
            json_raw(json, NULL, "null");
            continue;
        }
        json_open(json, NULL, '[');
        write_codes(arena, json, folded->columns.items[i], row->codes[i]);
        json_close(json, '[');
    }
    json_close(json, '[');
    if (row->reject) {
        json_raw(json, "results", "null");
    } else {
        json_open(json, "results", '[');
        for (size_t i = 0; i < folded->n_outcomes; i++)
            write_value(arena, json, NULL, folded->outcomes[i], row->results[i]);
        json_close(json, '[');
    }
    json_text(json, "reject", row->reject);
    json_number(json, "cases", row->cells);
    json_open(json, "rules", '[');
    for (size_t i = 0; i < rules.count; i++)
        write_rule(arena, json, model, &rules.items[i]);
    json_close(json, '[');
    json_close(json, '{');
}

void matrix_json_decisions(struct arena *arena, struct json *json, const struct matrix *matrix) {
    const struct model *model = matrix->model;
    json_open(json, "decisions", '[');
    for (size_t i = 0; i < matrix->items.count; i++) {
        const struct folded *folded = matrix->items.items[i];
        json_open(json, NULL, '{');
        write_place(json, model->sources, folded_span(folded));
        write_variables(arena, json, "outcomes", folded->outcomes, folded->n_outcomes);
        write_variables(arena, json, "columns", folded->columns.items, folded->columns.count);
        json_open(json, "inputs", '[');
        for (size_t k = 0; k < folded->inputs.count; k++)
            json_text(json, NULL, folded->inputs.items[k]->name);
        json_close(json, '[');
        json_number(json, "all", folded->cells);
        json_number(json, "refused", folded->unset);
        json_open(json, "rows", '[');
        for (size_t k = 0; k < folded->rows.count; k++)
            write_row(arena, json, model, folded, &folded->rows.items[k]);
        json_close(json, '[');
        json_close(json, '{');
    }
    json_close(json, '[');
}

void matrix_json(struct arena *arena, const struct matrix *matrix, FILE *out) {
    struct json json = {.out = out};
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_text(&json, "tool", "musterc " MUSTER_VERSION_STRING);
    json_text(&json, "ruleset", matrix->model->name);
    json_text(&json, "title", matrix->model->title);
    json_text(&json, "where", matrix->where);
    if (matrix->model->has_evidence)
        json_bool(&json, "proven", matrix->model->proven);
    matrix_json_decisions(arena, &json, matrix);
    json_open(&json, "notProven", '[');
    for (size_t i = 0; i < matrix->left_out.count; i++)
        for (size_t k = 0; k < matrix->left_out.items[i]->n_outcomes; k++)
            json_text(&json, NULL, matrix->left_out.items[i]->outcomes[k]->name);
    json_close(&json, '[');
    json_close(&json, '{');
    json_end(&json);
}
