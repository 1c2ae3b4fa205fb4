/*
 * What came out of trials, for people: what is refused first, grouped by QEMU's words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/report.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/verify/pool.h"

const char *const report_verdicts[VERDICTS] = {
    [REFUSED] = "refused", [UNTESTABLE] = "not testable here", [ACCEPTED] = "accepted"};

/* ---- who is to blame -------------------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* How many lines that say other words than `words` have all these rows; SIZE_MAX if one of them is accepted. */
static size_t others_with(const struct trial *trial, const size_t *rows, size_t count, const char *words) {
    size_t others = 0;

    for (size_t i = 0; i < trial->ruleset.n_lines; i++) {
        size_t n = 0;
        while (n < count && cases_has_row(&trial->ruleset.lines[i], rows[n]))
            n++;
        if (n == count && trial->results[i].verdict == ACCEPTED)
            return SIZE_MAX;
        others += n == count && !same_text(trial->results[i].words, words);
    }
    return others;
}

/* The rows that all these lines have. */
static size_t common_rows(const struct trial *trial, const size_t *lines, size_t count, size_t *common) {
    const struct line *first = &trial->ruleset.lines[lines[0]];
    size_t n = 0;

    for (size_t i = 0; i < first->n_rows; i++) {
        size_t having = 1;
        while (having < count && cases_has_row(&trial->ruleset.lines[lines[having]], first->rows[i]))
            having++;
        if (having == count)
            common[n++] = first->rows[i];
    }
    return n;
}

/* The next combination of `size` out of `n` numbers, ascending. False: there is none. */
static bool next_choice(size_t *choice, size_t size, size_t n) {
    for (size_t i = size; i > 0; i--) {
        if (choice[i - 1] < n - size + i - 1) {
            choice[i - 1]++;
            for (size_t j = i; j < size; j++)
                choice[j] = choice[j - 1] + 1;
            return true;
        }
    }
    return false;
}

size_t report_blame(const struct trial *trial, const size_t *lines, size_t count, size_t blamed[BLAMED_MAX]) {
    size_t *common = pool_take((trial->ruleset.lines[lines[0]].n_rows + 1) * sizeof *common);
    size_t n = common_rows(trial, lines, count, common);
    size_t least = SIZE_MAX;

    /* Where nothing is accepted, all rows are alike. */
    for (size_t size = 1; trial->counts[ACCEPTED] > 0 && size <= BLAMED_MAX && size <= n && least == SIZE_MAX; size++) {
        size_t choice[BLAMED_MAX] = {0, 1, 2};
        do {
            size_t rows[BLAMED_MAX];
            size_t others;
            for (size_t i = 0; i < size; i++)
                rows[i] = common[choice[i]];
            others = others_with(trial, rows, size, trial->results[lines[0]].words);
            if (others < least) {
                least = others;
                memcpy(blamed, rows, size * sizeof *rows);
            }
        } while (next_choice(choice, size, n));
        if (least < SIZE_MAX)
            return size;
    }
    return 0;
}

/* ---- versions --------------------------------------------------------------------------------------------------- */

int report_compare_versions(const char *a, const char *b) {
    for (int i = 0; i < 3; i++) {
        char *end_a, *end_b;
        long x = strtol(a, &end_a, 10), y = strtol(b, &end_b, 10);
        if (x != y)
            return x < y ? -1 : 1;
        a = end_a + (*end_a == '.');
        b = end_b + (*end_b == '.');
    }
    return 0;
}

