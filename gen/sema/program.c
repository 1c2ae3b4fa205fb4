/*
 * Loads a ruleset: the ruleset that it extends, its main file, and included files in place of their includes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <sys/stat.h>

#include "gen/model/model.h"
#include "runtime/base/utf8.h"

/* Limits on the nesting of includes and of extensions. */
enum { MAX_INCLUDE_DEPTH = 20, MAX_EXTENDS_DEPTH = 20 };

/* The place that a file is loaded from. */
struct origin {
    struct span span;  /* of its name in the including or extending file */
    size_t includes;   /* number of includes around it */
    size_t extensions; /* number of rulesets that extend it */
    bool is_ruleset;
};

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

static bool exists(const char *name) {
    struct stat status;
    return stat(name, &status) == 0;
}

/* Searches in the folder of the including file first, then in the folders of -I. */
static const char *find_file(struct loader *loader, const char *includer, const char *name) {
    const struct sources *sources = loader->sources;
    const char *slash = strrchr(includer, '/'), *sibling = name;
    if (name[0] == '/')
        return name;
    if (slash)
        sibling = arena_print(loader->arena, "%.*s%s", (int)(slash - includer + 1), includer, name);
    for (size_t i = 0; i < sources->n_folders && !exists(sibling); i++) {
        const char *other = arena_print(loader->arena, "%s/%s", sources->folders[i], name);
        if (exists(other))
            return other;
    }
    return sibling;
}

static struct identity *find_identity(struct loader *loader, const struct stat *status) {
    for (size_t i = 0; i < loader->identities.count; i++) {
        struct identity *identity = &loader->identities.items[i];
        if (identity->device == status->st_dev && identity->inode == status->st_ino)
            return identity;
    }
    return NULL;
}

static struct identity *known_file(struct loader *loader, const char *name) {
    struct stat status;
    return stat(name, &status) == 0 ? find_identity(loader, &status) : NULL;
}

static bool load_file(struct loader *loader, const char *name, struct origin origin, size_t *layer);

static void load_include(struct loader *loader, const struct ast_declaration *declaration, struct origin origin,
                         size_t layer) {
    const char *text = ast_plain_text(declaration->text, loader->diagnostics);
    struct span span = declaration->text->span;
    const char *name = find_file(loader, loader->sources->items[span.file].name, text);
    struct identity *known = known_file(loader, name);
    origin = (struct origin){.span = span, .includes = origin.includes + 1, .extensions = origin.extensions};
    if (known && known->open)
        diag_add(loader->diagnostics, DIAG_CODE_INCLUDE, span, "'%s' includes itself", text);
    else if (origin.includes > MAX_INCLUDE_DEPTH)
        diag_add(loader->diagnostics, DIAG_CODE_INCLUDE, span, "files include each other deeper than %d",
                 MAX_INCLUDE_DEPTH);
    else if (!known)
        load_file(loader, name, origin, &layer);
}

/* Returns the layer of the extension. */
static size_t load_base(struct loader *loader, const struct ast_string *extends, struct origin origin) {
    const char *text = ast_plain_text(extends, loader->diagnostics);
    struct span span = extends->span;
    const char *name = find_file(loader, loader->sources->items[span.file].name, text);
    struct identity *known = known_file(loader, name);
    origin = (struct origin){.span = span, .extensions = origin.extensions + 1, .is_ruleset = true};
    size_t layer = 0;
    bool is_loaded = false;
    if (known)
        diag_add(loader->diagnostics, DIAG_CODE_EXTENDS, span, "'%s' extends itself", text);
    else if (origin.extensions > MAX_EXTENDS_DEPTH)
        diag_add(loader->diagnostics, DIAG_CODE_EXTENDS, span, "rulesets extend each other deeper than %d",
                 MAX_EXTENDS_DEPTH);
    else
        is_loaded = load_file(loader, name, origin, &layer);
    /* Names from the missing file are not reported as undeclared. */
    loader->diagnostics->incomplete_file = loader->diagnostics->incomplete_file || !is_loaded;
    return layer + 1;
}

/* The name of the ruleset that this one extends, or NULL. */
static const struct ast_string *find_extends(const struct ast_file *tree) {
    for (size_t i = 0; i < tree->declarations.count; i++)
        if (tree->declarations.items[i]->kind == AST_RULESET)
            return tree->declarations.items[i]->extends;
    return NULL;
}

/* The scanner requires valid UTF-8 without NUL bytes. */
static bool check_encoding(struct loader *loader, uint32_t file) {
    const struct source *source = &loader->sources->items[file];
    const char *nul = memchr(source->text, '\0', source->length);
    size_t odd = nul ? (size_t)(nul - source->text) : utf8_check(source->text, source->length);
    if (odd == source->length)
        return true;
    struct span span = {file, (uint32_t)odd, (uint32_t)odd + 1};
    diag_add(loader->diagnostics, DIAG_CODE_ENCODING, span, "%s",
             nul ? "a NUL byte; a rule file is text" : "not valid UTF-8; a rule file is UTF-8 text");
    loader->diagnostics->incomplete_file = true;
    return false;
}

static void set_file(struct loader *loader, uint32_t file, size_t layer, bool is_ruleset) {
    while (loader->program->files.count <= file)
        ARENA_PUSH(loader->arena, &loader->program->files, (struct program_file){0});
    loader->program->files.items[file] = (struct program_file){layer, is_ruleset};
}

/* *layer is the layer of the including file; for a ruleset it becomes the ruleset's own. */
static bool load_file(struct loader *loader, const char *name, struct origin origin, size_t *layer) {
    uint32_t file;
    const char *problem;
    if (!source_load(loader->sources, name, &file, &problem)) {
        diag_add(loader->diagnostics, DIAG_CODE_UNREADABLE, origin.span, "'%s' %s", name, problem);
        loader->diagnostics->incomplete_file = true;
        return false;
    }
    set_file(loader, file, *layer, origin.is_ruleset);
    if (!check_encoding(loader, file))
        return true;
    struct stat status = {0};
    size_t own = loader->identities.count;
    if (stat(name, &status) == 0)
        ARENA_PUSH(loader->arena, &loader->identities,
                   ((struct identity){.device = status.st_dev, .inode = status.st_ino, .open = true}));
    struct ast_file *tree = ast_parse(loader->arena, loader->sources, file, loader->diagnostics);
    const struct ast_string *extends = origin.is_ruleset ? find_extends(tree) : NULL;
    if (extends)
        *layer = load_base(loader, extends, origin);
    set_file(loader, file, *layer, origin.is_ruleset);
    for (size_t i = 0; i < tree->declarations.count; i++) {
        const struct ast_declaration *declaration = tree->declarations.items[i];
        if (declaration->kind == AST_INCLUDE)
            load_include(loader, declaration, origin, *layer);
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
    size_t layer = 0;
    struct origin origin = {.span = SPAN_NOWHERE, .is_ruleset = true};
    return load_file(&loader, name, origin, &layer) ? loader.program : NULL;
}

bool program_add_query(struct program *program, struct arena *arena, struct sources *sources, const char *question,
                       struct diagnostics *diagnostics) {
    struct loader loader = {.arena = arena, .sources = sources, .diagnostics = diagnostics, .program = program};
    uint32_t file = source_add(sources, "<question>", arena_copy(arena, question, strlen(question)));
    set_file(&loader, file, program->files.items[0].layer, false);
    if (!check_encoding(&loader, file))
        return false;
    struct ast_declaration *query = ast_parse_question(arena, sources, file, diagnostics);
    if (query)
        ARENA_PUSH(arena, &program->declarations, query);
    return query;
}
