/*
 * The command line of muster-verify: one table of options, from which reading and help are made.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster.h"
#include "runtime/base/nearest.h"
#include "runtime/base/quote.h"
#include "runtime/verify/pool.h"

enum { JOBS_MAX = 256, TIMEOUT_S = 30, TIMEOUT_MAX_S = 3600 };

/* Every option: its id, its name, the name of its value or none, what it does. */
#define OPTION_LIST(X)                                                                                                 \
    X(QEMU, "--qemu", "PATH", "the QEMU to test; may be repeated")                                                     \
    X(SNAPSHOT, "--snapshot", "FILE", "compare with a saved snapshot of a QEMU; may be repeated")                      \
    X(SAVE_SNAPSHOT, "--save-snapshot", "FILE", "save the introspection data of the QEMU that the ruleset uses")       \
    X(CONFIG, "--config", "FILE", "read facts and parameters from a libconfig file")                                   \
    X(SET, "--set", "NAME=VALUE", "set a fact or parameter; overrides files; may be repeated")                         \
    X(WHERE, "--where", "CONDITION", "only command lines of hosts that satisfy CONDITION")                             \
    X(NO_START, "--no-start", NULL, "do not start QEMU; only check options and values")                                \
    X(MUSTERC, "--musterc", "PATH", "the musterc to run (in the folder of this program, or on PATH)")                  \
    X(JOBS, "--jobs", "N", "number of parallel starts (number of processors)")                                         \
    X(TIMEOUT, "--timeout", "SECONDS", "time limit of a start (30)")                                                   \
    X(ALL, "--all", NULL, "also list the hosts of accepted command lines")                                             \
    X(FORMAT, "--format", "FORMAT", "output format: text or json (text)")                                              \
    X(EVIDENCE, "--evidence", "FILE", "write or update the evidence for each row")                                     \
    X(CHECK_EVIDENCE, "--check-evidence", "FILE", "report rows that changed since FILE was written")                   \
    X(BOOTED, "--booted", "TEXT", "record that a guest booted, and on what; needs --evidence and --facts")             \
    X(FACTS, "--facts", "FILE", "the host on which the guest of --booted ran")                                         \
    X(HELP, "--help", NULL, "print this help")                                                                         \
    X(VERSION, "--version", NULL, "print the version")

#define OPTION_ID(id, name, value, help) OPTION_##id,
enum option_id { OPTION_LIST(OPTION_ID) OPTION_COUNT };

#define OPTION_ROW(id, name, value, help) {name, value, help},
static const struct { const char *name, *value, *help; } rows[] = {OPTION_LIST(OPTION_ROW)};

/* What has been read so far: the value of each option that was given, "" for one without a value. */
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
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", rows[i].name, rows[i].value ? " " : "",
                 rows[i].value ? rows[i].value : "");
        printf("  %-22s  %s\n", left, rows[i].help);
    }
    puts("\nDefaults are in parentheses.\n\n"
         "Exit status: 0 success; 1 a command line is refused, or a row changed; 2 usage or I/O error.");
}

static _Noreturn void refuse_option(const char *name, size_t length) {
    const char *names[OPTION_COUNT];
    const char *nearest;
    char *text = pool_copy(name, length);
    char words[QUOTE_MAX];

    for (size_t i = 0; i < OPTION_COUNT; i++)
        names[i] = rows[i].name;
    nearest = nearest_name(text, names, OPTION_COUNT);
    if (nearest)
        die("unknown option %s; did you mean %s?", quote_word(text, words), nearest);
    die("unknown option %s; see muster-verify --help", quote_word(text, words));
}

static void add_given(struct options *options, const char *path, bool is_snapshot) {
    options->given = pool_grow(options->given, options->n_given, sizeof *options->given);
    options->given[options->n_given++] = (struct given){path, is_snapshot};
}

