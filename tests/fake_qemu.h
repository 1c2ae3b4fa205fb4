/*
 * Fake programs for the tests of the probes: a folder that goes away in the end, scripts in it, and looks at what a
 * probe left behind.
 *
 * _GNU_SOURCE must be defined by who includes this.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_FAKE_QEMU_H
#define TESTS_FAKE_QEMU_H

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

/* ---- the folder ------------------------------------------------------------------------------------------------- */

static inline char *fake_folder_text(void) {
    static char folder[64] = "/tmp/muster-test-XXXXXX";
    return folder;
}

static inline int fake_remove(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline void fake_end(void) {
    nftw(fake_folder_text(), fake_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* Makes the folder. To be called first in main. */
static inline void fake_begin(void) {
    if (mkdtemp(fake_folder_text()) == NULL) {
        perror("mkdtemp");
        exit(1);
    }
    atexit(fake_end);
}

/* A copy of a text that stays to the end; the same text has one copy. */
static inline const char *fake_keep(const char *text) {
    static char *kept[1024];
    size_t i = 0;
    while (i < sizeof kept / sizeof kept[0] && kept[i] != NULL && strcmp(kept[i], text) != 0)
        i++;
    if (i == sizeof kept / sizeof kept[0] || (kept[i] == NULL && (kept[i] = strdup(text)) == NULL)) {
        fputs("the tests keep too many texts\n", stderr);
        exit(1);
    }
    return kept[i];
}

/* The path of a name in the folder. */
static inline const char *fake_path(const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", fake_folder_text(), name);
    return fake_keep(path);
}

/* The path of a file of tests/hosts. */
static inline const char *fake_host(const char *name) {
    char path[PATH_MAX];
    const char *source = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/hosts/%s", source != NULL ? source : ".", name);
    return fake_keep(path);
}

/* Writes a file in the folder, making the folders of its name. */
static inline const char *fake_bytes(const char *name, const char *content, size_t length, mode_t mode) {
    char path[256];
    snprintf(path, sizeof path, "%s", fake_path(name));
    for (char *slash = strchr(path + strlen(fake_folder_text()) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    /* A new file each time: who still runs the old one is not disturbed. */
    unlink(path);
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(content, 1, length, file) != length || fclose(file) != 0 || chmod(path, mode) != 0) {
        perror(path);
        exit(1);
    }
    return fake_path(name);
}

static inline const char *fake_file(const char *name, const char *content) {
    return fake_bytes(name, content, strlen(content), 0644);
}

/* Writes a shell script. In its text, "@" stands for the folder. Each run adds its arguments as a line to NAME.runs. */
static inline const char *fake_script(const char *name, const char *text) {
    char script[4096];
    size_t length = (size_t)snprintf(script, sizeof script, "#!/bin/sh\necho \"$*\" >> '%s.runs'\n", fake_path(name));
    for (; *text != '\0' && length + 1 < sizeof script; text++) {
        if (*text == '@') {
            length += (size_t)snprintf(script + length, sizeof script - length, "%s", fake_folder_text());
        } else {
            script[length] = *text;
            length++;
        }
    }
    return fake_bytes(name, script, length, 0755);
}

/* A QEMU that prints what one of tests/hosts/qemu-* printed. */
static inline const char *fake_recorded(const char *name, const char *build) {
    char text[3 * PATH_MAX + 128];
    snprintf(text, sizeof text,
             "case $1 in --version) cat '%s/version' ;; -accel) cat '%s/accelerators' ;; -machine) cat '%s/session' ;; "
             "esac\n",
             fake_host(build), fake_host(build), fake_host(build));
    return fake_script(name, text);
}

/* ---- looking at what happened ----------------------------------------------------------------------------------- */

/* How often a script was run with these arguments; NULL for any. */
static inline int fake_runs(const char *name, const char *arguments) {
    char path[256];
    char line[256];
    int count = 0;
    snprintf(path, sizeof path, "%s.runs", fake_path(name));
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        count += arguments == NULL || strcmp(line, arguments) == 0;
    }
    if (file != NULL)
        fclose(file);
    return count;
}

static inline int fake_descriptors(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        closedir(folder);
    return count;
}

/* Whether this process has no child, not even one that waits to be reaped. */
static inline bool fake_no_child(void) {
    return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

static inline bool fake_ended(long process) {
    char path[64];
    char line[256];
    snprintf(path, sizeof path, "/proc/%ld/stat", process);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return true;
    const char *read = fgets(line, sizeof line, file);
    fclose(file);
    /* What was killed but not yet reaped by init has ended too. The state stands behind the name in parentheses. */
    const char *state = read != NULL ? strrchr(line, ')') : NULL;
    return state == NULL || state[2] == 'Z' || state[2] == 'X';
}

/* The number that a script wrote into a file; waits some seconds for it. */
static inline pid_t fake_number(const char *name) {
    long number = 0;
    for (int i = 0; number == 0 && i < 1000; i++) {
        FILE *file = fopen(fake_path(name), "r");
        if (file != NULL && fscanf(file, "%ld\n", &number) != 1)
            number = 0;
        if (file != NULL)
            fclose(file);
        if (number == 0)
            nanosleep(&(struct timespec){0, 10000000}, NULL);
    }
    return (pid_t)number;
}

/* Whether the process whose number is in a file has ended, or ends within some seconds. */
static inline bool fake_is_gone(const char *name) {
    long process = 0;
    FILE *file = fopen(fake_path(name), "r");
    if (file == NULL || fscanf(file, "%ld", &process) != 1 || process <= 1)
        process = 0;
    if (file != NULL)
        fclose(file);
    for (int i = 0; process > 0 && !fake_ended(process) && i < 500; i++)
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    return process > 0 && fake_ended(process);
}

#endif
