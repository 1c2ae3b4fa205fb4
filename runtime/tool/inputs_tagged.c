/*
 * What rules tag in the command line of inputs: the program, and the arguments of a trial start.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "runtime/lib/evaluate.h"
#include "runtime/tool/inputs.h"

bool inputs_has_tag(const char *tags, const char *tag) {
    size_t length = strlen(tag);

    while (*tags) {
        size_t end = strcspn(tags, " ");
        if (end == length && strncmp(tags, tag, length) == 0)
            return true;
        tags += end;
        tags += strspn(tags, " ");
    }
    return false;
}

struct program_search {
    const struct muster_ruleset *rules;
    size_t argument;
};

static void see_program(void *context, size_t argument, const struct muster_note *note) {
    struct program_search *search = context;

    if (search->argument == SIZE_MAX && inputs_has_tag(muster_text(search->rules, note->tag), "program"))
        search->argument = argument;
}

size_t inputs_program(const struct inputs *inputs) {
    struct program_search search = {inputs_rules(inputs), SIZE_MAX};

    muster_argv_notes(search.rules, inputs_facts(inputs), inputs_params(inputs), see_program, &search, NULL);
    return search.argument;
}

/* ---- arguments with a tag --------------------------------------------------------------------------------------- */

/* Bytes that the constant texts around parameters take that are not set. */
static size_t blanks_size(const struct muster_ruleset *rules, const struct muster_params *params) {
    size_t size = 0;

    for (uint32_t i = 0; i < rules->forms.count; i++)
        if (!params->forms[i].text)
            size += strlen(TEXT(rules) + FORMS(rules)[i].before) + strlen(TEXT(rules) + FORMS(rules)[i].after);
    return size + 1;
}

/*
 * Parameters with a blank in each form that has no text. Values stay as they are, so that conditions see what is given
 * and what is not. The forms are the caller's to free; NULL if there is no memory.
 */
static struct prepared *fill_blanks(const struct muster_ruleset *rules, struct muster_params *params) {
    size_t count = rules->forms.count;
    struct prepared *forms = malloc(count * sizeof *forms + blanks_size(rules, params));
    char *text;

    if (!forms)
        return NULL;
    text = (char *)(forms + count);
    for (uint32_t i = 0; i < count; i++) {
        const struct muster_form *form = &FORMS(rules)[i];
        forms[i] = params->forms[i];
        if (forms[i].text)
            continue;
        forms[i].text = text;
        text = stpcpy(stpcpy(text, TEXT(rules) + form->before), TEXT(rules) + form->after);
        forms[i].length = (size_t)(text - forms[i].text);
    }
    params->forms = forms;
    params->complete = false; /* blanks have no padding: they are written with care */
    return forms;
}

struct tag_search {
    const struct muster_ruleset *rules;
    const char *tag;
    const struct argv *argv;
    bool *wanted; /* one for each argument */
};

static bool is_option(const struct argv *argv, size_t argument) {
    return argument < argv->count && argv->arguments[argument][0] == '-' &&
           strcmp(argv->arguments[argument], "--") != 0;
}

/* A tag stands at the first argument of a statement, or at the one that holds a tagged item. */
static void see_tag(void *context, size_t argument, const struct muster_note *note) {
    struct tag_search *search = context;
    const struct argv *argv = search->argv;

    if (argument >= argv->count || !inputs_has_tag(muster_text(search->rules, note->tag), search->tag))
        return;
    search->wanted[argument] = true;
    if (!is_option(argv, argument) && argument > 0 && is_option(argv, argument - 1))
        search->wanted[argument - 1] = true;
    if (is_option(argv, argument) && argument + 1 < argv->count && !is_option(argv, argument + 1))
        search->wanted[argument + 1] = true;
}

/* Leaves only the arguments that are wanted. */
static void keep_wanted(struct argv *argv, const bool *wanted) {
    size_t kept = 0;

    for (size_t i = 0; i < argv->count; i++)
        if (wanted[i])
            argv->arguments[kept++] = argv->arguments[i];
    argv->arguments[kept] = NULL;
    argv->count = kept;
}

/* The command line with these parameters, in memory of its own. False if there is none. */
static bool make_argv(const struct inputs *inputs, const struct muster_params *params, struct argv *argv) {
    const struct muster_ruleset *rules = inputs_rules(inputs);
    struct muster_space needed = {0};

    if (muster_argv(rules, inputs_facts(inputs), params, NULL, 0, NULL, 0, &needed, NULL) != MUSTER_E_SPACE)
        return false;
    argv->count = needed.arguments;
    argv->arguments = calloc(needed.arguments + 1, sizeof *argv->arguments);
    argv->buffer = malloc(needed.bytes + 1);
    return argv->arguments && argv->buffer &&
           muster_argv(rules, inputs_facts(inputs), params, argv->arguments, needed.arguments + 1, argv->buffer,
                       needed.bytes + 1, NULL, NULL) == MUSTER_OK;
}

bool inputs_tagged(const struct inputs *inputs, const char *tag, struct argv *argv) {
    struct tag_search search = {inputs_rules(inputs), tag, argv, NULL};
    struct muster_params params = *inputs_params(inputs);
    struct prepared *forms = fill_blanks(search.rules, &params);

    *argv = (struct argv){0};
    if (forms && make_argv(inputs, &params, argv) && (search.wanted = calloc(argv->count + 1, sizeof(bool))) != NULL) {
        muster_argv_notes(search.rules, inputs_facts(inputs), &params, see_tag, &search, NULL);
        keep_wanted(argv, search.wanted);
    } else {
        argv_free(argv);
    }
    free(search.wanted);
    free(forms);
    if (argv->count == 0)
        argv_free(argv);
    return argv->count > 0;
}
