#!/usr/bin/env bash
# `make check-valgrind PROGRAMS`: the unit tests that are named, and the programs at their main jobs, under valgrind.
# An error that valgrind finds, a leak too, fails the case. (Memory that is "possibly lost" is what setenv keeps.)
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if ! command -v valgrind >/dev/null; then
    skip "tests under valgrind" "there is no valgrind here"
    finish
fi

# under_valgrind NAME STATUS COMMAND…: passes if the command ends with this status and valgrind has nothing to say.
under_valgrind() {
    local name=$1 expected=$2 status
    shift 2
    valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect \
        --errors-for-leak-kinds=definite,indirect --log-file="$scratch/valgrind" "$@" \
        >"$scratch/output" 2>&1 </dev/null
    status=$?
    if [ "$status" = "$expected" ] && [ ! -s "$scratch/valgrind" ]; then
        ok "$name"
    else
        not_ok "$name" "exit status $status, expected $expected
$(head -n 60 "$scratch/valgrind")
$(tail -n 20 "$scratch/output")"
    fi
}

cd "$builddir" || exit 2
# Random rulesets are slow here; a few try all that they are made of.
export MUSTER_COUNT="${MUSTER_COUNT:-20}"
for program in "$@"; do
    under_valgrind "${program##*/}" 0 "$builddir/$program"
done

example=$srcdir/rules/example.cfg
under_valgrind "muster probe" 0 "$builddir/muster" probe
under_valgrind "muster argv" 0 "$builddir/muster" argv --ruleset baseline --config "$example"
if command -v "qemu-system-$(uname -m)" >/dev/null; then
    under_valgrind "muster explain" 0 "$builddir/muster" explain --config "$example"
else
    skip "muster explain" "there is no QEMU for this machine's architecture"
fi
under_valgrind "muster argv, a name misspelt" 2 "$builddir/muster" argv --config "$example" --set memry_mb=1
if [ -x "$builddir/tests/muster_rejects" ]; then
    rejects=(--no-probe --set host_os=linux --set name=one)
    under_valgrind "muster argv, a host that is refused" 1 "$builddir/tests/muster_rejects" argv "${rejects[@]}" \
        --set kvm=yes --set cores=0
    under_valgrind "muster explain, with warnings" 0 "$builddir/tests/muster_rejects" explain "${rejects[@]}" \
        --set kvm=no --set mode=none
fi
if [ -x "$builddir/musterc" ]; then
    under_valgrind "musterc check" 0 "$builddir/musterc" check "$srcdir/rules/baseline.muster"
    # A small ruleset, for compile compares its tables with a plain evaluation of every host.
    under_valgrind "musterc compile" 0 "$builddir/musterc" compile "$srcdir/tests/rejects.muster" -o "$scratch/out.c"
fi
finish
