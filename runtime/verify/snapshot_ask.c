/*
 * Asking a QEMU what it has: over QMP without a machine where it answers there, else by its help texts.
 *
 * Machines are asked by -machine NAME,help: of some, QMP without a machine cannot be asked (5.2 asserts when
 * qom-list-properties makes a microvm machine).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/snapshot_ask.h"

#include <stdlib.h>
#include <string.h>

#include "muster_probe.h"
#include "runtime/verify/pool.h"
#include "runtime/verify/schema.h"

/* ---- words of strangers ----------------------------------------------------------------------------------------- */

/* What may be a name of an option, a property, a type: what is none is left out. */
static bool is_name(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (text[i] <= ' ' || text[i] > '~' || strchr("\"'\\,=", text[i]))
            return false;
    return length > 0 && length <= 100;
}

static bool is_name_value(json_t *value) {
    return json_is_string(value) && is_name(json_string_value(value), json_string_length(value));
}

static int compare_names(const void *a, const void *b) {
    return strcmp(json_string_value(*(json_t *const *)a), json_string_value(*(json_t *const *)b));
}

/* The same in order, each once; what is no name is left out. Takes the array over. */
static json_t *sorted(json_t *names) {
    size_t count = json_array_size(names);
    json_t **items = pool_take((count + 1) * sizeof(json_t *));
    json_t *result = json_array();
    size_t used = 0;

    for (size_t i = 0; i < count; i++)
        if (is_name_value(json_array_get(names, i)))
            items[used++] = json_array_get(names, i);
    qsort(items, used, sizeof(json_t *), compare_names);
    for (size_t i = 0; i < used; i++)
        if (i == 0 || compare_names(&items[i - 1], &items[i]) != 0)
            json_array_append(result, items[i]);
    json_decref(names);
    return result;
}

static json_t *ask(struct snapshot *snapshot, const char *command, json_t *arguments) {
    json_t *answer = NULL;
    talk_ask(&snapshot->talk, command, arguments, &answer);
    return answer;
}

/* ---- types ------------------------------------------------------------------------------------------------------ */

/* "on/off/auto" becomes "on|off|auto"; NULL if a description is not such a list. */
static const char *listed_values(const char *description) {
    size_t length = strspn(description, "abcdefghijklmnopqrstuvwxyz0123456789-_/");
    char *values;

    if (length == 0 || !memchr(description, '/', length) || (description[length] && description[length] != ' '))
        return NULL;
    values = pool_copy(description, length);
    for (char *at = values; *at; at++)
        *at = *at == '/' ? '|' : *at;
    return values;
}

/* The type of a property in our words: bool, int, size, text, or its values with bars between. */
static const char *plain_type(const char *type, const char *description) {
    const char *values = listed_values(description);

    if (strcmp(type, "bool") == 0)
        return "bool";
    if (strcmp(type, "OnOffAuto") == 0)
        return "on|off|auto";
    if (strcmp(type, "size") == 0)
        return "size";
    if ((strncmp(type, "int", 3) == 0 || strncmp(type, "uint", 4) == 0) && !strstr(description, "lot"))
        return "int"; /* but for "Slot and optional function number" */
    return values && strcmp(values, "on|off") != 0 ? values : "text";
}

/* The properties in an answer of device-list-properties or qom-list-properties. */
static json_t *listed_properties(json_t *answer) {
    json_t *properties = json_object();
    json_t *item;
    size_t i;

    json_array_foreach(answer, i, item) {
        json_t *name = json_object_get(item, "name");
        const char *type = json_string_value(json_object_get(item, "type"));
        const char *description = json_string_value(json_object_get(item, "description"));
        if (is_name_value(name) && type && strncmp(type, "child<", 6) != 0)
            json_object_set_new(properties, json_string_value(name),
                                json_string(plain_type(type, description ? description : "")));
    }
    return properties;
}

/* ---- help texts ------------------------------------------------------------------------------------------------- */

