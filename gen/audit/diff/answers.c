/*
 * What two rulesets say of the same hosts: whom they refuse, what they decide, of what they warn.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/internal.h"

/* ---- answers ----------------------------------------------------------------------------------------------------- */

static bool is_same(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct answer *find_answer(struct answers *answers, const char *value) {
    for (size_t i = 0; i < answers->count; i++)
        if (is_same(answers->items[i].value, value))
            return &answers->items[i];
    return NULL;
}

/* Adds hosts to those that get an answer, and why they do. */
static void add_answer(struct comparison *comparison, struct answers *answers, const char *value, hostset set,
                       const struct diff_rule *rule) {
    struct answer *answer = find_answer(answers, value);
    if (set == HOSTS_NONE)
        return;
    if (!answer) {
        ARENA_PUSH(comparison->arena, answers, ((struct answer){.value = value}));
        answer = &answers->items[answers->count - 1];
    }
    answer->set = hosts_or(comparison->sides.hosts, answer->set, set);
    if (rule)
        ARENA_PUSH(comparison->arena, &answer->causes, ((struct cause){*rule, set}));
}

static bool is_same_place(struct span a, struct span b) {
    return a.file == b.file && a.begin == b.begin && a.end == b.end;
}

/* The causes that count on the hosts of the change. A row that inherits may be one several times over. */
static void add_rules(struct comparison *comparison, struct change *change, size_t side, const struct answer *answer) {
    struct diff_rules *rules = &change->rules[side];
    for (size_t i = 0; i < answer->causes.count; i++) {
        const struct cause *cause = &answer->causes.items[i];
        bool is_new = hosts_and(comparison->sides.hosts, cause->set, change->set) != HOSTS_NONE;
        for (size_t k = 0; k < rules->count && is_new; k++)
            is_new = !is_same_place(rules->items[k].span, cause->rule.span);
        if (!is_new)
            continue;
        ARENA_PUSH(comparison->arena, rules, cause->rule);
        change->is_security = change->is_security || tags_are_security(cause->rule.meta.tags);
    }
}

/* What is compared by its answers. */
struct subject {
    enum change_kind kind;
    const char *name;
    struct answers answers[N_SIDES];
    bool *asked[N_SIDES]; /* by variable: what it is decided from */
    bool is_security;
};

static void add_change(struct comparison *comparison, const struct subject *subject, const struct answer *old_answer,
                       const struct answer *new_answer, hostset set) {
    struct change change = {.kind = subject->kind,
                            .name = subject->name,
                            .values = {old_answer->value, new_answer->value},
                            .is_security = subject->is_security,
                            .set = set};
    add_rules(comparison, &change, OLD_SIDE, old_answer);
    add_rules(comparison, &change, NEW_SIDE, new_answer);
    ARENA_PUSH(comparison->arena, &comparison->diff->changes, change);
    for (size_t side = 0; side < N_SIDES; side++)
        ARENA_PUSH(comparison->arena, &comparison->asked[side], subject->asked[side]);
}

/* Each pair of unlike answers that hosts of `within` get is a change. */
static void compare_answers(struct comparison *comparison, struct subject *subject, hostset within) {
    struct hosts *hosts = comparison->sides.hosts;
    struct answers *old_answers = &subject->answers[OLD_SIDE], *new_answers = &subject->answers[NEW_SIDE];
    for (size_t i = 0; i < old_answers->count; i++) {
        const struct answer *old_answer = &old_answers->items[i], *same = find_answer(new_answers, old_answer->value);
        hostset left = hosts_and(hosts, old_answer->set, within);
        left = same ? hosts_minus(hosts, left, same->set) : left;
        for (size_t k = 0; k < new_answers->count && left != HOSTS_NONE && left != HOSTS_UNKNOWN; k++) {
            const struct answer *new_answer = &new_answers->items[k];
            hostset set = hosts_and(hosts, left, new_answer->set);
            if (new_answer == same || set == HOSTS_NONE)
                continue;
            left = hosts_minus(hosts, left, set);
            if (set == HOSTS_UNKNOWN)
                left = set;
            else
                add_change(comparison, subject, old_answer, new_answer, set);
        }
        if (left == HOSTS_UNKNOWN)
            comparison->diff->not_proven = true;
    }
}

static struct subject subject_new(const struct comparison *comparison, enum change_kind kind, const char *name) {
    struct subject subject = {.kind = kind, .name = name};
    for (size_t side = 0; side < N_SIDES; side++)
        subject.asked[side] = comparison_no_marks(comparison, side);
    return subject;
}

/* ---- refusals ---------------------------------------------------------------------------------------------------- */

/* Hosts that were let through so far, and what is said to the others: of what refuses a host the first one speaks. */
struct refusing {
    struct comparison *comparison;
    size_t side;
    struct subject *subject;
    hostset left;
};

static void refuse(struct refusing *refusing, hostset where, const char *message, const struct diff_rule *rule) {
    struct hosts *hosts = refusing->comparison->sides.hosts;
    hostset set = hosts_and(hosts, refusing->left, where);
    add_answer(refusing->comparison, &refusing->subject->answers[refusing->side], message, set, rule);
    refusing->left = hosts_minus(hosts, refusing->left, set);
}

static void refuse_by_restrictions(struct refusing *refusing, bool over_decisions) {
    const struct model *model = refusing->comparison->sides.models[refusing->side];
    struct meaning *meaning = refusing->comparison->sides.meanings[refusing->side];
    for (size_t i = 0; i < model->restrictions.count; i++) {
        const struct restriction *restriction = &model->restrictions.items[i];
        if (restriction->over_decisions != over_decisions)
            continue;
        const struct diff_rule rule = {restriction->span, restriction->meta, restriction->label};
        refuse(refusing, meaning_cond(meaning, restriction->cond), restriction->message, &rule);
        comparison_mark_cond(restriction->cond, refusing->subject->asked[refusing->side]);
    }
}

static void refuse_by_table(struct refusing *refusing, const struct table *table) {
    struct meaning *meaning = refusing->comparison->sides.meanings[refusing->side];
    bool any = false;
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct row *row = &table->rows[i];
        if (!row->reject)
            continue;
        const struct diff_rule rule = {row->span, row->meta, row->label};
        refuse(refusing, meaning_decides(meaning, table, row), row->reject, &rule);
        any = true;
    }
    for (size_t i = 0; i < table->n_columns && any; i++)
        comparison_mark(table->columns[i], refusing->subject->asked[refusing->side]);
}

