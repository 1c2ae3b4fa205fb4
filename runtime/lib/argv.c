/*
 * The command line: selectors pick runs of instructions, and these put constant text and prepared parameters together.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "runtime/lib/evaluate.h"

/* Limits of length that hold on some hosts only; asked only when some text is over one of them. */
static RARE enum muster_status check_limits(const struct muster_ruleset *rules, const struct muster_params *params,
                                            const uint32_t *codes, struct muster_error *error) {
    const struct muster_limit *limits = LIMITS(rules);
    for (uint32_t i = 0; i < rules->limits.count; i++) {
        const struct muster_limit *limit = &limits[i];
        int64_t length = params->values[limit->input - rules->n_facts];
        if (length > (int64_t)limit->max_length && muster_ask(DIAGRAMS(rules), limit->root, codes))
            return muster_fail(error, (struct muster_error){.status = MUSTER_E_VALUE,
                                                            .refusal = MUSTER_REFUSED_LENGTH,
                                                            .input = limit->input,
                                                            .limit = limit->max_length,
                                                            .condition = limit->words});
    }
    return MUSTER_OK;
}

/* Everything that must be known before the first argument. */
static enum muster_status prepare(const struct muster_ruleset *rules, const int64_t *facts,
                                  const struct muster_params *params, uint32_t *codes, struct muster_error *error) {
    uint64_t packed;
    bool only_lookups = rules->argv_steps.count == 0 && !(params && params->over_some_limit);
    enum muster_status status = MUSTER_OK;
    if (muster_has_open(rules, params)) /* if nothing is missing, all values lead to the same line */
        status = needs_find(rules, facts, params, NEEDS_OF_LINE, NULL, NULL, NULL, error);
    if (status != MUSTER_OK)
        return status;
    if (only_lookups)
        status = muster_pack(rules, facts, params, codes, &packed, error);
    else
        status = muster_encode(rules, facts, params, codes, &packed, error);
    if (status == MUSTER_OK && !only_lookups)
        status = muster_take_steps(rules, ARGV_STEPS(rules), rules->argv_steps.count, codes, NULL, error);
    const struct muster_lookup *lookup = LOOKUPS(rules), *end = lookup + rules->lookups.count;
    const uint16_t *answers = ANSWERS(rules);
    for (; status == MUSTER_OK && lookup < end; lookup++)
        codes[lookup->var] = answers[lookup->first + (packed >> lookup->shift & lookup->mask)];
    if (status == MUSTER_OK && params && params->over_some_limit)
        status = check_limits(rules, params, codes, error);
    return status;
}

/* Where the argv goes, and how far it is. */
struct out {
    const char **argv;
    char *buffer;
    size_t slots, size;
    size_t arguments, bytes;
};

/* The run of a chunk that the selector picks. */
static inline const uint32_t *pick(const uint32_t *words, const struct muster_chunk *chunk, const uint32_t *codes) {
    return words + words[chunk->map + codes[chunk->var]];
}

/* A fact that is written as it is; 24 bytes are enough. */
static size_t write_fact(char *out, uint32_t op, int64_t value) {
    return op == MUSTER_OP_VERSION ? muster_write_version(out, value) : muster_write_number(out, value);
}

/* ---- with room for everything: the way that is fast ------------------------------------------------------------- */

/* Copies in blocks: what stands behind the text is overwritten later, or is of no meaning. */
static inline char *copy(char *to, const char *from, size_t length) {
    enum { HALF = MUSTER_PAD / 2 };
    size_t at = 0;
    do {
        memcpy(to + at, from + at, HALF);
        memcpy(to + at + HALF, from + at + HALF, HALF);
        at += MUSTER_PAD;
    } while (at < length);
    return to + length;
}

/*
 * There is room for the largest command line and more, and all parameters are set: the caller has made sure of it, so
 * nothing is asked on the way. Constant arguments are stored four at a time; what is stored too much is overwritten.
 */
