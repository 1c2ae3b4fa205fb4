/*
 * From hosts to the combinations of columns that they have.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "fold_parts.h"

/* The hosts on which a variable has the value of one code. */
static hostset hosts_with(struct folding *folding, const struct variable *variable, size_t code) {
    int64_t value = variable_value(variable, code);
    struct valueset one = {.unknown = value == MUSTER_UNKNOWN};
    if (!one.unknown)
        valueset_add(folding->arena, &one, value, value);
    return meaning_value(folding->meaning, variable, &one);
}

const struct variable *fold_over(struct folding *folding, const struct axes *columns) {
    struct arena *arena = folding->arena;
    const struct variable *unset = NULL;
    size_t *widths = arena_alloc(arena, (columns->count + 1) * sizeof *widths);
    folding->columns = *columns;
    folding->values = arena_alloc(arena, (columns->count + 1) * sizeof *folding->values);
    folding->next = arena_alloc(arena, (columns->count + 1) * sizeof *folding->next);
    for (size_t i = 0; i < columns->count; i++) {
        hostset set = HOSTS_NONE;
        widths[i] = variable_n_codes(columns->items[i]);
        folding->values[i] = arena_alloc(arena, (widths[i] + 1) * sizeof **folding->values);
        folding->next[i] = arena_alloc(arena, (widths[i] + 1) * sizeof **folding->next);
        for (size_t code = 0; code < widths[i]; code++) {
            folding->values[i][code] = hosts_with(folding, columns->items[i], code);
            set = hosts_or(folding->hosts, set, folding->values[i][code]);
        }
        if (!unset && hosts_minus(folding->hosts, folding->space, set) != HOSTS_NONE)
            unset = columns->items[i];
    }
    folding->combinations = hosts_new(arena, widths, columns->count);
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

/* The image of a set in the columns from one on. The depth is that of the columns. */
static hostset image_from(struct folding *folding, size_t column, hostset set) {
    if (set == HOSTS_NONE || set == HOSTS_UNKNOWN)
        return set;
    if (column == folding->columns.count)
        return HOSTS_ALL;
    if (folding->images.capacity > 0 && image_place(folding, column, set)->set == set)
        return image_place(folding, column, set)->image;
    size_t width = variable_n_codes(folding->columns.items[column]);
    hostset *next = folding->next[column];
    if (folding->steps < 2 * width)
        return HOSTS_UNKNOWN;
    folding->steps -= 2 * width;
    for (size_t i = 0; i < width; i++) {
        next[i] = image_from(folding, column + 1, hosts_and(folding->hosts, set, folding->values[column][i]));
        if (next[i] == HOSTS_UNKNOWN)
            return HOSTS_UNKNOWN;
    }
    hostset image = join(folding, column);
    if (image != HOSTS_UNKNOWN)
        keep_image(folding, (struct fold_image){column, set, image});
    return image;
}

bool fold_images(struct folding *folding) {
    folding->image = HOSTS_NONE;
    for (size_t i = 0; i < folding->answers.count; i++)
        folding->answers.items[i].image = HOSTS_NONE;
    for (size_t i = 0; i < folding->rules.count; i++) {
        struct fold_rule *rule = &folding->rules.items[i];
        struct fold_answer *answer = &folding->answers.items[rule->answer];
        rule->image = image_from(folding, 0, rule->hosts);
        rule->elsewhere = hosts_not(folding->combinations, rule->image);
        answer->image = hosts_or(folding->combinations, answer->image, rule->image);
        folding->image = hosts_or(folding->combinations, folding->image, rule->image);
    }
    return folding->image != HOSTS_UNKNOWN && hosts_left(folding->combinations) > 0;
}

hostset fold_hosts_in(struct folding *folding, bool *const *codes) {
    hostset result = folding->space;
    for (size_t i = 0; i < folding->columns.count; i++) {
        hostset some = HOSTS_NONE;
        for (size_t code = 0; codes[i] && code < variable_n_codes(folding->columns.items[i]); code++)
            if (codes[i][code])
                some = hosts_or(folding->hosts, some, folding->values[i][code]);
        if (codes[i])
            result = hosts_and(folding->hosts, result, some);
    }
    return result;
}
