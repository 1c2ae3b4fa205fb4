/*
 * What depends on what: nodes and edges of a ruleset.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/graph.h"

#include <stdlib.h>

#include "gen/model/symbols.h"

struct indices {
    size_t *items;
    size_t count, capacity;
};

struct walk {
    struct arena *arena;
    const struct model *model;
    struct graph *graph;
    struct indices *behind;   /* by variable: the nodes that it stands for; of a hidden one all that it is made from */
    size_t *seen[2];          /* by node: the last one that got an edge from it, plus one; asking, and writing */
    struct symbols arguments; /* by name; their nodes, plus one */
    struct symbols options;   /* those that are declared */
};

/* ---- edges ------------------------------------------------------------------------------------------------------ */

static void add_edges(struct walk *walk, const struct variable *variable, size_t to, bool writes) {
    const struct indices *behind = &walk->behind[variable->index];
    for (size_t i = 0; i < behind->count; i++) {
        size_t from = behind->items[i];
        if (walk->seen[writes][from] == to + 1)
            continue;
        walk->seen[writes][from] = to + 1;
        ARENA_PUSH(walk->arena, &walk->graph->edges, ((struct graph_edge){from, to, !writes, writes}));
    }
}

static void ask_cond(struct walk *walk, const struct cond *cond, size_t to) {
    if (!cond)
        return;
    if (cond->kind == COND_TEST)
        add_edges(walk, cond->variable, to, false);
    for (size_t i = 0; i < cond->operands.count; i++)
        ask_cond(walk, cond->operands.items[i], to);
}

static void ask_columns(struct walk *walk, const struct table *table, size_t to) {
    for (size_t i = 0; i < table->n_columns; i++)
        add_edges(walk, table->columns[i], to, false);
}

static void write_template(struct walk *walk, const struct template *template, size_t to) {
    for (size_t i = 0; i < template->count; i++)
        if (!template->items[i].text)
            add_edges(walk, template->items[i].variable, to, true);
}

static int compare_edges(const void *a, const void *b) {
    const struct graph_edge *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    return left->to < right->to ? -1 : left->to > right->to;
}

/* Ascending, and each once. */
static void sort_edges(struct graph *graph) {
    struct graph_edge *edges = graph->edges.items;
    size_t count = 0;
    if (graph->edges.count > 0)
        qsort(edges, graph->edges.count, sizeof *edges, compare_edges);
    for (size_t i = 0; i < graph->edges.count; i++) {
        if (count > 0 && compare_edges(&edges[count - 1], &edges[i]) == 0) {
            edges[count - 1].asks = edges[count - 1].asks || edges[i].asks;
            edges[count - 1].writes = edges[count - 1].writes || edges[i].writes;
        } else {
            edges[count++] = edges[i];
        }
    }
    graph->edges.count = count;
}

/* ---- nodes of variables ----------------------------------------------------------------------------------------- */

static size_t add_node(struct walk *walk, struct graph_node node) {
    ARENA_PUSH(walk->arena, &walk->graph->nodes, node);
    return walk->graph->nodes.count - 1;
}

static void stand_for(struct walk *walk, const struct variable *variable, size_t node) {
    ARENA_PUSH(walk->arena, &walk->behind[variable->index], node);
}

static void add_variable(struct walk *walk, const struct variable *variable, enum node_kind kind) {
    size_t node = add_node(walk, (struct graph_node){.kind = kind,
                                                     .name = variable->name,
                                                     .title = variable->title,
                                                     .variable = variable,
                                                     .span = variable->span});
    stand_for(walk, variable, node);
}

static void add_table(struct walk *walk, const struct table *table) {
    struct graph_node node = {
        .kind = NODE_DECISION, .variable = table->outcomes[0], .table = table, .span = table->span};
    for (size_t i = 0; i < table->n_outcomes; i++) {
        const struct variable *outcome = table->outcomes[i];
        node.name = i == 0 ? outcome->name : arena_print(walk->arena, "%s, %s", node.name, outcome->name);
        if (!outcome->title)
            continue;
        const char *title =
            table->n_outcomes == 1 ? outcome->title : arena_print(walk->arena, "%s: %s", outcome->name, outcome->title);
        node.title = node.title ? arena_print(walk->arena, "%s; %s", node.title, title) : title;
    }
    size_t index = add_node(walk, node);
    for (size_t i = 0; i < table->n_outcomes; i++)
        stand_for(walk, table->outcomes[i], index);
}

