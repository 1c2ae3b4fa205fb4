/*
 * Facts and parameters from the rules' defaults, probes, files and --set.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/inputs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/quote.h"
#include "runtime/tool/settings.h"
#include "runtime/tool/show.h"

/* Room for a name, a value or a message; what is longer is cut. */
#define TEXT_MAX QUOTE_MAX

/* The longest value that a refusal repeats. */
#define VALUE_SHOWN 80

/* So many errors of one file are told one by one. */
#define ERRORS_SHOWN 20

/* What is known about one input. */
struct state {
    struct origin origin;
    char *text; /* the value as people write it, or NULL */
};

struct inputs {
    const struct muster_ruleset *rules;
    const char *program;
    FILE *messages;
    int64_t *facts;
    struct muster_params *params;
    struct state *states; /* one for each of rules->inputs */
    char **kept;          /* texts that origins point to */
    size_t n_kept;
};

/* Where a value comes from while it is being set. */
struct place {
    const char *file; /* NULL: --set */
    unsigned line;
    const char *group; /* facts or params; NULL outside both */
    unsigned *errors;  /* how many this file has so far; NULL with --set */
};

/* ---- messages --------------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static bool refuse(const struct inputs *inputs, const struct place *place,
                                                         const char *format, ...) {
    va_list arguments;

    if (place && place->errors && ++*place->errors > ERRORS_SHOWN) {
        if (*place->errors == ERRORS_SHOWN + 1) {
            fprintf(inputs->messages, "%s: %s: more errors follow; these are the first %d\n", inputs->program,
                    place->file, ERRORS_SHOWN);
        }
        return false;
    }
    fprintf(inputs->messages, "%s: ", inputs->program);
    if (place && place->file)
        fprintf(inputs->messages, "%s:%u: ", place->file, place->line);
    else if (place)
        fputs("--set: ", inputs->messages);
    va_start(arguments, format);
    vfprintf(inputs->messages, format, arguments);
    va_end(arguments);
    fputc('\n', inputs->messages);
    return false;
}

static bool out_of_memory(const struct inputs *inputs) {
    return refuse(inputs, NULL, "%s", strerror(ENOMEM));
}

static const char *text_at(const struct inputs *inputs, uint32_t offset) {
    return muster_text(inputs->rules, offset);
}

static const char *input_name(const struct inputs *inputs, uint32_t input) {
    return text_at(inputs, muster_input_at(inputs->rules, input)->name);
}

/* Adds to a text that is cut at TEXT_MAX. */
__attribute__((format(printf, 2, 3))) static void append(char buffer[TEXT_MAX], const char *format, ...) {
    size_t length = strlen(buffer);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(buffer + length, TEXT_MAX - length, format, arguments);
    va_end(arguments);
}

void inputs_say(const struct inputs *inputs, const char *message) {
    refuse(inputs, NULL, "%s", message);
}

/* ---- memory ----------------------------------------------------------------------------------------------------- */

/* A copy that lives as long as the inputs. */
static const char *keep(struct inputs *inputs, const char *text) {
    char **kept = realloc(inputs->kept, (inputs->n_kept + 1) * sizeof *kept);
    char *copy = strdup(text);

    if (kept)
        inputs->kept = kept;
    if (!kept || !copy) {
        free(copy);
        return NULL;
    }
    kept[inputs->n_kept++] = copy;
    return copy;
}

static bool keep_text(struct inputs *inputs, uint32_t input, const char *text) {
    char *copy = strdup(text);

    if (!copy)
        return out_of_memory(inputs);
    free(inputs->states[input].text);
    inputs->states[input].text = copy;
    return true;
}

/* A value that is not text, as people write it. */
static bool keep_value(struct inputs *inputs, uint32_t input, int64_t value) {
    char text[TEXT_MAX];

    muster_value_text(inputs->rules, muster_input_at(inputs->rules, input)->type, value, text, sizeof text);
    return keep_text(inputs, input, text);
}

static bool is_text(const struct inputs *inputs, uint32_t input) {
    uint32_t type = muster_input_at(inputs->rules, input)->type;
    uint32_t kind = muster_type_at(inputs->rules, type)->kind;

    return kind == MUSTER_TEXT || kind == MUSTER_PATH;
}

