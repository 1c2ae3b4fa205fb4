/*
 * What the checks must say about a random ruleset, found by brute force.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_EXPECTED_H
#define TESTS_EXPECTED_H

#include "brute.h"
#include "grammar/diag/diag.h"

enum among { NO_HOSTS, ALL_POSSIBLE, ALL_ACCEPTED };

struct finding {
    enum diag_code code;
    enum diag_level level;
    unsigned file;
    size_t line, note_line; /* note_line: where some note stands, or 0 */
    const char *words;      /* are in its text; or NULL */
    enum among among;       /* the hosts among which some show it */
    bool *hosts;            /* by cell: those that do */
    bool has_share;         /* a note says how many they are */
    bool is_part;           /* not all of them are meant */
    const void *what;       /* together with the line tells it from others while they are gathered */
    const char *text;
    const struct table_plan *table; /* OVERLAP: not all of these are reported */
    bool is_matched;
};

struct findings {
    struct finding *items;
    size_t count, capacity;
};

/* So many overlaps of a table are reported. */
enum { MAX_OVERLAPS = 8 };

struct findings expected_findings(struct arena *arena, struct world *world);

#endif
