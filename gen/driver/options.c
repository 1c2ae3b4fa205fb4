/*
 * The command line of musterc itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gen/driver/musterc.h"

static const char *const format_names[N_FORMATS] = {
    [FORMAT_TEXT] = "text",         [FORMAT_SHELL] = "shell", [FORMAT_DOT] = "dot",   [FORMAT_SQL] = "sql",
    [FORMAT_MARKDOWN] = "markdown", [FORMAT_CSV] = "csv",     [FORMAT_JSON] = "json", [FORMAT_NUL] = "nul",
    [FORMAT_SARIF] = "sarif",       [FORMAT_HTML] = "html"};

/* Prints `before`, the untrusted `word` and `after` as one message; returns false. */
static bool usage_error(const char *before, const char *word, const char *after) {
    fprintf(stderr, "musterc: %s", before);
    print_text(word, stderr);
    fprintf(stderr, "%s\nmusterc: try musterc --help\n", after);
    return false;
}

static bool keep_input(struct options *options, char kind, const char *value) {
    if (options->n_inputs == MAX_ARGUMENTS)
        return usage_error("too many arguments at '", value, "'");
    options->input_kinds[options->n_inputs] = kind;
    options->inputs[options->n_inputs++] = value;
    return true;
}

static bool has_format(const struct command *command, size_t format) {
    return command->formats & HAS_FORMAT(format);
}

static void list_formats(const struct command *command, const char *before_last, FILE *out) {
    size_t left = 0;
    for (size_t i = 0; i < N_FORMATS; i++)
        left += has_format(command, i);
    for (size_t i = 0; i < N_FORMATS; i++)
        if (has_format(command, i))
            fprintf(out, "%s%s", format_names[i], --left > 1 ? ", " : left == 1 ? before_last : "");
}

void print_formats(const struct command *command, FILE *out) {
    size_t usual = 0;
    while (!has_format(command, usual))
        usual++;
    list_formats(command, " or ", out);
    fprintf(out, " (%s)", format_names[usual]);
}

static bool keep_format(struct options *options, const struct command *command, const char *name) {
    for (size_t i = 0; i < N_FORMATS; i++)
        if (has_format(command, i) && strcmp(name, format_names[i]) == 0) {
            options->format = (enum output_format)i;
            return true;
        }
    fputs("musterc: unsupported format '", stderr);
    print_text(name, stderr);
    fprintf(stderr, "' for %s; use ", command->name);
    list_formats(command, " or ", stderr);
    putc('\n', stderr);
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
        return usage_error("invalid value '", when, "' for --color; use auto, always or never");
    options->in_color = automatic ? wants_color() : strcmp(when, "always") == 0;
    return true;
}

/* The options with a value: name, and what a command must take to have it; 0: all commands have it. */
static const struct option_name {
    const char *name;
    unsigned takes;
} option_names[] = {
    {"-o", TAKES_OUTPUT},
    {"--output", TAKES_OUTPUT},
    {"--depfile", TAKES_DEPFILE},
    {"--facts", TAKES_FACTS},
    {"--config", TAKES_FACTS},
    {"--set", TAKES_FACTS},
    {"--where", TAKES_WHERE | TAKES_ARGVS | TAKES_HOSTS},
    {"--columns", TAKES_WHERE | TAKES_NAMES},
    {"--fail-under", TAKES_FAIL_UNDER},
    {"--table", TAKES_NAMES},
    {"--view", TAKES_NAMES},
    {"-I", 0},
    {"--include", 0},
    {"--format", 0},
    {"--color", 0},
};

static bool is_option(const struct command *command, const char *name) {
    const char *names[sizeof option_names / sizeof option_names[0]] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < sizeof option_names / sizeof option_names[0]; i++)
        if (!option_names[i].takes || command->takes & option_names[i].takes)
            names[count++] = option_names[i].name;
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    no_such_name("option", name, names, count, "see musterc COMMAND --help");
    return false;
}

static bool keep_percent(struct options *options, const char *value) {
    char *end;
    unsigned long percent = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || percent > 100)
        return usage_error("invalid value '", value, "' for --fail-under; use an integer from 0 to 100");
    options->min_percent = (unsigned)percent;
    return true;
}

static bool keep_folder(struct options *options, const char *value) {
    if (options->n_folders == MAX_ARGUMENTS)
        return usage_error("too many folders at '", value, "'");
    options->folders[options->n_folders++] = value;
    return true;
}

