/*
 * Random rulesets: facts of all types, tables that share out everything or leave gaps, and derived conditions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "brute.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "muster.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

unsigned dice(struct maker *maker, unsigned sides) {
    return roll(&maker->seed, sides);
}

void say(struct maker *maker, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprint(maker->arena, format, arguments);
    va_end(arguments);
    for (const char *at = text; *at; at++)
        maker->lines[maker->file] += *at == '\n';
    fputs(text, maker->outs[maker->file]);
}

uint32_t all_of(const struct subject *subject) {
    return (UINT32_C(1) << (subject->n_atoms + subject->or_unknown)) - 1;
}

/* All but unknown. */
uint32_t known_of(const struct subject *subject) {
    return (UINT32_C(1) << subject->n_atoms) - 1;
}

static uint32_t some_of(struct maker *maker, const struct subject *subject) {
    return 1 + dice(maker, all_of(subject));
}

static unsigned n_bits(uint32_t mask) {
    unsigned count = 0;
    for (; mask; mask &= mask - 1)
        count++;
    return count;
}

/* ---- writing values and sets ------------------------------------------------------------------------------------ */

static bool is_ordered(const struct subject *subject) {
    return subject->kind == OF_INT || subject->kind == OF_VERSION;
}

/* `is_edge`: where A.B may stand for A.B.0. */
void say_value(struct maker *maker, const struct subject *subject, int64_t value, bool is_edge) {
    static const char *const words[] = {"red", "green", "blue", "dark-red", "blue.2", "white"};
    int64_t patch = value & MUSTER_VERSION_MAX;
    if (subject->kind == OF_BOOL)
        say(maker, "%s", value ? "yes" : "no");
    else if (subject->kind == OF_ENUM)
        say(maker, "%s", words[value]);
    else if (subject->kind == OF_INT)
        say(maker, "%lld", (long long)value);
    else if (is_edge && patch == 0 && dice(maker, 2))
        say(maker, "%lld.%lld", (long long)(value >> 40), (long long)(value >> 20 & MUSTER_VERSION_MAX));
    else
        say(maker, "%lld.%lld.%lld", (long long)(value >> 40), (long long)(value >> 20 & MUSTER_VERSION_MAX),
            (long long)patch);
}

/* A.B.* or A.*, if the interval is one. */
static bool say_series(struct maker *maker, const struct subject *subject, int64_t low, int64_t high) {
    if (subject->kind != OF_VERSION)
        return false;
    if (low >> 40 == high >> 40 && (low & ((INT64_C(1) << 40) - 1)) == 0 && high + 1 == ((low >> 40) + 1) << 40)
        say(maker, "%lld.*", (long long)(low >> 40));
    else if (low >> 20 == high >> 20 && (low & MUSTER_VERSION_MAX) == 0 &&
             (high & MUSTER_VERSION_MAX) == MUSTER_VERSION_MAX)
        say(maker, "%lld.%lld.*", (long long)(low >> 40), (long long)(low >> 20 & MUSTER_VERSION_MAX));
    else
        return false;
    return true;
}

/* The atoms from `from` to `to` of an ordered subject, in one of the ways to say it. */
static void say_run(struct maker *maker, const struct subject *subject, unsigned from, unsigned to) {
    int64_t low = subject->low[from], high = subject->high[to];
    unsigned way = dice(maker, 4);
    if (way == 0 && say_series(maker, subject, low, high))
        return;
    if (low == high && way < 3) {
        say_value(maker, subject, low, false);
    } else if (from == 0 && to + 1 < subject->n_atoms && way < 3) {
        say(maker, way ? "< " : "<= ");
        say_value(maker, subject, way ? subject->low[to + 1] : high, way);
    } else if (from > 0 && to + 1 == subject->n_atoms && way < 3) {
        say(maker, way ? ">= " : "> ");
        say_value(maker, subject, way ? low : subject->high[from - 1], way);
    } else if (to + 1 < subject->n_atoms && way < 2) {
        say_value(maker, subject, low, true);
        say(maker, " ..< ");
        say_value(maker, subject, subject->low[to + 1], true);
    } else {
        say_value(maker, subject, low, true);
        say(maker, " .. ");
        say_value(maker, subject, high, false);
    }
}

