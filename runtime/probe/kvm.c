/*
 * Probes of hardware acceleration: KVM and the Hypervisor framework, each in the host and in QEMU.
 *
 * _GNU_SOURCE: AT_EACCESS.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/probe/internal.h"

/* The request KVM_GET_API_VERSION, and its only answer since Linux 2.6.22 (Documentation/virt/kvm/api.rst). */
enum { GET_API_VERSION = 0xAE00, API_VERSION = 12 };

/* ---- QEMU ------------------------------------------------------------------------------------------------------- */

void probe_accelerator(struct muster_prober *prober, struct probe_answer *answer, unsigned flag, const char *name,
                       const char *before) {
    struct probe_answer list;
    probe_ask(prober, MUSTER_PROBE_QEMU_ACCELERATORS, &list);
    probe_source(answer, "%s", list.finding.source);
    if ((list.flags & flag) != 0) {
        probe_source(answer, "%s%s%s", before, *before != '\0' ? "; " : "", list.finding.source);
        probe_found(answer, "yes");
    } else if (list.finding.reason != MUSTER_REASON_NONE) {
        probe_because(answer, "no", list.finding.reason, "QEMU could not be asked for %s: %s", name, list.finding.why);
    } else {
        probe_because(answer, "no", MUSTER_REASON_NOT_IN_QEMU, "this QEMU was built without %s; it has %s", name,
                      list.finding.value);
    }
}

/* The last layer, QEMU, after all those of the host. */
static void judge_qemu(struct muster_prober *prober, struct probe_answer *answer, unsigned flag, const char *name) {
    struct muster_finding before = answer->finding;
    probe_accelerator(prober, answer, flag, name, before.source);
    answer->flags = PROBE_HOST_CAN;
}

/* ---- KVM -------------------------------------------------------------------------------------------------------- */

