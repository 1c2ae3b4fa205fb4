/*
 * What came out of trials, for people and for programs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_REPORT_H
#define MUSTER_VERIFY_REPORT_H

#include <stdio.h>

#include "runtime/verify/trial.h"

/* `all`: also the hosts of command lines that are accepted. */
void report_text(FILE *out, const struct trial *trials, size_t count, bool all);
void report_as_json(FILE *out, const char *ruleset, const struct trial *trials, size_t count);

/*
 * The oldest version given for which nothing is refused, by it and by each newer one given; NULL: the newest refuses
 * something.
 */
const char *report_oldest(const struct trial *trials, size_t count);

/* As strcmp, of versions. */
int report_compare_versions(const char *a, const char *b);

/* At most so many rows together are looked for. */
enum { BLAMED_MAX = 3 };

/*
 * The fewest rows that only refused command lines have together: rows in all lines of `lines`, and together in none
 * that is accepted, and in as few as can be that are refused for something else. Indices of rows go to `blamed`.
 * Returns how many; 0: there are none.
 */
size_t report_blame(const struct trial *trial, const size_t *lines, size_t count, size_t blamed[BLAMED_MAX]);

/* Names of verdicts. */
extern const char *const report_verdicts[VERDICTS];

#endif
