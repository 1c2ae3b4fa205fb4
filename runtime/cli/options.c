/*
 * The command line of muster itself: one table of options, from which reading and help are made.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/cli/options.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster.h"
#include "runtime/base/nearest.h"
#include "runtime/base/quote.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The longest name that a mistyped one is compared with. */
#define NAME_MAX_LENGTH 32

/* Every option: its id, its name, the name of its value or none, what it does. */
#define OPTION_LIST(X)                                                                                                 \
    X(RULESET, "--ruleset", "NAME", "use the ruleset NAME (microvm)")                                                  \
    X(CONFIG, "--config", "FILE", "read facts and parameters from a libconfig file; - is stdin")                       \
    X(FACTS, "--facts", "FILE", "same, without probing this host; overrides --config")                                 \
    X(SET, "--set", "NAME=VALUE", "set a fact or parameter; overrides files; may be repeated")                         \
    X(NO_PROBE, "--no-probe", NULL, "do not probe this host")                                                          \
    X(QEMU, "--qemu", "PATH", "the QEMU to probe and start (the one on PATH)")                                         \
    X(FORMAT, "--format", "FORMAT", "output format; see muster COMMAND --help")                                        \
    X(BRIEF, "--brief", NULL, "explain: print a summary of about ten lines")                                           \
    X(HELP, "--help", NULL, "print this help, or the help of COMMAND")                                                 \
    X(VERSION, "--version", NULL, "print the version")

#define OPTION_ID(id, name, value, help) OPTION_##id,
enum option_id { OPTION_LIST(OPTION_ID) OPTION_COUNT };

struct option_row {
    const char *name;
    const char *value;
    const char *help;
};

#define OPTION_ROW(id, name, value, help) {name, value, help},
static const struct option_row rows[] = {OPTION_LIST(OPTION_ROW)};

static const struct {
    const char *name;
    enum show_format format;
} formats[] = {
    {"shell", SHOW_SHELL}, {"json", SHOW_JSON}, {"nul", SHOW_NUL}, {"config", SHOW_CONFIG}, {"text", SHOW_TEXT},
};

/* What has been read so far. */
struct reading {
    struct options *options;
    const struct command *commands;
    size_t n_commands;
    const char *values[OPTION_COUNT]; /* the value of each option that was given; "" for one without a value */
};

/* ---- messages --------------------------------------------------------------------------------------------------- */

/* "muster: WHAT "NAME"; did you mean NEAREST?" */
static int refuse_name(const char *what, const char *name, const char *const *names) {
    size_t count = 0;
    const char *nearest;
    char words[QUOTE_MAX];

    while (names[count])
        count++;
    nearest = nearest_name(name, names, count);

    fprintf(stderr, "muster: %s %s; ", what, quote_word(name, words));
    if (nearest)
        fprintf(stderr, "did you mean %s?\n", nearest);
    else
        fputs("see muster --help\n", stderr);
    return EXIT_USAGE;
}

static int refuse_option(const char *name, size_t length) {
    const char *names[OPTION_COUNT + 1] = {NULL};
    char text[NAME_MAX_LENGTH + 1];

    for (size_t i = 0; i < OPTION_COUNT; i++)
        names[i] = rows[i].name;
    snprintf(text, sizeof text, "%.*s", (int)(length < NAME_MAX_LENGTH ? length : NAME_MAX_LENGTH), name);
    return refuse_name("unknown option", text, names);
}

static int refuse_command(const struct reading *reading, const char *name) {
    const char *names[16] = {NULL};

    for (size_t i = 0; i < reading->n_commands && i < COUNT(names) - 1; i++)
        names[i] = reading->commands[i].name;
    return refuse_name("unknown command", name, names);
}

static int refuse_format(const struct command *command, const char *name) {
    const char *before = "muster: ";
    char words[QUOTE_MAX];

    fprintf(stderr, "muster: unsupported format %s for %s; use", quote_word(name, words), command->name);
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (command->formats & FORMAT_BIT(formats[i].format)) {
            fprintf(stderr, "%s%s", *before == 'm' ? " " : ", ", formats[i].name);
            before = "";
        }
    }
    fputc('\n', stderr);
    return EXIT_USAGE;
}

/* ---- help ------------------------------------------------------------------------------------------------------- */

static void print_options(const struct command *command) {
    puts("\nOptions:");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char left[64];
        if (i == OPTION_FORMAT && command && command->formats == 0)
            continue;
        snprintf(left, sizeof left, "%s%s%s", rows[i].name, rows[i].value ? " " : "",
                 rows[i].value ? rows[i].value : "");
        printf("  %-18s  %s\n", left, rows[i].help);
    }
}

static void print_help(const struct reading *reading) {
    puts("Usage: muster COMMAND [options]\n\n"
         "Probe this host, evaluate a ruleset, and print or start the resulting command line.\n\n"
         "Commands:");
    for (size_t i = 0; i < reading->n_commands; i++)
        printf("  %-18s  %s\n", reading->commands[i].name, reading->commands[i].summary);
    print_options(NULL);
    puts("\nDefaults are in parentheses. Precedence of values, lowest first: defaults of the rules, probes, --config,\n"
         "--facts, --set.\n\n"
         "Exit status: 0 success; 1 the rules refuse this host; 2 usage or I/O error, or a value is missing.\n"
         "muster exec returns the exit status of the program, 127 if it is not found, 126 if it cannot be started.");
}

