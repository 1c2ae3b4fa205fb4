/*
 * A decision matrix for a terminal: tables that look like those of the rules, within its width.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/matrix/internal.h"
#include "runtime/base/character.h"

enum { INDENT = 2, NOTE_INDENT = 9, MIN_NOTE = 40 };

/* The texts of a folded decision, row by row: cases, the cells, the values. The first row is the head. */
struct grid {
    struct arena *arena;
    size_t n_columns, n_rows;
    const char **texts;
    size_t *widths; /* by column: characters */
};

/* ---- characters ------------------------------------------------------------------------------------------------- */

static size_t text_width(const char *text, size_t length) {
    size_t width = 0;
    for (size_t at = 0; at < length; width++) {
        uint32_t character;
        at += character_read(text + at, length - at, &character);
    }
    return width;
}

static void print_blanks(size_t count, FILE *out) {
    fprintf(out, "%*s", (int)count, "");
}

/* The end of the piece that begins the text: what stands behind a blank is another one, in cells behind a comma. */
static size_t piece_end(const char *text, const char *between) {
    const char *end = strstr(text, between);
    return end ? (size_t)(end - text) + strlen(between) : strlen(text);
}

static size_t without_blank(const char *text, size_t length) {
    return length > 0 && text[length - 1] == ' ' ? length - 1 : length;
}

/* How many bytes of the text go onto a line of so many characters: whole pieces, and one at least. */
static size_t line_end(const char *text, const char *between, size_t width) {
    size_t end = piece_end(text, between);
    while (text[end]) {
        size_t more = end + piece_end(text + end, between);
        if (text_width(text, without_blank(text, more)) > width)
            break;
        end = more;
    }
    return end;
}

