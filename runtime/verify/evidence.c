/*
 * What trials and boots say about the rows of a ruleset.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/verify/digest.h"
#include "runtime/verify/evidence_file.h"
#include "runtime/verify/pool.h"
#include "runtime/verify/report.h"

/* What the QEMUs of one version say about a row. */
struct voice {
    bool refused;         /* a command line of it */
    bool accepted;        /* one, with nothing replaced */
    const char *replaced; /* what was replaced in one that was accepted, or NULL */
};

static struct voice hear(const struct trial *trials, size_t count, const char *version, const struct row *row) {
    struct voice voice = {false, false, NULL};

    for (size_t i = 0; i < count; i++) {
        const struct trial *trial = &trials[i];
        size_t own = cases_find_row(&trial->ruleset, row);
        if (strcmp(trial->snapshot.version, version) != 0 || own == CASES_NO_ROW)
            continue;
        for (size_t j = 0; j < trial->ruleset.n_lines; j++) {
            const struct result *result = &trial->results[j];
            if (!cases_has_row(&trial->ruleset.lines[j], own))
                continue;
            voice.refused |= result->verdict == REFUSED;
            voice.accepted |= result->verdict == ACCEPTED && result->started && !result->replaced;
            if (result->verdict == ACCEPTED && result->started && result->replaced)
                voice.replaced = result->replaced;
        }
    }
    return voice;
}

/* "A", "A and B", "A, B and C" */
static const char *listed(const char *const *words, size_t count) {
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = pool_print("%s%s%s", text, i == 0 ? "" : i + 1 < count ? ", " : " and ", words[i]);
    return text;
}

static int compare_versions(const void *a, const void *b) {
    return report_compare_versions(*(const char *const *)a, *(const char *const *)b);
}

/* The versions that were tried, each once, the oldest first. */
static size_t tried_versions(const struct trial *trials, size_t count, const char ***versions) {
    size_t n = 0;
    *versions = NULL;
    for (size_t i = 0; i < count; i++)
        evidence_add(versions, &n, trials[i].snapshot.version);
    if (n > 0)
        qsort(*versions, n, sizeof **versions, compare_versions);
    return n;
}

/* One text for all versions that accept the row as it is, and one for each way in which others accept it. */
static void note_accepted(struct known *known, const struct row *row, const struct trial *trials, size_t count) {
    const char **versions, **own = NULL, **ways = NULL;
    size_t n = tried_versions(trials, count, &versions), n_own = 0, n_ways = 0;

    for (size_t i = 0; i < n; i++) {
        struct voice voice = hear(trials, count, versions[i], row);
        if (!voice.refused && voice.accepted)
            evidence_add(&own, &n_own, versions[i]);
        else if (!voice.refused && voice.replaced)
            evidence_add(&ways, &n_ways, voice.replaced);
    }
    if (n_own)
        evidence_add(&known->accepted, &known->n_accepted, pool_print("accepted by QEMU %s", listed(own, n_own)));
    for (size_t i = 0; i < n_ways; i++) {
        const char **these = NULL;
        size_t n_these = 0;
        for (size_t j = 0; j < n; j++) {
            struct voice voice = hear(trials, count, versions[j], row);
            if (!voice.refused && !voice.accepted && voice.replaced && strcmp(voice.replaced, ways[i]) == 0)
                evidence_add(&these, &n_these, versions[j]);
        }
        evidence_add(&known->accepted, &known->n_accepted,
                     pool_print("accepted by QEMU %s, with %s", listed(these, n_these), ways[i]));
    }
}

static const struct ruleset *sorted_ruleset;

static int compare_rows(const void *a, const void *b) {
    const struct row *x = &sorted_ruleset->rows[*(const size_t *)a], *y = &sorted_ruleset->rows[*(const size_t *)b];
    int files = strcmp(x->file, y->file);
    return files ? files : x->line < y->line ? -1 : x->line > y->line;
}

/* The rows in the order in which they stand in files. */
static size_t *rows_in_order(const struct ruleset *ruleset) {
    size_t *rows = pool_take((ruleset->n_rows + 1) * sizeof *rows);
    for (size_t i = 0; i < ruleset->n_rows; i++)
        rows[i] = i;
    sorted_ruleset = ruleset;
    qsort(rows, ruleset->n_rows, sizeof *rows, compare_rows);
    return rows;
}

/* The evidence for the rows that there are, with what was known of them before. */
static struct evidence for_rows(const struct ruleset *plain, const struct evidence *before) {
    const size_t *order = rows_in_order(plain);
    struct evidence now = {NULL, 0};

    for (size_t i = 0; i < plain->n_rows; i++) {
        const struct row *row = &plain->rows[order[i]];
        struct known *known = evidence_row(&now, row->decision, row->text);
        for (size_t j = 0; j < before->n_rows; j++)
            if (strcmp(before->rows[j].decision, row->decision) == 0 && strcmp(before->rows[j].row, row->text) == 0)
                *known = before->rows[j];
    }
    return now;
}

void evidence_renew(const char *file, const struct ruleset *plain, const struct trial *trials, size_t count) {
    struct evidence before, now;

    evidence_read(&before, file, false);
    now = for_rows(plain, &before);
    for (size_t i = 0; i < plain->n_rows; i++) {
        const struct row *row = &plain->rows[i];
        struct known *known = evidence_row(&now, row->decision, row->text);
        known->accepted = NULL;
        known->n_accepted = 0;
        known->accepted_digest = digest_row(plain, i);
        note_accepted(known, row, trials, count);
    }
    evidence_write(&now, file, plain->name);
}

void evidence_boot(const char *file, const struct ruleset *plain, const struct ruleset *host, const char *text) {
    const char *words = pool_print("booted on %s", text);
    struct evidence before, now;

    if (host->n_lines != 1)
        die("the facts of --facts leave %zu command lines; they must be those of one host", host->n_lines);
    evidence_read(&before, file, false);
    now = for_rows(plain, &before);
    for (size_t i = 0; i < host->lines[0].n_rows; i++) {
        const struct row *row = &host->rows[host->lines[0].rows[i]];
        size_t place = cases_find_row(plain, row);
        struct known *known = evidence_row(&now, row->decision, row->text);
        uint64_t digest = place == CASES_NO_ROW ? 0 : digest_row(plain, place);
        /* Boots of other command lines than today's would stand for these. */
        if (known->n_booted && known->booted_digest != digest)
            known->n_booted = 0;
        known->booted_digest = digest;
        evidence_add(&known->booted, &known->n_booted, words);
    }
    evidence_write(&now, file, plain->name);
}

static size_t tell(const struct known *known, const char *what) {
    printf("%s  %s: %s\n", pool_shown(known->decision), pool_shown(known->row), what);
    return 1;
}

size_t evidence_check(const char *file, const struct ruleset *plain) {
    struct evidence evidence;
    size_t told = 0;

    evidence_read(&evidence, file, true);
    for (size_t i = 0; i < evidence.n_rows; i++) {
        const struct known *known = &evidence.rows[i];
        struct row row = {known->decision, known->row, NULL, 0};
        size_t place = cases_find_row(plain, &row);
        uint64_t digest = place == CASES_NO_ROW ? 0 : digest_row(plain, place);
        if (place == CASES_NO_ROW) {
            told += tell(known, "the row is not there any more");
            continue;
        }
        if (known->n_accepted && known->accepted_digest != digest)
            told += tell(known, "its command lines have changed since they were tried");
        if (known->n_booted && known->booted_digest != digest)
            told += tell(known, "its command lines have changed since a guest was booted");
    }
    return told;
}
