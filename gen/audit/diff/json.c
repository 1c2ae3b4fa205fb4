/*
 * A comparison for programs. Regions stand there in words and as conditions, so that a program can tell of any host
 * whether it is in one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "gen/audit/diff/diff.h"
#include "gen/report/report.h"
#include "muster.h"

static const char *const side_names[N_SIDES] = {"old", "new"};

static void write_texts(struct json *json, const char *key, const struct texts *texts) {
    json_open(json, key, '[');
    for (size_t i = 0; i < texts->count; i++)
        json_text(json, NULL, texts->items[i]);
    json_close(json, '[');
}

/* ---- values and conditions --------------------------------------------------------------------------------------- */

/* A number as it is; a version as text. */
static void write_ordered(struct arena *arena, struct json *json, const char *key, const struct variable *axis,
                          int64_t value) {
    if (axis->type.kind == MUSTER_INT)
        json_raw(json, key, arena_print(arena, "%" PRId64, value));
    else
        json_text(json, key, value_text(arena, &axis->type, value));
}

/* Codes first to last as an interval: from a value, and below another; null where it has no such end. */
static void write_range(struct arena *arena, struct json *json, const struct variable *axis, size_t first,
                        size_t last) {
    json_open(json, NULL, '{');
    if (first == 0)
        json_raw(json, "from", "null");
    else
        write_ordered(arena, json, "from", axis, axis->cuts.items[first - 1]);
    if (last == axis->cuts.count)
        json_raw(json, "below", "null");
    else
        write_ordered(arena, json, "below", axis, axis->cuts.items[last]);
    json_close(json, '{');
}

static void write_ranges(struct arena *arena, struct json *json, const struct variable *axis, const bool *codes) {
    json_open(json, "ranges", '[');
    for (size_t i = 0; i < axis->n_codes; i++) {
        size_t last = i;
        if (!codes[i])
            continue;
        while (last + 1 < axis->n_codes && codes[last + 1])
            last++;
        write_range(arena, json, axis, i, last);
        i = last;
    }
    json_close(json, '[');
}

static void write_members(struct json *json, const struct variable *axis, const bool *codes) {
    json_open(json, "values", '[');
    for (size_t i = 0; i < axis->n_codes; i++)
        if (!codes || codes[i])
            json_text(json, NULL, axis->type.members[i].name);
    json_close(json, '[');
}

/* Any one of it holds: a value, a range, unknown; of a text whether it is given. */
static void write_condition(struct arena *arena, struct json *json, const struct variable *axis, const bool *codes) {
    bool unknown = axis->type.or_unknown && codes[axis->n_codes], is_text = variable_is_text(axis);
    json_open(json, NULL, '{');
    json_text(json, "name", axis->name);
    if (is_text)
        json_bool(json, "given", codes[1]);
    else if (variable_is_ordered(axis))
        write_ranges(arena, json, axis, codes);
    else
        write_members(json, axis, codes);
    if (axis->optional && !is_text)
        json_bool(json, "notGiven", unknown);
    else if (axis->type.or_unknown)
        json_bool(json, "unknown", unknown);
    json_close(json, '{');
}

/* ---- axes -------------------------------------------------------------------------------------------------------- */

static void write_axis(struct json *json, const struct diff *diff, size_t index) {
    static const char *const types[] = {[MUSTER_BOOL] = "bool",       [MUSTER_ENUM] = "enum", [MUSTER_INT] = "int",
                                        [MUSTER_VERSION] = "version", [MUSTER_TEXT] = "text", [MUSTER_PATH] = "path"};
    const struct variable *axis = diff->axes.items[index];
    json_open(json, NULL, '{');
    json_text(json, "name", axis->name);
    json_text(json, "kind", axis->kind == VARIABLE_FACT ? "fact" : "param");
    json_text(json, "type", types[axis->type.kind]);
    json_bool(json, "optional", axis->optional);
    json_bool(json, "orUnknown", axis->type.or_unknown && !axis->optional);
    if (axis->type.n_members > 0)
        write_members(json, axis, NULL);
    for (size_t side = 0; side < N_SIDES; side++)
        json_bool(json, side_names[side], diff->joint->items[index].inputs[side] != NULL);
    json_close(json, '{');
}

/* ---- changes ----------------------------------------------------------------------------------------------------- */

