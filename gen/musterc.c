/*
 * musterc: the compiler of rule files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "musterc.h"

#include <string.h>

#define REPORTS (HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON) | HAS_FORMAT(FORMAT_SARIF))

static const struct command commands[] = {
    {"check", "FILE... [--format text|json|sarif] [-o OUT]", "report everything that is wrong in rule files",
     "  -o, --output OUT        write the report there\n", run_check, TAKES_OUTPUT | TAKES_MANY_FILES, REPORTS},
    {"compile", "FILE -o OUT.c [--depfile DEPFILE] [--format text|json|sarif]",
     "check a ruleset and write it as C, OUT.c and OUT.h",
     "  -o, --output OUT.c      where to; the header stands beside it\n"
     "  --depfile DEPFILE       also write, as a rule for make, on which files they depend\n",
     run_compile, TAKES_OUTPUT | NEEDS_OUTPUT | TAKES_DEPFILE, REPORTS},
    {"argv", "FILE [--facts FILE] [--config FILE] [--set NAME=VALUE] [--format shell|json|nul] [-o OUT]",
     "print the command line of a rule file as it stands",
     "  --facts, --config FILE  facts and parameters; those of --facts win\n"
     "  --set NAME=VALUE        a fact or a parameter; wins over files\n"
     "  -o, --output OUT        write it there\n",
     run_argv, TAKES_OUTPUT | TAKES_FACTS, HAS_FORMAT(FORMAT_SHELL) | HAS_FORMAT(FORMAT_JSON) | HAS_FORMAT(FORMAT_NUL)},
    {"explain", "FILE [--facts FILE] [--config FILE] [--set NAME=VALUE] [--format text|json] [-o OUT]",
     "say what a rule file as it stands decides, why, and what would have to be otherwise",
     "  --facts, --config FILE  facts and parameters; those of --facts win\n"
     "  --set NAME=VALUE        a fact or a parameter; wins over files\n"
     "  -o, --output OUT        write it there\n",
     run_explain, TAKES_OUTPUT | TAKES_FACTS, HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"ask", "FILE 'CONDITION' [--format text|json] [-o OUT]", "say on which hosts a condition holds: some, all or none",
     "  -o, --output OUT        write the answer there\n", run_ask, TAKES_OUTPUT | TAKES_QUESTION,
     HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"matrix",
     "FILE [DECISION...] [--where CONDITION] [--columns NAME,...] [--format text|markdown|csv|json|html] [-o OUT]",
     "print what is decided, in rows that are as few and general as can be",
     "  --where CONDITION       only the hosts on which it holds\n"
     "  --columns NAME,...      inputs and decisions to tell the decisions from, instead of those that the rules ask\n"
     "  -o, --output OUT        write it there\n",
     run_matrix, TAKES_OUTPUT | TAKES_WORDS | TAKES_WHERE,
     HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_MARKDOWN) | HAS_FORMAT(FORMAT_CSV) | HAS_FORMAT(FORMAT_JSON) |
         HAS_FORMAT(FORMAT_HTML)},
    {"diff", "OLD NEW [--format text|markdown|json|html] [-o OUT]",
     "say what another ruleset decides and writes otherwise, and on which hosts",
     "  -o, --output OUT        write it there\n", run_diff, TAKES_OUTPUT | NEEDS_TWO_FILES,
     HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_MARKDOWN) | HAS_FORMAT(FORMAT_JSON) | HAS_FORMAT(FORMAT_HTML)},
    {"coverage", "FILE [FACTS...] [--fail-under N] [--format text|json] [-o OUT]",
     "say which rows facts files reach, or without any the rules' own examples",
     "  --fail-under N          exit with 1 if less than N percent of the rows are reached\n"
     "  -o, --output OUT        write it there\n",
     run_coverage, TAKES_OUTPUT | TAKES_WORDS | TAKES_LEAST, HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"sql", "FILE [--table NAME] [--view NAME] [--columns LIST] [--format sql] [-o OUT]",
     "write the decisions as a view over a table of hosts",
     "  --table NAME            the table, SCHEMA.NAME if need be; hosts\n"
     "  --view NAME             what the view is called; as the ruleset is\n"
     "  --columns LIST          columns of the table that it shows, with commas between; host\n"
     "  -o, --output OUT        write it there\n",
     run_sql, TAKES_OUTPUT | TAKES_NAMES, HAS_FORMAT(FORMAT_SQL)},
    {"graph", "FILE [--format dot] [-o OUT]", "draw what depends on what, for Graphviz",
     "  -o, --output OUT        write it there\n", run_graph, TAKES_OUTPUT, HAS_FORMAT(FORMAT_DOT)},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static const char common_options[] =
    "  -I, --include FOLDER    where files are looked for that are not beside those that include them\n"
    "  -WCODE, -Wno-CODE       report it, or not; -Wall: also what is silent otherwise\n"
    "  -Werror[=CODE]          let all warnings, or one, count as errors; -Wno-error=CODE: not this one\n"
    "  --color WHEN            auto, always or never\n";

static void print_usage(FILE *out) {
    fputs("Usage: musterc COMMAND [options] FILE...\n\n", out);
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  musterc %s %s\n      %s\n", commands[i].name, commands[i].arguments, commands[i].summary);
    fprintf(out,
            "\n  musterc --explain [CODE]\n      what a diagnostic means, or which there are\n"
            "  musterc --help | --version\n\n"
            "Options of all commands:\n%s\n"
            "FILE may be - for standard input. Exit code: 0 done; 1 the rules say no: there are errors in them, they "
            "refuse\n"
            "the host, the condition never holds, something differs, too few rows are reached; 2 something cannot be "
            "read,\n"
            "written or compared, or the call is wrong; 3 not everything could be looked through.\n",
            common_options);
}

static const struct command *find_command(const char *name) {
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(name, names[i]) == 0)
            return &commands[i];
    }
    no_such_name("command", name, names, N_COMMANDS, "try musterc --help");
    return NULL;
}

/* --help and the like, which stand in the place of a command. Returns an exit code, or -1. */
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
    return close_stdout(EXIT_GOOD);
}

int main(int count, char **arguments) {
    struct options options = {0};
    if (count < 2) {
        print_usage(stderr);
        return EXIT_TROUBLE;
    }
    int answered = answer_option(count, arguments);
    if (answered >= 0)
        return answered;
    const struct command *command = find_command(arguments[1]);
    if (!command || !read_options(&options, command, arguments + 2))
        return EXIT_TROUBLE;
    if (options.help) {
        printf("Usage: musterc %s %s\n\n  %s\n\n%s%s", command->name, command->arguments, command->summary,
               command->details, common_options);
        return close_stdout(EXIT_GOOD);
    }
    return command->run(&options);
}
