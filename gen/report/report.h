/*
 * Findings for programs: one document for all rulesets of a call. No date, no absolute path that was not given: the
 * same rules make the same bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPORT_H
#define REPORT_H

#include "grammar/diag/diag.h"
#include "runtime/base/json.h"

/* Each run has the findings of one ruleset. */
struct report {
    struct arena *arena;
    const struct diagnostics *const *runs;
    size_t n_runs;
};

void report_json(const struct report *report, FILE *out);
void report_sarif(const struct report *report, FILE *out);

/* Parts of these that others write, too. */
void report_findings(struct json *json, const struct report *report);
void report_witness(struct json *json, const struct diag_witness *witness);
void report_settings(struct json *json, const char *key, const struct diag_witness *witness, bool params);
void report_witnesses(struct json *json, const struct diag *diag); /* all of a finding, and how many more there are */

/* The errors, among them warnings that were made errors; and the warnings that were not. */
size_t report_n_errors(const struct report *report);
size_t report_n_warnings(const struct report *report);

/* Which options change what is said about a code, in a sentence. */
const char *report_option_hint(struct arena *arena, enum diag_code code);

const char *report_level_name(enum diag_level level);

#endif
