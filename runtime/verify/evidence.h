/*
 * What trials and boots say about the rows of a ruleset.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_EVIDENCE_H
#define MUSTER_VERIFY_EVIDENCE_H

#include "runtime/verify/trial.h"

/* Renews what is known to be accepted; what is known to have booted stays for rows that are still there. */
void evidence_renew(const char *file, const struct ruleset *plain, const struct trial *trials, size_t count);

/* Adds "booted on TEXT" to all rows that decide for the one host of `host`. */
void evidence_boot(const char *file, const struct ruleset *plain, const struct ruleset *host, const char *text);

/* Tells on stdout what is no longer as it was; how much that is. */
size_t evidence_check(const char *file, const struct ruleset *plain);

#endif
