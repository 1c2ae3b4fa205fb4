/*
 * Probes of what a QEMU was built with: machine types, devices and options. All of them are answered by one session
 * over QMP with a QEMU that has no machine.
 *
 * Each device is asked for by its name, so that QEMU loads the module that has it, and only that one. (Asking for lists
 * of types loads all modules, those of another build among them, which ends some QEMUs.)
 *
 * References, in QEMU's documentation: QEMU QMP Reference Manual, commands query-machines, device-list-properties,
 * query-command-line-options and blockdev-add, https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "runtime/probe/internal.h"
#include "runtime/probe/qmp.h"

/* ---- what is asked ---------------------------------------------------------------------------------------------- */

/* Machine types: their names, which may be aliases, as pc and virt are of their newest version. */
#define MACHINES(X)                                                                                                    \
    X(MICROVM, "microvm")                                                                                              \
    X(PC, "pc")                                                                                                        \
    X(VIRT, "virt")

#define DEVICES(X)                                                                                                     \
    X(MMIO_BLK, "virtio-blk-device")                                                                                   \
    X(MMIO_NET, "virtio-net-device")                                                                                   \
    X(MMIO_SERIAL, "virtio-serial-device")                                                                             \
    X(MMIO_BALLOON, "virtio-balloon-device")                                                                           \
    X(MMIO_RNG, "virtio-rng-device")                                                                                   \
    X(PCI_BLK, "virtio-blk-pci")                                                                                       \
    X(PCI_NET, "virtio-net-pci")                                                                                       \
    X(PCI_SERIAL, "virtio-serial-pci")                                                                                 \
    X(PCI_BALLOON, "virtio-balloon-pci")                                                                               \
    X(PCI_RNG, "virtio-rng-pci")

#define OTHERS(X)                                                                                                      \
    X(IO_URING, "aio=io_uring")                                                                                        \
    X(SANDBOX, "-sandbox")                                                                                             \
    X(EXIT_WITH_PARENT, "-run-with exit-with-parent")

#define PLACE(id, name) PLACE_##id,
enum { MACHINES(PLACE) DEVICES(PLACE) OTHERS(PLACE) FEATURES };
#undef PLACE

#define NAME(id, name) name,
static const char *const names[FEATURES] = {MACHINES(NAME) DEVICES(NAME) OTHERS(NAME)};
#undef NAME

#define HAS(id) (1U << PLACE_##id)
_Static_assert(FEATURES <= 32, "a set of features has 32 bits");

enum {
    FIRST_DEVICE = PLACE_MMIO_BLK,
    LAST_DEVICE = PLACE_PCI_RNG,
    MMIO = HAS(MMIO_BLK) | HAS(MMIO_NET) | HAS(MMIO_SERIAL) | HAS(MMIO_BALLOON),
    PCI = HAS(PCI_BLK) | HAS(PCI_NET) | HAS(PCI_SERIAL) | HAS(PCI_BALLOON),
};

#define ASK(command, id, arguments)                                                                                    \
    "{\"execute\": \"" command "\", \"id\": \"" id "\", \"arguments\": {" arguments "}}\n"
#define ASK_DEVICE(id, name) ASK("device-list-properties", name, "\"typename\": \"" name "\"")

/*
 * All at once. The file cannot be there, so that opening it fails where aio=io_uring is a value at all; where it is
 * none, that is what is said first.
 */
static const char session_input[] =
    "{\"execute\": \"qmp_capabilities\"}\n" ASK("query-machines", "machines", "") DEVICES(ASK_DEVICE)
        ASK("blockdev-add", "aio=io_uring",
            "\"driver\": \"file\", \"node-name\": \"x\", \"filename\": \"/dev/null/x\", \"aio\": \"io_uring\"")
            ASK("query-command-line-options", "-sandbox", "\"option\": \"sandbox\"")
                ASK("query-command-line-options", "-run-with exit-with-parent", "\"option\": \"run-with\"")
                    ASK("quit", "quit", "");
_Static_assert(sizeof session_input - 1 <= RUN_INPUT_MAX, "all questions are written at once");

/* ---- reading the answers ---------------------------------------------------------------------------------------- */

/* Whether one of the elements of an array has one of two members with this text. */
static bool lists(const json_t *array, const char *member, const char *or_member, const char *wanted) {
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *element = json_array_get(array, i);
        const char *text = json_string_value(json_object_get(element, member));
        const char *other = or_member != NULL ? json_string_value(json_object_get(element, or_member)) : NULL;
        if ((text != NULL && strcmp(text, wanted) == 0) || (other != NULL && strcmp(other, wanted) == 0))
            return true;
    }
    return false;
}

