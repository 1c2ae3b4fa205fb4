/*
 * What bears on what: the inputs behind each decision, and those that rejections tie to each other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_WHYNOT_BEARING_H
#define MUSTER_WHYNOT_BEARING_H

#include <stdbool.h>

#include "muster.h"

struct bearing;

/* NULL where memory is out. */
struct bearing *bearing_new(const struct muster_ruleset *rules);
void bearing_free(struct bearing *bearing);

/*
 * Marks, by index in `asked`, the inputs that may have to be changed so that a variable becomes another on a host that
 * the rules still accept: those that it depends on, and all that rejections tie to them. What else is changed has no
 * part in it: with the host's own values the rejections that ask it would let the host through, too. Lives until the
 * next call.
 */
const bool *bearing_on(struct bearing *bearing, uint32_t var);

/* Marks the inputs behind all rejections. */
const bool *bearing_refusals(const struct bearing *bearing);

#endif
