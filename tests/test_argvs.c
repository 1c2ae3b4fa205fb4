/*
 * Every distinct command line of random rulesets, held against brute force host by host: who gets which, how many they
 * are, and which rows decide for them. The seed is printed; MUSTER_SEED and MUSTER_COUNT in the environment choose
 * others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "brute.h"
#include "gen/audit/argvs/argvs.h"
#include "trials.h"

struct trial {
    struct maker maker;
    struct arena *arena;
    struct compiled compiled;
    const struct variable *inputs[MAX_SUBJECTS]; /* by subject */
    const char *ends;                            /* what stands behind the maker's command line, or NULL */
    bool where, only_program;
    struct given_input *given; /* by input of the model */
    struct argvs argvs;
    char wrong[400]; /* what, if anything */
};

/* A command line as brute force has it: holes hold marks, so that texts are equal where they always are. */
struct class {
    const char *text;
    size_t program;
    struct cell *cell; /* the first one that has it */
    size_t line;       /* of argvs */
};

struct classes {
    struct class *items;
    size_t count, capacity;
};

struct totals {
    size_t n_sound, n_lines, n_classes, n_united, n_narrowed, n_without_program, n_programs;
};

/* ---- what is asked for ------------------------------------------------------------------------------------------ */

static const char *replace(struct trial *trial, const char *text, const char *from, const char *to) {
    const char *result = "";
    for (const char *at; (at = strstr(text, from)); text = at + strlen(from))
        result = arena_print(trial->arena, "%s%.*s%s", result, (int)(at - text), text, to);
    return arena_print(trial->arena, "%s%s", result, text);
}

/* Some of the tags that the maker gives say which argument is the program; and a last argument may be it for all. */
static const char *tag_programs(struct trial *trial, const char *text) {
    if (roll(&trial->maker.seed, 3) > 0)
        text = replace(trial, text, " tag odd", " tag program");
    trial->ends = NULL;
    if (roll(&trial->maker.seed, 2) > 0)
        return text;
    trial->ends = "the_end";
    return arena_print(trial->arena, "%.*s    the_end tag odd, program;\n}\n", (int)strlen(text) - 2, text);
}

static int64_t value_in(const struct subject *subject, int atom) {
    return atom == (int)subject->n_atoms ? MUSTER_UNKNOWN : subject->low[atom];
}

static void give(struct trial *trial, unsigned index) {
    static const char *const texts[] = {"b,a:x", "/g:,x", "GIV", "42"};
    const struct subject *subject = &trial->maker.subjects[index];
    struct given_input *given = &trial->given[trial->inputs[index]->input];
    given->is_given = true;
    given->value = MUSTER_UNSET;
    if (subject->kind == OF_TEXT) {
        given->text = texts[index + 4 - trial->maker.n_inputs];
        return;
    }
    unsigned width = subject->n_atoms + (subject->or_unknown && !subject->optional);
    given->value = value_in(subject, (int)roll(&trial->maker.seed, width));
}

static void choose_request(struct trial *trial) {
    struct maker *maker = &trial->maker;
    const struct model *model = trial->compiled.model;
    trial->given = arena_alloc(trial->arena, (model->n_inputs + 1) * sizeof *trial->given);
    trial->only_program = roll(&maker->seed, 3) == 0;
    for (unsigned i = 0; i < maker->n_inputs; i++) {
        trial->inputs[i] = find_variable(&trial->compiled, maker->subjects[i].name);
        if (roll(&maker->seed, 8) == 0)
            give(trial, i);
    }
}

/* Of a number or version any with the same code as what was given will do. */
static bool has_value(const struct variable *input, const struct subject *subject, int state, int64_t value) {
    bool is_unset = state == (int)subject->n_atoms;
    if (is_unset || value == MUSTER_UNKNOWN)
        return is_unset && value == MUSTER_UNKNOWN;
    size_t code = variable_code(input, value);
    if (subject_has_members(subject))
        return value == state;
    return code >= variable_code(input, subject->low[state]) && code <= variable_code(input, subject->high[state]);
}

