/*
 * A decision matrix as one table for spreadsheets and for comparing line by line.
 *
 * A line is a row of a decision. The columns of all decisions stand side by side; a decision leaves those empty that it
 * does not have. No line numbers and no names of files are in it, and lines are in an order of their own: what stands
 * elsewhere in the rules, or moves there, changes nothing here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "gen/audit/matrix/internal.h"
#include "gen/report/markup.h"

/* Columns of the one table are variables, in the order of declaration. */
static struct axes all_columns(struct arena *arena, const struct matrix *matrix) {
    const struct model *model = matrix->model;
    struct axes all = {0};
    bool *asked = arena_alloc(arena, model->variables.count + 1);
    for (size_t i = 0; i < matrix->items.count; i++)
        for (size_t k = 0; k < matrix->items.items[i]->columns.count; k++)
            asked[matrix->items.items[i]->columns.items[k]->index] = true;
    for (size_t i = 0; i < model->variables.count; i++)
        if (asked[i])
            ARENA_PUSH(arena, &all, model->variables.items[i]);
    return all;
}

/* Adds a text to others, unless it is there already. */
struct joined {
    const char **items;
    size_t count, capacity;
};

static void add_text(struct arena *arena, struct joined *joined, const char *text) {
    for (size_t i = 0; i < joined->count && text; i++)
        if (strcmp(joined->items[i], text) == 0)
            return;
    if (text)
        ARENA_PUSH(arena, joined, text);
}

static const char *join(struct arena *arena, const struct joined *joined, const char *between) {
    const char *text = "";
    for (size_t i = 0; i < joined->count; i++)
        text = arena_print(arena, "%s%s%s", text, i ? between : "", joined->items[i]);
    return text;
}

/* What a row of a decision says in each column of the table. */
struct line {
    const struct folded *folded;
    const char *decision;
    const char **cells;
    const char *values;
    const struct fold_row *row;
};

static int compare_lines(const void *a, const void *b) {
    const struct line *x = a, *y = b;
    int order = strcmp(x->decision, y->decision);
    for (size_t i = 0; order == 0 && x->cells[i]; i++)
        order = strcmp(x->cells[i], y->cells[i]);
    return order ? order : strcmp(x->values, y->values);
}

static struct line make_line(struct arena *arena, const struct axes *columns, const struct folded *folded,
                             const struct fold_row *row) {
    struct line line = {.folded = folded, .decision = folded_names(arena, folded), .row = row};
    line.values = fold_row_values(arena, folded, row);
    line.cells = arena_alloc(arena, (columns->count + 1) * sizeof *line.cells);
    for (size_t i = 0; i < columns->count; i++) {
        line.cells[i] = "";
        for (size_t k = 0; k < folded->columns.count; k++)
            if (folded->columns.items[k] == columns->items[i])
                line.cells[i] = fold_row_cell(arena, folded, row, k);
    }
    return line;
}

static void print_field(const char *text, FILE *out) {
    putc(',', out);
    print_csv(text, out);
}

static void print_line(struct arena *arena, const struct matrix *matrix, size_t n_cells, const struct line *line,
                       FILE *out) {
    struct shown_rules rules = shown_rules(arena, line->folded, line->row);
    struct joined reasons = {0}, sees = {0}, names = {0};
    for (size_t i = 0; i < rules.count; i++) {
        const struct shown_rule *rule = &rules.items[i];
        add_text(arena, &reasons, rule->meta.reason);
        add_text(arena, &sees, rule->meta.see);
        add_text(arena, &names, rule->label ? rule->label : rule_words(arena, matrix->model->sources, rule));
    }
    print_csv(line->decision, out);
    for (size_t i = 0; i < n_cells; i++)
        print_field(line->cells[i], out);
    print_field(line->values, out);
    fprintf(out, ",%llu", (unsigned long long)line->row->cells);
    print_field(join(arena, &reasons, "; "), out);
    print_field(join(arena, &sees, " "), out);
    print_field(join(arena, &names, "; "), out);
    fputs("\r\n", out);
}

void matrix_csv(struct arena *arena, const struct matrix *matrix, FILE *out) {
    struct axes columns = all_columns(arena, matrix);
    struct {
        struct line *items;
        size_t count, capacity;
    } lines = {0};
    for (size_t i = 0; i < matrix->items.count; i++)
        for (size_t k = 0; k < matrix->items.items[i]->rows.count; k++)
            ARENA_PUSH(arena, &lines,
                       make_line(arena, &columns, matrix->items.items[i], &matrix->items.items[i]->rows.items[k]));
    if (lines.count > 0)
        qsort(lines.items, lines.count, sizeof *lines.items, compare_lines);
    fputs("decision", out);
    for (size_t i = 0; i < columns.count; i++)
        print_field(columns.items[i]->name, out);
    fputs(",value,cases,reason,see,rule\r\n", out);
    for (size_t i = 0; i < lines.count; i++)
        print_line(arena, matrix, columns.count, &lines.items[i], out);
}
