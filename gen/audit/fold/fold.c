/*
 * Folding a decision: its answers, the columns that tell them apart, and the rows in their order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "gen/audit/fold/internal.h"
#include "gen/model/space.h"

/* ---- what the rules ask ----------------------------------------------------------------------------------------- */

static bool has_column(const struct axes *columns, const struct variable *variable) {
    for (size_t i = 0; i < columns->count; i++)
        if (columns->items[i] == variable)
            return true;
    return false;
}

static void add_columns_of(struct arena *arena, const struct table *table, struct axes *columns) {
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i]->hidden) /* a table that is replaced; so many deep as rulesets extend each other */
            add_columns_of(arena, table->columns[i]->table, columns);
        else if (!has_column(columns, table->columns[i]))
            ARENA_PUSH(arena, columns, table->columns[i]);
}

/* The depth is that of the condition, which the grammar limits. */
static void add_columns_in(struct arena *arena, const struct model *model, const struct cond *cond,
                           struct axes *columns) {
    if (cond && cond->kind == COND_TEST && !has_column(columns, cond->variable))
        ARENA_PUSH(arena, columns, model->variables.items[cond->variable->index]);
    for (size_t i = 0; cond && i < cond->operands.count; i++)
        add_columns_in(arena, model, cond->operands.items[i], columns);
}

struct axes fold_columns(struct arena *arena, const struct model *model, const struct table *table,
                         const struct variable *let) {
    struct axes columns = {0};
    if (table)
        add_columns_of(arena, table, &columns);
    else
        add_columns_in(arena, model, let->cond, &columns);
    return columns;
}

/* ---- answers ---------------------------------------------------------------------------------------------------- */

static bool same_answer(const struct fold_answer *a, const struct fold_answer *b, size_t n_outcomes) {
    if (a->reject || b->reject)
        return a->reject && b->reject && strcmp(a->reject, b->reject) == 0;
    return memcmp(a->results, b->results, n_outcomes * sizeof *a->results) == 0;
}

static void add_rule(struct folding *folding, const struct folded *folded, const struct row *row,
                     struct fold_answer answer) {
    size_t at = 0;
    if (answer.hosts == HOSTS_NONE)
        return;
    while (at < folding->answers.count && !same_answer(&folding->answers.items[at], &answer, folded->n_outcomes))
        at++;
    if (at == folding->answers.count)
        ARENA_PUSH(folding->arena, &folding->answers, answer);
    else
        folding->answers.items[at].hosts = hosts_or(folding->hosts, folding->answers.items[at].hosts, answer.hosts);
    const struct fold_rule rule = {.row = row, .answer = at, .hosts = answer.hosts};
    ARENA_PUSH(folding->arena, &folding->rules, rule);
    folding->space = hosts_or(folding->hosts, folding->space, answer.hosts);
}

static void find_table_answers(struct folding *folding, const struct folded *folded, hostset space) {
    const struct table *table = folded->table;
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct row *row = &table->rows[i];
        struct fold_answer answer = {.reject = row->reject};
        int64_t *results = arena_alloc(folding->arena, (folded->n_outcomes + 1) * sizeof *results);
        for (size_t k = 0; k < table->n_outcomes && row->results; k++)
            for (size_t o = 0; o < folded->n_outcomes; o++)
                if (folded->outcomes[o] == table->outcomes[k])
                    results[o] = row->results[k];
        answer.results = row->reject ? NULL : results;
        answer.hosts = hosts_and(folding->hosts, space, meaning_decides(folding->meaning, table, row));
        add_rule(folding, folded, row, answer);
    }
}

static void find_let_answers(struct folding *folding, const struct folded *folded, hostset space) {
    static const int64_t values[] = {1, 0};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct valueset one = {0};
        valueset_add(folding->arena, &one, values[i], values[i]);
        const struct fold_answer answer = {
            .results = &values[i],
            .hosts = hosts_and(folding->hosts, space, meaning_value(folding->meaning, folded->let, &one))};
        add_rule(folding, folded, NULL, answer);
    }
}

/* ---- columns ---------------------------------------------------------------------------------------------------- */

