/*
 * Writes the text of a row from the syntax tree, without comments and line ends, so that changes of layout do not
 * affect it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/model/row_text.h"

#include <string.h>

#include "gen/model/eval.h"

struct writer {
    struct arena *arena;
    struct buffer text;
};

static void put(struct writer *writer, const char *text) {
    ARENA_APPEND(writer->arena, &writer->text, text, strlen(text));
}

static void put_byte(struct writer *writer, char byte) {
    switch (byte) {
    case '\n':
        put(writer, "\\n");
        break;
    case '\t':
        put(writer, "\\t");
        break;
    case '$':
        put(writer, "$$");
        break;
    case '"':
    case '\\':
        ARENA_PUSH(writer->arena, &writer->text, '\\');
        ARENA_PUSH(writer->arena, &writer->text, byte);
        break;
    default:
        ARENA_PUSH(writer->arena, &writer->text, byte);
        break;
    }
}

/* With quotes. Rows have no placeholders; these were reported as errors before. */
static void put_string(struct writer *writer, const struct ast_string *string) {
    put(writer, "\"");
    for (size_t i = 0; i < string->pieces.count; i++) {
        const struct ast_piece *piece = &string->pieces.items[i];
        for (size_t k = 0; piece->literal && k < piece->length; k++)
            put_byte(writer, piece->literal[k]);
    }
    put(writer, "\"");
}

static void put_value(struct writer *writer, const struct ast_value *value) {
    if (value->kind == AST_STRING)
        put_string(writer, value->string);
    else
        put(writer, value->text);
}

static void put_cell(struct writer *writer, const struct ast_cell *cell);

static void put_test(struct writer *writer, const struct ast_test *test) {
    static const char *const relations[] = {
        [AST_EQ] = "== ", [AST_NE] = "!= ", [AST_LT] = "< ", [AST_LE] = "<= ", [AST_GT] = "> ", [AST_GE] = ">= "};
    switch (test->kind) {
    case AST_TEST_ANY:
        put(writer, "*");
        return;
    case AST_TEST_NOT: {
        bool is_value = test->inner->tests.count == 1 && test->inner->tests.items[0].kind == AST_TEST_VALUE;
        put(writer, is_value ? "not " : "not (");
        put_cell(writer, test->inner);
        put(writer, is_value ? "" : ")");
        return;
    }
    case AST_TEST_RELATION:
        put(writer, relations[test->relation]);
        put_value(writer, &test->value);
        return;
    case AST_TEST_VALUE:
        put_value(writer, &test->value);
        return;
    case AST_TEST_RANGE:
    case AST_TEST_HALF_OPEN:
        put_value(writer, &test->value);
        put(writer, test->kind == AST_TEST_RANGE ? " .. " : " ..< ");
        put_value(writer, &test->high);
        return;
    }
}

static void put_cell(struct writer *writer, const struct ast_cell *cell) {
    for (size_t i = 0; i < cell->tests.count; i++) {
        put(writer, i ? ", " : "");
        put_test(writer, &cell->tests.items[i]);
    }
}

const char *row_text_written(struct arena *arena, const struct ast_row *row) {
    struct writer writer = {.arena = arena};
    for (size_t i = 0; i < row->cells.count; i++) {
        put(&writer, i ? " | " : "");
        put_cell(&writer, &row->cells.items[i]);
    }
    put(&writer, row->is_else ? "else => " : " => ");
    for (size_t i = 0; i < row->results.count; i++) {
        put(&writer, i ? ", " : "");
        put_value(&writer, &row->results.items[i]);
    }
    if (row->reject) {
        put(&writer, "reject ");
        put_string(&writer, row->reject);
    }
    return arena_copy(arena, writer.text.items, writer.text.count);
}

const char *row_text(struct arena *arena, const struct row *row) {
    return row_text_written(arena, row->from);
}
