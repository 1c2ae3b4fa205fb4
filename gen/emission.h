/*
 * What a command line may emit: every use of an option, with the condition under which it is written, and what its list
 * then holds. Answers questions about it as conditions over inputs and decisions, so that whoever evaluates conditions
 * can answer them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMISSION_H
#define EMISSION_H

#include "model.h"

/* A text that is emitted: constant pieces, and holes that only the parameters fill; of other holes, each member. */
struct emitted {
    const struct cond *guard; /* NULL: always */
    struct template text;     /* holes: text, path, number and version only */
};
struct emitted_list {
    struct emitted *items;
    size_t count, capacity;
};

struct entry {
    struct span span;
    const struct cond *guard; /* with that of the option; NULL: always */
    bool has_key;
    struct emitted_list keys, values; /* guards: under the entry's own */
    bool nested;                      /* its value is a list by itself: no values */
};

struct emission {
    struct span span;
    const char *option;
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

enum sameness { SAME, DIFFERENT, NOT_CERTAIN };

/* Whether two emitted texts are equal whatever fills their holes. */
enum sameness emitted_compare(struct arena *arena, const struct emitted *a, const struct emitted *b);

/* "iothread0-$vm_id": for messages. */
const char *emitted_words(struct arena *arena, const struct emitted *emitted);

/* Conditions made of others; NULL as an operand is "always", and cond_never() holds nowhere. */
const struct cond *cond_both(struct arena *arena, const struct cond *a, const struct cond *b);
const struct cond *cond_either(struct arena *arena, const struct cond *a, const struct cond *b);
const struct cond *cond_negation(struct arena *arena, const struct cond *cond);
const struct cond *cond_never(struct arena *arena);

#endif
