/*
 * Random rulesets against brute force: what the checks say, with their numbers, regions and witnesses; the answers to
 * questions; whom the tables refuse and warn, what they decide, their command lines, and which parameters are missing
 * where some are not set. The seed is printed;
 * MUSTER_SEED and MUSTER_COUNT in the environment choose others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "brute_missing.h"
#include "compiled.h"
#include "expected.h"
#include "gen/codegen/verify.h"

/* Beyond so many findings they are no longer kept. */
enum { MAX_FINDINGS = DIAG_MAX - 1 };

struct trial {
    struct maker maker;
    struct arena *arena;
    struct compiled compiled;
    unsigned weights[MAX_SUBJECTS][MAX_ATOMS + 1]; /* by input, by atom: how many codes begin in it */
    bool is_fine[MAX_SUBJECTS];                    /* an input has codes within an atom */
    char wrong[400];                               /* what, if anything */
};

struct totals {
    size_t n_sound, n_findings, n_witnesses, n_cells, n_limited, n_answers[ANSWER_NOT_PROVEN + 1],
        by_code[DIAG_N_CODES];
    /* Of hosts some of whose parameters are not set: refused; a parameter is missing; none, though it is tested. */
    size_t n_refused, n_missing, n_tested;
};

/* The first thing that is wrong. */
static __attribute__((format(printf, 2, 3))) bool fail(struct trial *trial, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (!trial->wrong[0])
        vsnprintf(trial->wrong, sizeof trial->wrong, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- cells ------------------------------------------------------------------------------------------------------ */

static unsigned width(const struct subject *subject) {
    return subject->n_atoms + subject->or_unknown;
}

static unsigned find_subject(const struct maker *maker, const char *name, size_t length) {
    for (unsigned i = 0; i < maker->n_inputs; i++)
        if (strlen(maker->subjects[i].name) == length && memcmp(maker->subjects[i].name, name, length) == 0)
            return i;
    return MAX_SUBJECTS;
}

/* Which codes the compiler has cut an input into is all that is taken from it. */
static void weigh(struct trial *trial) {
    for (unsigned i = 0; i < trial->maker.n_inputs; i++) {
        const struct subject *subject = &trial->maker.subjects[i];
        const struct variable *variable = find_variable(&trial->compiled, subject->name);
        trial->is_fine[i] = false;
        for (unsigned k = 0; k < width(subject); k++) {
            bool is_interval = k < subject->n_atoms && (subject->kind == OF_INT || subject->kind == OF_VERSION);
            trial->weights[i][k] = is_interval ? 0 : 1;
            for (size_t code = 0; is_interval && code < variable->n_codes; code++) {
                int64_t value = variable_value(variable, code);
                trial->weights[i][k] += value >= subject->low[k] && value <= subject->high[k];
            }
            trial->is_fine[i] = trial->is_fine[i] || trial->weights[i][k] > 1;
        }
    }
}

static bool is_among(const struct cell *cell, enum among among) {
    return among == ALL_POSSIBLE ? is_possible(cell) : is_accepted(cell);
}

static uint64_t weight(const struct trial *trial, enum among among, const bool *hosts) {
    const struct world *world = trial->maker.world;
    uint64_t sum = 0;
    for (size_t i = 0; i < world->n_cells; i++) {
        uint64_t product = is_among(&world->cells[i], among) && (!hosts || hosts[i]);
        for (unsigned k = 0; k < trial->maker.n_inputs && product; k++)
            product *= trial->weights[k][world->cells[i].state[k]];
        sum += product;
    }
    return sum;
}

/* ---- regions ---------------------------------------------------------------------------------------------------- */

static int64_t parse_number(const struct subject *subject, const char *text) {
    long long major = 0, minor = 0, patch = 0;
    if (subject->kind == OF_INT)
        return strtoll(text, NULL, 10);
    sscanf(text, "%lld.%lld.%lld", &major, &minor, &patch);
    return MUSTER_PACK_VERSION(major, minor, patch);
}

static const char *member_name(const struct subject *subject, unsigned member) {
    return subject->kind == OF_ENUM && member == 1 ? "green" : member_text(subject, member);
}

/* "= 7", "7", "exactly 7", "below 9.2", "at most 7", "from 8.0 to below 9.2", "from 8", "known", "= given". */
static uint32_t run_mask(const struct subject *subject, const char *words) {
    int64_t low = INT64_MIN, high = INT64_MAX;
    const char *to = strstr(words, " to ");
    uint32_t mask = 0;
    if (strncmp(words, "= ", 2) == 0 && strcmp(words + 2, "given") != 0)
        low = high = parse_number(subject, words + 2);
    if (strncmp(words, "exactly ", 8) == 0)
        low = high = parse_number(subject, words + 8);
    if (strchr("-0123456789", words[0]))
        low = high = parse_number(subject, words);
    if (strncmp(words, "below ", 6) == 0)
        high = parse_number(subject, words + 6) - 1;
    if (strncmp(words, "at most ", 8) == 0)
        high = parse_number(subject, words + 8);
    if (strncmp(words, "from ", 5) == 0)
        low = parse_number(subject, words + 5);
    if (to)
        high = strncmp(to + 4, "below ", 6) == 0 ? parse_number(subject, to + 10) - 1 : parse_number(subject, to + 4);
    for (unsigned i = 0; i < subject->n_atoms; i++)
        if (subject->low[i] <= high && subject->high[i] >= low)
            mask |= UINT32_C(1) << i;
    return mask;
}

static uint32_t word_mask(const struct subject *subject, const char *words) {
    if (strcmp(words, "unknown") == 0 || strcmp(words, "= unknown") == 0 || strcmp(words, "not given") == 0 ||
        strcmp(words, "= not given") == 0)
        return UINT32_C(1) << subject->n_atoms;
    if (subject->kind == OF_INT || subject->kind == OF_VERSION)
        return run_mask(subject, words);
    words += strncmp(words, "= ", 2) == 0 ? 2 : 0;
    for (unsigned i = 0; i < subject->n_atoms; i++)
        if (strcmp(words, subject->kind == OF_TEXT ? "given" : member_name(subject, i)) == 0)
            return UINT32_C(1) << i;
    return 0;
}

/* "f0 = red or unknown, f1 from 8.0 to below 9.2 or unknown": by input the atoms that belong to it. */
static bool read_region(struct trial *trial, const char *words, uint32_t *masks, bool *is_asked) {
    char text[1000], *save_part, *save;
    for (unsigned i = 0; i < trial->maker.n_inputs; i++) {
        masks[i] = all_of(&trial->maker.subjects[i]);
        is_asked[i] = false;
    }
    if (strcmp(words, "every host") == 0)
        return true;
    snprintf(text, sizeof text, "%s", words);
    for (char *part = text; part; part = save_part) {
        save_part = strstr(part, ", ");
        if (save_part) {
            *save_part = '\0';
            save_part += 2;
        }
        size_t length = strcspn(part, " ");
        unsigned index = find_subject(&trial->maker, part, length);
        if (index == MAX_SUBJECTS || is_asked[index])
            return fail(trial, "the region '%s' cannot be read", words);
        is_asked[index] = true;
        masks[index] = 0;
        for (char *one = part + length + 1; one; one = save) {
            save = strstr(one, " or ");
            if (save) {
                *save = '\0';
                save += 4;
            }
            uint32_t mask = word_mask(&trial->maker.subjects[index], one);
            if (mask == 0)
                return fail(trial, "'%s' in the region '%s' cannot be read", one, words);
            masks[index] |= mask;
        }
    }
    return true;
}

static bool in_region(const struct trial *trial, const struct cell *cell, const uint32_t *masks, unsigned dropped) {
    for (unsigned i = 0; i < trial->maker.n_inputs; i++)
        if (i != dropped && !(masks[i] >> cell->state[i] & 1))
            return false;
    return true;
}

/* Whether all hosts of a region, but for one of its conditions, show it. */
static bool region_shows(const struct trial *trial, const uint32_t *masks, unsigned dropped, enum among among,
                         const bool *hosts) {
    const struct world *world = trial->maker.world;
    for (size_t i = 0; i < world->n_cells; i++)
        if (is_among(&world->cells[i], among) && !hosts[i] && in_region(trial, &world->cells[i], masks, dropped))
            return false;
    return true;
}

/* ---- witnesses -------------------------------------------------------------------------------------------------- */

/* A host as it is set: values and texts by input. */
struct setting {
    int64_t values[MAX_SUBJECTS];
    const char *texts[MAX_SUBJECTS];
    signed char state[MAX_SUBJECTS];
};

static bool read_setting(struct trial *trial, const struct diag_setting *written, struct setting *setting) {
    unsigned index = find_subject(&trial->maker, written->name, strlen(written->name));
    if (index == MAX_SUBJECTS)
        return fail(trial, "a witness sets '%s'", written->name);
    const struct subject *subject = &trial->maker.subjects[index];
    size_t quotes = written->text[0] == '"', length = strlen(written->text);
    const char *text = arena_copy(trial->arena, written->text + quotes, length - 2 * quotes);
    int found = -1;
    if (setting->state[index] != NO_VALUE || written->is_param != (subject->role == PARAM))
        return fail(trial, "a witness sets '%s' twice, or as what it is not", written->name);
    setting->texts[index] = text;
    if (strcmp(text, "unknown") == 0 && subject->or_unknown && !subject->optional)
        found = (int)subject->n_atoms;
    if (subject->kind == OF_TEXT)
        found = 0;
    if (subject->kind == OF_BOOL && !quotes)
        found = found >= 0 ? found : strcmp(text, "true") == 0 ? 1 : strcmp(text, "false") == 0 ? 0 : -1;
    if (subject->kind == OF_INT || subject->kind == OF_VERSION)
        setting->values[index] = parse_number(subject, text);
    for (unsigned i = 0; i < subject->n_atoms && found < 0; i++) {
        if (subject->kind == OF_ENUM && strcmp(text, member_name(subject, i)) == 0)
            found = (int)i;
        if ((subject->kind == OF_INT || subject->kind == OF_VERSION) && setting->values[index] >= subject->low[i] &&
            setting->values[index] <= subject->high[i])
            found = (int)i;
    }
    if (found < 0)
        return fail(trial, "a witness sets '%s' to %s", written->name, written->text);
    setting->state[index] = (signed char)found;
    return true;
}

/* Everything is set that a facts file must have. The number of its cell. */
static bool read_witness(struct trial *trial, const struct diag_witness *witness, struct setting *setting,
                         size_t *cell) {
    size_t factor = 1;
    memset(setting->state, NO_VALUE, sizeof setting->state);
    for (size_t i = 0; i < witness->settings.count; i++)
        if (!read_setting(trial, &witness->settings.items[i], setting))
            return false;
    *cell = 0;
    for (unsigned i = 0; i < trial->maker.n_inputs; i++) {
        const struct subject *subject = &trial->maker.subjects[i];
        if (setting->state[i] == NO_VALUE && !subject->optional)
            return fail(trial, "a witness does not set '%s'", subject->name);
        size_t state = setting->state[i] == NO_VALUE ? subject->n_atoms : (size_t)setting->state[i];
        *cell += factor * state;
        factor *= width(subject);
    }
    return true;
}

static void see_any(void *context, const void *hole, unsigned subject, size_t line) {
    (void)hole, (void)subject, (void)line;
    *(bool *)context = true;
}

static bool same_line(struct trial *trial, size_t index, const struct setting *setting, const char *const *argv,
                      size_t count) {
    struct cell *cell = &trial->maker.world->cells[index];
    struct line line = brute_argv(trial->arena, trial->maker.world, cell, setting->values, setting->texts);
    bool is_unset = false;
    find_unset(trial->maker.world, cell, see_any, &is_unset);
    if (is_unset)
        return true;
    for (size_t i = 0; i < line.count || i < count; i++) {
        const char *wanted = i < line.count ? line.items[i] : "nothing", *got = i < count ? argv[i] : "nothing";
        if (i >= line.count || i >= count || strcmp(wanted, got) != 0)
            return fail(trial, "argument %zu of a command line is %s, not %s", i, got, wanted);
    }
    return true;
}

static bool check_witness(struct trial *trial, const struct diag_witness *witness, enum among among, const bool *hosts,
                          bool with_argv, const uint32_t *masks) {
    struct setting setting = {.state = {0}};
    size_t index;
    if (!read_witness(trial, witness, &setting, &index))
        return false;
    const struct cell *cell = &trial->maker.world->cells[index];
    if (!is_among(cell, among) || !hosts[index])
        return fail(trial, "the witness of '%s' does not show it", witness->region);
    if (!in_region(trial, cell, masks, MAX_SUBJECTS))
        return fail(trial, "the witness of '%s' is not in there", witness->region);
    if (witness->has_argv != (with_argv && is_accepted(cell)))
        return fail(trial, "the witness of '%s' has %s command line", witness->region, witness->has_argv ? "a" : "no");
    return !witness->has_argv || same_line(trial, index, &setting, witness->argv.items, witness->argv.count);
}

/* The witnesses of a finding together: no region says too much or, of its conditions, one too many; none is missing. */
static bool check_witnesses(struct trial *trial, struct diag_witness *const *witnesses, size_t count, size_t n_more,
                            enum among among, const bool *hosts, bool is_part, bool with_argv) {
    const struct world *world = trial->maker.world;
    bool *shown = arena_alloc(trial->arena, world->n_cells);
    if (count == 0)
        return fail(trial, "no witness");
    for (size_t i = 0; i < count; i++) {
        uint32_t masks[MAX_SUBJECTS] = {0};
        bool is_asked[MAX_SUBJECTS] = {false};
        if (!read_region(trial, witnesses[i]->region, masks, is_asked) ||
            !check_witness(trial, witnesses[i], among, hosts, with_argv, masks))
            return false;
        if (!region_shows(trial, masks, MAX_SUBJECTS, among, hosts))
            return fail(trial, "not all of the region '%s' show it", witnesses[i]->region);
        for (unsigned k = 0; k < trial->maker.n_inputs; k++)
            if (is_asked[k] && !is_part && !trial->is_fine[k] && region_shows(trial, masks, k, among, hosts))
                return fail(trial, "'%s' could be left out of '%s'", trial->maker.subjects[k].name,
                            witnesses[i]->region);
        for (size_t k = 0; k < world->n_cells; k++)
            shown[k] = shown[k] || in_region(trial, &world->cells[k], masks, MAX_SUBJECTS);
    }
    for (size_t i = 0; i < world->n_cells && n_more == 0 && !is_part; i++)
        if (is_among(&world->cells[i], among) && hosts[i] && !shown[i])
            return fail(trial, "a host that shows it is in no region");
    return true;
}

/* ---- what the checks say ---------------------------------------------------------------------------------------- */

static size_t line_of(const struct trial *trial, struct span span) {
    if (span.file >= trial->compiled.sources.count)
        return 0;
    return source_place(&trial->compiled.sources.items[span.file], span.begin).line;
}

/* What only speaks of how rules are written is not looked at. */
static bool is_judged(const struct diag *diag) {
    return diag->code != DIAG_CODE_SILENT_UNKNOWN && diag->code != DIAG_CODE_UNUSED &&
           diag->code != DIAG_CODE_BARE_NAME && diag->code != DIAG_CODE_RUN_ON &&
           diag->code != DIAG_CODE_MISSING_REASON;
}

static bool has_note_at(const struct trial *trial, const struct diag *diag, size_t line) {
    for (size_t i = 0; i < diag->notes.count; i++)
        if (line_of(trial, diag->notes.items[i].span) == line)
            return true;
    return false;
}

/* "in 3 of 12 cases": in relation, for the compiler counts only cells of the inputs that matter. */
static bool check_share(struct trial *trial, const struct diag *diag, const struct finding *finding) {
    unsigned long long part, all;
    for (size_t i = 0; i < diag->notes.count; i++) {
        const char *text = strstr(diag->notes.items[i].text, " in ");
        if (!text || sscanf(text, " in %llu of %llu cases", &part, &all) != 2)
            continue;
        uint64_t my_part = weight(trial, finding->among, finding->hosts), mine = weight(trial, finding->among, NULL);
        if (part * mine == my_part * all && part > 0)
            return true;
        return fail(trial, "%llu of %llu cases, not %llu of %llu", part, all, (unsigned long long)my_part,
                    (unsigned long long)mine);
    }
    return fail(trial, "it does not say how many cases");
}

static bool check_finding(struct trial *trial, const struct diag *diag, const struct finding *finding) {
    if (finding->among == NO_HOSTS)
        return diag->witnesses.count == 0 || fail(trial, "a witness of nothing");
    bool with_argv =
        diag->code != DIAG_CODE_GAP && diag->code != DIAG_CODE_OVERLAP && diag->code != DIAG_CODE_UNSET_HOLE;
    return (!finding->has_share || check_share(trial, diag, finding)) &&
           check_witnesses(trial, diag->witnesses.items, diag->witnesses.count, diag->n_more_regions, finding->among,
                           finding->hosts, finding->is_part, with_argv);
}

/* The finding that this is. */
static bool match(struct trial *trial, struct findings *findings, const struct diag *diag) {
    const char *code = diag_kind(diag->code)->code;
    bool any = false;
    for (size_t i = 0; i < findings->count; i++) {
        struct finding *finding = &findings->items[i];
        if (finding->is_matched || finding->code != diag->code || finding->level != diag->level ||
            finding->file != diag->span.file || finding->line != line_of(trial, diag->span) ||
            (finding->words && !strstr(diag->text, finding->words)) ||
            (finding->note_line && !has_note_at(trial, diag, finding->note_line)))
            continue;
        char before[sizeof trial->wrong];
        memcpy(before, trial->wrong, sizeof before);
        any = true;
        finding->is_matched = check_finding(trial, diag, finding);
        if (finding->is_matched) {
            trial->wrong[0] = '\0';
            return true;
        }
    }
    if (!any)
        trial->wrong[0] = '\0';
    char reason[sizeof trial->wrong];
    memcpy(reason, trial->wrong, sizeof reason);
    trial->wrong[0] = '\0';
    return fail(trial, "[%s] at line %zu: %.300s", code, line_of(trial, diag->span),
                any ? reason : "brute force finds nothing like that there");
}

static bool check_missing(struct trial *trial, const struct findings *findings) {
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        size_t n_reported = 0;
        for (size_t k = 0; k < findings->count && finding->table; k++)
            n_reported += findings->items[k].table == finding->table && findings->items[k].is_matched;
        if (!finding->is_matched && n_reported != MAX_OVERLAPS)
            return fail(trial, "[%s] at line %zu is missing%s%s", diag_kind(finding->code)->code, finding->line,
                        finding->words ? ": " : "", finding->words ? finding->words : "");
    }
    return true;
}

static bool check_diagnostics(struct trial *trial, struct totals *totals) {
    const struct diagnostics *diagnostics = &trial->compiled.diagnostics;
    struct findings findings = expected_findings(trial->arena, trial->maker.world);
    weigh(trial);
    totals->n_findings += findings.count;
    for (size_t i = 0; i < findings.count; i++)
        totals->by_code[findings.items[i].code]++;
    if (diagnostics->n_errors > MAX_FINDINGS || diagnostics->n_warnings > MAX_FINDINGS)
        return true;
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diag *diag = diagnostics->items[i];
        totals->n_witnesses += diag->witnesses.count;
        if (is_judged(diag) && !match(trial, &findings, diag))
            return false;
    }
    return check_missing(trial, &findings);
}

