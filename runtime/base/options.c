/*
 * Command lines of programs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/base/options.h"

#include <string.h>

#include "runtime/base/nearest.h"
#include "runtime/base/quote.h"

/* The rows of `seen`. */
enum { MAX_OPTIONS = 64 };

/* ---- messages --------------------------------------------------------------------------------------------------- */

void no_such_name(const char *program, const char *what, const char *name, const char *const *names, size_t count,
                  const char *advice) {
    const char *nearest = nearest_name(name, names, count);
    char words[QUOTE_MAX];
    fprintf(stderr, "%s: unknown %s %s; ", program, what, quote_word(name, words));
    if (nearest)
        fprintf(stderr, "did you mean %s?\n", nearest);
    else
        fprintf(stderr, "%s\n", advice);
}

void print_choices(const char *const *names, size_t count, FILE *out) {
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", names[i]);
}

void no_such_format(const char *program, const char *command, const char *name, const char *const *names,
                    size_t count) {
    char words[QUOTE_MAX];
    fprintf(stderr, "%s: unsupported format %s for %s; use ", program, quote_word(name, words), command);
    print_choices(names, count, stderr);
    putc('\n', stderr);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static bool is_here(const struct option_row *option, unsigned command) {
    return option->commands == 0 || (option->commands & command) != 0;
}

static bool is_prefix(const struct option_row *option) {
    return option->value && strncmp(option->name, "--", 2) != 0;
}

/* The option that a word gives; `value`: what follows in the same word, or NULL. */
static const struct option_row *find_option(const struct option_reader *reader, const char *word, const char **value) {
    size_t length = strncmp(word, "--", 2) == 0 ? strcspn(word, "=") : strlen(word);
    *value = word[length] ? word + length + 1 : NULL;
    for (size_t i = 0; i < reader->n_options; i++) {
        const struct option_row *option = &reader->options[i];
        if (!is_here(option, reader->command))
            continue;
        if (strlen(option->name) == length && strncmp(option->name, word, length) == 0 && !is_prefix(option))
            return option;
        const char *start = is_prefix(option) ? option->name : option->letter;
        if (!start || strncmp(start, word, strlen(start)) != 0 || (!option->value && word[strlen(start)]))
            continue;
        *value = is_prefix(option) || word[strlen(start)] ? word + strlen(start) : NULL;
        return option;
    }
    return NULL;
}

static enum option_result unknown_option(const struct option_reader *reader, const char *word) {
    const char *names[2 * MAX_OPTIONS];
    size_t count = 0;
    char name[QUOTE_MAX];
    for (size_t i = 0; i < reader->n_options; i++) {
        const struct option_row *option = &reader->options[i];
        if (!is_here(option, reader->command) || is_prefix(option))
            continue;
        names[count++] = option->name;
        if (option->letter)
            names[count++] = option->letter;
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    no_such_name(reader->program, "option", name, names, count, reader->advice);
    return OPTION_WRONG;
}

static enum option_result read_option(struct option_reader *reader, const char *word) {
    const struct option_row *option = find_option(reader, word, &reader->value);
    if (!option)
        return unknown_option(reader, word);
    unsigned long bit = 1ul << (option - reader->options);
    reader->option = option;
    if (!option->value && reader->value) {
        fprintf(stderr, "%s: %s takes no value\n", reader->program, option->name);
        return OPTION_WRONG;
    }
    if (option->value && !reader->value)
        reader->value = *reader->words ? *reader->words++ : NULL;
    if (option->value && !reader->value) {
        fprintf(stderr, "%s: %s: missing value: %s %s\n", reader->program, option->name, option->name, option->value);
        return OPTION_WRONG;
    }
    if (option->value && !option->repeats && reader->seen & bit) {
        fprintf(stderr, "%s: %s can be given only once\n", reader->program, option->name);
        return OPTION_WRONG;
    }
    reader->seen |= bit;
    if (!option->value)
        reader->value = "";
    return OPTION_GIVEN;
}

enum option_result option_next(struct option_reader *reader) {
    const char *word = *reader->words;
    if (!word)
        return OPTION_END;
    reader->words++;
    if (!reader->only_operands && strcmp(word, "--") == 0) {
        reader->only_operands = true;
        return option_next(reader);
    }
    if (!reader->only_operands && word[0] == '-' && word[1])
        return read_option(reader, word);
    reader->value = word;
    return OPTION_OPERAND;
}

/* ---- help ------------------------------------------------------------------------------------------------------- */

void print_options(const struct option_row *options, size_t n_options, unsigned command, size_t width, FILE *out) {
    for (size_t i = 0; i < n_options; i++) {
        const struct option_row *option = &options[i];
        if (!is_here(option, command))
            continue;
        int used =
            fprintf(out, "  %s%s%s%s%s", option->letter ? option->letter : "", option->letter ? ", " : "", option->name,
                    option->value && !is_prefix(option) ? " " : "", option->value ? option->value : "");
        fprintf(out, "%*s%s\n", used + 2 > (int)width ? 2 : (int)width - used, "", option->help);
    }
}