static void take_value(struct reading *reading, size_t id, const char *value) {
    struct options *options = reading->options;

    if (id == OPTION_QEMU || id == OPTION_SNAPSHOT) {
        add_given(options, value, id == OPTION_SNAPSHOT);
    } else if (id == OPTION_SET) {
        options->sets = pool_grow(options->sets, options->n_sets, sizeof *options->sets);
        options->sets[options->n_sets++] = value;
    } else if (reading->values[id] && rows[id].value) {
        die("%s can be given only once", rows[id].name);
    } else {
        reading->values[id] = value;
    }
}

/* An option at argv[*at]; moves *at on over a value that stands on its own. */
static void take_option(struct reading *reading, int argc, char **argv, int *at) {
    const char *word = strcmp(argv[*at], "-h") == 0 ? "--help" : argv[*at];
    size_t length = strcspn(word, "=");
    const char *value = word[length] == '=' ? word + length + 1 : NULL;
    size_t id = 0;

    while (id < OPTION_COUNT && (strlen(rows[id].name) != length || strncmp(rows[id].name, word, length) != 0))
        id++;
    if (id == OPTION_COUNT)
        refuse_option(word, length);
    if (value && !rows[id].value)
        die("%s takes no value", rows[id].name);
    if (!value && rows[id].value) {
        if (*at + 1 >= argc)
            die("%s: missing value: %s %s", rows[id].name, rows[id].name, rows[id].value);
        value = argv[++*at];
    }
    if (value && !*value)
        die("%s: missing value: %s %s", rows[id].name, rows[id].name, rows[id].value);
    take_value(reading, id, value ? value : "");
}

static void take_file(struct options *options, const char *file) {
    char words[QUOTE_MAX];
    if (options->file)
        die("unexpected argument %s; only one ruleset is accepted", quote_word(file, words));
    if (strcmp(file, "-") == 0)
        die("the ruleset is read more than once and cannot come from stdin; name a file");
    options->file = file;
}

static long number(const struct reading *reading, enum option_id id, long most) {
    const char *text = reading->values[id];
    char *end;
    long value = strtol(text, &end, 10);
    char words[QUOTE_MAX];

    if (text[strspn(text, "0123456789")] || end == text || *end || value < 1 || value > most)
        die("invalid value for %s: %s; use an integer from 1 to %ld", rows[id].name, quote_word(text, words), most);
    return value;
}

static size_t processors(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > JOBS_MAX ? JOBS_MAX : (size_t)count;
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

/* What was read as options; the program ends where they do not go together. */
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
    options->jobs = values[OPTION_JOBS] ? (size_t)number(reading, OPTION_JOBS, JOBS_MAX) : processors();
    options->timeout_ms =
        1000 * (values[OPTION_TIMEOUT] ? (int)number(reading, OPTION_TIMEOUT, TIMEOUT_MAX_S) : TIMEOUT_S);
    options->json = values[OPTION_FORMAT] && strcmp(values[OPTION_FORMAT], "json") == 0;
    if (values[OPTION_FORMAT] && !options->json && strcmp(values[OPTION_FORMAT], "text") != 0)
        die("unsupported format %s; use text or json", quote_word(values[OPTION_FORMAT], words));
    check_together(options);
}

bool options_read(struct options *options, int argc, char **argv) {
    struct reading reading = {.options = options};
    bool only_files = false;

    *options = (struct options){0};
    for (int i = 1; i < argc; i++)
        if (!only_files && strcmp(argv[i], "--") == 0)
            only_files = true;
        else if (!only_files && argv[i][0] == '-' && argv[i][1])
            take_option(&reading, argc, argv, &i);
        else
            take_file(options, argv[i]);
    if (reading.values[OPTION_HELP])
        print_help();
    else if (reading.values[OPTION_VERSION])
        puts("muster-verify " MUSTER_VERSION_STRING);
    else
        understand(&reading);
    return !reading.values[OPTION_HELP] && !reading.values[OPTION_VERSION];
}