/* Makes the rules' defaults visible as texts and origins. */
static bool take_defaults(struct inputs *inputs) {
    for (uint32_t i = 0; i < inputs->rules->inputs.count; i++) {
        const struct muster_input *declared = muster_input_at(inputs->rules, i);
        int64_t value = i < inputs->rules->n_facts ? inputs->facts[i] : declared->default_value;
        bool done = true;

        if (is_text(inputs, i)) {
            if (!muster_is_set(inputs->params, i))
                continue;
            done = keep_text(inputs, i, text_at(inputs, declared->default_text));
        } else if (i < inputs->rules->n_facts ? value != MUSTER_UNSET : muster_is_set(inputs->params, i)) {
            done = keep_value(inputs, i, value);
        } else {
            continue;
        }
        if (!done)
            return false;
        inputs->states[i].origin.kind = ORIGIN_DEFAULT;
    }
    return true;
}

struct inputs *inputs_new(const struct muster_ruleset *rules, const char *program, FILE *messages) {
    struct inputs *inputs = calloc(1, sizeof *inputs);
    size_t size = muster_params_size(rules);
    void *memory = calloc(1, size ? size : 1);

    if (!inputs || !memory) {
        fprintf(messages, "%s: %s\n", program, strerror(ENOMEM));
        free(inputs);
        free(memory);
        return NULL;
    }
    inputs->rules = rules;
    inputs->program = program;
    inputs->messages = messages;
    inputs->params = muster_params_init(memory, size ? size : 1, rules);
    inputs->facts = calloc((size_t)rules->n_facts + 1, sizeof *inputs->facts);
    inputs->states = calloc((size_t)rules->inputs.count + 1, sizeof *inputs->states);
    if (!inputs->params || !inputs->facts || !inputs->states) {
        out_of_memory(inputs);
        if (!inputs->params)
            free(memory);
        inputs_free(inputs);
        return NULL;
    }
    muster_facts_init(rules, inputs->facts);
    if (!take_defaults(inputs)) {
        inputs_free(inputs);
        return NULL;
    }
    return inputs;
}

void inputs_free(struct inputs *inputs) {
    if (!inputs)
        return;
    for (uint32_t i = 0; inputs->states && i < inputs->rules->inputs.count; i++)
        free(inputs->states[i].text);
    for (size_t i = 0; i < inputs->n_kept; i++)
        free(inputs->kept[i]);
    free(inputs->kept);
    free(inputs->states);
    free(inputs->facts);
    free(inputs->params);
    free(inputs);
}

/* ---- setting one value ------------------------------------------------------------------------------------------ */

static void declared_text(const struct inputs *inputs, uint32_t input, char buffer[TEXT_MAX]) {
    const struct muster_input *declared = muster_input_at(inputs->rules, input);

    snprintf(buffer, TEXT_MAX, "%s:%u", text_at(inputs, declared->file), declared->line);
}

/* A value was refused: where it came from, what is wrong, the value itself, and which rule says so. */
static bool refuse_value(const struct inputs *inputs, const struct place *place, const char *text,
                         const struct muster_error *error) {
    char words[TEXT_MAX];
    char rule[TEXT_MAX];
    char value[TEXT_MAX] = "";

    muster_error_text(inputs->rules, error, words, sizeof words);
    declared_text(inputs, error->input, rule);
    if (strlen(text) <= VALUE_SHOWN)
        quote_text(text, strlen(text), value);
    return refuse(inputs, place, "%s%s%s (declared in %s)", words, *value ? "; here is " : "", value, rule);
}

static void came_from(struct inputs *inputs, uint32_t input, const struct place *place) {
    struct origin *origin = &inputs->states[input].origin;

    *origin = (struct origin){.kind = place->file ? ORIGIN_FILE : ORIGIN_SET, .file = place->file, .line = place->line};
}

/* Sets a parameter that is text. */
static bool set_text(struct inputs *inputs, uint32_t input, const char *text, const struct place *place) {
    struct muster_error error = {0};

    if (muster_set_text(inputs->params, input, text, strlen(text), &error) != MUSTER_OK)
        return refuse_value(inputs, place, text, &error);
    if (!keep_text(inputs, input, text))
        return false;
    came_from(inputs, input, place);
    return true;
}

