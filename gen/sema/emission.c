/*
 * Splits the command line into the uses of options and the contents of their lists, each with its condition.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/sema/emission.h"

#include <string.h>

#include "gen/model/cond.h"
#include "gen/model/symbols.h"

/* ---- strings ----------------------------------------------------------------------------------------------------- */

/*
 * Limits on the strings that one string with placeholders expands to, and on their total length for a command line.
 * TEXT_LENGTH is the memory that a string needs in addition to its bytes.
 */
enum { MAX_TEXTS = 4096, MAX_ALL_LENGTH = 1 << 26, TEXT_LENGTH = 1024 };

struct walk {
    struct arena *arena;
    const struct model *model;
    struct symbols options;       /* by name; its declaration, or NULL */
    const struct cond ***members; /* by variable and member: the condition that the variable has this value */
    size_t length;
    struct emissions *emissions;
};

static bool has_members(const struct piece *piece) {
    return !piece->text && piece->variable->type.n_members > 0;
}

bool emitted_is_open(const struct emitted *emitted) {
    for (size_t i = 0; i < emitted->text.count; i++)
        if (has_members(&emitted->text.items[i]))
            return true;
    return false;
}

/* Creates each condition once, so that equal conditions are the same object. */
static const struct cond *is_member(struct walk *walk, const struct variable *variable, size_t member) {
    const struct cond ***all = &walk->members[variable->index];
    if (!*all)
        *all = arena_alloc(walk->arena, variable->type.n_members * sizeof **all);
    if (!(*all)[member]) {
        struct valueset one = {0};
        valueset_add(walk->arena, &one, (int64_t)member, (int64_t)member);
        (*all)[member] = cond_test(walk->arena, variable, one);
    }
    return (*all)[member];
}

/* A string under construction; `constant` collects bytes that are not yet a piece. */
struct writer {
    struct arena *arena;
    struct template text;
    struct {
        char *items;
        size_t count, capacity;
    } constant;
};

static void write_bytes(struct writer *writer, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        ARENA_PUSH(writer->arena, &writer->constant, bytes[i]);
}

/* Appends the collected constant bytes as a piece, and then the placeholder. At the end of the string: NULL. */
static void flush_constant(struct writer *writer, const struct piece *placeholder) {
    if (writer->constant.count > 0) {
        struct piece piece = {.length = writer->constant.count};
        piece.text = arena_copy(writer->arena, writer->constant.items, writer->constant.count);
        ARENA_PUSH(writer->arena, &writer->text, piece);
        writer->constant.count = 0;
    }
    if (placeholder)
        ARENA_PUSH(writer->arena, &writer->text, *placeholder);
}

static struct emitted constant(struct arena *arena, const char *text, size_t length) {
    struct writer writer = {.arena = arena};
    write_bytes(&writer, text, length);
    flush_constant(&writer, NULL);
    return (struct emitted){.text = writer.text};
}

struct emitted emitted_constant(struct arena *arena, const char *text) {
    return constant(arena, text, strlen(text));
}

/* The variables over whose members a string is expanded, each once. */
struct choices {
    const struct variable **variables;
    size_t *members; /* the current combination */
    size_t count;
};

static size_t find_choice(const struct choices *choices, const struct variable *variable) {
    size_t i = 0;
    while (i < choices->count && choices->variables[i] != variable)
        i++;
    return i;
}

/* False if there are too many combinations, or their strings are too long. */
static bool find_choices(struct walk *walk, const struct template *text, struct choices *choices) {
    size_t product = 1, length = text->count;
    choices->variables = arena_alloc(walk->arena, (text->count + 1) * sizeof(const struct variable *));
    choices->members = arena_alloc(walk->arena, (text->count + 1) * sizeof *choices->members);
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->items[i];
        length += piece->length;
        if (!has_members(piece) || find_choice(choices, piece->variable) < choices->count)
            continue;
        if (piece->variable->type.n_members > MAX_TEXTS / product)
            return false;
        product *= piece->variable->type.n_members;
        choices->variables[choices->count++] = piece->variable;
    }
    if (product > 1 && walk->length + product * (length + TEXT_LENGTH) > MAX_ALL_LENGTH)
        return false;
    walk->length += product * (length + TEXT_LENGTH);
    return true;
}

