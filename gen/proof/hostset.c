/*
 * Sets of hosts as decision diagrams. A node stores its successors as runs of consecutive codes with the same
 * successor, so that an input with thousands of codes costs only as many entries as the set distinguishes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/proof/hostset.h"

#include <string.h>

/* Capacity of the operation cache; new results replace older ones. */
enum { MAX_RESULTS = 1 << 20 };

struct run {
    uint32_t end; /* exclusive; the run begins at the end of the run before it */
    hostset next;
};

/* A node has two or more runs; adjacent runs differ, and the last one ends with the last code. */
struct node {
    uint32_t input, n_runs, hash;
    const struct run *runs;
};

enum operation { NO_OPERATION, AND, OR, MINUS };

struct result {
    uint32_t operation;
    hostset a, b, result;
};

/* Results of one traversal, by node. */
struct memo {
    uint64_t *values;
    uint32_t *walks; /* by node: the traversal that set the value */
    uint32_t walk;
    size_t capacity;
};

struct hosts {
    struct arena *arena;
    uint32_t *widths;
    size_t n_inputs;
    size_t steps; /* the remaining budget */
    struct {
        struct node *items; /* the first two are HOSTS_NONE and HOSTS_ALL */
        size_t count, capacity;
    } nodes;
    uint32_t *slots; /* hash table of nodes; 0: free */
    size_t n_slots;
    struct result *results; /* by hash; direct-mapped */
    size_t n_results, n_kept;
    struct {
        struct run *items;
        size_t count, capacity;
    } building; /* a stack of the runs of unfinished nodes; those of the innermost node are last */
    struct memo *memo;
};

struct hosts *hosts_new(struct arena *arena, const size_t *widths, size_t n_inputs) {
    struct hosts *hosts = arena_alloc(arena, sizeof *hosts);
    hosts->arena = arena;
    hosts->widths = arena_alloc(arena, n_inputs * sizeof *hosts->widths);
    for (size_t i = 0; i < n_inputs; i++)
        hosts->widths[i] = (uint32_t)widths[i];
    hosts->n_inputs = n_inputs;
    hosts->steps = SIZE_MAX;
    hosts->n_slots = 256;
    hosts->slots = arena_alloc(arena, hosts->n_slots * sizeof *hosts->slots);
    hosts->n_results = 256;
    hosts->results = arena_alloc(arena, hosts->n_results * sizeof *hosts->results);
    hosts->memo = arena_alloc(arena, sizeof *hosts->memo);
    const struct node leaf = {.input = (uint32_t)n_inputs};
    ARENA_PUSH(arena, &hosts->nodes, leaf);
    ARENA_PUSH(arena, &hosts->nodes, leaf);
    return hosts;
}

void hosts_budget(struct hosts *hosts, size_t steps) {
    hosts->steps = steps;
}

size_t hosts_left(const struct hosts *hosts) {
    return hosts->steps;
}

/* Takes steps from the budget. If they are not available, the budget becomes 0, so that every later operation fails. */
static bool spend(struct hosts *hosts, size_t steps) {
    bool enough = hosts->steps > steps;
    hosts->steps = enough ? hosts->steps - steps : 0;
    return enough;
}

/* ---- nodes ------------------------------------------------------------------------------------------------------ */

static uint32_t mix(uint64_t hash) {
    hash = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t hash_runs(uint32_t input, const struct run *runs, size_t count) {
    uint64_t hash = input;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ ((uint64_t)runs[i].end << 32 | runs[i].next)) * UINT64_C(0x9e3779b97f4a7c15) + (hash >> 29);
    return mix(hash);
}

static void widen_slots(struct hosts *hosts) {
    hosts->n_slots *= 2;
    hosts->slots = arena_alloc(hosts->arena, hosts->n_slots * sizeof *hosts->slots);
    for (size_t i = 2; i < hosts->nodes.count; i++) {
        size_t at = hosts->nodes.items[i].hash & (hosts->n_slots - 1);
        while (hosts->slots[at])
            at = (at + 1) & (hosts->n_slots - 1);
        hosts->slots[at] = (uint32_t)i;
    }
}

static hostset new_node(struct hosts *hosts, struct node node) {
    if (hosts->nodes.count >= HOSTS_UNKNOWN)
        return HOSTS_UNKNOWN;
    struct run *runs = arena_alloc(hosts->arena, node.n_runs * sizeof *runs);
    memcpy(runs, node.runs, node.n_runs * sizeof *runs);
    node.runs = runs;
    hostset set = (hostset)hosts->nodes.count;
    ARENA_PUSH(hosts->arena, &hosts->nodes, node);
    return set;
}

