/*
 * The command line of muster-verify.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster.h"
#include "runtime/base/options.h"
#include "runtime/base/quote.h"
#include "runtime/verify/pool.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MAX_JOBS = 256, TIMEOUT_S = 30, MAX_TIMEOUT_S = 3600 };

enum option_id {
    OPTION_QEMU,
    OPTION_SNAPSHOT,
    OPTION_SAVE_SNAPSHOT,
    OPTION_CONFIG,
    OPTION_SET,
    OPTION_WHERE,
    OPTION_NO_START,
    OPTION_MUSTERC,
    OPTION_JOBS,
    OPTION_TIMEOUT,
    OPTION_ALL,
    OPTION_FORMAT,
    OPTION_EVIDENCE,
    OPTION_CHECK_EVIDENCE,
    OPTION_BOOTED,
    OPTION_FACTS,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT
};

static const struct option_row rows[OPTION_COUNT] = {
    {OPTION_QEMU, "--qemu", NULL, "PATH", "the QEMU to test; may be repeated", true, 0},
    {OPTION_SNAPSHOT, "--snapshot", NULL, "FILE", "compare with a saved snapshot of a QEMU; may be repeated", true, 0},
    {OPTION_SAVE_SNAPSHOT, "--save-snapshot", NULL, "FILE",
     "save the introspection data of the QEMU that the ruleset uses", false, 0},
    {OPTION_CONFIG, "--config", NULL, "FILE", "read facts and parameters from a libconfig file", false, 0},
    {OPTION_SET, "--set", NULL, "NAME=VALUE", "set a fact or parameter; overrides files; may be repeated", true, 0},
    {OPTION_WHERE, "--where", NULL, "CONDITION", "only command lines of hosts that satisfy CONDITION", false, 0},
    {OPTION_NO_START, "--no-start", NULL, NULL, "do not start QEMU; only check options and values", false, 0},
    {OPTION_MUSTERC, "--musterc", NULL, "PATH", "the musterc to run (in the folder of this program, or on PATH)", false,
     0},
    {OPTION_JOBS, "--jobs", NULL, "N", "number of parallel starts (number of processors)", false, 0},
    {OPTION_TIMEOUT, "--timeout", NULL, "SECONDS", "time limit of a start (30)", false, 0},
    {OPTION_ALL, "--all", NULL, NULL, "also list the hosts of accepted command lines", false, 0},
    {OPTION_FORMAT, "--format", NULL, "FORMAT", "output format: text or json (text)", false, 0},
    {OPTION_EVIDENCE, "--evidence", NULL, "FILE", "write or update the evidence for each row", false, 0},
    {OPTION_CHECK_EVIDENCE, "--check-evidence", NULL, "FILE", "report rows that changed since FILE was written", false,
     0},
    {OPTION_BOOTED, "--booted", NULL, "TEXT", "record that a guest booted, and on what; needs --evidence and --facts",
     false, 0},
    {OPTION_FACTS, "--facts", NULL, "FILE", "the host on which the guest of --booted ran", false, 0},
    {OPTION_HELP, "--help", "-h", NULL, "print this help", false, 0},
    {OPTION_VERSION, "--version", NULL, NULL, "print the version", false, 0},
};

/* The options so far. `values`: of each option that was given, "" for one without a value. */
struct reading {
    struct options *options;
    const char *values[OPTION_COUNT];
};

static void print_help(void) {
    puts("Usage: muster-verify FILE --qemu PATH... [options]\n"
         "       muster-verify FILE --check-evidence FILE\n"
         "       muster-verify FILE --evidence FILE --booted TEXT --facts FILE\n\n"
         "Test every distinct command line of a ruleset against QEMU binaries: check its options and values, and start "
         "it.\n\n"
         "Options:");
    print_options(rows, COUNT(rows), 0, 26, stdout);
    puts("\nDefaults are in parentheses.\n\n"
         "Exit status: 0 success; 1 a command line is refused, or a row changed; 2 usage or I/O error.");
}

static void add_given(struct options *options, const char *path, bool is_snapshot) {
    options->given = pool_grow(options->given, options->n_given, sizeof *options->given);
    options->given[options->n_given++] = (struct given){path, is_snapshot};
}

