# Facts and parameters without a value: which of them a command line needs, and what is said then.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"

muster=$builddir/tests/muster_rejects

# given COMMAND SETTING...: muster with these settings and no probes.
given() {
    local command=$1 settings=()
    shift
    for setting in "$@"; do
        case $setting in --*) settings+=("$setting") ;; *) settings+=(--set "$setting") ;; esac
    done
    try "$command" --ruleset needs --no-probe "${settings[@]}"
}
folder=(shared=yes write=no mode=mapped speed=600 folder=/x size=4)

# A fact that may be unknown has no default, not even a boolean; a fact that the rules do not use need not be given.
: >transcript
given argv
given argv tri=unknown
given argv tri=no
printf 'facts: { tri = "unknown"; };\n' >tri.cfg
try argv --ruleset needs --facts tri.cfg
printf 'facts: { shared = false; };\n' >none.cfg
try argv --ruleset needs --facts none.cfg
try explain --ruleset needs --facts none.cfg
try exec --ruleset needs --facts none.cfg
given probe tri=yes
given probe tri=no idle=a --format=json
check_golden "facts" "$srcdir/tests/cli/golden/missing_facts.txt" transcript

# Blocks and items that are not written, conditions and tables whose answer is known, limits, rejections, warnings.
: >transcript
given argv tri=no shared=yes
given argv tri=no shared=yes write=no
given argv tri=no shared=yes write=yes mode=mapped speed=600
given argv tri=no "${folder[@]}"
given argv tri=yes level=8
given argv tri=yes level=8 color=red
given argv tri=no level=8 color=red
given argv tri=no level=6
given argv tri=no level=6 color=green
given argv tri=no shared=yes strict=yes mode=none
given argv tri=no shared=yes speed=901
given argv tri=no label=short
given argv tri=no label=a-name-of-23-characters
given argv tri=no "${folder[@]}" label=a-name-of-23-characters
given exec tri=no shared=yes
check_golden "parameters" "$srcdir/tests/cli/golden/missing_params.txt" transcript

: >transcript
given explain tri=no
given explain tri=no shared=yes write=no
given explain tri=no "${folder[@]}" --format=json
given explain tri=no shared=yes --format=json
check_golden "explain" "$srcdir/tests/cli/golden/missing_explain.txt" transcript

if [ ! -x "$musterc" ]; then
    skip "musterc says the same" "the compiler is not built"
    finish
fi
for settings in "" "tri=no" "tri=no shared=yes" "tri=no level=6" "tri=no level=6 color=green" "tri=no label=a-name-of-21-characters" \
    "tri=no ${folder[*]}"; do
    options=()
    for setting in $settings; do
        options+=(--set "$setting")
    done
    "$muster" argv --ruleset needs --no-probe "${options[@]}" >expected 2>&1
    code=$?
    (cd "$srcdir/tests" && "$musterc" argv needs.muster "${options[@]}") >found 2>&1
    check_equal "musterc ends as muster: $settings" "$code" "$?"
    check_equal "musterc says the same: $settings" "$(sed 's/^muster: //' expected)" "$(sed 's/^musterc: //' found)"
done
finish
