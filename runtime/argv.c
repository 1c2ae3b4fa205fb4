/*
 * The command line: selectors pick runs of instructions, and these put constant text and prepared parameters together.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "evaluate.h"

/* Limits of length that hold on some hosts only; asked only when some text is over one of them. */
static enum muster_status check_limits(const struct muster_ruleset *rules, const struct muster_params *params,
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
    enum muster_status status = muster_encode(rules, facts, params, codes, error);
    if (status == MUSTER_OK)
        status = muster_take_steps(rules, ARGV_STEPS(rules), rules->argv_steps.count, codes, NULL, error);
    if (status == MUSTER_OK && params && params->over_some_limit)
        status = check_limits(rules, params, codes, error);
    return status;
}

/* Where the argv goes. Beyond the space that there is, only counting goes on. */
struct out {
    const char **argv;
    char *buffer;
    size_t slots, size;
    size_t arguments, bytes;
};

/* Copies in blocks while there is room for a whole one more, so that no piece is too short to be cheap. */
static inline void put(struct out *out, const char *text, size_t length) {
    size_t at = out->bytes;
    out->bytes = at + length;
    if (at + length + MUSTER_PAD <= out->size) {
        char *to = out->buffer + at;
        for (size_t i = 0; i < length; i += MUSTER_PAD)
            memcpy(to + i, text + i, MUSTER_PAD);
    } else if (at + length <= out->size && length > 0) {
        memcpy(out->buffer + at, text, length);
    }
}

static inline void begin(struct out *out) {
    if (out->arguments < out->slots)
        out->argv[out->arguments] = out->bytes < out->size ? out->buffer + out->bytes : NULL;
    out->arguments++;
}

static inline void end(struct out *out) {
    if (out->bytes < out->size)
        out->buffer[out->bytes] = '\0';
    out->bytes++;
}

static inline const uint32_t *put_arguments(struct out *out, const char *text, const uint32_t *offsets, size_t count) {
    if (out->arguments + count <= out->slots) {
        const char **argv = out->argv + out->arguments;
        for (size_t i = 0; i < count; i++)
            argv[i] = text + offsets[i];
    } else {
        for (size_t i = 0; out->arguments + i < out->slots; i++)
            out->argv[out->arguments + i] = text + offsets[i];
    }
    out->arguments += count;
    return offsets + count;
}

/* A fact that is a number or version and is written as it is. */
static const uint32_t *put_fact(struct out *out, const int64_t *facts, uint32_t op, uint32_t input,
                                const uint32_t *next) {
    char digits[24 + MUSTER_PAD];
    int64_t value = facts[input];
    if (op == MUSTER_OP_VERSION) {
        put(out, digits, muster_write_version(digits, value));
        return next;
    }
    put(out, digits, muster_write_number(digits, value / (int64_t)*next));
    return next + 1;
}

static enum muster_status run(const struct muster_ruleset *rules, const int64_t *facts,
                              const struct muster_params *params, const uint32_t *codes, struct out *out,
                              struct muster_error *error) {
    const struct muster_chunk *chunk = CHUNKS(rules), *last = chunk + rules->chunks.count;
    const uint32_t *words = WORDS(rules);
    const char *text = TEXT(rules);
    const struct prepared *forms = params ? params->forms : NULL;
    for (; chunk < last; chunk++) {
        const uint32_t *at = words + words[chunk->map + codes[chunk->var]];
        const uint32_t *stop = at + 1 + *at;
        for (at++; at < stop;) {
            uint32_t word = *at++, operand = word >> MUSTER_OP_SHIFT;
            if (word & MUSTER_OP_BEGIN)
                begin(out);
            switch (word & MUSTER_OP_MASK) {
            case MUSTER_OP_ARGS:
                at = put_arguments(out, text, at, operand);
                continue;
            case MUSTER_OP_TEXT:
                put(out, text + *at++, operand);
                break;
            case MUSTER_OP_FORM:
                if (!forms || !forms[operand].text)
                    return muster_fail(error, (struct muster_error){.status = MUSTER_E_MISSING,
                                                                    .input = FORMS(rules)[operand].input,
                                                                    .form = operand});
                put(out, forms[operand].text, forms[operand].length);
                break;
            default:
                at = put_fact(out, facts, word & MUSTER_OP_MASK, operand, at);
                break;
            }
            if (word & MUSTER_OP_END)
                end(out);
        }
    }
    return MUSTER_OK;
}

