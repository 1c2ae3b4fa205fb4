/*
 * Random rulesets: what the check says about gaps and overlaps against a count that this file makes by itself, the
 * decisions of the tables against its own evaluation, and the tables' decisions and command lines against the
 * compiler's plain evaluator. The seed is printed; MUSTER_SEED and MUSTER_COUNT in the environment choose others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compiled.h"

#include <stdarg.h>

enum {
    MOST_SUBJECTS = 40,
    MOST_ATOMS = 10,
    MOST_TABLES = 4,
    MOST_COLUMNS = 4,
    MOST_ROWS = 24,
    MOST_OUTCOMES = 2,
    MOST_CELLS = 2000, /* of the inputs of one ruleset */
    MOST_PAIRS = 8,    /* overlaps that the check reports per table */
    NO_VALUE = -1,
};

enum subject_kind { OF_BOOL, OF_ENUM, OF_INT, OF_VERSION };
enum subject_role { FACT, PARAM, DECISION, LET };

/*
 * Anything that a condition can ask. Its values are atoms: a member, or an interval that no condition here cuts; sets
 * of atoms are bits, unknown being the bit behind the last atom.
 */
struct subject {
    char name[16];
    enum subject_kind kind;
    enum subject_role role;
    unsigned n_atoms;
    int64_t low[MOST_ATOMS], high[MOST_ATOMS]; /* of a decision to numbers: the number */
    bool or_unknown;
};

enum expr_kind { TEST, NOT, AND, OR, IMPLIES };

struct expr {
    enum expr_kind kind;
    unsigned subject;
    uint32_t mask;
    const struct expr *left, *right;
};

struct row_plan {
    uint32_t cells[MOST_COLUMNS];
    bool is_else, rejects;
    unsigned results[MOST_OUTCOMES];
    size_t line;
};

struct table_plan {
    bool first;
    unsigned columns[MOST_COLUMNS], n_columns;
    unsigned outcomes[MOST_OUTCOMES], n_outcomes;
    struct row_plan rows[MOST_ROWS];
    unsigned n_rows;
    size_t line;
    /* what brute force finds */
    bool has_gap;
    bool overlaps[MOST_ROWS][MOST_ROWS];
};

/* A table, or a derived condition: what has a value once these have. */
struct stage_plan {
    struct table_plan *table;
    unsigned let;
    const struct expr *cond;
};

struct maker {
    struct arena *arena;
    uint64_t seed;
    char *text;
    size_t length;
    FILE *out;
    size_t line;
    struct subject subjects[MOST_SUBJECTS];
    unsigned n_subjects, n_inputs;
    struct stage_plan stages[MOST_SUBJECTS];
    unsigned n_stages, n_tables;
    bool may_gap; /* this ruleset may have tables with gaps and overlaps */
};

static unsigned dice(struct maker *maker, unsigned sides) {
    return roll(&maker->seed, sides);
}

static __attribute__((format(printf, 2, 3))) void say(struct maker *maker, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprint(maker->arena, format, arguments);
    va_end(arguments);
    for (const char *at = text; *at; at++)
        maker->line += *at == '\n';
    fputs(text, maker->out);
}

