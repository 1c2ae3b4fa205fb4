/*
 * Patterns: from the syntax tree to a DFA. The tree becomes a program of steps, of which several are active at once (an
 * NFA); a state of the DFA is the set of active steps that wait for the next byte.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/pattern/internal.h"

#include <string.h>

/* Limits on memory and time, in addition to the limit on states. */
enum { MAX_STEPS = 65536, MAX_WAITS = 16384 };
#define MAX_WORK ((uint64_t)1 << 27)

#define NO_STEP UINT32_MAX

enum step_kind { STEP_WAIT, STEP_SPLIT, STEP_JUMP };

struct step {
    enum step_kind kind;
    uint32_t to; /* STEP_WAIT: its index among the waits; STEP_JUMP: the next step; STEP_SPLIT: an alternative to the
                    following step */
};

struct steps {
    struct step *items;
    size_t count, capacity;
};

struct wait {
    uint32_t step;
    struct byte_set classes; /* the classes that it accepts; none: the string ends here */
};

struct waits {
    struct wait *items;
    size_t count, capacity;
};

struct machine {
    struct arena *arena;
    const struct byte_set *sets; /* sets of classes, not of bytes */
    struct steps steps;
    struct waits waits;
    bool is_full;
};

/*
 * Partitions bytes into classes that no set distinguishes, numbered by their smallest byte. Rewrites the sets of bytes
 * to sets of classes.
 */
static uint32_t find_classes(struct byte_sets *sets, unsigned char classes[256]) {
    uint32_t count = 1;
    memset(classes, 0, 256);
    for (size_t i = 0; i < sets->count && count < 256; i++) {
        int renamed[256][2];
        memset(renamed, -1, sizeof renamed);
        count = 0;
        for (unsigned byte = 0; byte < 256; byte++) {
            int *name = &renamed[classes[byte]][byte_set_has(&sets->items[i], byte)];
            if (*name < 0)
                *name = (int)count++;
            classes[byte] = (unsigned char)*name;
        }
    }
    for (size_t i = 0; i < sets->count; i++) {
        struct byte_set of_classes = {{0}};
        for (unsigned byte = 0; byte < 256; byte++)
            if (byte_set_has(&sets->items[i], byte))
                byte_set_add(&of_classes, classes[byte]);
        sets->items[i] = of_classes;
    }
    return count;
}

static uint32_t add_step(struct machine *machine, enum step_kind kind, uint32_t to) {
    if (machine->steps.count == MAX_STEPS) {
        machine->is_full = true;
        return MAX_STEPS - 1;
    }
    struct step step = {.kind = kind, .to = to};
    ARENA_PUSH(machine->arena, &machine->steps, step);
    return (uint32_t)machine->steps.count - 1;
}

static void add_wait(struct machine *machine, const struct byte_set *classes) {
    if (machine->waits.count == MAX_WAITS) {
        machine->is_full = true;
        return;
    }
    struct wait wait = {.classes = *classes};
    wait.step = add_step(machine, STEP_WAIT, (uint32_t)machine->waits.count);
    ARENA_PUSH(machine->arena, &machine->waits, wait);
}

/*
 * Jumps to an unknown step form a list linked by `to`. Sets the target of all jumps in the list to the step that comes
 * next.
 */
static void set_targets(struct machine *machine, uint32_t list) {
    while (list != NO_STEP && !machine->is_full) {
        uint32_t next = machine->steps.items[list].to;
        machine->steps.items[list].to = (uint32_t)machine->steps.count;
        list = next;
    }
}

static void add_node(struct machine *machine, const struct node *node);

static void add_choice(struct machine *machine, const struct node *node) {
    uint32_t ends = NO_STEP;
    for (const struct node *child = node->first; child && !machine->is_full; child = child->next) {
        uint32_t split = child->next ? add_step(machine, STEP_SPLIT, NO_STEP) : NO_STEP;
        add_node(machine, child);
        if (child->next)
            ends = add_step(machine, STEP_JUMP, ends);
        set_targets(machine, split);
    }
    set_targets(machine, ends);
}

