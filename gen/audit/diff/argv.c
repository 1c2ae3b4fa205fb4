/*
 * Two command lines compared piece by piece, on all hosts at once.
 *
 * A state is how far both have been read, and has the hosts that come there. At a piece that is written under a
 * condition they part; where what is written next differs, they are part of the answer. So no command line is ever
 * written out, and each host comes along one way only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/argv_parts.h"

/* ---- both sides ------------------------------------------------------------------------------------------------- */

static uint32_t number_hole(struct argv_sides *sides, const struct argv_piece *piece) {
    for (size_t i = 0; i < sides->holes.count; i++)
        if (holes_are_same(sides, sides->holes.items[i], piece))
            return (uint32_t)i;
    ARENA_PUSH(sides->arena, &sides->holes, piece);
    return (uint32_t)sides->holes.count - 1;
}

static void prepare(struct argv_sides *sides, struct argv_side *side) {
    side->pieces = argv_pieces_of(sides->arena, side->model, NULL);
    size_t count = side->pieces.count;
    side->guards = arena_alloc(sides->arena, (count + 1) * sizeof *side->guards);
    side->known = arena_alloc(sides->arena, (count + 1) * sizeof *side->known);
    side->behind = arena_alloc(sides->arena, (count + 1) * sizeof *side->behind);
    side->hole = arena_alloc(sides->arena, (count + 1) * sizeof *side->hole);
    side->hole_values = arena_alloc(sides->arena, (count + 1) * sizeof *side->hole_values);
    for (size_t i = count, end = count; i-- > 0;) {
        const struct argv_piece *piece = &side->pieces.items[i];
        end = piece->kind == PIECE_END ? i : end;
        side->behind[i] = piece->kind == PIECE_BEGIN ? end + 1 : i + 1;
    }
    for (size_t i = 0; i < count; i++)
        if (side->pieces.items[i].kind == PIECE_PLACEHOLDER)
            side->hole[i] = number_hole(sides, &side->pieces.items[i]);
}

struct argv_sides *argv_sides_new(struct arena *arena, const struct diff_sides *both) {
    struct argv_sides *sides = arena_alloc(arena, sizeof *sides);
    *sides = (struct argv_sides){.arena = arena, .hosts = both->hosts};
    for (int i = OLD_SIDE; i < N_SIDES; i++) {
        sides->sides[i].model = both->models[i];
        sides->sides[i].meaning = both->meanings[i];
    }
    for (int i = OLD_SIDE; i < N_SIDES; i++)
        prepare(sides, &sides->sides[i]);
    return sides;
}

struct stretch argv_all(const struct argv_sides *sides, int side) {
    return (struct stretch){0, sides->sides[side].pieces.count};
}

hostset argv_guard(struct argv_sides *sides, int index, size_t piece) {
    struct argv_side *side = &sides->sides[index];
    const struct argv_piece *items = side->pieces.items;
    if (side->known[piece])
        return side->guards[piece];
    side->known[piece] = true;
    if (piece > 0 && side->known[piece - 1] && items[piece - 1].guard == items[piece].guard)
        return side->guards[piece] = side->guards[piece - 1];
    return side->guards[piece] = meaning_cond(side->meaning, items[piece].guard);
}

/* ---- states ----------------------------------------------------------------------------------------------------- */

/* Every step leads to a greater place on one side at least, and to none that is less. */
struct point {
    size_t piece;
    bool is_written; /* on the hosts of the state; else that is still to be asked */
    size_t value;    /* of a hole: which of its known values fills it, and 1; 0: any */
    size_t at;       /* so much of its text has been read */
};

struct state {
    struct point points[N_SIDES];
    hostset set;
};

struct comparison {
    struct argv_sides *sides;
    struct stretch stretches[N_SIDES];
    struct {
        struct state *items;
        size_t count, capacity;
    } heap; /* the least first */
    hostset differs;
};

static int compare_sizes(size_t a, size_t b) {
    return (a > b) - (a < b);
}

static int compare_points(const struct point *a, const struct point *b) {
    int order = compare_sizes(a->piece, b->piece);
    order = order ? order : compare_sizes(a->is_written, b->is_written);
    order = order ? order : compare_sizes(a->value, b->value);
    return order ? order : compare_sizes(a->at, b->at);
}

static int compare_states(const struct state *a, const struct state *b) {
    int order = compare_points(&a->points[OLD_SIDE], &b->points[OLD_SIDE]);
    return order ? order : compare_points(&a->points[NEW_SIDE], &b->points[NEW_SIDE]);
}

