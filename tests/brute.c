/*
 * The meaning of random rulesets by brute force.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "brute.h"

#include <stdlib.h>
#include <string.h>

#include "muster.h"

/* ---- tables ----------------------------------------------------------------------------------------------------- */

bool row_fits(const struct table_plan *table, unsigned row, const struct cell *cell) {
    for (unsigned k = 0; k < table->n_columns && !table->rows[row].is_else; k++)
        if (!(table->rows[row].cells[k] >> cell->state[table->columns[k]] & 1))
            return false;
    return true;
}

/* An else row is the last. */
unsigned first_row(const struct table_plan *table, const struct cell *cell) {
    for (unsigned i = 0; i < table->n_rows; i++)
        if (row_fits(table, i, cell))
            return i;
    return MAX_ROWS;
}

bool has_columns(const struct table_plan *table, const struct cell *cell) {
    for (unsigned k = 0; k < table->n_columns; k++)
        if (cell->state[table->columns[k]] == NO_VALUE)
            return false;
    return !table->base || (has_columns(table->base, cell) && first_row(table->base, cell) != MAX_ROWS);
}

/* What a row comes to; false if it refuses, or what it inherits from has no answer. */
static bool row_result(const struct table_plan *table, unsigned row, unsigned outcome, struct cell *cell,
                       unsigned *result) {
    const struct row_plan *plan = &table->rows[row];
    if (plan->rejects) {
        cell->row_refuses = true;
        return false;
    }
    if (!table->base || !plan->inherits[outcome]) {
        *result = plan->results[outcome];
        return true;
    }
    return row_result(table->base, first_row(table->base, cell), outcome, cell, result);
}

static void decide(const struct table_plan *table, struct cell *cell) {
    bool asked = has_columns(table, cell);
    if (table->base && has_columns(table->base, cell))
        cell->has_gap = cell->has_gap || first_row(table->base, cell) == MAX_ROWS;
    unsigned row = asked ? first_row(table, cell) : MAX_ROWS, results[MAX_OUTCOMES] = {0};
    bool decides = row != MAX_ROWS;
    cell->has_gap = cell->has_gap || (asked && row == MAX_ROWS);
    for (unsigned k = 0; k < table->n_outcomes && decides; k++)
        decides = row_result(table, row, k, cell, &results[k]);
    for (unsigned k = 0; k < table->n_outcomes; k++)
        cell->state[table->outcomes[k]] = decides ? (signed char)results[k] : NO_VALUE;
}

struct world *world_new(struct arena *arena, const struct maker *maker) {
    struct world *world = arena_alloc(arena, sizeof *world);
    *world = (struct world){.arena = arena, .maker = maker, .n_cells = 1};
    for (unsigned i = 0; i < maker->n_inputs; i++)
        world->n_cells *= maker->subjects[i].n_atoms + maker->subjects[i].or_unknown;
    world->cells = arena_alloc(arena, world->n_cells * sizeof *world->cells);
    for (size_t i = 0; i < world->n_cells; i++) {
        struct cell *cell = &world->cells[i];
        size_t rest = i;
        for (unsigned k = 0; k < maker->n_inputs; k++) {
            size_t width = maker->subjects[k].n_atoms + maker->subjects[k].or_unknown;
            cell->state[k] = (signed char)(rest % width);
            rest /= width;
        }
        for (unsigned k = 0; k < maker->n_stages; k++) {
            const struct stage_plan *stage = &maker->stages[k];
            if (stage->table) {
                decide(stage->table, cell);
                continue;
            }
            const struct expr *cond = maker->subjects[stage->let].cond;
            cell->state[stage->let] = has_values(world, cell, cond) ? holds(world, cell, cond) : NO_VALUE;
        }
    }
    return world;
}

/* ---- conditions ------------------------------------------------------------------------------------------------- */

static bool is_decided(const struct world *world, const struct cell *cell) {
    for (unsigned i = 0; i < world->maker->n_subjects; i++)
        if (cell->state[i] == NO_VALUE)
            return false;
    return true;
}

bool has_values(const struct world *world, const struct cell *cell, const struct expr *expr) {
    if (expr->kind == TEST)
        return cell->state[expr->subject] != NO_VALUE;
    if (expr->kind == EMITS || expr->kind == TIMES)
        return is_decided(world, cell);
    return has_values(world, cell, expr->left) && (!expr->right || has_values(world, cell, expr->right));
}

