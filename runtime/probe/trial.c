/*
 * The trial: whether a guest runs with an accelerator that answers. On some hosts, mostly virtual machines themselves,
 * everything says yes; then QEMU's start fails, or the guest stands still at its first instructions.
 *
 * One start tells both. QEMU starts paused and says its state over QMP; then it lets a guest run that ends by itself,
 * and QEMU with it (trial_guest.h). On hosts for which there is no such guest it is told to quit.
 *
 * What QEMU complains about need not be the accelerator; so the reason says no more than that the start failed, and
 * QEMU's own words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/probe/guest.h"
#include "runtime/probe/internal.h"
#include "runtime/probe/qmp.h"

/* QEMU paused, with QMP on stdio and no device but the machine's. */
static const char *const quiet[] = {"-S",   "-nodefaults", "-no-user-config", "-no-reboot", "-display",
                                    "none", "-qmp",        "stdio",           NULL};

#define ASK_STATE "{\"execute\": \"qmp_capabilities\"}\n{\"execute\": \"query-status\", \"id\": \"status\"}\n"
static const char ask_and_run[] = ASK_STATE "{\"execute\": \"cont\", \"id\": \"cont\"}\n";
static const char ask_and_quit[] = ASK_STATE "{\"execute\": \"quit\", \"id\": \"quit\"}\n";

/* Each trial: what it is about. */
static const struct accelerator {
    const char *name;
    enum muster_probe_id probe;
    enum probe_room room;
} accelerators[TRIAL_COUNT] = {
    [TRIAL_KVM] = {"kvm", MUSTER_PROBE_KVM_STATE, ROOM_TRIAL_KVM},
    [TRIAL_HVF] = {"hvf", MUSTER_PROBE_HVF_STATE, ROOM_TRIAL_HVF},
};

/* Some arguments are ours. Together with what to do, the words fit into a finding. */
enum { TRIAL_ARGUMENTS_MAX = PROBE_ARGUMENTS_MAX - 20 };
enum { STDERR_MAX = 4096, WORDS_MAX = 360, ENDING_MAX = 80 };

struct trial {
    struct muster_prober *prober;
    const struct accelerator *accelerator;
    const char *const *arguments;
    char shown[sizeof((struct muster_finding *)NULL)->source]; /* the arguments as a person would type them */
    struct probe_guest guest;                                  /* without arguments where there is none */
};

/* ---- the arguments ---------------------------------------------------------------------------------------------- */

static enum probe_trial about(const char *const *arguments) {
    for (; arguments[0] != NULL && arguments[1] != NULL; arguments++) {
        if (strcmp(arguments[0], "-accel") != 0)
            continue;
        size_t length = strcspn(arguments[1], ",");
        for (int i = 0; i < TRIAL_COUNT; i++)
            if (strlen(accelerators[i].name) == length && memcmp(arguments[1], accelerators[i].name, length) == 0)
                return (enum probe_trial)i;
        return TRIAL_COUNT;
    }
    return TRIAL_COUNT;
}

enum muster_probe_id muster_probe_trial_about(const char *const *arguments) {
    enum probe_trial trial = about(arguments);
    return trial < TRIAL_COUNT ? accelerators[trial].probe : MUSTER_PROBE_NONE;
}

/* One text that no other arguments have: the length of each, and it itself. False if it is too long. */
static bool write_arguments(const char *const *arguments, char text[PROBE_TRIAL_TEXT_MAX]) {
    size_t length = 0;
    size_t count = 0;
    text[0] = '\0';
    for (; arguments[count] != NULL && length < PROBE_TRIAL_TEXT_MAX; count++)
        length += (size_t)snprintf(text + length, PROBE_TRIAL_TEXT_MAX - length, " %zu:%s", strlen(arguments[count]),
                                   arguments[count]);
    return length < PROBE_TRIAL_TEXT_MAX && count <= TRIAL_ARGUMENTS_MAX;
}

static void show_arguments(struct trial *trial) {
    size_t length = 0;
    trial->shown[0] = '\0';
    for (size_t i = 0; trial->arguments[i] != NULL && length < sizeof trial->shown; i++)
        length += (size_t)snprintf(trial->shown + length, sizeof trial->shown - length, " %s", trial->arguments[i]);
}

