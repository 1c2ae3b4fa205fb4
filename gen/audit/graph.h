/*
 * What depends on what in a ruleset: inputs, decisions, items of the command line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRAPH_H
#define GRAPH_H

#include <stdio.h>

#include "gen/model/model.h"

enum node_kind { NODE_FACT, NODE_PARAM, NODE_DECISION, NODE_LET, NODE_ARGUMENT };

struct graph_node {
    enum node_kind kind;
    const char *name;                /* of an argument its option, or the word that begins the statement */
    const char *title;               /* or NULL */
    const struct variable *variable; /* NULL of an argument */
    const struct table *table;       /* of a decision: the outcomes of one table are one node, `name` has all names */
    struct span span;
    size_t rank; /* 0: asks nothing; else one more than the greatest of what it asks. Arguments come last */
};

struct graph_edge {
    size_t from, to;
    bool asks, writes; /* `to` asks `from`; it is written with its value */
};

struct graph {
    const struct model *model;
    struct {
        struct graph_node *items;
        size_t count, capacity;
    } nodes; /* inputs, decisions, arguments, each in the order of declaration */
    struct {
        struct graph_edge *items;
        size_t count, capacity;
    } edges; /* each once, ascending */
};

/*
 * Inputs that nothing asks are left out; uses of one option are one node. Behind a table that inherits stands what the
 * replaced one asks.
 */
struct graph *graph_of(struct arena *arena, const struct model *model);

/* For Graphviz. Arguments that depend on the same in the same way are drawn as one. */
void graph_dot(struct arena *arena, const struct graph *graph, FILE *out);

#endif