static void say_tests(struct maker *maker, const struct subject *subject, uint32_t mask) {
    const char *comma = "";
    for (unsigned i = 0; i < subject->n_atoms; i++) {
        if (!(mask >> i & 1))
            continue;
        unsigned last = i;
        say(maker, "%s", comma);
        comma = ", ";
        if (is_ordered(subject)) {
            while (last + 1 < subject->n_atoms && mask >> (last + 1) & 1 && dice(maker, 5))
                last++;
            say_run(maker, subject, i, last);
        } else {
            say_value(maker, subject, i, false);
        }
        i = last;
    }
    if (mask >> subject->n_atoms & 1)
        say(maker, "%sunknown", comma);
}

/*
 * No test says nothing at all, so an empty set is what is not in everything. That something is not given has no word of
 * its own, so that everything can only be said by a cell.
 */
static void say_set(struct maker *maker, const struct subject *subject, uint32_t mask) {
    uint32_t others = all_of(subject) & ~mask;
    bool is_given = subject->optional && mask >> subject->n_atoms & 1;
    if (mask && !is_given && (others == 0 || dice(maker, 3))) {
        say_tests(maker, subject, mask);
    } else if (n_bits(others) == 1 && !is_ordered(subject) && dice(maker, 2)) {
        say(maker, "not ");
        say_tests(maker, subject, others);
    } else {
        say(maker, "not (");
        say_tests(maker, subject, others);
        say(maker, ")");
    }
}

/* Whether it was written as '*'. */
static bool say_cell(struct maker *maker, const struct subject *subject, uint32_t mask) {
    bool star = mask == all_of(subject) && (subject->optional || dice(maker, 5));
    if (star)
        say(maker, "*");
    else
        say_set(maker, subject, mask);
    return star;
}

/* ---- facts and parameters --------------------------------------------------------------------------------------- */

static struct subject *new_subject(struct maker *maker, const char *prefix, enum subject_role role,
                                   enum subject_kind kind) {
    struct subject *subject = &maker->subjects[maker->n_subjects];
    *subject = (struct subject){.role = role, .kind = kind, .file = maker->file};
    snprintf(subject->name, sizeof subject->name, "%s%u", prefix, maker->n_subjects++);
    return subject;
}

static void fill_members(struct subject *subject, unsigned count) {
    subject->n_atoms = count;
    for (unsigned i = 0; i < count; i++)
        subject->low[i] = subject->high[i] = i;
}

/* Cuts low..high at ascending places. */
static void fill_intervals(struct maker *maker, struct subject *subject, const int64_t *cuts, size_t count, int64_t low,
                           int64_t high) {
    subject->low[0] = low;
    subject->n_atoms = 1;
    for (size_t i = 0; i < count && subject->n_atoms < MAX_ATOMS; i++) {
        if (dice(maker, 3) == 0 || cuts[i] <= subject->low[subject->n_atoms - 1] || cuts[i] > high)
            continue;
        subject->high[subject->n_atoms - 1] = cuts[i] - 1;
        subject->low[subject->n_atoms++] = cuts[i];
    }
    subject->high[subject->n_atoms - 1] = high;
}

static void say_type(struct maker *maker, const struct subject *subject, const char *range) {
    if (subject->kind == OF_BOOL) {
        say(maker, "bool");
    } else if (subject->kind == OF_ENUM) {
        for (unsigned i = 0; i < subject->n_atoms; i++) {
            say(maker, i ? ", " : "{ ");
            say_value(maker, subject, i, false);
            if (i == 1)
                say(maker, " as \"a,%u\"", i);
        }
        say(maker, " }");
    } else {
        say(maker, "%s%s", subject->kind == OF_INT ? "int" : "version", range);
    }
    if (subject->optional)
        say(maker, " optional");
    else if (subject->or_unknown)
        say(maker, " or unknown");
}

