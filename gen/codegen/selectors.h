/*
 * Selectors: the conditions of the command line, gathered so that one look answers all of those that depend on the same
 * things.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SELECTORS_H
#define SELECTORS_H

#include "gen/codegen/lower.h"

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
    size_t *places; /* by atom: where it stands in `atoms`, + 1 */
    struct {
        uint64_t **items; /* per value of the selector: a bit per atom of it */
        size_t count, capacity;
    } answers;
    size_t *slots; /* hash table of answers: index + 1 */
    size_t n_slots;
    uint32_t var;
};

struct selectors {
    struct lowering *lowering;
    uint32_t n_vars; /* run-time variables that are no selectors */
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
