/*
 * In which arguments two command lines differ.
 *
 * The elements of both (options, words, items of a list) are paired once, by what they look like. What of them is only
 * on one side then has its texts, and the hosts of each. Texts that one side has lost and the other has won on the same
 * host are not a change of it, unless they now stand elsewhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/audit/diff/argv_parts.h"

/* A text that an element has on one side only. */
struct loss {
    int side;
    size_t element;
    struct text text;
    hostset set;
};

/* An element that may stand elsewhere now. */
struct move {
    size_t elements[N_SIDES];
    struct text text;
    hostset set;
};

struct pair {
    size_t elements[N_SIDES];
    hostset set; /* where both are written, and differ */
};

/* The elements of both sides against each other, on some hosts. */
struct contrast {
    struct argv_sides *sides;
    struct elements elements[N_SIDES];
    size_t *partners[N_SIDES]; /* by element; SIZE_MAX: none */
    size_t *before[N_SIDES];   /* by element: how many that have partners stand before it */
    size_t *paired;            /* the old ones of these */
    struct {
        struct loss *items;
        size_t count, capacity;
    } losses;
    struct {
        struct move *items;
        size_t count, capacity;
    } moves;
    struct {
        struct pair *items;
        size_t count, capacity;
    } pairs;
};

/* ---- contrasts -------------------------------------------------------------------------------------------------- */

static void lose(struct contrast *contrast, int side, size_t element, hostset set) {
    struct arena *arena = contrast->sides->arena;
    struct stretch stretch = contrast->elements[side].items[element].stretch;
    if (set == HOSTS_NONE)
        return;
    struct text_list texts = argv_texts(contrast->sides, side, stretch, set);
    for (size_t i = 0; i < texts.count; i++)
        ARENA_PUSH(arena, &contrast->losses, ((struct loss){side, element, texts.items[i], texts.items[i].set}));
}

static void compare_pair(struct contrast *contrast, size_t old, size_t new, hostset set) {
    struct hosts *hosts = contrast->sides->hosts;
    const struct element *elements[] = {&contrast->elements[OLD_SIDE].items[old],
                                        &contrast->elements[NEW_SIDE].items[new]};
    hostset in_old = hosts_and(hosts, set, elements[OLD_SIDE]->guard);
    hostset in_new = hosts_and(hosts, set, elements[NEW_SIDE]->guard);
    hostset differ = argv_differs(contrast->sides, elements[OLD_SIDE]->stretch, elements[NEW_SIDE]->stretch,
                                  hosts_and(hosts, in_old, in_new));
    lose(contrast, OLD_SIDE, old, hosts_minus(hosts, in_old, in_new));
    lose(contrast, NEW_SIDE, new, hosts_minus(hosts, in_new, in_old));
    if (differ != HOSTS_NONE)
        ARENA_PUSH(contrast->sides->arena, &contrast->pairs, ((struct pair){{old, new}, differ}));
}

/* Counts the pairs, which stand in the same order on both sides. */
static void count_pairs(struct contrast *contrast) {
    struct arena *arena = contrast->sides->arena;
    contrast->paired = arena_alloc(arena, (contrast->elements[OLD_SIDE].count + 1) * sizeof *contrast->paired);
    for (int side = OLD_SIDE; side < N_SIDES; side++) {
        size_t count = 0;
        contrast->before[side] = arena_alloc(arena, (contrast->elements[side].count + 1) * sizeof(size_t));
        for (size_t i = 0; i < contrast->elements[side].count; i++) {
            contrast->before[side][i] = count;
            if (contrast->partners[side][i] == SIZE_MAX)
                continue;
            if (side == OLD_SIDE)
                contrast->paired[count] = i;
            count++;
        }
    }
}