static bool next_choice(struct choices *choices) {
    for (size_t i = choices->count; i-- > 0; choices->members[i] = 0)
        if (++choices->members[i] < choices->variables[i]->type.n_members)
            return true;
    return false;
}

static struct emitted write_out(struct walk *walk, const struct template *text, const struct choices *choices) {
    struct writer writer = {.arena = walk->arena, .text = {.span = text->span}};
    struct conds guards = {0};
    for (size_t i = 0; i < choices->count; i++)
        ARENA_PUSH(walk->arena, &guards, is_member(walk, choices->variables[i], choices->members[i]));
    for (size_t i = 0; i < text->count; i++) {
        const struct piece *piece = &text->items[i];
        size_t choice = has_members(piece) ? find_choice(choices, piece->variable) : choices->count;
        if (choice < choices->count) {
            const char *word = piece->variable->type.members[choices->members[choice]].text;
            write_bytes(&writer, word, strlen(word));
        } else if (piece->text) {
            write_bytes(&writer, piece->text, piece->length);
        } else {
            flush_constant(&writer, piece);
        }
    }
    flush_constant(&writer, NULL);
    return (struct emitted){.guard = cond_all(walk->arena, &guards), .text = writer.text};
}

static struct emitted_list texts_of(struct walk *walk, const struct template *text) {
    struct emitted_list list = {0};
    struct choices choices = {0};
    if (!find_choices(walk, text, &choices))
        choices.count = 0;
    do
        ARENA_PUSH(walk->arena, &list, write_out(walk, text, &choices));
    while (next_choice(&choices));
    return list;
}

const char *placeholder_words(struct arena *arena, const struct piece *piece, bool is_last) {
    static const char *const units[] = {"", ":KiB", ":MiB", ":GiB", ":TiB"};
    size_t unit = 0;
    for (int64_t size = piece->unit; size > 1; size >>= 10)
        unit++;
    return arena_print(arena, unit || !is_last ? "${%s%s}" : "$%s%s", piece->variable->name, units[unit]);
}

const char *emitted_words(struct arena *arena, const struct emitted *emitted) {
    const size_t max_length = 100;
    struct writer writer = {.arena = arena};
    for (size_t i = 0; i < emitted->text.count && writer.constant.count <= max_length; i++) {
        const struct piece *piece = &emitted->text.items[i];
        const char *words = piece->text ? piece->text : placeholder_words(arena, piece, i + 1 == emitted->text.count);
        write_bytes(&writer, words, piece->text ? piece->length : strlen(words));
    }
    size_t length = writer.constant.count;
    if (length == 0)
        return "";
    if (length <= max_length)
        return arena_copy(arena, writer.constant.items, length);
    length = max_length;
    while (((unsigned char)writer.constant.items[length] & 0xc0u) == 0x80u)
        length--;
    return arena_print(arena, "%.*s...", (int)length, writer.constant.items);
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

static bool starts(const char *text, size_t length, const char *with) {
    size_t size = with ? strlen(with) : 0;
    return size > 0 && size <= length && memcmp(text, with, size) == 0;
}

/* A value "key=value" in one string is also a pair: the program that reads the command line sees no difference. */
static void add_pair_in_text(struct walk *walk, struct emission *emission, const struct entry *entry,
                             const struct emitted *value) {
    const struct format *format = emission->format;
    const char *assign = format ? format->assign : NULL;
    const struct piece *first = value->text.items;
    size_t at = 0;
    for (size_t i = 0; assign && i < format->n_escapes; i++)
        if (strcmp(format->escapes[i].from, format->assign) == 0)
            assign = NULL; /* the assignment would be escaped */
    if (!assign || value->text.count == 0 || !first->text)
        return;
    while (at < first->length && !starts(first->text + at, first->length - at, assign))
        at++;
    if (at == first->length)
        return;
    struct entry pair = {.span = entry->span, .has_key = true};
    size_t value_begin = at + strlen(assign);
    pair.guard = cond_both(walk->arena, entry->guard, value->guard);
    struct emitted key = constant(walk->arena, first->text, at);
    struct emitted rest = constant(walk->arena, first->text + value_begin, first->length - value_begin);
    for (size_t i = 1; i < value->text.count; i++)
        ARENA_PUSH(walk->arena, &rest.text, value->text.items[i]);
    ARENA_PUSH(walk->arena, &pair.keys, key);
    ARENA_PUSH(walk->arena, &pair.values, rest);
    ARENA_PUSH(walk->arena, &emission->entries, pair);
}

static void add_entry(struct walk *walk, struct emission *emission, const struct entry *entry) {
    ARENA_PUSH(walk->arena, &emission->entries, *entry);
    for (size_t i = 0; !entry->has_key && i < entry->values.count; i++)
        add_pair_in_text(walk, emission, entry, &entry->values.items[i]);
}

static void add_items(struct walk *walk, struct emission *emission, const struct cond *guard, const struct list *list);

static void add_item(struct walk *walk, struct emission *emission, const struct cond *guard, const struct item *item) {
    struct entry entry = {.span = item->span, .guard = guard, .has_key = item->has_key};
    if (item->has_key)
        entry.keys = texts_of(walk, &item->key);
    if (item->nested) {
        struct emission *nested = arena_alloc(walk->arena, sizeof *nested);
        *nested = (struct emission){.span = item->span, .format = item->nested_format, .guard = guard};
        add_items(walk, nested, guard, item->nested);
        entry.nested = nested;
    } else {
        entry.values = texts_of(walk, &item->value);
    }
    add_entry(walk, emission, &entry);
}

static void add_items(struct walk *walk, struct emission *emission, const struct cond *guard, const struct list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct item *item = &list->items[i];
        const struct cond *holds = cond_both(walk->arena, guard, item->when);
        if (!item->then_list)
            add_item(walk, emission, holds, item);
        else
            add_items(walk, emission, holds, item->then_list);
        if (item->else_list)
            add_items(walk, emission, cond_both(walk->arena, guard, cond_negation(walk->arena, item->when)),
                      item->else_list);
    }
}

