/*
 * muster: measures this host, decides by a ruleset, and prints or starts the command line that comes out.
 *
 * main is the pipeline; each stage goes on or ends with an exit code.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster.h"
#include "muster_probe.h"
#include "runtime/base/nearest.h"
#include "runtime/base/quote.h"
#include "runtime/cli/measure.h"
#include "runtime/cli/options.h"
#include "runtime/cli/rulesets.h"
#include "runtime/cli/supervise.h"
#include "runtime/tool/explain.h"
#include "runtime/tool/inputs.h"
#include "runtime/tool/launch.h"
#include "runtime/tool/show.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct job {
    struct options options;
    const struct muster_ruleset *rules;
    struct inputs *inputs;
    struct muster_prober *prober; /* NULL where nothing is probed */
    char qemu[2 * PATH_MAX];      /* --qemu as an absolute path, or empty */
    pid_t parent;                 /* who started us */
};

static int run_exec(struct job *job);

/* ---- before anything is measured -------------------------------------------------------------------------------- */

/*
 * A file that is opened while 0, 1 or 2 is closed would take its number and its traffic. The number is taken in the
 * wrong direction instead, so that using it fails as it did before.
 */
static void keep_standard_descriptors(void) {
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            int opened = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
            if (opened >= 0 && opened != descriptor)
                close(opened);
        }
    }
}

static int choose_ruleset(struct job *job) {
    const char *wanted = job->options.ruleset;
    const char *names[MAX_RULESETS];
    const char *nearest;
    size_t count = 0;
    char words[QUOTE_MAX];

    for (; count < MAX_RULESETS && rulesets[count].name; count++) {
        names[count] = rulesets[count].name;
        if (!job->rules && (!wanted || strcmp(wanted, names[count]) == 0))
            job->rules = rulesets[count].rules;
    }
    if (job->rules && muster_check(job->rules) == MUSTER_OK)
        return GO_ON;
    if (job->rules) {
        fprintf(stderr, "muster: the ruleset %s was compiled for another version of muster\n",
                wanted ? wanted : rulesets[0].name);
        return EXIT_USAGE;
    }
    nearest = nearest_name(wanted, names, count);
    fprintf(stderr, "muster: unknown ruleset %s; available:", quote_word(wanted, words));
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s %s", i ? "," : "", names[i]);
    if (nearest)
        fprintf(stderr, "; did you mean %s?", nearest);
    fputc('\n', stderr);
    return EXIT_USAGE;
}

/* The message about --qemu, and the exit code. */
static int refuse_qemu(const struct job *job, const char *why, int code) {
    char words[QUOTE_MAX];

    fprintf(stderr, "muster: --qemu %s: %s\n", quote_word(job->options.qemu, words), why);
    return code;
}

/* --qemu as an absolute path. A name without a slash that no file here has is searched on PATH. */
static int find_qemu(struct job *job) {
    const char *wanted = job->options.qemu;
    char found[PATH_MAX];
    char here[PATH_MAX] = "";
    int code;
    int error;

    if (!wanted)
        return GO_ON;
    code = launch_look_at(wanted);
    error = errno;
    if (code != 0 && *wanted != '\0' && !strchr(wanted, '/')) {
        int on_path = launch_find(wanted, found, sizeof found);
        wanted = found;
        code = on_path == LAUNCH_NOT_FOUND ? code : on_path;
    }
    if (code != 0) /* exec ends as env(1) would, 127 or 126 */
        return refuse_qemu(job, code == LAUNCH_NOT_FOUND ? strerror(error) : LAUNCH_NO_PROGRAM,
                           job->options.command->run == run_exec ? code : EXIT_USAGE);
    if (wanted[0] != '/' && !getcwd(here, sizeof here))
        return refuse_qemu(job, "there is no current folder that it could be in", EXIT_USAGE);
    if ((size_t)snprintf(job->qemu, sizeof job->qemu, "%s%s%s", here, *here ? "/" : "", wanted) >= sizeof job->qemu)
        return refuse_qemu(job, strerror(ENAMETOOLONG), EXIT_USAGE);
    return GO_ON;
}

/* Files and --set, the later wins; all their errors are told before anything is measured. */
static int read_inputs(struct job *job) {
    const struct options *options = &job->options;
    bool good = true;

    job->inputs = inputs_new(job->rules, "muster", stderr);
    if (!job->inputs)
        return EXIT_USAGE;
    if (options->config)
        good &= inputs_load(job->inputs, options->config);
    if (options->facts)
        good &= inputs_load(job->inputs, options->facts);
    for (size_t i = 0; i < options->n_sets; i++)
        good &= inputs_set(job->inputs, options->sets[i]);
    return good ? GO_ON : EXIT_USAGE;
}

/* ---- measuring -------------------------------------------------------------------------------------------------- */

static int measure_host(struct job *job) {
    struct muster_probe_context context = muster_probe_defaults;

    if (job->options.facts || job->options.no_probe) {
        if (*job->qemu)
            measure_named(job->inputs, job->qemu);
        return GO_ON;
    }
    context.qemu = *job->qemu ? job->qemu : NULL;
    context.guest_arch = measure_architecture(job->inputs);
    job->prober = muster_prober_new(&context);
    if (!job->prober) {
        inputs_say(job->inputs, strerror(ENOMEM));
        return EXIT_USAGE;
    }
    measure(job->inputs, job->prober, context.qemu);
    return GO_ON;
}