/* The first two answers that some combination of the columns has both of. False if there are none. */
static bool find_mixed(struct folding *folding, size_t *first, size_t *second) {
    for (size_t i = 0; i < folding->answers.count; i++)
        for (size_t k = 0; k < i; k++)
            if (hosts_and(folding->combinations, folding->answers.items[k].image, folding->answers.items[i].image) !=
                HOSTS_NONE) {
                *first = k;
                *second = i;
                return true;
            }
    return false;
}

/* Whether each combination has one answer. Two answers are only compared where all together are not apart. */
static bool is_apart(struct folding *folding) {
    hostset before = HOSTS_NONE;
    for (size_t i = 0; i < folding->answers.count; i++) {
        if (hosts_and(folding->combinations, before, folding->answers.items[i].image) != HOSTS_NONE)
            return false;
        before = hosts_or(folding->combinations, before, folding->answers.items[i].image);
    }
    return before != HOSTS_UNKNOWN;
}

/* A column of the rules that helps to tell two answers apart: best one that they have no value of in common. */
static struct variable *find_helpful(struct folding *folding, const struct axes *own, size_t first, size_t second) {
    struct arena *arena = folding->arena;
    const struct axes *columns = &folding->columns;
    size_t *one = arena_alloc(arena, (columns->count + 1) * sizeof *one);
    hostset a = folding->answers.items[first].hosts, b = folding->answers.items[second].hosts;
    hosts_pick(
        folding->combinations,
        hosts_and(folding->combinations, folding->answers.items[first].image, folding->answers.items[second].image),
        one);
    for (size_t i = 0; i < columns->count; i++) {
        hostset with = folding->values[i][folding->first_leaf[i] + (one[i] == SIZE_MAX ? 0 : one[i])];
        a = hosts_and(folding->hosts, a, with);
        b = hosts_and(folding->hosts, b, with);
    }
    struct variable *helpful = NULL;
    for (size_t i = 0; i < own->count; i++) {
        struct variable *variable = own->items[i];
        size_t width = variable_n_codes(variable), common = 0;
        bool *codes = arena_alloc(arena, 2 * width + 1), *others = codes + width;
        if (has_column(columns, variable))
            continue;
        size_t all = meaning_codes(folding->meaning, variable, hosts_or(folding->hosts, a, b), others);
        meaning_codes(folding->meaning, variable, a, codes);
        meaning_codes(folding->meaning, variable, b, others);
        for (size_t code = 0; code < width; code++)
            common += codes[code] && others[code];
        if (common == 0)
            return variable;
        helpful = helpful || all < 2 ? helpful : variable;
    }
    return helpful;
}

static bool is_enough(struct folding *folding, const struct axes *columns) {
    fold_over(folding, columns);
    return fold_images(folding) && is_apart(folding);
}

static struct axes without(struct arena *arena, const struct axes *columns, size_t left_out) {
    struct axes rest = {0};
    for (size_t i = 0; i < columns->count; i++)
        if (i != left_out)
            ARENA_PUSH(arena, &rest, columns->items[i]);
    return rest;
}

/* Adds columns of the rules' own until there are enough; then leaves out those that turn out not to be needed. */
static enum fold_state find_missing(struct folding *folding, const struct axes *own, struct axes *missing) {
    size_t n_given = folding->columns.count, first, second;
    struct axes all = without(folding->arena, &folding->columns, SIZE_MAX);
    while (find_mixed(folding, &first, &second)) {
        struct variable *helpful = find_helpful(folding, own, first, second);
        if (!helpful)
            return FOLD_NOT_PROVEN;
        ARENA_PUSH(folding->arena, &all, helpful);
        fold_over(folding, &all);
        if (!fold_images(folding))
            return FOLD_NOT_PROVEN;
    }
    for (size_t i = all.count; i-- > n_given;) {
        struct axes rest = without(folding->arena, &all, i);
        if (is_enough(folding, &rest))
            all = rest;
        if (fold_is_unproven(folding))
            return FOLD_NOT_PROVEN;
    }
    for (size_t i = n_given; i < all.count; i++)
        ARENA_PUSH(folding->arena, missing, all.items[i]);
    return FOLD_COLUMNS_TOO_FEW;
}

