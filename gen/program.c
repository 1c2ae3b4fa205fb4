/*
 * Loading a ruleset: its main file and, at each include, the included file in its place.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <sys/stat.h>

#include "../runtime/utf8.h"
#include "model.h"

/* Includes in includes; deeper is taken for an accident. */
enum { MAX_INCLUDE_DEPTH = 20 };

struct loader {
    struct arena *arena;
    struct sources *sources;
    struct diagnostics *diagnostics;
    struct program *program;
    struct {
        struct identity {
            dev_t device;
            ino_t inode;
            bool open;
        } * items;
        size_t count, capacity;
    } identities;
};

/* The included name, relative to the folder of the file that includes it. */
static const char *beside(struct loader *loader, const char *includer, const char *name) {
    const char *slash = strrchr(includer, '/');
    if (name[0] == '/' || !slash)
        return name;
    return arena_print(loader->arena, "%.*s%s", (int)(slash - includer + 1), includer, name);
}

static struct identity *find_identity(struct loader *loader, const struct stat *status) {
    for (size_t i = 0; i < loader->identities.count; i++) {
        struct identity *identity = &loader->identities.items[i];
        if (identity->device == status->st_dev && identity->inode == status->st_ino)
            return identity;
    }
    return NULL;
}

static bool load_file(struct loader *loader, const char *name, struct span includer, size_t depth);

static void load_include(struct loader *loader, const struct ast_declaration *declaration, size_t depth) {
    const char *text = ast_plain_text(declaration->text, loader->diagnostics);
    struct span span = declaration->text->span;
    const char *name = beside(loader, loader->sources->items[span.file].name, text);
    struct stat status;
    struct identity *known = stat(name, &status) == 0 ? find_identity(loader, &status) : NULL;
    if (known && known->open)
        diag_add(loader->diagnostics, DIAG_CODE_INCLUDE, span, "'%s' includes itself", text);
    else if (depth >= MAX_INCLUDE_DEPTH)
        diag_add(loader->diagnostics, DIAG_CODE_INCLUDE, span, "files include each other deeper than %d",
                 MAX_INCLUDE_DEPTH);
    else if (!known)
        load_file(loader, name, span, depth + 1);
}

/* A rule file is UTF-8 text; nothing else is given to the scanner. */
static bool check_encoding(struct loader *loader, uint32_t file) {
    const struct source *source = &loader->sources->items[file];
    const char *nul = memchr(source->text, '\0', source->length);
    size_t odd = nul ? (size_t)(nul - source->text) : utf8_check(source->text, source->length);
    if (odd == source->length)
        return true;
    struct span span = {file, (uint32_t)odd, (uint32_t)odd + 1};
    diag_add(loader->diagnostics, DIAG_CODE_ENCODING, span, "%s",
             nul ? "a NUL byte; a rule file is text" : "not valid UTF-8; a rule file is UTF-8 text");
    loader->diagnostics->lost_file = true;
    return false;
}

static bool load_file(struct loader *loader, const char *name, struct span includer, size_t depth) {
    uint32_t file;
    const char *problem;
    if (!source_load(loader->sources, name, &file, &problem)) {
        diag_add(loader->diagnostics, DIAG_CODE_UNREADABLE, includer, "'%s' %s", name, problem);
        loader->diagnostics->lost_file = true;
        return false;
    }
    if (!check_encoding(loader, file))
        return true;
    struct stat status = {0};
    size_t own = loader->identities.count;
    if (stat(name, &status) == 0)
        ARENA_PUSH(loader->arena, &loader->identities,
                   ((struct identity){.device = status.st_dev, .inode = status.st_ino, .open = true}));
    struct ast_file *tree = ast_parse(loader->arena, loader->sources, file, loader->diagnostics);
    for (size_t i = 0; i < tree->declarations.count; i++) {
        const struct ast_declaration *declaration = tree->declarations.items[i];
        if (declaration->kind == AST_INCLUDE)
            load_include(loader, declaration, depth);
        else
            ARENA_PUSH(loader->arena, &loader->program->declarations, declaration);
    }
    if (own < loader->identities.count)
        loader->identities.items[own].open = false;
    return true;
}

struct program *program_load(struct arena *arena, struct sources *sources, const char *name,
                             struct diagnostics *diagnostics) {
    struct loader loader = {.arena = arena, .sources = sources, .diagnostics = diagnostics};
    loader.program = arena_alloc(arena, sizeof *loader.program);
    return load_file(&loader, name, SPAN_NOWHERE, 0) ? loader.program : NULL;
}
