/*
 * Parameters: checked and written for the command line once, when they are set, so that emitting only copies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "runtime/base/utf8.h"
#include "runtime/lib/evaluate.h"

static size_t aligned(size_t size) {
    return (size + 15) / 16 * 16;
}

static size_t n_params(const struct muster_ruleset *rules) {
    return rules->inputs.count - rules->n_facts;
}

/*
 * Two texts can be under way at a time while they are written, each at most as long as the longest form; they are
 * written behind the finished ones.
 */
static size_t scratch_size(const struct muster_ruleset *rules) {
    size_t longest = 0;
    for (uint32_t i = 0; i < rules->forms.count; i++)
        if (FORMS(rules)[i].space > longest)
            longest = FORMS(rules)[i].space;
    return 2 * longest;
}

RARE size_t muster_params_size(const struct muster_ruleset *rules) {
    return aligned(sizeof(struct muster_params)) + aligned(n_params(rules) * sizeof(int64_t)) +
           aligned(rules->forms.count * sizeof(struct prepared)) + aligned(rules->params_size + scratch_size(rules));
}

/* What a parameter has that was not given. */
static int64_t no_value(const struct muster_ruleset *rules, uint32_t input) {
    int64_t value = INPUTS(rules)[input].default_value;
    return value == MUSTER_UNKNOWN ? value : MUSTER_UNSET;
}

/* What a command line can need is kept at hand, so that it is not worked out for each one. */
static void keep_sums(struct muster_params *params) {
    const struct muster_ruleset *rules = params->rules;
    params->most_bytes = 0;
    params->complete = true;
    for (uint32_t i = 0; i < rules->forms.count; i++) {
        params->most_bytes += params->forms[i].length * FORMS(rules)[i].most_uses;
        params->complete = params->complete && params->forms[i].text;
    }
    params->open = false;
    for (uint32_t i = 0; rules->needs != MUSTER_NONE && i < rules->asked.count; i++)
        params->open = params->open || muster_is_open(rules, params, &ASKED(rules)[i]);
    params->over_some_limit = false;
    for (uint32_t i = 0; i < rules->limits.count; i++) {
        const struct muster_limit *limit = &LIMITS(rules)[i];
        if (params->values[limit->input - rules->n_facts] > (int64_t)limit->max_length)
            params->over_some_limit = true;
    }
}

static RARE void set_defaults(struct muster_params *params) {
    const struct muster_ruleset *rules = params->rules;
    for (uint32_t i = rules->n_facts; i < rules->inputs.count; i++) {
        const struct muster_input *input = &INPUTS(rules)[i];
        const char *text = TEXT(rules) + input->default_text;
        if (input->default_text)
            muster_set_text(params, i, text, strlen(text), NULL);
        else if (input->default_value > MUSTER_UNSET)
            muster_set_value(params, i, input->default_value, NULL);
    }
}

RARE struct muster_params *muster_params_init(void *memory, size_t size, const struct muster_ruleset *rules) {
    if (!memory || size < muster_params_size(rules))
        return NULL;
    char *at = memory;
    struct muster_params *params = memory;
    *params = (struct muster_params){.rules = rules};
    at += aligned(sizeof *params);
    params->values = (int64_t *)(void *)at;
    at += aligned(n_params(rules) * sizeof(int64_t));
    params->forms = (struct prepared *)(void *)at;
    at += aligned(rules->forms.count * sizeof(struct prepared));
    params->texts = at;
    for (uint32_t i = 0; i < n_params(rules); i++)
        params->values[i] = no_value(rules, rules->n_facts + i);
    for (uint32_t i = 0; i < rules->forms.count; i++)
        params->forms[i] = (struct prepared){0};
    keep_sums(params);
    set_defaults(params);
    return params;
}

bool muster_is_set(const struct muster_params *params, uint32_t input) {
    return params->values[input - params->rules->n_facts] > MUSTER_UNSET; /* MUSTER_UNKNOWN is less */
}

/* ---- may it be this text? --------------------------------------------------------------------------------------- */

static bool matches(const struct muster_ruleset *rules, const struct muster_pattern *pattern, const char *text,
                    size_t length, size_t *at) {
    const unsigned char *classes = BYTES(rules) + pattern->classes;
    const uint32_t *next = WORDS(rules) + pattern->next;
    uint32_t state = 1;
    for (*at = 0; *at < length; ++*at) {
        state = next[state * pattern->n_classes + classes[(unsigned char)text[*at]]];
        if (state == 0)
            return false;
    }
    return BYTES(rules)[pattern->accept + state];
}

/* Control characters of ASCII, and those that Unicode took over from terminals, U+0080 to U+009F. */
static bool find_control(const char *text, size_t length, size_t *at) {
    for (*at = 0; *at < length; ++*at) {
        unsigned char byte = (unsigned char)text[*at];
        unsigned char next = *at + 1 < length ? (unsigned char)text[*at + 1] : 0;
        if (byte < 0x20 || byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next <= 0x9f))
            return true;
    }
    return false;
}

