/*
 * What a random ruleset means, by brute force: every cell of its inputs, one after the other. Written from the
 * language's description alone; nothing of the compiler is used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BRUTE_H
#define TESTS_BRUTE_H

#include "random_rules.h"

/* What has no value stands behind a gap or a refusal. */
enum { NO_VALUE = -1 };

/* A hole that only a value can fill is this byte more its subject, in a text that is emitted. */
enum { HOLE = 0x80 };

struct use_entry {
    const char *key, *value; /* key NULL: none; value NULL: a list in a list, or some decision has no value */
    const struct item_plan *item;
};
struct use {
    const struct option_plan *option;
    const void *place; /* in the rules; tells it from all others */
    const struct format_plan *format;
    struct use_entry *entries;
    size_t n_entries;
    const struct statement_plan *statement;
};
/* All uses of options by one host, in the order in which they are written. */
struct uses {
    struct use *items;
    size_t count, capacity;
};

struct cell {
    signed char state[MAX_SUBJECTS]; /* an atom, that behind the last for unknown, or NO_VALUE */
    bool row_refuses, has_gap;
    bool impossible; /* an assumption or a rejection over inputs refuses it */
    bool refused;    /* one over decisions does */
    struct uses *uses;
};

struct world {
    struct arena *arena;
    const struct maker *maker;
    struct cell *cells;
    size_t n_cells;
};

/* All cells, with what the tables decide. */
struct world *world_new(struct arena *arena, const struct maker *maker);

/* Which of them the restrictions refuse. */
void world_restrict(struct world *world);

bool is_possible(const struct cell *cell);
bool is_accepted(const struct cell *cell);

/* Everything that it asks has a value; and then, whether it holds. */
bool has_values(const struct world *world, const struct cell *cell, const struct expr *expr);
bool holds(struct world *world, struct cell *cell, const struct expr *expr);

/*
 * Whether a row fits, and the first that does (MAX_ROWS if none); columns must have values. A table from whose base
 * rows inherit asks that table, too.
 */
bool row_fits(const struct table_plan *table, unsigned row, const struct cell *cell);
unsigned first_row(const struct table_plan *table, const struct cell *cell);
bool has_columns(const struct table_plan *table, const struct cell *cell);

/* What a cell emits; it must have been decided. */
const struct uses *uses_of(struct world *world, struct cell *cell);

/* Calls back for each hole that would have to be written, but has no value; `hole` tells it from all others. */
typedef void see_hole(void *context, const void *hole, unsigned subject, size_t line);
void find_unset(struct world *world, struct cell *cell, see_hole *found, void *context);

/* The command line, with a value and a text for each input. */
struct line {
    const char **items;
    size_t count, capacity;
};
struct line brute_argv(struct arena *arena, struct world *world, struct cell *cell, const int64_t *values,
                       const char *const *texts);

/* The first limit that some text of a decided host exceeds, in the order of the declarations; or NULL. */
const struct limit_plan *brute_limit(struct world *world, struct cell *cell, const char *const *texts);

/* Whether a text matches what a pattern says; a hole matches only '*'. */
bool glob_matches(const char *glob, const char *text);

enum likeness { ALIKE, UNLIKE, UNCERTAIN };
enum likeness compare_texts(const struct maker *maker, const char *a, const char *b);

/* What a host emits for references, in the order in which it is written. */
struct values {
    struct value {
        const char *text;
        const struct item_plan *item;
    } * items;
    size_t count, capacity;
};
struct values values_of(struct world *world, struct cell *cell, const struct reference_plan *references,
                        unsigned count);

/* Whether some of the values is this text. */
enum likeness find_value(const struct world *world, const struct values *values, const char *text);

/* Whether all ids that a host's references name are there: ALIKE; and whether all are different: UNLIKE. */
enum likeness check_names(struct world *world, struct cell *cell, const struct saying *saying);
enum likeness check_unique(struct world *world, struct cell *cell, const struct saying *saying);

/* What a member is written as. */
const char *member_text(const struct subject *subject, unsigned member);
bool is_open(const struct subject *subject); /* only a value can fill a hole for it */

#endif
