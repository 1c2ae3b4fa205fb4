/*
 * Tests of the cache file: when it answers for QEMU, when it does not, and that nobody can make it lie.
 *
 * _GNU_SOURCE: nftw.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <fcntl.h>

#include "fake_qemu_host.h"

/* ---- what is kept ------------------------------------------------------------------------------------------------ */

/* Calls `see` for each file of the cache; returns how many there are. */
static int each_kept(const char *folder, void (*see)(const char *path)) {
    int count = 0;
    DIR *open_folder = opendir(fake_path(folder));
    for (struct dirent *entry; open_folder != NULL && (entry = readdir(open_folder)) != NULL;) {
        char name[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof name, "%s/%s", fake_path(folder), entry->d_name);
        count++;
        if (see != NULL)
            see(name);
    }
    if (open_folder != NULL)
        closedir(open_folder);
    return count;
}

static void check_private(const char *path) {
    struct stat status;
    CU_ASSERT_EQUAL(lstat(path, &status), 0);
    CU_ASSERT_TRUE(S_ISREG(status.st_mode));
    CU_ASSERT_EQUAL(status.st_mode & 07777, 0600);
}

/* Asks for version and accelerators, and tells by how many runs. */
static int ask_both(const struct muster_probe_context *context, const char *name, const char *version) {
    int before = fake_runs(name, NULL);
    fake_check(context, MUSTER_PROBE_QEMU_VERSION, version, MUSTER_REASON_NONE);
    CU_ASSERT_EQUAL(fake_find(context, MUSTER_PROBE_QEMU_ACCELERATORS).reason, MUSTER_REASON_NONE);
    return fake_runs(name, NULL) - before;
}

static void test_cache(void) {
    struct stat status;
    mode_t before = umask(0);
    struct muster_probe_context context = fake_linux(fake_recorded("bin/kept", "qemu-7.2"));
    context.cache = fake_path("xdg/deep/muster");
    CU_ASSERT_EQUAL(ask_both(&context, "bin/kept", "7.2.22"), 2);
    CU_ASSERT_EQUAL(ask_both(&context, "bin/kept", "7.2.22"), 0);
    umask(before);
    CU_ASSERT_EQUAL(each_kept("xdg/deep/muster", check_private), 2);
    CU_ASSERT_EQUAL(stat(fake_path("xdg/deep/muster"), &status), 0);
    CU_ASSERT_EQUAL(status.st_mode & 07777, 0700);
    fake_check(&context, MUSTER_PROBE_KVM, "yes", MUSTER_REASON_NONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(fake_find(&context, MUSTER_PROBE_QEMU_VERSION).source, "from the cache"));
    /* Another QEMU under the same name. */
    fake_recorded("bin/kept", "qemu-11.1");
    CU_ASSERT_EQUAL(ask_both(&context, "bin/kept", "11.1.2"), 2);
    CU_ASSERT_EQUAL(ask_both(&context, "bin/kept", "11.1.2"), 0);
    CU_ASSERT_EQUAL(each_kept("xdg/deep/muster", NULL), 2);
    /* The same file, but touched. */
    static const struct timespec long_ago[2] = {{1000000000, 1}, {1000000000, 1}};
    CU_ASSERT_EQUAL(utimensat(AT_FDCWD, fake_path("bin/kept"), long_ago, 0), 0);
    CU_ASSERT_EQUAL(ask_both(&context, "bin/kept", "11.1.2"), 2);
    /* The folder of modules beside it: it appears, it changes. */
    fake_file("lib/qemu/accel-tcg.so", "");
    CU_ASSERT_EQUAL(ask_both(&context, "bin/kept", "11.1.2"), 2);
    CU_ASSERT_EQUAL(ask_both(&context, "bin/kept", "11.1.2"), 0);
    CU_ASSERT_EQUAL(utimensat(AT_FDCWD, fake_path("lib/qemu"), long_ago, 0), 0);
    CU_ASSERT_EQUAL(ask_both(&context, "bin/kept", "11.1.2"), 2);
}

