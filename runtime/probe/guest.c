/*
 * The guest of a trial start: its file, and how QEMU is told of it.
 *
 * On Linux the file is in memory and has no name; QEMU inherits it and opens it through /proc.
 *
 * _GNU_SOURCE: memfd_create.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "runtime/probe/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/probe/trial_guest.h"

static bool write_all(int descriptor, const unsigned char *bytes, size_t size) {
    while (size > 0) {
        ssize_t done = write(descriptor, bytes, size);
        if (done < 0 && errno != EINTR)
            return false;
        bytes += done > 0 ? done : 0;
        size -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

/* A file in memory; false where there is no such thing. */
static bool open_memory(struct probe_guest *guest) {
#if defined(MFD_CLOEXEC)
    guest->descriptor = memfd_create("muster-trial", MFD_CLOEXEC);
    snprintf(guest->path, sizeof guest->path, "/proc/self/fd/%d", RUN_FILE);
    return guest->descriptor >= 0;
#else
    (void)guest;
    return false;
#endif
}

static bool open_temporary(struct probe_guest *guest) {
    snprintf(guest->path, sizeof guest->path, "/tmp/muster-trial-XXXXXX");
    guest->descriptor = mkstemp(guest->path);
    guest->temporary = guest->descriptor >= 0;
    return guest->temporary && fcntl(guest->descriptor, F_SETFD, FD_CLOEXEC) == 0;
}

bool probe_guest_exists(struct muster_prober *prober) {
    return !probe_is(prober, MUSTER_PROBE_HOST_ARCH, "unknown");
}

bool probe_guest_open(struct muster_prober *prober, struct probe_guest *guest) {
    unsigned char firmware[TRIAL_FIRMWARE_SIZE];
    bool arm = probe_is(prober, MUSTER_PROBE_HOST_ARCH, "aarch64");
    *guest = (struct probe_guest){.descriptor = -1};
    trial_firmware(firmware);
    bool made = (open_memory(guest) || open_temporary(guest)) &&
                (arm ? write_all(guest->descriptor, trial_kernel, trial_kernel_size)
                     : write_all(guest->descriptor, firmware, sizeof firmware));
    const char *const kernel[] = {"-kernel", guest->path, NULL};
    const char *const bios[] = {"-bios", guest->path, "-device", "isa-debug-exit,iobase=0x501,iosize=1", NULL};
    memcpy(guest->arguments, arm ? kernel : bios, arm ? sizeof kernel : sizeof bios);
    guest->status = arm ? 0 : TRIAL_FIRMWARE_STATUS;
    guest->shuts_down = arm;
    if (!made) {
        int number = errno;
        probe_guest_close(guest);
        errno = number;
    }
    return made;
}

void probe_guest_close(struct probe_guest *guest) {
    if (guest->descriptor >= 0)
        close(guest->descriptor);
    if (guest->temporary)
        unlink(guest->path);
    guest->descriptor = -1;
    guest->temporary = false;
}
