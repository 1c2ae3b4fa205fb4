/*
 * All hosts of a small ruleset, one for each case of its inputs, and what the tables say of them. For tests of what is
 * found out about many hosts; all of this is inline, as in compiled.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_ALL_HOSTS_H
#define TESTS_ALL_HOSTS_H

#include "compiled.h"

enum { MAX_INPUTS = 64, MAX_DECISIONS = 64, MAX_HOSTS = 40000 };

/* A host: the code of each input, and what the rules say. */
struct host {
    uint16_t codes[MAX_INPUTS];
    bool is_accepted;
    int32_t values[MAX_DECISIONS];
    uint32_t rows[MAX_DECISIONS];
};

struct space {
    const struct compiled *compiled;
    const struct muster_ruleset *rules;
    struct arena *arena;
    struct muster_params *params;
    int64_t facts[MAX_INPUTS];
    size_t n_inputs;
    struct host *hosts;
    size_t n_hosts;
    size_t n_asked, n_found, n_none; /* what a test counts */
};

static inline bool is_fixed(const struct variable *input) {
    return variable_is_text(input) && !input->optional;
}

static inline size_t codes_of(const struct variable *input) {
    size_t count = is_fixed(input) ? 1 : variable_n_codes(input);
    return count ? count : 1;
}

static inline const char *text_of(const char *name) {
    static const char *const texts[][2] = {
        {"text", "a,b"}, {"path", "/x"}, {"id", "ID"}, {"nr", "10"}, {"vm_id", "vm"}};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (strcmp(texts[i][0], name) == 0)
            return texts[i][1];
    return "/abc";
}

static inline bool set_input(struct space *space, size_t index, int64_t value) {
    const struct variable *input = space->compiled->model->inputs[index];
    const char *text = text_of(input->name);
    if (index < space->rules->n_facts) {
        space->facts[index] = value;
        return true;
    }
    if (!variable_is_text(input))
        return muster_set_value(space->params, (uint32_t)index, value, NULL) == MUSTER_OK;
    if (value == MUSTER_UNKNOWN)
        muster_unset(space->params, (uint32_t)index);
    return value == MUSTER_UNKNOWN ||
           muster_set_text(space->params, (uint32_t)index, text, strlen(text), NULL) == MUSTER_OK;
}

/* The value of a code; of a text, only whether it is given. */
static inline int64_t value_of(const struct variable *input, size_t code) {
    if (is_fixed(input))
        return MUSTER_UNSET;
    if (variable_is_text(input))
        return code == 0 ? MUSTER_UNKNOWN : MUSTER_UNSET;
    return variable_value(input, code);
}

static inline bool set_host(struct space *space, const struct host *host) {
    for (size_t i = 0; i < space->n_inputs; i++)
        if (!set_input(space, i, value_of(space->compiled->model->inputs[i], host->codes[i])))
            return false;
    return true;
}

static inline enum muster_status decide(const struct space *space, struct host *host) {
    enum muster_status status =
        muster_decide(space->rules, space->facts, space->params, host->values, host->rows, NULL);
    host->is_accepted = status == MUSTER_OK;
    return status;
}

/* False if there are too many to be tried. */
static inline bool space_start(struct space *space, const struct compiled *compiled) {
    size_t size = muster_params_size(compiled->rules);
    *space = (struct space){.compiled = compiled, .rules = compiled->rules, .n_inputs = compiled->model->n_inputs};
    space->n_hosts = 1;
    for (size_t i = 0; i < space->n_inputs && space->n_hosts <= MAX_HOSTS; i++)
        space->n_hosts *= codes_of(compiled->model->inputs[i]);
    if (space->n_hosts > MAX_HOSTS || space->n_inputs > MAX_INPUTS || space->rules->decisions.count > MAX_DECISIONS)
        return false;
    space->arena = arena_new();
    space->params = muster_params_init(arena_alloc(space->arena, size), size, space->rules);
    space->hosts = arena_alloc(space->arena, space->n_hosts * sizeof *space->hosts);
    for (size_t i = 0; i < space->n_hosts; i++) {
        size_t left = i;
        for (size_t k = 0; k < space->n_inputs; k++) {
            size_t width = codes_of(compiled->model->inputs[k]);
            space->hosts[i].codes[k] = (uint16_t)(left % width);
            left /= width;
        }
        enum muster_status status = MUSTER_E_FACT;
        if (set_host(space, &space->hosts[i]))
            status = decide(space, &space->hosts[i]);
        if (status != MUSTER_OK && status != MUSTER_E_REJECTED)
            unit_give_up("a host cannot be decided");
    }
    return true;
}

static inline void space_end(struct space *space) {
    arena_free(space->arena);
}

#endif
