/*
 * Regions: sets of hosts in words. Each is a box of inputs that is as general as can be: no condition of it can be
 * dropped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REGION_H
#define REGION_H

#include "hostset.h"
#include "model.h"

struct region {
    bool **codes;  /* by input, by code: which belong to it; NULL: all of them */
    size_t *codes_of_one; /* by input: one host of it */
};

/*
 * Takes the next region from what is left of a set, *left, whose hosts all lie in `among`: a box in which every host
 * that is not in `beside` (those that do not matter) belongs to `among`.
 */
void region_next(struct arena *arena, const struct model *model, struct hosts *hosts, hostset among, hostset beside,
                 hostset *left, struct region *region);

/* "host_os = macos, kvm = no, qemu_version from 9.2.0"; "every host" if it has no condition. */
const char *region_words(struct arena *arena, const struct model *model, const struct region *region);

/* What values a set of codes stands for: "linux or unknown", "8.0.0 to 9.1.x". */
const char *codes_words(struct arena *arena, const struct variable *variable, const bool *codes);

/* A value that stands for a code and that people expect at the edge: 9.1.0 for what ends before 9.2. */
int64_t code_example(const struct variable *variable, size_t code);

/*
 * The regions of a set as witnesses of a finding, at most MOST_REGIONS; with the command line where they have one.
 * Says in the finding how many more there are.
 */
enum { MOST_REGIONS = 4 };

#endif
