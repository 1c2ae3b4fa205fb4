/*
 * The decision graph as a picture: columns by rank, in each of them an order with few crossings, curves between.
 * Edges over several columns bend in each of them, so that they pass between nodes and not through these. All of it is
 * computed with whole numbers: every machine draws the same.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "gen/page/internal.h"

/* Pixels; and positions are kept in parts of one. */
enum {
    PART = 16,
    NODE_HEIGHT = 26,
    NODE_DISTANCE = 34,
    BEND_DISTANCE = 12,
    COLUMN_GAP = 84,
    LETTER_WIDTH = 8,
    NODE_PADDING = 10,
    MAX_LETTERS = 30,
    MARGIN = 8,
    HEAD_HEIGHT = 34,
    WIDE = 1120 /* more than that is made smaller where there is less room */
};

/* Beyond so many pieces of edges nobody would see anything; and so often orders are improved. */
enum { MAX_SEGMENTS = 1500, SWEEPS = 24, MOVES = 12 };

/* A node, or a bend of an edge. */
struct vertex {
    const struct graph_node *node; /* NULL: a bend */
    size_t rank;
    int64_t y;        /* its middle, in parts */
    int64_t weight;   /* where its neighbours are */
    bool is_left_out; /* it depends on nothing, and nothing on it */
};

struct segment {
    size_t from, to; /* vertices of neighbouring columns */
};

/* Vertices in the order in which they stand. */
struct column {
    size_t *items;
    size_t count, capacity;
    int64_t left, width;
};

struct layout {
    const struct page *page;
    const struct graph *graph;
    struct {
        struct vertex *items;
        size_t count, capacity;
    } vertices; /* the nodes, with their numbers, then bends */
    struct {
        struct segment *items;
        size_t count, capacity;
    } segments; /* edge by edge, each from left to right */
    struct column *columns;
    size_t n_columns;
    int64_t width, height;
};

/* ---- vertices and segments -------------------------------------------------------------------------------------- */

static void add_nodes(struct layout *layout) {
    const struct graph *graph = layout->graph;
    struct arena *arena = layout->page->arena;
    for (size_t i = 0; i < graph->nodes.count; i++) {
        const struct graph_node *node = &graph->nodes.items[i];
        ARENA_PUSH(arena, &layout->vertices, ((struct vertex){.node = node, .rank = node->rank, .is_left_out = true}));
        layout->n_columns = node->rank >= layout->n_columns ? node->rank + 1 : layout->n_columns;
    }
    for (size_t i = 0; i < graph->edges.count; i++) {
        layout->vertices.items[graph->edges.items[i].from].is_left_out = false;
        layout->vertices.items[graph->edges.items[i].to].is_left_out = false;
    }
}

/* False if there are too many to be drawn. */
static bool add_segments(struct layout *layout) {
    struct arena *arena = layout->page->arena;
    for (size_t i = 0; i < layout->graph->edges.count; i++) {
        const struct graph_edge *edge = &layout->graph->edges.items[i];
        size_t last = edge->from, end = layout->vertices.items[edge->to].rank;
        for (size_t rank = layout->vertices.items[edge->from].rank + 1; rank <= end; rank++) {
            size_t next = rank == end ? edge->to : layout->vertices.count;
            if (rank < end)
                ARENA_PUSH(arena, &layout->vertices, ((struct vertex){.rank = rank}));
            ARENA_PUSH(arena, &layout->segments, ((struct segment){last, next}));
            last = next;
        }
        if (layout->segments.count > MAX_SEGMENTS)
            return false;
    }
    return true;
}

static void fill_columns(struct layout *layout) {
    struct arena *arena = layout->page->arena;
    layout->columns = arena_alloc(arena, (layout->n_columns + 1) * sizeof *layout->columns);
    for (size_t i = 0; i < layout->vertices.count; i++)
        if (!layout->vertices.items[i].is_left_out)
            ARENA_PUSH(arena, &layout->columns[layout->vertices.items[i].rank], i);
}

/* ---- order: few crossings --------------------------------------------------------------------------------------- */

/* Where each vertex stands in its column. */
static void number_column(struct layout *layout, const struct column *column) {
    for (size_t i = 0; i < column->count; i++)
        layout->vertices.items[column->items[i]].y = (int64_t)i;
}

