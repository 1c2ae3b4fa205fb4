/*
 * Builds decision diagrams bottom-up with shared nodes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/diagram.h"

#include <string.h>

/* Tables that need more should be split; 2^20 nodes are about 10 MiB of constant data. */
enum { MAX_NODES = 1 << 20 };

/* Limit on the memory for building the diagram of one table. */
#define MAX_BYTES ((size_t)256 * 1024 * 1024)

struct diagrams *diagrams_new(struct arena *arena, uint32_t *widths) {
    struct diagrams *diagrams = arena_alloc(arena, sizeof *diagrams);
    diagrams->arena = arena;
    diagrams->widths = widths;
    return diagrams;
}

static size_t hash_words(const uint32_t *words, size_t count) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ words[i]) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 29);
}

static uint32_t *find_node(const struct diagrams *diagrams, const uint32_t *words, size_t count) {
    size_t at = hash_words(words, count) & (diagrams->n_slots - 1);
    for (;; at = (at + 1) & (diagrams->n_slots - 1)) {
        uint32_t *slot = &diagrams->slots[at];
        if (!*slot)
            return slot;
        /*
         * Nodes of one variable have equal lengths. Compares the first word first, so that the others are read only for
         * the same variable.
         */
        const uint32_t *other = &diagrams->words.items[*slot - 1];
        if (other[0] == words[0] && memcmp(other, words, count * sizeof *words) == 0)
            return slot;
    }
}

static void widen(struct diagrams *diagrams) {
    uint32_t *old = diagrams->slots;
    size_t n_old = diagrams->n_slots;
    diagrams->n_slots = n_old ? n_old * 2 : 256;
    diagrams->slots = arena_alloc(diagrams->arena, diagrams->n_slots * sizeof *diagrams->slots);
    for (size_t i = 0; i < n_old; i++) {
        if (!old[i])
            continue;
        const uint32_t *words = &diagrams->words.items[old[i] - 1];
        *find_node(diagrams, words, 1 + diagrams->widths[words[0]]) = old[i];
    }
}

/* The node {variable, one child per code}, or the child itself if all are equal. */
static uint32_t node(struct diagrams *diagrams, uint32_t *words) {
    size_t width = diagrams->widths[words[0]];
    bool same = true;
    for (size_t i = 2; i <= width; i++)
        same = same && words[i] == words[1];
    if (same)
        return words[1];
    if (diagrams->n_nodes * 2 >= diagrams->n_slots)
        widen(diagrams);
    uint32_t *slot = find_node(diagrams, words, 1 + width);
    if (*slot)
        return *slot - 1;
    uint32_t begin = (uint32_t)diagrams->words.count;
    for (size_t i = 0; i <= width; i++)
        ARENA_PUSH(diagrams->arena, &diagrams->words, words[i]);
    *slot = begin + 1;
    diagrams->n_nodes++;
    return begin;
}

/* ---- functions -------------------------------------------------------------------------------------------------- */

struct function {
    struct diagrams *diagrams;
    const uint32_t *vars;
    size_t count;
    uint32_t (*answer)(void *context, const uint32_t *codes);
    void *context;
};

/* `words` has space for one node of each variable from `depth` on. */
static uint32_t build_function(const struct function *function, size_t depth, uint32_t *words) {
    uint32_t *codes = function->diagrams->codes;
    if (depth == function->count)
        return MUSTER_LEAF | function->answer(function->context, codes);
    uint32_t var = function->vars[depth];
    size_t width = function->diagrams->widths[var];
    words[0] = var;
    for (size_t code = 0; code < width; code++) {
        codes[var] = (uint32_t)code;
        words[1 + code] = build_function(function, depth + 1, words + 1 + width);
    }
    return node(function->diagrams, words);
}

uint32_t diagram_of_function(struct diagrams *diagrams, const uint32_t *vars, size_t count,
                             uint32_t (*answer)(void *context, const uint32_t *codes), void *context) {
    struct function function = {diagrams, vars, count, answer, context};
    size_t n_words = 1;
    for (size_t i = 0; i < count; i++)
        n_words += 1 + diagrams->widths[vars[i]];
    if (!diagrams->codes)
        diagrams->codes = arena_alloc(diagrams->arena, MUSTER_MAX_VARS * sizeof *diagrams->codes);
    return build_function(&function, 0, arena_alloc(diagrams->arena, n_words * sizeof(uint32_t)));
}

uint32_t diagram_answer(const struct diagrams *diagrams, uint32_t root, const uint32_t *codes) {
    while (!(root & MUSTER_LEAF))
        root = diagrams->words.items[root + 1 + codes[diagrams->words.items[root]]];
    return root & ~MUSTER_LEAF;
}

/* ---- tables: the rows that match so far, as a set of bits, column by column -------------------------------------- */

struct state {
    size_t column;
    uint32_t root;
    const uint64_t *rows;
};

