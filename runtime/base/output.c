/*
 * Files written whole or not at all.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "runtime/base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/character.h"

void complain(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("musterc: ", stderr);
    print_text(arena_vprint(arena, format, arguments), stderr);
    putc('\n', stderr);
    va_end(arguments);
}

bool output_is_free(struct arena *arena, const char *path, const char *const *names, size_t count) {
    struct stat wanted, status;
    bool exists = stat(path, &wanted) == 0;
    for (size_t i = 0; i < count; i++) {
        bool same_file =
            exists && stat(names[i], &status) == 0 && status.st_dev == wanted.st_dev && status.st_ino == wanted.st_ino;
        if (!same_file && strcmp(path, names[i]) != 0)
            continue;
        complain(arena, "%s is read or written already; give the output another name", path);
        return false;
    }
    return true;
}

bool output_open(struct arena *arena, struct output *output, const char *path) {
    char *target = realpath(path, NULL); /* a link stays one */
    *output = (struct output){.path = path, .target = target ? arena_copy(arena, target, strlen(target)) : path};
    free(target);
    output->stream = open_memstream(&output->text, &output->length);
    if (!output->stream)
        complain(arena, "%s cannot be written: %s", path, strerror(errno));
    return output->stream != NULL;
}

void output_discard(struct output *output) {
    if (output->stream)
        fclose(output->stream);
    free(output->text);
    *output = (struct output){0};
}

/* A terminal, a pipe, /dev/null: it is written to, and nothing takes its place. */
static bool is_special(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

static bool write_into(struct arena *arena, const struct output *output) {
    FILE *file = fopen(output->target, "wb");
    bool good = file && fwrite(output->text, 1, output->length, file) == output->length;
    if (file)
        good = fclose(file) == 0 && good;
    if (!good)
        complain(arena, "%s cannot be written: %s", output->path, strerror(errno));
    return good;
}

static bool is_same(const struct output *output) {
    FILE *old = fopen(output->target, "rb");
    if (!old)
        return false;
    bool same = true;
    char block[4096];
    size_t at = 0, got;
    while (same && (got = fread(block, 1, sizeof block, old)) > 0) {
        same = got <= output->length - at && memcmp(block, output->text + at, got) == 0;
        at += got;
    }
    same = same && at == output->length && !ferror(old);
    fclose(old);
    return same;
}

/* Writes beside the final place; returns the temporary name, or NULL after a message. */
static const char *write_beside(struct arena *arena, const struct output *output) {
    char *name = arena_print(arena, "%s.XXXXXX", output->target);
    struct stat status;
    if (stat(output->target, &status) == 0 && S_ISDIR(status.st_mode)) { /* said before anything is renamed */
        complain(arena, "%s cannot be written: %s", output->path, strerror(EISDIR));
        return NULL;
    }
    int descriptor = mkstemp(name);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    bool good = file && fwrite(output->text, 1, output->length, file) == output->length;
    if (file) {
        mode_t mask = umask(0);
        umask(mask);
        good = fchmod(descriptor, 0666 & ~mask) == 0 && good;
        good = fclose(file) == 0 && good;
    } else if (descriptor >= 0) {
        close(descriptor);
    }
    if (good)
        return name;
    complain(arena, "%s cannot be written: %s", output->path, strerror(errno));
    if (descriptor >= 0)
        unlink(name);
    return NULL;
}

/* Not to be able to is no fault of the output: it has the right bytes. */
static void touch_all(const struct output *outputs, size_t count) {
    for (size_t i = count; i-- > 0;)
        if (!is_special(outputs[i].target))
            (void)utimensat(AT_FDCWD, outputs[i].target, NULL, 0);
}

bool output_commit(struct arena *arena, struct output *outputs, size_t count) {
    const char **names = arena_alloc(arena, (count + 1) * sizeof *names);
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        good = fclose(outputs[i].stream) == 0 && good;
        outputs[i].stream = NULL;
    }
    if (!good)
        fputs("musterc: out of memory\n", stderr);
    for (size_t i = 0; i < count && good; i++)
        if (!is_special(outputs[i].target) && !is_same(&outputs[i])) {
            names[i] = write_beside(arena, &outputs[i]);
            good = names[i] != NULL;
        }
    for (size_t i = 0; i < count; i++) {
        if (good && is_special(outputs[i].target)) {
            good = write_into(arena, &outputs[i]);
        } else if (good && names[i] && rename(names[i], outputs[i].target) != 0) {
            complain(arena, "%s cannot be written: %s", outputs[i].path, strerror(errno));
            good = false;
        }
        if (!good && names[i])
            unlink(names[i]);
    }
    if (good)
        touch_all(outputs, count);
    for (size_t i = 0; i < count; i++)
        output_discard(&outputs[i]);
    return good;
}
