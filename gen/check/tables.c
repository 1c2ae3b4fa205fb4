/*
 * Checks of decision tables: every host matches exactly one row.
 *
 * A table is first analysed alone, as boxes in the product of its columns: a result for all combinations of columns
 * holds for every host. Only if that fails, or if columns depend on each other, are its rows traced back to inputs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/check/tables.h"

#include <string.h>

/* Limits on the overlaps that are reported per table, and on the pairs of rows that are examined. */
enum { MAX_OVERLAPS = 8, MAX_PAIRS = 1 << 16 };

/* Limit on the steps of the proof that the boxes of a table have no gap. */
enum { COVER_STEPS = 1 << 26 };

/* ---- a table alone ----------------------------------------------------------------------------------------------- */

static struct boxes *table_boxes(struct subject *subject) {
    const struct table *table = subject->table;
    struct arena *arena = subject->checker->arena;
    size_t *widths = arena_alloc(arena, (table->n_columns + 1) * sizeof *widths);
    for (size_t i = 0; i < table->n_columns; i++)
        widths[i] = variable_n_codes(table->columns[i]);
    struct boxes *boxes = boxes_new(arena, widths, table->n_columns, subject->n_rows);
    for (size_t i = 0; i < subject->n_rows; i++)
        for (size_t k = 0; k < table->n_columns; k++) {
            if (!table->rows[i].cell_tests[k])
                continue;
            boxes_clear(boxes, i, k);
            bool any = false;
            for (size_t code = 0; code < widths[k]; code++) {
                if (!valueset_has(&table->rows[i].cells[k], variable_value(table->columns[k], code)))
                    continue;
                boxes_put(boxes, i, k, code);
                any = true;
            }
            subject->has_empty = subject->has_empty || !any;
        }
    return boxes;
}

static void analyse_boxes(struct subject *subject) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    struct boxes *boxes = table_boxes(subject);
    if (!table->first) {
        subject->pairs = arena_alloc(checker->arena, MAX_PAIRS * sizeof *subject->pairs);
        subject->n_pairs = boxes_overlaps(boxes, subject->pairs, MAX_PAIRS);
    }
    subject->exclusive = !table->first && subject->n_pairs == 0;
    if (subject->exclusive)
        meaning_exclusive(checker->meaning, table);
    subject->left_out = arena_alloc(checker->arena, (table->n_columns + 1) * sizeof *subject->left_out);
    subject->covers = boxes_cover(boxes, COVER_STEPS, subject->left_out);
}

/* ---- exactly one row -------------------------------------------------------------------------------------------- */

static void note_columns(struct subject *subject, struct diag *diag, hostset set) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    const char *text = "";
    bool direct = true;
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct variable *column = table->columns[i];
        bool *codes = arena_alloc(checker->arena, variable_n_codes(column) + 1);
        size_t count = meaning_codes(checker->meaning, column, set, codes);
        direct = direct && variable_is_input(column);
        if (count > 0 && count < variable_n_codes(column) && !column->hidden)
            text = arena_print(checker->arena, "%s%s%s", text, text[0] ? ", " : "",
                               codes_words(checker->arena, column, codes));
    }
    if (!direct && text[0])
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "its columns have there: %s", text);
}

static const char *first_region(struct subject *subject, hostset set) {
    struct checker *checker = subject->checker;
    const struct axes axes = axes_of(checker->model);
    struct region region;
    hostset left = set, within = hosts_or(checker->hosts, set, hosts_not(checker->hosts, subject->space));
    region_next(checker->arena, &axes, checker->hosts, set, within, &left, &region);
    return region_words(checker->diagnostics->arena, &axes, &region);
}

/* The hosts that match no row. */
static hostset gap_set(struct subject *subject) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    hostset left = hosts_and(checker->hosts, subject->space, meaning_evaluable(checker->meaning, table));
    for (size_t i = 0; i < table->n_rows && left != HOSTS_NONE; i++)
        left = hosts_minus(checker->hosts, left, meaning_fits(checker->meaning, table, &table->rows[i]));
    return left;
}

