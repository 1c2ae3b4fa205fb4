/*
 * All command lines of a ruleset, tried on one QEMU.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/trial.h"

#include <string.h>

#include "runtime/verify/pins.h"
#include "runtime/verify/pool.h"
#include "runtime/verify/scratch.h"

/* ---- what is to be started -------------------------------------------------------------------------------------- */

/* Different command lines may be the same once hardware is replaced; each is started once. */
struct batch {
    struct start *starts;
    size_t count;
    json_t *places;  /* of starts, by their command lines */
    size_t *of_line; /* place of the start of each line */
};

static size_t place_of(struct batch *batch, const char **argv) {
    json_t *words = json_array();
    json_t *known;
    char *key;

    for (size_t i = 0; argv[i]; i++)
        json_array_append_new(words, json_string(argv[i]));
    key = json_dumps(words, JSON_COMPACT);
    json_decref(words);
    if (!key)
        die("no memory");
    known = json_object_get(batch->places, key);
    if (!known) {
        batch->starts = pool_grow(batch->starts, batch->count, sizeof *batch->starts);
        batch->starts[batch->count] = (struct start){argv, false, NULL};
        known = json_integer((json_int_t)batch->count++);
        json_object_set_new(batch->places, key, known);
    }
    free(key);
    return (size_t)json_integer_value(known);
}

/* The line's arguments for this QEMU, under the name by which it can be started. */
static const char **argv_for(const struct trial *trial, const struct line *line) {
    const char **argv = pool_take((line->n_argv + 2) * sizeof *argv);
    memcpy(argv, line->argv, line->n_argv * sizeof *argv);
    argv[0] = trial->snapshot.qemu;
    return argv;
}

static void start_lines(struct trial *trial) {
    struct batch batch = {.places = json_object()};

    batch.of_line = pool_take((trial->ruleset.n_lines + 1) * sizeof *batch.of_line);
    for (size_t i = 0; i < trial->ruleset.n_lines; i++) {
        struct line *line = &trial->ruleset.lines[i];
        const char **argv = replace_hardware(&trial->replacer, argv_for(trial, line), &trial->results[i].replaced);
        batch.of_line[i] = place_of(&batch, argv);
    }
    start_all(&trial->replacer.starting, batch.starts, batch.count);
    for (size_t i = 0; i < trial->ruleset.n_lines; i++) {
        const struct start *start = &batch.starts[batch.of_line[i]];
        trial->results[i].started = true;
        trial->results[i].words = start->words;
    }
    json_decref(batch.places);
}

/* ---- what came out ---------------------------------------------------------------------------------------------- */

static const char *all_findings(const struct tokens *tokens) {
    const char *words = "";
    for (size_t i = 0; i < tokens->count; i++)
        words = pool_print("%s%s%s", words, *words ? " / " : "", tokens->findings[i]);
    return words;
}

/*
 * A start says more than the comparison of words: what QEMU takes, it knows. Where something was replaced, the start
 * says nothing against the command line, and the comparison does.
 */
static void judge(struct result *result) {
    bool unknown = result->tokens.count > 0;
    bool own_start = result->started && !result->replaced;

    if (own_start ? result->words != NULL : unknown)
        result->verdict = REFUSED;
    else
        result->verdict = result->words ? UNTESTABLE : ACCEPTED;
    if (result->verdict == REFUSED && !own_start)
        result->words = all_findings(&result->tokens);
}

void trial_run(struct trial *trial, const struct options *options, const struct given *given, const char *musterc,
               const struct ruleset *plain) {
    struct question question = {musterc,        options->file, NULL,           options->config,
                                options->where, options->sets, options->n_sets};
    struct snapshot *snapshot = &trial->snapshot;

    *trial = (struct trial){0};
    if (given->is_snapshot)
        snapshot_load(snapshot, given->path);
    else
        snapshot_take(snapshot, given->path);
    question.config = pins_write(plain, snapshot);
    cases_ask(&trial->ruleset, &question);
    trial->results = pool_take((trial->ruleset.n_lines + 1) * sizeof *trial->results);
    for (size_t i = 0; i < trial->ruleset.n_lines; i++)
        trial->results[i].tokens = tokens_check(snapshot, trial->ruleset.lines[i].argv);
    trial->replacer.starting = (struct starting){snapshot, options->jobs, options->timeout_ms,
                                                 pool_print("QEMU %s %s", snapshot->version, snapshot->arch)};
    trial->started = snapshot->qemu && !options->no_start;
    if (trial->started)
        start_lines(trial);
    for (size_t i = 0; i < trial->ruleset.n_lines; i++) {
        judge(&trial->results[i]);
        trial->counts[trial->results[i].verdict]++;
    }
    if (options->save_snapshot)
        snapshot_save(snapshot, options->save_snapshot);
    snapshot_close(snapshot);
}
