/*
 * What the files fold*.c share: a decision while it is folded.
 *
 * There are two kinds of sets. Those of hosts are over inputs, as everywhere; those of combinations are over the
 * columns. The image of a set of hosts are the combinations that its hosts have.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FOLD_PARTS_H
#define FOLD_PARTS_H

#include "gen/audit/fold/fold.h"

/* What comes out on some hosts: the same values of all outcomes, or the same refusal. */
struct fold_answer {
    const int64_t *results;
    const char *reject;
    hostset hosts;
    hostset image;
};

/* A row of the table with hosts on which it decides; a derived condition has one for yes and one for no. */
struct fold_rule {
    const struct row *row; /* NULL of a derived condition */
    size_t answer;
    hostset hosts;
};

struct fold_image {
    size_t column;
    hostset set, image; /* HOSTS_NONE: the place is free */
};

struct folding {
    struct arena *arena;
    const struct model *model;
    struct meaning *meaning;
    struct hosts *hosts;
    bool unproven; /* the budget ended before something that the result depends on was known */
    hostset space; /* those hosts that have an answer */
    struct {
        struct fold_answer *items;
        size_t count, capacity;
    } answers;
    struct {
        struct fold_rule *items;
        size_t count, capacity;
    } rules;

    struct axes columns;
    struct hosts *combinations;
    /*
     * By column a tree, so that a set is taken apart by thousands of codes in few steps: the hosts that have the code i
     * stand at first_leaf + i; at k those of 2k and 2k + 1.
     */
    hostset **values;
    size_t *first_leaf;
    hostset **next; /* by column, by code: images that are being made */
    hostset image;  /* combinations that some host of the space has */
    struct {
        struct fold_image *items; /* hash table */
        size_t count, capacity;
    } images;
    size_t steps; /* left for finding images */
};

/* ---- image.c ---- */

/* Looks at the columns; NULL, or the first one that is known to have no value on some host of the space. */
const struct variable *fold_over(struct folding *folding, const struct axes *columns);

/* Whether a budget has ended, or a set that an earlier question left unknown was needed. Needs fold_over. */
bool fold_is_unproven(struct folding *folding);

/* Finds the images of all answers. False if the budget did not do. */
bool fold_images(struct folding *folding);

/* Where the columns have codes: NULL stands for any. */
hostset fold_hosts_in(struct folding *folding, bool *const *codes);

/* ---- cover.c ---- */

/* Fills in the rows of all answers. False if the budget did not do. */
bool fold_cover(struct folding *folding, struct folded *folded);

#endif
