/*
 * Two rulesets compared by what they mean.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/diff/diff.h"

#include <string.h>

#include "gen/audit/diff/internal.h"

/* ---- command lines ----------------------------------------------------------------------------------------------- */

static void mark_template(const struct template *template, bool *asked) {
    for (size_t i = 0; i < template->count; i++)
        if (template->items[i].variable)
            comparison_mark(template->items[i].variable, asked);
}

static void mark_list(const struct list *list, bool *asked) {
    for (size_t i = 0; list && i < list->count; i++) {
        const struct item *item = &list->items[i];
        comparison_mark_cond(item->when, asked);
        mark_template(&item->key, asked);
        mark_template(&item->value, asked);
        mark_list(item->nested, asked);
        mark_list(item->then_list, asked);
        mark_list(item->else_list, asked);
    }
}

static bool lies_in(struct span inner, struct span outer) {
    return inner.file == outer.file && inner.begin >= outer.begin && inner.end <= outer.end;
}

/* Whether some rule of a change is the statement, or stands in it. */
static bool is_among(const struct statement *statement, const struct diff_rules *rules) {
    for (size_t i = 0; i < rules->count; i++)
        if (lies_in(rules->items[i].span, statement->span))
            return true;
    return false;
}

/* Marks what the statements depend on that a change is about; whether there are any. */
static bool mark_statements(const struct block *block, const struct diff_rules *rules, bool *asked) {
    bool any = false;
    for (size_t i = 0; block && i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        bool is_inside = mark_statements(statement->then_block, rules, asked);
        is_inside = mark_statements(statement->else_block, rules, asked) || is_inside;
        if (!is_inside && !is_among(statement, rules))
            continue;
        any = true;
        comparison_mark_cond(statement->when, asked);
        for (size_t k = 0; k < statement->arguments.count; k++) {
            mark_template(&statement->arguments.items[k].text, asked);
            mark_list(statement->arguments.items[k].list, asked);
        }
    }
    return any;
}

static void compare_command_lines(struct comparison *comparison) {
    struct diff *diff = comparison->diff;
    const struct diff_sides *sides = &comparison->sides;
    hostset set = hosts_and(sides->hosts, comparison->accepted[OLD_SIDE], comparison->accepted[NEW_SIDE]);
    if (!sides->models[OLD_SIDE]->has_argv || !sides->models[NEW_SIDE]->has_argv)
        return;
    comparison_ask(comparison);
    hostset differs = diff_argv_set(comparison->arena, sides, set);
    size_t first = diff->changes.count;
    if (differs == HOSTS_UNKNOWN)
        diff->not_proven = true;
    if (differs == HOSTS_UNKNOWN || differs == HOSTS_NONE)
        return;
    comparison_ask(comparison);
    if (!diff_argv_changes(comparison->arena, sides, differs, diff))
        diff->not_proven = true;
    for (size_t i = first; i < diff->changes.count; i++)
        for (size_t side = 0; side < N_SIDES; side++) {
            bool *asked = comparison_no_marks(comparison, side);
            mark_statements(&sides->models[side]->argv, &diff->changes.items[i].rules[side], asked);
            ARENA_PUSH(comparison->arena, &comparison->asked[side], asked);
        }
    diff->set = hosts_or(sides->hosts, diff->set, differs);
}

/* ---- what is said of each change --------------------------------------------------------------------------------- */

static bool has_text(const struct texts *texts, const char *text) {
    for (size_t i = 0; i < texts->count; i++)
        if (strcmp(texts->items[i], text) == 0)
            return true;
    return false;
}