/* ---- QEMU's words ----------------------------------------------------------------------------------------------- */

/* What stands behind "qemu-system-x86_64: ", or the path of it. */
static const char *without_name(const char *line) {
    size_t length = strcspn(line, " ");
    const char *name = line;
    for (size_t i = 0; i < length; i++)
        if (line[i] == '/')
            name = line + i + 1;
    bool is_name = length > 0 && line[length] == ' ' && line[length - 1] == ':' && strncmp(name, "qemu", 4) == 0;
    return is_name ? line + length + 1 : line;
}

/* Makes one line of a stderr: without warnings, which are not why it ended, and without what it says again. */
static void join_lines(const char *error, char words[WORDS_MAX]) {
    char all[STDERR_MAX + 1] = "";
    char line[STDERR_MAX + 1];
    size_t used = 0;
    for (error += strspn(error, "\r\n"); *error != '\0' && used < sizeof all; error += strspn(error, "\r\n")) {
        size_t length = strcspn(error, "\r\n");
        snprintf(line, sizeof line, "%.*s", (int)length, error);
        error += length;
        const char *said = without_name(line);
        if (*said != '\0' && strncmp(said, "warning:", 8) != 0 && strstr(all, said) == NULL)
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", used > 0 ? "; " : "", said);
    }
    probe_print(words, WORDS_MAX - ENDING_MAX, "%s", all);
}

/* What another start may not run into: then the answer is not kept. */
static bool may_pass(const char *words) {
    static const char *const passing[] = {"annot allocate memory", "esource busy", "oo many open files",
                                          "temporarily unavailable"};
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++)
        if (strstr(words, passing[i]) != NULL)
            return true;
    return false;
}

/* ---- the result ------------------------------------------------------------------------------------------------- */

static void works(struct probe_answer *answer) {
    probe_found(answer, "usable");
}

/* `words` say how it failed, whether now or when the answer was kept. */
static void fails(const struct trial *trial, struct probe_answer *answer, const char *words) {
    bool of_kvm = strstr(words, "KVM") != NULL || strstr(words, "kvm") != NULL || strstr(words, "MSR") != NULL;
    bool nested =
        of_kvm && trial->accelerator == &accelerators[TRIAL_KVM] && probe_cpu_has(trial->prober, "hypervisor");
    probe_because(answer, "broken", MUSTER_REASON_BROKEN, "a trial start failed: %s%s", words,
                  nested
                      ? "; this host is a virtual machine itself: use one whose nested virtualization works, or live "
                        "with emulation"
                      : "");
}

/* How far QEMU came, as it said over QMP. */
struct progress {
    bool answered;  /* it greeted and said its state */
    bool shut_down; /* the guest has shut itself down */
};

static struct progress read_progress(const char *out) {
    json_t *session = qmp_read(out);
    const char *reason = json_string_value(json_object_get(json_object_get(session, "event SHUTDOWN"), "reason"));
    struct progress progress = {
        .answered = json_is_string(json_object_get(qmp_returned(session, "status"), "status")),
        .shut_down = reason != NULL && strcmp(reason, "guest-shutdown") == 0,
    };
    json_decref(session);
    return progress;
}

static bool got_to_its_end(const struct probe_guest *guest, struct run_result result, struct progress progress) {
    return result.end == RUN_EXITED && result.number == guest->status && progress.answered &&
           (progress.shut_down || !guest->shuts_down);
}

/* What is to be said beside QEMU's own words; "" if they say it. */
static void describe_end(const struct trial *trial, struct run_result result, bool answered, bool spoke,
                         char ending[ENDING_MAX]) {
    if (result.end == RUN_SIGNALLED)
        snprintf(ending, ENDING_MAX, "it was ended by signal %d", result.number);
    else if (result.end == RUN_FLOODED)
        snprintf(ending, ENDING_MAX, "it wrote more than %d bytes and was killed", result.number);
    else if (result.end == RUN_TIMED_OUT && !answered)
        snprintf(ending, ENDING_MAX, "it gave no answer in %d ms and was killed", result.number);
    else if (result.end == RUN_TIMED_OUT)
        snprintf(ending, ENDING_MAX, "QEMU answers, but its guest under %s did not finish within %d ms",
                 trial->accelerator->name, result.number);
    else if (!answered && result.number == 0)
        snprintf(ending, ENDING_MAX, "it did not answer over QMP");
    else if (answered && (!spoke || result.number == 0))
        snprintf(ending, ENDING_MAX, "QEMU ended with status %d, but not because its guest did", result.number);
    else if (!spoke)
        snprintf(ending, ENDING_MAX, "it exited with status %d and said nothing", result.number);
    else
        ending[0] = '\0';
}