static unsigned read_features(const json_t *session) {
    const json_t *machines = qmp_returned(session, "machines");
    const char *opening = qmp_error(session, names[PLACE_IO_URING]);
    const json_t *run_with = json_array_get(qmp_returned(session, names[PLACE_EXIT_WITH_PARENT]), 0);
    unsigned found = 0;
    for (unsigned i = 0; i < FIRST_DEVICE; i++)
        found |= lists(machines, "name", "alias", names[i]) ? 1U << i : 0;
    for (unsigned i = FIRST_DEVICE; i <= LAST_DEVICE; i++)
        found |= qmp_returned(session, names[i]) != NULL ? 1U << i : 0;
    if (opening != NULL && strstr(opening, "Could not open") != NULL)
        found |= HAS(IO_URING);
    if (qmp_returned(session, names[PLACE_SANDBOX]) != NULL)
        found |= HAS(SANDBOX);
    if (lists(json_object_get(run_with, "parameters"), "name", NULL, "exit-with-parent"))
        found |= HAS(EXIT_WITH_PARENT);
    return found;
}

/* The first question that was not answered, NULL if all were. */
static const char *unanswered(const json_t *session) {
    if (json_object_get(session, "machines") == NULL)
        return "query-machines";
    for (unsigned i = FIRST_DEVICE; i < FEATURES; i++)
        if (json_object_get(session, names[i]) == NULL)
            return names[i];
    return NULL;
}

__attribute__((format(printf, 2, 3))) static void append(char keep[CACHE_ANSWER_MAX + 1], const char *format, ...) {
    size_t length = strlen(keep);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(keep + length, CACHE_ANSWER_MAX + 1 - length, format, arguments);
    va_end(arguments);
}

/* The least session that says the same. */
static void write_session(unsigned found, char keep[CACHE_ANSWER_MAX + 1]) {
    const char *comma = "";
    keep[0] = '\0';
    append(keep, "{\"QMP\": {}}\n{\"id\": \"machines\", \"return\": [");
    for (unsigned i = 0; i < FIRST_DEVICE; i++) {
        if ((found >> i & 1) == 0)
            continue;
        append(keep, "%s{\"name\": \"%s\"}", comma, names[i]);
        comma = ", ";
    }
    append(keep, "]}\n");
    for (unsigned i = FIRST_DEVICE; i <= LAST_DEVICE; i++)
        append(keep, "{\"id\": \"%s\", \"%s\": {}}\n", names[i], found >> i & 1 ? "return" : "error");
    append(keep, "{\"id\": \"%s\", \"error\": {\"desc\": \"%s\"}}\n", names[PLACE_IO_URING],
           found & HAS(IO_URING) ? "Could not open" : "");
    append(keep, "{\"id\": \"%s\", \"%s\": {}}\n", names[PLACE_SANDBOX], found & HAS(SANDBOX) ? "return" : "error");
    append(keep, "{\"id\": \"%s\", \"return\": [%s]}\n", names[PLACE_EXIT_WITH_PARENT],
           found & HAS(EXIT_WITH_PARENT) ? "{\"parameters\": [{\"name\": \"exit-with-parent\"}]}" : "");
}

/* The features with commas between. */
static void show_features(struct probe_answer *answer) {
    char value[1024] = "";
    size_t length = 0;
    for (unsigned i = 0; i < FEATURES && length < sizeof value; i++)
        if ((answer->flags >> i & 1) != 0)
            length += (size_t)snprintf(value + length, sizeof value - length, "%s%s", length > 0 ? "," : "", names[i]);
    probe_found(answer, value);
}

static bool read_session(struct probe_answer *answer, const char *text, char keep[CACHE_ANSWER_MAX + 1]) {
    json_t *session = qmp_read(text);
    const char *missing = session != NULL ? unanswered(session) : NULL;
    bool good = session != NULL && missing == NULL;
    answer->flags = good ? read_features(session) : 0;
    if (session == NULL)
        probe_because(answer, "", MUSTER_REASON_NOT_UNDERSTOOD, "what it says is not QMP");
    else if (missing != NULL)
        probe_because(answer, "", MUSTER_REASON_NOT_UNDERSTOOD, "it does not answer when it is asked for %s", missing);
    else
        show_features(answer);
    if (good)
        write_session(answer->flags, keep);
    json_decref(session);
    return good;
}

