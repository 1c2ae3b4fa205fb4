/*
 * Tests of running programs: what comes back, and that nothing stays.
 *
 * _GNU_SOURCE: nftw, prctl.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/time.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include "fake_qemu.h"
#include "runtime/base/run.h"

/* Ample: no test waits that long unless it fails. Settled: time enough for a script to say which process it is. */
enum { AMPLE_MS = 20000, SHORT_MS = 300, SETTLED_MS = 1500 };

struct outcome {
    struct run_result result;
    char out[RUN_OUTPUT_MAX + 1];
    char error[256];
};

static void run_argv(const char *const argv[], unsigned timeout_ms, struct outcome *outcome) {
    int before = fake_descriptors();
    struct run_request request = {.argv = argv,
                                  .timeout_ms = timeout_ms,
                                  .out = outcome->out,
                                  .out_size = sizeof outcome->out - 1,
                                  .error = outcome->error,
                                  .error_size = sizeof outcome->error - 1};
    outcome->result = run_limited(&request);
    outcome->out[outcome->result.out] = '\0';
    outcome->error[outcome->result.error] = '\0';
    CU_ASSERT_EQUAL(fake_descriptors(), before);
    CU_ASSERT_TRUE(fake_no_child());
}

static void run_shell(const char *script, unsigned timeout_ms, struct outcome *outcome) {
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    run_argv(argv, timeout_ms, outcome);
}

static void check_end(const struct outcome *outcome, enum run_end end, int number) {
    CU_ASSERT_EQUAL(outcome->result.end, end);
    CU_ASSERT_EQUAL(outcome->result.number, number);
}

/* ---- how programs end ------------------------------------------------------------------------------------------- */

static void test_output_and_status(void) {
    struct outcome outcome;
    run_shell("echo good; echo bad >&2; exit 3", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_EXITED, 3);
    CU_ASSERT_STRING_EQUAL(outcome.out, "good\n");
    CU_ASSERT_STRING_EQUAL(outcome.error, "bad\n");
}

static void test_not_started(void) {
    struct outcome outcome;
    const char *const absent[] = {fake_path("absent"), NULL};
    run_argv(absent, AMPLE_MS, &outcome);
    check_end(&outcome, RUN_NOT_STARTED, ENOENT);
    const char *const plain[] = {fake_file("plain", "text\n"), NULL};
    run_argv(plain, AMPLE_MS, &outcome);
    check_end(&outcome, RUN_NOT_STARTED, EACCES);
    const char *const garbage[] = {fake_bytes("garbage", "\177GARBAGE", 8, 0755), NULL};
    run_argv(garbage, AMPLE_MS, &outcome);
    check_end(&outcome, RUN_NOT_STARTED, ENOEXEC);
}

static void test_signal(void) {
    struct outcome outcome;
    run_shell("echo first; kill -KILL $$", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_SIGNALLED, SIGKILL);
    CU_ASSERT_STRING_EQUAL(outcome.out, "first\n");
}

static void test_time_out(void) {
    struct outcome outcome;
    char script[256];
    snprintf(script, sizeof script, "echo $$ > '%s'; while :; do sleep 60; done", fake_path("hangs"));
    run_shell(script, SETTLED_MS, &outcome);
    check_end(&outcome, RUN_TIMED_OUT, SETTLED_MS);
    CU_ASSERT_TRUE(fake_is_gone("hangs"));
}

static void test_closed_output(void) {
    struct outcome outcome;
    run_shell("exec >&- 2>&-; sleep 60", SHORT_MS, &outcome);
    check_end(&outcome, RUN_TIMED_OUT, SHORT_MS);
}

static void test_deaf_program(void) {
    struct outcome outcome;
    run_shell("trap '' TERM INT HUP; while :; do sleep 60; done", SHORT_MS, &outcome);
    check_end(&outcome, RUN_TIMED_OUT, SHORT_MS);
}

/* ---- output ----------------------------------------------------------------------------------------------------- */

static void test_flood(void) {
    struct outcome outcome;
    run_shell("while :; do echo flood; done", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_FLOODED, (int)RUN_OUTPUT_MAX);
    run_shell("while :; do echo flood >&2; done", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_FLOODED, (int)RUN_OUTPUT_MAX);
}

static void test_output_limit(void) {
    struct outcome outcome;
    run_shell("head -c 65536 /dev/zero", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_EXITED, 0);
    CU_ASSERT_EQUAL(outcome.result.out, RUN_OUTPUT_MAX);
    run_shell("head -c 65537 /dev/zero", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_FLOODED, (int)RUN_OUTPUT_MAX);
}

