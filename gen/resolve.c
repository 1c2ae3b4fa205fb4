/*
 * From declarations to the typed model. First every name is declared, so that the order of declarations does not
 * matter; then what they say is resolved.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "resolve.h"

#include <string.h>

#include "model.h"

enum { DEFAULT_MAX_LENGTH = 4095, LONGEST_NAME = 64 };

const char *source_excerpt(struct builder *builder, struct span span) {
    const size_t most = 60;
    size_t length = span.end - span.begin;
    const char *text = builder->model->sources->items[span.file].text + span.begin;
    if (length <= most)
        return arena_copy(builder->arena, text, length);
    length = most;
    while (length > 0 && ((unsigned char)text[length] & 0xc0u) == 0x80u)
        length--;
    return arena_print(builder->arena, "%.*s...", (int)length, text);
}

static bool good_name(const char *name) {
    for (const char *at = name; *at; at++)
        if (*at == '/' || *at == '.' || *at == '-')
            return false;
    return strlen(name) <= LONGEST_NAME;
}

/* ---- names that a syntax error has hidden ----------------------------------------------------------------------- */

static bool in_word(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte == '-';
}

void lose_words(struct builder *builder, struct span span) {
    const char *text = builder->model->sources->items[span.file].text;
    for (size_t at = span.begin; at < span.end;) {
        size_t begin = at;
        while (at < span.end && in_word(text[at]))
            at++;
        size_t length = at - begin;
        if (length == 0 || length > LONGEST_NAME) {
            at += length == 0;
            continue;
        }
        const char *word = arena_copy(builder->arena, text + begin, length);
        if (!symbols_find(&builder->lost, word))
            symbols_add(builder->arena, &builder->lost, word, span, NULL);
    }
}

bool may_be_lost(const struct builder *builder, const char *name) {
    return builder->diagnostics->lost_file || symbols_find(&builder->lost, name);
}

