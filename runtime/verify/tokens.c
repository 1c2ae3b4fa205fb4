/*
 * Does a QEMU know every option, driver, property and value of a command line, by what it says of itself?
 *
 * Which syntax an option has is known here; what may stand in it comes from the snapshot. What QEMU says nothing about
 * is not looked at.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/tokens.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/nearest.h"
#include "runtime/verify/pool.h"
#include "runtime/verify/words.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct check {
    struct snapshot *snapshot;
    const char *option; /* as it is written */
    struct tokens tokens;
};

/* How the argument of an option is read. */
typedef void reader(struct check *check, const char *argument, const void *how);

/* ---- findings --------------------------------------------------------------------------------------------------- */

static void find(struct check *check, const char *text) {
    struct tokens *tokens = &check->tokens;
    for (size_t i = 0; i < tokens->count; i++)
        if (strcmp(tokens->findings[i], text) == 0)
            return;
    tokens->findings = pool_grow(tokens->findings, tokens->count, sizeof *tokens->findings);
    tokens->findings[tokens->count++] = text;
}

/* "; did you mean NAME?" for the nearest of the keys of an object or the texts of an array; "" if none is near. */
static const char *suggestion(json_t *known, const char *name) {
    size_t count = json_is_array(known) ? json_array_size(known) : json_object_size(known);
    const char **names = pool_take((count + 1) * sizeof *names);
    const char *nearest, *key;
    json_t *value;
    size_t n = 0, i;

    json_array_foreach(known, i, value) {
        if (!strchr(json_string_value(value), ':'))
            names[n++] = json_string_value(value);
    }
    json_object_foreach(known, key, value) {
        names[n++] = key;
    }
    nearest = nearest_name(name, names, n);
    return nearest ? pool_print("; did you mean %s?", nearest) : "";
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static bool is_number(const char *value, bool size) {
    char *end;
    if (!isdigit((unsigned char)value[0]) && value[0] != '-')
        return false;
    if (size) {
        strtod(value, &end);
        end += *end && strchr("bkKmMgGtTpPeE", *end);
    } else {
        strtoll(value, &end, 0);
    }
    return *end == '\0';
}

static bool is_one_of(const char *value, const char *values) {
    size_t length = strlen(value);
    for (const char *at = values; *at; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == length && strncmp(at, value, length) == 0)
            return true;
    return false;
}

/* Since 6.0 a truth has several names (QEMU's qapi_bool_parse). */
static bool is_truth(const struct check *check, const char *value) {
    return is_one_of(value,
                     strtol(check->snapshot->version, NULL, 10) >= 6 ? "on|off|yes|no|true|false|y|n" : "on|off");
}

static void check_value(struct check *check, const char *what, const char *key, const char *value, const char *type) {
    const char *wanted = NULL;

    if (strcmp(type, "bool") == 0)
        wanted = is_truth(check, value) ? NULL : "on or off";
    else if (strcmp(type, "int") == 0 || strcmp(type, "size") == 0)
        wanted = is_number(value, type[0] == 's') ? NULL : type[0] == 's' ? "a size" : "a number";
    else if (strcmp(type, "text") != 0)
        wanted = is_one_of(value, type) ? NULL : pool_print("one of %s", type);
    if (wanted)
        find(check, pool_print("%s%s: %s=%s: it takes %s", check->option, what, key, value, wanted));
}

/* The type of a key; NULL: there is no such key. `a.*` stands for all keys that begin with `a.`. */
static const char *type_of(json_t *keys, const char *key) {
    const char *type = json_string_value(json_object_get(keys, key));
    for (size_t i = strlen(key); !type && i > 0; i--)
        if (key[i] == '.')
            type = json_string_value(json_object_get(keys, pool_print("%.*s.*", (int)i, key)));
    return type;
}

/*
 * One item against the keys that are known. An item without a value is a truth: `server` is server=on, and `nowait` is
 * wait=off.
 */
static void check_item(struct check *check, const char *what, const struct item *item, json_t *keys) {
    const char *key = item->key ? item->key : item->value;
    const char *value = item->key ? item->value : "on";
    const char *type = type_of(keys, key);

    if (!type && !item->key && strncmp(key, "no", 2) == 0 && type_of(keys, key + 2))
        return;
    if (type)
        check_value(check, what, key, value, type);
    else
        find(check, pool_print("%s%s: no property %s%s", check->option, what, key, suggestion(keys, key)));
}

/* ---- options ---------------------------------------------------------------------------------------------------- */

/* Options whose first value names a thing that has properties. */
struct named {
    const char *kind;    /* as for snapshot_properties */
    const char *implied; /* the key of the first value */
    const char *list;    /* where its names are */
    const char *also;    /* keys of the option itself, with bars between */
};

/* As snapshot_properties. Lists do not have second names of devices, so what is not in one is asked for. */
static json_t *properties_of(struct check *check, const struct named *named, const char *name) {
    bool known = snapshot_has(check->snapshot, named->list, name);
    bool closed = !check->snapshot->qemu || strcmp(named->list, "devices") != 0;

    if (!known && closed && json_is_array(snapshot_list(check->snapshot, named->list)) &&
        !snapshot_knows(check->snapshot, named->kind, name))
        return json_null();
    return snapshot_properties(check->snapshot, named->kind, name);
}

static void read_named(struct check *check, const char *argument, const void *how) {
    const struct named *named = how;
    struct items items = words_items(argument);
    const char *given = words_value(&items, named->implied);
    const char *name = given ? given : words_first(&items);
    const char *what = pool_print(" %s", name);
    json_t *properties;

    if (argument[0] == '{' || strcmp(name, "help") == 0) /* JSON, or a question: not taken apart */
        return;
    if (strcmp(named->kind, "accel") == 0 && tokens_is_hardware(name))
        return; /* its properties are known only where it can be used */
    properties = properties_of(check, named, name);
    if (json_is_null(properties))
        find(check, pool_print("%s: no %s %s%s", check->option, named->kind, name,
                               suggestion(snapshot_list(check->snapshot, named->list), name)));
    for (size_t i = given ? 0 : 1; i < items.count && json_is_object(properties); i++) {
        const char *key = items.items[i].key;
        if (!key || (!is_one_of(key, named->also) && strcmp(key, named->implied) != 0))
            check_item(check, what, &items.items[i], properties);
    }
}

/* Options with a list of keys of their own. */
struct listed {
    const char *list;    /* as for snapshot_parameters */
    const char *implied; /* the key of a first value without one */
};

static void read_listed(struct check *check, const char *argument, const void *how) {
    const struct listed *listed = how;
    struct items items = words_items(argument);
    json_t *keys = snapshot_parameters(check->snapshot, listed->list);

    for (size_t i = 0; i < items.count && keys; i++) {
        struct item item = items.items[i];
        if (i == 0 && !item.key && *listed->implied)
            item.key = listed->implied;
        if (item.key && strcmp(item.key, "id") == 0)
            continue;
        check_item(check, "", &item, keys);
    }
}

/* -cpu MODEL,+feature,-feature,property=value */
static void read_cpu(struct check *check, const char *argument, const void *how) {
    struct items items = words_items(argument);
    const char *model = words_first(&items);
    const char *what = pool_print(" %s", model);
    json_t *properties;

    (void)how;
    if (!snapshot_has(check->snapshot, "cpus", model) && strcmp(model, "host") != 0) {
        find(check, pool_print("%s: no CPU %s%s", check->option, model,
                               suggestion(snapshot_list(check->snapshot, "cpus"), model)));
        return;
    }
    properties = snapshot_properties(check->snapshot, "cpu", model);
    for (size_t i = 1; i < items.count && json_is_object(properties); i++) {
        struct item item = items.items[i];
        if (!item.key && (item.value[0] == '+' || item.value[0] == '-'))
            item = (struct item){item.value + 1, item.value[0] == '+' ? "on" : "off"};
        check_item(check, what, &item, properties);
    }
}

/* Keys and names for -drive that QEMU renames before it looks for them in its list (blockdev.c, drive_new). */
static const char *renamed_drive_key(const char *key) {
    static const char *const names[][2] = {
        {"iops", "throttling.iops-total"},
        {"iops_rd", "throttling.iops-read"},
        {"iops_wr", "throttling.iops-write"},
        {"bps", "throttling.bps-total"},
        {"bps_rd", "throttling.bps-read"},
        {"bps_wr", "throttling.bps-write"},
        {"iops_max", "throttling.iops-total-max"},
        {"iops_rd_max", "throttling.iops-read-max"},
        {"iops_wr_max", "throttling.iops-write-max"},
        {"bps_max", "throttling.bps-total-max"},
        {"bps_rd_max", "throttling.bps-read-max"},
        {"bps_wr_max", "throttling.bps-write-max"},
        {"iops_size", "throttling.iops-size"},
        {"group", "throttling.group"},
        {"readonly", "read-only"},
    };
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(names[i][0], key) == 0)
            return names[i][1];
    return key;
}

