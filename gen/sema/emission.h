/*
 * What a command line may emit: every use of an option, with the condition under which it is written, and what its list
 * then holds. Answers questions about it as conditions over inputs and decisions, so that whoever evaluates conditions
 * can answer them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMISSION_H
#define EMISSION_H

#include "gen/model/model.h"

/*
 * A text that is emitted: constant pieces, of which no two stand side by side, and holes that only a value can fill. Of
 * a hole with few values each is a text of its own, unless these would be too many: see emitted_is_open.
 */
struct emitted {
    const struct cond *guard; /* NULL: always */
    struct template text;
};
struct emitted_list {
    struct emitted *items;
    size_t count, capacity;
};

struct emission;
struct entry {
    struct span span;
    const struct cond *guard; /* with that of the option; NULL: always */
    bool has_key;
    struct emitted_list keys, values; /* guards: under the entry's own */
    const struct emission *nested;    /* its value is a list by itself: no values; or NULL */
};

struct emission {
    struct span span;
    const char *option;            /* NULL: a list in a list */
    const struct option *declared; /* or NULL */
    const struct format *format;   /* of its list, or NULL */
    const struct cond *guard;
    struct {
        struct entry *items;
        size_t count, capacity;
    } entries; /* a plain value is one without a key */
};

struct emissions {
    struct emission *items;
    size_t count, capacity;
};

/* All uses of options in the order in which they are written. Needs model->argv, resolved. */
struct emissions *emissions_of(struct arena *arena, const struct model *model);

/* It has a hole that stands for all its values, because the texts that these make would be too many. */
bool emitted_is_open(const struct emitted *emitted);

/* "$vm_id", "${memory:MiB}"; in braces also where a letter might follow, which it does not behind the last one. */
const char *hole_words(struct arena *arena, const struct piece *piece, bool is_last);

/* "iothread0-$vm_id": for messages. */
const char *emitted_words(struct arena *arena, const struct emitted *emitted);

/* A constant text as one that is always emitted. */
struct emitted emitted_constant(struct arena *arena, const char *text);

enum sameness { SAME, DIFFERENT, NOT_CERTAIN };

/* Compares emitted texts; all comparisons together take bounded time, and beyond it nothing is certain. */
struct comparer;
struct comparer *comparer_new(struct arena *arena);

/* Whether two emitted texts are equal whatever fills their holes. */
enum sameness emitted_compare(struct comparer *comparer, const struct emitted *a, const struct emitted *b);

/* Whether an emitted text matches a glob, in which '*' stands for any text, whatever fills its holes. */
enum sameness emitted_match(struct comparer *comparer, const struct emitted *emitted, const char *glob);

#endif
