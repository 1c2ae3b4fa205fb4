/*
 * Resolves types, values, and the values that cells accept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "gen/sema/internal.h"
#include "runtime/base/nearest.h"

static const int64_t int_low = INT64_MIN + 2; /* smaller values are reserved for unknown and unset */
static const int64_t int_high = INT64_MAX - 1;
static const int64_t version_high = MUSTER_PACK_VERSION(MUSTER_VERSION_MAX, MUSTER_VERSION_MAX, MUSTER_VERSION_MAX);

/*
 * MAX_MEMBERS is more than a person can read. MAX_CUTS limits the constants that a number or version is compared with.
 */
enum { MAX_MEMBERS = 1024, MAX_CUTS = 16384 };

bool resolve_members(struct builder *builder, const ast_members *members, struct type *type) {
    struct symbols seen = {0};
    type->kind = MUSTER_ENUM;
    if (members->count > MAX_MEMBERS) {
        REPORT(builder, LIMIT, members->items[MAX_MEMBERS].name.span, "an enumeration has at most %d members",
               MAX_MEMBERS);
        type->broken = true;
        return true;
    }
    type->members = arena_alloc(builder->arena, members->count * sizeof *type->members);
    for (size_t i = 0; i < members->count; i++) {
        const struct ast_member *written = &members->items[i];
        struct symbol *earlier = symbols_find(&seen, written->name.text);
        if (earlier) {
            struct diag *diag =
                REPORT(builder, DUPLICATE, written->name.span, "'%s' is a member twice", written->name.text);
            diag_note(builder->diagnostics, diag, earlier->span, "the first one");
            continue;
        }
        symbols_add(builder->arena, &seen, written->name.text, written->name.span, NULL);
        struct member *member = &type->members[type->n_members++];
        member->name = written->name.text;
        member->text = written->as ? ast_plain_text(written->as, builder->diagnostics) : written->name.text;
        member->title = ast_plain_text(written->title, builder->diagnostics);
    }
    type->high = (int64_t)type->n_members - 1;
    return true;
}

static void bool_type(struct builder *builder, struct type *type) {
    type->kind = MUSTER_BOOL;
    type->n_members = 2;
    type->high = 1;
    type->members = arena_alloc(builder->arena, 2 * sizeof *type->members);
    type->members[0] = (struct member){.name = "no", .text = "no"};
    type->members[1] = (struct member){.name = "yes", .text = "yes"};
}

static bool range_bound(struct builder *builder, const struct type *type, const struct ast_value *written) {
    bool fits = type->kind == MUSTER_INT ? written->kind == AST_INT : written->kind == AST_VERSION;
    if (!fits)
        REPORT(builder, TYPE, written->span, "%s has no bound like this",
               type->kind == MUSTER_INT ? "a number" : "a version");
    return fits;
}

static bool ordered_type(struct builder *builder, const struct ast_type *written, struct type *type) {
    const struct ast_range *range = &written->range;
    type->low = type->kind == MUSTER_INT ? int_low : 0;
    type->high = type->kind == MUSTER_INT ? int_high : version_high;
    if ((range->has_low && !range_bound(builder, type, &range->low)) ||
        (range->has_high && !range_bound(builder, type, &range->high)))
        return false;
    if (range->has_low)
        type->low = range->low.number;
    if (range->has_high)
        type->high = range->high.number - (range->half_open ? 1 : 0);
    if (type->low > type->high) {
        REPORT(builder, RANGE, range->span, "this range is empty");
        return false;
    }
    return true;
}

