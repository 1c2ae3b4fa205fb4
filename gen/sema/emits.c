/*
 * Turns `emits` and `count` into conditions over the inputs and decisions that the command line depends on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/sema/internal.h"

/* The glob of a pattern's key or value; '*' matches any string. */
static const char *glob_text(struct builder *builder, const struct ast_value *written) {
    if (written->kind == AST_STAR)
        return "*";
    if (written->kind == AST_STRING)
        return ast_plain_text(written->string, builder->diagnostics);
    if (written->kind == AST_INT && written->has_unit)
        return arena_print(builder->arena, "%lld", (long long)written->number);
    return written->text;
}

/* A required item of the list. */
struct part {
    const char *key, *value; /* globs; key NULL: an item without a key */
    struct span key_span, value_span;
};

/* The query, and whether it failed. */
struct question {
    struct builder *builder;
    const char *option;
    struct part *parts;
    size_t n_parts;
    bool failed;
};

static void read_parts(struct question *question, const struct ast_pattern *pattern) {
    struct builder *builder = question->builder;
    question->n_parts = pattern ? pattern->parts.count : 0;
    question->parts = arena_alloc(builder->arena, (question->n_parts + 1) * sizeof *question->parts);
    for (size_t i = 0; i < question->n_parts; i++) {
        const struct ast_pattern_part *written = &pattern->parts.items[i];
        question->parts[i] = (struct part){.value = glob_text(builder, &written->value),
                                           .key = written->has_key ? glob_text(builder, &written->key) : NULL,
                                           .key_span = written->key.span,
                                           .value_span = written->value.span};
    }
}

static void report_uncertain(struct question *question, struct span matched, const char *glob, struct span written,
                             const struct emitted *emitted) {
    struct builder *builder = question->builder;
    const char *words = emitted_words(builder->arena, emitted);
    struct diag *diag;
    if (emitted_is_open(emitted))
        diag = REPORT(builder, LIMIT, matched,
                      "there are too many texts that '%s' can come to, to look for '%s' in them", words, glob);
    else
        diag = REPORT(builder, TEXT_ASKED, matched, "whether '%s' is '%s' depends on a parameter", words, glob);
    diag_note(builder->diagnostics, diag, written, "%s writes it here", question->option);
    if (!emitted_is_open(emitted))
        diag_help(builder->diagnostics, diag, "match '*', or the text around the parameter");
    question->failed = true;
}

/* Where the glob matches, as far as this does not depend on a parameter, and the string for which it does. */
struct match {
    const struct cond *where;
    const struct emitted *uncertain; /* or NULL */
};

static bool never_matches(struct match match) {
    return cond_is_never(match.where) && !match.uncertain;
}

/* Whether the condition tests a variable that can be unknown. If it is, nothing is written. */
static bool tests_unknown(const struct cond *guard) {
    bool tests = guard && guard->kind == COND_TEST && guard->variable->type.or_unknown;
    for (size_t i = 0; guard && i < guard->operands.count; i++)
        tests = tests || tests_unknown(guard->operands.items[i]);
    return tests;
}

static bool is_any(const char *glob) {
    return strspn(glob, "*") == strlen(glob);
}

/*
 * The strings are the values of one placeholder. If all match, one of them is written wherever the entry is, provided
 * that the placeholders have values. '*' does not need that.
 */
static struct match match_texts(struct question *question, const char *glob, const struct emitted_list *texts) {
    struct arena *arena = question->builder->arena;
    struct match match = {0};
    struct conds any = {0};
    bool all = true;
    for (size_t i = 0; i < texts->count; i++) {
        enum sameness sameness = emitted_match(question->builder->comparer, &texts->items[i], glob);
        if (sameness == SAME)
            ARENA_PUSH(arena, &any, texts->items[i].guard);
        else if (sameness == NOT_CERTAIN)
            match.uncertain = &texts->items[i];
        all = all && sameness == SAME && (is_any(glob) || !tests_unknown(texts->items[i].guard));
    }
    match.where = all ? NULL : cond_any(arena, &any);
    return match;
}

static void report_nested(struct question *question, const struct part *part, const struct entry *entry) {
    struct builder *builder = question->builder;
    struct diag *diag =
        REPORT(builder, TEXT_ASKED, part->value_span, "the value is a nested list; only '*' can match it");
    diag_note(builder->diagnostics, diag, entry->span, "%s writes it here", question->option);
    question->failed = true;
}

