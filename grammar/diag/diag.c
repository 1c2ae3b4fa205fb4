/*
 * The registry of diagnostics, their levels, and the collection of findings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grammar/diag/diag.h"

static const struct diag_kind kinds[DIAG_N_CODES] = {
#define DIAGNOSTIC(identifier, code, name, level, prerequisites, summary, explanation)                                 \
    {code, name, DIAG_##level, prerequisites, summary, explanation},
#include "grammar/diag/diag.def"
#undef DIAGNOSTIC
};

const struct diag_kind *diag_kind(enum diag_code code) {
    return &kinds[code];
}

enum diag_level diag_level(const struct diagnostics *diagnostics, enum diag_code code) {
    const struct diag_selection *selection = diagnostics->selection;
    enum diag_level level = kinds[code].level;
    if (level == DIAG_ERROR || !selection)
        return level;
    enum diag_choice shown = selection->shown[code], raised = selection->raised[code];
    if (shown == DIAG_NO)
        return DIAG_OFF;
    if (level == DIAG_OFF && (shown == DIAG_YES || selection->all))
        level = DIAG_WARNING;
    bool raises = raised == DIAG_YES || (raised != DIAG_NO && selection->raises_all);
    return level == DIAG_WARNING && raises ? DIAG_ERROR : level;
}

bool diag_is_on(const struct diagnostics *diagnostics, enum diag_code code) {
    return diag_level(diagnostics, code) != DIAG_OFF;
}

/* Returns a finding that is discarded, for findings beyond the limit. */
static struct diag *discarded(struct diagnostics *diagnostics) {
    if (!diagnostics->discarded)
        diagnostics->discarded = arena_alloc(diagnostics->arena, sizeof *diagnostics->discarded);
    return diagnostics->discarded;
}

static size_t *counter(struct diagnostics *diagnostics, enum diag_code code, enum diag_level level) {
    if (level == DIAG_ERROR)
        return kinds[code].level == DIAG_ERROR ? &diagnostics->n_errors : &diagnostics->n_raised;
    return level == DIAG_WARNING ? &diagnostics->n_warnings : &diagnostics->n_notes;
}

static struct diag *add(struct diagnostics *diagnostics, enum diag_code code, enum diag_level level, struct span span,
                        const char *format, va_list arguments) {
    if (level == DIAG_OFF)
        return discarded(diagnostics);
    if (level != DIAG_NOTE)
        diagnostics->found[code]++;
    if ((*counter(diagnostics, code, level))++ >= DIAG_MAX)
        return discarded(diagnostics);
    struct diag *diag = arena_alloc(diagnostics->arena, sizeof *diag);
    diag->code = code;
    diag->level = level;
    diag->span = span;
    diag->text = arena_vprint(diagnostics->arena, format, arguments);
    ARENA_PUSH(diagnostics->arena, diagnostics, diag);
    return diag;
}

struct diag *diag_add(struct diagnostics *diagnostics, enum diag_code code, struct span span, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    struct diag *diag = add(diagnostics, code, diag_level(diagnostics, code), span, format, arguments);
    va_end(arguments);
    return diag;
}

struct diag *diag_add_at(struct diagnostics *diagnostics, enum diag_code code, enum diag_level level, struct span span,
                         const char *format, ...) {
    enum diag_level max_level = diag_level(diagnostics, code);
    va_list arguments;
    va_start(arguments, format);
    struct diag *diag = add(diagnostics, code, level > max_level ? level : max_level, span, format, arguments);
    va_end(arguments);
    return diag;
}

bool diag_is_full(const struct diagnostics *diagnostics) {
    return diagnostics->n_errors >= DIAG_MAX;
}

void diag_note(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *format, ...) {
    if (diag == diagnostics->discarded)
        return;
    struct diag_note note = {.span = span};
    va_list arguments;
    va_start(arguments, format);
    note.text = arena_vprint(diagnostics->arena, format, arguments);
    va_end(arguments);
    ARENA_PUSH(diagnostics->arena, &diag->notes, note);
}

void diag_help(struct diagnostics *diagnostics, struct diag *diag, const char *format, ...) {
    if (diag == diagnostics->discarded)
        return;
    va_list arguments;
    va_start(arguments, format);
    diag->help = arena_vprint(diagnostics->arena, format, arguments);
    va_end(arguments);
}

struct diag_witness *diag_witness(struct diagnostics *diagnostics, struct diag *diag) {
    struct diag_witness *witness = arena_alloc(diagnostics->arena, sizeof *witness);
    if (diag != diagnostics->discarded)
        ARENA_PUSH(diagnostics->arena, &diag->witnesses, witness);
    return witness;
}

void diag_fix(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *text) {
    if (diag == diagnostics->discarded)
        return;
    diag->fix = arena_alloc(diagnostics->arena, sizeof *diag->fix);
    *diag->fix = (struct diag_fix){.span = span, .text = text};
}

void diag_suggest(struct diagnostics *diagnostics, struct diag *diag, struct span span, const char *name,
                  bool certain) {
    if (diag == diagnostics->discarded)
        return;
    char first = diagnostics->sources->items[span.file].text[span.begin];
    diag_help(diagnostics, diag, "did you mean '%s'?", name);
    if (!certain)
        return;
    diag_fix(diagnostics, diag, span,
             first == '"'   ? arena_print(diagnostics->arena, "\"%s\"", name)
             : first == '$' ? arena_print(diagnostics->arena, "$%s", name)
                            : name);
}
