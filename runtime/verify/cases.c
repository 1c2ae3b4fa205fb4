/*
 * The distinct command lines of a ruleset, as `musterc argvs` tells them.
 *
 * What musterc writes is trusted; what is not as expected comes from another version of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/cases.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/tool/launch.h"
#include "runtime/verify/child.h"
#include "runtime/verify/pool.h"

enum { ANSWER_MAX = 1 << 28, WORDS_MAX = 1 << 16, ARGVS_VERSION = 1 };

/* ---- musterc ---------------------------------------------------------------------------------------------------- */

static const char *beside(const char *this_program) {
    const char *slash = strrchr(this_program, '/');
    const char *path = slash ? pool_print("%.*s/musterc", (int)(slash - this_program), this_program) : NULL;
    return path && access(path, X_OK) == 0 ? path : NULL;
}

const char *cases_find_musterc(const char *named, const char *this_program) {
    static char found[PATH_MAX];
    const char *path = !named ? beside(this_program) : strchr(named, '/') ? named : NULL;

    if (path)
        return path;
    if (launch_find(named ? named : "musterc", found, sizeof found) == 0)
        return found;
    die("no folder of PATH has %s; name it with --musterc PATH", named ? named : "musterc");
}

/* The words of the question; a NULL behind them. */
static const char **words_of(const struct question *question) {
    const char **words = pool_take((question->n_sets * 2 + 14) * sizeof *words);
    size_t n = 0;

    words[n++] = question->musterc;
    words[n++] = "argvs";
    words[n++] = "--program";
    words[n++] = "--format";
    words[n++] = "json";
    if (question->config) {
        words[n++] = "--config";
        words[n++] = question->config;
    }
    if (question->facts) {
        words[n++] = "--facts";
        words[n++] = question->facts;
    }
    if (question->where) {
        words[n++] = "--where";
        words[n++] = question->where;
    }
    for (size_t i = 0; i < question->n_sets; i++) {
        words[n++] = "--set";
        words[n++] = question->sets[i];
    }
    words[n++] = "--";
    words[n] = question->file;
    return words;
}

/* What musterc has to say is for the user, as it is. */
static _Noreturn void musterc_failed(const struct child *child) {
    if (child->error_heard.text)
        fputs(child->error_heard.text, stderr);
    if (WIFSIGNALED(child->status))
        die("musterc argvs was ended by signal %d", WTERMSIG(child->status));
    die("musterc argvs ended with %d", WEXITSTATUS(child->status));
}

static json_t *run_musterc(const struct question *question) {
    struct child child;
    json_error_t wrong;
    json_t *answer;

    if (!child_start(&child, words_of(question), false, ANSWER_MAX, WORDS_MAX))
        die("%s: %s", question->musterc, strerror(errno));
    while (!child.ended)
        child_wait(&child, now_ms() + 1000);
    child_kill(&child);
    if (!WIFEXITED(child.status) || WEXITSTATUS(child.status) != 0)
        musterc_failed(&child);
    if (child.out_heard.flooded)
        die("musterc argvs: the answer is over %d bytes", ANSWER_MAX);
    answer = json_loadb(child.out_heard.text ? child.out_heard.text : "", child.out_heard.length, 0, &wrong);
    if (!answer)
        die("musterc argvs: line %d of its answer is no JSON: %s", wrong.line, wrong.text);
    child_free(&child);
    return answer;
}

/* ---- its answer ------------------------------------------------------------------------------------------------- */

static json_t *member(json_t *object, const char *name, json_type type) {
    json_t *value = json_object_get(object, name);
    if (!value || json_typeof(value) != type)
        die("musterc argvs: its answer has no %s as this version of muster-verify wants it", name);
    return value;
}

static const char *text_of(json_t *object, const char *name) {
    json_t *value = member(object, name, JSON_STRING);
    return pool_copy(json_string_value(value), json_string_length(value));
}

