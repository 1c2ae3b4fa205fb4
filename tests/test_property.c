/*
 * Random rulesets against brute force: what the checks say, with their numbers, regions and witnesses; the answers to
 * questions; whom the tables refuse and warn, what they decide, their command lines, and which parameters are missing
 * where some are not set. The seed is printed;
 * MUSTER_SEED and MUSTER_COUNT in the environment choose others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "property.h"

/* ---- cells ------------------------------------------------------------------------------------------------------ */

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

bool same_line(struct trial *trial, size_t index, const struct setting *setting, const char *const *argv,
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
    compile_made(&trial->compiled, &trial->maker, trial->maker.question_text, TO_CHECKS);
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

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static bool try_ruleset(struct trial *trial, struct totals *totals) {
    struct maker *maker = &trial->maker;
    struct compiled *compiled = &trial->compiled;
    make_ruleset(maker);
    compile_made(compiled, maker, NULL, TO_TABLES);
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

static bool try_one(uint64_t seed, void *totals) {
    struct trial trial = {.maker = {.arena = arena_new(), .seed = seed}, .arena = arena_new()};
    bool good = try_ruleset(&trial, totals);
    if (!good) {
        print_made(&trial.maker);
        diag_print(&trial.compiled.diagnostics, stdout);
        puts(trial.wrong);
    }
    compiled_free(&trial.compiled);
    free_made(&trial.maker);
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
    struct totals totals = {0};
    uint64_t count = try_seeds(20240229, 300, try_one, &totals);
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
