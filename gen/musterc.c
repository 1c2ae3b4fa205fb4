/*
 * musterc: the compiler of rule files. main reads as the pipeline.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "../runtime/inputs.h"
#include "../runtime/nearest.h"
#include "../runtime/show.h"
#include "check.h"
#include "emit.h"
#include "lower.h"
#include "output.h"
#include "verify.h"

enum { EXIT_GOOD = 0, EXIT_FINDINGS = 1, EXIT_TROUBLE = 2 };

enum { MOST_ARGUMENTS = 256 };

struct options {
    const char *files[MOST_ARGUMENTS];
    size_t n_files;
    const char *output, *depfile, *format;
    const char *inputs[MOST_ARGUMENTS]; /* --config, --facts and --set in their order: path, or NAME=VALUE */
    char input_kinds[MOST_ARGUMENTS];   /* 'c', 'f', 's' */
    size_t n_inputs;
    bool warnings_are_errors;
    bool help;
};

/* Everything about one ruleset, and the memory that it lives in. */
struct compilation {
    struct arena *arena;
    struct sources sources;
    struct diagnostics diagnostics;
    struct model *model;
    const struct muster_ruleset *rules;
};

/* ---- the pipeline ----------------------------------------------------------------------------------------------- */

static void compilation_start(struct compilation *compilation) {
    *compilation = (struct compilation){.arena = arena_new()};
    compilation->sources.arena = compilation->arena;
    compilation->diagnostics.arena = compilation->arena;
    compilation->diagnostics.sources = &compilation->sources;
}

static bool is_sound(const struct compilation *compilation) {
    return compilation->diagnostics.n_errors == 0;
}

/* Rule text to tables; stops where a later stage would only repeat what an earlier one found. */
static void compile(struct compilation *compilation, const char *name) {
    struct arena *arena = compilation->arena;
    struct program *program = program_load(arena, &compilation->sources, name, &compilation->diagnostics);
    if (!program)
        return;
    compilation->model = model_build(arena, &compilation->sources, program, &compilation->diagnostics);
    if (is_sound(compilation))
        check_model(compilation->model, &compilation->diagnostics);
    if (is_sound(compilation) && compilation->model->has_argv)
        compilation->rules = lower_model(arena, compilation->model, &compilation->diagnostics);
    if (is_sound(compilation) && compilation->rules)
        verify_defaults(compilation->model, compilation->rules, &compilation->diagnostics);
}

static int compilation_end(struct compilation *compilation, const struct options *options, int code) {
    diag_print(&compilation->diagnostics, stderr);
    if (options->warnings_are_errors && compilation->diagnostics.n_warnings > 0 && code == EXIT_GOOD)
        code = EXIT_FINDINGS;
    size_t errors = compilation->diagnostics.n_errors;
    bool unreadable = errors > 0 && compilation->sources.count == 0;
    arena_free(compilation->arena);
    return unreadable ? EXIT_TROUBLE : errors > 0 && code == EXIT_GOOD ? EXIT_FINDINGS : code;
}

static int close_stdout(int code) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fputs("musterc: standard output cannot be written\n", stderr);
    return EXIT_TROUBLE;
}

/* ---- commands --------------------------------------------------------------------------------------------------- */