static size_t n_cells(const struct maker *maker) {
    size_t cells = 1;
    for (unsigned i = 0; i < maker->n_inputs; i++)
        cells *= maker->subjects[i].n_atoms + maker->subjects[i].or_unknown;
    return cells;
}

static void make_input(struct maker *maker, enum subject_role role) {
    static const int64_t numbers[] = {-40, -39, 0, 1, 2, 7, 8, 64, 100, 4096};
    static const int64_t versions[] = {
        MUSTER_PACK_VERSION(7, 0, 0), MUSTER_PACK_VERSION(7, 2, 0), MUSTER_PACK_VERSION(7, 2, 5),
        MUSTER_PACK_VERSION(8, 0, 0), MUSTER_PACK_VERSION(8, 1, 0), MUSTER_PACK_VERSION(9, 0, 0),
        MUSTER_PACK_VERSION(9, 1, 0), MUSTER_PACK_VERSION(9, 2, 0), MUSTER_PACK_VERSION(10, 0, 0)};
    const int64_t greatest = MUSTER_PACK_VERSION(MUSTER_VERSION_MAX, MUSTER_VERSION_MAX, MUSTER_VERSION_MAX);
    const char *range = "";
    enum subject_kind kind = (enum subject_kind)dice(maker, 4);
    struct subject *subject = new_subject(maker, role == FACT ? "f" : "p", role, kind);
    subject->optional = role == PARAM && dice(maker, 3) == 0;
    subject->or_unknown = subject->optional || (role == FACT && dice(maker, 3) == 0);
    if (subject_has_members(subject)) {
        fill_members(subject, kind == OF_BOOL ? 2 : 1 + dice(maker, 6));
    } else if (kind == OF_INT) {
        fill_intervals(maker, subject, numbers, COUNT(numbers), -100, 5000);
        range = " -100 .. 5000";
    } else if (dice(maker, 2)) {
        fill_intervals(maker, subject, versions, COUNT(versions), 0, greatest);
    } else {
        fill_intervals(maker, subject, versions, COUNT(versions), MUSTER_PACK_VERSION(6, 0, 0),
                       MUSTER_PACK_VERSION(11, 0, 0) - 1);
        range = " 6.0 ..< 11.0";
    }
    say(maker, "%s %s : ", role == FACT ? "fact" : "param", subject->name);
    say_type(maker, subject, range);
    say(maker, ";\n");
}

/* The text parameters, which are the last inputs; `max`: no limit is larger. */
enum { N_TEXTS = 4 };
static const struct {
    const char *name, *type;
    unsigned max;
} text_types[N_TEXTS] = {
    {"text", "text matching \"[a-z,:/ \\\\\\\\=]{0,8}\"", 8},
    {"path", "path max 20", 20},
    {"id", "text matching \"[A-Z]{1,3}\"", 3},
    {"nr", "text matching \"[0-9]{1,3}\"", 3},
};

static void make_text(struct maker *maker, const char *name) {
    struct subject *subject = &maker->subjects[maker->n_subjects++];
    *subject = (struct subject){.role = PARAM, .kind = OF_TEXT, .n_atoms = 1, .file = maker->file};
    subject->optional = subject->or_unknown = n_cells(maker) < maker->max_cells && dice(maker, 6) == 0;
    snprintf(subject->name, sizeof subject->name, "%s", name);
    maker->n_inputs = maker->n_subjects;
}