static int complete(struct job *job) {
    return inputs_complete(job->inputs) ? GO_ON : EXIT_USAGE;
}

/* ---- commands --------------------------------------------------------------------------------------------------- */

static int run_probe(struct job *job) {
    struct muster_finding findings[MUSTER_PROBE_COUNT];
    struct show_finding others[MUSTER_PROBE_COUNT];
    size_t n_others = 0;

    for (int i = 0; job->prober && i < MUSTER_PROBE_COUNT; i++) {
        enum muster_probe_id probe = (enum muster_probe_id)i;
        struct muster_finding *finding = &findings[n_others];
        const char *path = NULL;
        if (measure_asks(job->rules, muster_probe_name(probe)))
            continue;
        muster_probe(job->prober, probe, finding);
        if (probe == MUSTER_PROBE_QEMU)
            path = muster_probe_qemu(job->prober);
        others[n_others++] = (struct show_finding){muster_probe_name(probe), path ? path : finding->value,
                                                   finding->source, finding->why};
    }
    show_facts(stdout, job->options.format, job->inputs, others, n_others);
    return DONE;
}

static int run_argv(struct job *job) {
    struct argv argv;
    int code = inputs_argv(job->inputs, &argv);

    if (code == DONE) {
        size_t program = *job->qemu ? inputs_program(job->inputs) : SIZE_MAX;
        char words[QUOTE_MAX];
        inputs_warn(job->inputs);
        show_argv(stdout, job->options.format, &argv);
        if (program < argv.count && strcmp(argv.arguments[program], job->qemu) != 0) {
            fprintf(stderr, "muster: note: the rules write %s; muster exec starts %s in its place\n",
                    argv.arguments[program], quote_word(job->qemu, words));
        }
    }
    argv_free(&argv);
    return code;
}

static int run_explain(struct job *job) {
    return explain(stdout, job->options.format, job->inputs);
}

static int run_exec(struct job *job) {
    struct argv argv;
    int code = inputs_argv(job->inputs, &argv);

    if (code == DONE && *job->qemu) {
        size_t program = inputs_program(job->inputs);
        if (program < argv.count) {
            argv.arguments[program] = job->qemu;
        } else {
            inputs_say(job->inputs, "the rules do not tag any argument with `program`, so --qemu cannot replace it");
            code = EXIT_USAGE;
        }
    }
    if (code == DONE && argv.count == 0) {
        inputs_say(job->inputs, "the rules give no command line for this host");
        code = EXIT_USAGE;
    }
    if (code == DONE) {
        inputs_warn(job->inputs);
        code = supervise("muster", argv.arguments, job->parent);
    }
    argv_free(&argv);
    return code;
}

static const struct command commands[] = {
    {"probe",
     "print the facts of this host with their sources",
     "Probe this host and print the facts of the ruleset, each with its source and, if it is no or unknown, the\n"
     "reason. The output can be read back with --facts.",
     run_probe,
     {{"config", SHOW_CONFIG}, {"json", SHOW_JSON}}},
    {"argv",
     "print the command line",
     "Print the command line for this host: shell, one line of quoted words for a POSIX shell; json, an array of\n"
     "strings; nul, arguments terminated by NUL bytes, for xargs -0.",
     run_argv,
     {{"shell", SHOW_SHELL}, {"json", SHOW_JSON}, {"nul", SHOW_NUL}}},
    {"explain",
     "print facts, decisions with their reasons, and the command line",
     "Print the facts with their sources, each decision with the rule that made it and its reason, and the command\n"
     "line, one option per line. Parameters may be missing; those that the command line requires are listed.\n"
     "With --brief: the first decision and its reason, what is given up on this host, and the command line.",
     run_explain,
     {{"text", SHOW_TEXT}, {"json", SHOW_JSON}}},
    {"exec",
     "start the command line",
     "Replace this process with the program of the command line, without a shell and with umask 007. Nothing is\n"
     "started if a value is refused or missing, or if the rules refuse this host.\n\n"
     "On Linux, muster creates namespaces itself instead of running unshare and, as root, switches the user itself\n"
     "instead of running sudo. It then remains as the parent, forwards signals, and returns the exit status of the\n"
     "program. The program is killed when muster is killed or the parent of muster exits.",
     run_exec,
     {{NULL, SHOW_SHELL}}},
};

/* ---- all of it -------------------------------------------------------------------------------------------------- */

/* A result that was not written is no result. */
static int finish(struct job *job, int code) {
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "muster: stdout: %s\n", errno ? strerror(errno) : "not everything was written");
        code = EXIT_USAGE;
    }
    muster_prober_free(job->prober);
    inputs_free(job->inputs);
    options_free(&job->options);
    return code;
}

int main(int argc, char **argv) {
    struct job job = {.parent = getppid()};
    int code;

    keep_standard_descriptors();
    code = options_read(&job.options, commands, COUNT(commands), argc, argv);
    code = code == GO_ON ? choose_ruleset(&job) : code;
    code = code == GO_ON ? find_qemu(&job) : code;
    code = code == GO_ON ? read_inputs(&job) : code;
    code = code == GO_ON ? measure_host(&job) : code;
    code = code == GO_ON ? complete(&job) : code;
    code = code == GO_ON ? job.options.command->run(&job) : code;
    return finish(&job, code);
}
