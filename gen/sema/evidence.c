/*
 * Evidence: information about rows from outside the analysis, such as where they were tried. It does not change
 * results, so evidence for a row that does not exist is not an error.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/model/row_text.h"
#include "gen/sema/internal.h"

/* Limit on the texts about one row. */
enum { MAX_EVIDENCE = 256 };

static const char help_renew[] = "try the rules again and write their evidence anew, or take out what is stale";

/* ---- which table ------------------------------------------------------------------------------------------------- */

static bool decides(const struct written_table *written, const char *name) {
    const struct ast_table *table = written->declaration->table;
    for (size_t i = 0; i < table->outcomes.count; i++)
        if (strcmp(table->outcomes.items[i].name.text, name) == 0)
            return true;
    return false;
}

/*
 * The table that the name means in the layer of the evidence; a table of an extension that overrides it is another one.
 */
static struct written_table *find_table(const struct builder *builder, const struct ast_declaration *declaration) {
    size_t layer = layer_of(builder, declaration->span);
    struct written_table *found = NULL;
    for (size_t i = 0; i < builder->tables.count; i++) {
        struct written_table *written = builder->tables.items[i];
        if (decides(written, declaration->name.text) &&
            (!found || layer_of(builder, written->declaration->span) <= layer))
            found = written;
    }
    return found;
}

/* No message in a library, whose evidence may be about decisions of the rulesets that include it. */
static void report_no_table(struct builder *builder, const struct ast_declaration *declaration) {
    struct diagnostics *diagnostics = builder->diagnostics;
    struct ast_name name = declaration->name;
    const struct symbol *symbol = symbols_find(&builder->names, name.text);
    if (builder->model->is_library || may_be_skipped(builder, name.text))
        return;
    if (symbol) {
        struct diag *diag = REPORT(builder, STALE_EVIDENCE, name.span,
                                   "'%s' is no decision, and evidence is about the rows of tables", name.text);
        diag_note(diagnostics, diag, symbol->span, "declared here");
        return;
    }
    struct diag *diag = REPORT(builder, STALE_EVIDENCE, name.span, "no decision is called '%s'", name.text);
    struct symbols decisions = {0};
    for (size_t i = 0; i < builder->model->variables.count; i++) {
        const struct variable *variable = builder->model->variables.items[i];
        if (variable->kind == VARIABLE_DECISION && !variable->hidden)
            symbols_add(builder->arena, &decisions, variable->name, variable->span, NULL);
    }
    bool certain = false;
    const char *nearest = symbols_nearest(builder->arena, &decisions, name.text, &certain);
    if (nearest)
        diag_suggest(diagnostics, diag, name.span, nearest, certain);
    else
        diag_help(diagnostics, diag, "%s", help_renew);
}

/* ---- which row --------------------------------------------------------------------------------------------------- */

static bool is_blank(const struct ast_string *text) {
    for (size_t i = 0; i < text->pieces.count; i++) {
        const char *literal = text->pieces.items[i].literal;
        if (!literal || literal[strspn(literal, " \t\n")] != '\0')
            return false;
    }
    return true;
}

/* Joins lines and reduces blanks, as row_text writes rows. Quoted strings stay as they are. */
static const char *single_blanks(struct arena *arena, const char *text) {
    char *copy = arena_copy(arena, text, strlen(text)), *end = copy;
    bool in_quotes = false;
    for (; *text; text++) {
        if (!in_quotes && strchr(" \t\n", *text)) {
            if (end > copy && end[-1] != ' ')
                *end++ = ' ';
            continue;
        }
        in_quotes ^= *text == '"';
        *end++ = *text;
        if (in_quotes && *text == '\\' && text[1])
            *end++ = *++text;
    }
    while (end > copy && end[-1] == ' ')
        end--;
    *end = '\0';
    return copy;
}

static void list_rows(struct builder *builder, struct written_table *written) {
    const struct ast_table *table = written->declaration->table;
    if (written->row_texts.count > 0)
        return;
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct ast_row *row = table->rows.items[i];
        const char *text = row_text_written(builder->arena, row);
        if (!symbols_find(&written->row_texts, text))
            symbols_add(builder->arena, &written->row_texts, text, row->span, (void *)(uintptr_t)(i + 1));
    }
}

