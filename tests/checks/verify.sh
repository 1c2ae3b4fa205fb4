#!/usr/bin/env bash
# `make check-verify`: the rulesets on real QEMUs. Those that are installed, and those of other releases of Debian, which
# are fetched once into the folder `qemus` of the build, or taken from MUSTER_QEMUS, a folder made by tests/qemu/fetch.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
PATH=$builddir:$PATH
folder=${MUSTER_QEMUS:-$builddir/qemus}
cd "$srcdir" || exit 2

# --- which QEMUs there are ---

qemus=()
add() {
    if "$1" --version >/dev/null 2>&1; then
        qemus+=(--qemu "$1")
    else
        skip "$1" "${2:-it is not installed}"
    fi
}
for arch in x86_64 aarch64; do
    add "$(command -v "qemu-system-$arch" || echo "qemu-system-$arch")"
done
for release in bullseye bookworm-backports trixie-backports; do
    why=
    if [ ! -x "$folder/$release/qemu-system-x86_64" ]; then
        mkdir -p "$folder" && why=$(bash tests/qemu/fetch "$folder" "$release" 2>&1 | tail -n 1)
    fi
    for arch in x86_64 aarch64; do
        add "$folder/$release/qemu-system-$arch" "${why:-it cannot be started}"
    done
done
if [ ${#qemus[@]} = 0 ]; then
    skip "rulesets on real QEMUs" "there is none"
    finish
fi

# --- the supported space ---

muster-verify rules/microvm.muster "${qemus[@]}" >"$scratch/microvm" 2>&1
check_equal "no command line of microvm is refused: $(grep -c '^QEMU' "$scratch/microvm") QEMUs" 0 $?
grep -E '^QEMU|command lines:|^oldest' "$scratch/microvm"
check_equal "and none is of unknown words" "" "$(grep -A 20 '^  refused' "$scratch/microvm")"

# What these QEMUs could be, and memory around the most that fits below 4 GiB.
for setting in aarch64:memory_mb=3072 aarch64:memory_mb=3073 x86_64:qemu_pc=no x86_64:qemu_microvm=no; do
    for ((i = 1; i < ${#qemus[@]}; i += 2)); do
        [[ ${qemus[i]} == *"${setting%%:*}" ]] || continue
        muster-verify rules/microvm.muster --qemu "${qemus[i]}" --set "${setting#*:}" >"$scratch/setting" 2>&1
        check_equal "nor with ${setting#*:}: $(sed -n '1s/,.*//p' "$scratch/setting")" 0 $?
        grep -q 'command lines: [1-9]' "$scratch/setting" || not_ok "some were tried" "$(cat "$scratch/setting")"
    done
done

# --- the baseline, whose mistakes must be seen ---

for arch in x86_64 aarch64; do
    qemu=$(command -v "qemu-system-$arch") || continue
    muster-verify rules/baseline.muster --qemu "$qemu" >"$scratch/baseline" 2>&1
    check_equal "the baseline is refused on $arch" 1 $?
    check_equal "its misspelt iothread on $arch" yes \
        "$(grep -q "^  refused: .*Device 'None' not found" "$scratch/baseline" && echo yes)"
    check_equal "by the row that is wrong on $arch" yes \
        "$(grep -q '^      by .*iothread  unknown => misspelt' "$scratch/baseline" && echo yes)"
done

# --- snapshots ---

# What was kept of a QEMU says what the QEMU says.
for ((i = 1; i < ${#qemus[@]}; i += 2)); do
    qemu=${qemus[i]}
    version=$("$qemu" --version | sed -n 's/^QEMU emulator version \([0-9.]*[0-9]\).*/\1/p')
    snapshot=tests/qemu/snapshots/$version-${qemu##*-}.json
    if [ ! -e "$snapshot" ]; then
        skip "the snapshot of QEMU $version" "there is none; tests/qemu/snapshot takes it"
        continue
    fi
    for ruleset in baseline microvm; do
        by_words=$(muster-verify "rules/$ruleset.muster" --qemu "$qemu" --no-start | tail -n +2)
        kept=$(muster-verify "rules/$ruleset.muster" --snapshot "$snapshot" | tail -n +2)
        check_equal "the snapshot of QEMU $version ${qemu##*-}, $ruleset" "$by_words" "$kept"
    done
done
finish
