/*
 * Prints the syntax tree. Every part of a node is printed, so that a fault of the grammar shows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grammar/dump.h"

#include <stdarg.h>

struct dump {
    FILE *out;
    const struct sources *sources;
    int depth;
};

static const char *const relations[] = {
    [AST_EQ] = "==", [AST_NE] = "!=", [AST_LT] = "<", [AST_LE] = "<=", [AST_GT] = ">", [AST_GE] = ">="};

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

static const char *name_text(struct ast_name name) {
    return name.text ? name.text : "-";
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

static void put_literal(FILE *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        switch (text[i]) {
        case '\n':
            fputs("\\n", out);
            break;
        case '\t':
            fputs("\\t", out);
            break;
        case '$':
            fputs("$$", out);
            break;
        case '"':
        case '\\':
            putc('\\', out);
            putc(text[i], out);
            break;
        default:
            putc(text[i], out);
            break;
        }
}

static void put_string(FILE *out, const struct ast_string *string) {
    putc('"', out);
    for (size_t i = 0; i < string->pieces.count; i++) {
        const struct ast_piece *piece = &string->pieces.items[i];
        if (piece->literal)
            put_literal(out, piece->literal, piece->length);
        else if (piece->unit.text)
            fprintf(out, "${%s:%s}", piece->placeholder.text, piece->unit.text);
        else
            fprintf(out, "${%s}", piece->placeholder.text);
    }
    putc('"', out);
}

static void string(struct dump *dump, const char *role, const struct ast_string *text) {
    if (!text)
        return;
    begin(dump);
    fprintf(dump->out, "%s ", role);
    put_string(dump->out, text);
    end(dump, text->span);
}

static void put_value(FILE *out, const struct ast_value *value) {
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
        put_string(out, value->string);
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
    put_value(dump->out, given);
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
        node(dump, given->span, "relation %s", relations[given->relation]);
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
        fprintf(dump->out, " %s %s ", cond->name.text, relations[cond->relation]);
        put_value(dump->out, &cond->value);
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
        fprintf(dump->out, " count %s %s ", cond->option.text, relations[cond->relation]);
        put_value(dump->out, &cond->value);
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

static void type(struct dump *dump, const struct ast_type *given) {
    static const char *const kinds[] = {
        [AST_TYPE_BOOL] = "bool", [AST_TYPE_INT] = "int",         [AST_TYPE_VERSION] = "version",
        [AST_TYPE_NAME] = "name", [AST_TYPE_MEMBERS] = "members", [AST_TYPE_TEXT] = "text",
        [AST_TYPE_PATH] = "path"};
    node(dump, given->span, "type %s%s%s%s", kinds[given->kind], given->name.text ? " " : "",
         given->name.text ? given->name.text : "", given->or_unknown ? " or unknown" : "");
    dump->depth++;
    members(dump, &given->members);
    if (given->range.has_low)
        value(dump, "low", &given->range.low);
    if (given->range.has_high)
        value(dump, given->range.half_open ? "high, excluded" : "high", &given->range.high);
    dump->depth--;
}

static void input(struct dump *dump, const struct ast_input *given) {
    static const char *const origins[] = {[AST_FROM_NOWHERE] = NULL,
                                          [AST_FROM_PROBE] = "probe",
                                          [AST_FROM_CALLER] = "caller",
                                          [AST_FROM_CALLER_ELSE_PROBE] = "caller else probe"};
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
    if (origins[given->source])
        node(dump, given->source_span, "from %s %s", origins[given->source], name_text(given->probe));
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static void row(struct dump *dump, const struct ast_row *given) {
    node(dump, given->span, "row %s%s", name_text(given->label), given->is_else ? " else" : "");
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

static void format_properties(struct dump *dump, const struct ast_declaration *declaration) {
    static const char *const kinds[] = {[AST_BETWEEN] = "between",
                                        [AST_ASSIGN] = "assign",
                                        [AST_ESCAPE] = "escape",
                                        [AST_REFUSE] = "refuse",
                                        [AST_REFUSE_FIRST] = "refuse first",
                                        [AST_REPEAT_KEYS] = "repeat keys"};
    for (size_t i = 0; i < declaration->properties.count; i++) {
        const struct ast_property *property = &declaration->properties.items[i];
        node(dump, property->span, "%s", kinds[property->kind]);
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

static void option(struct dump *dump, const struct ast_declaration *declaration) {
    static const char *const repeats[] = {[AST_REPEAT_UNSAID] = NULL, [AST_ONCE] = "once", [AST_REPEATED] = "repeated"};
    names(dump, "option", &declaration->options);
    optional_name(dump, "format", declaration->format);
    if (repeats[declaration->repeat])
        node(dump, (struct span){0}, "%s", repeats[declaration->repeat]);
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

static void promise(struct dump *dump, const struct ast_declaration *declaration) {
    static const char *const roles[] = {
        [AST_PROMISE_COND] = "", [AST_PROMISE_NAMES] = "every", [AST_PROMISE_UNIQUE] = "unique"};
    condition(dump, "condition", declaration->cond);
    references(dump, roles[declaration->promise], &declaration->references);
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

void ast_dump(FILE *out, const struct sources *sources, const struct ast_declaration *declaration) {
    static const char *const kinds[] = {
        [AST_RULESET] = "ruleset", [AST_LIBRARY] = "library", [AST_INCLUDE] = "include", [AST_ENUM] = "enum",
        [AST_REASON] = "reason",   [AST_FORMAT] = "format",   [AST_OPTION] = "option",   [AST_FACT] = "fact",
        [AST_PARAM] = "param",     [AST_LET] = "let",         [AST_DECIDE] = "decide",   [AST_EVIDENCE] = "evidence",
        [AST_EXAMPLE] = "example", [AST_ARGV] = "argv",       [AST_ASSUME] = "assume",   [AST_REJECT] = "reject",
        [AST_WARN] = "warn",       [AST_PROMISE] = "promise", [AST_ADMIT] = "admit",     [AST_QUESTION] = "question"};
    struct dump dump = {.out = out, .sources = sources};
    node(&dump, declaration->span, "%s %s", kinds[declaration->kind], name_text(declaration->name));
    dump.depth = 1;
    string(&dump, "text", declaration->text);
    body(&dump, declaration);
    meta(&dump, &declaration->meta);
}
