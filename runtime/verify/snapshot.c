/*
 * What one QEMU is and says of itself, as data: kept in a file, and looked up.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/verify/pool.h"
#include "runtime/verify/snapshot_ask.h"
#include "runtime/verify/whole.h"

enum { SNAPSHOT_VERSION = 1 };

/* ---- files ------------------------------------------------------------------------------------------------------ */

static const char *required(json_t *data, const char *name, const char *file) {
    json_t *text = json_object_get(data, name);
    if (!json_is_string(text))
        die("%s: this is no snapshot of a QEMU: it has no text %s", file, name);
    return pool_clean(json_string_value(text), json_string_length(text), 64);
}

/* Whether all texts may be shown, and arrays have nothing but texts in them. */
static bool is_plain(json_t *value) {
    const char *key;
    json_t *part;
    size_t i;

    if (json_is_string(value))
        return pool_is_clean(json_string_value(value), json_string_length(value));
    json_array_foreach(value, i, part) {
        if (!json_is_string(part) || !is_plain(part))
            return false;
    }
    json_object_foreach(value, key, part) {
        if (!pool_is_clean(key, strlen(key)) || !is_plain(part))
            return false;
    }
    return true;
}

static json_t *load(const char *file) {
    json_error_t wrong;
    json_t *data;

    if (access(file, R_OK) != 0)
        die("%s: %s", file, strerror(errno));
    data = json_load_file(file, 0, &wrong);
    if (!data)
        die("%s:%d: no JSON: %s", file, wrong.line, wrong.text);
    if (json_integer_value(json_object_get(data, "snapshot")) != SNAPSHOT_VERSION)
        die("%s: this is no snapshot of a QEMU that this version reads; take it again with --save-snapshot", file);
    if (!is_plain(data))
        die("%s: this is no snapshot of a QEMU: it has texts or lists that no QEMU has", file);
    return data;
}

void snapshot_load(struct snapshot *snapshot, const char *file) {
    json_t *data = load(file);

    *snapshot = (struct snapshot){.given = file, .data = data};
    snapshot->version = required(data, "version", file);
    snapshot->arch = required(data, "arch", file);
}

/* What an older file of the same QEMU has is asked for again, so that it does not lose what another ruleset needs. */
static void ask_as_before(struct snapshot *snapshot, const char *file) {
    json_t *before = access(file, F_OK) == 0 ? load(file) : NULL;
    json_t *again = json_object_get(before, "properties");
    const char *key;
    json_t *value;

    json_object_foreach(again, key, value) {
        const char *blank = strchr(key, ' ');
        if (blank)
            snapshot_properties(snapshot, pool_copy(key, (size_t)(blank - key)),
                                pool_copy(blank + 1, strlen(blank + 1)));
    }
    json_decref(before);
}

void snapshot_save(struct snapshot *snapshot, const char *file) {
    struct whole whole;
    FILE *out;

    if (!whole_is_special(file))
        ask_as_before(snapshot, file);
    out = whole_open(&whole, file);
    if (json_dumpf(snapshot->data, out, JSON_INDENT(1) | JSON_SORT_KEYS) == 0)
        fputc('\n', out);
    whole_close(&whole);
}

/* ---- looking things up ------------------------------------------------------------------------------------------ */

const char *snapshot_fact(const struct snapshot *snapshot, const char *probe) {
    return json_string_value(json_object_get(json_object_get(snapshot->data, "facts"), probe));
}

json_t *snapshot_list(const struct snapshot *snapshot, const char *list) {
    return json_object_get(json_object_get(snapshot->data, "lists"), list);
}

bool snapshot_has(const struct snapshot *snapshot, const char *list, const char *name) {
    json_t *value;
    size_t i;

    json_array_foreach(snapshot_list(snapshot, list), i, value) {
        if (strcmp(json_string_value(value), name) == 0)
            return true;
    }
    return false;
}

json_t *snapshot_parameters(const struct snapshot *snapshot, const char *list) {
    return json_object_get(json_object_get(snapshot->data, "parameters"), list);
}

bool snapshot_knows(const struct snapshot *snapshot, const char *kind, const char *name) {
    const char *key = pool_print("%s %s", kind, name);
    return json_object_get(json_object_get(snapshot->data, "properties"), key) != NULL;
}

json_t *snapshot_properties(struct snapshot *snapshot, const char *kind, const char *name) {
    const char *key = pool_print("%s %s", kind, name);
    json_t *all = json_object_get(snapshot->data, "properties");
    json_t *found = json_object_get(all, key);

    if (found)
        return found;
    if (!snapshot->qemu)
        die("%s does not have the properties of %s; take it again: --qemu PATH --save-snapshot %s", snapshot->given,
            key, snapshot->given);
    found = snapshot_ask_properties(snapshot, kind, name);
    json_object_set_new(all, key, found);
    return found;
}

void snapshot_close(struct snapshot *snapshot) {
    talk_close(&snapshot->talk);
    json_decref(snapshot->schema);
    json_decref(snapshot->cpu_types);
    snapshot->schema = snapshot->cpu_types = NULL;
}
