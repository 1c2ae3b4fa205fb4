/*
 * Mutants of rule files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "mutants.h"

#include <string.h>

static const struct source *source_of(const struct model *model, struct span span) {
    return &model->sources->items[span.file];
}

static char *words_at(struct arena *arena, const struct model *model, struct span span) {
    return arena_copy(arena, source_of(model, span)->text + span.begin, span.end - span.begin);
}

static void put(struct arena *arena, const struct model *model, struct span span, const char *words,
                struct mutant *mutant) {
    const struct source *source = source_of(model, span);
    mutant->file = span.file;
    mutant->text = arena_print(arena, "%.*s%s%s", (int)span.begin, source->text, words, source->text + span.end);
}

/* A member as rules write it, or what stands in this column or outcome elsewhere. */
static const char *some_value(const struct variable *variable, uint64_t *seed) {
    const struct type *type = &variable->type;
    unsigned count = (unsigned)type->n_members + type->or_unknown;
    unsigned member = roll(seed, count);
    return type->n_members == 0 ? "*" : member < type->n_members ? type->members[member].name : "unknown";
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

/* Any row of any table that is written as one. */
static const struct row *choose_row(const struct model *model, uint64_t *seed, const struct table **table) {
    for (int tries = 0; tries < 20 && model->tables.count > 0; tries++) {
        *table = model->tables.items[roll(seed, (unsigned)model->tables.count)];
        const struct row *row = &(*table)->rows[roll(seed, (unsigned)(*table)->n_rows)];
        if ((*table)->n_rows > 0 && row->span.end > row->span.begin)
            return row;
    }
    return NULL;
}

static bool mutate_cell(struct arena *arena, const struct model *model, uint64_t *seed, struct mutant *mutant) {
    const struct table *table;
    const struct row *row = choose_row(model, seed, &table), *other;
    if (!row || !row->cell_spans || table->n_columns == 0)
        return false;
    unsigned column = roll(seed, (unsigned)table->n_columns);
    if (table->columns[column]->hidden)
        return false;
    struct span span = row->cell_spans[column];
    if (span.end <= span.begin)
        return false;
    other = &table->rows[roll(seed, (unsigned)table->n_rows)];
    bool from_other = roll(seed, 3) == 0 && other->cell_spans && other->cell_spans[column].end > 0;
    const char *words = from_other           ? words_at(arena, model, other->cell_spans[column])
                        : roll(seed, 4) == 0 ? "*"
                                             : some_value(table->columns[column], seed);
    if (!from_other && roll(seed, 4) == 0 && strcmp(words, "*") != 0)
        words = arena_print(arena, "not %s", words);
    put(arena, model, span, words, mutant);
    return true;
}

/* What stands between "=>" and what is said about the row. */
static bool find_results(const struct model *model, struct span *span) {
    const char *text = source_of(model, *span)->text;
    bool quoted = false;
    uint32_t at = span->begin;
    while (at < span->end && strncmp(text + at, "=>", 2) != 0)
        at++;
    if (at >= span->end)
        return false;
    uint32_t begin = at + 2;
    for (at = begin; at < span->end; at++) {
        quoted = quoted != (text[at] == '"');
        if (!quoted && (text[at] == ';' || strncmp(text + at, " because", 8) == 0 ||
                        strncmp(text + at, " see", 4) == 0 || strncmp(text + at, " tag", 4) == 0))
            break;
    }
    *span = (struct span){span->file, begin, at};
    return true;
}

static bool mutate_result(struct arena *arena, const struct model *model, uint64_t *seed, struct mutant *mutant) {
    const struct table *table;
    const struct row *row = choose_row(model, seed, &table);
    const char *words = " ";
    if (!row)
        return false;
    struct span span = row->span, other = table->rows[roll(seed, (unsigned)table->n_rows)].span;
    if (!find_results(model, &span) || !find_results(model, &other))
        return false;
    switch (roll(seed, 6)) {
    case 0:
        words = " reject \"a mutant\" ";
        break;
    case 1:
    case 2:
        words = words_at(arena, model, other);
        break;
    default:
        if (table->overridden || (!row->results && !row->reject))
            return false;
        unsigned changed = roll(seed, (unsigned)table->n_outcomes);
        for (size_t i = 0; i < table->n_outcomes; i++) {
            const struct type *type = &table->outcomes[i]->type;
            const char *value = row->results && i != changed ? type->members[row->results[i]].name
                                                             : some_value(table->outcomes[i], seed);
            words = arena_print(arena, "%s%s%s", words, i ? ", " : "", value);
        }
        words = arena_print(arena, "%s ", words);
    }
    put(arena, model, span, words, mutant);
    return true;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static bool mutate_word(struct arena *arena, const struct model *model, uint64_t *seed, struct mutant *mutant) {
    static const char *const words[][2] = {
        {" and ", " or "},      {" or ", " and "},   {" == ", " != "},
        {" != ", " == "},       {" < ", " >= "},     {" >= ", " > "},
        {"when ", "when not "}, {" = ", " = z"},     {"reject ", "warn "},
        {"warn ", "reject "},   {" or unknown", ""}, {" optional", ""},
        {"..", "..<"},          {", blue", ""},      {": bool", ": { no, yes, maybe }"},
    };
    enum { MAX_PLACES = 400 };
    struct place {
        uint32_t at;
        size_t which;
    } places[MAX_PLACES];
    size_t count = 0;
    struct span span = {roll(seed, (unsigned)model->sources->count), 0, 0};
    const struct source *source = source_of(model, span);
    for (uint32_t at = 0; at < source->length; at++)
        for (size_t i = 0; i < sizeof words / sizeof words[0] && count < MAX_PLACES; i++)
            if (strncmp(source->text + at, words[i][0], strlen(words[i][0])) == 0)
                places[count++] = (struct place){at, i};
    if (count == 0)
        return false;
    const struct place *place = &places[roll(seed, (unsigned)count)];
    span.begin = place->at;
    span.end = place->at + (uint32_t)strlen(words[place->which][0]);
    put(arena, model, span, words[place->which][1], mutant);
    return true;
}

/* ---- roles ------------------------------------------------------------------------------------------------------- */

/* From "decide" to the last brace. */
static bool find_table(const struct model *model, const struct table *table, struct span *span) {
    const char *text = source_of(model, table->span)->text;
    *span = table->span;
    for (size_t i = 0; i < table->n_rows; i++)
        if (table->rows[i].span.end > span->end)
            span->end = table->rows[i].span.end;
    while (text[span->end] && text[span->end++] != '}')
        ;
    while (span->begin > 0 && strncmp(text + span->begin, "decide ", strlen("decide ")) != 0)
        span->begin--;
    return span->begin == 0 || text[span->begin - 1] == '\n';
}

static const char *fact_words(struct arena *arena, const struct variable *decision) {
    const char *words = arena_print(arena, "fact %s : {", decision->name);
    if (decision->type.kind == MUSTER_BOOL)
        return arena_print(arena, "fact %s : bool;", decision->name);
    for (size_t i = 0; i < decision->type.n_members; i++)
        words = arena_print(arena, "%s%s %s as \"%s\"", words, i ? "," : "", decision->type.members[i].name,
                            decision->type.members[i].text);
    return arena_print(arena, "%s };", words);
}

static bool mutate_role(struct arena *arena, const struct model *model, uint64_t *seed, struct mutant *mutant) {
    const char *words = "";
    struct span span;
    if (model->tables.count == 0)
        return false;
    const struct table *table = model->tables.items[roll(seed, (unsigned)model->tables.count)];
    for (size_t i = 0; i < table->n_outcomes; i++) {
        if (table->outcomes[i]->hidden || table->outcomes[i]->type.numeric)
            return false;
        words = arena_print(arena, "%s%s%s", words, i ? " " : "", fact_words(arena, table->outcomes[i]));
    }
    if (table->overrides || !find_table(model, table, &span))
        return false;
    put(arena, model, span, words, mutant);
    return true;
}

bool mutate(struct arena *arena, const struct model *model, enum mutation mutation, uint64_t *seed,
            struct mutant *mutant) {
    switch (mutation) {
    case MUTATE_CELL:
        return mutate_cell(arena, model, seed, mutant);
    case MUTATE_RESULT:
        return mutate_result(arena, model, seed, mutant);
    case MUTATE_ROLE:
        return mutate_role(arena, model, seed, mutant);
    case MUTATE_WORD:
    case N_MUTATIONS:
        break;
    }
    return mutate_word(arena, model, seed, mutant);
}
