/*
 * What changed about the questions themselves: facts, parameters and decisions that are new, gone or of another type.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <string.h>

#include "gen/audit/diff/internal.h"

static __attribute__((format(printf, 2, 3))) void say(struct comparison *comparison, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    ARENA_PUSH(comparison->arena, &comparison->diff->space, arena_vprint(comparison->arena, format, arguments));
    va_end(arguments);
}

static const char *kind_name(const struct variable *variable) {
    static const char *const names[] = {[VARIABLE_FACT] = "fact",
                                        [VARIABLE_PARAM] = "parameter",
                                        [VARIABLE_DECISION] = "decision",
                                        [VARIABLE_LET] = "derived condition"};
    return names[variable->kind];
}

/* "fact 'x'" */
static const char *what(const struct comparison *comparison, const struct variable *variable) {
    return arena_print(comparison->arena, "%s '%s'", kind_name(variable), variable->name);
}

/* ---- types ------------------------------------------------------------------------------------------------------- */

static const char *join(struct arena *arena, const char *list, const char *more) {
    return arena_print(arena, "%s%s%s", list, list[0] ? ", " : "", more);
}

static const char *member_names(struct arena *arena, const struct type *type) {
    const char *list = "";
    for (size_t i = 0; i < type->n_members; i++)
        list = join(arena, list, type->members[i].name);
    return list;
}

/* "int 1..64", "version >= 8.0.0": as rules write it. */
static const char *range_words(struct arena *arena, const struct type *type) {
    bool is_int = type->kind == MUSTER_INT;
    const int64_t most = MUSTER_PACK_VERSION(MUSTER_VERSION_MAX, MUSTER_VERSION_MAX, MUSTER_VERSION_MAX);
    bool from_start = is_int ? type->low <= INT64_MIN + 2 : type->low == 0; /* two values are marks */
    bool to_end = is_int ? type->high >= INT64_MAX - 1 : type->high == most;
    const char *kind = is_int ? "int" : "version", *low = value_text(arena, type, type->low),
               *high = value_text(arena, type, type->high);
    return from_start && to_end ? kind
           : to_end             ? arena_print(arena, "%s >= %s", kind, low)
           : from_start         ? arena_print(arena, "%s <= %s", kind, high)
                                : arena_print(arena, "%s %s..%s", kind, low, high);
}

static const char *type_words(struct arena *arena, const struct variable *variable) {
    const struct type *type = &variable->type;
    const char *words = type->kind == MUSTER_BOOL   ? "bool"
                        : type->kind == MUSTER_TEXT ? "text"
                        : type->kind == MUSTER_PATH ? "path"
                        : type->kind == MUSTER_ENUM ? arena_print(arena, "{ %s }", member_names(arena, type))
                                                    : range_words(arena, type);
    return type->or_unknown && !variable->optional ? arena_print(arena, "%s or unknown", words) : words;
}

static void compare_members(struct comparison *comparison, const struct variable *was, const struct variable *is) {
    const char *added = "", *lost = "";
    for (size_t i = 0; i < is->type.n_members; i++)
        if (joint_member(&was->type, is->type.members[i].name) == SIZE_MAX)
            added = join(comparison->arena, added, is->type.members[i].name);
    for (size_t i = 0; i < was->type.n_members; i++)
        if (joint_member(&is->type, was->type.members[i].name) == SIZE_MAX)
            lost = join(comparison->arena, lost, was->type.members[i].name);
    if (added[0])
        say(comparison, "%s can also be: %s", what(comparison, is), added);
    if (lost[0])
        say(comparison, "%s can no longer be: %s", what(comparison, is), lost);
}

/* Both are inputs of types that are alike. */
static void compare_types(struct comparison *comparison, const struct variable *was, const struct variable *is) {
    const char *name = what(comparison, is);
    bool ordered = variable_is_ordered(is), text = variable_is_text(is);
    if (was->kind != is->kind)
        say(comparison, "%s is a %s now", what(comparison, was), kind_name(is));
    if (ordered && (was->type.low != is->type.low || was->type.high != is->type.high))
        say(comparison, "%s is %s now, was %s", name, range_words(comparison->arena, &is->type),
            range_words(comparison->arena, &was->type));
    if (text && was->type.kind != is->type.kind)
        say(comparison, "%s is a %s now, was a %s", name, type_words(comparison->arena, is),
            type_words(comparison->arena, was));
    if (!ordered && !text)
        compare_members(comparison, was, is);
    if (was->optional != is->optional)
        say(comparison, is->optional ? "%s is optional now" : "%s is required now", name);
    else if (was->type.or_unknown != is->type.or_unknown)
        say(comparison, is->type.or_unknown ? "%s may be unknown now" : "%s is always known now", name);
}

/* ---- where values come from -------------------------------------------------------------------------------------- */

