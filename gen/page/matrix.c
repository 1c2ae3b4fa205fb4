/*
 * The report of a ruleset: its folded decisions as tables with their evidence, the filters over them, its inputs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "gen/audit/matrix/internal.h"
#include "gen/page/internal.h"
#include "gen/page/page.h"

/* ---- head ------------------------------------------------------------------------------------------------------- */

static size_t n_rows(const struct matrix *matrix) {
    size_t count = 0;
    for (size_t i = 0; i < matrix->items.count; i++)
        count += matrix->items.items[i]->rows.count;
    return count;
}

static void put_counts(const struct page *page, const struct matrix *matrix) {
    const struct model *model = matrix->model;
    size_t n_outcomes = 0;
    for (size_t i = 0; i < matrix->items.count; i++)
        n_outcomes += matrix->items.items[i]->n_outcomes;
    put(page, "<ul class=\"counts\">\n<li>@</li>\n<li>@</li>\n<li>@</li>\n<li>@</li>\n</ul>\n",
        page_count(page, model->n_facts, "fact"), page_count(page, model->n_inputs - model->n_facts, "parameter"),
        page_count(page, n_outcomes, "decision"), page_count(page, n_rows(matrix), "row"));
}

/* The condition that narrows it was read as a source, too. */
static void put_files(const struct page *page, const struct model *model) {
    const struct sources *sources = model->sources;
    put(page, "<p class=\"files\">Rules: ");
    for (size_t i = 0; i < sources->count; i++)
        if (!model->question || i != model->question_span.file)
            put(page, i ? ", <code>@</code>" : "<code>@</code>", sources->items[i].name);
    put(page, "</p>\n");
}

