/*
 * From the typed model to the tables: inputs, types, decisions, rows, and the steps that evaluate them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "lower.h"

#include <string.h>

#include "eval.h"
#include "space.h"

#define PUSH(list, element) ARENA_PUSH(lowering->arena, (list), (element))

/* ---- types and inputs ------------------------------------------------------------------------------------------- */

static uint32_t lower_type(struct lowering *lowering, const struct type *type) {
    struct tables *tables = lowering->tables;
    struct muster_type lowered = {.lo = type->low,
                                  .hi = type->high,
                                  .kind = (uint32_t)type->kind,
                                  .name = tables_text(tables, type->name),
                                  .first_member = (uint32_t)tables->members.count,
                                  .n_members = (uint32_t)type->n_members,
                                  .or_unknown = type->or_unknown};
    for (size_t i = 0; i < type->n_members; i++)
        PUSH(&tables->members, ((struct muster_member){.name = tables_text(tables, type->members[i].name),
                                                       .text = tables_text(tables, type->members[i].text),
                                                       .title = tables_text(tables, type->members[i].title)}));
    /* One list of members may serve several types, where they are the same to the letter. */
    for (uint32_t at = 0; at + type->n_members <= lowered.first_member && type->n_members; at++)
        if (memcmp(&tables->members.items[at], &tables->members.items[lowered.first_member],
                   type->n_members * sizeof(struct muster_member)) == 0) {
            tables->members.count = lowered.first_member;
            lowered.first_member = at;
            break;
        }
    for (uint32_t at = 0; at < tables->types.count; at++)
        if (memcmp(&tables->types.items[at], &lowered, sizeof lowered) == 0)
            return at;
    PUSH(&tables->types, lowered);
    return (uint32_t)tables->types.count - 1;
}

static uint32_t lower_pattern(struct lowering *lowering, const struct pattern *pattern) {
    struct tables *tables = lowering->tables;
    if (!pattern)
        return MUSTER_NONE;
    struct muster_pattern lowered = {.n_classes = pattern->n_classes, .n_states = pattern->n_states};
    lowered.classes = (uint32_t)tables->bytes.count;
    for (size_t i = 0; i < sizeof pattern->classes; i++)
        PUSH(&tables->bytes, pattern->classes[i]);
    lowered.accept = (uint32_t)tables->bytes.count;
    for (size_t i = 0; i < pattern->n_states; i++)
        PUSH(&tables->bytes, pattern->accept[i]);
    lowered.next = tables_words(tables, pattern->next, (size_t)pattern->n_states * pattern->n_classes);
    PUSH(&tables->patterns, lowered);
    return (uint32_t)tables->patterns.count - 1;
}

static void lower_input(struct lowering *lowering, const struct variable *variable) {
    struct tables *tables = lowering->tables;
    struct muster_input input = {
        .default_value = variable->default_value,
        .name = tables_text(tables, variable->name),
        .title = tables_text(tables, variable->title),
        .type = lower_type(lowering, &variable->type),
        .source = (uint32_t)variable->source,
        .probe = variable->source == AST_FROM_PROBE || variable->source == AST_FROM_CALLER_ELSE_PROBE
                     ? tables_text(tables, variable->probe)
                     : 0,
        .default_text = tables_text(tables, variable->default_text),
        .max_length = (uint32_t)variable->max_length,
        .pattern = lower_pattern(lowering, variable->pattern),
        .pattern_text = tables_text(tables, variable->pattern_text),
        .file = lower_file(lowering, variable->span),
        .line = lower_line(lowering, variable->span),
        .is_param = variable->kind == VARIABLE_PARAM,
    };
    PUSH(&tables->inputs, input);
}

/* ---- run-time variables ----------------------------------------------------------------------------------------- */

static void number_variables(struct lowering *lowering) {
    const struct model *model = lowering->model;
    lowering->vars = arena_alloc(lowering->scratch, (model->variables.count + 1) * sizeof *lowering->vars);
    lowering->stage_of = arena_alloc(lowering->scratch, (model->variables.count + 1) * sizeof *lowering->stage_of);
    lowering->outcome_of = arena_alloc(lowering->scratch, (model->variables.count + 1) * sizeof *lowering->outcome_of);
    lowering->widths = arena_alloc(lowering->scratch, MUSTER_MAX_VARS * sizeof *lowering->widths);
    lowering->widths[lowering->n_vars++] = 1; /* variable 0 is always 0 */
    for (size_t i = 0; i < model->n_inputs; i++)
        lowering->vars[model->inputs[i]->index] = lowering->n_vars++;
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct stage *stage = &model->stages.items[i];
        size_t n_decided = stage->table ? stage->table->n_outcomes : 1;
        for (size_t k = 0; k < n_decided; k++) {
            const struct variable *decided = stage->table ? stage->table->outcomes[k] : stage->variable;
            lowering->vars[decided->index] = lowering->n_vars++;
            lowering->stage_of[decided->index] = i;
            lowering->outcome_of[decided->index] = k;
        }
    }
    for (size_t i = 0; i < model->variables.count; i++)
        lowering->widths[lowering->vars[i]] = (uint32_t)variable_n_codes(model->variables.items[i]);
}

