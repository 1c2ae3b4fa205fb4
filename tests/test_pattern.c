/*
 * Tests of gen/pattern: what patterns match, what they refuse, their limits, and random small patterns against a plain
 * matcher that knows nothing of automata.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/pattern/pattern.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct pattern *compile(struct arena *arena, const char *text) {
    struct pattern_error error = {0, NULL};
    const struct pattern *pattern = pattern_compile(arena, text, strlen(text), &error);
    if (!pattern) {
        printf("\n'%.60s': at %zu: %s\n", text, error.at, error.message);
        CU_FAIL_FATAL("the pattern does not compile");
    }
    return pattern;
}

static bool matches(const struct pattern *pattern, const char *text) {
    return pattern_match(pattern, text, strlen(text));
}

/* A text of `count` times the same byte, in the arena. */
static char *times(struct arena *arena, char byte, size_t count) {
    char *text = arena_alloc(arena, count + 1);
    memset(text, byte, count);
    return text;
}

static void test_matches(void) {
    static const struct {
        const char *pattern, *text;
        bool is_match;
    } rows[] = {
        {"abc", "abc", true},
        {"abc", "ab", false},
        {"abc", "abcd", false},
        {"abc", "", false},
        {"", "", true},
        {"", "a", false},
        {"()", "", true},
        {"()*", "", true},
        {"a|", "", true},
        {"a|", "a", true},
        {"a||b", "b", true},
        {"|", "", true},
        {"(|a)b", "b", true},
        {"(|a)b", "ab", true},
        {"a|bc|d", "bc", true},
        {"a|bc|d", "abd", false},
        {"(a|b)c", "bc", true},
        {"(a|b)c", "a", false},
        {"a*", "", true},
        {"a*", "aaaa", true},
        {"a*", "ab", false},
        {"a+", "", false},
        {"a+", "aaa", true},
        {"ab?c", "ac", true},
        {"ab?c", "abbc", false},
        {"a{3}", "aa", false},
        {"a{3}", "aaa", true},
        {"a{3}", "aaaa", false},
        {"a{2,}", "a", false},
        {"a{2,}", "aaaaa", true},
        {"a{1,2}", "", false},
        {"a{1,2}", "aa", true},
        {"a{1,2}", "aaa", false},
        {"a{0}b", "b", true},
        {"a{0}b", "ab", false},
        {"a{0,0}", "", true},
        {"a{00002}", "aa", true},
        {"(a?){3}", "", true},
        {"(a?){3}", "aaaa", false},
        {"(a*){2,3}", "aaaaaaa", true},
        {"(ab){2}", "abab", true},
        {"(ab|c)+", "abcab", true},
        {"((a{2}){2}){2}", "aaaaaaaa", true},
        {"((a{2}){2}){2}", "aaaaaaa", false},
        {"(a{2,3}){2}", "aaa", false},
        {"(a{2,3}){2}", "aaaaa", true},
        {"(a{2}){0,2}", "aaa", false},
        {"(a{2}){0,2}", "aaaa", true},
        {"(a{1,2}){0,2}", "aaa", true},
        {"(a{2,3})*", "a", false},
        {"((a|b)?c)*", "acc", true},
        {"[abc]", "b", true},
        {"[abc]", "d", false},
        {"[a-c]", "c", true},
        {"[a-c]", "-", false},
        {"[-a]", "-", true},
        {"[a-]", "-", true},
        {"[a-c-]", "-", true},
        {"[a\\-c]", "b", false},
        {"[a\\-c]", "-", true},
        {"[^-a]", "-", false},
        {"[a^]", "^", true},
        {"[a-a]", "a", true},
        {"[\\]\\[]", "]", true},
        {"[.*+?(){}|$]{10}", ".*+?(){}|$", true},
        {"[^a-c]", "d", true},
        {"[^a-c]", "b", false},
        {"[^a-c]", "", false},
        {"[^a-c]", "\n", false},
        {"[^a-c]", "\x7f", false},
        {"[^a-c]", "\xff", true},
        {"[!-+]", "%", true},
        {".", "a", true},
        {"[^ -~]{2}", "\xc3\xa9", true},
        {"[^ -~]{2}", "aa", false},
        {".", "\x1f", false},
        {".", " ", true},
        {".", "\x7f", false},
        {".", "\x80", true},
        {".", "", false},
        {".{2}", "\xc3\xa9", true},
        {"\xc3\xa9", "\xc3\xa9", true},
        {"\xc3\xa9", "\xc3", false},
        {"\xc3\xa9*", "\xc3\xa9\xc3\xa9", true},
        {"\xc3\xa9*", "\xc3\xa9\xa9", false},
        {"\xe2\x82\xac|\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", true},
        {"\\.\\[\\]\\(\\)\\{\\}\\*\\+\\?\\|\\^\\$\\-\\\\", ".[](){}*+?|^$-\\", true},
        {"\\.", "a", false},
        {"a-b,c/d: \"e\"", "a-b,c/d: \"e\"", true},
        {"[A-Za-z0-9._-]{1,64}", "vm-1.example_A", true},
        {"[A-Za-z0-9._-]{1,64}", "vm 1", false},
        {"[A-Za-z0-9._-]{1,64}", "", false},
        {"(/[^/]+)+", "/var/lib", true},
        {"(/[^/]+)+", "/var//lib", false},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool is_match = matches(compile(arena, rows[i].pattern), rows[i].text);
        if (is_match != rows[i].is_match)
            printf("\n'%s' and '%s'\n", rows[i].pattern, rows[i].text);
        CU_ASSERT_EQUAL(is_match, rows[i].is_match);
    }
    CU_ASSERT_FALSE(pattern_match(compile(arena, ".*"), "a\0b", 3));
    CU_ASSERT_TRUE(pattern_match(compile(arena, "[^\\.]a"), "xabc", 2));
    arena_free(arena);
}

