/*
 * muster-verify: tries every distinct command line of a ruleset on QEMUs.
 *
 * It knows QEMU and nothing of the language that rules are written in: musterc tells it the command lines.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/verify/cases.h"
#include "runtime/verify/child.h"
#include "runtime/verify/evidence.h"
#include "runtime/verify/options.h"
#include "runtime/verify/pool.h"
#include "runtime/verify/report.h"
#include "runtime/verify/scratch.h"
#include "runtime/verify/trial.h"

/* What ends last is registered first. */
static void tidy_up_at_exit(void) {
    if (atexit(child_end_by_signal) != 0 || atexit(scratch_remove) != 0 || atexit(child_kill_all) != 0)
        die("no memory");
    child_watch_signals();
}

/* The ruleset as it stands, with nothing fixed. */
static void ask_plainly(struct ruleset *ruleset, const char *musterc, const char *file) {
    struct question question = {.musterc = musterc, .file = file};
    cases_ask(ruleset, &question);
}

/* --booted: what a guest that has started says of the rows of its host. */
static void note_boot(const struct options *options, const char *musterc, const struct ruleset *plain) {
    struct question question = {musterc, options->file, options->config, options->facts,
                                NULL,    options->sets, options->n_sets};
    struct ruleset host;

    cases_ask(&host, &question);
    evidence_boot(options->evidence, plain, &host, options->booted);
}

/* Where a fact is fixed, not all command lines are tried; what is said of rows would be said of too few. */
static void refuse_facts(const struct options *options, const struct ruleset *plain) {
    for (size_t i = 0; i < options->n_sets; i++) {
        size_t length = strcspn(options->sets[i], "=");
        for (size_t j = 0; j < plain->n_inputs; j++) {
            const char *name = plain->inputs[j].name;
            if (!plain->inputs[j].is_param && strlen(name) == length && strncmp(name, options->sets[i], length) == 0)
                die("--evidence covers all command lines; omit --set %s", options->sets[i]);
        }
    }
}

static int try_all(const struct options *options, const char *musterc, const struct ruleset *plain) {
    struct trial *trials = pool_take(options->n_given * sizeof *trials);
    size_t refused = 0;

    if (options->evidence)
        refuse_facts(options, plain);
    for (size_t i = 0; i < options->n_given; i++) {
        trial_run(&trials[i], options, &options->given[i], musterc, plain);
        refused += trials[i].counts[REFUSED];
    }
    if (options->json)
        report_as_json(stdout, plain->name, trials, options->n_given);
    else
        report_text(stdout, trials, options->n_given, options->all);
    if (options->evidence)
        evidence_renew(options->evidence, plain, trials, options->n_given);
    return refused ? 1 : 0;
}

int main(int argc, char **argv) {
    struct options options;
    struct ruleset plain;
    const char *musterc;
    int code = 0;

    tidy_up_at_exit();
    if (!options_read(&options, argc, argv))
        return 0;
    scratch_make();
    musterc = cases_find_musterc(options.musterc, argv[0]);
    ask_plainly(&plain, musterc, options.file);
    if (options.n_given)
        code = try_all(&options, musterc, &plain);
    if (options.booted)
        note_boot(&options, musterc, &plain);
    if (options.check_evidence && evidence_check(options.check_evidence, &plain) > 0)
        code = 1;
    if (fflush(stdout) != 0 || ferror(stdout))
        die("stdout: %s", errno ? strerror(errno) : "not everything was written");
    return code;
}
