/*
 * A comparison as text for people.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "../grammar/character.h"
#include "diff.h"

static void print_value(const struct change *change, size_t side, FILE *out) {
    const char *value = change->values[side];
    bool is_words = change->kind == CHANGE_REFUSAL || change->kind == CHANGE_WARNING;
    if (!value) {
        fputs("none", out);
        return;
    }
    fputs(is_words ? "\"" : "", out);
    print_text(value, out);
    fputs(is_words ? "\"" : "", out);
}

static void print_pieces(const struct texts *pieces, const char *sign, FILE *out) {
    for (size_t i = 0; i < pieces->count; i++) {
        fprintf(out, "%s%s ", i > 0 ? ", " : "", sign);
        print_text(pieces->items[i], out);
    }
}

static void print_head(struct arena *arena, const struct change *change, FILE *out) {
    fputs(change->is_security ? "security: " : "", out);
    print_text(change_title(arena, change), out);
    fputs(": ", out);
    if (change->removed.count + change->added.count > 0) {
        print_pieces(&change->removed, "-", out);
        fputs(change->removed.count > 0 && change->added.count > 0 ? ", " : "", out);
        print_pieces(&change->added, "+", out);
    } else {
        print_value(change, OLD_SIDE, out);
        fputs(" -> ", out);
        print_value(change, NEW_SIDE, out);
    }
    putc('\n', out);
}

static void print_regions(struct arena *arena, const struct diff *diff, const struct change *change, FILE *out) {
    size_t count = change->regions.count;
    fprintf(out, "    in %s case%s: ", diff_count(arena, change->cells), change->cells == 1 ? "" : "s");
    for (size_t i = 0; i < count && i < MOST_REGIONS; i++) {
        fputs(i > 0 ? "    or: " : "", out);
        print_text(region_words(arena, &diff->axes, &change->regions.items[i]), out);
        putc('\n', out);
    }
    if (count > MOST_REGIONS || change->has_more_regions)
        fprintf(out, "    and in %s%zu more region%s\n", change->has_more_regions ? "more than " : "",
                count - MOST_REGIONS, count == MOST_REGIONS + 1 ? "" : "s");
}

static void print_rules(struct arena *arena, const struct diff *diff, const struct change *change, size_t side,
                        FILE *out) {
    for (size_t i = 0; i < change->rules[side].count; i++) {
        const struct diff_rule *rule = &change->rules[side].items[i];
        fprintf(out, "    %c ", side == OLD_SIDE ? '-' : '+');
        print_text(diff_place(arena, diff, side, rule->span), out);
        fputs(": ", out);
        print_text(diff_excerpt(arena, diff, side, rule->span), out);
        putc('\n', out);
        if (!rule->meta.reason)
            continue;
        fputs("        because ", out);
        print_text(rule->meta.reason, out);
        if (rule->meta.see) {
            fputs(" (", out);
            print_text(rule->meta.see, out);
            putc(')', out);
        }
        putc('\n', out);
    }
}

static void print_change(struct arena *arena, const struct diff *diff, const struct change *change, FILE *out) {
    putc('\n', out);
    print_head(arena, change, out);
    print_regions(arena, diff, change, out);
    for (size_t i = 0; i < change->follows.count; i++) {
        fputs(i == 0 ? "    follows from " : ", ", out);
        print_text(change->follows.items[i], out);
    }
    if (change->follows.count > 0)
        putc('\n', out);
    print_rules(arena, diff, change, OLD_SIDE, out);
    print_rules(arena, diff, change, NEW_SIDE, out);
}

void diff_text(struct arena *arena, const struct diff *diff, FILE *out) {
    fputs("--- ", out);
    print_text(diff_file(diff, OLD_SIDE), out);
    fputs("\n+++ ", out);
    print_text(diff_file(diff, NEW_SIDE), out);
    fprintf(out, "\n%s\n", diff_summary(arena, diff));
    for (size_t i = 0; i < diff->space.count; i++) {
        fputs(i == 0 ? "\nwhat is asked and decided:\n    " : "    ", out);
        print_text(diff->space.items[i], out);
        putc('\n', out);
    }
    for (size_t i = 0; i < diff->changes.count; i++)
        print_change(arena, diff, &diff->changes.items[i], out);
}
