/*
 * Probes of QEMU: which binary, its version, and the accelerators that it was built with; and how QEMU is asked.
 *
 * What a binary answers is kept in the cache file. The key is made before the binary is asked and again after, so an
 * answer of a binary that is being replaced is not kept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* AT_EACCESS */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/probe/internal.h"

/* ---- the binary ------------------------------------------------------------------------------------------------- */

/* A search; `denied` is the first file that was there but may not be executed. */
struct search {
    char path[PATH_MAX];
    char denied[PATH_MAX];
};

/* Whether search->path is a file that may be executed. */
static bool may_execute(struct search *search) {
    struct stat status;
    if (stat(search->path, &status) != 0) {
        if (errno == EACCES && search->denied[0] == '\0')
            memcpy(search->denied, search->path, sizeof search->denied);
        return false;
    }
    if (S_ISREG(status.st_mode) && faccessat(AT_FDCWD, search->path, X_OK, AT_EACCESS) == 0)
        return true;
    if (search->denied[0] == '\0')
        memcpy(search->denied, search->path, sizeof search->denied);
    return false;
}

/* Makes search->path the absolute path of a name in a folder; "" and relative folders count from the current one. */
static bool set_path(struct search *search, const char *folder, size_t length, const char *name) {
    char here[PATH_MAX];
    int written = -1;
    if (length > 0 && folder[0] == '/') {
        written = snprintf(search->path, PATH_MAX, "%.*s/%s", (int)length, folder, name);
    } else if (length < PATH_MAX && getcwd(here, sizeof here) != NULL) {
        written =
            snprintf(search->path, PATH_MAX, "%s/%.*s%s%s", here, (int)length, folder, length > 0 ? "/" : "", name);
    }
    return written > 0 && written < PATH_MAX;
}

static bool search_folders(struct search *search, const char *folders, const char *name) {
    for (;;) {
        size_t length = strcspn(folders, ":");
        if (length < PATH_MAX && set_path(search, folders, length, name) && may_execute(search))
            return true;
        if (folders[length] == '\0')
            return false;
        folders += length + 1;
    }
}

static bool search_path(struct muster_prober *prober, struct search *search, const char *name) {
    char usual[256] = "/bin:/usr/bin";
    const char *folders = prober->context.path != NULL ? prober->context.path : getenv("PATH");
    if (folders == NULL) {
        /* As execvp does. What does not fit is cut, which leaves the first folders. */
        confstr(_CS_PATH, usual, sizeof usual);
        folders = usual;
    }
    return search_folders(search, folders, name);
}

/* The QEMU that the caller named, or the usual name for the architecture. */
static const char *qemu_name(struct muster_prober *prober) {
    const char *arch = prober->context.guest_arch;
    if (prober->context.qemu != NULL)
        return prober->context.qemu;
    bool arm = arch != NULL ? strcmp(arch, "aarch64") == 0 : probe_is(prober, MUSTER_PROBE_HOST_ARCH, "aarch64");
    return arm ? "qemu-system-aarch64" : "qemu-system-x86_64";
}

static bool find_qemu(struct muster_prober *prober, struct search *search, const char *name) {
    const char *slash = strrchr(name, '/');
    if (prober->qemu[0] != '\0') {
        memcpy(search->path, prober->qemu, sizeof search->path);
        return may_execute(search);
    }
    if (slash == NULL)
        return search_path(prober, search, name);
    bool fits =
        name[0] == '/' ? snprintf(search->path, PATH_MAX, "%s", name) < PATH_MAX : set_path(search, "", 0, name);
    return fits && may_execute(search);
}

void probe_qemu(struct muster_prober *prober, struct probe_answer *answer) {
    struct search search = {"", ""};
    const char *name = qemu_name(prober);
    if (find_qemu(prober, &search, name)) {
        if (prober->qemu[0] == '\0')
            memcpy(prober->qemu, search.path, sizeof prober->qemu);
        probe_source(answer, "%s", search.path);
        probe_found(answer, "yes");
        return;
    }
    bool searched = strchr(name, '/') == NULL;
    probe_source(answer, "%s", searched ? "PATH" : name);
    if (search.denied[0] != '\0') {
        probe_because(answer, "no", MUSTER_REASON_DENIED, "%s is there, but this user may not execute it",
                      search.denied);
    } else if (searched) {
        probe_because(answer, "no", MUSTER_REASON_ABSENT, "no folder of PATH has %s; install it, or name another QEMU",
                      name);
    } else {
        probe_because(answer, "no", MUSTER_REASON_ABSENT, "there is no file %s", name);
    }
}

/* ---- reading the answers ---------------------------------------------------------------------------------------- */

