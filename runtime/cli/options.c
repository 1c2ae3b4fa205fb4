/*
 * The command line of muster itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster.h"
#include "runtime/base/options.h"
#include "runtime/base/quote.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum option_id {
    OPTION_RULESET,
    OPTION_CONFIG,
    OPTION_FACTS,
    OPTION_SET,
    OPTION_NO_PROBE,
    OPTION_QEMU,
    OPTION_FORMAT,
    OPTION_BRIEF,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT
};

/* Rows for commands that have formats, and for others. */
enum { WITH_FORMATS = 1, WITHOUT_FORMATS = 2, ANY_COMMAND = WITH_FORMATS | WITHOUT_FORMATS };

static const struct option_row rows[] = {
    {OPTION_RULESET, "--ruleset", NULL, "NAME", "use the ruleset NAME (microvm)", false, 0},
    {OPTION_CONFIG, "--config", NULL, "FILE", "read facts and parameters from a libconfig file; - is stdin", false, 0},
    {OPTION_FACTS, "--facts", NULL, "FILE", "same, without probing this host; overrides --config", false, 0},
    {OPTION_SET, "--set", NULL, "NAME=VALUE", "set a fact or parameter; overrides files; may be repeated", true, 0},
    {OPTION_NO_PROBE, "--no-probe", NULL, NULL, "do not probe this host", false, 0},
    {OPTION_QEMU, "--qemu", NULL, "PATH", "the QEMU to probe and start (the one on PATH)", false, 0},
    {OPTION_FORMAT, "--format", NULL, "FORMAT", "output format; see muster COMMAND --help", false, WITH_FORMATS},
    {OPTION_BRIEF, "--brief", NULL, NULL, "explain: print a summary of about ten lines", false, 0},
    {OPTION_HELP, "--help", "-h", NULL, "print this help, or the help of COMMAND", false, 0},
    {OPTION_VERSION, "--version", NULL, NULL, "print the version", false, 0},
};

/* The value of each option that was given, "" for one without a value; NULL if it was not given. */
typedef const char *option_values[OPTION_COUNT];

/* ---- help ------------------------------------------------------------------------------------------------------- */

static void print_rows(unsigned commands) {
    puts("\nOptions:");
    print_options(rows, COUNT(rows), commands, 22, stdout);
}

static void print_help(const struct command *commands, size_t n_commands) {
    puts("Usage: muster COMMAND [options]\n\n"
         "Probe this host, evaluate a ruleset, and print or start the resulting command line.\n\n"
         "Commands:");
    for (size_t i = 0; i < n_commands; i++)
        printf("  %-18s  %s\n", commands[i].name, commands[i].summary);
    print_rows(ANY_COMMAND);
    puts("\nDefaults are in parentheses. Precedence of values, lowest first: defaults of the rules, probes, --config,\n"
         "--facts, --set.\n\n"
         "Exit status: 0 success; 1 the rules refuse this host; 2 usage or I/O error, or a value is missing.\n"
         "muster exec returns the exit status of the program, 127 if it is not found, 126 if it cannot be started.");
}

static size_t format_names(const struct command *command, const char **names) {
    size_t count = 0;
    for (; count < MAX_FORMATS && command->formats[count].name; count++)
        names[count] = command->formats[count].name;
    return count;
}

