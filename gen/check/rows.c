/*
 * Checks of the contents of decision tables: unreachable rows, redundant cells, unused values, missing reasons, and
 * cells that accept unknown implicitly.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/check/tables.h"

/* Limit on the notes that name rows before an unreachable one. */
enum { MAX_SHADOWING_ROWS = 4 };

/* ---- unreachable rows, redundant cells --------------------------------------------------------------------------- */

/*
 * A minimal set of cells of the row that never hold together. Names all cells if tables before this one exclude the
 * hosts.
 */
static const char *clashing_cells(struct subject *subject, const struct row *row, hostset space) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    bool *dropped = arena_alloc(checker->arena, table->n_columns + 1);
    for (size_t drop = 0; drop < table->n_columns; drop++) {
        hostset rest = hosts_and(checker->hosts, space, meaning_evaluable(checker->meaning, table));
        for (size_t i = 0; i < table->n_columns; i++)
            if (i != drop && !dropped[i])
                rest =
                    hosts_and(checker->hosts, rest, meaning_value(checker->meaning, table->columns[i], &row->cells[i]));
        dropped[drop] = rest == HOSTS_NONE;
    }
    const char *text = "";
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct variable *column = table->columns[i];
        bool *codes = arena_alloc(checker->arena, variable_n_codes(column) + 1);
        if (dropped[i] || column->hidden)
            continue;
        for (size_t code = 0; code < variable_n_codes(column); code++)
            codes[code] = valueset_has(&row->cells[i], variable_value(column, code));
        text = arena_print(checker->diagnostics->arena, "%s%s%s", text, text[0] ? " and " : "",
                           codes_words(checker->diagnostics->arena, column, codes));
    }
    return text;
}

static void note_shadowing_rows(struct subject *subject, struct diag *diag, size_t row, hostset fits) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    size_t n_shadowing = 0;
    for (size_t i = 0; i < row && n_shadowing < MAX_SHADOWING_ROWS && fits != HOSTS_NONE; i++) {
        hostset rest = hosts_minus(checker->hosts, fits, meaning_fits(checker->meaning, table, &table->rows[i]));
        if (rest == HOSTS_UNKNOWN)
            return;
        if (rest == fits)
            continue;
        diag_note(checker->diagnostics, diag, table->rows[i].span, "this row takes %s of its hosts",
                  rest == HOSTS_NONE && n_shadowing == 0 ? "all"
                  : rest == HOSTS_NONE                   ? "the rest"
                                                         : "some");
        fits = rest;
        n_shadowing++;
    }
}

static void note_restrictions(struct subject *subject, struct diag *diag, hostset fits) {
    struct checker *checker = subject->checker;
    const struct model *model = checker->model;
    for (size_t i = 0; i < model->restrictions.count; i++) {
        const struct restriction *restriction = &model->restrictions.items[i];
        hostset refused = meaning_cond(checker->meaning, restriction->cond);
        if (!restriction->over_decisions && hosts_meet(checker->hosts, fits, refused))
            diag_note(checker->diagnostics, diag, restriction->span, "%s",
                      restriction->is_assumption ? "this assumption leaves none of them"
                                                 : "these hosts are refused here");
    }
}

static bool accepts_nothing(const struct variable *column, const struct valueset *cell) {
    for (size_t code = 0; code < variable_n_codes(column); code++)
        if (valueset_has(cell, variable_value(column, code)))
            return false;
    return true;
}

/* Adds a note on why a row matches no host. */
static void note_clash(struct subject *subject, struct diag *diag, const struct row *row) {
    for (size_t i = 0; i < subject->table->n_columns; i++)
        if (accepts_nothing(subject->table->columns[i], &row->cells[i])) {
            diag_note(subject->checker->diagnostics, diag, row->cell_spans[i], "this cell takes no value");
            return;
        }
    const char *words = clashing_cells(subject, row, HOSTS_ALL);
    if (words[0])
        diag_note(subject->checker->diagnostics, diag, SPAN_NOWHERE, "no host has %s", words);
    else
        diag_note(subject->checker->diagnostics, diag, SPAN_NOWHERE,
                  "rows of other tables refuse all hosts first: no host has values for all of its columns");
}

