/*
 * The distinct command lines of a ruleset, as `musterc argvs` tells them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_CASES_H
#define MUSTER_VERIFY_CASES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row of the rules. Equal rows are one element of the ruleset. */
struct row {
    const char *decision;
    const char *text; /* as written, white space made single */
    const char *file;
    json_int_t line;
};

/* A fact or a parameter. */
struct input {
    const char *name;
    const char *type;  /* path, text, int, bool, version, or an enumeration's name */
    const char *probe; /* the probe that it asks; NULL: none */
    bool is_param;
};

/* A distinct command line, and the hosts that get it. */
struct line {
    json_int_t hosts;   /* how many; -1: too many to be counted */
    const char *region; /* in words */
    const char **argv;  /* ends with NULL */
    size_t n_argv;
    size_t *rows; /* indices of rows of the ruleset */
    size_t n_rows;
};

struct ruleset {
    const char *name;
    struct line *lines;
    size_t n_lines;
    struct row *rows;
    size_t n_rows;
    struct input *inputs;
    size_t n_inputs;
};

/* How musterc is asked. */
struct question {
    const char *musterc; /* a path */
    const char *file;    /* the ruleset */
    const char *config;  /* facts and parameters of ours, a file, or NULL */
    const char *facts;   /* those of the user, which win, or NULL */
    const char *where;   /* a condition, or NULL */
    const char **sets;   /* NAME=VALUE, the later wins */
    size_t n_sets;
};

/* Whether a row, by its place among those of the ruleset, takes part in a command line. */
bool cases_has_row(const struct line *line, size_t row);

/* The place of a row with that decision and text. */
#define CASES_NO_ROW SIZE_MAX
size_t cases_find_row(const struct ruleset *ruleset, const struct row *row);

/* The path of musterc: the one that was named, else the one beside this program, else the one on PATH. */
const char *cases_find_musterc(const char *named, const char *this_program);

/* Asks musterc. Where it fails the program ends, with musterc's words. */
void cases_ask(struct ruleset *ruleset, const struct question *question);

#endif