/* The escape of the format that begins here, or NULL. */
static const struct replacement *find_escape(const struct format *format, const char *text, size_t length) {
    for (size_t i = 0; i < format->n_escapes; i++)
        if (starts(text, length, format->escapes[i].to))
            return &format->escapes[i];
    return NULL;
}

static void add_part(struct walk *walk, struct emission *emission, const struct entry *whole,
                     const struct emitted *value, struct writer *part) {
    struct entry entry = {.span = whole->span};
    entry.guard = cond_both(walk->arena, whole->guard, value->guard);
    flush_constant(part, NULL);
    ARENA_PUSH(walk->arena, &entry.values, ((struct emitted){.text = part->text}));
    add_entry(walk, emission, &entry);
    *part = (struct writer){.arena = walk->arena};
}

/*
 * A whole list in one string. Adds its items as if they were written in braces, in addition to the string itself. Such
 * a string has no placeholder.
 */
static void add_list_in_text(struct walk *walk, struct emission *emission, const struct entry *whole,
                             const struct emitted *value) {
    const struct format *format = emission->format;
    const struct piece *piece = value->text.items;
    if (!format->between || value->text.count != 1 || !piece->text)
        return;
    struct writer part = {.arena = walk->arena};
    bool any = false;
    for (size_t at = 0; at < piece->length;) {
        const char *text = piece->text + at;
        const struct replacement *escape = find_escape(format, text, piece->length - at);
        bool ends = !escape && starts(text, piece->length - at, format->between);
        if (ends)
            add_part(walk, emission, whole, value, &part);
        else
            write_bytes(&part, escape ? escape->from : text, escape ? strlen(escape->from) : 1);
        any = any || ends;
        at += escape ? strlen(escape->to) : ends ? strlen(format->between) : 1;
    }
    if (any)
        add_part(walk, emission, whole, value, &part);
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

static const struct option *find_option(const struct walk *walk, const char *name) {
    const struct symbol *symbol = symbols_find(&walk->options, name);
    return symbol ? symbol->meaning : NULL;
}

static void add_option(struct walk *walk, const char *name, struct span span, const struct option *declared) {
    if (!symbols_find(&walk->options, name))
        symbols_add(walk->arena, &walk->options, name, span, (void *)(uintptr_t)declared);
}

/* Collects all options that the command line names, declared or not. */
static void add_used_options(struct walk *walk, const struct block *block) {
    for (size_t i = 0; block && i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        for (size_t k = 0; k < statement->arguments.count; k++) {
            const struct argument *argument = &statement->arguments.items[k];
            const struct piece *name = argument->text.items;
            if (argument->is_option && argument->text.count == 1)
                add_option(walk, arena_copy(walk->arena, name->text, name->length), argument->span, NULL);
        }
        add_used_options(walk, statement->then_block);
        add_used_options(walk, statement->else_block);
    }
}

/* A string argument that equals the name of an option is a use of that option. */
static const char *option_name(const struct walk *walk, const struct argument *argument, const struct emitted *text) {
    if (argument->list || text->text.count != 1 || !text->text.items[0].text)
        return NULL;
    const char *name = arena_copy(walk->arena, text->text.items[0].text, text->text.items[0].length);
    return symbols_find(&walk->options, name) ? name : NULL;
}

static void add_value(struct walk *walk, struct emission *emission, const struct argument *argument) {
    if (argument->list) {
        add_items(walk, emission, emission->guard, argument->list);
        return;
    }
    struct emitted_list texts = texts_of(walk, &argument->text);
    struct entry entry = {.span = argument->span, .guard = emission->guard};
    struct conds values = {0};
    for (size_t i = 0; i < texts.count; i++) {
        if (option_name(walk, argument, &texts.items[i]))
            continue; /* an option of its own */
        ARENA_PUSH(walk->arena, &entry.values, texts.items[i]);
        ARENA_PUSH(walk->arena, &values, texts.items[i].guard);
    }
    if (entry.values.count == 0)
        return;
    if (entry.values.count < texts.count)
        entry.guard = cond_both(walk->arena, entry.guard, cond_any(walk->arena, &values));
    add_entry(walk, emission, &entry);
    for (size_t i = 0; emission->format && i < entry.values.count; i++)
        add_list_in_text(walk, emission, &entry, &entry.values.items[i]);
}

static void add_statement(struct walk *walk, const struct cond *guard, const struct statement *statement) {
    for (size_t i = 0; i < statement->arguments.count; i++) {
        const struct argument *argument = &statement->arguments.items[i];
        const struct argument *next = i + 1 < statement->arguments.count ? argument + 1 : NULL;
        struct emitted_list texts = {0};
        if (!argument->list)
            texts = texts_of(walk, &argument->text);
        for (size_t k = 0; k < texts.count; k++) {
            const char *name = option_name(walk, argument, &texts.items[k]);
            if (!name)
                continue;
            struct emission emission = {.span = argument->span,
                                        .option = name,
                                        .declared = find_option(walk, name),
                                        .guard = cond_both(walk->arena, guard, texts.items[k].guard)};
            emission.format = next && next->list ? next->format : emission.declared ? emission.declared->format : NULL;
            if (next)
                add_value(walk, &emission, next);
            ARENA_PUSH(walk->arena, walk->emissions, emission);
        }
    }
}

static void add_block(struct walk *walk, const struct cond *guard, const struct block *block) {
    for (size_t i = 0; i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        const struct cond *holds = cond_both(walk->arena, guard, statement->when);
        if (statement->then_block)
            add_block(walk, holds, statement->then_block);
        else
            add_statement(walk, holds, statement);
        if (statement->else_block)
            add_block(walk, cond_both(walk->arena, guard, cond_negation(walk->arena, statement->when)),
                      statement->else_block);
    }
}

struct emissions *emissions_of(struct arena *arena, const struct model *model) {
    struct walk walk = {.arena = arena, .model = model};
    walk.emissions = arena_alloc(arena, sizeof *walk.emissions);
    walk.members = arena_alloc(arena, (model->variables.count + 1) * sizeof *walk.members);
    for (size_t i = 0; i < model->options.count; i++)
        add_option(&walk, model->options.items[i]->name, model->options.items[i]->span, model->options.items[i]);
    add_used_options(&walk, &model->argv);
    add_block(&walk, NULL, &model->argv);
    return walk.emissions;
}