bool resolve_type(struct builder *builder, const struct ast_type *written, struct type *type) {
    *type = (struct type){0};
    bool ok = true;
    switch (written->kind) {
    case AST_TYPE_BOOL:
        bool_type(builder, type);
        break;
    case AST_TYPE_NAME: {
        const struct type *shared = look_up(builder, &builder->enums, written->name, "enumeration");
        ok = shared != NULL;
        if (ok)
            *type = *shared;
        break;
    }
    case AST_TYPE_MEMBERS:
        ok = resolve_members(builder, &written->members, type);
        break;
    case AST_TYPE_INT:
        type->kind = MUSTER_INT;
        ok = ordered_type(builder, written, type);
        break;
    case AST_TYPE_VERSION:
        type->kind = MUSTER_VERSION;
        ok = ordered_type(builder, written, type);
        break;
    case AST_TYPE_TEXT:
        type->kind = MUSTER_TEXT;
        break;
    case AST_TYPE_PATH:
        type->kind = MUSTER_PATH;
        break;
    }
    type->or_unknown = written->or_unknown;
    if (written->or_unknown && (type->kind == MUSTER_TEXT || type->kind == MUSTER_PATH)) {
        REPORT(builder, TYPE, written->span, "a string or path is given or not; it is never 'unknown'");
        ok = false;
    }
    return ok;
}

static const char *type_words(struct builder *builder, const struct type *type) {
    switch (type->kind) {
    case MUSTER_BOOL:
        return "yes or no";
    case MUSTER_INT:
        return "a number";
    case MUSTER_VERSION:
        return "a version";
    case MUSTER_TEXT:
        return "a string";
    case MUSTER_PATH:
        return "a path";
    case MUSTER_ENUM:
        break;
    }
    enum { SHOWN = 6 };
    const char *list = "";
    for (size_t i = 0; i < type->n_members && i < SHOWN; i++)
        list = arena_print(builder->arena, "%s%s%s", list, i ? ", " : "", type->members[i].name);
    return arena_print(builder->arena, "one of %s%s", list, type->n_members > SHOWN ? ", ..." : "");
}

static struct diag *wrong_type(struct builder *builder, const struct type *type, const struct ast_value *written) {
    struct diag *diag = REPORT(builder, TYPE, written->span, "'%s' is not %s", source_excerpt(builder, written->span),
                               type_words(builder, type));
    if (type->kind == MUSTER_VERSION && written->kind == AST_INT && written->number >= 0 && !written->has_unit)
        diag_help(builder->diagnostics, diag, "write %s.0.0 for that one version, or %s.* for the whole series",
                  written->text, written->text);
    const char *word = type->kind == MUSTER_BOOL && written->kind == AST_WORD && written->text ? written->text : "";
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
        diag_help(builder->diagnostics, diag, "write '%s'", strcmp(word, "true") == 0 ? "yes" : "no");
    return diag;
}

static bool find_member(struct builder *builder, const struct type *type, const struct ast_value *written,
                        int64_t *value) {
    const char *name = NULL;
    if (written->kind == AST_WORD)
        name = written->text;
    else if (written->kind == AST_STRING)
        name = ast_plain_text(written->string, builder->diagnostics);
    if (!name) {
        wrong_type(builder, type, written);
        return false;
    }
    for (size_t i = 0; i < type->n_members; i++)
        if (strcmp(type->members[i].name, name) == 0) {
            *value = (int64_t)i;
            return true;
        }
    struct diag *diag = wrong_type(builder, type, written);
    if (type->kind == MUSTER_BOOL || diag_is_full(builder->diagnostics))
        return false;
    const char **names = arena_alloc(builder->arena, (type->n_members + 1) * sizeof *names);
    for (size_t i = 0; i < type->n_members; i++)
        names[i] = type->members[i].name;
    const char *nearest = nearest_name(name, names, type->n_members);
    if (nearest)
        diag_suggest(builder->diagnostics, diag, written->span, nearest,
                     nearest_is_certain(name, names, type->n_members));
    return false;
}

