/*
 * Prints the syntax tree. Every part of a node is printed, so that a fault of the grammar shows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grammar/dump.h"

#include <stdarg.h>

struct dump {
    struct arena *arena; /* for texts in between */
    FILE *out;
    const struct sources *sources;
    int depth;
};

static void begin(struct dump *dump) {
    fprintf(dump->out, "%*s", 2 * dump->depth, "");
}

static void end(struct dump *dump, struct span span) {
    if (span.end > 0) {
        struct place place = source_place(&dump->sources->items[span.file], span.begin);
        fprintf(dump->out, "  <%zu:%zu>", place.line, place.column);
    }
    putc('\n', dump->out);
}

/* A node without children, or the first line of one with children. */
__attribute__((format(printf, 3, 4))) static void node(struct dump *dump, struct span span, const char *format, ...) {
    va_list values;
    begin(dump);
    va_start(values, format);
    vfprintf(dump->out, format, values);
    va_end(values);
    end(dump, span);
}

/* A node with its name, if it has one. */
static void named_node(struct dump *dump, struct span span, const char *kind, struct ast_name name) {
    node(dump, span, "%s%s%s", kind, name.text ? " " : "", name.text ? name.text : "");
}

static void optional_name(struct dump *dump, const char *role, struct ast_name name) {
    if (name.text)
        node(dump, name.span, "%s %s", role, name.text);
}

static void names(struct dump *dump, const char *role, const ast_names *list) {
    for (size_t i = 0; i < list->count; i++)
        optional_name(dump, role, list->items[i]);
}

/* ---- strings and values ----------------------------------------------------------------------------------------- */

static void put_string(struct dump *dump, const struct ast_string *string) {
    print_text(ast_string_text(dump->arena, string), dump->out);
}

static void string(struct dump *dump, const char *role, const struct ast_string *text) {
    if (!text)
        return;
    begin(dump);
    fprintf(dump->out, "%s ", role);
    put_string(dump, text);
    end(dump, text->span);
}

static void put_value(struct dump *dump, const struct ast_value *value) {
    FILE *out = dump->out;
    switch (value->kind) {
    case AST_WORD:
        fprintf(out, "word %s", value->text);
        break;
    case AST_INT:
        fprintf(out, "int %lld%s", (long long)value->number, value->has_unit ? " bytes" : "");
        break;
    case AST_VERSION:
        fprintf(out, "version %s of %u components", value->text, value->components);
        break;
    case AST_SERIES:
        fprintf(out, "series %s of %u components", value->text, value->components);
        break;
    case AST_STRING:
        put_string(dump, value->string);
        break;
    case AST_PLACEHOLDER:
        fprintf(out, "placeholder %s", value->text);
        break;
    case AST_UNKNOWN:
        fputs("unknown", out);
        break;
    case AST_INHERIT:
        fputs("inherit", out);
        break;
    case AST_STAR:
        putc('*', out);
        break;
    }
}

static void value(struct dump *dump, const char *role, const struct ast_value *given) {
    if (given->span.end == 0)
        return;
    begin(dump);
    fprintf(dump->out, "%s ", role);
    put_value(dump, given);
    end(dump, given->span);
}

static void meta(struct dump *dump, const struct ast_meta *given) {
    string(dump, "because", given->because);
    optional_name(dump, "because", given->because_name);
    string(dump, "see", given->see);
    names(dump, "tag", &given->tags);
}

/* ---- cells and conditions --------------------------------------------------------------------------------------- */

static void cell(struct dump *dump, const char *role, const struct ast_cell *given);

static void test(struct dump *dump, const struct ast_test *given) {
    switch (given->kind) {
    case AST_TEST_ANY:
        node(dump, given->span, "any");
        return;
    case AST_TEST_VALUE:
        value(dump, "value", &given->value);
        return;
    case AST_TEST_RANGE:
    case AST_TEST_HALF_OPEN:
        node(dump, given->span, given->kind == AST_TEST_RANGE ? "range" : "half-open range");
        dump->depth++;
        value(dump, "low", &given->value);
        value(dump, "high", &given->high);
        dump->depth--;
        return;
    case AST_TEST_RELATION:
        node(dump, given->span, "relation %s", ast_relation_text(given->relation));
        dump->depth++;
        value(dump, "value", &given->value);
        dump->depth--;
        return;
    case AST_TEST_NOT:
        cell(dump, "not", given->inner);
        return;
    }
}

static void cell(struct dump *dump, const char *role, const struct ast_cell *given) {
    node(dump, given->span, "%s", role);
    dump->depth++;
    for (size_t i = 0; i < given->tests.count; i++)
        test(dump, &given->tests.items[i]);
    dump->depth--;
}

