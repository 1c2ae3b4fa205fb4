/*
 * Turns names of rules into identifiers of C and C++.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/codegen/c_names.h"

#include <string.h>

/* Reserved words of C and C++, words that the header uses itself, and `defined`, which the preprocessor reserves. */
static const char *const words[] = {"MUSTER_EXTENSION",
                                    "int32_t",
                                    "int64_t",
                                    "alignas",
                                    "alignof",
                                    "and",
                                    "and_eq",
                                    "asm",
                                    "auto",
                                    "bitand",
                                    "bitor",
                                    "bool",
                                    "break",
                                    "case",
                                    "catch",
                                    "char",
                                    "char16_t",
                                    "char32_t",
                                    "char8_t",
                                    "class",
                                    "co_await",
                                    "co_return",
                                    "co_yield",
                                    "compl",
                                    "concept",
                                    "const",
                                    "const_cast",
                                    "consteval",
                                    "constexpr",
                                    "constinit",
                                    "continue",
                                    "decltype",
                                    "default",
                                    "defined",
                                    "delete",
                                    "do",
                                    "double",
                                    "dynamic_cast",
                                    "else",
                                    "enum",
                                    "explicit",
                                    "export",
                                    "extern",
                                    "false",
                                    "float",
                                    "for",
                                    "friend",
                                    "goto",
                                    "if",
                                    "inline",
                                    "int",
                                    "long",
                                    "mutable",
                                    "namespace",
                                    "new",
                                    "noexcept",
                                    "not",
                                    "not_eq",
                                    "nullptr",
                                    "operator",
                                    "or",
                                    "or_eq",
                                    "private",
                                    "protected",
                                    "public",
                                    "register",
                                    "reinterpret_cast",
                                    "requires",
                                    "restrict",
                                    "return",
                                    "short",
                                    "signed",
                                    "sizeof",
                                    "static",
                                    "static_assert",
                                    "static_cast",
                                    "struct",
                                    "switch",
                                    "template",
                                    "this",
                                    "thread_local",
                                    "throw",
                                    "true",
                                    "try",
                                    "typedef",
                                    "typeid",
                                    "typename",
                                    "typeof",
                                    "typeof_unqual",
                                    "union",
                                    "unsigned",
                                    "using",
                                    "value",
                                    "virtual",
                                    "void",
                                    "volatile",
                                    "wchar_t",
                                    "while",
                                    "xor",
                                    "xor_eq"};

/*
 * Not required for correctness: the header undefines macros with the names of its fields, and has an index for each
 * field.
 */
static const char *const macros[] = {"BUFSIZ", "EOF",   "I",      "NULL",  "RAND_MAX", "assert",  "cdecl",  "environ",
                                     "errno",  "far",   "i386",   "linux", "major",    "makedev", "minor",  "near",
                                     "pascal", "small", "stderr", "stdin", "stdout",   "unix",    "windows"};

static bool is_among(const char *const *list, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

const char *c_constant(struct arena *arena, const char *name) {
    char *copy = arena_copy(arena, name, strlen(name));
    for (char *at = copy; *at; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
        else if (!((*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9')))
            *at = '_';
    return copy;
}

const char *c_prefix(struct arena *arena, const char *ruleset) {
    bool is_ours = strcmp(c_constant(arena, ruleset), "MUSTER") == 0;
    return is_ours ? arena_print(arena, "ruleset_%s", ruleset) : ruleset;
}

const char *c_unique(struct arena *arena, struct symbols *taken, const char *wanted) {
    const char *name = wanted;
    for (unsigned i = 2; symbols_find(taken, name); i++)
        name = arena_print(arena, "%s_%u", wanted, i);
    symbols_add(arena, taken, name, (struct span){0}, NULL);
    return name;
}

static bool is_word(const char *name) {
    return is_among(words, sizeof words / sizeof words[0], name);
}

static bool is_claimed(const char *name) {
    return name[0] == '_' && (name[1] == '_' || (name[1] >= 'A' && name[1] <= 'Z'));
}

const char **c_fields(struct arena *arena, const char *tag, const char *const *names, size_t count) {
    const char **fields = arena_alloc(arena, (count + 1) * sizeof *fields);
    struct symbols taken = {0};
    for (size_t i = 0; i < count; i++)
        if (!is_claimed(names[i]) && !is_word(names[i]) && strcmp(names[i], tag) != 0)
            fields[i] = c_unique(arena, &taken, names[i]);
    for (size_t i = 0; i < count; i++)
        if (!fields[i])
            fields[i] = c_unique(arena, &taken, arena_print(arena, is_claimed(names[i]) ? "field%s" : "%s_", names[i]));
    return fields;
}

const char **c_second_fields(struct arena *arena, const char *const *fields, size_t count) {
    const char **second = arena_alloc(arena, (count + 1) * sizeof *second);
    for (size_t i = 0; i < count; i++) {
        const char *name = arena_print(arena, "%s_", fields[i]);
        bool is_macro = is_among(macros, sizeof macros / sizeof macros[0], fields[i]);
        second[i] = is_macro && !is_among(fields, count, name) ? name : NULL;
    }
    return second;
}
