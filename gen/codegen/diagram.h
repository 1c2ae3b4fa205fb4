/*
 * Decision diagrams: which answer for which codes of the variables. Nodes are shared, so that equal parts exist once,
 * and a variable that makes no difference is not asked. Their words are those of the tables' section `diagrams`.
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
    uint32_t *slots; /* hash table of nodes: where one begins, + 1 */
    size_t n_slots, n_nodes;
    uint32_t *widths; /* by run-time variable: how many codes it has */
    uint32_t *codes;  /* by run-time variable: of the case at hand, while a function is asked */
    struct {
        uint32_t *items;
        size_t count, capacity;
    } marked, open; /* diagram_mark: by word, its number when the node there was last seen; nodes to be looked at */
    uint32_t n_marks;
};

/* `widths` by run-time variable must stay. */
struct diagrams *diagrams_new(struct arena *arena, uint32_t *widths);

/*
 * The diagram of a function of run-time variables, made by asking it for each combination of their codes. The function
 * gets codes by run-time variable, and returns the answer (less than MUSTER_GAP). The caller sees to it that there are
 * not too many combinations. While it is asked, no other diagram is made of a function.
 */
uint32_t diagram_of_function(struct diagrams *diagrams, const uint32_t *vars, size_t count,
                             uint32_t (*answer)(void *context, const uint32_t *codes), void *context);

/* The answer of a diagram for codes by run-time variable. */
uint32_t diagram_answer(const struct diagrams *diagrams, uint32_t root, const uint32_t *codes);

/*
 * The diagram of a table, `columns` being the run-time variables of its columns: answers are rows, or MUSTER_GAP.
 * False if it would have too many nodes.
 */
bool diagram_of_table(struct diagrams *diagrams, const struct table *table, const uint32_t *columns, uint32_t *root);

/* Columns of a table that may have no value. */
struct open_columns {
    const bool *open; /* by column */
    /* The answer where it depends on missing values which row fits. Both are sets of bits. */
    uint32_t (*answer)(void *context, const struct table *table, const uint64_t *certain, const uint64_t *possible);
    void *context;
};

/*
 * The same with columns that may have no value: each node has a child more, its first one, for no value. The answer is
 * the row that fits whatever the missing values are, or what `open` answers.
 */
bool diagram_of_open_table(struct diagrams *diagrams, const struct table *table, const uint32_t *columns,
                           const struct open_columns *open, uint32_t *root);

/* Marks the run-time variables that a diagram asks. */
void diagram_mark(struct diagrams *diagrams, uint32_t root, bool *asked);

#endif