static void test_more_room(void) {
    static char room[2 * RUN_OUTPUT_MAX];
    const char *const whole[] = {"/bin/sh", "-c", "head -c 131072 /dev/zero", NULL};
    const char *const more[] = {"/bin/sh", "-c", "head -c 131073 /dev/zero", NULL};
    struct run_request request = {.argv = whole, .timeout_ms = AMPLE_MS, .out = room, .out_size = sizeof room};
    struct run_result result = run_limited(&request);
    CU_ASSERT_EQUAL(result.end, RUN_EXITED);
    CU_ASSERT_EQUAL(result.out, sizeof room);
    request.argv = more;
    result = run_limited(&request);
    CU_ASSERT_EQUAL(result.end, RUN_FLOODED);
    CU_ASSERT_EQUAL(result.number, (int)sizeof room);
}

/* ---- input ------------------------------------------------------------------------------------------------------ */

static void test_input(void) {
    char input[RUN_INPUT_MAX + 2];
    char out[RUN_INPUT_MAX + 1];
    const char *const argv[] = {"/bin/sh", "-c", "cat; echo end", NULL};
    const char *const deaf[] = {"/bin/sh", "-c", "exec <&-; exit 4", NULL};
    int before = fake_descriptors();
    struct run_request request = {
        .argv = argv, .timeout_ms = AMPLE_MS, .input = "two\nlines", .out = out, .out_size = sizeof out - 1};
    struct run_result result = run_limited(&request);
    CU_ASSERT_EQUAL(result.end, RUN_EXITED);
    CU_ASSERT_EQUAL(result.out, 13);
    CU_ASSERT_EQUAL(memcmp(out, "two\nlinesend\n", 13), 0);
    /* Nobody reads it. */
    request.argv = deaf;
    result = run_limited(&request);
    CU_ASSERT_EQUAL(result.end, RUN_EXITED);
    CU_ASSERT_EQUAL(result.number, 4);
    /* As long as it may be, and longer. */
    memset(input, 'x', sizeof input);
    input[RUN_INPUT_MAX] = '\0';
    request = (struct run_request){
        .argv = argv, .timeout_ms = AMPLE_MS, .input = input, .out = out, .out_size = sizeof out - 1};
    result = run_limited(&request);
    CU_ASSERT_EQUAL(result.end, RUN_EXITED);
    CU_ASSERT_EQUAL(result.out, RUN_INPUT_MAX);
    input[RUN_INPUT_MAX] = 'x';
    input[RUN_INPUT_MAX + 1] = '\0';
    result = run_limited(&request);
    CU_ASSERT_EQUAL(result.end, RUN_NO_PROCESS);
    CU_ASSERT_EQUAL(result.number, EMSGSIZE);
    CU_ASSERT_EQUAL(fake_descriptors(), before);
    CU_ASSERT_TRUE(fake_no_child());
}

/* A file, whatever number it has here: the program has it, from its beginning, and nothing else that is open. */
static void test_file(void) {
    char out[256];
    const char *const argv[] = {"/bin/sh", "-c",
                                "cat <&4; cat <&4; for i in 5 6 7 8 9; do [ ! -e /proc/$$/fd/$i ] || "
                                "echo open; done",
                                NULL};
    int before = fake_descriptors();
    int first = open(fake_file("given", "content\n"), O_RDONLY | O_CLOEXEC);
    for (int number = 3; number <= 6; number++) {
        int given = dup2(first, number + 20);
        int low = fcntl(given, F_DUPFD_CLOEXEC, number);
        close(given);
        lseek(low, 0, SEEK_SET);
        struct run_request request = {
            .argv = argv, .timeout_ms = AMPLE_MS, .file = &low, .out = out, .out_size = sizeof out - 1};
        struct run_result result = run_limited(&request);
        out[result.out] = '\0';
        CU_ASSERT_EQUAL(result.end, RUN_EXITED);
        CU_ASSERT_STRING_EQUAL(out, "content\n");
        close(low);
    }
    close(first);
    CU_ASSERT_EQUAL(fake_descriptors(), before);
}

static void test_no_room(void) {
    const char *const argv[] = {"/bin/sh", "-c", "echo words; echo more >&2", NULL};
    struct run_request request = {.argv = argv, .timeout_ms = AMPLE_MS};
    struct run_result result = run_limited(&request);
    CU_ASSERT_EQUAL(result.end, RUN_EXITED);
    CU_ASSERT_EQUAL(result.out, 0);
    CU_ASSERT_EQUAL(result.error, 0);
}

/* ---- what the program is given ---------------------------------------------------------------------------------- */

