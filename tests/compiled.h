/*
 * Rule texts compiled in memory, and the tables that come out held against the plain evaluator. For the tests of the
 * compiler, each of which is a program of one source file; so all of this is inline.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_COMPILED_H
#define TESTS_COMPILED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gen/check/check.h"
#include "gen/codegen/lower.h"
#include "gen/model/eval.h"
#include "gen/model/space.h"
#include "random.h"
#include "runtime/lib/evaluate.h"
#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* How far a text is taken; a stage after an error is left out, as the compiler does. */
enum depth { TO_TREE, TO_MODEL, TO_CHECKS, TO_TABLES };

struct compiled {
    struct arena *arena;
    struct sources sources;
    struct diagnostics diagnostics;
    struct program *program;
    struct model *model;
    const struct muster_ruleset *rules;
};

/* A rule file: its name and what it holds. The first one of a ruleset is the main one. */
struct rule_file {
    const char *name, *text;
};

static inline const char *compiled_path(struct arena *arena, const char *folder, const char *name) {
    return arena_print(arena, "%s/%s", folder, name);
}

/* A folder of our own, so that the names of the files, which the tables hold, are always the same. */
static inline const char *compiled_folder(struct arena *arena) {
    const char *parent = getenv("TMPDIR");
    char *folder = arena_print(arena, "%s/muster-test-XXXXXX", parent && parent[0] ? parent : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        exit(2);
    }
    return folder;
}

static inline void compiled_write(const char *path, const char *text, size_t length) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

/* To be freed with compiled_free, whatever became of it. The question is one of `musterc ask`, or NULL. */
static inline void compile_asked(struct compiled *compiled, const struct rule_file *files, size_t count,
                                 const char *question, enum depth depth) {
    *compiled = (struct compiled){.arena = arena_new()};
    struct arena *arena = compiled->arena;
    struct diagnostics *diagnostics = &compiled->diagnostics;
    compiled->sources.arena = arena;
    diagnostics->arena = arena;
    diagnostics->sources = &compiled->sources;
    const char *folder = compiled_folder(arena);
    for (size_t i = 0; i < count; i++)
        compiled_write(compiled_path(arena, folder, files[i].name), files[i].text, strlen(files[i].text));
    compiled->program =
        program_load(arena, &compiled->sources, compiled_path(arena, folder, files[0].name), diagnostics);
    if (compiled->program && question)
        program_add_query(compiled->program, arena, &compiled->sources, question, diagnostics);
    if (compiled->program && depth >= TO_MODEL)
        compiled->model = model_build(arena, &compiled->sources, compiled->program, diagnostics);
    if (compiled->model && depth >= TO_CHECKS && diagnostics->n_errors == 0)
        check_model(compiled->model, CHECK_ALL, diagnostics);
    if (compiled->model && depth >= TO_TABLES && diagnostics->n_errors == 0 && compiled->model->has_argv)
        compiled->rules = lower_model(arena, compiled->model, diagnostics);
    for (size_t i = 0; i < count; i++)
        unlink(compiled_path(arena, folder, files[i].name));
    rmdir(folder);
}

static inline void compile_files(struct compiled *compiled, const struct rule_file *files, size_t count,
                                 enum depth depth) {
    compile_asked(compiled, files, count, NULL, depth);
}

static inline void compile_text(struct compiled *compiled, const char *text, enum depth depth) {
    compile_files(compiled, &(struct rule_file){"test.muster", text}, 1, depth);
}

static inline void compiled_free(struct compiled *compiled) {
    arena_free(compiled->arena);
}

/* The text must compile. */
static inline void compile_sound(struct compiled *compiled, const char *text, enum depth depth) {
    compile_text(compiled, text, depth);
    if (compiled->diagnostics.n_errors > 0 || (depth == TO_TABLES && !compiled->rules)) {
        diag_print(&compiled->diagnostics, stdout);
        CU_FAIL_FATAL("the rules do not compile");
    }
}

/* The first finding of this code that stands on or behind a line, or NULL. */
static inline const struct diag *find_diag(const struct compiled *compiled, enum diag_code code, size_t line) {
    for (size_t i = 0; i < compiled->diagnostics.count; i++) {
        const struct diag *diag = compiled->diagnostics.items[i];
        if (diag->code == code &&
            (line == 0 || source_place(&compiled->sources.items[diag->span.file], diag->span.begin).line == line))
            return diag;
    }
    return NULL;
}

