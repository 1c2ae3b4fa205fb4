/*
 * Prints the typed model. Conditions are written as sets of values, as the proofs and the tables see them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/model/dump.h"

#include "gen/model/pieces.h"
#include "runtime/base/character.h"

struct dump {
    struct arena *arena;
    FILE *out;
};

/* ---- values and conditions -------------------------------------------------------------------------------------- */

/* A value of a variable; a string has only the codes of `given`. */
static const char *text_of(struct dump *dump, const struct variable *variable, int64_t value) {
    if (variable_is_text(variable) && value != MUSTER_UNKNOWN)
        return value ? "given" : "absent";
    return value_text(dump->arena, &variable->type, value);
}

static void put_set(struct dump *dump, const struct variable *variable, const struct valueset *set) {
    const char *separator = "";
    putc('{', dump->out);
    for (size_t i = 0; i < set->count; i++, separator = ", ") {
        fprintf(dump->out, "%s%s", separator, text_of(dump, variable, set->items[i].low));
        if (set->items[i].high != set->items[i].low)
            fprintf(dump->out, " .. %s", text_of(dump, variable, set->items[i].high));
    }
    fprintf(dump->out, "%s}", set->unknown ? (set->count ? ", unknown" : "unknown") : "");
}

static void put_cond(struct dump *dump, const struct cond *cond);

static void put_operands(struct dump *dump, const struct cond *cond, const char *separator) {
    putc('(', dump->out);
    for (size_t i = 0; i < cond->operands.count; i++) {
        fputs(i ? separator : "", dump->out);
        put_cond(dump, cond->operands.items[i]);
    }
    putc(')', dump->out);
}

/* `none` is the meaning without operands. */
static void put_joined(struct dump *dump, const struct cond *cond, const char *separator, const char *none) {
    if (cond->operands.count == 0)
        fputs(none, dump->out);
    else
        put_operands(dump, cond, separator);
}

/* The numbers of operands that hold. */
static void put_numbers(struct dump *dump, const struct valueset *set) {
    for (size_t i = 0; i < set->count; i++)
        fprintf(dump->out, "%s%lld..%lld", i ? ", " : "", (long long)set->items[i].low, (long long)set->items[i].high);
}

static void put_cond(struct dump *dump, const struct cond *cond) {
    if (!cond) {
        fputs("always", dump->out);
        return;
    }
    switch (cond->kind) {
    case COND_TEST:
        fprintf(dump->out, "%s in ", cond->variable->name);
        put_set(dump, cond->variable, &cond->set);
        return;
    case COND_NOT:
        fputs("not ", dump->out);
        put_operands(dump, cond, " ");
        return;
    case COND_AND:
        put_joined(dump, cond, " and ", "always");
        return;
    case COND_OR:
        put_joined(dump, cond, " or ", "never");
        return;
    case COND_COUNT:
        fputs("count in {", dump->out);
        put_numbers(dump, &cond->set);
        fputs("} of ", dump->out);
        put_operands(dump, cond, ", ");
        return;
    }
}

static void line_of_cond(struct dump *dump, const char *role, const struct cond *cond) {
    fprintf(dump->out, "  %s ", role);
    put_cond(dump, cond);
    putc('\n', dump->out);
}

/* ---- variables -------------------------------------------------------------------------------------------------- */

static const char *kind_name(enum variable_kind kind) {
    switch (kind) {
    case VARIABLE_FACT:
        return "fact";
    case VARIABLE_PARAM:
        return "param";
    case VARIABLE_DECISION:
        return "decision";
    case VARIABLE_LET:
        return "let";
    }
    return "";
}

/* Each code with its smallest value. */
static void put_codes(struct dump *dump, const struct variable *variable) {
    size_t count = variable_n_codes(variable);
    fputs("  codes", dump->out);
    for (size_t code = 0; code < count; code++)
        fprintf(dump->out, "%s %zu = %s", code ? "," : "", code,
                text_of(dump, variable, variable_value(variable, code)));
    putc('\n', dump->out);
}

static void put_variable(struct dump *dump, const struct variable *variable) {
    fprintf(dump->out, "%s %s%s%s\n", kind_name(variable->kind), variable->name, variable->optional ? " optional" : "",
            variable->hidden ? " hidden" : "");
    if (variable_is_text(variable) && !variable->optional)
        fprintf(dump->out, "  at most %zu bytes\n", variable->max_length);
    else
        put_codes(dump, variable);
    for (size_t i = 0; i < variable->limits.count; i++) {
        fprintf(dump->out, "  at most %lld bytes when ", (long long)variable->limits.items[i].max);
        put_cond(dump, variable->limits.items[i].when);
        putc('\n', dump->out);
    }
}

/* ---- stages ----------------------------------------------------------------------------------------------------- */

