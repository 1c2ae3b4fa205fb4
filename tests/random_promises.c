/*
 * What random rulesets say of hosts: assumptions, rejections, warnings, promises, examples, and a question.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "brute.h"

static struct saying *add_saying(struct maker *maker, struct sayings *sayings, enum saying_kind kind,
                                 const struct expr *cond) {
    struct saying *saying = &sayings->items[sayings->count];
    *saying = (struct saying){.kind = kind, .cond = cond, .file = maker->file};
    snprintf(saying->label, sizeof saying->label, "x%d%u", (int)kind, sayings->count++);
    return saying;
}

static const struct expr *make_cond(struct maker *maker, unsigned depth, unsigned emits) {
    enum expr_kind kind = depth ? (enum expr_kind)dice(maker, IMPLIES + 1) : TEST;
    if (kind != TEST) {
        const struct expr *left = make_cond(maker, depth - 1, emits);
        return make_join(maker, kind, left, kind == NOT ? NULL : make_cond(maker, depth - 1, emits));
    }
    return emits && dice(maker, emits) == 0 ? make_emits(maker) : make_expr(maker, maker->n_subjects, 0);
}

/* ---- restrictions ----------------------------------------------------------------------------------------------- */

static size_t count_cells(struct maker *maker, const struct expr *cond, bool (*among)(const struct cell *cell)) {
    size_t count = 0;
    for (size_t i = 0; i < maker->world->n_cells; i++) {
        struct cell *cell = &maker->world->cells[i];
        if (!among(cell))
            continue;
        count += !cond || (has_values(maker->world, cell, cond) && holds(maker->world, cell, cond));
    }
    return count;
}

static void add_restriction(struct maker *maker, const struct expr *refused, bool with_assume) {
    bool over_decisions = asks_decisions(maker, refused);
    enum saying_kind kind = with_assume && !over_decisions && dice(maker, 2) ? ASSUME : REJECT;
    if (kind == ASSUME)
        refused = refused->kind == NOT ? refused->left : make_join(maker, NOT, refused, NULL);
    add_saying(maker, &maker->restrictions, kind, refused)->over_decisions = over_decisions;
    world_restrict(maker->world);
    if (count_cells(maker, NULL, is_accepted) == 0 && !(maker->may_fail && dice(maker, 3) == 0)) {
        maker->restrictions.count--;
        world_restrict(maker->world);
    }
}

/* What is refused is mostly the smaller part. Where a host may have no command line, nothing is asked of that. */
static const struct expr *make_refused(struct maker *maker) {
    bool emits = !maker->refuses && !maker->may_gap && dice(maker, 3) == 0;
    const struct expr *cond = emits ? make_cond(maker, 1, 2) : make_expr(maker, maker->n_subjects, dice(maker, 3));
    if (count_cells(maker, cond, is_possible) * 5 > maker->world->n_cells * 2 && dice(maker, 12))
        return make_join(maker, NOT, cond, NULL);
    return cond;
}

static void make_restrictions(struct maker *maker) {
    unsigned count = dice(maker, 4), n_base = maker->extends ? dice(maker, count + 1) : 0;
    world_restrict(maker->world);
    for (unsigned file = 2; file-- > 0;) {
        maker->file = file;
        for (unsigned i = 0; i < maker->n_excused; i++)
            if (maker->excused[i].file == file)
                add_restriction(maker, maker->excused[i].cond, true);
        for (unsigned i = file ? n_base : count - n_base; i > 0; i--)
            add_restriction(maker, make_refused(maker), true);
    }
}

/* ---- promises --------------------------------------------------------------------------------------------------- */

static bool is_broken(struct maker *maker, const struct saying *saying) {
    for (size_t i = 0; i < maker->world->n_cells; i++) {
        struct cell *cell = &maker->world->cells[i];
        if (!is_accepted(cell))
            continue;
        if (saying->kind == PROMISE ? !holds(maker->world, cell, saying->cond)
            : saying->kind == NAMES ? check_names(maker->world, cell, saying) != ALIKE
                                    : check_unique(maker->world, cell, saying) != UNLIKE)
            return true;
    }
    return false;
}

static unsigned make_references(struct maker *maker, struct reference_plan *references, const char *key) {
    unsigned count = 1 + dice(maker, 2), option = dice(maker, N_TAME);
    for (unsigned i = 0; i < count; i++)
        references[i] = (struct reference_plan){&option_plans[(option + i) % N_TAME], key};
    return count;
}

static void make_promise(struct maker *maker) {
    unsigned way = dice(maker, 6);
    enum saying_kind kind = way < 3 ? PROMISE : way == 3 ? NAMES : UNIQUE;
    struct saying *saying = add_saying(maker, &maker->promises, kind, NULL);
    if (kind == PROMISE)
        saying->cond = dice(maker, 6) ? make_cond(maker, 2, 2) : make_emits(maker);
    else
        saying->n_references = make_references(maker, saying->references, kind == NAMES ? "drive" : "id");
    if (kind == NAMES)
        saying->n_targets = make_references(maker, saying->targets, "id");
    bool should_admit =
        is_broken(maker, saying) ? !maker->may_fail || dice(maker, 2) : maker->may_fail && dice(maker, 8) == 0;
    saying->admit_line = should_admit;
    saying->admit_file = dice(maker, 2) ? saying->file : 0;
}

/* ---- examples --------------------------------------------------------------------------------------------------- */

