/*
 * How an explanation is laid out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/tool/explain_parts.h"

#include <string.h>

void explain_wrap(FILE *out, size_t column, size_t indent, const char *text) {
    bool at_start = true;

    while (*text) {
        size_t length = strcspn(text, " \n");
        if (!at_start && column + 1 + length > EXPLAIN_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!at_start) {
            fputc(' ', out);
            column++;
        }
        fwrite(text, 1, length, out);
        column += length;
        at_start = false;
        text += length;
        text += strspn(text, " \n");
    }
    fputc('\n', out);
}

void explain_labelled(FILE *out, const char *label, const char *text) {
    if (*text) {
        fprintf(out, "        %s ", label);
        explain_wrap(out, 9 + strlen(label), 9 + strlen(label), text);
    }
}

const char *explain_name(const struct findings *findings, uint32_t input) {
    return muster_text(findings->rules, muster_input_at(findings->rules, input)->name);
}

void explain_json_member(FILE *out, const char *name, const char *text) {
    fprintf(out, ", \"%s\": ", name);
    show_json_text(out, text);
}
