/*
 * libmuster: evaluate a compiled ruleset. Facts and parameters go in, decisions and an argv come out.
 *
 * Nothing here allocates, locks, or asks the locale; every function is reentrant and writes only where its arguments
 * point. A ruleset is constant data made by `musterc compile`, whose header declares NAME_ruleset and typed views of
 * its facts, decisions and parameters. Measuring the host is muster_probe.h.
 *
 * Functions that can fail return an enum muster_status and, where they take a struct muster_error, fill it in
 * (it may be NULL); muster_error_text puts it into words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_H
#define MUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster_tables.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MUSTER_VERSION_STRING "0.3.0"

#if defined(__GNUC__)
#define MUSTER_API __attribute__((visibility("default")))
#else
#define MUSTER_API
#endif

/* Before what ISO C++ does not have: generated headers have anonymous structures. */
#if defined(__GNUC__)
#define MUSTER_EXTENSION __extension__
#else
#define MUSTER_EXTENSION
#endif

enum muster_status {
    MUSTER_OK = 0,
    MUSTER_E_VERSION,  /* the ruleset was compiled for another libmuster, or is none */
    MUSTER_E_FACT,     /* a fact is unset, or has no value of its type: error.input */
    MUSTER_E_VALUE,    /* a value is refused: error.input, error.refusal */
    MUSTER_E_MISSING,  /* a parameter that is needed is not set: error.input */
    MUSTER_E_REJECTED, /* the rules refuse this host: error.row; it may stand alone, or say what they assume */
    MUSTER_E_SPACE,    /* the caller's buffers are too small */
    MUSTER_E_GAP,      /* no row fits (only in a ruleset whose completeness was not proven): error.table */
};

/* Why a value is refused. */
enum muster_refusal {
    MUSTER_REFUSED_NOT = 0,
    MUSTER_REFUSED_TYPE,     /* not a value of the type at all */
    MUSTER_REFUSED_RANGE,    /* a number outside lo..hi of the type */
    MUSTER_REFUSED_LENGTH,   /* longer than error.limit bytes */
    MUSTER_REFUSED_PATTERN,  /* does not match the pattern; error.at is the first byte that cannot be */
    MUSTER_REFUSED_RELATIVE, /* a path that does not start with / */
    MUSTER_REFUSED_CONTROL,  /* a control byte at error.at */
    MUSTER_REFUSED_UTF8,     /* not valid UTF-8 at error.at */
    MUSTER_REFUSED_FORMAT,   /* holds text that its place in the command line cannot hold: error.escape, error.form */
    MUSTER_REFUSED_UNIT,     /* not a whole number of the unit that the command line wants: error.form */
    MUSTER_REFUSED_EMPTY,    /* an empty path */
};

struct muster_error {
    enum muster_status status;
    enum muster_refusal refusal;
    uint32_t input;  /* in `inputs` */
    uint32_t table;  /* in `tables` */
    uint32_t row;    /* in `rows` */
    uint32_t form;   /* in `forms` */
    uint32_t escape; /* in `escapes` */
    size_t at;       /* byte of the value, counted from 0 */
    uint64_t limit;
    uint32_t condition; /* text: the limit holds only when this does; or none */
};

/*
 * Values of facts, and of parameters that are not text: a member's index, 0 or 1, a number, a packed version. Of an
 * optional parameter MUSTER_UNKNOWN means that it is not given.
 */
#define MUSTER_UNKNOWN INT64_MIN
#define MUSTER_UNSET (INT64_MIN + 1)

/* A version as one number in version order. Each component is at most MUSTER_VERSION_MAX. */
#define MUSTER_VERSION_MAX INT64_C(0xfffff)
#define MUSTER_PACK_VERSION(a, b, c) (((int64_t)(a) << 40) | ((int64_t)(b) << 20) | (int64_t)(c))

/* ---- names ------------------------------------------------------------------------------------------------------ */

