/*
 * The syntax tree: the contents of a rule file with the position of each part, before names and types are resolved. All
 * nodes are allocated in the arena of the parse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef AST_H
#define AST_H

#include "grammar/diag/diag.h"

#define AST_LIST(type)                                                                                                 \
    struct {                                                                                                           \
        type *items;                                                                                                   \
        size_t count, capacity;                                                                                        \
    }

/* A word or option as written. text is NULL if an optional name is absent. */
struct ast_name {
    const char *text;
    struct span span;
};
typedef AST_LIST(struct ast_name) ast_names;

/* A string: alternating literal pieces and placeholders. */
struct ast_piece {
    const char *literal;         /* NULL: a placeholder */
    size_t length;               /* of the literal */
    struct ast_name placeholder; /* its name, without the $ */
    struct ast_name unit;        /* the UNIT of ${name:UNIT} */
};
struct ast_string {
    AST_LIST(struct ast_piece) pieces;
    struct span span;
};

enum ast_value_kind {
    AST_WORD,
    AST_INT,
    AST_VERSION,
    AST_SERIES,
    AST_STRING,
    AST_PLACEHOLDER,
    AST_UNKNOWN,
    AST_INHERIT, /* a result of a row: that of the overridden table */
    AST_STAR     /* in a pattern: matches anything */
};

struct ast_value {
    enum ast_value_kind kind;
    struct span span;
    const char *text;    /* as written; for AST_PLACEHOLDER, its name */
    int64_t number;      /* AST_INT: in bytes, if it has a unit; AST_VERSION, AST_SERIES: packed as in the tables */
    bool has_unit;       /* AST_INT */
    unsigned components; /* AST_VERSION, AST_SERIES: number of components */
    struct ast_string *string; /* AST_STRING */
};
typedef AST_LIST(struct ast_value) ast_values;

enum ast_relation { AST_EQ, AST_NE, AST_LT, AST_LE, AST_GT, AST_GE };

enum ast_test_kind {
    AST_TEST_ANY,
    AST_TEST_VALUE,
    AST_TEST_RANGE,
    AST_TEST_HALF_OPEN,
    AST_TEST_RELATION,
    AST_TEST_NOT
};

struct ast_test {
    enum ast_test_kind kind;
    struct span span;
    enum ast_relation relation;
    struct ast_value value, high;
    struct ast_cell *inner; /* AST_TEST_NOT */
};
struct ast_cell {
    AST_LIST(struct ast_test) tests;
    struct span span;
};
typedef AST_LIST(struct ast_cell) ast_cells;

/* The reason, reference and tags that any construct can have. */
struct ast_meta {
    struct ast_string *because;
    struct ast_name because_name;
    struct ast_string *see;
    ast_names tags;
};

enum ast_cond_kind {
    AST_COND_NAME,
    AST_COND_COMPARE,
    AST_COND_IN,
    AST_COND_NOT,
    AST_COND_AND,
    AST_COND_OR,
    AST_COND_IMPLIES,
    AST_COND_GIVEN, /* name */
    AST_COND_EMITS, /* option, pattern */
    AST_COND_COUNT  /* option, pattern, relation, value */
};

/* A required item of an option's list: `("virtio-*-device", iothread = *)`. */
struct ast_pattern_part {
    struct span span;
    bool has_key;
    struct ast_value key;   /* AST_WORD or AST_STRING */
    struct ast_value value; /* a word, number or string, in which * matches anything; or AST_STAR */
};
struct ast_pattern {
    struct span span;
    AST_LIST(struct ast_pattern_part) parts;
};

/* A key of an option's list: `-device.drive`. */
struct ast_reference {
    struct span span;
    struct ast_name option;
    struct ast_value key;
};
typedef AST_LIST(struct ast_reference) ast_references;

struct ast_cond {
    enum ast_cond_kind kind;
    struct span span;
    struct ast_name name;
    enum ast_relation relation;
    struct ast_value value;
    struct ast_cell *cell;
    struct ast_name option;
    struct ast_pattern *pattern; /* NULL: any use of the option */
    AST_LIST(struct ast_cond *) operands;
};

struct ast_member {
    struct ast_name name;
    struct ast_string *as, *title;
};
typedef AST_LIST(struct ast_member) ast_members;

enum ast_type_kind {
    AST_TYPE_BOOL,
    AST_TYPE_INT,
    AST_TYPE_VERSION,
    AST_TYPE_NAME,
    AST_TYPE_MEMBERS,
    AST_TYPE_TEXT,
    AST_TYPE_PATH
};

struct ast_range {
    struct ast_value low, high; /* span.end == 0: absent */
    bool has_low, has_high, half_open;
    struct span span;
};

struct ast_type {
    enum ast_type_kind kind;
    struct span span;
    struct ast_name name;
    ast_members members;
    struct ast_range range; /* if has_low or has_high is set */
    bool or_unknown;
};

enum ast_limit_kind { AST_LIMIT_MATCHING, AST_LIMIT_MAX };

struct ast_limit {
    enum ast_limit_kind kind;
    struct span span;
    struct ast_string *pattern;
    struct ast_value max;
    struct ast_cond *when;
};

enum ast_source { AST_FROM_NOWHERE, AST_FROM_PROBE, AST_FROM_CALLER, AST_FROM_CALLER_ELSE_PROBE };

struct ast_input {
    struct ast_name name;
    struct ast_string *title;
    struct ast_type type;
    AST_LIST(struct ast_limit) limits;
    struct ast_name optional; /* the word `optional`, if present */
    bool has_default;
    struct ast_value default_value;
    enum ast_source source;
    struct span source_span; /* without the probe's name */
    struct ast_name probe;
    struct ast_meta meta;
};

