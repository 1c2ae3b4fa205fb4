/*
 * What fills the holes of two command lines that are compared.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/argv_parts.h"
#include "gen/model/eval.h"

/* ---- equal holes ------------------------------------------------------------------------------------------------ */

/* Whether a text of the variable can have these bytes in it. */
static bool can_hold(const struct variable *variable, const char *bytes) {
    if (!variable_is_text(variable)) {
        const char *all = variable->type.kind == MUSTER_VERSION ? "0123456789." : "-0123456789";
        return bytes[strspn(bytes, all)] == '\0';
    }
    for (; variable->pattern && *bytes; bytes++)
        if (variable->pattern->classes[(unsigned char)*bytes] == 0)
            return false;
    return true;
}

/* Whether a text that both sides accept for the input can have these bytes in it. */
static bool input_can_hold(const struct argv_sides *sides, const char *name, const char *bytes) {
    for (int i = OLD_SIDE; i < N_SIDES; i++) {
        const struct model *model = sides->sides[i].model;
        for (size_t k = 0; k < model->n_inputs; k++)
            if (strcmp(model->inputs[k]->name, name) == 0 && !can_hold(model->inputs[k], bytes))
                return false;
    }
    return true;
}

/* What of the levels changes any text of the input. */
static const struct level *skip_idle(const struct argv_sides *sides, const struct argv_piece *piece) {
    for (const struct level *level = piece->level; level; level = level->outer)
        for (size_t i = 0; i < level->format->n_escapes; i++)
            if (input_can_hold(sides, piece->placeholder->variable->name, level->format->escapes[i].from))
                return level;
    return NULL;
}

static const struct level *skip_plain(const struct level *level) {
    while (level && level->format->n_escapes == 0)
        level = level->outer;
    return level;
}

static bool same_escapes(const struct format *a, const struct format *b) {
    if (a->n_escapes != b->n_escapes)
        return false;
    for (size_t i = 0; i < a->n_escapes; i++)
        if (strcmp(a->escapes[i].from, b->escapes[i].from) != 0 || strcmp(a->escapes[i].to, b->escapes[i].to) != 0)
            return false;
    return true;
}

/* Whether they are the same input, as far as its text goes. */
static bool same_input(const struct variable *a, const struct variable *b) {
    return strcmp(a->name, b->name) == 0 && joint_is_alike(a, b);
}

bool holes_are_same(const struct argv_sides *sides, const struct argv_piece *a, const struct argv_piece *b) {
    if (!same_input(a->placeholder->variable, b->placeholder->variable) || a->placeholder->unit != b->placeholder->unit)
        return false;
    const struct level *left = skip_idle(sides, a), *right = skip_idle(sides, b);
    while (left && right && same_escapes(left->format, right->format)) {
        left = skip_plain(left->outer);
        right = skip_plain(right->outer);
    }
    return !left && !right;
}

/* ---- known values ----------------------------------------------------------------------------------------------- */

static int64_t in_unit(const struct argv_piece *piece, int64_t number) {
    return piece->placeholder->variable->type.kind == MUSTER_INT ? number / piece->placeholder->unit : number;
}

static void add_value(struct argv_sides *sides, struct values *values, const struct argv_piece *piece, int64_t number,
                      hostset set) {
    const char *text = value_text(sides->arena, &piece->placeholder->variable->type, in_unit(piece, number));
    struct buffer written = format_escape(sides->arena, NULL, text, strlen(text));
    for (const struct level *level = piece->level; level; level = level->outer)
        written = format_escape(sides->arena, level->format, written.items, written.count);
    for (size_t i = 0; i < values->count; i++) {
        struct value *value = &values->items[i];
        if (value->length == written.count && memcmp(value->text, written.items, written.count) == 0) {
            value->set = hosts_or(sides->hosts, value->set, set);
            return;
        }
    }
    ARENA_PUSH(sides->arena, values, ((struct value){written.items, written.count, set}));
}

static hostset where(struct argv_sides *sides, int side, const struct variable *variable, int64_t value) {
    struct valueset one = {0};
    valueset_add(sides->arena, &one, value, value);
    return meaning_value(sides->sides[side].meaning, variable, &one);
}

/* Codes of a number or version all of whose values are written in the same way. */
static void add_codes(struct argv_sides *sides, int side, struct values *values, const struct argv_piece *piece,
                      const struct variable *variable) {
    for (size_t code = 0; code < variable->n_codes; code++) {
        int64_t low = variable_value(variable, code);
        int64_t high = code + 1 < variable->n_codes ? variable_value(variable, code + 1) - 1 : variable->type.high;
        if (in_unit(piece, low) == in_unit(piece, high))
            add_value(sides, values, piece, low, where(sides, side, variable, low));
    }
}

/* A fact of one side that the other decides comes from there. */
static void add_members(struct argv_sides *sides, int side, struct values *values, const struct argv_piece *piece,
                        const struct variable *decision) {
    for (size_t i = 0; i < decision->type.n_members; i++)
        add_value(sides, values, piece, decision->type.members[i].number, where(sides, side, decision, (int64_t)i));
}

struct values argv_values(struct argv_sides *sides, int side, const struct argv_piece *piece) {
    const struct variable *hole = piece->placeholder->variable;
    struct values values = {0};
    if (variable_is_text(hole))
        return values;
    for (int other = OLD_SIDE; other < N_SIDES; other++) {
        const struct model *model = sides->sides[other].model;
        for (size_t i = 0; i < model->variables.count; i++) {
            const struct variable *variable = model->variables.items[i];
            if (strcmp(variable->name, hole->name) != 0)
                continue;
            if (variable_is_input(variable) && same_input(variable, hole))
                add_codes(sides, other, &values, piece, variable);
            if (other != side && hole->kind == VARIABLE_FACT && variable->type.numeric)
                add_members(sides, other, &values, piece, variable);
        }
    }
    return values;
}