/* Decisions and derived conditions in the order of declaration. */
static void add_decisions(struct walk *walk) {
    for (size_t i = 0; i < walk->model->variables.count; i++) {
        const struct variable *variable = walk->model->variables.items[i];
        bool has_node = walk->behind[variable->index].count > 0;
        if (variable->kind == VARIABLE_LET && variable->cond)
            add_variable(walk, variable, NODE_LET);
        else if (variable->kind == VARIABLE_DECISION && !variable->hidden && !has_node)
            add_table(walk, variable->table);
    }
}

/* A hidden decision stands for whatever is behind the columns of its table. */
static void trace_hidden(struct walk *walk, const struct table *table) {
    const struct variable *hidden = table->outcomes[0];
    bool *behind = arena_alloc(walk->arena, walk->graph->nodes.count + 1);
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct indices *column = &walk->behind[table->columns[i]->index];
        for (size_t k = 0; k < column->count; k++)
            behind[column->items[k]] = true;
    }
    for (size_t i = 0; i < walk->graph->nodes.count; i++)
        if (behind[i])
            stand_for(walk, hidden, i);
}

/* What decisions ask: stages come behind those that they ask, and so ranks are known. */
static void ask_stages(struct walk *walk) {
    for (size_t i = 0; i < walk->model->stages.count; i++) {
        const struct stage *stage = &walk->model->stages.items[i];
        if (stage->table && stage->table->outcomes[0]->hidden) {
            trace_hidden(walk, stage->table);
            continue;
        }
        const struct variable *variable = stage->table ? stage->table->outcomes[0] : stage->variable;
        size_t node = walk->behind[variable->index].items[0], from = walk->graph->edges.count;
        if (stage->table)
            ask_columns(walk, stage->table, node);
        else
            ask_cond(walk, variable->cond, node);
        for (; from < walk->graph->edges.count; from++) {
            size_t rank = walk->graph->nodes.items[walk->graph->edges.items[from].from].rank + 1;
            if (walk->graph->nodes.items[node].rank < rank)
                walk->graph->nodes.items[node].rank = rank;
        }
    }
}

/* ---- nodes of arguments ----------------------------------------------------------------------------------------- */

/* "server-$suffix": holes by their names. */
static const char *template_words(struct walk *walk, const struct template *template) {
    const char *words = "";
    for (size_t i = 0; i < template->count; i++) {
        const struct piece *piece = &template->items[i];
        bool is_last = i + 1 == template->count;
        if (piece->text)
            words = arena_print(walk->arena, "%s%.*s", words, (int)piece->length, piece->text);
        else
            words = arena_print(walk->arena, is_last ? "%s$%s" : "%s${%s}", words, piece->variable->name);
    }
    return words;
}

static size_t find_argument(struct walk *walk, const struct argument *argument) {
    const char *name = argument->list ? "{ }" : template_words(walk, &argument->text);
    struct symbol *symbol = symbols_find(&walk->arguments, name);
    if (symbol)
        return *(size_t *)symbol->meaning;
    size_t *node = arena_alloc(walk->arena, sizeof *node);
    *node = add_node(walk, (struct graph_node){.kind = NODE_ARGUMENT, .name = name, .span = argument->span});
    symbols_add(walk->arena, &walk->arguments, name, argument->span, node);
    return *node;
}

/* Options, and constant texts that are the name of one. */
static bool is_option(struct walk *walk, const struct argument *argument) {
    if (argument->is_option)
        return true;
    return !argument->list && argument->text.count == 1 && argument->text.items[0].text &&
           symbols_find(&walk->options, template_words(walk, &argument->text));
}

