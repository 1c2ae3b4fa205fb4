/*
 * One host, completed to the contents of a facts file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WITNESS_H
#define WITNESS_H

#include "gen/model/model.h"

/* The code for an input that nothing tests: its default, else the first case, or the last interval of a number. */
size_t witness_code(const struct variable *input);

/* A number that the command line can write, close to the given one and with the same code. */
int64_t witness_number(const struct model *model, const struct variable *variable, int64_t value);

/* A string for the parameter: within its constraints on all hosts, and accepted by all formats, if there is one. */
const char *witness_text(struct arena *arena, const struct model *model, const struct variable *variable);

struct witness_host {
    int64_t *values;       /* by variable; only those of inputs are set. For a string: whether it is given */
    const char **texts;    /* by input */
    const char **comments; /* by input: other values with the same code, or NULL */
};

/* Allocates space for the inputs of a model. */
struct witness_host witness_start(struct arena *arena, const struct model *model);

/* Writes all inputs that are given, and with `with_argv` the command line, if the host has one. */
void witness_write(struct arena *arena, const struct model *model, const struct witness_host *host, bool with_argv,
                   struct diag_witness *witness);

#endif