static const char version_words[] = "QEMU emulator version ";
enum { VERSION_COMPONENT_MAX = 999999 };

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

/* Reads a decimal number; it stops growing above the limit. NULL if there is none. */
static const char *read_number(const char *text, long *number) {
    if (!is_digit(*text))
        return NULL;
    for (*number = 0; is_digit(*text); text++)
        if (*number <= VERSION_COMPONENT_MAX)
            *number = *number * 10 + (*text - '0');
    return text;
}

/* Reads A.B or A.B.C. */
static bool read_components(const char *text, long version[3]) {
    version[2] = 0;
    text = read_number(text, &version[0]);
    if (text == NULL || *text != '.' || (text = read_number(text + 1, &version[1])) == NULL)
        return false;
    if (*text == '.')
        read_number(text + 1, &version[2]);
    return true;
}

static bool read_version(struct probe_answer *answer, const char *text, char keep[CACHE_ANSWER_MAX + 1]) {
    long version[3] = {0, 0, 0};
    const char *found = strstr(text, version_words);
    while (found != NULL && !read_components(found + sizeof version_words - 1, version))
        found = strstr(found + 1, version_words);
    if (found == NULL) {
        probe_because(answer, "unknown", MUSTER_REASON_NOT_UNDERSTOOD, "it does not say \"%sA.B.C\"", version_words);
        return false;
    }
    for (int i = 0; i < 3; i++) {
        if (version[i] > VERSION_COMPONENT_MAX) {
            probe_because(answer, "unknown", MUSTER_REASON_NOT_UNDERSTOOD, "a component of its version is over %d",
                          VERSION_COMPONENT_MAX);
            return false;
        }
    }
    char value[64];
    snprintf(value, sizeof value, "%ld.%ld.%ld", version[0], version[1], version[2]);
    probe_found(answer, value);
    snprintf(keep, CACHE_ANSWER_MAX + 1, "%s%s\n", version_words, value);
    return true;
}

