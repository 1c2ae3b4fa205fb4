/*
 * Patterns: the minimal DFA, by Hopcroft's algorithm. States are partitioned into blocks; a block is split while some
 * byte leads a part of its states, but not all, into another block. States that remain in one block are equivalent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/pattern/internal.h"

#include <string.h>

struct list {
    uint32_t *items;
    size_t count;
};

/* The states of a block are elements[first[block]] to elements[end[block] - 1]. */
struct partition {
    const struct pattern *from;
    uint32_t n_blocks;
    uint32_t *elements;
    uint32_t *place; /* by state: its index in `elements` */
    uint32_t *block; /* by state */
    uint32_t *first, *end;
    uint32_t *n_marked;         /* by block: the number of elements at its begin that are marked */
    unsigned char *is_queued;   /* blocks by which others must be split */
    struct list queue, touched; /* blocks */
    uint32_t *sources;          /* predecessors: the states that lead to a state by a class, */
    uint32_t *offsets;          /* from offsets[class * (n_states + 1) + state] to the next offset, exclusive */
};

static uint32_t *numbers(struct arena *arena, size_t count) {
    return arena_alloc(arena, count * sizeof(uint32_t));
}

static void list_sources(struct arena *arena, struct partition *partition) {
    const struct pattern *from = partition->from;
    const size_t n_states = from->n_states, n_classes = from->n_classes;
    partition->sources = numbers(arena, n_states * n_classes);
    partition->offsets = numbers(arena, (n_states + 1) * n_classes);
    uint32_t *fill = numbers(arena, n_states), total = 0;
    for (size_t column = 0; column < n_classes; column++) {
        uint32_t *offsets = partition->offsets + column * (n_states + 1);
        memset(fill, 0, n_states * sizeof *fill);
        for (size_t state = 0; state < n_states; state++)
            fill[from->next[state * n_classes + column]]++;
        for (size_t state = 0; state < n_states; state++) {
            offsets[state] = total;
            total += fill[state];
            fill[state] = offsets[state];
        }
        offsets[n_states] = total;
        for (uint32_t state = 0; state < n_states; state++)
            partition->sources[fill[from->next[state * n_classes + column]]++] = state;
    }
}

static void enqueue(struct partition *partition, uint32_t block) {
    partition->is_queued[block] = 1;
    partition->queue.items[partition->queue.count++] = block;
}

static void mark(struct partition *partition, uint32_t state) {
    uint32_t block = partition->block[state];
    if (!partition->n_marked[block])
        partition->touched.items[partition->touched.count++] = block;
    uint32_t to = partition->first[block] + partition->n_marked[block]++, at = partition->place[state];
    uint32_t other = partition->elements[to];
    partition->elements[to] = state;
    partition->elements[at] = other;
    partition->place[state] = to;
    partition->place[other] = at;
}

/* Moves the marked states of a block to a new block, unless all are marked. */
static void split(struct partition *partition, uint32_t block) {
    uint32_t n_marked = partition->n_marked[block], middle = partition->first[block] + n_marked;
    partition->n_marked[block] = 0;
    if (middle == partition->end[block])
        return;
    uint32_t fresh = partition->n_blocks++, n_rest = partition->end[block] - middle;
    partition->first[fresh] = partition->first[block];
    partition->end[fresh] = partition->first[block] = middle;
    for (uint32_t i = partition->first[fresh]; i < middle; i++)
        partition->block[partition->elements[i]] = fresh;
    /* If all has been split by a block, splitting by the smaller of its two parts is enough. */
    enqueue(partition, partition->is_queued[block] || n_marked <= n_rest ? fresh : block);
}

static void split_touched(struct partition *partition) {
    for (size_t i = 0; i < partition->touched.count; i++)
        split(partition, partition->touched.items[i]);
    partition->touched.count = 0;
}

static void start(struct arena *arena, struct partition *partition) {
    const uint32_t n_states = partition->from->n_states;
    partition->elements = numbers(arena, n_states);
    partition->place = numbers(arena, n_states);
    partition->block = numbers(arena, n_states);
    partition->first = numbers(arena, n_states);
    partition->end = numbers(arena, n_states);
    partition->n_marked = numbers(arena, n_states);
    partition->is_queued = arena_alloc(arena, n_states);
    partition->queue.items = numbers(arena, n_states);
    partition->touched.items = numbers(arena, n_states);
    for (uint32_t state = 0; state < n_states; state++)
        partition->elements[state] = partition->place[state] = state;
    partition->n_blocks = 1;
    partition->end[0] = n_states;
    for (uint32_t state = 0; state < n_states; state++)
        if (partition->from->accept[state])
            mark(partition, state);
    split_touched(partition);
}

