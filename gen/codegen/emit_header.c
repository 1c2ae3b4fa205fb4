/*
 * Writes the generated header: enumerations, structures and functions with the names of the ruleset.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gen/codegen/c_names.h"
#include "gen/codegen/emit.h"

struct emitter {
    struct arena *arena;
    FILE *out;
    const struct muster_ruleset *rules;
    uint64_t fingerprint;
    const char *name;  /* prefix of all names */
    const char *upper; /* the prefix in capitals */
    struct symbols constants, tags;
    const char **shared_tags, **input_tags,
        **decision_tags; /* tags of enumerations, by index of a shared type, an input or a decision; or NULL */
    const char **input_indices, **decision_indices; /* NAME_FACT_X, NAME_PARAM_X, NAME_DECISION_X */
};

/* The fields of a structure, with their comments. */
struct field {
    const char *name, *second; /* `second`: an alternative name of the field, or NULL */
    const char *title, *type;
};
struct fields {
    const struct field *items;
    size_t count;
    const char *kind, *c_type; /* "facts", "int64_t" */
};

static const struct muster_member *member_at(const struct emitter *emitter, uint32_t index) {
    return &MUSTER_SECTION(emitter->rules, members, struct muster_member)[index];
}

static const char *text(const struct emitter *emitter, uint32_t offset) {
    return muster_text(emitter->rules, offset);
}

static void title_comment(const struct emitter *emitter, uint32_t title) {
    if (!title)
        return;
    fputs(" /* ", emitter->out);
    emit_comment(emitter->out, text(emitter, title));
    fputs(" */", emitter->out);
}

/* Reserves the names that the header declares itself; names of rules give way to them. */
static void reserve_names(struct emitter *emitter) {
    static const char *const constants[] = {"RULESET_H", "FINGERPRINT", "PARAMS_SIZE", "ARGV_SLOTS", "ARGV_SIZE"};
    static const char *const tags[] = {"facts", "decisions", "tables", "ruleset"};
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++)
        c_unique(emitter->arena, &emitter->constants,
                 arena_print(emitter->arena, "%s_%s", emitter->upper, constants[i]));
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        c_unique(emitter->arena, &emitter->tags, tags[i]);
}

static const char *index_name(struct emitter *emitter, const char *kind, uint32_t name) {
    const char *wanted =
        arena_print(emitter->arena, "%s_%s_%s", emitter->upper, kind, c_constant(emitter->arena, text(emitter, name)));
    return c_unique(emitter->arena, &emitter->constants, wanted);
}

/* Called before enumerations are named, because the index of a fact has a documented name. Members give way. */
static void name_indices(struct emitter *emitter) {
    const struct muster_ruleset *rules = emitter->rules;
    emitter->input_indices = arena_alloc(emitter->arena, (rules->inputs.count + 1) * sizeof(char *));
    emitter->decision_indices = arena_alloc(emitter->arena, (rules->decisions.count + 1) * sizeof(char *));
    for (uint32_t i = 0; i < rules->inputs.count; i++)
        emitter->input_indices[i] =
            index_name(emitter, i < rules->n_facts ? "FACT" : "PARAM", muster_input_at(rules, i)->name);
    for (uint32_t i = 0; i < rules->decisions.count; i++)
        emitter->decision_indices[i] = index_name(emitter, "DECISION", muster_decision_at(rules, i)->name);
}

