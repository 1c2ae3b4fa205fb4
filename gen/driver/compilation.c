/*
 * Functions that all commands share: the pipeline, inputs, and the report of findings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/check/check.h"
#include "gen/codegen/lower.h"
#include "gen/codegen/verify.h"
#include "gen/driver/musterc.h"

void compilation_start(struct compilation *compilation, const struct options *options) {
    *compilation = (struct compilation){.arena = arena_new()};
    compilation->sources.arena = compilation->arena;
    compilation->diagnostics.arena = compilation->arena;
    compilation->diagnostics.sources = &compilation->sources;
    compilation->diagnostics.selection = &options->selection;
    compilation->diagnostics.in_color = options->in_color;
    compilation->sources.folders = options->folders;
    compilation->sources.n_folders = options->n_folders;
}

bool is_sound(const struct compilation *compilation) {
    return compilation->diagnostics.n_errors == 0;
}

bool is_accepted(const struct compilation *compilation) {
    return is_sound(compilation) && compilation->diagnostics.n_raised == 0;
}

void compile(struct compilation *compilation, const char *name, enum check_scope scope) {
    struct arena *arena = compilation->arena;
    struct program *program = program_load(arena, &compilation->sources, name, &compilation->diagnostics);
    if (!program)
        return;
    compilation->model = model_build(arena, &compilation->sources, program, &compilation->diagnostics);
    compilation->model->names_as_given = scope == CHECK_ANSWERS;
    if (is_sound(compilation))
        check_model(compilation->model, scope, &compilation->diagnostics);
    if (is_sound(compilation) && compilation->model->has_argv)
        compilation->rules = lower_model(arena, compilation->model, &compilation->diagnostics);
    if (is_sound(compilation) && compilation->rules)
        verify_defaults(compilation->model, compilation->rules, &compilation->diagnostics);
}

bool compile_for_answers(struct compilation *compilation, const char *name, const char *question) {
    struct arena *arena = compilation->arena;
    struct diagnostics *diagnostics = &compilation->diagnostics;
    struct program *program = program_load(arena, &compilation->sources, name, diagnostics);
    if (!program || (question && !program_add_query(program, arena, &compilation->sources, question, diagnostics)))
        return false;
    compilation->model = model_build(arena, &compilation->sources, program, diagnostics);
    if (is_sound(compilation))
        check_model(compilation->model, CHECK_ANSWERS, diagnostics);
    return is_accepted(compilation) && (!question || compilation->model->question);
}

bool compilation_lower(struct compilation *compilation) {
    struct diagnostics *diagnostics = &compilation->diagnostics;
    compilation->model->names_as_given = true;
    if (compilation->model->has_argv)
        compilation->rules = lower_model(compilation->arena, compilation->model, diagnostics);
    if (is_sound(compilation) && compilation->rules)
        verify_defaults(compilation->model, compilation->rules, diagnostics);
    if (is_sound(compilation) && compilation->rules)
        verify_tables(compilation->model, compilation->rules, diagnostics);
    return is_accepted(compilation);
}

bool compile_for_facts(struct compilation *compilation, const struct options *options) {
    compilation_start(compilation, options);
    compile(compilation, options->files[0], CHECK_ANSWERS);
    if (!compilation->rules && is_accepted(compilation))
        diag_add(&compilation->diagnostics, DIAG_CODE_EMPTY, SPAN_FILE(0), "a library has no command line");
    return compilation->rules && is_accepted(compilation);
}

/* Applies --config, --facts and --set in this order; later values replace earlier ones. Reports all errors. */
static bool apply_inputs(struct inputs *inputs, const struct options *options) {
    static const char order[] = "cfs";
    bool good = true;
    for (const char *kind = order; *kind; kind++)
        for (size_t i = 0; i < options->n_inputs; i++)
            if (options->input_kinds[i] == *kind)
                good =
                    (*kind == 's' ? inputs_set(inputs, options->inputs[i]) : inputs_load(inputs, options->inputs[i])) &&
                    good;
    return good;
}