/* ---- questions -------------------------------------------------------------------------------------------------- */

static bool check_question(struct trial *trial, struct totals *totals) {
    struct world *world = trial->maker.world;
    bool *hosts = arena_alloc(trial->arena, world->n_cells);
    struct compiled plain = trial->compiled;
    struct rule_file files[] = {{"test.muster", trial->maker.texts[0]}, {"base.muster", trial->maker.texts[1]}};
    compile_asked(&trial->compiled, files, trial->maker.extends ? 2 : 1, trial->maker.question_text, TO_CHECKS);
    bool good = trial->compiled.model && trial->compiled.diagnostics.n_errors == 0;
    if (!good)
        fail(trial, "the question does not compile");
    if (good) {
        for (size_t i = 0; i < world->n_cells; i++)
            hosts[i] = is_accepted(&world->cells[i]) && holds(world, &world->cells[i], trial->maker.question);
        weigh(trial);
        struct ask_answer answer = check_ask(trial->compiled.model, &trial->compiled.diagnostics);
        uint64_t mine = weight(trial, ALL_ACCEPTED, hosts), all = weight(trial, ALL_ACCEPTED, NULL);
        enum answer wanted = mine == 0 ? ANSWER_NEVER : mine == all ? ANSWER_ALWAYS : ANSWER_SOME;
        totals->n_answers[answer.answer]++;
        if (answer.answer != wanted)
            good = fail(trial, "the answer is %d, not %d", (int)answer.answer, (int)wanted);
        else if (answer.cells * all != mine * answer.all)
            good = fail(trial, "%llu of %llu cases, not %llu of %llu", (unsigned long long)answer.cells,
                        (unsigned long long)answer.all, (unsigned long long)mine, (unsigned long long)all);
        else if (answer.n_regions < answer.witnesses.count)
            good = fail(trial, "fewer regions than witnesses");
        else if (wanted != ANSWER_NEVER)
            good = check_witnesses(trial, answer.witnesses.items, answer.witnesses.count,
                                   answer.n_regions - answer.witnesses.count, ALL_ACCEPTED, hosts, false, true);
    }
    if (!good) {
        char before[sizeof trial->wrong];
        memcpy(before, trial->wrong, sizeof before);
        trial->wrong[0] = '\0';
        diag_print(&trial->compiled.diagnostics, stdout);
        fail(trial, "asked '%s': %.250s", trial->maker.question_text, before);
    }
    compiled_free(&trial->compiled);
    trial->compiled = plain;
    return good;
}

