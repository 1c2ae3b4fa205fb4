/*
 * What the files of the evaluator share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "muster.h"
#include "runtime/base/rare.h"

/* The sections of a ruleset. */
#define INPUTS(rules) MUSTER_SECTION(rules, inputs, struct muster_input)
#define TYPES(rules) MUSTER_SECTION(rules, types, struct muster_type)
#define MEMBERS(rules) MUSTER_SECTION(rules, members, struct muster_member)
#define ASKED(rules) MUSTER_SECTION(rules, asked, struct muster_asked)
#define WEIGHTS(rules) MUSTER_SECTION(rules, weights, uint64_t)
#define LOOKUPS(rules) MUSTER_SECTION(rules, lookups, struct muster_lookup)
#define ANSWERS(rules) MUSTER_SECTION(rules, answers, uint16_t)
#define CUTS(rules) MUSTER_SECTION(rules, cuts, int64_t)
#define DECISIONS(rules) MUSTER_SECTION(rules, decisions, struct muster_decision)
#define TABLES(rules) MUSTER_SECTION(rules, tables, struct muster_table)
#define ROWS(rules) MUSTER_SECTION(rules, rows, struct muster_row)
#define DECIDE_STEPS(rules) MUSTER_SECTION(rules, decide_steps, struct muster_step)
#define ARGV_STEPS(rules) MUSTER_SECTION(rules, argv_steps, struct muster_step)
#define DIAGRAMS(rules) MUSTER_SECTION(rules, diagrams, uint32_t)
#define CHUNKS(rules) MUSTER_SECTION(rules, chunks, struct muster_chunk)
#define MARKS(rules) MUSTER_SECTION(rules, marks, struct muster_mark)
#define NOTES(rules) MUSTER_SECTION(rules, notes, struct muster_note)
#define FORMS(rules) MUSTER_SECTION(rules, forms, struct muster_form)
#define ESCAPES(rules) MUSTER_SECTION(rules, escapes, struct muster_escape)
#define WARNINGS(rules) MUSTER_SECTION(rules, warnings, struct muster_warning)
#define LIMITS(rules) MUSTER_SECTION(rules, limits, struct muster_limit)
#define PATTERNS(rules) MUSTER_SECTION(rules, patterns, struct muster_pattern)
#define WORDS(rules) MUSTER_SECTION(rules, words, uint32_t)
#define BYTES(rules) MUSTER_SECTION(rules, bytes, unsigned char)
#define TEXT(rules) MUSTER_SECTION(rules, text, char)

/* A parameter as one place of the command line wants it. */
struct prepared {
    const char *text; /* NULL: not set. MUSTER_PAD bytes behind it may be read. */
    size_t length;
};

struct muster_params {
    const struct muster_ruleset *rules;
    int64_t *values;        /* per parameter: its value, or for a text its length in bytes; MUSTER_UNSET */
    struct prepared *forms; /* per form */
    char *texts;
    size_t most_bytes;    /* what all uses of all forms can add to a command line */
    bool complete;        /* every form has a text */
    bool open;            /* what conditions or columns test, and must be set, is not */
    bool over_some_limit; /* a text is longer than a limit that holds on some hosts */
};

/* Fills in an error where the caller wants one. */
static inline enum muster_status muster_fail(struct muster_error *error, struct muster_error what) {
    if (error)
        *error = what;
    return what.status;
}

/* Whether a parameter must be set for its code to mean something, and is not. */
static inline bool muster_is_open(const struct muster_ruleset *rules, const struct muster_params *params,
                                  const struct muster_asked *asked) {
    if (asked->input < rules->n_facts || asked->lo == MUSTER_UNSET)
        return false;
    return (params ? params->values[asked->input - rules->n_facts] : INPUTS(rules)[asked->input].default_value) ==
           MUSTER_UNSET;
}

/* Whether there is any such parameter; then needs_find tells whether the codes may be used. */
static inline bool muster_has_open(const struct muster_ruleset *rules, const struct muster_params *params) {
    return rules->needs != MUSTER_NONE && (!params || params->open);
}

/*
 * Turns inputs into codes, and into the packed index of the selectors that are looked up; codes[0] becomes 0.
 * A parameter that is not set gets the code of its least value.
 */
enum muster_status muster_encode(const struct muster_ruleset *rules, const int64_t *facts,
                                 const struct muster_params *params, uint32_t *codes, uint64_t *packed,
                                 struct muster_error *error);

/* The same, but only the packed index is sure to be filled in, and codes[0]. */
enum muster_status muster_pack(const struct muster_ruleset *rules, const int64_t *facts,
                               const struct muster_params *params, uint32_t *codes, uint64_t *packed,
                               struct muster_error *error);

/*
 * Walks steps one after another. rows, by decision, may be NULL. After a rejection that stands alone it goes on, and
 * ends at the first row that refuses the host or is missing; returned is the first of all these.
 */
enum muster_status muster_take_steps(const struct muster_ruleset *rules, const struct muster_step *steps, size_t count,
                                     uint32_t *codes, uint32_t *rows, struct muster_error *error);

/* The answer of one diagram. */
static inline uint32_t muster_ask(const uint32_t *diagrams, uint32_t root, const uint32_t *codes) {
    while (!(root & MUSTER_LEAF)) {
        const uint32_t *node = diagrams + root;
        root = node[1 + codes[node[0]]];
    }
    return root & ~MUSTER_LEAF;
}

/* What must have a value: all decisions; or the command line, without or with the parameters that it only writes. */
enum needs_of { NEEDS_OF_DECISIONS, NEEDS_OF_LINE, NEEDS_OF_ALL };

/*
 * Where muster_has_open: whether a parameter is missing, MUSTER_E_MISSING, and in `wanted`, by variable, which ones;
 * an input's variable is its index + 1. MUSTER_E_REJECTED and MUSTER_E_GAP where the host is refused whatever they are.
 * `codes` gets those of inputs and decisions, UINT32_MAX for what has no value. It, `wanted` and rows, by decision, may
 * be NULL.
 */
enum muster_status needs_find(const struct muster_ruleset *rules, const int64_t *facts,
                              const struct muster_params *params, enum needs_of of, uint32_t *codes, uint32_t *rows,
                              bool *wanted, struct muster_error *error);

/* Writes a number or a packed version in decimal, without a NUL byte; returns its length, at most 24 bytes. */
size_t muster_write_number(char *out, int64_t value);
size_t muster_write_version(char *out, int64_t value);

#endif
