/*
 * Checks of identifiers within the command line: each reference is defined by another option, and identifiers are
 * unique.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/check/internal.h"
#include "gen/model/cond.h"
#include "gen/sema/emission.h"

/* A value that the command line writes for a key of an option. */
struct use {
    const struct reference *reference;
    struct span span;
    const struct cond *guard;
    hostset where;
    const struct emitted *value; /* NULL: the value is a list */
    bool certain;                /* whether the key is certain to be this one */
};
struct uses {
    struct use *items;
    size_t count, capacity;
};

struct search {
    struct checker *checker;
    const struct promise *promise;
    const struct emissions *emissions;
    struct comparer *comparer;
    bool broken;
};

/* Limit on the pairs of uses that are compared for one promise. */
enum { MAX_PAIRS = 1 << 22 };

/* ---- uses of a key ----------------------------------------------------------------------------------------------- */

static void add_use(struct search *search, struct uses *uses, struct use use, const struct emitted *value) {
    struct checker *checker = search->checker;
    use.value = value;
    if (value)
        use.guard = cond_both(checker->arena, use.guard, value->guard);
    use.where = meaning_cond(checker->meaning, use.guard);
    if (use.where != HOSTS_NONE)
        ARENA_PUSH(checker->arena, uses, use);
}

static void add_entry(struct search *search, struct uses *uses, const struct reference *reference,
                      const struct entry *entry) {
    struct arena *arena = search->checker->arena;
    const struct emitted key = emitted_constant(arena, reference->key);
    for (size_t i = 0; i < entry->keys.count; i++) {
        enum sameness sameness = emitted_compare(search->comparer, &entry->keys.items[i], &key);
        struct use use = {.reference = reference, .span = entry->span, .certain = sameness == SAME};
        use.guard = cond_both(arena, entry->guard, entry->keys.items[i].guard);
        for (size_t k = 0; k < entry->values.count && sameness != DIFFERENT; k++)
            add_use(search, uses, use, &entry->values.items[k]);
        if (entry->nested && sameness != DIFFERENT)
            add_use(search, uses, use, NULL);
    }
}

static struct uses find_uses(struct search *search, const struct references *references) {
    struct uses uses = {0};
    for (size_t i = 0; i < search->emissions->count; i++) {
        const struct emission *emission = &search->emissions->items[i];
        for (size_t r = 0; r < references->count; r++)
            for (size_t k = 0; k < emission->entries.count; k++)
                if (strcmp(references->items[r].option, emission->option) == 0)
                    add_entry(search, &uses, &references->items[r], &emission->entries.items[k]);
    }
    return uses;
}

