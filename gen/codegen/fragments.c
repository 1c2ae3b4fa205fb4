/*
 * Turns the pieces of the command line into fragments: placeholders become forms, reasons become notes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/codegen/line.h"

#define PUSH(list, element) ARENA_PUSH(line->lowering->scratch, (list), (element))

static void add_fragment(struct line *line, struct fragment fragment) {
    fragment.note = line->pending;
    line->pending = NO_NOTE;
    PUSH(&line->fragments, fragment);
}

/* The maximal text of a number or version, and of any form. */
enum { NUMBER_SPACE = 24, MAX_FORM_SPACE = 1 << 20 };

static void add_escapes(struct line *line, const struct level *level, uint32_t stage, struct muster_form *form) {
    struct tables *tables = line->lowering->tables;
    const struct format *format = level->format;
    uint32_t name = tables_text(tables, format->name);
    struct muster_escape refusal = {.kind = MUSTER_REFUSE, .stage = stage, .format = name};
    for (size_t i = 0; i < format->n_refuses; i++) {
        refusal.from = tables_text(tables, format->refuses[i]);
        ARENA_PUSH(line->lowering->arena, &tables->escapes, refusal);
    }
    for (size_t i = 0; level->first && i < format->n_refuses_first; i++) {
        refusal.from = tables_text(tables, format->refuses_first[i]);
        ARENA_PUSH(line->lowering->arena, &tables->escapes, refusal);
    }
    size_t growth = 1;
    for (size_t i = 0; i < format->n_escapes; i++) {
        const struct replacement *escape = &format->escapes[i];
        size_t from = strlen(escape->from), to = strlen(escape->to);
        growth = to > growth * from ? (to + from - 1) / from : growth;
        ARENA_PUSH(line->lowering->arena, &tables->escapes,
                   ((struct muster_escape){.kind = MUSTER_ESCAPE,
                                           .stage = stage,
                                           .from = tables_text(tables, escape->from),
                                           .to = tables_text(tables, escape->to),
                                           .format = name}));
    }
    form->space = growth > MAX_FORM_SPACE / form->space ? MAX_FORM_SPACE + 1 : form->space * (uint32_t)growth;
}

/* Returns an equal bare form if there is one. */
static uint32_t find_bare_form(struct line *line, const struct muster_form *form) {
    struct tables *tables = line->lowering->tables;
    const struct muster_escape *escapes = tables->escapes.items;
    for (size_t i = 0; i < line->bare_forms.count; i++) {
        const struct muster_form *other = &line->bare_forms.items[i];
        if (other->input == form->input && other->unit == form->unit && other->n_escapes == form->n_escapes &&
            (form->n_escapes == 0 || memcmp(&escapes[other->first_escape], &escapes[form->first_escape],
                                            form->n_escapes * sizeof *escapes) == 0)) {
            tables->escapes.count = form->first_escape;
            return (uint32_t)i;
        }
    }
    PUSH(&line->bare_forms, *form);
    return (uint32_t)line->bare_forms.count - 1;
}

uint32_t line_form(struct line *line, uint32_t bare, const struct buffer *before, const struct buffer *after) {
    struct tables *tables = line->lowering->tables;
    struct muster_form form = line->bare_forms.items[bare];
    form.before = tables_bytes(tables, before->items, before->count);
    form.after = tables_bytes(tables, after->items, after->count);
    form.space += (uint32_t)(before->count + after->count);
    for (size_t i = 0; i < tables->forms.count; i++) {
        const struct muster_form *other = &tables->forms.items[i];
        if (other->input == form.input && other->first_escape == form.first_escape &&
            other->n_escapes == form.n_escapes && other->unit == form.unit && other->before == form.before &&
            other->after == form.after)
            return (uint32_t)i;
    }
    ARENA_PUSH(line->lowering->arena, &tables->forms, form);
    PUSH(&line->uses, (struct form_use){0});
    return (uint32_t)tables->forms.count - 1;
}

