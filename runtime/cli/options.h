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

/* A stage's answer: go on with the next one, or end with this exit code. */
enum { GO_ON = -1, DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

struct job;

/* A command: one row of the table in main.c. */
struct command {
    const char *name;
    const char *summary;    /* for --help: one line */
    const char *more;       /* for COMMAND --help: a paragraph */
    unsigned formats;       /* FORMAT_BIT of each that it writes; 0: it writes nothing */
    enum show_format usual; /* without --format */
    int (*run)(struct job *job);
};

#define FORMAT_BIT(format) (1u << (format))

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
 * Reads the arguments. GO_ON; DONE after --help or --version was answered; EXIT_USAGE after a message. Texts in
 * `options` are the arguments themselves. options_free may follow in each case.
 */
int options_read(struct options *options, const struct command *commands, size_t n_commands, int argc, char **argv);
void options_free(struct options *options);

#endif
