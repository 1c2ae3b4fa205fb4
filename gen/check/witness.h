/*
 * One host, completed to everything that a facts file must have.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WITNESS_H
#define WITNESS_H

#include "gen/model/model.h"

/* The code of an input that nothing asks for: its default, else what is most usual. */
size_t witness_code(const struct variable *input);

/* A number that the command line can write, near the one that was chosen and with the same code. */
int64_t witness_number(const struct model *model, const struct variable *variable, int64_t value);

/* A text that the parameter takes, within its limits on all hosts, and that the command line can write; if possible. */
const char *witness_text(struct arena *arena, const struct model *model, const struct variable *variable);

struct witness_host {
    int64_t *values;       /* by variable; those of the inputs are given. Of a text: whether it is, if it need not be */
    const char **texts;    /* by input */
    const char **comments; /* by input: what else the value stands for, or NULL */
};

/* Room for the values of a model's inputs. */
struct witness_host witness_start(struct arena *arena, const struct model *model);

/* Writes all inputs that are given, and the command line if one is wanted and the host gets one. */
void witness_write(struct arena *arena, const struct model *model, const struct witness_host *host, bool with_argv,
                   struct diag_witness *witness);

#endif