const char *report_oldest(const struct trial *trials, size_t count) {
    const char *newest_refusing = "0"; /* older than all */
    size_t oldest = count;

    for (size_t i = 0; i < count; i++)
        if (trials[i].counts[REFUSED] && report_compare_versions(trials[i].snapshot.version, newest_refusing) > 0)
            newest_refusing = trials[i].snapshot.version;
    for (size_t i = 0; i < count; i++) {
        const char *version = trials[i].snapshot.version;
        if (report_compare_versions(version, newest_refusing) > 0 &&
            (oldest == count || report_compare_versions(version, trials[oldest].snapshot.version) < 0))
            oldest = i;
    }
    return oldest < count ? trials[oldest].snapshot.version : NULL;
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

/* The lines with the same verdict, words and replacement as line `first`. */
static size_t group_of(const struct trial *trial, size_t first, size_t *group) {
    const struct result *result = &trial->results[first];
    size_t count = 0;

    for (size_t i = 0; i < trial->ruleset.n_lines; i++) {
        const struct result *other = &trial->results[i];
        if (other->verdict == result->verdict && same_text(other->words, result->words) &&
            same_text(other->replaced, result->replaced))
            group[count++] = i;
    }
    return count;
}

static void print_rows(FILE *out, const struct trial *trial, const size_t *group, size_t count) {
    size_t blamed[BLAMED_MAX];
    size_t n = report_blame(trial, group, count, blamed);

    for (size_t i = 0; i < n; i++) {
        const struct row *row = &trial->ruleset.rows[blamed[i]];
        fprintf(out, "      %s %s:%lld: %s  %s\n", i ? "and" : "by ", pool_shown(row->file), (long long)row->line,
                row->decision, pool_shown(row->text));
    }
}

static const char *hosts_of(const struct line *line) {
    if (line->hosts < 0)
        return "hosts";
    return pool_print("%lld host%s", (long long)line->hosts, line->hosts == 1 ? "" : "s");
}

static void print_group(FILE *out, const struct trial *trial, const size_t *group, size_t count, bool all) {
    const struct result *result = &trial->results[group[0]];
    const char *verdict = report_verdicts[result->verdict];

    if (!trial->started)
        verdict = result->verdict == REFUSED ? "not known" : "every word known";
    fprintf(out, "  %s: %zu", verdict, count);
    if (result->replaced)
        fprintf(out, ", with %s", result->replaced);
    if (result->words)
        fprintf(out, ": %s", result->words);
    fputc('\n', out);
    if (result->verdict == REFUSED)
        print_rows(out, trial, group, count);
    for (size_t i = 0; i < (all || result->verdict != ACCEPTED ? count : 0); i++) {
        const struct line *line = &trial->ruleset.lines[group[i]];
        fprintf(out, "      %s: %s\n", hosts_of(line), *line->region ? pool_shown(line->region) : "all");
    }
}

/* Groups in the order of verdicts, each where its first line stands. */
static void print_lines(FILE *out, const struct trial *trial, bool all) {
    size_t *group = pool_take((trial->ruleset.n_lines + 1) * sizeof *group);

    for (int verdict = 0; verdict < VERDICTS; verdict++) {
        for (size_t i = 0; i < trial->ruleset.n_lines; i++) {
            size_t count = (int)trial->results[i].verdict == verdict ? group_of(trial, i, group) : 0;
            if (count > 0 && group[0] == i)
                print_group(out, trial, group, count, all);
        }
    }
}

/* What QEMU takes though it does not say that it knows it, each once. */
static void print_remarks(FILE *out, const struct trial *trial) {
    json_t *said = json_object();

    for (size_t i = 0; i < trial->ruleset.n_lines; i++) {
        const struct result *result = &trial->results[i];
        for (size_t j = 0; j < (result->verdict == ACCEPTED ? result->tokens.count : 0); j++) {
            const char *finding = result->tokens.findings[j];
            if (!json_object_get(said, finding))
                fprintf(out, "  accepted, though this QEMU does not tell of it: %s\n", finding);
            json_object_set_new(said, finding, json_true());
        }
    }
    json_decref(said);
}

/* What cannot be used here, each once, though it was tried with several CPU models and machines. */
static void print_replacements(FILE *out, const struct trial *trial) {
    json_t *said = json_object();

    for (size_t i = 0; i < trial->replacer.count; i++) {
        const struct replacement *replacement = &trial->replacer.replacements[i];
        const char *accel = pool_copy(replacement->key, strcspn(replacement->key, "\n"));
        const char *text =
            pool_print("here, -accel %s: %s; tried with %s", accel, replacement->why ? replacement->why : "",
                       replacement->said ? replacement->said : "");
        if (replacement->said && !json_object_get(said, text))
            fprintf(out, "  %s\n", text);
        json_object_set_new(said, text, json_true());
    }
    json_decref(said);
}

static void print_trial(FILE *out, const struct trial *trial, bool all) {
    const struct snapshot *snapshot = &trial->snapshot;

    fprintf(out, "QEMU %s %s, %s%s\n", snapshot->version, snapshot->arch, pool_shown(snapshot->given),
            snapshot->qemu ? "" : ", a snapshot");
    if (trial->started)
        fprintf(out, "  %zu command lines: %zu accepted, %zu refused, %zu not testable here\n", trial->ruleset.n_lines,
                trial->counts[ACCEPTED], trial->counts[REFUSED], trial->counts[UNTESTABLE]);
    else
        fprintf(out, "  %zu command lines: in %zu every word is known, in %zu not\n", trial->ruleset.n_lines,
                trial->counts[ACCEPTED], trial->counts[REFUSED]);
    print_replacements(out, trial);
    print_lines(out, trial, all);
    print_remarks(out, trial);
    fputc('\n', out);
}

void report_text(FILE *out, const struct trial *trials, size_t count, bool all) {
    const char *oldest = report_oldest(trials, count);
    bool started = false;

    for (size_t i = 0; i < count; i++) {
        started |= trials[i].started;
        print_trial(out, &trials[i], all);
    }
    fprintf(out, "%s: %s%s\n", started ? "oldest supported of those tried" : "oldest of these that knows every word",
            oldest ? "QEMU " : "none, ",
            oldest    ? oldest
            : started ? "the newest refuses something"
                      : "nor does the newest");
}
