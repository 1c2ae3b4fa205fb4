/*
 * The baseline's fact space and sets of parameters.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cells.h"

#include <stdio.h>
#include <string.h>

/* The facts with the values that tell all rows of the baseline apart. The order of values is the one of the enums of
 * handwritten.h, and no comes before yes. */
static const struct fact {
    const char *name;
    size_t count;
    const char *values[CELL_MAX_VALUES];
} space_of[CELL_FACTS] = {
    {"guest_arch", 3, {"x86_64", "aarch64", "unknown"}},
    {"host_os", 3, {"linux", "macos", "unknown"}},
    {"force_emulation", 2, {"no", "yes"}},
    {"kvm", 2, {"no", "yes"}},
    {"hvf", 2, {"no", "yes"}},
    {"tsc_deadline", 2, {"no", "yes"}},
    {"io_uring", 2, {"no", "yes"}},
    {"unshare", 2, {"no", "yes"}},
    {"qemu_version", 6, {"unknown", "7.2.22", "8.0.0", "9.1.9", "9.2.0", "10.0.2"}},
    {"allow_network", 2, {"no", "yes"}},
    {"expose_ports", 2, {"no", "yes"}},
    {"qemu_vm_user", 2, {"no", "yes"}},
};

static const struct handwritten_version versions[CELL_MAX_VALUES] = {
    {false, 0, 0, 0}, {true, 7, 2, 22}, {true, 8, 0, 0}, {true, 9, 1, 9}, {true, 9, 2, 0}, {true, 10, 0, 2},
};

/* The values of one fact, as the ruleset numbers them; each must be another. */
static bool prepare_values(const struct fact *fact, uint32_t input, int64_t *values) {
    for (size_t i = 0; i < fact->count; i++) {
        const char *text = fact->values[i];
        if (muster_parse_value(baseline_ruleset, input, text, strlen(text), &values[i], NULL) != MUSTER_OK) {
            fprintf(stderr, "the ruleset does not know %s = %s\n", fact->name, text);
            return false;
        }
        for (size_t k = 0; k < i; k++) {
            if (values[k] == values[i]) {
                fprintf(stderr, "%s = %s and %s are the same to the ruleset\n", fact->name, fact->values[k], text);
                return false;
            }
        }
    }
    return true;
}

bool cells_prepare(struct cell_space *space) {
    for (size_t i = 0; i < CELL_FACTS; i++) {
        const struct fact *fact = &space_of[i];
        uint32_t input = muster_find_input(baseline_ruleset, fact->name, strlen(fact->name));
        if (input >= CELL_FACTS) {
            fprintf(stderr, "the ruleset has no fact %s\n", fact->name);
            return false;
        }
        space->input[i] = input;
        if (!prepare_values(fact, input, space->value[i]))
            return false;
    }
    return true;
}

size_t cells_count(void) {
    size_t product = 1;
    for (size_t i = 0; i < CELL_FACTS; i++)
        product *= space_of[i].count;
    return product;
}

/* Fact number `fact` gets its value number `value`; the order of the cases is the one of space_of. */
static void set_by_hand(struct handwritten_facts *facts, size_t fact, size_t value) {
    bool yes = value == 1;
    switch (fact) {
    case 0:
        facts->guest_arch = (enum handwritten_arch)value;
        break;
    case 1:
        facts->host_os = (enum handwritten_os)value;
        break;
    case 2:
        facts->force_emulation = yes;
        break;
    case 3:
        facts->kvm = yes;
        break;
    case 4:
        facts->hvf = yes;
        break;
    case 5:
        facts->tsc_deadline = yes;
        break;
    case 6:
        facts->io_uring = yes;
        break;
    case 7:
        facts->unshare = yes;
        break;
    case 8:
        facts->qemu_version = versions[value];
        break;
    case 9:
        facts->allow_network = yes;
        break;
    case 10:
        facts->expose_ports = yes;
        break;
    case 11:
        facts->qemu_vm_user = yes;
        break;
    default:
        break;
    }
}

static void set_value(const struct cell_space *space, struct cell *cell, size_t fact, size_t value) {
    cell->facts.value[space->input[fact]] = space->value[fact][value];
    set_by_hand(&cell->by_hand, fact, value);
}

void cells_clear(struct cell *cell) {
    memset(cell, 0, sizeof *cell);
    for (size_t i = 0; i < CELL_FACTS; i++)
        cell->facts.value[i] = MUSTER_UNSET;
}

void cells_make(const struct cell_space *space, size_t number, struct cell *cell) {
    cells_clear(cell);
    for (size_t i = 0; i < CELL_FACTS; i++) {
        set_value(space, cell, i, number % space_of[i].count);
        number /= space_of[i].count;
    }
}