struct ast_outcome {
    struct ast_name name;
    struct ast_string *title;
    struct ast_type type;
};

struct ast_row {
    struct span span;
    struct ast_name label;
    bool is_else;
    ast_cells cells;
    ast_values results;
    struct ast_string *reject;
    struct ast_meta meta;
};

struct ast_table {
    AST_LIST(struct ast_outcome) outcomes;
    bool first;
    bool overrides; /* overrides a table of the base ruleset */
    ast_names columns;
    AST_LIST(struct ast_row *) rows;
    bool has_broken_rows; /* some rows have syntax errors */
};

enum ast_property_kind { AST_BETWEEN, AST_ASSIGN, AST_ESCAPE, AST_REFUSE, AST_REFUSE_FIRST, AST_REPEAT_KEYS };

struct ast_property {
    enum ast_property_kind kind;
    struct span span;
    AST_LIST(struct ast_string *) strings;
};

enum ast_repeat { AST_REPEAT_UNSAID, AST_ONCE, AST_REPEATED };

/* ---- the command line */

struct ast_item {
    struct span span;
    bool is_pair;
    struct ast_value key, value; /* value.span.end == 0: `nested` is set */
    struct ast_name format;      /* of nested */
    struct ast_list *nested;     /* key = as FORMAT {…} */
    struct ast_cond *when;
    struct ast_list *then_list, *else_list; /* `when cond {…} else {…}`: a group; only `when` is set as well */
    struct ast_meta meta;
};
struct ast_list {
    struct span span;
    AST_LIST(struct ast_item) items;
};

enum ast_arg_kind { AST_ARG_OPTION, AST_ARG_VALUE, AST_ARG_LIST };

struct ast_arg {
    enum ast_arg_kind kind;
    struct span span;
    struct ast_name option;
    struct ast_value value;
    struct ast_name format; /* `as FORMAT {…}` */
    struct ast_list *list;
};

struct ast_block;
struct ast_statement {
    struct span span;
    AST_LIST(struct ast_arg) args;
    struct ast_cond *when;
    struct ast_block *then_block, *else_block; /* `when cond {…} else {…}`: args is empty */
    struct ast_meta meta;
};
struct ast_block {
    AST_LIST(struct ast_statement *) statements;
};

/* ---- declarations */

/* Evidence for a row, which is named by its text. */
struct ast_evidence {
    struct ast_string *row;
    AST_LIST(struct ast_string *) texts;
};

struct ast_setting {
    struct ast_name name;
    struct ast_value value;
};

enum ast_kind {
    AST_RULESET,
    AST_LIBRARY,
    AST_INCLUDE,
    AST_ENUM,
    AST_REASON,
    AST_FORMAT,
    AST_OPTION,
    AST_FACT,
    AST_PARAM,
    AST_LET,
    AST_DECIDE,
    AST_EVIDENCE,
    AST_EXAMPLE,
    AST_ARGV,
    AST_ASSUME,
    AST_REJECT,
    AST_WARN,
    AST_PROMISE,
    AST_ADMIT,
    AST_QUESTION /* the condition of `musterc ask`; not part of a file */
};

enum ast_promise_kind {
    AST_PROMISE_COND,
    AST_PROMISE_NAMES, /* every REFERENCES names TARGETS */
    AST_PROMISE_UNIQUE /* unique REFERENCES */
};

struct ast_declaration {
    enum ast_kind kind;
    struct span span;                         /* the whole declaration */
    struct ast_name name;                     /* the declared name, if there is one */
    struct ast_string *text;                  /* title, reason, included file, name of an example, or message */
    struct ast_string *extends;               /* AST_RULESET: the file of the base ruleset, or NULL */
    ast_members members;                      /* AST_ENUM */
    struct ast_string *see;                   /* AST_REASON */
    AST_LIST(struct ast_property) properties; /* AST_FORMAT */
    ast_names options;                        /* AST_OPTION */
    struct ast_name format;                   /* AST_OPTION */
    enum ast_repeat repeat;                   /* AST_OPTION */
    struct ast_input *input;                  /* AST_FACT, AST_PARAM */
    struct ast_cond *cond;                    /* AST_LET, AST_EXAMPLE, AST_ASSUME to AST_PROMISE, AST_QUESTION */
    enum ast_promise_kind promise;            /* AST_PROMISE */
    ast_references references, targets;       /* AST_PROMISE */
    struct ast_string *let_text;              /* AST_LET */
    struct ast_table *table;                  /* AST_DECIDE */
    AST_LIST(struct ast_evidence) evidence;   /* AST_EVIDENCE */
    AST_LIST(struct ast_setting) settings;    /* AST_EXAMPLE */
    struct ast_block *argv;                   /* AST_ARGV */
    struct ast_meta meta;
};

struct ast_file {
    AST_LIST(struct ast_declaration *) declarations;
};

/* Parses a loaded file. Reports syntax errors, and returns everything that was parsed. */
struct ast_file *ast_parse(struct arena *arena, const struct sources *sources, uint32_t file,
                           struct diagnostics *diagnostics);

/* Parses a loaded source that consists of a condition. NULL after an error. */
struct ast_declaration *ast_parse_question(struct arena *arena, const struct sources *sources, uint32_t file,
                                           struct diagnostics *diagnostics);

/* The span from the begin of `first` to the end of `last`. */
struct span span_join(struct span first, struct span last);

/* The string as a rule file has it: with quotes, escapes and placeholders. */
const char *ast_string_text(struct arena *arena, const struct ast_string *string);

/* "==", "<=" ... */
const char *ast_relation_text(enum ast_relation relation);

/* The literal of a string without placeholders; after a message about a placeholder, "". NULL stays NULL. */
const char *ast_plain_text(const struct ast_string *string, struct diagnostics *diagnostics);

#endif
