/*
 * Writes text inside Markdown, HTML, DOT, SQL and CSV.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/report/markup.h"

#include <string.h>

#include "runtime/base/character.h"

/*
 * Prints one character. Invalid bytes and control characters become '?', line ends and tabs a blank; characters of
 * `special` are passed to `escape`.
 */
static void print_escaped(const char *text, const char *special, void (*escape)(char character, FILE *out), FILE *out) {
    for (size_t at = 0, size, length = strlen(text); at < length; at += size) {
        uint32_t character;
        size = character_read(text + at, length - at, &character);
        if (size == 1 && character < 0x80 && strchr(special, (char)character))
            escape((char)character, out);
        else
            print_part(text + at, size, out);
    }
}

static void escape_markdown(char character, FILE *out) {
    fprintf(out, "\\%c", character);
}

/* Escapes a begin of the text that would make its line a list item, a heading or a rule. */
static size_t print_start(const char *text, FILE *out) {
    size_t digits = strspn(text, "0123456789");
    if (digits > 0 && (text[digits] == '.' || text[digits] == ')')) {
        fprintf(out, "%.*s\\%c", (int)digits, text, text[digits]);
        return digits + 1;
    }
    if (!text[0] || !strchr("-+=", text[0]))
        return 0;
    escape_markdown(text[0], out);
    return 1;
}

void print_markdown(const char *text, FILE *out) {
    print_escaped(text + print_start(text, out), "\\`*_[]<>#|~&@:$", escape_markdown, out);
}

static void print_code(const char *text, const char *special, FILE *out) {
    size_t longest = 0;
    for (const char *at = text; (at = strchr(at, '`')); at += strspn(at, "`"))
        longest = strspn(at, "`") > longest ? strspn(at, "`") : longest;
    for (size_t i = 0; i <= longest; i++)
        putc('`', out);
    bool padded = longest > 0 || !text[0] || text[0] == ' ';
    if (padded)
        putc(' ', out);
    print_escaped(text, special, escape_markdown, out);
    if (padded)
        putc(' ', out);
    for (size_t i = 0; i <= longest; i++)
        putc('`', out);
}

void print_markdown_code(const char *text, FILE *out) {
    print_code(text, "", out);
}

void print_markdown_code_cell(const char *text, FILE *out) {
    print_code(text, "|", out); /* ends the cell, even inside code */
}

static bool is_link(const char *see) {
    if (strncmp(see, "https://", 8) != 0 && strncmp(see, "http://", 7) != 0)
        return false;
    for (const char *at = see; *at; at++)
        if (*at <= ' ' || strchr("<>()[]\"'`\\|", *at) || (unsigned char)*at >= 0x7f)
            return false;
    return true;
}

void print_markdown_reference(const char *see, FILE *out) {
    if (!is_link(see)) {
        print_markdown(see, out);
        return;
    }
    putc('[', out);
    print_markdown(see, out);
    fprintf(out, "](%s)", see);
}

static void escape_html(char character, FILE *out) {
    static const char *const names[] = {['<'] = "lt", ['>'] = "gt", ['&'] = "amp", ['"'] = "quot", ['\''] = "#39"};
    fprintf(out, "&%s;", names[(unsigned char)character]);
}

void print_html(const char *text, FILE *out) {
    print_escaped(text, "<>&\"'", escape_html, out);
}

/* Graphviz decodes entities even in plain labels. */
static void escape_dot(char character, FILE *out) {
    fputs(character == '&' ? "&amp;" : character == '"' ? "\\\"" : "\\\\", out);
}

void print_dot(const char *text, FILE *out) {
    print_escaped(text, "\"\\&", escape_dot, out);
}

static void escape_doubled(char character, FILE *out) {
    fprintf(out, "%c%c", character, character);
}

void print_sql_name(const char *text, FILE *out) {
    print_escaped(text, "\"", escape_doubled, out);
}

/*
 * In standard SQL '\' is an ordinary character, but some engines use it as an escape. A blank between '\' and a quote
 * keeps the quote from being escaped there.
 */
void print_sql_text(const char *text, FILE *out) {
    for (const char *at = text; *at;) {
        size_t plain = strcspn(at, "'");
        print_part(at, plain, out);
        bool escapes = plain > 0 && at[plain - 1] == '\\';
        at += plain;
        if (escapes)
            putc(' ', out);
        if (*at++ == '\'')
            fputs("''", out);
        else
            return;
    }
}

/*
 * Spreadsheets evaluate fields that begin like a formula, even quoted ones. Negative numbers and ranges also begin like
 * that, but without a call, another program or another sheet they are harmless.
 */
static bool is_formula(const char *text) {
    text += strspn(text, " \t\r\n");
    return text[0] && (strchr("=+@", text[0]) || (text[0] == '-' && strpbrk(text, "(|!")));
}

void print_csv(const char *text, FILE *out) {
    bool quoted = text[strcspn(text, "\",\r\n")] || text[0] == ' ' || (text[0] && text[strlen(text) - 1] == ' ');
    if (quoted)
        putc('"', out);
    if (is_formula(text))
        putc('\'', out); /* marks the field as text for spreadsheets */
    print_escaped(text, "\"", escape_doubled, out);
    if (quoted)
        putc('"', out);
}
