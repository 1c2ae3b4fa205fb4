/*
 * From the typed model to the tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LOWER_H
#define LOWER_H

#include "gen/codegen/diagram.h"
#include "gen/codegen/tables.h"

/* The tables of a sound model, or NULL after a message if they would exceed a limit of the format. */
const struct muster_ruleset *lower_model(struct arena *arena, const struct model *model,
                                         struct diagnostics *diagnostics);

/* ---- shared by the files lower*.c of this room ---- */

struct lowering {
    struct arena *arena;
    struct arena *scratch;
    const struct model *model;
    struct diagnostics *diagnostics;
    struct tables *tables;
    struct diagrams *diagrams; /* of the tables */
    struct diagrams *trial;    /* used only at compile time */
    uint32_t *vars;            /* run-time variable by variable index */
    uint32_t n_vars;
    uint32_t *widths;              /* by run-time variable */
    size_t *stage_of, *outcome_of; /* by variable index: the stage that decides it, and its index among the outcomes */
    uint32_t *table_of;            /* by table of the model: its index in the tables */
    uint32_t *restriction_tables;  /* by restriction: its table */
    size_t first_stage_step;       /* index in decide_steps; each stage has one step there */
    bool *stage_needed;            /* by stage: whether the command line needs its decision at run time */
    uint32_t *stage_roots;         /* by stage: its diagram over inputs in `trial`, + 1 */
    size_t work;                   /* steps taken for the cases of conditions; see WORK_LIMIT */
    bool work_exceeded;            /* the limit is exceeded and reported */
    uint32_t packed_bits;          /* number of bits in use of the packed index */
    uint64_t *weights[MUSTER_MAX_VARS]; /* by run-time variable: what each code adds to the packed index */
};

/* ---- lower_cond.c ---- */

/* Marks the stages that a decision depends on as needed at run time before a condition that tests it. */
void lower_mark_needed(struct lowering *lowering, const struct variable *variable);

/*
 * A diagram of a condition (answers 0 and 1): over inputs if they have few cases, else over the variables that it
 * names.
 */
uint32_t lower_cond(struct lowering *lowering, struct diagrams *diagrams, const struct cond *cond, struct span span);

/* Marks the fact as needed, so that its value is checked for every command line, even if no diagram tests it. */
void lower_check_fact(struct lowering *lowering, const struct variable *fact);

/*
 * Whether the table may reject a host, or may have a gap because its completeness is not proven. Such tables are
 * evaluated for every command line.
 */
bool lower_may_fail(const struct table *table);

uint32_t lower_file(struct lowering *lowering, struct span span);
uint32_t lower_line(struct lowering *lowering, struct span span);

/* ---- lower_argv.c ---- */

void lower_argv(struct lowering *lowering);

/* ---- lower_needs.c ---- */

/* Must be called last. */
void lower_needs(struct lowering *lowering);

#endif