static void report_dead(struct subject *subject, size_t index) {
    struct checker *checker = subject->checker;
    const struct row *row = &subject->table->rows[index];
    hostset anywhere = rows_set(subject, index, written_end(subject->table, index), meaning_fits);
    hostset fits = hosts_and(checker->hosts, anywhere, subject->space);
    /* An extension may make rows of its base unreachable; that is not an error of the base. */
    enum diag_level level = checker_is_base(checker, row->span) ? DIAG_NOTE : DIAG_WARNING;
    if (fits == HOSTS_UNKNOWN)
        return;
    struct diag *diag = diag_add_at(
        checker->diagnostics, DIAG_CODE_DEAD_ROW, level, row->span,
        row->is_else ? "this 'else' of '%s' is unreachable" : "this row of '%s' is unreachable", subject->name);
    if (fits != HOSTS_NONE && subject->table->overridden) {
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE,
                  "another table takes its place, and inherits nothing from it");
        return;
    }
    if (fits != HOSTS_NONE && !row->is_else)
        note_shadowing_rows(subject, diag, index, fits);
    else if (anywhere != HOSTS_NONE && !row->is_else)
        note_restrictions(subject, diag, anywhere);
    else if (!row->is_else)
        note_clash(subject, diag, row);
    diag_help(checker->diagnostics, diag, "remove the row, or widen its cells");
}

/* Whether the row decides for a possible host, or this is not proven. */
static bool is_selected(struct checker *checker, const struct table *table, const struct row *row) {
    hostset set = meaning_decides(checker->meaning, table, row);
    bool *inputs = checker_no_inputs(checker);
    if (set == HOSTS_NONE || set == HOSTS_UNKNOWN)
        return set == HOSTS_UNKNOWN;
    hosts_tested(checker->hosts, set, inputs);
    return hosts_and(checker->hosts, set, meaning_possible(checker->meaning, inputs)) != HOSTS_NONE;
}

/* A row of an overridden table is still used if a row that inherits from it can be selected. */
static bool inherited(struct checker *checker, const struct table *base, size_t from, size_t to) {
    for (size_t t = 0; t < checker->model->tables.count; t++) {
        const struct table *table = checker->model->tables.items[t];
        size_t last = table->n_columns ? table->n_columns - 1 : 0;
        if (!table->n_columns || table->columns[last] != base->outcomes[0])
            continue;
        for (size_t i = 0; i < table->n_rows; i++) {
            const struct row *copy = &table->rows[i];
            for (size_t row = from; row < to && copy->cells && copy->cell_tests[last]; row++)
                if (valueset_has(&copy->cells[last], (int64_t)row) && is_selected(checker, table, copy))
                    return true;
        }
    }
    return false;
}

static void check_dead_rows(struct subject *subject) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    bool has_hosts = subject->is_direct && subject->exclusive && !subject->has_empty &&
                     (!subject->has_else || subject->covers == BOXES_LEAVE_OUT);
    if (has_hosts && !table->overridden)
        return; /* the cells of each row accept hosts, and 'else' has hosts, too */
    checker_new_budget(checker);
    for (size_t i = 0; i < table->n_rows; i = written_end(table, i)) {
        hostset decides = rows_set(subject, i, written_end(table, i), meaning_decides);
        decides = hosts_and(checker->hosts, decides, subject->space);
        if (decides == HOSTS_UNKNOWN) {
            checker_not_proven(
                checker, table->span,
                arena_print(checker->arena, "whether each row of '%s' decides for some host", subject->name));
            return;
        }
        if (decides == HOSTS_NONE || (table->overridden && !inherited(checker, table, i, written_end(table, i))))
            report_dead(subject, i);
    }
}

/*
 * The hosts that rows select if the cell accepts everything. In a table with hit policy *first* earlier rows still take
 * precedence.
 */
