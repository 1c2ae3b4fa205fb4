/*
 * The folder in which command lines find what they name: a disk, a kernel, sockets.
 *
 * Everything in it is made here, byte by byte, and as small as QEMU takes it: it is started paused, so no guest ever
 * looks at it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _XOPEN_SOURCE 700 /* nftw, mkdtemp */
#include "runtime/verify/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/verify/pool.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A socket's address has room for 108 bytes on Linux, 104 on macOS; the longest name here takes 40 of them. */
enum { FOLDER_MAX = 60 };

static char folder[FOLDER_MAX + 1];
static char template[FOLDER_MAX + 8];

/* ---- the folder ------------------------------------------------------------------------------------------------- */

/* Whether no format of a command line has to escape it. */
static bool is_plain(const char *path) {
    return path[0] == '/' &&
           path[strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-")] == 0;
}

void scratch_make(void) {
    static const char name[] = "/muster-verify.XXXXXX";
    const char *parent = getenv("TMPDIR");

    if (!parent || !is_plain(parent) || strlen(parent) + sizeof name > sizeof folder)
        parent = "/tmp";
    snprintf(folder, sizeof folder, "%s%s", parent, name);
    if (!mkdtemp(folder)) {
        folder[0] = '\0';
        die("%s: no folder can be made there: %s", parent, strerror(errno));
    }
    snprintf(template, sizeof template, "%s/@", folder);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status;
    (void)kind;
    (void)where;
    remove(path);
    return 0;
}

void scratch_remove(void) {
    if (folder[0])
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    folder[0] = '\0';
}

const char *scratch_folder(void) {
    return folder;
}

const char *scratch_template(void) {
    return template;
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

static void put_number(unsigned char *bytes, size_t size, bool big, uint64_t number) {
    for (size_t i = 0; i < size; i++)
        bytes[big ? size - 1 - i : i] = (unsigned char)(number >> (8 * i));
}

static void write_file(const char *place, const char *name, const unsigned char *bytes, size_t size, off_t length) {
    const char *path = pool_print("%s/%s", place, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = file >= 0 && write(file, bytes, size) == (ssize_t)size && ftruncate(file, length) == 0;
    if (!good)
        die("%s: %s", path, strerror(errno));
    close(file);
}

/* An empty qcow2 of 1 MiB: header, table of reference counts, one block of them, table of clusters (QEMU's
   docs/interop/qcow2.rst). */
static void write_disk(const char *place, const char *name) {
    enum { CLUSTER = 65536, CLUSTERS = 4 };
    unsigned char *image = pool_take((size_t)CLUSTER * CLUSTERS);
    static const struct {
        size_t at, size;
        uint64_t number;
    } fields[] = {
        {0, 4, 0x514649FB},             /* QFI\xfb */
        {4, 4, 3},                      /* version */
        {20, 4, 16},                    /* bits of a cluster */
        {24, 8, 1 << 20},               /* size of the disk */
        {36, 4, 1},                     /* entries of the table of clusters */
        {40, 8, 3 * (uint64_t)CLUSTER}, /* where it is */
        {48, 8, CLUSTER},               /* the table of reference counts */
        {56, 4, 1},                     /* its clusters */
        {96, 4, 4},                     /* bits of a reference count, as a power of two */
        {100, 4, 104},                  /* length of the header */
        {CLUSTER, 8, 2 * (uint64_t)CLUSTER},
    };
    for (size_t i = 0; i < COUNT(fields); i++)
        put_number(image + fields[i].at, fields[i].size, true, fields[i].number);
    for (size_t i = 0; i < CLUSTERS; i++)
        put_number(image + 2 * (size_t)CLUSTER + 2 * i, 2, true, 1);
    write_file(place, name, image, (size_t)CLUSTER * CLUSTERS, (off_t)CLUSTER * CLUSTERS);
}

/* A header that says: a Linux kernel for x86, to be loaded high (the kernel's Documentation/arch/x86/boot.rst). */
static void write_x86_kernel(const char *place, const char *name) {
    enum { SIZE = 16384 };
    unsigned char kernel[SIZE] = {0};
    put_number(kernel + 0x1F1, 1, false, 1);          /* sectors of setup code */
    put_number(kernel + 0x1FE, 2, false, 0xAA55);     /* boot flag */
    put_number(kernel + 0x202, 4, true, 0x48647253);  /* HdrS */
    put_number(kernel + 0x206, 2, false, 0x020C);     /* version of the protocol */
    put_number(kernel + 0x211, 1, false, 1);          /* loaded high */
    put_number(kernel + 0x22C, 4, false, 0x7FFFFFFF); /* the initial RAM disk may lie below */
    put_number(kernel + 0x230, 4, false, 0x200000);   /* alignment */
    put_number(kernel + 0x238, 4, false, 2047);       /* longest command line */
    write_file(place, name, kernel, SIZE, SIZE);
}

/* The same for arm64 (Documentation/arch/arm64/booting.rst). */
static void write_arm_kernel(const char *place, const char *name) {
    enum { SIZE = 4096 };
    unsigned char kernel[SIZE] = {0};
    put_number(kernel, 4, false, 0x14000000);     /* a branch to itself */
    put_number(kernel + 16, 8, false, SIZE);      /* size of the image */
    put_number(kernel + 56, 4, true, 0x41524D64); /* ARMd */
    write_file(place, name, kernel, SIZE, SIZE);
}

/* An archive's first bytes; QEMU copies it and does not look. */
static void write_initrd(const char *place, const char *name) {
    static const unsigned char magic[] = "070701";
    write_file(place, name, magic, sizeof magic - 1, 512);
}

/* Every file of a place. Names with an architecture are those that folders of kernels have for each. */
static const struct {
    const char *name;
    void (*write)(const char *place, const char *name);
} files[] = {
    {"disk.qcow2", write_disk},         {"vmlinuz-x86_64", write_x86_kernel}, {"vmlinuz-aarch64", write_arm_kernel},
    {"initramfs-x86_64", write_initrd}, {"initramfs-aarch64", write_initrd},
};

static int remove_socket(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)where;
    if (kind == FTW_F && S_ISSOCK(status->st_mode))
        unlink(path);
    return 0;
}

const char *scratch_place(size_t number) {
    char *place = pool_print("%s/%zu", folder, number);
    if (mkdir(place, 0700) != 0 && errno != EEXIST)
        die("%s: %s", place, strerror(errno));
    nftw(place, remove_socket, 8, FTW_PHYS);
    for (size_t i = 0; i < COUNT(files); i++)
        files[i].write(place, files[i].name);
    return place;
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

/* The text with `to` wherever `from` stands as a whole folder's name. */
static char *replace(const char *text, const char *from, const char *to) {
    size_t length = strlen(from);
    char *result = pool_take(strlen(text) / length * strlen(to) + strlen(text) + strlen(to) + 1);
    size_t used = 0;

    while (*text) {
        bool here = strncmp(text, from, length) == 0 && !(text[length] >= '0' && text[length] <= '9');
        if (here) {
            for (const char *at = to; *at; at++)
                result[used++] = *at;
            text += length;
        } else {
            result[used++] = *text++;
        }
    }
    return result;
}

char *scratch_into(const char *text, const char *place) {
    return replace(text, template, place);
}

char *scratch_out_of(const char *text, const char *place) {
    return replace(text, place, "...");
}

const char *scratch_value(const char *parameter, bool path, const char *arch) {
    static const struct {
        const char *ending, *value;
        bool each_arch; /* there is one for each architecture */
    } values[] = {
        {"kernel_dir", "", false},       {"kernel", "/vmlinuz-", true},      {"kernel_image", "/vmlinuz-", true},
        {"initrd", "/initramfs-", true}, {"initramfs", "/initramfs-", true}, {"_image", "/disk.qcow2", false},
        {"disk", "/disk.qcow2", false},
    };
    size_t length = strlen(parameter);

    if (!path)
        return strcmp(parameter, "memory_mb") == 0 ? "256" : NULL;
    if (length > 7 && strcmp(parameter + length - 7, "_socket") == 0)
        return pool_print("%s/%.30s", template, parameter);
    for (size_t i = 0; i < COUNT(values); i++) {
        size_t ending = strlen(values[i].ending);
        if (length >= ending && strcmp(parameter + length - ending, values[i].ending) == 0)
            return pool_print("%s%s%s", template, values[i].value, values[i].each_arch ? arch : "");
    }
    return NULL;
}
