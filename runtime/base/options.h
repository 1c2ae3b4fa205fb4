/*
 * Command lines of programs: one table of options, from which both the parser and the help are made. Words of the
 * caller are quoted in messages, so that they cannot steer a terminal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_BASE_OPTIONS_H
#define MUSTER_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One option. Several rows may have the same id: other names, or other help for other commands. */
struct option_row {
    int id;
    const char *name;   /* "--format"; or "-W", which is a prefix: its value is the rest of the word */
    const char *letter; /* "-o", whose value may follow in the same word; or NULL */
    const char *value;  /* the name of the value; NULL: the option has none */
    const char *help;   /* without line breaks */
    bool repeats;       /* may be given more than once */
    unsigned commands;  /* the row is for these commands, a bit each; 0: for all */
};

/* A command line while it is read. The caller sets the members up to `words`, and zeroes the others. */
struct option_reader {
    const char *program; /* begins each message */
    const char *advice;  /* ends the message about an unknown option: "see muster --help" */
    const struct option_row *options;
    size_t n_options;
    unsigned command;                /* the bit of the command; rows of other commands do not exist */
    char **words;                    /* the words that are left, NULL at the end */
    unsigned long seen;              /* by row: it was given */
    bool only_operands;              /* "--" was read */
    const struct option_row *option; /* OPTION_GIVEN: which */
    const char *value;               /* OPTION_GIVEN: its value, or ""; OPTION_OPERAND: the operand */
};

/* OPTION_WRONG: after a message to stderr. */
enum option_result { OPTION_END, OPTION_OPERAND, OPTION_GIVEN, OPTION_WRONG };

/* Reads the next word, and the value of an option with it. Results point into the words; "--name=value" is split. */
enum option_result option_next(struct option_reader *reader);

/* Writes a line for each option of the command: "  -o, --output OUT        HELP"; help begins in column `width`. */
void print_options(const struct option_row *options, size_t n_options, unsigned command, size_t width, FILE *out);

/* "PROGRAM: unknown WHAT NAME; did you mean OTHER?" to stderr, or the advice if no name is near. */
void no_such_name(const char *program, const char *what, const char *name, const char *const *names, size_t count,
                  const char *advice);

/* "PROGRAM: unsupported format NAME for COMMAND; use a, b or c" to stderr. */
void no_such_format(const char *program, const char *command, const char *name, const char *const *names, size_t count);

/* "a, b or c". */
void print_choices(const char *const *names, size_t count, FILE *out);

#endif
