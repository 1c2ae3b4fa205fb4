/*
 * Measuring the host for a ruleset: its facts and parameters that come from probes, and the trial start of QEMU.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_MEASURE_H
#define MUSTER_MEASURE_H

#include <stdbool.h>

#include "muster_probe.h"
#include "runtime/tool/inputs.h"

/*
 * Runs the probes of all inputs that are not given. If the rules then make a command line with an accelerator that its
 * probe found usable, QEMU is started with it on trial, with the arguments that the rules tag `trial`; the fact takes
 * the result. If they make one without it, the fact becomes `untried`, where it has this value and the command line
 * stays the same. If they refuse the host, or a value is missing, all facts keep what their probes found.
 * `qemu` is the QEMU that the caller named, or NULL.
 */
void measure(struct inputs *inputs, struct muster_prober *prober, const char *qemu);

/* Where nothing is measured: what the caller's --qemu says by itself, its absolute path. */
void measure_named(struct inputs *inputs, const char *qemu);

/* Whether a fact or a parameter of the rules comes from this probe. */
bool measure_asks(const struct muster_ruleset *rules, const char *probe);

/* The architecture that the caller wants the guest to have, since it chooses the QEMU; NULL: the host's. */
const char *measure_architecture(const struct inputs *inputs);

#endif
