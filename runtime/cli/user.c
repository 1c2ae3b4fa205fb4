/*
 * Switches to another user for good, in place of `sudo -u USER`. muster(1) lists the differences.
 *
 * _GNU_SOURCE: initgroups, syscall.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "runtime/cli/user.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/keyctl.h>
#include <sys/syscall.h>
#endif

#include "runtime/base/quote.h"

extern char **environ;

const struct passwd *user_find(const char *program, const char *name) {
    const struct passwd *user;
    char words[QUOTE_MAX];

    errno = 0;
    user = getpwnam(name);
    if (user)
        return user;
    /* What is returned for an unknown name depends on where names come from; see getpwnam(3). */
    if (errno == 0 || errno == ENOENT || errno == ESRCH || errno == EBADF || errno == EPERM)
        fprintf(stderr, "%s: sudo -u %s: this host has no such user; create it, for instance with useradd --system\n",
                program, quote_word(name, words));
    else
        fprintf(stderr, "%s: sudo -u %s: the user cannot be looked up: %s\n", program, quote_word(name, words),
                strerror(errno));
    return NULL;
}

static bool is_kept(const char *variable) {
    static const char *const kept[] = {"PATH=", "TERM=", "TZ=", "LANG=", "LANGUAGE=", "LC_"};

    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
            return true;
    return false;
}

/* Root's environment may hold what the user must not see. */
static bool reset_environment(const struct passwd *user) {
    size_t kept = 0;

    for (size_t i = 0; environ && environ[i]; i++)
        if (is_kept(environ[i]))
            environ[kept++] = environ[i];
    if (environ)
        environ[kept] = NULL;
    return setenv("HOME", user->pw_dir, 1) == 0 && setenv("USER", user->pw_name, 1) == 0 &&
           setenv("LOGNAME", user->pw_name, 1) == 0 &&
           setenv("SHELL", *user->pw_shell ? user->pw_shell : "/bin/sh", 1) == 0;
}

/* Whether root's rights are gone: nobody but root can become root. */
static bool is_final(const struct passwd *user) {
    return getuid() == user->pw_uid && geteuid() == user->pw_uid && getgid() == user->pw_gid &&
           getegid() == user->pw_gid && (user->pw_uid == 0 || setuid(0) != 0);
}

/*
 * A process may read the keys of the session keyring that it has, whoever owns them: a new one replaces root's. Where
 * the system call is missing or forbidden, the program cannot make it either.
 */
static bool leave_keyring(void) {
#if defined(SYS_keyctl)
    return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 || errno == ENOSYS || errno == EPERM;
#else
    return true;
#endif
}

bool user_become(const char *program, const struct passwd *user) {
    char words[QUOTE_MAX];

    if (reset_environment(user) && initgroups(user->pw_name, user->pw_gid) == 0 && setgid(user->pw_gid) == 0 &&
        setuid(user->pw_uid) == 0 && leave_keyring()) {
        if (is_final(user))
            return true;
        fprintf(stderr, "%s: cannot switch to user %s: root's rights could not be given up\n", program,
                quote_word(user->pw_name, words));
        return false;
    }
    fprintf(stderr, "%s: cannot switch to user %s: %s\n", program, quote_word(user->pw_name, words), strerror(errno));
    return false;
}
