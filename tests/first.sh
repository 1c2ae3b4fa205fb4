#!/usr/bin/env bash
# The first ten minutes without a network: what ./bootstrap run does where there is a QEMU and where there is none, and
# how a first boot is prepared, shown and ended (tests/boot/first.sh). Programs that would install, build or emulate
# something are stand-ins.
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016 # a dollar in a pattern is a dollar
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"
first=$srcdir/tests/boot/first.sh
# The name of a scratch folder is short, and so are the paths of sockets in it.
scratch_here=$scratch
cd "$scratch_here" || exit 2
unset MUSTER_SILENT_SECONDS

# stand_in NAME: a program in the folder `bin`, from standard input.
mkdir bin
stand_in() {
    { echo '#!/bin/sh'; cat; } >"bin/$1" && chmod +x "bin/$1"
}

# gone: whether the process is gone whose number is in the file `pid`.
gone() {
    kill -0 "$(cat pid)" 2>/dev/null && echo "runs on" || echo gone
}

# --- how a boot is shown and ended ---

mkdir guest
{ cat "$srcdir/rules/recorded-host.cfg"; } | sed -e '/^params/,$d' -e 's/unshare  *= true/unshare = false/' >guest/vm.cfg
cat >>guest/vm.cfg <<END
params: {
    qemu_path = "$scratch_here/bin/emulator";
    vm_id = "boot"; kernel_dir = "/kernel"; overlay_image = "/disk"; cmd_socket = "/c"; event_socket = "/e";
    qmp_socket = "/q";
};
END

# boots NAME STATUS TEXT [SECONDS]: what first.sh prints of the stand-in emulator on standard input, and that it is ended;
# it may be silent for so many seconds.
boots() {
    local name=$1 expected=$2 text=$3 status output
    { echo "echo \$\$ >$scratch_here/pid"; cat; } | stand_in emulator
    output=$(PATH=$builddir:$PATH MUSTER_SILENT_SECONDS=${4:-60} bash "$first" boot guest 2>&1)
    status=$?
    check_equal "$name" "$text
exit $expected, gone" "$(sed -E 's/\([0-9]+ s, /(N s, /' <<<"$output")
exit $status, $(gone)"
}
to_try="Its console is in $scratch_here/guest/console, the messages of muster and QEMU are in $scratch_here/guest/errors. To try:
    $builddir/muster exec --config $scratch_here/guest/vm.cfg --set force_emulation=yes    # if it ran under KVM or another accelerator
    MUSTER_SILENT_SECONDS=60 ./bootstrap run    # if this host is slow"
heard="The guest's first words (N s, its start and end included):"

boots "a guest that speaks is shown, and ended" 0 "$heard
    Linux version 6.1
    console ttyS0
    root disk on pci" <<'END'
printf 'firmware\033[2J Linux version 6.1\r\nnoise\r\nmuster-guest: console ttyS0\r\nmuster-guest: root disk on pci\r\n'
exec sleep 1000
END
boots "a guest that ends by itself after it has spoken" 0 "$heard
    console ttyS0" <<'END'
echo 'muster-guest: console ttyS0'
END
boots "a guest that stays silent is ended and reported" 1 "The guest wrote nothing to its console for 1 s, and was ended.
$to_try" 1 <<'END'
exec sleep 1000
END
boots "a guest that falls silent before its init: what was heard is shown" 1 \
    "The guest wrote nothing to its console for 3 s, and was ended.
    console: SeaBIOS[31m
    warning: slow
$to_try" 3 <<'END'
printf 'SeaBIOS\033[31m\r\n'
echo 'warning: slow' >&2
exec sleep 1000
END
boots "a guest that writes and does not reach its init" 1 "The guest did not reach its init within 9 s, and was ended.
    console: booting
    console: booting
    console: booting
    console: booting
    console: booting
$to_try" 3 <<'END'
while :; do echo booting; sleep 0.2; done
END
boots "an emulator that fails" 1 "The guest ended with the status 3 before its init said anything.
    emulator: no such machine
$to_try" <<'END'
echo 'emulator: no such machine' >&2
exit 3
END
boots "an emulator that ignores TERM is killed" 0 "$heard
    here" <<'END'
trap '' TERM
echo 'muster-guest: here'
while :; do sleep 1; done
END
{ echo "echo \$\$ >$scratch_here/pid; echo 'muster-guest: here'; exec sleep 1000"; } | stand_in emulator
rm -f pid
PATH=$builddir:$PATH MUSTER_SILENT_SECONDS=30 bash "$first" boot guest >out 2>&1 &
until [ -s pid ]; do sleep 0.1; done
kill -TERM $!
wait $!
check_equal "who interrupts it takes the guest along" "130 gone" "$? $(gone)"
check_equal "a wrong call" "usage: first.sh prepare FOLDER CACHE | boot FOLDER
2" "$(bash "$first" boot 2>&1; echo $?)"

# --- how it is prepared ---

# A folder for PATH: all commands of this machine, but for those that would change something or are stand-ins.
mkdir commands
IFS=: read -r -a folders <<<"$PATH:/usr/sbin:/sbin"
for folder in "${folders[@]}"; do
    for command in "$folder"/*; do
        case ${command##*/} in
        qemu-* | apt-get | apt-cache | sudo | muster) ;;
        *) [ ! -x "$command" ] || [ -e "commands/${command##*/}" ] || ln -s "$command" commands/ ;;
        esac
    done