static void push(struct comparison *comparison, struct point old, struct point new, hostset set) {
    const struct state state = {{old, new}, set};
    if (set == HOSTS_NONE)
        return;
    ARENA_PUSH(comparison->sides->arena, &comparison->heap, state);
    struct state *items = comparison->heap.items;
    size_t at = comparison->heap.count - 1;
    for (; at > 0 && compare_states(&state, &items[(at - 1) / 2]) < 0; at = (at - 1) / 2)
        items[at] = items[(at - 1) / 2];
    items[at] = state;
}

static struct state pop(struct comparison *comparison) {
    struct state *items = comparison->heap.items;
    const struct state first = items[0], last = items[--comparison->heap.count];
    size_t at = 0;
    for (size_t child = 1; child < comparison->heap.count; child = 2 * at + 1) {
        if (child + 1 < comparison->heap.count && compare_states(&items[child + 1], &items[child]) < 0)
            child++;
        if (compare_states(&last, &items[child]) <= 0)
            break;
        items[at] = items[child];
        at = child;
    }
    items[at] = last;
    return first;
}

/* The least state, with the hosts of all that are the same. */
static struct state next_state(struct comparison *comparison) {
    struct state state = pop(comparison);
    while (comparison->heap.count > 0 && compare_states(&state, &comparison->heap.items[0]) == 0)
        state.set = hosts_or(comparison->sides->hosts, state.set, pop(comparison).set);
    return state;
}

/* ---- steps ------------------------------------------------------------------------------------------------------ */

static const struct argv_piece *piece_at(const struct comparison *comparison, int side, const struct point *point) {
    if (point->piece == comparison->stretches[side].to)
        return NULL;
    return &comparison->sides->sides[side].pieces.items[point->piece];
}

/* The place before a piece, or the next one that can write something. */
static struct point point_before(const struct comparison *comparison, int side, size_t piece) {
    const struct argv_piece *items = comparison->sides->sides[side].pieces.items;
    while (piece < comparison->stretches[side].to && items[piece].kind == PIECE_ITEM)
        piece++;
    return (struct point){.piece = piece, .is_written = piece == comparison->stretches[side].to};
}

static struct point written(struct point point) {
    point.is_written = true;
    return point;
}

static struct point skipped(const struct comparison *comparison, int side, struct point point) {
    return point_before(comparison, side, comparison->sides->sides[side].behind[point.piece]);
}

/* Asks whether the next piece of a side is written; of both, where the answers are the same. */
static void part(struct comparison *comparison, const struct state *state) {
    struct hosts *hosts = comparison->sides->hosts;
    const struct point *old = &state->points[OLD_SIDE], *new = &state->points[NEW_SIDE];
    hostset in[N_SIDES] = {HOSTS_UNKNOWN, HOSTS_UNKNOWN};
    for (int i = OLD_SIDE; i < N_SIDES; i++)
        if (!state->points[i].is_written)
            in[i] = hosts_and(hosts, state->set, argv_guard(comparison->sides, i, state->points[i].piece));
    hostset out = hosts_minus(hosts, state->set, old->is_written ? in[NEW_SIDE] : in[OLD_SIDE]);
    if (old->is_written) {
        push(comparison, *old, written(*new), in[NEW_SIDE]);
        push(comparison, *old, skipped(comparison, NEW_SIDE, *new), out);
    } else if (!new->is_written && in[OLD_SIDE] == in[NEW_SIDE]) {
        push(comparison, written(*old), written(*new), in[OLD_SIDE]);
        push(comparison, skipped(comparison, OLD_SIDE, *old), skipped(comparison, NEW_SIDE, *new), out);
    } else {
        push(comparison, written(*old), *new, in[OLD_SIDE]);
        push(comparison, skipped(comparison, OLD_SIDE, *old), *new, out);
    }
}

/* The text that is read next, if it is constant on these hosts. */
static const char *text_at(const struct comparison *comparison, int side, const struct point *point, size_t *length) {
    const struct argv_piece *piece = piece_at(comparison, side, point);
    const char *text = piece ? piece->text : NULL;
    *length = text ? piece->length : 0;
    if (piece && point->value > 0) {
        const struct value *value = &comparison->sides->sides[side].hole_values[point->piece].items[point->value - 1];
        text = value->text;
        *length = value->length;
    }
    *length -= point->at;
    return text ? text + point->at : NULL;
}

static struct point behind_text(const struct comparison *comparison, int side, struct point point, size_t length,
                                size_t left) {
    if (length == left)
        return point_before(comparison, side, point.piece + 1);
    point.at += length;
    return point;
}