static size_t widest_piece(const char *text, const char *between) {
    size_t widest = 0;
    for (size_t at = 0; text[at]; at += piece_end(text + at, between)) {
        size_t width = text_width(text + at, without_blank(text + at, piece_end(text + at, between)));
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* Prints a text in lines of so many characters behind `indent` blanks; the first one is where it is. */
static void print_wrapped(const char *text, size_t indent, size_t width, FILE *out) {
    size_t room = width == 0 ? SIZE_MAX : width > indent + MIN_NOTE ? width - indent : MIN_NOTE;
    for (size_t at = 0; text[at];) {
        size_t end = line_end(text + at, " ", room);
        if (at > 0)
            print_blanks(indent, out);
        print_part(text + at, without_blank(text + at, end), out);
        putc('\n', out);
        at += end;
    }
}

/* ---- the grid --------------------------------------------------------------------------------------------------- */

static const char **grid_row(const struct grid *grid, size_t row) {
    return grid->texts + row * grid->n_columns;
}

static const char *between_pieces(const struct grid *grid, size_t column) {
    return column + 1 == grid->n_columns ? " " : ", ";
}

static struct grid make_grid(struct arena *arena, const struct folded *folded) {
    size_t n_cells = folded->columns.count;
    struct grid grid = {.arena = arena, .n_columns = n_cells + 2, .n_rows = folded->rows.count + 1};
    grid.texts = arena_alloc(arena, grid.n_columns * grid.n_rows * sizeof *grid.texts);
    grid.widths = arena_alloc(arena, grid.n_columns * sizeof *grid.widths);
    grid.texts[0] = "cases";
    for (size_t i = 0; i < n_cells; i++)
        grid.texts[i + 1] = folded->columns.items[i]->name;
    grid.texts[n_cells + 1] = folded_names(arena, folded);
    for (size_t k = 0; k < folded->rows.count; k++) {
        const struct fold_row *row = &folded->rows.items[k];
        const char **texts = grid_row(&grid, k + 1);
        texts[0] = arena_print(arena, "%llu", (unsigned long long)row->cells);
        for (size_t i = 0; i < n_cells; i++)
            texts[i + 1] = fold_row_cell(arena, folded, row, i);
        texts[n_cells + 1] = fold_row_values(arena, folded, row);
    }
    for (size_t i = 0; i < grid.n_rows * grid.n_columns; i++) {
        size_t width = text_width(grid.texts[i], strlen(grid.texts[i])), *widest = &grid.widths[i % grid.n_columns];
        *widest = width > *widest ? width : *widest;
    }
    return grid;
}

/* "  cases  a | b => c": two blanks, " | " between cells, " => " before the values. */
static size_t grid_width(const struct grid *grid) {
    size_t width = INDENT + 2 + (grid->n_columns > 2 ? 3 * (grid->n_columns - 3) + 1 : 0) + 3;
    for (size_t i = 0; i < grid->n_columns; i++)
        width += grid->widths[i];
    return width;
}

/* Narrows the widest columns, as far as their pieces allow, until all of them fit. */
static void narrow_grid(struct grid *grid, size_t width) {
    size_t *least = arena_alloc(grid->arena, grid->n_columns * sizeof *least);
    for (size_t i = 0; i < grid->n_rows * grid->n_columns; i++) {
        size_t column = i % grid->n_columns, piece = widest_piece(grid->texts[i], between_pieces(grid, column));
        least[column] = piece > least[column] ? piece : least[column];
    }
    while (width > 0 && grid_width(grid) > width) {
        size_t widest = SIZE_MAX;
        for (size_t i = 1; i < grid->n_columns; i++)
            if (grid->widths[i] > least[i] && (widest == SIZE_MAX || grid->widths[i] >= grid->widths[widest]))
                widest = i;
        if (widest == SIZE_MAX)
            return;
        grid->widths[widest]--;
    }
}

/* What stands between a column and the one before it; on further lines of a row no arrow. */
static const char *separator(const struct grid *grid, size_t column, bool is_first) {
    bool is_last = column + 1 == grid->n_columns;
    if (column == 1)
        return is_last && is_first ? "  => " : "  ";
    return !is_last ? " | " : is_first ? " => " : "    ";
}

/* One line of a row. `at`: by column, how much of the text stands above; is updated. Returns whether there is more. */
static bool print_line(const struct grid *grid, const char *const *texts, size_t *at, bool is_first, FILE *out) {
    bool more = false;
    size_t blanks = INDENT; /* not yet written: none stand at the end of a line */
    for (size_t i = 0; i < grid->n_columns; i++) {
        const char *text = texts[i] + at[i], *between = i > 0 ? separator(grid, i, is_first) : "";
        size_t end = text[0] ? line_end(text, between_pieces(grid, i), grid->widths[i]) : 0;
        size_t length = without_blank(text, end), width = text_width(text, length);
        size_t room = grid->widths[i] > width ? grid->widths[i] - width : 0;
        blanks += i == 0 ? room : 0; /* numbers stand on the right */
        size_t mark = strcspn(between, "|=");
        blanks += mark;
        if (between[mark]) {
            print_blanks(blanks, out);
            fputs(between[mark] == '|' ? "|" : "=>", out);
            blanks = 1;
        }
        if (length > 0) {
            print_blanks(blanks, out);
            print_part(text, length, out);
            blanks = 0;
        }
        blanks += i == 0 ? 0 : room;
        at[i] += end;
        more = more || texts[i][at[i]];
    }
    return more;
}

/* ---- rules ------------------------------------------------------------------------------------------------------ */

/* "file.muster:12"; of a row with a name "NAME, file.muster:12". */
static const char *labelled_place(struct arena *arena, const struct sources *sources, const struct shown_rule *rule) {
    const char *place = rule_place(arena, sources, rule);
    return rule->label ? arena_print(arena, "%s, %s", rule->label, place) : place;
}

/* "because REASON, see URL (file.muster:12)", with all rules of a row behind it that give the same reason. */
static const char *note_words(struct arena *arena, const struct sources *sources, const struct shown_rules *rules,
                              size_t first) {
    const struct meta *meta = &rules->items[first].meta;
    const char *words = meta->reason ? arena_print(arena, "because %s%s ", meta->reason, meta->see ? "," : "") : "";
    const char *places = labelled_place(arena, sources, &rules->items[first]);
    if (meta->see)
        words = arena_print(arena, "%ssee %s ", words, meta->see);
    for (size_t i = first + 1; i < rules->count; i++)
        if (same_reason(meta, &rules->items[i].meta))
            places = arena_print(arena, "%s; %s", places, labelled_place(arena, sources, &rules->items[i]));
    return arena_print(arena, "%s(%s)", words, places);
}

/* The widest line that a row takes with its rule behind it; SIZE_MAX if rules go onto lines of their own. */
static size_t width_with_notes(struct arena *arena, const struct sources *sources, const struct folded *folded,
                               const struct grid *grid) {
    size_t widest = 0;
    for (size_t i = 0; i < folded->rows.count; i++) {
        struct shown_rules rules = shown_rules(arena, folded, &folded->rows.items[i]);
        if (rules.count != 1)
            return SIZE_MAX;
        const char *note = note_words(arena, sources, &rules, 0);
        size_t width = grid_width(grid) + 2 + text_width(note, strlen(note));
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void print_row(struct arena *arena, const struct grid *grid, size_t index, const struct shown_rules *rules,
                      bool beside, size_t width, const struct sources *sources, FILE *out) {
    const char *const *texts = (const char *const *)grid_row(grid, index);
    size_t *at = arena_alloc(arena, grid->n_columns * sizeof *at), last = grid->n_columns - 1;
    bool more = print_line(grid, texts, at, true, out);
    if (beside && rules->count > 0) {
        print_blanks(grid->widths[last] - text_width(texts[last], strlen(texts[last])) + 2, out);
        print_text(note_words(arena, sources, rules, 0), out);
    }
    putc('\n', out);
    while (more) {
        more = print_line(grid, texts, at, false, out);
        putc('\n', out);
    }
    for (size_t i = 0; i < rules->count && !beside; i++) {
        if (says_no_more(rules, i))
            continue;
        print_blanks(NOTE_INDENT, out);
        print_wrapped(note_words(arena, sources, rules, i), NOTE_INDENT + 2, width, out);
    }
}

static void print_folded(struct arena *arena, const struct sources *sources, const struct folded *folded, size_t width,
                         FILE *out) {
    struct grid grid = make_grid(arena, folded);
    const char *titles = folded_titles(arena, folded);
    print_wrapped(
        arena_print(arena, "%s (%s)", folded_names(arena, folded), place_words(arena, sources, folded_span(folded))),
        INDENT, width, out);
    if (titles) {
        print_blanks(INDENT, out);
        print_wrapped(titles, INDENT, width, out);
    }
    print_blanks(INDENT, out);
    print_wrapped(space_words(arena, folded), INDENT, width, out);
    putc('\n', out);
    if (folded->rows.count == 0)
        return;
    narrow_grid(&grid, width);
    size_t with_notes = width_with_notes(arena, sources, folded, &grid);
    bool beside = with_notes != SIZE_MAX && (width == 0 || with_notes <= width);
    print_row(arena, &grid, 0, &(struct shown_rules){0}, beside, width, sources, out);
    for (size_t i = 0; i < folded->rows.count; i++) {
        struct shown_rules rules = shown_rules(arena, folded, &folded->rows.items[i]);
        print_row(arena, &grid, i + 1, &rules, beside, width, sources, out);
    }
}

void matrix_text(struct arena *arena, const struct matrix *matrix, size_t width, FILE *out) {
    if (matrix->where)
        print_wrapped(arena_print(arena, "where %s", matrix->where), INDENT, width, out);
    if (matrix->items.count == 0 && matrix->left_out.count == 0) {
        print_text(matrix->model->name, out);
        fputs(" decides nothing\n", out);
    }
    for (size_t i = 0; i < matrix->items.count; i++) {
        if (i > 0 || matrix->where)
            putc('\n', out);
        print_folded(arena, matrix->model->sources, matrix->items.items[i], width, out);
    }
}
