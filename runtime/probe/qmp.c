/*
 * What a QEMU says over QMP, read after it has ended.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/probe/qmp.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* No reply is nested half as deep; what reads them takes stack for each level. */
enum { NESTING_MAX = 64 };

static bool nests_too_deep(const char *text) {
    int depth = 0;
    bool in_string = false;
    for (; *text != '\0'; text++) {
        if (in_string && *text == '\\' && text[1] != '\0')
            text++;
        else if (*text == '"')
            in_string = !in_string;
        else if (!in_string && (*text == '{' || *text == '['))
            depth++;
        else if (!in_string && (*text == '}' || *text == ']'))
            depth--;
        if (depth > NESTING_MAX)
            return true;
    }
    return false;
}

/* Keeps a message that stands behind the greeting. */
static bool keep_message(json_t *session, json_t *message) {
    const char *id = json_string_value(json_object_get(message, "id"));
    const char *event = json_string_value(json_object_get(message, "event"));
    json_t *data = json_object_get(message, "data");
    char name[64];
    if (id != NULL && strcmp(id, "QMP") != 0)
        return json_object_set(session, id, message) == 0;
    /* The longest event has half as many bytes. */
    if (event == NULL || (size_t)snprintf(name, sizeof name, "event %s", event) >= sizeof name)
        return true;
    return json_object_set(session, name, data != NULL ? data : message) == 0;
}

/* Takes the next message; false at the first text that is none. */
static bool take_message(json_t *session, const char **text, const char *end) {
    json_error_t error;
    json_t *message = json_loadb(*text, (size_t)(end - *text), JSON_DISABLE_EOF_CHECK, &error);
    json_t *greeting = json_object_get(message, "QMP");
    bool greeted = json_object_get(session, "QMP") != NULL;
    bool good = json_is_object(message) && greeted == (greeting == NULL);
    if (good && !greeted)
        good = json_object_set(session, "QMP", greeting) == 0;
    else if (good)
        good = keep_message(session, message);
    if (good)
        *text += error.position;
    json_decref(message);
    return good;
}

json_t *qmp_read(const char *text) {
    static const char blank[] = " \t\r\n";
    json_t *session = nests_too_deep(text) ? NULL : json_object();
    const char *end = text + strlen(text);
    bool good = session != NULL;
    text += strspn(text, blank);
    while (good && *text != '\0') {
        good = take_message(session, &text, end);
        text += strspn(text, blank);
    }
    if (good && json_object_get(session, "QMP") != NULL)
        return session;
    json_decref(session);
    return NULL;
}

const json_t *qmp_returned(const json_t *session, const char *id) {
    return json_object_get(json_object_get(session, id), "return");
}

const char *qmp_error(const json_t *session, const char *id) {
    const json_t *error = json_object_get(json_object_get(session, id), "error");
    const char *words = json_string_value(json_object_get(error, "desc"));
    return words != NULL ? words : error != NULL ? "" : NULL;
}
