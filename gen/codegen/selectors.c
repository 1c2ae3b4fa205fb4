/*
 * Selectors: combine the conditions of the command line, so that one lookup or diagram evaluates all conditions with
 * the same dependencies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/selectors.h"

#include <string.h>

enum {
    MAX_VALUES = 65535,      /* per selector */
    MAX_LOOKUP_CASES = 1024, /* limit on the cases of a packed lookup; above it a diagram is smaller */
    MAX_MERGED_CASES = 64,   /* selectors with few cases are merged up to this number */
};

size_t selectors_atom(struct selectors *selectors, const struct cond *cond, struct span span) {
    for (size_t i = 0; i < selectors->atoms.count; i++)
        if (selectors->atoms.items[i].cond == cond)
            return i;
    ARENA_PUSH(selectors->lowering->scratch, &selectors->atoms, ((struct atom){.cond = cond, .span = span}));
    return selectors->atoms.count - 1;
}

struct joint {
    struct selectors *selectors;
    struct selector *selector;
    uint64_t *bits; /* buffer for one answer */
};

static size_t n_words(const struct selector *selector) {
    return selector->atoms.count / 64 + 1;
}

/* The slot of an answer, or the free slot for a new one. */
static size_t *find_slot(const struct selector *selector, const uint64_t *bits) {
    size_t size = n_words(selector) * sizeof *bits;
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < n_words(selector); i++) {
        hash = (hash ^ bits[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    size_t at = (size_t)hash & (selector->n_slots - 1);
    while (selector->slots[at] && memcmp(selector->answers.items[selector->slots[at] - 1], bits, size) != 0)
        at = (at + 1) & (selector->n_slots - 1);
    return &selector->slots[at];
}

static void widen(struct arena *arena, struct selector *selector) {
    selector->n_slots = selector->n_slots ? selector->n_slots * 2 : 64;
    selector->slots = arena_alloc(arena, selector->n_slots * sizeof *selector->slots);
    for (size_t i = 0; i < selector->answers.count; i++)
        *find_slot(selector, selector->answers.items[i]) = i + 1;
}

/* The number of an answer; adds it if it is new. */
static uint32_t number_answer(struct arena *arena, struct selector *selector, const uint64_t *bits) {
    if (selector->answers.count * 2 >= selector->n_slots)
        widen(arena, selector);
    size_t *slot = find_slot(selector, bits);
    if (!*slot) {
        uint64_t *copy = arena_alloc(arena, n_words(selector) * sizeof *copy);
        memcpy(copy, bits, n_words(selector) * sizeof *copy);
        ARENA_PUSH(arena, &selector->answers, copy);
        *slot = selector->answers.count;
    }
    return (uint32_t)(*slot - 1);
}

/* The number of the set of atoms that hold. */
static uint32_t answer_joint(void *context, const uint32_t *codes) {
    struct joint *joint = context;
    struct selector *selector = joint->selector;
    struct lowering *lowering = joint->selectors->lowering;
    memset(joint->bits, 0, n_words(selector) * sizeof *joint->bits);
    for (size_t i = 0; i < selector->atoms.count; i++)
        if (diagram_answer(lowering->trial, joint->selectors->atoms.items[selector->atoms.items[i]].root, codes))
            joint->bits[i / 64] |= UINT64_C(1) << (i % 64);
    return number_answer(lowering->scratch, selector, joint->bits);
}

static bool is_subset(const bool *part, const bool *whole, uint32_t n_vars) {
    for (uint32_t i = 0; i < n_vars; i++)
        if (part[i] && !whole[i])
            return false;
    return true;
}

/* Sorts atoms by the number of their dependencies, largest first; stable. */
static size_t *order_atoms(struct selectors *selectors) {
    size_t count = selectors->atoms.count;
    size_t *order = arena_alloc(selectors->lowering->scratch, (count + 1) * sizeof *order);
    for (size_t i = 0; i < count; i++) {
        size_t place = i;
        while (place > 0 && selectors->atoms.items[order[place - 1]].size < selectors->atoms.items[i].size) {
            order[place] = order[place - 1];
            place--;
        }
        order[place] = i;
    }
    return order;
}

static void find_supports(struct selectors *selectors) {
    struct lowering *lowering = selectors->lowering;
    selectors->n_vars = lowering->n_vars;
    for (size_t i = 0; i < selectors->atoms.count; i++) {
        struct atom *atom = &selectors->atoms.items[i];
        atom->root = lower_cond(lowering, lowering->trial, atom->cond, atom->span);
        atom->support = arena_alloc(lowering->scratch, selectors->n_vars * sizeof *atom->support);
        diagram_mark(lowering->trial, atom->root, atom->support);
        atom->size = 1;
        for (uint32_t var = 0; var < selectors->n_vars; var++)
            if (atom->support[var])
                atom->size *= lowering->widths[var];
    }
}

bool selectors_covers(const struct selectors *selectors, size_t selector, size_t atom) {
    return is_subset(selectors->atoms.items[atom].support, selectors->list.items[selector].support, selectors->n_vars);
}

/* Creates a selector for the atom if none has all its dependencies. */
static void cover(struct selectors *selectors, size_t atom) {
    for (size_t i = 0; i < selectors->list.count; i++)
        if (selectors_covers(selectors, i, atom))
            return;
    struct selector selector = {.support = selectors->atoms.items[atom].support,
                                .size = selectors->atoms.items[atom].size};
    ARENA_PUSH(selectors->lowering->scratch, &selectors->list, selector);
}

/* Merges small selectors: each costs a lookup, and often a chunk. */
static void merge_small_selectors(struct selectors *selectors) {
    struct lowering *lowering = selectors->lowering;
    for (size_t i = selectors->list.count; i-- > 1;) {
        struct selector *into = &selectors->list.items[i - 1], *from = &selectors->list.items[i];
        size_t size = 1; /* number of cases of the union of their dependencies */
        bool *support = arena_alloc(lowering->scratch, selectors->n_vars * sizeof *support);
        for (uint32_t var = 0; var < selectors->n_vars && size <= MAX_MERGED_CASES; var++) {
            support[var] = into->support[var] || from->support[var];
            size *= support[var] ? lowering->widths[var] : 1;
        }
        if (size > MAX_MERGED_CASES)
            continue;
        into->support = support;
        into->size = size;
        selectors->list.count--;
        memmove(from, from + 1, (selectors->list.count - i) * sizeof *from);
    }
}

void selectors_prepare(struct selectors *selectors) {
    find_supports(selectors);
    size_t *order = order_atoms(selectors);
    for (size_t i = 0; i < selectors->atoms.count; i++)
        cover(selectors, order[i]);
    merge_small_selectors(selectors);
}

void selectors_use(struct selectors *selectors, size_t selector, size_t atom) {
    struct selector *used = &selectors->list.items[selector];
    if (!used->places)
        used->places = arena_alloc(selectors->lowering->scratch, selectors->atoms.count * sizeof *used->places);
    if (used->places[atom])
        return;
    ARENA_PUSH(selectors->lowering->scratch, &used->atoms, atom);
    used->places[atom] = used->atoms.count;
}

/* The number of bits of an index below `size`. */
static uint32_t n_bits(size_t size) {
    uint32_t bits = 0;
    while (bits < 32 && (size_t)1 << bits < size)
        bits++;
    return bits;
}

/* Whether a selector over inputs is small enough for a lookup, and the packed index has enough bits left. */
static bool fits_lookup(const struct lowering *lowering, const uint32_t *vars, size_t count, size_t size) {
    for (size_t i = 0; i < count; i++)
        if (vars[i] > lowering->model->n_inputs)
            return false;
    return size <= MAX_LOOKUP_CASES && lowering->packed_bits < 64 && lowering->packed_bits + n_bits(size) <= 64;
}

/* Adds the answers for all codes of the variables from `depth` on; the last variable varies fastest. */
static void add_answers(struct joint *joint, const uint32_t *vars, size_t count, size_t depth, uint32_t *codes) {
    struct lowering *lowering = joint->selectors->lowering;
    if (depth == count) {
        ARENA_PUSH(lowering->arena, &lowering->tables->answers, (uint16_t)answer_joint(joint, codes));
        return;
    }
    for (uint32_t code = 0; code < lowering->widths[vars[depth]]; code++) {
        codes[vars[depth]] = code;
        add_answers(joint, vars, count, depth + 1, codes);
    }
}

static void add_lookup(struct joint *joint, const uint32_t *vars, size_t count, size_t size) {
    struct lowering *lowering = joint->selectors->lowering;
    uint32_t codes[MUSTER_MAX_VARS] = {0};
    struct muster_lookup lookup = {.var = joint->selector->var,
                                   .shift = lowering->packed_bits,
                                   .mask = (uint32_t)((UINT64_C(1) << n_bits(size)) - 1),
                                   .first = (uint32_t)lowering->tables->answers.count};
    uint64_t stride = 1;
    for (size_t i = count; i-- > 0;) {
        uint32_t width = lowering->widths[vars[i]];
        uint64_t **weights = &lowering->weights[vars[i]];
        if (!*weights)
            *weights = arena_alloc(lowering->scratch, width * sizeof **weights);
        for (uint64_t code = 0; code < width; code++)
            (*weights)[code] += code * stride << lookup.shift;
        stride *= width;
    }
    lowering->packed_bits += n_bits(size);
    add_answers(joint, vars, count, 0, codes);
    ARENA_PUSH(lowering->arena, &lowering->tables->lookups, lookup);
}

static void add_step(struct joint *joint, const uint32_t *vars, size_t count) {
    struct lowering *lowering = joint->selectors->lowering;
    uint32_t root = diagram_of_function(lowering->diagrams, vars, count, answer_joint, joint);
    ARENA_PUSH(lowering->arena, &lowering->tables->argv_steps,
               ((struct muster_step){.root = root, .var = joint->selector->var, .table = MUSTER_NONE}));
}

static void build_selector(struct selectors *selectors, struct selector *selector) {
    struct lowering *lowering = selectors->lowering;
    const struct atom *first = &selectors->atoms.items[selector->atoms.items[0]];
    uint32_t vars[MUSTER_MAX_VARS];
    size_t count = 0;
    for (uint32_t var = 0; var < selectors->n_vars; var++)
        if (selector->support[var])
            vars[count++] = var;
    struct joint joint = {selectors, selector, arena_alloc(lowering->scratch, n_words(selector) * sizeof(uint64_t))};
    selector->var = lowering->n_vars;
    if (fits_lookup(lowering, vars, count, selector->size))
        add_lookup(&joint, vars, count, selector->size);
    else
        add_step(&joint, vars, count);
    if (lowering->n_vars >= MUSTER_MAX_VARS || selector->answers.count > MAX_VALUES) {
        diag_add(lowering->diagnostics, DIAG_CODE_LIMIT, first->span,
                 "the command line depends on too many different things for one ruleset");
        return;
    }
    lowering->widths[lowering->n_vars++] = (uint32_t)selector->answers.count;
}

void selectors_finish(struct selectors *selectors) {
    struct lowering *lowering = selectors->lowering;
    for (size_t i = 0; i < lowering->model->stages.count; i++)
        if (lowering->stage_needed[i])
            ARENA_PUSH(lowering->arena, &lowering->tables->argv_steps,
                       lowering->tables->decide_steps.items[lowering->first_stage_step + i]);
    for (size_t i = 0; i < selectors->list.count && lowering->diagnostics->n_errors == 0; i++)
        if (selectors->list.items[i].atoms.count > 0)
            build_selector(selectors, &selectors->list.items[i]);
}

bool selectors_holds(const struct selectors *selectors, size_t selector, size_t atom, size_t value) {
    const struct selector *selected = &selectors->list.items[selector];
    size_t place = selected->places[atom] - 1;
    return selected->answers.items[value][place / 64] >> (place % 64) & 1;
}