static inline struct variable *find_variable(const struct compiled *compiled, const char *name) {
    for (size_t i = 0; i < compiled->model->variables.count; i++)
        if (strcmp(compiled->model->variables.items[i]->name, name) == 0)
            return compiled->model->variables.items[i];
    printf("\n'%s'\n", name);
    CU_FAIL_FATAL("no variable of that name");
    return NULL;
}

static inline uint32_t find_input(const struct muster_ruleset *rules, const char *name) {
    uint32_t input = muster_find_input(rules, name, strlen(name));
    if (input == MUSTER_NONE) {
        printf("\n'%s'\n", name);
        CU_FAIL_FATAL("no input of that name");
    }
    return input;
}

/* ---- an argv in memory of exactly its size, with a fence behind it ---- */

enum { FENCE = 16 };

struct fenced {
    const char **argv;
    char *buffer;
    size_t slots, size;
};

static inline struct fenced fenced_new(size_t slots, size_t size) {
    struct fenced fenced = {.slots = slots, .size = size};
    fenced.argv = malloc(slots * sizeof *fenced.argv + FENCE);
    fenced.buffer = malloc(size + FENCE);
    if (!fenced.argv || !fenced.buffer)
        exit(2);
    memset(fenced.argv, 0x5a, slots * sizeof *fenced.argv + FENCE);
    memset(fenced.buffer, 0x5a, size + FENCE);
    return fenced;
}

static inline bool fenced_holds(const struct fenced *fenced) {
    static const char fence[] = "ZZZZZZZZZZZZZZZZ";
    return memcmp((const char *)fenced->argv + fenced->slots * sizeof *fenced->argv, fence, FENCE) == 0 &&
           memcmp(fenced->buffer + fenced->size, fence, FENCE) == 0;
}

static inline void fenced_free(struct fenced *fenced) {
    free(fenced->argv);
    free(fenced->buffer);
}

/* ---- the tables and the plain evaluator, cell by cell ---- */

struct comparison {
    const struct compiled *compiled;
    struct muster_params *params;
    const char **texts; /* by input: what the text parameters are set to */
    uint64_t seed;      /* 0: the least value of each interval, else any of it */
    int64_t *values;    /* by variable */
    int64_t *facts;
    size_t n_cells, n_rejected, n_limited, n_notes;
    size_t n_arguments; /* of the cell at hand */
    bool good;
};

/* All parameters as they are after muster_params_init; compare_set_text sets the texts. Freed with compare_end. */
static inline void compare_start(struct comparison *comparison, const struct compiled *compiled) {
    const struct muster_ruleset *rules = compiled->rules;
    size_t size = muster_params_size(rules);
    *comparison = (struct comparison){.compiled = compiled, .good = true};
    comparison->params = muster_params_init(malloc(size), size, rules);
    comparison->texts = calloc(rules->inputs.count + 1, sizeof *comparison->texts);
    comparison->facts = calloc(rules->n_facts + 1, sizeof *comparison->facts);
    if (!comparison->params || !comparison->texts || !comparison->facts)
        exit(2);
    for (size_t i = 0; i < compiled->model->n_inputs; i++)
        comparison->texts[i] = compiled->model->inputs[i]->default_text;
}

static inline void compare_end(struct comparison *comparison) {
    free(comparison->params);
    free(comparison->texts);
    free(comparison->facts);
}

static inline bool compare_set_text(struct comparison *comparison, const char *name, const char *text) {
    uint32_t input = find_input(comparison->compiled->rules, name);
    if (muster_set_text(comparison->params, input, text, strlen(text), NULL) != MUSTER_OK)
        return false;
    comparison->texts[input] = text;
    return true;
}

static inline void compare_fail(struct comparison *comparison, const char *what) {
    const struct model *model = comparison->compiled->model;
    if (comparison->good) {
        printf("\n%s differs for", what);
        for (size_t i = 0; i < model->n_inputs; i++)
            if (comparison->values[model->inputs[i]->index] != MUSTER_UNSET)
                printf(" %s=%s", model->inputs[i]->name,
                       value_text(comparison->compiled->arena, &model->inputs[i]->type,
                                  comparison->values[model->inputs[i]->index]));
        puts("");
    }
    comparison->good = false;
}

