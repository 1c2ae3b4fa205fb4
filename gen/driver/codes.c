/*
 * Codes of diagnostics on the command line: -W options and --explain.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/driver/musterc.h"
#include "runtime/base/options.h"

static bool find_code(const char *name, enum diag_code *code) {
    if (strcmp(name, "no-reason") == 0) /* its name up to 0.2.0, accepted until 0.4.0 */
        name = "missing-reason";
    for (size_t i = 0; i < DIAG_N_CODES; i++)
        if (strcmp(name, diag_kind((enum diag_code)i)->code) == 0) {
            *code = (enum diag_code)i;
            return true;
        }
    return false;
}

static bool unknown_code(const char *name) {
    const char *names[DIAG_N_CODES];
    for (size_t i = 0; i < DIAG_N_CODES; i++)
        names[i] = diag_kind((enum diag_code)i)->code;
    no_such_name("musterc", "diagnostic", name, names, DIAG_N_CODES, "see musterc --explain");
    return false;
}

static bool refuse(const char *code, const char *why) {
    fprintf(stderr, "musterc: '%s' %s\n", code, why);
    return false;
}

/* -WCODE, -Wno-CODE. */
static bool choose_shown(struct diag_selection *selection, const char *name, enum diag_choice choice) {
    enum diag_code code;
    if (!find_code(name, &code))
        return unknown_code(name);
    if (choice == DIAG_NO && code == DIAG_CODE_NOT_PROVEN)
        return refuse(name, "reports an incomplete analysis and cannot be disabled");
    if (choice == DIAG_NO && diag_kind(code)->level == DIAG_ERROR)
        return refuse(name, "is an error; only warnings can be disabled");
    selection->shown[code] = choice;
    return true;
}

/* -Werror=CODE, -Wno-error=CODE. */
static bool choose_raised(struct diag_selection *selection, const char *name, enum diag_choice choice) {
    enum diag_code code;
    if (!find_code(name, &code))
        return unknown_code(name);
    if (choice == DIAG_NO && diag_kind(code)->level == DIAG_ERROR)
        return refuse(name, "is an error and cannot be made a warning");
    selection->raised[code] = choice;
    if (choice == DIAG_YES)
        selection->shown[code] = DIAG_YES;
    return true;
}

bool select_diagnostics(struct diag_selection *selection, const char *word) {
    enum diag_code code;
    if (strcmp(word, "all") == 0)
        selection->all = true;
    else if (strcmp(word, "error") == 0 || strcmp(word, "no-error") == 0)
        selection->raises_all = word[0] == 'e';
    else if (strncmp(word, "error=", 6) == 0)
        return choose_raised(selection, word + 6, DIAG_YES);
    else if (strncmp(word, "no-error=", 9) == 0)
        return choose_raised(selection, word + 9, DIAG_NO);
    else if (strncmp(word, "no-", 3) == 0 && !find_code(word, &code)) /* -Wno-reason enabled the warning `no-reason` */
        return choose_shown(selection, word + 3, DIAG_NO);
    else
        return choose_shown(selection, word, DIAG_YES);
    return true;
}

/* Prints text in lines of at most 80 columns. */
static void print_wrapped(const char *text) {
    size_t used = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        bool fits = used + 1 + length <= 80;
        if (used > 0)
            putchar(fits ? ' ' : '\n');
        fwrite(text, 1, length, stdout);
        used = used > 0 && fits ? used + 1 + length : length;
        text += length;
        text += *text == ' ';
    }
    putchar('\n');
}

int explain_code(const char *name) {
    enum diag_code code;
    if (!name) {
        for (size_t i = 0; i < DIAG_N_CODES; i++) {
            const struct diag_kind *kind = diag_kind((enum diag_code)i);
            printf("%-20s %-8s %s\n", kind->code, report_level_name(kind->level), kind->summary);
        }
        return EXIT_OK;
    }
    if (!find_code(name, &code)) {
        unknown_code(name);
        return EXIT_USAGE;
    }
    const struct diag_kind *kind = diag_kind(code);
    printf("%s (%s): %s\n\n", kind->code, report_level_name(kind->level), kind->summary);
    print_wrapped(kind->explanation);
    if (*kind->prerequisites)
        printf("\nIt is looked for where these are sound: %s.", kind->prerequisites);
    struct arena *arena = arena_new();
    printf("\n%s\n", report_option_hint(arena, code));
    arena_free(arena);
    return EXIT_OK;
}
