/*
 * The command lines of all hosts at once: the pieces are gone through from left to right, and hosts part where some of
 * them write a piece and others do not. Hosts for which the same was written so far are together, whatever way they
 * came; so there are never many more sets than command lines.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/argvs/internal.h"

/* Sets at one time: command lines that become the same only later are still apart. */
enum { MAX_STATES = 4 * MAX_COMMAND_LINES };

/* What a text is made of, for comparing: bytes, these marks, and the numbers of holes behind them. */
enum { UNIT_ARGUMENT = 256, UNIT_PROGRAM, UNIT_HOLE };

struct reader {
    struct argvs_search *search;
    hostset *guards;   /* by piece */
    hostset *programs; /* by piece that begins an argument: where that is tagged `program` */
    size_t *holes;     /* by piece: of a hole its number, which equal ones share */
    struct written_lines states, next;
    struct {
        size_t *items; /* index of next, and 1 */
        size_t count, capacity;
    } places; /* states by what was written */
};

/* ---- the tag ---------------------------------------------------------------------------------------------------- */

static bool has_program_tag(const struct meta *meta) {
    static const char word[] = "program";
    const size_t length = sizeof word - 1;
    for (const char *at = meta->tags; at && *at; at += strspn(at, " ")) {
        size_t end = strcspn(at, " ");
        if (end == length && memcmp(at, word, length) == 0)
            return true;
        at += end;
    }
    return false;
}

/* The piece says that the argument in which it stands is the program. What tags a statement tags its first one. */
static bool tags_program(const struct argv_piece *piece) {
    if (piece->kind == PIECE_BEGIN)
        return piece->argument == piece->statement->arguments.items && has_program_tag(&piece->statement->meta);
    return piece->kind == PIECE_ITEM && has_program_tag(&piece->item->meta);
}

size_t argvs_program(const struct argvs_search *search, const int64_t *values) {
    size_t n_arguments = 0;
    for (size_t i = 0; i < search->pieces.count; i++) {
        const struct argv_piece *piece = &search->pieces.items[i];
        bool asked = piece->kind == PIECE_BEGIN || tags_program(piece);
        if (!asked || !eval_cond(piece->guard, values))
            continue;
        n_arguments += piece->kind == PIECE_BEGIN;
        if (tags_program(piece))
            return n_arguments - 1;
    }
    return SIZE_MAX;
}

/* ---- holes ------------------------------------------------------------------------------------------------------ */

static bool same_levels(const struct level *a, const struct level *b) {
    for (; a && b; a = a->outer, b = b->outer)
        if (a->format != b->format)
            return false;
    return !a && !b;
}

static bool same_holes(const struct argv_piece *a, const struct argv_piece *b) {
    return a->placeholder->variable == b->placeholder->variable && a->placeholder->unit == b->placeholder->unit &&
           same_levels(a->level, b->level);
}

/* The first piece with this hole. */
static size_t number_hole(const struct argv_pieces *pieces, size_t piece) {
    for (size_t i = 0; i < piece; i++)
        if (pieces->items[i].kind == PIECE_PLACEHOLDER && same_holes(&pieces->items[i], &pieces->items[piece]))
            return i;
    return piece;
}

/* ---- texts ------------------------------------------------------------------------------------------------------ */

/* How many units a piece has, and one of them. */
static size_t n_units(const struct argv_piece *piece) {
    switch (piece->kind) {
    case PIECE_TEXT:
    case PIECE_BETWEEN:
        return piece->length;
    case PIECE_BEGIN:
    case PIECE_PLACEHOLDER:
        return 1;
    case PIECE_ITEM:
    case PIECE_END:
        break;
    }
    return 0;
}

static size_t unit_at(const struct reader *reader, size_t piece, size_t at) {
    const struct argv_piece *item = &reader->search->pieces.items[piece];
    if (item->kind == PIECE_BEGIN)
        return UNIT_ARGUMENT;
    return item->kind == PIECE_PLACEHOLDER ? UNIT_HOLE + reader->holes[piece] : (unsigned char)item->text[at];
}

static void add_unit(struct written *written, size_t unit) {
    written->hash = (written->hash ^ unit) * UINT64_C(0x100000001b3);
    written->length++;
}

static const struct written *write_pieces(const struct reader *reader, const struct written *before, size_t from,
                                          size_t to, bool is_program) {
    const struct argv_piece *pieces = reader->search->pieces.items;
    struct written *written = arena_alloc(reader->search->arena, sizeof *written);
    *written = (struct written){.before = before, .from = from, .to = to, .is_program = is_program};
    written->has_program = is_program || (before && before->has_program);
    written->length = before ? before->length : 0;
    written->hash = before ? before->hash : UINT64_C(0xcbf29ce484222325);
    if (is_program)
        add_unit(written, UNIT_PROGRAM);
    for (size_t i = from; i < to; i++)
        for (size_t k = 0; k < n_units(&pieces[i]); k++)
            add_unit(written, unit_at(reader, i, k));
    return written;
}

