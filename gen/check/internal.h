/*
 * What the files check*.c share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CHECKER_H
#define CHECKER_H

#include "gen/proof/meaning.h"
#include "gen/proof/region.h"

struct checker {
    struct arena *arena; /* of this run of checks */
    struct model *model;
    struct diagnostics *diagnostics;
    struct meaning *meaning;
    struct hosts *hosts; /* those of the meaning */
    size_t work;         /* steps that are left for all questions together */
    size_t granted;      /* steps that the last question got */
};

#define REPORT(checker, code, span, ...) diag_add((checker)->diagnostics, DIAG_CODE_##code, (span), __VA_ARGS__)

/* Begins a question: it has a budget of its own. */
void checker_ask(struct checker *checker);

/* Says that the budget did not do. `what`: "whether the promise 'x' holds". */
void checker_not_proven(struct checker *checker, struct span span, const char *what);

/* What hosts a finding is about: any; those that get a command line; and then that is shown, too. */
enum shown { SHOWN_ANY, SHOWN_ACCEPTED, SHOWN_ARGV };

/*
 * Adds regions of `set` (which lies in `space`) to a finding as witnesses. False if the set is empty or unknown. Hosts
 * that get a command line are taken where a region has some.
 */
bool checker_witness(struct checker *checker, struct diag *diag, hostset set, hostset space, enum shown shown);

/*
 * The hosts of a set that get a command line; *space becomes all that get one, as far as they have to do with the set.
 */
hostset checker_accepted(struct checker *checker, hostset set, hostset *space);

/* "3 of 12 cases", of the marked inputs. */
const char *checker_share(struct checker *checker, hostset set, hostset space, const bool *inputs);

/* The inputs behind a condition or a variable are marked. */
void checker_mark_cond(const struct checker *checker, const struct cond *cond, bool *inputs);
void checker_mark(const struct checker *checker, const struct variable *variable, bool *inputs);
bool *checker_no_inputs(const struct checker *checker);

/* The place belongs to the ruleset that is extended. */
bool checker_is_base(const struct checker *checker, struct span span);

/* ---- tables.c ---- */

void check_tables(struct checker *checker);

/* ---- promises.c ---- */

void check_restrictions(struct checker *checker);
void check_acceptance(struct checker *checker);
void check_examples(struct checker *checker);
void check_promises(struct checker *checker);
void check_warnings(struct checker *checker);

/* Adds to a finding where and why what it breaks was promised, and was admitted to be broken. */
void checker_note_promise(struct checker *checker, struct diag *diag, const struct promise *promise);

/* ---- references.c ---- */

/* Whether some host breaks the promise, or that could not be told; it was said. */
bool check_references(struct checker *checker, const struct promise *promise);

/* ---- argv.c ---- */

void check_argv(struct checker *checker);

/* ---- unused.c ---- */

void check_unused(struct checker *checker);
void check_argv_is_there(struct checker *checker);

/* ---- witness.c ---- */

/* A host of a region as a witness; `accepted`: the hosts that get a command line, if it is to be one of them. */
void witness_fill(struct checker *checker, const struct region *region, hostset accepted, bool with_argv,
                  struct diag_witness *witness);

#endif