/* MUSTER_OK if `rules` is a ruleset that this library can read; every other function takes that for granted. */
MUSTER_API enum muster_status muster_check(const struct muster_ruleset *rules);

/* The text at an offset of the ruleset, "" for none; lives as long as the ruleset. */
MUSTER_API const char *muster_text(const struct muster_ruleset *rules, uint32_t offset);

MUSTER_API const struct muster_input *muster_input_at(const struct muster_ruleset *rules, uint32_t input);
MUSTER_API const struct muster_decision *muster_decision_at(const struct muster_ruleset *rules, uint32_t decision);
MUSTER_API const struct muster_row *muster_row_at(const struct muster_ruleset *rules, uint32_t row);
MUSTER_API const struct muster_type *muster_type_at(const struct muster_ruleset *rules, uint32_t type);

/* The index of a fact or parameter, or of a decision, by its name of `length` bytes; MUSTER_NONE if there is none. */
MUSTER_API uint32_t muster_find_input(const struct muster_ruleset *rules, const char *name, size_t length);
MUSTER_API uint32_t muster_find_decision(const struct muster_ruleset *rules, const char *name, size_t length);

/* The input whose name is so near that a slip of the keyboard explains the difference; MUSTER_NONE if none is. */
MUSTER_API uint32_t muster_nearest_input(const struct muster_ruleset *rules, const char *name, size_t length);

/* ---- values ----------------------------------------------------------------------------------------------------- */

/*
 * Reads a value of a fact, or of a parameter that is not text, as people write it: yes, no, true, false; a member's
 * name; a decimal integer; A.B or A.B.C; unknown. MUSTER_E_VALUE if it is none of its type.
 */
MUSTER_API enum muster_status muster_parse_value(const struct muster_ruleset *rules, uint32_t input, const char *text,
                                                 size_t length, int64_t *value, struct muster_error *error);

/*
 * Writes a value of a type as people write it, with a NUL byte, cut to `size` bytes. Returns the length without the
 * NUL byte that the whole text has. Booleans are yes and no.
 */
MUSTER_API size_t muster_value_text(const struct muster_ruleset *rules, uint32_t type, int64_t value, char *buffer,
                                    size_t size);

/* Puts an error into words, one line without a newline; same conventions as muster_value_text. */
MUSTER_API size_t muster_error_text(const struct muster_ruleset *rules, const struct muster_error *error, char *buffer,
                                    size_t size);

/* ---- facts ------------------------------------------------------------------------------------------------------ */

/*
 * Sets all rules->n_facts facts to their defaults, or to MUSTER_UNSET. A boolean from the caller defaults to no, but
 * not one that may be unknown.
 */
MUSTER_API void muster_facts_init(const struct muster_ruleset *rules, int64_t *facts);

/* Whether a condition, a column or a placeholder depends on the fact. Only such a fact must have a value. */
MUSTER_API bool muster_fact_is_used(const struct muster_ruleset *rules, uint32_t fact);

/* MUSTER_OK, or MUSTER_E_FACT with the first fact that has no value of its type, or is used and unset. */
MUSTER_API enum muster_status muster_facts_check(const struct muster_ruleset *rules, const int64_t *facts,
                                                 struct muster_error *error);

/* ---- parameters ------------------------------------------------------------------------------------------------- */

/* Parameters, checked and written for the command line when they are set. Lives in the caller's memory. */
struct muster_params;

/* Bytes that muster_params_init needs (also the generated constant NAME_PARAMS_SIZE). */
MUSTER_API size_t muster_params_size(const struct muster_ruleset *rules);

/*
 * Makes the parameters of a ruleset in memory of the caller, aligned as malloc aligns, all unset or at their default.
 * NULL if `size` is too small. Nothing else is held, so there is nothing to free but that memory; it may not be moved.
 */
MUSTER_API struct muster_params *muster_params_init(void *memory, size_t size, const struct muster_ruleset *rules);

