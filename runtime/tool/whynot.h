/*
 * Why this and not something else: the smallest changes of facts after which another row would decide, or the rules
 * would accept a host that they refuse.
 *
 * What can be changed are the inputs that conditions ask, facts and parameters, from one of their codes to another. All
 * changes of one input are tried, then those of two, then of three; a change to a host that the rules refuse does not
 * count. So what is found is a smallest change, and where nothing is found it is known how far that was looked for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_WHYNOT_H
#define MUSTER_WHYNOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster.h"

/* So many inputs are changed at once; so many changes are shown; so often all questions together may evaluate. */
enum { WHYNOT_MAX_INPUTS = 3, WHYNOT_MAX_SHOWN = 5, WHYNOT_EVALUATIONS = 200000 };

/* An input and what it becomes: any value with a code from `first` to `last`, of which `value` is the one to name. */
struct whynot_value {
    uint32_t asked; /* in `asked` */
    uint32_t first, last;
    int64_t value; /* MUSTER_UNKNOWN: unknown or not given; of a text that is given MUSTER_UNSET */
};

struct whynot_change {
    struct whynot_value values[WHYNOT_MAX_INPUTS]; /* struct whynot says how many; in the order of `inputs` */
    uint32_t row; /* the row that decides then; MUSTER_NONE: it is about a derived condition, or about a refusal */
};

struct whynot {
    size_t n_inputs;  /* how many inputs the smallest changes change; 0: none was found */
    size_t n_through; /* all changes of up to so many inputs were looked through */
    bool is_whole;    /* nothing was left out: no further change is as small; or if none was found, there is none */
    struct whynot_change changes[WHYNOT_MAX_SHOWN];
    size_t n_changes, n_more;
};

struct whynot_search;

/* About a host whose facts are complete. NULL where memory is out. The arguments must outlive it. */
struct whynot_search *whynot_new(const struct muster_ruleset *rules, const int64_t *facts,
                                 const struct muster_params *params);
void whynot_free(struct whynot_search *search);

/*
 * For each other row of the table that this decision belongs to, as far as one can come to decide after a smallest
 * change, the first such change; or for a derived condition the first one that turns it. Rows are the same if they
 * stand in the same place and decide the same. The rules must accept the host.
 */
void whynot_decision(struct whynot_search *search, uint32_t decision, struct whynot *answer);

/* The smallest changes after which rules that refuse the host accept it, one for each set of inputs. */
void whynot_refusal(struct whynot_search *search, struct whynot *answer);

/*
 * "version = 9.2.0 (from 9.2)": a value of a change in words, with a NUL byte, cut to `size` bytes. Returns the
 * length that all of it has.
 */
size_t whynot_value_text(const struct muster_ruleset *rules, const struct whynot_value *value, char *buffer,
                         size_t size);

/* The input that it is about; and "from 9.2", the range of which the value stands for all, "" if it is the only one. */
uint32_t whynot_input(const struct muster_ruleset *rules, const struct whynot_value *value);
void whynot_range_text(const struct muster_ruleset *rules, const struct whynot_value *value, char *buffer, size_t size);

#endif