static void take_option(struct reading *reading, const struct option_row *option, const char *value) {
    struct options *options = reading->options;
    if (option->value && !*value)
        die("%s: missing value: %s %s", option->name, option->name, option->value);
    if (option->id == OPTION_QEMU || option->id == OPTION_SNAPSHOT) {
        add_given(options, value, option->id == OPTION_SNAPSHOT);
    } else if (option->id == OPTION_SET) {
        options->sets = pool_grow(options->sets, options->n_sets, sizeof *options->sets);
        options->sets[options->n_sets++] = value;
    } else {
        reading->values[option->id] = value;
    }
}

static void take_file(struct options *options, const char *file) {
    char words[QUOTE_MAX];
    if (options->file)
        die("unexpected argument %s; only one ruleset is accepted", quote_word(file, words));
    if (strcmp(file, "-") == 0)
        die("the ruleset is read more than once and cannot come from stdin; name a file");
    options->file = file;
}

static long number(const struct reading *reading, enum option_id id, long max) {
    const char *text = reading->values[id];
    char *end;
    long value = strtol(text, &end, 10);
    char words[QUOTE_MAX];

    if (text[strspn(text, "0123456789")] || end == text || *end || value < 1 || value > max)
        die("invalid value for %s: %s; use an integer from 1 to %ld", rows[id].name, quote_word(text, words), max);
    return value;
}

static size_t processors(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > MAX_JOBS ? MAX_JOBS : (size_t)count;
}

static void check_together(const struct options *options) {
    bool booted = options->booted != NULL;
    char words[QUOTE_MAX];

    if (!options->file)
        die("missing FILE; see muster-verify --help");
    if (booted && (!options->evidence || !options->facts))
        die("--booted requires --evidence FILE and --facts FILE");
    if (!booted && options->facts)
        die("--facts requires --booted; set facts for all command lines with --config or --set");
    if (booted && !pool_is_clean(options->booted, strlen(options->booted)))
        die("--booted %s: the text must be one line", quote_word(options->booted, words));
    if (options->n_given == 0 && !booted && !options->check_evidence)
        die("--qemu PATH is required");
    if (options->evidence && options->where)
        die("--evidence covers all command lines; omit --where");
    if (options->save_snapshot && (options->n_given != 1 || options->given[0].is_snapshot))
        die("--save-snapshot requires exactly one --qemu PATH");
}

/* Converts the values; ends the program if they are wrong or exclude each other. */
static void understand(struct reading *reading) {
    struct options *options = reading->options;
    const char *const *values = reading->values;
    char words[QUOTE_MAX];

    options->save_snapshot = values[OPTION_SAVE_SNAPSHOT];
    options->config = values[OPTION_CONFIG];
    options->where = values[OPTION_WHERE];
    options->no_start = values[OPTION_NO_START] != NULL;
    options->all = values[OPTION_ALL] != NULL;
    options->musterc = values[OPTION_MUSTERC];
    options->evidence = values[OPTION_EVIDENCE];
    options->check_evidence = values[OPTION_CHECK_EVIDENCE];
    options->booted = values[OPTION_BOOTED];
    options->facts = values[OPTION_FACTS];
    options->jobs = values[OPTION_JOBS] ? (size_t)number(reading, OPTION_JOBS, MAX_JOBS) : processors();
    options->timeout_ms =
        1000 * (values[OPTION_TIMEOUT] ? (int)number(reading, OPTION_TIMEOUT, MAX_TIMEOUT_S) : TIMEOUT_S);
    options->json = values[OPTION_FORMAT] && strcmp(values[OPTION_FORMAT], "json") == 0;
    if (values[OPTION_FORMAT] && !options->json && strcmp(values[OPTION_FORMAT], "text") != 0)
        die("unsupported format %s; use text or json", quote_word(values[OPTION_FORMAT], words));
    check_together(options);
}

bool options_read(struct options *options, int argc, char **argv) {
    struct reading reading = {.options = options};
    struct option_reader reader = {.program = "muster-verify",
                                   .advice = "see muster-verify --help",
                                   .options = rows,
                                   .n_options = COUNT(rows),
                                   .words = argc > 0 ? argv + 1 : argv};
    *options = (struct options){0};
    for (enum option_result result; (result = option_next(&reader)) != OPTION_END;) {
        if (result == OPTION_WRONG)
            exit(2);
        if (result == OPTION_GIVEN)
            take_option(&reading, reader.option, reader.value);
        else
            take_file(options, reader.value);
    }
    if (reading.values[OPTION_HELP])
        print_help();
    else if (reading.values[OPTION_VERSION])
        puts("muster-verify " MUSTER_VERSION_STRING);
    else
        understand(&reading);
    return !reading.values[OPTION_HELP] && !reading.values[OPTION_VERSION];
}
