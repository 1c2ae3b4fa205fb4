/*
 * Explanations: of a command line, of one that waits for parameters, and of a host that the rules refuse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/tool/explain.h"
#include "runtime/tool/inputs.h"
#include "tests/rejects.h"
#include "unit.h"

/* What came of explaining some values: the exit code, the explanation, the messages. */
struct outcome {
    int code;
    char *text;
    char *messages;
};

/* Explains values as after --set; a NULL ends them. */
static struct outcome explained(enum show_format format, const char *const *assignments) {
    struct outcome outcome = {0};
    size_t length;
    FILE *out = open_memstream(&outcome.text, &length);
    FILE *messages = open_memstream(&outcome.messages, &length);
    struct inputs *inputs;

    CU_ASSERT_FATAL(out && messages);
    inputs = inputs_new(rejects_ruleset, "test", messages);
    CU_ASSERT_PTR_NOT_NULL_FATAL(inputs);
    for (; *assignments; assignments++)
        CU_ASSERT(inputs_set(inputs, *assignments));
    CU_ASSERT(inputs_complete(inputs));
    outcome.code = explain(out, format, inputs);
    inputs_free(inputs);
    fclose(out);
    fclose(messages);
    return outcome;
}

static void release(struct outcome *outcome) {
    free(outcome->text);
    free(outcome->messages);
}

static bool holds(const char *text, const char *part) {
    bool found = strstr(text, part) != NULL;

    if (!found)
        printf("\nexpected: %s\nin: %s\n", part, text);
    return found;
}

static void whole(void) {
    static const char *const assignments[] = {"host_os=linux", "kvm=yes", "name=one", NULL};
    struct outcome outcome = explained(SHOW_TEXT, assignments);

    CU_ASSERT_EQUAL(outcome.code, 0);
    CU_ASSERT_STRING_EQUAL(outcome.messages, "");
    CU_ASSERT(holds(outcome.text, "Ruleset rejects: Refuses hosts that it does not know\n"));
    CU_ASSERT(holds(outcome.text, "    host_os  linux  --set\n    kvm      yes    --set\n"));
    CU_ASSERT(holds(outcome.text, "    accel = kvm\n        rejects.muster:"));
    CU_ASSERT(holds(outcome.text, ", row hardware\n        because the fastest\n"
                                  "        see https://www.example.org/kvm\n"
                                  "        evidence: proven; started on a workstation; started on a server\n"
                                  "        here: host_os = linux, kvm = yes\n"));
    CU_ASSERT(holds(outcome.text, "    -accel kvm\n        rejects.muster:"));
    CU_ASSERT(holds(outcome.text, "\n        because the guest runs on this\n        tagged speed\n"));
    CU_ASSERT(holds(outcome.text, "Command line\n    emulator \\\n        -accel kvm \\\n        -name guest=one\n"));
    release(&outcome);
}

/* What starts the program stands on a line of its own before it. */
static void started(void) {
    static const char *const assignments[] = {"host_os=macos", "kvm=no", "name=one", NULL};
    struct outcome outcome = explained(SHOW_TEXT, assignments);

    CU_ASSERT_EQUAL(outcome.code, 0);
    CU_ASSERT(holds(outcome.text, "    nice -n 5 \\\n    emulator \\\n        -accel tcg \\\n"));
    release(&outcome);
}

static void waiting(void) {
    static const char *const assignments[] = {"host_os=linux", "kvm=no", NULL};
    struct outcome outcome = explained(SHOW_TEXT, assignments);

    CU_ASSERT_EQUAL(outcome.code, 0);
    CU_ASSERT_STRING_EQUAL(outcome.messages, "");
    CU_ASSERT(holds(outcome.text, "    accel = tcg\n"));
    CU_ASSERT(holds(outcome.text, "Command line\n    waits for name\n"));
    release(&outcome);
    outcome = explained(SHOW_JSON, assignments);
    CU_ASSERT(holds(outcome.text, "\"missing\": [\"name\"],\n"));
    CU_ASSERT(holds(outcome.text, "\"argv\": null\n}\n"));
    release(&outcome);
}

