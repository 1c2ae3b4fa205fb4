/*
 * Two rulesets with the same inputs, over the same hosts; for the tests of comparing command lines.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BOTH_H
#define TESTS_BOTH_H

#include "gen/audit/diff/argv.h"
#include "trials.h"

/* Inputs of both sides, and what their codes are. */
enum { MAX_AXES = 64 };

struct axis {
    const struct variable *variables[N_SIDES];
    int64_t *values; /* by code, the least */
    size_t n_values;
};

/* Two rulesets that ask the same inputs, over the same hosts. */
struct both {
    struct compiled compiled[N_SIDES];
    struct arena *arena;
    struct axis axes[MAX_AXES];
    size_t n_axes, n_cells;
    struct diff_sides sides;
    char wrong[400]; /* what, if anything */
};

/* ---- hosts of both ---------------------------------------------------------------------------------------------- */

static inline void add_axis_value(struct both *both, struct axis *axis, int64_t value) {
    size_t at = 0;
    (void)both;
    while (at < axis->n_values && axis->values[at] < value)
        at++;
    if (at < axis->n_values && axis->values[at] == value)
        return;
    memmove(&axis->values[at + 1], &axis->values[at], (axis->n_values - at) * sizeof *axis->values);
    axis->values[at] = value;
    axis->n_values++;
}

/* Codes of one side are cut at the constants of both; unknown is the last. */
static inline void make_axis(struct both *both, struct axis *axis, const struct variable *old,
                             const struct variable *new) {
    *axis = (struct axis){.variables = {old, new}};
    axis->values = arena_alloc(both->arena, (old->n_codes + new->n_codes + 2) * sizeof *axis->values);
    for (int side = OLD_SIDE; side < N_SIDES; side++)
        for (size_t code = 0; code < axis->variables[side]->n_codes; code++)
            add_axis_value(both, axis, variable_value(axis->variables[side], code));
    if (axis->n_values == 0)
        axis->values[axis->n_values++] = 0; /* a text, of which nothing is asked */
    if (variable_n_codes(old) > old->n_codes)
        axis->values[axis->n_values++] = MUSTER_UNKNOWN;
}

static inline const struct variable *same_input(const struct model *model, const struct variable *input) {
    for (size_t i = 0; i < model->n_inputs; i++)
        if (strcmp(model->inputs[i]->name, input->name) == 0)
            return model->inputs[i];
    return NULL;
}

/* By input of a side, by its code, the hosts that have it. */
static inline const hostset *const *make_grounds(struct both *both, int side) {
    const struct model *model = both->compiled[side].model;
    const hostset **grounds = arena_alloc(both->arena, (model->n_inputs + 1) * sizeof *grounds);
    for (size_t i = 0; i < both->n_axes; i++) {
        const struct axis *axis = &both->axes[i];
        const struct variable *variable = axis->variables[side];
        hostset *sets = arena_alloc(both->arena, (variable_n_codes(variable) + 1) * sizeof *sets);
        bool *codes = arena_alloc(both->arena, axis->n_values + 1);
        for (size_t code = 0; code < variable_n_codes(variable); code++) {
            for (size_t k = 0; k < axis->n_values; k++)
                codes[k] = variable_code(variable, axis->values[k]) == code;
            sets[code] = hosts_where(both->sides.hosts, i, codes);
        }
        grounds[variable->input] = sets;
    }
    return grounds;
}

static inline bool pair_up(struct both *both) {
    const struct model *old = both->compiled[OLD_SIDE].model, *new = both->compiled[NEW_SIDE].model;
    size_t widths[MAX_AXES];
    both->n_axes = old->n_inputs;
    both->n_cells = 1;
    if (old->n_inputs != new->n_inputs || old->n_inputs > MAX_AXES)
        return fail(both, "other inputs");
    for (size_t i = 0; i < both->n_axes; i++) {
        const struct variable *other = same_input(new, old->inputs[i]);
        if (!other || other->type.kind != old->inputs[i]->type.kind)
            return fail(both, "no input '%s'", old->inputs[i]->name);
        make_axis(both, &both->axes[i], old->inputs[i], other);
        widths[i] = both->axes[i].n_values;
        both->n_cells *= widths[i];
    }
    both->sides.hosts = hosts_new(both->arena, widths, both->n_axes);
    for (int side = OLD_SIDE; side < N_SIDES; side++) {
        both->sides.models[side] = both->compiled[side].model;
        both->sides.meanings[side] = meaning_over(both->arena, both->compiled[side].model, both->sides.hosts,
                                                  both->n_axes, make_grounds(both, side));
    }
    return true;
}

static inline void both_free(struct both *both) {
    for (int side = OLD_SIDE; side < N_SIDES; side++)
        compiled_free(&both->compiled[side]);
    arena_free(both->arena);
}

/* ---- in words --------------------------------------------------------------------------------------------------- */

static inline void put_texts(FILE *out, const char *mark, const struct texts *texts) {
    for (size_t i = 0; i < texts->count; i++)
        fprintf(out, "%s %s%s", i == 0 ? mark : ",", texts->items[i], i + 1 == texts->count ? "; " : "");
}

/* Lines on which the rules of one side stand. */
static inline void put_rules(const struct both *both, FILE *out, int side, const struct change *change) {
    for (size_t i = 0; i < change->rules[side].count; i++) {
        struct span span = change->rules[side].items[i].span;
        fprintf(out, "%s%zu", i ? "," : "",
                source_place(&both->compiled[side].sources.items[span.file], span.begin).line);
    }
}

/* "-M: - a=b; + a=c; 2 of 4, rules 3/3, security": a line for each change. */
static inline char *describe(struct both *both, const struct diff *diff) {
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    bool *all = arena_alloc(both->arena, MAX_AXES * sizeof *all);
    memset(all, true, MAX_AXES * sizeof *all);
    for (size_t i = 0; i < diff->changes.count; i++) {
        const struct change *change = &diff->changes.items[i];
        fprintf(out, "%s: ", change->name);
        if (change->values[OLD_SIDE] || change->values[NEW_SIDE])
            fprintf(out, "%s => %s; ", change->values[OLD_SIDE] ? change->values[OLD_SIDE] : "nothing",
                    change->values[NEW_SIDE] ? change->values[NEW_SIDE] : "nothing");
        put_texts(out, "-", &change->removed);
        put_texts(out, "+", &change->added);
        fprintf(out, "%llu of %zu, rules ", (unsigned long long)hosts_count(both->sides.hosts, change->set, all),
                both->n_cells);
        put_rules(both, out, OLD_SIDE, change);
        fputc('/', out);
        put_rules(both, out, NEW_SIDE, change);
        fputs(change->is_security ? ", security\n" : "\n", out);
    }
    fclose(out);
    return text;
}

/* Each host is in one change at least, and no other host is. */
static inline bool covers(const struct both *both, const struct diff *diff, hostset differs) {
    hostset all = HOSTS_NONE;
    for (size_t i = 0; i < diff->changes.count; i++)
        all = hosts_or(both->sides.hosts, all, diff->changes.items[i].set);
    return all == differs;
}

#endif
