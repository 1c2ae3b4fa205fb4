/*
 * Every distinct command line: which hosts are looked at, and what is said of each group of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "gen/audit/argvs/internal.h"
#include "gen/proof/region.h"

/* Steps over sets of hosts for telling command lines apart, and for saying what of each; one may leave some 20 bytes.
 */
enum { TEXT_STEPS = 1 << 25, LINE_STEPS = 1 << 26 };

/* A command line that was found, with the host that stands for it. */
struct found {
    hostset hosts;
    size_t n_codes;
    size_t *first; /* codes of its first host */
    size_t *codes; /* of the host that was chosen */
    struct witness_host host;
    struct arguments arguments; /* what is wanted of its command line */
    size_t program;
};

struct found_list {
    struct found *items;
    size_t count, capacity;
};

/* ---- which hosts ------------------------------------------------------------------------------------------------ */

static hostset where_code(struct argvs_search *search, const struct variable *input, size_t code) {
    bool *codes = arena_alloc(search->arena, variable_n_codes(input) + 1);
    codes[code] = true;
    return hosts_where(search->hosts, input->input, codes);
}

/* Hosts that do not refuse a text for being too long, or to which it is not given. */
static hostset within_limits(struct argvs_search *search, const struct variable *input, const char *text) {
    hostset set = HOSTS_ALL;
    for (size_t i = 0; i < input->limits.count; i++)
        if (strlen(text) > (size_t)input->limits.items[i].max)
            set = hosts_minus(search->hosts, set, meaning_cond(search->meaning, input->limits.items[i].when));
    return input->optional && input->limits.count > 0 ? hosts_or(search->hosts, set, where_code(search, input, 0))
                                                      : set;
}

/* Of a text that is not given, one was chosen that is within the limits, if there is one. */
static hostset with_given(struct argvs_search *search, hostset set) {
    for (size_t i = 0; i < search->model->n_inputs; i++) {
        const struct variable *input = search->model->inputs[i];
        const struct given_input *given = &search->request->given[i];
        bool is_text = variable_is_text(input);
        if (is_text)
            set = hosts_and(search->hosts, set, within_limits(search, input, search->texts[i]));
        if (given->is_given && (!is_text || input->optional))
            set = hosts_and(search->hosts, set,
                            where_code(search, input, is_text ? 1 : variable_code(input, given->value)));
    }
    return set;
}

/* Where a table that could not be looked through has a row. */
static hostset with_rows(struct argvs_search *search, hostset set) {
    const struct model *model = search->model;
    for (size_t i = 0; i < model->tables.count; i++) {
        const struct table *table = model->tables.items[i];
        hostset rows = HOSTS_NONE;
        for (size_t k = 0; k < table->n_rows && table->unproven; k++)
            rows = hosts_or(search->hosts, rows, meaning_decides(search->meaning, table, &table->rows[k]));
        if (table->unproven)
            set = hosts_and(search->hosts, set, rows);
    }
    return set;
}

/* The hosts that get a command line, and are asked for. */
static void find_space(struct argvs_search *search) {
    const struct model *model = search->model;
    bool *inputs = arena_alloc(search->arena, model->n_inputs + 1);
    for (size_t i = 0; i < model->tables.count; i++) /* the checks have shown that their rows overlap nowhere */
        if (!model->tables.items[i]->first && !model->tables.items[i]->unproven)
            meaning_exclusive(search->meaning, model->tables.items[i]);
    memset(inputs, true, model->n_inputs);
    search->all_inputs = inputs;
    search->space = with_rows(search, with_given(search, meaning_accepted(search->meaning, inputs)));
    if (search->request->where)
        search->space = hosts_and(search->hosts, search->space, meaning_cond(search->meaning, model->question));
}

/* ---- messages --------------------------------------------------------------------------------------------------- */

static enum argvs_state not_proven(struct argvs_search *search) {
    struct diag *diag = diag_add(search->diagnostics, DIAG_CODE_NOT_PROVEN, search->model->argv_span,
                                 "the command lines were not told apart: it would take more than %d steps", TEXT_STEPS);
    diag_help(search->diagnostics, diag, "ask for fewer hosts with --where or --set");
    return ARGVS_NOT_PROVEN;
}

static enum argvs_state too_many(struct argvs_search *search) {
    struct diag *diag = diag_add(search->diagnostics, DIAG_CODE_NOT_PROVEN, search->model->argv_span,
                                 "there are more than %d distinct command lines; none was written", MAX_COMMAND_LINES);
    diag_help(search->diagnostics, diag, "ask for fewer hosts with --where or --set%s",
              search->request->only_program ? "" : ", or only for the program with --program");
    return ARGVS_NOT_PROVEN;
}