static void refused(void) {
    static const char *const assignments[] = {"host_os=unknown", "kvm=yes", "name=one", NULL};
    struct outcome outcome = explained(SHOW_TEXT, assignments);

    CU_ASSERT_EQUAL(outcome.code, 1);
    CU_ASSERT(holds(outcome.messages, "test: "));
    CU_ASSERT(holds(outcome.messages, "this system is not known"));
    CU_ASSERT(holds(outcome.text, "    host_os  unknown  --set\n    kvm      yes      --set\n"));
    CU_ASSERT(holds(outcome.text, "    accel = not reached\n"));
    CU_ASSERT(holds(outcome.text, "No command line\n    "));
    CU_ASSERT(holds(outcome.text, "this system is not known"));
    release(&outcome);
    outcome = explained(SHOW_JSON, assignments);
    CU_ASSERT_EQUAL(outcome.code, 1);
    CU_ASSERT(holds(outcome.text, "\"host_os\": {\"value\": null, \"source\": \"--set\", \"why\": null}"));
    CU_ASSERT(holds(outcome.text, "\"name\": \"accel\", \"value\": null"));
    CU_ASSERT(holds(outcome.text, "this system is not known"));
    CU_ASSERT(holds(outcome.text, "\"argv\": null\n}\n"));
    release(&outcome);
}

/* Without a command line there are no arguments, and the exit code is that of a refusal. */
static void refused_argv(void) {
    struct argv argv;
    struct inputs *inputs = inputs_new(rejects_ruleset, "test", stdout);

    CU_ASSERT_PTR_NOT_NULL_FATAL(inputs);
    CU_ASSERT(inputs_set(inputs, "host_os=unknown"));
    CU_ASSERT(inputs_set(inputs, "kvm=no"));
    CU_ASSERT_EQUAL(inputs_argv(inputs, &argv), 1);
    CU_ASSERT_PTR_NULL(argv.arguments);
    CU_ASSERT_EQUAL(inputs_program(inputs), SIZE_MAX);
    inputs_free(inputs);
}

/* Brief: why a probe did not find what the rules would have preferred. */
static void probed(void) {
    static const char why[] = "/dev/kvm: Permission denied; who is in the group kvm may open it, so add the user to it";
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    struct inputs *inputs = inputs_new(rejects_ruleset, "test", stdout);
    uint32_t kvm = 0;

    CU_ASSERT_FATAL(out && inputs);
    while (strcmp(muster_text(rejects_ruleset, muster_input_at(rejects_ruleset, kvm)->name), "kvm") != 0)
        kvm++;
    inputs_probed(inputs, kvm, "no", "/dev/kvm", why);
    CU_ASSERT(inputs_set(inputs, "host_os=linux"));
    CU_ASSERT(inputs_set(inputs, "name=one"));
    CU_ASSERT(inputs_complete(inputs));
    CU_ASSERT_EQUAL(explain(out, SHOW_BRIEF, inputs), 0);
    inputs_free(inputs);
    fclose(out);
    CU_ASSERT(holds(
        text, "    because there is nothing else\n"
              "    kvm = no: /dev/kvm: Permission denied; who is in the group kvm may open it, so add the user to\n"
              "    it\n"
              "Given up: accel = tcg; with kvm = yes: accel = kvm (rejects.muster:"));
    free(text);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"a whole explanation", whole},
        {"a program that another one starts", started},
        {"a command line that waits for a parameter", waiting},
        {"a host that the rules refuse", refused},
        {"no command line for that host", refused_argv},
        {"in brief, why a probe said no", probed},
    };

    return unit_main("explain", tests, sizeof tests / sizeof *tests);
}
