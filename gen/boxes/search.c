/*
 * Searches for an uncovered cell. Divides the space with boxes_divide until a part is covered by one box, or meets
 * none. Two rules reduce parts: a box that is restricted in one column only removes its codes of this column from the
 * space; and if all boxes that a column restricts lack some codes of it, the column is reduced to these codes, because
 * a cell that is uncovered elsewhere is uncovered there, too.
 *
 * Many columns are packed into one word, as fields of the same size. `occupied` sets the highest bit of each field that
 * is not zero. Columns that need more than a word are examined one by one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/boxes/internal.h"

#include <string.h>

enum {
    WORD = 64,
    MAX_SAMPLE = 256, /* size of the sample of boxes that selects the column; the boxes with fewest restrictions */
    MAX_TRIED = 4,    /* number of columns tried */
};

/*
 * Columns with at min_cost this fraction of the greatest weight are tried, too, unless the cost of the best division is
 * at most GOOD_COST.
 */
#define NEARLY_HEAVIEST 0.9
#define GOOD_COST 0.75

/* The layout of a word of fields with `size` bits each, one bit per class. */
struct packed {
    unsigned size;
    uint64_t high, low; /* the highest bits of all fields; the other bits */
    uint64_t used;      /* the highest bits of fields in use */
};

/* The place of a column's classes in a space: in one field, or in several words. */
struct place {
    size_t word, n_words;
    unsigned shift;
    size_t flag; /* index of the column's bit in sets of columns */
};

/* A part of the space: where its words and its boxes begin in the lists. */
struct part {
    size_t space, boxes, n_boxes;
};

struct search {
    const struct boxes *boxes;
    struct arena *scratch;
    size_t steps;         /* the remaining budget */
    struct place *places; /* by column */
    struct packed *packed;
    size_t n_packed, n_words; /* words of a space; packed words come first */
    size_t *wide;             /* columns that are not packed */
    size_t n_wide;
    uint64_t *rows; /* by box: its cells as packed words */
    struct {
        uint32_t *items;
        size_t count, capacity;
    } box_list; /* a stack of the boxes of parts; those of the innermost part are last */
    struct {
        uint64_t *items;
        size_t count, capacity;
    } spaces;
    /*
     * Results of examining a part. In sets of columns, a packed column is the highest bit of its field; wide columns
     * follow, with one word each.
     */
    uint64_t *restricting; /* columns that restrict the current box */
    uint64_t *restricted;  /* columns that restrict any box */
    uint64_t *joined;      /* a space: the union of restricted cells */
    double *weights; /* by bit of the column: sum over the boxes that it restricts; boxes with few restrictions count
                        most */
    struct boxes_division *division;
    uint64_t *side; /* of the best division so far */
};

/* ---- packing ---------------------------------------------------------------------------------------------------- */

static unsigned field_size(const struct column *column) {
    unsigned size = 2;
    while (size < column->n_classes)
        size *= 2;
    return size;
}

static struct packed new_packed(unsigned size) {
    struct packed packed = {.size = size};
    for (unsigned bit = size - 1; bit < WORD; bit += size)
        packed.high |= UINT64_C(1) << bit;
    packed.low = ~packed.high;
    return packed;
}

static void pack_columns(struct search *search, unsigned size) {
    unsigned shift = WORD;
    for (size_t i = 0; i < search->boxes->n_columns; i++) {
        if (field_size(&search->boxes->columns[i]) != size)
            continue;
        if (shift == WORD) {
            search->packed[search->n_packed++] = new_packed(size);
            shift = 0;
        }
        search->places[i] =
            (struct place){search->n_packed - 1, 1, shift, search->n_packed * WORD - WORD + shift + size - 1};
        shift += size;
        search->packed[search->n_packed - 1].used |= UINT64_C(1) << (shift - 1);
    }
}

