/*
 * `musterc ask`: on which hosts a condition holds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "gen/check/check.h"
#include "gen/driver/musterc.h"

struct result {
    const struct compilation *compilation;
    const struct ask_answer *answer; /* NULL where the rules or the condition have errors */
};

static void print_count(uint64_t count, const char *what, FILE *out) {
    fprintf(out, "%" PRIu64 "%s%s%s", count, count == UINT64_MAX ? " or more" : "", what,
            *what && count != 1 ? "s" : "");
}

/* A facts file of a host of the first region; everything else is in comments. */
static void write_text(const void *result, FILE *out) {
    const struct ask_answer *answer = ((const struct result *)result)->answer;
    static const char *const words[] = {[ANSWER_SOME] = "# in ",
                                        [ANSWER_ALWAYS] = "# always: in all ",
                                        [ANSWER_NEVER] = "# never: in none of ",
                                        [ANSWER_NOT_PROVEN] = "# not proven: it would take too long"};
    fputs(words[answer->answer], out);
    if (answer->answer == ANSWER_SOME) {
        print_count(answer->cells, "", out);
        fputs(" of ", out);
    }
    if (answer->answer != ANSWER_NOT_PROVEN)
        print_count(answer->all, " case", out);
    putc('\n', out);
    for (size_t i = 0; i < answer->witnesses.count; i++) {
        if (i == 0) {
            diag_print_witness(answer->witnesses.items[i], "", true, out);
            continue;
        }
        fputs("# also: ", out);
        print_text(answer->witnesses.items[i]->region, out);
        putc('\n', out);
    }
    size_t more = answer->n_regions - answer->witnesses.count;
    if (more > 0)
        fprintf(out, "# and %s%zu more region%s\n", answer->has_uncounted_regions ? "at least " : "", more,
                more == 1 ? "" : "s");
}

static void write_count(struct json *json, const char *key, const uint64_t *count) {
    if (count)
        json_number(json, key, *count);
    else
        json_raw(json, key, "null");
}

static void write_json(const void *result, FILE *out) {
    const struct compilation *compilation = ((const struct result *)result)->compilation;
    const struct ask_answer *answer = ((const struct result *)result)->answer;
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
    write_count(&json, "cases", counted ? &answer->cells : NULL);
    write_count(&json, "all", counted ? &answer->all : NULL);
    json_open(&json, "witnesses", '[');
    for (size_t i = 0; answer && i < answer->witnesses.count; i++)
        report_witness(&json, answer->witnesses.items[i]);
    json_close(&json, '[');
    json_number(&json, "moreRegions", answer ? answer->n_regions - answer->witnesses.count : 0);
    json_bool(&json, "allRegionsCounted", !answer || !answer->has_uncounted_regions);
    report_findings(&json, &report);
    json_close(&json, '{');
    json_end(&json);
}

static int run(const struct options *options) {
    static const int codes[] = {[ANSWER_SOME] = EXIT_OK,
                                [ANSWER_ALWAYS] = EXIT_OK,
                                [ANSWER_NEVER] = EXIT_FINDINGS,
                                [ANSWER_NOT_PROVEN] = EXIT_UNPROVEN};
    struct compilation compilation;
    struct ask_answer answer;
    compilation_start(&compilation, options);
    bool answered = compile_for_answers(&compilation, options->files[0], options->question);
    if (answered)
        answer = check_ask(compilation.model, &compilation.diagnostics);
    int code = answered ? codes[answer.answer] : EXIT_USAGE;
    bool writes = answered;
    if (options->format->traits & WRITES_FINDINGS)
        writes = true;
    else
        diag_print(&compilation.diagnostics, stderr);
    const struct result result = {&compilation, answered ? &answer : NULL};
    if (writes)
        code = write_result(options, &compilation, 1, &result, code);
    arena_free(compilation.arena);
    return code;
}

const struct command ask_command = {
    .name = "ask",
    .arguments = "FILE 'CONDITION'",
    .summary = "test whether a condition holds on some hosts, all hosts or none",
    .operands =
        "  CONDITION               a condition in the rule language, e.g. 'accel == tcg and host_os == linux'\n",
    .codes = "  0  the condition holds on some or all hosts\n"
             "  1  it holds on no host\n"
             "  2  usage or I/O error, or errors in the rules or the condition\n"
             "  3  analysis incomplete\n",
    .run = run,
    .takes = TAKES_OUTPUT | TAKES_QUESTION,
    .formats = {{"text", write_text, 0}, {"json", write_json, WRITES_FINDINGS}},
};
