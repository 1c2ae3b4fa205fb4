/*
 * All command lines of a ruleset, tried on one QEMU.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_TRIAL_H
#define MUSTER_VERIFY_TRIAL_H

#include "runtime/verify/cases.h"
#include "runtime/verify/options.h"
#include "runtime/verify/replace.h"
#include "runtime/verify/snapshot.h"
#include "runtime/verify/tokens.h"

enum verdict { REFUSED, UNTESTABLE, ACCEPTED, VERDICTS };

struct result {
    enum verdict verdict;
    bool started;         /* by a QEMU; else only its words were compared with a snapshot */
    const char *words;    /* why it is not accepted; NULL: it is */
    const char *replaced; /* what took the place of hardware; NULL: nothing */
    struct tokens tokens; /* what QEMU does not say that it knows */
};

struct trial {
    struct snapshot snapshot;
    struct ruleset ruleset;
    struct result *results; /* one for each line of the ruleset */
    size_t counts[VERDICTS];
    bool started;             /* else only words were compared */
    struct replacer replacer; /* what cannot be used here, and why */
};

/* `plain`: the ruleset with nothing fixed, for its inputs. */
void trial_run(struct trial *trial, const struct options *options, const struct given *given, const char *musterc,
               const struct ruleset *plain);

#endif
