/*
 * Names of rules as names of C and C++: what a generated header may declare without a collision.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef C_NAMES_H
#define C_NAMES_H

#include "gen/model/symbols.h"

/* What the names of a ruleset begin with: its own name; `ruleset_muster` for one whose names are the library's. */
const char *c_prefix(struct arena *arena, const char *ruleset);

/* In capitals, whatever the locale is; '_' for each character that C does not have. */
const char *c_constant(struct arena *arena, const char *name);

/* The name, or with a number behind it where that is taken; it is then taken. */
const char *c_unique(struct arena *arena, struct symbols *taken, const char *wanted);

/*
 * The field of each name: the name itself, with '_' at its end if it is a word of C or C++ or of the header, and before
 * it if compilers claim it (`__x`, `_X`). No two are equal; a name that can be its own field is. `tag`: of the
 * structure, whose name C++ keeps for it.
 */
const char **c_fields(struct arena *arena, const char *tag, const char *const *names, size_t count);

/*
 * A second name, with '_' at its end, for each field that is a macro in some dialect or common header; NULL for others.
 * It can be used where the first one is a macro.
 */
const char **c_second_fields(struct arena *arena, const char *const *fields, size_t count);

#endif
