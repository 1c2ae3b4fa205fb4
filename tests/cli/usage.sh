# The command line of muster: help, versions, mistakes in options, output that cannot be written.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"

: >transcript
try --version
try --help
for command in probe argv explain exec; do
    try "$command" --help
done
check_golden "help" "$srcdir/tests/cli/golden/help.txt" transcript

: >transcript
try
try agrv
try start
try argv probe
try argv facts.cfg
try argv --fact facts.cfg
try argv -x
try argv --facts
try --facts=facts.cfg argv --facts facts.cfg
try argv --no-probe=yes
try argv --ruleset basline
try argv --ruleset unheard-of
try argv --format yaml
try argv --format text
try probe --format nul
try exec --format shell
try explain --format shell
try argv --brief
try explain --brief --format json
try explain --brief=yes
try argv --config - --facts -
try argv --ruleset baseline --facts facts.cfg --set vm_id
try argv --ruleset baseline --facts facts.cfg --set =vm1
try argv --ruleset baseline --facts facts.cfg --qemu /nowhere/qemu
try probe --qemu /nowhere/qemu
try exec --facts facts.cfg --qemu no-such-qemu
try argv --ruleset baseline --facts facts.cfg --qemu /
try argv --ruleset baseline --facts facts.cfg --qemu ''

# Words that would steer the terminal, or begin a line of their own, are quoted.
try $'a\e[31mrgv'
try $'argv\nmuster: all is well'
try argv $'\r'
try argv $'--fo\eo'
try argv $'--fo\eo=1'
try argv --format $'js\aon'
try argv --ruleset $'base\177line'
try argv --config $'a\tb.cfg'
try argv --facts $'a\nb.cfg'
try argv --ruleset baseline --facts facts.cfg --qemu $'\302\233qemu'
try argv --ruleset baseline --facts facts.cfg --set $'a\eb'
try argv "--set=$(printf 'x%.0s' {1..201})"
printf 'facts: { kmv = true; };\n' >$'mis\espelt.cfg'
try argv --facts $'mis\espelt.cfg'
printf 'facts: { kvm = true\n' >$'mis\espelt.cfg'
try argv --facts $'mis\espelt.cfg'
check_golden "mistakes in options" "$srcdir/tests/cli/golden/usage.txt" transcript

for arguments in -h "argv -h" "-h exec"; do
    # shellcheck disable=SC2086 # words
    check_equal "muster $arguments" "$("$muster" ${arguments/-h/--help}) 0" "$("$muster" $arguments) $?"
done

# Options may stand anywhere, with their value or before it.
"$muster" argv --ruleset baseline --facts facts.cfg --config params.cfg >one
"$muster" --facts=facts.cfg --config=params.cfg argv --ruleset=baseline --format=shell >two
check_equal "options before and after the command" "$(cat one)" "$(cat two)"
check_equal "that command line is one line" 1 "$(wc -l <one)"
"$muster" argv --ruleset baseline --facts - --config params.cfg <facts.cfg >two
check_equal "facts from stdin" "$(cat one)" "$(cat two)"
"$muster" argv --ruleset baseline --facts facts.cfg --config - <params.cfg >two
check_equal "parameters from stdin" "$(cat one)" "$(cat two)"
"$muster" argv --ruleset baseline --facts <(cat facts.cfg) --config params.cfg >two
check_equal "facts from a pipe" "$(cat one)" "$(cat two)"

# A result that could not be written is an error.
baseline="--ruleset baseline --facts facts.cfg"
for arguments in "--help" "--version" "argv $baseline --config params.cfg" "probe $baseline" \
    "explain $baseline --config params.cfg"; do
    if [ -w /dev/full ]; then
        # shellcheck disable=SC2086 # words
        "$muster" $arguments >/dev/full 2>err
        check_equal "full: muster $arguments" "2 muster: stdout: No space left on device" "$? $(cat err)"
    else
        skip "full: muster $arguments" "there is no /dev/full"
    fi
    # shellcheck disable=SC2086 # words
    "$muster" $arguments >&- 2>err
    check_equal "closed: muster $arguments" "2 muster: stdout: Bad file descriptor" "$? $(cat err)"
done

finish
