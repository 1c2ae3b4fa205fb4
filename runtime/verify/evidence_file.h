/*
 * The file of evidence: a library in the language of rules, which this program writes and reads again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_EVIDENCE_FILE_H
#define MUSTER_VERIFY_EVIDENCE_FILE_H

#include <stddef.h>
#include <stdint.h>

/* What is known of one row. */
struct known {
    const char *decision;
    const char *row;
    const char **accepted; /* texts "accepted by …", "tokens known …"; with the digest of when that was found */
    size_t n_accepted;
    uint64_t accepted_digest;
    const char **booted; /* texts "booted on …", likewise */
    size_t n_booted;
    uint64_t booted_digest;
};

struct evidence {
    struct known *rows;
    size_t n_rows;
};

/* The row's place, where it is put if it is new. */
struct known *evidence_row(struct evidence *evidence, const char *decision, const char *row);

/* Adds a text, if it is not there. */
void evidence_add(const char ***texts, size_t *count, const char *text);

/* Reads a file; one that is not there is empty, if it need not be there. */
void evidence_read(struct evidence *evidence, const char *file, int must_exist);

/* Writes it whole or not at all. `ruleset`: its name. */
void evidence_write(const struct evidence *evidence, const char *file, const char *ruleset);

#endif
