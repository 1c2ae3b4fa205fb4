/*
 * The command line of muster-verify.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_VERIFY_OPTIONS_H
#define MUSTER_VERIFY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* A QEMU to be tried: a binary, or what was kept of one. */
struct given {
    const char *path;
    bool is_snapshot;
};

struct options {
    const char *file; /* the ruleset */
    struct given *given;
    size_t n_given;
    const char *save_snapshot; /* or NULL, as are the other texts */
    const char *config;
    const char **sets;
    size_t n_sets;
    const char *where;
    const char *musterc;
    const char *evidence;
    const char *check_evidence;
    const char *booted;
    const char *facts;
    bool no_start;
    bool all;
    bool json;
    size_t jobs;
    int timeout_ms;
};

/* Reads the arguments. False: --help or --version was answered. Where they are wrong the program ends. */
bool options_read(struct options *options, int argc, char **argv);

#endif