/* The mean place of a column's neighbours on one side; of a vertex that has none its own. */
static void weigh(struct layout *layout, const struct column *column, bool by_left) {
    size_t *counts = arena_alloc(layout->page->arena, layout->vertices.count * sizeof *counts);
    for (size_t i = 0; i < column->count; i++)
        layout->vertices.items[column->items[i]].weight = 0;
    for (size_t i = 0; i < layout->segments.count; i++) {
        const struct segment *segment = &layout->segments.items[i];
        size_t own = by_left ? segment->to : segment->from, other = by_left ? segment->from : segment->to;
        if (layout->vertices.items[own].rank == (size_t)(column - layout->columns)) {
            layout->vertices.items[own].weight += layout->vertices.items[other].y * PART * PART;
            counts[own]++;
        }
    }
    for (size_t i = 0; i < column->count; i++) {
        struct vertex *vertex = &layout->vertices.items[column->items[i]];
        vertex->weight =
            counts[column->items[i]] ? vertex->weight / (int64_t)counts[column->items[i]] : vertex->y * PART * PART;
    }
}

/* By weight; what weighs the same stays in its order. */
static void sort_column(struct layout *layout, struct column *column) {
    for (size_t i = 1; i < column->count; i++) {
        size_t moved = column->items[i], at = i;
        for (; at > 0 && layout->vertices.items[column->items[at - 1]].weight > layout->vertices.items[moved].weight;
             at--)
            column->items[at] = column->items[at - 1];
        column->items[at] = moved;
    }
    number_column(layout, column);
}

static size_t count_crossings(const struct layout *layout) {
    size_t count = 0;
    const struct vertex *vertices = layout->vertices.items;
    for (size_t i = 0; i < layout->segments.count; i++)
        for (size_t k = i + 1; k < layout->segments.count; k++) {
            const struct segment *a = &layout->segments.items[i], *b = &layout->segments.items[k];
            if (vertices[a->from].rank != vertices[b->from].rank)
                continue;
            int64_t left = vertices[a->from].y - vertices[b->from].y, right = vertices[a->to].y - vertices[b->to].y;
            count += (left < 0 && right > 0) || (left > 0 && right < 0);
        }
    return count;
}

static void copy_orders(struct layout *layout, size_t *const *best, bool back) {
    for (size_t i = 0; i < layout->n_columns; i++) {
        struct column *column = &layout->columns[i];
        size_t size = column->count * sizeof *column->items;
        if (size > 0)
            memcpy(back ? column->items : best[i], back ? best[i] : column->items, size);
        number_column(layout, column);
    }
}