/* A place in a text that is read from its end on. */
struct cursor {
    const struct written *text;
    size_t piece, left; /* units of the piece before this one are still to be read */
    bool at_mark;       /* only the mark of the program is left of this part */
};

static void enter(const struct reader *reader, struct cursor *cursor, const struct written *text) {
    const struct argv_piece *pieces = reader->search->pieces.items;
    *cursor = (struct cursor){.text = text};
    if (!text)
        return;
    cursor->piece = text->to;
    cursor->at_mark = text->from == text->to;
    cursor->left = cursor->at_mark ? 0 : n_units(&pieces[--cursor->piece]);
}

/* The unit before the cursor, which moves; SIZE_MAX at the begin. */
static size_t previous_unit(const struct reader *reader, struct cursor *cursor) {
    const struct argv_piece *pieces = reader->search->pieces.items;
    while (cursor->text) {
        if (cursor->left > 0)
            return unit_at(reader, cursor->piece, --cursor->left);
        if (!cursor->at_mark && cursor->piece > cursor->text->from) {
            cursor->left = n_units(&pieces[--cursor->piece]);
            continue;
        }
        bool is_program = cursor->text->is_program;
        enter(reader, cursor, cursor->text->before);
        if (is_program)
            return UNIT_PROGRAM;
    }
    return SIZE_MAX;
}

static bool same_text(const struct reader *reader, const struct written *a, const struct written *b) {
    struct cursor left, right;
    size_t unit;
    if (!a || !b || a->hash != b->hash || a->length != b->length)
        return a == b;
    enter(reader, &left, a);
    enter(reader, &right, b);
    do { /* what both have in common before is one and the same */
        if (left.text == right.text && left.piece == right.piece && left.left == right.left)
            return true;
        unit = previous_unit(reader, &left);
        if (unit != previous_unit(reader, &right))
            return false;
    } while (unit != SIZE_MAX);
    return true;
}

/* ---- states ----------------------------------------------------------------------------------------------------- */

static void clear_places(struct reader *reader, size_t count) {
    size_t wanted = 64;
    while (wanted < 2 * count)
        wanted *= 2;
    if (wanted > reader->places.capacity) {
        reader->places.items = arena_alloc(reader->search->arena, wanted * sizeof *reader->places.items);
        reader->places.capacity = wanted;
    }
    reader->places.count = wanted;
    memset(reader->places.items, 0, wanted * sizeof *reader->places.items);
}

/* Adds hosts to those for which the same was written, or as the first ones. */
static void add_state(struct reader *reader, hostset hosts, const struct written *text) {
    size_t mask = reader->places.count - 1, at = (text ? text->hash ^ text->hash >> 32 : 0) & mask;
    if (hosts == HOSTS_NONE)
        return;
    for (; reader->places.items[at]; at = (at + 1) & mask) {
        struct written_line *known = &reader->next.items[reader->places.items[at] - 1];
        if (same_text(reader, known->text, text)) {
            known->hosts = hosts_or(reader->search->hosts, known->hosts, hosts);
            return;
        }
    }
    ARENA_PUSH(reader->search->arena, &reader->next, ((struct written_line){hosts, text}));
    reader->places.items[at] = reader->next.count;
}

/* Makes what was added the states; false if that is too much. */
static bool take_next(struct reader *reader) {
    struct written_lines old = reader->states;
    reader->states = reader->next;
    reader->next = old;
    reader->next.count = 0;
    if (reader->states.count > MAX_STATES)
        return false;
    for (size_t i = 0; i < reader->states.count; i++)
        if (reader->states.items[i].hosts == HOSTS_UNKNOWN)
            return false;
    return true;
}

