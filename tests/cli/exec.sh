# muster exec: what is started, how, and the exit codes where nothing is.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"

system_path=$PATH
arguments=(--ruleset baseline --facts facts.cfg --config params.cfg)

# A program that tells what it is given.
cat >bin/qemu-system-x86_64 <<'END'
#!/bin/sh
printf '%s\0' "$@" >"$OUT/arguments"
umask >"$OUT/umask"
printf '%s\n' "$0" >"$OUT/name"
printf '%s\n' "$MARK" >"$OUT/mark"
ls /proc/$$/fd >"$OUT/descriptors" 2>/dev/null
cat >"$OUT/stdin"
exit 42
END
export OUT=$scratch/out.d MARK='kept as it is'
mkdir "$OUT"

(umask 022 && echo input | PATH=$scratch/bin:$system_path "$muster" exec "${arguments[@]}" >out 2>err)
check_equal "the program's exit code is muster's" "42 0 0" "$? $(wc -c <out) $(wc -c <err)"
check_equal "found on PATH" "$scratch/bin/qemu-system-x86_64" "$(cat "$OUT/name")"
check_equal "umask 007" 0007 "$(cat "$OUT/umask")"
check_equal "the environment goes along" "$MARK" "$(cat "$OUT/mark")"
check_equal "so does stdin" input "$(cat "$OUT/stdin")"
"$muster" argv "${arguments[@]}" --format nul | tail -z -n +2 >expected
if cmp -s expected "$OUT/arguments"; then ok "the arguments are argv's"; else not_ok "the arguments are argv's"; fi

# Besides 0, 1 and 2 the shell of the fake program holds one descriptor, its own script.
if [ -d /proc/self/fd ]; then
    PATH=$scratch/bin:$system_path "$muster" exec "${arguments[@]}" </dev/null >/dev/null 2>&1
    cp "$OUT/descriptors" with
    PATH=$scratch/bin:$system_path OUT=$OUT qemu-system-x86_64 </dev/null >/dev/null 2>&1
    check_equal "no descriptor of muster's is left to the program" "$(cat "$OUT/descriptors")" "$(cat with)"
else
    skip "no descriptor of muster's is left to the program" "there is no /proc/self/fd"
fi