/* How it failed, in words. */
static void describe(const struct trial *trial, struct run_result result, bool answered, const char *error,
                     char words[WORDS_MAX]) {
    char ending[ENDING_MAX];
    join_lines(result.end == RUN_FLOODED ? "" : error, words);
    size_t length = strlen(words);
    describe_end(trial, result, answered, length > 0, ending);
    if (ending[0] != '\0')
        snprintf(words + length, WORDS_MAX - length, length > 0 ? " (%s)" : "%s", ending);
}

/* ---- the cache -------------------------------------------------------------------------------------------------- */

static bool make_key(const struct trial *trial, const char *text, struct cache_key *key) {
    static const char word[] = "trial 2"; /* another number when a trial does something else */
    char question[PROBE_TRIAL_TEXT_MAX + sizeof word];
    char device[PATH_MAX];
    snprintf(question, sizeof question, "%s%s", word, text);
    return trial->prober->context.cache[0] != '\0' && strchr(text, '\n') == NULL &&
           cache_key(key, trial->prober->qemu, question) && probe_key_kernel(trial->prober, key) &&
           probe_path(trial->prober, "/dev/kvm", device) && probe_key_user(key, device);
}

/*
 * What is kept: "usable", or "broken", the time until which that is believed, and the words. A guest that came to no
 * end may only have been slow, on a host that had too much to do; that is not believed for long.
 */
enum { DOUBTFUL_SECONDS = 3600 };
static const char kept_good[] = "usable\n";
static const char kept_bad[] = "broken ";

/* The words behind the time, if there are any, and if the time is not over. */
static const char *believed(char *kept) {
    char *rest;
    intmax_t until = strtoimax(kept + sizeof kept_bad - 1, &rest, 10);
    intmax_t now = (intmax_t)time(NULL);
    char *end = strchr(kept, '\n');
    if (*rest != ' ' || end == NULL || end[1] != '\0' || end <= rest + 1 ||
        (until != 0 && (until <= now || until > now + DOUBTFUL_SECONDS)))
        return NULL;
    *end = '\0';
    return rest + 1;
}

static bool ask_cache(const struct trial *trial, struct probe_answer *answer, const struct cache_key *key) {
    char kept[CACHE_ANSWER_MAX + 1];
    if (!cache_read(trial->prober->context.cache, key, kept))
        return false;
    bool bad = strncmp(kept, kept_bad, sizeof kept_bad - 1) == 0;
    const char *words = bad ? believed(kept) : NULL;
    if (strcmp(kept, kept_good) == 0)
        works(answer);
    else if (words != NULL)
        fails(trial, answer, words);
    else
        return false;
    probe_source(answer, "trial start, from the cache: %s%s", trial->prober->qemu, trial->shown);
    return true;
}

static void keep(const struct trial *trial, const char *text, const struct cache_key *before, const char *words,
                 bool doubtful) {
    struct cache_key after;
    char kept[CACHE_ANSWER_MAX + 1];
    intmax_t until = doubtful ? (intmax_t)time(NULL) + DOUBTFUL_SECONDS : 0;
    if (!make_key(trial, text, &after) || after.length != before->length ||
        memcmp(after.text, before->text, after.length) != 0)
        return;
    if (words[0] == '\0')
        snprintf(kept, sizeof kept, "%s", kept_good);
    else
        snprintf(kept, sizeof kept, "%s%jd %s\n", kept_bad, until, words);
    cache_write(trial->prober->context.cache, before, kept, strlen(kept));
}

/* ---- trying ----------------------------------------------------------------------------------------------------- */

static void add_arguments(const char **argv, size_t *count, const char *const *arguments) {
    for (; *arguments != NULL && *count <= PROBE_ARGUMENTS_MAX; arguments++)
        argv[(*count)++] = *arguments;
}

