/*
 * The plain evaluator: the typed model read literally, row by row, with nothing clever. It is slow and obviously
 * right; the tables are held against it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVAL_H
#define EVAL_H

#include "gen/model/model.h"

enum verdict {
    VERDICT_DECIDED,
    VERDICT_REJECTED, /* by a row, or by a restriction */
    VERDICT_GAP,      /* no row fits */
    VERDICT_UPSTREAM, /* something that it asks has no value */
};

/* Values by variable index; inputs are given, the rest is filled in. MUSTER_UNSET: it has no value. */
bool eval_cond(const struct cond *cond, const int64_t *values);

/* Whether all that the condition asks has a value. */
bool eval_has_values(const struct cond *cond, const int64_t *values);

/* Evaluates one stage; *row becomes the row that fits, or NULL. */
enum verdict eval_stage(const struct stage *stage, int64_t *values, const struct row **row);

/*
 * Evaluates all stages in order. Returns the first verdict that is neither "decided" nor its consequence, and its
 * stage and row.
 */
enum verdict eval_all(const struct model *model, int64_t *values, const struct stage **stage, const struct row **row);

/*
 * The same with the restrictions: those over inputs count before the stages, those over decisions behind them.
 * Everything is decided that can be. *restriction is the one that refuses the host first; or NULL, and *stage and *row
 * say why there is no verdict "decided". *stage is NULL if every stage decided.
 */
enum verdict eval_host(const struct model *model, int64_t *values, const struct stage **stage, const struct row **row,
                       const struct restriction **restriction);

/*
 * The first conditional limit (`max N when C`) that a parameter's text exceeds on this host, or NULL; *input becomes
 * that parameter. Such a host is decided but has no command line. `texts` as for eval_argv.
 */
const struct limit *eval_exceeded_limit(const struct model *model, const int64_t *values, const char *const *texts,
                                        size_t *input);

/*
 * Which parameters a host must be given, where some have no value: MUSTER_UNSET, or no text. `needed`, by input, gets
 * those without which a condition or a table that is evaluated has no answer, and those that are written. Conditions
 * and tables are evaluated on the way to the command line, or to all decisions if `decisions` is true. Where the host
 * is refused whatever the missing values are: VERDICT_REJECTED or VERDICT_GAP, and *restriction or *row as above.
 */
enum verdict eval_missing(struct arena *arena, const struct model *model, int64_t *values, const char *const *texts,
                          bool decisions, bool *needed, const struct restriction **restriction, const struct row **row);

/* A text that grows. */
struct buffer {
    char *items;
    size_t count, capacity;
};

struct arguments {
    struct buffer *items;
    size_t count, capacity;
};

/* The command line. `texts` by input index: the text parameters' values. */
struct arguments eval_argv(struct arena *arena, const struct model *model, const int64_t *values,
                           const char *const *texts);

/* A value as a format writes it: its replacements, from left to right. */
struct buffer format_escape(struct arena *arena, const struct format *format, const char *text, size_t length);

/* The first text that the format refuses in a value, or NULL. */
const char *format_refuses(const struct format *format, const char *text, bool is_first);

#endif
