/*
 * `musterc ask`: can this come out, and on which hosts?
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "check.h"
#include "musterc.h"

/* What is asked of sound rules; the model is NULL, or has no question, where they or the question are not. */
static bool ask(struct compilation *compilation, const struct options *options, struct ask_answer *answer) {
    struct diagnostics *diagnostics = &compilation->diagnostics;
    struct program *program = program_load(compilation->arena, &compilation->sources, options->files[0], diagnostics);
    if (!program || !program_ask(program, compilation->arena, &compilation->sources, options->question, diagnostics))
        return false;
    compilation->model = model_build(compilation->arena, &compilation->sources, program, diagnostics);
    if (is_sound(compilation))
        check_model(compilation->model, diagnostics);
    if (!is_accepted(compilation) || !compilation->model->question)
        return false;
    *answer = check_ask(compilation->model, diagnostics);
    return true;
}

static const char *count_words(struct arena *arena, uint64_t count) {
    return arena_print(arena, "%" PRIu64 "%s", count, count == UINT64_MAX ? " or more" : "");
}

/* The text is one facts file, of the first region; all else stands in comments. */
static void print_answer(struct arena *arena, const struct ask_answer *answer, FILE *out) {
    const char *cells = count_words(arena, answer->cells), *all = count_words(arena, answer->all);
    if (answer->answer == ANSWER_NOT_PROVEN)
        fputs("# not proven: it would take too long\n", out);
    else if (answer->answer == ANSWER_NEVER)
        fprintf(out, "# never: in none of %s cells\n", all);
    else if (answer->answer == ANSWER_ALWAYS)
        fprintf(out, "# always: in all %s cells\n", all);
    else
        fprintf(out, "# in %s of %s cells\n", cells, all);
    for (size_t i = 0; i < answer->witnesses.count; i++) {
        if (i == 0) {
            diag_print_witness(answer->witnesses.items[i], "", true, out);
            continue;
        }
        fputs("# also: ", out);
        diag_print_text(answer->witnesses.items[i]->region, out);
        putc('\n', out);
    }
    size_t more = answer->n_regions - answer->witnesses.count;
    if (more > 0)
        fprintf(out, "# and %zu more region%s\n", more, more == 1 ? "" : "s");
}

static void write_count(struct json *json, const char *key, const uint64_t *count) {
    if (count)
        json_number(json, key, *count);
    else
        json_raw(json, key, "null");
}

static void write_answer(const struct compilation *compilation, const struct ask_answer *answer, FILE *out) {
    static const char *const names[] = {[ANSWER_SOME] = "some",
                                        [ANSWER_ALWAYS] = "always",
                                        [ANSWER_NEVER] = "never",
                                        [ANSWER_NOT_PROVEN] = "not-proven"};
    const struct diagnostics *const runs[] = {&compilation->diagnostics};
    const struct report report = {.arena = compilation->arena, .runs = runs, .n_runs = 1};
    bool counted = answer && answer->answer != ANSWER_NOT_PROVEN;
    struct json json = {.out = out};
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_text(&json, "tool", "musterc " MUSTER_VERSION_STRING);
    json_text(&json, "answer", answer ? names[answer->answer] : NULL);
    write_count(&json, "cells", counted ? &answer->cells : NULL);
    write_count(&json, "all", counted ? &answer->all : NULL);
    json_open(&json, "witnesses", '[');
    for (size_t i = 0; answer && i < answer->witnesses.count; i++)
        report_witness(&json, answer->witnesses.items[i]);
    json_close(&json, '[');
    json_number(&json, "moreRegions", answer ? answer->n_regions - answer->witnesses.count : 0);
    report_findings(&json, &report);
    json_close(&json, '{');
    json_end(&json);
}

int run_ask(const struct options *options) {
    static const int codes[] = {[ANSWER_SOME] = EXIT_GOOD,
                                [ANSWER_ALWAYS] = EXIT_GOOD,
                                [ANSWER_NEVER] = EXIT_FINDINGS,
                                [ANSWER_NOT_PROVEN] = EXIT_UNPROVEN};
    struct compilation compilation;
    struct ask_answer answer;
    compilation_start(&compilation, options);
    bool answered = ask(&compilation, options, &answer);
    int code = answered ? codes[answer.answer] : EXIT_TROUBLE;
    if (options->format == FORMAT_JSON) {
        write_answer(&compilation, answered ? &answer : NULL, stdout);
    } else {
        diag_print(&compilation.diagnostics, stderr);
        if (answered)
            print_answer(compilation.arena, &answer, stdout);
    }
    arena_free(compilation.arena);
    return close_stdout(code);
}