static uint32_t all_of(const struct subject *subject) {
    return (UINT32_C(1) << (subject->n_atoms + subject->or_unknown)) - 1;
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

/* ---- writing values and sets -------------------------------------------------------------------------------------- */

static bool is_ordered(const struct subject *subject) {
    return subject->kind == OF_INT || subject->kind == OF_VERSION;
}

/* `is_edge`: where A.B may stand for A.B.0. */
static void say_value(struct maker *maker, const struct subject *subject, int64_t value, bool is_edge) {
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
    else if (low >> 20 == high >> 20 && (low & MUSTER_VERSION_MAX) == 0 && (high & MUSTER_VERSION_MAX) == MUSTER_VERSION_MAX)
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

/* No test says nothing at all, so an empty set is what is not in everything. */
static void say_set(struct maker *maker, const struct subject *subject, uint32_t mask) {
    uint32_t others = all_of(subject) & ~mask;
    if (mask && (others == 0 || dice(maker, 3))) {
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

static void say_cell(struct maker *maker, const struct subject *subject, uint32_t mask) {
    if (mask == all_of(subject) && dice(maker, 5))
        say(maker, "*");
    else
        say_set(maker, subject, mask);
}

/* ---- facts and parameters ----------------------------------------------------------------------------------------- */

static struct subject *new_subject(struct maker *maker, const char *prefix, enum subject_role role,
                                   enum subject_kind kind) {
    struct subject *subject = &maker->subjects[maker->n_subjects];
    *subject = (struct subject){.role = role, .kind = kind};
    snprintf(subject->name, sizeof subject->name, "%s%u", prefix, maker->n_subjects++);
    return subject;
}

static void fill_members(struct subject *subject, unsigned count) {
    subject->n_atoms = count;
    for (unsigned i = 0; i < count; i++)
        subject->low[i] = subject->high[i] = i;
}

/* Cuts low..high at ascending places. */
static void fill_intervals(struct maker *maker, struct subject *subject, const int64_t *cuts, size_t count,
                           int64_t low, int64_t high) {
    subject->low[0] = low;
    subject->n_atoms = 1;
    for (size_t i = 0; i < count && subject->n_atoms < MOST_ATOMS; i++) {
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
    if (subject->or_unknown)
        say(maker, " or unknown");
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
    subject->or_unknown = role == FACT && dice(maker, 3) == 0;
    if (kind == OF_BOOL || kind == OF_ENUM) {
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

static size_t n_cells(const struct maker *maker) {
    size_t cells = 1;
    for (unsigned i = 0; i < maker->n_inputs; i++)
        cells *= maker->subjects[i].n_atoms + maker->subjects[i].or_unknown;
    return cells;
}

static void make_inputs(struct maker *maker) {
    unsigned n_facts = 2 + dice(maker, 5), n_params = dice(maker, 2);
    for (unsigned i = 0; i < n_facts + n_params; i++) {
        make_input(maker, i < n_facts ? FACT : PARAM);
        maker->n_inputs = maker->n_subjects;
        if (n_cells(maker) > MOST_CELLS / 3 && i >= 1)
            break;
    }
    say(maker, "param text : text matching \"[a-z,:/ \\\\\\\\=]{0,8}\";\nparam path : path max 20;\n");
}

/* ---- conditions --------------------------------------------------------------------------------------------------- */

static const struct expr *make_expr(struct maker *maker, unsigned n_subjects, unsigned depth) {
    struct expr *expr = arena_alloc(maker->arena, sizeof *expr);
    expr->kind = depth ? (enum expr_kind)dice(maker, 5) : TEST;
    if (expr->kind == TEST) {
        expr->subject = dice(maker, n_subjects);
        expr->mask = some_of(maker, &maker->subjects[expr->subject]);
        return expr;
    }
    expr->left = make_expr(maker, n_subjects, depth - 1);
    if (expr->kind != NOT)
        expr->right = make_expr(maker, n_subjects, depth - 1);
    return expr;
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
    if (is_plain && subject->kind == OF_BOOL && mask == 2) {
        say(maker, "%s", subject->name);
    } else if (is_plain && only < subject->n_atoms && subject->low[only] == subject->high[only]) {
        say(maker, "%s == ", subject->name);
        say_value(maker, subject, subject->low[only], false);
    } else if (is_plain && except < subject->n_atoms && subject->low[except] == subject->high[except]) {
        say(maker, "%s != ", subject->name);
        say_value(maker, subject, subject->low[except], false);
    } else if (is_plain && subject->or_unknown && mask == UINT32_C(1) << subject->n_atoms) {
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

static void say_expr(struct maker *maker, const struct expr *expr, bool is_inner) {
    static const char *const words[] = {"", "", " and ", " or ", " implies "};
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

static bool has_values(const struct expr *expr, const int *state) {
    if (expr->kind == TEST)
        return state[expr->subject] != NO_VALUE;
    return has_values(expr->left, state) && (!expr->right || has_values(expr->right, state));
}

static bool holds(const struct expr *expr, const int *state) {
    switch (expr->kind) {
    case TEST: return expr->mask >> state[expr->subject] & 1;
    case NOT: return !holds(expr->left, state);
    case AND: return holds(expr->left, state) && holds(expr->right, state);
    case OR: return holds(expr->left, state) || holds(expr->right, state);
    case IMPLIES: break;
    }
    return !holds(expr->left, state) || holds(expr->right, state);
}

/* ---- tables ------------------------------------------------------------------------------------------------------- */

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
        uint32_t cells[MOST_COLUMNS] = {0};
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

static void add_else(struct table_plan *table) {
    static const uint32_t none[MOST_COLUMNS];
    if (table->n_rows == MOST_ROWS)
        table->n_rows--;
    add_row(table, none);
    table->rows[table->n_rows - 1].is_else = true;
}

static void choose_columns(struct maker *maker, struct table_plan *table, unsigned n_subjects) {
    unsigned wanted = 1 + dice(maker, MOST_COLUMNS);
    for (unsigned i = 0; i < wanted * 3 && table->n_columns < wanted; i++) {
        unsigned subject = dice(maker, n_subjects);
        bool is_new = true;
        for (unsigned k = 0; k < table->n_columns; k++)
            is_new = is_new && table->columns[k] != subject;
        if (is_new)
            table->columns[table->n_columns++] = subject;
    }
}

/* What rows come to. A decision to numbers has those that a row comes to, so its atoms follow from the rows. */
static void choose_results(struct maker *maker, struct table_plan *table) {
    for (unsigned k = 0; k < table->n_outcomes; k++) {
        struct subject *outcome = &maker->subjects[table->outcomes[k]];
        uint32_t used = 0;
        for (unsigned i = 0; i < table->n_rows; i++)
            if (!table->rows[i].rejects)
                used |= UINT32_C(1) << (table->rows[i].results[k] = dice(maker, outcome->n_atoms));
        if (outcome->kind != OF_INT)
            continue;
        unsigned number[MOST_ATOMS] = {0}, count = 0;
        for (unsigned i = 0; i < outcome->n_atoms; i++)
            if (used >> i & 1) {
                number[i] = count;
                outcome->low[count] = outcome->high[count] = 10 * (int64_t)i - 20;
                count++;
            }
        outcome->n_atoms = count;
        for (unsigned i = 0; i < table->n_rows; i++)
            table->rows[i].results[k] = number[table->rows[i].results[k]];
    }
}

static void choose_rows(struct maker *maker, struct table_plan *table) {
    uint32_t everything[MOST_COLUMNS] = {0};
    table->first = dice(maker, 3) == 0;
    for (unsigned k = 0; k < table->n_columns; k++)
        everything[k] = all_of(&maker->subjects[table->columns[k]]);
    if (table->first || (maker->may_gap && dice(maker, 4) == 0)) {
        scatter(maker, table);
        if (table->first && (!maker->may_gap || dice(maker, 4)))
            dice(maker, 2) ? add_else(table) : add_row(table, everything);
    } else {
        split(maker, table, everything, 5, MOST_ROWS - 2);
        if (maker->may_gap && dice(maker, 3) == 0)
            damage(maker, table);
        else if (dice(maker, 4) == 0) {
            table->n_rows -= table->n_rows > 1;
            add_else(table);
        }
    }
    for (unsigned i = 0; i < table->n_rows; i++)
        table->rows[i].rejects = i > 0 && dice(maker, 25) == 0;
}

static void say_rows(struct maker *maker, struct table_plan *table) {
    for (unsigned i = 0; i < table->n_rows; i++) {
        struct row_plan *row = &table->rows[i];
        row->line = maker->line;
        if (row->is_else)
            say(maker, "    else");
        for (unsigned k = 0; !row->is_else && k < table->n_columns; k++) {
            say(maker, k ? " | " : "    ");
            say_cell(maker, &maker->subjects[table->columns[k]], row->cells[k]);
        }
        if (row->rejects) {
            say(maker, " => reject \"row %u of %s\"", i, maker->subjects[table->outcomes[0]].name);
        }
        for (unsigned k = 0; !row->rejects && k < table->n_outcomes; k++) {
            const struct subject *outcome = &maker->subjects[table->outcomes[k]];
            say(maker, k ? ", " : " => ");
            say_value(maker, outcome, outcome->low[row->results[k]], false);
        }
        say(maker, dice(maker, 4) ? ";\n" : " because \"so\";\n");
    }
}

static void make_table(struct maker *maker) {
    struct table_plan *table = arena_alloc(maker->arena, sizeof *table);
    unsigned n_subjects = maker->n_subjects;
    choose_columns(maker, table, n_subjects);
    table->n_outcomes = 1 + (dice(maker, 3) == 0);
    for (unsigned k = 0; k < table->n_outcomes; k++) {
        enum subject_kind kind = (enum subject_kind)dice(maker, 3);
        table->outcomes[k] = maker->n_subjects;
        fill_members(new_subject(maker, "d", DECISION, kind), kind == OF_BOOL ? 2 : 2 + dice(maker, 3));
    }
    choose_rows(maker, table);
    choose_results(maker, table);
    table->line = maker->line;
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
    maker->stages[maker->n_stages++] = (struct stage_plan){.table = table};
    maker->n_tables++;
}

static void make_let(struct maker *maker) {
    const struct expr *cond = make_expr(maker, maker->n_subjects, 2);
    unsigned let = maker->n_subjects;
    fill_members(new_subject(maker, "l", LET, OF_BOOL), 2);
    say(maker, "let %s = ", maker->subjects[let].name);
    say_expr(maker, cond, false);
    say(maker, ";\n");
    maker->stages[maker->n_stages++] = (struct stage_plan){.let = let, .cond = cond};
}

static void make_stages(struct maker *maker) {
    unsigned n_tables = 1 + dice(maker, MOST_TABLES);
    while (maker->n_tables < n_tables) {
        make_table(maker);
        if (dice(maker, 2))
            make_let(maker);
    }
}

/* ---- the command line --------------------------------------------------------------------------------------------- */

static void say_when(struct maker *maker, unsigned odds) {
    if (dice(maker, odds) == 0) {
        say(maker, " when ");
        say_expr(maker, make_expr(maker, maker->n_subjects, dice(maker, 2)), true);
    }
}

static void say_hole(struct maker *maker, bool in_text) {
    unsigned choice = dice(maker, maker->n_subjects + 3);
    const char *name = choice == maker->n_subjects ? "path" : "text";
    if (choice < maker->n_subjects && !maker->subjects[choice].or_unknown)
        name = maker->subjects[choice].name;
    say(maker, in_text && dice(maker, 2) ? "${%s}" : "$%s", name);
}

static void say_word(struct maker *maker) {
    static const char *const words[] = {"alpha", "on", "0700", "virtio-blk", "4KiB", "9.2", "\"x y\"", "\"\"", "\"q=r\""};
    say(maker, "%s", words[dice(maker, COUNT(words))]);
}

static void say_argument_value(struct maker *maker, bool may_comma) {
    switch (dice(maker, 5)) {
    case 0:
        say_word(maker);
        break;
    case 1:
        say(maker, may_comma ? "\"a,b:c\\\\" : "\"abc");
        say_hole(maker, true);
        say(maker, "\"");
        break;
    case 2:
        say(maker, "\"");
        say_hole(maker, true);
        say(maker, ".");
        say_hole(maker, true);
        say(maker, "\"");
        break;
    default:
        say_hole(maker, false);
    }
}

static void say_list(struct maker *maker, unsigned depth, unsigned items);

static void say_item(struct maker *maker, unsigned depth, unsigned at) {
    unsigned way = dice(maker, 8);
    if (way == 0 && depth > 0) {
        say(maker, "when ");
        say_expr(maker, make_expr(maker, maker->n_subjects, 1), true);
        say(maker, " ");
        say_list(maker, depth - 1, dice(maker, 3));
        if (dice(maker, 2)) {
            say(maker, " else ");
            say_list(maker, depth - 1, dice(maker, 3));
        }
        return;
    }
    if (way == 1 && depth > 0) {
        say(maker, "k%u = as %s ", at, dice(maker, 2) ? "commas" : "colons");
        say_list(maker, depth - 1, dice(maker, 4));
    } else {
        if (way < 5) {
            if (dice(maker, 4))
                say(maker, "key%u", at);
            else
                say_hole(maker, false);
            say(maker, " = ");
        }
        say_argument_value(maker, true);
    }
    say_when(maker, 3);
    if (dice(maker, 6) == 0)
        say(maker, " tag odd because \"an item\"");
}

static void say_list(struct maker *maker, unsigned depth, unsigned items) {
    say(maker, "{");
    for (unsigned i = 0; i < items; i++) {
        say(maker, i ? ", " : " ");
        say_item(maker, depth, i);
    }
    say(maker, " }");
}

static void say_statement(struct maker *maker, unsigned depth) {
    static const char *const options[] = {"-commas", "-colons"};
    if (depth > 0 && dice(maker, 6) == 0) {
        say(maker, "when ");
        say_expr(maker, make_expr(maker, maker->n_subjects, 1), true);
        say(maker, " {\n");
        for (unsigned i = dice(maker, 3); i > 0; i--)
            say_statement(maker, depth - 1);
        say(maker, "}");
        if (dice(maker, 2)) {
            say(maker, " else {\n");
            say_statement(maker, depth - 1);
            say(maker, "}");
        }
        say(maker, "\n");
        return;
    }
    for (unsigned i = 1 + dice(maker, 2); i > 0; i--) {
        switch (dice(maker, 5)) {
        case 0:
            say_word(maker);
            break;
        case 1:
            say_argument_value(maker, true);
            break;
        default:
            say(maker, "%s ", options[dice(maker, COUNT(options))]);
            say_list(maker, 2, dice(maker, 5));
        }
        say(maker, " ");
    }
    say_when(maker, 3);
    if (dice(maker, 4) == 0)
        say(maker, " because \"a statement\" see \"the book\"");
    say(maker, ";\n");
}

static void make_argv(struct maker *maker) {
    say(maker, "format commas { between \",\"; assign \"=\"; escape \",\" as \",,\"; }\n"
               "format colons { between \":\"; assign \"=>\"; escape \":\" as \"\\\\:\"; escape \"\\\\\" as \"\\\\\\\\\"; }\n"
               "option -commas : commas repeated;\noption -colons : colons repeated tag odd;\nargv {\n    program;\n");
    for (unsigned i = dice(maker, 10); i > 0; i--)
        say_statement(maker, 2);
    say(maker, "}\n");
}

/* ---- brute force -------------------------------------------------------------------------------------------------- */

/* The first row that fits, and what else fits; MOST_ROWS if none does. */
static unsigned brute_row(struct table_plan *table, const int *state) {
    unsigned first = MOST_ROWS;
    for (unsigned i = 0; i < table->n_rows; i++) {
        bool fits = !table->rows[i].is_else || first == MOST_ROWS;
        for (unsigned k = 0; k < table->n_columns && !table->rows[i].is_else; k++)
            fits = fits && table->rows[i].cells[k] >> state[table->columns[k]] & 1;
        if (!fits)
            continue;
        if (first == MOST_ROWS)
            first = i;
        else if (!table->first)
            table->overlaps[first][i] = true;
    }
    table->has_gap = table->has_gap || first == MOST_ROWS;
    return first;
}

/* Gives every subject its value, NO_VALUE behind a gap or a refusal. Whether a row refuses. */
static bool brute_host(struct maker *maker, int *state) {
    bool refused = false;
    for (unsigned i = 0; i < maker->n_stages; i++) {
        const struct stage_plan *stage = &maker->stages[i];
        struct table_plan *table = stage->table;
        if (!table) {
            state[stage->let] = has_values(stage->cond, state) ? holds(stage->cond, state) : NO_VALUE;
            continue;
        }
        bool has_all = true;
        for (unsigned k = 0; k < table->n_columns; k++)
            has_all = has_all && state[table->columns[k]] != NO_VALUE;
        unsigned row = has_all ? brute_row(table, state) : MOST_ROWS;
        bool decides = row != MOST_ROWS && !table->rows[row].rejects;
        refused = refused || (row != MOST_ROWS && !decides);
        for (unsigned k = 0; k < table->n_outcomes; k++)
            state[table->outcomes[k]] = decides ? (int)table->rows[row].results[k] : NO_VALUE;
    }
    return refused;
}

static bool next_cell(const struct maker *maker, int *state) {
    for (unsigned i = 0; i < maker->n_inputs; i++) {
        unsigned count = maker->subjects[i].n_atoms + maker->subjects[i].or_unknown;
        state[i] = (state[i] + 1) % (int)count;
        if (state[i] != 0)
            return true;
    }
    return false;
}

static size_t line_of(const struct compiled *compiled, struct span span) {
    return source_place(&compiled->sources.items[span.file], span.begin).line;
}

/* Whether the check reports just what brute force has found for one table. */
static bool same_findings(const struct compiled *compiled, const struct table_plan *table, size_t *n_findings) {
    unsigned n_pairs = 0, n_reported = 0;
    bool good = (find_diag(compiled, DIAG_CODE_GAP, table->line) != NULL) == table->has_gap;
    for (unsigned i = 0; i < table->n_rows; i++)
        for (unsigned k = 0; k < table->n_rows; k++)
            n_pairs += table->overlaps[i][k];
    for (size_t i = 0; i < compiled->diagnostics.count; i++) {
        const struct diag *diag = compiled->diagnostics.items[i];
        size_t second = line_of(compiled, diag->span);
        if (diag->code != DIAG_CODE_OVERLAP || second < table->rows[0].line ||
            second > table->rows[table->n_rows - 1].line)
            continue;
        size_t first = line_of(compiled, diag->notes.items[0].span);
        n_reported++;
        good = good && table->overlaps[first - table->rows[0].line][second - table->rows[0].line];
    }
    *n_findings += table->has_gap + n_reported;
    return good && n_reported == (n_pairs < MOST_PAIRS ? n_pairs : MOST_PAIRS);
}

static bool check_agrees(struct maker *maker, const struct compiled *compiled) {
    int state[MOST_SUBJECTS] = {0};
    size_t n_findings = 0;
    bool good = true;
    do
        brute_host(maker, state);
    while (next_cell(maker, state));
    for (unsigned i = 0; i < maker->n_stages; i++)
        if (maker->stages[i].table)
            good = same_findings(compiled, maker->stages[i].table, &n_findings) && good;
    return good && compiled->diagnostics.n_errors == n_findings;
}

/* ---- the tables --------------------------------------------------------------------------------------------------- */

/* A value of an atom: its least, its greatest, or one between. */
static int64_t value_in(struct maker *maker, const struct subject *subject, int atom) {
    if (atom == (int)subject->n_atoms)
        return MUSTER_UNKNOWN;
    int64_t low = subject->low[atom], high = subject->high[atom];
    switch (dice(maker, 3)) {
    case 0: return low;
    case 1: return high;
    default: return low + (int64_t)(next_random(&maker->seed) % ((uint64_t)(high - low) + 1));
    }
}

/* muster_decide against the evaluation above. */
static bool decides_alike(struct maker *maker, const struct compiled *compiled, struct muster_params *params) {
    const struct muster_ruleset *rules = compiled->rules;
    int state[MOST_SUBJECTS] = {0};
    int64_t facts[MOST_SUBJECTS];
    int32_t values[MOST_SUBJECTS];
    bool good = true;
    do {
        struct muster_error error;
        for (unsigned i = 0; i < maker->n_inputs; i++) {
            int64_t value = value_in(maker, &maker->subjects[i], state[i]);
            uint32_t input = find_input(rules, maker->subjects[i].name);
            if (input < rules->n_facts)
                facts[input] = value;
            else
                good = good && muster_set_value(params, input, value, NULL) == MUSTER_OK;
        }
        bool refused = brute_host(maker, state);
        enum muster_status status = muster_decide(rules, facts, params, values, NULL, &error);
        good = good && status == (refused ? MUSTER_E_REJECTED : MUSTER_OK);
        for (unsigned i = maker->n_inputs; i < maker->n_subjects && status == MUSTER_OK; i++) {
            uint32_t decision = muster_find_decision(rules, maker->subjects[i].name, strlen(maker->subjects[i].name));
            good = good && decision != MUSTER_NONE && values[decision] == state[i];
        }
    } while (good && next_cell(maker, state));
    return good;
}

static bool tables_agree(struct maker *maker, const struct compiled *compiled, size_t *n_compared) {
    static const char *const texts[] = {"a,b", "", "a:b\\=,", ",,,,,,,,", "x y/z"};
    struct comparison comparison;
    compare_start(&comparison, compiled);
    comparison.seed = maker->seed | 1;
    bool good = compare_set_text(&comparison, "text", texts[dice(maker, COUNT(texts))]) &&
                compare_set_text(&comparison, "path", dice(maker, 2) ? "/" : "/a,b:c\\d e");
    good = good && decides_alike(maker, compiled, comparison.params) && compare_all(&comparison);
    *n_compared += comparison.n_cells;
    compare_end(&comparison);
    return good;
}

static bool same_block(const struct muster_ruleset *rules, const char *text) {
    struct compiled again;
    compile_text(&again, text, TO_TABLES);
    bool same = again.rules && again.rules->size == rules->size && memcmp(again.rules, rules, rules->size) == 0;
    compiled_free(&again);
    return same;
}

struct totals {
    size_t n_sound, n_cells, n_gaps, n_overlaps;
};

static void count_findings(const struct compiled *compiled, struct totals *totals) {
    totals->n_sound += compiled->rules != NULL;
    totals->n_gaps += find_diag(compiled, DIAG_CODE_GAP, 0) != NULL;
    totals->n_overlaps += find_diag(compiled, DIAG_CODE_OVERLAP, 0) != NULL;
}

/* One ruleset. NULL, or what is wrong. */
static const char *try_ruleset(struct maker *maker, struct totals *totals) {
    struct compiled compiled;
    const char *wrong = NULL;
    maker->out = open_memstream(&maker->text, &maker->length);
    maker->line = 1;
    maker->may_gap = dice(maker, 3) == 0;
    say(maker, "ruleset random;\n");
    make_inputs(maker);
    make_stages(maker);
    make_argv(maker);
    fclose(maker->out);
    compile_text(&compiled, maker->text, TO_TABLES);
    count_findings(&compiled, totals);
    if (!check_agrees(maker, &compiled))
        wrong = "the check differs from brute force";
    else if (compiled.diagnostics.n_errors == 0 && !compiled.rules)
        wrong = "no tables";
    else if (compiled.rules && !tables_agree(maker, &compiled, &totals->n_cells))
        wrong = "the tables differ";
    else if (compiled.rules && !same_block(compiled.rules, maker->text))
        wrong = "the second compilation differs";
    if (wrong)
        diag_print(&compiled.diagnostics, stdout);
    compiled_free(&compiled);
    return wrong;
}

static void test_random_rulesets(void) {
    uint64_t seed = number_from("MUSTER_SEED", 20240229), count = number_from("MUSTER_COUNT", 300);
    struct totals totals = {0};
    printf("\nseed %llu (MUSTER_SEED), %llu rulesets (MUSTER_COUNT)\n", (unsigned long long)seed,
           (unsigned long long)count);
    for (uint64_t i = 0; i < count; i++) {
        struct maker maker = {.arena = arena_new(), .seed = seed + i};
        const char *wrong = try_ruleset(&maker, &totals);
        if (wrong)
            printf("\n%s\n%s with MUSTER_SEED=%llu MUSTER_COUNT=1\n", maker.text, wrong, (unsigned long long)(seed + i));
        CU_ASSERT_PTR_NULL(wrong);
        free(maker.text);
        arena_free(maker.arena);
        if (wrong)
            return;
    }
    printf("%zu sound, %zu with gaps, %zu with overlaps; %zu cells compared\n", totals.n_sound, totals.n_gaps,
           totals.n_overlaps, totals.n_cells);
    if (count >= 100)
        CU_ASSERT_TRUE(totals.n_sound > count / 3 && totals.n_gaps > 0 && totals.n_overlaps > 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"random rulesets", test_random_rulesets},
    };
    return unit_main("property", tests, COUNT(tests));
}
