/*
 * Regions: widens one host to a box, and describes it in text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/proof/region.h"

#include <string.h>

#include "gen/model/eval.h"

struct axes axes_of(const struct model *model) {
    return (struct axes){.items = model->inputs, .count = model->n_inputs};
}

/* ---- search ------------------------------------------------------------------------------------------------------ */

/* Removes the condition on an input if the box stays within the set. */
static void drop(struct hosts *hosts, hostset within, struct region *region, size_t input) {
    bool *codes = region->codes[input];
    region->codes[input] = NULL;
    if (codes && !hosts_has_box(hosts, within, (const bool *const *)region->codes))
        region->codes[input] = codes;
}

/* Adds codes of an input that keep the box within `within` and with which it meets `set`. False if there are none. */
static bool widen(struct arena *arena, const struct axes *axes, struct hosts *hosts, hostset set, hostset within,
                  struct region *region, size_t input) {
    size_t width = variable_n_codes(axes->items[input]);
    bool *codes = region->codes[input], *others = arena_alloc(arena, axes->count + 1), more = false;
    size_t *one = arena_alloc(arena, (axes->count + 1) * sizeof *one);
    if (!codes)
        return false;
    bool *had = arena_alloc(arena, width + 1);
    memcpy(had, codes, width);
    memset(codes, true, width);
    for (size_t i = 0; i < axes->count; i++)
        others[i] = i != input;
    hostset box = hosts_box(hosts, (const bool *const *)region->codes);
    hostset meets = hosts_forget(hosts, hosts_and(hosts, box, set), others);
    hosts_fitting(hosts, within, (const bool *const *)region->codes, input, codes);
    for (size_t i = 0; i < width && meets != HOSTS_UNKNOWN; i++) {
        one[input] = i;
        codes[i] = had[i] || (codes[i] && hosts_has(hosts, meets, one));
        more = more || codes[i] != had[i];
    }
    return more;
}

bool region_widen(struct arena *arena, const struct axes *axes, struct hosts *hosts, hostset set, hostset within,
                  struct region *region) {
    bool any = false;
    for (bool more = true; more; any = any || more) {
        more = false;
        for (size_t i = axes->count; i-- > 0;)
            more = widen(arena, axes, hosts, set, within, region, i) || more;
    }
    return any;
}

bool region_next(struct arena *arena, const struct axes *axes, struct hosts *hosts, hostset set, hostset within,
                 hostset *left, struct region *region) {
    size_t count = axes->count;
    region->codes = arena_alloc(arena, (count + 1) * sizeof *region->codes);
    region->codes_of_one = arena_alloc(arena, (count + 1) * sizeof *region->codes_of_one);
    hosts_pick(hosts, *left, region->codes_of_one);
    for (size_t i = 0; i < count; i++) {
        if (region->codes_of_one[i] == SIZE_MAX)
            continue;
        region->codes[i] = arena_alloc(arena, variable_n_codes(axes->items[i]) + 1);
        region->codes[i][region->codes_of_one[i]] = true;
    }
    for (size_t i = count; i-- > 0;)
        drop(hosts, within, region, i);
    region_widen(arena, axes, hosts, set, within, region);
    *left = hosts_minus(hosts, *left, hosts_box(hosts, (const bool *const *)region->codes));
    return *left != HOSTS_UNKNOWN;
}

/* ---- text for messages ------------------------------------------------------------------------------------------- */

/* A version in its short form: 9.2 for 9.2.0. Other values as in rules. */
static const char *short_value(struct arena *arena, const struct variable *variable, int64_t value) {
    if (variable->type.kind == MUSTER_VERSION && (value & MUSTER_VERSION_MAX) == 0)
        return arena_print(arena, "%lld.%lld", (long long)(value >> 40), (long long)(value >> 20 & MUSTER_VERSION_MAX));
    return value_text(arena, &variable->type, value);
}

/* The greatest value with the code. */
static int64_t code_end(const struct variable *variable, size_t code) {
    return code < variable->cuts.count ? variable->cuts.items[code] - 1 : variable->type.high;
}