/* Writes pieces from..to - 1, or the mark of the program, for hosts of a set. */
static bool step(struct reader *reader, hostset set, size_t from, size_t to, bool is_program) {
    struct hosts *hosts = reader->search->hosts;
    clear_places(reader, 2 * reader->states.count);
    for (size_t i = 0; i < reader->states.count; i++) {
        const struct written_line *state = &reader->states.items[i];
        bool has_program = state->text && state->text->has_program;
        bool writes = is_program ? !has_program : has_program || !reader->search->request->only_program;
        hostset in = writes ? hosts_and(hosts, state->hosts, set) : HOSTS_NONE;
        if (in == HOSTS_UNKNOWN)
            return false;
        if (in != HOSTS_NONE)
            add_state(reader, in, write_pieces(reader, state->text, from, to, is_program));
        add_state(reader, hosts_minus(hosts, state->hosts, in), state->text);
    }
    return take_next(reader);
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

/* Where an argument that begins at a piece is tagged; what is in it is tagged where it is written. */
static hostset program_of(const struct reader *reader, size_t begin) {
    const struct argv_pieces *pieces = &reader->search->pieces;
    hostset set = tags_program(&pieces->items[begin]) ? reader->guards[begin] : HOSTS_NONE;
    for (size_t i = begin; pieces->items[i].kind != PIECE_END; i++)
        if (pieces->items[i].kind == PIECE_ITEM && tags_program(&pieces->items[i]))
            set = hosts_or(reader->search->hosts, set, reader->guards[i]);
    return set;
}

static void prepare(struct reader *reader) {
    struct argvs_search *search = reader->search;
    const struct argv_piece *pieces = search->pieces.items;
    size_t count = search->pieces.count;
    reader->guards = arena_alloc(search->arena, (count + 1) * sizeof *reader->guards);
    reader->programs = arena_alloc(search->arena, (count + 1) * sizeof *reader->programs);
    reader->holes = arena_alloc(search->arena, (count + 1) * sizeof *reader->holes);
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && pieces[i].guard == pieces[i - 1].guard;
        reader->guards[i] = same ? reader->guards[i - 1] : meaning_cond(search->meaning, pieces[i].guard);
        if (pieces[i].kind == PIECE_PLACEHOLDER)
            reader->holes[i] = number_hole(&search->pieces, i);
    }
    for (size_t i = 0; i < count; i++)
        reader->programs[i] = pieces[i].kind == PIECE_BEGIN ? program_of(reader, i) : HOSTS_NONE;
}

static bool writes_something(const struct argv_pieces *pieces, size_t from, size_t to) {
    while (from < to && n_units(&pieces->items[from]) == 0)
        from++;
    return from < to;
}

bool argvs_texts(struct argvs_search *search, struct written_lines *lines) {
    struct reader reader = {.search = search};
    prepare(&reader);
    ARENA_PUSH(search->arena, &reader.states, ((struct written_line){search->space, NULL}));
    bool good = search->space != HOSTS_UNKNOWN;
    for (size_t i = 0, end; good && i < search->pieces.count; i = end) {
        for (end = i + 1; end < search->pieces.count && reader.guards[end] == reader.guards[i]; end++)
            if (reader.programs[end] != HOSTS_NONE)
                break;
        if (reader.programs[i] != HOSTS_NONE)
            good = step(&reader, reader.programs[i], i, i, true);
        if (good && writes_something(&search->pieces, i, end))
            good = step(&reader, reader.guards[i], i, end, false);
    }
    *lines = reader.states;
    return good;
}

/* ---- against the plain evaluator -------------------------------------------------------------------------------- */

static struct buffer fill_hole(const struct argvs_search *search, const struct argv_piece *piece,
                               const struct witness_host *host) {
    const struct variable *variable = piece->placeholder->variable;
    int64_t value = host->values[variable->index];
    if (variable->type.kind == MUSTER_INT && value != MUSTER_UNKNOWN)
        value /= piece->placeholder->unit;
    const char *text = variable_is_text(variable) ? host->texts[variable->input] : NULL;
    if (!variable_is_text(variable))
        text = value_text(search->arena, &variable->type, value);
    struct buffer filled = format_escape(search->arena, NULL, text ? text : "", text ? strlen(text) : 0);
    for (const struct level *level = piece->level; level; level = level->outer)
        filled = format_escape(search->arena, level->format, filled.items, filled.count);
    return filled;
}

static void fill_pieces(const struct argvs_search *search, const struct written *text, const struct witness_host *host,
                        struct arguments *result) {
    for (size_t i = text->from; i < text->to; i++) {
        const struct argv_piece *piece = &search->pieces.items[i];
        if (piece->kind == PIECE_BEGIN)
            ARENA_PUSH(search->arena, result, (struct buffer){0});
        if (result->count == 0 || n_units(piece) == 0)
            continue;
        struct buffer *last = &result->items[result->count - 1];
        if (piece->kind == PIECE_PLACEHOLDER) {
            struct buffer filled = fill_hole(search, piece, host);
            ARENA_APPEND(search->arena, last, filled.items, filled.count);
        } else if (piece->text) {
            ARENA_APPEND(search->arena, last, piece->text, piece->length);
        }
    }
}

static bool same_buffers(const struct buffer *a, const struct buffer *b) {
    return a->count == b->count && (a->count == 0 || memcmp(a->items, b->items, a->count) == 0);
}

bool argvs_is_text(const struct argvs_search *search, const struct written *text, const struct witness_host *host,
                   const struct arguments *arguments, size_t first) {
    struct {
        const struct written **items;
        size_t count, capacity;
    } parts = {0};
    struct arguments result = {0};
    for (; text; text = text->before)
        ARENA_PUSH(search->arena, &parts, text);
    while (parts.count > 0)
        fill_pieces(search, parts.items[--parts.count], host, &result);
    if (result.count != arguments->count - first)
        return false;
    for (size_t i = 0; i < result.count; i++)
        if (!same_buffers(&result.items[i], &arguments->items[first + i]))
            return false;
    return true;
}
