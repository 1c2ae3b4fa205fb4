/*
 * What the probes share: texts that are safe to show, files, and programs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/base/utf8.h"
#include "runtime/probe/internal.h"

/* ---- texts ------------------------------------------------------------------------------------------------------ */

/* The length of the UTF-8 sequence at `text`, 0 if there is none, or one for a control character. */
static size_t sequence(const unsigned char *text, size_t length) {
    unsigned char first = text[0];
    if (first < 0x80)
        return first >= 0x20 && first != 0x7f;
    size_t count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || count > length)
        return 0;
    for (size_t i = 1; i < count; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (first == 0xe0 && text[1] < 0xa0) || (first == 0xf0 && text[1] < 0x90);
    bool outside = (first == 0xed && text[1] > 0x9f) || (first == 0xf4 && text[1] > 0x8f);
    bool control = first == 0xc2 && text[1] < 0xa0;
    return overlong || outside || control || utf8_turns((const char *)text, count) ? 0 : count;
}

/* Replaces what is not to be shown by "?", and ends the text where the last whole sequence ends. */
static void clean(char *text) {
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        size_t count = sequence((const unsigned char *)text + at, length - at);
        if (count == 0) {
            text[at] = '?';
            count = 1;
        }
        at += count;
    }
}

static void cut(char *buffer, size_t size) {
    static const char dots[] = "...";
    size_t at = size - sizeof dots;
    while (at > 0 && ((unsigned char)buffer[at] & 0xc0) == 0x80)
        at--;
    memcpy(buffer + at, dots, sizeof dots);
}

static void print(char *buffer, size_t size, const char *format, va_list arguments) {
    int length = vsnprintf(buffer, size, format, arguments);
    if (length < 0)
        buffer[0] = '\0';
    else if ((size_t)length >= size)
        cut(buffer, size);
    clean(buffer);
}

void probe_print(char *buffer, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(buffer, size, format, arguments);
    va_end(arguments);
}

void probe_source(struct probe_answer *answer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(answer->finding.source, sizeof answer->finding.source, format, arguments);
    va_end(arguments);
}

void probe_found(struct probe_answer *answer, const char *value) {
    probe_print(answer->finding.value, sizeof answer->finding.value, "%s", value);
    answer->finding.reason = MUSTER_REASON_NONE;
    answer->finding.why[0] = '\0';
}

void probe_because(struct probe_answer *answer, const char *value, enum muster_reason reason, const char *format, ...) {
    va_list arguments;
    probe_found(answer, value);
    answer->finding.reason = reason;
    va_start(arguments, format);
    print(answer->finding.why, sizeof answer->finding.why, format, arguments);
    va_end(arguments);
}

const char *probe_errno(int number) {
    switch (number) {
    case ENOENT:
        return "it does not exist";
    case EACCES:
        return "permission denied";
    case EPERM:
        return "operation not permitted";
    case ENOSYS:
        return "the kernel has no such call";
    case ENODEV:
        return "no such device";
    case ENXIO:
        return "no such device or address";
    case ENOTTY:
        return "the device does not know the call";
    case ENOEXEC:
        return "not a program that this host can run";
    case ENOMEM:
        return "out of memory";
    case EMFILE:
        return "this process has too many open files";
    case ENFILE:
        return "the host has too many open files";
    case EAGAIN:
        return "no more processes are allowed, or a resource is used up";
    case EBUSY:
        return "it is busy";
    case ENOTDIR:
        return "a part of the path is not a folder";
    case EISDIR:
        return "it is a folder";
    case ELOOP:
        return "too many symbolic links";
    case ETXTBSY:
        return "the file is being written";
    case EINVAL:
        return "invalid argument";
    case EIO:
        return "input or output error";
    default:
        return "an error of the system";
    }
}

char probe_lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