/* Adds the codes up to `end` to the unfinished node whose runs begin at `first`. */
static void add_run(struct hosts *hosts, size_t first, uint32_t end, hostset next) {
    const struct run run = {end, next};
    if (hosts->building.count > first && hosts->building.items[hosts->building.count - 1].next == next)
        hosts->building.items[hosts->building.count - 1].end = end;
    else
        ARENA_PUSH(hosts->arena, &hosts->building, run);
}

/*
 * Returns the node with the runs from `first` on, an existing one if there is one, and removes these runs from the
 * stack.
 */
static hostset close_node(struct hosts *hosts, uint32_t input, size_t first) {
    struct node node = {input, (uint32_t)(hosts->building.count - first), 0, &hosts->building.items[first]};
    hosts->building.count = first;
    if (node.n_runs == 1)
        return node.runs[0].next;
    if (hosts->nodes.count * 2 > hosts->n_slots)
        widen_slots(hosts);
    node.hash = hash_runs(input, node.runs, node.n_runs);
    size_t at = node.hash & (hosts->n_slots - 1);
    for (; hosts->slots[at]; at = (at + 1) & (hosts->n_slots - 1)) {
        const struct node *other = &hosts->nodes.items[hosts->slots[at]];
        if (other->hash == node.hash && other->input == input && other->n_runs == node.n_runs &&
            memcmp(other->runs, node.runs, node.n_runs * sizeof *node.runs) == 0)
            return hosts->slots[at];
    }
    hostset set = new_node(hosts, node);
    if (set != HOSTS_UNKNOWN)
        hosts->slots[at] = set;
    return set;
}

/* ---- operations on two sets ------------------------------------------------------------------------------------- */

static void keep_result(struct hosts *hosts, struct result result);

static struct result *result_place(struct hosts *hosts, uint32_t operation, hostset a, hostset b) {
    uint64_t key = (((uint64_t)a << 32 | b) + operation) * UINT64_C(0x9e3779b97f4a7c15);
    return &hosts->results[mix(key) & (hosts->n_results - 1)];
}

static void widen_results(struct hosts *hosts) {
    const struct result *old = hosts->results;
    size_t n_old = hosts->n_results;
    hosts->n_results *= 2;
    hosts->n_kept = 0;
    hosts->results = arena_alloc(hosts->arena, hosts->n_results * sizeof *hosts->results);
    for (size_t i = 0; i < n_old; i++)
        if (old[i].operation != NO_OPERATION)
            keep_result(hosts, old[i]);
}

static void keep_result(struct hosts *hosts, struct result result) {
    struct result *place = result_place(hosts, result.operation, result.a, result.b);
    hosts->n_kept += place->operation == NO_OPERATION;
    *place = result;
    if (hosts->n_kept > hosts->n_results / 2 && hosts->n_results < MAX_RESULTS)
        widen_results(hosts);
}

/* Whether the result is known without visiting nodes. */
static bool is_trivial(enum operation operation, hostset a, hostset b, hostset *result) {
    if (a == b)
        *result = operation == MINUS ? HOSTS_NONE : a;
    else if (operation == MINUS && (a == HOSTS_NONE || b == HOSTS_ALL))
        *result = HOSTS_NONE;
    else if (operation == MINUS && b == HOSTS_NONE)
        *result = a;
    else if (operation == AND && (a <= HOSTS_ALL || b <= HOSTS_ALL))
        *result = a == HOSTS_NONE || b == HOSTS_ALL ? a : b;
    else if (operation == OR && (a <= HOSTS_ALL || b <= HOSTS_ALL))
        *result = a == HOSTS_ALL || b == HOSTS_NONE ? a : b;
    else
        return false;
    return true;
}

static hostset combine(struct hosts *hosts, enum operation operation, hostset a, hostset b);