static void add_repeat(struct machine *machine, const struct node *node) {
    uint32_t ends = NO_STEP, start = 0;
    for (size_t i = 0; i < node->min && !machine->is_full; i++) {
        start = (uint32_t)machine->steps.count;
        add_node(machine, node->first);
    }
    if (node->max == PATTERN_UNBOUNDED && node->min) {
        add_step(machine, STEP_SPLIT, start);
    } else if (node->max == PATTERN_UNBOUNDED) {
        start = ends = add_step(machine, STEP_SPLIT, NO_STEP);
        add_node(machine, node->first);
        add_step(machine, STEP_JUMP, start);
    } else {
        for (size_t i = node->min; i < node->max && !machine->is_full; i++) {
            ends = add_step(machine, STEP_SPLIT, ends);
            add_node(machine, node->first);
        }
    }
    set_targets(machine, ends);
}

/* Each node below a repetition adds at least one step, so that is_full bounds all loops. */
static void add_node(struct machine *machine, const struct node *node) {
    if (machine->is_full)
        return;
    if (node->kind == NODE_BYTES)
        add_wait(machine, &machine->sets[node->set]);
    else if (node->kind == NODE_CHOICE)
        add_choice(machine, node);
    else if (node->kind == NODE_REPEAT)
        add_repeat(machine, node);
    else
        for (const struct node *child = node->first; child; child = child->next)
            add_node(machine, child);
}

/* The states found so far, each a set of waits: `width` words of bits. */
struct subsets {
    struct arena *arena;
    const struct machine *machine;
    uint32_t n_classes;
    size_t width;
    struct {
        struct subset {
            uint64_t *bits;
            uint32_t *row; /* successors by class */
        } * items;
        size_t count, capacity;
    } states;
    uint16_t slots[PATTERN_MAX_STATES * 2]; /* a hash table of states; 0 is free, because state 0 is never looked up */
    uint64_t *found;                        /* the set under construction */
    uint32_t *stack;
    uint32_t *seen; /* by step: the last round that visited it */
    uint32_t round;
    uint64_t work;
};

/* Adds the waits that are reachable from a step without a byte to `found`. */
static void follow(struct subsets *subsets, uint32_t step) {
    const struct step *steps = subsets->machine->steps.items;
    size_t depth = 0;
    subsets->stack[depth++] = step;
    while (depth) {
        step = subsets->stack[--depth];
        subsets->work++;
        if (subsets->seen[step] == subsets->round)
            continue;
        subsets->seen[step] = subsets->round;
        uint32_t to = steps[step].to;
        if (steps[step].kind == STEP_WAIT) {
            subsets->found[to / 64] |= UINT64_C(1) << to % 64;
            continue;
        }
        subsets->stack[depth++] = to;
        if (steps[step].kind == STEP_SPLIT)
            subsets->stack[depth++] = step + 1;
    }
}

static size_t hash(const uint64_t *bits, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value = (value ^ bits[i]) * UINT64_C(0x9e3779b97f4a7c15);
        value ^= value >> 32;
    }
    return (size_t)value;
}

/*
 * Returns the state of the set `found`, creating it if necessary, and clears `found`; 0 if there are too many states.
 */
static uint32_t take_state(struct subsets *subsets) {
    const size_t n_slots = sizeof subsets->slots / sizeof *subsets->slots, size = subsets->width * sizeof(uint64_t);
    size_t slot = hash(subsets->found, subsets->width) % n_slots;
    subsets->work += subsets->width;
    for (; subsets->slots[slot]; slot = (slot + 1) % n_slots) {
        uint32_t state = subsets->slots[slot];
        if (!memcmp(subsets->states.items[state].bits, subsets->found, size)) {
            memset(subsets->found, 0, size);
            return state;
        }
    }
    if (subsets->states.count == PATTERN_MAX_STATES)
        return 0;
    uint32_t state = (uint32_t)subsets->states.count;
    struct subset new = {subsets->found, arena_alloc(subsets->arena, subsets->n_classes * sizeof(uint32_t))};
    subsets->slots[slot] = (uint16_t)state;
    ARENA_PUSH(subsets->arena, &subsets->states, new);
    subsets->found = arena_alloc(subsets->arena, size);
    return state;
}

