/*
 * The program musterc: its options, its commands, and what they share.
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

/* Exit codes. EXIT_UNPROVEN: nothing is wrong, as far as it could be looked at. */
enum { EXIT_OK = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_UNPROVEN = 3 };

enum { MAX_ARGUMENTS = 256 };

enum output_format {
    FORMAT_TEXT,
    FORMAT_SHELL,
    FORMAT_DOT,
    FORMAT_SQL,
    FORMAT_MARKDOWN,
    FORMAT_CSV,
    FORMAT_JSON,
    FORMAT_NUL,
    FORMAT_SARIF,
    FORMAT_HTML,
    N_FORMATS
};
#define HAS_FORMAT(format) (1u << (format))

struct options {
    const char *files[MAX_ARGUMENTS];
    size_t n_files;
    const char *question;             /* of `ask`; --where */
    const char *words[MAX_ARGUMENTS]; /* what stands behind the rule file */
    size_t n_words;
    const char *columns, *table, *view;
    unsigned min_percent;               /* --fail-under */
    const char *folders[MAX_ARGUMENTS]; /* -I */
    size_t n_folders;
    const char *output, *depfile;
    enum output_format format;
    const char *inputs[MAX_ARGUMENTS]; /* --config, --facts and --set in their order: path, or NAME=VALUE */
    char input_kinds[MAX_ARGUMENTS];   /* 'c', 'f', 's' */
    size_t n_inputs;
    struct diag_selection selection;
    bool only_program; /* --program */
    bool in_color;
    bool help;
};

/* What a command takes besides a rule file and the options of diagnostics. */
enum {
    TAKES_OUTPUT = 1,
    NEEDS_OUTPUT = 2,
    TAKES_DEPFILE = 4,
    TAKES_FACTS = 8,
    TAKES_MANY_FILES = 16,
    TAKES_QUESTION = 32,
    TAKES_WORDS = 64, /* further words behind the rule file */
    NEEDS_TWO_FILES = 128,
    TAKES_WHERE = 256,      /* --where and --columns */
    TAKES_FAIL_UNDER = 512, /* --fail-under */
    TAKES_NAMES = 1024,     /* --table, --view and --columns */
    TAKES_ARGVS = 2048,     /* --where and --program */
    TAKES_HOSTS = 4096      /* --where alone */
};

struct command {
    const char *name, *arguments, *summary;
    const char *details; /* for --help: its own options, a line each, two blanks before it; or "" */
    const char *codes;   /* for --help: its exit codes, whole lines */
    int (*run)(const struct options *options);
    unsigned takes;
    unsigned formats; /* those of HAS_FORMAT that it has; the first is what it does without --format */
};

/* "text, json or sarif (text)": the first format is the default. */
void print_formats(const struct command *command, FILE *out);

/* False after a message. `arguments` is what stands behind the command. */
bool read_options(struct options *options, const struct command *command, char **arguments);

/* -W and what stands behind it. False after a message. */
bool select_diagnostics(struct diag_selection *selection, const char *word);

/* `--explain CODE`, or all codes for NULL. Returns the exit code. */
int explain_code(const char *code);

/* Everything about one ruleset, and the memory that it lives in. */
struct compilation {
    struct arena *arena;
    struct sources sources;
    struct diagnostics diagnostics;
    struct model *model;
    const struct muster_ruleset *rules;
};

void compilation_start(struct compilation *compilation, const struct options *options);

/* Rule text to tables; stops where a later stage would only repeat what an earlier one found. */
void compile(struct compilation *compilation, const char *name, enum check_scope scope);

/*
 * The same as far as answers need it: no tables, and promises and examples may be broken. `question`: a condition that
 * becomes model->question; or NULL. False if there are errors.
 */
bool compile_for_answers(struct compilation *compilation, const char *name, const char *question);

/*
 * Makes the tables of rules that compile_for_answers took, and compares them with these. False if there are errors; a
 * library has no tables, which is none.
 */
bool compilation_lower(struct compilation *compilation);

/*
 * Begins a compilation whose tables are asked at once, for hosts that the options name. False if there are none; what
 * was found says why.
 */
bool compile_for_facts(struct compilation *compilation, const struct options *options);

/* The same facts and parameters as far as they are given; NULL after a message. */
struct inputs *load_given(const struct compilation *compilation, const struct options *options);

/* Complete facts, and parameters, as --config, --facts and --set give them; NULL after a message. */
struct inputs *load_inputs(const struct compilation *compilation, const struct options *options);

/* No error; and none that was made of a warning either. */
bool is_sound(const struct compilation *compilation);
bool is_accepted(const struct compilation *compilation);

/* What is wrong stands in the condition of the call, and nothing is in the rules. */
bool is_called_wrongly(const struct compilation *compilation, const struct options *options);

/* What the findings say about the exit code; EXIT_USAGE if the file was not even read. */
int compilation_code(const struct compilation *compilation);

/* Writes what was found in several rulesets, as one document; any format but JSON and SARIF is text. */
void compilation_report(const struct compilation *compilations, size_t count, enum output_format format, FILE *out);

/*
 * Shows one where its format belongs, text on stderr and others on stdout, and frees it. Returns `code`, or that of the
 * findings if `code` is EXIT_OK.
 */
int compilation_end(struct compilation *compilation, enum output_format format, int code);

/* Where a result goes: to standard output or, with -o, to a file, which appears whole or not at all. */
struct destination {
    FILE *stream;
    struct output output;
};

/* False after a message: the file cannot be written, or is one of those that were read. */
bool destination_open(struct destination *destination, const struct compilation *compilations, size_t count,
                      const struct options *options);
int destination_close(struct destination *destination, struct arena *arena, int code);
void destination_abandon(struct destination *destination); /* nothing is to be written */

/* `code`, or EXIT_USAGE after a message if standard output could not be written. */
int close_stdout(int code);

int run_check(const struct options *options);
int run_compile(const struct options *options);
int run_argv(const struct options *options);
int run_argvs(const struct options *options);
int run_explain(const struct options *options);
int run_ask(const struct options *options);
int run_matrix(const struct options *options);
int run_diff(const struct options *options);
int run_coverage(const struct options *options);
int run_sql(const struct options *options);
int run_graph(const struct options *options);

#endif