/* ---- the tables ------------------------------------------------------------------------------------------------- */

/* A value of an atom: its least, its greatest, or one between. */
static int64_t value_in(struct maker *maker, const struct subject *subject, int atom) {
    if (atom == (int)subject->n_atoms)
        return MUSTER_UNKNOWN;
    int64_t low = subject->low[atom], high = subject->high[atom];
    switch (roll(&maker->seed, 3)) {
    case 0:
        return low;
    case 1:
        return high;
    default:
        return low + (int64_t)(next_random(&maker->seed) % ((uint64_t)(high - low) + 1));
    }
}

/* What libmuster is given and gives. */
struct launch {
    struct trial *trial;
    const struct muster_ruleset *rules;
    struct muster_params *params;
    int64_t facts[MAX_SUBJECTS];
    struct setting setting;
    uint32_t inputs[MAX_SUBJECTS], decisions[MAX_SUBJECTS];
    const char **argv;
    char *buffer;
    size_t slots, size;
    uint32_t warned;  /* by warning */
    size_t n_limited; /* hosts that a limit refuses */
};

static bool set_inputs(struct launch *launch, const struct cell *cell) {
    static const char *const texts[][4] = {{"a,b", "", "a:b\\=,", ",,,,,,,,"},
                                           {"/", "/a,b:c\\d e", "/x", "/a=b"},
                                           {"A", "ID", "XYZ", "Q"},
                                           {"0", "10", "007", "999"}};
    struct maker *maker = &launch->trial->maker;
    for (unsigned i = 0; i < maker->n_inputs; i++) {
        const struct subject *subject = &maker->subjects[i];
        bool is_unset = cell->state[i] == (int)subject->n_atoms;
        uint32_t input = launch->inputs[i];
        enum muster_status status = MUSTER_OK;
        if (subject->kind == OF_TEXT) {
            const char *text = texts[i + 4 - maker->n_inputs][roll(&maker->seed, 4)];
            launch->setting.texts[i] = text;
            if (is_unset)
                muster_unset(launch->params, input);
            else
                status = muster_set_text(launch->params, input, text, strlen(text), NULL);
        } else {
            int64_t value = launch->setting.values[i] = value_in(maker, subject, cell->state[i]);
            if (input < launch->rules->n_facts)
                launch->facts[input] = value;
            else
                status = muster_set_value(launch->params, input, value, NULL);
        }
        if (status != MUSTER_OK)
            return fail(launch->trial, "'%s' cannot be set: %d", subject->name, (int)status);
    }
    return true;
}