static int run_check(const struct options *options) {
    int worst = EXIT_GOOD;
    for (size_t i = 0; i < options->n_files; i++) {
        struct compilation compilation;
        compilation_start(&compilation);
        compile(&compilation, options->files[i]);
        int code = compilation_end(&compilation, options, EXIT_GOOD);
        worst = code > worst ? code : worst;
    }
    return worst;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* OUT.c's header is OUT.h. */
static const char *header_path(struct arena *arena, const char *output) {
    size_t length = strlen(output);
    if (length < 3 || strcmp(output + length - 2, ".c") != 0)
        return NULL;
    return arena_print(arena, "%.*s.h", (int)length - 2, output);
}

/* A name as make reads it in a rule. */
static void write_make_name(FILE *out, const char *name) {
    for (; *name; name++) {
        if (*name == ' ' || *name == '#' || *name == '\\')
            putc('\\', out);
        if (*name == '$')
            putc('$', out);
        putc(*name, out);
    }
}

static void write_depfile(FILE *out, const struct sources *sources, const char *target) {
    write_make_name(out, target);
    putc(':', out);
    for (size_t i = 0; i < sources->count; i++) {
        fputs(" \\\n    ", out);
        write_make_name(out, sources->items[i].name);
    }
    putc('\n', out);
    for (size_t i = 1; i < sources->count; i++) { /* a file that is gone is no error: it forces a new compilation */
        write_make_name(out, sources->items[i].name);
        fputs(":\n", out);
    }
}

/* None of the outputs is a rule file, or another output. */
static bool outputs_are_free(struct compilation *compilation, const struct options *options, const char *header) {
    size_t count = 0;
    const char **names = arena_alloc(compilation->arena, (compilation->sources.count + 2) * sizeof *names);
    for (size_t i = 0; i < compilation->sources.count; i++)
        names[count++] = compilation->sources.items[i].name;
    bool good = output_is_free(compilation->arena, options->output, names, count);
    names[count++] = options->output;
    good = good && output_is_free(compilation->arena, header, names, count);
    names[count++] = header;
    return good && (!options->depfile || output_is_free(compilation->arena, options->depfile, names, count));
}

static bool write_tables(struct compilation *compilation, const struct options *options, const char *header) {
    struct arena *arena = compilation->arena;
    struct output outputs[3];
    size_t count = 0;
    const char *main_name = base_name(compilation->sources.items[0].name);
    bool good = outputs_are_free(compilation, options, header) &&
                output_open(arena, &outputs[count], options->output) && ++count &&
                output_open(arena, &outputs[count], header) && ++count &&
                (!options->depfile || (output_open(arena, &outputs[count], options->depfile) && ++count));
    if (!good) {
        while (count > 0)
            output_discard(&outputs[--count]);
        return false;
    }
    emit_source(outputs[0].stream, compilation->rules, main_name, base_name(header));
    emit_header(arena, outputs[1].stream, compilation->rules, main_name);
    if (options->depfile)
        write_depfile(outputs[2].stream, &compilation->sources, options->output);
    return output_commit(arena, outputs, count);
}

static int run_compile(const struct options *options) {
    struct compilation compilation;
    compilation_start(&compilation);
    const char *header = header_path(compilation.arena, options->output);
    if (!header) {
        complain(compilation.arena, "the output must be a .c file, not '%s'", options->output);
        return compilation_end(&compilation, options, EXIT_TROUBLE);
    }
    compile(&compilation, options->files[0]);
    if (is_sound(&compilation) && !compilation.rules)
        diag_add(&compilation.diagnostics, DIAG_CODE_EMPTY, SPAN_FILE(0), "a library cannot be compiled by itself");
    if (is_sound(&compilation))
        verify_tables(compilation.model, compilation.rules, &compilation.diagnostics);
    bool wanted = is_sound(&compilation) && !(options->warnings_are_errors && compilation.diagnostics.n_warnings > 0);
    bool written = wanted && write_tables(&compilation, options, header);
    return compilation_end(&compilation, options, wanted && !written ? EXIT_TROUBLE : EXIT_GOOD);
}

static bool load_inputs(struct inputs *inputs, const struct options *options) {
    static const char order[] = "cfs"; /* the later wins */
    bool good = true;
    for (const char *kind = order; *kind; kind++)
        for (size_t i = 0; i < options->n_inputs; i++)
            if (options->input_kinds[i] == *kind)
                good =
                    (*kind == 's' ? inputs_set(inputs, options->inputs[i]) : inputs_load(inputs, options->inputs[i])) &&
                    good;
    return good;
}

static bool show_format(const char *name, enum show_format *format) {
    static const struct {
        const char *name;
        enum show_format format;
    } formats[] = {{"shell", SHOW_SHELL}, {"json", SHOW_JSON}, {"nul", SHOW_NUL}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(name, formats[i].name) == 0) {
            *format = formats[i].format;
            return true;
        }
    fputs("musterc: no format is called '", stderr);
    diag_print_text(name, stderr);
    fputs("'; there are shell, json and nul\n", stderr);
    return false;
}

/* To a file, which appears whole or not at all, or to standard output. */
static int write_argv(struct arena *arena, const char *path, enum show_format format, const struct argv *argv) {
    struct output output;
    if (!path || strcmp(path, "-") == 0) {
        show_argv(stdout, format, argv);
        return close_stdout(EXIT_GOOD);
    }
    if (!output_open(arena, &output, path))
        return EXIT_TROUBLE;
    show_argv(output.stream, format, argv);
    return output_commit(arena, &output, 1) ? EXIT_GOOD : EXIT_TROUBLE;
}

static bool argv_output_is_free(struct compilation *compilation, const struct options *options) {
    size_t count = 0;
    const char **names =
        arena_alloc(compilation->arena, (compilation->sources.count + options->n_inputs + 1) * sizeof *names);
    for (size_t i = 0; i < compilation->sources.count; i++)
        names[count++] = compilation->sources.items[i].name;
    for (size_t i = 0; i < options->n_inputs; i++)
        if (options->input_kinds[i] != 's')
            names[count++] = options->inputs[i];
    return strcmp(options->output, "-") == 0 || output_is_free(compilation->arena, options->output, names, count);
}

static int run_argv(const struct options *options) {
    struct compilation compilation;
    enum show_format format = SHOW_SHELL;
    if (options->format && !show_format(options->format, &format))
        return EXIT_TROUBLE;
    compilation_start(&compilation);
    compile(&compilation, options->files[0]);
    if (!compilation.rules) {
        if (is_sound(&compilation))
            diag_add(&compilation.diagnostics, DIAG_CODE_EMPTY, SPAN_FILE(0), "a library has no command line");
        return compilation_end(&compilation, options, EXIT_GOOD);
    }
    struct inputs *inputs = inputs_new(compilation.rules, "musterc", stderr);
    struct argv argv = {0};
    int code = EXIT_TROUBLE;
    bool good = !options->output || argv_output_is_free(&compilation, options);
    if (good && inputs && load_inputs(inputs, options) && inputs_complete(inputs))
        code = inputs_argv(inputs, &argv);
    if (code == EXIT_GOOD)
        code = write_argv(compilation.arena, options->output, format, &argv);
    argv_free(&argv);
    inputs_free(inputs);
    return compilation_end(&compilation, options, code);
}

/* ---- the command line of musterc itself ------------------------------------------------------------------------- */

/* What a command takes besides rule files. */
enum {
    TAKES_OUTPUT = 1,
    NEEDS_OUTPUT = 2,
    TAKES_DEPFILE = 4,
    TAKES_FACTS = 8,
    TAKES_WERROR = 16,
    TAKES_MANY_FILES = 32
};

static const struct command {
    const char *name, *arguments, *summary;
    int (*run)(const struct options *options);
    unsigned takes;
} commands[] = {
    {"check", "[-Werror] FILE...", "report everything that is wrong in rule files", run_check,
     TAKES_WERROR | TAKES_MANY_FILES},
    {"compile", "[-Werror] FILE -o OUT.c [--depfile DEPFILE]", "check a ruleset and write it as C, OUT.c and OUT.h",
     run_compile, TAKES_WERROR | TAKES_OUTPUT | NEEDS_OUTPUT | TAKES_DEPFILE},
    {"argv", "FILE [--facts FILE] [--config FILE] [--set NAME=VALUE] [--format shell|json|nul] [-o OUT]",
     "print the command line of a rule file as it stands", run_argv, TAKES_OUTPUT | TAKES_FACTS},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *out) {
    fputs("Usage: musterc COMMAND [options] FILE...\n\n", out);
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  musterc %s %s\n      %s\n", commands[i].name, commands[i].arguments, commands[i].summary);
    fputs(
        "\n  musterc --help | --version\n\n"
        "FILE may be - for standard input; -o is --output. Exit code: 0 done; 1 check or compile found errors, or the\n"
        "rules refuse the host; 2 something cannot be read, written or used, or the call is wrong.\n",
        out);
}

static const struct command *find_command(const char *name) {
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(name, names[i]) == 0)
            return &commands[i];
    }
    const char *nearest = nearest_name(name, names, N_COMMANDS);
    fputs("musterc: no command is called '", stderr);
    diag_print_text(name, stderr);
    fputs("'", stderr);
    if (nearest)
        fprintf(stderr, "; did you mean '%s'?", nearest);
    fputs("\nmusterc: try musterc --help\n", stderr);
    return NULL;
}

