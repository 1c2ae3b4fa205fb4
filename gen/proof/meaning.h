/*
 * Rules as sets of hosts: where a condition holds, where a row decides, which hosts are possible. Everything is traced
 * back to inputs, so that impossible combinations of decisions are never counted as cases.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MEANING_H
#define MEANING_H

#include "gen/model/model.h"
#include "gen/proof/hostset.h"

struct meaning;

/* Uses sets over the model's inputs, in their order; an input of width 1 is never tested. */
struct meaning *meaning_new(struct arena *arena, const struct model *model);

/*
 * The same with other axes: code_sets[input][code] is the set of hosts on which an input has a code. `n_axes` is the
 * number of inputs of `hosts`; "inputs" below then means these axes.
 */
struct meaning *meaning_over(struct arena *arena, const struct model *model, struct hosts *hosts, size_t n_axes,
                             const hostset *const *code_sets);
struct hosts *meaning_hosts(const struct meaning *meaning);

/* Where the condition holds and all variables that it tests have a value. */
hostset meaning_cond(struct meaning *meaning, const struct cond *cond);

/* Where the variable has a value in the set. */
hostset meaning_value(struct meaning *meaning, const struct variable *variable, const struct valueset *set);

/*
 * Marks exactly the codes that the variable has on the hosts of a set; returns their number, or 0 if the budget is
 * exceeded.
 */
size_t meaning_codes(struct meaning *meaning, const struct variable *variable, hostset set, bool *codes);

/* Declares that no rows of the table overlap, so that each row decides wherever it matches. */
void meaning_exclusive(struct meaning *meaning, const struct table *table);

/* Where all columns of the table have values; where the row matches; where it is the first row that matches. */
hostset meaning_evaluable(struct meaning *meaning, const struct table *table);
hostset meaning_fits(struct meaning *meaning, const struct table *table, const struct row *row);
hostset meaning_decides(struct meaning *meaning, const struct table *table, const struct row *row);

/*
 * The hosts that satisfy the assumptions and rejections over inputs, as far as these depend on the marked inputs. Marks
 * all inputs that the result depends on.
 */
hostset meaning_possible(struct meaning *meaning, bool *inputs);

/* The same for hosts with a command line: no row and no rejection over decisions rejects them. */
hostset meaning_accepted(struct meaning *meaning, bool *inputs);

#endif
