/*
 * Selectors: combine the conditions of the command line, so that one evaluation decides all conditions with the same
 * dependencies. An atom is one such condition.
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
    bool *support; /* by run-time variable: whether it depends on it */
    size_t size;   /* number of cases of its dependencies */
};

/* A selector: a run-time variable whose value encodes which of its atoms hold. */
struct selector {
    bool *support;
    size_t size;
    struct {
        size_t *items; /* atoms that use it */
        size_t count, capacity;
    } atoms;
    size_t *places; /* by atom: index in `atoms`, + 1 */
    struct {
        uint64_t **items; /* by value of the selector: one bit per atom */
        size_t count, capacity;
    } answers;
    size_t *slots; /* hash table of answers: index + 1 */
    size_t n_slots;
    uint32_t var;
};

struct selectors {
    struct lowering *lowering;
    uint32_t n_vars; /* number of run-time variables that are not selectors */
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

/* Must be called after all atoms are added: finds their dependencies and candidate selectors. */
void selectors_prepare(struct selectors *selectors);

/* Whether a selector has all dependencies of an atom. */
bool selectors_covers(const struct selectors *selectors, size_t selector, size_t atom);

/* Assigns an atom to a selector that covers it. */
void selectors_use(struct selectors *selectors, size_t selector, size_t atom);

/* Must be called after all uses are assigned: adds the used selectors to the tables. */
void selectors_finish(struct selectors *selectors);

/* Whether an atom holds for a value of a selector. */
bool selectors_holds(const struct selectors *selectors, size_t selector, size_t atom, size_t value);

#endif
