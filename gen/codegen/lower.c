/*
 * Turns the typed model into tables: inputs, types, decisions, rows, and the steps that evaluate them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/lower.h"

#include <string.h>

#include "gen/codegen/emit.h"
#include "gen/model/eval.h"
#include "gen/model/space.h"

#define PUSH(list, element) ARENA_PUSH(lowering->arena, (list), (element))

struct steps {
    struct muster_step *items;
    size_t count, capacity;
};

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
    /* Types with identical members share one list. */
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
    bool is_text = variable_is_text(variable), has_default = variable->default_value != MUSTER_UNSET;
    struct type type = variable->type;
    if (variable->kind == VARIABLE_PARAM) /* a parameter that is not given has no value */
        type.or_unknown = false;
    if (is_text) /* the codes of an optional string are not values of it */
        type.low = type.high = 0;
    struct muster_input input = {
        .default_value = variable->optional && !is_text && !has_default ? MUSTER_UNKNOWN : variable->default_value,
        .name = tables_text(tables, variable->name),
        .title = tables_text(tables, variable->title),
        .type = lower_type(lowering, &type),
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
        .is_param = variable->kind != VARIABLE_PARAM ? MUSTER_FACT
                    : variable->optional             ? MUSTER_OPTIONAL_PARAM
                                                     : MUSTER_PARAM,
    };
    PUSH(&tables->inputs, input);
}

/* ---- run-time variables ----------------------------------------------------------------------------------------- */

