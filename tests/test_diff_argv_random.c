/*
 * Comparing two command lines: random rulesets against copies of which some lines were changed, host by host.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "both.h"

/* ---- random rulesets -------------------------------------------------------------------------------------------- */

/* Rules of one side as lines; of the copy some are changed. */
struct lines {
    char **items;
    size_t count, capacity;
};

static struct lines split_lines(struct arena *arena, const char *text) {
    struct lines lines = {0};
    while (*text) {
        size_t length = strcspn(text, "\n");
        ARENA_PUSH(arena, &lines, arena_copy(arena, text, length));
        text += length + (text[length] == '\n');
    }
    return lines;
}

static char *join_lines(struct arena *arena, const struct lines *lines) {
    struct buffer text = {0};
    for (size_t i = 0; i < lines->count; i++) {
        ARENA_APPEND(arena, &text, lines->items[i], strlen(lines->items[i]));
        ARENA_PUSH(arena, &text, '\n');
    }
    return arena_copy(arena, text.count ? text.items : "", text.count);
}

/* Words that say something else in rules; what then makes no sense is not compiled. */
static void change_word(struct arena *arena, uint64_t *seed, char **line) {
    static const char *const words[][2] = {
        {"alpha", "beta"},   {"on", "of"},        {"key", "kex"},       {"red", "blue"},
        {"0700", "x y"},     {"yes", "no"},       {" and ", " or "},    {" when ", " when not "},
        {"==", "!="},        {"id", "drive"},     {"commas", "colons"}, {"disk", "a"},
        {"$f0", "$f1"},      {"${f1}", "${f0}"},  {"$id", "$nr"},       {"$text", "$path"},
        {"\"x y\"", "\"\""}, {"odd", "security"}, {" < ", " >= "},      {"7", "2"},
        {"8.0", "9.2"},      {"4096", "100"},     {", ", ",\n"},        {"else", "else "}};
    size_t first = roll(seed, COUNT(words));
    for (size_t i = 0; i < COUNT(words); i++) {
        const char *const *word = words[(first + i) % COUNT(words)];
        const char *at = strstr(*line, word[0]);
        if (!at)
            continue;
        *line = arena_print(arena, "%.*s%s%s", (int)(at - *line), *line, word[1], at + strlen(word[0]));
        return;
    }
}

/* Mostly in the command line, which stands last. */
static size_t choose_line(uint64_t *seed, const struct lines *lines) {
    size_t argv = 0;
    while (argv < lines->count && strcmp(lines->items[argv], "argv {") != 0)
        argv++;
    if (argv + 1 >= lines->count || roll(seed, 6) == 0)
        return roll(seed, (unsigned)lines->count);
    return argv + 1 + roll(seed, (unsigned)(lines->count - argv - 1));
}

static void change_lines(struct arena *arena, uint64_t *seed, struct lines *lines) {
    if (!lines->items) /* there are no lines */
        return;
    size_t at = choose_line(seed, lines), other = choose_line(seed, lines);
    char *line = lines->items[at];
    switch (roll(seed, 6)) {
    case 0:
        lines->items[at] = arena_print(arena, "%s", "");
        break;
    case 1:
        lines->items[at] = arena_print(arena, "%s\n%s", line, lines->items[other]);
        break;
    case 2:
        lines->items[at] = lines->items[other];
        lines->items[other] = line;
        break;
    default:
        change_word(arena, seed, &lines->items[at]);
    }
}

struct trial {
    struct both both;
    struct maker maker;
    char *texts[N_SIDES];
    uint64_t seed;
};

struct totals {
    size_t n_compiled, n_differ, n_cells, n_differing, n_changes, n_lists;
};