/* `refusal`: the words of the row or restriction that refuses the host. */
static inline void compare_decisions(struct comparison *comparison, enum verdict verdict, const char *refusal) {
    const struct muster_ruleset *rules = comparison->compiled->rules;
    int32_t values[256];
    uint32_t rows[256];
    struct muster_error error = {0};
    enum muster_status status = muster_decide(rules, comparison->facts, comparison->params, values, rows, &error);
    if (verdict == VERDICT_REJECTED) {
        if (status != MUSTER_E_REJECTED || !refusal ||
            strcmp(muster_text(rules, muster_row_at(rules, error.row)->reject), refusal) != 0)
            compare_fail(comparison, "the refusal");
        return;
    }
    if (status != (verdict == VERDICT_GAP ? MUSTER_E_GAP : MUSTER_OK))
        compare_fail(comparison, "the status");
    for (uint32_t i = 0; i < rules->decisions.count && status == MUSTER_OK; i++) {
        const struct muster_decision *decision = muster_decision_at(rules, i);
        const struct variable *variable = find_variable(comparison->compiled, muster_text(rules, decision->name));
        if (values[i] != comparison->values[variable->index] ||
            (rows[i] == MUSTER_NONE) != (variable->kind == VARIABLE_LET))
            compare_fail(comparison, variable->name);
    }
}

static inline bool same_arguments(const struct arguments *plain, const char *const *argv, size_t count) {
    bool same = plain->count == count;
    for (size_t i = 0; same && i < count; i++)
        same = argv[i] && strlen(argv[i]) == plain->items[i].count &&
               (plain->items[i].count == 0 || memcmp(argv[i], plain->items[i].items, plain->items[i].count) == 0);
    return same && !argv[count];
}

static inline void compare_one_argv(struct comparison *comparison, const struct arguments *plain, size_t slots,
                                    size_t size, const char *what) {
    const struct compiled *compiled = comparison->compiled;
    struct fenced fenced = fenced_new(slots, size);
    struct muster_space needed = {0};
    enum muster_status status = muster_argv(compiled->rules, comparison->facts, comparison->params, fenced.argv, slots,
                                            fenced.buffer, size, &needed, NULL);
    if (status != MUSTER_OK || !fenced_holds(&fenced) || !same_arguments(plain, fenced.argv, needed.arguments)) {
        compare_fail(comparison, what);
        printf("status %d, %s\n", (int)status, fenced_holds(&fenced) ? "in its bounds" : "out of its bounds");
        for (size_t i = 0; i < plain->count; i++)
            printf("'%.*s', not '%s'\n", (int)plain->items[i].count, plain->items[i].items,
                   status == MUSTER_OK && i < needed.arguments ? fenced.argv[i] : "");
    }
    fenced_free(&fenced);
}

static inline void count_note(void *context, size_t argument, const struct muster_note *note) {
    struct comparison *comparison = context;
    comparison->n_notes++;
    if (argument >= comparison->n_arguments || (!note->reason && !note->see && !note->tag))
        compare_fail(comparison, "a note");
}

static inline void compare_argv(struct comparison *comparison, enum verdict verdict) {
    const struct muster_ruleset *rules = comparison->compiled->rules;
    struct muster_space needed = {0};
    struct muster_error error = {0};
    size_t input;
    enum muster_status status =
        muster_argv(rules, comparison->facts, comparison->params, NULL, 0, NULL, 0, &needed, &error);
    if (verdict != VERDICT_DECIDED) {
        if (status != (verdict == VERDICT_REJECTED ? MUSTER_E_REJECTED : MUSTER_E_GAP))
            compare_fail(comparison, "the argv's status");
        return;
    }
    const struct limit *limit =
        eval_exceeded_limit(comparison->compiled->model, comparison->values, comparison->texts, &input);
    if (limit) {
        comparison->n_limited++;
        if (status != MUSTER_E_VALUE || error.refusal != MUSTER_REFUSED_LENGTH || error.input != input ||
            error.limit != (uint64_t)limit->max)
            compare_fail(comparison, "the refusal of a long text");
        return;
    }
    if (status != MUSTER_E_SPACE) {
        compare_fail(comparison, "the argv's first status");
        return;
    }
    struct arena *arena = arena_new();
    struct arguments plain = eval_argv(arena, comparison->compiled->model, comparison->values, comparison->texts);
    compare_one_argv(comparison, &plain, needed.arguments + 1, needed.bytes, "the argv in little space");
    compare_one_argv(comparison, &plain, rules->most_arguments + MUSTER_SPARE + 1,
                     rules->most_bytes + comparison->params->most_bytes + MUSTER_PAD, "the argv in much space");
    comparison->n_arguments = needed.arguments;
    if (muster_argv_notes(rules, comparison->facts, comparison->params, count_note, comparison, NULL) != MUSTER_OK)
        compare_fail(comparison, "the status of notes");
    arena_free(arena);
}