/* ---- the result ------------------------------------------------------------------------------------------------- */

/* How many cells of the inputs behind outcomes and columns have a host in the set. */
static uint64_t count_cells(struct folding *folding, hostset set, const bool *inputs, const bool *others) {
    return hosts_count(folding->hosts, hosts_forget(folding->hosts, set, others), inputs);
}

static bool count_all(struct folding *folding, struct folded *folded, hostset space) {
    const struct model *model = folding->model;
    bool *inputs = arena_alloc(folding->arena, 2 * model->n_inputs + 1), *others = inputs + model->n_inputs;
    struct cone *cone = cone_new(folding->arena, model);
    for (size_t i = 0; i < folded->n_outcomes; i++)
        cone_add(cone, folded->outcomes[i]);
    for (size_t i = 0; i < folding->columns.count; i++)
        cone_add(cone, folding->columns.items[i]);
    cone_finish(folding->arena, cone);
    for (size_t i = 0; i < cone->n_inputs; i++)
        inputs[cone->inputs[i]->input] = true;
    for (size_t i = 0; i < model->n_inputs; i++) {
        others[i] = !inputs[i];
        if (inputs[i])
            ARENA_PUSH(folding->arena, &folded->inputs, model->inputs[i]);
    }
    folded->cells = count_cells(folding, folding->space, inputs, others);
    folded->unset = count_cells(folding, hosts_minus(folding->hosts, space, folding->space), inputs, others);
    for (size_t i = 0; i < folded->rows.count; i++)
        folded->rows.items[i].cells =
            count_cells(folding, fold_hosts_in(folding, folded->rows.items[i].codes), inputs, others);
    return !fold_is_unproven(folding);
}

/* What is said holds: on the hosts of a row nothing else comes out, and rows leave none of the hosts of an answer. */
static bool is_exact(struct folding *folding, const struct folded *folded) {
    hostset *covered = arena_alloc(folding->arena, (folding->answers.count + 1) * sizeof *covered);
    for (size_t i = 0; i < folded->rows.count; i++) {
        const struct fold_row *row = &folded->rows.items[i];
        const struct fold_answer answer = {.results = row->results, .reject = row->reject};
        size_t at = 0;
        while (!same_answer(&folding->answers.items[at], &answer, folded->n_outcomes))
            at++;
        covered[at] = hosts_or(folding->hosts, covered[at], fold_hosts_in(folding, row->codes));
    }
    bool exact = true;
    for (size_t i = 0; i < folding->answers.count; i++) {
        folding->unproven = folding->unproven || covered[i] == HOSTS_UNKNOWN;
        exact = exact && covered[i] == folding->answers.items[i].hosts;
    }
    return exact;
}

static bool is_asked(const struct folded *folded, size_t column) {
    for (size_t i = 0; i < folded->rows.count; i++)
        if (folded->rows.items[i].codes[column])
            return true;
    return false;
}

/* Puts the columns into the order that is wanted; those without a condition are left out. */
static void show_columns(struct folding *folding, struct folded *folded, const struct axes *wanted) {
    size_t *from = arena_alloc(folding->arena, (wanted->count + 1) * sizeof *from);
    for (size_t i = 0; i < wanted->count; i++) {
        size_t at = 0;
        while (folding->columns.items[at] != wanted->items[i])
            at++;
        if (!is_asked(folded, at))
            continue;
        from[folded->columns.count] = at;
        ARENA_PUSH(folding->arena, &folded->columns, wanted->items[i]);
    }
    for (size_t k = 0; k < folded->rows.count; k++) {
        bool **codes = arena_alloc(folding->arena, (wanted->count + 1) * sizeof *codes);
        for (size_t i = 0; i < folded->columns.count; i++)
            codes[i] = folded->rows.items[k].codes[from[i]];
        folded->rows.items[k].codes = codes;
    }
}

struct sorted_row {
    struct fold_row row;
    const struct axes *columns;
    size_t index;
};

/* By the first rule that decides (of a let yes stands before no), then by cells, from left to right: those with the
 * smaller codes come first. */
