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

static void put_value(struct writer *writer, const struct ast_value *value) {
    if (value->kind == AST_STRING)
        put(writer, ast_string_text(writer->arena, value->string));
    else
        put(writer, value->text);
}

static void put_cell(struct writer *writer, const struct ast_cell *cell);

static void put_test(struct writer *writer, const struct ast_test *test) {
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
        put(writer, ast_relation_text(test->relation));
        put(writer, " ");
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
        put(&writer, ast_string_text(arena, row->reject));
    }
    return arena_copy(arena, writer.text.items, writer.text.count);
}

const char *row_text(struct arena *arena, const struct row *row) {
    return row_text_written(arena, row->from);
}