static struct run_result start(struct trial *trial, char *out, char error[STDERR_MAX + 1]) {
    const char *argv[PROBE_ARGUMENTS_MAX + 2] = {trial->prober->qemu};
    size_t count = 1;
    bool has_guest = probe_guest_exists(trial->prober);
    if (has_guest && !probe_guest_open(trial->prober, &trial->guest))
        return (struct run_result){RUN_NO_PROCESS, errno, 0, 0};
    add_arguments(argv, &count, trial->arguments);
    add_arguments(argv, &count, quiet);
    add_arguments(argv, &count, trial->guest.arguments);
    struct run_request request = {.argv = argv,
                                  .timeout_ms = trial->prober->context.timeout_ms,
                                  .input = has_guest ? ask_and_run : ask_and_quit,
                                  .file = has_guest ? &trial->guest.descriptor : NULL,
                                  .out = out,
                                  .out_size = RUN_OUTPUT_MAX,
                                  .error = error,
                                  .error_size = STDERR_MAX};
    struct run_result result = run_limited(&request);
    if (has_guest)
        probe_guest_close(&trial->guest);
    out[result.out] = '\0';
    error[result.error] = '\0';
    return result;
}

/* Whether another start would end in the same way, as far as can be told. */
static bool may_be_kept(struct run_result result, bool answered, const char *words) {
    bool killed = result.end == RUN_SIGNALLED && (result.number == SIGKILL || result.number == SIGTERM);
    return result.end != RUN_FLOODED && (result.end != RUN_TIMED_OUT || answered) && !killed && !may_pass(words);
}

static void try_it(struct trial *trial, const char *text, struct probe_answer *answer) {
    char error[STDERR_MAX + 1];
    char words[WORDS_MAX] = "";
    struct cache_key key;
    char *out = trial->prober->rooms[trial->accelerator->room];
    bool keyed = make_key(trial, text, &key);
    if (keyed && ask_cache(trial, answer, &key))
        return;
    probe_source(answer, "trial start: %s%s", trial->prober->qemu, trial->shown);
    struct run_result result = start(trial, out, error);
    if (result.end == RUN_NOT_STARTED || result.end == RUN_NO_PROCESS) {
        probe_no_answer(answer, "failed", trial->prober->qemu, result, "");
        return;
    }
    struct progress progress = read_progress(out);
    if (got_to_its_end(&trial->guest, result, progress)) {
        works(answer);
    } else {
        describe(trial, result, progress.answered, error, words);
        fails(trial, answer, words);
    }
    if (keyed && may_be_kept(result, progress.answered, words))
        keep(trial, text, &key, words, result.end == RUN_TIMED_OUT);
}

static void ask_slot(struct trial *trial, enum probe_trial which, struct probe_answer *answer) {
    char text[PROBE_TRIAL_TEXT_MAX];
    int cancelling;
    struct probe_slot *slot = &trial->prober->trials[which].slot;
    if (!write_arguments(trial->arguments, text)) {
        probe_because(answer, "failed", MUSTER_REASON_FAILED, "there are too many arguments for a trial start");
        return;
    }
    if (!probe_take(trial->prober, slot, text, answer, &cancelling))
        return;
    memset(answer, 0, sizeof *answer);
    show_arguments(trial);
    try_it(trial, text, answer);
    probe_put(trial->prober, slot, answer, cancelling);
}

enum muster_reason muster_probe_trial(struct muster_prober *prober, const char *const *arguments,
                                      struct muster_finding *finding) {
    enum probe_trial which = about(arguments);
    struct probe_answer answer;
    if (prober == NULL || which == TRIAL_COUNT) {
        muster_probe(prober, MUSTER_PROBE_NONE, &answer.finding);
        if (prober != NULL)
            probe_because(&answer, "unknown", MUSTER_REASON_FAILED, "the arguments name no accelerator to be tried");
    } else {
        struct trial trial = {.prober = prober, .accelerator = &accelerators[which], .arguments = arguments};
        probe_ask(prober, trial.accelerator->probe, &answer);
        if (strcmp(answer.finding.value, "usable") == 0)
            ask_slot(&trial, which, &answer);
    }
    if (finding != NULL)
        *finding = answer.finding;
    return answer.finding.reason;
}
