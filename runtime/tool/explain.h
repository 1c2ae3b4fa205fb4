/*
 * An explanation of a command line: the facts and where they came from, the decisions, the rows that made them and
 * their reasons, and the command line itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_EXPLAIN_H
#define MUSTER_EXPLAIN_H

#include <stdio.h>

#include "runtime/tool/inputs.h"
#include "runtime/tool/show.h"

/*
 * Explains complete facts: SHOW_TEXT for people, SHOW_BRIEF in about ten lines, or SHOW_JSON. 0; 1 where the rules
 * refuse the host (then all that is known is shown, and the reason); 2 after a message where a value or the memory is
 * at fault. Parameters that are missing are no error here: the explanation names them.
 */
int explain(FILE *out, enum show_format format, struct inputs *inputs);

#endif
