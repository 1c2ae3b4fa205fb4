/*
 * From declarations to the typed model: declares all names first, so that the order of declarations does not matter,
 * and then resolves their meaning.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/sema/internal.h"

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
        resolve_type(builder, &type, &variable->type);
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
        named->variable->span.begin != declaration->name.span.begin ||
        named->variable->span.file != declaration->name.span.file)
        return;
    named->variable->cond = resolve_cond(builder, declaration->cond);
    named->variable->whole = declaration->span;
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
        if (!variable || !variable_is_input(variable) || variable_is_text(variable)) {
            REPORT(builder, TYPE, setting->name.span,
                   "'%s' cannot be set; an example sets facts, and parameters that are not text", setting->name.text);
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
                resolve_relation(builder, variable, AST_EQ, &setting->value, &unused); /* adds cuts at the value */
            }
        }
    }
    builder->allows_argv = true;
    example.cond = resolve_cond(builder, declaration->cond);
    builder->allows_argv = false;
    ARENA_PUSH(builder->arena, &model->examples, example);
}

/* Each file begins with a header. Only the main file and those that it extends are rulesets. */
static void check_headers(struct builder *builder, const struct program *program) {
    uint32_t file = UINT32_MAX;
    struct symbols seen = {0};
    for (size_t i = 0; i < program->declarations.count; i++) {
        const struct ast_declaration *declaration = program->declarations.items[i];
        if (declaration->kind == AST_QUESTION)
            continue;
        bool is_header = declaration->kind == AST_RULESET || declaration->kind == AST_LIBRARY;
        const char *file_name = arena_print(builder->arena, "%u", declaration->span.file);
        struct symbol *header = symbols_find(&seen, file_name);
        file = declaration->span.file;
        if (is_header && header)
            REPORT(builder, HEADER, declaration->span, "the file says a second time what it is");
        bool may_be_ruleset = program->files.items[file].is_ruleset;
        if (declaration->kind == AST_RULESET && !may_be_ruleset)
            REPORT(builder, INCLUDE, declaration->span, "this file is included, so it must be a library");
        if (declaration->kind == AST_LIBRARY && may_be_ruleset && file != 0)
            REPORT(builder, EXTENDS, declaration->span, "this file is extended, so it must be a ruleset");
        if (!is_header && !header && !may_be_skipped(builder, "ruleset") && !may_be_skipped(builder, "library")) {
            struct diag *diag = REPORT(builder, HEADER, declaration->span, "the file does not say what it is");
            diag_help(builder->diagnostics, diag, "begin it with: %s NAME;", may_be_ruleset ? "ruleset" : "library");
        }
        if (!header)
            symbols_add(builder->arena, &seen, file_name, declaration->span, NULL);
        if (is_header && file == 0 && !builder->model->name) {
            if (!is_plain_name(declaration->name.text))
                REPORT(builder, NAME, declaration->name.span, "'%s' cannot be the name of a ruleset",
                       source_excerpt(builder, declaration->name.span));
            builder->model->name = declaration->name.text;
            builder->model->title = ast_plain_text(declaration->text, builder->diagnostics);
            builder->model->is_library = declaration->kind == AST_LIBRARY;
        }
    }
}

static void declare_reason(struct builder *builder, const struct ast_declaration *declaration) {
    ast_plain_text(declaration->text, builder->diagnostics);
    ast_plain_text(declaration->see, builder->diagnostics);
    declare_name(builder, &builder->reasons, declaration->name, "reason", (void *)(uintptr_t)declaration);
}

/* Each phase is one pass over all declarations. Claims can depend on the command line, and admissions name promises. */
enum phase { DECLARE_TYPES, DECLARE, RESOLVE, RESOLVE_ARGV, RESOLVE_CLAIMS, RESOLVE_ADMISSIONS, N_PHASES };

/* The function of each phase for a kind of declaration; NULL: none. */
struct steps {
    void (*in[N_PHASES])(struct builder *builder, const struct ast_declaration *declaration);
};