static bool has_given(const struct trial *trial, const struct cell *cell) {
    for (unsigned i = 0; i < trial->maker.n_inputs; i++) {
        const struct subject *subject = &trial->maker.subjects[i];
        const struct given_input *given = &trial->given[trial->inputs[i]->input];
        if (given->is_given &&
            (subject->kind == OF_TEXT ? cell->state[i] != 0
                                      : !has_value(trial->inputs[i], subject, cell->state[i], given->value)))
            return false;
    }
    return true;
}

/* Whether a text that was given is too long for the host. */
static bool exceeds_limit(const struct trial *trial, struct cell *cell) {
    const char *texts[MAX_SUBJECTS] = {NULL};
    for (unsigned i = 0; i < trial->maker.n_inputs; i++)
        texts[i] = trial->given[trial->inputs[i]->input].text;
    return brute_limit(trial->maker.world, cell, texts) != NULL;
}

static bool is_asked_for(const struct trial *trial, struct cell *cell) {
    struct world *world = trial->maker.world;
    const struct expr *question = trial->maker.question;
    return is_accepted(cell) && has_given(trial, cell) && !exceeds_limit(trial, cell) &&
           (!trial->where || (has_values(world, cell, question) && holds(world, cell, question)));
}

/* ---- hosts ------------------------------------------------------------------------------------------------------ */

/* One host of a cell as the model has it: of one that has what was given, just that. */
static void codes_of(const struct trial *trial, const struct cell *cell, size_t *codes) {
    const bool as_given = has_given(trial, cell);
    for (unsigned i = 0; i < trial->maker.n_inputs; i++) {
        const struct subject *subject = &trial->maker.subjects[i];
        const struct variable *input = trial->inputs[i];
        const struct given_input *given = &trial->given[input->input];
        if (subject->kind == OF_TEXT)
            codes[input->input] = input->optional && cell->state[i] == 0;
        else if (given->is_given && as_given)
            codes[input->input] = variable_code(input, given->value);
        else
            codes[input->input] =
                variable_code(input, subject_has_members(subject) && cell->state[i] < (int)subject->n_atoms
                                         ? cell->state[i]
                                         : value_in(subject, cell->state[i]));
    }
}

/* How many hosts a cell has: where it is an interval, codes of the model may cut it. */
static uint64_t weight(const struct trial *trial, const struct cell *cell) {
    uint64_t product = 1;
    for (unsigned i = 0; i < trial->maker.n_inputs; i++) {
        const struct subject *subject = &trial->maker.subjects[i];
        const struct variable *input = trial->inputs[i];
        uint64_t codes = 0;
        unsigned state = (unsigned char)cell->state[i];
        const struct given_input *given = &trial->given[input->input];
        if (state == subject->n_atoms || !variable_is_ordered(input))
            continue;
        for (size_t code = 0; code < input->n_codes; code++) {
            int64_t value = variable_value(input, code);
            bool wanted = !given->is_given || variable_code(input, given->value) == code;
            codes += wanted && value >= subject->low[state] && value <= subject->high[state];
        }
        product *= codes;
    }
    return product;
}

/* ---- command lines by brute force ------------------------------------------------------------------------------- */

static int64_t marked_number(const struct subject *subject, unsigned index) {
    return subject->kind == OF_VERSION ? MUSTER_PACK_VERSION(90001 + index, 90001 + index, 90001 + index)
                                       : 900000001 + (int64_t)index;
}

static const char *join(struct trial *trial, const struct line *line, size_t from) {
    const char *text = "";
    for (size_t i = from; i < line->count; i++)
        text = arena_print(trial->arena, "%s%s\n", text, line->items[i]);
    return text;
}

