/*
 * The command line while it becomes tables, shared by its three stages: fragments.c makes fragments of its pieces,
 * lower_argv.c cuts it into chunks, runs.c puts the fragments of a chunk together again as instructions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LINE_H
#define LINE_H

#include "gen/codegen/lower.h"
#include "gen/codegen/selectors.h"
#include "gen/model/eval.h"
#include "gen/model/pieces.h"

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

/* ---- fragments.c */

/* Takes the model's command line apart. */
void line_take_apart(struct line *line);

/* The form that puts these constant texts around a way of writing a parameter (an index of bare_forms). */
uint32_t line_form(struct line *line, uint32_t bare, const struct buffer *before, const struct buffer *after);

/* ---- runs.c */

struct words {
    uint32_t *items;
    size_t count, capacity;
};

struct instruction {
    uint32_t op, flags;
    uint32_t operand;
    struct buffer text;  /* MUSTER_OP_TEXT, and before the parameter of MUSTER_OP_FORM */
    struct buffer after; /* behind the parameter */
    struct note_list notes;
};

/* One is enough for all of them, one after another: its memory is used again. */
struct run {
    struct {
        struct instruction *items;
        size_t count, capacity;
    } list;
    size_t n_made;          /* instructions that have been used before */
    bool begin;             /* the next piece starts an argument */
    struct note_list notes; /* for the next piece */
};

/* What a run adds to a command line at most. */
struct size {
    uint32_t arguments, bytes;
};

/* Runs that are in the tables already. */
struct run_place {
    uint32_t at;
    struct words words;
    struct mark_list marks;
};
struct run_places {
    struct run_place *items;
    size_t count, capacity;
    struct words words; /* of the run at hand */
    struct mark_list marks;
};

/* Begins a new run. */
void run_start(struct run *run);

/* Adds a fragment that is written at this value of the selector. */
void run_add(struct line *line, struct run *run, const struct fragment *fragment);

/* Puts a finished run into the tables, if an equal one is not there, and returns where; raises *most to its size. */
uint32_t run_place(struct line *line, struct run_places *places, struct run *run, struct size *most);

/* Counts how often the fullest run of the chunk that ends here uses each form. */
void runs_end_chunk(struct line *line);

#endif