void probe_qemu_features(struct muster_prober *prober, struct probe_answer *answer) {
    static const char *const arguments[] = {"-machine",        "none", "-S",    "-display", "none", "-nodefaults",
                                            "-no-user-config", "-qmp", "stdio", NULL};
    static const struct probe_question question = {
        .words = "-machine none -qmp stdio",
        .arguments = arguments,
        .input = session_input,
        .read = read_session,
        .otherwise = "",
        .of_kernel = true /* -sandbox is an option only where the kernel can do it */,
    };
    probe_ask_qemu(prober, answer, &question, prober->session, PROBE_SESSION_MAX);
}

/* ---- one feature, or some --------------------------------------------------------------------------------------- */

/* Yes if all of it is there; else no with what is missing. `what` stands before the names. */
static void judge(struct muster_prober *prober, struct probe_answer *answer, unsigned wanted, const char *what) {
    struct probe_answer session;
    char missing[256] = "";
    size_t length = 0;
    probe_ask(prober, MUSTER_PROBE_QEMU_FEATURES, &session);
    probe_source(answer, "%s", session.finding.source);
    if (session.finding.reason != MUSTER_REASON_NONE) {
        probe_because(answer, "no", session.finding.reason, "QEMU could not be asked: %s", session.finding.why);
        return;
    }
    if ((wanted & ~session.flags) == 0) {
        probe_found(answer, "yes");
        return;
    }
    for (unsigned i = 0; i < FEATURES && length < sizeof missing; i++)
        if ((wanted & ~session.flags) >> i & 1)
            length +=
                (size_t)snprintf(missing + length, sizeof missing - length, "%s%s", length > 0 ? ", " : "", names[i]);
    probe_because(answer, "no", MUSTER_REASON_NOT_IN_QEMU, "this QEMU has no %s%s", what, missing);
}

static void judge_machine(struct muster_prober *prober, struct probe_answer *answer, unsigned machine) {
    judge(prober, answer, machine, "machine type ");
}

void probe_qemu_microvm(struct muster_prober *prober, struct probe_answer *answer) {
    judge_machine(prober, answer, HAS(MICROVM));
}

void probe_qemu_pc(struct muster_prober *prober, struct probe_answer *answer) {
    judge_machine(prober, answer, HAS(PC));
}

void probe_qemu_virt(struct muster_prober *prober, struct probe_answer *answer) {
    judge_machine(prober, answer, HAS(VIRT));
}

void probe_qemu_virtio_mmio(struct muster_prober *prober, struct probe_answer *answer) {
    judge(prober, answer, MMIO, "");
}

void probe_qemu_virtio_pci(struct muster_prober *prober, struct probe_answer *answer) {
    judge(prober, answer, PCI, "");
}

/* For each transport that is there; where none is, for both. */
void probe_qemu_virtio_rng(struct muster_prober *prober, struct probe_answer *answer) {
    struct probe_answer session;
    probe_ask(prober, MUSTER_PROBE_QEMU_FEATURES, &session);
    bool mmio = (session.flags & MMIO) == MMIO;
    bool pci = (session.flags & PCI) == PCI;
    judge(prober, answer, (mmio || !pci ? HAS(MMIO_RNG) : 0) | (pci || !mmio ? HAS(PCI_RNG) : 0), "");
}

void probe_qemu_io_uring(struct muster_prober *prober, struct probe_answer *answer) {
    judge(prober, answer, HAS(IO_URING), "");
}

/* A build with seccomp has no such option either where the kernel lacks the filters that it needs. */
void probe_qemu_seccomp(struct muster_prober *prober, struct probe_answer *answer) {
    judge(prober, answer, HAS(SANDBOX), "");
}

void probe_qemu_exit_with_parent(struct muster_prober *prober, struct probe_answer *answer) {
    judge(prober, answer, HAS(EXIT_WITH_PARENT), "");
}

/* Listed, and not only listed: its module may be missing, and then no QEMU starts that has nothing else. */
void probe_qemu_tcg(struct muster_prober *prober, struct probe_answer *answer) {
    struct probe_answer session;
    probe_accelerator(prober, answer, PROBE_QEMU_HAS_TCG, "tcg", "");
    if (answer->finding.reason != MUSTER_REASON_NONE)
        return;
    probe_ask(prober, MUSTER_PROBE_QEMU_FEATURES, &session);
    if (session.finding.reason != MUSTER_REASON_NONE) {
        probe_source(answer, "%s", session.finding.source);
        probe_because(answer, "no", session.finding.reason, "QEMU lists tcg, but: %s", session.finding.why);
    }
}
