/*
 * The reference evaluator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/model/eval.h"

#include <string.h>

bool eval_cond(const struct cond *cond, const int64_t *values) {
    if (!cond)
        return true;
    switch (cond->kind) {
    case COND_TEST:
        return valueset_has(&cond->set, values[cond->variable->index]);
    case COND_NOT:
        return !eval_cond(cond->operands.items[0], values);
    case COND_AND:
        for (size_t i = 0; i < cond->operands.count; i++)
            if (!eval_cond(cond->operands.items[i], values))
                return false;
        return true;
    case COND_OR:
        for (size_t i = 0; i < cond->operands.count; i++)
            if (eval_cond(cond->operands.items[i], values))
                return true;
        return false;
    case COND_COUNT: {
        int64_t count = 0;
        for (size_t i = 0; i < cond->operands.count; i++)
            count += eval_cond(cond->operands.items[i], values);
        return valueset_has(&cond->set, count);
    }
    }
    return false;
}

static bool cells_fit(const struct table *table, const struct row *row, const int64_t *values) {
    for (size_t i = 0; row->cells && i < table->n_columns; i++)
        if (!valueset_has(&row->cells[i], values[table->columns[i]->index]))
            return false;
    return true;
}

static const struct row *find_row(const struct table *table, const int64_t *values) {
    for (size_t i = 0; i < table->n_rows; i++)
        if (cells_fit(table, &table->rows[i], values)) /* else rows come last */
            return &table->rows[i];
    return NULL;
}

bool eval_has_values(const struct cond *cond, const int64_t *values) {
    if (!cond)
        return true;
    if (cond->kind == COND_TEST)
        return values[cond->variable->index] != MUSTER_UNSET;
    for (size_t i = 0; i < cond->operands.count; i++)
        if (!eval_has_values(cond->operands.items[i], values))
            return false;
    return true;
}

static enum verdict eval_table(const struct table *table, int64_t *values, const struct row **row) {
    for (size_t i = 0; i < table->n_outcomes; i++)
        values[table->outcomes[i]->index] = MUSTER_UNSET;
    for (size_t i = 0; i < table->n_columns; i++)
        if (values[table->columns[i]->index] == MUSTER_UNSET)
            return VERDICT_UPSTREAM;
    *row = find_row(table, values);
    if (!*row)
        return VERDICT_GAP;
    if ((*row)->reject)
        return VERDICT_REJECTED;
    for (size_t i = 0; i < table->n_outcomes; i++)
        values[table->outcomes[i]->index] = (*row)->results[i];
    return VERDICT_DECIDED;
}

enum verdict eval_stage(const struct stage *stage, int64_t *values, const struct row **row) {
    *row = NULL;
    if (stage->table)
        return eval_table(stage->table, values, row);
    bool known = eval_has_values(stage->variable->cond, values);
    values[stage->variable->index] = known ? eval_cond(stage->variable->cond, values) : MUSTER_UNSET;
    return known ? VERDICT_DECIDED : VERDICT_UPSTREAM;
}

enum verdict eval_all(const struct model *model, int64_t *values, const struct stage **stage, const struct row **row) {
    enum verdict first = VERDICT_DECIDED;
    for (size_t i = 0; i < model->stages.count; i++) {
        const struct row *fits;
        enum verdict verdict = eval_stage(&model->stages.items[i], values, &fits);
        if (first == VERDICT_DECIDED && verdict != VERDICT_DECIDED) {
            first = verdict;
            *stage = &model->stages.items[i];
            *row = fits;
        }
    }
    return first;
}

/* The first restriction over inputs, or over decisions, that rejects the host. */
static const struct restriction *find_restriction(const struct model *model, bool over_decisions,
                                                  const int64_t *values) {
    for (size_t i = 0; i < model->restrictions.count; i++) {
        const struct restriction *restriction = &model->restrictions.items[i];
        if (restriction->over_decisions == over_decisions && eval_cond(restriction->cond, values))
            return restriction;
    }
    return NULL;
}