static enum sameness compare(struct search *search, const struct use *a, const struct use *b) {
    if (!a->value || !b->value)
        return NOT_CERTAIN;
    enum sameness sameness = emitted_compare(search->comparer, a->value, b->value);
    return sameness == SAME && !(a->certain && b->certain) ? NOT_CERTAIN : sameness;
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

/* "'iothread0-$vm_id' at -device.iothread" */
static const char *use_words(struct search *search, const struct use *use) {
    struct arena *arena = search->checker->arena;
    const char *value = use->value ? arena_print(arena, "'%s'", emitted_words(arena, use->value)) : "the list";
    return arena_print(arena, "%s at %s.%s", value, use->reference->option, use->reference->key);
}

static const char *references_words(struct search *search, const struct references *references) {
    struct arena *arena = search->checker->arena;
    const char *words = "";
    for (size_t i = 0; i < references->count; i++)
        words = arena_print(arena, "%s%s%s.%s", words,
                            i == 0                      ? ""
                            : i + 1 < references->count ? ", "
                                                        : " or ",
                            references->items[i].option, references->items[i].key);
    return words;
}

static void not_proven(struct search *search) {
    const struct promise *promise = search->promise;
    const char *name =
        promise->label ? arena_print(search->checker->arena, "the promise '%s'", promise->label) : "this promise";
    checker_not_proven(search->checker, promise->cond_span,
                       arena_print(search->checker->arena, "whether %s holds", name));
    search->broken = true;
}

/* Completes a finding with the promise that it breaks, its reason, and witnesses. */
static void finish_finding(struct search *search, struct diag *diag, hostset bad, hostset space) {
    checker_note_promise(search->checker, diag, search->promise);
    checker_witness(search->checker, diag, bad, space, SHOWN_ARGV);
    search->broken = true;
}

#define REPORT_AT(search, code, span, ...)                                                                             \
    diag_add_at((search)->checker->diagnostics, DIAG_CODE_##code, (search)->promise->admit ? DIAG_NOTE : DIAG_ERROR,   \
                (span), __VA_ARGS__)

/* ---- every ... names ... ---------------------------------------------------------------------------------------- */

static void check_defined(struct search *search, const struct use *use, const struct uses *targets) {
    struct checker *checker = search->checker;
    checker_new_budget(checker);
    const struct use *possible = NULL, *sometimes = NULL;
    hostset space, undefined_space, left = use->where, undefined;
    for (size_t i = 0; i < targets->count && left != HOSTS_NONE; i++)
        if (compare(search, use, &targets->items[i]) == SAME) {
            left = hosts_minus(checker->hosts, left, targets->items[i].where);
            sometimes = &targets->items[i];
        }
    left = undefined = checker_accepted(checker, left, &space);
    for (size_t i = 0; i < targets->count && undefined != HOSTS_NONE; i++) {
        hostset before = undefined;
        if (compare(search, use, &targets->items[i]) == NOT_CERTAIN)
            undefined = hosts_minus(checker->hosts, undefined, targets->items[i].where);
        if (undefined != before && !possible)
            possible = &targets->items[i];
    }
    undefined = checker_accepted(checker, undefined, &undefined_space); /* the smaller set may test further inputs */
    if (left == HOSTS_NONE)
        return;
    if (left == HOSTS_UNKNOWN || undefined == HOSTS_UNKNOWN || space == HOSTS_UNKNOWN ||
        undefined_space == HOSTS_UNKNOWN) {
        not_proven(search);
    } else if (undefined != HOSTS_NONE) {
        struct diag *diag = REPORT_AT(search, UNDEFINED_ID, use->span, "%s is not defined: no %s has this value",
                                      use_words(search, use), references_words(search, &search->promise->targets));
        if (sometimes)
            diag_note(checker->diagnostics, diag, sometimes->span, "it is defined here, but not for all hosts");
        finish_finding(search, diag, undefined, undefined_space);
    } else {
        struct diag *diag = REPORT_AT(search, UNCERTAIN_ID, use->span, "whether %s is defined depends on parameters",
                                      use_words(search, use));
        if (possible)
            diag_note(checker->diagnostics, diag, possible->span, "it could be %s", use_words(search, possible));
        finish_finding(search, diag, left, space);
    }
}

static void check_names(struct search *search) {
    const struct uses uses = find_uses(search, &search->promise->references);
    const struct uses targets = find_uses(search, &search->promise->targets);
    if (targets.count > 0 && uses.count > MAX_PAIRS / targets.count) {
        not_proven(search);
        return;
    }
    for (size_t i = 0; i < uses.count && !diag_is_full(search->checker->diagnostics); i++)
        check_defined(search, &uses.items[i], &targets);
}

/* ---- unique ... ------------------------------------------------------------------------------------------------- */

static void check_pair(struct search *search, const struct use *first, const struct use *second) {
    struct checker *checker = search->checker;
    enum sameness sameness = compare(search, first, second);
    if (sameness == DIFFERENT)
        return;
    checker_new_budget(checker);
    hostset space, bad = checker_accepted(checker, hosts_and(checker->hosts, first->where, second->where), &space);
    if (bad == HOSTS_NONE)
        return;
    if (bad == HOSTS_UNKNOWN) {
        not_proven(search);
        return;
    }
    struct diag *diag;
    if (sameness == SAME)
        diag = REPORT_AT(search, DUPLICATE_ID, second->span, "%s is not unique", use_words(search, second));
    else
        diag = REPORT_AT(search, UNCERTAIN_ID, second->span, "whether %s is unique depends on parameters",
                         use_words(search, second));
    diag_note(checker->diagnostics, diag, first->span, "%s %s", sameness == SAME ? "this is" : "it could be",
              use_words(search, first));
    finish_finding(search, diag, bad, space);
}

static bool same_span(struct span a, struct span b) {
    return a.file == b.file && a.begin == b.begin && a.end == b.end;
}

static void check_unique(struct search *search) {
    const struct uses uses = find_uses(search, &search->promise->references);
    if (uses.count > 0 && uses.count > (size_t)MAX_PAIRS * 2 / uses.count) {
        not_proven(search);
        return;
    }
    for (size_t i = 0; i < uses.count && !diag_is_full(search->checker->diagnostics); i++)
        for (size_t k = 0; k < i; k++)
            if (!same_span(uses.items[k].span,
                           uses.items[i].span)) /* uses with equal spans are alternatives of one placeholder */
                check_pair(search, &uses.items[k], &uses.items[i]);
}

bool check_references(struct checker *checker, const struct promise *promise) {
    struct search search = {.checker = checker, .promise = promise};
    checker_new_budget(checker);
    search.emissions = emissions_of(checker->arena, checker->model);
    search.comparer = comparer_new(checker->arena);
    switch (promise->kind) {
    case AST_PROMISE_COND:
        break;
    case AST_PROMISE_NAMES:
        check_names(&search);
        break;
    case AST_PROMISE_UNIQUE:
        check_unique(&search);
        break;
    }
    return search.broken;
}
