/*
 * `musterc coverage`: the rows that the examples of a ruleset, or facts files, select.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/coverage.h"
#include "gen/driver/musterc.h"
#include "gen/model/row_text.h"
#include "runtime/base/json.h"

struct result {
    const struct coverage *coverage;
    const struct options *options;
};

/* ---- computation ------------------------------------------------------------------------------------------------- */

/* Adds the host of a facts file. False after a message. */
static bool add_file(struct coverage *coverage, const struct compilation *compilation, const char *path) {
    struct inputs *inputs = inputs_new(compilation->rules, "musterc", stderr);
    struct muster_error error = {0};
    bool loaded = inputs && inputs_load(inputs, path), good = loaded && inputs_complete(inputs);
    if (good && coverage_add_host(coverage, compilation->rules, inputs_facts(inputs), inputs_params(inputs), &error) !=
                    MUSTER_OK) {
        inputs_failed(inputs, &error);
        good = false;
    }
    if (loaded && !good)
        complain(compilation->arena, "%s: this host cannot be evaluated", path);
    inputs_free(inputs);
    return good;
}

static bool cover(struct coverage *coverage, const struct compilation *compilation, const struct options *options) {
    bool good = true;
    if (options->n_words == 0)
        coverage_add_examples(coverage);
    for (size_t i = 0; i < options->n_words; i++)
        good = add_file(coverage, compilation, options->words[i]) && good;
    coverage_finish(coverage);
    return good;
}

/* Adds the facts files to the input files, so that -o cannot overwrite them. */
static struct options with_inputs(const struct options *options) {
    struct options changed = *options;
    for (changed.n_inputs = 0; changed.n_inputs < options->n_words; changed.n_inputs++) {
        changed.input_kinds[changed.n_inputs] = 'f';
        changed.inputs[changed.n_inputs] = options->words[changed.n_inputs];
    }
    return changed;
}