/* Sweeps from side to side; each column is put in the order of its neighbours' places. The best order is kept. */
static void order_columns(struct layout *layout) {
    struct arena *arena = layout->page->arena;
    size_t **best = arena_alloc(arena, (layout->n_columns + 1) * sizeof *best);
    for (size_t i = 0; i < layout->n_columns; i++)
        best[i] = arena_alloc(arena, (layout->columns[i].count + 1) * sizeof **best);
    copy_orders(layout, best, false);
    size_t least = count_crossings(layout);
    for (size_t sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
        bool by_left = sweep % 2 == 0;
        for (size_t i = 1; i < layout->n_columns; i++) {
            struct column *column = &layout->columns[by_left ? i : layout->n_columns - 1 - i];
            weigh(layout, column, by_left);
            sort_column(layout, column);
        }
        size_t crossings = count_crossings(layout);
        if (crossings < least) {
            least = crossings;
            copy_orders(layout, best, false);
        }
    }
    copy_orders(layout, best, true);
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

/* How far two neighbours of a column must be from each other. */
static int64_t distance(const struct layout *layout, size_t a, size_t b) {
    bool nodes = layout->vertices.items[a].node && layout->vertices.items[b].node;
    bool bends = !layout->vertices.items[a].node && !layout->vertices.items[b].node;
    return (int64_t)PART * (nodes ? NODE_DISTANCE : bends ? BEND_DISTANCE : (NODE_DISTANCE + BEND_DISTANCE) / 2);
}

/*
 * As near to the weights as order and distances allow: neighbours that would come too near are one block, which stands
 * where its members want to be on average.
 */
static void place_column(struct layout *layout, const struct column *column) {
    struct block {
        int64_t sum;
        size_t first, count;
    } *blocks = arena_alloc(layout->page->arena, (column->count + 1) * sizeof *blocks);
    int64_t *offsets = arena_alloc(layout->page->arena, (column->count + 1) * sizeof *offsets);
    size_t n_blocks = 0;
    for (size_t i = 0; i < column->count; i++) {
        if (i > 0)
            offsets[i] = offsets[i - 1] + distance(layout, column->items[i - 1], column->items[i]);
        blocks[n_blocks++] =
            (struct block){.sum = layout->vertices.items[column->items[i]].weight - offsets[i], .first = i, .count = 1};
        while (n_blocks > 1 && blocks[n_blocks - 2].sum * (int64_t)blocks[n_blocks - 1].count >
                                   blocks[n_blocks - 1].sum * (int64_t)blocks[n_blocks - 2].count) {
            blocks[n_blocks - 2].sum += blocks[n_blocks - 1].sum;
            blocks[n_blocks - 2].count += blocks[n_blocks - 1].count;
            n_blocks--;
        }
    }
    for (size_t i = 0; i < n_blocks; i++)
        for (size_t k = 0; k < blocks[i].count; k++)
            layout->vertices.items[column->items[blocks[i].first + k]].y =
                blocks[i].sum / (int64_t)blocks[i].count + offsets[blocks[i].first + k];
}

/* Moves vertices towards their neighbours on both sides. */
static void weigh_both(struct layout *layout, const struct column *column) {
    struct vertex *vertices = layout->vertices.items;
    size_t *counts = arena_alloc(layout->page->arena, layout->vertices.count * sizeof *counts);
    size_t rank = (size_t)(column - layout->columns);
    for (size_t i = 0; i < column->count; i++)
        vertices[column->items[i]].weight = 0;
    for (size_t i = 0; i < layout->segments.count; i++) {
        const struct segment *segment = &layout->segments.items[i];
        if (vertices[segment->to].rank == rank) {
            vertices[segment->to].weight += vertices[segment->from].y;
            counts[segment->to]++;
        } else if (vertices[segment->from].rank == rank) {
            vertices[segment->from].weight += vertices[segment->to].y;
            counts[segment->from]++;
        }
    }
    for (size_t i = 0; i < column->count; i++) {
        struct vertex *vertex = &vertices[column->items[i]];
        vertex->weight = counts[column->items[i]] ? vertex->weight / (int64_t)counts[column->items[i]] : vertex->y;
    }
}

static const char *short_name(const struct layout *layout, const char *name) {
    return strlen(name) <= MAX_LETTERS ? name : arena_print(layout->page->arena, "%.*s...", MAX_LETTERS - 3, name);
}

static int64_t node_width(const struct layout *layout, const struct graph_node *node) {
    return (int64_t)strlen(short_name(layout, node->name)) * LETTER_WIDTH + (int64_t)2 * NODE_PADDING;
}

static void place_columns(struct layout *layout) {
    int64_t left = MARGIN;
    for (size_t i = 0; i < layout->n_columns; i++) {
        struct column *column = &layout->columns[i];
        column->left = left;
        for (size_t k = 0; k < column->count; k++) {
            const struct vertex *vertex = &layout->vertices.items[column->items[k]];
            int64_t width = vertex->node ? node_width(layout, vertex->node) : 0;
            column->width = width > column->width ? width : column->width;
        }
        left += column->width + COLUMN_GAP;
    }
    layout->width = left - COLUMN_GAP + MARGIN;
}

/* Positions become pixels from the upper edge. */
static void shift_down(struct layout *layout) {
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (size_t i = 0; i < layout->vertices.count; i++) {
        const struct vertex *vertex = &layout->vertices.items[i];
        least = !vertex->is_left_out && vertex->y < least ? vertex->y : least;
        most = !vertex->is_left_out && vertex->y > most ? vertex->y : most;
    }
    if (least > most) /* nothing is drawn */
        least = most = 0;
    for (size_t i = 0; i < layout->vertices.count; i++)
        layout->vertices.items[i].y =
            (layout->vertices.items[i].y - least) / PART + MARGIN + HEAD_HEIGHT + NODE_HEIGHT / 2;
    layout->height = (most - least) / PART + (int64_t)2 * MARGIN + HEAD_HEIGHT + NODE_HEIGHT;
}

static void place_vertices(struct layout *layout) {
    for (size_t i = 0; i < layout->n_columns; i++) {
        struct column *column = &layout->columns[i];
        for (size_t k = 0; k < column->count; k++)
            layout->vertices.items[column->items[k]].weight = 0;
        place_column(layout, column);
    }
    for (size_t move = 0; move < MOVES; move++)
        for (size_t i = 0; i < layout->n_columns; i++) {
            struct column *column = &layout->columns[move % 2 ? layout->n_columns - 1 - i : i];
            weigh_both(layout, column);
            place_column(layout, column);
        }
    shift_down(layout);
}

/* ---- the picture ------------------------------------------------------------------------------------------------ */

static void put_edge(const struct layout *layout, const struct graph_edge *edge, size_t *segment) {
    const struct vertex *vertices = layout->vertices.items;
    const struct vertex *at = &vertices[edge->from], *end = &vertices[edge->to];
    FILE *out = layout->page->out;
    int64_t x = layout->columns[at->rank].left + node_width(layout, at->node);
    fprintf(out, "<path class=\"edge%s\" data-from=\"%zu\" data-to=\"%zu\" d=\"M%" PRId64 " %" PRId64,
            edge->asks ? "" : " written", edge->from, edge->to, x, at->y);
    for (; at != end; ++*segment) {
        const struct column *here = &layout->columns[at->rank], *there = here + 1;
        const struct vertex *next = &vertices[layout->segments.items[*segment].to];
        fprintf(out, "H%" PRId64 "C%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
                here->left + here->width, here->left + here->width + COLUMN_GAP / 2, at->y,
                there->left - COLUMN_GAP / 2, next->y, there->left, next->y);
        at = next;
    }
    fprintf(out, "\"/>\n");
}

static void put_edges(const struct layout *layout) {
    size_t segment = 0;
    put(layout->page, "<g class=\"edges\">\n");
    for (size_t i = 0; i < layout->graph->edges.count; i++)
        put_edge(layout, &layout->graph->edges.items[i], &segment);
    put(layout->page, "</g>\n");
}

static const char *const kind_words[] = {[NODE_FACT] = "fact",
                                         [NODE_PARAM] = "parameter",
                                         [NODE_DECISION] = "decision",
                                         [NODE_LET] = "condition",
                                         [NODE_ARGUMENT] = "argument"};

/* Decisions have corners, inputs are round, arguments round at one end: colour is not all that tells them apart. */
static void put_node(const struct layout *layout, size_t index) {
    const struct vertex *vertex = &layout->vertices.items[index];
    const struct graph_node *node = vertex->node;
    bool is_input = node->kind == NODE_FACT || node->kind == NODE_PARAM;
    const char *shown = short_name(layout, node->name);
    int64_t width = node_width(layout, node), left = layout->columns[vertex->rank].left;
    FILE *out = layout->page->out;
    fprintf(out, "<g class=\"node %s\" data-node=\"%zu\">", kind_words[node->kind], index);
    put(layout->page, "<title>@ @@@</title>", kind_words[node->kind], node->name, node->title ? ": " : "",
        node->title ? node->title : "");
    fprintf(out, "<rect x=\"%" PRId64 "\" y=\"%" PRId64 "\" width=\"%" PRId64 "\" height=\"%d\" rx=\"%d\"/>", left,
            vertex->y - NODE_HEIGHT / 2, width, NODE_HEIGHT,
            is_input                      ? NODE_HEIGHT / 2
            : node->kind == NODE_ARGUMENT ? 5
                                          : 0);
    fprintf(out,
            "<text x=\"%" PRId64 "\" y=\"%" PRId64 "\" textLength=\"%" PRId64 "\" lengthAdjust=\"spacingAndGlyphs\">",
            left + NODE_PADDING, vertex->y + 4, width - (int64_t)2 * NODE_PADDING);
    put(layout->page, "@</text></g>\n", shown);
}

static void put_nodes(const struct layout *layout) {
    put(layout->page, "<g class=\"nodes\">\n");
    for (size_t i = 0; i < layout->graph->nodes.count; i++)
        if (!layout->vertices.items[i].is_left_out)
            put_node(layout, i);
    put(layout->page, "</g>\n");
}

static void put_column_head(const struct layout *layout, size_t column, const char *words) {
    fprintf(layout->page->out, "<text class=\"head\" x=\"%" PRId64 "\" y=\"%d\">", layout->columns[column].left,
            MARGIN + 12);
    put(layout->page, "@</text>\n", words);
}

static void put_heads(const struct layout *layout) {
    put_column_head(layout, 0, "what is known");
    if (layout->n_columns > 2)
        put_column_head(layout, 1, "what is decided");
    if (layout->n_columns > 1)
        put_column_head(layout, layout->n_columns - 1, "what is written");
}

static void put_picture(const struct layout *layout) {
    put(layout->page, "<div class=\"scroll picture\" role=\"region\" aria-label=\"The picture\" tabindex=\"0\">\n");
    fprintf(layout->page->out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"graph-title graph-words\"%s "
            "width=\"%" PRId64 "\" height=\"%" PRId64 "\" viewBox=\"0 0 %" PRId64 " %" PRId64 "\">\n",
            layout->width > WIDE ? " class=\"wide\"" : "", layout->width, layout->height, layout->width,
            layout->height);
    put(layout->page,
        "<title id=\"graph-title\">What depends on what in @</title>\n"
        "<desc id=\"graph-words\">Facts and parameters on the left, decisions in the middle, options of "
        "the command line on the right. The list below says the same.</desc>\n",
        layout->graph->model->name);
    put_heads(layout);
    put_edges(layout);
    put_nodes(layout);
    put(layout->page, "</svg>\n</div>\n"
                      "<ul class=\"legend\">\n<li><span class=\"sample fact\"></span> fact</li>\n"
                      "<li><span class=\"sample parameter\"></span> parameter</li>\n"
                      "<li><span class=\"sample decision\"></span> decision</li>\n"
                      "<li><span class=\"sample condition\"></span> derived condition</li>\n"
                      "<li><span class=\"sample argument\"></span> option or word</li>\n"
                      "<li>solid line: asks it</li>\n<li>dashed line: is only written with it</li>\n</ul>\n");
}

/* ---- the same in words ------------------------------------------------------------------------------------------ */

static void put_sources(const struct page *page, const struct graph *graph, size_t index) {
    size_t count = 0;
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct graph_edge *edge = &graph->edges.items[i];
        if (edge->to != index)
            continue;
        put(page, count++ ? ", <code>@</code>@" : "<code>@</code>@", graph->nodes.items[edge->from].name,
            edge->asks ? "" : " (written only)");
    }
    if (count == 0)
        put(page, "nothing");
}