/* The next line of a text, which is cut there; NULL at the end. */
static char *next_line(char **text) {
    char *line = *text;
    size_t length = strcspn(line, "\n");

    if (!*line)
        return NULL;
    *text = line + length + (line[length] == '\n');
    line[length] = '\0';
    return line + strspn(line, " \t");
}

/*
 * The options: lines of -help that begin with a dash. Between an option and its argument stands one blank; behind one
 * that has none stand more, or nothing. Those with an argument get a "=".
 */
static json_t *read_options(char *text) {
    json_t *options = json_array();
    char *line;

    while ((line = next_line(&text)) != NULL) {
        size_t length = strcspn(line, " ");
        bool argument = line[length] == ' ' && line[length + 1] > ' ';
        const char *dashes = line + strspn(line, "-");
        size_t other = strcspn(dashes, " /");
        if (line[0] != '-')
            continue;
        json_array_append_new(options, json_string(pool_print("%.*s", (int)other, dashes)));
        if (argument)
            json_array_append_new(options, json_string(pool_print("%.*s:", (int)other, dashes)));
        if (dashes[other] == '/' && dashes[other + 1] == '-') /* -fda/-fdb file */
            json_array_append_new(
                options, json_string(pool_print("%.*s", (int)strcspn(dashes + other + 2, " "), dashes + other + 2)));
    }
    return sorted(options);
}

/*
 * Lines of -machine NAME,help and -device NAME,help: `pit=<OnOffAuto> - Enable i8254 PIT`, of machines until 5.2
 * `virt-5.2.highmem=bool (Set on/off …)`. No property has a point in its name.
 */
static json_t *read_properties(char *text) {
    json_t *properties = json_object();
    char *line;

    while ((line = next_line(&text)) != NULL) {
        size_t length = strcspn(line, "=");
        const char *type = line + length + 1;
        size_t begin = length;
        if (line[length] != '=')
            continue;
        while (begin > 0 && line[begin - 1] != '.')
            begin--;
        type += *type == '<';
        if (is_name(line + begin, length - begin))
            json_object_set_new(properties, pool_copy(line + begin, length - begin),
                                json_string(plain_type(pool_copy(type, strcspn(type, "> ")), "")));
    }
    return properties;
}

/* ---- what there is ---------------------------------------------------------------------------------------------- */

/* The texts that stand under these keys in a list of objects. */
static json_t *names_in(json_t *answer, const char *key, const char *other) {
    json_t *names = json_array();
    json_t *item;
    size_t i;

    json_array_foreach(answer, i, item) {
        json_array_append(names, json_object_get(item, key));
        json_array_append(names, json_object_get(item, other));
    }
    return sorted(names);
}

/*
 * Types that can be made, of a kind. JSON's null where they cannot be listed: QEMU then loads all modules, and ends if
 * one of them is not its own.
 */
static json_t *ask_types(struct snapshot *snapshot, const char *kind) {
    json_t *answer = ask(snapshot, "qom-list-types", json_pack("{s:s, s:b}", "implements", kind, "abstract", 0));
    json_t *names = answer ? names_in(answer, "name", "name") : json_null();
    json_decref(answer);
    return names;
}

static json_t *ask_machines(struct snapshot *snapshot) {
    json_t *answer = ask(snapshot, "query-machines", NULL);
    json_t *names = names_in(answer, "name", "alias");
    json_decref(answer);
    return names;
}

static json_t *ask_cpus(struct snapshot *snapshot) {
    json_t *answer = ask(snapshot, "query-cpu-definitions", NULL);
    json_t *names = names_in(answer, "name", "name");
    json_t *item;
    size_t i;

    snapshot->cpu_types = json_object();
    json_array_foreach(answer, i, item) {
        json_t *name = json_object_get(item, "name");
        if (json_is_string(name))
            json_object_set(snapshot->cpu_types, json_string_value(name), json_object_get(item, "typename"));
    }
    json_decref(answer);
    return names;
}

