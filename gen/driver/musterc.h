/*
 * The program musterc: options, commands, and shared functions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTERC_H
#define MUSTERC_H

#include "gen/check/check.h"
#include "gen/model/model.h"
#include "gen/report/report.h"
#include "runtime/base/output.h"
#include "runtime/tool/inputs.h"

/* Exit codes. EXIT_UNPROVEN: no error was found, but the analysis is incomplete. */
enum { EXIT_OK = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_UNPROVEN = 3 };

enum { MAX_ARGUMENTS = 256 };

enum { MAX_FORMATS = 6 };

/* Properties of a format. */
enum {
    NEEDS_TABLES = 1,    /* it contains the compiled tables */
    WRITES_FINDINGS = 2, /* it contains the findings, and is written where the rules have errors, too */
    TO_STDERR = 4,       /* without -o it goes to stderr */
    NEEDS_MODEL = 8      /* it contains the typed model */
};

/* A format of a command: a row of its `formats`. `result` is what the command computed, of a type of its own. */
struct output_format {
    const char *name;
    void (*write)(const void *result, FILE *out);
    unsigned traits;
};

struct options {
    const char *files[MAX_ARGUMENTS];
    size_t n_files;
    const char *question;             /* of `ask` and --where */
    const char *words[MAX_ARGUMENTS]; /* operands after the rule file */
    size_t n_words;
    const char *columns, *table, *view;
    unsigned min_percent;               /* --fail-under */
    const char *folders[MAX_ARGUMENTS]; /* -I */
    size_t n_folders;
    const char *output, *depfile;
    const struct output_format *format;
    const char *inputs[MAX_ARGUMENTS]; /* --config, --facts and --set in their order: path, or NAME=VALUE */
    char input_kinds[MAX_ARGUMENTS];   /* 'c', 'f', 's' */
    size_t n_inputs;
    struct diag_selection selection;
    bool only_program; /* --program */
    bool in_color;
    bool help;
};

/* The options and operands of a command, besides those of all commands. */
enum {
    TAKES_OUTPUT = 1,     /* -o */
    NEEDS_OUTPUT = 2,     /* -o and --depfile */
    TAKES_FACTS = 4,      /* --facts, --config, --set */
    TAKES_MANY_FILES = 8, /* rule files */
    TAKES_QUESTION = 16,  /* a condition after the rule file */
    TAKES_WORDS = 32,     /* operands after the rule file */
    NEEDS_TWO_FILES = 64,
    TAKES_WHERE = 128,
    TAKES_WHERE_NEW = 256, /* --where about the second file */
    TAKES_COLUMNS = 512,
    TAKES_FAIL_UNDER = 1024,
    TAKES_NAMES = 2048, /* --table, --view, --columns */
    TAKES_PROGRAM = 4096,
    TAKES_REPORT = 8192 /* -o for the findings */
};

struct command {
    const char *name;
    const char *arguments; /* for --help: operands and options; --format and -o are added */
    const char *summary;   /* for --help: one line */
    const char *operands;  /* for --help: a line for each operand, or "" */
    const char *codes;     /* for --help: a line for each exit code */
    int (*run)(const struct options *options);
    unsigned takes;
    struct output_format formats[MAX_FORMATS]; /* the first is the default */
};

extern const struct command check_command, compile_command, argv_command, argvs_command, explain_command, ask_command,
    matrix_command, diff_command, coverage_command, sql_command, graph_command, debug_command;

/* Lines for --help. */
#define USUAL_CODES                                                                                                    \
    "  0  success\n"                                                                                                   \
    "  1  errors in the rules\n"                                                                                       \
    "  2  usage or I/O error\n"
void print_command_options(const struct command *command, FILE *out);
void print_common_options(FILE *out);

/* Reads the words after the command. Returns false after a message. */
bool read_options(struct options *options, const struct command *command, char **arguments);

/* Applies the option -WWORD. Returns false after a message. */
bool select_diagnostics(struct diag_selection *selection, const char *word);

/* `--explain CODE`, or all codes for NULL. Returns the exit code. */
int explain_code(const char *code);

/* The results of compiling one ruleset, and their memory. */
struct compilation {
    struct arena *arena;
    struct sources sources;
    struct diagnostics diagnostics;
    struct model *model;
    const struct muster_ruleset *rules;
};

void compilation_start(struct compilation *compilation, const struct options *options);

/* Compiles rule text to tables; stops where a later stage could only report consequences of earlier errors. */
void compile(struct compilation *compilation, const char *name, enum check_scope scope);

/*
 * Compiles rules to be evaluated: without tables, and with broken promises and examples allowed. `question` becomes
 * model->question; it may be NULL. False if there are errors.
 */
bool compile_for_answers(struct compilation *compilation, const char *name, const char *question);

/*
 * Lowers and verifies the tables after compile_for_answers. False if there are errors; a library has no tables, which
 * is not an error.
 */
bool compilation_lower(struct compilation *compilation);

/*
 * Compiles rules with tables, to evaluate hosts that the options describe. False if there are none; the findings
 * contain the reason.
 */
bool compile_for_facts(struct compilation *compilation, const struct options *options);

/* The given facts and parameters, which may be incomplete; NULL after a message. */
struct inputs *load_given(const struct compilation *compilation, const struct options *options);

/* The complete facts, and the parameters, of --config, --facts and --set; NULL after a message. */
struct inputs *load_inputs(const struct compilation *compilation, const struct options *options);

/* Whether there are no errors, and no warnings that are treated as errors. */
bool is_sound(const struct compilation *compilation);
bool is_accepted(const struct compilation *compilation);

/* Whether the only errors are in the condition on the command line. */
bool is_usage_error(const struct compilation *compilation, const struct options *options);

/* The exit code for the findings; EXIT_USAGE if the file was not read. */
int compilation_code(const struct compilation *compilation);

/* The formats of findings. The result that they write is a struct report. */
#define REPORT_FORMATS                                                                                                 \
    {"text", report_text, TO_STDERR}, {"json", write_report_json, 0}, {                                                \
        "sarif", write_report_sarif, 0                                                                                 \
    }
void report_text(const void *report, FILE *out);
void write_report_json(const void *report, FILE *out);
void write_report_sarif(const void *report, FILE *out);

/* Writes the findings of several rulesets as one document. */
void compilation_report(const struct compilation *compilations, size_t count, const struct output_format *format,
                        FILE *out);

/* Prints the findings to stderr, and frees the compilation. Returns `code`, or that of the findings if it is EXIT_OK.
 */
int compilation_end(struct compilation *compilation, int code);

/* The destination of a result: standard output or, with -o, a file, which is written atomically. */
struct destination {
    FILE *stream;
    struct output output;
};

/* False after a message: the file cannot be written, or is an input file. */
bool destination_open(struct destination *destination, const struct compilation *compilations, size_t count,
                      const struct options *options);
int destination_close(struct destination *destination, struct arena *arena, int code);
void destination_abandon(struct destination *destination); /* discards the output */

/*
 * Writes a result in the format that the options choose, to the destination. Returns `code`, or EXIT_USAGE after a
 * message.
 */
int write_result(const struct options *options, const struct compilation *compilations, size_t count,
                 const void *result, int code);

/* `code`, or EXIT_USAGE after a message if standard output could not be written. */
int close_stdout(int code);

#endif