static void put_row(struct dump *dump, const struct table *table, size_t index) {
    const struct row *row = &table->rows[index];
    const char *separator = "";
    fprintf(dump->out, "  row %zu:", index);
    for (size_t i = 0; row->cells && i < table->n_columns; i++) {
        fprintf(dump->out, "%s %s in ", i ? "," : "", table->columns[i]->name);
        put_set(dump, table->columns[i], &row->cells[i]);
    }
    fprintf(dump->out, "%s => %s", row->is_else ? " else" : "", row->results ? "" : "reject");
    for (size_t i = 0; row->results && i < table->n_outcomes; i++, separator = ", ")
        fprintf(dump->out, "%s%s", separator, text_of(dump, table->outcomes[i], row->results[i]));
    putc('\n', dump->out);
}

static void put_stage(struct dump *dump, const struct stage *stage) {
    if (!stage->table) {
        fprintf(dump->out, "stage let %s\n", stage->variable->name);
        line_of_cond(dump, "holds when", stage->variable->cond);
        return;
    }
    fprintf(dump->out, "stage table%s", stage->table->first ? " first" : "");
    for (size_t i = 0; i < stage->table->n_outcomes; i++)
        fprintf(dump->out, "%s %s", i ? "," : "", stage->table->outcomes[i]->name);
    putc('\n', dump->out);
    for (size_t i = 0; i < stage->table->n_rows; i++)
        put_row(dump, stage->table, i);
}

/* ---- restrictions, warnings, promises --------------------------------------------------------------------------- */

static void put_references(struct dump *dump, const char *role, const struct references *references) {
    for (size_t i = 0; i < references->count; i++)
        fprintf(dump->out, "  %s %s.%s\n", role, references->items[i].option, references->items[i].key);
}

static void put_restrictions(struct dump *dump, const struct model *model) {
    for (size_t i = 0; i < model->restrictions.count; i++) {
        const struct restriction *restriction = &model->restrictions.items[i];
        fprintf(dump->out, "%s %s\n", restriction->is_assumption ? "assumption" : "rejection",
                restriction->over_decisions ? "over decisions" : "over inputs");
        line_of_cond(dump, "rejects when", restriction->cond);
    }
    for (size_t i = 0; i < model->warnings.count; i++) {
        fprintf(dump->out, "warning\n");
        line_of_cond(dump, "warns when", model->warnings.items[i].cond);
    }
}

static void put_promise(struct dump *dump, const struct promise *promise) {
    fprintf(dump->out, "promise %s%s\n", promise->label ? promise->label : "-", promise->admit ? " admitted" : "");
    switch (promise->kind) {
    case AST_PROMISE_COND:
        line_of_cond(dump, "holds when", promise->cond);
        return;
    case AST_PROMISE_NAMES:
        put_references(dump, "every", &promise->references);
        put_references(dump, "names", &promise->targets);
        return;
    case AST_PROMISE_UNIQUE:
        put_references(dump, "unique", &promise->references);
        return;
    }
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

static const char *piece_name(enum argv_piece_kind kind) {
    switch (kind) {
    case PIECE_BEGIN:
        return "begin";
    case PIECE_ITEM:
        return "item";
    case PIECE_TEXT:
        return "text";
    case PIECE_BETWEEN:
        return "between";
    case PIECE_PLACEHOLDER:
        return "put";
    case PIECE_END:
        return "end";
    }
    return "";
}

static void put_piece(struct dump *dump, const struct argv_piece *piece) {
    fprintf(dump->out, "  %s", piece_name(piece->kind));
    if (piece->text) {
        fputs(" \"", dump->out);
        print_part(piece->text, piece->length, dump->out);
        putc('"', dump->out);
    }
    if (piece->kind == PIECE_PLACEHOLDER)
        fprintf(dump->out, " $%s", piece->placeholder->variable->name);
    for (const struct level *level = piece->level; level; level = level->outer)
        fprintf(dump->out, " as %s", level->format->name);
    if (piece->guard) {
        fputs(" when ", dump->out);
        put_cond(dump, piece->guard);
    }
    putc('\n', dump->out);
}

static void put_command_line(struct dump *dump, const struct model *model) {
    struct argv_pieces pieces = argv_pieces_of(dump->arena, model, NULL);
    fputs("argv\n", dump->out);
    for (size_t i = 0; i < pieces.count; i++)
        put_piece(dump, &pieces.items[i]);
}

void model_dump(struct arena *arena, FILE *out, const struct model *model) {
    struct dump dump = {arena, out};
    for (size_t i = 0; i < model->variables.count; i++)
        put_variable(&dump, model->variables.items[i]);
    for (size_t i = 0; i < model->stages.count; i++)
        put_stage(&dump, &model->stages.items[i]);
    put_restrictions(&dump, model);
    for (size_t i = 0; i < model->promises.count; i++)
        put_promise(&dump, &model->promises.items[i]);
    if (model->has_argv)
        put_command_line(&dump, model);
}