/* What is wrong with a text, MUSTER_REFUSED_NOT if nothing is. */
static RARE enum muster_refusal refusal_of(const struct muster_ruleset *rules, const struct muster_input *input,
                                           const char *text, size_t length, size_t *at) {
    bool is_path = TYPES(rules)[input->type].kind == MUSTER_PATH;
    *at = 0;
    if (is_path && length == 0)
        return MUSTER_REFUSED_EMPTY;
    if (is_path && text[0] != '/')
        return MUSTER_REFUSED_RELATIVE;
    if (find_control(text, length, at))
        return MUSTER_REFUSED_CONTROL;
    *at = utf8_check(text, length);
    if (*at < length)
        return MUSTER_REFUSED_UTF8;
    if (length > input->max_length)
        return MUSTER_REFUSED_LENGTH;
    if (input->pattern != MUSTER_NONE && !matches(rules, &PATTERNS(rules)[input->pattern], text, length, at))
        return MUSTER_REFUSED_PATTERN;
    return MUSTER_REFUSED_NOT;
}

/* ---- writing it for its places ---------------------------------------------------------------------------------- */

/* The replacements of one format, which are applied in one pass. */
struct stage {
    const struct muster_escape *first, *last;
};

static struct stage first_stage(const struct muster_escape *from, const struct muster_escape *end) {
    struct stage stage = {from, from};
    while (stage.last < end && stage.last->stage == from->stage)
        stage.last++;
    return stage;
}

/* Whether any of it occurs in the text; most texts need nothing. */
static bool occurs(const struct muster_ruleset *rules, struct stage stage, const char *text, size_t length) {
    for (; stage.first < stage.last; stage.first++)
        if (memchr(text, TEXT(rules)[stage.first->from], length))
            return true;
    return false;
}

/* The escape of this stage whose text begins here, or NULL. */
static const struct muster_escape *find_escape(const struct muster_ruleset *rules, struct stage stage, const char *text,
                                               size_t left) {
    for (; stage.first < stage.last; stage.first++) {
        const char *from = TEXT(rules) + stage.first->from;
        size_t length = strlen(from);
        if (length <= left && memcmp(text, from, length) == 0)
            return stage.first;
    }
    return NULL;
}

/* One format's pass over a text. Returns the length of what was written, or SIZE_MAX and the refusing escape. */
static size_t apply_stage(const struct muster_ruleset *rules, struct stage stage, const char *text, size_t length,
                          char *out, const struct muster_escape **refusing, size_t *at) {
    char *end = out;
    for (*at = 0; *at < length;) {
        const struct muster_escape *escape = find_escape(rules, stage, text + *at, length - *at);
        if (!escape) {
            *end++ = text[(*at)++];
            continue;
        }
        if (escape->kind == MUSTER_REFUSE) {
            *refusing = escape;
            return SIZE_MAX;
        }
        end = stpcpy(end, TEXT(rules) + escape->to);
        *at += strlen(TEXT(rules) + escape->from);
    }
    return (size_t)(end - out);
}

/*
 * Writes a text as a form wants it, into one of two scratch buffers where it must be changed. Returns where it is and
 * sets its length; NULL and the error if the form refuses it.
 */
static const char *write_form(const struct muster_params *params, uint32_t index, const char *text, size_t *length,
                              struct muster_error *error) {
    const struct muster_ruleset *rules = params->rules;
    const struct muster_form *form = &FORMS(rules)[index];
    const struct muster_escape *from = &ESCAPES(rules)[form->first_escape], *end = from + form->n_escapes;
    char *scratch[2] = {params->texts + rules->params_size,
                        params->texts + rules->params_size + scratch_size(rules) / 2};
    size_t next = 0, at = 0;
    while (from < end) {
        struct stage stage = first_stage(from, end);
        const struct muster_escape *refusing = NULL;
        from = stage.last;
        if (!occurs(rules, stage, text, *length))
            continue;
        size_t written = apply_stage(rules, stage, text, *length, scratch[next], &refusing, &at);
        if (refusing) {
            muster_fail(error, (struct muster_error){.status = MUSTER_E_VALUE,
                                                     .refusal = MUSTER_REFUSED_FORMAT,
                                                     .input = form->input,
                                                     .form = index,
                                                     .escape = (uint32_t)(refusing - ESCAPES(rules)),
                                                     .at = at});
            return NULL;
        }
        text = scratch[next];
        *length = written;
        next = 1 - next;
    }
    return text;
}

/* Puts the constant texts around it, where the command line copies it from. */
static void store_form(struct muster_params *params, uint32_t index, const char *text, size_t length) {
    const struct muster_ruleset *rules = params->rules;
    const struct muster_form *form = &FORMS(rules)[index];
    char *place = params->texts + form->place;
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): muster_params_init has set `texts` */
    char *end = stpcpy(place, TEXT(rules) + form->before);
    memcpy(end, text, length);
    end = stpcpy(end + length, TEXT(rules) + form->after);
    memset(end, 0, MUSTER_PAD);
    params->forms[index] = (struct prepared){place, (size_t)(end - place)};
}

