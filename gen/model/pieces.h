/*
 * The command line as a sequence of pieces, each with the condition under which it is written. Tables are generated
 * from them, and command lines are compared by them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PIECES_H
#define PIECES_H

#include "gen/model/model.h"

/* The formats that a string passes through, innermost first. */
struct level {
    const struct format *format;
    bool first; /* it is the first value of its list and has no key */
    const struct level *outer;
};

enum argv_piece_kind {
    PIECE_BEGIN, /* of an argument */
    PIECE_ITEM,  /* begin of an item of a list; writes nothing itself */
    PIECE_TEXT,
    PIECE_BETWEEN, /* a separator between two items */
    PIECE_PLACEHOLDER,
    PIECE_END
};

/* Strings are escaped by all formats around them. A placeholder with members is expanded to one string per member. */
struct argv_piece {
    enum argv_piece_kind kind;
    const struct cond *guard; /* NULL: always */
    const char *text;         /* PIECE_TEXT, PIECE_BETWEEN; not empty */
    size_t length;
    const struct piece *placeholder;   /* PIECE_PLACEHOLDER: a parameter, or a fact that is a number or version.
                                   PIECE_TEXT for a   member: its placeholder */
    const struct level *level;         /* PIECE_PLACEHOLDER: NULL if it is not escaped */
    const struct level *around;        /* PIECE_ITEM, PIECE_BETWEEN: of the list around their list; NULL: an argument */
    const struct item *item;           /* PIECE_ITEM */
    const struct statement *statement; /* PIECE_BEGIN */
    const struct argument *argument;   /* PIECE_BEGIN */
};

struct argv_pieces {
    struct argv_piece *items;
    size_t count, capacity;
};

/* Reports constants that a format cannot write, unless `diagnostics` is NULL. */
struct argv_pieces argv_pieces_of(struct arena *arena, const struct model *model, struct diagnostics *diagnostics);

#endif
