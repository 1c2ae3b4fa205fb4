/*
 * The host's side of a boot: starts a machine, and uses its sockets as a launcher does.
 *
 *     boot_host FOLDER SECONDS WORD PROXY COMMAND [ARGUMENT…]
 *
 * FOLDER/cmd, event and qmp are where QEMU listens. With PROXY = yes we listen at FOLDER/gvproxy, where QEMU's stream
 * netdev connects, and wait for a frame of the guest's. The guest says "ready" on the event channel, is sent WORD as a
 * line on the cmd channel, and answers on the event channel (tests/boot/init). What is seen of all this goes to stdout;
 * the machine's stdout to FOLDER/console, its stderr to FOLDER/errors. After SECONDS it is killed with all its
 * processes. The exit status is 0 if all was seen, whatever the machine's own was; that is part of what is seen.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SLICE_MS = 50, LINE_SIZE = 4096, FRAME_SIZE = 65536 };

/* An ARP request as it stands in an Ethernet frame: the guest, 192.0.2.2, asks who has 192.0.2.1. */
enum { TYPE_AT = 12, SENDER_AT = 28, TARGET_AT = 38, ARP_SIZE = 42 };
static const unsigned char arp_type[] = {0x08, 0x06};
static const unsigned char sender[] = {192, 0, 2, 2}, target[] = {192, 0, 2, 1};

static const char *folder;
static time_t deadline;
static volatile sig_atomic_t machine; /* its process, which leads a group */
static bool ended;
static int ended_with;

/* ---- the machine ------------------------------------------------------------------------------------------------- */

static void kill_machine(void) {
    if (machine > 0)
        kill(-(pid_t)machine, SIGKILL);
}

static void stop(int number) {
    kill_machine();
    _exit(128 + number);
}

/* Says what went wrong, and ends the machine and us. */
static _Noreturn void fail(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("host: ", stdout);
    vprintf(format, list);
    putchar('\n');
    va_end(list);
    kill_machine();
    exit(1);
}

static time_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/* Whether the machine is still there; what it is waited for is named if time is up. */
static bool machine_runs(const char *what) {
    int status;
    if (!ended && waitpid((pid_t)machine, &status, WNOHANG) == machine) {
        ended = true;
        ended_with = status;
    }
    if (!ended && now() >= deadline)
        fail("time is up, and %s", what);
    return !ended;
}

static void open_as(int descriptor, const char *name) {
    char path[LINE_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || dup2(file, descriptor) < 0)
        _exit(126);
}

static void start_machine(char **command) {
    pid_t child = fork();
    if (child < 0)
        fail("fork: %s", strerror(errno));
    if (child == 0) {
        setpgid(0, 0);
        signal(SIGPIPE, SIG_DFL);
        int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
        open_as(STDOUT_FILENO, "console");
        open_as(STDERR_FILENO, "errors");
        execvp(command[0], command);
        _exit(127);
    }
    setpgid(child, child);
    machine = child;
}

/* ---- sockets ----------------------------------------------------------------------------------------------------- */

static struct sockaddr_un address_of(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof address.sun_path)
        fail("%s is too long for a socket's path", folder);
    return address;
}

static int new_socket(void) {
    int made = socket(AF_UNIX, SOCK_STREAM, 0);
    if (made < 0 || fcntl(made, F_SETFD, FD_CLOEXEC) < 0)
        fail("socket: %s", strerror(errno));
    return made;
}

/* Waits until there is something to read, or the other end is closed. */
static void wait_for(int descriptor, const char *what) {
    struct pollfd poll_of = {.fd = descriptor, .events = POLLIN};
    /* Who never stops to write is out of time, too. */
    for (bool here = false; !here;) {
        here = poll(&poll_of, 1, SLICE_MS) > 0;
        if (!machine_runs(what) && !here)
            fail("the machine has ended, and %s", what);
    }
}

/* Connects as soon as QEMU listens there. */
static int connect_to(const char *name) {
    struct sockaddr_un address = address_of(name);
    char what[LINE_SIZE];
    snprintf(what, sizeof what, "nobody listens at the socket %s", name);
    for (;;) {
        int end = new_socket();
        if (connect(end, (const struct sockaddr *)&address, sizeof address) == 0)
            return end;
        close(end);
        if (!machine_runs(what))
            fail("the machine has ended, and %s", what);
        nanosleep(&(struct timespec){.tv_nsec = SLICE_MS * 1000000L}, NULL);
    }
}

static int listen_at(const char *name) {
    struct sockaddr_un address = address_of(name);
    int listener = new_socket();
    unlink(address.sun_path);
    if (bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1) != 0)
        fail("%s: %s", address.sun_path, strerror(errno));
    return listener;
}

