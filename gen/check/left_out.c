/*
 * Finds one gap of a table from its rows alone, where the set of all its hosts would take too long: starts from one
 * cell of the gap, and widens it to a box with a minimal number of conditions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/check/tables.h"

struct left_out {
    struct arena *arena;
    const struct table *table;
    bool **codes;       /* by column: the codes of the box */
    bool *disjoint;     /* by row and column: the cell accepts no code of the box */
    size_t *n_disjoint; /* by row: number of such columns; if 0, the row overlaps the box */
};

static bool *disjoint_at(const struct left_out *box, size_t row, size_t column) {
    return &box->disjoint[row * box->table->n_columns + column];
}

static void start(struct left_out *box, const size_t *cell) {
    const struct table *table = box->table;
    box->codes = arena_alloc(box->arena, (table->n_columns + 1) * sizeof *box->codes);
    box->disjoint = arena_alloc(box->arena, table->n_rows * table->n_columns + 1);
    box->n_disjoint = arena_alloc(box->arena, (table->n_rows + 1) * sizeof *box->n_disjoint);
    for (size_t i = 0; i < table->n_columns; i++) {
        int64_t value = variable_value(table->columns[i], cell[i]);
        box->codes[i] = arena_alloc(box->arena, variable_n_codes(table->columns[i]) + 1);
        box->codes[i][cell[i]] = true;
        for (size_t row = 0; row < table->n_rows; row++)
            if (!valueset_has(&table->rows[row].cells[i], value)) {
                *disjoint_at(box, row, i) = true;
                box->n_disjoint[row]++;
            }
    }
}

/* Whether no row overlaps the box if it is widened to all codes of a column. */
static bool can_widen_to_all(const struct left_out *box, size_t column) {
    for (size_t row = 0; row < box->table->n_rows; row++)
        if (box->n_disjoint[row] == 1 && *disjoint_at(box, row, column))
            return false;
    return true;
}

static bool can_widen_to(const struct left_out *box, size_t column, int64_t value) {
    const struct table *table = box->table;
    for (size_t row = 0; row < table->n_rows; row++)
        if (box->n_disjoint[row] == 1 && *disjoint_at(box, row, column) &&
            valueset_has(&table->rows[row].cells[column], value))
            return false;
    return true;
}

static void include(struct left_out *box, size_t column, size_t code) {
    const struct table *table = box->table;
    int64_t value = variable_value(table->columns[column], code);
    box->codes[column][code] = true;
    for (size_t row = 0; row < table->n_rows; row++) {
        bool *disjoint = disjoint_at(box, row, column);
        if (!*disjoint || !valueset_has(&table->rows[row].cells[column], value))
            continue;
        *disjoint = false;
        box->n_disjoint[row]--;
    }
}

static void widen(struct left_out *box, size_t column, bool fully) {
    const struct variable *variable = box->table->columns[column];
    if (fully && !can_widen_to_all(box, column))
        return;
    for (size_t code = 0; code < variable_n_codes(variable); code++)
        if (!box->codes[column][code] && (fully || can_widen_to(box, column, variable_value(variable, code))))
            include(box, column, code);
}

hostset left_out_box(struct subject *subject) {
    struct checker *checker = subject->checker;
    struct left_out box = {.arena = checker->arena, .table = subject->table};
    start(&box, subject->left_out);
    for (int fully = 1; fully >= 0; fully--)
        for (size_t i = box.table->n_columns; i-- > 0;)
            widen(&box, i, fully);
    hostset set = HOSTS_ALL;
    checker_new_budget(checker);
    for (size_t i = 0; i < box.table->n_columns; i++)
        set = hosts_and(checker->hosts, set, hosts_where(checker->hosts, box.table->columns[i]->input, box.codes[i]));
    return set;
}