static void test_empty_stdin(void) {
    struct outcome outcome;
    run_shell("cat; echo end", AMPLE_MS, &outcome);
    CU_ASSERT_STRING_EQUAL(outcome.out, "end\n");
}

static void test_locale(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    struct outcome outcome;
    for (size_t i = 0; i < 3; i++) {
        unsetenv("LC_ALL");
        unsetenv("LC_MESSAGES");
        unsetenv("LANG");
        setenv(names[i], "de_DE.UTF-8", 1);
        run_shell("echo $LC_ALL", AMPLE_MS, &outcome);
        CU_ASSERT_STRING_EQUAL(outcome.out, "C\n");
        const char *kept = getenv(names[i]);
        CU_ASSERT_STRING_EQUAL(kept ? kept : "", "de_DE.UTF-8");
        unsetenv(names[i]);
    }
    setenv("MUSTER_TEST", "kept", 1);
    run_shell("echo \"$MUSTER_TEST.$LC_ALL.$LANG\"", AMPLE_MS, &outcome);
    CU_ASSERT_STRING_EQUAL(outcome.out, "kept..\n");
}

static void test_descriptors(void) {
    struct outcome outcome;
    /* Descriptors that a careless caller would hand on. */
    int low = open("/dev/null", O_RDONLY);
    int high = fcntl(low, F_DUPFD, 77);
    /* The shell's own; no pipeline, for which it would open more. */
    run_shell("ls /proc/$$/fd; true", AMPLE_MS, &outcome);
    CU_ASSERT_STRING_EQUAL(outcome.out, "0\n1\n2\n");
    close(low);
    close(high);
}

static void test_signals_are_default(void) {
    struct outcome outcome;
    sigset_t blocked;
    sigset_t before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    signal(SIGPIPE, SIG_IGN);
    run_shell("kill -PIPE $$; echo alive", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_SIGNALLED, SIGPIPE);
    run_shell("kill -TERM $$; echo alive", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_SIGNALLED, SIGTERM);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void test_own_group(void) {
    struct outcome outcome;
    char ours[32];
    /* The fifth field is the group; a name without spaces stands before it. */
    run_shell("cut -d ' ' -f 5 /proc/$$/stat", AMPLE_MS, &outcome);
    snprintf(ours, sizeof ours, "%ld\n", (long)getpgrp());
    CU_ASSERT_TRUE(atol(outcome.out) > 1);
    CU_ASSERT_STRING_NOT_EQUAL(outcome.out, ours);
}

/* ---- grandchildren ---------------------------------------------------------------------------------------------- */

static void test_grandchild_holds_pipe(void) {
    struct outcome outcome;
    char script[256];
    /* The program ends and its answer is whole, whoever holds the pipe: it is taken, and the grandchild killed. */
    snprintf(script, sizeof script, "sleep 60 & echo $! > '%s'; echo done", fake_path("grandchild"));
    run_shell(script, AMPLE_MS, &outcome);
    check_end(&outcome, RUN_EXITED, 0);
    CU_ASSERT_STRING_EQUAL(outcome.out, "done\n");
    CU_ASSERT_TRUE(fake_is_gone("grandchild"));
}

static void test_grandchild_and_time_out(void) {
    struct outcome outcome;
    char script[256];
    snprintf(script, sizeof script, "sleep 60 & echo $! > '%s'; wait", fake_path("waited"));
    run_shell(script, SETTLED_MS, &outcome);
    check_end(&outcome, RUN_TIMED_OUT, SETTLED_MS);
    CU_ASSERT_TRUE(fake_is_gone("waited"));
}

static void test_adopted_orphans(void) {
#if defined(__linux__)
    struct outcome outcome;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    run_shell("sleep 60 & sleep 60 & echo done", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_EXITED, 0);
    run_shell("sleep 60 & (sleep 60; sleep 60) & wait", SHORT_MS, &outcome);
    check_end(&outcome, RUN_TIMED_OUT, SHORT_MS);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
#else
    unit_skip("only Linux adopts orphans");
#endif
}

/* ---- callers that end first ------------------------------------------------------------------------------------- */

/* A caller in a process of its own, which runs a script that hangs and says who it, its child and its keeper are. */
static pid_t start_caller(void) {
    static const char *const names[] = {"program", "child", "keeper"};
    char script[512];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(fake_path(names[i]));
    snprintf(script, sizeof script,
             "trap '' TERM INT HUP; sleep 60 & echo $! > '%s'; echo $PPID > '%s'; echo $$ > '%s'; sleep 60; sleep 60",
             fake_path("child"), fake_path("keeper"), fake_path("program"));
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    struct run_request request = {.argv = argv, .timeout_ms = 3 * AMPLE_MS};
    pid_t caller = fork();
    if (caller == 0) {
        setpgid(0, 0);
        signal(SIGINT, SIG_DFL);
        signal(SIGHUP, SIG_DFL); /* nohup ignores it */
        run_limited(&request);
        _exit(0);
    }
    setpgid(caller, caller);
    CU_ASSERT_TRUE(fake_number("program") > 1);
    return caller;
}

static void check_caller_ended(pid_t caller, int number) {
    int status = 0;
    CU_ASSERT_EQUAL(waitpid(caller, &status, 0), caller);
    CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == number);
    CU_ASSERT_TRUE(fake_is_gone("program"));
    CU_ASSERT_TRUE(fake_is_gone("keeper"));
}

