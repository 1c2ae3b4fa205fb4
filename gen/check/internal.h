/*
 * Private header of gen/check: the state and the functions that all checks share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CHECKER_H
#define CHECKER_H

#include "gen/proof/meaning.h"
#include "gen/proof/region.h"

struct checker {
    struct arena *arena; /* freed after this run of checks */
    struct model *model;
    struct diagnostics *diagnostics;
    struct meaning *meaning;
    struct hosts *hosts; /* owned by `meaning` */
    size_t work;         /* steps that all remaining questions may take together */
    size_t granted;      /* budget of the current question */
};

#define REPORT(checker, code, span, ...) diag_add((checker)->diagnostics, DIAG_CODE_##code, (span), __VA_ARGS__)

/* Starts a question with a new budget. */
void checker_new_budget(struct checker *checker);

/* Reports that the budget was exceeded. `what`: "whether the promise 'x' holds". */
void checker_not_proven(struct checker *checker, struct span span, const char *what);

/* Which hosts are shown as witnesses: any; preferably those with a command line; the same, with that command line. */
enum shown { SHOWN_ANY, SHOWN_ACCEPTED, SHOWN_ARGV };

/*
 * Adds regions of `set`, a subset of `space`, to a finding as witnesses. False if the set is empty or unknown. If a
 * region contains hosts with a command line, the witness is one of them.
 */
bool checker_witness(struct checker *checker, struct diag *diag, hostset set, hostset space, enum shown shown);

/*
 * The hosts of a set that have a command line. *space becomes all hosts with one, restricted only by what depends on
 * the inputs of the set.
 */
hostset checker_accepted(struct checker *checker, hostset set, hostset *space);

/* "3 of 12 cases": cells of the marked inputs. */
const char *checker_share(struct checker *checker, hostset set, hostset space, const bool *inputs);

/* Marks the inputs that a condition or a variable depends on. */
void checker_mark_cond(const struct checker *checker, const struct cond *cond, bool *inputs);
void checker_mark(const struct checker *checker, const struct variable *variable, bool *inputs);
bool *checker_no_inputs(const struct checker *checker);

/* Whether the place is in a base ruleset. */
bool checker_is_base(const struct checker *checker, struct span span);

/* ---- tables.c ---- */

void check_tables(struct checker *checker);

/* ---- promises.c ---- */

void check_restrictions(struct checker *checker);
void check_acceptance(struct checker *checker);
void check_examples(struct checker *checker);
void check_promises(struct checker *checker);
void check_warnings(struct checker *checker);

/* Adds the promise that a finding breaks, its reason, and its admitted failure to the finding. */
void checker_note_promise(struct checker *checker, struct diag *diag, const struct promise *promise);

/* ---- references.c ---- */

/* Whether a host breaks the promise, or this is not proven. Either is reported. */
bool check_references(struct checker *checker, const struct promise *promise);

/* ---- argv.c ---- */

void check_argv(struct checker *checker);

/* ---- unused.c ---- */

void check_unused(struct checker *checker);
void check_has_argv(struct checker *checker);

/* ---- witness.c ---- */

/* Fills in a witness with a host of the region, preferably one of `among`. */
void witness_fill(struct checker *checker, const struct region *region, hostset among, bool with_argv,
                  struct diag_witness *witness);

#endif
