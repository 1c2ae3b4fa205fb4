/*
 * An option's argument taken apart as QEMU does it: items with commas between, a doubled comma is one of the text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_WORDS_H
#define MUSTER_VERIFY_WORDS_H

#include <stddef.h>

struct item {
    const char *key;   /* NULL: an item without "=" */
    const char *value; /* the item itself, if it has no key */
};

struct items {
    struct item *items;
    size_t count;
};

struct items words_items(const char *text);

/* The value of a key, the last one if there are several; NULL: it is not there. */
const char *words_value(const struct items *items, const char *key);

/* The first item, if it has no key; "" if it has one. */
const char *words_first(const struct items *items);

/* The items as a text again. */
char *words_join(const struct items *items);

#endif