/* Some value of the interval that a code stands for. */
static inline int64_t value_of_code(const struct variable *variable, size_t code, uint64_t *seed) {
    const int64_t low = variable_value(variable, code);
    if (low == MUSTER_UNKNOWN || (variable->type.kind != MUSTER_INT && variable->type.kind != MUSTER_VERSION))
        return low;
    const int64_t high = code < variable->cuts.count ? variable->cuts.items[code] - 1 : variable->type.high;
    switch (*seed ? roll(seed, 3) : 0) {
    case 0:
        return low;
    case 1:
        return high;
    default:
        return high == low ? low : low + (int64_t)(next_random(seed) % ((uint64_t)high - (uint64_t)low));
    }
}

static inline void compare_cell(struct comparison *comparison, const int64_t *cell) {
    const struct model *model = comparison->compiled->model;
    const struct stage *stage = NULL;
    const struct row *row = NULL;
    const struct restriction *restriction = NULL;
    for (size_t i = 0; i < model->variables.count; i++)
        comparison->values[i] = MUSTER_UNSET;
    for (size_t i = 0; i < model->n_inputs; i++) {
        const struct variable *input = model->inputs[i];
        if (input->type.kind == MUSTER_TEXT || input->type.kind == MUSTER_PATH) {
            comparison->values[input->index] = input->optional ? comparison->texts[i] != NULL : MUSTER_UNSET;
            continue;
        }
        int64_t value = value_of_code(input, variable_code(input, cell[input->index]), &comparison->seed);
        comparison->values[input->index] = value;
        if (i < model->n_facts)
            comparison->facts[i] = value;
        else if (muster_set_value(comparison->params, (uint32_t)i, value, NULL) != MUSTER_OK)
            compare_fail(comparison, input->name);
    }
    enum verdict verdict = eval_host(model, comparison->values, &stage, &row, &restriction);
    comparison->n_cells++;
    comparison->n_rejected += verdict == VERDICT_REJECTED;
    compare_decisions(comparison, verdict, restriction ? restriction->message : row ? row->reject : NULL);
    compare_argv(comparison, verdict);
}

/*
 * All cells of all inputs that are no texts; or a sample of them, if `sample` is not 0. False after a line that says
 * where the two differ.
 */
static inline bool compare_cells(struct comparison *comparison, size_t sample) {
    const struct model *model = comparison->compiled->model;
    struct arena *arena = arena_new();
    struct cone *cone = cone_new(arena, model);
    for (size_t i = 0; i < model->n_inputs; i++)
        if (model->inputs[i]->type.kind != MUSTER_TEXT && model->inputs[i]->type.kind != MUSTER_PATH)
            cone_add(cone, model->inputs[i]);
    cone_finish(arena, cone);
    comparison->values = arena_alloc(arena, (model->variables.count + 1) * sizeof *comparison->values);
    struct walk walk;
    walk_start(arena, &walk, cone, NULL);
    for (size_t i = 0; comparison->good && i < sample; i++) {
        for (size_t k = 0; k < cone->n_inputs; k++) {
            const struct variable *input = cone->inputs[k];
            walk.values[input->index] =
                variable_value(input, roll(&comparison->seed, (unsigned)variable_n_codes(input)));
        }
        compare_cell(comparison, walk.values);
    }
    if (sample == 0)
        do
            compare_cell(comparison, walk.values);
        while (comparison->good && walk_next(&walk));
    arena_free(arena);
    return comparison->good;
}

static inline bool compare_all(struct comparison *comparison) {
    return compare_cells(comparison, 0);
}

#endif