static void read_all(int from, void *to, size_t size, const char *what) {
    for (size_t done = 0; done < size;) {
        wait_for(from, what);
        ssize_t got = read(from, (char *)to + done, size - done);
        if (got <= 0)
            fail("the connection was closed, and %s", what);
        done += (size_t)got;
    }
}

/* One line without its end. Byte by byte: what comes after it is somebody else's. */
static void read_line(int from, char line[LINE_SIZE], const char *what) {
    size_t length = 0;
    for (;;) {
        char byte;
        read_all(from, &byte, 1, what);
        if (byte == '\n')
            break;
        if (byte != '\r' && length + 1 < LINE_SIZE)
            line[length++] = byte;
    }
    line[length] = '\0';
}

static void write_line(int to, const char *text) {
    char line[LINE_SIZE];
    int length = snprintf(line, sizeof line, "%s\n", text);
    if (length < 0 || (size_t)length >= sizeof line)
        fail("%d bytes are too many for a line", length);
    if (write(to, line, (size_t)length) != length)
        fail("cannot be written to a socket: %s", strerror(errno));
}

/* ---- what is seen ------------------------------------------------------------------------------------------------ */

/* Answers are lines of JSON, between which QEMU may report events. */
static void qmp_answer(int qmp, char line[LINE_SIZE]) {
    do
        read_line(qmp, line, "QMP has not answered");
    while (strstr(line, "\"event\":"));
}

static void see_status(void) {
    char line[LINE_SIZE];
    int qmp = connect_to("qmp");
    qmp_answer(qmp, line);
    if (!strstr(line, "\"QMP\":"))
        fail("QMP greets with %s", line);
    write_line(qmp, "{\"execute\": \"qmp_capabilities\"}");
    qmp_answer(qmp, line);
    write_line(qmp, "{\"execute\": \"query-status\"}");
    qmp_answer(qmp, line);
    if (!strstr(line, "\"status\": \"running\""))
        fail("QMP says of the status %s", line);
    puts("host: QMP says that the machine is running");
    close(qmp);
}

/* A frame comes as its length, four bytes, the highest first, and then itself. */
static void see_frame(int proxy) {
    static unsigned char frame[FRAME_SIZE];
    for (;;) {
        unsigned char head[4];
        read_all(proxy, head, sizeof head, "the guest has sent no frame");
        size_t size = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
        if (size > sizeof frame)
            fail("a frame of %zu bytes", size);
        read_all(proxy, frame, size, "the guest's frame is not whole");
        if (size >= ARP_SIZE && memcmp(frame + TYPE_AT, arp_type, sizeof arp_type) == 0 &&
            memcmp(frame + SENDER_AT, sender, sizeof sender) == 0 &&
            memcmp(frame + TARGET_AT, target, sizeof target) == 0)
            break;
    }
    puts("host: the guest's frames arrive at the proxy");
}

static int see_proxy(int listener) {
    wait_for(listener, "QEMU has not connected to the proxy");
    int proxy = accept(listener, NULL, NULL);
    if (proxy < 0)
        fail("accept: %s", strerror(errno));
    return proxy;
}

static void see_answer(int cmd, int event, const char *word) {
    char line[LINE_SIZE];
    write_line(cmd, word);
    read_line(event, line, "the guest has not answered");
    printf("host: the guest was sent %s and answers %s\n", word, line);
}

static void see_end(void) {
    while (machine_runs("the machine has not ended by itself"))
        nanosleep(&(struct timespec){.tv_nsec = SLICE_MS * 1000000L}, NULL);
    if (WIFEXITED(ended_with))
        printf("host: the machine ends by itself, status %d\n", WEXITSTATUS(ended_with));
    else
        printf("host: the machine is ended by signal %d\n", WTERMSIG(ended_with));
}

int main(int count, char **arguments) {
    if (count < 6) {
        fputs("usage: boot_host FOLDER SECONDS WORD PROXY COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    bool with_proxy = strcmp(arguments[4], "yes") == 0;
    folder = arguments[1];
    deadline = now() + strtol(arguments[2], NULL, 10);
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < 3; i++)
        signal((const int[]){SIGHUP, SIGINT, SIGTERM}[i], stop);

    int listener = with_proxy ? listen_at("gvproxy") : -1;
    start_machine(arguments + 5);
    /* At once: what the guest writes to a port where nobody is connected is lost. */
    int cmd = connect_to("cmd"), event = connect_to("event");
    int proxy = with_proxy ? see_proxy(listener) : -1;
    char line[LINE_SIZE];
    read_line(event, line, "the guest has not said that it is ready");
    printf("host: the guest says %s\n", line);
    see_status();
    if (with_proxy)
        see_frame(proxy);
    see_answer(cmd, event, arguments[3]);
    see_end();
    return 0;
}
