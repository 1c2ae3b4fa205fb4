/*
 * Diagnostics as data: what there is to find (diag.def), which of it is wanted, and what was found. Collected by every
 * stage, written once at the end.
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
    const char *code, *name;   /* "dead-row"; "DeadRow", for machines */
    enum diag_level level;     /* OFF: a warning that has to be asked for */
    const char *prerequisites; /* what must be sound before it is looked for; "" for nothing */
    const char *summary, *explanation;
};
const struct diag_kind *diag_kind(enum diag_code code);

/* What the caller wants to be told. Zeroed: as diag.def says. Errors cannot be switched off or lowered. */
struct diag_selection {
    enum diag_choice { DIAG_AS_DECLARED, DIAG_YES, DIAG_NO } shown[DIAG_N_CODES], raised[DIAG_N_CODES];
    bool all;        /* also what is off, unless it is said not to be shown */
    bool raises_all; /* warnings become errors, unless they are said not to */
};

/* Where a whole file is meant, or no place at all. */
#define SPAN_FILE(index) ((struct span){(index), 0, 0})
#define SPAN_NOWHERE ((struct span){UINT32_MAX, 0, 0})

struct diag_note {
    struct span span;
    const char *text;
};

/* A value of a witness: as a facts file writes it, and as JSON writes it. */
struct diag_setting {
    const char *name, *text, *json;
    const char *comment; /* what else the value stands for, or NULL */
    bool is_param;
};

/* A host that shows what is said: everything that a facts file must have, and what comes of it. */
struct diag_witness {
    const char *region; /* all hosts that it stands for, in words */
    struct {
        struct diag_setting *items;
        size_t count, capacity;
    } settings; /* facts, then parameters */
    bool has_argv;
    struct {
        const char **items;
        size_t count, capacity;
    } argv;
};

/* A repair that is nearly certain: this text in the place of that. */
struct diag_fix {
    struct span span; /* empty: something is put in */
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
    } witnesses; /* one for each region that is shown */
    size_t n_more_regions;
    bool has_uncounted_regions; /* and there are more than these */
};

struct diagnostics {
    struct arena *arena;
    const struct sources *sources;
    const struct diag_selection *selection; /* NULL: as declared */
    bool in_color;                          /* when they are printed as text */
    struct diag **items;
    size_t count, capacity;
    /*
     * All of them, also those beyond the limit. Errors make the rules unsound, so that later stages have nothing to
     * stand on; warnings that were raised to errors count apart, since they do not.
     */
    size_t n_errors, n_raised, n_warnings, n_notes;
    size_t found[DIAG_N_CODES]; /* errors and warnings of each code */
    struct diag *beyond;        /* takes what is not kept */
    /* Text that could not be read as declarations: what it may have declared is not missed. */
    struct {
        struct span *items;
        size_t count, capacity;
    } skipped;
    bool incomplete_file; /* a whole file was not read, or not to its end */
};

/* Errors, warnings and notes that are kept of one run, each; a person mends the first ones and tries again. */
enum { DIAG_MAX = 100 };

/* No further error is kept: looking for more is idle. */
bool diag_is_full(const struct diagnostics *diagnostics);

/* What a finding with this code is here; and whether it is worth looking for. */
enum diag_level diag_level(const struct diagnostics *diagnostics, enum diag_code code);
bool diag_is_on(const struct diagnostics *diagnostics, enum diag_code code);

/* Adds a finding; the returned one takes notes and a help. Messages begin small and end without a full stop. */
struct diag *diag_add(struct diagnostics *diagnostics, enum diag_code code, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same, but at most of that level: DIAG_NOTE for what is worth a word and no more. */
struct diag *diag_add_at(struct diagnostics *diagnostics, enum diag_code code, enum diag_level level, struct span span,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));
void diag_note(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_help(struct diagnostics *diagnostics, struct diag *diag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A witness to be filled in; lives as long as the diagnostics. Of no consequence where no more findings are kept. */
struct diag_witness *diag_witness(struct diagnostics *diagnostics, struct diag *diag);
void diag_fix(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *text);

/*
 * "did you mean 'NAME'?"; if that is as good as certain, with the repair: that name in the place of what was written,
 * with its quotes or '$'.
 */
void diag_suggest(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *name, bool certain);

/*
 * All findings as text: a line FILE:LINE:COLUMN: level: message [code], the source line, a caret line, notes,
 * witnesses, help.
 */
void diag_print(const struct diagnostics *diagnostics, FILE *stream);

/* A witness as a complete facts file; what else there is to say stands in comments. */
void diag_print_witness(const struct diag_witness *witness, const char *indent, bool with_argv, FILE *stream);

#endif
