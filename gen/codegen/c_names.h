/*
 * Turns names of rules into identifiers of C and C++ that a generated header can declare without collisions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef C_NAMES_H
#define C_NAMES_H

#include "gen/model/symbols.h"

/*
 * The common prefix of a ruleset's names: the ruleset's own name, or `ruleset_muster` for one whose names would be
 * those of the library.
 */
const char *c_prefix(struct arena *arena, const char *ruleset);

/* In capitals, independent of the locale; '_' for each character that is not allowed in C. */
const char *c_constant(struct arena *arena, const char *name);

/* The name, or the name with a number appended if it is taken. Marks the result as taken. */
const char *c_unique(struct arena *arena, struct symbols *taken, const char *wanted);

/*
 * The fields for names: the name itself, with '_' appended if it is a reserved word or used by the header, and prefixed
 * if it is reserved for compilers (`__x`, `_X`). All are distinct, and as many names as possible are unchanged. `tag`:
 * that of the structure, which C++ reserves inside it.
 */
const char **c_fields(struct arena *arena, const char *tag, const char *const *names, size_t count);

/*
 * A second name, with '_' appended, for each field that is a macro in some dialect or common header; NULL for the
 * others. Programs can use it where the first name is a macro.
 */
const char **c_second_fields(struct arena *arena, const char *const *fields, size_t count);

#endif
