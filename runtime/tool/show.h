/*
 * Command lines and facts as text for shells, programs and people.
 *
 * Nothing here reports an error: whoever owns the stream asks ferror when all is written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_SHOW_H
#define MUSTER_SHOW_H

#include <stddef.h>
#include <stdio.h>

#include "runtime/tool/inputs.h"

enum show_format { SHOW_SHELL, SHOW_JSON, SHOW_NUL, SHOW_CONFIG, SHOW_TEXT, SHOW_BRIEF };

/* What else was found out, besides the facts of the ruleset. */
struct show_finding {
    const char *name;
    const char *value; /* yes, no, unknown, or any text */
    const char *source;
    const char *why; /* "" for none */
};

/*
 * A command line. SHOW_SHELL: one line that a POSIX shell reads back to the same arguments. SHOW_JSON: one array and
 * a newline. SHOW_NUL: each argument and one NUL byte, nothing else.
 */
void show_argv(FILE *out, enum show_format format, const struct argv *argv);

/* The facts, SHOW_CONFIG as a file that inputs_load reads, or SHOW_JSON. */
void show_facts(FILE *out, enum show_format format, const struct inputs *inputs, const struct show_finding *others,
                size_t n_others);

/* A JSON string with its quotes. */
void show_json_string(FILE *out, const char *text);

/* The same, or null for NULL and for the empty text. */
void show_json_text(FILE *out, const char *text);

/* "NAME": {"value": ..., "source": ..., "why": ...} */
void show_json_input(FILE *out, const struct inputs *inputs, uint32_t input);

/* The value of an input as JSON: a boolean, a number, a string, or null for unknown and for none. */
void show_json_value(FILE *out, const struct inputs *inputs, uint32_t input);

#endif