bool glob_matches(const char *glob, const char *text) {
    if (*glob == '*')
        return glob_matches(glob + 1, text) || (*text && glob_matches(glob, text + 1));
    return *glob == *text && (*glob == '\0' || glob_matches(glob + 1, text + 1));
}

static bool has_entry(const struct use *use, const struct pattern_plan *pattern) {
    for (size_t i = 0; i < use->n_entries; i++) {
        const struct use_entry *entry = &use->entries[i];
        bool has_key = entry->item && entry->item->has_key; /* whether or not its holes have values */
        if (has_key == (pattern->key != NULL) &&
            (!pattern->key || glob_matches(pattern->key, entry->key ? entry->key : "")) &&
            glob_matches(pattern->value, entry->value ? entry->value : ""))
            return true;
    }
    return false;
}

static unsigned n_emitted(struct world *world, struct cell *cell, const struct expr *expr) {
    const struct uses *uses = uses_of(world, cell);
    unsigned count = 0;
    for (size_t i = 0; i < uses->count; i++) {
        bool good = uses->items[i].option == expr->option;
        for (unsigned k = 0; k < expr->n_pattern && good; k++)
            good = has_entry(&uses->items[i], &expr->pattern[k]);
        count += good;
    }
    return count;
}

static bool compares(unsigned count, enum relation relation, unsigned than) {
    switch (relation) {
    case EQUAL:
        return count == than;
    case NOT_EQUAL:
        return count != than;
    case BELOW:
        return count < than;
    case AT_MOST:
        return count <= than;
    case ABOVE:
        return count > than;
    case AT_LEAST:
        break;
    }
    return count >= than;
}

bool holds(struct world *world, struct cell *cell, const struct expr *expr) {
    switch (expr->kind) {
    case TEST:
        return expr->mask >> cell->state[expr->subject] & 1;
    case NOT:
        return !holds(world, cell, expr->left);
    case AND:
        return holds(world, cell, expr->left) && holds(world, cell, expr->right);
    case OR:
        return holds(world, cell, expr->left) || holds(world, cell, expr->right);
    case IMPLIES:
        return !holds(world, cell, expr->left) || holds(world, cell, expr->right);
    case EMITS:
        return n_emitted(world, cell, expr) > 0;
    case TIMES:
        break;
    }
    return compares(n_emitted(world, cell, expr), expr->relation, expr->than);
}

/* ---- which hosts there are -------------------------------------------------------------------------------------- */

void world_restrict(struct world *world) {
    const struct sayings *restrictions = &world->maker->restrictions;
    for (size_t i = 0; i < world->n_cells; i++) {
        struct cell *cell = &world->cells[i];
        cell->impossible = cell->refused = false;
        for (unsigned k = 0; k < restrictions->count; k++) {
            const struct saying *saying = &restrictions->items[k];
            bool refuses =
                has_values(world, cell, saying->cond) && holds(world, cell, saying->cond) == (saying->kind == REJECT);
            cell->impossible = cell->impossible || (refuses && !saying->over_decisions);
            cell->refused = cell->refused || (refuses && saying->over_decisions);
        }
    }
}

bool is_possible(const struct cell *cell) {
    return !cell->impossible;
}

bool is_accepted(const struct cell *cell) {
    return !cell->impossible && !cell->refused && !cell->row_refuses && !cell->has_gap;
}

/* ---- texts ------------------------------------------------------------------------------------------------------ */

bool is_open(const struct subject *subject) {
    return subject->kind == OF_TEXT ||
           (subject->role != DECISION && (subject->kind == OF_INT || subject->kind == OF_VERSION));
}

const char *member_text(const struct subject *subject, unsigned member) {
    static const char *const words[] = {"red", "a,1", "blue", "dark-red", "blue.2", "white"};
    return subject->kind == OF_BOOL ? (member ? "yes" : "no") : words[member];
}

static bool is_unset(const struct subject *subject, int state) {
    return state == (int)subject->n_atoms;
}

static const char *closed_words(struct arena *arena, const struct subject *subject, int state) {
    if (subject->kind == OF_INT)
        return arena_print(arena, "%lld", (long long)subject->low[state]);
    return member_text(subject, (unsigned)state);
}

static const char *open_words(struct arena *arena, const struct subject *subject, int64_t value, const char *text) {
    if (subject->kind == OF_TEXT)
        return text;
    if (subject->kind == OF_INT)
        return arena_print(arena, "%lld", (long long)value);
    return arena_print(arena, "%lld.%lld.%lld", (long long)(value >> 40), (long long)(value >> 20 & MUSTER_VERSION_MAX),
                       (long long)(value & MUSTER_VERSION_MAX));
}