/* The declared range of a version in rule syntax: ">= 8.0.0", "8.0.0 ..< 10.0.0". */
static const char *interval_words(struct builder *builder, const struct type *type) {
    const char *low = value_text(builder->arena, type, type->low), *high = value_text(builder->arena, type, type->high);
    const char *below = value_text(builder->arena, type, type->high + 1);
    bool is_half_open = (type->high & MUSTER_VERSION_MAX) == MUSTER_VERSION_MAX;
    if (type->high == version_high)
        return arena_print(builder->arena, ">= %s", low);
    if (type->low == 0)
        return arena_print(builder->arena, "%s %s", is_half_open ? "<" : "<=", is_half_open ? below : high);
    return arena_print(builder->arena, "%s %s %s", low, is_half_open ? "..<" : "..", is_half_open ? below : high);
}

/* `variable` is the variable that is compared with the value, or NULL for a value of the type alone. */
static bool out_of_range(struct builder *builder, const struct type *type, const struct variable *variable,
                         const struct ast_value *written) {
    if (variable && type->kind == MUSTER_VERSION) {
        struct diag *diag =
            REPORT(builder, UNSUPPORTED_VERSION, written->span, "'%s' is not one of the versions of '%s': %s",
                   written->text, variable->name, interval_words(builder, type));
        diag_note(builder->diagnostics, diag, variable->span, "declared here");
    } else {
        REPORT(builder, RANGE, written->span, "'%s' is outside the type's range", written->text);
    }
    return false;
}

/* The number or version as written, in any range. */
static bool ordered_number(struct builder *builder, const struct type *type, const struct ast_value *written,
                           int64_t *value) {
    bool fits = type->kind == MUSTER_VERSION ? written->kind == AST_VERSION : written->kind == AST_INT;
    if (!fits)
        wrong_type(builder, type, written);
    *value = written->number;
    return fits;
}

/* The value of a number or version, in the range of the type. For a numeric decision: the number, not the member. */
static bool ordered_value(struct builder *builder, const struct type *type, const struct variable *variable,
                          const struct ast_value *written, int64_t *value) {
    if (!ordered_number(builder, type, written, value))
        return false;
    bool is_within = type->numeric || (*value >= type->low && *value <= type->high);
    return is_within || out_of_range(builder, type, variable, written);
}

static bool exact_version(struct builder *builder, const struct ast_value *written) {
    if (written->kind != AST_VERSION || written->components >= 3)
        return true;
    struct diag *diag =
        REPORT(builder, VERSION, written->span, "'%s' leaves open which version is meant", written->text);
    diag_help(builder->diagnostics, diag, "write %s.0 for that one version, or %s.* for the whole series",
              written->text, written->text);
    return false;
}

static bool find_number(struct builder *builder, const struct type *type, const struct ast_value *written,
                        int64_t *value) {
    int64_t number;
    if (!ordered_number(builder, type, written, &number))
        return false;
    for (size_t i = 0; i < type->n_members; i++)
        if (type->members[i].number == number) {
            *value = (int64_t)i;
            return true;
        }
    if (type->members_incomplete)
        return false;
    REPORT(builder, TYPE, written->span, "no row of that decision yields %s", written->text);
    return false;
}

static bool read_value(struct builder *builder, const struct type *type, const struct variable *variable,
                       const struct ast_value *written, int64_t *value) {
    if (type->broken)
        return false;
    if (written->kind == AST_UNKNOWN) {
        if (!type->or_unknown) {
            REPORT(builder, TYPE, written->span, "this is never unknown");
            return false;
        }
        *value = MUSTER_UNKNOWN;
        return true;
    }
    if (type->numeric)
        return find_number(builder, type, written, value);
    switch (type->kind) {
    case MUSTER_BOOL:
    case MUSTER_ENUM:
        return find_member(builder, type, written, value);
    case MUSTER_INT:
    case MUSTER_VERSION:
        return ordered_value(builder, type, variable, written, value) && exact_version(builder, written);
    case MUSTER_TEXT:
    case MUSTER_PATH:
        break;
    }
    wrong_type(builder, type, written);
    return false;
}