/* Without what stands before the argument `from`; with `texts` in the holes of texts, and marks in those of numbers. */
static const char *marked_text(struct trial *trial, struct cell *cell, const char *const *texts, size_t from) {
    int64_t values[MAX_SUBJECTS] = {0};
    for (unsigned i = 0; i < trial->maker.n_inputs; i++)
        values[i] = marked_number(&trial->maker.subjects[i], i);
    struct line line = brute_argv(trial->arena, trial->maker.world, cell, values, texts);
    if (trial->ends)
        ARENA_PUSH(trial->arena, &line, trial->ends);
    return join(trial, &line, from);
}

struct program_search {
    const struct muster_ruleset *rules;
    size_t argument;
};

static void see_note(void *context, size_t argument, const struct muster_note *note) {
    struct program_search *search = context;
    if (strstr(muster_text(search->rules, note->tag), "program") && argument < search->argument)
        search->argument = argument;
}

/* Which argument of a cell's command line is the program, by the compiled tables. */
static bool find_program(struct trial *trial, const struct cell *cell, struct muster_params *params, size_t *program) {
    static const char *const texts[] = {"a", "/", "A", "1"}; /* within all limits */
    const struct muster_ruleset *rules = trial->compiled.rules;
    struct program_search search = {rules, SIZE_MAX};
    int64_t facts[MAX_SUBJECTS];
    for (unsigned i = 0; i < trial->maker.n_inputs; i++) {
        const struct subject *subject = &trial->maker.subjects[i];
        uint32_t input = find_input(rules, subject->name);
        int64_t value = subject_has_members(subject) && cell->state[i] < (int)subject->n_atoms
                            ? cell->state[i]
                            : value_in(subject, cell->state[i]);
        const char *text = texts[(i + 4 - trial->maker.n_inputs) % 4];
        if (input < rules->n_facts)
            facts[input] = value;
        else if (subject->kind != OF_TEXT)
            muster_set_value(params, input, value, NULL);
        else if (cell->state[i] == 0)
            muster_set_text(params, input, text, strlen(text), NULL);
        else
            muster_unset(params, input);
    }
    bool good = muster_argv_notes(rules, facts, params, see_note, &search, NULL) == MUSTER_OK;
    *program = search.argument;
    return good || fail(trial, "no notes for a host");
}

static void see_any(void *context, const void *hole, unsigned subject, size_t line) {
    (void)hole, (void)subject, (void)line;
    *(bool *)context = true;
}

/* Holes that are certain to differ where texts may, and marks of numbers. */
static struct class *find_class(struct trial *trial, struct classes *classes, struct cell *cell, size_t program) {
    static const char *const marks[] = {"<t,:\\>", "</p,:\\>", "<I,:\\>", "<n,:\\>"};
    const char *texts[MAX_SUBJECTS] = {NULL};
    bool from_program = trial->only_program && program != SIZE_MAX;
    for (unsigned i = 0; i < 4; i++)
        texts[trial->maker.n_inputs - 4 + i] = marks[i];
    const char *text = marked_text(trial, cell, texts, from_program ? program : 0);
    size_t shown = from_program ? 0 : program;
    for (size_t i = 0; i < classes->count; i++)
        if (classes->items[i].program == shown && strcmp(classes->items[i].text, text) == 0)
            return &classes->items[i];
    ARENA_PUSH(trial->arena, classes, ((struct class){text, shown, cell, SIZE_MAX}));
    return &classes->items[classes->count - 1];
}

/* ---- the same text ---------------------------------------------------------------------------------------------- */

