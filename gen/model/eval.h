/*
 * The reference evaluator. Follows the typed model literally, row by row, without optimisations. It is slow and simple;
 * the tables are compared with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVAL_H
#define EVAL_H

#include "gen/model/model.h"

enum verdict {
    VERDICT_DECIDED,
    VERDICT_REJECTED, /* by a row or a restriction */
    VERDICT_GAP,      /* no row matches */
    VERDICT_UPSTREAM, /* a variable that it tests has no value */
};

/* Values are by variable index. Inputs are given, the others are computed. MUSTER_UNSET: no value. */
bool eval_cond(const struct cond *cond, const int64_t *values);

/* Whether all variables that the condition tests have a value. */
bool eval_has_values(const struct cond *cond, const int64_t *values);

/* Evaluates one stage; *row becomes the row that matches, or NULL. */
enum verdict eval_stage(const struct stage *stage, int64_t *values, const struct row **row);

/*
 * Evaluates all stages in order. Returns the first verdict that is neither VERDICT_DECIDED nor VERDICT_UPSTREAM, with
 * its stage and row.
 */
enum verdict eval_all(const struct model *model, int64_t *values, const struct stage **stage, const struct row **row);

/*
 * The same with restrictions: those over inputs precede the stages, those over decisions follow them. Computes all
 * decisions that can be computed. *restriction becomes the first one that rejects the host, or NULL; then *stage and
 * *row are the reason for a verdict other than VERDICT_DECIDED. *stage is NULL if every stage decided.
 */
enum verdict eval_host(const struct model *model, int64_t *values, const struct stage **stage, const struct row **row,
                       const struct restriction **restriction);

/*
 * The first conditional constraint (`max N when C`) that a string exceeds on this host, or NULL; *input becomes its
 * parameter. Such a host is decided, but has no command line. `texts` as for eval_argv.
 */
const struct limit *eval_exceeded_limit(const struct model *model, const int64_t *values, const char *const *texts,
                                        size_t *input);

/*
 * Finds the parameters that must be given for a host on which some have no value (MUSTER_UNSET, or no string).
 * `needed`, by input, marks those without which a condition or table that is evaluated has no result, and those that
 * are written. Conditions and tables are evaluated as far as the command line needs them, or all decisions with
 * `decisions`. If the host is rejected for all missing values: VERDICT_REJECTED or VERDICT_GAP, with *restriction or
 * *row as above.
 */
enum verdict eval_missing(struct arena *arena, const struct model *model, int64_t *values, const char *const *texts,
                          bool decisions, bool *needed, const struct restriction **restriction, const struct row **row);

/* A growing string. */
struct buffer {
    char *items;
    size_t count, capacity;
};

struct arguments {
    struct buffer *items;
    size_t count, capacity;
};

/* The command line. `texts`: values of string parameters, by input index. */
struct arguments eval_argv(struct arena *arena, const struct model *model, const int64_t *values,
                           const char *const *texts);

/* A value as a format writes it: with replacements from left to right. */
struct buffer format_escape(struct arena *arena, const struct format *format, const char *text, size_t length);

/* The first string that the format refuses in a value, or NULL. */
const char *format_refuses(const struct format *format, const char *text, bool is_first);

#endif
