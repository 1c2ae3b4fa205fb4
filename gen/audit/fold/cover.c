/*
 * Rows for the combinations of each answer: as general as can be, and none of them in vain.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/fold/internal.h"

/* Beyond so many rows nobody reads them; a table of rules has no more either. */
enum { MAX_ROWS = 10000 };

struct cover_row {
    struct region region;
    hostset box;
};

struct cover {
    struct folding *folding;
    size_t answer;
    hostset within; /* what rows of the answer may cover: nothing of another answer */
    struct {
        struct cover_row *items;
        size_t count, capacity;
    } rows;
};

/* ---- finding ---------------------------------------------------------------------------------------------------- */

/*
 * Closes the gaps between ranges, and opens them towards the ends, where no host of another answer comes: "below 9.2"
 * where there is no 9.0, instead of "below 9.0, from 9.0.1 to below 9.2". False if there are none.
 */
static bool close_gaps(struct cover *cover, struct region *region, size_t column) {
    struct folding *folding = cover->folding;
    const struct variable *variable = folding->columns.items[column];
    bool *codes = region->codes[column], any = false;
    size_t width = variable->n_codes;
    if (!codes || !variable_is_ordered(variable))
        return false;
    bool *fits = arena_alloc(folding->arena, variable_n_codes(variable) + 1);
    memset(fits, true, variable_n_codes(variable));
    hosts_fitting(folding->combinations, cover->within, (const bool *const *)region->codes, column, fits);
    for (size_t begin = 0, end; begin < width; begin = end + 1) {
        for (end = begin; end < width && fits[end];)
            end++;
        size_t first = begin, last = end;
        while (first < end && !codes[first])
            first++;
        if (first == end)
            continue;
        while (!codes[last - 1])
            last--;
        first = begin == 0 ? 0 : first;
        last = end == width ? width : last;
        any = any || memchr(codes + first, 0, last - first);
        memset(codes + first, true, last - first);
    }
    return any;
}

/* What is closed may let more of other columns in. */
static void complete(struct cover *cover, hostset set, struct region *region) {
    struct folding *folding = cover->folding;
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = folding->columns.count; i-- > 0;)
            more = close_gaps(cover, region, i) || more;
        more =
            more && region_widen(folding->arena, &folding->columns, folding->combinations, set, cover->within, region);
    }
}

/* One more row, around one of the combinations that are left. False if the budget did not do. */
static bool find_row(struct cover *cover, hostset left) {
    struct folding *folding = cover->folding;
    struct cover_row row;
    hostset set = folding->answers.items[cover->answer].image;
    if (cover->rows.count == MAX_ROWS ||
        !region_next(folding->arena, &folding->columns, folding->combinations, set, cover->within, &left, &row.region))
        return false;
    complete(cover, set, &row.region);
    row.box = hosts_box(folding->combinations, (const bool *const *)row.region.codes);
    ARENA_PUSH(folding->arena, &cover->rows, row);
    return row.box != HOSTS_UNKNOWN;
}

/* What rules are there does not matter, so that those that mean the same give the same rows. */
static bool find_rows(struct cover *cover) {
    struct folding *folding = cover->folding;
    hostset left = folding->answers.items[cover->answer].image;
    while (left != HOSTS_NONE) {
        if (left == HOSTS_UNKNOWN || !find_row(cover, left))
            return false;
        left = hosts_minus(folding->combinations, left, cover->rows.items[cover->rows.count - 1].box);
    }
    return true;
}

/* ---- what is in vain -------------------------------------------------------------------------------------------- */

/* Leaves out rows that the others of the answer cover, the last ones first: they were made for what was left. */
static bool drop_rows(struct cover *cover) {
    struct folding *folding = cover->folding;
    struct hosts *sets = folding->combinations;
    hostset all = folding->answers.items[cover->answer].image;
    size_t count = cover->rows.count, kept = 0;
    hostset *before = arena_alloc(folding->arena, (count + 1) * sizeof *before), behind = HOSTS_NONE;
    bool *needed = arena_alloc(folding->arena, count + 1);
    for (size_t i = 0; i < count; i++)
        before[i + 1] = hosts_or(sets, before[i], cover->rows.items[i].box);
    for (size_t i = count; i-- > 0;) {
        hostset rest = hosts_minus(sets, all, hosts_or(sets, before[i], behind));
        if (rest == HOSTS_UNKNOWN)
            return false;
        needed[i] = rest != HOSTS_NONE;
        if (needed[i])
            behind = hosts_or(sets, behind, cover->rows.items[i].box);
    }
    for (size_t i = 0; i < count; i++)
        if (needed[i])
            cover->rows.items[kept++] = cover->rows.items[i];
    cover->rows.count = kept;
    return true;
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static void add_row(struct cover *cover, struct folded *folded, const struct cover_row *found) {
    struct folding *folding = cover->folding;
    const struct fold_answer *answer = &folding->answers.items[cover->answer];
    hostset hosts = fold_hosts_in(folding, found->region.codes);
    struct {
        const struct row **items;
        size_t count, capacity;
    } rules = {0};
    for (size_t i = 0; i < folding->rules.count; i++) {
        const struct fold_rule *rule = &folding->rules.items[i];
        if (rule->row && rule->answer == cover->answer && hosts_and(folding->hosts, rule->hosts, hosts) != HOSTS_NONE)
            ARENA_PUSH(folding->arena, &rules, rule->row);
    }
    const struct fold_row row = {.codes = found->region.codes,
                                 .results = answer->results,
                                 .reject = answer->reject,
                                 .rules = rules.items,
                                 .n_rules = rules.count};
    ARENA_PUSH(folding->arena, &folded->rows, row);
}

static bool cover_answer(struct folding *folding, size_t answer, struct folded *folded) {
    struct cover cover = {.folding = folding, .answer = answer};
    cover.within = hosts_or(folding->combinations, folding->answers.items[answer].image,
                            hosts_not(folding->combinations, folding->image));
    if (cover.within == HOSTS_UNKNOWN || !find_rows(&cover) || !drop_rows(&cover))
        return false;
    for (size_t i = 0; i < cover.rows.count; i++)
        add_row(&cover, folded, &cover.rows.items[i]);
    return !fold_is_unproven(folding);
}

bool fold_cover(struct folding *folding, struct folded *folded) {
    for (size_t i = 0; i < folding->answers.count; i++)
        if (!cover_answer(folding, i, folded))
            return false;
    return true;
}