struct refusal {
    const char *pattern;
    size_t at;
    const char *message;
};

static void check_refusal(struct arena *arena, const char *text, size_t length, size_t at, const char *message) {
    struct pattern_error error = {SIZE_MAX, NULL};
    const struct pattern *pattern = pattern_compile(arena, text, length, &error);
    CU_ASSERT_PTR_NULL(pattern);
    if (pattern) {
        printf("\n'%.60s' compiles\n", text);
        return;
    }
    bool is_expected = error.at == at && !strcmp(error.message, message);
    if (!is_expected)
        printf("\n'%.60s': at %zu: %s\n", text, error.at, error.message);
    CU_ASSERT_TRUE(is_expected);
}

static const char escape_message[] = "'\\' is allowed only before one of . [ ] ( ) { } * + ? | ^ $ - \\";
static const char control_message[] = "a control byte is not allowed in a pattern";
static const char utf8_message[] = "the pattern is not valid UTF-8";
static const char nothing_message[] = "there is nothing to repeat here";
static const char form_message[] = "a repetition is written {n}, {n,} or {n,m}; write \\{ for the character itself";
static const char twice_message[] = "a repetition cannot be repeated; put what it repeats in parentheses";
static const char states_message[] = "the pattern needs more than 8192 states";
static const char complex_message[] = "the pattern is too complex to compile; write its repetitions more simply";
static const char anchor_message[] =
    "a pattern matches the whole text and needs no anchor; write \\^ or \\$ for the character itself";
static const char dash_message[] = "write \\- for a '-' in a class, or put it first or last";

