/*
 * Measuring the host for a ruleset: its facts and parameters that come from probes, and the trial start of QEMU.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/cli/measure.h"

#include <stdio.h>
#include <string.h>

#include "runtime/base/quote.h"

/* ---- probes ----------------------------------------------------------------------------------------------------- */

/* The name of the probe that an input asks; NULL if it asks none. */
static const char *probe_of(const struct muster_ruleset *rules, uint32_t input) {
    const struct muster_input *declared = muster_input_at(rules, input);
    const char *probe = muster_text(rules, declared->probe);

    if (declared->source != MUSTER_FROM_PROBE && declared->source != MUSTER_FROM_CALLER_ELSE_PROBE)
        return NULL;
    return *probe ? probe : muster_text(rules, declared->name);
}

bool measure_asks(const struct muster_ruleset *rules, const char *probe) {
    for (uint32_t i = 0; i < rules->inputs.count; i++) {
        const char *name = probe_of(rules, i);
        if (name && strcmp(name, probe) == 0)
            return true;
    }
    return false;
}

const char *measure_architecture(const struct inputs *inputs) {
    const struct muster_ruleset *rules = inputs_rules(inputs);
    uint32_t fact = muster_find_input(rules, "guest_arch", strlen("guest_arch"));

    if (fact >= rules->n_facts || !inputs_given(inputs, fact) || inputs_facts(inputs)[fact] == MUSTER_UNKNOWN)
        return NULL;
    return inputs_text(inputs, fact);
}

/* The QEMU that the caller named, unlike one that was searched, was meant to answer. */
static void warn_of_qemu(const struct inputs *inputs, const char *qemu, const char *why) {
    char words[QUOTE_MAX];
    char message[2 * QUOTE_MAX];

    snprintf(message, sizeof message, "warning: the version of --qemu %s is not known: %s", quote_word(qemu, words),
             why);
    inputs_say(inputs, message);
}

static void measure_input(struct inputs *inputs, uint32_t input, struct muster_prober *prober, const char *qemu) {
    const char *name = probe_of(inputs_rules(inputs), input);
    struct muster_finding finding;
    enum muster_probe_id probe;

    if (!name || inputs_given(inputs, input))
        return;
    probe = muster_probe_find(name, strlen(name));
    if (probe == MUSTER_PROBE_NONE) {
        inputs_probed(inputs, input, NULL, NULL, "this muster has no probe for it");
        return;
    }
    muster_probe(prober, probe, &finding);
    if (probe == MUSTER_PROBE_QEMU_VERSION && qemu && finding.reason != MUSTER_REASON_NONE)
        warn_of_qemu(inputs, qemu, finding.why);
    inputs_probed(inputs, input, finding.value, finding.source, finding.why);
}

void measure_named(struct inputs *inputs, const char *qemu) {
    const struct muster_ruleset *rules = inputs_rules(inputs);

    for (uint32_t i = 0; i < rules->inputs.count; i++) {
        const char *name = probe_of(rules, i);
        if (name && strcmp(name, muster_probe_name(MUSTER_PROBE_QEMU_PATH)) == 0 && !inputs_given(inputs, i))
            inputs_probed(inputs, i, qemu, "--qemu", NULL);
    }
}

/* ---- the trial -------------------------------------------------------------------------------------------------- */

/* Whether a fact is what this probe said, and nobody else. */
static bool is_probed(const struct inputs *inputs, uint32_t fact, enum muster_probe_id probe) {
    const char *name = probe_of(inputs_rules(inputs), fact);

    return name && strcmp(name, muster_probe_name(probe)) == 0 && inputs_origin(inputs, fact)->kind == ORIGIN_PROBE;
}

/* Whether a fact of the rules is that an accelerator is usable, as its probe said. */
static bool is_usable(const struct inputs *inputs, enum muster_probe_id probe) {
    for (uint32_t i = 0; i < inputs_rules(inputs)->n_facts; i++)
        if (is_probed(inputs, i, probe) && strcmp(inputs_text(inputs, i), "usable") == 0)
            return true;
    return false;
}