/* With HOLE bytes; or, where there are values, with these. NULL if something that must have a value has none. */
static const char *fill(struct arena *arena, const struct world *world, const struct cell *cell,
                        const struct text_plan *plan, const int64_t *values, const char *const *texts) {
    const char *result = "";
    for (unsigned i = 0; i < plan->n_parts; i++) {
        if (plan->parts[i].text) {
            result = arena_print(arena, "%s%s", result, plan->parts[i].text);
            continue;
        }
        unsigned index = plan->parts[i].subject;
        const struct subject *subject = &world->maker->subjects[index];
        if (is_unset(subject, cell->state[index]) && (values || !is_open(subject)))
            return NULL;
        if (!is_open(subject))
            result = arena_print(arena, "%s%s", result, closed_words(arena, subject, cell->state[index]));
        else if (values && texts)
            result = arena_print(arena, "%s%s", result, open_words(arena, subject, values[index], texts[index]));
        else
            result = arena_print(arena, "%s%c", result, (char)(HOLE + index));
    }
    return result;
}

/* ---- what is emitted -------------------------------------------------------------------------------------------- */

struct walk {
    struct arena *arena;
    struct world *world;
    struct cell *cell;
    struct uses *uses; /* or NULL */
    see_hole *unset;
    void *context;
};

static bool when_holds(struct world *world, struct cell *cell, const struct expr *when) {
    return !when || holds(world, cell, when);
}

static void walk_text(struct walk *walk, const struct text_plan *plan, size_t line) {
    for (unsigned i = 0; i < plan->n_parts && walk->unset; i++) {
        unsigned index = plan->parts[i].subject;
        if (!plan->parts[i].text && is_unset(&walk->world->maker->subjects[index], walk->cell->state[index]))
            walk->unset(walk->context, &plan->parts[i], index, line);
    }
}

static void add_entry(struct walk *walk, struct use *use, struct use_entry entry) {
    struct use_entry *entries = arena_alloc(walk->arena, (use->n_entries + 1) * sizeof *entries);
    if (use->n_entries)
        memcpy(entries, use->entries, use->n_entries * sizeof *entries);
    entries[use->n_entries++] = entry;
    use->entries = entries;
}

static void walk_list(struct walk *walk, const struct list_plan *list, struct use *use) {
    for (unsigned i = 0; list && i < list->n_items; i++) {
        const struct item_plan *item = &list->items[i];
        bool written = when_holds(walk->world, walk->cell, item->when);
        if (item->then_list) {
            walk_list(walk, written ? item->then_list : item->else_list, use);
            continue;
        }
        if (!written)
            continue;
        walk_text(walk, &item->key, item->line);
        walk_text(walk, &item->value, item->line);
        if (item->nested)
            walk_list(walk, item->nested, NULL);
        if (!use || !walk->uses)
            continue;
        struct use_entry entry = {.item = item};
        if (item->has_key)
            entry.key = fill(walk->arena, walk->world, walk->cell, &item->key, NULL, NULL);
        if (!item->nested)
            entry.value = fill(walk->arena, walk->world, walk->cell, &item->value, NULL, NULL);
        add_entry(walk, use, entry);
    }
}

static void walk_block(struct walk *walk, const struct block_plan *block) {
    for (unsigned i = 0; block && i < block->n_statements; i++) {
        const struct statement_plan *statement = &block->statements[i];
        bool written = when_holds(walk->world, walk->cell, statement->when);
        if (statement->then_block) {
            walk_block(walk, written ? statement->then_block : statement->else_block);
            continue;
        }
        for (unsigned k = 0; k < statement->n_arguments && written; k++) {
            const struct argument_plan *argument = &statement->arguments[k];
            struct use use = {.option = argument->option, .place = argument, .statement = statement};
            use.format = argument->option ? argument->option->format : NULL;
            walk_list(walk, argument->list, argument->option ? &use : NULL);
            walk_text(walk, &argument->text, argument->line);
            if (!walk->uses || !argument->option)
                continue;
            if (!argument->list)
                add_entry(walk, &use,
                          (struct use_entry){
                              .value = fill(walk->arena, walk->world, walk->cell, &argument->text, NULL, NULL)});
            ARENA_PUSH(walk->arena, walk->uses, use);
        }
    }
}

const struct uses *uses_of(struct world *world, struct cell *cell) {
    if (cell->uses)
        return cell->uses;
    cell->uses = arena_alloc(world->arena, sizeof *cell->uses);
    struct walk walk = {.arena = world->arena, .world = world, .cell = cell, .uses = cell->uses};
    walk_block(&walk, &world->maker->argv);
    return cell->uses;
}

