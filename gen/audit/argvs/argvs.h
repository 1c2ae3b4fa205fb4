/*
 * Every distinct command line of a ruleset, with the hosts that get it.
 *
 * What stands in the holes of command lines is one and the same for all of them, as far as that can be: the values that
 * were given, else those of a host that is chosen for each, parameters at their default or with a shortest text.
 * Command lines are told apart by their text with the holes in it; those that come out the same once these are filled
 * are one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ARGVS_H
#define ARGVS_H

#include <stdio.h>

#include "gen/model/model.h"
#include "gen/proof/hostset.h"

/* More command lines than this are not told apart. */
enum { MAX_COMMAND_LINES = 10000 };

/* What was given for an input: only hosts with this value are looked at. */
struct given_input {
    bool is_given;
    int64_t value;    /* of a text MUSTER_UNSET */
    const char *text; /* of a text */
};

struct argvs_request {
    const struct given_input *given; /* by input */
    bool where;                      /* only hosts on which model->question holds */
    bool only_program;               /* only what stands from the argument tagged `program` on */
};

/* A row as it is written, which decides somewhere. */
struct deciding_row {
    const struct table *table;
    const char *decision, *text;
    struct span span;
};

struct command_line {
    hostset hosts;
    uint64_t n_hosts;         /* as the codes of all inputs tell them apart; UINT64_MAX: that many or more */
    struct diag_witness host; /* one of them, with its region and its command line */
    const char *regions[3];   /* where else, or NULL */
    bool more_regions;        /* and elsewhere */
    size_t program;           /* which argument is the one tagged `program`; SIZE_MAX: none is */
    const size_t *rows;       /* all that decide on some of the hosts, in the order of the rules: of argvs->rows */
    size_t n_rows;
};

struct argvs {
    const struct model *model;
    const struct hosts *all; /* the sets of command lines are sets of these */
    struct {
        struct command_line *items;
        size_t count, capacity;
    } lines; /* in the order of their first hosts */
    struct {
        struct deciding_row *items;
        size_t count, capacity;
    } rows;
    const char *without_program; /* ARGVS_NO_PROGRAM: a host for which none is, in words */
};

enum argvs_state {
    ARGVS_DONE,
    ARGVS_NOT_PROVEN, /* after a warning that says so */
    ARGVS_NO_PROGRAM, /* a command line has no argument tagged `program`, but only that was asked for */
    ARGVS_WRONG       /* after an error: a command line is not what the plain evaluator writes */
};

/* The model is sound and was checked, and has a command line. */
enum argvs_state argvs_of(struct arena *arena, const struct model *model, const struct argvs_request *request,
                          struct diagnostics *diagnostics, struct argvs *argvs);

/* `file`: the rule file as given. */
void argvs_text(const struct argvs *argvs, const char *file, FILE *out);
void argvs_json(const struct argvs *argvs, const char *file, FILE *out);

#endif
