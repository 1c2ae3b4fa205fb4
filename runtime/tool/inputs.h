/*
 * Facts and parameters of a ruleset from wherever they come: the rules' defaults, probes, files, --set.
 *
 * Every value remembers its origin, so that a refusal says where it came from and `explain` can show it. Messages are
 * whole lines that begin with the program's name; functions that return false have written one or more.
 *
 * What a program does with it (musterc argv does no more than this):
 *
 *     struct inputs *inputs = inputs_new(rules, "musterc", stderr);
 *     struct argv argv = {0};
 *     bool good = true;
 *     int code = 2;
 *     good &= inputs_load(inputs, facts_path);                 // later calls win over earlier ones,
 *     good &= inputs_set(inputs, "memory_mb=512");             // so first --config, then --facts, then --set
 *     if (good && inputs_complete(inputs)) {
 *         code = inputs_argv(inputs, &argv);                   // 0, 1 the rules say no, 2 something is missing
 *     }
 *     if (code == 0) {
 *         show_argv(stdout, SHOW_SHELL, &argv);                // show.h; then ask ferror(stdout)
 *     }
 *     argv_free(&argv);
 *     inputs_free(inputs);
 *
 * Nothing here measures a host: a program that does hands in what it found with inputs_probed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MUSTER_INPUTS_H
#define MUSTER_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "muster.h"

enum origin_kind { ORIGIN_NONE, ORIGIN_DEFAULT, ORIGIN_PROBE, ORIGIN_FILE, ORIGIN_SET };

/* Where a value came from. The texts live as long as the inputs. */
struct origin {
    enum origin_kind kind;
    const char *file;   /* ORIGIN_FILE */
    unsigned line;      /* ORIGIN_FILE */
    const char *source; /* what the probe asked, also where it found no value; else NULL */
    const char *why;    /* why the probe says no or not known; else NULL */
};

/* A command line: `count` arguments and a NULL. The ruleset and this memory hold their text. */
struct argv {
    const char **arguments;
    size_t count;
    char *buffer;
};

struct inputs;

/* Inputs with the rules' defaults; NULL after a message where memory is out. The arguments must outlive them. */
struct inputs *inputs_new(const struct muster_ruleset *rules, const char *program, FILE *messages);
void inputs_free(struct inputs *inputs);

/* Reads a libconfig file with the groups `facts` and `params`; "-" is stdin. One message for each error in it. */
bool inputs_load(struct inputs *inputs, const char *path);

/* NAME=VALUE, as after --set. */
bool inputs_set(struct inputs *inputs, const char *assignment);

/* True if a file or --set gave the input a value, so that nothing need be probed for it. */
bool inputs_given(const struct inputs *inputs, uint32_t input);

/*
 * What a probe found for a fact or a parameter: a value as people write it, or NULL for none. A given value stays. A
 * value that a fact cannot have counts as not known where the fact may be unknown; else, and for a parameter, as none.
 */
void inputs_probed(struct inputs *inputs, uint32_t input, const char *value, const char *source, const char *why);

/* False after a message that names all facts that the rules use and that have no value. */
bool inputs_complete(struct inputs *inputs);

/*
 * The command line. 0; 1 after the rules' reason where they say no; 2 after a message, which names all parameters
 * that are missing. The facts must be complete.
 */
int inputs_argv(struct inputs *inputs, struct argv *argv);
void argv_free(struct argv *argv);

/* Writes what the rules warn of on this host, a message for each. */
void inputs_warn(const struct inputs *inputs);

/*
 * Which argument of the command line is the program that the rules are about, not one that only starts it: the one that
 * they tag with `program`; SIZE_MAX if they tag none.
 */
size_t inputs_program(const struct inputs *inputs);

/*
 * The arguments that belong to what the rules tag with a word, in order: an option with what follows it, or else an
 * argument by itself. Parameters that are not set are blank. False, with nothing in `argv`, if there are none, if the
 * rules refuse this host, or if facts are missing; nothing is said about it.
 */
bool inputs_tagged(const struct inputs *inputs, const char *tag, struct argv *argv);

/* Whether this tag is one of tags with blanks between them. */
bool inputs_has_tag(const char *tags, const char *tag);

/* Which parameters the command line waits for: their count, and the first `size` of them. */
size_t inputs_missing(const struct inputs *inputs, uint32_t *missing, size_t size);

/* Writes the message of an error that evaluation returned; the exit code that belongs to it. */
int inputs_failed(const struct inputs *inputs, const struct muster_error *error);

/* Puts such an error into words: without the program's name, with the value's origin. */
void inputs_error_text(const struct inputs *inputs, const struct muster_error *error, char *buffer, size_t size);

/* Writes a message of the caller's, with the program's name before it. */
void inputs_say(const struct inputs *inputs, const char *message);

const struct muster_ruleset *inputs_rules(const struct inputs *inputs);
const int64_t *inputs_facts(const struct inputs *inputs);
const struct muster_params *inputs_params(const struct inputs *inputs);
const struct origin *inputs_origin(const struct inputs *inputs, uint32_t input);

/* The value as people write it ("yes", "9.2.0", "unknown", a path); NULL if there is none. */
const char *inputs_text(const struct inputs *inputs, uint32_t input);

/* "vm.cfg:4", "--set", "probe", "default". */
void inputs_origin_text(const struct inputs *inputs, uint32_t input, char *buffer, size_t size);

#endif
