/*
 * The guests of trial starts: programs of a few instructions. A hypervisor may create machines and processors and yet
 * not run them, so a trial runs one of these, which says so in a way that nothing else does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TRIAL_GUEST_H
#define TRIAL_GUEST_H

#include <stddef.h>

/*
 * x86_64: a firmware, for `-bios FILE` of pc and microvm. From the reset vector it goes through real and protected mode
 * into long mode, counts 2^24 down, so that a processor which is only interpreted does not pass, and writes 0x2a to
 * port 0x501. With `-device isa-debug-exit,iobase=0x501,iosize=1` QEMU then exits with (0x2a << 1) | 1.
 * tests/trial_guest.S is its source.
 */
enum { TRIAL_FIRMWARE_SIZE = 65536, TRIAL_FIRMWARE_STATUS = 85 };

/* Writes the whole firmware, which QEMU wants in units of 64 KiB. */
void trial_firmware(unsigned char firmware[TRIAL_FIRMWARE_SIZE]);

/*
 * aarch64: a kernel, for `-kernel FILE` of virt, without a header. It counts 2^24 down and calls SYSTEM_OFF of the
 * Power State Coordination Interface, by the instruction hvc, on which QEMU sends the event SHUTDOWN with the reason
 * guest-shutdown and exits with 0.
 */
extern const unsigned char trial_kernel[];
extern const size_t trial_kernel_size;

#endif
