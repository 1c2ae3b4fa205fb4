/*
 * The typed model of a ruleset: all names are resolved, all values are typed. Built once by model_build; all later
 * stages read it.
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
    int64_t number; /* for a numeric decision: the value */
};

struct type {
    enum muster_kind kind;
    const char *name; /* name of a shared enumeration, or NULL */
    struct member *members;
    size_t n_members;
    int64_t low, high; /* range of raw values: indices of members, numbers, packed versions */
    bool or_unknown;
    bool numeric;            /* the type of a numeric decision: its members are the numbers that rows yield */
    bool broken;             /* not resolved because of an error; values are not checked */
    bool members_incomplete; /* of a numeric decision: a row has an error, so that its number is missing */
};

struct meta {
    const char *reason, *see, *tags; /* NULL if absent; tags are separated by blanks */
};

enum variable_kind { VARIABLE_FACT, VARIABLE_PARAM, VARIABLE_DECISION, VARIABLE_LET };

struct cond;
struct table;

/* A constraint on the length of a string where the condition holds. */
struct limit {
    int64_t max;
    const struct cond *when;
    const char *words; /* source text of the condition */
};

/* Anything that conditions and placeholders can name. */
struct variable {
    enum variable_kind kind;
    size_t index; /* in model->variables */
    const char *name, *title;
    struct span span;
    struct type type;
    struct meta meta;
    bool used;
    bool hidden; /* a decision without a name in rules: the row that an overridden table selects */
    /* The boundaries between intervals of a number or version, ascending. */
    struct {
        int64_t *items;
        size_t count, capacity;
    } cuts;
    bool too_many_cuts;
    size_t n_codes; /* number of intervals or members, without unknown */
    /* inputs only */
    size_t input; /* index among the inputs; facts come first */
    enum ast_source source;
    const char *probe;
    int64_t default_value; /* MUSTER_UNSET: none */
    const char *default_text;
    /*
     * The parameter need not be given. A string or path then has two codes, which are also its values: 0 not given, 1
     * given. Other types are "or unknown" then, and unknown means not given.
     */
    bool optional;
    size_t max_length;
    const char *pattern_text;
    const struct pattern *pattern;
    struct {
        struct limit *items;
        size_t count, capacity;
    } limits;
    /* decisions and lets only */
    struct table *table;
    const struct cond *cond; /* VARIABLE_LET */
    struct span whole;       /* VARIABLE_LET: the whole declaration */
};

enum cond_kind {
    COND_TEST,
    COND_NOT,
    COND_AND,
    COND_OR,
    COND_COUNT /* the number of operands that hold is in `set` */
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
    /* One cell per column. NULL for an else row, unless it inherits: then only its last column is not '*'. */
    struct valueset *cells;
    struct span *cell_spans;  /* of the cells in the file */
    bool *cell_names_unknown; /* the cell names unknown */
    bool *cell_tests;         /* the cell is not '*' */
    int64_t *results;         /* one member index per outcome; NULL for a row that rejects */
    const char *reject;
    struct meta meta;
    struct {
        const char **items;
        size_t count, capacity;
    } evidence;     /* texts of evidence */
    size_t written; /* its row in the file; a row that inherits is expanded to several adjacent rows */
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
    bool unproven;   /* the search for gaps exceeded its budget */
    bool overrides;  /* it overrides a table, whose types it must keep */
    bool overridden; /* another table overrides it; its only outcome is hidden: the index of the row that matches */
};

struct format {
    const char *name;
    struct span span;
    const char *between, *assign; /* NULL: none */
    struct replacement {
        const char *from, *to;
    } * escapes;
    size_t n_escapes;
    const char **refuses;
    size_t n_refuses;
    const char **refuses_first;
    size_t n_refuses_first;
    bool repeat_keys; /* a key may occur in one list more than once */
};

struct option {
    const char *name;
    const struct format *format; /* NULL: it takes no list */
    bool format_unresolved;      /* its format is missing because of an error */
    enum ast_repeat repeat;
    const char *tags;
    struct span span;
};

