/*
 * A folded decision in words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/matrix/internal.h"

#include <string.h>

const char *folded_names(struct arena *arena, const struct folded *folded) {
    const char *names = "";
    for (size_t i = 0; i < folded->n_outcomes; i++)
        names = arena_print(arena, "%s%s%s", names, i ? ", " : "", folded->outcomes[i]->name);
    return names;
}

const char *folded_titles(struct arena *arena, const struct folded *folded) {
    const char *titles = NULL;
    for (size_t i = 0; i < folded->n_outcomes; i++)
        if (folded->outcomes[i]->title)
            titles = arena_print(arena, "%s%s%s", titles ? titles : "", titles ? ", " : "", folded->outcomes[i]->title);
    return titles;
}

struct span folded_span(const struct folded *folded) {
    return folded->table ? folded->table->span : folded->let->span;
}

const char *axes_names(struct arena *arena, const struct axes *axes, const char *between) {
    const char *names = "";
    for (size_t i = 0; i < axes->count; i++)
        names = arena_print(arena, "%s%s%s", names, i ? between : "", axes->items[i]->name);
    return names;
}

const char *fold_row_value(struct arena *arena, const struct folded *folded, const struct fold_row *row,
                           size_t outcome) {
    return row->reject ? NULL : value_text(arena, &folded->outcomes[outcome]->type, row->results[outcome]);
}

/* A text as rules write it. */
static const char *quoted(struct arena *arena, const char *text) {
    char *words = arena_alloc(arena, 2 * strlen(text) + 3);
    size_t length = 0;
    words[length++] = '"';
    for (; *text; text++) {
        if (strchr("\"\\", *text))
            words[length++] = '\\';
        words[length++] = *text;
    }
    words[length] = '"';
    return words;
}

const char *fold_row_values(struct arena *arena, const struct folded *folded, const struct fold_row *row) {
    const char *words = "";
    if (row->reject)
        return arena_print(arena, "reject %s", quoted(arena, row->reject));
    for (size_t i = 0; i < folded->n_outcomes; i++)
        words = arena_print(arena, "%s%s%s", words, i ? ", " : "", fold_row_value(arena, folded, row, i));
    return words;
}

const char *fold_row_cell(struct arena *arena, const struct folded *folded, const struct fold_row *row, size_t column) {
    return codes_cell(arena, folded->columns.items[column], row->codes[column]);
}

/* ---- rules ------------------------------------------------------------------------------------------------------ */

/* The row whose answer this one inherits: the one with the value of the hidden column, which is the last one. */
static const struct row *inherited_row(const struct table *table, const struct row *row) {
    size_t last = table->n_columns ? table->n_columns - 1 : 0;
    if (table->n_columns == 0 || !table->columns[last]->hidden || !row->cells || !row->cell_tests[last])
        return NULL;
    const struct table *base = table->columns[last]->table;
    const struct row *from = &base->rows[row->cells[last].items[0].low];
    const struct row *deeper = inherited_row(base, from);
    return deeper ? deeper : from;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool same_reason(const struct meta *a, const struct meta *b) {
    return same_text(a->reason, b->reason) && same_text(a->see, b->see);
}

static bool same_rule(const struct shown_rule *a, const struct shown_rule *b) {
    struct span from = a->inherits ? a->inherits->span : a->span, other = b->inherits ? b->inherits->span : b->span;
    return a->span.file == b->span.file && a->span.begin == b->span.begin && from.file == other.file &&
           from.begin == other.begin && same_reason(&a->meta, &b->meta);
}

static void add_rule(struct arena *arena, struct shown_rules *rules, struct shown_rule rule) {
    for (size_t i = 0; i < rules->count; i++)
        if (same_rule(&rules->items[i], &rule))
            return;
    ARENA_PUSH(arena, rules, rule);
}

struct shown_rules shown_rules(struct arena *arena, const struct folded *folded, const struct fold_row *row) {
    struct shown_rules rules = {0};
    if (folded->let)
        add_rule(arena, &rules, (struct shown_rule){.span = folded->let->whole, .meta = folded->let->meta});
    for (size_t i = 0; i < row->n_rules; i++)
        add_rule(arena, &rules,
                 (struct shown_rule){.span = row->rules[i]->span,
                                     .label = row->rules[i]->label,
                                     .meta = row->rules[i]->meta,
                                     .row = row->rules[i],
                                     .inherits = inherited_row(folded->table, row->rules[i])});
    return rules;
}

bool says_no_more(const struct shown_rules *rules, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (same_reason(&rules->items[i].meta, &rules->items[index].meta))
            return true;
    return false;
}

const char *rule_words(struct arena *arena, const struct sources *sources, const struct shown_rule *rule) {
    const char *words = source_words(arena, &sources->items[rule->span.file], rule->span);
    static const char *const ends[] = {" because ", " see ", " tag "}; /* reserved, so that they begin what is said */
    bool quoted = false;
    for (size_t at = 0; words[at]; at++) {
        if (quoted && words[at] == '\\')
            at++;
        else if (words[at] == '"')
            quoted = !quoted;
        for (size_t i = 0; i < sizeof ends / sizeof ends[0] && !quoted; i++)
            if (strncmp(words + at, ends[i], strlen(ends[i])) == 0)
                return arena_copy(arena, words, at);
    }
    size_t length = strlen(words);
    return length > 0 && words[length - 1] == ';' ? arena_copy(arena, words, length - 1) : words;
}

const char *evidence_words(struct arena *arena, const struct model *model, const struct row *row) {
    const char *words = model->proven ? "proven" : "";
    for (size_t i = 0; i < row->evidence.count; i++)
        words = arena_print(arena, "%s%s%s", words, *words ? "; " : "", row->evidence.items[i]);
    if (row->evidence.count > 0 || row->reject) /* there is nothing to try where a host is refused */
        return words;
    return arena_print(arena, "%s%snot tried", words, *words ? "; " : "");
}

/* ---- places and numbers ----------------------------------------------------------------------------------------- */

const char *place_words(struct arena *arena, const struct sources *sources, struct span span) {
    const struct source *source = &sources->items[span.file];
    return arena_print(arena, "%s:%zu", source->name, source_line_number(source, span.begin));
}

const char *rule_place(struct arena *arena, const struct sources *sources, const struct shown_rule *rule) {
    const char *place = place_words(arena, sources, rule->span);
    return rule->inherits
               ? arena_print(arena, "%s inherits %s", place, place_words(arena, sources, rule->inherits->span))
               : place;
}

const char *cells_words(struct arena *arena, uint64_t cells) {
    return arena_print(arena, "%llu%s case%s", (unsigned long long)cells, cells == UINT64_MAX ? " or more" : "",
                       cells == 1 ? "" : "s");
}

const char *space_words(struct arena *arena, const struct folded *folded) {
    const char *words = cells_words(arena, folded->cells);
    if (folded->inputs.count > 0)
        words = arena_print(arena, "%s of %s", words, axes_names(arena, &folded->inputs, ", "));
    if (folded->unset > 0)
        words = arena_print(arena, "%s; %llu more are refused", words, (unsigned long long)folded->unset);
    return words;
}
