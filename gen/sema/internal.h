/*
 * What the files resolve_*.c share while they turn the syntax tree into the model.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BUILDER_H
#define BUILDER_H

#include "gen/model/cond.h"
#include "gen/model/model.h"
#include "gen/model/symbols.h"
#include "gen/sema/emission.h"

/* A table and where it is written. */
struct written_table {
    const struct ast_declaration *declaration;
    struct table *table;
    struct written_table *replaced; /* an override takes the place of this one */
    struct written_table *replaced_by;
    struct variable *hidden;  /* of a replaced table that is inherited from: which of its rows fits */
    struct symbols row_texts; /* index and 1; made when evidence names a row */
    bool inherits;
    bool is_left_out; /* replaced, and nothing inherits from it; or its names were taken */
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
    struct symbols assumptions, promises; /* labels; those of promises: index and 1 */
    struct symbols lost;                  /* words in declarations that could not be read */
    struct {
        struct written_table **items;
        size_t count, capacity;
    } tables;                    /* in the order of declaration: what is replaced comes before what replaces it */
    size_t n_tables_read;        /* whose rows are resolved */
    struct symbols used_options; /* that stand in the command line */
    bool may_ask_argv;           /* here a condition may ask what the command line emits */
    bool asked_argv;             /* and it did */
    size_t failed_patterns;
    size_t n_parts;                            /* of the command line */
    size_t text_depth, text_steps, text_bytes; /* of texts in texts, while they are written out */
    bool text_limit;                           /* one of these was too much */
    struct emissions *emissions;               /* of the command line, once somebody has asked */
    struct comparer *comparer;
    size_t n_looks; /* at items of its lists, for questions about it */
};

/* What a name in a condition or a hole stands for: a variable, or the text of a `let`. */
struct named {
    struct variable *variable;
    const struct ast_string *text;
    bool open; /* the text is being written out, so that it cannot hold itself */
};

#define REPORT(builder, code, span, ...) diag_add((builder)->diagnostics, DIAG_CODE_##code, (span), __VA_ARGS__)

/* ---- names.c ---- */

/* The longest name. */
enum { LONGEST_NAME = 64 };

/* Whether it has only characters that a name has. */
bool good_name(const char *name);

/* Adds a name to a table of names, or reports that it is taken and returns false. */
bool declare_name(struct builder *builder, struct symbols *symbols, struct ast_name name, const char *what,
                  void *meaning);

/* The name may have been declared in text that could not be read: then nobody complains that it is not there. */
bool may_be_lost(const struct builder *builder, const char *name);

/* The words of such text. */
void lose_words(struct builder *builder, struct span span);

/* "1 row", "2 rows". */
const char *counted(struct builder *builder, size_t count, const char *what);

/* The meaning of a name, or NULL after a message with the nearest one. `what` is for the message: "format". */
void *look_up(struct builder *builder, const struct symbols *symbols, struct ast_name name, const char *what);

/* Which ruleset a place belongs to: 0 that which extends none. */
size_t layer_of(const struct builder *builder, struct span span);

/* Whether an option is declared or stands in the command line; if not, there was a message. */
bool look_up_option(struct builder *builder, struct ast_name name);

/* What a variable's name stands for. */
struct named *name_variable(struct builder *builder, struct variable *variable);

struct meta resolve_meta(struct builder *builder, const struct ast_meta *written);

/* What the file says at a span, cut if it is long. */
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

/* AST_COND_EMITS and AST_COND_COUNT as conditions over inputs and decisions. The command line is resolved by then. */
const struct cond *resolve_emits(struct builder *builder, const struct ast_cond *written);

/* ---- inputs.c ---- */

void declare_input(struct builder *builder, const struct ast_declaration *declaration);
void resolve_limit_conditions(struct builder *builder, const struct ast_declaration *declaration);

/* ---- tables.c ---- */

void resolve_table_header(struct builder *builder, const struct ast_declaration *declaration);
void resolve_table_rows(struct builder *builder, const struct ast_declaration *declaration);
void resolve_stages(struct builder *builder);

/* The most rows and columns of a table. */
enum { MAX_COLUMNS = 64, MAX_ROWS = 10000 };

/* ---- override.c ---- */

/* The table that an override takes the place of, or NULL after a message. */
struct written_table *find_replaced(struct builder *builder, const struct ast_declaration *declaration);

/* Whether an override, whose outcomes are resolved, decides the same as what it replaces; else there was a message. */
bool same_outcomes(struct builder *builder, const struct written_table *written);

/* Decides which replaced tables stay, and gives them a decision that tells which of their rows fits. */
void keep_replaced(struct builder *builder);

/* Writes the rows that are inherited into the tables that inherit them. */
void inherit_rows(struct builder *builder);

/* ---- promises.c ---- */

/* Assumptions, rejections, warnings, promises, admitted failures, and the question. */
void resolve_assumption(struct builder *builder, const struct ast_declaration *declaration);
void resolve_rejection(struct builder *builder, const struct ast_declaration *declaration);
void resolve_warning(struct builder *builder, const struct ast_declaration *declaration);
void resolve_promise(struct builder *builder, const struct ast_declaration *declaration);
void resolve_admission(struct builder *builder, const struct ast_declaration *declaration);
void resolve_query(struct builder *builder, const struct ast_declaration *declaration);

/* Which rejections ask decisions. */
void resolve_restrictions(struct builder *builder);

/* ---- evidence.c ---- */

/* Tables are resolved by then, but not yet what they inherit. */
void resolve_evidence(struct builder *builder, const struct ast_declaration *declaration);

/* ---- argv.c ---- */

void resolve_format(struct builder *builder, const struct ast_declaration *declaration);
void resolve_options(struct builder *builder, const struct ast_declaration *declaration);
void resolve_argv(struct builder *builder, const struct ast_declaration *declaration);

#endif
