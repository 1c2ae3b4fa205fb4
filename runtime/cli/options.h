/*
 * The command line of muster itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_OPTIONS_H
#define MUSTER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/tool/show.h"

/* The result of a stage: continue with the next one, or end with this exit code. */
enum { GO_ON = -1, DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

struct job;

enum { MAX_FORMATS = 4 };

/* A command: one row of the table in main.c. */
struct command {
    const char *name;
    const char *summary; /* for --help: one line */
    const char *more;    /* for COMMAND --help: a paragraph */
    int (*run)(struct job *job);
    struct {
        const char *name;
        enum show_format format;
    } formats[MAX_FORMATS]; /* the first is the default; none: it writes nothing */
};

struct options {
    const struct command *command;
    const char *ruleset;
    const char *facts; /* or NULL, as are the others */
    const char *config;
    const char *qemu;
    const char **sets; /* n_sets assignments, allocated */
    size_t n_sets;
    bool no_probe;
    enum show_format format;
};

/*
 * Reads the arguments. Returns GO_ON; DONE after --help or --version; EXIT_USAGE after a message. Texts in `options`
 * point to the arguments. Call options_free in each case.
 */
int options_read(struct options *options, const struct command *commands, size_t n_commands, int argc, char **argv);
void options_free(struct options *options);

#endif
