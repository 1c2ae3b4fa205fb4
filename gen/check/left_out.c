/*
 * A gap of a table by itself, where finding all of its hosts would take too long: one cell that is left out, widened to
 * as few conditions as can be, by looking at the rows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/check/tables.h"

struct left_out {
    struct arena *arena;
    const struct table *table;
    bool **codes;    /* by column: the box */
    bool *apart;     /* by row and column: what the row takes there is not in the box */
    size_t *n_apart; /* by row: in so many columns; with none, the row takes part of the box */
};

static bool *apart_at(const struct left_out *box, size_t row, size_t column) {
    return &box->apart[row * box->table->n_columns + column];
}

static void start(struct left_out *box, const size_t *cell) {
    const struct table *table = box->table;
    box->codes = arena_alloc(box->arena, (table->n_columns + 1) * sizeof *box->codes);
    box->apart = arena_alloc(box->arena, table->n_rows * table->n_columns + 1);
    box->n_apart = arena_alloc(box->arena, (table->n_rows + 1) * sizeof *box->n_apart);
    for (size_t i = 0; i < table->n_columns; i++) {
        int64_t value = variable_value(table->columns[i], cell[i]);
        box->codes[i] = arena_alloc(box->arena, variable_n_codes(table->columns[i]) + 1);
        box->codes[i][cell[i]] = true;
        for (size_t row = 0; row < table->n_rows; row++)
            if (!valueset_has(&table->rows[row].cells[i], value)) {
                *apart_at(box, row, i) = true;
                box->n_apart[row]++;
            }
    }
}

/* Whether the rows leave the box out even if it has all codes of a column. */
static bool may_have_all(const struct left_out *box, size_t column) {
    for (size_t row = 0; row < box->table->n_rows; row++)
        if (box->n_apart[row] == 1 && *apart_at(box, row, column))
            return false;
    return true;
}

static bool may_have(const struct left_out *box, size_t column, int64_t value) {
    const struct table *table = box->table;
    for (size_t row = 0; row < table->n_rows; row++)
        if (box->n_apart[row] == 1 && *apart_at(box, row, column) &&
            valueset_has(&table->rows[row].cells[column], value))
            return false;
    return true;
}

static void add(struct left_out *box, size_t column, size_t code) {
    const struct table *table = box->table;
    int64_t value = variable_value(table->columns[column], code);
    box->codes[column][code] = true;
    for (size_t row = 0; row < table->n_rows; row++) {
        bool *apart = apart_at(box, row, column);
        if (!*apart || !valueset_has(&table->rows[row].cells[column], value))
            continue;
        *apart = false;
        box->n_apart[row]--;
    }
}

static void widen(struct left_out *box, size_t column, bool fully) {
    const struct variable *variable = box->table->columns[column];
    if (fully && !may_have_all(box, column))
        return;
    for (size_t code = 0; code < variable_n_codes(variable); code++)
        if (!box->codes[column][code] && (fully || may_have(box, column, variable_value(variable, code))))
            add(box, column, code);
}

hostset left_out_box(struct subject *subject) {
    struct checker *checker = subject->checker;
    struct left_out box = {.arena = checker->arena, .table = subject->table};
    start(&box, subject->left_out);
    for (int fully = 1; fully >= 0; fully--)
        for (size_t i = box.table->n_columns; i-- > 0;)
            widen(&box, i, fully);
    hostset set = HOSTS_ALL;
    checker_ask(checker);
    for (size_t i = 0; i < box.table->n_columns; i++)
        set = hosts_and(checker->hosts, set, hosts_where(checker->hosts, box.table->columns[i]->input, box.codes[i]));
    return set;
}
