/*
 * What the printers of a comparison say in the same words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <string.h>

#include "gen/audit/diff/diff.h"
#include "runtime/base/character.h"

/* Bytes of a rule that are shown. */
enum { MAX_EXCERPT = 200 };

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
        return arena_print(arena, "both say the same in %s%s case%s%s", diff->all == 1 ? "the one" : "all ",
                           diff->all == 1 ? "" : all, diff->all == 1 ? "" : "s",
                           diff->space.count > 0 ? "; what is asked and decided differs" : "");
    const char *text =
        arena_print(arena, "%zu change%s in %s of %s case%s: %s", count, count == 1 ? "" : "s",
                    diff_count(arena, diff->cells), all, diff->all == 1 ? "" : "s", kinds_words(arena, diff));
    if (security > 0)
        text = arena_print(arena, "%s; %zu concern%s security", text, security, security == 1 ? "s" : "");
    return diff->not_proven ? arena_print(arena, "%s; more could not be looked at", text) : text;
}

struct change_groups diff_groups(struct arena *arena, const struct diff *diff) {
    struct change_groups groups = {0};
    for (size_t i = 0; i < diff->changes.count; i++) {
        const struct change *change = &diff->changes.items[i];
        size_t k = 0;
        while (k < groups.count &&
               (groups.items[k].is_security != change->is_security || groups.items[k].items[0]->set != change->set))
            k++;
        if (k == groups.count)
            ARENA_PUSH(arena, &groups, ((struct change_group){.is_security = change->is_security}));
        ARENA_PUSH(arena, &groups.items[k], change);
    }
    return groups;
}

const char *diff_region(struct arena *arena, const struct diff *diff, const struct change *change, size_t region) {
    return region_words(arena, &diff->axes, &change->regions.items[region]);
}

const char *diff_more_regions(struct arena *arena, const struct change *change) {
    size_t count = change->regions.count;
    if (count <= MAX_REGIONS && !change->has_more_regions)
        return NULL;
    return arena_print(arena, "and in %s%zu more region%s", change->has_more_regions ? "more than " : "",
                       count - MAX_REGIONS, count == MAX_REGIONS + 1 ? "" : "s");
}

static bool equal_texts(const char *a, const char *b) {
    return !a || !b ? a == b : strcmp(a, b) == 0;
}

const struct diff_rule *diff_same_rule(struct arena *arena, const struct diff *diff, const struct change *change,
                                       const struct diff_rule *rule) {
    const char *words = diff_excerpt(arena, diff, OLD_SIDE, rule->span);
    for (size_t i = 0; i < change->rules[NEW_SIDE].count; i++) {
        const struct diff_rule *other = &change->rules[NEW_SIDE].items[i];
        if (strcmp(diff_excerpt(arena, diff, NEW_SIDE, other->span), words) == 0 &&
            equal_texts(rule->meta.reason, other->meta.reason) && equal_texts(rule->meta.see, other->meta.see))
            return other;
    }
    return NULL;
}

bool diff_is_same_rule(struct arena *arena, const struct diff *diff, const struct change *change,
                       const struct diff_rule *rule) {
    for (size_t i = 0; i < change->rules[OLD_SIDE].count && i < MAX_CHANGE_RULES; i++)
        if (diff_same_rule(arena, diff, change, &change->rules[OLD_SIDE].items[i]) == rule)
            return true;
    return false;
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

const char *diff_excerpt(struct arena *arena, const struct diff *diff, size_t side, struct span span) {
    const struct sources *sources = diff->models[side]->sources;
    bool quoted = false;
    size_t end = 0, length;
    if (span.file >= sources->count)
        return "";
    const char *words = source_words(arena, &sources->items[span.file], span);
    for (length = strlen(words); end < length && end <= MAX_EXCERPT;) {
        uint32_t character;
        if (!quoted && end > 0 && words[end - 1] == ' ' && begins_meta(words + end))
            break;
        quoted = quoted != (words[end] == '"' && (end == 0 || words[end - 1] != '\\'));
        end += character_read(words + end, length - end, &character);
    }
    bool is_cut = end > MAX_EXCERPT;
    while (end > 0 && strchr(" ;", words[end - 1]))
        end--;
    return arena_print(arena, "%.*s%s", (int)end, words, is_cut ? "..." : "");
}