/*
 * -drive: its own list; what is not in it is the format's, and what begins with `file.` that of the file below. Of keys
 * that the list has as texts, the drivers know the values.
 */
static void read_drive(struct check *check, const char *argument, const void *how) {
    struct items items = words_items(argument);
    const char *format = words_value(&items, "format");
    json_t *own = snapshot_parameters(check->snapshot, "drive");
    json_t *file = snapshot_properties(check->snapshot, "block", "file");
    json_t *driver = file;

    (void)how;
    if (format && !snapshot_has(check->snapshot, "blocks", format)) {
        find(check, pool_print("%s: no format %s", check->option, format));
        return;
    }
    if (format)
        driver = snapshot_properties(check->snapshot, "block", format);
    for (size_t i = 0; i < items.count && own && json_is_object(file) && json_is_object(driver); i++) {
        struct item item = items.items[i];
        const char *key = renamed_drive_key(item.key ? item.key : item.value);
        const char *values = type_of(file, key);
        if (strcmp(key, "cache") == 0 || strcmp(key, "id") == 0)
            continue;
        if (strncmp(key, "file.", 5) == 0) {
            item.key = item.key ? item.key + 5 : NULL;
            check_item(check, " file", &item, file);
        } else if (json_object_get(own, key)) {
            item.key = key;
            check_item(check, "", &item, values && strchr(values, '|') ? file : own);
        } else {
            check_item(check, pool_print(" format=%s", format ? format : ""), &item, driver);
        }
    }
}

