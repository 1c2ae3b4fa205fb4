/*
 * Settings files: reading, and what must be checked before libconfig sees the text.
 *
 * libconfig 1.5 wraps 4294967808 to 512, ends a string at \x00, and opens whatever file @include names. So the text
 * is read whole and scanned first. The scan knows libconfig's tokens, not its grammar: syntax errors are libconfig's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/quote.h"
#include "runtime/tool/show.h"

/* libconfig compares each name with all those before it in its group. */
#define SETTINGS_COUNT_MAX 4096

/* libconfig's parser has a stack of its own; where that ends it says "memory exhausted". */
#define DEPTH_MAX 64

/* The text of a file on its way to libconfig. */
struct scan {
    const char *name; /* of the file */
    const char *program;
    FILE *messages;
    const char *text;
    size_t length;
    size_t at;
    unsigned line;
    char *out; /* the text again, with an L after each number that needs 64 bits */
    size_t out_length;
    unsigned settings; /* so far */
    unsigned depth;    /* of { [ ( */
};

const char *settings_name(const char *path) {
    return strcmp(path, "-") == 0 ? "<stdin>" : *path ? path : "\"\"";
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* Reads until the end of the file or until `size` bytes are there. */
static bool read_up_to(int descriptor, char *buffer, size_t size, size_t *length) {
    *length = 0;
    while (*length < size) {
        ssize_t got = read(descriptor, buffer + *length, size - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        *length += (size_t)got;
    }
    return true;
}

/* The text of a file, with a NUL byte behind it; NULL after a message, in which the file is `name`. */
static char *read_text(const char *path, const char *name, size_t *length, const char *program, FILE *messages) {
    bool is_stdin = strcmp(path, "-") == 0;
    char *text = malloc(SETTINGS_MAX + 2);
    int descriptor = -1;
    bool got = false;

    if (text)
        descriptor = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (text && descriptor >= 0)
        got = read_up_to(descriptor, text, SETTINGS_MAX + 1, length);
    if (!got)
        fprintf(messages, "%s: %s: %s\n", program, name, strerror(text ? errno : ENOMEM));
    else if (*length > SETTINGS_MAX)
        fprintf(messages, "%s: %s: larger than 1 MiB, so this is no settings file\n", program, name);
    if (descriptor >= 0 && !is_stdin)
        close(descriptor);
    if (!got || *length > SETTINGS_MAX) {
        free(text);
        return NULL;
    }
    text[*length] = '\0';
    return text;
}

/* ---- scanning --------------------------------------------------------------------------------------------------- */

static bool refuse(const struct scan *scan, unsigned line, const char *what) {
    fprintf(scan->messages, "%s: %s:%u: %s\n", scan->program, scan->name, line, what);
    return false;
}

static char peek(const struct scan *scan, size_t ahead) {
    return scan->at + ahead < scan->length ? scan->text[scan->at + ahead] : '\0';
}

static void take(struct scan *scan, size_t count) {
    while (count-- > 0 && scan->at < scan->length) {
        char c = scan->text[scan->at++];
        if (c == '\n')
            scan->line++;
        scan->out[scan->out_length++] = c;
    }
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*' || c == '_';
}

static void scan_line_comment(struct scan *scan) {
    while (scan->at < scan->length && peek(scan, 0) != '\n')
        take(scan, 1);
}

static bool scan_block_comment(struct scan *scan) {
    unsigned line = scan->line;

    take(scan, 2);
    while (scan->at < scan->length) {
        if (peek(scan, 0) == '*' && peek(scan, 1) == '/') {
            take(scan, 2);
            return true;
        }
        take(scan, 1);
    }
    return refuse(scan, line, "this comment has no end: */ is missing");
}

static bool scan_escape(struct scan *scan) {
    char c = peek(scan, 1);

    if (c == 'x' || c == 'X') {
        if (!is_hex(peek(scan, 2)) || !is_hex(peek(scan, 3)))
            return refuse(scan, scan->line, "\\x wants two hexadecimal digits, as in \\x2c");
        if (peek(scan, 2) == '0' && peek(scan, 3) == '0')
            return refuse(scan, scan->line, "\\x00 would end the string here; no value can hold a NUL byte");
        take(scan, 4);
        return true;
    }
    if (c == '\0' || !strchr("nrtf\\\"", c)) {
        return refuse(scan, scan->line,
                      "a string knows the escapes \\n \\r \\t \\f \\\\ \\\" and \\xHH; "
                      "a backslash itself is written \\\\");
    }
    take(scan, 2);
    return true;
}

static bool scan_string(struct scan *scan) {
    unsigned line = scan->line;

    take(scan, 1);
    while (scan->at < scan->length) {
        char c = peek(scan, 0);
        if (c == '"') {
            take(scan, 1);
            return true;
        }
        if (c == '\\') {
            if (!scan_escape(scan))
                return false;
        } else {
            take(scan, 1);
        }
    }
    return refuse(scan, line, "this string has no end: \" is missing");
}

static uint64_t digit_value(char c) {
    return (uint64_t)(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* Digits of a base from `at` on as a number; false if it does not fit. */
static bool magnitude(const struct scan *scan, size_t at, size_t end, uint64_t base, uint64_t *number) {
    *number = 0;
    for (; at < end; at++) {
        uint64_t digit = digit_value(scan->text[at]);
        if (*number > (UINT64_MAX - digit) / base)
            return false;
        *number = *number * base + digit;
    }
    return true;
}

static bool refuse_number(const struct scan *scan, size_t end) {
    size_t length = end - scan->at;

    fprintf(scan->messages, "%s: %s:%u: the number %.*s%s is beyond 64 bits\n", scan->program, scan->name, scan->line,
            (int)(length > 40 ? 40 : length), scan->text + scan->at, length > 40 ? "..." : "");
    return false;
}

static bool scan_number(struct scan *scan) {
    bool is_signed = peek(scan, 0) == '-' || peek(scan, 0) == '+';
    bool is_negative = peek(scan, 0) == '-';
    size_t start = scan->at + is_signed;
    size_t end = start;
    bool hexadecimal = !is_signed && peek(scan, 0) == '0' && (peek(scan, 1) | 0x20) == 'x' && is_hex(peek(scan, 2));
    uint64_t number;
    uint64_t most = is_negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    bool wide;

    if (hexadecimal) {
        start += 2;
        end = start;
    }
    while (end < scan->length && (hexadecimal ? is_hex(scan->text[end]) : is_digit(scan->text[end])))
        end++;
    if (!hexadecimal && end < scan->length && (scan->text[end] == '.' || (scan->text[end] | 0x20) == 'e')) {
        while (end < scan->length && (is_digit(scan->text[end]) || strchr(".eE+-", scan->text[end])))
            end++; /* a floating-point number: no value is one, so what it is does not matter */
        take(scan, end - scan->at);
        return true;
    }
    if (!magnitude(scan, start, end, hexadecimal ? 16 : 10, &number) || number > most)
        return refuse_number(scan, end);
    wide = number > (is_negative ? (uint64_t)INT32_MAX + 1 : (uint64_t)INT32_MAX);
    take(scan, end - scan->at);
    if (peek(scan, 0) == 'L')
        take(scan, peek(scan, 1) == 'L' ? 2 : 1);
    else if (wide)
        scan->out[scan->out_length++] = 'L';
    return true;
}

/* A byte that is no part of a word. Each setting has one = or : between its name and its value. */
static bool scan_mark(struct scan *scan) {
    char c = peek(scan, 0);
    char words[80];

    if ((c == '=' || c == ':') && ++scan->settings > SETTINGS_COUNT_MAX) {
        snprintf(words, sizeof words, "more than %d settings, so this is no settings file", SETTINGS_COUNT_MAX);
        return refuse(scan, scan->line, words);
    }
    if ((c == '{' || c == '[' || c == '(') && ++scan->depth > DEPTH_MAX) {
        snprintf(words, sizeof words, "nested too deeply: more than %d levels of { [ (", DEPTH_MAX);
        return refuse(scan, scan->line, words);
    }
    if ((c == '}' || c == ']' || c == ')') && scan->depth > 0)
        scan->depth--;
    take(scan, 1);
    return true;
}

static bool scan_token(struct scan *scan) {
    char c = peek(scan, 0);
    char next = peek(scan, 1);

    if (c == '#' || (c == '/' && next == '/')) {
        scan_line_comment(scan);
        return true;
    }
    if (c == '/' && next == '*')
        return scan_block_comment(scan);
    if (c == '"')
        return scan_string(scan);
    if (c == '@')
        return refuse(scan, scan->line, "@include is turned off: a file stands for itself; write the settings here");
    if (is_digit(c) || (c == '.' && is_digit(next)) || ((c == '-' || c == '+') && (is_digit(next) || next == '.')))
        return scan_number(scan);
    if (!is_letter(c))
        return scan_mark(scan);
    while (is_letter(peek(scan, 0)) || is_digit(peek(scan, 0)) || peek(scan, 0) == '-')
        take(scan, 1);
    return true;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static bool check_text(struct scan *scan) {
    const char *nul = memchr(scan->text, '\0', scan->length);
    unsigned line = 1;

    if (nul) {
        for (const char *c = scan->text; c < nul; c++)
            line += *c == '\n';
        return refuse(scan, line, "a NUL byte: this is no text file");
    }
    if (scan->length >= 3 && memcmp(scan->text, "\xef\xbb\xbf", 3) == 0)
        return refuse(scan, line, "the file begins with a UTF-8 byte order mark; save it without one");
    return true;
}

/* libconfig's words, and what to do about it. */
static bool refuse_syntax(const struct scan *scan, const config_t *config) {
    const char *words = config_error_text(config);
    int line = config_error_line(config);
    const char *advice = "";

    words = words ? words : "not read";
    if (strcmp(words, "syntax error") == 0)
        advice = "; a setting is written NAME = VALUE; with text in double quotes";
    else if (strcmp(words, "duplicate setting name") == 0)
        advice = "; a name may stand once in a file";
    fprintf(scan->messages, "%s: %s:%d: %s%s\n", scan->program, scan->name, line > 0 ? line : 1, words, advice);
    return false;
}

static bool parse(config_t *config, struct scan *scan) {
    if (!check_text(scan))
        return false;
    scan->line = 1;
    while (scan->at < scan->length)
        if (!scan_token(scan))
            return false;
    if (scan->out_length > 0 && scan->out[scan->out_length - 1] != '\n')
        scan->out[scan->out_length++] = '\n'; /* libconfig 1.5 takes a comment only with its end of line */
    scan->out[scan->out_length] = '\0';

    config_init(config);
    if (config_read_string(config, scan->out) != CONFIG_TRUE) {
        refuse_syntax(scan, config);
        config_destroy(config);
        return false;
    }
    return true;
}

bool settings_read(config_t *config, const char *path, const char *program, FILE *messages) {
    char words[QUOTE_MAX];
    const char *name = quote_word(settings_name(path), words);
    struct scan scan = {.name = name, .program = program, .messages = messages};
    char *text = read_text(path, name, &scan.length, program, messages);
    bool done;

    if (!text)
        return false;
    scan.text = text;
    /* One byte is put in for a number of ten digits or more, so this is plenty; then a newline and a NUL byte. */
    scan.out = malloc(scan.length + scan.length / 8 + 3);
    if (!scan.out) {
        fprintf(messages, "%s: %s: %s\n", program, scan.name, strerror(ENOMEM));
        free(text);
        return false;
    }
    done = parse(config, &scan);
    free(scan.out);
    free(text);
    return done;
}