/* Compiles both, with some lines changed; false if these no longer are rules. */
static bool make_copy(struct trial *trial) {
    struct arena *arena = trial->both.arena;
    const char *base = trial->maker.texts[1];
    size_t changed = trial->maker.extends ? 1 : 0; /* where the command line stands */
    struct lines lines = split_lines(arena, trial->maker.texts[changed]);
    for (unsigned i = 1 + roll(&trial->seed, 3); i--;)
        change_lines(arena, &trial->seed, &lines);
    trial->texts[OLD_SIDE] = trial->maker.texts[changed];
    trial->texts[NEW_SIDE] = join_lines(arena, &lines);
    for (int side = OLD_SIDE; side < N_SIDES; side++) {
        struct rule_file files[] = {{"test.muster", trial->maker.texts[0]}, {"base.muster", base}};
        files[changed].text = trial->texts[side];
        compile_files(&trial->both.compiled[side], files, trial->maker.extends ? 2 : 1, TO_MODEL);
    }
    return trial->both.compiled[OLD_SIDE].diagnostics.n_errors == 0 &&
           trial->both.compiled[NEW_SIDE].diagnostics.n_errors == 0;
}

/* ---- host by host ----------------------------------------------------------------------------------------------- */

enum { MAX_TRIES = 60 };

/* A host as both sides have it. */
struct host {
    size_t codes[MAX_AXES];
    int64_t *values[N_SIDES];
    const char **texts[N_SIDES];
};

static struct host new_host(const struct both *both) {
    struct host host = {.codes = {0}};
    for (int side = OLD_SIDE; side < N_SIDES; side++) {
        const struct model *model = both->compiled[side].model;
        host.values[side] = arena_alloc(both->arena, (model->variables.count + 1) * sizeof(int64_t));
        host.texts[side] = arena_alloc(both->arena, (model->n_inputs + 1) * sizeof(const char *));
    }
    return host;
}

static void split_cell(const struct both *both, size_t cell, size_t *codes) {
    for (size_t i = 0; i < both->n_axes; i++) {
        codes[i] = cell % both->axes[i].n_values;
        cell /= both->axes[i].n_values;
    }
}

/* One that the parameter accepts; what is not given can be told where it is written all the same. */
static const char *sample(const struct variable *variable, bool is_given, unsigned number) {
    static const char *const texts[][4] = {{"a,b", "k", "a:b\\=,", ",,x,,"},
                                           {"/", "/a,b:c\\d e", "/x", "/a=b"},
                                           {"A", "ID", "XYZ", "Q"},
                                           {"0", "10", "007", "999"}};
    static const char *const names[] = {"text", "path", "id", "nr"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (is_given && strcmp(variable->name, names[i]) == 0)
            return texts[i][number % 4];
    return "unknown";
}

/* The least or greatest value of a code, or one between; the same on both sides, and a text for each that has one. */
static void fill_host(struct trial *trial, struct host *host, bool as_names) {
    const struct both *both = &trial->both;
    for (size_t i = 0; i < both->n_axes; i++) {
        const struct axis *axis = &both->axes[i];
        size_t code = host->codes[i];
        int64_t low = axis->values[code], high = low;
        bool is_ordered = variable_is_ordered(axis->variables[OLD_SIDE]) && low != MUSTER_UNKNOWN;
        if (is_ordered)
            high = code + 1 < axis->n_values && axis->values[code + 1] != MUSTER_UNKNOWN
                       ? axis->values[code + 1] - 1
                       : axis->variables[OLD_SIDE]->type.high;
        unsigned way = roll(&trial->seed, 4);
        int64_t value = way == 0   ? low
                        : way == 1 ? high
                                   : low + (int64_t)(next_random(&trial->seed) % ((uint64_t)(high - low) + 1));
        bool is_given = !axis->variables[OLD_SIDE]->optional || low == 1;
        const char *text = sample(axis->variables[OLD_SIDE], is_given, roll(&trial->seed, 4));
        if (as_names && is_given)
            text = arena_print(both->arena, "$%s", axis->variables[OLD_SIDE]->name);
        for (int side = OLD_SIDE; side < N_SIDES; side++) {
            host->values[side][axis->variables[side]->index] = value;
            host->texts[side][axis->variables[side]->input] = text;
        }
    }
}

static struct arguments line_of(const struct both *both, const struct host *host, int side) {
    return eval_argv(both->arena, both->compiled[side].model, host->values[side], host->texts[side]);
}

static bool same_lines(const struct arguments *a, const struct arguments *b) {
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->items[i].count != b->items[i].count ||
            (a->items[i].count > 0 && memcmp(a->items[i].items, b->items[i].items, a->items[i].count) != 0))
            return false;
    return true;
}

