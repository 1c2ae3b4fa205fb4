/*
 * Regions: sets of hosts in words. Each is a box of inputs that is as general as can be: no condition of it can be
 * dropped, and none names values that no host of the set has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REGION_H
#define REGION_H

#include "gen/model/model.h"
#include "gen/proof/hostset.h"

/* What tells hosts apart: the variables behind the inputs of a struct hosts, in its order. */
struct axes {
    struct variable **items;
    size_t count, capacity;
};

/* The axes of a ruleset by itself: its inputs. */
struct axes axes_of(const struct model *model);

struct region {
    bool **codes;         /* by input, by code: which belong to it; NULL: all of them */
    size_t *codes_of_one; /* by input: one host of it; SIZE_MAX where any code will do */
};

/* So many regions of a finding are shown, and so many more are counted. */
enum { MAX_REGIONS = 4, MAX_MORE_REGIONS = 100 };

/*
 * Takes the next region of a set from what is left of it, *left: a box around one of its hosts that lies in `within`
 * (the whole set, and all that does not matter). False if the budget did not do.
 */
bool region_next(struct arena *arena, const struct axes *axes, struct hosts *hosts, hostset set, hostset within,
                 hostset *left, struct region *region);

/*
 * Adds codes to a box that lies in `within`, as long as it does and hosts of the set come in. False if there are none.
 */
bool region_widen(struct arena *arena, const struct axes *axes, struct hosts *hosts, hostset set, hostset within,
                  struct region *region);

/* "host_os = macos, kvm = no, version from 9.2"; "every host" if it has no condition. */
const char *region_words(struct arena *arena, const struct axes *axes, const struct region *region);

/* "host_os = linux or unknown": an input and a set of its codes. */
const char *codes_words(struct arena *arena, const struct variable *variable, const bool *codes);

/* The same as a cell of a rule: "linux, unknown", "8.0 ..< 9.2"; "*" for NULL, and for all codes. */
const char *codes_cell(struct arena *arena, const struct variable *variable, const bool *codes);

/* A value that stands for a code: that at the edge which people know, such as 9.1.0 for what ends below 9.2. */
int64_t code_example(const struct variable *variable, size_t code);

/* What else a number or version with this code may be, if it may: "from 8.0 to 9.1.x, the last below 9.2"; or NULL. */
const char *code_comment(struct arena *arena, const struct variable *variable, size_t code);

#endif