static void number_variables(struct lowering *lowering) {
    const struct model *model = lowering->model;
    lowering->vars = arena_alloc(lowering->scratch, (model->variables.count + 1) * sizeof *lowering->vars);
    lowering->table_of = arena_alloc(lowering->scratch, (model->tables.count + 1) * sizeof *lowering->table_of);
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

static uint32_t refusal_text(struct tables *tables, const char *words) {
    return tables_text(tables, words && !words[0] ? "refused" : words);
}

static void lower_row(struct lowering *lowering, const struct table *table, const struct row *row) {
    struct tables *tables = lowering->tables;
    struct muster_row lowered = {
        .file = lower_file(lowering, row->span),
        .line = lower_line(lowering, row->span),
        .label = tables_text(tables, row->label),
        .reason = tables_text(tables, row->meta.reason),
        .see = tables_text(tables, row->meta.see),
        .tags = tables_text(tables, row->meta.tags),
        .reject = refusal_text(tables, row->reject),
        .first = row->reject ? 0 : lower_results(lowering, table, row),
    };
    for (size_t i = 0; i < row->evidence.count; i++) {
        uint32_t text = tables_text(tables, row->evidence.items[i]);
        PUSH(&tables->evidence, ((struct muster_evidence){.row = (uint32_t)tables->rows.count, .text = text}));
    }
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
    lowering->table_of[table->index] = index;
    for (size_t i = 0; i < table->n_outcomes && !table->overridden; i++)
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

/* The table that tests which row of another table is selected. */
static const struct table *overrider_of(const struct model *model, const struct table *table) {
    for (size_t i = 0; i < model->tables.count; i++)
        for (size_t k = 0; k < model->tables.items[i]->n_columns; k++)
            if (model->tables.items[i]->columns[k] == table->outcomes[0])
                return model->tables.items[i];
    return NULL;
}

/*
 * An overridden table's decision has no name. If no row of it matches, the missing decision is that of the last
 * override in the chain.
 */
static void name_overridden(struct lowering *lowering) {
    const struct model *model = lowering->model;
    struct muster_table *tables = lowering->tables->tables.items;
    for (size_t i = 0; i < model->tables.count; i++) {
        const struct table *overrider = model->tables.items[i], *next;
        while (overrider->overridden && (next = overrider_of(model, overrider)))
            overrider = next;
        tables[lowering->table_of[i]].first_decision = tables[lowering->table_of[overrider->index]].first_decision;
    }
}

/*
 * The diagram of a derived condition tests the variables that it names, so that it is small and `explain` can show it.
 */
static struct muster_step let_step(struct lowering *lowering, const struct variable *variable) {
    return (struct muster_step){.root = lower_cond(lowering, lowering->diagrams, variable->cond, variable->span),
                                .var = lowering->vars[variable->index],
                                .table = MUSTER_NONE};
}

bool lower_may_fail(const struct table *table) {
    for (size_t i = 0; i < table->n_rows; i++)
        if (table->rows[i].reject)
            return true;
    return table->unproven;
}

static void lower_stages(struct lowering *lowering) {
    const struct model *model = lowering->model;
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct stage *stage = &model->stages.items[i];
        if (!stage->table)
            lower_decision(lowering, stage->variable, MUSTER_NONE);
        struct muster_step step =
            stage->table ? lower_table(lowering, stage->table) : let_step(lowering, stage->variable);
        PUSH(&lowering->tables->decide_steps, step);
        if (stage->table && lower_may_fail(stage->table))
            lower_mark_needed(lowering, stage->table->outcomes[0]);
    }
}

/* ---- rejections outside tables, and warnings --------------------------------------------------------------------- */

/* A restriction is a table without decisions: its first row rejects, its second one does not. */
static struct muster_step lower_restriction(struct lowering *lowering, const struct restriction *restriction) {
    struct tables *tables = lowering->tables;
    struct cond passes = {.kind = COND_NOT};
    uint32_t file = lower_file(lowering, restriction->span), line = lower_line(lowering, restriction->span);
    struct muster_row refusal = {.file = file,
                                 .line = line,
                                 .label = tables_text(tables, restriction->label),
                                 .reason = tables_text(tables, restriction->meta.reason),
                                 .see = tables_text(tables, restriction->meta.see),
                                 .tags = tables_text(tables, restriction->meta.tags),
                                 .reject = refusal_text(tables, restriction->message)};
    struct muster_table lowered = {.first_decision = MUSTER_NONE,
                                   .first_row = (uint32_t)tables->rows.count,
                                   .n_rows = 2,
                                   .file = file,
                                   .line = line};
    PUSH(&tables->tables, lowered);
    PUSH(&tables->rows, refusal);
    PUSH(&tables->rows, ((struct muster_row){.file = file, .line = line}));
    ARENA_PUSH(lowering->scratch, &passes.operands, restriction->cond);
    return (struct muster_step){
        .root = lower_cond(lowering, lowering->diagrams, &passes, restriction->cond_span),
        .table = (uint32_t)tables->tables.count - 1,
    };
}

/* Adds the steps of the restrictions over inputs, or of those over decisions. */
static void lower_restrictions(struct lowering *lowering, bool over_decisions, struct steps *steps) {
    const struct model *model = lowering->model;
    for (size_t i = 0; i < model->restrictions.count; i++)
        if (model->restrictions.items[i].over_decisions == over_decisions) {
            struct muster_step step = lower_restriction(lowering, &model->restrictions.items[i]);
            lowering->restriction_tables[i] = step.table;
            ARENA_PUSH(lowering->scratch, steps, step);
        }
}

/*
 * Restrictions over inputs precede all stages. One with too many cases to trace back to inputs tests derived
 * conditions; these are evaluated twice then: before it, and at their place among the stages.
 */
static void lower_first_restrictions(struct lowering *lowering, struct steps *steps) {
    const struct model *model = lowering->model;
    struct steps restrictions = {0};
    bool *needed = lowering->stage_needed;
    lowering->stage_needed = arena_alloc(lowering->scratch, model->stages.count + 1);
    lower_restrictions(lowering, false, &restrictions);
    for (size_t i = 0; i < model->stages.count; i++)
        if (lowering->stage_needed[i])
            ARENA_PUSH(lowering->scratch, steps, let_step(lowering, model->stages.items[i].variable));
    ARENA_APPEND(lowering->scratch, steps, restrictions.items, restrictions.count);
    lowering->stage_needed = needed;
}

/* Evaluated after all decisions, so that no step becomes needed for the command line because of them. */
static void lower_warnings(struct lowering *lowering) {
    struct tables *tables = lowering->tables;
    bool *needed = lowering->stage_needed;
    lowering->stage_needed = arena_alloc(lowering->scratch, lowering->model->stages.count + 1);
    for (size_t i = 0; i < lowering->model->warnings.count; i++) {
        const struct warning *warning = &lowering->model->warnings.items[i];
        struct muster_warning lowered = {.text = tables_text(tables, warning->message),
                                         .reason = tables_text(tables, warning->meta.reason),
                                         .see = tables_text(tables, warning->meta.see),
                                         .file = lower_file(lowering, warning->span),
                                         .line = lower_line(lowering, warning->span),
                                         .root =
                                             lower_cond(lowering, lowering->diagrams, warning->cond, warning->span)};
        PUSH(&tables->warnings, lowered);
    }
    lowering->stage_needed = needed;
}

/* ---- all tables -------------------------------------------------------------------------------------------------- */

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

/* Adds all steps in order. Which of them the command line needs is known only at the end. */
static void lower_rules(struct lowering *lowering) {
    struct tables *tables = lowering->tables;
    struct steps before = {0}, after = {0};
    lower_first_restrictions(lowering, &before);
    ARENA_APPEND(lowering->arena, &tables->decide_steps, before.items, before.count);
    ARENA_APPEND(lowering->arena, &tables->argv_steps, before.items, before.count);
    lowering->first_stage_step = before.count;
    lower_stages(lowering);
    name_overridden(lowering);
    lower_warnings(lowering);
    lower_limits(lowering);
    lower_restrictions(lowering, true, &after);
    ARENA_APPEND(lowering->arena, &tables->decide_steps, after.items, after.count);
    lower_argv(lowering);
    ARENA_APPEND(lowering->arena, &tables->argv_steps, after.items, after.count);
    lower_needs(lowering);
}

static bool is_plain(const struct variable *variable) {
    return variable->kind == VARIABLE_FACT && !variable_is_ordered(variable);
}

/* For an optional string, diagrams test whether it is given; its value is its length. */
static void test_whether_given(struct lowering *lowering, struct muster_asked *asked) {
    asked->lo = MUSTER_UNSET;
    asked->hi = INT64_MAX;
    asked->first_cut = (uint32_t)lowering->tables->cuts.count;
    PUSH(&lowering->tables->cuts, 0);
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
    if (variable_is_text(variable))
        test_whether_given(lowering, &lowered);
    PUSH(&tables->asked, lowered);
    tables->head.n_plain += is_plain(variable);
}

/*
 * Lists the inputs that diagrams test. Facts whose code is their value come first; the runtime handles these
 * separately.
 */
static void lower_asked(struct lowering *lowering) {
    struct tables *tables = lowering->tables;
    bool *tested = arena_alloc(lowering->scratch, MUSTER_MAX_VARS * sizeof *tested);
    for (size_t i = 0; i < tables->decide_steps.count; i++)
        diagram_mark(lowering->diagrams, tables->decide_steps.items[i].root, tested);
    for (size_t i = 0; i < tables->argv_steps.count; i++)
        diagram_mark(lowering->diagrams, tables->argv_steps.items[i].root, tested);
    for (size_t i = 0; i < tables->limits.count; i++)
        diagram_mark(lowering->diagrams, tables->limits.items[i].root, tested);
    for (size_t i = 0; i < tables->warnings.count; i++)
        diagram_mark(lowering->diagrams, tables->warnings.items[i].root, tested);
    for (int plain = 1; plain >= 0; plain--)
        for (size_t i = 0; i < lowering->model->n_inputs; i++) {
            const struct variable *variable = lowering->model->inputs[i];
            uint32_t var = lowering->vars[variable->index];
            if ((tested[var] || lowering->weights[var]) && is_plain(variable) == plain)
                add_asked(lowering, variable);
        }
}

/* Assigns each prepared form its offset in the runtime's buffer. */
static void layout_forms(struct lowering *lowering) {
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
    lowering->restriction_tables =
        arena_alloc(lowering->scratch, (model->restrictions.count + 1) * sizeof *lowering->restriction_tables);
    lowering->stage_roots = arena_alloc(lowering->scratch, (model->stages.count + 1) * sizeof *lowering->stage_roots);
    lowering->tables->head.name = tables_text(lowering->tables, model->name);
    lowering->tables->head.title = tables_text(lowering->tables, model->title);
    lowering->tables->head.n_facts = (uint32_t)model->n_facts;
    if (model->has_evidence)
        lowering->tables->head.known = MUSTER_HAS_EVIDENCE | (model->proven ? MUSTER_PROVEN : 0);
    for (size_t i = 0; i < model->n_inputs; i++)
        lower_input(lowering, model->inputs[i]);
    lower_rules(lowering);
    lower_asked(lowering);
    layout_forms(lowering);
    for (size_t i = 0; i < lowering->diagrams->words.count; i++)
        PUSH(&lowering->tables->diagrams, lowering->diagrams->words.items[i]);
    lowering->tables->head.n_vars = lowering->n_vars;
    struct muster_ruleset *rules = diagnostics->n_errors == 0 ? tables_pack(lowering->tables) : NULL;
    if (rules)
        rules->fingerprint = header_fingerprint(lowering->scratch, rules);
    arena_free(lowering->scratch);
    return rules;
}