/* ---- decisions -------------------------------------------------------------------------------------------------- */

static uint32_t lower_inputs(struct lowering *lowering, const struct cone *cone) {
    uint32_t *inputs = arena_alloc(lowering->scratch, (cone->n_inputs + 1) * sizeof *inputs);
    for (size_t i = 0; i < cone->n_inputs; i++)
        inputs[i] = (uint32_t)cone->inputs[i]->input;
    return tables_shared_words(lowering->tables, inputs, cone->n_inputs);
}

static void lower_decision(struct lowering *lowering, const struct variable *variable, uint32_t table) {
    struct tables *tables = lowering->tables;
    struct cone *cone = cone_new(lowering->scratch, lowering->model);
    cone_add(cone, variable);
    cone_finish(lowering->scratch, cone);
    struct muster_decision decision = {
        .name = tables_text(tables, variable->name),
        .title = tables_text(tables, variable->title),
        .type = lower_type(lowering, &variable->type),
        .table = table,
        .var = lowering->vars[variable->index],
        .file = lower_file(lowering, variable->span),
        .line = lower_line(lowering, variable->span),
        .first_fact = lower_inputs(lowering, cone),
        .n_facts = (uint32_t)cone->n_inputs,
        .reason = tables_text(tables, variable->meta.reason),
        .see = tables_text(tables, variable->meta.see),
    };
    PUSH(&tables->decisions, decision);
}

static uint32_t lower_results(struct lowering *lowering, const struct table *table, const struct row *row) {
    uint32_t *values = arena_alloc(lowering->scratch, table->n_outcomes * sizeof *values);
    for (size_t i = 0; i < table->n_outcomes; i++)
        values[i] = (uint32_t)row->results[i];
    return tables_shared_words(lowering->tables, values, table->n_outcomes);
}

static void lower_row(struct lowering *lowering, const struct table *table, const struct row *row) {
    struct tables *tables = lowering->tables;
    struct muster_row lowered = {
        .file = lower_file(lowering, row->span),
        .line = lower_line(lowering, row->span),
        .label = tables_text(tables, row->label),
        .reason = tables_text(tables, row->meta.reason),
        .see = tables_text(tables, row->meta.see),
        .reject = tables_text(tables, row->reject && !row->reject[0] ? "refused" : row->reject),
        .first = row->reject ? 0 : lower_results(lowering, table, row),
    };
    PUSH(&tables->rows, lowered);
}

static struct muster_step lower_table(struct lowering *lowering, const struct table *table) {
    struct tables *tables = lowering->tables;
    uint32_t index = (uint32_t)tables->tables.count;
    struct muster_table lowered = {
        .first_decision = (uint32_t)tables->decisions.count,
        .n_decisions = (uint32_t)table->n_outcomes,
        .first_row = (uint32_t)tables->rows.count,
        .n_rows = (uint32_t)table->n_rows,
        .file = lower_file(lowering, table->span),
        .line = lower_line(lowering, table->span),
    };
    PUSH(&tables->tables, lowered);
    for (size_t i = 0; i < table->n_outcomes; i++)
        lower_decision(lowering, table->outcomes[i], index);
    for (size_t i = 0; i < table->n_rows; i++)
        lower_row(lowering, table, &table->rows[i]);
    uint32_t *columns = arena_alloc(lowering->scratch, (table->n_columns + 1) * sizeof *columns);
    for (size_t i = 0; i < table->n_columns; i++)
        columns[i] = lowering->vars[table->columns[i]->index];
    struct muster_step step = {.var = lowering->vars[table->outcomes[0]->index], .table = index};
    if (!diagram_of_table(lowering->diagrams, table, columns, &step.root))
        diag_add(
            lowering->diagnostics, DIAG_CODE_LIMIT, table->span,
            "the table of '%s' is too intricate: its diagram has more than a million nodes, or takes more than 256 MiB "
            "to build",
            table->outcomes[0]->name);
    return step;
}

/* A derived condition asks what it names, so that it is one short walk and shows in explain. */
static struct muster_step lower_let(struct lowering *lowering, const struct variable *variable) {
    lower_decision(lowering, variable, MUSTER_NONE);
    return (struct muster_step){.root = lower_cond(lowering, lowering->diagrams, variable->cond, variable->span),
                                .var = lowering->vars[variable->index],
                                .table = MUSTER_NONE};
}

/* Tables that may refuse a host, or whose completeness is not proven, are walked for every command line. */
static bool may_fail(const struct table *table) {
    for (size_t i = 0; i < table->n_rows; i++)
        if (table->rows[i].reject)
            return true;
    return table->unproven;
}

static void lower_stages(struct lowering *lowering) {
    const struct model *model = lowering->model;
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct stage *stage = &model->stages.items[i];
        struct muster_step step =
            stage->table ? lower_table(lowering, stage->table) : lower_let(lowering, stage->variable);
        PUSH(&lowering->tables->decide_steps, step);
        if (stage->table && may_fail(stage->table))
            lower_need(lowering, stage->table->outcomes[0]);
    }
}

