/*
 * A made-up Linux host for the tests of the probes, and checking what a probe finds there.
 *
 * _GNU_SOURCE must be defined by who includes this.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_FAKE_QEMU_HOST_H
#define TESTS_FAKE_QEMU_HOST_H

#include "fake_qemu.h"
#include "muster_probe.h"

/* A program that is expected to answer has ample time on any machine; one that hangs is not waited for as long. */
enum { AMPLE_MS = 20000, SHORT_MS = 300 };

/* What the stand-ins for calls of the kernel answer. */
struct fake_kernel {
    int access;
    int api_version;
    int io_uring;
};

static inline int fake_access(const char *device, void *data) {
    (void)device;
    return ((const struct fake_kernel *)data)->access;
}

static inline int fake_api_version(const char *device, void *data) {
    (void)device;
    return ((const struct fake_kernel *)data)->api_version;
}

static inline int fake_io_uring(void *data) {
    return ((const struct fake_kernel *)data)->io_uring;
}

/* A Linux host on which everything works, with the files of tests/hosts/linux-intel, and without a cache. */
static inline struct muster_probe_context fake_linux(const char *qemu) {
    static struct fake_kernel kernel = {0, 12, EINVAL};
    struct muster_probe_context context = muster_probe_defaults;
    context.root = fake_host("linux-intel");
    context.qemu = qemu;
    context.sysctl = fake_script("sysctl", "echo 1\n");
    context.unshare = fake_script("unshare", "exit 0\n");
    context.cache = "";
    context.sysname = "Linux";
    context.machine = "x86_64";
    context.timeout_ms = AMPLE_MS;
    context.kvm_access = fake_access;
    context.kvm_api_version = fake_api_version;
    context.io_uring_errno = fake_io_uring;
    context.data = &kernel;
    return context;
}

/* What a new prober finds, with nothing left behind. */
static inline struct muster_finding fake_find(const struct muster_probe_context *context, enum muster_probe_id probe) {
    struct muster_finding finding;
    int before = fake_descriptors();
    struct muster_prober *prober = muster_prober_new(context);
    CU_ASSERT_PTR_NOT_NULL_FATAL(prober);
    enum muster_reason reason = muster_probe(prober, probe, &finding);
    muster_prober_free(prober);
    CU_ASSERT_EQUAL(reason, finding.reason);
    CU_ASSERT_EQUAL(reason == MUSTER_REASON_NONE, finding.why[0] == '\0');
    CU_ASSERT_NOT_EQUAL(finding.source[0], '\0');
    CU_ASSERT_EQUAL(fake_descriptors(), before);
    CU_ASSERT_TRUE(fake_no_child());
    return finding;
}

static inline struct muster_finding fake_check(const struct muster_probe_context *context, enum muster_probe_id probe,
                                               const char *value, enum muster_reason reason) {
    struct muster_finding finding = fake_find(context, probe);
    if (strcmp(finding.value, value) != 0 || finding.reason != reason) {
        printf("\n%s: \"%s\" (%s: %s), expected \"%s\" (%s)\n", muster_probe_name(probe), finding.value,
               muster_reason_name(finding.reason), finding.why, value, muster_reason_name(reason));
    }
    CU_ASSERT_STRING_EQUAL(finding.value, value);
    CU_ASSERT_EQUAL(finding.reason, reason);
    return finding;
}

#endif
