/*
 * Tests of comparing two command lines: by hand, what is said of each way in which they can differ; and random rulesets
 * against copies of which some lines were changed, host by host. The seed is printed; MUSTER_SEED and MUSTER_COUNT in
 * the environment choose others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compiled.h"
#include "gen/audit/diff/argv.h"
#include "random_rules.h"

/* Inputs of both sides, and what their codes are. */
enum { MAX_AXES = 64 };

struct axis {
    const struct variable *variables[N_SIDES];
    int64_t *values; /* by code, the least */
    size_t n_values;
};

/* Two rulesets that ask the same inputs, over the same hosts. */
struct both {
    struct compiled compiled[N_SIDES];
    struct arena *arena;
    struct axis axes[MAX_AXES];
    size_t n_axes, n_cells;
    struct diff_sides sides;
    char wrong[400]; /* what, if anything */
};

static __attribute__((format(printf, 2, 3))) bool fail(struct both *both, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (!both->wrong[0])
        vsnprintf(both->wrong, sizeof both->wrong, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- hosts of both ---------------------------------------------------------------------------------------------- */

static void add_axis_value(struct both *both, struct axis *axis, int64_t value) {
    size_t at = 0;
    (void)both;
    while (at < axis->n_values && axis->values[at] < value)
        at++;
    if (at < axis->n_values && axis->values[at] == value)
        return;
    memmove(&axis->values[at + 1], &axis->values[at], (axis->n_values - at) * sizeof *axis->values);
    axis->values[at] = value;
    axis->n_values++;
}

/* Codes of one side are cut at the constants of both; unknown is the last. */
static void make_axis(struct both *both, struct axis *axis, const struct variable *old, const struct variable *new) {
    *axis = (struct axis){.variables = {old, new}};
    axis->values = arena_alloc(both->arena, (old->n_codes + new->n_codes + 2) * sizeof *axis->values);
    for (int side = OLD_SIDE; side < N_SIDES; side++)
        for (size_t code = 0; code < axis->variables[side]->n_codes; code++)
            add_axis_value(both, axis, variable_value(axis->variables[side], code));
    if (axis->n_values == 0)
        axis->values[axis->n_values++] = 0; /* a text, of which nothing is asked */
    if (variable_n_codes(old) > old->n_codes)
        axis->values[axis->n_values++] = MUSTER_UNKNOWN;
}

static const struct variable *same_input(const struct model *model, const struct variable *input) {
    for (size_t i = 0; i < model->n_inputs; i++)
        if (strcmp(model->inputs[i]->name, input->name) == 0)
            return model->inputs[i];
    return NULL;
}

/* By input of a side, by its code, the hosts that have it. */
static const hostset *const *make_grounds(struct both *both, int side) {
    const struct model *model = both->compiled[side].model;
    const hostset **grounds = arena_alloc(both->arena, (model->n_inputs + 1) * sizeof *grounds);
    for (size_t i = 0; i < both->n_axes; i++) {
        const struct axis *axis = &both->axes[i];
        const struct variable *variable = axis->variables[side];
        hostset *sets = arena_alloc(both->arena, (variable_n_codes(variable) + 1) * sizeof *sets);
        bool *codes = arena_alloc(both->arena, axis->n_values + 1);
        for (size_t code = 0; code < variable_n_codes(variable); code++) {
            for (size_t k = 0; k < axis->n_values; k++)
                codes[k] = variable_code(variable, axis->values[k]) == code;
            sets[code] = hosts_where(both->sides.hosts, i, codes);
        }
        grounds[variable->input] = sets;
    }
    return grounds;
}

static bool pair_up(struct both *both) {
    const struct model *old = both->compiled[OLD_SIDE].model, *new = both->compiled[NEW_SIDE].model;
    size_t widths[MAX_AXES];
    both->n_axes = old->n_inputs;
    both->n_cells = 1;
    if (old->n_inputs != new->n_inputs || old->n_inputs > MAX_AXES)
        return fail(both, "other inputs");
    for (size_t i = 0; i < both->n_axes; i++) {
        const struct variable *other = same_input(new, old->inputs[i]);
        if (!other || other->type.kind != old->inputs[i]->type.kind)
            return fail(both, "no input '%s'", old->inputs[i]->name);
        make_axis(both, &both->axes[i], old->inputs[i], other);
        widths[i] = both->axes[i].n_values;
        both->n_cells *= widths[i];
    }
    both->sides.hosts = hosts_new(both->arena, widths, both->n_axes);
    for (int side = OLD_SIDE; side < N_SIDES; side++) {
        both->sides.models[side] = both->compiled[side].model;
        both->sides.meanings[side] = meaning_over(both->arena, both->compiled[side].model, both->sides.hosts,
                                                  both->n_axes, make_grounds(both, side));
    }
    return true;
}

static void both_free(struct both *both) {
    for (int side = OLD_SIDE; side < N_SIDES; side++)
        compiled_free(&both->compiled[side]);
    arena_free(both->arena);
}

/* ---- in words --------------------------------------------------------------------------------------------------- */

static void put_texts(FILE *out, const char *mark, const struct texts *texts) {
    for (size_t i = 0; i < texts->count; i++)
        fprintf(out, "%s %s%s", i == 0 ? mark : ",", texts->items[i], i + 1 == texts->count ? "; " : "");
}

/* Lines on which the rules of one side stand. */
static void put_rules(const struct both *both, FILE *out, int side, const struct change *change) {
    for (size_t i = 0; i < change->rules[side].count; i++) {
        struct span span = change->rules[side].items[i].span;
        fprintf(out, "%s%zu", i ? "," : "",
                source_place(&both->compiled[side].sources.items[span.file], span.begin).line);
    }
}

/* "-M: - a=b; + a=c; 2 of 4, rules 3/3, security": a line for each change. */
static char *describe(struct both *both, const struct diff *diff) {
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    bool *all = arena_alloc(both->arena, MAX_AXES * sizeof *all);
    memset(all, true, MAX_AXES * sizeof *all);
    for (size_t i = 0; i < diff->changes.count; i++) {
        const struct change *change = &diff->changes.items[i];
        fprintf(out, "%s: ", change->name);
        if (change->values[OLD_SIDE] || change->values[NEW_SIDE])
            fprintf(out, "%s => %s; ", change->values[OLD_SIDE] ? change->values[OLD_SIDE] : "nothing",
                    change->values[NEW_SIDE] ? change->values[NEW_SIDE] : "nothing");
        put_texts(out, "-", &change->removed);
        put_texts(out, "+", &change->added);
        fprintf(out, "%llu of %zu, rules ", (unsigned long long)hosts_count(both->sides.hosts, change->set, all),
                both->n_cells);
        put_rules(both, out, OLD_SIDE, change);
        fputc('/', out);
        put_rules(both, out, NEW_SIDE, change);
        fputs(change->is_security ? ", security\n" : "\n", out);
    }
    fclose(out);
    return text;
}

/* Each host is in one change at least, and no other host is. */
static bool covers(const struct both *both, const struct diff *diff, hostset differs) {
    hostset all = HOSTS_NONE;
    for (size_t i = 0; i < diff->changes.count; i++)
        all = hosts_or(both->sides.hosts, all, diff->changes.items[i].set);
    return all == differs;
}

/* ---- by hand ---------------------------------------------------------------------------------------------------- */

/* What all of these share; their command lines begin in line 14. */
static const char head[] =
    "ruleset test;\n"
    "fact a : bool;\n"
    "fact b : bool;\n"
    "fact c : { red, green, blue };\n"
    "param n : int 1 .. 9;\n"
    "param size : int 0 .. 1GiB;\n"
    "param id : text matching \"[a-z]{1,9}\";\n"
    "param path : path max 50;\n"
    "format commas { between \",\"; assign \"=\"; escape \",\" as \",,\"; }\n"
    "format blanks { between \" \"; assign \"=\"; repeat_keys; }\n"
    "option -one, -M : commas once; option -dev, -drv : commas repeated; option -plain : repeated;\n"
    "option -append : blanks once tag security;\n";

static void compare_lines(const char *old, const char *new, const char *expected) {
    struct both both = {.arena = arena_new()};
    struct diff diff = {0};
    compile_sound(&both.compiled[OLD_SIDE], arena_print(both.arena, "%sargv {\n%s\n}\n", head, old), TO_MODEL);
    compile_sound(&both.compiled[NEW_SIDE], arena_print(both.arena, "%sargv {\n%s\n}\n", head, new), TO_MODEL);
    CU_ASSERT_TRUE_FATAL(pair_up(&both));
    hostset differs = diff_argv_set(both.arena, &both.sides, HOSTS_ALL);
    CU_ASSERT_TRUE(diff_argv_changes(both.arena, &both.sides, differs, &diff));
    CU_ASSERT_TRUE(covers(&both, &diff, differs));
    char *text = describe(&both, &diff);
    CU_ASSERT_STRING_EQUAL(text, expected);
    if (strcmp(text, expected) != 0)
        printf("\n%s\n%s\nis:\n%swanted:\n%s", old, new, text, expected);
    free(text);
    both_free(&both);
}

static void test_same(void) {
    compare_lines("", "", "");
    compare_lines("-M { x = 1 };", "-M { x = 1 };", "");
    compare_lines("when a { -plain x; -M { y }; } else { -plain y; -M { y }; }",
                  "-plain x when a; -plain y when not a; -M { y };", "");
    compare_lines("when a { -plain x; } else { -plain y; }", "when not a { -plain y; } else { -plain x; }", "");
    compare_lines("-plain \"x$id\"; -plain abc;", "-plain \"x${id}\"; -plain \"abc\";", "");
    compare_lines("-M { when a { x = 1, y = 2 } else { y = 2 } };", "-M { x = 1 when a, y = 2 };", "");
    compare_lines("-plain $c;", "-plain red when c == red; -plain green when c == green; -plain blue when c == blue;",
                  "");
    compare_lines("-M { \"a,b\" };", "-M \"a,,b\";", "");
    compare_lines("-M { x = as commas { y = 1, z = \"2,3\" } };", "-M { x = \"y=1,z=2,,3\" };", "");
    compare_lines("-M { \"a=b\" };", "-M { a = b };", "");
    /* Statements that are divided otherwise. */
    compare_lines("-plain x y -M { z };", "-plain x; y; -M { z };", "");
    compare_lines("-M { x };", "-M x;", "");
}

/* Where a number can only be one, its hole is a text like others. */
static void test_holes(void) {
    compare_lines("-plain $n;", "-plain 5 when n == 5; -plain $n when n != 5;", "");
    compare_lines("-plain $n;", "-plain 6 when n == 5; -plain $n when n != 5;",
                  "-plain: -plain $n => -plain 6; 12 of 36, rules 14/14\n");
    compare_lines("-plain \"${size:MiB}M\";",
                  "-plain \"0M\" when size < 1MiB; -plain \"${size:MiB}M\" when size >= 1MiB;", "");
    compare_lines("-plain \"${size:MiB}M\";", "-plain \"${size:KiB}K\";",
                  "-plain: -plain ${size:MiB}M => -plain ${size:KiB}K; 12 of 12, rules 14/14\n");
    compare_lines("-plain $id;", "-plain $path;", "-plain: -plain $id => -plain $path; 12 of 12, rules 14/14\n");
    compare_lines("-plain $id;", "-plain \"id\";", "-plain: -plain $id => -plain id; 12 of 12, rules 14/14\n");
    compare_lines("-plain \"$id-x\";", "-plain \"$id.x\";",
                  "-plain: -plain ${id}-x => -plain ${id}.x; 12 of 12, rules 14/14\n");
    compare_lines("-plain \"$$id\";", "-plain \"$id\";", "-plain: -plain $$id => -plain $id; 12 of 12, rules 14/14\n");
    /* What is escaped matters where it can stand in a text. */
    compare_lines("-one as commas { $id };", "-one as blanks { $id };", "");
    compare_lines("-one as commas { $path };", "-one as blanks { $path };",
                  "-one: -one $path => -one $path; 12 of 12, rules 14/14\n");
}

static void test_options(void) {
    compare_lines("-plain x; -nographic;", "-plain x;", "-nographic: -nographic => nothing; 12 of 12, rules 14/\n");
    compare_lines("-plain x;", "-plain x; -dev { d, id = 1 } when a;",
                  "-dev: nothing => -dev d,id=1; 6 of 12, rules /14\n");
    compare_lines("-nographic when a;", "-nographic when a and b;",
                  "-nographic: -nographic => nothing; 3 of 12, rules 14/14\n");
    compare_lines("sudo -u me; -plain x;", "-plain x;",
                  "sudo: sudo => nothing; 12 of 12, rules 14/\n-u: -u me => nothing; 12 of 12, rules 14/\n");
    compare_lines("-u me stdbuf -oL;", "-u you stdbuf -oL;",
                  "-u: -u me stdbuf => -u you stdbuf; 12 of 12, rules 14/14\n");
    compare_lines("-plain \"\" \"a b\";", "-plain x \"a  b\";",
                  "-plain: -plain '' 'a b' => -plain x 'a  b'; 12 of 12, rules 14/14\n");
    /* Devices are the same that are most alike. */
    compare_lines("-dev { x, id = 1 };\n-dev { y, id = 2 };\n-dev { z, id = 3 };",
                  "-dev { y, id = 2 };\n-dev { z, id = 4 };",
                  "-dev: -dev x,id=1 => nothing; 12 of 12, rules 14/\n-dev: - id=3; + id=4; 12 of 12, rules 16/15\n");
    compare_lines("-dev { x, p = 1, q = 2 };", "-dev { y, p = 1, q = 2 };\n-dev { x, p = 3 };",
                  "-dev: nothing => -dev y,p=1,q=2; 12 of 12, rules /14\n"
                  "-dev: - p=1, q=2; + p=3; 12 of 12, rules 14,14/15\n");
    /* Not alike, and on other hosts: one for the other where both are written. */
    compare_lines("-dev { x } when a;", "-dev { y } when b;",
                  "-dev: -dev x => nothing; 3 of 12, rules 14/14\n"
                  "-dev: - x; + y; 3 of 12, rules 14/14\n"
                  "-dev: nothing => -dev y; 3 of 12, rules 14/14\n");
}

static void test_lists(void) {
    compare_lines("-append { x, nokaslr, y = $c, z when a };", "-append { x, y = $c, z when a };",
                  "-append: - nokaslr; 12 of 12, rules 14/14, security\n");
    compare_lines("-M { $c, x = 1 };", "-M { $c, x = 2 };", "-M: - x=1; + x=2; 12 of 12, rules 14/14\n");
    compare_lines("-M { x = 1 when a };", "-M { x = 1 when b };",
                  "-M: - x=1; 3 of 12, rules 14/14\n-M: + x=1; 3 of 12, rules 14/14\n");
    compare_lines("-M { x, y, z };", "-M { x, z, y };", "-M: -M x,y,z => -M x,z,y; 12 of 12, rules 14/14\n");
    compare_lines("-M { when a { x = 1, y = 1 }, z };", "-M { y = 1 when a, x = 2 when a, z };",
                  "-M: - x=1; + x=2; 6 of 12, rules 14/14\n");
    compare_lines("-M { x, x, y };", "-M { x, y, y };", "-M: - x; + y; 12 of 12, rules 14/14\n");
    compare_lines("-M { f = $path };", "-M \"f=x\";", "-M: -M f=$path => -M f=x; 12 of 12, rules 14/14\n");
    compare_lines("-M { f = as blanks { y = 1, z = 2 }, v };", "-M { f = as blanks { y = 1, z = 3 }, v };",
                  "-M: - f=y=1 z=2; + f=y=1 z=3; 12 of 12, rules 14/14\n");
    /* A separator by itself. */
    compare_lines("-M { f = as commas { y, z }, v };", "-M { f = as blanks { y, z }, v };",
                  "-M: - f=y,,z; + f=y z; 12 of 12, rules 14/14\n");
    compare_lines("-one as commas { y, z };", "-one as blanks { y, z };",
                  "-one: -one y,z => -one 'y z'; 12 of 12, rules 14/14\n");
    /* Many that come and go by themselves, and one that is lost on all hosts. */
    compare_lines("-M { p when a, q when b, r when c == red, s when n == 2, t when n == 3, u when size > 5, lost };",
                  "-M { p when a, q when b, r when c == red, s when n == 2, t when n == 3, u when size > 5 };",
                  "-M: - lost; 96 of 96, rules 14/14\n");
}

static void test_moves(void) {
    compare_lines("-plain x; -M { y }; -nographic;", "-M { y }; -plain x; -nographic;",
                  "-plain: -plain x => -plain x; 12 of 12, rules 14/14\n");
    compare_lines("-nographic when a; -M { y } when b;", "-M { y } when b; -nographic when a;",
                  "-nographic: -nographic => -nographic; 3 of 12, rules 14/14\n");
    /* In other words and another order, but never both: only what really changed. */
    compare_lines("when a { -plain x; } else { -plain y; } -M { v = 1 };",
                  "when not a { -plain y; } else { -plain x; } -M { v = 2 };",
                  "-M: - v=1; + v=2; 12 of 12, rules 14/14\n");
}

static void test_security(void) {
    compare_lines("-M { x tag sandbox, y };", "-M { y };", "-M: - x; 12 of 12, rules 14/14, security\n");
    compare_lines("-M { x tag sandbox, y };", "-M { x tag sandbox };", "-M: - y; 12 of 12, rules 14/14\n");
    compare_lines("-M { x, y } tag network;", "-M { x };", "-M: - y; 12 of 12, rules 14/14, security\n");
    compare_lines("-M { x tag sandbox, y };", "", "-M: -M x,y => nothing; 12 of 12, rules 14/, security\n");
    compare_lines("-nographic tag odd;", "", "-nographic: -nographic => nothing; 12 of 12, rules 14/\n");
}

/* Texts that are too many are one, in which what is not always written stands in brackets. */
static void test_summary(void) {
    compare_lines("-M { v, p when a, q when b, x when c == red, y when n == 2, z when size > 5 };", "",
                  "-M: -M v[,p][,q][,x][,y][,z] => nothing; 72 of 72, rules 14/\n");
    compare_lines("", "-dev { \"v-$c\", p when a, q when a, r } when b;",
                  "-dev: nothing => -dev v-$c[,p,q],r; 6 of 12, rules /14\n");
    compare_lines("-dev { \"v-$c\", p when a } when b;", "-dev { \"v-$c\", p when a } when b and c == red;",
                  "-dev: -dev v-$c[,p] => nothing; 4 of 12, rules 14/14\n");
    compare_lines("-plain \"v-$c\" when a;", "",
                  "-plain: -plain v-red => nothing; 2 of 12, rules 14/\n"
                  "-plain: -plain v-green => nothing; 2 of 12, rules 14/\n"
                  "-plain: -plain v-blue => nothing; 2 of 12, rules 14/\n");
}

/* A fact of one side that the other decides is what that comes to. */
static void test_decided(void) {
    static const char rules[] =
        "ruleset test;\nfact a : bool;\n%s\noption -plain : repeated;\nargv { -plain $d; %s }\n";
    struct both both = {.arena = arena_new()};
    struct arena *arena = both.arena;
    const char *table = "decide d : int 1 .. 9 by a { yes => 4; no => 7; }";
    compile_sound(&both.compiled[OLD_SIDE], arena_print(arena, rules, table, ""), TO_MODEL);
    compile_sound(&both.compiled[NEW_SIDE], arena_print(arena, rules, "fact d : int 1 .. 9;", "-plain z when d == 7;"),
                  TO_MODEL);
    const struct model *old = both.compiled[OLD_SIDE].model, *new = both.compiled[NEW_SIDE].model;
    struct hosts *hosts = both.sides.hosts = hosts_new(arena, (const size_t[]){2}, 1);
    const bool no[] = {true, false}, yes[] = {false, true};
    const hostset is[] = {hosts_where(hosts, 0, no), hosts_where(hosts, 0, yes)};
    const hostset codes[] = {is[1], is[0], HOSTS_NONE}; /* of the fact: below 7, 7, above */
    const hostset *grounds[N_SIDES][2] = {{is}, {is, codes}};
    both.sides.models[OLD_SIDE] = old;
    both.sides.models[NEW_SIDE] = new;
    both.sides.meanings[OLD_SIDE] = meaning_over(arena, old, hosts, 1, grounds[OLD_SIDE]);
    both.sides.meanings[NEW_SIDE] = meaning_over(arena, new, hosts, 1, grounds[NEW_SIDE]);
    struct diff diff = {0};
    hostset differs = diff_argv_set(arena, &both.sides, HOSTS_ALL);
    CU_ASSERT_EQUAL(differs, is[0]);
    CU_ASSERT_TRUE(diff_argv_changes(arena, &both.sides, differs, &diff));
    both.n_cells = 2;
    char *text = describe(&both, &diff);
    CU_ASSERT_STRING_EQUAL(text, "-plain: nothing => -plain z; 1 of 2, rules /5\n");
    free(text);
    both_free(&both);
}

/* A budget that does not do is said. */
static void test_budget(void) {
    struct both both = {.arena = arena_new()};
    struct diff diff = {0};
    const char *old = "argv { -M { x when a and c == red, y when b or c == green }; }",
               *new = "argv { -M { x when b }; }";
    compile_sound(&both.compiled[OLD_SIDE], arena_print(both.arena, "%s%s", head, old), TO_MODEL);
    compile_sound(&both.compiled[NEW_SIDE], arena_print(both.arena, "%s%s", head, new), TO_MODEL);
    CU_ASSERT_TRUE_FATAL(pair_up(&both));
    hosts_budget(both.sides.hosts, 3);
    CU_ASSERT_EQUAL(diff_argv_set(both.arena, &both.sides, HOSTS_ALL), HOSTS_UNKNOWN);
    CU_ASSERT_FALSE(diff_argv_changes(both.arena, &both.sides, HOSTS_ALL, &diff));
    for (size_t i = 0; i < diff.changes.count; i++)
        CU_ASSERT_NOT_EQUAL(diff.changes.items[i].set, HOSTS_UNKNOWN);
    CU_ASSERT_FALSE(diff_argv_changes(both.arena, &both.sides, HOSTS_UNKNOWN, &diff));
    both_free(&both);
}

static void test_tags(void) {
    CU_ASSERT_TRUE(tags_are_security("security"));
    CU_ASSERT_TRUE(tags_are_security("odd network even"));
    CU_ASSERT_FALSE(tags_are_security("odd networks even"));
    CU_ASSERT_FALSE(tags_are_security(""));
    CU_ASSERT_FALSE(tags_are_security(NULL));
}

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

static bool try_seed(uint64_t seed, struct totals *totals) {
    struct trial trial = {.both = {.arena = arena_new()}, .maker = {.arena = arena_new(), .seed = seed}, .seed = ~seed};
    bool good = true;
    make_ruleset(&trial.maker);
    if (make_copy(&trial) && pair_up(&trial.both)) {
        totals->n_compiled++;
        good = check_copy(&trial, totals);
    }
    if (!good)
        printf("\n%s\nand\n%s\n%s\nMUSTER_SEED=%llu MUSTER_COUNT=1\n", trial.texts[OLD_SIDE], trial.texts[NEW_SIDE],
               trial.both.wrong, (unsigned long long)seed);
    free(trial.maker.texts[0]);
    free(trial.maker.texts[1]);
    arena_free(trial.maker.arena);
    both_free(&trial.both);
    return good;
}

static void test_random(void) {
    uint64_t seed = number_from("MUSTER_SEED", 20240229), count = number_from("MUSTER_COUNT", 1000);
    struct totals totals = {0};
    printf("\nseed %llu (MUSTER_SEED), %llu rulesets (MUSTER_COUNT)\n", (unsigned long long)seed,
           (unsigned long long)count);
    for (uint64_t i = 0; i < count; i++) {
        bool good = try_seed(seed + i, &totals);
        CU_ASSERT_TRUE(good);
        if (!good)
            return;
    }
    printf("%zu compiled, %zu differ; %zu of %zu hosts; %zu changes, %zu in lists\n", totals.n_compiled,
           totals.n_differ, totals.n_differing, totals.n_cells, totals.n_changes, totals.n_lists);
    if (count >= 100)
        CU_ASSERT_TRUE(totals.n_differ > count / 10 && totals.n_differing < totals.n_cells && totals.n_lists > 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"the same in other words", test_same},
        {"holes", test_holes},
        {"options", test_options},
        {"lists", test_lists},
        {"moves", test_moves},
        {"security", test_security},
        {"summaries", test_summary},
        {"what the other side decides", test_decided},
        {"a budget", test_budget},
        {"tags", test_tags},
        {"random rulesets", test_random},
    };
    return unit_main("diff_argv", tests, COUNT(tests));
}
