/*
 * What QEMU's description of its own protocol (query-qmp-schema) says about options that are written as key=value.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_SCHEMA_H
#define MUSTER_VERIFY_SCHEMA_H

#include <jansson.h>

/* The types by name, from the answer of query-qmp-schema. */
json_t *schema_index(json_t *answer);

/* The branches of the union that a command takes: for netdev_add user, tap, stream, …; NULL: not understood. */
json_t *schema_branches(json_t *index, const char *command);

/* The members of one branch, those inside others with a point between, each with its type; NULL: not understood. */
json_t *schema_branch(json_t *index, const char *command, const char *branch);

#endif