static void place_columns(struct search *search) {
    for (unsigned size = 2; size <= WORD; size *= 2)
        pack_columns(search, size);
    search->n_words = search->n_packed;
    for (size_t i = 0; i < search->boxes->n_columns; i++) {
        const struct column *column = &search->boxes->columns[i];
        if (field_size(column) <= WORD)
            continue;
        search->places[i] =
            (struct place){search->n_words, column->words, 0, (search->n_packed + search->n_wide) * WORD};
        search->wide[search->n_wide++] = i;
        search->n_words += column->words;
    }
}

static void pack_row(struct search *search, size_t box) {
    for (size_t i = 0; i < search->boxes->n_columns; i++) {
        const struct place *place = &search->places[i];
        if (place->word < search->n_packed)
            search->rows[box * search->n_packed + place->word] |= *boxes_mask(search->boxes, box, i) << place->shift;
    }
}

static struct search *new_search(struct arena *scratch, const struct boxes *boxes, size_t steps) {
    struct search *search = arena_alloc(scratch, sizeof *search);
    search->boxes = boxes;
    search->scratch = scratch;
    search->steps = steps;
    search->places = arena_alloc(scratch, boxes->n_columns * sizeof *search->places);
    search->packed = arena_alloc(scratch, boxes->n_columns * sizeof *search->packed);
    search->wide = arena_alloc(scratch, boxes->n_columns * sizeof *search->wide);
    place_columns(search);
    search->rows = arena_alloc(scratch, boxes->n_boxes * search->n_packed * sizeof *search->rows);
    for (size_t i = 0; i < boxes->n_live; i++)
        pack_row(search, boxes->live[i]);
    size_t n_flags = search->n_packed + search->n_wide;
    search->restricting = arena_alloc(scratch, n_flags * sizeof *search->restricting);
    search->restricted = arena_alloc(scratch, n_flags * sizeof *search->restricted);
    search->joined = arena_alloc(scratch, search->n_words * sizeof *search->joined);
    search->weights = arena_alloc(scratch, n_flags * WORD * sizeof *search->weights);
    search->side = arena_alloc(scratch, search->n_words * sizeof *search->side);
    search->division = boxes_new_division(scratch, boxes);
    return search;
}

/* The highest bits of the fields that are not zero. */
static inline uint64_t occupied(const struct packed *packed, uint64_t word) {
    return (((word & packed->low) + packed->low) | word) & packed->high;
}

/* All bits of the fields with these highest bits. */
static inline uint64_t fields(const struct packed *packed, uint64_t high) {
    return (high - (high >> (packed->size - 1))) | high;
}

/* ---- parts ------------------------------------------------------------------------------------------------------ */

/* Allocates one element more than needed, so that an empty list has an address, too. */
static struct part new_part(struct search *search, size_t n_boxes) {
    struct part part = {search->spaces.count, search->box_list.count, n_boxes};
    search->spaces.count += search->n_words;
    search->box_list.count += n_boxes;
    while (search->spaces.count >= search->spaces.capacity)
        search->spaces.items = arena_grow(search->scratch, search->spaces.items, search->spaces.capacity,
                                          &search->spaces.capacity, sizeof *search->spaces.items);
    while (search->box_list.count >= search->box_list.capacity)
        search->box_list.items = arena_grow(search->scratch, search->box_list.items, search->box_list.capacity,
                                            &search->box_list.capacity, sizeof *search->box_list.items);
    return part;
}

static void drop_part(struct search *search, const struct part *part) {
    search->spaces.count = part->space;
    search->box_list.count = part->boxes;
}

static struct part copy_part(struct search *search, const struct part *part) {
    struct part copy = new_part(search, part->n_boxes);
    memcpy(search->spaces.items + copy.space, search->spaces.items + part->space,
           search->n_words * sizeof *search->spaces.items);
    memcpy(search->box_list.items + copy.boxes, search->box_list.items + part->boxes,
           part->n_boxes * sizeof *search->box_list.items);
    return copy;
}

