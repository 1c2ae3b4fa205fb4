/*
 * Patterns: from the pattern to the syntax tree.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/pattern/internal.h"

#include <string.h>

struct parser {
    struct arena *arena;
    const char *text;
    size_t length, at;
    unsigned depth;
    struct byte_sets sets;
    struct pattern_error *error;
};

static const struct node blank = {.kind = NODE_BLANK};

static struct node *parse_choice(struct parser *parser);

static struct node *fail(struct parser *parser, size_t at, const char *message) {
    *parser->error = (struct pattern_error){.at = at, .message = message};
    return NULL;
}

/* The byte `ahead` bytes after the current one, or -1 after the end. */
static int peek(const struct parser *parser, size_t ahead) {
    return ahead < parser->length - parser->at ? (unsigned char)parser->text[parser->at + ahead] : -1;
}

static bool is_control(int byte) {
    return (byte >= 0 && byte < 0x20) || byte == 0x7f;
}

static struct node *new_node(struct parser *parser, const struct node *value) {
    struct node *node = arena_alloc(parser->arena, sizeof *node);
    *node = *value;
    return node;
}

static struct node *new_bytes(struct parser *parser, const struct byte_set *set) {
    struct node node = {.kind = NODE_BYTES, .shortest = 1, .longest = 1, .set = (uint32_t)parser->sets.count};
    ARENA_PUSH(parser->arena, &parser->sets, *set);
    return new_node(parser, &node);
}

static struct node *new_byte(struct parser *parser, int byte) {
    struct byte_set set = {{0}};
    byte_set_add(&set, (unsigned)byte);
    return new_bytes(parser, &set);
}

static size_t add_lengths(size_t a, size_t b) {
    return a > PATTERN_UNBOUNDED - b ? PATTERN_UNBOUNDED : a + b;
}

static size_t multiply_lengths(size_t a, size_t b) {
    if (!a || !b)
        return 0;
    return a > PATTERN_UNBOUNDED / b ? PATTERN_UNBOUNDED : a * b;
}

/*
 * A DFA has a state for each prefix of a shortest match, and of the longest one if it is bounded, in addition to the
 * dead state. Checking this here reports nested repetitions at their place.
 */
static bool fits_states(const struct node *node) {
    const size_t max = PATTERN_MAX_STATES - 2;
    return node->shortest <= max && (node->longest <= max || node->longest == PATTERN_UNBOUNDED);
}

static void append_child(struct node *parent, struct node *child) {
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
}

/* Appends `item` to `sequence`, which must be a NODE_BLANK or NODE_SEQUENCE. */
static void extend_sequence(struct node *sequence, struct node *item) {
    if (item->kind == NODE_BLANK)
        return;
    sequence->kind = NODE_SEQUENCE;
    sequence->shortest = add_lengths(sequence->shortest, item->shortest);
    sequence->longest = add_lengths(sequence->longest, item->longest);
    append_child(sequence, item);
}

/* Adds `item` to `choice`. */
static void extend_choice(struct node *choice, struct node *item) {
    if (item->kind == NODE_BLANK && !choice->shortest)
        return; /* the empty string is already a choice */
    choice->shortest = item->shortest < choice->shortest ? item->shortest : choice->shortest;
    choice->longest = item->longest > choice->longest ? item->longest : choice->longest;
    append_child(choice, item);
}

static struct node *new_repeat(struct parser *parser, struct node *item, size_t min, size_t max) {
    if (!max || item->kind == NODE_BLANK)
        return new_node(parser, &blank);
    if (!item->shortest)
        min = 0; /* a required repetition may be empty */
    if (min == 1 && max == 1)
        return item;
    if (item->kind == NODE_REPEAT && item->min <= 1 && !min) { /* every count up to the product is possible */
        max = multiply_lengths(item->max, max);
        item = item->first;
    }
    struct node node = {.kind = NODE_REPEAT, .min = min, .max = max, .first = item, .last = item};
    node.shortest = multiply_lengths(item->shortest, min);
    node.longest = item->longest == PATTERN_UNBOUNDED ? PATTERN_UNBOUNDED : multiply_lengths(item->longest, max);
    return new_node(parser, &node);
}

static const char escapable[] = ".[](){}*+?|^$-\\";

/* After a backslash: the escaped character, or -1 after an error. */
static int parse_escape(struct parser *parser) {
    int byte = peek(parser, 1);
    if (byte < 0) {
        fail(parser, parser->at, "the pattern ends after a '\\'; write \\\\ for the character itself");
        return -1;
    }
    if (!byte || !strchr(escapable, byte)) {
        fail(parser, parser->at, "'\\' is allowed only before one of . [ ] ( ) { } * + ? | ^ $ - \\");
        return -1;
    }
    parser->at += 2;
    return byte;
}