struct table_builder {
    struct diagrams *diagrams;
    const struct table *table;
    const uint32_t *columns;
    /*
     * NULL: an ordinary diagram. Otherwise each node has an additional first child for "no value", and a set of rows
     * consists of two sets: rows that certainly match, then rows that may match.
     */
    const struct open_columns *open;
    size_t n_words;   /* per set of rows */
    uint64_t ***fits; /* [column][child]: rows whose cell accepts the code */
    uint64_t **done;  /* with `open`: [column]: rows whose cells from this column on accept everything */
    struct state *states;
    size_t n_states, n_slots;
    struct arena *scratch;
    size_t bytes; /* allocated so far */
    bool too_large;
};

static size_t hash_state(const struct table_builder *builder, size_t column, const uint64_t *rows) {
    uint64_t hash = UINT64_C(14695981039346656037) ^ column;
    for (size_t i = 0; i < builder->n_words; i++) {
        hash = (hash ^ rows[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (size_t)hash;
}

static struct state *find_state(const struct table_builder *builder, size_t column, const uint64_t *rows) {
    size_t at = hash_state(builder, column, rows) & (builder->n_slots - 1);
    for (;; at = (at + 1) & (builder->n_slots - 1)) {
        struct state *state = &builder->states[at];
        if (!state->rows ||
            (state->column == column && memcmp(state->rows, rows, builder->n_words * sizeof *rows) == 0))
            return state;
    }
}

static void widen_states(struct table_builder *builder) {
    struct state *old = builder->states;
    size_t n_old = builder->n_slots;
    builder->n_slots = n_old ? n_old * 2 : 256;
    builder->states = arena_alloc(builder->scratch, builder->n_slots * sizeof *builder->states);
    for (size_t i = 0; i < n_old; i++)
        if (old[i].rows)
            *find_state(builder, old[i].column, old[i].rows) = old[i];
}

static bool has_row(const uint64_t *rows, size_t row) {
    return rows[row / 64] >> (row % 64) & 1;
}

static uint32_t first_row(const struct table_builder *builder, const uint64_t *rows) {
    const struct table *table = builder->table;
    const uint64_t *possible = rows + builder->n_words / 2;
    for (size_t i = 0; i < table->n_rows; i++) {
        if (!table->rows[i].cells || has_row(rows, i))
            return MUSTER_LEAF | (uint32_t)i;
        if (builder->open && has_row(possible, i))
            return MUSTER_LEAF | builder->open->answer(builder->open->context, table, rows, possible);
    }
    return MUSTER_LEAF | MUSTER_GAP;
}

/*
 * Removes the rows after one that matches in any case. They make no difference, and without them more states are equal.
 */
static void drop_rows(const struct table_builder *builder, size_t column, uint64_t *rows) {
    size_t half = builder->n_words / 2;
    bool found = false;
    for (size_t i = 0; i < half; i++) {
        uint64_t fits = rows[i] & builder->done[column][i], first = fits & (~fits + 1), kept = first | (first - 1);
        rows[i] &= found ? 0 : kept;
        rows[half + i] &= found ? 0 : kept;
        found = found || first;
    }
}

static uint32_t build_rows(struct table_builder *builder, size_t column, const uint64_t *rows) {
    if (column == builder->table->n_columns)
        return first_row(builder, rows);
    if (builder->n_states > MAX_NODES || builder->too_large) {
        builder->too_large = true;
        return MUSTER_LEAF | MUSTER_GAP;
    }
    size_t width = builder->diagrams->widths[builder->columns[column]];
    builder->bytes += (1 + width) * sizeof(uint32_t) + width * (builder->n_words + 1) * sizeof(uint64_t);
    if (builder->bytes > MAX_BYTES) {
        builder->too_large = true;
        return MUSTER_LEAF | MUSTER_GAP;
    }
    if (builder->n_states * 2 >= builder->n_slots)
        widen_states(builder);
    struct state *known = find_state(builder, column, rows);
    if (known->rows)
        return known->root;
    uint32_t *words = arena_alloc(builder->scratch, (1 + width) * sizeof *words);
    words[0] = builder->columns[column];
    bool closed = builder->open && !builder->open->open[column]; /* never uses the child for "no value" */
    for (size_t i = closed ? 1 : 0; i < width; i++) {
        uint64_t *left = arena_alloc(builder->scratch, (builder->n_words + 1) * sizeof *left);
        for (size_t k = 0; k < builder->n_words; k++)
            left[k] = rows[k] & builder->fits[column][i][k];
        if (builder->open)
            drop_rows(builder, column + 1, left);
        words[1 + i] = build_rows(builder, column + 1, left);
    }
    if (closed)
        words[1] = words[2];
    uint32_t root = node(builder->diagrams, words);
    if ((builder->n_states + 1) * 2 >= builder->n_slots)
        widen_states(builder);
    struct state *state = find_state(builder, column, rows);
    *state = (struct state){column, root, rows};
    builder->n_states++;
    return root;
}

static void add_row(uint64_t *set, size_t row) {
    set[row / 64] |= UINT64_C(1) << (row % 64);
}

/* The rows whose cell accepts a code. */
static uint64_t *find_fitting(const struct table_builder *builder, size_t column, size_t code) {
    const struct table *table = builder->table;
    uint64_t *set = arena_alloc(builder->scratch, (builder->n_words + 1) * sizeof *set);
    int64_t value = variable_value(table->columns[column], code);
    for (size_t row = 0; row < table->n_rows; row++) {
        if (!table->rows[row].cells || !valueset_has(&table->rows[row].cells[column], value))
            continue;
        add_row(set, row);
        if (builder->open)
            add_row(set + builder->n_words / 2, row);
    }
    return set;
}

/*
 * Without a value, rows whose cell accepts every code certainly match, and rows whose cell accepts any code may match.
 */
static uint64_t *find_open(const struct table_builder *builder, size_t column, uint64_t *const *fits, size_t width) {
    size_t half = builder->n_words / 2;
    uint64_t *set = arena_alloc(builder->scratch, (builder->n_words + 1) * sizeof *set);
    for (size_t i = 0; builder->open->open[column] && i < half; i++) {
        set[i] = UINT64_MAX;
        for (size_t code = 0; code < width; code++) {
            set[i] &= fits[code][i];
            set[half + i] |= fits[code][i];
        }
    }
    return set;
}

static void find_fits(struct table_builder *builder) {
    const struct table *table = builder->table;
    size_t first = builder->open ? 1 : 0;
    builder->fits = arena_alloc(builder->scratch, (table->n_columns + 1) * sizeof *builder->fits);
    for (size_t column = 0; column < table->n_columns; column++) {
        size_t width = variable_n_codes(table->columns[column]);
        builder->bytes += (first + width) * (builder->n_words + 2) * sizeof(uint64_t);
        if (builder->bytes > MAX_BYTES) {
            builder->too_large = true;
            return;
        }
        uint64_t **fits = arena_alloc(builder->scratch, (first + width + 1) * sizeof *fits);
        for (size_t code = 0; code < width; code++)
            fits[first + code] = find_fitting(builder, column, code);
        if (builder->open)
            fits[0] = find_open(builder, column, fits + 1, width);
        builder->fits[column] = fits;
    }
}

static void find_done(struct table_builder *builder) {
    size_t n_columns = builder->table->n_columns, half = builder->n_words / 2;
    builder->done = arena_alloc(builder->scratch, (n_columns + 1) * sizeof *builder->done);
    for (size_t column = n_columns + 1; column-- > 0;) {
        builder->done[column] = arena_alloc(builder->scratch, half * sizeof **builder->done);
        for (size_t i = 0; i < half; i++)
            builder->done[column][i] = column == n_columns ? UINT64_MAX : builder->done[column + 1][i];
        for (size_t code = 0; column < n_columns && code < variable_n_codes(builder->table->columns[column]); code++)
            for (size_t i = 0; i < half; i++)
                builder->done[column][i] &= builder->fits[column][1 + code][i];
    }
}

bool diagram_of_open_table(struct diagrams *diagrams, const struct table *table, const uint32_t *columns,
                           const struct open_columns *open, uint32_t *root) {
    struct table_builder builder = {
        .diagrams = diagrams, .table = table, .columns = columns, .open = open, .scratch = arena_new()};
    size_t n_words = table->n_rows / 64 + 1;
    builder.n_words = open ? 2 * n_words : n_words;
    find_fits(&builder);
    if (builder.too_large) {
        arena_free(builder.scratch);
        return false;
    }
    if (open)
        find_done(&builder);
    uint64_t *all = arena_alloc(builder.scratch, builder.n_words * sizeof *all);
    for (size_t i = 0; i < table->n_rows; i++) {
        if (!table->rows[i].cells)
            continue;
        add_row(all, i);
        if (open)
            add_row(all + n_words, i);
    }
    *root = build_rows(&builder, 0, all);
    arena_free(builder.scratch);
    return !builder.too_large;
}

bool diagram_of_table(struct diagrams *diagrams, const struct table *table, const uint32_t *columns, uint32_t *root) {
    return diagram_of_open_table(diagrams, table, columns, NULL, root);
}

static void open_node(struct diagrams *diagrams, uint32_t at) {
    if (at & MUSTER_LEAF || diagrams->marked.items[at] == diagrams->n_marks)
        return;
    diagrams->marked.items[at] = diagrams->n_marks;
    ARENA_PUSH(diagrams->arena, &diagrams->open, at);
}

void diagram_mark(struct diagrams *diagrams, uint32_t root, bool *tested) {
    diagrams->n_marks++;
    while (diagrams->marked.count < diagrams->words.count)
        ARENA_PUSH(diagrams->arena, &diagrams->marked, 0);
    open_node(diagrams, root);
    while (diagrams->open.count > 0) {
        const uint32_t *words = &diagrams->words.items[diagrams->open.items[--diagrams->open.count]];
        tested[words[0]] = true;
        for (size_t i = 1; i <= diagrams->widths[words[0]]; i++)
            open_node(diagrams, words[i]);
    }
}
