/*
 * Private header of gen/sema: the state that is shared while the syntax tree is turned into the model.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BUILDER_H
#define BUILDER_H

#include "gen/model/cond.h"
#include "gen/model/model.h"
#include "gen/model/symbols.h"
#include "gen/sema/emission.h"

/* A table with its declaration. */
struct written_table {
    const struct ast_declaration *declaration;
    struct table *table;
    struct written_table *replaced; /* the table that this one overrides */
    struct written_table *replaced_by;
    struct variable *hidden;  /* if overridden and inherited from: the decision that is the number of its row */
    struct symbols row_texts; /* index + 1; filled when evidence names a row */
    bool inherits;
    bool is_left_out; /* overridden and not inherited from, or its names are taken */
};

struct builder {
    struct arena *arena;
    struct diagnostics *diagnostics;
    const struct program *program;
    struct model *model;
    struct symbols names;                 /* facts, parameters, decisions, lets, named texts: struct named */
    struct symbols enums;                 /* struct type */
    struct symbols formats;               /* struct format */
    struct symbols options;               /* struct option */
    struct symbols reasons;               /* const struct ast_declaration */
    struct symbols assumptions, promises; /* labels; for promises: index + 1 */
    struct symbols skipped;               /* words in declarations that have syntax errors */
    struct {
        struct written_table **items;
        size_t count, capacity;
    } tables;                    /* in the order of declaration: an overridden table precedes its override */
    size_t n_tables_read;        /* tables whose rows are resolved */
    struct symbols used_options; /* options in the command line */
    bool allows_argv;            /* whether conditions may contain `emits` and `count` here */
    bool tests_argv;             /* whether one did */
    size_t failed_patterns;
    size_t n_parts;                            /* parts of the command line so far */
    size_t text_depth, text_steps, text_bytes; /* of strings inside strings, during expansion */
    bool text_limit;                           /* one of these limits is exceeded and reported */
    struct emissions *emissions;               /* of the command line; created on first use */
    struct comparer *comparer;
    size_t n_comparisons; /* comparisons for `emits` and `count` so far */
};

/* The meaning of a name in a condition or placeholder: a variable, or the string of a `let`. */
struct named {
    struct variable *variable;
    const struct ast_string *text;
    bool open; /* the string is being expanded; it must not contain itself */
};

#define REPORT(builder, code, span, ...) diag_add((builder)->diagnostics, DIAG_CODE_##code, (span), __VA_ARGS__)

/* ---- names.c ---- */

/* Limit on the length of a name. */
enum { MAX_NAME_LENGTH = 64 };

/* Whether the name is short enough, and has none of the characters that only option names may have. */
bool is_plain_name(const char *name);

/* Adds a name to a table. If it is taken, reports this and returns false. */
bool declare_name(struct builder *builder, struct symbols *symbols, struct ast_name name, const char *what,
                  void *meaning);

/*
 * Whether the name may be declared in text with a syntax error, or in a missing file. It is then not reported as
 * undeclared.
 */
bool may_be_skipped(const struct builder *builder, const char *name);

/* Records the words of text with a syntax error. */
void skip_words(struct builder *builder, struct span span);

/* "1 row", "2 rows". */
const char *counted(struct builder *builder, size_t count, const char *what);

/*
 * The meaning of a name, or NULL after a message that suggests the nearest name. `what` is used in the message:
 * "format".
 */
void *look_up(struct builder *builder, const struct symbols *symbols, struct ast_name name, const char *what);

/* The layer of a place; 0: the ruleset that extends none. */
size_t layer_of(const struct builder *builder, struct span span);

/* Whether an option is declared or used in the command line; false after a message. */
bool look_up_option(struct builder *builder, struct ast_name name);

/* The meaning of a variable's name. */
struct named *name_variable(struct builder *builder, struct variable *variable);

struct meta resolve_meta(struct builder *builder, const struct ast_meta *written);

/* The source text of a span, truncated if it is long. */
const char *source_excerpt(struct builder *builder, struct span span);

/* ---- types.c ---- */

bool resolve_members(struct builder *builder, const ast_members *members, struct type *type);
bool resolve_type(struct builder *builder, const struct ast_type *written, struct type *type);
bool resolve_value(struct builder *builder, const struct type *type, const struct ast_value *written, int64_t *value);
bool resolve_cell(struct builder *builder, struct variable *variable, const struct ast_cell *cell,
                  struct valueset *set);
bool resolve_relation(struct builder *builder, struct variable *variable, enum ast_relation relation,
                      const struct ast_value *written, struct valueset *set);

/* ---- cond.c ---- */

const struct cond *resolve_cond(struct builder *builder, const struct ast_cond *written);
struct variable *look_up_variable(struct builder *builder, struct ast_name name);
const struct cond *negate(struct builder *builder, const struct cond *cond);

/* ---- emits.c ---- */

/*
 * Turns AST_COND_EMITS and AST_COND_COUNT into conditions over inputs and decisions. The command line must be resolved.
 */
const struct cond *resolve_emits(struct builder *builder, const struct ast_cond *written);

/* ---- inputs.c ---- */

void declare_input(struct builder *builder, const struct ast_declaration *declaration);
void resolve_limit_conditions(struct builder *builder, const struct ast_declaration *declaration);

/* ---- tables.c ---- */

void resolve_table_header(struct builder *builder, const struct ast_declaration *declaration);
void resolve_table_rows(struct builder *builder, const struct ast_declaration *declaration);
void resolve_stages(struct builder *builder);

/* Limits on the columns and rows of a table. */
enum { MAX_COLUMNS = 64, MAX_ROWS = 10000 };

/* ---- override.c ---- */

/* The table that the declaration overrides, or NULL after a message. */
struct written_table *find_replaced(struct builder *builder, const struct ast_declaration *declaration);

/*
 * Whether an override, whose outcomes are resolved, has the types of the table that it overrides; false after a
 * message.
 */
bool same_outcomes(struct builder *builder, const struct written_table *written);

/*
 * Selects the overridden tables that stay because others inherit from them, and gives each a hidden decision: the
 * number of its row.
 */
void select_replaced(struct builder *builder);

/* Expands rows that inherit into one row per row of the overridden table. */
void inherit_rows(struct builder *builder);

/* ---- promises.c ---- */

/* Assumptions, rejections, warnings, promises, admitted failures, and the query of `musterc ask`. */
void resolve_assumption(struct builder *builder, const struct ast_declaration *declaration);
void resolve_rejection(struct builder *builder, const struct ast_declaration *declaration);
void resolve_warning(struct builder *builder, const struct ast_declaration *declaration);
void resolve_promise(struct builder *builder, const struct ast_declaration *declaration);
void resolve_admission(struct builder *builder, const struct ast_declaration *declaration);
void resolve_query(struct builder *builder, const struct ast_declaration *declaration);

/* Marks the rejections that test decisions. */
void resolve_restrictions(struct builder *builder);

/* ---- evidence.c ---- */

/* Needs the resolved tables, before inherit_rows. */
void resolve_evidence(struct builder *builder, const struct ast_declaration *declaration);

/* ---- argv.c ---- */

void resolve_format(struct builder *builder, const struct ast_declaration *declaration);
void resolve_options(struct builder *builder, const struct ast_declaration *declaration);
void resolve_argv(struct builder *builder, const struct ast_declaration *declaration);

#endif
