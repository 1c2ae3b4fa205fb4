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

#include "random.h"
#include "runtime/base/arena.h"

enum {
    MAX_SUBJECTS = 48,
    MAX_ATOMS = 10,
    MAX_TABLES = 4,
    MAX_COLUMNS = 4,
    MAX_ROWS = 24,
    MAX_OUTCOMES = 2,
    MAX_CELLS = 2000, /* of the inputs of one ruleset */
    MAX_PARTS = 4,
    MAX_STATEMENTS = 24,
    MAX_LIMITS = 8,
    MAX_SAYINGS = 8, /* restrictions; warnings; promises; examples */
};

/* ---- what can be asked ------------------------------------------------------------------------------------------ */

enum subject_kind { OF_BOOL, OF_ENUM, OF_INT, OF_VERSION, OF_TEXT };
enum subject_role { FACT, PARAM, DECISION, LET };

/*
 * Anything that a condition can ask, or a hole. Its values are atoms: a member, or an interval that no condition here
 * cuts; sets of atoms are bits, unknown (or not given) being the bit behind the last atom. A text has one atom, given.
 */
struct subject {
    char name[16];
    enum subject_kind kind;
    enum subject_role role;
    unsigned n_atoms;
    int64_t low[MAX_ATOMS], high[MAX_ATOMS]; /* of a decision to numbers: the number */
    bool or_unknown, optional;               /* what is optional is also or_unknown */
    const struct expr *cond;                 /* LET */
    unsigned file;                           /* where it is declared */
};

/* A boolean or an enumeration: an atom is a member, not an interval. */
static inline bool subject_has_members(const struct subject *subject) {
    switch (subject->kind) {
    case OF_BOOL:
    case OF_ENUM:
        return true;
    case OF_INT:
    case OF_VERSION:
    case OF_TEXT:
        break;
    }
    return false;
}

/* ---- texts and the command line --------------------------------------------------------------------------------- */

/* A text with holes: constant parts, and subjects. */
struct text_plan {
    struct {
        const char *text; /* NULL: a hole */
        unsigned subject;
    } parts[MAX_PARTS];
    unsigned n_parts;
    const char *written; /* in the rules */
};

/* How a list is written. The holes and constants of a tame one make it certain which of its texts are equal. */
struct format_plan {
    const char *name, *between, *assign;
    struct {
        const char *from, *to;
    } escapes[2];
    bool is_tame;
};
struct option_plan {
    const char *name;
    const struct format_plan *format; /* NULL: it takes a text */
    bool once;
};

struct list_plan;
struct item_plan {
    const struct expr *when;
    bool has_key;
    struct text_plan key, value;
    const struct list_plan *nested;
    const struct format_plan *nested_format;
    const struct list_plan *then_list, *else_list; /* a group: nothing else but when */
    const char *meta;
    size_t line;
};
struct list_plan {
    struct item_plan *items;
    unsigned n_items;
};

struct argument_plan {
    const struct option_plan *option; /* with a list or a text behind it; NULL: a text */
    const struct list_plan *list;
    struct text_plan text;
    size_t line; /* of the text */
};
struct statement_plan {
    const struct expr *when;
    struct argument_plan arguments[3];
    unsigned n_arguments;
    const struct block_plan *then_block, *else_block; /* instead of arguments */
    const char *meta;
    size_t line;
};
struct block_plan {
    struct statement_plan *statements;
    unsigned n_statements;
};

/* ---- conditions ------------------------------------------------------------------------------------------------- */

enum expr_kind { TEST, NOT, AND, OR, IMPLIES, EMITS, TIMES };
enum relation { EQUAL, NOT_EQUAL, BELOW, AT_MOST, ABOVE, AT_LEAST };

struct pattern_plan {
    const char *key, *value; /* key NULL: a value by itself */
};

struct expr {
    enum expr_kind kind;
    unsigned subject;
    uint32_t mask;
    const struct expr *left, *right;
    /* EMITS, TIMES */
    const struct option_plan *option;
    struct pattern_plan pattern[2];
    unsigned n_pattern;
    enum relation relation;
    unsigned than;
};

/* ---- tables ----------------------------------------------------------------------------------------------------- */

