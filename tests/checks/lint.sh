#!/usr/bin/env bash
# `make lint`: cppcheck, clang-tidy and shellcheck over the sources, and QEMU in no room that must not know it.
# A finding fails. What is left out is argued in .clang-tidy, below, or where it stands. make gives the compiler's flags
# in CPPFLAGS_FOR_LINT.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

cd "$builddir" || exit 2
read -ra flags <<<"${CPPFLAGS_FOR_LINT-}"
mapfile -t sources < <(find "$srcdir"/grammar "$srcdir"/gen "$srcdir"/runtime "$srcdir"/tests -name '*.c' | sort)

# report NAME STATUS: passes if the status is 0; else shows what the tool wrote.
report() {
    if [ "$2" = 0 ]; then
        ok "$1"
    else
        not_ok "$1" "$(cat "$scratch/output")"
    fi
}

if command -v cppcheck >/dev/null; then
    # missingIncludeSystem speaks of cppcheck's own view; objectIndex takes an element of an array that a structure
    # points to for the structure itself. Findings of style are clang-tidy's to make.
    cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingIncludeSystem --suppress=objectIndex -j "$(nproc)" \
        "${flags[@]}" "${sources[@]}" >"$scratch/output" 2>&1
    report "cppcheck" $?
else
    skip "cppcheck" "there is no cppcheck here"
fi

if command -v clang-tidy >/dev/null; then
    status=0
    tidy_one() {
        clang-tidy --quiet "$1" -- -std=c11 "${flags[@]}" >"$scratch/${1//\//_}.tidy" 2>/dev/null
    }
    running=0
    for source in "${sources[@]}"; do
        tidy_one "$source" &
        running=$((running + 1))
        if [ "$running" -ge "$(nproc)" ]; then
            wait -n || status=1
            running=$((running - 1))
        fi
    done
    while [ "$running" -gt 0 ]; do
        wait -n || status=1
        running=$((running - 1))
    done
    cat "$scratch"/*.tidy >"$scratch/output"
    report "clang-tidy" "$status"
else
    skip "clang-tidy" "there is no clang-tidy here"
fi

(cd "$srcdir" && find grammar gen runtime tests -name '*.[chly]' -o -name '*.js' -o -name '*.css') |
    (cd "$srcdir" && xargs wc -l) | awk '$2 != "total" && $1 > 700 {print $2 " has " $1 " lines, over 700: split it"}' \
    >"$scratch/output"
[ ! -s "$scratch/output" ]
report "length of files" $?

if command -v shellcheck >/dev/null; then
    (cd "$srcdir" && find tests gen -name '*.sh' -exec shellcheck -x bootstrap .ci/run tests/summary {} +) \
        >"$scratch/output" 2>&1
    report "shellcheck" $?
else
    skip "shellcheck" "there is no shellcheck here"
fi

# Only rules, probes and muster-verify know QEMU. tests/rooms.sh has the arrows between rooms.
cd "$srcdir" || exit 2
if grep -rniE --include='*.[chly]' --include='*.def' 'qemu' grammar gen >"$scratch/output"; then
    report "no QEMU word in grammar/ and gen/" 1
else
    report "no QEMU word in grammar/ and gen/" 0
fi
finish
