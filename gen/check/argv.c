/*
 * Checks of the command line: options and keys that are given twice, and placeholders without a value.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/check/internal.h"
#include "gen/model/cond.h"
#include "gen/sema/emission.h"

/* ---- options that are given twice ------------------------------------------------------------------------------- */

static void report_repeated(struct checker *checker, const struct emission *first, const struct emission *second,
                            hostset bad, hostset space) {
    struct diag *diag = REPORT(checker, REPEATED_OPTION, second->span, "%s can be written twice", second->option);
    diag_note(checker->diagnostics, diag, first->span, "the first one");
    diag_note(checker->diagnostics, diag, second->declared->span, "declared as an option that is given once");
    checker_witness(checker, diag, bad, space, SHOWN_ARGV);
}

/* Compares the uses of one option in pairs; reports the first one that shares a host with an earlier one. */
static void check_once(struct checker *checker, const struct emissions *emissions, const struct option *option) {
    const struct emission **earlier = arena_alloc(checker->arena, (emissions->count + 1) * sizeof *earlier);
    hostset *where = arena_alloc(checker->arena, (emissions->count + 1) * sizeof *where), space;
    hostset taken = HOSTS_NONE;
    size_t count = 0;
    checker_new_budget(checker);
    for (size_t i = 0; i < emissions->count; i++) {
        const struct emission *emission = &emissions->items[i];
        if (emission->declared != option)
            continue;
        earlier[count] = emission;
        where[count] = meaning_cond(checker->meaning, emission->guard);
        hostset bad = checker_accepted(checker, hosts_and(checker->hosts, where[count], taken), &space);
        for (size_t k = 0; k < count && bad != HOSTS_UNKNOWN && bad != HOSTS_NONE; k++) {
            /* The union tests more inputs than each part, and restrictions on these may exclude further hosts. */
            hostset both = checker_accepted(checker, hosts_and(checker->hosts, bad, where[k]), &space);
            if (both == HOSTS_UNKNOWN)
                bad = both;
            else if (both != HOSTS_NONE) {
                report_repeated(checker, earlier[k], emission, both, space);
                return;
            }
        }
        if (bad == HOSTS_UNKNOWN) {
            checker_not_proven(checker, emission->span,
                               arena_print(checker->arena, "whether %s is written twice", emission->option));
            return;
        }
        taken = hosts_or(checker->hosts, taken, where[count++]);
    }
}

/* ---- keys that are given twice ---------------------------------------------------------------------------------- */

/* A key of a list, with the hosts that have it. */
struct key {
    const struct entry *entry;
    const struct emitted *text;
    hostset where;
};
struct keys {
    struct key *items;
    size_t count, capacity;
};

static void report_key(struct checker *checker, const struct key *first, const struct key *second, hostset bad,
                       hostset space) {
    struct diag *diag =
        REPORT(checker, REPEATED_KEY, second->entry->span, "the key '%s' can be given twice in this list",
               emitted_words(checker->arena, second->text));
    diag_note(checker->diagnostics, diag, first->entry->span, "the first one");
    checker_witness(checker, diag, bad, space, SHOWN_ARGV);
}

static void check_key(struct checker *checker, struct comparer *comparer, const struct keys *keys,
                      const struct key *key) {
    hostset space;
    for (size_t i = 0; i < keys->count; i++) {
        const struct key *earlier = &keys->items[i];
        if (earlier->entry == key->entry || emitted_compare(comparer, earlier->text, key->text) != SAME)
            continue;
        hostset bad = checker_accepted(checker, hosts_and(checker->hosts, earlier->where, key->where), &space);
        if (bad == HOSTS_UNKNOWN)
            checker_not_proven(checker, key->entry->span, "whether this key is given twice");
        else if (bad != HOSTS_NONE)
            report_key(checker, earlier, key, bad, space);
        if (bad != HOSTS_NONE)
            return;
    }
}

static void check_keys(struct checker *checker, struct comparer *comparer, const struct emission *list) {
    struct keys keys = {0};
    checker_new_budget(checker);
    for (size_t i = 0; i < list->entries.count; i++) {
        const struct entry *entry = &list->entries.items[i];
        if (entry->nested)
            check_keys(checker, comparer, entry->nested);
        for (size_t k = 0; k < entry->keys.count && list->format && !list->format->repeat_keys; k++) {
            struct key key = {.entry = entry, .text = &entry->keys.items[k]};
            key.where = meaning_cond(checker->meaning, cond_both(checker->arena, entry->guard, key.text->guard));
            check_key(checker, comparer, &keys, &key);
            ARENA_PUSH(checker->arena, &keys, key);
        }
    }
}