/* Sets a fact, or a parameter that is not text, from its spelling. */
static bool set_value(struct inputs *inputs, uint32_t input, const char *text, const struct place *place) {
    struct muster_error error = {0};
    enum muster_status status;
    int64_t value = MUSTER_UNSET;

    status = muster_parse_value(inputs->rules, input, text, strlen(text), &value, &error);
    if (status == MUSTER_OK && input >= inputs->rules->n_facts)
        status = muster_set_value(inputs->params, input, value, &error);
    if (status != MUSTER_OK)
        return refuse_value(inputs, place, text, &error);
    if (input < inputs->rules->n_facts)
        inputs->facts[input] = value;
    if (!keep_value(inputs, input, value))
        return false;
    came_from(inputs, input, place);
    return true;
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static bool refuse_decision(const struct inputs *inputs, uint32_t index, const struct place *place) {
    const struct muster_decision *decision = muster_decision_at(inputs->rules, index);
    const uint32_t *words = MUSTER_SECTION(inputs->rules, words, uint32_t);
    char names[TEXT_MAX] = "";

    for (uint32_t i = 0; i < decision->n_facts; i++)
        append(names, "%s%s", i ? ", " : "", input_name(inputs, words[decision->first_fact + i]));
    return refuse(inputs, place, "%s is decided by the rules (%s:%u) and cannot be set; it depends on: %s",
                  text_at(inputs, decision->name), text_at(inputs, decision->file), decision->line,
                  names[0] ? names : "nothing");
}

static const char *group_of(const struct inputs *inputs, uint32_t input) {
    return input >= inputs->rules->n_facts ? "params" : "facts";
}

/* No input has this name; one that stands in another group is named with its group. */
static void refuse_name(const struct inputs *inputs, const char *name, size_t length, const struct place *place) {
    uint32_t nearest = muster_nearest_input(inputs->rules, name, length);
    char words[TEXT_MAX];
    char advice[TEXT_MAX] = "";

    if (nearest != MUSTER_NONE) {
        append(advice, "; did you mean %s", input_name(inputs, nearest));
        if (place->group && strcmp(place->group, group_of(inputs, nearest)) != 0)
            append(advice, ", in the group %s", group_of(inputs, nearest));
        append(advice, "?");
    }
    refuse(inputs, place, "ruleset %s has no fact or parameter %s%s", text_at(inputs, inputs->rules->name),
           quote_text(name, length, words), advice);
}

/* The input of this name; MUSTER_NONE after a message. */
static uint32_t find(const struct inputs *inputs, const char *name, size_t length, const struct place *place) {
    uint32_t input = muster_find_input(inputs->rules, name, length);
    uint32_t decision;

    if (input != MUSTER_NONE)
        return input;
    decision = muster_find_decision(inputs->rules, name, length);
    if (decision != MUSTER_NONE) {
        refuse_decision(inputs, decision, place);
        return MUSTER_NONE;
    }
    refuse_name(inputs, name, length, place);
    return MUSTER_NONE;
}

bool inputs_set(struct inputs *inputs, const char *assignment) {
    const struct place place = {0};
    const char *equals = strchr(assignment, '=');
    char words[TEXT_MAX];
    uint32_t input;

    if (!equals || equals == assignment) {
        return refuse(inputs, &place, "%s is not of the form NAME=VALUE",
                      quote_text(assignment, strlen(assignment), words));
    }
    input = find(inputs, assignment, (size_t)(equals - assignment), &place);
    if (input == MUSTER_NONE)
        return false;
    if (is_text(inputs, input))
        return set_text(inputs, input, equals + 1, &place);
    return set_value(inputs, input, equals + 1, &place);
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

static const char *setting_type_name(const config_setting_t *setting) {
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        return "a number";
    case CONFIG_TYPE_FLOAT:
        return "a number with a point";
    case CONFIG_TYPE_STRING:
        return "a string";
    case CONFIG_TYPE_BOOL:
        return "a boolean";
    case CONFIG_TYPE_ARRAY:
        return "an array";
    case CONFIG_TYPE_LIST:
        return "a list";
    default:
        return "a group";
    }
}

static const char *wanted_spelling(uint32_t kind) {
    switch (kind) {
    case MUSTER_BOOL:
        return "true or false, without quotes";
    case MUSTER_INT:
        return "a whole number, without quotes";
    case MUSTER_VERSION:
        return "a version in quotes, as in \"9.2.0\"";
    case MUSTER_ENUM:
        return "one of its values in quotes";
    default:
        return "a string in quotes";
    }
}

/* The setting's type is not the input's. */
static bool refuse_type(const struct inputs *inputs, uint32_t input, const config_setting_t *setting,
                        const struct place *place) {
    const struct muster_type *type = muster_type_at(inputs->rules, muster_input_at(inputs->rules, input)->type);
    char rule[TEXT_MAX];

    declared_text(inputs, input, rule);
    return refuse(inputs, place, "%s: %s stands here, but a file writes %s%s (declared in %s)",
                  input_name(inputs, input), setting_type_name(setting), wanted_spelling(type->kind),
                  type->or_unknown ? ", or \"unknown\"" : "", rule);
}

/* The spelling that muster_parse_value reads; false if the setting's type cannot be the input's. */
static bool spelling(const config_setting_t *setting, const struct muster_type *type, char buffer[TEXT_MAX],
                     const char **text) {
    int found = config_setting_type(setting);

    *text = buffer;
    if (found == CONFIG_TYPE_STRING) {
        *text = config_setting_get_string(setting);
        return type->kind == MUSTER_ENUM || type->kind == MUSTER_VERSION ||
               (type->or_unknown && strcmp(*text, "unknown") == 0);
    }
    if (found == CONFIG_TYPE_BOOL) {
        snprintf(buffer, TEXT_MAX, "%s", config_setting_get_bool(setting) ? "true" : "false");
        return type->kind == MUSTER_BOOL;
    }
    if (found == CONFIG_TYPE_INT || found == CONFIG_TYPE_INT64) {
        snprintf(buffer, TEXT_MAX, "%lld", config_setting_get_int64(setting));
        return type->kind == MUSTER_INT;
    }
    return false;
}

/* One line of a group. */
static bool load_setting(struct inputs *inputs, const config_setting_t *setting, const struct place *place) {
    const char *name = config_setting_name(setting);
    uint32_t input = find(inputs, name, strlen(name), place);
    const struct muster_type *type;
    char buffer[TEXT_MAX];
    const char *text;

    if (input == MUSTER_NONE)
        return false;
    if (strcmp(place->group, group_of(inputs, input)) != 0) {
        return refuse(inputs, place, "%s is a %s: it belongs in the group %s", name,
                      input >= inputs->rules->n_facts ? "parameter" : "fact", group_of(inputs, input));
    }
    if (is_text(inputs, input)) {
        if (config_setting_type(setting) != CONFIG_TYPE_STRING)
            return refuse_type(inputs, input, setting, place);
        return set_text(inputs, input, config_setting_get_string(setting), place);
    }
    type = muster_type_at(inputs->rules, muster_input_at(inputs->rules, input)->type);
    if (!spelling(setting, type, buffer, &text))
        return refuse_type(inputs, input, setting, place);
    return set_value(inputs, input, text, place);
}

/* A top-level setting: one of the two groups, or an error that says where it should stand. */
static bool load_group(struct inputs *inputs, const config_setting_t *group, const char *file, unsigned *errors) {
    struct place place = {file, config_setting_source_line(group), NULL, errors};
    const char *name = config_setting_name(group);
    uint32_t input;
    bool good = true;

    if (strcmp(name, "params") != 0 && strcmp(name, "facts") != 0) {
        input = muster_find_input(inputs->rules, name, strlen(name));
        if (input != MUSTER_NONE)
            return refuse(inputs, &place, "%s belongs in the group %s: { ... };", name, group_of(inputs, input));
        return refuse(inputs, &place, "%s is not known here: a file has the groups facts and params", name);
    }
    if (!config_setting_is_group(group))
        return refuse(inputs, &place, "%s must be a group: %s: { NAME = VALUE; };", name, name);
    place.group = name;
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        place.line = config_setting_source_line(setting);
        good &= load_setting(inputs, setting, &place);
    }
    return good;
}

