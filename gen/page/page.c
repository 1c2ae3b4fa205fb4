/*
 * The frame of the report's pages: head, policy, style, navigation, compiled tables, script.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "gen/page/internal.h"
#include "gen/report/markup.h"

void put(const struct page *page, const char *markup, ...) {
    va_list texts;
    va_start(texts, markup);
    for (; *markup; markup++)
        if (*markup == '@')
            print_html(va_arg(texts, const char *), page->out);
        else
            putc(*markup, page->out);
    va_end(texts);
}

const char *page_count(const struct page *page, uint64_t count, const char *what) {
    if (count == UINT64_MAX)
        return arena_print(page->arena, "%" PRIu64 " %ss or more", count, what);
    return arena_print(page->arena, "%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

/* ---- head and foot ---------------------------------------------------------------------------------------------- */

static void put_lines(const struct page *page, const char *const *lines) {
    for (; *lines; lines++)
        fputs(*lines, page->out);
}

/* Nothing is loaded, nothing but our one script runs, nothing is sent anywhere. */
static void put_policy(const struct page *page) {
    put(page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-@'; "
        "style-src 'sha256-@'; base-uri 'none'; form-action 'none'\">\n",
        page_script_hash, page_style_hash);
}

void page_open(const struct page *page, const char *title, const struct page_link *links, size_t n_links) {
    put(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put_policy(page);
    put(page,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta name=\"generator\" content=\"musterc @\">\n<title>@</title>\n<style>",
        MUSTER_VERSION_STRING, title);
    put_lines(page, page_style);
    put(page, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
              "<nav aria-label=\"On this page\">\n<ul>\n");
    for (size_t i = 0; i < n_links; i++)
        put(page,
            links[i].needs_script ? "<li hidden data-scripted><a href=\"#@\">@</a></li>\n"
                                  : "<li><a href=\"#@\">@</a></li>\n",
            links[i].id, links[i].words);
    put(page, "</ul>\n</nav>\n");
}

void page_close(const struct page *page) {
    put(page,
        "</main>\n<footer>\n<p>Made by musterc @ from the rules. This page needs no network and sends nothing.</p>\n"
        "</footer>\n<script>",
        MUSTER_VERSION_STRING);
    put_lines(page, page_script);
    put(page, "</script>\n</body>\n</html>\n");
}

/* ---- trying a host ---------------------------------------------------------------------------------------------- */

void page_host(const struct page *page) {
    put(page, "<section id=\"host\" aria-labelledby=\"host-heading\" hidden data-scripted>\n"
              "<h2 id=\"host-heading\">Try a host</h2>\n"
              "<p>What the rules decide for a host, by the same tables that programs use. The address of this page "
              "holds the host, so that it can be passed on.</p>\n"
              "<div class=\"host\">\n<form id=\"host-form\" aria-label=\"The host\"></form>\n"
              "<div id=\"host-result\"></div>\n<div id=\"host-line\" class=\"line\"></div>\n</div>\n</section>\n");
}

static void put_base64(const struct page *page, const unsigned char *bytes, size_t size) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum { BYTES_PER_LINE = 90 };
    for (size_t at = 0; at < size; at += 3) {
        size_t left = size - at;
        uint32_t group = (uint32_t)bytes[at] << 16 | (left > 1 ? (uint32_t)bytes[at + 1] << 8 : 0) |
                         (left > 2 ? (uint32_t)bytes[at + 2] : 0);
        if (at % BYTES_PER_LINE == 0)
            putc('\n', page->out);
        putc(letters[group >> 18], page->out);
        putc(letters[group >> 12 & 63], page->out);
        putc(left > 1 ? letters[group >> 6 & 63] : '=', page->out);
        putc(left > 2 ? letters[group & 63] : '=', page->out);
    }
}

void page_tables(const struct page *page, const char *side, const struct muster_ruleset *tables) {
    put(page, "<script type=\"application/octet-stream\" data-tables=\"@\">", side);
    put_base64(page, (const unsigned char *)tables, tables->size);
    put(page, "\n</script>\n");
}

/* ---- evidence --------------------------------------------------------------------------------------------------- */

void page_place(const struct page *page, const struct sources *sources, struct span span, const char *label) {
    if (span.file >= sources->count)
        return;
    const struct source *source = &sources->items[span.file];
    size_t line = source_line_number(source, span.begin);
    put(page, "<code class=\"place\">@</code>", arena_print(page->arena, "%s:%zu", source->name, line));
    if (label)
        put(page, " <span class=\"label\">@</span>", label);
}

static bool is_link(const char *text) {
    return strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
}

void page_reason(const struct page *page, const struct meta *meta) {
    if (meta->reason)
        put(page, "<span class=\"reason\">@</span> ", meta->reason);
    if (meta->see && is_link(meta->see))
        put(page, "<a class=\"see\" href=\"@\" rel=\"noreferrer\">@</a> ", meta->see, meta->see);
    else if (meta->see)
        put(page, "<span class=\"see\">@</span> ", meta->see);
    if (meta->tags)
        put(page, "<span class=\"tag\">@</span> ", meta->tags);
}