static void write_region(struct arena *arena, struct json *json, const struct diff *diff, const struct region *region) {
    json_open(json, NULL, '{');
    json_text(json, "words", region_words(arena, &diff->axes, region));
    json_open(json, "conditions", '[');
    for (size_t i = 0; i < diff->axes.count; i++)
        if (region->codes[i])
            write_condition(arena, json, diff->axes.items[i], region->codes[i]);
    json_close(json, '[');
    json_close(json, '{');
}

static void write_rule(struct arena *arena, struct json *json, const struct diff *diff, size_t side,
                       const struct diff_rule *rule) {
    const struct sources *sources = diff->models[side]->sources;
    bool has_place = rule->span.file < sources->count;
    const struct source *source = has_place ? &sources->items[rule->span.file] : NULL;
    json_open(json, NULL, '{');
    json_text(json, "file", has_place ? source->name : NULL);
    if (has_place)
        json_number(json, "line", source_line_number(source, rule->span.begin));
    else
        json_raw(json, "line", "null");
    json_text(json, "label", rule->label);
    json_text(json, "text", diff_excerpt(arena, diff, side, rule->span));
    json_text(json, "reason", rule->meta.reason);
    json_text(json, "see", rule->meta.see);
    json_text(json, "tags", rule->meta.tags);
    json_close(json, '{');
}

static void write_rules(struct arena *arena, struct json *json, const struct diff *diff, const struct change *change) {
    json_open(json, "rules", '{');
    for (size_t side = 0; side < N_SIDES; side++) {
        json_open(json, side_names[side], '[');
        for (size_t i = 0; i < change->rules[side].count; i++)
            write_rule(arena, json, diff, side, &change->rules[side].items[i]);
        json_close(json, '[');
    }
    json_close(json, '{');
}

static void write_change(struct arena *arena, struct json *json, const struct diff *diff, const struct change *change) {
    static const char *const kinds[] = {[CHANGE_REFUSAL] = "refusal",
                                        [CHANGE_DECISION] = "decision",
                                        [CHANGE_ARGUMENT] = "argument",
                                        [CHANGE_WARNING] = "warning"};
    json_open(json, NULL, '{');
    json_text(json, "kind", kinds[change->kind]);
    json_text(json, "name", change->name);
    json_bool(json, "security", change->is_security);
    for (size_t side = 0; side < N_SIDES; side++)
        json_text(json, side_names[side], change->values[side]);
    write_texts(json, "removed", &change->removed);
    write_texts(json, "added", &change->added);
    json_number(json, "cases", change->cells);
    write_texts(json, "follows", &change->follows);
    write_rules(arena, json, diff, change);
    json_open(json, "regions", '[');
    for (size_t i = 0; i < change->regions.count; i++)
        write_region(arena, json, diff, &change->regions.items[i]);
    json_close(json, '[');
    json_bool(json, "moreRegions", change->has_more_regions);
    json_open(json, "witnesses", '[');
    for (size_t side = 0; side < N_SIDES; side++)
        report_witness(json, change->witnesses[side]);
    json_close(json, '[');
    json_close(json, '{');
}

static void write_diff(struct arena *arena, struct json *json, const struct diff *diff) {
    json_text(json, "result", diff->not_proven ? "not-proven" : diff_is_empty(diff) ? "same" : "different");
    json_text(json, "summary", diff_summary(arena, diff));
    json_text(json, "where", diff->where);
    for (size_t side = 0; side < N_SIDES; side++)
        json_text(json, side_names[side], diff_file(diff, side));
    json_number(json, "cases", diff->cells);
    json_number(json, "all", diff->all);
    write_texts(json, "space", &diff->space);
    json_open(json, "axes", '[');
    for (size_t i = 0; i < diff->axes.count; i++)
        write_axis(json, diff, i);
    json_close(json, '[');
    json_open(json, "changes", '[');
    for (size_t i = 0; i < diff->changes.count; i++)
        write_change(arena, json, diff, &diff->changes.items[i]);
    json_close(json, '[');
}

void diff_json(struct arena *arena, const struct diff *diff, const struct report *report, FILE *out) {
    struct json json = {.out = out};
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_text(&json, "tool", "musterc " MUSTER_VERSION_STRING);
    if (diff)
        write_diff(arena, &json, diff);
    else
        json_text(&json, "result", NULL);
    report_findings(&json, report);
    json_close(&json, '{');
    json_end(&json);
}
