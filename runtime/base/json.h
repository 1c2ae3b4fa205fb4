/*
 * Writing JSON, a value a line. Always valid UTF-8: bytes that are none become U+FFFD.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *out;
    unsigned depth;
    bool has_some; /* something stands already in the list or object that is open */
};

/* `key` is NULL in a list, and for the whole document. `bracket` is '{' or '['. */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);

void json_text(struct json *json, const char *key, const char *text); /* NULL: null */
void json_number(struct json *json, const char *key, uint64_t number);
void json_bool(struct json *json, const char *key, bool value);
void json_raw(struct json *json, const char *key, const char *value); /* JSON already */

/* The line end of the whole document. */
void json_end(struct json *json);

#endif
