# What a guest is booted from: kernels, initramfs, disk, configuration. Sourced after packages.sh by boot.sh, which checks
# many boots, and by first.sh, which shows one. They set srcdir, the folder of the sources; cache, where packages are kept;
# and scratch, where the files of guests are made.
#
#   debian_kernel KIND ARCH DEBIAN-ARCH      leaves Debian's kernel and an initramfs with its modules as vmlinuz-ARCH and
#                                            initramfs-ARCH in $scratch/KIND, or says in one line on stderr why it cannot
#   kernel_pc, kernel_microvm, kernel_virt   the same, each with the kernel for that machine
#   make_disk FOLDER WORD                    FOLDER/overlay.qcow2, a file system with WORD in its file "word"
#   write_config FOLDER KERNELS [SOCKETS]    FOLDER/vm.cfg, for a guest with the kernel in KERNELS; its sockets are in FOLDER,
#                                            or in SOCKETS
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # srcdir, cache and scratch are set by those who source this
# What the guests need of a kernel whose drivers are modules, for either transport.
drivers=(virtio_mmio virtio_pci virtio_blk virtio_console virtio_balloon virtio_net virtio_rng)

# module TREE NAME: prints the file of a module. Its name may be written with - or with _.
module() {
    find "$1/lib/modules" "$1/usr/lib/modules" -name "${2//[-_]/[-_]}.ko*" 2>/dev/null | head -n 1
}

# add_module TREE NAME INTO: copies a module and first those that it depends on; INTO/order is the order to load them in.
add_module() {
    local file needed
    [ ! -e "$3/$2.ko" ] || return 0
    file=$(module "$1" "$2")
    # Built in.
    [ -n "$file" ] || return 0
    case $file in
    *.xz) xz -dc "$file" ;;
    *) cat "$file" ;;
    esac >"$3/$2.ko" || return 1
    for needed in $(tr '\0' '\n' <"$3/$2.ko" | sed -n 's/^depends=//p' | tr , ' '); do
        add_module "$1" "$needed" "$3" || return 1
    done
    echo "$2.ko" >>"$3/order"
}

# pack INTO ARCH BUSYBOX [TREE]: the initramfs, with what it needs of a kernel's modules.
pack() {
    local root=$scratch/root name
    rm -rf "$root"
    mkdir -p "$root/bin" "$root/modules" "$1" && : >"$root/modules/order" && cp "$3/bin/busybox" "$root/bin/" &&
        cp "$srcdir/tests/boot/init" "$root/init" && chmod 755 "$root/init" "$root/bin/busybox" || return 1
    for name in ${4:+"${drivers[@]}"}; do
        add_module "$4" "$name" "$root/modules" || return 1
    done
    (cd "$root" && find . | cpio --quiet -o -H newc) | gzip -1 >"$1/initramfs-$2"
}

debian_kernel() {
    local package
    package=$(kept_kernel "$3") || package=$(newest "$3" "linux-image-cloud-$3" "$cache") || return 1
    fetch "$3" "$package" "$cache" && fetch "$3" busybox-static "$cache" || return 1
    if ! { pack "$scratch/$1" "$2" "$cache/busybox-static-$3" "$cache/$package-$3" &&
        ln -s "$cache/$package-$3"/boot/vmlinuz-* "$scratch/$1/vmlinuz-$2"; }; then
        echo "$package could not be put into $scratch" >&2
        return 1
    fi
}

# kept_kernel ARCH: the package that was fetched before, if one was.
kept_kernel() {
    local kept
    kept=$(cd "$cache" && compgen -G "linux-image-*-cloud-$1-$1" | head -n 1)
    echo "${kept%-"$1"}"
    [ -n "$kept" ]
}

kernel_pc() {
    debian_kernel pc x86_64 amd64
}

kernel_virt() {
    debian_kernel virt aarch64 arm64
}

kernel_microvm() {
    bash "$srcdir/tests/boot/kernel.sh" "$cache" && fetch amd64 busybox-static "$cache" || return 1
    if ! { pack "$scratch/microvm" x86_64 "$cache/busybox-static-amd64" &&
        ln -s "$cache/vmlinuz-microvm" "$scratch/microvm/vmlinuz-x86_64"; }; then
        echo "the kernel could not be put into $scratch" >&2
        return 1
    fi
}

make_disk() {
    mkdir -p "$1/files" && echo "$2" >"$1/files/word" && truncate -s 64M "$1/base.raw" &&
        mkfs.ext4 -q -F -d "$1/files" "$1/base.raw" &&
        qemu-img create -q -f qcow2 -F raw -b "$1/base.raw" "$1/overlay.qcow2"
}

# quoted TEXT: as a string of a libconfig file.
quoted() {
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

write_config() {
    local sockets=${3:-$1}
    cat >"$1/vm.cfg" <<END
# Parameters of a guest; see rules/example.cfg for what each one is. Edit them as you like.
# Facts can be set here, too, and win over what is measured: facts: { force_emulation = true; };
params: {
    vm_id = "boot";
    memory_mb = 512;
    kernel_dir = $(quoted "$2");
    overlay_image = $(quoted "$1/overlay.qcow2");
    cmd_socket = $(quoted "$sockets/cmd");
    event_socket = $(quoted "$sockets/event");
    qmp_socket = $(quoted "$sockets/qmp");
    gvproxy_socket = $(quoted "$sockets/gvproxy");
};
END
}
