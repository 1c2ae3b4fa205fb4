/*
 * Values as people write them, to and from text; facts and their defaults.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "runtime/lib/evaluate.h"

static const int64_t greatest_number = INT64_MAX - 1;

size_t muster_write_number(char *out, int64_t value) {
    char digits[20];
    size_t count = 0, length = 0;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[count++] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        out[length++] = '-';
    while (count > 0)
        out[length++] = digits[--count];
    return length;
}

size_t muster_write_version(char *out, int64_t value) {
    size_t length = muster_write_number(out, value >> 40);
    out[length++] = '.';
    length += muster_write_number(out + length, value >> 20 & MUSTER_VERSION_MAX);
    out[length++] = '.';
    return length + muster_write_number(out + length, value & MUSTER_VERSION_MAX);
}

static size_t give(const char *text, size_t length, char *buffer, size_t size) {
    if (size > 0) {
        size_t copied = length < size ? length : size - 1;
        memcpy(buffer, text, copied);
        buffer[copied] = '\0';
    }
    return length;
}

RARE size_t muster_value_text(const struct muster_ruleset *rules, uint32_t type, int64_t value, char *buffer,
                              size_t size) {
    const struct muster_type *kind = &TYPES(rules)[type];
    char digits[24];
    if (value == MUSTER_UNKNOWN)
        return give("unknown", strlen("unknown"), buffer, size);
    if (value == MUSTER_UNSET)
        return give("", 0, buffer, size);
    if (kind->n_members > 0) {
        const char *name = "?";
        if (value >= 0 && value < (int64_t)kind->n_members)
            name = TEXT(rules) + MEMBERS(rules)[kind->first_member + (uint32_t)value].name;
        return give(name, strlen(name), buffer, size);
    }
    size_t length =
        kind->kind == MUSTER_VERSION ? muster_write_version(digits, value) : muster_write_number(digits, value);
    return give(digits, length, buffer, size);
}

/* Decimal digits from *at on, at most `limit`. False if there is none, or they are too many. */
static RARE bool read_digits(const char *text, size_t length, size_t *at, int64_t limit, int64_t *value) {
    size_t start = *at;
    *value = 0;
    for (; *at < length && text[*at] >= '0' && text[*at] <= '9'; ++*at) {
        int64_t digit = text[*at] - '0';
        if (*value > (limit - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    return *at > start;
}

static RARE bool read_number(const char *text, size_t length, int64_t *value) {
    size_t at = length > 0 && text[0] == '-';
    bool negative = at == 1;
    if (!read_digits(text, length, &at, greatest_number, value) || at != length)
        return false;
    *value = negative ? -*value : *value;
    return true;
}

static RARE bool read_version(const char *text, size_t length, int64_t *value) {
    int64_t part[3] = {0};
    size_t at = 0, count = 0;
    for (;;) {
        if (count == 3 || !read_digits(text, length, &at, MUSTER_VERSION_MAX, &part[count]))
            return false;
        count++;
        if (at == length || text[at] != '.')
            break;
        at++;
    }
    *value = MUSTER_PACK_VERSION(part[0], part[1], part[2]);
    return at == length && count >= 2;
}

static bool is_word(const char *text, size_t length, const char *word) {
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

static RARE bool read_member(const struct muster_ruleset *rules, const struct muster_type *type, const char *text,
                             size_t length, int64_t *value) {
    for (uint32_t i = 0; i < type->n_members; i++)
        if (is_word(text, length, TEXT(rules) + MEMBERS(rules)[type->first_member + i].name)) {
            *value = i;
            return true;
        }
    if (type->kind != MUSTER_BOOL)
        return false;
    *value = is_word(text, length, "true");
    return *value || is_word(text, length, "false");
}

RARE enum muster_status muster_parse_value(const struct muster_ruleset *rules, uint32_t input, const char *text,
                                           size_t length, int64_t *value, struct muster_error *error) {
    const struct muster_type *type = &TYPES(rules)[INPUTS(rules)[input].type];
    struct muster_error what = {.status = MUSTER_E_VALUE, .refusal = MUSTER_REFUSED_TYPE, .input = input};
    int64_t read = 0;
    bool fits = false;
    if (type->or_unknown && is_word(text, length, "unknown")) {
        *value = MUSTER_UNKNOWN;
        return MUSTER_OK;
    }
    if (type->kind == MUSTER_BOOL || type->kind == MUSTER_ENUM)
        fits = read_member(rules, type, text, length, &read);
    else if (type->kind == MUSTER_INT)
        fits = read_number(text, length, &read);
    else if (type->kind == MUSTER_VERSION)
        fits = read_version(text, length, &read);
    if (!fits)
        return muster_fail(error, what);
    what.refusal = MUSTER_REFUSED_RANGE;
    if (read < type->lo || read > type->hi)
        return muster_fail(error, what);
    *value = read;
    return MUSTER_OK;
}

void muster_facts_init(const struct muster_ruleset *rules, int64_t *facts) {
    for (uint32_t i = 0; i < rules->n_facts; i++) {
        const struct muster_input *input = &INPUTS(rules)[i];
        const struct muster_type *type = &TYPES(rules)[input->type];
        bool is_switch = input->source == MUSTER_FROM_CALLER && type->kind == MUSTER_BOOL && !type->or_unknown;
        facts[i] = input->default_value;
        if (facts[i] == MUSTER_UNSET && is_switch)
            facts[i] = 0;
    }
}

RARE bool muster_fact_is_used(const struct muster_ruleset *rules, uint32_t fact) {
    for (uint32_t i = 0; i < rules->asked.count; i++)
        if (ASKED(rules)[i].input == fact)
            return true;
    return false;
}

RARE enum muster_status muster_facts_check(const struct muster_ruleset *rules, const int64_t *facts,
                                           struct muster_error *error) {
    for (uint32_t i = 0; i < rules->n_facts; i++) {
        const struct muster_type *type = &TYPES(rules)[INPUTS(rules)[i].type];
        bool fits = facts[i] == MUSTER_UNKNOWN ? type->or_unknown : facts[i] >= type->lo && facts[i] <= type->hi;
        if (facts[i] == MUSTER_UNSET && !muster_fact_is_used(rules, i))
            continue;
        if (facts[i] == MUSTER_UNSET)
            return muster_fail(error, (struct muster_error){.status = MUSTER_E_FACT, .input = i});
        if (!fits)
            return muster_fail(
                error, (struct muster_error){.status = MUSTER_E_FACT, .refusal = MUSTER_REFUSED_TYPE, .input = i});
    }
    return MUSTER_OK;
}