/* Sorts boxes by their number of restricted cells: those with few restrictions may make later boxes irrelevant. */
static void sort_boxes(const struct search *search, uint32_t *items) {
    const struct boxes *boxes = search->boxes;
    uint32_t *cells = arena_alloc(search->scratch, boxes->n_live * sizeof *cells);
    for (size_t i = 0; i < boxes->n_live; i++)
        for (size_t column = 0; column < boxes->n_columns; column++)
            cells[i] += boxes->sets[boxes->live[i] * boxes->n_columns + column] != 0;
    for (size_t count = 0, put = 0; put < boxes->n_live; count++)
        for (size_t i = 0; i < boxes->n_live; i++)
            if (cells[i] == count)
                items[put++] = boxes->live[i];
}

static struct part whole_part(struct search *search) {
    const struct boxes *boxes = search->boxes;
    struct part part = new_part(search, boxes->n_live);
    for (size_t i = 0; i < boxes->n_columns; i++) {
        uint64_t *words = search->spaces.items + part.space + search->places[i].word;
        for (size_t word = 0; word < search->places[i].n_words; word++)
            words[word] |= boxes->columns[i].masks[word] << search->places[i].shift;
    }
    sort_boxes(search, search->box_list.items + part.boxes);
    return part;
}

static bool is_wide(const struct search *search, size_t column) {
    return search->places[column].word >= search->n_packed;
}

/* The classes of a column in a part. `word` is the buffer for packed ones. */
static const uint64_t *classes_of(const struct search *search, const struct part *part, size_t column, uint64_t *word) {
    const struct place *place = &search->places[column];
    const uint64_t *space = search->spaces.items + part->space + place->word;
    if (is_wide(search, column))
        return space;
    unsigned size = search->packed[place->word].size;
    *word = size < WORD ? *space >> place->shift & ((UINT64_C(1) << size) - 1) : *space;
    return word;
}

static void take_classes(const struct search *search, const struct part *part, size_t column, const uint64_t *classes) {
    const struct place *place = &search->places[column];
    uint64_t *space = search->spaces.items + part->space + place->word;
    for (size_t word = 0; word < place->n_words; word++)
        space[word] &= ~(classes[word] << place->shift);
}

static void first_codes(const struct search *search, const struct part *part, size_t *codes) {
    uint64_t word;
    for (size_t i = 0; i < search->boxes->n_columns; i++)
        codes[i] = boxes_first_code(&search->boxes->columns[i], classes_of(search, part, i, &word));
}

/* ---- examining the boxes of a part ------------------------------------------------------------------------------- */

enum relation { DISJOINT, WHOLE, RESTRICTED_ONCE, RESTRICTED };

/*
 * Whether a box meets the packed columns of a space. Stores the columns that restrict it, and whether there are any,
 * and several.
 */
static inline bool examine_packed(const struct search *search, const uint64_t *space, size_t box, uint64_t *any,
                                  uint64_t *several) {
    const uint64_t *row = &search->rows[box * search->n_packed];
    for (size_t i = 0; i < search->n_packed; i++) {
        const struct packed *packed = &search->packed[i];
        if (occupied(packed, space[i] & row[i]) != packed->used)
            return false;
        uint64_t out = occupied(packed, space[i] & ~row[i]);
        search->restricting[i] = out;
        *several |= (out & (out - 1)) | (*any ? out : 0);
        *any |= out;
    }
    return true;
}

static bool examine_wide(const struct search *search, const uint64_t *space, size_t box, uint64_t *any,
                         uint64_t *several) {
    for (size_t i = 0; i < search->n_wide; i++) {
        const struct place *place = &search->places[search->wide[i]];
        const uint64_t *mask = boxes_mask(search->boxes, box, search->wide[i]), *words = space + place->word;
        uint64_t in = 0, out = 0;
        for (size_t word = 0; word < place->n_words; word++) {
            in |= words[word] & mask[word];
            out |= words[word] & ~mask[word];
        }
        if (!in)
            return false;
        search->restricting[search->n_packed + i] = out != 0;
        *several |= out && *any;
        *any |= out != 0;
    }
    return true;
}

static inline enum relation relate(const struct search *search, const uint64_t *space, size_t box) {
    uint64_t any = 0, several = 0;
    if (!examine_packed(search, space, box, &any, &several))
        return DISJOINT;
    if (search->n_wide && !examine_wide(search, space, box, &any, &several))
        return DISJOINT;
    return several ? RESTRICTED : any ? RESTRICTED_ONCE : WHOLE;
}

