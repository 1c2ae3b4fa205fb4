/*
 * The hosts over which two rulesets are compared. They are told apart by the inputs of both, a fact or parameter of the
 * same name being one axis: numbers and versions are cut at the constants of both, members are the same by name. A
 * value that one side does not have belongs to hosts that only the other side has.
 *
 * What one side asks from outside and the other decides is no axis: there the one takes what the other decides under
 * that name, or under the name RULESET_FACT, the ruleset being the one that asks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef JOINT_H
#define JOINT_H

#include "gen/proof/meaning.h"
#include "gen/proof/region.h"

enum { OLD_SIDE, NEW_SIDE, N_SIDES };

struct joint_axis {
    const struct variable *inputs[N_SIDES]; /* NULL: that side has none of this name and of a type like it */
    const size_t *codes[N_SIDES];           /* by code of the axis: the input's; SIZE_MAX: it has no such value */
};

struct joint {
    const struct model *models[N_SIDES];
    struct axes axes; /* copies with joint types and cuts: in the order of the new side, then what only the old has */
    struct joint_axis *items;                 /* by axis */
    const struct variable **decided[N_SIDES]; /* by input of a side: the decision of the other that it is; or NULL */
    struct hosts *hosts;                      /* over the axes */
    struct meaning *meanings[N_SIDES];        /* of both, over these hosts */
    const hostset *const *code_sets[N_SIDES]; /* by input of a side, by code: the hosts on which it has that */
    hostset exists[N_SIDES];                  /* hosts all of whose values a side has */
    bool *all;                                /* marks every axis */
};

/*
 * Both models are sound. NULL after a diagnostic: each asks for something that the other decides, and one goes round in
 * a circle; or what is to say what a fact is has other values. `steps`: the budget of the hosts to begin with.
 */
struct joint *joint_new(struct arena *arena, const struct model *old_model, const struct model *new_model, size_t steps,
                        struct diagnostics *diagnostics);

/* What the other side says under the name RULESET_FACT that an input of a side is; or NULL. */
const struct variable *joint_statement(const struct joint *joint, size_t side, const struct variable *input);

/* What both have under this name: one kind of values, some of them in common. */
bool joint_is_alike(const struct variable *a, const struct variable *b);

/* The variable of that name that rules can ask; or NULL. */
const struct variable *joint_find(const struct model *model, const char *name);

/* The member of that name, or SIZE_MAX. */
size_t joint_member(const struct type *type, const char *name);

#endif
