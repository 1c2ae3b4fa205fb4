#!/usr/bin/env bash
# `musterc debug`: every intermediate form of a small ruleset that has every construct, and of one that overrides.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PATH=$builddir:$PATH
cd "$srcdir" || exit 2

forms=(ast model diagrams runs)
for form in "${forms[@]}"; do
    for rules in debug/rules graph/override; do
        name=$(basename "$rules")
        musterc debug "tests/$rules.muster" --format "$form" -Wno-unused >"$scratch/$name.$form" 2>&1
        check_golden "$form of $name.muster" "$srcdir/tests/debug/$name.$form" "$scratch/$name.$form"
    done
    for rules in rules/baseline.muster rules/microvm.muster; do
        check_equal "$form of $rules: no error" 0 "$(musterc debug "$rules" --format "$form" >/dev/null 2>&1
            echo $?)"
    done
done

# refused NAME STATUS MESSAGE ARGUMENT…: the exact message, and nothing on standard output.
refused() {
    local name=$1 expected=$2 message=$3
    shift 3
    musterc debug "$@" >"$scratch/out" 2>"$scratch/err"
    check_equal "$name" "$expected:$message:" "$?:$(cat "$scratch/err"):$(cat "$scratch/out")"
}
refused "a library has no tables" 1 "rules/qemu.muster: error: a library has no tables [empty]" \
    rules/qemu.muster --format runs
refused "a form that does not exist" 2 \
    "musterc: unsupported format flat for debug; use ast, model, diagrams or runs" rules/qemu.muster --format flat
refused "a file that does not exist" 2 \
    "musterc: error: 'absent.muster' cannot be opened: No such file or directory [unreadable]" absent.muster
refused "no file" 2 "musterc: debug: missing FILE; see musterc --help"

# Nothing in a string reaches the terminal but characters that are harmless there.
printf 'ruleset steer "a\342\200\256\033[31m";\nargv { "x\033[31m" "\342\200\256" "a\\nb"; }\n' >"$scratch/steer.muster"
for form in ast model runs; do
    check_equal "control characters in $form" "" \
        "$(musterc debug "$scratch/steer.muster" --format "$form" | tr -d '\n' | LC_ALL=C tr -d '\040-\176')"
done

# The syntax tree is printed where names cannot be resolved; the later forms are not.
printf 'library broken "Names that are not declared";\nlet late = early;\n' >"$scratch/broken.muster"
check_equal "the syntax tree of rules with errors" "  condition name early  <2:12>" \
    "$(musterc debug "$scratch/broken.muster" --format ast | tail -n 1)"
check_equal "no model of rules with errors" "1:" "$(musterc debug "$scratch/broken.muster" --format model 2>/dev/null
    echo "$?:")"
finish