/* The number of bytes that two texts have in common at both ends: max changes of a row are in one place. */
static size_t common_ends(const char *a, const char *b) {
    size_t a_length = strlen(a), b_length = strlen(b), max = a_length < b_length ? a_length : b_length;
    size_t before = 0, after = 0;
    while (before < max && a[before] == b[before])
        before++;
    while (before + after < max && a[a_length - 1 - after] == b[b_length - 1 - after])
        after++;
    return before + after;
}

static const struct symbol *most_similar(const struct symbols *rows, const char *text) {
    const struct symbol *found = NULL;
    size_t max = 0;
    for (size_t i = 0; i < rows->count; i++) {
        size_t length = strlen(rows->items[i].name), longer = strlen(text) > length ? strlen(text) : length;
        size_t like = common_ends(rows->items[i].name, text);
        if (like <= max || like * 3 < longer * 2)
            continue;
        max = like;
        found = &rows->items[i];
    }
    return found;
}

/* Offers no repair: the similar row was not tried, so that the evidence does not apply to it. */
static void report_no_row(struct builder *builder, const struct written_table *written,
                          const struct ast_declaration *declaration, struct span span, const char *text) {
    bool is_shown = builder->diagnostics->n_warnings < DIAG_MAX;
    if (written->declaration->table->has_broken_rows || *text == '\0') /* already reported */
        return;
    struct diag *diag = REPORT(builder, STALE_EVIDENCE, span, "no row of '%s' has this text", declaration->name.text);
    const struct symbol *like = is_shown ? most_similar(&written->row_texts, text) : NULL;
    if (like)
        diag_note(builder->diagnostics, diag, like->span, "this row is like it");
    diag_help(builder->diagnostics, diag, "%s", help_renew);
}

/* The text that names a row; "" after a message. */
static const char *named_text(struct builder *builder, const struct ast_string *written) {
    const char *text = single_blanks(builder->arena, ast_plain_text(written, builder->diagnostics));
    if (*text == '\0' && is_blank(written))
        REPORT(builder, EMPTY, written->span, "this names no row");
    return text;
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static void add_text(struct builder *builder, struct row *row, struct span span, const char *text) {
    for (size_t i = 0; i < row->evidence.count; i++)
        if (strcmp(row->evidence.items[i], text) == 0)
            return;
    if (row->evidence.count == MAX_EVIDENCE)
        REPORT(builder, LIMIT, span, "more than %d texts of evidence for one row", MAX_EVIDENCE);
    if (row->evidence.count <= MAX_EVIDENCE)
        ARENA_PUSH(builder->arena, &row->evidence, text);
}

/* `row`: NULL if the texts are only checked. */
static void add_texts(struct builder *builder, const struct ast_evidence *evidence, struct row *row) {
    for (size_t i = 0; i < evidence->texts.count; i++) {
        const struct ast_string *written = evidence->texts.items[i];
        const char *text = ast_plain_text(written, builder->diagnostics);
        if (is_blank(written))
            REPORT(builder, EMPTY, written->span, "this evidence says nothing");
        else if (row)
            add_text(builder, row, written->span, text);
    }
}

void resolve_evidence(struct builder *builder, const struct ast_declaration *declaration) {
    struct written_table *written = find_table(builder, declaration);
    if (!written)
        report_no_table(builder, declaration);
    else
        list_rows(builder, written);
    for (size_t i = 0; i < declaration->evidence.count; i++) {
        const struct ast_evidence *evidence = &declaration->evidence.items[i];
        const char *text = named_text(builder, evidence->row);
        const struct symbol *symbol = written ? symbols_find(&written->row_texts, text) : NULL;
        struct row *rows = written ? written->table->rows : NULL; /* NULL for a table that is left out */
        builder->model->has_evidence = true;
        if (written && !symbol)
            report_no_row(builder, written, declaration, evidence->row->span, text);
        add_texts(builder, evidence, symbol && rows ? &rows[(size_t)(uintptr_t)symbol->meaning - 1] : NULL);
    }
}
