/*
 * Findings for programs: one document for all rulesets of a call. It contains no date and no absolute path that was not
 * given, so that equal rules give equal bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPORT_H
#define REPORT_H

#include "grammar/diag/diag.h"
#include "runtime/base/json.h"

/* The findings of one ruleset. */
struct report {
    struct arena *arena;
    const struct diagnostics *const *runs;
    size_t n_runs;
};

void report_json(const struct report *report, FILE *out);
void report_sarif(const struct report *report, FILE *out);

/* Parts of a report that other documents contain, too. */
void report_findings(struct json *json, const struct report *report);
void report_witness(struct json *json, const struct diag_witness *witness);
void report_settings(struct json *json, const char *key, const struct diag_witness *witness, bool params);
void report_witnesses(struct json *json,
                      const struct diag *diag); /* the shown witnesses, and the number of further regions */

/* The number of errors, including warnings that are treated as errors; and of the other warnings. */
size_t report_n_errors(const struct report *report);
size_t report_n_warnings(const struct report *report);

/* A sentence about the options that change how a code is reported. */
const char *report_option_hint(struct arena *arena, enum diag_code code);

const char *report_level_name(enum diag_level level);

#endif
