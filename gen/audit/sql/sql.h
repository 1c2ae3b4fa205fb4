/*
 * The decisions of a ruleset as a view over a table of hosts, in SQL that SQLite and PostgreSQL both take.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SQL_H
#define SQL_H

#include "gen/model/eval.h"

/* What things are called in the database. NULL: as is said at each. */
struct sql_request {
    const char *table; /* a dot stands between it and its schema; "hosts" */
    const char *view;  /* likewise; the ruleset's name */
    const char *keys;  /* columns of the table that the view shows, with commas between; "host" */
};

/*
 * The statement. False after a message, about rules in `diagnostics`, and about the request on stderr. `usable` becomes
 * whether the request was.
 */
bool sql_of(struct arena *arena, const struct model *model, const struct sql_request *request,
            struct diagnostics *diagnostics, struct buffer *text, bool *usable);

#endif