static void print_command_help(const struct command *command) {
    const char *between = " ";

    printf("Usage: muster %s [options]\n\n%s\n", command->name, command->more);
    if (command->formats) {
        fputs("\nFormats:", stdout);
        for (size_t i = 0; i < COUNT(formats); i++) {
            if (command->formats & FORMAT_BIT(formats[i].format)) {
                printf("%s%s%s", between, formats[i].name, formats[i].format == command->usual ? " (default)" : "");
                between = ", ";
            }
        }
        putchar('\n');
    }
    print_options(command);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static int take_command(struct reading *reading, const char *name) {
    char words[QUOTE_MAX];

    if (reading->options->command) {
        fprintf(stderr, "muster: %s: unexpected operand %s\n", reading->options->command->name,
                quote_word(name, words));
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < reading->n_commands; i++) {
        if (strcmp(reading->commands[i].name, name) == 0) {
            reading->options->command = &reading->commands[i];
            return GO_ON;
        }
    }
    return refuse_command(reading, name);
}

/* An option at argv[*at]; moves *at on over a value that stands on its own. */
static int take_option(struct reading *reading, int argc, char **argv, int *at) {
    const char *word = strcmp(argv[*at], "-h") == 0 ? rows[OPTION_HELP].name : argv[*at];
    size_t length = strcspn(word, "=");
    const char *value = word[length] == '=' ? word + length + 1 : NULL;
    size_t id = 0;

    while (id < OPTION_COUNT && (strlen(rows[id].name) != length || strncmp(rows[id].name, word, length) != 0))
        id++;
    if (id == OPTION_COUNT)
        return refuse_option(word, length);
    if (value && !rows[id].value) {
        fprintf(stderr, "muster: %s takes no value\n", rows[id].name);
        return EXIT_USAGE;
    }
    if (!value && rows[id].value) {
        if (*at + 1 >= argc) {
            fprintf(stderr, "muster: %s: missing value: %s %s\n", rows[id].name, rows[id].name, rows[id].value);
            return EXIT_USAGE;
        }
        value = argv[++*at];
    }
    if (id == OPTION_SET) {
        reading->options->sets[reading->options->n_sets++] = value;
        return GO_ON;
    }
    if (reading->values[id] && rows[id].value) {
        fprintf(stderr, "muster: %s can be given only once\n", rows[id].name);
        return EXIT_USAGE;
    }
    reading->values[id] = value ? value : "";
    return GO_ON;
}

static int take_words(struct reading *reading, int argc, char **argv) {
    bool only_operands = false;
    int code = GO_ON;

    for (int i = 1; i < argc && code == GO_ON; i++)
        if (!only_operands && strcmp(argv[i], "--") == 0)
            only_operands = true;
        else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0')
            code = take_option(reading, argc, argv, &i);
        else
            code = take_command(reading, argv[i]);
    return code;
}

static int choose_format(struct reading *reading) {
    const struct command *command = reading->options->command;
    const char *name = reading->values[OPTION_FORMAT];

    reading->options->format = command->usual;
    if (!name)
        return GO_ON;
    if (command->formats == 0) {
        fprintf(stderr, "muster: %s: --format is not supported\n", command->name);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (strcmp(formats[i].name, name) == 0 && (command->formats & FORMAT_BIT(formats[i].format))) {
            reading->options->format = formats[i].format;
            return GO_ON;
        }
    }
    return refuse_format(command, name);
}

/* --brief is a format of its own of the command that writes text. */
static int choose_brief(struct reading *reading) {
    const struct command *command = reading->options->command;

    if (!(command->formats & FORMAT_BIT(SHOW_TEXT))) {
        fprintf(stderr, "muster: %s: --brief is not supported; use it with explain\n", command->name);
        return EXIT_USAGE;
    }
    if (reading->values[OPTION_FORMAT]) {
        fputs("muster: --brief and --format are mutually exclusive\n", stderr);
        return EXIT_USAGE;
    }
    reading->options->format = SHOW_BRIEF;
    return GO_ON;
}

/* What was read as options; help and version are answered here. */
static int understand(struct reading *reading) {
    struct options *options = reading->options;

    if (reading->values[OPTION_HELP]) {
        if (options->command)
            print_command_help(options->command);
        else
            print_help(reading);
        return DONE;
    }
    if (reading->values[OPTION_VERSION]) {
        puts("muster " MUSTER_VERSION_STRING);
        return DONE;
    }
    if (!options->command) {
        fputs("muster: missing COMMAND; see muster --help\n", stderr);
        return EXIT_USAGE;
    }
    options->ruleset = reading->values[OPTION_RULESET];
    options->config = reading->values[OPTION_CONFIG];
    options->facts = reading->values[OPTION_FACTS];
    options->qemu = reading->values[OPTION_QEMU];
    options->no_probe = reading->values[OPTION_NO_PROBE] != NULL;
    if (options->config && options->facts && strcmp(options->config, "-") == 0 && strcmp(options->facts, "-") == 0) {
        fputs("muster: --config and --facts cannot both be read from stdin\n", stderr);
        return EXIT_USAGE;
    }
    return reading->values[OPTION_BRIEF] ? choose_brief(reading) : choose_format(reading);
}

int options_read(struct options *options, const struct command *commands, size_t n_commands, int argc, char **argv) {
    struct reading reading = {.options = options, .commands = commands, .n_commands = n_commands};
    int code;

    *options = (struct options){0};
    options->sets = calloc((size_t)argc + 1, sizeof *options->sets);
    if (!options->sets) {
        fputs("muster: no memory\n", stderr);
        return EXIT_USAGE;
    }
    code = take_words(&reading, argc, argv);
    return code == GO_ON ? understand(&reading) : code;
}

void options_free(struct options *options) {
    free(options->sets);
    options->sets = NULL;
}
