/*
 * What a random ruleset needs, by brute force. A table has an answer if the same row fits for each combination of the
 * missing values: all are tried.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "brute_missing.h"

#include <stdlib.h>
#include <string.h>

/* The state of what has no value because a parameter has none. */
enum { OPEN_STATE = -2 };

enum answer { NO, YES, NO_ANSWER };

/* The row of a table, and the row from which it inherits. */
struct pick {
    bool open;
    unsigned row, base_row;
};

struct needs {
    const struct maker *maker;
    struct cell cell; /* states of this host */
    bool *needed;     /* by subject */
};

static bool is_open_state(const struct needs *needs, unsigned subject) {
    return needs->cell.state[subject] == OPEN_STATE;
}

/* ---- conditions ------------------------------------------------------------------------------------------------- */

static enum answer answer_of_test(const struct needs *needs, const struct expr *expr) {
    uint32_t all = all_of(&needs->maker->subjects[expr->subject]);
    if (!is_open_state(needs, expr->subject))
        return expr->mask >> needs->cell.state[expr->subject] & 1 ? YES : NO;
    return (expr->mask & all) == all ? YES : expr->mask & all ? NO_ANSWER : NO;
}

static enum answer opposite(enum answer answer) {
    return answer == NO_ANSWER ? NO_ANSWER : answer == YES ? NO : YES;
}

static enum answer either(enum answer left, enum answer right) {
    if (left == YES || right == YES)
        return YES;
    return left == NO_ANSWER || right == NO_ANSWER ? NO_ANSWER : NO;
}

static enum answer answer_of(const struct needs *needs, const struct expr *expr) {
    if (!expr)
        return YES;
    switch (expr->kind) {
    case TEST:
        return answer_of_test(needs, expr);
    case NOT:
        return opposite(answer_of(needs, expr->left));
    case AND:
        return opposite(either(opposite(answer_of(needs, expr->left)), opposite(answer_of(needs, expr->right))));
    case OR:
        return either(answer_of(needs, expr->left), answer_of(needs, expr->right));
    case IMPLIES:
        return either(opposite(answer_of(needs, expr->left)), answer_of(needs, expr->right));
    case EMITS:
    case TIMES:
        break; /* never in what decides about parameters */
    }
    abort();
}

static void need_subject(struct needs *needs, unsigned subject);

