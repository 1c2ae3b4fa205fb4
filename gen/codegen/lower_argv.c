/*
 * Turns the command line into tables. Cuts its fragments into segments that depend on one selector each; every segment
 * becomes a chunk with a run of instructions for each value of its selector.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/line.h"

#define PUSH(list, element) ARENA_PUSH(line->lowering->scratch, (list), (element))

/* Fragments from..to - 1, which one selector decides (SIZE_MAX: none is needed). */
struct segment {
    size_t from, to, selector;
};

struct segments {
    struct segment *items;
    size_t count, capacity;
};

static void add_chunk(struct line *line, struct run_places *places, struct run *run, const struct segment *segment) {
    struct lowering *lowering = line->lowering;
    const struct selector *selector =
        segment->selector == SIZE_MAX ? NULL : &line->selectors.list.items[segment->selector];
    size_t values = selector ? selector->answers.count : 1;
    uint32_t *map = arena_alloc(lowering->scratch, (values + 1) * sizeof *map);
    struct size max = {0};
    for (size_t value = 0; value < values; value++) {
        run_start(run);
        for (size_t i = segment->from; i < segment->to; i++) {
            const struct fragment *fragment = &line->fragments.items[i];
            if (!fragment->guard || selectors_holds(&line->selectors, segment->selector, fragment->atom, value))
                run_add(line, run, fragment);
        }
        map[value] = run_place(line, places, run, &max);
    }
    runs_end_chunk(line);
    lowering->tables->head.most_arguments += max.arguments;
    lowering->tables->head.most_bytes += max.bytes;
    ARENA_PUSH(lowering->arena, &lowering->tables->chunks,
               ((struct muster_chunk){.var = selector ? selector->var : 0,
                                      .map = tables_words(lowering->tables, map, values)}));
}

/* Removes from `can` the selectors that do not decide the fragment. */
static bool narrow(const struct line *line, bool *can, const struct fragment *fragment) {
    bool any = false;
    for (size_t i = 0; i < line->selectors.list.count; i++) {
        can[i] = can[i] && selectors_covers(&line->selectors, i, fragment->atom);
        any = any || can[i];
    }
    return any;
}

static void allow_all(const struct line *line, bool *can) {
    for (size_t i = 0; i < line->selectors.list.count; i++)
        can[i] = true;
}

/* Ends a segment, and assigns it the smallest selector that decides it. */
static void end_segment(struct line *line, struct segments *segments, size_t from, size_t to) {
    struct segment segment = {from, to, SIZE_MAX};
    bool *can = arena_alloc(line->lowering->scratch, line->selectors.list.count + 1);
    bool conditional = false;
    allow_all(line, can);
    for (size_t i = from; i < to; i++)
        if (line->fragments.items[i].guard)
            conditional = narrow(line, can, &line->fragments.items[i]);
    for (size_t i = 0; i < line->selectors.list.count && conditional; i++)
        if (can[i] && (segment.selector == SIZE_MAX ||
                       line->selectors.list.items[i].size < line->selectors.list.items[segment.selector].size))
            segment.selector = i;
    for (size_t i = from; i < to && conditional; i++)
        if (line->fragments.items[i].guard)
            selectors_use(&line->selectors, segment.selector, line->fragments.items[i].atom);
    PUSH(segments, segment);
}

/* Whether one selector decides fragments from..to; marks those that do in `can`. */
static bool coverable(const struct line *line, bool *can, size_t from, size_t to) {
    bool any = true;
    allow_all(line, can);
    for (size_t i = from; i <= to && any; i++)
        if (line->fragments.items[i].guard)
            any = narrow(line, can, &line->fragments.items[i]);
    return any;
}

/*
 * Cuts the fragments greedily into a minimal number of segments. Unconditional fragments belong to the segment before
 * them; but an argument that the next selector decides as a whole is not split.
 */
static struct segments cut(struct line *line) {
    struct segments segments = {0};
    bool *can = arena_alloc(line->lowering->scratch, line->selectors.list.count + 1);
    size_t from = 0, argument = 0; /* begin of the segment, and of the last argument */
    allow_all(line, can);
    for (size_t i = 0; i < line->fragments.count; i++) {
        const struct fragment *fragment = &line->fragments.items[i];
        if (fragment->kind == FRAGMENT_BEGIN)
            argument = i;
        if (!fragment->guard || narrow(line, can, fragment))
            continue;
        size_t at = argument > from && coverable(line, can, argument, i) ? argument : i;
        end_segment(line, &segments, from, at);
        from = at;
        coverable(line, can, at, i);
    }
    if (from < line->fragments.count)
        end_segment(line, &segments, from, line->fragments.count);
    return segments;
}

void lower_argv(struct lowering *lowering) {
    struct line state = {.lowering = lowering, .selectors = {.lowering = lowering}};
    struct line *line = &state;
    line_split(line);
    for (size_t i = 0; i < line->fragments.count; i++) {
        struct fragment *fragment = &line->fragments.items[i];
        if (fragment->guard)
            fragment->atom = selectors_atom(&line->selectors, fragment->guard, lowering->model->argv_span);
    }
    selectors_prepare(&line->selectors);
    struct segments segments = cut(line);
    struct run_places places = {0};
    struct run run = {0};
    selectors_finish(&line->selectors);
    for (size_t i = 0; i < segments.count && lowering->diagnostics->n_errors == 0; i++)
        add_chunk(line, &places, &run, &segments.items[i]);
}
