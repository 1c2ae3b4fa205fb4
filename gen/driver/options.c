/*
 * The command line of musterc itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gen/driver/musterc.h"
#include "runtime/base/options.h"
#include "runtime/base/quote.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum option_id {
    OPTION_WHERE,
    OPTION_PROGRAM,
    OPTION_COLUMNS,
    OPTION_TABLE,
    OPTION_VIEW,
    OPTION_FACTS,
    OPTION_CONFIG,
    OPTION_SET,
    OPTION_FAIL_UNDER,
    OPTION_OUTPUT,
    OPTION_DEPFILE,
    OPTION_FORMAT,
    OPTION_INCLUDE,
    OPTION_DIAGNOSTICS,
    OPTION_COLOR,
    OPTION_HELP
};

/* Options of some commands. All may be repeated; the last one counts. */
static const struct option_row own_options[] = {
    {OPTION_WHERE, "--where", NULL, "CONDITION",
     "only hosts that satisfy CONDITION, e.g. 'host_os == linux and not kvm'", true, TAKES_WHERE},
    {OPTION_WHERE, "--where", NULL, "CONDITION", "only hosts that satisfy CONDITION, over facts and decisions of NEW",
     true, TAKES_WHERE_NEW},
    {OPTION_PROGRAM, "--program", NULL, NULL, "only the arguments from the one tagged `program` on", true,
     TAKES_PROGRAM},
    {OPTION_COLUMNS, "--columns", NULL, "NAME,...",
     "columns of the tables: inputs and decisions (those that the rules test)", true, TAKES_COLUMNS},
    {OPTION_TABLE, "--table", NULL, "NAME", "the table of hosts, NAME or SCHEMA.NAME (hosts)", true, TAKES_NAMES},
    {OPTION_VIEW, "--view", NULL, "NAME", "the name of the view (the name of the ruleset)", true, TAKES_NAMES},
    {OPTION_COLUMNS, "--columns", NULL, "NAME,...", "columns to copy from the table to the view (host)", true,
     TAKES_NAMES},
    {OPTION_CONFIG, "--config", NULL, "FILE", "read facts and parameters from a libconfig file", true, TAKES_FACTS},
    {OPTION_FACTS, "--facts", NULL, "FILE", "same; overrides --config", true, TAKES_FACTS},
    {OPTION_SET, "--set", NULL, "NAME=VALUE", "set a fact or parameter; overrides files; may be repeated", true,
     TAKES_FACTS},
    {OPTION_FAIL_UNDER, "--fail-under", NULL, "N", "exit with 1 if less than N percent of rows are reached", true,
     TAKES_FAIL_UNDER},
    {OPTION_OUTPUT, "--output", "-o", "OUT", "write output to OUT (standard output)", true, TAKES_OUTPUT},
    {OPTION_OUTPUT, "--output", "-o", "OUT", "write the report to OUT", true, TAKES_REPORT},
    {OPTION_OUTPUT, "--output", "-o", "OUT.c", "write the source to OUT.c and the header to OUT.h (required)", true,
     NEEDS_OUTPUT},
    {OPTION_DEPFILE, "--depfile", NULL, "DEPFILE", "also write the dependencies to DEPFILE as a make rule", true,
     NEEDS_OUTPUT},
};

/* Options of all commands. */
static const struct option_row common_options[] = {
    {OPTION_INCLUDE, "--include", "-I", "FOLDER", "search FOLDER for included files; may be repeated", true, 0},
    {OPTION_DIAGNOSTICS, "-W", NULL, "CODE, -Wno-CODE",
     "enable or disable the warning CODE; -Wall: enable all warnings", true, 0},
    {OPTION_DIAGNOSTICS, "-W", NULL, "error[=CODE]",
     "treat all warnings, or CODE, as errors; -Wno-error=CODE: except CODE", true, 0},
    {OPTION_COLOR, "--color", NULL, "WHEN", "colour messages: auto, always or never (auto)", true, 0},
};

static const struct option_row hidden_options[] = {
    {OPTION_FORMAT, "--format", NULL, "FORMAT", "", true, 0},
    {OPTION_HELP, "--help", "-h", NULL, "", true, 0},
};

enum { HELP_WIDTH = 26, N_OPTIONS = COUNT(own_options) + COUNT(common_options) + COUNT(hidden_options) };

/* Prints `before`, the untrusted `word` and `after` as one message; returns false. */
static bool usage_error(const char *before, const char *word, const char *after) {
    char words[QUOTE_MAX];
    fprintf(stderr, "musterc: %s%s%s\n", before, quote_word(word, words), after);
    return false;
}

/* ---- help ------------------------------------------------------------------------------------------------------- */

static size_t format_names(const struct command *command, const char **names) {
    size_t count = 0;
    for (; count < MAX_FORMATS && command->formats[count].name; count++)
        names[count] = command->formats[count].name;
    return count;
}

void print_common_options(FILE *out) {
    print_options(common_options, COUNT(common_options), 0, HELP_WIDTH, out);
}

