/*
 * The findings of brute force, one for each place in the rules that the checks must speak of.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "expected.h"

#include <string.h>

struct gathering {
    struct arena *arena;
    struct world *world;
    const struct maker *maker;
    struct findings findings;
    size_t cell;   /* the one at hand */
    unsigned file; /* where what is looked at is written */
};

static struct finding *add(struct gathering *gathering, enum diag_code code, size_t line, enum among among) {
    struct finding finding = {.code = code, .line = line, .among = among, .level = DIAG_ERROR, .file = gathering->file};
    if (code == DIAG_CODE_DEAD_ROW || code == DIAG_CODE_REDUNDANT_CELL || code == DIAG_CODE_UNUSED_VALUE ||
        code == DIAG_CODE_IDLE)
        finding.level = DIAG_WARNING;
    if (among != NO_HOSTS)
        finding.hosts = arena_alloc(gathering->arena, gathering->world->n_cells);
    ARENA_PUSH(gathering->arena, &gathering->findings, finding);
    return &gathering->findings.items[gathering->findings.count - 1];
}

/* One finding for all cells that show it at the same place with the same text. */
static struct finding *add_cell(struct gathering *gathering, enum diag_code code, size_t line, const void *what,
                                const char *text) {
    struct findings *findings = &gathering->findings;
    size_t i = 0;
    for (; i < findings->count; i++) {
        const struct finding *one = &findings->items[i];
        if (one->code == code && one->line == line && one->what == what && (!text || strcmp(one->text, text) == 0))
            break;
    }
    struct finding *finding = i < findings->count ? &findings->items[i] : add(gathering, code, line, ALL_ACCEPTED);
    finding->what = what;
    finding->text = text;
    finding->hosts[gathering->cell] = true;
    return finding;
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static struct cell *cell_at(struct gathering *gathering, size_t index) {
    gathering->cell = index;
    return &gathering->world->cells[index];
}

/* Whether it finds an error. */
static bool check_rows(struct gathering *gathering, const struct table_plan *table) {
    bool any = false, *none = NULL, *both[MAX_ROWS][MAX_ROWS] = {{NULL}};
    for (size_t i = 0; i < gathering->world->n_cells; i++) {
        struct cell *cell = cell_at(gathering, i);
        if (!is_possible(cell) || !has_columns(table, cell))
            continue;
        unsigned first = first_row(table, cell);
        if (first == MAX_ROWS) {
            none = none ? none : arena_alloc(gathering->arena, gathering->world->n_cells);
            none[i] = any = true;
        }
        for (unsigned a = first; a < table->n_rows && !table->first; a++)
            for (unsigned b = a + 1; b < table->n_rows; b++) {
                if (table->rows[b].is_else || !row_fits(table, a, cell) || !row_fits(table, b, cell))
                    continue;
                if (!both[a][b])
                    both[a][b] = arena_alloc(gathering->arena, gathering->world->n_cells);
                both[a][b][i] = any = true;
            }
    }
    for (unsigned b = 0; b < table->n_rows; b++)
        for (unsigned a = 0; a < b; a++) {
            if (!both[a][b])
                continue;
            struct finding *finding = add(gathering, DIAG_CODE_OVERLAP, table->rows[b].line, ALL_POSSIBLE);
            finding->hosts = both[a][b];
            finding->note_line = table->rows[a].line;
            finding->table = table;
            finding->has_share = true;
        }
    if (none) {
        struct finding *finding = add(gathering, DIAG_CODE_GAP, table->line, ALL_POSSIBLE);
        finding->hosts = none;
        finding->has_share = true;
    }
    return any;
}

static void check_dead(struct gathering *gathering, const struct table_plan *table, const bool *decides) {
    for (unsigned i = 0; i < table->n_rows; i++) {
        if (decides[i])
            continue;
        add(gathering, DIAG_CODE_DEAD_ROW, table->rows[i].line, NO_HOSTS)->level =
            table->file ? DIAG_NOTE : DIAG_WARNING;
    }
}

static bool cells_but(const struct table_plan *table, unsigned row, unsigned column, const struct cell *cell) {
    for (unsigned k = 0; k < table->n_columns; k++)
        if (k != column && !(table->rows[row].cells[k] >> cell->state[table->columns[k]] & 1))
            return false;
    return true;
}

/* Without the cell the row would take a possible host more. */
static bool cell_matters(struct gathering *gathering, const struct table_plan *table, unsigned row, unsigned column) {
    for (size_t i = 0; i < gathering->world->n_cells; i++) {
        struct cell *cell = cell_at(gathering, i);
        if (is_possible(cell) && has_columns(table, cell) && cells_but(table, row, column, cell) &&
            !row_fits(table, row, cell) && (!table->first || first_row(table, cell) > row))
            return true;
    }
    return false;
}

/* Without the cell the row would look as if it fitted where another does, though no host is there. */
static bool tells_apart(const struct table_plan *table, unsigned row, unsigned column) {
    for (unsigned other = 0; other < table->n_rows && !table->first; other++) {
        bool both = other != row && !table->rows[other].is_else;
        for (unsigned k = 0; k < table->n_columns && both; k++)
            both = k == column || (table->rows[row].cells[k] & table->rows[other].cells[k]) != 0;
        if (both)
            return true;
    }
    return false;
}

static void check_redundant(struct gathering *gathering, const struct table_plan *table, const bool *decides) {
    for (unsigned i = 0; i < table->n_rows; i++)
        for (unsigned k = 0; k < table->n_columns && decides[i] && !table->rows[i].is_else; k++) {
            const struct subject *column = &gathering->maker->subjects[table->columns[k]];
            if (table->rows[i].cells[k] == all_of(column) || cell_matters(gathering, table, i, k) ||
                tells_apart(table, i, k))
                continue;
            add(gathering, DIAG_CODE_REDUNDANT_CELL, table->rows[i].line, NO_HOSTS)->words =
                arena_print(gathering->arena, "'%s'", column->name);
        }
}

/* An override has to keep the types of the table in whose place it stands. */
static void check_values(struct gathering *gathering, const struct table_plan *table) {
    for (unsigned k = 0; k < table->n_outcomes && !table->overrides; k++) {
        const struct subject *outcome = &gathering->maker->subjects[table->outcomes[k]];
        uint32_t used = 0;
        for (unsigned i = 0; i < table->n_rows; i++) {
            const struct row_plan *row = &table->rows[i];
            if (!row->rejects)
                used |= UINT32_C(1) << row->results[k];
        }
        for (unsigned i = 0; i < outcome->n_atoms && outcome->kind != OF_INT; i++) {
            if (used >> i & 1)
                continue;
            static const char *const words[] = {"red", "green", "blue", "dark-red", "blue.2", "white"};
            const char *value = outcome->kind == OF_BOOL ? member_text(outcome, i) : words[i];
            struct finding *finding = add(gathering, DIAG_CODE_UNUSED_VALUE, table->line, NO_HOSTS);
            finding->words = arena_print(gathering->arena, "'%s' for '%s'", value, outcome->name);
        }
    }
}

static bool inherits_some(const struct table_plan *table, unsigned row) {
    for (unsigned k = 0; k < table->n_outcomes; k++)
        if (table->rows[row].inherits[k])
            return true;
    return false;
}

/* `by`: the table that overrides it, or NULL: then only what rows of that inherit is decided. */
static bool check_table(struct gathering *gathering, const struct table_plan *table, const struct table_plan *by) {
    gathering->file = table->file;
    bool decides[MAX_ROWS] = {false}, fails = check_rows(gathering, table);
    for (size_t i = 0; i < gathering->world->n_cells; i++) {
        struct cell *cell = cell_at(gathering, i);
        unsigned row = is_possible(cell) && has_columns(table, cell) ? first_row(table, cell) : MAX_ROWS;
        unsigned above = row != MAX_ROWS && by && has_columns(by, cell) ? first_row(by, cell) : MAX_ROWS;
        if (row != MAX_ROWS && (!by || (above != MAX_ROWS && inherits_some(by, above))))
            decides[row] = true;
    }
    if (!fails)
        check_dead(gathering, table, decides);
    if (!fails && table->file == 0)
        check_redundant(gathering, table, decides);
    if (!by)
        check_values(gathering, table);
    return fails;
}

/* ---- restrictions ----------------------------------------------------------------------------------------------- */

/* No host is left: the finding stands where the last one goes. False then. */
static bool check_restrictions(struct gathering *gathering, bool over_decisions) {
    struct world *world = gathering->world;
    const struct sayings *restrictions = &gathering->maker->restrictions;
    bool *gone = arena_alloc(gathering->arena, world->n_cells);
    size_t left = world->n_cells;
    for (unsigned k = 0; k < 2 * restrictions->count; k++) { /* those over inputs first */
        bool is_second = k >= restrictions->count;
        const struct saying *saying = &restrictions->items[is_second ? k - restrictions->count : k];
        size_t met = 0;
        if (saying->over_decisions != is_second || (saying->over_decisions && !over_decisions))
            continue;
        for (size_t i = 0; i < world->n_cells; i++) {
            struct cell *cell = &world->cells[i];
            if (!has_values(world, cell, saying->cond) || holds(world, cell, saying->cond) != (saying->kind == REJECT))
                continue;
            met += !saying->over_decisions || is_possible(cell);
            left -= !gone[i];
            gone[i] = true;
        }
        gathering->file = saying->file;
        if (left == 0) {
            add(gathering, DIAG_CODE_ASSUMPTION, saying->line, NO_HOSTS);
            return false;
        }
        if (met == 0 && saying->over_decisions == over_decisions)
            add(gathering, DIAG_CODE_IDLE, saying->line, NO_HOSTS);
    }
    return true;
}

/* By itself, or as a row that it inherits from does. */
static bool may_refuse(const struct table_plan *table, unsigned row) {
    bool refuses = table->rows[row].rejects;
    for (unsigned i = 0; table->base && inherits_some(table, row) && i < table->base->n_rows; i++)
        refuses = refuses || table->base->rows[i].rejects;
    return refuses;
}

/* Some host gets a command line: rows may refuse all that restrictions leave. */
static bool check_accepted(struct gathering *gathering) {
    const struct maker *maker = gathering->maker;
    size_t line = 0;
    for (size_t i = 0; i < gathering->world->n_cells; i++)
        if (is_accepted(&gathering->world->cells[i]))
            return true;
    for (unsigned i = maker->n_stages; i-- > 0;) {
        const struct table_plan *table = maker->stages[i].table;
        for (unsigned k = table ? table->n_rows : 0; k-- > 0;)
            if (may_refuse(table, k)) {
                line = table->rows[k].line;
                gathering->file = table->file;
            }
    }
    if (maker->restrictions.count > 0) {
        line = maker->restrictions.items[maker->restrictions.count - 1].line;
        gathering->file = maker->restrictions.items[maker->restrictions.count - 1].file;
    }
    add(gathering, DIAG_CODE_ASSUMPTION, line, NO_HOSTS);
    return false;
}

/* ---- what is said of hosts -------------------------------------------------------------------------------------- */

static void check_example(struct gathering *gathering, const struct saying *example) {
    struct world *world = gathering->world;
    gathering->file = example->file;
    struct finding *finding = add(gathering, DIAG_CODE_EXAMPLE, example->line, ALL_POSSIBLE);
    size_t n_hosts = 0, n_bad = 0;
    for (size_t i = 0; i < world->n_cells; i++) {
        struct cell *cell = &world->cells[i];
        bool fits = is_possible(cell);
        for (unsigned k = 0; k < gathering->maker->n_inputs; k++)
            fits = fits && (example->values[k] < 0 || example->values[k] == cell->state[k]);
        if (!fits)
            continue;
        n_hosts++;
        finding->hosts[i] = !has_values(world, cell, example->cond) || !holds(world, cell, example->cond);
        n_bad += finding->hosts[i];
    }
    finding->words = n_hosts ? "does not hold" : "matches no host";
    if (n_hosts == 0)
        finding->among = NO_HOSTS;
    if (n_hosts > 0 && n_bad == 0)
        gathering->findings.count--;
}

static void check_condition(struct gathering *gathering, const struct saying *promise) {
    struct world *world = gathering->world;
    enum diag_code code = promise->cond->kind == TIMES ? DIAG_CODE_COUNT : DIAG_CODE_PROMISE;
    struct finding *finding = NULL;
    for (size_t i = 0; i < world->n_cells; i++) {
        struct cell *cell = cell_at(gathering, i);
        if (!is_accepted(cell) || holds(world, cell, promise->cond))
            continue;
        finding = finding ? finding : add(gathering, code, promise->line, ALL_ACCEPTED);
        finding->hosts[i] = finding->has_share = true;
    }
}

/* A use is undefined if it is so for some host, else uncertain. */
static void check_names_of(struct gathering *gathering, const struct saying *promise) {
    struct world *world = gathering->world;
    for (int pass = 0; pass < 2; pass++) {
        enum likeness wanted = pass ? UNCERTAIN : UNLIKE;
        enum diag_code code = pass ? DIAG_CODE_UNCERTAIN_ID : DIAG_CODE_UNDEFINED_ID;
        for (size_t i = 0; i < world->n_cells; i++) {
            struct cell *cell = cell_at(gathering, i);
            if (!is_accepted(cell))
                continue;
            struct values asked = values_of(world, cell, promise->references, promise->n_references);
            struct values there = values_of(world, cell, promise->targets, promise->n_targets);
            for (size_t k = 0; k < asked.count; k++) {
                bool is_undefined = false;
                for (size_t f = 0; f < gathering->findings.count && pass; f++) {
                    const struct finding *one = &gathering->findings.items[f];
                    is_undefined =
                        is_undefined ||
                        (one->code == DIAG_CODE_UNDEFINED_ID && one->note_line == promise->line &&
                         one->line == asked.items[k].item->line && strcmp(one->text, asked.items[k].text) == 0);
                }
                if (is_undefined || find_value(world, &there, asked.items[k].text) != wanted)
                    continue;
                const char *text = arena_print(gathering->arena, "%s", asked.items[k].text);
                struct finding *finding = add_cell(gathering, code, asked.items[k].item->line, promise, text);
                finding->note_line = promise->line;
            }
        }
    }
}

static void check_unique_of(struct gathering *gathering, const struct saying *promise) {
    struct world *world = gathering->world;
    for (size_t i = 0; i < world->n_cells; i++) {
        struct cell *cell = cell_at(gathering, i);
        if (!is_accepted(cell))
            continue;
        struct values values = values_of(world, cell, promise->references, promise->n_references);
        for (size_t b = 0; b < values.count; b++)
            for (size_t a = 0; a < b; a++) {
                enum likeness likeness = compare_texts(gathering->maker, values.items[a].text, values.items[b].text);
                if (likeness == UNLIKE)
                    continue;
                const char *text = arena_print(gathering->arena, "%s|%s|%zu", values.items[a].text,
                                               values.items[b].text, values.items[a].item->line);
                add_cell(gathering, likeness == ALIKE ? DIAG_CODE_DUPLICATE_ID : DIAG_CODE_UNCERTAIN_ID,
                         values.items[b].item->line, promise, text)
                    ->note_line = values.items[a].item->line;
            }
    }
}

static void check_promise(struct gathering *gathering, const struct saying *promise) {
    size_t before = gathering->findings.count;
    gathering->file = promise->kind == PROMISE ? promise->file : gathering->maker->extends;
    if (promise->kind == PROMISE)
        check_condition(gathering, promise);
    else if (promise->kind == NAMES)
        check_names_of(gathering, promise);
    else
        check_unique_of(gathering, promise);
    for (size_t i = before; i < gathering->findings.count; i++)
        gathering->findings.items[i].level = promise->admit_line ? DIAG_NOTE : DIAG_ERROR;
    gathering->file = promise->admit_file;
    if (promise->admit_line && gathering->findings.count == before)
        add(gathering, DIAG_CODE_ADMIT, promise->admit_line, NO_HOSTS);
}

static void check_warning(struct gathering *gathering, const struct saying *warning) {
    for (size_t i = 0; i < gathering->world->n_cells; i++) {
        struct cell *cell = &gathering->world->cells[i];
        if (is_accepted(cell) && holds(gathering->world, cell, warning->cond))
            return;
    }
    gathering->file = warning->file;
    add(gathering, DIAG_CODE_IDLE, warning->line, NO_HOSTS);
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

static void see_unset(void *context, const void *hole, unsigned subject, size_t line) {
    struct gathering *gathering = context;
    add_cell(gathering, DIAG_CODE_UNSET_HOLE, line, hole, NULL)->words =
        arena_print(gathering->arena, "'%s'", gathering->maker->subjects[subject].name);
}

static void see_keys(struct gathering *gathering, const struct use *use) {
    for (size_t b = 0; b < use->n_entries; b++)
        for (size_t a = 0; a < b; a++) {
            const struct use_entry *first = &use->entries[a], *second = &use->entries[b];
            if (first->key && second->key && strcmp(first->key, second->key) == 0)
                add_cell(gathering, DIAG_CODE_REPEATED_KEY, second->item->line, use->place,
                         arena_print(gathering->arena, "%s", second->key))
                    ->is_part = true;
        }
}

/*
 * Only the first use of an option that can stand together with an earlier one is reported, and only with the first of
 * those; the same of a key. So all that is known of the hosts is that they are among these.
 */
static void check_line(struct gathering *gathering) {
    struct world *world = gathering->world;
    size_t line = SIZE_MAX;
    gathering->file = gathering->maker->extends;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < world->n_cells; i++) {
            struct cell *cell = cell_at(gathering, i);
            const struct uses *uses = is_accepted(cell) ? uses_of(world, cell) : NULL;
            size_t n_once = 0;
            for (size_t k = 0; uses && k < uses->count; k++) {
                const struct use *use = &uses->items[k];
                if (pass && use->format && use->format->is_tame)
                    see_keys(gathering, use);
                if (!use->option->once || n_once++ == 0)
                    continue;
                if (pass == 0)
                    line = use->statement->line < line ? use->statement->line : line;
                else if (use->statement->line == line)
                    add_cell(gathering, DIAG_CODE_REPEATED_OPTION, line, use->place, NULL)->is_part = true;
            }
            if (uses && pass)
                find_unset(world, cell, see_unset, gathering);
        }
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static void check_promises(struct gathering *gathering) {
    const struct maker *maker = gathering->maker;
    for (unsigned i = 0; i < maker->examples.count; i++)
        check_example(gathering, &maker->examples.items[i]);
    if (!check_restrictions(gathering, true) || !check_accepted(gathering))
        return;
    for (unsigned i = 0; i < maker->promises.count; i++)
        check_promise(gathering, &maker->promises.items[i]);
    for (unsigned i = 0; i < maker->warnings.count; i++)
        check_warning(gathering, &maker->warnings.items[i]);
    check_line(gathering);
}

struct findings expected_findings(struct arena *arena, struct world *world) {
    struct gathering gathering = {.arena = arena, .world = world, .maker = world->maker};
    bool fails = false;
    if (!check_restrictions(&gathering, false))
        return gathering.findings;
    for (unsigned i = 0; i < world->maker->n_stages; i++) {
        const struct table_plan *table = world->maker->stages[i].table;
        if (table && table->base)
            fails = check_table(&gathering, table->base, table) || fails;
        if (table)
            fails = check_table(&gathering, table, NULL) || fails;
    }
    if (!fails)
        check_promises(&gathering);
    return gathering.findings;
}
