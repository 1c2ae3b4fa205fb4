/*
 * From hosts to the combinations of columns that they have.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/fold/internal.h"

/* Adds a value with that code, which stands for all of them. */
static void add_code(struct folding *folding, const struct variable *variable, size_t code, struct valueset *set) {
    int64_t value = variable_value(variable, code);
    if (value == MUSTER_UNKNOWN)
        set->unknown = true;
    else
        valueset_add(folding->arena, set, value, value);
}

static hostset hosts_with(struct folding *folding, const struct variable *variable, size_t code) {
    struct valueset one = {0};
    add_code(folding, variable, code, &one);
    return meaning_value(folding->meaning, variable, &one);
}

/* Makes the tree of a column. Returns the hosts on which it has a value. */
static hostset plant_values(struct folding *folding, size_t column) {
    const struct variable *variable = folding->columns.items[column];
    size_t width = variable_n_codes(variable), leaf = 1;
    while (leaf < width)
        leaf *= 2;
    hostset *values = arena_alloc(folding->arena, 2 * leaf * sizeof *values);
    for (size_t i = 0; i < width; i++)
        values[leaf + i] = hosts_with(folding, variable, i);
    for (size_t i = leaf; i-- > 1;)
        values[i] = hosts_or(folding->hosts, values[2 * i], values[2 * i + 1]);
    folding->values[column] = values;
    folding->first_leaf[column] = leaf;
    return values[1];
}

const struct variable *fold_over(struct folding *folding, const struct axes *columns) {
    struct arena *arena = folding->arena;
    const struct variable *unset = NULL;
    size_t count = columns->count, *widths = arena_alloc(arena, (count + 1) * sizeof *widths);
    folding->columns = *columns;
    folding->values = arena_alloc(arena, (count + 1) * sizeof *folding->values);
    folding->first_leaf = arena_alloc(arena, (count + 1) * sizeof *folding->first_leaf);
    folding->next = arena_alloc(arena, (count + 1) * sizeof *folding->next);
    for (size_t i = 0; i < count; i++) {
        widths[i] = variable_n_codes(columns->items[i]);
        folding->next[i] = arena_alloc(arena, (widths[i] + 1) * sizeof **folding->next);
        hostset set = plant_values(folding, i);
        hostset without = hosts_minus(folding->hosts, folding->space, set);
        folding->unproven = folding->unproven || without == HOSTS_UNKNOWN;
        if (!unset && without != HOSTS_NONE && without != HOSTS_UNKNOWN)
            unset = columns->items[i];
    }
    folding->combinations = hosts_new(arena, widths, count);
    folding->steps = hosts_left(folding->hosts);
    hosts_budget(folding->combinations, folding->steps);
    folding->images.items = NULL;
    folding->images.count = folding->images.capacity = 0;
    return unset;
}

/* ---- what is known already -------------------------------------------------------------------------------------- */

/* Where the image of a set stands, or belongs. */
static struct fold_image *image_place(const struct folding *folding, size_t column, hostset set) {
    size_t mask = folding->images.capacity - 1;
    uint64_t hash = ((uint64_t)column << 32 | set) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(hash >> 32) & mask;
    while (folding->images.items[at].set != HOSTS_NONE &&
           (folding->images.items[at].set != set || folding->images.items[at].column != column))
        at = (at + 1) & mask;
    return &folding->images.items[at];
}

static void widen_images(struct folding *folding) {
    const struct fold_image *old = folding->images.items;
    size_t n_old = folding->images.capacity;
    folding->images.capacity = n_old ? 2 * n_old : 256;
    folding->images.items = arena_alloc(folding->arena, folding->images.capacity * sizeof *old);
    for (size_t i = 0; i < n_old; i++)
        if (old[i].set != HOSTS_NONE)
            *image_place(folding, old[i].column, old[i].set) = old[i];
}

static void keep_image(struct folding *folding, struct fold_image image) {
    if (folding->images.count * 2 >= folding->images.capacity)
        widen_images(folding);
    *image_place(folding, image.column, image.set) = image;
    folding->images.count++;
}

