/*
 * A comparison as Markdown, fit for a comment on a proposed change.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "../grammar/character.h"
#include "diff.h"
#include "markup.h"

/*
 * A comment that is longer than some 65,000 characters is refused: of each section so many changes are shown, and of
 * each so many rules. */
enum { MOST_SHOWN = 40, MOST_RULES = 12 };

static void print_code(const char *text, FILE *out) {
    if (text)
        print_markdown_code(text, out);
    else
        fputs("*none*", out);
}

/* ---- the table of a section ------------------------------------------------------------------------------------- */

static void print_value(const struct change *change, size_t side, const struct texts *pieces, FILE *out) {
    if (change->removed.count + change->added.count == 0) {
        print_code(change->values[side], out);
        return;
    }
    for (size_t i = 0; i < pieces->count; i++) {
        fputs(i > 0 ? "<br>" : "", out);
        print_code(pieces->items[i], out);
    }
}

static void print_regions(struct arena *arena, const struct diff *diff, const struct change *change, FILE *out) {
    size_t count = change->regions.count;
    for (size_t i = 0; i < count && i < MOST_REGIONS; i++) {
        fputs(i > 0 ? "<br>or " : "", out);
        print_markdown(region_words(arena, &diff->axes, &change->regions.items[i]), out);
    }
    if (count > MOST_REGIONS || change->has_more_regions)
        fprintf(out, "<br>and in %s%zu more region%s", change->has_more_regions ? "more than " : "",
                count - MOST_REGIONS, count == MOST_REGIONS + 1 ? "" : "s");
}

static void print_row(struct arena *arena, const struct diff *diff, const struct change *change, FILE *out) {
    fputs("| ", out);
    print_markdown(change_title(arena, change), out);
    fputs(" | ", out);
    print_value(change, OLD_SIDE, &change->removed, out);
    fputs(" | ", out);
    print_value(change, NEW_SIDE, &change->added, out);
    fprintf(out, " | %s | ", diff_count(arena, change->cells));
    print_regions(arena, diff, change, out);
    fputs(" |\n", out);
}

/* ---- what is folded away ---------------------------------------------------------------------------------------- */

static void print_rules(struct arena *arena, const struct diff *diff, const struct change *change, size_t side,
                        FILE *out) {
    size_t count = change->rules[side].count;
    for (size_t i = 0; i < count && i < MOST_RULES; i++) {
        const struct diff_rule *rule = &change->rules[side].items[i];
        fprintf(out, "- %s ", side == OLD_SIDE ? "was:" : "is:");
        print_code(diff_place(arena, diff, side, rule->span), out);
        putc(' ', out);
        print_code(diff_excerpt(arena, diff, side, rule->span), out);
        if (rule->meta.reason) {
            fputs(" because ", out);
            print_markdown(rule->meta.reason, out);
        }
        if (rule->meta.see) {
            fputs(" (", out);
            print_markdown(rule->meta.see, out);
            putc(')', out);
        }
        putc('\n', out);
    }
    if (count > MOST_RULES)
        fprintf(out, "- and %zu more\n", count - MOST_RULES);
}

static void print_follows(const struct change *change, FILE *out) {
    for (size_t i = 0; i < change->follows.count; i++) {
        fputs(i == 0 ? "- follows from " : ", ", out);
        print_code(change->follows.items[i], out);
    }
    if (change->follows.count > 0)
        putc('\n', out);
}

static void print_details(struct arena *arena, const struct diff *diff, const struct change *const *changes,
                          size_t count, FILE *out) {
    fputs("\n<details><summary>The rules responsible</summary>\n", out);
    for (size_t i = 0; i < count; i++) {
        const struct change *change = changes[i];
        fputs("\n**", out);
        print_markdown(change_title(arena, change), out);
        fputs("**\n\n", out);
        print_rules(arena, diff, change, OLD_SIDE, out);
        print_rules(arena, diff, change, NEW_SIDE, out);
        print_follows(change, out);
    }
    fputs("\n</details>\n", out);
}

/* ---- sections --------------------------------------------------------------------------------------------------- */

/* Security has a section; all else has one for each kind. */
struct section {
    const char *title;
    bool is_security;
    enum change_kind kind;
};

static bool is_in(const struct change *change, const struct section *section) {
    return section->is_security ? change->is_security : !change->is_security && change->kind == section->kind;
}

static void print_section(struct arena *arena, const struct diff *diff, const struct section *section, FILE *out) {
    const struct change *changes[MOST_SHOWN];
    size_t count = 0, shown = 0;
    for (size_t i = 0; i < diff->changes.count; i++) {
        if (!is_in(&diff->changes.items[i], section))
            continue;
        if (shown < MOST_SHOWN)
            changes[shown++] = &diff->changes.items[i];
        count++;
    }
    if (count == 0)
        return;
    fprintf(out, "\n#### %s\n\n| | was | is | cases | where |\n| --- | --- | --- | ---: | --- |\n", section->title);
    for (size_t i = 0; i < shown; i++)
        print_row(arena, diff, changes[i], out);
    if (count > shown)
        fprintf(out, "\nand %zu more change%s\n", count - shown, count == shown + 1 ? "" : "s");
    print_details(arena, diff, changes, shown, out);
}

void diff_markdown(struct arena *arena, const struct diff *diff, FILE *out) {
    static const struct section sections[] = {{"Security", true, CHANGE_REFUSAL},
                                              {"Refusals", false, CHANGE_REFUSAL},
                                              {"Decisions", false, CHANGE_DECISION},
                                              {"Command line", false, CHANGE_ARGUMENT},
                                              {"Warnings", false, CHANGE_WARNING}};
    fputs("### ", out);
    print_code(diff_file(diff, OLD_SIDE), out);
    fputs(" → ", out);
    print_code(diff_file(diff, NEW_SIDE), out);
    fprintf(out, "\n\n**%s**\n", diff_summary(arena, diff));
    for (size_t i = 0; i < diff->space.count; i++) {
        fputs(i == 0 ? "\n#### What is asked and decided\n\n- " : "- ", out);
        print_markdown(diff->space.items[i], out);
        putc('\n', out);
    }
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        print_section(arena, diff, &sections[i], out);
}
