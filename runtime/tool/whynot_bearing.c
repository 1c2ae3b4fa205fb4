/*
 * What bears on what, found by walking all decision diagrams once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/whynot_bearing.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/lib/evaluate.h"

struct bearing {
    const struct muster_ruleset *rules;
    size_t n_asked;
    bool *behind;     /* by variable, by input in `asked`: the variable depends on it */
    uint32_t *widths; /* by variable: how many codes it can have */
    uint32_t *ties;   /* by input in `asked`: another one that rejections tie to it, or itself */
    bool *refusals;   /* by input in `asked`: some rejection asks it */
    bool *marked;     /* what bearing_on returns */
    bool *group;      /* by input in `asked`, for bearing_on */
    uint32_t *visits; /* by word of `diagrams`: the last step whose walk came there, + 1 */
    uint32_t *open;   /* nodes to be looked at */
};

/* What the walk of one step finds. */
struct walk {
    struct bearing *bearing;
    const struct muster_step *step;
    uint32_t number; /* of the step, + 1 */
    size_t n_open;
    bool *behind;   /* by input */
    uint32_t width; /* of its first variable */
    bool refuses;
};

/* The first of the inputs that are tied to one another. */
static uint32_t first_tied(struct bearing *bearing, uint32_t input) {
    while (bearing->ties[input] != input) {
        bearing->ties[input] = bearing->ties[bearing->ties[input]];
        input = bearing->ties[input];
    }
    return input;
}

static void grow(uint32_t *width, uint32_t value) {
    if (value >= *width)
        *width = value + 1;
}

/* An answer: what the variables can become, and whether it is that a host is refused. */
static void see_answer(struct walk *walk, uint32_t answer) {
    const struct muster_ruleset *rules = walk->bearing->rules;
    const struct muster_step *step = walk->step;
    const struct muster_table *table;
    const struct muster_row *row;

    if (step->table == MUSTER_NONE) {
        grow(&walk->width, answer);
        return;
    }
    if (answer == MUSTER_GAP) {
        walk->refuses = true;
        return;
    }
    table = &TABLES(rules)[step->table];
    row = &ROWS(rules)[table->first_row + answer];
    walk->refuses = walk->refuses || row->reject;
    for (uint32_t i = 0; i < table->n_decisions && !row->reject; i++)
        grow(&walk->bearing->widths[step->var + i], WORDS(rules)[row->first + i]);
}

static void see(struct walk *walk, uint32_t place) {
    struct bearing *bearing = walk->bearing;

    if (place & MUSTER_LEAF) {
        see_answer(walk, place & ~MUSTER_LEAF);
    } else if (bearing->visits[place] != walk->number) {
        bearing->visits[place] = walk->number;
        bearing->open[walk->n_open++] = place;
    }
}

/* Everything that one diagram asks. Values that a decision never has are not followed. */
static void walk_diagram(struct walk *walk) {
    struct bearing *bearing = walk->bearing;
    const uint32_t *diagrams = DIAGRAMS(bearing->rules);

    see(walk, walk->step->root);
    while (walk->n_open > 0) {
        const uint32_t *node = diagrams + bearing->open[--walk->n_open];
        const bool *behind = bearing->behind + node[0] * bearing->n_asked;
        for (size_t i = 0; i < bearing->n_asked; i++)
            walk->behind[i] = walk->behind[i] || behind[i];
        for (uint32_t code = 0; code < bearing->widths[node[0]]; code++)
            see(walk, node[1 + code]);
    }
}

/* All inputs behind a rejection are tied to one another. */
static void tie(struct bearing *bearing, const bool *behind) {
    uint32_t first = MUSTER_NONE;

    for (uint32_t i = 0; i < bearing->n_asked; i++) {
        if (!behind[i])
            continue;
        bearing->refusals[i] = true;
        if (first == MUSTER_NONE)
            first = first_tied(bearing, i);
        bearing->ties[first_tied(bearing, i)] = first;
    }
}

static void take_step(struct bearing *bearing, uint32_t index) {
    const struct muster_ruleset *rules = bearing->rules;
    const struct muster_step *step = &DECIDE_STEPS(rules)[index];
    uint32_t n_vars = step->table == MUSTER_NONE ? 1 : TABLES(rules)[step->table].n_decisions;
    bool *behind = bearing->marked; /* nobody else uses it yet */
    struct walk walk = {.bearing = bearing, .step = step, .number = index + 1, .behind = behind};

    memset(behind, 0, bearing->n_asked * sizeof *behind);
    walk_diagram(&walk);
    if (walk.refuses)
        tie(bearing, behind);
    if (step->table == MUSTER_NONE && walk.width > bearing->widths[step->var])
        bearing->widths[step->var] = walk.width;
    for (uint32_t i = 0; i < n_vars; i++)
        for (size_t k = 0; k < bearing->n_asked; k++)
            bearing->behind[(step->var + i) * bearing->n_asked + k] |= behind[k];
}

struct bearing *bearing_new(const struct muster_ruleset *rules) {
    struct bearing *bearing = calloc(1, sizeof *bearing);
    size_t n_asked = rules->asked.count, n_vars = rules->n_vars;

    if (!bearing)
        return NULL;
    bearing->rules = rules;
    bearing->n_asked = n_asked;
    bearing->behind = calloc(n_vars * n_asked + 1, sizeof *bearing->behind);
    bearing->widths = calloc(n_vars + 1, sizeof *bearing->widths);
    bearing->ties = calloc(n_asked + 1, sizeof *bearing->ties);
    bearing->refusals = calloc(n_asked + 1, sizeof *bearing->refusals);
    bearing->marked = calloc(n_asked + 1, sizeof *bearing->marked);
    bearing->group = calloc(n_asked + 1, sizeof *bearing->group);
    bearing->visits = calloc((size_t)rules->diagrams.count + 1, sizeof *bearing->visits);
    bearing->open = calloc((size_t)rules->diagrams.count + 1, sizeof *bearing->open);
    if (!bearing->behind || !bearing->widths || !bearing->ties || !bearing->refusals || !bearing->marked ||
        !bearing->group || !bearing->visits || !bearing->open) {
        bearing_free(bearing);
        return NULL;
    }
    for (uint32_t i = 0; i < n_asked; i++) {
        const struct muster_asked *asked = &ASKED(rules)[i];
        bearing->ties[i] = i;
        bearing->behind[asked->var * n_asked + i] = true;
        bearing->widths[asked->var] = asked->n_codes + asked->unknown;
    }
    for (uint32_t i = 0; i < rules->decide_steps.count; i++)
        take_step(bearing, i);
    return bearing;
}

void bearing_free(struct bearing *bearing) {
    if (!bearing)
        return;
    free(bearing->behind);
    free(bearing->widths);
    free(bearing->ties);
    free(bearing->refusals);
    free(bearing->marked);
    free(bearing->group);
    free(bearing->visits);
    free(bearing->open);
    free(bearing);
}

const bool *bearing_on(struct bearing *bearing, uint32_t var) {
    const bool *behind = bearing->behind + var * bearing->n_asked;

    memset(bearing->group, 0, bearing->n_asked * sizeof *bearing->group);
    for (uint32_t i = 0; i < bearing->n_asked; i++)
        if (behind[i])
            bearing->group[first_tied(bearing, i)] = true;
    for (uint32_t i = 0; i < bearing->n_asked; i++)
        bearing->marked[i] = bearing->group[first_tied(bearing, i)];
    return bearing->marked;
}

const bool *bearing_refusals(const struct bearing *bearing) {
    return bearing->refusals;
}