static struct contrast contrast_of(struct argv_sides *sides, struct elements old, struct elements new, hostset set) {
    struct contrast contrast = {.sides = sides, .elements = {old, new}};
    size_t *partners = elements_align(sides->arena, &old, &new);
    size_t *back = arena_alloc(sides->arena, (new.count + 1) * sizeof *back);
    for (size_t i = 0; i < new.count; i++)
        back[i] = SIZE_MAX;
    contrast.partners[OLD_SIDE] = partners;
    contrast.partners[NEW_SIDE] = back;
    for (size_t i = 0; i < old.count; i++) {
        if (partners[i] == SIZE_MAX) {
            lose(&contrast, OLD_SIDE, i, hosts_and(sides->hosts, set, old.items[i].guard));
        } else {
            back[partners[i]] = i;
            compare_pair(&contrast, i, partners[i], set);
        }
    }
    for (size_t i = 0; i < new.count; i++)
        if (back[i] == SIZE_MAX)
            lose(&contrast, NEW_SIDE, i, hosts_and(sides->hosts, set, new.items[i].guard));
    count_pairs(&contrast);
    return contrast;
}

/* The elements of two pairs have changed places. */
static bool cross(const size_t *a, const size_t *b) {
    return (a[OLD_SIDE] < b[OLD_SIDE] && a[NEW_SIDE] > b[NEW_SIDE]) ||
           (a[OLD_SIDE] > b[OLD_SIDE] && a[NEW_SIDE] < b[NEW_SIDE]);
}

/* The pairs from..to - 1 are all that can have changed places with two elements. */
struct passed {
    size_t from, to;
};

static struct passed passed_by(const struct contrast *contrast, const size_t *elements) {
    size_t old = contrast->before[OLD_SIDE][elements[OLD_SIDE]], new = contrast->before[NEW_SIDE][elements[NEW_SIDE]];
    return old < new ? (struct passed){old, new} : (struct passed){new, old};
}

/* Where something that is on both sides stands before one of two elements, and behind the other. */
static hostset crossed(const struct contrast *contrast, const size_t *elements) {
    struct hosts *hosts = contrast->sides->hosts;
    const struct element *old = contrast->elements[OLD_SIDE].items, *new = contrast->elements[NEW_SIDE].items;
    struct passed passed = passed_by(contrast, elements);
    hostset result = HOSTS_NONE;
    for (size_t i = passed.from; i < passed.to && result != HOSTS_ALL; i++) {
        size_t pair[] = {contrast->paired[i], contrast->partners[OLD_SIDE][contrast->paired[i]]};
        if (cross(pair, elements))
            result = hosts_or(hosts, result, hosts_and(hosts, old[pair[OLD_SIDE]].guard, new[pair[NEW_SIDE]].guard));
    }
    return result;
}

/* The hosts of a move on which something else is on its other side now. */
static hostset really_moved(const struct contrast *contrast, const struct move *move) {
    hostset result = crossed(contrast, move->elements);
    for (size_t i = 0; i < contrast->moves.count; i++)
        if (cross(contrast->moves.items[i].elements, move->elements))
            result = hosts_or(contrast->sides->hosts, result, contrast->moves.items[i].set);
    return hosts_and(contrast->sides->hosts, move->set, result);
}

static hostset differ_on(const struct contrast *contrast, const struct loss *old, const struct loss *new, hostset set) {
    if (texts_are_same(&old->text, &new->text))
        return HOSTS_NONE;
    return argv_differs(contrast->sides, contrast->elements[OLD_SIDE].items[old->element].stretch,
                        contrast->elements[NEW_SIDE].items[new->element].stretch, set);
}

/* On these hosts neither is lost any longer. */
static void find_again(const struct contrast *contrast, struct loss *old, struct loss *new, hostset set) {
    old->set = hosts_minus(contrast->sides->hosts, old->set, set);
    new->set = hosts_minus(contrast->sides->hosts, new->set, set);
}