static void put_words(const struct page *page, const struct graph *graph) {
    put(page, "<h3 id=\"graph-list\">The same as a list</h3>\n<dl class=\"depends\">\n");
    for (size_t i = 0; i < graph->nodes.count; i++) {
        const struct graph_node *node = &graph->nodes.items[i];
        if (node->kind == NODE_FACT || node->kind == NODE_PARAM)
            continue;
        put(page, "<div><dt><code>@</code> <span class=\"kind\">@</span></dt>\n<dd>depends on ", node->name,
            kind_words[node->kind]);
        put_sources(page, graph, i);
        put(page, "</dd></div>\n");
    }
    put(page, "</dl>\n");
}

void page_graph(const struct page *page, const struct graph *graph) {
    struct layout layout = {.page = page, .graph = graph};
    put(page, "<section id=\"graph\" aria-labelledby=\"graph-heading\">\n"
              "<h2 id=\"graph-heading\">What depends on what</h2>\n");
    if (graph->nodes.count == 0 || graph->edges.count == 0) {
        put(page, "<p>Nothing depends on anything.</p>\n</section>\n");
        return;
    }
    add_nodes(&layout);
    if (add_segments(&layout)) {
        fill_columns(&layout);
        order_columns(&layout);
        place_columns(&layout);
        place_vertices(&layout);
        put_picture(&layout);
    } else {
        put(page, "<p>There is too much for a picture.</p>\n");
    }
    put_words(page, graph);
    put(page, "</section>\n");
}
