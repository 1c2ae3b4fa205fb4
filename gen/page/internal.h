/*
 * What the files page*.c share: markup with texts in it, and what pages have in common.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PAGE_PARTS_H
#define PAGE_PARTS_H

#include <stdbool.h>
#include <stdio.h>

#include "gen/audit/graph.h"
#include "gen/model/model.h"

struct page {
    struct arena *arena;
    FILE *out;
};

/* Writes markup. Each '@' in it stands for the next text, which is escaped: there is no other way for a text. */
void put(const struct page *page, const char *markup, ...);

/* "1 row", "2 rows", for a text of put. UINT64_MAX: so many or more. */
const char *page_count(const struct page *page, uint64_t count, const char *what);

/* Up to and with <main>. A page has these links; one with `needs_script` is shown where there is something to try. */
struct page_link {
    const char *id, *words;
    bool needs_script;
};
void page_open(const struct page *page, const char *title, const struct page_link *links, size_t n_links);
void page_close(const struct page *page);

/* The form and the results of trying a host, which the script fills; and tables of one ruleset, called `side`. */
void page_host(const struct page *page);
void page_tables(const struct page *page, const char *side, const struct muster_ruleset *tables);

/* FILE:LINE, and what a rule says for itself: its label, reason and reference. A link only if it is one. */
void page_place(const struct page *page, const struct sources *sources, struct span span, const char *label);
void page_reason(const struct page *page, const struct meta *meta);

void page_graph(const struct page *page, const struct graph *graph);

/* ---- text.c, which text.sh generates from the files *.css and *.js ---- */

extern const char *const page_style[], *const page_script[]; /* lines; NULL ends them */
extern const char page_style_hash[], page_script_hash[];     /* SHA-256 in base64, as a policy wants it */

#endif
