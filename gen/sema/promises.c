/*
 * Resolves statements about hosts and results: assumptions, rejections, warnings, promises, admitted failures,
 * examples, and the query of `musterc ask`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/sema/internal.h"

/* ---- dependencies of conditions ---------------------------------------------------------------------------------- */

/*
 * A decision that the condition depends on, or NULL. `seen`, by variable: derived conditions that are already visited.
 */
static const struct variable *find_decision(const struct cond *cond, bool *seen) {
    if (!cond)
        return NULL;
    if (cond->kind == COND_TEST) {
        const struct variable *variable = cond->variable;
        bool again = seen[variable->index];
        seen[variable->index] = true;
        switch (variable->kind) {
        case VARIABLE_FACT:
        case VARIABLE_PARAM:
            return NULL;
        case VARIABLE_DECISION:
            return variable;
        case VARIABLE_LET:
            return again ? NULL : find_decision(variable->cond, seen);
        }
    }
    for (size_t i = 0; i < cond->operands.count; i++) {
        const struct variable *decision = find_decision(cond->operands.items[i], seen);
        if (decision)
            return decision;
    }
    return NULL;
}

static const struct variable *tested_decision(struct builder *builder, const struct cond *cond) {
    return find_decision(cond, arena_alloc(builder->arena, builder->model->variables.count + 1));
}

/* Resolves a condition that may depend on the command line; sets builder->tests_argv if it does. */
static const struct cond *resolve_claim(struct builder *builder, const struct ast_cond *written) {
    builder->tests_argv = false;
    builder->allows_argv = true;
    const struct cond *cond = resolve_cond(builder, written);
    builder->allows_argv = false;
    return cond;
}

/* ---- assumptions, rejections, warnings --------------------------------------------------------------------------- */

/* Tables rely on assumptions, so assumptions must not depend on decisions. */
static void refuse_decision(struct builder *builder, const struct ast_declaration *declaration,
                            const struct variable *decision) {
    struct diag *diag =
        REPORT(builder, TYPE, declaration->cond->span,
               "an assumption is about facts and parameters; this depends on the decision '%s'", decision->name);
    diag_help(builder->diagnostics, diag, "write 'promise' for what must come out, or reject \"WHY\" when ...");
}

void resolve_assumption(struct builder *builder, const struct ast_declaration *declaration) {
    struct restriction restriction = {.is_assumption = true,
                                      .label = declaration->name.text,
                                      .span = declaration->span,
                                      .cond_span = declaration->cond->span};
    if (restriction.label)
        declare_name(builder, &builder->assumptions, declaration->name, "assumption", NULL);
    restriction.meta = resolve_meta(builder, &declaration->meta);
    restriction.message = restriction.meta.reason;
    if (!restriction.message)
        restriction.message =
            arena_print(builder->arena, "outside what the rules assume: %s",
                        source_words(builder->arena, &builder->model->sources->items[declaration->cond->span.file],
                                     declaration->cond->span));
    const struct cond *cond = resolve_cond(builder, declaration->cond);
    const struct variable *decision = tested_decision(builder, cond);
    if (decision)
        refuse_decision(builder, declaration, decision);
    if (cond && !decision)
        restriction.cond = negate(builder, cond);
    ARENA_PUSH(builder->arena, &builder->model->restrictions, restriction);
}

void resolve_rejection(struct builder *builder, const struct ast_declaration *declaration) {
    struct restriction restriction = {.message = ast_plain_text(declaration->text, builder->diagnostics),
                                      .cond = resolve_claim(builder, declaration->cond),
                                      .meta = resolve_meta(builder, &declaration->meta),
                                      .span = declaration->span,
                                      .cond_span = declaration->cond->span};
    restriction.over_decisions = builder->tests_argv;
    ARENA_PUSH(builder->arena, &builder->model->restrictions, restriction);
}

void resolve_restrictions(struct builder *builder) {
    struct model *model = builder->model;
    for (size_t i = 0; i < model->restrictions.count; i++) {
        struct restriction *restriction = &model->restrictions.items[i];
        restriction->over_decisions =
            restriction->over_decisions || tested_decision(builder, restriction->cond) != NULL;
    }
}

void resolve_warning(struct builder *builder, const struct ast_declaration *declaration) {
    struct warning warning = {.message = ast_plain_text(declaration->text, builder->diagnostics),
                              .cond = resolve_claim(builder, declaration->cond),
                              .meta = resolve_meta(builder, &declaration->meta),
                              .span = declaration->span};
    ARENA_PUSH(builder->arena, &builder->model->warnings, warning);
}

/* ---- promises ---------------------------------------------------------------------------------------------------- */

static void resolve_references(struct builder *builder, const ast_references *written, struct references *references) {
    for (size_t i = 0; i < written->count; i++) {
        const struct ast_reference *from = &written->items[i];
        const struct ast_value *key = &from->key;
        struct reference reference = {.option = from->option.text, .span = from->span};
        reference.key = key->kind == AST_STRING ? ast_plain_text(key->string, builder->diagnostics) : key->text;
        look_up_option(builder, from->option);
        ARENA_PUSH(builder->arena, references, reference);
    }
}

void resolve_promise(struct builder *builder, const struct ast_declaration *declaration) {
    struct model *model = builder->model;
    struct promise promise = {.label = declaration->name.text,
                              .kind = declaration->promise,
                              .meta = resolve_meta(builder, &declaration->meta),
                              .span = declaration->span,
                              .cond_span = declaration->span};
    if (promise.kind == AST_PROMISE_COND) {
        promise.cond = resolve_claim(builder, declaration->cond);
        promise.cond_span = declaration->cond->span;
        promise.is_count = declaration->cond->kind == AST_COND_COUNT;
    }
    resolve_references(builder, &declaration->references, &promise.references);
    resolve_references(builder, &declaration->targets, &promise.targets);
    if (promise.label)
        declare_name(builder, &builder->promises, declaration->name, "promise",
                     (void *)(uintptr_t)(model->promises.count + 1));
    ARENA_PUSH(builder->arena, &model->promises, promise);
}

void resolve_admission(struct builder *builder, const struct ast_declaration *declaration) {
    size_t number = (size_t)(uintptr_t)look_up(builder, &builder->promises, declaration->name, "promise");
    if (number == 0)
        return;
    struct promise *promise = &builder->model->promises.items[number - 1];
    if (promise->admit) {
        struct diag *diag =
            REPORT(builder, DUPLICATE, declaration->name.span, "'%s' is admitted twice", declaration->name.text);
        diag_note(builder->diagnostics, diag, promise->admit->span, "the first one");
        return;
    }
    struct admit *admit = arena_alloc(builder->arena, sizeof *admit);
    *admit = (struct admit){.span = declaration->span, .meta = resolve_meta(builder, &declaration->meta)};
    promise->admit = admit;
}

void resolve_query(struct builder *builder, const struct ast_declaration *declaration) {
    builder->model->question = resolve_claim(builder, declaration->cond);
    builder->model->question_span = declaration->span;
}