/* A character of a class, or -1 after an error. */
static int parse_class_character(struct parser *parser) {
    int byte = peek(parser, 0);
    const char *message = NULL;
    if (byte == '\\')
        return parse_escape(parser);
    if (is_control(byte))
        message = "a control byte is not allowed in a pattern";
    else if (byte >= 0x80)
        message = "a class can hold only ASCII characters; write others as (a|b)";
    else if (byte == '[')
        message = "write \\[ for a '[' in a class";
    else if (byte == '-')
        message = "write \\- for a '-' in a class, or put it first or last";
    if (message) {
        fail(parser, parser->at, message);
        return -1;
    }
    parser->at++;
    return byte;
}

/* A character or range of a class. */
static bool parse_class_item(struct parser *parser, struct byte_set *set, bool is_first) {
    size_t start = parser->at;
    if (peek(parser, 0) == '-' && (is_first || peek(parser, 1) == ']' || peek(parser, 1) < 0)) {
        byte_set_add(set, '-');
        parser->at++;
        return true;
    }
    int from = parse_class_character(parser), to = from;
    if (from < 0)
        return false;
    if (peek(parser, 0) == '-' && peek(parser, 1) >= 0 && peek(parser, 1) != ']') {
        parser->at++;
        to = parse_class_character(parser);
        if (to < 0)
            return false;
        if (to < from) {
            fail(parser, start, "the range is out of order");
            return false;
        }
    }
    for (int byte = from; byte <= to; byte++)
        byte_set_add(set, (unsigned)byte);
    return true;
}

static struct byte_set all_but(const struct byte_set *set) {
    struct byte_set rest = {{0}};
    for (int byte = 0; byte < 256; byte++)
        if (!is_control(byte) && !byte_set_has(set, (unsigned)byte))
            byte_set_add(&rest, (unsigned)byte);
    return rest;
}

static struct node *parse_class(struct parser *parser) {
    struct byte_set set = {{0}};
    size_t start = parser->at++;
    bool negated = peek(parser, 0) == '^';
    if (negated)
        parser->at++;
    size_t first = parser->at;
    while (peek(parser, 0) != ']') {
        if (peek(parser, 0) < 0)
            return fail(parser, start, "the class is not closed: its ']' is missing");
        if (!parse_class_item(parser, &set, parser->at == first))
            return NULL;
    }
    if (parser->at == first)
        return fail(parser, start, "the class is empty; write \\] for a ']' in a class");
    parser->at++;
    if (negated)
        set = all_but(&set);
    return new_bytes(parser, &set);
}

/* The length of the UTF-8 sequence of a character beyond ASCII at the current place; 0 if there is none. */
static size_t sequence_length(const struct parser *parser) {
    int lead = peek(parser, 0);
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    for (size_t i = 1; i < length; i++)
        if (peek(parser, i) < 0x80 || peek(parser, i) > 0xbf)
            return 0;
    int second = peek(parser, 1);
    bool is_overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    bool is_beyond = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
    return is_overlong || is_beyond ? 0 : length;
}

static struct node *parse_literal(struct parser *parser) {
    int byte = peek(parser, 0);
    if (is_control(byte))
        return fail(parser, parser->at, "a control byte is not allowed in a pattern");
    if (byte < 0x80) {
        parser->at++;
        return new_byte(parser, byte);
    }
    size_t length = sequence_length(parser);
    if (!length)
        return fail(parser, parser->at, "the pattern is not valid UTF-8");
    struct node *sequence = new_node(parser, &blank);
    for (size_t i = 0; i < length; i++)
        extend_sequence(sequence, new_byte(parser, peek(parser, i)));
    parser->at += length;
    return sequence;
}

static struct node *parse_group(struct parser *parser) {
    size_t start = parser->at++;
    if (parser->depth == PATTERN_MAX_DEPTH)
        return fail(parser, start, "parentheses are nested more than " PATTERN_TEXT(PATTERN_MAX_DEPTH) " deep");
    parser->depth++;
    struct node *node = parse_choice(parser);
    parser->depth--;
    if (!node)
        return NULL;
    if (peek(parser, 0) != ')')
        return fail(parser, start, "the parenthesis is not closed: its ')' is missing");
    parser->at++;
    return node;
}

static struct node *parse_atom(struct parser *parser) {
    static const struct byte_set none = {{0}};
    struct byte_set any;
    int byte;
    switch (peek(parser, 0)) {
    case '(':
        return parse_group(parser);
    case '[':
        return parse_class(parser);
    case '.':
        parser->at++;
        any = all_but(&none);
        return new_bytes(parser, &any);
    case '\\':
        byte = parse_escape(parser);
        return byte < 0 ? NULL : new_byte(parser, byte);
    case '*':
    case '+':
    case '?':
    case '{':
        return fail(parser, parser->at, "there is nothing to repeat here");
    case ']':
        return fail(parser, parser->at, "no class is open here; write \\] for the character itself");
    case '}':
        return fail(parser, parser->at, "no repetition is open here; write \\} for the character itself");
    case '^':
    case '$':
        return fail(parser, parser->at,
                    "a pattern matches the whole text and needs no anchor; write \\^ or \\$ for the character itself");
    default:
        return parse_literal(parser);
    }
}