static bool wrong_call(const char *problem, const char *what) {
    fprintf(stderr, "musterc: %s '", problem);
    diag_print_text(what, stderr);
    fputs("'\nmusterc: try musterc --help\n", stderr);
    return false;
}

static bool keep_input(struct options *options, char kind, const char *value) {
    if (options->n_inputs == MOST_ARGUMENTS)
        return wrong_call("too many arguments at", value);
    options->input_kinds[options->n_inputs] = kind;
    options->inputs[options->n_inputs++] = value;
    return true;
}

/* The options with a value: name, and what a command must take to have it. */
static const struct option_name {
    const char *name;
    unsigned takes;
} option_names[] = {
    {"-o", TAKES_OUTPUT},      {"--output", TAKES_OUTPUT}, {"--depfile", TAKES_DEPFILE}, {"--facts", TAKES_FACTS},
    {"--config", TAKES_FACTS}, {"--set", TAKES_FACTS},     {"--format", TAKES_FACTS},
};

static bool is_option(const struct command *command, const char *name) {
    for (size_t i = 0; i < sizeof option_names / sizeof option_names[0]; i++)
        if (strcmp(name, option_names[i].name) == 0)
            return command->takes & option_names[i].takes;
    return false;
}

static bool keep_option(struct options *options, const char *name, const char *value) {
    if (strcmp(name, "--depfile") == 0)
        options->depfile = value;
    else if (strcmp(name, "--format") == 0)
        options->format = value;
    else if (strcmp(name, "--facts") == 0)
        return keep_input(options, 'f', value);
    else if (strcmp(name, "--config") == 0)
        return keep_input(options, 'c', value);
    else if (strcmp(name, "--set") == 0)
        return keep_input(options, 's', value);
    else
        options->output = value;
    return true;
}