static void check_gap(struct subject *subject) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    if (subject->has_else || subject->covers == BOXES_COVER)
        return;
    checker_new_budget(checker);
    hostset left = gap_set(subject);
    if (left == HOSTS_NONE)
        return;
    bool all = left != HOSTS_UNKNOWN;
    if (!all && subject->is_direct && subject->covers == BOXES_LEAVE_OUT)
        left = left_out_box(subject);
    if (left == HOSTS_UNKNOWN) {
        checker_not_proven(checker, table->span,
                           arena_print(checker->arena, "whether each host has a row of '%s'", subject->name));
        checker->model->tables.items[table->index]->unproven = true;
        return;
    }
    struct diag *diag =
        REPORT(checker, GAP, table->span, "no row of '%s' fits %s", subject->name, first_region(subject, left));
    note_columns(subject, diag, left);
    if (all)
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "no row in %s",
                  checker_share(checker, left, subject->space, subject->inputs));
    else
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE,
                  "these are some such hosts; to find all of them would take more than %zu steps", checker->granted);
    diag_help(checker->diagnostics, diag, "add a row for what is missing, or an 'else' row for all that is left");
    checker_witness(checker, diag, left, subject->space, SHOWN_ANY);
}

static const char *results_words(struct subject *subject, const struct row *row) {
    const struct table *table = subject->table;
    struct arena *arena = subject->checker->diagnostics->arena;
    if (row->reject)
        return arena_print(arena, "reject \"%s\"", row->reject);
    const char *text = "";
    for (size_t i = 0; i < table->n_outcomes; i++)
        text = arena_print(arena, "%s%s%s", text, i ? ", " : "",
                           value_text(arena, &table->outcomes[i]->type, row->results[i]));
    return text;
}

static bool same_results(const struct table *table, const struct row *a, const struct row *b) {
    if (a->reject || b->reject)
        return a->reject && b->reject && strcmp(a->reject, b->reject) == 0;
    for (size_t i = 0; i < table->n_outcomes; i++)
        if (a->results[i] != b->results[i])
            return false;
    return true;
}

size_t written_end(const struct table *table, size_t first) {
    size_t end = first;
    while (end < table->n_rows && table->rows[end].written == table->rows[first].written)
        end++;
    return end;
}

hostset rows_set(struct subject *subject, size_t from, size_t to,
                 hostset (*of)(struct meaning *, const struct table *, const struct row *)) {
    struct checker *checker = subject->checker;
    hostset result = HOSTS_NONE;
    for (size_t i = from; i < to; i++)
        result = hosts_or(checker->hosts, result, of(checker->meaning, subject->table, &subject->table->rows[i]));
    return result;
}

/* Two rows of the file and their rows in the model: several each, if they inherit. */
struct written_pair {
    size_t first, first_end, second, second_end;
};

static size_t written_begin(const struct table *table, size_t row) {
    while (row > 0 && table->rows[row - 1].written == table->rows[row].written)
        row--;
    return row;
}

static struct written_pair find_written_pair(const struct table *table, const struct boxes_pair *pair) {
    struct written_pair found = {.first = written_begin(table, pair->first),
                                 .second = written_begin(table, pair->second)};
    found.first_end = written_end(table, found.first);
    found.second_end = written_end(table, found.second);
    return found;
}

/* Adds a note if both rows yield the same decisions for all these hosts. */
static void note_agreement(struct subject *subject, struct diag *diag, const struct written_pair *pair, hostset both) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    const char *previous = NULL;
    bool is_one = true;
    for (size_t i = pair->first; i < pair->first_end; i++)
        for (size_t k = pair->second; k < pair->second_end; k++) {
            const struct row *first = &table->rows[i], *second = &table->rows[k];
            hostset here = hosts_and(checker->hosts, meaning_fits(checker->meaning, table, first),
                                     meaning_fits(checker->meaning, table, second));
            if (!hosts_meet(checker->hosts, both, here))
                continue;
            const char *words = results_words(subject, first);
            if (!same_results(table, first, second)) {
                diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "they do not agree: %s, and %s", words,
                          results_words(subject, second));
                return;
            }
            is_one = is_one && (!previous || strcmp(previous, words) == 0);
            previous = words;
        }
    if (is_one && previous)
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "they agree: both say %s", previous);
    else
        diag_note(checker->diagnostics, diag, SPAN_NOWHERE, "they agree: both inherit the same");
}