static void tell_facts(struct inputs *inputs, enum muster_probe_id probe, const struct muster_finding *finding) {
    for (uint32_t i = 0; i < inputs_rules(inputs)->n_facts; i++)
        if (is_probed(inputs, i, probe))
            inputs_probed(inputs, i, finding->value, finding->source, finding->why);
}

/* The command line that the rules make now: the arguments that they tag `trial`, and the accelerator in them. */
struct line {
    struct argv arguments;
    enum muster_probe_id accelerator; /* MUSTER_PROBE_NONE: it uses none that can be tried */
};

/* False if the rules make no command line, or tag nothing in it. */
static bool make_line(const struct inputs *inputs, struct line *line) {
    argv_free(&line->arguments);
    if (!inputs_tagged(inputs, "trial", &line->arguments))
        return false;
    line->accelerator = muster_probe_trial_about(line->arguments.arguments);
    return true;
}

/* Starts QEMU with the accelerator of the line. True if that fails, so that the rules must decide anew. */
static bool is_broken(struct inputs *inputs, struct muster_prober *prober, const struct line *line) {
    struct muster_finding finding;

    if (line->accelerator == MUSTER_PROBE_NONE || !is_usable(inputs, line->accelerator))
        return false;
    muster_probe_trial(prober, line->arguments.arguments, &finding);
    tell_facts(inputs, line->accelerator, &finding);
    return finding.reason != MUSTER_REASON_NONE;
}

/* Replaces one value of the facts of a probe by another one, in the facts that can have both. */
static void replace_value(struct inputs *inputs, enum muster_probe_id probe, const char *from, const char *to,
                          const char *why) {
    const struct muster_ruleset *rules = inputs_rules(inputs);
    int64_t value;

    for (uint32_t i = 0; i < rules->n_facts; i++)
        if (is_probed(inputs, i, probe) && strcmp(inputs_text(inputs, i), from) == 0 &&
            muster_parse_value(rules, i, to, strlen(to), &value, NULL) == MUSTER_OK)
            inputs_probed(inputs, i, to, inputs_origin(inputs, i)->source, why);
}

static bool is_same(const struct argv *left, const struct argv *right) {
    bool same = left->count == right->count;

    for (size_t i = 0; same && i < left->count; i++)
        same = strcmp(left->arguments[i], right->arguments[i]) == 0;
    return same;
}

/*
 * The rules made this line without the accelerator, so no guest was tried with it: its facts become `untried`. They
 * stay as they were if the rules would then refuse the host or make another line: the first answers have decided.
 */
static void mark_untried(struct inputs *inputs, enum muster_probe_id probe, const struct line *line) {
    struct line after = {0};

    replace_value(inputs, probe, "usable", "untried",
                  "it answers, but the rules have no use for it here, so that no guest was tried");
    if (!make_line(inputs, &after) || !is_same(&after.arguments, &line->arguments))
        replace_value(inputs, probe, "untried", "usable", NULL);
    argv_free(&after.arguments);
}

void measure(struct inputs *inputs, struct muster_prober *prober, const char *qemu) {
    static const enum muster_probe_id accelerators[] = {MUSTER_PROBE_KVM_STATE, MUSTER_PROBE_HVF_STATE};
    enum { ACCELERATORS = sizeof accelerators / sizeof accelerators[0] };
    struct line line = {0};
    bool made;

    for (uint32_t i = 0; i < inputs_rules(inputs)->inputs.count; i++)
        measure_input(inputs, i, prober, qemu);
    /* Rules that have none of these facts are not even evaluated. */
    if (!is_usable(inputs, MUSTER_PROBE_KVM_STATE) && !is_usable(inputs, MUSTER_PROBE_HVF_STATE))
        return;
    made = make_line(inputs, &line);
    for (int i = 0; i < ACCELERATORS && made && is_broken(inputs, prober, &line); i++)
        made = make_line(inputs, &line);
    for (int i = 0; i < ACCELERATORS && made; i++)
        if (accelerators[i] != line.accelerator)
            mark_untried(inputs, accelerators[i], &line);
    argv_free(&line.arguments);
}
