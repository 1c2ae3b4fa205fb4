/*
 * What rules mean as sets of hosts: where a condition holds, where a row decides, which hosts there are at all.
 * Everything is traced back to inputs, so that what decisions cannot come to together is never taken for a case.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MEANING_H
#define MEANING_H

#include "gen/model/model.h"
#include "gen/proof/hostset.h"

struct meaning;

/* Its sets are over the model's inputs, in their order; one of width 1 is never asked. */
struct meaning *meaning_new(struct arena *arena, const struct model *model);

/*
 * The same over hosts that are told apart by something else: grounds[input][code] are the hosts on which an input has a
 * code. `n_axes`: how many inputs `hosts` has; these are what "inputs" means below then.
 */
struct meaning *meaning_over(struct arena *arena, const struct model *model, struct hosts *hosts, size_t n_axes,
                             const hostset *const *grounds);
struct hosts *meaning_hosts(const struct meaning *meaning);

/* Where the condition holds, and all that it asks has a value. */
hostset meaning_cond(struct meaning *meaning, const struct cond *cond);

/* Where the variable has a value of the set. */
hostset meaning_value(struct meaning *meaning, const struct variable *variable, const struct valueset *set);

/* Marks the codes that the variable has on hosts of a set, and no others; returns how many, or 0 if the budget ended.
 */
size_t meaning_codes(struct meaning *meaning, const struct variable *variable, hostset set, bool *codes);

/* The rows of the table are known to overlap nowhere: then each decides where it fits. */
void meaning_exclusive(struct meaning *meaning, const struct table *table);

/* Where the columns of a table have values; where the cells of a row fit; where it is the first that does. */
hostset meaning_asked(struct meaning *meaning, const struct table *table);
hostset meaning_fits(struct meaning *meaning, const struct table *table, const struct row *row);
hostset meaning_decides(struct meaning *meaning, const struct table *table, const struct row *row);

/*
 * The hosts that assumptions and rejections over inputs leave, as far as these bear on the marked inputs; marks all
 * inputs that then matter.
 */
hostset meaning_possible(struct meaning *meaning, bool *inputs);

/* The same of the hosts that get a command line: no row and no rejection over decisions refuses them either. */
hostset meaning_accepted(struct meaning *meaning, bool *inputs);

#endif
