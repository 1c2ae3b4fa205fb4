/*
 * What the files argvs*.c share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ARGVS_PARTS_H
#define ARGVS_PARTS_H

#include "gen/audit/argvs/argvs.h"
#include "gen/check/witness.h"
#include "gen/model/eval.h"
#include "gen/model/pieces.h"
#include "gen/proof/meaning.h"

struct argvs_search {
    struct arena *arena;
    const struct model *model;
    const struct argvs_request *request;
    struct diagnostics *diagnostics;
    struct meaning *meaning;
    struct hosts *hosts; /* those of the meaning */
    hostset space;       /* the hosts that are looked at */
    struct argv_pieces pieces;
    bool *all_inputs;   /* marks all of them */
    const char **texts; /* by input: what a parameter that is a text is set to */
};

/* ---- texts.c: command lines as texts with holes */

/*
 * What is written, from its end on: pieces from..to - 1 behind what was written before. In front of them, if
 * `is_program`, the argument tagged `program` begins.
 */
struct written {
    const struct written *before; /* or NULL */
    size_t from, to;
    bool is_program;
    bool has_program; /* here or before */
    size_t length;    /* of it all, in bytes and marks */
    uint64_t hash;    /* of it all */
};

struct written_line {
    hostset hosts;
    const struct written *text; /* NULL: nothing */
};

struct written_lines {
    struct written_line *items;
    size_t count, capacity;
};

/*
 * All command lines of the space, with the hosts of each: texts that differ, holes being alike where they write the
 * same input in the same way. False where the budget, or room for them, did not do.
 */
bool argvs_texts(struct argvs_search *search, struct written_lines *lines);

/* Whether a text with the values of a host in its holes is this command line, from the argument `first` on. */
bool argvs_is_text(const struct argvs_search *search, const struct written *text, const struct witness_host *host,
                   const struct arguments *arguments, size_t first);

/* Which argument is the first that is tagged `program`, by the plain evaluator; SIZE_MAX if none is. */
size_t argvs_program(const struct argvs_search *search, const int64_t *values);

/* ---- host.c: a host for each */

/* Sets search->texts. */
void argvs_choose_texts(struct argvs_search *search);

/* Chooses one of the hosts and evaluates it. False if the budget did not do. */
bool argvs_choose_host(struct argvs_search *search, hostset hosts, size_t *codes, struct witness_host *host);

/* ---- rows.c: the rows that decide */

struct row_sets;
struct row_sets *argvs_row_sets(struct argvs_search *search, struct argvs *argvs);

/* Sets the rows of a command line. False if the budget did not do. */
bool argvs_find_rows(struct argvs_search *search, const struct row_sets *sets, struct command_line *line);

#endif
