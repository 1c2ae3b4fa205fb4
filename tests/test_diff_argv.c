/*
 * Comparing two command lines: what is reported about each way in which they can differ.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "both.h"

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
    };
    return unit_main("diff_argv", tests, COUNT(tests));
}
