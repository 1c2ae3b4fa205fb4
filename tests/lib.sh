# What script tests share: counting, comparing, and the closing line "N passed, N failed[, N skipped]".
# Sourced by bash: . "$srcdir/tests/lib.sh". make sets srcdir and builddir to absolute folders; started by hand, a
# script finds both from here. `scratch` is a folder of the script's own, removed when it ends.
#
#   ok NAME                                 the case passed
#   not_ok NAME DETAIL                      it failed; DETAIL, any number of lines, says how
#   skip NAME WHY                           it cannot be tried here
#   check_equal NAME EXPECTED ACTUAL        passes if both texts are the same
#   check_golden NAME GOLDENFILE ACTUALFILE passes if both files are the same; the version of our programs counts as the
#                                           word VERSION. With BLESS=1 the golden is rewritten
#   finish                                  prints the closing line and exits, 0 if nothing failed
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

srcdir=${srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
builddir=${builddir:-$srcdir/build}
export srcdir builddir LC_ALL=C

lib_passed=0 lib_failed=0 lib_skipped=0 lib_finished=0
scratch=$(mktemp -d) || exit 2

# A script that ends without `finish` has not tried all it meant to: that is a failure too.
lib_end() {
    rm -rf "$scratch"
    if [ "$lib_finished" = 0 ]; then
        echo "not ok - ended before its last case"
        echo "$lib_passed passed, $((lib_failed + 1)) failed"
        trap - EXIT
        exit 1
    fi
}
trap lib_end EXIT

ok() {
    lib_passed=$((lib_passed + 1))
    printf 'ok - %s\n' "$1"
}

not_ok() {
    lib_failed=$((lib_failed + 1))
    printf 'not ok - %s\n' "$1"
    printf '%s\n' "${2-}" | sed 's/^/    /'
}

skip() {
    lib_skipped=$((lib_skipped + 1))
    printf 'skipped: %s: %s\n' "$1" "$2"
}

check_equal() {
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1" "$(diff -u --label expected --label actual <(printf '%s\n' "$2") <(printf '%s\n' "$3"))"
    fi
}

check_golden() {
    local actual=$scratch/golden.actual
    sed -E 's/\<(muster|musterc|muster-verify) [0-9]+\.[0-9]+\.[0-9]+\>/\1 VERSION/g' "$3" >"$actual"
    if [ "${BLESS-}" = 1 ] && [ -r "$3" ] && ! cmp -s "$2" "$actual"; then
        mkdir -p "$(dirname "$2")" && cp "$actual" "$2" && echo "blessed: $2"
    fi
    if cmp -s "$2" "$actual"; then
        ok "$1"
    else
        not_ok "$1" "$(diff -u --text --label "${2#"$srcdir"/}" --label actual "$2" "$actual" 2>&1)"
    fi
}

finish() {
    lib_finished=1
    if [ "$lib_skipped" -gt 0 ]; then
        echo "$lib_passed passed, $lib_failed failed, $lib_skipped skipped"
    else
        echo "$lib_passed passed, $lib_failed failed"
    fi
    [ "$lib_failed" = 0 ]
    exit
}