static bool check_decisions(struct launch *launch, const struct cell *cell) {
    struct maker *maker = &launch->trial->maker;
    int32_t values[MAX_SUBJECTS];
    struct muster_error error;
    enum muster_status status = muster_decide(launch->rules, launch->facts, launch->params, values, NULL, &error);
    if (status != (is_accepted(cell) ? MUSTER_OK : MUSTER_E_REJECTED))
        return fail(launch->trial, "muster_decide says %d for %s host", (int)status,
                    is_accepted(cell) ? "an accepted" : "a refused");
    for (unsigned i = maker->n_inputs; i < maker->n_subjects && status == MUSTER_OK; i++)
        if (values[launch->decisions[i]] != cell->state[i])
            return fail(launch->trial, "'%s' is decided as %d, not %d", maker->subjects[i].name,
                        (int)values[launch->decisions[i]], (int)cell->state[i]);
    return true;
}

static void see_warning(void *context, const struct muster_warning *warning) {
    struct launch *launch = context;
    const struct sayings *warnings = &launch->trial->maker.warnings;
    for (unsigned i = 0; i < warnings->count; i++)
        if (strcmp(muster_text(launch->rules, warning->text), warnings->items[i].label) == 0)
            launch->warned ^= UINT32_C(1) << i;
}

