/*
 * What the files matrix*.c share, and those that show a matrix in another way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MATRIX_PARTS_H
#define MATRIX_PARTS_H

#include "gen/audit/matrix/matrix.h"
#include "runtime/base/json.h"

/* "machine, timers, core_dump". */
const char *folded_names(struct arena *arena, const struct folded *folded);

/* Its titles with commas between, or NULL. */
const char *folded_titles(struct arena *arena, const struct folded *folded);

/* Where the table or the condition is declared. */
struct span folded_span(const struct folded *folded);

/* "guest_arch, accel"; `between`: ", ". */
const char *axes_names(struct arena *arena, const struct axes *axes, const char *between);

/* "lean": what one outcome comes to; NULL for a row that rejects. */
const char *fold_row_value(struct arena *arena, const struct folded *folded, const struct fold_row *row,
                           size_t outcome);

/* "microvm, lean, off", or: reject "words". */
const char *fold_row_values(struct arena *arena, const struct folded *folded, const struct fold_row *row);

/* A cell as rules write it. */
const char *fold_row_cell(struct arena *arena, const struct folded *folded, const struct fold_row *row, size_t column);

/* A rule that decides, for people: a row of the text, or a derived condition. */
struct shown_rule {
    struct span span;
    const char *label; /* of a row; or NULL */
    struct meta meta;
    const struct row *row; /* or NULL: a condition */
    /* The row of a replaced table whose answer the rule inherits; or NULL. */
    const struct row *inherits;
};

struct shown_rules {
    struct shown_rule *items;
    size_t count, capacity;
};

/* Those of a row, each once: of rows that were made of one row of the text, those that say the same are one. */
struct shown_rules shown_rules(struct arena *arena, const struct folded *folded, const struct fold_row *row);

bool same_reason(const struct meta *a, const struct meta *b);

/* Whether a rule before this one gives the same reason and reference, or neither gives any. */
bool says_no_more(const struct shown_rules *rules, size_t index);

/* The text of a rule as it stands in the rules, on one line, without its reason and what follows that. */
const char *rule_words(struct arena *arena, const struct sources *sources, const struct shown_rule *rule);

/* "proven; tried there; tried elsewhere", of rules that have evidence. */
const char *evidence_words(struct arena *arena, const struct model *model, const struct row *row);

/* "file.muster:12". */
const char *place_words(struct arena *arena, const struct sources *sources, struct span span);

/* The same of a rule, with what it inherits: "local.muster:7 inherits base.muster:31". */
const char *rule_place(struct arena *arena, const struct sources *sources, const struct shown_rule *rule);

/* "1 case", "12 cases", "18446744073709551615 or more cases". */
const char *cells_words(struct arena *arena, uint64_t cells);

/* "96 cases of guest_arch, kvm": what the cells of a folded decision are. */
const char *space_words(struct arena *arena, const struct folded *folded);

/* ---- json.c ---- */

/* The list "decisions" of the JSON of a matrix. */
void matrix_json_decisions(struct arena *arena, struct json *json, const struct matrix *matrix);

/* ---- verify.c ---- */

/* Steps that all comparisons of a matrix take, at most. */
enum { MATRIX_WORK = 1 << 28 };

/*
 * Walks through the cases behind a folded decision, if *work does for that, which is lessened by what it takes. False
 * if the plain evaluator comes to another answer than the rows; *host becomes such a case, in words.
 */
bool matrix_verify(const struct model *model, const struct folded *folded, bool narrowed, size_t *work,
                   struct arena *arena, const char **host);

#endif