/* ---- the whole -------------------------------------------------------------------------------------------------- */

static void lower_limits(struct lowering *lowering) {
    for (size_t i = 0; i < lowering->model->n_inputs; i++) {
        const struct variable *variable = lowering->model->inputs[i];
        for (size_t k = 0; k < variable->limits.count; k++) {
            const struct limit *limit = &variable->limits.items[k];
            struct muster_limit lowered = {.input = (uint32_t)i,
                                           .max_length = (uint32_t)limit->max,
                                           .root =
                                               lower_cond(lowering, lowering->diagrams, limit->when, variable->span),
                                           .words = tables_text(lowering->tables, limit->words)};
            PUSH(&lowering->tables->limits, lowered);
        }
    }
}

static bool is_plain(const struct variable *variable) {
    return variable->kind == VARIABLE_FACT && !variable_is_ordered(variable);
}

static void add_asked(struct lowering *lowering, const struct variable *variable) {
    struct tables *tables = lowering->tables;
    struct muster_asked lowered = {.lo = variable->type.low,
                                   .hi = variable->type.high,
                                   .input = (uint32_t)variable->input,
                                   .var = lowering->vars[variable->index],
                                   .n_codes = (uint32_t)variable->n_codes,
                                   .first_cut =
                                       variable_is_ordered(variable) ? (uint32_t)tables->cuts.count : MUSTER_NONE,
                                   .unknown = variable->type.or_unknown,
                                   .first_weight = (uint32_t)tables->weights.count};
    const uint64_t *weights = lowering->weights[lowered.var];
    for (size_t i = 0; i < variable_n_codes(variable); i++)
        PUSH(&tables->weights, weights ? weights[i] : 0);
    for (size_t i = 0; variable_is_ordered(variable) && i < variable->cuts.count; i++)
        PUSH(&tables->cuts, variable->cuts.items[i]);
    PUSH(&tables->asked, lowered);
    tables->head.n_plain += is_plain(variable);
}

/* Which inputs do diagrams ask? The plain ones come first, as the runtime wants it. */
static void lower_asked(struct lowering *lowering) {
    struct tables *tables = lowering->tables;
    bool *asked = arena_alloc(lowering->scratch, MUSTER_MAX_VARS * sizeof *asked);
    for (size_t i = 0; i < tables->decide_steps.count; i++)
        diagram_mark(lowering->diagrams, tables->decide_steps.items[i].root, asked);
    for (size_t i = 0; i < tables->argv_steps.count; i++)
        diagram_mark(lowering->diagrams, tables->argv_steps.items[i].root, asked);
    for (size_t i = 0; i < tables->limits.count; i++)
        diagram_mark(lowering->diagrams, tables->limits.items[i].root, asked);
    for (int plain = 1; plain >= 0; plain--)
        for (size_t i = 0; i < lowering->model->n_inputs; i++) {
            const struct variable *variable = lowering->model->inputs[i];
            uint32_t var = lowering->vars[variable->index];
            if ((asked[var] || lowering->weights[var]) && is_plain(variable) == plain)
                add_asked(lowering, variable);
        }
}

/* Where the runtime keeps each prepared text: one behind the other. */
static void place_forms(struct lowering *lowering) {
    uint32_t place = 0;
    struct tables *tables = lowering->tables;
    for (size_t i = 0; i < tables->forms.count; i++) {
        tables->forms.items[i].place = place;
        place += tables->forms.items[i].space;
    }
    tables->head.params_size = place;
}

const struct muster_ruleset *lower_model(struct arena *arena, const struct model *model,
                                         struct diagnostics *diagnostics) {
    struct lowering state = {.arena = arena, .scratch = arena_new(), .model = model, .diagnostics = diagnostics};
    struct lowering *lowering = &state;
    lowering->tables = tables_new(arena);
    number_variables(lowering);
    lowering->diagrams = diagrams_new(lowering->scratch, lowering->widths);
    lowering->trial = diagrams_new(lowering->scratch, lowering->widths);
    lowering->stage_needed = arena_alloc(lowering->scratch, model->stages.count + 1);
    lowering->stage_roots = arena_alloc(lowering->scratch, (model->stages.count + 1) * sizeof *lowering->stage_roots);
    lowering->tables->head.name = tables_text(lowering->tables, model->name);
    lowering->tables->head.title = tables_text(lowering->tables, model->title);
    lowering->tables->head.n_facts = (uint32_t)model->n_facts;
    for (size_t i = 0; i < model->n_inputs; i++)
        lower_input(lowering, model->inputs[i]);
    lower_stages(lowering);
    lower_limits(lowering);
    lower_argv(lowering);
    lower_asked(lowering);
    place_forms(lowering);
    for (size_t i = 0; i < lowering->diagrams->words.count; i++)
        PUSH(&lowering->tables->diagrams, lowering->diagrams->words.items[i]);
    lowering->tables->head.n_vars = lowering->n_vars;
    const struct muster_ruleset *rules = diagnostics->n_errors == 0 ? tables_pack(lowering->tables) : NULL;
    arena_free(lowering->scratch);
    return rules;
}