static bool fits_example(const struct maker *maker, const struct cell *cell, const struct saying *example) {
    for (unsigned i = 0; i < maker->n_inputs; i++)
        if (example->values[i] >= 0 && example->values[i] != cell->state[i])
            return false;
    return true;
}

/* It must stand for a host, and hold for all that it stands for. */
static bool example_holds(struct maker *maker, const struct saying *example) {
    bool any = false;
    for (size_t i = 0; i < maker->world->n_cells; i++) {
        struct cell *cell = &maker->world->cells[i];
        if (!is_possible(cell) || !fits_example(maker, cell, example))
            continue;
        if (!has_values(maker->world, cell, example->cond) || !holds(maker->world, cell, example->cond))
            return false;
        any = true;
    }
    return any;
}

static void make_example(struct maker *maker) {
    const struct cell *cell = &maker->world->cells[dice(maker, (unsigned)maker->world->n_cells)];
    bool emits = !maker->refuses && !maker->may_gap && dice(maker, 3) == 0;
    struct saying *example = add_saying(maker, &maker->examples, EXAMPLE, make_cond(maker, 1, emits ? 2 : 0));
    for (unsigned i = 0; i < maker->n_inputs; i++) {
        const struct subject *subject = &maker->subjects[i];
        bool is_unset = cell->state[i] == (int)subject->n_atoms;
        bool is_asked = subject->kind != OF_TEXT && subject->file >= maker->file && !(is_unset && subject->optional) &&
                        dice(maker, 2);
        example->values[i] = is_asked ? cell->state[i] : -1;
    }
    if (!example_holds(maker, example) && !maker->may_fail)
        maker->examples.count--;
}

void make_sayings(struct maker *maker) {
    make_restrictions(maker);
    maker->file = maker->extends && dice(maker, 2);
    for (unsigned i = dice(maker, 3); i > 0; i--)
        add_saying(maker, &maker->warnings, WARN, make_cond(maker, 1, 3));
    for (unsigned i = dice(maker, 4); i > 0; i--) {
        maker->file = maker->extends && dice(maker, 2);
        make_promise(maker);
    }
    for (unsigned i = dice(maker, 3); i > 0; i--)
        make_example(maker);
    maker->file = 0;
    maker->question = make_cond(maker, 2, 3);
}

/* ---- as text ---------------------------------------------------------------------------------------------------- */

static void say_references(struct maker *maker, const struct reference_plan *references, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        say(maker, "%s%s.%s", i ? ", " : " ", references[i].option->name, references[i].key);
}

static void say_example(struct maker *maker, const struct saying *example) {
    say(maker, "example \"%s\" {", example->label);
    for (unsigned i = 0; i < maker->n_inputs; i++) {
        const struct subject *subject = &maker->subjects[i];
        int value = example->values[i];
        if (value < 0)
            continue;
        say(maker, " %s = ", subject->name);
        if (value == (int)subject->n_atoms)
            say(maker, "unknown");
        else
            say_value(maker, subject, dice(maker, 2) ? subject->low[value] : subject->high[value], false);
        say(maker, ";");
    }
    say(maker, " } => ");
    say_expr(maker, example->cond, false);
}

static void say_saying(struct maker *maker, struct saying *saying) {
    bool with_label = saying->admit_line || dice(maker, 2);
    maker->file = saying->file;
    saying->line = maker->lines[maker->file];
    switch (saying->kind) {
    case ASSUME:
    case PROMISE:
        say(maker, saying->kind == ASSUME ? "assume " : "promise ");
        say(maker, "%s%s", with_label ? saying->label : "", with_label ? ": " : "");
        say_expr(maker, saying->cond, false);
        break;
    case REJECT:
    case WARN:
        say(maker, "%s \"%s\" when ", saying->kind == REJECT ? "reject" : "warn", saying->label);
        say_expr(maker, saying->cond, false);
        break;
    case NAMES:
    case UNIQUE:
        say(maker, "promise ");
        say(maker, "%s%s", with_label ? saying->label : "", with_label ? ": " : "");
        say(maker, saying->kind == NAMES ? "every" : "unique");
        say_references(maker, saying->references, saying->n_references);
        say(maker, "%s", saying->kind == NAMES ? " names" : "");
        say_references(maker, saying->targets, saying->n_targets);
        break;
    case EXAMPLE:
        say_example(maker, saying);
        break;
    }
    say(maker, dice(maker, 3) || saying->kind == EXAMPLE ? ";\n" : " because \"so\";\n");
    if (saying->admit_line) {
        maker->file = saying->admit_file;
        saying->admit_line = maker->lines[maker->file];
        say(maker, "admit %s because \"it is so\";\n", saying->label);
    }
}

static void say_all(struct maker *maker, struct sayings *sayings) {
    for (unsigned i = 0; i < sayings->count; i++)
        say_saying(maker, &sayings->items[i]);
}

static void say_question(struct maker *maker) {
    maker->file = 0;
    FILE *out = maker->outs[maker->file];
    size_t line = maker->lines[maker->file], length;
    char *text = NULL;
    maker->outs[maker->file] = open_memstream(&text, &length);
    say_expr(maker, maker->question, false);
    fclose(maker->outs[maker->file]);
    maker->question_text = arena_copy(maker->arena, text, length);
    free(text);
    maker->outs[maker->file] = out;
    maker->lines[maker->file] = line;
}

void say_sayings(struct maker *maker) {
    say_all(maker, &maker->restrictions);
    say_all(maker, &maker->warnings);
    say_all(maker, &maker->promises);
    say_all(maker, &maker->examples);
    say_question(maker);
}