/* The row's place among those of the ruleset, where it is put if it is new; `known` has the places by name. */
static size_t row_place(struct ruleset *ruleset, json_t *known, json_t *value) {
    struct row row = {text_of(value, "decision"), text_of(value, "row"), text_of(value, "file"),
                      json_integer_value(member(value, "line", JSON_INTEGER))};
    const char *key = pool_print("%s\n%s\n%s\n%lld", row.decision, row.text, row.file, (long long)row.line);
    json_t *place = json_object_get(known, key);

    if (place)
        return (size_t)json_integer_value(place);
    ruleset->rows = pool_grow(ruleset->rows, ruleset->n_rows, sizeof *ruleset->rows);
    ruleset->rows[ruleset->n_rows] = row;
    json_object_set_new(known, key, json_integer((json_int_t)ruleset->n_rows));
    return ruleset->n_rows++;
}

static void read_line(struct ruleset *ruleset, json_t *known, json_t *value, struct line *line) {
    json_t *argv = member(value, "argv", JSON_ARRAY);
    json_t *rows = member(value, "rows", JSON_ARRAY);
    json_t *hosts = json_object_get(value, "hosts");

    line->hosts = json_is_integer(hosts) ? json_integer_value(hosts) : -1;
    line->region = text_of(value, "region");
    line->n_argv = json_array_size(argv);
    line->argv = pool_take((line->n_argv + 1) * sizeof *line->argv);
    for (size_t i = 0; i < line->n_argv; i++) {
        json_t *word = json_array_get(argv, i);
        if (!json_is_string(word))
            die("musterc argvs: an argument is no text");
        line->argv[i] = pool_copy(json_string_value(word), json_string_length(word));
    }
    line->n_rows = json_array_size(rows);
    line->rows = pool_take(line->n_rows * sizeof *line->rows);
    for (size_t i = 0; i < line->n_rows; i++)
        line->rows[i] = row_place(ruleset, known, json_array_get(rows, i));
}

static struct input read_input(json_t *value) {
    const char *kind = text_of(value, "kind");
    json_t *probe = json_object_get(value, "probe");
    bool asks = json_is_string(probe);

    return (struct input){text_of(value, "name"), text_of(value, "type"),
                          asks ? pool_copy(json_string_value(probe), json_string_length(probe)) : NULL,
                          strcmp(kind, "param") == 0};
}

void cases_ask(struct ruleset *ruleset, const struct question *question) {
    json_t *answer = run_musterc(question);
    json_t *known = json_object();
    json_t *lines, *inputs;

    *ruleset = (struct ruleset){0};
    if (json_integer_value(json_object_get(answer, "version")) != ARGVS_VERSION)
        die("musterc argvs: its answer is not of version %d: it is another version of musterc", ARGVS_VERSION);
    ruleset->name = text_of(answer, "ruleset");
    lines = member(answer, "argvs", JSON_ARRAY);
    inputs = member(answer, "inputs", JSON_ARRAY);
    ruleset->n_lines = json_array_size(lines);
    ruleset->lines = pool_take(ruleset->n_lines * sizeof *ruleset->lines);
    for (size_t i = 0; i < ruleset->n_lines; i++)
        read_line(ruleset, known, json_array_get(lines, i), &ruleset->lines[i]);
    ruleset->n_inputs = json_array_size(inputs);
    ruleset->inputs = pool_take(ruleset->n_inputs * sizeof *ruleset->inputs);
    for (size_t i = 0; i < ruleset->n_inputs; i++)
        ruleset->inputs[i] = read_input(json_array_get(inputs, i));
    json_decref(known);
    json_decref(answer);
}

/* ---- looking things up ------------------------------------------------------------------------------------------ */

bool cases_has_row(const struct line *line, size_t row) {
    for (size_t i = 0; i < line->n_rows; i++)
        if (line->rows[i] == row)
            return true;
    return false;
}

size_t cases_find_row(const struct ruleset *ruleset, const struct row *row) {
    for (size_t i = 0; i < ruleset->n_rows; i++)
        if (strcmp(ruleset->rows[i].decision, row->decision) == 0 && strcmp(ruleset->rows[i].text, row->text) == 0)
            return i;
    return CASES_NO_ROW;
}
