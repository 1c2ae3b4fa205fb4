/*
 * Tables of boxes: their cells, which are shared, and the classes of codes that these distinguish.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/internal.h"

#include <string.h>

enum { WORD = 64 };

struct boxes *boxes_new(struct arena *arena, const size_t *widths, size_t n_columns, size_t n_boxes) {
    struct boxes *boxes = arena_alloc(arena, sizeof *boxes);
    boxes->arena = arena;
    boxes->n_columns = n_columns;
    boxes->n_boxes = n_boxes;
    boxes->columns = arena_alloc(arena, n_columns * sizeof *boxes->columns);
    boxes->sets = arena_alloc(arena, n_columns * n_boxes * sizeof *boxes->sets);
    boxes->open_box = SIZE_MAX;
    size_t widest = 1;
    for (size_t i = 0; i < n_columns; i++) {
        struct column *column = &boxes->columns[i];
        column->width = widths[i];
        column->words = (widths[i] + WORD - 1) / WORD;
        widest = column->words > widest ? column->words : widest;
        struct cell_set all = {.words = arena_alloc(arena, column->words * sizeof *all.words)};
        for (size_t code = 0; code < widths[i]; code++)
            all.words[code / WORD] |= UINT64_C(1) << code % WORD;
        ARENA_PUSH(arena, &column->sets, all);
    }
    boxes->open = arena_alloc(arena, widest * sizeof *boxes->open);
    return boxes;
}

/* ---- cells ------------------------------------------------------------------------------------------------------ */

