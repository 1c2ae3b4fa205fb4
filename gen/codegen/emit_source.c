/*
 * Writes the generated source: one constant structure, section by section, with the places of rows as comments.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <string.h>

#include "gen/codegen/c_names.h"
#include "gen/codegen/emit.h"

struct source_emitter {
    FILE *out;
    const struct muster_ruleset *rules;
    const char *name; /* prefix of names */
};

/* The layout of an element: a number of 64-bit fields, then of 32-bit fields; and its comment. */
struct layout {
    size_t n_long, size;
    void (*comment)(const struct source_emitter *emitter, uint32_t index, const char *element);
};

void emit_comment(FILE *out, const char *words) {
    for (; *words; words++) {
        putc((unsigned char)*words < 0x20 ? ' ' : *words, out);
        if ((*words == '*' && words[1] == '/') || (*words == '/' && words[1] == '*'))
            putc(' ', out);
    }
}

static void comment_text(const struct source_emitter *emitter, uint32_t offset) {
    emit_comment(emitter->out, muster_text(emitter->rules, offset));
}

static void comment_place(const struct source_emitter *emitter, uint32_t file, uint32_t line) {
    comment_text(emitter, file);
    fprintf(emitter->out, ":%u", line);
}

static void comment_input(const struct source_emitter *emitter, uint32_t index, const char *element) {
    (void)element;
    const struct muster_input *input = muster_input_at(emitter->rules, index);
    comment_place(emitter, input->file, input->line);
    fputc(' ', emitter->out);
    comment_text(emitter, input->name);
}

static void comment_decision(const struct source_emitter *emitter, uint32_t index, const char *element) {
    (void)element;
    const struct muster_decision *decision = muster_decision_at(emitter->rules, index);
    comment_place(emitter, decision->file, decision->line);
    fputc(' ', emitter->out);
    comment_text(emitter, decision->name);
}

static void comment_table(const struct source_emitter *emitter, uint32_t index, const char *element) {
    (void)index;
    struct muster_table table;
    memcpy(&table, element, sizeof table);
    comment_place(emitter, table.file, table.line);
}

static void comment_row(const struct source_emitter *emitter, uint32_t index, const char *element) {
    (void)element;
    const struct muster_row *row = muster_row_at(emitter->rules, index);
    comment_place(emitter, row->file, row->line);
    if (row->reason) {
        fputs(" because ", emitter->out);
        comment_text(emitter, row->reason);
    }
}

static void comment_member(const struct source_emitter *emitter, uint32_t index, const char *element) {
    (void)index;
    struct muster_member member;
    memcpy(&member, element, sizeof member);
    comment_text(emitter, member.name);
}

static void comment_note(const struct source_emitter *emitter, uint32_t index, const char *element) {
    (void)index;
    struct muster_note note;
    memcpy(&note, element, sizeof note);
    comment_place(emitter, note.file, note.line);
}

static void comment_warning(const struct source_emitter *emitter, uint32_t index, const char *element) {
    (void)index;
    struct muster_warning warning;
    memcpy(&warning, element, sizeof warning);
    comment_place(emitter, warning.file, warning.line);
}

static void comment_form(const struct source_emitter *emitter, uint32_t index, const char *element) {
    (void)index;
    struct muster_form form;
    memcpy(&form, element, sizeof form);
    comment_place(emitter, form.file, form.line);
    fputc(' ', emitter->out);
    comment_text(emitter, muster_input_at(emitter->rules, form.input)->name);
}

static void comment_evidence(const struct source_emitter *emitter, uint32_t index, const char *element) {
    (void)index;
    struct muster_evidence evidence;
    memcpy(&evidence, element, sizeof evidence);
    const struct muster_row *row = muster_row_at(emitter->rules, evidence.row);
    comment_place(emitter, row->file, row->line);
    fputc(' ', emitter->out);
    comment_text(emitter, evidence.text);
}

static void number_64(FILE *out, int64_t value) {
    if (value == MUSTER_UNSET)
        fputs("MUSTER_UNSET", out);
    else if (value == MUSTER_UNKNOWN)
        fputs("MUSTER_UNKNOWN", out);
    else
        fprintf(out, "INT64_C(%" PRId64 ")", value);
}

static void number_32(FILE *out, uint32_t value) {
    if (value == MUSTER_NONE)
        fputs("MUSTER_NONE", out);
    else if (value & MUSTER_LEAF)
        fprintf(out, "0x%08" PRIx32 "u", value);
    else
        fprintf(out, "%" PRIu32, value);
}

