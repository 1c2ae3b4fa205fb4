/*
 * A conversation with a QEMU that runs no machine: over QMP on its stdin and stdout, and by its help texts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_TALK_H
#define MUSTER_VERIFY_TALK_H

#include <jansson.h>

#include "runtime/verify/child.h"

struct talk {
    const char *qemu; /* its path */
    struct child child;
    size_t taken; /* bytes of its output that were read as lines */
};

enum talk_end {
    TALK_ANSWERED,
    TALK_REFUSED, /* QEMU says that it has no answer */
    TALK_BROKEN,  /* it died, said nothing for too long, too much, or what is no QMP */
};

/* Begins a conversation, if there is none; it goes on as long as questions follow. */
enum talk_end talk_ask(struct talk *talk, const char *command, json_t *arguments, json_t **answer);
void talk_close(struct talk *talk);

/* What QEMU writes for these two words, as `-device help`; "" if it cannot be had. */
char *talk_help(const char *qemu, const char *option, const char *value);

/* The next line of QMP in what was heard, from `*taken` on; NULL: none yet, or `*broken`. To be given back. */
json_t *talk_line(const struct heard *heard, size_t *taken, bool *broken);

/* Writes all of it, which is short. */
bool talk_say(int descriptor, const char *text);

#endif