static hostset combine_runs(struct hosts *hosts, enum operation operation, hostset a, hostset b) {
    const struct node node_a = hosts->nodes.items[a], node_b = hosts->nodes.items[b];
    uint32_t input = node_a.input < node_b.input ? node_a.input : node_b.input;
    /* A node that does not test this input has the same successor for all its codes. */
    const struct run all_a = {hosts->widths[input], a}, all_b = {hosts->widths[input], b};
    const struct run *run_a = node_a.input == input ? node_a.runs : &all_a;
    const struct run *run_b = node_b.input == input ? node_b.runs : &all_b;
    if (!spend(hosts, 1 + node_a.n_runs + node_b.n_runs))
        return HOSTS_UNKNOWN;
    size_t first = hosts->building.count;
    for (uint32_t end = 0; end < hosts->widths[input];) {
        end = run_a->end < run_b->end ? run_a->end : run_b->end;
        hostset next = combine(hosts, operation, run_a->next, run_b->next);
        if (next == HOSTS_UNKNOWN) {
            hosts->building.count = first;
            return HOSTS_UNKNOWN;
        }
        add_run(hosts, first, end, next);
        run_a += run_a->end == end;
        run_b += run_b->end == end;
    }
    return close_node(hosts, input, first);
}

static hostset combine(struct hosts *hosts, enum operation operation, hostset a, hostset b) {
    hostset set;
    if (is_trivial(operation, a, b, &set))
        return set;
    if (operation != MINUS && a > b) {
        hostset other = a;
        a = b;
        b = other;
    }
    const struct result *kept = result_place(hosts, operation, a, b);
    if (kept->operation == (uint32_t)operation && kept->a == a && kept->b == b)
        return kept->result;
    set = combine_runs(hosts, operation, a, b);
    if (set != HOSTS_UNKNOWN)
        keep_result(hosts, (struct result){operation, a, b, set});
    return set;
}

static hostset operate(struct hosts *hosts, enum operation operation, hostset a, hostset b) {
    return a == HOSTS_UNKNOWN || b == HOSTS_UNKNOWN ? HOSTS_UNKNOWN : combine(hosts, operation, a, b);
}

hostset hosts_and(struct hosts *hosts, hostset a, hostset b) {
    return operate(hosts, AND, a, b);
}

hostset hosts_or(struct hosts *hosts, hostset a, hostset b) {
    return operate(hosts, OR, a, b);
}

hostset hosts_minus(struct hosts *hosts, hostset a, hostset b) {
    return operate(hosts, MINUS, a, b);
}

hostset hosts_not(struct hosts *hosts, hostset a) {
    return operate(hosts, MINUS, HOSTS_ALL, a);
}

bool hosts_meet(struct hosts *hosts, hostset a, hostset b) {
    hostset both = hosts_and(hosts, a, b);
    return both != HOSTS_NONE && both != HOSTS_UNKNOWN;
}

/* ---- other sets -------------------------------------------------------------------------------------------------- */

/* The part of `among` where the input has one of the codes. `among` must test only later inputs. */
static hostset restrict_to(struct hosts *hosts, size_t input, const bool *codes, hostset among) {
    size_t first = hosts->building.count;
    for (uint32_t code = 0; code < hosts->widths[input]; code++)
        add_run(hosts, first, code + 1, codes[code] ? among : HOSTS_NONE);
    if (!spend(hosts, hosts->building.count - first)) {
        hosts->building.count = first;
        return HOSTS_UNKNOWN;
    }
    return close_node(hosts, (uint32_t)input, first);
}

hostset hosts_where(struct hosts *hosts, size_t input, const bool *codes) {
    return restrict_to(hosts, input, codes, HOSTS_ALL);
}

hostset hosts_box(struct hosts *hosts, const bool *const *codes) {
    hostset set = HOSTS_ALL;
    for (size_t input = hosts->n_inputs; input-- && set != HOSTS_UNKNOWN;)
        if (codes[input])
            set = restrict_to(hosts, input, codes[input], set);
    return set;
}

/* ---- traversals -------------------------------------------------------------------------------------------------- */

/* Starts a traversal of the nodes that exist now. */
static struct memo *begin_walk(const struct hosts *hosts) {
    struct memo *memo = hosts->memo;
    if (memo->capacity < hosts->nodes.count || memo->walk == UINT32_MAX) {
        memo->capacity = hosts->nodes.capacity;
        memo->values = arena_alloc(hosts->arena, memo->capacity * sizeof *memo->values);
        memo->walks = arena_alloc(hosts->arena, memo->capacity * sizeof *memo->walks);
        memo->walk = 0;
    }
    memo->walk++;
    return memo;
}

static bool is_visited(const struct memo *memo, hostset set) {
    return memo->walks[set] == memo->walk;
}

