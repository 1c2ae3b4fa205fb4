/*
 * Files written whole or not at all.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool output_open(struct output *output, const char *path) {
    *output = (struct output){.path = path};
    output->stream = open_memstream(&output->text, &output->length);
    if (!output->stream)
        fprintf(stderr, "musterc: %s cannot be written: %s\n", path, strerror(errno));
    return output->stream != NULL;
}

void output_discard(struct output *output) {
    if (output->stream)
        fclose(output->stream);
    free(output->text);
    *output = (struct output){0};
}

static bool is_same(const struct output *output) {
    FILE *old = fopen(output->path, "rb");
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
    char *name = arena_print(arena, "%s.XXXXXX", output->path);
    struct stat status;
    if (stat(output->path, &status) == 0 && S_ISDIR(status.st_mode)) { /* said before anything is renamed */
        fprintf(stderr, "musterc: %s cannot be written: %s\n", output->path, strerror(EISDIR));
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
    fprintf(stderr, "musterc: %s cannot be written: %s\n", output->path, strerror(errno));
    if (descriptor >= 0)
        unlink(name);
    return NULL;
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
        if (!is_same(&outputs[i])) {
            names[i] = write_beside(arena, &outputs[i]);
            good = names[i] != NULL;
        }
    for (size_t i = 0; i < count; i++) {
        if (good && names[i] && rename(names[i], outputs[i].path) != 0) {
            fprintf(stderr, "musterc: %s cannot be written: %s\n", outputs[i].path, strerror(errno));
            good = false;
        }
        if (!good && names[i])
            unlink(names[i]);
        output_discard(&outputs[i]);
    }
    return good;
}