static void enumeration(struct emitter *emitter, const char *name, const struct muster_type *type, const char **tag) {
    const char *prefix = c_constant(emitter->arena, name);
    *tag = c_unique(emitter->arena, &emitter->tags, name);
    fprintf(emitter->out, "enum %s_%s {\n", emitter->name, *tag);
    for (uint32_t i = 0; i < type->n_members; i++) {
        const struct muster_member *member = member_at(emitter, type->first_member + i);
        const char *wanted = arena_print(emitter->arena, "%s_%s_%s", emitter->upper, prefix,
                                         c_constant(emitter->arena, text(emitter, member->name)));
        fprintf(emitter->out, "    %s = %u,", c_unique(emitter->arena, &emitter->constants, wanted), i);
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
        struct symbol *known = type->name ? symbols_find(&shared, name) : NULL;
        if (known)
            emitter->shared_tags[i] = known->meaning;
        if (!type->name || known)
            continue;
        enumeration(emitter, name, type, &emitter->shared_tags[i]);
        symbols_add(emitter->arena, &shared, name, (struct span){0}, (void *)emitter->shared_tags[i]);
    }
    for (uint32_t i = 0; i < rules->inputs.count; i++) {
        const struct muster_input *input = muster_input_at(rules, i);
        const struct muster_type *type = muster_type_at(rules, input->type);
        if (type->kind == MUSTER_ENUM && !type->name)
            enumeration(emitter, text(emitter, input->name), type, &emitter->input_tags[i]);
    }
    for (uint32_t i = 0; i < rules->decisions.count; i++) {
        const struct muster_decision *decision = muster_decision_at(rules, i);
        const struct muster_type *type = muster_type_at(rules, decision->type);
        if (type->kind == MUSTER_ENUM && !type->name)
            enumeration(emitter, text(emitter, decision->name), type, &emitter->decision_tags[i]);
    }
}

/* `own_tag`: the tag of an enumeration that is not shared. */
static const char *type_words(const struct emitter *emitter, uint32_t index, const char *own_tag) {
    const struct muster_type *type = muster_type_at(emitter->rules, index);
    const char *unknown = type->or_unknown ? ", or MUSTER_UNKNOWN" : "";
    switch (type->kind) {
    case MUSTER_BOOL:
        return arena_print(emitter->arena, "0 or 1%s", unknown);
    case MUSTER_ENUM:
        return arena_print(emitter->arena, "enum %s_%s%s", emitter->name,
                           type->name ? emitter->shared_tags[index] : own_tag, unknown);
    case MUSTER_VERSION:
        return arena_print(emitter->arena, "MUSTER_PACK_VERSION(a, b, c)%s", unknown);
    default:
        return arena_print(emitter->arena, "%lld to %lld%s", (long long)type->lo, (long long)type->hi, unknown);
    }
}

/* ---- structures ------------------------------------------------------------------------------------------------- */