static bool is_space(char byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Takes one trimmed line: its name in lower case goes to the end of `list`. False if there is no more room. */
static bool add_name(struct probe_answer *answer, const char *line, size_t length, char list[CACHE_ANSWER_MAX + 1],
                     size_t *used) {
    if (CACHE_ANSWER_MAX - *used < length + 1)
        return false;
    char *name = list + *used;
    for (size_t i = 0; i < length; i++)
        name[i] = probe_lower(line[i]);
    name[length] = '\n';
    *used += length + 1;
    list[*used] = '\0';
    if (length == 3 && memcmp(name, "kvm", 3) == 0)
        answer->flags |= PROBE_QEMU_HAS_KVM;
    if (length == 3 && memcmp(name, "hvf", 3) == 0)
        answer->flags |= PROBE_QEMU_HAS_HVF;
    if (length == 3 && memcmp(name, "tcg", 3) == 0)
        answer->flags |= PROBE_QEMU_HAS_TCG;
    return true;
}

static bool is_header(const char *line, size_t length) {
    static const char word[] = "accelerator";
    for (size_t i = 0; i < sizeof word - 1; i++)
        if (i >= length || probe_lower(line[i]) != word[i])
            return false;
    return true;
}

/* What is shown of a list that only a strange QEMU has. */
enum { ACCELERATORS_SHOWN = 128 };

/* The names with commas between; as many whole names as fit, then "...". */
static void show_names(struct probe_answer *answer, const char *list) {
    char value[ACCELERATORS_SHOWN];
    static const char dots[] = "...";
    size_t used = 0;
    while (*list != '\0') {
        size_t length = strcspn(list, "\n");
        if (used + length + 1 + sizeof dots > sizeof value) {
            memcpy(value + used, dots, sizeof dots - 1);
            used += sizeof dots;
            break;
        }
        memcpy(value + used, list, length);
        value[used + length] = ',';
        used += length + 1;
        list += length + 1;
    }
    /* The last comma gives way to the end. */
    value[used > 0 ? used - 1 : 0] = '\0';
    probe_found(answer, value);
}

static bool read_accelerators(struct probe_answer *answer, const char *text, char keep[CACHE_ANSWER_MAX + 1]) {
    size_t used = 0;
    bool header = false;
    bool fits = true;
    answer->flags = 0;
    keep[0] = '\0';
    while (*text != '\0' && fits) {
        size_t length = strcspn(text, "\n");
        const char *next = text + length + (text[length] == '\n');
        while (length > 0 && is_space(text[length - 1]))
            length--;
        while (length > 0 && is_space(*text)) {
            text++;
            length--;
        }
        if (is_header(text, length))
            header = true;
        else if (length > 0)
            fits = add_name(answer, text, length, keep, &used);
        text = next;
    }
    if (!fits || used == 0) {
        answer->flags = 0;
        probe_because(answer, "", MUSTER_REASON_NOT_UNDERSTOOD, fits ? "it lists none" : "its list is far too long");
        return false;
    }
    show_names(answer, keep);
    return header;
}

/* ---- asking ----------------------------------------------------------------------------------------------------- */

/* The key of a question as things are now. */
static bool make_key(struct muster_prober *prober, const struct probe_question *question, struct cache_key *key) {
    return cache_key(key, prober->qemu, question->words) && (!question->of_kernel || probe_key_kernel(prober, key));
}

static void ask_binary(struct muster_prober *prober, struct probe_answer *answer, const struct probe_question *question,
                       const struct cache_key *key, char *out, size_t size) {
    const char *argv[PROBE_ARGUMENTS_MAX + 2] = {prober->qemu};
    char keep[CACHE_ANSWER_MAX + 1];
    struct cache_key after;
    for (size_t i = 0; i < PROBE_ARGUMENTS_MAX && question->arguments[i] != NULL; i++)
        argv[i + 1] = question->arguments[i];
    if (!probe_talk(prober, answer, question->otherwise, argv, question->input, out, size))
        return;
    if (question->read(answer, out, keep) && key != NULL && make_key(prober, question, &after) &&
        after.length == key->length && memcmp(after.text, key->text, key->length) == 0)
        cache_write(prober->context.cache, key, keep, strlen(keep));
}

static bool ask_cache(struct muster_prober *prober, struct probe_answer *answer, const struct probe_question *question,
                      const struct cache_key *key) {
    char kept[CACHE_ANSWER_MAX + 1];
    char again[CACHE_ANSWER_MAX + 1];
    if (!cache_read(prober->context.cache, key, kept))
        return false;
    again[0] = '\0';
    question->read(answer, kept, again);
    /* Only what this version of the reader would keep itself. */
    return strcmp(kept, again) == 0 && answer->finding.reason == MUSTER_REASON_NONE;
}

void probe_ask_qemu(struct muster_prober *prober, struct probe_answer *answer, const struct probe_question *question,
                    char *out, size_t size) {
    struct cache_key key;
    struct probe_answer qemu;
    probe_ask(prober, MUSTER_PROBE_QEMU, &qemu);
    if (strcmp(qemu.finding.value, "yes") != 0) {
        probe_source(answer, "%s", qemu.finding.source);
        probe_because(answer, question->otherwise, qemu.finding.reason, "%s", qemu.finding.why);
        return;
    }
    bool keyed = prober->context.cache[0] != '\0' && make_key(prober, question, &key);
    if (keyed && ask_cache(prober, answer, question, &key)) {
        probe_source(answer, "%s %s, from the cache", prober->qemu, question->words);
        return;
    }
    answer->flags = 0;
    probe_source(answer, "%s %s", prober->qemu, question->words);
    ask_binary(prober, answer, question, keyed ? &key : NULL, out, size);
}

void probe_qemu_version(struct muster_prober *prober, struct probe_answer *answer) {
    static const char *const arguments[] = {"--version", NULL};
    static const struct probe_question question = {
        .words = "--version", .arguments = arguments, .read = read_version, .otherwise = "unknown"};
    probe_ask_qemu(prober, answer, &question, prober->rooms[ROOM_VERSION], RUN_OUTPUT_MAX);
}

void probe_qemu_accelerators(struct muster_prober *prober, struct probe_answer *answer) {
    static const char *const arguments[] = {"-accel", "help", NULL};
    static const struct probe_question question = {
        .words = "-accel help", .arguments = arguments, .read = read_accelerators, .otherwise = ""};
    probe_ask_qemu(prober, answer, &question, prober->rooms[ROOM_ACCELERATORS], RUN_OUTPUT_MAX);
}

/* ---- its path --------------------------------------------------------------------------------------------------- */

void probe_qemu_path(struct muster_prober *prober, struct probe_answer *answer) {
    struct probe_answer qemu;
    probe_ask(prober, MUSTER_PROBE_QEMU, &qemu);
    probe_source(answer, "%s", qemu.finding.source);
    if (strcmp(qemu.finding.value, "yes") != 0) {
        probe_because(answer, "", qemu.finding.reason, "%s", qemu.finding.why);
        return;
    }
    probe_found(answer, prober->qemu);
    if (strcmp(answer->finding.value, prober->qemu) != 0)
        probe_because(answer, "", MUSTER_REASON_NOT_UNDERSTOOD, "its path has bytes that are not text, or too many");
}
