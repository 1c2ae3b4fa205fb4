/*
 * Two command lines compared over the same hosts: exactly where they differ, and in which arguments.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DIFF_ARGV_H
#define DIFF_ARGV_H

#include "diff.h"

/* What is compared: a ruleset on either side, each with what it means over hosts that both share. */
struct diff_sides {
    const struct model *models[N_SIDES];
    struct meaning *meanings[N_SIDES];
    struct hosts *hosts;
};

/*
 * The hosts of a set on which the command lines are not the same, argument by argument, whatever fills the holes.
 * However the rules are written: only what comes out counts. HOSTS_UNKNOWN: the budget did not do.
 */
hostset diff_argv_set(struct arena *arena, const struct diff_sides *sides, hostset set);

/*
 * Adds a change for each way in which an argument, or an option with what stands behind it, changed on hosts of
 * `differs`, which is what diff_argv_set said. Each host of it has at least one. Of a change this fills in kind, name,
 * values, removed, added, rules, is_security and set. False if the budget did not do for all of it.
 */
bool diff_argv_changes(struct arena *arena, const struct diff_sides *sides, hostset differs, struct diff *diff);

#endif
