/*
 * What came out of trials, for programs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/pool.h"
#include "runtime/verify/report.h"
#include "runtime/verify/scratch.h"

static json_t *text_or_null(const char *text) {
    return text ? json_string(text) : json_null();
}

/* Adds what was made; what cannot be made must not be missing in silence. */
static void put(json_t *array, json_t *value) {
    if (json_array_append_new(array, value) != 0)
        die("the result cannot be written as JSON");
}

static json_t *row_json(const struct row *row) {
    return json_pack("{s:s, s:s, s:s, s:I}", "decision", row->decision, "row", row->text, "file", row->file, "line",
                     row->line);
}

static json_t *line_json(const struct trial *trial, size_t at) {
    const struct line *line = &trial->ruleset.lines[at];
    const struct result *result = &trial->results[at];
    json_t *argv = json_array(), *rows = json_array(), *tokens = json_array(), *blamed = json_array();
    size_t rows_blamed[BLAMED_MAX];
    size_t n_blamed = result->verdict == REFUSED ? report_blame(trial, &at, 1, rows_blamed) : 0;

    for (size_t i = 0; i < line->n_argv; i++)
        json_array_append_new(argv, json_string(scratch_out_of(line->argv[i], scratch_template())));
    for (size_t i = 0; i < line->n_rows; i++)
        json_array_append_new(rows, row_json(&trial->ruleset.rows[line->rows[i]]));
    for (size_t i = 0; i < result->tokens.count; i++)
        json_array_append_new(tokens, json_string(result->tokens.findings[i]));
    for (size_t i = 0; i < n_blamed; i++)
        json_array_append_new(blamed, row_json(&trial->ruleset.rows[rows_blamed[i]]));
    return json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o}", "verdict", report_verdicts[result->verdict],
                     "started", result->started, "words", text_or_null(result->words), "replaced",
                     text_or_null(result->replaced), "unknown", tokens, "hosts",
                     line->hosts < 0 ? json_null() : json_integer(line->hosts), "region", line->region, "blamed",
                     blamed, "rows", rows, "argv", argv);
}

static json_t *trial_json(const struct trial *trial) {
    json_t *lines = json_array(), *unusable = json_array();

    for (size_t i = 0; i < trial->replacer.count; i++) {
        const struct replacement *replacement = &trial->replacer.replacements[i];
        json_t *entry =
            replacement->said ? json_pack("{s:s, s:s}", "why", replacement->why, "replaced", replacement->said) : NULL;
        if (entry)
            json_array_append_new(unusable, entry);
    }
    for (int verdict = 0; verdict < VERDICTS; verdict++)
        for (size_t i = 0; i < trial->ruleset.n_lines; i++)
            if ((int)trial->results[i].verdict == verdict)
                put(lines, line_json(trial, i));
    return json_pack("{s:s, s:s, s:s, s:b, s:i, s:i, s:i, s:o, s:o}", "qemu", pool_shown(trial->snapshot.given),
                     "qemuVersion", trial->snapshot.version, "arch", trial->snapshot.arch, "snapshot",
                     trial->snapshot.qemu == NULL, "accepted", (int)trial->counts[ACCEPTED], "refused",
                     (int)trial->counts[REFUSED], "notTestable", (int)trial->counts[UNTESTABLE], "unusable", unusable,
                     "lines", lines);
}

void report_as_json(FILE *out, const char *ruleset, const struct trial *trials, size_t count) {
    json_t *all = json_array();
    json_t *report;

    for (size_t i = 0; i < count; i++)
        put(all, trial_json(&trials[i]));
    report = json_pack("{s:i, s:s, s:o, s:o}", "version", 1, "ruleset", ruleset, "oldestSupported",
                       text_or_null(report_oldest(trials, count)), "qemus", all);
    if (!report || json_dumpf(report, out, JSON_INDENT(1)) != 0 || fputc('\n', out) == EOF)
        die("the result cannot be written");
    json_decref(report);
}
