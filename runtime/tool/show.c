/*
 * Command lines and facts as text for shells, programs and people.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/show.h"
#include "runtime/base/shell.h"

#include <string.h>

/* ---- words and strings ------------------------------------------------------------------------------------------ */

void show_json_string(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c == '\t')
            fputs("\\t", out);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

/* A string of a libconfig file with its quotes. */
static void show_config_string(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

/* Text in a comment: it may not end the line. */
static void show_comment(FILE *out, const char *text) {
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        fputc(c < 0x20 || c == 0x7f ? ' ' : c, out);
    }
}

/* ---- command lines ---------------------------------------------------------------------------------------------- */

void show_argv(FILE *out, enum show_format format, const struct argv *argv) {
    const char *between = format == SHOW_JSON ? ", " : format == SHOW_NUL ? "" : " ";

    if (format == SHOW_JSON)
        fputc('[', out);
    for (size_t i = 0; i < argv->count; i++) {
        const char *word = argv->arguments[i];
        if (i > 0)
            fputs(between, out);
        if (format == SHOW_NUL)
            fwrite(word, 1, strlen(word) + 1, out);
        else if (format == SHOW_JSON)
            show_json_string(out, word);
        else
            shell_write_word(out, word, i == 0);
    }
    if (format == SHOW_JSON)
        fputc(']', out);
    if (format != SHOW_NUL)
        fputc('\n', out);
}

/* ---- facts ------------------------------------------------------------------------------------------------------ */

static uint32_t kind_of(const struct inputs *inputs, uint32_t input) {
    const struct muster_ruleset *rules = inputs_rules(inputs);

    return muster_type_at(rules, muster_input_at(rules, input)->type)->kind;
}

static const char *name_of(const struct inputs *inputs, uint32_t input) {
    return muster_text(inputs_rules(inputs), muster_input_at(inputs_rules(inputs), input)->name);
}

static int is_unknown(const struct inputs *inputs, uint32_t input) {
    return input < inputs_rules(inputs)->n_facts && inputs_facts(inputs)[input] == MUSTER_UNKNOWN;
}

void show_json_value(FILE *out, const struct inputs *inputs, uint32_t input) {
    const char *text = inputs_text(inputs, input);
    uint32_t kind = kind_of(inputs, input);

    if (!text || is_unknown(inputs, input))
        fputs("null", out);
    else if (kind == MUSTER_BOOL)
        fputs(strcmp(text, "yes") == 0 ? "true" : "false", out);
    else if (kind == MUSTER_INT)
        fputs(text, out);
    else
        show_json_string(out, text);
}

/* A value as libconfig writes it. */
static void config_value(FILE *out, const struct inputs *inputs, uint32_t input) {
    const char *text = inputs_text(inputs, input);
    uint32_t kind = kind_of(inputs, input);

    if (!text) {
        fputs("\"unknown\"", out);
    } else if (kind == MUSTER_BOOL && !is_unknown(inputs, input)) {
        fputs(strcmp(text, "yes") == 0 ? "true" : "false", out);
    } else if (kind == MUSTER_INT && !is_unknown(inputs, input)) {
        fputs(text, out);
        if (strlen(text) > 9)
            fputc('L', out); /* libconfig would wrap it otherwise */
    } else {
        show_config_string(out, text);
    }
}

/* How long config_value's text is. */
static int config_length(const struct inputs *inputs, uint32_t input) {
    const char *text = inputs_text(inputs, input);
    uint32_t kind = kind_of(inputs, input);

    if (kind == MUSTER_BOOL && text && !is_unknown(inputs, input))
        return strcmp(text, "yes") == 0 ? 4 : 5;
    if (kind == MUSTER_INT && text && !is_unknown(inputs, input))
        return (int)strlen(text) + (strlen(text) > 9);
    return text ? (int)strlen(text) + 2 : 9;
}

/* "# /dev/kvm: there is no such file", on the line of the value. */
static void config_origin(FILE *out, const struct inputs *inputs, uint32_t input) {
    const struct origin *origin = inputs_origin(inputs, input);
    char where[1024];

    fputs("# ", out);
    if (origin->kind != ORIGIN_PROBE) {
        inputs_origin_text(inputs, input, where, sizeof where);
        show_comment(out, where);
    } else {
        show_comment(out, origin->source ? origin->source : "probe");
    }
    if (origin->why) {
        fputs(": ", out);
        show_comment(out, origin->why);
    }
    fputc('\n', out);
}

/* Whether an input is one that a host answers: a fact that has a value, or a parameter that a probe found. */
static int is_found(const struct inputs *inputs, uint32_t input) {
    if (input < inputs_rules(inputs)->n_facts)
        return inputs_text(inputs, input) != NULL;
    return inputs_origin(inputs, input)->kind == ORIGIN_PROBE;
}

