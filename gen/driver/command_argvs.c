/*
 * `musterc argvs`: all distinct command lines, with their hosts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/argvs/argvs.h"
#include "gen/codegen/lower.h"
#include "gen/driver/musterc.h"

/* The value of an input in the representation of the tables. */
static struct given_input read_given(struct arena *arena, const struct model *model, const struct inputs *inputs,
                                     uint32_t input) {
    struct given_input given = {.is_given = true, .value = MUSTER_UNSET};
    const char *text = inputs_text(inputs, input);
    if (variable_is_text(model->inputs[input]))
        given.text = arena_copy(arena, text, strlen(text));
    else
        given.is_given =
            muster_parse_value(inputs_rules(inputs), input, text, strlen(text), &given.value, NULL) == MUSTER_OK;
    return given;
}

/* The values of --config, --facts and --set, by input; NULL after a message. */
static const struct given_input *find_given(struct compilation *compilation, const struct options *options) {
    const struct model *model = compilation->model;
    struct given_input *given = arena_alloc(compilation->arena, (model->n_inputs + 1) * sizeof *given);
    if (options->n_inputs == 0)
        return given;
    compilation->rules = lower_model(compilation->arena, compilation->model, &compilation->diagnostics);
    if (!is_sound(compilation))
        return NULL;
    struct inputs *inputs = load_given(compilation, options);
    for (uint32_t i = 0; inputs && i < model->n_inputs; i++)
        if (inputs_given(inputs, i))
            given[i] = read_given(compilation->arena, model, inputs, i);
    bool good = inputs;
    inputs_free(inputs);
    return good ? given : NULL;
}

struct result {
    const char *file;
    struct argvs argvs;
};

static void write_text(const void *result, FILE *out) {
    const struct result *all = result;
    argvs_text(&all->argvs, all->file, out);
}

static void write_json(const void *result, FILE *out) {
    const struct result *all = result;
    argvs_json(&all->argvs, all->file, out);
}

static int find_argvs(struct compilation *compilation, const struct options *options, const struct given_input *given) {
    const struct argvs_request request = {
        .given = given, .where = options->question, .only_program = options->only_program};
    struct result result = {.file = options->files[0]};
    switch (argvs_of(compilation->arena, compilation->model, &request, &compilation->diagnostics, &result.argvs)) {
    case ARGVS_DONE:
        return write_result(options, compilation, 1, &result, EXIT_OK);
    case ARGVS_NOT_PROVEN:
        return EXIT_UNPROVEN;
    case ARGVS_NO_PROGRAM:
        complain(compilation->arena,
                 "no argument is tagged `program` for the host %s; omit --program, or exclude such hosts with --where",
                 result.argvs.without_program);
        break;
    case ARGVS_WRONG:
        break;
    }
    return EXIT_USAGE;
}

static int run(const struct options *options) {
    struct compilation compilation;
    compilation_start(&compilation, options);
    if (!compile_for_answers(&compilation, options->files[0], options->question))
        return compilation_end(&compilation, is_usage_error(&compilation, options) ? EXIT_USAGE : EXIT_OK);
    compilation.model->names_as_given = true;
    if (!compilation.model->has_argv) {
        diag_add(&compilation.diagnostics, DIAG_CODE_EMPTY, SPAN_FILE(0), "a library has no command line");
        return compilation_end(&compilation, EXIT_OK);
    }
    const struct given_input *given = find_given(&compilation, options);
    int code = given ? find_argvs(&compilation, options, given) : EXIT_USAGE;
    return compilation_end(&compilation, code);
}

const struct command argvs_command = {
    .name = "argvs",
    .arguments = "FILE [--where CONDITION] [--program] [--facts FILE] [--config FILE] [--set NAME=VALUE]",
    .summary = "list every distinct command line and the hosts that get it",
    .operands = "",
    .codes = USUAL_CODES "  3  analysis incomplete; nothing is written\n",
    .run = run,
    .takes = TAKES_OUTPUT | TAKES_FACTS | TAKES_WHERE | TAKES_PROGRAM,
    .formats = {{"text", write_text, 0}, {"json", write_json, 0}},
};
