/*
 * musterc: the compiler of rule files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/driver/musterc.h"

#include <string.h>

#include "runtime/base/options.h"

static const struct command *const commands[] = {&check_command,    &compile_command, &argv_command,   &argvs_command,
                                                 &explain_command,  &ask_command,     &matrix_command, &diff_command,
                                                 &coverage_command, &sql_command,     &graph_command,  &debug_command};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

enum { HELP_WIDTH = 100 };

/* Prints a part of a synopsis; begins a new line, indented by `indent`, if the part does not fit. Returns the column.
 */
static size_t print_synopsis_part(const char *part, size_t length, size_t at, size_t indent, FILE *out) {
    if (at + 1 + length > HELP_WIDTH) {
        fprintf(out, "\n%*s", (int)indent - 1, "");
        at = indent - 1;
    }
    fprintf(out, " %.*s", (int)length, part);
    return at + 1 + length;
}

static void print_synopsis(const struct command *command, size_t at, size_t indent, FILE *out) {
    for (const char *part = command->arguments; *part;) {
        const char *end = strstr(part, " [");
        size_t length = end ? (size_t)(end - part) : strlen(part);
        at = print_synopsis_part(part, length, at, indent, out);
        part += length + (end ? 1 : 0);
    }
    char formats[128] = "[--format ";
    for (size_t i = 0; i < MAX_FORMATS && command->formats[i].name; i++) {
        size_t used = strlen(formats);
        snprintf(formats + used, sizeof formats - used, "%s%s", i ? "|" : "", command->formats[i].name);
    }
    strncat(formats, "]", sizeof formats - strlen(formats) - 1);
    at = print_synopsis_part(formats, strlen(formats), at, indent, out);
    if (command->takes & (TAKES_OUTPUT | TAKES_REPORT))
        print_synopsis_part("[-o OUT]", strlen("[-o OUT]"), at, indent, out);
}

static void print_usage(FILE *out) {
    fputs("Usage: musterc COMMAND [options] FILE...\n\n", out);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        print_synopsis(commands[i], (size_t)fprintf(out, "  musterc %s", commands[i]->name), 10, out);
        fprintf(out, "\n      %s\n", commands[i]->summary);
    }
    fputs("\n  musterc --explain [CODE]\n      explain a code, or list all codes\n"
          "  musterc --help | --version\n\n"
          "Common options:\n",
          out);
    print_common_options(out);
    fputs("\nmusterc COMMAND --help describes a command, its options and its exit status. FILE may be - for standard\n"
          "input. Defaults are in parentheses.\n\n"
          "Exit status: 0 success; 1 findings (errors in the rules, the host is refused, the condition never holds,\n"
          "differences, low coverage); 2 usage or I/O error; 3 analysis incomplete (diff: 2).\n",
          out);
}

static void print_help(const struct command *command) {
    print_synopsis(command, (size_t)printf("Usage: musterc %s", command->name), 10, stdout);
    printf("\n\n  %s\n\n%s", command->summary, command->operands);
    print_command_options(command, stdout);
    print_common_options(stdout);
    printf("\nExit status:\n%s", command->codes);
}

static const struct command *find_command(const char *name) {
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i]->name;
        if (strcmp(name, names[i]) == 0)
            return commands[i];
    }
    no_such_name("musterc", "command", name, names, N_COMMANDS, "see musterc --help");
    return NULL;
}

/* Options in place of a command, such as --help. Returns an exit code, or -1. */
static int answer_option(int count, char **arguments) {
    const char *option = arguments[1];
    if (strcmp(option, "--help") == 0)
        print_usage(stdout);
    else if (strcmp(option, "--version") == 0)
        puts("musterc " MUSTER_VERSION_STRING);
    else if (strncmp(option, "--explain=", 10) == 0)
        return close_stdout(explain_code(option + 10));
    else if (strcmp(option, "--explain") == 0)
        return close_stdout(explain_code(count > 2 ? arguments[2] : NULL));
    else
        return -1;
    return close_stdout(EXIT_OK);
}

int main(int count, char **arguments) {
    struct options options = {0};
    if (count < 2) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    int answered = answer_option(count, arguments);
    if (answered >= 0)
        return answered;
    const struct command *command = find_command(arguments[1]);
    if (!command || !read_options(&options, command, arguments + 2))
        return EXIT_USAGE;
    if (options.help) {
        print_help(command);
        return close_stdout(EXIT_OK);
    }
    return command->run(&options);
}
