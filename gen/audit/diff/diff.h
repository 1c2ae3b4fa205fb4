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

#include "gen/audit/diff/joint.h"
#include "grammar/diag/diag.h"

struct report;

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
    } regions;                               /* over the axes of the diff */
    bool has_more_regions;                   /* than these, which are very many */
    struct diag_witness *witnesses[N_SIDES]; /* one host of it, as either side has it, with its command line */
};

/* A change has no more regions than this; who prints for people shows MAX_REGIONS of them, and so many rules. */
enum { MAX_CHANGE_REGIONS = 1000, MAX_CHANGE_RULES = 12 };

struct diff {
    const struct model *models[N_SIDES];
    struct axes axes;
    struct hosts *hosts;
    const struct joint *joint; /* what either side has of the axes */
    const char *where;         /* the condition that narrows the hosts, as given; or NULL */
    struct texts space;        /* how the facts and parameters themselves changed, in sentences; none: not at all */
    struct {
        struct change *items;
        size_t count, capacity;
    } changes;             /* those of security first */
    hostset set, compared; /* where anything changed, of the hosts that both sides have and not both rule out */
    uint64_t cells, all;   /* how many cells these are; UINT64_MAX: that many or more */
    bool not_proven;       /* the budget did not do for all of it */
};

/* Whether one of a rule's tags (with blanks between; or NULL) says that it is about security. */
bool tags_are_security(const char *tags);

/*
 * Both models are sound. `where`: only on hosts where new_model->question holds, which it is the text of; or NULL. NULL
 * after a diagnostic: they cannot be compared.
 */
struct diff *diff_of(struct arena *arena, struct model *old_model, struct model *new_model, const char *where,
                     struct diagnostics *diagnostics);

/* Nothing changed: neither answers nor what can be asked. */
bool diff_is_empty(const struct diff *diff);

/* Changes on the same hosts, those of security apart: each group in the order of its changes. */
struct change_group {
    bool is_security;
    const struct change **items; /* never empty; set, cells and regions of all of them are those of the first */
    size_t count, capacity;
};
struct change_groups {
    struct change_group *items;
    size_t count, capacity;
};
struct change_groups diff_groups(struct arena *arena, const struct diff *diff);

/* ---- words for it, which the printers share; nothing in them is escaped ---- */

/* "5 changes in 24 of 96 cases: 2 of decisions, 3 of the command line; 1 concerns security" */
const char *diff_summary(struct arena *arena, const struct diff *diff);

/* A number of cells; "or more" behind the greatest. */
const char *diff_count(struct arena *arena, uint64_t cells);

/* "decision machine", "argument -cpu", "refusal". */
const char *change_title(struct arena *arena, const struct change *change);

/* "guest.muster:12", and the text there: in one line, which ends with "..." if it is long. */
const char *diff_place(struct arena *arena, const struct diff *diff, size_t side, struct span span);
const char *diff_excerpt(struct arena *arena, const struct diff *diff, size_t side, struct span span);

/* "guest_arch = x86_64, kvm = yes": one region of a change; and what is said of those that are not shown, or NULL. */
const char *diff_region(struct arena *arena, const struct diff *diff, const struct change *change, size_t region);
const char *diff_more_regions(struct arena *arena, const struct change *change);

/* The rule of the new side that says the same as one of the old side, or NULL. */
const struct diff_rule *diff_same_rule(struct arena *arena, const struct diff *diff, const struct change *change,
                                       const struct diff_rule *rule);

/* Whether a rule of the new side is that of one that is shown of the old side. */
bool diff_is_same_rule(struct arena *arena, const struct diff *diff, const struct change *change,
                       const struct diff_rule *rule);

/* The file that was given. */
const char *diff_file(const struct diff *diff, size_t side);

void diff_text(struct arena *arena, const struct diff *diff, FILE *out);
void diff_markdown(struct arena *arena, const struct diff *diff, FILE *out);

/* `diff` is NULL where rules are broken: then there are findings only. */
void diff_json(struct arena *arena, const struct diff *diff, const struct report *report, FILE *out);

#endif
