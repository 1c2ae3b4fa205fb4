/*
 * Sets of hosts: reduced ordered decision diagrams over the inputs of a ruleset with the leaves "in" and "out". A node
 * tests one input and has one successor for each of its codes. Equal nodes are shared, so that equal sets have equal
 * numbers.
 *
 * All operations share a budget. An operation that exceeds it returns HOSTS_UNKNOWN, as does every operation on
 * HOSTS_UNKNOWN; the caller reports "not proven". Queries cost nothing. For HOSTS_UNKNOWN they return false or
 * UINT64_MAX cells, and no host can be picked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HOSTSET_H
#define HOSTSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/arena.h"

typedef uint32_t hostset;
#define HOSTS_NONE UINT32_C(0)
#define HOSTS_ALL UINT32_C(1)
#define HOSTS_UNKNOWN UINT32_MAX

struct hosts; /* the context of all sets over the same inputs */

/* `widths`: the number of codes of each input, 1 or more; it is copied. Nodes test inputs in this order. */
struct hosts *hosts_new(struct arena *arena, const size_t *widths, size_t n_inputs);

/*
 * Sets the number of steps that all following operations may take together. A step is a run of codes in a node that is
 * visited or created.
 */
void hosts_budget(struct hosts *hosts, size_t steps);
size_t hosts_left(const struct hosts *hosts);

/* The hosts whose code for the input is marked in `codes`. */
hostset hosts_where(struct hosts *hosts, size_t input, const bool *codes);

hostset hosts_and(struct hosts *hosts, hostset a, hostset b);
hostset hosts_or(struct hosts *hosts, hostset a, hostset b);
hostset hosts_minus(struct hosts *hosts, hostset a, hostset b);
hostset hosts_not(struct hosts *hosts, hostset a);

/* Whether two sets certainly have a host in common; false also if the budget is exceeded. */
bool hosts_meet(struct hosts *hosts, hostset a, hostset b);

/*
 * Existential quantification: the hosts that are in the set for some codes of the marked inputs. The result does not
 * test these inputs.
 */
hostset hosts_forget(struct hosts *hosts, hostset set, const bool *inputs);

/* Marks the inputs that the set tests. */
void hosts_tested(const struct hosts *hosts, hostset set, bool *inputs);

/* The number of cells of the marked inputs in the set, which must test no other input; saturates at UINT64_MAX. */
uint64_t hosts_count(struct hosts *hosts, hostset set, const bool *inputs);

/* Picks one host of a non-empty set: its codes, or SIZE_MAX for inputs that its path does not test. */
void hosts_pick(const struct hosts *hosts, hostset set, size_t *codes);

bool hosts_has(const struct hosts *hosts, hostset set, const size_t *codes);

/* Whether a box is a subset of the set. codes[input][code] marks the codes that the box contains; NULL: all. */
bool hosts_has_box(struct hosts *hosts, hostset set, const bool *const *codes);
hostset hosts_box(struct hosts *hosts, const bool *const *codes);

/*
 * Clears in `fits`, by code of one input, the codes with which the box would not be a subset of the set. The codes that
 * the box has for that input are ignored; it must have a code for each other input.
 */
void hosts_fitting(struct hosts *hosts, hostset set, const bool *const *codes, size_t input, bool *fits);

#endif
