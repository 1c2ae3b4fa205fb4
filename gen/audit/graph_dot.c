/*
 * The graph for Graphviz, from left to right: inputs, decisions, the command line. What a node is can be told from its
 * shape as well as from its colour. Arguments that depend on the same are drawn as one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "gen/audit/graph.h"
#include "gen/report/markup.h"

static const struct group {
    enum node_kind kinds[2];
    const char *id, *label, *rank;
} groups[] = {
    {{NODE_FACT, NODE_FACT}, "facts", "facts", "rank=min; "},
    {{NODE_PARAM, NODE_PARAM}, "params", "parameters", ""},
    {{NODE_DECISION, NODE_LET}, "decisions", "decisions and derived conditions", ""},
    {{NODE_ARGUMENT, NODE_ARGUMENT}, "argv", "command line", "rank=max; "},
};
enum { N_GROUPS = sizeof groups / sizeof groups[0] };

/* How a kind looks. Texts are black; the fills are light, and differ in lightness too. */
static const struct look {
    const char *word, *shape, *fill, *line;
} looks[] = {
    [NODE_FACT] = {"fact", "ellipse", "#cfe8f7", "#0072b2"},
    [NODE_PARAM] = {"parameter", "parallelogram", "#fdebc3", "#9a6700"},
    [NODE_DECISION] = {"decision", "box", "#ffffff", "#000000"},
    [NODE_LET] = {"derived condition", "hexagon", "#ececec", "#4d4d4d"},
    [NODE_ARGUMENT] = {"argument", "note", "#cdeee2", "#00664d"},
};

/* What is drawn as one: an argument, and all later ones that depend on the same in the same way. */
struct drawing {
    const struct graph *graph;
    size_t *first; /* by node: the first of those with which it is drawn; of all others itself */
};

/* ---- arguments that are drawn as one ---------------------------------------------------------------------------- */

/* An argument and the edges that lead to it. */
struct incoming {
    size_t node;
    const struct graph_edge **edges;
    size_t count, capacity;
};

static int compare_numbers(size_t a, size_t b) {
    return a < b ? -1 : a > b;
}

static int compare_causes(const struct incoming *left, const struct incoming *right) {
    int order = compare_numbers(left->count, right->count);
    for (size_t i = 0; order == 0 && i < left->count; i++) {
        const struct graph_edge *a = left->edges[i], *b = right->edges[i];
        order = compare_numbers(a->from, b->from);
        order = order ? order : compare_numbers(a->asks * 2u + a->writes, b->asks * 2u + b->writes);
    }
    return order;
}

static int compare_incoming(const void *a, const void *b) {
    const struct incoming *left = a, *right = b;
    int order = compare_causes(left, right);
    return order ? order : compare_numbers(left->node, right->node);
}

static struct drawing plan(struct arena *arena, const struct graph *graph) {
    size_t n_nodes = graph->nodes.count;
    struct drawing drawing = {graph, arena_alloc(arena, (n_nodes + 1) * sizeof *drawing.first)};
    struct incoming *incoming = arena_alloc(arena, (n_nodes + 1) * sizeof *incoming);
    for (size_t i = 0; i < n_nodes; i++) {
        drawing.first[i] = i;
        incoming[i].node = i;
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct graph_edge *edge = &graph->edges.items[i];
        struct incoming *to = &incoming[edge->to];
        if (to->count == to->capacity)
            to->edges = arena_grow(arena, to->edges, to->count, &to->capacity, sizeof(struct graph_edge *));
        to->edges[to->count++] = edge;
    }
    size_t first = 0; /* arguments come last */
    while (first < n_nodes && graph->nodes.items[first].kind != NODE_ARGUMENT)
        first++;
    if (first < n_nodes)
        qsort(incoming + first, n_nodes - first, sizeof *incoming, compare_incoming);
    for (size_t i = first + 1; i < n_nodes; i++)
        if (compare_causes(&incoming[i - 1], &incoming[i]) == 0)
            drawing.first[incoming[i].node] = drawing.first[incoming[i - 1].node];
    return drawing;
}

/* ---- nodes ------------------------------------------------------------------------------------------------------ */

/* A line for each name. */
static void print_label(const struct drawing *drawing, size_t index, FILE *out) {
    const struct graph_node *node = &drawing->graph->nodes.items[index];
    for (size_t i = 0; node->table && i < node->table->n_outcomes; i++) {
        fputs(i > 0 ? ",\\n" : "", out);
        print_dot(node->table->outcomes[i]->name, out);
    }
    if (node->table)
        return;
    print_dot(node->name, out);
    for (size_t i = index + 1; node->kind == NODE_ARGUMENT && i < drawing->graph->nodes.count; i++) {
        if (drawing->first[i] != index)
            continue;
        fputs("\\n", out);
        print_dot(drawing->graph->nodes.items[i].name, out);
    }
}

