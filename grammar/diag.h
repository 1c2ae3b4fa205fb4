/*
 * Diagnostics as data: collected by every stage, printed once at the end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DIAG_H
#define DIAG_H

#include <stdio.h>

#include "source.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE, DIAG_OFF };

enum diag_code {
#define DIAGNOSTIC(identifier, code, level, summary) DIAG_CODE_##identifier,
#include "diag.def"
#undef DIAGNOSTIC
    DIAG_N_CODES
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
};

struct diagnostics {
    struct arena *arena;
    const struct sources *sources;
    struct diag **items;
    size_t count, capacity;
    size_t n_errors, n_warnings; /* all of them, also those beyond the limit */
    struct diag *beyond;         /* takes what is no longer kept */
    /* Text that could not be read as declarations: what it may have declared is not missed. */
    struct {
        struct span *items;
        size_t count, capacity;
    } lost;
    bool lost_file; /* a whole file was not read, or not to its end */
};

/* Errors, and warnings, that are kept of one run; a person mends the first ones and tries again. */
enum { DIAG_MOST = 100 };

/* No further error is kept: looking for more is idle. */
bool diag_is_full(const struct diagnostics *diagnostics);

/* Adds a finding; the returned one takes notes and a help. Messages begin small and end without a full stop. */
struct diag *diag_add(struct diagnostics *diagnostics, enum diag_code code, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_note(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_help(struct diagnostics *diagnostics, struct diag *diag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A witness to be filled in; lives as long as the diagnostics. Of no consequence where no more findings are kept. */
struct diag_witness *diag_witness(struct diagnostics *diagnostics, struct diag *diag);
void diag_fix(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *text);

/* All findings as text: a line FILE:LINE:COLUMN: level: message [code], the source line, a caret line, notes, help. */
void diag_print(const struct diagnostics *diagnostics, FILE *stream);

/* A text of whatever origin, so that nothing in it steers a terminal. */
void diag_print_text(const char *text, FILE *stream);

#endif