enum verdict eval_host(const struct model *model, int64_t *values, const struct stage **stage, const struct row **row,
                       const struct restriction **restriction) {
    *stage = NULL;
    *row = NULL;
    enum verdict verdict = eval_all(model, values, stage, row);
    *restriction = find_restriction(model, false, values); /* may test derived conditions, so not earlier */
    if (!*restriction && verdict == VERDICT_DECIDED)
        *restriction = find_restriction(model, true, values);
    return *restriction ? VERDICT_REJECTED : verdict;
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

struct writer {
    struct arena *arena;
    const struct model *model;
    const int64_t *values;
    const char *const *texts;
    struct buffer plain; /* an expanded template before escapes */
    struct arguments result;
};

static void append(struct arena *arena, struct buffer *buffer, const char *text, size_t length) {
    ARENA_APPEND(arena, buffer, text, length);
}

/* The next place before `end` where `wanted` begins; `end` if there is none. The match may extend to `length`. */
static size_t find_text(const char *text, size_t at, size_t end, size_t length, const char *wanted) {
    size_t size = strlen(wanted);
    while (at < end) {
        const char *found = memchr(text + at, *wanted, end - at);
        if (!found)
            return end;
        at = (size_t)(found - text);
        if (size <= length - at && memcmp(found, wanted, size) == 0)
            return at;
        at++;
    }
    return end;
}

/* Of several replacements that match at the same byte, the first one applies. */
static void append_escaped(struct arena *arena, struct buffer *buffer, const struct format *format, const char *text,
                           size_t length) {
    for (size_t at = 0; at < length;) {
        const struct replacement *next = NULL;
        size_t end = length;
        for (size_t i = 0; format && i < format->n_escapes; i++) {
            size_t found = find_text(text, at, end, length, format->escapes[i].from);
            next = found < end ? &format->escapes[i] : next;
            end = found;
        }
        append(arena, buffer, text + at, end - at);
        if (!next)
            return;
        append(arena, buffer, next->to, strlen(next->to));
        at = end + strlen(next->from);
    }
}

struct buffer format_escape(struct arena *arena, const struct format *format, const char *text, size_t length) {
    struct buffer result = {0};
    append_escaped(arena, &result, format, text, length);
    return result;
}

const char *format_refuses(const struct format *format, const char *text, bool is_first) {
    if (!format)
        return NULL;
    for (size_t i = 0; i < format->n_refuses; i++)
        if (strstr(text, format->refuses[i]))
            return format->refuses[i];
    for (size_t i = 0; is_first && i < format->n_refuses_first; i++)
        if (strstr(text, format->refuses_first[i]))
            return format->refuses_first[i];
    return NULL;
}

static const char *placeholder_text(const struct writer *writer, const struct piece *piece) {
    const struct variable *variable = piece->variable;
    int64_t value = writer->values[variable->index];
    if (variable_is_text(variable)) {
        const char *text = writer->texts[variable->input];
        return text ? text : ""; /* not given; the checks exclude rules that write it anyway */
    }
    if (variable->type.n_members > 0 && value >= 0 && value < (int64_t)variable->type.n_members)
        return variable->type.members[value].text;
    if (variable->type.kind == MUSTER_INT && value != MUSTER_UNKNOWN)
        value /= piece->unit;
    return value_text(writer->arena, &variable->type, value);
}

/* Expands a template: raw, and escaped by its format. */
static void fill(struct writer *writer, const struct template *template, const struct format *format,
                 struct buffer *out) {
    writer->plain.count = 0;
    for (size_t i = 0; i < template->count; i++) {
        const struct piece *piece = &template->items[i];
        const char *text = piece->text ? piece->text : placeholder_text(writer, piece);
        size_t length = piece->text ? piece->length : strlen(text);
        if (template->count == 1) {
            append_escaped(writer->arena, out, format, text, length);
            return;
        }
        append(writer->arena, &writer->plain, text, length);
    }
    append_escaped(writer->arena, out, format, writer->plain.items, writer->plain.count);
}

static void write_items(struct writer *writer, const struct list *list, const struct format *format, struct buffer *out,
                        bool *any) {
    for (size_t i = 0; i < list->count; i++) {
        const struct item *item = &list->items[i];
        bool holds = eval_cond(item->when, writer->values);
        if (item->then_list) {
            const struct list *group = holds ? item->then_list : item->else_list;
            if (group)
                write_items(writer, group, format, out, any);
            continue;
        }
        if (!holds)
            continue;
        if (*any && format->between)
            append(writer->arena, out, format->between, strlen(format->between));
        *any = true;
        if (item->has_key) {
            fill(writer, &item->key, format, out);
            append(writer->arena, out, format->assign, strlen(format->assign));
        }
        if (item->nested) {
            struct buffer inner = {0};
            bool inner_any = false;
            write_items(writer, item->nested, item->nested_format, &inner, &inner_any);
            append_escaped(writer->arena, out, format, inner.items, inner.count);
        } else {
            fill(writer, &item->value, format, out);
        }
    }
}

static void write_block(struct writer *writer, const struct block *block) {
    for (size_t i = 0; i < block->count; i++) {
        const struct statement *statement = &block->items[i];
        bool holds = eval_cond(statement->when, writer->values);
        if (statement->then_block) {
            const struct block *chosen = holds ? statement->then_block : statement->else_block;
            if (chosen)
                write_block(writer, chosen);
            continue;
        }
        for (size_t k = 0; holds && k < statement->arguments.count; k++) {
            const struct argument *argument = &statement->arguments.items[k];
            struct buffer text = {0};
            bool any = false;
            if (argument->list)
                write_items(writer, argument->list, argument->format, &text, &any);
            else
                fill(writer, &argument->text, NULL, &text);
            ARENA_PUSH(writer->arena, &writer->result, text);
        }
    }
}

struct arguments eval_argv(struct arena *arena, const struct model *model, const int64_t *values,
                           const char *const *texts) {
    struct writer writer = {.arena = arena, .model = model, .values = values, .texts = texts};
    write_block(&writer, &model->argv);
    return writer.result;
}

const struct limit *eval_exceeded_limit(const struct model *model, const int64_t *values, const char *const *texts,
                                        size_t *input) {
    for (*input = model->n_facts; *input < model->n_inputs; ++*input) {
        const struct variable *variable = model->inputs[*input];
        bool is_given = texts[*input] && !(variable->optional && values[variable->index] == 0);
        for (size_t i = 0; is_given && i < variable->limits.count; i++) {
            const struct limit *limit = &variable->limits.items[i];
            if (strlen(texts[*input]) > (size_t)limit->max && eval_cond(limit->when, values))
                return limit;
        }
    }
    return NULL;
}
