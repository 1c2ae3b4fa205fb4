/*
 * What command lines are made of for a reader: options with what stands behind them, and items of lists; and which of
 * one side is which of the other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "gen/audit/diff/argv_parts.h"

/* ---- taking apart ----------------------------------------------------------------------------------------------- */

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Whether the text before a piece ends there: an argument, or an item of its list. */
static bool ends_token(const struct argv_piece *piece) {
    return piece->kind == PIECE_END || ((piece->kind == PIECE_ITEM || piece->kind == PIECE_BETWEEN) && !piece->around);
}

/* Conditions do not count: what is written, and under which of them else, is the same text to a reader. */
static void find_tokens(struct argv_sides *sides, int index, struct element *element) {
    const struct argv_side *side = &sides->sides[index];
    const uint64_t start = UINT64_C(0xcbf29ce484222325);
    uint64_t hash = start;
    for (size_t i = element->stretch.from; i < element->stretch.to; i++) {
        const struct argv_piece *piece = &side->pieces.items[i];
        if (ends_token(piece) && hash != start)
            ARENA_PUSH(sides->arena, &element->tokens, hash);
        hash = ends_token(piece) ? start : hash;
        if (piece->kind == PIECE_TEXT)
            hash = hash_bytes(hash, piece->text, piece->length);
        if (piece->kind == PIECE_PLACEHOLDER)
            hash = hash_bytes(hash + 1, &side->hole[i], sizeof side->hole[i]);
    }
    if (hash != start)
        ARENA_PUSH(sides->arena, &element->tokens, hash);
}

static void end_element(struct argv_sides *sides, int side, struct elements *elements, size_t to) {
    if (elements->count == 0)
        return;
    struct element *last = &elements->items[elements->count - 1];
    last->stretch.to = to;
    last->guard = argv_guard(sides, side, last->stretch.from);
    find_tokens(sides, side, last);
}

static void name_option(struct element *element) {
    const struct template *text = &element->argument->text;
    if (!element->argument->is_option || text->count != 1 || !text->items[0].text)
        return;
    element->name = text->items[0].text;
    element->name_length = text->items[0].length;
}

