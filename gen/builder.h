/*
 * What the files resolve_*.c share while they turn the syntax tree into the model.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BUILDER_H
#define BUILDER_H

#include "emission.h"
#include "model.h"
#include "symbols.h"

struct builder {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct model *model;
    struct symbols names;   /* facts, parameters, decisions, lets, named texts: struct named */
    struct symbols enums;   /* struct type */
    struct symbols formats; /* struct format */
    struct symbols options; /* struct option */
    struct symbols reasons; /* const struct ast_declaration */
    struct symbols lost;    /* words in declarations that could not be read */
    size_t failed_patterns;
    size_t n_parts;                            /* of the command line */
    size_t text_depth, text_steps, text_bytes; /* of texts in texts, while they are written out */
    bool text_limit;                           /* one of these was too much */
    struct emissions *emissions;               /* of the command line, once somebody has asked */
    struct comparer *comparer;
};

/* What a name in a condition or a hole stands for: a variable, or the text of a `let`. */
struct named {
    struct variable *variable;
    const struct ast_string *text;
    bool open; /* the text is being written out, so that it cannot hold itself */
};

#define REPORT(builder, code, span, ...) diag_add((builder)->diagnostics, DIAG_CODE_##code, (span), __VA_ARGS__)

/* ---- resolve_names.c ---- */

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

/* What a variable's name stands for. */
struct named *name_variable(struct builder *builder, struct variable *variable);

struct meta resolve_meta(struct builder *builder, const struct ast_meta *written);

/* What the file says at a span, cut if it is long. */
const char *source_excerpt(struct builder *builder, struct span span);

/* ---- resolve_types.c ---- */

bool resolve_members(struct builder *builder, const ast_members *members, struct type *type);
bool resolve_type(struct builder *builder, const struct ast_type *written, struct type *type);
bool resolve_value(struct builder *builder, const struct type *type, const struct ast_value *written, int64_t *value);
bool resolve_cell(struct builder *builder, struct variable *variable, const struct ast_cell *cell,
                  struct valueset *set);
bool resolve_relation(struct builder *builder, struct variable *variable, enum ast_relation relation,
                      const struct ast_value *written, struct valueset *set);

/* ---- resolve_cond.c ---- */

const struct cond *resolve_cond(struct builder *builder, const struct ast_cond *written);
struct variable *look_up_variable(struct builder *builder, struct ast_name name);

/* ---- resolve_emits.c ---- */

/* A question about what is emitted, as a condition. Needs the command line, resolved. NULL after a message. */
const struct cond *resolve_emits(struct builder *builder, const struct ast_cond *written);

/* ---- resolve_inputs.c ---- */

void declare_input(struct builder *builder, const struct ast_declaration *declaration);
void resolve_limit_conditions(struct builder *builder, const struct ast_declaration *declaration);

/* ---- resolve_tables.c ---- */

void resolve_table_header(struct builder *builder, const struct ast_declaration *declaration);
void resolve_table_rows(struct builder *builder, const struct ast_declaration *declaration);
void resolve_stages(struct builder *builder);

/* ---- resolve_argv.c ---- */

void resolve_format(struct builder *builder, const struct ast_declaration *declaration);
void resolve_options(struct builder *builder, const struct ast_declaration *declaration);
void resolve_argv(struct builder *builder, const struct ast_declaration *declaration);

#endif
