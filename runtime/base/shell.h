/*
 * Words of command lines for POSIX shells.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_SHELL_H
#define MUSTER_SHELL_H

#include <stdio.h>

/* Writes one word so that a POSIX shell reads it back; `first` where the shell could take it for a keyword. */
void shell_write_word(FILE *out, const char *word, int first);

#endif
