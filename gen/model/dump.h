/*
 * Prints the typed model, for developers: `musterc debug --model`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MODEL_DUMP_H
#define MODEL_DUMP_H

#include <stdio.h>

#include "gen/model/model.h"

/*
 * Prints what the later stages read: variables with their codes, stages in the order of evaluation, restrictions,
 * warnings and promises, and the pieces of the command line with their conditions. `arena` is for texts in between.
 */
void model_dump(struct arena *arena, FILE *out, const struct model *model);

#endif
