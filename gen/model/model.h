/*
 * The typed model: what a ruleset means. Every name is resolved, every value has its type; built once by
 * model_build, read by all later stages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MODEL_H
#define MODEL_H

#include "gen/model/valueset.h"
#include "gen/pattern/pattern.h"
#include "grammar/ast.h"
#include "muster.h"

struct member {
    const char *name, *text, *title;
    int64_t number; /* of the outcomes of a numeric decision: the value */
};

struct type {
    enum muster_kind kind;
    const char *name; /* of a shared enumeration, or NULL */
    struct member *members;
    size_t n_members;
    int64_t low, high; /* of raw values: members' indices, numbers, packed versions */
    bool or_unknown;
    bool numeric; /* an enumeration of the numbers that a decision can come to */
    bool broken;  /* could not be resolved: its values are not looked at */
    bool
        members_incomplete; /* of a numeric decision: a row has an error, so that its number is not among the members */
};

struct meta {
    const char *reason, *see, *tags; /* NULL if not given; tags with blanks between */
};

enum variable_kind { VARIABLE_FACT, VARIABLE_PARAM, VARIABLE_DECISION, VARIABLE_LET };

struct cond;
struct table;

/* Refuses a longer text where the condition holds. */
struct limit {
    int64_t max;
    const struct cond *when;
    const char *words; /* the condition as written */
};

/* Anything that a condition or a hole can name. */
struct variable {
    enum variable_kind kind;
    size_t index; /* in model->variables */
    const char *name, *title;
    struct span span;
    struct type type;
    struct meta meta;
    bool used;
    bool hidden; /* a decision that no rule can name: which row of an overridden table fits */
    /* Where its values are cut into intervals, ascending; numbers and versions only. */
    struct {
        int64_t *items;
        size_t count, capacity;
    } cuts;
    bool too_many_cuts;
    size_t n_codes; /* intervals or members; unknown, if it may be, is one more */
    /* inputs */
    size_t input; /* index among the inputs: facts, then parameters */
    enum ast_source source;
    const char *probe;
    int64_t default_value; /* MUSTER_UNSET if none */
    const char *default_text;
    /*
     * A parameter that need not be given. A text or path then has two codes, which are also its values: 0 not given,
     * 1 given; any other is "or unknown", and unknown stands for not given.
     */
    bool optional;
    size_t max_length;
    const char *pattern_text;
    const struct pattern *pattern;
    struct {
        struct limit *items;
        size_t count, capacity;
    } limits;
    /* decisions and lets */
    struct table *table;
    const struct cond *cond; /* VARIABLE_LET */
    struct span whole;       /* VARIABLE_LET: all of its declaration */
};

enum cond_kind {
    COND_TEST,
    COND_NOT,
    COND_AND,
    COND_OR,
    COND_COUNT /* so many operands hold as the set has */
};

struct cond {
    enum cond_kind kind;
    const struct variable *variable; /* COND_TEST */
    struct valueset set;             /* COND_TEST, COND_COUNT */
    struct {
        const struct cond **items;
        size_t count, capacity;
    } operands;
};

struct row {
    const struct ast_row *from;
    struct span span;
    const char *label;
    bool is_else;
    /* One per column. NULL for else, but not where it inherits: then it asks the last column, and all else is '*'. */
    struct valueset *cells;
    struct span *cell_spans;  /* of those that are written */
    bool *cell_names_unknown; /* the cell names unknown */
    bool *cell_tests;         /* the cell is not '*' */
    int64_t *results;         /* one member index per outcome; NULL if it rejects */
    const char *reject;
    struct meta meta;
    struct {
        const char **items;
        size_t count, capacity;
    } evidence;     /* what is known of it, besides what checks prove */
    size_t written; /* which row of the text it is: one that inherits becomes several, which stand side by side */
};

struct table {
    struct span span;
    bool first;
    struct variable **outcomes;
    size_t n_outcomes;
    struct variable **columns;
    size_t n_columns;
    struct row *rows;
    size_t n_rows;
    size_t index;    /* in model->tables */
    bool unproven;   /* it was too much to look for gaps in it */
    bool overrides;  /* it took the place of another one, whose types it had to keep */
    bool overridden; /* another one took its place; its only outcome is hidden: the index of the row that fits */
};

struct format {
    const char *name;
    struct span span;
    const char *between, *assign; /* NULL if it has none */
    struct replacement {
        const char *from, *to;
    } * escapes;
    size_t n_escapes;
    const char **refuses;
    size_t n_refuses;
    const char **refuses_first;
    size_t n_refuses_first;
    bool repeat_keys; /* a key may stand in one list more than once */
};

struct option {
    const char *name;
    const struct format *format; /* NULL if it takes no list */
    bool format_unresolved;      /* it has one, but that is not known */
    enum ast_repeat repeat;
    const char *tags;
    struct span span;
};

/* Text with holes. */
struct piece {
    const char *text; /* or NULL: a hole */
    size_t length;
    const struct variable *variable;
    int64_t unit; /* a number is divided by it */
    struct span span;
};
struct template {
    struct piece *items;
    size_t count, capacity;
    struct span span;
};

