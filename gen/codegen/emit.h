/*
 * The tables as C: a source file of constant data and a header with typed views of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMIT_H
#define EMIT_H

#include <stdio.h>

#include "muster.h"
#include "runtime/base/arena.h"

/* `main_name` is the main rule file's name without its folder, for comments. */
void emit_header(struct arena *arena, FILE *out, const struct muster_ruleset *rules, const char *main_name);

/*
 * Of all that a program compiles in when it includes the header: names, values, sizes and order, but no comments. Rules
 * with the same fingerprint can take each other's place below a program without compiling it again.
 */
uint64_t header_fingerprint(struct arena *arena, const struct muster_ruleset *rules);

/* `header_name` is what the source file includes. */
void emit_source(struct arena *arena, FILE *out, const struct muster_ruleset *rules, const char *main_name,
                 const char *header_name);

/* Writes words into a comment: nothing in them may end it, or begin another one. */
void emit_comment(FILE *out, const char *words);

#endif
