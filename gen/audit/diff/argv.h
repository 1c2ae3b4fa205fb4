/*
 * Two command lines compared over the same hosts: exactly where they differ, and in which arguments.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DIFF_ARGV_H
#define DIFF_ARGV_H

#include "gen/audit/diff/diff.h"

/* What is compared: a ruleset on either side, each with what it means over hosts that both share. */
struct diff_sides {
    const struct model *models[N_SIDES];
    struct meaning *meanings[N_SIDES];
    struct hosts *hosts;
};

/*
 * The hosts of a set on which the command lines are not the same, argument by argument, whatever fills the holes.
 * However the rules are written: only what comes out counts. HOSTS_UNKNOWN: the budget did not do.
 *
 * A hole is the same as another that writes the same input in the same way: what no text of it has need not be escaped
 * in the same way. Where a number can only be one, its hole is that text; so is that of a fact which the other side
 * decides. Any other hole differs from whatever else stands in its place.
 */
hostset diff_argv_set(struct arena *arena, const struct diff_sides *sides, hostset set);

/*
 * Adds a change for each way in which an argument, or an option with what stands behind it, changed on hosts of
 * `differs`, which is what diff_argv_set said. Each host of it has at least one, and no other host has any. Of a change
 * this fills in kind, name, values, removed, added, rules, is_security and set. False if the budget did not do for all
 * of it; what was added is true even then.
 *
 * Of a list that stays, `removed` and `added` say what is no longer in it and what is new, and there are no values; but
 * if only its order changed, values. Equal values: it stands elsewhere, or is escaped in another way. In a text that
 * stands for several, what is only written on some of the hosts is in brackets: "v[,x=1],y". A plain word is its own
 * name. Texts are written as in rules: $name is a hole, $$ a '$'; an argument that is empty or has blanks is in quotes.
 */
bool diff_argv_changes(struct arena *arena, const struct diff_sides *sides, hostset differs, struct diff *diff);

#endif
