/*
 * What a stretch of a command line comes to, as texts with the hosts of each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/argv_parts.h"
#include "gen/model/eval.h"
#include "gen/sema/emission.h"

/* Of more texts a summary is made. */
enum { MAX_ELEMENT_TEXTS = 16 };

/* A mark is a NUL byte, which no text has, and one of these; of a hole its number follows. */
enum mark { MARK_ARGUMENT = 'a', MARK_HOLE = 'h', MARK_OPEN = '[', MARK_CLOSE = ']' };

bool texts_are_same(const struct text *a, const struct text *b) {
    return !a->is_summary && !b->is_summary && a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

bool text_is_constant(const struct text *text) {
    for (size_t i = 0; i + 1 < text->length; i++)
        if (text->bytes[i] == '\0' && text->bytes[i + 1] == MARK_HOLE)
            return false;
    return !text->is_summary;
}

/* ---- making texts ----------------------------------------------------------------------------------------------- */

static void add_mark(struct arena *arena, struct buffer *buffer, enum mark mark) {
    const char bytes[] = {'\0', (char)mark};
    ARENA_APPEND(arena, buffer, bytes, sizeof bytes);
}

/* What a piece adds to a text where it is written. */
static struct buffer piece_bytes(const struct argv_sides *sides, const struct argv_side *side, size_t index) {
    const struct argv_piece *piece = &side->pieces.items[index];
    struct buffer bytes = {0};
    if (piece->kind == PIECE_BEGIN)
        add_mark(sides->arena, &bytes, MARK_ARGUMENT);
    if (piece->text)
        ARENA_APPEND(sides->arena, &bytes, piece->text, piece->length);
    if (piece->kind == PIECE_PLACEHOLDER) {
        add_mark(sides->arena, &bytes, MARK_HOLE);
        ARENA_APPEND(sides->arena, &bytes, (const char *)&side->hole[index], sizeof side->hole[index]);
    }
    return bytes;
}

static void add_text(struct argv_sides *sides, struct text_list *list, struct text text) {
    if (text.set == HOSTS_NONE)
        return;
    for (size_t i = 0; i < list->count; i++)
        if (texts_are_same(&list->items[i], &text)) {
            list->items[i].set = hosts_or(sides->hosts, list->items[i].set, text.set);
            return;
        }
    ARENA_PUSH(sides->arena, list, text);
}

static struct text longer(struct argv_sides *sides, const struct text *text, const struct buffer *more, hostset set) {
    struct buffer bytes = {0};
    ARENA_APPEND(sides->arena, &bytes, text->bytes, text->length);
    ARENA_APPEND(sides->arena, &bytes, more->items, more->count);
    return (struct text){.bytes = bytes.items, .length = bytes.count, .set = set};
}

/* The hosts of each text part at the piece. */
static struct text_list add_piece(struct argv_sides *sides, const struct text_list *texts, const struct buffer *more,
                                  hostset guard) {
    struct text_list result = {0};
    for (size_t i = 0; i < texts->count; i++) {
        const struct text *text = &texts->items[i];
        struct text without = *text;
        hostset in = hosts_and(sides->hosts, text->set, guard);
        without.set = hosts_minus(sides->hosts, text->set, guard);
        if (in != HOSTS_NONE)
            add_text(sides, &result, longer(sides, text, more, in));
        add_text(sides, &result, without);
    }
    return result;
}

/* Behind the members of a hole that begin at a piece; or behind that, if it is none. */
static size_t behind_members(const struct argv_side *side, size_t piece, size_t to) {
    const struct argv_piece *items = side->pieces.items;
    size_t end = piece + 1;
    while (items[piece].kind == PIECE_TEXT && items[piece].placeholder && end < to &&
           items[end].placeholder == items[piece].placeholder)
        end++;
    return end;
}

/* What such pieces are in a summary: their hole, or that one piece. */
static struct buffer summary_bytes(struct argv_sides *sides, const struct argv_side *side, size_t piece, size_t end) {
    struct buffer bytes = {0};
    if (end == piece + 1)
        return piece_bytes(sides, side, piece);
    uint32_t number = (uint32_t)sides->holes.count;
    ARENA_PUSH(sides->arena, &sides->holes, &side->pieces.items[piece]);
    add_mark(sides->arena, &bytes, MARK_HOLE);
    ARENA_APPEND(sides->arena, &bytes, (const char *)&number, sizeof number);
    return bytes;
}

struct text argv_summary(struct argv_sides *sides, int index, struct stretch stretch, hostset set) {
    const struct argv_side *side = &sides->sides[index];
    struct buffer bytes = {0};
    hostset open = set; /* where what was written last is */
    for (size_t i = stretch.from, end; i < stretch.to; i = end) {
        hostset in = HOSTS_NONE;
        end = behind_members(side, i, stretch.to);
        for (size_t k = i; k < end; k++)
            in = hosts_or(sides->hosts, in, hosts_and(sides->hosts, set, argv_guard(sides, index, k)));
        struct buffer more = summary_bytes(sides, side, i, end);
        if (in == HOSTS_NONE || more.count == 0)
            continue;
        if (in != open && open != set)
            add_mark(sides->arena, &bytes, MARK_CLOSE);
        if (in != open && in != set)
            add_mark(sides->arena, &bytes, MARK_OPEN);
        open = in;
        ARENA_APPEND(sides->arena, &bytes, more.items, more.count);
    }
    if (open != set)
        add_mark(sides->arena, &bytes, MARK_CLOSE);
    return (struct text){.bytes = bytes.items, .length = bytes.count, .is_summary = true, .set = set};
}

struct text_list argv_texts(struct argv_sides *sides, int index, struct stretch stretch, hostset set) {
    struct text_list texts = {0};
    add_text(sides, &texts, (struct text){.bytes = "", .set = set});
    for (size_t i = stretch.from; i < stretch.to && texts.count <= MAX_ELEMENT_TEXTS; i++) {
        struct buffer more = piece_bytes(sides, &sides->sides[index], i);
        if (more.count > 0)
            texts = add_piece(sides, &texts, &more, argv_guard(sides, index, i));
    }
    if (texts.count > MAX_ELEMENT_TEXTS) {
        texts = (struct text_list){0};
        ARENA_PUSH(sides->arena, &texts, argv_summary(sides, index, stretch, set));
    }
    return texts;
}

/* ---- as words --------------------------------------------------------------------------------------------------- */

static bool goes_on_as_name(const char *at, const char *end) {
    return at < end && (*at == '_' || *at == '-' || *at == '.' || (*at >= '0' && *at <= '9') ||
                        (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z'));
}

static const char *words_of_hole(const struct argv_sides *sides, const char *at, const char *end) {
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return placeholder_words(sides->arena, sides->holes.items[number]->placeholder,
                             !goes_on_as_name(at + sizeof number, end));
}

/* An argument that is empty or has blanks in it stands in quotes, beside others. */
static bool wants_quotes(const char *at, const char *end) {
    bool any = false, blank = false;
    for (; at < end && !(*at == '\0' && at[1] == MARK_ARGUMENT); at++) {
        any = any || *at != '\0' || at[1] == MARK_HOLE;
        blank = blank || *at == ' ';
        at += *at != '\0' ? 0 : at[1] == MARK_HOLE ? 1 + sizeof(uint32_t) : 1;
    }
    return blank || !any;
}

const char *text_words(const struct argv_sides *sides, const struct text *text) {
    struct arena *arena = sides->arena;
    struct buffer words = {0};
    const char *end = text->bytes + text->length, *quote = "";
    for (const char *at = text->bytes; at < end; at++) {
        const char *more = *at == '$' ? "$$" : NULL;
        if (*at != '\0') {
            ARENA_APPEND(arena, &words, more ? more : at, more ? 2u : 1u);
            continue;
        }
        enum mark mark = (enum mark) * ++at;
        if (mark == MARK_HOLE) {
            more = words_of_hole(sides, at + 1, end);
            at += sizeof(uint32_t);
        } else if (mark == MARK_ARGUMENT) {
            const char *last = quote;
            quote = wants_quotes(at + 1, end) ? "'" : "";
            more = arena_print(arena, "%s%s%s", last, words.count > 0 ? " " : "", quote);
        } else {
            more = mark == MARK_OPEN ? "[" : "]";
        }
        ARENA_APPEND(arena, &words, more, strlen(more));
    }
    ARENA_APPEND(arena, &words, quote, strlen(quote));
    return arena_copy(arena, words.count ? words.items : "", words.count);
}