static bool read_options(struct options *options, const struct command *command, char **arguments) {
    bool only_files = false;
    for (; *arguments; arguments++) {
        char *word = *arguments, *equals = strchr(word, '=');
        if (only_files || word[0] != '-' || strcmp(word, "-") == 0) {
            if (options->n_files == MOST_ARGUMENTS)
                return wrong_call("too many files at", word);
            options->files[options->n_files++] = word;
            continue;
        }
        only_files = strcmp(word, "--") == 0;
        bool help = strcmp(word, "--help") == 0;
        bool werror = command->takes & TAKES_WERROR && strcmp(word, "-Werror") == 0;
        options->help = options->help || help;
        options->warnings_are_errors = options->warnings_are_errors || werror;
        if (only_files || help || werror)
            continue;
        bool joined = strncmp(word, "--", 2) == 0 && equals;
        if (joined)
            *equals = '\0';
        if (!is_option(command, word))
            return wrong_call("no such option:", word);
        const char *value = joined ? equals + 1 : *++arguments;
        if (!value)
            return wrong_call("a value is missing after", word);
        if (!keep_option(options, word, value))
            return false;
    }
    if (options->help)
        return true;
    if (options->n_files == 0)
        return wrong_call("which rule file? nothing was given to", command->name);
    if (options->n_files > 1 && !(command->takes & TAKES_MANY_FILES))
        return wrong_call("one rule file at a time; what is", options->files[1]);
    if (command->takes & NEEDS_OUTPUT && !options->output)
        return wrong_call("where to? add -o OUT.c to", command->name);
    return true;
}

int main(int count, char **arguments) {
    struct options options = {0};
    if (count < 2) {
        print_usage(stderr);
        return EXIT_TROUBLE;
    }
    if (strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "--version") == 0) {
        if (strcmp(arguments[1], "--version") == 0)
            puts("musterc " MUSTER_VERSION_STRING);
        else
            print_usage(stdout);
        return close_stdout(EXIT_GOOD);
    }
    const struct command *command = find_command(arguments[1]);
    if (!command || !read_options(&options, command, arguments + 2))
        return EXIT_TROUBLE;
    if (options.help) {
        printf("Usage: musterc %s %s\n\n  %s\n", command->name, command->arguments, command->summary);
        return close_stdout(EXIT_GOOD);
    }
    return command->run(&options);
}
