/*
 * Writes findings as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/report/report.h"
#include "muster.h"

/* `is_point`: an empty span is a place between two characters; otherwise it is the whole file. */
static void write_place(struct json *json, const struct sources *sources, struct span span, bool is_point) {
    bool has_file = span.file < sources->count, has_place = has_file && (is_point || span.end > span.begin);
    const struct source *source = has_file ? &sources->items[span.file] : NULL;
    json_text(json, "file", has_file ? source->name : NULL);
    if (has_place) {
        struct place first = source_place(source, span.begin), last = source_place(source, span.end);
        json_number(json, "line", first.line);
        json_number(json, "column", first.column);
        json_number(json, "endLine", last.line);
        json_number(json, "endColumn", last.column);
        return;
    }
    json_raw(json, "line", "null");
    json_raw(json, "column", "null");
    json_raw(json, "endLine", "null");
    json_raw(json, "endColumn", "null");
}

void report_settings(struct json *json, const char *key, const struct diag_witness *witness, bool params) {
    json_open(json, key, '{');
    for (size_t i = 0; i < witness->settings.count; i++)
        if (witness->settings.items[i].is_param == params)
            json_raw(json, witness->settings.items[i].name, witness->settings.items[i].json);
    json_close(json, '{');
}

void report_witness(struct json *json, const struct diag_witness *witness) {
    json_open(json, NULL, '{');
    json_text(json, "region", witness->region);
    report_settings(json, "facts", witness, false);
    report_settings(json, "params", witness, true);
    if (witness->has_argv) {
        json_open(json, "argv", '[');
        for (size_t i = 0; i < witness->argv.count; i++)
            json_text(json, NULL, witness->argv.items[i]);
        json_close(json, '[');
    } else {
        json_raw(json, "argv", "null");
    }
    json_close(json, '{');
}

void report_witnesses(struct json *json, const struct diag *diag) {
    json_open(json, "witnesses", '[');
    for (size_t i = 0; i < diag->witnesses.count; i++)
        report_witness(json, diag->witnesses.items[i]);
    json_close(json, '[');
    json_number(json, "moreRegions", diag->n_more_regions);
    json_bool(json, "allRegionsCounted", !diag->has_uncounted_regions);
}

static void write_finding(struct json *json, const struct sources *sources, const struct diag *diag) {
    const struct diag_kind *kind = diag_kind(diag->code);
    json_open(json, NULL, '{');
    json_text(json, "code", kind->code);
    json_text(json, "name", kind->name);
    json_text(json, "level", report_level_name(diag->level));
    json_text(json, "message", diag->text);
    write_place(json, sources, diag->span, false);
    json_open(json, "notes", '[');
    for (size_t i = 0; i < diag->notes.count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "message", diag->notes.items[i].text);
        write_place(json, sources, diag->notes.items[i].span, false);
        json_close(json, '{');
    }
    json_close(json, '[');
    json_text(json, "help", diag->help);
    if (diag->fix) {
        json_open(json, "fix", '{');
        write_place(json, sources, diag->fix->span, true);
        json_text(json, "text", diag->fix->text);
        json_close(json, '{');
    } else {
        json_raw(json, "fix", "null");
    }
    report_witnesses(json, diag);
    json_close(json, '{');
}

void report_findings(struct json *json, const struct report *report) {
    json_open(json, "findings", '[');
    for (size_t i = 0; i < report->n_runs; i++)
        for (size_t k = 0; k < report->runs[i]->count; k++)
            write_finding(json, report->runs[i]->sources, report->runs[i]->items[k]);
    json_close(json, '[');
    json_number(json, "errors", report_n_errors(report));
    json_number(json, "warnings", report_n_warnings(report));
}

void report_json(const struct report *report, FILE *out) {
    struct json json = {.out = out};
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_text(&json, "tool", "musterc " MUSTER_VERSION_STRING);
    report_findings(&json, report);
    json_close(&json, '{');
    json_end(&json);
}