static void test_cache_links(void) {
    struct muster_probe_context context = fake_linux(fake_path("link"));
    fake_recorded("one", "qemu-5.2");
    fake_recorded("two", "qemu-10.0");
    context.cache = fake_path("link-cache");
    CU_ASSERT_EQUAL(symlink(fake_path("one"), fake_path("link")), 0);
    CU_ASSERT_EQUAL(ask_both(&context, "one", "5.2.0"), 2);
    CU_ASSERT_EQUAL(ask_both(&context, "one", "5.2.0"), 0);
    unlink(fake_path("link"));
    CU_ASSERT_EQUAL(symlink(fake_path("two"), fake_path("link")), 0);
    CU_ASSERT_EQUAL(ask_both(&context, "two", "10.0.2"), 2);
}

static void test_failures_are_not_kept(void) {
    struct muster_probe_context context = fake_linux(fake_script("fails", "echo kvm; exit 1\n"));
    context.cache = fake_path("fail-cache");
    fake_check(&context, MUSTER_PROBE_QEMU_VERSION, "unknown", MUSTER_REASON_FAILED);
    fake_check(&context, MUSTER_PROBE_QEMU_ACCELERATORS, "", MUSTER_REASON_FAILED);
    fake_script("fails", "echo something\n");
    fake_check(&context, MUSTER_PROBE_QEMU_VERSION, "unknown", MUSTER_REASON_NOT_UNDERSTOOD);
    fake_check(&context, MUSTER_PROBE_QEMU_ACCELERATORS, "something", MUSTER_REASON_NONE);
    fake_script("fails", "sleep 60\n");
    context.timeout_ms = SHORT_MS;
    fake_check(&context, MUSTER_PROBE_QEMU_VERSION, "unknown", MUSTER_REASON_TIMED_OUT);
    CU_ASSERT_EQUAL(each_kept("fail-cache", NULL), 0);
}

static void test_replaced_while_asked(void) {
    /* This QEMU is replaced by another one while it answers; its answer must not be kept for the new one. */
    struct muster_probe_context context = fake_linux(NULL);
    fake_recorded("successor", "qemu-11.1");
    context.qemu = fake_script("replaced", "echo QEMU emulator version 1.0.0\n"
                                           "cp @/successor @/new; mv @/new @/replaced\n");
    context.cache = fake_path("replaced-cache");
    fake_check(&context, MUSTER_PROBE_QEMU_VERSION, "1.0.0", MUSTER_REASON_NONE);
    CU_ASSERT_EQUAL(each_kept("replaced-cache", NULL), 0);
    fake_check(&context, MUSTER_PROBE_QEMU_VERSION, "11.1.2", MUSTER_REASON_NONE);
}

static void test_cache_cannot_be_written(void) {
    struct muster_probe_context context = fake_linux(fake_recorded("unkept", "qemu-7.2"));
    fake_file("a-file", "");
    /* A folder below a file cannot be made, not even by root. */
    context.cache = fake_path("a-file/muster");
    CU_ASSERT_EQUAL(ask_both(&context, "unkept", "7.2.22"), 2);
    CU_ASSERT_EQUAL(ask_both(&context, "unkept", "7.2.22"), 2);
    context.cache = "/proc/muster";
    CU_ASSERT_EQUAL(ask_both(&context, "unkept", "7.2.22"), 2);
    /* A folder where others may write is not used, and neither is a link to one. */
    fake_file("open/x", "");
    chmod(fake_path("open"), 0777);
    context.cache = fake_path("open");
    CU_ASSERT_EQUAL(ask_both(&context, "unkept", "7.2.22"), 2);
    CU_ASSERT_EQUAL(each_kept("open", NULL), 1);
    fake_file("safe/x", "");
    CU_ASSERT_EQUAL(symlink(fake_path("safe"), fake_path("linked")), 0);
    context.cache = fake_path("linked");
    CU_ASSERT_EQUAL(ask_both(&context, "unkept", "7.2.22"), 2);
    CU_ASSERT_EQUAL(each_kept("safe", NULL), 1);
}

/* ---- a cache file that someone has changed ---------------------------------------------------------------------- */

static void make_writable(const char *path) {
    chmod(path, 0622);
}

static void make_link(const char *path) {
    char aside[600];
    snprintf(aside, sizeof aside, "%s", fake_path("aside"));
    unlink(aside);
    CU_ASSERT_EQUAL(rename(path, aside), 0);
    CU_ASSERT_EQUAL(symlink(aside, path), 0);
}

