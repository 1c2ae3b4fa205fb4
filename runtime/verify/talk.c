/*
 * A conversation with a QEMU that runs no machine: over QMP on its stdin and stdout, and by its help texts.
 *
 * Nothing that it says is trusted: lines, their number and the time are limited, and what is no JSON ends it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/talk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/verify/pool.h"

/* The description of QMP itself, the longest answer, has some 400 kB. */
enum { TALK_MAX = 1 << 26, LINE_MAX = 1 << 23, WORDS_MAX = 1 << 16, ANSWER_MS = 20000 };

bool talk_say(int descriptor, const char *text) {
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(descriptor, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text += written;
        length -= (size_t)written;
    }
    return true;
}

json_t *talk_line(const struct heard *heard, size_t *taken, bool *broken) {
    size_t left = heard->length - *taken;
    const char *line = left ? heard->text + *taken : NULL;
    const char *end = line ? memchr(line, '\n', left) : NULL;
    json_t *value;

    *broken = !end && (left > LINE_MAX || heard->flooded);
    if (!end)
        return NULL;
    *taken += (size_t)(end - line) + 1;
    value = json_loadb(line, (size_t)(end - line), 0, NULL);
    *broken = !json_is_object(value);
    if (*broken) {
        json_decref(value);
        value = NULL;
    }
    return value;
}

/* The next answer, over greetings and events. */
static enum talk_end hear_answer(struct talk *talk, json_t **answer) {
    int64_t deadline = now_ms() + ANSWER_MS;
    for (;;) {
        bool broken = false;
        json_t *line = talk_line(&talk->child.out_heard, &talk->taken, &broken);
        json_t *returned = json_object_get(line, "return");
        bool refused = json_object_get(line, "error") != NULL;
        if (returned)
            *answer = json_incref(returned);
        json_decref(line);
        if (returned || refused)
            return returned ? TALK_ANSWERED : TALK_REFUSED;
        if (line)
            continue;
        if (broken || (talk->child.ended && talk->child.out < 0) || now_ms() > deadline)
            return TALK_BROKEN;
        child_wait(&talk->child, deadline);
    }
}

static enum talk_end say(struct talk *talk, const char *command, json_t *arguments, json_t **answer) {
    json_t *order = json_pack("{s:s}", "execute", command);
    char *text;
    bool said;

    if (arguments)
        json_object_set(order, "arguments", arguments);
    text = json_dumps(order, JSON_COMPACT);
    said = text && talk_say(talk->child.in, text) && talk_say(talk->child.in, "\n");
    free(text);
    json_decref(order);
    return said ? hear_answer(talk, answer) : TALK_BROKEN;
}

static enum talk_end open_talk(struct talk *talk) {
    const char *const argv[] = {talk->qemu, "-machine", "none", "-S",    "-nodefaults", "-no-user-config",
                                "-display", "none",     "-qmp", "stdio", NULL};
    json_t *answer = NULL;
    enum talk_end end;

    talk->taken = 0;
    if (!child_start(&talk->child, argv, true, TALK_MAX, WORDS_MAX))
        return TALK_BROKEN;
    end = say(talk, "qmp_capabilities", NULL, &answer);
    json_decref(answer);
    return end;
}

enum talk_end talk_ask(struct talk *talk, const char *command, json_t *arguments, json_t **answer) {
    enum talk_end end = talk->child.pid == 0 ? open_talk(talk) : TALK_ANSWERED;

    *answer = NULL;
    if (end == TALK_ANSWERED)
        end = say(talk, command, arguments, answer);
    json_decref(arguments);
    if (end == TALK_BROKEN)
        talk_close(talk);
    return end;
}

void talk_close(struct talk *talk) {
    child_free(&talk->child);
}

char *talk_help(const char *qemu, const char *option, const char *value) {
    const char *const argv[] = {qemu, option, value, NULL};
    struct child child;
    char *text;

    if (!child_start(&child, argv, false, LINE_MAX, WORDS_MAX))
        return pool_copy("", 0);
    child_finish(&child, now_ms() + ANSWER_MS);
    child_kill(&child);
    text = child.out_heard.text ? pool_copy(child.out_heard.text, child.out_heard.length) : pool_copy("", 0);
    child_free(&child);
    return text;
}