struct inputs *load_given(const struct compilation *compilation, const struct options *options) {
    struct inputs *inputs = inputs_new(compilation->rules, "musterc", stderr);
    if (inputs && apply_inputs(inputs, options))
        return inputs;
    inputs_free(inputs);
    return NULL;
}

struct inputs *load_inputs(const struct compilation *compilation, const struct options *options) {
    struct inputs *inputs = load_given(compilation, options);
    if (inputs && inputs_complete(inputs))
        return inputs;
    inputs_free(inputs);
    return NULL;
}

bool is_usage_error(const struct compilation *compilation, const struct options *options) {
    const struct diagnostics *diagnostics = &compilation->diagnostics;
    if (!options->question)
        return false;
    for (size_t i = 0; i < diagnostics->count; i++)
        if (diagnostics->items[i]->level == DIAG_ERROR &&
            diagnostics->items[i]->span.file + 1 != compilation->sources.count)
            return false;
    return true;
}

int compilation_code(const struct compilation *compilation) {
    if (is_accepted(compilation))
        return EXIT_OK;
    return !is_sound(compilation) && compilation->sources.count == 0 ? EXIT_USAGE : EXIT_FINDINGS;
}

void report_text(const void *report, FILE *out) {
    const struct report *findings = report;
    for (size_t i = 0; i < findings->n_runs; i++)
        diag_print(findings->runs[i], out);
}

void write_report_json(const void *report, FILE *out) {
    report_json(report, out);
}

void write_report_sarif(const void *report, FILE *out) {
    report_sarif(report, out);
}

void compilation_report(const struct compilation *compilations, size_t count, const struct output_format *format,
                        FILE *out) {
    struct arena *arena = arena_new();
    const struct diagnostics **runs = arena_alloc(arena, (count + 1) * sizeof *runs);
    for (size_t i = 0; i < count; i++)
        runs[i] = &compilations[i].diagnostics;
    format->write(&(struct report){.arena = arena, .runs = runs, .n_runs = count}, out);
    arena_free(arena);
}

int compilation_end(struct compilation *compilation, int code) {
    code = code == EXIT_OK ? compilation_code(compilation) : code;
    diag_print(&compilation->diagnostics, stderr);
    arena_free(compilation->arena);
    return code;
}

bool destination_open(struct destination *destination, const struct compilation *compilations, size_t count,
                      const struct options *options) {
    struct arena *arena = compilations[0].arena;
    size_t n_names = 0, capacity = options->n_inputs;
    *destination = (struct destination){.stream = stdout};
    if (!options->output || strcmp(options->output, "-") == 0)
        return true;
    for (size_t i = 0; i < count; i++)
        capacity += compilations[i].sources.count;
    const char **names = arena_alloc(arena, (capacity + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < compilations[i].sources.count; k++)
            names[n_names++] = compilations[i].sources.items[k].name;
    for (size_t i = 0; i < options->n_inputs; i++)
        if (options->input_kinds[i] != 's')
            names[n_names++] = options->inputs[i];
    bool good = output_is_free(arena, options->output, names, n_names) &&
                output_open(arena, &destination->output, options->output);
    destination->stream = destination->output.stream;
    return good;
}

int destination_close(struct destination *destination, struct arena *arena, int code) {
    if (destination->stream == stdout)
        return close_stdout(code);
    return output_commit(arena, &destination->output, 1) ? code : EXIT_USAGE;
}

int write_result(const struct options *options, const struct compilation *compilations, size_t count,
                 const void *result, int code) {
    struct destination destination;
    if (!destination_open(&destination, compilations, count, options))
        return EXIT_USAGE;
    options->format->write(result, destination.stream);
    return destination_close(&destination, compilations[count - 1].arena, code);
}

void destination_abandon(struct destination *destination) {
    if (destination->stream != stdout)
        output_discard(&destination->output);
}

int close_stdout(int code) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fputs("musterc: standard output cannot be written\n", stderr);
    return EXIT_USAGE;
}