static bool keep_option(struct options *options, const struct command *command, const char *name, const char *value) {
    if (strcmp(name, "--format") == 0)
        return keep_format(options, command, value);
    if (strcmp(name, "--color") == 0)
        return keep_color(options, value);
    if (strcmp(name, "--facts") == 0)
        return keep_input(options, 'f', value);
    if (strcmp(name, "--config") == 0)
        return keep_input(options, 'c', value);
    if (strcmp(name, "--set") == 0)
        return keep_input(options, 's', value);
    if (strcmp(name, "--fail-under") == 0)
        return keep_percent(options, value);
    if (strcmp(name, "-I") == 0 || strcmp(name, "--include") == 0)
        return keep_folder(options, value);
    const char **texts[] = {&options->depfile, &options->question, &options->columns,
                            &options->table,   &options->view,     &options->output};
    static const char *const names[] = {"--depfile", "--where", "--columns", "--table", "--view"};
    size_t which = 0;
    while (which < sizeof names / sizeof names[0] && strcmp(name, names[which]) != 0)
        which++;
    *texts[which] = value;
    return true;
}

static bool keep_word(struct options *options, const struct command *command, const char *word) {
    if (command->takes & TAKES_QUESTION && options->n_files == 1 && !options->question) {
        options->question = word;
        return true;
    }
    if (command->takes & TAKES_WORDS && options->n_files == 1) {
        if (options->n_words == MAX_ARGUMENTS)
            return usage_error("too many arguments at '", word, "'");
        options->words[options->n_words++] = word;
        return true;
    }
    if (options->n_files == MAX_ARGUMENTS)
        return usage_error("too many files at '", word, "'");
    options->files[options->n_files++] = word;
    return true;
}

static bool check_call(const struct options *options, const struct command *command) {
    if (options->n_files == 0)
        return usage_error("", command->name, ": missing FILE");
    if (options->n_files > 1 && command->takes & TAKES_QUESTION)
        return usage_error("unexpected second condition '", options->files[1],
                           "'; combine conditions with 'and' or 'or'");
    if (command->takes & NEEDS_TWO_FILES && options->n_files != 2)
        return usage_error("", command->name, ": two rule files are required, OLD and NEW");
    if (options->n_files > 1 && !(command->takes & (TAKES_MANY_FILES | NEEDS_TWO_FILES)))
        return usage_error("unexpected argument '", options->files[1], "'; only one rule file is accepted");
    if (command->takes & NEEDS_OUTPUT && !options->output)
        return usage_error("", command->name, ": -o OUT.c is required");
    if (command->takes & TAKES_QUESTION && !options->question)
        return usage_error("", command->name, ": missing CONDITION");
    return true;
}

/*
 * Reads an option with its value, which follows '=', -I, or is the next word. Returns the last word of the option, or
 * NULL after a message.
 */
static char **read_option(struct options *options, const struct command *command, char **arguments) {
    char *word = *arguments, *equals = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    bool is_folder = strncmp(word, "-I", 2) == 0 && word[2];
    const char *name = is_folder ? "-I" : word, *value = is_folder ? word + 2 : equals ? equals + 1 : NULL;
    if (equals)
        *equals = '\0';
    if (!is_option(command, name))
        return NULL;
    if (!value)
        value = *++arguments;
    if (!value) {
        usage_error("", name, ": missing value");
        return NULL;
    }
    return keep_option(options, command, name, value) ? arguments : NULL;
}

bool read_options(struct options *options, const struct command *command, char **arguments) {
    bool only_files = false;
    options->in_color = wants_color();
    while (!has_format(command, options->format))
        options->format++;
    for (; *arguments; arguments++) {
        const char *word = *arguments;
        bool good = true;
        if (only_files || word[0] != '-' || strcmp(word, "-") == 0)
            good = keep_word(options, command, word);
        else if (strcmp(word, "--") == 0)
            only_files = true;
        else if (strcmp(word, "--help") == 0)
            options->help = true;
        else if (command->takes & TAKES_ARGVS && strcmp(word, "--program") == 0)
            options->only_program = true;
        else if (strncmp(word, "-W", 2) == 0)
            good = select_diagnostics(&options->selection, word + 2);
        else
            good = (arguments = read_option(options, command, arguments)) != NULL;
        if (!good)
            return false;
    }
    return options->help || check_call(options, command);
}
