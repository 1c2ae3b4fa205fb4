/*
 * Resolves facts and parameters: types, constraints, patterns and defaults.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/sema/internal.h"

enum { DEFAULT_MAX_LENGTH = 4095 };

/* Limit on patterns that fail to compile. Each can take long; later ones are not compiled. */
enum { MAX_FAILED_PATTERNS = 20 };

static void resolve_pattern(struct builder *builder, const struct ast_limit *limit, struct variable *variable) {
    const char *text = ast_plain_text(limit->pattern, builder->diagnostics);
    struct pattern_error error;
    if (variable->pattern_text) {
        REPORT(builder, DUPLICATE, limit->span, "a second pattern of '%s'", variable->name);
        return;
    }
    variable->pattern_text = text;
    if (builder->failed_patterns == MAX_FAILED_PATTERNS)
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
        if (!variable_is_text(variable)) {
            REPORT(builder, TYPE, limit->span, "only a string or path has a pattern or a maximum length");
            continue;
        }
        switch (limit->kind) {
        case AST_LIMIT_MATCHING:
            resolve_pattern(builder, limit, variable);
            break;
        case AST_LIMIT_MAX:
            resolve_max(builder, limit, variable);
            break;
        }
    }
    if (variable->type.kind == MUSTER_TEXT && !bounded) {
        struct diag *diag =
            REPORT(builder, UNBOUNDED, written->name.span, "nothing bounds the text '%s'", variable->name);
        diag_help(builder->diagnostics, diag, "add: matching \"PATTERN\" or max BYTES");
    }
}

static void resolve_default(struct builder *builder, const struct ast_input *written, struct variable *variable) {
    const struct ast_value *value = &written->default_value;
    variable->default_value = MUSTER_UNSET;
    if (!written->has_default)
        return;
    if (!variable_is_text(variable)) {
        if (!resolve_value(builder, &variable->type, value, &variable->default_value))
            variable->default_value = MUSTER_UNSET;
        return;
    }
    if (value->kind != AST_STRING)
        REPORT(builder, TYPE, value->span, "the default of a string is in quotes");
    else
        variable->default_text = ast_plain_text(value->string, builder->diagnostics);
}

/* "Not given" is a value of its own: code 0 of a string, unknown for other types. */
static void resolve_optional(struct builder *builder, const struct ast_input *written, struct variable *variable) {
    if (!written->optional.text)
        return;
    if (variable->kind == VARIABLE_FACT) {
        struct diag *diag = REPORT(builder, TYPE, written->optional.span, "only a parameter can be optional");
        diag_help(builder->diagnostics, diag, "a fact that may not be known has a type 'or unknown'");
        return;
    }
    if (written->has_default) {
        REPORT(builder, TYPE, written->optional.span, "a parameter with a default is always given");
        return;
    }
    variable->optional = true;
    if (variable_is_text(variable)) {
        variable->type.high = 1;
        return;
    }
    variable->type.or_unknown = true;
    variable->default_value = MUSTER_UNKNOWN;
}

/* A parameter comes from the caller anyway; it can only add a probe for callers that give no value. */
static void resolve_source(struct builder *builder, const struct ast_input *written, struct variable *variable) {
    variable->source = written->source;
    variable->probe = written->probe.text ? written->probe.text : variable->name;
    if (variable->kind != VARIABLE_PARAM || variable->source != AST_FROM_CALLER)
        return;
    struct diag *diag = REPORT(builder, TYPE, written->source_span, "a parameter comes from the caller in any case");
    diag_help(builder->diagnostics, diag, "omit it; if a probe may replace the caller, write: from caller else probe");
}

void declare_input(struct builder *builder, const struct ast_declaration *declaration) {
    const struct ast_input *written = declaration->input;
    struct variable *variable = arena_alloc(builder->arena, sizeof *variable);
    variable->kind = declaration->kind == AST_FACT ? VARIABLE_FACT : VARIABLE_PARAM;
    variable->name = written->name.text;
    variable->span = written->name.span;
    variable->title = ast_plain_text(written->title, builder->diagnostics);
    resolve_source(builder, written, variable);
    if (!resolve_type(builder, &written->type, &variable->type)) {
        /* Declared nevertheless, so that its uses are not reported as well. */
        variable->type = (struct type){.kind = MUSTER_BOOL, .broken = true};
        declare_name(builder, &builder->names, written->name, "fact", name_variable(builder, variable));
        return;
    }
    if (variable->kind == VARIABLE_FACT && variable_is_text(variable))
        REPORT(builder, TYPE, written->type.span, "a fact is no text or path; a parameter can be one");
    if (variable->kind == VARIABLE_PARAM && variable->type.or_unknown) {
        struct diag *diag = REPORT(builder, TYPE, written->type.span, "a parameter is never unknown");
        diag_help(builder->diagnostics, diag, "write 'optional' after its type if it can be omitted");
    }
    resolve_text_limits(builder, written, variable);
    resolve_default(builder, written, variable);
    resolve_optional(builder, written, variable);
    if (declare_name(builder, &builder->names, written->name, variable->kind == VARIABLE_FACT ? "fact" : "parameter",
                     name_variable(builder, variable))) {
        variable->index = builder->model->variables.count;
        ARENA_PUSH(builder->arena, &builder->model->variables, variable);
    }
}

void resolve_limit_conditions(struct builder *builder, const struct ast_declaration *declaration) {
    struct symbol *symbol = symbols_find(&builder->names, declaration->name.text);
    struct named *named = symbol ? symbol->meaning : NULL;
    for (size_t i = 0; named && i < declaration->input->limits.count; i++) {
        const struct ast_limit *limit = &declaration->input->limits.items[i];
        if (!limit->when)
            continue;
        struct limit resolved = {.max = limit->max.number,
                                 .when = resolve_cond(builder, limit->when),
                                 .words = source_excerpt(builder, limit->when->span)};
        if (named->variable)
            ARENA_PUSH(builder->arena, &named->variable->limits, resolved);
    }
}
