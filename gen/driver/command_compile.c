/*
 * `musterc compile`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/codegen/emit.h"
#include "gen/codegen/verify.h"
#include "gen/driver/musterc.h"
#include "runtime/base/output.h"

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The name of the header: OUT.h for OUT.c. */
static const char *header_path(struct arena *arena, const char *output) {
    size_t length = strlen(output);
    if (length < 3 || strcmp(output + length - 2, ".c") != 0)
        return NULL;
    return arena_print(arena, "%.*s.h", (int)length - 2, output);
}

/* Writes a name in the syntax of makefiles. */
static void write_make_name(FILE *out, const char *name) {
    for (; *name; name++) {
        if (*name == ' ' || *name == '#' || *name == '\\')
            putc('\\', out);
        if (*name == '$')
            putc('$', out);
        putc(*name, out);
    }
}

/* Writes one rule with both outputs as targets, which works with any recipe. */
static void write_depfile(FILE *out, const struct sources *sources, const char *source, const char *header) {
    write_make_name(out, source);
    putc(' ', out);
    write_make_name(out, header);
    putc(':', out);
    for (size_t i = 0; i < sources->count; i++) {
        fputs(" \\\n    ", out);
        write_make_name(out, sources->items[i].name);
    }
    putc('\n', out);
    for (size_t i = 1; i < sources->count; i++) { /* removed files need an empty rule, so that make compiles again */
        write_make_name(out, sources->items[i].name);
        fputs(":\n", out);
    }
}

/* `cc -MMD -c OUT.c` also writes OUT.d. If it overwrites the file of musterc, make never compiles the rules again. */
static void warn_of_shared_depfile(struct arena *arena, const struct options *options) {
    size_t length = strlen(options->output) - 1; /* without the c of .c */
    const char *depfile = options->depfile;
    if (!depfile || strncmp(depfile, options->output, length) != 0 || strcmp(depfile + length, "d") != 0)
        return;
    complain(arena,
             "warning: 'cc -MMD' overwrites %s with the dependencies of the object; name the depfile %.*srules.d",
             depfile, (int)length, depfile);
}

/* Checks that no output is a rule file or another output. */
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

/* Writes the source last: makefiles test its time, so that all other files exist when it does. */
static bool write_tables(struct compilation *compilation, const struct options *options, const char *header) {
    struct arena *arena = compilation->arena;
    const char *main_name = base_name(compilation->sources.items[0].name);
    const char *paths[] = {header, options->output, options->output};
    size_t count = 2, opened = 0;
    if (options->depfile) {
        paths[1] = options->depfile;
        count = 3;
    }
    struct output outputs[3];
    bool good = outputs_are_free(compilation, options, header);
    while (good && opened < count)
        good = output_open(arena, &outputs[opened], paths[opened]) && ++opened;
    if (!good) {
        while (opened > 0)
            output_discard(&outputs[--opened]);
        return false;
    }
    emit_header(arena, outputs[0].stream, compilation->rules, main_name);
    if (options->depfile)
        write_depfile(outputs[1].stream, &compilation->sources, options->output, header);
    emit_source(arena, outputs[count - 1].stream, compilation->rules, main_name, base_name(header));
    return output_commit(arena, outputs, count);
}

/* Reports the findings; returns `code`, or that of the findings if it is EXIT_OK. */
static int end(struct compilation *compilation, const struct output_format *format, int code) {
    bool to_stderr = format->traits & TO_STDERR;
    code = code == EXIT_OK ? compilation_code(compilation) : code;
    compilation_report(compilation, 1, format, to_stderr ? stderr : stdout);
    arena_free(compilation->arena);
    return to_stderr ? code : close_stdout(code);
}

static int run(const struct options *options) {
    struct compilation compilation;
    compilation_start(&compilation, options);
    const char *header = header_path(compilation.arena, options->output);
    if (!header) {
        complain(compilation.arena, "the output must be a .c file, not '%s'", options->output);
        return end(&compilation, options->format, EXIT_USAGE);
    }
    compile(&compilation, options->files[0], CHECK_ALL);
    if (is_sound(&compilation) && !compilation.rules)
        diag_add(&compilation.diagnostics, DIAG_CODE_EMPTY, SPAN_FILE(0), "a library cannot be compiled by itself");
    if (is_sound(&compilation))
        verify_tables(compilation.model, compilation.rules, &compilation.diagnostics);
    bool written = is_accepted(&compilation) && write_tables(&compilation, options, header);
    if (written)
        warn_of_shared_depfile(compilation.arena, options);
    return end(&compilation, options->format, is_accepted(&compilation) && !written ? EXIT_USAGE : EXIT_OK);
}

const struct command compile_command = {
    .name = "compile",
    .arguments = "FILE -o OUT.c [--depfile DEPFILE]",
    .summary = "check a ruleset and compile it to C (OUT.c and OUT.h)",
    .operands = "",
    .codes = USUAL_CODES,
    .run = run,
    .takes = NEEDS_OUTPUT,
    .formats = {REPORT_FORMATS},
};
