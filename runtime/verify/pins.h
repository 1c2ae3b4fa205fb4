/*
 * What is fixed of a host when command lines are tried on one QEMU: what that QEMU is, and parameters that exist.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_PINS_H
#define MUSTER_VERIFY_PINS_H

#include "runtime/verify/cases.h"
#include "runtime/verify/snapshot.h"

/*
 * Writes a configuration file for musterc: every fact that a probe of QEMU answers, as this QEMU answers it;
 * guest_arch, its architecture; and parameters that we have something for. All other facts stay free. Returns its path.
 */
const char *pins_write(const struct ruleset *ruleset, const struct snapshot *snapshot);

#endif