/* The changed decisions that a change depends on, as far as they changed on its hosts. */
static void add_follows(struct comparison *comparison, size_t index) {
    struct diff *diff = comparison->diff;
    struct change *change = &diff->changes.items[index];
    for (size_t i = 0; i < diff->changes.count; i++) {
        const struct change *other = &diff->changes.items[i];
        bool depends = false;
        if (other->kind != CHANGE_DECISION || i == index || has_text(&change->follows, other->name) ||
            (change->kind == CHANGE_DECISION && strcmp(change->name, other->name) == 0))
            continue;
        for (size_t side = 0; side < N_SIDES; side++) {
            const struct variable *variable = joint_find(comparison->sides.models[side], other->name);
            depends = depends || comparison->asked[side].items[index][variable->index];
        }
        if (depends && hosts_meet(diff->hosts, change->set, other->set))
            ARENA_PUSH(comparison->arena, &change->follows, other->name);
    }
}

/* Whether a derived condition is written otherwise, and holds otherwise on some host of the change. */
static bool is_other_let(struct comparison *comparison, const struct variable *const *lets, hostset within) {
    struct hosts *hosts = comparison->diff->hosts;
    const char *words[N_SIDES];
    hostset sets[N_SIDES];
    for (size_t side = 0; side < N_SIDES; side++) {
        words[side] = diff_excerpt(comparison->arena, comparison->diff, side, lets[side]->whole);
        sets[side] = hosts_and(hosts, meaning_cond(comparison->sides.meanings[side], lets[side]->cond), within);
    }
    bool are_known = sets[OLD_SIDE] != HOSTS_UNKNOWN && sets[NEW_SIDE] != HOSTS_UNKNOWN;
    return are_known && strcmp(words[OLD_SIDE], words[NEW_SIDE]) != 0 && sets[OLD_SIDE] != sets[NEW_SIDE];
}

/* Whether a changed decision that the change follows from asks the condition, and names it then. */
static bool is_said_before(const struct comparison *comparison, const struct change *change,
                           const struct variable *let) {
    bool *asked = comparison_no_marks(comparison, NEW_SIDE);
    for (size_t i = 0; i < change->follows.count; i++)
        comparison_mark(joint_find(comparison->sides.models[NEW_SIDE], change->follows.items[i]), asked);
    return asked[let->index];
}

/* Rules that read the same on both sides decide otherwise where a condition is another one that they ask by its name.
 */
static void add_lets(struct comparison *comparison, size_t index) {
    struct change *change = &comparison->diff->changes.items[index];
    const struct model *new_model = comparison->sides.models[NEW_SIDE];
    if (change->kind != CHANGE_DECISION && change->kind != CHANGE_ARGUMENT)
        return; /* of these it is known only what all of their kind ask */
    for (size_t i = 0; i < new_model->variables.count; i++) {
        const struct variable *is = new_model->variables.items[i];
        const struct variable *was = joint_find(comparison->sides.models[OLD_SIDE], is->name);
        if (is->kind != VARIABLE_LET || !was || was->kind != VARIABLE_LET || !is->cond || !was->cond ||
            !comparison->asked[NEW_SIDE].items[index][is->index] ||
            !comparison->asked[OLD_SIDE].items[index][was->index] || is_said_before(comparison, change, is) ||
            !is_other_let(comparison, (const struct variable *const[N_SIDES]){was, is}, change->set))
            continue;
        ARENA_PUSH(comparison->arena, &change->rules[OLD_SIDE], ((struct diff_rule){was->whole, was->meta, NULL}));
        ARENA_PUSH(comparison->arena, &change->rules[NEW_SIDE], ((struct diff_rule){is->whole, is->meta, NULL}));
        change->is_security =
            change->is_security || tags_are_security(was->meta.tags) || tags_are_security(is->meta.tags);
    }
}

static void add_regions(struct comparison *comparison, struct change *change) {
    struct diff *diff = comparison->diff;
    hostset left = change->set, within = hosts_or(diff->hosts, change->set, hosts_not(diff->hosts, diff->compared));
    while (left != HOSTS_NONE && left != HOSTS_UNKNOWN && change->regions.count < MAX_CHANGE_REGIONS) {
        struct region region;
        if (within == HOSTS_UNKNOWN ||
            !region_next(comparison->arena, &diff->axes, diff->hosts, change->set, within, &left, &region)) {
            diff->not_proven = true;
            return;
        }
        ARENA_PUSH(comparison->arena, &change->regions, region);
    }
    change->has_more_regions = left != HOSTS_NONE;
}

