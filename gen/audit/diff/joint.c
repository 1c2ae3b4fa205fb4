/*
 * The hosts over which two rulesets are compared.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/diff/joint.h"

#include <string.h>

#include "gen/model/space.h"

/* ---- names and types --------------------------------------------------------------------------------------------- */

const struct variable *joint_find(const struct model *model, const char *name) {
    for (size_t i = 0; i < model->variables.count; i++)
        if (!model->variables.items[i]->hidden && strcmp(model->variables.items[i]->name, name) == 0)
            return model->variables.items[i];
    return NULL;
}

size_t joint_member(const struct type *type, const char *name) {
    for (size_t i = 0; i < type->n_members; i++)
        if (strcmp(type->members[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

static bool is_listed(const struct variable *variable) {
    return !variable_is_text(variable) && !variable_is_ordered(variable);
}

static bool has_common_member(const struct type *a, const struct type *b) {
    for (size_t i = 0; i < a->n_members; i++)
        if (joint_member(b, a->members[i].name) != SIZE_MAX)
            return true;
    return false;
}

bool joint_is_alike(const struct variable *a, const struct variable *b) {
    if (variable_is_text(a) || variable_is_text(b))
        return variable_is_text(a) && variable_is_text(b);
    if (is_listed(a) || is_listed(b))
        return is_listed(a) && is_listed(b) && has_common_member(&a->type, &b->type);
    return a->type.kind == b->type.kind && a->type.low <= b->type.high && b->type.low <= a->type.high;
}

/* The decision or derived condition of the other side that an input is; numbers are decided in another way. */
static const struct variable *find_decision(const struct model *other, const struct variable *input) {
    const struct variable *found = joint_find(other, input->name);
    bool is_decided = found && !variable_is_input(found) && !found->type.numeric;
    return is_decided && joint_is_alike(found, input) ? found : NULL;
}

/*
 * A decision or derived condition of the other side whose name is this ruleset's with the fact's behind it: it says
 * what the fact is here, whatever the other side itself means by the fact's name. Revisions of one ruleset have one
 * name, and none of theirs speaks of another.
 */
static const struct variable *find_statement(struct arena *arena, const struct model *model, const struct model *other,
                                             const struct variable *input) {
    if (input->kind != VARIABLE_FACT || !model->name || !other->name || strcmp(model->name, other->name) == 0)
        return NULL;
    const struct variable *found = joint_find(other, arena_print(arena, "%s_%s", model->name, input->name));
    return found && !variable_is_input(found) ? found : NULL;
}

const struct variable *joint_statement(const struct joint *joint, size_t side, const struct variable *input) {
    const struct variable *decision = variable_is_input(input) ? joint->decided[side][input->input] : NULL;
    return decision && strcmp(decision->name, input->name) != 0 ? decision : NULL;
}

/* The error stands in the new ruleset, whichever of the two is from there. */
static struct diag *refuse_statement(const struct joint *joint, size_t side, const struct variable *input,
                                     const struct variable *decision, struct diagnostics *diagnostics,
                                     const char *why) {
    struct diag *diag =
        diag_add(diagnostics, DIAG_CODE_TYPE, side == NEW_SIDE ? input->span : decision->span,
                 "'%s' of the ruleset '%s' cannot say what the fact '%s' of '%s' is: %s", decision->name,
                 joint->models[!side]->name, input->name, joint->models[side]->name, why);
    diag_help(diagnostics, diag, "decide the fact's own values, or give '%s' another name", decision->name);
    return diag;
}

/* False after a message. */
static bool check_statement(struct arena *arena, const struct joint *joint, size_t side, const struct variable *input,
                            const struct variable *decision, struct diagnostics *diagnostics) {
    const char *why = NULL;
    if (!is_listed(input))
        why = "only facts that are bool or an enumeration can be decided";
    else if (decision->type.numeric)
        why = "it decides a number";
    else if (decision->type.kind != input->type.kind)
        why = input->type.kind == MUSTER_BOOL ? "the fact is bool, and the decision an enumeration"
                                              : "the fact is an enumeration, and the decision bool";
    for (size_t i = 0; i < decision->type.n_members && !why; i++)
        if (joint_member(&input->type, decision->type.members[i].name) == SIZE_MAX)
            why = arena_print(arena, "the fact cannot be '%s'", decision->type.members[i].name);
    if (why)
        refuse_statement(joint, side, input, decision, diagnostics, why);
    return !why;
}

/* What of a side's inputs the other decides; false after a message. */
static bool find_decided(struct arena *arena, struct joint *joint, size_t side, struct diagnostics *diagnostics) {
    const struct model *model = joint->models[side], *other = joint->models[!side];
    bool good = true;
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i];
        const struct variable *statement = find_statement(arena, model, other, input);
        good = (!statement || check_statement(arena, joint, side, input, statement, diagnostics)) && good;
        joint->decided[side][i] = statement ? statement : find_decision(other, input);
    }
    return good;
}

/* ---- axes -------------------------------------------------------------------------------------------------------- */

static void unite_members(struct arena *arena, struct type *type, const struct type *more) {
    struct member *members = arena_alloc(arena, (type->n_members + more->n_members + 1) * sizeof *members);
    size_t count = type->n_members;
    memcpy(members, type->members, count * sizeof *members);
    for (size_t i = 0; i < more->n_members; i++)
        if (joint_member(type, more->members[i].name) == SIZE_MAX)
            members[count++] = more->members[i];
    if (type->kind != more->kind)
        type->kind = MUSTER_ENUM;
    type->members = members;
    type->n_members = count;
    type->high = (int64_t)count - 1;
}

static void add_cut(struct arena *arena, struct variable *axis, int64_t cut) {
    size_t place = 0;
    while (place < axis->cuts.count && axis->cuts.items[place] < cut)
        place++;
    if (cut <= axis->type.low || (place < axis->cuts.count && axis->cuts.items[place] == cut))
        return;
    ARENA_PUSH(arena, &axis->cuts, cut);
    memmove(&axis->cuts.items[place + 1], &axis->cuts.items[place],
            (axis->cuts.count - 1 - place) * sizeof *axis->cuts.items);
    axis->cuts.items[place] = cut;
}

/* Where one range ends and the other goes on is cut, too: each interval is one side's as a whole or not at all. */
static void unite_ranges(struct arena *arena, struct variable *axis, const struct variable *more) {
    const struct variable one = *axis;
    const struct variable *const sides[] = {&one, more};
    axis->cuts.items = NULL;
    axis->cuts.count = axis->cuts.capacity = 0;
    axis->type.low = more->type.low < one.type.low ? more->type.low : one.type.low;
    axis->type.high = more->type.high > one.type.high ? more->type.high : one.type.high;
    for (size_t i = 0; i < 2; i++) {
        add_cut(arena, axis, sides[i]->type.low);
        if (sides[i]->type.high < axis->type.high)
            add_cut(arena, axis, sides[i]->type.high + 1);
        for (size_t k = 0; k < sides[i]->cuts.count; k++)
            add_cut(arena, axis, sides[i]->cuts.items[k]);
    }
}

static void unite(struct arena *arena, struct variable *axis, const struct variable *more) {
    axis->optional = axis->optional || more->optional;
    axis->type.or_unknown = axis->type.or_unknown || more->type.or_unknown;
    if (variable_is_ordered(axis))
        unite_ranges(arena, axis, more);
    else if (variable_is_text(axis))
        axis->type.high = axis->optional;
    else
        unite_members(arena, &axis->type, &more->type);
    axis->n_codes = variable_is_ordered(axis) ? axis->cuts.count + 1
                    : variable_is_text(axis)  ? (axis->optional ? 2 : 0)
                                              : axis->type.n_members;
}

/* The code that an input has where the axis has this one. */
static size_t side_code(const struct variable *axis, size_t code, const struct variable *input) {
    if (code == axis->n_codes)
        return input->type.or_unknown ? input->n_codes : SIZE_MAX;
    if (variable_is_text(axis)) {
        bool is_given = code == 1;
        return input->optional ? is_given : is_given ? 0 : SIZE_MAX;
    }
    if (!variable_is_ordered(axis))
        return joint_member(&input->type, axis->type.members[code].name);
    int64_t value = variable_value(axis, code);
    return value >= input->type.low && value <= input->type.high ? variable_code(input, value) : SIZE_MAX;
}

/* The same name for two inputs with nothing in common: words tell them apart. */
static const char *axis_name(struct arena *arena, const struct joint *joint, const struct variable *input,
                             size_t side) {
    const struct variable *other = joint_find(joint->models[!side], input->name);
    bool is_other =
        other && variable_is_input(other) && !joint->decided[!side][other->input] && !joint_is_alike(input, other);
    return is_other ? arena_print(arena, "%s (%s)", input->name, side == OLD_SIDE ? "old" : "new") : input->name;
}

static void add_axis(struct arena *arena, struct joint *joint, size_t side, const struct variable *input,
                     const struct variable *other) {
    struct variable *axis = arena_alloc(arena, sizeof *axis);
    struct joint_axis *item = &joint->items[joint->axes.count];
    *axis = *input;
    axis->name = axis_name(arena, joint, input, side);
    axis->index = axis->input = joint->axes.count;
    if (other)
        unite(arena, axis, other);
    item->inputs[side] = input;
    item->inputs[!side] = other;
    for (size_t k = 0; k < N_SIDES; k++) {
        size_t *codes = arena_alloc(arena, (variable_n_codes(axis) + 1) * sizeof *codes);
        for (size_t code = 0; code < variable_n_codes(axis); code++)
            codes[code] = item->inputs[k] ? side_code(axis, code, item->inputs[k]) : SIZE_MAX;
        item->codes[k] = codes;
    }
    ARENA_PUSH(arena, &joint->axes, axis);
}

static void add_axes(struct arena *arena, struct joint *joint, size_t side) {
    const struct model *model = joint->models[side], *others = joint->models[!side];
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i], *other = joint_find(others, input->name);
        bool is_shared =
            other && variable_is_input(other) && !joint->decided[!side][other->input] && joint_is_alike(input, other);
        if (!joint->decided[side][i] && !(is_shared && side == OLD_SIDE))
            add_axis(arena, joint, side, input, is_shared ? other : NULL);
    }
}

