/*
 * Declares names, looks them up, and resolves the reasons, references and tags that any construct can have.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/sema/internal.h"

const char *source_excerpt(struct builder *builder, struct span span) {
    const size_t max_length = 60;
    size_t length = span.end - span.begin;
    const char *text = builder->model->sources->items[span.file].text + span.begin;
    if (length <= max_length)
        return arena_copy(builder->arena, text, length);
    length = max_length;
    while (length > 0 && ((unsigned char)text[length] & 0xc0u) == 0x80u)
        length--;
    return arena_print(builder->arena, "%.*s...", (int)length, text);
}

bool is_plain_name(const char *name) {
    for (const char *at = name; *at; at++)
        if (*at == '/' || *at == '.' || *at == '-')
            return false;
    return strlen(name) <= MAX_NAME_LENGTH;
}

/* ---- names in text with syntax errors ---------------------------------------------------------------------------- */

static bool in_word(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte == '-';
}

void skip_words(struct builder *builder, struct span span) {
    const char *text = builder->model->sources->items[span.file].text;
    for (size_t at = span.begin; at < span.end;) {
        size_t begin = at;
        while (at < span.end && in_word(text[at]))
            at++;
        size_t length = at - begin;
        if (length == 0 || length > MAX_NAME_LENGTH) {
            at += length == 0;
            continue;
        }
        const char *word = arena_copy(builder->arena, text + begin, length);
        if (!symbols_find(&builder->skipped, word))
            symbols_add(builder->arena, &builder->skipped, word, span, NULL);
    }
}

bool may_be_skipped(const struct builder *builder, const char *name) {
    return builder->diagnostics->incomplete_file || symbols_find(&builder->skipped, name);
}

const char *counted(struct builder *builder, size_t count, const char *what) {
    return arena_print(builder->arena, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

size_t layer_of(const struct builder *builder, struct span span) {
    return builder->program->files.items[span.file].layer;
}

/* Adds help for a name that the base ruleset already declares. */
static void help_extension(struct builder *builder, struct diag *diag, const struct symbols *symbols,
                           const struct symbol *earlier, const char *what) {
    const struct named *named = symbols == &builder->names ? earlier->meaning : NULL;
    if (named && named->variable && named->variable->kind == VARIABLE_DECISION && strcmp(what, "decision") == 0)
        diag_help(builder->diagnostics, diag, "write 'override decide' to take the place of that table");
    else
        diag_help(builder->diagnostics, diag,
                  "an extension adds names and overrides tables; it changes nothing else "
                  "of the ruleset that it extends");
}

bool declare_name(struct builder *builder, struct symbols *symbols, struct ast_name name, const char *what,
                  void *meaning) {
    if (name.text[0] != '-' && !is_plain_name(name.text)) {
        struct diag *diag = REPORT(builder, NAME, name.span, "'%s' cannot be the name of %s %s",
                                   source_excerpt(builder, name.span), strchr("aeiou", what[0]) ? "an" : "a", what);
        diag_help(builder->diagnostics, diag, "a name has letters, digits and _, at most %d of them", MAX_NAME_LENGTH);
        return false;
    }
    struct symbol *earlier = symbols_find(symbols, name.text);
    if (earlier) {
        struct diag *diag = REPORT(builder, DUPLICATE, name.span, "'%s' is declared twice", name.text);
        diag_note(builder->diagnostics, diag, earlier->span, "the first one");
        if (layer_of(builder, earlier->span) < layer_of(builder, name.span))
            help_extension(builder, diag, symbols, earlier, what);
        return false;
    }
    symbols_add(builder->arena, symbols, name.text, name.span, meaning);
    return true;
}

void *look_up(struct builder *builder, const struct symbols *symbols, struct ast_name name, const char *what) {
    struct symbol *symbol = symbols_find(symbols, name.text);
    if (symbol)
        return symbol->meaning;
    if (may_be_skipped(builder, name.text))
        return NULL;
    struct diag *diag = REPORT(builder, UNKNOWN_NAME, name.span, "no %s is called '%s'", what, name.text);
    if (diag_is_full(builder->diagnostics))
        return NULL;
    bool certain = false;
    const char *nearest = symbols_nearest(builder->arena, symbols, name.text, &certain);
    if (nearest)
        diag_suggest(builder->diagnostics, diag, name.span, nearest, certain);
    return NULL;
}

bool look_up_option(struct builder *builder, struct ast_name name) {
    if (symbols_find(&builder->options, name.text) || symbols_find(&builder->used_options, name.text) ||
        builder->model->is_library || may_be_skipped(builder, name.text))
        return true;
    struct diag *diag =
        REPORT(builder, UNKNOWN_NAME, name.span, "no option '%s' is declared or in the command line", name.text);
    if (diag_is_full(builder->diagnostics))
        return false;
    const struct symbols *places[] = {&builder->options, &builder->used_options};
    struct symbols all = {0};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < places[i]->count; k++)
            if (!symbols_find(&all, places[i]->items[k].name))
                symbols_add(builder->arena, &all, places[i]->items[k].name, name.span, NULL);
    const char *nearest = symbols_nearest(builder->arena, &all, name.text, NULL);
    if (nearest)
        diag_help(builder->diagnostics, diag, "did you mean '%s'?", nearest);
    return false;
}

/* The contents of a string that was checked where it was declared. */
static const char *literal(const struct ast_string *string) {
    return !string                                                       ? NULL
           : string->pieces.count > 0 && string->pieces.items[0].literal ? string->pieces.items[0].literal
                                                                         : "";
}

struct meta resolve_meta(struct builder *builder, const struct ast_meta *written) {
    struct meta meta = {.reason = ast_plain_text(written->because, builder->diagnostics),
                        .see = ast_plain_text(written->see, builder->diagnostics)};
    if (written->because_name.text) {
        const struct ast_declaration *reason = look_up(builder, &builder->reasons, written->because_name, "reason");
        if (reason) {
            meta.reason = literal(reason->text);
            if (!meta.see)
                meta.see = literal(reason->see);
        }
    }
    for (size_t i = 0; i < written->tags.count; i++)
        meta.tags = meta.tags ? arena_print(builder->arena, "%s %s", meta.tags, written->tags.items[i].text)
                              : written->tags.items[i].text;
    return meta;
}

struct named *name_variable(struct builder *builder, struct variable *variable) {
    struct named *named = arena_alloc(builder->arena, sizeof *named);
    named->variable = variable;
    return named;
}
