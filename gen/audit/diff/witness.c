/*
 * Hosts that show a change: one and the same for both sides, each with what that side asks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/internal.h"
#include "gen/check/witness.h"

/* ---- which host -------------------------------------------------------------------------------------------------- */

/* A host of the change by its codes: if it can be, one that gets a command line from both, or at least from one. */
static size_t *choose_host(struct comparison *comparison, const struct change *change) {
    struct hosts *hosts = comparison->sides.hosts;
    const struct axes *axes = &comparison->joint->axes;
    size_t *codes = arena_alloc(comparison->arena, (axes->count + 1) * sizeof *codes);
    hostset set = change->set;
    for (size_t side = N_SIDES; side-- > 0;) {
        hostset some = hosts_and(hosts, set, comparison->accepted[side]);
        set = some == HOSTS_NONE || some == HOSTS_UNKNOWN ? set : some;
    }
    hosts_pick(hosts, set, codes);
    for (size_t i = 0; i < axes->count; i++)
        if (codes[i] == SIZE_MAX)
            codes[i] = witness_code(axes->items[i]);
    return codes;
}

/* The words of the first region that has the host. */
static const char *region_of(struct comparison *comparison, const struct change *change, const size_t *codes) {
    const struct axes *axes = &comparison->joint->axes;
    for (size_t i = 0; i < change->regions.count; i++) {
        const struct region *region = &change->regions.items[i];
        bool has = true;
        for (size_t k = 0; k < axes->count && has; k++)
            has = !region->codes[k] || region->codes[k][codes[k]];
        if (has)
            return region_words(comparison->arena, axes, region);
    }
    return NULL;
}

/* ---- its values -------------------------------------------------------------------------------------------------- */

/* A number or version that both sides can write. */
static int64_t choose_number(struct comparison *comparison, size_t axis, size_t code) {
    const struct variable *variable = comparison->joint->axes.items[axis];
    int64_t value = code_example(variable, code);
    for (size_t side = 0; side < N_SIDES && variable->type.kind == MUSTER_INT && value != MUSTER_UNKNOWN; side++) {
        const struct variable *input = comparison->joint->items[axis].inputs[side];
        int64_t whole = input ? witness_number(comparison->sides.models[side], input, value) : value;
        value = variable_code(variable, whole) == code ? whole : value;
    }
    return value;
}

static bool takes(const struct variable *input, const char *text) {
    size_t length = strlen(text);
    bool good = length <= input->max_length && (!input->pattern || pattern_match(input->pattern, text, length)) &&
                (input->type.kind != MUSTER_PATH || text[0] == '/');
    for (size_t i = 0; i < input->limits.count; i++)
        good = good && length <= (size_t)input->limits.items[i].max;
    return good;
}

/* The text of one side, which is that of the other, too, if one suits both. */
static const char *choose_text(struct comparison *comparison, size_t axis, size_t side) {
    const struct variable *const *inputs = comparison->joint->items[axis].inputs;
    const char *own = NULL;
    for (size_t from = N_SIDES; from-- > 0;) {
        if (!inputs[from])
            continue;
        const char *text = witness_text(comparison->arena, comparison->sides.models[from], inputs[from]);
        own = from == side ? text : own;
        if (inputs[OLD_SIDE] && inputs[NEW_SIDE] && takes(inputs[OLD_SIDE], text) && takes(inputs[NEW_SIDE], text))
            return text;
    }
    return own;
}

static void set_input(struct comparison *comparison, size_t axis, size_t code, size_t side,
                      const struct witness_host *host) {
    const struct variable *variable = comparison->joint->axes.items[axis];
    const struct variable *input = comparison->joint->items[axis].inputs[side];
    size_t own = variable_n_codes(variable) ? comparison->joint->items[axis].codes[side][code] : 0;
    if (variable_is_text(variable)) {
        bool is_given = !input->optional || own != 0;
        host->values[input->index] = input->optional ? (int64_t)own : 0;
        host->texts[input->input] = is_given ? choose_text(comparison, axis, side) : NULL;
    } else if (variable_is_ordered(variable)) {
        host->values[input->index] = choose_number(comparison, axis, code);
        host->comments[input->input] = code_comment(comparison->arena, variable, code);
    } else {
        host->values[input->index] = variable_value(input, own);
    }
}

/* What the other side decides. */
static void set_decided(struct comparison *comparison, size_t side, size_t index, const size_t *codes,
                        const struct witness_host *host) {
    const struct variable *input = comparison->sides.models[side]->inputs[index];
    const hostset *code_sets = comparison->joint->code_sets[side][index];
    for (size_t code = 0; code < variable_n_codes(input); code++)
        if (hosts_has(comparison->sides.hosts, code_sets[code], codes))
            host->values[input->index] = variable_value(input, code);
}

void add_witnesses(struct comparison *comparison, struct change *change) {
    const struct joint *joint = comparison->joint;
    const size_t *codes = choose_host(comparison, change);
    const char *region = region_of(comparison, change, codes);
    for (size_t side = 0; side < N_SIDES; side++) {
        const struct model *model = comparison->sides.models[side];
        const struct witness_host host = witness_start(comparison->arena, model);
        change->witnesses[side] = arena_alloc(comparison->arena, sizeof *change->witnesses[side]);
        change->witnesses[side]->region = region;
        for (size_t axis = 0; axis < joint->axes.count; axis++)
            if (joint->items[axis].inputs[side])
                set_input(comparison, axis, codes[axis], side, &host);
        for (size_t i = 0; i < model->n_inputs; i++)
            if (joint->decided[side][i])
                set_decided(comparison, side, i, codes, &host);
        witness_write(comparison->arena, model, &host, true, change->witnesses[side]);
    }
}
