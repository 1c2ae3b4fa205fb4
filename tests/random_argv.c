/*
 * Random command lines: lists in lists with all that must be escaped, and tame ones, of whose texts it is certain
 * which are equal; and questions about what these emit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "brute.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct format_plan commas = {.name = "commas", .between = ",", .assign = "=", .escapes = {{",", ",,"}}};
static const struct format_plan colons = {
    .name = "colons", .between = ":", .assign = "=>", .escapes = {{":", "\\:"}, {"\\", "\\\\"}}};
static const struct format_plan tame = {
    .name = "tame", .between = ",", .assign = "=", .escapes = {{",", ",,"}}, .is_tame = true};

const struct option_plan option_plans[N_OPTIONS] = {
    [DEV] = {"-dev", &tame, false},         [DRV] = {"-drv", &tame, false},  [OBJ] = {"-obj", &tame, false},
    [ONE] = {"-one", &tame, true},          [FLAG] = {"-flag", NULL, false}, [COMMAS] = {"-commas", &commas, false},
    [COLONS] = {"-colons", &colons, false},
};

static const char *const keys[] = {"id", "drive", "mode"};

/* ---- texts ------------------------------------------------------------------------------------------------------ */

static void add_text(struct text_plan *plan, const char *text) {
    if (text[0])
        plan->parts[plan->n_parts++].text = text;
}

static const char *add_hole(struct maker *maker, struct text_plan *plan, unsigned subject, bool in_text) {
    plan->parts[plan->n_parts].text = NULL;
    plan->parts[plan->n_parts++].subject = subject;
    return arena_print(maker->arena, in_text ? "${%s}" : "$%s", maker->subjects[subject].name);
}

/* What may be without a value is not taken so often. */
static unsigned choose_hole(struct maker *maker) {
    unsigned subject = choose_known(maker, maker->n_subjects);
    while (maker->subjects[subject].or_unknown && dice(maker, 3))
        subject = choose_known(maker, maker->n_subjects);
    return subject;
}

static struct text_plan make_word(struct maker *maker) {
    static const char *const words[][2] = {{"alpha", "alpha"},           {"on", "on"},     {"0700", "0700"},
                                           {"virtio-blk", "virtio-blk"}, {"4KiB", "4096"}, {"9.2", "9.2"},
                                           {"\"x y\"", "x y"},           {"\"\"", ""},     {"\"q=r\"", "q=r"}};
    size_t choice = dice(maker, COUNT(words));
    struct text_plan plan = {.written = words[choice][0]};
    add_text(&plan, words[choice][1]);
    return plan;
}

static struct text_plan make_text(struct maker *maker) {
    struct text_plan plan = {0};
    const char *first, *second;
    switch (dice(maker, 5)) {
    case 0:
        return make_word(maker);
    case 1:
        add_text(&plan, "a,b:c\\");
        first = add_hole(maker, &plan, choose_hole(maker), dice(maker, 2));
        plan.written = arena_print(maker->arena, "\"a,b:c\\\\%s\"", first);
        return plan;
    case 2:
        first = add_hole(maker, &plan, choose_hole(maker), dice(maker, 2));
        add_text(&plan, ".");
        second = add_hole(maker, &plan, choose_hole(maker), dice(maker, 2));
        plan.written = arena_print(maker->arena, "\"%s.%s\"", first, second);
        return plan;
    default:
        plan.written = add_hole(maker, &plan, choose_hole(maker), dice(maker, 2));
        if (plan.written[1] == '{')
            plan.written = arena_print(maker->arena, "\"%s\"", plan.written);
        return plan;
    }
}

/* Not the texts and paths that may hold anything. */
static unsigned choose_tame(struct maker *maker) {
    unsigned subject;
    do
        subject = dice(maker, 2) ? choose_hole(maker) : maker->n_inputs - 1 - dice(maker, 2);
    while (maker->subjects[subject].kind == OF_TEXT && subject + 2 < maker->n_inputs);
    return subject;
}

static struct text_plan make_tame(struct maker *maker) {
    static const char *const before[] = {"", "", "", "a", "a", "b", "disk"}, *const behind[] = {"", "", "", "", "x"};
    struct text_plan plan = {0};
    const char *hole = "", *first = before[dice(maker, COUNT(before))], *last = behind[dice(maker, COUNT(behind))];
    add_text(&plan, first);
    if (dice(maker, 2) || !*first)
        hole = add_hole(maker, &plan, choose_tame(maker), true);
    add_text(&plan, last);
    plan.written = arena_print(maker->arena, *hole || dice(maker, 2) ? "\"%s%s%s\"" : "%s%s%s", first, hole, last);
    return plan;
}

