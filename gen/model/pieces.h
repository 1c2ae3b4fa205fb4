/*
 * The command line taken apart: what it is written of from left to right, each piece with the condition under which it
 * is written. Whoever makes something else of the command line (tables, a comparison) starts from these.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PIECES_H
#define PIECES_H

#include "gen/model/model.h"

/* The formats that a text goes through, the innermost first. */
struct level {
    const struct format *format;
    bool first; /* the first value of its list, without a key */
    const struct level *outer;
};

enum argv_piece_kind {
    PIECE_BEGIN, /* of an argument */
    PIECE_ITEM,  /* an item of a list begins; by itself it writes nothing */
    PIECE_TEXT,
    PIECE_BETWEEN, /* text that stands between two items */
    PIECE_HOLE,
    PIECE_END
};

/* Texts are escaped as all formats around them want. Of a hole that has members, each is a text of its own. */
struct argv_piece {
    enum argv_piece_kind kind;
    const struct cond *guard; /* NULL: always */
    const char *text;         /* PIECE_TEXT, PIECE_BETWEEN; not empty */
    size_t length;
    const struct piece *hole; /* PIECE_HOLE: a parameter, or a fact that is a number or version; of a member its hole */
    const struct level *level;  /* PIECE_HOLE: NULL if it is written as it is */
    const struct level *around; /* PIECE_ITEM, PIECE_BETWEEN: of the list in which the list stands; NULL: an argument */
    const struct item *item;    /* PIECE_ITEM */
    const struct statement *statement; /* PIECE_BEGIN */
    const struct argument *argument;   /* PIECE_BEGIN */
};

struct argv_pieces {
    struct argv_piece *items;
    size_t count, capacity;
};

/* Reports constants that a format cannot write, if `diagnostics` is not NULL. */
struct argv_pieces argv_pieces_of(struct arena *arena, const struct model *model, struct diagnostics *diagnostics);

#endif