static void make_inputs(struct maker *maker) {
    static const size_t most[] = {12, 40, 120, MAX_CELLS / 10};
    unsigned n_facts = 2 + dice(maker, 5), n_params = dice(maker, 3);
    maker->max_cells = dice(maker, 20) ? most[dice(maker, COUNT(most))] : MAX_CELLS / 3;
    for (unsigned i = 0; i < n_facts + n_params; i++) {
        maker->file = maker->extends && (i == 0 || dice(maker, 4));
        make_input(maker, i < n_facts ? FACT : PARAM);
        maker->n_inputs = maker->n_subjects;
        if (n_cells(maker) > maker->max_cells && i >= 1)
            break;
    }
    maker->file = maker->extends;
    for (size_t i = 0; i < N_TEXTS; i++)
        make_text(maker, text_types[i].name);
}

/* ---- conditions ------------------------------------------------------------------------------------------------- */

const struct expr *make_test(struct maker *maker, unsigned subject, uint32_t mask) {
    struct expr *expr = arena_alloc(maker->arena, sizeof *expr);
    *expr = (struct expr){.kind = TEST, .subject = subject, .mask = mask};
    return expr;
}

const struct expr *make_join(struct maker *maker, enum expr_kind kind, const struct expr *left,
                             const struct expr *right) {
    struct expr *expr = arena_alloc(maker->arena, sizeof *expr);
    *expr = (struct expr){.kind = kind, .left = left, .right = right};
    return expr;
}

/* What the file at hand knows of: the base does not know what its extension adds. */
unsigned choose_known(struct maker *maker, unsigned n_subjects) {
    for (;;) {
        unsigned subject = dice(maker, n_subjects);
        if (maker->subjects[subject].file >= maker->file)
            return subject;
    }
}

/* Of a text that is not optional nothing can be asked. */
static unsigned choose_subject(struct maker *maker, unsigned n_subjects, bool with_texts) {
    for (;;) {
        unsigned subject = choose_known(maker, n_subjects);
        if (maker->subjects[subject].kind != OF_TEXT || (with_texts && maker->subjects[subject].optional))
            return subject;
    }
}

const struct expr *make_expr(struct maker *maker, unsigned n_subjects, unsigned depth) {
    enum expr_kind kind = depth ? (enum expr_kind)dice(maker, IMPLIES + 1) : TEST;
    if (kind != TEST) {
        const struct expr *left = make_expr(maker, n_subjects, depth - 1);
        return make_join(maker, kind, left, kind == NOT ? NULL : make_expr(maker, n_subjects, depth - 1));
    }
    unsigned index = choose_subject(maker, n_subjects, true);
    const struct subject *subject = &maker->subjects[index];
    uint32_t mask = some_of(maker, subject);
    if (subject->kind == OF_TEXT || (subject->optional && (mask == all_of(subject) || dice(maker, 2))))
        mask = known_of(subject); /* given */
    return make_test(maker, index, mask);
}

bool asks_decisions(const struct maker *maker, const struct expr *expr) {
    if (expr->kind == EMITS || expr->kind == TIMES)
        return true;
    if (expr->kind != TEST)
        return asks_decisions(maker, expr->left) || (expr->right && asks_decisions(maker, expr->right));
    const struct subject *subject = &maker->subjects[expr->subject];
    return subject->role == DECISION || (subject->role == LET && asks_decisions(maker, subject->cond));
}