/* -chardev BACKEND,id=…: all backends share one list of keys. */
static void read_chardev(struct check *check, const char *argument, const void *how) {
    static const struct listed list = {"chardev", "backend"};
    struct items items = words_items(argument);
    const char *given = words_value(&items, "backend");
    const char *backend = given ? given : words_first(&items);

    (void)how;
    if (!snapshot_has(check->snapshot, "chardevs", backend))
        find(check, pool_print("%s: no backend %s%s", check->option, backend,
                               suggestion(snapshot_list(check->snapshot, "chardevs"), backend)));
    else
        read_listed(check, argument, &list);
}

/* -qmp, -serial and the like: `unix:PATH,…` and `tcp:HOST:PORT,…` end in keys of -chardev. */
static void read_device_text(struct check *check, const char *argument, const void *how) {
    struct items items = words_items(argument);
    json_t *keys = snapshot_parameters(check->snapshot, "chardev");

    (void)how;
    if (strncmp(argument, "unix:", 5) != 0 && strncmp(argument, "tcp:", 4) != 0)
        return;
    for (size_t i = 1; i < items.count && keys; i++)
        check_item(check, "", &items.items[i], keys);
}

static const struct named machine_option = {"machine", "type", "machines", "accel|type"};
static const struct named accel_option = {"accel", "accel", "accelerators", ""};
static const struct named device_option = {"device", "driver", "devices", "id|bus"};
static const struct named object_option = {"object", "qom-type", "objects", "id"};
static const struct named netdev_option = {"netdev", "type", "netdevs", "id"};