static __attribute__((noinline)) void write_all(const struct muster_ruleset *rules, const int64_t *facts,
                                                const struct prepared *forms, const uint32_t *codes, struct out *out) {
    const struct muster_chunk *chunk = CHUNKS(rules), *last = chunk + rules->chunks.count;
    const uint32_t *words = WORDS(rules);
    const char *text = TEXT(rules), **slot = out->argv;
    char *to = out->buffer;
    for (; chunk < last; chunk++) {
        for (const uint32_t *at = pick(words, chunk, codes);;) {
            uint32_t word = *at++, op = word & MUSTER_OP_MASK, operand = word >> MUSTER_OP_SHIFT;
            if (op == MUSTER_OP_ARGS) {
                uint32_t i = 0;
                do {
                    slot[i] = text + at[i];
                    slot[i + 1] = text + at[i + 1];
                    slot[i + 2] = text + at[i + 2];
                    slot[i + MUSTER_SPARE] = text + at[i + MUSTER_SPARE];
                    i += MUSTER_SPARE + 1;
                } while (i < operand);
                slot += operand;
                at += operand;
                if (!(word & MUSTER_OP_FORM_BEHIND))
                    continue;
                operand = *at++;
                op = MUSTER_OP_WHOLE;
            }
            if (op == MUSTER_OP_WHOLE) {
                const struct prepared *form = &forms[operand];
                *slot++ = to;
                to = copy(to, form->text, form->length + 1);
                continue;
            }
            if (op == MUSTER_OP_STOP)
                break;
            if (word & MUSTER_OP_BEGIN)
                *slot++ = to;
            if (op == MUSTER_OP_TEXT)
                to = copy(to, text + *at++, operand);
            else if (op == MUSTER_OP_FORM)
                to = copy(to, forms[operand].text, forms[operand].length);
            else
                to += write_fact(to, op, facts[operand]);
            if (word & MUSTER_OP_END)
                *to++ = '\0';
        }
    }
    out->arguments = (size_t)(slot - out->argv);
    out->bytes = (size_t)(to - out->buffer);
}

/* ---- with whatever room there is: beyond it, counting goes on --------------------------------------------------- */

static void put_argument(struct out *out, const char *argument) {
    if (out->arguments < out->slots)
        out->argv[out->arguments] = argument;
    out->arguments++;
}

static void put(struct out *out, const char *text, size_t length) {
    if (length > 0 && out->bytes + length <= out->size)
        memcpy(out->buffer + out->bytes, text, length);
    out->bytes += length;
}

/* A prepared parameter; false if it is not set. */
static bool put_form(struct out *out, const struct prepared *forms, uint32_t form) {
    if (!forms || !forms[form].text)
        return false;
    put(out, forms[form].text, forms[form].length);
    return true;
}

static void put_begin(struct out *out) {
    put_argument(out, out->bytes < out->size ? out->buffer + out->bytes : NULL);
}

/* One instruction but STOP. False if its parameter, *form, is not set. */
static bool put_instruction(struct out *out, const char *text, const int64_t *facts, const struct prepared *forms,
                            const uint32_t *at, uint32_t *form) {
    uint32_t op = *at & MUSTER_OP_MASK, operand = *at >> MUSTER_OP_SHIFT;
    bool whole = op == MUSTER_OP_WHOLE || (op == MUSTER_OP_ARGS && *at & MUSTER_OP_FORM_BEHIND);
    bool set = true;
    char digits[24];
    for (uint32_t k = 1; op == MUSTER_OP_ARGS && k <= operand; k++)
        put_argument(out, text + at[k]);
    *form = op == MUSTER_OP_ARGS && whole ? at[1 + operand] : operand;
    if (whole || (op != MUSTER_OP_ARGS && *at & MUSTER_OP_BEGIN))
        put_begin(out);
    if (op == MUSTER_OP_TEXT)
        put(out, text + at[1], operand);
    else if (op == MUSTER_OP_FORM || whole)
        set = put_form(out, forms, *form);
    else if (op != MUSTER_OP_ARGS)
        put(out, digits, write_fact(digits, op, facts[operand]));
    if (whole || (op != MUSTER_OP_ARGS && *at & MUSTER_OP_END))
        put(out, "", 1);
    return set;
}

/* How many words an instruction has. */
static size_t n_words(uint32_t word) {
    uint32_t op = word & MUSTER_OP_MASK;
    size_t behind = word & MUSTER_OP_FORM_BEHIND ? 1 : 0;
    return op == MUSTER_OP_ARGS ? 1 + (word >> MUSTER_OP_SHIFT) + behind : op == MUSTER_OP_TEXT ? 2 : 1;
}

static RARE enum muster_status write_what_fits(const struct muster_ruleset *rules, const int64_t *facts,
                                               const struct prepared *forms, const uint32_t *codes, struct out *out,
                                               struct muster_error *error) {
    for (uint32_t i = 0; i < rules->chunks.count; i++) {
        const uint32_t *at = pick(WORDS(rules), &CHUNKS(rules)[i], codes);
        for (; (*at & MUSTER_OP_MASK) != MUSTER_OP_STOP; at += n_words(*at)) {
            uint32_t form;
            if (!put_instruction(out, TEXT(rules), facts, forms, at, &form))
                return muster_fail(
                    error,
                    (struct muster_error){.status = MUSTER_E_MISSING, .input = FORMS(rules)[form].input, .form = form});
        }
    }
    if (out->arguments >= out->slots || out->bytes > out->size)
        return muster_fail(error, (struct muster_error){.status = MUSTER_E_SPACE});
    return MUSTER_OK;
}