struct list;
struct item {
    const struct cond *when;
    bool has_key;
    struct template key, value;
    const struct format *nested_format;
    const struct list *nested;
    const struct list *then_list, *else_list; /* a group: nothing else but when */
    struct meta meta;
    struct span span;
};
struct list {
    struct item *items;
    size_t count, capacity;
    struct span span;
};

struct argument {
    struct template text; /* an option or a plain value */
    bool is_option;
    const struct option *option; /* what it is, or stands right behind; NULL if that is declared nowhere */
    const struct format *format;
    const struct list *list; /* or a list */
    struct span span;
};

struct block;
struct statement {
    const struct cond *when;
    struct {
        struct argument *items;
        size_t count, capacity;
    } arguments;
    const struct block *then_block, *else_block; /* instead of arguments */
    struct meta meta;
    struct span span;
};
struct block {
    struct statement *items;
    size_t count, capacity;
};

struct example {
    const char *name;
    struct span span, cond_span;
    int64_t *values; /* by variable index; MUSTER_UNSET: any */
    const struct cond *cond;
};

/* What narrows the space of hosts: they are refused where the condition holds. */
struct restriction {
    bool is_assumption; /* then the condition is the negation of what is assumed */
    const char *label;  /* or NULL */
    const char *message;
    const struct cond *cond;
    bool over_decisions; /* refuses the command line only: no table can rely on it */
    struct meta meta;
    struct span span, cond_span;
};

struct warning {
    const char *message;
    const struct cond *cond;
    struct meta meta;
    struct span span;
};

/* The values that an option is given for a key: -device.drive. */
struct reference {
    const char *option, *key;
    struct span span;
};
struct references {
    struct reference *items;
    size_t count, capacity;
};

struct promise {
    const char *label; /* or NULL */
    enum ast_promise_kind kind;
    const struct cond *cond; /* AST_PROMISE_COND */
    bool is_count;           /* it bounds how often something is emitted, and nothing else */
    struct references references, targets;
    struct meta meta;
    struct span span, cond_span;
    const struct admit *admit; /* NULL: it must hold */
};
struct admit {
    struct span span;
    struct meta meta;
};

/* The decisions and derived conditions in an order in which each comes after what it asks. */
struct stage {
    struct table *table;       /* or NULL: */
    struct variable *variable; /* a let */
};

struct model {
    struct arena *arena;
    const struct sources *sources;
    const char *name, *title;
    bool is_library;
    struct {
        struct variable **items;
        size_t count, capacity;
    } variables; /* in the order of declaration */
    size_t n_facts, n_inputs;
    struct variable **inputs; /* facts, then parameters */
    struct {
        struct table **items;
        size_t count, capacity;
    } tables;
    struct {
        struct stage *items;
        size_t count, capacity;
    } stages;
    struct {
        struct example *items;
        size_t count, capacity;
    } examples;
    struct {
        struct restriction *items;
        size_t count, capacity;
    } restrictions; /* assumptions and rejections, in the order of declaration */
    struct {
        struct warning *items;
        size_t count, capacity;
    } warnings;
    struct {
        struct promise *items;
        size_t count, capacity;
    } promises;
    const struct cond *question; /* of `musterc ask`, or NULL */
    struct span question_span;
    bool has_argv;
    struct block argv;
    struct span argv_span;
    struct {
        const struct option **items;
        size_t count, capacity;
    } options;
    bool has_evidence;   /* for some row; it may be stale */
    bool proven;         /* all checks found that all is well; only where there is evidence does anybody ask */
    bool names_as_given; /* the tables call files as they were given, not relative to the main one */
    const bool *is_base; /* by file: it belongs to the ruleset that this one extends; NULL if it extends none */
};

/* A ruleset as written: its own file and those that it includes, each read once. */
struct program {
    struct {
        const struct ast_declaration **items;
        size_t count, capacity;
    } declarations; /* of all files, those of an extended ruleset first, includes replaced by what they bring */
    struct {
        struct program_file {
            size_t layer;    /* 0: of a ruleset that extends none; an extension has one more than what it extends */
            bool is_ruleset; /* the main file, or one that is extended; others are libraries */
        } * items;
        size_t count, capacity;
    } files; /* as in struct sources */
};

/* Loads and parses the file and what it includes. NULL if the main file could not even be read. */
struct program *program_load(struct arena *arena, struct sources *sources, const char *name,
                             struct diagnostics *diagnostics);

/* Adds a question to be resolved with the rules. Its words become a source of their own. False after a message. */
bool program_add_query(struct program *program, struct arena *arena, struct sources *sources, const char *question,
                       struct diagnostics *diagnostics);

/* Resolves names and types. Returns what could be made; it is sound only if there were no errors. */
struct model *model_build(struct arena *arena, const struct sources *sources, const struct program *program,
                          struct diagnostics *diagnostics);

/* A fact or parameter. */
bool variable_is_input(const struct variable *variable);

/* A text or path; and a number or version, whose codes are intervals. */
bool variable_is_text(const struct variable *variable);
bool variable_is_ordered(const struct variable *variable);

/* How many codes a variable has, unknown included. */
size_t variable_n_codes(const struct variable *variable);

/* The code of a raw value, and the least raw value of a code. */
size_t variable_code(const struct variable *variable, int64_t value);
int64_t variable_value(const struct variable *variable, size_t code);

/* A value as people write it. */
const char *value_text(struct arena *arena, const struct type *type, int64_t value);

#endif
