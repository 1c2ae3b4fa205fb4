/*
 * The generated header: enumerations, structures and functions with the ruleset's own names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "emit.h"
#include "symbols.h"

struct emitter {
    struct arena *arena;
    FILE *out;
    const struct muster_ruleset *rules;
    const char *name;  /* of the ruleset */
    const char *upper; /* the same in capitals */
    struct symbols constants;
};

static const struct muster_member *member_at(const struct emitter *emitter, uint32_t index) {
    return &MUSTER_SECTION(emitter->rules, members, struct muster_member)[index];
}

static const char *text(const struct emitter *emitter, uint32_t offset) {
    return muster_text(emitter->rules, offset);
}

/* ASCII only, whatever the locale is. */
static const char *constant_name(const struct emitter *emitter, const char *name) {
    char *copy = arena_copy(emitter->arena, name, strlen(name));
    for (char *at = copy; *at; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
        else if (!((*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9')))
            *at = '_';
    return copy;
}

/* Two members may differ only in characters that C has not; the second one then gets a number. */
static const char *unique_constant(struct emitter *emitter, const char *wanted) {
    const char *name = wanted;
    for (unsigned i = 2; symbols_find(&emitter->constants, name); i++)
        name = arena_print(emitter->arena, "%s_%u", wanted, i);
    symbols_add(emitter->arena, &emitter->constants, name, (struct span){0}, NULL);
    return name;
}

/* A field's name; the words of C and C++ get an underscore. */
static const char *field_name(const struct emitter *emitter, const char *name) {
    static const char *const words[] = {
        "alignas", "alignof",  "and",      "asm",       "auto",      "bool",     "break",     "case",     "catch",
        "char",    "class",    "const",    "constexpr", "continue",  "default",  "delete",    "do",       "double",
        "else",    "enum",     "explicit", "export",    "extern",    "false",    "float",     "for",      "friend",
        "goto",    "if",       "inline",   "int",       "long",      "mutable",  "namespace", "new",      "not",
        "nullptr", "operator", "or",       "private",   "protected", "public",   "register",  "requires", "restrict",
        "return",  "short",    "signed",   "sizeof",    "static",    "struct",   "switch",    "template", "this",
        "throw",   "true",     "try",      "typedef",   "typeid",    "typename", "typeof",    "union",    "unsigned",
        "using",   "value",    "virtual",  "void",      "volatile",  "while",    "xor"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(name, words[i]) == 0)
            return arena_print(emitter->arena, "%s_", name);
    return name;
}

static void title_comment(const struct emitter *emitter, uint32_t title) {
    if (!title)
        return;
    fputs(" /* ", emitter->out);
    emit_comment(emitter->out, text(emitter, title));
    fputs(" */", emitter->out);
}

static void enumeration(struct emitter *emitter, const char *name, const struct muster_type *type) {
    const char *prefix = constant_name(emitter, name);
    fprintf(emitter->out, "enum %s_%s {\n", emitter->name, name);
    for (uint32_t i = 0; i < type->n_members; i++) {
        const struct muster_member *member = member_at(emitter, type->first_member + i);
        const char *wanted = arena_print(emitter->arena, "%s_%s_%s", emitter->upper, prefix,
                                         constant_name(emitter, text(emitter, member->name)));
        fprintf(emitter->out, "    %s = %u,", unique_constant(emitter, wanted), i);
        title_comment(emitter, member->title);
        fputc('\n', emitter->out);
    }
    fputs("};\n\n", emitter->out);
}

static void enumerations(struct emitter *emitter) {
    const struct muster_ruleset *rules = emitter->rules;
    struct symbols shared = {0};
    for (uint32_t i = 0; i < rules->types.count; i++) {
        const struct muster_type *type = muster_type_at(rules, i);
        const char *name = text(emitter, type->name);
        if (!type->name || symbols_find(&shared, name))
            continue;
        symbols_add(emitter->arena, &shared, name, (struct span){0}, NULL);
        enumeration(emitter, name, type);
    }
    for (uint32_t i = 0; i < rules->inputs.count; i++) {
        const struct muster_input *input = muster_input_at(rules, i);
        const struct muster_type *type = muster_type_at(rules, input->type);
        if (type->kind == MUSTER_ENUM && !type->name)
            enumeration(emitter, text(emitter, input->name), type);
    }
    for (uint32_t i = 0; i < rules->decisions.count; i++) {
        const struct muster_decision *decision = muster_decision_at(rules, i);
        const struct muster_type *type = muster_type_at(rules, decision->type);
        if (type->kind == MUSTER_ENUM && !type->name)
            enumeration(emitter, text(emitter, decision->name), type);
    }
}

static const char *type_words(const struct emitter *emitter, uint32_t index, const char *owner) {
    const struct muster_type *type = muster_type_at(emitter->rules, index);
    const char *unknown = type->or_unknown ? ", or MUSTER_UNKNOWN" : "";
    switch (type->kind) {
    case MUSTER_BOOL:
        return arena_print(emitter->arena, "0 or 1%s", unknown);
    case MUSTER_ENUM:
        return arena_print(emitter->arena, "enum %s_%s%s", emitter->name,
                           type->name ? text(emitter, type->name) : owner, unknown);
    case MUSTER_VERSION:
        return arena_print(emitter->arena, "MUSTER_PACK_VERSION(a, b, c)%s", unknown);
    default:
        return arena_print(emitter->arena, "%lld to %lld%s", (long long)type->lo, (long long)type->hi, unknown);
    }
}

static void field(const struct emitter *emitter, const char *c_type, uint32_t name, uint32_t type, uint32_t title) {
    const char *words = text(emitter, name);
    fprintf(emitter->out, "            %s %s; /* %s", c_type, field_name(emitter, words),
            type_words(emitter, type, words));
    if (title) {
        fputs(": ", emitter->out);
        emit_comment(emitter->out, text(emitter, title));
    }
    fputs(" */\n", emitter->out);
}

static void structures(const struct emitter *emitter) {
    const struct muster_ruleset *rules = emitter->rules;
    fprintf(emitter->out, "/* What a host is. The same memory by name and by index. */\nstruct %s_facts {\n",
            emitter->name);
    fputs("    union {\n        struct {\n", emitter->out);
    for (uint32_t i = 0; i < rules->n_facts; i++) {
        const struct muster_input *input = muster_input_at(rules, i);
        field(emitter, "int64_t", input->name, input->type, input->title);
    }
    if (rules->n_facts == 0)
        fputs("            int64_t none;\n", emitter->out);
    fprintf(emitter->out, "        };\n        int64_t value[%u];\n    };\n};\n\n",
            rules->n_facts ? rules->n_facts : 1);

    fprintf(emitter->out,
            "/* What was decided; -1 where the rules refused the host before. */\nstruct %s_decisions {\n",
            emitter->name);
    fputs("    union {\n        struct {\n", emitter->out);
    for (uint32_t i = 0; i < rules->decisions.count; i++) {
        const struct muster_decision *decision = muster_decision_at(rules, i);
        field(emitter, "int32_t", decision->name, decision->type, decision->title);
    }
    if (rules->decisions.count == 0)
        fputs("            int32_t none;\n", emitter->out);
    fprintf(emitter->out, "        };\n        int32_t value[%u];\n    };\n};\n\n",
            rules->decisions.count ? rules->decisions.count : 1);
}

/* Everything that a command line can take, with parameters as long as they may be. */
static unsigned long long most_bytes(const struct muster_ruleset *rules) {
    unsigned long long bytes = rules->most_bytes + MUSTER_PAD;
    const struct muster_form *form = MUSTER_SECTION(rules, forms, struct muster_form);
    for (uint32_t i = 0; i < rules->forms.count; i++, form++)
        bytes += (unsigned long long)form->space * form->most_uses;
    return bytes;
}

static void parameters(struct emitter *emitter) {
    const struct muster_ruleset *rules = emitter->rules;
    if (rules->n_facts < rules->inputs.count)
        fputs("/* Parameters, for muster_set_text and muster_set_value. */\nenum {\n", emitter->out);
    for (uint32_t i = rules->n_facts; i < rules->inputs.count; i++) {
        const struct muster_input *input = muster_input_at(rules, i);
        const char *wanted = arena_print(emitter->arena, "%s_PARAM_%s", emitter->upper,
                                         constant_name(emitter, text(emitter, input->name)));
        fprintf(emitter->out, "    %s = %u,", unique_constant(emitter, wanted), i);
        title_comment(emitter, input->title);
        fputc('\n', emitter->out);
    }
    if (rules->n_facts < rules->inputs.count)
        fputs("};\n\n", emitter->out);
    fprintf(emitter->out, "/* Bytes that muster_params_init needs for this ruleset. */\n#define %s_PARAMS_SIZE %zu\n\n",
            emitter->upper, muster_params_size(rules));
    fprintf(emitter->out,
            "/* Slots and bytes that are enough for every command line. With them, muster_argv is fastest. */\n"
            "#define %s_ARGV_SLOTS %u\n#define %s_ARGV_SIZE %llu\n\n",
            emitter->upper, rules->most_arguments + 1 + MUSTER_SPARE, emitter->upper, most_bytes(rules));
}

static void data_type(const struct emitter *emitter) {
    fprintf(emitter->out,
            "/* The ruleset, as muster_tables.h describes it. */\nstruct %s_tables {\n"
            "    struct muster_ruleset head;\n",
            emitter->name);
#define FIELD(section, element)                                                                                        \
    if (emitter->rules->section.count)                                                                                 \
        fprintf(emitter->out, "    %s %s[%u];\n", #element, #section, emitter->rules->section.count);
    MUSTER_SECTIONS(FIELD)
#undef FIELD
    fprintf(emitter->out, "};\n\nextern const struct %s_tables %s_tables;\n#define %s_ruleset (&%s_tables.head)\n\n",
            emitter->name, emitter->name, emitter->name, emitter->name);
}

static void functions(const struct emitter *emitter) {
    const char *name = emitter->name;
    fprintf(emitter->out,
            "/* muster_facts_init, muster_decide and muster_argv of muster.h for this ruleset. */\n"
            "static inline void %s_facts_init(struct %s_facts *facts) {\n"
            "    muster_facts_init(%s_ruleset, facts->value);\n}\n\n",
            name, name, name);
    fprintf(emitter->out,
            "static inline enum muster_status %s_decide(const struct %s_facts *facts, const struct muster_params "
            "*params,\n    struct %s_decisions *decisions, struct muster_error *error) {\n"
            "    return muster_decide(%s_ruleset, facts->value, params, decisions->value, NULL, error);\n}\n\n",
            name, name, name, name);
    fprintf(emitter->out,
            "static inline enum muster_status %s_argv(const struct %s_facts *facts, const struct muster_params "
            "*params,\n    const char **argv, size_t slots, char *buffer, size_t size, struct muster_space *needed,\n"
            "    struct muster_error *error) {\n"
            "    return muster_argv(%s_ruleset, facts->value, params, argv, slots, buffer, size, needed, error);\n"
            "}\n",
            name, name, name);
}

void emit_header(struct arena *arena, FILE *out, const struct muster_ruleset *rules, const char *main_name) {
    struct emitter emitter = {.arena = arena, .out = out, .rules = rules, .name = muster_text(rules, rules->name)};
    emitter.upper = constant_name(&emitter, emitter.name);
    fputs("/*\n * ", out);
    emit_comment(out, rules->title ? muster_text(rules, rules->title) : emitter.name);
    fputs("\n *\n * Made by musterc from ", out);
    emit_comment(out, main_name);
    fputs(". Do not edit: change the rules.\n */\n", out);
    fprintf(out, "#ifndef %s_RULESET_H\n#define %s_RULESET_H\n\n#include <muster.h>\n\n", emitter.upper, emitter.upper);
    fprintf(out,
            "#if MUSTER_TABLES_VERSION != %d\n#error \"made for another version of libmuster's tables: make it "
            "again with musterc compile\"\n#endif\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n",
            MUSTER_TABLES_VERSION);
    enumerations(&emitter);
    structures(&emitter);
    parameters(&emitter);
    data_type(&emitter);
    functions(&emitter);
    fputs("\n#ifdef __cplusplus\n}\n#endif\n#endif\n", out);
}
