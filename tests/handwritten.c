/*
 * The baseline by hand. First the decisions, one function each, then the argv in its order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handwritten.h"

#include <string.h>

enum accel { ACCEL_KVM, ACCEL_HVF, ACCEL_TCG };
enum machine { MACHINE_VIRT, MACHINE_MICROVM, MACHINE_PC };
enum reconnect { RECONNECT_NEVER, RECONNECT_SECONDS, RECONNECT_MILLISECONDS };

struct decisions {
    enum accel accel;
    enum machine machine;
    bool legacy_timers; /* microvm: PIT, PIC and RTC stay */
    bool core_dump_off;
    bool aarch64;
    bool macos;
    bool virtio_console;
    bool mmio; /* virtio devices end in "device", else in "pci" */
    bool network;
    enum reconnect reconnect;
};

/* ---- decisions -------------------------------------------------------------------------------------------------- */

static enum accel decide_accel(const struct handwritten_facts *facts) {
    if (facts->force_emulation)
        return ACCEL_TCG;
    if (facts->kvm)
        return ACCEL_KVM;
    if (facts->host_os == HANDWRITTEN_MACOS && facts->hvf)
        return ACCEL_HVF;
    return ACCEL_TCG;
}

static enum machine decide_machine(enum handwritten_arch guest_arch, enum accel accel) {
    if (guest_arch == HANDWRITTEN_AARCH64)
        return MACHINE_VIRT;
    return accel == ACCEL_TCG ? MACHINE_PC : MACHINE_MICROVM;
}

static bool decide_legacy_timers(const struct handwritten_facts *facts, enum accel accel) {
    if (facts->guest_arch == HANDWRITTEN_ARCH_UNKNOWN && accel == ACCEL_HVF)
        return false;
    return !facts->tsc_deadline;
}

static bool decide_core_dump_off(enum machine machine, enum accel accel, enum handwritten_os host_os) {
    if (machine == MACHINE_VIRT)
        return host_os != HANDWRITTEN_MACOS;
    return accel != ACCEL_HVF;
}

static bool at_least(const struct handwritten_version *version, int major, int minor) {
    return version->major > major || (version->major == major && version->minor >= minor);
}

static enum reconnect decide_reconnect(const struct handwritten_version *version) {
    if (!version->known || !at_least(version, 8, 0))
        return RECONNECT_NEVER;
    return at_least(version, 9, 2) ? RECONNECT_MILLISECONDS : RECONNECT_SECONDS;
}