static const char *reason_of(const struct coverage_row *row) {
    return row->row->meta.reason;
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

static void print_place(const struct coverage *coverage, struct span span, FILE *out) {
    const struct source *source = &coverage->model->sources->items[span.file];
    print_text(source->name, out);
    fprintf(out, ":%zu", source_line_number(source, span.begin));
}

static void print_count(const struct coverage_count *count, FILE *out) {
    fprintf(out, "%zu of %zu row%s, %u %%", count->reached, count->all, count->all == 1 ? "" : "s",
            coverage_percent(count));
    if (count->unproven > 0)
        fprintf(out, "; of %zu it is not proven", count->unproven);
}

static void print_summary(const struct coverage *coverage, const struct options *options, FILE *out) {
    size_t n_examples = coverage->model->examples.count;
    print_text(options->files[0], out);
    if (options->n_words > 0)
        fprintf(out, ": %zu facts file%s reach%s ", options->n_words, options->n_words == 1 ? "" : "s",
                options->n_words == 1 ? "es" : "");
    else
        fprintf(out, ": its %zu example%s reach%s ", n_examples, n_examples == 1 ? "" : "s",
                n_examples == 1 ? "es" : "");
    print_count(&coverage->count, out);
    putc('\n', out);
}

static void print_tables(const struct coverage *coverage, FILE *out) {
    size_t width = 0;
    for (size_t i = 0; i < coverage->n_tables; i++)
        width = strlen(coverage->tables[i].names) > width ? strlen(coverage->tables[i].names) : width;
    if (coverage->n_tables > 0)
        putc('\n', out);
    for (size_t i = 0; i < coverage->n_tables; i++) {
        fprintf(out, "    %-*s  ", (int)width, coverage->tables[i].names);
        print_count(&coverage->tables[i].count, out);
        putc('\n', out);
    }
}

/* Prints a line that is indented below the entry that it belongs to. */
static void print_more(const char *word, const char *text, FILE *out) {
    if (!text)
        return;
    fprintf(out, "            %s ", word);
    print_text(text, out);
    putc('\n', out);
}

static void print_missed_rows(const struct coverage *coverage, FILE *out) {
    if (coverage->count.reached < coverage->count.all)
        fputs("\nNever reached\n", out);
    for (size_t i = 0; i < coverage->n_tables; i++) {
        const struct coverage_table *table = &coverage->tables[i];
        if (table->count.reached < table->count.all)
            fprintf(out, "    %s\n", table->names);
        for (size_t k = 0; k < table->n_rows; k++) {
            const struct coverage_row *row = &table->rows[k];
            if (row->reach == REACH_YES)
                continue;
            fputs("        ", out);
            print_place(coverage, row->row->span, out);
            fputs(row->reach == REACH_UNPROVEN ? ": (not proven) " : ": ", out);
            if (row->row->label)
                fprintf(out, "%s: ", row->row->label);
            print_text(row_text(coverage->arena, row->row), out);
            putc('\n', out);
            print_more("because", reason_of(row), out);
        }
    }
}

static void print_missed(const struct coverage *coverage, struct span span, enum reach reach, const char *kind,
                         const char *text, const struct meta *meta, FILE *out) {
    fputs("    ", out);
    print_place(coverage, span, out);
    fprintf(out, ": %s%s", reach == REACH_UNPROVEN ? "(not proven) " : "", kind);
    if (text) {
        fputs(": ", out);
        print_text(text, out);
    }
    putc('\n', out);
    print_more("because", meta->reason, out);
}

static const char *restriction_kind(const struct restriction *restriction) {
    return restriction->is_assumption ? "assumption" : "rejection";
}

/* The name of an assumption, or the message of a rejection. */
static const char *restriction_text(const struct restriction *restriction) {
    return restriction->label ? restriction->label : restriction->is_assumption ? NULL : restriction->message;
}

static void print_missed_messages(const struct coverage *coverage, FILE *out) {
    const struct model *model = coverage->model;
    bool any = false;
    for (size_t i = 0; i < model->restrictions.count; i++) {
        const struct restriction *restriction = &model->restrictions.items[i];
        if (coverage->restrictions[i] == REACH_YES)
            continue;
        fputs(any ? "" : "\nRefuse none of these hosts\n", out);
        any = true;
        print_missed(coverage, restriction->span, coverage->restrictions[i], restriction_kind(restriction),
                     restriction_text(restriction), &restriction->meta, out);
    }
    any = false;
    for (size_t i = 0; i < model->warnings.count; i++) {
        const struct warning *warning = &model->warnings.items[i];
        if (coverage->warnings[i] == REACH_YES)
            continue;
        fputs(any ? "" : "\nWarn of none of these hosts\n", out);
        any = true;
        print_missed(coverage, warning->span, coverage->warnings[i], "warning", warning->message, &warning->meta, out);
    }
}

static void write_text(const void *result, FILE *out) {
    const struct coverage *coverage = ((const struct result *)result)->coverage;
    const struct options *options = ((const struct result *)result)->options;
    print_summary(coverage, options, out);
    print_tables(coverage, out);
    print_missed_rows(coverage, out);
    print_missed_messages(coverage, out);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static void json_place(struct json *json, const struct coverage *coverage, struct span span) {
    const struct source *source = &coverage->model->sources->items[span.file];
    json_text(json, "file", source->name);
    json_number(json, "line", source_line_number(source, span.begin));
}

static void json_reach(struct json *json, enum reach reach) {
    json_raw(json, "reached", reach == REACH_YES ? "true" : reach == REACH_NOT ? "false" : "null");
}

static void json_count(struct json *json, const struct coverage_count *count) {
    json_number(json, "all", count->all);
    json_number(json, "reached", count->reached);
    json_number(json, "notProven", count->unproven);
    json_number(json, "percent", coverage_percent(count));
}

static void json_meta(struct json *json, const struct meta *meta) {
    json_text(json, "reason", meta->reason);
    json_text(json, "see", meta->see);
}

static void json_table(struct json *json, const struct coverage *coverage, const struct coverage_table *table) {
    json_open(json, NULL, '{');
    json_open(json, "decisions", '[');
    for (size_t i = 0; i < table->decides->n_outcomes; i++)
        json_text(json, NULL, table->decides->outcomes[i]->name);
    json_close(json, '[');
    json_place(json, coverage, table->table->span);
    json_bool(json, "overridden", table->table->overridden);
    json_count(json, &table->count);
    json_open(json, "rows", '[');
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct row *row = table->rows[i].row;
        json_open(json, NULL, '{');
        json_place(json, coverage, row->span);
        json_text(json, "label", row->label);
        json_text(json, "text", row_text(coverage->arena, row));
        json_meta(json, &row->meta);
        json_reach(json, table->rows[i].reach);
        json_close(json, '{');
    }
    json_close(json, '[');
    json_close(json, '{');
}

static void json_messages(struct json *json, const struct coverage *coverage) {
    const struct model *model = coverage->model;
    json_open(json, "rejections", '[');
    for (size_t i = 0; i < model->restrictions.count; i++) {
        const struct restriction *restriction = &model->restrictions.items[i];
        json_open(json, NULL, '{');
        json_text(json, "kind", restriction_kind(restriction));
        json_text(json, "label", restriction->label);
        json_text(json, "message", restriction->message);
        json_place(json, coverage, restriction->span);
        json_meta(json, &restriction->meta);
        json_reach(json, coverage->restrictions[i]);
        json_close(json, '{');
    }
    json_close(json, '[');
    json_open(json, "warnings", '[');
    for (size_t i = 0; i < model->warnings.count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "message", model->warnings.items[i].message);
        json_place(json, coverage, model->warnings.items[i].span);
        json_meta(json, &model->warnings.items[i].meta);
        json_reach(json, coverage->warnings[i]);
        json_close(json, '{');
    }
    json_close(json, '[');
}