/* ---- images ----------------------------------------------------------------------------------------------------- */

/* Codes with the same image behind them are put together, so that a column with thousands of codes costs little. */
static hostset join(struct folding *folding, size_t column) {
    size_t width = variable_n_codes(folding->columns.items[column]);
    const hostset *next = folding->next[column];
    bool *codes = arena_alloc(folding->arena, 2 * width + 1), *done = codes + width;
    hostset result = HOSTS_NONE;
    for (size_t i = 0; i < width; i++) {
        if (done[i] || next[i] == HOSTS_NONE)
            continue;
        for (size_t k = 0; k < width; k++) {
            codes[k] = next[k] == next[i];
            done[k] = done[k] || codes[k];
        }
        hostset some = hosts_and(folding->combinations, hosts_where(folding->combinations, column, codes), next[i]);
        result = hosts_or(folding->combinations, result, some);
    }
    return result;
}

static hostset image_from(struct folding *folding, size_t column, hostset set);

/* Fills in the images behind the codes below a place of the column's tree. False if the budget did not do. */
static bool take_apart(struct folding *folding, size_t column, size_t at, hostset set) {
    size_t leaf = folding->first_leaf[column];
    set = hosts_and(folding->hosts, set, folding->values[column][at]);
    if (set == HOSTS_NONE || set == HOSTS_UNKNOWN)
        return set == HOSTS_NONE;
    if (at < leaf)
        return take_apart(folding, column, 2 * at, set) && take_apart(folding, column, 2 * at + 1, set);
    folding->next[column][at - leaf] = image_from(folding, column + 1, set);
    return folding->next[column][at - leaf] != HOSTS_UNKNOWN;
}

/* The image of a set in the columns from one on. The depth is that of the columns and their trees. */
static hostset image_from(struct folding *folding, size_t column, hostset set) {
    if (set == HOSTS_NONE || set == HOSTS_UNKNOWN)
        return set;
    if (column == folding->columns.count)
        return HOSTS_ALL;
    if (folding->images.capacity > 0 && image_place(folding, column, set)->set == set)
        return image_place(folding, column, set)->image;
    size_t width = variable_n_codes(folding->columns.items[column]);
    if (folding->steps < 2 * width)
        return HOSTS_UNKNOWN;
    folding->steps -= 2 * width;
    for (size_t i = 0; i < width; i++)
        folding->next[column][i] = HOSTS_NONE;
    if (!take_apart(folding, column, 1, set))
        return HOSTS_UNKNOWN;
    hostset image = join(folding, column);
    if (image != HOSTS_UNKNOWN)
        keep_image(folding, (struct fold_image){column, set, image});
    return image;
}

bool fold_is_unproven(struct folding *folding) {
    folding->unproven = folding->unproven || hosts_left(folding->hosts) == 0 || hosts_left(folding->combinations) == 0;
    return folding->unproven;
}

bool fold_images(struct folding *folding) {
    folding->image = HOSTS_NONE;
    for (size_t i = 0; i < folding->answers.count; i++) {
        struct fold_answer *answer = &folding->answers.items[i];
        answer->image = image_from(folding, 0, answer->hosts);
        folding->image = hosts_or(folding->combinations, folding->image, answer->image);
    }
    return !fold_is_unproven(folding) && folding->image != HOSTS_UNKNOWN;
}

hostset fold_hosts_in(struct folding *folding, bool *const *codes) {
    hostset result = folding->space;
    for (size_t i = 0; i < folding->columns.count; i++) {
        const struct variable *variable = folding->columns.items[i];
        struct valueset set = {0};
        for (size_t code = 0; codes[i] && code < variable_n_codes(variable); code++)
            if (codes[i][code])
                add_code(folding, variable, code, &set);
        if (codes[i])
            result = hosts_and(folding->hosts, result, meaning_value(folding->meaning, variable, &set));
    }
    return result;
}