/* ---- what inputs are over these hosts ---------------------------------------------------------------------------- */

struct grounding {
    struct arena *arena;
    struct joint *joint;
    hostset **code_sets[N_SIDES]; /* by input, by code */
    bool *is_done[N_SIDES];       /* by input: it is known where it has which code */
};

static void ground_axis(const struct grounding *grounding, size_t axis, size_t side) {
    struct joint *joint = grounding->joint;
    const struct joint_axis *item = &joint->items[axis];
    const struct variable *input = item->inputs[side];
    size_t width = variable_n_codes(joint->axes.items[axis]);
    bool *codes = arena_alloc(grounding->arena, width + 1);
    for (size_t code = 0; code < width; code++)
        codes[code] = item->codes[side][code] != SIZE_MAX;
    if (width > 0) /* else a text, which is always given */
        joint->exists[side] = hosts_and(joint->hosts, joint->exists[side], hosts_where(joint->hosts, axis, codes));
    for (size_t of = 0; of < variable_n_codes(input); of++) {
        for (size_t code = 0; code < width; code++)
            codes[code] = item->codes[side][code] == of;
        grounding->code_sets[side][input->input][of] = hosts_where(joint->hosts, axis, codes);
    }
    grounding->is_done[side][input->input] = true;
}

/* Everything behind the decision that an input is has been grounded itself. */
static bool can_ground(const struct grounding *grounding, size_t side, const struct variable *decision) {
    struct cone *cone = cone_new(grounding->arena, grounding->joint->models[!side]);
    cone_add(cone, decision);
    cone_finish(grounding->arena, cone);
    for (size_t i = 0; i < cone->n_inputs; i++)
        if (!grounding->is_done[!side][cone->inputs[i]->input])
            return false;
    return true;
}

