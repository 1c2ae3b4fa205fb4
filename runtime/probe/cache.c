/*
 * The cache file: what a program answered, as long as the program and its modules are the same files.
 *
 * A file holds one answer. Its head is the key, a text that names all files that the answer depends on with device,
 * inode, size and times; so checking the key at each use is comparing the head with a key that is made afresh. Its name
 * is a hash of the program's path and the question, so a new key replaces the file of the old one.
 *
 *     muster-cache 1
 *     question --version
 *     program /usr/bin/qemu-system-x86_64
 *     file 2049 1048602 18874368 1700000000.000000000 1700000000.000000000 /usr/bin/qemu-system-x86_64
 *     none /usr/lib64/qemu
 *     boot 1b4e28ba-2fa1-11d2-883f-0016d3cca427      (where the answer depends on it)
 *     answer 7
 *     7.2.22
 *     end
 *
 * The content is not trusted: whoever can write it could as well give another program, but nothing in it can do more
 * than be ignored or be taken for an answer.
 *
 * _GNU_SOURCE: secure_getenv.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "runtime/probe/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_NAME_MAX = 64, FILE_SIZE_MAX = CACHE_KEY_MAX + CACHE_ANSWER_MAX + 64 };

/* macOS names the fields of struct stat otherwise. */
#if defined(__APPLE__)
#define MODIFIED(status) ((status)->st_mtimespec)
#define CHANGED(status) ((status)->st_ctimespec)
#else
#define MODIFIED(status) ((status)->st_mtim)
#define CHANGED(status) ((status)->st_ctim)
#endif

/* ---- the key ---------------------------------------------------------------------------------------------------- */

/* Appends to the key; a key that is full stays overlong, which cache_key looks at once in the end. */
__attribute__((format(printf, 2, 3))) static void add(struct cache_key *key, const char *format, ...) {
    if (key->length >= sizeof key->text)
        return;
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(key->text + key->length, sizeof key->text - key->length, format, arguments);
    va_end(arguments);
    key->length = written < 0 ? sizeof key->text : key->length + (size_t)written;
}

/* A file or folder as it is now. False if it is not there. */
static bool add_file(struct cache_key *key, const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) {
        add(key, "none %s\n", path);
        return false;
    }
    add(key, "file %" PRIuMAX " %" PRIuMAX " %" PRIdMAX " %" PRIdMAX ".%09ld %" PRIdMAX ".%09ld %s\n",
        (uintmax_t)status.st_dev, (uintmax_t)status.st_ino, (intmax_t)status.st_size,
        (intmax_t)MODIFIED(&status).tv_sec, (long)MODIFIED(&status).tv_nsec, (intmax_t)CHANGED(&status).tv_sec,
        (long)CHANGED(&status).tv_nsec, path);
    return true;
}

/*
 * The folders where a QEMU at PREFIX/bin may have its modules, accelerators among them. Debian has
 * lib/TRIPLET/qemu, others lib/qemu or lib64/qemu; the environment may name one more.
 */
static void add_module_folders(struct cache_key *key, const char *target) {
    static const char *const folders[] = {"lib/qemu", "lib64/qemu", "lib/x86_64-linux-gnu/qemu",
                                          "lib/aarch64-linux-gnu/qemu"};
    char path[PATH_MAX];
    const char *slash = strrchr(target, '/');
    while (slash != NULL && slash > target && slash[-1] != '/')
        slash--;
    int prefix = slash != NULL ? (int)(slash - target) : 0;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        int length = snprintf(path, sizeof path, "%.*s%s%s", prefix, target, prefix > 0 ? "" : "/", folders[i]);
        if (length > 0 && (size_t)length < sizeof path)
            add_file(key, path);
    }
    const char *more = getenv("QEMU_MODULE_DIR");
    if (more != NULL && strchr(more, '\n') == NULL)
        add_file(key, more);
}

bool cache_key(struct cache_key *key, const char *program, const char *question) {
    char target[PATH_MAX];
    key->length = 0;
    if (realpath(program, target) == NULL || strchr(program, '\n') != NULL || strchr(target, '\n') != NULL)
        return false;
    add(key, "muster-cache 1\nquestion %s\nprogram %s\n", question, program);
    if (!add_file(key, target))
        return false;
    add_module_folders(key, target);
    return key->length < sizeof key->text;
}

bool cache_key_text(struct cache_key *key, const char *name, const char *text) {
    add(key, "%s %s\n", name, text);
    return key->length < sizeof key->text && strchr(text, '\n') == NULL;
}

bool cache_key_device(struct cache_key *key, const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) {
        add(key, "no device");
    } else {
        add(key, "device %" PRIuMAX " %" PRIuMAX " %" PRIuMAX " %jo %" PRIuMAX " %" PRIuMAX, (uintmax_t)status.st_dev,
            (uintmax_t)status.st_ino, (uintmax_t)status.st_rdev, (uintmax_t)status.st_mode, (uintmax_t)status.st_uid,
            (uintmax_t)status.st_gid);
    }
    return cache_key_text(key, "", path);
}

/* ---- the folder ------------------------------------------------------------------------------------------------- */

static const char *environment(const char *name) {
#if defined(__GLIBC__)
    const char *value = secure_getenv(name);
#else
    const char *value = geteuid() == getuid() && getegid() == getgid() ? getenv(name) : NULL;
#endif
    /* The XDG base directory specification: a relative path is to be ignored. */
    return value != NULL && value[0] == '/' ? value : NULL;
}