static const char *host_words(const struct argvs_search *search, const struct witness_host *host) {
    const struct model *model = search->model;
    const char *words = "";
    for (size_t i = 0; i < model->n_inputs; i++)
        if (!variable_is_text(model->inputs[i]))
            words =
                arena_print(search->arena, "%s%s%s = %s", words, *words ? ", " : "", model->inputs[i]->name,
                            value_text(search->arena, &model->inputs[i]->type, host->values[model->inputs[i]->index]));
    return words;
}

static enum argvs_state wrong(struct argvs_search *search, const struct witness_host *host) {
    diag_add(search->diagnostics, DIAG_CODE_MISMATCH, search->model->argv_span,
             "a command line and the plain evaluation differ for %s; nothing was written", host_words(search, host));
    return ARGVS_WRONG;
}

/* ---- from texts to command lines -------------------------------------------------------------------------------- */

/* Chooses a host for a text and holds what it gets against that. */
static enum argvs_state find_line(struct argvs_search *search, const struct written_line *line, struct argvs *argvs,
                                  struct found *found) {
    const struct model *model = search->model;
    const struct stage *stage;
    const struct row *row;
    const struct restriction *restriction;
    *found = (struct found){.hosts = line->hosts, .n_codes = model->n_inputs};
    found->first = arena_alloc(search->arena, (model->n_inputs + 1) * sizeof *found->first);
    found->codes = arena_alloc(search->arena, (model->n_inputs + 1) * sizeof *found->codes);
    hosts_pick(search->hosts, line->hosts, found->first);
    for (size_t i = 0; i < model->n_inputs; i++)
        found->first[i] = found->first[i] == SIZE_MAX ? 0 : found->first[i];
    if (!argvs_choose_host(search, line->hosts, found->codes, &found->host))
        return not_proven(search);
    if (!hosts_has(search->hosts, line->hosts, found->codes) ||
        eval_host(model, found->host.values, &stage, &row, &restriction) != VERDICT_DECIDED)
        return wrong(search, &found->host);
    struct arguments all = eval_argv(search->arena, model, found->host.values, found->host.texts);
    size_t program = argvs_program(search, found->host.values);
    bool only_program = search->request->only_program;
    if (only_program && program == SIZE_MAX) {
        argvs->without_program = host_words(search, &found->host);
        return ARGVS_NO_PROGRAM;
    }
    size_t first = only_program ? program : 0;
    if (!argvs_is_text(search, line->text, &found->host, &all, first))
        return wrong(search, &found->host);
    found->arguments = (struct arguments){.items = first ? all.items + first : all.items, .count = all.count - first};
    found->program = only_program ? 0 : program;
    return ARGVS_DONE;
}

static int compare_buffers(const struct buffer *a, const struct buffer *b) {
    size_t length = a->count < b->count ? a->count : b->count;
    int order = length ? memcmp(a->items, b->items, length) : 0;
    return order ? order : (a->count > b->count) - (a->count < b->count);
}

static int compare_lines(const struct found *a, const struct found *b) {
    for (size_t i = 0; i < a->arguments.count && i < b->arguments.count; i++) {
        int order = compare_buffers(&a->arguments.items[i], &b->arguments.items[i]);
        if (order != 0)
            return order;
    }
    int order = (a->arguments.count > b->arguments.count) - (a->arguments.count < b->arguments.count);
    return order ? order : (a->program > b->program) - (a->program < b->program);
}

/* No two have the same first host. */
static int by_host(const void *left, const void *right) {
    const struct found *a = left, *b = right;
    for (size_t i = 0; i < a->n_codes; i++)
        if (a->first[i] != b->first[i])
            return a->first[i] < b->first[i] ? -1 : 1;
    return 0;
}

static int by_line(const void *left, const void *right) {
    int order = compare_lines(left, right);
    return order ? order : by_host(left, right);
}

/* Texts with different holes may come out the same; the first host stands for all. In the order of first hosts. */
static void unite(struct argvs_search *search, struct found_list *list) {
    size_t count = 0;
    if (list->count == 0)
        return;
    qsort(list->items, list->count, sizeof *list->items, by_line);
    for (size_t i = 0; i < list->count; i++) {
        struct found *last = count > 0 ? &list->items[count - 1] : NULL;
        if (last && compare_lines(last, &list->items[i]) == 0)
            last->hosts = hosts_or(search->hosts, last->hosts, list->items[i].hosts);
        else
            list->items[count++] = list->items[i];
    }
    list->count = count;
    qsort(list->items, list->count, sizeof *list->items, by_host);
}