/* Lists the waits of a state in ascending order. */
static size_t list_waits(const struct subsets *subsets, uint32_t state, uint32_t *list) {
    size_t count = 0;
    for (size_t i = 0; i < subsets->width; i++)
        for (uint64_t bits = subsets->states.items[state].bits[i]; bits; bits &= bits - 1)
            list[count++] = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(bits);
    return count;
}

/* Computes the successors of a state for all classes; a message if a limit is exceeded. */
static const char *expand(struct subsets *subsets, uint32_t state, uint32_t *list) {
    const struct wait *waits = subsets->machine->waits.items;
    size_t count = list_waits(subsets, state, list);
    for (uint32_t column = 0; column < subsets->n_classes; column++) {
        bool is_alive = false;
        subsets->round++;
        subsets->work += count;
        for (size_t i = 0; i < count; i++) {
            if (!byte_set_has(&waits[list[i]].classes, column))
                continue;
            follow(subsets, waits[list[i]].step + 1);
            is_alive = true;
        }
        if (subsets->work > MAX_WORK)
            return PATTERN_TOO_COMPLEX;
        uint32_t to = is_alive ? take_state(subsets) : 0;
        if (is_alive && !to)
            return PATTERN_TOO_MANY_STATES;
        subsets->states.items[state].row[column] = to;
    }
    return NULL;
}

static void store(const struct subsets *subsets, struct pattern *pattern) {
    const size_t n_classes = subsets->n_classes;
    size_t end = subsets->machine->waits.count - 1; /* the wait that marks the end */
    pattern->n_states = (uint32_t)subsets->states.count;
    pattern->next = arena_alloc(subsets->arena, subsets->states.count * n_classes * sizeof(uint32_t));
    pattern->accept = arena_alloc(subsets->arena, subsets->states.count);
    for (uint32_t state = 1; state < subsets->states.count; state++) {
        memcpy(pattern->next + state * n_classes, subsets->states.items[state].row, n_classes * sizeof(uint32_t));
        pattern->accept[state] = subsets->states.items[state].bits[end / 64] >> end % 64 & 1;
    }
}

bool pattern_determine(struct arena *arena, const struct syntax *syntax, struct pattern *pattern,
                       struct pattern_error *error) {
    static const struct byte_set none = {{0}};
    struct byte_sets sets = syntax->sets;
    pattern->n_classes = find_classes(&sets, pattern->classes);
    struct machine machine = {.arena = arena, .sets = sets.items};
    add_node(&machine, syntax->root);
    add_wait(&machine, &none);
    const char *message = machine.is_full ? PATTERN_TOO_COMPLEX : NULL;
    if (!message) {
        struct subsets *subsets = arena_alloc(arena, sizeof *subsets);
        subsets->arena = arena;
        subsets->machine = &machine;
        subsets->n_classes = pattern->n_classes;
        ARENA_PUSH(arena, &subsets->states, ((struct subset){0})); /* the dead state */
        subsets->width = machine.waits.count / 64 + 1;
        subsets->found = arena_alloc(arena, subsets->width * sizeof(uint64_t));
        subsets->stack = arena_alloc(arena, (2 * machine.steps.count + 1) * sizeof(uint32_t));
        subsets->seen = arena_alloc(arena, machine.steps.count * sizeof(uint32_t));
        uint32_t *list = arena_alloc(arena, machine.waits.count * sizeof(uint32_t));
        subsets->round = 1;
        follow(subsets, 0);
        take_state(subsets);
        for (uint32_t state = 1; state < subsets->states.count && !message; state++)
            message = expand(subsets, state, list);
        if (!message)
            store(subsets, pattern);
    }
    *error = (struct pattern_error){.at = 0, .message = message};
    return !message;
}
