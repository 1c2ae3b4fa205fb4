/*
 * The command line while it is lowered, shared by three stages: fragments.c turns its pieces into fragments,
 * lower_argv.c cuts these into chunks, runs.c joins the fragments of a chunk to instructions.
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

/* The notes of one piece of the command line, by index in the tables. */
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
    size_t atom;              /* the atom of the guard */
    const char *text;
    size_t length;
    uint32_t operand;
    uint16_t note; /* or NO_NOTE */
};

/* The number of uses of a form: in the current run, and the maximum over the runs of the current chunk. */
struct form_use {
    uint32_t in_run, in_chunk;
};

struct line {
    struct lowering *lowering;
    struct selectors selectors;
    struct {
        struct muster_form *items; /* forms without constant text around the parameter */
        size_t count, capacity;
    } bare_forms;
    struct {
        struct form_use *items; /* parallel to the forms of the tables */
        size_t count, capacity;
    } uses;
    struct {
        struct fragment *items;
        size_t count, capacity;
    } fragments;
    uint16_t pending; /* the note of the next fragment, or NO_NOTE */
};

/* ---- fragments.c */

/* Splits the model's command line into fragments. */
void line_split(struct line *line);

/* The form with constant text around a bare form (an index of bare_forms). */
uint32_t line_form(struct line *line, uint32_t bare, const struct buffer *before, const struct buffer *after);

/* ---- runs.c */

struct words {
    uint32_t *items;
    size_t count, capacity;
};

struct instruction {
    uint32_t op, flags;
    uint32_t operand;
    struct buffer text;  /* of MUSTER_OP_TEXT; of MUSTER_OP_FORM the text before the parameter */
    struct buffer after; /* the text after the parameter */
    struct note_list notes;
};

/* A run under construction. It is reused, with its memory, for all runs. */
struct run {
    struct {
        struct instruction *items;
        size_t count, capacity;
    } list;
    size_t n_made;          /* instructions whose memory can be reused */
    bool begin;             /* whether the next piece begins an argument */
    struct note_list notes; /* notes of the next piece */
};

/* The maximal size that a run adds to a command line. */
struct size {
    uint32_t arguments, bytes;
};

/* Offsets of the runs that are in the tables. */
struct run_place {
    uint32_t at;
    struct words words;
    struct mark_list marks;
};
struct run_places {
    struct run_place *items;
    size_t count, capacity;
    struct words words; /* of the current run */
    struct mark_list marks;
};

/* Starts a new run. */
void run_start(struct run *run);

/* Adds a fragment that is written for this value of the selector. */
void run_add(struct line *line, struct run *run, const struct fragment *fragment);

/* Adds a finished run to the tables, unless they contain an equal one; returns its offset. Raises *max to its size. */
uint32_t run_place(struct line *line, struct run_places *places, struct run *run, struct size *max);

/* Counts the maximal use of each form over the runs of the chunk that ends here. */
void runs_end_chunk(struct line *line);

#endif
