/*
 * The checks: every host has exactly one answer, and what the examples say comes out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CHECK_H
#define CHECK_H

#include "model.h"

/* Runs every check that the model is sound enough for. */
void check_model(struct model *model, struct diagnostics *diagnostics);

#endif
