/*
 * Syntax errors: reports them, and selects the token to continue with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "grammar/recovery.h"

#include <string.h>

#include "grammar/parser.h"

/* ---- messages ---------------------------------------------------------------------------------------------------- */

/* The source text of a span, shortened for messages. */
static const char *excerpt(struct scanner *scanner, struct span span) {
    size_t length = span.end - span.begin;
    const size_t max_length = 40;
    bool cut = length > max_length;
    if (cut) {
        length = max_length;
        while (length > 0 && ((unsigned char)scanner->source->text[span.begin + length] & 0xc0u) == 0x80u)
            length--;
    }
    return arena_print(scanner->arena, "%.*s%s", (int)length, scanner->source->text + span.begin, cut ? "..." : "");
}

static struct diag *report_end(struct scanner *scanner) {
    size_t end = scanner->source->length;
    while (end > 0 && strchr(" \t\r\n", scanner->source->text[end - 1]))
        end--;
    struct span span = {scanner->file, end ? (uint32_t)end - 1 : 0, (uint32_t)end};
    return diag_add(scanner->diagnostics, DIAG_CODE_SYNTAX, span, "the %s ends here in the middle of something",
                    scanner->is_question ? "condition" : "file");
}

/* Whether a ';' is missing at the end of the line before the span. */
static bool lacks_semicolon(struct scanner *scanner, struct span span) {
    uint32_t end = scanner->before.end;
    return end > 0 && end < span.begin && memchr(scanner->source->text + end, '\n', span.begin - end);
}

/* Whether a '*' is the first token in parentheses or follows a comma: in a pattern of a list, '*' must be in quotes. */
static bool is_in_pattern(const struct scanner *scanner, struct span span) {
    const char *text = scanner->source->text;
    return text[span.begin] == '*' && scanner->before.end > 0 && strchr("(,", text[scanner->before.end - 1]);
}

/* Reports common mistakes with a message of their own. */
static bool report_known(struct scanner *scanner, const struct syntax_error *error) {
    struct diagnostics *diagnostics = scanner->diagnostics;
    bool cut_short = error->is_end && scanner->braces > 0;
    if (error->wants_semicolon && !cut_short && lacks_semicolon(scanner, error->span)) {
        struct span last = {error->span.file, scanner->before.end - 1, scanner->before.end};
        struct diag *diag = diag_add(diagnostics, DIAG_CODE_SYNTAX, last, "a ';' is missing after this");
        diag_fix(diagnostics, diag, (struct span){last.file, last.end, last.end}, ";");
        return true;
    }
    if (error->wants_word && error->is_reserved) {
        diag_add(diagnostics, DIAG_CODE_NAME, error->span, "'%s' is a word of the language and cannot be a name",
                 excerpt(scanner, error->span));
        return true;
    }
    if (error->is_word && error->wants_declaration && !error->wants_word) {
        struct diag *diag = diag_add(diagnostics, DIAG_CODE_SYNTAX, error->span, "no declaration begins with '%s'",
                                     excerpt(scanner, error->span));
        diag_help(diagnostics, diag,
                  "declarations begin with ruleset, library, include, enum, reason, format, option, fact, param, let, "
                  "decide, override, assume, reject, warn, promise, admit, evidence, example or argv");
        return true;
    }
    return false;
}

/* "expected ',', '}' or a word". */
static void name_expected(struct scanner *scanner, const struct syntax_error *error, struct diag *diag) {
    const char *list = "";
    for (size_t i = 0; i < error->n_expected; i++) {
        const char *before = i == 0 ? "" : i + 1 < error->n_expected ? ", " : " or ";
        list = arena_print(scanner->arena, "%s%s%s", list, before, error->expected[i]);
    }
    diag_help(scanner->diagnostics, diag, "expected %s", list);
}