/* A command line as changes write it. */
static const char *words_of(struct arena *arena, const struct arguments *line) {
    struct buffer words = {0};
    for (size_t i = 0; i < line->count; i++) {
        const struct buffer *argument = &line->items[i];
        const char *text = arena_copy(arena, argument->count ? argument->items : "", argument->count);
        const char *quote = argument->count == 0 || strchr(text, ' ') ? "'" : "";
        const char *one = arena_print(arena, "%s%s%s%s", i ? " " : "", quote, text, quote);
        ARENA_APPEND(arena, &words, one, strlen(one));
    }
    return arena_copy(arena, words.count ? words.items : "", words.count);
}

/* Both decide, and write no hole that has no value. */
static bool is_usable(struct trial *trial, struct host *host) {
    fill_host(trial, host, true);
    for (int side = OLD_SIDE; side < N_SIDES; side++) {
        const struct stage *stage;
        const struct row *row;
        const struct restriction *restriction;
        if (eval_host(trial->both.compiled[side].model, host->values[side], &stage, &row, &restriction) !=
            VERDICT_DECIDED)
            return false;
        struct arguments line = line_of(&trial->both, host, side);
        if (strstr(words_of(trial->both.arena, &line), "unknown"))
            return false;
    }
    return true;
}

/* Whether the command lines differ, whatever is tried to fill the holes. */
static bool lines_differ(struct trial *trial, struct host *host, unsigned tries) {
    const struct stage *stage;
    const struct row *row;
    for (unsigned i = 0; i < tries; i++) {
        struct arguments lines[N_SIDES];
        fill_host(trial, host, false);
        for (int side = OLD_SIDE; side < N_SIDES; side++) {
            eval_all(trial->both.compiled[side].model, host->values[side], &stage, &row);
            lines[side] = line_of(&trial->both, host, side);
        }
        if (!same_lines(&lines[OLD_SIDE], &lines[NEW_SIDE]))
            return true;
    }
    return false;
}

/* "${text}-x" as "$text-x", which is what the line of a host says when its texts are their names. */
static const char *plain_words(struct arena *arena, const char *words) {
    struct buffer plain = {0};
    for (const char *at = words; *at; at++)
        if (*at != '{' && *at != '}')
            ARENA_PUSH(arena, &plain, *at);
    return arena_copy(arena, plain.count ? plain.items : "", plain.count);
}

/* Holes other than for texts, whose name the line of a host does not say. */
static bool names_value(const struct both *both, int side, const char *words) {
    const struct model *model = both->compiled[side].model;
    for (size_t i = 0; i < model->variables.count; i++) {
        const struct variable *variable = model->variables.items[i];
        if (!variable_is_text(variable) && strstr(words, arena_print(both->arena, "$%s", variable->name)))
            return true;
    }
    return false;
}

/* What is said of one side stands in its command line there; of a summary that cannot be asked. */
static bool says(struct both *both, int side, const char *line, const char *words) {
    const char *plain = words ? plain_words(both->arena, words) : "";
    if (names_value(both, side, plain) || strchr(plain, '['))
        return true;
    return strstr(line, plain) || fail(both, "'%s' is not in '%s'", words, line);
}

static bool check_change(struct trial *trial, const struct change *change, const char *const *lines) {
    struct both *both = &trial->both;
    for (int side = OLD_SIDE; side < N_SIDES; side++) {
        const struct texts *texts = side == OLD_SIDE ? &change->removed : &change->added;
        if (strcmp(change->name, "the command line") != 0 && !says(both, side, lines[side], change->values[side]))
            return false;
        for (size_t i = 0; i < texts->count; i++)
            if (!says(both, side, lines[side], texts->items[i]))
                return false;
        if (change->values[side] && texts->count > 0)
            return fail(both, "a list and a value");
    }
    return true;
}