/* Sets a text or path. The text is copied. On an error the parameter keeps what it had. */
MUSTER_API enum muster_status muster_set_text(struct muster_params *params, uint32_t input, const char *text,
                                              size_t length, struct muster_error *error);

/*
 * Sets a parameter that is not text. On an error the parameter keeps what it had. MUSTER_UNKNOWN takes the value of an
 * optional one away.
 */
MUSTER_API enum muster_status muster_set_value(struct muster_params *params, uint32_t input, int64_t value,
                                               struct muster_error *error);

/* Takes a parameter's value away, also one that came from the rules' default. */
MUSTER_API void muster_unset(struct muster_params *params, uint32_t input);

MUSTER_API bool muster_is_set(const struct muster_params *params, uint32_t input);

/* ---- evaluation ------------------------------------------------------------------------------------------------- */

/*
 * Decides everything: values[i] becomes the value of decision i (a member's index, or 0 and 1), rows[i] the row that
 * decided it (MUSTER_NONE for a derived condition). Either may be NULL; both have rules->decisions.count elements.
 * Where the rules refuse the host: MUSTER_E_REJECTED; the decisions not reached have the value -1. After a rejection
 * that stands alone, outside of tables, everything is decided nevertheless. Where a decision depends on a parameter
 * that is not set: MUSTER_E_MISSING; that decision has the value -1, and all others are made. Without `params` none is
 * given.
 */
MUSTER_API enum muster_status muster_decide(const struct muster_ruleset *rules, const int64_t *facts,
                                            const struct muster_params *params, int32_t *values, uint32_t *rows,
                                            struct muster_error *error);

/* What an argv takes. */
struct muster_space {
    size_t arguments; /* without the closing NULL */
    size_t bytes;     /* of the buffer, for arguments that hold parameters */
};

/*
 * The argv. argv[0] to argv[needed->arguments - 1] point to NUL-terminated arguments, then comes a NULL. Arguments
 * without a parameter point into the ruleset, the others into `buffer`, so both must outlive the argv.
 * `slots` is the number of pointers in argv, the closing NULL included. With too little space: MUSTER_E_SPACE, and
 * `needed` says how much there must be; so a first call with no space at all (NULL and 0) asks for it.
 */
MUSTER_API enum muster_status muster_argv(const struct muster_ruleset *rules, const int64_t *facts,
                                          const struct muster_params *params, const char **argv, size_t slots,
                                          char *buffer, size_t size, struct muster_space *needed,
                                          struct muster_error *error);

/* 1 if the argv of this host contains the parameter, 0 if not, -1 with `error` where there is no argv. */
MUSTER_API int muster_argv_uses(const struct muster_ruleset *rules, const int64_t *facts,
                                const struct muster_params *params, uint32_t input, struct muster_error *error);

/*
 * Calls `see` for each parameter that is not set and can affect the command line of this host, in the order of
 * `inputs`. Once some are set, others may be added or turn out not to be needed. MUSTER_OK, whether there are any or
 * not; an error where there is no command line for another reason.
 */
MUSTER_API enum muster_status muster_missing(const struct muster_ruleset *rules, const int64_t *facts,
                                             const struct muster_params *params,
                                             void (*see)(void *context, uint32_t input), void *context,
                                             struct muster_error *error);

/* Calls `see` for each reason, reference or tag that the rules give to an argument of this host's argv. */
MUSTER_API enum muster_status
muster_argv_notes(const struct muster_ruleset *rules, const int64_t *facts, const struct muster_params *params,
                  void (*see)(void *context, size_t argument, const struct muster_note *note), void *context,
                  struct muster_error *error);

/*
 * Calls `see` for each warning of the rules that holds on this host; muster_text has its words. A host that the rules
 * refuse gets none, but the error.
 */
MUSTER_API enum muster_status muster_warnings(const struct muster_ruleset *rules, const int64_t *facts,
                                              const struct muster_params *params,
                                              void (*see)(void *context, const struct muster_warning *warning),
                                              void *context, struct muster_error *error);

#ifdef __cplusplus
}
#endif
#endif