static const char *default_words(struct arena *arena, const struct variable *input) {
    if (variable_is_text(input))
        return input->default_text ? arena_print(arena, "\"%s\"", input->default_text) : NULL;
    if (input->default_value == MUSTER_UNSET && input->kind == VARIABLE_FACT && input->type.kind == MUSTER_BOOL &&
        !input->type.or_unknown && input->source == AST_FROM_CALLER)
        return "no";
    if (input->default_value == MUSTER_UNSET || input->optional)
        return NULL;
    return value_text(arena, &input->type, input->default_value);
}

static bool is_same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void compare_defaults(struct comparison *comparison, const struct variable *was, const struct variable *is) {
    const char *before = default_words(comparison->arena, was), *now = default_words(comparison->arena, is);
    if (is_same_text(before, now))
        return;
    if (now && before)
        say(comparison, "%s is %s by default now, was %s", what(comparison, is), now, before);
    else if (now)
        say(comparison, "%s is %s by default now, had no default", what(comparison, is), now);
    else
        say(comparison, "%s has no default now, was %s", what(comparison, is), before);
}

static const char *origin_words(struct arena *arena, const struct variable *input) {
    switch (input->source) {
    case AST_FROM_PROBE:
        return arena_print(arena, "the probe %s", input->probe);
    case AST_FROM_CALLER_ELSE_PROBE:
        return arena_print(arena, "the caller, else the probe %s", input->probe);
    case AST_FROM_NOWHERE:
    case AST_FROM_CALLER:
        break;
    }
    return "the caller";
}