/* Removes the codes that a box has in its restricting columns from the space, or adds them to the union. */
static void change_space(const struct search *search, uint64_t *space, size_t box, bool away) {
    const uint64_t *row = &search->rows[box * search->n_packed];
    for (size_t i = 0; i < search->n_packed; i++) {
        uint64_t bits = row[i] & fields(&search->packed[i], search->restricting[i]);
        space[i] = away ? space[i] & ~bits : space[i] | bits;
    }
    for (size_t i = 0; i < search->n_wide; i++) {
        if (!search->restricting[search->n_packed + i])
            continue;
        const struct place *place = &search->places[search->wide[i]];
        const uint64_t *mask = boxes_mask(search->boxes, box, search->wide[i]);
        uint64_t *words = space + place->word;
        for (size_t word = 0; word < place->n_words; word++)
            words[word] = away ? words[word] & ~mask[word] : words[word] | mask[word];
    }
}

static void note_restricted(const struct search *search, size_t box) {
    for (size_t i = 0; i < search->n_packed + search->n_wide; i++)
        search->restricted[i] |= search->restricting[i];
    change_space(search, search->joined, box, false);
}

enum examined { EXAMINED_CHANGED, EXAMINED_UNCHANGED, EXAMINED_COVERED };

/* Removes boxes that are irrelevant for the part, and records what restricts the others. */
static enum examined examine_boxes(struct search *search, struct part *part) {
    uint64_t *space = search->spaces.items + part->space;
    uint32_t *boxes = search->box_list.items + part->boxes;
    size_t kept = 0;
    bool changed = false;
    memset(search->restricted, 0, (search->n_packed + search->n_wide) * sizeof *search->restricted);
    memset(search->joined, 0, search->n_words * sizeof *search->joined);
    for (size_t i = 0; i < part->n_boxes; i++) {
        enum relation relation = relate(search, space, boxes[i]);
        if (relation == WHOLE)
            return EXAMINED_COVERED;
        if (relation == RESTRICTED_ONCE) {
            change_space(search, space, boxes[i], true);
            changed = true;
        } else if (relation == RESTRICTED) {
            note_restricted(search, boxes[i]);
            boxes[kept++] = boxes[i];
        }
    }
    part->n_boxes = kept;
    return changed ? EXAMINED_CHANGED : EXAMINED_UNCHANGED;
}

static bool narrow_wide(const struct search *search, uint64_t *space, size_t column) {
    const struct place *place = &search->places[column];
    const uint64_t *joined = search->joined + place->word;
    uint64_t lacking = 0;
    for (size_t word = 0; word < place->n_words; word++)
        lacking |= space[place->word + word] & ~joined[word];
    for (size_t word = 0; lacking && word < place->n_words; word++)
        space[place->word + word] &= ~joined[word];
    return lacking != 0;
}

/*
 * Reduces columns to the codes that all boxes restricted by them lack, where there are such codes. Returns whether
 * there are.
 */
static bool narrow_part(const struct search *search, const struct part *part) {
    uint64_t *space = search->spaces.items + part->space;
    bool narrowed = false;
    for (size_t i = 0; i < search->n_packed; i++) {
        const struct packed *packed = &search->packed[i];
        uint64_t lacking = space[i] & ~search->joined[i] & fields(packed, search->restricted[i]);
        uint64_t columns = fields(packed, occupied(packed, lacking));
        space[i] = (space[i] & ~columns) | lacking;
        narrowed = narrowed || lacking;
    }
    for (size_t i = 0; i < search->n_wide; i++)
        if (search->restricted[search->n_packed + i])
            narrowed |= narrow_wide(search, space, search->wide[i]);
    return narrowed;
}

/* ---- division ---------------------------------------------------------------------------------------------------- */