/* However the caller ends, the program ends, and so does what it started. */
static void test_caller_ends(void) {
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGKILL};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        pid_t caller = start_caller();
        kill(caller, numbers[i]);
        check_caller_ended(caller, numbers[i]);
        CU_ASSERT_TRUE(fake_is_gone("child"));
    }
}

/* Ctrl-C reaches the caller's group, of which the keeper is no part. */
static void test_caller_group_ends(void) {
    pid_t caller = start_caller();
    kill(-caller, SIGINT);
    check_caller_ended(caller, SIGINT);
    CU_ASSERT_TRUE(fake_is_gone("child"));
}

/* Who kills every muster, kills the keeper as well; then nobody is left who could know the program's children. */
static void test_keeper_ends_too(void) {
#if defined(__linux__)
    pid_t caller = start_caller();
    kill(caller, SIGSTOP); /* so that it does not end by itself when its keeper is gone */
    kill(fake_number("keeper"), SIGKILL);
    kill(caller, SIGKILL);
    check_caller_ended(caller, SIGKILL);
    kill(fake_number("child"), SIGKILL);
    CU_ASSERT_TRUE(fake_is_gone("child"));
#else
    unit_skip("only Linux kills a program when its parent ends");
#endif
}

/* A program that ended, and left a child behind, in the moment in which its caller is killed. */
static void test_caller_ends_with_program(void) {
    pid_t caller = start_caller();
    kill(caller, SIGSTOP);
    kill(fake_number("program"), SIGKILL);
    kill(caller, SIGKILL);
    check_caller_ended(caller, SIGKILL);
    CU_ASSERT_TRUE(fake_is_gone("child"));
}

/* ---- callers with their own ideas ------------------------------------------------------------------------------- */

static void test_ignored_children(void) {
    struct outcome outcome;
    signal(SIGCHLD, SIG_IGN);
    run_shell("exit 7", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_EXITED, 7);
    run_shell("sleep 60", SHORT_MS, &outcome);
    check_end(&outcome, RUN_TIMED_OUT, SHORT_MS);
    signal(SIGCHLD, SIG_DFL);
}

static void reap_all(int number) {
    (void)number;
    int saved = errno;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
    errno = saved;
}

static void test_reaping_caller(void) {
    struct outcome outcome;
    signal(SIGCHLD, reap_all);
    run_shell("exit 9", AMPLE_MS, &outcome);
    check_end(&outcome, RUN_EXITED, 9);
    signal(SIGCHLD, SIG_DFL);
}

static void tick(int number) {
    (void)number;
}

static void test_interrupted(void) {
    struct outcome outcome;
    struct sigaction action = {.sa_handler = tick};
    struct itimerval fast = {{0, 2000}, {0, 2000}};
    struct itimerval off = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &fast, NULL);
    run_shell("sleep 0.2; echo calm; exit 4", AMPLE_MS, &outcome);
    setitimer(ITIMER_REAL, &off, NULL);
    check_end(&outcome, RUN_EXITED, 4);
    CU_ASSERT_STRING_EQUAL(outcome.out, "calm\n");
}

static void test_closed_caller(void) {
    pid_t child = fork();
    if (child == 0) {
        char out[16] = "";
        const char *const argv[] = {"/bin/sh", "-c", "echo yes", NULL};
        struct run_request request = {.argv = argv, .timeout_ms = AMPLE_MS, .out = out, .out_size = sizeof out};
        close(0);
        close(1);
        close(2);
        struct run_result result = run_limited(&request);
        _exit(result.end == RUN_EXITED && result.out == 4 && memcmp(out, "yes\n", 4) == 0 ? 0 : 1);
    }
    int status = -1;
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_EQUAL(status, 0);
}

