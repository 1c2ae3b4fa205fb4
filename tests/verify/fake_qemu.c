/*
 * Stands in for a QEMU, for the tests of muster-verify: it says of itself what a QEMU says, and starts as -name asks it
 * to: well, not at all, or in one of the ways in which programs go wrong.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n"
#define DONE "{\"return\": {}}\n"

/* ---- what it says of itself ------------------------------------------------------------------------------------- */

/* Answers, each with what must stand in the question. */
static const char *const answers[][2] = {
    {"query-target", "{\"arch\": \"x86_64\"}"},
    {"query-machines", "[{\"name\": \"pc-9.9\", \"alias\": \"pc\"}, {\"name\": \"none\"}]"},
    {"query-cpu-definitions",
     "[{\"name\": \"max\", \"typename\": \"max-cpu\"}, {\"name\": \"host\", \"typename\": \"host-cpu\"}]"},
    {"query-command-line-options",
     "[{\"option\": \"name\", \"parameters\": [{\"name\": \"guest\", \"type\": \"string\"}]},"
     " {\"option\": \"sandbox\", \"parameters\": [{\"name\": \"enable\", \"type\": \"boolean\"}]},"
     " {\"option\": \"drive\", \"parameters\": [{\"name\": \"if\", \"type\": \"string\"},"
     "  {\"name\": \"file\", \"type\": \"string\"}, {\"name\": \"format\", \"type\": \"string\"},"
     "  {\"name\": \"aio\", \"type\": \"string\"}, {\"name\": \"throttling.bps-total\", \"type\": \"number\"}]},"
     " {\"option\": \"chardev\", \"parameters\": [{\"name\": \"backend\", \"type\": \"string\"},"
     "  {\"name\": \"path\", \"type\": \"string\"}, {\"name\": \"server\", \"type\": \"boolean\"}, {\"name\": "
     "\"wait\", \"type\": \"boolean\"}]}]"},
    {"query-qmp-schema",
     "[{\"name\": \"netdev_add\", \"meta-type\": \"command\", \"arg-type\": \"1\"},"
     " {\"name\": \"blockdev-add\", \"meta-type\": \"command\", \"arg-type\": \"4\"},"
     " {\"name\": \"chardev-add\", \"meta-type\": \"command\", \"arg-type\": \"8\"},"
     " {\"name\": \"1\", \"meta-type\": \"object\", \"tag\": \"type\", \"members\":"
     "  [{\"name\": \"id\", \"type\": \"str\"}], \"variants\": [{\"case\": \"stream\", \"type\": \"2\"}]},"
     " {\"name\": \"2\", \"meta-type\": \"object\", \"members\": [{\"name\": \"addr\", \"type\": \"3\"}]},"
     " {\"name\": \"3\", \"meta-type\": \"object\", \"members\":"
     "  [{\"name\": \"path\", \"type\": \"str\"}, {\"name\": \"next\", \"type\": \"3\"}]},"
     " {\"name\": \"4\", \"meta-type\": \"object\", \"tag\": \"driver\", \"members\": [], \"variants\":"
     "  [{\"case\": \"file\", \"type\": \"5\"}, {\"case\": \"qcow2\", \"type\": \"6\"}]},"
     " {\"name\": \"5\", \"meta-type\": \"object\", \"members\":"
     "  [{\"name\": \"aio\", \"type\": \"7\"}, {\"name\": \"locking\", \"type\": \"bool\"}]},"
     " {\"name\": \"6\", \"meta-type\": \"object\", \"members\": [{\"name\": \"lazy\", \"type\": \"bool\"}]},"
     " {\"name\": \"7\", \"meta-type\": \"enum\", \"values\": [\"threads\", \"native\"]},"
     " {\"name\": \"8\", \"meta-type\": \"object\", \"tag\": \"type\", \"members\": [], \"variants\":"
     "  [{\"case\": \"socket\", \"type\": \"6\"}, {\"case\": \"stdio\", \"type\": \"6\"}]},"
     " {\"name\": \"str\", \"meta-type\": \"builtin\", \"json-type\": \"string\"},"
     " {\"name\": \"bool\", \"meta-type\": \"builtin\", \"json-type\": \"boolean\"}]"},
    {"\"device\"", "[{\"name\": \"disk-pci\"}, {\"name\": \"\\u001b[31m\"}]"},
    {"user-creatable", "[{\"name\": \"iothread\"}]"},
    {"disk-pci", "[{\"name\": \"drive\", \"type\": \"str\"}, {\"name\": \"queue-size\", \"type\": \"uint16\"},"
                 " {\"name\": \"cache\", \"type\": \"bool\"},"
                 " {\"name\": \"iommu\", \"type\": \"OnOffAuto\", \"description\": \"on/off/auto\"},"
                 " {\"name\": \"policy\", \"type\": \"Policy\", \"description\": \"discard/delay\"}]"},
    {"tcg-accel", "[{\"name\": \"thread\", \"type\": \"string\"}]"},
    {"max-cpu", "[{\"name\": \"vmx\", \"type\": \"bool\"}]"},
    {"\"iothread\"", "[{\"name\": \"poll-max-ns\", \"type\": \"int\"}]"},
};

