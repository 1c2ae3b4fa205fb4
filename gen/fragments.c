/*
 * The command line taken apart: bits of constant text, holes, begins and ends of arguments, each with the condition
 * under which it is written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "line.h"

#define PUSH(list, element) ARENA_PUSH(line->lowering->scratch, (list), (element))

/* The formats that a value goes through, the innermost first. */
struct level {
    const struct format *format;
    bool first; /* the first value of its list, without a key */
    const struct level *outer;
};

/* ---- conditions ------------------------------------------------------------------------------------------------- */

static struct cond *new_cond(struct line *line, enum cond_kind kind) {
    struct cond *cond = arena_alloc(line->lowering->scratch, sizeof *cond);
    cond->kind = kind;
    return cond;
}

static const struct cond *both(struct line *line, const struct cond *left, const struct cond *right) {
    if (!left || !right)
        return left ? left : right;
    struct cond *cond = new_cond(line, COND_AND);
    PUSH(&cond->operands, left);
    PUSH(&cond->operands, right);
    return cond;
}

static const struct cond *negation(struct line *line, const struct cond *inner) {
    struct cond *cond = new_cond(line, COND_NOT);
    PUSH(&cond->operands, inner);
    return cond;
}

static const struct cond *has_value(struct line *line, const struct variable *variable, int64_t value) {
    struct cond *cond = new_cond(line, COND_TEST);
    cond->variable = variable;
    valueset_add(line->lowering->scratch, &cond->set, value, value);
    return cond;
}

/* ---- taking apart ----------------------------------------------------------------------------------------------- */

static void add_fragment(struct line *line, struct fragment fragment) {
    fragment.note = line->pending;
    line->pending = NO_NOTE;
    PUSH(&line->fragments, fragment);
}

static void add_constant(struct line *line, const struct cond *guard, const char *text, size_t length,
                         const struct level *level, struct span span) {
    struct arena *scratch = line->lowering->scratch;
    struct buffer value = {0};
    value = format_escape(scratch, NULL, text, length);
    for (; level; level = level->outer) {
        const char *refused =
            format_refuses(level->format, arena_copy(scratch, value.items, value.count), level->first);
        if (refused)
            diag_add(line->lowering->diagnostics, DIAG_CODE_FORMAT, span, "the format '%s' cannot write '%s'",
                     level->format->name, refused);
        value = format_escape(scratch, level->format, value.items, value.count);
    }
    if (value.count > 0)
        add_fragment(
            line, (struct fragment){.kind = FRAGMENT_TEXT, .guard = guard, .text = value.items, .length = value.count});
}

/* Room for a number or a version as text; and for any form. */
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

/* Ways of writing that are the same are one. */
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

static void add_hole(struct line *line, const struct cond *guard, const struct piece *piece,
                     const struct level *level) {
    const struct variable *variable = piece->variable;
    const struct type *type = &variable->type;
    if (type->n_members > 0) {
        for (size_t i = 0; i < type->n_members; i++)
            add_constant(line, both(line, guard, has_value(line, variable, (int64_t)i)), type->members[i].text,
                         strlen(type->members[i].text), level, piece->span);
    } else if (variable->kind == VARIABLE_PARAM) {
        add_form(line, guard, piece, level);
    } else {
        enum fragment_kind kind = type->kind == MUSTER_VERSION ? FRAGMENT_VERSION : FRAGMENT_NUMBER;
        lower_ask(line->lowering, variable);
        add_fragment(line, (struct fragment){.kind = kind, .guard = guard, .operand = (uint32_t)variable->input});
    }
}

static void add_template(struct line *line, const struct cond *guard, const struct template *template,
                         const struct level *level) {
    for (size_t i = 0; i < template->count; i++) {
        const struct piece *piece = &template->items[i];
        if (piece->text)
            add_constant(line, guard, piece->text, piece->length, level, template->span);
        else
            add_hole(line, guard, piece, level);
    }
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

/* What of a list has been written before an item: something for certain, or under these conditions. */
struct written {
    bool certain;
    struct {
        const struct cond **items;
        size_t count, capacity;
    } guards;
};

static void add_separator(struct line *line, const struct cond *guard, const struct level *level,
                          const struct written *written, struct span span) {
    const char *between = level->format->between;
    if (!between || (!written->certain && written->guards.count == 0))
        return;
    const struct cond *condition = guard;
    if (!written->certain) {
        struct cond *any = new_cond(line, COND_OR);
        for (size_t i = 0; i < written->guards.count; i++)
            PUSH(&any->operands, written->guards.items[i]);
        condition = both(line, guard, any);
    }
    add_constant(line, condition, between, strlen(between), level->outer, span);
}

static void add_items(struct line *line, const struct cond *list_guard, const struct cond *guard,
                      const struct list *list, const struct level *level, struct written *written) {
    for (size_t i = 0; i < list->count; i++) {
        const struct item *item = &list->items[i];
        const struct cond *holds = both(line, guard, item->when);
        if (item->then_list) {
            add_items(line, list_guard, holds, item->then_list, level, written);
            if (item->else_list)
                add_items(line, list_guard, both(line, guard, negation(line, item->when)), item->else_list, level,
                          written);
            continue;
        }
        struct level own = *level;
        own.first = !written->certain && !item->has_key;
        add_separator(line, holds, level, written, item->span);
        line->pending = make_note(line, &item->meta, item->span);
        if (line->pending != NO_NOTE) /* whatever the item comes to, the note stands before it */
            add_fragment(line, (struct fragment){.kind = FRAGMENT_TEXT, .guard = holds, .text = ""});
        if (item->has_key) {
            add_template(line, holds, &item->key, &own);
            add_constant(line, holds, level->format->assign, strlen(level->format->assign), level->outer, item->span);
        }
        if (item->nested) {
            struct level inner = {.format = item->nested_format, .outer = &own};
            struct written nothing = {0};
            add_items(line, holds, holds, item->nested, &inner, &nothing);
        } else {
            add_template(line, holds, &item->value, &own);
        }
        written->certain = written->certain || holds == list_guard;
        PUSH(&written->guards, holds);
    }
}

static void add_argument(struct line *line, const struct cond *guard, const struct argument *argument) {
    add_fragment(line, (struct fragment){.kind = FRAGMENT_BEGIN, .guard = guard});
    if (argument->list) {
        struct level level = {.format = argument->format};
        struct written nothing = {0};
        add_items(line, guard, guard, argument->list, &level, &nothing);
    } else {
        add_template(line, guard, &argument->text, NULL);
    }
    line->pending = NO_NOTE;
    add_fragment(line, (struct fragment){.kind = FRAGMENT_END, .guard = guard});
}

static void add_block(struct line *line, const struct cond *guard, const struct block *block) {
    for (size_t i = 0; i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        const struct cond *holds = both(line, guard, statement->when);
        if (statement->then_block) {
            add_block(line, holds, statement->then_block);
            if (statement->else_block)
                add_block(line, both(line, guard, negation(line, statement->when)), statement->else_block);
            continue;
        }
        for (size_t k = 0; k < statement->arguments.count; k++) {
            if (k == 0)
                line->pending = make_note(line, &statement->meta, statement->span);
            add_argument(line, holds, &statement->arguments.items[k]);
        }
    }
}

void line_take_apart(struct line *line) {
    line->pending = NO_NOTE;
    add_block(line, NULL, &line->lowering->model->argv);
}