static void make_fifo(const char *path) {
    unlink(path);
    CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
}

static void make_folder(const char *path) {
    unlink(path);
    CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
}

static void make_huge(const char *path) {
    CU_ASSERT_EQUAL(truncate(path, 100000000), 0);
}

static void make_empty(const char *path) {
    CU_ASSERT_EQUAL(truncate(path, 0), 0);
}

static void make_short(const char *path) {
    struct stat status;
    CU_ASSERT_EQUAL(stat(path, &status), 0);
    CU_ASSERT_EQUAL(truncate(path, status.st_size - 1), 0);
}

/* Replaces `from` by `to` in a cache file, where it occurs, and appends `more`. */
static void edit(const char *path, const char *from, const char *to, const char *more) {
    static char text[20000];
    FILE *file = fopen(path, "r+");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    char *found = strstr(text, from);
    rewind(file);
    if (found != NULL)
        fprintf(file, "%.*s%s%s%s", (int)(found - text), text, to, found + strlen(from), more);
    else
        fprintf(file, "%s%s", text, more);
    CU_ASSERT_EQUAL(ftruncate(fileno(file), ftell(file)), 0);
    fclose(file);
}

static void other_format(const char *path) {
    edit(path, "muster-cache 1", "muster-cache 2", "");
}

static void other_length(const char *path) {
    edit(path, "\nanswer ", "\nanswer 9999999999999999999", "");
}

static void nonsense_answer(const char *path) {
    edit(path, "QEMU emulator version", "Qemu emulator version", "");
    edit(path, "tcg\nkvm\n", "tcg\nKVM\n", "");
}

static void something_behind(const char *path) {
    edit(path, "\nend\n", "\nend\n", "end\n");
}

static void test_hostile_cache(void) {
    static void (*const changes[])(const char *) = {make_writable, make_link,       make_fifo,       make_folder,
                                                    make_huge,     make_empty,      make_short,      other_format,
                                                    other_length,  nonsense_answer, something_behind};
    struct muster_probe_context context = fake_linux(fake_recorded("victim", "qemu-7.2"));
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char folder[32];
        snprintf(folder, sizeof folder, "hostile-%zu", i);
        context.cache = fake_path(folder);
        CU_ASSERT_EQUAL(ask_both(&context, "victim", "7.2.22"), 2);
        CU_ASSERT_EQUAL(ask_both(&context, "victim", "7.2.22"), 0);
        CU_ASSERT_EQUAL(each_kept(folder, changes[i]), 2);
        CU_ASSERT_EQUAL(ask_both(&context, "victim", "7.2.22"), 2);
    }
}

static void test_cache_folder(void) {
    struct muster_probe_context context = fake_linux(fake_recorded("located", "qemu-7.2"));
    context.cache = NULL;
    setenv("XDG_CACHE_HOME", fake_path("by-xdg"), 1);
    setenv("HOME", fake_path("by-home"), 1);
    CU_ASSERT_EQUAL(ask_both(&context, "located", "7.2.22"), 2);
    CU_ASSERT_EQUAL(each_kept("by-xdg/muster", NULL), 2);
    setenv("XDG_CACHE_HOME", "relative", 1);
    CU_ASSERT_EQUAL(ask_both(&context, "located", "7.2.22"), 2);
    CU_ASSERT_EQUAL(each_kept("by-home/.cache/muster", NULL), 2);
    unsetenv("XDG_CACHE_HOME");
    CU_ASSERT_EQUAL(ask_both(&context, "located", "7.2.22"), 0);
    unsetenv("HOME");
    CU_ASSERT_EQUAL(ask_both(&context, "located", "7.2.22"), 2);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"cache", test_cache},
        {"cache and symbolic links", test_cache_links},
        {"failures are not kept", test_failures_are_not_kept},
        {"replaced while asked", test_replaced_while_asked},
        {"cache that cannot be written", test_cache_cannot_be_written},
        {"hostile cache", test_hostile_cache},
        {"folder of the cache", test_cache_folder},
    };
    fake_begin();
    return unit_main("cache", tests, sizeof tests / sizeof tests[0]);
}