static void need_answer(struct needs *needs, const struct expr *expr) {
    if (answer_of(needs, expr) != NO_ANSWER)
        return;
    if (expr->kind == TEST) {
        need_subject(needs, expr->subject);
        return;
    }
    need_answer(needs, expr->left);
    if (expr->right)
        need_answer(needs, expr->right);
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static bool inherits(const struct table_plan *table, unsigned row) {
    bool any = false;
    for (unsigned k = 0; row != MAX_ROWS && table->base && !table->rows[row].rejects && k < table->n_outcomes; k++)
        any = any || table->rows[row].inherits[k];
    return any;
}

/* The column that is open and comes first, in the table or, with `base`, in what it inherits from; else -1. */
static int open_column(const struct needs *needs, const struct table_plan *table, bool base) {
    for (unsigned k = 0; k < table->n_columns; k++)
        if (is_open_state(needs, table->columns[k]))
            return (int)table->columns[k];
    return base && table->base ? open_column(needs, table->base, true) : -1;
}

static unsigned n_states(const struct subject *subject) {
    return subject->n_atoms + subject->or_unknown;
}

/* All combinations of what is missing: `open` if they do not all pick the same. */
static struct pick pick_row(struct needs *needs, const struct table_plan *table) {
    struct pick pick = {.open = false, .base_row = MAX_ROWS};
    int column = open_column(needs, table, false);
    if (column < 0) {
        pick.row = first_row(table, &needs->cell);
        if (inherits(table, pick.row)) {
            struct pick base = pick_row(needs, table->base);
            pick.open = base.open;
            /* A row that inherits from one that inherits is another row for each row of that one. */
            pick.base_row = base.row * (MAX_ROWS + 1) + base.base_row;
        }
        return pick;
    }
    for (unsigned state = 0; state < n_states(&needs->maker->subjects[column]); state++) {
        needs->cell.state[column] = (signed char)state;
        struct pick one = pick_row(needs, table);
        if (state == 0)
            pick = one;
        pick.open = pick.open || one.open || one.row != pick.row || one.base_row != pick.base_row;
    }
    needs->cell.state[column] = OPEN_STATE;
    return pick;
}

/* Whether all values of the open columns, or some, make a row fit. */
static enum answer fits(const struct needs *needs, const struct table_plan *table, unsigned row) {
    enum answer answer = YES;
    for (unsigned k = 0; k < table->n_columns && !table->rows[row].is_else; k++) {
        struct expr cell = {.kind = TEST, .subject = table->columns[k], .mask = table->rows[row].cells[k]};
        enum answer one = answer_of(needs, &cell);
        if (one == NO)
            return NO;
        answer = one == NO_ANSWER ? one : answer;
    }
    return answer;
}

/* What a table without an answer needs. */
static void need_table(struct needs *needs, const struct table_plan *table) {
    bool any_inherits = false;
    if (!pick_row(needs, table).open)
        return;
    for (unsigned i = 0; i < table->n_rows; i++) {
        const struct row_plan *row = &table->rows[i];
        enum answer answer = fits(needs, table, i);
        any_inherits = any_inherits || (answer != NO && inherits(table, i));
        for (unsigned k = 0; k < table->n_columns && answer == NO_ANSWER; k++) {
            struct expr cell = {.kind = TEST, .subject = table->columns[k], .mask = row->cells[k]};
            need_answer(needs, &cell);
        }
        if (answer == YES && !(inherits(table, i) && pick_row(needs, table->base).open))
            break;
    }
    if (any_inherits)
        need_table(needs, table->base);
}

/* ---- decisions -------------------------------------------------------------------------------------------------- */

static void need_subject(struct needs *needs, unsigned subject) {
    if (!is_open_state(needs, subject) || needs->needed[subject])
        return;
    needs->needed[subject] = true;
    if (needs->maker->subjects[subject].role == LET)
        need_answer(needs, needs->maker->subjects[subject].cond);
    for (unsigned i = 0; i < needs->maker->n_stages; i++) {
        const struct table_plan *table = needs->maker->stages[i].table;
        for (unsigned k = 0; table && k < table->n_outcomes; k++)
            if (table->outcomes[k] == subject)
                need_table(needs, table);
    }
}

static bool may_refuse(const struct table_plan *table) {
    bool base = false;
    for (unsigned i = 0; i < table->n_rows; i++) {
        base = base || inherits(table, i);
        if (table->rows[i].rejects)
            return true;
    }
    return base && may_refuse(table->base);
}

/* What a row decides; false if it, or the row from which it inherits, refuses the host or is not there. */
static bool result_of(struct needs *needs, const struct table_plan *table, unsigned outcome, unsigned *result) {
    unsigned row = pick_row(needs, table).row;
    if (row == MAX_ROWS || table->rows[row].rejects)
        return false;
    *result = table->rows[row].results[outcome];
    return !table->base || !table->rows[row].inherits[outcome] || result_of(needs, table->base, outcome, result);
}

/* False if the table refuses the host. */
static bool decide_table(struct needs *needs, const struct table_plan *table) {
    bool open = pick_row(needs, table).open, decides = true;
    unsigned results[MAX_OUTCOMES] = {0};
    for (unsigned k = 0; k < table->n_outcomes && !open; k++)
        decides = decides && result_of(needs, table, k, &results[k]);
    for (unsigned k = 0; k < table->n_outcomes; k++)
        needs->cell.state[table->outcomes[k]] = open ? OPEN_STATE : decides ? (signed char)results[k] : NO_VALUE;
    return decides;
}

static bool decide_all(struct needs *needs) {
    for (unsigned i = 0; i < needs->maker->n_stages; i++) {
        const struct stage_plan *stage = &needs->maker->stages[i];
        if (stage->table && !decide_table(needs, stage->table))
            return false;
        if (stage->table)
            continue;
        enum answer answer = answer_of(needs, needs->maker->subjects[stage->let].cond);
        needs->cell.state[stage->let] = answer == NO_ANSWER ? OPEN_STATE : (signed char)(answer == YES);
    }
    return true;
}

/* True if one of them refuses the host; those without an answer are needed. */
static bool restrict_host(struct needs *needs) {
    bool refused = false;
    for (unsigned i = 0; i < needs->maker->restrictions.count; i++) {
        const struct saying *saying = &needs->maker->restrictions.items[i];
        enum answer answer = answer_of(needs, saying->cond);
        refused = refused || answer == (saying->kind == ASSUME ? NO : YES);
        need_answer(needs, saying->cond);
    }
    return refused;
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

static void need_text(struct needs *needs, const struct text_plan *plan) {
    for (unsigned i = 0; i < plan->n_parts; i++)
        if (!plan->parts[i].text)
            need_subject(needs, plan->parts[i].subject);
}

static void need_list(struct needs *needs, const struct list_plan *list) {
    for (unsigned i = 0; list && i < list->n_items; i++) {
        const struct item_plan *item = &list->items[i];
        enum answer written = answer_of(needs, item->when);
        need_answer(needs, item->when);
        if (item->then_list && written != NO_ANSWER)
            need_list(needs, written == YES ? item->then_list : item->else_list);
        if (item->then_list || written != YES)
            continue;
        if (item->has_key)
            need_text(needs, &item->key);
        if (item->nested)
            need_list(needs, item->nested);
        else
            need_text(needs, &item->value);
    }
}

static void need_block(struct needs *needs, const struct block_plan *block) {
    for (unsigned i = 0; block && i < block->n_statements; i++) {
        const struct statement_plan *statement = &block->statements[i];
        enum answer written = answer_of(needs, statement->when);
        need_answer(needs, statement->when);
        if (statement->then_block && written != NO_ANSWER)
            need_block(needs, written == YES ? statement->then_block : statement->else_block);
        for (unsigned k = 0; k < statement->n_arguments && !statement->then_block && written == YES; k++) {
            need_list(needs, statement->arguments[k].list);
            if (!statement->arguments[k].list)
                need_text(needs, &statement->arguments[k].text);
        }
    }
}

/* The condition of a limit counts only for a text that is longer. */
static void need_limits(struct needs *needs, const char *const *texts) {
    for (unsigned i = 0; i < needs->maker->n_limits; i++) {
        const struct limit_plan *limit = &needs->maker->limits[i];
        if (texts[limit->subject] && strlen(texts[limit->subject]) > limit->max)
            need_answer(needs, limit->when);
    }
}

struct brute_missing brute_missing(struct world *world, const struct cell *cell, const bool *unset,
                                   const char *const *texts) {
    struct brute_missing result = {.refused = false};
    struct needs needs = {.maker = world->maker, .cell = *cell, .needed = result.line};
    const struct maker *maker = world->maker;
    for (unsigned i = 0; i < maker->n_inputs; i++)
        if (unset[i])
            needs.cell.state[i] = OPEN_STATE;
    bool decided = decide_all(&needs);
    result.refused = !decided || restrict_host(&needs);
    if (result.refused)
        return result;
    for (unsigned i = 0; i < maker->n_stages; i++)
        if (maker->stages[i].table && may_refuse(maker->stages[i].table))
            need_subject(&needs, maker->stages[i].table->outcomes[0]);
    memcpy(result.decisions, result.line, sizeof result.decisions);
    for (unsigned i = 0; i < maker->warnings.count; i++)
        need_answer(&needs, maker->warnings.items[i].cond);
    need_limits(&needs, texts);
    need_block(&needs, &maker->argv);
    needs.needed = result.decisions;
    for (unsigned i = maker->n_inputs; i < maker->n_subjects; i++)
        need_subject(&needs, i);
    return result;
}
