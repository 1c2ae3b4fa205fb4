/*
 * The cache file: what a program answered, as long as the program and its modules are the same files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_CACHE_H
#define MUSTER_CACHE_H

#include <stdbool.h>
#include <stddef.h>

enum { CACHE_KEY_MAX = 8192, CACHE_ANSWER_MAX = 2048 };

/* All that an answer depends on, as text; the head of the file. */
struct cache_key {
    size_t length;
    char text[CACHE_KEY_MAX];
};

/*
 * The key of a question (a word of the caller's) to a program, made from the files as they are now. False if the
 * program cannot be looked at, or has a name that the file format cannot hold: then nothing is cached.
 */
bool cache_key(struct cache_key *key, const char *program, const char *question);

/*
 * Adds what else the answer depends on: a name and its text, or a device node with its owner and permissions. False if
 * the key can no longer be used, because it is too long or the text has a line end.
 */
bool cache_key_text(struct cache_key *key, const char *name, const char *text);
bool cache_key_device(struct cache_key *key, const char *path);

/* The default folder, without a closing slash: $XDG_CACHE_HOME/muster or $HOME/.cache/muster. False if neither is. */
bool cache_folder(char *folder, size_t size);

/*
 * The answer that was kept under this key; at most CACHE_ANSWER_MAX bytes, a NUL byte is added. False if there is none,
 * or if the folder or file is not what cache_write makes: of another owner, writable for others, a link, another text.
 */
bool cache_read(const char *folder, const struct cache_key *key, char answer[CACHE_ANSWER_MAX + 1]);

/* Keeps an answer. What cannot be written is not kept; that is no error. */
void cache_write(const char *folder, const struct cache_key *key, const char *answer, size_t length);

#endif