static hostset widened(struct subject *subject, size_t from, size_t to, size_t column) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    hostset result = HOSTS_NONE;
    for (size_t row = from; row < to; row++) {
        hostset fits = hosts_and(checker->hosts, subject->space, meaning_evaluable(checker->meaning, table));
        for (size_t i = 0; i < table->n_columns; i++)
            if (i != column && table->rows[row].cell_tests[i])
                fits = hosts_and(checker->hosts, fits,
                                 meaning_value(checker->meaning, table->columns[i], &table->rows[row].cells[i]));
        result = hosts_or(checker->hosts, result, fits);
    }
    for (size_t row = 0; row < from && table->first; row++)
        result = hosts_minus(checker->hosts, result, meaning_fits(checker->meaning, table, &table->rows[row]));
    return result;
}

static bool accepts_all(const struct variable *column, const struct valueset *cell) {
    for (size_t code = 0; code < variable_n_codes(column); code++)
        if (!valueset_has(cell, variable_value(column, code)))
            return false;
    return true;
}

static bool share_code(const struct variable *column, const struct valueset *a, const struct valueset *b) {
    for (size_t code = 0; code < variable_n_codes(column); code++) {
        int64_t value = variable_value(column, code);
        if (valueset_has(a, value) && valueset_has(b, value))
            return true;
    }
    return false;
}

/* Whether the rows appear to overlap with another row without this cell. The cell is then kept for the reader. */
static bool tells_rows_apart(const struct table *table, size_t from, size_t to, size_t column) {
    for (size_t row = from; row < to && !table->first; row++)
        for (size_t other = 0; other < table->n_rows; other++) {
            bool both = !table->rows[other].is_else && (other < from || other >= to);
            for (size_t i = 0; i < table->n_columns && both; i++)
                both = i == column ||
                       share_code(table->columns[i], &table->rows[row].cells[i], &table->rows[other].cells[i]);
            if (both)
                return true;
        }
    return false;
}

static void check_redundant_cells(struct subject *subject) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    if ((subject->is_direct && subject->exclusive && subject->covers != BOXES_NOT_PROVEN) || table->overridden ||
        checker_is_base(checker, table->span))
        return;
    checker_new_budget(checker);
    for (size_t i = 0; i < table->n_rows; i = written_end(table, i)) {
        size_t end = written_end(table, i);
        const struct row *row = &table->rows[i];
        hostset takes = hosts_and(checker->hosts, subject->space, rows_set(subject, i, end, meaning_decides));
        if (takes == HOSTS_NONE || row->is_else)
            continue; /* unreachable; already reported */
        for (size_t k = 0; k < table->n_columns; k++) {
            const struct variable *column = table->columns[k];
            if (!row->cell_tests[k] || column->hidden || accepts_all(column, &row->cells[k]))
                continue;
            hostset wide = widened(subject, i, end, k);
            if (wide == HOSTS_UNKNOWN || takes == HOSTS_UNKNOWN) {
                checker_not_proven(
                    checker, table->span,
                    arena_print(checker->arena, "whether each condition of '%s' changes something", subject->name));
                return;
            }
            if (wide != takes || tells_rows_apart(table, i, end, k))
                continue;
            struct diag *diag =
                REPORT(checker, REDUNDANT_CELL, row->cell_spans[k], "this cell of '%s' is redundant", column->name);
            diag_note(checker->diagnostics, diag, SPAN_NOWHERE,
                      table->first ? "its other cells and the rows before it leave only such hosts"
                                   : "its other cells leave only such hosts");
            diag_help(checker->diagnostics, diag, "write * in its place");
            diag_fix(checker->diagnostics, diag, row->cell_spans[k], "*");
        }
    }
}

/* Reports the share of hosts that an 'else' selects. */
static void check_else(struct subject *subject) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    if (!subject->has_else || !diag_is_on(checker->diagnostics, DIAG_CODE_ELSE))
        return;
    checker_new_budget(checker);
    hostset takes =
        hosts_and(checker->hosts, subject->space, rows_set(subject, subject->n_rows, table->n_rows, meaning_decides));
    if (takes == HOSTS_UNKNOWN)
        checker_not_proven(checker, table->rows[subject->n_rows].span,
                           arena_print(checker->arena, "what this 'else' of '%s' takes", subject->name));
    if (takes == HOSTS_NONE || takes == HOSTS_UNKNOWN)
        return; /* unreachable; already reported */
    struct diag *diag = REPORT(checker, ELSE, table->rows[subject->n_rows].span, "this 'else' of '%s' takes %s",
                               subject->name, checker_share(checker, takes, subject->space, subject->inputs));
    checker_witness(checker, diag, takes, subject->space, SHOWN_ANY);
}