enum muster_status muster_argv(const struct muster_ruleset *rules, const int64_t *facts,
                               const struct muster_params *params, const char **argv, size_t slots, char *buffer,
                               size_t size, struct muster_space *needed, struct muster_error *error) {
    uint32_t codes[MUSTER_MAX_VARS];
    struct out out = {.argv = argv, .buffer = buffer, .slots = slots, .size = size};
    enum muster_status status = prepare(rules, facts, params, codes, error);
    if (status == MUSTER_OK)
        status = run(rules, facts, params, codes, &out, error);
    if (needed)
        *needed = (struct muster_space){.arguments = out.arguments, .bytes = out.bytes};
    if (status != MUSTER_OK)
        return status;
    if (out.arguments >= slots || out.bytes > size)
        return muster_fail(error, (struct muster_error){.status = MUSTER_E_SPACE});
    argv[out.arguments] = NULL;
    return MUSTER_OK;
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

static void look_at_run(struct look *look, const uint32_t *at, size_t *arguments) {
    const uint32_t *stop = at + 1 + *at;
    for (at++; at < stop;) {
        uint32_t operand = *at >> MUSTER_OP_SHIFT, op = *at & MUSTER_OP_MASK;
        if (*at & MUSTER_OP_BEGIN)
            ++*arguments;
        look->see(look, op == MUSTER_OP_ARGS ? *arguments : *arguments - 1, at);
        if (op == MUSTER_OP_ARGS)
            *arguments += operand;
        at += op == MUSTER_OP_ARGS ? 1 + operand : op == MUSTER_OP_TEXT || op == MUSTER_OP_NUMBER ? 2 : 1;
    }
}

static enum muster_status look_at_all(struct look *look, const int64_t *facts, const struct muster_params *params,
                                      struct muster_error *error) {
    uint32_t codes[MUSTER_MAX_VARS];
    const struct muster_ruleset *rules = look->rules;
    enum muster_status status = prepare(rules, facts, params, codes, error);
    size_t arguments = 0;
    for (uint32_t i = 0; status == MUSTER_OK && i < rules->chunks.count; i++) {
        const struct muster_chunk *chunk = &CHUNKS(rules)[i];
        look_at_run(look, WORDS(rules) + WORDS(rules)[chunk->map + codes[chunk->var]], &arguments);
    }
    return status;
}

static void see_input(struct look *look, size_t argument, const uint32_t *word) {
    (void)argument;
    uint32_t op = *word & MUSTER_OP_MASK, operand = *word >> MUSTER_OP_SHIFT;
    if (op == MUSTER_OP_FORM && FORMS(look->rules)[operand].input == look->input)
        look->found = true;
}

int muster_argv_uses(const struct muster_ruleset *rules, const int64_t *facts, const struct muster_params *params,
                     uint32_t input, struct muster_error *error) {
    struct look look = {.rules = rules, .see = see_input, .input = input};
    return look_at_all(&look, facts, params, error) == MUSTER_OK ? look.found : -1;
}

static void see_notes(struct look *look, size_t argument, const uint32_t *word) {
    const struct muster_note *notes = NOTES(look->rules);
    uint32_t place = (uint32_t)(word - WORDS(look->rules));
    uint32_t low = 0, high = look->rules->notes.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (notes[middle].at < place)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < look->rules->notes.count && notes[low].at == place; low++)
        look->note(look->context, argument + notes[low].argument, &notes[low]);
}

enum muster_status muster_argv_notes(const struct muster_ruleset *rules, const int64_t *facts,
                                     const struct muster_params *params,
                                     void (*see)(void *context, size_t argument, const struct muster_note *note),
                                     void *context, struct muster_error *error) {
    struct look look = {.rules = rules, .see = see_notes, .note = see, .context = context};
    return look_at_all(&look, facts, params, error);
}
