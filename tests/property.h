/*
 * Random rulesets against brute force; between test_property.c and property_tables.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_PROPERTY_H
#define TESTS_PROPERTY_H

#include "brute_missing.h"
#include "expected.h"
#include "trials.h"

/* Beyond so many findings they are no longer kept. */
enum { MAX_FINDINGS = DIAG_MAX - 1 };

struct trial {
    struct maker maker;
    struct arena *arena;
    struct compiled compiled;
    unsigned weights[MAX_SUBJECTS][MAX_ATOMS + 1]; /* by input, by atom: how many codes begin in it */
    bool is_fine[MAX_SUBJECTS];                    /* an input has codes within an atom */
    char wrong[400];                               /* what, if anything */
};

struct totals {
    size_t n_sound, n_findings, n_witnesses, n_cells, n_limited, n_answers[ANSWER_NOT_PROVEN + 1],
        by_code[DIAG_N_CODES];
    /* Of hosts some of whose parameters are not set: refused; a parameter is missing; none, though it is tested. */
    size_t n_refused, n_missing, n_tested;
};

/* A host as it is set: values and texts by input. */
struct setting {
    int64_t values[MAX_SUBJECTS];
    const char *texts[MAX_SUBJECTS];
    signed char state[MAX_SUBJECTS];
};

static inline unsigned width(const struct subject *subject) {
    return subject->n_atoms + subject->or_unknown;
}

/* Each returns false after `fail`. */

bool same_line(struct trial *trial, size_t index, const struct setting *setting, const char *const *argv, size_t count);
bool check_tables_in_use(struct trial *trial, struct totals *totals);
bool compare_closely(struct trial *trial);
bool are_verified(struct trial *trial);
bool same_block(struct trial *trial);

#endif