static int real_access(const char *device) {
    return faccessat(AT_FDCWD, device, R_OK | W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

struct device_call {
    const struct muster_probe_context *context;
    const char *device;
};

/* In the child: only async-signal-safe calls. */
static int api_version(void *data) {
    const struct device_call *call = data;
    if (call->context->kvm_api_version != NULL)
        return call->context->kvm_api_version(call->device, call->context->data);
    int descriptor = open(call->device, O_RDWR | O_CLOEXEC);
    if (descriptor < 0)
        return -errno;
    int version = ioctl(descriptor, (unsigned long)GET_API_VERSION, 0);
    return version < 0 ? -errno : version;
}

static bool device_exists(struct muster_prober *prober, struct probe_answer *answer, const char *device) {
    struct stat status;
    if (stat(device, &status) == 0)
        return true;
    if (errno == EACCES || errno == EPERM) {
        probe_because(answer, "no", MUSTER_REASON_DENIED, "this user may not look for %s", device);
    } else if (probe_is(prober, MUSTER_PROBE_HOST_OS, "linux")) {
        probe_because(answer, "no", MUSTER_REASON_ABSENT,
                      "there is no %s: in a container pass the device in (--device /dev/kvm); else load kvm_intel or "
                      "kvm_amd, and turn on virtualization in the firmware or in the hypervisor outside",
                      device);
    } else {
        probe_because(answer, "no", MUSTER_REASON_OTHER_HOST, "there is no %s; only Linux has KVM", device);
    }
    return false;
}

static bool device_is_ours(struct muster_prober *prober, struct probe_answer *answer, const char *device) {
    const struct muster_probe_context *context = &prober->context;
    int number = context->kvm_access != NULL ? context->kvm_access(device, context->data) : real_access(device);
    if (number == 0)
        return true;
    if (number == EACCES || number == EPERM || number == EROFS) {
        probe_because(answer, "no", MUSTER_REASON_DENIED,
                      "this user may not read and write %s; join the group that owns it, which is mostly kvm", device);
    } else {
        probe_because(answer, "no", MUSTER_REASON_FAILED, "%s cannot be used: %s (errno %d)", device,
                      probe_errno(number), number);
    }
    return false;
}

static void no_version(struct probe_answer *answer, const char *device, int number) {
    switch (number) {
    case EACCES:
    case EPERM:
        probe_because(answer, "no", MUSTER_REASON_DENIED,
                      "%s is there, but opening it is refused; in a container pass the device in (--device /dev/kvm)",
                      device);
        break;
    case ENODEV:
    case ENXIO:
    case ENOENT:
        probe_because(answer, "no", MUSTER_REASON_ABSENT,
                      "%s is there, but no driver behind it; load kvm_intel or kvm_amd", device);
        break;
    case ENOTTY:
    case EINVAL:
        probe_because(answer, "no", MUSTER_REASON_NOT_UNDERSTOOD, "%s does not know the call; it is not KVM", device);
        break;
    default:
        probe_because(answer, "no", MUSTER_REASON_FAILED, "KVM_GET_API_VERSION on %s failed: %s (errno %d)", device,
                      probe_errno(number), number);
        break;
    }
}

/* In a child with a time limit, because a broken module may hang or kill who asks it. */
static bool device_answers(struct muster_prober *prober, struct probe_answer *answer, const char *device) {
    struct device_call call = {&prober->context, device};
    int version = 0;
    if (!probe_call(prober, answer, "no", "KVM_GET_API_VERSION", api_version, &call, &version))
        return false;
    if (version < 0) {
        no_version(answer, device, -version);
    } else if (version != API_VERSION) {
        probe_because(answer, "no", MUSTER_REASON_WRONG_VERSION, "%s speaks version %d of its interface, not %d",
                      device, version, API_VERSION);
    }
    return version == API_VERSION;
}

void probe_kvm(struct muster_prober *prober, struct probe_answer *answer) {
    char device[PATH_MAX];
    if (!probe_path(prober, "/dev/kvm", device)) {
        probe_because(answer, "no", MUSTER_REASON_FAILED, "the path of /dev/kvm below the root folder is too long");
        return;
    }
    probe_source(answer, "%s", device);
    if (!device_exists(prober, answer, device) || !device_is_ours(prober, answer, device))
        return;
    probe_source(answer, "%s: ioctl KVM_GET_API_VERSION", device);
    if (device_answers(prober, answer, device))
        judge_qemu(prober, answer, PROBE_QEMU_HAS_KVM, "kvm");
}

/* ---- the Hypervisor framework ----------------------------------------------------------------------------------- */

/* Whether a text is "1" with nothing but white space around it. */
static bool is_one(const char *text) {
    text += strspn(text, " \t\r\n");
    return *text == '1' && text[1 + strspn(text + 1, " \t\r\n")] == '\0';
}

void probe_hvf(struct muster_prober *prober, struct probe_answer *answer) {
    const char *sysctl = prober->context.sysctl;
    const char *const argv[] = {sysctl, "-n", "kern.hv_support", NULL};
    char *out = prober->rooms[ROOM_HVF];
    if (probe_is(prober, MUSTER_PROBE_HOST_OS, "linux")) {
        probe_source(answer, "host_os");
        probe_because(answer, "no", MUSTER_REASON_OTHER_HOST, "only macOS has the Hypervisor framework");
        return;
    }
    probe_source(answer, "%s -n kern.hv_support", sysctl);
    if (!probe_run(prober, answer, "no", argv, out))
        return;
    if (!is_one(out)) {
        probe_because(answer, "no", MUSTER_REASON_UNSUPPORTED,
                      "kern.hv_support is not 1: this Mac, or the virtual machine that it is, has no Hypervisor "
                      "framework");
        return;
    }
    judge_qemu(prober, answer, PROBE_QEMU_HAS_HVF, "hvf");
}

/* ---- which layer it is ------------------------------------------------------------------------------------------ */

/* A QEMU that cannot be asked is a failure, not an absent device. */
static const char *state_of(const struct probe_answer *layers) {
    switch (layers->finding.reason) {
    case MUSTER_REASON_NONE:
        return "usable";
    case MUSTER_REASON_NOT_IN_QEMU:
        return "not_in_qemu";
    case MUSTER_REASON_ABSENT:
    case MUSTER_REASON_OTHER_HOST:
    case MUSTER_REASON_UNSUPPORTED:
        return layers->flags & PROBE_HOST_CAN ? "failed" : "absent";
    case MUSTER_REASON_DENIED:
        return layers->flags & PROBE_HOST_CAN ? "failed" : "denied";
    case MUSTER_REASON_DISABLED:
    case MUSTER_REASON_SANDBOXED:
    case MUSTER_REASON_WRONG_VERSION:
    case MUSTER_REASON_TIMED_OUT:
    case MUSTER_REASON_FAILED:
    case MUSTER_REASON_NOT_UNDERSTOOD:
    case MUSTER_REASON_BROKEN:
    case MUSTER_REASON_COUNT:
        break;
    }
    return "failed";
}

/* What another probe says, which only has yes and no, as the layer that says no. */
static void say_state(struct muster_prober *prober, struct probe_answer *answer, enum muster_probe_id layers) {
    probe_ask(prober, layers, answer);
    probe_print(answer->finding.value, sizeof answer->finding.value, "%s", state_of(answer));
    answer->flags = 0;
}

void probe_kvm_state(struct muster_prober *prober, struct probe_answer *answer) {
    say_state(prober, answer, MUSTER_PROBE_KVM);
}

void probe_hvf_state(struct muster_prober *prober, struct probe_answer *answer) {
    say_state(prober, answer, MUSTER_PROBE_HVF);
}