static const char *parameter_type(const char *type) {
    static const char *const words[][2] = {{"boolean", "bool"}, {"number", "int"}, {"size", "size"}};
    for (size_t i = 0; type && i < sizeof words / sizeof *words; i++)
        if (strcmp(type, words[i][0]) == 0)
            return words[i][1];
    return "text";
}

/* The keys of options: of query-command-line-options. */
static json_t *ask_parameters(struct snapshot *snapshot) {
    json_t *answer = ask(snapshot, "query-command-line-options", NULL);
    json_t *lists = json_object();
    json_t *item, *parameter;
    size_t i, j;

    json_array_foreach(answer, i, item) {
        json_t *name = json_object_get(item, "option");
        json_t *keys = json_object_get(item, "parameters");
        json_t *list;
        if (!is_name_value(name) || json_array_size(keys) == 0)
            continue;
        list = json_object();
        json_array_foreach(keys, j, parameter) {
            json_t *key = json_object_get(parameter, "name");
            if (is_name_value(key))
                json_object_set_new(list, json_string_value(key),
                                    json_string(parameter_type(json_string_value(json_object_get(parameter, "type")))));
        }
        json_object_set_new(lists, json_string_value(name), list);
    }
    json_decref(answer);
    return lists;
}

static json_t *ask_branches(struct snapshot *snapshot, const char *command) {
    json_t *answer;

    if (!snapshot->schema) {
        answer = ask(snapshot, "query-qmp-schema", NULL);
        snapshot->schema = schema_index(answer);
        json_decref(answer);
    }
    answer = schema_branches(snapshot->schema, command);
    return sorted(answer ? answer : json_array());
}

/* ---- properties ------------------------------------------------------------------------------------------------- */

/* As snapshot_properties. */
static json_t *ask_type(struct snapshot *snapshot, const char *command, const char *type) {
    json_t *answer = NULL;
    enum talk_end end = talk_ask(&snapshot->talk, command, json_pack("{s:s}", "typename", type), &answer);
    json_t *properties = end == TALK_ANSWERED  ? listed_properties(answer)
                         : end == TALK_REFUSED ? json_null()
                                               : json_true();

    json_decref(answer);
    return properties;
}

/* A second name, as virtio-blk, is known to the command line only. */
static json_t *ask_device(struct snapshot *snapshot, const char *name) {
    json_t *properties = ask_type(snapshot, "device-list-properties", name);

    if (!json_is_null(properties))
        return properties;
    properties = read_properties(talk_help(snapshot->qemu, "-device", pool_print("%s,help", name)));
    if (json_object_size(properties) > 0)
        return properties;
    json_decref(properties);
    return json_null();
}

/* Some models cannot be asked where they cannot be run, as `host`; `max` has all that there is. */
static json_t *ask_cpu(struct snapshot *snapshot, const char *name) {
    const char *type = json_string_value(json_object_get(snapshot->cpu_types, name));
    const char *most = json_string_value(json_object_get(snapshot->cpu_types, "max"));
    json_t *properties = type ? ask_type(snapshot, "device-list-properties", type) : json_null();

    if (!json_is_object(properties) && most)
        properties = ask_type(snapshot, "device-list-properties", most);
    return json_is_object(properties) ? properties : json_true();
}

/* What was read, if it is anything. */
static json_t *if_any(json_t *properties) {
    if (json_object_size(properties) > 0)
        return properties;
    json_decref(properties);
    return json_true();
}

