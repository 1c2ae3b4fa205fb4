# What the rules refuse and what they warn of, and parameters that need not be given: words, exit codes, and that nothing
# is started. With a muster of its own, whose only ruleset is tests/rejects.muster.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"
muster=$builddir/tests/muster_rejects

# Where things stand in rejects.muster is no matter of this test.
mask_lines() {
    sed -E 's/rejects\.muster:[0-9]+/rejects.muster:LINE/g; s/("rejects.muster", "line": )[0-9]+/\1LINE/'
}

export PATH=$scratch/bin:$PATH
cp "$scratch/bin/sudo" "$scratch/bin/emulator"
cp "$scratch/bin/sudo" "$scratch/bin/nice"

# A host, changed by what follows the command.
with() {
    local command=$1
    shift
    try "$command" --no-probe --set host_os=linux --set kvm=yes --set name=one "$@"
}

: >transcript
for command in argv explain exec; do
    with "$command" --set cores=0
    with "$command" --set cores=2000
    with "$command" --set broken=yes
    with "$command" --set host_os=unknown
    with "$command" --set kvm=no --set disk=/disk
done
check_golden "who is refused" "$srcdir/tests/cli/golden/refused.txt" transcript
not_started "nothing is started for them"

# The first refusal is the one that is told.
: >transcript
with argv --set broken=yes --set cores=0 --set host_os=unknown
with argv --set broken=yes --set host_os=unknown --set kvm=no --set disk=/disk
with argv --set host_os=unknown --set kvm=no --set disk=/disk
with explain --set broken=yes --set host_os=unknown
check_golden "which refusal is told" "$srcdir/tests/cli/golden/refused_first.txt" transcript

: >transcript
with argv --set kvm=no
with argv --set kvm=no --set mode=none
with argv --set kvm=no --set mode=none --format json
with explain --set kvm=no --set mode=none
with explain --set kvm=no --set mode=none --format json
try argv --no-probe --set host_os=linux --set kvm=no
try explain --no-probe --set host_os=linux --set kvm=no
check_golden "what is warned of" "$srcdir/tests/cli/golden/warnings.txt" transcript
not_started "nothing was started so far"

: >transcript
with exec --set kvm=no
check_golden "a warning starts all the same" "$srcdir/tests/cli/golden/warning_exec.txt" transcript
check_equal "what it started" "$scratch/bin/nice" "$(cat "$scratch/started")"
rm -f "$scratch/started"

: >transcript
with argv --set disk=/disk
with argv --set disk=/disk --set mode=writeback
with argv --set mode=writeback --set port=4444
with argv --set disk=disk
with argv --set mode=unknown
with argv --set port=unknown
with explain --set port=4444
printf 'params: { port = "unknown"; };\n' >unknown.cfg
with argv --config unknown.cfg
check_golden "what need not be given" "$srcdir/tests/cli/golden/optional.txt" transcript

# A few lines: what the rules tag given_up and what they warn of; nothing of it on a host that they refuse.
: >transcript
with explain --brief
with explain --brief --set disk=/disk --set mode=writeback
with explain --brief --set kvm=no
with explain --brief --set host_os=macos --set mode=none
with explain --brief --set host_os=unknown
with explain --brief --set cores=0
try explain --brief --no-probe --set host_os=linux --set kvm=no
check_golden "in brief" "$srcdir/tests/cli/golden/brief.txt" transcript
check_equal "the command line in brief is that of argv" \
    "$("$muster" argv --no-probe --set host_os=linux --set kvm=no --set name=one --set disk=/a\'b 2>err)" \
    "$("$muster" explain --brief --no-probe --set host_os=linux --set kvm=no --set name=one --set disk=/a\'b |
        sed -n '/^Command line/{n;p;}')"

if [ -x "$builddir/musterc" ]; then
    muster=$builddir/musterc
    : >transcript
    for change in cores=0 kvm=no broken=yes host_os=unknown disk=/disk; do
        try argv "$srcdir/tests/rejects.muster" --set host_os=linux --set kvm=yes --set name=one --set "$change"
    done
    sed "s|$srcdir/||; s/^\\$ muster/\$ musterc/" transcript >transcript.masked
    check_golden "musterc says the same" "$srcdir/tests/cli/golden/refused_musterc.txt" transcript.masked
else
    skip "musterc says the same" "the compiler is not built"
fi

finish
