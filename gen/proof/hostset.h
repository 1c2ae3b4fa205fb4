/*
 * Sets of hosts: decision diagrams over the inputs of a ruleset with the answers "in" and "out". A node asks one input
 * and has one successor for each of its codes; equal nodes are one, so that equal sets have equal numbers.
 *
 * Every operation can come to the end of its budget. Its result is HOSTS_UNKNOWN then, and so is that of every
 * operation on it: whoever asks for an answer says "not proven". Questions take nothing from the budget; of
 * HOSTS_UNKNOWN the answer is no, or UINT64_MAX cells, and there is no host to pick.
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

struct hosts; /* all sets over the same inputs */

/* `widths`: how many codes each input has, 1 or more; copied. Inputs are asked in this order. */
struct hosts *hosts_new(struct arena *arena, const size_t *widths, size_t n_inputs);

/*
 * How many steps (nodes looked at or made, times the runs of codes that they tell apart) all operations from now on may
 * take together.
 */
void hosts_budget(struct hosts *hosts, size_t steps);
size_t hosts_left(const struct hosts *hosts);

/* The hosts whose code of one input is among those that `codes` marks. */
hostset hosts_where(struct hosts *hosts, size_t input, const bool *codes);

hostset hosts_and(struct hosts *hosts, hostset a, hostset b);
hostset hosts_or(struct hosts *hosts, hostset a, hostset b);
hostset hosts_minus(struct hosts *hosts, hostset a, hostset b);
hostset hosts_not(struct hosts *hosts, hostset a);

/* Whether two sets are known to have a host in common: false also where the budget ended. */
bool hosts_meet(struct hosts *hosts, hostset a, hostset b);

/* The hosts that become one of the set by another code of the marked inputs: these are then no longer asked. */
hostset hosts_forget(struct hosts *hosts, hostset set, const bool *inputs);

/* Marks the inputs that the set asks. */
void hosts_asked(const struct hosts *hosts, hostset set, bool *inputs);

/*
 * How many cells of the product of the marked inputs are in the set, which asks no other; UINT64_MAX if that is not
 * less.
 */
uint64_t hosts_count(struct hosts *hosts, hostset set, const bool *inputs);

/* One host of a set that is not empty: its codes, SIZE_MAX for an input that was not asked on the way. */
void hosts_pick(const struct hosts *hosts, hostset set, size_t *codes);

bool hosts_has(const struct hosts *hosts, hostset set, const size_t *codes);

/*
 * A box: for each input the codes that belong to it, codes[input][code]; NULL for all of them. Whether all of it lies
 * in the set.
 */
bool hosts_has_box(struct hosts *hosts, hostset set, const bool *const *codes);
hostset hosts_box(struct hosts *hosts, const bool *const *codes);

/*
 * Clears in `fits`, by code of one input, those with which the box would not lie in the set. What the box has of that
 * input does not matter; of the others it must have a code.
 */
void hosts_fitting(struct hosts *hosts, hostset set, const bool *const *codes, size_t input, bool *fits);

#endif
