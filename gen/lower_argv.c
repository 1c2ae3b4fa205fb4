/*
 * The command line as tables. First it is taken apart into fragments (a bit of constant text, a hole, the begin or end
 * of an argument), each with the condition under which it is written. Then neighbours that hang on the same selector
 * become a chunk; for each value of the selector the fragments that are written become a run of instructions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "eval.h"
#include "lower.h"

enum fragment_kind { FRAGMENT_BEGIN, FRAGMENT_TEXT, FRAGMENT_FORM, FRAGMENT_NUMBER, FRAGMENT_VERSION, FRAGMENT_END };

/* Notes of one piece of the command line, by their index in the tables. */
struct note_list {
    uint16_t *items;
    size_t count, capacity;
};

struct mark_list {
    struct muster_mark *items;
    size_t count, capacity;
};

/* No note. */
enum { NO_NOTE = UINT16_MAX };

struct fragment {
    enum fragment_kind kind;
    const struct cond *guard; /* NULL: always */
    size_t atom;              /* of the guard */
    const char *text;
    size_t length;
    uint32_t operand;
    uint16_t note; /* or NO_NOTE */
};

/* The formats that a value goes through, the innermost first. */
struct level {
    const struct format *format;
    bool first; /* the first value of its list, without a key */
    const struct level *outer;
};

/* How often a form is used: in the run at hand, and in the fullest run of the chunk at hand. */
struct form_use {
    uint32_t in_run, in_chunk;
};

struct line {
    struct lowering *lowering;
    struct selectors selectors;
    struct {
        struct muster_form *items; /* the ways in which parameters are written, without constant text around them */
        size_t count, capacity;
    } bare_forms;
    struct {
        struct form_use *items; /* beside the forms of the tables */
        size_t count, capacity;
    } uses;
    struct {
        struct fragment *items;
        size_t count, capacity;
    } fragments;
    uint16_t pending; /* a note for the next fragment, or NO_NOTE */
};

#define PUSH(list, element) ARENA_PUSH(line->lowering->scratch, (list), (element))

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
        const char *refused = format_refuses(level->format, arena_copy(scratch, value.items, value.count), level->first);
        if (refused)
            diag_add(line->lowering->diagnostics, DIAG_CODE_FORMAT, span, "the format '%s' cannot write '%s'",
                     level->format->name, refused);
        value = format_escape(scratch, level->format, value.items, value.count);
    }
    if (value.count > 0)
        add_fragment(line, (struct fragment){.kind = FRAGMENT_TEXT, .guard = guard, .text = value.items,
                                             .length = value.count});
}

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
                   ((struct muster_escape){.kind = MUSTER_ESCAPE, .stage = stage,
                                           .from = tables_text(tables, escape->from),
                                           .to = tables_text(tables, escape->to), .format = name}));
    }
    form->space *= (uint32_t)growth;
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

/* The form that puts these constant texts around a way of writing. */
static uint32_t find_form(struct line *line, uint32_t bare, const struct buffer *before, const struct buffer *after) {
    struct tables *tables = line->lowering->tables;
    struct muster_form form = line->bare_forms.items[bare];
    form.before = tables_bytes(tables, before->items, before->count, true);
    form.after = tables_bytes(tables, after->items, after->count, true);
    form.space += (uint32_t)(before->count + after->count);
    for (size_t i = 0; i < tables->forms.count; i++) {
        const struct muster_form *other = &tables->forms.items[i];
        if (other->input == form.input && other->first_escape == form.first_escape && other->unit == form.unit &&
            other->before == form.before && other->after == form.after)
            return (uint32_t)i;
    }
    ARENA_PUSH(line->lowering->arena, &tables->forms, form);
    PUSH(&line->uses, (struct form_use){0});
    return (uint32_t)tables->forms.count - 1;
}

/* Room for a number or a version as text. */
enum { NUMBER_SPACE = 24, MAX_FORM_SPACE = 1 << 20 };

