/*
 * What the files explain*.c share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_EXPLAIN_PARTS_H
#define MUSTER_EXPLAIN_PARTS_H

#include "runtime/tool/explain.h"
#include "runtime/tool/whynot.h"

/* Columns of a line. */
#define EXPLAIN_WIDTH 100

/* Room for a text; what is longer is cut. */
#define TEXT_MAX 4096

/* A remark of the rules about an argument. */
struct remark {
    size_t argument;
    const struct muster_note *note;
};

/* All that is to be said, found out before anything is written. */
struct findings {
    struct inputs *inputs;
    const struct muster_ruleset *rules;
    int32_t *values; /* of the decisions; -1: not reached */
    uint32_t *rows;
    struct muster_error error; /* MUSTER_OK where there is a command line or only parameters are missing */
    struct argv argv;
    size_t program; /* the argument that is the program itself, or SIZE_MAX */
    uint32_t *missing;
    size_t n_missing;
    struct remark *remarks;
    size_t n_remarks;
    const struct muster_warning **warnings;
    size_t n_warnings;
    char *evidence;         /* room for all that is known of a row, in words */
    struct whynot *whynots; /* by the first decision of each table; one more: how the rules would accept the host */
};

/* Words from column `column` on, further lines from `indent` on; a word longer than the line stands on its own. */
void explain_wrap(FILE *out, size_t column, size_t indent, const char *text);

/* "        because ...", wrapped; nothing where there is no text. */
void explain_labelled(FILE *out, const char *label, const char *text);

const char *explain_name(const struct findings *findings, uint32_t input);

/* , "NAME": "..." */
void explain_json_member(FILE *out, const char *name, const char *text);

/* ---- explain.c ---- */

/* "no" or "microvm" or "not reached". */
void explain_decided(const struct findings *findings, uint32_t index, char *buffer, size_t size);

/* The option that an argument belongs to, or the argument itself. */
size_t explain_option_of(const struct findings *findings, size_t argument);

/* The names of the parameters that the command line waits for. */
void explain_missing_words(const struct findings *findings, char *buffer, size_t size);

/* ---- explain_brief.c ---- */

void explain_text_brief(FILE *out, const struct findings *findings);

/* ---- explain_evidence.c ---- */

/* To be freed; NULL if there is no memory. */
char *explain_evidence_room(const struct muster_ruleset *rules);

/* Nothing where the rules have no evidence at all. */
void explain_text_evidence(FILE *out, const struct findings *findings, uint32_t row);
void explain_json_evidence(FILE *out, const struct findings *findings, uint32_t row);

/* ---- explain_whynot.c ---- */

/* How many decisions are made with this one: all outcomes of a table, or one derived condition. */
uint32_t explain_together(const struct findings *findings, uint32_t index);

/*
 * Whether changes can be looked for: of a decision that was made without a missing parameter, and, with the count of
 * decisions, of a refusal where no parameter is missing.
 */
bool explain_has_whynot(const struct findings *findings, uint32_t index);

/* What would have to be otherwise; of a host that the rules refuse, only so that they do not. False after a message. */
bool explain_find_whynots(struct findings *findings);

/*
 * The changes that were found for the table or derived condition with this first decision, or behind the last one for
 * the refusal; what was not found is said as exactly as it is known. `goal`: "lets another row decide".
 */
void explain_text_whynot(FILE *out, const struct findings *findings, uint32_t first, const char *goal);

/* "a = x and b = y: machine = microvm, timers = lean (test.muster:95)"; of a refusal, that it ends. */
void explain_change_words(const struct findings *findings, const struct whynot *whynot, size_t which, uint32_t first,
                          char *buffer, size_t size);

void explain_json_whynots(FILE *out, const struct findings *findings);

#endif
