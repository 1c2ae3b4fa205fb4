/*
 * Writes findings as SARIF 2.1.0, the format of code hosts and editors.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/report/report.h"
#include "muster.h"

static const char schema[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

struct sarif {
    struct json json;
    const struct report *report;
    struct {
        const char **items;
        size_t count, capacity;
    } artifacts;                /* names of files, each once */
    size_t rules[DIAG_N_CODES]; /* index of the rule, or SIZE_MAX if there is no finding of this code */
};

/* ---- text -------------------------------------------------------------------------------------------------------- */

/* A name as a relative URI reference. Escapes blanks, colons and all bytes outside printable ASCII. */
static const char *uri_of(struct arena *arena, const char *name) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/!$&'()*+,;=@";
    char *uri = arena_alloc(arena, 3 * strlen(name) + 1), *end = uri;
    while (name[0] == '/' && name[1] == '/') /* two slashes would begin a host name */
        name++;
    for (; *name; name++)
        if (strchr(plain, *name))
            *end++ = *name;
        else
            end += snprintf(end, 4, "%%%02X", (unsigned)(unsigned char)*name);
    return uri;
}

/* In SARIF messages braces contain argument numbers, and [text](1) is a link. Escapes both. */
static const char *plain_message(struct arena *arena, const char *text) {
    bool links = strstr(text, "](") != NULL;
    char *message = arena_alloc(arena, 2 * strlen(text) + 1), *end = message;
    for (; *text; text++) {
        if (*text == '{' || *text == '}')
            *end++ = *text;
        if (links && (*text == '[' || *text == ']'))
            *end++ = '\\';
        *end++ = *text;
    }
    return message;
}

static void write_message(struct sarif *sarif, const char *key, const char *text) {
    json_open(&sarif->json, key, '{');
    json_text(&sarif->json, "text", plain_message(sarif->report->arena, text));
    json_close(&sarif->json, '{');
}

/* Writes the text of a rule, which has no arguments. */
static void write_text(struct json *json, const char *key, const char *text) {
    json_open(json, key, '{');
    json_text(json, "text", text);
    json_close(json, '{');
}

/* ---- places ----------------------------------------------------------------------------------------------------- */

static size_t artifact_of(struct sarif *sarif, const char *name) {
    for (size_t i = 0; i < sarif->artifacts.count; i++)
        if (strcmp(sarif->artifacts.items[i], name) == 0)
            return i;
    ARENA_PUSH(sarif->report->arena, &sarif->artifacts, name);
    return sarif->artifacts.count - 1;
}

static void write_artifact_location(struct sarif *sarif, const char *key, const char *name) {
    json_open(&sarif->json, key, '{');
    json_text(&sarif->json, "uri", uri_of(sarif->report->arena, name));
    json_number(&sarif->json, "index", artifact_of(sarif, name));
    json_close(&sarif->json, '{');
}

static void write_region(struct json *json, const char *key, const struct source *source, struct span span) {
    struct place first = source_place(source, span.begin), last = source_place(source, span.end);
    json_open(json, key, '{');
    json_number(json, "startLine", first.line);
    json_number(json, "startColumn", first.column);
    json_number(json, "endLine", last.line);
    json_number(json, "endColumn", last.column);
    json_close(json, '{');
}

static bool has_file(const struct sources *sources, struct span span) {
    return span.file < sources->count;
}

static void write_physical_location(struct sarif *sarif, const struct sources *sources, struct span span) {
    const struct source *source = &sources->items[span.file];
    json_open(&sarif->json, "physicalLocation", '{');
    write_artifact_location(sarif, "artifactLocation", source->name);
    if (span.end > span.begin)
        write_region(&sarif->json, "region", source, span);
    json_close(&sarif->json, '{');
}

/* ---- results ---------------------------------------------------------------------------------------------------- */

/* The message with all notes that have no place of their own. */
static const char *whole_message(struct arena *arena, const struct sources *sources, const struct diag *diag) {
    const char *text = diag->text;
    for (size_t i = 0; i < diag->notes.count; i++)
        if (!has_file(sources, diag->notes.items[i].span))
            text = arena_print(arena, "%s\n%s", text, diag->notes.items[i].text);
    return diag->help ? arena_print(arena, "%s\nhelp: %s", text, diag->help) : text;
}

static void write_related(struct sarif *sarif, const struct sources *sources, const struct diag *diag) {
    size_t count = 0;
    for (size_t i = 0; i < diag->notes.count; i++) {
        const struct diag_note *note = &diag->notes.items[i];
        if (!has_file(sources, note->span))
            continue;
        if (count == 0)
            json_open(&sarif->json, "relatedLocations", '[');
        json_open(&sarif->json, NULL, '{');
        json_number(&sarif->json, "id", ++count);
        write_physical_location(sarif, sources, note->span);
        write_message(sarif, "message", note->text);
        json_close(&sarif->json, '{');
    }
    if (count > 0)
        json_close(&sarif->json, '[');
}