/* What both sides have lost on the same host is still there. */
static void cancel(struct contrast *contrast, struct loss *old, struct loss *new) {
    struct hosts *hosts = contrast->sides->hosts;
    if (text_is_constant(&old->text) && text_is_constant(&new->text) && !texts_are_same(&old->text, &new->text))
        return;
    hostset both = hosts_and(hosts, old->set, new->set);
    if (both == HOSTS_NONE)
        return;
    hostset same = hosts_minus(hosts, both, differ_on(contrast, old, new, both));
    if (same == HOSTS_NONE)
        return;
    find_again(contrast, old, new, same);
    ARENA_PUSH(contrast->sides->arena, &contrast->moves,
               ((struct move){{old->element, new->element}, old->text, same}));
}

/* Past more than so many others, nothing comes in the place of something. */
enum { MAX_PASSED = 8 };

/* Of an option that is lost here, and one of the same name that comes in its place, the one becomes the other. */
static void join(struct contrast *contrast, struct loss *old, struct loss *new) {
    struct hosts *hosts = contrast->sides->hosts;
    size_t elements[] = {old->element, new->element};
    struct passed passed = passed_by(contrast, elements);
    if (passed.to - passed.from > MAX_PASSED ||
        !elements_have_same_name(&contrast->elements[OLD_SIDE].items[old->element],
                                 &contrast->elements[NEW_SIDE].items[new->element]))
        return;
    hostset both = hosts_and(hosts, old->set, new->set);
    if (both == HOSTS_NONE)
        return;
    hostset in_place = hosts_minus(hosts, both, crossed(contrast, elements));
    if (in_place == HOSTS_NONE)
        return;
    find_again(contrast, old, new, in_place);
    ARENA_PUSH(contrast->sides->arena, &contrast->pairs, ((struct pair){{old->element, new->element}, in_place}));
}

static void each_two_losses(struct contrast *contrast,
                            void (*look)(struct contrast *contrast, struct loss *old, struct loss *new)) {
    for (size_t i = 0; i < contrast->losses.count && hosts_left(contrast->sides->hosts) > 0; i++)
        for (size_t k = 0; k < contrast->losses.count; k++)
            if (contrast->losses.items[i].side == OLD_SIDE && contrast->losses.items[k].side == NEW_SIDE)
                look(contrast, &contrast->losses.items[i], &contrast->losses.items[k]);
}

/* ---- changes ---------------------------------------------------------------------------------------------------- */

struct report {
    struct argv_sides *sides;
    struct diff *diff;
    size_t first; /* the changes before it are not ours */
    struct {
        uint64_t *items;
        size_t count, capacity;
    } hashes; /* of what our changes say */
};