done
arch=$(uname -m | sed 's/^arm64$/aarch64/')
debian=amd64
[ "$arch" = x86_64 ] || debian=arm64
for program in gcc make flex bison autoreconf automake libtoolize pkg-config cpio xz gzip mkfs.ext4 qemu-img uname; do
    rm -f "commands/$program"
done
ln -s "$scratch_here"/bin/* commands/ 2>/dev/null
rm -f commands/emulator
for program in gcc flex bison autoreconf automake libtoolize pkg-config xz mkfs.ext4; do
    stand_in "$program" </dev/null
done
stand_in cpio <<'END'
cat >/dev/null; echo archive
END
stand_in gzip <<'END'
cat
END
stand_in uname <<END
echo "$arch"
END
stand_in qemu-img <<'END'
for last; do :; done; echo disk >"$last"
END
narrow=$scratch_here/bin:$scratch_here/commands

# The script adds folders to PATH that hold the system's own programs, which must not be found for these cases.
mkdir -p tree/tests/boot tree/rules tree/build
cp "$srcdir/tests/apt.sh" tree/tests/
for file in first.sh guest.sh packages.sh init; do
    sed 's|^PATH=\$PATH:/usr/sbin:/sbin.*||' "$srcdir/tests/boot/$file" >"tree/tests/boot/$file"
done
prepare() {
    PATH=$narrow bash tree/tests/boot/first.sh prepare "$@" 2>&1
    echo "exit $?"
}
mv bin/qemu-img kept-qemu-img
check_equal "without a program that is needed" "there is no qemu-img here
exit 1" "$(prepare one packages)"
mv kept-qemu-img bin/qemu-img
check_equal "without apt" "there is no apt-get here
exit 1" "$(prepare one packages)"
mv bin/uname kept-uname
echo 'echo riscv64' | stand_in uname
check_equal "on another architecture" "no guest is known for the architecture riscv64
exit 1" "$(prepare one packages)"
mv kept-uname bin/uname

# Packages that were fetched before are enough.
mkdir -p "packages/linux-image-1-cloud-$debian-$debian/boot" "packages/busybox-static-$debian/bin"
echo kernel >"packages/linux-image-1-cloud-$debian-$debian/boot/vmlinuz-1"
echo busybox >"packages/busybox-static-$debian/bin/busybox"
check_equal "with packages that were fetched before" "exit 0" "$(prepare one packages)"
check_equal "what is left" "archive
kernel
disk" "$(cat "one/kernel/initramfs-$arch" "one/kernel/vmlinuz-$arch" one/overlay.qcow2)"
check_equal "its configuration" "# Parameters of a guest; see rules/example.cfg for what each one is. Edit them as you like.
# Facts can be set here, too, and win over what is measured: facts: { force_emulation = true; };
params: {
    vm_id = \"boot\";
    memory_mb = 512;
    kernel_dir = \"$scratch_here/one/kernel\";
    overlay_image = \"$scratch_here/one/overlay.qcow2\";
    cmd_socket = \"$scratch_here/one/cmd\";
    event_socket = \"$scratch_here/one/event\";
    qmp_socket = \"$scratch_here/one/qmp\";
    gvproxy_socket = \"$scratch_here/one/gvproxy\";
};" "$(cat one/vm.cfg)"
sed -i 's/512/1024/' one/vm.cfg
echo written >one/overlay.qcow2
check_equal "again" "exit 0" "$(prepare one packages)"
check_equal "the configuration and the disk stay as the user left them" "    memory_mb = 1024;
written" "$(grep memory_mb one/vm.cfg; cat one/overlay.qcow2)"
check_equal "names with quotes and backslashes" "exit 0
    kernel_dir = \"$scratch_here/a\\\"b\\\\c/kernel\";" "$(prepare 'a"b\c' packages; grep kernel_dir 'a"b\c/vm.cfg')"

# The path of a socket is short. The folder that is made for them is removed again.
long=$(printf 'x%.0s' {1..100})
said=$(prepare "$long" packages)
sockets=$(sed -n 's|^ *qmp_socket = "\(.*\)/qmp";$|\1|p' "$long/vm.cfg")
check_equal "a folder that is too long for sockets" \
    "the sockets are in $sockets: $scratch_here/$long is too long for the path of a socket
exit 0" "$said"
check_equal "has them elsewhere" "/tmp/muster.XXXXXX yes" \
    "$(sed -E 's|\.[A-Za-z0-9]{6}$|.XXXXXX|' <<<"$sockets") $([ -d "$sockets" ] && echo yes)"
rmdir "$sockets"
prepare "$long" packages >/dev/null
again=$(sed -n 's|^ *qmp_socket = "\(.*\)/qmp";$|\1|p' "$long/vm.cfg")
check_equal "and again after that was removed" "yes different kept" \
    "$([ -d "$again" ] && echo yes) $([ "$again" = "$sockets" ] || echo different) $([ -e "$long/vm.cfg.old" ] && echo kept)"
rmdir "$again"

# --- ./bootstrap run ---

cp "$srcdir/bootstrap" tree/
: >tree/configure
: >tree/build/Makefile
stand_in make <<'END'
case "$*" in
*-n*) for n in 1 2 3 4 5 6 7 8; do echo "echo \"  CC      \" $n;"; done ;;
*) [ ! -e broken ] || { echo 'x.c:1: error: broken'; exit 2; }
    for n in 1 2 3 4 5 6 7 8; do echo "  CC       $n"; echo 'make[1]: Leaving'; done ;;
esac
END
cat >tree/build/muster <<'END'
#!/bin/sh
echo "muster $*"
[ ! -e refused ] || exit 1
[ "$1" != exec ] || { [ -e silent ] || echo "muster-guest: console"; exec sleep 1000; }
END
chmod +x tree/build/muster
# runs [SECONDS]
runs() {
    (cd tree && PATH=$narrow MUSTER_SILENT_SECONDS=${1:-60} bash ./bootstrap run 2>&1; echo "exit $?") |
        sed -E "s/\([0-9]+ s/(N s/; s|$scratch_here|HERE|g"
}
made="make         2 of 8
make         4 of 8
make         6 of 8
make         8 of 8
make         done (N s)"
case $arch in
x86_64) package=qemu-system-x86 ;;
*) package=qemu-system-arm ;;
esac
check_equal "where no QEMU can be had a recorded host is shown" "$made
missing packages: $package
there is no apt-get here: install them (or what they are called here) by hand
going on without
there is no qemu-system-$arch here: what follows is decided for a recorded host, rules/recorded-host.cfg, whose facts \`muster probe\` wrote

--- build/muster explain --brief --facts rules/recorded-host.cfg --config rules/example.cfg ---
muster explain --brief --facts rules/recorded-host.cfg --config rules/example.cfg

The configuration is rules/example.cfg. Edit it and try:
    build/muster explain --facts rules/recorded-host.cfg --config rules/example.cfg
    build/musterc matrix rules/microvm.muster --format html -o build/microvm.html
exit 0" "$(runs)"
stand_in "qemu-system-$arch" </dev/null
check_equal "where no kernel can be had this host is shown" "$made
guest        no guest can be booted here: there is no apt-get here

--- build/muster explain --brief --config rules/example.cfg ---
muster explain --brief --config rules/example.cfg

The configuration is rules/example.cfg. Edit it and try:
    build/muster explain --config rules/example.cfg
    build/musterc matrix rules/microvm.muster --format html -o build/microvm.html
exit 0" "$(runs)"
mkdir -p tree/build/boot && cp -R packages/. tree/build/boot
explained="$made
guest        done (N s)

--- build/muster explain --brief --config build/first/vm.cfg ---
muster explain --brief --config build/first/vm.cfg"
check_equal "where there is all a guest is booted" "$explained

--- build/muster exec --config build/first/vm.cfg: that command line, started ---
The guest's first words (N s, its start and end included):
    console

The configuration is build/first/vm.cfg. Edit it and try:
    build/muster exec --config HERE/tree/build/first/vm.cfg    # Ctrl-A X ends it
    build/muster explain --config build/first/vm.cfg
    build/musterc matrix rules/microvm.muster --format html -o build/microvm.html
exit 0" "$(runs)"
: >tree/refused
check_equal "a host that the rules refuse is not booted" "$explained
exit 1" "$(runs)"
rm tree/refused
: >tree/silent
check_equal "a boot that stays silent ends the run with 1" "exit 1" "$(runs 1 | tail -n 1)"
: >tree/broken
check_equal "a build that fails" "make FAILED; the end of build/make.log:
    x.c:1: error: broken
exit 1" "$(runs)"
finish
