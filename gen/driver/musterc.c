/*
 * musterc: the compiler of rule files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/driver/musterc.h"

#include <string.h>

#define REPORTS (HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON) | HAS_FORMAT(FORMAT_SARIF))

#define USUAL_CODES                                                                                                    \
    "  0  success\n"                                                                                                   \
    "  1  errors in the rules\n"                                                                                       \
    "  2  usage or I/O error\n"

static const struct command commands[] = {
    {"check", "FILE... [--format text|json|sarif] [-o OUT]", "check rule files and report all findings",
     "  -o, --output OUT        write the report to OUT\n",
     "  0  no errors\n"
     "  1  errors in the rules\n"
     "  2  usage or I/O error\n"
     "  3  no errors found, but the analysis is incomplete\n",
     run_check, TAKES_OUTPUT | TAKES_MANY_FILES, REPORTS},
    {"compile", "FILE -o OUT.c [--depfile DEPFILE] [--format text|json|sarif]",
     "check a ruleset and compile it to C (OUT.c and OUT.h)",
     "  -o, --output OUT.c      write the source to OUT.c and the header to OUT.h (required)\n"
     "  --depfile DEPFILE       also write the dependencies to DEPFILE as a make rule\n",
     USUAL_CODES, run_compile, TAKES_OUTPUT | NEEDS_OUTPUT | TAKES_DEPFILE, REPORTS},
    {"argv", "FILE [--facts FILE] [--config FILE] [--set NAME=VALUE] [--format shell|json|nul] [-o OUT]",
     "print the command line for given facts and parameters, without compiling",
     "  --facts, --config FILE  read facts and parameters; --facts overrides --config\n"
     "  --set NAME=VALUE        set a fact or parameter; overrides files; may be repeated\n"
     "  -o, --output OUT        write output to OUT (standard output)\n",
     "  0  success\n"
     "  1  errors in the rules, or the rules refuse the host\n"
     "  2  usage or I/O error, or a value is missing\n",
     run_argv, TAKES_OUTPUT | TAKES_FACTS, HAS_FORMAT(FORMAT_SHELL) | HAS_FORMAT(FORMAT_JSON) | HAS_FORMAT(FORMAT_NUL)},
    {"argvs",
     "FILE [--where CONDITION] [--program] [--facts FILE] [--config FILE] [--set NAME=VALUE] [--format text|json] "
     "[-o OUT]",
     "list every distinct command line and the hosts that get it",
     "  --where CONDITION       only hosts that satisfy CONDITION, e.g. 'host_os == linux and not kvm'\n"
     "  --program               only the arguments from the one tagged `program` on\n"
     "  --facts, --config FILE  only hosts with the facts and parameters in FILE; --facts overrides --config\n"
     "  --set NAME=VALUE        set a fact or parameter; overrides files; may be repeated\n"
     "  -o, --output OUT        write output to OUT (standard output)\n",
     USUAL_CODES "  3  analysis incomplete; nothing is written\n", run_argvs, TAKES_OUTPUT | TAKES_FACTS | TAKES_ARGVS,
     HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"explain", "FILE [--facts FILE] [--config FILE] [--set NAME=VALUE] [--format text|json] [-o OUT]",
     "explain the decisions for given facts, and the smallest change that would alter each",
     "  --facts, --config FILE  read facts and parameters; --facts overrides --config\n"
     "  --set NAME=VALUE        set a fact or parameter; overrides files; may be repeated\n"
     "  -o, --output OUT        write output to OUT (standard output)\n",
     "  0  success\n"
     "  1  errors in the rules, or the rules refuse the host\n"
     "  2  usage or I/O error, or a fact is missing\n",
     run_explain, TAKES_OUTPUT | TAKES_FACTS, HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"ask", "FILE 'CONDITION' [--format text|json] [-o OUT]",
     "test whether a condition holds on some hosts, all hosts or none",
     "  CONDITION               a condition in the rule language, e.g. 'accel == tcg and host_os == linux'\n"
     "  -o, --output OUT        write output to OUT (standard output)\n",
     "  0  the condition holds on some or all hosts\n"
     "  1  it holds on no host\n"
     "  2  usage or I/O error, or errors in the rules or the condition\n"
     "  3  analysis incomplete\n",
     run_ask, TAKES_OUTPUT | TAKES_QUESTION, HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"matrix",
     "FILE [DECISION...] [--where CONDITION] [--columns NAME,...] [--format text|markdown|csv|json|html] [-o OUT]",
     "print decisions as minimal tables",
     "  DECISION                a decision or a let condition (all)\n"
     "  --where CONDITION       only hosts that satisfy CONDITION, e.g. 'host_os == linux and not kvm'\n"
     "  --columns NAME,...      columns of the tables: inputs and decisions (those that the rules test)\n"
     "  -o, --output OUT        write output to OUT (standard output)\n",
     USUAL_CODES "  3  analysis incomplete; a decision is omitted\n", run_matrix,
     TAKES_OUTPUT | TAKES_WORDS | TAKES_WHERE,
     HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_MARKDOWN) | HAS_FORMAT(FORMAT_CSV) | HAS_FORMAT(FORMAT_JSON) |
         HAS_FORMAT(FORMAT_HTML)},
    {"diff", "OLD NEW [--where CONDITION] [--format text|markdown|json|html] [-o OUT]",
     "show what differs between two rulesets, and on which hosts",
     "  OLD, NEW                rule files; a decision RULESET_FACT of one gives the fact FACT of the other, if that\n"
     "                          one is named RULESET\n"
     "  --where CONDITION       only hosts that satisfy CONDITION, over facts and decisions of NEW\n"
     "  -o, --output OUT        write output to OUT (standard output)\n",
     "  0  no differences\n"
     "  1  differences\n"
     "  2  usage or I/O error, errors in the rules, or comparison incomplete\n",
     run_diff, TAKES_OUTPUT | NEEDS_TWO_FILES | TAKES_HOSTS,
     HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_MARKDOWN) | HAS_FORMAT(FORMAT_JSON) | HAS_FORMAT(FORMAT_HTML)},
    {"coverage", "FILE [FACTS...] [--fail-under N] [--format text|json] [-o OUT]",
     "report which rows are reached by facts files, or by the examples of the rules",
     "  FACTS                   the facts of one host, as printed by muster probe or musterc ask\n"
     "  --fail-under N          exit with 1 if less than N percent of rows are reached\n"
     "  -o, --output OUT        write output to OUT (standard output)\n",
     "  0  success\n"
     "  1  errors in the rules, or coverage is below --fail-under\n"
     "  2  usage or I/O error\n"
     "  3  analysis incomplete; coverage may be below --fail-under\n",
     run_coverage, TAKES_OUTPUT | TAKES_WORDS | TAKES_FAIL_UNDER, HAS_FORMAT(FORMAT_TEXT) | HAS_FORMAT(FORMAT_JSON)},
    {"sql", "FILE [--table NAME] [--view NAME] [--columns NAME,...] [--format sql] [-o OUT]",
     "write the decisions as an SQL view over a table of hosts",
     "  --table NAME            the table of hosts, NAME or SCHEMA.NAME (hosts)\n"
     "  --view NAME             the name of the view (the name of the ruleset)\n"
     "  --columns NAME,...      columns to copy from the table to the view (host)\n"
     "  -o, --output OUT        write output to OUT (standard output)\n",
     USUAL_CODES, run_sql, TAKES_OUTPUT | TAKES_NAMES, HAS_FORMAT(FORMAT_SQL)},
    {"graph", "FILE [--format dot] [-o OUT]", "write the dependency graph for Graphviz",
     "  -o, --output OUT        write output to OUT (standard output)\n", USUAL_CODES, run_graph, TAKES_OUTPUT,
     HAS_FORMAT(FORMAT_DOT)},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static const char common_options[] =
    "  -I, --include FOLDER    search FOLDER for included files; may be repeated\n"
    "  -WCODE, -Wno-CODE       enable or disable the warning CODE; -Wall: enable all warnings\n"
    "  -Werror[=CODE]          treat all warnings, or CODE, as errors; -Wno-error=CODE: except CODE\n"
    "  --color WHEN            colour messages: auto, always or never (auto)\n";

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
            "\n  musterc --explain [CODE]\n      explain a code, or list all codes\n"
            "  musterc --help | --version\n\n"
            "Common options:\n%s\n"
            "musterc COMMAND --help describes a command, its options and its exit status. FILE may be - for standard\n"
            "input. Defaults are in parentheses.\n\n"
            "Exit status: 0 success; 1 findings (errors in the rules, the host is refused, the condition never holds,\n"
            "differences, low coverage); 2 usage or I/O error; 3 analysis incomplete (diff: 2).\n",
            common_options);
}

static void print_help(const struct command *command) {
    print_arguments(command->arguments, (size_t)printf("Usage: musterc %s", command->name), 10, stdout);
    printf("\n\n  %s\n\n%s  --format FORMAT         ", command->summary, command->details);
    print_formats(command, stdout);
    printf("\n%s\nExit status:\n%s", common_options, command->codes);
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
