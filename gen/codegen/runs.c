/*
 * Builds runs of instructions from the fragments that are written for one value of a selector. Joins constant text,
 * whole constant arguments, and parameters with the constant text around them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/codegen/line.h"

#define PUSH(list, element) ARENA_PUSH(line->lowering->scratch, (list), (element))

/* Moves the pending notes to an instruction. */
static void move_notes(struct line *line, struct run *run, struct instruction *instruction) {
    if (run->notes.count == 0)
        return;
    ARENA_APPEND(line->lowering->scratch, &instruction->notes, run->notes.items, run->notes.count);
    run->notes.count = 0;
}

void run_start(struct run *run) {
    run->list.count = run->notes.count = 0;
    run->begin = false;
}

static struct instruction *add_instruction(struct line *line, struct run *run, uint32_t op) {
    if (run->list.count == run->n_made) {
        PUSH(&run->list, (struct instruction){0});
        run->n_made++;
    } else {
        run->list.count++;
    }
    struct instruction *instruction = &run->list.items[run->list.count - 1];
    instruction->op = op;
    instruction->flags = run->begin ? MUSTER_OP_BEGIN : 0;
    instruction->operand = 0;
    instruction->text.count = instruction->after.count = instruction->notes.count = 0;
    run->begin = false;
    move_notes(line, run, instruction);
    return instruction;
}

/* The instruction that the current argument continues in, if it is in this run. */
static struct instruction *current(struct run *run) {
    if (run->begin || run->list.count == 0)
        return NULL;
    struct instruction *last = &run->list.items[run->list.count - 1];
    return last->flags & MUSTER_OP_END ? NULL : last;
}

void run_add(struct line *line, struct run *run, const struct fragment *fragment) {
    struct instruction *last = current(run);
    if (fragment->note != NO_NOTE)
        PUSH(&run->notes, fragment->note);
    switch (fragment->kind) {
    case FRAGMENT_BEGIN:
        run->begin = true;
        return;
    case FRAGMENT_TEXT: {
        if (!last || (last->op != MUSTER_OP_TEXT && last->op != MUSTER_OP_FORM))
            last = add_instruction(line, run, MUSTER_OP_TEXT);
        move_notes(line, run, last);
        struct buffer *text = last->op == MUSTER_OP_TEXT ? &last->text : &last->after;
        ARENA_APPEND(line->lowering->scratch, text, fragment->text, fragment->length);
        return;
    }
    case FRAGMENT_END:
        if (!last)
            last = add_instruction(line, run, MUSTER_OP_TEXT);
        last->flags |= MUSTER_OP_END;
        return;
    case FRAGMENT_FORM:
        if (!last || last->op != MUSTER_OP_TEXT)
            last = add_instruction(line, run, MUSTER_OP_FORM);
        last->op = MUSTER_OP_FORM; /* includes the text before it */
        last->operand = fragment->operand;
        move_notes(line, run, last);
        return;
    case FRAGMENT_NUMBER:
    case FRAGMENT_VERSION:
        last = add_instruction(line, run, fragment->kind == FRAGMENT_NUMBER ? MUSTER_OP_NUMBER : MUSTER_OP_VERSION);
        last->operand = fragment->operand;
        return;
    }
}

/* The flags of an instruction that writes a whole argument. */
enum { WHOLE = MUSTER_OP_BEGIN | MUSTER_OP_END };

static bool is_whole(const struct instruction *instruction) {
    return instruction->op == MUSTER_OP_TEXT && (instruction->flags & WHOLE) == WHOLE;
}

static void add_marks(struct line *line, const struct instruction *instruction, size_t at, size_t argument,
                      struct mark_list *marks) {
    for (size_t i = 0; i < instruction->notes.count; i++)
        PUSH(marks, ((struct muster_mark){(uint32_t)at, (uint16_t)argument, instruction->notes.items[i]}));
}

static bool is_prepared(const struct instruction *instruction) {
    return instruction->op == MUSTER_OP_FORM && (instruction->flags & WHOLE) == WHOLE;
}

/* Limit on the whole arguments of one instruction. */
enum { MAX_WHOLE = UINT16_MAX, FACT_BYTES = 24 };

/* The form of an instruction; counts its use. */
static uint32_t use_form(struct line *line, const struct instruction *instruction) {
    uint32_t form = line_form(line, instruction->operand, &instruction->text, &instruction->after);
    line->uses.items[form].in_run++;
    return form;
}