static bool is_form_of(const struct muster_ruleset *rules, uint32_t form, uint32_t input) {
    return FORMS(rules)[form].input == input;
}

/* Twice over the forms: all must take the text before the first one is changed. */
static enum muster_status set_forms(struct muster_params *params, uint32_t input, const char *text, size_t length,
                                    struct muster_error *error) {
    const struct muster_ruleset *rules = params->rules;
    for (uint32_t i = 0; i < rules->forms.count; i++) {
        size_t written = length;
        if (is_form_of(rules, i, input) && !write_form(params, i, text, &written, error))
            return MUSTER_E_VALUE;
    }
    for (uint32_t i = 0; i < rules->forms.count; i++) {
        if (!is_form_of(rules, i, input))
            continue;
        size_t written = length;
        const char *from = write_form(params, i, text, &written, NULL);
        if (from) /* it was taken above */
            store_form(params, i, from, written);
    }
    return MUSTER_OK;
}

RARE void muster_unset(struct muster_params *params, uint32_t input) {
    const struct muster_ruleset *rules = params->rules;
    for (uint32_t i = 0; i < rules->forms.count; i++)
        if (is_form_of(rules, i, input))
            params->forms[i] = (struct prepared){0};
    params->values[input - rules->n_facts] = no_value(rules, input);
    keep_sums(params);
}

enum muster_status muster_set_text(struct muster_params *params, uint32_t input, const char *text, size_t length,
                                   struct muster_error *error) {
    const struct muster_ruleset *rules = params->rules;
    const struct muster_input *declared = &INPUTS(rules)[input];
    uint32_t kind = TYPES(rules)[declared->type].kind;
    struct muster_error what = {
        .status = MUSTER_E_VALUE, .refusal = MUSTER_REFUSED_TYPE, .input = input, .limit = declared->max_length};
    if (kind != MUSTER_TEXT && kind != MUSTER_PATH)
        return muster_fail(error, what);
    what.refusal = refusal_of(rules, declared, text, length, &what.at);
    if (what.refusal != MUSTER_REFUSED_NOT)
        return muster_fail(error, what);
    enum muster_status status = set_forms(params, input, text, length, error);
    if (status != MUSTER_OK)
        return status;
    params->values[input - rules->n_facts] = (int64_t)length;
    keep_sums(params);
    return MUSTER_OK;
}

static int64_t unit_of(const struct muster_form *form) {
    return INT64_C(1) << form->unit;
}

/* In the units of each form, of which it must be a whole number. All must take it before the first one is changed. */
static enum muster_status set_number_forms(struct muster_params *params, uint32_t input, int64_t value,
                                           struct muster_error *error) {
    const struct muster_ruleset *rules = params->rules;
    bool is_version = TYPES(rules)[INPUTS(rules)[input].type].kind == MUSTER_VERSION;
    for (uint32_t i = 0; i < rules->forms.count; i++)
        if (is_form_of(rules, i, input) && value % unit_of(&FORMS(rules)[i]) != 0)
            return muster_fail(error, (struct muster_error){.status = MUSTER_E_VALUE,
                                                            .refusal = MUSTER_REFUSED_UNIT,
                                                            .input = input,
                                                            .form = i,
                                                            .limit = (uint64_t)unit_of(&FORMS(rules)[i])});
    for (int store = 0; store <= 1; store++)
        for (uint32_t i = 0; i < rules->forms.count; i++) {
            if (!is_form_of(rules, i, input))
                continue;
            char digits[24];
            size_t length = is_version ? muster_write_version(digits, value)
                                       : muster_write_number(digits, value / unit_of(&FORMS(rules)[i]));
            const char *from = write_form(params, i, digits, &length, error);
            if (!from)
                return MUSTER_E_VALUE;
            if (store)
                store_form(params, i, from, length);
        }
    return MUSTER_OK;
}

enum muster_status muster_set_value(struct muster_params *params, uint32_t input, int64_t value,
                                    struct muster_error *error) {
    const struct muster_ruleset *rules = params->rules;
    const struct muster_type *type = &TYPES(rules)[INPUTS(rules)[input].type];
    struct muster_error what = {.status = MUSTER_E_VALUE, .refusal = MUSTER_REFUSED_TYPE, .input = input};
    if (value == MUSTER_UNKNOWN && no_value(rules, input) == value) {
        muster_unset(params, input);
        return MUSTER_OK;
    }
    if (type->kind == MUSTER_TEXT || type->kind == MUSTER_PATH || value <= MUSTER_UNSET)
        return muster_fail(error, what);
    what.refusal = MUSTER_REFUSED_RANGE;
    if (value < type->lo || value > type->hi)
        return muster_fail(error, what);
    enum muster_status status = set_number_forms(params, input, value, error);
    if (status != MUSTER_OK)
        return status;
    params->values[input - rules->n_facts] = value;
    keep_sums(params);
    return MUSTER_OK;
}