static void structure(const struct source_emitter *emitter, const struct layout *layout, uint32_t index,
                      const char *element) {
    FILE *out = emitter->out;
    size_t at = 0;
    fputs("        {", out);
    for (size_t i = 0; i < layout->n_long; i++, at += sizeof(int64_t)) {
        int64_t value;
        memcpy(&value, element + at, sizeof value);
        fputs(at ? ", " : "", out);
        number_64(out, value);
    }
    for (; at < layout->size; at += sizeof(uint32_t)) {
        uint32_t value;
        memcpy(&value, element + at, sizeof value);
        fputs(at ? ", " : "", out);
        number_32(out, value);
    }
    fputs("},", out);
    if (layout->comment) {
        fputs(" /* ", out);
        layout->comment(emitter, index, element);
        fputs(" */", out);
    }
    fputc('\n', out);
}

static void structures(const struct source_emitter *emitter, const char *name, struct muster_span span,
                       struct layout layout) {
    if (span.count == 0)
        return;
    fprintf(emitter->out, "    .%s = {\n", name);
    for (uint32_t i = 0; i < span.count; i++)
        structure(emitter, &layout, i, (const char *)emitter->rules + span.offset + (size_t)i * layout.size);
    fputs("    },\n", emitter->out);
}

/* Numbers without structure, twelve per line. */
static void numbers(const struct source_emitter *emitter, const char *name, struct muster_span span, size_t size) {
    enum { PER_LINE = 12 };
    if (span.count == 0)
        return;
    fprintf(emitter->out, "    .%s = {", name);
    for (uint32_t i = 0; i < span.count; i++) {
        const char *element = (const char *)emitter->rules + span.offset + (size_t)i * size;
        fputs(i % PER_LINE == 0 ? "\n        " : " ", emitter->out);
        if (size == sizeof(int64_t)) {
            int64_t value;
            memcpy(&value, element, sizeof value);
            number_64(emitter->out, value);
        } else if (size == sizeof(uint32_t)) {
            uint32_t value;
            memcpy(&value, element, sizeof value);
            number_32(emitter->out, value);
        } else if (size == sizeof(uint16_t)) {
            uint16_t value;
            memcpy(&value, element, sizeof value);
            fprintf(emitter->out, "%u", value);
        } else {
            fprintf(emitter->out, "%u", (unsigned char)*element);
        }
        fputc(',', emitter->out);
    }
    fputs("\n    },\n", emitter->out);
}

static void marks(const struct source_emitter *emitter) {
    const struct muster_mark *mark = MUSTER_SECTION(emitter->rules, marks, struct muster_mark);
    if (emitter->rules->marks.count == 0)
        return;
    fputs("    .marks = {\n", emitter->out);
    for (uint32_t i = 0; i < emitter->rules->marks.count; i++, mark++)
        fprintf(emitter->out, "        {%u, %u, %u},\n", mark->at, mark->argument, mark->note);
    fputs("    },\n", emitter->out);
}

static void text_byte(FILE *out, char byte) {
    unsigned char value = (unsigned char)byte;
    if (value == '"' || value == '\\' || value == '?')
        fprintf(out, "\\%c", value);
    else if (value < 0x20 || value >= 0x7f)
        fprintf(out, "\\%03o", value);
    else
        putc(value, out);
}

/* One line per string, with an explicit NUL byte, because all strings are one array. */
static void texts(const struct source_emitter *emitter) {
    const struct muster_ruleset *rules = emitter->rules;
    const char *text = muster_text(rules, 0);
    fputs("    .text =", emitter->out);
    for (uint32_t i = 0; i < rules->text.count;) {
        fputs("\n        \"", emitter->out);
        do
            text_byte(emitter->out, text[i]);
        while (text[i++] != '\0' && i < rules->text.count);
        fputc('"', emitter->out);
    }
    fputs(",\n", emitter->out);
}

static void head(const struct source_emitter *emitter) {
    const struct muster_ruleset *rules = emitter->rules;
    const char *name = emitter->name;
    fprintf(emitter->out,
            "    .head = {\n        .magic = MUSTER_TABLES_MAGIC,\n        .version = %d,\n"
            "        .size = sizeof(struct %s_tables),\n        .name = %u,\n        .title = %u,\n"
            "        .n_facts = %u,\n        .n_vars = %u,\n        .n_plain = %u,\n        .params_size = %u,\n"
            "        .most_arguments = %u,\n        .most_bytes = %u,\n        .known = %u,\n"
            "        .needs = %u,\n        .fingerprint = UINT64_C(0x%016" PRIx64 "),\n",
            MUSTER_TABLES_VERSION, name, rules->name, rules->title, rules->n_facts, rules->n_vars, rules->n_plain,
            rules->params_size, rules->most_arguments, rules->most_bytes, rules->known, rules->needs,
            rules->fingerprint);
#define PLACE(section, element)                                                                                        \
    if (rules->section.count)                                                                                          \
        fprintf(emitter->out, "        .%s = {offsetof(struct %s_tables, %s), %u},\n", #section, name, #section,       \
                rules->section.count);
    MUSTER_SECTIONS(PLACE)
#undef PLACE
    fputs("    },\n", emitter->out);
}