bool cache_folder(char *folder, size_t size) {
    const char *base = environment("XDG_CACHE_HOME");
    int length = -1;
    if (base != NULL)
        length = snprintf(folder, size, "%s/muster", base);
    else if ((base = environment("HOME")) != NULL)
        length = snprintf(folder, size, "%s/.cache/muster", base);
    return length > 0 && (size_t)length < size;
}

/* The folder, if it is our own and nobody else may write there; else -1. */
static int open_folder(const char *folder) {
    struct stat status;
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor >= 0 && (fstat(descriptor, &status) != 0 || status.st_uid != geteuid() ||
                            (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/* Makes the folder and those above it that are missing, for us alone. */
static void make_folder(const char *folder) {
    char path[PATH_MAX];
    size_t length = strlen(folder);
    if (length >= sizeof path)
        return;
    memcpy(path, folder, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] == '/' || path[i] == '\0') {
            char kept = path[i];
            path[i] = '\0';
            if (mkdir(path, 0700) != 0 && errno != EEXIST)
                return;
            path[i] = kept;
        }
    }
}

/* The file's name: a hash (FNV-1a) of the lines question and program, which stand before the first file. */
static void file_name(char name[FILE_NAME_MAX], const struct cache_key *key) {
    const char *end = strstr(key->text, "\nfile ");
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *byte = key->text; byte < end; byte++)
        hash = (hash ^ (unsigned char)*byte) * UINT64_C(0x100000001b3);
    snprintf(name, FILE_NAME_MAX, "answer-%016" PRIx64, hash);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* Reads up to `size` bytes; -1 on an error. */
static ssize_t read_all(int descriptor, char *buffer, size_t size) {
    size_t length = 0;
    while (length < size) {
        ssize_t got = read(descriptor, buffer + length, size - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        length += (size_t)got;
    }
    return (ssize_t)length;
}

/* The whole file with a NUL byte, if it is a plain file of ours that nobody else may write; its length, or -1. */
static ssize_t read_own_file(int folder, const char *name, char buffer[FILE_SIZE_MAX + 1]) {
    int descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    struct stat status;
    ssize_t length = -1;
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
        (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 && status.st_size > 0 && status.st_size <= FILE_SIZE_MAX)
        length = read_all(descriptor, buffer, FILE_SIZE_MAX);
    close(descriptor);
    if (length >= 0)
        buffer[length] = '\0';
    return length;
}

/* The answer in what follows the key: "answer N\n", N bytes, "end\n", nothing else. */
static bool parse_answer(const char *text, size_t length, char answer[CACHE_ANSWER_MAX + 1]) {
    static const char word[] = "answer ";
    size_t at = sizeof word - 1;
    size_t size = 0;
    if (length < at || memcmp(text, word, at) != 0 || text[at] < '0' || text[at] > '9')
        return false;
    for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
        size = size * 10 + (size_t)(text[at] - '0');
        if (size > CACHE_ANSWER_MAX)
            return false;
    }
    if (at >= length || text[at] != '\n' || length - (at + 1) != size + 4 ||
        memcmp(text + at + 1 + size, "end\n", 4) != 0)
        return false;
    memcpy(answer, text + at + 1, size);
    answer[size] = '\0';
    return strlen(answer) == size;
}

bool cache_read(const char *folder, const struct cache_key *key, char answer[CACHE_ANSWER_MAX + 1]) {
    char name[FILE_NAME_MAX];
    char buffer[FILE_SIZE_MAX + 1];
    int descriptor = open_folder(folder);
    if (descriptor < 0)
        return false;
    file_name(name, key);
    ssize_t length = read_own_file(descriptor, name, buffer);
    close(descriptor);
    return length > 0 && (size_t)length > key->length && memcmp(buffer, key->text, key->length) == 0 &&
           parse_answer(buffer + key->length, (size_t)length - key->length, answer);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static bool write_all(int descriptor, const char *text, size_t length) {
    while (length > 0) {
        ssize_t done = write(descriptor, text, length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        text += done;
        length -= (size_t)done;
    }
    return true;
}

/* A name that no other writer uses: our process and the time; where it exists all the same, nothing is written. */
static void temporary_name(char name[FILE_NAME_MAX]) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(name, FILE_NAME_MAX, ".new-%jd-%jd-%09ld", (intmax_t)getpid(), (intmax_t)now.tv_sec, (long)now.tv_nsec);
}

void cache_write(const char *folder, const struct cache_key *key, const char *answer, size_t length) {
    char name[FILE_NAME_MAX];
    char temporary[FILE_NAME_MAX];
    if (length > CACHE_ANSWER_MAX)
        return;
    make_folder(folder);
    int directory = open_folder(folder);
    if (directory < 0)
        return;
    file_name(name, key);
    temporary_name(temporary);
    int descriptor = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        char head[32];
        int head_length = snprintf(head, sizeof head, "answer %zu\n", length);
        bool written = fchmod(descriptor, 0600) == 0 && write_all(descriptor, key->text, key->length) &&
                       write_all(descriptor, head, (size_t)head_length) && write_all(descriptor, answer, length) &&
                       write_all(descriptor, "end\n", 4);
        written = close(descriptor) == 0 && written;
        if (!written || renameat(directory, temporary, directory, name) != 0)
            unlinkat(directory, temporary, 0);
    }
    close(directory);
}
