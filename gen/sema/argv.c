/*
 * Resolves formats, options and the command line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/sema/internal.h"

/* ---- formats and options ---------------------------------------------------------------------------------------- */

static const char *format_text(struct builder *builder, const struct ast_property *property, size_t index) {
    const struct ast_string *string = property->strings.items[index];
    const char *text = ast_plain_text(string, builder->diagnostics);
    if (text[0] == '\0')
        REPORT(builder, FORMAT, string->span, "this text cannot be empty");
    return text;
}

/*
 * Only one character: an escape or refusal could otherwise match across the boundary of a constant and a placeholder.
 */
static const char *format_character(struct builder *builder, const struct ast_property *property, size_t index) {
    const char *text = format_text(builder, property, index);
    size_t characters = 0;
    for (const char *at = text; *at; at++)
        characters += ((unsigned char)*at & 0xc0u) != 0x80u;
    if (characters > 1)
        REPORT(builder, FORMAT, property->strings.items[index]->span, "one character is escaped or refused at a time");
    return text;
}

static void append_texts(struct builder *builder, const struct ast_property *property, const char ***texts,
                         size_t *count) {
    const char **all = arena_alloc(builder->arena, (*count + property->strings.count) * sizeof *all);
    if (*count)
        memcpy(all, *texts, *count * sizeof *all);
    for (size_t i = 0; i < property->strings.count; i++)
        all[*count + i] = format_character(builder, property, i);
    *texts = all;
    *count += property->strings.count;
}

void resolve_format(struct builder *builder, const struct ast_declaration *declaration) {
    struct format *format = arena_alloc(builder->arena, sizeof *format);
    format->name = declaration->name.text;
    format->span = declaration->name.span;
    format->escapes = arena_alloc(builder->arena, (declaration->properties.count + 1) * sizeof *format->escapes);
    for (size_t i = 0; i < declaration->properties.count; i++) {
        const struct ast_property *property = &declaration->properties.items[i];
        switch (property->kind) {
        case AST_BETWEEN:
        case AST_ASSIGN: {
            const char **place = property->kind == AST_BETWEEN ? &format->between : &format->assign;
            if (*place)
                REPORT(builder, DUPLICATE, property->span, "this property is given twice");
            *place = format_text(builder, property, 0);
            break;
        }
        case AST_ESCAPE:
            format->escapes[format->n_escapes++] =
                (struct replacement){format_character(builder, property, 0),
                                     ast_plain_text(property->strings.items[1], builder->diagnostics)};
            break;
        case AST_REFUSE:
            append_texts(builder, property, &format->refuses, &format->n_refuses);
            break;
        case AST_REFUSE_FIRST:
            append_texts(builder, property, &format->refuses_first, &format->n_refuses_first);
            break;
        case AST_REPEAT_KEYS:
            format->repeat_keys = true;
            break;
        }
    }
    declare_name(builder, &builder->formats, declaration->name, "format", format);
}

void resolve_options(struct builder *builder, const struct ast_declaration *declaration) {
    const struct format *format = NULL;
    if (declaration->format.text)
        format = look_up(builder, &builder->formats, declaration->format, "format");
    struct meta meta = resolve_meta(builder, &declaration->meta);
    for (size_t i = 0; i < declaration->options.count; i++) {
        struct option *option = arena_alloc(builder->arena, sizeof *option);
        option->name = declaration->options.items[i].text;
        option->format = format;
        option->format_unresolved = declaration->format.text && !format;
        option->repeat = declaration->repeat;
        option->tags = meta.tags;
        option->span = declaration->options.items[i].span;
        if (declare_name(builder, &builder->options, declaration->options.items[i], "option", option))
            ARENA_PUSH(builder->arena, &builder->model->options, option);
    }
}

/* ---- templates -------------------------------------------------------------------------------------------------- */

static void add_text(struct builder *builder, struct template *template, const char *text, size_t length) {
    if (length > 0)
        ARENA_PUSH(builder->arena, template, ((struct piece){.text = text, .length = length}));
}

static int64_t unit_value(struct builder *builder, struct ast_name unit) {
    static const char *const names[] = {"KiB", "MiB", "GiB", "TiB"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(unit.text, names[i]) == 0)
            return INT64_C(1) << 10 * (i + 1);
    struct diag *diag = REPORT(builder, HOLE, unit.span, "no unit is called '%s'", unit.text);
    diag_help(builder->diagnostics, diag, "units are KiB, MiB, GiB and TiB");
    return 1;
}

