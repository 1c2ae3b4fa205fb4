/*
 * A decision matrix as Markdown: a heading and a table for each decision.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/matrix/internal.h"
#include "gen/report/markup.h"

static void print_code_cell(const char *text, FILE *out) {
    print_markdown_code_cell(text, out);
    fputs(" | ", out);
}

/* Several rules stand below each other in a cell; what several give as their reason stands there once. */
static void print_rules(struct arena *arena, const struct sources *sources, const struct shown_rules *rules,
                        FILE *out) {
    for (size_t i = 0; i < rules->count; i++) {
        fputs(i ? "<br>" : "", out);
        if (rules->items[i].label) {
            print_markdown(rules->items[i].label, out);
            putc(' ', out);
        }
        print_markdown_code_cell(rule_place(arena, sources, &rules->items[i]), out);
    }
    fputs(" | ", out);
    for (size_t i = 0, n = 0; i < rules->count; i++) {
        const struct meta *meta = &rules->items[i].meta;
        if ((!meta->reason && !meta->see) || says_no_more(rules, i))
            continue;
        fputs(n++ ? "<br>" : "", out);
        if (meta->reason)
            print_markdown(meta->reason, out);
        fputs(meta->reason && meta->see ? ", see " : "", out);
        if (meta->see)
            print_markdown_reference(meta->see, out);
    }
}

static void print_head(const struct folded *folded, FILE *out) {
    size_t count = folded->columns.count + folded->n_outcomes + 3;
    fputs("| ", out);
    for (size_t i = 0; i < folded->columns.count; i++)
        print_code_cell(folded->columns.items[i]->name, out);
    for (size_t i = 0; i < folded->n_outcomes; i++) {
        fputs("→ ", out);
        print_code_cell(folded->outcomes[i]->name, out);
    }
    fputs("cases | rule | reason |\n|", out);
    for (size_t i = 0; i < count; i++)
        fputs(i + 3 == count ? " ---: |" : " --- |", out);
    putc('\n', out);
}

static void print_row(struct arena *arena, const struct sources *sources, const struct folded *folded,
                      const struct fold_row *row, FILE *out) {
    struct shown_rules rules = shown_rules(arena, folded, row);
    fputs("| ", out);
    for (size_t i = 0; i < folded->columns.count; i++)
        print_code_cell(fold_row_cell(arena, folded, row, i), out);
    for (size_t i = 0; i < folded->n_outcomes; i++) {
        if (!row->reject) {
            print_code_cell(fold_row_value(arena, folded, row, i), out);
            continue;
        }
        fputs(i == 0 ? "reject: " : "reject", out);
        if (i == 0)
            print_markdown(row->reject, out);
        fputs(" | ", out);
    }
    fprintf(out, "%llu | ", (unsigned long long)row->cells);
    print_rules(arena, sources, &rules, out);
    fputs(" |\n", out);
}

static void print_folded(struct arena *arena, const struct sources *sources, const struct folded *folded, FILE *out) {
    const char *titles = folded_titles(arena, folded);
    fputs("\n## ", out);
    print_markdown(folded_names(arena, folded), out);
    fputs("\n\n", out);
    if (titles) {
        print_markdown(titles, out);
        fputs(". ", out);
    }
    print_markdown_code(place_words(arena, sources, folded_span(folded)), out);
    fputs(", ", out);
    print_markdown(space_words(arena, folded), out);
    fputs(".\n", out);
    if (folded->rows.count == 0)
        return;
    putc('\n', out);
    print_head(folded, out);
    for (size_t i = 0; i < folded->rows.count; i++)
        print_row(arena, sources, folded, &folded->rows.items[i], out);
}

void matrix_markdown(struct arena *arena, const struct matrix *matrix, FILE *out) {
    fputs("# Decisions of ", out);
    print_markdown(matrix->model->name, out);
    putc('\n', out);
    if (matrix->where) {
        fputs("\nWhere ", out);
        print_markdown_code(matrix->where, out);
        fputs(".\n", out);
    }
    for (size_t i = 0; i < matrix->items.count; i++)
        print_folded(arena, matrix->model->sources, matrix->items.items[i], out);
}
