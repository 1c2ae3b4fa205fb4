/*
 * Asking a QEMU what it has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_SNAPSHOT_ASK_H
#define MUSTER_VERIFY_SNAPSHOT_ASK_H

#include "runtime/verify/snapshot.h"

/* As snapshot_properties, of the binary. */
json_t *snapshot_ask_properties(struct snapshot *snapshot, const char *kind, const char *name);

#endif
