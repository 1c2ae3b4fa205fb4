/*
 * Writes untrusted text inside other formats: nothing in it is interpreted as markup, and no control character reaches
 * a terminal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MARKUP_H
#define MARKUP_H

#include <stdio.h>

/* Inside a paragraph or a cell of a table, as GitHub renders Markdown. Newlines become blanks. */
void print_markdown(const char *text, FILE *out);

/* The same as code, quoted with enough backticks; and as code in a cell of a table. */
void print_markdown_code(const char *text, FILE *out);
void print_markdown_code_cell(const char *text, FILE *out);

/* A reference: a link if its scheme is safe for browsers and nothing in it ends the link, else text. */
void print_markdown_reference(const char *see, FILE *out);

/* Inside an element or a quoted attribute of HTML or SVG. */
void print_html(const char *text, FILE *out);

/* Inside a quoted string of DOT. */
void print_dot(const char *text, FILE *out);

/* Inside a quoted name, and a quoted string, of SQL. */
void print_sql_name(const char *text, FILE *out);
void print_sql_text(const char *text, FILE *out);

/* One field of RFC 4180, quoted if necessary, with a leading ' if spreadsheets would evaluate it. */
void print_csv(const char *text, FILE *out);

#endif