static struct steps steps_of(enum ast_kind kind) {
    switch (kind) {
    case AST_RULESET:
    case AST_LIBRARY:
    case AST_INCLUDE:
        break;
    case AST_ENUM:
        return (struct steps){.in[DECLARE_TYPES] = declare_enum};
    case AST_REASON:
        return (struct steps){.in[DECLARE] = declare_reason};
    case AST_FORMAT:
        return (struct steps){.in[DECLARE] = resolve_format};
    case AST_OPTION:
        return (struct steps){.in[RESOLVE] = resolve_options};
    case AST_FACT:
    case AST_PARAM:
        return (struct steps){.in[DECLARE] = declare_input, .in[RESOLVE] = resolve_limit_conditions};
    case AST_LET:
        return (struct steps){.in[DECLARE] = declare_let, .in[RESOLVE] = resolve_let};
    case AST_DECIDE:
        return (struct steps){.in[DECLARE] = resolve_table_header, .in[RESOLVE] = resolve_table_rows};
    case AST_ARGV:
        return (struct steps){.in[RESOLVE_ARGV] = resolve_argv};
    case AST_EVIDENCE:
        return (struct steps){.in[RESOLVE_CLAIMS] = resolve_evidence};
    case AST_EXAMPLE:
        return (struct steps){.in[RESOLVE_CLAIMS] = resolve_example};
    case AST_ASSUME:
        return (struct steps){.in[RESOLVE_CLAIMS] = resolve_assumption};
    case AST_REJECT:
        return (struct steps){.in[RESOLVE_CLAIMS] = resolve_rejection};
    case AST_WARN:
        return (struct steps){.in[RESOLVE_CLAIMS] = resolve_warning};
    case AST_PROMISE:
        return (struct steps){.in[RESOLVE_CLAIMS] = resolve_promise};
    case AST_QUESTION:
        return (struct steps){.in[RESOLVE_CLAIMS] = resolve_query};
    case AST_ADMIT:
        return (struct steps){.in[RESOLVE_ADMISSIONS] = resolve_admission};
    }
    return (struct steps){0};
}

static void pass(struct builder *builder, enum phase phase) {
    for (size_t i = 0; i < builder->program->declarations.count; i++) {
        const struct ast_declaration *declaration = builder->program->declarations.items[i];
        struct steps steps = steps_of(declaration->kind);
        if (steps.in[phase])
            steps.in[phase](builder, declaration);
    }
}

/* Marks the files of base rulesets. */
static void find_base(struct builder *builder) {
    const struct program *program = builder->program;
    size_t last = program->files.items[0].layer;
    if (last == 0)
        return;
    bool *is_base = arena_alloc(builder->arena, program->files.count * sizeof *is_base);
    for (size_t i = 0; i < program->files.count; i++)
        is_base[i] = program->files.items[i].layer < last;
    builder->model->is_base = is_base;
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
        variable->n_codes = variable_is_ordered(variable) ? variable->cuts.count + 1
                            : variable_is_text(variable)  ? (variable->optional ? 2 : 0)
                                                          : variable->type.n_members;
    }
}

/* Limit on inputs, decisions and derived conditions together. The rest of MUSTER_MAX_VARS is for selectors. */
enum { MAX_NAMES = MUSTER_MAX_VARS / 2 };

struct model *model_build(struct arena *arena, const struct sources *sources, const struct program *program,
                          struct diagnostics *diagnostics) {
    struct model *model = arena_alloc(arena, sizeof *model);
    struct builder builder = {.arena = arena, .diagnostics = diagnostics, .program = program, .model = model};
    model->arena = arena;
    model->sources = sources;
    for (size_t i = 0; i < diagnostics->skipped.count; i++)
        skip_words(&builder, diagnostics->skipped.items[i]);
    check_headers(&builder, program);
    find_base(&builder);
    pass(&builder, DECLARE_TYPES);
    pass(&builder, DECLARE);
    select_replaced(&builder);
    if (model->variables.count > MAX_NAMES) {
        REPORT(&builder, LIMIT, model->variables.items[MAX_NAMES]->span,
               "more than %d facts, parameters, decisions and derived conditions", MAX_NAMES);
        return model;
    }
    pass(&builder, RESOLVE);
    pass(&builder, RESOLVE_ARGV);
    pass(&builder, RESOLVE_CLAIMS);
    pass(&builder, RESOLVE_ADMISSIONS);
    inherit_rows(&builder);
    list_inputs(model);
    count_codes(model);
    resolve_stages(&builder);
    resolve_restrictions(&builder);
    return model;
}