/* Limit on the arguments, items and members of placeholders whose conditions are analysed together. */
enum { MAX_PARTS = 4096 };

static void count_parts(struct builder *builder, struct span span, size_t count) {
    bool before = builder->n_parts <= MAX_PARTS;
    builder->n_parts += count;
    if (before && builder->n_parts > MAX_PARTS)
        REPORT(builder, LIMIT, span,
               "the command line has more than %d arguments, items, and members that placeholders may write",
               MAX_PARTS);
}

static void expand(struct builder *builder, struct template *template, const struct ast_string *string);

static void add_placeholder(struct builder *builder, struct template *template, struct ast_name name,
                            struct ast_name unit) {
    struct named *named = look_up(builder, &builder->names, name, "fact, parameter or decision");
    if (!named)
        return;
    if (!named->variable) {
        if (named->open) {
            REPORT(builder, CYCLE, name.span, "the text '%s' holds itself", name.text);
            return;
        }
        if (unit.text)
            REPORT(builder, HOLE, unit.span, "'%s' is a string; it has no unit", name.text);
        named->open = true;
        builder->text_depth++;
        expand(builder, template, named->text);
        builder->text_depth--;
        named->open = false;
        return;
    }
    struct variable *variable = named->variable;
    variable->used = true;
    struct piece piece = {.variable = variable, .unit = 1, .span = name.span};
    if (unit.text) {
        piece.unit = unit_value(builder, unit);
        if (variable->type.kind != MUSTER_INT)
            REPORT(builder, HOLE, unit.span, "'%s' is no number; it has no unit", name.text);
        else if (variable->kind == VARIABLE_FACT)
            REPORT(builder, HOLE, unit.span, "only a parameter can be written in another unit");
    }
    count_parts(builder, name.span, variable->type.n_members);
    ARENA_PUSH(builder->arena, template, piece);
}

/*
 * Limits on strings inside strings, whose expansion grows exponentially: the depth, and the steps and bytes per
 * ruleset.
 */
enum { MAX_TEXT_DEPTH = 100, MAX_TEXT_STEPS = 200000, MAX_TEXT_BYTES = 1 << 24 };

static bool too_much_text(struct builder *builder, struct span span, size_t length) {
    builder->text_bytes += length;
    bool too_deep = builder->text_depth > MAX_TEXT_DEPTH;
    if (!too_deep && ++builder->text_steps <= MAX_TEXT_STEPS && builder->text_bytes <= MAX_TEXT_BYTES)
        return false;
    if (builder->text_limit)
        return true; /* already reported */
    builder->text_limit = true;
    if (too_deep)
        REPORT(builder, LIMIT, span, "texts hold each other more than %d deep", MAX_TEXT_DEPTH);
    else
        REPORT(builder, LIMIT, span, "here the texts of the command line together get more than %d parts or %d MiB",
               MAX_TEXT_STEPS, MAX_TEXT_BYTES >> 20);
    return true;
}

static void expand(struct builder *builder, struct template *template, const struct ast_string *string) {
    for (size_t i = 0; i < string->pieces.count; i++) {
        const struct ast_piece *piece = &string->pieces.items[i];
        if (builder->text_limit || too_much_text(builder, template->span, piece->length))
            return;
        if (piece->literal)
            add_text(builder, template, piece->literal, piece->length);
        else
            add_placeholder(builder, template, piece->placeholder, piece->unit);
    }
}

static void warn_bare_name(struct builder *builder, const struct ast_value *written) {
    const struct symbol *symbol = symbols_find(&builder->names, written->text);
    if (!symbol)
        return;
    struct diag *diag = REPORT(builder, BARE_NAME, written->span,
                               "the word '%s' is written as it is, but it is also a name of the rules", written->text);
    diag_note(builder->diagnostics, diag, symbol->span, "declared here");
    diag_help(builder->diagnostics, diag, "write $%s for its value, or \"%s\" for the word", written->text,
              written->text);
}