static struct decisions decide(const struct handwritten_facts *facts) {
    struct decisions d;
    d.accel = decide_accel(facts);
    d.machine = decide_machine(facts->guest_arch, d.accel);
    d.legacy_timers = decide_legacy_timers(facts, d.accel);
    d.core_dump_off = decide_core_dump_off(d.machine, d.accel, facts->host_os);
    d.aarch64 = facts->guest_arch == HANDWRITTEN_AARCH64;
    d.macos = facts->host_os == HANDWRITTEN_MACOS;
    d.virtio_console = d.machine != MACHINE_PC;
    d.mmio = d.machine != MACHINE_PC;
    d.network = facts->allow_network || facts->expose_ports;
    d.reconnect = decide_reconnect(&facts->qemu_version);
    return d;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

/* Where the next argument's address and the next byte go. */
struct output {
    const char **slot;
    char *at;
};

/* Constant text; its length is known to the compiler, which turns the call into moves. */
#define PUT(out, literal) put(out, literal, sizeof(literal) - 1)

/* Constant text as a whole argument: the literal's own NUL is copied with it. */
#define ARGUMENT(out, literal) (begin(out), put(out, literal, sizeof(literal)))

static inline void begin(struct output *out) {
    *out->slot++ = out->at;
}

static inline void put(struct output *out, const char *text, size_t length) {
    memcpy(out->at, text, length);
    out->at += length;
}

static inline void put_text(struct output *out, struct handwritten_text text) {
    put(out, text.text, text.length);
}

static inline void end(struct output *out) {
    *out->at++ = '\0';
}

/* ---- the argv, in order ----------------------------------------------------------------------------------------- */

static inline void put_wrappers(struct output *out, const struct handwritten_facts *facts, bool macos) {
    if (!macos && facts->unshare) {
        ARGUMENT(out, "unshare");
        ARGUMENT(out, "--pid");
        if (!facts->allow_network)
            ARGUMENT(out, "--net");
        ARGUMENT(out, "--mount");
        ARGUMENT(out, "--uts");
        ARGUMENT(out, "--ipc");
        ARGUMENT(out, "--fork");
        ARGUMENT(out, "--");
    }
    if (facts->qemu_vm_user) {
        ARGUMENT(out, "sudo");
        ARGUMENT(out, "-u");
        ARGUMENT(out, "qemu-vm");
        ARGUMENT(out, "stdbuf");
        ARGUMENT(out, "-oL");
    }
}

static inline void put_binary(struct output *out, const struct decisions *d, struct handwritten_text vm_id) {
    if (d->aarch64)
        ARGUMENT(out, "qemu-system-aarch64");
    else
        ARGUMENT(out, "qemu-system-x86_64");
    ARGUMENT(out, "-name");
    begin(out);
    PUT(out, "guest=");
    put_text(out, vm_id);
    end(out);
    if (d->machine == MACHINE_MICROVM) {
        ARGUMENT(out, "-nodefaults");
        ARGUMENT(out, "-no-user-config");
    }
}

static inline void put_accel_and_cpu(struct output *out, const struct decisions *d) {
    ARGUMENT(out, "-accel");
    switch (d->accel) {
    case ACCEL_KVM:
        ARGUMENT(out, "kvm");
        break;
    case ACCEL_HVF:
        ARGUMENT(out, "hvf");
        break;
    case ACCEL_TCG:
        ARGUMENT(out, "tcg,thread=single,tb-size=256");
        break;
    }
    ARGUMENT(out, "-cpu");
    if (d->accel != ACCEL_TCG)
        ARGUMENT(out, "host");
    else if (d->aarch64)
        ARGUMENT(out, "cortex-a57");
    else
        ARGUMENT(out, "Haswell");
}

static inline void put_machine(struct output *out, const struct decisions *d) {
    ARGUMENT(out, "-M");
    begin(out);
    switch (d->machine) {
    case MACHINE_VIRT:
        PUT(out, "virt,virtualization=off,highmem=off,gic-version=3,mem-merge=off");
        break;
    case MACHINE_MICROVM:
        PUT(out, "microvm,acpi=off,x-option-roms=off");
        if (!d->legacy_timers)
            PUT(out, ",pit=off,pic=off,rtc=off");
        PUT(out, ",isa-serial=off,mem-merge=off");
        break;
    case MACHINE_PC:
        PUT(out, "pc,mem-merge=off");
        break;
    }
    if (d->core_dump_off)
        PUT(out, ",dump-guest-core=off");
    end(out);
    ARGUMENT(out, "-no-reboot");
}

static inline void put_memory(struct output *out, struct handwritten_text memory_mb) {
    ARGUMENT(out, "-m");
    begin(out);
    put_text(out, memory_mb);
    PUT(out, "M");
    end(out);
    ARGUMENT(out, "-smp");
    ARGUMENT(out, "1");
}

static inline void put_kernel(struct output *out, bool aarch64, struct handwritten_text kernel_dir) {
    ARGUMENT(out, "-kernel");
    begin(out);
    put_text(out, kernel_dir);
    if (aarch64)
        PUT(out, "/vmlinuz-aarch64");
    else
        PUT(out, "/vmlinuz-x86_64");
    end(out);
    ARGUMENT(out, "-initrd");
    begin(out);
    put_text(out, kernel_dir);
    if (aarch64)
        PUT(out, "/initramfs-aarch64");
    else
        PUT(out, "/initramfs-x86_64");
    end(out);
}

static inline void put_append(struct output *out, const struct decisions *d, enum handwritten_arch guest_arch) {
    ARGUMENT(out, "-append");
    begin(out);
    if (d->aarch64)
        PUT(out, "console=ttyAMA0");
    else if (d->virtio_console)
        PUT(out, "console=hvc0");
    else
        PUT(out, "console=ttyS0");
    PUT(out,
        " loglevel=7 root=/dev/vda rootflags=rw,noatime rootfstype=ext4 rootwait=2 fsck.mode=skip reboot=t panic=-1"
        " preempt=none i8042.noaux i8042.nomux i8042.nopnp i8042.nokbd init=/init random.trust_cpu=on"
        " raid=noautodetect mitigations=off nokaslr noresume swiotlb=noforce");
    if (d->network)
        PUT(out, " init.net=1");
    PUT(out, " init.balloon=1");
    if (guest_arch == HANDWRITTEN_X86_64)
        PUT(out, " tsc=reliable");
    end(out);
}

static inline void put_sandbox_and_iothread(struct output *out, enum handwritten_os host_os,
                                            struct handwritten_text vm_id) {
    if (host_os != HANDWRITTEN_MACOS) {
        ARGUMENT(out, "-sandbox");
        ARGUMENT(out, "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
    }
    if (host_os == HANDWRITTEN_LINUX) {
        ARGUMENT(out, "-object");
        begin(out);
        PUT(out, "iothread,id=iothread0-");
        put_text(out, vm_id);
        end(out);
    }
}

static inline void put_drive(struct output *out, bool io_uring, struct handwritten_text overlay_image) {
    ARGUMENT(out, "-drive");
    begin(out);
    PUT(out, "file=");
    put_text(out, overlay_image);
    PUT(out, ",format=qcow2,if=none,id=hd0,cache=unsafe,aio=");
    if (io_uring)
        PUT(out, "io_uring");
    else
        PUT(out, "threads");
    PUT(out, ",discard=unmap,detect-zeroes=unmap,werror=report,rerror=report,copy-on-read=off,bps=52428800"
             ",bps_max=104857600,iops=1000,iops_max=2000,file.locking=off");
    end(out);
}

/* Begins `-device virtio-NAME-SUFFIX`; what follows the suffix is put after it. */
#define BEGIN_VIRTIO(out, mmio, name)                                                                                  \
    do {                                                                                                               \
        ARGUMENT(out, "-device");                                                                                      \
        begin(out);                                                                                                    \
        if (mmio)                                                                                                      \
            PUT(out, "virtio-" name "-device");                                                                        \
        else                                                                                                           \
            PUT(out, "virtio-" name "-pci");                                                                           \
    } while (0)

static inline void put_disk(struct output *out, bool mmio, enum handwritten_os host_os, struct handwritten_text vm_id) {
    BEGIN_VIRTIO(out, mmio, "blk");
    PUT(out, ",drive=hd0");
    switch (host_os) {
    case HANDWRITTEN_LINUX:
        PUT(out, ",iothread=iothread0-");
        put_text(out, vm_id);
        break;
    case HANDWRITTEN_MACOS:
        break;
    case HANDWRITTEN_OS_UNKNOWN:
        PUT(out, ",iothread=None");
        break; /* the original's mistake, kept */
    }
    PUT(out, ",num-queues=1,queue-size=128");
    end(out);
}

static inline void put_chardevs(struct output *out, const struct handwritten_params *params) {
    ARGUMENT(out, "-nographic");
    ARGUMENT(out, "-monitor");
    ARGUMENT(out, "none");
    ARGUMENT(out, "-chardev");
    begin(out);
    PUT(out, "socket,id=cmd0,path=");
    put_text(out, params->cmd_socket);
    PUT(out, ",server=on,wait=off");
    end(out);
    ARGUMENT(out, "-chardev");
    begin(out);
    PUT(out, "socket,id=event0,path=");
    put_text(out, params->event_socket);
    PUT(out, ",server=on,wait=off");
    end(out);
    ARGUMENT(out, "-chardev");
    ARGUMENT(out, "stdio,id=virtiocon0,mux=on,signal=off");
}

static inline void put_serial(struct output *out, const struct decisions *d) {
    ARGUMENT(out, "-serial");
    if (d->virtio_console)
        ARGUMENT(out, "none");
    else
        ARGUMENT(out, "chardev:virtiocon0");
    BEGIN_VIRTIO(out, d->mmio, "serial");
    PUT(out, ",max_ports=3");
    end(out);
    if (d->virtio_console) {
        ARGUMENT(out, "-device");
        ARGUMENT(out, "virtconsole,chardev=virtiocon0,nr=0");
    }
    ARGUMENT(out, "-device");
    ARGUMENT(out, "virtserialport,chardev=cmd0,name=org.dualeai.cmd,nr=1");
    ARGUMENT(out, "-device");
    ARGUMENT(out, "virtserialport,chardev=event0,name=org.dualeai.event,nr=2");
}

static inline void put_balloon(struct output *out, bool mmio) {
    BEGIN_VIRTIO(out, mmio, "balloon");
    PUT(out, ",deflate-on-oom=on,free-page-reporting=on");
    end(out);
}

static inline void put_network(struct output *out, const struct decisions *d, struct handwritten_text gvproxy_socket) {
    ARGUMENT(out, "-netdev");
    begin(out);
    PUT(out, "stream,id=net0,addr.type=unix,addr.path=");
    put_text(out, gvproxy_socket);
    switch (d->reconnect) {
    case RECONNECT_NEVER:
        break;
    case RECONNECT_SECONDS:
        PUT(out, ",reconnect=1");
        break;
    case RECONNECT_MILLISECONDS:
        PUT(out, ",reconnect-ms=250");
        break;
    }
    end(out);
    BEGIN_VIRTIO(out, d->mmio, "net");
    PUT(out, ",netdev=net0,mq=off,csum=off,gso=off,host_tso4=off,host_tso6=off,mrg_rxbuf=off,ctrl_rx=off"
             ",guest_announce=off");
    end(out);
}

static inline void put_qmp(struct output *out, struct handwritten_text qmp_socket) {
    ARGUMENT(out, "-qmp");
    begin(out);
    PUT(out, "unix:");
    put_text(out, qmp_socket);
    PUT(out, ",server=on,wait=off");
    end(out);
}

size_t handwritten_argv(const struct handwritten_facts *facts, const struct handwritten_params *params,
                        const char **argv, char *buffer) {
    const struct decisions d = decide(facts);
    struct output out = {argv, buffer};

    put_wrappers(&out, facts, d.macos);
    put_binary(&out, &d, params->vm_id);
    put_accel_and_cpu(&out, &d);
    put_machine(&out, &d);
    put_memory(&out, params->memory_mb);
    put_kernel(&out, d.aarch64, params->kernel_dir);
    put_append(&out, &d, facts->guest_arch);
    put_sandbox_and_iothread(&out, facts->host_os, params->vm_id);
    put_drive(&out, facts->io_uring, params->overlay_image);
    put_disk(&out, d.mmio, facts->host_os, params->vm_id);
    put_chardevs(&out, params);
    put_serial(&out, &d);
    put_balloon(&out, d.mmio);
    if (d.network)
        put_network(&out, &d, params->gvproxy_socket);
    put_qmp(&out, params->qmp_socket);
    *out.slot = NULL;
    return (size_t)(out.slot - argv);
}

size_t handwritten_most_bytes(const struct handwritten_params *params) {
    const size_t constant_text = 2048; /* rounded up from the longest argv */
    return constant_text + 3 * params->vm_id.length + params->memory_mb.length + 2 * params->kernel_dir.length +
           params->overlay_image.length + params->cmd_socket.length + params->event_socket.length +
           params->qmp_socket.length + params->gvproxy_socket.length;
}
