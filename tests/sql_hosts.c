/*
 * Hosts for tests of `musterc sql`, and what is decided for them without any SQL:
 *
 *     sql_hosts cells RULES     all cells of the baseline; decided by its compiled tables
 *     sql_hosts hosts RULES     all hosts of a ruleset, or so many at random; decided by the plain evaluator
 *     sql_hosts random SEED     the same of a random ruleset, which is written to test.muster and base.muster
 *
 * Writes into the folder it is started in: hosts.sql, which fills the table that `musterc sql` describes; query.sql,
 * which asks the view; and expected, what it must answer, a line for each host. Exit status 3: the rules have errors.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "gen/check/check.h"
#include "gen/model/eval.h"
#include "random_rules.h"

enum { MAX_HOSTS = 4000, MAX_EDGES = 64, ROWS_OF_INSERT = 200 };

struct hosts {
    struct arena *arena;
    struct sources sources;
    struct diagnostics diagnostics;
    struct model *model;
    const struct variable **asked; /* inputs that are columns of the table */
    size_t n_asked, n_hosts;
    FILE *table, *expected;
};

/* ---- the ruleset ------------------------------------------------------------------------------------------------- */

static void load(struct hosts *hosts, const char *name) {
    hosts->arena = hosts->sources.arena = hosts->diagnostics.arena = arena_new();
    hosts->diagnostics.sources = &hosts->sources;
    struct program *program = program_load(hosts->arena, &hosts->sources, name, &hosts->diagnostics);
    if (program)
        hosts->model = model_build(hosts->arena, &hosts->sources, program, &hosts->diagnostics);
    if (hosts->model && hosts->diagnostics.n_errors == 0)
        check_model(hosts->model, CHECK_ANSWERS, &hosts->diagnostics);
    if (!hosts->model || hosts->diagnostics.n_errors > 0)
        exit(3);
}

static void write_text(const char *name, const char *text) {
    FILE *file = fopen(name, "wb");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
        perror(name);
        exit(2);
    }
}

static const char *make_random(uint64_t seed) {
    struct maker maker = {.arena = arena_new(), .seed = seed};
    make_ruleset(&maker);
    write_text("test.muster", maker.texts[0]);
    if (maker.texts[1])
        write_text("base.muster", maker.texts[1]);
    free(maker.texts[0]);
    free(maker.texts[1]);
    arena_free(maker.arena);
    return "test.muster";
}

static void mark_cond(const struct cond *cond, bool *asked) {
    if (cond && cond->kind == COND_TEST)
        asked[cond->variable->index] = true;
    for (size_t i = 0; cond && i < cond->operands.count; i++)
        mark_cond(cond->operands.items[i], asked);
}

static void find_asked(struct hosts *hosts) {
    const struct model *model = hosts->model;
    bool *asked = arena_alloc(hosts->arena, model->variables.count + 1);
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct stage *stage = &model->stages.items[i];
        for (size_t k = 0; stage->table && k < stage->table->n_columns; k++)
            asked[stage->table->columns[k]->index] = true;
        if (!stage->table)
            mark_cond(stage->variable->cond, asked);
    }
    for (size_t i = 0; i < model->restrictions.count; i++)
        mark_cond(model->restrictions.items[i].cond, asked);
    hosts->asked = arena_alloc(hosts->arena, (model->n_inputs + 1) * sizeof *hosts->asked);
    for (size_t i = 0; i < model->n_inputs; i++)
        if (asked[model->inputs[i]->index])
            hosts->asked[hosts->n_asked++] = model->inputs[i];
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

static void print_columns(const struct hosts *hosts) {
    fputs("INSERT INTO \"hosts\" (\"host\"", hosts->table);
    for (size_t i = 0; i < hosts->n_asked; i++) {
        const char *name = hosts->asked[i]->name;
        if (hosts->asked[i]->type.kind == MUSTER_VERSION)
            fprintf(hosts->table, ", \"%s_major\", \"%s_minor\", \"%s_patch\"", name, name, name);
        else
            fprintf(hosts->table, ", \"%s\"", name);
    }
    fputs(") VALUES\n", hosts->table);
}

static void print_value(FILE *out, const struct variable *variable, int64_t value) {
    bool is_version = variable->type.kind == MUSTER_VERSION;
    if (value == MUSTER_UNKNOWN || (variable_is_text(variable) && value == 0))
        fputs(is_version ? ", NULL, NULL, NULL" : ", NULL", out);
    else if (variable_is_text(variable))
        fputs(", 'some text'", out);
    else if (is_version)
        fprintf(out, ", %" PRId64 ", %" PRId64 ", %" PRId64, value >> 40, value >> 20 & MUSTER_VERSION_MAX,
                value & MUSTER_VERSION_MAX);
    else if (variable->type.kind == MUSTER_BOOL)
        fputs(value ? ", TRUE" : ", FALSE", out);
    else if (variable->type.n_members > 0)
        fprintf(out, ", '%s'", variable->type.members[value].name);
    else
        fprintf(out, ", %" PRId64, value);
}