struct row_plan {
    uint32_t cells[MAX_COLUMNS];
    bool stars[MAX_COLUMNS]; /* written as '*' */
    bool is_else, rejects;
    bool inherits[MAX_OUTCOMES];
    unsigned results[MAX_OUTCOMES];
    unsigned file;
    size_t line;
};

struct table_plan {
    bool first;
    unsigned columns[MAX_COLUMNS], n_columns;
    unsigned outcomes[MAX_OUTCOMES], n_outcomes;
    struct row_plan rows[MAX_ROWS];
    unsigned n_rows;
    unsigned file;
    size_t line;
    size_t outcome_lines[MAX_OUTCOMES];
    bool overrides;
    struct table_plan *base; /* what it overrides, if some row inherits from that */
};

/* A table, or a derived condition: what has a value once these have. */
struct stage_plan {
    struct table_plan *table;
    unsigned let;
};

/* ---- what is said of hosts -------------------------------------------------------------------------------------- */

enum saying_kind { ASSUME, REJECT, WARN, PROMISE, NAMES, UNIQUE, EXAMPLE };

struct reference_plan {
    const struct option_plan *option;
    const char *key;
};

struct saying {
    enum saying_kind kind;
    const struct expr *cond; /* of an assumption: what is assumed */
    bool over_decisions;
    char label[16];
    struct reference_plan references[2], targets[2];
    unsigned n_references, n_targets;
    int values[MAX_SUBJECTS]; /* EXAMPLE: by input an atom; -1: any */
    unsigned file, admit_file;
    size_t line, admit_line; /* admit_line 0: it is not admitted */
};

struct sayings {
    struct saying items[MAX_SAYINGS];
    unsigned count;
};

/* `max N when C` of a text parameter, in the order of the declarations. */
struct limit_plan {
    unsigned subject;
    unsigned max;
    const struct expr *when;
};

struct maker {
    struct arena *arena;
    uint64_t seed;
    bool extends;
    unsigned file; /* what is being made: a part of the ruleset (0), or of that which it extends (1) */
    char *texts[2];
    size_t lengths[2];
    FILE *outs[2];
    size_t lines[2];
    struct subject subjects[MAX_SUBJECTS];
    unsigned n_subjects, n_inputs;
    struct stage_plan stages[MAX_SUBJECTS];
    unsigned n_stages, n_tables;
    struct limit_plan limits[MAX_LIMITS];
    unsigned n_limits;
    struct block_plan argv;
    struct sayings restrictions, warnings, promises, examples;
    const struct expr *question;
    struct {
        const struct expr *cond;
        unsigned file;
    } excused[MAX_SAYINGS]; /* hosts that tables left out or gave two rows, to be excluded */
    unsigned n_excused;
    const char *question_text;
    struct world *world;
    size_t max_cells;
    bool may_gap;  /* this ruleset may have tables with gaps and overlaps */
    bool may_fail; /* and other errors */
    bool refuses;  /* some row does */
};

/*
 * Writes a ruleset into maker->texts, to be freed: the second is the one that it extends, or NULL. The maker has an
 * arena and a seed, and nothing else.
 */
void make_ruleset(struct maker *maker);

/* ---- between the files random_*.c ------------------------------------------------------------------------------- */

unsigned dice(struct maker *maker, unsigned sides);
void say(struct maker *maker, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint32_t all_of(const struct subject *subject);
uint32_t known_of(const struct subject *subject);
unsigned choose_known(struct maker *maker, unsigned n_subjects);
const struct expr *make_expr(struct maker *maker, unsigned n_subjects, unsigned depth);
const struct expr *make_test(struct maker *maker, unsigned subject, uint32_t mask);
const struct expr *make_join(struct maker *maker, enum expr_kind kind, const struct expr *left,
                             const struct expr *right);
void say_expr(struct maker *maker, const struct expr *expr, bool is_inner);
void say_value(struct maker *maker, const struct subject *subject, int64_t value, bool is_edge);
bool asks_decisions(const struct maker *maker, const struct expr *expr);

extern const struct option_plan option_plans[];
enum { DEV, DRV, OBJ, ONE, FLAG, COMMAS, COLONS, N_OPTIONS, N_TAME = FLAG };

void make_argv(struct maker *maker);
void say_argv(struct maker *maker);
const struct expr *make_emits(struct maker *maker);
void say_emits(struct maker *maker, const struct expr *expr);
void make_sayings(struct maker *maker);
void say_sayings(struct maker *maker);

#endif
