/*
 * Prints the compiled tables: run-time variables by name, decision diagrams as trees, runs as instructions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/dump.h"

#include <string.h>

#include "runtime/base/character.h"

#define SECTION(dump, name, type) MUSTER_SECTION((dump)->rules, name, type)

struct dump {
    FILE *out;
    const struct muster_ruleset *rules;
    const char **vars; /* names of run-time variables */
    uint32_t *widths;  /* by run-time variable: its number of codes */
    bool *done;        /* by word of `diagrams`: the node was visited */
};

static const char *table_name(const struct dump *dump, uint32_t table) {
    const struct muster_table *given = &SECTION(dump, tables, struct muster_table)[table];
    if (!given->n_decisions)
        return "(rejection)";
    return muster_text(dump->rules, SECTION(dump, decisions, struct muster_decision)[given->first_decision].name);
}

static void know_var(struct dump *dump, uint32_t var, const char *name, uint32_t width) {
    dump->vars[var] = name;
    dump->widths[var] = width;
}

static void know_inputs(struct dump *dump) {
    const struct muster_input *inputs = SECTION(dump, inputs, struct muster_input);
    for (uint32_t i = 0; i < dump->rules->asked.count; i++) {
        const struct muster_asked *asked = &SECTION(dump, asked, struct muster_asked)[i];
        know_var(dump, asked->var, muster_text(dump->rules, inputs[asked->input].name),
                 asked->n_codes + asked->unknown);
    }
}

static void know_decisions(struct dump *dump) {
    const struct muster_type *types = SECTION(dump, types, struct muster_type);
    for (uint32_t i = 0; i < dump->rules->decisions.count; i++) {
        const struct muster_decision *decision = &SECTION(dump, decisions, struct muster_decision)[i];
        know_var(dump, decision->var, muster_text(dump->rules, decision->name), types[decision->type].n_members);
    }
}

/* The greatest answer of a diagram over inputs and decisions. */
static uint32_t max_answer(struct dump *dump, uint32_t root) {
    if (root & MUSTER_LEAF)
        return root & ~MUSTER_LEAF;
    if (dump->done[root])
        return 0;
    dump->done[root] = true;
    const uint32_t *words = &SECTION(dump, diagrams, uint32_t)[root];
    uint32_t max = 0;
    for (uint32_t code = 0; code < dump->widths[words[0]]; code++) {
        uint32_t answer = max_answer(dump, words[1 + code]);
        max = answer > max ? answer : max;
    }
    return max;
}

/* Variables without a name in the rules: rows that overridden tables select, and selectors. */
static void know_others(struct arena *arena, struct dump *dump, const struct muster_step *steps, uint32_t count) {
    const struct muster_table *tables = SECTION(dump, tables, struct muster_table);
    for (uint32_t i = 0; i < count; i++) {
        const struct muster_step *step = &steps[i];
        if (dump->widths[step->var])
            continue;
        memset(dump->done, 0, dump->rules->diagrams.count * sizeof *dump->done);
        uint32_t width = step->table == MUSTER_NONE ? max_answer(dump, step->root) + 1 : tables[step->table].n_rows;
        know_var(dump, step->var, arena_print(arena, "v%u", step->var), width);
    }
}

static void know_lookups(struct arena *arena, struct dump *dump) {
    const uint16_t *answers = SECTION(dump, answers, uint16_t);
    const struct muster_lookup *lookups = SECTION(dump, lookups, struct muster_lookup);
    for (uint32_t i = 0; i < dump->rules->lookups.count; i++) {
        uint32_t end = i + 1 < dump->rules->lookups.count ? lookups[i + 1].first : dump->rules->answers.count;
        uint32_t max = 0;
        for (uint32_t k = lookups[i].first; k < end; k++)
            max = answers[k] > max ? answers[k] : max;
        know_var(dump, lookups[i].var, arena_print(arena, "v%u", lookups[i].var), max + 1);
    }
}

static struct dump start(struct arena *arena, FILE *out, const struct muster_ruleset *rules) {
    struct dump dump = {.out = out, .rules = rules};
    dump.vars = arena_alloc(arena, (rules->n_vars + 1) * sizeof *dump.vars);
    dump.widths = arena_alloc(arena, (rules->n_vars + 1) * sizeof *dump.widths);
    dump.done = arena_alloc(arena, (rules->diagrams.count + 1) * sizeof *dump.done);
    know_var(&dump, 0, "(none)", 1);
    know_inputs(&dump);
    know_decisions(&dump);
    know_others(arena, &dump, SECTION(&dump, decide_steps, struct muster_step), rules->decide_steps.count);
    know_others(arena, &dump, SECTION(&dump, argv_steps, struct muster_step), rules->argv_steps.count);
    know_lookups(arena, &dump);
    memset(dump.done, 0, rules->diagrams.count * sizeof *dump.done);
    return dump;
}

/* ---- diagrams --------------------------------------------------------------------------------------------------- */

static void put_child(const struct dump *dump, uint32_t child) {
    if (!(child & MUSTER_LEAF))
        fprintf(dump->out, "node %u\n", child);
    else if ((child & ~MUSTER_LEAF) == MUSTER_GAP)
        fputs("gap\n", dump->out);
    else
        fprintf(dump->out, "%u\n", child & ~MUSTER_LEAF);
}