bool inputs_load(struct inputs *inputs, const char *path) {
    char words[TEXT_MAX];
    const char *file = keep(inputs, quote_word(settings_name(path), words));
    const config_setting_t *root;
    config_t config;
    unsigned errors = 0;
    bool good = true;

    if (!file)
        return out_of_memory(inputs);
    if (!settings_read(&config, path, inputs->program, inputs->messages))
        return false;
    root = config_root_setting(&config);
    for (int i = 0; i < config_setting_length(root); i++)
        good &= load_group(inputs, config_setting_get_elem(root, (unsigned)i), file, &errors);
    config_destroy(&config);
    return good;
}

/* ---- probes ----------------------------------------------------------------------------------------------------- */

bool inputs_given(const struct inputs *inputs, uint32_t input) {
    enum origin_kind kind = inputs->states[input].origin.kind;

    return kind == ORIGIN_FILE || kind == ORIGIN_SET;
}

/* The same for a parameter. */
static void probed_param(struct inputs *inputs, uint32_t input, const char *value) {
    struct origin *origin = &inputs->states[input].origin;
    struct muster_error error = {0};
    enum muster_status status;
    int64_t parsed = MUSTER_UNSET;
    char words[TEXT_MAX];

    if (is_text(inputs, input)) {
        status = muster_set_text(inputs->params, input, value, strlen(value), &error);
    } else {
        status = muster_parse_value(inputs->rules, input, value, strlen(value), &parsed, &error);
        if (status == MUSTER_OK)
            status = muster_set_value(inputs->params, input, parsed, &error);
    }
    if (status != MUSTER_OK) {
        muster_error_text(inputs->rules, &error, words, sizeof words);
        origin->why = keep(inputs, words);
    } else if (is_text(inputs, input) ? keep_text(inputs, input, value) : keep_value(inputs, input, parsed)) {
        origin->kind = ORIGIN_PROBE;
    }
}