static void find_refusals(struct comparison *comparison, size_t side, struct subject *subject) {
    const struct model *model = comparison->sides.models[side];
    struct refusing refusing = {comparison, side, subject, comparison->shared};
    refuse_by_restrictions(&refusing, false);
    comparison->possible[side] = refusing.left;
    for (size_t i = 0; i < model->stages.count; i++)
        if (model->stages.items[i].table)
            refuse_by_table(&refusing, model->stages.items[i].table);
    refuse_by_restrictions(&refusing, true);
    comparison->accepted[side] = refusing.left;
    add_answer(comparison, &subject->answers[side], NULL, refusing.left, NULL);
}

void compare_refusals(struct comparison *comparison) {
    struct subject subject = subject_new(comparison, CHANGE_REFUSAL, "refusal");
    comparison_ask(comparison);
    find_refusals(comparison, OLD_SIDE, &subject);
    find_refusals(comparison, NEW_SIDE, &subject);
    if (comparison->accepted[OLD_SIDE] == HOSTS_UNKNOWN || comparison->accepted[NEW_SIDE] == HOSTS_UNKNOWN)
        comparison->diff->not_proven = true;
    compare_answers(comparison, &subject, comparison->shared);
}

/* ---- decisions --------------------------------------------------------------------------------------------------- */

static const char *member_value(struct arena *arena, const struct type *type, size_t member) {
    return type->numeric ? arena_print(arena, "%lld", (long long)type->members[member].number)
                         : type->members[member].name;
}

static void decide_by_table(struct comparison *comparison, size_t side, const struct variable *decision,
                            struct subject *subject) {
    const struct table *table = decision->table;
    size_t outcome = 0;
    while (table->outcomes[outcome] != decision)
        outcome++;
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct row *row = &table->rows[i];
        const struct diff_rule rule = {row->span, row->meta, row->label};
        if (!row->reject)
            add_answer(comparison, &subject->answers[side],
                       member_value(comparison->arena, &decision->type, (size_t)row->results[outcome]),
                       meaning_decides(comparison->sides.meanings[side], table, row), &rule);
    }
    for (size_t i = 0; i < table->n_columns; i++)
        comparison_mark(table->columns[i], subject->asked[side]);
}