/* `is_key`: the value is a key or an option, so a bare name in it is not reported as a forgotten '$'. */
static struct template resolve_template(struct builder *builder, const struct ast_value *written, bool is_key) {
    struct template template = {.span = written->span};
    switch (written->kind) {
    case AST_STRING:
        expand(builder, &template, written->string);
        break;
    case AST_PLACEHOLDER:
        add_placeholder(builder, &template, (struct ast_name){written->text, written->span}, (struct ast_name){0});
        break;
    case AST_INT:
        if (written->has_unit) {
            const char *text = arena_print(builder->arena, "%lld", (long long)written->number);
            add_text(builder, &template, text, strlen(text));
            break;
        }
        add_text(builder, &template, written->text, strlen(written->text));
        break;
    case AST_WORD:
        if (!is_key)
            warn_bare_name(builder, written);
        add_text(builder, &template, written->text, strlen(written->text));
        break;
    case AST_VERSION:
    case AST_SERIES:
    case AST_UNKNOWN:
    case AST_INHERIT:
    case AST_STAR:
        add_text(builder, &template, written->text, strlen(written->text));
        break;
    }
    return template;
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

static const struct list *resolve_list(struct builder *builder, const struct ast_list *written,
                                       const struct format *format);

static void resolve_item(struct builder *builder, const struct ast_item *written, const struct format *format,
                         struct item *item) {
    count_parts(builder, written->span, 1);
    item->span = written->span;
    item->when = resolve_cond(builder, written->when);
    if (written->then_list) {
        item->then_list = resolve_list(builder, written->then_list, format);
        if (written->else_list)
            item->else_list = resolve_list(builder, written->else_list, format);
        return;
    }
    item->meta = resolve_meta(builder, &written->meta);
    if (written->is_pair) {
        item->has_key = true;
        item->key = resolve_template(builder, &written->key, true);
        if (!format->assign)
            REPORT(builder, FORMAT, written->span, "the format '%s' has no 'assign', so it cannot write key = value",
                   format->name);
    }
    if (written->nested) {
        item->nested_format = look_up(builder, &builder->formats, written->format, "format");
        if (item->nested_format)
            item->nested = resolve_list(builder, written->nested, item->nested_format);
    } else {
        item->value = resolve_template(builder, &written->value, false);
    }
}

static const struct list *resolve_list(struct builder *builder, const struct ast_list *written,
                                       const struct format *format) {
    struct list *list = arena_alloc(builder->arena, sizeof *list);
    list->span = written->span;
    for (size_t i = 0; i < written->items.count; i++) {
        struct item item = {0};
        resolve_item(builder, &written->items.items[i], format, &item);
        ARENA_PUSH(builder->arena, list, item);
    }
    if (written->items.count > 1 && !format->between)
        REPORT(builder, FORMAT, written->span, "the format '%s' has no 'between', so it cannot write several items",
               format->name);
    return list;
}

/* ---- statements ------------------------------------------------------------------------------------------------- */

static void resolve_list_argument(struct builder *builder, const struct ast_arg *written, const struct option *option,
                                  bool has_lost_option, struct argument *argument) {
    if (written->format.text) {
        argument->format = look_up(builder, &builder->formats, written->format, "format");
    } else if (option && option->format) {
        argument->format = option->format;
    } else if (!has_lost_option) {
        struct diag *diag = REPORT(builder, FORMAT, written->span, "this list has no format");
        diag_help(builder->diagnostics, diag,
                  "declare the option before it with a format (option -x : FORMAT;), or "
                  "write: as FORMAT { ... }");
    }
    if (argument->format)
        argument->list = resolve_list(builder, written->list, argument->format);
}

static void resolve_value_argument(struct builder *builder, const struct ast_arg *written, const struct option *option,
                                   struct argument *argument) {
    argument->text = resolve_template(builder, &written->value, false);
    bool has_placeholder = false;
    for (size_t i = 0; i < argument->text.count; i++)
        has_placeholder = has_placeholder || !argument->text.items[i].text;
    if (has_placeholder && option && option->format) {
        struct diag *diag = REPORT(builder, FORMAT, written->span,
                                   "a bare placeholder after %s would bypass the escaping of its format '%s'",
                                   option->name, option->format->name);
        diag_help(builder->diagnostics, diag, "put it in braces: %s { %s }", option->name,
                  source_excerpt(builder, written->span));
    }
}

/*
 * Warns of an option at the begin of a line within a statement: most likely a ';' is missing before it, and a condition
 * after it would then apply to both options.
 */
static void warn_run_on(struct builder *builder, const struct ast_statement *written) {
    const struct source *source = &builder->model->sources->items[written->span.file];
    for (size_t i = 1; i < written->args.count; i++) {
        struct span before = written->args.items[i - 1].span, span = written->args.items[i].span;
        bool new_line = source_line_number(source, before.end - 1) < source_line_number(source, span.begin);
        if (written->args.items[i].kind != AST_ARG_OPTION || !new_line)
            continue;
        struct diag *diag = REPORT(builder, RUN_ON, span, "this option begins a line in the middle of a statement");
        diag_note(builder->diagnostics, diag, before, "the statement goes on from here");
        diag_help(builder->diagnostics, diag,
                  "end the statement before it with ';', or write the option on the same line");
        diag_fix(builder->diagnostics, diag, (struct span){before.file, before.end, before.end}, ";");
    }
}

/* The option, or NULL. *unresolved: the option or its format is missing because of another error. */
static const struct option *resolve_option_word(struct builder *builder, const struct ast_arg *arg,
                                                struct argument *argument, bool *unresolved) {
    struct symbol *symbol = symbols_find(&builder->options, arg->option.text);
    const struct option *option = symbol ? symbol->meaning : NULL;
    *unresolved = option ? option->format_unresolved : may_be_skipped(builder, arg->option.text);
    if (!symbols_find(&builder->used_options, arg->option.text))
        symbols_add(builder->arena, &builder->used_options, arg->option.text, arg->span, NULL);
    add_text(builder, &argument->text, arg->option.text, strlen(arg->option.text));
    return option;
}

static void resolve_arguments(struct builder *builder, const struct ast_statement *written,
                              struct statement *statement) {
    const struct option *option = NULL;
    bool unresolved = false;
    const char *tags = NULL;
    for (size_t i = 0; i < written->args.count; i++) {
        const struct ast_arg *arg = &written->args.items[i];
        struct argument argument = {.span = arg->span, .is_option = arg->kind == AST_ARG_OPTION};
        count_parts(builder, arg->span, 1);
        argument.text.span = arg->span;
        switch (arg->kind) {
        case AST_ARG_OPTION:
            option = resolve_option_word(builder, arg, &argument, &unresolved);
            if (option && option->tags)
                tags = tags ? arena_print(builder->arena, "%s %s", tags, option->tags) : option->tags;
            break;
        case AST_ARG_LIST:
            resolve_list_argument(builder, arg, option, unresolved, &argument);
            break;
        case AST_ARG_VALUE:
            resolve_value_argument(builder, arg, option, &argument);
            break;
        }
        argument.option = option;
        if (arg->kind != AST_ARG_OPTION) {
            option = NULL;
            unresolved = false;
        }
        ARENA_PUSH(builder->arena, &statement->arguments, argument);
    }
    warn_run_on(builder, written);
    statement->meta = resolve_meta(builder, &written->meta);
    if (tags)
        statement->meta.tags =
            statement->meta.tags ? arena_print(builder->arena, "%s %s", tags, statement->meta.tags) : tags;
}

static void resolve_block(struct builder *builder, const struct ast_block *written, struct block *block) {
    for (size_t i = 0; i < written->statements.count; i++) {
        const struct ast_statement *from = written->statements.items[i];
        struct statement statement = {.span = from->span, .when = resolve_cond(builder, from->when)};
        if (from->then_block) {
            struct block *yes = arena_alloc(builder->arena, sizeof *yes);
            resolve_block(builder, from->then_block, yes);
            statement.then_block = yes;
            if (from->else_block) {
                struct block *no = arena_alloc(builder->arena, sizeof *no);
                resolve_block(builder, from->else_block, no);
                statement.else_block = no;
            }
        } else {
            resolve_arguments(builder, from, &statement);
        }
        ARENA_PUSH(builder->arena, block, statement);
    }
}

void resolve_argv(struct builder *builder, const struct ast_declaration *declaration) {
    struct model *model = builder->model;
    if (model->has_argv) {
        struct diag *diag = REPORT(builder, DUPLICATE, declaration->span, "a second argv");
        diag_note(builder->diagnostics, diag, model->argv_span, "the first one");
        if (layer_of(builder, model->argv_span) < layer_of(builder, declaration->span))
            diag_help(builder->diagnostics, diag, "an extension has the command line of the ruleset that it extends");
        return;
    }
    model->has_argv = true;
    model->argv_span = (struct span){declaration->span.file, declaration->span.begin, declaration->span.begin + 4};
    resolve_block(builder, declaration->argv, &model->argv);
}