static void name_fields(const struct emitter *emitter, const char *kind, struct field *fields, size_t count) {
    const char **names = arena_alloc(emitter->arena, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = fields[i].name;
    names = c_fields(emitter->arena, arena_print(emitter->arena, "%s_%s", emitter->name, kind), names, count);
    const char **second = c_second_fields(emitter->arena, names, count);
    for (size_t i = 0; i < count; i++) {
        fields[i].name = names[i];
        fields[i].second = second[i];
    }
}

static struct fields fact_fields(const struct emitter *emitter) {
    size_t count = emitter->rules->n_facts;
    struct field *fields = arena_alloc(emitter->arena, (count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < count; i++) {
        const struct muster_input *input = muster_input_at(emitter->rules, i);
        fields[i].name = text(emitter, input->name);
        fields[i].title = input->title ? text(emitter, input->title) : NULL;
        fields[i].type = type_words(emitter, input->type, emitter->input_tags[i]);
    }
    name_fields(emitter, "facts", fields, count);
    return (struct fields){fields, count, "facts", "int64_t"};
}

static struct fields decision_fields(const struct emitter *emitter) {
    size_t count = emitter->rules->decisions.count;
    struct field *fields = arena_alloc(emitter->arena, (count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < count; i++) {
        const struct muster_decision *decision = muster_decision_at(emitter->rules, i);
        fields[i].name = text(emitter, decision->name);
        fields[i].title = decision->title ? text(emitter, decision->title) : NULL;
        fields[i].type = type_words(emitter, decision->type, emitter->decision_tags[i]);
    }
    name_fields(emitter, "decisions", fields, count);
    return (struct fields){fields, count, "decisions", "int32_t"};
}

/* Undefines macros that have the name of a field; they are restored after the structure. */
static void push_macro(FILE *out, const char *name) {
    if (name)
        fprintf(out, "#pragma push_macro(\"%s\")\n#undef %s\n", name, name);
}

static void pop_macro(FILE *out, const char *name) {
    if (name)
        fprintf(out, "#pragma pop_macro(\"%s\")\n", name);
}

static void for_macros(const struct emitter *emitter, const struct fields *fields,
                       void (*each)(FILE *out, const char *name)) {
    for (size_t i = 0; i < fields->count; i++) {
        each(emitter->out, fields->items[i].name);
        each(emitter->out, fields->items[i].second);
    }
}

static void field(const struct emitter *emitter, const char *c_type, const struct field *field) {
    const char *names = field->name;
    if (field->second)
        names = arena_print(emitter->arena, "union { %s %s, %s; }", c_type, field->name, field->second);
    fprintf(emitter->out, "            %s%s%s; /* %s", field->second ? "" : c_type, field->second ? "" : " ", names,
            field->type);
    if (field->title) {
        fputs(": ", emitter->out);
        emit_comment(emitter->out, field->title);
    }
    fputs(" */\n", emitter->out);
}

/* Fields by name and by index. Anonymous structures are an extension in C++. */
static void structure(const struct emitter *emitter, const struct fields *fields) {
    for_macros(emitter, fields, push_macro);
    fprintf(emitter->out, "struct %s_%s {\n    MUSTER_EXTENSION union {\n", emitter->name, fields->kind);
    if (fields->count > 0)
        fputs("        MUSTER_EXTENSION struct {\n", emitter->out);
    for (size_t i = 0; i < fields->count; i++)
        field(emitter, fields->c_type, &fields->items[i]);
    if (fields->count > 0)
        fputs("        };\n", emitter->out);
    fprintf(emitter->out, "        %s value[%zu];\n    };\n};\n", fields->c_type, fields->count ? fields->count : 1);
    for_macros(emitter, fields, pop_macro);
    fputs(fields->count ? "\n" : "", emitter->out);
}

static void structures(const struct emitter *emitter) {
    struct fields facts = fact_fields(emitter), decisions = decision_fields(emitter);
    fputs(
        "/* What a host is. The same memory by name and by index. Where a name is a macro, the index can be used. */\n",
        emitter->out);
    structure(emitter, &facts);
    fputs("/* What was decided; -1 where the rules refused the host before. */\n", emitter->out);
    structure(emitter, &decisions);
}

/* ---- indices and sizes ------------------------------------------------------------------------------------------ */

static void begin_indices(const struct emitter *emitter, const char *comment) {
    fprintf(emitter->out, "/* %s */\nenum {\n", comment);
}

static void put_index(const struct emitter *emitter, const char *name, uint32_t title, uint32_t index) {
    fprintf(emitter->out, "    %s = %u,", name, index);
    title_comment(emitter, title);
    fputc('\n', emitter->out);
}

static void indices(const struct emitter *emitter) {
    const struct muster_ruleset *rules = emitter->rules;
    if (rules->n_facts < rules->inputs.count) {
        begin_indices(emitter, "Parameters, for muster_set_text and muster_set_value.");
        for (uint32_t i = rules->n_facts; i < rules->inputs.count; i++)
            put_index(emitter, emitter->input_indices[i], muster_input_at(rules, i)->title, i);
        fputs("};\n\n", emitter->out);
    }
    if (rules->n_facts > 0) {
        begin_indices(emitter, "Facts, for facts.value[].");
        for (uint32_t i = 0; i < rules->n_facts; i++)
            put_index(emitter, emitter->input_indices[i], 0, i);
        fputs("};\n\n", emitter->out);
    }
    if (rules->decisions.count > 0) {
        begin_indices(emitter, "Decisions, for decisions.value[].");
        for (uint32_t i = 0; i < rules->decisions.count; i++)
            put_index(emitter, emitter->decision_indices[i], 0, i);
        fputs("};\n\n", emitter->out);
    }
}

/* The size of the largest command line, with parameters of maximal length. */
static unsigned long long max_command_size(const struct muster_ruleset *rules) {
    unsigned long long bytes = rules->most_bytes + MUSTER_PAD;
    const struct muster_form *form = MUSTER_SECTION(rules, forms, struct muster_form);
    for (uint32_t i = 0; i < rules->forms.count; i++, form++)
        bytes += (unsigned long long)form->space * form->most_uses;
    return bytes;
}

static void sizes(const struct emitter *emitter) {
    const struct muster_ruleset *rules = emitter->rules;
    fprintf(emitter->out, "/* Bytes that muster_params_init needs for this ruleset. */\n#define %s_PARAMS_SIZE %zu\n\n",
            emitter->upper, muster_params_size(rules));
    fprintf(emitter->out,
            "/* Slots and bytes that are enough for every command line. With them, muster_argv is fastest. */\n"
            "#define %s_ARGV_SLOTS %u\n#define %s_ARGV_SIZE %llu\n\n",
            emitter->upper, rules->most_arguments + 1 + MUSTER_SPARE, emitter->upper, max_command_size(rules));
}

static void ruleset(const struct emitter *emitter) {
    const char *symbol = arena_print(emitter->arena, "%s_ruleset_%016" PRIx64, emitter->name, emitter->fingerprint);
    fprintf(
        emitter->out,
        "/*\n * The ruleset. Its symbol has the fingerprint of this header in it: an object that was compiled with a "
        "header that\n * promised something else does not link.\n */\n"
        "#define %s_FINGERPRINT UINT64_C(0x%016" PRIx64 ")\nextern const struct %s_tables %s;\n"
        "#ifdef __cplusplus\n#define %s_ruleset (reinterpret_cast<const struct muster_ruleset *>(&%s))\n#else\n"
        "#define %s_ruleset ((const struct muster_ruleset *)(const void *)&%s)\n#endif\n\n",
        emitter->upper, emitter->fingerprint, emitter->name, symbol, emitter->name, symbol, emitter->name, symbol);
}

/* Parameter names end with '_', because a header included before this one may define any word as a macro. */
static void functions(const struct emitter *emitter) {
    const char *name = emitter->name;
    fprintf(emitter->out,
            "/* muster_facts_init, muster_decide and muster_argv of muster.h for this ruleset. */\n"
            "static inline void %s_facts_init(struct %s_facts *facts_) {\n"
            "    muster_facts_init(%s_ruleset, facts_->value);\n}\n\n",
            name, name, name);
    fprintf(emitter->out,
            "static inline enum muster_status %s_decide(const struct %s_facts *facts_, const struct muster_params "
            "*params_,\n    struct %s_decisions *decisions_, struct muster_error *error_) {\n"
            "    return muster_decide(%s_ruleset, facts_->value, params_, decisions_->value, NULL, error_);\n}\n\n",
            name, name, name, name);
    fprintf(
        emitter->out,
        "static inline enum muster_status %s_argv(const struct %s_facts *facts_, const struct muster_params "
        "*params_,\n    const char **argv_, size_t slots_, char *buffer_, size_t size_, struct muster_space *needed_,\n"
        "    struct muster_error *error_) {\n"
        "    return muster_argv(%s_ruleset, facts_->value, params_, argv_, slots_, buffer_, size_, needed_, error_);\n"
        "}\n",
        name, name, name);
}

static void code(struct emitter *emitter) {
    FILE *out = emitter->out;
    fprintf(out, "#ifndef %s_RULESET_H\n#define %s_RULESET_H\n\n#include <muster.h>\n\n", emitter->upper,
            emitter->upper);
    fprintf(out,
            "#if MUSTER_TABLES_VERSION != %d\n#error \"made for another version of libmuster's tables: make it "
            "again with musterc compile\"\n#endif\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n",
            MUSTER_TABLES_VERSION);
    enumerations(emitter);
    structures(emitter);
    indices(emitter);
    sizes(emitter);
    ruleset(emitter);
    functions(emitter);
    fputs("\n#ifdef __cplusplus\n}\n#endif\n#endif\n", out);
}

static struct emitter emitter_new(struct arena *arena, FILE *out, const struct muster_ruleset *rules) {
    struct emitter emitter = {.arena = arena, .out = out, .rules = rules, .fingerprint = rules->fingerprint};
    emitter.name = c_prefix(arena, muster_text(rules, rules->name));
    emitter.upper = c_constant(arena, emitter.name);
    emitter.shared_tags = arena_alloc(arena, (rules->types.count + 1) * sizeof(char *));
    emitter.input_tags = arena_alloc(arena, (rules->inputs.count + 1) * sizeof(char *));
    emitter.decision_tags = arena_alloc(arena, (rules->decisions.count + 1) * sizeof(char *));
    reserve_names(&emitter);
    name_indices(&emitter);
    return emitter;
}

void emit_header(struct arena *arena, FILE *out, const struct muster_ruleset *rules, const char *main_name) {
    struct emitter emitter = emitter_new(arena, out, rules);
    fputs("/*\n * ", out);
    emit_comment(out, rules->title ? muster_text(rules, rules->title) : muster_text(rules, rules->name));
    fputs("\n *\n * Made by musterc from ", out);
    emit_comment(out, main_name);
    fputs(". Do not edit: change the rules.\n */\n", out);
    code(&emitter);
}

/* ---- fingerprint ------------------------------------------------------------------------------------------------ */

static uint64_t add_byte(uint64_t hash, char byte) {
    return (hash ^ (unsigned char)byte) * UINT64_C(1099511628211);
}

/*
 * FNV-1a of the code without comments; sequences of blanks and line ends count as one blank. No string contains a
 * comment.
 */
static uint64_t hash_code(const char *text) {
    uint64_t hash = UINT64_C(14695981039346656037);
    bool is_apart = false;
    for (const char *end; *text; text++) {
        if (*text == ' ' || *text == '\n') {
            is_apart = true;
        } else if (text[0] == '/' && text[1] == '*' && (end = strstr(text + 2, "*/"))) {
            text = end + 1;
            is_apart = true;
        } else {
            hash = add_byte(is_apart ? add_byte(hash, ' ') : hash, *text);
            is_apart = false;
        }
    }
    return hash;
}

/* The kind and the enumeration of a fact or decision are only in comments, but programs depend on them. */
static void type_of(const struct emitter *emitter, uint32_t index, const char *own_tag) {
    const struct muster_type *type = muster_type_at(emitter->rules, index);
    const char *tag = type->name ? emitter->shared_tags[index] : own_tag;
    fprintf(emitter->out, " %u %u %s", (unsigned)type->kind, (unsigned)type->or_unknown, tag ? tag : "");
}

static void types(const struct emitter *emitter) {
    const struct muster_ruleset *rules = emitter->rules;
    for (uint32_t i = 0; i < rules->inputs.count; i++)
        type_of(emitter, muster_input_at(rules, i)->type, emitter->input_tags[i]);
    for (uint32_t i = 0; i < rules->decisions.count; i++)
        type_of(emitter, muster_decision_at(rules, i)->type, emitter->decision_tags[i]);
}

uint64_t header_fingerprint(struct arena *arena, const struct muster_ruleset *rules) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        out_of_memory();
    struct emitter emitter = emitter_new(arena, out, rules);
    emitter.fingerprint = 0;
    code(&emitter);
    types(&emitter);
    if (fclose(out) != 0)
        out_of_memory();
    uint64_t fingerprint = hash_code(text);
    free(text);
    return fingerprint;
}