static uint32_t hash_words(const uint64_t *words, size_t count) {
    uint64_t hash = 0;
    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static void widen_slots(struct arena *arena, struct column *column) {
    column->n_slots = column->n_slots ? column->n_slots * 2 : 16;
    column->slots = arena_alloc(arena, column->n_slots * sizeof *column->slots);
    for (size_t i = 1; i < column->sets.count; i++) {
        size_t at = column->sets.items[i].hash & (column->n_slots - 1);
        while (column->slots[at])
            at = (at + 1) & (column->n_slots - 1);
        column->slots[at] = (uint32_t)i + 1;
    }
}

static bool same_words(const uint64_t *a, const uint64_t *b, size_t count) {
    uint64_t differ = 0;
    for (size_t i = 0; i < count; i++)
        differ |= a[i] ^ b[i];
    return !differ;
}

static uint32_t add_set(struct arena *arena, struct column *column, uint32_t hash, const uint64_t *words) {
    struct cell_set set = {.words = arena_alloc(arena, column->words * sizeof *words), .hash = hash};
    memcpy(set.words, words, column->words * sizeof *words);
    ARENA_PUSH(arena, &column->sets, set);
    return (uint32_t)column->sets.count - 1;
}

static uint32_t find_set(struct arena *arena, struct column *column, const uint64_t *words) {
    if (same_words(words, column->sets.items[0].words, column->words))
        return 0;
    if (column->sets.count * 2 >= column->n_slots)
        widen_slots(arena, column);
    uint32_t hash = hash_words(words, column->words);
    size_t at = hash & (column->n_slots - 1);
    for (; column->slots[at]; at = (at + 1) & (column->n_slots - 1)) {
        const struct cell_set *other = &column->sets.items[column->slots[at] - 1];
        if (other->hash == hash && same_words(other->words, words, column->words))
            return column->slots[at] - 1;
    }
    column->slots[at] = add_set(arena, column, hash, words) + 1;
    return column->slots[at] - 1;
}

static void close_cell(struct boxes *boxes) {
    if (boxes->open_box == SIZE_MAX)
        return;
    size_t cell = boxes->open_box * boxes->n_columns + boxes->open_column;
    boxes->sets[cell] = find_set(boxes->arena, &boxes->columns[boxes->open_column], boxes->open);
    boxes->open_box = SIZE_MAX;
}

/* Makes a cell the open one, which the caller may change; then its contents are undefined. */
static void open_cell(struct boxes *boxes, size_t box, size_t column) {
    close_cell(boxes);
    boxes->open_box = box;
    boxes->open_column = column;
}

static bool is_open(const struct boxes *boxes, size_t box, size_t column) {
    return boxes->open_box == box && boxes->open_column == column;
}

void boxes_clear(struct boxes *boxes, size_t box, size_t column) {
    if (!is_open(boxes, box, column))
        open_cell(boxes, box, column);
    for (size_t word = 0; word < boxes->columns[column].words; word++)
        boxes->open[word] = 0;
}

void boxes_put(struct boxes *boxes, size_t box, size_t column, size_t code) {
    if (!is_open(boxes, box, column)) {
        open_cell(boxes, box, column);
        memcpy(boxes->open, boxes_set(boxes, box, column)->words, boxes->columns[column].words * sizeof *boxes->open);
    }
    boxes->open[code / WORD] |= UINT64_C(1) << code % WORD;
}

/* ---- classes of codes ------------------------------------------------------------------------------------------- */

static bool has_bit(const uint64_t *words, size_t bit) {
    return words[bit / WORD] >> bit % WORD & 1;
}

/* By code: the sets that contain it, as bits. */
static uint64_t *memberships(struct arena *scratch, const struct column *column, size_t n_words) {
    uint64_t *members = arena_alloc(scratch, column->width * n_words * sizeof *members);
    for (size_t set = 0; set < column->sets.count; set++)
        for (size_t word = 0; word < column->words; word++)
            for (uint64_t rest = column->sets.items[set].words[word]; rest; rest &= rest - 1) {
                size_t code = word * WORD + (size_t)__builtin_ctzll(rest);
                members[code * n_words + set / WORD] |= UINT64_C(1) << set % WORD;
            }
    return members;
}

/* Finds the classes: codes that are in the same sets. */
static void divide_codes(struct arena *arena, struct arena *scratch, struct column *column) {
    size_t n_words = (column->sets.count + WORD - 1) / WORD, n_slots = 2;
    while (n_slots < column->width * 2)
        n_slots *= 2;
    const uint64_t *members = memberships(scratch, column, n_words);
    uint32_t *slots = arena_alloc(scratch, n_slots * sizeof *slots); /* hash table of classes, + 1 */
    column->code_of = arena_alloc(arena, column->width * sizeof *column->code_of);
    for (size_t code = 0; code < column->width; code++) {
        const uint64_t *mine = &members[code * n_words];
        size_t at = hash_words(mine, n_words) & (n_slots - 1);
        while (slots[at] &&
               memcmp(&members[column->code_of[slots[at] - 1] * n_words], mine, n_words * sizeof *mine) != 0)
            at = (at + 1) & (n_slots - 1);
        if (slots[at])
            continue;
        column->code_of[column->n_classes++] = code;
        slots[at] = (uint32_t)column->n_classes;
    }
}

/* Converts a set of codes to a set of classes. */
static void narrow_set(const struct column *column, struct cell_set *set, uint64_t *words) {
    for (size_t class = 0; class < column->n_classes; class ++)
        if (has_bit(set->words, column->code_of[class])) {
            words[class / WORD] |= UINT64_C(1) << class % WORD;
            set->n_classes++;
        }
    set->words = words;
}

static void complete_column(struct arena *arena, struct column *column) {
    struct arena *scratch = arena_new();
    divide_codes(arena, scratch, column);
    arena_free(scratch);
    column->words = (column->n_classes + WORD - 1) / WORD;
    column->masks = arena_alloc(arena, column->sets.count * column->words * sizeof *column->masks);
    for (size_t i = 0; i < column->sets.count; i++)
        narrow_set(column, &column->sets.items[i], &column->masks[i * column->words]);
}

static bool is_live(const struct boxes *boxes, size_t box) {
    for (size_t column = 0; column < boxes->n_columns; column++)
        if (boxes_set(boxes, box, column)->n_classes == 0)
            return false;
    return true;
}

void boxes_complete(struct boxes *boxes) {
    if (boxes->complete)
        return;
    boxes->complete = true;
    close_cell(boxes);
    for (size_t i = 0; i < boxes->n_columns; i++)
        complete_column(boxes->arena, &boxes->columns[i]);
    boxes->live = arena_alloc(boxes->arena, boxes->n_boxes * sizeof *boxes->live);
    for (size_t box = 0; box < boxes->n_boxes; box++)
        if (is_live(boxes, box))
            boxes->live[boxes->n_live++] = (uint32_t)box;
}