static uint64_t remember(struct memo *memo, hostset set, uint64_t value) {
    memo->walks[set] = memo->walk;
    memo->values[set] = value;
    return value;
}

struct forgetting {
    struct hosts *hosts;
    const bool *inputs;
    size_t last; /* the last input to quantify */
};

static hostset forget(const struct forgetting *forgetting, hostset set);

/* The node's successors, united if its own input is quantified. */
static hostset forget_input(const struct forgetting *forgetting, const struct node *node) {
    hostset all = HOSTS_NONE;
    for (size_t i = 0; i < node->n_runs && all != HOSTS_ALL && all != HOSTS_UNKNOWN; i++)
        all = hosts_or(forgetting->hosts, all, forget(forgetting, node->runs[i].next));
    return all;
}

static hostset forget_below(const struct forgetting *forgetting, const struct node *node) {
    struct hosts *hosts = forgetting->hosts;
    size_t first = hosts->building.count;
    for (size_t i = 0; i < node->n_runs; i++) {
        hostset next = forget(forgetting, node->runs[i].next);
        if (next == HOSTS_UNKNOWN) {
            hosts->building.count = first;
            return HOSTS_UNKNOWN;
        }
        add_run(hosts, first, node->runs[i].end, next);
    }
    return close_node(hosts, node->input, first);
}

static hostset forget(const struct forgetting *forgetting, hostset set) {
    struct hosts *hosts = forgetting->hosts;
    const struct node node = hosts->nodes.items[set];
    if (set <= HOSTS_ALL || node.input > forgetting->last)
        return set;
    if (is_visited(hosts->memo, set))
        return (hostset)hosts->memo->values[set];
    if (!spend(hosts, 1 + node.n_runs))
        return HOSTS_UNKNOWN;
    hostset rest = forgetting->inputs[node.input] ? forget_input(forgetting, &node) : forget_below(forgetting, &node);
    return rest == HOSTS_UNKNOWN ? rest : (hostset)remember(hosts->memo, set, rest);
}

hostset hosts_forget(struct hosts *hosts, hostset set, const bool *inputs) {
    size_t end = hosts->n_inputs;
    while (end > 0 && !inputs[end - 1])
        end--;
    if (set == HOSTS_UNKNOWN || end == 0)
        return set;
    begin_walk(hosts);
    const struct forgetting forgetting = {hosts, inputs, end - 1};
    return forget(&forgetting, set);
}

static void mark_tested(const struct hosts *hosts, hostset set, bool *inputs) {
    if (set <= HOSTS_ALL || is_visited(hosts->memo, set))
        return;
    remember(hosts->memo, set, 0);
    const struct node *node = &hosts->nodes.items[set];
    inputs[node->input] = true;
    for (size_t i = 0; i < node->n_runs; i++)
        mark_tested(hosts, node->runs[i].next, inputs);
}

void hosts_tested(const struct hosts *hosts, hostset set, bool *inputs) {
    if (set == HOSTS_UNKNOWN)
        return;
    begin_walk(hosts);
    mark_tested(hosts, set, inputs);
}

static uint64_t times(uint64_t a, uint64_t b) {
    return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static uint64_t plus(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* The number of cells of the marked inputs in [begin, end). */
static uint64_t cells_between(const struct hosts *hosts, const bool *inputs, size_t begin, size_t end) {
    uint64_t cells = 1;
    for (size_t i = begin; i < end; i++)
        if (inputs[i])
            cells = times(cells, hosts->widths[i]);
    return cells;
}

/*
 * The cells of the inputs from the node's on. Counts saturate: they are only added and multiplied, so a saturated part
 * makes the sum saturated.
 */
static uint64_t count_cells(const struct hosts *hosts, hostset set, const bool *inputs) {
    if (set <= HOSTS_ALL)
        return set == HOSTS_ALL;
    if (is_visited(hosts->memo, set))
        return hosts->memo->values[set];
    const struct node *node = &hosts->nodes.items[set];
    uint64_t sum = 0;
    for (size_t i = 0, begin = 0; i < node->n_runs; begin = node->runs[i++].end) {
        hostset next = node->runs[i].next;
        if (next == HOSTS_NONE)
            continue;
        uint64_t cells = count_cells(hosts, next, inputs);
        cells = times(cells, cells_between(hosts, inputs, node->input + 1, hosts->nodes.items[next].input));
        sum = plus(sum, times(cells, node->runs[i].end - begin));
    }
    return remember(hosts->memo, set, sum);
}

uint64_t hosts_count(struct hosts *hosts, hostset set, const bool *inputs) {
    if (set == HOSTS_UNKNOWN)
        return UINT64_MAX;
    begin_walk(hosts);
    uint64_t cells = count_cells(hosts, set, inputs);
    return times(cells, cells_between(hosts, inputs, 0, hosts->nodes.items[set].input));
}

void hosts_pick(const struct hosts *hosts, hostset set, size_t *codes) {
    for (size_t i = 0; i < hosts->n_inputs; i++)
        codes[i] = SIZE_MAX;
    while (set > HOSTS_ALL && set != HOSTS_UNKNOWN) {
        const struct node *node = &hosts->nodes.items[set];
        size_t run =
            node->runs[0].next == HOSTS_NONE; /* adjacent runs differ, so that one of the first two is not empty */
        codes[node->input] = run ? node->runs[0].end : 0;
        set = node->runs[run].next;
    }
}

/* The run that contains a code. */
static const struct run *find_run(const struct node *node, size_t code) {
    size_t low = 0, high = node->n_runs - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code < node->runs[middle].end)
            high = middle;
        else
            low = middle + 1;
    }
    return &node->runs[low];
}

