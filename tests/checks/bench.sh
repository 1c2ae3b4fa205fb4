#!/usr/bin/env bash
# `make check-bench`: the benchmarks run, and what they count (not what they time: machines differ, and are busy) is
# within its limits: instructions at most twice those of the hand-written C, tables and code at most 40 KiB.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

if bash "$srcdir/tests/bench.sh" >"$scratch/bench" 2>&1; then
    ok "make bench"
else
    not_ok "make bench" "exit status $?"
fi
cat "$scratch/bench"
size=$(sed -n 's/^ *\([0-9][0-9]*\)  tables and code .*/\1/p' "$scratch/bench")
if [ "${size:-99999}" -le $((40 * 1024)) ]; then
    ok "tables and code of the baseline take at most 40 KiB: $size bytes"
else
    not_ok "tables and code of the baseline take at most 40 KiB" "$size bytes"
fi

# Only where musterc is built.
if [ -x "$builddir/tests/bench_check" ]; then
    if bash "$srcdir/tests/bench-check.sh" >"$scratch/bench-check" 2>&1; then
        ok "make bench-check: all answers are right"
    else
        not_ok "make bench-check" "exit status $?"
    fi
    cat "$scratch/bench-check"
fi

if ! command -v valgrind >/dev/null; then
    skip "make bench-ir" "there is no valgrind here"
    finish
fi
if bash "$srcdir/tests/bench-ir.sh" >"$scratch/bench-ir" 2>&1; then
    ok "make bench-ir"
else
    not_ok "make bench-ir" "exit status $?"
fi
cat "$scratch/bench-ir"
for cell in "fixed cell" "random cells"; do
    ratio=$(sed -n "s/^$cell .* \([0-9.]*\)\$/\1/p" "$scratch/bench-ir")
    if awk -v ratio="${ratio:-99}" 'BEGIN { exit !(ratio <= 2) }'; then
        ok "$cell: at most twice the instructions of hand-written C: $ratio"
    else
        not_ok "$cell: at most twice the instructions of hand-written C" "$ratio"
    fi
done
finish
