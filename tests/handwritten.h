/*
 * The baseline by hand: the same command line as the ruleset `baseline`, in plain C. It is the reference that tests
 * hold the compiled tables against, and the yardstick that their speed is measured with. It knows nothing of libmuster
 * and is written from the description of the baseline, not from the rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef HANDWRITTEN_H
#define HANDWRITTEN_H

#include <stdbool.h>
#include <stddef.h>

enum handwritten_arch { HANDWRITTEN_X86_64, HANDWRITTEN_AARCH64, HANDWRITTEN_ARCH_UNKNOWN };
enum handwritten_os { HANDWRITTEN_LINUX, HANDWRITTEN_MACOS, HANDWRITTEN_OS_UNKNOWN };

struct handwritten_version {
    bool known;
    int major, minor, patch;
};

struct handwritten_facts {
    enum handwritten_arch guest_arch;
    enum handwritten_os host_os;
    bool force_emulation;
    bool kvm;
    bool hvf;
    bool tsc_deadline;
    bool io_uring;
    bool unshare;
    struct handwritten_version qemu_version;
    bool allow_network;
    bool expose_ports;
    bool qemu_vm_user;
};

/* Text without a closing NUL. */
struct handwritten_text {
    const char *text;
    size_t length;
};

/* The parameters, already checked, and escaped where they stand in an option list (a comma doubled). */
struct handwritten_params {
    struct handwritten_text vm_id;
    struct handwritten_text memory_mb;     /* decimal digits */
    struct handwritten_text kernel_dir;    /* as it is: -kernel and -initrd have no options */
    struct handwritten_text overlay_image; /* escaped, as are the sockets */
    struct handwritten_text cmd_socket;
    struct handwritten_text event_socket;
    struct handwritten_text qmp_socket;
    struct handwritten_text gvproxy_socket;
};

/* No argv has more arguments; one slot more is needed for the closing NULL. */
enum { HANDWRITTEN_MAX_ARGUMENTS = 70 };

/* Bytes that are enough for every argv with these parameters. */
size_t handwritten_most_bytes(const struct handwritten_params *params);

/*
 * Writes the arguments one after another into `buffer`, each with a closing NUL, and their addresses and a NULL into
 * `argv`. Both must be large enough: handwritten_most_bytes(params) bytes and HANDWRITTEN_MAX_ARGUMENTS + 1 slots;
 * nothing is checked. Returns the number of arguments.
 */
size_t handwritten_argv(const struct handwritten_facts *facts, const struct handwritten_params *params,
                        const char **argv, char *buffer);

#endif