bool hosts_has(const struct hosts *hosts, hostset set, const size_t *codes) {
    while (set > HOSTS_ALL && set != HOSTS_UNKNOWN) {
        const struct node *node = &hosts->nodes.items[set];
        set = find_run(node, codes[node->input])->next;
    }
    return set == HOSTS_ALL;
}

/* Whether the box contains one of the codes in [begin, end). */
static bool meets(const bool *codes, size_t begin, size_t end) {
    return !codes || memchr(codes + begin, 1, end - begin);
}

static bool has_box(const struct hosts *hosts, hostset set, const bool *const *codes) {
    if (set <= HOSTS_ALL)
        return set == HOSTS_ALL;
    if (is_visited(hosts->memo, set))
        return hosts->memo->values[set];
    const struct node *node = &hosts->nodes.items[set];
    bool has = true;
    for (size_t i = 0, begin = 0; has && i < node->n_runs; begin = node->runs[i++].end)
        has = !meets(codes[node->input], begin, node->runs[i].end) || has_box(hosts, node->runs[i].next, codes);
    return remember(hosts->memo, set, has);
}

bool hosts_has_box(struct hosts *hosts, hostset set, const bool *const *codes) {
    if (set == HOSTS_UNKNOWN)
        return false;
    for (size_t i = 0; i < hosts->n_inputs; i++)
        if (!meets(codes[i], 0, hosts->widths[i]))
            return true; /* the box is empty */
    begin_walk(hosts);
    return has_box(hosts, set, codes);
}

struct fitting {
    const struct hosts *hosts;
    const bool *const *codes;
    size_t input;
    bool *fits;
};

/* Clears the codes in [begin, end) if the box restricted to later inputs is not in the set. */
static void fit_run(const struct fitting *fitting, hostset next, size_t begin, size_t end) {
    if (!has_box(fitting->hosts, next, fitting->codes))
        memset(fitting->fits + begin, false, end - begin);
}

/*
 * Visits nodes up to the input; has_box visits those after it. The two therefore never read each other's memo values.
 */
static void fit(const struct fitting *fitting, hostset set) {
    const struct hosts *hosts = fitting->hosts;
    const struct node *node = &hosts->nodes.items[set];
    if (node->input > fitting->input) {
        fit_run(fitting, set, 0, hosts->widths[fitting->input]);
        return;
    }
    if (is_visited(hosts->memo, set))
        return;
    remember(hosts->memo, set, true);
    for (size_t i = 0, begin = 0; i < node->n_runs; begin = node->runs[i++].end)
        if (node->input == fitting->input)
            fit_run(fitting, node->runs[i].next, begin, node->runs[i].end);
        else if (meets(fitting->codes[node->input], begin, node->runs[i].end))
            fit(fitting, node->runs[i].next);
}

void hosts_fitting(struct hosts *hosts, hostset set, const bool *const *codes, size_t input, bool *fits) {
    if (set == HOSTS_UNKNOWN) {
        memset(fits, false, hosts->widths[input]);
        return;
    }
    begin_walk(hosts);
    fit(&(struct fitting){hosts, codes, input, fits}, set);
}