/* Whether a text is one with marks, any number standing in the place of each. */
static bool matches(const struct trial *trial, const char *marked, const char *text) {
    for (; *marked; marked++, text++) {
        for (unsigned i = 0; i < trial->maker.n_inputs && *marked == '9'; i++) {
            const struct subject *subject = &trial->maker.subjects[i];
            struct type type = {.kind = subject->kind == OF_VERSION ? MUSTER_VERSION : MUSTER_INT};
            const char *mark = value_text(trial->arena, &type, marked_number(subject, i));
            size_t most = strspn(text, "-0123456789.");
            if (subject_has_members(subject) || subject->kind == OF_TEXT || strncmp(marked, mark, strlen(mark)) != 0)
                continue;
            for (size_t length = 1; length <= most; length++)
                if (matches(trial, marked + strlen(mark), text + length))
                    return true;
            return false;
        }
        if (*marked != *text)
            return false;
    }
    return *text == '\0';
}

/* What the texts are set to, as far as some witness shows it; with their quotes taken away. */
static void read_texts(struct trial *trial, const char **texts) {
    for (size_t i = 0; i < trial->argvs.lines.count; i++) {
        const struct diag_witness *host = &trial->argvs.lines.items[i].host;
        for (size_t k = 0; k < host->settings.count; k++)
            for (unsigned n = trial->maker.n_inputs - 4; n < trial->maker.n_inputs; n++) {
                const char *quoted = host->settings.items[k].text, *name = host->settings.items[k].name;
                if (strcmp(name, trial->maker.subjects[n].name) == 0)
                    texts[n] = replace(trial, arena_copy(trial->arena, quoted + 1, strlen(quoted) - 2), "\\\\", "\\");
            }
    }
}