/* The same for a fact. */
static void probed_fact(struct inputs *inputs, uint32_t input, const char *value) {
    const struct muster_type *type = muster_type_at(inputs->rules, muster_input_at(inputs->rules, input)->type);
    struct origin *origin = &inputs->states[input].origin;
    int64_t parsed = MUSTER_UNSET;
    char words[TEXT_MAX];
    char reason[TEXT_MAX];

    if (muster_parse_value(inputs->rules, input, value, strlen(value), &parsed, NULL) != MUSTER_OK) {
        parsed = MUSTER_UNSET;
        if (strcmp(value, "unknown") != 0) {
            snprintf(reason, sizeof reason, "the rules have no value for %s", quote_text(value, strlen(value), words));
            origin->why = keep(inputs, reason);
        }
    }
    if (parsed == MUSTER_UNSET && type->or_unknown)
        parsed = MUSTER_UNKNOWN;
    if (parsed == MUSTER_UNSET && origin->kind == ORIGIN_PROBE) {
        /* What a probe said before no longer holds. */
        inputs->facts[input] = MUSTER_UNSET;
        origin->kind = ORIGIN_NONE;
        free(inputs->states[input].text);
        inputs->states[input].text = NULL;
    }
    if (parsed != MUSTER_UNSET && keep_value(inputs, input, parsed)) {
        inputs->facts[input] = parsed;
        origin->kind = ORIGIN_PROBE;
    }
}

void inputs_probed(struct inputs *inputs, uint32_t input, const char *value, const char *source, const char *why) {
    struct origin *origin = &inputs->states[input].origin;

    if (inputs_given(inputs, input))
        return;
    origin->source = source ? keep(inputs, source) : NULL;
    origin->why = why && *why ? keep(inputs, why) : NULL;
    if (value && input < inputs->rules->n_facts)
        probed_fact(inputs, input, value);
    else if (value && !origin->why)
        probed_param(inputs, input, value);
}

bool inputs_complete(struct inputs *inputs) {
    char names[4 * TEXT_MAX] = "";
    size_t length = 0;
    size_t count = 0;

    for (uint32_t i = 0; i < inputs->rules->n_facts; i++) {
        const char *why = inputs->states[i].origin.why;
        if (inputs->facts[i] != MUSTER_UNSET || !muster_fact_is_used(inputs->rules, i) || length >= sizeof names)
            continue;
        length +=
            (size_t)snprintf(names + length, sizeof names - length, "%s%s", count++ ? ", " : "", input_name(inputs, i));
        if (why && length < sizeof names)
            length += (size_t)snprintf(names + length, sizeof names - length, " (%s)", why);
    }
    if (count == 0)
        return true;
    return refuse(inputs, NULL, "no value for the fact%s %s; give %s in a facts file or with --set NAME=VALUE",
                  count == 1 ? "" : "s", names, count == 1 ? "it" : "them");
}

/* ---- asking ----------------------------------------------------------------------------------------------------- */

const struct muster_ruleset *inputs_rules(const struct inputs *inputs) {
    return inputs->rules;
}

const int64_t *inputs_facts(const struct inputs *inputs) {
    return inputs->facts;
}

const struct muster_params *inputs_params(const struct inputs *inputs) {
    return inputs->params;
}

const struct origin *inputs_origin(const struct inputs *inputs, uint32_t input) {
    return &inputs->states[input].origin;
}

const char *inputs_text(const struct inputs *inputs, uint32_t input) {
    return inputs->states[input].text;
}

void inputs_origin_text(const struct inputs *inputs, uint32_t input, char *buffer, size_t size) {
    const struct origin *origin = &inputs->states[input].origin;

    switch (origin->kind) {
    case ORIGIN_FILE:
        snprintf(buffer, size, "%s:%u", origin->file, origin->line);
        break;
    case ORIGIN_SET:
        snprintf(buffer, size, "--set");
        break;
    case ORIGIN_PROBE:
        snprintf(buffer, size, "probe");
        break;
    case ORIGIN_DEFAULT:
        snprintf(buffer, size, "default");
        break;
    case ORIGIN_NONE:
        snprintf(buffer, size, "no value");
        break;
    }
}
