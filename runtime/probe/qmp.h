/*
 * What a QEMU says over QMP, read after it has ended.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_QMP_H
#define MUSTER_QMP_H

#include <jansson.h>

/*
 * The messages of one session, by name: the greeting as "QMP", and the reply to each command by the id that the command
 * had. The data of the last event of each kind is there as "event KIND"; other messages are left out. NULL if the text
 * is no such session, with the greeting first, or if there is no memory. The caller gives it back with json_decref.
 */
json_t *qmp_read(const char *text);

/* What a command returned; NULL if it failed or was not answered. Belongs to the session. */
const json_t *qmp_returned(const json_t *session, const char *id);

/* Why a command failed, in QEMU's words; NULL if it did not fail. Belongs to the session. */
const char *qmp_error(const json_t *session, const char *id);

#endif
