# The command line of musterc: help of every command, mistakes in options.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"

# Its commands, as its help names them.
commands=$("$musterc" --help | sed -n 's/^  musterc \([a-z][a-z]*\) .*/\1/p')
check_equal "there are commands" "check" "$(echo "$commands" | head -n 1)"

: >transcript
try_compiler --version
try_compiler --help
for command in $commands; do
    try_compiler "$command" --help
done
check_golden "help" "$srcdir/tests/cli/golden/compiler-help.txt" transcript

# What --help lists and what the manual says are the same.
page=$srcdir/docs/musterc.1
for command in $commands; do
    check_equal "the manual has $command" "1" "$(grep -c "^\.It Cm $command\$" "$page")"
    check_equal "and its synopsis" "1" "$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$page" | grep -c "^\.Cm $command\$")"
    check_equal "and its formats" \
        "$("$musterc" "$command" --help | sed -n '/^Usage:/,/^$/p' | tr -d '\n' | sed 's/.*\[--format \([a-z|]*\).*/\1/')" \
        "$(sed -n "/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/{/^\.Cm $command\$/,/^\.Nm/s/^\.Op Fl -format Cm //p}" "$page" | tr -d ' ')"
    for option in $("$musterc" "$command" --help | grep -oE '^  (-[A-Za-z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        if grep -qE "^\.(It|Op).*Fl -${option#--}( |\$)" "$page"; then
            ok "the manual has $command $option"
        else
            not_ok "the manual has $command $option" "no line of $page has it"
        fi
    done
done

printf 'ruleset t;\nfact a : bool;\nargv { p; }\n' >t.muster
: >transcript
try_compiler
try_compiler chekc t.muster
try_compiler $'che\eck' t.muster
try_compiler check
try_compiler check t.muster --fromat json
try_compiler check t.muster --format yaml
try_compiler check t.muster --format shell
try_compiler check t.muster --format
try_compiler check t.muster --format=
try_compiler check t.muster --color sometimes
try_compiler check t.muster -x
try_compiler check t.muster -I
try_compiler check t.muster --facts t.cfg
try_compiler check t.muster -Wgpa
try_compiler argv t.muster t.muster
try_compiler ask t.muster
try_compiler ask t.muster a a
try_compiler compile t.muster
try_compiler --explain gpa
try_compiler check -- -t.muster
check_golden "mistakes" "$srcdir/tests/cli/golden/compiler-mistakes.txt" transcript

# Includes that are not beside the file are looked for in the folders of -I, in their order; what is beside it wins.
mkdir -p one two apart
echo 'library l; enum E { one }' >one/l.muster
echo 'library l; enum E { two }' >two/l.muster
# shellcheck disable=SC2016 # a hole of the rules
printf 'ruleset t;\ninclude "l.muster";\nfact e : E;\nargv { $e; }\n' >apart/t.muster
: >transcript
try_compiler argv apart/t.muster --set e=one
try_compiler argv -I nowhere -Ione -I two apart/t.muster --set e=one
try_compiler argv --include=two -I one apart/t.muster --set e=two
cp one/l.muster apart/
try_compiler argv -I two apart/t.muster --set e=one
check_golden "folders of includes" "$srcdir/tests/cli/golden/compiler-folders.txt" transcript

# What is no file is written to, and a link stays one.
mkfifo pipe
cat pipe >from-pipe &
"$musterc" graph t.muster -o pipe
wait
check_equal "a pipe gets what is written" "$("$musterc" graph t.muster)" "$(cat from-pipe)"
check_equal "and stays a pipe" pipe "$([ -p pipe ] && echo pipe)"
ln -s behind link
echo old >behind
"$musterc" graph t.muster -o link
check_equal "what a link leads to is written" "$("$musterc" graph t.muster)" "$(cat behind)"
check_equal "and it stays a link" behind "$(readlink link)"
if [ -c /dev/full ]; then
    check_equal "a full device" "musterc: /dev/full cannot be written: No space left on device
[2]" "$("$musterc" graph -Wno-unused t.muster -o /dev/full 2>&1; echo "[$?]")"
    check_equal "and it stays what it is" device "$([ -c /dev/full ] && echo device)"
else
    skip "a full device" "there is no /dev/full here"
fi

finish