/* name, name == value, name != value, name < value, ..., name in { ... } */
static void say_test(struct maker *maker, const struct subject *subject, uint32_t mask) {
    uint32_t others = all_of(subject) & ~mask;
    unsigned only = 0, except = 0;
    while (only < subject->n_atoms && mask != UINT32_C(1) << only)
        only++;
    while (except < subject->n_atoms && others != UINT32_C(1) << except)
        except++;
    bool is_plain = dice(maker, 5) != 0;
    if (subject->optional && mask == known_of(subject)) {
        say(maker, "given %s", subject->name);
        return;
    }
    if (is_plain && subject->kind == OF_BOOL && mask == 2) {
        say(maker, "%s", subject->name);
    } else if (is_plain && only < subject->n_atoms && subject->low[only] == subject->high[only]) {
        say(maker, "%s == ", subject->name);
        say_value(maker, subject, subject->low[only], false);
    } else if (is_plain && except < subject->n_atoms && subject->low[except] == subject->high[except]) {
        say(maker, "%s != ", subject->name);
        say_value(maker, subject, subject->low[except], false);
    } else if (is_plain && subject->or_unknown && !subject->optional && mask == UINT32_C(1) << subject->n_atoms) {
        say(maker, "%s == unknown", subject->name);
    } else if (is_plain && is_ordered(subject) && subject->n_atoms > 1 && mask == 1) {
        say(maker, "%s < ", subject->name);
        say_value(maker, subject, subject->low[1], true);
    } else {
        say(maker, "%s in { ", subject->name);
        say_set(maker, subject, mask);
        say(maker, " }");
    }
}