enum muster_status muster_argv(const struct muster_ruleset *rules, const int64_t *facts,
                               const struct muster_params *params, const char **argv, size_t slots, char *buffer,
                               size_t size, struct muster_space *needed, struct muster_error *error) {
    uint32_t codes[MUSTER_MAX_VARS];
    struct out out = {.argv = argv, .buffer = buffer, .slots = slots, .size = size};
    bool roomy = params && params->complete && slots > rules->most_arguments + MUSTER_SPARE &&
                 size >= rules->most_bytes + params->most_bytes + MUSTER_PAD;
    enum muster_status status = prepare(rules, facts, params, codes, error);
    if (status == MUSTER_OK && roomy)
        write_all(rules, facts, params->forms, codes, &out);
    else if (status == MUSTER_OK)
        status = write_what_fits(rules, facts, params ? params->forms : NULL, codes, &out, error);
    if (needed)
        *needed = (struct muster_space){.arguments = out.arguments, .bytes = out.bytes};
    if (status == MUSTER_OK)
        argv[out.arguments] = NULL;
    return status;
}

/* ---- what stands in it: the same instructions, only looked at --------------------------------------------------- */

struct look {
    const struct muster_ruleset *rules;
    void (*see)(struct look *look, size_t argument, const uint32_t *word);
    /* muster_argv_uses */
    uint32_t input;
    bool found;
    /* muster_argv_notes */
    void (*note)(void *context, size_t argument, const struct muster_note *note);
    void *context;
};

static RARE void look_at_run(struct look *look, const uint32_t *at, size_t *arguments) {
    for (; (*at & MUSTER_OP_MASK) != MUSTER_OP_STOP; at += n_words(*at)) {
        uint32_t op = *at & MUSTER_OP_MASK, behind = *at & MUSTER_OP_FORM_BEHIND ? 1 : 0;
        if (op == MUSTER_OP_WHOLE || (op != MUSTER_OP_ARGS && *at & MUSTER_OP_BEGIN))
            ++*arguments;
        look->see(look, op == MUSTER_OP_ARGS ? *arguments : *arguments - 1, at);
        if (op == MUSTER_OP_ARGS)
            *arguments += (*at >> MUSTER_OP_SHIFT) + behind;
    }
}

static RARE enum muster_status look_at_all(struct look *look, const int64_t *facts, const struct muster_params *params,
                                           struct muster_error *error) {
    uint32_t codes[MUSTER_MAX_VARS];
    const struct muster_ruleset *rules = look->rules;
    enum muster_status status = prepare(rules, facts, params, codes, error);
    size_t arguments = 0;
    for (uint32_t i = 0; status == MUSTER_OK && i < rules->chunks.count; i++)
        look_at_run(look, pick(WORDS(rules), &CHUNKS(rules)[i], codes), &arguments);
    return status;
}

static void see_input(struct look *look, size_t argument, const uint32_t *word) {
    (void)argument;
    uint32_t op = *word & MUSTER_OP_MASK, form = *word >> MUSTER_OP_SHIFT;
    bool has_form = op == MUSTER_OP_FORM || op == MUSTER_OP_WHOLE;
    if (op == MUSTER_OP_ARGS && *word & MUSTER_OP_FORM_BEHIND) {
        form = word[1 + form];
        has_form = true;
    }
    if (has_form && FORMS(look->rules)[form].input == look->input)
        look->found = true;
}

int muster_argv_uses(const struct muster_ruleset *rules, const int64_t *facts, const struct muster_params *params,
                     uint32_t input, struct muster_error *error) {
    struct look look = {.rules = rules, .see = see_input, .input = input};
    return look_at_all(&look, facts, params, error) == MUSTER_OK ? look.found : -1;
}

static void see_notes(struct look *look, size_t argument, const uint32_t *word) {
    const struct muster_mark *marks = MARKS(look->rules);
    uint32_t place = (uint32_t)(word - WORDS(look->rules));
    uint32_t low = 0, high = look->rules->marks.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (marks[middle].at < place)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < look->rules->marks.count && marks[low].at == place; low++)
        look->note(look->context, argument + marks[low].argument, &NOTES(look->rules)[marks[low].note]);
}

enum muster_status muster_argv_notes(const struct muster_ruleset *rules, const int64_t *facts,
                                     const struct muster_params *params,
                                     void (*see)(void *context, size_t argument, const struct muster_note *note),
                                     void *context, struct muster_error *error) {
    struct look look = {.rules = rules, .see = see_notes, .note = see, .context = context};
    return look_at_all(&look, facts, params, error);
}