void print_command_options(const struct command *command, FILE *out) {
    const char *names[MAX_FORMATS];
    size_t count = format_names(command, names);
    print_options(own_options, COUNT(own_options), command->takes, HELP_WIDTH, out);
    fprintf(out, "  %-*s", HELP_WIDTH - 2, "--format FORMAT");
    print_choices(names, count, out);
    fprintf(out, " (%s)\n", names[0]);
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static bool keep_input(struct options *options, char kind, const char *value) {
    if (options->n_inputs == MAX_ARGUMENTS)
        return usage_error("too many arguments at ", value, "");
    options->input_kinds[options->n_inputs] = kind;
    options->inputs[options->n_inputs++] = value;
    return true;
}

static bool keep_format(struct options *options, const struct command *command, const char *name) {
    const char *names[MAX_FORMATS];
    size_t count = format_names(command, names);
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0) {
            options->format = &command->formats[i];
            return true;
        }
    no_such_format("musterc", command->name, name, names, count);
    return false;
}

/* Standard error is a terminal with colours, and NO_COLOR is not set. */
static bool wants_color(void) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDERR_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

static bool keep_color(struct options *options, const char *when) {
    bool automatic = strcmp(when, "auto") == 0;
    if (!automatic && strcmp(when, "always") != 0 && strcmp(when, "never") != 0)
        return usage_error("invalid value for --color: ", when, "; use auto, always or never");
    options->in_color = automatic ? wants_color() : strcmp(when, "always") == 0;
    return true;
}

static bool keep_percent(struct options *options, const char *value) {
    char *end;
    unsigned long percent = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || percent > 100)
        return usage_error("invalid value for --fail-under: ", value, "; use an integer from 0 to 100");
    options->min_percent = (unsigned)percent;
    return true;
}

static bool keep_folder(struct options *options, const char *value) {
    if (options->n_folders == MAX_ARGUMENTS)
        return usage_error("too many folders at ", value, "");
    options->folders[options->n_folders++] = value;
    return true;
}

static bool keep_option(struct options *options, const struct command *command, enum option_id id, const char *value) {
    switch (id) {
    case OPTION_WHERE:
        options->question = value;
        return true;
    case OPTION_PROGRAM:
        options->only_program = true;
        return true;
    case OPTION_COLUMNS:
        options->columns = value;
        return true;
    case OPTION_TABLE:
        options->table = value;
        return true;
    case OPTION_VIEW:
        options->view = value;
        return true;
    case OPTION_OUTPUT:
        options->output = value;
        return true;
    case OPTION_DEPFILE:
        options->depfile = value;
        return true;
    case OPTION_HELP:
        options->help = true;
        return true;
    case OPTION_FACTS:
        return keep_input(options, 'f', value);
    case OPTION_CONFIG:
        return keep_input(options, 'c', value);
    case OPTION_SET:
        return keep_input(options, 's', value);
    case OPTION_FAIL_UNDER:
        return keep_percent(options, value);
    case OPTION_FORMAT:
        return keep_format(options, command, value);
    case OPTION_INCLUDE:
        return keep_folder(options, value);
    case OPTION_DIAGNOSTICS:
        return select_diagnostics(&options->selection, value);
    case OPTION_COLOR:
        return keep_color(options, value);
    }
    return false;
}

static bool keep_operand(struct options *options, const struct command *command, const char *word) {
    if (command->takes & TAKES_QUESTION && options->n_files == 1 && !options->question) {
        options->question = word;
        return true;
    }
    if (command->takes & TAKES_WORDS && options->n_files == 1) {
        if (options->n_words == MAX_ARGUMENTS)
            return usage_error("too many arguments at ", word, "");
        options->words[options->n_words++] = word;
        return true;
    }
    if (options->n_files == MAX_ARGUMENTS)
        return usage_error("too many files at ", word, "");
    options->files[options->n_files++] = word;
    return true;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static bool check_call(const struct options *options, const struct command *command) {
    if (options->n_files == 0)
        return usage_error("", command->name, ": missing FILE; see musterc --help");
    if (options->n_files > 1 && command->takes & TAKES_QUESTION)
        return usage_error("unexpected second condition ", options->files[1],
                           "; combine conditions with 'and' or 'or'");
    if (command->takes & NEEDS_TWO_FILES && options->n_files != 2)
        return usage_error("", command->name, ": two rule files are required, OLD and NEW");
    if (options->n_files > 1 && !(command->takes & (TAKES_MANY_FILES | NEEDS_TWO_FILES)))
        return usage_error("unexpected argument ", options->files[1], "; only one rule file is accepted");
    if (command->takes & NEEDS_OUTPUT && !options->output)
        return usage_error("", command->name, ": -o OUT.c is required");
    if (command->takes & TAKES_QUESTION && !options->question)
        return usage_error("", command->name, ": missing CONDITION; see musterc --help");
    return true;
}

bool read_options(struct options *options, const struct command *command, char **arguments) {
    struct option_row rows[N_OPTIONS];
    memcpy(rows, own_options, sizeof own_options);
    memcpy(rows + COUNT(own_options), common_options, sizeof common_options);
    memcpy(rows + COUNT(own_options) + COUNT(common_options), hidden_options, sizeof hidden_options);
    struct option_reader reader = {.program = "musterc",
                                   .advice = "see musterc COMMAND --help",
                                   .options = rows,
                                   .n_options = N_OPTIONS,
                                   .command = command->takes,
                                   .words = arguments};
    options->in_color = wants_color();
    options->format = &command->formats[0];
    for (enum option_result result; (result = option_next(&reader)) != OPTION_END;) {
        if (result == OPTION_WRONG)
            return false;
        bool good = result == OPTION_GIVEN
                        ? keep_option(options, command, (enum option_id)reader.option->id, reader.value)
                        : keep_operand(options, command, reader.value);
        if (!good)
            return false;
    }
    return options->help || check_call(options, command);
}