bool cells_set(const struct cell_space *space, struct cell *cell, const char *fact, const char *value) {
    for (size_t i = 0; i < CELL_FACTS; i++) {
        for (size_t k = 0; k < space_of[i].count && strcmp(space_of[i].name, fact) == 0; k++) {
            if (strcmp(space_of[i].values[k], value) == 0) {
                set_value(space, cell, i, k);
                return true;
            }
        }
    }
    return false;
}

void cells_describe(size_t number, char *buffer, size_t size) {
    size_t used = 0;
    for (size_t i = 0; i < CELL_FACTS && used < size; i++) {
        const char *value = space_of[i].values[number % space_of[i].count];
        number /= space_of[i].count;
        int length = snprintf(buffer + used, size - used, "%s%s = %s", i == 0 ? "" : ", ", space_of[i].name, value);
        used += length > 0 ? (size_t)length : 0;
    }
}

bool cells_make_fixed(const struct cell_space *space, struct cell *cell) {
    static const char *const values[CELL_FACTS] = {"x86_64", "linux", "no",    "yes", "no", "yes",
                                                   "yes",    "yes",   "9.1.9", "yes", "no", "no"};
    cells_clear(cell);
    for (size_t i = 0; i < CELL_FACTS; i++)
        if (!cells_set(space, cell, space_of[i].name, values[i]))
            return false;
    return true;
}

/* ---- parameters ------------------------------------------------------------------------------------------------- */

#define TEXT(literal)                                                                                                  \
    { literal, sizeof(literal) - 1 }

/* As a caller gives them; memory is a number. Order: the one of struct handwritten_params, without memory. */
static const struct raw_params {
    int64_t memory_mb;
    struct handwritten_text text[CELL_PARAMS - 1];
} raw_sets[CELL_PARAM_SETS] = {
    {512,
     {TEXT("vm1"), TEXT("/srv/images"), TEXT("/run/vm/overlay.qcow2"), TEXT("/run/vm/cmd.sock"),
      TEXT("/run/vm/event.sock"), TEXT("/run/vm/qmp.sock"), TEXT("/run/vm/gvproxy.sock")}},
    {1048576,
     {TEXT("tenant-1_task.0123456789"), TEXT("/opt/vm images,1/k"),
      TEXT("/var/lib/vm 1/,a,,b/the disk of task 1.qcow2,"), TEXT("/run/vm 1,x/cmd,.sock"),
      TEXT("/run/vm 1,x/event,.sock"), TEXT("/run/vm 1,x/,qmp.sock"), TEXT("/run/vm 1,x/gvproxy.sock,,")}},
};

/* The same as they stand in the command line: commas are doubled but in the folder of kernels. */
static const struct handwritten_params ready_sets[CELL_PARAM_SETS] = {
    {TEXT("vm1"), TEXT("512"), TEXT("/srv/images"), TEXT("/run/vm/overlay.qcow2"), TEXT("/run/vm/cmd.sock"),
     TEXT("/run/vm/event.sock"), TEXT("/run/vm/qmp.sock"), TEXT("/run/vm/gvproxy.sock")},
    {TEXT("tenant-1_task.0123456789"), TEXT("1048576"), TEXT("/opt/vm images,1/k"),
     TEXT("/var/lib/vm 1/,,a,,,,b/the disk of task 1.qcow2,,"), TEXT("/run/vm 1,,x/cmd,,.sock"),
     TEXT("/run/vm 1,,x/event,,.sock"), TEXT("/run/vm 1,,x/,,qmp.sock"), TEXT("/run/vm 1,,x/gvproxy.sock,,,,")},
};

const struct handwritten_params *cells_params_by_hand(size_t set) {
    return &ready_sets[set];
}

bool cells_set_params(struct muster_params *params, size_t set) {
    static const uint32_t inputs[CELL_PARAMS - 1] = {
        BASELINE_PARAM_VM_ID,          BASELINE_PARAM_KERNEL_DIR,   BASELINE_PARAM_OVERLAY_IMAGE,
        BASELINE_PARAM_CMD_SOCKET,     BASELINE_PARAM_EVENT_SOCKET, BASELINE_PARAM_QMP_SOCKET,
        BASELINE_PARAM_GVPROXY_SOCKET,
    };
    const struct raw_params *raw = &raw_sets[set];
    struct muster_error error = {0};
    enum muster_status status = muster_set_value(params, BASELINE_PARAM_MEMORY_MB, raw->memory_mb, &error);
    for (size_t i = 0; status == MUSTER_OK && i < CELL_PARAMS - 1; i++)
        status = muster_set_text(params, inputs[i], raw->text[i].text, raw->text[i].length, &error);
    if (status != MUSTER_OK) {
        char text[256];
        muster_error_text(baseline_ruleset, &error, text, sizeof text);
        fprintf(stderr, "a parameter of set %zu is refused: %s\n", set, text);
    }
    return status == MUSTER_OK;
}
