/*
 * Errors in words. Built up piece by piece into the caller's buffer, so that nothing is allocated or cut unsaid.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "runtime/lib/evaluate.h"

struct message {
    const struct muster_ruleset *rules;
    char *buffer;
    size_t size, length;
};

static RARE void add(struct message *message, const char *text) {
    for (; *text; text++, message->length++)
        if (message->length + 1 < message->size)
            message->buffer[message->length] = *text;
}

static RARE void add_text(struct message *message, uint32_t text) {
    add(message, TEXT(message->rules) + text);
}

static RARE void add_number(struct message *message, uint64_t number) {
    char digits[25];
    digits[muster_write_number(digits, (int64_t)number)] = '\0';
    add(message, digits);
}

static RARE void add_value(struct message *message, uint32_t type, int64_t value) {
    char text[128];
    muster_value_text(message->rules, type, value, text, sizeof text);
    add(message, text);
}

static const int64_t newest = MUSTER_PACK_VERSION(MUSTER_VERSION_MAX, MUSTER_VERSION_MAX, MUSTER_VERSION_MAX);

/* "yes or no", "one of x86_64, aarch64, unknown", "a number from 1 to 1048576" */
static RARE void add_type(struct message *message, uint32_t index) {
    const struct muster_type *type = &TYPES(message->rules)[index];
    switch (type->kind) {
    case MUSTER_BOOL:
        add(message, "yes or no");
        break;
    case MUSTER_ENUM:
        add(message, "one of ");
        for (uint32_t i = 0; i < type->n_members; i++) {
            add(message, i ? ", " : "");
            add_text(message, MEMBERS(message->rules)[type->first_member + i].name);
        }
        if (type->or_unknown)
            add(message, ", unknown");
        return;
    case MUSTER_INT:
        add(message, "a number from ");
        add_value(message, index, type->lo);
        add(message, " to ");
        add_value(message, index, type->hi);
        break;
    case MUSTER_VERSION:
        add(message, "a version A.B.C");
        if (type->lo > 0)
            add(message, " from ");
        if (type->lo > 0)
            add_value(message, index, type->lo);
        if (type->hi < newest)
            add(message, " below ");
        if (type->hi < newest)
            add_value(message, index, type->hi + 1);
        break;
    default:
        add(message, type->kind == MUSTER_PATH ? "an absolute path" : "a text");
        break;
    }
    if (type->or_unknown)
        add(message, ", or unknown");
}

static RARE void add_where(struct message *message, uint32_t file, uint32_t line) {
    add_text(message, file);
    add(message, ":");
    add_number(message, line);
}

static RARE void add_form_refusal(struct message *message, const struct muster_error *error) {
    const struct muster_form *form = &FORMS(message->rules)[error->form];
    if (error->refusal == MUSTER_REFUSED_UNIT) {
        add(message, "is not a multiple of ");
        add_number(message, error->limit);
    } else {
        const struct muster_escape *escape = &ESCAPES(message->rules)[error->escape];
        const char *refused = TEXT(message->rules) + escape->from;
        add(message, "holds ");
        if (strcmp(refused, " ") == 0)
            add(message, "a blank");
        else if (strcmp(refused, "\n") == 0)
            add(message, "a line break");
        else {
            add(message, "'");
            add(message, refused);
            add(message, "'");
        }
        add(message, ", which cannot be written in the format ");
        add_text(message, escape->format);
    }
    add(message, " (used at ");
    add_where(message, form->file, form->line);
    add(message, ")");
}

static RARE void add_refusal(struct message *message, const struct muster_error *error) {
    const struct muster_input *input = &INPUTS(message->rules)[error->input];
    switch (error->refusal) {
    case MUSTER_REFUSED_RELATIVE:
        add(message, "is not an absolute path; it must begin with /");
        break;
    case MUSTER_REFUSED_EMPTY:
        add(message, "is empty; it must be an absolute path");
        break;
    case MUSTER_REFUSED_CONTROL:
        add(message, "holds a control character at byte ");
        add_number(message, error->at + 1);
        break;
    case MUSTER_REFUSED_UTF8:
        add(message, "is not valid UTF-8 at byte ");
        add_number(message, error->at + 1);
        break;
    case MUSTER_REFUSED_LENGTH:
        add(message, "is longer than ");
        add_number(message, error->limit);
        add(message, " bytes");
        if (error->condition) {
            add(message, ", the most when ");
            add_text(message, error->condition);
        }
        break;
    case MUSTER_REFUSED_PATTERN:
        add(message, "does not match the pattern ");
        add_text(message, input->pattern_text);
        break;
    case MUSTER_REFUSED_FORMAT:
    case MUSTER_REFUSED_UNIT:
        add_form_refusal(message, error);
        break;
    case MUSTER_REFUSED_NOT:
    case MUSTER_REFUSED_TYPE:
    case MUSTER_REFUSED_RANGE:
        add(message, "must be ");
        add_type(message, input->type);
        break;
    }
}

static RARE void add_input(struct message *message, const struct muster_error *error) {
    const struct muster_input *input = &INPUTS(message->rules)[error->input];
    add(message, input->is_param ? "the parameter '" : "the fact '");
    add_text(message, input->name);
    add(message, "' ");
}

RARE size_t muster_error_text(const struct muster_ruleset *rules, const struct muster_error *error, char *buffer,
                              size_t size) {
    struct message message = {.rules = rules, .buffer = buffer, .size = size};
    switch (error->status) {
    case MUSTER_OK:
        add(&message, "no error");
        break;
    case MUSTER_E_VERSION:
        add(&message, "the ruleset was compiled for another version of libmuster");
        break;
    case MUSTER_E_FACT:
        add_input(&message, error);
        if (error->refusal == MUSTER_REFUSED_NOT)
            add(&message, "is not set");
        else
            add_refusal(&message, error);
        break;
    case MUSTER_E_VALUE:
        add_input(&message, error);
        add_refusal(&message, error);
        break;
    case MUSTER_E_MISSING:
        add_input(&message, error);
        add(&message, error->form == MUSTER_NONE ? "is not set, and the rules test it on this host"
                                                 : "is not set, and the command line needs it");
        break;
    case MUSTER_E_REJECTED:
        add_text(&message, ROWS(rules)[error->row].reject);
        break;
    case MUSTER_E_SPACE:
        add(&message, "the space for the command line is too small");
        break;
    case MUSTER_E_GAP:
        add(&message, "no row fits this host in the table of '");
        add_text(&message, DECISIONS(rules)[TABLES(rules)[error->table].first_decision].name);
        add(&message, "' at ");
        add_where(&message, TABLES(rules)[error->table].file, TABLES(rules)[error->table].line);
        break;
    }
    if (size > 0)
        buffer[message.length < size ? message.length : size - 1] = '\0';
    return message.length;
}
