/*
 * What rules mean as sets of hosts: where a condition holds, where a row decides, which hosts there are at all.
 * Everything is traced back to inputs, so that what decisions cannot come to together is never taken for a case.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MEANING_H
#define MEANING_H

#include "hostset.h"
#include "model.h"

struct meaning;

/* The budget is that of `hosts`, which has one input for each of the model's, in their order (width 1: never asked). */
struct meaning *meaning_new(struct arena *arena, const struct model *model);
struct hosts *meaning_hosts(const struct meaning *meaning);

/* Where the condition holds, and all that it asks has a value. */
hostset meaning_cond(struct meaning *meaning, const struct cond *cond);

/* Where the variable has a value; and one of the set. */
hostset meaning_decided(struct meaning *meaning, const struct variable *variable);
hostset meaning_value(struct meaning *meaning, const struct variable *variable, const struct valueset *set);

/* Where the columns of a table have values; where the cells of a row fit; where it is the first that does. */
hostset meaning_asked(struct meaning *meaning, const struct table *table);
hostset meaning_fits(struct meaning *meaning, const struct table *table, const struct row *row);
hostset meaning_decides(struct meaning *meaning, const struct table *table, const struct row *row);

/* The hosts that assumptions and rejections over inputs leave, as far as they bear on the inputs that `set` asks. */
hostset meaning_possible(struct meaning *meaning, hostset set);

/* The hosts that get a command line: no row and no rejection refuses them either. */
hostset meaning_accepted(struct meaning *meaning, hostset set);

#endif