/* ---- placeholders without a value -------------------------------------------------------------------------------- */

static void check_placeholder(struct checker *checker, const struct cond *guard, const struct piece *placeholder,
                              struct span span) {
    const struct variable *variable = placeholder->variable;
    bool is_text = variable_is_text(variable);
    if (!variable->type.or_unknown && !(is_text && variable->optional))
        return;
    struct valueset unset = {.unknown = !is_text};
    if (is_text)
        valueset_add(checker->arena, &unset, 0, 0);
    checker_new_budget(checker);
    hostset space, bad = hosts_and(checker->hosts, meaning_cond(checker->meaning, guard),
                                   meaning_value(checker->meaning, variable, &unset));
    bad = checker_accepted(checker, bad, &space);
    if (bad == HOSTS_UNKNOWN)
        checker_not_proven(checker, placeholder->span,
                           arena_print(checker->arena, "whether '%s' has a value here", variable->name));
    if (bad == HOSTS_UNKNOWN || bad == HOSTS_NONE)
        return;
    const char *how = variable->optional ? "can be omitted" : "may be unknown";
    struct diag *diag = REPORT(checker, UNSET_HOLE, placeholder->span, "'%s' %s, and then there is nothing to write",
                               variable->name, how);
    if (placeholder->span.file != span.file || placeholder->span.begin < span.begin || placeholder->span.end > span.end)
        diag_note(checker->diagnostics, diag, span, "it is written here");
    diag_note(checker->diagnostics, diag, variable->span, "declared here");
    if (variable->optional)
        diag_help(checker->diagnostics, diag, "write it only when given %s", variable->name);
    else
        diag_help(checker->diagnostics, diag, "write it only when %s != unknown", variable->name);
    checker_witness(checker, diag, bad, space,
                    SHOWN_ACCEPTED); /* the command line would lack the value of the placeholder */
}

static void check_placeholders(struct checker *checker, const struct cond *guard, const struct template *text) {
    for (size_t i = 0; i < text->count && !diag_is_full(checker->diagnostics); i++)
        if (!text->items[i].text)
            check_placeholder(checker, guard, &text->items[i], text->span);
}

static const struct cond *otherwise(struct checker *checker, const struct cond *guard, const struct cond *when) {
    return cond_both(checker->arena, guard, cond_negation(checker->arena, when));
}

static void check_list_placeholders(struct checker *checker, const struct cond *guard, const struct list *list) {
    for (size_t i = 0; list && i < list->count; i++) {
        const struct item *item = &list->items[i];
        const struct cond *holds = cond_both(checker->arena, guard, item->when);
        check_placeholders(checker, holds, &item->key);
        check_placeholders(checker, holds, &item->value);
        check_list_placeholders(checker, holds, item->nested);
        check_list_placeholders(checker, holds, item->then_list);
        if (item->else_list)
            check_list_placeholders(checker, otherwise(checker, guard, item->when), item->else_list);
    }
}

static void check_block_placeholders(struct checker *checker, const struct cond *guard, const struct block *block) {
    for (size_t i = 0; block && i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        const struct cond *holds = cond_both(checker->arena, guard, statement->when);
        for (size_t k = 0; k < statement->arguments.count; k++) {
            check_placeholders(checker, holds, &statement->arguments.items[k].text);
            check_list_placeholders(checker, holds, statement->arguments.items[k].list);
        }
        check_block_placeholders(checker, holds, statement->then_block);
        if (statement->else_block)
            check_block_placeholders(checker, otherwise(checker, guard, statement->when), statement->else_block);
    }
}

void check_argv(struct checker *checker) {
    const struct model *model = checker->model;
    const struct emissions *emissions = emissions_of(checker->arena, model);
    struct comparer *comparer = comparer_new(checker->arena);
    for (size_t i = 0; i < model->options.count; i++)
        if (model->options.items[i]->repeat == AST_ONCE)
            check_once(checker, emissions, model->options.items[i]);
    for (size_t i = 0; i < emissions->count; i++)
        check_keys(checker, comparer, &emissions->items[i]);
    check_block_placeholders(checker, NULL, &model->argv);
}
