#!/usr/bin/env bash
# The 64 golden cells of the original system: facts and parameters in golden/cell-NN.cfg, the argv, one argument a
# line, in golden/cell-NN.argv. They are data of the original: `muster argv` must give the same bytes, and BLESS does
# not touch them.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${srcdir:-$(dirname "$0")/..}/tests/lib.sh"

cells=("$srcdir"/tests/golden/cell-*.cfg)
check_equal "there are 64 cells" 64 "${#cells[@]}"

for cell in "${cells[@]}"; do
    name=$(basename "$cell" .cfg)
    "$builddir/muster" argv --ruleset baseline --no-probe --facts "$cell" --format nul \
        >"$scratch/actual" 2>"$scratch/errors"
    status=$?
    tr '\n' '\0' <"${cell%.cfg}.argv" >"$scratch/expected"
    if [ "$status" = 0 ] && [ ! -s "$scratch/errors" ] && cmp -s "$scratch/expected" "$scratch/actual"; then
        ok "$name"
    else
        not_ok "$name" "exit $status
$(cat "$scratch/errors")
$(diff -u --text --label "$name.argv" --label actual "${cell%.cfg}.argv" <(tr '\0' '\n' <"$scratch/actual"))"
    fi
done

finish
