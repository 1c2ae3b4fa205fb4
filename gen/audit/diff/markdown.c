/*
 * A comparison as Markdown, fit for a comment on a proposed change.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/diff.h"
#include "gen/report/markup.h"
#include "runtime/base/character.h"

/* A comment that is longer than some 65,000 characters is refused: so many changes are shown. */
enum { MAX_SHOWN = 100 };

/* ---- what changed ------------------------------------------------------------------------------------------------ */

static void print_value(const struct change *change, size_t side, const struct texts *pieces, FILE *out) {
    bool in_pieces = change->removed.count + change->added.count > 0;
    if (!in_pieces && !change->values[side])
        fputs("*nothing*", out);
    else if (!in_pieces)
        print_markdown_code_cell(change->values[side], out);
    for (size_t i = 0; in_pieces && i < pieces->count; i++) {
        fputs(i > 0 ? "<br>" : "", out);
        print_markdown_code_cell(pieces->items[i], out);
    }
}

static void print_row(struct arena *arena, const struct change *change, FILE *out) {
    fputs("| ", out);
    print_markdown(change_title(arena, change), out);
    fputs(" | ", out);
    print_value(change, OLD_SIDE, &change->removed, out);
    fputs(" | ", out);
    print_value(change, NEW_SIDE, &change->added, out);
    fputs(" |\n", out);
}

/* ---- what is folded away ----------------------------------------------------------------------------------------- */

static void print_rule(struct arena *arena, const struct diff *diff, size_t side, const struct diff_rule *rule,
                       FILE *out) {
    print_markdown_code(diff_place(arena, diff, side, rule->span), out);
    putc(' ', out);
    print_markdown_code(diff_excerpt(arena, diff, side, rule->span), out);
    if (rule->meta.reason) {
        fputs(" because ", out);
        print_markdown(rule->meta.reason, out);
    }
    if (rule->meta.see) {
        fputs(" (", out);
        print_markdown_reference(rule->meta.see, out);
        putc(')', out);
    }
    putc('\n', out);
}

static void print_rules(struct arena *arena, const struct diff *diff, const struct change *change, size_t side,
                        FILE *out) {
    size_t count = change->rules[side].count;
    for (size_t i = 0; i < count && i < MAX_CHANGE_RULES; i++) {
        const struct diff_rule *rule = &change->rules[side].items[i];
        if (side == NEW_SIDE && diff_is_same_rule(arena, diff, change, rule))
            continue;
        const struct diff_rule *same = side == OLD_SIDE ? diff_same_rule(arena, diff, change, rule) : NULL;
        fprintf(out, "- %s", same ? "as before: " : side == OLD_SIDE ? "was: " : "is: ");
        print_rule(arena, diff, same ? NEW_SIDE : side, same ? same : rule, out);
    }
    if (count > MAX_CHANGE_RULES)
        fprintf(out, "- and %zu more\n", count - MAX_CHANGE_RULES);
}

static void print_details(struct arena *arena, const struct diff *diff, const struct change_group *group, size_t shown,
                          FILE *out) {
    fputs("\n<details><summary>The rules responsible</summary>\n", out);
    for (size_t i = 0; i < shown; i++) {
        const struct change *change = group->items[i];
        fputs("\n**", out);
        print_markdown(change_title(arena, change), out);
        fputs("**", out);
        for (size_t k = 0; k < change->follows.count; k++) {
            fputs(k == 0 ? " follows from " : ", ", out);
            print_markdown_code(change->follows.items[k], out);
        }
        fputs("\n\n", out);
        print_rules(arena, diff, change, OLD_SIDE, out);
        print_rules(arena, diff, change, NEW_SIDE, out);
    }
    fputs("\n</details>\n", out);
}

/* ---- groups ------------------------------------------------------------------------------------------------------ */

/* The hosts, once for all that changes there: "#### In 12 of 96 cases", and which. */
static void print_hosts(struct arena *arena, const struct diff *diff, const struct change_group *group, FILE *out) {
    const struct change *change = group->items[0];
    const char *more = diff_more_regions(arena, change);
    fprintf(out, "\n#### %s %s of %s case%s\n\n", group->is_security ? "Security: in" : "In",
            diff_count(arena, change->cells), diff_count(arena, diff->all), diff->all == 1 ? "" : "s");
    for (size_t i = 0; i < change->regions.count && i < MAX_REGIONS; i++) {
        fputs(i > 0 ? "or " : "", out);
        print_markdown_code(diff_region(arena, diff, change, i), out);
        fputs(i + 1 < change->regions.count && i + 1 < MAX_REGIONS ? "<br>\n" : "\n", out);
    }
    if (more)
        fprintf(out, "%s\n", more);
}

/* So many changes of the group at most; returns how many of them were shown. */
static size_t print_group(struct arena *arena, const struct diff *diff, const struct change_group *group, size_t most,
                          FILE *out) {
    size_t shown = group->count < most ? group->count : most;
    if (shown == 0)
        return 0;
    print_hosts(arena, diff, group, out);
    fputs("\n| | was | is |\n| --- | --- | --- |\n", out);
    for (size_t i = 0; i < shown; i++)
        print_row(arena, group->items[i], out);
    print_details(arena, diff, group, shown, out);
    return shown;
}

void diff_markdown(struct arena *arena, const struct diff *diff, FILE *out) {
    const struct change_groups groups = diff_groups(arena, diff);
    size_t shown = 0;
    fputs("### ", out);
    print_markdown_code(diff_file(diff, OLD_SIDE), out);
    fputs(" → ", out);
    print_markdown_code(diff_file(diff, NEW_SIDE), out);
    fprintf(out, "\n\n**%s**\n", diff_summary(arena, diff));
    if (diff->where) {
        fputs("\nwhere ", out);
        print_markdown_code(diff->where, out);
        putc('\n', out);
    }
    for (size_t i = 0; i < diff->space.count; i++) {
        fputs(i == 0 ? "\n#### What is asked and decided\n\n- " : "- ", out);
        print_markdown(diff->space.items[i], out);
        putc('\n', out);
    }
    for (size_t i = 0; i < groups.count; i++)
        shown += print_group(arena, diff, &groups.items[i], MAX_SHOWN - shown, out);
    if (shown < diff->changes.count)
        fprintf(out, "\nand %zu more change%s\n", diff->changes.count - shown,
                diff->changes.count == shown + 1 ? "" : "s");
}