void say_expr(struct maker *maker, const struct expr *expr, bool is_inner) {
    static const char *const words[] = {"", "", " and ", " or ", " implies "};
    if (expr->kind == EMITS || expr->kind == TIMES) {
        say_emits(maker, expr);
        return;
    }
    if (expr->kind == TEST) {
        say_test(maker, &maker->subjects[expr->subject], expr->mask);
        return;
    }
    if (expr->kind == NOT) {
        say(maker, "not (");
        say_expr(maker, expr->left, false);
        say(maker, ")");
        return;
    }
    say(maker, is_inner ? "(" : "");
    say_expr(maker, expr->left, true);
    say(maker, "%s", words[expr->kind]);
    say_expr(maker, expr->right, true);
    say(maker, is_inner ? ")" : "");
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static void add_row(struct table_plan *table, const uint32_t *cells) {
    struct row_plan *row = &table->rows[table->n_rows++];
    *row = (struct row_plan){0};
    memcpy(row->cells, cells, sizeof row->cells);
}

/* Rows that share out everything among them: a box is split along one column after another. */
static void split(struct maker *maker, struct table_plan *table, uint32_t *cells, unsigned depth, unsigned room) {
    unsigned column = dice(maker, table->n_columns);
    uint32_t mask = cells[column], part = 0;
    if (depth == 0 || room < 2 || n_bits(mask) < 2 || dice(maker, 6) == 0) {
        add_row(table, cells);
        return;
    }
    while (part == 0 || part == mask)
        part = mask & (uint32_t)next_random(&maker->seed);
    cells[column] = part;
    split(maker, table, cells, depth - 1, room / 2);
    cells[column] = mask & ~part;
    split(maker, table, cells, depth - 1, room - room / 2);
    cells[column] = mask;
}

static void scatter(struct maker *maker, struct table_plan *table) {
    unsigned count = 1 + dice(maker, 8);
    for (unsigned i = 0; i < count; i++) {
        uint32_t cells[MAX_COLUMNS] = {0};
        for (unsigned k = 0; k < table->n_columns; k++) {
            const struct subject *subject = &maker->subjects[table->columns[k]];
            cells[k] = dice(maker, 2) ? all_of(subject) : some_of(maker, subject);
        }
        if (dice(maker, 12) == 0)
            cells[0] = 0; /* a row that never fits */
        add_row(table, cells);
    }
}

/* Makes a good table worse: a row less, or a row wider. */
static void damage(struct maker *maker, struct table_plan *table) {
    unsigned victim = dice(maker, table->n_rows), column = dice(maker, table->n_columns);
    if (dice(maker, 2) && table->n_rows > 1)
        table->rows[victim] = table->rows[--table->n_rows];
    else
        table->rows[victim].cells[column] |= some_of(maker, &maker->subjects[table->columns[column]]);
}

/* Rules out the hosts of a box of inputs. */
static void excuse(struct maker *maker, const struct table_plan *table, const uint32_t *cells) {
    const struct expr *box = NULL;
    for (unsigned k = 0; k < table->n_columns; k++) {
        const struct subject *subject = &maker->subjects[table->columns[k]];
        if (table->columns[k] >= maker->n_inputs)
            return;
        if (cells[k] == all_of(subject) || cells[k] == 0)
            continue;
        const struct expr *test = make_test(maker, table->columns[k], cells[k]);
        box = box ? make_join(maker, AND, box, test) : test;
    }
    if (box && maker->n_excused < 2) {
        maker->excused[maker->n_excused].file = maker->file;
        maker->excused[maker->n_excused++].cond = box;
    }
}

/* A table that is good only for the hosts that are left. */
static void damage_unseen(struct maker *maker, struct table_plan *table) {
    unsigned victim = dice(maker, table->n_rows);
    uint32_t cells[MAX_COLUMNS];
    memcpy(cells, table->rows[victim].cells, sizeof cells);
    excuse(maker, table, cells);
    if (dice(maker, 3) == 0)
        add_row(table, cells);
    else if (table->n_rows > 1)
        table->rows[victim] = table->rows[--table->n_rows];
}

static void add_else(struct table_plan *table) {
    static const uint32_t none[MAX_COLUMNS];
    if (table->n_rows == MAX_ROWS)
        table->n_rows--;
    add_row(table, none);
    table->rows[table->n_rows - 1].is_else = true;
}

static void choose_columns(struct maker *maker, struct table_plan *table, unsigned n_subjects) {
    unsigned wanted = 1 + dice(maker, MAX_COLUMNS);
    for (unsigned i = 0; i < wanted * 3 && table->n_columns < wanted; i++) {
        unsigned subject = choose_subject(maker, n_subjects, false);
        bool is_new = true;
        for (unsigned k = 0; k < table->n_columns; k++)
            is_new = is_new && table->columns[k] != subject;
        if (is_new)
            table->columns[table->n_columns++] = subject;
    }
}

/* What rows come to. A decision to numbers has those that a row comes to, so its atoms follow from the rows. */
static void choose_results(struct maker *maker, struct table_plan *const *tables, unsigned n_tables) {
    for (unsigned k = 0; k < tables[0]->n_outcomes; k++) {
        struct subject *outcome = &maker->subjects[tables[0]->outcomes[k]];
        uint32_t used = 0;
        for (unsigned t = 0; t < n_tables; t++)
            for (unsigned i = 0; i < tables[t]->n_rows; i++)
                if (!tables[t]->rows[i].rejects && !tables[t]->rows[i].inherits[k])
                    used |= UINT32_C(1) << (tables[t]->rows[i].results[k] = dice(maker, outcome->n_atoms));
        if (outcome->kind != OF_INT)
            continue;
        unsigned number[MAX_ATOMS] = {0}, count = 0;
        for (unsigned i = 0; i < outcome->n_atoms; i++)
            if (used >> i & 1) {
                number[i] = count;
                outcome->low[count] = outcome->high[count] = 10 * (int64_t)i - 20;
                count++;
            }
        outcome->n_atoms = count;
        for (unsigned t = 0; t < n_tables; t++)
            for (unsigned i = 0; i < tables[t]->n_rows; i++)
                tables[t]->rows[i].results[k] = number[tables[t]->rows[i].results[k]];
    }
}

static void choose_rows(struct maker *maker, struct table_plan *table) {
    uint32_t everything[MAX_COLUMNS] = {0};
    table->first = dice(maker, 3) == 0;
    for (unsigned k = 0; k < table->n_columns; k++)
        everything[k] = all_of(&maker->subjects[table->columns[k]]);
    if (table->first || (maker->may_gap && dice(maker, 4) == 0)) {
        scatter(maker, table);
        if (table->first && (!maker->may_gap || dice(maker, 4)))
            dice(maker, 2) ? add_else(table) : add_row(table, everything);
    } else {
        split(maker, table, everything, 5, MAX_ROWS - 2);
        if (maker->may_gap && dice(maker, 3) == 0)
            damage(maker, table);
        else if (maker->n_excused < 2 && dice(maker, 6) == 0)
            damage_unseen(maker, table);
        else if (dice(maker, 4) == 0) {
            table->n_rows -= table->n_rows > 1;
            add_else(table);
        }
    }
    for (unsigned i = 0; i < table->n_rows; i++) {
        table->rows[i].rejects = i > 0 && dice(maker, 40) == 0;
        maker->refuses = maker->refuses || table->rows[i].rejects;
    }
}

static void say_rows(struct maker *maker, struct table_plan *table) {
    for (unsigned i = 0; i < table->n_rows; i++) {
        struct row_plan *row = &table->rows[i];
        row->line = maker->lines[maker->file];
        row->file = maker->file;
        if (row->is_else)
            say(maker, "    else");
        for (unsigned k = 0; !row->is_else && k < table->n_columns; k++) {
            say(maker, k ? " | " : "    ");
            row->stars[k] = say_cell(maker, &maker->subjects[table->columns[k]], row->cells[k]);
        }
        if (row->rejects)
            say(maker, " => reject \"row %u of %s\"", i, maker->subjects[table->outcomes[0]].name);
        for (unsigned k = 0; !row->rejects && k < table->n_outcomes; k++) {
            const struct subject *outcome = &maker->subjects[table->outcomes[k]];
            say(maker, k ? ", " : " => ");
            if (row->inherits[k])
                say(maker, "inherit");
            else
                say_value(maker, outcome, outcome->low[row->results[k]], false);
        }
        say(maker, dice(maker, 4) ? ";\n" : " because \"so\";\n");
    }
}

static void say_table(struct maker *maker, struct table_plan *table, bool overrides) {
    table->line = maker->lines[maker->file];
    table->file = maker->file;
    table->overrides = overrides;
    say(maker, overrides ? "override " : "");
    for (unsigned k = 0; k < table->n_outcomes; k++) {
        say(maker, "%s%s : ", k ? ", " : "decide ", maker->subjects[table->outcomes[k]].name);
        say_type(maker, &maker->subjects[table->outcomes[k]], " -100 .. 100");
    }
    say(maker, "\n%sby ", table->first ? "first " : "");
    for (unsigned k = 0; k < table->n_columns; k++)
        say(maker, "%s%s", k ? " | " : "", maker->subjects[table->columns[k]].name);
    say(maker, " {\n");
    say_rows(maker, table);
    say(maker, "}\n");
}

/* Where numbers are decided those of both tables are the values, so that one row inherits all of them. */
static struct table_plan *make_override(struct maker *maker, struct table_plan *base, unsigned n_subjects) {
    struct table_plan *table = arena_alloc(maker->arena, sizeof *table);
    table->n_outcomes = base->n_outcomes;
    memcpy(table->outcomes, base->outcomes, sizeof table->outcomes);
    choose_columns(maker, table, n_subjects);
    choose_rows(maker, table);
    bool decides_numbers = false;
    for (unsigned k = 0; k < table->n_outcomes; k++)
        decides_numbers = decides_numbers || maker->subjects[table->outcomes[k]].kind == OF_INT;
    for (unsigned i = 0; i < table->n_rows; i++) {
        bool all = (i == 0 && decides_numbers) || dice(maker, 3) == 0;
        for (unsigned k = 0; k < table->n_outcomes && !table->rows[i].rejects; k++) {
            table->rows[i].inherits[k] = all || dice(maker, 4) == 0;
            table->base = table->rows[i].inherits[k] ? base : table->base;
        }
    }
    return table;
}

static void make_table(struct maker *maker) {
    struct table_plan *table = arena_alloc(maker->arena, sizeof *table), *tables[2] = {table};
    unsigned n_subjects = maker->n_subjects, file = maker->file;
    choose_columns(maker, table, n_subjects);
    table->n_outcomes = 1 + (dice(maker, 3) == 0);
    for (unsigned k = 0; k < table->n_outcomes; k++) {
        enum subject_kind kind = (enum subject_kind)dice(maker, 3);
        table->outcomes[k] = maker->n_subjects;
        fill_members(new_subject(maker, "d", DECISION, kind), kind == OF_BOOL ? 2 : 2 + dice(maker, 3));
    }
    choose_rows(maker, table);
    if (file && dice(maker, 2)) {
        maker->file = 0;
        tables[1] = make_override(maker, table, n_subjects);
    }
    choose_results(maker, tables, tables[1] ? 2 : 1);
    if (tables[1])
        say_table(maker, tables[1], true);
    maker->file = file;
    say_table(maker, table, false);
    maker->stages[maker->n_stages++] = (struct stage_plan){.table = tables[1] ? tables[1] : table};
    maker->n_tables++;
}

static void make_let(struct maker *maker) {
    const struct expr *cond = make_expr(maker, maker->n_subjects, 2);
    unsigned let = maker->n_subjects;
    fill_members(new_subject(maker, "l", LET, OF_BOOL), 2);
    maker->subjects[let].cond = cond;
    say(maker, "let %s = ", maker->subjects[let].name);
    say_expr(maker, cond, false);
    say(maker, ";\n");
    maker->stages[maker->n_stages++] = (struct stage_plan){.let = let};
}

static void make_stages(struct maker *maker) {
    unsigned n_tables = 1 + dice(maker, MAX_TABLES);
    while (maker->n_tables < n_tables) {
        if (maker->n_tables > 0 && dice(maker, 4) == 0)
            maker->file = 0;
        make_table(maker);
        if (dice(maker, 2))
            make_let(maker);
    }
}

/* Declares the texts, with limits that depend on inputs and decisions. */
static void make_limits(struct maker *maker) {
    for (unsigned i = 0; i < N_TEXTS; i++) {
        unsigned subject = maker->n_inputs - N_TEXTS + i;
        say(maker, "param %s : %s", text_types[i].name, text_types[i].type);
        for (unsigned k = 0; k < MAX_LIMITS / N_TEXTS && dice(maker, 6) == 0; k++) {
            struct limit_plan *limit = &maker->limits[maker->n_limits++];
            *limit = (struct limit_plan){.subject = subject, .max = 1 + dice(maker, text_types[i].max)};
            limit->when = make_expr(maker, maker->n_subjects, dice(maker, 2));
            say(maker, " max %u when ", limit->max);
            say_expr(maker, limit->when, true);
        }
        say(maker, "%s;\n", maker->subjects[subject].optional ? " optional" : "");
    }
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

void make_ruleset(struct maker *maker) {
    maker->may_gap = roll(&maker->seed, 4) == 0;
    maker->may_fail = roll(&maker->seed, 3) == 0;
    maker->extends = roll(&maker->seed, 4) == 0;
    const unsigned n_files = maker->extends ? 2 : 1;
    for (unsigned i = 0; i < n_files; i++) {
        maker->outs[i] = open_memstream(&maker->texts[i], &maker->lengths[i]);
        maker->lines[i] = 1;
        maker->file = i;
        say(maker, i == 0 && maker->extends ? "ruleset random extends \"base.muster\";\n" : "ruleset random;\n");
    }
    make_inputs(maker);
    make_stages(maker);
    maker->world = world_new(maker->arena, maker);
    maker->file = maker->extends;
    make_limits(maker);
    make_argv(maker);
    make_sayings(maker);
    say_sayings(maker);
    maker->file = maker->extends;
    say_argv(maker);
    for (unsigned i = 0; i < n_files; i++)
        fclose(maker->outs[i]);
}