static void print_host(struct hosts *hosts, const int64_t *values) {
    size_t number = hosts->n_hosts++;
    if (number % ROWS_OF_INSERT == 0) {
        fputs(number > 0 ? ";\n" : "", hosts->table);
        print_columns(hosts);
    }
    fprintf(hosts->table, "%s('%06zu'", number % ROWS_OF_INSERT == 0 ? "" : ",\n", number);
    for (size_t i = 0; i < hosts->n_asked; i++)
        print_value(hosts->table, hosts->asked[i], values[hosts->asked[i]->index]);
    fputs(")", hosts->table);
    fprintf(hosts->expected, "%06zu|NULL", number);
}

/* ---- the question ------------------------------------------------------------------------------------------------ */

static void print_query(const struct hosts *hosts) {
    FILE *out = fopen("query.sql", "w");
    if (!out)
        exit(2);
    fputs("SELECT \"host\", \"invalid\", \"refused\", \"refused_rule\"", out);
    for (size_t i = 0; i < hosts->model->stages.count; i++) {
        const struct stage *stage = &hosts->model->stages.items[i];
        if (!stage->table)
            fprintf(out, ", CASE WHEN \"%s\" THEN 'yes' WHEN NOT \"%s\" THEN 'no' END", stage->variable->name,
                    stage->variable->name);
        for (size_t k = 0; stage->table && !stage->table->overridden && k < stage->table->n_outcomes; k++) {
            const struct variable *outcome = stage->table->outcomes[k];
            if (outcome->type.kind == MUSTER_BOOL)
                fprintf(out, ", CASE WHEN \"%s\" THEN 'yes' WHEN NOT \"%s\" THEN 'no' END", outcome->name,
                        outcome->name);
            else
                fprintf(out, ", \"%s\"", outcome->name);
        }
        if (stage->table && !stage->table->overridden)
            fprintf(out, ", \"%s_rule\"", stage->table->outcomes[0]->name);
    }
    fprintf(out, " FROM \"%s\" ORDER BY \"host\";\n", hosts->model->name);
    if (fclose(out) != 0)
        exit(2);
}

/* ---- the answers ------------------------------------------------------------------------------------------------- */

static void print_place(const struct hosts *hosts, struct span span) {
    const struct source *source = &hosts->sources.items[span.file];
    fprintf(hosts->expected, "|%s:%zu", source->name, source_line_number(source, span.begin));
}

static void print_refusal(const struct hosts *hosts, const char *message, struct span span) {
    putc('|', hosts->expected);
    for (const char *at = message; *at; at++) {
        putc(*at == '\n' ? ' ' : *at, hosts->expected);
        if (*at == '\\' && (at[1] == '\'' || !at[1])) /* no quote is ever escaped */
            putc(' ', hosts->expected);
    }
    print_place(hosts, span);
}

static void expect_decided(const struct hosts *hosts, const struct variable *variable, const int64_t *values) {
    int64_t value = values[variable->index];
    fprintf(hosts->expected, "|%s", value == MUSTER_UNSET ? "NULL" : value_text(hosts->arena, &variable->type, value));
}

/* What the plain evaluator says. */
static void expect_evaluated(const struct hosts *hosts, int64_t *values) {
    const struct stage *stage;
    const struct row *row;
    const struct restriction *restriction;
    enum verdict verdict = eval_host(hosts->model, values, &stage, &row, &restriction);
    if (restriction)
        print_refusal(hosts, restriction->message, restriction->span);
    else if (verdict == VERDICT_REJECTED)
        print_refusal(hosts, row->reject, row->span);
    else
        fputs("|NULL|NULL", hosts->expected);
    for (size_t i = 0; i < hosts->model->stages.count; i++) {
        stage = &hosts->model->stages.items[i];
        eval_stage(stage, values, &row);
        if (!stage->table)
            expect_decided(hosts, stage->variable, values);
        if (!stage->table || stage->table->overridden)
            continue;
        for (size_t k = 0; k < stage->table->n_outcomes; k++)
            expect_decided(hosts, stage->table->outcomes[k], values);
        if (row)
            print_place(hosts, row->span);
        else
            fputs("|NULL", hosts->expected);
    }
    putc('\n', hosts->expected);
}