static void write_fix(struct sarif *sarif, const struct sources *sources, const struct diag *diag) {
    struct json *json = &sarif->json;
    const struct source *source = &sources->items[diag->fix->span.file];
    json_open(json, "fixes", '[');
    json_open(json, NULL, '{');
    if (diag->help)
        write_message(sarif, "description", diag->help);
    json_open(json, "artifactChanges", '[');
    json_open(json, NULL, '{');
    write_artifact_location(sarif, "artifactLocation", source->name);
    json_open(json, "replacements", '[');
    json_open(json, NULL, '{');
    write_region(json, "deletedRegion", source, diag->fix->span);
    json_open(json, "insertedContent", '{');
    json_text(json, "text", diag->fix->text);
    json_close(json, '{');
    json_close(json, '{');
    json_close(json, '[');
    json_close(json, '{');
    json_close(json, '[');
    json_close(json, '{');
    json_close(json, '[');
}

static void write_witnesses(struct json *json, const struct diag *diag) {
    json_open(json, "properties", '{');
    report_witnesses(json, diag);
    json_close(json, '{');
}

static void write_result(struct sarif *sarif, const struct sources *sources, const struct diag *diag) {
    struct json *json = &sarif->json;
    json_open(json, NULL, '{');
    json_text(json, "ruleId", diag_kind(diag->code)->code);
    json_number(json, "ruleIndex", sarif->rules[diag->code]);
    json_text(json, "level", report_level_name(diag->level));
    write_message(sarif, "message", whole_message(sarif->report->arena, sources, diag));
    json_open(json, "locations", '[');
    if (has_file(sources, diag->span)) {
        json_open(json, NULL, '{');
        write_physical_location(sarif, sources, diag->span);
        json_close(json, '{');
    }
    json_close(json, '[');
    write_related(sarif, sources, diag);
    if (diag->fix && has_file(sources, diag->fix->span))
        write_fix(sarif, sources, diag);
    if (diag->witnesses.count > 0)
        write_witnesses(json, diag);
    json_close(json, '{');
}

static void write_results(struct sarif *sarif) {
    json_open(&sarif->json, "results", '[');
    for (size_t i = 0; i < sarif->report->n_runs; i++)
        for (size_t k = 0; k < sarif->report->runs[i]->count; k++)
            write_result(sarif, sarif->report->runs[i]->sources, sarif->report->runs[i]->items[k]);
    json_close(&sarif->json, '[');
}

/* ---- the tool and its rules ------------------------------------------------------------------------------------- */

static void write_rule(struct sarif *sarif, enum diag_code code) {
    struct json *json = &sarif->json;
    const struct diag_kind *kind = diag_kind(code);
    json_open(json, NULL, '{');
    json_text(json, "id", kind->code);
    json_text(json, "name", kind->name);
    write_text(json, "shortDescription", kind->summary);
    write_text(json, "fullDescription", kind->explanation);
    write_text(json, "help", report_option_hint(sarif->report->arena, code));
    json_open(json, "defaultConfiguration", '{');
    json_bool(json, "enabled", kind->level != DIAG_OFF);
    json_text(json, "level", report_level_name(kind->level == DIAG_OFF ? DIAG_WARNING : kind->level));
    json_close(json, '{');
    json_close(json, '{');
}

/* Numbers the rules that have findings. */
static void find_rules(struct sarif *sarif) {
    bool found[DIAG_N_CODES] = {false};
    for (size_t i = 0; i < sarif->report->n_runs; i++)
        for (size_t k = 0; k < sarif->report->runs[i]->count; k++)
            found[sarif->report->runs[i]->items[k]->code] = true;
    size_t count = 0;
    for (size_t code = 0; code < DIAG_N_CODES; code++)
        sarif->rules[code] = found[code] ? count++ : SIZE_MAX;
}

static void write_tool(struct sarif *sarif) {
    struct json *json = &sarif->json;
    json_open(json, "tool", '{');
    json_open(json, "driver", '{');
    json_text(json, "name", "musterc");
    json_text(json, "version", MUSTER_VERSION_STRING);
    json_open(json, "rules", '[');
    for (size_t code = 0; code < DIAG_N_CODES; code++)
        if (sarif->rules[code] != SIZE_MAX)
            write_rule(sarif, (enum diag_code)code);
    json_close(json, '[');
    json_close(json, '{');
    json_close(json, '{');
}

/* Writes all files that were read. */
static void write_artifacts(struct sarif *sarif) {
    for (size_t i = 0; i < sarif->report->n_runs; i++)
        for (size_t k = 0; k < sarif->report->runs[i]->sources->count; k++)
            artifact_of(sarif, sarif->report->runs[i]->sources->items[k].name);
    json_open(&sarif->json, "artifacts", '[');
    for (size_t i = 0; i < sarif->artifacts.count; i++) {
        json_open(&sarif->json, NULL, '{');
        write_artifact_location(sarif, "location", sarif->artifacts.items[i]);
        json_close(&sarif->json, '{');
    }
    json_close(&sarif->json, '[');
}

void report_sarif(const struct report *report, FILE *out) {
    struct sarif sarif = {.json = {.out = out}, .report = report};
    struct json *json = &sarif.json;
    find_rules(&sarif);
    json_open(json, NULL, '{');
    json_text(json, "$schema", schema);
    json_text(json, "version", "2.1.0");
    json_open(json, "runs", '[');
    json_open(json, NULL, '{');
    write_tool(&sarif);
    json_text(json, "columnKind", "unicodeCodePoints");
    write_artifacts(&sarif);
    write_results(&sarif);
    json_open(json, "properties", '{');
    json_number(json, "errors", report_n_errors(report));
    json_number(json, "warnings", report_n_warnings(report));
    json_close(json, '{');
    json_close(json, '{');
    json_close(json, '[');
    json_close(json, '{');
    json_end(json);
}