static bool check_class(struct trial *trial, const struct class *class, const char *const *texts) {
    const struct command_line *line = &trial->argvs.lines.items[class->line];
    struct line shown = {.items = line->host.argv.items, .count = line->host.argv.count};
    bool known = true;
    size_t from = 0;
    for (unsigned n = trial->maker.n_inputs - 4; n < trial->maker.n_inputs; n++)
        known = known && texts[n];
    if (!known)
        return true;
    for (const char *full = marked_text(trial, class->cell, texts, 0); trial->only_program && *full; from++)
        if (matches(trial, marked_text(trial, class->cell, texts, from), join(trial, &shown, 0)))
            return true;
        else
            full = strchr(full, '\n') + 1;
    return matches(trial, marked_text(trial, class->cell, texts, 0), join(trial, &shown, 0)) ||
           fail(trial, "a host that gets '%s' is among those of '%s'", class->text, join(trial, &shown, 0));
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

/* Whether a line has a row, of which every host that is brought counts. */
static bool line_has_row(const struct trial *trial, const struct command_line *line, const struct row_plan *row) {
    for (size_t i = 0; i < line->n_rows; i++) {
        struct span span = trial->argvs.rows.items[line->rows[i]].span;
        const struct source *source = &trial->compiled.sources.items[span.file];
        bool is_base = strstr(source->name, "base.muster") != NULL;
        if (is_base == (row->file == 1) && source_line_number(source, span.begin) == row->line)
            return true;
    }
    return false;
}

struct seen_rows {
    const struct row_plan **items;
    size_t count, capacity;
};

static void see_row(struct trial *trial, struct seen_rows *seen, const struct row_plan *row) {
    for (size_t i = 0; i < seen->count; i++)
        if (seen->items[i] == row)
            return;
    ARENA_PUSH(trial->arena, seen, row);
}

static void see_rows(struct trial *trial, struct seen_rows *seen, const struct cell *cell) {
    for (unsigned i = 0; i < trial->maker.n_stages; i++)
        for (const struct table_plan *table = trial->maker.stages[i].table; table;) {
            const struct row_plan *row = &table->rows[first_row(table, cell)];
            bool inherits = false;
            see_row(trial, seen, row);
            for (unsigned k = 0; k < table->n_outcomes; k++)
                inherits = inherits || row->inherits[k];
            table = inherits ? table->base : NULL;
        }
}

static bool check_rows(struct trial *trial, const struct command_line *line, const struct seen_rows *seen) {
    for (size_t i = 0; i < seen->count; i++)
        if (!line_has_row(trial, line, seen->items[i]))
            return fail(trial, "a row of line %zu decides, but is not named", seen->items[i]->line);
    return seen->count == line->n_rows || fail(trial, "%zu rows, not %zu", line->n_rows, seen->count);
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

/* Everything about the lines that hosts, one after the other, say. */
struct tally {
    uint64_t *n_hosts; /* by line */
    struct seen_rows *rows;
    struct classes classes;
};

static bool take_cell(struct trial *trial, struct tally *tally, struct cell *cell, size_t program) {
    const struct argvs *argvs = &trial->argvs;
    size_t codes[MAX_SUBJECTS] = {0}, found = SIZE_MAX;
    codes_of(trial, cell, codes);
    for (size_t i = 0; i < argvs->lines.count; i++) {
        if (!hosts_has(argvs->all, argvs->lines.items[i].hosts, codes))
            continue;
        if (found != SIZE_MAX)
            return fail(trial, "a host gets two command lines");
        found = i;
    }
    if (!is_asked_for(trial, cell))
        return found == SIZE_MAX || fail(trial, "a host that is not asked for gets a command line");
    if (found == SIZE_MAX)
        return fail(trial, "a host gets no command line");
    struct class *class = find_class(trial, &tally->classes, cell, program);
    if (class->line != SIZE_MAX && class->line != found)
        return fail(trial, "hosts that get the same are apart: '%s'", class->text);
    class->line = found;
    tally->n_hosts[found] += weight(trial, cell);
    see_rows(trial, &tally->rows[found], cell);
    if (class->program != argvs->lines.items[found].program)
        return fail(trial, "the program is not the argument %zu", class->program);
    return true;
}

static bool check_lines(struct trial *trial, const struct tally *tally, struct totals *totals) {
    const struct argvs *argvs = &trial->argvs;
    const char *texts[MAX_SUBJECTS] = {NULL};
    read_texts(trial, texts);
    for (size_t i = 0; i < argvs->lines.count; i++) {
        const struct command_line *line = &argvs->lines.items[i];
        if (line->n_hosts != tally->n_hosts[i])
            return fail(trial, "%llu hosts, not %llu", (unsigned long long)line->n_hosts,
                        (unsigned long long)tally->n_hosts[i]);
        if (!check_rows(trial, line, &tally->rows[i]))
            return false;
        struct line shown = {.items = line->host.argv.items, .count = line->host.argv.count};
        for (size_t k = 0; k < i; k++) {
            const struct command_line *other = &argvs->lines.items[k];
            struct line before = {.items = other->host.argv.items, .count = other->host.argv.count};
            if (line->program == other->program && strcmp(join(trial, &shown, 0), join(trial, &before, 0)) == 0)
                return fail(trial, "the same command line twice: '%s'", join(trial, &shown, 0));
        }
    }
    for (size_t i = 0; i < tally->classes.count; i++)
        if (!check_class(trial, &tally->classes.items[i], texts))
            return false;
    totals->n_lines += argvs->lines.count;
    totals->n_classes += tally->classes.count;
    totals->n_united += tally->classes.count > argvs->lines.count;
    return tally->classes.count >= argvs->lines.count || fail(trial, "more command lines than there are");
}

/* Which argument is the program, by cell; false if some host that is asked for has a hole without a value. */
static bool look_at_cells(struct trial *trial, size_t *programs, bool *without_program) {
    const struct world *world = trial->maker.world;
    const struct muster_ruleset *rules = trial->compiled.rules;
    size_t size = muster_params_size(rules);
    struct muster_params *params = muster_params_init(malloc(size), size, rules);
    bool is_unset = !params;
    *without_program = false;
    for (size_t i = 0; i < world->n_cells && !is_unset; i++) {
        programs[i] = SIZE_MAX;
        if (!is_asked_for(trial, &world->cells[i]))
            continue;
        find_unset(trial->maker.world, &world->cells[i], see_any, &is_unset);
        is_unset = is_unset || !find_program(trial, &world->cells[i], params, &programs[i]);
        *without_program = *without_program || programs[i] == SIZE_MAX;
    }
    free(params);
    return !is_unset;
}

static bool check_argvs(struct trial *trial, struct totals *totals) {
    const struct world *world = trial->maker.world;
    const struct argvs_request request = {
        .given = trial->given, .where = trial->where, .only_program = trial->only_program};
    size_t *programs = arena_alloc(trial->arena, (world->n_cells + 1) * sizeof *programs);
    struct tally tally = {0};
    bool without_program;
    if (!look_at_cells(trial, programs, &without_program))
        return !trial->wrong[0];
    enum argvs_state state =
        argvs_of(trial->arena, trial->compiled.model, &request, &trial->compiled.diagnostics, &trial->argvs);
    if (trial->only_program && without_program) {
        totals->n_without_program++;
        return state == ARGVS_NO_PROGRAM || fail(trial, "state %d, though no argument is the program", (int)state);
    }
    if (state != ARGVS_DONE)
        return fail(trial, "state %d", (int)state);
    tally.n_hosts = arena_alloc(trial->arena, (trial->argvs.lines.count + 1) * sizeof *tally.n_hosts);
    tally.rows = arena_alloc(trial->arena, (trial->argvs.lines.count + 1) * sizeof *tally.rows);
    for (size_t i = 0; i < world->n_cells; i++)
        if (!take_cell(trial, &tally, &world->cells[i], programs[i]))
            return false;
    totals->n_programs += trial->only_program;
    totals->n_narrowed += trial->where;
    return check_lines(trial, &tally, totals);
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static bool try_ruleset(struct trial *trial, struct totals *totals) {
    struct maker *maker = &trial->maker;
    make_ruleset(maker);
    const char *texts[2] = {maker->texts[0], maker->texts[1]};
    texts[maker->extends] = tag_programs(trial, texts[maker->extends]);
    trial->where = roll(&maker->seed, 3) == 0;
    struct rule_file files[] = {{"test.muster", texts[0]}, {"base.muster", texts[1]}};
    compile_asked(&trial->compiled, files, maker->extends ? 2 : 1, trial->where ? maker->question_text : NULL,
                  TO_TABLES);
    if (!trial->compiled.rules || trial->compiled.diagnostics.n_errors > 0)
        return true;
    totals->n_sound++;
    choose_request(trial);
    return check_argvs(trial, totals);
}

static bool try_one(uint64_t seed, void *totals) {
    struct trial trial = {.maker = {.arena = arena_new(), .seed = seed}, .arena = arena_new()};
    bool good = try_ruleset(&trial, totals);
    if (!good) {
        print_made(&trial.maker);
        if (trial.where)
            printf("where %s\n", trial.maker.question_text);
        diag_print(&trial.compiled.diagnostics, stdout);
        puts(trial.wrong);
    }
    compiled_free(&trial.compiled);
    free_made(&trial.maker);
    arena_free(trial.arena);
    return good;
}

static void test_random_rulesets(void) {
    struct totals totals = {0};
    uint64_t count = try_seeds(20240229, 600, try_one, &totals);
    printf(
        "%zu sound, %zu with a condition, %zu from the program on, %zu with a host that has none; %zu command lines, "
        "%zu texts with holes, in %zu rulesets fewer\n",
        totals.n_sound, totals.n_narrowed, totals.n_programs, totals.n_without_program, totals.n_lines,
        totals.n_classes, totals.n_united);
    if (count >= 100)
        CU_ASSERT_TRUE(totals.n_sound > count / 8 && totals.n_narrowed > 0 && totals.n_programs > 0 &&
                       totals.n_without_program > 0 && totals.n_lines > 2 * totals.n_sound);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"random rulesets", test_random_rulesets},
    };
    return unit_main("argvs", tests, COUNT(tests));
}