/* A node is printed once, before the nodes that it leads to; the depth is at most the number of variables. */
static void put_node(const struct dump *dump, uint32_t root) {
    if (root & MUSTER_LEAF || dump->done[root])
        return;
    const uint32_t *words = &SECTION(dump, diagrams, uint32_t)[root];
    uint32_t width = dump->widths[words[0]];
    dump->done[root] = true;
    fprintf(dump->out, "  node %u tests %s\n", root, dump->vars[words[0]]);
    for (uint32_t code = 0; code < width; code++) {
        fprintf(dump->out, "    %u -> ", code);
        put_child(dump, words[1 + code]);
    }
    for (uint32_t code = 0; code < width; code++)
        put_node(dump, words[1 + code]);
}

static void put_steps(const struct dump *dump, const char *name, const struct muster_step *steps, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const struct muster_step *step = &steps[i];
        fprintf(dump->out, "%s %u: ", name, i);
        if (step->table == MUSTER_NONE)
            fprintf(dump->out, "%s = ", dump->vars[step->var]);
        else
            fprintf(dump->out, "row of table %u %s = ", step->table, table_name(dump, step->table));
        put_child(dump, step->root);
        put_node(dump, step->root);
    }
}

void tables_dump_diagrams(struct arena *arena, FILE *out, const struct muster_ruleset *rules) {
    struct dump dump = start(arena, out, rules);
    put_steps(&dump, "decide step", SECTION(&dump, decide_steps, struct muster_step), rules->decide_steps.count);
    put_steps(&dump, "argv step", SECTION(&dump, argv_steps, struct muster_step), rules->argv_steps.count);
}

/* ---- runs ------------------------------------------------------------------------------------------------------- */

static void put_text(const struct dump *dump, const char *text, size_t length) {
    fputs(" \"", dump->out);
    print_part(text, length, dump->out);
    putc('"', dump->out);
}

static void put_whole_text(const struct dump *dump, uint32_t offset) {
    const char *text = muster_text(dump->rules, offset);
    put_text(dump, text, strlen(text));
}

static void put_input(const struct dump *dump, uint32_t input) {
    fprintf(dump->out, " $%s", muster_text(dump->rules, SECTION(dump, inputs, struct muster_input)[input].name));
}

static void put_form(const struct dump *dump, uint32_t index) {
    const struct muster_form *form = &SECTION(dump, forms, struct muster_form)[index];
    put_whole_text(dump, form->before);
    put_input(dump, form->input);
    put_whole_text(dump, form->after);
    if (form->n_escapes)
        fprintf(dump->out, " with %u replacements", form->n_escapes);
}

/* Prints an instruction; returns the index of the next one. */
static uint32_t put_instruction(const struct dump *dump, uint32_t at) {
    const uint32_t *words = SECTION(dump, words, uint32_t);
    const char *texts = SECTION(dump, text, char);
    uint32_t word = words[at++], operand = word >> MUSTER_OP_SHIFT;
    fprintf(dump->out, "    %s", word & MUSTER_OP_BEGIN ? "begin " : "");
    switch ((enum muster_op)(word & MUSTER_OP_MASK)) {
    case MUSTER_OP_ARGS:
        fputs("arguments", dump->out);
        for (uint32_t i = 0; i < operand; i++)
            put_whole_text(dump, words[at++]);
        if (word & MUSTER_OP_FORM_BEHIND)
            put_form(dump, words[at++]);
        break;
    case MUSTER_OP_WHOLE:
        fputs("argument", dump->out);
        put_form(dump, operand);
        break;
    case MUSTER_OP_STOP:
        fputs("stop", dump->out);
        break;
    case MUSTER_OP_TEXT:
        fputs("text", dump->out);
        put_text(dump, texts + words[at++], operand);
        break;
    case MUSTER_OP_FORM:
        fputs("form", dump->out);
        put_form(dump, operand);
        break;
    case MUSTER_OP_NUMBER:
        fputs("number", dump->out);
        put_input(dump, operand);
        break;
    case MUSTER_OP_VERSION:
        fputs("version", dump->out);
        put_input(dump, operand);
        break;
    }
    fputs(word & MUSTER_OP_END ? " end\n" : "\n", dump->out);
    return at;
}

static void put_run(const struct dump *dump, uint32_t at) {
    const uint32_t *words = SECTION(dump, words, uint32_t);
    while ((words[at] & MUSTER_OP_MASK) != MUSTER_OP_STOP)
        at = put_instruction(dump, at);
}

void tables_dump_runs(struct arena *arena, FILE *out, const struct muster_ruleset *rules) {
    struct dump dump = start(arena, out, rules);
    const uint32_t *words = SECTION(&dump, words, uint32_t);
    for (uint32_t i = 0; i < rules->chunks.count; i++) {
        const struct muster_chunk *chunk = &SECTION(&dump, chunks, struct muster_chunk)[i];
        fprintf(out, "chunk %u: selector %s\n", i, dump.vars[chunk->var]);
        for (uint32_t value = 0; value < dump.widths[chunk->var]; value++) {
            fprintf(out, "  value %u: run %u\n", value, words[chunk->map + value]);
            put_run(&dump, words[chunk->map + value]);
        }
    }
}