void find_unset(struct world *world, struct cell *cell, see_hole *found, void *context) {
    struct walk walk = {.arena = world->arena, .world = world, .cell = cell, .unset = found, .context = context};
    walk_block(&walk, &world->maker->argv);
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

struct writer {
    struct arena *arena;
    struct world *world;
    struct cell *cell;
    const int64_t *values;
    const char *const *texts;
    struct line line;
};

static const char *escaped(struct arena *arena, const struct format_plan *format, const char *text) {
    char *result = arena_alloc(arena, 2 * strlen(text) + 1), *out = result;
    for (; *text; text++) {
        const char *to = NULL;
        for (size_t i = 0; format && i < sizeof format->escapes / sizeof format->escapes[0]; i++)
            if (format->escapes[i].from && format->escapes[i].from[0] == *text)
                to = format->escapes[i].to;
        if (to)
            out += sprintf(out, "%s", to);
        else
            *out++ = *text;
    }
    *out = '\0';
    return result;
}

static const char *text_of(const struct writer *writer, const struct text_plan *plan,
                           const struct format_plan *format) {
    const char *text = fill(writer->arena, writer->world, writer->cell, plan, writer->values, writer->texts);
    return escaped(writer->arena, format, text ? text : "?");
}

static const char *list_text(const struct writer *writer, const struct list_plan *list,
                             const struct format_plan *format, const char *before) {
    const char *result = before;
    for (unsigned i = 0; list && i < list->n_items; i++) {
        const struct item_plan *item = &list->items[i];
        bool written = when_holds(writer->world, writer->cell, item->when);
        if (item->then_list) {
            result = list_text(writer, written ? item->then_list : item->else_list, format, result);
            continue;
        }
        if (!written)
            continue;
        const char *value;
        if (item->nested) {
            value = list_text(writer, item->nested, item->nested_format, NULL);
            value = escaped(writer->arena, format, value ? value : "");
        } else {
            value = text_of(writer, &item->value, format);
        }
        if (item->has_key)
            value = arena_print(writer->arena, "%s%s%s", text_of(writer, &item->key, format), format->assign, value);
        result = result ? arena_print(writer->arena, "%s%s%s", result, format->between, value) : value;
    }
    return result;
}

static void write_block(struct writer *writer, const struct block_plan *block) {
    for (unsigned i = 0; block && i < block->n_statements; i++) {
        const struct statement_plan *statement = &block->statements[i];
        bool written = when_holds(writer->world, writer->cell, statement->when);
        if (statement->then_block) {
            write_block(writer, written ? statement->then_block : statement->else_block);
            continue;
        }
        for (unsigned k = 0; k < statement->n_arguments && written; k++) {
            const struct argument_plan *argument = &statement->arguments[k];
            const char *text;
            if (argument->option)
                ARENA_PUSH(writer->arena, &writer->line, argument->option->name);
            if (argument->list && argument->option)
                text = list_text(writer, argument->list, argument->option->format, NULL);
            else
                text = text_of(writer, &argument->text, NULL);
            ARENA_PUSH(writer->arena, &writer->line, text ? text : "");
        }
    }
}

struct line brute_argv(struct arena *arena, struct world *world, struct cell *cell, const int64_t *values,
                       const char *const *texts) {
    struct writer writer = {.arena = arena, .world = world, .cell = cell, .values = values, .texts = texts};
    ARENA_PUSH(arena, &writer.line, "program");
    write_block(&writer, &world->maker->argv);
    return writer.line;
}

const struct limit_plan *brute_limit(struct world *world, struct cell *cell, const char *const *texts) {
    const struct maker *maker = world->maker;
    for (unsigned i = 0; i < maker->n_limits; i++) {
        const struct limit_plan *limit = &maker->limits[i];
        bool is_given = !is_unset(&maker->subjects[limit->subject], cell->state[limit->subject]);
        if (is_given && texts[limit->subject] && strlen(texts[limit->subject]) > limit->max &&
            holds(world, cell, limit->when))
            return limit;
    }
    return NULL;
}

/* ---- ids -------------------------------------------------------------------------------------------------------- */

static const char *find_hole(const char *text) {
    while (*text && (unsigned char)*text < HOLE)
        text++;
    return *text ? text : NULL;
}

/* Whether the value of a hole can be this text. */
static bool can_be(const struct maker *maker, unsigned char hole, const char *text, size_t length) {
    const struct subject *subject = &maker->subjects[hole - HOLE];
    size_t at = 0, digits = 0, dots = 0;
    if (subject->kind == OF_INT && length > 0 && text[0] == '-')
        at = 1;
    for (; at < length; at++) {
        bool is_letter = text[at] >= 'A' && text[at] <= 'Z', is_digit = text[at] >= '0' && text[at] <= '9';
        if (subject->kind == OF_TEXT && subject->name[0] == 'i'
                ? !is_letter
                : !is_digit && (subject->kind != OF_VERSION || text[at] != '.'))
            return false;
        digits += is_digit || is_letter;
        dots += text[at] == '.';
    }
    return digits > 0 && (subject->kind != OF_TEXT || length <= 3) && (subject->kind != OF_VERSION || dots == 2);
}

/* Whether two holes can come to the same: both are letters, or digits, or versions. */
static bool can_meet(const struct maker *maker, unsigned char a, unsigned char b) {
    const struct subject *first = &maker->subjects[a - HOLE], *second = &maker->subjects[b - HOLE];
    bool first_letters = first->kind == OF_TEXT && first->name[0] == 'i';
    bool second_letters = second->kind == OF_TEXT && second->name[0] == 'i';
    return first_letters == second_letters && (first->kind == OF_VERSION) == (second->kind == OF_VERSION);
}

/*
 * Tame texts have one hole at most, with small letters around it that no hole can come to. Texts with the same holes
 * are alike; those whose holes cannot come to the same are not; of others it depends on the parameters.
 */
enum likeness compare_texts(const struct maker *maker, const char *a, const char *b) {
    const char *first = find_hole(a), *second = find_hole(b);
    if (strcmp(a, b) == 0)
        return ALIKE;
    if (!first && !second)
        return UNLIKE;
    if (first && second) {
        bool around =
            first - a == second - b && strncmp(a, b, (size_t)(first - a)) == 0 && strcmp(first + 1, second + 1) == 0;
        return around && *first != *second && can_meet(maker, (unsigned char)*first, (unsigned char)*second) ? UNCERTAIN
                                                                                                             : UNLIKE;
    }
    if (!first)
        return compare_texts(maker, b, a);
    size_t before = (size_t)(first - a), behind = strlen(first + 1), length = strlen(b);
    if (length < before + behind || strncmp(a, b, before) != 0 || strcmp(b + length - behind, first + 1) != 0)
        return UNLIKE;
    return can_be(maker, (unsigned char)*first, b + before, length - before - behind) ? UNCERTAIN : UNLIKE;
}

struct values values_of(struct world *world, struct cell *cell, const struct reference_plan *references,
                        unsigned count) {
    const struct uses *uses = uses_of(world, cell);
    struct values values = {0};
    for (size_t i = 0; i < uses->count; i++)
        for (size_t k = 0; k < uses->items[i].n_entries; k++)
            for (unsigned r = 0; r < count; r++) {
                const struct use_entry *entry = &uses->items[i].entries[k];
                if (uses->items[i].option == references[r].option && entry->key && entry->value &&
                    strcmp(entry->key, references[r].key) == 0)
                    ARENA_PUSH(world->arena, &values, ((struct value){entry->value, entry->item}));
            }
    return values;
}

enum likeness find_value(const struct world *world, const struct values *values, const char *text) {
    enum likeness best = UNLIKE;
    for (size_t i = 0; i < values->count && best != ALIKE; i++) {
        enum likeness one = compare_texts(world->maker, text, values->items[i].text);
        best = one == UNLIKE ? best : one;
    }
    return best;
}

enum likeness check_names(struct world *world, struct cell *cell, const struct saying *saying) {
    struct values asked = values_of(world, cell, saying->references, saying->n_references);
    struct values there = values_of(world, cell, saying->targets, saying->n_targets);
    enum likeness worst = ALIKE;
    for (size_t i = 0; i < asked.count && worst != UNLIKE; i++) {
        enum likeness best = find_value(world, &there, asked.items[i].text);
        worst = best == ALIKE ? worst : best;
    }
    return worst;
}

enum likeness check_unique(struct world *world, struct cell *cell, const struct saying *saying) {
    struct values values = values_of(world, cell, saying->references, saying->n_references);
    enum likeness worst = UNLIKE;
    for (size_t i = 0; i < values.count; i++)
        for (size_t k = 0; k < i && worst != ALIKE; k++) {
            enum likeness one = compare_texts(world->maker, values.items[i].text, values.items[k].text);
            worst = one == UNLIKE ? worst : one;
        }
    return worst;
}