static bool same_string(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_strings(const struct texts *a, const struct texts *b) {
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

static bool same_change(const struct change *a, const struct change *b) {
    return same_string(a->name, b->name) && same_string(a->values[OLD_SIDE], b->values[OLD_SIDE]) &&
           same_string(a->values[NEW_SIDE], b->values[NEW_SIDE]) && same_strings(&a->removed, &b->removed) &&
           same_strings(&a->added, &b->added);
}

static uint64_t hash_string(uint64_t hash, const char *text) {
    for (; text && *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

static uint64_t hash_change(const struct change *change) {
    uint64_t hash = hash_string(UINT64_C(0xcbf29ce484222325), change->name);
    for (int side = OLD_SIDE; side < N_SIDES; side++)
        hash = hash_string(hash, change->values[side]);
    for (size_t i = 0; i < change->removed.count; i++)
        hash = hash_string(hash, change->removed.items[i]);
    for (size_t i = 0; i < change->added.count; i++)
        hash = hash_string(hash, change->added.items[i]);
    return hash;
}

static void add_rule(struct arena *arena, struct diff_rules *rules, struct diff_rule rule) {
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].span.file == rule.span.file && rules->items[i].span.begin == rule.span.begin)
            return;
    ARENA_PUSH(arena, rules, rule);
}

/* The same change on other hosts is one. */
static void add_change(struct report *report, const struct change *change) {
    struct arena *arena = report->sides->arena;
    uint64_t hash = hash_change(change);
    for (size_t i = 0; i < report->hashes.count; i++) {
        struct change *known = &report->diff->changes.items[report->first + i];
        if (report->hashes.items[i] != hash || !same_change(known, change))
            continue;
        known->set = hosts_or(report->sides->hosts, known->set, change->set);
        known->is_security = known->is_security || change->is_security;
        for (int side = OLD_SIDE; side < N_SIDES; side++)
            for (size_t k = 0; k < change->rules[side].count; k++)
                add_rule(arena, &known->rules[side], change->rules[side].items[k]);
        return;
    }
    ARENA_PUSH(arena, &report->diff->changes, *change);
    ARENA_PUSH(arena, &report->hashes, hash);
}

/* Tags of the option, the statement, and the items that are concerned. */
static bool is_security(const struct argv_sides *sides, int side, const struct element *element) {
    const struct option *option = element->argument->option;
    if (tags_are_security(element->statement->meta.tags) || (option && tags_are_security(option->tags)))
        return true;
    for (size_t i = element->stretch.from; i < element->stretch.to; i++) {
        const struct argv_piece *piece = &sides->sides[side].pieces.items[i];
        if (piece->kind == PIECE_ITEM && tags_are_security(piece->item->meta.tags))
            return true;
    }
    return false;
}

static struct diff_rule statement_rule(const struct element *element) {
    return (struct diff_rule){.span = element->statement->span, .meta = element->statement->meta};
}

/* An element is responsible for a change on its side. */
static void blame(const struct argv_sides *sides, struct change *change, int side, const struct element *element) {
    struct diff_rule rule = statement_rule(element);
    if (element->item)
        rule = (struct diff_rule){.span = element->item->span, .meta = element->item->meta};
    add_rule(sides->arena, &change->rules[side], rule);
    change->is_security = change->is_security || is_security(sides, side, element);
}

/* With what stands in its place on the other side: there the condition is another one. */
static void blame_both(const struct contrast *contrast, struct change *change, int side, size_t element) {
    size_t partner = contrast->partners[side][element];
    int other = side == OLD_SIDE ? NEW_SIDE : OLD_SIDE;
    blame(contrast->sides, change, side, &contrast->elements[side].items[element]);
    if (partner != SIZE_MAX)
        blame(contrast->sides, change, other, &contrast->elements[other].items[partner]);
}

static struct change new_change(struct arena *arena, const struct element *element, hostset set) {
    struct change change = {.kind = CHANGE_ARGUMENT, .set = set};
    if (element->name)
        change.name = arena_copy(arena, element->name, element->name_length);
    return change;
}

/* A word is its own name. */
static void name_change(struct change *change) {
    if (!change->name)
        change->name = change->values[change->values[OLD_SIDE] ? OLD_SIDE : NEW_SIDE];
}

/* One text for another, for as many as there are. */
static void add_texts(struct report *report, const struct change *change, struct stretch old, struct stretch new) {
    struct argv_sides *sides = report->sides;
    struct text_list before = argv_texts(sides, OLD_SIDE, old, change->set);
    for (size_t i = 0; i < before.count; i++) {
        struct text_list behind = argv_texts(sides, NEW_SIDE, new, before.items[i].set);
        for (size_t k = 0; k < behind.count; k++) {
            struct change one = *change;
            one.rules[OLD_SIDE] = one.rules[NEW_SIDE] = (struct diff_rules){0};
            for (int side = OLD_SIDE; side < N_SIDES; side++)
                for (size_t r = 0; r < change->rules[side].count; r++)
                    add_rule(sides->arena, &one.rules[side], change->rules[side].items[r]);
            one.values[OLD_SIDE] = text_words(sides, &before.items[i]);
            one.values[NEW_SIDE] = text_words(sides, &behind.items[k]);
            one.set = behind.items[k].set;
            name_change(&one);
            add_change(report, &one);
        }
    }
}

static void add_text_changes(struct report *report, const struct element *old, const struct element *new, hostset set) {
    struct change change = new_change(report->sides->arena, old, set);
    if (set == HOSTS_NONE)
        return;
    blame(report->sides, &change, OLD_SIDE, old);
    blame(report->sides, &change, NEW_SIDE, new);
    add_texts(report, &change, old->stretch, new->stretch);
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

/* Hosts whose lists have lost the same texts. */
struct group {
    hostset set;
    struct {
        size_t *items; /* losses */
        size_t count, capacity;
    } losses;
};
struct groups {
    struct group *items;
    size_t count, capacity;
};

/* Beyond so many, each loss is a change of its own. */
enum { MAX_GROUPS = 64 };

static void add_group(struct arena *arena, struct groups *groups, const struct group *from, hostset set, size_t loss) {
    struct group group = {.set = set};
    if (set == HOSTS_NONE)
        return;
    ARENA_APPEND(arena, &group.losses, from->losses.items, from->losses.count);
    if (loss != SIZE_MAX)
        ARENA_PUSH(arena, &group.losses, loss);
    ARENA_PUSH(arena, groups, group);
}

static struct groups divide(const struct contrast *contrast, const struct groups *groups, size_t loss) {
    struct hosts *hosts = contrast->sides->hosts;
    struct arena *arena = contrast->sides->arena;
    struct groups result = {0};
    hostset set = contrast->losses.items[loss].set;
    for (size_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->items[i];
        add_group(arena, &result, group, hosts_and(hosts, group->set, set), loss);
        add_group(arena, &result, group, hosts_minus(hosts, group->set, set), SIZE_MAX);
    }
    return result;
}

static struct groups each_loss(const struct contrast *contrast, hostset set) {
    struct hosts *hosts = contrast->sides->hosts;
    const struct group nothing = {0};
    struct groups result = {0};
    for (size_t i = 0; i < contrast->losses.count; i++) {
        add_group(contrast->sides->arena, &result, &nothing, contrast->losses.items[i].set, i);
        set = hosts_minus(hosts, set, contrast->losses.items[i].set);
    }
    add_group(contrast->sides->arena, &result, &nothing, set, SIZE_MAX);
    return result;
}

static struct groups group_losses(const struct contrast *contrast, hostset set) {
    const struct group nothing = {0};
    struct groups groups = {0};
    add_group(contrast->sides->arena, &groups, &nothing, set, SIZE_MAX);
    for (size_t i = 0; i < contrast->losses.count && groups.count <= MAX_GROUPS; i++)
        if (contrast->losses.items[i].set != HOSTS_NONE)
            groups = divide(contrast, &groups, i);
    return groups.count <= MAX_GROUPS ? groups : each_loss(contrast, set);
}

static void add_group_change(struct report *report, const struct contrast *items, const struct group *group,
                             const struct element *const *elements) {
    struct argv_sides *sides = report->sides;
    struct change change = new_change(sides->arena, elements[OLD_SIDE], group->set);
    const struct loss *losses = items->losses.items; /* NULL: then no group has any */
    for (size_t i = 0; losses && i < group->losses.count; i++) {
        const struct loss *loss = &losses[group->losses.items[i]];
        ARENA_PUSH(sides->arena, loss->side == OLD_SIDE ? &change.removed : &change.added,
                   text_words(sides, &loss->text));
        blame_both(items, &change, loss->side, loss->element);
    }
    for (int side = OLD_SIDE; side < N_SIDES; side++)
        if (change.rules[side].count == 0)
            add_rule(sides->arena, &change.rules[side], statement_rule(elements[side]));
    add_change(report, &change);
}

/* Losses in the order in which they stand in their lists. */
static void sort_losses(struct contrast *contrast) {
    struct contrast sorted = {0};
    for (int side = OLD_SIDE; side < N_SIDES; side++)
        for (size_t element = 0; element < contrast->elements[side].count; element++)
            for (size_t i = 0; i < contrast->losses.count; i++)
                if (contrast->losses.items[i].side == side && contrast->losses.items[i].element == element)
                    ARENA_PUSH(contrast->sides->arena, &sorted.losses, contrast->losses.items[i]);
    contrast->losses = sorted.losses;
}

static void add_list_changes(struct report *report, const struct element *old, const struct element *new, hostset set) {
    struct argv_sides *sides = report->sides;
    const struct element *elements[] = {old, new};
    struct contrast items =
        contrast_of(sides, elements_of_list(sides, OLD_SIDE, old), elements_of_list(sides, NEW_SIDE, new), set);
    for (size_t i = 0; i < items.pairs.count; i++)
        for (int side = OLD_SIDE; side < N_SIDES; side++)
            lose(&items, side, items.pairs.items[i].elements[side], items.pairs.items[i].set);
    sort_losses(&items);
    each_two_losses(&items, cancel);
    struct groups groups = group_losses(&items, set);
    for (size_t i = 0; i < groups.count; i++) {
        if (groups.items[i].losses.count > 0)
            add_group_change(report, &items, &groups.items[i], elements);
        else
            add_text_changes(report, old, new, groups.items[i].set); /* only the order, or what stands between them */
    }
}

/* ---- the command line ------------------------------------------------------------------------------------------- */

static void add_pair(struct report *report, const struct contrast *contrast, const struct pair *pair) {
    struct argv_sides *sides = report->sides;
    const struct element *old = &contrast->elements[OLD_SIDE].items[pair->elements[OLD_SIDE]];
    const struct element *new = &contrast->elements[NEW_SIDE].items[pair->elements[NEW_SIDE]];
    const struct format *old_list = element_format(sides, OLD_SIDE, old);
    const struct format *new_list = element_format(sides, NEW_SIDE, new);
    if (old_list && new_list && strcmp(old_list->between, new_list->between) == 0)
        add_list_changes(report, old, new, pair->set);
    else
        add_text_changes(report, old, new, pair->set);
}

static void add_loss(struct report *report, const struct contrast *contrast, const struct loss *loss) {
    struct change change =
        new_change(report->sides->arena, &contrast->elements[loss->side].items[loss->element], loss->set);
    change.values[loss->side] = text_words(report->sides, &loss->text);
    name_change(&change);
    blame_both(contrast, &change, loss->side, loss->element);
    add_change(report, &change);
}

/* A list that is gone is one change, however many texts it had. */
static void add_losses(struct report *report, const struct contrast *contrast, int side, size_t element) {
    struct argv_sides *sides = report->sides;
    const struct element *self = &contrast->elements[side].items[element];
    bool is_list = element_format(sides, side, self);
    struct loss all = {.side = side, .element = element, .set = HOSTS_NONE};
    size_t count = 0;
    for (size_t i = 0; i < contrast->losses.count; i++) {
        const struct loss *loss = &contrast->losses.items[i];
        if (loss->side != side || loss->element != element || loss->set == HOSTS_NONE)
            continue;
        if (!is_list)
            add_loss(report, contrast, loss);
        count++;
        all.set = hosts_or(sides->hosts, all.set, loss->set);
        all.text = loss->text;
    }
    if (!is_list || count == 0)
        return;
    if (count > 1)
        all.text = argv_summary(sides, side, self->stretch, all.set);
    add_loss(report, contrast, &all);
}

static void add_moves(struct report *report, const struct contrast *contrast, size_t old) {
    for (size_t i = 0; i < contrast->moves.count; i++) {
        const struct move *move = &contrast->moves.items[i];
        if (move->elements[OLD_SIDE] != old)
            continue;
        hostset moved = really_moved(contrast, move);
        struct change change = new_change(report->sides->arena, &contrast->elements[OLD_SIDE].items[old], moved);
        if (moved == HOSTS_NONE)
            continue;
        change.values[OLD_SIDE] = change.values[NEW_SIDE] = text_words(report->sides, &move->text);
        name_change(&change);
        for (int side = OLD_SIDE; side < N_SIDES; side++)
            blame(report->sides, &change, side, &contrast->elements[side].items[move->elements[side]]);
        add_change(report, &change);
    }
}

/* In the order of the old command line, what is new where it stands. */
static void add_elements(struct report *report, const struct contrast *contrast) {
    size_t new = 0;
    for (size_t old = 0; old <= contrast->elements[OLD_SIDE].count; old++) {
        bool is_end = old == contrast->elements[OLD_SIDE].count;
        if (hosts_left(contrast->sides->hosts) == 0)
            return;
        size_t partner = is_end ? contrast->elements[NEW_SIDE].count : contrast->partners[OLD_SIDE][old];
        for (; partner != SIZE_MAX && new < partner; new ++)
            add_losses(report, contrast, NEW_SIDE, new);
        if (is_end)
            return;
        add_losses(report, contrast, OLD_SIDE, old);
        add_moves(report, contrast, old);
        for (size_t i = 0; i < contrast->pairs.count; i++)
            if (contrast->pairs.items[i].elements[OLD_SIDE] == old)
                add_pair(report, contrast, &contrast->pairs.items[i]);
    }
}

/* Hosts whose elements are the same, one by one, but not their arguments: these are divided in another way. */
static void add_whole_line(struct report *report, hostset set) {
    struct argv_sides *sides = report->sides;
    struct change change = {.kind = CHANGE_ARGUMENT, .name = "the command line", .set = set};
    for (int side = OLD_SIDE; side < N_SIDES; side++)
        add_rule(sides->arena, &change.rules[side], (struct diff_rule){.span = sides->sides[side].model->argv_span});
    add_texts(report, &change, argv_all(sides, OLD_SIDE), argv_all(sides, NEW_SIDE));
}

/* The hosts of all changes together. */
static hostset changed(const struct report *report) {
    hostset result = HOSTS_NONE;
    for (size_t i = report->first; i < report->diff->changes.count; i++)
        result = hosts_or(report->sides->hosts, result, report->diff->changes.items[i].set);
    return result;
}

/* Changes of which it is not known on which hosts they are. */
static void drop_unknown(struct report *report) {
    struct diff *diff = report->diff;
    size_t count = report->first;
    for (size_t i = report->first; i < diff->changes.count; i++)
        if (diff->changes.items[i].set != HOSTS_UNKNOWN)
            diff->changes.items[count++] = diff->changes.items[i];
    diff->changes.count = count;
}

bool diff_argv_changes(struct arena *arena, const struct diff_sides *both, hostset differs, struct diff *diff) {
    if (differs == HOSTS_NONE || differs == HOSTS_UNKNOWN)
        return differs == HOSTS_NONE;
    struct argv_sides *sides = argv_sides_new(arena, both);
    struct report report = {.sides = sides, .diff = diff, .first = diff->changes.count};
    struct contrast contrast =
        contrast_of(sides, elements_of_line(sides, OLD_SIDE), elements_of_line(sides, NEW_SIDE), differs);
    each_two_losses(&contrast, cancel);
    each_two_losses(&contrast, join);
    add_elements(&report, &contrast);
    hostset left = hosts_minus(sides->hosts, differs, changed(&report));
    bool is_done = hosts_left(sides->hosts) > 0;
    if (is_done && left != HOSTS_NONE)
        add_whole_line(&report, left);
    is_done = is_done && changed(&report) == differs;
    drop_unknown(&report);
    return is_done;
}
