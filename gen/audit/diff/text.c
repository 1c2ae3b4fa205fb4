/*
 * A comparison as text for people.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/diff.h"
#include "runtime/base/character.h"

static void print_value(const struct change *change, size_t side, FILE *out) {
    const char *value = change->values[side];
    bool is_words = change->kind == CHANGE_REFUSAL || change->kind == CHANGE_WARNING;
    if (!value) {
        fputs("(nothing)", out);
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
    fputs("\n    ", out);
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

/* ---- the rules responsible --------------------------------------------------------------------------------------- */

static void print_reason(const struct meta *meta, FILE *out) {
    if (!meta->reason)
        return;
    fputs("            because ", out);
    print_text(meta->reason, out);
    if (meta->see) {
        fputs(" (", out);
        print_text(meta->see, out);
        putc(')', out);
    }
    putc('\n', out);
}

/* `twin`: what says the same on the new side, or NULL. */
static void print_rule(struct arena *arena, const struct diff *diff, size_t side, const struct diff_rule *rule,
                       const struct diff_rule *twin, FILE *out) {
    fprintf(out, "        %c ", twin ? ' ' : side == OLD_SIDE ? '-' : '+');
    print_text(diff_place(arena, diff, side, rule->span), out);
    if (twin) {
        fputs(", ", out);
        print_text(diff_place(arena, diff, NEW_SIDE, twin->span), out);
    }
    fputs(": ", out);
    print_text(diff_excerpt(arena, diff, side, rule->span), out);
    putc('\n', out);
    print_reason(&rule->meta, out);
}

static void print_rules(struct arena *arena, const struct diff *diff, const struct change *change, size_t side,
                        FILE *out) {
    size_t count = change->rules[side].count;
    for (size_t i = 0; i < count && i < MAX_CHANGE_RULES; i++) {
        const struct diff_rule *rule = &change->rules[side].items[i];
        if (side == OLD_SIDE)
            print_rule(arena, diff, side, rule, diff_same_rule(arena, diff, change, rule), out);
        else if (!diff_is_same_rule(arena, diff, change, rule))
            print_rule(arena, diff, side, rule, NULL, out);
    }
    if (count > MAX_CHANGE_RULES)
        fprintf(out, "        %c and %zu more\n", side == OLD_SIDE ? '-' : '+', count - MAX_CHANGE_RULES);
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

static void print_change(struct arena *arena, const struct diff *diff, const struct change *change, FILE *out) {
    print_head(arena, change, out);
    for (size_t i = 0; i < change->follows.count; i++) {
        fputs(i == 0 ? "        follows from " : ", ", out);
        print_text(change->follows.items[i], out);
    }
    if (change->follows.count > 0)
        putc('\n', out);
    print_rules(arena, diff, change, OLD_SIDE, out);
    print_rules(arena, diff, change, NEW_SIDE, out);
}

/* "in 12 cases: host_os = linux", once for all that changes there. */
static void print_hosts(struct arena *arena, const struct diff *diff, const struct change_group *group, FILE *out) {
    const struct change *change = group->items[0];
    const char *more = diff_more_regions(arena, change);
    fprintf(out, "\n%s%s case%s: ", group->is_security ? "security, in " : "in ", diff_count(arena, change->cells),
            change->cells == 1 ? "" : "s");
    for (size_t i = 0; i < change->regions.count && i < MAX_REGIONS; i++) {
        fputs(i > 0 ? "    or: " : "", out);
        print_text(diff_region(arena, diff, change, i), out);
        putc('\n', out);
    }
    if (more)
        fprintf(out, "    %s\n", more);
}

void diff_text(struct arena *arena, const struct diff *diff, FILE *out) {
    const struct change_groups groups = diff_groups(arena, diff);
    fputs("--- ", out);
    print_text(diff_file(diff, OLD_SIDE), out);
    fputs("\n+++ ", out);
    print_text(diff_file(diff, NEW_SIDE), out);
    fprintf(out, "\n%s\n", diff_summary(arena, diff));
    if (diff->where) {
        fputs("where ", out);
        print_text(diff->where, out);
        putc('\n', out);
    }
    for (size_t i = 0; i < diff->space.count; i++) {
        fputs(i == 0 ? "\nwhat is asked and decided:\n    " : "    ", out);
        print_text(diff->space.items[i], out);
        putc('\n', out);
    }
    for (size_t i = 0; i < groups.count; i++) {
        print_hosts(arena, diff, &groups.items[i], out);
        for (size_t k = 0; k < groups.items[i].count; k++)
            print_change(arena, diff, groups.items[i].items[k], out);
    }
}
