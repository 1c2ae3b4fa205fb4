/*
 * The report of a change: what another ruleset decides, writes, refuses and warns of otherwise, old and new side by
 * side; and a host that is tried with both.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/page/internal.h"
#include "gen/page/page.h"
#include "grammar/diag/diag.h"

/* Of each change so many regions are shown, and so many rules of a side. */
enum { MAX_SHOWN_REGIONS = 20, MAX_SHOWN_RULES = 30 };

static const char *const side_names[N_SIDES] = {[OLD_SIDE] = "Old", [NEW_SIDE] = "New"};
static const char *const kind_names[] = {[CHANGE_REFUSAL] = "refusal",
                                         [CHANGE_DECISION] = "decision",
                                         [CHANGE_ARGUMENT] = "argument",
                                         [CHANGE_WARNING] = "warning"};

/* ---- head ------------------------------------------------------------------------------------------------------- */

static void put_head(const struct page *page, const struct diff *diff) {
    const struct model *now = diff->models[NEW_SIDE];
    put(page,
        "<header>\n<p class=\"kind\">What a change changes</p>\n<h1>@</h1>\n<p class=\"lead\">@</p>\n"
        "<p class=\"files\">Old rules: <code>@</code>; new rules: <code>@</code></p>\n",
        now->name, diff_summary(page->arena, diff), diff_file(diff, OLD_SIDE), diff_file(diff, NEW_SIDE));
    if (diff->where)
        put(page, "<p>Only hosts where <code>@</code></p>\n", diff->where);
    if (diff->not_proven)
        put(page, "<p class=\"problem\">Not everything could be compared within the budget: there may be more.</p>\n");
    put(page, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

static void put_filters(const struct page *page, const struct diff *diff) {
    if (diff->changes.count == 0)
        return;
    put(page,
        "<form id=\"filters\" class=\"filters\" aria-label=\"Which changes are shown\" hidden data-scripted>\n"
        "<div class=\"fields wide\">\n<div class=\"field\">\n<label for=\"search\">Search in all changes</label>\n"
        "<input type=\"search\" id=\"search\" autocomplete=\"off\" spellcheck=\"false\">\n</div>\n"
        "<div class=\"field\">\n<label for=\"change-kind\">Only changes of</label>\n"
        "<select id=\"change-kind\">\n<option value=\"\">any kind</option>\n"
        "<option value=\"refusal\">refusals</option>\n<option value=\"decision\">decisions</option>\n"
        "<option value=\"argument\">arguments of the command line</option>\n"
        "<option value=\"warning\">warnings</option>\n</select>\n</div>\n</div>\n"
        "<p class=\"choice\"><input type=\"checkbox\" id=\"only-security\"> "
        "<label for=\"only-security\">Only those that concern security</label></p>\n"
        "<p class=\"buttons\"><button type=\"reset\">Show everything</button></p>\n"
        "<p role=\"status\" id=\"filter-status\"></p>\n</form>\n");
}

/* ---- a side of a change ----------------------------------------------------------------------------------------- */

static void put_rules(const struct page *page, const struct diff *diff, const struct change *change, size_t side) {
    const struct diff_rules *rules = &change->rules[side];
    if (rules->count == 0)
        return;
    put(page, "<ul class=\"rules\">\n");
    for (size_t i = 0; i < rules->count && i < MAX_SHOWN_RULES; i++) {
        const struct diff_rule *rule = &rules->items[i];
        put(page, "<li>");
        page_reason(page, &rule->meta);
        page_place(page, diff->models[side]->sources, rule->span, rule->label);
        put(page, "<br><code class=\"excerpt\">@</code></li>\n", diff_excerpt(page->arena, diff, side, rule->span));
    }
    if (rules->count > MAX_SHOWN_RULES)
        put(page, "<li>and @ more</li>\n", arena_print(page->arena, "%zu", rules->count - MAX_SHOWN_RULES));
    put(page, "</ul>\n");
}

/* What only one side has is marked as such, in words that are heard, too. */
static void put_pieces(const struct page *page, const struct texts *pieces, size_t side) {
    for (size_t i = 0; i < pieces->count; i++)
        put(page,
            side == OLD_SIDE ? "<li><del><span class=\"sign\">removed </span><code>@</code></del></li>\n"
                             : "<li><ins><span class=\"sign\">added </span><code>@</code></ins></li>\n",
            pieces->items[i]);
}

static void put_value(const struct page *page, const struct change *change, size_t side) {
    const struct texts *pieces = side == OLD_SIDE ? &change->removed : &change->added;
    bool in_pieces = change->removed.count + change->added.count > 0;
    if (!change->values[side])
        put(page, in_pieces ? pieces->count ? "" : "<p class=\"side-value none\">without it</p>\n"
                            : "<p class=\"side-value none\">nothing</p>\n");
    else
        put(page, "<p class=\"side-value\"><code>@</code></p>\n", change->values[side]);
    if (pieces->count == 0)
        return;
    put(page, "<ul class=\"pieces\">\n");
    put_pieces(page, pieces, side);
    put(page, "</ul>\n");
}

static void put_side(const struct page *page, const struct diff *diff, const struct change *change, size_t side) {
    put(page, "<div>\n<h4>@</h4>\n", side_names[side]);
    put_value(page, change, side);
    put_rules(page, diff, change, side);
    put(page, "</div>\n");
}

/* ---- one host of it, with both command lines -------------------------------------------------------------------- */

/* Whether the other command line has the argument, too; equal ones are paired one by one. */
static bool *arguments_of_both(const struct page *page, const struct diag_witness *mine,
                               const struct diag_witness *other) {
    bool *shared = arena_alloc(page->arena, mine->argv.count + 1);
    bool *taken = arena_alloc(page->arena, (other ? other->argv.count : 0) + 1);
    for (size_t i = 0; i < mine->argv.count; i++)
        for (size_t k = 0; other && k < other->argv.count && !shared[i]; k++)
            if (!taken[k] && strcmp(mine->argv.items[i], other->argv.items[k]) == 0)
                shared[i] = taken[k] = true;
    return shared;
}

/* An option and what stands behind it are a line. */
static void put_argv(const struct page *page, const struct diag_witness *mine, const struct diag_witness *other,
                     size_t side) {
    bool *shared = arguments_of_both(page, mine, other);
    put(page, "<ol class=\"argv\">\n");
    for (size_t i = 0; i < mine->argv.count; i++) {
        bool begins = i == 0 || mine->argv.items[i][0] == '-';
        put(page, begins ? i ? "</li>\n<li>" : "<li>" : " ");
        put(page,
            shared[i]          ? "<code>@</code>"
            : side == OLD_SIDE ? "<del><span class=\"sign\">removed </span><code>@</code></del>"
                               : "<ins><span class=\"sign\">added </span><code>@</code></ins>",
            mine->argv.items[i]);
    }
    put(page, "</li>\n</ol>\n");
}

static void put_witness_side(const struct page *page, const struct change *change, size_t side) {
    const struct diag_witness *mine = change->witnesses[side], *other = change->witnesses[1 - side];
    put(page, "<div>\n<h4>@</h4>\n", side_names[side]);
    if (!mine)
        put(page, "<p>It has no such host.</p>\n");
    else if (!mine->has_argv)
        put(page, "<p>It refuses this host.</p>\n");
    else if (mine->argv.count > 0)
        put_argv(page, mine, other, side);
    put(page, "</div>\n");
}

static void put_settings(const struct page *page, const struct diag_witness *witness) {
    put(page, "<p class=\"settings\">");
    for (size_t i = 0; i < witness->settings.count; i++)
        put(page, i ? ", <code>@ = @</code>" : "<code>@ = @</code>", witness->settings.items[i].name,
            witness->settings.items[i].text);
    put(page, "</p>\n");
}

static void put_witness(const struct page *page, const struct change *change) {
    const struct diag_witness *host =
        change->witnesses[NEW_SIDE] ? change->witnesses[NEW_SIDE] : change->witnesses[OLD_SIDE];
    if (!host)
        return;
    put(page, "<details>\n<summary>One such host, and both command lines</summary>\n");
    put_settings(page, host);
    put(page, "<div class=\"sides\">\n");
    for (size_t side = 0; side < N_SIDES; side++)
        put_witness_side(page, change, side);
    put(page, "</div>\n</details>\n");
}

/* ---- a change --------------------------------------------------------------------------------------------------- */

static void put_regions(const struct page *page, const struct diff *diff, const struct change *change) {
    size_t count = change->regions.count;
    put(page, "<div class=\"regions\">\n<p>@, where:</p>\n<ul>\n", page_count(page, change->cells, "case"));
    for (size_t i = 0; i < count && i < MAX_SHOWN_REGIONS; i++)
        put(page, "<li>@</li>\n", region_words(page->arena, &diff->axes, &change->regions.items[i]));
    if (count > MAX_SHOWN_REGIONS || change->has_more_regions)
        put(page, "<li>and @@ more</li>\n", change->has_more_regions ? "more than " : "",
            arena_print(page->arena, "%zu", count - (count > MAX_SHOWN_REGIONS ? MAX_SHOWN_REGIONS : count)));
    put(page, "</ul>\n</div>\n");
}

static void put_follows(const struct page *page, const struct change *change) {
    if (change->follows.count == 0)
        return;
    put(page, "<p class=\"follows\">It follows from ");
    for (size_t i = 0; i < change->follows.count; i++)
        put(page, i ? ", <code>@</code>" : "<code>@</code>", change->follows.items[i]);
    put(page, ".</p>\n");
}

static void put_change(const struct page *page, const struct diff *diff, size_t index) {
    const struct change *change = &diff->changes.items[index];
    const char *number = arena_print(page->arena, "%zu", index + 1);
    put(page,
        "<article class=\"change\" data-change=\"@\" data-security=\"@\" aria-labelledby=\"change-@\">\n"
        "<h3 id=\"change-@\">@. @</h3>\n",
        kind_names[change->kind], change->is_security ? "yes" : "no", number, number, number,
        change_title(page->arena, change));
    if (change->is_security)
        put(page, "<p><span class=\"tag\">security</span></p>\n");
    put(page, "<div class=\"sides\">\n");
    for (size_t side = 0; side < N_SIDES; side++)
        put_side(page, diff, change, side);
    put(page, "</div>\n");
    put_regions(page, diff, change);
    put_follows(page, change);
    put_witness(page, change);
    put(page, "</article>\n");
}

static void put_changes(const struct page *page, const struct diff *diff) {
    put(page, "<section id=\"changes\" aria-labelledby=\"changes-heading\">\n"
              "<h2 id=\"changes-heading\">Changes</h2>\n");
    if (diff->changes.count == 0)
        put(page, "<p>Nothing is decided, written, refused or warned of otherwise.</p>\n");
    else
        put(page, "<p>Each change holds on all hosts of its regions, and on no other. What concerns security comes "
                  "first.</p>\n");
    put_filters(page, diff);
    for (size_t i = 0; i < diff->changes.count; i++)
        put_change(page, diff, i);
    put(page, "</section>\n");
}

static void put_space(const struct page *page, const struct diff *diff) {
    put(page, "<section id=\"space\" aria-labelledby=\"space-heading\">\n"
              "<h2 id=\"space-heading\">Facts and parameters</h2>\n");
    if (diff->space.count == 0)
        put(page, "<p>Both rulesets ask for the same.</p>\n");
    else
        put(page, "<ul class=\"space\">\n");
    for (size_t i = 0; i < diff->space.count; i++)
        put(page, "<li>@</li>\n", diff->space.items[i]);
    put(page, diff->space.count > 0 ? "</ul>\n</section>\n" : "</section>\n");
}

void diff_html(struct arena *arena, const struct diff *diff, const struct muster_ruleset *const tables[N_SIDES],
               FILE *out) {
    static const struct page_link links[] = {
        {"changes", "Changes", false}, {"space", "Facts and parameters", false}, {"host", "Try a host", true}};
    const struct page page = {arena, out};
    bool both = tables[OLD_SIDE] && tables[NEW_SIDE];
    size_t n_links = sizeof links / sizeof links[0] - (both ? 0 : 1);
    page_open(&page, arena_print(arena, "%s: what changes", diff->models[NEW_SIDE]->name), links, n_links);
    put_head(&page, diff);
    put_changes(&page, diff);
    put_space(&page, diff);
    if (both) {
        page_host(&page);
        page_tables(&page, "old", tables[OLD_SIDE]);
        page_tables(&page, "new", tables[NEW_SIDE]);
    }
    page_close(&page);
}