static void write_json(const void *result, FILE *out) {
    const struct coverage *coverage = ((const struct result *)result)->coverage;
    const struct options *options = ((const struct result *)result)->options;
    struct json json = {.out = out};
    json_open(&json, NULL, '{');
    json_number(&json, "version", 1);
    json_text(&json, "tool", "musterc " MUSTER_VERSION_STRING);
    json_text(&json, "file", options->files[0]);
    json_text(&json, "by", options->n_words > 0 ? "facts" : "examples");
    json_number(&json, "hosts", options->n_words > 0 ? options->n_words : coverage->model->examples.count);
    json_count(&json, &coverage->count);
    json_open(&json, "tables", '[');
    for (size_t i = 0; i < coverage->n_tables; i++)
        json_table(&json, coverage, &coverage->tables[i]);
    json_close(&json, '[');
    json_messages(&json, coverage);
    json_close(&json, '{');
    json_end(&json);
}

/* ---- the command ------------------------------------------------------------------------------------------------ */

/* The exit code, with a message if the coverage is too low. It is uncertain if rows are not proven. */
static int judge(const struct coverage *coverage, unsigned min_percent) {
    const struct coverage_count *count = &coverage->count;
    struct coverage_count upper_bound = *count;
    upper_bound.reached += upper_bound.unproven;
    if (coverage_percent(count) >= min_percent)
        return EXIT_OK;
    fprintf(stderr, "musterc: %u %% of the rows are reached; --fail-under requires %u %%\n", coverage_percent(count),
            min_percent);
    return coverage_percent(&upper_bound) >= min_percent ? EXIT_UNPROVEN : EXIT_FINDINGS;
}

static int run(const struct options *options) {
    struct compilation compilation;
    bool good = options->n_words > 0;
    if (good)
        good = compile_for_facts(&compilation, options);
    else {
        compilation_start(&compilation, options);
        good = compile_for_answers(&compilation, options->files[0], NULL);
    }
    if (!good)
        return compilation_end(&compilation, EXIT_OK);
    struct coverage *coverage = coverage_new(compilation.arena, compilation.model);
    const struct options with_files = with_inputs(options);
    int code = EXIT_USAGE;
    if (cover(coverage, &compilation, options))
        code = write_result(&with_files, &compilation, 1, &(struct result){coverage, options}, EXIT_OK);
    if (code == EXIT_OK)
        code = judge(coverage, options->min_percent);
    return compilation_end(&compilation, code);
}

const struct command coverage_command = {
    .name = "coverage",
    .arguments = "FILE [FACTS...] [--fail-under N]",
    .summary = "report which rows are reached by facts files, or by the examples of the rules",
    .operands = "  FACTS                   the facts of one host, as printed by muster probe or musterc ask\n",
    .codes = "  0  success\n"
             "  1  errors in the rules, or coverage is below --fail-under\n"
             "  2  usage or I/O error\n"
             "  3  analysis incomplete; coverage may be below --fail-under\n",
    .run = run,
    .takes = TAKES_OUTPUT | TAKES_WORDS | TAKES_FAIL_UNDER,
    .formats = {{"text", write_text, 0}, {"json", write_json, 0}},
};
