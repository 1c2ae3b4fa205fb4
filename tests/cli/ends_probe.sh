# A muster that is ended while it measures leaves nothing running: with a QEMU that hangs and has a child, in the
# questions and in the trial start.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"
command -v ps >/dev/null || { skip "a muster that is ended while it measures" "there is no ps here"; finish; }
export XDG_CACHE_HOME=/dev/null

# A QEMU that ignores what could end it, and leaves its number and its child's.
hang="trap '' TERM INT HUP; sleep 60 & echo \$! >'$scratch/child'; echo \$\$ >'$scratch/program'; sleep 60; sleep 60"
cat >hangs <<END
#!/bin/sh
$hang
END
cat >tries <<END
#!/bin/sh
case \$1 in
--version) cat '$srcdir/tests/hosts/qemu-7.2/version' ;;
-machine) cat '$srcdir/tests/hosts/qemu-7.2/session' ;;
*)
    if [ "\$2" = help ]; then cat '$srcdir/tests/hosts/qemu-7.2/accelerators'; exit; fi
    $hang
    ;;
esac
END
chmod +x hangs tries

# number FILE: the number of a process in it, waited for some seconds.
number() {
    for _ in $(seq 400); do
        [ ! -s "$1" ] || break
        sleep 0.05
    done
    cat "$1"
}

# running FILE…: those of these processes that have not ended some seconds later.
running() {
    local file left
    for _ in $(seq 400); do
        left=
        for file in "$@"; do
            case $(ps -o stat= -p "$(cat "$file")") in
            '' | Z*) ;;
            *) left="$left$file " ;;
            esac
        done
        [ -n "$left" ] || return 0
        sleep 0.05
    done
    echo "$left"
}

# ended NAME SIGNAL GROUP QEMU: `muster probe` gets the signal, or its whole group does as with Ctrl-C (GROUP is "-").
ended() {
    local name=$1 signal=$2 group=$3 qemu=$4 muster_number status
    rm -f child program
    setsid env --default-signal "$muster" probe --set guest_arch=x86_64 --qemu "./$qemu" >out 2>err &
    number program >/dev/null
    muster_number=$!
    kill "-$signal" -- "$group$muster_number"
    wait "$muster_number" 2>/dev/null
    status=$?
    check_equal "$name" "$((128 + $(kill -l "$signal"))), running: " "$status, running: $(running program child)"
}

for signal in TERM INT HUP KILL; do
    ended "SIG$signal while QEMU is asked" "$signal" "" hangs
done
ended "Ctrl-C while QEMU is asked" INT - hangs
if [ "$("$muster" probe --set guest_arch=x86_64 --qemu ./tries --set force_emulation=yes |
    sed -n 's/^    kvm *= "\([a-z_]*\)";.*/\1/p')" = usable ]; then
    for signal in TERM INT HUP KILL; do
        ended "SIG$signal in the trial" "$signal" "" tries
    done
    ended "Ctrl-C in the trial" INT - tries
else
    skip "signals in the trial" "KVM does not answer on this host, or it is not x86_64"
fi
finish
