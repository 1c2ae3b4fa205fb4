/*
 * What one QEMU is and says of itself: asked of the binary, or read from a file in which that was kept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_SNAPSHOT_H
#define MUSTER_VERIFY_SNAPSHOT_H

#include <jansson.h>
#include <stdbool.h>

#include "runtime/verify/talk.h"

struct snapshot {
    const char *given;   /* the path as it was given, of the binary or the file */
    const char *qemu;    /* absolute path of the binary; NULL: all is known from a file */
    const char *version; /* A.B.C */
    const char *arch;    /* x86_64, aarch64, … */
    json_t *data;        /* as in the file; see docs/muster-verify.1 */
    json_t *cpu_types;   /* of the binary: types of CPU models by name */
    json_t *schema;      /* of the binary: types of its protocol by name */
    struct talk talk;
};

/* Asks a binary, or reads a file. Where that does not tell what QEMU this is, the program ends. */
void snapshot_take(struct snapshot *snapshot, const char *qemu);
void snapshot_load(struct snapshot *snapshot, const char *file);

/* The value that a probe of QEMU found, as muster writes it; NULL: there is no such probe. */
const char *snapshot_fact(const struct snapshot *snapshot, const char *probe);

/* Whether a list has a name: options, machines, cpus, netdevs, chardevs, blocks, devices, objects. The last two may be
   missing. */
bool snapshot_has(const struct snapshot *snapshot, const char *list, const char *name);
json_t *snapshot_list(const struct snapshot *snapshot, const char *list);

/* Keys and types of an option's own list, as -drive's; NULL: there is none. */
json_t *snapshot_parameters(const struct snapshot *snapshot, const char *list);

/*
 * Properties and types of a machine, device, object, accel, cpu, netdev or block driver: an object; JSON's null if
 * there is no such thing, true if QEMU would not say. The program ends where a file does not have them.
 */
json_t *snapshot_properties(struct snapshot *snapshot, const char *kind, const char *name);

/* Whether these properties were asked for. */
bool snapshot_knows(const struct snapshot *snapshot, const char *kind, const char *name);

/* Writes the file; what it asked for before, it asks for again, if it is of the same QEMU. */
void snapshot_save(struct snapshot *snapshot, const char *file);

/* Ends the conversation with the binary. */
void snapshot_close(struct snapshot *snapshot);

#endif
