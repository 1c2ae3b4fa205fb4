/*
 * The file of evidence: a library in the language of rules, which this program writes and reads again.
 *
 * It reads only what it writes itself, a row a line, with the digests in a comment before it; so it needs to know
 * nothing of the language but how texts are quoted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/evidence_file.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/verify/pool.h"
#include "runtime/verify/whole.h"

/* What texts of boots begin with; all others are about command lines that were accepted. */
static const char booted_word[] = "booted on ";
static const char digest_word[] = "    # command lines: ";
static const char evidence_word[] = "evidence ";

enum { FILE_MAX = 1 << 24 };

struct known *evidence_row(struct evidence *evidence, const char *decision, const char *row) {
    for (size_t i = 0; i < evidence->n_rows; i++)
        if (strcmp(evidence->rows[i].decision, decision) == 0 && strcmp(evidence->rows[i].row, row) == 0)
            return &evidence->rows[i];
    evidence->rows = pool_grow(evidence->rows, evidence->n_rows, sizeof *evidence->rows);
    evidence->rows[evidence->n_rows] = (struct known){.decision = decision, .row = row};
    return &evidence->rows[evidence->n_rows++];
}

void evidence_add(const char ***texts, size_t *count, const char *text) {
    for (size_t i = 0; i < *count; i++)
        if (strcmp((*texts)[i], text) == 0)
            return;
    *texts = pool_grow(*texts, *count, sizeof **texts);
    (*texts)[(*count)++] = text;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

struct reading {
    struct evidence *evidence;
    const char *file;
    size_t line;
    const char *decision; /* of the block that we are in, or NULL */
    uint64_t accepted_digest, booted_digest;
};

static _Noreturn void not_ours(const struct reading *reading) {
    die("%s:%zu: muster-verify did not write this line; take the file away, and it is made anew", reading->file,
        reading->line);
}

/* A text in quotes at `*at`; moves on behind it. */
static char *take_text(const struct reading *reading, const char **at) {
    char *text = pool_take(strlen(*at) + 1);
    size_t length = 0;

    if (*(*at)++ != '"')
        not_ours(reading);
    while (**at != '"') {
        if (**at == '\0')
            not_ours(reading);
        if ((**at == '\\' || **at == '$') && (*at)[1])
            (*at)++;
        text[length++] = *(*at)++;
    }
    (*at)++;
    return text;
}

static bool take(const char **at, const char *word) {
    size_t length = strlen(word);
    bool there = strncmp(*at, word, length) == 0;
    *at += there ? length : 0;
    return there;
}

/*     "ROW" : "TEXT", "TEXT"; */
static void read_row(struct reading *reading, const char *at) {
    struct known *known = evidence_row(reading->evidence, reading->decision, take_text(reading, &at));

    known->accepted_digest = reading->accepted_digest;
    known->booted_digest = reading->booted_digest;
    if (!take(&at, " : "))
        not_ours(reading);
    do {
        const char *text = take_text(reading, &at);
        bool booted = strncmp(text, booted_word, sizeof booted_word - 1) == 0;
        if (booted)
            evidence_add(&known->booted, &known->n_booted, text);
        else
            evidence_add(&known->accepted, &known->n_accepted, text);
    } while (take(&at, ", "));
    if (strcmp(at, ";") != 0)
        not_ours(reading);
}

static uint64_t take_digest(const struct reading *reading, const char **at) {
    char *end;
    uint64_t digest = strtoull(*at, &end, 16);

    if (end != *at + 16)
        not_ours(reading);
    *at = end;
    return digest;
}

static void read_digests(struct reading *reading, const char *at) {
    reading->accepted_digest = take_digest(reading, &at);
    reading->booted_digest = take(&at, ", when booted: ") ? take_digest(reading, &at) : 0;
    if (*at)
        not_ours(reading);
}

static void read_line(struct reading *reading, const char *line) {
    const char *at = line;
    size_t length;

    if (take(&at, digest_word)) {
        read_digests(reading, at);
    } else if (reading->decision && take(&at, "    \"")) {
        read_row(reading, at - 1);
    } else if (take(&at, evidence_word)) {
        length = strcspn(at, " ");
        if (strcmp(at + length, " {") != 0)
            not_ours(reading);
        reading->decision = pool_copy(at, length);
    } else if (strcmp(line, "}") == 0) {
        reading->decision = NULL;
    } else if (line[0] && line[0] != '#' && strncmp(line, "library ", 8) != 0) {
        not_ours(reading);
    }
}

/* The whole text. What goes on for ever, as some devices do, is no evidence. */
static char *read_file(struct reading *reading) {
    FILE *in = fopen(reading->file, "r");
    char *text = pool_take(FILE_MAX + 2);
    size_t length = in ? fread(text, 1, FILE_MAX + 1, in) : 0;
    int number = !in || ferror(in) ? errno : 0;

    if (in)
        fclose(in);
    if (number != 0)
        die("%s: %s", reading->file, strerror(number));
    if (length > FILE_MAX)
        die("%s: this is no file of evidence: it has over %d bytes", reading->file, FILE_MAX);
    if (strlen(text) < length)
        die("%s: this is no file of evidence: it has bytes that are no text", reading->file);
    return text;
}

void evidence_read(struct evidence *evidence, const char *file, int must_exist) {
    struct reading reading = {.evidence = evidence, .file = file};
    char *text;

    *evidence = (struct evidence){NULL, 0};
    if (!must_exist && (whole_is_special(file) || (access(file, F_OK) != 0 && errno == ENOENT)))
        return;
    for (text = read_file(&reading); *text;) {
        char *line = text;
        text += strcspn(line, "\n");
        if (*text)
            *text++ = '\0';
        reading.line++;
        read_line(&reading, line);
    }
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void write_text(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        if (*text == '$')
            fputc('$', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void write_row(FILE *out, const struct known *known) {
    const char *between = " : ";

    fprintf(out, "%s%016" PRIx64, digest_word, known->accepted_digest);
    if (known->n_booted)
        fprintf(out, ", when booted: %016" PRIx64, known->booted_digest);
    fputs("\n    ", out);
    write_text(out, known->row);
    for (size_t i = 0; i < known->n_accepted + known->n_booted; i++) {
        fputs(between, out);
        write_text(out, i < known->n_accepted ? known->accepted[i] : known->booted[i - known->n_accepted]);
        between = ", ";
    }
    fputs(";\n", out);
}

static void write_all(FILE *out, const struct evidence *evidence, const char *ruleset) {
    const char *decision = "";

    fprintf(
        out,
        "# What is known of the rows of the ruleset %s because it was tried on QEMUs. Written by muster-verify\n"
        "# --evidence, and added to by the boot test; not to be changed by hand. The numbers stand for the command\n"
        "# lines that a row takes part in: muster-verify --check-evidence tells which are others by now.\n"
        "# SPDX-License-Identifier: Apache-2.0\n\n"
        "library %s_evidence \"What was tried of the ruleset %s\";\n",
        ruleset, ruleset, ruleset);
    for (size_t i = 0; i < evidence->n_rows; i++) {
        const struct known *known = &evidence->rows[i];
        if (known->n_accepted + known->n_booted == 0)
            continue;
        if (strcmp(decision, known->decision) != 0)
            fprintf(out, "%s\nevidence %s {\n", *decision ? "}\n" : "", known->decision);
        decision = known->decision;
        write_row(out, known);
    }
    if (*decision)
        fputs("}\n", out);
}

void evidence_write(const struct evidence *evidence, const char *file, const char *ruleset) {
    struct whole whole;

    write_all(whole_open(&whole, file), evidence, ruleset);
    whole_close(&whole);
}