const char *counted(struct builder *builder, size_t count, const char *what) {
    return arena_print(builder->arena, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

bool declare_name(struct builder *builder, struct symbols *symbols, struct ast_name name, const char *what,
                  void *meaning) {
    if (name.text[0] != '-' && !good_name(name.text)) {
        struct diag *diag = REPORT(builder, NAME, name.span, "'%s' cannot be the name of %s %s",
                                   source_excerpt(builder, name.span), strchr("aeiou", what[0]) ? "an" : "a", what);
        diag_help(builder->diagnostics, diag, "a name has letters, digits and _, at most %d of them", LONGEST_NAME);
        return false;
    }
    struct symbol *earlier = symbols_find(symbols, name.text);
    if (earlier) {
        struct diag *diag = REPORT(builder, DUPLICATE, name.span, "'%s' is declared twice", name.text);
        diag_note(builder->diagnostics, diag, earlier->span, "the first one");
        return false;
    }
    symbols_add(builder->arena, symbols, name.text, name.span, meaning);
    return true;
}

void *look_up(struct builder *builder, const struct symbols *symbols, struct ast_name name, const char *what) {
    struct symbol *symbol = symbols_find(symbols, name.text);
    if (symbol)
        return symbol->meaning;
    if (may_be_lost(builder, name.text))
        return NULL;
    struct diag *diag = REPORT(builder, UNKNOWN_NAME, name.span, "no %s is called '%s'", what, name.text);
    if (diag_is_full(builder->diagnostics))
        return NULL;
    const char *nearest = symbols_nearest(builder->arena, symbols, name.text);
    if (nearest)
        diag_help(builder->diagnostics, diag, "did you mean '%s'?", nearest);
    return NULL;
}

/* Of a text that was looked at where it was declared. */
static const char *literal(const struct ast_string *string) {
    return !string ? NULL : string->pieces.count > 0 && string->pieces.items[0].literal
                                ? string->pieces.items[0].literal : "";
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

/* ---- inputs ----------------------------------------------------------------------------------------------------- */

static struct named *name_variable(struct builder *builder, struct variable *variable) {
    struct named *named = arena_alloc(builder->arena, sizeof *named);
    named->variable = variable;
    return named;
}

static bool is_text(const struct variable *variable) {
    return variable->type.kind == MUSTER_TEXT || variable->type.kind == MUSTER_PATH;
}

/* After so many that fail, which can take long, no further one is looked at. */
enum { MOST_FAILED_PATTERNS = 20 };

static void resolve_pattern(struct builder *builder, const struct ast_limit *limit, struct variable *variable) {
    const char *text = ast_plain_text(limit->pattern, builder->diagnostics);
    struct pattern_error error;
    if (variable->pattern_text) {
        REPORT(builder, DUPLICATE, limit->span, "a second pattern of '%s'", variable->name);
        return;
    }
    variable->pattern_text = text;
    if (builder->failed_patterns == MOST_FAILED_PATTERNS)
        return;
    variable->pattern = pattern_compile(builder->arena, text, strlen(text), &error);
    if (!variable->pattern) {
        REPORT(builder, PATTERN, limit->pattern->span, "in this pattern, at its character %zu: %s", error.at + 1,
               error.message);
        builder->failed_patterns++;
        return;
    }
    size_t longest = variable->pattern->max_length;
    if (longest < variable->max_length)
        variable->max_length = longest;
}

static void resolve_max(struct builder *builder, const struct ast_limit *limit, struct variable *variable) {
    if (limit->max.number < 1 || limit->max.number > DEFAULT_MAX_LENGTH) {
        REPORT(builder, RANGE, limit->max.span, "a greatest length is 1 to %d bytes", DEFAULT_MAX_LENGTH);
        return;
    }
    if (!limit->when && (size_t)limit->max.number < variable->max_length)
        variable->max_length = (size_t)limit->max.number;
}

static void resolve_text_limits(struct builder *builder, const struct ast_input *written, struct variable *variable) {
    bool bounded = variable->type.kind == MUSTER_PATH;
    variable->max_length = DEFAULT_MAX_LENGTH;
    for (size_t i = 0; i < written->limits.count; i++) {
        const struct ast_limit *limit = &written->limits.items[i];
        bounded = bounded || !limit->when;
        if (!is_text(variable))
            REPORT(builder, TYPE, limit->span, "only a text or path has a pattern or a greatest length");
        else if (limit->kind == AST_LIMIT_MATCHING)
            resolve_pattern(builder, limit, variable);
        else
            resolve_max(builder, limit, variable);
    }
    if (variable->type.kind == MUSTER_TEXT && !bounded) {
        struct diag *diag = REPORT(builder, UNBOUNDED, written->name.span, "nothing bounds the text '%s'",
                                   variable->name);
        diag_help(builder->diagnostics, diag, "add: matching \"PATTERN\" or max BYTES");
    }
}

static void resolve_default(struct builder *builder, const struct ast_input *written, struct variable *variable) {
    const struct ast_value *value = &written->default_value;
    variable->default_value = MUSTER_UNSET;
    if (!written->has_default)
        return;
    if (!is_text(variable)) {
        if (!resolve_value(builder, &variable->type, value, &variable->default_value))
            variable->default_value = MUSTER_UNSET;
        return;
    }
    if (value->kind != AST_STRING)
        REPORT(builder, TYPE, value->span, "the default of a text stands in quotes");
    else
        variable->default_text = ast_plain_text(value->string, builder->diagnostics);
}

static void declare_input(struct builder *builder, const struct ast_declaration *declaration) {
    const struct ast_input *written = declaration->input;
    struct variable *variable = arena_alloc(builder->arena, sizeof *variable);
    variable->kind = declaration->kind == AST_FACT ? VARIABLE_FACT : VARIABLE_PARAM;
    variable->name = written->name.text;
    variable->span = written->name.span;
    variable->title = ast_plain_text(written->title, builder->diagnostics);
    variable->source = written->source;
    variable->probe = written->probe.text ? written->probe.text : variable->name;
    if (!resolve_type(builder, &written->type, variable->name, &variable->type)) {
        /* Known all the same, so that its uses are not reported too. */
        variable->type = (struct type){.kind = MUSTER_BOOL, .broken = true};
        declare_name(builder, &builder->names, written->name, "fact", name_variable(builder, variable));
        return;
    }
    if (variable->kind == VARIABLE_FACT && is_text(variable))
        REPORT(builder, TYPE, written->type.span, "a fact is no text or path; a parameter can be one");
    if (variable->kind == VARIABLE_PARAM && variable->type.or_unknown)
        REPORT(builder, TYPE, written->type.span, "a parameter is never unknown");
    resolve_text_limits(builder, written, variable);
    resolve_default(builder, written, variable);
    if (declare_name(builder, &builder->names, written->name, variable->kind == VARIABLE_FACT ? "fact" : "parameter",
                     name_variable(builder, variable))) {
        variable->index = builder->model->variables.count;
        ARENA_PUSH(builder->arena, &builder->model->variables, variable);
    }
}

static void resolve_limit_conditions(struct builder *builder, const struct ast_declaration *declaration) {
    struct symbol *symbol = symbols_find(&builder->names, declaration->name.text);
    struct named *named = symbol ? symbol->meaning : NULL;
    for (size_t i = 0; named && i < declaration->input->limits.count; i++) {
        const struct ast_limit *limit = &declaration->input->limits.items[i];
        if (!limit->when)
            continue;
        struct limit resolved = {.max = limit->max.number, .when = resolve_cond(builder, limit->when),
                                 .words = source_excerpt(builder, limit->when->span)};
        if (named->variable)
            ARENA_PUSH(builder->arena, &named->variable->limits, resolved);
    }
}

/* ---- the rest --------------------------------------------------------------------------------------------------- */

static void declare_let(struct builder *builder, const struct ast_declaration *declaration) {
    struct named *named = arena_alloc(builder->arena, sizeof *named);
    named->text = declaration->let_text;
    if (declaration->cond) {
        struct variable *variable = arena_alloc(builder->arena, sizeof *variable);
        variable->kind = VARIABLE_LET;
        variable->name = declaration->name.text;
        variable->span = declaration->name.span;
        variable->default_value = MUSTER_UNSET;
        struct ast_type type = {.kind = AST_TYPE_BOOL};
        resolve_type(builder, &type, variable->name, &variable->type);
        named->variable = variable;
    }
    if (declare_name(builder, &builder->names, declaration->name, "let", named) && named->variable) {
        named->variable->index = builder->model->variables.count;
        ARENA_PUSH(builder->arena, &builder->model->variables, named->variable);
    }
}

static void resolve_let(struct builder *builder, const struct ast_declaration *declaration) {
    struct symbol *symbol = symbols_find(&builder->names, declaration->name.text);
    struct named *named = symbol ? symbol->meaning : NULL;
    if (!named || !named->variable || named->variable->kind != VARIABLE_LET ||
        named->variable->span.begin != declaration->name.span.begin)
        return;
    named->variable->cond = resolve_cond(builder, declaration->cond);
    named->variable->meta = resolve_meta(builder, &declaration->meta);
}

static void declare_enum(struct builder *builder, const struct ast_declaration *declaration) {
    struct type *type = arena_alloc(builder->arena, sizeof *type);
    type->name = declaration->name.text;
    resolve_members(builder, &declaration->members, type);
    declare_name(builder, &builder->enums, declaration->name, "enumeration", type);
}

static void resolve_example(struct builder *builder, const struct ast_declaration *declaration) {
    struct model *model = builder->model;
    struct example example = {.name = ast_plain_text(declaration->text, builder->diagnostics),
                              .span = declaration->text->span,
                              .cond_span = declaration->cond->span};
    example.values = arena_alloc(builder->arena, (model->variables.count + 1) * sizeof *example.values);
    for (size_t i = 0; i < model->variables.count; i++)
        example.values[i] = MUSTER_UNSET;
    for (size_t i = 0; i < declaration->settings.count; i++) {
        const struct ast_setting *setting = &declaration->settings.items[i];
        struct named *named = look_up(builder, &builder->names, setting->name, "fact or parameter");
        struct variable *variable = named ? named->variable : NULL;
        if (!named)
            continue;
        if (!variable || variable->kind > VARIABLE_PARAM || is_text(variable)) {
            REPORT(builder, TYPE, setting->name.span, "an example sets facts; '%s' is none", setting->name.text);
            continue;
        }
        if (variable->type.broken)
            continue;
        if (example.values[variable->index] != MUSTER_UNSET)
            REPORT(builder, DUPLICATE, setting->name.span, "'%s' is set twice", setting->name.text);
        int64_t value;
        if (resolve_value(builder, &variable->type, &setting->value, &value)) {
            example.values[variable->index] = value;
            if (variable->type.kind == MUSTER_INT || variable->type.kind == MUSTER_VERSION) {
                struct valueset unused = {0};
                resolve_relation(builder, variable, AST_EQ, &setting->value, &unused); /* cuts at the value */
            }
        }
    }
    example.cond = resolve_cond(builder, declaration->cond);
    ARENA_PUSH(builder->arena, &model->examples, example);
}

/* The header is the first declaration of each file; only the main one is a ruleset. */
static void check_headers(struct builder *builder, const struct program *program) {
    uint32_t file = UINT32_MAX;
    struct symbols seen = {0};
    for (size_t i = 0; i < program->declarations.count; i++) {
        const struct ast_declaration *declaration = program->declarations.items[i];
        bool is_header = declaration->kind == AST_RULESET || declaration->kind == AST_LIBRARY;
        const char *file_name = arena_print(builder->arena, "%u", declaration->span.file);
        struct symbol *header = symbols_find(&seen, file_name);
        file = declaration->span.file;
        if (is_header && header)
            REPORT(builder, HEADER, declaration->span, "the file says a second time what it is");
        if (is_header && declaration->kind == AST_RULESET && file != 0)
            REPORT(builder, INCLUDE, declaration->span, "this file is included, so it must be a library");
        if (!is_header && !header && !may_be_lost(builder, "ruleset") && !may_be_lost(builder, "library")) {
            struct diag *diag = REPORT(builder, HEADER, declaration->span, "the file does not say what it is");
            diag_help(builder->diagnostics, diag, "begin it with: %s NAME;", file == 0 ? "ruleset" : "library");
        }
        if (!header)
            symbols_add(builder->arena, &seen, file_name, declaration->span, NULL);
        if (is_header && file == 0 && !builder->model->name) {
            if (!good_name(declaration->name.text))
                REPORT(builder, NAME, declaration->name.span, "'%s' cannot be the name of a ruleset",
                       source_excerpt(builder, declaration->name.span));
            builder->model->name = declaration->name.text;
            builder->model->title = ast_plain_text(declaration->text, builder->diagnostics);
            builder->model->is_library = declaration->kind == AST_LIBRARY;
        }
    }
}

static void declare(struct builder *builder, const struct ast_declaration *declaration) {
    switch (declaration->kind) {
    case AST_REASON:
        ast_plain_text(declaration->text, builder->diagnostics);
        ast_plain_text(declaration->see, builder->diagnostics);
        declare_name(builder, &builder->reasons, declaration->name, "reason", (void *)(uintptr_t)declaration);
        break;
    case AST_FORMAT:
        resolve_format(builder, declaration);
        break;
    case AST_FACT:
    case AST_PARAM:
        declare_input(builder, declaration);
        break;
    case AST_LET:
        declare_let(builder, declaration);
        break;
    case AST_DECIDE:
        resolve_table_header(builder, declaration);
        break;
    default:
        break;
    }
}

static void resolve(struct builder *builder, const struct ast_declaration *declaration) {
    switch (declaration->kind) {
    case AST_OPTION:
        resolve_options(builder, declaration);
        break;
    case AST_FACT:
    case AST_PARAM:
        resolve_limit_conditions(builder, declaration);
        break;
    case AST_LET:
        resolve_let(builder, declaration);
        break;
    case AST_DECIDE:
        resolve_table_rows(builder, declaration);
        break;
    case AST_EXAMPLE:
        resolve_example(builder, declaration);
        break;
    default:
        break;
    }
}

static void list_inputs(struct model *model) {
    model->inputs = arena_alloc(model->arena, (model->variables.count + 1) * sizeof *model->inputs);
    for (int params = 0; params < 2; params++)
        for (size_t i = 0; i < model->variables.count; i++) {
            struct variable *variable = model->variables.items[i];
            if (variable->kind != (params ? VARIABLE_PARAM : VARIABLE_FACT))
                continue;
            variable->input = model->n_inputs;
            model->inputs[model->n_inputs++] = variable;
            model->n_facts += !params;
        }
}

static void count_codes(struct model *model) {
    for (size_t i = 0; i < model->variables.count; i++) {
        struct variable *variable = model->variables.items[i];
        bool ordered = variable->type.kind == MUSTER_INT || variable->type.kind == MUSTER_VERSION;
        variable->n_codes = ordered ? variable->cuts.count + 1 : variable->type.n_members;
    }
}

/* Inputs, decisions and derived conditions together have at most so many variables at run time; selectors need some. */
enum { MAX_NAMES = MUSTER_MAX_VARS / 2 };

struct model *model_build(struct arena *arena, const struct sources *sources, const struct program *program,
                          struct diagnostics *diagnostics) {
    struct model *model = arena_alloc(arena, sizeof *model);
    struct builder builder = {.arena = arena, .diagnostics = diagnostics, .model = model};
    model->arena = arena;
    model->sources = sources;
    for (size_t i = 0; i < diagnostics->lost.count; i++)
        lose_words(&builder, diagnostics->lost.items[i]);
    check_headers(&builder, program);
    for (size_t i = 0; i < program->declarations.count; i++)
        if (program->declarations.items[i]->kind == AST_ENUM)
            declare_enum(&builder, program->declarations.items[i]);
    for (size_t i = 0; i < program->declarations.count; i++)
        declare(&builder, program->declarations.items[i]);
    if (model->variables.count > MAX_NAMES) {
        REPORT(&builder, LIMIT, model->variables.items[MAX_NAMES]->span,
               "more than %d facts, parameters, decisions and derived conditions", MAX_NAMES);
        return model;
    }
    for (size_t i = 0; i < program->declarations.count; i++)
        if (program->declarations.items[i]->kind != AST_EXAMPLE)
            resolve(&builder, program->declarations.items[i]);
    for (size_t i = 0; i < program->declarations.count; i++) {
        if (program->declarations.items[i]->kind == AST_EXAMPLE)
            resolve(&builder, program->declarations.items[i]);
        if (program->declarations.items[i]->kind == AST_ARGV)
            resolve_argv(&builder, program->declarations.items[i]);
    }
    list_inputs(model);
    count_codes(model);
    resolve_stages(&builder);
    return model;
}

/* ---- values and codes ------------------------------------------------------------------------------------------- */

size_t variable_n_codes(const struct variable *variable) {
    return variable->n_codes + variable->type.or_unknown;
}

size_t variable_code(const struct variable *variable, int64_t value) {
    if (value == MUSTER_UNKNOWN)
        return variable->n_codes;
    if (variable->type.kind != MUSTER_INT && variable->type.kind != MUSTER_VERSION)
        return (size_t)value;
    size_t code = 0;
    while (code < variable->cuts.count && variable->cuts.items[code] <= value)
        code++;
    return code;
}

int64_t variable_value(const struct variable *variable, size_t code) {
    if (code == variable->n_codes)
        return MUSTER_UNKNOWN;
    if (variable->type.kind != MUSTER_INT && variable->type.kind != MUSTER_VERSION)
        return (int64_t)code;
    return code == 0 ? variable->type.low : variable->cuts.items[code - 1];
}

const char *value_text(struct arena *arena, const struct type *type, int64_t value) {
    if (value == MUSTER_UNKNOWN)
        return "unknown";
    if (type->kind == MUSTER_VERSION)
        return arena_print(arena, "%lld.%lld.%lld", (long long)(value >> 40), (long long)(value >> 20 & MUSTER_VERSION_MAX),
                           (long long)(value & MUSTER_VERSION_MAX));
    if (type->n_members > 0)
        return type->members[value].name;
    return arena_print(arena, "%lld", (long long)value);
}