/* A string with placeholders. */
struct piece {
    const char *text; /* NULL: a placeholder */
    size_t length;
    const struct variable *variable;
    int64_t unit; /* a number is divided by this */
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
    const struct list *then_list, *else_list; /* a group: only `when` and these are set */
    struct meta meta;
    struct span span;
};
struct list {
    struct item *items;
    size_t count, capacity;
    struct span span;
};

struct argument {
    struct template text; /* an option or another argument */
    bool is_option;
    const struct option *option; /* the option, or the one directly before this argument; NULL if it is not declared */
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
    const struct block *then_block, *else_block; /* in place of arguments */
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

/* A restriction of the space of hosts: where the condition holds, hosts are rejected. */
struct restriction {
    bool is_assumption; /* then the condition is the negation of the assumed one */
    const char *label;  /* or NULL */
    const char *message;
    const struct cond *cond;
    bool over_decisions; /* rejects the command line only; tables cannot rely on it */
    struct meta meta;
    struct span span, cond_span;
};

struct warning {
    const char *message;
    const struct cond *cond;
    struct meta meta;
    struct span span;
};

/* A key of an option's list, such as -device.drive. */
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
    bool is_count;           /* it only limits how often something is emitted */
    struct references references, targets;
    struct meta meta;
    struct span span, cond_span;
    const struct admit *admit; /* NULL: it must hold */
};
struct admit {
    struct span span;
    struct meta meta;
};

/* The decisions and derived conditions in the order of evaluation. */
struct stage {
    struct table *table;       /* NULL: */
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
    struct variable **inputs; /* facts first */
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
    const struct cond *question; /* the query of `musterc ask`, or NULL */
    struct span question_span;
    bool has_argv;
    struct block argv;
    struct span argv_span;
    struct {
        const struct option **items;
        size_t count, capacity;
    } options;
    bool has_evidence;   /* for some row, or outdated */
    bool proven;         /* all checks were proven without errors; set only if there is evidence */
    bool names_as_given; /* tables contain file names as given, not relative to the main file */
    const bool *is_base; /* by file: whether it belongs to a base ruleset; NULL if there is no base */
};

/* A ruleset as parsed: its main file and all files that it extends and includes, each read once. */
struct program {
    struct {
        const struct ast_declaration **items;
        size_t count, capacity;
    } declarations; /* of all files; those of base rulesets come first, those of an included file at the place of its
                       include */
    struct {
        struct program_file {
            size_t layer;    /* 0: of a ruleset that extends none; of an extension: that of its base + 1 */
            bool is_ruleset; /* a main file or one that is extended; others are libraries */
        } * items;
        size_t count, capacity;
    } files; /* by file, as in struct sources */
};

/* Loads and parses the file and all files that it needs. NULL if the main file could not be read. */
struct program *program_load(struct arena *arena, struct sources *sources, const char *name,
                             struct diagnostics *diagnostics);

/* Adds a query, which is then resolved with the rules, as a source of its own. False after a message. */
bool program_add_query(struct program *program, struct arena *arena, struct sources *sources, const char *question,
                       struct diagnostics *diagnostics);

/* Resolves names and types. The model is sound only if there were no errors. */
struct model *model_build(struct arena *arena, const struct sources *sources, const struct program *program,
                          struct diagnostics *diagnostics);

/* Whether it is a fact or parameter. */
bool variable_is_input(const struct variable *variable);

/* Whether it is a string or path; whether it is a number or version, whose codes are intervals. */
bool variable_is_text(const struct variable *variable);
bool variable_is_ordered(const struct variable *variable);

/* The number of codes, including unknown. */
size_t variable_n_codes(const struct variable *variable);

/* The code of a raw value; the smallest raw value of a code. */
size_t variable_code(const struct variable *variable, int64_t value);
int64_t variable_value(const struct variable *variable, size_t code);

/* A value in the syntax of rules. */
const char *value_text(struct arena *arena, const struct type *type, int64_t value);

#endif