static void add_form(struct line *line, const struct cond *guard, const struct piece *piece,
                     const struct level *level) {
    struct lowering *lowering = line->lowering;
    const struct variable *variable = piece->variable;
    bool text = variable->type.kind == MUSTER_TEXT || variable->type.kind == MUSTER_PATH;
    struct muster_form form = {.input = (uint32_t)variable->input,
                               .first_escape = (uint32_t)lowering->tables->escapes.count,
                               .unit = 1,
                               .space = text ? (uint32_t)variable->max_length : NUMBER_SPACE,
                               .file = lower_file(lowering, piece->span),
                               .line = lower_line(lowering, piece->span)};
    for (int64_t unit = piece->unit; unit > 1; unit >>= 10)
        form.unit <<= 10;
    uint32_t stage = 0;
    for (; level && form.space <= MAX_FORM_SPACE; level = level->outer)
        add_escapes(line, level, stage++, &form);
    if (form.space > MAX_FORM_SPACE)
        diag_add(lowering->diagnostics, DIAG_CODE_LIMIT, piece->span,
                 "escaped as its formats want, '%s' could take more than %d bytes", variable->name, MAX_FORM_SPACE);
    form.space += MUSTER_PAD;
    form.n_escapes = (uint32_t)lowering->tables->escapes.count - form.first_escape;
    add_fragment(line, (struct fragment){.kind = FRAGMENT_FORM, .guard = guard, .operand = find_bare_form(line, &form)});
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

/* ---- putting together: runs of instructions --------------------------------------------------------------------- */

struct instruction {
    uint32_t op, flags;
    uint32_t operand;
    struct buffer text;  /* MUSTER_OP_TEXT, and before the parameter of MUSTER_OP_FORM */
    struct buffer after; /* behind the parameter */
    struct note_list notes;
};

struct run {
    struct {
        struct instruction *items;
        size_t count, capacity;
    } list;
    bool begin; /* the next piece starts an argument */
    struct note_list notes; /* for the next piece */
};

static struct instruction *add_instruction(struct line *line, struct run *run, uint32_t op) {
    struct instruction instruction = {.op = op, .flags = run->begin ? MUSTER_OP_BEGIN : 0, .notes = run->notes};
    run->begin = false;
    run->notes = (struct note_list){0};
    PUSH(&run->list, instruction);
    return &run->list.items[run->list.count - 1];
}

/* The instruction that the argument being written goes on in, if it is in this run. */
static struct instruction *current(struct run *run) {
    if (run->begin || run->list.count == 0)
        return NULL;
    struct instruction *last = &run->list.items[run->list.count - 1];
    return last->flags & MUSTER_OP_END ? NULL : last;
}

/* Gives the notes that wait to an instruction that goes on. */
static void take_notes(struct line *line, struct run *run, struct instruction *instruction) {
    for (size_t i = 0; i < run->notes.count; i++)
        PUSH(&instruction->notes, run->notes.items[i]);
    run->notes = (struct note_list){0};
}

static void add_to_run(struct line *line, struct run *run, const struct fragment *fragment) {
    struct instruction *last = current(run);
    if (fragment->note != NO_NOTE)
        PUSH(&run->notes, fragment->note);
    switch (fragment->kind) {
    case FRAGMENT_BEGIN:
        run->begin = true;
        return;
    case FRAGMENT_TEXT:
        if (!last || (last->op != MUSTER_OP_TEXT && last->op != MUSTER_OP_FORM))
            last = add_instruction(line, run, MUSTER_OP_TEXT);
        take_notes(line, run, last);
        for (size_t i = 0; i < fragment->length; i++)
            PUSH(last->op == MUSTER_OP_TEXT ? &last->text : &last->after, fragment->text[i]);
        return;
    case FRAGMENT_END:
        if (!last)
            last = add_instruction(line, run, MUSTER_OP_TEXT);
        last->flags |= MUSTER_OP_END;
        return;
    case FRAGMENT_FORM:
        if (!last || last->op != MUSTER_OP_TEXT)
            last = add_instruction(line, run, MUSTER_OP_FORM);
        last->op = MUSTER_OP_FORM; /* the text before it goes along */
        last->operand = fragment->operand;
        take_notes(line, run, last);
        return;
    case FRAGMENT_NUMBER:
    case FRAGMENT_VERSION:
        last = add_instruction(line, run, fragment->kind == FRAGMENT_NUMBER ? MUSTER_OP_NUMBER : MUSTER_OP_VERSION);
        last->operand = fragment->operand;
        return;
    }
}

/* The flags of an instruction that makes an argument all by itself. */
enum { WHOLE = MUSTER_OP_BEGIN | MUSTER_OP_END };

static bool is_whole(const struct instruction *instruction) {
    return instruction->op == MUSTER_OP_TEXT && (instruction->flags & WHOLE) == WHOLE;
}

struct words {
    uint32_t *items;
    size_t count, capacity;
};

static void add_marks(struct line *line, const struct instruction *instruction, size_t at, size_t argument,
                      struct mark_list *marks) {
    for (size_t i = 0; i < instruction->notes.count; i++)
        PUSH(marks, ((struct muster_mark){(uint32_t)at, (uint16_t)argument, instruction->notes.items[i]}));
}

static bool is_prepared(const struct instruction *instruction) {
    return instruction->op == MUSTER_OP_FORM && (instruction->flags & WHOLE) == WHOLE;
}

/* What a run adds to a command line at most. */
struct size {
    uint32_t arguments, bytes;
};

/* So many whole arguments are one instruction; more make another one. */
enum { MOST_WHOLE = UINT16_MAX, FACT_BYTES = 24 };

/* The form of an instruction, whose use is counted. */
static uint32_t use_form(struct line *line, const struct instruction *instruction) {
    uint32_t form = find_form(line, instruction->operand, &instruction->text, &instruction->after);
    line->uses.items[form].in_run++;
    return form;
}

/* Arguments that are constant; and, if one follows, one that is a prepared parameter. */
static void encode_whole(struct line *line, const struct run *run, size_t *index, struct words *words,
                         struct mark_list *marks) {
    size_t at = words->count, whole = 0;
    PUSH(words, 0);
    for (; *index < run->list.count && is_whole(&run->list.items[*index]) && whole < MOST_WHOLE; ++*index, whole++) {
        const struct instruction *instruction = &run->list.items[*index];
        PUSH(words, tables_bytes(line->lowering->tables, instruction->text.items, instruction->text.count, true));
        add_marks(line, instruction, at, whole, marks);
    }
    words->items[at] = MUSTER_OP_ARGS | (uint32_t)whole << MUSTER_OP_SHIFT;
    if (*index == run->list.count || !is_prepared(&run->list.items[*index]))
        return;
    const struct instruction *behind = &run->list.items[(*index)++];
    words->items[at] |= MUSTER_OP_FORM_BEHIND;
    PUSH(words, use_form(line, behind));
    add_marks(line, behind, at, whole, marks);
}

static void encode_piece(struct line *line, const struct instruction *instruction, struct words *words,
                         struct mark_list *marks, struct size *size) {
    size_t at = words->count, bytes = FACT_BYTES;
    uint32_t operand = instruction->operand;
    if (instruction->op == MUSTER_OP_TEXT) {
        bytes = instruction->text.count;
        operand = (uint32_t)bytes;
    } else if (instruction->op == MUSTER_OP_FORM) {
        bytes = 0; /* counted with the parameters */
        operand = use_form(line, instruction);
    }
    if (is_prepared(instruction))
        PUSH(words, MUSTER_OP_WHOLE | operand << MUSTER_OP_SHIFT);
    else
        PUSH(words, instruction->op | instruction->flags | operand << MUSTER_OP_SHIFT);
    if (instruction->op == MUSTER_OP_TEXT)
        PUSH(words, tables_bytes(line->lowering->tables, instruction->text.items, instruction->text.count, false));
    add_marks(line, instruction, at, 0, marks);
    size->bytes += (uint32_t)bytes + (instruction->flags & MUSTER_OP_END ? 1 : 0);
}

/* Instructions as words; the marks' places count from the start of the words. */
static struct size encode(struct line *line, const struct run *run, struct words *words, struct mark_list *marks) {
    struct size size = {0};
    for (size_t i = 0; i < run->list.count;) {
        const struct instruction *instruction = &run->list.items[i];
        if (is_whole(instruction)) {
            size_t from = i;
            encode_whole(line, run, &i, words, marks);
            size.arguments += (uint32_t)(i - from);
            size.bytes += 1; /* the end of a prepared one */
        } else {
            encode_piece(line, instruction, words, marks, &size);
            size.arguments += instruction->flags & MUSTER_OP_BEGIN ? 1 : 0;
            i++;
        }
    }
    PUSH(words, MUSTER_OP_STOP);
    return size;
}

/* Runs that are in the tables already. */
struct run_place {
    uint32_t at;
    struct words words;
    struct mark_list marks;
};
struct run_places {
    struct run_place *items;
    size_t count, capacity;
};

static uint32_t place_run(struct line *line, struct run_places *places, struct words words, struct mark_list marks) {
    struct lowering *lowering = line->lowering;
    for (size_t i = 0; i < places->count; i++) {
        const struct run_place *place = &places->items[i];
        if (place->words.count == words.count && place->marks.count == marks.count &&
            memcmp(place->words.items, words.items, words.count * sizeof *words.items) == 0 &&
            (marks.count == 0 || memcmp(place->marks.items, marks.items, marks.count * sizeof *marks.items) == 0))
            return place->at;
    }
    uint32_t at = tables_words(lowering->tables, words.items, words.count);
    PUSH(places, ((struct run_place){at, words, marks}));
    for (size_t i = 0; i < marks.count; i++) {
        struct muster_mark mark = marks.items[i];
        mark.at += at;
        ARENA_PUSH(lowering->arena, &lowering->tables->marks, mark);
    }
    return at;
}

/* ---- chunks ----------------------------------------------------------------------------------------------------- */

/* Fragments from..to - 1, which one selector (or none: SIZE_MAX) decides about. */
struct segment {
    size_t from, to, selector;
};

struct segments {
    struct segment *items;
    size_t count, capacity;
};

static void count_run(struct line *line) {
    for (size_t i = 0; i < line->uses.count; i++) {
        struct form_use *use = &line->uses.items[i];
        use->in_chunk = use->in_run > use->in_chunk ? use->in_run : use->in_chunk;
        use->in_run = 0;
    }
}

static void count_chunk(struct line *line) {
    for (size_t i = 0; i < line->uses.count; i++) {
        line->lowering->tables->forms.items[i].most_uses += line->uses.items[i].in_chunk;
        line->uses.items[i].in_chunk = 0;
    }
}

static void add_chunk(struct line *line, struct run_places *places, const struct segment *segment) {
    struct lowering *lowering = line->lowering;
    const struct selector *selector =
        segment->selector == SIZE_MAX ? NULL : &line->selectors.list.items[segment->selector];
    size_t values = selector ? selector->answers.count : 1;
    uint32_t *map = arena_alloc(lowering->scratch, (values + 1) * sizeof *map);
    struct size most = {0};
    for (size_t value = 0; value < values; value++) {
        struct run run = {0};
        struct words words = {0};
        struct mark_list marks = {0};
        for (size_t i = segment->from; i < segment->to; i++) {
            const struct fragment *fragment = &line->fragments.items[i];
            if (!fragment->guard || selectors_holds(&line->selectors, segment->selector, fragment->atom, value))
                add_to_run(line, &run, fragment);
        }
        if (run.begin) /* the argument goes on in the next chunk */
            add_instruction(line, &run, MUSTER_OP_TEXT);
        struct size size = encode(line, &run, &words, &marks);
        most.arguments = size.arguments > most.arguments ? size.arguments : most.arguments;
        most.bytes = size.bytes > most.bytes ? size.bytes : most.bytes;
        map[value] = place_run(line, places, words, marks);
        count_run(line);
    }
    count_chunk(line);
    lowering->tables->head.most_arguments += most.arguments;
    lowering->tables->head.most_bytes += most.bytes;
    ARENA_PUSH(lowering->arena, &lowering->tables->chunks,
               ((struct muster_chunk){.var = selector ? selector->var : 0,
                                      .map = tables_words(lowering->tables, map, values)}));
}

/* Which selectors can decide about all fragments of a segment. */
static bool narrow(const struct line *line, bool *can, const struct fragment *fragment) {
    bool any = false;
    for (size_t i = 0; i < line->selectors.list.count; i++) {
        can[i] = can[i] && selectors_covers(&line->selectors, i, fragment->atom);
        any = any || can[i];
    }
    return any;
}

static void allow_all(const struct line *line, bool *can) {
    for (size_t i = 0; i < line->selectors.list.count; i++)
        can[i] = true;
}

/* Ends a segment: the smallest selector that can decide about it will. */
static void end_segment(struct line *line, struct segments *segments, size_t from, size_t to) {
    struct segment segment = {from, to, SIZE_MAX};
    bool *can = arena_alloc(line->lowering->scratch, line->selectors.list.count + 1);
    bool conditional = false;
    allow_all(line, can);
    for (size_t i = from; i < to; i++)
        if (line->fragments.items[i].guard)
            conditional = narrow(line, can, &line->fragments.items[i]);
    for (size_t i = 0; i < line->selectors.list.count && conditional; i++)
        if (can[i] && (segment.selector == SIZE_MAX ||
                       line->selectors.list.items[i].size < line->selectors.list.items[segment.selector].size))
            segment.selector = i;
    for (size_t i = from; i < to && conditional; i++)
        if (line->fragments.items[i].guard)
            selectors_use(&line->selectors, segment.selector, line->fragments.items[i].atom);
    PUSH(segments, segment);
}

/* Whether one selector can decide about fragments from..to; `can` says which. */
static bool coverable(const struct line *line, bool *can, size_t from, size_t to) {
    bool any = true;
    allow_all(line, can);
    for (size_t i = from; i <= to && any; i++)
        if (line->fragments.items[i].guard)
            any = narrow(line, can, &line->fragments.items[i]);
    return any;
}

/*
 * Cuts the fragments into as few segments as can be: each goes on as long as one selector can decide about all of it.
 * What is always written stays with what stands before it; but an argument that the next selector can decide about as
 * a whole is not torn apart.
 */
static struct segments cut(struct line *line) {
    struct segments segments = {0};
    bool *can = arena_alloc(line->lowering->scratch, line->selectors.list.count + 1);
    size_t from = 0, argument = 0; /* where the segment and the last argument begin */
    allow_all(line, can);
    for (size_t i = 0; i < line->fragments.count; i++) {
        const struct fragment *fragment = &line->fragments.items[i];
        if (fragment->kind == FRAGMENT_BEGIN)
            argument = i;
        if (!fragment->guard || narrow(line, can, fragment))
            continue;
        size_t at = argument > from && coverable(line, can, argument, i) ? argument : i;
        end_segment(line, &segments, from, at);
        from = at;
        coverable(line, can, at, i);
    }
    if (from < line->fragments.count)
        end_segment(line, &segments, from, line->fragments.count);
    return segments;
}

void lower_argv(struct lowering *lowering) {
    struct line state = {.lowering = lowering, .selectors = {.lowering = lowering}, .pending = NO_NOTE};
    struct line *line = &state;
    add_block(line, NULL, &lowering->model->argv);
    for (size_t i = 0; i < line->fragments.count; i++) {
        struct fragment *fragment = &line->fragments.items[i];
        if (fragment->guard)
            fragment->atom = selectors_atom(&line->selectors, fragment->guard, lowering->model->argv_span);
    }
    selectors_prepare(&line->selectors);
    struct segments segments = cut(line);
    struct run_places places = {0};
    selectors_finish(&line->selectors);
    for (size_t i = 0; i < segments.count && lowering->diagnostics->n_errors == 0; i++)
        add_chunk(line, &places, &segments.items[i]);
}
