/*
 * What the files diff*.c share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DIFF_PARTS_H
#define DIFF_PARTS_H

#include "gen/audit/diff/argv.h"
#include "gen/audit/diff/diff.h"

/* Something that leads to an answer, and where it does. */
struct cause {
    struct diff_rule rule;
    hostset set;
};

/* What one side says, and on which hosts. */
struct answer {
    const char *value; /* NULL: nothing */
    hostset set;
    struct {
        struct cause *items;
        size_t count, capacity;
    } causes;
};
struct answers {
    struct answer *items;
    size_t count, capacity;
};

struct comparison {
    struct arena *arena;
    struct diff *diff;
    struct diagnostics *diagnostics;
    struct joint *joint;
    struct diff_sides sides;
    hostset shared;            /* hosts that both have */
    hostset possible[N_SIDES]; /* no assumption and no rejection over inputs refuses them */
    hostset accepted[N_SIDES]; /* they get a command line */
    struct {
        bool **items;
        size_t count, capacity;
    } asked[N_SIDES];     /* by change: the variables, by index, that the side decides it from */
    size_t work, granted; /* steps that are left for all questions; that the last one got */
};

/* Steps over sets of hosts that one question may take, and all of them together; a step may leave some 20 bytes. */
enum { QUESTION_STEPS = 1 << 23, COMPARISON_STEPS = 1 << 25 };

/* Begins a question: it has a budget of its own. */
void comparison_ask(struct comparison *comparison);

/* Marks what the condition, or the variable, depends on. */
void comparison_mark_cond(const struct cond *cond, bool *asked);
void comparison_mark(const struct variable *variable, bool *asked);

/* Room for such marks of a side. */
bool *comparison_no_marks(const struct comparison *comparison, size_t side);

/* ---- answers.c ---- */

/* Who is refused and with what words; also which hosts are possible and accepted. */
void compare_refusals(struct comparison *comparison);
void compare_decisions(struct comparison *comparison);
void compare_warnings(struct comparison *comparison);

/* ---- space.c ---- */

/* Sentences about facts, parameters and decisions that are others now. */
void compare_spaces(struct comparison *comparison);

/* ---- witness.c ---- */

/* One host of the change, for either side. */
void add_witnesses(struct comparison *comparison, struct change *change);

#endif