static bool is_refused_by(const struct launch *launch, const struct limit_plan *limit,
                          const struct muster_error *error) {
    return error->status == MUSTER_E_VALUE && error->refusal == MUSTER_REFUSED_LENGTH &&
           error->input == launch->inputs[limit->subject] && error->limit == limit->max;
}

static bool check_run_time(struct launch *launch, size_t index) {
    struct trial *trial = launch->trial;
    struct cell *cell = &trial->maker.world->cells[index];
    struct muster_space needed;
    struct muster_error error = {0};
    if (!set_inputs(launch, cell) || !check_decisions(launch, cell))
        return false;
    enum muster_status status = muster_argv(launch->rules, launch->facts, launch->params, launch->argv, launch->slots,
                                            launch->buffer, launch->size, &needed, &error);
    const struct limit_plan *limit =
        is_accepted(cell) ? brute_limit(trial->maker.world, cell, launch->setting.texts) : NULL;
    if (limit && !is_refused_by(launch, limit, &error))
        return fail(trial, "a text of '%s' longer than %u bytes is not refused",
                    trial->maker.subjects[limit->subject].name, limit->max);
    launch->n_limited += limit != NULL;
    if (!limit && status != (is_accepted(cell) ? MUSTER_OK : MUSTER_E_REJECTED))
        return fail(trial, "muster_argv says %d for %s host", (int)status,
                    is_accepted(cell) ? "an accepted" : "a refused");
    if (status == MUSTER_OK && !same_line(trial, index, &launch->setting, launch->argv, needed.arguments))
        return false;
    launch->warned = 0;
    status = muster_warnings(launch->rules, launch->facts, launch->params, see_warning, launch, NULL);
    if (status != (is_accepted(cell) ? MUSTER_OK : MUSTER_E_REJECTED))
        return fail(trial, "muster_warnings says %d", (int)status);
    for (unsigned i = 0; i < trial->maker.warnings.count; i++) {
        bool wanted = is_accepted(cell) && holds(trial->maker.world, cell, trial->maker.warnings.items[i].cond);
        if ((launch->warned >> i & 1) != wanted)
            return fail(trial, "the warning '%s' speaks %s", trial->maker.warnings.items[i].label,
                        wanted ? "not where it should" : "where it should not");
    }
    return true;
}