static void ground_decided(const struct grounding *grounding, size_t side, size_t index) {
    struct joint *joint = grounding->joint;
    const struct variable *input = joint->models[side]->inputs[index], *decision = joint->decided[side][index];
    hostset any = HOSTS_NONE;
    for (size_t code = 0; code < input->n_codes; code++) {
        size_t member = joint_member(&decision->type, input->type.members[code].name);
        struct valueset set = {0};
        if (member == SIZE_MAX)
            continue;
        valueset_add(grounding->arena, &set, (int64_t)member, (int64_t)member);
        hostset where = meaning_value(joint->meanings[!side], decision, &set);
        grounding->code_sets[side][index][code] = where;
        any = hosts_or(joint->hosts, any, where);
    }
    joint->exists[side] = hosts_and(joint->hosts, joint->exists[side], any);
    grounding->is_done[side][index] = true;
}

/* Each asks for something that the other decides from what the one decides. */
static void report_circle(const struct variable *const *stuck, struct diagnostics *diagnostics) {
    diag_add(diagnostics, DIAG_CODE_CYCLE, stuck[NEW_SIDE]->span,
             "these rulesets cannot be compared: the new one asks for '%s', which the old one decides from its own "
             "'%s', and that the new one decides from its '%s'",
             stuck[NEW_SIDE]->name, stuck[OLD_SIDE]->name, stuck[NEW_SIDE]->name);
}

