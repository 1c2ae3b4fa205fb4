/*
 * Decision diagrams: functions from codes of variables to answers. Nodes are shared, and a diagram does not test
 * variables that make no difference. The words of the nodes are the section `diagrams` of the tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DIAGRAM_H
#define DIAGRAM_H

#include "gen/model/model.h"

/* All diagrams of a ruleset. */
struct diagrams {
    struct arena *arena;
    struct {
        uint32_t *items;
        size_t count, capacity;
    } words;
    uint32_t *slots; /* hash table of nodes: offset + 1 */
    size_t n_slots, n_nodes;
    uint32_t *widths; /* by run-time variable: its number of codes */
    uint32_t *codes;  /* by run-time variable: the current case, while a function is evaluated */
    struct {
        uint32_t *items;
        size_t count, capacity;
    } marked, open; /* for diagram_mark. marked: by word, the number of the last traversal that visited its node; open:
                       nodes to visit */
    uint32_t n_marks;
};

/* `widths`, by run-time variable, must outlive the diagrams. */
struct diagrams *diagrams_new(struct arena *arena, uint32_t *widths);

/*
 * The diagram of a function of run-time variables. Evaluates the function for each combination of their codes; the
 * caller limits the number of combinations. The function gets codes by run-time variable and returns an answer less
 * than MUSTER_GAP. It must not build another diagram of a function.
 */
uint32_t diagram_of_function(struct diagrams *diagrams, const uint32_t *vars, size_t count,
                             uint32_t (*answer)(void *context, const uint32_t *codes), void *context);

/* Evaluates a diagram for codes by run-time variable. */
uint32_t diagram_answer(const struct diagrams *diagrams, uint32_t root, const uint32_t *codes);

/*
 * The diagram of a table; `columns` are the run-time variables of its columns. Its answers are rows or MUSTER_GAP.
 * False if it would have too many nodes.
 */
bool diagram_of_table(struct diagrams *diagrams, const struct table *table, const uint32_t *columns, uint32_t *root);

/* The columns of a table that may have no value. */
struct open_columns {
    const bool *open; /* by column */
    /* The answer where the matching row depends on missing values. Both are sets of rows as bits. */
    uint32_t (*answer)(void *context, const struct table *table, const uint64_t *certain, const uint64_t *possible);
    void *context;
};

/*
 * The same for columns that may have no value: each node has an additional first child for "no value". The answer is
 * the row that matches for all missing values, or that of `open`.
 */
bool diagram_of_open_table(struct diagrams *diagrams, const struct table *table, const uint32_t *columns,
                           const struct open_columns *open, uint32_t *root);

/* Marks the run-time variables that a diagram tests. */
void diagram_mark(struct diagrams *diagrams, uint32_t root, bool *tested);

#endif