/* ---- conditions ------------------------------------------------------------------------------------------------- */

static const struct expr *make_when(struct maker *maker, unsigned odds) {
    return dice(maker, odds) ? NULL : make_expr(maker, maker->n_subjects, dice(maker, 2));
}

/* All that the text asks must have a value; only in a ruleset that may fail this is sometimes forgotten. */
static const struct expr *guard(struct maker *maker, const struct expr *when, const struct text_plan *plan) {
    for (unsigned i = 0; i < plan->n_parts; i++) {
        unsigned index = plan->parts[i].subject;
        const struct subject *subject = &maker->subjects[index];
        if (plan->parts[i].text || !subject->or_unknown || (maker->may_fail && dice(maker, 4) == 0))
            continue;
        const struct expr *test = make_test(maker, index, known_of(subject));
        when = when ? make_join(maker, AND, when, test) : test;
    }
    return when;
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

static const struct list_plan *make_list(struct maker *maker, unsigned depth, unsigned count);

static struct item_plan make_item(struct maker *maker, unsigned depth, unsigned at) {
    struct item_plan item = {0};
    unsigned way = dice(maker, 8);
    if (way == 0 && depth > 0) {
        item.when = make_expr(maker, maker->n_subjects, 1);
        item.then_list = make_list(maker, depth - 1, dice(maker, 3));
        item.else_list = dice(maker, 2) ? make_list(maker, depth - 1, dice(maker, 3)) : NULL;
        return item;
    }
    item.when = make_when(maker, 3);
    item.has_key = way < 5;
    if (way == 1 && depth > 0) {
        item.nested_format = dice(maker, 2) ? &commas : &colons;
        item.nested = make_list(maker, depth - 1, dice(maker, 4));
        item.key.written = arena_print(maker->arena, "k%u", at);
        add_text(&item.key, item.key.written);
    } else {
        if (item.has_key && dice(maker, 4)) {
            item.key.written = arena_print(maker->arena, "key%u", at);
            add_text(&item.key, item.key.written);
        } else if (item.has_key) {
            item.key.written = add_hole(maker, &item.key, choose_hole(maker), false);
        }
        item.value = make_text(maker);
    }
    item.when = guard(maker, guard(maker, item.when, &item.key), &item.value);
    item.meta = dice(maker, 6) ? "" : " tag odd because \"an item\"";
    return item;
}

static const struct list_plan *make_list(struct maker *maker, unsigned depth, unsigned count) {
    struct list_plan *list = arena_alloc(maker->arena, sizeof *list);
    *list = (struct list_plan){.n_items = count};
    list->items = arena_alloc(maker->arena, (count + 1) * sizeof *list->items);
    for (unsigned i = 0; i < count; i++)
        list->items[i] = make_item(maker, depth, i);
    return list;
}

static struct item_plan make_pair(struct maker *maker, const char *key) {
    struct item_plan item = {.meta = "", .has_key = true, .value = make_tame(maker)};
    if (dice(maker, 12)) {
        item.key.written = key;
        add_text(&item.key, key);
    } else {
        item.key.written = add_hole(maker, &item.key, choose_hole(maker), false);
        if (is_open(&maker->subjects[item.key.parts[0].subject]))
            item.key = (struct text_plan){.parts = {{.text = key}}, .n_parts = 1, .written = key};
    }
    item.when = guard(maker, guard(maker, make_when(maker, 3), &item.key), &item.value);
    return item;
}

static const struct list_plan *one_pair(struct maker *maker, const char *key) {
    struct list_plan *list = arena_alloc(maker->arena, sizeof *list);
    *list = (struct list_plan){.n_items = 1};
    list->items = arena_alloc(maker->arena, sizeof *list->items);
    list->items[0] = make_pair(maker, key);
    return list;
}

/* Each key once; or in two ways that exclude each other, or should. */
static const struct list_plan *make_tame_list(struct maker *maker) {
    struct list_plan *list = arena_alloc(maker->arena, sizeof *list);
    list->items = arena_alloc(maker->arena, 8 * sizeof *list->items);
    *list = (struct list_plan){.items = list->items};
    if (dice(maker, 3) == 0) {
        struct item_plan item = {.meta = "", .value = make_tame(maker)};
        item.when = guard(maker, make_when(maker, 3), &item.value);
        list->items[list->n_items++] = item;
    }
    for (size_t i = 0; i < COUNT(keys); i++) {
        unsigned way = dice(maker, 8);
        if (way < 4)
            list->items[list->n_items++] = make_pair(maker, keys[i]);
        if (way == 4)
            list->items[list->n_items++] = (struct item_plan){.when = make_expr(maker, maker->n_subjects, 1),
                                                              .then_list = one_pair(maker, keys[i]),
                                                              .else_list = one_pair(maker, keys[i])};
        if (maker->may_fail && dice(maker, 8) == 0)
            list->items[list->n_items++] = make_pair(maker, keys[i]);
    }
    return list;
}

/* ---- statements ------------------------------------------------------------------------------------------------- */

static struct block_plan make_block(struct maker *maker, unsigned depth, unsigned count);

static struct argument_plan make_argument(struct maker *maker) {
    unsigned way = dice(maker, 6);
    if (way == 0)
        return (struct argument_plan){.text = make_word(maker)};
    if (way == 1)
        return (struct argument_plan){.text = make_text(maker)};
    return (struct argument_plan){.option = &option_plans[dice(maker, 2) ? COMMAS : COLONS],
                                  .list = make_list(maker, 2, dice(maker, 5))};
}

static struct argument_plan make_tame_argument(struct maker *maker) {
    const struct option_plan *option = &option_plans[dice(maker, N_TAME + 1)];
    if (option->format)
        return (struct argument_plan){.option = option, .list = make_tame_list(maker)};
    return (struct argument_plan){.option = option, .text = make_tame(maker)};
}

static const struct block_plan *some_block(struct maker *maker, unsigned depth, unsigned count) {
    struct block_plan *block = arena_alloc(maker->arena, sizeof *block);
    *block = make_block(maker, depth, count);
    return block;
}

static struct statement_plan make_statement(struct maker *maker, unsigned depth) {
    struct statement_plan statement = {0};
    if (depth > 0 && dice(maker, 6) == 0) {
        statement.when = make_expr(maker, maker->n_subjects, 1);
        statement.then_block = some_block(maker, depth - 1, dice(maker, 3));
        statement.else_block = dice(maker, 2) ? some_block(maker, depth - 1, 1) : NULL;
        return statement;
    }
    bool is_tame = dice(maker, 3);
    statement.when = make_when(maker, 3);
    statement.n_arguments = is_tame ? 1 : 1 + dice(maker, 2);
    for (unsigned i = 0; i < statement.n_arguments; i++) {
        statement.arguments[i] = is_tame ? make_tame_argument(maker) : make_argument(maker);
        statement.when = guard(maker, statement.when, &statement.arguments[i].text);
    }
    statement.meta = dice(maker, 4) ? "" : " because \"a statement\" see \"the book\"";
    return statement;
}

static struct block_plan make_block(struct maker *maker, unsigned depth, unsigned count) {
    struct block_plan block = {.n_statements = count};
    block.statements = arena_alloc(maker->arena, (count + 1) * sizeof *block.statements);
    for (unsigned i = 0; i < count; i++)
        block.statements[i] = make_statement(maker, depth);
    return block;
}

void make_argv(struct maker *maker) {
    maker->argv = make_block(maker, 2, dice(maker, 10));
}

/* ---- as text ---------------------------------------------------------------------------------------------------- */

static void say_when(struct maker *maker, const struct expr *when) {
    if (!when)
        return;
    say(maker, " when ");
    say_expr(maker, when, true);
}

static void say_list(struct maker *maker, const struct list_plan *list);

static void say_item(struct maker *maker, struct item_plan *item) {
    item->line = maker->lines[maker->file];
    if (item->then_list) {
        say(maker, "when ");
        say_expr(maker, item->when, true);
        say(maker, " ");
        say_list(maker, item->then_list);
        if (item->else_list) {
            say(maker, " else ");
            say_list(maker, item->else_list);
        }
        return;
    }
    if (item->has_key)
        say(maker, "%s = ", item->key.written);
    if (item->nested) {
        say(maker, "as %s ", item->nested_format->name);
        say_list(maker, item->nested);
    } else {
        say(maker, "%s", item->value.written);
    }
    say_when(maker, item->when);
    say(maker, "%s", item->meta);
}

/* An item a line, so that a finding in it can be told by its line. */
static void say_list(struct maker *maker, const struct list_plan *list) {
    say(maker, "{");
    for (unsigned i = 0; i < list->n_items; i++) {
        say(maker, i ? ",\n        " : "\n        ");
        say_item(maker, &list->items[i]);
    }
    say(maker, " }");
}

static void say_block(struct maker *maker, const struct block_plan *block);

static void say_statement(struct maker *maker, struct statement_plan *statement) {
    statement->line = maker->lines[maker->file];
    say(maker, "    ");
    if (statement->then_block) {
        say(maker, "when ");
        say_expr(maker, statement->when, true);
        say_block(maker, statement->then_block);
        if (statement->else_block) {
            say(maker, " else");
            say_block(maker, statement->else_block);
        }
        say(maker, "\n");
        return;
    }
    for (unsigned i = 0; i < statement->n_arguments; i++) {
        struct argument_plan *argument = &statement->arguments[i];
        argument->line = maker->lines[maker->file];
        say(maker, "%s%s ", argument->option ? argument->option->name : "", argument->option ? " " : "");
        if (argument->list)
            say_list(maker, argument->list);
        else
            say(maker, "%s", argument->text.written);
        say(maker, " ");
    }
    say_when(maker, statement->when);
    say(maker, "%s;\n", statement->meta);
}

static void say_block(struct maker *maker, const struct block_plan *block) {
    say(maker, " {\n");
    for (unsigned i = 0; i < block->n_statements; i++)
        say_statement(maker, &block->statements[i]);
    say(maker, "}");
}

void say_argv(struct maker *maker) {
    say(maker,
        "format commas { between \",\"; assign \"=\"; escape \",\" as \",,\"; repeat_keys; }\n"
        "format colons { between \":\"; assign \"=>\"; escape \":\" as \"\\\\:\"; escape \"\\\\\" as \"\\\\\\\\\"; "
        "repeat_keys; }\n"
        "format tame { between \",\"; assign \"=\"; escape \",\" as \",,\"; }\n"
        "option -commas : commas repeated;\noption -colons : colons repeated tag odd;\n"
        "option -dev, -drv, -obj : tame repeated;\noption -one : tame once;\noption -flag : repeated;\n"
        "argv {\n    program;\n");
    for (unsigned i = 0; i < maker->argv.n_statements; i++)
        say_statement(maker, &maker->argv.statements[i]);
    say(maker, "}\n");
}

/* ---- questions -------------------------------------------------------------------------------------------------- */

const struct expr *make_emits(struct maker *maker) {
    static const char *const globs[] = {"*", "a*", "disk*", "*x", "b", "red", "a,1", "dark-*", "yes"};
    struct expr *expr = arena_alloc(maker->arena, sizeof *expr);
    unsigned option = dice(maker, 4) ? dice(maker, N_TAME + 1) : dice(maker, N_OPTIONS);
    *expr = (struct expr){.kind = dice(maker, 3) ? EMITS : TIMES, .option = &option_plans[option]};
    expr->relation = (enum relation)dice(maker, AT_LEAST + 1);
    expr->than = dice(maker, 4);
    if (option <= FLAG)
        expr->n_pattern = option == FLAG ? dice(maker, 2) : dice(maker, 3);
    for (unsigned i = 0; i < expr->n_pattern; i++) {
        expr->pattern[i].key = option == FLAG || dice(maker, 4) == 0 ? NULL : keys[dice(maker, COUNT(keys))];
        expr->pattern[i].value = globs[dice(maker, 3) ? 0 : dice(maker, COUNT(globs))];
    }
    return expr;
}

void say_emits(struct maker *maker, const struct expr *expr) {
    static const char *const relations[] = {"==", "!=", "<", "<=", ">", ">="};
    say(maker, "%s %s", expr->kind == EMITS ? "emits" : "count", expr->option->name);
    for (unsigned i = 0; i < expr->n_pattern; i++) {
        const struct pattern_plan *pattern = &expr->pattern[i];
        bool bare = pattern->key && strcmp(pattern->value, "*") == 0;
        say(maker, i ? ", " : " (");
        if (pattern->key)
            say(maker, "%s = ", pattern->key);
        say(maker, bare ? "%s" : "\"%s\"", pattern->value);
    }
    say(maker, expr->n_pattern ? ")" : "");
    if (expr->kind == TIMES)
        say(maker, " %s %u", relations[expr->relation], expr->than);
}