# --qemu: that binary takes the place of the rules' name; argv keeps the rules' words. Wrappers: see ends.sh.
cp bin/qemu-system-x86_64 other-qemu
rm -rf "${OUT:?}"/*
PATH=/nowhere:$scratch/bin:$system_path "$muster" exec "${arguments[@]}" --qemu ./other-qemu </dev/null >out 2>err
check_equal "--qemu is what is started" "42 $scratch/./other-qemu" "$? $(cat "$OUT/name")"
"$muster" argv "${arguments[@]}" --qemu "$scratch/other-qemu" >out 2>err
check_equal "argv keeps the rules' name" "0 qemu-system-x86_64" "$? $(cut -d ' ' -f 1 out)"
check_equal "and says so" \
    "muster: note: the rules write qemu-system-x86_64; muster exec starts $scratch/other-qemu in its place" "$(cat err)"

# Not found: 127. Found but not executable: 126.
fails() {
    local name=$1 expected=$2 code
    shift 2
    "$@" >out 2>err </dev/null
    code=$?
    check_equal "$name" "$expected
[0 bytes]" "$code $(sed "s|$scratch|SCRATCH|g" err)
[$(wc -c <out) bytes]"
}
mkdir none plain text folder broken later
fails "not on PATH" "127 muster: qemu-system-x86_64: not found on PATH" \
    env PATH="$scratch/none" "$muster" exec "${arguments[@]}"
echo 'echo started >>started' >plain/qemu-system-x86_64
fails "not executable" "126 muster: qemu-system-x86_64: found, but not a file that this user may execute" \
    env PATH="$scratch/plain" "$muster" exec "${arguments[@]}"
cp plain/qemu-system-x86_64 text/ && chmod +x text/qemu-system-x86_64
fails "no #!, so not handed to a shell" \
    "126 muster: SCRATCH/text/qemu-system-x86_64: neither a program of this machine nor a script that begins with #!" \
    env PATH="$scratch/text" "$muster" exec "${arguments[@]}"
mkdir folder/qemu-system-x86_64
fails "a folder of that name" "126 muster: qemu-system-x86_64: found, but not a file that this user may execute" \
    env PATH="$scratch/folder" "$muster" exec "${arguments[@]}"
printf '#!/nowhere/interpreter\n' >broken/qemu-system-x86_64 && chmod +x broken/qemu-system-x86_64
fails "no interpreter" "127 muster: SCRATCH/broken/qemu-system-x86_64: the interpreter that it names is not found" \
    env PATH="$scratch/broken" "$muster" exec "${arguments[@]}"
not_started "none of these was run by a shell"
cp bin/qemu-system-x86_64 later/
PATH=$scratch/plain:$scratch/folder:$scratch/later:$system_path "$muster" exec "${arguments[@]}" </dev/null >out 2>err
check_equal "a later folder's is taken" "42 $scratch/later/qemu-system-x86_64" "$? $(cat "$OUT/name")"
(cd later && PATH=:$system_path "$muster" exec --ruleset baseline --facts ../facts.cfg --config ../params.cfg \
    </dev/null >out 2>err)
check_equal "an empty folder of PATH is the current one" "42 ./qemu-system-x86_64" "$? $(cat "$OUT/name")"
fails "--qemu that may not be executed" \
    "126 muster: --qemu SCRATCH/plain/qemu-system-x86_64: found, but not a file that this user may execute" \
    "$muster" exec "${arguments[@]}" --qemu "$scratch/plain/qemu-system-x86_64"
fails "--qemu that is a folder" "126 muster: --qemu SCRATCH/folder: found, but not a file that this user may execute" \
    "$muster" exec "${arguments[@]}" --qemu "$scratch/folder"
fails "--qemu that PATH has, but not to be executed" \
    "126 muster: --qemu qemu-system-x86_64: found, but not a file that this user may execute" \
    env PATH="$scratch/plain" "$muster" exec "${arguments[@]}" --qemu qemu-system-x86_64
for command in probe argv explain; do
    fails "$command: --qemu that may not be executed" \
        "2 muster: --qemu SCRATCH/plain/qemu-system-x86_64: found, but not a file that this user may execute" \
        "$muster" "$command" "${arguments[@]}" --qemu "$scratch/plain/qemu-system-x86_64"
done
not_started "none of these was run either"
escape=$scratch/$'broken\e[31m'
cp broken/qemu-system-x86_64 "$escape"
fails "a path with a control character" \
    '127 muster: "SCRATCH/broken\x1b[31m": the interpreter that it names is not found' \
    "$muster" exec "${arguments[@]}" --qemu "$escape"
fails "--qemu that is not there" "127 muster: --qemu SCRATCH/none/qemu: No such file or directory" \
    "$muster" exec "${arguments[@]}" --qemu "$scratch/none/qemu"

# Missing and refused values: nothing is started.
rm -rf "${OUT:?}"/*
host="--ruleset baseline --facts facts.cfg"
for wrong in "$host --set vm_id=a,b" "$host --set memory_mb=0" "$host --set allow_network=yes" \
    "$host --set accel=tcg" "$host --set kmv=yes" "--facts facts.cfg --ruleset none" \
    "--ruleset baseline --facts nowhere.cfg" "$host --nothing"; do
    # shellcheck disable=SC2086 # words
    PATH=$scratch/bin:$system_path "$muster" exec --config params.cfg $wrong </dev/null >out 2>err
    check_equal "nothing is started with $wrong" "2 0 files" "$? $(find "$OUT" -type f | wc -l) files"
done

finish