void recovery_report(struct scanner *scanner, const struct syntax_error *error) {
    if (report_known(scanner, error))
        return;
    const char *words = excerpt(scanner, error->span);
    struct diag *diag = error->is_end
                            ? report_end(scanner)
                            : diag_add(scanner->diagnostics, DIAG_CODE_SYNTAX, error->span, "unexpected '%s'", words);
    if (error->wants_reference && error->is_option)
        diag_help(scanner->diagnostics, diag, "write the option with the key whose values are meant: %s.KEY", words);
    else if (error->wants_text && is_in_pattern(scanner, error->span))
        diag_help(scanner->diagnostics, diag, "write \"*\", in quotes, for any text");
    else if (error->n_expected > 0 && error->n_expected <= MAX_EXPECTED)
        name_expected(scanner, error, diag);
}

void recovery_reserved(struct scanner *scanner, struct span span, const char *what) {
    diag_add(scanner->diagnostics, DIAG_CODE_RESERVED, span, "%s is reserved for a later version of Muster", what);
}

/* ---- continuation ------------------------------------------------------------------------------------------------ */

static bool begins_declaration(int token) {
    static const int tokens[] = {RULESET, LIBRARY, INCLUDE, ENUM,     REASON,   FORMAT,      OPTION,
                                 FACT,    PARAM,   LET,     DECIDE,   EXAMPLE,  ARGV,        ASSUME,
                                 WARN,    PROMISE, ADMIT,   DOCUMENT, OVERRIDE, REJECT_WORD, EVIDENCE};
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        if (token == tokens[i])
            return true;
    return false;
}

static bool at_line_start(const struct scanner *scanner, struct span span) {
    return span.begin == 0 || scanner->source->text[span.begin - 1] == '\n';
}

/* Whether the broken row or statement is a declaration, because the '}' before it is missing. */
static bool missed_brace(struct scanner *scanner, void *lexer, struct span broken, int depth) {
    char first = scanner->source->text[broken.begin];
    if (!at_line_start(scanner, broken) || first < 'a' || first > 'z' || scanner->stopped)
        return false;
    union syntax_value value;
    struct span word;
    struct diagnostics *diagnostics = scanner->diagnostics;
    scanner_rewind(scanner, lexer, broken.begin, 0);
    if (!begins_declaration(scan_lex(&value, &word, lexer)))
        return false;
    struct diag *last = diagnostics->items[diagnostics->count - 1];
    if (!diag_is_full(diagnostics) && last->span.file == scanner->file && last->span.begin >= broken.begin) {
        last->code = DIAG_CODE_SYNTAX;
        last->span = word;
        last->text = "a '}' is missing before this";
        last->help = NULL;
        last->fix = NULL;
    }
    scanner_rewind(scanner, lexer, broken.begin, depth);
    scanner->braces = scanner->parens = 0;
    return true;
}

int recovery_skip(struct scanner *scanner, void *lexer, int token, struct span broken, int depth,
                  union syntax_value *value, struct span *span) {
    uint32_t brace = 0; /* end of a '}' that may close it */
    if (depth == 0)
        scanner->statement_depth = 0;
    uint32_t offset = scanner->offset;
    if (depth > 0 && missed_brace(scanner, lexer, broken, depth))
        return PARSE_EMPTY;
    if (depth > 0 && scanner->offset != offset)
        scanner_rewind(scanner, lexer, offset, 0);
    if (token == PARSE_EMPTY)
        token = scan_lex(value, span, lexer);
    for (;; token = scan_lex(value, span, lexer)) {
        if (token == BY || token == FIRST || token == ARROW)
            brace = 0; /* still in the same declaration */
        bool new_line = brace && memchr(scanner->source->text + brace, '\n', span->begin - brace);
        if (token == PARSE_EOF || new_line || (begins_declaration(token) && at_line_start(scanner, *span)))
            break;
        if (token == '}' && scanner->braces < depth)
            break;
        if (token == ';' && scanner->braces <= depth) {
            token = PARSE_EMPTY;
            break;
        }
        if (token == '}' && scanner->braces <= depth)
            brace = span->end;
    }
    if (depth == 0) {
        broken.end = token == PARSE_EMPTY ? span->end : span->begin;
        ARENA_PUSH(scanner->diagnostics->arena, &scanner->diagnostics->skipped, broken);
    }
    /* a declaration or statement begins here, even if parentheses are not closed */
    scanner->parens = 0;
    if (depth == 0 || scanner->braces < 0)
        scanner->braces = token == '{';
    return token;
}