static void test_no_descriptors_left(void) {
    struct rlimit before;
    struct rlimit few;
    struct run_result result;
    const char *const argv[] = {"/bin/sh", "-c", "exit 0", NULL};
    struct run_request request = {.argv = argv, .timeout_ms = AMPLE_MS};
    int next = open("/dev/null", O_RDONLY);
    getrlimit(RLIMIT_NOFILE, &before);
    few = before;
    few.rlim_cur = (rlim_t)next + 4;
    setrlimit(RLIMIT_NOFILE, &few);
    result = run_limited(&request);
    setrlimit(RLIMIT_NOFILE, &before);
    close(next);
    CU_ASSERT_EQUAL(result.end, RUN_NO_PROCESS);
    CU_ASSERT_EQUAL(result.number, EMFILE);
    CU_ASSERT_TRUE(fake_no_child());
}

/* ---- calls in a child ------------------------------------------------------------------------------------------- */

static int give(void *data) {
    return *(const int *)data;
}

static int hang(void *data) {
    (void)data;
    while (pause() < 0) {
    }
    return 0;
}

static int die(void *data) {
    (void)data;
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
    return 0;
}

static void check_call(int (*call)(void *), int data, unsigned timeout_ms, enum run_end end, int number) {
    int before = fake_descriptors();
    struct run_request request = {.call = call, .data = &data, .timeout_ms = timeout_ms};
    struct run_result result = run_limited(&request);
    CU_ASSERT_EQUAL(result.end, end);
    CU_ASSERT_EQUAL(result.number, number);
    CU_ASSERT_EQUAL(fake_descriptors(), before);
    CU_ASSERT_TRUE(fake_no_child());
}

static void test_call(void) {
    check_call(give, 0, AMPLE_MS, RUN_EXITED, 0);
    check_call(give, 123456, AMPLE_MS, RUN_EXITED, 123456);
    check_call(give, -38, AMPLE_MS, RUN_EXITED, -38);
    check_call(hang, 0, SHORT_MS, RUN_TIMED_OUT, SHORT_MS);
    check_call(die, 0, AMPLE_MS, RUN_SIGNALLED, SIGSEGV);
}

/* ---- threads ---------------------------------------------------------------------------------------------------- */

static void *run_some(void *data) {
    int *right = data;
    for (int i = 0; i < 4; i++) {
        char out[32] = "";
        char script[64];
        snprintf(script, sizeof script, "echo %d; exit %d", i * 11, i);
        const char *const argv[] = {"/bin/sh", "-c", script, NULL};
        struct run_request request = {.argv = argv, .timeout_ms = AMPLE_MS, .out = out, .out_size = sizeof out - 1};
        struct run_result result = run_limited(&request);
        *right += result.end == RUN_EXITED && result.number == i && atoi(out) == i * 11;
    }
    return NULL;
}

static void test_threads(void) {
    enum { THREADS = 16 };
    pthread_t threads[THREADS];
    int right[THREADS] = {0};
    int before = fake_descriptors();
    for (int i = 0; i < THREADS; i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, run_some, &right[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CU_ASSERT_EQUAL(right[i], 4);
    }
    CU_ASSERT_EQUAL(fake_descriptors(), before);
    CU_ASSERT_TRUE(fake_no_child());
}

int main(void) {
    static const struct unit_test tests[] = {
        {"output and status", test_output_and_status},
        {"not started", test_not_started},
        {"ended by a signal", test_signal},
        {"time out", test_time_out},
        {"closed output", test_closed_output},
        {"program that ignores signals", test_deaf_program},
        {"flood", test_flood},
        {"output at the limit", test_output_limit},
        {"more room", test_more_room},
        {"input", test_input},
        {"file", test_file},
        {"no room for output", test_no_room},
        {"empty stdin", test_empty_stdin},
        {"locale", test_locale},
        {"descriptors", test_descriptors},
        {"signals are default", test_signals_are_default},
        {"own group", test_own_group},
        {"grandchild holds the pipe", test_grandchild_holds_pipe},
        {"grandchild and time out", test_grandchild_and_time_out},
        {"adopted orphans", test_adopted_orphans},
        {"caller ends", test_caller_ends},
        {"caller's group is interrupted", test_caller_group_ends},
        {"keeper ends, too", test_keeper_ends_too},
        {"caller ends with its program", test_caller_ends_with_program},
        {"caller ignores SIGCHLD", test_ignored_children},
        {"caller reaps all children", test_reaping_caller},
        {"interrupted by signals", test_interrupted},
        {"caller without descriptors", test_closed_caller},
        {"no descriptors left", test_no_descriptors_left},
        {"call in a child", test_call},
        {"many threads", test_threads},
    };
    fake_begin();
    return unit_main("run", tests, sizeof tests / sizeof tests[0]);
}
