/*
 * The uses of options in a command line, each with the condition under which it is written and the contents of its
 * list. Queries about them become conditions over inputs and decisions, which every evaluator can handle.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EMISSION_H
#define EMISSION_H

#include "gen/model/model.h"

/*
 * An emitted string: constant pieces, no two of them adjacent, and placeholders that only a value can fill. A
 * placeholder with few values is expanded to one string per value, unless there are too many combinations: see
 * emitted_is_open.
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
    const struct cond *guard; /* includes that of the option; NULL: always */
    bool has_key;
    struct emitted_list keys, values; /* their guards apply in addition to that of the entry */
    const struct emission *nested;    /* a nested list: then there are no values; or NULL */
};

struct emission {
    struct span span;
    const char *option;            /* NULL: a nested list */
    const struct option *declared; /* or NULL */
    const struct format *format;   /* the format of its list, or NULL */
    const struct cond *guard;
    struct {
        struct entry *items;
        size_t count, capacity;
    } entries; /* a value without a key is an entry, too */
};

struct emissions {
    struct emission *items;
    size_t count, capacity;
};

/* All uses of options in the order of the command line. Needs the resolved model->argv. */
struct emissions *emissions_of(struct arena *arena, const struct model *model);

/* Whether a placeholder with a finite number of values was not expanded, because there are too many combinations. */
bool emitted_is_open(const struct emitted *emitted);

/* "$vm_id", "${memory:MiB}"; with braces also where a letter might follow, so not for the last piece. */
const char *placeholder_words(struct arena *arena, const struct piece *piece, bool is_last);

/* "iothread0-$vm_id": for messages. */
const char *emitted_words(struct arena *arena, const struct emitted *emitted);

/* A constant string that is always emitted. */
struct emitted emitted_constant(struct arena *arena, const char *text);

enum sameness { SAME, DIFFERENT, NOT_CERTAIN };

/*
 * Compares emitted strings. All comparisons with one comparer share a budget; once it is exceeded, results are
 * NOT_CERTAIN.
 */
struct comparer;
struct comparer *comparer_new(struct arena *arena);

/* Whether two emitted strings are equal for all values of their placeholders. */
enum sameness emitted_compare(struct comparer *comparer, const struct emitted *a, const struct emitted *b);

/* Whether an emitted string matches a glob for all values of its placeholders. '*' matches any string. */
enum sameness emitted_match(struct comparer *comparer, const struct emitted *emitted, const char *glob);

#endif