/* "decision accel: what runs the guest (rules.muster:52)" */
static void print_about(const struct graph *graph, const struct graph_node *node, FILE *out) {
    const struct source *source = &graph->model->sources->items[node->span.file];
    fprintf(out, "%s ", looks[node->kind].word);
    print_dot(node->name, out);
    fputs(node->title ? ": " : "", out);
    print_dot(node->title ? node->title : "", out);
    fputs(" (", out);
    print_dot(source->name, out);
    fprintf(out, ":%zu)", source_line_number(source, node->span.begin));
}

static void print_node(const struct drawing *drawing, size_t index, bool depends, FILE *out) {
    const struct graph_node *node = &drawing->graph->nodes.items[index];
    const struct look *look = &looks[node->kind];
    bool is_constant = node->kind == NODE_ARGUMENT && !depends;
    fprintf(out, "        n%zu [label=\"", index);
    print_label(drawing, index, out);
    fprintf(out, "\", shape=%s, fillcolor=\"%s\", color=\"%s\"%s,\n            tooltip=\"", look->shape,
            is_constant ? "#ffffff" : look->fill, look->line, is_constant ? ", style=\"filled,dashed\"" : "");
    fputs(is_constant ? "the same on every host: " : "", out);
    print_about(drawing->graph, node, out);
    for (size_t i = index + 1; i < drawing->graph->nodes.count; i++) {
        if (drawing->first[i] != index)
            continue;
        fputs(", ", out);
        print_about(drawing->graph, &drawing->graph->nodes.items[i], out);
    }
    fputs("\"];\n", out);
}

static void print_group(const struct drawing *drawing, const struct group *group, const bool *depends, FILE *out) {
    bool any = false;
    for (size_t i = 0; i < drawing->graph->nodes.count; i++) {
        const struct graph_node *node = &drawing->graph->nodes.items[i];
        if ((node->kind != group->kinds[0] && node->kind != group->kinds[1]) || drawing->first[i] != i)
            continue;
        if (!any)
            fprintf(out, "    subgraph cluster_%s {\n        %slabel=\"%s\"; tooltip=\"%s\";\n", group->id, group->rank,
                    group->label, group->label);
        any = true;
        print_node(drawing, i, depends[i], out);
    }
    fputs(any ? "    }\n" : "", out);
}

/* ---- edges ------------------------------------------------------------------------------------------------------ */

static void print_edge(const struct graph *graph, const struct graph_edge *edge, FILE *out) {
    const struct graph_node *from = &graph->nodes.items[edge->from], *to = &graph->nodes.items[edge->to];
    const char *verb = edge->asks && edge->writes ? "asks and is written with"
                       : edge->asks               ? "asks"
                                                  : "is written with";
    fprintf(out, "    n%zu -> n%zu [tooltip=\"", edge->from, edge->to);
    print_dot(to->name, out);
    fprintf(out, " %s ", verb);
    print_dot(from->name, out);
    fprintf(out, "\"%s];\n", edge->asks ? "" : ", style=dashed, arrowhead=empty");
}

void graph_dot(struct arena *arena, const struct graph *graph, FILE *out) {
    const struct model *model = graph->model;
    const struct drawing drawing = plan(arena, graph);
    bool *depends = arena_alloc(arena, graph->nodes.count + 1);
    for (size_t i = 0; i < graph->edges.count; i++)
        depends[graph->edges.items[i].to] = true;
    fputs("digraph \"", out);
    print_dot(model->name, out);
    fputs("\" {\n    graph [rankdir=LR, newrank=true, nodesep=0.12, ranksep=0.9, fontname=\"Helvetica\", fontsize=14,\n"
          "        style=\"rounded\", color=\"#767676\", labelloc=t, tooltip=\"what depends on what\",\n"
          "        label=\"",
          out);
    print_dot(model->name, out);
    fputs(
        ": what depends on what (solid: asks it; dashed: is written with it)\"];\n"
        "    node [fontname=\"Helvetica\", fontsize=12, height=0.3, margin=\"0.1,0.04\", style=filled, penwidth=1.5];\n"
        "    edge [color=\"#595959\", arrowsize=0.7];\n",
        out);
    for (size_t i = 0; i < N_GROUPS; i++)
        print_group(&drawing, &groups[i], depends, out);
    for (size_t i = 0; i < graph->edges.count; i++)
        if (drawing.first[graph->edges.items[i].to] == graph->edges.items[i].to)
            print_edge(graph, &graph->edges.items[i], out);
    fputs("}\n", out);
}
