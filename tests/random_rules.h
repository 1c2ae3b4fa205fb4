/*
 * Random rulesets: what they say, as text and as plain data that a test can evaluate by itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_RANDOM_RULES_H
#define TESTS_RANDOM_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../grammar/arena.h"
#include "random.h"

enum {
    MOST_SUBJECTS = 40,
    MOST_ATOMS = 10,
    MOST_TABLES = 4,
    MOST_COLUMNS = 4,
    MOST_ROWS = 24,
    MOST_OUTCOMES = 2,
    MOST_CELLS = 2000, /* of the inputs of one ruleset */
};

enum subject_kind { OF_BOOL, OF_ENUM, OF_INT, OF_VERSION };
enum subject_role { FACT, PARAM, DECISION, LET };

/*
 * Anything that a condition can ask. Its values are atoms: a member, or an interval that no condition here cuts; sets
 * of atoms are bits, unknown being the bit behind the last atom.
 */
struct subject {
    char name[16];
    enum subject_kind kind;
    enum subject_role role;
    unsigned n_atoms;
    int64_t low[MOST_ATOMS], high[MOST_ATOMS]; /* of a decision to numbers: the number */
    bool or_unknown;
};

enum expr_kind { TEST, NOT, AND, OR, IMPLIES };

struct expr {
    enum expr_kind kind;
    unsigned subject;
    uint32_t mask;
    const struct expr *left, *right;
};

struct row_plan {
    uint32_t cells[MOST_COLUMNS];
    bool is_else, rejects;
    unsigned results[MOST_OUTCOMES];
    size_t line;
};

struct table_plan {
    bool first;
    unsigned columns[MOST_COLUMNS], n_columns;
    unsigned outcomes[MOST_OUTCOMES], n_outcomes;
    struct row_plan rows[MOST_ROWS];
    unsigned n_rows;
    size_t line;
    /* what brute force finds */
    bool has_gap;
    bool overlaps[MOST_ROWS][MOST_ROWS];
};

/* A table, or a derived condition: what has a value once these have. */
struct stage_plan {
    struct table_plan *table;
    unsigned let;
    const struct expr *cond;
};

struct maker {
    struct arena *arena;
    uint64_t seed;
    char *text;
    size_t length;
    FILE *out;
    size_t line;
    struct subject subjects[MOST_SUBJECTS];
    unsigned n_subjects, n_inputs;
    struct stage_plan stages[MOST_SUBJECTS];
    unsigned n_stages, n_tables;
    bool may_gap; /* this ruleset may have tables with gaps and overlaps */
};

/* Writes a ruleset into maker->text, to be freed; the maker has an arena and a seed, and nothing else. */
void make_ruleset(struct maker *maker);

#endif