/* Grounds what can be grounded, again and again; false after a message if something never can. */
static bool ground_all_decided(const struct grounding *grounding, struct diagnostics *diagnostics) {
    const struct joint *joint = grounding->joint;
    const struct variable *stuck[N_SIDES] = {NULL, NULL};
    for (bool more = true; more;) {
        more = false;
        stuck[OLD_SIDE] = stuck[NEW_SIDE] = NULL;
        for (size_t side = 0; side < N_SIDES; side++)
            for (size_t i = 0; i < joint->models[side]->n_inputs; i++) {
                if (grounding->is_done[side][i])
                    continue;
                if (!can_ground(grounding, side, joint->decided[side][i])) {
                    stuck[side] = joint->models[side]->inputs[i];
                    continue;
                }
                ground_decided(grounding, side, i);
                more = true;
            }
    }
    if (stuck[OLD_SIDE] && stuck[NEW_SIDE]) /* one waits for another of the other side */
        report_circle(stuck, diagnostics);
    return !stuck[OLD_SIDE] && !stuck[NEW_SIDE];
}

static bool ground(struct arena *arena, struct joint *joint, struct diagnostics *diagnostics) {
    struct grounding grounding = {.arena = arena, .joint = joint};
    for (size_t side = 0; side < N_SIDES; side++) {
        const struct model *model = joint->models[side];
        hostset **code_sets = arena_alloc(arena, (model->n_inputs + 1) * sizeof *code_sets);
        for (size_t i = 0; i < model->n_inputs; i++)
            code_sets[i] = arena_alloc(arena, (variable_n_codes(model->inputs[i]) + 1) * sizeof **code_sets);
        grounding.code_sets[side] = code_sets;
        grounding.is_done[side] = arena_alloc(arena, model->n_inputs + 1);
        joint->exists[side] = HOSTS_ALL;
        joint->code_sets[side] = (const hostset *const *)code_sets;
        joint->meanings[side] = meaning_over(arena, model, joint->hosts, joint->axes.count, joint->code_sets[side]);
        for (size_t axis = 0; axis < joint->axes.count; axis++)
            if (joint->items[axis].inputs[side])
                ground_axis(&grounding, axis, side);
    }
    return ground_all_decided(&grounding, diagnostics);
}

struct joint *joint_new(struct arena *arena, const struct model *old_model, const struct model *new_model, size_t steps,
                        struct diagnostics *diagnostics) {
    struct joint *joint = arena_alloc(arena, sizeof *joint);
    size_t most = old_model->n_inputs + new_model->n_inputs;
    size_t *widths = arena_alloc(arena, (most + 1) * sizeof *widths);
    joint->models[OLD_SIDE] = old_model;
    joint->models[NEW_SIDE] = new_model;
    joint->items = arena_alloc(arena, (most + 1) * sizeof *joint->items);
    joint->all = arena_alloc(arena, most + 1);
    bool good = true;
    for (size_t side = N_SIDES; side-- > 0;) {
        joint->decided[side] = arena_alloc(arena, (most + 1) * sizeof *joint->decided[side]);
        good = find_decided(arena, joint, side, diagnostics) && good;
    }
    if (!good)
        return NULL;
    for (size_t side = N_SIDES; side-- > 0;)
        add_axes(arena, joint, side);
    for (size_t i = 0; i < joint->axes.count; i++) {
        size_t codes = variable_n_codes(joint->axes.items[i]);
        widths[i] = codes ? codes : 1;
        joint->all[i] = true;
    }
    joint->hosts = hosts_new(arena, widths, joint->axes.count);
    hosts_budget(joint->hosts, steps);
    return ground(arena, joint, diagnostics) ? joint : NULL;
}
