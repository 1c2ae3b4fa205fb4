/*
 * musterc: the compiler of rule files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/driver/musterc.h"

#include <string.h>

#define REPORTS (HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON) | HAS_FORMAT(FORMAT_SARIF))

#define USUAL_CODES                                                                                                    \
    "  0  done\n"                                                                                                      \
    "  1  errors in the rules\n"                                                                                       \
    "  2  something cannot be read or written, or the call is wrong\n"

static const struct command commands[] = {
    {"check", "FILE... [--format text|json|sarif] [-o OUT]", "report everything that is wrong in rule files",
     "  -o, --output OUT        write the report there\n",
     "  0  no errors\n"
     "  1  errors\n"
     "  2  a file cannot be read, or the call is wrong\n"
     "  3  no errors were found, but not everything could be looked through\n",
     run_check, TAKES_OUTPUT | TAKES_MANY_FILES, REPORTS},
    {"compile", "FILE -o OUT.c [--depfile DEPFILE] [--format text|json|sarif]",
     "check a ruleset and write it as C, OUT.c and OUT.h",
     "  -o, --output OUT.c      where to; the header stands beside it\n"
     "  --depfile DEPFILE       also write, as a rule for make, on which files they depend\n",
     USUAL_CODES, run_compile, TAKES_OUTPUT | NEEDS_OUTPUT | TAKES_DEPFILE, REPORTS},
    {"argv", "FILE [--facts FILE] [--config FILE] [--set NAME=VALUE] [--format shell|json|nul] [-o OUT]",
     "print the command line of a rule file as it stands",
     "  --facts, --config FILE  facts and parameters; those of --facts win\n"
     "  --set NAME=VALUE        a fact or a parameter; wins over files; may be repeated\n"
     "  -o, --output OUT        write it there\n",
     "  0  done\n"
     "  1  errors in the rules, or they refuse the host\n"
     "  2  a value is missing, something cannot be read or written, or the call is wrong\n",
     run_argv, TAKES_OUTPUT | TAKES_FACTS, HAS_FORMAT(FORMAT_SHELL) | HAS_FORMAT(FORMAT_JSON) | HAS_FORMAT(FORMAT_NUL)},
    {"argvs",
     "FILE [--where CONDITION] [--program] [--facts FILE] [--config FILE] [--set NAME=VALUE] [--format text|json] "
     "[-o OUT]",
     "list every distinct command line, with the hosts that get it",
     "  --where CONDITION       only the hosts on which it holds, as 'host_os == linux and not kvm'\n"
     "  --program               only what stands from the argument tagged `program` on\n"
     "  --facts, --config FILE  facts and parameters; only the hosts with these facts; those of --facts win\n"
     "  --set NAME=VALUE        a fact or a parameter; wins over files; may be repeated\n"
     "  -o, --output OUT        write it there\n",
     USUAL_CODES "  3  nothing was written, because not everything could be looked through\n", run_argvs,
     TAKES_OUTPUT | TAKES_FACTS | TAKES_ARGVS, HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"explain", "FILE [--facts FILE] [--config FILE] [--set NAME=VALUE] [--format text|json] [-o OUT]",
     "say what a rule file as it stands decides, why, and what would have to be otherwise",
     "  --facts, --config FILE  facts and parameters; those of --facts win\n"
     "  --set NAME=VALUE        a fact or a parameter; wins over files; may be repeated\n"
     "  -o, --output OUT        write it there\n",
     "  0  done\n"
     "  1  errors in the rules, or they refuse the host\n"
     "  2  a fact is missing, something cannot be read or written, or the call is wrong\n",
     run_explain, TAKES_OUTPUT | TAKES_FACTS, HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"ask", "FILE 'CONDITION' [--format text|json] [-o OUT]", "say on which hosts a condition holds: some, all or none",
     "  CONDITION               of the rule language, as 'accel == tcg and host_os == linux'\n"
     "  -o, --output OUT        write the answer there\n",
     "  0  on some hosts, or on all\n"
     "  1  on none\n"
     "  2  errors in the rules or the condition, or the call is wrong\n"
     "  3  not everything could be looked through\n",
     run_ask, TAKES_OUTPUT | TAKES_QUESTION, HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"matrix",
     "FILE [DECISION...] [--where CONDITION] [--columns NAME,...] [--format text|markdown|csv|json|html] [-o OUT]",
     "print what is decided, in rows that are as few and general as can be",
     "  DECISION                a decision, or a condition by let; without any: all of them\n"
     "  --where CONDITION       only the hosts on which it holds, as 'host_os == linux and not kvm'\n"
     "  --columns NAME,...      inputs and decisions that rows ask; without it: those that the rules ask\n"
     "  -o, --output OUT        write it there\n",
     USUAL_CODES "  3  a decision is left out, because not everything could be looked through\n", run_matrix,
     TAKES_OUTPUT | TAKES_WORDS | TAKES_WHERE,
     HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_MARKDOWN) | HAS_FORMAT(FORMAT_CSV) | HAS_FORMAT(FORMAT_JSON) |
         HAS_FORMAT(FORMAT_HTML)},
    {"diff", "OLD NEW [--where CONDITION] [--format text|markdown|json|html] [-o OUT]",
     "say what another ruleset decides and writes otherwise, and on which hosts",
     "  OLD, NEW                rule files; where one decides RULESET_FACT, that is what the fact FACT of the other\n"
     "                          one, called RULESET, is\n"
     "  --where CONDITION       only on hosts where it holds, a condition over facts and decisions of NEW\n"
     "  -o, --output OUT        write it there\n",
     "  0  the same\n"
     "  1  different\n"
     "  2  errors in the rules, something cannot be read, written or compared, or the call is wrong\n",
     run_diff, TAKES_OUTPUT | NEEDS_TWO_FILES | TAKES_HOSTS,
     HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_MARKDOWN) | HAS_FORMAT(FORMAT_JSON) | HAS_FORMAT(FORMAT_HTML)},
    {"coverage", "FILE [FACTS...] [--fail-under N] [--format text|json] [-o OUT]",
     "say which rows facts files reach, or without any the rules' own examples",
     "  FACTS                   a file with the facts of a host, as muster probe and musterc ask print it\n"
     "  --fail-under N          exit with 1 if less than N percent of the rows are reached\n"
     "  -o, --output OUT        write it there\n",
     "  0  done\n"
     "  1  errors in the rules, or fewer rows are reached than --fail-under asks for\n"
     "  2  something cannot be read or written, or the call is wrong\n"
     "  3  not everything that this depends on could be looked through\n",
     run_coverage, TAKES_OUTPUT | TAKES_WORDS | TAKES_LEAST, HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"sql", "FILE [--table NAME] [--view NAME] [--columns NAME,...] [--format sql] [-o OUT]",
     "write the decisions as a view over a table of hosts",
     "  --table NAME            the table of hosts, SCHEMA.NAME if need be; without it: hosts\n"
     "  --view NAME             what the view is called; without it: as the ruleset is\n"
     "  --columns NAME,...      columns of the table that the view shows; without it: host\n"
     "  -o, --output OUT        write it there\n",
     USUAL_CODES, run_sql, TAKES_OUTPUT | TAKES_NAMES, HAS_FORMAT(FORMAT_SQL)},
    {"graph", "FILE [--format dot] [-o OUT]", "draw what depends on what, for Graphviz",
     "  -o, --output OUT        write it there\n", USUAL_CODES, run_graph, TAKES_OUTPUT, HAS_FORMAT(FORMAT_DOT)},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static const char common_options[] =
    "  -I, --include FOLDER    where to look for files that are not beside those that include them\n"
    "  -WCODE, -Wno-CODE       report findings of that code, or not; -Wall: also what is silent otherwise\n"
    "  -Werror[=CODE]          let all warnings, or one, count as errors; -Wno-error=CODE: not this one\n"
    "  --color WHEN            whether messages are in colour: auto (the default), always or never\n";

enum { HELP_WIDTH = 100 };

/* What a command takes; goes on in further lines, which `indent` blanks begin, between two arguments. */
static void print_arguments(const char *arguments, size_t at, size_t indent, FILE *out) {
    while (*arguments) {
        const char *end = strstr(arguments, " [");
        size_t length = end ? (size_t)(end - arguments) : strlen(arguments);
        if (at + 1 + length > HELP_WIDTH) {
            fprintf(out, "\n%*s", (int)indent - 1, "");
            at = indent - 1;
        }
        fprintf(out, " %.*s", (int)length, arguments);
        at += 1 + length;
        arguments += length + (end ? 1 : 0);
    }
}