static void pattern(struct dump *dump, const struct ast_pattern *given) {
    for (size_t i = 0; given && i < given->parts.count; i++) {
        const struct ast_pattern_part *part = &given->parts.items[i];
        node(dump, part->span, "item");
        dump->depth++;
        if (part->has_key)
            value(dump, "key", &part->key);
        value(dump, "value", &part->value);
        dump->depth--;
    }
}

static void condition(struct dump *dump, const char *role, const struct ast_cond *cond) {
    if (!cond)
        return;
    begin(dump);
    fputs(role, dump->out);
    switch (cond->kind) {
    case AST_COND_NAME:
        fprintf(dump->out, " name %s", cond->name.text);
        break;
    case AST_COND_COMPARE:
        fprintf(dump->out, " %s %s ", cond->name.text, ast_relation_text(cond->relation));
        put_value(dump, &cond->value);
        break;
    case AST_COND_IN:
        fprintf(dump->out, " %s in", cond->name.text);
        break;
    case AST_COND_NOT:
        fputs(" not", dump->out);
        break;
    case AST_COND_AND:
        fputs(" and", dump->out);
        break;
    case AST_COND_OR:
        fputs(" or", dump->out);
        break;
    case AST_COND_IMPLIES:
        fputs(" implies", dump->out);
        break;
    case AST_COND_GIVEN:
        fprintf(dump->out, " given %s", cond->name.text);
        break;
    case AST_COND_EMITS:
        fprintf(dump->out, " emits %s", cond->option.text);
        break;
    case AST_COND_COUNT:
        fprintf(dump->out, " count %s %s ", cond->option.text, ast_relation_text(cond->relation));
        put_value(dump, &cond->value);
        break;
    }
    end(dump, cond->span);
    dump->depth++;
    if (cond->cell)
        cell(dump, "cell", cond->cell);
    pattern(dump, cond->pattern);
    for (size_t i = 0; i < cond->operands.count; i++)
        condition(dump, "operand", cond->operands.items[i]);
    dump->depth--;
}

/* ---- types and inputs ------------------------------------------------------------------------------------------- */

static void members(struct dump *dump, const ast_members *list) {
    for (size_t i = 0; i < list->count; i++) {
        node(dump, list->items[i].name.span, "member %s", list->items[i].name.text);
        dump->depth++;
        string(dump, "as", list->items[i].as);
        string(dump, "title", list->items[i].title);
        dump->depth--;
    }
}

static const char *type_name(enum ast_type_kind kind) {
    switch (kind) {
    case AST_TYPE_BOOL:
        return "bool";
    case AST_TYPE_INT:
        return "int";
    case AST_TYPE_VERSION:
        return "version";
    case AST_TYPE_NAME:
        return "name";
    case AST_TYPE_MEMBERS:
        return "members";
    case AST_TYPE_TEXT:
        return "text";
    case AST_TYPE_PATH:
        return "path";
    }
    return "";
}

static void type(struct dump *dump, const struct ast_type *given) {
    node(dump, given->span, "type %s%s%s%s", type_name(given->kind), given->name.text ? " " : "",
         given->name.text ? given->name.text : "", given->or_unknown ? " or unknown" : "");
    dump->depth++;
    members(dump, &given->members);
    if (given->range.has_low)
        value(dump, "low", &given->range.low);
    if (given->range.has_high)
        value(dump, given->range.half_open ? "high, excluded" : "high", &given->range.high);
    dump->depth--;
}

static const char *origin_name(enum ast_source kind) {
    switch (kind) {
    case AST_FROM_NOWHERE:
        return "";
    case AST_FROM_PROBE:
        return "from probe";
    case AST_FROM_CALLER:
        return "from caller";
    case AST_FROM_CALLER_ELSE_PROBE:
        return "from caller else probe";
    }
    return "";
}

