/*
 * Settings files: libconfig files that were written by hand or by `muster probe`, read with more suspicion than
 * libconfig has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_SETTINGS_H
#define MUSTER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <libconfig.h>

/* Most bytes of a settings file. */
#define SETTINGS_MAX ((size_t)1 << 20)

/*
 * Reads the file at `path` ("-" is stdin) into `config`. Refused, besides what libconfig refuses: more than
 * SETTINGS_MAX bytes, a NUL byte, an escape for one, numbers beyond 64 bits, and @include. A number beyond 32 bits,
 * which libconfig 1.5 would wrap, is kept whole. On success the caller calls config_destroy; on a failure one line
 * that begins with `program` was written to `messages`, and there is nothing to destroy.
 */
bool settings_read(config_t *config, const char *path, const char *program, FILE *messages);

/* How a file is called in messages. */
const char *settings_name(const char *path);

#endif
