/*
 * Diagnostics as data: the registry (diag.def), their levels, and the findings. All stages add findings; they are
 * printed once at the end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DIAG_H
#define DIAG_H

#include <stdio.h>

#include "grammar/diag/source.h"
#include "runtime/base/character.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE, DIAG_OFF };

enum diag_code {
#define DIAGNOSTIC(identifier, code, name, level, prerequisites, summary, explanation) DIAG_CODE_##identifier,
#include "grammar/diag/diag.def"
#undef DIAGNOSTIC
    DIAG_N_CODES
};

struct diag_kind {
    const char *code, *name;   /* "dead-row"; "DeadRow" for SARIF */
    enum diag_level level;     /* OFF: a warning that is disabled by default */
    const char *prerequisites; /* what must be sound before it is checked; "": nothing */
    const char *summary, *explanation;
};
const struct diag_kind *diag_kind(enum diag_code code);

/* The user's selection. Zeroed: as in diag.def. Errors cannot be disabled or lowered. */
struct diag_selection {
    enum diag_choice { DIAG_AS_DECLARED, DIAG_YES, DIAG_NO } shown[DIAG_N_CODES], raised[DIAG_N_CODES];
    bool all;        /* also warnings that are OFF, unless they are disabled explicitly */
    bool raises_all; /* treats warnings as errors, except those that are excluded explicitly */
};

/* A place that is a whole file; no place. */
#define SPAN_FILE(index) ((struct span){(index), 0, 0})
#define SPAN_NOWHERE ((struct span){UINT32_MAX, 0, 0})

struct diag_note {
    struct span span;
    const char *text;
};

/* A value of a witness, in the syntax of facts files and in JSON. */
struct diag_setting {
    const char *name, *text, *json;
    const char *comment; /* other values of the region, or NULL */
    bool is_param;
};

/* A host that shows a finding: a complete facts file, and its command line. */
struct diag_witness {
    const char *region; /* the hosts that it represents, as text */
    struct {
        struct diag_setting *items;
        size_t count, capacity;
    } settings; /* facts first */
    bool has_argv;
    struct {
        const char **items;
        size_t count, capacity;
    } argv;
};

/* A repair that is almost certainly right: replaces a span with text. */
struct diag_fix {
    struct span span; /* empty: the text is inserted */
    const char *text;
};

struct diag {
    enum diag_code code;
    enum diag_level level;
    struct span span;
    const char *text;
    struct {
        struct diag_note *items;
        size_t count, capacity;
    } notes;
    const char *help;
    struct diag_fix *fix; /* or NULL */
    struct {
        struct diag_witness **items;
        size_t count, capacity;
    } witnesses; /* one per region shown */
    size_t n_more_regions;
    bool has_uncounted_regions; /* and there are more regions than these */
};

struct diagnostics {
    struct arena *arena;
    const struct sources *sources;
    const struct diag_selection *selection; /* NULL: as in diag.def */
    bool in_color;                          /* in text output */
    struct diag **items;
    size_t count, capacity;
    /*
     * Numbers of findings, including those beyond the limit. Errors make the rules unsound and stop later stages;
     * warnings that are treated as errors do not, and are counted separately.
     */
    size_t n_errors, n_raised, n_warnings, n_notes;
    size_t found[DIAG_N_CODES]; /* errors and warnings of each code */
    struct diag *discarded;     /* scratch finding for those beyond the limit */
    /* Text with syntax errors: names that it may declare are not reported as undeclared. */
    struct {
        struct span *items;
        size_t count, capacity;
    } skipped;
    bool incomplete_file; /* a file was not read completely */
};

/* Limits on the errors, warnings and notes of one run, each. A user corrects the first ones and runs musterc again. */
enum { DIAG_MAX = 100 };

/* Whether the limit of errors is reached, so that checks can stop. */
bool diag_is_full(const struct diagnostics *diagnostics);

/* The level of a code in this run; whether findings of the code are reported. */
enum diag_level diag_level(const struct diagnostics *diagnostics, enum diag_code code);
bool diag_is_on(const struct diagnostics *diagnostics, enum diag_code code);

/*
 * Adds a finding, and returns it so that notes and help can be added. Messages begin in lower case and end without a
 * full stop.
 */
struct diag *diag_add(struct diagnostics *diagnostics, enum diag_code code, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same with a maximal level: DIAG_NOTE for remarks. */
struct diag *diag_add_at(struct diagnostics *diagnostics, enum diag_code code, enum diag_level level, struct span span,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));
void diag_note(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_help(struct diagnostics *diagnostics, struct diag *diag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds an empty witness, which lives as long as the diagnostics. Beyond the limit of findings it is discarded. */
struct diag_witness *diag_witness(struct diagnostics *diagnostics, struct diag *diag);
void diag_fix(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *text);

/*
 * "did you mean 'NAME'?"; if `certain`, with a repair that replaces the span with the name, in the quotes or after the
 * '$' of the original.
 */
void diag_suggest(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *name, bool certain);

/*
 * Prints all findings as text: FILE:LINE:COLUMN: level: message [code], the source line, a caret line, notes,
 * witnesses, help.
 */
void diag_print(const struct diagnostics *diagnostics, FILE *stream);

/* Prints a witness as a complete facts file; other information is in comments. */
void diag_print_witness(const struct diag_witness *witness, const char *indent, bool with_argv, FILE *stream);

#endif