static bool is_digit(int byte) {
    return byte >= '0' && byte <= '9';
}

/* A number with at least one digit. */
static bool parse_number(struct parser *parser, size_t *number) {
    size_t start = parser->at;
    for (*number = 0; is_digit(peek(parser, 0)); parser->at++) {
        *number = *number * 10 + (size_t)(peek(parser, 0) - '0');
        if (*number > PATTERN_MAX_REPEAT) {
            fail(parser, start, "a repetition counts to at most " PATTERN_TEXT(PATTERN_MAX_REPEAT));
            return false;
        }
    }
    return true;
}

/* {n}, {n,} or {n,m}; the current character is the brace. */
static bool parse_braces(struct parser *parser, size_t *min, size_t *max) {
    size_t start = parser->at++;
    bool is_formed = is_digit(peek(parser, 0));
    if (is_formed && !parse_number(parser, min))
        return false;
    *max = *min;
    if (is_formed && peek(parser, 0) == ',') {
        parser->at++;
        *max = PATTERN_UNBOUNDED;
        if (is_digit(peek(parser, 0)) && !parse_number(parser, max))
            return false;
    }
    if (!is_formed || peek(parser, 0) != '}') {
        fail(parser, start, "a repetition is written {n}, {n,} or {n,m}; write \\{ for the character itself");
        return false;
    }
    parser->at++;
    if (*max < *min) {
        fail(parser, start, "the bounds of the repetition are out of order");
        return false;
    }
    return true;
}

static bool is_repeat(int byte) {
    return byte == '*' || byte == '+' || byte == '?' || byte == '{';
}

static struct node *parse_repeat(struct parser *parser) {
    struct node *item = parse_atom(parser);
    int mark = peek(parser, 0);
    if (!item || !is_repeat(mark))
        return item;
    size_t start = parser->at, min = mark == '+', max = mark == '?' ? 1 : PATTERN_UNBOUNDED;
    if (mark != '{')
        parser->at++;
    else if (!parse_braces(parser, &min, &max))
        return NULL;
    struct node *repeat = new_repeat(parser, item, min, max);
    if (!fits_states(repeat))
        return fail(parser, start, PATTERN_TOO_MANY_STATES);
    if (is_repeat(peek(parser, 0)))
        return fail(parser, parser->at, "a repetition cannot be repeated; put what it repeats in parentheses");
    return repeat;
}

static struct node *parse_sequence(struct parser *parser) {
    struct node *sequence = new_node(parser, &blank);
    while (peek(parser, 0) >= 0 && peek(parser, 0) != '|' && peek(parser, 0) != ')') {
        size_t start = parser->at;
        struct node *item = parse_repeat(parser);
        if (!item)
            return NULL;
        extend_sequence(sequence, item);
        if (!fits_states(sequence))
            return fail(parser, start, PATTERN_TOO_MANY_STATES);
    }
    bool is_single = sequence->kind == NODE_SEQUENCE && sequence->first == sequence->last;
    return is_single ? sequence->first : sequence;
}

static struct node *parse_choice(struct parser *parser) {
    struct node *only = parse_sequence(parser);
    if (!only || peek(parser, 0) != '|')
        return only;
    struct node *choice = new_node(parser, &(struct node){.kind = NODE_CHOICE, .shortest = PATTERN_UNBOUNDED});
    extend_choice(choice, only);
    while (peek(parser, 0) == '|') {
        parser->at++;
        struct node *item = parse_sequence(parser);
        if (!item)
            return NULL;
        extend_choice(choice, item);
    }
    return choice->longest ? choice : new_node(parser, &blank);
}

bool pattern_parse(struct arena *arena, const char *text, size_t length, struct syntax *syntax,
                   struct pattern_error *error) {
    struct parser parser = {.arena = arena, .text = text, .length = length, .error = error};
    if (length > PATTERN_MAX_LENGTH)
        return fail(&parser, PATTERN_MAX_LENGTH,
                    "the pattern is longer than " PATTERN_TEXT(PATTERN_MAX_LENGTH) " bytes");
    const struct node *root = parse_choice(&parser);
    if (root && parser.at < length)
        root = fail(&parser, parser.at, "no parenthesis is open here; write \\) for the character itself");
    *syntax = (struct syntax){.root = root, .sets = parser.sets};
    return root != NULL;
}