/* What the compiled baseline says, which refuses nobody. */
static void expect_compiled(const struct hosts *hosts, const struct cell *cell) {
    int32_t values[64];
    uint32_t rows[64];
    if (baseline_ruleset->decisions.count > 64 ||
        muster_decide(baseline_ruleset, cell->facts.value, NULL, values, rows, NULL) != MUSTER_OK)
        exit(2);
    fputs("|NULL|NULL", hosts->expected);
    for (size_t i = 0; i < hosts->model->stages.count; i++) {
        const struct stage *stage = &hosts->model->stages.items[i];
        uint32_t index = 0;
        for (size_t k = 0; k < (stage->table ? stage->table->n_outcomes : 1); k++) {
            const char *name = stage->table ? stage->table->outcomes[k]->name : stage->variable->name;
            char text[64];
            index = muster_find_decision(baseline_ruleset, name, strlen(name));
            if (index == MUSTER_NONE)
                exit(2);
            muster_value_text(baseline_ruleset, muster_decision_at(baseline_ruleset, index)->type, values[index], text,
                              sizeof text);
            fprintf(hosts->expected, "|%s", text);
        }
        if (!stage->table)
            continue;
        const struct muster_row *row = muster_row_at(baseline_ruleset, rows[index]);
        fprintf(hosts->expected, "|%s:%" PRIu32, muster_text(baseline_ruleset, row->file), row->line);
    }
    putc('\n', hosts->expected);
}

/* ---- which hosts ------------------------------------------------------------------------------------------------- */

static void print_cells(struct hosts *hosts) {
    struct cell_space space;
    int64_t *values = arena_alloc(hosts->arena, (hosts->model->variables.count + 1) * sizeof *values);
    if (!cells_prepare(&space))
        exit(2);
    for (size_t number = 0; number < cells_count(); number++) {
        struct cell cell;
        cells_make(&space, number, &cell);
        for (size_t i = 0; i < hosts->model->n_facts; i++)
            values[hosts->model->inputs[i]->index] = cell.facts.value[i];
        print_host(hosts, values);
        expect_compiled(hosts, &cell);
    }
}

/* The values of an input at both edges of each interval; each member; unknown. */
static size_t find_edges(const struct variable *variable, int64_t *edges) {
    size_t count = 0, n_codes = variable_n_codes(variable);
    for (size_t code = 0; code < n_codes && count + 2 <= MAX_EDGES; code++) {
        int64_t low = variable_value(variable, code), high = low;
        if (variable_is_ordered(variable) && code < variable->n_codes)
            high = code < variable->cuts.count ? variable->cuts.items[code] - 1 : variable->type.high;
        edges[count++] = low;
        if (high != low)
            edges[count++] = high;
    }
    return count;
}

/* All of them where there are few; else so many at random. */
static void print_hosts(struct hosts *hosts) {
    struct edges {
        int64_t values[MAX_EDGES];
        size_t count;
    } *edges = arena_alloc(hosts->arena, (hosts->n_asked + 1) * sizeof *edges);
    int64_t *values = arena_alloc(hosts->arena, (hosts->model->variables.count + 1) * sizeof *values);
    size_t product = 1;
    uint64_t seed = 1;
    for (size_t i = 0; i < hosts->n_asked; i++) {
        edges[i].count = find_edges(hosts->asked[i], edges[i].values);
        product = product > MAX_HOSTS ? product : product * edges[i].count;
    }
    size_t count = product > MAX_HOSTS ? MAX_HOSTS : product;
    for (size_t number = 0; number < count; number++) {
        size_t rest = number;
        for (size_t i = 0; i < hosts->n_asked; i++) {
            size_t which = product > MAX_HOSTS ? roll(&seed, (unsigned)edges[i].count) : rest % edges[i].count;
            rest /= edges[i].count;
            values[hosts->asked[i]->index] = edges[i].values[which];
        }
        print_host(hosts, values);
        expect_evaluated(hosts, values);
    }
}

int main(int count, char **arguments) {
    struct hosts hosts = {0};
    if (count != 3)
        return 2;
    bool is_random = strcmp(arguments[1], "random") == 0, is_cells = strcmp(arguments[1], "cells") == 0;
    load(&hosts, is_random ? make_random(strtoull(arguments[2], NULL, 10)) : arguments[2]);
    find_asked(&hosts);
    print_query(&hosts);
    hosts.table = fopen("hosts.sql", "w");
    hosts.expected = hosts.table ? fopen("expected", "w") : NULL;
    if (!hosts.expected) {
        if (hosts.table)
            fclose(hosts.table);
        arena_free(hosts.arena);
        return 2;
    }
    if (is_cells)
        print_cells(&hosts);
    else
        print_hosts(&hosts);
    fputs(";\n", hosts.table);
    bool good = fclose(hosts.table) == 0 && fclose(hosts.expected) == 0;
    arena_free(hosts.arena);
    return good ? 0 : 2;
}
