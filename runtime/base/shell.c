/*
 * Words of command lines for POSIX shells.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/shell.h"

#include <string.h>

/* Bytes that mean nothing to any shell, wherever in a word they stand. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

/* Words that a shell does not take for the name of a program. */
static const char *const reserved[] = {"case",     "coproc", "do", "done",   "elif", "else", "esac",  "fi",    "for",
                                       "function", "if",     "in", "select", "then", "time", "until", "while", "alias"};

static int is_reserved(const char *word) {
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(word, reserved[i]) == 0)
            return 1;
    return 0;
}

void shell_write_word(FILE *out, const char *word, int first) {
    int quote = *word == '\0' || word[strspn(word, plain)] != '\0';

    if (first && (strchr(word, '=') || is_reserved(word)))
        quote = 1;
    if (!quote) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    fputc('\'', out);
}