/* ---- parameters that are not set -------------------------------------------------------------------------------- */

static void see_missing(void *context, uint32_t input) {
    bool *missing = context;
    missing[input] = true;
}

/* Takes the values of some parameters away. */
static void unset_some(struct launch *launch, bool *unset) {
    struct maker *maker = &launch->trial->maker;
    for (unsigned i = 0; i < maker->n_inputs; i++) {
        const struct subject *subject = &maker->subjects[i];
        unset[i] = subject->role == PARAM && !subject->optional && roll(&maker->seed, 2);
        if (unset[i])
            muster_unset(launch->params, launch->inputs[i]);
    }
}

/* The inputs that are named as missing, and no others. */
static bool same_names(struct launch *launch, const bool *needed) {
    const struct maker *maker = &launch->trial->maker;
    bool missing[2 * MAX_SUBJECTS] = {false};
    enum muster_status status =
        muster_missing(launch->rules, launch->facts, launch->params, see_missing, missing, NULL);
    if (status != MUSTER_OK)
        return fail(launch->trial, "muster_missing says %d", (int)status);
    for (unsigned i = 0; i < maker->n_inputs; i++)
        if (missing[launch->inputs[i]] != needed[i])
            return fail(launch->trial, "'%s' is missing, or is not", maker->subjects[i].name);
    return true;
}

static bool any_input(const struct maker *maker, const bool *needed) {
    for (unsigned i = 0; i < maker->n_inputs; i++)
        if (needed[i])
            return true;
    return false;
}

static bool asks_line(const struct expr *expr) {
    return expr && (expr->kind == EMITS || expr->kind == TIMES || asks_line(expr->left) || asks_line(expr->right));
}

/* Conditions about the command line are only compared with the plain evaluation, as every compilation does it. */
static bool says_of_line(const struct maker *maker) {
    bool any = false;
    for (unsigned i = 0; i < maker->restrictions.count; i++)
        any = any || asks_line(maker->restrictions.items[i].cond);
    for (unsigned i = 0; i < maker->warnings.count; i++)
        any = any || asks_line(maker->warnings.items[i].cond);
    return any;
}

