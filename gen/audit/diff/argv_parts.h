/*
 * What the files that compare command lines share: both lines in pieces, the hosts on which each piece is written, and
 * the texts that stretches of them come to.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DIFF_ARGV_PARTS_H
#define DIFF_ARGV_PARTS_H

#include "gen/audit/diff/argv.h"
#include "gen/model/pieces.h"

struct argv_side {
    const struct model *model;
    struct meaning *meaning;
    struct argv_pieces pieces;
    hostset *guards;            /* by piece: where it is written, as far as that was asked */
    bool *known;                /* by piece: it was */
    size_t *behind;             /* by piece: where to go on if it is not written: of a begin, behind the argument */
    uint32_t *hole;             /* by piece: of a hole its number, which equal ones share */
    struct values *hole_values; /* by piece: of a hole; see argv_values */
};

struct argv_sides {
    struct arena *arena;
    struct hosts *hosts;
    struct argv_side sides[N_SIDES];
    struct {
        const struct argv_piece **items;
        size_t count, capacity;
    } holes; /* by number, one of those that share it */
};

/* Pieces from..to - 1 of one side. */
struct stretch {
    size_t from, to;
};

struct argv_sides *argv_sides_new(struct arena *arena, const struct diff_sides *sides);
struct stretch argv_all(const struct argv_sides *sides, int side);
hostset argv_guard(struct argv_sides *sides, int side, size_t piece);

/* ---- holes.c: what fills holes */

/* A text that a hole comes to on some hosts, whatever else: where a number can only be one. */
struct value {
    const char *text;
    size_t length;
    hostset set;
};
struct values {
    struct value *items;
    size_t count, capacity;
};

/* Whether two holes come to the same text on all hosts. */
bool holes_are_same(const struct argv_sides *sides, const struct argv_piece *a, const struct argv_piece *b);

/* All such texts of a hole; elsewhere it cannot be told what fills it. */
struct values argv_values(struct argv_sides *sides, int side, const struct argv_piece *piece);

/* ---- argv.c */

/* The hosts of a set on which two stretches, one of each side, are not the same. */
hostset argv_differs(struct argv_sides *sides, struct stretch old, struct stretch new, hostset set);

/* ---- texts.c: what stretches come to */

/* Bytes as they are written; begins of arguments and holes are marks, so that equal texts are equal bytes. */
struct text {
    const char *bytes;
    size_t length;
    bool is_summary; /* of several texts */
    hostset set;
};
struct text_list {
    struct text *items;
    size_t count, capacity;
};

/* Each text that a stretch comes to on hosts of a set, which are divided among them. */
struct text_list argv_texts(struct argv_sides *sides, int side, struct stretch stretch, hostset set);

/* One text for all of them: what is not written on all of these hosts stands in brackets, and members as their hole. */
struct text argv_summary(struct argv_sides *sides, int side, struct stretch stretch, hostset set);

bool texts_are_same(const struct text *a, const struct text *b);
bool text_is_constant(const struct text *text);

/* As people write it in rules: holes as $name. */
const char *text_words(const struct argv_sides *sides, const struct text *text);

/* ---- elements.c: options or words of the command line, and items of a list */

struct element {
    struct stretch stretch;
    hostset guard;    /* where it is written */
    const char *name; /* an option; the key of an item, if it is constant; or NULL */
    size_t name_length;
    struct {
        uint64_t *items;
        size_t count, capacity;
    } tokens; /* what stands for the text of each argument and item; equal for equal ones */
    const struct statement *statement;
    const struct argument *argument; /* the first one; of an item that in which it stands */
    const struct item *item;         /* or NULL */
};
struct elements {
    struct element *items;
    size_t count, capacity;
};

/* The options, each with the arguments of its statement that follow, and the words before them. */
struct elements elements_of_line(struct argv_sides *sides, int side);

/* The format of an element that is an option with a list and no more, whose items are told apart; or NULL. */
const struct format *element_format(const struct argv_sides *sides, int side, const struct element *element);

/* The items of its list. */
struct elements elements_of_list(struct argv_sides *sides, int side, const struct element *element);

bool elements_have_same_name(const struct element *a, const struct element *b);

/* Pairs the elements of both sides in their order, like with like: by old element the new one; SIZE_MAX: none. */
size_t *elements_align(struct arena *arena, const struct elements *old, const struct elements *new);

#endif
