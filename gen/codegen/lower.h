/*
 * From the typed model to the tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LOWER_H
#define LOWER_H

#include "gen/codegen/diagram.h"
#include "gen/codegen/tables.h"

/* The tables of a sound model, or NULL after a message where something is beyond what tables can hold. */
const struct muster_ruleset *lower_model(struct arena *arena, const struct model *model,
                                         struct diagnostics *diagnostics);

/* ---- shared by the files lower*.c of this room ---- */

struct lowering {
    struct arena *arena;
    struct arena *scratch;
    const struct model *model;
    struct diagnostics *diagnostics;
    struct tables *tables;
    struct diagrams *diagrams; /* those of the tables */
    struct diagrams *trial;    /* those that only the compiler asks */
    uint32_t *vars;            /* run-time variable by variable index */
    uint32_t n_vars;
    uint32_t *widths;                   /* by run-time variable */
    size_t *stage_of, *outcome_of;      /* by variable index: the stage that decides it, which of its outcomes it is */
    uint32_t *table_of;                 /* by table of the model: that of the tables */
    uint32_t *restriction_tables;       /* by restriction: its table */
    size_t first_stage_step;            /* in decide_steps, where each stage has one */
    bool *stage_needed;                 /* by stage: the command line needs its decision at run time */
    uint32_t *stage_roots;              /* by stage: its diagram over inputs in `trial`, + 1 */
    size_t work;                        /* steps taken over the cases of conditions; see WORK_LIMIT */
    bool too_much_work;                 /* that was said */
    uint32_t packed_bits;               /* of the packed index, how many are taken */
    uint64_t *weights[MUSTER_MAX_VARS]; /* by run-time variable: what its codes add to the packed index */
};

/* ---- lower_cond.c ---- */

/* The stages behind a decision are needed at run time, before a condition that asks it. */
void lower_need(struct lowering *lowering, const struct variable *variable);

/* A diagram for a condition (answers 0 and 1), over inputs if their cases are few, else over what it names. */
uint32_t lower_cond(struct lowering *lowering, struct diagrams *diagrams, const struct cond *cond, struct span span);

/* The fact's value will be needed, so it is checked for every command line, whether a diagram asks it or not. */
void lower_ask(struct lowering *lowering, const struct variable *fact);

/* Tables that may refuse a host, or whose completeness is not proven, are walked for every command line. */
bool lower_may_fail(const struct table *table);

uint32_t lower_file(struct lowering *lowering, struct span span);
uint32_t lower_line(struct lowering *lowering, struct span span);

/* ---- lower_argv.c ---- */

void lower_argv(struct lowering *lowering);

/* ---- lower_needs.c ---- */

/* All else is complete. */
void lower_needs(struct lowering *lowering);

#endif