/* The texts that are still set, by input. */
static void remaining_texts(const struct launch *launch, const char **texts) {
    const struct maker *maker = &launch->trial->maker;
    for (unsigned i = 0; i < maker->n_inputs; i++)
        if (maker->subjects[i].role == PARAM && muster_is_set(launch->params, launch->inputs[i]))
            texts[i] = launch->setting.texts[i];
}

/* Where nothing is missing, the command line is that of the whole host. */
static bool check_without(struct launch *launch, size_t index, struct totals *totals) {
    struct trial *trial = launch->trial;
    struct cell *cell = &trial->maker.world->cells[index];
    struct muster_space needed;
    bool unset[MAX_SUBJECTS];
    unset_some(launch, unset);
    const char *texts[MAX_SUBJECTS] = {0};
    remaining_texts(launch, texts);
    struct brute_missing brute = brute_missing(trial->maker.world, cell, unset, texts);
    bool missing = any_input(&trial->maker, brute.line), undecided = any_input(&trial->maker, brute.decisions);
    enum muster_status wanted = brute.refused ? MUSTER_E_REJECTED : missing ? MUSTER_E_MISSING : MUSTER_OK;
    bool over_limit = !brute.refused && is_accepted(cell) && brute_limit(trial->maker.world, cell, texts);
    enum muster_status status = muster_argv(launch->rules, launch->facts, launch->params, launch->argv, launch->slots,
                                            launch->buffer, launch->size, &needed, NULL);
    /* A text over its limit may be reported first. */
    if (over_limit && status == MUSTER_E_VALUE)
        wanted = MUSTER_E_VALUE;
    if (status != wanted || (brute.refused && is_accepted(cell)) || (over_limit && status == MUSTER_OK))
        return fail(trial, "without some parameters muster_argv says %d, not %d", (int)status, (int)wanted);
    if (status == MUSTER_OK &&
        (!is_accepted(cell) || !same_line(trial, index, &launch->setting, launch->argv, needed.arguments)))
        return fail(trial, "the command line depends on a parameter that is not missing");
    if (!brute.refused && !over_limit && !same_names(launch, brute.line))
        return false;
    wanted = brute.refused ? MUSTER_E_REJECTED : undecided ? MUSTER_E_MISSING : MUSTER_OK;
    status = muster_decide(launch->rules, launch->facts, launch->params, NULL, NULL, NULL);
    if (status != wanted)
        return fail(trial, "without some parameters muster_decide says %d, not %d", (int)status, (int)wanted);
    totals->n_refused += brute.refused && any_input(&trial->maker, unset);
    totals->n_missing += missing;
    totals->n_tested +=
        !brute.refused && !missing && launch->rules->needs != MUSTER_NONE && any_input(&trial->maker, unset);
    return true;
}

static bool check_tables_in_use(struct trial *trial, struct totals *totals) {
    const struct muster_ruleset *rules = trial->compiled.rules;
    const struct maker *maker = &trial->maker;
    struct launch launch = {.trial = trial, .rules = rules};
    size_t size = muster_params_size(rules);
    launch.params = muster_params_init(malloc(size), size, rules);
    launch.slots = rules->most_arguments + MUSTER_SPARE + 1;
    launch.size = 1 << 20;
    launch.argv = malloc(launch.slots * sizeof *launch.argv);
    launch.buffer = malloc(launch.size);
    if (!launch.params || !launch.argv || !launch.buffer)
        exit(2);
    for (unsigned i = 0; i < maker->n_subjects; i++) {
        const char *name = maker->subjects[i].name;
        if (i < maker->n_inputs)
            launch.inputs[i] = find_input(rules, name);
        else
            launch.decisions[i] = muster_find_decision(rules, name, strlen(name));
    }
    bool good = true;
    for (size_t i = 0; i < maker->world->n_cells && good; i++)
        good = check_run_time(&launch, i) && (says_of_line(maker) || check_without(&launch, i, totals));
    totals->n_cells += maker->world->n_cells;
    totals->n_limited += launch.n_limited;
    free(launch.params);
    free(launch.argv);
    free(launch.buffer);
    return good;
}

/* All that compiled.h compares: with little space and much, the bounds of both, notes. */
static bool compare_closely(struct trial *trial) {
    struct comparison comparison;
    compare_start(&comparison, &trial->compiled);
    comparison.seed = trial->maker.seed | 1;
    bool good = compare_set_text(&comparison, "text", "a:b\\=,") &&
                compare_set_text(&comparison, "path", "/a,b:c\\d e") && compare_set_text(&comparison, "id", "ID") &&
                compare_set_text(&comparison, "nr", "10") && compare_cells(&comparison, 20);
    compare_end(&comparison);
    return good || fail(trial, "the tables differ from the plain evaluation");
}

/* What musterc does before it writes tables: sound rules have no mismatch. */
static bool are_verified(struct trial *trial) {
    struct diagnostics *diagnostics = &trial->compiled.diagnostics;
    verify_tables(trial->compiled.model, trial->compiled.rules, diagnostics);
    return diagnostics->n_errors == 0 || fail(trial, "musterc reports a mismatch");
}

