# Where values come from and which one wins; what is missing; probing; explaining.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154

. "${srcdir:-$(dirname "$0")/../..}/tests/lib.sh"
. "$srcdir/tests/cli/common.sh"
export PATH=$scratch/bin:$PATH

host=(--ruleset baseline --config params.cfg --facts facts.cfg)
memory() {
    "$muster" argv --ruleset baseline --config params.cfg "$@" --format nul | tr '\0' '\n' | grep -A1 '^-m$' | tail -1
}

# --config, --facts, --set: the later wins, whatever the order on the command line.
echo 'params: { memory_mb = 1024; };' | cat facts.cfg - >both.cfg
check_equal "a value of --config" 512M "$(memory --facts facts.cfg)"
check_equal "--facts wins over --config" 1024M "$(memory --facts both.cfg)"
check_equal "--set wins over --facts" 2048M "$(memory --set memory_mb=2048 --facts both.cfg)"
check_equal "the last --set wins" 4096M "$(memory --set memory_mb=2048 --set memory_mb=4096 --facts both.cfg)"
check_equal "a fact of --set wins over the file" pc,mem-merge=off,dump-guest-core=off \
    "$("$muster" argv "${host[@]}" --set force_emulation=yes --format nul | tr '\0' '\n' |
        grep -A1 '^-M$' | tail -1)"
check_equal "true is yes with --set" "$("$muster" argv "${host[@]}" --set kvm=yes)" \
    "$("$muster" argv "${host[@]}" --set kvm=true)"

# What is missing is named, all of it, in one line.
: >transcript
try argv --ruleset baseline --no-probe
try argv --ruleset baseline --no-probe --set kvm=no --set host_os=linux
try explain --ruleset baseline --no-probe
try probe --ruleset baseline --no-probe
try argv --ruleset baseline --facts params.cfg
try argv --ruleset baseline --facts facts.cfg
try argv --ruleset baseline --facts facts.cfg --set allow_network=yes
try argv --ruleset baseline --facts facts.cfg --config params.cfg --set expose_ports=true
try exec --ruleset baseline --facts facts.cfg --set vm_id=vm1
check_golden "what is missing" "$srcdir/tests/cli/golden/missing.txt" transcript
not_started "nothing was started"

# The caller's facts default to no; unknown never comes by itself.
echo 'facts: { guest_arch = "x86_64"; host_os = "linux"; kvm = true; hvf = false; tsc_deadline = true;
    io_uring = true; unshare = false; qemu_version = "9.1.9"; };' >measured.cfg
check_equal "the caller's facts default to no" "$("$muster" argv "${host[@]}")" \
    "$("$muster" argv --ruleset baseline --config params.cfg --facts measured.cfg)"

# With --facts or --no-probe nothing is probed: the QEMU on PATH leaves a mark when it is asked.
"$muster" argv --ruleset baseline --config params.cfg --facts facts.cfg >/dev/null
"$muster" explain --ruleset baseline --config facts.cfg --no-probe >/dev/null
"$muster" probe --ruleset baseline --config facts.cfg --no-probe >/dev/null
not_started "--facts and --no-probe ask no QEMU"
"$muster" probe --ruleset baseline >/dev/null
check_equal "probe asks the QEMU on PATH" yes "$([ -e started ] && echo yes)"
rm -f started
"$muster" argv --ruleset baseline --config params.cfg --set memory_mb=0 >/dev/null 2>&1
not_started "a refused value is told before anything is probed"

# A file that probe wrote gives the same command line as probing does.
"$muster" probe --ruleset baseline >probed.cfg
"$muster" argv --ruleset baseline --config params.cfg >direct 2>err.direct
"$muster" argv --ruleset baseline --config params.cfg --facts probed.cfg >via 2>err.via
check_equal "probe > f; argv --facts f" "$(cat direct err.direct)" "$(cat via err.via)"
"$muster" probe --ruleset baseline --facts probed.cfg >again
check_equal "the file has every fact, and no other" "$(sed -n 's/ *#.*//; s/^ *\([a-z_]* *= .*\)/\1/p' probed.cfg)" \
    "$(sed -n 's/ *#.*//; s/^ *\([a-z_]* *= .*\)/\1/p' again)"