/* "from 8.0 to below 9.2": a run of intervals. */
static const char *run_words(struct arena *arena, const struct variable *variable, size_t first, size_t last) {
    int64_t low = variable_value(variable, first), high = code_end(variable, last);
    bool version = variable->type.kind == MUSTER_VERSION;
    bool from_start = low == variable->type.low, to_end = high == variable->type.high;
    const char *low_text = short_value(arena, variable, low);
    if (low == high)
        return value_text(arena, &variable->type, low);
    if (from_start && to_end)
        return "known";
    if (to_end)
        return arena_print(arena, "from %s", low_text);
    const char *high_text = short_value(arena, variable, version ? high + 1 : high);
    if (from_start)
        return arena_print(arena, "%s %s", version ? "below" : "at most", high_text);
    return arena_print(arena, "from %s to %s%s", low_text, version ? "below " : "", high_text);
}

/* Adds an alternative in place; there may be thousands. */
static void add_words(struct arena *arena, struct buffer *text, const char *words) {
    if (text->count > 0)
        ARENA_APPEND(arena, text, " or ", strlen(" or "));
    ARENA_APPEND(arena, text, words, strlen(words));
}

/* "= 100 or 200 or from 4001", "at most 100 or exactly 200": a bare value after a range would read as its end. */
static const char *ordered_words(struct arena *arena, const struct variable *variable, const bool *codes) {
    struct buffer text = {0};
    bool any_range = false;
    for (size_t i = 0; i < variable->n_codes; i++) {
        size_t last = i;
        if (!codes[i])
            continue;
        while (last + 1 < variable->n_codes && codes[last + 1])
            last++;
        bool is_single = variable_value(variable, i) == code_end(variable, last);
        const char *word = !is_single ? "" : any_range ? "exactly " : text.count > 0 ? "" : "= ";
        add_words(arena, &text, arena_print(arena, "%s%s", word, run_words(arena, variable, i, last)));
        any_range = any_range || !is_single;
        i = last;
    }
    return arena_copy(arena, text.items, text.count);
}

static const char *unknown_word(const struct variable *variable) {
    return variable->optional ? "not given" : "unknown";
}

static const char *member_words(struct arena *arena, const struct variable *variable, const bool *codes) {
    struct buffer text = {0};
    for (size_t i = 0; i < variable->n_codes; i++)
        if (codes[i])
            add_words(arena, &text,
                      variable_is_text(variable) ? (i ? "given" : "not given")
                                                 : value_text(arena, &variable->type, (int64_t)i));
    return arena_copy(arena, text.items, text.count);
}

const char *codes_words(struct arena *arena, const struct variable *variable, const bool *codes) {
    bool unknown = variable->type.or_unknown && codes[variable->n_codes], ordered = variable_is_ordered(variable);
    const char *known = ordered ? ordered_words(arena, variable, codes) : member_words(arena, variable, codes);
    if (ordered && known[0])
        return arena_print(arena, "%s %s%s%s", variable->name, known, unknown ? " or " : "",
                           unknown ? unknown_word(variable) : "");
    return arena_print(arena, "%s = %s%s%s", variable->name, known, known[0] && unknown ? " or " : "",
                       unknown ? unknown_word(variable) : "");
}

/* ---- text of cells ----------------------------------------------------------------------------------------------- */

/* "8.0 ..< 9.2", "<= 512": a run of intervals. */
static const char *run_cell(struct arena *arena, const struct variable *variable, size_t first, size_t last) {
    int64_t low = variable_value(variable, first), high = code_end(variable, last);
    bool version = variable->type.kind == MUSTER_VERSION;
    if (low == high)
        return value_text(arena, &variable->type, low);
    if (high == variable->type.high)
        return arena_print(arena, ">= %s", short_value(arena, variable, low));
    const char *end = short_value(arena, variable, version ? high + 1 : high);
    if (low == variable->type.low)
        return arena_print(arena, "%s %s", version ? "<" : "<=", end);
    return arena_print(arena, "%s %s %s", short_value(arena, variable, low), version ? "..<" : "..", end);
}

