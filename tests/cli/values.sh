# Values that are refused, from --set and from files: exit 2, the words, and nothing is started.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"
export PATH=$scratch/bin:$PATH
host=(--ruleset baseline --facts facts.cfg --config params.cfg)

long() {
    head -c "$1" /dev/zero | tr '\0' "${2:-a}"
}

# Long values would hide the rest of the transcript.
refused() {
    {
        printf -- '--- %q\n' "${2:-$1}"
        "$muster" exec "${host[@]}" --set "$1" 2>&1
        echo "[$?]"
    } | mask_lines >>transcript
}

: >transcript
# shellcheck disable=SC2088 # a tilde is not the caller's home here
for value in overlay.qcow2 nbd:127.0.0.1:1 'json:{"driver":"null-co"}' ./overlay.qcow2 ../x '' '~/x' 'file:/x' \
    ',/x' ' /x'; do
    refused "overlay_image=$value"
done
refused kernel_dir=images
refused cmd_socket=cmd.sock
refused qmp_socket=tcp:127.0.0.1:1
refused overlay_image=$'/run/a\nb'
refused overlay_image=$'/run/a\tb'
refused overlay_image=$'/run/\x01'
refused overlay_image=$'/run/\x7f'
refused overlay_image=$'/run/\xff'
refused overlay_image=$'/run/\xc0\xaf'
refused overlay_image=$'/run/\xed\xa0\x80'
refused overlay_image=$'/run/\xf4\x90\x80\x80'
refused overlay_image=$'/run/\xe2\x82'
refused "overlay_image=/$(long 4095)" 'overlay_image, 4,096 bytes'
refused "cmd_socket=/$(long 107)" 'cmd_socket, 108 bytes'
refused "event_socket=/$(long 107)" 'event_socket, 108 bytes'
refused "qmp_socket=/$(long 107)" 'qmp_socket, 108 bytes'
refused "gvproxy_socket=/$(long 107)" 'gvproxy_socket, 108 bytes'
check_golden "paths" "$srcdir/tests/cli/golden/paths.txt" transcript

: >transcript
for value in 'a,b' 'vm1,readonly=on' 'a b' 'a/b' '' 'ü' $'a\n' 'a=b' "a'b"; do
    refused "vm_id=$value"
done
refused "vm_id=$(long 65)" 'vm_id, 65 bytes'
for value in 0 1048577 -1 4294967808 18446744073709552128 512M 5e2 0x200 ' 512' '512 ' '' five 512.0 +; do
    refused "memory_mb=$value"
done
for assignment in kvm=maybe kvm= kvm=unknown kvm=1 kvm=YES guest_arch=riscv64 guest_arch= host_os=Linux \
    qemu_version=9 qemu_version=9.1.2.3 qemu_version=9.x qemu_version=9. qemu_version=99999999999.1 \
    qemu_version=-1.0 accel=tcg machine=pc network=yes kmv=yes vmid=vm1 nothing_like_it=1; do
    refused "$assignment"
done
refused $'bad\x1b[31mname=1'
check_golden "names, numbers, facts" "$srcdir/tests/cli/golden/values.txt" transcript
not_started "nothing was started"

# The rule that a message names is the one that declares the parameter.
"$muster" argv --ruleset baseline --facts facts.cfg --set memory_mb=0 2>err
line=$(grep -nE '^param +memory_mb' "$srcdir/rules/baseline.muster" | cut -d: -f1)
check_equal "the declaration's line" 1 "$(grep -c "baseline.muster:$line)" err)"

# Several errors are told in one run.
"$muster" argv --ruleset baseline --facts facts.cfg --set memory_mb=0 --set kmv=yes --set vm_id=a,b 2>err
check_equal "all errors of a run" "2 3" "$? $(wc -l <err)"

# The limits themselves are allowed.
allowed() {
    "$muster" argv "${host[@]}" --set "$2" --format nul >out 2>err
    check_equal "$1" "0 1" "$? $(tr '\0' '\n' <out | grep -cF -- "$3")"
}
allowed "a path of 4,095 bytes" "kernel_dir=/$(long 4094 k)" "/$(long 4094 k)/vmlinuz-x86_64"
allowed "a socket of 107 bytes" "cmd_socket=/$(long 106 s)" "path=/$(long 106 s),"
allowed "a name of 64 bytes" "vm_id=$(long 64 v)" "guest=$(long 64 v)"
allowed "memory 1" memory_mb=1 1M
allowed "memory 1048576" memory_mb=1048576 1048576M
allowed "a path with UTF-8" "overlay_image=/süß/€/😀" "file=/süß/€/😀,"
allowed "the root folder" overlay_image=/ "file=/,"

# On macOS a socket's path is shorter.
words="the parameter 'cmd_socket' is longer than 103 bytes, the most when host_os == macos"
"$muster" argv "${host[@]}" --set host_os=macos --set "cmd_socket=/$(long 103 s)" 2>err >out
check_equal "a socket of 104 bytes on macOS" "2 0 bytes
muster: --set: $words (declared in baseline.muster:LINE)" \
    "$? $(wc -c <out) bytes
$(mask_lines <err)"
"$muster" argv "${host[@]}" --set host_os=macos --set "cmd_socket=/$(long 102 s)" 2>err >out
check_equal "a socket of 103 bytes on macOS" 0 $?

# A comma in a path: doubled in lists of options, as it is where the whole argument is the path.
"$muster" argv "${host[@]}" --set overlay_image=/a,b,,c --set kernel_dir=/k,l \
    --set cmd_socket=/s,t --set qmp_socket=/q,r --format nul | tr '\0' '\n' >out
check_equal "commas in lists" 3 "$(grep -cE 'file=/a,,b,,,,c,format=|path=/s,,t,server|^unix:/q,,r,server' out)"
check_equal "commas in -kernel and -initrd" "/k,l/vmlinuz-x86_64 /k,l/initramfs-x86_64" \
    "$(grep '^/k,' out | paste -sd ' ')"

finish