static void test_refusals(void) {
    static const struct refusal rows[] = {
        {"ab[c", 2, "the class is not closed: its ']' is missing"},
        {"[", 0, "the class is not closed: its ']' is missing"},
        {"[^", 0, "the class is not closed: its ']' is missing"},
        {"[a-", 0, "the class is not closed: its ']' is missing"},
        {"[a\\]", 0, "the class is not closed: its ']' is missing"},
        {"a[]", 1, "the class is empty; write \\] for a ']' in a class"},
        {"a[^]b]", 1, "the class is empty; write \\] for a ']' in a class"},
        {"[xz-a]", 2, "the range is out of order"},
        {"[\\]-\\[]", 1, "the range is out of order"},
        {"[a-c-e]", 4, dash_message},
        {"[a--]", 3, dash_message},
        {"[--a]", 2, dash_message},
        {"[[:alpha:]]", 1, "write \\[ for a '[' in a class"},
        {"[\xc3\xa9]", 1, "a class can hold only ASCII characters; write others as (a|b)"},
        {"[a\t]", 2, control_message},
        {"[a-\x7f]", 3, control_message},
        {"[\\d]", 1, escape_message},
        {"a\\", 1, "the pattern ends after a '\\'; write \\\\ for the character itself"},
        {"[\\", 1, "the pattern ends after a '\\'; write \\\\ for the character itself"},
        {"a\\d", 1, escape_message},
        {"\\n", 0, escape_message},
        {"\\\xc3\xa9", 0, escape_message},
        {"a\nb", 1, control_message},
        {"\x7f", 0, control_message},
        {"a\xff", 1, utf8_message},
        {"\xc3", 0, utf8_message},
        {"\xc3(", 0, utf8_message},
        {"\xc0\xaf", 0, utf8_message},
        {"\xe0\x80\xaf", 0, utf8_message},
        {"\xed\xa0\x80", 0, utf8_message},
        {"\xf4\x90\x80\x80", 0, utf8_message},
        {"\xf0\x80\x80\x80", 0, utf8_message},
        {"\xa9", 0, utf8_message},
        {"*a", 0, nothing_message},
        {"a|+", 2, nothing_message},
        {"(?:a)", 1, nothing_message},
        {"{2}", 0, nothing_message},
        {"a**", 2, twice_message},
        {"a+?", 2, twice_message},
        {"a{2}{3}", 4, twice_message},
        {"(ab", 0, "the parenthesis is not closed: its ')' is missing"},
        {"a((b)", 1, "the parenthesis is not closed: its ')' is missing"},
        {"ab)c", 2, "no parenthesis is open here; write \\) for the character itself"},
        {"a]", 1, "no class is open here; write \\] for the character itself"},
        {"a}", 1, "no repetition is open here; write \\} for the character itself"},
        {"^a$", 0, anchor_message},
        {"a$", 1, anchor_message},
        {"a{", 1, form_message},
        {"a{}", 1, form_message},
        {"a{,3}", 1, form_message},
        {"a{2", 1, form_message},
        {"a{2,", 1, form_message},
        {"a{2,3", 1, form_message},
        {"a{2;3}", 1, form_message},
        {"a{ 2}", 1, form_message},
        {"a{-1}", 1, form_message},
        {"ab{3,2}", 2, "the bounds of the repetition are out of order"},
        {"a{4097}", 2, "a repetition counts to at most 4096"},
        {"a{1,4097}", 4, "a repetition counts to at most 4096"},
        {"a{99999999999999999999999999}", 2, "a repetition counts to at most 4096"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++)
        check_refusal(arena, rows[i].pattern, strlen(rows[i].pattern), rows[i].at, rows[i].message);
    check_refusal(arena, "a\0b", 3, 1, control_message);
    check_refusal(arena, "a\\\0", 3, 1, escape_message);
    check_refusal(arena, "[\\\0]", 4, 1, escape_message);
    arena_free(arena);
}

static char *nested(struct arena *arena, size_t depth) {
    char *text = times(arena, '(', 2 * depth + 1);
    text[depth] = 'a';
    memset(text + depth + 1, ')', depth);
    return text;
}

static void test_limits(void) {
    static const struct refusal rows[] = {
        {"((((a{0,4096}){0,4096}){0,4096}){0,4096})", 14, states_message},
        {"(a{4096}){2,}", 9, states_message},
        {"[a-z]{4096}b{4094}c", 18, states_message},
        {"(a|b)*a(a|b){20}", 0, states_message},
        {"((a*b){4096}(c*d){4096}){4096}", 12, states_message},
        {"((a*b){0,4096}c*){0,4096}", 0, complex_message},
        {"(((a*b){0,4096}c*){0,4096}d)*", 0, complex_message},
        {"(([ab]{1,90}c*){0,90}d*){0,90}", 0, complex_message},
        {"(.{0,90}a){0,90}", 0, states_message},
        {"((a*b?)x*){0,4096}", 0, complex_message}, /* few states, but of many steps each */
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++)
        check_refusal(arena, rows[i].pattern, strlen(rows[i].pattern), rows[i].at, rows[i].message);

    const struct pattern *deep = compile(arena, nested(arena, 100));
    CU_ASSERT_TRUE(matches(deep, "a"));
    check_refusal(arena, nested(arena, 101), 203, 100, "parentheses are nested more than 100 deep");
    check_refusal(arena, nested(arena, 8000), 16001, 100, "parentheses are nested more than 100 deep");

    /* 8190 bytes have 8191 living states; with the dead one that is the limit. */
    char *text = times(arena, 'a', 20000);
    const struct pattern *longest = pattern_compile(arena, text, 8190, &(struct pattern_error){0});
    CU_ASSERT_PTR_NOT_NULL_FATAL(longest);
    CU_ASSERT_EQUAL(longest->n_states, PATTERN_MAX_STATES);
    CU_ASSERT_EQUAL(longest->max_length, 8190);
    CU_ASSERT_TRUE(pattern_match(longest, text, 8190));
    CU_ASSERT_FALSE(pattern_match(longest, text, 8189));
    CU_ASSERT_FALSE(pattern_match(longest, text, 8191));
    check_refusal(arena, text, 8191, 8190, states_message);
    check_refusal(arena, text, 16385, 16384, "the pattern is longer than 16384 bytes");

    const struct pattern *wide = compile(arena, "a{4096}b{0,4094}");
    CU_ASSERT_EQUAL(wide->n_states, PATTERN_MAX_STATES);
    CU_ASSERT_EQUAL(wide->max_length, 8190);
    arena_free(arena);
}

/* Repetitions of what may be empty, which a plain unfolding would not survive. */
static void test_collapsing(void) {
    static const char *const stars[] = {
        "((((a*){0,4096}){0,4096}){0,4096}){0,4096}",
        "((((a+){0,4096}){0,4096}){0,4096})*",
        "((((a?){0,4096})*){5,4096}){4096}",
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(stars); i++) {
        const struct pattern *pattern = compile(arena, stars[i]);
        CU_ASSERT_EQUAL(pattern->n_states, 2);
        CU_ASSERT_EQUAL(pattern->n_classes, 2);
        CU_ASSERT_EQUAL(pattern->max_length, SIZE_MAX);
        CU_ASSERT_TRUE(matches(pattern, ""));
        CU_ASSERT_TRUE(matches(pattern, "aaaaaaaaa"));
        CU_ASSERT_FALSE(matches(pattern, "ab"));
    }
    const struct pattern *blank = compile(arena, "((((()*){4096}){4096}|){4096}){4096}");
    CU_ASSERT_EQUAL(blank->max_length, 0);
    CU_ASSERT_TRUE(matches(blank, ""));
    arena_free(arena);
}

static void test_shape(void) {
    static const struct {
        const char *pattern;
        uint32_t n_states, n_classes;
        size_t max_length;
    } rows[] = {
        {"[A-Za-z0-9._-]{1,64}", 66, 2, 64},
        {"(a|b|[c-z])*", 2, 2, SIZE_MAX},
        {".*", 2, 2, SIZE_MAX},
        {"", 2, 1, 0},
        {"a", 3, 2, 1},
        {"ab|cb", 4, 3, 2},
        {"(ab|cb)*", 3, 3, SIZE_MAX},
        {"aa*|a*", 2, 2, SIZE_MAX},
        {"a{2,3}|b{5}", 9, 3, 5},
        {"(a|bc){2,3}x?", 9, 5, 7},
        {"(a|b)*a(a|b){3}", 17, 3, SIZE_MAX},
        {"\xc3\xa9|\xc3\xa8", 4, 3, 2},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct pattern *pattern = compile(arena, rows[i].pattern);
        bool is_expected = pattern->n_states == rows[i].n_states && pattern->n_classes == rows[i].n_classes &&
                           pattern->max_length == rows[i].max_length;
        if (!is_expected)
            printf("\n'%s': %u states, %u classes, %zu bytes\n", rows[i].pattern, (unsigned)pattern->n_states,
                   (unsigned)pattern->n_classes, pattern->max_length);
        CU_ASSERT_TRUE(is_expected);
    }
    arena_free(arena);
}

static bool are_identical(const struct pattern *a, const struct pattern *b) {
    return a->n_states == b->n_states && a->n_classes == b->n_classes && a->max_length == b->max_length &&
           !memcmp(a->classes, b->classes, sizeof a->classes) &&
           !memcmp(a->next, b->next, (size_t)a->n_states * a->n_classes * sizeof *a->next) &&
           !memcmp(a->accept, b->accept, a->n_states);
}

/* What matches the same has the same automaton, however it is written. */
static void test_canonical(void) {
    static const char *const pairs[][2] = {
        {"[a-c]", "c|b|a"}, {"(a|b)*", "(a*b*)*"}, {"a{2,4}", "aa(a|)(a|)"},
        {"a+", "aa*"},      {"(ab)*a", "a(ba)*"},  {"a(b|c)|d(b|c)", "[ad][bc]"},
        {"", "a{0}"},       {".", "[ -~]|[^ -~]"}, {"(a{1,2}){0,2}", "a{0,4}"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(pairs); i++)
        CU_ASSERT_TRUE(are_identical(compile(arena, pairs[i][0]), compile(arena, pairs[i][1])));
    arena_free(arena);
}

static void test_disjoint(void) {
    static const struct {
        const char *a, *b;
        bool is_disjoint;
    } rows[] = {
        {"a", "b", true},
        {"a", "a", false},
        {"", "a*", false},
        {"", "a+", true},
        {"vm-[0-9]+", "vm-[a-z]+", true},
        {"vm-[0-9]+", "vm-[a-z0-9]+", false},
        {"a{2,5}", "a{6,9}", true},
        {"a{2,6}", "a{6,9}", false},
        {"(aa)*", "a(aa)*", true},
        {"(aaa)*b", "(aaaaa)*b", false},
        {"(aaa)+b", "(aaaaa){1,2}b", true},
        {"disk[0-9]", "net.*", true},
        {".*a", ".*b", true},
        {".*a.*", ".*b.*", false},
        {"[a-z]{1,4000}", "[a-z]{4001,4096}x?", true},
        {"(a{1021})*b", "(a{1019})*c", true},
        {"(a{1021})*b", "(a{1019})+b", false},
        {"(a{4093})*b", "(a{4091})*c", false}, /* more pairs than are tried */
        {"\xc3\xa9", "..", false},
        {"\xc3\xa9", ".", true},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pattern_error error = {0, NULL};
        const struct pattern *a = pattern_compile(arena, rows[i].a, strlen(rows[i].a), &error);
        const struct pattern *b = pattern_compile(arena, rows[i].b, strlen(rows[i].b), &error);
        if (!a || !b) {
            printf("\n'%s' and '%s': %s\n", rows[i].a, rows[i].b, error.message);
            CU_FAIL("the patterns do not compile");
            continue;
        }
        if (pattern_disjoint(a, b) != rows[i].is_disjoint)
            printf("\n'%s' and '%s'\n", rows[i].a, rows[i].b);
        CU_ASSERT_EQUAL(pattern_disjoint(a, b), rows[i].is_disjoint);
        CU_ASSERT_EQUAL(pattern_disjoint(b, a), rows[i].is_disjoint);
    }
    arena_free(arena);
}

static void test_shortest(void) {
    static const struct {
        const char *pattern, *text;
    } rows[] = {
        {"[A-Za-z0-9._-]{1,64}", "a"},
        {"[A-Z_]{2}[0-9]+", "AA0"},
        {"a*", ""},
        {"abc|zz|yy", "yy"},
        {"(..|[0-9])x{3}", "0xxx"},
        {"(/[^/]+)+", "/a"},
        {"[-.]", "-"},
        {"[^!-~]", " "},
        {"[^ -~]", NULL}, /* no character has one byte of those */
        {"[^ -~]{2}", "\xc2\xa0"},
        {"[^ -~]{3}|abcd", "\xe0\xa0\x80"},
        {"[^ -~]{4}", "\xc2\xa0\xc2\xa0"},
        {"ü", "ü"},
        {"(ab){3,}", "ababab"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct pattern *pattern = compile(arena, rows[i].pattern);
        const char *text = pattern_example(arena, pattern, NULL, 0);
        bool is_expected = text && rows[i].text ? strcmp(text, rows[i].text) == 0 : text == rows[i].text;
        if (!is_expected)
            printf("\n'%s': '%s'\n", rows[i].pattern, text ? text : "nothing");
        CU_ASSERT_TRUE(is_expected);
    }
    bool avoided[256] = {['a'] = true, ['/'] = true};
    CU_ASSERT_STRING_EQUAL(pattern_example(arena, compile(arena, "[a-z]{2}|a"), avoided, 0), "bb");
    CU_ASSERT_STRING_EQUAL(pattern_example(arena, compile(arena, "(/b|x)*c?"), NULL, '/'), "/b");
    CU_ASSERT_STRING_EQUAL(pattern_example(arena, compile(arena, "(/b)*c"), NULL, '/'), "/bc");
    CU_ASSERT_STRING_EQUAL(pattern_example(arena, compile(arena, "a*b"), avoided, 'a'), "ab");
    CU_ASSERT_PTR_NULL(pattern_example(arena, compile(arena, "(aa)+"), avoided, 0));
    CU_ASSERT_PTR_NULL(pattern_example(arena, compile(arena, "x|y/"), NULL, '/'));
    arena_free(arena);
}

/*
 * The random patterns: a tree over the letters a, b and c, how it is written, and where a match of it may end.
 */
enum { LETTERS = 3, LONGEST = 5, ROUNDS = 4000 };

enum shape { LETTER, CLASS, SEQUENCE, CHOICE, REPEAT };

struct tree {
    enum shape shape;
    unsigned letters; /* LETTER, CLASS: bit per letter */
    bool is_negated;  /* CLASS: written as [^ ] */
    unsigned least, most;
    const struct tree *left, *right;
};

static const unsigned forever = 1000;

static unsigned roll(uint64_t *seed, unsigned sides) {
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((*seed >> 33) % sides);
}

static const struct tree *grow(struct arena *arena, uint64_t *seed, unsigned depth) {
    struct tree *tree = arena_alloc(arena, sizeof *tree);
    tree->shape = (enum shape)(depth ? roll(seed, 5) : roll(seed, 2));
    if (tree->shape == LETTER) {
        tree->letters = 1u << roll(seed, LETTERS);
    } else if (tree->shape == CLASS) {
        tree->is_negated = roll(seed, 3) == 0;
        tree->letters = 1 + roll(seed, (1u << LETTERS) - (tree->is_negated ? 2 : 1));
    } else {
        tree->left = grow(arena, seed, depth - 1);
    }
    if (tree->shape == SEQUENCE || (tree->shape == CHOICE && roll(seed, 6)))
        tree->right = grow(arena, seed, depth - 1);
    if (tree->shape == REPEAT) {
        tree->least = roll(seed, 4);
        tree->most = roll(seed, 3) ? tree->least + roll(seed, 3) : forever;
    }
    return tree;
}

static const char *write_tree(struct arena *arena, const struct tree *tree) {
    const char *left = tree->left ? write_tree(arena, tree->left) : "";
    const char *right = tree->right ? write_tree(arena, tree->right) : "";
    switch (tree->shape) {
    case LETTER:
        return tree->letters == 1 ? "a" : tree->letters == 2 ? "b" : "c";
    case CLASS:
        return arena_print(arena, "[%s%s%s%s]", tree->is_negated ? "^" : "", tree->letters & 1 ? "a" : "",
                           tree->letters & 2 ? "b" : "", tree->letters & 4 ? "c" : "");
    case SEQUENCE:
        return arena_print(arena, "(%s)(%s)", left, right);
    case CHOICE:
        return arena_print(arena, "(%s|%s)", left, right);
    case REPEAT:
        break;
    }
    if (tree->most == forever)
        return tree->least > 1 ? arena_print(arena, "(%s){%u,}", left, tree->least)
                               : arena_print(arena, "(%s)%s", left, tree->least ? "+" : "*");
    if (tree->least == 0 && tree->most == 1)
        return arena_print(arena, "(%s)?", left);
    return arena_print(arena, "(%s){%u,%u}", left, tree->least, tree->most);
}

/* Where a match may end that starts in one of the places `from`: places are bits, 0 to the length. */
static unsigned ends(const struct tree *tree, const char *text, unsigned from) {
    unsigned to = 0;
    switch (tree->shape) {
    case LETTER:
    case CLASS:
        for (unsigned i = 0; text[i]; i++) {
            bool is_in = tree->letters >> (text[i] - 'a') & 1;
            if (from >> i & 1 && is_in != tree->is_negated)
                to |= 2u << i;
        }
        return to;
    case SEQUENCE:
        return ends(tree->right, text, ends(tree->left, text, from));
    case CHOICE:
        return ends(tree->left, text, from) | (tree->right ? ends(tree->right, text, from) : from);
    case REPEAT:
        break;
    }
    /* Beyond the least count, as many copies as the text has letters give all that more copies can give. */
    unsigned most = tree->most == forever ? tree->least + LONGEST : tree->most;
    for (unsigned count = 0; count <= most; count++) {
        to |= count >= tree->least ? from : 0;
        from = ends(tree->left, text, from);
    }
    return to;
}

static bool tree_matches(const struct tree *tree, const char *text) {
    return ends(tree, text, 1) >> strlen(text) & 1;
}

/* The texts over the alphabet up to the greatest length, shortest first: text `number` of them. False beyond. */
static bool text_of(unsigned number, char text[LONGEST + 1]) {
    size_t length = 0;
    for (unsigned count = 1; number >= count; count *= LETTERS) {
        number -= count;
        length++;
    }
    if (length > LONGEST)
        return false;
    text[length] = 0;
    for (; length--; number /= LETTERS)
        text[length] = (char)('a' + number % LETTERS);
    return true;
}

/* Whether no two states can be merged, by the plain method: tell apart what leads to what is apart. */
static bool is_least(struct arena *arena, const struct pattern *pattern) {
    const size_t n = pattern->n_states;
    bool *are_apart = arena_alloc(arena, n * n), has_changed = true;
    for (size_t i = 0; i < n * n; i++)
        are_apart[i] = pattern->accept[i / n] != pattern->accept[i % n];
    while (has_changed) {
        has_changed = false;
        for (size_t i = 0; i < n * n; i++)
            for (size_t column = 0; column < pattern->n_classes && !are_apart[i]; column++) {
                size_t a = pattern->next[i / n * pattern->n_classes + column];
                size_t b = pattern->next[i % n * pattern->n_classes + column];
                if (are_apart[a * n + b])
                    are_apart[i] = has_changed = true;
            }
    }
    for (size_t i = 0; i < n * n; i++)
        if (i / n != i % n && !are_apart[i])
            return false;
    return true;
}

static bool agrees(const struct pattern *pattern, const struct tree *tree) {
    char text[LONGEST + 1];
    size_t shortest = SIZE_MAX, longest = 0;
    for (unsigned i = 0; text_of(i, text); i++) {
        bool is_match = tree_matches(tree, text);
        if (is_match != matches(pattern, text))
            return false;
        if (is_match) {
            shortest = shortest == SIZE_MAX ? strlen(text) : shortest;
            longest = strlen(text);
        }
    }
    struct arena *arena = arena_new();
    const char *example = pattern_example(arena, pattern, NULL, 0);
    size_t claimed = example ? strlen(example) : SIZE_MAX;
    bool is_match = !example || pattern_match(pattern, example, claimed);
    arena_free(arena);
    /* Negated classes match more than the three letters. */
    return is_match && claimed <= shortest && longest <= pattern->max_length;
}

static uint64_t first_seed(void) {
    const char *given = getenv("PATTERN_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 20240229;
    printf("\nseed %llu (PATTERN_SEED)\n", (unsigned long long)seed);
    return seed;
}

static void test_random(void) {
    uint64_t seed = first_seed();
    size_t n_compiled = 0, n_disjoint = 0;
    struct arena *arena = arena_new();
    const struct tree *last_tree = NULL;
    const struct pattern *last = NULL;
    for (size_t round = 0; round < ROUNDS; round++) {
        const struct tree *tree = grow(arena, &seed, 1 + roll(&seed, 4));
        const char *text = write_tree(arena, tree);
        const struct pattern *pattern = compile(arena, text);
        bool is_right = agrees(pattern, tree) && (pattern->n_states > 40 || is_least(arena, pattern));
        if (last && pattern_disjoint(last, pattern)) {
            char word[LONGEST + 1];
            n_disjoint++;
            for (unsigned i = 0; text_of(i, word); i++)
                is_right = is_right && !(tree_matches(tree, word) && tree_matches(last_tree, word));
        }
        if (!is_right)
            printf("\nround %zu: %s\n", round, text);
        CU_ASSERT_TRUE(is_right);
        n_compiled++;
        last = pattern;
        last_tree = tree;
        if (round % 100 == 99) {
            arena_free(arena);
            arena = arena_new();
            last = NULL;
        }
    }
    arena_free(arena);
    CU_ASSERT_EQUAL(n_compiled, ROUNDS);
    CU_ASSERT_TRUE(n_disjoint > 0);
}

/* Random bytes of pattern: accepted or refused with a place in the pattern, nothing worse. */
static void test_noise(void) {
    static const char bytes[] = "ab(())[]^-|*+?{}{,}0123.\\\xc3\xa9$";
    uint64_t seed = first_seed();
    size_t n_accepted = 0, n_refused = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct arena *arena = arena_new();
        size_t length = roll(&seed, 24);
        char *text = arena_alloc(arena, length + 1);
        for (size_t i = 0; i < length; i++)
            text[i] = bytes[roll(&seed, sizeof bytes - 1)];
        struct pattern_error error = {SIZE_MAX, NULL};
        if (pattern_compile(arena, text, length, &error)) {
            n_accepted++;
        } else {
            n_refused++;
            CU_ASSERT_TRUE(error.at < length && error.message);
        }
        arena_free(arena);
    }
    CU_ASSERT_TRUE(n_accepted > 0 && n_refused > 0);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"texts that match and that do not", test_matches},
        {"refused patterns", test_refusals},
        {"limits", test_limits},
        {"repetitions of what may be empty", test_collapsing},
        {"states, classes, lengths", test_shape},
        {"one automaton for one language", test_canonical},
        {"disjoint patterns", test_disjoint},
        {"shortest texts", test_shortest},
        {"random patterns against a plain matcher", test_random},
        {"random bytes", test_noise},
    };
    return unit_main("pattern", tests, COUNT(tests));
}