bool resolve_value(struct builder *builder, const struct type *type, const struct ast_value *written, int64_t *value) {
    return read_value(builder, type, NULL, written, value);
}

static bool is_ordered(const struct type *type) {
    return type->kind == MUSTER_INT || type->kind == MUSTER_VERSION || type->numeric;
}

static bool needs_order(struct builder *builder, const struct variable *variable, struct span span) {
    if (is_ordered(&variable->type))
        return true;
    struct diag *diag = REPORT(builder, TYPE, span, "'%s' has no order", variable->name);
    diag_help(builder->diagnostics, diag, "name the values that are meant, with commas between them");
    return false;
}

/* Adds low..high: raw values of the variable, or the numbers of a numeric decision. */
static void add_ordered(struct builder *builder, const struct variable *variable, struct valueset *set, int64_t low,
                        int64_t high) {
    const struct type *type = &variable->type;
    if (type->numeric) {
        for (size_t i = 0; i < type->n_members; i++)
            if (type->members[i].number >= low && type->members[i].number <= high)
                valueset_add(builder->arena, set, (int64_t)i, (int64_t)i);
        return;
    }
    low = low < type->low ? type->low : low;
    high = high > type->high ? type->high : high;
    if (low <= high)
        valueset_add(builder->arena, set, low, high);
}

static bool add_range(struct builder *builder, struct variable *variable, const struct ast_test *test,
                      struct valueset *set) {
    int64_t low, high;
    bool half_open = test->kind == AST_TEST_HALF_OPEN;
    const struct type *type = &variable->type;
    if (!needs_order(builder, variable, test->span))
        return false;
    if (!ordered_value(builder, type, variable, &test->value, &low) ||
        !ordered_number(builder, type, &test->high, &high) || (!half_open && !exact_version(builder, &test->high)))
        return false;
    high -= half_open; /* an exclusive upper bound of the type is allowed as the end of a range */
    if (low > high) {
        REPORT(builder, RANGE, test->span, "this range is empty");
        return false;
    }
    if (!type->numeric && high > type->high)
        return out_of_range(builder, type, variable, &test->high);
    add_ordered(builder, variable, set, low, high);
    return true;
}

static bool add_series(struct builder *builder, struct variable *variable, const struct ast_value *written,
                       struct valueset *set) {
    if (variable->type.kind != MUSTER_VERSION) {
        wrong_type(builder, &variable->type, written);
        return false;
    }
    int64_t step = written->components == 1   ? MUSTER_PACK_VERSION(1, 0, 0)
                   : written->components == 2 ? MUSTER_PACK_VERSION(0, 1, 0)
                                              : 1;
    int64_t last = written->number + step - 1;
    if (last < variable->type.low || written->number > variable->type.high)
        return out_of_range(builder, &variable->type, variable, written);
    add_ordered(builder, variable, set, written->number, last);
    return true;
}

static bool add_order_relation(struct builder *builder, struct variable *variable, enum ast_relation relation,
                               const struct ast_value *written, struct valueset *set) {
    int64_t value;
    if (!needs_order(builder, variable, written->span))
        return false;
    if (!ordered_value(builder, &variable->type, variable, written, &value))
        return false;
    if ((relation == AST_LE || relation == AST_GT) && !exact_version(builder, written))
        return false;
    switch (relation) {
    case AST_LT:
        add_ordered(builder, variable, set, int_low, value - 1);
        break;
    case AST_LE:
        add_ordered(builder, variable, set, int_low, value);
        break;
    case AST_GT:
        add_ordered(builder, variable, set, value + 1, int_high);
        break;
    case AST_GE:
        add_ordered(builder, variable, set, value, int_high);
        break;
    case AST_EQ:
    case AST_NE:
        return false;
    }
    return true;
}

