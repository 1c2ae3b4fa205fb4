/*
 * Hardware that this machine cannot give a QEMU, and what takes its place.
 *
 * Whether an accelerator can be used is tried with as little else as there can be: if that starts, what the whole
 * command line is refused for is its own fault.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/replace.h"

#include <string.h>

#include "runtime/verify/pool.h"
#include "runtime/verify/tokens.h"
#include "runtime/verify/words.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* CPU models that need less of the host than `host` does. */
static const char *const humble_models[] = {"max", "qemu64", "kvm64", "cortex-a57"};

/* Starts a machine with nothing in it. NULL: it starts; else QEMU's words. */
static const char *try_hardware(const struct replacer *replacer, const char *qemu, const char *accel, const char *cpu,
                                const char *machine) {
    const char *argv[16] = {qemu, "-nodefaults", "-no-user-config", "-display", "none", "-accel", accel, NULL};
    size_t n = 7;
    struct start start = {argv, false, NULL};

    if (cpu) {
        argv[n++] = "-cpu";
        argv[n++] = cpu;
    }
    if (*machine) {
        argv[n++] = "-machine";
        argv[n++] = machine;
    }
    argv[n] = NULL;
    start_all(&replacer->starting, &start, 1);
    return start.accepted ? NULL : start.words;
}

static bool listed(const char *names, const char *name) {
    const char *found = names ? strstr(names, name) : NULL;
    return found && (found == names || found[-1] == ',') && strchr(",", found[strlen(name)]);
}

/* The same argument of -cpu with another model. */
static const char *with_model(const char *cpu, const char *model) {
    struct items items = words_items(cpu);
    if (items.count == 0)
        return model;
    items.items[0] = (struct item){NULL, model};
    return words_join(&items);
}

static const char *model_of(const char *cpu) {
    struct items items = words_items(cpu ? cpu : "");
    return words_first(&items);
}

/* Another CPU model under the same accelerator, if there is one that starts. */
static bool find_model(const struct replacer *replacer, struct replacement *found, const char *qemu, const char *accel,
                       const char *cpu, const char *machine) {
    struct snapshot *snapshot = replacer->starting.snapshot;

    for (size_t i = 0; i < COUNT(humble_models); i++) {
        const char *model = humble_models[i];
        if (!snapshot_has(snapshot, "cpus", model) || strcmp(model, model_of(cpu)) == 0 ||
            try_hardware(replacer, qemu, accel, model, machine))
            continue;
        found->accel = accel;
        found->cpu = with_model(cpu ? cpu : "", model);
        found->said = pool_print("the CPU model %s in the place of %s", model, model_of(cpu));
        return true;
    }
    return false;
}

static void find_replacement(const struct replacer *replacer, struct replacement *found, const char *qemu,
                             const char *accel, const char *cpu, const char *machine) {
    struct items items = words_items(accel);
    const char *given = words_value(&items, "accel");
    const char *name = given ? given : words_first(&items);

    if (listed(snapshot_fact(replacer->starting.snapshot, "qemu_accelerators"), name))
        found->why = try_hardware(replacer, qemu, accel, cpu, machine);
    else
        found->why = "this QEMU was built without it";
    if (!found->why)
        return;
    if (strcmp(found->why, "this QEMU was built without it") != 0 &&
        find_model(replacer, found, qemu, accel, cpu, machine))
        return;
    found->accel = "tcg";
    found->cpu = cpu && strcmp(model_of(cpu), "host") == 0 ? with_model(cpu, "max") : cpu;
    found->said = pool_print("tcg in the place of %s", name);
}

static const struct replacement *replacement_for(struct replacer *replacer, const char *qemu, const char *accel,
                                                 const char *cpu, const char *machine) {
    const char *key = pool_print("%s\n%s\n%s", accel, cpu ? cpu : "", machine);
    struct replacement found = {key, NULL, NULL, NULL, NULL};

    for (size_t i = 0; i < replacer->count; i++)
        if (strcmp(replacer->replacements[i].key, key) == 0)
            return &replacer->replacements[i];
    find_replacement(replacer, &found, qemu, accel, cpu, machine);
    replacer->replacements = pool_grow(replacer->replacements, replacer->count, sizeof *replacer->replacements);
    replacer->replacements[replacer->count] = found;
    return &replacer->replacements[replacer->count++];
}

const char **replace_hardware(struct replacer *replacer, const char **argv, const char **said) {
    struct snapshot *snapshot = replacer->starting.snapshot;
    size_t accel_at = 0, cpu_at = 0, machine_at = 0, count = 0;
    const char *accel = tokens_argument(snapshot, argv, "accel", &accel_at);
    const char *cpu = tokens_argument(snapshot, argv, "cpu", &cpu_at);
    const char *machine = tokens_argument(snapshot, argv, "machine", &machine_at);
    struct items accel_items = words_items(accel ? accel : "");
    struct items machine_items = words_items(machine ? machine : "");
    const char *given = words_value(&accel_items, "accel");
    const struct replacement *found;
    const char **other;

    *said = NULL;
    if (!accel || !tokens_is_hardware(given ? given : words_first(&accel_items)))
        return argv;
    found = replacement_for(replacer, argv[0], accel, cpu, words_first(&machine_items));
    *said = found->said;
    if (!found->said)
        return argv;
    while (argv[count])
        count++;
    other = pool_take((count + 1) * sizeof *other);
    memcpy(other, argv, count * sizeof *other);
    other[accel_at] = found->accel;
    if (cpu)
        other[cpu_at] = found->cpu;
    return other;
}
