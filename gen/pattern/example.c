/*
 * Patterns: finds a shortest string that matches. Searches the product of the DFA and an automaton of UTF-8, because
 * parameters are always UTF-8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gen/pattern/pattern.h"

/* ---- UTF-8 ------------------------------------------------------------------------------------------------------ */

/*
 * States of the automaton of UTF-8: at a character, or before a number of continuation bytes; some first bytes restrict
 * the second. C1 control characters are excluded, because messages do not print them as they are.
 */
enum { CHARACTER, ONE_MORE, TWO_MORE, THREE_MORE, AFTER_C2, AFTER_E0, AFTER_ED, AFTER_F0, AFTER_F4, N_PLACES };

static const struct {
    unsigned char place, low, high, next;
} steps[] = {
    {CHARACTER, 0x00, 0x7f, CHARACTER}, {CHARACTER, 0xc2, 0xc2, AFTER_C2}, {CHARACTER, 0xc3, 0xdf, ONE_MORE},
    {CHARACTER, 0xe0, 0xe0, AFTER_E0},  {CHARACTER, 0xe1, 0xec, TWO_MORE}, {CHARACTER, 0xed, 0xed, AFTER_ED},
    {CHARACTER, 0xee, 0xef, TWO_MORE},  {CHARACTER, 0xf0, 0xf0, AFTER_F0}, {CHARACTER, 0xf1, 0xf3, THREE_MORE},
    {CHARACTER, 0xf4, 0xf4, AFTER_F4},  {ONE_MORE, 0x80, 0xbf, CHARACTER}, {TWO_MORE, 0x80, 0xbf, ONE_MORE},
    {THREE_MORE, 0x80, 0xbf, TWO_MORE}, {AFTER_C2, 0xa0, 0xbf, CHARACTER}, {AFTER_E0, 0xa0, 0xbf, ONE_MORE},
    {AFTER_ED, 0x80, 0x9f, ONE_MORE},   {AFTER_F0, 0x90, 0xbf, TWO_MORE},  {AFTER_F4, 0x80, 0x8f, TWO_MORE},
};

/* N_PLACES: the byte is not valid here. */
static size_t utf8_step(size_t place, unsigned char byte) {
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i].place == place && steps[i].low <= byte && byte <= steps[i].high)
            return steps[i].next;
    return N_PLACES;
}

/* ---- bytes ------------------------------------------------------------------------------------------------------ */

/* The rank of a byte in examples, lowest first: letters, digits, other ASCII, the rest. */
static int rank_of(int byte) {
    if (byte >= 'a' && byte <= 'z')
        return 0;
    if (byte >= '0' && byte <= '9')
        return 1;
    if (byte >= 'A' && byte <= 'Z')
        return 2;
    return byte >= 0x80 ? 5 : byte == ' ' ? 4 : 3;
}

static bool same_steps(unsigned char a, unsigned char b) {
    for (size_t place = 0; place < N_PLACES; place++)
        if (utf8_step(place, a) != utf8_step(place, b))
            return false;
    return true;
}

/*
 * Selects the byte of lowest rank from each set of bytes with equal successors, in the order of ranks. Returns their
 * number.
 */
static size_t choose_bytes(const struct pattern *pattern, const bool *avoided, unsigned char bytes[256]) {
    size_t count = 0;
    for (int rank = 0; rank <= 5; rank++)
        for (int byte = 0; byte < 256; byte++) {
            size_t i = 0;
            if (rank_of(byte) != rank || (avoided && avoided[byte]))
                continue;
            while (i < count &&
                   (pattern->classes[bytes[i]] != pattern->classes[byte] || !same_steps(bytes[i], (unsigned char)byte)))
                i++;
            if (i == count)
                bytes[count++] = (unsigned char)byte;
        }
    return count;
}

/* ---- the search ------------------------------------------------------------------------------------------------- */

/* How a pair of states was first reached: from a pair (index + 2), or from the begin. */
struct arrival {
    uint32_t from;
    unsigned char byte;
};

enum { NOT_ARRIVED, BEGIN, FIRST_PAIR };

struct search {
    const struct pattern *pattern;
    struct arrival *arrivals; /* by pair of states */
    uint32_t *queue;
    size_t count;
};

static void arrive(struct search *search, size_t state, size_t place, struct arrival arrival) {
    size_t pair = state * N_PLACES + place;
    if (state == 0 || place == N_PLACES || search->arrivals[pair].from != NOT_ARRIVED)
        return;
    search->arrivals[pair] = arrival;
    search->queue[search->count++] = (uint32_t)pair;
}

static size_t next_state(const struct pattern *pattern, size_t state, unsigned char byte) {
    return pattern->next[state * pattern->n_classes + pattern->classes[byte]];
}

/* The first pair found at which a string may end; the search is breadth-first. SIZE_MAX if there is none. */
static size_t find_end(struct search *search, const bool *avoided, char first) {
    const struct pattern *pattern = search->pattern;
    unsigned char bytes[256];
    size_t n_bytes = choose_bytes(pattern, avoided, bytes);
    struct arrival begin = {BEGIN, (unsigned char)first};
    arrive(search, first ? next_state(pattern, 1, begin.byte) : 1, CHARACTER, begin);
    for (size_t i = 0; i < search->count; i++) {
        size_t pair = search->queue[i], state = pair / N_PLACES, place = pair % N_PLACES;
        if (pattern->accept[state] && place == CHARACTER)
            return pair;
        for (size_t k = 0; k < n_bytes; k++)
            arrive(search, next_state(pattern, state, bytes[k]), utf8_step(place, bytes[k]),
                   (struct arrival){(uint32_t)pair + FIRST_PAIR, bytes[k]});
    }
    return SIZE_MAX;
}

const char *pattern_example(struct arena *arena, const struct pattern *pattern, const bool *avoided, char first) {
    struct arena *scratch = arena_new();
    size_t n_pairs = (size_t)pattern->n_states * N_PLACES;
    struct search search = {.pattern = pattern};
    search.arrivals = arena_alloc(scratch, n_pairs * sizeof *search.arrivals);
    search.queue = arena_alloc(scratch, n_pairs * sizeof *search.queue);
    size_t end = find_end(&search, avoided, first), length = first != 0;
    char *text = NULL;
    if (end != SIZE_MAX) {
        for (size_t at = end; search.arrivals[at].from != BEGIN; at = search.arrivals[at].from - FIRST_PAIR)
            length++;
        text = arena_alloc(arena, length + 1);
        for (size_t at = end; length--; at = search.arrivals[at].from - FIRST_PAIR)
            text[length] = (char)search.arrivals[at].byte;
    }
    arena_free(scratch);
    return text;
}
