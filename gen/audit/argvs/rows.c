/*
 * Which rows decide on hosts of a set.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/argvs/internal.h"
#include "gen/audit/coverage.h"
#include "gen/model/row_text.h"

/* The rows of one table that decide on some host of the space, and where. */
struct table_sets {
    size_t first, end; /* of argvs->rows */
    hostset all;       /* where any of them does */
};

struct row_sets {
    struct table_sets *tables;
    size_t n_tables;
    struct {
        hostset *items;
        size_t count, capacity;
    } rows; /* beside argvs->rows */
};

/* A row of an overridden table decides where one does that inherits it. */
static hostset decides(struct argvs_search *search, const struct table *table, const struct row *row) {
    const struct table *heir = table->overridden ? coverage_heir(search->model, table) : NULL;
    hostset result = HOSTS_NONE;
    if (!heir)
        return meaning_decides(search->meaning, table, row);
    for (size_t i = 0; i < heir->n_rows; i++)
        if (coverage_inherits(heir, &heir->rows[i]) &&
            valueset_has(&heir->rows[i].cells[heir->n_columns - 1], row - table->rows))
            result = hosts_or(search->hosts, result, decides(search, heir, &heir->rows[i]));
    return result;
}

/* Where any of the rows decides that were made of one in the text. */
static hostset written_decides(struct argvs_search *search, const struct table *table, const struct row *row) {
    hostset set = HOSTS_NONE;
    for (const struct row *one = row; one < table->rows + table->n_rows && one->written == row->written; one++)
        set = hosts_or(search->hosts, set, decides(search, table, one));
    return hosts_and(search->hosts, set, search->space);
}

static void add_table(struct argvs_search *search, const struct coverage_table *table, struct row_sets *sets,
                      struct argvs *argvs) {
    struct table_sets *of_table = &sets->tables[sets->n_tables++];
    *of_table = (struct table_sets){.first = argvs->rows.count, .all = HOSTS_NONE};
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct row *row = table->rows[i].row;
        hostset set = written_decides(search, table->table, row);
        if (set == HOSTS_NONE)
            continue;
        const struct deciding_row deciding = {.table = table->table,
                                              .decision = table->decides->outcomes[0]->name,
                                              .text = row_text(search->arena, row),
                                              .span = row->span};
        ARENA_PUSH(search->arena, &argvs->rows, deciding);
        ARENA_PUSH(search->arena, &sets->rows, set);
        of_table->all = hosts_or(search->hosts, of_table->all, set);
    }
    of_table->end = argvs->rows.count;
}

struct row_sets *argvs_row_sets(struct argvs_search *search, struct argvs *argvs) {
    struct row_sets *sets = arena_alloc(search->arena, sizeof *sets);
    struct coverage *coverage = coverage_new(search->arena, search->model);
    coverage_finish(coverage);
    sets->tables = arena_alloc(search->arena, (coverage->n_tables + 1) * sizeof *sets->tables);
    for (size_t i = 0; i < coverage->n_tables; i++)
        add_table(search, &coverage->tables[i], sets, argvs);
    return sets;
}

/* Host by host: the row that decides on one takes all its hosts away, until none is left. */
static bool find_in_table(struct argvs_search *search, const struct row_sets *sets, const struct table_sets *table,
                          hostset hosts, bool *has, size_t *codes) {
    hostset left = hosts_and(search->hosts, hosts, table->all);
    while (left != HOSTS_NONE && left != HOSTS_UNKNOWN) {
        hosts_pick(search->hosts, left, codes);
        for (size_t i = 0; i < search->model->n_inputs; i++)
            codes[i] = codes[i] == SIZE_MAX ? 0 : codes[i];
        size_t row = table->first;
        while (row < table->end && !hosts_has(search->hosts, sets->rows.items[row], codes))
            row++;
        if (row == table->end)
            return false; /* one of their sets is unknown */
        has[row] = true;
        left = hosts_minus(search->hosts, left, sets->rows.items[row]);
    }
    return left == HOSTS_NONE;
}

bool argvs_find_rows(struct argvs_search *search, const struct row_sets *sets, struct command_line *line) {
    bool *has = arena_alloc(search->arena, sets->rows.count + 1);
    size_t *codes = arena_alloc(search->arena, (search->model->n_inputs + 1) * sizeof *codes), n_rows = 0;
    for (size_t i = 0; i < sets->n_tables; i++)
        if (!find_in_table(search, sets, &sets->tables[i], line->hosts, has, codes))
            return false;
    size_t *rows = arena_alloc(search->arena, (sets->rows.count + 1) * sizeof *rows);
    for (size_t i = 0; i < sets->rows.count; i++)
        if (has[i])
            rows[n_rows++] = i;
    line->rows = rows;
    line->n_rows = n_rows;
    return true;
}