static void print_usage(FILE *out) {
    fputs("Usage: musterc COMMAND [options] FILE...\n\n", out);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        print_arguments(commands[i].arguments, (size_t)fprintf(out, "  musterc %s", commands[i].name), 10, out);
        fprintf(out, "\n      %s\n", commands[i].summary);
    }
    fprintf(out,
            "\n  musterc --explain [CODE]\n      what a diagnostic means, or which there are\n"
            "  musterc --help | --version\n\n"
            "Options of all commands:\n%s\n"
            "musterc COMMAND --help has those of a command, and its exit codes. FILE may be - for standard input.\n"
            "Exit code: 0 done; 1 the rules say no: there are errors in them, they refuse the host, the condition\n"
            "never holds, something differs, too few rows are reached; 2 something cannot be read, written or\n"
            "compared, or the call is wrong; 3 not everything could be looked through.\n",
            common_options);
}

static void print_help(const struct command *command) {
    print_arguments(command->arguments, (size_t)printf("Usage: musterc %s", command->name), 10, stdout);
    printf("\n\n  %s\n\n%s  --format FORMAT         ", command->summary, command->details);
    print_formats(command, stdout);
    printf("; without it the first\n%s\nExit code:\n%s", common_options, command->codes);
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
        print_help(command);
        return close_stdout(EXIT_GOOD);
    }
    return command->run(&options);
}
