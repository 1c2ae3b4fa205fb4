/*
 * Diagnostics as data: collected by every stage, printed once at the end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DIAG_H
#define DIAG_H

#include <stdio.h>

#include "source.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING };

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

/* All findings as text: a line FILE:LINE:COLUMN: level: message [code], the source line, a caret line, notes, help. */
void diag_print(const struct diagnostics *diagnostics, FILE *stream);

/* A text of whatever origin, so that nothing in it steers a terminal. */
void diag_print_text(const char *text, FILE *stream);

#endif
