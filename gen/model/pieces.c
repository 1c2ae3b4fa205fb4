/*
 * Splits the command line into pieces.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/model/pieces.h"

#include <string.h>

#include "gen/model/cond.h"
#include "gen/model/eval.h"

struct walk {
    struct arena *arena;
    struct diagnostics *diagnostics; /* or NULL */
    struct argv_pieces pieces;
};

static const struct cond *both(struct walk *walk, const struct cond *left, const struct cond *right) {
    return cond_both(walk->arena, left, right);
}

static const struct cond *both_not(struct walk *walk, const struct cond *left, const struct cond *right) {
    return cond_both(walk->arena, left, cond_negation(walk->arena, right));
}

static const struct cond *has_value(struct walk *walk, const struct variable *variable, int64_t value) {
    struct valueset one = {0};
    valueset_add(walk->arena, &one, value, value);
    return cond_test(walk->arena, variable, one);
}

static void add(struct walk *walk, struct argv_piece piece) {
    ARENA_PUSH(walk->arena, &walk->pieces, piece);
}

static void add_constant(struct walk *walk, struct argv_piece piece, const char *text, size_t length,
                         const struct level *level, struct span span) {
    struct buffer value = format_escape(walk->arena, NULL, text, length);
    for (; level; level = level->outer) {
        const char *refused =
            format_refuses(level->format, arena_copy(walk->arena, value.items, value.count), level->first);
        if (refused && walk->diagnostics)
            diag_add(walk->diagnostics, DIAG_CODE_FORMAT, span, "the format '%s' cannot write '%s'",
                     level->format->name, refused);
        value = format_escape(walk->arena, level->format, value.items, value.count);
    }
    piece.text = value.items;
    piece.length = value.count;
    if (value.count > 0)
        add(walk, piece);
}

static void add_text(struct walk *walk, const struct cond *guard, const char *text, size_t length,
                     const struct level *level, struct span span) {
    add_constant(walk, (struct argv_piece){.kind = PIECE_TEXT, .guard = guard}, text, length, level, span);
}

static void add_placeholder(struct walk *walk, const struct cond *guard, const struct piece *placeholder,
                            const struct level *level) {
    const struct variable *variable = placeholder->variable;
    const struct type *type = &variable->type;
    for (size_t i = 0; i < type->n_members; i++) {
        const struct cond *holds = both(walk, guard, has_value(walk, variable, (int64_t)i));
        add_constant(walk, (struct argv_piece){.kind = PIECE_TEXT, .guard = holds, .placeholder = placeholder},
                     type->members[i].text, strlen(type->members[i].text), level, placeholder->span);
    }
    if (type->n_members == 0)
        add(walk,
            (struct argv_piece){.kind = PIECE_PLACEHOLDER, .guard = guard, .placeholder = placeholder, .level = level});
}

static void add_template(struct walk *walk, const struct cond *guard, const struct template *template,
                         const struct level *level) {
    for (size_t i = 0; i < template->count; i++) {
        const struct piece *piece = &template->items[i];
        if (piece->text)
            add_text(walk, guard, piece->text, piece->length, level, template->span);
        else
            add_placeholder(walk, guard, piece, level);
    }
}

/* Copies a level, because pieces refer to it after the walk. */
static const struct level *copy_level(struct walk *walk, struct level level) {
    struct level *kept = arena_alloc(walk->arena, sizeof *kept);
    *kept = level;
    return kept;
}

/* State before an item: whether its list has certainly written something, or under which conditions. */
struct written {
    bool certain;
    struct conds guards;
};

static void add_between(struct walk *walk, const struct cond *guard, const struct level *level,
                        const struct written *written, struct span span) {
    const char *between = level->format->between;
    if (!between || (!written->certain && written->guards.count == 0))
        return;
    const struct cond *condition = guard;
    if (!written->certain)
        condition = both(walk, guard, cond_any(walk->arena, &written->guards));
    add_constant(walk, (struct argv_piece){.kind = PIECE_BETWEEN, .guard = condition, .around = level->outer}, between,
                 strlen(between), level->outer, span);
}

static void add_items(struct walk *walk, const struct cond *list_guard, const struct cond *guard,
                      const struct list *list, const struct level *level, struct written *written);

static void add_item(struct walk *walk, const struct cond *holds, const struct item *item, const struct level *level,
                     const struct written *written) {
    struct level own = *level;
    own.first = !written->certain && !item->has_key;
    const struct level *kept = copy_level(walk, own);
    add_between(walk, holds, level, written, item->span);
    add(walk, (struct argv_piece){.kind = PIECE_ITEM, .guard = holds, .item = item, .around = level->outer});
    if (item->has_key) {
        add_template(walk, holds, &item->key, kept);
        add_text(walk, holds, level->format->assign, strlen(level->format->assign), level->outer, item->span);
    }
    if (item->nested) {
        struct written nothing = {0};
        const struct level *inner = copy_level(walk, (struct level){.format = item->nested_format, .outer = kept});
        add_items(walk, holds, holds, item->nested, inner, &nothing);
    } else {
        add_template(walk, holds, &item->value, kept);
    }
}

static void add_items(struct walk *walk, const struct cond *list_guard, const struct cond *guard,
                      const struct list *list, const struct level *level, struct written *written) {
    for (size_t i = 0; i < list->count; i++) {
        const struct item *item = &list->items[i];
        const struct cond *holds = both(walk, guard, item->when);
        if (item->then_list) {
            add_items(walk, list_guard, holds, item->then_list, level, written);
            if (item->else_list)
                add_items(walk, list_guard, both_not(walk, guard, item->when), item->else_list, level, written);
            continue;
        }
        add_item(walk, holds, item, level, written);
        written->certain = written->certain || holds == list_guard;
        ARENA_PUSH(walk->arena, &written->guards, holds);
    }
}

static void add_argument(struct walk *walk, const struct cond *guard, const struct statement *statement,
                         const struct argument *argument) {
    add(walk, (struct argv_piece){.kind = PIECE_BEGIN, .guard = guard, .statement = statement, .argument = argument});
    if (argument->list) {
        struct written nothing = {0};
        add_items(walk, guard, guard, argument->list, copy_level(walk, (struct level){.format = argument->format}),
                  &nothing);
    } else {
        add_template(walk, guard, &argument->text, NULL);
    }
    add(walk, (struct argv_piece){.kind = PIECE_END, .guard = guard});
}

static void add_block(struct walk *walk, const struct cond *guard, const struct block *block) {
    for (size_t i = 0; i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        const struct cond *holds = both(walk, guard, statement->when);
        if (statement->then_block) {
            add_block(walk, holds, statement->then_block);
            if (statement->else_block)
                add_block(walk, both_not(walk, guard, statement->when), statement->else_block);
            continue;
        }
        for (size_t k = 0; k < statement->arguments.count; k++)
            add_argument(walk, holds, statement, &statement->arguments.items[k]);
    }
}

struct argv_pieces argv_pieces_of(struct arena *arena, const struct model *model, struct diagnostics *diagnostics) {
    struct walk walk = {.arena = arena, .diagnostics = diagnostics};
    add_block(&walk, NULL, &model->argv);
    return walk.pieces;
}