/* Puts known values in the place of a hole; returns the hosts on which it has none. */
static hostset fill_hole(struct comparison *comparison, const struct state *state, int side) {
    struct argv_sides *sides = comparison->sides;
    const struct point *point = &state->points[side];
    const struct argv_piece *piece = piece_at(comparison, side, point);
    hostset left = state->set;
    if (!piece || piece->kind != PIECE_PLACEHOLDER || point->value > 0)
        return left;
    struct values *values = &sides->sides[side].hole_values[point->piece];
    if (values->count == 0)
        *values = argv_values(sides, side, piece);
    for (size_t i = 0; i < values->count; i++) {
        struct state filled = *state;
        filled.points[side].value = i + 1;
        push(comparison, filled.points[OLD_SIDE], filled.points[NEW_SIDE],
             hosts_and(sides->hosts, left, values->items[i].set));
        left = hosts_minus(sides->hosts, left, values->items[i].set);
    }
    return left;
}

/* What is written next is not the same, unless a hole has a value that is known. */
static void part_ways(struct comparison *comparison, const struct state *state) {
    struct state left = *state;
    for (int i = OLD_SIDE; i < N_SIDES && left.set != HOSTS_NONE; i++)
        left.set = fill_hole(comparison, &left, i);
    comparison->differs = hosts_or(comparison->sides->hosts, comparison->differs, left.set);
}

static bool are_same(const struct comparison *comparison, const struct state *state) {
    const struct argv_piece *old = piece_at(comparison, OLD_SIDE, &state->points[OLD_SIDE]);
    const struct argv_piece *new = piece_at(comparison, NEW_SIDE, &state->points[NEW_SIDE]);
    if (!old || !new || old->kind != new->kind)
        return false;
    if (old->kind == PIECE_PLACEHOLDER)
        return state->points[OLD_SIDE].value == 0 && state->points[NEW_SIDE].value == 0 &&
               comparison->sides->sides[OLD_SIDE].hole[state->points[OLD_SIDE].piece] ==
                   comparison->sides->sides[NEW_SIDE].hole[state->points[NEW_SIDE].piece];
    return old->kind == PIECE_BEGIN || old->kind == PIECE_END;
}

static void compare_state(struct comparison *comparison, const struct state *state) {
    struct point points[N_SIDES];
    size_t lengths[N_SIDES];
    const char *texts[N_SIDES];
    for (int i = OLD_SIDE; i < N_SIDES; i++)
        texts[i] = text_at(comparison, i, &state->points[i], &lengths[i]);
    size_t length = lengths[OLD_SIDE] < lengths[NEW_SIDE] ? lengths[OLD_SIDE] : lengths[NEW_SIDE];
    if (texts[OLD_SIDE] && texts[NEW_SIDE] ? memcmp(texts[OLD_SIDE], texts[NEW_SIDE], length) != 0
                                           : !are_same(comparison, state)) {
        part_ways(comparison, state);
        return;
    }
    for (int i = OLD_SIDE; i < N_SIDES; i++)
        points[i] = behind_text(comparison, i, state->points[i], texts[i] ? length : lengths[i], lengths[i]);
    push(comparison, points[OLD_SIDE], points[NEW_SIDE], state->set);
}

hostset argv_differs(struct argv_sides *sides, struct stretch old, struct stretch new, hostset set) {
    struct comparison comparison = {.sides = sides, .stretches = {old, new}, .differs = HOSTS_NONE};
    push(&comparison, point_before(&comparison, OLD_SIDE, old.from), point_before(&comparison, NEW_SIDE, new.from),
         set);
    while (comparison.heap.count > 0) {
        struct state state = next_state(&comparison);
        if (state.set == HOSTS_UNKNOWN)
            return HOSTS_UNKNOWN;
        if (!state.points[OLD_SIDE].is_written || !state.points[NEW_SIDE].is_written)
            part(&comparison, &state);
        else if (piece_at(&comparison, OLD_SIDE, &state.points[OLD_SIDE]) ||
                 piece_at(&comparison, NEW_SIDE, &state.points[NEW_SIDE]))
            compare_state(&comparison, &state);
    }
    return comparison.differs;
}

hostset diff_argv_set(struct arena *arena, const struct diff_sides *sides, hostset set) {
    struct argv_sides *both = argv_sides_new(arena, sides);
    return argv_differs(both, argv_all(both, OLD_SIDE), argv_all(both, NEW_SIDE), set);
}