json_t *snapshot_ask_properties(struct snapshot *snapshot, const char *kind, const char *name) {
    if (strcmp(kind, "machine") == 0)
        return if_any(read_properties(talk_help(snapshot->qemu, "-machine", pool_print("%s,help", name))));
    if (strcmp(kind, "cpu") == 0)
        return ask_cpu(snapshot, name);
    if (strcmp(kind, "device") == 0)
        return ask_device(snapshot, name);
    if (strcmp(kind, "object") == 0)
        return ask_type(snapshot, "qom-list-properties", name);
    if (strcmp(kind, "accel") == 0)
        return ask_type(snapshot, "qom-list-properties", pool_print("%s-accel", name));
    return if_any(schema_branch(snapshot->schema, strcmp(kind, "netdev") == 0 ? "netdev_add" : "blockdev-add", name));
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

/* The path that the prober finds for what was given. */
static const char *find_binary(const char *given) {
    struct muster_probe_context context = muster_probe_defaults;
    struct muster_prober *prober;
    struct muster_finding finding;
    const char *path;

    context.qemu = given;
    prober = muster_prober_new(&context);
    if (!prober)
        die("no memory");
    muster_probe(prober, MUSTER_PROBE_QEMU, &finding);
    if (strcmp(finding.value, "yes") != 0)
        die("--qemu %s: %s", given, finding.why);
    path = pool_print("%s", muster_probe_qemu(prober));
    muster_prober_free(prober);
    return path;
}

/* Every probe of QEMU, by libmuster's prober, bound to this binary. What it says of the path holds only here. */
static json_t *ask_facts(const struct snapshot *snapshot) {
    struct muster_probe_context context = muster_probe_defaults;
    struct muster_prober *prober;
    json_t *facts = json_object();

    context.qemu = snapshot->qemu;
    context.guest_arch = snapshot->arch;
    prober = muster_prober_new(&context);
    if (!prober)
        die("no memory");
    for (int i = 0; i < MUSTER_PROBE_COUNT; i++) {
        const char *name = muster_probe_name((enum muster_probe_id)i);
        struct muster_finding finding;
        if (strncmp(name, "qemu", 4) != 0 || strcmp(name, "qemu_path") == 0)
            continue;
        muster_probe(prober, (enum muster_probe_id)i, &finding);
        if (strcmp(name, "qemu_version") == 0 && finding.reason != MUSTER_REASON_NONE)
            die("--qemu %s: its version is not known: %s", snapshot->given, finding.why);
        json_object_set_new(facts, name, json_string(finding.value));
        child_interrupted();
    }
    muster_prober_free(prober);
    return facts;
}

static const char *ask_arch(struct snapshot *snapshot) {
    json_t *answer = ask(snapshot, "query-target", NULL);
    const char *arch = json_string_value(json_object_get(answer, "arch"));
    const char *copy = arch && is_name(arch, strlen(arch)) ? pool_print("%s", arch) : NULL;

    json_decref(answer);
    if (!copy)
        die("--qemu %s: it does not say over QMP for which architecture it is", snapshot->given);
    return copy;
}

void snapshot_take(struct snapshot *snapshot, const char *qemu) {
    json_t *facts, *lists = json_object();

    *snapshot = (struct snapshot){.given = qemu, .qemu = find_binary(qemu)};
    snapshot->talk.qemu = snapshot->qemu;
    snapshot->arch = ask_arch(snapshot);
    facts = ask_facts(snapshot);
    snapshot->version = pool_print("%s", json_string_value(json_object_get(facts, "qemu_version")));
    json_object_set_new(lists, "machines", ask_machines(snapshot));
    json_object_set_new(lists, "cpus", ask_cpus(snapshot));
    json_object_set_new(lists, "netdevs", ask_branches(snapshot, "netdev_add"));
    json_object_set_new(lists, "chardevs", ask_branches(snapshot, "chardev-add"));
    json_object_set_new(lists, "blocks", ask_branches(snapshot, "blockdev-add"));
    json_object_set_new(lists, "options", read_options(talk_help(snapshot->qemu, "-help", NULL)));
    json_object_set_new(lists, "devices", ask_types(snapshot, "device"));
    json_object_set_new(lists, "objects", ask_types(snapshot, "user-creatable"));
    snapshot->data =
        json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:{}}", "snapshot", 1, "version", snapshot->version, "arch",
                  snapshot->arch, "facts", facts, "lists", lists, "parameters", ask_parameters(snapshot), "properties");
}
