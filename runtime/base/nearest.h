/*
 * "Did you mean": the name that a misspelt one most likely stands for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef NEAREST_H
#define NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How many slips lie between two names, a slip being a letter too many, too few, changed, or two letters swapped;
 * SIZE_MAX if they are too far apart for one to stand for the other (more than one slip in three letters), or longer
 * than 64 bytes.
 */
size_t nearest_slips(const char *name, size_t length, const char *other, size_t other_length);

/* The nearest of the candidates, the first of several, or NULL if none is near. */
const char *nearest_name(const char *name, const char *const *candidates, size_t count);

/* Whether it hardly can be another: one slip in four letters or more, and no other candidate is as near. */
bool nearest_is_certain(const char *name, const char *const *candidates, size_t count);

#endif