static void print_command_help(const struct command *command) {
    const char *names[MAX_FORMATS];
    size_t count = format_names(command, names);
    printf("Usage: muster %s [options]\n\n%s\n", command->name, command->more);
    if (count > 0) {
        fputs("\nFormats: ", stdout);
        print_choices(names, count, stdout);
        printf(" (%s)\n", names[0]);
    }
    print_rows(count > 0 ? WITH_FORMATS : WITHOUT_FORMATS);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static int take_command(struct options *options, const struct command *commands, size_t n_commands, const char *name) {
    const char *names[16];
    char words[QUOTE_MAX];
    if (options->command) {
        fprintf(stderr, "muster: %s: unexpected operand %s\n", options->command->name, quote_word(name, words));
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < n_commands; i++)
        if (strcmp(commands[i].name, name) == 0) {
            options->command = &commands[i];
            return GO_ON;
        }
    for (size_t i = 0; i < n_commands && i < COUNT(names); i++)
        names[i] = commands[i].name;
    no_such_name("muster", "command", name, names, n_commands, "see muster --help");
    return EXIT_USAGE;
}

static int take_words(struct options *options, const struct command *commands, size_t n_commands, char **words,
                      option_values values) {
    struct option_reader reader = {.program = "muster",
                                   .advice = "see muster --help",
                                   .options = rows,
                                   .n_options = COUNT(rows),
                                   .command = ANY_COMMAND,
                                   .words = words};
    for (;;)
        switch (option_next(&reader)) {
        case OPTION_GIVEN:
            if (reader.option->id == OPTION_SET)
                options->sets[options->n_sets++] = reader.value;
            else
                values[reader.option->id] = reader.value;
            break;
        case OPTION_OPERAND:
            if (take_command(options, commands, n_commands, reader.value) != GO_ON)
                return EXIT_USAGE;
            break;
        case OPTION_WRONG:
            return EXIT_USAGE;
        case OPTION_END:
            return GO_ON;
        }
}

static int choose_format(struct options *options, const char *name) {
    const struct command *command = options->command;
    const char *names[MAX_FORMATS];
    size_t count = format_names(command, names);
    options->format = command->formats[0].format;
    if (!name)
        return GO_ON;
    if (count == 0) {
        fprintf(stderr, "muster: %s: --format is not supported\n", command->name);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) {
            options->format = command->formats[i].format;
            return GO_ON;
        }
    no_such_format("muster", command->name, name, names, count);
    return EXIT_USAGE;
}

/* --brief is a format of its own, of the command that writes text. */
static int choose_brief(struct options *options, bool has_format) {
    if (!options->command->formats[0].name || options->command->formats[0].format != SHOW_TEXT) {
        fprintf(stderr, "muster: %s: --brief is not supported; use it with explain\n", options->command->name);
        return EXIT_USAGE;
    }
    if (has_format) {
        fputs("muster: --brief and --format are mutually exclusive\n", stderr);
        return EXIT_USAGE;
    }
    options->format = SHOW_BRIEF;
    return GO_ON;
}

static int keep_values(struct options *options, option_values values) {
    if (!options->command) {
        fputs("muster: missing COMMAND; see muster --help\n", stderr);
        return EXIT_USAGE;
    }
    options->ruleset = values[OPTION_RULESET];
    options->config = values[OPTION_CONFIG];
    options->facts = values[OPTION_FACTS];
    options->qemu = values[OPTION_QEMU];
    options->no_probe = values[OPTION_NO_PROBE] != NULL;
    if (options->config && options->facts && strcmp(options->config, "-") == 0 && strcmp(options->facts, "-") == 0) {
        fputs("muster: --config and --facts cannot both be read from stdin\n", stderr);
        return EXIT_USAGE;
    }
    if (values[OPTION_BRIEF])
        return choose_brief(options, values[OPTION_FORMAT]);
    return choose_format(options, values[OPTION_FORMAT]);
}

int options_read(struct options *options, const struct command *commands, size_t n_commands, int argc, char **argv) {
    option_values values = {NULL};
    *options = (struct options){0};
    options->sets = calloc((size_t)argc + 1, sizeof *options->sets);
    if (!options->sets) {
        fputs("muster: no memory\n", stderr);
        return EXIT_USAGE;
    }
    if (take_words(options, commands, n_commands, argc > 0 ? argv + 1 : argv, values) != GO_ON)
        return EXIT_USAGE;
    if (values[OPTION_HELP]) {
        if (options->command)
            print_command_help(options->command);
        else
            print_help(commands, n_commands);
        return DONE;
    }
    if (values[OPTION_VERSION]) {
        puts("muster " MUSTER_VERSION_STRING);
        return DONE;
    }
    return keep_values(options, values);
}

void options_free(struct options *options) {
    free(options->sets);
    options->sets = NULL;
}