static void report_overlap(struct subject *subject, const struct written_pair *pair, hostset both, bool with_help) {
    struct checker *checker = subject->checker;
    struct diagnostics *diagnostics = checker->diagnostics;
    const struct table *table = subject->table;
    struct diag *diag = REPORT(checker, OVERLAP, table->rows[pair->second].span, "two rows of '%s' fit %s",
                               subject->name, first_region(subject, both));
    diag_note(diagnostics, diag, table->rows[pair->first].span, "the other row");
    note_agreement(subject, diag, pair, both);
    note_columns(subject, diag, both);
    diag_note(diagnostics, diag, SPAN_NOWHERE, "both rows in %s",
              checker_share(checker, both, subject->space, subject->inputs));
    if (with_help)
        diag_help(diagnostics, diag, "narrow one of them, or let the order decide: first by");
    checker_witness(checker, diag, both, subject->space, SHOWN_ANY);
}

static bool was_reported(const struct written_pair *reported, size_t count, const struct written_pair *pair) {
    for (size_t i = 0; i < count; i++)
        if (reported[i].first == pair->first && reported[i].second == pair->second)
            return true;
    return false;
}

static void check_overlaps(struct subject *subject) {
    struct checker *checker = subject->checker;
    const struct table *table = subject->table;
    struct written_pair reported[MAX_OVERLAPS];
    size_t n_reported = 0, n_looked_at = subject->n_pairs < MAX_PAIRS ? subject->n_pairs : MAX_PAIRS;
    bool proven = subject->n_pairs <= MAX_PAIRS;
    checker_new_budget(checker);
    for (size_t i = 0; i < n_looked_at && n_reported < MAX_OVERLAPS; i++) {
        struct written_pair pair = find_written_pair(table, &subject->pairs[i]);
        if (pair.first == pair.second || was_reported(reported, n_reported, &pair))
            continue;
        hostset both = hosts_and(checker->hosts, rows_set(subject, pair.first, pair.first_end, meaning_fits),
                                 rows_set(subject, pair.second, pair.second_end, meaning_fits));
        both = hosts_and(checker->hosts, both, subject->space);
        if (both == HOSTS_UNKNOWN) {
            proven = false;
            break;
        }
        if (both == HOSTS_NONE)
            continue;
        report_overlap(subject, &pair, both, n_reported == 0);
        reported[n_reported++] = pair;
    }
    if (!proven && n_reported == 0) {
        checker_not_proven(checker, table->span,
                           arena_print(checker->arena, "whether each host has only one row of '%s'", subject->name));
        checker->model->tables.items[table->index]->unproven = true;
    }
    if (proven && n_reported == 0 && !subject->exclusive && !table->first) {
        subject->exclusive = true;
        meaning_exclusive(checker->meaning, table);
    }
}

/* ---- all tables -------------------------------------------------------------------------------------------------- */

static void check_table(struct checker *checker, const struct table *table) {
    struct subject subject = {.checker = checker, .table = table};
    subject.name = table->outcomes[0]->name;
    if (table->overridden)
        subject.name = arena_copy(checker->arena, subject.name, strcspn(subject.name, "."));
    subject.n_rows = table->n_rows;
    while (subject.n_rows > 0 && table->rows[subject.n_rows - 1].is_else)
        subject.n_rows--;
    subject.has_else = subject.n_rows < table->n_rows;
    subject.inputs = checker_no_inputs(checker);
    subject.is_direct = true;
    for (size_t i = 0; i < table->n_columns; i++) {
        checker_mark(checker, table->columns[i], subject.inputs);
        subject.is_direct = subject.is_direct && variable_is_input(table->columns[i]);
    }
    checker_new_budget(checker);
    subject.space = meaning_possible(checker->meaning, subject.inputs);
    subject.is_direct = subject.is_direct && subject.space == HOSTS_ALL;
    check_silent_unknown(&subject);
    analyse_boxes(&subject);
    size_t errors = checker->diagnostics->n_errors;
    check_overlaps(&subject);
    check_gap(&subject);
    if (checker->diagnostics->n_errors == errors && !table->unproven)
        check_redundancy(&subject);
    check_reasons(&subject);
    check_values(&subject);
}

/*
 * Follows the order of evaluation, so that the results about a table are known to the tables that test its decisions.
 */
void check_tables(struct checker *checker) {
    for (size_t i = 0; i < checker->model->stages.count; i++)
        if (checker->model->stages.items[i].table)
            check_table(checker, checker->model->stages.items[i].table);
}