/* Those of inputs that the host answers, one a line, in a group; nothing if there are none. */
static void config_group(FILE *out, const struct inputs *inputs, const char *name, uint32_t first, uint32_t end) {
    int width = 0;
    int value_width = 0;

    for (uint32_t i = first; i < end; i++) {
        int length = is_found(inputs, i) ? (int)strlen(name_of(inputs, i)) : 0;
        width = length > width ? length : width;
        length = is_found(inputs, i) ? config_length(inputs, i) : 0;
        value_width = length > value_width ? length : value_width;
    }
    if (width == 0)
        return;
    fprintf(out, "%s: {\n", name);
    for (uint32_t i = first; i < end; i++) {
        if (!is_found(inputs, i))
            continue;
        fprintf(out, "    %-*s = ", width, name_of(inputs, i));
        config_value(out, inputs, i);
        fprintf(out, ";%*s", value_width - config_length(inputs, i) + 2, "");
        config_origin(out, inputs, i);
    }
    for (uint32_t i = first; i < end && i < inputs_rules(inputs)->n_facts; i++)
        if (!is_found(inputs, i))
            fprintf(out, "    # %s has no value; the rules do not use it\n", name_of(inputs, i));
    fputs("};\n", out);
}

static void facts_config(FILE *out, const struct inputs *inputs, const struct show_finding *others, size_t n_others) {
    const struct muster_ruleset *rules = inputs_rules(inputs);

    fprintf(out, "# Facts for the ruleset %s.\n", muster_text(rules, rules->name));
    config_group(out, inputs, "facts", 0, rules->n_facts);
    config_group(out, inputs, "params", rules->n_facts, rules->inputs.count);
    if (n_others > 0)
        fputs("\n# Found as well; the rules do not ask for it.\n", out);
    for (size_t i = 0; i < n_others; i++) {
        fprintf(out, "#   %s = ", others[i].name);
        show_comment(out, *others[i].value ? others[i].value : "none");
        fputs("  # ", out);
        show_comment(out, others[i].source);
        if (*others[i].why) {
            fputs(": ", out);
            show_comment(out, others[i].why);
        }
        fputc('\n', out);
    }
}

void show_json_text(FILE *out, const char *text) {
    if (text && *text)
        show_json_string(out, text);
    else
        fputs("null", out);
}

void show_json_input(FILE *out, const struct inputs *inputs, uint32_t input) {
    const struct origin *origin = inputs_origin(inputs, input);
    char where[1024];

    inputs_origin_text(inputs, input, where, sizeof where);
    show_json_string(out, name_of(inputs, input));
    fputs(": {\"value\": ", out);
    show_json_value(out, inputs, input);
    fputs(", \"source\": ", out);
    show_json_string(out, origin->kind == ORIGIN_PROBE && origin->source ? origin->source : where);
    fputs(", \"why\": ", out);
    show_json_text(out, origin->why);
    fputc('}', out);
}

static void json_finding(FILE *out, const struct show_finding *finding) {
    show_json_string(out, finding->name);
    fputs(": {\"value\": ", out);
    if (strcmp(finding->value, "yes") == 0 || strcmp(finding->value, "no") == 0)
        fputs(finding->value[0] == 'y' ? "true" : "false", out);
    else if (strcmp(finding->value, "unknown") == 0)
        fputs("null", out);
    else
        show_json_string(out, finding->value);
    fputs(", \"source\": ", out);
    show_json_text(out, finding->source);
    fputs(", \"why\": ", out);
    show_json_text(out, finding->why);
    fputc('}', out);
}

static void facts_json(FILE *out, const struct inputs *inputs, const struct show_finding *others, size_t n_others) {
    const struct muster_ruleset *rules = inputs_rules(inputs);
    int first = 1;

    fputs("{\n  \"ruleset\": ", out);
    show_json_string(out, muster_text(rules, rules->name));
    fputs(",\n  \"facts\": {", out);
    for (uint32_t i = 0; i < rules->n_facts; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        show_json_input(out, inputs, i);
    }
    fputs("\n  },\n  \"params\": {", out);
    for (uint32_t i = rules->n_facts; i < rules->inputs.count; i++) {
        if (!is_found(inputs, i))
            continue;
        fputs(first ? "\n    " : ",\n    ", out);
        show_json_input(out, inputs, i);
        first = 0;
    }
    fputs(first ? "},\n  \"found\": {" : "\n  },\n  \"found\": {", out);
    for (size_t i = 0; i < n_others; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        json_finding(out, &others[i]);
    }
    fputs(n_others ? "\n  }\n}\n" : "}\n}\n", out);
}

void show_facts(FILE *out, enum show_format format, const struct inputs *inputs, const struct show_finding *others,
                size_t n_others) {
    if (format == SHOW_JSON)
        facts_json(out, inputs, others, n_others);
    else
        facts_config(out, inputs, others, n_others);
}
