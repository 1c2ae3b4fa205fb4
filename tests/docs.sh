#!/usr/bin/env bash
# The rest of the documentation: man pages against --help, links, and the first edit that README.md proposes.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PATH=$builddir:$PATH

# --- man pages ---

for program in muster muster-verify musterc; do
    page=$srcdir/docs/$program.1
    if command -v groff >/dev/null; then
        check_equal "$program.1 is well-formed" "" "$(groff -mdoc -Tutf8 -ww -z "$page" 2>&1)"
    else
        skip "$program.1 is well-formed" "there is no groff here"
    fi
    commands=$(sed -nE "s/^  ($program )?([a-z]+) .*/\2/p" <("$program" --help) | grep -vx "$program" | sort -u)
    { "$program" --help; for command in $commands; do "$program" "$command" --help; done; } \
        >"$scratch/help" 2>/dev/null
    help_options=$(grep -oE -- '(^|[ [])--?[a-z][a-z-]*' "$scratch/help" | tr -d ' [' | sort -u)
    # In the source of a page an option is "Fl" and its name without the first dash, a command an item "Cm".
    page_options=$(grep -oE 'Fl -?[a-z][a-z-]*' "$page" | sed 's/^Fl /-/' | sort -u)
    check_equal "every option of $program --help is in its man page" "" \
        "$(comm -23 <(echo "$help_options") <(echo "$page_options"))"
    # An option of the page must be one: of the help, or a second name for one that the program takes.
    for option in $(comm -13 <(echo "$help_options") <(echo "$page_options")); do
        check_equal "$option of $program.1 is an option of $program" "" \
            "$("$program" compile "$option" 2>&1 | grep -i 'no.* option')"
    done
    missing=
    for command in $commands; do
        grep -qx ".It Cm $command" "$page" || missing+=" $command"
    done
    check_equal "every command of $program --help is in its man page" "" "$missing"
done

# --- links ---

for page in "$srcdir"/README.md "$srcdir"/docs/*.md; do
    broken=
    while read -r link; do
        file=${link%%#*} heading=
        case $link in
        http*) continue ;;
        *'#'*) heading=${link#*#} ;;
        esac
        file=${file:+$(dirname "$page")/$file}
        file=${file:-$page}
        if [ ! -e "$file" ]; then
            broken+=" $link"
        elif [ -n "$heading" ]; then
            # A heading's address, as sites that show Markdown make it.
            sed -n 's/^##* //p' "$file" | tr -d '`,.:?!()/' | tr 'A-Z ' 'a-z-' | grep -qxF -- "$heading" || broken+=" $link"
        fi
    done < <(grep -oE '\]\([^)]*\)' "$page" | sed 's/^](//; s/)$//' | sort -u)
    check_equal "links of ${page#"$srcdir"/}" "" "$broken"
done

# --- the first edit ---

mkdir "$scratch/rules"
cp "$srcdir"/rules/*.muster "$scratch/rules/"
first_edit() {
    musterc argv "$scratch/rules/microvm.muster" --config "$srcdir/rules/example.cfg" --facts "$scratch/facts.cfg" \
        --set force_emulation=yes --set guest_arch=x86_64 --format json
}
# What `muster probe` prints on an ARM server with Debian's QEMU of x86_64.
cat >"$scratch/facts.cfg" <<'END'
facts: {
    host_os = "linux"; host_arch = "aarch64"; kvm = "usable"; hvf = "absent"; tsc_deadline = false; io_uring = true;
    unshare = true; qemu = true; qemu_version = "7.2.22"; qemu_tcg = true; qemu_microvm = true; qemu_pc = true;
    qemu_virt = false; qemu_virtio_mmio = true; qemu_virtio_pci = true; qemu_virtio_rng = true; qemu_io_uring = true;
    qemu_seccomp = true; qemu_exit_with_parent = false; guest_arch = "aarch64"; force_emulation = false;
};
params: { qemu_path = "/usr/bin/qemu-system-x86_64"; };
END
before=$(first_edit)
sed -i 's/haswell as "Haswell"/haswell as "max"/' "$scratch/rules/microvm.muster"
check_equal "the first edit of README.md changes what it says" "${before/'"-cpu", "Haswell"'/'"-cpu", "max"'}" \
    "$(first_edit)"
check_equal "and something at all" different "$([ "$before" = "$(first_edit)" ] || echo different)"
check_equal "README.md proposes that edit" 1 "$(grep -c '.haswell as "Haswell". there' "$srcdir/README.md")"

# --- the finding that README.md shows ---

# What stands below the call, but for its end and the lines that are left out.
shown=$(awk '/^    \$ build\/musterc check/ { on = 1; next } on && !/^    / { exit } on' "$srcdir/README.md" |
    sed 's/^    //' | grep -vx ' *\.\.\.')
check_equal "README.md shows a finding" 1 "$(grep -c ' is broken \[promise\]$' <<<"$shown")"
found=$(cd "$srcdir" && musterc check rules/baseline-promises.muster 2>&1)
check_equal "musterc prints what README.md shows" "" "$(grep -vxFf <(echo "$found") <<<"$shown")"
witness=$scratch/host.cfg
musterc ask "$srcdir/rules/baseline.muster" 'emits -M (pit = off) and not tsc_deadline' >"$witness"
check_equal "the host that README.md asks for gets that command line" 1 \
    "$(musterc argv "$srcdir/rules/baseline.muster" --facts "$witness" | grep -c 'pit=off')"
finish