/* Encodes consecutive whole constant arguments, and a whole prepared parameter that follows them. */
static void encode_whole(struct line *line, const struct run *run, size_t *index, struct words *words,
                         struct mark_list *marks) {
    size_t at = words->count, whole = 0;
    PUSH(words, 0);
    for (; *index < run->list.count && is_whole(&run->list.items[*index]) && whole < MAX_WHOLE; ++*index, whole++) {
        const struct instruction *instruction = &run->list.items[*index];
        PUSH(words, tables_bytes(line->lowering->tables, instruction->text.items, instruction->text.count));
        add_marks(line, instruction, at, whole, marks);
    }
    words->items[at] = MUSTER_OP_ARGS | (uint32_t)whole << MUSTER_OP_SHIFT;
    if (*index == run->list.count || !is_prepared(&run->list.items[*index]))
        return;
    const struct instruction *form = &run->list.items[(*index)++];
    words->items[at] |= MUSTER_OP_FORM_BEHIND;
    PUSH(words, use_form(line, form));
    add_marks(line, form, at, whole, marks);
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
        PUSH(words, tables_bytes(line->lowering->tables, instruction->text.items, instruction->text.count));
    add_marks(line, instruction, at, 0, marks);
    size->bytes += (uint32_t)bytes + (instruction->flags & MUSTER_OP_END ? 1 : 0);
}

/* Encodes instructions as words. The places of marks are relative to the begin of the words. */
static struct size encode(struct line *line, const struct run *run, struct words *words, struct mark_list *marks) {
    struct size size = {0};
    for (size_t i = 0; i < run->list.count;) {
        const struct instruction *instruction = &run->list.items[i];
        if (is_whole(instruction)) {
            size_t from = i;
            encode_whole(line, run, &i, words, marks);
            size.arguments += (uint32_t)(i - from);
            size.bytes += 1; /* the NUL byte of a prepared argument */
        } else {
            encode_piece(line, instruction, words, marks, &size);
            size.arguments += instruction->flags & MUSTER_OP_BEGIN ? 1 : 0;
            i++;
        }
    }
    PUSH(words, MUSTER_OP_STOP);
    return size;
}

static uint32_t place_words(struct line *line, struct run_places *places) {
    struct lowering *lowering = line->lowering;
    struct run_place new = {.at = (uint32_t)lowering->tables->words.count};
    const struct words *words = &places->words;
    const struct mark_list *marks = &places->marks;
    for (size_t i = 0; i < places->count; i++) {
        const struct run_place *place = &places->items[i];
        if (place->words.count == words->count && place->marks.count == marks->count &&
            memcmp(place->words.items, words->items, words->count * sizeof *words->items) == 0 &&
            (marks->count == 0 || memcmp(place->marks.items, marks->items, marks->count * sizeof *marks->items) == 0))
            return place->at;
    }
    tables_words(lowering->tables, words->items, words->count);
    ARENA_APPEND(lowering->scratch, &new.words, words->items, words->count);
    ARENA_APPEND(lowering->scratch, &new.marks, marks->items, marks->count);
    PUSH(places, new);
    for (size_t i = 0; i < marks->count; i++) {
        struct muster_mark mark = marks->items[i];
        mark.at += new.at;
        ARENA_PUSH(lowering->arena, &lowering->tables->marks, mark);
    }
    return new.at;
}

static void count_run(struct line *line) {
    for (size_t i = 0; i < line->uses.count; i++) {
        struct form_use *use = &line->uses.items[i];
        use->in_chunk = use->in_run > use->in_chunk ? use->in_run : use->in_chunk;
        use->in_run = 0;
    }
}

void runs_end_chunk(struct line *line) {
    for (size_t i = 0; i < line->uses.count; i++) {
        line->lowering->tables->forms.items[i].most_uses += line->uses.items[i].in_chunk;
        line->uses.items[i].in_chunk = 0;
    }
}

uint32_t run_place(struct line *line, struct run_places *places, struct run *run, struct size *most) {
    places->words.count = places->marks.count = 0;
    if (run->begin) /* the argument continues in the next chunk */
        add_instruction(line, run, MUSTER_OP_TEXT);
    struct size size = encode(line, run, &places->words, &places->marks);
    most->arguments = size.arguments > most->arguments ? size.arguments : most->arguments;
    most->bytes = size.bytes > most->bytes ? size.bytes : most->bytes;
    count_run(line);
    return place_words(line, places);
}