static void write_list(struct walk *walk, const struct list *list, size_t to) {
    for (size_t i = 0; list && i < list->count; i++) {
        const struct item *item = &list->items[i];
        ask_cond(walk, item->when, to);
        write_template(walk, &item->key, to);
        write_template(walk, &item->value, to);
        write_list(walk, item->nested, to);
        write_list(walk, item->then_list, to);
        write_list(walk, item->else_list, to);
    }
}

/* The conditions of the statements around one. */
struct guard {
    const struct cond *cond;
    const struct guard *outer;
};

static void write_statement(struct walk *walk, const struct statement *statement, const struct guard *guard) {
    size_t to = 0;
    for (size_t i = 0; i < statement->arguments.count; i++) {
        const struct argument *argument = &statement->arguments.items[i];
        if (i == 0 || is_option(walk, argument)) {
            to = find_argument(walk, argument);
            for (const struct guard *at = guard; at; at = at->outer)
                ask_cond(walk, at->cond, to);
        }
        write_template(walk, &argument->text, to);
        write_list(walk, argument->list, to);
    }
}

static void write_block(struct walk *walk, const struct block *block, const struct guard *outer) {
    for (size_t i = 0; block && i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        const struct guard guard = {statement->when, outer};
        write_block(walk, statement->then_block, &guard);
        write_block(walk, statement->else_block, &guard);
        write_statement(walk, statement, &guard);
    }
}

/* Nodes must be known before there are edges from them, and arguments have none: theirs come last. */
static void write_argv(struct walk *walk) {
    size_t first = walk->graph->nodes.count, rank = 0;
    for (size_t i = 0; i < walk->model->options.count; i++) {
        const struct option *option = walk->model->options.items[i];
        symbols_add(walk->arena, &walk->options, option->name, option->span, NULL);
    }
    write_block(walk, &walk->model->argv, NULL);
    for (size_t i = 0; i < first; i++)
        rank = walk->graph->nodes.items[i].rank > rank ? walk->graph->nodes.items[i].rank : rank;
    for (size_t i = first; i < walk->graph->nodes.count; i++)
        walk->graph->nodes.items[i].rank = rank + 1;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

/* Takes out the inputs from which no edge leads anywhere. */
static void leave_out_unasked(struct walk *walk) {
    struct graph *graph = walk->graph;
    bool *stays = arena_alloc(walk->arena, graph->nodes.count + 1);
    size_t *places = arena_alloc(walk->arena, (graph->nodes.count + 1) * sizeof *places), count = 0;
    for (size_t i = 0; i < graph->edges.count; i++)
        stays[graph->edges.items[i].from] = true;
    for (size_t i = 0; i < graph->nodes.count; i++) {
        const struct graph_node node = graph->nodes.items[i];
        if ((node.kind == NODE_FACT || node.kind == NODE_PARAM) && !stays[i])
            continue;
        places[i] = count;
        graph->nodes.items[count++] = node;
    }
    graph->nodes.count = count;
    for (size_t i = 0; i < graph->edges.count; i++) {
        graph->edges.items[i].from = places[graph->edges.items[i].from];
        graph->edges.items[i].to = places[graph->edges.items[i].to];
    }
}

struct graph *graph_of(struct arena *arena, const struct model *model) {
    struct graph *graph = arena_alloc(arena, sizeof *graph);
    struct walk walk = {.arena = arena, .model = model, .graph = graph};
    graph->model = model;
    walk.behind = arena_alloc(arena, (model->variables.count + 1) * sizeof *walk.behind);
    for (size_t i = 0; i < model->n_inputs; i++)
        add_variable(&walk, model->inputs[i], i < model->n_facts ? NODE_FACT : NODE_PARAM);
    add_decisions(&walk);
    for (size_t i = 0; i < 2; i++)
        walk.seen[i] = arena_alloc(arena, (graph->nodes.count + 1) * sizeof *walk.seen[i]);
    ask_stages(&walk);
    write_argv(&walk);
    sort_edges(graph);
    leave_out_unasked(&walk);
    return graph;
}
