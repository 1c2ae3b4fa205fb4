/*
 * Functions that all report formats share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/report/report.h"

const char *report_level_name(enum diag_level level) {
    static const char *const names[] = {
        [DIAG_ERROR] = "error", [DIAG_WARNING] = "warning", [DIAG_NOTE] = "note", [DIAG_OFF] = "off"};
    return names[level];
}

size_t report_n_errors(const struct report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->n_runs; i++)
        count += report->runs[i]->n_errors + report->runs[i]->n_raised;
    return count;
}

size_t report_n_warnings(const struct report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->n_runs; i++)
        count += report->runs[i]->n_warnings;
    return count;
}

const char *report_option_hint(struct arena *arena, enum diag_code code) {
    const struct diag_kind *kind = diag_kind(code);
    if (kind->level == DIAG_ERROR)
        return "It is an error, which no option changes.";
    if (code == DIAG_CODE_NOT_PROVEN)
        return arena_print(arena, "-Werror=%s makes it an error; it cannot be switched off.", kind->code);
    if (kind->level == DIAG_OFF)
        return arena_print(arena, "-W%s switches it on, -Werror=%s makes it an error.", kind->code, kind->code);
    return arena_print(arena, "-Wno-%s switches it off, -Werror=%s makes it an error.", kind->code, kind->code);
}
