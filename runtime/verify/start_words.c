/*
 * Why QEMU did not start, in its own words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/start_words.h"

#include <string.h>
#include <sys/wait.h>

#include "runtime/verify/pool.h"
#include "runtime/verify/scratch.h"

enum { WORDS_MAX = 400 };

/* What is said by QEMUs that start, too: warnings, and modules for screens that are not installed. */
static bool is_aside(const char *line, size_t length) {
    static const char *const asides[] = {"warning: ", "ailed to initialize module", "nly modules from the same build",
                                         ": module ui-"};
    const char *text = pool_copy(line, length);

    for (size_t i = 0; i < sizeof asides / sizeof *asides; i++)
        if (strstr(text, asides[i]))
            return true;
    return length == 0;
}

/* The line without the program's name before it: that is the same on every line. */
static const char *without_name(const char *line, size_t length) {
    const char *colon = memchr(line, ':', length);
    bool named =
        colon && (size_t)(colon - line) + 1 < length && colon[1] == ' ' && strncmp(line, "qemu-system-", 12) == 0;
    return named ? colon + 2 : line;
}

/* What stands on stderr, as one line. */
static const char *said(const struct child *child, const char *folder) {
    const char *line = child->error_heard.text;
    const char *words = "";

    while (line && *line) {
        size_t length = strcspn(line, "\n");
        const char *text = without_name(line, length);
        const char *one = pool_copy(text, length - (size_t)(text - line));
        if (!is_aside(line, length) && strlen(words) < WORDS_MAX && !strstr(words, one))
            words = pool_print("%s%s%s", words, *words ? " / " : "", one);
        line += length + (line[length] == '\n');
    }
    words = scratch_out_of(words, folder);
    return pool_clean(words, strlen(words), WORDS_MAX);
}

const char *start_words(const struct child *child, bool asked, const char *folder) {
    const char *words = said(child, folder);
    const char *end;

    if (WIFSIGNALED(child->status))
        end = pool_print("ended by signal %d%s", WTERMSIG(child->status), asked ? " when it was asked to quit" : "");
    else if (asked)
        end = pool_print("ended with %d when it was asked to quit", WEXITSTATUS(child->status));
    else
        end = pool_print("ended with %d", WEXITSTATUS(child->status));
    if (!*words)
        return pool_print("%s, without a word", end);
    return WIFSIGNALED(child->status) || asked ? pool_print("%s (%s)", words, end) : words;
}

const char *start_words_late(const struct child *child, int timeout_ms, const char *folder) {
    const char *words = said(child, folder);
    const char *end = pool_print("not started within %g s", timeout_ms / 1000.0);
    return *words ? pool_print("%s (%s)", words, end) : end;
}
