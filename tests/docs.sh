#!/usr/bin/env bash
# The rest of the documentation: man pages against --help, links, and the first edit that README.md proposes.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PATH=$builddir:$PATH

# --- man pages ---

# The words of a man page as they are read, without breaks.
page_words() {
    if command -v man >/dev/null && MANWIDTH=10000 man -l "$1" >"$scratch/page" 2>/dev/null; then
        sed 's/.\x08//g' "$scratch/page"
    elif command -v groff >/dev/null; then
        groff -mdoc -Tascii -P-c "$1" 2>/dev/null | sed 's/.\x08//g'
    else
        return 1
    fi
}

for program in muster musterc; do
    page=$srcdir/docs/$program.1
    if ! page_words "$page" >"$scratch/$program"; then
        skip "$program.1" "there is neither man nor groff here"
        continue
    fi
    if command -v groff >/dev/null; then
        check_equal "$program.1 is well-formed" "" "$(groff -mdoc -Tutf8 -ww -z "$page" 2>&1)"
    else
        skip "$program.1 is well-formed" "there is no groff here"
    fi
    { "$program" --help; for command in probe argv explain exec check compile; do "$program" $command --help; done; } \
        >"$scratch/help" 2>/dev/null
    help_options=$(grep -oE -- '(^|[ [])--?[a-z][a-z-]*' "$scratch/help" | tr -d ' [' | sort -u)
    page_options=$(grep -oE -- '(^|[ [(])--?[a-z][a-z-]*' "$scratch/$program" | tr -d ' [(' | sort -u)
    check_equal "every option of $program --help is in its man page" "" \
        "$(comm -23 <(echo "$help_options") <(echo "$page_options"))"
    # An option of the page must be one: of the help, or a second name for one that the program takes.
    for option in $(comm -13 <(echo "$help_options") <(echo "$page_options")); do
        check_equal "$option of $program.1 is an option of $program" "" \
            "$("$program" compile "$option" 2>&1 | grep -i 'no.* option')"
    done
    commands=$(sed -nE "s/^  ($program )?([a-z]+) .*/\2/p" <("$program" --help) | sort -u)
    missing=
    for command in $commands; do
        grep -qE "^ +$command( |\$)" "$scratch/$program" || missing+=" $command"
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
    musterc argv "$scratch/rules/baseline.muster" --config "$srcdir/rules/example.cfg" --facts "$scratch/facts.cfg" \
        --set force_emulation=yes --set guest_arch=x86_64 --format json
}
muster probe --no-probe --set kvm=no --set hvf=no --set tsc_deadline=no --set io_uring=no --set unshare=no \
    --set host_os=linux --set guest_arch=x86_64 --set qemu_version=9.1.9 >"$scratch/facts.cfg"
before=$(first_edit)
sed -i 's/haswell as "Haswell"/haswell as "max"/' "$scratch/rules/baseline.muster"
check_equal "the first edit of README.md changes what it says" "${before/'"-cpu", "Haswell"'/'"-cpu", "max"'}" \
    "$(first_edit)"
check_equal "and something at all" different "$([ "$before" = "$(first_edit)" ] || echo different)"
check_equal "README.md proposes that edit" 1 "$(grep -c '.haswell as "Haswell". there' "$srcdir/README.md")"
finish
