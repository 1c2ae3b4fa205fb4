/*
 * What QEMU's description of its own protocol (query-qmp-schema) says about options that are written as key=value.
 *
 * The description is a list of types with names that mean nothing; see QEMU's docs/devel/qapi-code-gen.rst, "Client
 * JSON Protocol introspection". Here a type becomes a list of keys: `addr.path` is the member `path` of the member
 * `addr`. Of a union the members of all its branches are in it, since which one is meant stands in another key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/schema.h"

#include <string.h>

#include "runtime/verify/pool.h"

/* Types may contain themselves, as a disk's backing file is a disk. */
enum { DEPTH_MAX = 5, KEYS_MAX = 4000, STEPS_MAX = 20000 };

json_t *schema_index(json_t *answer) {
    json_t *index = json_object();
    json_t *type;
    size_t i;

    json_array_foreach(answer, i, type) {
        const char *name = json_string_value(json_object_get(type, "name"));
        if (name)
            json_object_set(index, name, type);
    }
    return index;
}

static json_t *named(json_t *index, json_t *name) {
    return json_is_string(name) ? json_object_get(index, json_string_value(name)) : NULL;
}

/* The union that a command takes, which may be a member of its arguments. */
static json_t *union_of(json_t *index, const char *command) {
    json_t *type = named(index, json_object_get(json_object_get(index, command), "arg-type"));
    json_t *member;
    size_t i;

    if (json_object_get(type, "variants"))
        return type;
    json_array_foreach(json_object_get(type, "members"), i, member) {
        json_t *inner = named(index, json_object_get(member, "type"));
        if (json_object_get(inner, "variants"))
            return inner;
    }
    return NULL;
}

json_t *schema_branches(json_t *index, const char *command) {
    json_t *variants = json_object_get(union_of(index, command), "variants");
    json_t *names = variants ? json_array() : NULL;
    json_t *variant;
    size_t i;

    json_array_foreach(variants, i, variant) {
        json_t *name = json_object_get(variant, "case");
        if (json_is_string(name))
            json_array_append(names, name);
    }
    return names;
}

/* What may be shown; the description is a stranger's. */
static const char *name_of(json_t *object) {
    json_t *name = json_object_get(object, "name");
    bool good = json_is_string(name) && pool_is_clean(json_string_value(name), json_string_length(name));
    return good ? json_string_value(name) : NULL;
}

static const char *enumeration(json_t *type) {
    json_t *values = json_object_get(type, "values");
    size_t room = 1, length = 0;
    char *text;
    json_t *value;
    size_t i;

    json_array_foreach(values, i, value) {
        room += json_string_length(value) + 1;
    }
    text = pool_take(room);
    json_array_foreach(values, i, value) {
        if (!json_is_string(value) || !pool_is_clean(json_string_value(value), json_string_length(value)))
            continue;
        if (length > 0)
            text[length++] = '|';
        memcpy(text + length, json_string_value(value), json_string_length(value));
        length += json_string_length(value);
    }
    return length > 0 ? text : "text";
}

static const char *plain_type(json_t *type) {
    static const char *const words[][2] = {{"boolean", "bool"}, {"int", "int"}, {"number", "int"}};
    const char *json_type = json_string_value(json_object_get(type, "json-type"));

    for (size_t i = 0; json_type && i < sizeof words / sizeof *words; i++)
        if (strcmp(json_type, words[i][0]) == 0)
            return words[i][1];
    return "text";
}

struct walk {
    json_t *index;
    json_t *keys;
    size_t steps; /* types that were looked at: those that contain themselves often are never done */
};

static void add_members(struct walk *walk, json_t *type, const char *prefix, int depth);

static void add_key(struct walk *walk, json_t *type, const char *key, int depth) {
    const char *meta = json_string_value(json_object_get(type, "meta-type"));
    json_t *keys = walk->keys;
    json_t *known = json_object_get(keys, key);
    const char *word;

    if (!meta || json_object_size(keys) > KEYS_MAX)
        return;
    if (strcmp(meta, "object") == 0) {
        if (depth < DEPTH_MAX)
            add_members(walk, type, pool_print("%s.", key), depth + 1);
        else
            json_object_set_new(keys, pool_print("%s.*", key), json_string("text"));
        return;
    }
    if (strcmp(meta, "array") == 0 || strcmp(meta, "alternate") == 0) {
        json_object_set_new(keys, pool_print("%s.*", key), json_string("text"));
        word = "text";
    } else {
        word = strcmp(meta, "enum") == 0 ? enumeration(type) : plain_type(type);
    }
    /* Branches may have a member of one name and two types. */
    if (known && strcmp(json_string_value(known), word) != 0)
        word = "text";
    json_object_set_new(keys, key, json_string(word));
}

static void add_members(struct walk *walk, json_t *type, const char *prefix, int depth) {
    json_t *item;
    size_t i;

    if (++walk->steps > STEPS_MAX)
        return;
    json_array_foreach(json_object_get(type, "members"), i, item) {
        const char *name = name_of(item);
        if (name)
            add_key(walk, named(walk->index, json_object_get(item, "type")), pool_print("%s%s", prefix, name), depth);
    }
    /* Of the outermost union only one branch is meant; of those inside it all are. */
    json_array_foreach(depth > 0 ? json_object_get(type, "variants") : NULL, i, item) {
        if (depth < DEPTH_MAX)
            add_members(walk, named(walk->index, json_object_get(item, "type")), prefix, depth + 1);
    }
}

json_t *schema_branch(json_t *index, const char *command, const char *branch) {
    json_t *type = union_of(index, command);
    json_t *variant;
    struct walk walk = {index, NULL, 0};
    size_t i;

    json_array_foreach(json_object_get(type, "variants"), i, variant) {
        const char *name = json_string_value(json_object_get(variant, "case"));
        json_t *own = named(index, json_object_get(variant, "type"));
        if (walk.keys || !name || strcmp(name, branch) != 0)
            continue;
        walk.keys = json_object();
        add_members(&walk, type, "", 0);
        add_members(&walk, own, "", 1);
        /* Some branches are only a box around what is meant. */
        if (json_array_size(json_object_get(own, "members")) == 1 && json_object_get(walk.keys, "data"))
            json_object_del(walk.keys, "data");
    }
    return walk.keys;
}