static void put_head(const struct page *page, const struct matrix *matrix) {
    const struct model *model = matrix->model;
    put(page, "<header>\n<p class=\"kind\">Decision matrix</p>\n<h1>@</h1>\n", model->name);
    if (model->title)
        put(page, "<p class=\"lead\">@</p>\n", model->title);
    put_counts(page, matrix);
    put_files(page, model);
    if (matrix->where)
        put(page, "<p>Only hosts where <code>@</code></p>\n", matrix->where);
    if (matrix->not_proven)
        put(page, "<p class=\"problem\">Not every decision could be folded within the budget; what is missing is "
                  "not in this page.</p>\n");
    put(page, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

/* ---- filters ---------------------------------------------------------------------------------------------------- */

/* Marks what is a column of some table. */
static bool *asked_by_tables(const struct page *page, const struct matrix *matrix) {
    bool *asked = arena_alloc(page->arena, matrix->model->variables.count + 1);
    for (size_t i = 0; i < matrix->items.count; i++)
        for (size_t k = 0; k < matrix->items.items[i]->columns.count; k++)
            asked[matrix->items.items[i]->columns.items[k]->index] = true;
    return asked;
}

static const char *code_words(const struct page *page, const struct variable *variable, size_t code) {
    bool *codes = arena_alloc(page->arena, variable_n_codes(variable));
    codes[code] = true;
    return codes_cell(page->arena, variable, codes);
}

/* Where numbers and versions are cut, so that the script finds the code of a value. */
static void put_cuts(const struct page *page, const struct variable *variable) {
    put(page, " data-cuts=\"");
    for (size_t i = 0; i < variable->cuts.count; i++)
        fprintf(page->out, "%s%" PRId64, i ? " " : "", variable->cuts.items[i]);
    put(page, "\"");
}

static void put_filter(const struct page *page, const struct variable *variable) {
    put(page,
        "<div class=\"field\">\n<label for=\"filter-@\"><code>@</code></label>\n<select id=\"filter-@\" "
        "data-name=\"@\"",
        variable->name, variable->name, variable->name, variable->name);
    fprintf(page->out, " data-known=\"%zu\"", variable->n_codes);
    if (variable_is_ordered(variable))
        put_cuts(page, variable);
    put(page, ">\n<option value=\"\">any</option>\n");
    for (size_t code = 0; code < variable_n_codes(variable); code++) {
        fprintf(page->out, "<option value=\"%zu\">", code);
        put(page, "@</option>\n", code_words(page, variable, code));
    }
    put(page, "</select>\n</div>\n");
}

/* Facts and parameters first, then decisions; all in the order of declaration. */
static void put_filters(const struct page *page, const struct matrix *matrix) {
    const struct model *model = matrix->model;
    bool *asked = asked_by_tables(page, matrix);
    put(page, "<form id=\"filters\" class=\"filters\" aria-label=\"Which rows are shown\" hidden data-scripted>\n"
              "<div class=\"field search\">\n<label for=\"search\">Search in all rows</label>\n"
              "<input type=\"search\" id=\"search\" autocomplete=\"off\" spellcheck=\"false\">\n</div>\n"
              "<fieldset>\n<legend>Only rows that can apply when</legend>\n<div class=\"fields\">\n");
    for (int decided = 0; decided <= 1; decided++)
        for (size_t i = 0; i < model->variables.count; i++) {
            const struct variable *variable = model->variables.items[i];
            bool is_decided = variable->kind == VARIABLE_DECISION || variable->kind == VARIABLE_LET;
            if (asked[variable->index] && is_decided == decided)
                put_filter(page, variable);
        }
    put(page, "</div>\n</fieldset>\n"
              "<p class=\"choice\" data-needs-tables hidden><input type=\"checkbox\" id=\"only-host\"> "
              "<label for=\"only-host\">Only the rows that decide the host above</label></p>\n"
              "<p class=\"buttons\"><button type=\"reset\">Show everything</button></p>\n"
              "<p role=\"status\" id=\"filter-status\"></p>\n</form>\n");
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

/* "1 3": the codes that a cell takes, for the script. */
static void put_codes(const struct page *page, const struct variable *variable, const bool *codes) {
    put(page, " data-codes=\"");
    for (size_t code = 0, count = 0; code < variable_n_codes(variable); code++)
        if (codes[code])
            fprintf(page->out, "%s%zu", count++ ? " " : "", code);
    put(page, "\"");
}

static void put_cell(const struct page *page, const struct variable *variable, const bool *codes) {
    if (!codes) {
        put(page, "<td data-label=\"@\" class=\"any\">any</td>\n", variable->name);
        return;
    }
    put(page, "<td data-label=\"@\"", variable->name);
    put_codes(page, variable, codes);
    put(page, "><code>@</code></td>\n", codes_cell(page->arena, variable, codes));
}

/* What is emitted is said where it is another word. */
static void put_result(const struct page *page, const struct variable *outcome, int64_t value) {
    const char *name = value_text(page->arena, &outcome->type, value);
    put(page, "<td data-label=\"@\" class=\"outcome\"><code>@</code>", outcome->name, name);
    if (outcome->type.kind == MUSTER_ENUM && value >= 0 && (size_t)value < outcome->type.n_members) {
        const struct member *member = &outcome->type.members[value];
        if (member->text && strcmp(member->text, name) != 0)
            put(page, " <span class=\"as\">as <code>@</code></span>", member->text);
        if (member->title)
            put(page, " <span class=\"title\">@</span>", member->title);
    }
    put(page, "</td>\n");
}

static void put_results(const struct page *page, const struct folded *folded, const struct fold_row *row) {
    if (!row->results) {
        fprintf(page->out, "<td class=\"outcome refused\" data-label=\"refused\" colspan=\"%zu\">", folded->n_outcomes);
        put(page, "<strong>refused:</strong> @</td>\n", row->reject ? row->reject : "");
        return;
    }
    for (size_t i = 0; i < folded->n_outcomes; i++)
        put_result(page, folded->outcomes[i], row->results[i]);
}

static void put_evidence(const struct page *page, const struct model *model, const struct folded *folded,
                         const struct fold_row *row) {
    put(page, "<td data-label=\"because\" class=\"because\"><ul>\n");
    for (size_t i = 0; i < row->n_rules; i++) {
        put(page, "<li>");
        page_reason(page, &row->rules[i]->meta);
        const char *known = model->has_evidence ? evidence_words(page->arena, model, row->rules[i]) : "";
        if (*known)
            put(page, "<span class=\"tried\">@</span> ", known);
        page_place(page, model->sources, row->rules[i]->span, row->rules[i]->label);
        put(page, "</li>\n");
    }
    if (folded->let) {
        put(page, "<li>");
        page_reason(page, &folded->let->meta);
        page_place(page, model->sources, folded->let->span, NULL);
        put(page, "</li>\n");
    }
    put(page, "</ul></td>\n");
}

static void put_row(const struct page *page, const struct model *model, const struct folded *folded, size_t index) {
    const struct fold_row *row = &folded->rows.items[index];
    const char *number = arena_print(page->arena, "%zu", index + 1);
    put(page, "<tr id=\"row-@-@\">\n<th scope=\"row\" data-label=\"row\">@</th>\n", folded->outcomes[0]->name, number,
        number);
    for (size_t i = 0; i < folded->columns.count; i++)
        put_cell(page, folded->columns.items[i], row->codes[i]);
    put_results(page, folded, row);
    put_evidence(page, model, folded, row);
    put(page, "</tr>\n");
}

static void put_columns(const struct page *page, const struct folded *folded) {
    put(page, "<thead>\n<tr>\n<th scope=\"col\">Row</th>\n");
    for (size_t i = 0; i < folded->columns.count; i++)
        put(page, "<th scope=\"col\" data-column=\"@\"><code>@</code></th>\n", folded->columns.items[i]->name,
            folded->columns.items[i]->name);
    for (size_t i = 0; i < folded->n_outcomes; i++)
        put(page, "<th scope=\"col\" class=\"outcome\"><code>@</code></th>\n", folded->outcomes[i]->name);
    put(page, "<th scope=\"col\">Because</th>\n</tr>\n</thead>\n");
}

static const char *names_of(const struct page *page, const struct folded *folded, const char *between) {
    const char *names = folded->outcomes[0]->name;
    for (size_t i = 1; i < folded->n_outcomes; i++)
        names = arena_print(page->arena, "%s%s%s", names, between, folded->outcomes[i]->name);
    return names;
}

static void put_titles(const struct page *page, const struct model *model, const struct folded *folded) {
    for (size_t i = 0; i < folded->n_outcomes; i++)
        if (folded->outcomes[i]->title)
            put(page, "<p class=\"title\">@@@</p>\n", folded->n_outcomes > 1 ? folded->outcomes[i]->name : "",
                folded->n_outcomes > 1 ? ": " : "", folded->outcomes[i]->title);
    put(page, "<p class=\"declared\">");
    page_place(page, model->sources, folded->table ? folded->table->span : folded->let->span, NULL);
    put(page, "</p>\n");
}

static void put_folded(const struct page *page, const struct model *model, const struct folded *folded) {
    const char *first = folded->outcomes[0]->name;
    put(page,
        "<section class=\"decision\" aria-labelledby=\"decision-@\">\n<h3 id=\"decision-@\"><code>@</code></h3>\n",
        first, first, names_of(page, folded, ", "));
    put_titles(page, model, folded);
    put(page,
        "<div class=\"scroll\" role=\"region\" aria-labelledby=\"decision-@\" tabindex=\"0\">\n"
        "<table class=\"cards matrix\" data-decisions=\"@\">\n<caption>@ for @</caption>\n",
        first, names_of(page, folded, " "), page_count(page, folded->rows.count, "row"),
        page_count(page, folded->cells, "case"));
    put_columns(page, folded);
    put(page, "<tbody>\n");
    for (size_t i = 0; i < folded->rows.count; i++)
        put_row(page, model, folded, i);
    put(page, "</tbody>\n</table>\n</div>\n</section>\n");
}

static void put_matrix(const struct page *page, const struct matrix *matrix) {
    put(page, "<section id=\"decisions\" aria-labelledby=\"decisions-heading\">\n"
              "<h2 id=\"decisions-heading\">Decisions</h2>\n"
              "<p>Each row says on which hosts it holds: all its conditions must. No row can be dropped, and none can "
              "be widened. Behind it stand the rules that decide there, their reasons and references.</p>\n");
    put_filters(page, matrix);
    for (size_t i = 0; i < matrix->items.count; i++)
        put_folded(page, matrix->model, matrix->items.items[i]);
    put(page, "</section>\n");
}

/* ---- inputs ----------------------------------------------------------------------------------------------------- */

static const char *type_words(const struct page *page, const struct variable *input) {
    static const char *const names[] = {[MUSTER_BOOL] = "yes, no",    [MUSTER_ENUM] = "",     [MUSTER_INT] = "number",
                                        [MUSTER_VERSION] = "version", [MUSTER_TEXT] = "text", [MUSTER_PATH] = "path"};
    const struct type *type = &input->type;
    const char *words = names[type->kind];
    for (size_t i = 0; type->kind == MUSTER_ENUM && i < type->n_members; i++)
        words = arena_print(page->arena, "%s%s%s", words, i ? ", " : "", type->members[i].name);
    if (type->kind == MUSTER_INT)
        words = arena_print(page->arena, "%" PRId64 " to %" PRId64, type->low, type->high);
    if (variable_is_text(input) && input->pattern_text)
        words = arena_print(page->arena, "%s matching %s", words, input->pattern_text);
    else if (variable_is_text(input))
        words = arena_print(page->arena, "%s of at most %zu bytes", words, input->max_length);
    for (size_t i = 0; i < input->limits.count; i++)
        words = arena_print(page->arena, "%s; at most %" PRId64 " when %s", words, input->limits.items[i].max,
                            input->limits.items[i].words);
    return arena_print(page->arena, "%s%s%s", words, type->or_unknown && !input->optional ? ", unknown" : "",
                       input->optional ? "; optional" : "");
}

static const char *origin_words(const struct page *page, const struct variable *input) {
    static const char *const names[] = {[AST_FROM_NOWHERE] = "",
                                        [AST_FROM_PROBE] = "probe",
                                        [AST_FROM_CALLER] = "caller",
                                        [AST_FROM_CALLER_ELSE_PROBE] = "caller, else probe"};
    const char *words = names[input->source], *fallback = input->default_text;
    bool has_value = input->default_value != MUSTER_UNSET && input->default_value != MUSTER_UNKNOWN;
    if (!variable_is_text(input) && has_value)
        fallback = value_text(page->arena, &input->type, input->default_value);
    if (!fallback)
        return words;
    return arena_print(page->arena, "%s%sdefault %s", words, *words ? ", " : "", fallback);
}

static void put_input(const struct page *page, const struct model *model, const struct variable *input) {
    put(page,
        "<tr>\n<th scope=\"row\" data-label=\"name\"><code>@</code></th>\n<td data-label=\"meaning\">@</td>\n"
        "<td data-label=\"values\"><code>@</code></td>\n<td data-label=\"from\">@</td>\n<td data-label=\"declared\">",
        input->name, input->title ? input->title : "", type_words(page, input), origin_words(page, input));
    page_place(page, model->sources, input->span, NULL);
    put(page, "</td>\n</tr>\n");
}

static void put_input_table(const struct page *page, const struct model *model, const char *heading, size_t first,
                            size_t end) {
    if (first == end)
        return;
    const char *id = first ? "parameters" : "facts";
    put(page,
        "<h3 id=\"@\">@</h3>\n<div class=\"scroll\" role=\"region\" aria-labelledby=\"@\" tabindex=\"0\">\n"
        "<table class=\"cards\">\n<caption>@</caption>\n<thead>\n<tr>\n<th scope=\"col\">Name</th>\n"
        "<th scope=\"col\">Meaning</th>\n<th scope=\"col\">Values</th>\n<th scope=\"col\">From</th>\n"
        "<th scope=\"col\">Declared</th>\n</tr>\n</thead>\n<tbody>\n",
        id, heading, id, page_count(page, end - first, first ? "parameter" : "fact"));
    for (size_t i = first; i < end; i++)
        put_input(page, model, model->inputs[i]);
    put(page, "</tbody>\n</table>\n</div>\n");
}

static void put_inputs(const struct page *page, const struct model *model) {
    put(page, "<section id=\"inputs\" aria-labelledby=\"inputs-heading\">\n"
              "<h2 id=\"inputs-heading\">Facts and parameters</h2>\n");
    put_input_table(page, model, "Facts", 0, model->n_facts);
    put_input_table(page, model, "Parameters", model->n_facts, model->n_inputs);
    put(page, "</section>\n");
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

void matrix_html(struct arena *arena, const struct matrix *matrix, const struct muster_ruleset *tables, FILE *out) {
    static const struct page_link links[] = {{"host", "Try a host", true},
                                             {"decisions", "Decisions", false},
                                             {"graph", "What depends on what", false},
                                             {"inputs", "Facts and parameters", false}};
    const struct page page = {arena, out};
    const struct model *model = matrix->model;
    size_t skipped = tables ? 0 : 1, n_links = sizeof links / sizeof links[0];
    page_open(&page, arena_print(arena, "%s: decision matrix", model->name), links + skipped, n_links - skipped);
    put_head(&page, matrix);
    if (tables)
        page_host(&page);
    put_matrix(&page, matrix);
    page_graph(&page, graph_of(arena, model));
    put_inputs(&page, model);
    if (tables)
        page_tables(&page, "now", tables);
    page_close(&page);
}
