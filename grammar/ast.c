/*
 * Parses the contents of tokens: strings with placeholders, numbers and versions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grammar/ast.h"

#include <string.h>

#include "grammar/scanner.h"

enum { COMPONENT_BITS = 20 };
static const int64_t max_component = (INT64_C(1) << COMPONENT_BITS) - 1;

struct span span_join(struct span first, struct span last) {
    return (struct span){first.file, first.begin, last.end > first.end ? last.end : first.end};
}

const char *ast_plain_text(const struct ast_string *string, struct diagnostics *diagnostics) {
    if (!string)
        return NULL;
    if (string->pieces.count == 0)
        return "";
    const struct ast_piece *piece = &string->pieces.items[0];
    if (string->pieces.count == 1 && piece->literal)
        return piece->literal;
    struct diag *diag = diag_add(diagnostics, DIAG_CODE_HOLE, string->span, "this string cannot have a placeholder");
    diag_help(diagnostics, diag, "write $$ for a dollar sign");
    return "";
}

/* NULL: the byte is written as it is. */
static const char *escape_of(char byte) {
    switch (byte) {
    case '\n':
        return "\\n";
    case '\t':
        return "\\t";
    case '$':
        return "$$";
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    default:
        return NULL;
    }
}

const char *ast_string_text(struct arena *arena, const struct ast_string *string) {
    struct {
        char *items;
        size_t count, capacity;
    } text = {0};
    ARENA_PUSH(arena, &text, '"');
    for (size_t i = 0; i < string->pieces.count; i++) {
        const struct ast_piece *piece = &string->pieces.items[i];
        for (size_t k = 0; piece->literal && k < piece->length; k++) {
            const char *escape = escape_of(piece->literal[k]);
            if (escape)
                ARENA_APPEND(arena, &text, escape, strlen(escape));
            else
                ARENA_PUSH(arena, &text, piece->literal[k]);
        }
        if (piece->literal)
            continue;
        const char *placeholder = arena_print(arena, "${%s%s%s}", piece->placeholder.text, piece->unit.text ? ":" : "",
                                              piece->unit.text ? piece->unit.text : "");
        ARENA_APPEND(arena, &text, placeholder, strlen(placeholder));
    }
    ARENA_PUSH(arena, &text, '"');
    return arena_copy(arena, text.items, text.count);
}

const char *ast_relation_text(enum ast_relation relation) {
    switch (relation) {
    case AST_EQ:
        return "==";
    case AST_NE:
        return "!=";
    case AST_LT:
        return "<";
    case AST_LE:
        return "<=";
    case AST_GT:
        return ">";
    case AST_GE:
        return ">=";
    }
    return "";
}

