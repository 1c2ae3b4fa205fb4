/*
 * Strangers' text inside other formats: nothing in it is taken for markup, and no character can steer a terminal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MARKUP_H
#define MARKUP_H

#include <stdio.h>

/* Inside a paragraph or a cell of a table: Markdown as GitHub reads it. Newlines become blanks. */
void print_markdown(const char *text, FILE *out);

/* The same as code, between as many backticks as it takes; and in a cell of a table. */
void print_markdown_code(const char *text, FILE *out);
void print_markdown_code_cell(const char *text, FILE *out);

/* A reference: a link if it is one that a browser may follow, and nothing in it ends the link. */
void print_markdown_reference(const char *see, FILE *out);

/* Inside an element or a quoted attribute of HTML or SVG. */
void print_html(const char *text, FILE *out);

/* Inside a quoted text of DOT. */
void print_dot(const char *text, FILE *out);

/* Inside a quoted name, and a quoted text, of SQL. */
void print_sql_name(const char *text, FILE *out);
void print_sql_text(const char *text, FILE *out);

/* One field of RFC 4180, in quotes where it needs them; before what spreadsheets would compute stands a '. */
void print_csv(const char *text, FILE *out);

#endif