static void compare_sources(struct comparison *comparison, const struct variable *was, const struct variable *is) {
    const char *before = origin_words(comparison->arena, was), *now = origin_words(comparison->arena, is);
    if (strcmp(before, now) != 0)
        say(comparison, "%s comes from %s now, came from %s", what(comparison, is), now, before);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

/* Least automata of one language are the same. */
static bool is_same_pattern(const struct pattern *a, const struct pattern *b) {
    if (!a || !b)
        return a == b;
    return a->n_classes == b->n_classes && a->n_states == b->n_states &&
           memcmp(a->classes, b->classes, sizeof a->classes) == 0 && memcmp(a->accept, b->accept, a->n_states) == 0 &&
           memcmp(a->next, b->next, (size_t)a->n_states * a->n_classes * sizeof *a->next) == 0;
}

static const char *pattern_words(struct arena *arena, const struct variable *text) {
    return text->pattern ? arena_print(arena, "\"%s\"", text->pattern_text) : "anything";
}

/* Where a text can have no more bytes than `most`. */
static hostset limited(struct comparison *comparison, size_t side, const struct variable *text, int64_t most) {
    hostset set = (int64_t)text->max_length <= most ? HOSTS_ALL : HOSTS_NONE;
    for (size_t i = 0; i < text->limits.count; i++)
        if (text->limits.items[i].max <= most)
            set = hosts_or(comparison->sides.hosts, set,
                           meaning_cond(comparison->sides.meanings[side], text->limits.items[i].when));
    return set;
}

static const char *limit_words(struct arena *arena, const struct variable *text) {
    const char *list = arena_print(arena, "at most %zu bytes", text->max_length);
    for (size_t i = 0; i < text->limits.count; i++)
        list = join(arena, list,
                    arena_print(arena, "%" PRId64 " when %s", text->limits.items[i].max, text->limits.items[i].words));
    return list;
}

/* The same limits on the same hosts are no change, whatever the words of their conditions. */
static void compare_limits(struct comparison *comparison, const struct variable *const *variables) {
    bool same = true;
    comparison_ask(comparison);
    for (size_t side = 0; side < N_SIDES; side++)
        for (size_t i = 0; i <= variables[side]->limits.count; i++) {
            int64_t most = i < variables[side]->limits.count ? variables[side]->limits.items[i].max
                                                             : (int64_t)variables[side]->max_length;
            hostset sets[N_SIDES];
            for (size_t k = 0; k < N_SIDES; k++)
                sets[k] =
                    hosts_and(comparison->sides.hosts, limited(comparison, k, variables[k], most), comparison->shared);
            if (sets[OLD_SIDE] == HOSTS_UNKNOWN || sets[NEW_SIDE] == HOSTS_UNKNOWN)
                comparison->diff->not_proven = true;
            else
                same = same && sets[OLD_SIDE] == sets[NEW_SIDE];
        }
    if (!same)
        say(comparison, "%s takes %s now, took %s", what(comparison, variables[NEW_SIDE]),
            limit_words(comparison->arena, variables[NEW_SIDE]), limit_words(comparison->arena, variables[OLD_SIDE]));
}

static void compare_texts(struct comparison *comparison, const struct variable *was, const struct variable *is) {
    bool is_other = !is_same_pattern(was->pattern, is->pattern);
    if (is_other)
        say(comparison, "%s matches %s now, matched %s", what(comparison, is), pattern_words(comparison->arena, is),
            pattern_words(comparison->arena, was));
    if (!is_other || was->limits.count + is->limits.count > 0) /* else the pattern says how long it can be */
        compare_limits(comparison, (const struct variable *const[N_SIDES]){was, is});
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

static void compare_inputs(struct comparison *comparison, const struct variable *was, const struct variable *is) {
    if (!joint_is_alike(was, is)) {
        say(comparison, "%s is %s now, was %s: these have no value in common, so each counts as one of its own",
            what(comparison, is), type_words(comparison->arena, is), type_words(comparison->arena, was));
        return;
    }
    compare_types(comparison, was, is);
    compare_defaults(comparison, was, is);
    compare_sources(comparison, was, is);
    if (variable_is_text(is))
        compare_texts(comparison, was, is);
}

/* Both have the name; one asks for it, the other decides it. */
static void compare_roles(struct comparison *comparison, const struct variable *was, const struct variable *is) {
    const struct variable *input = variable_is_input(was) ? was : is, *decision = input == was ? is : was;
    const char *now = is == decision ? "is decided now" : arena_print(comparison->arena, "is a %s now", kind_name(is));
    bool is_taken = !decision->type.numeric && joint_is_alike(input, decision);
    say(comparison, "%s %s%s", what(comparison, was), now,
        is_taken ? "" : "; the values of both are not the same, so each counts as one of its own");
    if (is_taken)
        compare_members(comparison, was, is);
}

static void compare_named(struct comparison *comparison, const struct variable *was, const struct variable *is) {
    bool was_input = variable_is_input(was), is_input = variable_is_input(is);
    if (was_input && is_input)
        compare_inputs(comparison, was, is);
    else if (was_input || is_input)
        compare_roles(comparison, was, is);
    else if (was->kind != is->kind)
        say(comparison, "%s is a %s now", what(comparison, was), kind_name(is));
    else if (was->kind == VARIABLE_DECISION && !was->type.numeric && !is->type.numeric)
        compare_members(comparison, was, is);
}

static void say_new(struct comparison *comparison, const struct variable *variable) {
    const char *by_default = variable_is_input(variable) ? default_words(comparison->arena, variable) : NULL;
    say(comparison, "%s is new: %s%s%s%s", what(comparison, variable), type_words(comparison->arena, variable),
        variable->optional ? ", optional" : "", by_default ? ", by default " : "", by_default ? by_default : "");
}

/* Names within the rules are nobody else's business. */
static bool is_public(const struct variable *variable) {
    return variable->kind != VARIABLE_LET && !variable->hidden;
}

/* The fact of the other side of which a decision or derived condition of a side says what it is; or NULL. */
static const struct variable *stated_by(const struct comparison *comparison, size_t side,
                                        const struct variable *decision) {
    const struct model *other = comparison->sides.models[!side];
    for (size_t i = 0; i < other->n_inputs; i++)
        if (joint_statement(comparison->joint, !side, other->inputs[i]) == decision)
            return other->inputs[i];
    return NULL;
}

/* What both have under a name, but for facts that the other side states under another one. */
static const struct variable *find_same(const struct comparison *comparison, size_t side,
                                        const struct variable *variable) {
    const struct variable *other = joint_find(comparison->sides.models[!side], variable->name);
    bool is_own = joint_statement(comparison->joint, side, variable) ||
                  (other && joint_statement(comparison->joint, !side, other));
    return is_own ? NULL : other;
}

/* What only one side has under its name. A fact that the other side states is told with its statement. */
static void say_only(struct comparison *comparison, size_t side, const struct variable *variable) {
    const struct model *const *models = comparison->sides.models;
    const struct variable *fact = stated_by(comparison, side, variable);
    if (fact)
        say(comparison, "%s of %s is what '%s' of %s says", what(comparison, fact), models[!side]->name, variable->name,
            models[side]->name);
    if (fact || joint_statement(comparison->joint, side, variable) || !is_public(variable))
        return;
    if (side == NEW_SIDE)
        say_new(comparison, variable);
    else
        say(comparison, "%s is gone", what(comparison, variable));
}

void compare_spaces(struct comparison *comparison) {
    const struct model *was = comparison->sides.models[OLD_SIDE], *is = comparison->sides.models[NEW_SIDE];
    for (size_t i = 0; i < is->variables.count; i++) {
        const struct variable *variable = is->variables.items[i];
        if (variable->hidden)
            continue;
        const struct variable *other = find_same(comparison, NEW_SIDE, variable);
        if (other)
            compare_named(comparison, other, variable);
        else
            say_only(comparison, NEW_SIDE, variable);
    }
    for (size_t i = 0; i < was->variables.count; i++)
        if (!was->variables.items[i]->hidden && !find_same(comparison, OLD_SIDE, was->variables.items[i]))
            say_only(comparison, OLD_SIDE, was->variables.items[i]);
    if (was->has_argv != is->has_argv)
        say(comparison, is->has_argv ? "the command line is new" : "the command line is gone");
}
