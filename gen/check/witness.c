/*
 * Witnesses: one host of a region, completed to a facts file, and its command line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/check/internal.h"
#include "gen/check/witness.h"
#include "gen/model/eval.h"

/* ---- which host -------------------------------------------------------------------------------------------------- */

size_t witness_code(const struct variable *input) {
    if (variable_is_text(input))
        return 0;
    if (input->default_value != MUSTER_UNSET)
        return variable_code(input, input->default_value);
    return variable_is_ordered(input) ? input->n_codes - 1 : 0;
}

/* Selects codes for all inputs: a host of the region, preferably one of `among`. */
static size_t *choose_codes(struct checker *checker, const struct region *region, hostset among) {
    size_t count = checker->model->n_inputs;
    size_t *codes = arena_alloc(checker->arena, (count + 1) * sizeof *codes);
    hostset set = hosts_and(checker->hosts, hosts_box(checker->hosts, (const bool *const *)region->codes), among);
    if (set != HOSTS_NONE && set != HOSTS_UNKNOWN)
        hosts_pick(checker->hosts, set, codes);
    else
        memcpy(codes, region->codes_of_one, count * sizeof *codes);
    for (size_t i = 0; i < count; i++)
        if (codes[i] == SIZE_MAX)
            codes[i] = witness_code(checker->model->inputs[i]);
    return codes;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static int64_t template_unit(const struct template *template, const struct variable *variable, int64_t unit) {
    for (size_t i = 0; i < template->count; i++)
        if (template->items[i].variable == variable && template->items[i].unit > unit)
            unit = template->items[i].unit;
    return unit;
}

static int64_t list_unit(const struct list *list, const struct variable *variable, int64_t unit) {
    for (size_t i = 0; list && i < list->count; i++) {
        const struct item *item = &list->items[i];
        unit = template_unit(&item->key, variable, unit);
        unit = template_unit(&item->value, variable, unit);
        unit = list_unit(item->nested, variable, unit);
        unit = list_unit(item->then_list, variable, unit);
        unit = list_unit(item->else_list, variable, unit);
    }
    return unit;
}

/* The largest unit in which the command line writes the number. */
static int64_t block_unit(const struct block *block, const struct variable *variable, int64_t unit) {
    for (size_t i = 0; block && i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        for (size_t k = 0; k < statement->arguments.count; k++) {
            unit = template_unit(&statement->arguments.items[k].text, variable, unit);
            unit = list_unit(statement->arguments.items[k].list, variable, unit);
        }
        unit = block_unit(statement->then_block, variable, unit);
        unit = block_unit(statement->else_block, variable, unit);
    }
    return unit;
}

int64_t witness_number(const struct model *model, const struct variable *variable, int64_t value) {
    int64_t unit = block_unit(&model->argv, variable, 1), rest = value % unit;
    int64_t above = rest && value <= variable->type.high - unit ? value - rest + unit : value, below = value - rest;
    size_t code = variable_code(variable, value);
    if (rest == 0)
        return value;
    if (below >= variable->type.low && variable_code(variable, below) == code)
        return below;
    return variable_code(variable, above) == code ? above : value;
}

static bool template_writes(const struct template *template, const struct variable *variable) {
    for (size_t i = 0; i < template->count; i++)
        if (template->items[i].variable == variable)
            return true;
    return false;
}

static void mark_refused(const char *const *texts, size_t count, bool *refused) {
    for (size_t i = 0; i < count; i++)
        refused[(unsigned char)texts[i][0]] = true;
}

/* Marks the bytes with which characters begin that a format of the variable refuses; false if there are none. */
static bool refused_in_list(const struct list *list, const struct format *format, const struct variable *variable,
                            bool *refused) {
    bool writes = false;
    for (size_t i = 0; list && i < list->count; i++) {
        const struct item *item = &list->items[i];
        writes |= template_writes(&item->key, variable) || template_writes(&item->value, variable);
        writes |= refused_in_list(item->nested, item->nested_format, variable, refused);
        writes |= refused_in_list(item->then_list, format, variable, refused);
        writes |= refused_in_list(item->else_list, format, variable, refused);
    }
    if (writes && format) {
        mark_refused(format->refuses, format->n_refuses, refused);
        mark_refused(format->refuses_first, format->n_refuses_first, refused);
    }
    return writes;
}

static void refused_in_block(const struct block *block, const struct variable *variable, bool *refused) {
    for (size_t i = 0; block && i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        for (size_t k = 0; k < statement->arguments.count; k++)
            refused_in_list(statement->arguments.items[k].list, statement->arguments.items[k].format, variable,
                            refused);
        refused_in_block(statement->then_block, variable, refused);
        refused_in_block(statement->else_block, variable, refused);
    }
}

static bool has_refused(const char *text, const bool *refused) {
    for (; *text; text++)
        if (refused[(unsigned char)*text])
            return true;
    return false;
}

/* Whether the string satisfies all conditional constraints, regardless of their conditions. */
static bool fits_limits(const struct variable *variable, const char *text) {
    size_t length = strlen(text);
    for (size_t i = 0; i < variable->limits.count; i++)
        if (length > (size_t)variable->limits.items[i].max)
            return false;
    return true;
}

/* The parameter's name, or another character if a format refuses one of its characters. */
static const char *plain_text(struct arena *arena, const struct variable *variable, const bool *refused) {
    const char *slash = variable->type.kind == MUSTER_PATH ? "/" : "";
    const char *name = variable->name;
    size_t max_length = variable->max_length;
    char other[2] = "0";
    for (size_t i = 0; i < variable->limits.count; i++)
        max_length =
            (size_t)variable->limits.items[i].max < max_length ? (size_t)variable->limits.items[i].max : max_length;
    while (refused[(unsigned char)other[0]] && other[0] < 'z')
        other[0]++;
    const char *text = arena_print(arena, "%s%s", slash, has_refused(name, refused) ? other : name);
    return strlen(text) <= max_length ? text : arena_copy(arena, text, max_length);
}

const char *witness_text(struct arena *arena, const struct model *model, const struct variable *variable) {
    bool refused[256] = {false};
    if (variable->default_text && fits_limits(variable, variable->default_text))
        return variable->default_text;
    refused_in_block(&model->argv, variable, refused);
    const char *plain = plain_text(arena, variable, refused), *example = NULL;
    if (!variable->pattern)
        return plain;
    char first = variable->type.kind == MUSTER_PATH ? '/' : 0;
    example = pattern_example(arena, variable->pattern, refused, first);
    if (!example)
        example = pattern_example(arena, variable->pattern, NULL, first);
    return example ? example : plain;
}

/* In the common syntax of libconfig and JSON. */
static const char *quoted(struct arena *arena, const char *text) {
    struct buffer quoted = {0};
    ARENA_PUSH(arena, &quoted, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            ARENA_PUSH(arena, &quoted, '\\');
        ARENA_PUSH(arena, &quoted, *text);
    }
    ARENA_PUSH(arena, &quoted, '"');
    return arena_copy(arena, quoted.items, quoted.count);
}

static struct diag_setting setting(struct arena *arena, const struct variable *input, int64_t value, const char *text) {
    struct diag_setting setting = {.name = input->name, .is_param = input->kind == VARIABLE_PARAM};
    setting.text = setting.json = quoted(arena, text ? text : value_text(arena, &input->type, value));
    if (value == MUSTER_UNKNOWN) {
        setting.json = "null";
    } else if (input->type.kind == MUSTER_BOOL) {
        setting.text = setting.json = value ? "true" : "false";
    } else if (input->type.kind == MUSTER_INT) {
        setting.json = value_text(arena, &input->type, value);
        setting.text = value > INT32_MAX || value < INT32_MIN ? arena_print(arena, "%sL", setting.json) : setting.json;
    }
    return setting;
}

/* ---- one host ---------------------------------------------------------------------------------------------------- */

static void add_argv(struct arena *arena, const struct model *model, const struct witness_host *host,
                     struct diag_witness *witness) {
    const struct stage *stage;
    const struct row *row;
    const struct restriction *restriction;
    if (!model->has_argv || eval_host(model, host->values, &stage, &row, &restriction) != VERDICT_DECIDED)
        return;
    size_t input;
    if (eval_exceeded_limit(model, host->values, host->texts, &input))
        return;
    struct arguments arguments = eval_argv(arena, model, host->values, host->texts);
    witness->has_argv = true;
    for (size_t i = 0; i < arguments.count; i++)
        ARENA_PUSH(arena, &witness->argv, arena_copy(arena, arguments.items[i].items, arguments.items[i].count));
}

struct witness_host witness_start(struct arena *arena, const struct model *model) {
    struct witness_host host;
    host.values = arena_alloc(arena, (model->variables.count + 1) * sizeof *host.values);
    host.texts = arena_alloc(arena, (model->n_inputs + 1) * sizeof *host.texts);
    host.comments = arena_alloc(arena, (model->n_inputs + 1) * sizeof *host.comments);
    return host;
}

void witness_write(struct arena *arena, const struct model *model, const struct witness_host *host, bool with_argv,
                   struct diag_witness *witness) {
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i];
        int64_t value = host->values[input->index];
        if (input->optional && (variable_is_text(input) ? value == 0 : value == MUSTER_UNKNOWN))
            continue;
        struct diag_setting one = setting(arena, input, value, host->texts[i]);
        one.comment = host->comments[i];
        ARENA_PUSH(arena, &witness->settings, one);
    }
    if (with_argv)
        add_argv(arena, model, host, witness);
}

void witness_fill(struct checker *checker, const struct region *region, hostset among, bool with_argv,
                  struct diag_witness *witness) {
    const struct model *model = checker->model;
    struct arena *arena = checker->diagnostics->arena;
    const size_t *codes = choose_codes(checker, region, among);
    const struct witness_host host = witness_start(checker->arena, model);
    const struct axes axes = axes_of(model);
    witness->region = region_words(arena, &axes, region);
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i];
        bool is_text = variable_is_text(input);
        int64_t value = is_text ? (int64_t)codes[i] : code_example(input, codes[i]);
        if (!region->codes[i] && !is_text && input->default_value != MUSTER_UNSET &&
            variable_code(input, input->default_value) == codes[i])
            value = input->default_value; /* no finding depends on it */
        if (input->type.kind == MUSTER_INT && value != MUSTER_UNKNOWN)
            value = witness_number(model, input, value);
        host.values[input->index] = value;
        if (is_text && (!input->optional || value != 0))
            host.texts[i] = witness_text(arena, model, input);
        if (region->codes[i])
            host.comments[i] = code_comment(arena, input, codes[i]);
    }
    witness_write(arena, model, &host, with_argv, witness);
}