static void add_form(struct line *line, const struct cond *guard, const struct piece *piece,
                     const struct level *level) {
    struct lowering *lowering = line->lowering;
    const struct variable *variable = piece->variable;
    bool text = variable_is_text(variable);
    struct muster_form form = {.input = (uint32_t)variable->input,
                               .first_escape = (uint32_t)lowering->tables->escapes.count,
                               .space = text ? (uint32_t)variable->max_length : NUMBER_SPACE,
                               .file = lower_file(lowering, piece->span),
                               .line = lower_line(lowering, piece->span)};
    for (int64_t unit = piece->unit; unit > 1; unit >>= 10)
        form.unit += 10;
    uint32_t stage = 0;
    for (; level && form.space <= MAX_FORM_SPACE; level = level->outer)
        add_escapes(line, level, stage++, &form);
    if (form.space > MAX_FORM_SPACE)
        diag_add(lowering->diagnostics, DIAG_CODE_LIMIT, piece->span,
                 "escaped as its formats want, '%s' could take more than %d bytes", variable->name, MAX_FORM_SPACE);
    form.space += MUSTER_PAD;
    form.n_escapes = (uint32_t)lowering->tables->escapes.count - form.first_escape;
    add_fragment(line,
                 (struct fragment){.kind = FRAGMENT_FORM, .guard = guard, .operand = find_bare_form(line, &form)});
}

static void add_placeholder(struct line *line, const struct argv_piece *piece) {
    const struct variable *variable = piece->placeholder->variable;
    if (variable->kind == VARIABLE_PARAM) {
        add_form(line, piece->guard, piece->placeholder, piece->level);
        return;
    }
    lower_check_fact(line->lowering, variable);
    add_fragment(line,
                 (struct fragment){.kind = variable->type.kind == MUSTER_VERSION ? FRAGMENT_VERSION : FRAGMENT_NUMBER,
                                   .guard = piece->guard,
                                   .operand = (uint32_t)variable->input});
}

static uint16_t make_note(struct line *line, const struct meta *meta, struct span span) {
    struct lowering *lowering = line->lowering;
    if (!meta->reason && !meta->see && !meta->tags)
        return NO_NOTE;
    if (lowering->tables->notes.count >= NO_NOTE) {
        diag_add(lowering->diagnostics, DIAG_CODE_LIMIT, span, "more than %d reasons, references and tags in the argv",
                 NO_NOTE);
        return NO_NOTE;
    }
    struct muster_note note = {.reason = tables_text(lowering->tables, meta->reason),
                               .see = tables_text(lowering->tables, meta->see),
                               .tag = tables_text(lowering->tables, meta->tags),
                               .file = lower_file(lowering, span),
                               .line = lower_line(lowering, span)};
    ARENA_PUSH(lowering->arena, &lowering->tables->notes, note);
    return (uint16_t)(lowering->tables->notes.count - 1);
}

/* The note of an item precedes everything that the item writes. */
static void add_item_note(struct line *line, const struct argv_piece *piece) {
    line->pending = make_note(line, &piece->item->meta, piece->item->span);
    if (line->pending != NO_NOTE)
        add_fragment(line, (struct fragment){.kind = FRAGMENT_TEXT, .guard = piece->guard, .text = ""});
}

static void add_piece(struct line *line, const struct argv_piece *piece) {
    switch (piece->kind) {
    case PIECE_BEGIN:
        if (piece->argument == piece->statement->arguments.items)
            line->pending = make_note(line, &piece->statement->meta, piece->statement->span);
        add_fragment(line, (struct fragment){.kind = FRAGMENT_BEGIN, .guard = piece->guard});
        break;
    case PIECE_ITEM:
        add_item_note(line, piece);
        break;
    case PIECE_TEXT:
    case PIECE_BETWEEN:
        add_fragment(line,
                     (struct fragment){
                         .kind = FRAGMENT_TEXT, .guard = piece->guard, .text = piece->text, .length = piece->length});
        break;
    case PIECE_PLACEHOLDER:
        add_placeholder(line, piece);
        break;
    case PIECE_END:
        add_fragment(line, (struct fragment){.kind = FRAGMENT_END, .guard = piece->guard});
        break;
    }
}

void line_split(struct line *line) {
    struct lowering *lowering = line->lowering;
    struct argv_pieces pieces = argv_pieces_of(lowering->scratch, lowering->model, lowering->diagnostics);
    line->pending = NO_NOTE;
    for (size_t i = 0; i < pieces.count; i++)
        add_piece(line, &pieces.items[i]);
}