static bool check_host(struct trial *trial, struct host *host, hostset differs, const struct diff *diff) {
    struct both *both = &trial->both;
    bool is_said = hosts_has(both->sides.hosts, differs, host->codes);
    const char *words[N_SIDES];
    if (lines_differ(trial, host, is_said ? MAX_TRIES : 4) != is_said)
        return fail(both, "a host is %s the set", is_said ? "wrongly in" : "missing in");
    is_usable(trial, host);
    for (int side = OLD_SIDE; side < N_SIDES; side++) {
        struct arguments line = line_of(both, host, side);
        words[side] = words_of(both->arena, &line);
    }
    for (size_t i = 0; i < diff->changes.count; i++)
        if (hosts_has(both->sides.hosts, diff->changes.items[i].set, host->codes) &&
            !check_change(trial, &diff->changes.items[i], words))
            return false;
    return true;
}

/* The hosts that are looked at: most of those that are usable. */
static hostset choose_hosts(struct trial *trial, struct host *host, bool *chosen) {
    struct both *both = &trial->both;
    hostset set = HOSTS_NONE;
    for (size_t cell = 0; cell < both->n_cells; cell++) {
        const bool *box[MAX_AXES];
        split_cell(both, cell, host->codes);
        chosen[cell] = is_usable(trial, host) && roll(&trial->seed, 20);
        for (size_t i = 0; i < both->n_axes; i++) {
            bool *codes = arena_alloc(both->arena, both->axes[i].n_values);
            codes[host->codes[i]] = true;
            box[i] = codes;
        }
        if (chosen[cell])
            set = hosts_or(both->sides.hosts, set, hosts_box(both->sides.hosts, box));
    }
    return set;
}

static bool check_copy(struct trial *trial, struct totals *totals) {
    struct both *both = &trial->both;
    struct diff diff = {0};
    struct host host = new_host(both);
    bool *chosen = arena_alloc(both->arena, both->n_cells + 1);
    hostset set = choose_hosts(trial, &host, chosen);
    hostset differs = diff_argv_set(both->arena, &both->sides, set);
    if (!diff_argv_changes(both->arena, &both->sides, differs, &diff))
        return fail(both, "the changes are not all of it");
    if (!covers(both, &diff, differs) || hosts_minus(both->sides.hosts, differs, set) != HOSTS_NONE)
        return fail(both, "the changes are on other hosts");
    totals->n_differ += differs != HOSTS_NONE;
    totals->n_changes += diff.changes.count;
    for (size_t i = 0; i < diff.changes.count; i++)
        totals->n_lists += diff.changes.items[i].removed.count + diff.changes.items[i].added.count > 0;
    for (size_t cell = 0; cell < both->n_cells; cell++) {
        if (!chosen[cell])
            continue;
        split_cell(both, cell, host.codes);
        totals->n_cells++;
        totals->n_differing += hosts_has(both->sides.hosts, differs, host.codes);
        if (!check_host(trial, &host, differs, &diff)) {
            printf("%s", describe(both, &diff));
            return false;
        }
    }
    return true;
}

static bool try_one(uint64_t seed, void *all) {
    struct totals *totals = all;
    struct trial trial = {.both = {.arena = arena_new()}, .maker = {.arena = arena_new(), .seed = seed}, .seed = ~seed};
    bool good = true;
    make_ruleset(&trial.maker);
    if (make_copy(&trial) && pair_up(&trial.both)) {
        totals->n_compiled++;
        good = check_copy(&trial, totals);
    }
    if (!good)
        printf("\n%s\nand\n%s\n%s\n", trial.texts[OLD_SIDE], trial.texts[NEW_SIDE], trial.both.wrong);
    free_made(&trial.maker);
    both_free(&trial.both);
    return good;
}

static void test_random(void) {
    struct totals totals = {0};
    uint64_t count = try_seeds(20240229, 1000, try_one, &totals);
    printf("%zu compiled, %zu differ; %zu of %zu hosts; %zu changes, %zu in lists\n", totals.n_compiled,
           totals.n_differ, totals.n_differing, totals.n_cells, totals.n_changes, totals.n_lists);
    if (count >= 100)
        CU_ASSERT_TRUE(totals.n_differ > count / 10 && totals.n_differing < totals.n_cells && totals.n_lists > 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"random rulesets", test_random},
    };
    return unit_main("diff_argv_random", tests, COUNT(tests));
}