check_equal "twelve facts" 12 "$(grep -cE '^    [a-z_]+ += ' probed.cfg)"
check_equal "each with its source" 12 "$(grep -cE '^    [a-z_]+ += .*; +# .' probed.cfg)"
check_equal "what else was found stands in comments" "fast_balloon hwaccel" \
    "$(grep -oE '^#   (hwaccel|fast_balloon) = ' probed.cfg | tr -d '#= ' | sort | paste -sd ' ')"
"$muster" probe --ruleset baseline --set kvm=no --set qemu_version=8.0.0 >given.cfg
check_equal "what is given is not probed" "kvm = false;# --set qemu_version = \"8.0.0\";# --set" \
    "$(sed -nE 's/^ *(kvm|qemu_version) *= (.*;) +(# .*)/\1 = \2\3/p' given.cfg | paste -sd ' ')"
rm -f started

# --qemu: the binary that is probed.
cat >other-qemu <<'END'
#!/bin/sh
case $1 in
--version) echo 'QEMU emulator version 8.1.3 (Debian 1:8.1.3)' ;;
-accel) printf 'Accelerators supported in QEMU binary:\ntcg\n' ;;
esac
END
chmod +x other-qemu
check_equal "--qemu is the one that is asked" '"8.1.3"' \
    "$("$muster" probe --ruleset baseline --qemu ./other-qemu | sed -nE 's/^ *qemu_version *= ("[^"]*");.*/\1/p')"
check_equal "its path is made absolute" 1 \
    "$("$muster" probe --ruleset baseline --qemu other-qemu | grep -cF "#   qemu = $scratch/other-qemu ")"
not_started "and the one on PATH is not"

# A QEMU that was named and gives no version is warned of; one that is not probed is not.
printf '#!/bin/sh\nexit 3\n' >mute-qemu && chmod +x mute-qemu
mute=$scratch/./mute-qemu
warning="muster: warning: the version of --qemu $mute is not known: $mute exited with status 3"
for command in probe argv explain; do
    "$muster" "$command" --ruleset baseline --config params.cfg --qemu ./mute-qemu >out 2>err
    check_equal "$command warns of a QEMU that gives no version" "0 $warning" "$? $(grep warning err)"
done
"$muster" probe --ruleset baseline --qemu ./mute-qemu --set qemu_version=9.1.0 >out 2>err
check_equal "not where the version is given" "0 " "$? $(cat err)"
"$muster" probe --ruleset baseline --qemu ./mute-qemu --facts facts.cfg >out 2>err
check_equal "not where nothing is probed" "0 " "$? $(cat err)"
"$muster" probe --ruleset baseline --qemu ./other-qemu >out 2>err
check_equal "not where it answers" "0 " "$? $(cat err)"

# Explaining.
: >transcript
try explain --ruleset baseline --facts facts.cfg --config params.cfg
try explain --ruleset baseline --facts facts.cfg --config params.cfg \
    --set unshare=yes --set qemu_vm_user=yes --set kvm=no
try explain --ruleset baseline --facts facts.cfg
check_golden "explain" "$srcdir/tests/cli/golden/explain.txt" transcript
check_equal "explain fits 100 columns but for long words" "" \
    "$(awk 'length($0) > 100 && !/^\$/ && !/^ *[^ ]*( \\)?$/ && !/^ *-[^ ]+ .*( \\)?$/' transcript)"
"$muster" explain --ruleset baseline --config "$srcdir/rules/example.cfg" >out 2>err
check_equal "the example file is enough to explain this host" "0 1" "$? $(grep -c '^Command line' out)"
"$muster" explain --ruleset baseline --config "$srcdir/rules/example.cfg" --set allow_network=yes \
    --format json >out 2>err
check_equal "and has every parameter" "0 1" "$? $(grep -c '"missing": \[\]' out)"

# The command line that explain shows is one that a shell reads.
"$muster" explain --ruleset baseline --facts facts.cfg --config params.cfg | sed '1,/^Command line/d' >lines
sh -c "printf '%s\\0' $(cat lines)" >back
"$muster" argv --ruleset baseline --facts facts.cfg --config params.cfg --format nul >expected
if cmp -s expected back; then ok "explain's command line"; else not_ok "explain's command line" "$(cat lines)"; fi

finish
