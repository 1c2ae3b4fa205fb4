/*
 * Compares strings with placeholders with each other and with globs, for all values of the placeholders.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "gen/sema/emission.h"

/* The pieces of a string that are not compared yet. */
struct pieces {
    struct piece *items;
    size_t count;
    struct {
        struct piece *items;
        size_t count, capacity;
    } room;
};

struct parts {
    struct pattern_part *items;
    size_t count, capacity;
};

struct comparer {
    struct arena *arena;
    struct pattern everything; /* matches any string, with control bytes, too */
    const struct pattern *natural, *integer, *version;
    size_t steps;
    struct pieces pieces[2]; /* of the two strings in comparison */
    struct parts parts[2];
};

/* Takes about a second. */
enum { MAX_STEPS = 1 << 24 };

static const struct pattern *compile_pattern(struct arena *arena, const char *text) {
    struct pattern_error error;
    return pattern_compile(arena, text, strlen(text), &error);
}

struct comparer *comparer_new(struct arena *arena) {
    struct comparer *comparer = arena_alloc(arena, sizeof *comparer);
    *comparer = (struct comparer){.arena = arena, .steps = MAX_STEPS};
    comparer->natural = compile_pattern(arena, "0|[1-9][0-9]*");
    comparer->integer = compile_pattern(arena, "-?(0|[1-9][0-9]*)");
    comparer->version = compile_pattern(arena, "(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*)){2}");
    struct pattern *everything = &comparer->everything;
    everything->n_classes = 2;
    everything->n_states = 2;
    memset(everything->classes, 1, sizeof everything->classes);
    everything->next = arena_alloc(arena, 4 * sizeof *everything->next);
    everything->next[3] = 1;
    everything->accept = arena_alloc(arena, 2);
    everything->accept[1] = 1;
    everything->max_length = SIZE_MAX;
    return comparer;
}

/* ---- pieces ----------------------------------------------------------------------------------------------------- */

static struct pieces *copy_pieces(struct comparer *comparer, size_t which, const struct template *text) {
    struct pieces *pieces = &comparer->pieces[which];
    pieces->room.count = 0;
    for (size_t i = 0; i < text->count; i++)
        ARENA_PUSH(comparer->arena, &pieces->room, text->items[i]);
    pieces->items = pieces->room.items;
    pieces->count = text->count;
    return pieces;
}

static bool same_placeholder(const struct piece *a, const struct piece *b) {
    return !a->text && !b->text && a->variable == b->variable && a->unit == b->unit;
}

static void drop_first(struct pieces *pieces, size_t bytes) {
    struct piece *first = pieces->items;
    if (first->text && bytes < first->length) {
        first->text += bytes;
        first->length -= bytes;
        return;
    }
    pieces->items++;
    pieces->count--;
}

static void drop_last(struct pieces *pieces, size_t bytes) {
    struct piece *last = &pieces->items[pieces->count - 1];
    if (last->text && bytes < last->length)
        last->length -= bytes;
    else
        pieces->count--;
}

/* The number of bytes that two constant pieces have in common at their begin, and at their end. */
static size_t common_begin(const struct piece *a, const struct piece *b) {
    size_t count = 0;
    while (a->text && b->text && count < a->length && count < b->length && a->text[count] == b->text[count])
        count++;
    return count;
}

static size_t common_end(const struct piece *a, const struct piece *b) {
    size_t count = 0;
    while (a->text && b->text && count < a->length && count < b->length &&
           a->text[a->length - 1 - count] == b->text[b->length - 1 - count])
        count++;
    return count;
}

/* Removes a common prefix and suffix, which do not affect equality. */
static void strip(struct pieces *a, struct pieces *b) {
    while (a->count > 0 && b->count > 0) {
        size_t bytes = common_begin(a->items, b->items);
        if (bytes == 0 && !same_placeholder(a->items, b->items))
            break;
        drop_first(a, bytes);
        drop_first(b, bytes);
    }
    while (a->count > 0 && b->count > 0) {
        const struct piece *last_a = &a->items[a->count - 1], *last_b = &b->items[b->count - 1];
        size_t bytes = common_end(last_a, last_b);
        if (bytes == 0 && !same_placeholder(last_a, last_b))
            break;
        drop_last(a, bytes);
        drop_last(b, bytes);
    }
}

/* After strip, two constant pieces at the same end differ. */
static bool ends_differ(const struct pieces *a, const struct pieces *b) {
    return a->count > 0 && b->count > 0 &&
           ((a->items[0].text && b->items[0].text) || (a->items[a->count - 1].text && b->items[b->count - 1].text));
}

static bool has_placeholder(const struct pieces *pieces) {
    for (size_t i = 0; i < pieces->count; i++)
        if (!pieces->items[i].text)
            return true;
    return false;
}

/* ---- values of placeholders -------------------------------------------------------------------------------------- */

static const struct pattern *hole_pattern(const struct comparer *comparer, const struct piece *piece) {
    const struct variable *variable = piece->variable;
    if (variable->pattern)
        return variable->pattern;
    if (variable->type.kind == MUSTER_VERSION)
        return comparer->version;
    if (variable->type.kind == MUSTER_INT && variable->type.n_members == 0)
        return variable->type.low >= 0 ? comparer->natural : comparer->integer;
    return &comparer->everything;
}

static bool is_any_path(const struct piece *piece) {
    return !piece->text && piece->variable->type.kind == MUSTER_PATH && !piece->variable->pattern;
}

static bool is_any_number(const struct piece *piece) {
    return !piece->text && piece->variable->type.kind == MUSTER_INT && piece->variable->type.n_members == 0 &&
           !piece->variable->pattern;
}