static bool add_value(struct builder *builder, struct variable *variable, const struct ast_value *written,
                      struct valueset *set) {
    int64_t value;
    if (written->kind == AST_SERIES)
        return add_series(builder, variable, written, set);
    if (!read_value(builder, &variable->type, variable, written, &value))
        return false;
    if (value == MUSTER_UNKNOWN)
        set->unknown = true;
    else
        valueset_add(builder->arena, set, value, value);
    return true;
}

static struct valueset complement(struct builder *builder, const struct variable *variable,
                                  const struct valueset *set) {
    return valueset_complement(builder->arena, set, variable->type.low, variable->type.high, variable->type.or_unknown);
}

static bool add_test(struct builder *builder, struct variable *variable, const struct ast_test *test,
                     struct valueset *set) {
    struct valueset inner = {0};
    switch (test->kind) {
    case AST_TEST_ANY:
        valueset_add(builder->arena, set, variable->type.low, variable->type.high);
        set->unknown = variable->type.or_unknown;
        return true;
    case AST_TEST_VALUE:
        return add_value(builder, variable, &test->value, set);
    case AST_TEST_RANGE:
    case AST_TEST_HALF_OPEN:
        return add_range(builder, variable, test, set);
    case AST_TEST_RELATION:
        return add_order_relation(builder, variable, test->relation, &test->value, set);
    case AST_TEST_NOT:
        if (!resolve_cell(builder, variable, test->inner, &inner))
            return false;
        inner = complement(builder, variable, &inner);
        valueset_unite(builder->arena, set, &inner);
        return true;
    }
    return false;
}

/* Records a cut between values of a number or version. */
static void cut(struct builder *builder, struct variable *variable, int64_t at) {
    if (at <= variable->type.low || at > variable->type.high)
        return;
    size_t place = 0, above = variable->cuts.count;
    while (place < above) {
        size_t middle = place + (above - place) / 2;
        if (variable->cuts.items[middle] < at)
            place = middle + 1;
        else
            above = middle;
    }
    if (place < variable->cuts.count && variable->cuts.items[place] == at)
        return;
    if (variable->cuts.count == MAX_CUTS) {
        if (!variable->too_many_cuts)
            REPORT(builder, LIMIT, variable->span, "'%s' is compared with more than %d different values",
                   variable->name, MAX_CUTS);
        variable->too_many_cuts = true;
        return;
    }
    ARENA_PUSH(builder->arena, &variable->cuts, at);
    memmove(&variable->cuts.items[place + 1], &variable->cuts.items[place],
            (variable->cuts.count - 1 - place) * sizeof *variable->cuts.items);
    variable->cuts.items[place] = at;
}

static void cut_at_set(struct builder *builder, struct variable *variable, const struct valueset *set) {
    if (!variable_is_ordered(variable))
        return;
    for (size_t i = 0; i < set->count; i++) {
        cut(builder, variable, set->items[i].low);
        cut(builder, variable, set->items[i].high + 1);
    }
}

bool resolve_cell(struct builder *builder, struct variable *variable, const struct ast_cell *cell,
                  struct valueset *set) {
    bool ok = true;
    if (variable->type.broken)
        return false;
    for (size_t i = 0; i < cell->tests.count; i++)
        ok = add_test(builder, variable, &cell->tests.items[i], set) && ok;
    if (ok)
        cut_at_set(builder, variable, set);
    return ok;
}

bool resolve_relation(struct builder *builder, struct variable *variable, enum ast_relation relation,
                      const struct ast_value *written, struct valueset *set) {
    bool ok;
    if (variable->type.broken)
        return false;
    if (relation == AST_EQ || relation == AST_NE) {
        struct valueset equal = {0};
        ok = add_value(builder, variable, written, &equal);
        *set = relation == AST_EQ ? equal : complement(builder, variable, &equal);
    } else {
        ok = add_order_relation(builder, variable, relation, written, set);
    }
    if (ok)
        cut_at_set(builder, variable, set);
    return ok;
}