static void refine(struct arena *arena, struct partition *partition) {
    const size_t n_states = partition->from->n_states;
    uint32_t *splitter = numbers(arena, n_states);
    while (partition->queue.count) {
        uint32_t block = partition->queue.items[--partition->queue.count];
        size_t count = partition->end[block] - partition->first[block];
        partition->is_queued[block] = 0;
        /* A copy, because the loop may split this block, too. */
        memcpy(splitter, partition->elements + partition->first[block], count * sizeof *splitter);
        for (size_t column = 0; column < partition->from->n_classes; column++) {
            const uint32_t *offsets = partition->offsets + column * (n_states + 1);
            for (size_t i = 0; i < count; i++)
                for (uint32_t at = offsets[splitter[i]]; at < offsets[splitter[i] + 1]; at++)
                    mark(partition, partition->sources[at]);
            split_touched(partition);
        }
    }
}

/*
 * Numbers the blocks in the order of a traversal; the dead state and the start come first. Returns one state per block.
 */
static struct list order(struct arena *arena, const struct partition *partition, uint32_t *number) {
    const struct pattern *from = partition->from;
    struct list states = {.items = numbers(arena, partition->n_blocks), .count = 2};
    memset(number, 0xff, partition->n_blocks * sizeof *number);
    for (uint32_t i = 0; i < 2; i++) {
        states.items[i] = i;
        number[partition->block[i]] = i;
    }
    for (size_t i = 1; i < states.count; i++)
        for (size_t column = 0; column < from->n_classes; column++) {
            uint32_t to = from->next[(size_t)states.items[i] * from->n_classes + column], block = partition->block[to];
            if (number[block] != UINT32_MAX)
                continue;
            number[block] = (uint32_t)states.count;
            states.items[states.count++] = to;
        }
    return states;
}

/* Whether two classes lead every state to the same block. */
static bool are_equal(const struct partition *partition, const struct list *states, size_t a, size_t b) {
    const struct pattern *from = partition->from;
    for (size_t i = 1; i < states->count; i++) {
        const uint32_t *row = from->next + (size_t)states->items[i] * from->n_classes;
        if (partition->block[row[a]] != partition->block[row[b]])
            return false;
    }
    return true;
}

/* Merges equivalent classes of `from`. Returns one class of `from` for each class of `to`. */
static struct list merge_classes(struct arena *arena, const struct partition *partition, const struct list *states,
                                 struct pattern *to) {
    const struct pattern *from = partition->from;
    struct list classes = {.items = numbers(arena, from->n_classes)};
    unsigned char renamed[256] = {0};
    for (uint32_t column = 0; column < from->n_classes; column++) {
        size_t equal = 0;
        while (equal < classes.count && !are_equal(partition, states, classes.items[equal], column))
            equal++;
        if (equal == classes.count)
            classes.items[classes.count++] = column;
        renamed[column] = (unsigned char)equal;
    }
    for (size_t byte = 0; byte < 256; byte++)
        to->classes[byte] = renamed[from->classes[byte]];
    return classes;
}

void pattern_minimise(struct arena *arena, struct arena *scratch, const struct pattern *from, struct pattern *to) {
    struct partition partition = {.from = from};
    list_sources(scratch, &partition);
    start(scratch, &partition);
    refine(scratch, &partition);
    uint32_t *number = numbers(scratch, partition.n_blocks);
    struct list states = order(scratch, &partition, number);
    struct list classes = merge_classes(scratch, &partition, &states, to);
    to->n_states = (uint32_t)states.count;
    to->n_classes = (uint32_t)classes.count;
    to->next = numbers(arena, states.count * classes.count);
    to->accept = arena_alloc(arena, states.count);
    for (size_t i = 0; i < states.count; i++) {
        to->accept[i] = from->accept[states.items[i]];
        for (size_t j = 0; j < classes.count; j++) {
            uint32_t next = from->next[(size_t)states.items[i] * from->n_classes + classes.items[j]];
            to->next[i * classes.count + j] = number[partition.block[next]];
        }
    }
}