static const struct cond *entry_matches(struct question *question, const struct part *part, const struct entry *entry) {
    struct arena *arena = question->builder->arena;
    struct match key = {0}, value = {0};
    if (entry->has_key != (part->key != NULL))
        return cond_never(arena);
    if (entry->has_key)
        key = match_texts(question, part->key, &entry->keys);
    if (!entry->nested)
        value = match_texts(question, part->value, &entry->values);
    if (never_matches(key) || never_matches(value))
        return cond_never(arena);
    if (entry->nested && !is_any(part->value))
        report_nested(question, part, entry);
    else if (key.uncertain)
        report_uncertain(question, part->key_span, part->key, entry->span, key.uncertain);
    else if (value.uncertain)
        report_uncertain(question, part->value_span, part->value, entry->span, value.uncertain);
    return cond_both(arena, entry->guard, cond_both(arena, key.where, value.where));
}

/* Where the list of a use contains all required items. */
static const struct cond *emission_matches(struct question *question, const struct emission *emission) {
    struct arena *arena = question->builder->arena;
    struct conds all = {0};
    ARENA_PUSH(arena, &all, emission->guard);
    for (size_t i = 0; i < question->n_parts && !question->failed; i++) {
        struct conds any = {0};
        for (size_t k = 0; k < emission->entries.count && !question->failed; k++)
            ARENA_PUSH(arena, &any, entry_matches(question, &question->parts[i], &emission->entries.items[k]));
        ARENA_PUSH(arena, &all, cond_any(arena, &any));
    }
    return cond_all(arena, &all);
}

/* An empty AND in place of NULL, which means "always": the caller needs an object. */
static const struct cond *non_null(struct arena *arena, const struct cond *cond) {
    struct cond *always = arena_alloc(arena, sizeof *always);
    always->kind = COND_AND;
    return cond ? cond : always;
}

/* The counts in [0, max] that the relation accepts. */
static struct valueset counts(struct arena *arena, enum ast_relation relation, int64_t than, size_t max) {
    struct valueset set = {0};
    for (int64_t count = 0; count <= (int64_t)max; count++) {
        bool accepted = relation == AST_EQ   ? count == than
                        : relation == AST_NE ? count != than
                        : relation == AST_LT ? count < than
                        : relation == AST_LE ? count <= than
                        : relation == AST_GT ? count > than
                                             : count >= than;
        if (accepted)
            valueset_add(arena, &set, count, count);
    }
    return set;
}

/* Limit on the comparisons for all queries of a ruleset. */
enum { MAX_COMPARISONS = 1 << 22 };

static size_t count_texts(const struct emission *emission) {
    size_t count = 1;
    for (size_t i = 0; i < emission->entries.count; i++)
        count += 1 + emission->entries.items[i].keys.count + emission->entries.items[i].values.count;
    return count;
}

/* Counts the comparisons that a query needs; false after a message if they exceed the limit. */
static bool count_comparisons(struct builder *builder, const struct ast_cond *written) {
    size_t parts = written->pattern ? written->pattern->parts.count : 1;
    bool before = builder->n_comparisons <= MAX_COMPARISONS;
    for (size_t i = 0; i < builder->emissions->count; i++)
        if (strcmp(builder->emissions->items[i].option, written->option.text) == 0)
            builder->n_comparisons += parts * count_texts(&builder->emissions->items[i]);
    if (before && builder->n_comparisons > MAX_COMPARISONS)
        REPORT(builder, LIMIT, written->span,
               "from here on, too much is asked about the command line: more than %d texts are to be looked at",
               MAX_COMPARISONS);
    return builder->n_comparisons <= MAX_COMPARISONS;
}

const struct cond *resolve_emits(struct builder *builder, const struct ast_cond *written) {
    struct arena *arena = builder->arena;
    if (!builder->emissions) {
        builder->emissions = emissions_of(arena, builder->model);
        builder->comparer = comparer_new(arena);
    }
    if (!look_up_option(builder, written->option) || !count_comparisons(builder, written))
        return NULL;
    struct question question = {.builder = builder, .option = written->option.text};
    struct conds uses = {0};
    read_parts(&question, written->pattern);
    for (size_t i = 0; i < builder->emissions->count && !question.failed; i++) {
        const struct emission *emission = &builder->emissions->items[i];
        if (strcmp(emission->option, written->option.text) != 0)
            continue;
        const struct cond *holds = emission_matches(&question, emission);
        if (!cond_is_never(holds))
            ARENA_PUSH(arena, &uses, non_null(arena, holds));
    }
    if (question.failed)
        return NULL;
    if (written->kind == AST_COND_EMITS)
        return non_null(arena, cond_any(arena, &uses));
    if (written->value.kind != AST_INT) {
        REPORT(builder, TYPE, written->value.span, "a count is compared with a number");
        return NULL;
    }
    struct cond *count = arena_alloc(arena, sizeof *count);
    count->kind = COND_COUNT;
    for (size_t i = 0; i < uses.count; i++)
        ARENA_PUSH(arena, &count->operands, uses.items[i]);
    count->set = counts(arena, written->relation, written->value.number, uses.count);
    return count;
}