static struct parts *parts_of(struct comparer *comparer, size_t which) {
    const struct pieces *pieces = &comparer->pieces[which];
    struct parts *parts = &comparer->parts[which];
    parts->count = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];
        if (is_any_path(piece))
            ARENA_PUSH(comparer->arena, parts, ((struct pattern_part){.text = "/", .length = 1}));
        struct pattern_part part = {.text = piece->text, .length = piece->length};
        if (!piece->text)
            part.pattern = hole_pattern(comparer, piece);
        ARENA_PUSH(comparer->arena, parts, part);
    }
    return parts;
}

static enum sameness disjoint(struct comparer *comparer, const struct parts *a, const struct parts *b) {
    return pattern_parts_disjoint(a->items, a->count, b->items, b->count, &comparer->steps) ? DIFFERENT : NOT_CERTAIN;
}

static bool is_constant(const struct emitted *emitted) {
    return emitted->text.count == 0 || (emitted->text.count == 1 && emitted->text.items[0].text);
}

static bool same_constants(const struct emitted *a, const struct emitted *b) {
    return a->text.count == b->text.count &&
           (a->text.count == 0 || (a->text.items[0].length == b->text.items[0].length &&
                                   memcmp(a->text.items[0].text, b->text.items[0].text, a->text.items[0].length) == 0));
}

enum sameness emitted_compare(struct comparer *comparer, const struct emitted *a, const struct emitted *b) {
    if (is_constant(a) && is_constant(b))
        return same_constants(a, b) ? SAME : DIFFERENT;
    struct pieces *left = copy_pieces(comparer, 0, &a->text), *right = copy_pieces(comparer, 1, &b->text);
    strip(left, right);
    if (left->count == 0 && right->count == 0)
        return SAME;
    if (ends_differ(left, right) || (!has_placeholder(left) && !has_placeholder(right)))
        return DIFFERENT;
    return disjoint(comparer, parts_of(comparer, 0), parts_of(comparer, 1));
}

/* ---- globs ------------------------------------------------------------------------------------------------------ */

/* A position in a string; a placeholder counts as one byte that only '*' matches. */
struct cursor {
    size_t piece, at;
};

static bool at_end(const struct template *text, struct cursor cursor) {
    return cursor.piece == text->count;
}

static struct cursor next_cursor(const struct template *text, struct cursor cursor) {
    const struct piece *piece = &text->items[cursor.piece];
    return piece->text && cursor.at + 1 < piece->length ? (struct cursor){cursor.piece, cursor.at + 1}
                                                        : (struct cursor){cursor.piece + 1, 0};
}

/* Whether the string matches for any contents of its placeholders. On a mismatch, backtracks to the last '*'. */
static bool match_always(const struct template *text, const char *glob) {
    struct cursor cursor = {0, 0}, retry = {0, 0};
    const char *star = NULL;
    while (!at_end(text, cursor)) {
        const struct piece *piece = &text->items[cursor.piece];
        if (*glob == '*') {
            star = glob++;
            retry = cursor;
        } else if (*glob && piece->text && piece->text[cursor.at] == *glob) {
            glob++;
            cursor = next_cursor(text, cursor);
        } else if (star) {
            glob = star + 1;
            cursor = retry = next_cursor(text, retry);
        } else {
            return false;
        }
    }
    while (*glob == '*')
        glob++;
    return *glob == '\0';
}

/* The string with the '/' that each path begins with as a constant. */
static struct template with_slashes(struct comparer *comparer, const struct template *text) {
    struct template result = {.span = text->span};
    for (size_t i = 0; i < text->count; i++) {
        if (is_any_path(&text->items[i]))
            ARENA_PUSH(comparer->arena, &result, ((struct piece){.text = "/", .length = 1}));
        ARENA_PUSH(comparer->arena, &result, text->items[i]);
    }
    return result;
}

/* Whether the glob equals the string with a number in place of its only placeholder, but outside its range. */
static bool is_out_of_range(const struct template *text, const char *glob) {
    const struct piece *placeholder = NULL;
    size_t before = 0, after = 0, length = strlen(glob);
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->items[i];
        if (!piece->text && (placeholder || !is_any_number(piece)))
            return false;
        if (!piece->text)
            placeholder = piece;
        else if (placeholder)
            after += piece->length;
        else
            before += piece->length;
    }
    if (!placeholder || strchr(glob, '*') || before + after >= length)
        return false;
    char *end;
    long long number = strtoll(glob + before, &end, 10);
    int64_t unit = placeholder->unit > 1 ? placeholder->unit : 1;
    return end == glob + length - after &&
           (number < placeholder->variable->type.low / unit || number > placeholder->variable->type.high / unit);
}

static struct parts *parts_of_glob(struct comparer *comparer, const char *glob) {
    struct parts *parts = &comparer->parts[1];
    parts->count = 0;
    while (*glob) {
        struct pattern_part part = {.text = glob, .length = strcspn(glob, "*")};
        if (*glob == '*')
            part = (struct pattern_part){.pattern = &comparer->everything};
        ARENA_PUSH(comparer->arena, parts, part);
        glob += part.text ? part.length : 1;
    }
    return parts;
}

enum sameness emitted_match(struct comparer *comparer, const struct emitted *emitted, const char *glob) {
    const struct template text = with_slashes(comparer, &emitted->text);
    if (match_always(&text, glob))
        return SAME;
    if (is_out_of_range(&emitted->text, glob))
        return DIFFERENT;
    if (!has_placeholder(copy_pieces(comparer, 0, &emitted->text)))
        return DIFFERENT;
    return disjoint(comparer, parts_of(comparer, 0), parts_of_glob(comparer, glob));
}