static bool name_start(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool name_part(char byte) {
    return name_start(byte) || (byte >= '0' && byte <= '9');
}

static size_t name_length(const char *text, size_t left) {
    size_t length = 0;
    if (left > 0 && name_start(text[0]))
        while (length < left && name_part(text[length]))
            length++;
    return length;
}

/* Parses a placeholder that begins at text[0] == '$'. Returns its length, or 0 after a message. */
static size_t read_placeholder(struct scanner *scanner, const char *text, size_t left, struct span span,
                               struct ast_piece *piece) {
    bool braced = left > 1 && text[1] == '{';
    size_t begin = braced ? 2 : 1;
    size_t length = name_length(text + begin, left - begin);
    size_t at = begin + length;
    if (length == 0)
        return 0;
    if (braced && at < left && text[at] == '.') {
        size_t field = name_length(text + at + 1, left - at - 1);
        length += field ? field + 1 : 0;
        at = begin + length;
    }
    piece->placeholder.text = arena_copy(scanner->arena, text + begin, length);
    piece->placeholder.span = (struct span){span.file, span.begin + (uint32_t)begin, span.begin + (uint32_t)at};
    if (!braced)
        return at;
    if (at < left && text[at] == ':') {
        size_t unit = name_length(text + at + 1, left - at - 1);
        if (unit == 0)
            return 0;
        piece->unit.text = arena_copy(scanner->arena, text + at + 1, unit);
        piece->unit.span =
            (struct span){span.file, span.begin + (uint32_t)at + 1, span.begin + (uint32_t)(at + 1 + unit)};
        at += 1 + unit;
    }
    return at < left && text[at] == '}' ? at + 1 : 0;
}

static char unescaped(char byte) {
    return byte == 'n' ? '\n' : byte == 't' ? '\t' : byte == '"' || byte == '\\' ? byte : '\0';
}

static void push_literal(struct scanner *scanner, struct ast_string *string, const char *text, size_t length) {
    if (length == 0)
        return;
    struct ast_piece piece = {.literal = arena_copy(scanner->arena, text, length), .length = length};
    ARENA_PUSH(scanner->arena, &string->pieces, piece);
}

struct ast_string *scanner_string(struct scanner *scanner, const char *text, size_t length, struct span span) {
    struct ast_string *string = arena_alloc(scanner->arena, sizeof *string);
    char *literal = arena_alloc(scanner->arena, length + 1);
    size_t used = 0;
    string->span = span;
    for (size_t at = 0; at < length;) {
        struct span here = {span.file, span.begin + 1 + (uint32_t)at, span.begin + 1 + (uint32_t)at};
        if (text[at] == '\\') {
            char byte = at + 1 < length ? unescaped(text[at + 1]) : '\0';
            here.end += 2;
            if (byte == '\0') {
                struct diag *diag = diag_add(scanner->diagnostics, DIAG_CODE_STRING, here, "no escape of that name");
                diag_help(scanner->diagnostics, diag, "there are \\\" \\\\ \\n and \\t");
            } else {
                literal[used++] = byte;
            }
            at += 2;
        } else if (text[at] == '$' && at + 1 < length && text[at + 1] == '$') {
            literal[used++] = '$';
            at += 2;
        } else if (text[at] == '$') {
            struct ast_piece piece = {0};
            size_t step = read_placeholder(scanner, text + at, length - at, here, &piece);
            if (step == 0) {
                here.end++;
                struct diag *diag =
                    diag_add(scanner->diagnostics, DIAG_CODE_STRING, here, "a placeholder without a name");
                diag_help(scanner->diagnostics, diag, "write $name, ${name} or ${name:MiB}, and $$ for a dollar sign");
                at++;
                continue;
            }
            push_literal(scanner, string, literal, used);
            used = 0;
            ARENA_PUSH(scanner->arena, &string->pieces, piece);
            at += step;
        } else {
            literal[used++] = text[at++];
        }
    }
    push_literal(scanner, string, literal, used);
    return string;
}

static void too_large(struct scanner *scanner, struct span span, const char *limit) {
    diag_add(scanner->diagnostics, DIAG_CODE_NUMBER, span, "this number is too large: at most %s", limit);
}

static unsigned unit_shift(const char *unit, size_t length) {
    static const char letters[] = "KMGT";
    const char *found = length == 3 ? strchr(letters, unit[0]) : NULL;
    return found ? 10 * (unsigned)(found - letters + 1) : 0;
}

static void read_integer(struct scanner *scanner, const char *text, size_t length, struct span span,
                         struct ast_value *value) {
    bool negative = text[0] == '-';
    size_t at = negative;
    /* The two smallest values are reserved for unknown and unset; the range is symmetric. */
    const uint64_t limit = INT64_MAX - 1;
    uint64_t number = 0;
    bool fits = true;
    for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
        uint64_t digit = (uint64_t)(text[at] - '0');
        fits = fits && number <= (limit - digit) / 10;
        number = fits ? number * 10 + digit : 0;
    }
    unsigned shift = unit_shift(text + at, length - at);
    fits = fits && number <= limit >> shift;
    if (!fits)
        too_large(scanner, span, "9223372036854775806");
    value->kind = AST_INT;
    value->has_unit = at < length;
    value->number = fits ? (int64_t)(number << shift) : 0;
    if (negative)
        value->number = -value->number;
}

static void read_version(struct scanner *scanner, const char *text, size_t length, struct span span,
                         struct ast_value *value) {
    int64_t part[3] = {0};
    bool fits = true;
    size_t at = 0;
    while (at < length && text[at] != '*') {
        int64_t number = 0;
        for (; at < length && text[at] >= '0' && text[at] <= '9'; at++)
            number = number > max_component ? number : number * 10 + (text[at] - '0');
        fits = fits && number <= max_component;
        if (value->components < 3)
            part[value->components] = number;
        value->components++;
        at++; /* the dot */
    }
    if (!fits)
        too_large(scanner, span, "1048575 in each part of a version");
    else if (value->components > 3)
        diag_add(scanner->diagnostics, DIAG_CODE_NUMBER, span, "a version has at most three parts, A.B.C");
    else
        value->number = part[0] << (2 * COMPONENT_BITS) | part[1] << COMPONENT_BITS | part[2];
}

void scanner_number(struct scanner *scanner, const char *text, size_t length, struct span span,
                    struct ast_value *value) {
    *value = (struct ast_value){.span = span};
    value->text = arena_copy(scanner->arena, text, length);
    bool dotted = memchr(text, '.', length) != NULL;
    if (!dotted) {
        read_integer(scanner, text, length, span, value);
        return;
    }
    value->kind = text[length - 1] == '*' ? AST_SERIES : AST_VERSION;
    read_version(scanner, text, length, span, value);
}