/* Options and how their arguments are read; all others have only to be there. */
static const struct {
    const char *option;
    reader *read;
    const void *how;
} readers[] = {
    {"machine", read_named, &machine_option},
    {"accel", read_named, &accel_option},
    {"device", read_named, &device_option},
    {"object", read_named, &object_option},
    {"netdev", read_named, &netdev_option},
    {"cpu", read_cpu, NULL},
    {"drive", read_drive, NULL},
    {"chardev", read_chardev, NULL},
    {"qmp", read_device_text, NULL},
    {"serial", read_device_text, NULL},
    {"monitor", read_device_text, NULL},
    {"name", read_listed, &(const struct listed){"name", "guest"}},
    {"m", read_listed, &(const struct listed){"memory", "size"}},
    {"smp", read_listed, &(const struct listed){"smp-opts", "cpus"}},
    {"sandbox", read_listed, &(const struct listed){"sandbox", "enable"}},
    {"run-with", read_listed, &(const struct listed){"run-with", ""}},
    {"overcommit", read_listed, &(const struct listed){"overcommit", ""}},
    {"boot", read_listed, &(const struct listed){"boot-opts", "order"}},
    {"mon", read_listed, &(const struct listed){"mon", "chardev"}},
    {"rtc", read_listed, &(const struct listed){"rtc", "base"}},
    {"action", read_listed, &(const struct listed){"action", ""}},
    {"msg", read_listed, &(const struct listed){"msg", ""}},
};

/* Options that -help does not list, or lists in other ways, since they exist: -M until 10, and -dtb. */
static const char *usual_name(const char *word) {
    const char *name = word + (word[1] == '-' ? 2 : 1);
    return strcmp(name, "M") == 0 ? "machine" : name;
}

/* Whether an option has an argument. */
static bool has_argument(const struct check *check, const char *name) {
    return snapshot_has(check->snapshot, "options", pool_print("%s:", name)) || strcmp(name, "dtb") == 0;
}

static void check_option(struct check *check, const char *name, const char *argument) {
    for (size_t i = 0; i < COUNT(readers); i++)
        if (strcmp(readers[i].option, name) == 0)
            readers[i].read(check, argument, readers[i].how);
}

struct tokens tokens_check(struct snapshot *snapshot, const char *const *argv) {
    struct check check = {snapshot, NULL, {NULL, 0}};

    for (size_t i = 1; argv[0] && argv[i]; i++) {
        const char *name = usual_name(argv[i]);
        check.option = argv[i];
        if (argv[i][0] != '-' || argv[i][1] == '\0')
            continue; /* a disk */
        if (!snapshot_has(snapshot, "options", name)) {
            find(&check, pool_print("no option %s%s", argv[i], suggestion(snapshot_list(snapshot, "options"), name)));
            /* Whatever it is, its argument is no option. */
            i += argv[i + 1] && argv[i + 1][0] != '-';
        } else if (has_argument(&check, name)) {
            if (!argv[i + 1])
                find(&check, pool_print("%s: it wants an argument", argv[i]));
            else
                check_option(&check, name, argv[++i]);
        }
    }
    return check.tokens;
}

const char *tokens_argument(struct snapshot *snapshot, const char *const *argv, const char *option, size_t *place) {
    struct check check = {snapshot, NULL, {NULL, 0}};
    const char *argument = NULL;

    for (size_t i = 1; argv[0] && argv[i]; i++) {
        const char *name = argv[i][0] == '-' && argv[i][1] ? usual_name(argv[i]) : "";
        if (!has_argument(&check, name) || !argv[i + 1])
            continue;
        i++;
        if (strcmp(name, option) == 0) {
            argument = argv[i];
            *place = i;
        }
    }
    return argument;
}

int tokens_is_hardware(const char *accelerator) {
    return is_one_of(accelerator, "kvm|hvf|whpx|nvmm|xen|hax|mshv|nitro");
}
