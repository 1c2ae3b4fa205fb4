#!/usr/bin/env bash
# The rest of the documentation: man pages against --help, links, the examples of README.md and its first edit.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=page.sh
. "$(dirname "${BASH_SOURCE[0]}")/page.sh"

# --- the example that README.md begins with ---

run_page "$srcdir/README.md"
check_equal "README.md begins with an example" 3 "$n_blocks"

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
            "$("$program" compile "$option" 2>&1 | grep -E "^$program: .*\b(no|unknown) option")"
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

# The commands of README.md, run as they stand there in a folder that has what they need: the rules, and the programs in
# build/. There `make` compiles the rules and links muster with them, as the makefile of the whole tree does.
unset MAKEFLAGS MFLAGS MAKELEVEL # of the make that runs this test
show_make() {
    # shellcheck disable=SC2016 # make expands it
    printf 'include Makefile\nshow: ; @echo %s\n' "$1" | make -s --no-print-directory -C "$builddir" -f - show
}
first_edit=$scratch/first-edit
mkdir -p "$first_edit/build"
cp -R "$srcdir/rules" "$first_edit/"
cp "$builddir/muster" "$builddir/musterc" "$first_edit/build/"
# shellcheck disable=SC2016 # make expands it
link=$(show_make '$(LINK) -o MUSTER $(muster_OBJECTS) $(muster_LDADD) $(LIBS)' |
    sed "s|-o MUSTER|-o $first_edit/build/muster|; s|[^ ]*rules/microvm\.[^ ]*|$first_edit/build/microvm.o|")
# shellcheck disable=SC2016 # make expands it
cat >"$first_edit/build/Makefile" <<END
all:
	./musterc compile ../rules/microvm.muster -o microvm.c
	cd $builddir && $(show_make '$(COMPILE)') -c $first_edit/build/microvm.c -o $first_edit/build/microvm.o
	cd $builddir && $link
END
# What README.md says in its section on the first edit: its commands, one a line.
edit_commands=$(sed -n '/^## A first edit/,/^## /s/^    //p' "$srcdir/README.md")
check_equal "README.md has commands for a first edit" "build/musterc build/musterc make build/muster" \
    "$(awk '{ print $1 }' <<<"$edit_commands" | xargs)"
# run_edit: what each command prints, with the programs of no QEMU on PATH.
run_edit() {
    local command
    while IFS= read -r command; do
        (cd "$first_edit" && PATH=$narrow eval "$command" 2>&1 </dev/null) >"$scratch/said" || echo "exit $?: $command: $(tail -n 1 "$scratch/said")"
        [[ $command == make* ]] || cat "$scratch/said"
    done <<<"$edit_commands"
}
mkdir "$scratch/no-qemu"
narrow=$scratch/no-qemu
IFS=: read -r -a folders <<<"$PATH"
for folder in "${folders[@]}"; do
    for command in "$folder"/*; do
        [ ! -x "$command" ] || [[ $command == */qemu-* ]] || [ -e "$narrow/${command##*/}" ] || ln -s "$command" "$narrow/"
    done
done
before=$(run_edit)
check_equal "each command succeeds" "" "$(grep '^exit ' <<<"$before")"
check_equal "before it the rules give Haswell, twice" 2 "$(grep -c -- ' -cpu Haswell ' <<<"$before")"
sed -i 's/haswell as "Haswell"/haswell as "max"/' "$first_edit/rules/microvm.muster"
check_equal "after the first edit the commands of README.md print what it says" "${before//-cpu Haswell/-cpu max}" \
    "$(run_edit)"
check_equal "README.md proposes that edit" 1 "$(grep -c '.haswell as "Haswell". there' "$srcdir/README.md")"
# The recorded host has a value for every fact that the rules probe, as one that is measured today would have.
check_equal "the recorded host is one of the rules as they are" "" \
    "$(comm -13 <(sed -nE 's/^    ([a-z_]+) += .*/\1/p' "$srcdir/rules/recorded-host.cfg" | sort) \
        <(sed -nE 's/^fact ([a-z_]+) .*from (caller else )?probe.*/\1/p' "$srcdir/rules/microvm.muster" | sort))"

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