void check_redundancy(struct subject *subject) {
    check_dead_rows(subject);
    check_redundant_cells(subject);
    check_else(subject);
}

void check_reasons(struct subject *subject) {
    const struct table *table = subject->table;
    for (size_t i = 0; i < table->n_rows && !table->overridden; i = written_end(table, i))
        if (!table->rows[i].meta.reason)
            REPORT(subject->checker, MISSING_REASON, table->rows[i].span, "this row of '%s' has no reason",
                   subject->name);
}

/* Whether the rules exclude all hosts on which the fact is unknown. */
static bool never_unknown(struct subject *subject, const struct variable *variable) {
    const struct valueset unknown = {.unknown = true};
    return hosts_and(subject->checker->hosts, meaning_value(subject->checker->meaning, variable, &unknown),
                     subject->space) == HOSTS_NONE;
}

void check_silent_unknown(struct subject *subject) {
    const struct table *table = subject->table;
    struct checker *checker = subject->checker;
    for (size_t column = 0; column < table->n_columns; column++) {
        const struct variable *variable = table->columns[column];
        bool tested = false, named = false, silent = false;
        for (size_t i = 0; i < table->n_rows; i++) {
            const struct row *row = &table->rows[i];
            tested = tested || (!row->is_else && row->cell_tests[column]);
            named = named || (!row->is_else && row->cell_names_unknown[column]);
            silent = silent || row->is_else || row->cells[column].unknown;
        }
        if (!variable->type.or_unknown || !tested || named || !silent || never_unknown(subject, variable))
            continue;
        struct diag *diag = REPORT(checker, SILENT_UNKNOWN, table->span,
                                   "the table of '%s' tests '%s', but takes unknown only by '*', 'not' or 'else'",
                                   subject->name, variable->name);
        diag_help(checker->diagnostics, diag, "say in a row what happens when '%s' is unknown", variable->name);
    }
}

/* ---- unused values ----------------------------------------------------------------------------------------------- */

/* Whether a row of the decision's table yields the member. */
static bool is_yielded(const struct variable *decision, size_t member) {
    const struct table *table = decision->table;
    size_t outcome = 0;
    while (table->outcomes[outcome] != decision)
        outcome++;
    for (size_t i = 0; i < table->n_rows; i++)
        if (!table->rows[i].reject && table->rows[i].results[outcome] == (int64_t)member)
            return true;
    return false;
}

/*
 * The values of a named enumeration can come from any decision of that type, or from a fact, which can have all of
 * them.
 */
static bool value_is_used(const struct model *model, const struct variable *decision, size_t member) {
    if (is_yielded(decision, member))
        return true;
    for (size_t i = 0; i < model->variables.count && decision->type.name; i++) {
        const struct variable *other = model->variables.items[i];
        if (other->type.members == decision->type.members &&
            (variable_is_input(other) || (other->kind == VARIABLE_DECISION && is_yielded(other, member))))
            return true;
    }
    return false;
}

void check_values(struct subject *subject) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    if (table->overridden || table->overrides)
        return;
    for (size_t i = 0; i < table->n_outcomes; i++) {
        const struct variable *decision = table->outcomes[i];
        for (size_t k = 0; k < decision->type.n_members; k++) {
            if (decision->type.numeric ||
                value_is_used(checker->model, decision, k)) /* no declaration lists these numbers */
                continue;
            struct diag *diag = REPORT(checker, UNUSED_VALUE, decision->span, "no row yields '%s' for '%s'",
                                       decision->type.members[k].name, decision->name);
            diag_help(checker->diagnostics, diag,
                      decision->type.kind == MUSTER_BOOL
                          ? "this decision is constant"
                          : "take the value out of the type, or add the row that is missing");
        }
    }
}
