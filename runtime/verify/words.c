/*
 * An option's argument taken apart as QEMU does it: items with commas between, a doubled comma is one of the text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/words.h"

#include <string.h>

#include "runtime/verify/pool.h"

/* The text up to the end of the item at `*at`, its doubled commas made single; moves on behind it. */
static char *take_item(const char **at) {
    char *item = pool_take(strlen(*at) + 1);
    size_t length = 0;

    for (; **at && !(**at == ',' && (*at)[1] != ','); (*at)++) {
        if (**at == ',')
            (*at)++;
        item[length++] = **at;
    }
    *at += **at == ',';
    return item;
}

struct items words_items(const char *text) {
    struct items items = {NULL, 0};

    while (*text) {
        char *item = take_item(&text);
        char *assign = strchr(item, '=');
        items.items = pool_grow(items.items, items.count, sizeof *items.items);
        if (assign)
            *assign = '\0';
        items.items[items.count++] = (struct item){assign ? item : NULL, assign ? assign + 1 : item};
    }
    return items;
}

const char *words_value(const struct items *items, const char *key) {
    for (size_t i = items->count; i > 0; i--)
        if (items->items[i - 1].key && strcmp(items->items[i - 1].key, key) == 0)
            return items->items[i - 1].value;
    return NULL;
}

const char *words_first(const struct items *items) {
    return items->count > 0 && !items->items[0].key ? items->items[0].value : "";
}

char *words_join(const struct items *items) {
    size_t room = 1;
    char *text, *at;

    for (size_t i = 0; i < items->count; i++)
        room += 2 * (strlen(items->items[i].value) + (items->items[i].key ? strlen(items->items[i].key) : 0)) + 2;
    at = text = pool_take(room);
    for (size_t i = 0; i < items->count; i++) {
        const char *parts[] = {items->items[i].key, items->items[i].key ? "=" : NULL, items->items[i].value};
        if (i > 0)
            *at++ = ',';
        for (size_t j = 0; j < 3; j++) {
            for (const char *from = parts[j]; from && *from; from++) {
                *at++ = *from;
                if (*from == ',')
                    *at++ = ',';
            }
        }
    }
    return text;
}