static void answer(const char *question) {
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (strstr(question, answers[i][0])) {
            printf("{\"return\": %s}\n", answers[i][1]);
            return;
        }
    }
    if (strstr(question, "qmp_capabilities"))
        fputs("{\"event\": \"HELLO\"}\n" DONE, stdout);
    else
        puts("{\"error\": {\"class\": \"GenericError\", \"desc\": \"what?\"}}");
}

static int converse(void) {
    char line[4096];

    setvbuf(stdout, NULL, _IOLBF, 0);
    fputs(GREETING, stdout);
    while (fgets(line, sizeof line, stdin)) {
        if (strstr(line, "\"quit\""))
            return 0;
        answer(line);
    }
    return 0;
}

static int help(const char *option, const char *value) {
    if (strcmp(option, "--version") == 0)
        puts("QEMU emulator version 9.9.9 (fake)");
    else if (strcmp(option, "-help") == 0)
        puts("QEMU emulator version 9.9.9\n-h or -help     display this\n-machine [type=]name\n-accel name\n-cpu cpu\n"
             "-name string\n-device driver\n-drive file\n-netdev type\n-object type\n-chardev backend\n-qmp dev\n"
             "-sandbox on\n-S              freeze\n-nodefaults     none\n-no-user-config\n                none\n"
             "-display none\n-kernel file");
    else if (strcmp(option, "-accel") == 0)
        puts("Accelerators supported in QEMU binary:\ntcg\nkvm");
    else if (value && strcmp(value, "pc,help") == 0)
        puts("pc-machine options:\n  acpi=<OnOffAuto>       - Enable ACPI\n  vmport=<bool> - yes");
    return 0;
}

/* ---- how it starts ---------------------------------------------------------------------------------------------- */

static const char *argument(char **argv, const char *option) {
    for (size_t i = 1; argv[i] && argv[i + 1]; i++)
        if (strcmp(argv[i], option) == 0)
            return argv[i + 1];
    return "";
}

static int refuse(const char *words) {
    fprintf(stderr, "qemu-system-fake: warning: this is a fake\nqemu-system-fake: %s\n", words);
    return 1;
}

static int listen_at(const char *qmp) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = strncmp(qmp, "unix:path=", 10) == 0 ? qmp + 10 : strncmp(qmp, "unix:", 5) == 0 ? qmp + 5 : "";
    size_t length = strcspn(path, ",");
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);

    if (length == 0 || length >= sizeof address.sun_path)
        exit(refuse("-qmp: this fake wants unix:PATH or unix:path=PATH"));
    memcpy(address.sun_path, path, length);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1) != 0)
        exit(refuse(strerror(errno)));
    return accept(listener, NULL, NULL);
}

static void say(int socket, const char *text) {
    if (write(socket, text, strlen(text)) < 0)
        exit(5);
}

/* A machine that is paused, and quits; or is not as it should be. */
static int run(const char *qmp, const char *how) {
    char line[1024];
    int socket = listen_at(qmp);
    FILE *in = fdopen(socket, "r");

    if (strcmp(how, "deaf") == 0)
        sleep(1000);
    say(socket, strcmp(how, "garbage") == 0 ? "\xFF garbage\n" : GREETING);
    while (in && fgets(line, sizeof line, in)) {
        if (strstr(line, "query-status")) {
            say(socket, "{\"event\": \"TICK\"}\n");
            say(socket, strcmp(how, "runs") == 0 ? "{\"return\": {\"status\": \"running\"}}\n"
                                                 : "{\"return\": {\"status\": \"prelaunch\"}}\n");
        } else if (strstr(line, "\"quit\"")) {
            return strcmp(how, "sour") == 0 ? 3 : 0;
        } else {
            say(socket, strcmp(how, "mute") == 0 ? "{\"error\": {}}\n" : DONE);
        }
    }
    return 0;
}

static int start(char **argv) {
    const char *name = argument(argv, "-name");
    const char *how = strncmp(name, "guest=", 6) == 0 ? name + 6 : name;
    bool paused = false;

    for (size_t i = 1; argv[i]; i++)
        paused |= strcmp(argv[i], "-S") == 0;
    if (!paused)
        return refuse("this fake was not asked to pause");
    if (strcmp(argument(argv, "-accel"), "kvm") == 0 && strncmp(argument(argv, "-cpu"), "host", 4) == 0) {
        refuse("error: failed to set MSR 0x10a to 0x0");
        abort();
    }
    if (strcmp(how, "refuse") == 0)
        return refuse("-name refuse: that is not \033[31mwanted\033[0m here\nqemu-system-fake: nor anywhere");
    if (strcmp(how, "silent") == 0)
        return 4;
    if (strcmp(how, "abort") == 0)
        abort();
    if (strcmp(how, "hang") == 0 && fork() >= 0)
        sleep(1000);
    for (int i = 0; strcmp(how, "flood") == 0 && i < 100000; i++)
        fputs("flood \xFF\xC3 flood flood flood flood\n", stderr);
    return strcmp(how, "flood") == 0 ? 1 : run(argument(argv, "-qmp"), how);
}

int main(int argc, char **argv) {
    const char *value = argc > 2 ? argv[2] : NULL;
    size_t length = value ? strlen(value) : 0;

    if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-help") == 0 ||
                     (length >= 4 && strcmp(value + length - 4, "help") == 0)))
        return help(argv[1], value);
    if (strcmp(argument(argv, "-machine"), "none") == 0)
        return converse();
    return start(argv);
}