/* Those of security first; else they stay in their order. */
static void order_changes(struct comparison *comparison) {
    struct diff *diff = comparison->diff;
    size_t count = diff->changes.count, next = 0;
    struct change *ordered = arena_alloc(comparison->arena, (count + 1) * sizeof *ordered);
    for (size_t security = 2; security-- > 0;)
        for (size_t i = 0; i < count; i++)
            if (diff->changes.items[i].is_security == security)
                ordered[next++] = diff->changes.items[i];
    diff->changes.items = ordered;
    diff->changes.capacity = count + 1;
}

static void finish(struct comparison *comparison) {
    struct diff *diff = comparison->diff;
    struct hosts *hosts = diff->hosts;
    comparison_ask(comparison);
    for (size_t i = 0; i < diff->changes.count; i++)
        diff->set = hosts_or(hosts, diff->set, diff->changes.items[i].set);
    hostset open = hosts_or(hosts, comparison->possible[OLD_SIDE], comparison->possible[NEW_SIDE]);
    diff->compared = hosts_and(hosts, comparison->shared, hosts_or(hosts, open, diff->set));
    diff->not_proven = diff->not_proven || diff->compared == HOSTS_UNKNOWN;
    diff->cells = hosts_count(hosts, diff->set, comparison->joint->all);
    diff->all = hosts_count(hosts, diff->compared, comparison->joint->all);
    for (size_t i = 0; i < diff->changes.count; i++) {
        struct change *change = &diff->changes.items[i];
        comparison_ask(comparison);
        change->cells = hosts_count(hosts, change->set, comparison->joint->all);
        add_follows(comparison, i);
        add_lets(comparison, i);
        add_regions(comparison, change);
        add_witnesses(comparison, change);
    }
    order_changes(comparison);
    if (!diff->not_proven)
        return;
    struct diag *diag = diag_add(comparison->diagnostics, DIAG_CODE_NOT_PROVEN, SPAN_NOWHERE,
                                 "whether both rulesets say the same of every host was not proven: it would take more "
                                 "than %d steps",
                                 (int)QUESTION_STEPS);
    diag_help(comparison->diagnostics, diag, "let several smaller tables decide what a wide one does");
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

struct diff *diff_of(struct arena *arena, struct model *old_model, struct model *new_model, const char *where,
                     struct diagnostics *diagnostics) {
    struct diff *diff = arena_alloc(arena, sizeof *diff);
    struct comparison comparison = {
        .arena = arena, .diff = diff, .diagnostics = diagnostics, .work = COMPARISON_STEPS, .granted = QUESTION_STEPS};
    struct joint *joint = joint_new(arena, old_model, new_model, QUESTION_STEPS, diagnostics);
    if (!joint)
        return NULL;
    *diff = (struct diff){
        .models = {old_model, new_model}, .axes = joint->axes, .hosts = joint->hosts, .joint = joint, .where = where};
    comparison.joint = joint;
    comparison.sides.hosts = joint->hosts;
    for (size_t side = 0; side < N_SIDES; side++) {
        comparison.sides.models[side] = joint->models[side];
        comparison.sides.meanings[side] = joint->meanings[side];
    }
    comparison.shared = hosts_and(joint->hosts, joint->exists[OLD_SIDE], joint->exists[NEW_SIDE]);
    if (where)
        comparison.shared =
            hosts_and(joint->hosts, comparison.shared, meaning_cond(joint->meanings[NEW_SIDE], new_model->question));
    compare_refusals(&comparison);
    compare_decisions(&comparison);
    compare_command_lines(&comparison);
    compare_warnings(&comparison);
    compare_spaces(&comparison);
    finish(&comparison);
    return diff;
}

bool diff_is_empty(const struct diff *diff) {
    return diff->changes.count == 0 && diff->space.count == 0 && diff->set == HOSTS_NONE;
}
