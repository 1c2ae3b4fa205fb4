/*
 * Command lines for programs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/json.h"
#include "gen/audit/argvs/argvs.h"
#include "gen/report/report.h"

static void write_row(struct json *json, const struct argvs *argvs, const struct deciding_row *row) {
    const struct source *source = &argvs->model->sources->items[row->span.file];
    json_open(json, NULL, '{');
    json_text(json, "decision", row->decision);
    json_text(json, "row", row->text);
    json_text(json, "file", source->name);
    json_number(json, "line", source_line_number(source, row->span.begin));
    json_close(json, '{');
}

static void write_regions(struct json *json, const struct command_line *line) {
    json_text(json, "region", line->host.region);
    json_open(json, "otherRegions", '[');
    for (size_t i = 0; i < sizeof line->regions / sizeof line->regions[0] && line->regions[i]; i++)
        json_text(json, NULL, line->regions[i]);
    json_close(json, '[');
    json_bool(json, "allRegions", !line->more_regions);
}

static void write_line(struct json *json, const struct argvs *argvs, const struct command_line *line) {
    json_open(json, NULL, '{');
    if (line->n_hosts == UINT64_MAX)
        json_raw(json, "hosts", "null");
    else
        json_number(json, "hosts", line->n_hosts);
    write_regions(json, line);
    report_settings(json, "facts", &line->host, false);
    report_settings(json, "params", &line->host, true);
    if (line->program == SIZE_MAX)
        json_raw(json, "program", "null");
    else
        json_number(json, "program", line->program);
    json_open(json, "argv", '[');
    for (size_t i = 0; i < line->host.argv.count; i++)
        json_text(json, NULL, line->host.argv.items[i]);
    json_close(json, '[');
    json_open(json, "rows", '[');
    for (size_t i = 0; i < line->n_rows; i++)
        write_row(json, argvs, &argvs->rows.items[line->rows[i]]);
    json_close(json, '[');
    json_close(json, '{');
}

/* Who makes facts for other hosts has to know which there are, and what a host is asked for them. */
static void write_input(struct json *json, const struct variable *input) {
    static const char *const types[] = {[MUSTER_BOOL] = "bool",       [MUSTER_ENUM] = "enum", [MUSTER_INT] = "int",
                                        [MUSTER_VERSION] = "version", [MUSTER_TEXT] = "text", [MUSTER_PATH] = "path"};
    bool probed = input->source == AST_FROM_PROBE || input->source == AST_FROM_CALLER_ELSE_PROBE;

    json_open(json, NULL, '{');
    json_text(json, "name", input->name);
    json_text(json, "kind", input->kind == VARIABLE_PARAM ? "param" : "fact");
    json_text(json, "type", types[input->type.kind]);
    if (probed)
        json_text(json, "probe", input->probe);
    else
        json_raw(json, "probe", "null");
    json_close(json, '{');
}

void argvs_json(const struct argvs *argvs, const char *file, FILE *out) {
    struct json json = {.out = out};
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_text(&json, "tool", "musterc " MUSTER_VERSION_STRING);
    json_text(&json, "ruleset", argvs->model->name);
    json_text(&json, "file", file);
    json_open(&json, "inputs", '[');
    for (size_t i = 0; i < argvs->model->n_inputs; i++)
        write_input(&json, argvs->model->inputs[i]);
    json_close(&json, '[');
    json_open(&json, "argvs", '[');
    for (size_t i = 0; i < argvs->lines.count; i++)
        write_line(&json, argvs, &argvs->lines.items[i]);
    json_close(&json, '[');
    json_close(&json, '{');
    json_end(&json);
}