static bool same_block(struct trial *trial) {
    struct rule_file files[] = {{"test.muster", trial->maker.texts[0]}, {"base.muster", trial->maker.texts[1]}};
    const struct muster_ruleset *rules = trial->compiled.rules;
    struct compiled again;
    compile_files(&again, files, trial->maker.extends ? 2 : 1, TO_TABLES);
    bool same = again.rules && again.rules->size == rules->size && memcmp(again.rules, rules, rules->size) == 0;
    compiled_free(&again);
    return same || fail(trial, "the second compilation differs");
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static bool try_ruleset(struct trial *trial, struct totals *totals) {
    struct maker *maker = &trial->maker;
    struct compiled *compiled = &trial->compiled;
    make_ruleset(maker);
    struct rule_file files[] = {{"test.muster", maker->texts[0]}, {"base.muster", maker->texts[1]}};
    compile_files(compiled, files, maker->extends ? 2 : 1, TO_TABLES);
    if (!compiled->model)
        return fail(trial, "no model");
    if (!check_diagnostics(trial, totals))
        return false;
    if (compiled->diagnostics.n_errors > 0)
        return true;
    if (!compiled->rules)
        return fail(trial, "no tables");
    totals->n_sound++;
    return check_question(trial, totals) && check_tables_in_use(trial, totals) &&
           (roll(&maker->seed, 4) || compare_closely(trial)) && (roll(&maker->seed, 4) || are_verified(trial)) &&
           (roll(&maker->seed, 8) || same_block(trial));
}

static bool try_seed(uint64_t seed, struct totals *totals) {
    struct trial trial = {.maker = {.arena = arena_new(), .seed = seed}, .arena = arena_new()};
    bool good = try_ruleset(&trial, totals);
    if (!good) {
        printf("\n%s\n", trial.maker.texts[0]);
        if (trial.maker.texts[1])
            printf("base.muster:\n%s\n", trial.maker.texts[1]);
        diag_print(&trial.compiled.diagnostics, stdout);
        printf("%s\nMUSTER_SEED=%llu MUSTER_COUNT=1\n", trial.wrong, (unsigned long long)seed);
    }
    compiled_free(&trial.compiled);
    free(trial.maker.texts[0]);
    free(trial.maker.texts[1]);
    arena_free(trial.maker.arena);
    arena_free(trial.arena);
    return good;
}

/* What many rulesets must have among them. */
static const enum diag_code judged[] = {
    DIAG_CODE_GAP,          DIAG_CODE_OVERLAP,      DIAG_CODE_DEAD_ROW,     DIAG_CODE_REDUNDANT_CELL,
    DIAG_CODE_UNUSED_VALUE, DIAG_CODE_ASSUMPTION,   DIAG_CODE_EXAMPLE,      DIAG_CODE_PROMISE,
    DIAG_CODE_COUNT,        DIAG_CODE_UNDEFINED_ID, DIAG_CODE_DUPLICATE_ID, DIAG_CODE_UNCERTAIN_ID,
    DIAG_CODE_ADMIT,        DIAG_CODE_IDLE,         DIAG_CODE_UNSET_HOLE,   DIAG_CODE_REPEATED_OPTION,
    DIAG_CODE_REPEATED_KEY,
};

static void test_random_rulesets(void) {
    uint64_t seed = number_from("MUSTER_SEED", 20240229), count = number_from("MUSTER_COUNT", 300);
    struct totals totals = {0};
    printf("\nseed %llu (MUSTER_SEED), %llu rulesets (MUSTER_COUNT)\n", (unsigned long long)seed,
           (unsigned long long)count);
    for (uint64_t i = 0; i < count; i++) {
        bool good = try_seed(seed + i, &totals);
        CU_ASSERT_TRUE(good);
        if (!good)
            return;
    }
    printf("%zu sound; %zu findings, %zu witnesses; questions: %zu sometimes, %zu always, %zu never; %zu hosts, "
           "%zu with a text over a limit\n",
           totals.n_sound, totals.n_findings, totals.n_witnesses, totals.n_answers[ANSWER_SOME],
           totals.n_answers[ANSWER_ALWAYS], totals.n_answers[ANSWER_NEVER], totals.n_cells, totals.n_limited);
    printf("without some parameters: %zu hosts refused, %zu miss one, %zu do not\n", totals.n_refused, totals.n_missing,
           totals.n_tested);
    for (int i = 0; i < DIAG_N_CODES; i++)
        if (totals.by_code[i])
            printf("%s %zu\n", diag_kind((enum diag_code)i)->code, totals.by_code[i]);
    if (count >= 100)
        CU_ASSERT_TRUE(totals.n_sound > count / 4 && totals.by_code[DIAG_CODE_GAP] > 0 &&
                       totals.by_code[DIAG_CODE_OVERLAP] > 0 && totals.n_limited > 0 && totals.n_refused > 100 &&
                       totals.n_missing > 100 && totals.n_tested > 100);
    for (size_t i = 0; i < COUNT(judged) && count >= 5000; i++)
        CU_ASSERT_TRUE(totals.by_code[judged[i]] > 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"random rulesets", test_random_rulesets},
    };
    return unit_main("property", tests, COUNT(tests));
}
