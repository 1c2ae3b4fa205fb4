/*
 * What muster asks of rules before it decides, on the ruleset microvm: parameters that a probe fills, and the arguments
 * that a trial start takes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "rules/microvm.h"
#include "runtime/tool/inputs.h"
#include "unit.h"

/* A server with KVM, before anything is known of the guest. */
static const char *const server[] = {
    "host_os=linux",
    "host_arch=x86_64",
    "kvm=usable",
    "hvf=absent",
    "tsc_deadline=yes",
    "io_uring=yes",
    "unshare=yes",
    "qemu=yes",
    "qemu_version=10.0.2",
    "qemu_tcg=yes",
    "qemu_microvm=yes",
    "qemu_pc=yes",
    "qemu_virt=no",
    "qemu_virtio_mmio=yes",
    "qemu_virtio_pci=yes",
    "qemu_virtio_rng=yes",
    "qemu_io_uring=yes",
    "qemu_seccomp=yes",
    "qemu_exit_with_parent=no",
    "guest_arch=x86_64",
};

static struct inputs *server_inputs(void) {
    struct inputs *inputs = inputs_new(microvm_ruleset, "test", stdout);

    CU_ASSERT_PTR_NOT_NULL_FATAL(inputs);
    for (size_t i = 0; i < sizeof server / sizeof *server; i++)
        CU_ASSERT(inputs_set(inputs, server[i]));
    return inputs;
}

static uint32_t named(const char *name) {
    return muster_find_input(microvm_ruleset, name, strlen(name));
}

/* The arguments with a tag, with a blank behind each; "" if there are none. To be freed. */
static char *tagged(struct inputs *inputs, const char *tag) {
    struct argv argv;
    char *words = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&words, &length);

    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    if (inputs_tagged(inputs, tag, &argv)) {
        for (size_t i = 0; i < argv.count; i++)
            fprintf(out, "%s ", argv.arguments[i]);
        CU_ASSERT_PTR_NULL(argv.arguments[argv.count]);
    }
    argv_free(&argv);
    fclose(out);
    return words;
}

static void expect_tagged(struct inputs *inputs, const char *tag, const char *expected) {
    char *words = tagged(inputs, tag);

    CU_ASSERT_STRING_EQUAL(words, expected);
    free(words);
}

static void probed_parameter(void) {
    struct inputs *inputs = server_inputs();
    uint32_t path = named("qemu_path");
    uint32_t memory = named("memory_mb");

    CU_ASSERT(!inputs_given(inputs, path));
    inputs_probed(inputs, path, "", "PATH", "there is none");
    CU_ASSERT_PTR_NULL(inputs_text(inputs, path));
    inputs_probed(inputs, path, "qemu-system-x86_64", "PATH", "");
    CU_ASSERT_PTR_NULL(inputs_text(inputs, path)); /* a path is absolute */
    inputs_probed(inputs, path, NULL, NULL, "no such probe");
    CU_ASSERT(!muster_is_set(inputs_params(inputs), path));

    inputs_probed(inputs, path, "/usr/bin/qemu", "PATH", "");
    CU_ASSERT(muster_is_set(inputs_params(inputs), path));
    CU_ASSERT_STRING_EQUAL(inputs_text(inputs, path), "/usr/bin/qemu");
    CU_ASSERT_EQUAL(inputs_origin(inputs, path)->kind, ORIGIN_PROBE);
    CU_ASSERT_STRING_EQUAL(inputs_origin(inputs, path)->source, "PATH");
    CU_ASSERT_PTR_NULL(inputs_origin(inputs, path)->why);
    CU_ASSERT(!inputs_given(inputs, path));

    CU_ASSERT(inputs_set(inputs, "qemu_path=/mine"));
    inputs_probed(inputs, path, "/usr/bin/qemu", "PATH", "");
    CU_ASSERT_STRING_EQUAL(inputs_text(inputs, path), "/mine");

    inputs_probed(inputs, memory, "0", "free", "");
    CU_ASSERT_STRING_EQUAL(inputs_text(inputs, memory), "512");
    CU_ASSERT_EQUAL(inputs_origin(inputs, memory)->kind, ORIGIN_DEFAULT);
    inputs_probed(inputs, memory, "1024", "free", "");
    CU_ASSERT_STRING_EQUAL(inputs_text(inputs, memory), "1024");
    inputs_free(inputs);
}

static void trial_arguments(void) {
    struct inputs *inputs = server_inputs();

    expect_tagged(inputs, "trial",
                  "-accel kvm -cpu host,-svm,-vmx -M microvm,acpi=on,pit=off,pic=off,rtc=off,"
                  "isa-serial=off,mem-merge=off,dump-guest-core=off ");
    CU_ASSERT(inputs_set(inputs, "tsc_deadline=no"));
    expect_tagged(inputs, "trial",
                  "-accel kvm -cpu host,-svm,-vmx -M microvm,acpi=on,isa-serial=off,mem-merge=off,"
                  "dump-guest-core=off ");
    CU_ASSERT(inputs_set(inputs, "kvm=broken"));
    expect_tagged(inputs, "trial", "-accel tcg,tb-size=256 -cpu Haswell -M pc,mem-merge=off,dump-guest-core=off ");
    expect_tagged(inputs, "program", " "); /* qemu_path, which is blank */
    inputs_probed(inputs, named("qemu_path"), "/usr/bin/qemu", "PATH", "");
    expect_tagged(inputs, "program", "/usr/bin/qemu ");
    expect_tagged(inputs, "tria", "");
    inputs_free(inputs);
}

/* What was blank for the trial is missing afterwards, and what was set is not. */
static void blanks_go(void) {
    struct inputs *inputs = server_inputs();
    uint32_t missing[16];
    size_t count = inputs_missing(inputs, missing, 16);

    CU_ASSERT_EQUAL(count, 7); /* all but memory_mb and gvproxy_socket */
    CU_ASSERT(inputs_set(inputs, "vm_id=vm1"));
    expect_tagged(inputs, "trial",
                  "-accel kvm -cpu host,-svm,-vmx -M microvm,acpi=on,pit=off,"
                  "pic=off,rtc=off,isa-serial=off,mem-merge=off,dump-guest-core=off ");
    CU_ASSERT_EQUAL(inputs_missing(inputs, missing, 16), 6);
    CU_ASSERT_STRING_EQUAL(inputs_text(inputs, named("vm_id")), "vm1");
    CU_ASSERT(muster_is_set(inputs_params(inputs), named("vm_id")));
    CU_ASSERT(!muster_is_set(inputs_params(inputs), named("kernel_dir")));
    CU_ASSERT_PTR_NULL(inputs_text(inputs, named("kernel_dir")));
    inputs_free(inputs);
}

static void no_trial(void) {
    struct inputs *inputs = inputs_new(microvm_ruleset, "test", stdout);

    CU_ASSERT_PTR_NOT_NULL_FATAL(inputs);
    expect_tagged(inputs, "trial", ""); /* no fact is known */
    inputs_free(inputs);
    inputs = server_inputs();
    CU_ASSERT(inputs_set(inputs, "qemu=no"));
    expect_tagged(inputs, "trial", ""); /* and this host is refused */
    inputs_free(inputs);
}

int main(void) {
    static const struct unit_test tests[] = {
        {"a parameter that a probe fills", probed_parameter},
        {"what a trial start takes", trial_arguments},
        {"blank parameters are so for a while", blanks_go},
        {"hosts without a trial", no_trial},
    };

    return unit_main("microvm", tests, sizeof tests / sizeof *tests);
}