static int compare_rows(const void *a, const void *b) {
    const struct sorted_row *x = a, *y = b;
    const struct row *first = x->row.n_rules ? x->row.rules[0] : NULL, *other = y->row.n_rules ? y->row.rules[0] : NULL;
    if (first != other)
        return first < other ? -1 : 1;
    if (!first && x->row.results[0] != y->row.results[0])
        return x->row.results[0] ? -1 : 1;
    for (size_t i = 0; i < x->columns->count; i++) {
        const bool *codes = x->row.codes[i], *others = y->row.codes[i];
        if (!codes != !others)
            return codes ? -1 : 1;
        for (size_t code = 0; codes && code < variable_n_codes(x->columns->items[i]); code++)
            if (codes[code] != others[code])
                return codes[code] ? -1 : 1;
    }
    return x->index < y->index ? -1 : 1;
}

static void sort_rows(struct folding *folding, struct folded *folded) {
    size_t count = folded->rows.count;
    struct sorted_row *rows = arena_alloc(folding->arena, (count + 1) * sizeof *rows);
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct sorted_row){folded->rows.items[i], &folded->columns, i};
    qsort(rows, count, sizeof *rows, compare_rows);
    for (size_t i = 0; i < count; i++)
        folded->rows.items[i] = rows[i].row;
}

static int compare_columns(const void *a, const void *b) {
    const struct variable *const *x = a, *const *y = b;
    return (*x)->index < (*y)->index ? -1 : (*x)->index > (*y)->index;
}

/* In the order of declaration, which decides between rows that would do as well as others. */
static struct axes in_order(struct arena *arena, const struct axes *columns) {
    struct axes sorted = without(arena, columns, SIZE_MAX);
    if (sorted.count > 0)
        qsort(sorted.items, sorted.count, sizeof(struct variable *), compare_columns);
    return sorted;
}

static enum fold_state fold_into(struct folding *folding, struct folded *folded, hostset space,
                                 const struct axes *columns) {
    struct axes own = fold_columns(folding->arena, folding->model, folded->table, folded->let);
    if (folded->table)
        find_table_answers(folding, folded, space);
    else
        find_let_answers(folding, folded, space);
    struct axes sorted = in_order(folding->arena, columns ? columns : &own);
    const struct variable *unset = fold_over(folding, &sorted);
    if (hosts_left(folding->hosts) == 0)
        return FOLD_NOT_PROVEN;
    if (unset) {
        ARENA_PUSH(folding->arena, &folded->missing, folding->model->variables.items[unset->index]);
        return FOLD_COLUMN_UNSET;
    }
    if (!fold_images(folding))
        return FOLD_NOT_PROVEN;
    if (!is_apart(folding)) {
        enum fold_state state =
            fold_is_unproven(folding) ? FOLD_NOT_PROVEN : find_missing(folding, &own, &folded->missing);
        return fold_is_unproven(folding) ? FOLD_NOT_PROVEN : state;
    }
    if (!fold_cover(folding, folded) || !count_all(folding, folded, space))
        return FOLD_NOT_PROVEN;
    bool exact = is_exact(folding, folded);
    if (fold_is_unproven(folding))
        return FOLD_NOT_PROVEN;
    show_columns(folding, folded, columns ? columns : &own);
    sort_rows(folding, folded);
    return exact ? FOLD_DONE : FOLD_WRONG;
}

struct folded *fold(struct arena *arena, const struct model *model, struct meaning *meaning, hostset space,
                    struct variable *const *outcomes, size_t n_outcomes, const struct axes *columns) {
    struct folded *folded = arena_alloc(arena, sizeof *folded);
    struct folding folding = {
        .arena = arena, .model = model, .meaning = meaning, .hosts = meaning_hosts(meaning), .space = HOSTS_NONE};
    folded->table = outcomes[0]->table;
    folded->let = folded->table ? NULL : outcomes[0];
    folded->outcomes = arena_alloc(arena, (n_outcomes + 1) * sizeof(struct variable *));
    memcpy(folded->outcomes, outcomes, n_outcomes * sizeof(struct variable *));
    folded->n_outcomes = n_outcomes;
    folded->state = fold_into(&folding, folded, space, columns);
    return folded;
}
