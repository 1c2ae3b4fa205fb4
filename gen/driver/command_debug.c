/*
 * `musterc debug`: intermediate forms, for developers of musterc.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/dump.h"
#include "gen/driver/musterc.h"
#include "gen/model/dump.h"
#include "grammar/dump.h"

struct result {
    struct arena *arena;
    const struct sources *sources;
    const struct program *program;
    const struct model *model;          /* a form with NEEDS_MODEL or NEEDS_TABLES */
    const struct muster_ruleset *rules; /* a form with NEEDS_TABLES */
};

/* Declarations are in the order of resolution: those of base rulesets and included files come before their users. */
static void write_ast(const void *result, FILE *out) {
    const struct result *all = result;
    uint32_t file = UINT32_MAX;
    for (size_t i = 0; i < all->program->declarations.count; i++) {
        const struct ast_declaration *declaration = all->program->declarations.items[i];
        if (declaration->span.file != file) {
            fputs("file ", out);
            print_text(all->sources->items[declaration->span.file].name, out);
            putc('\n', out);
        }
        file = declaration->span.file;
        ast_dump(all->arena, out, all->sources, declaration);
    }
}

static void write_model(const void *result, FILE *out) {
    const struct result *all = result;
    model_dump(all->arena, out, all->model);
}

static void write_diagrams(const void *result, FILE *out) {
    const struct result *all = result;
    tables_dump_diagrams(all->arena, out, all->rules);
}

static void write_runs(const void *result, FILE *out) {
    const struct result *all = result;
    tables_dump_runs(all->arena, out, all->rules);
}

/* Computes what the format needs. False if there are errors. */
static bool prepare(struct compilation *compilation, const struct options *options, struct result *result) {
    unsigned traits = options->format->traits;
    const char *name = options->files[0];
    struct diagnostics *diagnostics = &compilation->diagnostics;
    if (!(traits & (NEEDS_MODEL | NEEDS_TABLES))) {
        result->program = program_load(compilation->arena, &compilation->sources, name, diagnostics);
        return result->program != NULL;
    }
    if (!compile_for_answers(compilation, name, NULL))
        return false;
    result->model = compilation->model;
    if (!(traits & NEEDS_TABLES))
        return true;
    if (!compilation_lower(compilation))
        return false;
    result->rules = compilation->rules;
    if (!result->rules)
        diag_add(diagnostics, DIAG_CODE_EMPTY, SPAN_FILE(0), "a library has no tables");
    return result->rules != NULL;
}

static int run(const struct options *options) {
    struct compilation compilation;
    compilation_start(&compilation, options);
    struct result result = {.arena = compilation.arena, .sources = &compilation.sources};
    if (!prepare(&compilation, options, &result))
        return compilation_end(&compilation, EXIT_OK);
    return compilation_end(&compilation, write_result(options, &compilation, 1, &result, EXIT_OK));
}

const struct command debug_command = {
    .name = "debug",
    .arguments = "FILE",
    .summary = "print an intermediate form, for developers of musterc; the output may change with every version",
    .operands = "",
    .codes = USUAL_CODES,
    .run = run,
    .takes = TAKES_OUTPUT,
    .formats = {{"ast", write_ast, 0},
                {"model", write_model, NEEDS_MODEL},
                {"diagrams", write_diagrams, NEEDS_TABLES},
                {"runs", write_runs, NEEDS_TABLES}},
};
