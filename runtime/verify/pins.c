/*
 * What is fixed of a host when command lines are tried on one QEMU: what that QEMU is, and parameters that exist.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/pins.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "runtime/verify/pool.h"
#include "runtime/verify/scratch.h"

/* The value of an input; NULL: it stays free, or as musterc chooses it. */
static const char *value_of(const struct input *input, const struct snapshot *snapshot) {
    if (input->probe && strcmp(input->probe, "qemu_path") == 0)
        return snapshot->qemu ? snapshot->qemu : pool_print("/usr/bin/qemu-system-%s", snapshot->arch);
    if (input->is_param)
        return scratch_value(input->name, strcmp(input->type, "path") == 0, snapshot->arch);
    /* muster, too, knows this fact by its name: it says which QEMU is meant. */
    if (strcmp(input->name, "guest_arch") == 0)
        return snapshot->arch;
    return input->probe ? snapshot_fact(snapshot, input->probe) : NULL;
}

/* A text as libconfig reads it. */
static void write_text(FILE *file, const char *text) {
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

static void write_value(FILE *file, const struct input *input, const char *value) {
    bool unknown = strcmp(value, "unknown") == 0;

    fprintf(file, "  %s = ", input->name);
    if (strcmp(input->type, "bool") == 0 && !unknown)
        fputs(strcmp(value, "yes") == 0 ? "true" : "false", file);
    else if (strcmp(input->type, "int") == 0 && value[strspn(value, "0123456789")] == '\0' && *value)
        fputs(value, file);
    else
        write_text(file, value);
    fputs(";\n", file);
}

static void write_group(FILE *file, const char *name, const struct ruleset *ruleset, const struct snapshot *snapshot,
                        bool params) {
    fprintf(file, "%s: {\n", name);
    for (size_t i = 0; i < ruleset->n_inputs; i++) {
        const struct input *input = &ruleset->inputs[i];
        const char *value = input->is_param == params ? value_of(input, snapshot) : NULL;
        if (value)
            write_value(file, input, value);
    }
    fputs("};\n", file);
}

const char *pins_write(const struct ruleset *ruleset, const struct snapshot *snapshot) {
    const char *path = pool_print("%s/host.cfg", scratch_folder());
    FILE *file = fopen(path, "w");
    bool written = file != NULL;

    if (file) {
        write_group(file, "facts", ruleset, snapshot, false);
        write_group(file, "params", ruleset, snapshot, true);
        written = fclose(file) == 0;
    }
    if (!written)
        die("%s: %s", path, strerror(errno));
    return path;
}