/* Checks that the header is the matching one. No other file declares the structure. */
static void declarations(struct arena *arena, const struct source_emitter *emitter, const char *header_name) {
    FILE *out = emitter->out;
    const char *upper = c_constant(arena, emitter->name);
    fprintf(
        out,
        "#include \"%s\"\n\n#include <stddef.h>\n\n#if %s_FINGERPRINT != UINT64_C(0x%016" PRIx64 ")\n"
        "#error \"the header was not made together with this file: make both again with musterc compile\"\n#endif\n\n",
        header_name, upper, emitter->rules->fingerprint);
    fprintf(out, "struct %s_tables {\n    struct muster_ruleset head;\n", emitter->name);
#define FIELD(section, element)                                                                                        \
    if (emitter->rules->section.count)                                                                                 \
        fprintf(out, "    %s %s[%u];\n", #element, #section, emitter->rules->section.count);
    MUSTER_SECTIONS(FIELD)
#undef FIELD
    fprintf(out, "};\n\nconst struct %s_tables %s_ruleset_%016" PRIx64 " = {\n", emitter->name, emitter->name,
            emitter->rules->fingerprint);
}

void emit_source(struct arena *arena, FILE *out, const struct muster_ruleset *rules, const char *main_name,
                 const char *header_name) {
    struct source_emitter state = {out, rules, c_prefix(arena, muster_text(rules, rules->name))};
    const struct source_emitter *emitter = &state;
    fputs("/*\n * Made by musterc from ", out);
    emit_comment(out, main_name);
    fputs(". Do not edit: change the rules.\n */\n", out);
    declarations(arena, emitter, header_name);
    head(emitter);
#define LAYOUT(longs, element, comment) ((struct layout){(longs), sizeof(struct element), (comment)})
    structures(emitter, "types", rules->types, LAYOUT(2, muster_type, NULL));
    structures(emitter, "inputs", rules->inputs, LAYOUT(1, muster_input, comment_input));
    structures(emitter, "asked", rules->asked, LAYOUT(2, muster_asked, NULL));
    numbers(emitter, "cuts", rules->cuts, sizeof(int64_t));
    numbers(emitter, "weights", rules->weights, sizeof(uint64_t));
    structures(emitter, "members", rules->members, LAYOUT(0, muster_member, comment_member));
    structures(emitter, "decisions", rules->decisions, LAYOUT(0, muster_decision, comment_decision));
    structures(emitter, "tables", rules->tables, LAYOUT(0, muster_table, comment_table));
    structures(emitter, "rows", rules->rows, LAYOUT(0, muster_row, comment_row));
    structures(emitter, "decide_steps", rules->decide_steps, LAYOUT(0, muster_step, NULL));
    structures(emitter, "argv_steps", rules->argv_steps, LAYOUT(0, muster_step, NULL));
    numbers(emitter, "diagrams", rules->diagrams, sizeof(uint32_t));
    structures(emitter, "lookups", rules->lookups, LAYOUT(0, muster_lookup, NULL));
    structures(emitter, "chunks", rules->chunks, LAYOUT(0, muster_chunk, NULL));
    structures(emitter, "notes", rules->notes, LAYOUT(0, muster_note, comment_note));
    marks(emitter);
    structures(emitter, "forms", rules->forms, LAYOUT(0, muster_form, comment_form));
    structures(emitter, "escapes", rules->escapes, LAYOUT(0, muster_escape, NULL));
    structures(emitter, "limits", rules->limits, LAYOUT(0, muster_limit, NULL));
    structures(emitter, "warnings", rules->warnings, LAYOUT(0, muster_warning, comment_warning));
    structures(emitter, "patterns", rules->patterns, LAYOUT(0, muster_pattern, NULL));
    structures(emitter, "evidence", rules->evidence, LAYOUT(0, muster_evidence, comment_evidence));
    numbers(emitter, "words", rules->words, sizeof(uint32_t));
    numbers(emitter, "answers", rules->answers, sizeof(uint16_t));
    numbers(emitter, "bytes", rules->bytes, 1);
#undef LAYOUT
    texts(emitter);
    fputs("};\n", out);
}
