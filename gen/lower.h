/*
 * From the typed model to the tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LOWER_H
#define LOWER_H

#include "diagram.h"
#include "tables.h"

/* The tables of a sound model, or NULL after a message where something is beyond what tables can hold. */
const struct muster_ruleset *lower_model(struct arena *arena, const struct model *model,
                                         struct diagnostics *diagnostics);

/* ---- shared by the files lower*.c ---- */

struct lowering {
    struct arena *arena;
    struct arena *scratch;
    const struct model *model;
    struct diagnostics *diagnostics;
    struct tables *tables;
    struct diagrams *diagrams; /* those of the tables */
    struct diagrams *trial;    /* those that only the compiler asks */
    uint32_t *vars;     /* run-time variable by variable index */
    uint32_t n_vars;
    uint32_t *widths;   /* by run-time variable */
    bool *stage_needed; /* by stage: the command line needs its decision at run time */
    size_t work;        /* steps taken over the cases of conditions; see WORK_LIMIT */
    bool too_much_work; /* that was said */
    uint32_t packed_bits; /* of the packed index, how many are taken */
    uint64_t *weights[MUSTER_MAX_VARS]; /* by run-time variable: what its codes add to the packed index */
};

/* A diagram for a condition (answers 0 and 1), over inputs if their cases are few, else over what it names. */
uint32_t lower_cond(struct lowering *lowering, struct diagrams *diagrams, const struct cond *cond, struct span span);

uint32_t lower_file(struct lowering *lowering, struct span span);
uint32_t lower_line(struct lowering *lowering, struct span span);

/* lower_argv.c */
void lower_argv(struct lowering *lowering);

/* ---- selectors.c: conditions of the command line, gathered by what they depend on */

struct atom {
    const struct cond *cond;
    struct span span;
    uint32_t root; /* in lowering->trial */
    bool *support; /* by run-time variable: what it depends on */
    size_t size;   /* cases of that */
};

/* A selector: one run-time variable whose value says which of its atoms hold. */
struct selector {
    bool *support;
    size_t size;
    struct {
        size_t *items; /* atoms that are asked of it */
        size_t count, capacity;
    } atoms;
    struct {
        uint64_t **items; /* per value of the selector: a bit per atom of it */
        size_t count, capacity;
    } answers;
    uint32_t var;
};

struct selectors {
    struct lowering *lowering;
    struct {
        struct atom *items;
        size_t count, capacity;
    } atoms;
    struct {
        struct selector *items;
        size_t count, capacity;
    } list;
};

/* The atom of a condition; the same pointer gives the same atom. */
size_t selectors_atom(struct selectors *selectors, const struct cond *cond, struct span span);

/* Once all atoms are known: finds what they depend on, and the selectors that know enough for them. */
void selectors_prepare(struct selectors *selectors);

/* Whether a selector knows all that an atom depends on. */
bool selectors_covers(const struct selectors *selectors, size_t selector, size_t atom);

/* The atom will be asked of the selector, which covers it. */
void selectors_use(struct selectors *selectors, size_t selector, size_t atom);

/* Once all uses are known: puts the selectors that are used into the tables. */
void selectors_finish(struct selectors *selectors);

/* Whether an atom holds at a value of a selector. */
bool selectors_holds(const struct selectors *selectors, size_t selector, size_t atom, size_t value);

#endif