/* ---- what is said of each --------------------------------------------------------------------------------------- */

/* Just the host with these codes. */
static hostset host_box(struct argvs_search *search, const size_t *codes) {
    const struct model *model = search->model;
    bool **box = arena_alloc(search->arena, (model->n_inputs + 1) * sizeof *box);
    for (size_t i = 0; i < model->n_inputs; i++) {
        size_t width = variable_n_codes(model->inputs[i]);
        box[i] = arena_alloc(search->arena, width + 1);
        box[i][codes[i]] = true;
    }
    return hosts_box(search->hosts, (const bool *const *)box);
}

/*
 * The region around the host, and further ones until all hosts are in them, or these are enough. Of many lines each has
 * fewer steps for that; whoever wants to know more asks for fewer.
 */
static bool find_regions(struct argvs_search *search, const struct found *found, size_t steps,
                         struct command_line *line) {
    const struct axes axes = axes_of(search->model);
    const size_t before = hosts_left(search->hosts);
    hostset within = hosts_or(search->hosts, found->hosts, hosts_not(search->hosts, search->space));
    hostset left = found->hosts, host = host_box(search, found->codes);
    struct region region;
    if (host == HOSTS_UNKNOWN ||
        !region_next(search->arena, &axes, search->hosts, found->hosts, within, &host, &region))
        return false;
    line->host.region = region_words(search->arena, &axes, &region);
    left = hosts_minus(search->hosts, left, hosts_box(search->hosts, (const bool *const *)region.codes));
    for (size_t i = 0; i < sizeof line->regions / sizeof line->regions[0] && left != HOSTS_NONE; i++) {
        if (before - hosts_left(search->hosts) > steps)
            break;
        if (left == HOSTS_UNKNOWN ||
            !region_next(search->arena, &axes, search->hosts, found->hosts, within, &left, &region))
            return false;
        line->regions[i] = region_words(search->arena, &axes, &region);
    }
    line->more_regions = left != HOSTS_NONE;
    return left != HOSTS_UNKNOWN;
}

static bool finish_line(struct argvs_search *search, const struct row_sets *sets, const struct found *found,
                        size_t steps, struct command_line *line) {
    *line = (struct command_line){.hosts = found->hosts, .program = found->program};
    line->n_hosts = hosts_count(search->hosts, found->hosts, search->all_inputs);
    witness_write(search->arena, search->model, &found->host, false, &line->host);
    line->host.has_argv = true;
    for (size_t i = 0; i < found->arguments.count; i++) {
        const struct buffer *text = &found->arguments.items[i];
        ARENA_PUSH(search->arena, &line->host.argv,
                   arena_copy(search->arena, text->count ? text->items : "", text->count));
    }
    return find_regions(search, found, steps, line) && argvs_find_rows(search, sets, line);
}

static enum argvs_state finish(struct argvs_search *search, const struct found_list *list, struct argvs *argvs) {
    hosts_budget(search->hosts, LINE_STEPS);
    const struct row_sets *sets = argvs_row_sets(search, argvs);
    for (size_t i = 0; i < list->count; i++) {
        struct command_line line;
        if (!finish_line(search, sets, &list->items[i], LINE_STEPS / 4 / list->count, &line))
            return not_proven(search);
        ARENA_PUSH(search->arena, &argvs->lines, line);
    }
    return ARGVS_DONE;
}

enum argvs_state argvs_of(struct arena *arena, const struct model *model, const struct argvs_request *request,
                          struct diagnostics *diagnostics, struct argvs *argvs) {
    struct argvs_search search = {.arena = arena, .model = model, .request = request, .diagnostics = diagnostics};
    struct written_lines texts;
    struct found_list list = {0};
    search.meaning = meaning_new(arena, model);
    search.hosts = meaning_hosts(search.meaning);
    *argvs = (struct argvs){.model = model, .all = search.hosts};
    search.pieces = argv_pieces_of(arena, model, NULL);
    hosts_budget(search.hosts, TEXT_STEPS);
    argvs_choose_texts(&search);
    find_space(&search);
    if (search.space == HOSTS_NONE)
        return ARGVS_DONE;
    if (!argvs_texts(&search, &texts))
        return not_proven(&search);
    for (size_t i = 0; i < texts.count; i++) {
        struct found found;
        enum argvs_state state = find_line(&search, &texts.items[i], argvs, &found);
        if (state != ARGVS_DONE)
            return state;
        ARENA_PUSH(arena, &list, found);
    }
    unite(&search, &list);
    return list.count > MAX_COMMAND_LINES ? too_many(&search) : finish(&search, &list, argvs);
}