bool probe_same_word(const char *text, const char *lower_case_word) {
    while (*text != '\0' && probe_lower(*text) == *lower_case_word) {
        text++;
        lower_case_word++;
    }
    return *text == '\0' && *lower_case_word == '\0';
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

bool probe_path(const struct muster_prober *prober, const char *file, char path[PATH_MAX]) {
    int length = snprintf(path, PATH_MAX, "%s%s", prober->context.root, file);
    return length > 0 && length < PATH_MAX;
}

int probe_open(const char *path) {
    int descriptor;
    do {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

ssize_t probe_read(int descriptor, char *buffer, size_t size) {
    ssize_t got;
    do {
        got = read(descriptor, buffer, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* ---- programs --------------------------------------------------------------------------------------------------- */

/* The first line of stderr that is not empty, as the end of a sentence. */
static void first_line(char *text) {
    char *start = text + strspn(text, " \t\r\n");
    size_t length = strcspn(start, "\r\n");
    memmove(text, start, length);
    text[length] = '\0';
}

static void not_started(struct probe_answer *answer, const char *value, const char *program, int number) {
    if (number == ENOENT || number == ENOTDIR) {
        probe_because(answer, value, MUSTER_REASON_ABSENT,
                      "there is no program %s, or not the interpreter that it names; install it", program);
    } else if (number == EACCES || number == EPERM) {
        probe_because(answer, value, MUSTER_REASON_DENIED, "this user may not execute %s", program);
    } else {
        probe_because(answer, value, MUSTER_REASON_FAILED, "%s could not be started: %s (errno %d)", program,
                      probe_errno(number), number);
    }
}

void probe_no_answer(struct probe_answer *answer, const char *value, const char *what, struct run_result result,
                     const char *error) {
    switch (result.end) {
    case RUN_NOT_STARTED:
        not_started(answer, value, what, result.number);
        break;
    case RUN_TIMED_OUT:
        probe_because(answer, value, MUSTER_REASON_TIMED_OUT, "%s gave no answer in %d ms and was killed", what,
                      result.number);
        break;
    case RUN_FLOODED:
        probe_because(answer, value, MUSTER_REASON_NOT_UNDERSTOOD, "%s wrote more than %d bytes and was killed", what,
                      result.number);
        break;
    case RUN_SIGNALLED:
        if (result.number == SIGSYS) {
            probe_because(answer, value, MUSTER_REASON_SANDBOXED,
                          "%s was killed for a system call: a seccomp filter around this process forbids it", what);
        } else {
            probe_because(answer, value, MUSTER_REASON_FAILED, "%s was ended by signal %d%s%s", what, result.number,
                          error[0] != '\0' ? ": " : "", error);
        }
        break;
    case RUN_EXITED:
        probe_because(answer, value, MUSTER_REASON_FAILED, "%s exited with status %d%s%s", what, result.number,
                      error[0] != '\0' ? ": " : "", error);
        break;
    case RUN_NO_PROCESS:
        probe_because(answer, value, MUSTER_REASON_FAILED, "no process could be made for %s: %s (errno %d)", what,
                      probe_errno(result.number), result.number);
        break;
    }
}

bool probe_talk(const struct muster_prober *prober, struct probe_answer *answer, const char *value,
                const char *const argv[], const char *input, char *out, size_t size) {
    char error[PROBE_ERROR_TEXT];
    struct run_request request = {.argv = argv,
                                  .timeout_ms = prober->context.timeout_ms,
                                  .input = input,
                                  .out = out,
                                  .out_size = size,
                                  .error = error,
                                  .error_size = sizeof error - 1};
    struct run_result result = run_limited(&request);
    if (out != NULL)
        out[result.out] = '\0';
    if (result.end == RUN_EXITED && result.number == 0)
        return true;
    error[result.error] = '\0';
    first_line(error);
    probe_no_answer(answer, value, argv[0], result, error);
    return false;
}

bool probe_run(const struct muster_prober *prober, struct probe_answer *answer, const char *value,
               const char *const argv[], char *out) {
    return probe_talk(prober, answer, value, argv, NULL, out, out != NULL ? RUN_OUTPUT_MAX : 0);
}

bool probe_call(const struct muster_prober *prober, struct probe_answer *answer, const char *value, const char *what,
                int (*call)(void *data), void *data, int *returned) {
    struct run_request request = {.call = call, .data = data, .timeout_ms = prober->context.timeout_ms};
    struct run_result result = run_limited(&request);
    *returned = result.number;
    if (result.end != RUN_EXITED)
        probe_no_answer(answer, value, what, result, "");
    return result.end == RUN_EXITED;
}