static void input(struct dump *dump, const struct ast_input *given) {
    string(dump, "title", given->title);
    type(dump, &given->type);
    for (size_t i = 0; i < given->limits.count; i++) {
        const struct ast_limit *limit = &given->limits.items[i];
        if (limit->kind == AST_LIMIT_MATCHING)
            string(dump, "matching", limit->pattern);
        else
            value(dump, "max", &limit->max);
        condition(dump, "when", limit->when);
    }
    optional_name(dump, "modifier", given->optional);
    if (given->has_default)
        value(dump, "default", &given->default_value);
    if (given->source != AST_FROM_NOWHERE)
        named_node(dump, given->source_span, origin_name(given->source), given->probe);
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static void row(struct dump *dump, const struct ast_row *given) {
    named_node(dump, given->span, given->is_else ? "row else" : "row", given->label);
    dump->depth++;
    for (size_t i = 0; i < given->cells.count; i++)
        cell(dump, "cell", &given->cells.items[i]);
    for (size_t i = 0; i < given->results.count; i++)
        value(dump, "result", &given->results.items[i]);
    string(dump, "reject", given->reject);
    meta(dump, &given->meta);
    dump->depth--;
}

static void table(struct dump *dump, const struct ast_table *given) {
    node(dump, (struct span){0}, "table%s%s", given->first ? " first" : "", given->overrides ? " override" : "");
    dump->depth++;
    for (size_t i = 0; i < given->outcomes.count; i++) {
        node(dump, given->outcomes.items[i].name.span, "outcome %s", given->outcomes.items[i].name.text);
        dump->depth++;
        string(dump, "title", given->outcomes.items[i].title);
        type(dump, &given->outcomes.items[i].type);
        dump->depth--;
    }
    names(dump, "column", &given->columns);
    for (size_t i = 0; i < given->rows.count; i++)
        row(dump, given->rows.items[i]);
    dump->depth--;
}

static const char *property_name(enum ast_property_kind kind) {
    switch (kind) {
    case AST_BETWEEN:
        return "between";
    case AST_ASSIGN:
        return "assign";
    case AST_ESCAPE:
        return "escape";
    case AST_REFUSE:
        return "refuse";
    case AST_REFUSE_FIRST:
        return "refuse first";
    case AST_REPEAT_KEYS:
        return "repeat keys";
    }
    return "";
}

static void format_properties(struct dump *dump, const struct ast_declaration *declaration) {
    for (size_t i = 0; i < declaration->properties.count; i++) {
        const struct ast_property *property = &declaration->properties.items[i];
        node(dump, property->span, "%s", property_name(property->kind));
        dump->depth++;
        for (size_t k = 0; k < property->strings.count; k++)
            string(dump, "string", property->strings.items[k]);
        dump->depth--;
    }
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

static void list(struct dump *dump, const char *role, const struct ast_list *given);

static void item(struct dump *dump, const struct ast_item *given) {
    node(dump, given->span, given->then_list ? "group" : given->is_pair ? "pair" : "item");
    dump->depth++;
    condition(dump, "when", given->when);
    if (given->is_pair)
        value(dump, "key", &given->key);
    value(dump, "value", &given->value);
    optional_name(dump, "format", given->format);
    list(dump, "list", given->nested);
    list(dump, "then", given->then_list);
    list(dump, "else", given->else_list);
    meta(dump, &given->meta);
    dump->depth--;
}

static void list(struct dump *dump, const char *role, const struct ast_list *given) {
    if (!given)
        return;
    node(dump, given->span, "%s", role);
    dump->depth++;
    for (size_t i = 0; i < given->items.count; i++)
        item(dump, &given->items.items[i]);
    dump->depth--;
}

static void argument(struct dump *dump, const struct ast_arg *given) {
    switch (given->kind) {
    case AST_ARG_OPTION:
        node(dump, given->span, "option %s", given->option.text);
        return;
    case AST_ARG_VALUE:
        value(dump, "value", &given->value);
        return;
    case AST_ARG_LIST:
        optional_name(dump, "format", given->format);
        list(dump, "list", given->list);
        return;
    }
}

static void block(struct dump *dump, const char *role, const struct ast_block *given);

static void statement(struct dump *dump, const struct ast_statement *given) {
    node(dump, given->span, given->then_block ? "group" : "statement");
    dump->depth++;
    condition(dump, "when", given->when);
    for (size_t i = 0; i < given->args.count; i++)
        argument(dump, &given->args.items[i]);
    block(dump, "then", given->then_block);
    block(dump, "else", given->else_block);
    meta(dump, &given->meta);
    dump->depth--;
}

static void block(struct dump *dump, const char *role, const struct ast_block *given) {
    if (!given)
        return;
    node(dump, (struct span){0}, "%s", role);
    dump->depth++;
    for (size_t i = 0; i < given->statements.count; i++)
        statement(dump, given->statements.items[i]);
    dump->depth--;
}

/* ---- declarations ----------------------------------------------------------------------------------------------- */

static void references(struct dump *dump, const char *role, const ast_references *list) {
    for (size_t i = 0; i < list->count; i++) {
        node(dump, list->items[i].span, "%s %s", role, list->items[i].option.text);
        dump->depth++;
        value(dump, "key", &list->items[i].key);
        dump->depth--;
    }
}

static const char *repeat_name(enum ast_repeat kind) {
    switch (kind) {
    case AST_REPEAT_UNSAID:
        return "";
    case AST_ONCE:
        return "once";
    case AST_REPEATED:
        return "repeated";
    }
    return "";
}

static void option(struct dump *dump, const struct ast_declaration *declaration) {
    names(dump, "option", &declaration->options);
    optional_name(dump, "format", declaration->format);
    if (declaration->repeat != AST_REPEAT_UNSAID)
        node(dump, (struct span){0}, "%s", repeat_name(declaration->repeat));
}

static void evidence(struct dump *dump, const struct ast_declaration *declaration) {
    for (size_t i = 0; i < declaration->evidence.count; i++) {
        const struct ast_evidence *given = &declaration->evidence.items[i];
        string(dump, "row", given->row);
        dump->depth++;
        for (size_t k = 0; k < given->texts.count; k++)
            string(dump, "text", given->texts.items[k]);
        dump->depth--;
    }
}

static void example(struct dump *dump, const struct ast_declaration *declaration) {
    for (size_t i = 0; i < declaration->settings.count; i++) {
        node(dump, declaration->settings.items[i].name.span, "setting %s", declaration->settings.items[i].name.text);
        dump->depth++;
        value(dump, "value", &declaration->settings.items[i].value);
        dump->depth--;
    }
    condition(dump, "expect", declaration->cond);
}

static const char *references_name(enum ast_promise_kind kind) {
    switch (kind) {
    case AST_PROMISE_COND:
        return "";
    case AST_PROMISE_NAMES:
        return "every";
    case AST_PROMISE_UNIQUE:
        return "unique";
    }
    return "";
}

static void promise(struct dump *dump, const struct ast_declaration *declaration) {
    condition(dump, "condition", declaration->cond);
    references(dump, references_name(declaration->promise), &declaration->references);
    references(dump, "names", &declaration->targets);
}

static void body(struct dump *dump, const struct ast_declaration *declaration) {
    switch (declaration->kind) {
    case AST_RULESET:
        string(dump, "extends", declaration->extends);
        return;
    case AST_ENUM:
        members(dump, &declaration->members);
        return;
    case AST_REASON:
        string(dump, "see", declaration->see);
        return;
    case AST_FORMAT:
        format_properties(dump, declaration);
        return;
    case AST_OPTION:
        option(dump, declaration);
        return;
    case AST_FACT:
    case AST_PARAM:
        input(dump, declaration->input);
        meta(dump, &declaration->input->meta);
        return;
    case AST_DECIDE:
        table(dump, declaration->table);
        return;
    case AST_EVIDENCE:
        evidence(dump, declaration);
        return;
    case AST_EXAMPLE:
        example(dump, declaration);
        return;
    case AST_ARGV:
        block(dump, "block", declaration->argv);
        return;
    case AST_LET:
        string(dump, "text", declaration->let_text);
        condition(dump, "condition", declaration->cond);
        return;
    case AST_PROMISE:
        promise(dump, declaration);
        return;
    case AST_ASSUME:
    case AST_REJECT:
    case AST_WARN:
    case AST_QUESTION:
        condition(dump, "condition", declaration->cond);
        return;
    case AST_LIBRARY:
    case AST_INCLUDE:
    case AST_ADMIT:
        return;
    }
}

static const char *declaration_name(enum ast_kind kind) {
    switch (kind) {
    case AST_RULESET:
        return "ruleset";
    case AST_LIBRARY:
        return "library";
    case AST_INCLUDE:
        return "include";
    case AST_ENUM:
        return "enum";
    case AST_REASON:
        return "reason";
    case AST_FORMAT:
        return "format";
    case AST_OPTION:
        return "option";
    case AST_FACT:
        return "fact";
    case AST_PARAM:
        return "param";
    case AST_LET:
        return "let";
    case AST_DECIDE:
        return "decide";
    case AST_EVIDENCE:
        return "evidence";
    case AST_EXAMPLE:
        return "example";
    case AST_ARGV:
        return "argv";
    case AST_ASSUME:
        return "assume";
    case AST_REJECT:
        return "reject";
    case AST_WARN:
        return "warn";
    case AST_PROMISE:
        return "promise";
    case AST_ADMIT:
        return "admit";
    case AST_QUESTION:
        return "question";
    }
    return "";
}

void ast_dump(struct arena *arena, FILE *out, const struct sources *sources,
              const struct ast_declaration *declaration) {
    struct dump dump = {.arena = arena, .out = out, .sources = sources};
    named_node(&dump, declaration->span, declaration_name(declaration->kind), declaration->name);
    dump.depth = 1;
    string(&dump, "text", declaration->text);
    body(&dump, declaration);
    meta(&dump, &declaration->meta);
}