static void decide_by_cond(struct comparison *comparison, size_t side, const struct variable *let,
                           struct subject *subject) {
    const struct diff_rule rule = {.span = let->span, .meta = let->meta};
    for (int64_t value = 0; value <= 1; value++) {
        struct valueset set = {0};
        valueset_add(comparison->arena, &set, value, value);
        add_answer(comparison, &subject->answers[side], let->type.members[value].name,
                   meaning_value(comparison->sides.meanings[side], let, &set), &rule);
    }
    comparison_mark_cond(let->cond, subject->asked[side]);
}

static void compare_decision(struct comparison *comparison, const struct variable *const *variables) {
    struct hosts *hosts = comparison->sides.hosts;
    struct subject subject = subject_new(comparison, CHANGE_DECISION, variables[NEW_SIDE]->name);
    hostset within = hosts_and(hosts, comparison->possible[OLD_SIDE], comparison->possible[NEW_SIDE]);
    comparison_ask(comparison);
    for (size_t side = 0; side < N_SIDES; side++) {
        subject.is_security = subject.is_security || tags_are_security(variables[side]->meta.tags);
        if (variables[side]->kind == VARIABLE_LET)
            decide_by_cond(comparison, side, variables[side], &subject);
        else
            decide_by_table(comparison, side, variables[side], &subject);
    }
    compare_answers(comparison, &subject, within);
}

/* A derived condition is a name within the rules, and compared only where the other side decides it. */
void compare_decisions(struct comparison *comparison) {
    const struct model *new_model = comparison->sides.models[NEW_SIDE];
    for (size_t i = 0; i < new_model->variables.count; i++) {
        const struct variable *variable = new_model->variables.items[i];
        if (variable_is_input(variable) || variable->hidden)
            continue;
        const struct variable *old_one = joint_find(comparison->sides.models[OLD_SIDE], variable->name);
        if (!old_one || variable_is_input(old_one) || (old_one->kind == VARIABLE_LET && variable->kind == VARIABLE_LET))
            continue;
        compare_decision(comparison, (const struct variable *const[N_SIDES]){old_one, variable});
    }
}

/* ---- warnings ---------------------------------------------------------------------------------------------------- */

/* Where a side says this, and that it is silent elsewhere. */
static void find_warning(struct comparison *comparison, size_t side, const char *message, hostset within,
                         struct subject *subject) {
    const struct model *model = comparison->sides.models[side];
    struct hosts *hosts = comparison->sides.hosts;
    hostset left = within;
    for (size_t i = 0; i < model->warnings.count; i++) {
        const struct warning *warning = &model->warnings.items[i];
        const struct diff_rule rule = {.span = warning->span, .meta = warning->meta};
        if (strcmp(warning->message, message) != 0)
            continue;
        hostset where = hosts_and(hosts, within, meaning_cond(comparison->sides.meanings[side], warning->cond));
        add_answer(comparison, &subject->answers[side], message, where, &rule);
        left = hosts_minus(hosts, left, where);
        comparison_mark_cond(warning->cond, subject->asked[side]);
    }
    add_answer(comparison, &subject->answers[side], NULL, left, NULL);
}

static bool was_before(const struct model *model, size_t end, const char *message) {
    for (size_t i = 0; i < end; i++)
        if (strcmp(model->warnings.items[i].message, message) == 0)
            return true;
    return false;
}

/* Each text by itself, whichever and how many warnings have it. */
void compare_warnings(struct comparison *comparison) {
    const struct model *new_model = comparison->sides.models[NEW_SIDE];
    hostset within = hosts_and(comparison->sides.hosts, comparison->accepted[OLD_SIDE], comparison->accepted[NEW_SIDE]);
    for (size_t side = N_SIDES; side-- > 0;) {
        const struct model *model = comparison->sides.models[side];
        for (size_t i = 0; i < model->warnings.count; i++) {
            const char *message = model->warnings.items[i].message;
            if (was_before(model, i, message) ||
                (side == OLD_SIDE && was_before(new_model, new_model->warnings.count, message)))
                continue;
            struct subject subject = subject_new(comparison, CHANGE_WARNING, "warning");
            comparison_ask(comparison);
            find_warning(comparison, OLD_SIDE, message, within, &subject);
            find_warning(comparison, NEW_SIDE, message, within, &subject);
            compare_answers(comparison, &subject, within);
        }
    }
}
