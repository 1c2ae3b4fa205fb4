/*
 * The guest of a trial start: its file, and how QEMU is told of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_PROBE_GUEST_H
#define MUSTER_PROBE_GUEST_H

#include <stdbool.h>

#include "runtime/probe/internal.h"

struct probe_guest {
    int descriptor;
    char path[64];             /* what QEMU opens */
    bool temporary;            /* the path is that of a file, which is to be removed */
    const char *arguments[10]; /* for QEMU, with a NULL at the end */
    int status;                /* with which QEMU exits when the guest has got to its end */
    bool shuts_down;           /* and QEMU says before, over QMP, that the guest has shut itself down */
};

/* Whether there is a guest for this host, whose own code a hardware accelerator runs. */
bool probe_guest_exists(struct muster_prober *prober);

/* Makes its file. False with errno. */
bool probe_guest_open(struct muster_prober *prober, struct probe_guest *guest);

void probe_guest_close(struct probe_guest *guest);

#endif
