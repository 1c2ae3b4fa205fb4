/*
 * Text inside Markdown, HTML, DOT, SQL and CSV.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/report/markup.h"

#include <string.h>

#include "runtime/base/character.h"

/* One character: what is none, or steers, becomes '?'; line ends and tabs a blank. `special` is written by `escape`. */
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

/* What would make a list, a heading or a rule of a line that begins with the text. */
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
    print_code(text, "|", out); /* ends the cell, even in code */
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

/* Graphviz reads entities even in plain labels. */
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
 * To standard SQL '\' is a letter, but some engines let it escape what follows. So that no quote is ever escaped, a
 * blank stands between it and one.
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
 * Spreadsheets compute what begins like a formula, quoted or not. Numbers and ranges below 0 begin so, too; without a
 * call, another program or another sheet they do no harm.
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
        putc('\'', out); /* to spreadsheets: what follows is text */
    print_escaped(text, "\"", escape_doubled, out);
    if (quoted)
        putc('"', out);
}
