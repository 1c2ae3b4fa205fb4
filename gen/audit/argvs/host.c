/*
 * Which host stands for all that get a command line, and what fills the holes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/audit/argvs/internal.h"
#include "gen/proof/region.h"

/* ---- texts ------------------------------------------------------------------------------------------------------ */

void argvs_choose_texts(struct argvs_search *search) {
    const struct model *model = search->model;
    search->texts = arena_alloc(search->arena, (model->n_inputs + 1) * sizeof *search->texts);
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct given_input *given = &search->request->given[i];
        if (variable_is_text(model->inputs[i]))
            search->texts[i] = given->is_given ? given->text : witness_text(search->arena, model, model->inputs[i]);
    }
}

/* ---- codes ------------------------------------------------------------------------------------------------------ */

/* The codes of an input in the order in which they are liked: what is usual, the latest version, the first member. */
static size_t liked_code(const struct variable *input, size_t rank) {
    size_t count = input->n_codes;
    if (rank == 0)
        return witness_code(input);
    rank--;
    return rank < count && variable_is_ordered(input) ? count - 1 - rank : rank;
}

/* Narrows the hosts to those with the first code of an input that some of them have. */
static hostset narrow(struct argvs_search *search, hostset hosts, const struct variable *input, size_t *code) {
    size_t width = variable_n_codes(input);
    bool *codes = arena_alloc(search->arena, width + 1);
    for (size_t rank = 0; rank <= width; rank++) {
        *code = liked_code(input, rank);
        codes[*code] = true;
        hostset some = hosts_and(search->hosts, hosts, hosts_where(search->hosts, input->input, codes));
        if (some != HOSTS_NONE)
            return some;
        codes[*code] = false;
    }
    return HOSTS_NONE;
}

/* Parameters first, so that they are the same for as many command lines as can be. */
static hostset choose_codes(struct argvs_search *search, hostset hosts, size_t *codes) {
    const struct model *model = search->model;
    bool *asked = arena_alloc(search->arena, model->n_inputs + 1);
    hosts_tested(search->hosts, hosts, asked);
    for (size_t i = 0; i < model->n_inputs; i++) {
        size_t at = (i + model->n_facts) % model->n_inputs;
        if (asked[at])
            hosts = narrow(search, hosts, model->inputs[at], &codes[at]);
        else
            codes[at] = witness_code(model->inputs[at]);
    }
    return hosts;
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static int64_t choose_value(const struct argvs_search *search, const struct variable *input, size_t code) {
    const struct given_input *given = &search->request->given[input->input];
    if (variable_is_text(input))
        return (int64_t)code;
    if (given->is_given)
        return given->value;
    if (input->default_value != MUSTER_UNSET && variable_code(input, input->default_value) == code)
        return input->default_value;
    int64_t value = code_example(input, code);
    return input->type.kind == MUSTER_INT && value != MUSTER_UNKNOWN ? witness_number(search->model, input, value)
                                                                     : value;
}

bool argvs_choose_host(struct argvs_search *search, hostset hosts, size_t *codes, struct witness_host *host) {
    const struct model *model = search->model;
    if (choose_codes(search, hosts, codes) == HOSTS_UNKNOWN)
        return false;
    *host = witness_start(search->arena, model);
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i];
        int64_t value = choose_value(search, input, codes[i]);
        host->values[input->index] = value;
        if (variable_is_text(input) && (!input->optional || value != 0))
            host->texts[i] = search->texts[i];
    }
    return true;
}