static void weigh_columns(struct search *search) {
    size_t n_flags = search->n_packed + search->n_wide;
    double weight = 1;
    for (size_t i = 0; i < n_flags; i++)
        for (uint64_t rest = search->restricting[i]; rest; rest &= rest - 1)
            weight /= 2;
    for (size_t i = 0; i < n_flags; i++)
        for (uint64_t rest = search->restricting[i]; rest; rest &= rest - 1)
            search->weights[i * WORD + (size_t)__builtin_ctzll(rest)] += weight;
}

/* Computes the weights of columns. */
static void weigh_boxes(struct search *search, const struct part *part) {
    const uint32_t *boxes = search->box_list.items + part->boxes;
    size_t sampled = part->n_boxes < MAX_SAMPLE ? part->n_boxes : MAX_SAMPLE;
    memset(search->weights, 0, (search->n_packed + search->n_wide) * WORD * sizeof *search->weights);
    for (size_t i = 0; i < sampled; i++) {
        relate(search, search->spaces.items + part->space, boxes[i]);
        weigh_columns(search);
    }
}

/* The column with the greatest weight. */
static size_t heaviest_column(const struct search *search) {
    size_t best = 0;
    for (size_t i = 1; i < search->boxes->n_columns; i++)
        if (search->weights[search->places[i].flag] > search->weights[search->places[best].flag])
            best = i;
    return best;
}

/* Selects the column with the cheapest division among the heaviest ones; its side is in search->side. */
static size_t choose_division(struct search *search, const struct part *part) {
    size_t best = 0;
    double min_cost = 3;
    weigh_boxes(search, part);
    double heavy = search->weights[search->places[heaviest_column(search)].flag] * NEARLY_HEAVIEST;
    for (size_t tried = 0; tried < MAX_TRIED && min_cost > GOOD_COST; tried++) {
        size_t column = heaviest_column(search);
        double *weight = &search->weights[search->places[column].flag];
        if (*weight < heavy)
            break;
        *weight = 0;
        uint64_t word;
        const uint64_t *side, *classes = classes_of(search, part, column, &word);
        double cost =
            boxes_divide(search->division, column, classes, search->box_list.items + part->boxes, part->n_boxes, &side);
        if (cost >= min_cost)
            continue;
        best = column;
        min_cost = cost;
        memcpy(search->side, side, search->boxes->columns[column].words * sizeof *side);
    }
    return best;
}

static enum boxes_answer search_part(struct search *search, struct part *part, size_t *codes);

/* Divides a part, searches the side with fewer codes, and keeps the other one. */
static enum boxes_answer search_side(struct search *search, struct part *part, size_t *codes) {
    size_t column = choose_division(search, part), n_words = search->boxes->columns[column].words;
    struct part child = copy_part(search, part);
    take_classes(search, part, column, search->side);
    uint64_t word;
    const uint64_t *others = classes_of(search, part, column, &word);
    memcpy(search->side, others, n_words * sizeof *others);
    take_classes(search, &child, column, search->side);
    enum boxes_answer answer = search_part(search, &child, codes);
    drop_part(search, &child);
    return answer;
}

static bool spend(struct search *search, size_t steps) {
    bool enough = search->steps >= steps;
    search->steps = enough ? search->steps - steps : 0;
    return enough;
}

static enum boxes_answer search_part(struct search *search, struct part *part, size_t *codes) {
    for (;;) {
        if (!spend(search, 1 + part->n_boxes * search->n_words))
            return BOXES_NOT_PROVEN;
        enum examined examined = examine_boxes(search, part);
        if (examined == EXAMINED_COVERED)
            return BOXES_COVER;
        if (part->n_boxes == 0) {
            first_codes(search, part, codes);
            return BOXES_LEAVE_OUT;
        }
        if (examined == EXAMINED_CHANGED || narrow_part(search, part))
            continue;
        enum boxes_answer answer = search_side(search, part, codes);
        if (answer != BOXES_COVER)
            return answer;
    }
}

enum boxes_answer boxes_search(struct arena *scratch, const struct boxes *boxes, size_t steps, size_t *codes) {
    struct search *search = new_search(scratch, boxes, steps);
    struct part part = whole_part(search);
    return search_part(search, &part, codes);
}
