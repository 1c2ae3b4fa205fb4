/*
 * Regions: sets of hosts as text. A region is a maximal box of inputs: no condition can be removed, and each value that
 * it names occurs on a host of the set.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REGION_H
#define REGION_H

#include "gen/model/model.h"
#include "gen/proof/hostset.h"

/* The dimensions of a struct hosts: the variables of its inputs, in its order. */
struct axes {
    struct variable **items;
    size_t count, capacity;
};

/* The axes of a single ruleset: its inputs. */
struct axes axes_of(const struct model *model);

struct region {
    bool **codes;         /* by input and code: which codes it contains; NULL: all */
    size_t *codes_of_one; /* by input: a host of the region; SIZE_MAX where the code does not matter */
};

/* Limits on the regions of a finding that are shown, and that are counted in addition. */
enum { MAX_REGIONS = 4, MAX_MORE_REGIONS = 100 };

/*
 * Extracts the next region of a set from *left, the part that is not covered yet: a box around one of its hosts, within
 * `within` (the set, and its don't-cares). False if the budget is exceeded.
 */
bool region_next(struct arena *arena, const struct axes *axes, struct hosts *hosts, hostset set, hostset within,
                 hostset *left, struct region *region);

/* Adds codes to a box while it stays within `within` and meets more hosts of the set. False if there are none. */
bool region_widen(struct arena *arena, const struct axes *axes, struct hosts *hosts, hostset set, hostset within,
                  struct region *region);

/* "host_os = macos, kvm = no, version from 9.2"; "every host" if it has no condition. */
const char *region_words(struct arena *arena, const struct axes *axes, const struct region *region);

/* "host_os = linux or unknown": an input and a set of its codes. */
const char *codes_words(struct arena *arena, const struct variable *variable, const bool *codes);

/* The same as a cell of a rule: "linux, unknown", "8.0 ..< 9.2"; "*" for NULL, and for all codes. */
const char *codes_cell(struct arena *arena, const struct variable *variable, const bool *codes);

/* A typical value with the code: the bound that users know, such as 9.1.0 for versions below 9.2. */
int64_t code_example(const struct variable *variable, size_t code);

/*
 * The other values of a number or version with this code: "from 8.0 to 9.1.x, the last below 9.2"; NULL if there are
 * none.
 */
const char *code_comment(struct arena *arena, const struct variable *variable, size_t code);

#endif
