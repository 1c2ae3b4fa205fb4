#!/usr/bin/env bash
# `make lint`: cppcheck, clang-tidy and shellcheck over the sources, and the layers of the design over their #includes.
# A finding fails. What is left out is argued in .clang-tidy, below, or where it stands. make gives the compiler's flags
# in CPPFLAGS_FOR_LINT.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

cd "$builddir" || exit 2
read -ra flags <<<"${CPPFLAGS_FOR_LINT-}"
sources=("$srcdir"/{grammar,gen,runtime,runtime/verify,tests,tests/verify}/*.c)

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

if command -v shellcheck >/dev/null; then
    (cd "$srcdir" && find tests -name '*.sh' -exec shellcheck -x bootstrap .ci/run tests/summary {} +) \
        >"$scratch/output" 2>&1
    report "shellcheck" $?
else
    skip "shellcheck" "there is no shellcheck here"
fi

# Arrows go one way: grammar/ knows no meaning, runtime/ knows neither grammar/ nor gen/, and only probes know QEMU.
cd "$srcdir" || exit 2
headers_of() {
    (cd "$1" && ls -- *.h) 2>/dev/null | paste -sd '|'
}
layer() {
    local name=$1 from=$2 of=$3
    # shellcheck disable=SC2046 # a list of files
    if grep -nE "#include \"([a-z]+/)?($of)\"" $(ls "$from"/*.[chly] 2>/dev/null) >"$scratch/output"; then
        report "$name" 1
    else
        report "$name" 0
    fi
}
layer "runtime/ includes nothing from grammar/ and gen/" runtime "$(headers_of grammar)|$(headers_of gen)|parser.h"
layer "grammar/ includes nothing from gen/ and runtime/" grammar "$(headers_of gen)|$(headers_of runtime)"
if grep -niE 'qemu' grammar/*.[chly] grammar/*.def gen/*.[ch] >"$scratch/output"; then
    report "no QEMU word in grammar/ and gen/" 1
else
    report "no QEMU word in grammar/ and gen/" 0
fi
finish
