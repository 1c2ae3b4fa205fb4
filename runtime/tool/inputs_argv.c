/*
 * The command line of inputs, and the words for why there is none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/tool/inputs.h"

/* Room for a message; what is longer is cut. */
#define TEXT_MAX 4096

/* More parameters than a ruleset has in practice; beyond them a message names these only. */
#define MISSING_MAX 256

/* The parameters that are missing, of which the first `size` are kept. */
struct missing {
    uint32_t *inputs;
    size_t size, count;
};

static void see_missing(void *context, uint32_t input) {
    struct missing *missing = context;

    if (missing->count < missing->size)
        missing->inputs[missing->count] = input;
    missing->count++;
}

size_t inputs_missing(const struct inputs *inputs, uint32_t *missing, size_t size) {
    struct missing found = {missing, size, 0};

    muster_missing(inputs_rules(inputs), inputs_facts(inputs), inputs_params(inputs), see_missing, &found, NULL);
    return found.count;
}

/* Names all of them; false if the command line needs none, but something else does. */
static bool refuse_missing(const struct inputs *inputs) {
    const struct muster_ruleset *rules = inputs_rules(inputs);
    char names[TEXT_MAX] = "";
    char message[TEXT_MAX + 200];
    uint32_t missing[MISSING_MAX];
    size_t count = inputs_missing(inputs, missing, MISSING_MAX);
    size_t length = 0;

    for (size_t i = 0; i < count && i < MISSING_MAX && length < sizeof names; i++) {
        const struct muster_input *declared = muster_input_at(rules, missing[i]);
        const char *title = muster_text(rules, declared->title);
        const char *why = inputs_origin(inputs, missing[i])->why;
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "",
                                   muster_text(rules, declared->name));
        if (*title && length < sizeof names)
            length += (size_t)snprintf(names + length, sizeof names - length, why ? " (%s: %s)" : " (%s)", title, why);
    }
    snprintf(message, sizeof message,
             "no value for the parameter%s %s; give %s in the group params of a file or with --set NAME=VALUE",
             count == 1 ? "" : "s", names, count == 1 ? "it" : "them");
    if (count > 0)
        inputs_say(inputs, message);
    return count > 0;
}

void inputs_error_text(const struct inputs *inputs, const struct muster_error *error, char *buffer, size_t size) {
    const struct muster_ruleset *rules = inputs_rules(inputs);
    const struct muster_input *declared;
    char words[TEXT_MAX];
    char origin[TEXT_MAX];

    muster_error_text(rules, error, words, sizeof words);
    if (error->status == MUSTER_E_REJECTED) {
        const struct muster_row *row = muster_row_at(rules, error->row);
        const char *reason = muster_text(rules, row->reason);
        bool more = *reason && strcmp(reason, words) != 0; /* a reason may be all that an assumption says */
        snprintf(buffer, size, "the rules refuse this host: %s (%s%s%s:%u)", words, more ? reason : "",
                 more ? "; " : "", muster_text(rules, row->file), row->line);
        return;
    }
    if (error->status != MUSTER_E_VALUE && error->status != MUSTER_E_FACT) {
        snprintf(buffer, size, "%s", words);
        return;
    }
    declared = muster_input_at(rules, error->input);
    inputs_origin_text(inputs, error->input, origin, sizeof origin);
    snprintf(buffer, size, "%s: %s (declared in %s:%u)", origin, words, muster_text(rules, declared->file),
             declared->line);
}

int inputs_failed(const struct inputs *inputs, const struct muster_error *error) {
    char words[3 * TEXT_MAX];

    if (error->status == MUSTER_E_MISSING && refuse_missing(inputs))
        return 2;
    inputs_error_text(inputs, error, words, sizeof words);
    inputs_say(inputs, words);
    return error->status == MUSTER_E_REJECTED ? 1 : 2;
}

/* With all the space that it takes, in memory of its own. */
static enum muster_status make_argv(const struct inputs *inputs, struct argv *argv, struct muster_space *needed,
                                    struct muster_error *error) {
    argv->arguments = calloc(needed->arguments + 1, sizeof *argv->arguments);
    argv->buffer = malloc(needed->bytes + 1);
    if (!argv->arguments || !argv->buffer) {
        error->status = MUSTER_E_SPACE;
        return MUSTER_E_SPACE;
    }
    return muster_argv(inputs_rules(inputs), inputs_facts(inputs), inputs_params(inputs), argv->arguments,
                       needed->arguments + 1, argv->buffer, needed->bytes + 1, needed, error);
}

int inputs_argv(struct inputs *inputs, struct argv *argv) {
    struct muster_space needed = {0};
    struct muster_error error = {0};
    enum muster_status status;

    *argv = (struct argv){0};
    status = muster_argv(inputs_rules(inputs), inputs_facts(inputs), inputs_params(inputs), NULL, 0, NULL, 0, &needed,
                         &error);
    if (status == MUSTER_E_SPACE)
        status = make_argv(inputs, argv, &needed, &error);
    if (status == MUSTER_E_SPACE) {
        argv_free(argv);
        inputs_say(inputs, strerror(ENOMEM));
        return 2;
    }
    if (status != MUSTER_OK) {
        argv_free(argv);
        return inputs_failed(inputs, &error);
    }
    argv->count = needed.arguments;
    return 0;
}

static void see_warning(void *context, const struct muster_warning *warning) {
    const struct inputs *inputs = context;
    const struct muster_ruleset *rules = inputs_rules(inputs);
    const char *reason = muster_text(rules, warning->reason);
    char message[2 * TEXT_MAX];

    snprintf(message, sizeof message, *reason ? "warning: %s (%s)" : "warning: %s%s", muster_text(rules, warning->text),
             reason);
    inputs_say(inputs, message);
}

void inputs_warn(const struct inputs *inputs) {
    muster_warnings(inputs_rules(inputs), inputs_facts(inputs), inputs_params(inputs), see_warning, (void *)inputs,
                    NULL);
}

void argv_free(struct argv *argv) {
    free(argv->arguments);
    free(argv->buffer);
    *argv = (struct argv){0};
}
