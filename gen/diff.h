/*
 * Two rulesets compared by what they mean: on which hosts they decide, refuse, warn or write otherwise.
 *
 * Both are looked at over the same hosts, which are told apart by the inputs of both; a fact of one that the other
 * decides is taken from there. Numbers and versions are cut at the constants of both.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DIFF_H
#define DIFF_H

#include <stdio.h>

#include "meaning.h"
#include "region.h"

enum { OLD_SIDE, NEW_SIDE, N_SIDES };

/* A row, statement or item that is responsible, and what is said there. */
struct diff_rule {
    struct span span; /* in the sources of its side */
    struct meta meta;
    const char *label; /* of a row; or NULL */
};

struct diff_rules {
    struct diff_rule *items;
    size_t count, capacity;
};

struct texts {
    const char **items;
    size_t count, capacity;
};

enum change_kind {
    CHANGE_REFUSAL, /* refused with a message, or not */
    CHANGE_DECISION,
    CHANGE_ARGUMENT, /* of the command line; holes are written $name */
    CHANGE_WARNING
};

/* The same change on all the hosts of some regions. */
struct change {
    enum change_kind kind;
    const char *name;            /* of the decision; the option; the first argument */
    const char *values[N_SIDES]; /* what it was and becomes; NULL: nothing, or nothing on these hosts */
    /* Arguments that are lists: what is no longer in them, and what is new. */
    struct texts removed, added;
    struct diff_rules rules[N_SIDES];
    struct texts follows; /* decisions that changed on these hosts, too, and that it depends on */
    bool is_security;     /* something of it has a tag for that */
    hostset set;
    uint64_t cells;
    struct {
        struct region *items;
        size_t count, capacity;
    } regions; /* over the axes of the diff; the first ones */
    size_t n_more_regions;
    struct diag_witness *witnesses[N_SIDES]; /* one host of it, as either side has it, with its command line */
};

struct diff {
    const struct model *models[N_SIDES];
    struct axes axes;
    struct hosts *hosts;
    struct texts space; /* how the facts and parameters themselves changed, in sentences; none: not at all */
    struct {
        struct change *items;
        size_t count, capacity;
    } changes;           /* those of security first */
    uint64_t cells, all; /* cells in which anything changed, of those that either side has */
    bool not_proven;     /* the budget did not do for all of it */
};

/* Whether one of a rule's tags (with blanks between; or NULL) says that it is about security. */
bool tags_are_security(const char *tags);

/* Both models are sound. NULL after a diagnostic: they cannot be compared. */
struct diff *diff_of(struct arena *arena, struct model *old_model, struct model *new_model,
                     struct diagnostics *diagnostics);

/* Nothing changed: neither answers nor what can be asked. */
bool diff_is_empty(const struct diff *diff);

void diff_text(struct arena *arena, const struct diff *diff, FILE *out);
void diff_markdown(struct arena *arena, const struct diff *diff, FILE *out);
void diff_json(struct arena *arena, const struct diff *diff, FILE *out);

#endif
