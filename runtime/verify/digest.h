/*
 * Has anything changed in the command lines that a row takes part in?
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_DIGEST_H
#define MUSTER_VERIFY_DIGEST_H

#include <stdint.h>

#include "runtime/verify/cases.h"

/* Of all command lines of the row, in whatever order; of a ruleset with nothing fixed. */
uint64_t digest_row(const struct ruleset *ruleset, size_t row);

#endif
