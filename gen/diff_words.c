/*
 * What the printers of a comparison say in the same words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <string.h>

#include "../grammar/character.h"
#include "diff.h"
#include "eval.h"

/* Bytes of a rule that are shown. */
enum { MOST_EXCERPT = 200 };

const char *diff_count(struct arena *arena, uint64_t cells) {
    return arena_print(arena, "%" PRIu64 "%s", cells, cells == UINT64_MAX ? " or more" : "");
}

const char *diff_file(const struct diff *diff, size_t side) {
    return diff->models[side]->sources->items[0].name;
}

/* "2 of decisions, 1 of warnings" */
static const char *kinds_words(struct arena *arena, const struct diff *diff) {
    static const char *const names[] = {[CHANGE_REFUSAL] = "refusals",
                                        [CHANGE_DECISION] = "decisions",
                                        [CHANGE_ARGUMENT] = "the command line",
                                        [CHANGE_WARNING] = "warnings"};
    const char *list = "";
    for (size_t kind = CHANGE_REFUSAL; kind <= CHANGE_WARNING; kind++) {
        size_t count = 0;
        for (size_t i = 0; i < diff->changes.count; i++)
            count += diff->changes.items[i].kind == kind;
        if (count > 0)
            list = arena_print(arena, "%s%s%zu of %s", list, list[0] ? ", " : "", count, names[kind]);
    }
    return list;
}

const char *diff_summary(struct arena *arena, const struct diff *diff) {
    const char *all = diff_count(arena, diff->all);
    size_t count = diff->changes.count, security = 0;
    for (size_t i = 0; i < count; i++)
        security += diff->changes.items[i].is_security;
    if (diff->not_proven && count == 0)
        return "not everything could be compared: it would take too long";
    if (diff->all == 0)
        return "no host has values that both know: there is nothing to compare";
    if (count == 0)
        return arena_print(arena, "both say the same in %s%s case%s", diff->all == 1 ? "the one" : "all ",
                           diff->all == 1 ? "" : all, diff->all == 1 ? "" : "s");
    const char *text =
        arena_print(arena, "%zu change%s in %s of %s case%s: %s", count, count == 1 ? "" : "s",
                    diff_count(arena, diff->cells), all, diff->all == 1 ? "" : "s", kinds_words(arena, diff));
    if (security > 0)
        text = arena_print(arena, "%s; %zu concern%s security", text, security, security == 1 ? "s" : "");
    return diff->not_proven ? arena_print(arena, "%s; more could not be looked at", text) : text;
}

const char *change_title(struct arena *arena, const struct change *change) {
    switch (change->kind) {
    case CHANGE_DECISION:
        return arena_print(arena, "decision %s", change->name);
    case CHANGE_ARGUMENT:
        return arena_print(arena, "argument %s", change->name);
    case CHANGE_REFUSAL:
        return "refusal";
    case CHANGE_WARNING:
        break;
    }
    return "warning";
}

const char *diff_place(struct arena *arena, const struct diff *diff, size_t side, struct span span) {
    const struct sources *sources = diff->models[side]->sources;
    if (span.file >= sources->count)
        return "";
    const struct source *source = &sources->items[span.file];
    return arena_print(arena, "%s:%zu", source->name, source_line_number(source, span.begin));
}

/* What is said about a rule stands behind it, and begins with one of these words. */
static bool begins_meta(const char *text) {
    static const char *const words[] = {"because", "see", "tag"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t length = strlen(words[i]);
        if (strncmp(text, words[i], length) == 0 && strchr(" \t\r\n\"", text[length]))
            return true;
    }
    return false;
}

static void end_excerpt(struct arena *arena, struct buffer *text, bool is_cut) {
    while (text->count > 0 && strchr(" ;", text->items[text->count - 1]))
        text->count--;
    if (is_cut)
        ARENA_APPEND(arena, text, "...", strlen("..."));
}

const char *diff_excerpt(struct arena *arena, const struct diff *diff, size_t side, struct span span) {
    const struct sources *sources = diff->models[side]->sources;
    struct buffer text = {0};
    bool quoted = false, after_blank = false, is_cut = false;
    if (span.file >= sources->count)
        return "";
    const struct source *source = &sources->items[span.file];
    for (size_t at = span.begin; at < span.end && at < source->length && !is_cut;) {
        const char *from = source->text + at;
        uint32_t character;
        size_t size = character_read(from, source->length - at, &character);
        bool is_blank = strchr(" \t\r\n", *from) != NULL;
        if (!quoted && after_blank && begins_meta(from))
            break;
        if (*from == '"' && at > span.begin && from[-1] != '\\')
            quoted = !quoted;
        is_cut = text.count + size > MOST_EXCERPT;
        if (!is_cut && !is_blank)
            ARENA_APPEND(arena, &text, from, size);
        else if (!is_cut && !after_blank)
            ARENA_PUSH(arena, &text, ' ');
        after_blank = is_blank;
        at += size;
    }
    end_excerpt(arena, &text, is_cut);
    return arena_copy(arena, text.items, text.count);
}