static void add_cell(struct arena *arena, struct buffer *text, const char *words) {
    if (text->count > 0)
        ARENA_APPEND(arena, text, ", ", strlen(", "));
    ARENA_APPEND(arena, text, words, strlen(words));
}

const char *codes_cell(struct arena *arena, const struct variable *variable, const bool *codes) {
    struct buffer text = {0};
    bool ordered = variable_is_ordered(variable), all = true;
    for (size_t i = 0; codes && i < variable_n_codes(variable); i++)
        all = all && codes[i];
    if (all)
        return "*";
    for (size_t i = 0; i < variable->n_codes; i++) {
        size_t last = i;
        if (!codes[i])
            continue;
        while (ordered && last + 1 < variable->n_codes && codes[last + 1])
            last++;
        add_cell(arena, &text,
                 ordered                      ? run_cell(arena, variable, i, last)
                 : variable_is_text(variable) ? (i ? "given" : "not given")
                                              : value_text(arena, &variable->type, (int64_t)i));
        i = last;
    }
    if (variable_n_codes(variable) > variable->n_codes && codes[variable->n_codes])
        add_cell(arena, &text, unknown_word(variable));
    return arena_copy(arena, text.items, text.count);
}

const char *region_words(struct arena *arena, const struct axes *axes, const struct region *region) {
    const char *text = "";
    for (size_t i = 0; i < axes->count; i++)
        if (region->codes[i])
            text = arena_print(arena, "%s%s%s", text, text[0] ? ", " : "",
                               codes_words(arena, axes->items[i], region->codes[i]));
    return text[0] ? text : "every host";
}

/* ---- example values ---------------------------------------------------------------------------------------------- */

/* A typical version below a cut: 9.1.0 below 9.2.0, 8.0.0 below 9.0.0, 9.2.3 below 9.2.4. */
static int64_t version_below(int64_t version) {
    const int64_t patch = 1, minor = INT64_C(1) << 20, major = INT64_C(1) << 40;
    return version % minor ? version - patch : version % major ? version - minor : version - major;
}

int64_t code_example(const struct variable *variable, size_t code) {
    int64_t low = variable_value(variable, code);
    if (!variable_is_ordered(variable) || low == MUSTER_UNKNOWN)
        return low;
    if (code == variable->cuts.count) { /* the last interval: its begin, a constant of the rules */
        bool any = code == 0 && variable->default_value != MUSTER_UNSET && variable->default_value != MUSTER_UNKNOWN;
        const int64_t one = MUSTER_PACK_VERSION(1, 0, 0); /* 0.0.0 is not a plausible version */
        if (code == 0 && variable->type.kind == MUSTER_VERSION && low == 0 && variable->type.high >= one)
            low = one;
        return any ? variable->default_value : low;
    }
    int64_t cut = variable->cuts.items[code];
    int64_t example = variable->type.kind == MUSTER_VERSION ? version_below(cut) : cut - 1;
    return example < low ? low : example;
}

const char *code_comment(struct arena *arena, const struct variable *variable, size_t code) {
    if (!variable_is_ordered(variable) || code >= variable->n_codes)
        return NULL;
    int64_t low = variable_value(variable, code), high = code_end(variable, code);
    if (low == high || variable->n_codes == 1)
        return NULL;
    if (variable->type.kind == MUSTER_INT || code == variable->cuts.count)
        return run_words(arena, variable, code, code);
    int64_t cut = high + 1, last = version_below(cut);
    const int64_t minor = INT64_C(1) << 20, major = INT64_C(1) << 40;
    const char *series = cut % minor   ? value_text(arena, &variable->type, last)
                         : cut % major ? arena_print(arena, "%s.x", short_value(arena, variable, last))
                                       : arena_print(arena, "%lld.x", (long long)(last >> 40));
    const char *from = low == variable->type.low ? "up to "
                       : low == last             ? ""
                                                 : arena_print(arena, "from %s to ", short_value(arena, variable, low));
    return arena_print(arena, "%s%s, the last below %s", from, series, short_value(arena, variable, cut));
}
