/*
 * Starting command lines, paused, several at a time, and quitting them over QMP.
 *
 * One thread drives all: each place holds one start at a time and goes with it from state to state, as the program
 * writes, listens, answers, and ends. A start is accepted when QEMU answers that it has not begun to run, and ends with
 * 0 when it is asked to quit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "runtime/verify/start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/verify/child.h"
#include "runtime/verify/pool.h"
#include "runtime/verify/progress.h"
#include "runtime/verify/scratch.h"
#include "runtime/verify/start_words.h"
#include "runtime/verify/tokens.h"
#include "runtime/verify/words.h"

enum {
    TICK_MS = 10,
    OUTPUT_MAX = 1 << 16,
    QMP_MAX = 1 << 20,
    LISTENERS_MAX = 8,
};

/* What has been said over QMP. */
enum state { IDLE, CONNECTING, GREETING, CAPABILITIES, STATUS, QUIT };

struct place {
    enum state state;
    struct start *start; /* what is started here */
    const char *folder;
    const char *qmp; /* path of the socket */
    int socket;      /* -1: not connected */
    struct heard heard;
    size_t taken;
    struct child child;
    int64_t deadline;
    int listeners[LISTENERS_MAX];
    size_t n_listeners;
};

/* ---- sockets ---------------------------------------------------------------------------------------------------- */

static bool set_address(struct sockaddr_un *address, const char *path) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path)
        return false;
    memcpy(address->sun_path, path, strlen(path));
    return true;
}

/* What we have too little of says nothing about a command line. */
static bool is_our_want(int number) {
    return number == EMFILE || number == ENFILE || number == ENOMEM || number == ENOBUFS || number == EAGAIN;
}

static int make_socket(void) {
    int made = socket(AF_UNIX, SOCK_STREAM, 0);
    if (made < 0)
        die("socket: %s; try fewer at a time, with --jobs", strerror(errno));
    fcntl(made, F_SETFD, FD_CLOEXEC);
    return made;
}

/* Something that listens, for a QEMU that connects. Nobody answers: the connection waits for us, which is enough. */
static void listen_at(struct place *place, const char *path) {
    struct sockaddr_un address;
    int listener;

    if (strncmp(path, place->folder, strlen(place->folder)) != 0 || place->n_listeners == LISTENERS_MAX ||
        !set_address(&address, path))
        return;
    listener = make_socket();
    if (bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 8) == 0)
        place->listeners[place->n_listeners++] = listener;
    else
        close(listener);
}

static bool is_server(const struct items *items) {
    const char *server = words_value(items, "server");
    for (size_t i = 0; i < items->count; i++)
        if (!items->items[i].key && strcmp(items->items[i].value, "server") == 0)
            return true;
    return server && strcmp(server, "on") == 0;
}

/* Backends that connect to somebody find somebody. */
static void listen_for(struct place *place, const char *const *argv) {
    for (size_t i = 1; argv[i]; i++) {
        bool netdev = strcmp(argv[i - 1], "-netdev") == 0;
        bool chardev = strcmp(argv[i - 1], "-chardev") == 0;
        struct items items = netdev || chardev ? words_items(argv[i]) : (struct items){NULL, 0};
        const char *path = words_value(&items, netdev ? "addr.path" : "path");
        if (path && !is_server(&items) && (netdev || strcmp(words_first(&items), "socket") == 0))
            listen_at(place, path);
    }
}

/* The path of the socket at which the command line has QMP, unix:PATH or unix:path=PATH; NULL: none to connect to. */
static const char *own_qmp(struct snapshot *snapshot, const char *const *argv) {
    size_t at = 0;
    const char *argument = tokens_argument(snapshot, argv, "qmp", &at);
    struct items items = argument ? words_items(argument) : (struct items){NULL, 0};
    const char *path = words_value(&items, "unix:path");

    if (items.count == 0 || !is_server(&items))
        return NULL;
    if (!path && !items.items[0].key && strncmp(items.items[0].value, "unix:", 5) == 0)
        path = items.items[0].value + 5;
    return path;
}

/* False: not yet. */
static bool connect_to(struct place *place) {
    struct sockaddr_un address;

    if (!set_address(&address, place->qmp))
        return false;
    place->socket = make_socket();
    if (connect(place->socket, (struct sockaddr *)&address, sizeof address) == 0) {
        fcntl(place->socket, F_SETFL, O_NONBLOCK);
        return true;
    }
    close(place->socket);
    place->socket = -1;
    return false;
}

/* ---- one start -------------------------------------------------------------------------------------------------- */

/* The command line for this place, paused, with a QMP of ours if it has none. */
static const char **prepare(struct place *place, struct snapshot *snapshot) {
    size_t count = 0;
    const char **argv;

    while (place->start->argv[count])
        count++;
    argv = pool_take((count + 4) * sizeof *argv);
    for (size_t i = 0; i < count; i++)
        argv[i] = scratch_into(place->start->argv[i], place->folder);
    place->qmp = own_qmp(snapshot, argv);
    argv[count++] = "-S";
    if (!place->qmp) {
        place->qmp = pool_print("%s/verify.sock", place->folder);
        argv[count++] = "-qmp";
        argv[count] = pool_print("unix:%s,server=on,wait=off", place->qmp);
    }
    return argv;
}