struct elements elements_of_line(struct argv_sides *sides, int side) {
    const struct argv_pieces *pieces = &sides->sides[side].pieces;
    struct elements elements = {0};
    const struct statement *statement = NULL;
    bool in_option = false;
    for (size_t i = 0; i < pieces->count; i = sides->sides[side].behind[i]) {
        const struct argv_piece *piece = &pieces->items[i]; /* the begin of an argument */
        if (in_option && piece->statement == statement && !piece->argument->is_option)
            continue;
        end_element(sides, side, &elements, i);
        struct element element = {.stretch = {.from = i}, .statement = piece->statement, .argument = piece->argument};
        name_option(&element);
        ARENA_PUSH(sides->arena, &elements, element);
        statement = piece->statement;
        in_option = piece->argument->is_option;
    }
    end_element(sides, side, &elements, pieces->count);
    return elements;
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

/* The begin of the list behind the option of an element. */
static size_t list_begin(const struct argv_sides *sides, int side, const struct element *element) {
    return sides->sides[side].behind[element->stretch.from];
}

const struct format *element_format(const struct argv_sides *sides, int side, const struct element *element) {
    const struct argv_side *all = &sides->sides[side];
    size_t begin = list_begin(sides, side, element);
    if (!element->name || begin >= element->stretch.to || all->behind[begin] != element->stretch.to)
        return NULL;
    const struct argument *argument = all->pieces.items[begin].argument;
    return argument->list && argument->format->between ? argument->format : NULL;
}

static void name_item(struct element *element) {
    const struct template *key = &element->item->key;
    if (!element->item->has_key || key->count != 1 || !key->items[0].text)
        return;
    element->name = key->items[0].text;
    element->name_length = key->items[0].length;
}

struct elements elements_of_list(struct argv_sides *sides, int side, const struct element *element) {
    const struct argv_piece *pieces = sides->sides[side].pieces.items;
    struct elements elements = {0};
    bool is_open = false; /* an item goes on */
    for (size_t i = list_begin(sides, side, element) + 1; i < element->stretch.to; i++) {
        const struct argv_piece *piece = &pieces[i];
        if (is_open && ends_token(piece)) {
            end_element(sides, side, &elements, i);
            is_open = false;
        }
        if (piece->kind != PIECE_ITEM || piece->around)
            continue;
        struct element item = {.stretch = {.from = i},
                               .statement = element->statement,
                               .argument = element->argument,
                               .item = piece->item};
        name_item(&item);
        ARENA_PUSH(sides->arena, &elements, item);
        is_open = true;
    }
    return elements;
}

/* ---- pairs ------------------------------------------------------------------------------------------------------ */

static int compare_hashes(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The tokens of each element, sorted. */
static uint64_t **sort_tokens(struct arena *arena, const struct elements *elements) {
    uint64_t **sorted = arena_alloc(arena, (elements->count + 1) * sizeof *sorted);
    for (size_t i = 0; i < elements->count; i++) {
        size_t count = elements->items[i].tokens.count;
        sorted[i] = arena_alloc(arena, (count + 1) * sizeof **sorted);
        if (count == 0)
            continue;
        memcpy(sorted[i], elements->items[i].tokens.items, count * sizeof **sorted);
        qsort(sorted[i], count, sizeof **sorted, compare_hashes);
    }
    return sorted;
}

static size_t count_common(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b) {
    size_t common = 0;
    for (size_t i = 0, k = 0; i < n_a && k < n_b;) {
        int order = compare_hashes(&a[i], &b[k]);
        common += order == 0;
        i += order <= 0;
        k += order >= 0;
    }
    return common;
}

bool elements_have_same_name(const struct element *a, const struct element *b) {
    return !a->name == !b->name &&
           (!a->name || (a->name_length == b->name_length && memcmp(a->name, b->name, a->name_length) == 0));
}

static bool same_tokens(const struct element *a, const struct element *b) {
    return a->tokens.count == b->tokens.count &&
           (a->tokens.count == 0 ||
            memcmp(a->tokens.items, b->tokens.items, a->tokens.count * sizeof *a->tokens.items) == 0);
}

/* What a list begins with, behind the name of the option, tells most: the kind of a device. */
static bool same_first(const struct element *a, const struct element *b) {
    return a->tokens.count > 1 && b->tokens.count > 1 && a->tokens.items[1] == b->tokens.items[1];
}

/* How good a pair they are; 0: none. The same name is enough where nothing better is between. */
static uint32_t likeness(const struct element *a, const struct element *b, const uint64_t *tokens_a,
                         const uint64_t *tokens_b) {
    enum { ALONE = 1, A_TOKEN = 16, THE_FIRST = 64, THE_SAME = 1024, MAX_SCORE = 1 << 16 };
    if (!elements_have_same_name(a, b))
        return 0;
    size_t common = count_common(tokens_a, a->tokens.count, tokens_b, b->tokens.count);
    size_t tokens = common * A_TOKEN < MAX_SCORE ? common * A_TOKEN : MAX_SCORE;
    return (uint32_t)tokens + ALONE + (same_first(a, b) ? THE_FIRST : 0) + (same_tokens(a, b) ? THE_SAME : 0);
}

static bool are_equal(const struct element *a, const struct element *b) {
    return elements_have_same_name(a, b) && same_tokens(a, b) && a->guard == b->guard;
}

/* The pairs of all that is neither before `from` nor in the equal ends: those that are most alike together. */
static void align_middle(struct arena *arena, const struct elements *old, const struct elements *new, size_t from,
                         size_t old_to, size_t new_to, size_t *pairs) {
    size_t rows = old_to - from, columns = new_to - from, width = columns + 1;
    uint64_t **old_tokens = sort_tokens(arena, old), **new_tokens = sort_tokens(arena, new);
    uint32_t *best = arena_alloc(arena, (rows + 1) * width * sizeof *best); /* of what stands from here on */
    uint32_t *score = arena_alloc(arena, (rows * columns + 1) * sizeof *score);
    for (size_t i = rows; i-- > 0;)
        for (size_t k = columns; k-- > 0;) {
            uint32_t like =
                likeness(&old->items[from + i], &new->items[from + k], old_tokens[from + i], new_tokens[from + k]);
            uint32_t down = best[(i + 1) * width + k], right = best[i * width + k + 1];
            uint32_t pair = like > 0 ? like + best[(i + 1) * width + k + 1] : 0;
            score[i * columns + k] = like;
            best[i * width + k] = pair > down && pair > right ? pair : down > right ? down : right;
        }
    for (size_t i = 0, k = 0; i < rows && k < columns;) {
        uint32_t here = best[i * width + k], like = score[i * columns + k];
        if (like > 0 && here == like + best[(i + 1) * width + k + 1])
            pairs[from + i++] = from + k++;
        else if (here == best[(i + 1) * width + k])
            i++;
        else
            k++;
    }
}

size_t *elements_align(struct arena *arena, const struct elements *old, const struct elements *new) {
    size_t *pairs = arena_alloc(arena, (old->count + 1) * sizeof *pairs);
    size_t from = 0, old_to = old->count, new_to = new->count;
    for (size_t i = 0; i < old->count; i++)
        pairs[i] = SIZE_MAX;
    for (; from < old_to && from < new_to && are_equal(&old->items[from], &new->items[from]); from++)
        pairs[from] = from;
    while (old_to > from && new_to > from && are_equal(&old->items[old_to - 1], &new->items[new_to - 1]))
        pairs[--old_to] = --new_to;
    align_middle(arena, old, new, from, old_to, new_to, pairs);
    return pairs;
}
