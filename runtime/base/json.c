/*
 * Writing JSON, a value a line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/json.h"

#include <inttypes.h>
#include <string.h>

#include "runtime/base/character.h"

static void write_code_unit(FILE *out, uint32_t unit) {
    fprintf(out, "\\u%04" PRIx32, unit);
}

/* What steers a terminal is written as an escape, which means the same. */
static void write_string(FILE *out, const char *text) {
    putc('"', out);
    for (size_t at = 0, size, length = strlen(text); at < length; at += size) {
        uint32_t character;
        size = character_read(text + at, length - at, &character);
        if (character == '"' || character == '\\')
            fprintf(out, "\\%c", (char)character);
        else if (character == '\n')
            fputs("\\n", out);
        else if (character == '\t')
            fputs("\\t", out);
        else if (character_steers(character) || character == CHARACTER_NONE)
            write_code_unit(out, character);
        else
            fwrite(text + at, 1, size, out);
    }
    putc('"', out);
}

static void begin(struct json *json, const char *key) {
    if (json->has_some)
        putc(',', json->out);
    if (json->depth > 0)
        fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
    json->has_some = true;
    if (!key)
        return;
    write_string(json->out, key);
    fputs(": ", json->out);
}

void json_open(struct json *json, const char *key, char bracket) {
    begin(json, key);
    putc(bracket, json->out);
    json->depth++;
    json->has_some = false;
}

void json_close(struct json *json, char bracket) {
    json->depth--;
    if (json->has_some)
        fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
    putc(bracket == '{' ? '}' : ']', json->out);
    json->has_some = true;
}

void json_text(struct json *json, const char *key, const char *text) {
    begin(json, key);
    if (text)
        write_string(json->out, text);
    else
        fputs("null", json->out);
}

void json_number(struct json *json, const char *key, uint64_t number) {
    begin(json, key);
    fprintf(json->out, "%" PRIu64, number);
}

void json_bool(struct json *json, const char *key, bool value) {
    json_raw(json, key, value ? "true" : "false");
}

void json_raw(struct json *json, const char *key, const char *value) {
    begin(json, key);
    fputs(value, json->out);
}

void json_end(struct json *json) {
    putc('\n', json->out);
}