/* Frees the place; `words` NULL: accepted. */
static void finish(struct place *place, const char *words) {
    place->start->accepted = !words;
    place->start->words = words;
    child_free(&place->child);
    if (place->socket >= 0)
        close(place->socket);
    for (size_t i = 0; i < place->n_listeners; i++)
        close(place->listeners[i]);
    free(place->heard.text);
    place->heard.text = NULL;
    place->state = IDLE;
}

static void begin(struct place *place, size_t number, const struct starting *starting, struct start *start) {
    const char **argv;

    *place = (struct place){.state = CONNECTING, .start = start, .socket = -1, .heard = {.most = QMP_MAX}};
    place->folder = scratch_place(number);
    argv = prepare(place, starting->snapshot);
    listen_for(place, argv);
    place->deadline = now_ms() + starting->timeout_ms;
    if (child_start(&place->child, argv, false, OUTPUT_MAX, OUTPUT_MAX))
        return;
    if (is_our_want(errno))
        die("%s cannot be started: %s; try fewer at a time, with --jobs", argv[0], strerror(errno));
    finish(place, pool_print("it cannot be started: %s", strerror(errno)));
}

/* The program has ended: was it what we asked for? */
static void finish_ended(struct place *place) {
    bool asked = place->state == QUIT;
    child_kill(&place->child);
    if (asked && WIFEXITED(place->child.status) && WEXITSTATUS(place->child.status) == 0)
        finish(place, NULL);
    else
        finish(place, start_words(&place->child, asked, place->folder));
}

static const char *const orders[] = {
    [GREETING] = "{\"execute\":\"qmp_capabilities\"}\n",
    [CAPABILITIES] = "{\"execute\":\"query-status\"}\n",
    [STATUS] = "{\"execute\":\"quit\"}\n",
};

/* A line of QMP takes the start to its next state. False: the start is over. */
static bool take_line(struct place *place, json_t *line) {
    json_t *returned = json_object_get(line, "return");
    const char *status = json_string_value(json_object_get(returned, "status"));
    bool expected = place->state == GREETING ? json_object_get(line, "QMP") != NULL : returned != NULL;

    if (json_object_get(line, "error")) {
        finish(place, "it does not answer over QMP as QEMU does");
        return false;
    }
    if (!expected || place->state == QUIT)
        return true; /* an event */
    if (place->state == STATUS && (!status || (strcmp(status, "prelaunch") != 0 && strcmp(status, "paused") != 0))) {
        finish(place, pool_print("it is not paused, but \"%s\"", status ? pool_clean(status, strlen(status), 40) : ""));
        return false;
    }
    /* An end of the connection shows as an end of the program. */
    talk_say(place->socket, orders[place->state]);
    place->state++;
    return true;
}

static void converse(struct place *place) {
    char bytes[4096];
    ssize_t got = place->socket >= 0 ? read(place->socket, bytes, sizeof bytes) : -1;
    bool broken = false;
    json_t *line;

    if (got > 0)
        heard_add(&place->heard, bytes, (size_t)got);
    while ((line = talk_line(&place->heard, &place->taken, &broken)) != NULL) {
        bool goes_on = take_line(place, line);
        json_decref(line);
        if (!goes_on)
            return;
    }
    if (broken)
        finish(place, "what it says over QMP is no JSON");
}

/* Goes on with a start, without waiting. */
static void go_on(struct place *place, int timeout_ms) {
    child_look(&place->child);
    if (place->state == CONNECTING && !place->child.ended && connect_to(place))
        place->state = GREETING;
    if (place->state > CONNECTING)
        converse(place);
    if (place->state != IDLE && place->child.ended)
        finish_ended(place);
    if (place->state != IDLE && now_ms() > place->deadline)
        finish(place, start_words_late(&place->child, timeout_ms, place->folder));
}

/* ---- all of them ------------------------------------------------------------------------------------------------ */

/* Until something is said or ends, but not long: ends and new sockets are not among what can be waited for. */
static void wait_for_any(const struct place *places, size_t count) {
    struct pollfd *waits = calloc(3 * count + 1, sizeof *waits);
    nfds_t n = 0;

    for (size_t i = 0; waits && i < count; i++) {
        if (places[i].state != IDLE) {
            waits[n++] = (struct pollfd){places[i].socket, POLLIN, 0};
            waits[n++] = (struct pollfd){places[i].child.out, POLLIN, 0};
            waits[n++] = (struct pollfd){places[i].child.error, POLLIN, 0};
        }
    }
    poll(waits, n, TICK_MS);
    free(waits);
}

void start_all(const struct starting *starting, struct start *starts, size_t count) {
    size_t n_places = starting->jobs < count ? starting->jobs : count;
    struct place *places = pool_take((n_places + 1) * sizeof *places);
    size_t begun = 0, done = 0, refused = 0;

    while (done < count) {
        child_interrupted();
        for (size_t i = 0; i < n_places; i++) {
            struct place *place = &places[i];
            if (place->state == IDLE && begun < count)
                begin(place, i, starting, &starts[begun++]);
            else if (place->state != IDLE)
                go_on(place, starting->timeout_ms);
            else
                continue;
            if (place->state == IDLE) {
                done++;
                refused += !place->start->accepted;
            }
        }
        progress_show(starting->title, done, count, refused);
        if (done < count)
            wait_for_any(places, n_places);
    }
    progress_clear(starting->title);
}
